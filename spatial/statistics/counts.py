"""Which counts a statistic admits: people of a group among residents, events among a population."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.admission import finite_values
from spatial.statistics.errors import EmptyGroup, ImpossibleCounts, LengthMismatch, NegativeValues
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import BoolArray, FloatArray

EVENTS = Sentence("Ereigniszahlen", "event counts")
_NOBODY_THERE = Sentence("Ereignisse ohne Einwohner", "events without a population")

#: Two counts whose difference is below this share of the larger one are equal.
_ROUNDING = 1e-9


def non_negative(values: ArrayLike) -> FloatArray:
    """Finite values of at least 0 as a new float64 array.

    Raises
    ------
    MissingValues, InfiniteValues, NegativeValues
        If a value is NaN, infinite or negative.
    """
    array = finite_values(values)
    if (array < 0).any():
        raise NegativeValues(float(array.min()))
    return array


def matching(values: ArrayLike, n: int, what: Sentence) -> FloatArray:
    """Non-negative values, one for each of n areas."""
    array = non_negative(values)
    if len(array) != n:
        raise LengthMismatch(what, len(array), n)
    return array


def events_among(
    events: ArrayLike, population: ArrayLike, fault: Sentence = _NOBODY_THERE
) -> tuple[FloatArray, FloatArray]:
    """Events and population of the same areas, or whatever else events are related to.

    A population of 0 is admitted, events without a population are not: that is the ``fault``.

    Raises
    ------
    ImpossibleCounts
        If there are events where nobody lives.
    """
    base = non_negative(population)
    counted = matching(events, len(base), EVENTS)
    _refuse((base == 0) & (counted > 0), fault)
    return counted, base


def group_among(group: ArrayLike, total: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Group members and residents of the same areas; both the group and the rest have members.

    Raises
    ------
    ImpossibleCounts
        If a group is larger than the residents.
    EmptyGroup
        If nobody belongs to the group, or everybody.
    """
    residents = non_negative(total)
    members = matching(group, len(residents), Sentence("Gruppenzahlen", "group counts"))
    _refuse(
        members > residents * (1 + _ROUNDING),
        Sentence("mehr Mitglieder der Gruppe als Einwohner", "more group members than residents"),
    )
    members = np.minimum(members, residents)
    if members.sum() <= 0:
        raise EmptyGroup(Sentence("niemand gehört zur Gruppe", "nobody belongs to the group"))
    if members.sum() >= residents.sum():
        raise EmptyGroup(Sentence("alle gehören zur Gruppe", "everybody belongs to the group"))
    return members, residents


def whole_numbers(values: FloatArray, what: Sentence) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Counts as int64.

    Raises
    ------
    ImpossibleCounts
        If a count is not a whole number.
    """
    rounded = np.rint(values)
    _refuse(
        np.abs(values - rounded) > _ROUNDING * np.maximum(values, 1.0),
        Sentence(f"{what.de}, die keine ganzen Zahlen sind,", f"{what.en} that are no whole numbers"),
    )
    return rounded.astype(np.int64)


def shares(part: FloatArray, whole: FloatArray, undefined: float = np.nan) -> FloatArray:
    """Compute ``part / whole``; ``undefined`` where the whole is 0."""
    usable = whole > 0
    return np.where(usable, part / np.where(usable, whole, 1.0), undefined)


def _refuse(wrong: BoolArray, fact: Sentence) -> None:
    """Raise if any position is wrong."""
    if wrong.any():
        raise ImpossibleCounts(fact, [int(i) for i in np.flatnonzero(wrong)])
