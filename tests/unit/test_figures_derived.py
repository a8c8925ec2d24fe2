"""Derived indicators on the way to a release: harmonised, aggregated, and never made of what is secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely

from boundaries import Area, AreaSet, ChangeEvent
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.columns import STATUSES, Column
from spatial.indicators.figures import Figure, Figures
from spatial.indicators.indicator import LargerAreas
from spatial.indicators.territory import Territory, build_territory

OLD, NEW = date(2016, 1, 1), date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06633004", "06634001", "06634002")
PEOPLE = {"2017": (1000, 2000, 500, 400, 800, 900), "2018": (1100, 1900, 500, 440, 800, 990)}
CASES = {"2017": (20, 30, 40, 10, 50, 60), "2018": (22, 3, 44, 2, 50, 60), "2016": (10, 10, 10, 10, 10, 10)}
DEFINITIONS = (
    Indicator("people", "count", "P", additive=True, harmonise="sum"),
    Indicator("cases", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict"),
    Indicator("growth", "rate", "%", formula="change_relative", of="people", span=1, harmonise="ratio"),
    Indicator("more", "count", "Fälle", formula="change_absolute", of="cases", span=1, additive=True, harmonise="sum"),
    Indicator("three", "count", "Fälle", formula="moving_sum", of="cases", span=3, additive=True, harmonise="sum"),
    Indicator("others", "count", "P", formula="sum", terms=("people", "-cases"), additive=True, harmonise="sum"),
    Indicator("rate", "rate", "%", numerator="three", denominator="people", factor=100, harmonise="ratio"),
    Indicator("index", "index", "2017 = 100", formula="index", of="cases", base="2017"),
    Indicator("points", "rate", "Prozentpunkte", formula="change_points", of="share", span=1, harmonise="ratio"),
    Indicator("share", "rate", "%", numerator="cases", denominator="people", factor=100, harmonise="ratio"),
    Indicator(
        "mean_base", "rate", "%", numerator="cases", denominator="people", factor=100, denominator_at="mean",
        harmonise="ratio", disclosure="base",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def territory() -> Territory:
    """Six squares in two districts; the first two merge in 2020."""
    areas = tuple(
        Area(key, "gemeinde", f"Ort {key[-3:]}", "Gemeinde", key[:5], True, 1.0,
             shapely.multipolygons([shapely.box(column, 0, column + 1, 1)]))
        for column, key in enumerate(KEYS)
    )  # fmt: skip
    merger = ChangeEvent(NEW, "merger", KEYS[:2], "06633030", "Neuort", "Gemeinde", "toy")
    return build_territory([AreaSet("gemeinde", OLD, "EPSG:25832", areas)], (merger,), ())


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    profiles = {
        **Catalogue().profiles,
        "strict": DisclosureProfile("strict", 5),
        "base": DisclosureProfile("base", 0, min_denominator=450),
    }
    return Catalogue({each.id: each for each in DEFINITIONS}, profiles=profiles)


@pytest.fixture(scope="module")
def figures(catalogue: Catalogue, territory: Territory) -> Figures:
    observations = [
        Observation(name, "gemeinde", key, year, float(value), Status.OK, OLD)
        for name, table in (("people", PEOPLE), ("cases", CASES))
        for year, row in table.items()
        for key, value in zip(KEYS, row, strict=True)
    ]
    return Figures(catalogue, territory, observations)


@pytest.fixture(scope="module")
def monthly(territory: Territory) -> tuple[Figures, Catalogue]:
    """Cases by month over yearly inhabitants, of whom some are secret as well."""
    profiles = {**Catalogue().profiles, "strict": DisclosureProfile("strict", 5)}
    fields: dict[str, Any] = {"additive": True, "harmonise": "sum", "disclosure": "strict"}
    definitions = (
        Indicator("cases", "count", "Fälle", **fields),
        Indicator("people", "count", "P", reference_day="12-31", **fields),
        Indicator(
            "rate", "rate", "%", numerator="cases", denominator="people", factor=100, denominator_at="latest",
            harmonise="ratio", disclosure="strict",
        ),
        Indicator(
            "each", "rate", "P", numerator="people", denominator="cases", factor=1, numerator_at="latest",
            harmonise="ratio", disclosure="strict",
        ),
    )  # fmt: skip
    catalogue = Catalogue({each.id: each for each in definitions}, profiles=profiles)
    table = {
        "people": {"2016": (900, 900, 900, 900, 900, 900), "2017": (1000, 2000, 500, 400, 3, 900)},
        "cases": {"2017-12": (20, 30, 2, 10, 50, 60), "2018-03": (20, 30, 20, 10, 50, 60), "2015-12": (9,) * 6},
    }
    observations = [
        Observation(name, "gemeinde", key, period, float(value), Status.OK, OLD)
        for name, rows in table.items()
        for period, row in rows.items()
        for key, value in zip(KEYS, row, strict=True)
    ]
    return Figures(catalogue, territory, observations), catalogue


def test_cases_of_a_month_are_divided_by_the_year_that_ended_last(
    monthly: tuple[Figures, Catalogue], territory: Territory
) -> None:
    figures, catalogue = monthly
    assert figures.periods(catalogue.indicators["rate"]) == ["2017-12", "2018-03"]
    for period in ("2017-12", "2018-03"):
        rates = by_key(figures, catalogue, territory, "rate", period)
        assert rates["06633030"] == pytest.approx(100 * 50 / 3000)
        per_case = by_key(figures, catalogue, territory, "each", period)
        assert per_case["06633030"] == pytest.approx(3000 / 50)


@pytest.mark.parametrize("name", ["rate", "each"])
def test_a_secret_month_or_a_secret_year_makes_the_rate_secret(
    monthly: tuple[Figures, Catalogue], territory: Territory, name: str
) -> None:
    """In both months 06634001 has 3 inhabitants of the year; in December 06633003 has 2 cases."""
    figures, catalogue = monthly
    for period in ("2017-12", "2018-03"):
        secret = {
            part: {key for key, cell in by_key(figures, catalogue, territory, part, when).items() if cell == "SECRET"}
            for part, when in (("cases", period), ("people", "2017"))
        }
        assert "06634001" in secret["people"]
        assert ("06633003" in secret["cases"]) == (period == "2017-12")
        found = by_key(figures, catalogue, territory, name, period)
        assert {key for key, cell in found.items() if cell == "SECRET"} == secret["cases"] | secret["people"]
        counts = figure(figures, catalogue, name, period)
        for part, column in (("numerator", counts.numerator), ("denominator", counts.denominator)):
            assert column is not None
            shown = dict(zip(territory.at(NEW, "gemeinde").keys, cells(column), strict=True))
            assert all(shown[key] == "SECRET" for key in secret[getattr(catalogue.indicators[name], part)])


def test_what_compares_across_a_new_base_is_a_break(territory: Territory) -> None:
    """The rates themselves stay; their changes, indices and moving sums break where the count does."""
    definitions = {each.id: each for each in DEFINITIONS if each.id != "mean_base"}
    definitions["people"] = replace(definitions["people"], breaks=("2018",))
    definitions["moving"] = Indicator(
        "moving", "count", "P", formula="moving_sum", of="people", span=2, additive=True, harmonise="sum"
    )
    definitions["level"] = replace(definitions["index"], id="level", of="people")
    definitions["doubled"] = Indicator(
        "doubled", "rate", "%", numerator="moving", denominator="people", factor=100, harmonise="ratio"
    )
    catalogue = Catalogue(definitions, profiles={**Catalogue().profiles, "strict": DisclosureProfile("strict", 0)})
    observations = [
        Observation(name, "gemeinde", key, year, float(value), Status.OK, OLD)
        for name, table in (("people", PEOPLE), ("cases", CASES))
        for year, row in table.items()
        for key, value in zip(KEYS, row, strict=True)
    ]
    figures = Figures(catalogue, territory, observations)
    for name in ("growth", "points", "moving", "level", "doubled"):
        assert set(cells(figure(figures, catalogue, name, "2018").column)) == {"BREAK"}, name
    assert figure(figures, catalogue, "growth", "2018").numerator is None
    for name in ("people", "share", "more", "three", "index", "rate"):
        assert "BREAK" not in cells(figure(figures, catalogue, name, "2018").column), name
    assert cells(figure(figures, catalogue, "level", "2017").column) == [100.0] * 5
    indicators = catalogue.indicators
    assert [figures.broken_periods(indicators[name]) for name in ("growth", "level", "more")] == [["2018"]] * 2 + [[]]
    assert [figures.new_bases(indicators[name]) for name in ("people", "share", "growth")] == [["2018"], ["2018"], []]


def test_figures_of_larger_areas_can_be_always_summed(territory: Territory) -> None:
    """An official district with a forest in it gives way to the sum of its municipalities."""
    area = Indicator("area", "count", "km²", additive=True, harmonise="sum")
    both: tuple[tuple[LargerAreas, list[float]], ...] = (("official", [99.0, 11.0]), ("sum", [10.0, 11.0]))
    for larger, expected in both:
        catalogue = Catalogue({"area": replace(area, larger_areas=larger)})
        observations = [
            Observation("area", "gemeinde", key, "2018", float(value), Status.OK, OLD)
            for key, value in zip(KEYS, (1, 2, 3, 4, 5, 6), strict=True)
        ]
        observations.append(Observation("area", "kreis", "06633", "2018", 99.0, Status.OK, OLD))
        found = figure(Figures(catalogue, territory, observations), catalogue, "area", "2018", level="kreis")
        assert cells(found.column) == expected
        assert found.official.tolist() == [larger == "official", False]


def figure(figures: Figures, catalogue: Catalogue, name: str, year: str, *, level: str = "gemeinde") -> Figure:
    return figures.figure(catalogue.indicators[name], NEW, level, year)


def cells(found: Column) -> list[float | str]:
    return [
        float(value) if known else STATUSES[code].value
        for value, known, code in zip(found.values, found.known, found.status, strict=True)
    ]


def by_key(
    figures: Figures, catalogue: Catalogue, territory: Territory, name: str, year: str
) -> dict[str, float | str]:
    keys = territory.at(NEW, "gemeinde").keys
    return dict(zip(keys, cells(figure(figures, catalogue, name, year).column), strict=True))


def test_periods_and_levels_follow_the_inputs(figures: Figures, catalogue: Catalogue) -> None:
    found = {name: figures.periods(each) for name, each in catalogue.indicators.items()}
    assert found["growth"] == found["points"] == ["2018"]
    assert found["more"] == ["2017", "2018"]
    assert found["index"] == ["2016", "2017", "2018"]
    assert found["three"] == ["2018"]
    assert found["rate"] == ["2018"]
    assert found["mean_base"] == ["2018"]
    assert figures.levels(catalogue.indicators["rate"]) == ["gemeinde", "kreis", "regierungsbezirk", "land"]


def test_a_change_over_a_merger_compares_the_same_territory(
    figures: Figures, catalogue: Catalogue, territory: Territory
) -> None:
    growth = by_key(figures, catalogue, territory, "growth", "2018")
    assert growth["06633030"] == 0.0
    assert growth["06634002"] == pytest.approx(10)
    kreis = figure(figures, catalogue, "growth", "2018", level="kreis").column
    assert cells(kreis) == [pytest.approx(100 * 40 / 3900), pytest.approx(100 * 90 / 1700)]


def test_nothing_is_made_of_a_secret_figure(figures: Figures, catalogue: Catalogue, territory: Territory) -> None:
    """A case number that is secret in one year hides every change, sum, share and index that it would enter."""
    secret = {
        year: {key for key, cell in by_key(figures, catalogue, territory, "cases", year).items() if cell == "SECRET"}
        for year in CASES
    }
    assert secret["2018"]
    for name, years in (
        ("more", ("2017", "2018")), ("three", tuple(CASES)), ("index", ("2017", "2018")), ("others", ("2018",)),
        ("share", ("2018",)), ("points", ("2017", "2018")), ("rate", tuple(CASES)),
    ):  # fmt: skip
        found = by_key(figures, catalogue, territory, name, "2018")
        hidden = set.union(*(secret[year] for year in years))
        assert {key for key, cell in found.items() if cell == "SECRET"} == hidden, name
        assert len(hidden) < len(found)


def test_a_rate_of_three_years_is_a_sum_over_a_sum(
    figures: Figures, catalogue: Catalogue, territory: Territory
) -> None:
    found = by_key(figures, catalogue, territory, "rate", "2018")
    assert found["06634002"] == pytest.approx(100 * (10 + 60 + 60) / 990)
    counts = figure(figures, catalogue, "rate", "2018")
    assert counts.numerator is not None
    assert 130.0 in cells(counts.numerator)


def test_the_floor_of_a_profile_holds_for_the_mean_base(
    figures: Figures, catalogue: Catalogue, territory: Territory
) -> None:
    found = by_key(figures, catalogue, territory, "mean_base", "2018")
    assert found["06633003"] == pytest.approx(100 * 44 / 500)
    assert found["06634002"] == pytest.approx(100 * 60 / ((900 + 990) / 2))
    assert found["06633004"] in ("SECRET", "SMALL_BASE")  # 2 cases among 420 people


def test_what_is_put_together_is_not_called_official(figures: Figures, catalogue: Catalogue) -> None:
    assert not figure(figures, catalogue, "growth", "2018", level="kreis").official.any()
