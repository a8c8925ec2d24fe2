/** Loading, failure, emptiness and notices. */
import { html, nothing, type TemplateResult } from "lit-html";
import { type Problem, unreachable } from "../api";
import { formatPeriod } from "../format";
import { fill, said, type Words } from "../i18n";
import { type Context, withinName } from "./context";

export function loadingBar(words: Words): TemplateResult {
  return html`<div class="loading" role="status">
    <span class="loading-bar"></span>
    <span class="loading-text">${words.loading}</span>
    <span class="loading-slow">${words.loadingSlow}</span>
  </div>`;
}

/** The reason in the reader's language where it is a known one, else what the server said. */
function explanation(problem: Problem, words: Words): string {
  if (problem.status === unreachable) return words.unreachable;
  const known: Readonly<Record<string, string>> = words.reason;
  return (
    (problem.reason === null ? null : known[problem.reason]) ??
    problem.detail ??
    fill(words.httpStatus, { status: `${problem.status} ${problem.title}` })
  );
}

/** What went wrong in one sentence, what the server said, and a way on. */
export function failure(
  headline: string,
  problem: Problem,
  words: Words,
  retry: (() => void) | null,
  hint: string | null = null,
): TemplateResult {
  return html`<div class="failure" role="alert">
    <h2>${headline}</h2>
    <p>${explanation(problem, words)}</p>
    ${hint ? html`<p>${hint}</p>` : nothing}
    ${retry ? html`<button type="button" class="primary" @click=${retry}>${words.retry}</button>` : nothing}
  </div>`;
}

/** Says so when the URL asked for something that the release does not have. */
export function notices(context: Context): TemplateResult | typeof nothing {
  const { app, words, indicator, state, lang } = context;
  if (app.unknown.length === 0) return nothing;
  const shown = {
    indicator: said(indicator.title, lang),
    period: formatPeriod(state.period, lang),
    within: withinName(context, state.within),
    level: withinName(context, state.within),
  };
  return html`<div class="notice" role="status">
    ${app.unknown.map(
      ({ parameter, asked }) =>
        html`<p>${fill(words.unknown[parameter], { asked: parameter === "level" ? withinName(context, asked) : asked, shown: shown[parameter] })}</p>`,
    )}
  </div>`;
}
