"""Commands that tell little load little: of the program, and of the store."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from shapely import MultiPolygon

from boundaries import AreaSet, load_bundled
from service import workspace
from service.errors import NoWorkspace
from service.settings import Settings
from service.store import EditionInfo, Store
from service.workspace import Workspace, load_figures
from spatial.indicators import UnknownIndicator

HEAVY = ("scipy", "sqlalchemy", "pyogrio", "fastapi")


@pytest.mark.parametrize("module", ["service.cli", "service.workspace", "service.standing"])
def test_lists_of_releases_do_without_the_heavy_libraries(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_releases_need_a_workspace_all_the_same(tmp_path: Path) -> None:
    space = Workspace(Settings(workspace=tmp_path / "atlas"))
    with pytest.raises(NoWorkspace):
        space.require()
    Store.create(tmp_path / "atlas" / "store.gpkg").close()
    space.require()


def test_an_unknown_indicator_is_refused_before_areas_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(store: Store) -> None:
        raise AssertionError(f"{store.path}: areas are read")

    monkeypatch.setattr(workspace, "index_of_areas", read)
    store = Store.create(tmp_path / "store.gpkg")
    table = tmp_path / "table.csv"
    table.write_text("AGS;2020\n06633018;5\n", encoding="utf-8")
    with pytest.raises(UnknownIndicator, match="nobody"):
        load_figures(store, table, indicator="nobody", mapping=None)
    with pytest.raises(AssertionError, match="areas are read"):
        load_figures(store, table, indicator="pop_total", mapping=None)


def test_areas_that_are_not_drawn_are_the_same_but_for_their_geometry(tmp_path: Path) -> None:
    some = load_bundled().gemeinden
    areas = AreaSet(some.level, some.vintage, some.crs, some.areas[:3])
    store = Store.create(tmp_path / "store.gpkg")
    with store.transaction() as connection:
        store.save_areas(connection, areas, EditionInfo("bundled", "", "", ""))
    ((drawn, info),), ((plain, same),) = store.editions(), store.editions(drawn=False)
    assert info == same
    assert all(each.geometry.is_empty for each in plain.areas)
    nowhere = MultiPolygon()
    assert plain.areas == tuple(replace(each, geometry=nowhere) for each in drawn.areas)
