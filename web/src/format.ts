/** Numbers, periods and classes as text in the reader's language. */
import { said } from "./i18n";
import type { Classification, Indicator, Lang, Text } from "./types";

const locale: Readonly<Record<Lang, string>> = { de: "de-DE", en: "en-GB" };
const noBreakSpace = "\u00a0";
const minus = "\u2212";
export const estimated = "ESTIMATED";

/** "in %", "in Jahren" would need grammar: only symbols take the "in". */
export function formatInUnit(unit: Text, lang: Lang): string {
  const name = said(unit, lang);
  return /^(%|EUR|m²|km²|Tsd)/.test(name) ? `in ${name}` : name;
}

export function formatNumber(value: number, decimals: number, lang: Lang): string {
  // Rounded as printf does, so that the map, the legend and the downloads agree on 26.45.
  const text = new Intl.NumberFormat(locale[lang], {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(Number(value.toFixed(decimals)) + 0);
  return text.replace("-", minus);
}

/** "12,3 %" and "1.234 Personen": number and unit, in the reader's language, never part at a line's end. */
export function formatQuantity(value: number, decimals: number, unit: string, lang: Lang): string {
  const number = formatNumber(value, decimals, lang);
  return unit ? `${number}${noBreakSpace}${unit}` : number;
}

/** A figure of an area: "≈" before one that is estimated, so that it is not taken for an exact one. */
export function formatFigure(
  { value, flags }: { readonly value: number; readonly flags: readonly string[] },
  decimals: number,
  lang: Lang,
): string {
  const number = formatNumber(value, decimals, lang);
  return flags.includes(estimated) ? `≈${noBreakSpace}${number}` : number;
}

/** Decimals of a statistic, as the service writes it in its sentences: two, three for small ones. */
export function fittingDecimals(value: number): number {
  return Math.abs(value) >= 0.1 ? 2 : 3;
}

/** p as it may be quoted: never "0". */
export function formatP(p: number, lang: Lang): string {
  return p < 0.001 ? `<${noBreakSpace}${formatNumber(0.001, 3, lang)}` : formatNumber(p, 3, lang);
}

export function decimalsOf(indicator: Indicator): number {
  return indicator.decimals ?? (indicator.kind === "count" ? 0 : 1);
}

/** At least `decimals`, and as many more as neighbouring breaks need to be told apart. */
export function breakDecimals(breaks: readonly number[], decimals: number): number {
  const distinct = new Set(breaks).size;
  let digits = decimals;
  while (digits < 6 && new Set(breaks.map((value) => value.toFixed(digits))).size < distinct) digits += 1;
  return digits;
}

/** The ranges of the classes in words; intervals are open on the left, the first is closed. */
export function formatRanges(
  { breaks, classes }: Classification,
  decimals: number,
  lang: Lang,
): readonly string[] {
  const digits = breakDecimals(breaks, decimals);
  const number = (value: number): string => formatNumber(value, digits, lang);
  const [over, to] = lang === "de" ? ["über", "bis"] : ["over", "to"];
  return classes.map((range, index) => {
    if (range.from === range.to) return number(range.from);
    const text = `${number(range.from)} ${to} ${number(range.to)}`;
    return index === 0 ? text : `${over} ${text}`;
  });
}

function dateOf(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month - 1, day));
}

function formatDate(date: Date, lang: Lang, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale[lang], { ...options, timeZone: "UTC" }).format(date);
}

const longDay: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric" };

/** A period in words: "2022", "März 2022", "1. Quartal 2022", "Schuljahr 2022/23". */
export function formatPeriod(period: string, lang: Lang): string {
  const [first = "", second, third] = period.split("-");
  const year = Number(first);
  if (second === undefined) return first;
  if (third !== undefined) return formatDate(dateOf(year, Number(second), Number(third)), lang, longDay);
  if (second.startsWith("Q")) {
    return lang === "de" ? `${second.slice(1)}. Quartal ${first}` : `${second} ${first}`;
  }
  if (second.length === 4) {
    return `${lang === "de" ? "Schuljahr" : "School year"} ${first}/${second.slice(2)}`;
  }
  return formatDate(dateOf(year, Number(second), 1), lang, { month: "long", year: "numeric" });
}

/** A period so short that it fits under an axis or on a button. */
export function formatPeriodShort(period: string, lang: Lang): string {
  const [first = "", second, third] = period.split("-");
  if (second === undefined) return first;
  const year = first.slice(2);
  if (third !== undefined) {
    return formatDate(dateOf(Number(first), Number(second), Number(third)), lang, { dateStyle: "short" });
  }
  if (second.startsWith("Q")) return `${second}/${year}`;
  return second.length === 4 ? `${year}/${second.slice(2)}` : `${second}/${year}`;
}

/** The period with the day it holds for: "31. Dezember 2022" where a year stands for a reference day. */
export function formatReference(period: string, indicator: Indicator, lang: Lang): string {
  const { period_type: type, reference_day: day } = indicator;
  if (type === "instant" && day && /^\d{4}$/.test(period)) return formatPeriod(`${period}-${day}`, lang);
  return formatPeriod(period, lang);
}

/** An ISO date as a day in words; other text as it is. */
export function formatIsoDay(text: string, lang: Lang): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  return match
    ? formatDate(dateOf(Number(match[1]), Number(match[2]), Number(match[3])), lang, longDay)
    : text;
}
