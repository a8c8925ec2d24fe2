"""Derived indicators on the way to a release: harmonised, aggregated, and never made of what is secret."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from boundaries import Area, AreaSet, ChangeEvent
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.columns import STATUSES, Column
from spatial.indicators.figures import Figure, Figures
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
