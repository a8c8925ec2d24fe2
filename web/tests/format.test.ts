import { describe, expect, it } from "vitest";
import {
  breakDecimals,
  fittingDecimals,
  formatFigure,
  formatInUnit,
  formatIsoDay,
  formatNumber,
  formatP,
  formatPeriod,
  formatPeriodShort,
  formatQuantity,
  formatRanges,
  formatReference,
} from "../src/format";
import { classification, indicator, monthly, plain } from "./fixtures";

describe("numbers", () => {
  it("never writes an estimate as an exact figure", () => {
    expect(formatFigure({ value: 3098, flags: ["ESTIMATED"] }, 0, "de")).toBe("≈\u00a03.098");
    expect(formatFigure({ value: 3098, flags: ["PROVISIONAL"] }, 0, "en")).toBe("3,098");
  });

  it("follow the language", () => {
    expect(formatNumber(1234567.891, 1, "de")).toBe("1.234.567,9");
    expect(formatNumber(1234567.891, 1, "en")).toBe("1,234,567.9");
  });

  it("round the stored number, not its shortest text", () => {
    expect(formatNumber(26.45, 1, "de")).toBe("26,4");
    expect(formatNumber(-0.04, 1, "de")).toBe("0,0");
  });

  it("show a real minus and every decimal", () => {
    expect(formatNumber(-3, 1, "de")).toBe("−3,0");
  });

  it("keep number and unit together", () => {
    expect(formatQuantity(12.34, 1, "%", "de")).toBe("12,3\u00a0%");
    expect(formatQuantity(5780, 0, "persons", "en")).toBe("5,780\u00a0persons");
    expect(formatQuantity(1, 0, "", "de")).toBe("1");
  });

  it("never quote p as zero", () => {
    expect(formatP(0.0002, "de")).toBe("<\u00a00,001");
    expect(formatP(0.0214, "de")).toBe("0,021");
  });

  it.each([
    [{ de: "%", en: "%" }, "in %", "in %"],
    [
      { de: "% der Arbeitslosen", en: "% of the unemployed" },
      "in % der Arbeitslosen",
      "in % of the unemployed",
    ],
    [{ de: "je 1 000 Einwohner", en: "per 1,000" }, "je 1\u00a0000 Einwohner", "per 1,000"],
    [{ de: "Jahre", en: "years" }, "Jahre", "years"],
  ] as const)("name the unit %s", (unit, german, english) => {
    expect(formatInUnit(unit, "de")).toBe(german);
    expect(formatInUnit(unit, "en")).toBe(english);
  });
});

describe("statistics", () => {
  it.each([
    [-0.0284, "\u22120,028"],
    [0.294, "0,29"],
  ])("%d is written as in the sentences of the service: %s", (value, text) => {
    expect(formatNumber(value, fittingDecimals(value), "de")).toBe(text);
  });
});

describe("class ranges", () => {
  it("say which end belongs to the class", () => {
    expect(formatRanges(classification, 1, "de")).toEqual([
      "2,0 bis 5,0",
      "über 5,0 bis 10,0",
      "über 10,0 bis 20,0",
    ]);
    expect(formatRanges(classification, 0, "en")[1]).toBe("over 5 to 10");
  });

  it("take as many decimals as the breaks need to differ", () => {
    expect(breakDecimals([1.01, 1.04, 1.1], 1)).toBe(2);
    expect(breakDecimals([1, 2, 3], 1)).toBe(1);
    expect(breakDecimals([2, 2], 1)).toBe(1);
  });

  it("name a single value as such", () => {
    const constant = {
      ...classification,
      breaks: [5, 5],
      classes: [{ from: 5, to: 5, color: "#aaa", count: 9, label: plain }],
    };
    expect(formatRanges(constant, 1, "de")).toEqual(["5,0"]);
  });
});

describe("periods", () => {
  it.each([
    ["2022", "2022", "2022"],
    ["2022-03", "März 2022", "03/22"],
    ["2022-Q1", "1. Quartal 2022", "Q1/22"],
    ["2022-2023", "Schuljahr 2022/23", "22/23"],
    ["2022-12-31", "31. Dezember 2022", "31.12.22"],
  ])("%s is %s", (period, long, short) => {
    expect(formatPeriod(period, "de")).toBe(long);
    expect(formatPeriodShort(period, "de")).toBe(short);
  });

  it("speak English too", () => {
    expect(formatPeriod("2022-03", "en")).toBe("March 2022");
    expect(formatPeriod("2022-12-31", "en")).toBe("31 December 2022");
  });

  it("name the reference day of a year", () => {
    expect(formatReference("2022", indicator(), "de")).toBe("31. Dezember 2022");
    expect(formatReference("2022", indicator({ period_type: "sum", reference_day: null }), "de")).toBe(
      "2022",
    );
    expect(formatReference("2022-02", monthly, "de")).toBe("Februar 2022");
  });

  it("read days, and leave other text alone", () => {
    expect(formatIsoDay("2026-11-22T03:00:00Z", "de")).toBe("22. November 2026");
    expect(formatIsoDay("Herbst 2026", "de")).toBe("Herbst 2026");
  });
});
