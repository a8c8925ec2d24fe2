"""Which values a statistic admits: one gate for all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.errors import (
    InfiniteValues,
    LengthMismatch,
    MissingValues,
    NoLinks,
    NoVariance,
    TooFewAreas,
    TooFewDistinctValues,
    UnknownOption,
    UnusableScale,
)
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import BoolArray, FloatArray, Style, Weights

#: Floors of global and local statistics (areas with a value).
MINIMUM_GLOBAL, MINIMUM_LOCAL = 10, 15
#: Fewer different values make permutation tests meaningless.
MINIMUM_DISTINCT = 3
#: Seed used where the caller names none.
DEFAULT_SEED = 20_221_231
#: A spread below this share of the largest value is rounding, not variance.
_FLAT = 1e-12
#: Beyond this size, or below one over it, fourth powers of deviations leave the range of float64.
_LARGEST = 1e60


def admit(values: ArrayLike, weights: Weights, minimum: int, *, distinct: int = MINIMUM_DISTINCT) -> FloatArray:
    """Values as a new float64 array, after checking that the statistic can be computed.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        One value for each area of the weights.
    weights : Weights
        Weights of n areas.
    minimum : int
        Smallest admitted n.
    distinct : int
        Fewest different values admitted.

    Returns
    -------
    ndarray of float64, shape (n,)
        A copy.

    Raises
    ------
    LengthMismatch, MissingValues, InfiniteValues, UnusableScale, TooFewAreas, NoVariance, TooFewDistinctValues, NoLinks
        The first of these that applies, in this order; differences that are too small come after ``NoVariance``.
    """
    array = finite_values(values)
    if array.shape != (weights.n,):
        raise LengthMismatch(Sentence("Werte", "values"), array.size, weights.n)
    if weights.n < minimum:
        raise TooFewAreas(weights.n, minimum)
    if np.ptp(array) <= _FLAT * np.abs(array).max():
        raise NoVariance(float(array[0]))
    if np.ptp(array) < 1 / _LARGEST:
        raise UnusableScale(float(array.min()), float(array.max()), _LARGEST)
    found = _distinct(array)
    if found < distinct:
        raise TooFewDistinctValues(found, distinct)
    if not weights.links:
        raise NoLinks(weights.n)
    return array


def _distinct(values: FloatArray) -> int:
    """Number of different values; `numpy.unique` would load the masked arrays, 10 MiB."""
    ordered = np.sort(values)
    return 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))


def finite_values(values: ArrayLike) -> FloatArray:
    """Values as a new one-dimensional float64 array, none of them NaN, infinite, or too large to be squared twice."""
    array = np.array(values, dtype=np.float64)
    if array.ndim != 1:
        raise LengthMismatch(Sentence("Dimensionen der Werte", "dimensions of the values"), array.ndim, 1)
    if np.isnan(array).any():
        raise MissingValues([int(i) for i in np.flatnonzero(np.isnan(array))])
    if np.isinf(array).any():
        raise InfiniteValues([int(i) for i in np.flatnonzero(np.isinf(array))])
    if len(array) and np.abs(array).max() > _LARGEST:
        raise UnusableScale(float(array.min()), float(array.max()), _LARGEST)
    return array


def inside_among(inside: ArrayLike | None, n: int) -> BoolArray:
    """Which areas are to be tested, shape (n,); all for None."""
    if inside is None:
        return np.ones(n, np.bool_)
    chosen = np.asarray(inside, dtype=np.bool_)
    if chosen.shape != (n,):
        raise LengthMismatch(Sentence("Angaben, was innen liegt", "inside flags"), chosen.size, n)
    return chosen


def styled(weights: Weights, style: Style) -> Weights:
    """Weights in the style asked for; an unknown style is refused."""
    if style not in ("R", "B", "O"):
        raise UnknownOption("style", style, ("R", "B", "O"))
    return weights.styled(style)
