"""Running the service with uvicorn."""

from __future__ import annotations

import os

import uvicorn
from fastapi import FastAPI

from service.settings import Settings


def application() -> FastAPI:
    """Application for a server process, with the settings of the environment."""
    from service.app import create_app

    return create_app(Settings())


def run(settings: Settings) -> None:
    """Serve until interrupted; several processes where the settings ask for them.

    The settings reach the server processes through the environment, the only thing that they inherit.
    """
    for name, value in settings.model_dump(mode="json").items():
        os.environ[f"KREISATLAS_{name.upper()}"] = str(value)
    uvicorn.run(
        "service.server:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,
        log_level="info",
        proxy_headers=True,
        server_header=False,
    )
