"""What a stricter rule takes back is named, so that somebody can look after the copies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from boundaries import Sentence
from service import publishing
from service.catalogues import entries_of
from service.releases import ReleaseFolder
from service.workspace import Workspace
from spatial.indicators import Catalogue
from tests.api.planted import INDICATORS, PROFILES, plant


def test_a_stricter_threshold_says_what_it_takes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_tilesets", lambda *_: ({}, {}))
    planted = plant(tmp_path / "atlas")
    space, releases = Workspace(planted.settings), ReleaseFolder(planted.settings.releases_path)
    lines: list[Sentence] = []
    space.publish("", lines.append)
    assert releases.manifest(1).about["withdrawn"] == {}
    store = space.open()
    strict = replace(PROFILES["strict"], threshold=30_000_000)
    catalogue = Catalogue({each.id: each for each in INDICATORS}, profiles={**Catalogue().profiles, "strict": strict})
    with store.transaction() as connection:
        store.save_catalogue(connection, entries_of(catalogue))
    store.close()
    space.publish("", lines.append)
    found = releases.manifest(2).about["withdrawn"]
    assert found["release"] == 1
    assert found["figures"]["young"] > 20
    assert "people" not in found["figures"]
    assert any(
        line.en.startswith(f"young: {found['figures']['young']} figures that release 1 showed") for line in lines
    )
    space.publish("", lines.append)
    assert releases.manifest(3).about["withdrawn"] == {"release": 2, "files": [], "figures": {}, "gone": {}}
