"""Precedents: what earlier releases showed, since whoever kept them reads them together with the new one.

A corrected figure may lead to another choice of what is withheld. Two choices, each safe by itself, give a secret away
together: the first withholds A and B, the second A and C, and B from the second is what the first lacked. So a figure
that was shown and has not changed cannot protect any more, and the sums of an earlier release hold on.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.protection import AdditiveSystem, CellId, Relation
from spatial.indicators.tabulation import Tabulation, of_one_cell
from spatial.indicators.territory import Territory

_SAME = 1e-9  # relative; numbers are kept as they were computed


PlaceShown = tuple[str, date, str, str]
"""Indicator, vintage, level and period for which a release has figures."""


class Precedent(Protocol):
    """An earlier release, as far as protection wants to know it."""

    def edition(self, indicators: Collection[str]) -> Hashable:
        """What is equal in two releases that show the same of some indicators."""

    def places(self, indicator: str) -> Iterable[PlaceShown]:
        """Where it has figures of an indicator that were loaded or summed up, not put together from members."""

    def shown(self, indicator: str, vintage: date, level: str, period: str) -> Mapping[str, float | None]:
        """Numbers that it shows by key of the area, None where it has a secret one; no others."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What one earlier release tells of the cells of a system.

    Attributes
    ----------
    numbers : mapping of cell id to float or None
        What was shown; None where the figure was secret. Cells that it did not have are absent.
    unpublished : frozenset of cell id
        Cells that are published nowhere: what is missing, and rests.
    """

    numbers: Mapping[CellId, float | None]
    unpublished: frozenset[CellId]


def memory_of(precedent: Precedent, tabulation: Tabulation, territory: Territory, period: str) -> Memory:
    """What an earlier release tells of the cells of a tabulation.

    Parameters
    ----------
    precedent : Precedent
    tabulation : Tabulation
        Of the period.
    territory : Territory
    period : str
    """
    cells = tabulation.system.cells
    numbers: dict[CellId, float | None] = {}
    published: set[int] = set()
    for (indicator, vintage, level), rows in tabulation.places.items():
        published.update(rows[rows >= 0].tolist())
        if not territory.has(vintage, level):
            continue
        shown = precedent.shown(indicator, vintage, level, period)
        keys = territory.keys(vintage, level)
        for area in np.flatnonzero(of_one_cell(rows)).tolist() if shown else ():
            cell = cells[int(rows[area].max())].id
            if keys[area] in shown and numbers.get(cell) is None:
                numbers[cell] = shown[keys[area]]
    return Memory(numbers, frozenset(cell.id for row, cell in enumerate(cells) if row not in published))


def joined(memories: Mapping[str, Memory]) -> Memory:
    """Memory of several periods, whose cells have the period before their ids."""
    return Memory(
        {(period, cell): number for period, each in memories.items() for cell, number in each.numbers.items()},
        frozenset((period, cell) for period, each in memories.items() for cell in each.unpublished),
    )


def remembering(system: AdditiveSystem, memories: Iterable[Memory]) -> AdditiveSystem:
    """The same system for readers who kept earlier releases.

    Parameters
    ----------
    system : AdditiveSystem
    memories : iterable of Memory
        One for each earlier release that differs.

    Returns
    -------
    AdditiveSystem
        Figures that were shown as they are now are ``fixed``. A relation whose cells were all there before holds for
        the earlier figures as well, and those that were shown are known in it, though they may have changed since.

    Notes
    -----
    Whether a withheld figure has changed since then is not known here. It is taken to be the same, which ties the
    releases more closely than a reader can. Rounded figures are left alone: they are not known exactly anyhow.
    """
    exact = system.rounding <= 1
    fixed = np.zeros(len(system.cells), bool)
    relations: list[Relation] = []
    for memory in memories:
        was_shown, is_same, was_there = _looked_up(system, memory)
        was_shown &= exact
        # A figure that is missing now is taken for what it was: nothing that a reader knows protects.
        holds = was_shown & (is_same | ~system.known) & ~system.primary
        fixed |= holds
        relations += _held_before(system, was_shown, was_shown & ~holds, was_there)
    return system.knowing(fixed, relations)


def _looked_up(
    system: AdditiveSystem, memory: Memory
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks of the cells that a release showed, of those whose number is the same, and of those that it had."""
    was_shown, is_same = np.zeros(len(system.cells), bool), np.zeros(len(system.cells), bool)
    # Nobody is counted in a zero, whether it was shown or not applicable.
    was_there = ~system.known | system.fixed | (system.values == 0)
    for row, cell in enumerate(system.cells):
        number = memory.numbers.get(cell.id)
        was_there[row] |= cell.id in memory.numbers or cell.id in memory.unpublished
        if number is not None:
            was_shown[row] = True
            now = cell.value if cell.published is None else cell.published
            is_same[row] = now is not None and abs(number - now) <= _SAME * max(1.0, abs(number))
    return was_shown, is_same, was_there


def _held_before(
    system: AdditiveSystem,
    was_shown: NDArray[np.bool_],
    is_different: NDArray[np.bool_],
    was_there: NDArray[np.bool_],
) -> Iterator[Relation]:
    """Relations among what an earlier release withheld; those whose shown figures all hold on are known."""
    matrix = system.matrix
    for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        rows = matrix.indices[start:stop]
        if is_different[rows].any() and was_there[rows].all():
            left = ~was_shown[rows]
            terms = zip(rows[left].tolist(), matrix.data[start:stop][left].tolist(), strict=True)
            yield Relation({system.cells[row].id: factor for row, factor in terms})
