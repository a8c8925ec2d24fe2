/** The dictionaries, and filling the gaps of their sentences. */
import type { Lang, Text } from "../types";
import { de, type Words } from "./de";
import { en } from "./en";

export type { Words };

const dictionaries: Readonly<Record<Lang, Words>> = { de, en };

export function wordsOf(lang: Lang): Words {
  return dictionaries[lang];
}

/** Replaces each `{name}` by its value; a name without a value is an error of the caller. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for {${name}} in "${sentence}"`);
    return String(value);
  });
}

/** A text of the server in the reader's language; plain strings have one language only. "1 000" never breaks. */
export function said(text: Text | string, lang: Lang): string {
  const words = typeof text === "string" ? text : text[lang] || text.de;
  return words.replace(/(\d) (?=\d{3}\b)/g, "$1\u00a0");
}
