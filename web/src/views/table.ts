/** The map's twin in text: every area with its value or the reason why there is none. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Scene } from "../app";
import { rankOf, type Unit } from "../classes";
import { decimalsOf, formatFigure, formatRanges, formatReference } from "../format";
import { fill, said } from "../i18n";
import { absenceText, cautionText } from "./absence";
import { type Context, levelTitle, type SortColumn, withinName } from "./context";
import { clusterOrder, clusterSwatch, gapSwatch, swatch } from "./legend";
import { spoken } from "./wording";

type Sort = Context["ui"]["sort"];

/** Areas without a value come last whatever the direction. */
export function sortUnits(units: readonly Unit[], { column, descending }: Sort): readonly Unit[] {
  const byName = (a: Unit, b: Unit): number =>
    a.name.localeCompare(b.name, "de") || a.key.localeCompare(b.key);
  const numberOf = (unit: Unit): number | null => {
    if (column === "class") return unit.klass;
    if (column === "cluster") return unit.cluster ? clusterOrder.indexOf(unit.cluster) : null;
    // Rank 1 is the highest value.
    if (column === "rank") return unit.value === null ? null : -unit.value;
    return unit.value;
  };
  const sign = descending ? -1 : 1;
  return units.toSorted((a, b) => {
    if (column === "name") return sign * byName(a, b);
    if (column === "status") return sign * a.status.localeCompare(b.status) || byName(a, b);
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    return sign * (x - y) || byName(a, b);
  });
}

function head(context: Context, column: SortColumn, name: string, unit = ""): TemplateResult {
  const { ui, set, words } = context;
  const active = ui.sort.column === column;
  const direction = ui.sort.descending ? "descending" : "ascending";
  const sort = (): void =>
    set({ sort: { column, descending: active ? !ui.sort.descending : column === "value" } });
  return html`<th scope="col" class=${`col-${column}`} aria-sort=${active ? direction : nothing}>
    <button type="button" title=${fill(words.table.sortBy, { column: name })} @click=${sort}>
      ${name}${unit ? html` <span class="head-unit">(${unit})</span>` : nothing}<span class="arrow" aria-hidden="true">${active ? (ui.sort.descending ? "▾" : "▴") : ""}</span>
    </button>
  </th>`;
}

function classCell(unit: Unit, scene: Scene, ranges: readonly string[]): TemplateResult | typeof nothing {
  const { classification } = scene.values;
  if (unit.gap) return gapSwatch(unit.gap);
  const range = unit.klass === null ? null : classification?.classes[unit.klass];
  return range ? html`${swatch(range.color)} <span class="range">${ranges[unit.klass ?? 0]}</span>` : nothing;
}

export function tableView(context: Context): TemplateResult | typeof nothing {
  const { scene, words, lang, ui, indicator, state, app } = context;
  if (!scene) return nothing;
  const clusters = scene.mode === "clusters" && scene.local !== null;
  const choropleth = indicator.kind !== "count";
  const decimals = decimalsOf(indicator);
  const classification = scene.values.classification;
  const ranges = classification ? formatRanges(classification, decimals, lang) : [];
  const { title } = scene.indicator;
  const caption = fill(words.table.caption, {
    period: formatReference(scene.shown.period, scene.indicator, lang),
    within: `${withinName(context, scene.shown.within)}, ${levelTitle(context, scene.shown.level)}`,
  });
  const row = (unit: Unit): TemplateResult => html`<tr class=${unit.key === state.area ? "chosen" : ""}>
    <th scope="row">
      <button type="button" class="link" @click=${() => app.go({ area: unit.key })}>${unit.name}</button>
    </th>
    <td class="number">${unit.value === null ? nothing : formatFigure({ ...unit, value: unit.value }, decimals, lang)}</td>
    <td class="number col-rank">${rankOf(unit.key, scene.units, decimals)?.rank ?? nothing}</td>
    ${choropleth ? html`<td class="class">${classCell(unit, scene, ranges)}</td>` : nothing}
    ${
      clusters
        ? html`<td class="class">
            ${unit.cluster && scene.local ? html`${clusterSwatch(unit.cluster, scene.local)} ${words.cluster[unit.cluster]}` : nothing}
          </td>`
        : nothing
    }
    <td>${unit.gap ? absenceText(unit, words) : cautionText(unit, words)}</td>
  </tr>`;
  return html`<div class="table-view" tabindex="0" role="region" aria-label=${`${said(title, lang)}, ${caption}`}>
    <table class="areas">
      <caption class="hidden-text">${spoken(context, scene.indicator, "title", title)}, ${caption}</caption>
      <thead>
        <tr>
          ${head(context, "name", words.table.name)}
          ${head(context, "value", words.table.value, said(scene.values.unit_text, lang))}
          ${head(context, "rank", words.table.rank)}
          ${choropleth ? head(context, "class", words.table.class) : nothing}
          ${clusters ? head(context, "cluster", words.table.cluster) : nothing}
          ${head(context, "status", words.table.status)}
        </tr>
      </thead>
      <tbody>
        ${sortUnits(scene.units, ui.sort).map(row)}
      </tbody>
    </table>
  </div>`;
}
