/** State flows one way: URL → state → requests → scene → views. */
import { type Api, isEmbedded, type Problem, type Shown } from "./api";
import { isBare, joinUnits, periodsWithValues, sampleOf, type Unit } from "./classes";
import { Latest } from "./latest";
import { areaName, areasAbove } from "./names";
import {
  type Correction,
  formatState,
  type MapMode,
  mappedPeriods,
  nearestPeriod,
  officialLevels,
  parseState,
  resolveState,
  type State,
  type Unknown,
  type UrlState,
} from "./state";
import type {
  Area,
  Catalogue,
  GlobalAnalysis,
  Indicator,
  IndicatorDetail,
  LocalAnalysis,
  Release,
  Series,
  TileJson,
  Values,
} from "./types";

export interface Boot {
  readonly release: Release;
  readonly catalogue: Catalogue;
}

/** Everything the map, the legend and the table show, all loaded for the same parameters. */
export interface Scene {
  readonly shown: Shown;
  readonly mode: MapMode;
  readonly correction: Correction;
  readonly indicator: Indicator;
  readonly values: Values;
  readonly local: LocalAnalysis | null;
  /** Why there are no clusters although they were asked for. */
  readonly clusterProblem: Problem | null;
  readonly units: readonly Unit[];
  /** Where nothing was published for the period: the periods that have values for these areas. */
  readonly otherPeriods: readonly string[] | null;
}

/** Values with what they were asked for, and the other periods where they are bare. */
interface Answer {
  readonly shown: Shown;
  readonly values: Values;
  readonly otherPeriods: readonly string[] | null;
}

/** The service gives series of so many areas at once. */
const mostSeries = 200;

const keyOf = (shown: Shown): string =>
  [shown.indicator, shown.level, shown.period, shown.within, shown.vintage].join("|");

const areasKey = ({ level, within, vintage }: Shown): string => [level, within, vintage].join("|");

export class App {
  readonly boot = new Latest<Boot>(() => this.#booted());
  readonly values = new Latest<Answer>(() => this.#answered());
  readonly local = new Latest<LocalAnalysis>(() => this.#update());
  readonly moran = new Latest<GlobalAnalysis>(() => this.#update());
  readonly series = new Latest<Series>(() => this.changed());
  readonly detail = new Latest<IndicatorDetail>(() => this.changed());
  readonly tileset = new Latest<TileJson>(() => this.changed());
  readonly areas = new Latest<readonly Area[]>(() => this.#update());
  readonly embedded: boolean;
  state: State | null = null;
  url: UrlState;
  unknown: readonly Unknown[] = [];
  scene: Scene | null = null;
  /** Nobody asked for this period: a bare one may be replaced. */
  #periodIsOurs = false;
  /** What the scene was made of: the same parts make no new scene. */
  #parts: readonly unknown[] = [];

  constructor(
    private readonly api: Api,
    private readonly page: Pick<Window, "location" | "history">,
    private readonly changed: () => void,
  ) {
    this.embedded = isEmbedded(page.location);
    this.url = parseState(page.location.search);
  }

  start(): void {
    this.unknown = [];
    void this.boot.load(
      "boot",
      async (signal) => {
        const [release, catalogue] = await Promise.all([
          this.api.release(signal),
          this.api.catalogue(signal),
        ]);
        return { release, catalogue };
      },
      true,
    );
  }

  /** The reader chose something: a new entry in the history. */
  go(patch: Partial<UrlState>): void {
    const next: UrlState = { ...(this.state ?? this.url), ...patch };
    if (patch.period) this.#periodIsOurs = false;
    else if (patch.indicator) this.#periodIsOurs = true;
    const leaves = patch.within && next.area && !next.area.startsWith(patch.within);
    this.#enter(leaves ? { ...next, area: null } : next, "push");
  }

  /** The browser went back or forward. */
  follow(): void {
    this.#periodIsOurs = false;
    this.#enter(parseState(this.page.location.search), "keep");
  }

  /** Asks again for what failed. */
  retry(): void {
    if (!this.ready) {
      this.start();
      return;
    }
    for (const request of [this.values, this.local, this.moran, this.series, this.detail, this.tileset]) {
      if (request.current.phase === "failed") request.clear();
    }
    this.#load();
  }

  get ready(): Boot | null {
    const { current } = this.boot;
    return current.phase === "ready" ? current.data : null;
  }

  indicator(id: string): Indicator | null {
    return this.ready?.catalogue.indicators.find((indicator) => indicator.id === id) ?? null;
  }

  /** What the state asks for. */
  get wanted(): Shown | null {
    const { state } = this;
    const indicator = state && this.indicator(state.indicator);
    if (!state || !indicator) return null;
    return {
      indicator: state.indicator,
      period: state.period,
      level: state.shownLevel,
      within: state.within,
      vintage: state.vintage,
    };
  }

  /** Whether the scene is the one that the state asks for. */
  get settled(): boolean {
    const { scene, wanted, state } = this;
    return (
      scene !== null &&
      wanted !== null &&
      keyOf(scene.shown) === keyOf(wanted) &&
      scene.mode === state?.map &&
      scene.correction === state.correction
    );
  }

  /** Address of the tiles of a vintage. */
  tilesOf(vintage: string | null): string | null {
    const release = this.ready?.release;
    return release?.tilesets[vintage ?? release.newest_vintage] ?? null;
  }

  /** What is known about the areas that are shown. */
  get knownAreas(): readonly Area[] | null {
    const { scene, areas } = this;
    const { current } = areas;
    return scene && current.phase === "ready" && current.key === areasKey(scene.shown) ? current.data : null;
  }

  unit(key: string | null): Unit | null {
    return this.scene?.units.find((unit) => unit.key === key) ?? null;
  }

  #booted(): void {
    this.#periodIsOurs = this.url.period === null;
    if (this.ready) this.#enter(this.url, "replace");
    else this.changed();
  }

  #enter(url: UrlState, entry: "push" | "replace" | "keep"): void {
    this.url = url;
    const boot = this.ready;
    const resolved = boot && resolveState(url, boot.catalogue, boot.release);
    const before = this.state;
    const state = resolved?.state ?? null;
    const otherLevel = before && state && before.shownLevel !== state.shownLevel;
    // An area of one level is none of the other.
    this.state = entry === "push" && otherLevel ? { ...state, area: null } : state;
    const unknown = resolved?.unknown ?? [];
    // Another indicator moves the period silently, but a region or a level that is left is told.
    const told = ["wider", "level"];
    this.unknown = entry === "push" ? unknown.filter(({ parameter }) => told.includes(parameter)) : unknown;
    const query = formatState(this.state ?? url);
    const target = this.page.location.pathname + query;
    if (entry === "push" && query !== this.page.location.search) {
      this.page.history.pushState(null, "", target);
    } else if (entry !== "push") this.page.history.replaceState(null, "", target);
    this.#load();
  }

  #load(): void {
    const { wanted, state, ready } = this;
    const tiles = ready && this.tilesOf(state?.vintage ?? null);
    if (tiles) void this.tileset.load(tiles, (signal) => this.api.tileset(tiles, signal));
    if (wanted && state) {
      const key = keyOf(wanted);
      void this.values.load(key, (signal) => this.#answer(wanted, signal));
      if (state.map === "clusters") {
        void this.local.load(key, (signal) => this.api.localMoran(wanted, signal));
        void this.moran.load(key, (signal) => this.api.moran(wanted, signal));
      }
      void this.areas.load(areasKey(wanted), (signal) =>
        this.api.areas(wanted.level, wanted.within, wanted.vintage, signal),
      );
      void this.detail.load(wanted.indicator, (signal) => this.api.detail(wanted.indicator, signal));
    }
    this.#update();
  }

  async #answer(shown: Shown, signal: AbortSignal): Promise<Answer> {
    const values = await this.api.values(shown, signal);
    return {
      shown,
      values,
      otherPeriods: isBare(values) ? await this.#otherPeriods(values, shown, signal) : null,
    };
  }

  /**
   * The catalogue knows the periods that are bare everywhere; of one that is bare in this region the series tell.
   * A help for the reader: without an answer the map is as bare as before.
   */
  async #otherPeriods(
    { indicator, keys, period }: Values,
    { level, vintage }: Shown,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const known = this.indicator(indicator);
    const mapped = known ? mappedPeriods(known, level) : [];
    if (known && !mapped.includes(period)) return mapped;
    try {
      const sample = sampleOf(keys, mostSeries);
      return periodsWithValues(await this.api.series(indicator, sample, level, vintage, signal));
    } catch {
      return [];
    }
  }

  /** A period that nobody asked for gives way to the nearest one with values. */
  #answered(): void {
    const period = this.#periodInstead();
    if (this.state === null || period === null || period === this.state.period) {
      this.#update();
      return;
    }
    const { unknown } = this;
    this.#enter({ ...this.state, period }, "replace");
    this.unknown = unknown;
  }

  #periodInstead(): string | null {
    const { wanted } = this;
    const { current } = this.values;
    if (!this.#periodIsOurs || !wanted || current.phase !== "ready" || current.key !== keyOf(wanted))
      return null;
    return nearestPeriod(current.data.otherPeriods ?? [], wanted.period);
  }

  /** Makes the scene once all of its parts are there; until then the one before it stays. */
  #update(): void {
    const scene = this.#nextScene();
    if (scene !== undefined) this.scene = scene;
    this.#loadSeries();
    this.changed();
  }

  #nextScene(): Scene | null | undefined {
    const { wanted, state } = this;
    const values = this.values.current;
    if (!wanted || !state) return null;
    const key = keyOf(wanted);
    if (values.phase === "failed" && values.key === key) return null;
    const indicator = this.indicator(wanted.indicator);
    if (values.phase !== "ready" || values.key !== key || !indicator) return undefined;
    const local = this.local.current;
    const clusters = state.map === "clusters";
    if (clusters && (local.phase === "idle" || local.phase === "loading" || local.key !== key))
      return undefined;
    const found = clusters && local.phase === "ready" ? local.data : null;
    const areas = this.areas.current;
    const known = areas.phase === "ready" && areas.key === areasKey(wanted) ? areas.data : null;
    const parts = [values.data, found, known, local, state.map, state.correction];
    if (this.scene && parts.every((part, index) => part === this.#parts[index])) return this.scene;
    this.#parts = parts;
    return {
      shown: wanted,
      mode: state.map,
      correction: state.correction,
      indicator,
      values: values.data.values,
      local: found,
      clusterProblem: clusters && local.phase === "failed" ? local.problem : null,
      units: this.#named(wanted.level, joinUnits(values.data.values, found, known, state.correction)),
      otherPeriods: values.data.otherPeriods,
    };
  }

  #named(level: string, units: readonly Unit[]): readonly Unit[] {
    const release = this.ready?.release;
    if (!release) return units;
    return units.map((unit) => ({ ...unit, name: areaName(release, level, unit.key, unit.name) }));
  }

  #loadSeries(): void {
    const { scene, state } = this;
    const area = state?.area ?? null;
    if (!scene || !this.settled || !this.unit(area) || area === null) {
      if (area === null) this.series.clear();
      return;
    }
    const { indicator, level, vintage } = scene.shown;
    const above = areasAbove(area, scene.values, this.knownAreas).map(({ key }) => key);
    void this.series.load([indicator, vintage, level, area, ...above].join("|"), (signal) =>
      this.#askSeries(scene.shown, area, above, signal),
    );
  }

  /** Keys of an own level may be those of official areas: the lines are asked for apart. */
  async #askSeries(
    { indicator, level, vintage }: Shown,
    area: string,
    above: readonly string[],
    signal: AbortSignal,
  ): Promise<Series> {
    const ask = (keys: readonly string[], of: string | null): Promise<Series> =>
      this.api.series(indicator, keys, of, vintage, signal);
    if (officialLevels.includes(level)) return ask([area, ...above], null);
    const [own, larger] = await Promise.all([ask([area], level), above.length > 0 ? ask(above, null) : null]);
    return { ...own, series: [...own.series, ...(larger?.series ?? [])] };
  }
}
