/** The MapLibre map: draws a scene, tells what the pointer is on. Loaded after the controls. */
import "maplibre-gl/dist/maplibre-gl.css";
import * as maplibre from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Scene } from "../app";
import { gaps } from "../classes";
import { namesakes } from "../names";
import type { Bbox, TileJson } from "../types";
import { fillOf, isDark } from "./colours";
import { hatchImage } from "./hatch";
import {
  type Circle,
  guardImage,
  guardSize,
  hasPlaceInKey,
  hatchName,
  hitLayer,
  insideLayers,
  labelLayer,
  labelLayout,
  labelSourceLayer,
  labelText,
  layersFor,
  namedFilter,
  sourceFor,
  styleFor,
  tileSource,
} from "./style";
import { radiusOf } from "./symbols";

export type { Map as MapLibreMap } from "maplibre-gl";

export interface Pointed {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

export interface MapOptions {
  readonly container: HTMLElement;
  readonly tiles: TileJson;
  readonly level: string;
  readonly within: string;
  readonly bbox: Bbox;
  /** Two fingers move the map, one scrolls the page around it. */
  readonly cooperative: boolean;
  /** Room to leave free at the edges, for what lies on the map. */
  readonly padding: () => maplibre.PaddingOptions;
  readonly onChoose: (key: string) => void;
  readonly onPoint: (pointed: Pointed | null) => void;
  readonly onReady: (scene: Scene) => void;
}

export type { PaddingOptions as Padding } from "maplibre-gl";

maplibre.setWorkerUrl(workerUrl);

type LayoutProperty = Parameters<maplibre.Map["setLayoutProperty"]>;

export class MapView {
  readonly map: maplibre.Map;
  #drawn: Scene | null = null;
  /** What the map was fitted to, until the reader moves it. */
  #fitted: Bbox | null = null;
  /** The box that the last scene was to be seen in. */
  #placed: string | null = null;
  #frame: string;
  #level: string;
  #tiles: TileJson;
  #chosen: string | null = null;
  #hovered: string | null = null;

  constructor(private readonly options: MapOptions) {
    const { container, tiles, level, within, bbox, cooperative } = options;
    this.#frame = within;
    this.#level = level;
    this.#tiles = tiles;
    this.map = new maplibre.Map({
      container,
      style: styleFor(tiles, level, within),
      bounds: [...bbox],
      minZoom: 4,
      maxZoom: 14,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      cooperativeGestures: cooperative,
      // The browser's print picture is taken from the buffer after it was shown.
      canvasContextAttributes: { preserveDrawingBuffer: true, antialias: true },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-right");
    for (const gap of gaps) {
      const { image, pixelRatio } = hatchImage(gap);
      this.map.addImage(hatchName(gap), image, { pixelRatio });
    }
    const data = new Uint8Array(4 * guardSize * guardSize);
    this.map.addImage(guardImage, { width: guardSize, height: guardSize, data });
    this.#listen();
  }

  /** Draws the scene; `onReady` follows when every tile is there and nothing moves any more. */
  show(scene: Scene, tiles: TileJson, bbox: Bbox, label: string): void {
    this.map.getCanvas().setAttribute("aria-label", label);
    if (scene === this.#drawn) return;
    this.#drawn = scene;
    this.#whenStyled(() => {
      if (this.#drawn !== scene) return;
      this.#frameLayers(scene, tiles);
      const place = bbox.join();
      if (this.#placed !== place) this.fit(bbox, this.#placed !== null);
      this.#placed = place;
      this.#frame = scene.shown.within;
      this.#paint(scene);
      this.map.once("idle", () => {
        if (this.#drawn === scene) this.options.onReady(scene);
      });
      this.map.triggerRepaint();
    });
  }

  /** Takes every value off the map: what could not be loaded is not shown as what was there before. */
  clear(): void {
    if (this.#drawn === null || !this.map.getSource(tileSource)) return;
    for (const sourceLayer of [this.#level, labelSourceLayer(this.#level)]) {
      this.map.removeFeatureState({ source: tileSource, sourceLayer });
    }
    this.#drawn = null;
  }

  fit(bbox: Bbox, animate: boolean): void {
    this.#fitted = bbox;
    const [west, south, east, north] = bbox;
    const padding = this.options.padding();
    this.map.fitBounds([west, south, east, north], { padding, duration: animate ? 500 : 0, maxZoom: 12 });
  }

  /** Puts the outline around the chosen area. */
  choose(key: string | null): void {
    if (key === this.#chosen) return;
    this.#mark(this.#chosen, "chosen", false);
    this.#chosen = key;
    this.#mark(key, "chosen", true);
  }

  #whenStyled(run: () => void): void {
    if (this.map.isStyleLoaded() || this.map.getLayer(hitLayer)) run();
    else this.map.once("style.load", run);
  }

  /** Layers carry the level and the selection in their filters: other ones need other layers. */
  #frameLayers({ shown }: Scene, tiles: TileJson): void {
    if (shown.within === this.#frame && shown.level === this.#level && tiles === this.#tiles) return;
    for (const { id } of layersFor(this.#level, this.#frame)) this.map.removeLayer(id);
    if (tiles !== this.#tiles) {
      this.map.removeSource(tileSource);
      this.map.addSource(tileSource, sourceFor(tiles));
      this.#tiles = tiles;
      this.#hovered = null;
    }
    for (const layer of layersFor(shown.level, shown.within)) this.map.addLayer(layer);
    this.#level = shown.level;
  }

  #paint(scene: Scene): void {
    const { units, values, mode, indicator, clusterProblem } = scene;
    const { level } = scene.shown;
    const symbols = mode === "values" && indicator.kind === "count";
    const largest =
      values.classification?.symbol?.max_value ?? Math.max(0, ...units.map((unit) => unit.value ?? 0));
    const points = labelSourceLayer(level);
    const circles: Circle[] = [];
    this.map.removeFeatureState({ source: tileSource, sourceLayer: level });
    this.map.removeFeatureState({ source: tileSource, sourceLayer: points });
    if (!hasPlaceInKey(level)) {
      const inside = namedFilter(units.map(({ key }) => key));
      for (const layer of insideLayers) this.map.setFilter(layer, inside);
    }
    for (const unit of units) {
      const fill = clusterProblem ? null : fillOf(unit, scene);
      const undefinedCluster = mode === "clusters" && unit.cluster === "undefined" && !clusterProblem;
      const gap = unit.gap ?? (undefinedCluster ? "undefined" : null);
      const id = { source: tileSource, id: unit.key };
      this.map.setFeatureState(
        { ...id, sourceLayer: level },
        { inside: true, dark: fill !== null && isDark(fill), fill, gap, klass: unit.klass },
      );
      if (symbols && unit.value !== null) {
        const radius = radiusOf(unit.value, largest, units.length);
        this.map.setFeatureState({ ...id, sourceLayer: points }, { radius });
        circles.push({ key: unit.key, radius, value: unit.value });
      }
    }
    for (const [layer, layout] of Object.entries(labelLayout(circles))) {
      for (const [name, value] of Object.entries(layout)) {
        this.map.setLayoutProperty(...([layer, name, value] as LayoutProperty));
      }
    }
    this.map.setLayoutProperty(labelLayer, "text-field", labelText(namesakes(values, units)));
    this.#mark(this.#chosen, "chosen", true);
  }

  #mark(key: string | null, name: "chosen" | "hovered", on: boolean): void {
    if (key === null || !this.map.getSource(tileSource)) return;
    this.map.setFeatureState({ source: tileSource, sourceLayer: this.#level, id: key }, { [name]: on });
  }

  #listen(): void {
    const known = (event: maplibre.MapMouseEvent): string | null => {
      const found = this.map.getLayer(hitLayer)
        ? this.map.queryRenderedFeatures(event.point, { layers: [hitLayer] })
        : [];
      const key: unknown = found[0]?.properties["key"];
      return this.#drawn?.units.some((unit) => unit.key === key) ? String(key) : null;
    };
    this.map.on("mousemove", (event) => {
      const key = known(event);
      if (key !== this.#hovered) {
        this.#mark(this.#hovered, "hovered", false);
        this.#hovered = key;
        this.#mark(key, "hovered", true);
        this.map.getCanvas().style.cursor = key === null ? "" : "pointer";
      }
      this.options.onPoint(key === null ? null : { key, x: event.point.x, y: event.point.y });
    });
    this.map.on("movestart", (event) => {
      if (event.originalEvent) this.#fitted = null;
    });
    this.map.on("resize", () => {
      this.options.onPoint(null);
      if (this.#fitted) this.fit(this.#fitted, false);
    });
    this.map.on("mouseout", () => {
      this.#mark(this.#hovered, "hovered", false);
      this.#hovered = null;
      this.options.onPoint(null);
    });
    this.map.on("click", (event) => {
      const key = known(event);
      if (key === null) return;
      this.options.onPoint(null);
      this.options.onChoose(key);
    });
  }
}
