"""Days on which boundaries can be valid, and areas change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from boundaries.errors import ImplausibleDay
from boundaries.sentences import Sentence

#: Day on which the Federal Republic and its Laender came into being; nothing is offered for days before.
EARLIEST_DAY = date(1949, 5, 23)
_AHEAD = timedelta(days=366)
_YEARS_AHEAD = 5


def _today() -> date:
    return datetime.now(UTC).date()


def check_vintage(day: date, *, today: date | None = None) -> None:
    """Refuse boundaries of a day on which there can be none.

    Parameters
    ----------
    day : datetime.date
        Day on which the boundaries are said to be valid.
    today : datetime.date, optional
        By default the clock tells it.

    Raises
    ------
    ImplausibleDay
        It lies before the Federal Republic, or more than a year ahead.
    """
    last = (today or _today()) + _AHEAD
    if not EARLIEST_DAY <= day <= last:
        raise ImplausibleDay(Sentence("Gebietsstand", "vintage"), day, EARLIEST_DAY, last)


def latest_change(today: date | None = None) -> date:
    """Return the last day for which changes of areas can be known: they are decided some years ahead."""
    return date((today or _today()).year + _YEARS_AHEAD, 12, 31)
