"""Raw figures: observations carried to every vintage and level, and which observations each is made of.

Nothing here is protected; only :mod:`spatial.indicators.figures` may read it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spatial.indicators.carrying import carry, combine
from spatial.indicators.columns import APPORTIONED, Column, empty_column, joined, place
from spatial.indicators.combine import mean_parts
from spatial.indicators.indicator import Indicator
from spatial.indicators.observations import Flag, Observation, Status
from spatial.indicators.territory import DISSOLVED_LEVELS, MUNICIPAL, Territory

NOTHING, SUMMED = -1, -2
_EXACT = 1e-9  # shares of one area add up to one but for this


@dataclass(frozen=True, slots=True)
class Collection:
    """Areas for which figures of one indicator and period were loaded: a level of a vintage.

    Attributes
    ----------
    start : int
        Number of the first area's figure among all that were loaded for the indicator and period.
    """

    level: str
    vintage: date
    start: int


@dataclass(frozen=True)
class RawFigure:
    """Figures of one indicator, vintage, level and period.

    Attributes
    ----------
    column : Column
        Length n, in the order of the level's keys.
    official : ndarray of bool, shape (n,)
        True where the source gave the figure for the area itself.
    source : ndarray of int, shape (n,)
        Number of the collection that each figure was carried from; ``NOTHING``, or ``SUMMED`` where it was put
        together from municipalities.
    """

    column: Column
    official: NDArray[np.bool_]
    source: NDArray[np.intp]


Prepare = Callable[[Indicator, Column, date, str, str], Column]
Weights = Callable[[Indicator, date, str, str], Column | None]


class RawFigures:
    """Raw figures, computed on demand, and what each is made of.

    Parameters
    ----------
    territory : Territory
    observations : iterable of Observation
    prepare : callable
        Changes loaded figures before anything is made of them: given indicator, column, vintage, level and period.
    weights : callable
        Weights of a mean on some areas: given indicator, vintage, level and period.
    """

    def __init__(
        self, territory: Territory, observations: Iterable[Observation], *, prepare: Prepare, weights: Weights
    ) -> None:
        self._territory = territory
        self._prepare = prepare
        self._weights = weights
        # By indicator, level and period; then by the vintage that the figures refer to.
        self._observed: dict[tuple[str, str, str], dict[date, list[Observation]]] = defaultdict(dict)
        self._periods: dict[str, set[str]] = defaultdict(set)
        self._levels: dict[str, set[str]] = defaultdict(set)
        self._collected: dict[tuple[str, date, str, str], Column] = {}
        self._figures: dict[tuple[str, date, str, str], RawFigure] = {}
        self._origins: dict[tuple[str, date, str, str], sparse.csr_array] = {}
        for observation in observations:
            by_vintage = self._observed[observation.indicator, observation.level, observation.period]
            by_vintage.setdefault(territory.source_vintage(observation.vintage, observation.level), []).append(
                observation
            )
            self._periods[observation.indicator].add(observation.period)
            self._levels[observation.indicator].add(observation.level)

    def periods(self, indicator: str) -> set[str]:
        """Periods for which figures were loaded."""
        return self._periods[indicator]

    def loaded_levels(self, indicator: str) -> set[str]:
        """Levels for which figures were loaded."""
        return self._levels[indicator]

    def levels(self, indicator: Indicator) -> set[str]:
        """Levels for which there are figures."""
        found = set(self._levels[indicator.id])
        return found | set(DISSOLVED_LEVELS) if MUNICIPAL in found and indicator.harmonise != "none" else found

    def collections(self, indicator: str, period: str) -> list[Collection]:
        """What was loaded for an indicator and period, in a fixed order."""
        found = []
        start = 0
        for level in sorted(self._levels[indicator]):
            for vintage in self._sources(indicator, level, period):
                found.append(Collection(level, vintage, start))
                start += len(self._territory.keys(vintage, level))
        return found

    def collected(self, indicator: Indicator, source: date, level: str, period: str) -> Column:
        """Loaded figures on the areas they were collected for, prepared."""
        key = (indicator.id, source, level, period)
        column = self._collected.get(key)
        if column is None:
            loaded = self.as_loaded(indicator.id, source, level, period)
            column = self._collected[key] = self._prepare(indicator, loaded, source, level, period)
        return column

    def collected_or_none(self, indicator: Indicator, source: date, level: str, period: str) -> Column | None:
        """Loaded figures on the areas they were collected for; None where none were loaded for them."""
        is_there = self.is_collected(indicator.id, source, level, period)
        return self.collected(indicator, source, level, period) if is_there else None

    def is_collected(self, indicator: str, source: date, level: str, period: str) -> bool:
        """Whether figures were loaded for some areas."""
        return source in self._sources(indicator, level, period)

    def as_loaded(self, indicator: str, source: date, level: str, period: str) -> Column:
        """Loaded figures on the areas they were collected for."""
        observations = self._observed[indicator, level, period][source]
        return place(observations, self._territory.keys(source, level))

    def dominated(self, indicator: str, source: date, level: str, period: str) -> frozenset[str]:
        """Keys of the areas whose loaded figure is marked as dominated by one contributor."""
        observations = self._observed[indicator, level, period][source]
        return frozenset(each.key for each in observations if Flag.DOMINANT in each.flags)

    def figure(self, indicator: Indicator, vintage: date, level: str, period: str) -> RawFigure:
        """Raw figures of all areas of a level and vintage."""
        key = (indicator.id, vintage, level, period)
        figure = self._figures.get(key)
        if figure is None:
            figure = self._figures[key] = self._compute(indicator, vintage, level, period)
        return figure

    def _compute(self, indicator: Indicator, vintage: date, level: str, period: str) -> RawFigure:
        figure = self._loaded(indicator, vintage, level, period)
        if level != MUNICIPAL and self._aggregates(indicator, vintage, level):
            figure = self._complete(indicator, figure, vintage, level, period)
        unpopulated = ~self._territory.populated(vintage, level)
        column = figure.column.with_status(unpopulated, Status.NOT_APPLICABLE)
        return RawFigure(column, figure.official, np.where(unpopulated, NOTHING, figure.source))

    def origin(self, indicator: Indicator, vintage: date, level: str, period: str) -> sparse.csr_array:
        """How the figures of a count follow from the loaded ones.

        Returns
        -------
        csr array, shape (n, m)
            ``figure = origin @ loaded`` where all that is needed is known, for n areas and m loaded figures in the
            order of :meth:`collections`. Rows of areas without a figure of their own or put together are empty.
        """
        key = (indicator.id, vintage, level, period)
        if key in self._origins:
            return self._origins[key]
        figure = self.figure(indicator, vintage, level, period)
        source = np.where(figure.column.has_status([Status.BREAK]), NOTHING, figure.source)
        collections = self.collections(indicator.id, period)
        width = sum(len(self._territory.keys(each.vintage, each.level)) for each in collections)
        origin = sparse.csr_array((len(source), width))
        for number, each in enumerate(collections):
            if (source == number).any():
                shares = _shifted(self._shares(each, vintage), each.start, width)
                origin = sparse.csr_array(origin + _rows(shares, source == number))
        if (source == SUMMED).any():
            sums = self._membership(vintage, level) @ self.origin(indicator, vintage, MUNICIPAL, period)
            origin = sparse.csr_array(origin + _rows(sparse.csr_array(sums), source == SUMMED))
        if level == MUNICIPAL:
            # Asked for again by each level above, and then no more.
            self._origins = {key: origin}
        return origin

    def _shares(self, source: Collection, vintage: date) -> sparse.csr_array:
        """Part of each area of a collection that belongs to each area of its level at a vintage."""
        if source.vintage == vintage:
            return sparse.csr_array(sparse.identity(len(self._territory.keys(vintage, source.level)), format="csr"))
        return sparse.csr_array(self._territory.correspondence(source.vintage, vintage, source.level).shares)

    def _membership(self, vintage: date, level: str) -> sparse.csr_array:
        """Matrix with a one for each municipality in the row of the area that it lies in."""
        whole_of = self._territory.parents(vintage, MUNICIPAL, level)
        parts = np.flatnonzero(whole_of >= 0)
        shape = (len(self._territory.keys(vintage, level)), len(whole_of))
        return sparse.csr_array((np.ones(len(parts)), (whole_of[parts], parts)), shape=shape)

    def _preferred(self, indicator: str, vintage: date, level: str, period: str) -> list[tuple[int, date]]:
        """Numbers and vintages of the collections of a level: that of the very vintage first, then the youngest."""
        own = [
            (number, each.vintage)
            for number, each in enumerate(self.collections(indicator, period))
            if each.level == level
        ]
        return sorted(own, key=lambda each: (each[1] == vintage, each[1]), reverse=True)

    def _sources(self, indicator: str, level: str, period: str) -> list[date]:
        """Vintages that the loaded figures of a level and period refer to."""
        vintages = self._observed.get((indicator, level, period), {})
        return sorted(vintage for vintage in vintages if self._territory.keys(vintage, level))

    def _loaded(self, indicator: Indicator, vintage: date, level: str, period: str) -> RawFigure:
        """Figures that were loaded for this level, carried to the vintage; an exact one before an estimated one."""
        size = len(self._territory.at(vintage, level).keys)
        column, official = empty_column(size), np.zeros(size, bool)
        source = np.full(size, NOTHING, np.intp)
        for number, collected in self._preferred(indicator.id, vintage, level, period):
            carried = self._carry(indicator, collected, vintage, level, period)
            better = is_apportioned(column) & carried.known & ~is_apportioned(carried)
            fresh = (column.has_status([Status.EMPTY]) & ~carried.has_status([Status.EMPTY])) | better
            column = overlay(column, carried, fresh)
            official = np.where(fresh, ~carried.has_status([Status.BREAK]) & ~is_apportioned(carried), official)
            source[fresh] = number
        return RawFigure(column, official, source)

    def _carry(self, indicator: Indicator, source: date, vintage: date, level: str, period: str) -> Column:
        """Loaded figures on another vintage."""
        column = self.collected(indicator, source, level, period)
        if source == vintage:
            return column
        walk = self._territory.correspondence(source, vintage, level)
        return carry(column, walk, indicator.harmonise, self._weights(indicator, source, level, period))

    def _aggregates(self, indicator: Indicator, vintage: date, level: str) -> bool:
        return (
            level in DISSOLVED_LEVELS
            and indicator.harmonise in ("sum", "wmean")
            and MUNICIPAL in self._levels[indicator.id]
            and self._territory.has(vintage, MUNICIPAL)
        )

    def _complete(self, indicator: Indicator, figure: RawFigure, vintage: date, level: str, period: str) -> RawFigure:
        """Fill what was not loaded for a district, region or Land, or is estimated, from its municipalities."""
        whole_of = self._territory.parents(vintage, MUNICIPAL, level)
        parts = self.figure(indicator, vintage, MUNICIPAL, period).column
        weights = self._weights(indicator, vintage, MUNICIPAL, period)
        whole = combine(parts, whole_of, len(figure.column), indicator.harmonise, weights)
        if is_apportioned(whole).any():
            whole = self._made_whole(indicator, whole, vintage, level, period)
        gap = figure.column.has_status([Status.EMPTY, Status.BREAK])
        gap |= is_apportioned(figure.column) & whole.known & ~is_apportioned(whole)
        return RawFigure(
            overlay(figure.column, whole, gap), figure.official & ~gap, np.where(gap, SUMMED, figure.source)
        )

    def _made_whole(self, indicator: Indicator, whole: Column, vintage: date, level: str, period: str) -> Column:
        """Exact figures of areas that hold all of what is divided between their municipalities."""
        sums = sparse.csr_array(self._membership(vintage, level) @ self.origin(indicator, vintage, MUNICIPAL, period))
        exact = ~has_shares(sums)
        if indicator.harmonise == "sum":
            return whole.without_flags(exact, APPORTIONED)
        means = self._means(indicator, sums, period)
        return overlay(whole, means, exact & is_apportioned(whole) & whole.known & means.known)

    def _means(self, indicator: Indicator, sums: sparse.csr_array, period: str) -> Column:
        """Weighted means of the loaded figures that areas are made of; right where these are whole."""
        columns, weights = [], []
        for each in self.collections(indicator.id, period):
            columns.append(self.collected(indicator, each.vintage, each.level, period))
            weight = self._weights(indicator, each.vintage, each.level, period)
            weights.append(empty_column(len(columns[-1])) if weight is None else weight)
        pairs, whole_of = sparse.coo_array(sums), np.full(sums.shape[1], -1, np.intp)
        whole_of[pairs.col] = pairs.row
        return mean_parts(joined(columns), joined(weights), whole_of, sums.shape[0])


def is_apportioned(column: Column) -> NDArray[np.bool_]:
    """Mask of the figures that hold an estimated part of another area's."""
    return (column.flags & APPORTIONED) > 0


def overlay(column: Column, other: Column, mask: NDArray[np.bool_]) -> Column:
    """Cells of ``other`` where the mask holds, else those of ``column``."""
    return Column(
        np.where(mask, other.values, column.values),
        np.where(mask, other.status, column.status).astype(np.uint8),
        np.where(mask, other.flags, column.flags).astype(np.uint8),
    )


def has_shares(origin: sparse.csr_array) -> NDArray[np.bool_]:
    """Mask of the rows that hold a part of something, not all of it."""
    origin = _rows(origin, np.ones(origin.shape[0], bool))
    rows = np.repeat(np.arange(origin.shape[0]), np.diff(origin.indptr))
    return np.bincount(rows, np.abs(origin.data - 1) > _EXACT, minlength=origin.shape[0]) > 0


def _shifted(shares: sparse.csr_array, start: int, width: int) -> sparse.csr_array:
    """The same rows over more columns, of which these are the ones from ``start`` on."""
    return sparse.csr_array((shares.data, shares.indices + start, shares.indptr), shape=(shares.shape[0], width))


def _rows(matrix: sparse.csr_array, mask: NDArray[np.bool_]) -> sparse.csr_array:
    """The masked rows; all others are empty."""
    kept = sparse.csr_array(sparse.diags_array(mask.astype(float)) @ matrix)
    kept.data = np.where(np.abs(kept.data - 1) < _EXACT, 1.0, kept.data)
    kept.eliminate_zeros()
    return kept
