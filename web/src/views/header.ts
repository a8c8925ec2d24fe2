import { html, type TemplateResult } from "lit-html";
import type { Words } from "../i18n";
import iconUrl from "../icon.svg?url";
import type { Lang } from "../types";

export interface HeaderActions {
  readonly lang: Lang;
  readonly words: Words;
  readonly linkCopied: boolean;
  readonly setLang: (lang: Lang) => void;
  readonly share: () => void;
  readonly print: () => void;
}

const languages: readonly { readonly id: Lang; readonly short: string; readonly name: string }[] = [
  { id: "de", short: "DE", name: "Deutsch" },
  { id: "en", short: "EN", name: "English" },
];

export function headerView({
  lang,
  words,
  linkCopied,
  setLang,
  share,
  print,
}: HeaderActions): TemplateResult {
  return html`
    <a class="skip" href="#main">${words.skip}</a>
    <header class="top">
      <p class="brand">
        <img src=${iconUrl} alt="" width="26" height="26" />
        <span class="brand-name">${words.product}</span>
        <span class="brand-line">${words.tagline}</span>
      </p>
      <div class="top-actions">
        <button type="button" class="quiet" @click=${share}>
          <svg class="small-only" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8">
            <path d="M7.5 10.5a3.2 3.2 0 0 0 4.6 0l2.6-2.6a3.2 3.2 0 0 0-4.6-4.6l-1 1M10.5 7.5a3.2 3.2 0 0 0-4.6 0L3.3 10.1a3.2 3.2 0 0 0 4.6 4.6l1-1" />
          </svg>
          <span class="share-text" aria-live="polite">${linkCopied ? words.shared : words.share}</span>
        </button>
        <button type="button" class="quiet wide-only" @click=${print}>${words.print}</button>
        <div class="languages" role="group" aria-label=${words.language}>
          ${languages.map(
            ({ id, short, name }) => html`<button
              type="button"
              lang=${id}
              aria-pressed=${id === lang ? "true" : "false"}
              aria-label=${`${short}, ${name}`}
              @click=${() => setLang(id)}
            >${short}</button>`,
          )}
        </div>
      </div>
    </header>
  `;
}
