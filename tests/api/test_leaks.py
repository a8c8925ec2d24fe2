"""Nothing secret leaves: every file of a release and every kind of answer is searched for planted secrets."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from boundaries import load_bundled
from service.analysis import METHODS
from service.app import create_app
from service.catalogues import entries_of
from service.releases import ReleaseFolder
from service.settings import Settings
from service.store import EditionInfo
from service.workspace import Workspace
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status

# Counts that no other number of the release contains: wide thresholds make room for long, telling digits.
THRESHOLD = 10_000_000
SECRETS = {"06633018": 7_351_943.0, "06633021": 6_284_917.0, "06432001": 8_192_753.0}
PUBLIC = 20_000_000.0


def _observations() -> Iterator[Observation]:
    for area in load_bundled().gemeinden.areas:
        if not area.populated:
            continue
        for period in ("2015", "2016"):
            count = SECRETS.get(area.key, PUBLIC) if period == "2015" else PUBLIC
            yield Observation("cases", "gemeinde", area.key, period, count, Status.OK, date(2016, 1, 1))
            yield Observation("people", "gemeinde", area.key, period, 1e8, Status.OK, date(2016, 1, 1))
    # Official totals, from which one secret each could be found by subtraction.
    yield Observation("cases", "kreis", "06633", "2015", 28 * PUBLIC + 123, Status.OK, date(2016, 1, 1))
    yield Observation("cases", "land", "06", "2015", 426 * PUBLIC + 123, Status.OK, date(2016, 1, 1))


def _publish(demo: Settings, workspace: Path, threshold: int) -> Settings:
    """A release of planted figures; the tiles of the same boundaries are taken over from the demo release."""
    settings = Settings(workspace=workspace)
    shutil.copytree(demo.releases_path, settings.releases_path)
    space = Workspace(settings)
    space.create(demo=False, progress=lambda _: None)
    store, bundled = space.open(), load_bundled()
    definitions = [
        Indicator("cases", "count", "Fälle", title_de="Fälle (synthetisch)", additive=True, harmonise="sum",
                  disclosure="strict", synthetic=True),
        Indicator("people", "count", "Personen", title_de="Personen (synthetisch)", additive=True,
                  harmonise="sum", synthetic=True),
        Indicator("rate", "rate", "%", title_de="Rate (synthetisch)", numerator="cases", denominator="people",
                  factor=100, harmonise="ratio", synthetic=True),
    ]  # fmt: skip
    catalogue = Catalogue(
        {each.id: each for each in definitions},
        profiles={**Catalogue().profiles, "strict": DisclosureProfile("strict", threshold)},
    )
    with store.transaction() as connection:
        store.save_areas(connection, bundled.gemeinden, EditionInfo("bundled", "", "© BKG", ""))
        store.save_changes(connection, bundled.events)
        store.save_catalogue(connection, entries_of(catalogue))
        store.save_observations(connection, list(_observations()), file="planted.csv", sha256="", report={})
    space.publish("", lambda _: None)
    _forget_other_releases(space.releases)
    return settings


def _forget_other_releases(releases: ReleaseFolder) -> None:
    """Leave the current release alone in its folder."""
    manifest = releases.manifest(releases.current_number())
    named = {file.path for file in manifest.files.values()}
    for path in releases.root.glob("files/*/*"):
        if path.relative_to(releases.root).as_posix() not in named:
            path.unlink()
    for number in releases.numbers()[:-1]:
        (releases.root / "manifests" / f"{number:05}.json").unlink()


@pytest.fixture(scope="module")
def protected(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return _publish(demo, tmp_path_factory.mktemp("protected") / "workspace", THRESHOLD)


def _needles() -> list[bytes]:
    """Digits of every secret, of its rate, and of sums that hold it."""
    numbers = [*SECRETS.values()]
    numbers += [100 * secret / 1e8 for secret in SECRETS.values()]
    numbers += [SECRETS["06633021"] + PUBLIC]  # Wesertal, had the merger been added
    return [orjson.dumps(number).removesuffix(b".0") for number in numbers]


def _files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    folder = settings.releases_path
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield path.name, gzip.decompress(content) if path.suffix == ".gz" else content


def _answers(settings: Settings) -> Iterator[tuple[str, bytes]]:
    paths = ["/api", "/api/release", "/api/indicators", "/api/collections", "/metrics", "/api/areas?q=naum"]
    for key in SECRETS:
        paths += [f"/api/areas/{key}?vintage={vintage}" for vintage in ("2016-01-01", "2026-01-01")]
    for indicator in ("cases", "rate"):
        paths.append(f"/api/indicators/{indicator}")
        for vintage in ("2016-01-01", "2020-01-01", "2026-01-01"):
            for level in ("gemeinde", "kreis", "regierungsbezirk", "land"):
                query = f"vintage={vintage}&level={level}&period=2015"
                paths.append(f"/api/indicators/{indicator}/values?{query}")
                paths.append(f"/api/indicators/{indicator}/values?{query}&within=06")
                paths.append(f"/api/collections/{indicator}_{level}/items?vintage={vintage}&datetime=2015")
            paths.append(f"/api/indicators/{indicator}/series?area=06633018,06633,06&vintage={vintage}")
            query = f"indicator={indicator}&period=2015&vintage={vintage}&permutations=99"
            paths += [f"/api/analysis/{statistic}?{query}" for statistic in METHODS]
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        for path in paths:
            answer = client.get(path)
            assert answer.status_code in (200, 404, 422), (path, answer.text)
            yield path, answer.content + repr(answer.headers.items()).encode()


def _leaks(parts: Iterator[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    needles = _needles()
    return [(name, needle) for name, content in parts for needle in needles if needle in content]


def test_no_file_and_no_answer_holds_a_secret(protected: Settings) -> None:
    assert _leaks(_files(protected)) == []
    assert _leaks(_answers(protected)) == []


def test_the_search_finds_secrets_when_protection_is_off(demo: Settings, tmp_path: Path) -> None:
    unprotected = _publish(demo, tmp_path / "open", 0)
    found = _leaks(_files(unprotected))
    assert {needle for _, needle in found} >= set(_needles()[:3])
    assert any("/values" in path for path, _ in _leaks(_answers(unprotected)))


def _document(settings: Settings, path: str) -> dict[str, list[Any]]:
    with TestClient(create_app(settings)) as client:
        document: dict[str, list[Any]] = client.get(path).json()
        return document


@pytest.mark.parametrize("vintage", ["2016-01-01", "2020-01-01", "2026-01-01"])
def test_subtraction_finds_nothing(protected: Settings, vintage: str) -> None:
    """No public total is a sum of which all parts but one are public."""
    query = f"period=2015&vintage={vintage}"
    areas = _document(protected, f"/api/indicators/cases/values?level=gemeinde&{query}")
    secret = {key for key, status in zip(areas["keys"], areas["status"], strict=True) if status == "SECRET"}
    assert secret
    for level in ("kreis", "regierungsbezirk", "land"):
        totals = _document(protected, f"/api/indicators/cases/values?level={level}&{query}")
        for key, value in zip(totals["keys"], totals["values"], strict=True):
            inside = [each for each in secret if str(each).startswith(str(key))]
            assert value is None or not inside, (level, key)


def test_a_rate_times_its_base_finds_nothing(protected: Settings) -> None:
    rates = _document(protected, "/api/indicators/rate/values?period=2015&vintage=2016-01-01")
    for key in SECRETS:
        row = rates["keys"].index(key)
        assert rates["values"][row] is None
        assert rates["numerators"][row] is None


def test_the_server_has_no_way_to_the_store(protected: Settings, tmp_path: Path) -> None:
    moved = tmp_path / "without-store"
    moved.mkdir()
    (moved / "releases").symlink_to(protected.releases_path)
    with TestClient(create_app(replace_workspace(protected, moved))) as client:
        assert client.get("/api/indicators/cases/values").status_code == 200


def replace_workspace(settings: Settings, workspace: Path) -> Settings:
    """The same settings for another folder."""
    return settings.model_copy(update={"workspace": workspace})
