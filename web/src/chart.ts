/** Geometry of the small line chart: pure, so that gaps and ticks can be tested. */

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** About `count` round numbers that enclose the values; there is no half of what is counted. */
export function niceTicks(low: number, high: number, { whole = false, count = 4 } = {}): readonly number[] {
  const span = high - low || Math.abs(high) || 1;
  const raw = Math.max(span / count, whole ? 1 : 0);
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const steps = [1, 2, 2.5, 5, 10].map((factor) => factor * magnitude);
  const step = steps.find((each) => each >= raw && !(whole && each % 1)) ?? 10 * magnitude;
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/**
 * What the axis has to show: zero as well, unless the values lie together far from it, where a line above zero would
 * hide what happened. Of counts it always shows zero.
 */
export function axisOf(known: readonly number[], counted: boolean): readonly [low: number, high: number] {
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const together = low > high / 2 || high < low / 2;
  return together && !counted ? [low, high] : [Math.min(0, low), Math.max(0, high)];
}

/** Room for the longest of the labels beside the axis, in the units of the drawing. */
export function roomFor(labels: readonly string[]): number {
  const longest = Math.max(0, ...labels.map((label) => label.length));
  return Math.max(44, 14 + 6.7 * longest);
}

/** Decimals that the ticks need to be written exactly. */
export function tickDecimals(ticks: readonly number[]): number {
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const whole = (digits: number): boolean => {
    const scaled = step * 10 ** digits;
    return Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled;
  };
  return [0, 1, 2, 3, 4, 5].find(whole) ?? 6;
}

/** The periods of a series. */
export interface TimeLine {
  /** Where they are in time. */
  readonly positions: readonly number[];
  /** Indexes of those from which on the figures stand on a new base. */
  readonly bases: readonly number[];
}

/**
 * Runs of neighbouring periods that have comparable values: a gap or a new base ends a line, it is never bridged.
 * A gap is a period without a value, or a step in time longer than the usual one.
 */
export function runs(
  values: readonly (number | null)[],
  { positions, bases }: TimeLine,
): readonly (readonly number[])[] {
  const stepTo = (index: number): number => (positions[index] ?? 0) - (positions[index - 1] ?? 0);
  const usual = Math.min(...positions.slice(1).map((_, index) => stepTo(index + 1)));
  const found: number[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const open = found.at(-1);
    const goesOn = open?.at(-1) === index - 1 && stepTo(index) < 1.5 * usual && !bases.includes(index);
    if (open && goesOn) open.push(index);
    else found.push([index]);
  });
  return found;
}

export interface Scale {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
  readonly ticks: readonly number[];
  readonly time: TimeLine;
  readonly hasZero: boolean;
}

/** `counted`: the figures are whole numbers of something. `null` when no line has any value. */
export function scaleOf(
  lines: readonly (readonly (number | null)[])[],
  time: TimeLine,
  frame: Frame,
  counted = false,
): Scale | null {
  const known = lines.flat().filter((value) => value !== null);
  if (known.length === 0) return null;
  const { positions } = time;
  const ticks = niceTicks(...axisOf(known, counted), { whole: counted });
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const first = positions[0] ?? 0;
  const span = (positions.at(-1) ?? first) - first;
  const inner = {
    width: frame.width - frame.left - frame.right,
    height: frame.height - frame.top - frame.bottom,
  };
  return {
    ticks,
    time,
    hasZero: low <= 0 && high >= 0,
    x: (index) =>
      frame.left +
      (span > 0 ? (((positions[index] ?? first) - first) / span) * inner.width : inner.width / 2),
    y: (value) => frame.top + (1 - (value - low) / (high - low)) * inner.height,
  };
}

/** SVG path of one line; single points are left to the markers. */
export function pathOf(values: readonly (number | null)[], scale: Scale): string {
  return runs(values, scale.time)
    .filter((run) => run.length > 1)
    .map((run) =>
      run
        .map((index, position) => {
          const point = `${scale.x(index).toFixed(1)} ${scale.y(values[index] ?? 0).toFixed(1)}`;
          return `${position === 0 ? "M" : "L"}${point}`;
        })
        .join(""),
    )
    .join("");
}

/** Which labels are written so that they keep `space` pixels; the last one always is. */
export function labelledIndexes(places: readonly number[], space: number): readonly number[] {
  const kept: number[] = [];
  let free = Number.POSITIVE_INFINITY;
  for (let index = places.length - 1; index >= 0; index -= 1) {
    const place = places[index] ?? 0;
    if (place > free) continue;
    kept.unshift(index);
    free = place - space;
  }
  return kept;
}
