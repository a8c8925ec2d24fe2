"""Municipalities that are gone: found by their names and keys, and told what became of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from boundaries import ChangeEvent, load_bundled
from service.former import FORMER, FormerAreas, former_document, origins, whereabouts
from service.reader import ReleaseReader
from tests.unit.test_memberships import KEYS, MID, NEW, WITHIN, _territory

OBERWESER = {"key": "06633021", "name": "Oberweser", "until": "2019-12-31"}
WAHLSBURG = {"key": "06633027", "name": "Wahlsburg", "until": "2019-12-31"}


def _found(client: TestClient, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/areas", params=query).json()["areas"]
    return found


def _detail(client: TestClient, address: str, language: str, status: int) -> str:
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == status, answer.text
    return str(answer.json()["detail"])


@pytest.mark.parametrize("query", ["Wahlsburg", "wahls", "06633027"])
def test_the_search_finds_former_names_and_keys(client: TestClient, query: str) -> None:
    (area,) = _found(client, q=query)
    assert (area["key"], area["name"]) == ("06633030", "Wesertal")
    assert area["former"] == [OBERWESER, WAHLSBURG]


def test_on_its_own_boundaries_an_area_is_no_former_one(client: TestClient) -> None:
    (area,) = _found(client, q="Wahlsburg", vintage="2018-01-01")
    assert (area["key"], area["former"]) == ("06633027", [])
    assert _found(client, q="Wesertal", vintage="2018-01-01") == []


def test_names_of_today_come_before_names_of_before(client: TestClient) -> None:
    first, *_, last = _found(client, q="rot", level="gemeinde")
    assert first["name"].startswith("Rot")
    assert last["name"] == "Oberzent", "which Rothenberg is a part of"


def test_the_profile_of_an_area_tells_what_it_was(client: TestClient) -> None:
    assert client.get("/api/areas/06633030").json()["former"] == [OBERWESER, WAHLSBURG]
    assert client.get("/api/areas/06633018").json()["former"] == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/areas/06633021", 404),
        ("/api/indicators/pop_total/series?area=06633021", 400),
        ("/api/indicators/pop_total/values?within=06633021", 400),
        ("/api/analysis/moran?indicator=pop_total&within=06633021", 400),
    ],
)
def test_a_key_that_is_gone_is_told_with_its_successor(client: TestClient, address: str, status: int) -> None:
    german, english = _detail(client, address, "de", status), _detail(client, address, "en", status)
    days = "vintage=2016-01-01, vintage=2018-01-01"
    assert german.endswith(
        "Oberweser bestand bis zum 31.12.2019 und gehört nun zu Wesertal (06633030); den Schlüssel gibt es mit " + days
    )
    assert english.endswith(
        "Oberweser existed until 2019-12-31 and now belongs to Wesertal (06633030); the key exists with " + days
    )


def test_another_key_of_the_same_area_is_told(client: TestClient) -> None:
    detail = _detail(client, "/api/areas/06435014", "en", 404)
    assert "Hanau had this key until 2025-12-31, and 06415000 since" in detail


def test_a_key_that_begins_later_is_told_with_its_parts(client: TestClient) -> None:
    detail = _detail(client, "/api/areas/06633030?vintage=2016-01-01", "en", 404)
    assert detail.endswith("is formed after 2019-12-31 from Oberweser (06633021), Wahlsburg (06633027)")


def test_a_key_that_nobody_knows_is_told_how_to_search(client: TestClient) -> None:
    assert _detail(client, "/api/areas/06633999", "en", 404).endswith("search with /api/areas?q=")


def test_a_release_without_the_file_answers_as_before(release: ReleaseReader) -> None:
    files = {name: file for name, file in release.manifest.files.items() if name != FORMER}
    older = ReleaseReader(release.folder, replace(release.manifest, files=files))
    assert older.former_of(older.newest_vintage, "gemeinde") == {}
    assert older.fate_of("06633021", older.newest_vintage).en == "search with /api/areas?q="


def test_what_became_is_followed_over_several_changes_up_to_the_vintage() -> None:
    onward = ChangeEvent(NEW, "merger", ("06633030", KEYS[2]), "06633099", "Großort", "Gemeinde", "toy")
    territory = _territory(WITHIN, onward)
    areas = FormerAreas(former_document(territory))
    ended = areas.ended(KEYS[0], "2020-01-01", ["gemeinde"])
    assert ended is not None
    assert (ended.name, ended.until, ended.vintages) == ("Ort 1", "2017-12-31", ("2016-01-01",))
    today = set(territory.keys(NEW, "gemeinde"))
    assert areas.became(ended, today, "2020-01-01") == ["06633099"]
    assert areas.became(ended, set(territory.keys(MID, "gemeinde")), "2018-01-01") == ["06633030"]
    names = {area.key: area.name for area in territory.at(NEW, "gemeinde").areas}
    assert [each.name for each in areas.by_successor("gemeinde", names, "2020-01-01")["06633099"]] == [
        "Ort 1", "Ort 2", "Ort 3", "Neuort",
    ]  # fmt: skip
    assert [each.key for each in areas.predecessors("06633099", "2018-01-01", ["gemeinde"])] == [KEYS[2], "06633030"]


def test_a_name_that_was_given_up_is_found() -> None:
    renamed = ChangeEvent(MID, "rename", (KEYS[0],), KEYS[0], "Bad Ort", "Gemeinde", "toy", from_names=("Ort 1",))
    territory = _territory(renamed)
    (entry,) = [each for each in former_document(territory) if each["level"] == "gemeinde"]
    assert (entry["key"], entry["name"], entry["successors"], entry["until"]) == (
        KEYS[0], "Ort 1", (KEYS[0],), "2017-12-31",
    )  # fmt: skip


def test_every_bundled_change_can_be_looked_up(release: ReleaseReader) -> None:
    newest = release.newest_vintage
    keys = {key for event in load_bundled().events for key in event.from_keys if event.to_key != key}
    there = release.areas(newest, "gemeinde").row_of
    gone = {key for key in keys if key not in there}
    assert len(gone) >= 7
    for key in gone:
        said = release.fate_of(key, newest)
        assert any(each in said.en for each in there), said.en


def test_an_area_without_known_successors_is_told_when_it_ended() -> None:
    document = [{"level": "raum", "key": "X", "name": "Alt", "until": "2019-12-31", "successors": [], "vintages": []}]
    former = FormerAreas(document).ended("X", "2020-01-01", ["raum"])
    assert former is not None
    assert whereabouts(former, []).en == "Alt existed until 2019-12-31"
    assert "2019-12-31" in origins([former]).en
