/** The forms of the HTTP answers the viewer reads; those of `api-types.ts` are made from the API definition. */
import type {
  AnalysedArea,
  IndicatorDetail,
  ReferenceValue,
  Selection,
  Status,
  Text,
  Values,
} from "./api-types";

export type {
  AnalysedArea,
  Area,
  Catalogue,
  Classification,
  ClassRange,
  GlobalAnalysis,
  Indicator,
  IndicatorDetail,
  LocalAnalysis,
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

/** The classes of local Moran. */
export type ClusterClass = Extract<
  AnalysedArea["class"],
  "high-high" | "low-low" | "high-low" | "low-high" | "not-significant" | "isolated" | "undefined"
>;
