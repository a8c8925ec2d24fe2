"""Gaps: computed indicators of the office itself of which a release shows nothing, or less than of their parts.

What is computed exists where all its parts do. Whoever wrote a definition and finds no figures has to be told which
part is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from boundaries import Sentence
from spatial.indicators import Catalogue, Indicator
from spatial.indicators.derivation import inputs_at
from spatial.indicators.figures import Figures
from spatial.indicators.periods import period_kind, period_sort_key

_SHOWN = 6
_KINDS = {
    "year": Sentence("Jahre", "years"),
    "quarter": Sentence("Quartale", "quarters"),
    "month": Sentence("Monate", "months"),
}


def gaps(figures: Figures, catalogue: Catalogue, ids: Collection[str]) -> Iterator[Sentence]:
    """Say of computed indicators what they lack, and why.

    Parameters
    ----------
    figures : Figures
    catalogue : Catalogue
    ids : collection of str
        Indicators to look at; loaded ones have nothing to lack.

    Yields
    ------
    Sentence
        One for each that has no figures, or none of periods or levels that its first part has.
    """
    for name in ids:
        indicator = catalogue.indicators.get(name)
        if indicator is not None and indicator.is_derived:
            reasons = list(_reasons(figures, catalogue, indicator))
            is_empty = not (figures.periods(indicator) and figures.levels(indicator))
            if is_empty:
                reasons = reasons or [_too_short(figures, catalogue, indicator)]
                yield _joined(name, Sentence("bleibt ohne Werte", "stays without figures"), reasons)
            elif reasons:
                less = Sentence("hat weniger Werte als seine Teile", "has fewer figures than its parts")
                yield _joined(name, less, reasons)


def _joined(name: str, what: Sentence, reasons: Sequence[Sentence]) -> Sentence:
    german, english = "; ".join(each.de for each in reasons), "; ".join(each.en for each in reasons)
    return Sentence(f"! {name} {what.de}: {german}", f"! {name} {what.en}: {english}")


def _reasons(figures: Figures, catalogue: Catalogue, indicator: Indicator) -> Iterator[Sentence]:
    """Parts without any figures; else those without figures of a level or period that the first part has."""
    parts = [catalogue.indicators[name] for name in indicator.inputs]
    empty = [each.id for each in parts if not figures.periods(each)]
    for name in empty:
        yield Sentence(f"von {name} sind keine Werte da", f"there are no figures of {name}")
    if empty:
        return
    for part in parts[1:]:
        missing = [level for level in figures.levels(parts[0]) if level not in figures.levels(part)]
        if missing:
            yield _lacks(part.id, "auf der Ebene", "on the level", missing)
    yield from _missing_periods(figures, catalogue, indicator)


def _missing_periods(figures: Figures, catalogue: Catalogue, indicator: Indicator) -> Iterator[Sentence]:
    """Parts without figures of periods; that a series has nothing before its beginning needs no saying."""
    if indicator.of is not None:
        return

    def available(name: str) -> list[str]:
        return figures.periods(catalogue.indicators[name])

    have, lacking = set(figures.periods(indicator)), dict[str, set[str]]()
    for period in available(indicator.inputs[0]):
        for needed in inputs_at(indicator, period, available) if period not in have else ():
            if needed.period not in available(needed.indicator):
                lacking.setdefault(needed.indicator, set()).add(needed.period)
    for name, periods in lacking.items():
        yield _lacks(name, "für", "for", sorted(periods, key=period_sort_key))


def _lacks(name: str, german: str, english: str, what: Sequence[str]) -> Sentence:
    shown, more = ", ".join(what[:_SHOWN]), len(what) - _SHOWN
    tail = Sentence(f" und {more} weitere", f" and {more} more") if more > 0 else Sentence("", "")
    return Sentence(
        f"{name} hat keine Werte {german} {shown}{tail.de}", f"{name} has no figures {english} {shown}{tail.en}"
    )


def _too_short(figures: Figures, catalogue: Catalogue, indicator: Indicator) -> Sentence:
    """Why a change, an index or a moving sum has nothing though its part has figures."""
    part = catalogue.indicators[indicator.of or indicator.inputs[0]]
    periods = figures.periods(part)
    kinds = sorted({period_kind(each) for each in periods})
    if indicator.formula == "moving_sum" and indicator.span_unit not in kinds:
        unit = _KINDS[indicator.span_unit]
        other = [kind for kind in kinds if kind in _KINDS]
        hint = Sentence("", "")
        if other:
            hint = Sentence(
                f'; dafür span_unit = "{other[0]}" schreiben', f'; write span_unit = "{other[0]}" for those'
            )
        return Sentence(
            f"moving_sum zählt {unit.de} (span_unit), {part.id} hat Werte für {_listed(periods).de}{hint.de}",
            f"moving_sum counts {unit.en} (span_unit), {part.id} has figures for {_listed(periods).en}{hint.en}",
        )
    if indicator.formula == "index":
        return Sentence(
            f"{part.id} hat keinen Wert für base = {indicator.base}, nur für {_listed(periods).de}",
            f"{part.id} has no figure for base = {indicator.base}, only for {_listed(periods).en}",
        )
    return Sentence(
        f"span = {indicator.span} reicht über das hinaus, was {part.id} hat: {_listed(periods).de}",
        f"span = {indicator.span} goes beyond what {part.id} has: {_listed(periods).en}",
    )


def _listed(periods: Sequence[str]) -> Sentence:
    if len(periods) <= _SHOWN:
        return Sentence(", ".join(periods), ", ".join(periods))
    first, last = periods[0], periods[-1]
    return Sentence(f"{first} bis {last}", f"{first} to {last}")
