"""The command line on bad and good input: clear words, exit status, and a store that a failure leaves alone."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyogrio
import pytest
import shapely

from service.releases import ReleaseFolder
from service.settings import Settings
from service.store import Store
from service.workspace import load_figures
from tests.api.terminal import Done, Run, ended

NAUMBURG = "06633018"


@pytest.fixture
def workspace(demo: Settings, tmp_path: Path) -> Path:
    """A copy of the demo store, to be changed."""
    # The services of other tests keep their results there while this goes on.
    shutil.copytree(demo.workspace, tmp_path / "atlas", ignore=shutil.ignore_patterns(demo.analyses_path.name))
    return tmp_path / "atlas"


@pytest.fixture
def run(workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("KREISATLAS_LANGUAGE", "en")

    def run_command(*arguments: str | Path, at: Path = workspace) -> Done:
        return ended(monkeypatch, capsys, *arguments, "--workspace", at)

    return run_command


def _content(workspace: Path) -> list[tuple[object, ...]]:
    """Everything that matters in a store."""
    with sqlite3.connect(workspace / "store.gpkg") as connection:
        tables = ("observation", "area", "edition", "catalogue_entry", "change_event", "import_batch")
        return [row for table in tables for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4")]  # noqa: S608


def _report(run: Run, path: Path, *arguments: str) -> tuple[int, dict[str, object]]:
    done = run("indicators", "load", path, "--indicator", "unemployed", "--report", "-", *arguments)
    return done.returncode, json.loads(done.stdout) if done.returncode == 0 else {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        ("key;2015\n", ""),
        ("name;value\nNaumburg;3\n", ""),
        ("key;2015\n99999998;3\n99999999;4\n", "key"),
        ("key;2015\n6,63E+10;3\n6,63E+10;4\n", "text"),
        ("key,period,value\n06633018,2017,3,5\n06633010,2017,1234,7\n", "decimal comma"),
    ],
    ids=["empty", "header only", "no keys", "no known key", "destroyed keys", "decimal comma between commas"],
)
def test_files_that_do_not_fit_are_refused(run: Run, workspace: Path, tmp_path: Path, content: str, says: str) -> None:
    path, before = tmp_path / "figures.csv", _content(workspace)
    path.write_text(content)
    done = run("indicators", "load", path, "--indicator", "unemployed")
    assert done.returncode == 2
    assert done.stderr.startswith("kreisatlas: ")
    assert done.stderr.count("\n") == 1
    assert "figures.csv" in done.stderr
    assert says in done.stderr
    assert _content(workspace) == before


def test_lost_zeros_are_repaired_and_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("AGS;2017\n6633018;12\n06633001;7\n")
    status, report = _report(run, path)
    assert status == 0
    assert report["repaired_keys"] == [{"line": 2, "from": "6633018", "to": NAUMBURG}]
    assert (report["rows"], report["accepted"], report["rejected"]) == (2, 2, [])


def test_symbols_become_statuses_and_a_comma_is_decimal(run: Run, tmp_path: Path, workspace: Path) -> None:
    path = tmp_path / "figures.csv"
    keys = ["06633001", "06633002", "06633003", "06633004", "06633005", "06633006", "06633007"]
    cells = ["1.234,5", "-", ".", "x", "...", "/", "0"]
    path.write_text("key;2017\n" + "".join(f"{key};{cell}\n" for key, cell in zip(keys, cells, strict=True)))
    status, report = _report(run, path)
    assert status == 0
    assert report["decimal"] == ","
    expected = ["OK", "ZERO_EXACT", "SECRET_OR_UNKNOWN", "NOT_MEANINGFUL", "PENDING", "UNRELIABLE", "ZERO"]
    assert report["status"] == dict.fromkeys(expected, 1)
    with sqlite3.connect(workspace / "store.gpkg") as connection:
        stored = connection.execute(
            "SELECT status, value FROM observation WHERE indicator='unemployed' AND period='2017' ORDER BY key"
        ).fetchall()
    values = [1234.5, 0.0, None, None, None, None, 0.0]
    assert stored == list(zip(expected, values, strict=True))


def test_a_dry_run_stores_nothing_and_tells_the_changes(run: Run, workspace: Path, tmp_path: Path) -> None:
    path, before = tmp_path / "figures.csv", _content(workspace)
    path.write_text(f"key;2016\n{NAUMBURG};1\n")
    status, report = _report(run, path, "--dry-run")
    assert status == 0
    assert report["changes"] == {"added": 0, "changed": 1, "removed": 0}
    assert _content(workspace) == before


def test_a_corrected_file_replaces_its_earlier_version_alone(run: Run, workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("key;2017\n06633001;1\n06633002;2\n")
    assert _report(run, path)[1]["changes"] == {"added": 2, "changed": 0, "removed": 0}
    path.write_text("key;2017\n06633001;5\n")
    assert _report(run, path)[1]["changes"] == {"added": 0, "changed": 1, "removed": 1}
    with sqlite3.connect(workspace / "store.gpkg") as connection:
        rows = connection.execute(
            "SELECT period, count(*) FROM observation WHERE indicator='unemployed' GROUP BY period"
        ).fetchall()
    assert dict(rows)["2017"] == 1
    assert dict(rows)["2016"] > 400, "figures from other files stay"


def test_strict_refuses_a_file_with_a_rejected_row(run: Run, workspace: Path, tmp_path: Path) -> None:
    path, before = tmp_path / "figures.csv", _content(workspace)
    path.write_text(f"key;2017\n{NAUMBURG};1\n99999999;2\n")
    assert run("indicators", "load", path, "--indicator", "unemployed", "--strict").returncode == 2
    assert _content(workspace) == before
    assert run("indicators", "load", path, "--indicator", "unemployed").returncode == 0


def test_a_report_that_cannot_be_written_stores_nothing(run: Run, workspace: Path, tmp_path: Path) -> None:
    path, before = tmp_path / "figures.csv", _content(workspace)
    path.write_text(f"key;2017\n{NAUMBURG};1\n")
    done = run("indicators", "load", path, "--indicator", "unemployed", "--report", tmp_path / "nowhere" / "x.json")
    assert done.returncode == 1
    assert _content(workspace) == before


def test_unknown_and_derived_indicators_are_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(f"key;2017\n{NAUMBURG};1\n")
    for indicator in ("happiness", "unemp_share"):
        done = run("indicators", "load", path, "--indicator", indicator)
        assert done.returncode == 2
        assert indicator in done.stderr


def _write(path: Path, shapes: Sequence[shapely.Geometry], keys: list[str], crs: str | None = "EPSG:25832") -> Path:
    import geopandas

    geopandas.GeoDataFrame({"code": keys, "label": keys}, geometry=shapes, crs=crs).to_file(path)
    return path


BOX, BESIDE = shapely.box(5e5, 57e5, 5.1e5, 57.1e5), shapely.box(5.1e5, 57e5, 5.2e5, 57.1e5)
COLLAPSED = shapely.Polygon([(5.1e5, 57e5), (5.2e5, 57.1e5), (5.1e5, 57e5)])


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize(
    ("name", "shapes", "keys", "crs", "says"),
    [
        ("a.gpkg", [BOX, COLLAPSED], ["A", "B"], "EPSG:25832", "B"),
        ("a.gpkg", [BOX, BESIDE], ["A", "A"], "EPSG:25832", "A"),
        ("a.shp", [BOX, BESIDE], ["A", "B"], None, "coordinate"),
    ],
    ids=["nothing left of a ring", "duplicate keys", "no CRS"],
)
def test_bad_boundaries_store_nothing(
    run: Run, workspace: Path, tmp_path: Path, name: str, shapes: Sequence[shapely.Geometry], keys: list[str],
    crs: str | None, says: str,
) -> None:  # fmt: skip
    path, before = _write(tmp_path / name, shapes, keys, crs), _content(workspace)
    done = run("boundaries", "load", path, "--vintage", "2020-01-01", "--level", "quartier", "--code-field", "code")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert _content(workspace) == before


def test_levels_must_fit_into_addresses(run: Run, tmp_path: Path) -> None:
    path = _write(tmp_path / "a.gpkg", [BOX, BESIDE], ["A", "B"])
    for level in ("../x", "Örtlich", "x" * 300):
        done = run("boundaries", "load", path, "--vintage", "2020-01-01", "--level", level, "--code-field", "code")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ('"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::999999"}},', "999999"),
        ("", "empty"),
    ],
    ids=["unknown coordinate system", "lists as keys"],
)
def test_odd_geojson_is_refused(run: Run, workspace: Path, tmp_path: Path, members: str, says: str) -> None:
    path, before = tmp_path / "a.geojson", _content(workspace)
    code = '"A"' if members else "[1, 2]"
    path.write_text(
        f'{{"type":"FeatureCollection",{members}"features":[{{"type":"Feature","properties":{{"code":{code}}},'
        '"geometry":{"type":"Polygon","coordinates":[[[9,51],[9.1,51],[9.1,51.1],[9,51]]]}}]}'
    )
    done = run("boundaries", "load", path, "--vintage", "2020-01-01", "--level", "quartier", "--code-field", "code")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert _content(workspace) == before


def test_an_atlas_of_foreign_polygons_from_nothing(run: Run, tmp_path: Path) -> None:
    """Own areas, own indicator, own figures: no German key anywhere."""
    shapes = [shapely.box(5e5 + 1e4 * (i % 5), 57e5 + 1e4 * (i // 5), 5.1e5 + 1e4 * (i % 5), 57.1e5 + 1e4 * (i // 5))
              for i in range(20)]  # fmt: skip
    keys = [f"Q-{i:02}" for i in range(20)]
    areas = _write(tmp_path / "quarters.gpkg", shapes, keys)
    definitions, figures = tmp_path / "own.toml", tmp_path / "own.csv"
    definitions.write_text('[[indicator]]\nid = "noise"\nkind = "mean"\nunit = "dB"\n')
    figures.write_text("key,period,value\n" + "".join(f"{key},2024,{40 + i}\n" for i, key in enumerate(keys)))
    atlas = tmp_path / "foreign"
    steps: list[tuple[str | Path, ...]] = [
        ("init",),
        ("boundaries", "load", areas, "--vintage", "2024-01-01", "--level", "quartier", "--code-field", "code"),
        ("catalogue", "load", definitions),
        ("indicators", "load", figures, "--indicator", "noise", "--level", "quartier"),
        ("publish",),
    ]
    for step in steps:
        done = run(*step, at=atlas)
        assert done.returncode == 0, (step, done.stderr)
    done = run("analyse", "moran", "--indicator", "noise", "--format", "json", at=atlas)
    answer = json.loads(done.stdout)
    assert (answer["n"], answer["level"], answer["p"] < 0.01) == (20, "quartier", True)


def test_publish_list_and_roll_back(run: Run, workspace: Path) -> None:
    assert run("publish", "--message", "second").returncode == 0
    listed = run("releases").stdout.splitlines()
    assert [line[:3] for line in listed] == ["  1", "* 2"]
    assert "second" in listed[1]
    assert run("rollback", "1").returncode == 0
    assert run("releases").stdout.startswith("* 1")
    assert run("rollback", "7").returncode == 1


def test_publishing_killed_at_any_moment_leaves_the_old_release(workspace: Path, tmp_path: Path) -> None:
    """Moments of the program and not of the clock: at its first word, in the middle of writing, and at the switch."""
    folder = ReleaseFolder(workspace / "releases")
    before, served = set(folder.root.glob("*/*/*")), folder.current_number()
    (tmp_path / "figures.csv").write_text(f"key;2017\n{NAUMBURG};60\n")
    load_figures(Store.open(workspace / "store.gpkg"), tmp_path / "figures.csv", indicator="unemployed", mapping=None)
    for moment in (lambda: True, lambda: set(folder.root.glob("*/*/*")) != before):
        assert _publishing_killed(workspace, moment) == -signal.SIGKILL
        assert folder.current_number() == served
    assert _publishing_killed(workspace, lambda: len(list(folder.root.glob("manifests/*"))) > 1) in (-signal.SIGKILL, 0)
    assert folder.current_number() in (served, served + 1)
    folder.verify(folder.manifest(folder.current_number()))


def _publishing_killed(workspace: Path, moment: Callable[[], bool]) -> int:
    """Exit status of a publisher that is killed after its first line, when the moment has come."""
    command = [sys.executable, "-m", "service.cli", "publish", "--workspace", str(workspace)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as publisher:
        assert publisher.stderr is not None
        assert publisher.stderr.readline()
        while not moment() and publisher.poll() is None:
            time.sleep(0.002)
        publisher.kill()
        return publisher.wait()


def test_doctor_finds_what_is_wrong(run: Run, workspace: Path) -> None:
    assert run("doctor").returncode == 0
    victim = next((workspace / "releases" / "files").glob("*/*.json.gz"))
    victim.write_bytes(b"altered")
    done = run("doctor")
    assert done.returncode == 1
    assert "altered" in done.stdout


def test_store_and_boundaries_open_in_gis_software(workspace: Path) -> None:
    frame = pyogrio.read_dataframe(workspace / "store.gpkg", layer="area")
    assert NAUMBURG in set(frame["key"])


@pytest.mark.parametrize(
    "arguments",
    [("publish", "--colour"), ("analyse",), ("rollback", "one"), ("boundaries", "load", "x.gpkg", "--vintage", "soon")],
)
def test_wrong_usage_is_64(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 64
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "value"), [("PORT", "abc"), ("PORT", "99999"), ("LANGUAGE", "fr"), ("WORKERS", "0")]
)
def test_impossible_settings_are_named_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(f"KREISATLAS_{variable}", value)
    done = run("doctor")
    assert (done.returncode, done.stderr.count("\n")) == (64, 1)
    assert f"KREISATLAS_{variable}" in done.stderr


def test_help_answers_at_once() -> None:
    """Within two seconds of the processor; how long others keep the program waiting is none of its business."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "service.cli", "--help"], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "publish" in done.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2
    imported = subprocess.run(
        [sys.executable, "-c", "import sys, service.cli; print(*sorted(sys.modules))"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"numpy", "fastapi", "shapely", "sqlalchemy"} & set(imported)


def test_the_server_starts_without_heavy_libraries() -> None:
    imported = subprocess.run(
        [sys.executable, "-c", "import sys, service.app; print(*sorted(sys.modules))"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"libpysal", "esda", "pandas", "geopandas", "pyogrio", "sqlalchemy", "matplotlib"} & set(imported)
