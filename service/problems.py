"""Errors as RFC 9457 problem details: one table from exception class to answer."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from boundaries import BoundaryError, Sentence
from service import errors
from service.languages import language_of
from service.validation import validation_sentence
from spatial.indicators import IndicatorError
from spatial.statistics import StatisticsError
from spatial.statistics.sentences import Said
from styles import StyleError

_log = logging.getLogger(__name__)
_MEDIA_TYPE = "application/problem+json"
_PHRASES_DE = {
    HTTPStatus.NOT_FOUND: "diese Adresse gibt es nicht",
    HTTPStatus.METHOD_NOT_ALLOWED: "diese Methode ist bei dieser Adresse nicht möglich",
}
_BLANK = "about:blank"  # RFC 9457, 4.2.1: the status says it all


class Kind(NamedTuple):
    """What a class of errors is called over HTTP; the title is the same in every language."""

    type: str
    title: str
    status: HTTPStatus


_TITLES_DE = {
    "Unknown query parameter": "Unbekannter Parameter",
    "Impossible value of a parameter": "Unmöglicher Wert eines Parameters",
    "Not found": "Nicht gefunden",
    "Range behind the end": "Bereich hinter dem Ende",
    "Impossible request": "Unmögliche Anfrage",
    "Nothing is published yet": "Noch ist nichts veröffentlicht",
    "The viewer is not built": "Die Kartenansicht ist nicht gebaut",
    "Too many analyses at a time": "Zu viele Auswertungen auf einmal",
    "The analysis cannot be run now": "Die Auswertung ist zurzeit nicht möglich",
    "The release cannot be read": "Die Veröffentlichung kann nicht gelesen werden",
    "Internal error": "Interner Fehler",
    "The statistic cannot be computed": "Die Statistik kann nicht berechnet werden",
}
"""Titles as details in German, where a client is told no more."""


_TABLE: dict[type[Exception], Kind] = {
    errors.UnknownParameter: Kind("unknown-parameter", "Unknown query parameter", HTTPStatus.BAD_REQUEST),
    errors.InvalidParameter: Kind("invalid-parameter", "Impossible value of a parameter", HTTPStatus.BAD_REQUEST),
    errors.NotFound: Kind("not-found", "Not found", HTTPStatus.NOT_FOUND),
    errors.RangeNotSatisfiable: Kind(
        "range-not-satisfiable", "Range behind the end", HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    ),
    errors.RequestError: Kind("bad-request", "Impossible request", HTTPStatus.BAD_REQUEST),
    errors.NothingPublished: Kind("nothing-published", "Nothing is published yet", HTTPStatus.SERVICE_UNAVAILABLE),
    errors.ViewerNotBuilt: Kind("viewer-not-built", "The viewer is not built", HTTPStatus.SERVICE_UNAVAILABLE),
    errors.TooManyJobs: Kind("too-many-jobs", "Too many analyses at a time", HTTPStatus.TOO_MANY_REQUESTS),
    errors.JobError: Kind("analysis-unavailable", "The analysis cannot be run now", HTTPStatus.SERVICE_UNAVAILABLE),
    errors.ReleaseError: Kind("release-damaged", "The release cannot be read", HTTPStatus.SERVICE_UNAVAILABLE),
    errors.ServiceError: Kind("internal", "Internal error", HTTPStatus.INTERNAL_SERVER_ERROR),
    StatisticsError: Kind("not-computable", "The statistic cannot be computed", HTTPStatus.UNPROCESSABLE_ENTITY),
    IndicatorError: Kind("internal", "Internal error", HTTPStatus.INTERNAL_SERVER_ERROR),
    BoundaryError: Kind("internal", "Internal error", HTTPStatus.INTERNAL_SERVER_ERROR),
    StyleError: Kind("internal", "Internal error", HTTPStatus.INTERNAL_SERVER_ERROR),
}


def kind_of(error: type[Exception]) -> Kind | None:
    """Entry of the nearest class in the table, going up from the error's own."""
    return next((_TABLE[base] for base in error.__mro__ if base in _TABLE), None)


def install(app: FastAPI) -> None:
    """Make every error of an application a problem document."""
    for error in (errors.ServiceError, StatisticsError, IndicatorError, BoundaryError, StyleError):
        app.add_exception_handler(error, _known_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected_error)


def problem(request: Request, kind: Kind, detail: Said, **members: Any) -> Response:
    """Problem document, its detail in the language that the client asks for; ``members`` are added."""
    language = language_of(request)
    document = {
        "type": kind.type if kind.type == _BLANK else f"urn:kreisatlas:problem:{kind.type}",
        "title": kind.title,
        "status": int(kind.status),
        "detail": detail.de if language == "de" else detail.en,
        "instance": request.url.path,
        **members,
    }
    return Response(
        orjson.dumps(document),
        int(kind.status),
        media_type=_MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language"},
    )


async def _known_error(request: Request, error: Exception) -> Response:
    kind = kind_of(type(error))
    if kind is None or kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        if kind is None or kind.type == "internal":
            return await _unexpected_error(request, error)
        _log.error("%s: %s", request.url.path, error)
        # The text may name files of the workspace; clients get the fact alone.
        return problem(request, kind, Sentence(_TITLES_DE[kind.title], kind.title))
    members: dict[str, Any] = {}
    parameter = getattr(error, "parameter", None)
    if parameter is not None:
        members["parameter"] = parameter
    reason = getattr(error, "reason", None)
    if isinstance(error, StatisticsError) and reason is not None:
        members["reason"] = reason
        dropped = getattr(error, "dropped", None)
        members |= {} if dropped is None else {"dropped": list(dropped)}
    response = problem(request, kind, _message_of(error), **members)
    response.headers.update(getattr(error, "headers", {}))
    return response


def _message_of(error: Exception) -> Said:
    """What an error says in both languages; the errors of the styles know English alone and are never shown."""
    found: Said | None = getattr(error, "message", None)
    return Sentence(str(error), str(error)) if found is None else found


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the registration guarantees it
    first = error.errors()[0]
    name = str(first["loc"][-1])
    said = validation_sentence(first)
    detail = Sentence(f"Parameter '{name}': {said.de}", f"parameter '{name}': {said.en}")
    return problem(request, _TABLE[errors.InvalidParameter], detail, parameter=name)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the registration guarantees it
    status = HTTPStatus(error.status_code)
    detail = Sentence(_PHRASES_DE.get(status, str(error.detail)), str(error.detail))
    response = problem(request, Kind(_BLANK, status.phrase, status), detail)
    response.headers.update(error.headers or {})
    return response


async def _unexpected_error(request: Request, error: Exception) -> Response:
    request_id = uuid.uuid4().hex[:12]
    _log.error("request %s to %s failed", request_id, request.url.path, exc_info=error)
    detail = Sentence(
        f"ein unerwarteter Fehler wurde unter {request_id} protokolliert; dem Betreiber diese Nummer nennen",
        f"an unexpected error was logged as {request_id}; tell the operator this number",
    )
    return problem(request, _TABLE[errors.ServiceError], detail, request_id=request_id)
