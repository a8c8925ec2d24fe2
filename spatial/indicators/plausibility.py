"""Plausibility: figures that no count has, a negative number of people or a fraction of one.

Such a figure is read as it stands, for a number is a number; but it is said, since mostly a rate or a balance was
loaded for a count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.errors import RejectedRows
from spatial.indicators.indicator import Indicator
from spatial.indicators.ledger import Figures
from spatial.indicators.places import Spot
from spatial.indicators.sentences import Sentence, counted
from spatial.indicators.tables import Table
from spatial.indicators.unit_list import COUNTED

_PARTS = ("volle Stellen", "Personenjahre")
"""What is counted in parts as well."""
_NOISE = 1e-9

_NEGATIVE = (
    ("1 Anzahl ist negativ", "1 count is negative"),
    ("# Anzahlen sind negativ; die erste", "# counts are negative; the first"),
)
_FRACTIONS = (
    ("1 Anzahl ist nicht ganz", "1 count is not whole"),
    ("# Anzahlen sind nicht ganz; die erste", "# counts are not whole; the first"),
)
ALLOW_NEGATIVE = Sentence(
    "den Wert berichtigen, oder bei einem Saldo valid_range = [-inf, inf] in den Katalog schreiben",
    "correct the value, or for a balance write valid_range = [-inf, inf] to the catalogue",
)
ALLOW_FRACTIONS = Sentence(
    "den Wert berichtigen, bei einem Anteil oder Mittel einen Indikator der Art rate oder mean wählen, oder, wo "
    "wirklich Teile gezählt werden, decimals = 1 in den Katalog schreiben",
    "correct the value, for a share or an average choose an indicator of kind rate or mean, or, where parts are "
    "counted indeed, write decimals = 1 to the catalogue",
)


@dataclass(frozen=True, slots=True)
class Oddity:
    """Figures of a file that cannot be what the catalogue says they are.

    Attributes
    ----------
    said, remedy : Sentence
        What is wrong, with the first value; and what to do.
    spot : Spot
        Where the first one stands.
    """

    said: Sentence
    remedy: Sentence
    spot: Spot


def counts_whole_things(indicator: Indicator) -> bool:
    """Whether the figures of an indicator are whole numbers: people, cases, dwellings, and no average of a year.

    >>> [counts_whole_things(Indicator("x", "count", unit)) for unit in ("Personen", "km²", "volle Stellen")]
    [True, False, False]
    """
    is_whole = indicator.decimals == 0 and indicator.period_type != "mean"
    return _counts_things(indicator) and is_whole and indicator.unit not in _PARTS


def oddities(figures: Figures, catalogue: Catalogue, *, is_scaled: bool) -> tuple[Oddity, ...]:
    """Negative counts, and counts that are not whole, each kind once.

    Parameters
    ----------
    figures : Figures
        What is stored.
    catalogue : Catalogue
        A count with a ``valid_range`` has its own bounds.
    is_scaled : bool
        Whether the values were multiplied: figures in thousands are rounded.
    """
    odd = [
        _odd(figures, catalogue, _is_never_negative, lambda values: values < 0, _NEGATIVE, ALLOW_NEGATIVE),
    ]
    if not is_scaled:
        odd.append(_odd(figures, catalogue, counts_whole_things, _are_broken, _FRACTIONS, ALLOW_FRACTIONS))
    return tuple(found for found in odd if found is not None)


def on_oddities(odd: tuple[Oddity, ...], table: Table) -> Iterator[Sentence]:
    """Sentences on odd figures, with line and column of the first of each kind."""
    for each in odd:
        place = table.layout.place(each.spot)
        column = f', {{}} "{place.column}"' if place.column else ""
        yield Sentence(
            f"{each.said.de} (Zeile {place.line}{column.format('Spalte')}); {each.remedy.de}.",
            f"{each.said.en} (line {place.line}{column.format('column')}); {each.remedy.en}.",
        )


def check_oddities(odd: tuple[Oddity, ...], table: Table) -> None:
    """Refuse a table with odd figures, where the call admits no fault."""
    if odd:
        first = odd[0]
        raise RejectedRows(
            first.said,
            path=table.path,
            remedy=Sentence(
                f"{first.remedy.de}; oder ohne --strict laden", f"{first.remedy.en}; or load without --strict"
            ),
        ).at(table.layout.place(first.spot))


def _counts_things(indicator: Indicator) -> bool:
    return indicator.kind == "count" and indicator.unit in COUNTED


def _is_never_negative(indicator: Indicator) -> bool:
    """Whether nobody gave a bound, and what is counted is never less than nothing."""
    return _counts_things(indicator) and indicator.valid_range is None


def _are_broken(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.abs(values - np.round(values)) > _NOISE
    return mask


def _odd(
    figures: Figures,
    catalogue: Catalogue,
    concerns: Callable[[Indicator], bool],
    is_odd: Callable[[NDArray[np.float64]], NDArray[np.bool_]],
    words: tuple[tuple[str, str], tuple[str, str]],
    remedy: Sentence,
) -> Oddity | None:
    """Odd figures of the indicators that a rule concerns; None where there are none."""
    names = frozenset(each.indicator for each in figures.headings)
    spots, values = figures.written(frozenset(name for name in names if concerns(catalogue.indicators[name])))
    found = np.flatnonzero(is_odd(values))
    if not len(found):
        return None
    first = int(found[np.argmin(spots[found])])
    said, number = counted(len(found), *words), f"{values[first]:.12g}"
    return Oddity(
        Sentence(f"{said.de}: {number.replace('.', ',')}", f"{said.en}: {number}"),
        remedy,
        figures.spot(int(spots[first])),
    )
