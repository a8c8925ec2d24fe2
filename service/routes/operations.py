"""Operations: what is served, health, metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from service import answers
from service.answers import ok
from service.links import base_url
from service.parameters import CurrentSettings, Release, only_known_parameters
from service.reader import ReleaseReader
from service.replies import json_reply

router = APIRouter(tags=["operations"], dependencies=[Depends(only_known_parameters)])

_LEVEL_TITLES = {
    "gemeinde": ("Gemeinden", "municipalities"),
    "verband": ("Gemeindeverbände", "municipal associations"),
    "kreis": ("Kreise", "districts"),
    "regierungsbezirk": ("Regierungsbezirke", "administrative regions"),
    "land": ("Länder", "Länder"),
    "sozialraum": ("Sozialräume", "social areas"),
    "planungsraum": ("Planungsräume", "planning areas"),
    "schulbezirk": ("Schulbezirke", "school catchments"),
    "stadtbezirk": ("Stadtbezirke", "boroughs"),
    "stadtteil": ("Stadtteile", "city quarters"),
    "ortsteil": ("Ortsteile", "localities"),
    "quartier": ("Quartiere", "neighbourhoods"),
}
_SELECTION_LEVELS = ("land", "regierungsbezirk", "kreis")


@router.get("/api/release", summary="The release that is served", responses=ok(answers.Release))
def release_document(request: Request, release: Release, settings: CurrentSettings) -> Response:
    """Give what a viewer needs to start."""
    base = base_url(request, settings)
    return json_reply(
        request,
        {
            "release": release.number,
            "created": release.manifest.created,
            "tag": release.tag,
            "disclosure_version": release.manifest.about["disclosure_version"],
            "vintages": release.vintages,
            "newest_vintage": release.newest_vintage,
            "levels": [
                {"id": level, "title": level_title(level)} for level in release.levels_of(release.newest_vintage)
            ],
            "tilesets": {vintage: f"{base}/tiles/{vintage}.json" for vintage in release.vintages},
            "attribution": release.manifest.about["attribution"],
            "selections": _selections(release),
            "home": _home(release, settings.home),
        },
    )


@router.get("/health/live", summary="The process answers")
async def live(request: Request) -> Response:
    """Say that the process runs."""
    return json_reply(request, {"status": "live"})


@router.get("/health/ready", summary="A release can be served")
def ready(request: Request, release: Release) -> Response:
    """Say that a release is loaded; 503 where none is."""
    return json_reply(request, {"status": "ready", "release": release.number})


@router.get("/metrics", summary="Prometheus metrics", include_in_schema=False)
def metrics() -> Response:
    """Give the counters of this process."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def level_title(level: str) -> dict[str, str]:
    """What the areas of a level are called."""
    german, english = _LEVEL_TITLES.get(level, (level.capitalize(), level))
    return {"de": german, "en": english}


def _selections(release: ReleaseReader) -> list[dict[str, Any]]:
    """Areas that a map can be limited to; where there are none, everything, under an empty key."""
    return list(_districts(release)) or [_everything(release)]


def _everything(release: ReleaseReader) -> dict[str, Any]:
    vintage = release.newest_vintage
    boxes = [area.bbox for level in release.levels_of(vintage) for area in release.areas(vintage, level).areas]
    west, south, east, north = zip(*boxes, strict=True)
    box = [min(west), min(south), max(east), max(north)]
    return {"key": "", "level": "", "name": "", "kind": None, "bbox": box, "levels": release.levels_of(vintage)}


def _districts(release: ReleaseReader) -> Iterator[dict[str, Any]]:
    vintage = release.newest_vintage
    inside = release.remember(("levels inside", vintage), lambda: _levels_inside(release, vintage))
    for level in _SELECTION_LEVELS:
        if level in release.levels_of(vintage):
            for area in release.areas(vintage, level).areas:
                yield {
                    "key": area.key,
                    "level": level,
                    "name": area.name,
                    "kind": area.kind,
                    "bbox": list(area.bbox),
                    "levels": inside.get((level, area.key), []),
                }


def _levels_inside(release: ReleaseReader, vintage: str) -> dict[tuple[str, str], list[str]]:
    """Levels that have areas inside an area, by its level and key."""
    found: dict[tuple[str, str], list[str]] = {}
    for level in release.levels_of(vintage):
        for upper in sorted({pair for area in release.areas(vintage, level).areas for pair in area.ancestors.items()}):
            found.setdefault(upper, []).append(level)
    return found


def _home(release: ReleaseReader, wanted: str) -> str | None:
    keys = [selection["key"] for selection in _districts(release)]
    if wanted in keys:
        return wanted
    return keys[0] if keys else None
