/** Loading, failure, emptiness and notices. */
import { html, nothing, type TemplateResult } from "lit-html";
import { type Problem, unreachable } from "../api";
import type { Scene } from "../app";
import { formatIsoDay, formatPeriod } from "../format";
import { fill, said, type Words } from "../i18n";
import { levelName, selectionOf } from "../names";
import { nearestPeriod, offeredLevels, type Unknown, type UrlState } from "../state";
import { type Context, levelTitle, withinName } from "./context";

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
  // The page offers only regions of the newest boundaries: others may lack one of them.
  if (problem.parameter === "within") return words.notInVintage;
  if (problem.parameter === "level") return words.levelNotInVintage;
  const reasons: Readonly<Record<string, string>> = words.reason;
  const kinds: Readonly<Record<string, string>> = words.problem;
  return (
    (problem.reason === null ? null : reasons[problem.reason]) ??
    kinds[problem.kind ?? ""] ??
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

/** In the table nothing lies over a map: why it has no clusters stands above it. */
export function clusterNotice({ scene, words }: Context): TemplateResult | typeof nothing {
  if (!scene?.clusterProblem) return nothing;
  const headline = scene.clusterProblem.status === 422 ? words.clustersImpossible : words.clustersFailed;
  return html`<div class="notice" role="status">
    <p>${headline} ${explanation(scene.clusterProblem, words)}</p>
  </div>`;
}

/** Levels above that have a value for the period, by the titles of the release: "Kreise und Länder". */
function levelsWithValue({ boot, lang }: Context, { values }: Scene): string {
  const { reference } = values;
  const names = (["kreis", "land"] as const)
    .filter((level) => Object.values(reference[level]).some(({ value }) => value !== null))
    .map((level) => levelName(boot.release, level, lang));
  return new Intl.ListFormat(lang, { type: "conjunction" }).format(names);
}

/** Levels of the selection that have figures for the period which the one that is shown has not. */
function otherLevels({ boot, indicator, state }: Context): readonly string[] {
  const selection = selectionOf(boot.release, state.within);
  const offered = selection ? offeredLevels(indicator, selection, state) : [];
  return offered.filter((level) => level !== state.shownLevel);
}

/** Nothing was published for the period at this level: says so, and where there is something. */
export function bareNotice(context: Context): TemplateResult | typeof nothing {
  const { app, scene, words, lang } = context;
  if (!scene?.otherPeriods) return nothing;
  const levels = levelsWithValue(context, scene);
  const period = nearestPeriod(scene.otherPeriods, scene.shown.period);
  const button = (text: string, patch: Partial<UrlState>): TemplateResult =>
    html`<button type="button" class="link" @click=${() => app.go(patch)}>${text}</button>`;
  return html`<div class="notice" role="status">
    <p>
      ${scene.shown.level === "gemeinde" ? words.bare.gemeinde : words.bare.other}
      ${levels ? fill(words.bare.levels, { levels }) : nothing}
    </p>
    ${period ? button(fill(words.bare.show, { period: formatPeriod(period, lang) }), { period }) : nothing}
    ${otherLevels(context).map((level) =>
      button(fill(words.bare.showLevel, { level: levelTitle(context, level) }), { level }),
    )}
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
    wider: withinName(context, state.within),
    level: levelTitle(context, state.shownLevel),
    vintage: formatIsoDay(state.vintage ?? context.boot.release.newest_vintage, lang),
  };
  const askedFor = ({ parameter, asked }: Unknown): string => {
    if (parameter === "wider") return withinName(context, asked);
    return parameter === "level" ? levelTitle(context, asked) : asked;
  };
  return html`<div class="notice" role="status">
    ${app.unknown.map(
      (each) =>
        html`<p>${fill(words.unknown[each.parameter], { asked: askedFor(each), shown: shown[each.parameter] })}</p>`,
    )}
  </div>`;
}
