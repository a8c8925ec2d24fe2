/** Patterns for areas without a value: told apart by form, not by grey alone. Drawn here, fetched nowhere. */
import type { Gap } from "../classes";

type Draw = (context: CanvasRenderingContext2D, size: number) => void;

interface Hatch {
  readonly ground: string;
  readonly ink: string;
  readonly width: number;
  readonly draw: Draw;
}

/** CSS pixels of one repeat. */
const repeat = 8;
const density = 2;

function lines(segments: readonly (readonly [number, number, number, number])[]): Draw {
  return (context, size) => {
    context.beginPath();
    for (const [x1, y1, x2, y2] of segments) {
      context.moveTo(x1 * size, y1 * size);
      context.lineTo(x2 * size, y2 * size);
    }
    context.stroke();
  };
}

function dots(centres: readonly (readonly [number, number])[], radius: number): Draw {
  return (context, size) => {
    for (const [x, y] of centres) {
      context.beginPath();
      context.arc(x * size, y * size, radius * size, 0, 2 * Math.PI);
      context.fill();
    }
  };
}

const rising = [
  [-0.5, 0.5, 0.5, -0.5],
  [-0.5, 1.5, 1.5, -0.5],
  [0.5, 1.5, 1.5, 0.5],
] as const;
const falling = rising.map(([x1, y1, x2, y2]) => [x1, 1 - y1, x2, 1 - y2] as const);

const hatches: Readonly<Record<Gap, Hatch>> = {
  secret: { ground: "#f3f1ec", ink: "#5b6268", width: 1.5, draw: lines(rising) },
  "small-base": { ground: "#f3f1ec", ink: "#5b6268", width: 1.4, draw: lines([[0, 0.5, 1, 0.5]]) },
  missing: {
    ground: "#f3f1ec",
    ink: "#6d747a",
    width: 1,
    draw: dots(
      [
        [0.25, 0.25],
        [0.75, 0.75],
      ],
      0.14,
    ),
  },
  break: { ground: "#f3f1ec", ink: "#6d747a", width: 1.1, draw: lines([...rising, ...falling]) },
  "not-applicable": { ground: "#f3f1ec", ink: "#9aa0a4", width: 1.2, draw: lines([[0.5, 0, 0.5, 1]]) },
  unpopulated: { ground: "#edf0e8", ink: "#a9b3a0", width: 1.2, draw: lines(falling) },
  undefined: {
    ground: "#ffffff",
    ink: "#6d747a",
    width: 1.1,
    draw: lines([
      [0.25, 0.5, 0.75, 0.5],
      [0.5, 0.25, 0.5, 0.75],
    ]),
  },
};

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no 2d canvas");
  return context;
}

function tile(gap: Gap): CanvasRenderingContext2D {
  const size = repeat * density;
  const context = canvasOf(size, size);
  const { ground, ink, width, draw } = hatches[gap];
  context.fillStyle = ground;
  context.fillRect(0, 0, size, size);
  context.fillStyle = ink;
  context.strokeStyle = ink;
  context.lineWidth = width * density;
  draw(context, size);
  return context;
}

/** One repeat of the pattern, for `map.addImage(name, image, { pixelRatio })`. */
export function hatchImage(gap: Gap): { readonly image: ImageData; readonly pixelRatio: number } {
  const context = tile(gap);
  return {
    image: context.getImageData(0, 0, context.canvas.width, context.canvas.height),
    pixelRatio: density,
  };
}

const swatches = new Map<Gap, string>();

/** The same pattern as a picture for the legend (data URL of 28 × 18 CSS pixels). */
export function hatchSwatch(gap: Gap): string {
  const known = swatches.get(gap);
  if (known) return known;
  const context = canvasOf(28 * density, 18 * density);
  const pattern = context.createPattern(tile(gap).canvas, "repeat");
  if (pattern) context.fillStyle = pattern;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  const url = context.canvas.toDataURL();
  swatches.set(gap, url);
  return url;
}
