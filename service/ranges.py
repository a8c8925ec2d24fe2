"""Ranges of a file (RFC 9110, section 14): what archives in the cloud are read by."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from service.errors import RangeNotSatisfiable
from service.replies import matches

_ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def file_reply(request: Request, path: Path, *, media_type: str, tag: str, cache: str) -> Response:
    """Send a file or one range of it.

    Parameters
    ----------
    request : Request
    path : Path
        A file that never changes.
    media_type : str
    tag : str
        Strong entity tag, in quotes.
    cache : str
        Value of ``Cache-Control``.

    Returns
    -------
    Response
        206 for one valid range, 304 where the client has the file, else the whole file: several ranges, other
        units and malformed ranges are ignored, as the standard allows.

    Raises
    ------
    RangeNotSatisfiable
        If the range starts behind the end.
    """
    headers = {"ETag": tag, "Cache-Control": cache, "Accept-Ranges": "bytes"}
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    size = path.stat().st_size
    wanted = request.headers.get("range", "")
    if request.headers.get("if-range", tag) != tag:
        wanted = ""
    bounds = _bounds(wanted, size)
    if bounds is None:
        # The response would read the header again and refuse what has to be ignored.
        request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0] != b"range"]
        return FileResponse(path, media_type=media_type, headers=headers)
    first, last = bounds
    if first >= size:
        raise RangeNotSatisfiable(wanted, size)
    with path.open("rb") as stream:
        stream.seek(first)
        content = stream.read(last - first + 1)
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(content, 206, headers, media_type)


def _bounds(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a header with one range; None where there is no valid one."""
    match = _ONE_RANGE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":  # the last n bytes
        return max(size - int(last), 0) if int(last) else size, size - 1
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) if last else size - 1, size - 1)
