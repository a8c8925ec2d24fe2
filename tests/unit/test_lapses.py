"""Figures that were published and are taken out: what was withheld beside them stays withheld."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
import shapely

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.figures import Figures
from spatial.indicators.precedents import PlaceShown
from spatial.indicators.territory import Territory, build_territory

DAY, YEAR = date(2016, 1, 1), "2019"
KEYS = ("06633001", "06633002", "06633003")
COUNT: dict[str, Any] = {"kind": "count", "unit": "P", "additive": True, "harmonise": "sum", "disclosure": "strict"}
Numbers = dict[PlaceShown, dict[str, float | None]]


@dataclass(frozen=True)
class Release:
    """What a release shows: the only reader of it is the next one."""

    numbers: Numbers = field(default_factory=dict)

    def edition(self, indicators: Collection[str]) -> Hashable:
        shown = {place: cells for place, cells in self.numbers.items() if place[0] in indicators}
        return frozenset((place, tuple(cells.items())) for place, cells in shown.items())

    def places(self, indicator: str) -> Iterator[PlaceShown]:
        yield from (place for place in self.numbers if place[0] == indicator)

    def shown(self, indicator: str, vintage: date, level: str, period: str) -> Mapping[str, float | None]:
        return self.numbers.get((indicator, vintage, level, period), {})

    def of(self, indicator: str, level: str = "gemeinde", period: str = YEAR) -> dict[str, float | None]:
        return self.numbers.get((indicator, DAY, level, period), {})


@pytest.fixture(scope="module")
def territory() -> Territory:
    """Three municipalities of a district, and three school districts of the same outlines."""
    sets = []
    for level, keys in (("gemeinde", KEYS), ("schule", ("a", "b", "c"))):
        shapes = [as_multipolygon(shapely.box(1000 * place, 0, 1000 * place + 1000, 1000)) for place in range(3)]
        areas = [Area(key, level, key, "", "06633", True, 1.0, shape) for key, shape in zip(keys, shapes, strict=True)]
        sets.append(AreaSet(level, DAY, "EPSG:25832", tuple(areas)))
    return build_territory(sets, (), ())


def publish(
    territory: Territory,
    definitions: Sequence[Indicator],
    loaded: Mapping[tuple[str, str, str, str], float],
    *before: Release,
) -> Release:
    """Everything that a release would show of some loaded figures: indicator, level, key and period."""
    strict = DisclosureProfile("strict", 5)
    catalogue = Catalogue({each.id: each for each in definitions}, profiles={**Catalogue().profiles, "strict": strict})
    observations = [Observation(*place, number, Status.OK, DAY) for place, number in loaded.items()]
    figures = Figures(catalogue, territory, observations, precedents=before)
    numbers: Numbers = {}
    for indicator in definitions:
        for level in figures.levels(indicator):
            for period in figures.periods(indicator):
                column = figures.figure(indicator, DAY, level, period).column
                cells = zip(territory.keys(DAY, level), column.values, column.known, column.status, strict=True)
                numbers[indicator.id, DAY, level, period] = {
                    key: float(value) if known else None for key, value, known, status in cells if known or status
                }
    return Release(numbers)


def counts(indicator: str, numbers: Sequence[float], level: str = "gemeinde", period: str = YEAR) -> Any:
    keys = KEYS if level == "gemeinde" else ("a", "b", "c") if level == "schule" else ("06633",)
    return {(indicator, level, key, period): n for key, n in zip(keys, numbers, strict=True)}


SEXES = (
    Indicator("all", parts=("men", "women"), **COUNT),
    Indicator("men", **COUNT),
    Indicator("women", **COUNT),
)
ALL, MEN, WOMEN = counts("all", (23, 50, 80)), counts("men", (3, 20, 30)), counts("women", (20, 30, 50))


def test_what_protected_beside_a_total_stays_withheld_when_the_total_is_taken_out(territory: Territory) -> None:
    first = publish(territory, SEXES, ALL | MEN | WOMEN)
    assert (first.of("men")[KEYS[0]], first.of("women")[KEYS[0]]) == (None, None)
    assert first.of("all")[KEYS[0]] == 23
    without = publish(territory, SEXES, MEN | WOMEN, first)
    assert (without.of("men")[KEYS[0]], without.of("women")[KEYS[0]]) == (None, None)
    for count in ("men", "women"):
        for level in ("gemeinde", "kreis"):
            assert without.of(count, level) == first.of(count, level), "neither more nor less is withheld"


def test_without_the_memory_the_old_total_would_give_the_secret_away(territory: Territory) -> None:
    """The attack that the rule is for, so that the test above cannot pass for another reason."""
    first = publish(territory, SEXES, ALL | MEN | WOMEN)
    without = publish(territory, SEXES, MEN | WOMEN)
    total, women = first.of("all")[KEYS[0]], without.of("women")[KEYS[0]]
    assert total is not None
    assert women is not None
    assert total - women == 3


def test_another_level_that_is_taken_out_is_remembered(territory: Territory) -> None:
    cases = (Indicator("cases", **COUNT),)
    both = counts("cases", (3, 20, 30)) | counts("cases", (3, 20, 30), "schule")
    first = publish(territory, cases, both)
    hidden = [key for key, number in first.of("cases", "schule").items() if number is None]
    assert "a" in hidden
    assert len(hidden) == 2
    without = publish(territory, cases, counts("cases", (3, 20, 30), "schule"), first)
    assert [without.of("cases", "schule")[key] for key in hidden] == [None, None]


def test_a_year_that_is_taken_out_is_remembered_beside_its_months(territory: Territory) -> None:
    births = (
        Indicator("births", period_type="sum", **COUNT),
        Indicator("births_month", period_type="sum", same_as="births", **COUNT),
    )
    months = [f"2019-{month:02}" for month in range(1, 13)]
    loaded = {
        place: number
        for place_in_year, month in enumerate(months)
        for place, number in counts("births_month", (3 if not place_in_year else 9, 40, 50), period=month).items()
    }
    first = publish(territory, births, loaded | counts("births", (102, 480, 600)))
    hidden = [month for month in months if first.of("births_month", period=month)[KEYS[0]] is None]
    assert first.of("births")[KEYS[0]] == 102
    assert "2019-01" in hidden
    assert len(hidden) > 1
    without = publish(territory, births, loaded, first)
    assert all(without.of("births_month", period=month)[KEYS[0]] is None for month in hidden)


def test_the_mean_of_a_district_stays_withheld_when_those_of_its_municipalities_are_taken_out(
    territory: Territory,
) -> None:
    mean: dict[str, Any] = {"kind": "mean", "unit": "Jahre", "harmonise": "wmean", "disclosure": "strict"}
    both = (Indicator("people", **COUNT | {"disclosure": "open"}), Indicator("age", weight="people", **mean))
    people = counts("people", (3, 20, 30)) | counts("people", (53,), "kreis")
    whole = counts("age", (40.0,), "kreis")
    first = publish(territory, both, people | counts("age", (30.0, 41.0, 42.0)) | whole)
    assert (first.of("age")[KEYS[0]], first.of("age", "kreis")["06633"]) == (None, None)
    without = publish(territory, both, people | whole, first)
    assert without.of("age", "kreis")["06633"] is None
    assert publish(territory, both, people | whole).of("age", "kreis")["06633"] == 40.0


def test_what_was_never_linked_is_free(territory: Territory) -> None:
    """Another period of the same count is taken out: nothing of this one hangs on it."""
    cases = (Indicator("cases", **COUNT),)
    first = publish(territory, cases, counts("cases", (3, 20, 30)) | counts("cases", (3, 9, 30), period="2018"))
    assert first.of("cases")[KEYS[1]] is None
    corrected = counts("cases", (20, 21, 30))
    assert publish(territory, cases, corrected, first).of("cases")[KEYS[0]] == 20
    again = publish(territory, cases, corrected, replace(first, numbers=dict(first.numbers)))
    assert again.of("cases") == dict(zip(KEYS, (20, 21, 30), strict=True))


def test_a_release_in_between_does_not_make_forget(territory: Territory) -> None:
    """It shows the same means as the first, but no longer the numbers of people that were taken out before it."""
    mean: dict[str, Any] = {"kind": "mean", "unit": "Jahre", "harmonise": "wmean", "disclosure": "strict"}
    both = (Indicator("people", **COUNT | {"disclosure": "open"}), Indicator("age", weight="people", **mean))
    ages = counts("age", (30.0, 41.0, 42.0))
    first = publish(territory, both, ages | counts("people", (3, 20, 30)))
    assert first.of("age")[KEYS[0]] is None
    second = publish(territory, both, ages, first)
    third = publish(territory, both, ages, first, second)
    assert (second.of("age")[KEYS[0]], third.of("age")[KEYS[0]]) == (None, None)
    assert publish(territory, both, ages).of("age")[KEYS[0]] == 30.0
