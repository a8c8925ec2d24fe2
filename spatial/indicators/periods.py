"""Periods: what a figure refers to in time, in one form on the wire.

``2022`` year, ``2022-Q1`` quarter, ``2022-03`` month, ``2022-12-31`` day, ``2022-2023`` school year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import MalformedPeriod

PeriodKind = Literal["day", "month", "quarter", "year", "school-year"]

_REMEMBERED = 4096
"""Periods whose reading is remembered; a table repeats few of them very often."""

_DAY_ZERO = date(1899, 12, 30)
"""Day from which spreadsheets count, after February 1900, to which Lotus gave 29 days."""
_DAY_NUMBERS = ("20000", "73050")
_YEAR = r"(?P<year>1[89][0-9]{2}|2[01][0-9]{2})"
_MONTHS = {
    "jan": 1, "feb": 2, "mär": 3, "mar": 3, "mrz": 3, "apr": 4, "mai": 5, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dez": 12, "dec": 12,
}  # fmt: skip
_MONTH_NAME = re.compile(
    r"jan(uary?)?|feb(ruary?)?|mär|mrz|märz|maerz|mar(ch)?|apr(il)?|mai|may|june?|juni|july?|juli"
    r"|aug(ust)?|sept?(ember)?|o[kc]t(ober)?|nov(ember)?|de[zc](ember)?"
)
_WIRE: dict[PeriodKind, re.Pattern[str]] = {
    "year": re.compile(rf"{_YEAR}\Z"),
    "quarter": re.compile(rf"{_YEAR}-Q(?P<quarter>[1-4])\Z"),
    "month": re.compile(rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])\Z"),
    "day": re.compile(rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})\Z"),
    "school-year": re.compile(rf"{_YEAR}-(?P<next>[0-9]{{4}})\Z"),
}
_SPOKEN: tuple[re.Pattern[str], ...] = (
    re.compile(rf"(?P<day>[0-9]{{1,2}})\.\s?(?P<month>[0-9]{{1,2}})\.\s?{_YEAR}\Z"),
    re.compile(rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})[T ]00:00(?::00(?:\.0+)?)?\Z"),
    re.compile(rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})\Z"),
    re.compile(rf"(?P<month>[0-9]{{1,2}})/{_YEAR}\Z"),
    re.compile(rf"(?P<name>[A-Za-zä]+)\.?\s+{_YEAR}\Z"),
    re.compile(rf"(?P<day>[0-9]{{1,2}})\.\s?(?P<name>[A-Za-zä]+)\s+{_YEAR}\Z"),
    re.compile(rf"{_YEAR}\.0\Z"),
    re.compile(rf"(?P<quarter>[1-4])\.\s?(?:Quartal|Quarter|Vierteljahr)\s+{_YEAR}\Z", re.IGNORECASE),
    re.compile(rf"Q(?P<quarter>[1-4])[\s/-]{_YEAR}\Z", re.IGNORECASE),
    re.compile(rf"{_YEAR}[\s/]?Q(?P<quarter>[1-4])\Z", re.IGNORECASE),
    re.compile(rf"{_YEAR}/(?P<next>[0-9]{{2}}|[0-9]{{4}})\Z"),
)
_PREFIX = re.compile(
    r"(?:jahr|year|stichtag|stand|schuljahr|school year|berichtsmonat|berichtsjahr)(?:\s*:\s*|\s+)", re.IGNORECASE
)


@lru_cache(maxsize=_REMEMBERED)
def parse_period(text: str) -> str:
    """Read a period in German or English writing.

    Parameters
    ----------
    text : str
        ``2022``, ``31.12.2022``, ``2022-12-31``, ``Dezember 2022``, ``12/2022``, ``2022-12``,
        ``1. Quartal 2020``, ``2022/23``, ``2022-2023`` and the like. A month and a year joined by a hyphen is a
        month: ``2011-12`` is December 2011.

    Returns
    -------
    str
        The period on the wire.

    Raises
    ------
    MalformedPeriod
        The text names no period, or a day that does not exist.

    Examples
    --------
    >>> [parse_period(t) for t in ("2022", "31.12.2022", "Dezember 2022", "1. Quartal 2020", "2022/23")]
    ['2022', '2022-12-31', '2022-12', '2020-Q1', '2022-2023']
    """
    token = _PREFIX.sub("", text.strip(BLANKS), count=1)
    for pattern in (*_WIRE.values(), *_SPOKEN):
        match = pattern.match(token)
        if match:
            wire = _wire(match.groupdict())
            if wire is not None:
                return wire
    raise MalformedPeriod(text)


def parse_period_cell(text: str) -> str:
    """Read a cell that is known to hold a period: as :func:`parse_period`, or as the number of a day.

    Spreadsheets store days as numbers, and show these where the cell has lost its format.

    Raises
    ------
    MalformedPeriod
        The text is neither.

    Examples
    --------
    >>> parse_period_cell("44926"), parse_period_cell("2022")
    ('2022-12-31', '2022')
    """
    if is_day_number(text):
        return (_DAY_ZERO + timedelta(days=int(text.strip(BLANKS)))).isoformat()
    return parse_period(text)


def is_day_number(text: str) -> bool:
    """Whether a cell that holds a period holds the number of a day, of 1954 to 2099, counted as spreadsheets do.

    >>> [is_day_number(text) for text in ("44926", "2022", "19999", "20221231")]
    [True, False, False, False]
    """
    bare = text.strip(BLANKS)
    return len(bare) == len(_DAY_NUMBERS[0]) and bare.isdecimal() and _DAY_NUMBERS[0] <= bare <= _DAY_NUMBERS[1]


def period_of_day(day: date) -> str:
    """Period of a single day, as spreadsheets have them.

    >>> period_of_day(date(2022, 12, 31))
    '2022-12-31'
    """
    return day.isoformat()[:10]


@lru_cache(maxsize=_REMEMBERED)
def period_kind(period: str) -> PeriodKind:
    """Kind of a period on the wire.

    Raises
    ------
    MalformedPeriod
        The text is not a period on the wire.

    >>> period_kind("2022-Q1"), period_kind("2022-2023")
    ('quarter', 'school-year')
    """
    for kind, pattern in _WIRE.items():
        match = pattern.match(period)
        if match and _wire(match.groupdict()) == period:
            return kind
    raise MalformedPeriod(period)


@lru_cache(maxsize=_REMEMBERED)
def period_start(period: str) -> date:
    """First day of a period on the wire. School years start on 1 August.

    Raises
    ------
    MalformedPeriod
        The text is not a period on the wire.

    >>> period_start("2022-Q2"), period_start("2022-2023")
    (datetime.date(2022, 4, 1), datetime.date(2022, 8, 1))
    """
    kind, year = period_kind(period), int(period[:4])
    if kind == "day":
        return date.fromisoformat(period)
    if kind == "month":
        return date(year, int(period[5:7]), 1)
    if kind == "quarter":
        return date(year, 3 * int(period[6]) - 2, 1)
    return date(year, 8 if kind == "school-year" else 1, 1)


@lru_cache(maxsize=_REMEMBERED)
def period_end(period: str) -> date:
    """Last day of a period on the wire. School years end on 31 July.

    Raises
    ------
    MalformedPeriod
        The text is not a period on the wire.

    >>> period_end("2022"), period_end("2024-02"), period_end("2022-2023")
    (datetime.date(2022, 12, 31), datetime.date(2024, 2, 29), datetime.date(2023, 7, 31))
    """
    kind, start = period_kind(period), period_start(period)
    if kind == "day":
        return start
    if kind == "school-year":
        return date(start.year + 1, 7, 31)
    month = {"month": start.month, "quarter": start.month + 2, "year": 12}[kind]
    return date(start.year, month, monthrange(start.year, month)[1])


def period_sort_key(period: str) -> tuple[date, date, str]:
    """Key that sorts periods by their end, then by their start.

    Raises
    ------
    MalformedPeriod
        The text is not a period on the wire.

    >>> sorted(["2022", "2021-12-31", "2022-03"], key=period_sort_key)
    ['2021-12-31', '2022-03', '2022']
    """
    return period_end(period), period_start(period), period


def year_before(period: str) -> str:
    """The same period one year earlier; 29 February becomes 28 February.

    Raises
    ------
    MalformedPeriod
        The text is not a period on the wire.

    >>> year_before("2016"), year_before("2016-03"), year_before("2016-2017")
    ('2015', '2015-03', '2015-2016')
    """
    kind, year = period_kind(period), int(period[:4]) - 1
    if kind == "school-year":
        return f"{year}-{year + 1}"
    return f"{year}-02-28" if period[4:] == "-02-29" else f"{year}{period[4:]}"


def _wire(parts: dict[str, str | None]) -> str | None:
    """Period on the wire from the parts of a match; ``None`` where they name none."""
    year = int(parts["year"] or 0)
    if parts.get("quarter"):
        return f"{year}-Q{parts['quarter']}"
    if parts.get("next"):
        return _school_year(year, str(parts["next"]))
    month = _month(parts)
    if month is None:
        return f"{year}" if not parts.get("name") and not parts.get("month") else None
    if parts.get("day"):
        return _day(year, month, int(parts["day"] or 0))
    return f"{year}-{month:02d}"


def _month(parts: dict[str, str | None]) -> int | None:
    """Month from its number or its name."""
    if parts.get("month"):
        month = int(parts["month"] or 0)
        return month if 1 <= month <= 12 else None
    name = (parts.get("name") or "").casefold()
    return _MONTHS[name[:3].replace("mae", "mär")] if _MONTH_NAME.fullmatch(name) else None


def _day(year: int, month: int, day: int) -> str | None:
    """Day on the wire, if it exists."""
    return f"{year}-{month:02d}-{day:02d}" if 1 <= day <= monthrange(year, month)[1] else None


def _school_year(year: int, following: str) -> str | None:
    """School year on the wire, if the second year follows the first."""
    full = int(following) if len(following) == 4 else year // 100 * 100 + int(following)
    if len(following) == 2 and following == "00":
        full += 100
    return f"{year}-{year + 1}" if full == year + 1 else None
