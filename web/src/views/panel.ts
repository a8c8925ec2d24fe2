/** One area: its value, beside the Kreis and the Land, its rank, its development, its cluster. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Scene } from "../app";
import { rankOf, type Unit } from "../classes";
import { decimalsOf, formatFigure, formatP, formatQuantity, formatReference } from "../format";
import { fill, said, type Words } from "../i18n";
import { areaName, areasAbove, levelName } from "../names";
import type { Lang, ReferenceValue, Text } from "../types";
import { absenceText, cautionText } from "./absence";
import { type Context, withinName } from "./context";
import { clusterSwatch, gapSwatch } from "./legend";
import { lineChart, strokeOf } from "./line-chart";
import { failure } from "./messages";

interface Row {
  readonly key: string;
  readonly level: string;
  readonly name: string;
  readonly value: number | null;
  readonly status: ReferenceValue["status"];
  readonly flags: readonly string[];
  readonly gap: Unit["gap"];
  readonly origin: ReferenceValue["origin"] | null;
}

function referenceRows(context: Context, scene: Scene, unit: Unit): readonly Row[] {
  const { app, boot } = context;
  return areasAbove(unit.key, scene.values, app.knownAreas).flatMap(({ level, key }) => {
    const reference = scene.values.reference[level][key];
    const name = reference ? areaName(boot.release, level, key, reference.name) : key;
    return reference ? [{ key, level, ...reference, gap: null, name }] : [];
  });
}

/** What a figure that nobody published for the area itself was put together from. */
function madeOf(context: Context, scene: Scene, unit: Unit): TemplateResult | typeof nothing {
  const { app, boot, lang, words } = context;
  if (!(scene.shown.level in scene.indicator.levels_from_members) || unit.gap === "unpopulated")
    return nothing;
  const members = app.knownAreas?.find(({ key }) => key === unit.key)?.members ?? [];
  const [first] = members;
  if (!first) return nothing;
  const names = members.map(({ name }) => name).join(", ");
  const facts = { n: members.length, level: levelName(boot.release, first.level, lang), names };
  if (unit.value === null) return html`<p class="remark">${fill(words.consistsOf, facts)}</p>`;
  const text = members.length === 1 ? fill(words.madeOfOne, { name: names }) : fill(words.madeOf, facts);
  return html`<p class="remark">${text}</p>`;
}

function headline(context: Context, scene: Scene, unit: Unit): TemplateResult {
  const { words, lang, indicator } = context;
  if (unit.value === null) {
    const gap = unit.gap ?? "missing";
    const ofParts: Readonly<Record<string, string>> = words.partReading;
    const madeOfParts = scene.shown.level in scene.indicator.levels_from_members;
    return html`<p class="headline gap">${gapSwatch(gap)} ${absenceText(unit, words)}</p>
      <p class="remark">${(madeOfParts && ofParts[gap]) || words.statusReading[gap]}</p>`;
  }
  const caution = cautionText(unit, words);
  return html`<p class="headline">
      <strong>${formatFigure({ ...unit, value: unit.value }, decimalsOf(indicator), lang)}</strong>
      <span>${said(scene.values.unit_text, lang)}</span>
    </p>
    ${caution ? html`<p class="remark">${caution}</p>` : nothing}`;
}

function rankText(context: Context, scene: Scene, unit: Unit): TemplateResult | typeof nothing {
  const { words, indicator } = context;
  const rank = rankOf(unit.key, scene.units, decimalsOf(indicator));
  if (!rank || rank.of < 2) return nothing;
  const ties =
    rank.ties === 0 ? "" : `, ${rank.ties === 1 ? words.rankTie : fill(words.rankTies, { n: rank.ties })}`;
  return html`<p class="rank">
    <strong>${fill(words.rank, { rank: rank.rank, of: rank.of })}</strong>${ties}
    <small>${fill(words.rankNote, { name: withinName(context, scene.shown.within) })}</small>
  </p>`;
}

/** Percentages differ by percentage points, and what is "2011 = 100" by points. */
export function unitOfDifference(
  unit: Text,
  words: Pick<Words, "percentPoints" | "points">,
  lang: Lang,
): string {
  if (unit.de.startsWith("%")) return words.percentPoints;
  return unit.de.includes("=") ? words.points : said(unit, lang);
}

/** The difference as it is shown: of the rounded figures, so that the reader can check it. */
function differenceText(context: Context, scene: Scene, own: number, row: Row): string | null {
  const { words, lang, indicator } = context;
  if (row.value === null) return null;
  const decimals = decimalsOf(indicator);
  if (indicator.kind === "count") {
    if (row.value <= 0) return null;
    const share = (100 * own) / row.value;
    return fill(words.shareOf, {
      share: formatQuantity(share, share < 0.1 ? 2 : 1, "%", lang),
      name: row.name,
    });
  }
  const difference = Number(own.toFixed(decimals)) - Number(row.value.toFixed(decimals));
  if (Math.abs(difference) < 0.5 * 10 ** -decimals) return fill(words.equalTo, { name: row.name });
  const number = formatQuantity(
    difference,
    decimals,
    unitOfDifference(scene.values.unit_text, words, lang),
    lang,
  );
  return fill(words.differenceTo, { difference: difference > 0 ? `+${number}` : number, name: row.name });
}

/** A figure put together here is kept back because the ones it is made of could be read from it. */
function secretNote(references: readonly Row[], words: Words): TemplateResult | typeof nothing {
  const secret = (level: string): boolean =>
    references.some((row) => row.level === level && row.status === "SECRET" && row.origin === "aggregated");
  const [kreis, land] = [secret("kreis"), secret("land")];
  if (!kreis && !land) return nothing;
  return html`<p class="legend-note">${words.secretReference[kreis && land ? "both" : kreis ? "kreis" : "land"]}</p>`;
}

function comparison(context: Context, scene: Scene, unit: Unit): TemplateResult | typeof nothing {
  const { words, lang, indicator } = context;
  const references = referenceRows(context, scene, unit);
  if (references.length === 0) return nothing;
  const { value } = unit;
  const own: Row = { ...unit, level: scene.shown.level, origin: null };
  const rows = [own, ...references];
  const largest = Math.max(0, ...rows.map((row) => row.value ?? 0));
  const bars = indicator.kind !== "count" && largest > 0 && rows.every((row) => (row.value ?? 0) >= 0);
  return html`<section>
    <h3>${words.compare}</h3>
    <table class="compare">
      <tbody>
        ${rows.map(
          (row) => html`<tr>
            <th scope="row">
              ${row.name}
              ${row.origin ? html`<small title=${words.originTitle[row.origin]}>${words.origin[row.origin]}</small>` : nothing}
            </th>
            ${
              bars && row.value !== null
                ? html`<td class="bar" aria-hidden="true">
                    <svg width="100%" height="14" preserveAspectRatio="none" viewBox="0 0 100 14">
                      <rect x="0" y="1" height="12" width=${(100 * row.value) / largest} fill=${strokeOf(row.level, row === own).colour} />
                    </svg>
                  </td>`
                : nothing
            }
            <td class=${row.value === null ? "number words" : "number"} colspan=${bars && row.value === null ? 2 : 1}>
              ${row.value === null ? absenceText(row, words) : formatFigure({ ...row, value: row.value }, decimalsOf(indicator), lang)}
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
    ${secretNote(references, words)}
    ${
      value === null
        ? nothing
        : html`<ul class="differences">
            ${references.map((row) => {
              const text = differenceText(context, scene, value, row);
              return text ? html`<li>${text}</li>` : nothing;
            })}
          </ul>`
    }
  </section>`;
}

function clusterSection(context: Context, scene: Scene, unit: Unit): TemplateResult | typeof nothing {
  const { words, lang } = context;
  if (!scene.local || !unit.cluster) return nothing;
  const local = scene.local.areas.find((area) => area.key === unit.key);
  const names = (local?.neighbours ?? []).map(
    (key) => scene.units.find((candidate) => candidate.key === key)?.name ?? key,
  );
  return html`<section>
    <h3>${words.modeClusters}</h3>
    <p class="cluster-name">${clusterSwatch(unit.cluster, scene.local)} <strong>${words.cluster[unit.cluster]}</strong></p>
    <p>${words.clusterReading[unit.cluster]}</p>
    ${scene.correction === "fdr" && local?.role === "neighbour" ? html`<p class="remark">${words.clusterNeighbour}</p>` : nothing}
    <dl class="facts">
      ${local?.p_fdr == null ? nothing : html`<div><dt>${words.adjustedP}</dt><dd>${formatP(local.p_fdr, lang)}</dd></div>`}
      ${scene.correction !== "bonferroni" || local?.p_bonferroni == null ? nothing : html`<div><dt>${words.bonferroniP}</dt><dd>${formatP(local.p_bonferroni, lang)}</dd></div>`}
      ${local?.p == null ? nothing : html`<div><dt>${words.rawP}</dt><dd>${formatP(local.p, lang)}</dd></div>`}
      ${names.length === 0 ? nothing : html`<div><dt>${words.neighbours}</dt><dd>${names.join(", ")}</dd></div>`}
    </dl>
  </section>`;
}

function seriesSection(context: Context, scene: Scene, unit: Unit): TemplateResult {
  const { app, words } = context;
  const { current } = app.series;
  const body = (): TemplateResult | typeof nothing => {
    switch (current.phase) {
      case "ready":
        return lineChart(context, current.data, unit.key, scene.shown.level);
      case "failed":
        return failure(words.seriesFailed, current.problem, words, () => app.retry());
      default:
        return html`<div class="skeleton" role="status"><span class="hidden-text">${words.loading}</span></div>`;
    }
  };
  return html`<section>
    <h3>${words.series}</h3>
    ${body()}
  </section>`;
}

export function panelView(context: Context): TemplateResult | typeof nothing {
  const { app, state, scene, words, lang, indicator } = context;
  if (state.area === null || !scene) return nothing;
  const unit = app.unit(state.area);
  const close = html`<button type="button" class="icon close" aria-label=${words.panelClose} @click=${() => app.go({ area: null })}>✕</button>`;
  if (!unit) {
    return html`<aside class="panel" aria-labelledby="panel-name">
      ${close}
      <h2 id="panel-name" tabindex="-1">${state.area}</h2>
      <p class="remark">${app.settled ? fill(words.areaUnknown, { key: state.area }) : words.loading}</p>
    </aside>`;
  }
  const kreis = referenceRows(context, scene, unit).find((row) => row.level === "kreis");
  return html`<aside class="panel" aria-labelledby="panel-name">
    ${close}
    <p class="panel-above">${[kreis?.name, unit.key].filter(Boolean).join(" · ")}</p>
    <h2 id="panel-name" tabindex="-1">${unit.name}</h2>
    <p class="panel-period">${formatReference(scene.shown.period, indicator, lang)}</p>
    ${headline(context, scene, unit)} ${madeOf(context, scene, unit)} ${rankText(context, scene, unit)} ${clusterSection(context, scene, unit)}
    ${comparison(context, scene, unit)} ${seriesSection(context, scene, unit)}
  </aside>`;
}
