/** The indicator picker: a dialog with a search field and the indicators under their themes. */
import { html, nothing, type TemplateResult } from "lit-html";
import { formatPeriodShort } from "../format";
import { fill, said, type Words } from "../i18n";
import type { Catalogue, Indicator, Lang } from "../types";
import type { Context } from "./context";
import { languageMark, spoken } from "./wording";

export interface Group {
  readonly id: string;
  readonly title: string;
  readonly indicators: readonly Indicator[];
}

/** Figures that others are computed from: at the end, below the themes. */
const baseTag = "basis";

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ß", "ss").toLowerCase();
}

/** Indicators that contain every word of the query, in the order and under the themes of the catalogue. */
export function searchIndicators(
  catalogue: Catalogue,
  query: string,
  lang: Lang,
  titles: Pick<Words, "otherTheme" | "baseFigures">,
): readonly Group[] {
  const themes = new Map(catalogue.themes.map((theme) => [theme.id, said(theme.title, lang)]));
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  const matches = (indicator: Indicator): boolean => {
    const text = folded(
      [
        indicator.id,
        indicator.title.de,
        indicator.title.en,
        themes.get(indicator.theme),
        ...indicator.tags,
      ].join(" "),
    );
    return wanted.every((word) => text.includes(word));
  };
  const isBase = (indicator: Indicator): boolean => indicator.tags.includes(baseTag);
  const found = catalogue.indicators.filter(
    (indicator) => indicator.periods.length > 0 && matches(indicator),
  );
  const groups = [...themes].map(([id, title]) => ({
    id,
    title,
    indicators: found.filter((indicator) => indicator.theme === id && !isBase(indicator)),
  }));
  const others = found.filter((indicator) => !themes.has(indicator.theme) && !isBase(indicator));
  return [
    ...groups,
    { id: "", title: titles.otherTheme, indicators: others },
    { id: baseTag, title: titles.baseFigures, indicators: found.filter(isBase) },
  ].filter((group) => group.indicators.length > 0);
}

function periodRange({ periods }: Indicator, lang: Lang): string {
  const [first = "", last = ""] = [periods[0], periods.at(-1)];
  const from = formatPeriodShort(first, lang);
  return first === last ? from : `${from}–${formatPeriodShort(last, lang)}`;
}

function option(context: Context, indicator: Indicator, close: () => void): TemplateResult {
  const { state, lang, words, app } = context;
  const choose = (): void => {
    close();
    app.go({ indicator: indicator.id });
  };
  return html`<li>
    <button
      type="button"
      class="option"
      aria-current=${indicator.id === state.indicator ? "true" : nothing}
      @click=${choose}
    >
      <span class="option-title">${spoken(context, indicator, "title", indicator.title)}</span>
      <span class="option-facts">
        ${said(indicator.unit_text, lang)} · ${periodRange(indicator, lang)}
        ${languageMark(context, indicator, "title")}
        ${indicator.synthetic ? html`<span class="synthetic-mark">${words.syntheticShort}</span>` : nothing}
      </span>
    </button>
  </li>`;
}

/** Arrow keys walk through the options from the search field on; Enter in it takes the first match. */
function walk(event: KeyboardEvent): void {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.value.trim()) {
    event.preventDefault();
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(".option")?.click();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const dialog = event.currentTarget as HTMLElement;
  const stops = [...dialog.querySelectorAll<HTMLElement>("input, .option")];
  const next =
    stops[stops.indexOf(document.activeElement as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Cross-cutting topics are tags that several indicators share. */
function sharedTags(catalogue: Catalogue): readonly string[] {
  const tags = catalogue.indicators.flatMap((indicator) => indicator.tags);
  return [...new Set(tags)]
    .filter((tag) => tag !== baseTag && tags.indexOf(tag) !== tags.lastIndexOf(tag))
    .sort();
}

const tagName = (tag: string): string => {
  const plain = tag.replace(/^cross:/, "");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

export function pickerView(context: Context): TemplateResult {
  const { boot, lang, words, ui, set } = context;
  const dialog = (): HTMLDialogElement | null => document.querySelector("#picker");
  const close = (): void => dialog()?.close();
  const groups = searchIndicators(boot.catalogue, ui.pickerQuery, lang, words);
  const total = groups.reduce((sum, group) => sum + group.indicators.length, 0);
  const tags = sharedTags(boot.catalogue);
  const filterByTag = (tag: string): void =>
    set({ pickerQuery: folded(ui.pickerQuery) === folded(tag) ? "" : tag });
  return html`<dialog
    id="picker"
    class="picker"
    aria-label=${words.chooseIndicator}
    @keydown=${walk}
    @click=${(event: MouseEvent) => event.target === dialog() && close()}
    @close=${() => set({ pickerQuery: "" })}
  >
    <div class="picker-head">
      <input
        type="search"
        aria-label=${words.searchIndicator}
        placeholder=${words.searchIndicator}
        autocomplete="off"
        spellcheck="false"
        .value=${ui.pickerQuery}
        @input=${(event: InputEvent) => set({ pickerQuery: (event.target as HTMLInputElement).value })}
      />
      <button type="button" class="icon" aria-label=${words.close} @click=${close}>✕</button>
    </div>
    ${
      tags.length > 0
        ? html`<p class="tags">
            <span>${words.crossTopics}</span>
            ${tags.map(
              (tag) => html`<button
                type="button"
                class="tag"
                aria-pressed=${folded(ui.pickerQuery) === folded(tag) ? "true" : "false"}
                @click=${() => filterByTag(tag)}
              >${tagName(tag)}</button>`,
            )}
          </p>`
        : nothing
    }
    <p class="hidden-text" role="status">${fill(words.indicatorsFound, { n: total })}</p>
    <div class="picker-list">
      ${groups.map(
        (group) => html`<section>
          <h3>${group.title}</h3>
          <ul>${group.indicators.map((indicator) => option(context, indicator, close))}</ul>
        </section>`,
      )}
      ${total === 0 ? html`<p class="empty">${fill(words.noIndicatorFound, { query: ui.pickerQuery })}</p>` : nothing}
    </div>
  </dialog>`;
}

export function openPicker(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#picker");
  dialog?.showModal();
  dialog?.querySelector("input")?.focus();
  dialog?.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
}
