"""``kreisatlas analyse``: every number is that of the service."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service import cli
from service.analyses.registry import METHODS
from service.settings import Settings
from tests.api.asking import DISTRICT, asked


def _options(parameters: dict[str, Any]) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in parameters.items()]


def _printed(demo: Settings, capsys: pytest.CaptureFixture[str], statistic: str, *options: str) -> str:
    """What the command prints, run in this process: a program start for every statistic would take minutes."""
    capsys.readouterr()
    cli.app(["analyse", statistic, "--workspace", str(demo.workspace), *options], standalone_mode=False)
    return capsys.readouterr().out


@pytest.mark.parametrize("statistic", METHODS)
def test_every_statistic_is_the_same_over_http_and_in_the_terminal(
    client: TestClient, demo: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], statistic: str
) -> None:
    question = asked(statistic)
    (tmp_path / "releases").symlink_to(demo.releases_path)
    fresh = Settings(workspace=tmp_path)  # without the results that the service has kept
    served = client.get(f"/api/analysis/{statistic}", params=question).json()
    assert json.loads(_printed(fresh, capsys, statistic, "--format", "json", *_options(question))) == served
    rows = list(csv.DictReader(io.StringIO(_printed(fresh, capsys, statistic, "--format", "csv", *_options(question)))))
    if "areas" in served:
        assert [row["key"] for row in rows] == [area["key"] for area in served["areas"]]
        for name in set(rows[0]) - {"key", "name", "neighbours"}:
            assert [row[name] for row in rows] == [_written(area[name]) for area in served["areas"]], name
        for row, area in zip(rows, served["areas"], strict=True):
            assert row.get("neighbours", "").split() == area.get("neighbours", [])
    elif METHODS[statistic].kind == "global":
        assert float(rows[0]["value"]) == served["value"]
    else:
        assert {row["part"].partition(".")[0] for row in rows} <= set(served)
        assert len(rows) > 1
    table = _printed(fresh, capsys, statistic, *_options(question))
    assert served["reading"]["de"] in table
    if "areas" in served:
        assert served["areas"][0]["name"] in table


def _written(value: Any) -> str:
    return "" if value is None else str(value)


def test_a_real_program_prints_the_numbers_of_the_service(client: TestClient, demo: Settings) -> None:
    served = client.get("/api/analysis/local-moran", params={**DISTRICT, "permutations": 999}).json()
    options = ["--permutations", "999", "--format", "json", *_options(DISTRICT)]
    assert json.loads(_program(demo, "local-moran", *options).stdout) == served


def test_failing_is_one_line_and_status_3(demo: Settings) -> None:
    failed = _program(demo, "moran", "--indicator", "pop_total", "--within", "06633018")
    assert failed.returncode == 3
    assert failed.stderr.count("\n") == 1
    assert "zu wenige Gebiete: 1 mit einem Wert, mindestens 10 sind nötig" in failed.stderr


def test_what_a_statistic_does_not_take_is_wrong_usage(
    demo: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status = _status(demo, monkeypatch, "moran", "--indicator", "pop_total", "--groups", "kreis")
    assert status == 64
    assert "groups" in capsys.readouterr().err


def test_a_long_analysis_shows_progress_and_gives_the_same(
    client: TestClient,
    demo: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "releases").symlink_to(demo.releases_path)
    monkeypatch.setenv("KREISATLAS_ANALYSIS_SECONDS", "0")
    monkeypatch.setenv("KREISATLAS_JOB_PROCESSES", "1")
    fresh = Settings(workspace=tmp_path)
    assert _status(fresh, monkeypatch, "moran", "--permutations=9999", "--format=json", *_options(DISTRICT)) == 0
    done = capsys.readouterr()
    assert "%" in done.err
    assert json.loads(done.out) == client.get("/api/analysis/moran", params=DISTRICT).json()


def test_weights_are_written_in_the_form_of_the_name(
    demo: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.gal"
    assert _status(demo, monkeypatch, "moran", "--export-weights", str(path), *_options(DISTRICT)) == 0
    assert path.read_text().startswith("0 28 ")
    refused = _status(demo, monkeypatch, "moran", "--export-weights", str(tmp_path / "w.shp"), *_options(DISTRICT))
    assert refused == 64


def _status(demo: Settings, patch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Exit status of the program, run in this process."""
    patch.setattr(sys, "argv", ["kreisatlas", "analyse", *arguments, "--workspace", str(demo.workspace)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def _program(demo: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "analyse", *arguments, "--workspace", str(demo.workspace)],
        capture_output=True,
        text=True,
        check=False,
    )
