"""Units: what the values of a table are in, and what they are multiplied with to be in the catalogue's unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spatial.indicators.catalogue import Indicator
from spatial.indicators.errors import AmbiguousUnit, quote
from spatial.indicators.mapping import TableMapping
from spatial.indicators.sentences import Sentence
from spatial.indicators.tables import Table

_FACTORS: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"(?:tsd\.?|tausend|1[ .\u00a0\u202f]?000)(?![\d=])\s*", re.IGNORECASE), 1e3),
    (re.compile(r"(?:mill\.?|mio\.?|millionen)\s*", re.IGNORECASE), 1e6),
    (re.compile(r"(?:mrd\.?|milliarden)\s*", re.IGNORECASE), 1e9),
)
_SPELLINGS = {
    "euro": "eur", "€": "eur", "qm": "m²", "m2": "m²", "qkm": "km²", "km2": "km²", "prozent": "%", "percent": "%",
    "v.h.": "%", "jahr": "jahre",
}  # fmt: skip
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


def check_units(table: Table, units: tuple[str, ...], mapping: TableMapping, indicator: Indicator | None) -> UnitCheck:
    """Check the units of a table against those of the catalogue.

    Parameters
    ----------
    table : Table
    units : tuple of str
        Units of the figures that are selected.
    mapping : TableMapping
        ``unit`` and ``multiplier``.
    indicator : Indicator or None
        The one indicator of the table, where it is known.

    Raises
    ------
    AmbiguousUnit
        The values are in several units and nobody chooses, or in thousands of something that is not the catalogue's
        unit.
    """
    if mapping.unit is None and len(units) > 1:
        listed = ", ".join(map(quote, sorted(units)[:10]))
        raise AmbiguousUnit(
            Sentence(f"die Werte haben mehrere Einheiten: {listed}", f"the values are in several units: {listed}"),
            path=table.path,
            remedy=Sentence("eine davon in einer Zuordnung mit unit nennen", "name one with unit in a mapping"),
        )
    unit = mapping.unit or (units[0] if units else "")
    found = (unit,) if unit else ()
    wanted = _normal(indicator.unit) if indicator else ""
    if mapping.multiplier is not None or _normal(unit) == wanted:
        return UnitCheck(found, mapping.multiplier)
    factor, base = _factor(unit)
    if factor is not None:
        if indicator is None or (base and _normal(base) != wanted):
            raise _in_thousands(table, unit)
        text = f"{factor:.0f}"
        note = Sentence(
            f"Die Werte in {quote(unit)} wurden mit {text} malgenommen.",
            f"The values in {quote(unit)} were multiplied by {text}.",
        )
        return UnitCheck(found, factor, (note,))
    differs = indicator is not None and _normal(unit) not in _PLAIN and ("%" in _normal(unit)) != ("%" in wanted)
    if not differs or indicator is None:
        return UnitCheck(found, None)
    note = Sentence(
        f"Die Einheit der Tabelle ist {quote(unit)}, die des Katalogs {quote(indicator.unit)}.",
        f"The unit of the table is {quote(unit)}, that of the catalogue {quote(indicator.unit)}.",
    )
    return UnitCheck(found, None, (note,))


def _normal(unit: str) -> str:
    """Unit as it is compared."""
    bare = " ".join(unit.casefold().split())
    return _SPELLINGS.get(bare, bare)


def _factor(unit: str) -> tuple[float | None, str]:
    """Factor that a unit begins with, and what is left of it."""
    for pattern, factor in _FACTORS:
        match = pattern.match(unit.strip())
        if match:
            return factor, unit.strip()[match.end() :]
    return None, unit


def _in_thousands(table: Table, unit: str) -> AmbiguousUnit:
    return AmbiguousUnit(
        Sentence(f"die Werte sind in {quote(unit)}", f"the values are in {quote(unit)}"),
        path=table.path,
        remedy=Sentence(
            "in einer Zuordnung mit multiplier den Faktor nennen, 1 bei gleicher Einheit im Katalog",
            "give the multiplier in a mapping, 1 if the catalogue's unit is the same",
        ),
    )
