"""The application: routes, errors and middleware put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI, Request
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from service import problems
from service.jobs.desk import Desk
from service.middleware import HeadAsGet, Observed
from service.parameters import only_known_parameters
from service.reader import ReleaseSource
from service.releases import ReleaseFolder
from service.replies import json_reply
from service.routes import analysis, areas, features, indicators, jobs, operations, pages, tiles
from service.settings import Settings

_DESCRIPTION = (
    "Social atlas: official indicators on official boundaries, small numbers protected. Level collections hold "
    "areas, `{indicator}_{level}` collections hold one feature per area with the figure of a period."
)


def create_app(settings: Settings) -> FastAPI:
    """Make the service for one workspace.

    Parameters
    ----------
    settings : Settings
        Only the releases of the workspace are opened, never its store.
    """
    app = FastAPI(
        title="Kreisatlas",
        version="0.1.0",
        description=_DESCRIPTION,
        license_info={"name": "dl-de/by-2-0, see the attribution of each collection"},
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_serving,
    )
    app.state.settings = settings
    app.state.releases = ReleaseSource(ReleaseFolder(settings.releases_path))
    app.state.desk = Desk(settings)
    problems.install(app)
    for module in (features, indicators, analysis, jobs, areas, tiles, operations, pages):
        app.include_router(module.router)

    @app.get("/api/openapi.json", include_in_schema=False, dependencies=[Depends(only_known_parameters)])
    def definition(request: Request) -> Response:
        return json_reply(request, api_definition(app), media_type=features.OPENAPI)

    app.add_middleware(HeadAsGet)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD"],
        expose_headers=["ETag", "Link", "Content-Range", "Accept-Ranges"],
    )
    app.add_middleware(Observed)
    return app


@asynccontextmanager
async def _serving(app: FastAPI) -> AsyncIterator[None]:
    yield
    desk: Desk = app.state.desk
    desk.close()


def api_definition(app: FastAPI) -> dict[str, Any]:
    """OpenAPI document of the service; self-contained."""
    definition: dict[str, Any] = app.openapi()
    return definition
