"""Text files: encoding, delimiter and lines of CSV, read in one direction with bounded memory."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import EmptyTable, UnreadableTable
from spatial.indicators.grids import Grid, GridRow
from spatial.indicators.mapping import TableMapping
from spatial.indicators.readers.files import Source
from spatial.indicators.sentences import Sentence

LONGEST_LINE = 2_000_000
"""Characters of the longest line that is read."""
_CHUNK = 1 << 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_USUAL = frozenset("ÄÖÜäöüßéèêàâçñáíóúãõåøæëïôî€–—„“”‚‘’…°²³§µ·½¼×®©´\u00a0«»¹•†‰")
_DELIMITERS = (";", "\t", ",", "|")
# Tables of GENESIS quote nothing but cells with a semicolon, and their titles may hold lone quotation marks.
_UNQUOTED = re.compile(r'"?(GENESIS-)?Tabelle:')


@dataclass(frozen=True, slots=True)
class _Encoding:
    name: str
    is_doubtful: bool = False


def read_text(source: Source, mapping: TableMapping) -> Grid:
    """Raw table of a CSV file; nothing but its first lines is kept in memory.

    Raises
    ------
    EmptyTable
        There is not a single cell.
    UnreadableTable
        The file is no text, cannot be decoded, or its quotation marks do not fit together.
    """
    encoding = _Encoding(mapping.encoding) if mapping.encoding else _encoding(source)
    head = _head(source, encoding.name)
    if not head:
        raise EmptyTable(Sentence("die Datei ist leer", "the file is empty"), path=source.path)
    delimiter = mapping.delimiter or _delimiter(head)
    is_unquoted = bool(_UNQUOTED.match(head[0].lstrip(BLANKS)))

    def rows() -> Iterator[GridRow]:
        lines = _lines(source, encoding.name)
        return _unquoted_rows(lines, delimiter) if is_unquoted else _quoted_rows(source, lines, delimiter)

    return Grid(
        source.path, "csv", rows, encoding=encoding.name, delimiter=delimiter, doubtful_encoding=encoding.is_doubtful
    )


def _encoding(source: Source) -> _Encoding:
    """Byte order mark, else UTF-8 where every byte fits, else cp1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    seen: set[int] = set()
    with source.open() as file:
        chunk = file.read(_CHUNK)
        for bom, name in _BOMS:
            if chunk.startswith(bom):
                return _Encoding(name)
        while chunk:
            if b"\0" in chunk:
                raise UnreadableTable(
                    Sentence("ist keine Textdatei", "is not a text file"),
                    path=source.path,
                    remedy=Sentence("die Tabelle als CSV oder .xlsx exportieren", "export the table as CSV or .xlsx"),
                )
            if not chunk.isascii():
                seen.update(chunk)
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
            chunk = file.read(_CHUNK)
    if is_utf8 and _decodes(decoder, b"", final=True):
        return _Encoding("utf-8")
    characters = set(bytes(byte for byte in seen if byte > 127).decode("cp1252", errors="replace"))
    return _Encoding("cp1252", bool(characters - _USUAL))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _lines(source: Source, encoding: str) -> Iterator[str]:
    """Lines with their ends."""
    errors = "replace" if encoding == "cp1252" else "strict"
    number = 0
    try:
        with source.open() as file, io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="") as text:
            while line := text.readline(LONGEST_LINE):
                number += 1
                if len(line) >= LONGEST_LINE and line[-1] not in "\r\n":
                    raise UnreadableTable(
                        Sentence(
                            f"hat eine Zeile von mehr als {LONGEST_LINE} Zeichen",
                            f"has a line of more than {LONGEST_LINE} characters",
                        ),
                        path=source.path,
                        line=number,
                        remedy=Sentence("die Tabelle neu exportieren", "export the table again"),
                    )
                yield line
    except (UnicodeError, LookupError) as error:
        raise UnreadableTable(
            Sentence(f"ist nicht als {encoding} lesbar: {error}", f"cannot be read as {encoding}: {error}"),
            path=source.path,
            line=number + 1,
            remedy=Sentence("die Kodierung mit encoding nennen", "name the encoding with encoding in a mapping"),
        ) from error


def _head(source: Source, encoding: str) -> list[str]:
    """First lines that are not blank, about 200 000 characters."""
    head: list[str] = []
    length = 0
    for line in _lines(source, encoding):
        if line.strip(BLANKS):
            head.append(line)
            length += len(line)
        if length > 200_000 or len(head) >= 400:
            break
    return head


def _delimiter(lines: list[str]) -> str:
    """Delimiter that cuts the most of the first lines into one number of columns."""

    def evenness(delimiter: str) -> float:
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return 0.0
        width, often = max(counts.items(), key=lambda item: (item[0] > 1, item[1]))
        return often / len(lines) if width > 1 else 0.0

    scores = {delimiter: evenness(delimiter) for delimiter in _DELIMITERS}
    best = max(scores.values())
    return next(delimiter for delimiter in _DELIMITERS if scores[delimiter] == best) if best else ";"


def _unquoted_rows(lines: Iterator[str], delimiter: str) -> Iterator[GridRow]:
    """Lines that are not blank; a quotation mark never reaches beyond its line."""
    for number, line in enumerate(lines, 1):
        bare = line.rstrip("\r\n")
        cells = next(csv.reader([bare], delimiter=delimiter), []) if '"' in bare else bare.split(delimiter)
        if any(cell.strip(BLANKS) for cell in cells):
            yield GridRow(number, cells)


def _quoted_rows(source: Source, lines: Iterator[str], delimiter: str) -> Iterator[GridRow]:
    """Lines of a CSV text that are not blank; quoted cells may hold line ends."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if before > line and any("\n" in cell and delimiter in cell for cell in cells):
                raise UnreadableTable(
                    Sentence(
                        f"ein Anführungszeichen öffnet hier und schließt in Zeile {before}, über mehrere Zellen hinweg",
                        f"a quotation mark opens here and closes in line {before}, over several cells",
                    ),
                    path=source.path,
                    line=line,
                    remedy=Sentence(
                        "das einzelne Anführungszeichen entfernen oder verdoppeln",
                        "remove or double the lone quotation mark",
                    ),
                )
            if cells and (cells[0].strip(BLANKS) or any(cell.strip(BLANKS) for cell in cells)):
                yield GridRow(line, cells)
    except csv.Error as error:
        raise UnreadableTable(
            Sentence(f"ist beschädigtes CSV: {error}", f"is damaged CSV: {error}"),
            path=source.path,
            line=before + 1,
            remedy=Sentence("die Anführungszeichen prüfen", "check the quotation marks"),
        ) from error
