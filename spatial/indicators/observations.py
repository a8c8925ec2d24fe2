"""Observations: one figure of one indicator, for one area and one period, with its status.

A figure never travels without its status: missing, secret and not applicable are different facts, and none of
them is zero. Codes after DIN 55301 (1978) and the usage of the German statistical offices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """What a cell of an official table says about its figure."""

    OK = "OK"
    ZERO = "ZERO"
    ZERO_EXACT = "ZERO_EXACT"
    LT_HALF_UNIT = "LT_HALF_UNIT"
    LOW_RELIABILITY = "LOW_RELIABILITY"
    SECRET = "SECRET"  # noqa: S105 - a status, not a password
    SECRET_OR_UNKNOWN = "SECRET_OR_UNKNOWN"  # noqa: S105
    SECRET_OR_NONE = "SECRET_OR_NONE"  # noqa: S105
    PENDING = "PENDING"
    UNRELIABLE = "UNRELIABLE"
    NOT_MEANINGFUL = "NOT_MEANINGFUL"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    EMPTY = "EMPTY"
    BREAK = "BREAK"
    SMALL_BASE = "SMALL_BASE"

    @property
    def carries_value(self) -> bool:
        """Whether a cell of this status has a number."""
        return self in _WITH_VALUE

    @property
    def is_confidential(self) -> bool:
        """Whether the source, or this atlas, keeps the figure secret or may do so."""
        return self in _CONFIDENTIAL


_WITH_VALUE = frozenset({Status.OK, Status.ZERO, Status.ZERO_EXACT, Status.LT_HALF_UNIT, Status.LOW_RELIABILITY})
_CONFIDENTIAL = frozenset({Status.SECRET, Status.SECRET_OR_UNKNOWN, Status.SECRET_OR_NONE})


class Flag(StrEnum):
    """What else is known of a figure. ``DOMINANT``, that one contributor makes up most of it, is never published."""

    PROVISIONAL = "PROVISIONAL"
    REVISED = "REVISED"
    ESTIMATED = "ESTIMATED"
    FINAL = "FINAL"
    DOMINANT = "DOMINANT"


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure as it was loaded.

    Attributes
    ----------
    indicator : str
        Id of the indicator in the catalogue.
    level, key : str
        The area: level of its key and the key itself.
    period : str
        Period on the wire: ``2022``, ``2022-03``, ``2022-Q1``, ``2022-12-31`` or ``2022-2023``.
    value : float or None
        The number in the indicator's unit; ``None`` unless the status carries a value.
    status : Status
        What the cell says.
    vintage : datetime.date
        Territorial status (Gebietsstand) that the key refers to.
    flags : tuple of Flag
        Provisional, revised, estimated, final, dominated by one contributor.
    line : int or None
        Line of the source file, counted from 1.
    """

    indicator: str
    level: str
    key: str
    period: str
    value: float | None
    status: Status
    vintage: date
    flags: tuple[Flag, ...] = ()
    line: int | None = None
