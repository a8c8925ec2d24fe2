"""Releases one after another, a figure corrected between them: what a reader who kept all of them could compute."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.optimize import linprog

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.figures import Figures
from spatial.indicators.precedents import PlaceShown
from spatial.indicators.territory import Territory, build_territory

DAY, PERIOD, THRESHOLD = date(2016, 1, 1), "2019", 5
PARTS = ("one", "two", "three")
COUNTS = ("all", *PARTS)
KEYS = tuple(f"0663{1 + place // 7}{place + 1:03}" for place in range(14))
LARGER = ("06631", "06632", "06")
Cell = tuple[str, str]  # indicator, key
Table = dict[Cell, float]
Shown = dict[Cell, float | None]


@pytest.fixture(scope="module")
def territory() -> Territory:
    areas = []
    for place, key in enumerate(KEYS):
        shape = shapely.box(place, 0, place + 1, 1)
        areas.append(Area(key, "gemeinde", key, "Gemeinde", key[:5], True, 1.0, as_multipolygon(shape)))
    return build_territory([AreaSet("gemeinde", DAY, "EPSG:25832", tuple(areas))], (), ())


@dataclass(frozen=True)
class Kept:
    """What a release showed."""

    number: int
    figures: Shown

    def edition(self, _: Collection[str]) -> Hashable:
        return self.number

    def places(self, indicator: str) -> Iterator[PlaceShown]:
        shown = {name for name, _ in self.figures}
        yield from ((indicator, DAY, level, PERIOD) for level in ("gemeinde", "kreis", "land") if indicator in shown)

    def shown(self, indicator: str, _: date, __: str, ___: str) -> Mapping[str, float | None]:
        # Keys of all levels at once: none is a key of two.
        return {key: number for (name, key), number in self.figures.items() if name == indicator}


def _publish(table: Table, territory: Territory, before: Sequence[Kept]) -> Shown:
    kind: dict[str, Any] = {"kind": "count", "unit": "P", "additive": True, "harmonise": "sum", "disclosure": "strict"}
    definitions = [Indicator("all", parts=PARTS, **kind), *(Indicator(name, **kind) for name in PARTS)]
    strict = DisclosureProfile("strict", THRESHOLD)
    catalogue = Catalogue({each.id: each for each in definitions}, profiles={**Catalogue().profiles, "strict": strict})
    loaded = [Observation(name, "gemeinde", key, PERIOD, n, Status.OK, DAY) for (name, key), n in table.items()]
    figures = Figures(catalogue, territory, loaded, precedents=before)
    shown: Shown = {}
    for name in COUNTS:
        for level in ("gemeinde", "kreis", "land"):
            column = figures.figure(catalogue.indicators[name], DAY, level, PERIOD).column
            numbers = [
                float(value) if known else None for value, known in zip(column.values, column.known, strict=True)
            ]
            shown |= {(name, key): n for key, n in zip(territory.at(DAY, level).keys, numbers, strict=True)}
    return shown


def _random_table(rng: np.random.Generator) -> Table:
    table = {(name, key): float(rng.negative_binomial(1, 0.05)) for name in PARTS for key in KEYS}
    return table | {("all", key): sum(table[name, key] for name in PARTS) for key in KEYS}


def _corrected(table: Table, shown: Shown, rng: np.random.Generator) -> Table:
    """Three public figures corrected, and their totals: they are small now, so that withholding them would be cheap."""
    public = [cell for cell in table if cell[0] != "all" and shown[cell] is not None and table[cell] >= 2 * THRESHOLD]
    for place in rng.choice(len(public), 3, replace=False).tolist():
        name, key = public[place]
        change = float(rng.integers(THRESHOLD, 2 * THRESHOLD)) - table[name, key]
        table = table | {(name, key): table[name, key] + change, ("all", key): table["all", key] + change}
    return table


class Reader:
    """Whoever kept every release, and knows which figures were corrected."""

    def __init__(self, tables: Sequence[Table], releases: Sequence[Shown]) -> None:
        self._tables = tables
        self._rows = list(self._equations(releases))
        terms = [each for row, _ in self._rows for each in row]
        self._column = {each: place for place, each in enumerate(dict.fromkeys(terms))}
        self._known = {
            self._unknown(number, cell)
            for number, shown in enumerate(releases) for cell in tables[number] if shown[cell] is not None
        }  # fmt: skip

    def _unknown(self, release: int, cell: Cell) -> tuple[int, Cell]:
        """A figure is one unknown for as long as it does not change."""
        while release and self._tables[release][cell] == self._tables[release - 1][cell]:
            release -= 1
        return release, cell

    def _equations(self, releases: Sequence[Shown]) -> Iterator[tuple[dict[tuple[int, Cell], float], float]]:
        for number, shown in enumerate(releases):
            for cell, value in shown.items():
                name, key = cell
                members = [(name, each) for each in KEYS if each.startswith(key)] if key in LARGER else [cell]
                if value is not None:
                    yield {self._unknown(number, each): 1.0 for each in members}, value
            for key in KEYS:
                parts = {self._unknown(number, (name, key)): 1.0 for name in PARTS}
                yield parts | {self._unknown(number, ("all", key)): -1.0}, 0.0

    def interval(self, cell: Cell) -> tuple[float, float]:
        """Smallest and largest value of a figure in the newest release."""
        left = np.zeros((len(self._rows), len(self._column)))
        for place, (row, _) in enumerate(self._rows):
            for term, factor in row.items():
                left[place, self._column[term]] += factor
        bounds = [(0.0 if each in self._known else 1.0, None) for each in self._column]
        ends = []
        for sense in (1.0, -1.0):
            cost = np.zeros(len(self._column))
            cost[self._column[self._unknown(len(self._tables) - 1, cell)]] = sense
            solved = linprog(cost, A_eq=left, b_eq=[right for _, right in self._rows], bounds=bounds, method="highs")
            assert solved.status in (0, 3), solved.message
            ends.append(sense * float(solved.fun or 0.0) if solved.status == 0 else np.inf)
        return ends[0], ends[1]

    def narrowed(self) -> list[tuple[Cell, tuple[float, float]]]:
        """Small counts of the newest release that are known too well."""
        small = [cell for cell, value in self._tables[-1].items() if 0 < value < THRESHOLD]
        found = [(cell, self.interval(cell)) for cell in small]
        return [
            (cell, (low, high)) for cell, (low, high) in found
            if high < THRESHOLD - 1e-6 or high - low < THRESHOLD - 1 - 1e-6
        ]  # fmt: skip


def _history(seed: int, territory: Territory, *, remembers: bool) -> tuple[list[Table], list[Shown]]:
    rng = np.random.default_rng(seed)
    tables, releases = [_random_table(rng)], list[Shown]()
    for _ in range(3):
        kept = [Kept(number, each) for number, each in enumerate(releases)]
        releases.append(_publish(tables[-1], territory, kept if remembers else ()))
        tables.append(_corrected(tables[-1], releases[-1], rng))
    return tables[:-1], releases


@pytest.mark.parametrize("seed", range(4))
def test_no_series_of_releases_gives_a_small_count_away(seed: int, territory: Territory) -> None:
    assert Reader(*_history(seed, territory, remembers=True)).narrowed() == []


@pytest.mark.parametrize("seed", range(2))
def test_what_cannot_be_protected_any_more_exposes_nothing_else(seed: int, territory: Territory) -> None:
    """All figures of one district were shown once, before there was a threshold; the other one is safe all the same."""
    tables, releases = _history(seed, territory, remembers=True)
    careless = releases[0] | {cell: n for cell, n in tables[0].items() if cell[1].startswith(LARGER[0])}
    kept = [Kept(0, careless), *(Kept(number, each) for number, each in enumerate(releases[1:-1], 1))]
    newest = _publish(tables[-1], territory, kept)
    found = Reader(tables, [careless, *releases[1:-1], newest]).narrowed()
    assert found, "what was shown is known"
    assert [(cell, ends) for cell, ends in found if not cell[1].startswith(LARGER[0])] == []


def test_the_reader_finds_what_is_not_remembered(territory: Territory) -> None:
    """Releases that are safe each by itself give small counts away together."""
    found = 0
    for seed in range(4):
        tables, releases = _history(seed, territory, remembers=False)
        assert Reader(tables[-1:], releases[-1:]).narrowed() == []
        found += len(Reader(tables, releases).narrowed())
    assert found > 0
