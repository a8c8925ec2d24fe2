"""Periods asked for in a query: on the wire, or as OGC ``datetime``."""

from __future__ import annotations

from datetime import date, datetime

from boundaries import Sentence
from service.errors import InvalidParameter, among
from spatial.indicators.periods import period_end, period_start

_EXPECTED = Sentence(
    "ein Zeitraum wie 2022, ein Tag, ein Zeitpunkt nach RFC 3339 oder Anfang/Ende mit .. für offene Enden",
    "a period such as 2022, a day, an RFC 3339 instant, or an interval start/end with .. for open ends",
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
    """First and last day of an OGC ``datetime``; None for an open end.

    Raises
    ------
    InvalidParameter
    """
    ends = text.split("/")
    if len(ends) > 2:
        raise InvalidParameter("datetime", text, _EXPECTED)
    open_allowed = len(ends) == 2
    days = [_day(end, text, open_allowed=open_allowed) for end in ends]
    start, end = days[0], days[-1]
    if start is not None and end is not None and start > end:
        raise InvalidParameter(
            "datetime",
            text,
            Sentence(
                "ein Zeitraum, der nicht vor seinem Anfang endet", "an interval that does not end before it starts"
            ),
        )
    return start, end


def _day(text: str, whole: str, *, open_allowed: bool) -> date | None:
    if open_allowed and text in ("", ".."):
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError as error:
        raise InvalidParameter("datetime", whole, _EXPECTED) from error
