/** The map style: geometry from tiles, everything else from feature state. No glyphs, no sprite. */
import type {
  DataDrivenPropertyValueSpecification,
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
  VectorSourceSpecification,
} from "maplibre-gl";
import { type Gap, gaps } from "../classes";
import { officialLevels } from "../state";
import type { TileJson } from "../types";
import { symbolColour } from "./colours";
import { manyAreas } from "./symbols";

export const tileSource = "areas";
export const hitLayer = "area-ground";
export const labelLayer = "area-label";
/** Invisible pictures as large as the circles: labels give way to them. */
export const circleGuardLayer = "circle-guard";
export const guardImage = "circle-guard";
/** Side of the picture in CSS pixels. */
export const guardSize = 16;
const ink = "#1c2b33";
const nothing = "rgba(0,0,0,0)";
const state = (name: string): ExpressionSpecification => ["feature-state", name];
const is = (name: string): ExpressionSpecification => ["boolean", state(name), false];

/** Names of the run-time images of the patterns. */
export const hatchName = (gap: Gap): string => `hatch-${gap}`;

export const labelSourceLayer = (level: string): string => `${level}_label`;

/** The areas inside the selection: keys of official levels begin with the key of what they lie in. */
export function insideFilter(level: string, within: string): FilterSpecification {
  return hasPlaceInKey(level) ? ["==", ["slice", ["get", "key"], 0, within.length], within] : false;
}

/** Keys of other levels tell nothing: their areas are named one by one. */
export function namedFilter(keys: readonly string[]): FilterSpecification {
  return ["in", ["get", "key"], ["literal", [...keys]]];
}

export function hasPlaceInKey(level: string): boolean {
  return officialLevels.includes(level);
}

/** The names of the tiles, but for areas that need another one, by key. */
export function labelText(names: ReadonlyMap<string, string>): DataDrivenPropertyValueSpecification<string> {
  const [first, ...others] = names;
  if (!first) return ["get", "name"];
  return ["match", ["get", "key"], ...first, ...others.flat(), ["get", "name"]];
}

/** Layers that show only the areas inside the selection. */
export const insideLayers = ["area-symbol", "area-label", "circle-guard"] as const;

const layersAbove = ["kreis", "land"] as const;

/** Levels a selection can be of. */
const selectable = ["land", "regierungsbezirk", "kreis"] as const;

function borderLayer(sourceLayer: (typeof layersAbove)[number]): LayerSpecification {
  return {
    id: `${sourceLayer}-border`,
    type: "line",
    source: tileSource,
    "source-layer": sourceLayer,
    layout: { "line-join": "round" },
    paint: {
      "line-color": sourceLayer === "land" ? "#5d666b" : "#7f878b",
      "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.7, 11, 1.8],
    },
  };
}

/** The outline of the selection; only the layer of its level has its key. */
function selectionLayer(sourceLayer: (typeof selectable)[number], within: string): LayerSpecification {
  return {
    id: `selection-border-${sourceLayer}`,
    type: "line",
    source: tileSource,
    "source-layer": sourceLayer,
    filter: ["==", ["get", "key"], within],
    layout: { "line-join": "round" },
    paint: { "line-color": ink, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 1.4, 11, 3] },
  };
}

/** Size of labels in CSS pixels where the selection is a district. */
const labelSize = 12;

/** Where a circle lies: its radius in CSS pixels, and the number it stands for. */
export interface Circle {
  readonly key: string;
  readonly radius: number;
  readonly value: number;
}

type SymbolLayout = NonNullable<SymbolLayerSpecification["layout"]>;

/** Labels lie on their areas, but beside circles, and those of the largest circles come first. */
export function labelLayout(
  circles: readonly Circle[],
): Readonly<Record<typeof labelLayer | typeof circleGuardLayer, SymbolLayout>> {
  const area: ExpressionSpecification = ["-", 0, ["to-number", ["get", "area_km2"], 0]];
  const byKey = (of: (circle: Circle) => number, other: ExpressionSpecification | number) =>
    [
      "match",
      ["get", "key"],
      ...circles.flatMap((circle) => [circle.key, of(circle)]),
      other,
    ] as unknown as ExpressionSpecification;
  if (circles.length === 0) {
    return {
      [labelLayer]: {
        "text-radial-offset": 0,
        "text-variable-anchor": ["center"],
        "text-padding": 4,
        "symbol-sort-key": area,
      },
      [circleGuardLayer]: { visibility: "none" },
    };
  }
  return {
    [labelLayer]: {
      // MapLibre moves labels above and below a point by 0.3 em towards it.
      "text-radial-offset": byKey(({ radius }) => radius / labelSize + 0.45, 0),
      "text-variable-anchor": ["top", "bottom", "right", "left"],
      "text-padding": circles.length > manyAreas ? 8 : 0,
      "symbol-sort-key": byKey(({ value }) => -value, 0),
    },
    [circleGuardLayer]: {
      // Among hundreds of circles no place is free: there labels may lie on them.
      visibility: circles.length > manyAreas ? "none" : "visible",
      "icon-size": byKey(({ radius }) => (1.8 * radius) / guardSize, 0),
    },
  };
}

/** Every layer, for areas of one level. */
export function layersFor(level: string, within: string): LayerSpecification[] {
  const area = { source: tileSource, "source-layer": level } as const;
  const point = { source: tileSource, "source-layer": labelSourceLayer(level) } as const;
  const inside = insideFilter(level, within);
  return [
    { id: "ground", type: "background", paint: { "background-color": "#e9ecec" } },
    { id: hitLayer, type: "fill", ...area, paint: { "fill-color": "#f8f7f4" } },
    {
      id: "area-fill",
      type: "fill",
      ...area,
      paint: { "fill-color": ["to-color", state("fill"), nothing], "fill-antialias": false },
    },
    ...gaps.map(
      (gap): LayerSpecification => ({
        id: hatchName(gap),
        type: "fill",
        ...area,
        paint: {
          "fill-pattern": hatchName(gap),
          "fill-opacity": ["case", ["==", state("gap"), gap], 1, 0],
        },
      }),
    ),
    {
      id: "area-border",
      type: "line",
      ...area,
      layout: { "line-join": "round" },
      paint: {
        "line-color": ["case", is("dark"), "#e6e1d8", is("inside"), "#5d666b", "#cfccc4"],
        "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.25, 11, 0.9],
      },
    },
    ...layersAbove.map(borderLayer),
    ...selectable.map((sourceLayer) => selectionLayer(sourceLayer, within)),
    {
      id: "area-mark",
      type: "line",
      ...area,
      layout: { "line-join": "round" },
      paint: {
        "line-color": ["case", is("chosen"), "#000000", ink],
        "line-width": ["case", is("chosen"), 3.5, is("hovered"), 2, 0],
      },
    },
    {
      id: "area-symbol",
      type: "circle",
      ...point,
      filter: inside,
      paint: {
        "circle-radius": ["to-number", state("radius"), 0],
        "circle-color": symbolColour,
        "circle-opacity": 0.78,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": ["case", [">", ["to-number", state("radius"), 0], 0], 1, 0],
      },
    },
    {
      id: labelLayer,
      type: "symbol",
      ...point,
      filter: inside,
      layout: {
        "text-field": labelText(new Map()),
        "text-font": ["system-ui", "sans-serif"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 7, 10, 10, labelSize, 12, 14],
        "text-max-width": 7,
        ...labelLayout([])[labelLayer],
      },
      paint: {
        "text-color": ink,
        "text-halo-color": "rgba(255,255,255,0.95)",
        "text-halo-width": 1.6,
      },
    },
    {
      id: circleGuardLayer,
      type: "symbol",
      ...point,
      filter: inside,
      layout: {
        ...labelLayout([])[circleGuardLayer],
        "icon-image": guardImage,
        "icon-padding": [0],
        "icon-allow-overlap": true,
      },
      paint: { "icon-opacity": 0 },
    },
  ];
}

/** The areas of one vintage; every layer names them by their keys. */
export function sourceFor(tileset: TileJson): VectorSourceSpecification {
  return {
    type: "vector",
    tiles: [...tileset.tiles],
    minzoom: tileset.minzoom,
    maxzoom: tileset.maxzoom,
    bounds: [...tileset.bounds],
    promoteId: "key",
  };
}

export function styleFor(tileset: TileJson, level: string, within: string): StyleSpecification {
  return {
    version: 8,
    sources: { [tileSource]: sourceFor(tileset) },
    layers: layersFor(level, within),
  };
}
