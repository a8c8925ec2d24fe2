import { describe, expect, it } from "vitest";
import {
  formatState,
  nearestPeriod,
  offeredLevels,
  parseState,
  periodPosition,
  resolveState,
} from "../src/state";
import { catalogue, indicator, ofRaum, release } from "./fixtures";

const full =
  "?indicator=child_pov&period=2020&within=06633&level=raum&vintage=2018-01-01&map=clusters&correction=none&view=table&area=06633018&lang=en";

describe("the URL", () => {
  it("goes through the state and back unchanged", () => {
    expect(formatState(parseState(full))).toBe(full);
  });

  it("leaves out what is the default, and nothing else", () => {
    expect(formatState(parseState("?lang=de&map=values&view=map"))).toBe("");
    expect(formatState(parseState("?within=06&lang=de"))).toBe("?within=06");
  });

  it("reads unknown modes and languages as the default, and blanks as nothing", () => {
    const state = parseState("?map=heat&view=3d&lang=fr&correction=luck&area=%20&unknown=1");
    expect(state).toEqual({
      indicator: null,
      period: null,
      within: null,
      level: null,
      vintage: null,
      map: "values",
      correction: "fdr",
      view: "map",
      area: null,
      lang: "de",
    });
  });

  it("keeps keys as text", () => {
    expect(parseState("?area=06633018").area).toBe("06633018");
  });
});

describe("periods", () => {
  it.each([
    ["2022", 2022],
    ["2022-Q3", 2022.5],
    ["2022-07", 2022.5],
    ["2022-2023", 2022 + 7 / 12],
  ])("%s lies at %d", (period, position) => {
    expect(periodPosition(period)).toBeCloseTo(position, 6);
  });

  it("puts the days of a year in order", () => {
    expect(periodPosition("2022-12-30")).toBeLessThan(periodPosition("2022-12-31"));
    expect(periodPosition("2022-12-31")).toBeLessThan(2023);
  });

  it.each(["", "next year", "2022-13-", "22"])("%j is no period", (text) => {
    expect(periodPosition(text)).toBeNaN();
  });

  it.each([
    ["2019", "2019"],
    ["2021", "2022"],
    ["2022-02", "2022"],
    ["1990", "2018"],
    [null, "2022"],
    ["nonsense", "2022"],
  ])("wished %j gives %s", (wished, found) => {
    expect(nearestPeriod(["2018", "2019", "2020", "2022"], wished)).toBe(found);
  });

  it("there is none without periods", () => {
    expect(nearestPeriod([], "2020")).toBeNull();
  });
});

describe("resolving", () => {
  const resolve = (query: string) => resolveState(parseState(query), catalogue, release);

  it("fills an empty URL with the longest rate, its newest period and the home district", () => {
    const resolved = resolve("");
    expect(resolved?.state).toMatchObject({ indicator: "child_pov", period: "2022", within: "06633" });
    expect(resolved?.unknown).toEqual([]);
  });

  it("names what the release does not have", () => {
    const resolved = resolve("?indicator=wealth&period=2001&within=09");
    expect(resolved?.state).toMatchObject({ indicator: "child_pov", period: "2018", within: "06633" });
    expect(resolved?.unknown.map(({ parameter }) => parameter)).toEqual(["indicator", "period", "within"]);
  });

  it("opens with the newest period that has values on the map, and keeps one that was asked for", () => {
    const sparse = indicator({ periods_by_level: { gemeinde: ["2018", "2020"], kreis: ["2022"] } });
    const found = (query: string) =>
      resolveState(parseState(query), { indicators: [sparse], themes: [], release: 3 }, release)?.state
        .period;
    expect(found("")).toBe("2020");
    expect(found("?period=2022")).toBe("2022");
    expect(found("?period=2017")).toBe("2018");
    const nowhere = indicator({ periods_by_level: { gemeinde: [] } });
    const state = resolveState(parseState(""), { indicators: [nowhere], themes: [], release: 3 }, release);
    expect(state?.state.period).toBe("2022");
  });

  it("never chooses an indicator without periods", () => {
    expect(resolve("?indicator=planned")?.state.indicator).toBe("child_pov");
  });

  it("widens the region where an indicator has no figures below the districts", () => {
    const resolved = resolve("?indicator=hosp_beds&within=06633");
    expect(resolved?.state.within).toBe("06");
    expect(resolved?.unknown).toEqual([{ parameter: "wider", asked: "06633" }]);
  });

  it.each([
    ["2018-01-01", "2018-01-01"],
    ["2019-12-31", "2018-01-01"],
    ["2026-01-01", null],
    ["2030-06-30", null],
  ])("shows for %s the boundaries in force on that day", (asked, vintage) => {
    const vintages = ["2018-01-01", "2026-01-01"];
    const found = resolveState(parseState(`?vintage=${asked}`), catalogue, { ...release, vintages });
    expect(found?.state.vintage).toBe(vintage);
    expect(found?.unknown).toEqual([]);
  });

  it("takes everything where the release has nothing to choose, and leaves it out of the URL", () => {
    const own = indicator({ levels: ["quartier"] });
    const everything = {
      key: "",
      level: "",
      name: "",
      kind: null,
      bbox: [9, 51, 10, 52] as const,
      levels: ["quartier"],
    };
    const found = resolveState(
      parseState(""),
      { ...catalogue, indicators: [own] },
      { ...release, selections: [everything], home: null },
    );
    expect(found?.state.within).toBe("");
    expect(found && formatState(found.state)).toBe("?indicator=child_pov&period=2022");
  });

  it.each(["2015-01-01", "yesterday"])("says that there are no boundaries of %s", (asked) => {
    const found = resolve(`?vintage=${asked}`);
    expect(found?.state.vintage).toBeNull();
    expect(found?.unknown).toEqual([{ parameter: "vintage", asked }]);
  });

  it("gives up on a release without indicators or areas", () => {
    expect(resolveState(parseState(""), { indicators: [], themes: [], release: 3 }, release)).toBeNull();
    expect(resolveState(parseState(""), catalogue, { ...release, selections: [], home: null })).toBeNull();
  });
});

describe("the level", () => {
  const indicators = [ofRaum, indicator(), ...catalogue.indicators.slice(1)];
  const resolve = (query: string) => resolveState(parseState(query), { ...catalogue, indicators }, release);

  it("is the smallest, and then not in the URL", () => {
    const resolved = resolve("?indicator=pupils&within=06");
    expect(resolved?.state).toMatchObject({ level: null, shownLevel: "gemeinde" });
    expect(resolved && formatState(resolved.state)).toBe("?indicator=pupils&period=2022&within=06");
  });

  it.each(["raum", "kreis"])("%s is shown where it is asked for, and stays in the URL", (level) => {
    const query = `?indicator=pupils&period=2022&within=06&level=${level}`;
    const resolved = resolve(query);
    expect(resolved?.state.shownLevel).toBe(level);
    expect(resolved?.unknown).toEqual([]);
    expect(resolved && formatState(resolved.state)).toBe(query);
  });

  it.each([
    ["?indicator=pupils&within=06633&level=kreis", "a district holds no districts"],
    ["?indicator=pupils&within=06432&level=raum", "the region has no such areas"],
    ["?indicator=child_pov&within=06&level=raum", "the indicator has no such figures"],
    ["?indicator=pupils&within=06&level=moon", "there is no such level"],
  ])("%s is replaced and told: %s", (query) => {
    const resolved = resolve(query);
    expect(resolved?.state).toMatchObject({ level: null, shownLevel: "gemeinde" });
    expect(resolved?.state.within).toBe(parseState(query).within);
    expect(resolved?.unknown).toEqual([{ parameter: "level", asked: parseState(query).level }]);
  });

  it("is the largest that the indicator has where it has no smaller one", () => {
    expect(resolve("?indicator=hosp_beds&within=06")?.state).toMatchObject({
      level: null,
      shownLevel: "kreis",
    });
  });

  it("decides which period is the newest with values", () => {
    const periods_by_level = { gemeinde: ["2018"], raum: ["2018"], kreis: ["2018", "2020"] };
    const uneven = { ...catalogue, indicators: [{ ...ofRaum, periods_by_level }] };
    const period = (query: string) => resolveState(parseState(query), uneven, release)?.state.period;
    expect(period("?within=06")).toBe("2018");
    expect(period("?within=06&level=kreis")).toBe("2020");
  });

  it("can be chosen where it has areas in the region, and figures for the period", () => {
    const periods_by_level = { gemeinde: ["2018", "2022"], raum: ["2022"], kreis: ["2018"], land: ["2018"] };
    const uneven = { ...ofRaum, periods_by_level };
    const offered = (query: string) => {
      const found = resolveState(parseState(query), { ...catalogue, indicators: [uneven] }, release);
      const selection = release.selections.find(({ key }) => key === found?.state.within);
      return found && selection ? offeredLevels(uneven, selection, found.state) : null;
    };
    expect(offered("?within=06&period=2022")).toEqual(["gemeinde", "raum"]);
    expect(offered("?within=06&period=2018")).toEqual(["gemeinde", "kreis"]);
    expect(offered("?within=06&period=2022&level=kreis")).toEqual(["gemeinde", "kreis", "raum"]);
    expect(offered("?within=06633&period=2022")).toEqual(["gemeinde", "raum"]);
    expect(offered("?within=06432&period=2022")).toEqual(["gemeinde"]);
  });
});
