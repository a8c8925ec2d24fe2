import { describe, expect, it } from "vitest";
import { classOf, clusterOf, countBy, isBare, joinUnits, rankOf, sampleOf, testedOf } from "../src/classes";
import { fillOf, isDark } from "../src/map/colours";
import {
  insideFilter,
  insideLayers,
  labelLayer,
  labelLayout,
  layersFor,
  namedFilter,
} from "../src/map/style";
import { radiusOf, symbolSteps } from "../src/map/symbols";
import { corrections } from "../src/state";
import type { Area } from "../src/types";
import { silenceOf } from "../src/views/line-chart";
import { sortUnits } from "../src/views/table";
import { classification, indicator, local, values } from "./fixtures";

const gutsbezirk: Area = {
  key: "06633200",
  name: "Gutsbezirk Reinhardswald",
  kind: null,
  level: "gemeinde",
  parent: "06633",
  parent_name: "Kassel",
  populated: false,
  area_km2: 183,
  bbox: [9.4, 51.4, 9.7, 51.6],
  former: [],
  members: [],
};

const units = joinUnits(values, null, [gutsbezirk]);

describe("classes", () => {
  it.each([
    [2, 0],
    [5, 0],
    [5.0001, 1],
    [10, 1],
    [20, 2],
    [1.9, 0],
    [21, 2],
  ])("%d is in class %d", (value, klass) => {
    expect(classOf(value, classification.breaks)).toBe(klass);
  });

  it("one class takes everything", () => {
    expect(classOf(5, [5, 5])).toBe(0);
  });
});

describe("corrections", () => {
  const [plain, marked] = local.areas;
  if (!plain || !marked) throw new Error("the fixture has two areas");

  it("takes the class of the service with its own correction", () => {
    expect(clusterOf(marked, "fdr")).toBe("high-high");
    expect(clusterOf(plain, "fdr")).toBe("not-significant");
  });

  it("takes the quadrant where the chosen p is small enough", () => {
    expect(clusterOf(plain, "none")).toBe("low-low");
    expect(clusterOf({ ...plain, p: 0.05 }, "none")).toBe("low-low");
    expect(clusterOf({ ...plain, p: 0.0501 }, "none")).toBe("not-significant");
    expect(clusterOf(marked, "bonferroni")).toBe("not-significant");
    expect(clusterOf({ ...plain, quadrant: null }, "none")).toBe("not-significant");
  });

  it.each(["isolated", "undefined"] as const)("%s stays so under every correction", (given) => {
    for (const correction of corrections) {
      expect(clusterOf({ ...marked, class: given }, correction)).toBe(given);
    }
  });

  it("counts what was tested and what the map calls conspicuous", () => {
    const areas = [...local.areas, { ...marked, p: null, class: "isolated" } as const];
    expect(testedOf({ areas }, "fdr")).toEqual({ tested: 2, conspicuous: 1 });
    expect(testedOf({ areas }, "none")).toEqual({ tested: 2, conspicuous: 2 });
    expect(testedOf({ areas }, "bonferroni")).toEqual({ tested: 2, conspicuous: 0 });
  });
});

describe("joining", () => {
  it("gives a class to values and a reason to everything else", () => {
    expect(units.map(({ klass, gap }) => [klass, gap])).toEqual([
      [0, null],
      [2, null],
      [2, null],
      [null, "secret"],
      [null, "unpopulated"],
    ]);
  });

  it("says not applicable where the areas are not known", () => {
    expect(joinUnits(values, null, null).at(-1)?.gap).toBe("not-applicable");
  });

  it("adds uninhabited areas that the values leave out, once", () => {
    const without = { ...values, keys: values.keys.slice(0, 4) };
    expect(joinUnits(without, null, [gutsbezirk]).map(({ key }) => key)).toEqual(values.keys);
    expect(units).toHaveLength(values.keys.length);
  });

  it("never colours a missing value", () => {
    for (const unit of joinUnits(values, local, [gutsbezirk])) {
      for (const mode of ["values", "clusters"] as const) {
        for (const kind of ["rate", "count"] as const) {
          const fill = fillOf(unit, { mode, indicator: indicator({ kind }), values, local });
          if (unit.value === null) expect(fill).toBeNull();
        }
      }
    }
  });

  it("colours by class and by cluster", () => {
    const [low, high, untested] = joinUnits(values, local, null);
    const scene = { indicator: indicator(), values, local };
    expect(low && fillOf(low, { ...scene, mode: "values" })).toBe("#fee");
    expect(high && fillOf(high, { ...scene, mode: "clusters" })).toBe("#c0233b");
    expect(untested?.cluster).toBe("undefined");
    expect(untested && fillOf(untested, { ...scene, mode: "clusters" })).toBeNull();
  });

  it("counts every area once", () => {
    const classes = countBy(units, (unit) => unit.klass);
    const gaps = countBy(units, (unit) => unit.gap);
    expect([...classes.values(), ...gaps.values()].reduce((sum, count) => sum + count, 0)).toBe(units.length);
    expect(classes.get(2)).toBe(2);
  });
});

describe("ranks", () => {
  it("share a place when the figures look alike", () => {
    expect(rankOf("06633018", units, 1)).toEqual({ rank: 1, ties: 1, of: 3 });
    expect(rankOf("06633018", units, 2)).toEqual({ rank: 2, ties: 0, of: 3 });
    expect(rankOf("06633001", units, 1)).toEqual({ rank: 3, ties: 0, of: 3 });
  });

  it("exist for values only", () => {
    expect(rankOf("06633019", units, 1)).toBeNull();
    expect(rankOf("99", units, 1)).toBeNull();
  });
});

describe("the table", () => {
  const names = (column: Parameters<typeof sortUnits>[1]["column"], descending: boolean) =>
    sortUnits(units, { column, descending }).map(({ name }) => name.split(" ")[0]);

  it("keeps areas without a value at the end in both directions", () => {
    expect(names("value", false)).toEqual(["Ahnatal", "Naumburg", "Bad", "Gutsbezirk", "Nieste"]);
    expect(names("value", true)).toEqual(["Bad", "Naumburg", "Ahnatal", "Gutsbezirk", "Nieste"]);
    expect(names("rank", false)).toEqual(names("value", true));
  });

  it("sorts names as German does", () => {
    expect(names("name", true)).toEqual(["Nieste", "Naumburg", "Gutsbezirk", "Bad", "Ahnatal"]);
  });
});

describe("borders", () => {
  it.each([
    ["#fef0d9", false],
    ["#f3ad67", false],
    ["#5e0f2b", true],
    ["#000000", true],
  ])("%s is dark: %s", (colour, dark) => {
    expect(isDark(colour)).toBe(dark);
  });
});

describe("nothing published", () => {
  it("is not the same as something kept secret", () => {
    expect(isBare({ status: ["EMPTY", "NOT_APPLICABLE"] })).toBe(true);
    expect(isBare({ status: ["BREAK", "BREAK"] })).toBe(true);
    expect(isBare({ status: ["EMPTY", "SECRET"] })).toBe(false);
    expect(isBare(values)).toBe(false);
  });

  it("is told of a line by its gravest reason", () => {
    expect(silenceOf({ status: ["SECRET", "EMPTY"] })).toBe("SECRET");
    expect(silenceOf({ status: ["EMPTY", "BREAK"] })).toBe("BREAK");
    expect(silenceOf({ status: [] })).toBe("EMPTY");
  });

  it("is looked for in a sample that spreads over all areas", () => {
    expect(sampleOf([1, 2, 3, 4, 5], 2)).toEqual([1, 4]);
    expect(sampleOf([1, 2], 200)).toEqual([1, 2]);
    expect(sampleOf([], 200)).toEqual([]);
  });
});

describe("circles", () => {
  it("push their labels aside, the largest first", () => {
    const label = labelLayout([{ key: "06633018", radius: 24, value: 400 }])[labelLayer];
    expect(label["text-radial-offset"]).toEqual(["match", ["get", "key"], "06633018", 2.45, 0]);
    expect(label["symbol-sort-key"]).toEqual(["match", ["get", "key"], "06633018", -400, 0]);
    expect(labelLayout([])[labelLayer]["text-variable-anchor"]).toEqual(["center"]);
  });

  it("are found by their keys where these tell where an area lies, else by name", () => {
    expect(insideFilter("gemeinde", "06633")).toEqual(["==", ["slice", ["get", "key"], 0, 5], "06633"]);
    expect(insideFilter("quartier", "06633")).toBe(false);
    expect(namedFilter(["Q1", "Q2"])).toEqual(["in", ["get", "key"], ["literal", ["Q1", "Q2"]]]);
    const layers = layersFor("quartier", "").map(({ id }) => id);
    expect(layers).toEqual(expect.arrayContaining([...insideLayers]));
  });

  it("have areas in proportion to the number", () => {
    expect(radiusOf(400, 1600, 28) / radiusOf(1600, 1600, 28)).toBeCloseTo(0.5);
  });

  it.each([
    [0, 10],
    [-1, 10],
    [5, 0],
    [Number.NaN, 10],
  ])("%d of %d has none", (value, largest) => {
    expect(radiusOf(value, largest, 28)).toBe(0);
  });

  it("are explained by round numbers that fall", () => {
    expect(symbolSteps(28_412)).toEqual([20_000, 5_000, 2_000]);
    expect(symbolSteps(0)).toEqual([]);
  });
});
