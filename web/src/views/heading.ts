/** Title, unit, period and region of what is shown (not of what is being loaded), and its sources. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Scene } from "../app";
import { formatInUnit, formatIsoDay, formatReference } from "../format";
import { fill, said } from "../i18n";
import { formatState, type View } from "../state";
import { type Context, levelTitle, withinName } from "./context";
import { languageMark, spoken } from "./wording";

export function subtitleOf(context: Context, scene: Scene): string {
  return [
    formatInUnit(scene.values.unit_text, context.lang),
    formatReference(scene.shown.period, scene.indicator, context.lang),
    withinName(context, scene.shown.within),
    levelTitle(context, scene.shown.level),
    ...(scene.shown.vintage === null
      ? []
      : [
          fill(context.words.vintageOf, {
            date: formatIsoDay(scene.shown.vintage, context.lang).replaceAll(" ", "\u00a0"),
          }),
        ]),
  ].join(" · ");
}

function viewSwitch({ app, state, words }: Context): TemplateResult {
  const views: readonly (readonly [View, string])[] = [
    ["map", words.viewMap],
    ["table", words.viewTable],
  ];
  return html`<div class="segments view-switch" role="group" aria-label=${words.view}>
    ${views.map(
      ([view, name]) => html`<button
        type="button"
        aria-pressed=${state.view === view ? "true" : "false"}
        @click=${() => app.go({ view })}
      >${name}</button>`,
    )}
  </div>`;
}

export function headingView(context: Context): TemplateResult {
  const { scene, words, app } = context;
  return html`<div class="heading">
    <div class="heading-text">
      ${
        scene
          ? html`<h1>${spoken(context, scene.indicator, "title", scene.indicator.title)}</h1>
              <p class="subtitle">
                ${languageMark(context, scene.indicator, "title")} ${subtitleOf(context, scene)}
                ${scene.values.synthetic ? html`<span class="badge" title=${words.syntheticNote}>${words.synthetic}</span>` : nothing}
              </p>`
          : html`<h1>${spoken(context, context.indicator, "title", context.indicator.title)}</h1>`
      }
    </div>
    ${app.embedded ? nothing : viewSwitch(context)}
  </div>`;
}

/** Attribution of the geometry and of the figures: on the map, always. */
export function sourceView(context: Context): TemplateResult {
  const { app, scene, state, words, root } = context;
  const { current } = app.detail;
  const detail = current.phase === "ready" && current.key === scene?.shown.indicator ? current.data : null;
  const figures = detail?.attribution || detail?.source;
  const geometry = app.tileset.current.phase === "ready" ? app.tileset.current.data.attribution : null;
  return html`<p class="source">
    ${figures ? html`<span>${words.source}: ${figures}</span>` : nothing}
    ${geometry ? html`<span>${words.boundaries}: ${geometry}</span>` : nothing}
    ${app.embedded ? html`<a href=${root.href + formatState(state)} target="_blank">${words.openFull}</a>` : nothing}
  </p>`;
}

export function aboutView(context: Context): TemplateResult | typeof nothing {
  const { app, boot, state, words, lang } = context;
  const { current } = app.detail;
  const detail = current.phase === "ready" && current.key === state.indicator ? current.data : null;
  const { release, created } = boot.release;
  const text = (name: "definition" | "note" | "territory"): TemplateResult | null =>
    detail && said(detail[name], lang)
      ? html`${spoken(context, detail, name, detail[name])} ${languageMark(context, detail, name)}`
      : null;
  const facts = [
    [words.definition, text("definition")],
    [words.note, text("note")],
    [words.territory, text("territory")],
    [words.synthetic, detail?.synthetic ? words.syntheticNote : null],
    [words.source, detail?.source],
    [words.sourceTable, detail?.table],
    [words.retrieved, detail?.retrieved ? formatIsoDay(detail.retrieved, lang) : null],
    [words.licence, detail?.licence],
  ] as const;
  return html`<section class="about">
    ${
      detail
        ? html`<details>
            <summary>${words.about}</summary>
            <dl>
              ${facts.map(([term, text]) => (text ? html`<dt>${term}</dt><dd>${text}</dd>` : nothing))}
            </dl>
          </details>`
        : nothing
    }
    <p class="fine">${fill(words.release, { n: release, date: formatIsoDay(created, lang) })}</p>
  </section>`;
}
