"""Time between the periods of a series: what moves from one period to the next needs steps of equal length."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from boundaries import Sentence
from service.errors import InvalidParameter
from spatial.indicators.periods import period_start

EQUAL_STEPS = "equal steps"
"""What a statistic needs that compares each period with the one before."""

_YEAR = 12


def steps_of(periods: Sequence[str]) -> list[int]:
    """Months between the starts of successive periods."""
    starts = [period_start(period) for period in periods]
    months = [start.year * _YEAR + start.month for start in starts]
    return [later - earlier for earlier, later in pairwise(months)]


def longest_run(periods: Sequence[str]) -> tuple[str, ...]:
    """The longest series with equal steps, as short as any; the newest of several.

    >>> longest_run(["2008", "2010", "2011", "2012", "2015", "2016"])
    ('2010', '2011', '2012')
    """
    steps = steps_of(periods)
    if not steps:
        return tuple(periods)
    shortest = min(steps)
    first = best_first = best_last = 0
    for place, step in enumerate(steps, 1):
        if step != shortest:
            first = place
        if place - first >= best_last - best_first:
            best_first, best_last = first, place
    return tuple(periods[best_first : best_last + 1])


def require_equal_steps(asked: str, periods: Sequence[str]) -> None:
    """Refuse a range of periods in which some lie further apart than others.

    Raises
    ------
    InvalidParameter
    """
    steps = steps_of(periods)
    if len(set(steps)) > 1:
        run = longest_run(periods)
        place = next(place for place, step in enumerate(steps) if step != min(steps))
        raise InvalidParameter(
            "periods",
            asked,
            Sentence(
                f"ein Bereich ohne Lücken wie {run[0]}..{run[-1]}: auf {periods[place]} folgt {periods[place + 1]}",
                f"a range without gaps such as {run[0]}..{run[-1]}: after {periods[place]} comes {periods[place + 1]}",
            ),
        )


def is_yearly(periods: Sequence[str]) -> bool:
    """Whether the periods lie a year or more apart."""
    steps = steps_of(periods)
    return bool(steps) and min(steps) >= _YEAR
