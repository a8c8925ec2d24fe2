import { html, type TemplateResult } from "lit-html";
import { formatPeriod, formatPeriodShort } from "../format";
import type { Context } from "./context";

/** More periods than this do not fit as buttons. */
const mostButtons = 12;

function buttons({ app, indicator, state, lang, words }: Context): TemplateResult {
  return html`<div class="periods" role="radiogroup" aria-label=${words.period}>
    ${indicator.periods.map(
      (period) => html`<label>
        <input
          type="radio"
          name="period"
          value=${period}
          .checked=${period === state.period}
          @change=${() => app.go({ period })}
        />
        <span>${formatPeriodShort(period, lang)}</span>
      </label>`,
    )}
  </div>`;
}

function stepper({ app, indicator, state, lang, words }: Context): TemplateResult {
  const { periods } = indicator;
  const index = periods.indexOf(state.period);
  const step = (by: number): void => {
    const period = periods[index + by];
    if (period) app.go({ period });
  };
  const slide = (event: Event): void => {
    const period = periods[Number((event.target as HTMLInputElement).value)];
    if (period) app.go({ period });
  };
  return html`<div class="stepper">
      <button type="button" class="icon" aria-label=${words.previousPeriod} ?disabled=${index <= 0} @click=${() => step(-1)}>‹</button>
      <select
        aria-label=${words.period}
        @change=${(event: Event) => app.go({ period: (event.target as HTMLSelectElement).value })}
      >
        ${periods.map(
          (period) =>
            html`<option value=${period} .selected=${period === state.period}>${formatPeriod(period, lang)}</option>`,
        )}
      </select>
      <button type="button" class="icon" aria-label=${words.nextPeriod} ?disabled=${index >= periods.length - 1} @click=${() => step(1)}>›</button>
    </div>
    <input
      type="range"
      min="0"
      max=${periods.length - 1}
      aria-label=${words.period}
      aria-valuetext=${formatPeriod(state.period, lang)}
      .value=${String(index)}
      @change=${slide}
    />`;
}

export function periodView(context: Context): TemplateResult {
  return html`<fieldset class="control">
    <legend>${context.words.period}</legend>
    ${context.indicator.periods.length > mostButtons ? stepper(context) : buttons(context)}
  </fieldset>`;
}
