"""After an update of the program: a release of before is served on, and everyone who runs it is told."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from service.commands.releases import rollback
from service.doctor import examine
from service.errors import AddressUnusable
from service.releases import FORMAT_VERSION, ReleaseFolder
from service.server import run
from service.settings import Settings
from service.standing import caveat, definitions_version, outdated
from spatial.indicators.disclosure import DISCLOSURE_VERSION

TODAY = {"format": FORMAT_VERSION, "disclosure_version": DISCLOSURE_VERSION}


def _published(root: Path, **about: Any) -> ReleaseFolder:
    folder = ReleaseFolder(root / "releases")
    folder.create()
    folder.publish("", TODAY | about, {})
    return folder


def test_a_release_of_this_version_needs_no_words(tmp_path: Path) -> None:
    assert caveat(_published(tmp_path)) is None


def test_older_rules_are_named_with_the_remedy(tmp_path: Path) -> None:
    found = caveat(_published(tmp_path, disclosure_version="1"))
    assert found is not None
    for part in ("release 1", "version 1 ", f"today's is {DISCLOSURE_VERSION}", "`kreisatlas publish`"):
        assert part in found.en
    for part in ("Veröffentlichung 1", "Version 1 ", f"heute gilt {DISCLOSURE_VERSION}", "`kreisatlas publish`"):
        assert part in found.de


def test_files_of_another_version_are_named_with_the_remedy(tmp_path: Path) -> None:
    folder = _published(tmp_path, format=FORMAT_VERSION + 1)
    found = outdated(folder.manifest(1))
    assert found is not None
    assert "cannot be served" in found.en
    assert "`kreisatlas publish`" in found.en


@pytest.mark.parametrize("bundled", [False, True])
def test_definitions_of_another_version_are_named_with_the_remedy(tmp_path: Path, bundled: bool) -> None:
    folder = _published(tmp_path, bundled=bundled, definitions=definitions_version(bundled=bundled))
    assert caveat(folder) is None
    folder.publish("", TODAY | {"bundled": bundled, "definitions": definitions_version(bundled=not bundled)}, {})
    found = caveat(folder)
    assert found is not None
    assert "release 2 has definitions of another version" in found.en
    assert "`kreisatlas publish`" in found.de


def test_where_nothing_is_published_the_next_step_is_named(tmp_path: Path) -> None:
    found = caveat(ReleaseFolder(tmp_path / "releases"))
    assert found is not None
    assert "`kreisatlas publish`" in found.en


def test_doctor_calls_older_rules_bad(tmp_path: Path) -> None:
    _published(tmp_path, disclosure_version="1")
    release = next(each for each in examine(Settings(workspace=tmp_path)) if each.subject.en == "release")
    assert not release.good
    assert "today's is" in release.text.en


def test_whoever_goes_back_is_told_of_older_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _published(tmp_path, disclosure_version="1")
    folder.publish("", TODAY, {})
    rollback(1, workspace=tmp_path)
    said = "Warnung: die Veröffentlichung 1 wurde nach der Version 1 der Geheimhaltungsregeln geschützt, heute gilt"
    assert f"{said} {DISCLOSURE_VERSION}" in capsys.readouterr().err
    rollback(2, workspace=tmp_path)
    assert capsys.readouterr().err == ""


def test_an_address_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AddressUnusable, match=rf"127\.0\.0\.1:{port}: .*--port"):
            run(Settings(workspace=tmp_path, port=port))
