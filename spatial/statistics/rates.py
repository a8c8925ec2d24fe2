"""Rates of small areas: smoothed towards the mean, with intervals, pooled over years.

A municipality of 800 people has an extreme rate in most years by chance alone. Smoothing moves each rate towards the
common one, the more the fewer people stand behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.counts import events_among, shares
from spatial.statistics.errors import (
    EmptyGroup,
    ImpossibleCounts,
    LengthMismatch,
    OptionOutOfRange,
    TooFewAreas,
    UnknownOption,
)
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import BoolArray, FloatArray, Weights, summed

IntervalMethod = Literal["wilson", "byar"]
_MINIMUM_AREAS = 2


@dataclass(frozen=True, eq=False)
class SmoothedRates(FrozenArrays):
    """Empirical Bayes estimates of rates.

    Arrays have shape (n,); they are NaN where ``defined`` is false.

    Attributes
    ----------
    method : {"empirical-bayes", "spatial-empirical-bayes"}
        Whether rates move towards the rate of all areas or of the area's surroundings.
    raw, smoothed : ndarray of float64
        Events per head, observed and estimated.
    shrinkage : ndarray of float64
        Weight of the area's own rate, 0 (nothing of its own is left) to 1 (untouched).
    prior_mean, prior_variance : ndarray of float64
        Mean and variance of the true rates around which the area's rate is assumed to lie.
    defined : ndarray of bool
        False for areas without population: they have no rate.
    """

    method: Literal["empirical-bayes", "spatial-empirical-bayes"]
    raw: FloatArray
    smoothed: FloatArray
    shrinkage: FloatArray
    prior_mean: FloatArray
    prior_variance: FloatArray
    defined: BoolArray

    @property
    def n(self) -> int:
        """Number of areas that have a rate."""
        return int(self.defined.sum())


def empirical_bayes(events: ArrayLike, population: ArrayLike, *, weights: Weights | None = None) -> SmoothedRates:
    """Smooth rates by empirical Bayes (Marshall 1991).

    With ``r_i = e_i / n_i``, ``θ = Σ e / Σ n``, ``n̄`` the mean population and ``s² = Σ n_i (r_i - θ)² / Σ n``: the
    variance between the true rates is estimated by ``A = max(0, s² - θ / n̄)``, and

    ``r̂_i = θ + A / (A + θ / n_i) · (r_i - θ)``.

    With weights, ``θ``, ``A`` and ``n̄`` are those of the area and its neighbours together (Marshall's local
    estimator): rates move towards their surroundings.

    Parameters
    ----------
    events : array_like of float, shape (n,)
        Number of events, >= 0.
    population : array_like of float, shape (n,)
        Population at risk, >= 0; 0 gives an area without a rate.
    weights : Weights, optional
        Neighbours; only who is a neighbour counts, not how much.

    Returns
    -------
    SmoothedRates
        NaN for areas without population, for them alone.

    Raises
    ------
    MissingValues, InfiniteValues, NegativeValues, ImpossibleCounts
        If a count is NaN, infinite or negative, or there are events without a population.
    TooFewAreas
        If fewer than two areas have a population.
    LengthMismatch
        If lengths differ.

    Notes
    -----
    ``A = 0`` means that the rates differ no more than chance would make them: all become ``θ``. Without any event all
    rates are and stay 0. An isolate has no surroundings but itself: its spatial estimate is its own rate, and its
    ``shrinkage`` is 1.

    References
    ----------
    Marshall (1991), Journal of the Royal Statistical Society C 40, 283-294.

    Examples
    --------
    >>> result = empirical_bayes([2, 0, 9, 40], [100, 0, 300, 2000])
    >>> result.raw.round(4).tolist(), result.smoothed.round(4).tolist()
    ([0.02, nan, 0.03, 0.02], [0.0213, nan, 0.0213, 0.0213])
    """
    counted, base = events_among(events, population)
    defined = base > 0
    if defined.sum() < _MINIMUM_AREAS:
        raise TooFewAreas(int(defined.sum()), _MINIMUM_AREAS)
    if weights is None:
        mean, variance = _overall_prior(counted, base, defined)
    else:
        mean, variance = _local_prior(counted, base, defined, weights)
    raw = shares(counted, base)
    sampling = mean / np.where(defined, base, 1.0)
    shrinkage = np.where(defined, shares(variance, variance + sampling, 0.0), np.nan)
    if weights is not None:
        alone = defined & (_with_self(weights, defined.astype(np.float64)) == 1)
        shrinkage[alone] = 1.0
    return SmoothedRates(
        method="empirical-bayes" if weights is None else "spatial-empirical-bayes",
        raw=raw,
        smoothed=mean + shrinkage * (raw - mean),
        shrinkage=shrinkage,
        prior_mean=np.where(defined, mean, np.nan),
        prior_variance=np.where(defined, variance, np.nan),
        defined=defined,
    )


def _overall_prior(events: FloatArray, base: FloatArray, defined: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the rates of all areas, repeated for each area."""
    total = base.sum()
    theta = events.sum() / total
    deviation = shares(events, base, theta) - theta
    variance = (base * deviation**2).sum() / total - theta * defined.sum() / total
    return np.full(len(base), theta), np.full(len(base), max(0.0, float(variance)))


def _local_prior(
    events: FloatArray, base: FloatArray, defined: BoolArray, weights: Weights
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the rates of each area and its neighbours."""
    if weights.n != len(base):
        raise LengthMismatch(Sentence("Anzahlen", "counts"), len(base), weights.n)
    total = _with_self(weights, base)
    theta = shares(_with_self(weights, events), total, 0.0)
    # Σ n_j (r_j - θ_i)² = Σ n_j r_j² - θ_i² Σ n_j, with θ_i the mean of the same areas.
    squares = _with_self(weights, events * shares(events, base, 0.0))
    spread = shares(squares, total, 0.0) - theta**2
    chance = theta * shares(_with_self(weights, defined.astype(np.float64)), total, 0.0)
    return theta, np.maximum(0.0, spread - chance)


def _with_self(weights: Weights, amounts: FloatArray) -> FloatArray:
    """Sum over each area and its neighbours, each counted once."""
    return amounts + summed(weights.focal, amounts[weights.indices], weights.n)


@dataclass(frozen=True, eq=False)
class RateIntervals(FrozenArrays):
    """Rates with confidence intervals.

    Attributes
    ----------
    method : {"wilson", "byar"}
        How the intervals were made.
    level : float
        Confidence level, 0 to 1.
    rate, lower, upper : ndarray of float64, shape (n,)
        Events per head; NaN without a population.
    """

    method: IntervalMethod
    level: float
    rate: FloatArray
    lower: FloatArray
    upper: FloatArray


def rate_intervals(
    events: ArrayLike, population: ArrayLike, *, method: IntervalMethod = "wilson", level: float = 0.95
) -> RateIntervals:
    """Confidence intervals of rates.

    * ``wilson`` for shares, where every event is one of the population (Wilson 1927): with ``p`` the share and ``z``
      the normal quantile, ``(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)``.
    * ``byar`` for events that can happen more than once to the same person (Breslow and Day 1987): Byar's
      approximation to the exact Poisson interval, divided by the population.

    Parameters
    ----------
    events, population : array_like of float, shape (n,)
        Counts >= 0.
    method : {"wilson", "byar"}
        See above.
    level : float
        Between 0 and 1.

    Returns
    -------
    RateIntervals

    Raises
    ------
    ImpossibleCounts
        If there are events without a population, or for ``wilson`` more events than population.
    MissingValues, InfiniteValues, NegativeValues, LengthMismatch, UnknownOption, OptionOutOfRange
        If counts or options are unsuitable.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212; Breslow and Day (1987), Statistical
    Methods in Cancer Research II, p. 69.

    Examples
    --------
    >>> result = rate_intervals([0, 5], [10, 10])
    >>> result.lower.round(4).tolist(), result.upper.round(4).tolist()
    ([0.0, 0.2366], [0.2775, 0.7634])
    """
    counted, base = events_among(events, population)
    z = normal_quantile(level)
    rate = shares(counted, base)
    if method == "wilson":
        if (counted > base).any():
            raise ImpossibleCounts(
                Sentence("mehr Ereignisse als Einwohner", "more events than population"),
                np.flatnonzero(counted > base).tolist(),
            )
        safe = np.where(base > 0, base, np.nan)
        centre = rate + z * z / (2 * safe)
        reach = z * np.sqrt(rate * (1 - rate) / safe + z * z / (4 * safe * safe))
        lower, upper = (centre - reach) / (1 + z * z / safe), (centre + reach) / (1 + z * z / safe)
        lower, upper = np.where(counted == 0, 0.0 * safe, lower), np.where(counted == base, safe / safe, upper)
    elif method == "byar":
        low, high = byar_limits(counted, z)
        lower, upper = shares(low, base), shares(high, base)
    else:
        raise UnknownOption("method", method, get_args(IntervalMethod))
    return RateIntervals(method, level, rate, lower, upper)


def byar_limits(counted: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Byar's limits of a Poisson mean, by the number of events."""
    some = np.maximum(counted, 1.0)
    lower = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    more = counted + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(counted > 0, np.maximum(lower, 0.0), 0.0), upper


def normal_quantile(level: float) -> float:
    """Two-sided quantile of the normal distribution for a confidence level."""
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise OptionOutOfRange("level", level, Sentence("zwischen 0 und 1", "between 0 and 1"))
    return float(ndtri((1 + level) / 2))


@dataclass(frozen=True, eq=False)
class PooledRates(FrozenArrays):
    """Rates over several periods together.

    Attributes
    ----------
    rate, events, population : ndarray of float64, shape (n,)
        Sums over the periods, and their quotient; NaN where ``defined`` is false.
    defined : ndarray of bool, shape (n,)
        Whether the area has both counts in every period, and a population in one of them.
    periods : int
        Number of periods.
    """

    rate: FloatArray
    events: FloatArray
    population: FloatArray
    defined: BoolArray
    periods: int


def pooled_rates(events: ArrayLike, population: ArrayLike) -> PooledRates:
    """Pool rates over periods: ``Σ_t e_it / Σ_t n_it``.

    Three years together have about 1.7 times the precision of one.

    Parameters
    ----------
    events, population : array_like of float, shape (periods, n)
        Counts >= 0; NaN where a count is missing or secret.

    Returns
    -------
    PooledRates
        An area with a missing count in any period has no pooled rate: the sum of the others would stand for fewer
        periods than it says.

    Raises
    ------
    LengthMismatch
        If the shapes differ or have no period.
    InfiniteValues, NegativeValues, ImpossibleCounts
        If a count is infinite or negative, or there are events without a population.

    Examples
    --------
    >>> result = pooled_rates([[1, 4], [3, float("nan")]], [[100, 90], [100, 95]])
    >>> result.rate.tolist(), result.defined.tolist()
    ([0.02, nan], [True, False])
    """
    counted, base = np.array(events, dtype=np.float64), np.array(population, dtype=np.float64)
    if counted.ndim != 2 or not len(counted):
        raise LengthMismatch(Sentence("Dimensionen der Ereignisse", "dimensions of the events"), counted.ndim, 2)
    if counted.shape != base.shape:
        raise LengthMismatch(Sentence("Einwohnerzahlen", "population counts"), base.size, counted.size)
    complete = ~(np.isnan(counted) | np.isnan(base)).any(axis=0)
    known, known_base = events_among(counted[:, complete].ravel(), base[:, complete].ravel())
    sums = np.full((2, counted.shape[1]), np.nan)
    sums[0, complete] = known.reshape(len(counted), -1).sum(axis=0)
    sums[1, complete] = known_base.reshape(len(counted), -1).sum(axis=0)
    defined = complete & (np.nan_to_num(sums[1]) > 0)
    sums[:, ~defined] = np.nan
    return PooledRates(shares(sums[0], sums[1]), sums[0], sums[1], defined, len(counted))


def overall_rate(events: FloatArray, base: FloatArray) -> float:
    """Rate of all areas together.

    Raises
    ------
    EmptyGroup
        If there is no population, or no event.
    """
    if base.sum() <= 0:
        raise EmptyGroup(Sentence("kein Gebiet hat Einwohner", "no area has a population"))
    if events.sum() <= 0:
        raise EmptyGroup(Sentence("es gibt kein Ereignis", "there is no event"))
    return float(events.sum() / base.sum())
