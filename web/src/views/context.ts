/** What every view gets: the loaded state, the reader's words, and ways to change something. */
import type { App, Boot, Scene } from "../app";
import type { Words } from "../i18n";
import { levelName, selectionName, selectionOf } from "../names";
import type { State } from "../state";
import type { Indicator, Lang } from "../types";

/** What is open or sorted; not part of the URL because nobody shares it. */
export interface Ui {
  pickerQuery: string;
  filtersOpen: boolean;
  linkCopied: boolean;
  sort: { column: SortColumn; descending: boolean };
}

export type SortColumn = "name" | "value" | "status" | "class" | "cluster" | "rank";

export interface Context {
  readonly app: App;
  readonly boot: Boot;
  readonly state: State;
  readonly indicator: Indicator;
  readonly scene: Scene | null;
  readonly lang: Lang;
  readonly words: Words;
  readonly ui: Ui;
  /** Changes what is open or sorted, and draws again. */
  readonly set: (patch: Partial<Ui>) => void;
  readonly root: URL;
}

export function withinName({ boot, words }: Pick<Context, "boot" | "words">, key: string): string {
  const selection = selectionOf(boot.release, key);
  return key === "" ? words.everything : selection ? selectionName(selection) : key;
}

/** "Kreise", "Municipalities": as a title. */
export function levelTitle({ boot, lang }: Pick<Context, "boot" | "lang">, level: string): string {
  const name = levelName(boot.release, level, lang);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
