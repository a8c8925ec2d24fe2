"""Figures of an atlas: observations made public and carried to every vintage and level.

One direction only: counts are protected first, on the territory they were collected for; everything else
(harmonised figures, district and Land totals, rates) is computed from protected counts. Nothing behind the
protection sees a raw figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.catalogue import Catalogue, Indicator
from spatial.indicators.columns import Column, empty_column, place
from spatial.indicators.combine import keep_single_parts, mean_parts, ratio, sum_parts
from spatial.indicators.disclosure import is_confidential, protect_counts, withhold
from spatial.indicators.observations import Observation, Status
from spatial.indicators.periods import period_sort_key, year_before
from spatial.indicators.territory import DISSOLVED_LEVELS, MUNICIPAL, Territory


@dataclass(frozen=True, slots=True)
class Figure:
    """Public figures of one indicator at one period for all areas of a level and vintage.

    Attributes
    ----------
    column : Column
        Length n, in the order of the level's keys.
    official : ndarray of bool, shape (n,)
        True where the source gave the figure for the area itself, False where it was put together here.
    numerator, denominator : Column or None
        The counts of a rate, protected as well.
    """

    column: Column
    official: NDArray[np.bool_]
    numerator: Column | None = None
    denominator: Column | None = None


class Figures:
    """Public figures, computed on demand and remembered."""

    def __init__(self, catalogue: Catalogue, territory: Territory, observations: Iterable[Observation]) -> None:
        self._catalogue = catalogue
        self._territory = territory
        # By indicator, level and period; then by the vintage that the figures refer to.
        self._observed: dict[tuple[str, str, str], dict[date, list[Observation]]] = defaultdict(dict)
        self._periods: dict[str, set[str]] = defaultdict(set)
        self._levels: dict[str, set[str]] = defaultdict(set)
        for observation in observations:
            by_vintage = self._observed[observation.indicator, observation.level, observation.period]
            by_vintage.setdefault(territory.snap(observation.vintage), []).append(observation)
            self._periods[observation.indicator].add(observation.period)
            self._levels[observation.indicator].add(observation.level)
        self._thresholds = _thresholds(catalogue)
        self._memory: dict[tuple[str, date, str, str], Figure] = {}

    def periods(self, indicator: Indicator) -> list[str]:
        """Periods for which there are figures, oldest first."""
        if indicator.numerator is None or indicator.denominator is None:
            found = self._periods[indicator.id]
        else:
            denominators = self._periods[indicator.denominator]
            found = {
                period
                for period in self._periods[indicator.numerator]
                if _denominator_period(indicator, period) in denominators
            }
        return sorted(found, key=period_sort_key)

    def levels(self, indicator: Indicator) -> list[str]:
        """Levels for which there are figures, official ones first and from small to large."""
        if indicator.numerator is None or indicator.denominator is None:
            found = set(self._levels[indicator.id])
        else:
            found = self._levels[indicator.numerator] & self._levels[indicator.denominator]
        if MUNICIPAL in found and (indicator.harmonise != "none"):
            found |= set(DISSOLVED_LEVELS)
        return [level for level in self._territory.levels() if level in found]

    def figure(self, indicator: Indicator, vintage: date, level: str, period: str) -> Figure:
        """Public figures of one indicator, vintage, level and period."""
        memory_key = (indicator.id, vintage, level, period)
        figure = self._memory.get(memory_key)
        if figure is None:
            figure = self._memory[memory_key] = self._compute(indicator, vintage, level, period)
        return figure

    def _compute(self, indicator: Indicator, vintage: date, level: str, period: str) -> Figure:
        if indicator.numerator is not None and indicator.denominator is not None:
            return self._rate(indicator, vintage, level, period)
        figure = self._loaded(indicator, vintage, level, period)
        if level != MUNICIPAL and self._aggregates(indicator, vintage, level):
            figure = self._complete(indicator, figure, vintage, level, period)
        column = withhold(figure.column, self._exposed(indicator, vintage, level, period))
        unpopulated = ~self._territory.populated(vintage, level)
        return Figure(column.with_status(unpopulated, Status.NOT_APPLICABLE), figure.official)

    def _rate(self, indicator: Indicator, vintage: date, level: str, period: str) -> Figure:
        above = self._catalogue.indicators[indicator.numerator or ""]
        below = self._catalogue.indicators[indicator.denominator or ""]
        numerator = self.figure(above, vintage, level, period)
        denominator = self.figure(below, vintage, level, _denominator_period(indicator, period))
        column = ratio(
            numerator.column,
            denominator.column,
            factor=indicator.factor or 1.0,
            min_denominator=indicator.min_denominator,
        )
        official = numerator.official & denominator.official
        # A profile of the rate covers its base as well: few cases can stand below the line.
        base = protect_counts(denominator.column, self._catalogue.profiles[indicator.disclosure].threshold)
        hidden = denominator.column.known & is_confidential(base)
        return Figure(
            column.with_status(hidden, Status.SECRET),
            official,
            numerator.column.with_status(hidden, Status.SECRET),
            base,
        )

    def _loaded(self, indicator: Indicator, vintage: date, level: str, period: str) -> Figure:
        """Figures that were loaded for this level, carried to the vintage."""
        size = len(self._territory.at(vintage, level).keys)
        column, official = empty_column(size), np.zeros(size, bool)
        # Figures that were collected for this very vintage come first, then the youngest.
        sources = sorted(
            self._sources(indicator, level, period), key=lambda each: (each == vintage, each), reverse=True
        )
        for source in sources:
            carried = self._carry(indicator, source, vintage, level, period)
            free = column.has_status([Status.EMPTY])
            column = _overlay(column, carried, free)
            official |= free & ~carried.has_status([Status.EMPTY, Status.BREAK])
        return Figure(column, official)

    def _sources(self, indicator: Indicator, level: str, period: str) -> list[date]:
        """Vintages that the loaded figures of a level and period refer to."""
        vintages = self._observed.get((indicator.id, level, period), {})
        return sorted(vintage for vintage in vintages if self._territory.has(vintage, level))

    def _collected(self, indicator: Indicator, source: date, level: str, period: str) -> Column:
        """Loaded figures on the territory they were collected for; counts are protected."""
        observations = self._observed[indicator.id, level, period][source]
        column = place(observations, self._territory.at(source, level).keys)
        if indicator.kind == "count":
            column = protect_counts(column, self._threshold(indicator))
        return column

    def _exposed(self, indicator: Indicator, vintage: date, level: str, period: str) -> NDArray[np.bool_]:
        """Mask of the areas that hold a smaller area with a secret figure, of any level and vintage."""
        exposed = np.zeros(len(self._territory.at(vintage, level).keys), bool)
        if indicator.kind != "count" or self._threshold(indicator) <= 1:
            return exposed
        for inner in self._levels[indicator.id]:
            for source in self._sources(indicator, inner, period):
                if (source, inner) == (vintage, level):
                    continue
                secret = is_confidential(self._collected(indicator, source, inner, period))
                holders = self._territory.holders(source, inner, vintage, level)[secret]
                exposed[holders[holders >= 0]] = True
        return exposed

    def _threshold(self, indicator: Indicator) -> int:
        return self._thresholds.get(indicator.id, 0)

    def _carry(self, indicator: Indicator, source: date, vintage: date, level: str, period: str) -> Column:
        column = self._collected(indicator, source, level, period)
        if source == vintage:
            return column
        walk = self._territory.correspondence(source, vintage, level)
        combined = self._combine(indicator, column, walk.whole_of, len(walk.broken), (source, level, period))
        # A new area is still without figures where its source had none: only known figures can break.
        lost = walk.broken & (combined.known | bool(column.known.any()))
        return combined.with_status(lost, Status.BREAK)

    def _combine(
        self,
        indicator: Indicator,
        parts: Column,
        whole_of: NDArray[np.intp],
        wholes: int,
        place_of_weights: tuple[date, str, str],
    ) -> Column:
        if indicator.harmonise == "sum":
            return sum_parts(parts, whole_of, wholes)
        if indicator.harmonise == "wmean" and indicator.weight is not None:
            source, level, period = place_of_weights
            weights = self.figure(self._catalogue.indicators[indicator.weight], source, level, period).column
            return mean_parts(parts, weights, whole_of, wholes)
        return keep_single_parts(parts, whole_of, wholes)

    def _aggregates(self, indicator: Indicator, vintage: date, level: str) -> bool:
        return (
            level in DISSOLVED_LEVELS
            and indicator.harmonise in ("sum", "wmean")
            and MUNICIPAL in self._levels[indicator.id]
            and self._territory.has(vintage, MUNICIPAL)
        )

    def _complete(self, indicator: Indicator, figure: Figure, vintage: date, level: str, period: str) -> Figure:
        """Fill what was not loaded for a district, region or Land from its municipalities."""
        whole_of = self._territory.parents(vintage, MUNICIPAL, level)
        parts = self.figure(indicator, vintage, MUNICIPAL, period).column
        whole = self._combine(indicator, parts, whole_of, len(figure.column), (vintage, MUNICIPAL, period))
        gap = figure.column.has_status([Status.EMPTY, Status.BREAK])
        return Figure(_overlay(figure.column, whole, gap), figure.official & ~gap)


def _overlay(column: Column, other: Column, mask: NDArray[np.bool_]) -> Column:
    """Cells of ``other`` where the mask holds, else those of ``column``."""
    return Column(
        np.where(mask, other.values, column.values),
        np.where(mask, other.status, column.status).astype(np.uint8),
        np.where(mask, other.flags, column.flags).astype(np.uint8),
    )


def _denominator_period(indicator: Indicator, period: str) -> str:
    return year_before(period) if indicator.denominator_at == "start" else period


def _thresholds(catalogue: Catalogue) -> dict[str, int]:
    """Threshold of every count: the strictest of its own profile and those of the rates made of it."""
    thresholds: dict[str, int] = defaultdict(int)
    for indicator in catalogue.indicators.values():
        threshold = catalogue.profiles[indicator.disclosure].threshold
        concerned = indicator.numerator if indicator.kind == "rate" else indicator.id
        if concerned is not None:
            thresholds[concerned] = max(thresholds[concerned], threshold)
    return dict(thresholds)
