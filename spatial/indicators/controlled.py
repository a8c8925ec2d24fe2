"""Controlled rounding: counts rounded such that they still add up.

Every count goes to one of the two multiples of the base beside it, a multiple stays. Among all ways to do so in which
categories add up to their total, and the municipalities of each district, region and Land to a multiple beside their
true sum, the one is taken that changes the counts least. Plain rounding leaves errors that grow with the number of
parts; here a total is never off by a whole base.

References
----------
Cox (1987), A constructive procedure for unbiased controlled rounding, JASA 82: for tables of areas by one set of
categories there always is a solution. Beyond them a sum may have to be given up; that is the last resort.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.columns import Column
from spatial.indicators.raw import RawFigures
from spatial.indicators.territory import DISSOLVED_LEVELS, MUNICIPAL, Territory

_GIVEN_UP = 1000.0  # price of missing a sum by one base, in bases that counts are moved by
_NODES = 2000  # of the search; a limit of time would make the result a matter of the machine

Spot = tuple[str, date, str]  # indicator, vintage, level


@dataclass(frozen=True, slots=True)
class Sum:
    """Counts whose rounded values add up to something between two multiples.

    Attributes
    ----------
    factors : mapping of int to float
        Numbers of the counts, and how often each is taken.
    low, high : float
        Bounds of the rounded sum.
    """

    factors: Mapping[int, float]
    low: float
    high: float


def round_controlled(values: NDArray[np.float64], sums: Sequence[Sum], base: int) -> NDArray[np.float64]:
    """Round counts to multiples of a base such that sums hold.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite.
    sums : sequence of Sum
        Over numbers from 0 to n - 1.
    base : int
        At least 2.

    Returns
    -------
    ndarray of float64, shape (n,)
        Multiples of the base, each less than one base away from its value.

    Examples
    --------
    >>> round_controlled(np.array([3.0, 3.0, 3.0, 9.0]), [Sum({0: 1, 1: 1, 2: 1, 3: -1}, 0, 0)], 5).tolist()
    [5.0, 5.0, 0.0, 10.0]
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    floors = np.floor(values / base)
    left = values / base - floors
    loose = np.flatnonzero(left > 0)
    column_of = np.full(len(values), -1, np.intp)
    column_of[loose] = np.arange(len(loose))
    rows: list[int] = []
    columns: list[int] = []
    factors: list[float] = []
    lows, highs = [], []
    for row, each in enumerate(sums):
        known = sum(factor * floors[number] for number, factor in each.factors.items())
        lows.append(each.low / base - known)
        highs.append(each.high / base - known)
        for number, factor in each.factors.items():
            if column_of[number] >= 0:
                rows.append(row)
                columns.append(int(column_of[number]))
                factors.append(factor)
    count = len(sums)
    part = sparse.csr_array((factors, (rows, columns)), shape=(count, len(loose)))
    slack = sparse.identity(count, format="csr")
    # Equally near multiples are told apart by their place, so that there is one solution and not many.
    cost = np.concatenate([1 - 2 * left[loose] + 1e-6 * np.arange(len(loose)) / max(len(loose), 1),
                           np.full(2 * count, _GIVEN_UP)])  # fmt: skip
    solved = milp(
        cost,
        constraints=LinearConstraint(sparse.hstack([part, slack, -slack], format="csc"), lows, highs),
        integrality=np.concatenate([np.ones(len(loose)), np.zeros(2 * count)]),
        bounds=Bounds(0, np.concatenate([np.ones(len(loose)), np.full(2 * count, np.inf)])),
        options={"node_limit": _NODES},
    )
    up = np.zeros(len(values))
    up[loose] = left[loose] >= 1 / 2 if solved.x is None else np.round(solved.x[: len(loose)])
    return np.asarray((floors + up) * base)


@dataclass
class ControlledRounding:
    """Rounds loaded counts whose profile asks for it, those of a period and of linked indicators together.

    Parameters
    ----------
    catalogue : Catalogue
    territory : Territory
    raw : RawFigures
    """

    catalogue: Catalogue
    territory: Territory
    raw: RawFigures
    _found: dict[tuple[str, str], dict[Spot, NDArray[np.float64]]] = field(default_factory=dict)

    def column(self, indicator: str, vintage: date, level: str, period: str) -> NDArray[np.float64]:
        """Rounded values of the areas that figures were loaded for; NaN where there is none.

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        if (indicator, period) not in self._found:
            group = self._group(indicator)
            solved = self._solve(group, period)
            self._found |= dict.fromkeys(((each, period) for each in group), solved)
        return self._found[indicator, period][indicator, vintage, level]

    def _group(self, indicator: str) -> tuple[str, ...]:
        """Counts that add up with one, over any number of relations; all are rounded to the same base."""
        group, agenda = {indicator}, [indicator]
        while agenda:
            now = agenda.pop()
            for whole, parts in self._relations():
                linked = {whole, *parts}
                if now in linked:
                    agenda += sorted(linked - group)
                    group |= linked
        return tuple(sorted(group))

    def _relations(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for whole, parts in self.catalogue.relations():
            profiles = [self.catalogue.profile(each) for each in (whole, *parts)]
            if all(each.controlled for each in profiles) and len({each.rounding for each in profiles}) == 1:
                yield whole, parts

    def _solve(self, group: Sequence[str], period: str) -> dict[Spot, NDArray[np.float64]]:
        loaded: dict[Spot, Column] = {}
        numbers: dict[Spot, NDArray[np.intp]] = {}
        values: list[float] = []
        for name in group:
            for each in self.raw.collections(name, period):
                column = self.raw.as_loaded(name, each.vintage, each.level, period)
                loaded[name, each.vintage, each.level] = column
                places = np.full(len(column), -1, np.intp)
                places[column.known] = np.arange(len(values), len(values) + int(column.known.sum()))
                numbers[name, each.vintage, each.level] = places
                values += column.values[column.known].tolist()
        base = self.catalogue.profile(group[0]).rounding
        given = np.array(values)
        sums = [*self._of_categories(numbers, given), *self._of_areas(numbers, given, base)]
        rounded = round_controlled(given, sums, base)
        found = {}
        for spot, places in numbers.items():
            found[spot] = np.full(len(places), np.nan)
            found[spot][places >= 0] = rounded[places[places >= 0]]
        return found

    def _of_categories(self, numbers: Mapping[Spot, NDArray[np.intp]], given: NDArray[np.float64]) -> Iterator[Sum]:
        """Totals of categories, area by area, where all are known and add up."""
        for whole, parts in self._relations():
            for name, vintage, level in numbers:
                spots = [(each, vintage, level) for each in (whole, *parts)]
                if name != whole or any(spot not in numbers for spot in spots):
                    continue
                table = np.array([numbers[spot] for spot in spots])
                for total, *members in table[:, (table >= 0).all(axis=0)].T.tolist():
                    if given[members].sum() == given[total]:
                        yield Sum({total: -1.0, **dict.fromkeys(members, 1.0)}, 0.0, 0.0)

    def _of_areas(
        self, numbers: Mapping[Spot, NDArray[np.intp]], given: NDArray[np.float64], base: int
    ) -> Iterator[Sum]:
        """Sums of municipalities: the loaded figure of the larger area where it is their sum, else a multiple."""
        for (name, vintage, level), places in numbers.items():
            if level != MUNICIPAL or not self.territory.has(vintage, MUNICIPAL):
                continue
            for upper in (each for each in DISSOLVED_LEVELS if self.territory.has(vintage, each)):
                wholes = numbers.get((name, vintage, upper))
                members: dict[int, list[int]] = defaultdict(list)
                for row, whole in enumerate(self.territory.parents(vintage, MUNICIPAL, upper).tolist()):
                    if whole >= 0 and places[row] >= 0:
                        members[whole].append(int(places[row]))
                for whole, parts in members.items():
                    true = float(given[parts].sum())
                    total = -1 if wholes is None else int(wholes[whole])
                    if total >= 0 and given[total] == true:
                        yield Sum({total: -1.0, **dict.fromkeys(parts, 1.0)}, 0.0, 0.0)
                    else:
                        yield Sum(
                            dict.fromkeys(parts, 1.0), float(np.floor(true / base)) * base,
                            float(np.ceil(true / base)) * base,
                        )  # fmt: skip
