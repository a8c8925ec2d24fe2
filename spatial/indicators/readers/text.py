"""Text files: encoding, delimiter and lines of CSV, read in one direction with bounded memory."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress, islice

from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import EmptyTable, UnreadableTable, quote
from spatial.indicators.grids import ROWS_AT_ONCE, Block, Blocks, CodedBlock, Grid
from spatial.indicators.mapping import TableMapping
from spatial.indicators.readers.files import Source
from spatial.indicators.readers.plain_text import plain_columns
from spatial.indicators.sentences import Sentence

LONGEST_LINE = 2_000_000
"""Characters of the longest line that is read."""
_CHUNK = 1 << 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_USUAL = frozenset("ÄÖÜäöüßéèêàâçñáíóúãõåøæëïôî€–—„“”‚‘’…°²³§µ·½¼×®©´\u00a0«»¹•†‰")
_DELIMITERS = (";", "\t", ",", "|")
# Tables of GENESIS quote nothing but cells with a semicolon, and their titles may hold lone quotation marks.
_UNQUOTED = re.compile(r'"?(GENESIS-)?Tabelle:')
_ASCII = bytes(range(128))
_LINE_END = re.compile(r"\r\n|\r|\n")


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

    def blocks() -> Blocks:
        text = _whole_lines(source, encoding.name)
        return _unquoted_blocks(source, text, delimiter) if is_unquoted else _blocks(source, text, delimiter)

    grid = Grid(
        source.path, "csv", blocks, encoding=encoding.name, delimiter=delimiter, doubtful_encoding=encoding.is_doubtful
    )
    if not grid.head:
        raise EmptyTable(Sentence("die Datei hat keine Zellen", "the file has no cells"), path=source.path)
    return grid


def _encoding(source: Source) -> _Encoding:
    """Byte order mark, else UTF-8 where every byte fits, else cp1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    lines = 1
    seen: set[int] = set()
    with source.open() as file:
        chunk = file.read(_CHUNK)
        for bom, name in _BOMS:
            if chunk.startswith(bom):
                return _Encoding(name)
        while chunk:
            if b"\0" in chunk:
                raise _no_text(source, lines + chunk[: chunk.index(b"\0")].count(b"\n"))
            lines += chunk.count(b"\n")
            seen.update(chunk.translate(None, _ASCII))
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
            chunk = file.read(_CHUNK)
    if is_utf8 and _decodes(decoder, b"", final=True):
        return _Encoding("utf-8")
    characters = set(bytes(seen).decode("cp1252", errors="replace"))
    return _Encoding("cp1252", bool(characters - _USUAL))


def _no_text(source: Source, line: int) -> UnreadableTable:
    return UnreadableTable(
        Sentence(
            "ist keine Textdatei: sie enthält Nullbytes, wie Programme oder UTF-16 ohne Kennung",
            "is not a text file: it holds null bytes, as programs do or UTF-16 without its mark",
        ),
        path=source.path,
        line=line,
        remedy=Sentence(
            "die Tabelle als CSV in UTF-8 oder als .xlsx exportieren", "export the table as CSV in UTF-8 or as .xlsx"
        ),
    )


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _whole_lines(source: Source, encoding: str) -> Iterator[str]:
    """Text, many lines at a time."""
    number = 1
    rest = ""
    for piece in _pieces(source, encoding):
        text = rest + piece
        # A line ends with any of the three ends; a carriage return at the very end may be half of one.
        end = max(text.rfind("\n"), text.rfind("\r", 0, max(len(text) - 1, 0))) + 1
        rest = text[end:]
        number += _line_ends(text[:end])
        if len(rest) > LONGEST_LINE:
            raise _too_long(source, number)
        if end:
            yield text[:end]
    if rest:
        yield rest


def _line_ends(text: str) -> int:
    returns = text.count("\r")
    return text.count("\n") + (returns - text.count("\r\n") if returns else 0)


def _split(source: Source, text: str, before: int) -> list[str]:
    """Lines of a text, with their ends."""
    lines = list(io.StringIO(text, newline=""))
    if max(map(len, lines), default=0) > LONGEST_LINE:
        raise _too_long(source, before + next(n for n, line in enumerate(lines, 1) if len(line) > LONGEST_LINE))
    return lines


def _too_long(source: Source, line: int) -> UnreadableTable:
    return UnreadableTable(
        Sentence(
            f"hat eine Zeile von mehr als {LONGEST_LINE} Zeichen", f"has a line of more than {LONGEST_LINE} characters"
        ),
        path=source.path,
        line=line,
        remedy=Sentence("die Tabelle neu exportieren", "export the table again"),
    )


def _pieces(source: Source, encoding: str) -> Iterator[str]:
    """Decoded text, piece by piece."""
    number = 1
    try:
        b"".decode(encoding)  # raises for codecs that give no text
        decoder = codecs.getincrementaldecoder(encoding)("replace" if encoding == "cp1252" else "strict")
        with source.open() as file:
            while packed := file.read(_CHUNK):
                text = decoder.decode(packed)
                number += text.count("\n")
                yield text
            yield decoder.decode(b"", final=True)
    except (UnicodeError, LookupError) as error:
        if isinstance(error, UnicodeDecodeError):
            number += error.object[: error.start].decode(encoding, errors="ignore").count("\n")
        raise UnreadableTable(
            _undecodable(encoding, error),
            path=source.path,
            line=number if isinstance(error, UnicodeDecodeError) else None,
            remedy=Sentence(
                "die Tabelle als UTF-8 speichern, oder ihre Kodierung in einer Zuordnung mit encoding nennen (utf-8, "
                "cp1252)",
                "save the table as UTF-8, or name its encoding with encoding in a mapping (utf-8, cp1252)",
            ),
        ) from error


def _undecodable(encoding: str, error: Exception) -> Sentence:
    """Why bytes cannot be read in an encoding."""
    if isinstance(error, UnicodeDecodeError):
        byte = f"0x{error.object[error.start]:02x}"
        return Sentence(
            f"ist nicht als {encoding} lesbar: das Byte {byte} ist darin kein Zeichen",
            f"cannot be read as {encoding}: the byte {byte} is no character of it",
        )
    if isinstance(error, LookupError):
        return Sentence(f"eine Kodierung {quote(encoding)} gibt es nicht", f"there is no encoding {quote(encoding)}")
    return Sentence(f"ist nicht als {encoding} lesbar", f"cannot be read as {encoding}: {error}")


def _head(source: Source, encoding: str) -> list[str]:
    """First lines that are not blank, about 200 000 characters."""
    head: list[str] = []
    length = 0
    for line in chain.from_iterable(_split(source, text, 0) for text in _whole_lines(source, encoding)):
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


def _unquoted_blocks(source: Source, texts: Iterator[str], delimiter: str) -> Blocks:
    """Lines that are not blank; a quotation mark never reaches beyond its line."""
    number = 0
    for text in texts:
        bare = [line.rstrip("\r\n") for line in _split(source, text, number)]
        rows = [
            next(csv.reader([line], delimiter=delimiter), []) if '"' in line else line.split(delimiter) for line in bare
        ]
        yield from _filled(range(number + 1, number + 1 + len(rows)), rows)
        number += len(rows)


def _blocks(source: Source, texts: Iterator[str], delimiter: str) -> Blocks:
    """Lines of a CSV text that are not blank; plain ones are taken column by column."""
    number = 0
    for text in texts:
        columns = plain_columns(text, delimiter)
        if columns is not None:
            count = len(columns[0].codes)
            yield CodedBlock(range(number + 1, number + 1 + count), columns)
            number += count
            continue
        lines = _split(source, text, number)
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error:
            # Damaged, or a quoted cell goes on in the next piece.
            following = (_split(source, text, number) for text in texts)
            yield from _quoted_blocks(source, chain(lines, chain.from_iterable(following)), delimiter, number)
            return
        is_plain = len(rows) == len(lines)
        numbers = range(number + 1, number + 2 + len(rows)) if is_plain else _numbered(source, number, rows, delimiter)
        yield from _filled(numbers[:-1], rows)
        number += len(lines)


def _quoted_blocks(source: Source, lines: Iterator[str], delimiter: str, number: int) -> Blocks:
    """Rows of lines whose quoted cells may hold line ends; ``number`` lines are before them."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    more = True
    while more:
        before = number + reader.line_num
        rows: list[list[str]] = []
        try:
            # Row by row, so that those before a damaged one are there.
            rows.extend(islice(reader, ROWS_AT_ONCE))
        except csv.Error as error:
            numbers = _numbered(source, before, rows, delimiter)
            yield from _filled(numbers[:-1], rows)
            raise UnreadableTable(
                _damage(error),
                path=source.path,
                line=numbers[-1],
                remedy=Sentence(
                    "das einzelne Anführungszeichen entfernen oder verdoppeln",
                    "remove or double the lone quotation mark",
                ),
            ) from error
        more = len(rows) == ROWS_AT_ONCE
        yield from _filled(_numbered(source, before, rows, delimiter)[:-1], rows)


def _damage(error: csv.Error) -> Sentence:
    """What is wrong with quotation marks, in words for those who write tables."""
    if "unexpected end" in str(error):
        return Sentence(
            "ist beschädigtes CSV: ein Anführungszeichen öffnet und schließt nicht",
            "is damaged CSV: a quotation mark opens and never closes",
        )
    if "expected after" in str(error):
        return Sentence(
            "ist beschädigtes CSV: hinter einem schließenden Anführungszeichen steht noch Text",
            "is damaged CSV: there is text behind a closing quotation mark",
        )
    return Sentence(f"ist beschädigtes CSV ({error})", f"is damaged CSV: {error}")


def _numbered(source: Source, before: int, rows: list[list[str]], delimiter: str) -> Sequence[int]:
    """Lines in which rows begin, and that in which the next one does, where quoted cells may hold line ends."""
    numbers = [before + 1]
    for cells in rows:
        ends = sum(len(_LINE_END.findall(cell)) for cell in cells)
        if ends and any("\n" in cell and delimiter in cell for cell in cells):
            raise UnreadableTable(
                Sentence(
                    f"ein Anführungszeichen öffnet hier und schließt in Zeile {numbers[-1] + ends}, über mehrere "
                    "Zellen hinweg",
                    f"a quotation mark opens here and closes in line {numbers[-1] + ends}, over several cells",
                ),
                path=source.path,
                line=numbers[-1],
                remedy=Sentence(
                    "das einzelne Anführungszeichen entfernen oder verdoppeln",
                    "remove or double the lone quotation mark",
                ),
            )
        numbers.append(numbers[-1] + ends + 1)
    return numbers


def _filled(numbers: Sequence[int], rows: list[list[str]]) -> Blocks:
    """Rows that are not blank."""
    if not all(text.strip(BLANKS) for text in {row[0] if row else "" for row in rows}):
        filled = [any(cell.strip(BLANKS) for cell in row) for row in rows]
        numbers, rows = list(compress(numbers, filled)), list(compress(rows, filled))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield Block(numbers[start : start + ROWS_AT_ONCE], rows[start : start + ROWS_AT_ONCE])
