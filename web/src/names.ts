/** Names of areas that tell namesakes apart. */
import type { Release, Selection } from "./types";

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
