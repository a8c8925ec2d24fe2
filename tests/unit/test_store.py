"""The store: a valid GeoPackage, one transaction for each change."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pyogrio
import pytest
import shapely

from boundaries import load_bundled
from service.errors import NoWorkspace, StoreUnreadable, WorkspaceExists
from service.store import EditionInfo, Store
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
