/** The forms of the HTTP answers the viewer reads; those of `api-types.ts` are made from the API definition. */
import type { IndicatorDetail, ReferenceValue, Selection, Status, Text, Values } from "./api-types";

export type {
  Area,
  Catalogue,
  Classification,
  ClassRange,
  Indicator,
  IndicatorDetail,
  Note,
  ReferenceValue,
  Release,
  Selection,
  Series,
  SeriesOfArea,
  Text,
  Theme,
  Values,
} from "./api-types";

export type Lang = keyof Text;
export type StatusCode = Status;
export type Flag = Values["flags"][number][number];
export type Kind = IndicatorDetail["kind"];
export type PeriodType = IndicatorDetail["period_type"];
export type Origin = ReferenceValue["origin"];
export type Bbox = Selection["bbox"];

/** The part of TileJSON 3 that the map needs. */
export interface TileJson {
  readonly tiles: readonly string[];
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds: Bbox;
  readonly attribution?: string;
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
