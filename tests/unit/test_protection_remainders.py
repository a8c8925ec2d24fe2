"""Attacks by subtraction that no sum of areas or declared categories shows: what is left of a total, or of 100 %."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely
from scipy.optimize import linprog

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from spatial.indicators import Catalogue, CatalogueError, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.catalogue import check_catalogue
from spatial.indicators.columns import STATUSES
from spatial.indicators.figures import Figures
from spatial.indicators.nesting import tilings
from spatial.indicators.territory import Territory, build_territory

DAY = date(2016, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06633004")
THRESHOLD = 5


def _level(name: str, ends: Sequence[tuple[float, float]], keys: Sequence[str]) -> AreaSet:
    """Stripes of a band one unit high."""
    areas = []
    for key, (west, east) in zip(keys, ends, strict=True):
        shape = shapely.box(west, 0, east, 1)
        parent = key[:5] if name == "gemeinde" else None
        areas.append(Area(key, name, key, "Gemeinde", parent, True, shape.area, as_multipolygon(shape)))
    return AreaSet(name, DAY, "EPSG:25832", tuple(areas))


def _country(*levels: AreaSet) -> Territory:
    municipalities = _level("gemeinde", [(place, place + 1) for place in range(len(KEYS))], KEYS)
    return build_territory([municipalities, *levels], (), ())


def _count(name: str, disclosure: str = "strict", **more: Any) -> Indicator:
    return Indicator(name, "count", "Pers.", additive=True, harmonise="sum", disclosure=disclosure, **more)


def _share(name: str, **more: Any) -> Indicator:
    return Indicator(name, "rate", "%", **{"weight": "people", "harmonise": "wmean", "disclosure": "strict", **more})


def _catalogue(*definitions: Indicator, **rules: Any) -> Catalogue:
    strict = DisclosureProfile("strict", THRESHOLD, **rules)
    return Catalogue({each.id: each for each in definitions}, profiles={**Catalogue().profiles, "strict": strict})


def _observe(indicator: str, values: Sequence[float], keys: Sequence[str] = KEYS, level: str = "gemeinde") -> Any:
    pairs = zip(keys, values, strict=True)
    return [Observation(indicator, level, key, "2019", value, Status.OK, DAY) for key, value in pairs]


def _at(figures: Figures, catalogue: Catalogue, name: str, level: str = "gemeinde") -> list[float | str]:
    column = figures.figure(catalogue.indicators[name], DAY, level, "2019").column
    cells = zip(column.values, column.known, column.status, strict=True)
    return [float(value) if known else STATUSES[code].value for value, known, code in cells]


# -- what is left of a total ---------------------------------------------------------------------------------


@pytest.mark.parametrize("by_rate", [False, True])
def test_a_small_remainder_of_large_counts_is_secret(by_rate: bool) -> None:
    """100 people less 97 employed ones: none of the two is small, the three without work are."""
    left = _count("jobless", "open" if by_rate else "strict", formula="sum", terms=("people", "-employed"))
    rate = Indicator("rate", "rate", "%", numerator="jobless", denominator="people", factor=100, harmonise="ratio",
                     disclosure="strict" if by_rate else "open")  # fmt: skip
    catalogue = _catalogue(_count("people", "open"), _count("employed", "open"), left, rate)
    observations = _observe("people", (100, 90, 80, 70)) + _observe("employed", (97, 50, 40, 70))
    figures = Figures(catalogue, _country(), observations)
    for name in ("jobless", "rate"):
        shown = _at(figures, catalogue, name)
        assert shown[0] == "SECRET"
        assert shown[3] == 0, "nobody is left: zero is shown"
        assert shown[1:3].count("SECRET") == 1, "one other protects it"
    people, employed = _at(figures, catalogue, "people"), _at(figures, catalogue, "employed")
    assert "SECRET" in (people[0], employed[0])
    assert "SECRET" not in _at(figures, catalogue, "employed", "kreis")


def test_a_balance_is_no_remainder() -> None:
    balance = _count("balance", formula="sum", terms=("births", "-deaths"))
    catalogue = _catalogue(_count("births", "open"), _count("deaths", "open"), balance)
    observations = _observe("births", (50, 40, 30, 20)) + _observe("deaths", (47, 60, 31, 20))
    assert _at(Figures(catalogue, _country(), observations), catalogue, "balance") == [3, -20, -1, 0]


def test_a_wrong_row_does_not_switch_the_protection_of_all_others_off() -> None:
    """More employed than people, in one area of one of thirty years."""
    left = _count("jobless", formula="sum", terms=("people", "-employed"))
    catalogue = _catalogue(_count("people", "open"), _count("employed", "open"), left)
    observations = [
        replace(each, period=str(year))
        for year in range(1990, 2020)
        for each in _observe("people", (100, 90, 80, 70))
        + _observe("employed", (97, 50, 40, 71 if year < 1991 else 70))
    ]
    assert _at(Figures(catalogue, _country(), observations), catalogue, "jobless")[0] == "SECRET"


# -- what a base bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [True, False])
def test_a_share_is_no_more_than_its_base(declared: bool) -> None:
    """Of 28 in two areas, at most 26 are in the second and at most 5 in the first: 2 to 5 is too narrow for 3."""
    rate = Indicator("rate", "rate", "%", numerator="young", denominator="people", factor=100, harmonise="ratio",
                     disclosure="strict")  # fmt: skip
    catalogue = _catalogue(_count("young"), _count("people", "open"), rate, group_disclosure=declared)
    people = (5, 26, 90, 90)
    observations = _observe("young", (3, 25, 40, 60)) + _observe("people", people)
    figures = Figures(catalogue, _country(), observations)
    shown, total = _at(figures, catalogue, "young"), _at(figures, catalogue, "young", "kreis")[0]
    assert isinstance(total, float)
    open_rows = [row for row, value in enumerate(shown) if value == "SECRET"]
    rest = total - sum(value for value in shown if isinstance(value, float))
    bounds = [(1, people[row]) for row in open_rows]
    ends = []
    for sense in (1, -1):
        cost = [sense] + [0] * (len(open_rows) - 1)
        solved = linprog(cost, A_eq=[[1] * len(open_rows)], b_eq=[rest], bounds=bounds)
        assert solved.x is not None
        ends.append(float(solved.x[0]))
    assert ((ends[1] - ends[0]) >= THRESHOLD - 1 - 1e-9) == declared


# -- areas that tile the same land ---------------------------------------------------------------------------


def test_levels_that_cross_each_other_but_fill_the_same_land_are_linked() -> None:
    """All quarters together are all regions together, though no region is made of quarters."""
    quarters = _level("ort", [(0, 1), (1, 2), (2, 3), (3, 4)], ("Q1", "Q2", "Q3", "Q4"))
    regions = _level("raum", [(0, 1.5), (1.5, 4)], ("R1", "R2"))
    assert tilings(quarters, regions) == [((0, 1, 2, 3), (0, 1))]
    catalogue = _catalogue(_count("cases"))
    observations = _observe("cases", (3, 30, 40, 50), ("Q1", "Q2", "Q3", "Q4"), "ort")
    observations += _observe("cases", (33, 90), ("R1", "R2"), "raum")
    territory = build_territory([quarters, regions], (), ())
    figures = Figures(catalogue, territory, observations)
    shown = [*_at(figures, catalogue, "cases", "ort"), *_at(figures, catalogue, "cases", "raum")]
    assert shown[0] == "SECRET"
    assert shown.count("SECRET") > 1


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ([(0, 2), (2, 4)], []),  # made of whole quarters: that is nesting
        ([(0, 1.5), (1.5, 3)], [((0, 1, 2), (0, 1))]),
        ([(0, 1.5), (1.5, 3.5)], []),  # half a quarter is missing
        ([(0, 1.5), (1.5, 3.9)], [((0, 1, 2, 3), (0, 1))]),  # borders drawn otherwise
        ([(0, 1.001), (1.001, 4)], []),  # slivers are no overlap
        ([(7, 8), (8, 9)], []),
    ],
)
def test_what_fills_the_same_land(ends: list[tuple[float, float]], expected: list[Any]) -> None:
    quarters = _level("ort", [(0, 1), (1, 2), (2, 3), (3, 4)], ("Q1", "Q2", "Q3", "Q4"))
    assert tilings(quarters, _level("raum", ends, ("R1", "R2"))) == expected


# -- shares that come without their counts -------------------------------------------------------------------


def _shares(
    values: Mapping[str, Sequence[float]], people: Sequence[float], **more: Any
) -> dict[str, list[float | str]]:
    catalogue = _catalogue(_count("people", "open", **more), *map(_share, values))
    check_catalogue(catalogue)
    observations = _observe("people", people)
    for name, row in values.items():
        observations += _observe(name, row)
    figures = Figures(catalogue, _country(), observations)
    found = {name: _at(figures, catalogue, name) for name in values}
    return found | {f"{name} of the district": _at(figures, catalogue, name, "kreis") for name in values}


def test_a_loaded_share_is_not_100_percent_less_the_others() -> None:
    values = {"car": (3, 40, 50, 2), "bus": (40, 60, 50, 1), "foot": (57, 0, 0, 97)}
    shown = _shares(values, (100, 100, 100, 100), parts=("car", "bus", "foot"))
    assert [row[0] for row in shown.values()] == ["SECRET", "SECRET", 57, *["SECRET"] * 3]
    assert [shown[name][3] for name in values] == ["SECRET"] * 3, "2 and 1 of 3: both are known to be small"
    assert [shown[name][1:3] for name in values] == [[40, 50], [60, 50], [0, 0]]
    alone = _shares(values, (100, 100, 100, 100))
    assert [alone[name][0] for name in values] == ["SECRET", 40, 57], "undeclared shares are not known to add up"


@pytest.mark.parametrize(
    ("share", "whole"),
    [
        ({"weight": None, "harmonise": "none"}, {"parts": ("car", "bus")}),
        ({"unit": "Punkte"}, {"parts": ("car", "bus")}),
        ({}, {"parts": ("car", "men")}),
    ],
)
def test_parts_that_are_no_shares_are_refused(share: dict[str, Any], whole: dict[str, Any]) -> None:
    definitions = [_share(name) for name in ("car", "bus")]
    unit = share.pop("unit", "%")
    definitions[0] = Indicator("car", "rate", unit, **{"weight": "people", "harmonise": "wmean", **share})
    with pytest.raises(CatalogueError):
        check_catalogue(_catalogue(_count("people", "open", **whole), _count("men", "open"), *definitions))
