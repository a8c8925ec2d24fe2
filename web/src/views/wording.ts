/** Texts of an indicator, which need not be there in the reader's language. */
import { html, nothing, type TemplateResult } from "lit-html";
import { said } from "../i18n";
import type { Indicator, Lang, Text } from "../types";
import type { Context } from "./context";

type Texts = Pick<Indicator, "untranslated">;

/** The language of a text that is not translated into that of the reader. */
export function foreign({ untranslated }: Texts, name: string, lang: Lang): Lang | null {
  const only = untranslated[name];
  return only === undefined || only === lang ? null : only;
}

/** Read out in the language that it is written in. */
export function spoken(
  { lang }: Pick<Context, "lang">,
  texts: Texts,
  name: string,
  text: Text,
): TemplateResult {
  return html`<span lang=${foreign(texts, name, lang) ?? nothing}>${said(text, lang)}</span>`;
}

/** Tells that a text is not translated. */
export function languageMark(
  { lang, words }: Pick<Context, "lang" | "words">,
  texts: Texts,
  name: string,
): TemplateResult | typeof nothing {
  const only = foreign(texts, name, lang);
  return only ? html`<span class="language-mark">${words.writtenIn[only]}</span>` : nothing;
}
