/** The URL's query is the one truth: pure functions between it and a state. */
import type { Catalogue, Indicator, Lang, Release, Selection } from "./types";

export type MapMode = "values" | "clusters";
export type View = "map" | "table";
/** How p accounts for the number of areas that are tested. */
export const corrections = ["fdr", "bonferroni", "none"] as const;
export type Correction = (typeof corrections)[number];

/** What the URL says; `null` where it says nothing. */
export interface UrlState {
  readonly indicator: string | null;
  readonly period: string | null;
  readonly within: string | null;
  /** The level of the areas that the reader chose; `null`: the smallest there is. */
  readonly level: string | null;
  readonly map: MapMode;
  readonly correction: Correction;
  /** Boundaries of this day; `null`: the newest. */
  readonly vintage: string | null;
  readonly view: View;
  readonly area: string | null;
  readonly lang: Lang;
}

/** A state in which everything that is shown has a value that exists in the release. */
export interface State extends UrlState {
  readonly indicator: string;
  readonly period: string;
  /** Empty: everything, where the release has no areas above those that are shown. */
  readonly within: string;
  /** The level that is shown, chosen or not. */
  readonly shownLevel: string;
}

/** Something the URL asked for that the release does not have. */
export interface Unknown {
  /** "wider": the region exists, but the indicator has no figures for areas inside it. */
  readonly parameter: "indicator" | "period" | "within" | "wider" | "level" | "vintage";
  readonly asked: string;
}

const order = [
  "indicator",
  "period",
  "within",
  "level",
  "vintage",
  "map",
  "correction",
  "view",
  "area",
  "lang",
] as const;
const defaults: Partial<Record<(typeof order)[number], string>> = {
  map: "values",
  correction: "fdr",
  view: "map",
  lang: "de",
};

export function parseState(query: string): UrlState {
  const parameters = new URLSearchParams(query);
  const text = (name: string): string | null => parameters.get(name)?.trim() || null;
  return {
    indicator: text("indicator"),
    period: text("period"),
    within: text("within"),
    level: text("level"),
    map: text("map") === "clusters" ? "clusters" : "values",
    correction: corrections.find((each) => each === text("correction")) ?? "fdr",
    vintage: text("vintage"),
    view: text("view") === "table" ? "table" : "map",
    area: text("area"),
    lang: text("lang") === "en" ? "en" : "de",
  };
}

/** The query of a state with its "?"; values that are the default are left out. */
export function formatState(state: UrlState): string {
  const parameters = new URLSearchParams();
  for (const name of order) {
    const value = state[name];
    if (value !== null && value !== "" && value !== defaults[name]) parameters.set(name, value);
  }
  const query = parameters.toString();
  return query ? `?${query}` : "";
}

/** A period as a number on the time line, its beginning in years; NaN for text that is no period. */
export function periodPosition(period: string): number {
  const match = /^(\d{4})(?:-Q([1-4])|-(\d{4})|-(\d{2})(?:-(\d{2}))?)?$/.exec(period);
  if (!match) return Number.NaN;
  const [, year, quarter, secondYear, month, day] = match;
  if (quarter) return Number(year) + (Number(quarter) - 1) / 4;
  if (secondYear) return Number(year) + 7 / 12;
  return Number(year) + (month ? (Number(month) - 1) / 12 : 0) + (day ? (Number(day) - 1) / 366 : 0);
}

/** The wished period where it exists, else the one nearest to it in time, else the newest. */
export function nearestPeriod(periods: readonly string[], wished: string | null): string | null {
  const newest = periods.at(-1) ?? null;
  if (wished === null || periods.includes(wished)) return wished ?? newest;
  const position = periodPosition(wished);
  if (Number.isNaN(position)) return newest;
  const distance = (period: string): number => Math.abs(periodPosition(period) - position);
  return periods.reduce<string | null>(
    (best, period) => (best === null || distance(period) <= distance(best) ? period : best),
    null,
  );
}

/** The periods in which the map of a level is not bare everywhere. */
export function mappedPeriods(indicator: Indicator, level: string): readonly string[] {
  return indicator.periods_by_level[level] ?? [];
}

/** The wished period where it exists, else the nearest one with values on the map, else with any. */
function existingPeriod(asked: string | null, indicator: Indicator, level: string): string | null {
  if (asked !== null && indicator.periods.includes(asked)) return asked;
  return nearestPeriod(mappedPeriods(indicator, level), asked) ?? nearestPeriod(indicator.periods, asked);
}

/** Levels whose keys begin with the key of the area they lie in. */
export const officialLevels: readonly string[] = ["land", "regierungsbezirk", "kreis", "verband", "gemeinde"];

/** The levels of the indicator that have areas inside the selection, municipalities first. */
export function levelsInside(
  indicator: Pick<Indicator, "levels">,
  { levels }: Pick<Selection, "levels">,
): readonly string[] {
  const inside = indicator.levels.filter((level) => levels.includes(level));
  return inside.toSorted((a, b) => Number(b === "gemeinde") - Number(a === "gemeinde"));
}

/** The levels that can be chosen: those with figures for the period, and the one that is shown. */
export function offeredLevels(indicator: Indicator, selection: Selection, state: State): readonly string[] {
  return levelsInside(indicator, selection).filter(
    (level) => level === state.shownLevel || mappedPeriods(indicator, level).includes(state.period),
  );
}

function existingWithin(asked: string | null, indicator: Indicator, release: Release): Selection | null {
  const candidates = release.selections.filter((selection) => levelsInside(indicator, selection).length > 0);
  const found = (key: string | null) => candidates.find((selection) => selection.key === key);
  return found(asked) ?? found(release.home) ?? candidates[0] ?? null;
}

/**
 * The boundaries in force on a day, as the service finds them; `null` for the newest ones.
 * A day before the oldest ones, or text that is no day, is unknown.
 */
function existingVintage(asked: string | null, release: Release): string | null | undefined {
  if (asked === null) return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(asked)) return undefined;
  const found = release.vintages.filter((vintage) => vintage <= asked).at(-1);
  return found === release.newest_vintage ? null : found;
}

/** What an atlas opens with: the rate with the longest series for the smallest areas. */
function firstIndicator(usable: readonly Indicator[]): Indicator | undefined {
  const rates = usable.filter(
    (indicator) =>
      indicator.kind !== "count" && indicator.levels.includes("gemeinde") && !indicator.synthetic,
  );
  const longest = Math.max(...rates.map(({ periods }) => periods.length));
  return rates.find(({ periods }) => periods.length === longest) ?? usable[0];
}

/**
 * Fills the gaps of the URL and replaces what the release does not have.
 * `null` for a release without any indicator that has a period, or without any area to choose.
 */
export function resolveState(
  url: UrlState,
  catalogue: Catalogue,
  release: Release,
): { readonly state: State; readonly unknown: readonly Unknown[] } | null {
  const usable = catalogue.indicators.filter((indicator) => indicator.periods.length > 0);
  const indicator = usable.find((candidate) => candidate.id === url.indicator) ?? firstIndicator(usable);
  const selection = indicator ? existingWithin(url.within, indicator, release) : null;
  if (!indicator || !selection) return null;
  const inside = levelsInside(indicator, selection);
  const level = inside.find((candidate) => candidate === url.level) ?? null;
  const shownLevel = level ?? inside[0] ?? "gemeinde";
  const period = existingPeriod(url.period, indicator, shownLevel);
  const vintage = existingVintage(url.vintage, release);
  if (!period) return null;
  const within = selection.key;
  const unknown: Unknown[] = [];
  if (url.indicator !== null && url.indicator !== indicator.id) {
    unknown.push({ parameter: "indicator", asked: url.indicator });
  }
  if (url.period !== null && url.period !== period) unknown.push({ parameter: "period", asked: url.period });
  if (url.within !== null && url.within !== within) {
    const exists = release.selections.some(({ key }) => key === url.within);
    unknown.push({ parameter: exists ? "wider" : "within", asked: url.within });
  }
  if (url.level !== null && level === null) unknown.push({ parameter: "level", asked: url.level });
  if (url.vintage !== null && vintage === undefined)
    unknown.push({ parameter: "vintage", asked: url.vintage });
  const state = {
    ...url,
    indicator: indicator.id,
    period,
    within,
    level,
    shownLevel,
    vintage: vintage ?? null,
  };
  return { state, unknown };
}
