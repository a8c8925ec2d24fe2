"""Movement between classes over time, and whether the surroundings steer it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.errors import (
    InfiniteValues,
    LengthMismatch,
    MissingValues,
    NoLinks,
    NoVariance,
    OptionOutOfRange,
    TooFewPeriods,
)
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import FloatArray, IntArray, Weights

#: Fewer transitions in a row say little about its probabilities.
SCARCE_TRANSITIONS = 20
_EQUAL = 1e-12


@dataclass(frozen=True, eq=False)
class Transitions(FrozenArrays):
    """Transitions between k classes from each period to the next.

    Attributes
    ----------
    counts : ndarray of int64, shape (k, k)
        From the row's to the column's class.
    probabilities : ndarray of float64, shape (k, k)
        Shares of each row; NaN in a row that no area ever left.
    steady_state : ndarray of float64, shape (k,) or None
        Distribution that the probabilities lead to; None where it is not unique or a row is unknown.
    """

    counts: IntArray
    probabilities: FloatArray
    steady_state: FloatArray | None


@dataclass(frozen=True, eq=False)
class SpatialMarkov(FrozenArrays):
    """Transitions of areas, apart by the class of their surroundings.

    Attributes
    ----------
    overall : Transitions
        All transitions.
    by_surroundings : tuple of Transitions, length lag_k
        Transitions of the areas whose neighbours' mean was in class 1, 2, ... before.
    cuts, lag_cuts : tuple of float, lengths k and lag_k
        Upper bounds of the classes of values and of neighbours' means, the same in all periods.
    q, likelihood_ratio : float
        Statistics of the test that surroundings do not matter (Bickenbach and Bode 2003).
    degrees_of_freedom : int
        Of both.
    p_q, p_likelihood_ratio : float
        Their p by the chi-square distribution.
    scarce_rows : int
        Rows of the conditional tables with fewer than 20 transitions: with many of them p means little.
    n, periods : int
        Areas and periods.
    """

    overall: Transitions
    by_surroundings: tuple[Transitions, ...]
    cuts: tuple[float, ...]
    lag_cuts: tuple[float, ...]
    q: float
    likelihood_ratio: float
    degrees_of_freedom: int
    p_q: float
    p_likelihood_ratio: float
    scarce_rows: int
    n: int
    periods: int


def transitions(classes: ArrayLike, k: int) -> Transitions:
    """Count transitions from each period to the next.

    Parameters
    ----------
    classes : array_like of int, shape (periods, n)
        Class of each area in each period, 0 to k - 1.
    k : int
        Number of classes, >= 2.

    Returns
    -------
    Transitions

    Raises
    ------
    TooFewPeriods
        If there is only one period.
    LengthMismatch, OptionOutOfRange
        If the array does not have two dimensions, or a class is outside 0 to k - 1.

    Examples
    --------
    >>> transitions([[0, 0, 1], [0, 1, 1], [1, 1, 0]], 2).counts.tolist()
    [[1, 2], [1, 2]]
    """
    numbers = np.asarray(classes, dtype=np.int64)
    _check_periods(numbers)
    if k < 2 or numbers.min(initial=0) < 0 or numbers.max(initial=0) >= k:
        raise OptionOutOfRange(
            "k", k, Sentence("mindestens 2 und größer als jede Klasse", "at least 2, and above every class")
        )
    return _table(numbers[:-1].ravel(), numbers[1:].ravel(), k)


def spatial_markov(values: ArrayLike, weights: Weights, *, k: int = 5, lag_k: int | None = None) -> SpatialMarkov:
    """Test whether movements between classes depend on the surroundings (Rey 2001).

    Values and row-standardised neighbours' means of all periods together are cut at their quantiles, so that the
    classes are the same in every period. With ``n_ij|l`` transitions from class i to j of areas whose surroundings
    were in class l, ``p_ij`` overall and ``p_ij|l`` among them:
    ``Q = Σ (n_ij|l - n_i.|l p_ij)² / (n_i.|l p_ij)`` and ``LR = 2 Σ n_ij|l ln(p_ij|l / p_ij)``, both chi-square with
    ``Σ_i (a_i - 1)(b_i - 1)`` degrees of freedom: ``a_i`` classes reached from i, ``b_i`` surroundings met by i.

    Parameters
    ----------
    values : array_like of float, shape (periods, n)
        Finite values in order of time, mostly relative to each period's mean.
    weights : Weights
        Neighbours; row-standardised here. Areas without neighbours are left out.
    k : int
        Number of classes of the values, 2 to 10.
    lag_k : int, optional
        Number of classes of the neighbours' means, 2 to 10; as many as of the values without it.

    Returns
    -------
    SpatialMarkov

    Raises
    ------
    TooFewPeriods
        If there are fewer than two periods.
    NoVariance
        If quantiles coincide.
    NoLinks, MissingValues, InfiniteValues, LengthMismatch, OptionOutOfRange
        If values, weights or k are unsuitable.

    References
    ----------
    Rey (2001), Geographical Analysis 33, 194-214; Bickenbach and Bode (2003), International Regional Science Review 26,
    363-392.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> keys = [f"{i:02}" for i in range(12)]
    >>> ring = weights_from_pairs(zip(keys, keys[1:] + keys[:1]), keys)
    >>> values = [[(i * 7 + t * t * (i % 4)) % 12 + i / 50 for i in range(12)] for t in range(6)]
    >>> result = spatial_markov(values, ring, k=2)
    >>> int(result.overall.counts.sum()), result.degrees_of_freedom
    (60, 2)
    """
    x = _panel(values, weights)
    m = k if lag_k is None else lag_k
    for name, number in (("k", k), ("lag_k", m)):
        if not 2 <= number <= 10:
            raise OptionOutOfRange(name, number, Sentence("2 bis 10 Klassen", "2 to 10 classes"))
    if not weights.links:
        raise NoLinks(weights.n)
    used = weights.subset(~weights.isolate_mask).row_standardised()
    x = x[:, ~weights.isolate_mask]
    lags = np.array([used.lag(row) for row in x])
    (own, cuts), (near, lag_cuts) = _classed(x, k), _classed(lags, m)
    before, after, around = own[:-1].ravel(), own[1:].ravel(), near[:-1].ravel()
    overall = _table(before, after, k)
    tables = tuple(_table(before[around == c], after[around == c], k) for c in range(m))
    q, ratio, freedom = _homogeneity(np.array([table.counts for table in tables]))
    return SpatialMarkov(
        overall=overall,
        by_surroundings=tables,
        cuts=cuts,
        lag_cuts=lag_cuts,
        q=q,
        likelihood_ratio=ratio,
        degrees_of_freedom=freedom,
        p_q=_chi_square_p(q, freedom),
        p_likelihood_ratio=_chi_square_p(ratio, freedom),
        scarce_rows=int(sum((table.counts.sum(axis=1) < SCARCE_TRANSITIONS).sum() for table in tables)),
        n=used.n,
        periods=len(x),
    )


@dataclass(frozen=True, eq=False)
class LisaMarkov(FrozenArrays):
    """Movement between the quadrants of the Moran scatter plot.

    Attributes
    ----------
    transitions : Transitions
        Between high-high, low-high, low-low and high-low, in this order.
    chi_square, p : float
        Test that areas and their surroundings move independently of each other.
    degrees_of_freedom : int
        9.
    n, periods : int
        Areas and periods.
    """

    transitions: Transitions
    chi_square: float
    p: float
    degrees_of_freedom: int
    n: int
    periods: int


def lisa_markov(values: ArrayLike, weights: Weights) -> LisaMarkov:
    """Test whether areas and their surroundings move together (Rey 2001).

    In each period an area and its neighbours' mean lie above the period's mean or not. The expected transitions are
    those of two independent chains, one for areas and one for surroundings.

    Parameters
    ----------
    values : array_like of float, shape (periods, n)
        Finite values in order of time.
    weights : Weights
        Neighbours; row-standardised here. Areas without neighbours are left out.

    Returns
    -------
    LisaMarkov

    Raises
    ------
    TooFewPeriods, NoLinks, MissingValues, InfiniteValues, LengthMismatch
        If values or weights are unsuitable.

    References
    ----------
    Rey (2001), Geographical Analysis 33, 194-214.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> keys = [f"{i:02}" for i in range(12)]
    >>> ring = weights_from_pairs(zip(keys, keys[1:] + keys[:1]), keys)
    >>> values = [[(i * 7 + t * t * (i % 4)) % 12 + i / 50 for i in range(12)] for t in range(6)]
    >>> int(lisa_markov(values, ring).transitions.counts.sum())
    60
    """
    x = _panel(values, weights)
    if not weights.links:
        raise NoLinks(weights.n)
    used = weights.subset(~weights.isolate_mask).row_standardised()
    x = x[:, ~weights.isolate_mask]
    means = x.mean(axis=1, keepdims=True)
    low = (x <= means).astype(np.int64)
    low_near = (np.array([used.lag(row) for row in x]) <= means).astype(np.int64)
    both = 2 * low + low_near
    table = _table(both[:-1].ravel(), both[1:].ravel(), 4)
    chains = [_table(part[:-1].ravel(), part[1:].ravel(), 2).probabilities for part in (low, low_near)]
    expected = table.counts.sum(axis=1, keepdims=True) * np.nan_to_num(np.kron(*chains))
    some = expected > 0
    chi = float(((table.counts - expected)[some] ** 2 / expected[some]).sum())
    order = np.array([0, 2, 3, 1])
    ordered = _transitions(table.counts[np.ix_(order, order)])
    return LisaMarkov(ordered, chi, _chi_square_p(chi, 9), 9, used.n, len(x))


def _check_periods(panel: FloatArray | IntArray) -> None:
    """Refuse anything but two dimensions and two periods."""
    if panel.ndim != 2:
        raise LengthMismatch(Sentence("Dimensionen der Werte", "dimensions of the values"), panel.ndim, 2)
    if len(panel) < 2:
        raise TooFewPeriods(len(panel), 2)


def _panel(values: ArrayLike, weights: Weights) -> FloatArray:
    """Finite values of shape (periods, n)."""
    x = np.array(values, dtype=np.float64)
    _check_periods(x)
    if x.shape[1] != weights.n:
        raise LengthMismatch(Sentence("Spalten der Werte", "columns of the values"), x.shape[1], weights.n)
    for wrong, error in ((np.isnan(x), MissingValues), (np.isinf(x), InfiniteValues)):
        if wrong.any():
            raise error(np.flatnonzero(wrong.any(axis=0)).tolist())
    return x


def _classed(x: FloatArray, k: int) -> tuple[IntArray, tuple[float, ...]]:
    """Classes by the quantiles of all values together, closed on the right, and their upper bounds."""
    cuts = np.quantile(x, np.arange(1, k + 1) / k)
    if (np.diff(np.concatenate([[x.min()], cuts])) <= _EQUAL * np.abs(cuts).max()).any():
        raise NoVariance(float(cuts[0]))
    return np.searchsorted(cuts[:-1], x, side="left").astype(np.int64), tuple(cuts.tolist())


def _table(before: IntArray, after: IntArray, k: int) -> Transitions:
    """Transitions between classes 0 to k - 1."""
    return _transitions(np.bincount(before * k + after, minlength=k * k).reshape(k, k).astype(np.int64))


def _transitions(counts: IntArray) -> Transitions:
    """Probabilities and steady state of counted transitions."""
    left = counts.sum(axis=1, keepdims=True)
    known = left > 0
    probabilities = np.where(known, counts / np.where(known, left, 1), np.nan)
    return Transitions(counts, probabilities, _steady_state(probabilities) if known.all() else None)


def _steady_state(probabilities: FloatArray) -> FloatArray | None:
    """Solve ``π P = π`` with sum 1; None if there is more than one solution."""
    k = len(probabilities)
    system = np.vstack([probabilities.T - np.eye(k), np.ones(k)])
    if np.linalg.matrix_rank(system) < k:
        return None
    solution = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0]
    return np.asarray(np.maximum(solution, 0.0))


def _homogeneity(counts: IntArray) -> tuple[float, float, int]:
    """Q, LR and their degrees of freedom, from counts of shape (surroundings, k, k)."""
    rows = counts.sum(axis=2, keepdims=True)
    pooled = counts.sum(axis=0)
    overall = pooled / np.maximum(pooled.sum(axis=1, keepdims=True), 1)
    expected = rows * overall
    some = expected > 0
    q = float(((counts - expected)[some] ** 2 / expected[some]).sum())
    moved = counts > 0
    ratio = 2 * float((counts[moved] * np.log(counts[moved] / expected[moved])).sum())
    reached, met = (overall > 0).sum(axis=1), (rows[:, :, 0] > 0).sum(axis=0)
    return q, ratio, int((np.maximum(reached - 1, 0) * np.maximum(met - 1, 0)).sum())


def _chi_square_p(value: float, freedom: int) -> float:
    """Upper tail of the chi-square distribution; 1 without degrees of freedom."""
    from scipy.special import chdtrc

    return float(chdtrc(freedom, value)) if freedom else 1.0
