/** The map with what lies on it. The map's own element is made once and never drawn over. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Context } from "./context";
import { failure, loadingBar } from "./messages";

export interface StageOptions {
  readonly hidden: boolean;
  readonly mapFailed: boolean;
  readonly zoom: (by: number) => void;
  readonly home: () => void;
  readonly legend: TemplateResult | typeof nothing;
}

function obstacle(
  { app, scene, state, words }: Context,
  mapFailed: boolean,
): TemplateResult | typeof nothing {
  const { current } = app.values;
  if (current.phase === "failed" && current.problem.parameter === "within" && state.vintage !== null) {
    return html`<div class="obstacle">
      ${failure(words.valuesFailed, current.problem, words, null)}
      <button type="button" class="primary" @click=${() => app.go({ vintage: null })}>${words.showNewest}</button>
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
