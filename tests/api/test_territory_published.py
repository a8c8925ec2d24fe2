"""From files to answers: changes, registers and own levels that decide what becomes of figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely import box
from starlette.testclient import TestClient

from boundaries import Fields
from service.app import create_app
from service.boundary_loading import load_boundaries
from service.change_loading import load_changes
from service.settings import Settings
from service.workspace import Workspace, load_definitions, load_figures

BASE = date(2016, 1, 1)
CATALOGUE = """
[[indicator]]
id = "people"
kind = "count"
unit = "Personen"
reference_day = "12-31"
disclosure = "open"
"""
CHANGES = "date,kind,from_key,from_name,to_key,to_name,to_kind,source\n"


class Atlas:
    """A workspace of three municipalities in a row, 1 km² each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.space = Workspace(Settings(workspace=folder / "atlas"))
        self.space.create(demo=False, progress=lambda _: None)
        self.store = self.space.open()
        load_definitions(self.store, self.written("catalogue.toml", CATALOGUE))
        self.areas("gemeinden", BASE, AGS=["06633001", "06633002", "06633003"])

    def written(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def areas(self, name: str, vintage: date, fields: Fields | None = None, **columns: list[str]) -> None:
        geometry = [box(500_000 + 1000 * at, 5_600_000, 501_000 + 1000 * at, 5_601_000) for at in range(3)]
        path = self.folder / f"{name}.gpkg"
        geopandas.GeoDataFrame(columns, geometry=geometry, crs="EPSG:25832").to_file(path)
        load_boundaries(self.store, str(path), vintage=vintage, level=None if fields is None else name, fields=fields)

    def figures(self, table: str, level: str | None = None) -> Any:
        path = self.written(f"figures of {level}.csv", table)
        return load_figures(self.store, path, indicator="people", mapping=None, level=level).report

    def publish(self) -> None:
        self.space.publish("", lambda _: None)

    def answers(self, **query: str) -> tuple[dict[str, float | None], Any]:
        """Values by key, and the whole answer."""
        with TestClient(create_app(self.space.settings), base_url="http://127.0.0.1") as client:
            answer = client.get("/api/indicators/people/values", params=query)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        return dict(zip(document["keys"], document["values"], strict=True)), document


@pytest.fixture
def atlas(tmp_path: Path) -> Atlas:
    return Atlas(tmp_path)


def test_figures_of_keys_that_ended_before_the_oldest_boundaries(atlas: Atlas) -> None:
    changes = "2010-01-01,merger,06633081,,06633001,Neu,,x\n2010-01-01,merger,06633082,,06633001,Neu,,x\n"
    load_changes(atlas.store, str(atlas.written("changes.csv", CHANGES + changes)))
    report = atlas.figures(
        "key,period,value\n06633081,2008,10\n06633082,2008,20\n06633002,2008,3\n06633003,2008,4\n"
        "06633001,2011,31\n06633002,2011,4\n06633003,2011,5\n06633099,2008,6\n"
    ).to_dict()
    assert (report["rows"], report["accepted"], report["unknown_keys"]) == (8, 7, ["06633099"])
    atlas.publish()
    values, answer = atlas.answers(level="gemeinde", period="2008")
    assert values == {"06633001": 30, "06633002": 3, "06633003": 4}
    assert answer["flags"] == [[], [], []]
    assert atlas.answers(level="kreis", period="2008")[0] == {"06633": 37}
    assert atlas.answers(level="gemeinde", period="2011")[0]["06633001"] == 31


def _register(day: str, **people: int) -> str:
    lines = []
    for number, inhabitants in people.items():
        head = f"60{day}06633{number[1:]}" + "0" * 4 + f"Ort {number[1:]}".ljust(50) + " " * 50 + "64    "
        lines.append(head.ljust(128) + f"{100:011d}{inhabitants:011d}")
    return "\n".join(lines) + "\n"


def test_a_gemeindeverzeichnis_weighs_the_parts_of_a_divided_area(atlas: Atlas) -> None:
    changes = "2020-01-01,merger,06633001,,06633009,Neu,,x\n2020-01-01,merger,06633002,,06633009,Neu,,x\n"
    load_changes(atlas.store, str(atlas.written("changes.csv", CHANGES + changes)))
    atlas.figures("key,period,value\n06633009,2021,1000\n06633003,2021,7\n")
    atlas.publish()
    before, answer = atlas.answers(level="gemeinde", period="2021", vintage="2016-01-01")
    assert before == {"06633001": 500, "06633002": 500, "06633003": 7}
    assert answer["flags"] == [["ESTIMATED"], ["ESTIMATED"], []]
    register = atlas.written("register.txt", _register("20191231", n001=900, n002=100, n003=7))
    load_boundaries(atlas.store, str(register), vintage=BASE)
    atlas.publish()
    after, _ = atlas.answers(level="gemeinde", period="2021", vintage="2016-01-01")
    assert after == {"06633001": 900, "06633002": 100, "06633003": 7}


def test_the_oldest_areas_of_a_level_have_figures_of_the_time_before(atlas: Atlas) -> None:
    atlas.areas("quartier", date(2022, 12, 31), Fields(code="nr"), nr=["1", "2", "06633001"])
    atlas.areas("raum", date(2010, 1, 1), Fields(code="nr"), nr=["1", "2", "3"])
    assert atlas.figures("key,period,value\n1,2018,10\n2,2018,20\n06633001,2018,30\n", "quartier").accepted == 3
    municipal = "key,period,value\n06633001,2011,1\n06633002,2011,2\n06633003,2011,3\n"
    assert atlas.figures(municipal, "gemeinde").accepted == 3
    atlas.publish()
    assert atlas.answers(level="quartier", period="2018")[0] == {"1": 10, "2": 20, "06633001": 30}
    assert atlas.answers(level="gemeinde", period="2011")[0] == {"06633001": 1, "06633002": 2, "06633003": 3}
