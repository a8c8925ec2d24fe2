/** The forms of the HTTP answers the viewer reads. */

export type Lang = "de" | "en";
export type Text = Readonly<Record<Lang, string>>;

export type StatusCode =
  | "OK"
  | "ZERO"
  | "ZERO_EXACT"
  | "LT_HALF_UNIT"
  | "LOW_RELIABILITY"
  | "SECRET"
  | "SECRET_OR_UNKNOWN"
  | "SECRET_OR_NONE"
  | "PENDING"
  | "UNRELIABLE"
  | "NOT_MEANINGFUL"
  | "NOT_APPLICABLE"
  | "EMPTY"
  | "BREAK"
  | "SMALL_BASE";

export type Flag = "PROVISIONAL" | "REVISED" | "ESTIMATED" | "FINAL";
export type Kind = "count" | "rate" | "mean" | "index" | "median";
export type PeriodType = "instant" | "sum" | "mean";
export type Origin = "official" | "aggregated";
export type Bbox = readonly [west: number, south: number, east: number, north: number];

export interface Selection {
  readonly key: string;
  readonly level: string;
  readonly name: string;
  readonly kind?: string | null;
  readonly bbox: Bbox;
}

export interface Release {
  readonly release: number;
  readonly created: string;
  readonly newest_vintage: string;
  readonly levels: readonly { readonly id: string; readonly title: Text }[];
  readonly tilesets: Readonly<Record<string, string>>;
  readonly selections: readonly Selection[];
  readonly home: string | null;
}

/** The part of TileJSON 3 that the map needs. */
export interface TileJson {
  readonly tiles: readonly string[];
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds: Bbox;
  readonly attribution?: string;
}

export interface Theme {
  readonly id: string;
  readonly title: Text;
}

export interface Indicator {
  readonly id: string;
  readonly title: Text;
  readonly theme: string;
  readonly tags: readonly string[];
  readonly kind: Kind;
  readonly unit_text: Text;
  readonly polarity: -1 | 0 | 1;
  readonly decimals: number | null;
  readonly synthetic: boolean;
  readonly period_type: PeriodType | null;
  readonly reference_day: string | null;
  readonly periods: readonly string[];
  readonly levels: readonly string[];
}

export interface Catalogue {
  readonly indicators: readonly Indicator[];
  readonly themes: readonly Theme[];
}

/** What `/api/indicators/{id}` says beyond the catalogue entry; texts without words are empty. */
export interface IndicatorDetail extends Indicator {
  readonly definition: Text | null;
  readonly note: Text | null;
  readonly territory: Text | null;
  readonly source: string | null;
  readonly table: string | null;
  readonly retrieved: string | null;
  readonly licence: string | null;
  readonly attribution: string | null;
}

export interface ClassRange {
  readonly from: number;
  readonly to: number;
  readonly color: string;
  readonly count: number;
}

export interface Classification {
  readonly method: string;
  readonly scope: string;
  readonly breaks: readonly number[];
  readonly classes: readonly ClassRange[];
  readonly symbol?: { readonly max_value: number } | null;
}

export interface ReferenceValue {
  readonly value: number | null;
  readonly status: StatusCode;
  readonly origin: Origin;
  readonly name: string;
}

export interface Values {
  readonly indicator: string;
  readonly level: string;
  readonly period: string;
  readonly vintage: string;
  readonly keys: readonly string[];
  readonly names: readonly string[];
  readonly values: readonly (number | null)[];
  readonly status: readonly StatusCode[];
  readonly flags: readonly (readonly Flag[])[];
  readonly synthetic: boolean;
  readonly unit_text: Text;
  readonly classification: Classification | null;
  readonly reference: {
    readonly kreis: Readonly<Record<string, ReferenceValue>>;
    readonly land: Readonly<Record<string, ReferenceValue>>;
  };
}

/** Why a figure is not simply the published one: "bis 2019: Summe aus Oberweser und Wahlsburg". */
export interface Note extends Text {
  readonly period: string;
  readonly date: string;
}

export interface SeriesOfArea {
  readonly key: string;
  readonly name: string;
  readonly level: string;
  readonly values: readonly (number | null)[];
  readonly status: readonly StatusCode[];
  readonly flags: readonly (readonly Flag[])[];
  /** One entry per period. */
  readonly origin: readonly Origin[];
  readonly notes: readonly Note[];
}

export interface Series {
  readonly indicator: string;
  readonly periods: readonly string[];
  readonly series: readonly SeriesOfArea[];
}

export type ClusterClass =
  | "high-high"
  | "low-low"
  | "high-low"
  | "low-high"
  | "not-significant"
  | "isolated"
  | "undefined";

export interface LocalArea {
  readonly key: string;
  readonly value: number | null;
  readonly p: number | null;
  readonly p_fdr: number | null;
  readonly class: ClusterClass;
  readonly neighbours: readonly string[];
}

export interface GlobalMoran {
  readonly value: number;
  readonly p: number;
  readonly n: number;
  readonly permutations: number;
  readonly warnings: readonly (string | Text)[];
  readonly reading: Text;
}

export interface LocalMoran {
  readonly permutations: number;
  readonly seed: number;
  readonly smallest_p: number | null;
  readonly n: number;
  readonly dropped: readonly { readonly key: string; readonly reason: string }[];
  readonly warnings: readonly (string | Text)[];
  readonly reading: Text;
  readonly colors: Readonly<Record<ClusterClass, string>>;
  readonly areas: readonly LocalArea[];
}

export interface Area {
  readonly key: string;
  readonly name: string;
  readonly kind: string | null;
  readonly level: string;
  readonly parent: string | null;
  readonly parent_name: string | null;
  readonly populated: boolean;
}
