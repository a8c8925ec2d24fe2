"""Remainders: computed counts that are what others leave of a total, as those without work are of all people.

Both numbers of a subtraction may be large and the remainder small. Where a profile protects a remainder, one of the
numbers that it is computed from has to be withheld. A balance, such as births less deaths, is no count of anybody:
it is told from a remainder by being negative in more than one of a hundred areas: a wrong row or two must not switch
the protection of all others off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.raw import RawFigures

_MISTAKES = 0.01  # part of the areas up to which a remainder below zero is taken for a fault of the data


@dataclass(frozen=True, slots=True)
class Remainder:
    """A count that is computed by subtraction, and may not be small.

    Attributes
    ----------
    id : str
        Of the computed indicator.
    terms : mapping of str to float
        Loaded counts, and how often each is taken.
    threshold : int
        Smallest count above zero that may be published.
    """

    id: str
    terms: Mapping[str, float]
    threshold: int


def remainders_of(catalogue: Catalogue, raw: RawFigures) -> tuple[Remainder, ...]:
    """Computed counts that subtract something, are protected, and are no balances.

    Parameters
    ----------
    catalogue : Catalogue
    raw : RawFigures
    """
    found = []
    for indicator in catalogue.indicators.values():
        terms = _loaded_terms(catalogue, indicator.id)
        threshold = _threshold(catalogue, indicator.id)
        if threshold > 1 and min(terms.values(), default=1.0) < 0 and not _is_balance(raw, terms):
            found.append(Remainder(indicator.id, terms, threshold))
    return tuple(found)


def _loaded_terms(catalogue: Catalogue, name: str) -> dict[str, float]:
    """Loaded counts that a sum is made of, over any number of steps; none where it is no sum of counts."""
    indicator = catalogue.indicators[name]
    if indicator.formula != "sum":
        return {}
    terms: dict[str, float] = defaultdict(float)
    for each, sign in indicator.signed_terms:
        term = catalogue.indicators[each]
        parts = {each: 1.0} if not term.is_derived and term.kind == "count" else _loaded_terms(catalogue, each)
        if not parts:
            return {}
        for part, factor in parts.items():
            terms[part] += sign * factor
    return {part: factor for part, factor in terms.items() if factor}


def _threshold(catalogue: Catalogue, name: str) -> int:
    """The strictest threshold of a computed count and of the fractions that it is the numerator of."""
    fractions = (each.id for each in catalogue.indicators.values() if each.numerator == name)
    return max(catalogue.threshold(each) for each in (name, *fractions))


def _is_balance(raw: RawFigures, terms: Mapping[str, float]) -> bool:
    """Whether the loaded figures give less than nothing for more areas than by mistake."""
    first = next(iter(terms))
    negative = counted = 0
    for period in set.intersection(*(set(raw.periods(each)) for each in terms)):
        for place in raw.collections(first, period):
            columns = [
                raw.as_loaded(each, place.vintage, place.level, period)
                for each in terms
                if any((other.vintage, other.level) == (place.vintage, place.level)
                       for other in raw.collections(each, period))
            ]  # fmt: skip
            if len(columns) < len(terms):
                continue
            known = np.logical_and.reduce([column.known for column in columns])
            sums = np.sum([factor * column.values for factor, column in zip(terms.values(), columns, strict=True)], 0)
            negative += int((sums[known] < 0).sum())
            counted += int(known.sum())
    return negative > _MISTAKES * counted
