/** Made from the API definition by `python -m service.typescript`; not to be edited. */

/** A tested number for an area; without one where it is isolated or undefined. */
export interface AnalysedArea {
  readonly key: string;
  readonly name: string;
  readonly value: number | null;
  readonly statistic: number | null;
  readonly expectation: number | null;
  readonly variance: number | null;
  readonly z: number | null;
  readonly p_analytic: number | null;
  readonly p: number | null;
  readonly p_fdr: number | null;
  readonly p_bonferroni: number | null;
  readonly smallest_p: number | null;
  readonly quadrant: "high-high" | "low-low" | "high-low" | "low-high" | null;
  /** Follows p_fdr */
  readonly class: "high-high" | "low-low" | "high-low" | "low-high" | "other-positive" | "negative" | "hot-99" | "hot-95" | "hot-90" | "cold-99" | "cold-95" | "cold-90" | "not-significant" | "isolated" | "undefined";
  /** Part in a cluster: called, or beside one called */
  readonly role: "core" | "neighbour" | null;
  readonly neighbours: readonly string[];
  /** Outside the selection */
  readonly ring?: boolean;
  /** A figure that was used is an estimate */
  readonly estimated?: boolean;
}

/** What every analysis tells; beside it stand the parameters it was asked with, and what is its own. */
export interface Analysis {
  readonly statistic: string;
  readonly n: number;
  readonly level: string;
  readonly vintage: string;
  readonly within: string | null;
  readonly dropped: readonly Dropped[];
  readonly warnings: readonly Text[];
  readonly synthetic: boolean;
  readonly release: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** An area. */
export interface Area {
  readonly key: string;
  readonly name: string;
  readonly level: string;
  readonly parent: string | null;
  readonly populated: boolean;
  readonly area_km2: number;
  readonly kind: string | null;
  readonly parent_name: string | null;
  readonly bbox: readonly [number, number, number, number];
  /** What its territory, or a part of it, was called before the vintage */
  readonly former: readonly FormerArea[];
  /** Of an own level: the smallest known areas in it in which people live */
  readonly members: readonly Member[];
}

/** Areas that were found. */
export interface Areas {
  readonly vintage: string;
  readonly number_matched: number;
  readonly areas: readonly Area[];
}

/** Indicators by theme. */
export interface Catalogue {
  readonly indicators: readonly Indicator[];
  readonly themes: readonly Theme[];
  readonly release: number;
}

/** A class of a map. */
export interface ClassRange {
  readonly from: number;
  readonly to: number;
  readonly color: string;
  readonly count: number;
  readonly label: Text;
}

/** How a map is coloured; counts have symbols and no classes. */
export interface Classification {
  readonly method: string;
  readonly scope: string;
  readonly breaks: readonly number[];
  readonly classes: readonly ClassRange[];
  readonly collapsed: boolean;
  readonly missing: Missing;
  readonly symbol: SymbolScale | null;
}

/** An area that an analysis leaves out. */
export interface Dropped {
  readonly key: string;
  /** A status code, or a fact such as unpopulated or isolated */
  readonly reason: string;
  /** Whose figure is the reason, where there are several */
  readonly indicator?: string;
  /** That of the figure */
  readonly period?: string;
}

/** How areas without a class are drawn. */
export interface Fill {
  readonly color: string;
  readonly hatch: string;
}

/** An area that is part of another one today, or a name that it had. */
export interface FormerArea {
  readonly key: string;
  readonly name: string;
  /** Last day, YYYY-MM-DD */
  readonly until: string;
}

/** One tested number for all areas together. */
export interface GlobalAnalysis {
  readonly statistic: string;
  readonly n: number;
  readonly level: string;
  readonly vintage: string;
  readonly within: string | null;
  readonly dropped: readonly Dropped[];
  readonly warnings: readonly Text[];
  readonly synthetic: boolean;
  readonly release: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly indicator: string;
  readonly period: string;
  readonly weights: UsedWeights;
  readonly permutations: number;
  readonly seed: number;
  readonly smallest_p: number | null;
  readonly p_convention: "doubled";
  readonly alternative: "two-sided";
  readonly companions?: Readonly<Record<string, number | null>>;
  readonly reading: Text;
  readonly value: number | null;
  readonly expectation: number | null;
  readonly variance: number | null;
  readonly variance_assumption: "randomisation" | "normality";
  readonly z: number | null;
  readonly p_analytic: number | null;
  readonly p: number | null;
  readonly parts?: Readonly<Record<string, Moments>>;
}

/** An indicator in the catalogue. */
export interface Indicator {
  readonly id: string;
  readonly title: Text;
  /** Texts that stand in one language only, which is given in place of the other, and the language */
  readonly untranslated: Readonly<Record<string, "de" | "en">>;
  readonly theme: string;
  readonly tags: readonly string[];
  readonly kind: "count" | "rate" | "mean" | "index" | "median";
  readonly unit: string;
  readonly unit_text: Text;
  readonly polarity: -1 | 0 | 1;
  readonly decimals: number;
  readonly synthetic: boolean;
  readonly period_type: "instant" | "sum" | "mean";
  readonly reference_day: string | null;
  readonly periods: readonly string[];
  readonly levels: readonly string[];
  /** By level the periods in which any area has a value */
  readonly periods_by_level: Readonly<Record<string, readonly string[]>>;
  /** Levels whose figures are put together from the public ones of another level, and which */
  readonly levels_from_members: Readonly<Record<string, string>>;
}

/** An indicator in full; texts without words are empty. */
export interface IndicatorDetail {
  readonly id: string;
  readonly title: Text;
  /** Texts that stand in one language only, which is given in place of the other, and the language */
  readonly untranslated: Readonly<Record<string, "de" | "en">>;
  readonly theme: string;
  readonly tags: readonly string[];
  readonly kind: "count" | "rate" | "mean" | "index" | "median";
  readonly unit: string;
  readonly unit_text: Text;
  readonly polarity: -1 | 0 | 1;
  readonly decimals: number;
  readonly synthetic: boolean;
  readonly period_type: "instant" | "sum" | "mean";
  readonly reference_day: string | null;
  readonly periods: readonly string[];
  readonly levels: readonly string[];
  /** By level the periods in which any area has a value */
  readonly periods_by_level: Readonly<Record<string, readonly string[]>>;
  /** Levels whose figures are put together from the public ones of another level, and which */
  readonly levels_from_members: Readonly<Record<string, string>>;
  readonly definition: Text;
  readonly note: Text;
  readonly territory: Text;
  readonly source: string;
  readonly table: string;
  readonly retrieved: string | null;
  readonly licence: string;
  readonly attribution: string;
  readonly numerator: string | null;
  readonly denominator: string | null;
  readonly factor: number | null;
  readonly weight: string | null;
  readonly numerator_at: "same" | "latest" | null;
  readonly denominator_at: "same" | "start" | "mean" | "latest";
  readonly same_as: string | null;
  readonly breaks: readonly string[] | null;
  readonly harmonise: "sum" | "ratio" | "wmean" | "none";
  readonly disclosure: string;
  readonly min_denominator: number | null;
  readonly formula: "sum" | "moving_sum" | "change_absolute" | "change_relative" | "change_points" | "index" | null;
  readonly terms: readonly string[] | null;
  readonly of: string | null;
  readonly span: number | null;
  readonly span_unit: "year" | "quarter" | "month" | null;
  readonly base: string | null;
  readonly valid_range: readonly [number | null, number | null] | null;
}

/** A level of areas. */
export interface Level {
  readonly id: string;
  readonly title: Text;
}

/** A tested number for each area. */
export interface LocalAnalysis {
  readonly statistic: string;
  readonly n: number;
  readonly level: string;
  readonly vintage: string;
  readonly within: string | null;
  readonly dropped: readonly Dropped[];
  readonly warnings: readonly Text[];
  readonly synthetic: boolean;
  readonly release: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly indicator: string;
  readonly period: string;
  readonly weights: UsedWeights;
  readonly permutations: number;
  readonly seed: number;
  readonly smallest_p: number | null;
  readonly p_convention: "doubled";
  readonly alternative: "two-sided";
  readonly companions?: Readonly<Record<string, number | null>>;
  readonly reading: Text;
  readonly variance_assumption: string;
  readonly classes: Readonly<Record<string, number>>;
  readonly colors: Readonly<Record<string, string>>;
  readonly areas: readonly AnalysedArea[];
}

/** An area in an area of an own level. */
export interface Member {
  readonly key: string;
  readonly name: string;
  readonly level: string;
}

/** How areas without a value are drawn, and how many there are by status code. */
export interface Missing {
  readonly color: string;
  readonly hatch: string;
  readonly secret: Fill;
  readonly counts: Readonly<Record<string, number>>;
}

/** A statistic beside what chance would give. */
export interface Moments {
  readonly value: number | null;
  readonly expectation: number | null;
  readonly variance: number | null;
  readonly z: number | null;
  readonly p_analytic: number | null;
  readonly p: number | null;
}

/** Why a figure is not simply the published one. */
export interface Note {
  readonly de: string;
  readonly en: string;
  readonly period: string;
  readonly date: string;
}

/** Figures of the larger areas, by key. */
export interface Reference {
  readonly kreis: Readonly<Record<string, ReferenceValue>>;
  readonly regierungsbezirk: Readonly<Record<string, ReferenceValue>>;
  readonly land: Readonly<Record<string, ReferenceValue>>;
  readonly within: Readonly<Record<string, ReferenceValue>>;
}

/** The figure of a larger area, to compare with. */
export interface ReferenceValue {
  readonly name: string;
  readonly kind: string | null;
  readonly value: number | null;
  readonly status: Status;
  readonly flags: readonly ("PROVISIONAL" | "REVISED" | "ESTIMATED" | "FINAL")[];
  readonly origin: "official" | "aggregated";
  readonly numerator?: number | null;
  readonly denominator?: number | null;
}

/** The release that is served. */
export interface Release {
  readonly release: number;
  readonly created: string;
  readonly tag: string;
  readonly disclosure_version: string;
  readonly vintages: readonly string[];
  readonly newest_vintage: string;
  readonly levels: readonly Level[];
  /** By vintage the address of a TileJSON document */
  readonly tilesets: Readonly<Record<string, string>>;
  readonly attribution: readonly string[];
  readonly selections: readonly Selection[];
  readonly home: string | null;
}

/** An area that a map can be limited to; everything, where the release has no such areas. */
export interface Selection {
  /** Empty for everything */
  readonly key: string;
  readonly level: string;
  readonly name: string;
  readonly kind: string | null;
  /** West, south, east, north in degrees */
  readonly bbox: readonly [number, number, number, number];
  /** Levels that have areas inside it */
  readonly levels: readonly string[];
}

/** Time series of some areas. */
export interface Series {
  readonly indicator: string;
  readonly title: Text;
  readonly unit: string;
  readonly unit_text: Text;
  readonly synthetic: boolean;
  readonly vintage: string;
  readonly periods: readonly string[];
  /** Periods from which on the figures stand on a new base, and are not comparable with those before */
  readonly new_bases: readonly string[];
  readonly series: readonly SeriesOfArea[];
  readonly release: number;
}

/** The figures of an area, one for each period. */
export interface SeriesOfArea {
  readonly key: string;
  readonly name: string;
  readonly level: string;
  readonly values: readonly (number | null)[];
  readonly status: readonly Status[];
  readonly flags: readonly (readonly ("PROVISIONAL" | "REVISED" | "ESTIMATED" | "FINAL")[])[];
  readonly origin: readonly ("official" | "aggregated")[];
  readonly notes: readonly Note[];
}

/** What a cell of an official table says about its figure. */
export type Status = "OK" | "ZERO" | "ZERO_EXACT" | "LT_HALF_UNIT" | "LOW_RELIABILITY" | "SECRET" | "SECRET_OR_UNKNOWN" | "SECRET_OR_NONE" | "PENDING" | "UNRELIABLE" | "NOT_MEANINGFUL" | "NOT_APPLICABLE" | "EMPTY" | "BREAK" | "SMALL_BASE";

/** Sizes of symbols: areas grow with the value. */
export interface SymbolScale {
  readonly max_value: number;
  readonly max_radius: number;
  readonly color: string;
  readonly legend: readonly SymbolStep[];
}

/** A symbol of the legend. */
export interface SymbolStep {
  readonly value: number;
  readonly radius: number;
  readonly label: Text;
}

/** A text in both languages. */
export interface Text {
  readonly de: string;
  readonly en: string;
}

/** A subject area. */
export interface Theme {
  readonly id: string;
  readonly title: Text;
}

/** Who is whose neighbour. */
export interface UsedWeights {
  readonly spec: string;
  readonly style: string;
  readonly links: number;
  readonly isolates: readonly string[];
  readonly isolate_policy: string;
  /** Neighbours across an area without residents */
  readonly bridged: readonly (readonly [string, string])[];
}

/** Figures of one period; the arrays have one length and order. */
export interface Values {
  readonly indicator: string;
  readonly title: Text;
  readonly unit: string;
  readonly unit_text: Text;
  readonly synthetic: boolean;
  readonly level: string;
  readonly period: string;
  readonly within: string | null;
  readonly vintage: string;
  readonly keys: readonly string[];
  readonly names: readonly string[];
  readonly values: readonly (number | null)[];
  readonly status: readonly Status[];
  readonly flags: readonly (readonly ("PROVISIONAL" | "REVISED" | "ESTIMATED" | "FINAL")[])[];
  readonly numerators?: readonly (number | null)[];
  readonly denominators?: readonly (number | null)[];
  readonly reference: Reference;
  readonly classification: Classification | null;
  readonly release: number;
}
