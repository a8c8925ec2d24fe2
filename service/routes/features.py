"""OGC API Features: landing page, conformance, collections and their items."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from service.features import (
    CRS84,
    GREGORIAN,
    Collection,
    collections,
    encode_features,
    extent,
    find_collection,
    property_schema,
    select_rows,
    temporal_extent,
)
from service.links import base_url, with_query
from service.parameters import (
    BoundingBox,
    CurrentSettings,
    Release,
    Vintage,
    capped_limit,
    choice,
    only_known_parameters,
)
from service.periods import parse_interval, period_at
from service.reader import ReleaseReader
from service.replies import GEOJSON, JSON, json_reply

SCHEMA_JSON = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"

_CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)


async def _json_only(
    f: Annotated[Literal["json"], Query(description="Format; JSON is the only one here")] = "json",
) -> str:
    """Take the format parameter of OGC APIs; anything else is refused."""
    return f


def _crs84_only(parameter: str, value: str) -> None:
    """Refuse other reference systems; the parameter is known because GDAL sends it, naming what a collection lists."""
    choice(parameter, value, [CRS84])


router = APIRouter(prefix="/api", tags=["features"], dependencies=[Depends(only_known_parameters), Depends(_json_only)])


def _link(href: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type, "title": title}


@router.get("", summary="Landing page")
def landing(request: Request, release: Release, settings: CurrentSettings) -> Response:
    """Say what is here and where."""
    base = base_url(request, settings)
    links = [
        _link(f"{base}/api", "self", JSON, "This document"),
        _link(f"{base}/api/openapi.json", "service-desc", OPENAPI, "Definition of this API"),
        _link(f"{base}/api/conformance", "conformance", JSON, "Standards that are met"),
        _link(f"{base}/api/collections", "data", JSON, "Collections: areas and indicators"),
        _link(f"{base}/api/indicators", "describedby", JSON, "Catalogue of indicators"),
        _link(f"{base}/tiles", "tilesets-vector", JSON, "Vector tiles of the boundaries"),
        _link(f"{base}/", "alternate", "text/html", "Map viewer"),
    ]
    return json_reply(
        request,
        {
            "title": "Kreisatlas",
            "description": "Social atlas: official indicators on official boundaries",
            "attribution": " · ".join(release.manifest.about["attribution"]),
            "release": release.number,
            "links": links,
        },
    )


@router.get("/conformance", summary="Standards that are met")
def conformance(request: Request) -> Response:
    """List the conformance classes."""
    return json_reply(request, {"conformsTo": list(_CONFORMANCE)})


@router.get("/collections", summary="Collections: areas and indicators")
def list_collections(request: Request, release: Release, settings: CurrentSettings) -> Response:
    """List every collection."""
    base = base_url(request, settings)
    return json_reply(
        request,
        {
            "links": [_link(f"{base}/api/collections", "self", JSON, "This document")],
            "collections": [_describe(release, each, base) for each in collections(release)],
        },
    )


@router.get("/collections/{collection_id}", summary="One collection")
def describe_collection(request: Request, collection_id: str, release: Release, settings: CurrentSettings) -> Response:
    """Describe a collection."""
    collection = find_collection(release, collection_id)
    return json_reply(request, _describe(release, collection, base_url(request, settings)))


@router.get("/collections/{collection_id}/schema", summary="Properties of the features, as JSON Schema")
@router.get("/collections/{collection_id}/queryables", summary="Properties to query, as JSON Schema")
def schema(request: Request, collection_id: str, release: Release, settings: CurrentSettings) -> Response:
    """Describe the properties of a collection."""
    collection = find_collection(release, collection_id)
    path = request.url.path.rsplit("/", 1)[-1]
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base_url(request, settings)}/api/collections/{collection.id}/{path}",
        "type": "object",
        "title": collection.title,
        "properties": property_schema(collection),
    }
    return json_reply(request, document, media_type=SCHEMA_JSON)


@router.get("/collections/{collection_id}/items", summary="Features of a collection, as GeoJSON")
def items(
    request: Request,
    collection_id: str,
    release: Release,
    settings: CurrentSettings,
    vintage: Vintage,
    bbox: BoundingBox,
    limit: Annotated[int, Depends(capped_limit(1000, 10_000))],
    datetime: Annotated[
        str | None, Query(description="Period of the figures, or an RFC 3339 instant or interval")
    ] = None,
    offset: Annotated[int, Query(ge=0, description="Features to leave out at the beginning")] = 0,
    crs: Annotated[str, Query(description="Reference system of the answer")] = CRS84,
    bbox_crs: Annotated[str, Query(alias="bbox-crs", description="Reference system of the box")] = CRS84,
) -> Response:
    """Give the areas with geometry, figures included where the collection is an indicator."""
    collection = find_collection(release, collection_id)
    _crs84_only("crs", crs)
    _crs84_only("bbox-crs", bbox_crs)
    period = _period(collection, datetime)
    rows = select_rows(release, vintage, collection.level, bbox)
    if collection.indicator is not None and period is None:
        rows = []
    page = rows[offset : offset + limit]
    here = f"{base_url(request, settings)}/api/collections/{collection.id}/items"
    query = dict(request.query_params)
    links = [
        _link(with_query(here, {**query}), "self", GEOJSON, "This document"),
        _link(here.removesuffix("/items"), "collection", JSON, "The collection"),
    ]
    if offset + limit < len(rows):
        links.append(
            _link(with_query(here, {**query, "limit": limit, "offset": offset + limit}), "next", GEOJSON, "Next")
        )
    if offset:
        links.append(
            _link(
                with_query(here, {**query, "limit": limit, "offset": max(offset - limit, 0)}),
                "prev",
                GEOJSON,
                "Previous",
            )
        )
    document = {
        "type": "FeatureCollection",
        "numberMatched": len(rows),
        "numberReturned": len(page),
        "timeStamp": release.manifest.created,
        "vintage": vintage,
        "attribution": _attribution(release, collection),
        "links": links,
        "features": encode_features(release, collection, vintage, period, page),
    }
    return json_reply(request, document, media_type=GEOJSON)


@router.get("/collections/{collection_id}/items/{fid:path}", summary="One feature, as GeoJSON")
def item(
    request: Request,
    collection_id: str,
    fid: str,
    release: Release,
    settings: CurrentSettings,
    vintage: Vintage,
    datetime: Annotated[str | None, Query(description="Period of the figure")] = None,
    crs: Annotated[str, Query(description="Reference system of the answer")] = CRS84,
) -> Response:
    """Give one area; its key is the id."""
    collection = find_collection(release, collection_id)
    _crs84_only("crs", crs)
    period = _period(collection, datetime)
    release.find_area(fid, vintage, collection.level)
    row = release.areas(vintage, collection.level).row_of[fid]
    here = f"{base_url(request, settings)}/api/collections/{collection.id}"
    (feature,) = encode_features(release, collection, vintage, period, [row])
    feature["links"] = [
        _link(f"{here}/items/{quote(fid, safe='')}", "self", GEOJSON, "This document"),
        _link(here, "collection", JSON, "The collection"),
    ]
    return json_reply(request, feature, media_type=GEOJSON)


def _period(collection: Collection, wanted: str | None) -> str | None:
    """Period of the figures; areas have none, but what is asked for must make sense all the same."""
    if collection.indicator is None:
        if wanted is not None:
            parse_interval(wanted)
        return None
    return period_at(wanted, collection.indicator["periods"])


def _attribution(release: ReleaseReader, collection: Collection) -> str:
    lines = release.manifest.about["attribution"]
    if collection.indicator is not None:
        lines = [*lines, collection.indicator["attribution"] or collection.indicator["source"]]
    return " · ".join(line for line in lines if line)


def _describe(release: ReleaseReader, collection: Collection, base: str) -> dict[str, Any]:
    here = f"{base}/api/collections/{collection.id}"
    document: dict[str, Any] = {
        "id": collection.id,
        "title": collection.title,
        "description": collection.indicator["definition_de"] if collection.indicator else "",
        "attribution": _attribution(release, collection),
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "extent": {
            "spatial": {"bbox": [extent(release, collection.level)], "crs": CRS84},
            "temporal": {"interval": [temporal_extent(release, collection)], "trs": GREGORIAN},
        },
        "links": [
            _link(here, "self", JSON, "This document"),
            _link(f"{here}/items", "items", GEOJSON, collection.title),
            _link(f"{here}/schema", "describedby", SCHEMA_JSON, "Schema"),
            _link(
                f"{here}/queryables",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                SCHEMA_JSON,
                "Queryables",
            ),
        ],
    }
    if collection.indicator is not None:
        document["periods"] = collection.indicator["periods"]
        document["unit"] = collection.indicator["unit"]
        document["synthetic"] = collection.indicator["synthetic"]
    return document
