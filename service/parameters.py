"""Query parameters: strict, typed, turned into finished objects before a route runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from boundaries import Sentence
from service.errors import InvalidParameter, UnknownParameter, among
from service.reader import ReleaseReader, ReleaseSource
from service.settings import Settings

_DAY = Sentence("ein Tag in der Form JJJJ-MM-TT", "a day as YYYY-MM-DD")
_DECLARED = "declared_query_parameters"  # where a route remembers the names

Bbox = tuple[float, float, float, float]


async def settings_of(request: Request) -> Settings:
    """Settings of the application."""
    settings: Settings = request.app.state.settings
    return settings


async def release_of(request: Request) -> ReleaseReader:
    """Reader of the release that is current."""
    source: ReleaseSource = request.app.state.releases
    return source.current()


async def only_known_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not declare.

    Raises
    ------
    UnknownParameter
    """
    route: APIRoute = request.scope["route"]
    known: frozenset[str] | None = getattr(route, _DECLARED, None)
    if known is None:
        known = frozenset(_query_parameters(route.dependant))
        setattr(route, _DECLARED, known)
    for name in request.query_params:
        if name not in known:
            raise UnknownParameter(name, sorted(known))


def _query_parameters(dependant: Dependant) -> Iterator[str]:
    """Names of the query parameters of a route and of all its dependencies."""
    yield from (field.alias for field in dependant.query_params)
    for dependency in dependant.dependencies:
        yield from _query_parameters(dependency)


async def vintage_of(
    release: Annotated[ReleaseReader, Depends(release_of)],
    vintage: Annotated[
        str | None, Query(description="Day whose boundaries are used, YYYY-MM-DD; default: the newest")
    ] = None,
) -> str:
    """Vintage of the release that was in force on the day asked for.

    Raises
    ------
    InvalidParameter
    """
    return vintage_on(release, vintage)


def vintage_on(release: ReleaseReader, day: str | None) -> str:
    """Vintage of the release in force on a day; the newest one for None.

    Raises
    ------
    InvalidParameter
        If the text is no day, or one before the oldest boundaries.
    """
    if day is None:
        return release.newest_vintage
    found = release.vintage_at(parse_day("vintage", day))
    if found is None:
        raise InvalidParameter(
            "vintage", day, Sentence(f"ein Tag ab {release.vintages[0]}", f"a day from {release.vintages[0]} on")
        )
    return found


def parse_day(parameter: str, text: str) -> date:
    """Day of an ISO text.

    Raises
    ------
    InvalidParameter
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidParameter(parameter, text, _DAY) from error
    if day.isoformat() != text:  # ISO 8601 has shorter forms, the interface has not
        raise InvalidParameter(parameter, text, _DAY)
    return day


async def bbox_of(
    bbox: Annotated[
        str | None, Query(description="West, south, east, north in degrees (CRS84); heights are ignored")
    ] = None,
) -> Bbox | None:
    """Bounding box of four or six numbers.

    Raises
    ------
    InvalidParameter
    """
    if bbox is None:
        return None
    expected = Sentence("Westen,Süden,Osten,Norden in Grad", "west,south,east,north in degrees")
    try:
        numbers = [float(part) for part in bbox.split(",")]
    except ValueError as error:
        raise InvalidParameter("bbox", bbox, expected) from error
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or any(number != number or abs(number) > 1e9 for number in numbers):
        raise InvalidParameter("bbox", bbox, expected)
    west, south, east, north = numbers
    if south > north:
        raise InvalidParameter(
            "bbox",
            bbox,
            Sentence(
                f"{expected.de}; der Süden liegt nördlich des Nordens", f"{expected.en}; south lies north of north"
            ),
        )
    return west, south, east, north


def choice(parameter: str, value: str, offered: list[str]) -> str:
    """The value, if it is among those offered.

    Raises
    ------
    InvalidParameter
    """
    if value not in offered:
        raise InvalidParameter(parameter, value, among(offered))
    return value


Limit = Annotated[int, Query(ge=1, description="Most entries of one answer; larger numbers are capped")]


def capped_limit(default: int, maximum: int) -> Callable[..., Awaitable[int]]:
    """Dependency for ``limit``: at least 1; more than the maximum is served capped, as OGC API asks."""

    async def limit_of(limit: Limit = default) -> int:
        return min(limit, maximum)

    return limit_of


Release = Annotated[ReleaseReader, Depends(release_of)]
Vintage = Annotated[str, Depends(vintage_of)]
BoundingBox = Annotated[Bbox | None, Depends(bbox_of)]
CurrentSettings = Annotated[Settings, Depends(settings_of)]
