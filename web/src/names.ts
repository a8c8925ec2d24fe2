/** Names of areas that tell namesakes apart. */
import { fill, type Words } from "./i18n";
import type { Area, Release, Selection } from "./types";

export function selectionOf(release: Release, key: string): Selection | null {
  return release.selections.find((selection) => selection.key === key) ?? null;
}

/** "Kassel (Landkreis)": a Kreis and its city share the name. */
export function selectionName({ name, kind, level }: Selection): string {
  return kind && level !== "land" ? `${name} (${kind})` : name;
}

/** The telling name of an area that can be a selection, else the name as given. */
export function areaName(release: Release, key: string, name: string): string {
  const selection = selectionOf(release, key);
  return selection ? selectionName(selection) : name;
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
