"""Addresses in answers: absolute, and right behind a proxy."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request

from service.settings import Settings


def base_url(request: Request, settings: Settings) -> str:
    """Address of the service as clients see it, without a slash at the end.

    ``KREISATLAS_PUBLIC_URL`` wins; else the address of the request, with the scheme and host that a trusted proxy
    forwarded (uvicorn applies those), and the path the service is mounted under.
    """
    if settings.public_url:
        return settings.public_url.rstrip("/")
    return str(request.base_url).rstrip("/")


def with_query(url: str, parameters: dict[str, str | int | None]) -> str:
    """Address with the parameters that have a value."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{url}?{urlencode(given, safe=',:/')}" if given else url
