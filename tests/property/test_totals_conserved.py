"""Totals are conserved over random histories of mergers, incorporations, divisions, transfers and new keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from boundaries import Area, AreaSet, ChangeEvent, Size
from spatial.indicators import Observation, Status
from spatial.indicators.carrying import carry
from spatial.indicators.columns import APPORTIONED, STATUSES, Column, place
from spatial.indicators.territory import Territory, build_territory

KEYS = tuple(f"0663300{number}" for number in range(1, 7))
KINDS = ("merger", "incorporation", "split", "division", "transfer", "key-change")
FIRST = 2010
Cell = int | Status
# For every key the parts of the first areas that it holds.
Holdings = dict[str, dict[str, Fraction]]


@dataclass
class Past:
    """A random history and, kept apart from the program, where every part of the first areas is."""

    holdings: Holdings = field(default_factory=lambda: {key: {key: Fraction(1)} for key in KEYS})
    events: list[ChangeEvent] = field(default_factory=list)
    keys: list[tuple[str, ...]] = field(default_factory=lambda: [KEYS])
    after: list[Holdings] = field(default_factory=list)
    _given: int = 100

    def year(self, changes: Sequence[tuple[str, list[int], int]]) -> None:
        """Apply some changes on one day; no area is in two of them."""
        self.day = date(FIRST + len(self.keys), 1, 1)
        free = list(self.holdings)
        for kind, draws, tenths in changes:
            needed = {"merger": 3, "split": 1, "key-change": 1}.get(kind, 2)
            if len(free) >= needed:
                chosen = [free.pop(draw % len(free)) for draw in draws[:needed]]
                self._change(kind, chosen, Fraction(tenths, 10))
        self.keys.append(tuple(sorted(self.holdings)))
        self.after.append({key: dict(parts) for key, parts in self.holdings.items()})

    def _change(self, kind: str, chosen: list[str], share: Fraction) -> None:
        one, other = chosen[0], chosen[-1]
        if kind == "merger":
            self._move(chosen, self._new(), "merger")
        elif kind == "key-change":
            self._move([one], self._new(), "key-change")
        elif kind == "incorporation":
            self._move([one], other, "incorporation")
        elif kind == "transfer":
            self._part(one, other, share, "transfer")
            self.events.append(_event(self.day, "transfer", (), one, kept=1 - share))
        else:
            target = self._new() if kind == "split" else other
            self._part(one, target, share, "split" if kind == "split" else "incorporation")
            self._part(one, self._new(), Fraction(1) - share, "split", of=share)
            del self.holdings[one]

    def _new(self) -> str:
        self._given += 1
        return f"06633{self._given}"

    def _move(self, chosen: list[str], target: str, kind: str) -> None:
        for key in chosen:
            self._receive(target, self.holdings.pop(key))
        self.events.append(_event(self.day, kind, tuple(chosen), target))

    def _part(self, one: str, target: str, share: Fraction, kind: str, *, of: Fraction = Fraction(0)) -> None:
        """Move a share of an area, of which another share is gone already."""
        left = 1 - of
        moved = {origin: part * share / left for origin, part in self.holdings[one].items()}
        self.holdings[one] = {origin: part - moved[origin] for origin, part in self.holdings[one].items()}
        self._receive(target, moved)
        self.events.append(_event(self.day, kind, (one,), target, share))

    def _receive(self, target: str, parts: Mapping[str, Fraction]) -> None:
        held = self.holdings.setdefault(target, {})
        for origin, part in parts.items():
            held[origin] = held.get(origin, Fraction(0)) + part


def _event(
    day: date, kind: str, sources: tuple[str, ...], target: str, share: Fraction | None = None,
    *, kept: Fraction | None = None,
) -> ChangeEvent:  # fmt: skip
    moved = () if share is None else (_size(share),)
    return ChangeEvent(day, kind, sources, target, "", "", "", moved, None if kept is None else _size(kept))  # type: ignore[arg-type]  # one of KINDS


def _size(share: Fraction) -> Size:
    return Size(float(share), float(share), relative=True)


def squares(keys: tuple[str, ...], vintage: date) -> AreaSet:
    areas = (
        Area(key, "gemeinde", key, "Gemeinde", key[:5], True, 1.0,
             shapely.multipolygons([shapely.box(column, 0, column + 1, 1)]))
        for column, key in enumerate(keys)
    )  # fmt: skip
    return AreaSet("gemeinde", vintage, "EPSG:25832", tuple(areas))


def column(keys: Sequence[str], given_cells: Sequence[Cell]) -> Column:
    observations = [
        Observation(
            "x", "gemeinde", key, "2010",
            None if isinstance(cell, Status) else float(cell),
            cell if isinstance(cell, Status) else Status.OK,
            date(FIRST, 1, 1),
        )
        for key, cell in zip(keys, given_cells, strict=False)
    ]  # fmt: skip
    return place(observations, keys)


def check(parts: Column, carried: Column, shares: NDArray[np.float64]) -> None:
    """Hold carried figures against the shares, which say what of every source is in every target."""
    secret, missing = (np.array([STATUSES[code] is status for code in parts.status]) for status in
                       (Status.SECRET, Status.EMPTY))  # fmt: skip
    touches = shares > 0
    for row in range(len(shares)):
        status = STATUSES[carried.status[row]]
        if (touches[row] & secret).any():
            assert status is Status.SECRET
        elif (touches[row] & missing).any():
            assert status is Status.EMPTY
        else:
            exact = float(shares[row] @ np.where(parts.known, parts.values, 0.0))
            divided = int(((shares[row] > 0) & (shares[row] < 1)).sum())
            assert carried.known[row]
            assert carried.values[row] == np.floor(carried.values[row]) >= 0
            assert abs(carried.values[row] - exact) < divided or carried.values[row] == pytest.approx(exact)
            assert bool(carried.flags[row] & APPORTIONED) or not divided
    # Whatever hangs together without a concealed part keeps its total to the last inhabitant.
    rows, columns = shares.shape
    links = np.block([[np.zeros((rows, rows)), touches], [touches.T, np.zeros((columns, columns))]])
    _, group = connected_components(links, directed=False)
    for number in range(group.max() + 1):
        targets, sources = group[:rows] == number, group[rows:] == number
        if not (secret | missing)[sources].any():
            assert carried.values[targets].sum() == parts.values[sources].sum()
        else:
            known = np.where(carried.known, carried.values, 0.0)[targets].sum()
            assert known <= np.where(parts.known, parts.values, 0.0)[sources].sum() + 1e-9


def matrix(holdings: Holdings, keys: Sequence[str]) -> NDArray[np.float64]:
    """Shares of the first areas in later ones: one row for each of the keys."""
    return np.array([[float(holdings[key].get(origin, 0)) for origin in KEYS] for key in keys])


CELLS = st.one_of(st.integers(0, 400), st.sampled_from([Status.SECRET, Status.EMPTY]))
CHANGE = st.tuples(st.sampled_from(KINDS), st.lists(st.integers(0, 99), min_size=3, max_size=3), st.integers(1, 9))
HISTORIES = st.lists(st.lists(CHANGE, min_size=1, max_size=2), min_size=1, max_size=6)
PEOPLE = st.lists(st.integers(1, 2000), min_size=len(KEYS), max_size=len(KEYS))


def lived(years: Sequence[Sequence[tuple[str, list[int], int]]], people: Sequence[int]) -> tuple[Past, Territory]:
    past = Past()
    for changes in years:
        past.year(changes)
    editions = [squares(keys, date(FIRST + year, 1, 1)) for year, keys in enumerate(past.keys)]
    populations = {date(FIRST, 1, 1): dict(zip(KEYS, people, strict=True))}
    return past, build_territory(editions, tuple(past.events), (), populations)


@settings(max_examples=60, deadline=None)
@given(HISTORIES, PEOPLE, st.lists(CELLS, min_size=len(KEYS), max_size=len(KEYS)))
def test_forward_over_any_history(
    years: list[list[tuple[str, list[int], int]]], people: list[int], given_cells: list[Cell]
) -> None:
    past, territory = lived(years, people)
    parts = column(KEYS, given_cells)
    for year, (keys, holdings) in enumerate(zip(past.keys[1:], past.after, strict=True), start=1):
        walk = territory.correspondence(date(FIRST, 1, 1), date(FIRST + year, 1, 1), "gemeinde")
        shares = matrix(holdings, keys)
        assert np.allclose(walk.shares.toarray(), shares)
        assert np.allclose(shares.sum(axis=0), 1)
        check(parts, carry(parts, walk, "sum"), walk.shares.toarray())


@settings(max_examples=60, deadline=None)
@given(HISTORIES, PEOPLE, st.lists(CELLS, min_size=40, max_size=40))
def test_backward_over_any_history(
    years: list[list[tuple[str, list[int], int]]], people: list[int], given_cells: list[Cell]
) -> None:
    """Figures of the last areas on the first ones: shares go by the inhabitants of the first."""
    past, territory = lived(years, people)
    keys = past.keys[-1]
    walk = territory.correspondence(date(FIRST + len(years), 1, 1), date(FIRST, 1, 1), "gemeinde")
    lived_there = matrix(past.holdings, keys) * np.array(people)
    shares = (lived_there / lived_there.sum(axis=1, keepdims=True)).T
    assert np.allclose(walk.shares.toarray(), shares)
    parts = column(keys, given_cells)
    check(parts, carry(parts, walk, "sum"), walk.shares.toarray())


@settings(max_examples=40, deadline=None)
@given(HISTORIES, PEOPLE, st.lists(st.integers(0, 400), min_size=len(KEYS), max_size=len(KEYS)))
def test_there_and_back_in_any_steps(
    years: list[list[tuple[str, list[int], int]]], people: list[int], counts: list[int]
) -> None:
    """Year by year to the end and back: nobody is lost on the way, and nobody is divided."""
    past, territory = lived(years, people)
    days = [date(FIRST + year, 1, 1) for year in range(len(past.keys))]
    carried = column(KEYS, counts)
    for start, end in [*pairwise(days), *pairwise(days[::-1])]:
        carried = carry(carried, territory.correspondence(start, end, "gemeinde"), "sum")
        assert carried.known.all()
        assert carried.values.sum() == sum(counts)
        assert (carried.values == np.floor(carried.values)).all()
