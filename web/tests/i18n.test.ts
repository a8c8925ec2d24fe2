import { describe, expect, it } from "vitest";
import { fill, said, wordsOf } from "../src/i18n";
import { unitOfDifference } from "../src/views/panel";
import { searchIndicators } from "../src/views/picker";
import { foreign } from "../src/views/wording";
import { catalogue, indicator } from "./fixtures";

function sentences(words: object, path = ""): readonly (readonly [string, string])[] {
  return Object.entries(words).flatMap(([key, value]: [string, string | object]) =>
    typeof value === "string" ? [[path + key, value] as const] : sentences(value, `${path}${key}.`),
  );
}

const gapsOf = (sentence: string): readonly string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe("the dictionaries", () => {
  const [german, english] = [sentences(wordsOf("de")), new Map(sentences(wordsOf("en")))];

  it.each(german)("%s has the same gaps in both languages and words in each", (path, sentence) => {
    expect(sentence).not.toBe("");
    expect(english.get(path)).toBeTruthy();
    expect(gapsOf(english.get(path) ?? "")).toEqual(gapsOf(sentence));
  });

  it("call protected values secret, not missing", () => {
    expect(wordsOf("de").status.SECRET).toBe("geheim gehalten");
    expect(wordsOf("de").status.EMPTY).not.toContain("geheim");
  });

  it("fill gaps, and refuse to leave one open", () => {
    expect(fill("Rang {rank} von {of}", { rank: 1, of: 28 })).toBe("Rang 1 von 28");
    expect(() => fill("Rang {rank}", {})).toThrow("rank");
  });

  it("fall back to German where the service has no English", () => {
    expect(said({ de: "Kassel", en: "" }, "en")).toBe("Kassel");
    expect(said("plain", "en")).toBe("plain");
    expect(said("je 1 000 Einwohner", "de")).toBe("je 1\u00a0000 Einwohner");
  });
});

describe("searching indicators", () => {
  const found = (query: string) =>
    searchIndicators(catalogue, query, "de", wordsOf("de")).map(({ title, indicators }) => [
      title,
      indicators.map(({ id }) => id),
    ]);

  it("groups by theme, unknown themes last, and leaves out indicators without figures", () => {
    expect(found("")).toEqual([
      ["Junge Menschen", ["child_pov"]],
      ["Existentieller Hilfebedarf", ["sgb2_quote"]],
      ["Weitere", ["hosp_beds"]],
    ]);
  });

  it("finds by both titles, by tag and by theme, whatever the case and the accents", () => {
    expect(found("POVERTY child")).toEqual([["Junge Menschen", ["child_pov"]]]);
    expect(found("armut").flat(2)).toContain("sgb2_quote");
    expect(found("existéntiell")).toEqual([["Existentieller Hilfebedarf", ["sgb2_quote"]]]);
    expect(found("nothing like it")).toEqual([]);
  });
});

describe("texts without a translation", () => {
  const own = indicator({ untranslated: { title: "de", note: "en" } });

  it.each([
    ["title", "en", "de"],
    ["title", "de", null],
    ["note", "de", "en"],
    ["definition", "en", null],
  ] as const)("%s for readers of %s: %s", (name, lang, expected) => {
    expect(foreign(own, name, lang)).toBe(expected);
  });
});

describe("differences", () => {
  it.each([
    ["%", "Prozentpunkte"],
    ["2011 = 100", "Punkte"],
    ["Jahre", "Jahre"],
  ])("of %s are %s", (unit, expected) => {
    expect(unitOfDifference({ de: unit, en: unit }, wordsOf("de"), "de")).toBe(expected);
  });
});
