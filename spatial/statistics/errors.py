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

from spatial.statistics.sentences import Language, Said, Sentence, number_in

_SHOWN = 5


def shown(places: Sequence[object]) -> str:
    """The first places of several, as errors name them."""
    return ", ".join(map(str, places[:_SHOWN])) + (" ..." if len(places) > _SHOWN else "")


def at_position(places: Sequence[object]) -> Sentence:
    """Where in an array something is, as errors say it."""
    listed = shown(places)
    return Sentence(f"an Stelle {listed}", f"at position {listed}")


def named(option: str | Said) -> Said:
    """What an option is called: by its name in either language, or a quantity in words."""
    return Sentence(option, option) if isinstance(option, str) else option


class StatisticsError(Exception):
    """A statistic cannot be computed.

    Attributes
    ----------
    reason : str
        The fact in a few words, the same for every occurrence: ``"no variance"``, ``"too few areas"``.
    message : Sentence
        What is wrong, and what to do about it, in one line; English as ``str``.
    """

    reason: ClassVar[str] = "not computable"

    def __init__(self, message: Said) -> None:
        self.message = Sentence(message.de, message.en)
        super().__init__(message.en)

    def render(self, language: Language) -> str:
        """Return what is wrong in one language."""
        return self.message.text(language)


class DataError(StatisticsError):
    """The values do not admit the statistic."""

    reason = "unsuitable values"


class TooFewAreas(DataError):
    """Fewer areas have a value than the statistic needs."""

    reason = "too few areas"

    def __init__(self, n: int, minimum: int) -> None:
        self.n, self.minimum = n, minimum
        super().__init__(
            Sentence(
                f"zu wenige Gebiete: {n} mit einem Wert, mindestens {minimum} sind nötig",
                f"too few areas: {n} with a value, at least {minimum} are needed",
            )
        )


class NoVariance(DataError):
    """All values are equal."""

    reason = "no variance"

    def __init__(self, value: float) -> None:
        self.value = value
        number = number_in(f"{value:.6g}")
        super().__init__(
            Sentence(
                f"keine Unterschiede: alle Werte sind gleich {number.de}",
                f"no variance: all values equal {number.en}",
            )
        )


class TooFewDistinctValues(DataError):
    """Fewer different values than a permutation test can use."""

    reason = "too few distinct values"

    def __init__(self, distinct: int, minimum: int) -> None:
        self.distinct, self.minimum = distinct, minimum
        super().__init__(
            Sentence(
                f"zu wenige verschiedene Werte: nur {distinct}, mindestens {minimum} sind nötig",
                f"too few distinct values: only {distinct} different ones, at least {minimum} are needed",
            )
        )


class MissingValues(DataError):
    """Values are missing; a statistic never guesses them."""

    reason = "missing values"

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        place = at_position(self.positions)
        super().__init__(
            Sentence(
                f"fehlende Werte: {len(self.positions)} {place.de}; diese Gebiete vor der Berechnung weglassen",
                f"missing values: {len(self.positions)} {place.en}; drop these areas before the statistic",
            )
        )


class InfiniteValues(DataError):
    """Values are infinite."""

    reason = "infinite values"

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        place = at_position(self.positions)
        super().__init__(
            Sentence(
                f"unendliche Werte: {len(self.positions)} {place.de}",
                f"infinite values: {len(self.positions)} {place.en}",
            )
        )


class UnusableScale(DataError):
    """Values or differences of a size whose powers floating-point numbers cannot hold."""

    reason = "unusable scale"

    def __init__(self, smallest: float, largest: float, limit: float) -> None:
        self.smallest, self.largest, self.limit = smallest, largest, limit
        low, high = number_in(f"{smallest:.6g}"), number_in(f"{largest:.6g}")
        most, least = number_in(f"{limit:g}"), number_in(f"{1 / limit:g}")
        super().__init__(
            Sentence(
                f"unbrauchbare Größenordnung: Werte von {low.de} bis {high.de}; sie in einer Einheit angeben, in der "
                f"sie höchstens {most.de} sind und sich um mindestens {least.de} unterscheiden",
                f"unusable scale: values from {low.en} to {high.en}; give them in a unit in which they are at "
                f"most {most.en} and differ by at least {least.en}",
            )
        )


class NegativeValues(DataError):
    """The statistic needs non-negative values with a natural origin and a positive sum."""

    reason = "negative values"

    def __init__(self, smallest: float) -> None:
        self.smallest = smallest
        number = number_in(f"{smallest:.6g}")
        super().__init__(
            Sentence(
                f"negative Werte: der kleinste ist {number.de}; diese Statistik braucht Werte >= 0 mit positiver Summe",
                f"negative values: the smallest is {number.en}; the statistic needs values >= 0 with a positive sum",
            )
        )


class ZeroDenominator(DataError):
    """A rate refers to a population of zero: it is undefined, not zero."""

    reason = "zero denominator"

    def __init__(self, positions: Sequence[int]) -> None:
        self.positions = tuple(positions)
        place = at_position(self.positions)
        super().__init__(
            Sentence(
                f"Nenner null: die Bevölkerung ist 0 {place.de}; diese Gebiete vor der Berechnung weglassen",
                f"zero denominator: the population is 0 {place.en}; drop these areas before the statistic",
            )
        )


class ImpossibleCounts(DataError):
    """Counts that contradict each other (more group members than residents) or are no whole numbers."""

    reason = "impossible counts"

    def __init__(self, fact: Sentence, positions: Sequence[int]) -> None:
        self.fact, self.positions = fact, tuple(positions)
        place = at_position(self.positions)
        super().__init__(
            Sentence(
                f"unmögliche Anzahlen: {fact.de} {place.de}",
                f"impossible counts: {fact.en} {place.en}",
            )
        )


class EmptyGroup(DataError):
    """Nobody belongs to the group, or everybody does: there is nothing to compare."""

    reason = "empty group"

    def __init__(self, fact: Said) -> None:
        self.fact = fact
        super().__init__(
            Sentence(
                f"leere Gruppe: {fact.de}; es gibt nichts zu vergleichen",
                f"empty group: {fact.en}; there is nothing to compare",
            )
        )


class TooFewPeriods(DataError):
    """Fewer periods than the statistic needs."""

    reason = "too few periods"

    def __init__(self, periods: int, minimum: int) -> None:
        self.periods, self.minimum = periods, minimum
        super().__init__(
            Sentence(
                f"zu wenige Zeiträume: {periods}, mindestens {minimum} sind nötig",
                f"too few periods: {periods}, at least {minimum} are needed",
            )
        )


class WeightsError(StatisticsError):
    """The weights do not admit the statistic or cannot be built."""

    reason = "unsuitable weights"


class NoLinks(WeightsError):
    """No area has a neighbour."""

    reason = "no neighbours"

    def __init__(self, n: int) -> None:
        self.n = n
        super().__init__(
            Sentence(
                f"keine Nachbarn: keines der {n} Gebiete hat bei diesen Gewichten einen Nachbarn",
                f"no neighbours: none of the {n} areas has a neighbour under these weights",
            )
        )


class DuplicateKeys(WeightsError):
    """A key occurs more than once."""

    reason = "duplicate keys"

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        keys_shown = shown(self.keys)
        super().__init__(
            Sentence(
                f"doppelte Schlüssel: {keys_shown}; jedes Gebiet braucht einen eigenen Schlüssel",
                f"duplicate keys: {keys_shown}; every area needs a key of its own",
            )
        )


class UnknownWeightsKey(WeightsError):
    """A pair names a key that is not among the keys of the weights."""

    reason = "unknown key"

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            Sentence(
                f"unbekannter Schlüssel: '{key}' steht in einem Paar, aber nicht unter den Schlüsseln der Gewichte",
                f"unknown key: '{key}' is in a pair but not among the keys of the weights",
            )
        )


class InvalidWeights(WeightsError):
    """Weights that are negative, infinite, repeated, or link an area with itself."""

    reason = "invalid weights"

    def __init__(self, fact: Sentence) -> None:
        self.fact = fact
        super().__init__(Sentence(f"ungültige Gewichte: {fact.de}", f"invalid weights: {fact.en}"))


class UnsuitableFormat(WeightsError):
    """A file format that cannot hold some weights without loss."""

    reason = "unsuitable format"

    def __init__(self, format_: str, fact: Sentence) -> None:
        self.format, self.fact = format_, fact
        super().__init__(
            Sentence(
                f"ungeeignetes Format: {format_} {fact.de}; CSV fasst alle Gewichte",
                f"unsuitable format: {format_} {fact.en}; CSV holds all weights",
            )
        )


class UnusableGeometry(WeightsError):
    """A geometry is missing or empty."""

    reason = "unusable geometry"

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        keys_shown = shown(self.keys)
        super().__init__(
            Sentence(
                f"unbrauchbare Geometrie: bei {keys_shown} fehlt sie, ist leer oder hat unendliche Koordinaten",
                f"unusable geometry: missing, empty or not finite for {keys_shown}",
            )
        )


class LengthMismatch(WeightsError):
    """Arrays that belong together have different lengths."""

    reason = "length mismatch"

    def __init__(self, what: Sentence, length: int, expected: int) -> None:
        self.what, self.length, self.expected = what, length, expected
        super().__init__(
            Sentence(
                f"unpassende Länge: {length} {what.de}, erwartet {expected}",
                f"length mismatch: {length} {what.en}, expected {expected}",
            )
        )


class OptionError(StatisticsError):
    """An option that does not exist or is impossible."""

    reason = "invalid option"


class UnknownOption(OptionError):
    """An option has none of its known values."""

    reason = "unknown option"

    def __init__(self, option: str | Said, value: str, known: Sequence[str]) -> None:
        name = named(option)
        self.option, self.value, self.known = name.en, value, tuple(known)
        offered = ", ".join(known)
        super().__init__(
            Sentence(
                f"unbekannter Wert '{value[:80]}' für {name.de}; bekannt: {offered}",
                f"unknown {name.en} '{value[:80]}'; known: {offered}",
            )
        )


class OptionOutOfRange(OptionError):
    """A number is outside the range of its option."""

    reason = "option out of range"

    def __init__(self, option: str | Said, value: float, expected: Sentence) -> None:
        name = named(option)
        self.option, self.value, self.expected = name.en, value, expected
        number = number_in(f"{value:g}")
        super().__init__(
            Sentence(
                f"{name.de} ist {number.de}; erwartet: {expected.de}",
                f"{name.en} is {number.en}; expected {expected.en}",
            )
        )
