"""Options of single statistics: what their values may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from boundaries import Sentence
from service.errors import InvalidParameter, among
from spatial.statistics.sentences import number_in

Check = Callable[[str, Any], Any]
"""Takes name and value as given, returns the value to use.

Raises
------
InvalidParameter
"""


def one_of(*offered: str) -> Check:
    """One of some words."""

    def check(name: str, value: Any) -> str:
        if value not in offered:
            raise InvalidParameter(name, str(value), among(offered))
        return str(value)

    return check


def within(lowest: float, highest: float, *, whole: bool = False) -> Check:
    """A number between two others, both included; with ``whole`` a whole one."""
    low, high = number_in(f"{lowest:g}"), number_in(f"{highest:g}")
    expected = Sentence(
        f"eine {'ganze ' if whole else ''}Zahl von {low.de} bis {high.de}",
        f"a {'whole ' if whole else ''}number from {low.en} to {high.en}",
    )

    def check(name: str, value: Any) -> float | int:
        number = _number(name, value, expected)
        if not lowest <= number <= highest or (whole and number != int(number)):
            raise InvalidParameter(name, str(value), expected)
        return int(number) if whole else number

    return check


def several(check: Check, *, fewest: int = 1, most: int = 50) -> Check:
    """Several numbers, separated by commas."""

    def check_all(name: str, value: Any) -> tuple[Any, ...]:
        parts = value if isinstance(value, tuple) else str(value).split(",")
        if not fewest <= len(parts) <= most:
            raise InvalidParameter(
                name,
                str(value),
                Sentence(
                    f"{fewest} bis {most} Werte, durch Kommas getrennt",
                    f"{fewest} to {most} values, separated by commas",
                ),
            )
        return tuple(check(name, part) for part in parts)

    return check_all


def number(name: str, value: Any) -> float:
    """Any finite number."""
    return _number(name, value, Sentence("eine Zahl", "a number"))


def _number(name: str, value: Any, expected: Sentence) -> float:
    try:
        found = float(value)
    except ValueError as error:
        raise InvalidParameter(name, str(value), expected) from error
    if not math.isfinite(found):
        raise InvalidParameter(name, str(value), expected)
    return found


CONFIDENCE = within(0.5, 0.9999)
