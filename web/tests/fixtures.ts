/** Small answers in the form of the service. */
import type {
  AnalysedArea,
  Catalogue,
  Classification,
  Indicator,
  LocalAnalysis,
  Release,
  Series,
  Text,
  TileJson,
  Values,
} from "../src/types";

export function indicator(patch: Partial<Indicator> = {}): Indicator {
  const { periods = ["2018", "2019", "2020", "2022"], levels = ["gemeinde", "kreis", "land"] } = patch;
  return {
    id: "child_pov",
    title: { de: "Kinderarmut", en: "Child poverty" },
    untranslated: {},
    theme: "young",
    tags: ["armut"],
    kind: "rate",
    unit: "%",
    unit_text: { de: "%", en: "%" },
    polarity: -1,
    decimals: 1,
    synthetic: true,
    period_type: "instant",
    reference_day: "12-31",
    periods,
    levels,
    periods_by_level: Object.fromEntries(levels.map((level) => [level, periods])),
    levels_from_members: {},
    ...patch,
  };
}

export const monthly = indicator({
  id: "sgb2_quote",
  title: { de: "SGB-II-Quote", en: "SGB II quota" },
  theme: "need",
  periods: ["2021-11", "2021-12", "2022-01", "2022-02"],
  period_type: "mean",
  reference_day: null,
});

export const ofKreise = indicator({
  id: "hosp_beds",
  title: { de: "Krankenhausbetten", en: "Hospital beds" },
  theme: "unlisted",
  tags: [],
  levels: ["kreis", "land"],
});

/** Also on an own level, put together from municipalities. */
export const ofRaum = indicator({
  id: "pupils",
  title: { de: "Schüler", en: "Pupils" },
  levels: ["gemeinde", "kreis", "land", "raum"],
  levels_from_members: { raum: "gemeinde" },
});

export const catalogue: Catalogue = {
  indicators: [indicator(), monthly, ofKreise, indicator({ id: "planned", periods: [] })],
  themes: [
    { id: "young", title: { de: "Junge Menschen", en: "Young people" } },
    { id: "need", title: { de: "Existentieller Hilfebedarf", en: "Basic needs" } },
  ],
  release: 3,
};

export const release: Release = {
  release: 3,
  tag: "a1",
  disclosure_version: "1",
  vintages: ["2026-01-01"],
  attribution: [],
  created: "2026-11-22T03:00:00Z",
  newest_vintage: "2026-01-01",
  levels: [
    { id: "gemeinde", title: { de: "Gemeinden", en: "municipalities" } },
    { id: "kreis", title: { de: "Kreise", en: "districts" } },
    { id: "raum", title: { de: "Räume", en: "spaces" } },
  ],
  tilesets: { "2026-01-01": "/tiles/2026-01-01.json" },
  selections: [
    {
      key: "06",
      level: "land",
      name: "Hessen",
      kind: null,
      bbox: [7.7, 49.3, 10.3, 51.7],
      levels: ["gemeinde", "kreis", "raum"],
    },
    {
      key: "06633",
      level: "kreis",
      name: "Kassel",
      kind: "Landkreis",
      bbox: [9, 51.1, 9.8, 51.7],
      levels: ["gemeinde", "raum"],
    },
    {
      key: "06432",
      level: "kreis",
      name: "Darmstadt-Dieburg",
      kind: "Landkreis",
      bbox: [8.5, 49.7, 9.1, 50],
      levels: ["gemeinde"],
    },
  ],
  home: "06633",
};

export const tileset: TileJson = {
  tiles: ["http://h/tiles/2026-01-01/{z}/{x}/{y}.mvt"],
  minzoom: 0,
  maxzoom: 12,
  bounds: [7.7, 49.3, 10.3, 51.7],
  attribution: "© GeoBasis-DE / BKG (2016)",
};

/** A label; the viewer writes its own. */
export const plain: Text = { de: "", en: "" };

export const classification: Classification = {
  method: "quantiles",
  scope: "all periods",
  breaks: [2, 5, 10, 20],
  classes: [
    { from: 2, to: 5, color: "#fee", count: 1, label: plain },
    { from: 5, to: 10, color: "#faa", count: 1, label: plain },
    { from: 10, to: 20, color: "#a00", count: 1, label: plain },
  ],
  collapsed: false,
  missing: { color: "#ddd", hatch: "dots", secret: { color: "#ccc", hatch: "lines" }, counts: {} },
  symbol: null,
};

export const values: Values = {
  indicator: "child_pov",
  title: { de: "Kinderarmut", en: "Child poverty" },
  unit: "%",
  within: "06633",
  release: 3,
  level: "gemeinde",
  period: "2022",
  vintage: "2026-01-01",
  keys: ["06633001", "06633002", "06633018", "06633019", "06633200"],
  names: ["Ahnatal", "Bad Karlshafen", "Naumburg", "Nieste", "Gutsbezirk Reinhardswald"],
  values: [5, 12.34, 12.31, null, null],
  status: ["OK", "OK", "LOW_RELIABILITY", "SECRET", "NOT_APPLICABLE"],
  flags: [[], ["PROVISIONAL"], [], [], []],
  synthetic: true,
  unit_text: { de: "%", en: "%" },
  classification,
  reference: {
    kreis: {
      "06633": { value: 9.5, status: "OK", flags: [], origin: "aggregated", name: "Kassel", kind: null },
    },
    regierungsbezirk: {},
    land: { "06": { value: 13.2, status: "OK", flags: [], origin: "official", name: "Hessen", kind: null } },
    within: {},
  },
};

export const series: Series = {
  indicator: "child_pov",
  title: values.title,
  unit: "%",
  unit_text: values.unit_text,
  synthetic: true,
  vintage: "2026-01-01",
  periods: [],
  new_bases: [],
  series: [],
  release: 3,
};

function analysed(
  patch: Pick<AnalysedArea, "key" | "value" | "p" | "p_fdr" | "class"> & Partial<AnalysedArea>,
): AnalysedArea {
  return {
    name: patch.key,
    statistic: 0.1,
    expectation: 0,
    variance: 0.1,
    z: 0.3,
    p_analytic: 0.76,
    role: null,
    p_bonferroni: patch.p_fdr,
    smallest_p: 0.0002,
    quadrant: "high-high",
    neighbours: [],
    ...patch,
  };
}

const frame = {
  level: "gemeinde",
  vintage: "2026-01-01",
  within: "06633",
  synthetic: true,
  release: 3,
  versions: {},
  indicator: "child_pov",
  period: "2022",
  weights: { spec: "queen", style: "R", links: 2, isolates: [], isolate_policy: "bridge", bridged: [] },
  p_convention: "doubled",
  alternative: "two-sided",
} as const;

export const local: LocalAnalysis = {
  ...frame,
  statistic: "local-moran",
  variance_assumption: "conditional randomisation",
  classes: {},
  permutations: 9999,
  seed: 1,
  smallest_p: 0.0002,
  n: 3,
  dropped: [{ key: "06633200", reason: "unpopulated" }],
  warnings: [],
  reading: { de: "Kein Muster.", en: "No pattern." },
  colors: {
    "high-high": "#c0233b",
    "low-low": "#1f4e9c",
    "high-low": "#f2a07b",
    "low-high": "#9fc6e8",
    "not-significant": "#efefef",
    isolated: "#9a9a9a",
    undefined: "#6b6b6b",
  },
  areas: [
    analysed({
      key: "06633001",
      value: 5,
      p: 0.04,
      p_fdr: 0.06,
      class: "not-significant",
      quadrant: "low-low",
    }),
    analysed({
      key: "06633002",
      value: 12.34,
      p: 0.001,
      p_fdr: 0.01,
      p_bonferroni: 0.2,
      class: "high-high",
      neighbours: ["06633001"],
    }),
  ],
};

/** A promise that the test keeps or breaks. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}
