"""The first commands of the page on imports, run as they are printed."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from boundaries import load_bundled
from service.catalogues import entries_of
from service.store import EditionInfo, Store
from spatial.indicators import Catalogue
from tests.api.terminal import ended

PAGE = Path(__file__).parents[2] / "docs" / "imports.md"


def test_the_first_commands_run_as_printed(
    tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundled, folder = load_bundled(), tmp_path / "atlas"
    store = Store.create(folder / "store.gpkg")
    with store.transaction() as connection:
        store.save_areas(connection, bundled.gemeinden, EditionInfo("bundled", "", "", ""))
        store.save_changes(connection, bundled.events)
        store.save_catalogue(connection, entries_of(Catalogue()))
    store.close()
    *before, load = PAGE.read_text(encoding="utf-8").split("```")[1].strip().splitlines()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KREISATLAS_WORKSPACE", str(folder))
    for command in before:
        subprocess.run(["/bin/sh", "-c", command], check=True)  # what the page prints
    program, *arguments = shlex.split(load)
    (archive,) = (part.split("/")[0] for part in arguments if ".zip/" in part)
    (tmp_path / archive).symlink_to(shared_data / "regionalstatistik" / archive)
    done = ended(monkeypatch, capsys, *arguments)
    assert (program, done.returncode, done.stderr) == ("kreisatlas", 0, "")
    assert "115944 Zeilen" in done.stdout
    assert "2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015" in done.stdout
