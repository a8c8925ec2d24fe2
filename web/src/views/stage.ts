/** The map with what lies on it. The map's own element is made once and never drawn over. */
import { html, nothing, type TemplateResult } from "lit-html";
import { fill } from "../i18n";
import { selectionOf } from "../names";
import { levelsInside } from "../state";
import { type Context, levelTitle } from "./context";
import { failure, loadingBar } from "./messages";

export interface StageOptions {
  readonly hidden: boolean;
  readonly mapFailed: boolean;
  readonly zoom: (by: number) => void;
  readonly home: () => void;
  readonly legend: TemplateResult | typeof nothing;
}

function obstacle(context: Context, mapFailed: boolean): TemplateResult | typeof nothing {
  const { app, boot, indicator, scene, state, words } = context;
  const { current } = app.values;
  const selection = selectionOf(boot.release, state.within);
  const [smallest] = selection ? levelsInside(indicator, selection) : [];
  const { parameter } = current.phase === "failed" ? current.problem : { parameter: null };
  if (
    current.phase === "failed" &&
    (parameter === "within" || parameter === "level") &&
    state.vintage !== null
  ) {
    return html`<div class="obstacle">
      ${failure(words.valuesFailed, current.problem, words, null)}
      <button type="button" class="primary" @click=${() => app.go({ vintage: null })}>${words.showNewest}</button>
      ${
        parameter === "level" && smallest !== undefined && smallest !== state.shownLevel
          ? html`<button type="button" class="primary" @click=${() => app.go({ level: null })}>
              ${fill(words.bare.showLevel, { level: levelTitle(context, smallest) })}
            </button>`
          : nothing
      }
    </div>`;
  }
  if (current.phase === "failed") {
    return failure(words.valuesFailed, current.problem, words, () => app.retry());
  }
  if (scene?.clusterProblem) {
    const impossible = scene.clusterProblem.status === 422;
    return html`<div class="obstacle">
      ${
        impossible
          ? failure(words.clustersImpossible, scene.clusterProblem, words, null, words.clustersImpossibleHint)
          : failure(words.clustersFailed, scene.clusterProblem, words, () => app.retry())
      }
      <button type="button" class="primary" @click=${() => app.go({ map: "values" })}>${words.showValues}</button>
    </div>`;
  }
  return mapFailed ? html`<div class="failure"><p>${words.mapFailed}</p></div>` : nothing;
}

export function stageView(context: Context, options: StageOptions): TemplateResult {
  const { app, words } = context;
  return html`<div class="stage" ?hidden=${options.hidden}>
    <div class="canvas-frame">
      <div id="map"></div>
      <div id="tooltip" class="tooltip" aria-hidden="true" hidden></div>
      <div class="zoom" role="group" aria-label=${words.viewMap}>
        <button type="button" class="icon" aria-label=${words.zoomIn} @click=${() => options.zoom(1)}>+</button>
        <button type="button" class="icon" aria-label=${words.zoomOut} @click=${() => options.zoom(-1)}>−</button>
        <button type="button" class="icon" aria-label=${words.zoomHome} title=${words.zoomHome} @click=${options.home}>⌂</button>
      </div>
      ${app.settled || app.values.current.phase === "failed" ? nothing : loadingBar(words)}
      <div class="over">${obstacle(context, options.mapFailed)}</div>
    </div>
    ${options.legend}
  </div>`;
}
