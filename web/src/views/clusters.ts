/** The cluster map in plain words: what it shows, how sure it is, what it does not say. */
import { html, nothing, type TemplateResult } from "lit-html";
import { formatNumber, formatP } from "../format";
import { fill, said } from "../i18n";
import type { LocalMoran } from "../types";
import type { Context } from "./context";

export function clustersView(context: Context): TemplateResult | typeof nothing {
  const { app, scene, words, lang } = context;
  if (scene?.mode !== "clusters" || !scene.local) return nothing;
  const local: LocalMoran = scene.local;
  const global = app.moran.current.phase === "ready" ? app.moran.current.data : null;
  const warnings = new Set([...local.warnings, ...(global?.warnings ?? [])].map((text) => said(text, lang)));
  return html`<section class="reading" aria-labelledby="reading-title">
    <h2 id="reading-title">${words.globalMoran}</h2>
    ${
      global
        ? html`<dl class="facts numbers">
            <div><dt>${words.globalMoranValue}</dt><dd>${formatNumber(global.value, 2, lang)}</dd></div>
            <div><dt>${words.globalMoranP}</dt><dd>${formatP(global.p, lang)}</dd></div>
            <div><dt>n</dt><dd>${global.n}</dd></div>
          </dl>`
        : nothing
    }
    <p>${said(global?.reading ?? local.reading, lang)}</p>
    <p class="caution">${words.clusterExploratory}</p>
    ${scene.indicator.kind === "count" ? html`<p class="caution">${words.clusterCount}</p>` : nothing}
    ${warnings.size > 0 ? html`<ul class="warnings">${[...warnings].map((text) => html`<li>${text}</li>`)}</ul>` : nothing}
    <p class="fine">${fill(words.clusterExplained, { permutations: formatNumber(local.permutations, 0, lang) })}</p>
  </section>`;
}
