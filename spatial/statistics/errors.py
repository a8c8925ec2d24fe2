"""Errors of the statistics.

``StatisticsError``                  root; ``reason`` is the short fact that answers carry
    ├── ``DataError``                the values do not admit the statistic
    │   ├── ``TooFewAreas``          fewer areas than the statistic's floor
    │   ├── ``NoVariance``           all values are equal
    │   ├── ``TooFewDistinctValues`` fewer than three different values
    │   ├── ``MissingValues``        NaN among the values: the caller drops missing areas first
    │   ├── ``InfiniteValues``       a value is infinite
    │   ├── ``UnusableScale``        values so large, or differences so small, that their powers cannot be held
    │   ├── ``NegativeValues``       the statistic needs values with a natural origin
    │   ├── ``ZeroDenominator``      a rate has nobody to refer to
    │   ├── ``ImpossibleCounts``     counts that contradict each other, or are no counts
    │   ├── ``EmptyGroup``           nobody belongs to the group, or everybody
    │   └── ``TooFewPeriods``        fewer periods than the statistic's floor
    ├── ``WeightsError``             the weights do not admit the statistic or cannot be built
    │   ├── ``NoLinks``              no area has a neighbour
    │   ├── ``DuplicateKeys``        a key occurs twice
    │   ├── ``UnknownWeightsKey``    a pair names a key that is not among the keys
    │   ├── ``InvalidWeights``       negative, infinite, repeated or self links
    │   ├── ``UnsuitableFormat``     a file format cannot hold these weights
    │   ├── ``UnusableGeometry``     a geometry is missing or empty
    │   └── ``LengthMismatch``       arrays of different lengths
    └── ``OptionError``              an option that does not exist or is impossible
        ├── ``UnknownOption``
        └── ``OptionOutOfRange``
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

_SHOWN = 5


def shown(places: Sequence[object]) -> str:
    """The first places of several, as errors name them."""
    return ", ".join(map(str, places[:_SHOWN])) + (" ..." if len(places) > _SHOWN else "")


class StatisticsError(Exception):
    """A statistic cannot be computed.

    Attributes
    ----------
    reason : str
        The fact in a few words, the same for every occurrence: ``"no variance"``, ``"too few areas"``.
    """

    reason: ClassVar[str] = "not computable"


class DataError(StatisticsError):
    """The values do not admit the statistic."""

    reason = "unsuitable values"


class TooFewAreas(DataError):
    """Fewer areas have a value than the statistic needs."""

    reason = "too few areas"

    def __init__(self, n: int, minimum: int) -> None:
        self.n, self.minimum = n, minimum
        super().__init__(f"too few areas: {n} with a value, at least {minimum} are needed")


class NoVariance(DataError):
    """All values are equal."""

    reason = "no variance"

    def __init__(self, value: float) -> None:
        self.value = value
        super().__init__(f"no variance: all values equal {value:.6g}")


class TooFewDistinctValues(DataError):
    """Fewer different values than a permutation test can use."""

    reason = "too few distinct values"

    def __init__(self, distinct: int, minimum: int) -> None:
        self.distinct, self.minimum = distinct, minimum
        super().__init__(f"too few distinct values: only {distinct} different ones, at least {minimum} are needed")


class MissingValues(DataError):
    """Values are missing; a statistic never guesses them."""

    reason = "missing values"

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        super().__init__(
            f"missing values: {len(self.positions)} at position {shown(self.positions)}; "
            "drop these areas before the statistic"
        )


class InfiniteValues(DataError):
    """Values are infinite."""

    reason = "infinite values"

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        super().__init__(f"infinite values: {len(self.positions)} at position {shown(self.positions)}")


class UnusableScale(DataError):
    """Values or differences of a size whose powers floating-point numbers cannot hold."""

    reason = "unusable scale"

    def __init__(self, smallest: float, largest: float, limit: float) -> None:
        self.smallest, self.largest, self.limit = smallest, largest, limit
        super().__init__(
            f"unusable scale: values from {smallest:.6g} to {largest:.6g}; give them in a unit in which they are at "
            f"most {limit:g} and differ by at least {1 / limit:g}"
        )


class NegativeValues(DataError):
    """The statistic needs non-negative values with a natural origin and a positive sum."""

    reason = "negative values"

    def __init__(self, smallest: float) -> None:
        self.smallest = smallest
        super().__init__(
            f"negative values: the smallest is {smallest:.6g}; the statistic needs values >= 0 with a positive sum"
        )


class ZeroDenominator(DataError):
    """A rate refers to a population of zero: it is undefined, not zero."""

    reason = "zero denominator"

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        super().__init__(
            f"zero denominator: the population is 0 at position {shown(self.positions)}; "
            "drop these areas before the statistic"
        )


class ImpossibleCounts(DataError):
    """Counts that contradict each other (more group members than residents) or are no whole numbers."""

    reason = "impossible counts"

    def __init__(self, fact: str, positions: Sequence[int]) -> None:
        self.fact, self.positions = fact, tuple(positions)
        super().__init__(f"impossible counts: {fact} at position {shown(self.positions)}")


class EmptyGroup(DataError):
    """Nobody belongs to the group, or everybody does: there is nothing to compare."""

    reason = "empty group"

    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(f"empty group: {fact}; there is nothing to compare")


class TooFewPeriods(DataError):
    """Fewer periods than the statistic needs."""

    reason = "too few periods"

    def __init__(self, periods: int, minimum: int) -> None:
        self.periods, self.minimum = periods, minimum
        super().__init__(f"too few periods: {periods}, at least {minimum} are needed")


class WeightsError(StatisticsError):
    """The weights do not admit the statistic or cannot be built."""

    reason = "unsuitable weights"


class NoLinks(WeightsError):
    """No area has a neighbour."""

    reason = "no neighbours"

    def __init__(self, n: int) -> None:
        self.n = n
        super().__init__(f"no neighbours: none of the {n} areas has a neighbour under these weights")


class DuplicateKeys(WeightsError):
    """A key occurs more than once."""

    reason = "duplicate keys"

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(f"duplicate keys: {', '.join(self.keys[:5])}; every area needs a key of its own")


class UnknownWeightsKey(WeightsError):
    """A pair names a key that is not among the keys of the weights."""

    reason = "unknown key"

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"unknown key: '{key}' is in a pair but not among the keys of the weights")


class InvalidWeights(WeightsError):
    """Weights that are negative, infinite, repeated, or link an area with itself."""

    reason = "invalid weights"

    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(f"invalid weights: {fact}")


class UnsuitableFormat(WeightsError):
    """A file format that cannot hold some weights without loss."""

    reason = "unsuitable format"

    def __init__(self, format_: str, fact: str) -> None:
        self.format, self.fact = format_, fact
        super().__init__(f"unsuitable format: {format_} {fact}; CSV holds all weights")


class UnusableGeometry(WeightsError):
    """A geometry is missing or empty."""

    reason = "unusable geometry"

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(f"unusable geometry: missing, empty or not finite for {', '.join(self.keys[:5])}")


class LengthMismatch(WeightsError):
    """Arrays that belong together have different lengths."""

    reason = "length mismatch"

    def __init__(self, what: str, length: int, expected: int) -> None:
        self.what, self.length, self.expected = what, length, expected
        super().__init__(f"length mismatch: {length} {what}, expected {expected}")


class OptionError(StatisticsError):
    """An option that does not exist or is impossible."""

    reason = "invalid option"


class UnknownOption(OptionError):
    """An option has none of its known values."""

    reason = "unknown option"

    def __init__(self, option: str, value: str, known: Sequence[str]) -> None:
        self.option, self.value, self.known = option, value, tuple(known)
        super().__init__(f"unknown {option} '{value[:80]}'; known: {', '.join(known)}")


class OptionOutOfRange(OptionError):
    """A number is outside the range of its option."""

    reason = "option out of range"

    def __init__(self, option: str, value: float, expected: str) -> None:
        self.option, self.value, self.expected = option, value, expected
        super().__init__(f"{option} is {value:g}; expected {expected}")
