import { html, nothing, svg, type TemplateResult } from "lit-html";
import { type Frame, labelledIndexes, pathOf, runs, scaleOf, tickDecimals } from "../chart";
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
import type { Indicator, Lang, Series, SeriesOfArea, StatusCode } from "../types";
import type { Context } from "./context";

const frame: Frame = { width: 320, height: 168, left: 44, right: 12, top: 10, bottom: 24 };

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

/** Counts of a Kreis dwarf those of its municipalities: then the area stands alone. */
export function comparable(series: Series, indicator: Indicator, key: string): readonly SeriesOfArea[] {
  return series.series.filter((line) => line.key === key || indicator.kind !== "count");
}

const hasValue = (line: SeriesOfArea): boolean => line.values.some((value) => value !== null);

/** Why a line has no value at all: one secret figure is reason enough. */
export function silenceOf({ status }: Pick<SeriesOfArea, "status">): StatusCode {
  return status.find((code) => code.startsWith("SECRET")) ?? status.at(-1) ?? "EMPTY";
}

function lineMarks(
  line: SeriesOfArea,
  own: boolean,
  scale: NonNullable<ReturnType<typeof scaleOf>>,
): TemplateResult {
  const stroke = strokeOf(line.level, own);
  // A value between two gaps makes no line.
  const alone = new Set(runs(line.values, scale.positions).flatMap((run) => (run.length === 1 ? run : [])));
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

function drawing(
  context: Context,
  series: Series,
  lines: readonly SeriesOfArea[],
  key: string,
): TemplateResult | typeof nothing {
  const { lang, words, state } = context;
  const { periods } = series;
  const scale = scaleOf(
    lines.map((line) => line.values),
    periods.map(periodPosition),
    frame,
  );
  if (!scale) return nothing;
  const decimals = tickDecimals(scale.ticks);
  const labelled = labelledIndexes(
    periods.map((_, index) => scale.x(index)),
    periods[0]?.length === 4 ? 38 : 48,
  );
  const current = periods.indexOf(state.period);
  const label = fill(words.chartLabel, {
    name: lines.find((line) => line.key === key)?.name ?? key,
    from: formatPeriod(periods[0] ?? "", lang),
    to: formatPeriod(periods.at(-1) ?? "", lang),
  });
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
    ${[...lines].reverse().map((line) => lineMarks(line, line.key === key, scale))}
  </svg>`;
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

function asTable(context: Context, series: Series, lines: readonly SeriesOfArea[]): TemplateResult {
  const { words, lang } = context;
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
        <tbody>
          ${series.periods.map(
            (period, index) => html`<tr>
              <th scope="row">${formatPeriodShort(period, lang)}</th>
              ${lines.map((line) => html`<td>${valueText(line, index, context)}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${aggregated ? html`<p class="legend-note">${words.seriesAggregated}</p>` : nothing}
    ${rough ? html`<p class="legend-note">${words.seriesEstimated}</p>` : nothing}
  </details>`;
}

/** What the service has to say on single figures; of the areas above with their names. */
function noteLines(lines: readonly SeriesOfArea[], key: string, lang: Lang): readonly TemplateResult[] {
  return lines.flatMap((line) =>
    line.notes.map((note) => {
      const text = said(note, lang);
      return html`<p class="remark">${line.key === key ? text : `${line.name}: ${text}`}</p>`;
    }),
  );
}

function chartKey(lines: readonly SeriesOfArea[], key: string): TemplateResult {
  return html`<ul class="chart-key">
    ${lines.map((line) => {
      const stroke = strokeOf(line.level, line.key === key);
      return html`<li>
        <svg width="22" height="8" aria-hidden="true">
          <line x1="0" x2="22" y1="4" y2="4" stroke=${stroke.colour} stroke-width=${stroke.width} stroke-dasharray=${stroke.dash} />
        </svg>
        ${line.name}
      </li>`;
    })}
  </ul>`;
}

export function lineChart(context: Context, series: Series, key: string): TemplateResult {
  const { indicator, words, lang } = context;
  const lines = comparable(series, indicator, key).map((line) => ({
    ...line,
    name: areaName(context.boot.release, line.key, line.name),
  }));
  const notes = noteLines(lines, key, lang);
  const [only] = series.periods;
  if (only !== undefined && series.periods.length === 1) {
    const period = formatReference(only, indicator, lang);
    return html`<p>${fill(words.seriesOnePeriod, { period })}</p>${notes}`;
  }
  const drawn = lines.filter(hasValue);
  const silent = lines.filter((line) => !hasValue(line));
  const own = drawn.find((line) => line.key === key);
  const gaps = own
    ? runs(own.values, series.periods.map(periodPosition)).length > 1 || own.values.includes(null)
    : false;
  return html`${drawing(context, series, drawn, key)} ${chartKey(drawn, key)}
    ${silent.map((line) => html`<p class="legend-note">${line.name}: ${words.status[silenceOf(line)]}</p>`)}
    ${gaps ? html`<p class="legend-note">${words.seriesGap}</p>` : nothing} ${notes}
    ${asTable(context, series, lines)}`;
}
