"""Vector tiles: TileJSON, single tiles, and the archive itself with range requests."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from boundaries import Sentence
from service.archive import TileArchive, open_archive
from service.errors import NotFound
from service.links import base_url
from service.parameters import CurrentSettings, Release, only_known_parameters
from service.ranges import file_reply
from service.reader import ReleaseReader
from service.replies import IMMUTABLE, REVALIDATE, json_reply, reply

MVT = "application/vnd.mapbox-vector-tile"
PMTILES = "application/vnd.pmtiles"
_HIGHEST_ZOOM = 24

router = APIRouter(prefix="/tiles", tags=["tiles"], dependencies=[Depends(only_known_parameters)])

Version = Annotated[
    str | None, Query(alias="v", description="Hash of the archive: with it the answer may be kept for ever")
]


@router.get("", summary="Tilesets: one for each vintage of boundaries")
async def tilesets(request: Request, release: Release, settings: CurrentSettings) -> Response:
    """List the tilesets of the release."""
    base = base_url(request, settings)
    found = [
        {"id": vintage, "title": f"Gebietsstand {vintage}", "tilejson": f"{base}/tiles/{vintage}.json"}
        for vintage in release.vintages
    ]
    return json_reply(request, {"tilesets": found})


@router.get("/{tileset}.json", summary="TileJSON 3 of a tileset")
async def tilejson(request: Request, tileset: str, release: Release, settings: CurrentSettings) -> Response:
    """Describe a tileset."""
    archive, version = _archive(release, tileset)
    header = archive.header
    base = base_url(request, settings)
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": f"Gebietsstand {tileset}",
        "scheme": "xyz",
        "tiles": [f"{base}/tiles/{tileset}/{{z}}/{{x}}/{{y}}.mvt?v={version}"],
        "minzoom": header["min_zoom"],
        "maxzoom": header["max_zoom"],
        "bounds": [header[edge] / 1e7 for edge in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")],
        "center": [
            header["center_lon_e7"] / 1e7,
            header["center_lat_e7"] / 1e7,
            header["center_zoom"],
        ],
        "attribution": " · ".join(release.manifest.about["attribution"]),
        "vector_layers": archive.metadata["vector_layers"],
        "version": "1.0.0",
    }
    return json_reply(request, document)


@router.get("/{tileset}.pmtiles", summary="The whole archive, with range requests")
def archive_file(request: Request, tileset: str, release: Release, v: Version = None) -> Response:
    """Send the archive or ranges of it."""
    path, digest = release.archive(tileset)
    return file_reply(request, path, media_type=PMTILES, tag=f'"{digest[:20]}"', cache=_caching(v, digest))


@router.get("/{tileset}/{z}/{x}/{y}.mvt", summary="One vector tile")
async def tile(
    request: Request,
    tileset: str,
    z: Annotated[int, Path(ge=0, le=_HIGHEST_ZOOM)],
    x: Annotated[int, Path(ge=0)],
    y: Annotated[int, Path(ge=0)],
    release: Release,
    v: Version = None,
) -> Response:
    """Send one tile; 204 where the tileset covers nothing."""
    if x >= 1 << z or y >= 1 << z:
        raise NotFound(
            Sentence("die Kachel", "tile"),
            f"{z}/{x}/{y}",
            Sentence(
                f"Stufe {z} hat die Spalten und Zeilen 0 bis {(1 << z) - 1}",
                f"zoom {z} has columns and rows 0 to {(1 << z) - 1}",
            ),
        )
    archive, version = _archive(release, tileset)
    cache = _caching(v, version)
    content = archive.tile(z, x, y)
    if content is None:
        return Response(status_code=204, headers={"Cache-Control": cache})
    return reply(request, content, media_type=MVT, cache=cache, gzipped=True)


def _archive(release: ReleaseReader, tileset: str) -> tuple[TileArchive, str]:
    path, digest = release.archive(tileset)
    return open_archive(path), digest[:12]


def _caching(asked: str | None, digest: str) -> str:
    """For ever, if the client named the content that is served; else it has to ask again."""
    return IMMUTABLE if asked and digest.startswith(asked) and len(asked) >= 12 else REVALIDATE
