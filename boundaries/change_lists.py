"""Lists of changes of Destatis: "Namens-, Grenz- und Schlüsseländerungen der Gemeinden".

One row says what one Gemeinde gave to another. A merger of k Gemeinden is k rows of dissolution with one target; a
Gemeinde that is divided has one row for each target; a transfer of territory has a row for what moves and one for
what stays.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from string import ascii_uppercase
from typing import NamedTuple, cast

from boundaries.changes import ChangeEvent, ChangeKind, ChangeRow, Size, change_key, events_of
from boundaries.errors import ChangesUnreadable
from boundaries.sentences import Sentence
from boundaries.workbooks import Cell, Sheet, text_of

_COLUMNS = 13
_UNIT, _FROM, _FROM_NAME, _KIND, _AREA, _PEOPLE, _TO, _TO_NAME = 1, 3, 4, 5, 6, 7, 9, 10
_BY_LAW, _BY_STATISTICS = 11, 12
_HECTARES_TO_KM2, _SQUARE_METRES_TO_KM2 = 0.01, 1e-6
_LARGEST_KM2 = 1_000.0  # Berlin, the largest Gemeinde, has 891
_KINDS = {"1": "dissolution", "2": "transfer", "3": "key-change", "4": "rename"}
_STATUS = {"st": "Stadt", "stadt": "Stadt", "m": "Markt", "markt": "Markt"}


class _Row(NamedTuple):
    """One row of the list with its cells understood."""

    line: int
    number: str
    day: date
    legal: date | None
    kind: str
    from_key: str
    to_key: str
    to_name: str
    size: Size
    from_name: str


def is_change_list(sheet: Sheet) -> bool:
    """Whether a sheet is a list of changes of Destatis."""
    return _header_end(sheet) is not None


def _header_end(sheet: Sheet) -> int | None:
    """Position of the row with the names of the columns; None where there is none."""
    for position, row in enumerate(sheet.rows[:20]):
        texts = [text_of(cell).lower() for cell in row[:_COLUMNS]]
        if any("fläche" in text for text in texts) and any("einwohner" in text for text in texts):
            above = " ".join(text_of(cell).lower() for other in sheet.rows[: position + 1] for cell in other[:2])
            if "regionaleinheit" in above:
                return position
    return None


def read_change_list(path: str, sheet: Sheet) -> tuple[ChangeEvent, ...]:
    """Read the sheet of a list of changes.

    Parameters
    ----------
    path : str
        For messages and as source.
    sheet : Sheet
        The last sheet of the workbook.

    Returns
    -------
    tuple of ChangeEvent
        Changes of Gemeinden; rows of other regional units, and changes of the ARS that leave the AGS alone, are
        passed over.

    Raises
    ------
    ChangesUnreadable
        A row is not understood, or there is no change at all.
    """
    header = _header_end(sheet)
    if header is None:
        raise ChangesUnreadable(
            path,
            None,
            Sentence(
                "hat keinen Kopf einer Änderungsliste; die Liste so laden, wie Destatis sie anbietet",
                "has no header of a list of changes; load the list as Destatis offers it",
            ),
        )
    scale = _area_scale(path, header, sheet.rows[header])
    listed = [
        _parse(path, line, row, scale)
        for line, row in enumerate(sheet.rows, start=1)
        if line > header + 1 and len(row) >= _COLUMNS and text_of(row[_UNIT]).lower() == "gemeinde"
    ]
    rows = [row for row in listed if row.kind != "key-change" or row.from_key != row.to_key]
    if not listed:
        raise ChangesUnreadable(
            path,
            header + 2,
            Sentence(
                "enthält keine Änderung einer Gemeinde; der Aufbau kann neu sein, die Änderungen als CSV laden",
                "holds no change of a Gemeinde; the layout may be a new one, load the changes as CSV",
            ),
        )
    return events_of(path, _with_kinds(rows))


def _area_scale(path: str, position: int, header: tuple[Cell, ...]) -> float:
    """Factor from the unit of the areas to km²."""
    unit = text_of(header[_AREA]).lower()
    if re.search(r"\b(qm|m²|m2)\b|quadratmeter", unit):
        return _SQUARE_METRES_TO_KM2
    if re.search(r"\bha\b|hektar", unit):
        return _HECTARES_TO_KM2
    if re.search(r"\b(km²|qkm|km2)\b", unit):
        return 1.0
    raise ChangesUnreadable(
        path,
        position + 1,
        Sentence(
            f"die Einheit der Flächen ist unbekannt: '{unit[:80]}'; qm, ha oder km² in den Kopf schreiben",
            f"the unit of the areas is not known: '{unit[:80]}'; write qm, ha or km² in the header",
        ),
        ascii_uppercase[_AREA],
    )


def _parse(path: str, line: int, row: tuple[Cell, ...], scale: float) -> _Row:
    kind = text_of(row[_KIND])
    if kind not in _KINDS:
        raise ChangesUnreadable(
            path,
            line,
            Sentence(
                f"unbekannte Änderungsart '{kind[:80]}'; bekannt sind: 1, 2, 3, 4",
                f"unknown kind of change '{kind[:80]}'; known: 1, 2, 3, 4",
            ),
            ascii_uppercase[_KIND],
        )
    (from_key, from_level), (to_key, to_level) = (
        change_key(path, line, text_of(row[column]), ascii_uppercase[column]) for column in (_FROM, _TO)
    )
    if "kreis" in (from_level, to_level):
        raise ChangesUnreadable(
            path,
            line,
            Sentence(
                f"{from_key} -> {to_key} sind nicht beide Schlüssel von Gemeinden; die Zeile berichtigen",
                f"{from_key} -> {to_key} are not both keys of Gemeinden; correct the row",
            ),
            f"{ascii_uppercase[_FROM]}, {ascii_uppercase[_TO]}",
        )
    legal = _day(path, line, row, _BY_LAW)
    day = _day(path, line, row, _BY_STATISTICS) or legal
    if day is None:
        raise ChangesUnreadable(
            path,
            line,
            Sentence(
                "nennt keinen Tag, an dem die Änderung wirksam wird; ihn ergänzen",
                "states no day on which the change takes effect; add it",
            ),
            f"{ascii_uppercase[_BY_LAW]}, {ascii_uppercase[_BY_STATISTICS]}",
        )
    area = _number(path, line, row, _AREA)
    size = Size(_number(path, line, row, _PEOPLE), None if area is None else area * scale)
    if size.area_km2 is not None and size.area_km2 > _LARGEST_KM2:
        raise ChangesUnreadable(
            path,
            line,
            Sentence(
                f"{size.area_km2:.0f} km² ist mehr, als irgendeine Gemeinde hat; die Einheit prüfen",
                f"{size.area_km2:.0f} km² is more than any Gemeinde has; check the unit",
            ),
            ascii_uppercase[_AREA],
        )
    names = text_of(row[_TO_NAME]), text_of(row[_FROM_NAME])
    return _Row(line, text_of(row[0]), day, legal, _KINDS[kind], from_key, to_key, names[0], size, names[1])


def _day(path: str, line: int, row: tuple[Cell, ...], column: int) -> date | None:
    cell = row[column]
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    if not text:
        return None
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise ChangesUnreadable(
        path,
        line,
        Sentence(f"'{text[:80]}' ist kein Datum; 31.12.2026 schreiben", f"'{text[:80]}' is no date; write 31.12.2026"),
        ascii_uppercase[column],
    )


def _number(path: str, line: int, row: tuple[Cell, ...], column: int) -> float | None:
    """Number of a cell; in texts the dot parts the thousands."""
    cell = row[column]
    if isinstance(cell, float):
        number = cell
    else:
        text = re.sub(r"[\s\u00a0\u202f]", "", text_of(cell))
        if text in ("", "-", "–", "."):
            return None
        if not re.fullmatch(r"(\d{1,3}(\.\d{3})+|\d+)(,\d+)?", text):
            raise ChangesUnreadable(
                path,
                line,
                Sentence(
                    f"'{text[:80]}' ist keine Zahl; 1.234,5 schreiben oder die Zelle leeren",
                    f"'{text[:80]}' is no number; write 1.234,5 or empty the cell",
                ),
                ascii_uppercase[column],
            )
        number = float(text.replace(".", "").replace(",", "."))
    if number < 0:
        raise ChangesUnreadable(
            path,
            line,
            Sentence(
                f"{number:g} ist weniger als nichts; die Zelle berichtigen",
                f"{number:g} is less than nothing; correct the cell",
            ),
            ascii_uppercase[column],
        )
    return number


def _with_kinds(rows: list[_Row]) -> Iterable[ChangeRow]:
    """Rows in the terms of this program: dissolutions are mergers or incorporations where the list tells it."""
    dissolved = [row for row in rows if row.kind == "dissolution"]
    targets: dict[tuple[date, str], set[str]] = defaultdict(set)
    for row in dissolved:
        targets[row.day, row.from_key].add(row.to_key)
    # One Gemeinde alone cannot merge, and a new key for the same territory would be a change of key.
    joined = Counter((row.number, row.to_key) for row in dissolved)
    begun = {(row.day, row.to_key) for row in rows if row.kind == "key-change"}
    united = {(row.day, row.to_key) for row in dissolved} & begun
    there = {row.from_key: row.day for row in rows if row.kind != "dissolution"}
    for row in rows:
        kind = row.kind
        if (row.day, row.to_key) in united:
            kind = "merger"
        elif kind == "dissolution" and len(targets[row.day, row.from_key]) == 1:
            existed = there.get(row.to_key, date.max) <= row.day
            kind = "incorporation" if existed or joined[row.number, row.to_key] == 1 else kind
        name, status = _name_and_status(row.to_name)
        source = f"Destatis, Gebietsänderungen, Kennziffer {row.number}"
        yield ChangeRow(
            row.line,
            row.day,
            cast("ChangeKind", kind),
            "gemeinde",
            row.from_key,
            row.to_key,
            name,
            status,
            source,
            row.size,
            row.legal,
            _name_and_status(row.from_name)[0],
        )


def _name_and_status(official: str) -> tuple[str, str]:
    """Split "Bad Köstritz, Stadt" into name and status; the status is empty where it is only an epithet."""
    name, _, rest = official.partition(",")
    first = rest.split(",")[0].strip()
    return name.strip(), _STATUS.get(first.lower(), "")
