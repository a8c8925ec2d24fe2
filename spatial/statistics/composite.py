"""Composite indices: several indicators of one theme in one number, and how much that number depends on the recipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.errors import (
    InfiniteValues,
    LengthMismatch,
    NegativeValues,
    NoVariance,
    OptionOutOfRange,
    TooFewAreas,
    UnknownOption,
)
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import BoolArray, FloatArray, IntArray

CompositeMethod = Literal["z-score", "min-max", "rank", "geometric", "pca"]
#: Share of the weight that must be known for an area to get an index.
DEFAULT_COVERAGE = 0.8
#: Value that the smallest scaled component takes in a geometric mean, which would else be 0 throughout.
_GEOMETRIC_FLOOR = 0.01
#: Factors on the weight of one component at a time in the sensitivity band.
_REWEIGHTED = (0.5, 2.0)
_FLAT = 1e-12
_MINIMUM_AREAS = 3


@dataclass(frozen=True, eq=False)
class CompositeIndex(FrozenArrays):
    """A composite index of n areas from m components.

    Arrays of shape (n,) are NaN (ranks: 0) where ``defined`` is false.

    Attributes
    ----------
    method : {"z-score", "min-max", "rank", "geometric", "pca"}
        How the components were brought to one scale.
    values : ndarray of float64, shape (n,)
        The index; high is good if polarities say what is good.
    ranks : ndarray of int64, shape (n,)
        1 for the highest index; ties share the better rank.
    lowest_rank, highest_rank : ndarray of int64, shape (n,)
        Best and worst rank when each component in turn is left out, counts half, or counts double. A wide band means
        that the rank is a matter of the recipe.
    coverage : ndarray of float64, shape (n,)
        Share of the weight whose components are known.
    defined : ndarray of bool, shape (n,)
        Whether the coverage suffices.
    incomplete : ndarray of bool, shape (n,)
        Defined, but with a component missing.
    scaled : ndarray of float64, shape (n, m)
        Components on the common scale, turned by polarity.
    weights : ndarray of float64, shape (m,)
        Weights, with sum 1. Those that ``pca`` finds may be negative; then their absolute values have the sum 1.
    explained : float or None
        Share of the components' variance that the first principal component explains; None for other methods.
    """

    method: CompositeMethod
    values: FloatArray
    ranks: IntArray
    lowest_rank: IntArray
    highest_rank: IntArray
    coverage: FloatArray
    defined: BoolArray
    incomplete: BoolArray
    scaled: FloatArray
    weights: FloatArray
    explained: float | None = None

    @property
    def n(self) -> int:
        """Number of areas that have an index."""
        return int(self.defined.sum())


def composite_index(
    components: ArrayLike,
    polarities: ArrayLike,
    *,
    method: CompositeMethod = "z-score",
    weights: ArrayLike | None = None,
    reference: ArrayLike | None = None,
    coverage: float = DEFAULT_COVERAGE,
) -> CompositeIndex:
    """Combine components to an index.

    Each component is scaled with the distribution of ``reference`` and turned by its polarity:

    * ``z-score``: ``±(x - mean) / s`` with the population standard deviation; the index is the weighted mean.
    * ``min-max``: ``(x - min) / (max - min)``, or one less that; weighted mean. Beyond the reference's range the value
      goes on below 0 or above 1.
    * ``rank``: share of the reference below the value, ties counted half; weighted mean.
    * ``geometric``: ``exp(Σ w ln u)`` with the min-max values ``u``, at least 0.01: a low component is not made good by
      a high one.
    * ``pca``: the z-scores, weighted by the first principal component of the areas with all components. For diagnosis:
      with a few dozen areas, these weights change much from sample to sample.

    Parameters
    ----------
    components : array_like of float, shape (n, m)
        m indicators of n areas; NaN where missing or secret.
    polarities : array_like of int, shape (m,)
        1 if high is good, -1 if low is good.
    method : str
        One of the above.
    weights : array_like of float, shape (m,), optional
        Weights > 0; equal without them. ``pca`` finds its own and takes none.
    reference : array_like of float, shape (any, m), optional
        Values that fix the scale, mostly those of a base year; without it ``components``. With a scale made anew each
        year, no trend can be seen.
    coverage : float
        Share of the weight that must be known, above 0 to 1. Missing components drop out of the mean.

    Returns
    -------
    CompositeIndex

    Raises
    ------
    NoVariance
        If a component does not vary in the reference.
    TooFewAreas
        If a component has fewer than three known values in the reference, or fewer than three areas get an index. For
        ``pca`` also if the reference has no more complete areas than components.
    InfiniteValues, NegativeValues, LengthMismatch, UnknownOption, OptionOutOfRange
        If values, weights or options are unsuitable.

    Notes
    -----
    ``pca`` gives an indicator that runs against the others a negative weight, whatever its polarity: then the
    components are not one dimension. The sign is the one under which the weights have a positive sum.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators; Saisana, Saltelli and Tarantola (2005), Journal
    of the Royal Statistical Society A 168, 307-323.

    Examples
    --------
    >>> result = composite_index([[1, 8], [2, 6], [3, 4], [4, float("nan")]], [1, -1], coverage=0.5)
    >>> result.values.round(2).tolist(), result.incomplete.tolist()
    ([-1.28, -0.22, 0.84, 1.34], [False, False, False, True])
    """
    x = _table(components, Sentence("Komponenten", "components"))
    base = x if reference is None else _table(reference, Sentence("Vergleichswerte", "reference values"), x.shape[1])
    signs = _signs(polarities, x.shape[1])
    if not 0 < coverage <= 1:
        raise OptionOutOfRange("coverage", coverage, Sentence("größer als 0, höchstens 1", "above 0, at most 1"))
    if method not in get_args(CompositeMethod):
        raise UnknownOption("method", method, get_args(CompositeMethod))
    shares = _shares(weights, x.shape[1])
    if method == "pca" and weights is not None:
        raise OptionOutOfRange(
            "weights",
            float(shares[0]),
            Sentence("keine bei pca, das eigene findet", "none with pca, which finds its own"),
        )
    scaled = np.column_stack([_scaled(x[:, k], base[:, k], signs[k], method) for k in range(x.shape[1])])
    explained = None
    if method == "pca":
        standard = [_scaled(base[:, k], base[:, k], signs[k], method) for k in range(base.shape[1])]
        shares, explained = _principal(np.column_stack(standard))
    known = ~np.isnan(scaled)
    covered = known @ np.abs(shares)
    defined = covered >= coverage - 1e-9
    if defined.sum() < _MINIMUM_AREAS:
        raise TooFewAreas(int(defined.sum()), _MINIMUM_AREAS)
    values = np.where(defined, _combined(scaled, shares, method), np.nan)
    band = [_ranks(np.where(defined, _combined(scaled, other, method), np.nan)) for other in _recipes(shares)]
    ranks = _ranks(values)
    return CompositeIndex(
        method=method,
        values=values,
        ranks=ranks,
        lowest_rank=_extreme([ranks, *band], np.minimum),
        highest_rank=_extreme([ranks, *band], np.maximum),
        coverage=covered,
        defined=defined,
        incomplete=defined & ~known.all(axis=1),
        scaled=scaled,
        weights=shares,
        explained=explained,
    )


def _table(values: ArrayLike, what: Sentence, columns: int | None = None) -> FloatArray:
    """Values of shape (n, m) without infinity."""
    array = np.array(values, dtype=np.float64)
    if array.ndim != 2 or not array.shape[1] or (columns is not None and array.shape[1] != columns):
        raise LengthMismatch(
            Sentence(f"Spalten: {what.de}", f"columns of {what.en}"),
            array.shape[-1] if array.ndim == 2 else 0,
            columns or 1,
        )
    if np.isinf(array).any():
        raise InfiniteValues(np.flatnonzero(np.isinf(array).any(axis=1)).tolist())
    return array


def _signs(polarities: ArrayLike, m: int) -> FloatArray:
    """Polarities, each 1 or -1."""
    signs = np.asarray(polarities, dtype=np.float64)
    if signs.shape != (m,):
        raise LengthMismatch(Sentence("Richtungen", "polarities"), signs.size, m)
    if not np.isin(signs, (-1, 1)).all():
        raise OptionOutOfRange("polarity", float(signs[~np.isin(signs, (-1, 1))][0]), Sentence("1 oder -1", "1 or -1"))
    return signs


def _shares(weights: ArrayLike | None, m: int) -> FloatArray:
    """Weights with sum 1."""
    array = np.ones(m) if weights is None else np.array(weights, dtype=np.float64)
    if array.shape != (m,):
        raise LengthMismatch(Sentence("Gewichte", "weights"), array.size, m)
    if not (np.isfinite(array) & (array > 0)).all():
        raise NegativeValues(float(np.nanmin(array)))
    return np.asarray(array / array.sum())


def _scaled(values: FloatArray, reference: FloatArray, sign: float, method: CompositeMethod) -> FloatArray:
    """One component on the common scale."""
    base = np.sort(reference[~np.isnan(reference)])
    if len(base) < _MINIMUM_AREAS:
        raise TooFewAreas(len(base), _MINIMUM_AREAS)
    if base[-1] - base[0] <= _FLAT * max(abs(base[0]), abs(base[-1])):
        raise NoVariance(float(base[0]))
    if method in ("z-score", "pca"):
        return np.asarray(sign * (values - base.mean()) / base.std())
    if method == "rank":
        below = np.searchsorted(base, values, side="left") + np.searchsorted(base, values, side="right")
        share = np.where(np.isnan(values), np.nan, below / (2 * len(base)))
    else:
        share = (values - base[0]) / (base[-1] - base[0])
    if sign < 0:
        share = 1 - share
    return np.asarray(np.maximum(share, _GEOMETRIC_FLOOR) if method == "geometric" else share)


def _combined(scaled: FloatArray, shares: FloatArray, method: CompositeMethod) -> FloatArray:
    """Weighted mean over the known components; NaN where none is known."""
    known = ~np.isnan(scaled)
    weight = known * shares
    total = np.abs(weight).sum(axis=1)
    filled = np.where(known, scaled, 1.0)
    if method == "geometric":
        filled = np.log(filled)
    mean = (weight * filled).sum(axis=1) / np.where(total > 0, total, np.nan)
    return np.asarray(np.exp(mean) if method == "geometric" else mean)


def _principal(standardised: FloatArray) -> tuple[FloatArray, float]:
    """Weights of the first principal component, and its share of the variance, from the complete areas."""
    complete = standardised[~np.isnan(standardised).any(axis=1)]
    m = standardised.shape[1]
    if len(complete) <= max(m, _MINIMUM_AREAS - 1):
        raise TooFewAreas(len(complete), max(m + 1, _MINIMUM_AREAS))
    spread = complete.std(axis=0)
    if not (spread > _FLAT).all():
        raise NoVariance(float(complete[0, int(np.argmin(spread))]))
    centred = (complete - complete.mean(axis=0)) / spread
    values, vectors = np.linalg.eigh(centred.T @ centred / len(complete))
    first = vectors[:, -1]
    if first.sum() < 0 or (first.sum() == 0 and first[int(np.argmax(np.abs(first)))] < 0):
        first = -first
    return first / np.abs(first).sum(), float(values[-1] / m)


def _recipes(shares: FloatArray) -> list[FloatArray]:
    """Weights with each component in turn left out, halved and doubled."""
    recipes = []
    for k in range(len(shares)):
        for factor in (0.0, *_REWEIGHTED) if len(shares) > 1 else ():
            other = shares.copy()
            other[k] *= factor
            recipes.append(other / np.abs(other).sum())
    return recipes


def _ranks(values: FloatArray) -> IntArray:
    """Ranks from the highest value on, ties at the better rank; 0 for NaN."""
    known = np.sort(-values[~np.isnan(values)])
    found = np.searchsorted(known, -values - _FLAT * np.abs(values), side="left") + 1
    return np.where(np.isnan(values), 0, found).astype(np.int64)


def _extreme(ranks: list[IntArray], choose: np.ufunc) -> IntArray:
    """Best or worst of several ranks; an area that a recipe leaves without a value keeps its others."""
    stacked = np.array(ranks)
    neutral = ranks[0] if len(ranks) else stacked
    filled = np.where(stacked == 0, neutral, stacked)
    return np.asarray(choose.reduce(filled, axis=0), dtype=np.int64)
