"""Units: what the values of a table are in, and what they are multiplied with to be in the catalogue's unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spatial.indicators.catalogue import Indicator
from spatial.indicators.errors import AmbiguousUnit, quote
from spatial.indicators.layouts import Layout
from spatial.indicators.mapping import TableMapping
from spatial.indicators.places import Spot
from spatial.indicators.sentences import Sentence

_FACTORS: tuple[tuple[re.Pattern[str], float | None], ...] = (
    (re.compile(r"(?:tsd\.?|tausend)\s*", re.IGNORECASE), 1e3),
    (re.compile(r"(?:mill\.?|mio\.?|millionen)\s*", re.IGNORECASE), 1e6),
    (re.compile(r"(?:mrd\.?|milliarden)\s*", re.IGNORECASE), 1e9),
    # The number itself: 100, 1000, 1 000 000.
    (re.compile(r"1(?:[ .\u00a0\u202f]?0)+(?![\d=])\s*"), None),
)
_PER = re.compile(r"(?:je|pro|per)\s+(1(?:[ .\u00a0\u202f]?0)+)(?!\d)")
_SPELLINGS = {
    "euro": "eur", "€": "eur", "teuro": "tsd. eur", "teur": "tsd. eur", "t€": "tsd. eur",
    "qm": "m²", "m2": "m²", "quadratmeter": "m²", "hektar": "ha", "qkm": "km²", "km2": "km²", "quadratkilometer": "km²",
    "meter": "m", "kilometer": "km", "prozent": "%", "percent": "%", "v.h.": "%", "promille": "‰", "v.t.": "‰",
    "jahr": "jahre",
}  # fmt: skip
_QUANTITIES: dict[str, tuple[str, float]] = {
    "m²": ("area", 1.0), "ha": ("area", 1e4), "km²": ("area", 1e6), "m": ("length", 1.0), "km": ("length", 1e3),
    "eur": ("money", 1.0), "%": ("share", 1e-2), "‰": ("share", 1e-3),
}  # fmt: skip
_LISTED = 10
_PLAIN = frozenset({"", "anzahl", "number"})


@dataclass(frozen=True, slots=True)
class UnitCheck:
    """What was found of the units.

    Attributes
    ----------
    units : tuple of str
        Units of the values that are taken.
    multiplier : float or None
        What the values are multiplied with.
    notes : tuple of Sentence
    """

    units: tuple[str, ...]
    multiplier: float | None
    notes: tuple[Sentence, ...] = ()


def check_units(
    layout: Layout, units: Mapping[str, Spot], mapping: TableMapping, indicator: Indicator | None
) -> UnitCheck:
    """Check the units of a table against those of the catalogue.

    Parameters
    ----------
    layout : Layout
        Of the table: tells where a unit stands.
    units : mapping of str to Spot
        Units of the figures that are selected, and where each is said first.
    mapping : TableMapping
        ``unit`` and ``multiplier``.
    indicator : Indicator or None
        The one indicator of the table, where it is known.

    Raises
    ------
    AmbiguousUnit
        The values are in several units and nobody chooses, measure something else than the catalogue's unit, or
        are in thousands of something that is not the catalogue's unit.
    """
    if mapping.unit is None and len(units) > 1:
        raise _several(layout, units)
    unit = mapping.unit or next(iter(units), "")
    found = (unit,) if unit else ()
    if mapping.multiplier is not None or _normal(unit) in _PLAIN:
        return UnitCheck(found, mapping.multiplier)
    try:
        multiplier = _multiplier(layout.frame.grid.path, unit, indicator)
    except AmbiguousUnit as error:
        if unit in units:
            raise error.at(layout.unit_place(units[unit])) from None
        said = error.message.after(Sentence("unit der Zuordnung", "unit of the mapping"))
        raise AmbiguousUnit(said, path=error.path, remedy=error.remedy) from None
    if indicator is None or multiplier == 1.0:
        return UnitCheck(found, None)
    if multiplier is None:
        return UnitCheck(found, None, (_differing(unit, indicator).after(_told(layout, units, unit)),))
    text = f"{multiplier:.15g}"
    note = Sentence(
        f"Die Werte in {quote(unit)} wurden mit {text.replace('.', ',')} malgenommen.",
        f"The values in {quote(unit)} were multiplied by {text}.",
    )
    return UnitCheck(found, multiplier, (note,))


def _several(layout: Layout, units: Mapping[str, Spot]) -> AmbiguousUnit:
    """Error for a table in several units; its place is that of the second one, which differs from those before it."""
    places = [(quote(unit), layout.unit_place(spot)) for unit, spot in list(units.items())[:_LISTED]]
    de = ", ".join(f"{unit} (Zeile {place.line})" for unit, place in places)
    en = ", ".join(f"{unit} (line {place.line})" for unit, place in places)
    return AmbiguousUnit(
        Sentence(f"die Werte haben mehrere Einheiten: {de}", f"the values are in several units: {en}"),
        path=layout.frame.grid.path,
        remedy=Sentence("eine davon in einer Zuordnung mit unit nennen", "name one with unit in a mapping"),
    ).at(places[1][1])


def _multiplier(path: Path, unit: str, indicator: Indicator | None) -> float | None:
    """What values are multiplied with to be in the catalogue's unit; None where only one of the units is understood."""
    factor, base = _factor(unit)
    measured = _measure(unit)
    if indicator is None:
        if factor != 1.0:
            raise _in_thousands(path, unit)
        return 1.0
    wanted_factor, wanted_base = _factor(indicator.unit)
    if _normal(base) in ("", _normal(wanted_base)):
        return factor / (wanted_factor if base else 1.0)
    wanted = _measure(indicator.unit)
    if measured is not None and wanted is not None and measured[0] == wanted[0]:
        # A quotient of powers of ten, without the last digits of floating point.
        return float(f"{measured[1] / wanted[1]:.12g}")
    if factor != 1.0:
        raise _in_thousands(path, unit)
    if measured is not None:
        raise AmbiguousUnit(
            _differing(unit, indicator, start=False),
            path=path,
            remedy=Sentence(
                "in einer Zuordnung mit multiplier den Faktor nennen, oder einen anderen Indikator wählen",
                "give the multiplier in a mapping, or choose another indicator",
            ),
        )
    return None if wanted is not None else 1.0


def _told(layout: Layout, units: Mapping[str, Spot], unit: str) -> Sentence:
    """Where a unit stands, for a note."""
    if unit not in units:
        return Sentence("unit der Zuordnung", "unit of the mapping")
    place = layout.unit_place(units[unit])
    return Sentence(
        f"Zeile {place.line}, Spalte {quote(place.column)}", f"line {place.line}, column {quote(place.column)}"
    )


def _differing(unit: str, indicator: Indicator, *, start: bool = True) -> Sentence:
    german, english = indicator.unit, indicator.unit_en or indicator.unit
    de = f"die Einheit der Tabelle ist {quote(unit)}, die des Katalogs {quote(german)}"
    en = f"the unit of the table is {quote(unit)}, that of the catalogue {quote(english)}"
    return Sentence(f"D{de[1:]}.", f"T{en[1:]}.") if start else Sentence(de, en)


def _normal(unit: str) -> str:
    """Unit as it is compared."""
    bare = " ".join(unit.casefold().split())
    return _SPELLINGS.get(bare, bare)


def _factor(unit: str) -> tuple[float, str]:
    """Factor that a unit begins with, 1 without one, and what is left of it."""
    bare = _normal(unit)
    for pattern, factor in _FACTORS:
        match = pattern.match(bare)
        if match:
            number = re.sub(r"\D", "", match.group()) if factor is None else ""
            return float(number) if factor is None else factor, bare[match.end() :]
    return 1.0, bare


def _measure(unit: str) -> tuple[str, float] | None:
    """Quantity of a unit and how much of it one unit is; None where the unit only says what is counted.

    >>> _measure("Tsd. EUR"), _measure("ha"), _measure("je 1 000 Einwohner"), _measure("Personen")
    (('money', 1000.0), ('area', 10000.0), ('share', 0.001), None)
    """
    factor, base = _factor(unit)
    per = _PER.match(base)
    if per:
        return "share", factor / float(re.sub(r"\D", "", per.group(1)))
    head, divided, below = base.partition(" je ")
    name = _normal(head)
    known = _QUANTITIES.get("%" if name.startswith("% ") else name)
    return None if known is None else (f"{known[0]}{divided}{below}", factor * known[1])


def _in_thousands(path: Path, unit: str) -> AmbiguousUnit:
    return AmbiguousUnit(
        Sentence(f"die Werte sind in {quote(unit)}", f"the values are in {quote(unit)}"),
        path=path,
        remedy=Sentence(
            "in einer Zuordnung mit multiplier den Faktor nennen, 1 bei gleicher Einheit im Katalog",
            "give the multiplier in a mapping, 1 if the catalogue's unit is the same",
        ),
    )
