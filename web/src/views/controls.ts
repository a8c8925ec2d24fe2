/** What the reader chooses: indicator, period, region, kind of map, area. */
import { html, nothing, type TemplateResult } from "lit-html";
import { formatIsoDay, formatPeriodShort } from "../format";
import { fill, said } from "../i18n";
import { formerNames, selectionName, selectionOf } from "../names";
import { corrections, levelsInside, type MapMode, offeredLevels } from "../state";
import { type Context, levelTitle, withinName } from "./context";
import { periodView } from "./period";
import { openPicker } from "./picker";
import { spoken } from "./wording";

function indicatorButton(context: Context): TemplateResult {
  const { indicator, boot, lang, words } = context;
  const theme = boot.catalogue.themes.find(({ id }) => id === indicator.theme);
  return html`<div class="control">
    <span class="label" id="indicator-label">${words.indicator}</span>
    <button
      type="button"
      class="chooser"
      aria-haspopup="dialog"
      aria-labelledby="indicator-label indicator-name"
      @click=${openPicker}
    >
      <span class="chooser-text" id="indicator-name">
        ${theme ? html`<span class="chooser-theme">${said(theme.title, lang)}</span>` : nothing}
        <span class="chooser-title">${spoken(context, indicator, "title", indicator.title)}</span>
      </span>
      <span class="chevron" aria-hidden="true"></span>
    </button>
  </div>`;
}

function modeSwitch({ app, state, words }: Context): TemplateResult {
  const modes: readonly (readonly [MapMode, string])[] = [
    ["values", words.modeValues],
    ["clusters", words.modeClusters],
  ];
  return html`<fieldset class="control">
    <legend>${words.mode}</legend>
    <div class="segments">
      ${modes.map(
        ([mode, name]) => html`<label>
          <input
            type="radio"
            name="mode"
            value=${mode}
            .checked=${state.map === mode}
            @change=${() => app.go({ map: mode })}
          />
          <span>${name}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}

/** How strictly the map accounts for the number of areas that are tested at once. */
function correctionSwitch({ app, state, words }: Context): TemplateResult | typeof nothing {
  if (state.map !== "clusters") return nothing;
  return html`<fieldset class="control">
    <legend>${words.correction}</legend>
    <div class="segments">
      ${corrections.map(
        (correction) => html`<label>
          <input
            type="radio"
            name="correction"
            value=${correction}
            .checked=${state.correction === correction}
            @change=${() => app.go({ correction })}
          />
          <span>${words.correctionName[correction]}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}

/** The boundaries that all figures are carried over to. */
function vintageSelect({ app, boot, lang, state, words }: Context): TemplateResult | typeof nothing {
  const { vintages, newest_vintage: newest } = boot.release;
  if (vintages.length < 2) return nothing;
  const shown = state.vintage ?? newest;
  const choose = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    app.go({ vintage: value === newest ? null : value });
  };
  return html`<label class="control">
    <span class="label">${words.vintage}</span>
    <select name="vintage" @change=${choose}>
      ${[...vintages].reverse().map((vintage) => {
        const date = formatIsoDay(vintage, lang);
        const text = vintage === newest ? fill(words.vintageNewest, { date }) : date;
        return html`<option value=${vintage} .selected=${vintage === shown}>${text}</option>`;
      })}
    </select>
  </label>`;
}

function withinSelect(context: Context): TemplateResult | typeof nothing {
  const { app, boot, indicator, state, words } = context;
  if (state.within === "") return nothing;
  const option = (selection: (typeof boot.release.selections)[number]): TemplateResult =>
    html`<option value=${selection.key} .selected=${selection.key === state.within}>${selectionName(selection)}</option>`;
  const levels = [...new Set(boot.release.selections.map(({ level }) => level))];
  const ofLevel = (level: string) =>
    boot.release.selections
      .filter((selection) => selection.level === level && levelsInside(indicator, selection).length > 0)
      .toSorted((a, b) => a.name.localeCompare(b.name, "de"));
  return html`<label class="control">
    <span class="label">${words.within}</span>
    <select
      name="within"
      @change=${(event: Event) => app.go({ within: (event.target as HTMLSelectElement).value })}
    >
      ${levels.map((level) => {
        const selections = ofLevel(level);
        return selections.length > 0
          ? html`<optgroup label=${levelTitle(context, level)}>${selections.map(option)}</optgroup>`
          : nothing;
      })}
    </select>
  </label>`;
}

/** How finely the selection is divided; nothing where there is one way only. */
function levelSelect(context: Context): TemplateResult | typeof nothing {
  const { app, boot, indicator, state, words } = context;
  const selection = selectionOf(boot.release, state.within);
  const levels = selection ? offeredLevels(indicator, selection, state) : [];
  if (!selection || levels.length < 2) return nothing;
  const [smallest] = levelsInside(indicator, selection);
  const choose = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    app.go({ level: value === smallest ? null : value });
  };
  return html`<label class="control">
    <span class="label">${words.level}</span>
    <select name="level" @change=${choose}>
      ${levels.map(
        (level) =>
          html`<option value=${level} .selected=${level === state.shownLevel}>${levelTitle(context, level)}</option>`,
      )}
    </select>
  </label>`;
}

function areaSelect({ app, scene, state, words }: Context): TemplateResult {
  const units = scene?.units ?? [];
  const areas = app.areas.current;
  const drawn = new Set(units.map(({ key }) => key));
  const former = formerNames(areas.phase === "ready" ? areas.data : [], words);
  const options = [
    ...units.map(({ key, name }) => ({ key, name, chosen: key === state.area })),
    ...former.filter(({ key }) => drawn.has(key)).map((each) => ({ ...each, chosen: false })),
  ].toSorted((a, b) => a.name.localeCompare(b.name, "de"));
  const labels: Readonly<Record<string, string>> = words.areaOfLevel;
  return html`<label class="control">
    <span class="label">${labels[state.shownLevel] ?? words.areaOfOtherLevel}</span>
    <select
      name="area"
      @change=${(event: Event) => app.go({ area: (event.target as HTMLSelectElement).value || null })}
    >
      <option value="" .selected=${state.area === null}>${words.areaNone}</option>
      ${options.map(
        ({ key, name, chosen }) => html`<option value=${key} .selected=${chosen}>${name}</option>`,
      )}
    </select>
  </label>`;
}

export function controlsView(context: Context): TemplateResult {
  const { words, ui, set, state, lang } = context;
  const summary = [
    withinName(context, state.within),
    ...(state.level === null ? [] : [levelTitle(context, state.shownLevel)]),
    formatPeriodShort(state.period, lang),
    state.map === "clusters" ? words.modeClusters : words.modeValues,
  ].join(" · ");
  return html`<button
      type="button"
      class="filters-toggle"
      aria-expanded=${ui.filtersOpen ? "true" : "false"}
      aria-controls="filters"
      @click=${() => set({ filtersOpen: !ui.filtersOpen })}
    >
      <span><span class="label">${words.controls}</span>${summary}</span>
      <span class="chevron" aria-hidden="true"></span>
    </button>
    <div id="filters" class=${ui.filtersOpen ? "filters open" : "filters"}>
      ${indicatorButton(context)} ${modeSwitch(context)} ${correctionSwitch(context)} ${periodView(context)}
      <div class="pair">${withinSelect(context)} ${levelSelect(context)} ${areaSelect(context)}</div>
      ${vintageSelect(context)}
      ${state.area === null ? html`<p class="fine">${words.panelHint}</p>` : nothing}
    </div>`;
}
