"""Own levels as groups of existing areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import shapely
from shapely import MultiPolygon, box

from boundaries import Area, AreaSet, BadGroups, UnitedAreas, Unreadable, read_groups, unite_groups

DAY = date(2022, 12, 31)


def area(key: str, level: str, parent: str | None, column: int, *, population: int | None = None) -> Area:
    shape = MultiPolygon([box(column * 1000, 0, (column + 1) * 1000, 1000)])
    populated = key != "06633200"
    return Area(key, level, f"Ort {key}", "", parent, populated, 1.0, shape, None, population)


GEMEINDEN = AreaSet(
    "gemeinde",
    DAY,
    "EPSG:25832",
    (
        area("06633018", "gemeinde", "06633", 0, population=5000),
        area("06633019", "gemeinde", "06633", 1, population=2000),
        area("06634001", "gemeinde", "06634", 2),
        area("06633200", "gemeinde", "06633", 3, population=0),
    ),
)
QUARTERS = AreaSet(
    "quartier", DAY, "EPSG:25832", (area("1", "quartier", "06633018", 0), area("2", "quartier", "06633018", 1))
)
SETS = {"gemeinde": GEMEINDEN, "quartier": QUARTERS}


def united(path: Path, level: str, sets: Mapping[str, AreaSet] = SETS) -> UnitedAreas:
    return unite_groups(read_groups(path, level=level), vintage=DAY, sets=sets)


SEMICOLONS = "key;name;member\nN;Nord;06633018\nN;Nord;6633019\nS;Süd;06634001\nG;Wald;06633200\n"
IN_ONE_CELL = 'Schlüssel,Bezeichnung,Mitglied\nN,Nord,"06633018, 06633019"\nS,Süd,06634001\nG,Wald,06633200\n'
AS_TOML = """
[[area]]
key = "N"
name = "Nord"
members = ["06633018", "066330019019"]
[[area]]
key = "S"
name = "Süd"
members = ["06634001"]
[[area]]
key = "G"
name = "Wald"
members = ["06633200"]
"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", SEMICOLONS.encode()),
        ("a.csv", SEMICOLONS.encode("utf-8-sig").replace(b"\n", b"\r\n")),
        ("a.csv", SEMICOLONS.encode("cp1252")),
        ("a.csv", IN_ONE_CELL.encode()),
        ("a.toml", AS_TOML.encode()),
    ],
    ids=["utf-8", "byte order mark", "cp1252", "members in one cell", "toml"],
)
def test_groups_are_unions_of_their_members(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    areas = united(path, "sozialraum")
    assert (areas.level, areas.vintage, areas.crs) == ("sozialraum", DAY, "EPSG:25832")
    nord, sued, wald = areas.by_key["N"], areas.by_key["S"], areas.by_key["G"]
    assert (nord.name, nord.parent, nord.area_km2, nord.population) == ("Nord", "06633", 2.0, 7000)
    assert nord.geometry.equals(box(0, 0, 2000, 1000))
    assert (sued.name, sued.population) == ("Süd", None)  # what is missing makes the sum so
    assert (wald.populated, wald.population, nord.populated) == (False, 0, True)


def test_parents_are_shared_or_stated(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("key;name;member;parent;kind\nA;;06633018;;\nA;;06634001;;\nB;;06633019;066;Raum\n")
    across, stated = united(path, "raum").areas
    assert (across.name, across.parent) == ("A", None)
    assert (stated.parent, stated.kind) == ("066", "Raum")


def test_groups_of_own_areas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("key;name;member\nalles;Alles;1|2\n")
    (whole,) = united(path, "stadtteil").areas
    assert (whole.parent, whole.area_km2) == ("06633018", 2.0)
    assert shapely.is_valid(whole.geometry)


def test_members_of_two_levels_need_a_choice(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    twice = {**SETS, "block": replace(QUARTERS, level="block")}
    path.write_text("key;member\nA;1\n")
    with pytest.raises(BadGroups, match="areas of quartier, block; add a column member_level"):
        united(path, "raum", twice)
    path.write_text("key;member;member_level\nA;1;block\n")
    assert united(path, "raum", twice).keys == ("A",)
    path.write_text("key;member;member_level\nA;1;haus\n")
    with pytest.raises(BadGroups, match="no areas of the level haus"):
        united(path, "raum", twice)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("key;member\nA;06633018\nB;06633099\n", "line 3: '06633099' is no gemeinde on that day"),
        ("key;member\nA;06633018\nB;\n", "line 3: 'B' has no member"),
        ("key;member\n;06633018\n", "line 2: has no key"),
        ("key;name;member\nA;Nord;06633018\nA;Ost;06633019\n", "line 3: 'A' has the name 'Ost', but 'Nord' before"),
        ("schluessel;ort\nA;06633018\n", "line 1: has no column 'member'"),
        ("key;member\n", "the file: describes no area"),
        ("", "line 1: has no column 'key'"),
        ('key;member\nA;"06633018\n', "is no CSV"),
    ],
)
def test_mistakes_are_refused_with_their_line(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(BadGroups) as caught:
        united(path, "raum")
    assert str(caught.value).startswith(f"{path}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        ("key = ", Unreadable, "no TOML"),
        ("key = 'A'", BadGroups, "has no [[area]]"),
        ("[[area]]\nkey = 'A'\nmembers = [6633018]", BadGroups, "area 1: members is no list of texts"),
        ("[[area]]\nkey = 'A'", BadGroups, "area 1: 'A' has no member"),
    ],
)
def test_mistakes_in_toml(tmp_path: Path, content: str, error: type[Exception], says: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(content)
    with pytest.raises(error) as caught:
        united(path, "raum")
    assert says in str(caught.value)


def test_groups_need_a_level_of_their_own_and_areas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("key;member\nA;06633018\n")
    with pytest.raises(BadGroups, match="official level"):
        united(path, "gemeinde")
    with pytest.raises(BadGroups, match="load their boundaries first"):
        united(path, "raum", {})
    with pytest.raises(Unreadable):
        united(tmp_path / "absent.csv", "raum")
