"""Fetching files from an address: told, bounded, and continued where a connection broke."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from boundaries.file_errors import Unreadable
from boundaries.sentences import Sentence, system_reason

if TYPE_CHECKING:
    from http.client import HTTPResponse

_LARGEST_BYTES = 8 * 2**30
_TIMEOUT_S = 60.0
_BLOCK = 1 << 18
_STEP = 0.1
_STEP_BYTES = 10_000_000
_AGENT = "kreisatlas"
_PARTIAL, _NO_SUCH_RANGE = 206, 416

# How files begin; the name of an address need not tell the truth.
_MAGIC = (
    (b"PK\x03\x04", ".zip"),
    (b"\x1f\x8b", ".gz"),
    (b"SQLite format 3\x00", ".gpkg"),
    (b"fgb", ".fgb"),
    (b"PAR1", ".parquet"),
)
_WEB_PAGE = (b"<!doctype html", b"<html")
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_SUFFIXES = frozenset(
    {".gml", ".kml", ".json", ".geojson", ".gpkg", ".fgb", ".parquet", ".zip", ".gz", ".csv", ".toml", ".txt"}
)


EMPTY_FILE = Sentence("ist leer (0 Bytes); noch einmal herunterladen", "is empty (0 bytes); download it again")
_TOO_LARGE = Sentence(
    "ist größer als 8 GiB; selbst herunterladen und die Datei laden",
    "is larger than 8 GiB; download it yourself and load the file",
)
_NO_ADDRESS = Sentence("ist keine gültige Adresse; Rechner und Port prüfen", "is no valid address; check host and port")
_WRONG_PART = Sentence(
    "der Server sendet einen anderen Teil als verlangt; die Datei selbst herunterladen und laden",
    "the server sends another part than it was asked for; download the file yourself and load it",
)
_IS_WEB_PAGE = Sentence(
    "ist eine Webseite und keine Datendatei; die Adresse der Datei selbst angeben",
    "is a web page and no data file; give the address of the file itself",
)
_IS_PART_OF_SHAPEFILE = Sentence(
    "ist eine von mehreren Dateien eines Shapefiles; die Adresse des zip-Archivs angeben",
    "is one of several files of a shapefile; give the address of the zip archive",
)


@dataclass(frozen=True)
class Downloads:
    """Where downloads go, and who is told.

    Attributes
    ----------
    folder : pathlib.Path
        Folder for what is not complete yet; a later call for the same address continues there.
    tell : callable
        Takes one line of progress, in both languages.
    """

    folder: Path
    tell: Callable[[Sentence], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched, and the day."""

    path: Path
    day: date


@dataclass(frozen=True, slots=True)
class _Part:
    """What is there of a file, and the mark by which the server knows that it is still the same file."""

    path: Path

    @property
    def _notes(self) -> Path:
        return self.path.with_suffix(".json")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def mark(self) -> str:
        """Return the ETag or the date of the file that was begun; empty where a part cannot be continued."""
        try:
            return str(json.loads(self._notes.read_text(encoding="utf-8"))["mark"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def begin(self, headers: Mapping[str, str]) -> None:
        etag = headers.get("ETag", "")
        # A weak ETag does not promise equal bytes (RFC 9110, 13.1.5).
        mark = etag if etag and not etag.startswith("W/") else headers.get("Last-Modified", "")
        self._notes.write_text(json.dumps({"mark": mark}), encoding="utf-8")
        self.path.write_bytes(b"")

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self._notes.unlink(missing_ok=True)


class _Broken(Exception):
    """The connection ended before the file did."""


def is_address(text: str) -> bool:
    """Tell whether a text is an http(s) address."""
    return text.lower().startswith(("http://", "https://"))


def shown_address(url: str) -> str:
    """Return an address without user, password and query, which may be secret."""
    scheme, _, rest = re.split(r"[?#]", url, maxsplit=1)[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


@contextmanager
def fetched(url: str, downloads: Downloads | None = None) -> Iterator[Fetched]:
    """Fetch a file.

    Parameters
    ----------
    url : str
        http(s) address.
    downloads : Downloads, optional
        Without it nothing is told, and what a broken connection leaves is thrown away at the end.

    Yields
    ------
    Fetched
        The complete file, with a suffix that fits its content; it is removed when the context ends.

    Raises
    ------
    Unreadable
        The address is none, there is no connection, the server refuses, the file is a web page, or it is larger than
        8 GiB.

    Notes
    -----
    A broken connection is taken up again (HTTP Range with If-Range) as long as each attempt brings something. A part on
    disk is continued only if the server says by ETag or date that the file is still the same. User and password of the
    address are sent to its host alone (Basic, RFC 7617), and no message shows them.
    """
    _check_address(url)
    with tempfile.TemporaryDirectory(prefix="kreisatlas-") as scratch:
        target = downloads or Downloads(Path(scratch), lambda _: None)
        target.folder.mkdir(parents=True, exist_ok=True)
        part = _Part(target.folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.part")
        _fetch(url, part, target.tell)
        try:
            complete = Path(scratch) / f"boundaries{_suffix(url, part.path)}"
        except Unreadable:
            part.remove()  # it is not what it should be, so there is nothing to continue
            raise
        _move(part, complete)
        yield Fetched(complete, datetime.now(UTC).date())


def _move(part: _Part, target: Path) -> None:
    import shutil

    shutil.move(part.path, target)
    part.remove()


def _fetch(url: str, part: _Part, tell: Callable[[Sentence], None]) -> None:
    """Fetch until the file is complete."""
    while True:
        before = part.size
        try:
            _continue(url, part, tell)
        except _Broken as error:
            if part.size <= before:
                raise Unreadable(shown_address(url), _broken(part.size, error)) from error
            size = _megabytes(part.size)
            tell(
                Sentence(
                    f"Verbindung nach {size.de} abgebrochen, wird fortgesetzt",
                    f"connection broke after {size.en}, continuing",
                )
            )
        else:
            return


def _check_address(url: str) -> None:
    try:
        is_one = urlsplit(url).port != 0 and bool(urlsplit(url).hostname)
    except ValueError:
        is_one = False
    if not is_one:
        raise Unreadable(shown_address(url), _NO_ADDRESS)


def _request(url: str, headers: Mapping[str, str]) -> Request:
    """Ask for an address; a server that it is redirected to does not get to know user and password."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    request = Request(parts._replace(netloc=host).geturl(), headers=dict(headers))  # noqa: S310  (http or https)
    if at:
        token = base64.b64encode(unquote(user).encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
    return request


def _continue(url: str, part: _Part, tell: Callable[[Sentence], None]) -> None:
    """Fetch what is missing in one request."""
    have, mark = part.size, part.mark()
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    if have and mark:
        headers |= {"Range": f"bytes={have}-", "If-Range": mark}
    try:
        with urlopen(_request(url, headers), timeout=_TIMEOUT_S) as answer:  # noqa: S310  (http or https)
            if answer.status != _PARTIAL:
                part.begin(answer.headers)
                have = 0
            elif not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                raise Unreadable(shown_address(url), _WRONG_PART)
            _receive(url, answer, part, have, tell)
    except HTTPError as error:
        error.close()
        if error.code == _NO_SUCH_RANGE and have:  # what is there is the whole file, or the file shrank: once more
            part.remove()
            return _continue(url, part, tell)
        raise Unreadable(shown_address(url), _refusal(error.code)) from error
    except URLError as error:
        raise Unreadable(shown_address(url), _offline(url, error.reason)) from error
    except (HTTPException, OSError) as error:
        raise _Broken(str(error) or type(error).__name__) from error


def _receive(url: str, answer: HTTPResponse, part: _Part, have: int, tell: Callable[[Sentence], None]) -> None:
    length = answer.headers.get("Content-Length", "")
    total = have + int(length) if length.isdecimal() else None
    if (total or 0) > _LARGEST_BYTES:
        raise Unreadable(shown_address(url), _TOO_LARGE)
    told = have
    with part.path.open("ab") as file:
        while block := answer.read(_BLOCK):
            file.write(block)
            have += len(block)
            if have > _LARGEST_BYTES:
                raise Unreadable(shown_address(url), _TOO_LARGE)
            if have - told >= max(_STEP_BYTES, _STEP * (total or 0)) and have != total:
                told = have
                tell(_progress(url, have, total))
    if total is not None and have < total:
        raise _Broken(f"Content-Length: {total}")
    tell(_progress(url, have, have))


def _progress(url: str, have: int, total: int | None) -> Sentence:
    name = PurePosixPath(urlsplit(url).path).name or urlsplit(url).hostname or ""
    size = _megabytes(have)
    if total is None:
        return size.after(name)
    whole, percent = _megabytes(total), f"({100 * have // max(total, 1)} %)"
    return Sentence(f"{size.de} von {whole.de} {percent}", f"{size.en} of {whole.en} {percent}").after(name)


def _megabytes(size: int) -> Sentence:
    text = f"{size / 1e6:.1f} MB"
    return Sentence(text.replace(".", ","), text)


def _broken(size: int, error: Exception) -> Sentence:
    have = _megabytes(size)
    return Sentence(
        f"die Verbindung brach nach {have.de} ab ({error}); noch einmal laden, um dort fortzusetzen",
        f"the connection broke after {have.en} ({error}); load again to continue there",
    )


def _refusal(status: int) -> Sentence:
    if status in (404, 410):
        return Sentence(
            f"der Server hat keine solche Datei ({status}); die Adresse beim Herausgeber nachsehen, Ausgaben ziehen um",
            f"the server has no such file ({status}); look up the address at the publisher, editions move",
        )
    if status in (401, 403):
        return Sentence(
            f"der Server gibt diese Datei nicht jedem ({status}); sie selbst herunterladen und die Datei laden",
            f"the server does not give this file to everybody ({status}); download it yourself and load the file",
        )
    return Sentence(
        f"der Server antwortet mit einem Fehler ({status}); später versuchen, oder die Datei selbst herunterladen und "
        "laden",
        f"the server answers with an error ({status}); try later, or download the file yourself and load it",
    )


def _offline(url: str, reason: object) -> Sentence:
    host = urlsplit(url).hostname
    said = system_reason(reason) if isinstance(reason, Exception) else Sentence(str(reason), str(reason))
    return Sentence(
        f"{host} ist nicht erreichbar ({said.de}); Verbindung prüfen, oder die Datei anderswo herunterladen und laden",
        f"{host} cannot be reached ({said.en}); check the connection, or download the file elsewhere and load it",
    )


def _suffix(url: str, path: Path) -> str:
    """Return the suffix that fits the content of a file."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        raise Unreadable(shown_address(url), EMPTY_FILE)
    if start.lstrip().lower().startswith(_WEB_PAGE):
        raise Unreadable(shown_address(url), _IS_WEB_PAGE)
    for magic, suffix in _MAGIC:
        if start.startswith(magic):
            return suffix
    if b"[[area]]" in start:
        return ".toml"
    if start.lstrip(_BLANKS).startswith((b"{", b"[")):
        return ".geojson"
    named = PurePosixPath(urlsplit(url).path).suffix.lower()
    if named == ".shp":
        raise Unreadable(shown_address(url), _IS_PART_OF_SHAPEFILE)
    if named in _SUFFIXES:
        return named
    return "" if b"\x00" in start or start.lstrip(_BLANKS).startswith(b"<") else ".csv"
