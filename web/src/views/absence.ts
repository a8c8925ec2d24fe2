/** Why an area has no value, and how sure a value is, in words. */
import type { Unit } from "../classes";
import type { Words } from "../i18n";

/** "geheim gehalten", "unbewohnt": for areas without a value. */
export function absenceText({ gap, status }: Pick<Unit, "gap" | "status">, words: Words): string {
  return gap === "unpopulated" ? words.gap.unpopulated : words.status[status];
}

/** "eingeschränkt aussagefähig, vorläufig": empty for a plain figure. */
export function cautionText({ status, flags }: Pick<Unit, "status" | "flags">, words: Words): string {
  const known: Readonly<Record<string, string>> = words.flag;
  return [
    ...(status === "OK" ? [] : [words.status[status]]),
    ...flags.map((flag) => known[flag] ?? flag),
  ].join(", ");
}
