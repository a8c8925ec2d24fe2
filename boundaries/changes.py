"""Changes of municipalities: which areas became which, and when."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from boundaries.errors import ChangesUnreadable, KeyProblem
from boundaries.keys import parse_key

ChangeKind = Literal["merger", "incorporation", "key-change"]

COLUMNS = ("date", "kind", "from_key", "from_name", "to_key", "to_name", "to_kind", "source")


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One change of whole municipalities.

    Attributes
    ----------
    date : datetime.date
        First day on which the change holds for statistics.
    kind : {"merger", "incorporation", "key-change"}
        Merger: all of ``from_keys`` end, ``to_key`` begins. Incorporation: ``from_keys`` end and become part
        of ``to_key``, which existed before and keeps its key with more territory. Key change: the same
        territory gets another key.
    from_keys : tuple of str
        Keys that end.
    to_key, to_name, to_kind : str
        The area afterwards.
    source : str
        Where the fact is from.
    """

    date: date
    kind: ChangeKind
    from_keys: tuple[str, ...]
    to_key: str
    to_name: str
    to_kind: str
    source: str

    @property
    def parts(self) -> tuple[str, ...]:
        """Keys, valid before the change, whose territory the area has afterwards."""
        return (*self.from_keys, self.to_key) if self.kind == "incorporation" else self.from_keys


def _gemeinde_key(path: str, line: int, text: str) -> str:
    try:
        parsed = parse_key(text)
    except KeyProblem as error:
        raise ChangesUnreadable(path, line, str(error)) from error
    if parsed.level != "gemeinde":
        raise ChangesUnreadable(path, line, f"'{text}' is the key of a {parsed.level}, not of a Gemeinde")
    return parsed.key


def _parse_row(path: str, line: int, row: dict[str, str]) -> tuple[date, ChangeKind, str, str, dict[str, str]]:
    """Check one row; return day, kind, the two keys and the row."""
    try:
        day = date.fromisoformat(row["date"].strip())
    except ValueError as error:
        raise ChangesUnreadable(path, line, f"'{row['date'][:80]}' is no date; write 2026-01-01") from error
    kind = row["kind"].strip()
    if kind not in get_args(ChangeKind):
        raise ChangesUnreadable(path, line, f"unknown kind '{kind[:80]}'; known: {', '.join(get_args(ChangeKind))}")
    from_key = _gemeinde_key(path, line, row["from_key"])
    to_key = _gemeinde_key(path, line, row["to_key"])
    if kind != "merger" and from_key == to_key:
        raise ChangesUnreadable(path, line, f"{from_key} changes into itself")
    return day, cast("ChangeKind", kind), from_key, to_key, row


def _collect(path: str, rows: Iterable[tuple[int, dict[str, str]]]) -> tuple[ChangeEvent, ...]:
    """Join the rows of one event (same day, kind and target)."""
    grouped: dict[tuple[date, ChangeKind, str], tuple[list[str], dict[str, str]]] = {}
    for line, row in rows:
        day, kind, from_key, to_key, fields = _parse_row(path, line, row)
        from_keys, _ = grouped.setdefault((day, kind, to_key), ([], fields))
        if from_key in from_keys:
            raise ChangesUnreadable(path, line, f"{from_key} -> {to_key} occurs more than once on {day}")
        if kind == "key-change" and from_keys:
            raise ChangesUnreadable(path, line, f"two areas cannot both change their key to {to_key}")
        from_keys.append(from_key)
    return tuple(
        ChangeEvent(
            day,
            kind,
            tuple(from_keys),
            to_key,
            fields["to_name"].strip(),
            fields["to_kind"].strip(),
            fields["source"].strip(),
        )
        for (day, kind, to_key), (from_keys, fields) in sorted(grouped.items(), key=lambda item: item[0])
    )


def read_changes(path: str | Path) -> tuple[ChangeEvent, ...]:
    """Read a table of changes.

    Parameters
    ----------
    path : str or Path
        CSV in UTF-8 with the columns ``date`` (ISO), ``kind`` (``merger``, ``incorporation``,
        ``key-change``), ``from_key``, ``from_name``, ``to_key``, ``to_name``, ``to_kind``, ``source``; one
        row for each area that ends.

    Returns
    -------
    tuple of ChangeEvent
        Sorted by day, kind and target; the rows of one target on one day are one event.

    Raises
    ------
    ChangesUnreadable
        The file cannot be read, lacks a column, holds no row, or a row is wrong (the line is named).
    """
    name = str(path)
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise ChangesUnreadable(name, 1, f"the table of changes lacks the columns {', '.join(missing)}")
            rows = []
            for row in reader:
                if any(row[column] is None for column in COLUMNS) or None in row:
                    raise ChangesUnreadable(name, reader.line_num, "another number of cells than the header has")
                rows.append((reader.line_num, row))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ChangesUnreadable(name, 1, f"cannot be read as CSV in UTF-8: {error}") from error
    if not rows:
        raise ChangesUnreadable(name, 1, "holds no change")
    return _collect(name, rows)
