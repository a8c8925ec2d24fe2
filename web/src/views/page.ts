/** Puts the views together, and ties the map to the state. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import type { App, Scene } from "../app";
import { formatReference } from "../format";
import { fill, said, wordsOf } from "../i18n";
import { frameOf } from "../map/frame";
import type { MapLibreMap, MapView, Padding, Pointed } from "../map/view";
import type { TileJson } from "../types";
import { clustersView } from "./clusters";
import { type Context, levelTitle, type Ui, withinName } from "./context";
import { controlsView } from "./controls";
import { headerView } from "./header";
import { aboutView, headingView, sourceView } from "./heading";
import { legendView } from "./legend";
import { bareNotice, clusterNotice, failure, loadingBar, notices } from "./messages";
import { panelView } from "./panel";
import { pickerView } from "./picker";
import { stageView } from "./stage";
import { tableView } from "./table";
import { place, tooltipView } from "./tooltip";

declare global {
  interface Window {
    /** For browser tests: the map itself. */
    kreisatlas?: { readonly map: MapLibreMap };
  }
}

type MapState = "loading" | "ready" | "failed";

/** The layout of a phone, as in styles/small.css. */
const stacked = window.matchMedia("(max-width: 48rem)");

/** An embedded map stays a map. */
function tableShown({ app, state }: Context): boolean {
  return state.view === "table" && !app.embedded;
}

export class Page {
  #scheduled = false;
  #map: MapView | null = null;
  #mapStarted = false;
  #mapFailed = false;
  #ready: Scene | null = null;
  #area: string | null = null;
  /** Nothing has been on the page yet. */
  #opening = true;
  /** What had the focus when the panel opened. */
  #opener: HTMLElement | null = null;
  /** The map lay behind the table: its size has to be taken anew. */
  #wasHidden = false;
  #ui: Ui = {
    pickerQuery: "",
    filtersOpen: false,
    linkCopied: false,
    sort: { column: "name", descending: false },
  };

  constructor(
    private readonly app: App,
    private readonly mount: HTMLElement,
    private readonly root: URL,
  ) {
    document.documentElement.classList.toggle("embedded", app.embedded);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && app.state?.area && !document.querySelector("dialog[open]")) {
        app.go({ area: null });
      }
    });
  }

  /** Draws once after everything that changed in this turn. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #set = (patch: Partial<Ui>): void => {
    this.#ui = { ...this.#ui, ...patch };
    this.schedule();
  };

  #context(): Context | null {
    const { app } = this;
    const { ready: boot, state } = app;
    const indicator = state && app.indicator(state.indicator);
    if (!boot || !state || !indicator) return null;
    const { lang } = state;
    return {
      app,
      boot,
      state,
      indicator,
      scene: app.scene,
      lang,
      words: wordsOf(lang),
      ui: this.#ui,
      set: this.#set,
      root: this.root,
    };
  }

  #draw(): void {
    this.#wasHidden = document.querySelector(".stage")?.hasAttribute("hidden") ?? false;
    const context = this.#context();
    const lang = this.app.state?.lang ?? this.app.url.lang;
    document.documentElement.lang = lang;
    render(
      html`${this.app.embedded ? nothing : this.#header()} ${context ? this.#body(context) : this.#start()}`,
      this.mount,
    );
    if (context) {
      document.title = `${said(context.indicator.title, lang)} – ${context.words.product}`;
      this.#syncMap(context);
      this.#syncFocus(context);
    }
    this.#tellMapState();
  }

  #header(): TemplateResult {
    const lang = this.app.state?.lang ?? this.app.url.lang;
    return headerView({
      lang,
      words: wordsOf(lang),
      linkCopied: this.#ui.linkCopied,
      setLang: (next) => this.app.go({ lang: next }),
      share: () => void this.#share(),
      print: () => window.print(),
    });
  }

  async #share(): Promise<void> {
    await navigator.clipboard.writeText(location.href);
    this.#set({ linkCopied: true });
    setTimeout(() => this.#set({ linkCopied: false }), 2500);
  }

  /** Before there is anything to choose from. */
  #start(): TemplateResult {
    const words = wordsOf(this.app.url.lang);
    const { current } = this.app.boot;
    const content =
      current.phase === "failed"
        ? failure(words.startFailed, current.problem, words, () => this.app.retry())
        : current.phase === "ready"
          ? html`<div class="failure"><h2>${words.emptyRelease}</h2></div>`
          : loadingBar(words);
    return html`<div class="layout start">
      <div class="side" aria-hidden="true">${Array.from({ length: 5 }, () => html`<div class="skeleton bar"></div>`)}</div>
      <main id="main" class="start-main">${content}</main>
    </div>`;
  }

  #body(context: Context): TemplateResult {
    const { app } = this;
    const { scene, words } = context;
    const panel = panelView(context);
    const table = tableShown(context);
    const legend = scene ? legendView(context, scene) : nothing;
    const stage = stageView(context, {
      hidden: table,
      mapFailed: this.#mapFailed || app.tileset.current.phase === "failed",
      zoom: (by) => this.#map?.map.zoomTo(this.#map.map.getZoom() + by),
      home: () => this.#fitHome(context),
      legend,
    });
    const main = html`<main id="main" class=${app.settled ? "main" : "main waiting"} tabindex="-1">
      ${notices(context)} ${bareNotice(context)} ${table ? clusterNotice(context) : nothing} ${headingView(context)} ${stage}
      ${table ? tableView(context) : nothing} ${sourceView(context)}
    </main>`;
    if (app.embedded) return html`<div class="layout">${main}</div>`;
    return html`<div class=${panel === nothing ? "layout" : "layout with-panel"}>
        <section class="side" aria-label=${words.controls}>
          ${controlsView(context)}
          <div class="side-text">${clustersView(context)} ${aboutView(context)}</div>
        </section>
        ${main} ${panel}
      </div>
      ${pickerView(context)}`;
  }

  /** Starts MapLibre once the first scene names the tiles, then keeps it up to date. */
  #syncMap(context: Context): void {
    const { scene, boot, state, words, lang } = context;
    if (!scene) this.#map?.clear();
    if (!scene || tableShown(context)) return;
    const bbox = frameOf(boot.release, scene.shown, this.app.knownAreas);
    const stage = document.querySelector<HTMLElement>("#map");
    const tiles = this.#tilesOf(scene);
    if (!bbox || !stage || !tiles) return;
    if (!this.#map) {
      if (!this.#mapStarted) void this.#startMap(context, stage);
      return;
    }
    const label = fill(words.mapLabel, {
      title: said(scene.indicator.title, lang),
      period: formatReference(scene.shown.period, scene.indicator, lang),
      within: `${withinName(context, scene.shown.within)}, ${levelTitle(context, scene.shown.level)}`,
    });
    if (this.#wasHidden) this.#map.map.resize();
    this.#map.show(scene, tiles, bbox, label);
    this.#map.choose(state.area);
  }

  /** The tiles that the scene's areas are in, once they are known. */
  #tilesOf({ shown }: Scene): TileJson | null {
    const { current } = this.app.tileset;
    return current.phase === "ready" && current.key === this.app.tilesOf(shown.vintage) ? current.data : null;
  }

  async #startMap(context: Context, container: HTMLElement): Promise<void> {
    const { scene, boot } = context;
    const tiles = scene && this.#tilesOf(scene);
    const bbox = scene && frameOf(boot.release, scene.shown, this.app.knownAreas);
    if (!scene || !tiles || !bbox) return;
    this.#mapStarted = true;
    try {
      const { MapView } = await import("../map/view");
      this.#map = new MapView({
        container,
        tiles,
        level: scene.shown.level,
        within: scene.shown.within,
        bbox,
        cooperative: this.app.embedded,
        padding: () => this.#padding(),
        onChoose: (area) => this.app.go({ area }),
        onPoint: (pointed) => this.#point(pointed),
        onReady: (drawn) => {
          this.#ready = drawn;
          this.#tellMapState();
        },
      });
      window.kreisatlas = { map: this.#map.map };
    } catch {
      this.#mapFailed = true;
    }
    this.schedule();
  }

  /** The legend lies on the map where there is room: the selection is fitted beside it. */
  #padding(): Padding {
    const legend = document.querySelector<HTMLElement>(".legend");
    const stage = document.querySelector<HTMLElement>("#map");
    const floats = legend !== null && getComputedStyle(legend).position === "absolute";
    const beside = floats && stage !== null && stage.clientWidth > 2.2 * legend.offsetWidth;
    return { top: 24, bottom: 32, right: 24, left: beside ? legend.offsetWidth + 32 : 24 };
  }

  #fitHome({ boot, scene }: Context): void {
    const bbox = scene && frameOf(boot.release, scene.shown, this.app.knownAreas);
    if (bbox) this.#map?.fit(bbox, true);
  }

  #point(pointed: Pointed | null): void {
    const box = document.querySelector<HTMLElement>("#tooltip");
    const stage = document.querySelector<HTMLElement>("#map");
    const { scene, state } = this.app;
    if (!box || !stage || !state) return;
    render(tooltipView(scene, pointed?.key ?? null, wordsOf(state.lang), state.lang), box);
    box.hidden = pointed === null;
    if (pointed) place(box, stage, pointed.x, pointed.y);
  }

  /** A panel that opened takes the focus, so that it is read; closing gives it back. */
  #syncFocus({ state, scene }: Context): void {
    const opening = this.#opening;
    if (scene) this.#opening = false;
    const title = document.getElementById("panel-name");
    if (state.area === this.#area || (state.area !== null && !title)) return;
    const active = document.activeElement;
    if (state.area === null) {
      const lost = active === null || active === document.body;
      if (lost && this.#opener?.isConnected) this.#opener.focus({ preventScroll: true });
    } else if (!active?.closest(".side")) {
      if (this.#area === null && active instanceof HTMLElement) this.#opener = active;
      // A page that opens with a panel begins at its top.
      if (!opening) title?.focus({ preventScroll: true });
      // On a phone the panel covers the lower half: the map has to be in the upper one.
      if (stacked.matches) document.querySelector(".canvas-frame")?.scrollIntoView({ behavior: "smooth" });
    }
    this.#area = state.area;
  }

  #tellMapState(): void {
    const { app } = this;
    const failed =
      app.boot.current.phase === "failed" ||
      [app.values, app.tileset].some(({ current }) => current.phase === "failed") ||
      this.#mapFailed;
    const complete = app.settled && app.areas.current.phase !== "loading";
    const drawn = this.#ready === app.scene || (app.state?.view === "table" && !app.embedded);
    const ready = complete && drawn;
    const mapState: MapState = failed ? "failed" : ready ? "ready" : "loading";
    document.documentElement.dataset["mapState"] = mapState;
  }
}
