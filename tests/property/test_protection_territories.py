"""Random countries with random mergers and divisions: what a reader could compute of small counts on any boundaries.

The reader knows the history and every published figure, and nothing of how protection works: a linear programme over
the areas that were counted.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.optimize import linprog

from boundaries import Area, AreaSet, ChangeEvent
from boundaries.areas import as_multipolygon
from spatial.indicators import Catalogue, DisclosureProfile, Flag, Indicator, Observation, Status
from spatial.indicators.columns import flag_names
from spatial.indicators.figures import Figures
from spatial.indicators.territory import Territory, build_territory

DAYS = (date(2016, 1, 1), date(2018, 1, 1), date(2020, 1, 1))
PERIODS = ("2019", "2020")
PARTS = ("young", "old")
THRESHOLD = 5
Stripes = frozenset[int]
Cell = tuple[str, str, str]  # indicator, counted area, period


@dataclass
class Country:
    """Stripes of land in districts, which areas they belong to since when, and what happened."""

    rng: np.random.Generator
    now: dict[str, Stripes] = field(default_factory=dict)
    on: dict[date, dict[str, Stripes]] = field(default_factory=dict)
    events: list[ChangeEvent] = field(default_factory=list)
    editions: list[date] = field(default_factory=lambda: [DAYS[0]])
    _born: int = 0

    def settle(self) -> None:
        """Municipalities of one to three stripes."""
        stripe = 0
        for district in range(int(self.rng.integers(2, 4))):
            for _ in range(int(self.rng.integers(3, 6))):
                width = int(self.rng.integers(1, 4))
                self._add(f"0663{district}", frozenset(range(stripe, stripe + width)))
                stripe += width
        self.on[DAYS[0]] = dict(self.now)

    def change(self, day: date) -> None:
        """Merge two neighbours of a district, or divide an area; sometimes both."""
        if self.rng.random() < 0.7:
            self._merge(day)
        if self.rng.random() < 0.5:
            self._divide(day)
        self.on[day] = dict(self.now)

    def _add(self, district: str, stripes: Stripes) -> str:
        self._born += 1
        key = f"{district}{self._born:03}"
        self.now[key] = stripes
        return key

    def _merge(self, day: date) -> None:
        keys = sorted(self.now, key=lambda key: min(self.now[key]))
        pairs = [pair for pair in itertools.pairwise(keys) if pair[0][:5] == pair[1][:5]]
        one, other = pairs[int(self.rng.integers(len(pairs)))]
        whole = self.now.pop(one) | self.now.pop(other)
        key = self._add(one[:5], whole)
        self.events.append(ChangeEvent(day, "merger", (one, other), key, key, "Gemeinde", "toy"))

    def _divide(self, day: date) -> None:
        made = {event.to_key for event in self.events if event.date == day}
        wide = [key for key, stripes in self.now.items() if len(stripes) > 1 and key not in made]
        if not wide:
            return
        old = wide[int(self.rng.integers(len(wide)))]
        stripes = sorted(self.now.pop(old))
        for part in (stripes[:1], stripes[1:]):
            key = self._add(old[:5], frozenset(part))
            self.events.append(ChangeEvent(day, "split", (old,), key, key, "Gemeinde", "toy"))
        self.editions.append(day)

    def territory(self) -> Territory:
        """As the product builds it: an edition of the beginning and of every division."""
        sets = [AreaSet("gemeinde", day, "EPSG:25832", tuple(self._areas(day))) for day in self.editions]
        return build_territory(sets, tuple(self.events), ())

    def _areas(self, day: date) -> list[Area]:
        areas = []
        for key, stripes in sorted(self.on[day].items()):
            shape = shapely.box(min(stripes), 0, max(stripes) + 1, 1)
            areas.append(Area(key, "gemeinde", key, "Gemeinde", key[:5], True, shape.area, as_multipolygon(shape)))
        return areas

    def stripes_of(self, day: date, level: str, key: str) -> Stripes:
        """Stripes of an area of any level; those of larger ones have keys that begin with theirs."""
        if level == "gemeinde":
            return self.on[max(each for each in self.on if each <= day)][key]
        held = [stripes for own, stripes in self.on[DAYS[0]].items() if own.startswith(key)]
        return frozenset().union(*held)


def _catalogue() -> Catalogue:
    kind: dict[str, Any] = {"kind": "count", "unit": "Pers.", "additive": True, "harmonise": "sum",
                            "disclosure": "strict"}  # fmt: skip
    counts = [Indicator("all", parts=PARTS, **kind), *(Indicator(name, **kind) for name in PARTS)]
    strict = DisclosureProfile("strict", THRESHOLD)
    return Catalogue({each.id: each for each in counts}, profiles={**Catalogue().profiles, "strict": strict})


def _planted(country: Country) -> tuple[list[Observation], dict[Cell, float], dict[str, date]]:
    """Counts of every period, each on the areas of some day; true values, and the day of each period."""
    observations, truth, sources = [], {}, {}
    for period in PERIODS:
        day = sources[period] = DAYS[int(country.rng.integers(len(DAYS)))]
        districts: dict[str, float] = {}
        for key in sorted(country.on[day]):
            young, old = country.rng.negative_binomial(0.9, 0.05, 2).astype(float)
            for name, value in (("young", young), ("old", old), ("all", young + old)):
                truth[name, key, period] = value
                observations.append(Observation(name, "gemeinde", key, period, value, Status.OK, day))
            districts[key[:5]] = districts.get(key[:5], 0.0) + young + old
        if country.rng.random() < 0.5:
            observations += [
                Observation("all", "kreis", key, period, value, Status.OK, day) for key, value in districts.items()
            ]
    return observations, truth, sources


class Reader:
    """Whoever reads every figure on every boundary, and knows the history."""

    def __init__(self, country: Country, truth: dict[Cell, float], sources: dict[str, date]) -> None:
        self._country, self._sources = country, sources
        self._number = {cell: number for number, cell in enumerate(sorted(truth))}
        self._equations: list[tuple[dict[Cell, float], float]] = [
            ({("all", key, period): -1.0, **{(name, key, period): 1.0 for name in PARTS}}, 0.0)
            for name, key, period in truth
            if name == "all"
        ]
        self.values: dict[Cell, float] = {}

    def read(self, figures: Figures, catalogue: Catalogue, territory: Territory) -> None:
        for indicator in catalogue.indicators.values():
            for vintage in territory.vintages:
                for level in figures.levels(indicator):
                    for period in PERIODS:
                        column = figures.figure(indicator, vintage, level, period).column
                        for row, key in enumerate(territory.at(vintage, level).keys):
                            estimated = Flag.ESTIMATED.value in flag_names(int(column.flags[row]))
                            if column.known[row] and not estimated:
                                self._note(indicator.id, (vintage, level, key), period, float(column.values[row]))

    def _note(self, name: str, place: tuple[date, str, str], period: str, value: float) -> None:
        whole = self._country.stripes_of(*place)
        counted = self._country.on[self._sources[period]]
        parts = [key for key, stripes in counted.items() if stripes <= whole]
        assert frozenset().union(*(counted[key] for key in parts)) == whole, "what is no estimate is a sum"
        self._equations.append(({(name, key, period): 1.0 for key in parts}, value))
        if len(parts) == 1:
            self.values[name, parts[0], period] = value

    def interval(self, cell: Cell) -> tuple[float, float]:
        """Smallest and largest value of a cell; who knows that zeros are shown takes what is hidden for positive."""
        left = np.zeros((len(self._equations), len(self._number)))
        for row, (terms, _) in enumerate(self._equations):
            left[row, [self._number[each] for each in terms]] = list(terms.values())
        right = [value for _, value in self._equations]
        bounds = [(0.0 if each in self.values else 1.0, None) for each in self._number]
        ends = []
        for sense in (1.0, -1.0):
            cost = np.zeros(len(self._number))
            cost[self._number[cell]] = sense
            solved = linprog(cost, A_eq=left, b_eq=right, bounds=bounds, method="highs")
            assert solved.status in (0, 3), solved.message
            ends.append(sense * float(solved.fun or 0.0) if solved.status == 0 else math.inf)
        return ends[0], ends[1]


def _country(seed: int) -> Country:
    country = Country(np.random.default_rng(seed))
    country.settle()
    for day in DAYS[1:]:
        country.change(day)
    return country


@pytest.mark.parametrize("seed", range(8))
def test_no_history_gives_a_small_count_away(seed: int) -> None:
    country = _country(seed)
    observations, truth, sources = _planted(country)
    catalogue, territory = _catalogue(), country.territory()
    reader = Reader(country, truth, sources)
    reader.read(Figures(catalogue, territory, observations), catalogue, territory)
    small = [cell for cell, value in truth.items() if 0 < value < THRESHOLD]
    assert len(small) > 3
    assert all(reader.values.get(cell, value) == value for cell, value in truth.items())
    assert len(reader.values) > len(truth) / 3, "something is left to read"
    for cell in small:
        low, high = reader.interval(cell)
        assert high >= THRESHOLD - 1e-6, (cell, low, high)
        assert high - low >= THRESHOLD - 1 - 1e-6, (cell, low, high)


def test_the_reader_finds_what_is_not_protected() -> None:
    """With the same figures in the open all but for the small ones, the reader finds many of these."""
    country = _country(3)
    _, truth, sources = _planted(country)
    reader = Reader(country, truth, sources)
    for (name, key, period), value in truth.items():
        if not 0 < value < THRESHOLD:
            reader._note(name, (sources[period], "gemeinde", key), period, value)
    small = [cell for cell, value in truth.items() if 0 < value < THRESHOLD]
    found = [cell for cell in small if reader.interval(cell)[1] < THRESHOLD]
    assert len(found) > len(small) / 2
