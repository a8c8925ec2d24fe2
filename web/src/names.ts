/** Names of areas that tell namesakes apart. */
import { fill, said, type Words } from "./i18n";
import { officialLevels } from "./state";
import type { Area, Lang, Release, Selection, Values } from "./types";

export function selectionOf(release: Release, key: string): Selection | null {
  return release.selections.find((selection) => selection.key === key) ?? null;
}

/** "Kreise" for "kreis": what the areas of a level are called. */
export function levelName({ levels }: Pick<Release, "levels">, level: string, lang: Lang): string {
  const title = levels.find(({ id }) => id === level)?.title;
  return title ? said(title, lang) : level;
}

/** "Kassel (Landkreis)": a Kreis and its city share the name. */
export function selectionName({ name, kind, level }: Selection): string {
  return kind && level !== "land" ? `${name} (${kind})` : name;
}

/** The telling name of an area that can be a selection, else the name as given; a key is unique in its level only. */
export function areaName(release: Release, level: string, key: string, name: string): string {
  const selection = release.selections.find((each) => each.key === key && each.level === level);
  return selection ? selectionName(selection) : name;
}

/** By key, the telling names of areas that share their plain one with another area on the map. */
export function namesakes(
  { keys, names }: Pick<Values, "keys" | "names">,
  told: readonly { readonly key: string; readonly name: string }[],
): ReadonlyMap<string, string> {
  const shared = names.filter((name, index) => names.indexOf(name) !== index);
  const plain = new Map(keys.map((key, index) => [key, names[index] ?? key]));
  return new Map(
    told
      .filter(({ key, name }) => shared.includes(plain.get(key) ?? "") && name !== plain.get(key))
      .map(({ key, name }) => [key, name]),
  );
}

export interface Above {
  readonly level: "kreis" | "land";
  readonly key: string;
}

/** The Kreis and the Land that an area lies in, as far as the answer has their figures. */
export function areasAbove(
  key: string,
  { level, within, reference }: Pick<Values, "level" | "within" | "reference">,
  areas: readonly Area[] | null,
): readonly Above[] {
  const official = officialLevels.includes(level);
  // Keys of own levels tell nothing of where an area lies: its parent does, and the selection that it is in.
  const places = official ? [key] : [areas?.find((area) => area.key === key)?.parent ?? "", within ?? ""];
  const above = (upper: "kreis" | "land"): readonly Above[] =>
    official && officialLevels.indexOf(level) <= officialLevels.indexOf(upper)
      ? []
      : Object.keys(reference[upper])
          .filter((each) => places.some((place) => place.startsWith(each)))
          .map((each) => ({ level: upper, key: each }));
  return [...above("kreis"), ...above("land")];
}

/** A name that somebody may look for, and the area that it leads to. */
export interface FormerName {
  readonly key: string;
  readonly name: string;
}

/** "Wahlsburg (bis 2019, heute Wesertal)": names that are no longer on the map, with the keys of today's areas. */
export function formerNames(areas: readonly Area[], words: Pick<Words, "formerArea">): readonly FormerName[] {
  return areas.flatMap(({ key, name: now, former }) =>
    former
      .filter(({ name }) => name !== now)
      .map(({ name, until }) => ({
        key,
        name: fill(words.formerArea, { name, year: until.slice(0, 4), now }),
      })),
  );
}
