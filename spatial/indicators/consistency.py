"""Whether definitions are complete by themselves: each check names the entry, the field and the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from spatial.indicators.errors import CatalogueError, quote
from spatial.indicators.faults import wrong
from spatial.indicators.indicator import OPEN, Formula, Indicator, SpanUnit
from spatial.indicators.sentences import Sentence
from spatial.indicators.timing import check_timing, is_period

_ID = re.compile(r"[a-z0-9_]+\Z")
_MOST_YEARS = 100
_IN_A_YEAR: Mapping[SpanUnit, int] = {"year": 1, "quarter": 4, "month": 12}
_UNITS: Mapping[SpanUnit, Sentence] = {
    "year": Sentence("Jahre", "years"),
    "quarter": Sentence("Quartale", "quarters"),
    "month": Sentence("Monate", "months"),
}
_FRACTION = ("numerator", "denominator", "factor")
PERCENT = "%"

FORMULA_FIELDS: Mapping[Formula, tuple[str, ...]] = {
    "sum": ("terms",),
    "moving_sum": ("of", "span"),
    "change_absolute": ("of", "span"),
    "change_relative": ("of", "span"),
    "change_points": ("of", "span"),
    "index": ("of", "base"),
}
"""What each formula needs; the other fields of formulas must be empty."""

_FORMULA_KIND: Mapping[Formula, str] = {
    "sum": "count",
    "moving_sum": "count",
    "change_relative": "rate",
    "change_points": "rate",
    "index": "index",
}


def check_indicator(indicator: Indicator) -> None:
    """Check what can be said of a definition by itself.

    Raises
    ------
    CatalogueError
        Names the entry, the field, its value, and what to write instead.
    """
    for check in (_fields, _range, check_timing, _fraction, _formula, _span_unit, _combination):
        for error in check(indicator):
            raise error


def _fields(indicator: Indicator) -> Iterator[CatalogueError]:
    """Each plain field."""
    if not _ID.match(indicator.id):
        yield CatalogueError(
            Sentence(
                "die Kennung darf nur Kleinbuchstaben a-z, Ziffern und Unterstriche haben",
                "the id may have small letters a-z, digits and underscores only",
            ),
            entry=indicator.id,
            field="id",
            value=indicator.id,
        )
    if not indicator.unit.strip():
        yield wrong(
            indicator,
            "unit",
            Sentence("ist leer", "is empty"),
            Sentence(
                'schreiben, was gezählt oder gemessen wird, zum Beispiel "Personen"',
                'write what is counted or measured, for example "Personen"',
            ),
        )
    if indicator.polarity not in (-1, 0, 1):
        yield wrong(
            indicator,
            "polarity",
            Sentence(f"ist {indicator.polarity}, nicht -1, 0 oder 1", f"is {indicator.polarity}, not -1, 0 or 1"),
            Sentence(
                "-1, wo ein hoher Wert ungünstig ist, 1, wo er günstig ist, sonst 0",
                "-1 where a high value is unfavourable, 1 where it is favourable, else 0",
            ),
        )
    if indicator.decimals not in range(9):
        yield wrong(
            indicator,
            "decimals",
            Sentence(f"ist {indicator.decimals}, nicht 0 bis 8", f"is {indicator.decimals}, not 0 to 8"),
        )
    if (indicator.min_denominator or 0) < 0:
        yield wrong(
            indicator,
            "min_denominator",
            Sentence("ist negativ", "is negative"),
            Sentence("0 schreiben oder weglassen", "write 0 or leave it out"),
        )


def _range(indicator: Indicator) -> Iterator[CatalogueError]:
    """The range of valid values is not empty."""
    if indicator.valid_range is None:
        return
    low, high = indicator.valid_range
    if low is not None and high is not None and low >= high:
        yield wrong(
            indicator,
            "valid_range",
            Sentence(f"von {low:g} bis {high:g} ist leer", f"from {low:g} to {high:g} is empty"),
            Sentence("die kleinere Grenze zuerst schreiben, [0, 100]", "write the smaller bound first, [0, 100]"),
        )


def _fraction(indicator: Indicator) -> Iterator[CatalogueError]:
    """A rate or mean has numerator, denominator and factor or none of them; others have none."""
    missing = [name for name in _FRACTION if getattr(indicator, name) is None]
    if len(missing) < len(_FRACTION) and indicator.kind not in ("rate", "mean"):
        given = next(name for name in _FRACTION if name not in missing)
        yield wrong(
            indicator,
            given,
            Sentence(
                "ist angegeben, aber numerator, denominator und factor gehören zu Quoten und Mittelwerten, nicht zu "
                f"'{indicator.kind}'",
                f"is given, but numerator, denominator and factor belong to rates and means, not to '{indicator.kind}'",
            ),
            Sentence('kind = "rate" schreiben oder sie weglassen', 'write kind = "rate" or leave them out'),
        )
    if 0 < len(missing) < len(_FRACTION):
        yield CatalogueError(
            Sentence(
                "eine Quote braucht numerator, denominator und factor oder nichts davon; es fehlt: "
                f"{', '.join(missing)}",
                f"a rate needs numerator, denominator and factor, or none of them; missing: {', '.join(missing)}",
            ),
            entry=indicator.id,
            field=missing[0],
            remedy=Sentence(f"{' und '.join(missing)} hinzufügen", f"add {' and '.join(missing)}"),
        )
    if indicator.factor is not None and not 0 < indicator.factor < float("inf"):
        yield wrong(
            indicator,
            "factor",
            Sentence(
                f"ist {indicator.factor:g}, keine positive Zahl", f"is {indicator.factor:g}, not a positive number"
            ),
            Sentence("100 ergibt Prozent, 1000 je 1 000", "100 gives percent, 1000 per 1 000"),
        )
    if indicator.denominator_at != "same" and not indicator.denominator:
        yield wrong(
            indicator,
            "denominator_at",
            Sentence(
                f"ist '{indicator.denominator_at}', aber es gibt keinen Nenner",
                f"is '{indicator.denominator_at}', but there is no denominator",
            ),
        )
    if indicator.numerator_at != "same" and not indicator.numerator:
        yield wrong(
            indicator,
            "numerator_at",
            Sentence(
                f"ist '{indicator.numerator_at}', aber es gibt keinen Zähler",
                f"is '{indicator.numerator_at}', but there is no numerator",
            ),
        )


def _formula(indicator: Indicator) -> Iterator[CatalogueError]:
    """A formula has all that it needs and nothing else."""
    formula = indicator.formula
    needed = FORMULA_FIELDS[formula] if formula else ()
    given = [name for name in ("terms", "of", "span", "base") if getattr(indicator, name)]
    for name in needed:
        if name not in given:
            yield CatalogueError(
                Sentence(
                    f"formula '{formula}' braucht {' und '.join(needed)}; es fehlt: {name}",
                    f"formula '{formula}' needs {' and '.join(needed)}; missing: {name}",
                ),
                entry=indicator.id,
                field=name,
                remedy=Sentence(f"{name} hinzufügen", f"add {name}"),
            )
    fault = Sentence("braucht formula", "needs a formula")
    if formula:
        fault = Sentence(f"gehört nicht zu formula '{formula}'", f"does not belong to formula '{formula}'")
    for name in given:
        if name not in needed:
            yield wrong(indicator, name, fault)
    if formula is None:
        return
    yield from _formula_values(indicator)
    if indicator.numerator or indicator.parts:
        other = "numerator" if indicator.numerator else "parts"
        yield wrong(
            indicator,
            other,
            Sentence(f"und formula '{formula}' schließen einander aus", f"and formula '{formula}' exclude each other"),
            Sentence("eines davon weglassen", "leave one of them out"),
        )
    kind = _FORMULA_KIND.get(formula, indicator.kind)
    if indicator.kind != kind:
        yield wrong(
            indicator,
            "kind",
            Sentence(
                f"ist '{indicator.kind}', aber formula '{formula}' ergibt {kind}",
                f"is '{indicator.kind}', but formula '{formula}' gives a {kind}",
            ),
        )
    if formula == "change_points" and indicator.unit.strip() == PERCENT:
        yield wrong(
            indicator,
            "unit",
            Sentence(
                "ist '%', aber Prozentwerte unterscheiden sich um Prozentpunkte",
                "is '%', but percentages differ by percentage points",
            ),
            Sentence("Prozentpunkte schreiben", "write Prozentpunkte"),
        )


def _span_unit(indicator: Indicator) -> Iterator[CatalogueError]:
    """Quarters and months are counted by moving sums alone."""
    if indicator.span_unit != "year" and indicator.formula != "moving_sum":
        yield wrong(
            indicator,
            "span_unit",
            Sentence(
                f"ist '{indicator.span_unit}', aber nur formula 'moving_sum' zählt anderes als Jahre",
                f"is '{indicator.span_unit}', but only formula 'moving_sum' counts anything but years",
            ),
            Sentence("span_unit weglassen", "leave span_unit out"),
        )


def _formula_values(indicator: Indicator) -> Iterator[CatalogueError]:
    """Years, base period and terms of a formula."""
    least = 2 if indicator.formula == "moving_sum" else 1
    most = _MOST_YEARS * _IN_A_YEAR[indicator.span_unit]
    if indicator.span is not None and not least <= indicator.span <= most:
        unit = _UNITS[indicator.span_unit]
        yield wrong(
            indicator,
            "span",
            Sentence(
                f"ist {indicator.span}, nicht {least} bis {most} {unit.de}",
                f"is {indicator.span}, not {least} to {most} {unit.en}",
            ),
        )
    if indicator.base is not None and not is_period(indicator.base):
        yield wrong(
            indicator,
            "base",
            Sentence(f"ist {quote(indicator.base)}, kein Zeitraum", f"is {quote(indicator.base)}, which is no period"),
            Sentence('"2018" oder "2018-12-31" schreiben', 'write "2018" or "2018-12-31"'),
        )
    names = [name for name, _ in indicator.signed_terms]
    if indicator.terms and (len(names) < 2 or len(set(names)) < len(names) or not all(map(_ID.match, names))):
        yield wrong(
            indicator,
            "terms",
            Sentence(
                "müssen zwei oder mehr verschiedene Kennungen sein, mit einem Minus vor dem, was abgezogen wird",
                "must be two or more different ids, with a minus before what is subtracted",
            ),
            Sentence('terms = ["births", "-deaths"] schreiben', 'write terms = ["births", "-deaths"]'),
        )


def _combination(indicator: Indicator) -> Iterator[CatalogueError]:
    """How areas are combined must fit the kind."""
    kind, harmonise = indicator.kind, indicator.harmonise
    if harmonise == "sum" and kind != "count":
        yield wrong(
            indicator,
            "harmonise",
            Sentence(
                f"'sum' gehört zu Anzahlen, nicht zu kind '{kind}'", f"'sum' belongs to counts, not to kind '{kind}'"
            ),
        )
    if harmonise == "ratio" and not indicator.is_derived:
        yield wrong(
            indicator,
            "harmonise",
            Sentence(
                "'ratio' braucht numerator und denominator oder eine formula",
                "'ratio' needs numerator and denominator, or a formula",
            ),
        )
    if harmonise == "wmean" and not indicator.weight:
        yield wrong(
            indicator,
            "harmonise",
            Sentence("'wmean' braucht weight", "'wmean' needs a weight"),
            Sentence(
                "die Anzahl nennen, mit der gewichtet wird, oft pop_total",
                "name the count to weight by, often pop_total",
            ),
        )
    if harmonise == "wmean" and kind not in ("mean", "rate"):
        yield wrong(
            indicator,
            "harmonise",
            Sentence(
                f"'wmean' gehört zu Mittelwerten und Quoten, nicht zu kind '{kind}'",
                f"'wmean' belongs to means and rates, not to kind '{kind}'",
            ),
        )
    if indicator.is_derived and kind != "count" and harmonise in ("wmean", "sum"):
        yield wrong(
            indicator,
            "harmonise",
            Sentence("ist bei Berechnetem 'ratio' oder 'none'", "of what is computed is 'ratio' or 'none'"),
            Sentence("weglassen", "leave it out"),
        )
    if indicator.larger_areas == "sum" and (harmonise != "sum" or indicator.is_derived):
        yield wrong(
            indicator,
            "larger_areas",
            Sentence(
                "ist 'sum', aber nur geladene Anzahlen werden summiert", "is 'sum', but only loaded counts are summed"
            ),
            Sentence("weglassen", "leave it out"),
        )
    if indicator.larger_areas == "sum" and indicator.disclosure != OPEN:
        yield wrong(
            indicator,
            "larger_areas",
            Sentence(
                "ist 'sum', aber wer liest, kennt die Zahlen, die übergangen werden",
                "is 'sum', but readers know the figures that are passed over",
            ),
            Sentence(
                "weglassen oder der Anzahl das Profil 'open' geben",
                "leave it out, or give the count the profile 'open'",
            ),
        )
    if indicator.additive and kind != "count":
        yield wrong(
            indicator,
            "additive",
            Sentence("ist true, aber nur Anzahlen sind additiv", "is true, but only counts are additive"),
            Sentence("weglassen", "leave it out"),
        )
