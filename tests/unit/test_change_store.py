"""Changes in the store: kept in full, loaded once, refused where they contradict."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from shapely import MultiPolygon, box
from sqlalchemy import Connection, inspect, text

from boundaries import Area, AreaSet, ChangeDoesNotFit, ChangeEvent, ChangesContradict, NoSuchChange, Size
from service import schema
from service.change_loading import Wanted, find_changes, load_changes, remove_changes
from service.store import EditionInfo, Store
from service.workspace import index_of_areas
from spatial.indicators.area_names import NameIndex

INFO = EditionInfo("a.gpkg", "0", "", "")
HEADER = "date,kind,from_key,from_name,to_key,to_name,to_kind,source,population,area_km2,legal_date\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store.gpkg")


def test_changes_come_back_as_they_were(store: Store) -> None:
    events = (
        ChangeEvent(
            date(2023, 2, 1), "transfer", ("08425108",), "08425020", "Blaubeuren", "Stadt", "x",
            (Size(0, 0.008048),), Size(12504, 79.076017), date(2023, 1, 1),
        ),
        ChangeEvent(
            date(2023, 2, 1), "rename", ("08425020",), "08425020", "Neu", "Stadt", "x", from_names=("Alt",)
        ),
        ChangeEvent(date(2024, 1, 1), "split", ("06411",), "06412", "", "", "x", (Size(0.4),), level="kreis"),
        ChangeEvent(date(2025, 12, 31), "split", ("a",), "b", "", "", "x", (Size(0.4, relative=True),)),
    )  # fmt: skip
    with store.transaction() as connection:
        store.save_changes(connection, events)
        store.save_changes(connection, events)
    assert set(store.changes()) == set(events)


def test_a_file_is_loaded_once(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    row = "2020-01-01,merger,{},,06633030,Wesertal,Gemeinde,test,{},{},2019-12-31\n"
    path.write_text(
        HEADER + row.format("06633021", 3119, 41.17) + row.format("06633027", 2025, 11.47), encoding="utf-8"
    )
    first = load_changes(store, str(path))
    assert (len(first.added), len(first.repeated)) == (1, 0)
    (event,) = store.changes()
    assert event.moved == (Size(3119, 41.17), Size(2025, 11.47))
    assert event.legal_date == date(2019, 12, 31)
    again = load_changes(store, str(path))
    assert (len(again.added), len(again.repeated)) == (0, 1)
    assert len(store.changes()) == 1


def test_imports_know_the_names_before_changes(store: Store, tmp_path: Path) -> None:
    """Of areas that ended before the oldest boundaries, and of areas that were renamed since."""
    path = tmp_path / "changes.csv"
    path.write_text(
        HEADER
        + "2010-01-01,rename,06633021,Weser,06633021,Oberweser,Gemeinde,x,,,\n"
        + "2012-01-01,merger,06633021,Oberweser,06633030,Wesertal,Gemeinde,x,,,\n"
        + "2012-01-01,merger,06633027,Wahlsburg,06633030,Wesertal,Gemeinde,x,,,\n"
        + "2020-01-01,rename,06633018,Naumburg,06633018,Bad Naumburg,Stadt,x,,,\n",
        encoding="utf-8",
    )
    shapes = [MultiPolygon([box(column, 0, column + 1, 1)]) for column in (0, 1)]
    areas = tuple(
        Area(key, "gemeinde", name, "", None, True, 1.0, shape)
        for (key, name), shape in zip({"06633018": "Naumburg", "06633030": "Wesertal"}.items(), shapes, strict=True)
    )
    with store.transaction() as connection:
        store.save_areas(connection, AreaSet("gemeinde", date(2016, 1, 1), "EPSG:25832", areas), INFO)
    load_changes(store, str(path))
    index = index_of_areas(store)
    assert index.name("gemeinde", "06633027") == "Wahlsburg"
    assert index.successors("gemeinde", "06633027") == ("06633030",)
    names = NameIndex(index)
    for name, day, expected in (
        ("Wahlsburg", date(2011, 12, 31), "06633027"),
        ("Oberweser", date(2011, 12, 31), "06633021"),
        ("Weser", date(2009, 12, 31), "06633021"),
        ("Naumburg, Stadt", date(2019, 12, 31), "06633018"),
        ("Bad Naumburg", date(2020, 1, 1), "06633018"),
        ("Wahlsburg", date(2012, 1, 1), None),
        ("Weser", date(2011, 12, 31), None),
    ):
        assert [row.key for row in names.find(name, "gemeinde", day).areas] == ([expected] if expected else []), name


@pytest.mark.parametrize(
    "row",
    [
        "2020-01-01,incorporation,06633021,,06633029,Zierenberg,Stadt,test,,,\n",
        "2021-01-01,incorporation,06633021,,06633030,Wesertal,Gemeinde,test,,,\n",
    ],
)
def test_an_area_ends_once(store: Store, tmp_path: Path, row: str) -> None:
    path = tmp_path / "changes.csv"
    known = ChangeEvent(date(2020, 1, 1), "merger", ("06633021", "06633027"), "06633030", "Wesertal", "", "bundled")
    with store.transaction() as connection:
        store.save_changes(connection, [known])
    path.write_text(HEADER + row, encoding="utf-8")
    with pytest.raises(ChangesContradict, match=r"06633021 ends on .* but on 2020-01-01 in 06633030 \(bundled\)"):
        load_changes(store, str(path))
    assert store.changes() == (known,)


def test_two_sources_may_each_tell_a_part_of_a_change(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    row = "2020-01-01,merger,{},,06633030,Wesertal,Gemeinde,{},{},,\n"
    path.write_text(HEADER + row.format("06633021", "first", 3119), encoding="utf-8")
    load_changes(store, str(path))
    path.write_text(HEADER + row.format("06633021", "second", "") + row.format("06633027", "second", ""), "utf-8")
    found = load_changes(store, str(path))
    (event,) = store.changes()
    assert event.from_keys == ("06633021", "06633027")
    assert (event.moved, event.source) == ((Size(3119), Size()), "first; second")
    assert found.added == (event,)
    assert load_changes(store, str(path)).added == ()


def test_the_same_areas_may_exchange_land_twice(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    row = "{}-01-01,transfer,06633021,,06633027,Ort,Gemeinde,test,,0.5,\n"
    path.write_text(HEADER + row.format(2010) + row.format(2015), encoding="utf-8")
    assert len(load_changes(store, str(path)).added) == 2
    assert len(load_changes(store, str(path)).repeated) == 2


def test_one_key_cannot_be_the_new_one_of_two_areas(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    for old in ("06633021", "06633022"):
        path.write_text(HEADER + f"2020-01-01,key-change,{old},,06633030,Ort,Gemeinde,test,,,\n", encoding="utf-8")
        if old == "06633021":
            load_changes(store, str(path))
    with pytest.raises(ChangesContradict, match="06633030 is the new key of 06633022"):
        load_changes(store, str(path))
    assert [event.from_keys for event in store.changes()] == [("06633021",)]


def test_changes_that_the_boundaries_cannot_have_gone_through_are_refused(store: Store, tmp_path: Path) -> None:
    areas = tuple(
        Area(f"0663300{n}", "gemeinde", "Ort", "", "06633", True, 1.0, MultiPolygon([box(n, 0, n + 1, 1)]))
        for n in (1, 2)
    )
    base = AreaSet("gemeinde", date(2016, 1, 1), "EPSG:25832", areas)
    with store.transaction() as connection:
        store.save_areas(connection, base, EditionInfo("", "", "", ""))
    path = tmp_path / "changes.csv"
    row = "{},merger,{},,06633030,Neu,Gemeinde,test,,,\n"
    path.write_text(HEADER + row.format("2020-01-01", "06633001") + row.format("2020-01-01", "06633099"), "utf-8")
    with pytest.raises(ChangeDoesNotFit, match="06633099: does not exist on the day before; load the changes"):
        load_changes(store, str(path))
    circle = (
        "2020-01-01,incorporation,06633001,,06633002,B,,x,,,\n2020-01-01,incorporation,06633002,,06633001,A,,x,,,\n"
    )
    path.write_text(HEADER + circle, encoding="utf-8")
    with pytest.raises(ChangeDoesNotFit, match="part of itself"):
        load_changes(store, str(path))
    assert store.changes() == ()


def test_a_key_that_was_given_again_may_end_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    path.write_text(
        HEADER
        + "2007-07-01,merger,15101000,,15001000,Dessau-Roßlau,Stadt,test,,,\n"
        + "2030-01-01,incorporation,15001000,,15002000,Halle,Stadt,test,,,\n",
        encoding="utf-8",
    )
    with store.transaction() as connection:
        first = ChangeEvent(date(1991, 1, 1), "key-change", ("15001000",), "15101000", "Dessau", "Stadt", "x")
        store.save_changes(connection, [first])
    assert len(load_changes(store, str(path)).added) == 2


def test_a_store_of_an_earlier_version_takes_several_changes_of_a_day(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute(text('DROP INDEX "change_of_day"'))
        connection.execute(text('CREATE UNIQUE INDEX "change_once" ON change_event (date, to_key)'))
        schema.upgrade(connection)
        assert [index["name"] for index in inspect(connection).get_indexes("change_event")] == ["change_of_day"]


def test_only_what_a_file_brought_is_taken_back(store: Store, tmp_path: Path) -> None:
    """What another source had told before stays; a change that both told together goes as a whole."""
    row = "2020-01-01,merger,{},,06633030,Wesertal,Gemeinde,{},,,\n"
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(HEADER + row.format("06633021", "Amt"), encoding="utf-8")
    second.write_text(
        HEADER + row.format("06633021", "Land") + "2021-01-01,key-change,06633001,,06633002,,,Land,,,\n",
        encoding="utf-8",
    )
    load_changes(store, str(first))
    load_changes(store, str(second))
    found = find_changes(store, Wanted(file=str(second)))
    assert [event.to_key for event in found] == ["06633002"]
    remove_changes(store, found)
    assert [event.source for event in store.changes()] == ["Amt"]
    second.write_text(HEADER + row.format("06633021", "Land") + row.format("06633027", "Land"), encoding="utf-8")
    load_changes(store, str(second))
    (joined,) = find_changes(store, Wanted(file=str(second)))
    assert (joined.source, joined.from_keys) == ("Amt; Land", ("06633021", "06633027"))
    assert find_changes(store, Wanted(file=str(first))) == (joined,)
    remove_changes(store, [joined])
    assert store.changes() == ()


def test_nothing_is_taken_back_by_half(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    events = tuple(
        ChangeEvent(date(2020, 1, day), "key-change", (f"0663300{day}",), f"0663310{day}", "", "", "x")
        for day in (1, 2, 3)
    )
    with store.transaction() as connection:
        store.save_changes(connection, events)
    real = store.remove_changes

    def interrupted(connection: Connection, gone: Iterable[ChangeEvent]) -> None:
        real(connection, list(gone)[:2])
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "remove_changes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        remove_changes(store, events)
    assert store.changes() == events
    with pytest.raises(NoSuchChange):
        remove_changes(store, [])
