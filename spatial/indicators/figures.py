"""Figures of an atlas: observations made public and carried to every vintage and level.

One direction only. Counts are added up first and protected then, all that would be published of linked counts and
one period together, so that a district can be shown although some of its municipalities are withheld. Everything
else (rates, changes, means) is computed from what is left. Nothing behind the protection sees a raw figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.columns import Column
from spatial.indicators.derivation import crosses_break, derive, derived_periods, inputs_at, loaded_inputs
from spatial.indicators.disclosure import is_confidential, protect_counts, withhold
from spatial.indicators.exposure import base_of
from spatial.indicators.indicator import Indicator
from spatial.indicators.memberships import Grouping, Memberships
from spatial.indicators.observations import Observation, Status
from spatial.indicators.periods import period_sort_key
from spatial.indicators.precedents import Precedent
from spatial.indicators.precision import round_estimates
from spatial.indicators.raw import Collection, RawFigures, is_apportioned
from spatial.indicators.safeguard import Patience, Safeguard
from spatial.indicators.shares import with_partners
from spatial.indicators.territory import DISSOLVED_LEVELS, Territory

_PERCENT = 100.0  # what changes are relative to


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
    """Public figures, computed on demand and remembered.

    Parameters
    ----------
    catalogue : Catalogue
    territory : Territory
    observations : iterable of Observation
    patience : Patience, optional
        How long protecting linked counts may take; without one, as long as it takes.
    groupings : iterable of Grouping, optional
        Which sets of areas were united from others: they have what is put together from the figures of these.
    precedents : sequence of Precedent, optional
        Earlier releases, that readers may have kept.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        territory: Territory,
        observations: Iterable[Observation],
        patience: Patience | None = None,
        groupings: Iterable[Grouping] = (),
        *,
        precedents: Sequence[Precedent] = (),
    ) -> None:
        self._catalogue = catalogue
        self._territory = territory
        self.memberships = Memberships(territory, groupings)
        used = (each for each in observations if not self._is_summed_instead(each))
        self._raw = RawFigures(territory, used, prepare=self._prepare, weights=self._weights)
        self.safeguard = Safeguard(catalogue, territory, self._raw, patience, precedents)
        self._memory: dict[tuple[str, date, str, str], Figure] = {}
        self._periods: dict[str, list[str]] = {}

    def periods(self, indicator: Indicator) -> list[str]:
        """Periods for which there are figures, oldest first."""
        if indicator.id not in self._periods:
            is_derived = indicator.is_derived
            found = derived_periods(indicator, self._available) if is_derived else self._raw.periods(indicator.id)
            self._periods[indicator.id] = sorted(found, key=period_sort_key)
        return list(self._periods[indicator.id])

    def _is_summed_instead(self, loaded: Observation) -> bool:
        """Whether a loaded figure of a larger area gives way to the sum of its municipalities."""
        indicator = self._catalogue.indicators.get(loaded.indicator)
        return indicator is not None and indicator.larger_areas == "sum" and loaded.level in DISSOLVED_LEVELS

    def _available(self, name: str) -> list[str]:
        if name not in self._periods:
            self.periods(self._catalogue.indicators[name])
        return self._periods[name]

    def levels(self, indicator: Indicator) -> list[str]:
        """Levels for which there are figures, official ones first and from small to large."""
        return [level for level in self._territory.levels() if self._has(indicator, level)]

    def _has(self, indicator: Indicator, level: str) -> bool:
        return level in self._given_levels(indicator) or self._is_put_together(indicator, level)

    def levels_from_members(self, indicator: Indicator) -> dict[str, str]:
        """Levels whose figures are put together from the public ones of members, with the level of these.

        A level for which figures were loaded has those alone, and what is derived is made of figures of one kind.
        """
        levels = [level for level in self.memberships.levels if self._is_put_together(indicator, level)]
        return {level: self.memberships.base(level) for level in levels}

    def _given_levels(self, indicator: Indicator) -> set[str]:
        """Levels with figures that were loaded, or derived or summed up from those."""
        if not indicator.is_derived:
            return self._raw.levels(indicator)
        inputs = [self._catalogue.indicators[name] for name in indicator.inputs]
        return set.intersection(*(self._given_levels(each) for each in inputs))

    def _is_put_together(self, indicator: Indicator, level: str) -> bool:
        """Whether figures of a level are put together from those of its members."""
        if level not in self.memberships.levels:
            return False
        if indicator.is_derived:
            return all(self._is_put_together(self._catalogue.indicators[name], level) for name in indicator.inputs)
        base = self.memberships.base(level)
        if level in self._raw.levels(indicator) or not self._has(indicator, base):
            return False
        if indicator.harmonise != "wmean" or indicator.weight is None:
            return indicator.harmonise == "sum"
        return self._has(self._catalogue.indicators[indicator.weight], base)

    def new_bases(self, indicator: Indicator) -> list[str]:
        """Periods from which on the figures stand on a new base, as a census is; what compares has none."""
        if indicator.formula not in (None, "sum"):
            return []
        steps = pairwise(self.periods(indicator))
        return [after for before, after in steps if self._crosses_break(indicator, before, after)]

    def broken_periods(self, indicator: Indicator) -> list[str]:
        """Periods in which a change, index or moving sum is made of figures on both sides of a new base."""
        if indicator.formula in (None, "sum"):
            return []
        return [period for period in self.periods(indicator) if self._crosses_break(indicator, period)]

    def figure(self, indicator: Indicator, vintage: date, level: str, period: str) -> Figure:
        """Public figures of one indicator, vintage, level and period.

        Raises
        ------
        ProtectionImpossible, ProtectionLeak, ProtectionTooLong
            Figures of the period cannot be published safely, or deciding that took too long.
        """
        memory_key = (indicator.id, vintage, level, period)
        figure = self._memory.get(memory_key)
        if figure is None:
            figure = self._memory[memory_key] = _as_exact_as_it_is(
                indicator, self._compute(indicator, vintage, level, period)
            )
        return figure

    def _compute(self, indicator: Indicator, vintage: date, level: str, period: str) -> Figure:
        if indicator.is_derived:
            return self._derived(indicator, vintage, level, period)
        if self._is_put_together(indicator, level):
            base = self.memberships.base(level)
            parts = self.figure(indicator, vintage, base, period).column
            weights = self._weights(indicator, vintage, base, period)
            column = self.memberships.put_together(parts, vintage, level, indicator.harmonise, weights)
            return Figure(column, np.zeros(len(column), bool))
        raw = self._raw.figure(indicator, vintage, level, period)
        if indicator.kind != "count":
            return Figure(withhold(raw.column, self._exposed(indicator, vintage, level, period)), raw.official)
        column = raw.column
        if self.safeguard.protects(indicator):
            hidden = self.safeguard.withheld(indicator, vintage, level, period) & column.known
            # A share of a public figure is no secret, but it is no count to show either where it is small.
            few = (column.values != 0) & (np.abs(column.values) < self.safeguard.threshold(indicator))
            hidden |= column.known & is_apportioned(column) & few
            column = column.with_status(hidden | is_confidential(column), Status.SECRET)
        return Figure(column, raw.official)

    def _derived(self, indicator: Indicator, vintage: date, level: str, period: str) -> Figure:
        """Figures that are computed from public ones."""
        inputs = [
            self.figure(self._catalogue.indicators[each.indicator], vintage, level, each.period)
            for each in inputs_at(indicator, period, self._available)
        ]
        profile = self._catalogue.profile(indicator.id)
        floors = [each for each in (indicator.min_denominator, profile.min_denominator) if each is not None]
        derived = derive(indicator, [each.column for each in inputs], min_denominator=max(floors, default=None))
        official = np.logical_and.reduce([each.official for each in inputs])
        if indicator.formula not in (None, "sum") and self._crosses_break(indicator, period):
            return Figure(_broken(derived.column), official & False)
        if indicator.formula is not None or derived.numerator is None or derived.denominator is None:
            return Figure(derived.column, official, derived.numerator, derived.denominator)
        # A profile of a fraction covers its base as well: few cases can stand below the line.
        base = protect_counts(derived.denominator, profile.threshold)
        hidden = derived.denominator.known & is_confidential(base)
        return Figure(
            derived.column.with_status(hidden, Status.SECRET),
            official,
            derived.numerator.with_status(hidden, Status.SECRET),
            base,
        )

    def _crosses_break(self, indicator: Indicator, *periods: str) -> bool:
        """Whether figures of some periods are together made of figures on both sides of a new base."""
        taken: dict[str, set[str]] = defaultdict(set)
        for period in periods:
            for leaf in loaded_inputs(indicator, period, self._catalogue.indicators, self._available):
                taken[leaf.indicator].add(leaf.period)
        return any(crosses_break(when, self._catalogue.indicators[leaf].breaks) for leaf, when in taken.items())

    def _prepare(self, indicator: Indicator, column: Column, source: date, level: str, period: str) -> Column:
        """Loaded figures before anything is made of them: counts rounded, means on few people hidden."""
        if indicator.kind == "count":
            return self.safeguard.rounded(indicator, column, (source, level), period)
        hidden = self._hidden_alone(indicator, column, source, level, period)
        for whole, shares in self._catalogue.shares():
            if indicator.id in shares:
                hidden |= self._hidden_with(indicator, whole, shares, (source, level), period)
        return column.with_status(hidden, Status.SECRET)

    def _hidden_alone(
        self, indicator: Indicator, column: Column, source: date, level: str, period: str
    ) -> NDArray[np.bool_]:
        """Mask of the loaded means and rates that are withheld for their own sake."""
        hidden = is_confidential(column) & (self._catalogue.profile(indicator.id).threshold > 1)
        if self._catalogue.profile(indicator.id).dominance:
            marked = self._raw.dominated(indicator.id, source, level, period)
            hidden |= np.array([key in marked for key in self._territory.keys(source, level)], bool)
        people = None if indicator.weight is None else self._shown(indicator.weight, source, level, period)
        if people is not None:
            hidden |= column.known & self._stands_on_few(indicator, column, people)
        if self._catalogue.profile(indicator.id).threshold > 1:
            before = self.safeguard.withheld_before(indicator, level, period)
            hidden |= column.known & np.array([key in before for key in self._territory.keys(source, level)], bool)
        return hidden

    def _hidden_with(
        self, indicator: Indicator, whole: str, shares: Sequence[str], spot: tuple[date, str], period: str
    ) -> NDArray[np.bool_]:
        """Mask of the loaded shares that are withheld lest 100 % less the others give a withheld one away."""
        definitions = [self._catalogue.indicators[each] for each in shares]
        loaded = [each for each in definitions if self._raw.is_collected(each.id, *spot, period)]
        columns = [self._raw.as_loaded(each.id, *spot, period) for each in loaded]
        people = self._shown(whole, *spot, period)
        if people is None:
            return np.zeros(len(self._territory.keys(*spot)), bool)
        alone = [self._hidden_alone(each, column, *spot, period) for each, column in zip(loaded, columns, strict=True)]
        pairs = zip(loaded, columns, strict=True)
        cases = [people.values * column.values / (base_of(each) or np.nan) for each, column in pairs]
        threshold = max(self._catalogue.threshold(each.id) for each in loaded)
        hidden = with_partners(np.array(cases), np.array(alone), threshold)
        return np.asarray(hidden[loaded.index(indicator)])

    def _stands_on_few(self, indicator: Indicator, column: Column, people: Column) -> NDArray[np.bool_]:
        """Mask of the means and rates that tell of too few people, or how many these are."""
        threshold = self._catalogue.profile(indicator.id).threshold
        leaves = [self._catalogue.indicators[each] for each in self._catalogue.leaves(indicator.weight or "")]
        few = is_confidential(people) & (threshold > 1 or any(map(self.safeguard.protects, leaves)))
        counts = [people.values]
        base = base_of(indicator)
        if base is not None:
            counts.append(people.values * column.values / base)
        for count in counts:
            few |= people.known & (count > 0) & (count < threshold)
        return few

    def _shown(self, name: str, vintage: date, level: str, period: str) -> Column | None:
        """Counts of some areas as far as they are public; None where they cannot be drawn and nothing was loaded."""
        indicator = self._catalogue.indicators[name]
        if self._territory.has(vintage, level):
            return self.figure(indicator, vintage, level, period).column
        if indicator.is_derived:
            needed = inputs_at(indicator, period, self._available)
            inputs = [self._shown(each.indicator, vintage, level, each.period) for each in needed]
            found = [each for each in inputs if each is not None]
            return derive(indicator, found).column if len(found) == len(inputs) else None
        column = self._raw.collected_or_none(indicator, vintage, level, period)
        if column is None or not self.safeguard.protects(indicator):
            return column
        return column.with_status(self.safeguard.withheld(indicator, vintage, level, period), Status.SECRET)

    def _weights(self, indicator: Indicator, vintage: date, level: str, period: str) -> Column | None:
        """Weights of a mean on the areas that its figures refer to; None for what is not weighted."""
        drawn = self._territory.has(vintage, level)
        if indicator.harmonise != "wmean" or indicator.weight is None or not drawn:
            return None
        return self.figure(self._catalogue.indicators[indicator.weight], vintage, level, period).column

    def _exposed(self, indicator: Indicator, vintage: date, level: str, period: str) -> NDArray[np.bool_]:
        """Mask of the areas that hold a smaller area with a secret mean or rate, of any level and vintage.

        Means are no sums, so nothing is chosen for them: less the public ones beside it, the mean of the whole
        would reveal the secret one, and it is withheld.
        """
        exposed = np.zeros(len(self._territory.at(vintage, level).keys), bool)
        profile = self._catalogue.profile(indicator.id)
        if profile.threshold <= 1 and not profile.dominance:
            return exposed
        place = Collection(level, vintage, 0)
        for inner in self._raw.collections(indicator.id, period):
            if (inner.vintage, inner.level) == (vintage, level):
                continue
            secret = is_confidential(self._raw.collected(indicator, inner.vintage, inner.level, period))
            nesting = self.safeguard.nesting(inner, place)
            exposed[nesting.outer[secret[nesting.inner]]] = True
        return exposed


def _as_exact_as_it_is(indicator: Indicator, figure: Figure) -> Figure:
    """Figure without digits that an estimate cannot have."""
    if indicator.kind == "count":
        return figure
    factor, decimals = indicator.factor or _PERCENT, indicator.decimals
    column = round_estimates(figure.column, decimals=decimals, denominator=figure.denominator, factor=factor)
    return replace(figure, column=column)


def _broken(column: Column) -> Column:
    """Column without values where figures compare what was counted in different ways."""
    return column.with_status(column.known | is_confidential(column), Status.BREAK)
