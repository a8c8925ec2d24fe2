/** Proportional circles: area in proportion to the number. */

/** More areas than this crowd the map. */
export const manyAreas = 60;

/** Radius in CSS pixels of the circle for the largest value, smaller where many areas share the map. */
export function largestRadius(areas: number): number {
  return areas > manyAreas ? 24 : 34;
}

export function radiusOf(value: number, largest: number, areas: number): number {
  if (!(largest > 0) || !(value > 0)) return 0;
  return largestRadius(areas) * Math.sqrt(Math.min(value, largest) / largest);
}

/** Three round numbers for the legend: about the largest, a third and a tenth of it. */
export function symbolSteps(largest: number): readonly number[] {
  const round = (value: number): number => {
    const magnitude = 10 ** Math.floor(Math.log10(value));
    const lead = value / magnitude;
    return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * magnitude;
  };
  if (!(largest > 0)) return [];
  return [...new Set([largest, largest / 3, largest / 10].map(round))];
}
