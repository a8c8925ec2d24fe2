"""Lapses: figures that an earlier release showed and that are gone, and what has to stay withheld for that.

Whoever kept the release still has the figure that was taken out. It may be a total, and what was withheld beside it
can be computed as soon as the rest is shown: a new choice, which knows nothing of the total, would show it. So of all
that hangs together with a figure that is gone, nothing is shown that the earlier release withheld.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.periods import period_sort_key
from spatial.indicators.precedents import Memory, PlaceShown, Precedent
from spatial.indicators.protection import AdditiveSystem, CellId
from spatial.indicators.raw import RawFigures
from spatial.indicators.spans import together
from spatial.indicators.territory import DISSOLVED_LEVELS, MUNICIPAL, Territory


class Lapses:
    """Tells which earlier releases show figures that are gone.

    Parameters
    ----------
    catalogue : Catalogue
    territory : Territory
    raw : RawFigures
        What is there now.
    """

    def __init__(self, catalogue: Catalogue, territory: Territory, raw: RawFigures) -> None:
        self._catalogue, self._territory, self._raw = catalogue, territory, raw
        self._gone: dict[tuple[int, tuple[str, ...]], tuple[Precedent, frozenset[str]]] = {}

    def concern(self, precedent: Precedent, group: Sequence[str], periods: Sequence[str]) -> bool:
        """Whether an earlier release shows figures that are gone and hang together with a group in some periods.

        Parameters
        ----------
        precedent : Precedent
        group : sequence of str
            Linked counts.
        periods : sequence of str
            Those that are decided together.
        """
        return any(self._touches(group, each, periods) for each in self._periods_gone(precedent, tuple(group)))

    def _periods_gone(self, precedent: Precedent, group: tuple[str, ...]) -> frozenset[str]:
        """Periods of figures that are gone, looked for once."""
        name = id(precedent), group
        if name not in self._gone:
            places = self._shown_beside(precedent, group)
            # Kept beside what is known of it, so that its id stays its own.
            self._gone[name] = precedent, frozenset(place[3] for place in places if self._is_gone(precedent, place))
        return self._gone[name][1]

    def _shown_beside(self, precedent: Precedent, group: Sequence[str]) -> Iterator[PlaceShown]:
        """What a release shows of a group, of the counts that fractions set against one of it, and of its weights."""
        beside = set(group)
        for name in group:
            weight = self._catalogue.indicators[name].weight
            beside |= set(self._catalogue.leaves(weight)) if weight else set()
        for indicator in self._catalogue.indicators.values():
            leaves = set(self._catalogue.leaves(indicator.id)) if indicator.is_derived else set[str]()
            if indicator.formula is None and leaves & set(group):
                beside |= leaves
        for name in sorted(beside):
            yield from precedent.places(name)

    def _touches(self, group: Sequence[str], period: str, periods: Sequence[str]) -> bool:
        """Whether a period is one of some, or hangs together with one of them."""
        definitions = [self._catalogue.indicators[each] for each in group]
        everything = sorted({period, *periods}, key=period_sort_key)
        return not set(together(everything, period, definitions)).isdisjoint(periods)

    def _is_gone(self, precedent: Precedent, place: PlaceShown) -> bool:
        name, vintage, level, period = place
        if self._territory.has(vintage, level) and level in self._levels_now(name, period):
            return False
        return any(number is not None for number in precedent.shown(name, vintage, level, period).values())

    def _levels_now(self, name: str, period: str) -> set[str]:
        """Levels for which there are figures of a period, loaded or summed up."""
        indicator = self._catalogue.indicators.get(name)
        if indicator is None or period not in self._raw.periods(name):
            return set()
        loaded = {each.level for each in self._raw.collections(name, period)}
        is_summed = MUNICIPAL in loaded and indicator.harmonise != "none"
        return loaded | set(DISSOLVED_LEVELS) if is_summed else loaded


def withheld_before(system: AdditiveSystem, memories: Iterable[Memory]) -> frozenset[CellId]:
    """What stays withheld of a system because earlier releases withheld it beside figures that are gone.

    Parameters
    ----------
    system : AdditiveSystem
    memories : iterable of Memory
        Of the releases that show such figures.

    Returns
    -------
    frozenset of cell id
        What was secret, and sums that were not there before and would tell of it; no zeros and nothing public.
    """
    found: set[CellId] = set()
    for memory in memories:
        secret = {cell for cell, number in memory.numbers.items() if number is None}
        found |= _with_new_sums(system, memory.numbers, secret)
    fixed = {cell.id for row, cell in enumerate(system.cells) if system.fixed[row]}
    return frozenset(found & {cell.id for cell in system.cells if cell.value} - fixed)


def _with_new_sums(
    system: AdditiveSystem, shown_before: Mapping[CellId, float | None], secret: set[CellId]
) -> set[CellId]:
    """Secret cells, and those that a relation ties to one of them and that no earlier release had."""
    matrix = system.matrix
    relations = [
        [system.cells[row].id for row in matrix.indices[start:stop]]
        for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]
    found, grown = set(secret), True
    while grown:
        size = len(found)
        for cells in relations:
            if not found.isdisjoint(cells):
                found.update(cell for cell in cells if cell not in shown_before)
        grown = len(found) > size
    return found


def hidden_before(precedent: Precedent, indicator: str, level: str, period: str) -> frozenset[str]:
    """Keys of the areas whose figure a release withheld in a period, whatever the day of the boundaries.

    Parameters
    ----------
    precedent : Precedent
    indicator, level, period : str
    """
    open_: dict[str, bool] = {}
    for _, vintage, of_level, of_period in precedent.places(indicator):
        if (of_level, of_period) == (level, period):
            for key, number in precedent.shown(indicator, vintage, level, period).items():
                open_[key] = open_.get(key, False) or number is not None
    return frozenset(key for key, was_shown in open_.items() if not was_shown)
