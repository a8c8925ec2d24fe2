"""Preambles: the period that the lines above a table name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import MalformedPeriod
from spatial.indicators.grids import GridRow
from spatial.indicators.periods import parse_period

_MONTH = r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
_TOKEN = re.compile(
    rf"\b\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}}|\b\d{{4}}-\d{{2}}-\d{{2}}\b|(?:\b\d{{1,2}}\.\s?)?\b{_MONTH}\s+\d{{4}}\b"
    r"|\b[1-4]\.\s?(?:Quartal|Vierteljahr)\s+\d{4}\b|\b\d{4}/\d{2}\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d{2}(?![\d./-])")
_NAMED = re.compile(r"Berichts(?:monat|jahr|zeitraum|zeitpunkt|quartal)|Stichtag|Zeitraum|Schuljahr", re.IGNORECASE)
_OTHER = re.compile(
    r"Erstell|Datenstand|Stand der Daten|Erschienen|Erscheinung|Herausge|Ausgabe|Korrektur|©", re.IGNORECASE
)
_DAY_OF_MONTH = re.compile(rf"(\d{{1,2}})\.\s?({_MONTH})\s+(\d{{4}})", re.IGNORECASE)
_MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember",
)  # fmt: skip


def period_above(rows: Iterable[GridRow]) -> tuple[str, int] | None:
    """Period that the rows above a table name, and the line; ``None`` where they name none, or several.

    A cell that calls itself the reference day or month counts before any other; days of publication never count.
    """
    named: dict[str, int] = {}
    others: dict[str, int] = {}
    years: dict[str, int] = {}
    for row in rows:
        line = " ".join(str(cell) for cell in row.cells if cell is not None).strip(BLANKS)
        if _OTHER.search(line):
            continue
        for period in _periods(row, line):
            (named if _NAMED.search(line) else others).setdefault(period, row.line)
        for match in _YEAR.findall(line):
            years.setdefault(match, row.line)
    for found in (named, others, years):
        if len(found) == 1:
            return next(iter(found.items()))
        if found:
            return None
    return None


def _periods(row: GridRow, line: str) -> Iterable[str]:
    """Periods that a row names: a cell that is one, else those in its text."""
    for cell in range(len(row.cells)):
        try:
            yield parse_period(row.text(cell))
        except MalformedPeriod:
            continue
    for token in _TOKEN.findall(line):
        try:
            yield parse_period(_numbered(token))
        except MalformedPeriod:
            continue


def _numbered(token: str) -> str:
    """Day with the name of its month, in numbers: ``31. Dezember 2022``."""
    match = _DAY_OF_MONTH.fullmatch(token)
    return f"{match[1]}.{_MONTHS.index(match[2].casefold()) + 1}.{match[3]}" if match else token
