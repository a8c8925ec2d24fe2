"""Running the service with uvicorn."""

from __future__ import annotations

import os
import socket

import uvicorn
from fastapi import FastAPI

from boundaries.sentences import system_reason
from service.errors import AddressUnusable
from service.settings import Settings


def application() -> FastAPI:
    """Application for a server process, with the settings of the environment."""
    from service.app import create_app

    return create_app(Settings())


def run(settings: Settings) -> None:
    """Serve until interrupted; several processes where the settings ask for them.

    The settings reach the server processes through the environment, the only thing that they inherit.

    Raises
    ------
    AddressUnusable
        If something else listens there, or there is no such address.
    """
    _require_usable(settings.host, settings.port)
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


def _require_usable(host: str, port: int) -> None:
    """Take the address and leave it at once: what uvicorn would say about one in use is a log, not a remedy."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise AddressUnusable(host, port, system_reason(error)) from error
