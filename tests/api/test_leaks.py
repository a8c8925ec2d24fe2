"""Nothing secret leaves: every file of a release, every address of the service, and what can be computed from them.

A store is planted with invented counts whose digits nothing else has. The search looks for them as text and as
numbers; an attacker who only reads answers tries to compute them. Both must find nothing, and must find something as
soon as one of the protections is switched off.
"""

from __future__ import annotations

import gzip
import itertools
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
from pmtiles.reader import MemorySource, all_tiles
from starlette.testclient import TestClient

from service import publishing
from service.analyses.registry import METHODS
from service.app import create_app
from service.releases import ReleaseFolder
from service.settings import Settings
from service.workspace import Workspace
from spatial.indicators import ProtectionLeak, everybody, figures, raw, safeguard, tabulating
from spatial.indicators.derivation import derive, inputs_at
from spatial.indicators.protection import AdditiveSystem, Pattern
from spatial.indicators.protection import choose as real_choose
from tests.api.attacker import Attacker
from tests.api.planted import (
    DOMINATED,
    EVERYBODY,
    MERGED,
    PERIODS,
    SMALL,
    SOURCE_SECRET,
    THRESHOLD,
    Place,
    Planted,
    plant,
)

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_LEVELS = ("gemeinde", "kreis", "land", "raum", "gruppe")
_OUTLINE = re.compile(rb'"coordinates":[][0-9.,eE+-]+')
_SAME = 1e-9  # relative


@dataclass(frozen=True)
class Published:
    """A release of planted figures."""

    planted: Planted
    settings: Settings
    attacker: Attacker

    def secrets(self) -> dict[Place, float]:
        """Planted numbers that were not published, primary and secondary ones."""
        return {place: value for place, value in self.planted.counts().items() if place not in self.attacker.known}

    def secret_sums(self) -> list[float]:
        """Sums of groups that were not published, since a member is secret."""
        counts, groups = self.planted.counts(), self.planted.groups
        sums = {
            (indicator, group, period): [counts.get((indicator, member, period)) for member in members]
            for indicator in ("young", "old", "cases")
            for period in PERIODS[:2]
            for group, members in groups.items()
        }
        return [
            sum(each for each in parts if each is not None)
            for place, parts in sums.items()
            if place not in self.attacker.known and None not in parts
        ]

    def primary(self) -> dict[Place, float]:
        """Planted numbers that had to be withheld for their own sake."""
        singled = {("young", DOMINATED, "2016"), ("young", EVERYBODY, "2015")}
        return {place: value for place, value in self.planted.counts().items() if value < THRESHOLD or place in singled}


def _publish(workspace: Path, *, tiles: bool) -> Published:
    planted = plant(workspace)
    with pytest.MonkeyPatch.context() as patch:
        if not tiles:
            patch.setattr(publishing, "_tilesets", lambda *_: ({}, {}))
        Workspace(planted.settings).publish("", lambda _: None)
    attacker = Attacker(planted.regions, planted.groups)
    with TestClient(create_app(planted.settings)) as client:
        attacker.ask(client)
    return Published(planted, planted.settings, attacker)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return _publish(tmp_path_factory.mktemp("leaks") / "atlas", tiles=True)


# -- searching -----------------------------------------------------------------------------------------------


class Search:
    """Looks for secrets in texts: their digits, and any number equal to one of them or to a rate made of one."""

    def __init__(self, published: Published) -> None:
        secrets = published.secrets()
        self._digits = [str(int(value)).encode() for value in secrets.values()]
        people = {
            (each.key, each.period): each.value for each in published.planted.observations if each.indicator == "people"
        }
        sums = published.secret_sums()
        self._digits += [str(int(value)).encode() for value in sums]
        numbers = [*secrets.values(), *sums]
        for (_, key, period), value in secrets.items():
            base = people[key, period]
            if base is not None and base != value:
                numbers += [100 * value / base, value / base, base / value]
        self._numbers = np.sort(np.array(numbers))

    def hits(self, name: str, content: bytes) -> list[tuple[str, str]]:
        """What was found in a text."""
        found = [(name, digits.decode()) for digits in self._digits if digits in content]
        numbers = np.array([float(number) for number in _NUMBER.findall(content)])
        numbers = numbers[np.isfinite(numbers)]  # digests look like numbers with enormous exponents
        place = np.searchsorted(self._numbers, numbers * (1 - _SAME))
        near = self._numbers[np.minimum(place, len(self._numbers) - 1)]
        equal = np.abs(near - numbers) <= np.abs(numbers) * _SAME
        return found + [(name, repr(float(number))) for number in numbers[equal]]

    def all_hits(self, parts: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
        return [hit for name, content in parts for hit in self.hits(name, content)]


def _files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Every file of the release as text: unpacked, and tiles decoded."""
    for path in sorted(settings.releases_path.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".pmtiles":
            for address, tile in _tiles(content):
                yield f"{path.name} {address}", repr(mapbox_vector_tile.decode(gzip.decompress(tile))).encode()
        yield path.name, gzip.decompress(content) if path.suffix == ".gz" else content


def _tiles(archive: bytes) -> Iterator[tuple[object, bytes]]:
    yield from all_tiles(MemorySource(archive))  # type: ignore[no-untyped-call]  # the library has no annotations


def _query(statistic: str, indicator: str, vintage: str) -> str:
    """What a statistic takes and requires, all of one indicator."""
    period = "2016" if indicator == "change" else "2015"
    offered = {"indicator": indicator, "second": indicator, "indicators": f"{indicator},people", "period": period,
               "second_period": period, "vintage": vintage, "permutations": "99", "groups": "kreis"}  # fmt: skip
    takes = METHODS[statistic].takes
    return "&".join(f"{name}={value}" for name, value in offered.items() if name in takes)


def _addresses(client: TestClient) -> Iterator[tuple[str, str]]:
    """Template of the OpenAPI document and an address of it, with everything that is worth asking for."""
    indicators = [each["id"] for each in client.get("/api/indicators").json()["indicators"]]
    collections = [each["id"] for each in client.get("/api/collections").json()["collections"]]
    vintages = ("2016-01-01", "2020-01-01")
    keys = ("06633018", *sorted({SOURCE_SECRET, DOMINATED, EVERYBODY}), MERGED, "06633", "06", "R01", "G01", "GXX")
    fillings: dict[str, Iterable[str]] = {
        "collection_id": [each for each in collections if each.partition("_")[0] in ("young", "rate", "age", *_LEVELS)],
        "indicator": indicators,
        "key": keys,
        "job_id": ("none",),
        "tileset": vintages,
    }
    queries: dict[str, Iterable[str]] = {
        "/api/collections/{collection_id}/items": [f"?vintage={vintages[0]}&datetime=2015", "?f=html"],
        "/api/indicators/{indicator}/series": [f"?area={','.join(keys)}&vintage={vintage}" for vintage in vintages],
        "/api/indicators/{indicator}/values": [
            f"?vintage={vintage}&level={level}&period=2015" for vintage in vintages for level in _LEVELS
        ]
        + [f"?vintage={vintages[0]}&period={period}&within=06633" for period in PERIODS],
        "/api/areas": ["?q=naum"],
        "/api/areas/{key}": [f"?vintage={vintage}" for vintage in vintages],
    }  # fmt: skip
    for template in client.get("/api/openapi.json").json()["paths"]:
        for path in _filled(template, fillings):
            for query in ["", *queries.get(template, [])]:
                yield template, path + query
    for template, addresses in _special(indicators, vintages).items():
        for address in addresses:
            yield template, address


def _filled(template: str, fillings: dict[str, Iterable[str]]) -> Iterator[str]:
    names = re.findall(r"\{(\w+)\}", template)
    if all(name in fillings for name in names):
        for values in itertools.product(*(fillings[name] for name in names)):
            yield template.format(**dict(zip(names, values, strict=True)))


def _special(indicators: list[str], vintages: tuple[str, str]) -> dict[str, list[str]]:
    """Addresses whose parts depend on each other, and those outside of the OpenAPI document."""
    levels = ("gemeinde", "kreis")
    return {
        "/api/collections/{collection_id}/items/{fid}": [
            f"/api/collections/{indicator}_{level}/items/{key}?datetime=2015&vintage={vintages[0]}"
            for indicator in indicators for level, key in zip(levels, ("06633018", "06633"), strict=True)
        ],
        "/api/analysis/{statistic}": [
            f"/api/analysis/{statistic}?{_query(statistic, indicator, vintages[0])}"
            for statistic in METHODS for indicator in ("young", "rate")
        ] + [
            f"/api/analysis/local-moran?{_query('local-moran', indicator, vintages[0])}"
            for indicator in ("change", "age")
        ] + [
            f"/api/analysis/standardised-ratios?cases={cases}&population={population}&period=2015"
            f"&vintage={vintages[0]}{standard}"
            for cases, population in (("young", "people"), ("young,old", "people,cases"))
            for standard in ("", "&reference=06432", "&reference=06633018", "&reference=06432&observed=cases")
        ],
        "/api/analysis/{statistic}/weights": [
            f"/api/analysis/local-moran/weights?indicator=rate&period=2015&f={form}" for form in ("gal", "gwt", "csv")
        ],
        "/tiles/{tileset}/{z}/{x}/{y}.mvt": [
            f"/tiles/{vintage}/{z}/{x}/{y}.mvt" for vintage in vintages for z, x, y in ((0, 0, 0), (8, 134, 85))
        ],
        "": ["/", "/embed", "/metrics", "/api?f=html", "/api/collections?f=html", "/nothing", "/api/areas/0",
             "/api/indicators/young/values?level=nothing", "/api/indicators/young/values?period=x&secret=1",
             "/api/analysis/moran?indicator=young&period=1900", "/api/docs"],
    }  # fmt: skip


def _answers(settings: Settings, seen: set[str]) -> Iterator[tuple[str, bytes]]:
    """Every answer: body, headers, and in the end the metrics of them all."""
    with TestClient(create_app(settings), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        wanted = set(client.get("/api/openapi.json").json()["paths"])
        for template, address in _addresses(client):
            answer = client.get(address)
            assert answer.status_code < 500 or answer.status_code == 503, (address, answer.text)
            seen.add(template)
            content = answer.content
            if answer.headers.get("content-type", "").startswith("application/vnd.mapbox-vector-tile"):
                content = repr(mapbox_vector_tile.decode(content)).encode()
            # Outlines are searched in the files; here they would be most of the text.
            yield address, _OUTLINE.sub(b"", content) + repr(answer.headers.items()).encode()
        yield "/metrics", client.get("/metrics").content
    assert seen >= wanted, f"addresses that nobody searched: {sorted(wanted - seen)}"


# -- nothing leaves ------------------------------------------------------------------------------------------


def test_there_is_something_to_find(published: Published) -> None:
    secrets, primary = published.secrets(), published.primary()
    assert primary.keys() <= secrets.keys()
    assert len(secrets) > len(primary) > 10
    assert len(published.attacker.known) > len(secrets)
    groups = [each for each in published.attacker.known if each[1] in published.planted.groups]
    assert len(groups) > 100, "groups are shown"
    assert len(published.secret_sums()) > 10, "but those with a secret member"
    districts = [("cases", "06633", "2015"), ("young", "06432", "2015"), ("old", "06633", "2016")]
    assert all(place in published.attacker.known for place in districts), "districts are shown"
    assert published.attacker.contradictions == []


def test_nothing_that_is_published_depends_on_a_secret(published: Published, tmp_path: Path) -> None:
    """Two stores that differ in secrets only, with the same sums, make the same release: whatever is computed of it."""
    one, other = SMALL[2], SOURCE_SECRET
    # What the source kept secret of the other one takes up the difference.
    moved: dict[Place, float] = {
        ("young", one, "2015"): 1013.0,
        ("old", one, "2015"): -1013.0,
        ("young", other, "2015"): -1013.0,
    }
    secrets = published.secrets()
    assert moved.keys() <= secrets.keys()
    differing = plant(tmp_path / "atlas", moved=moved)
    assert [differing.counts()[place] - secrets[place] for place in moved] == list(moved.values())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "_tilesets", lambda *_: ({}, {}))
        Workspace(differing.settings).publish("", lambda _: None)
    releases = [ReleaseFolder(each).manifest(1) for each in (published.settings.releases_path,
                                                             differing.settings.releases_path)]  # fmt: skip
    before, after = ({name: file for name, file in each.files.items() if not name.startswith("tiles/")}
                     for each in releases)  # fmt: skip
    assert before == after
    about = [{name: each for name, each in release.about.items() if name != "tiles"} for release in releases]
    assert about[0] == about[1]


def test_no_file_holds_a_secret(published: Published) -> None:
    parts = list(_files(published.settings))
    assert any("pmtiles (" in name for name, _ in parts)
    assert Search(published).all_hits(parts) == []


def test_no_answer_and_no_log_holds_a_secret(published: Published, caplog: pytest.LogCaptureFixture) -> None:
    seen: set[str] = set()
    with caplog.at_level(logging.DEBUG):
        parts = list(_answers(published.settings, seen))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert logged
    assert Search(published).all_hits([*parts, ("log", logged.encode())]) == []


@pytest.mark.parametrize(
    "command",
    [
        ("analyse", "local-moran", "--indicator", "young", "--period", "2015", "--format", "json"),
        ("publish",),
        ("doctor",),
        ("catalogue", "list"),
        ("releases",),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_no_command_prints_a_secret(published: Published, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *command, "--workspace", published.settings.workspace],
        capture_output=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.stdout + done.stderr
    assert Search(published).all_hits([("stdout", done.stdout), ("stderr", done.stderr)]) == []


def test_no_result_that_is_kept_and_no_job_holds_a_secret(published: Published) -> None:
    """Whatever an analysis leaves in the workspace: results on disk, states, locks and reports of jobs."""
    settings = published.settings
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        for statistic in ("moran", "local-moran", "funnel", "trend", "classes"):
            indicator = "young" if statistic == "trend" else "rate"
            answer = client.get(
                f"/api/analysis/{statistic}?{_query(statistic, indicator, '2016-01-01')}",
                headers={"Prefer": "respond-async"},
            )
            assert answer.status_code == 202, answer.text
            deadline = time.monotonic() + 240
            while client.get(answer.headers["location"]).json()["state"] in ("queued", "running"):
                assert time.monotonic() < deadline, statistic
                time.sleep(0.02)
    raw_store = {settings.store_path, *settings.store_path.parent.glob(f"{settings.store_path.name}-*")}
    kept = [
        path
        for path in sorted(settings.workspace.rglob("*"))
        if path.is_file() and path not in raw_store and settings.releases_path not in path.parents
    ]
    parts = [(path.name, path.read_bytes()) for path in kept]
    parts += [(name, gzip.decompress(content)) for name, content in parts if name.endswith(".gz")]
    assert any(b"moran" in content for _, content in parts), "results were kept"
    assert Search(published).all_hits(parts) == []


def test_nothing_secret_can_be_computed(published: Published) -> None:
    """Totals, rates, changes, sums over years, vintages and levels against each other, all at once."""
    assert published.attacker.narrow(published.primary()) == {}


def test_no_total_misses_one_part_alone(published: Published) -> None:
    """Plain subtraction: no equation of published figures has a secret as its single gap."""
    gaps = [
        [place for place in terms if place not in published.attacker.known]
        for terms, _ in published.attacker.equations()
    ]
    assert max(len(gap) for gap in gaps) > 1
    assert [gap for gap in gaps if len(gap) == 1 and gap[0] in published.primary()] == []


def test_primary_and_secondary_look_alike(published: Published) -> None:
    """Nothing but the missing number tells a small count from the large one that protects it."""
    with TestClient(create_app(published.settings)) as client:
        answer = client.get("/api/indicators/young/values?level=gemeinde&period=2015&vintage=2016-01-01").json()
    told = {
        (answer["status"][row], tuple(answer["flags"][row]))
        for row, key in enumerate(answer["keys"])
        if ("young", key, "2015") in published.secrets()
    }
    assert told == {("SECRET", ())}


def test_the_same_store_gives_the_same_release(published: Published, tmp_path: Path) -> None:
    again = _publish(tmp_path / "again", tiles=False)
    assert again.attacker.known == published.attacker.known


def test_the_server_has_no_way_to_the_store(published: Published, tmp_path: Path) -> None:
    moved = tmp_path / "without-store"
    moved.mkdir()
    (moved / "releases").symlink_to(published.settings.releases_path)
    with TestClient(create_app(published.settings.model_copy(update={"workspace": moved}))) as client:
        assert client.get("/api/indicators/young/values").status_code == 200


# -- planted leaks -------------------------------------------------------------------------------------------


def _primary_alone(system: AdditiveSystem, **_: object) -> Pattern:
    return Pattern(system.ids(system.primary | ~system.known), system.ids(system.primary))


def _without_primary(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AdditiveSystem, "_small", lambda system: np.zeros(len(system.cells), bool))


def _without_secondary(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(safeguard, "choose", _primary_alone)
    patch.setattr(safeguard, "audit", lambda *_, **__: ())


def _without_sums(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tabulating, "relations_of", lambda *_: [])


def _without_links_between_files(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tabulating.Tabulator, "_link_collections", lambda *_: None)


def _without_categories(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tabulating.Tabulator, "_link_categories", lambda *_: None)


def _without_inheritance(patch: pytest.MonkeyPatch) -> None:
    """Rates and changes are computed from raw figures."""

    def derived(self: figures.Figures, indicator: Any, vintage: Any, level: str, period: str) -> figures.Figure:
        columns = [
            self._raw.figure(self._catalogue.indicators[each.indicator], vintage, level, each.period).column
            for each in inputs_at(indicator, period, self._available)
        ]
        column = derive(indicator, columns).column
        return figures.Figure(column, np.ones(len(column), bool))

    patch.setattr(figures.Figures, "_derived", derived)


def _without_what_the_source_hides(patch: pytest.MonkeyPatch) -> None:
    """Total less the other category: the gap of the source is filled."""
    confidential = [status for status in tabulating._CONFIDENTIAL if status.value != "SECRET_OR_UNKNOWN"]
    patch.setattr(tabulating, "_CONFIDENTIAL", confidential)


def _without_dominance(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(raw.RawFigures, "dominated", lambda *_: frozenset())


def _without_groups(patch: pytest.MonkeyPatch) -> None:
    def nobody(self: everybody.Everybody, _: object, vintage: Any, level: str, __: str) -> Any:
        return np.zeros(len(self._territory.keys(vintage, level)), bool)

    patch.setattr(everybody.Everybody, "mask", nobody)


def _without_levels_above(patch: pytest.MonkeyPatch) -> None:
    """Masks are used for municipalities alone; what is summed up is shown."""
    original = safeguard.Safeguard.withheld

    def withheld(self: safeguard.Safeguard, indicator: Any, vintage: Any, level: str, period: str) -> Any:
        mask = original(self, indicator, vintage, level, period)
        return mask if level == "gemeinde" else np.zeros_like(mask)

    patch.setattr(safeguard.Safeguard, "withheld", withheld)


def _without_protected_members(patch: pytest.MonkeyPatch) -> None:
    """Groups are put together from raw figures."""
    original = figures.Figures._compute

    def compute(self: figures.Figures, indicator: Any, vintage: Any, level: str, period: str) -> figures.Figure:
        if level != "gruppe" or indicator.is_derived:
            return original(self, indicator, vintage, level, period)
        parts = self._raw.figure(indicator, vintage, "gemeinde", period).column
        weights = self._weights(indicator, vintage, "gemeinde", period)
        column = self.memberships.put_together(parts, vintage, level, indicator.harmonise, weights)
        return figures.Figure(column, np.zeros(len(column), bool))

    patch.setattr(figures.Figures, "_compute", compute)


@pytest.mark.parametrize(
    "switch_off",
    [
        _without_primary,
        _without_secondary,
        _without_sums,
        _without_links_between_files,
        _without_categories,
        _without_inheritance,
        _without_what_the_source_hides,
        _without_dominance,
        _without_groups,
        _without_levels_above,
        _without_protected_members,
    ],
    ids=lambda switch_off: switch_off.__name__.removeprefix("_without_"),
)
def test_a_protection_that_is_switched_off_is_noticed(
    switch_off: Callable[[pytest.MonkeyPatch], None], tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        switch_off(patch)
        leaky = _publish(tmp_path / "atlas", tiles=False)
    source_secret: Place = ("old", SOURCE_SECRET, "2015")
    wanted = {**leaky.primary(), source_secret: 0.0}
    assert leaky.attacker.narrow(wanted)


def test_the_source_secret_is_safe(published: Published) -> None:
    assert published.attacker.narrow({("old", SOURCE_SECRET, "2015"): 0.0}) == {}


def test_a_leaky_choice_stops_publishing(tmp_path: Path) -> None:
    """The audit does not trust the chooser; nothing becomes visible."""

    def careless(system: AdditiveSystem, **options: Any) -> Pattern:
        pattern = real_choose(system, **options)
        secondary = sorted(pattern.withheld - pattern.primary - system.ids(~system.known), key=str)
        return Pattern(pattern.withheld - set(secondary[:1]), pattern.primary)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(safeguard, "choose", careless)
        with pytest.raises(ProtectionLeak, match="could be estimated too closely"):
            _publish(tmp_path / "atlas", tiles=False)
    assert not (tmp_path / "atlas" / "releases" / "current").exists()


def test_the_search_finds_planted_numbers(published: Published) -> None:
    search = Search(published)
    (indicator, key, period), value = next(iter(published.secrets().items()))
    assert indicator
    assert search.hits("x", f'{{"value": {value}}}'.encode())
    assert search.hits("x", f"{value:.6e}1".encode()) == []
    people = next(each.value for each in published.planted.observations
                  if (each.indicator, each.key, each.period) == ("people", key, period))  # fmt: skip
    assert people is not None
    assert search.hits("x", repr(100 * value / people).encode())
