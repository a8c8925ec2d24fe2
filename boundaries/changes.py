"""Changes of areas: which became which, when, and how much of them moved."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple, cast, get_args

from boundaries.days import EARLIEST_DAY, latest_change
from boundaries.errors import ChangesUnreadable, KeyProblem
from boundaries.keys import parse_key
from boundaries.sentences import Sentence, german_day

ChangeKind = Literal["merger", "incorporation", "dissolution", "key-change", "split", "transfer", "rename"]

COLUMNS = ("date", "kind", "from_key", "from_name", "to_key", "to_name", "to_kind", "source")
_LEVELS = ("gemeinde", "kreis")
# Kinds in which the area afterwards existed before and may keep territory of its own.
_KEEPING = ("incorporation", "transfer")
_ALONE = ("key-change", "rename")
_LONGEST_HEADER = 4096


@dataclass(frozen=True, slots=True)
class Size:
    """How large an area, or a part of one, is.

    Attributes
    ----------
    population : float or None
        Inhabitants.
    area_km2 : float or None
        Area in km².
    relative : bool
        True where both are shares (0-1) of the area that ends instead of inhabitants and km².
    """

    population: float | None = None
    area_km2: float | None = None
    relative: bool = False


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One change, as seen from the area afterwards.

    Attributes
    ----------
    date : datetime.date
        First day on which the change holds for statistics.
    kind : str
        ``merger``: all of ``from_keys`` end, ``to_key`` begins. ``incorporation``: ``from_keys`` end and become
        part of ``to_key``, which existed before and keeps its key with more territory. ``dissolution``:
        ``from_keys`` end, on that day or before, and become part of ``to_key``; the source does not tell whether
        that existed before.
        ``split``: ``to_key`` begins with parts of ``from_keys``, which end unless a transfer of that day says what
        they keep. ``transfer``: ``from_keys`` go on, ``to_key`` existed before and receives parts of them.
        ``key-change``: the same territory gets another key.
        ``rename``: only the name changes. An area that ends in several events of one day is divided among them.
    from_keys : tuple of str
        Keys that end, or of which a part moves; never ``to_key`` itself, except in a rename.
    to_key, to_name, to_kind : str
        The area afterwards.
    source : str
        Where the fact is from.
    moved : tuple of Size
        How much of each of ``from_keys`` goes to ``to_key``, in their order; empty where nothing is known.
    kept : Size or None
        How large ``to_key`` was without what it received, where that is known.
    legal_date : datetime.date or None
        First day on which the change holds by law, where it differs.
    level : {"gemeinde", "kreis"}
        Level of the keys.
    from_names : tuple of str
        Official names of ``from_keys`` before the change, in their order; empty where the source does not tell one.
    """

    date: date
    kind: ChangeKind
    from_keys: tuple[str, ...]
    to_key: str
    to_name: str
    to_kind: str
    source: str
    moved: tuple[Size, ...] = ()
    kept: Size | None = None
    legal_date: datetime.date | None = None
    level: str = "gemeinde"
    from_names: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Keys, valid before the change, whose territory the area has afterwards."""
        if self.kind in _KEEPING and self.to_key not in self.from_keys:
            return (*self.from_keys, self.to_key)
        return self.from_keys


class ChangeRow(NamedTuple):
    """One row of a table of changes: what goes from one area to another."""

    line: int
    day: date
    kind: ChangeKind
    level: str
    from_key: str
    to_key: str
    to_name: str
    to_kind: str
    source: str
    size: Size = Size()
    legal_date: date | None = None
    from_name: str = ""


def _impossible(row: ChangeRow, last: date) -> Sentence:
    return Sentence(
        f"{row.from_key} -> {row.to_key} am {german_day(row.day)}: möglich sind Tage vom {german_day(EARLIEST_DAY)} "
        f"bis zum {german_day(last)}; das Datum berichtigen",
        f"{row.from_key} -> {row.to_key} on {row.day}: days from {EARLIEST_DAY} to {last} are possible; "
        "correct the date",
    )


def _stated_twice(row: ChangeRow) -> Sentence:
    return Sentence(
        f"was {row.to_key} am {german_day(row.day)} behält, steht zweimal da; eine der Zeilen weglassen",
        f"what {row.to_key} keeps on {row.day} is stated twice; leave one of the rows out",
    )


def _repeated(row: ChangeRow) -> Sentence:
    return Sentence(
        f"{row.from_key} -> {row.to_key} kommt am {german_day(row.day)} mehrfach vor; eine der Zeilen weglassen",
        f"{row.from_key} -> {row.to_key} occurs more than once on {row.day}; leave one of the rows out",
    )


def _two_keys(row: ChangeRow) -> Sentence:
    return Sentence(
        f"zwei Gebiete können nicht beide den Schlüssel {row.to_key} bekommen; Art oder Schlüssel berichtigen",
        f"two areas cannot both change their key to {row.to_key}; correct the kind or the keys",
    )


@dataclass
class _Draft:
    """The rows of one event while they are collected."""

    first: ChangeRow
    moved: dict[str, Size] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    kept: Size | None = None

    def add(self, path: str, row: ChangeRow) -> None:
        if row.from_key == row.to_key and row.kind in _KEEPING:
            if self.kept is not None:
                raise ChangesUnreadable(path, row.line, _stated_twice(row))
            self.kept = row.size
            return
        if row.from_key in self.moved:
            raise ChangesUnreadable(path, row.line, _repeated(row))
        if row.kind in _ALONE and self.moved:
            raise ChangesUnreadable(path, row.line, _two_keys(row))
        self.moved[row.from_key] = row.size
        self.names[row.from_key] = row.from_name

    def event(self) -> ChangeEvent:
        row = self.first
        known = any(size != Size() for size in self.moved.values())
        return ChangeEvent(
            row.day,
            row.kind,
            tuple(self.moved),
            row.to_key,
            row.to_name,
            row.to_kind,
            row.source,
            tuple(self.moved.values()) if known else (),
            self.kept,
            row.legal_date if row.legal_date != row.day else None,
            row.level,
            tuple(self.names.values()) if any(self.names.values()) else (),
        )


def events_of(path: str, rows: Iterable[ChangeRow]) -> tuple[ChangeEvent, ...]:
    """Join rows to events: one for each day, kind and area afterwards.

    Parameters
    ----------
    path : str
        For messages.
    rows : iterable of ChangeRow
        In any order. A row from an area to itself says what it keeps in an incorporation or a transfer.

    Returns
    -------
    tuple of ChangeEvent
        Sorted by day, kind and target.

    Raises
    ------
    ChangesUnreadable
        A row is repeated, two areas take one key, or there can be no change on its day.
    """
    drafts: dict[tuple[date, str, str, str], _Draft] = {}
    last = latest_change()
    for row in rows:
        if not EARLIEST_DAY <= row.day <= last:
            raise ChangesUnreadable(path, row.line, _impossible(row, last))
        drafts.setdefault((row.day, row.kind, row.level, row.to_key), _Draft(row)).add(path, row)
    return tuple(draft.event() for _, draft in sorted(drafts.items(), key=lambda item: item[0]))


NO_CHANGE = Sentence("enthält keine Änderung; die richtige Datei angeben", "holds no change; give the right file")


def _no_csv(error: Exception) -> Sentence:
    return Sentence(
        f"kann nicht als CSV gelesen werden ({error}); in UTF-8 neu speichern",
        f"cannot be read as CSV ({error}); save it anew in UTF-8",
    )


def _lacking(columns: Sequence[str]) -> Sentence:
    listed = ", ".join(columns)
    return Sentence(
        f"der Tabelle der Änderungen fehlen die Spalten {listed}; ergänzen, mit Komma oder Semikolon trennen",
        f"the table of changes lacks the columns {listed}; add them, parted by comma or semicolon",
    )


def read_changes_csv(path: Path, shown: str | None = None) -> tuple[ChangeEvent, ...]:
    """Read a table of changes in the form of this program.

    Parameters
    ----------
    path : Path
        CSV (UTF-8 or Windows-1252; comma, semicolon or tab) with the columns ``date`` (ISO), ``kind``, ``from_key``,
        ``from_name``, ``to_key``, ``to_name``, ``to_kind``, ``source``, and if known ``population`` and ``area_km2``
        of what moves and ``legal_date``; one row for each pair of areas.
    shown : str, optional
        How messages name the file; its path by default.

    Returns
    -------
    tuple of ChangeEvent
        Sorted by day, kind and target.

    Raises
    ------
    ChangesUnreadable
        The file cannot be read, lacks a column, holds no row, or a row is wrong (the line is named).
    """
    name = shown or str(path)
    try:
        try:
            rows = _rows(path, name, "utf-8-sig")
        except UnicodeDecodeError:
            rows = _rows(path, name, "cp1252")
    except (OSError, UnicodeDecodeError) as error:
        raise ChangesUnreadable(name, None, _no_csv(error)) from error
    if not rows:
        raise ChangesUnreadable(name, None, NO_CHANGE)
    return events_of(name, rows)


def _rows(path: Path, name: str, encoding: str) -> list[ChangeRow]:
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(_LONGEST_HEADER)
        file.seek(0)
        reader = csv.DictReader(file, strict=True, delimiter=max(",;\t", key=first.count))
        try:
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise ChangesUnreadable(name, 1, _lacking(missing))
            return [_parse_row(name, reader.line_num, row) for row in reader]
        except csv.Error as error:
            raise ChangesUnreadable(name, reader.reader.line_num, _no_csv(error)) from error


def _parse_row(path: str, line: int, row: dict[str, str]) -> ChangeRow:
    if None in row or any(value is None for value in row.values()):
        raise ChangesUnreadable(
            path,
            line,
            Sentence(
                "hat eine andere Zahl von Zellen als der Kopf; Texte mit Kommas in Anführungszeichen setzen",
                "another number of cells than the header has; put texts with commas in quotation marks",
            ),
        )
    day = _day(path, line, row, "date")
    kind = row["kind"].strip()
    if kind not in get_args(ChangeKind):
        known = ", ".join(get_args(ChangeKind))
        raise ChangesUnreadable(
            path,
            line,
            Sentence(
                f"unbekannte Art '{kind[:80]}'; bekannt sind: {known}", f"unknown kind '{kind[:80]}'; known: {known}"
            ),
            "kind",
        )
    from_key, level = change_key(path, line, row["from_key"], "from_key")
    to_key, to_level = change_key(path, line, row["to_key"], "to_key")
    if level != to_level:
        old, new = row["from_key"][:80], row["to_key"][:80]
        reason = Sentence(
            f"'{old}' ist ein Schlüssel der Ebene {level}, '{new}' einer der Ebene {to_level}; beide müssen von einer "
            "Ebene sein",
            f"'{old}' is the key of a {level}, '{new}' that of a {to_level}; both have to be of one level",
        )
        raise ChangesUnreadable(path, line, reason, "to_key")
    if (kind == "rename") != (from_key == to_key) and kind not in ("merger", *_KEEPING):
        raise ChangesUnreadable(path, line, _wrong_kind(from_key, to_key), "kind")
    return ChangeRow(
        line,
        day,
        cast("ChangeKind", kind),
        level,
        from_key,
        to_key,
        row["to_name"].strip(),
        row["to_kind"].strip(),
        row["source"].strip(),
        Size(_population(path, line, row), _number(path, line, row, "area_km2")),
        _day(path, line, row, "legal_date") if row.get("legal_date", "").strip() else None,
        row["from_name"].strip(),
    )


def _wrong_kind(from_key: str, to_key: str) -> Sentence:
    if from_key == to_key:
        return Sentence(
            f"{from_key} wird zu sich selbst; Art oder Schlüssel berichtigen",
            f"{from_key} changes into itself; correct the kind or the keys",
        )
    return Sentence(
        f"{from_key} wird nicht umbenannt, sondern wird zu {to_key}; Art oder Schlüssel berichtigen",
        f"{from_key} is not renamed but becomes {to_key}; correct the kind or the keys",
    )


def _day(path: str, line: int, row: dict[str, str], column: str) -> date:
    text = row[column]
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        reason = Sentence(
            f"'{text[:80]}' ist kein Datum; 2026-01-01 schreiben", f"'{text[:80]}' is no date; write 2026-01-01"
        )
        raise ChangesUnreadable(path, line, reason, column) from error


def _number(path: str, line: int, row: dict[str, str], column: str) -> float | None:
    text = row.get(column, "")
    if not text.strip():
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        reason = Sentence(
            f"'{text[:80]}' ist keine Zahl ab 0; 1234.5 schreiben",
            f"'{text[:80]}' is no number of 0 or more; write 1234.5",
        )
        raise ChangesUnreadable(path, line, reason, column)
    return number


def _population(path: str, line: int, row: dict[str, str]) -> float | None:
    number = _number(path, line, row, "population")
    if number is not None and not number.is_integer():
        text = row["population"].strip()[:80]
        reason = Sentence(
            f"'{text}' ist keine ganze Zahl von Einwohnern; ohne Punkte und Nachkommastellen schreiben: 1234",
            f"'{text}' is no whole number of inhabitants; write it without separators and decimals: 1234",
        )
        raise ChangesUnreadable(path, line, reason, "population")
    return number


def change_key(path: str, line: int, text: str, column: str) -> tuple[str, str]:
    """Return canonical key and level of a Gemeinde or Kreis named in a table of changes.

    Raises
    ------
    ChangesUnreadable
        The text is no key, or that of another level.
    """
    try:
        parsed = parse_key(text)
    except KeyProblem as error:
        raise ChangesUnreadable(path, line, error.message, column) from error
    if parsed.level not in _LEVELS:
        reason = Sentence(
            f"'{text[:80]}' ist ein Schlüssel der Ebene {parsed.level}; hier stehen Gemeinden und Kreise",
            f"'{text[:80]}' is the key of a {parsed.level}, not of a Gemeinde or Kreis",
        )
        raise ChangesUnreadable(path, line, reason, column)
    return parsed.key, parsed.level
