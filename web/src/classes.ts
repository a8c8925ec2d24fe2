/** What an area is on the map: a class of values, or the reason why it has none. */
import type { Correction } from "./state";
import type {
  AnalysedArea,
  Area,
  Classification,
  ClusterClass,
  LocalAnalysis,
  Series,
  StatusCode,
  Values,
} from "./types";

/** Reasons for having no value, as far as the map tells them apart. */
export type Gap =
  | "secret"
  | "missing"
  | "small-base"
  | "break"
  | "not-applicable"
  | "unpopulated"
  | "undefined";

export const gaps: readonly Gap[] = [
  "secret",
  "small-base",
  "missing",
  "break",
  "not-applicable",
  "unpopulated",
  "undefined",
];

const gapOfStatus: Partial<Record<StatusCode, Gap>> = {
  SECRET: "secret",
  SECRET_OR_UNKNOWN: "secret",
  SECRET_OR_NONE: "secret",
  SMALL_BASE: "small-base",
  BREAK: "break",
  NOT_APPLICABLE: "not-applicable",
};

/** One area of the selection, ready to be drawn, listed and compared. */
export interface Unit {
  readonly key: string;
  readonly name: string;
  readonly value: number | null;
  readonly status: StatusCode;
  readonly flags: readonly string[];
  /** Index of the class, `null` without a value. */
  readonly klass: number | null;
  /** Why there is no value, `null` with one. */
  readonly gap: Gap | null;
  readonly cluster: ClusterClass | null;
}

/** The class of a value: intervals are `(b, b']`, the first one is closed; values beyond the ends are clamped. */
export function classOf(value: number, breaks: readonly number[]): number {
  const last = Math.max(0, breaks.length - 2);
  for (let index = 0; index < last; index += 1) {
    const upper = breaks[index + 1];
    if (upper !== undefined && value <= upper) return index;
  }
  return last;
}

function gapOf(key: string, status: StatusCode, unpopulated: ReadonlySet<string>): Gap {
  return unpopulated.has(key) ? "unpopulated" : (gapOfStatus[status] ?? "missing");
}

/** Highest p at which an area is called conspicuous; the service uses the same with its correction. */
export const level = 0.05;

const clusterClasses: ReadonlySet<string> = new Set<ClusterClass>([
  "high-high",
  "low-low",
  "high-low",
  "low-high",
  "not-significant",
  "isolated",
  "undefined",
]);

/** The class on the map: that of the service, or the quadrant where the reader wants another correction. */
export function clusterOf(area: AnalysedArea, correction: Correction): ClusterClass {
  const given = clusterClasses.has(area.class) ? (area.class as ClusterClass) : "undefined";
  if (correction === "fdr" || given === "isolated" || given === "undefined") return given;
  const p = correction === "bonferroni" ? area.p_bonferroni : area.p;
  if (p === null) return "undefined";
  return p <= level && area.quadrant ? area.quadrant : "not-significant";
}

/** Areas that were tested, and how many of them the map calls conspicuous. */
export function testedOf(
  { areas }: Pick<LocalAnalysis, "areas">,
  correction: Correction,
): { readonly tested: number; readonly conspicuous: number } {
  const tested = areas.filter(({ p }) => p !== null);
  const conspicuous = tested.filter((area) => clusterOf(area, correction) !== "not-significant");
  return { tested: tested.length, conspicuous: conspicuous.length };
}

/** Joins values, cluster classes and what is known about the areas; missing never becomes a class. */
export function joinUnits(
  values: Values,
  local: LocalAnalysis | null,
  areas: readonly Area[] | null,
  correction: Correction = "fdr",
): readonly Unit[] {
  const unpopulated = new Set(areas?.filter((area) => !area.populated).map((area) => area.key));
  const clusters = new Map(local?.areas.map((area) => [area.key, clusterOf(area, correction)]));
  const breaks = values.classification?.breaks ?? [];
  const listed = new Set(values.keys);
  const unlisted = (areas ?? []).filter((area) => !area.populated && !listed.has(area.key));
  const units = values.keys.map((key, index): Unit => {
    const value = values.values[index] ?? null;
    const status = values.status[index] ?? "EMPTY";
    return {
      key,
      name: values.names[index] ?? key,
      value,
      status,
      flags: values.flags[index] ?? [],
      klass: value === null || breaks.length < 2 ? null : classOf(value, breaks),
      gap: value === null ? gapOf(key, status, unpopulated) : null,
      cluster: value === null ? null : (clusters.get(key) ?? (local ? "undefined" : null)),
    };
  });
  return [...units, ...unlisted.map(unpopulatedUnit)];
}

function unpopulatedUnit({ key, name }: Area): Unit {
  return {
    key,
    name,
    value: null,
    status: "NOT_APPLICABLE",
    flags: [],
    klass: null,
    gap: "unpopulated",
    cluster: null,
  };
}

const unpublished: ReadonlySet<StatusCode> = new Set(["EMPTY", "NOT_APPLICABLE", "PENDING", "BREAK"]);

/** Whether nothing was published for any of the areas: no value, and none that is kept back. */
export function isBare({ status }: Pick<Values, "status">): boolean {
  return status.every((code) => unpublished.has(code));
}

/** The periods in which at least one of the areas has a value. */
export function periodsWithValues({ periods, series }: Series): readonly string[] {
  return periods.filter((_, index) => series.some((line) => (line.values[index] ?? null) !== null));
}

/** At most `most` of the items, evenly spread. */
export function sampleOf<T>(items: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, Math.ceil(items.length / most));
  return items.filter((_, index) => index % step === 0);
}

/** How many of the areas fall under each of the given marks. */
export function countBy<T>(units: readonly Unit[], mark: (unit: Unit) => T | null): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const unit of units) {
    const value = mark(unit);
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** The class range a unit lies in. */
export function rangeIndexOf(unit: Unit, classification: Classification | null): number | null {
  return unit.klass !== null && classification?.classes[unit.klass] ? unit.klass : null;
}

export interface Rank {
  readonly rank: number;
  /** Areas with the same value as shown, this one not counted. */
  readonly ties: number;
  /** Areas that have a value. */
  readonly of: number;
}

/**
 * Standard competition rank ("1224") from the highest value down, over the areas with a value.
 * Values that look alike at `decimals` are ties: a difference nobody sees makes no rank.
 */
export function rankOf(key: string, units: readonly Unit[], decimals: number): Rank | null {
  const shown = new Map<string, number>();
  for (const unit of units) {
    if (unit.value !== null) shown.set(unit.key, Number(unit.value.toFixed(decimals)));
  }
  const own = shown.get(key);
  if (own === undefined) return null;
  const all = [...shown.values()];
  return {
    rank: 1 + all.filter((value) => value > own).length,
    ties: all.filter((value) => value === own).length - 1,
    of: all.length,
  };
}
