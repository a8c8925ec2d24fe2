"""``indicators load`` on archives, in both languages, and with a mapping that it wrote itself."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from service.store import Store
from service.workspace import load_figures
from spatial.indicators import AreaIndex, ImportResult, UnknownIndicator, UnreadableTable, import_table
from tests.api.terminal import Done, Run, ended

CLASSIC = (
    "GENESIS-Tabelle: 13211-01-03-5\nArbeitslose;;;\n- Jahresdurchschnitt -;;;\nJahr: 2017;;;\n"
    ";;Arbeitslose;Arbeitslose\n;;Insgesamt;Ausländer\n;;Anzahl;Anzahl\n"
    "06633;    Kassel, Landkreis;9;2\n06633018;      Naumburg, Stadt;4;.\n06633001;      Ahnatal;5;-\n"
    "__________\nStand: 10.10.2018 / 12:00:00\n"
)


@pytest.fixture
def workspace(demo: Settings, tmp_path: Path) -> Path:
    """A copy of the demo store, to be changed."""
    (tmp_path / "atlas").mkdir()
    shutil.copy(demo.store_path, tmp_path / "atlas" / demo.store_path.name)
    return tmp_path / "atlas"


@pytest.fixture
def run(workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_command(*arguments: str | Path) -> Done:
        options = ("--indicator", "unemployed", "--workspace", workspace)
        return ended(monkeypatch, capsys, "indicators", "load", *arguments, *options)

    return run_command


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "tables.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("13211.csv", CLASSIC.encode("cp1252"))
        opened.writestr("other.csv", "key;2015\n")
    return path


def _figures(workspace: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(workspace / "store.gpkg") as connection:
        return connection.execute(
            "SELECT o.level, o.key, o.value, b.file FROM observation o JOIN import_batch b ON b.id = o.batch "
            "WHERE o.indicator = 'unemployed' AND o.period = '2017' ORDER BY o.key"
        ).fetchall()


@pytest.mark.parametrize(
    ("language", "says"),
    [("de", "enthält 2 Tabellen: 13211.csv, other.csv; eine davon nennen"), ("en", "holds 2 tables")],
)
def test_refusals_speak_the_language_of_the_settings(
    run: Run, archive: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setenv("KREISATLAS_LANGUAGE", language)
    done = run(archive)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"kreisatlas: tables.zip: {says}")
    assert done.stderr.count("\n") == 1
    report = json.loads(
        run(archive / "13211.csv", "--report", "-", "--dry-run", "--mapping", _mapping(workspace)).stdout
    )
    expected = "Kreis" if language == "de" else "add up"
    assert report["periods"] == ["2017"]
    assert all(expected in warning for warning in report["warnings"])
    assert _figures(workspace) == []


def _mapping(folder: Path) -> Path:
    path = folder / "given.toml"
    path.write_text('value_column = "Arbeitslose / Insgesamt"\n', encoding="utf-8")
    return path


def test_a_mapping_written_by_a_dry_run_loads_the_same(
    run: Run, archive: Path, workspace: Path, tmp_path: Path
) -> None:
    member, saved = archive / "13211.csv", tmp_path / "saved.toml"
    dry = run(member, "--mapping", _mapping(workspace), "--dry-run", "--save-mapping", saved, "--report", "-")
    assert dry.returncode == 0, dry.stderr
    assert _figures(workspace) == []
    loaded = run(member, "--mapping", saved, "--report", tmp_path / "report.json")
    assert loaded.returncode == 0, loaded.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report == json.loads(dry.stdout)
    assert report["format"] == "classic"
    assert report["provenance"][-1] == "Stand: 10.10.2018 / 12:00:00"
    file = "tables.zip/13211.csv"
    assert _figures(workspace) == [
        ("kreis", "06633", 9.0, file), ("gemeinde", "06633001", 5.0, file), ("gemeinde", "06633018", 4.0, file),
    ]  # fmt: skip
    again = json.loads(run(member, "--mapping", saved, "--report", "-").stdout)
    assert again["changes"] == {"added": 0, "changed": 0, "removed": 0}


def test_the_same_file_again_leaves_the_store_as_it_is(run: Run, workspace: Path, tmp_path: Path) -> None:
    path, store = tmp_path / "figures.csv", workspace / "store.gpkg"
    path.write_text("key;period;value\n06633018;2017;5p\n06633001;2017;7\n")
    before = store.read_bytes()
    run(path, "--dry-run")
    assert store.read_bytes() == before
    assert run(path).returncode == 0
    loaded = store.read_bytes()
    assert run(path).returncode == 0
    assert store.read_bytes() == loaded, "not even the list of imports is longer"
    path.write_text("key;period;value\n06633018;2017;5r\n06633001;2017;7\n")
    again = json.loads(run(path, "--report", "-").stdout)
    assert again["changes"] == {"added": 0, "changed": 1, "removed": 0}, "provisional is not revised"
    assert store.read_bytes() != loaded
    (tmp_path / "copy.csv").write_bytes(path.read_bytes())
    assert run(tmp_path / "copy.csv").returncode == 0
    assert {row[3] for row in _figures(workspace)} == {"copy.csv"}, "the newest source is the one that is told"


def test_what_cannot_be_loaded_is_refused_before_the_areas_are_gathered(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gathered(_: Store) -> AreaIndex:
        raise AssertionError("a whole country takes seconds")

    monkeypatch.setattr("service.workspace.index_of_areas", gathered)
    store, table = Store.open(workspace / "store.gpkg"), tmp_path / "table.csv"
    with pytest.raises(UnreadableTable, match=r"absent\.csv"):
        load_figures(store, tmp_path / "absent.csv", indicator="unemployed", mapping=None)
    table.write_text("key;2017\n06633018;5\n", encoding="utf-8")
    with pytest.raises(UnknownIndicator, match="no_such"):
        load_figures(store, table, indicator="no_such", mapping=None)
    with pytest.raises(AssertionError):
        load_figures(store, table, indicator="unemployed", mapping=None)


def test_two_loads_at_once_tell_what_each_of_them_changed(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(workspace / "store.gpkg")
    for name, value in (("slow.csv", 5), ("quick.csv", 7)):
        (tmp_path / name).write_text(f"key;period;value\n06633018;2017;{value}\n")
    quick: list[ImportResult] = []
    read = import_table

    def overtaken(path: Path, **options: Any) -> ImportResult:
        result = read(path, **options)
        if path.name == "slow.csv" and not quick:
            quick.append(load_figures(store, tmp_path / "quick.csv", indicator="ref_ukr", mapping=None))
        return result

    monkeypatch.setattr("service.workspace.import_table", overtaken)
    slow = load_figures(store, tmp_path / "slow.csv", indicator="ref_ukr", mapping=None)
    assert quick[0].report.to_dict()["changes"]["added"] == 1
    changes = slow.report.to_dict()["changes"]
    assert (changes["added"], changes["changed"]) == (0, 1)
    assert [o.value for o in store.observations() if (o.indicator, o.period) == ("ref_ukr", "2017")] == [5]
