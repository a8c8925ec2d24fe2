"""What areas lie in: parents, groups, and what the members of a group share."""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from shapely import MultiPolygon

from boundaries import Area, AreaSet, Members
from service.ancestors import ancestors
from spatial.indicators.memberships import Grouping, Memberships
from spatial.indicators.territory import Territory, build_territory

DAY = date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06634001", "05100001")
ROOMS = {"in": KEYS[:2], "across": KEYS[1:3], "abroad": KEYS[2:]}
"""In one Kreis; across two of one Land; across two Länder."""


def _square(column: int) -> shapely.Polygon:
    return shapely.box(column, 0, column + 1, 1)


def _level(level: str, rooms: dict[str, tuple[str, ...]]) -> AreaSet:
    areas = []
    for key, members in rooms.items():
        parents = {member[:5] for member in members}
        united = shapely.unary_union([_square(KEYS.index(each)) for each in members])
        shape = shapely.multipolygons(list(shapely.get_parts(united)))
        areas.append(Area(key, level, key, "", parents.pop() if len(parents) == 1 else None, True, 1.0, shape))
    return AreaSet(level, DAY, "EPSG:25832", tuple(areas))


@pytest.fixture(scope="module", params=list(ROOMS))
def room(request: pytest.FixtureRequest) -> tuple[str, Territory, Memberships]:
    key: str = request.param
    towns = tuple(
        Area(each, "gemeinde", each, "Gemeinde", each[:5], True, 1.0, MultiPolygon([_square(column)]))
        for column, each in enumerate(KEYS)
    )
    sets = [AreaSet("gemeinde", DAY, "EPSG:25832", towns), _level("raum", {key: ROOMS[key]})]
    territory = build_territory(sets, (), ())
    grouping = [Grouping("gemeinde", DAY, None), Grouping("raum", DAY, Members("gemeinde", ROOMS[key]))]
    return key, territory, Memberships(territory, grouping)


SHARED = {"in": {"kreis": "06633", "land": "06"}, "across": {"land": "06"}, "abroad": {}}


def test_a_group_lies_where_all_of_its_members_lie(room: tuple[str, Territory, Memberships]) -> None:
    key, territory, memberships = room
    found = ancestors(territory, memberships, territory.at(DAY, "raum"))[key]
    assert {level: found[level] for level in ("kreis", "land") if level in found} == SHARED[key]


def test_members_lie_in_their_group(room: tuple[str, Territory, Memberships]) -> None:
    key, territory, memberships = room
    found = ancestors(territory, memberships, territory.at(DAY, "gemeinde"))
    assert {town for town, above in found.items() if above.get("raum") == key} == set(ROOMS[key])
    assert all(found[town]["kreis"] == town[:5] for town in KEYS)
