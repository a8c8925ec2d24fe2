"""Everybody: counts that are all of a base, so that a share of them says something of each member of the group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.columns import Column
from spatial.indicators.derivation import Input, derive, derived_periods, inputs_at, loaded_inputs
from spatial.indicators.indicator import Indicator
from spatial.indicators.raw import RawFigures
from spatial.indicators.territory import Territory


class Everybody:
    """Finds the counts that enter a fraction whose numerator is all of its denominator.

    Parameters
    ----------
    catalogue : Catalogue
    territory : Territory
    raw : RawFigures
    """

    def __init__(self, catalogue: Catalogue, territory: Territory, raw: RawFigures) -> None:
        self._catalogue = catalogue
        self._territory = territory
        self._raw = raw
        self._derived_periods: dict[str, set[str]] = {}
        self._fractions: dict[Input, list[tuple[Input, list[Input]]]] = {}

    def concerns(self, indicator: str) -> bool:
        """Whether a loaded count enters the numerator of a fraction that must not say something of everybody."""
        return any(True for _ in self._shares_of(indicator))

    def mask(self, indicator: Indicator, vintage: date, level: str, period: str) -> NDArray[np.bool_]:
        """Mask of the areas in which a count is, alone or with others, all of a base that it is a share of."""
        everybody = np.zeros(len(self._territory.keys(vintage, level)), bool)
        for above, below in self._fractions_of(Input(indicator.id, period)):
            count = self._column(above.indicator, vintage, level, above.period)
            for each in below:
                total = self._column(each.indicator, vintage, level, each.period)
                if count is not None and total is not None:
                    known = count.known & total.known & (total.values > 0)
                    everybody |= known & (count.values == total.values)
        return everybody

    def bases(self, indicator: Indicator, vintage: date, level: str, period: str) -> NDArray[np.float64]:
        """The smallest base that a count is a share of, area by area; infinite where there is none."""
        smallest = np.full(len(self._territory.keys(vintage, level)), np.inf)
        loaded = Input(indicator.id, period)
        for above, below in self._fractions_of(loaded):
            for each in below if above == loaded else ():
                total = self._column(each.indicator, vintage, level, each.period)
                if total is not None:
                    smallest = np.where(total.known, np.fmin(smallest, total.values), smallest)
        return smallest

    def _fractions_of(self, loaded: Input) -> list[tuple[Input, list[Input]]]:
        """Numerators that a loaded count enters, and their denominators, over all periods of the fractions."""
        if loaded not in self._fractions:
            found: list[tuple[Input, list[Input]]] = []
            for share in self._shares_of(loaded.indicator):
                for when in sorted(self._periods(share)):
                    above, *below = inputs_at(share, when, self._available)
                    numerator = self._catalogue.indicators[above.indicator]
                    if loaded in loaded_inputs(numerator, above.period, self._catalogue.indicators, self._available):
                        found.append((above, below))
            self._fractions[loaded] = found
        return self._fractions[loaded]

    def _shares_of(self, indicator: str) -> Iterator[Indicator]:
        for each in self._catalogue.indicators.values():
            if each.formula is None and each.numerator is not None and each.denominator is not None:
                above = self._catalogue.leaves(each.numerator)
                if indicator in above and self._catalogue.profile(each.id).group_disclosure:
                    yield each

    def _periods(self, indicator: Indicator) -> set[str]:
        if not indicator.is_derived:
            return self._raw.periods(indicator.id)
        if indicator.id not in self._derived_periods:
            self._derived_periods[indicator.id] = derived_periods(indicator, self._available)
        return self._derived_periods[indicator.id]

    def _available(self, name: str) -> set[str]:
        return self._periods(self._catalogue.indicators[name])

    def _column(self, name: str, vintage: date, level: str, period: str) -> Column | None:
        """Raw figures; None where there are none for areas that cannot be drawn."""
        indicator = self._catalogue.indicators[name]
        if indicator.is_derived:
            needed = inputs_at(indicator, period, self._available)
            inputs = [self._column(each.indicator, vintage, level, each.period) for each in needed]
            found = [each for each in inputs if each is not None]
            return derive(indicator, found).column if len(found) == len(inputs) else None
        if self._territory.has(vintage, level):
            return self._raw.figure(indicator, vintage, level, period).column
        return self._raw.collected_or_none(indicator, vintage, level, period)
