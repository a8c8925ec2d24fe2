/** The cluster map in plain words: what it shows, how sure it is, what it does not say. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Scene } from "../app";
import { level, testedOf } from "../classes";
import { fittingDecimals, formatNumber, formatP } from "../format";
import { fill, said } from "../i18n";
import type { GlobalAnalysis, LocalAnalysis } from "../types";
import type { Context } from "./context";

function overall({ words, lang }: Context, { value, p, n, reading }: GlobalAnalysis): TemplateResult {
  return html`<h2 id="reading-title">${words.globalMoran}</h2>
    <dl class="facts numbers">
      ${value === null ? nothing : html`<div><dt>${words.globalMoranValue}</dt><dd>${formatNumber(value, fittingDecimals(value), lang)}</dd></div>`}
      ${p === null ? nothing : html`<div><dt>${words.globalMoranP}</dt><dd>${formatP(p, lang)}</dd></div>`}
      <div><dt>n</dt><dd>${n}</dd></div>
    </dl>
    <p>${said(reading, lang)}</p>`;
}

/** The sentence of the service counts with its own correction: for others the map is counted here. */
function localReading(
  { words, lang }: Context,
  local: LocalAnalysis,
  correction: Scene["correction"],
): string {
  if (correction === "fdr") return said(local.reading, lang);
  const { tested, conspicuous } = testedOf(local, correction);
  const chance = formatNumber(level * tested, 1, lang);
  return fill(words.correctionReading[correction], { tested, conspicuous, chance });
}

/** How many areas the map leaves out although people live there. */
function leftOut({ words }: Context, { dropped }: LocalAnalysis): readonly string[] {
  const without = dropped.filter(({ reason }) => reason !== "unpopulated").length;
  return without > 0 ? [fill(words.clusterLeftOut, { n: without })] : [];
}

export function clustersView(context: Context): TemplateResult | typeof nothing {
  const { app, scene, words, lang } = context;
  if (scene?.mode !== "clusters" || !scene.local) return nothing;
  const { local, correction } = scene;
  const global = app.moran.current.phase === "ready" ? app.moran.current.data : null;
  const warnings = new Set([
    ...[...local.warnings, ...(global?.warnings ?? [])].map((text) => said(text, lang)),
    ...leftOut(context, local),
  ]);
  return html`<section class="reading" aria-labelledby="reading-title">
    ${global ? overall(context, global) : nothing}
    <h2 id=${global ? nothing : "reading-title"}>${words.localMoran}</h2>
    <p>${localReading(context, local, correction)}</p>
    <p class="caution">${words.clusterExploratory}</p>
    ${scene.indicator.kind === "count" ? html`<p class="caution">${words.clusterCount}</p>` : nothing}
    ${warnings.size > 0 ? html`<ul class="warnings">${[...warnings].map((text) => html`<li>${text}</li>`)}</ul>` : nothing}
    <p class="fine">${fill(words.clusterExplained, {
      permutations: formatNumber(local.permutations, 0, lang),
      correction: words.correctionExplained[correction],
    })}</p>
  </section>`;
}
