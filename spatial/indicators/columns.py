"""Columns: one indicator at one period over many areas, as arrays.

The arrays of a column have one length and one order. A cell without a number holds NaN in ``values`` and says
why in ``status``; the two always agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.observations import Flag, Observation, Status

STATUSES: tuple[Status, ...] = tuple(Status)
CODE: dict[Status, int] = {status: code for code, status in enumerate(STATUSES)}
CARRIES_VALUE: NDArray[np.bool_] = np.array([status.carries_value for status in STATUSES])

_FLAGS: tuple[Flag, ...] = tuple(Flag)
COMBINED = 1 << len(_FLAGS)
"""Internal flag bit: the figure was put together from several areas."""
APPORTIONED = COMBINED << 1
"""Internal flag bit: the figure holds an estimated part of another area's; it is published as ``ESTIMATED``."""
PUBLISHED_FLAGS = (COMBINED - 1) | APPORTIONED
"""Flag bits that a figure shows to the outside."""


@dataclass(frozen=True, slots=True)
class Column:
    """Figures of one indicator at one period.

    Attributes
    ----------
    values : ndarray of float64, shape (n,)
        In the indicator's unit; NaN where the status carries no value.
    status : ndarray of uint8, shape (n,)
        Positions in ``STATUSES``.
    flags : ndarray of uint8, shape (n,)
        Bits: 1 << position in ``Flag``, ``COMBINED`` and ``APPORTIONED``.
    """

    values: NDArray[np.float64]
    status: NDArray[np.uint8]
    flags: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Mask of the cells that carry a value."""
        return CARRIES_VALUE[self.status]

    def has_status(self, statuses: Iterable[Status]) -> NDArray[np.bool_]:
        """Mask of the cells that have one of the statuses."""
        return np.isin(self.status, [CODE[status] for status in statuses])

    def with_status(self, mask: NDArray[np.bool_], status: Status) -> Column:
        """Copy in which the masked cells have a status that carries no value."""
        return Column(
            np.where(mask, np.nan, self.values),
            np.where(mask, CODE[status], self.status).astype(np.uint8),
            self.flags,
        )

    def without_flags(self, mask: NDArray[np.bool_], bits: int) -> Column:
        """Copy in which the masked cells do not have the given flag bits."""
        return Column(
            self.values, self.status, np.where(mask, self.flags & ~np.uint8(bits), self.flags).astype(np.uint8)
        )

    def take(self, rows: NDArray[np.intp]) -> Column:
        """Copy with the cells of the given rows, in their order."""
        return Column(self.values[rows], self.status[rows], self.flags[rows])


def empty_column(size: int, status: Status = Status.EMPTY) -> Column:
    """Column in which no cell has a value."""
    return Column(np.full(size, np.nan), np.full(size, CODE[status], np.uint8), np.zeros(size, np.uint8))


def joined(columns: Sequence[Column]) -> Column:
    """Columns one after the other; at least one."""
    return Column(
        np.concatenate([each.values for each in columns]),
        np.concatenate([each.status for each in columns]),
        np.concatenate([each.flags for each in columns]),
    )


def flag_bits(flags: Iterable[Flag]) -> int:
    """Bit mask of some flags."""
    return sum(1 << _FLAGS.index(flag) for flag in set(flags))


def flag_names(bits: int) -> list[str]:
    """Names of the flags in a bit mask; ``COMBINED`` is not one of them, ``APPORTIONED`` is called ``ESTIMATED``."""
    if bits & APPORTIONED:
        bits |= flag_bits([Flag.ESTIMATED])
    return [flag.value for position, flag in enumerate(_FLAGS) if bits >> position & 1]


def place(observations: Iterable[Observation], keys: Sequence[str]) -> Column:
    """Put observations of one indicator, level and period in the order of ``keys``.

    Parameters
    ----------
    observations : iterable of Observation
        At most one for each key; keys that are not asked for are left out.
    keys : sequence of str, length n

    Returns
    -------
    Column
        Of length n; areas without an observation are ``EMPTY``.
    """
    column = empty_column(len(keys))
    row_of = {key: row for row, key in enumerate(keys)}
    for observation in observations:
        row = row_of.get(observation.key)
        if row is None:
            continue
        column.status[row] = CODE[observation.status]
        # Who dominates a figure is nobody's business: protection alone asks the observation for it.
        column.flags[row] = flag_bits(flag for flag in observation.flags if flag is not Flag.DOMINANT)
        if observation.value is not None and observation.status.carries_value:
            column.values[row] = observation.value
    return column
