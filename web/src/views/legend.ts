import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { Scene } from "../app";
import { countBy, type Gap, gaps } from "../classes";
import { decimalsOf, estimated, formatInUnit, formatNumber, formatRanges } from "../format";
import { fill, type Words } from "../i18n";
import { symbolColour } from "../map/colours";
import { hatchSwatch } from "../map/hatch";
import { radiusOf, symbolSteps } from "../map/symbols";
import { levelName } from "../names";
import type { ClusterClass, Lang, LocalAnalysis } from "../types";
import type { Context } from "./context";

export const clusterOrder: readonly ClusterClass[] = [
  "high-high",
  "low-low",
  "high-low",
  "low-high",
  "not-significant",
  "isolated",
  "undefined",
];

/** A filled box; SVG because browsers leave backgrounds out of print. */
export function swatch(colour: string): TemplateResult {
  return html`<svg class="swatch" width="28" height="18" aria-hidden="true">
    <rect x="0.5" y="0.5" width="27" height="17" rx="2" fill=${colour} stroke="#8a9094" />
  </svg>`;
}

export function gapSwatch(gap: Gap): TemplateResult {
  return html`<img class="swatch" src=${hatchSwatch(gap)} width="28" height="18" alt="" />`;
}

export function clusterSwatch(
  cluster: ClusterClass,
  { colors }: Pick<LocalAnalysis, "colors">,
): TemplateResult {
  const colour = cluster === "undefined" ? undefined : colors[cluster];
  return colour === undefined ? gapSwatch("undefined") : swatch(colour);
}

function entry(mark: TemplateResult, text: string, count: number | null, words: Words): TemplateResult {
  return html`<li>
    ${mark}<span class="legend-text">${text}</span>
    ${
      count === null
        ? nothing
        : html`<span class="legend-count"
            >${count}<span class="hidden-text"> ${fill(words.areasCount, { n: "" })}</span></span
          >`
    }
  </li>`;
}

function gapEntries({ units }: Scene, words: Words): readonly TemplateResult[] {
  const counts = countBy(units, (unit) => unit.gap);
  return gaps
    .filter((gap) => counts.has(gap))
    .map((gap) => entry(gapSwatch(gap), words.gap[gap], counts.get(gap) ?? 0, words));
}

function classEntries(scene: Scene, words: Words, lang: Lang): readonly TemplateResult[] {
  const { classification } = scene.values;
  if (!classification) return [];
  const counts = countBy(scene.units, (unit) => unit.klass);
  const ranges = formatRanges(classification, decimalsOf(scene.indicator), lang);
  return classification.classes.map((range, index) =>
    entry(swatch(range.color), ranges[index] ?? "", counts.get(index) ?? 0, words),
  );
}

function symbolEntries(scene: Scene, words: Words, lang: Lang): TemplateResult {
  const present = scene.units.filter((unit) => unit.value !== null);
  const largest =
    scene.values.classification?.symbol?.max_value ?? Math.max(0, ...present.map((unit) => unit.value ?? 0));
  const circles = symbolSteps(largest).map((value) => ({
    value,
    radius: radiusOf(value, largest, scene.units.length),
  }));
  const [first] = circles;
  if (!first) return html`<p>${words.noClasses}</p>`;
  const base = Math.max(2 * first.radius + 8, 46);
  // Labels keep a line's height between them, whatever the circles do.
  const heights: number[] = [];
  for (const { radius } of circles) {
    heights.push(Math.max(base - 2 * radius, (heights.at(-1) ?? -5) + 15));
  }
  return html`<svg class="symbol-legend" width="210" height=${base + 8} role="img" aria-label=${words.symbolNote}>
      ${circles.map(({ value, radius }, index) => {
        const top = base - 2 * radius;
        const y = heights[index] ?? top;
        return svg`<g>
          <circle cx="40" cy=${base - radius} r=${radius} fill=${symbolColour} fill-opacity="0.12" stroke=${symbolColour} stroke-width="1.3" />
          <polyline points="40,${top} 76,${top} 90,${y}" fill="none" stroke="#8a9094" stroke-dasharray="2 2" />
          <text x="94" y=${y + 4} class="axis">${formatNumber(value, 0, lang)}</text>
        </g>`;
      })}
    </svg>
    <p class="legend-note">${words.symbolNote} · ${fill(words.areasCount, { n: present.length })}</p>`;
}

function clusterEntries({ units, local }: Scene, words: Words): readonly TemplateResult[] {
  if (!local) return [];
  const counts = countBy(units, (unit) => unit.cluster);
  const always: readonly ClusterClass[] = ["high-high", "low-low", "high-low", "low-high", "not-significant"];
  return clusterOrder
    .filter((cluster) => always.includes(cluster) || counts.has(cluster))
    .map((cluster) =>
      entry(clusterSwatch(cluster, local), words.cluster[cluster], counts.get(cluster) ?? 0, words),
    );
}

export function legendView(
  { boot: { release }, words, lang }: Context,
  scene: Scene,
): TemplateResult | typeof nothing {
  const { mode, indicator, values } = scene;
  const clusters = mode === "clusters" && !scene.clusterProblem;
  const symbols = mode === "values" && indicator.kind === "count";
  const unit = formatInUnit(values.unit_text, lang);
  const classes = clusters
    ? clusterEntries(scene, words)
    : mode === "values" && !symbols
      ? classEntries(scene, words, lang)
      : [];
  const gapList = gapEntries(scene, words);
  const madeFrom = indicator.levels_from_members[scene.shown.level];
  const rough = scene.units.filter(({ value, flags }) => value !== null && flags.includes(estimated)).length;
  if (scene.clusterProblem && gapList.length === 0) return nothing;
  return html`<section class="legend" aria-label=${words.legend}>
    <h2>
      ${clusters ? words.modeClusters : words.legend}
      ${clusters ? nothing : html`<small>${unit}</small>`}
    </h2>
    ${symbols ? symbolEntries(scene, words, lang) : nothing}
    <ul>
      ${classes} ${gapList}
    </ul>
    ${clusters ? html`<p class="legend-note">${words.clusterLegendNote[scene.correction]}</p>` : nothing}
    ${madeFrom ? html`<p class="legend-note">${fill(words.madeFrom, { level: levelName(release, madeFrom, lang) })}</p>` : nothing}
    ${rough > 0 ? html`<p class="legend-note">${fill(words.estimatedNote, { n: rough })}</p>` : nothing}
    ${
      mode === "values" &&
      !symbols &&
      values.classification?.scope === "all periods" &&
      indicator.periods.length > 1
        ? html`<p class="legend-note">${words.classScope}</p>`
        : nothing
    }
    ${mode === "values" && !symbols && !values.classification ? html`<p>${words.noClasses}</p>` : nothing}
  </section>`;
}
