"""Controlled rounding: multiples beside the true counts that still add up, and what readers can make of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from spatial.indicators import (
    Catalogue,
    CatalogueError,
    DisclosureProfile,
    Indicator,
    Observation,
    Status,
    load_catalogue,
)
from spatial.indicators.controlled import Sum, round_controlled
from spatial.indicators.figures import Figures
from spatial.indicators.protection import AdditiveSystem, Relation, TableCell, audit, intervals
from spatial.indicators.territory import build_territory

DAY = date(2020, 1, 1)
NAMES = ("young", "middle", "old")


def _two_way(table: np.ndarray[Any, np.dtype[np.float64]], base: int) -> tuple[list[float], list[Sum]]:
    """Cells, totals of rows, totals of columns and the total of all, with every equation between them."""
    rows, columns = table.shape
    values = [*table.ravel(), *table.sum(axis=1), *table.sum(axis=0), table.sum()]
    first_row, first_column = table.size, table.size + rows
    sums = [Sum({first_row + r: -1, **{r * columns + c: 1 for c in range(columns)}}, 0, 0) for r in range(rows)]
    sums += [Sum({first_column + c: -1, **{r * columns + c: 1 for r in range(rows)}}, 0, 0) for c in range(columns)]
    sums.append(Sum({len(values) - 1: -1, **{first_row + r: 1 for r in range(rows)}}, 0, 0))
    assert base > 1
    return values, sums


@pytest.mark.parametrize("seed", range(10))
def test_every_two_way_table_adds_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base = int(rng.integers(2, 11))
    values, sums = _two_way(rng.integers(0, 40, (int(rng.integers(2, 9)), 4)).astype(float), base)
    rounded = round_controlled(np.array(values), sums, base)
    assert (rounded % base == 0).all()
    assert (np.abs(rounded - values) < base).all()
    assert all(sum(factor * rounded[number] for number, factor in each.factors.items()) == 0 for each in sums)
    multiples = np.array(values) % base == 0
    assert (rounded[multiples] == np.array(values)[multiples]).all()
    again = round_controlled(np.array(values), sums, base)
    assert (again == rounded).all()


def test_the_nearest_multiple_is_taken_where_the_sums_allow_it() -> None:
    assert round_controlled(np.array([2.0, 3.0, 11.0]), [], 5).tolist() == [0, 5, 10]
    assert round_controlled(np.array([2.0, 2.0, 2.0, 6.0]), [Sum({0: 1, 1: 1, 2: 1, 3: -1}, 0, 0)], 5)[:3].sum() == 5


def test_a_sum_that_cannot_hold_is_given_up_and_the_rest_stays_within_a_base() -> None:
    """Of 1 + 1 the rounded sum is 0, 5 or 10, and never 100."""
    rounded = round_controlled(np.array([1.0, 1.0]), [Sum({0: 1, 1: 1}, 100, 100)], 5)
    assert set(rounded.tolist()) <= {0.0, 5.0}


def _published(table: Sequence[Sequence[float]], **rules: Any) -> tuple[Figures, Catalogue]:
    """Municipalities of two districts by three categories, rounded."""
    keys = [f"06633{n:03}" for n in range(len(table) - 2)] + ["06634001", "06634002"]
    areas = tuple(
        Area(key, "gemeinde", key, "Gemeinde", key[:5], True, 1.0, as_multipolygon(shapely.box(n, 0, n + 1, 1)))
        for n, key in enumerate(keys)
    )
    kind: dict[str, Any] = {"kind": "count", "unit": "P", "additive": True, "harmonise": "sum", "disclosure": "five"}
    counts = [Indicator("all", parts=NAMES, **kind), *(Indicator(name, **kind) for name in NAMES)]
    five = DisclosureProfile("five", 0, rounding=5, **rules)
    catalogue = Catalogue({each.id: each for each in counts}, profiles={**Catalogue().profiles, "five": five})
    observations = [
        Observation(name, "gemeinde", key, "2019", value, Status.OK, DAY)
        for key, row in zip(keys, table, strict=True)
        for name, value in zip((*NAMES, "all"), (*row, sum(row)), strict=True)
    ]
    observations += [
        Observation("all", "kreis", district, "2019", sum(sum(row) for key, row in zip(keys, table, strict=True)
                                                          if key.startswith(district)), Status.OK, DAY)
        for district in ("06633", "06634")
    ]  # fmt: skip
    territory = build_territory([AreaSet("gemeinde", DAY, "EPSG:25832", areas)], (), ())
    return Figures(catalogue, territory, observations), catalogue


TABLE = [[int(v) for v in row] for row in np.random.default_rng(5).integers(6, 60, (9, 3))]


def _at(figures: Figures, catalogue: Catalogue, name: str, level: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return figures.figure(catalogue.indicators[name], DAY, level, "2019").column.values


def test_rounded_figures_add_up_on_every_level() -> None:
    figures, catalogue = _published(TABLE, controlled=True)
    by_name = {name: _at(figures, catalogue, name, "gemeinde") for name in (*NAMES, "all")}
    assert (np.sum([by_name[name] for name in NAMES], axis=0) == by_name["all"]).all()
    true = np.array(TABLE, float)
    districts = np.array([0] * 7 + [1] * 2)
    for name, column in zip((*NAMES, "all"), (*true.T, true.sum(axis=1)), strict=True):
        assert (np.abs(by_name[name] - column) < 5).all()
        upper, land = _at(figures, catalogue, name, "kreis"), _at(figures, catalogue, name, "land")
        assert (upper == np.bincount(districts, by_name[name])).all()
        assert (np.abs(upper - np.bincount(districts, column)) < 5).all()
        assert abs(land[0] - column.sum()) < 5
    plain, _ = _published(TABLE)
    errors = [abs(_at(plain, catalogue, name, "land")[0] - true[:, place].sum()) for place, name in enumerate(NAMES)]
    assert max(errors) >= 5, "plain rounding misses a total by a base or more"


def test_readers_learn_no_more_than_a_base_to_both_sides() -> None:
    cells = [TableCell("A", 3, rounding=5, published=5), TableCell("B", 12, rounding=5, published=10)]
    system = AdditiveSystem([*cells, TableCell("T", 15, rounding=5, published=15)], [Relation.total("T", ["A", "B"])])
    low, high = intervals(system, set(), system.mask(["A"]))
    assert [low[system.row_of["A"]], high[system.row_of["A"]]] == [1, 9]
    assert audit(system, set()) == ()


def test_a_base_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_text('[[profile]]\nid = "p"\nthreshold = 0\ncontrolled = true\n')
    with pytest.raises(CatalogueError, match="controlled rounding needs a base; write rounding = 5 as well"):
        load_catalogue(path)
    path.write_text('[[profile]]\nid = "p"\nthreshold = 0\nrounding = 5\ncontrolled = true\n')
    assert load_catalogue(path).profiles["p"].controlled
