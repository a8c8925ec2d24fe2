"""Replies: bodies with strong entity tags, conditional requests and compression in one place."""

from __future__ import annotations

import gzip
import hashlib
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"
GEOJSON = "application/geo+json"

REVALIDATE = "no-cache"
"""Clients keep the answer but ask every time whether it still holds."""
IMMUTABLE = "public, max-age=31536000, immutable"
"""The address holds the hash of the content."""

_COMPRESS_FROM_BYTES = 500


def json_reply(request: Request, document: Any, *, media_type: str = JSON) -> Response:
    """Reply with a document as JSON; numbers that JSON cannot hold raise."""
    body = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    return reply(request, body, media_type=media_type)


def reply(
    request: Request,
    body: bytes,
    *,
    media_type: str,
    cache: str = REVALIDATE,
    gzipped: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    """Reply with a body.

    Parameters
    ----------
    request : Request
    body : bytes
    media_type : str
    cache : str
        Value of ``Cache-Control``.
    gzipped : bool
        The body is gzip already and is sent so, whatever the client accepts (all clients of vector tiles do).
    headers : dict, optional
        Added to the reply.

    Returns
    -------
    Response
        304 without body where the client has the same already. Identity and gzip have entity tags of their own,
        as RFC 9110 asks of strong ones.
    """
    tag = hashlib.sha256(body).hexdigest()[:20]
    compress = not gzipped and len(body) >= _COMPRESS_FROM_BYTES and _accepts_gzip(request)
    all_headers = {
        "ETag": f'"{tag}-gz"' if compress else f'"{tag}"',
        "Cache-Control": cache,
        "Vary": "Accept-Encoding, Accept",
        **(headers or {}),
    }
    if gzipped or compress:
        all_headers["Content-Encoding"] = "gzip"
    if matches(request.headers.get("if-none-match", ""), all_headers["ETag"]):
        all_headers.pop("Content-Encoding", None)
        return Response(status_code=304, headers=all_headers)
    content = gzip.compress(body, 5, mtime=0) if compress else body
    return Response(content, media_type=media_type, headers=all_headers)


def known_reply(request: Request, tag: str) -> Response | None:
    """Reply 304 to a client that has the answer of an entity tag already; None to others.

    For answers whose tag is known before they are made. ``*`` names any answer that exists, which is not known yet.
    """
    headers = _tagged(request, tag)
    offered = request.headers.get("if-none-match", "")
    if offered.strip() != "*" and matches(offered, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return None


def packed_reply(request: Request, packed: bytes, tag: str, *, media_type: str = JSON) -> Response:
    """Reply with a body that is compressed with gzip already, and whose entity tag is known."""
    headers = _tagged(request, tag)
    if matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if _accepts_gzip(request):
        return Response(packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(packed), media_type=media_type, headers=headers)


def _tagged(request: Request, tag: str) -> dict[str, str]:
    return {
        "ETag": f'"{tag}-gz"' if _accepts_gzip(request) else f'"{tag}"',
        "Cache-Control": REVALIDATE,
        "Vary": "Accept-Encoding, Accept",
    }


def _accepts_gzip(request: Request) -> bool:
    for offer in request.headers.get("accept-encoding", "").split(","):
        coding, _, parameters = offer.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def matches(if_none_match: str, tag: str) -> bool:
    """Whether a header ``If-None-Match`` names an entity tag."""
    offered = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return tag in offered or "*" in offered
