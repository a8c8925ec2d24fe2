import { describe, expect, it } from "vitest";
import { wordsOf } from "../src/i18n";
import { formerNames } from "../src/names";
import type { Area } from "../src/types";

const wesertal: Area = {
  key: "06633030",
  name: "Wesertal",
  kind: "Gemeinde",
  level: "gemeinde",
  parent: "06633",
  parent_name: "Kassel",
  populated: true,
  area_km2: 52.273,
  bbox: [9.5, 51.5, 9.7, 51.6],
  former: [
    { key: "06633021", name: "Oberweser", until: "2019-12-31" },
    { key: "06633027", name: "Wahlsburg", until: "2019-12-31" },
  ],
};

describe("names of areas that are gone", () => {
  it("lead to the area of today, and say so in both languages", () => {
    expect(formerNames([wesertal], wordsOf("de"))).toEqual([
      { key: "06633030", name: "Oberweser (bis 2019, heute Wesertal)" },
      { key: "06633030", name: "Wahlsburg (bis 2019, heute Wesertal)" },
    ]);
    expect(formerNames([wesertal], wordsOf("en"))[1]?.name).toBe("Wahlsburg (until 2019, now Wesertal)");
  });

  it("are not told where only the key changed", () => {
    const hanau: Area = { ...wesertal, key: "06415000", name: "Hanau", former: [] };
    const former = [{ key: "06435014", name: "Hanau", until: "2025-12-31" }];
    expect(formerNames([{ ...hanau, former }], wordsOf("de"))).toEqual([]);
    expect(formerNames([hanau], wordsOf("de"))).toEqual([]);
  });
});
