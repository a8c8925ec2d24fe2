"""GIS software reads the service: GDAL as OGC API Features client, vector tile and archive reader."""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from typing import Any

import mapbox_vector_tile
import orjson
import pyogrio
import pytest
from pmtiles.reader import Reader

KASSEL = "06633"


@pytest.mark.parametrize(("layer", "features"), [("gemeinde", 425), ("kreis", 27), ("unemp_share_gemeinde", 425)])
def test_gdal_reads_collections(server: str, layer: str, features: int) -> None:
    frame = pyogrio.read_dataframe(f"OAPIF:{server}/api", layer=layer)
    assert len(frame) == features
    assert frame.crs.to_epsg() in (4326, None) or "CRS84" in str(frame.crs)
    assert frame.geometry.is_valid.all()
    assert frame.set_index("key").loc["06633018" if layer != "kreis" else KASSEL, "name"] in ("Naumburg", "Kassel")


def test_gdal_lists_every_collection(server: str) -> None:
    layers = {name for name, _ in pyogrio.list_layers(f"OAPIF:{server}/api").tolist()}
    with urllib.request.urlopen(f"{server}/api/collections") as answer:
        assert layers == {each["id"] for each in orjson.loads(answer.read())["collections"]}


def test_gdal_keeps_missing_apart_from_zero(server: str) -> None:
    frame = pyogrio.read_dataframe(f"OAPIF:{server}/api", layer="hze_cases_gemeinde").set_index("key")
    secret = frame[frame["status"] == "SECRET"]
    assert len(secret) > 0
    assert secret["value"].isna().all()
    assert frame.loc["06633200", "status"] == "NOT_APPLICABLE"
    assert frame["synthetic"].all()


def test_gdal_asks_for_a_box(server: str) -> None:
    frame = pyogrio.read_dataframe(f"OAPIF:{server}/api", layer="gemeinde", bbox=(9.1, 51.2, 9.2, 51.3))
    assert 0 < len(frame) < 20
    assert "Naumburg" in set(frame["name"])


def _open(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


@pytest.fixture(scope="module")
def tilejson(server: str) -> Any:
    return orjson.loads(_open(f"{server}/tiles/2026-01-01.json")[2])


def test_tilejson_describes_the_tiles(server: str, tilejson: Any) -> None:
    assert (tilejson["tilejson"], tilejson["minzoom"], tilejson["maxzoom"]) == ("3.0.0", 0, 12)
    layers = {layer["id"]: layer["fields"] for layer in tilejson["vector_layers"]}
    assert {"gemeinde", "kreis", "land", "gemeinde_label"} <= set(layers)
    assert {"key", "name"} <= set(layers["gemeinde"])
    assert tilejson["tiles"][0].startswith(server)
    assert "BKG" in tilejson["attribution"]


def test_a_tile_decodes_to_areas_with_ids(tilejson: Any) -> None:
    url = tilejson["tiles"][0].format(z=9, x=269, y=170)
    status, headers, body = _open(url)
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "immutable" in headers["cache-control"]
    features = mapbox_vector_tile.decode(gzip.decompress(body))["gemeinde"]["features"]
    assert {feature["properties"]["key"][:2] for feature in features} == {"06"}
    assert len({feature["id"] for feature in features}) == len(features) > 10


def test_without_the_version_a_tile_must_be_asked_for_again(server: str) -> None:
    assert _open(f"{server}/tiles/2026-01-01/9/269/170.mvt")[1]["cache-control"] == "no-cache"
    assert _open(f"{server}/tiles/2026-01-01/9/269/170.mvt?v=000000000000")[1]["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("2026-01-01/9/0/0.mvt", 204),
        ("2026-01-01/13/4304/2720.mvt", 204),
        ("2026-01-01/9/512/0.mvt", 404),
        ("2026-01-01/99/0/0.mvt", 400),
        ("2026-01-01/9/-1/0.mvt", 400),
        ("1999-01-01/9/269/170.mvt", 404),
        ("1999-01-01.json", 404),
        ("1999-01-01.pmtiles", 404),
        ("2026-01-01/9/269/170.mvt?values=1", 400),
    ],
)
def test_tiles_that_are_not_there(server: str, path: str, status: int) -> None:
    assert _open(f"{server}/tiles/{path}")[0] == status


def test_the_archive_is_read_by_ranges(server: str) -> None:
    url, asked = f"{server}/tiles/2026-01-01.pmtiles", []

    def read(offset: int, length: int) -> bytes:
        status, headers, body = _open(url, Range=f"bytes={offset}-{offset + length - 1}")
        assert (status, len(body)) == (206, length)
        asked.append(headers["content-range"])
        return body

    reader = Reader(read)
    assert reader.header()["max_zoom"] == 12
    packed = reader.get(9, 269, 170)
    assert packed == _open_raw(f"{server}/tiles/2026-01-01/9/269/170.mvt")
    assert len(asked) > 2
    assert _open(url, **{"If-None-Match": _open(url)[1]["etag"]})[0] == 304


def _open_raw(url: str) -> bytes:
    return _open(url)[2]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=0-9", 206),
        ("bytes=-10", 206),
        ("bytes=5-", 206),
        ("bytes=999999999-", 416),
        ("bytes=-0", 416),
        ("bytes=5-2", 200),
        ("bytes=abc", 200),
        ("items=0-5", 200),
        ("bytes=0-1,4-5", 200),
    ],
)
def test_odd_ranges(server: str, asked: str, status: int) -> None:
    got, headers, body = _open(f"{server}/tiles/2026-01-01.pmtiles", Range=asked)
    assert got == status
    if status == 416:
        assert headers["content-type"] == "application/problem+json"
        assert headers["content-range"].startswith("bytes */")
    elif status == 206 and asked != "bytes=5-":
        assert len(body) == 10


def test_a_range_of_another_version_is_the_whole_file(server: str) -> None:
    url = f"{server}/tiles/2026-01-01.pmtiles"
    assert _open(url, Range="bytes=0-9", **{"If-Range": '"old"'})[0] == 200
    assert _open(url, Range="bytes=0-9", **{"If-Range": _open(url)[1]["etag"]})[0] == 206
