"""Cells of official tables: numbers and symbols.

One function reads every cell, so that a missing, secret or meaningless figure never turns into a number, and a
number never into another one. The symbols are those of DIN 55301 (1978) and of the usage of the German offices.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from spatial.indicators.errors import MalformedCell
from spatial.indicators.observations import Flag, Status
from spatial.indicators.sentences import Sentence

Decimal = Literal[",", "."]

BLANKS = " \t\r\n\f\v\u00a0\u2007\u2009\u202f\ufeff"
"""What may surround a cell: ordinary, non-breaking, figure, thin and narrow blanks."""

_REMEMBERED = 65_536
"""Cells whose reading is remembered; tables of small counts repeat them."""

_SMALL_ZERO = re.compile(
    r"(?:^|[;|])\s*\"?0(?:,0+)?\"?\s*(?:[=:–-]|bedeutet)+\s*(?:Zahlenwert (?:ungleich|von) Null|ungleich Null"
    r"|mehr als nichts|(?:weniger|kleiner) als die Hälfte)",
    re.IGNORECASE | re.MULTILINE,
)
_SYMBOLS: dict[str, Status] = {
    "": Status.EMPTY,
    "-": Status.ZERO_EXACT,
    "—": Status.ZERO_EXACT,
    "–": Status.SECRET_OR_NONE,
    ".": Status.SECRET_OR_UNKNOWN,
    "...": Status.PENDING,
    "…": Status.PENDING,
    "/": Status.UNRELIABLE,
    "()": Status.UNRELIABLE,
    "x": Status.NOT_MEANINGFUL,
    "X": Status.NOT_MEANINGFUL,
    "✕": Status.NOT_MEANINGFUL,
    "×": Status.NOT_MEANINGFUL,
    "*": Status.SECRET,
    "|": Status.BREAK,
}
_RULE = re.compile(r"[_─―]{2,}\Z")
_FLAGS: dict[str, Flag] = {
    "p": Flag.PROVISIONAL,
    "r": Flag.REVISED,
    "s": Flag.ESTIMATED,
    "e": Flag.FINAL,
}
_BEFORE = re.compile(r"([prse])[ \u00a0\u202f\u2009]?(?=[(+\-\u22120-9])")
_AFTER = re.compile(r"(?<=[0-9)%])[ \u00a0\u202f\u2009]?([prse])\Z")
_GROUPS = "\u00a0\u202f\u2009 '’"


def _grammar(decimal: Decimal) -> re.Pattern[str]:
    """Grammar of a number: one kind of separator between groups of three digits, or none."""
    group = re.escape("." if decimal == "," else ",") + re.escape(_GROUPS)
    return re.compile(
        rf"(?P<sign>[+\-\u2212])?"
        rf"(?P<whole>[1-9][0-9]{{0,2}}(?P<group>[{group}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*|[0-9]+)"
        rf"(?:{re.escape(decimal)}(?P<fraction>[0-9]+))?"
        rf"(?P<percent>[ \u00a0\u202f\u2009]?%)?\Z"
    )


_GRAMMAR: dict[Decimal, re.Pattern[str]] = {",": _grammar(","), ".": _grammar(".")}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says.

    Attributes
    ----------
    value : float or None
        Finite; ``None`` unless the status carries a value.
    status : Status
    flags : tuple of Flag
        Provisional, revised, estimated, final.
    unit : str or None
        ``"%"`` where the cell itself says percent; the value is then percent from 0 to 100.
    """

    value: float | None
    status: Status
    flags: tuple[Flag, ...] = ()
    unit: str | None = None


def parse_cell(text: str, *, decimal: Decimal) -> Cell:
    """Read one cell of a table.

    Parameters
    ----------
    text : str
        The cell; blanks around it do not count.
    decimal : {",", "."}
        Decimal sign of the file. Groups of three digits may be separated by the other sign, by a blank or by an
        apostrophe, the same one throughout.

    Returns
    -------
    Cell
        A dash alone is ``ZERO_EXACT``: nothing there, provided that the area existed in the period. Whoever
        knows the area turns it into ``NOT_APPLICABLE`` where it did not.

    Raises
    ------
    MalformedCell
        The text is neither a number of this grammar nor a known symbol, or too large for a number.

    Notes
    -----
    ``1.234`` is 1234 with a decimal comma and 1.234 with a decimal point; ``0.123`` with a decimal comma is
    refused, since no group of thousands starts with zero.

    References
    ----------
    DIN 55301 (1978), Gestaltung statistischer Tabellen.

    Examples
    --------
    >>> parse_cell("1.234,5", decimal=",").value
    1234.5
    >>> parse_cell("−4 p", decimal=",")
    Cell(value=-4.0, status=<Status.OK: 'OK'>, flags=(<Flag.PROVISIONAL: 'PROVISIONAL'>,), unit=None)
    >>> parse_cell(".", decimal=",").status, parse_cell("-", decimal=",").value
    (<Status.SECRET_OR_UNKNOWN: 'SECRET_OR_UNKNOWN'>, 0.0)
    """
    return _parsed(text.strip(BLANKS), decimal)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(token: str, decimal: Decimal) -> Cell:
    """Read a cell without the blanks around it."""
    status = _symbol(token)
    if status is not None:
        return Cell(0.0 if status is Status.ZERO_EXACT else None, status)
    bare, flags = _take_flags(token)
    bracketed = len(bare) > 2 and bare[0] == "(" and bare[-1] == ")"
    if bracketed:
        bare, inner = _take_flags(bare[1:-1].strip(BLANKS))
        flags = tuple(dict.fromkeys((*flags, *inner)))
    match = _GRAMMAR[decimal].match(bare)
    if match is None:
        raise MalformedCell(token)
    value = _number(match)
    if not math.isfinite(value):
        raise MalformedCell(
            token, Sentence("ist zu groß für eine Zahl", "is too large for a number"), is_too_large=True
        )
    unit = "%" if match["percent"] else None
    return Cell(value, Status.LOW_RELIABILITY if bracketed else plain_status(value), flags, unit)


def parse_number(number: float) -> Cell:
    """Read a cell that already is a number, as spreadsheets have them.

    Raises
    ------
    MalformedCell
        The number is not finite.
    """
    value = float(number)
    if not math.isfinite(value):
        raise MalformedCell(str(number), Sentence("ist keine endliche Zahl", "is not a finite number"))
    return Cell(value + 0.0, plain_status(value))


def symbol_of(status: Status) -> str | None:
    """Symbol that tables have for a status; None where a number or nothing stands there.

    >>> symbol_of(Status.SECRET_OR_UNKNOWN), symbol_of(Status.NOT_APPLICABLE), symbol_of(Status.OK)
    ('.', '-', None)
    """
    if status is Status.NOT_APPLICABLE:
        return "-"
    return next((symbol for symbol, meaning in _SYMBOLS.items() if symbol and meaning is status), None)


def tells_small_zeros(text: str) -> bool:
    """Whether a line of a table's legend says that its 0 is more than nothing, but less than half a unit.

    Examples
    --------
    >>> tells_small_zeros("0 = Weniger als die Hälfte von 1 in der letzten besetzten Stelle, jedoch mehr als nichts")
    True
    >>> tells_small_zeros("0 = Zahlenwert ungleich Null, Betrag jedoch kleiner als die Hälfte von 1")
    True
    >>> tells_small_zeros("- = nichts vorhanden"), tells_small_zeros("10 = mehr als nichts")
    (False, False)
    """
    return bool(_SMALL_ZERO.search(text.strip(BLANKS)))


def plain_status(value: float) -> Status:
    """Status of a number without a remark."""
    return Status.ZERO if value == 0 else Status.OK


def parse_flags(text: str) -> tuple[Flag, ...]:
    """Read a column of quality marks: letters ``p r s e``, or the names of flags.

    Raises
    ------
    MalformedCell
        A mark is not known.
    """
    flags: list[Flag] = []
    for word in re.split(r"[,;|\s]+", text.strip(BLANKS)):
        if not word:
            continue
        flag = _FLAGS.get(word.casefold()) or (Flag(word.upper()) if word.upper() in Flag.__members__ else None)
        if flag is None:
            raise MalformedCell(text, Sentence("ist kein bekanntes Qualitätszeichen", "is no known quality mark"))
        flags.append(flag)
    return tuple(dict.fromkeys(flags))


def _symbol(token: str) -> Status | None:
    """Status of a symbol that stands alone."""
    if _RULE.match(token):
        return Status.BREAK
    compact = token if len(token) > 4 else token.replace(" ", "")
    return _SYMBOLS.get(compact)


def _take_flags(token: str) -> tuple[str, tuple[Flag, ...]]:
    """Separate quality letters before and after a number from it."""
    flags: list[Flag] = []
    before = _BEFORE.match(token)
    if before:
        flags.append(_FLAGS[before[1]])
        token = token[before.end() :]
    after = _AFTER.search(token)
    if after:
        flags.append(_FLAGS[after[1]])
        token = token[: after.start()]
    return token, tuple(dict.fromkeys(flags))


def _number(match: re.Match[str]) -> float:
    """Value of a matched number; never a negative zero."""
    whole = match["whole"]
    if match["group"]:
        whole = whole.replace(match["group"], "")
    value = float(f"{whole}.{match['fraction'] or 0}")
    return (-value if match["sign"] in ("-", "\u2212") else value) + 0.0
