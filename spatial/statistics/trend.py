"""Trends in short series: whether values rise or fall, how fast, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.errors import (
    InfiniteValues,
    LengthMismatch,
    OptionOutOfRange,
    TooFewPeriods,
    UnknownOption,
)
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.rates import normal_quantile
from spatial.statistics.sentences import Sentence
from spatial.statistics.serial import variance_factor
from spatial.statistics.weights import BoolArray, FloatArray, IntArray

TrendCorrection = Literal["none", "hamed-rao"]
TrendMethod = Literal["exact", "normal", "hamed-rao", ""]
#: Longest series whose p is exact.
EXACT_PERIODS = 10
_MINIMUM_PERIODS = 3
_COLUMNS = ("s", "tau", "z", "p", "slope", "lower", "upper", "variance_factor")
_CHUNK_CELLS = 4_194_304


@dataclass(frozen=True, eq=False)
class Trends(FrozenArrays):
    """Mann-Kendall test and Theil-Sen slope of each area's series.

    Arrays have shape (n,); they are NaN (``s``: 0) where ``defined`` is false.

    Attributes
    ----------
    s : ndarray of int64
        Pairs of periods that rise, less pairs that fall.
    tau : ndarray of float64
        ``s`` over the number of pairs, -1 (every later value is lower) to 1.
    z : ndarray of float64
        ``s`` standardised under the normal approximation, with correction for ties and continuity.
    p : ndarray of float64
        Two-sided p: exact up to ten periods, normal beyond, with the variance corrected if that was asked for.
    slope, lower, upper : ndarray of float64
        Theil-Sen slope per period, and its interval.
    variance_factor : ndarray of float64
        By what the variance of ``s`` was multiplied for autocorrelation; 1 without correction.
    p_method : tuple of str, length n
        ``"exact"``, ``"normal"``, ``"hamed-rao"`` or ``""`` where not defined.
    periods : ndarray of int64
        Number of known values of each area.
    defined : ndarray of bool
        Whether at least three values are known.
    level : float
        Confidence level of the interval of the slope.
    """

    s: IntArray
    tau: FloatArray
    z: FloatArray
    p: FloatArray
    slope: FloatArray
    lower: FloatArray
    upper: FloatArray
    variance_factor: FloatArray
    p_method: tuple[TrendMethod, ...]
    periods: IntArray
    defined: BoolArray
    level: float

    @property
    def n(self) -> int:
        """Number of areas that have a trend."""
        return int(self.defined.sum())

    @property
    def smallest_p(self) -> float:
        """The smallest p that any area could reach: a series without ties that only rises."""
        longest = int(self.periods.max(initial=0))
        if longest < _MINIMUM_PERIODS:
            return 1.0
        return float(mann_kendall_p(np.arange(float(longest))[:, None])[0])


def trends(
    values: ArrayLike,
    times: ArrayLike | None = None,
    *,
    level: float = 0.95,
    correction: TrendCorrection = "none",
) -> Trends:
    """Test each area's series for a monotone trend, and estimate its slope.

    Mann-Kendall: ``S = Σ_{s<t} sgn(x_t - x_s)``. Up to ten periods p is exact: the share of all orders of the observed
    values, ties included, whose ``|S|`` is at least as large. Beyond, ``z = (S ∓ 1) / √Var(S)`` with
    ``Var(S) = (T (T-1) (2T+5) - Σ g (g-1) (2g+5)) / 18`` over the groups of ``g`` equal values.
    Theil-Sen: the median of all ``(x_t - x_s) / (t - s)``, with Sen's interval.

    Parameters
    ----------
    values : array_like of float, shape (periods, n)
        One row for each period, in order; NaN where missing. A missing value shortens an area's series.
    times : array_like of float, shape (periods,), optional
        Ascending times; 0, 1, 2, ... without them. The slope is per unit of time.
    level : float
        Confidence level of the slope's interval, between 0 and 1.
    correction : {"none", "hamed-rao"}
        With ``hamed-rao`` the variance of series of more than ten values grows with the autocorrelation of their ranks
        (Hamed and Rao 1998), and so do p and the interval of the slope. The factor is at least 1.

    Returns
    -------
    Trends
        Areas with fewer than three known values are not defined. A constant series has ``p = 1`` and slope 0.

    Raises
    ------
    TooFewPeriods
        If there are fewer than three periods.
    InfiniteValues, LengthMismatch, OptionOutOfRange, UnknownOption
        If values, times or options are unsuitable.

    Notes
    -----
    With five yearly values the smallest exact p is 2/5! = 0.0167, so yearly series of a few years show arrows, not
    proof. Positive autocorrelation between periods makes p too small; series of up to ten periods are too short to
    measure it, and keep their exact p.

    References
    ----------
    Mann (1945), Econometrica 13, 245-259; Kendall (1975), Rank Correlation Methods; Sen (1968), Journal of the American
    Statistical Association 63, 1379-1389; Hamed and Rao (1998), Journal of Hydrology 204, 182-196.

    Examples
    --------
    >>> result = trends([[1, 5], [2, 5], [3, 4], [4, 6], [5, float("nan")]])
    >>> result.s.tolist(), result.p.round(4).tolist(), result.slope.round(3).tolist()
    ([10, 1], [0.0167, 1.0], [1.0, 0.167])
    """
    series = _series(values)
    when = _times(times, len(series))
    z_level = normal_quantile(level)
    if correction not in get_args(TrendCorrection):
        raise UnknownOption("correction", correction, get_args(TrendCorrection))
    known = ~np.isnan(series)
    table = np.full((len(_COLUMNS), series.shape[1]), np.nan)
    table[0] = 0.0
    patterns, of_area = np.unique(known, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        if pattern.sum() >= _MINIMUM_PERIODS:
            areas = np.flatnonzero(of_area == number)
            step = max(1, _CHUNK_CELLS // int(pattern.sum()) ** 2)
            for start in range(0, len(areas), step):
                chunk = areas[start : start + step]
                table[:, chunk] = _trends(series[np.ix_(pattern, chunk)], when, pattern, z_level, correction)
    periods = known.sum(axis=0)
    columns = dict(zip(_COLUMNS, table, strict=True))
    return Trends(
        s=columns.pop("s").astype(np.int64),
        **columns,
        p_method=tuple(_method(int(count), correction) for count in periods),
        periods=periods.astype(np.int64),
        defined=periods >= _MINIMUM_PERIODS,
        level=level,
    )


def _method(periods: int, correction: TrendCorrection) -> TrendMethod:
    """How the p of a series of this length is found."""
    if periods < _MINIMUM_PERIODS:
        return ""
    if periods <= EXACT_PERIODS:
        return "exact"
    return "normal" if correction == "none" else correction


def _series(values: ArrayLike) -> FloatArray:
    """Values of shape (periods, n) without infinity."""
    array = np.array(values, dtype=np.float64)
    if array.ndim != 2:
        raise LengthMismatch(Sentence("Dimensionen der Werte", "dimensions of the values"), array.ndim, 2)
    if len(array) < _MINIMUM_PERIODS:
        raise TooFewPeriods(len(array), _MINIMUM_PERIODS)
    if np.isinf(array).any():
        raise InfiniteValues(np.flatnonzero(np.isinf(array).any(axis=0)).tolist())
    return array


def _times(times: ArrayLike | None, periods: int) -> FloatArray:
    """Ascending times of the periods."""
    array = np.arange(periods, dtype=np.float64) if times is None else np.array(times, dtype=np.float64)
    if array.shape != (periods,):
        raise LengthMismatch(Sentence("Zeitpunkte", "times"), array.size, periods)
    if not (np.diff(array) > 0).all():
        raise OptionOutOfRange("times", float(array[0]), Sentence("aufsteigende Zeitpunkte", "ascending times"))
    return array


def _trends(
    x: FloatArray, when: FloatArray, pattern: BoolArray, z_level: float, correction: TrendCorrection
) -> FloatArray:
    """Test and slope of complete series, shape (T, m), of the periods of a pattern; rows as in ``_COLUMNS``."""
    times = when[pattern]
    first, second = np.triu_indices(len(x), 1)
    s = kendall_s(x)
    slopes = np.sort((x[second] - x[first]) / (times[second] - times[first])[:, None], axis=0)
    slope = np.median(slopes, axis=0)
    corrected = correction != "none" and len(x) > EXACT_PERIODS
    factor = variance_factor(x, slope, times, np.flatnonzero(pattern)) if corrected else np.ones(x.shape[1])
    variance = kendall_variance(x) * factor
    varies = variance > 0
    root = np.sqrt(np.where(varies, variance, 1.0))
    z = np.where(varies, (s - np.sign(s)) / root, 0.0)
    # Sen (1968): the ranks between which the slope lies, widened to whole ranks.
    reach, pairs = z_level * np.sqrt(variance), len(slopes)
    low = np.maximum(0, np.floor((pairs - reach) / 2).astype(np.int64) - 1)
    high = np.minimum(pairs - 1, np.ceil((pairs + reach) / 2).astype(np.int64))
    columns = np.arange(x.shape[1])
    p = mann_kendall_p(x) if len(x) <= EXACT_PERIODS else _normal_p(s, variance)
    return np.array([s, s / pairs, z, p, slope, slopes[low, columns], slopes[high, columns], factor])


def kendall_s(x: FloatArray) -> IntArray:
    """Pairs that rise, less pairs that fall, of series of shape (T, m)."""
    first, second = np.triu_indices(len(x), 1)
    return np.asarray(np.sign(x[second] - x[first]).sum(axis=0), dtype=np.int64)


def kendall_variance(x: FloatArray) -> FloatArray:
    """Variance of S over all orders of the values of each series (Kendall 1975), shape (m,)."""
    t, alike = len(x), _alike(x)
    # A group of g equal values is met g times.
    return np.asarray((t * (t - 1) * (2 * t + 5) - ((alike - 1) * (2 * alike + 5)).sum(axis=0)) / 18.0)


def _alike(x: FloatArray) -> IntArray:
    """How many values of a series equal each of its values, itself included; shape (T, m)."""
    return np.asarray((x[:, None, :] == x[None, :, :]).sum(axis=0), dtype=np.int64)


def mann_kendall_p(x: FloatArray) -> FloatArray:
    """Two-sided p of series of shape (T, m): exact up to ten values, normal beyond; 1 for constant ones."""
    s = np.abs(kendall_s(x))
    if len(x) > EXACT_PERIODS:
        return _normal_p(s, kendall_variance(x))
    patterns, of_series = np.unique(np.sort(_alike(x), axis=0), axis=1, return_inverse=True)
    p = np.empty(x.shape[1])
    for number, alike in enumerate(patterns.T):
        ties = [int(g) for g in np.unique(alike) for _ in range(int((alike == g).sum() // g))]
        share = np.zeros(len(x) ** 2)
        for value, probability in s_distribution(tuple(ties)).items():
            share[abs(value)] += probability
        tails = np.minimum(np.cumsum(share[::-1])[::-1], 1.0)
        mine = of_series == number
        p[mine] = tails[s[mine]]
    return p


def _normal_p(s: IntArray, variance: FloatArray) -> FloatArray:
    """Two-sided normal p with correction for continuity; 1 without variance."""
    from scipy.special import erfc

    usable = variance > 0
    z = np.maximum(0, np.abs(s) - 1) / np.sqrt(2 * np.where(usable, variance, 1.0))
    return np.where(usable, erfc(z), 1.0)


@lru_cache(maxsize=1024)
def s_distribution(ties: tuple[int, ...]) -> dict[int, float]:
    """Distribution of S over all orders of values in groups of equal ones.

    The groups are put into the series from the smallest value on. Of the ``m + g`` places known so far, the ``g`` new
    values, larger than all others, may take any: with ``b`` the number of smaller values before each of them, they add
    ``Σ (2 b - m)``.

    Parameters
    ----------
    ties : tuple of int
        Sizes of the groups of equal values, in any order.

    Returns
    -------
    dict of int to float
        Probability of each value of S.
    """
    distribution, placed = {0: 1.0}, 0
    for size in ties:
        steps: dict[int, int] = {}
        for places in combinations(range(placed + size), size):
            step = sum(2 * (place - i) - placed for i, place in enumerate(places))
            steps[step] = steps.get(step, 0) + 1
        orders = sum(steps.values())
        following: dict[int, float] = {}
        for value, share in distribution.items():
            for step, count in steps.items():
                following[value + step] = following.get(value + step, 0.0) + share * count / orders
        distribution, placed = following, placed + size
    return distribution
