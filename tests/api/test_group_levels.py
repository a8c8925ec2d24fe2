"""A level of groups of municipalities, from the table to maps, series, features and analyses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from boundaries import AreaSet, load_bundled
from service import publishing
from service.app import create_app
from service.boundary_loading import load_boundaries
from service.catalogues import entries_of
from service.settings import Settings
from service.store import EditionInfo
from service.workspace import Workspace
from spatial.indicators import Catalogue, Indicator, Observation, Status

OLD = date(2016, 1, 1)
PARTS, MERGED = ("06633021", "06633027"), "06633030"
DEFINITIONS = (
    Indicator("people", "count", "P", additive=True, harmonise="sum"),
    Indicator("cases", "count", "Fälle", additive=True, harmonise="sum", disclosure="jugendhilfe"),
    Indicator("share", "rate", "%", numerator="cases", denominator="people", factor=100, harmonise="ratio"),
    Indicator("rent", "median", "€"),
)


@pytest.fixture(scope="module")
def members() -> dict[str, tuple[str, ...]]:
    """Pairs of municipalities, one of them of those that merged in 2020, and some alone."""
    keys = [key for key in _district().keys if key not in PARTS and key != "06633200"]
    groups = [PARTS, *((key,) for key in keys[:7]), *zip(keys[7::2], keys[8::2], strict=True)]
    return {f"S{place:02}": group for place, group in enumerate(groups)}


def _district() -> AreaSet:
    everything = load_bundled().gemeinden
    return AreaSet("gemeinde", OLD, everything.crs, tuple(a for a in everything.areas if a.key.startswith("06633")))


def _loaded() -> Iterator[Observation]:
    for row, key in enumerate(_district().keys):
        yield Observation("people", "gemeinde", key, "2015", 1000.0 + row, Status.OK, OLD)
        yield Observation("cases", "gemeinde", key, "2015", 3.0 if row == 4 else 50.0 + row, Status.OK, OLD)
        yield Observation("rent", "gemeinde", key, "2015", 6.0, Status.OK, OLD)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, members: dict[str, tuple[str, ...]]) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("groups")
    table: Path = folder / "raeume.csv"
    rows = [f"{key};Raum {key};{member}" for key, several in members.items() for member in several]
    table.write_text("\n".join(["key;name;member", *rows]), "utf-8")
    space = Workspace(Settings(workspace=folder / "atlas"))
    space.create(demo=False, progress=lambda _: None)
    store = space.open()
    with store.transaction() as connection:
        store.save_areas(connection, _district(), EditionInfo("bundled", "", "© BKG", ""))
        store.save_changes(connection, [event for event in load_bundled().events if event.to_key == MERGED])
        store.save_catalogue(connection, entries_of(Catalogue({each.id: each for each in DEFINITIONS})))
        store.save_observations(connection, list(_loaded()), file="counts.csv", sha256="", report={})
    load_boundaries(store, str(table), vintage=OLD, level="sozialraum")
    store.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "_tilesets", lambda *_: ({}, {}))
        space.publish("", lambda _: None)
    with TestClient(create_app(Settings(workspace=folder / "atlas")), base_url="http://127.0.0.1") as client:
        yield client


def _values(client: TestClient, indicator: str, **query: str) -> dict[str, tuple[float | None, str]]:
    answer = client.get(f"/api/indicators/{indicator}/values", params=query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return {
        key: (value, status)
        for key, value, status in zip(found["keys"], found["values"], found["status"], strict=True)
    }  # fmt: skip


@pytest.mark.parametrize("vintage", ["2016-01-01", "2020-01-01"])
def test_groups_have_the_sums_of_what_is_published(
    client: TestClient, members: dict[str, tuple[str, ...]], vintage: str
) -> None:
    for indicator in ("people", "cases"):
        towns = _values(client, indicator, level="gemeinde", vintage=vintage)
        groups = _values(client, indicator, level="sozialraum", vintage=vintage)
        assert groups.keys() == members.keys()
        for key, (value, status) in groups.items():
            names = (MERGED,) if members[key] == PARTS and vintage == "2020-01-01" else members[key]
            parts = [towns[each][0] for each in names]
            assert (value, status) == ((None, "SECRET") if None in parts else (sum(filter(None, parts)), "OK"))
    assert "SECRET" in {status for _, status in groups.values()}
    assert "OK" in {status for _, status in groups.values()}


def test_rates_are_computed_from_the_sums(client: TestClient) -> None:
    people, cases = (_values(client, each, level="sozialraum") for each in ("people", "cases"))
    for key, (share, status) in _values(client, "share", level="sozialraum").items():
        (above, _), (below, _) = cases[key], people[key]
        expected = None if above is None or below is None else pytest.approx(100 * above / below)
        assert (share, status) == (expected, "SECRET" if expected is None else "OK")


def test_figures_of_groups_are_marked_as_aggregated(client: TestClient) -> None:
    (series,) = client.get("/api/indicators/people/series?area=S03").json()["series"]
    assert series["origin"] == ["aggregated"]
    described = client.get("/api/indicators/share").json()
    assert described["levels"] == ["gemeinde", "kreis", "regierungsbezirk", "land", "sozialraum"]
    assert described["levels_from_members"] == {"sozialraum": "gemeinde"}
    assert described["periods_by_level"]["sozialraum"] == ["2015"]


def test_features_and_profiles_have_them(client: TestClient) -> None:
    feature = client.get("/api/collections/people_sozialraum/items/S03").json()
    assert feature["properties"]["value"] == _values(client, "people", level="sozialraum")["S03"][0]
    figures = client.get("/api/areas/S03").json()["figures"]
    assert {each["indicator"] for each in figures} == {"people", "cases", "share"}


@pytest.mark.parametrize("statistic", ["moran", "local-moran", "getis-ord"])
def test_analyses_take_the_level(client: TestClient, members: dict[str, tuple[str, ...]], statistic: str) -> None:
    query = {"indicator": "people", "level": "sozialraum", "permutations": "99", "seed": "1"}
    answer = client.get(f"/api/analysis/{statistic}", params=query)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["n"], answer.json()["level"]) == (len(members), "sozialraum")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/api/indicators/rent/values?level=sozialraum", "there are none on the level sozialraum, but on: gemeinde"),
        ("/api/analysis/moran?indicator=rent&level=sozialraum", "none on the level sozialraum, but on: gemeinde"),
        ("/api/indicators/rent/series?area=S03", "rent has no figures on the level sozialraum"),
        ("/api/collections/rent_sozialraum", "rent has no figures on the level sozialraum, but on: gemeinde"),
        ("/api/indicators/rent/values?level=planet", "expected gemeinde"),
    ],
)
def test_a_level_without_figures_is_not_called_unknown(client: TestClient, address: str, words: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (400, 404)
    assert words in answer.json()["detail"]


def test_both_languages_say_so(client: TestClient) -> None:
    def detail(language: str) -> Any:
        headers = {"Accept-Language": language}
        return client.get("/api/indicators/rent/values?level=sozialraum", headers=headers).json()["detail"]

    assert detail("de").endswith("auf der Ebene sozialraum gibt es sie nicht, sondern auf: gemeinde")
    assert detail("en").endswith("there are none on the level sozialraum, but on: gemeinde")


@pytest.mark.parametrize("key", ["S00", "S01", "S10"])
def test_a_group_selects_its_members(client: TestClient, members: dict[str, tuple[str, ...]], key: str) -> None:
    expected = {MERGED} if members[key] == PARTS else set(members[key])
    assert _values(client, "people", level="gemeinde", within=key).keys() == expected
    assert _values(client, "people", level="sozialraum", within=key).keys() == {key}
    areas = client.get("/api/areas", params={"level": "gemeinde", "within": key}).json()["areas"]
    assert {area["key"] for area in areas} == expected
    (group,) = client.get("/api/areas", params={"level": "sozialraum", "within": key}).json()["areas"]
    assert {(each["key"], each["level"]) for each in group["members"]} == {(each, "gemeinde") for each in expected}


def test_on_earlier_boundaries_it_selects_those_of_then(client: TestClient) -> None:
    found = _values(client, "people", level="gemeinde", within="S00", vintage="2016-01-01")
    assert found.keys() == set(PARTS)


def test_analyses_take_a_group_as_the_place(client: TestClient) -> None:
    query = {"indicator": "people", "within": "S10", "level": "gemeinde", "permutations": "99", "seed": "1"}
    answer = client.get("/api/analysis/moran", params=query)
    assert answer.status_code == 422, answer.text
    assert "too few areas" in answer.json()["reason"]
    answer = client.get("/api/analysis/inequality?indicator=share&level=gemeinde&groups=sozialraum")
    assert answer.status_code == 200, answer.text


def test_the_release_tells_the_levels_inside_each_place(client: TestClient) -> None:
    places = {each["key"]: each["levels"] for each in client.get("/api/release").json()["selections"]}
    assert places["06633"] == ["gemeinde", "sozialraum"]
    assert places["06"] == ["gemeinde", "kreis", "regierungsbezirk", "sozialraum"]
