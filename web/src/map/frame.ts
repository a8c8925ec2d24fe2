/** What of the earth the map shows before the reader moves it. */
import type { Shown } from "../api";
import { selectionOf } from "../names";
import { officialLevels } from "../state";
import type { Area, Bbox, Release } from "../types";

/**
 * The box around the selection; of own levels, which may lie in a corner of it, that around their areas.
 * `null` where the release does not have the selection.
 */
export function frameOf(
  release: Release,
  { level, within }: Pick<Shown, "level" | "within">,
  areas: readonly Area[] | null,
): Bbox | null {
  const selection = selectionOf(release, within);
  if (!selection || officialLevels.includes(level) || !areas || areas.length === 0)
    return selection?.bbox ?? null;
  const edge = (side: 0 | 1 | 2 | 3, outermost: typeof Math.min): number =>
    areas.reduce((found, { bbox }) => outermost(found, bbox[side]), areas[0]?.bbox[side] ?? 0);
  return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
}
