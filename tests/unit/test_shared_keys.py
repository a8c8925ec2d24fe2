"""Keys are unique in their level only: an official area goes before one of an own level with the same key."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from service.errors import InvalidParameter
from service.reader import AreaInfo, AreaTable, ReleaseReader
from service.selection import known_area

DAY = "2026-01-01"


def _area(key: str, level: str, **ancestors: str) -> AreaInfo:
    return AreaInfo(key, level, key, "", None, True, 1.0, (9.0, 51.0, 9.1, 51.1), (0.0, 0.0), ancestors)


def _table(level: str, *areas: AreaInfo) -> AreaTable:
    return AreaTable(level, DAY, "EPSG:25832", areas, {area.key: row for row, area in enumerate(areas)})


TOWNS = _table(
    "gemeinde",
    _area("01001000", "gemeinde", land="01", raum="06"),
    _area("06633001", "gemeinde", kreis="06633", land="06", raum="01"),
    _area("06633002", "gemeinde", kreis="06633", land="06", raum="07"),
)
ROOMS = _table("raum", _area("01", "raum", land="06"), _area("06", "raum", land="01"), _area("07", "raum", land="06"))
LAENDER = _table("land", _area("01", "land"), _area("06", "land"))


@pytest.mark.parametrize(
    ("table", "key", "rows"),
    [
        (TOWNS, None, [0, 1, 2]),
        (TOWNS, "06", [1, 2]),
        (TOWNS, "01", [0]),
        (TOWNS, "07", [2]),
        (TOWNS, "06633", [1, 2]),
        (TOWNS, "06633002", [2]),
        (TOWNS, "99", []),
        (ROOMS, "06", [0, 2]),
        (ROOMS, "07", [2]),
        (LAENDER, "06", [1]),
    ],
)
def test_what_lies_in_an_area(table: AreaTable, key: str | None, rows: list[int]) -> None:
    assert table.rows_within(key) == rows


@pytest.mark.parametrize(
    ("key", "level", "expected"), [("06", None, "land"), ("06", "raum", "raum"), ("07", None, "raum")]
)
def test_which_area_a_query_means(key: str, level: str | None, expected: str) -> None:
    tables = {"gemeinde": TOWNS, "land": LAENDER, "raum": ROOMS}
    release = SimpleNamespace(
        levels_of=lambda _: list(tables),
        areas=lambda _, name: tables[name],
        fate_of=lambda *_: SimpleNamespace(de="", en=""),
    )
    assert known_area(cast("ReleaseReader", release), "within", key, DAY, level).level == expected
    with pytest.raises(InvalidParameter):
        known_area(cast("ReleaseReader", release), "within", "99", DAY)
