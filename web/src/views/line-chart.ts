import { html, nothing, svg, type TemplateResult } from "lit-html";
import {
  type Frame,
  labelledIndexes,
  pathOf,
  roomFor,
  runs,
  type Scale,
  scaleOf,
  type TimeLine,
  tickDecimals,
} from "../chart";
import {
  decimalsOf,
  estimated,
  formatFigure,
  formatNumber,
  formatPeriod,
  formatPeriodShort,
  formatReference,
} from "../format";
import { fill, said } from "../i18n";
import { areaName } from "../names";
import { periodPosition } from "../state";
import type { Lang, Series, SeriesOfArea, StatusCode } from "../types";
import type { Context } from "./context";

const narrow: Frame = { width: 320, height: 168, left: 44, right: 12, top: 10, bottom: 24 };

interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dash: string;
}

const ownStroke: Stroke = { colour: "#b5541c", width: 2.6, dash: "" };
const kreisStroke: Stroke = { colour: "#0b5c66", width: 1.8, dash: "" };
const landStroke: Stroke = { colour: "#5b6870", width: 1.6, dash: "5 3" };

export function strokeOf(level: string, own: boolean): Stroke {
  if (own) return ownStroke;
  return level === "land" ? landStroke : kreisStroke;
}

/** A line of the chart; keys are unique in their level only. */
interface Line extends SeriesOfArea {
  /** That of the area which is looked at. */
  readonly own: boolean;
}

/** Counts of a Kreis dwarf those of its municipalities: then the area stands alone. */
function linesOf({ boot, indicator }: Context, series: Series, key: string, level: string): readonly Line[] {
  return series.series
    .map((line) => ({
      ...line,
      own: line.key === key && line.level === level,
      name: areaName(boot.release, line.level, line.key, line.name),
    }))
    .filter((line) => line.own || indicator.kind !== "count");
}

const hasValue = (line: SeriesOfArea): boolean => line.values.some((value) => value !== null);

/** Why a line has no value at all: one secret figure is reason enough. */
export function silenceOf({ status }: Pick<SeriesOfArea, "status">): StatusCode {
  return status.find((code) => code.startsWith("SECRET")) ?? status.at(-1) ?? "EMPTY";
}

function timeOf({ periods, new_bases }: Series): TimeLine {
  return {
    positions: periods.map(periodPosition),
    bases: new_bases.map((period) => periods.indexOf(period)).filter((index) => index > 0),
  };
}

function lineMarks(line: Line, scale: Scale): TemplateResult {
  const { own } = line;
  const stroke = strokeOf(line.level, own);
  // A value between two gaps makes no line.
  const alone = new Set(runs(line.values, scale.time).flatMap((run) => (run.length === 1 ? run : [])));
  return svg`<g>
    <path
      d=${pathOf(line.values, scale)}
      fill="none"
      stroke=${stroke.colour}
      stroke-width=${stroke.width}
      stroke-dasharray=${stroke.dash}
      stroke-linejoin="round"
    />
    ${line.values.map((value, index) =>
      value === null || !(own || alone.has(index))
        ? nothing
        : svg`<circle cx=${scale.x(index)} cy=${scale.y(value)} r=${own ? 3.2 : 2} fill="#ffffff" stroke=${stroke.colour} stroke-width="2" />`,
    )}
  </g>`;
}

/** Between the last figures on the old base and the first on the new one. */
function baseMarks(
  scale: Scale,
  { top, floor }: Readonly<Record<"top" | "floor", number>>,
): readonly TemplateResult[] {
  return scale.time.bases.map((index) => {
    const x = (scale.x(index - 1) + scale.x(index)) / 2;
    return svg`<line class="new-base" x1=${x} x2=${x} y1=${top} y2=${floor} />`;
  });
}

/** What the chart shows and what must not be read from it, for those who do not see it. */
function labelOf({ lang, words }: Context, { periods, new_bases }: Series, name: string): string {
  const shown = fill(words.chartLabel, {
    name,
    from: formatPeriod(periods[0] ?? "", lang),
    to: formatPeriod(periods.at(-1) ?? "", lang),
  });
  const bases = new_bases.map((period) => fill(words.newBaseFrom, { period: formatPeriod(period, lang) }));
  return [shown, ...bases].join(". ");
}

function drawing(context: Context, series: Series, lines: readonly Line[]): TemplateResult | typeof nothing {
  const { indicator, lang, words, state } = context;
  const { periods } = series;
  const counted = indicator.kind === "count" && decimalsOf(indicator) === 0;
  const scaleIn = (frame: Frame) =>
    scaleOf(
      lines.map((line) => line.values),
      timeOf(series),
      frame,
      counted,
    );
  const ticks = scaleIn(narrow)?.ticks ?? [];
  const decimals = tickDecimals(ticks);
  const frame = { ...narrow, left: roomFor(ticks.map((tick) => formatNumber(tick, decimals, lang))) };
  const scale = scaleIn(frame);
  if (!scale) return nothing;
  const labelled = labelledIndexes(
    periods.map((_, index) => scale.x(index)),
    periods[0]?.length === 4 ? 38 : 48,
  );
  const current = periods.indexOf(state.period);
  const label = labelOf(context, series, lines.find(({ own }) => own)?.name ?? "");
  const floor = frame.height - frame.bottom;
  return html`<svg class="chart" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label=${label}>
    ${scale.ticks.map(
      (tick) => svg`<g>
        <line x1=${frame.left} x2=${frame.width - frame.right} y1=${scale.y(tick)} y2=${scale.y(tick)} stroke="#e2dfd7" />
        <text class="axis" x=${frame.left - 6} y=${scale.y(tick) + 4} text-anchor="end">${formatNumber(tick, decimals, lang)}</text>
      </g>`,
    )}
    ${current < 0 ? nothing : svg`<line x1=${scale.x(current)} x2=${scale.x(current)} y1=${frame.top} y2=${floor} stroke="#16262e" stroke-width="1" stroke-dasharray="1 3" />`}
    ${labelled.map(
      (index) =>
        svg`<text class="axis" x=${scale.x(index)} y=${frame.height - 6} text-anchor=${
          index === periods.length - 1 && periods.length > 1 ? "end" : "middle"
        }>${formatPeriodShort(periods[index] ?? "", lang)}</text>`,
    )}
    ${baseMarks(scale, { top: frame.top, floor })} ${[...lines].reverse().map((line) => lineMarks(line, scale))}
  </svg>
  ${scale.hasZero ? nothing : html`<p class="legend-note">${words.axisCut}</p>`}`;
}

/** Put together from several areas; an estimate is a share of one and has a mark of its own. */
function isAggregated({ origin, flags }: SeriesOfArea, index: number): boolean {
  return origin[index] === "aggregated" && !flags[index]?.includes(estimated);
}

function valueText(line: SeriesOfArea, index: number, context: Context): string {
  const value = line.values[index] ?? null;
  const { indicator, lang, words } = context;
  const mark = isAggregated(line, index) ? "*" : "";
  const flags = line.flags[index] ?? [];
  if (value !== null) return formatFigure({ value, flags }, decimalsOf(indicator), lang) + mark;
  return words.status[line.status[index] ?? "EMPTY"];
}

/** The figures of one base are a group of rows of their own. */
function rowGroups(
  context: Context,
  series: Series,
  lines: readonly SeriesOfArea[],
): readonly TemplateResult[] {
  const { words, lang } = context;
  const { bases } = timeOf(series);
  return [0, ...bases].map((start, group) => {
    const base = series.periods[start] ?? "";
    const title = html`<tr>
      <th class="new-base" scope="rowgroup" colspan=${lines.length + 1}>
        ${fill(words.newBaseFrom, { period: formatPeriod(base, lang) })}
      </th>
    </tr>`;
    const rows = series.periods.slice(start, bases[group]).map(
      (period, offset) => html`<tr>
        <th scope="row">${formatPeriodShort(period, lang)}</th>
        ${lines.map((line) => html`<td>${valueText(line, start + offset, context)}</td>`)}
      </tr>`,
    );
    return html`<tbody>
      ${group > 0 ? title : nothing} ${rows}
    </tbody>`;
  });
}

function asTable(context: Context, series: Series, lines: readonly SeriesOfArea[]): TemplateResult {
  const { words } = context;
  const aggregated = lines.some((line) =>
    line.values.some((value, index) => value !== null && isAggregated(line, index)),
  );
  const rough = lines.some(({ flags }) => flags.some((each) => each.includes(estimated)));
  return html`<details>
    <summary>${words.seriesTable}</summary>
    <div class="scroll-x" tabindex="0" role="group" aria-label=${words.seriesTable}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">${words.period}</th>
            ${lines.map((line) => html`<th scope="col">${line.name}</th>`)}
          </tr>
        </thead>
        ${rowGroups(context, series, lines)}
      </table>
    </div>
    ${aggregated ? html`<p class="legend-note">${words.seriesAggregated}</p>` : nothing}
    ${rough ? html`<p class="legend-note">${words.seriesEstimated}</p>` : nothing}
  </details>`;
}

/** What the service has to say on single figures; of the areas above, with their names, what is not said already. */
function noteLines(lines: readonly Line[], lang: Lang): readonly TemplateResult[] {
  const own = new Set(lines.flatMap((line) => (line.own ? line.notes.map((note) => said(note, lang)) : [])));
  return lines.flatMap((line) =>
    line.notes
      .map((note) => said(note, lang))
      .filter((text) => line.own || !own.has(text))
      .map((text) => html`<p class="remark">${line.own ? text : `${line.name}: ${text}`}</p>`),
  );
}

function chartKey({ words }: Context, lines: readonly Line[], { new_bases }: Series): TemplateResult {
  return html`<ul class="chart-key">
    ${lines.map((line) => {
      const stroke = strokeOf(line.level, line.own);
      return html`<li>
        <svg width="22" height="8" aria-hidden="true">
          <line x1="0" x2="22" y1="4" y2="4" stroke=${stroke.colour} stroke-width=${stroke.width} stroke-dasharray=${stroke.dash} />
        </svg>
        ${line.name}
      </li>`;
    })}
    ${
      new_bases.length > 0
        ? html`<li>
            <svg width="10" height="14" aria-hidden="true"><line class="new-base" x1="5" x2="5" y1="0" y2="14" /></svg>
            ${words.newBase}
          </li>`
        : nothing
    }
  </ul>`;
}

export function lineChart(context: Context, series: Series, key: string, level: string): TemplateResult {
  const { indicator, words, lang } = context;
  const lines = linesOf(context, series, key, level);
  const notes = noteLines(lines, lang);
  const [only] = series.periods;
  if (only !== undefined && series.periods.length === 1) {
    const period = formatReference(only, indicator, lang);
    return html`<p>${fill(words.seriesOnePeriod, { period })}</p>${notes}`;
  }
  const drawn = lines.filter(hasValue);
  const silent = lines.filter((line) => !hasValue(line));
  const own = drawn.find((line) => line.own);
  const gaps = own
    ? runs(own.values, { ...timeOf(series), bases: [] }).length > 1 || own.values.includes(null)
    : false;
  return html`${drawing(context, series, drawn)} ${chartKey(context, drawn, series)}
    ${silent.map((line) => html`<p class="legend-note">${line.name}: ${words.status[silenceOf(line)]}</p>`)}
    ${gaps ? html`<p class="legend-note">${words.seriesGap}</p>` : nothing} ${notes}
    ${asTable(context, series, lines)}`;
}
