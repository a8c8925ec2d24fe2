import { describe, expect, it } from "vitest";
import { wordsOf } from "../src/i18n";
import { frameOf } from "../src/map/frame";
import { labelText } from "../src/map/style";
import { areaName, areasAbove, formerNames, levelName, namesakes } from "../src/names";
import type { Area } from "../src/types";
import { release, values } from "./fixtures";

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
  members: [],
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

describe("an area of an own level", () => {
  const above = (key: string, patch: Partial<typeof values>, areas: readonly Area[] | null = null) =>
    areasAbove(key, { ...values, ...patch }, areas).map(({ level, key: found }) => `${level} ${found}`);

  it("is not taken for an official one with the same key", () => {
    expect(areaName(release, "land", "06", "")).toBe("Hessen");
    expect(areaName(release, "raum", "06", "Nord")).toBe("Nord");
    expect(areaName(release, "kreis", "06633", "")).toBe("Kassel (Landkreis)");
  });

  it("lies where its parent is, or where the selection is", () => {
    const raum: Area = { ...wesertal, key: "06", level: "raum", parent: "06633" };
    const outside = { ...raum, parent: null };
    expect(above("06", { level: "raum", within: "06" }, [raum])).toEqual(["kreis 06633", "land 06"]);
    expect(above("06", { level: "raum", within: "06" }, [outside])).toEqual(["land 06"]);
    expect(above("06", { level: "raum", within: "06633" }, null)).toEqual(["kreis 06633", "land 06"]);
    expect(above("06", { level: "raum", within: null }, [outside])).toEqual([]);
  });

  it("beside official ones, whose keys tell", () => {
    expect(above("06633018", {})).toEqual(["kreis 06633", "land 06"]);
    expect(above("06432001", { within: "06" })).toEqual(["land 06"]);
    expect(above("06633", { level: "kreis", within: "06" })).toEqual(["land 06"]);
    expect(above("06", { level: "land", within: null })).toEqual([]);
  });
});

describe("labels", () => {
  it("tell namesakes apart, and leave the others short", () => {
    const found = namesakes({ keys: ["06611", "06631", "06633"], names: ["Kassel", "Fulda", "Kassel"] }, [
      { key: "06611", name: "Kassel (Kreisfreie Stadt)" },
      { key: "06631", name: "Fulda (Landkreis)" },
      { key: "06633", name: "Kassel (Landkreis)" },
    ]);
    expect([...found]).toEqual([
      ["06611", "Kassel (Kreisfreie Stadt)"],
      ["06633", "Kassel (Landkreis)"],
    ]);
    expect(labelText(found)).toEqual(["match", ["get", "key"], ...[...found].flat(), ["get", "name"]]);
    expect(labelText(new Map())).toEqual(["get", "name"]);
  });
});

describe("levels", () => {
  it("are called as the release says, else by their id", () => {
    expect(levelName(release, "kreis", "de")).toBe("Kreise");
    expect(levelName(release, "kreis", "en")).toBe("districts");
    expect(levelName(release, "moon", "en")).toBe("moon");
  });
});

describe("the frame of the map", () => {
  const areas: readonly Area[] = [
    { ...wesertal, bbox: [9.5, 51.5, 9.7, 51.6] },
    { ...wesertal, bbox: [9.2, 51.4, 9.6, 51.5] },
  ];

  it("is the selection, but the areas themselves on own levels", () => {
    const hessen = [7.7, 49.3, 10.3, 51.7];
    expect(frameOf(release, { level: "gemeinde", within: "06" }, areas)).toEqual(hessen);
    expect(frameOf(release, { level: "raum", within: "06" }, areas)).toEqual([9.2, 51.4, 9.7, 51.6]);
    expect(frameOf(release, { level: "raum", within: "06" }, null)).toEqual(hessen);
    expect(frameOf(release, { level: "raum", within: "06" }, [])).toEqual(hessen);
    expect(frameOf(release, { level: "raum", within: "99" }, areas)).toBeNull();
  });
});
