"""The two forms of the Gemeindeverzeichnis, down to fields that are still text.

Destatis gives it as a workbook ("Alle politisch selbständigen Gemeinden ...", several header rows, the key split over
five columns) and as GV100AD (lines of fixed width). Both are recognised by their content.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from boundaries.damages import ARCHIVE_DAMAGES
from boundaries.file_errors import BadRegister, Unreadable
from boundaries.sentences import Sentence

_RECORD_TYPES = frozenset({"10", "20", "30", "40", "50", "60"})
_LINE = re.compile(r"(?:10|20|30|40|50|60)((?:19|20)[0-9]{6})[0-9]")
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_HEADER_SEARCHED = 20
_KEY_HEADERS = ("land", "rb", "kreis", "vb", "gem")
_LARGEST_BYTES = 2**30
_HECTARES_PER_KM2 = 100
_PEEKED_BYTES = 256
_GZIP, _ZIP = b"\x1f\x8b", b"PK"
_WORKBOOK = "xl/workbook.xml"
_MEMBERS = (".txt", ".asc", ".ad", ".xlsx")
# What damaged, encrypted and truncated files and archives raise.
_DAMAGES = (OSError, *ARCHIVE_DAMAGES)


_TOO_LARGE = Sentence(
    "ist entpackt größer als 1 GiB und kein Gemeindeverzeichnis; die richtige Datei angeben",
    "unpacks to more than 1 GiB and is no Gemeindeverzeichnis; give the right file",
)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of either form, its fields still text."""

    line: int
    record_type: str
    kind: str
    parts: tuple[str, ...]
    name: str
    area_km2: float | None
    population: int | None


def begins_a_register(path: Path) -> bool:
    """Tell by the first bytes whether a file is in one of the two forms."""
    try:
        start = _first_bytes(path)
    except _DAMAGES:
        return False
    return start is None or bool(_LINE.match(start.removeprefix(b"\xef\xbb\xbf").decode("iso-8859-1")))


def read_records(path: Path, shown: str) -> tuple[str, date, list[Record]]:
    """Return form, day and records of a Gemeindeverzeichnis.

    Raises
    ------
    Unreadable
        The file does not exist or is damaged.
    BadRegister
        A line is not as it should be.
    """
    try:
        content = _unpacked(path, shown)
        if content.startswith(_ZIP):
            return "xlsx", *_read_workbook(content, shown)
    except (*_DAMAGES, KeyError, SyntaxError, ValueError) as error:
        said = str(error)[:80] or type(error).__name__
        why = Sentence(
            f"kann nicht gelesen werden ({said}); noch einmal herunterladen",
            f"cannot be read ({said}); download it again",
        )
        raise Unreadable(shown, why) from error
    return "GV100AD", *_read_lines(_decoded(content), shown)


def _first_bytes(path: Path) -> bytes | None:
    """Return how a file begins, unpacked; None for a workbook."""
    with path.open("rb") as file:
        start = file.read(_PEEKED_BYTES)
    if start.startswith(_GZIP):
        with gzip.open(path) as packed:
            return packed.read(_PEEKED_BYTES)
    if not start.startswith(_ZIP):
        return start
    with zipfile.ZipFile(path) as archive:
        if _WORKBOOK in archive.namelist():
            return None
        member = _only_member(archive)
        if member is None:
            return b""
        with archive.open(member) as content:
            start = content.read(_PEEKED_BYTES)
            return None if start.startswith(_ZIP) else start


def _only_member(archive: zipfile.ZipFile) -> str | None:
    members = [name for name in archive.namelist() if PurePosixPath(name).suffix.lower() in _MEMBERS]
    return members[0] if len(members) == 1 else None


def _unpacked(path: Path, shown: str) -> bytes:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_GZIP):
        with gzip.open(path) as packed:
            return _bounded(packed.read(_LARGEST_BYTES + 1), shown)
    if not start.startswith(_ZIP):
        with path.open("rb") as file:
            return _bounded(file.read(_LARGEST_BYTES + 1), shown)
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST_BYTES:
            raise Unreadable(shown, _TOO_LARGE)
        if _WORKBOOK in archive.namelist():
            return path.read_bytes()
        member = _only_member(archive)
        if member is None:
            raise Unreadable(
                shown,
                Sentence(
                    "enthält nicht genau ein Gemeindeverzeichnis; entpacken und die Datei laden",
                    "holds no single Gemeindeverzeichnis; unpack it and load the file",
                ),
            )
        return archive.read(member)


def _bounded(content: bytes, shown: str) -> bytes:
    if len(content) > _LARGEST_BYTES:
        raise Unreadable(shown, _TOO_LARGE)
    return content


def _decoded(content: bytes) -> str:
    """Decode as UTF-8 (since Sorbian names are in the register), else as ISO-8859-1."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("iso-8859-1")


# -- GV100AD: fields by position, 1-based in the description of Destatis -------------------------------------------


def _read_lines(text: str, path: str) -> tuple[date, list[Record]]:
    records: list[Record] = []
    days: set[str] = set()
    lines = text.split("\n")
    if len(lines) > 1 and 0 < len(lines[-1].rstrip("\r")) < len(lines[0].rstrip("\r")):
        raise BadRegister(
            path,
            len(lines),
            Sentence("die Datei bricht mitten in der Zeile ab", "the file breaks off in the middle of the line"),
        )
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        match = _LINE.match(line)
        if match is None:
            raise BadRegister(
                path,
                number,
                Sentence(
                    f"'{line[:20].rstrip()}': beginnt nicht mit Satzart (10 bis 60), Tag und Schlüssel",
                    f"'{line[:20].rstrip()}': does not begin with a record type (10 to 60), a day and a key",
                ),
            )
        days.add(match[1])
        records.append(_fixed_width(line, number, path))
    if len(days) != 1:
        raise BadRegister(
            path,
            1,
            Sentence(
                f"nennt {len(days)} Tage; ein Gemeindeverzeichnis hat einen",
                f"states {len(days)} days; one Gemeindeverzeichnis has one",
            ),
        )
    day = days.pop()
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])), records
    except ValueError as error:
        raise BadRegister(path, 1, Sentence(f"'{day}' ist kein Tag", f"'{day}' is no day")) from error


def _fixed_width(line: str, number: int, path: str) -> Record:
    land, rb, kreis, gem = line[10:12], line[12:13], line[13:15], line[15:18]
    area, inhabitants = line[128:139], line[139:150]
    municipal = line.startswith("60")
    if municipal and not (_ELEVEN_DIGITS.fullmatch(area) and _ELEVEN_DIGITS.fullmatch(inhabitants)):
        raise BadRegister(
            path,
            number,
            Sentence(
                f"Fläche '{area}' oder Einwohner '{inhabitants}' ist keine Zahl von 11 Ziffern",
                f"area '{area}' or inhabitants '{inhabitants}' is no number of 11 digits",
            ),
            "129-150",
        )
    return Record(
        number,
        line[:2],
        line[122:124].strip(),
        (land, rb, kreis, line[18:22], gem),
        line[22:72].strip(),
        int(area) / _HECTARES_PER_KM2 if municipal else None,
        int(inhabitants) if municipal else None,
    )


# -- workbook ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Places:
    """Columns of the workbook, 0-based."""

    record_type: int
    kind: int
    parts: tuple[int, ...]
    name: int
    area: int
    population: int


def _read_workbook(content: bytes, path: str) -> tuple[date, list[Record]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            head = [row for _, row in zip(range(_HEADER_SEARCHED), rows, strict=False)]
            places = _places(head)
            if places is not None:
                return _stated_day(head, path), list(_sheet_records(head, rows, places, path))
    finally:
        book.close()
    raise BadRegister(
        path,
        1,
        Sentence(
            "kein Blatt hat die Spalten Satzart, Land, RB, Kreis, VB, Gem (Änderungslisten: `boundaries changes`)",
            "no sheet has the columns Satzart, Land, RB, Kreis, VB, Gem (lists of changes: `boundaries changes`)",
        ),
    )


def _compact(value: object) -> str:
    return re.sub(r"[\s\-]+", "", str(value or "")).lower()


def _places(head: Sequence[Sequence[object]]) -> _Places | None:
    """Find the columns in the header rows, which stand above each other."""
    found: dict[str, int] = {}
    for row in head:
        for column, value in enumerate(row):
            text = _compact(value)
            for name in ("satzart", "textkennzeichen", "gemeindename", "fläche", "insgesamt"):
                if text.startswith(name):
                    found.setdefault(name, column)
            if text in _KEY_HEADERS:
                found.setdefault(text, column)
    try:
        parts = tuple(found[name] for name in _KEY_HEADERS)
        return _Places(
            found["satzart"],
            found["textkennzeichen"],
            parts,
            found["gemeindename"],
            found["fläche"],
            found["insgesamt"],
        )
    except KeyError:
        return None


def _stated_day(head: Sequence[Sequence[object]], path: str) -> date:
    texts = [str(value) for row in head for value in row if isinstance(value, str)]
    for text in sorted(texts, key=lambda text: "Gebietsstand" not in text):
        match = _DAY.search(text)
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
    raise BadRegister(
        path,
        1,
        Sentence(
            "der Kopf nennt keinen Tag (Gebietsstand am TT.MM.JJJJ)",
            "the header states no day (Gebietsstand am TT.MM.JJJJ)",
        ),
    )


def _sheet_records(
    head: Sequence[Sequence[object]], rows: Iterable[Sequence[object]], places: _Places, path: str
) -> Iterator[Record]:
    for number, row in enumerate((*head, *rows), start=1):
        cells = [*row, *([None] * 20)]
        record_type = str(cells[places.record_type] or "").strip()
        if record_type in _RECORD_TYPES:
            yield Record(
                number,
                record_type,
                str(cells[places.kind] or "").strip(),
                tuple(str(cells[column] if cells[column] is not None else "").strip() for column in places.parts),
                str(cells[places.name] or "").strip(),
                _number(cells[places.area], number, places.area, path),
                _whole(cells[places.population], number, places.population, path),
            )


def _number(value: object, line: int, column: int, path: str) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        reason = Sentence(f"'{str(value)[:40]}' ist keine Zahl", f"'{str(value)[:40]}' is no number")
        raise BadRegister(path, line, reason, _letter(column))
    return float(value)


def _whole(value: object, line: int, column: int, path: str) -> int | None:
    number = _number(value, line, column, path)
    if number is None:
        return None
    if not number.is_integer() or number < 0:
        reason = Sentence(f"'{value}' ist keine Zahl von Einwohnern", f"'{value}' is no number of inhabitants")
        raise BadRegister(path, line, reason, _letter(column))
    return int(number)


def _letter(column: int) -> str:
    """Name a column, counted from 0, as workbooks do."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column + 1))
