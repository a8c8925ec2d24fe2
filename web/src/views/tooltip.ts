/** What the pointer is on; drawn beside the pointer, within the map's bounds. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Scene } from "../app";
import { decimalsOf, estimated, formatQuantity } from "../format";
import { said, type Words } from "../i18n";
import type { Lang } from "../types";
import { absenceText, cautionText } from "./absence";

export function tooltipView(
  scene: Scene | null,
  key: string | null,
  words: Words,
  lang: Lang,
): TemplateResult | typeof nothing {
  const unit = scene?.units.find((candidate) => candidate.key === key);
  if (!scene || !unit) return nothing;
  const value =
    unit.value === null
      ? absenceText(unit, words)
      : formatQuantity(unit.value, decimalsOf(scene.indicator), said(scene.values.unit_text, lang), lang);
  const rough = unit.flags.includes(estimated) && unit.value !== null;
  const caution = unit.value === null ? "" : cautionText(unit, words);
  return html`<strong>${unit.name}</strong>
    <span>${rough ? `≈ ${value}` : value}</span>
    ${caution ? html`<span>${caution}</span>` : nothing}
    ${unit.cluster ? html`<span>${words.cluster[unit.cluster]}</span>` : nothing}`;
}

/** Keeps the box inside the stage: to the left of the pointer and above it where space ends. */
export function place(box: HTMLElement, stage: HTMLElement, x: number, y: number): void {
  const gap = 14;
  const left = x + gap + box.offsetWidth > stage.clientWidth ? x - gap - box.offsetWidth : x + gap;
  const top = y + gap + box.offsetHeight > stage.clientHeight ? y - gap - box.offsetHeight : y + gap;
  box.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
}
