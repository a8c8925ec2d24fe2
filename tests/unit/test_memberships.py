"""Own levels of groups: what is put together from the public figures of their members."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from boundaries import Area, AreaSet, ChangeEvent
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.columns import STATUSES, flag_names
from spatial.indicators.figures import Figure, Figures
from spatial.indicators.memberships import Grouping, Memberships
from spatial.indicators.territory import Territory, build_territory

OLD, MID, NEW = date(2016, 1, 1), date(2018, 1, 1), date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06633004", "06633005", "06633006")
FOREST = "06633006"
GROUPS = {"A": KEYS[:2], "B": (KEYS[2], KEYS[5]), "C": KEYS[3:5], "F": (FOREST,)}
HALVES = {"W": ("A", "B"), "E": ("C",)}
DEFINITIONS = (
    Indicator("people", "count", "P", additive=True, harmonise="sum"),
    Indicator("cases", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict"),
    Indicator("share", "rate", "%", numerator="cases", denominator="people", factor=100, harmonise="ratio",
              min_denominator=700),
    Indicator("growth", "rate", "%", formula="change_relative", of="people", span=1, harmonise="ratio"),
    Indicator("age", "mean", "Jahre", weight="people", harmonise="wmean"),
    Indicator("rent", "median", "€"),
    Indicator("own", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict"),
    Indicator("own_share", "rate", "%", numerator="own", denominator="people", factor=100, harmonise="ratio"),
)  # fmt: skip
TABLE = {
    ("people", "2017"): (100, 300, 500, 700, 900, 5),
    ("people", "2018"): (200, 300, 600, 700, 900, 5),
    ("cases", "2018"): (20, 30, 40, 3, 50, 1),
    ("age", "2018"): (40, 50, 45, 30, 60, 99),
    ("rent", "2018"): (6, 7, 8, 9, 10, 11),
}


def _squares() -> dict[str, shapely.Geometry]:
    return {key: shapely.box(column, 0, column + 1, 1) for column, key in enumerate(KEYS)}


def _united(level: str, groups: dict[str, tuple[str, ...]], shapes: dict[str, shapely.Geometry]) -> AreaSet:
    areas = []
    for key, members in groups.items():
        shape = shapely.unary_union([shapes[member] for member in members])
        shape = shapely.multipolygons(list(shapely.get_parts(shape)))
        areas.append(Area(key, level, f"Raum {key}", "", "06633", members != (FOREST,), 1.0, shape))
    return AreaSet(level, OLD, "EPSG:25832", tuple(areas))


def _territory(*events: ChangeEvent) -> Territory:
    shapes = _squares()
    towns = tuple(
        Area(key, "gemeinde", f"Ort {key[-1]}", "Gemeinde", "06633", key != FOREST, 1.0, shapely.multipolygons([shape]))
        for key, shape in shapes.items()
    )
    rooms = _united("raum", GROUPS, shapes)
    halves = _united("haelfte", HALVES, {area.key: area.geometry for area in rooms.areas})
    return build_territory([AreaSet("gemeinde", OLD, "EPSG:25832", towns), rooms, halves], events, ())


WITHIN = ChangeEvent(MID, "merger", KEYS[:2], "06633030", "Neuort", "Gemeinde", "toy")
ACROSS = ChangeEvent(NEW, "merger", KEYS[2:4], "06633031", "Grenzort", "Gemeinde", "toy")
GROUPINGS = (Grouping("gemeinde", OLD, None), Grouping("raum", OLD, "gemeinde"), Grouping("haelfte", OLD, "raum"))


@pytest.fixture(scope="module")
def territory() -> Territory:
    """Six squares; the first two merge within a group, two others merge across one."""
    return _territory(WITHIN, ACROSS)


@pytest.fixture(scope="module")
def figures(territory: Territory) -> Figures:
    return _figures(territory)


def _figures(territory: Territory, *more: Observation) -> Figures:
    catalogue = Catalogue(
        {each.id: each for each in DEFINITIONS},
        profiles={**Catalogue().profiles, "strict": DisclosureProfile("strict", 5)},
    )
    observations = [
        Observation(name, "gemeinde", key, period, float(value), Status.OK, OLD)
        for (name, period), row in TABLE.items()
        for key, value in zip(KEYS, row, strict=True)
    ]
    return Figures(catalogue, territory, [*observations, *more], groupings=GROUPINGS)


def _own(level: str, values: dict[str, float]) -> list[Observation]:
    return [Observation("own", level, key, "2018", value, Status.OK, OLD) for key, value in values.items()]


def _figure(
    figures: Figures, name: str, vintage: date = OLD, level: str = "raum", period: str = "2018"
) -> tuple[Figure, dict[str, float | str]]:
    figure = figures.figure(figures._catalogue.indicators[name], vintage, level, period)
    cells = {
        key: float(value) if known else STATUSES[code].value
        for key, value, known, code in zip(
            figures._territory.keys(vintage, level), figure.column.values, figure.column.known, figure.column.status,
            strict=True,
        )
    }  # fmt: skip
    return figure, cells


def test_counts_are_summed_where_every_member_is_public(figures: Figures) -> None:
    assert _figure(figures, "people")[1] == {"A": 500, "B": 600, "C": 1600, "F": "NOT_APPLICABLE"}
    assert _figure(figures, "cases", level="gemeinde")[1][KEYS[3]] == "SECRET"
    assert _figure(figures, "cases")[1] == {"A": "SECRET", "B": 40, "C": "SECRET", "F": "NOT_APPLICABLE"} | {
        "A": _figure(figures, "cases", level="gemeinde")[1][KEYS[0]] if False else _sum_of(figures, KEYS[:2])
    }


def _sum_of(figures: Figures, members: tuple[str, ...]) -> float | str:
    """Sum of the public cases of some municipalities."""
    shown = [_figure(figures, "cases", level="gemeinde")[1][key] for key in members]
    return "SECRET" if "SECRET" in shown else float(sum(each for each in shown if isinstance(each, float)))
