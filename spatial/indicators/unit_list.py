"""The closed list of units that the bundled definitions keep to, and own ones should.

A unit outside the list is no mistake: whoever counts sledges writes ``Schlitten``. But it is said when definitions are
loaded, since ``Prozent`` beside ``%``, or ``je 1.000`` beside ``je 1 000``, makes two units of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.sentences import Sentence

COUNTED = (
    "Personen", "Kinder", "Fälle", "Verfahren", "Bedarfsgemeinschaften", "Haushalte", "Plätze", "Vereine", "Karten",
    "volle Stellen", "Apotheken", "Betten", "Personenjahre", "Steuerpflichtige", "Wohnungen",
)  # fmt: skip
"""What counts count."""

MEASURED = (
    "%",
    "‰",
    "Prozentpunkte",
    "EUR",
    "Tsd. EUR",
    "Mill. EUR",
    "m",
    "km",
    "m²",
    "ha",
    "km²",
    "Minuten",
    "Jahre",
    "z-Wert",
)
"""What other figures are measured in."""

PER = ("je 100", "je 1 000", "je 10 000", "je 100 000")
"""What rates are stated per; a space and whom it is about may follow."""

_COMPOUND = re.compile(
    rf"(?:{'|'.join(map(re.escape, PER))})(?: \D.*)?|% der \S.*|(?:EUR|m²|Einwohner) je \D\S*|\d{{4}} = 100"
)
_NEAR = 0.7
_SPELLINGS = {
    "prozent": "%",
    "percent": "%",
    "v.h.": "%",
    "promille": "‰",
    "qm": "m²",
    "qkm": "km²",
    "euro": "EUR",
    "€": "EUR",
}


def is_listed(unit: str) -> bool:
    """Whether a unit is one of the closed list.

    Parameters
    ----------
    unit : str
        In German.

    Examples
    --------
    >>> [is_listed(unit) for unit in ("%", "je 1 000 Einwohner", "2011 = 100", "EUR je m²", "Prozent", "je 1.000")]
    [True, True, True, True, False, False]
    """
    return unit in COUNTED or unit in MEASURED or _COMPOUND.fullmatch(unit) is not None


def unlisted(catalogue: Catalogue, indicators: Collection[str]) -> Iterator[tuple[str, Sentence]]:
    """Find units outside the closed list.

    Parameters
    ----------
    catalogue : Catalogue
    indicators : collection of str
        Ids of those to look at.

    Yields
    ------
    tuple of str and Sentence
        Id, the unit, and the one of the list that was probably meant.
    """
    for name in indicators:
        unit = catalogue.indicators[name].unit
        if not is_listed(unit):
            meant = _meant(unit)
            yield (
                name,
                Sentence(
                    f"{name}: Die Einheit '{unit}' steht nicht in der Liste"
                    + (f"; gemeint ist wohl '{meant}'" if meant else ""),
                    f"{name}: the unit '{unit}' is not in the list"
                    + (f"; probably '{meant}' is meant" if meant else ""),
                ),
            )


def _meant(unit: str) -> str:
    """Unit of the list that is written in another way, or next to this one; empty if none is near."""
    bare = unit.strip()
    grouped = re.sub(r"(?<=\d)[.,'\u00a0\u202f](?=\d{3})|(?<=\d)(?=(?:\d{3})+(?!\d))", " ", bare)
    for candidate in (_SPELLINGS.get(bare.casefold(), bare), grouped):
        if candidate != unit and is_listed(candidate):
            return candidate
    near = get_close_matches(bare, (*COUNTED, *MEASURED), 1, _NEAR)
    return near[0] if near else ""
