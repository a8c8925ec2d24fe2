"""The viewer's pages and files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from starlette.responses import Response

from boundaries import Sentence
from service.errors import NotFound, ViewerNotBuilt
from service.parameters import CurrentSettings
from service.replies import IMMUTABLE, REVALIDATE, reply

VIEWER = Path(__file__).parent.parent / "viewer"

_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)

router = APIRouter(include_in_schema=False)


@router.get("/")
def viewer(request: Request) -> Response:
    """The map viewer."""
    return _page(request, "'self'")


@router.get("/embed")
def embed(request: Request, settings: CurrentSettings) -> Response:
    """The map viewer without chrome, for frames on other sites."""
    return _page(request, settings.embed_origins)


@router.get("/assets/{name}")
def asset(request: Request, name: Annotated[str, PathParameter(pattern=r"^[\w.-]+$")]) -> Response:
    """One of the viewer's files; their names hold the hash of their content."""
    path = VIEWER / "assets" / name
    if path.suffix not in _MEDIA_TYPES or not path.is_file():
        raise NotFound(Sentence("die Datei", "file"), name)
    return reply(request, path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix], cache=IMMUTABLE)


def _page(request: Request, ancestors: str) -> Response:
    index = VIEWER / "index.html"
    if not index.is_file():
        raise ViewerNotBuilt
    headers = {"Content-Security-Policy": _POLICY.format(ancestors=ancestors)}
    return reply(request, index.read_bytes(), media_type=_MEDIA_TYPES[".html"], cache=REVALIDATE, headers=headers)
