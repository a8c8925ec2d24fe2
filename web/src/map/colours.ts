/** Colours that belong to a meaning; those of classes and clusters come with the answers. */
import type { Scene } from "../app";
import type { Unit } from "../classes";

/** Counts are circles; the ground below them only says that the area has a figure. */
export const symbolColour = "#0b5c66";
export const symbolGround = "#e6ecea";

/** Whether dark lines would drown in the colour (relative luminance as in WCAG 2, of "#rrggbb"). */
export function isDark(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.18;
}

/** The fill of an area, `null` where it has none (then a pattern says why). */
export function fillOf(
  unit: Unit,
  { mode, indicator, values, local }: Pick<Scene, "mode" | "indicator" | "values" | "local">,
): string | null {
  if (unit.value === null) return null;
  if (mode === "clusters") {
    return local && unit.cluster && unit.cluster !== "undefined"
      ? (local.colors[unit.cluster] ?? null)
      : null;
  }
  if (indicator.kind === "count") return symbolGround;
  return unit.klass === null ? null : (values.classification?.classes[unit.klass]?.color ?? null);
}
