"""Attacks on small numbers: what a reader could compute from everything that is published together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
import shapely

from boundaries import Area, AreaSet, ChangeEvent
from boundaries.areas import as_multipolygon
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.columns import STATUSES
from spatial.indicators.figures import Figures
from spatial.indicators.territory import Territory, build_territory

OLD, NEW = date(2016, 1, 1), date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06634001", "06634002")
MERGED = "06633030"
THRESHOLD = 5


def _area(key: str, level: str, boxes: Sequence[tuple[float, float]], parent: str | None = None) -> Area:
    """Area made of stripes of a band one unit high."""
    shape = shapely.union_all([shapely.box(west, 0, east, 1) for west, east in boxes])
    return Area(key, level, key, "Gemeinde", parent, True, shape.area, as_multipolygon(shape))


def _merger() -> ChangeEvent:
    return ChangeEvent(NEW, "merger", KEYS[:2], MERGED, "Neuort", "Gemeinde", "toy")


def _country(*levels: AreaSet) -> Territory:
    """Five stripes in two districts, the first two of which merge in 2020."""
    base = tuple(_area(key, "gemeinde", [(place, place + 1)], key[:5]) for place, key in enumerate(KEYS))
    return build_territory([AreaSet("gemeinde", OLD, "EPSG:25832", base), *levels], (_merger(),), ())


def _later_country() -> Territory:
    """The same, drawn after the merger only."""
    base = tuple(
        _area(key, "gemeinde", [ends], key[:5])
        for key, ends in zip((MERGED, *KEYS[2:]), ((0, 2), (2, 3), (3, 4), (4, 5)), strict=True)
    )
    return build_territory([AreaSet("gemeinde", NEW, "EPSG:25832", base)], (_merger(),), ())


def _count(name: str, disclosure: str = "strict", **more: Any) -> Indicator:
    return Indicator(name, "count", "Pers.", additive=True, harmonise="sum", disclosure=disclosure, **more)


def _catalogue(*definitions: Indicator, **rules: Any) -> Catalogue:
    strict = DisclosureProfile("strict", **{"threshold": THRESHOLD, **rules})
    return Catalogue({each.id: each for each in definitions}, profiles={**Catalogue().profiles, "strict": strict})


def _observe(
    indicator: str, values: Mapping[str, float], level: str = "gemeinde", vintage: date = OLD, period: str = "2019"
) -> list[Observation]:
    return [Observation(indicator, level, key, period, value, Status.OK, vintage) for key, value in values.items()]


def _row(values: Sequence[float]) -> dict[str, float]:
    return dict(zip(KEYS, values, strict=True))


def _at(
    figures: Figures, catalogue: Catalogue, name: str, place: tuple[date, str] = (OLD, "gemeinde"), period: str = "2019"
) -> list[float | str]:
    column = figures.figure(catalogue.indicators[name], *place, period).column
    return [
        float(value) if known else STATUSES[code].value
        for value, known, code in zip(column.values, column.known, column.status, strict=True)
    ]


# -- areas that cannot be drawn ------------------------------------------------------------------------------


def test_categories_of_a_time_that_is_not_drawn_are_linked() -> None:
    """Loaded for boundaries before the first drawn ones: total less old is young all the same."""
    catalogue = _catalogue(_count("all", parts=("young", "old")), _count("young"), _count("old"))
    young, old = _row((8, 20, 30, 3, 50)), _row((30, 30, 30, 30, 30))
    total = {key: young[key] + old[key] for key in KEYS}
    observations = _observe("young", young) + _observe("old", old) + _observe("all", total)
    figures = Figures(catalogue, _later_country(), observations)
    place = (NEW, "gemeinde")
    keys = _later_country().at(NEW, "gemeinde").keys
    shown = {name: dict(zip(keys, _at(figures, catalogue, name, place), strict=True)) for name in catalogue.indicators}
    assert shown["young"][KEYS[3]] == "SECRET"
    assert "SECRET" in (shown["old"][KEYS[3]], shown["all"][KEYS[3]])
    assert shown["all"][MERGED] == 88


def test_a_share_of_everybody_is_seen_where_nothing_is_drawn() -> None:
    rate = Indicator("rate", "rate", "%", numerator="young", denominator="people", factor=100, harmonise="ratio",
                     disclosure="strict")  # fmt: skip
    catalogue = _catalogue(_count("young"), _count("people", "open"), rate, group_disclosure=True)
    observations = _observe("young", _row((30, 20, 30, 40, 50))) + _observe("people", _row((90, 90, 90, 40, 90)))
    territory = _later_country()
    figures = Figures(catalogue, territory, observations)
    row = territory.at(NEW, "gemeinde").keys.index(KEYS[3])
    assert _at(figures, catalogue, "rate", (NEW, "gemeinde"))[row] == "SECRET"
    assert _at(figures, catalogue, "young", (NEW, "kreis")) == [80, 90]


# -- means and rates -----------------------------------------------------------------------------------------


def test_means_do_not_give_their_weights_away() -> None:
    """3 and 20 add up to a public 23, and their means to a public mean: two equations for two unknown counts."""
    age = Indicator("age", "mean", "Jahre", weight="cases", harmonise="wmean")
    catalogue = _catalogue(_count("cases"), age)
    cases, ages = _row((3, 20, 30, 40, 50)), _row((10, 40, 30, 30, 30))
    official = sum(cases[key] * ages[key] for key in KEYS[:3]) / 53
    observations = [
        *_observe("cases", cases), *_observe("age", ages), *_observe("age", {"06633": official}, "kreis"),
    ]  # fmt: skip
    figures = Figures(catalogue, _country(), observations)
    shown = _at(figures, catalogue, "cases")
    means = _at(figures, catalogue, "age")
    assert shown[0] == "SECRET"
    assert _at(figures, catalogue, "cases", (OLD, "kreis")) == [53, 90]
    for count, mean in zip(shown, means, strict=True):
        assert (count == "SECRET") == (mean == "SECRET")


def test_a_weight_that_is_computed_hides_the_mean_of_few_people() -> None:
    age = Indicator("age", "mean", "Jahre", weight="all", harmonise="wmean", disclosure="strict")
    parts = (_count("women", "open"), _count("men", "open"))
    catalogue = _catalogue(*parts, _count("all", "open", formula="sum", terms=("women", "men")), age)
    women, men = _row((1, 20, 30, 40, 50)), _row((2, 20, 30, 40, 50))
    observations = _observe("women", women) + _observe("men", men) + _observe("age", _row((10, 40, 30, 30, 30)))
    assert _at(Figures(catalogue, _country(), observations), catalogue, "age")[0] == "SECRET"


@pytest.mark.parametrize("drawn", [True, False])
def test_the_mean_of_few_people_is_hidden_whenever_it_was_collected(drawn: bool) -> None:
    age = Indicator("age", "mean", "Jahre", weight="people", harmonise="wmean", disclosure="strict")
    catalogue = _catalogue(_count("people", "open"), age)
    observations = _observe("people", _row((90, 20, 30, 3, 50))) + _observe("age", _row((10, 40, 30, 31, 30)))
    territory = _country() if drawn else _later_country()
    row = territory.at(NEW, "gemeinde").keys.index(KEYS[3])
    assert _at(Figures(catalogue, territory, observations), catalogue, "age", (NEW, "gemeinde"))[row] == "SECRET"


def test_a_loaded_rate_of_few_cases_is_secret() -> None:
    """3 % of 100 people are 3 people."""
    rate = Indicator("quota", "rate", "%", weight="people", harmonise="wmean", disclosure="strict")
    catalogue = _catalogue(_count("people", "open"), rate)
    observations = _observe("people", _row((100, 1000, 1000, 1000, 1000))) + _observe("quota", _row((3, 3, 0, 3, 3)))
    figures = Figures(catalogue, _country(), observations)
    assert _at(figures, catalogue, "quota") == ["SECRET", 3, 0, 3, 3]


# -- everybody -----------------------------------------------------------------------------------------------


def test_a_sum_that_is_everybody_is_secret() -> None:
    """20 young and 20 old of 40 people: nobody is left."""
    rate = Indicator("rate", "rate", "%", numerator="both", denominator="people", factor=100, harmonise="ratio",
                     disclosure="strict")  # fmt: skip
    both = _count("both", formula="sum", terms=("young", "old"))
    catalogue = _catalogue(_count("young"), _count("old"), both, _count("people", "open"), rate, group_disclosure=True)
    young, old = _row((30, 20, 30, 20, 50)), _row((30, 20, 30, 20, 50))
    people = _row((90, 90, 90, 40, 900))
    observations = _observe("young", young) + _observe("old", old) + _observe("people", people)
    figures = Figures(catalogue, _country(), observations)
    assert _at(figures, catalogue, "rate")[3] == "SECRET"
    assert "SECRET" in (_at(figures, catalogue, "young")[3], _at(figures, catalogue, "old")[3])


# -- time ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts", [("2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4"), tuple(f"2019-{month:02}" for month in range(1, 13))]
)
def test_a_year_less_its_other_parts_is_no_secret_part(parts: tuple[str, ...]) -> None:
    catalogue = _catalogue(_count("births", period_type="sum"))
    usual = _row((20, 30, 40, 50, 60))
    observations = [
        each
        for place, part in enumerate(parts)
        for each in _observe("births", {**usual, KEYS[0]: 3.0} if place == 0 else usual, period=part)
    ]
    years = {key: usual[key] * len(parts) - (17 if key == KEYS[0] else 0) for key in KEYS}
    figures = Figures(catalogue, _country(), observations + _observe("births", years))
    year = _at(figures, catalogue, "births")[0]
    hidden = [part for part in parts if _at(figures, catalogue, "births", period=part)[0] == "SECRET"]
    assert parts[0] in hidden
    assert year == "SECRET" or len(hidden) > 1


# -- levels that fill each other's gaps ----------------------------------------------------------------------


def test_levels_that_complete_each_other_are_linked() -> None:
    """The district less the region of one level is the quarter of another."""
    region = AreaSet("raum", OLD, "EPSG:25832", (_area("R1", "raum", [(0, 2)]),))
    rest = AreaSet("ort", OLD, "EPSG:25832", (_area("Q1", "ort", [(2, 3)]),))
    catalogue = _catalogue(_count("cases"))
    observations = [
        *_observe("cases", {"R1": 90}, "raum"),
        *_observe("cases", {"Q1": 3}, "ort"),
        *_observe("cases", {"06633": 93, "06634": 200}, "kreis"),
    ]
    figures = Figures(catalogue, _country(region, rest), observations)
    assert _at(figures, catalogue, "cases", (OLD, "ort")) == ["SECRET"]
    shown = _at(figures, catalogue, "cases", (OLD, "raum")) + _at(figures, catalogue, "cases", (OLD, "kreis"))[:1]
    assert "SECRET" in shown
