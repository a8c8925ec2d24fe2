"""OGC API Features in process: landing page to single feature, and every refusal."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from starlette.testclient import TestClient

KASSEL = "06633"


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_landing_page_links_what_clients_need(client: TestClient) -> None:
    links = {link["rel"]: link for link in get(client, "/api")["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(links)
    for link in links.values():
        answer = client.get(link["href"])
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].split(";")[0] == link["type"].split(";")[0]


def test_json_is_the_default_for_any_client(client: TestClient) -> None:
    for accept in ("*/*", "application/json", "application/geo+json, application/json", "text/html"):
        answer = client.get("/api", headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/json"


def test_collections_are_levels_and_indicators(client: TestClient) -> None:
    collections = {each["id"]: each for each in get(client, "/api/collections")["collections"]}
    assert {"gemeinde", "kreis", "regierungsbezirk", "land", "pop_total_gemeinde"} <= set(collections)
    for collection_id in ("gemeinde", "pop_total_kreis"):
        assert get(client, f"/api/collections/{collection_id}") == collections[collection_id]
    west, south, east, north = collections["gemeinde"]["extent"]["spatial"]["bbox"][0]
    assert (7.7, 49.3) < (west, south) < (east, north) < (10.3, 51.7)


def test_items_are_all_areas_of_the_newest_vintage_in_crs84(client: TestClient) -> None:
    document = get(client, "/api/collections/gemeinde/items")
    assert document["numberMatched"] == document["numberReturned"] == len(document["features"]) == 425
    naumburg = next(each for each in document["features"] if each["id"] == "06633018")
    assert naumburg["properties"] == {
        "key": "06633018",
        "name": "Naumburg",
        "level": "gemeinde",
        "parent": KASSEL,
        "populated": True,
        "area_km2": pytest.approx(66.23, abs=0.01),
    }
    shape = shapely.geometry.shape(naumburg["geometry"])
    assert shape.is_valid
    assert shape.contains(shapely.Point(9.17, 51.25))


def test_vintage_chooses_the_boundaries(client: TestClient) -> None:
    counts = {
        day: get(client, "/api/collections/gemeinde/items", vintage=day, limit=1)["numberMatched"]
        for day in ("2016-01-01", "2018-06-30", "2020-01-01", "2023-01-01", "2030-01-01")
    }
    assert counts == {
        "2016-01-01": 430,
        "2018-06-30": 427,
        "2020-01-01": 426,
        "2023-01-01": 425,
        "2030-01-01": 425,
    }
    assert client.get("/api/collections/gemeinde/items/06633021").status_code == 404
    assert get(client, "/api/collections/gemeinde/items/06633021", vintage="2019-12-31")["id"] == "06633021"


def test_paging_gives_every_feature_once(client: TestClient) -> None:
    url, keys = "/api/collections/gemeinde/items?limit=100", []
    for _ in range(6):
        page = client.get(url).json()
        keys += [feature["id"] for feature in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        url = following[0]
    assert len(keys) == len(set(keys)) == 425
    assert keys == sorted(keys)


def test_limit_above_the_maximum_is_capped(client: TestClient) -> None:
    assert get(client, "/api/collections/kreis/items", limit=1_000_000)["numberReturned"] == 27


def test_bbox_selects_by_geometry_not_by_box(client: TestClient) -> None:
    everything = get(client, "/api/collections/gemeinde/items")["features"]
    box = shapely.box(9.32, 51.24, 9.325, 51.245)
    expected = {f["id"] for f in everything if shapely.geometry.shape(f["geometry"]).intersects(box)}
    found = {
        f["id"] for f in get(client, "/api/collections/gemeinde/items", bbox="9.32,51.24,9.325,51.245")["features"]
    }
    assert found == expected
    by_box = {f["id"] for f in everything if shapely.box(*shapely.geometry.shape(f["geometry"]).bounds).intersects(box)}
    assert set() < found < by_box


def test_indicator_collection_carries_figures(client: TestClient) -> None:
    document = get(client, "/api/collections/pop_total_gemeinde/items", datetime="2015", bbox="9.1,51.2,9.2,51.3")
    naumburg = next(each for each in document["features"] if each["id"] == "06633018")["properties"]
    values = get(client, "/api/indicators/pop_total/values", period="2015", within=KASSEL)
    assert naumburg["value"] == values["values"][values["keys"].index("06633018")]
    assert (naumburg["period"], naumburg["status"], naumburg["synthetic"]) == ("2015", "OK", False)


@pytest.mark.parametrize(
    ("wanted", "period"),
    [
        ("2015", "2015"),
        ("2015-07-01T00:00:00Z", "2015"),
        ("2014-01-01/2015-06-30", "2015"),
        ("../2013-05-01", "2013"),
        ("2013-Q2", "2013"),
        ("2013-02/2014", "2014"),
    ],
)
def test_datetime_finds_the_newest_period_in_it(client: TestClient, wanted: str, period: str) -> None:
    document = get(client, "/api/collections/pop_total_kreis/items", datetime=wanted, limit=1)
    assert document["features"][0]["properties"]["period"] == period


@pytest.mark.parametrize("wanted", ["1950-01-01", "1950", "1950-Q3", "1950-07", "1950-1951", "../1950", "1950/1951"])
def test_datetime_without_figures_matches_nothing(client: TestClient, wanted: str) -> None:
    document = get(client, "/api/collections/pop_total_kreis/items", datetime=wanted)
    assert (document["numberMatched"], document["features"]) == (0, [])
    assert get(client, "/api/collections/gemeinde/items", datetime=wanted, limit=1)["numberMatched"] > 400


def test_extent_says_what_time_a_collection_covers(client: TestClient) -> None:
    def temporal(collection: str) -> Any:
        return get(client, f"/api/collections/{collection}")["extent"]["temporal"]

    periods = get(client, "/api/collections/pop_total_kreis")["periods"]
    assert temporal("pop_total_kreis") == {
        "interval": [[f"{periods[0]}-01-01T00:00:00Z", f"{periods[-1]}-12-31T23:59:59Z"]],
        "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
    }
    ((first, last),) = temporal("gemeinde")["interval"]
    vintages = get(client, "/api/release")["vintages"]
    assert (first, last) == (f"{vintages[0]}T00:00:00Z", None)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/collections/gemeinde/items?limit=unlimited", "limit"),
        ("/api/collections/gemeinde/items?limit=0", "limit"),
        ("/api/collections/gemeinde/items?offset=-1", "offset"),
        ("/api/collections/gemeinde/items?bbox=1,2,3", "bbox"),
        ("/api/collections/gemeinde/items?bbox=1,x,3,4", "bbox"),
        ("/api/collections/gemeinde/items?bbox=1,5,3,4", "bbox"),
        ("/api/collections/gemeinde/items?bbox=nan,1,2,3", "bbox"),
        ("/api/collections/gemeinde/items?vintage=yesterday", "vintage"),
        ("/api/collections/gemeinde/items?vintage=1990-01-01", "vintage"),
        ("/api/collections/gemeinde/items?datetime=soon", "datetime"),
        ("/api/collections/pop_total_gemeinde/items?datetime=2015-01-01/2014-01-01", "datetime"),
        ("/api/collections/gemeinde/items?colour=red", "colour"),
        ("/api/collections/gemeinde/items?crs=EPSG:31467", "crs"),
        ("/api/collections/gemeinde/items?bbox=1,2,3,4&bbox-crs=EPSG:31467", "bbox-crs"),
        ("/api/collections?limit=5", "limit"),
        ("/api?f=xml", "f"),
    ],
)
def test_impossible_parameters_are_named(client: TestClient, path: str, parameter: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


@pytest.mark.parametrize(
    "path",
    [
        "/api/collections/nowhere",
        "/api/collections/nowhere/items",
        "/api/collections/gemeinde/items/99999999",
        "/api/nothing",
    ],
)
def test_what_is_not_there_is_a_problem_document(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance"} <= set(answer.json())


def test_api_definition_is_valid_and_self_contained(client: TestClient) -> None:
    from openapi_spec_validator import validate

    definition = get(client, "/api/openapi.json")
    validate(definition)
    assert all(ref.startswith("#/") for ref in _references(definition))
    assert "/api/collections/{collection_id}/items" in definition["paths"]


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for child in node.values() for ref in _references(child)]
    if isinstance(node, list):
        return [ref for child in node for ref in _references(child)]
    return []
