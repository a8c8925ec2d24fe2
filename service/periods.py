"""Periods asked for in a query: on the wire, or as OGC ``datetime``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from boundaries import Sentence
from service.errors import InvalidParameter, among
from spatial.indicators.errors import MalformedPeriod
from spatial.indicators.periods import period_end, period_start

_EXPECTED = Sentence(
    "ein Zeitraum wie 2022, 2022-Q1 oder 2022-03, ein Tag, ein Zeitpunkt nach RFC 3339 oder Anfang/Ende mit .. für "
    "offene Enden",
    "a period such as 2022, 2022-Q1 or 2022-03, a day, an RFC 3339 instant, or an interval start/end with .. for open "
    "ends",
)


def period_of(parameter: str, wanted: str | None, periods: list[str]) -> str:
    """The period asked for; the newest one for None.

    Raises
    ------
    InvalidParameter
        If the indicator has no such period; the existing ones are named.
    """
    if wanted is None:
        return periods[-1]
    if wanted not in periods:
        raise InvalidParameter(parameter, wanted, among(periods))
    return wanted


def period_at(wanted: str | None, periods: list[str]) -> str | None:
    """The newest period that intersects an OGC ``datetime``; None where none does.

    Raises
    ------
    InvalidParameter
        If the text is neither a period, an instant nor an interval.
    """
    if wanted is None:
        return periods[-1]
    if wanted in periods:
        return wanted
    start, end = parse_interval(wanted)
    found = [
        period
        for period in periods
        if (end is None or period_start(period) <= end) and (start is None or period_end(period) >= start)
    ]
    return found[-1] if found else None


def parse_interval(text: str) -> tuple[date | None, date | None]:
    """First and last day of an OGC ``datetime``, or of a period on the wire; None for an open end.

    Raises
    ------
    InvalidParameter

    Examples
    --------
    >>> [day.isoformat() for day in parse_interval("2015-Q2") if day]
    ['2015-04-01', '2015-06-30']
    >>> parse_interval("2015-03-01T12:00:00Z/..")
    (datetime.date(2015, 3, 1), None)
    """
    ends = text.split("/")
    if len(ends) > 2:
        raise InvalidParameter("datetime", text, _EXPECTED)
    open_allowed = len(ends) == 2
    days = [_days(end, text, open_allowed=open_allowed) for end in ends]
    start, end = days[0][0], days[-1][1]
    if start is not None and end is not None and start > end:
        raise InvalidParameter(
            "datetime",
            text,
            Sentence(
                "ein Zeitraum, der nicht vor seinem Anfang endet", "an interval that does not end before it starts"
            ),
        )
    return start, end


def covered(periods: Sequence[str]) -> tuple[date, date]:
    """First and last day of what some periods cover, at least one."""
    return min(map(period_start, periods)), max(map(period_end, periods))


def _days(text: str, whole: str, *, open_allowed: bool) -> tuple[date | None, date | None]:
    """First and last day of one end of an interval: a period, a day or an instant."""
    if open_allowed and text in ("", ".."):
        return None, None
    try:
        return period_start(text), period_end(text)
    except MalformedPeriod:
        pass
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError as error:
        raise InvalidParameter("datetime", whole, _EXPECTED) from error
    return day, day
