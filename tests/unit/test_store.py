"""The store: a valid GeoPackage, one transaction for each change."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyogrio
import pytest
import shapely

from boundaries import AreaSet, Register, RegisterEntry, load_bundled
from service.errors import NoWorkspace, StoreUnreadable, StoreUnusable, WorkspaceExists
from service.store import CatalogueEntry, EditionInfo, Store
from spatial.indicators import Flag, Observation, Status

INFO = EditionInfo("bundled", "0" * 64, "© BKG", "dl-de/by-2-0")
FIGURE = Observation("x", "gemeinde", "06633018", "2015", 7.0, Status.OK, date(2016, 1, 1), (Flag.FINAL,), 3)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store.gpkg")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.create(tmp_path_factory.mktemp("filled") / "store.gpkg")
    bundled = load_bundled()
    with store.transaction() as connection:
        store.save_areas(connection, bundled.gemeinden, INFO)
        store.save_changes(connection, bundled.events)
        store.save_upper_names(connection, bundled.names.entries)
    return store


def test_gis_software_opens_it_as_a_geopackage(filled: Store) -> None:
    layers = dict(pyogrio.list_layers(filled.path).tolist())
    assert layers["area"] == "MultiPolygon"
    frame = pyogrio.read_dataframe(filled.path, layer="area")
    assert (len(frame), frame.crs.to_epsg()) == (430, 25832)
    assert frame.geometry.is_valid.all()
    assert layers["observation"] is None


def test_it_carries_the_marks_of_the_standard(filled: Store) -> None:
    with sqlite3.connect(filled.path) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        (west, south, east, north) = connection.execute(
            "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name='area'"
        ).fetchone()
    assert west < east
    assert south < north


def test_areas_come_back_as_they_went_in(filled: Store) -> None:
    ((areas, info),) = filled.editions()
    original = load_bundled().gemeinden
    assert info == INFO
    assert areas.keys == original.keys
    assert shapely.equals_exact(areas.geometries, original.geometries).all()
    assert areas.areas[0].name == original.areas[0].name
    assert filled.changes() == load_bundled().events
    assert set(filled.upper_names()) == set(load_bundled().names.entries)


def test_the_same_edition_again_replaces_it(filled: Store) -> None:
    with filled.transaction() as connection:
        filled.save_areas(connection, load_bundled().gemeinden, INFO)
    assert len(filled.editions()) == 1
    assert len(pyogrio.read_dataframe(filled.path, layer="area")) == 430


def test_figures_come_back_and_are_replaced(store: Store) -> None:
    later = Observation("x", "gemeinde", "06633018", "2015", None, Status.SECRET, date(2016, 1, 1))
    for figure in (FIGURE, later):
        with store.transaction() as connection:
            store.save_observations(connection, [figure], file="f.csv", sha256="0", report={})
        assert store.observations() == [figure]
    assert len(store.batches()) == 2


def test_an_error_undoes_the_whole_change(store: Store) -> None:
    def fail_half_way() -> None:
        with store.transaction() as connection:
            store.save_observations(connection, [FIGURE], file="f.csv", sha256="0", report={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert store.observations() == []
    assert store.batches() == []


def test_what_is_not_a_store_is_refused(tmp_path: Path, store: Store) -> None:
    with pytest.raises(WorkspaceExists):
        Store.create(store.path)
    with pytest.raises(NoWorkspace):
        Store.open(tmp_path / "nothing" / "store.gpkg")
    junk = tmp_path / "junk.gpkg"
    junk.write_bytes(b"not a database at all, only some bytes" * 100)
    with pytest.raises(StoreUnreadable):
        Store.open(junk)
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE meta SET value='999' WHERE name='schema'")
    with pytest.raises(StoreUnreadable, match="999"):
        Store.open(store.path)


def test_areas_keep_inhabitants_official_area_and_groups(store: Store) -> None:
    area = replace(
        load_bundled().gemeinden.by_key["06633018"], official_km2=66.32, population=0, groups={"Region": "Nord"}
    )
    areas = AreaSet("gemeinde", date(2016, 1, 1), "EPSG:25832", (area,))
    with store.transaction() as connection:
        store.save_areas(connection, areas, INFO)
    ((read, _),) = store.editions()
    (back,) = read.areas
    assert (back.official_km2, back.population, back.groups) == (66.32, 0, {"Region": "Nord"})


REGISTER_2019 = Register(
    date(2019, 12, 31),
    "xlsx",
    (
        RegisterEntry("06633018", "066330018018", "gemeinde", "Naumburg, Stadt", "Stadt", 66.32, 5026),
        RegisterEntry("06633019", "066330019019", "gemeinde", "Nieste", "", None, None),
        RegisterEntry("06633", None, "kreis", "Kassel", "Landkreis", None, None),
    ),
)


def test_registers_come_back_and_are_replaced(store: Store) -> None:
    later = replace(REGISTER_2019, day=date(2021, 12, 31))
    assert store.register_on(date(2020, 1, 1)) is None
    for register in (later, REGISTER_2019, REGISTER_2019):
        with store.transaction() as connection:
            store.save_register(connection, register, INFO)
    assert [register.day for register in store.registers()] == [REGISTER_2019.day, later.day]
    assert store.registers()[0].at("gemeinde") == REGISTER_2019.at("gemeinde")
    in_force = [store.register_on(day) for day in (date(2000, 1, 1), date(2021, 12, 30), date(2021, 12, 31))]
    assert [register and register.day for register in in_force] == [REGISTER_2019.day, REGISTER_2019.day, later.day]


def test_inhabitants_of_registers_and_editions(store: Store) -> None:
    naumburg, nieste = (load_bundled().gemeinden.by_key[key] for key in ("06633018", "06633019"))
    with store.transaction() as connection:
        for vintage in (date(2018, 12, 31), date(2019, 12, 31)):
            areas = (replace(naumburg, population=5100), replace(nieste, population=None))
            store.save_areas(connection, AreaSet("gemeinde", vintage, "EPSG:25832", areas), INFO)
        store.save_register(connection, REGISTER_2019, INFO)
    assert store.populations() == {
        date(2018, 12, 31): {"06633018": 5100},
        date(2019, 12, 31): {"06633018": 5026},  # the register holds; what is missing is absent
    }
    assert store.populations("kreis") == {}


def test_a_store_of_the_first_version_is_upgraded(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "store.gpkg"
    shutil.copy(filled.path, path)
    with sqlite3.connect(path) as connection:
        for column in ("official_km2", "population", "groups"):
            connection.execute(f'ALTER TABLE area DROP COLUMN "{column}"')
        connection.execute("ALTER TABLE edition DROP COLUMN members")
        connection.execute("ALTER TABLE change_event DROP COLUMN from_names")
        for table in ("register_entry", "register"):
            connection.execute(f"DROP TABLE {table}")
            connection.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (table,))
        connection.execute("UPDATE meta SET value='1' WHERE name='schema'")
    old = Store.open(path)
    ((areas, _),) = old.editions()
    assert areas.keys == load_bundled().gemeinden.keys
    assert areas.areas[0].population is None
    assert old.stored_editions()[0].info == INFO
    assert [replace(event, from_names=()) for event in load_bundled().events] == list(old.changes())
    with old.transaction() as connection:
        old.save_register(connection, REGISTER_2019, INFO)
    assert Store.open(path).registers() == (REGISTER_2019,)
    assert dict(pyogrio.list_layers(path).tolist())["register"] is None


def test_a_full_disk_is_told_and_leaves_the_store_as_it_was(store: Store) -> None:
    before = store.path.read_bytes()
    with pytest.raises(StoreUnusable) as caught, store.transaction() as connection:  # noqa: PT012
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes the size that there is
        store.save_catalogue(connection, [CatalogueEntry("indicators", "x", {"id": "x" * 1_000_000})])
    assert caught.value.render("de").endswith(
        "store.gpkg: nichts wurde geändert: auf dem Datenträger ist kein Platz mehr; Platz schaffen, dann noch einmal "
        "versuchen"
    )
    assert len(caught.value.render("en")) < 300, "what was to be written is not told"
    assert store.path.read_bytes() == before


def test_a_store_that_somebody_else_writes_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store._PATIENCE_S", 0)
    second = Store.open(store.path)
    said = "nothing was changed: another process is writing"
    with store.transaction(), pytest.raises(StoreUnusable, match=said), second.transaction():
        raise AssertionError("two write at once")
