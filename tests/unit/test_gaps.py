"""What publishing says of computed indicators that stay empty, and moving sums over months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import shapely

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from service.bundled import own_indicators
from service.catalogues import entries_of
from service.gaps import gaps
from service.settings import Settings
from service.workspace import Workspace
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.figures import Figures
from spatial.indicators.territory import Territory, build_territory

DAY = date(2016, 1, 1)
KEY = "06633001"
COUNT: dict[str, Any] = {"kind": "count", "unit": "P", "additive": True, "harmonise": "sum"}
MONTHLY = 'births has figures for 2018-01 to 2019-12; write span_unit = "month" for those'
MONTHS = [f"{year}-{month:02}" for year in (2018, 2019) for month in range(1, 13)]
BIRTHS = Indicator("births", period_type="sum", **COUNT)


@pytest.fixture(scope="module")
def territory() -> Territory:
    shape = as_multipolygon(shapely.box(0, 0, 1000, 1000))
    area = Area(KEY, "gemeinde", "Ort", "", "06633", True, 1.0, shape)
    return build_territory([AreaSet("gemeinde", DAY, "EPSG:25832", (area,))], (), ())


def figures(
    territory: Territory, definitions: Sequence[Indicator], loaded: dict[str, dict[str, float]]
) -> tuple[Figures, Catalogue]:
    strict = DisclosureProfile("strict", 5)
    catalogue = Catalogue({each.id: each for each in definitions}, profiles={**Catalogue().profiles, "strict": strict})
    observations = [
        Observation(name, "gemeinde", KEY, period, number, Status.OK, DAY)
        for name, numbers in loaded.items()
        for period, number in numbers.items()
    ]
    return Figures(catalogue, territory, observations), catalogue


def moving(span: int = 12, unit: Any = "month") -> Indicator:
    return Indicator("year", formula="moving_sum", of="births", span=span, span_unit=unit, **COUNT)


def rate(**more: Any) -> Indicator:
    return Indicator("rate", "rate", "%", numerator="births", denominator="people", factor=100, **more)


@pytest.mark.parametrize(
    ("computed", "loaded", "said"),
    [
        (rate(), {"births": {"2018": 5, "2019": 6}, "people": {"2018": 50, "2019": 60, "2020": 70}}, []),
        (
            rate(),
            {"births": {"2018": 5, "2019": 6}, "people": {"2018": 50}},
            ["! rate has fewer figures than its parts: people has no figures for 2019"],
        ),
        (
            rate(),
            {"births": {"2018": 5}, "people": {"2019": 50}},
            ["! rate stays without figures: people has no figures for 2018"],
        ),
        (rate(), {"births": {"2018": 5}}, ["! rate stays without figures: there are no figures of people"]),
        (
            moving(unit="year"),
            {"births": dict.fromkeys(MONTHS, 9.0)},
            [f"! year stays without figures: moving_sum counts years (span_unit), {MONTHLY}"],
        ),
        (
            moving(span=30),
            {"births": dict.fromkeys(MONTHS, 9.0)},
            ["! year stays without figures: span = 30 goes beyond what births has: 2018-01 to 2019-12"],
        ),
        (moving(), {"births": dict.fromkeys(MONTHS, 9.0)}, []),
        (
            Indicator("index", "index", "2010 = 100", formula="index", of="births", base="2010"),
            {"births": {"2018": 5}},
            ["! index stays without figures: births has no figure for base = 2010, only for 2018"],
        ),
    ],
)  # fmt: skip
def test_it_says_which_part_lacks_what(
    territory: Territory, computed: Indicator, loaded: dict[str, dict[str, float]], said: list[str]
) -> None:
    definitions = (BIRTHS, Indicator("people", **COUNT), computed)
    found, catalogue = figures(territory, definitions, loaded)
    told = list(gaps(found, catalogue, [each.id for each in definitions]))
    assert [each.en for each in told] == said
    assert all(each.de.startswith(f"! {computed.id} ") and each.de != each.en for each in told)


def test_a_level_that_a_part_lacks_is_named(territory: Territory) -> None:
    people = Indicator("people", **COUNT | {"additive": False, "harmonise": "none"})
    found, catalogue = figures(territory, (BIRTHS, people, rate()), {"births": {"2018": 5}, "people": {"2018": 9}})
    (told,) = gaps(found, catalogue, ["rate"])
    assert told.en.startswith("! rate has fewer figures than its parts: people has no figures on the level kreis")


def test_twelve_months_are_added_up_and_a_secret_one_hides_every_sum_with_it(territory: Territory) -> None:
    strict = Indicator("births", period_type="sum", **COUNT | {"disclosure": "strict"})
    numbers = {month: 10.0 + place for place, month in enumerate(MONTHS)} | {"2018-03": 2.0}
    found, catalogue = figures(territory, (strict, moving()), {"births": numbers})
    year = catalogue.indicators["year"]
    assert found.periods(year) == MONTHS[11:]
    shown = {period: found.figure(year, DAY, "gemeinde", period).column for period in found.periods(year)}
    hidden = [period for period, column in shown.items() if not column.known[0]]
    assert hidden == MONTHS[11:14], "the sums that hold March 2018"
    assert shown["2019-12"].values[0] == sum(numbers[month] for month in MONTHS[12:])


def test_definitions_of_the_program_are_not_spoken_of(tmp_path: Any) -> None:
    space = Workspace(Settings(workspace=tmp_path / "atlas"))
    space.create(demo=False, progress=lambda _: None)
    store = space.open()
    assert own_indicators(store) == ()
    with store.transaction() as connection:
        store.save_catalogue(connection, entries_of(Catalogue({"births": BIRTHS})))
    assert own_indicators(store) == ("births",)
    store.close()
