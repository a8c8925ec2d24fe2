"""Releases one after another: whoever kept the last one must not learn from the next what both withhold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import shapely
from starlette.testclient import TestClient

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from service import publishing
from service.app import create_app
from service.catalogues import entries_of
from service.precedents import kept_releases
from service.releases import ReleaseFolder, StoredFile
from service.settings import Settings
from service.store import EditionInfo
from service.workspace import Workspace
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status

DAY = date(2020, 1, 1)
KEYS = tuple(f"0663300{number}" for number in range(1, 5))
FIRST = dict(zip(KEYS, (3.0, 25.0, 40.0, 60.0), strict=True))
CORRECTED = {**FIRST, KEYS[2]: 10.0}
Shown = dict[str, float | None]


def _area(place: int, key: str) -> Area:
    shape = shapely.box(500_000 + 1000 * place, 5_650_000, 501_000 + 1000 * place, 5_651_000)
    return Area(key, "gemeinde", f"Ort {place}", "Gemeinde", key[:5], True, 1.0, as_multipolygon(shape))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A workspace of four municipalities, and one count with the threshold 5."""
    monkeypatch.setattr(publishing, "_tilesets", lambda *_: ({}, {}))
    settings = Settings(workspace=tmp_path / "atlas")
    space = Workspace(settings)
    space.create(demo=False, progress=lambda _: None)
    areas = AreaSet("gemeinde", DAY, "EPSG:25832", tuple(_area(place, key) for place, key in enumerate(KEYS)))
    store = space.open()
    with store.transaction() as connection:
        store.save_areas(connection, areas, EditionInfo("toy", "", "", ""))
    store.close()
    return settings


def _publish(settings: Settings, counts: Mapping[str, float], *, threshold: int = 5) -> tuple[Shown, list[str]]:
    """What the service shows of municipalities and their district, and what publishing said."""
    cases = Indicator("cases", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict")
    strict = DisclosureProfile("strict", threshold)
    catalogue = Catalogue({"cases": cases}, profiles={**Catalogue().profiles, "strict": strict})
    space = Workspace(settings)
    store = space.open()
    with store.transaction() as connection:
        store.save_catalogue(connection, entries_of(catalogue))
        loaded = [Observation("cases", "gemeinde", key, "2020", value, Status.OK, DAY) for key, value in counts.items()]
        store.save_observations(connection, loaded, file="cases.csv", sha256="", report={})
    store.close()
    said: list[str] = []
    space.publish("", lambda sentence: said.append(sentence.en))
    shown: Shown = {}
    with TestClient(create_app(settings)) as client:
        for level in ("gemeinde", "kreis"):
            answer = client.get(f"/api/indicators/cases/values?level={level}&period=2020").json()
            shown |= dict(zip(answer["keys"], answer["values"], strict=True))
    return shown, said


def test_a_correction_does_not_change_what_protects(settings: Settings) -> None:
    """Withholding the cheapest anew would show B beside A + B of the release before."""
    first, _ = _publish(settings, FIRST)
    assert first == {KEYS[0]: None, KEYS[1]: None, KEYS[2]: 40, KEYS[3]: 60, "06633": 128}
    second, said = _publish(settings, CORRECTED)
    assert second == {KEYS[0]: None, KEYS[1]: None, KEYS[2]: 10, KEYS[3]: 60, "06633": 98}
    assert not [line for line in said if "earlier releases" in line]


def test_without_the_memory_two_releases_give_the_secret_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "kept_releases", lambda _: iter(()))
    first, _ = _publish(settings, FIRST)
    second, _ = _publish(settings, CORRECTED)
    assert (first["06633"] or 0) - (first[KEYS[2]] or 0) - (first[KEYS[3]] or 0) - (second[KEYS[1]] or 0) == 3


def test_publishing_again_changes_nothing(settings: Settings) -> None:
    assert _publish(settings, CORRECTED)[0] == _publish(settings, CORRECTED)[0]


def test_a_figure_that_is_missing_does_not_protect_what_it_once_was_shown_beside(settings: Settings) -> None:
    """30 + 25 + 40 + 60 of all, then 3 and nothing for the second: who kept 25 would only have to subtract."""
    large = {**FIRST, KEYS[0]: 30.0}
    first, _ = _publish(settings, large)
    assert None not in first.values()
    store = Workspace(settings).open()
    with store.transaction() as connection:
        whole = Observation("cases", "kreis", "06633", "2020", 128.0, Status.OK, DAY)
        loaded = [Observation("cases", "gemeinde", KEYS[0], "2020", 3.0, Status.OK, DAY),
                  Observation("cases", "gemeinde", KEYS[1], "2020", None, Status.PENDING, DAY), whole]  # fmt: skip
        store.save_observations(connection, loaded, file="cases.csv", sha256="", report={})
    store.close()
    Workspace(settings).publish("", lambda _: None)
    with TestClient(create_app(settings)) as client:
        values = [client.get(f"/api/indicators/cases/values?level={level}&period=2020").json()["values"]
                  for level in ("gemeinde", "kreis")]  # fmt: skip
    (a, b, c, d), (total,) = values
    assert (a, b) == (None, None)
    assert None in (c, d, total), "something else has to protect the first"


def test_a_new_rule_holds_though_the_old_release_knew_more(settings: Settings) -> None:
    """Nothing can protect what was shown under a lower threshold: it is withheld all the same, and said."""
    first, _ = _publish(settings, FIRST)
    assert first[KEYS[2]] == 40
    second, said = _publish(settings, FIRST, threshold=50)
    assert [second[key] for key in KEYS[:3]] == [None] * 3
    assert any(line.startswith("cases, 2020: what earlier releases showed cannot be protected") for line in said)


def test_a_damaged_release_does_not_stop_the_next(settings: Settings) -> None:
    _publish(settings, FIRST)
    releases = ReleaseFolder(settings.releases_path)
    for name, file in releases.manifest(1).files.items():
        if name.startswith("cubes/"):
            releases.path_of(file).write_bytes(b"altered")
    shown, said = _publish(settings, CORRECTED)
    assert shown[KEYS[0]] is None
    (line,) = [line for line in said if line.startswith("release 1: ")]
    assert line.endswith("files are gone or altered; what was shown there was not reckoned with")


def test_a_damaged_manifest_does_not_stop_the_next(settings: Settings) -> None:
    _publish(settings, FIRST)
    next(settings.releases_path.rglob("*1.json")).write_text("{")
    shown, _ = _publish(settings, CORRECTED)
    assert shown[KEYS[0]] is None


def test_what_releases_share_is_read_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        _publish(settings, FIRST)
    releases = ReleaseFolder(settings.releases_path)
    reads: list[str] = []
    read = releases.read

    def counted(file: StoredFile) -> bytes:
        reads.append(file.path)
        return read(file)

    monkeypatch.setattr(releases, "read", counted)
    shown = [each.shown("cases", DAY, "gemeinde", "2020") for each in kept_releases(releases)]
    assert len(shown) == 3
    assert shown[0] == shown[2] == {KEYS[0]: None, KEYS[1]: None, KEYS[2]: 40, KEYS[3]: 60}
    assert len(reads) == 1
