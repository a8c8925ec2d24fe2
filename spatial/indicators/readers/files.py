"""Files: what a path leads to, told by content, and opened without trusting it.

A table may lie in a zip archive. ``FILE.zip`` means the only table in it, ``FILE.zip/member.csv`` one of several.
An archive is judged by what it unpacks to.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from boundaries.damages import ARCHIVE_DAMAGES
from boundaries.sentences import system_reason
from spatial.indicators.errors import EmptyTable, OversizedTable, SeveralTables, UnreadableTable, quote, shown
from spatial.indicators.sentences import CHECK_FILE, Sentence

LARGEST_TEXT = 8_000_000_000
"""Bytes of the largest text that is read, packed or not; texts are read line by line."""
LARGEST_BOOK = 500_000_000
"""Bytes that a workbook may unpack to; most of it is held in memory."""
LARGEST_RATIO = 200
"""How many times its size an archive may unpack to, where that is more than 50 MB."""
_ENCRYPTED = 1
"""Flag of a member of a zip archive (APPNOTE 4.4.4)."""
_HARMLESS = 50_000_000
_TABLES = (".csv", ".txt", ".tsv", ".xlsx", ".ods", ".parquet")
_CHUNK = 1 << 20
_DAMAGES = (*ARCHIVE_DAMAGES, ValueError)

Kind = Literal["text", "xlsx", "ods", "parquet"]

_EXPORT = Sentence("die Tabelle als CSV oder .xlsx exportieren", "export the table as CSV or .xlsx")
_UNPACK = Sentence("zuerst auspacken", "unpack it first")
_REFUSED: tuple[tuple[re.Pattern[bytes], Sentence, Sentence], ...] = (
    (
        re.compile(rb"\xd0\xcf\x11\xe0"),
        Sentence("ist eine alte Excel-Datei (.xls)", "is an old Excel file (.xls)"),
        Sentence("als .xlsx oder CSV speichern", "save it as .xlsx or CSV"),
    ),
    (re.compile(rb"%PDF"), Sentence("ist ein PDF-Dokument", "is a PDF document"), _EXPORT),
    (
        re.compile(rb"(\xef\xbb\xbf)?\s*<"),
        Sentence("ist eine HTML- oder XML-Seite, keine Tabelle", "is an HTML or XML page, not a table"),
        Sentence("die Tabelle selbst herunterladen", "download the table itself"),
    ),
    (
        re.compile(rb"(\xef\xbb\xbf)?\s*[{\[]"),
        Sentence("ist JSON, keine Tabelle", "is JSON, not a table"),
        _EXPORT,
    ),
    (
        re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!"),
        Sentence("ist ein gepacktes Archiv", "is a packed archive"),
        _UNPACK,
    ),
    (
        re.compile(rb"SQLite format 3"),
        Sentence("ist eine Datenbank, keine Tabelle", "is a database file, not a table"),
        _EXPORT,
    ),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A table file that was found, on its own or in an archive.

    Attributes
    ----------
    path : Path
        What messages name; the member follows the archive.
    kind : {"text", "xlsx", "ods", "parquet"}
    archive : Path
        The file on disk.
    member : str or None
        Name within the archive.
    """

    path: Path
    kind: Kind
    archive: Path
    member: str | None = None

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it for reading from the start.

        Raises
        ------
        UnreadableTable
            The archive turns out to be damaged.
        """
        if self.member is None:
            with self.archive.open("rb") as file:
                yield file
            return
        try:
            with zipfile.ZipFile(self.archive) as opened, opened.open(self.member) as packed:
                # Workbooks are read here and there, and a packed stream goes forward only.
                yield cast("BinaryIO", packed) if self.kind == "text" else io.BytesIO(packed.read())
        except ARCHIVE_DAMAGES as error:
            raise _damaged(self.path, error) from error


def find_source(path: Path) -> Source:
    """Find the table that a path leads to.

    Parameters
    ----------
    path : Path
        A file, or a member of a zip archive behind the archive's name.

    Raises
    ------
    EmptyTable
        The file is empty.
    OversizedTable
        It is too large, or unpacks to too much.
    SeveralTables
        The archive holds several tables.
    UnreadableTable
        It is no table, is damaged, or is in a format that is not read.
    """
    archive = path if path.is_file() else next((parent for parent in path.parents if parent.is_file()), path)
    head = _head(archive)
    if head.startswith(b"PK"):
        return _in_archive(archive, None if archive == path else path.relative_to(archive).as_posix())
    if archive != path:
        name = quote(archive.name)
        raise UnreadableTable(
            Sentence(f"{name} ist kein Archiv", f"{name} is no archive"),
            path=path,
            remedy=Sentence("die Datei ohne Zusatz nennen", "name the file without an addition"),
        )
    kind = _plain_kind(path, head)
    if kind == "text":
        _check_text(path, path.stat().st_size)
    return Source(path, kind, path)


def source_name(path: Path) -> str:
    """Name of a statistical file, by which a later version of it is told; with its archive, where it is in one."""
    return shown(path)


def fingerprint(path: Path) -> str:
    """SHA-256 of a statistical file, or of the archive that it is in."""
    archive = path if path.is_file() else next(parent for parent in path.parents if parent.is_file())
    digest = hashlib.sha256()
    with archive.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _head(path: Path) -> bytes:
    """First bytes of a file that is not empty."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        reason = system_reason(error)
        raise UnreadableTable(
            Sentence(f"ist nicht lesbar: {reason.de}", f"cannot be read: {reason.en}"),
            path=path,
            remedy=CHECK_FILE,
        ) from error
    return _not_empty(path, head)


def _not_empty(path: Path, head: bytes) -> bytes:
    if not head.strip():
        raise EmptyTable(Sentence("die Datei ist leer", "the file is empty"), path=path)
    return head


def _plain_kind(path: Path, head: bytes) -> Literal["text", "parquet"]:
    """Kind of a file that is no zip archive."""
    if head.startswith(b"PAR1"):
        return "parquet"
    for signature, what, remedy in _REFUSED:
        if signature.match(head):
            raise UnreadableTable(what, path=path, remedy=remedy)
    return "text"


def _in_archive(archive: Path, wanted: str | None) -> Source:
    """Workbook that an archive is, or the table that it holds."""
    try:
        with zipfile.ZipFile(archive) as opened:
            kind = _book_kind(opened)
            if kind and wanted is None:
                _check_book(archive, opened.infolist())
                return Source(archive, kind, archive)
            entries = {entry.filename: entry for entry in opened.infolist() if not entry.is_dir()}
            return _member(archive, opened, entries[_chosen(archive, entries, wanted)])
    except (*_DAMAGES, OSError) as error:
        raise _damaged(archive, error) from error


def _chosen(archive: Path, entries: dict[str, zipfile.ZipInfo], wanted: str | None) -> str:
    """Name of the member that is meant."""
    tables = sorted(
        name
        for name in entries
        if name.casefold().endswith(_TABLES) and not name.startswith(("__MACOSX/", ".")) and "/." not in name
    )
    listed = ", ".join(tables[:100]) + (", …" if len(tables) > 100 else "")
    if wanted is not None and wanted not in entries:
        raise UnreadableTable(
            Sentence(f"das Archiv enthält {quote(wanted)} nicht", f"the archive has no {quote(wanted)}"),
            path=archive,
            remedy=Sentence(f"es enthält {listed or 'keine Tabelle'}", f"it has {listed or 'no table'}"),
        )
    if not tables and wanted is None:
        raise UnreadableTable(
            Sentence("ist ein Archiv ohne Tabelle", "is an archive without a table"),
            path=archive,
            remedy=Sentence("gelesen werden CSV, XLSX, ODS und Parquet", "CSV, XLSX, ODS and Parquet are read"),
        )
    if wanted is None and len(tables) > 1:
        example = f"{archive.name}/{tables[0]}"
        raise SeveralTables(
            Sentence(f"enthält {len(tables)} Tabellen: {listed}", f"holds {len(tables)} tables: {listed}"),
            path=archive,
            remedy=Sentence(f"eine davon nennen, etwa {example}", f"name one of them, such as {example}"),
            choices=tuple(tables),
        )
    return wanted or tables[0]


def _member(archive: Path, opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Source:
    """Member of an archive as a source."""
    path = archive / entry.filename
    if entry.flag_bits & _ENCRYPTED:
        what = Sentence("ist mit einem Kennwort verschlüsselt", "is encrypted with a password")
        raise UnreadableTable(what, path=path, remedy=_UNPACK)
    _check_ratio(path, entry.file_size, entry.compress_size)
    with opened.open(entry) as file:
        head = _not_empty(path, file.read(4096))
    kind: Kind | None = None
    if not head.startswith(b"PK"):
        kind = _plain_kind(path, head)
        _check_text(path, entry.file_size) if kind == "text" else _check_size(path, entry.file_size)
        return Source(path, kind, archive, entry.filename)
    _check_size(path, entry.file_size)
    with zipfile.ZipFile(io.BytesIO(opened.read(entry))) as inner:
        kind = _book_kind(inner)
        if kind is None:
            what = Sentence("ist ein Archiv in einem Archiv", "is an archive within an archive")
            raise UnreadableTable(what, path=path, remedy=_UNPACK)
        _check_book(path, inner.infolist())
    return Source(path, kind, archive, entry.filename)


def _book_kind(opened: zipfile.ZipFile) -> Literal["xlsx", "ods"] | None:
    """Whether an archive is a workbook, and of which kind."""
    names = set(opened.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "ods" if {"content.xml", "META-INF/manifest.xml"} <= names else None


def _check_book(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse workbooks that unpack to too much."""
    size = sum(entry.file_size for entry in entries)
    _check_size(path, size)
    _check_ratio(path, size, sum(entry.compress_size for entry in entries))


def _check_size(path: Path, size: int) -> None:
    if size > LARGEST_BOOK:
        raise OversizedTable(
            Sentence(
                f"entpackt sich zu {size / 1e6:.0f} MB; gelesen werden höchstens {LARGEST_BOOK / 1e6:.0f} MB",
                f"unpacks to {size / 1e6:.0f} MB; at most {LARGEST_BOOK / 1e6:.0f} MB are read",
            ),
            path=path,
            remedy=Sentence("die Tabelle als CSV speichern", "save the table as CSV"),
        )


def _check_text(path: Path, size: int) -> None:
    if size > LARGEST_TEXT:
        raise OversizedTable(
            Sentence(
                f"hat {size / 1e6:.0f} MB; gelesen werden höchstens {LARGEST_TEXT / 1e6:.0f} MB",
                f"has {size / 1e6:.0f} MB; at most {LARGEST_TEXT / 1e6:.0f} MB are read",
            ),
            path=path,
            remedy=Sentence("in mehrere Dateien teilen", "cut it into several files"),
        )


def _check_ratio(path: Path, size: int, packed: int) -> None:
    """Refuse archives that are made to burst."""
    times = size // max(packed, 1)
    if size > _HARMLESS and times > LARGEST_RATIO:
        raise OversizedTable(
            Sentence(
                f"entpackt sich auf das {times}-Fache seiner Größe, {size / 1e6:.0f} MB",
                f"unpacks to {times} times its size, {size / 1e6:.0f} MB",
            ),
            path=path,
            remedy=Sentence("die Tabelle selbst auspacken und prüfen", "unpack the table yourself and check it"),
        )


def _damaged(path: Path, error: Exception) -> UnreadableTable:
    return UnreadableTable(
        Sentence(
            f"ist ein abgeschnittenes oder beschädigtes Archiv ({error})",
            f"is a truncated or damaged archive: {error}",
        ),
        path=path,
        remedy=Sentence("noch einmal herunterladen", "download it again"),
    )
