"""Months and years of one day: a total by year less its other parts must not be the secret December of one of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import shapely

from boundaries import Area, AreaSet
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.columns import STATUSES
from spatial.indicators.figures import Figures
from spatial.indicators.spans import together
from spatial.indicators.territory import build_territory

DAY = date(2016, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06633004", "06633005")
SGB2, OTHERS = (3, 30, 40, 50, 60), (21, 22, 23, 24, 25)


def _count(name: str, **more: Any) -> Indicator:
    return Indicator(name, "count", "Pers.", additive=True, harmonise="sum", disclosure="strict", **more)


def _shown(catalogue: Catalogue, table: dict[tuple[str, str], tuple[int, ...]]) -> dict[tuple[str, str], list[Any]]:
    """What is published of each indicator and period."""
    areas = tuple(
        Area(key, "gemeinde", key, "", key[:5], True, 1.0, shapely.multipolygons([shapely.box(place, 0, place + 1, 1)]))
        for place, key in enumerate(KEYS)
    )
    territory = build_territory([AreaSet("gemeinde", DAY, "EPSG:25832", areas)], (), ())
    observations = [
        Observation(name, "gemeinde", key, period, float(value), Status.OK, DAY)
        for (name, period), values in table.items()
        for key, value in zip(KEYS, values, strict=True)
    ]
    figures = Figures(catalogue, territory, observations)
    found = {}
    for name, period in table:
        column = figures.figure(catalogue.indicators[name], DAY, "gemeinde", period).column
        cells = zip(column.values, column.known, column.status, strict=True)
        found[name, period] = [float(value) if known else STATUSES[code].value for value, known, code in cells]
    return found


@pytest.mark.parametrize(("month", "linked"), [("2019-12", True), ("2019-11", False)])
def test_a_total_of_the_year_is_linked_with_the_month_of_its_day(month: str, linked: bool) -> None:
    definitions = (
        _count("minimum", reference_day="12-31", parts=("sgb2", "others")),
        _count("sgb2", reference_day="12-31"),
        _count("others", reference_day="12-31"),
    )
    strict = DisclosureProfile("strict", 5)
    catalogue = Catalogue({each.id: each for each in definitions}, profiles={"strict": strict, **Catalogue().profiles})
    total = tuple(one + other for one, other in zip(SGB2, OTHERS, strict=True))
    shown = _shown(catalogue, {("minimum", "2019"): total, ("sgb2", month): SGB2, ("others", "2019"): OTHERS})
    assert shown["sgb2", month][0] == "SECRET"
    rest = (shown["minimum", "2019"][0], shown["others", "2019"][0])
    assert ("SECRET" in rest) == linked
    for name, period in shown:
        assert shown[name, period].count("SECRET") < len(KEYS), "as little is withheld as can be"


def test_periods_of_one_day_are_decided_together() -> None:
    recipients = [_count("sgb2", reference_day="12-31")]
    periods = ["2018-12", "2019", "2019-11", "2019-12", "2019-12-31"]
    assert together(periods, "2019", recipients) == ("2019", "2019-12", "2019-12-31")
    assert together(periods, "2019-11", recipients) == ("2019-11",)
    assert together(["2019", "2019-02"], "2019", [_count("x", reference_day="02-29")]) == ("2019",)
