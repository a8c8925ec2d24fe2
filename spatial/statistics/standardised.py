"""Standardised ratios: observed events against those expected from the population's make-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.counts import EVENTS, events_among, matching, non_negative, shares, whole_numbers
from spatial.statistics.errors import EmptyGroup, LengthMismatch
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.rates import byar_limits, normal_quantile, overall_rate
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import BoolArray, FloatArray

_UNEXPECTED = Sentence("Ereignisse, wo keine zu erwarten sind,", "events where none are expected")


@dataclass(frozen=True, eq=False)
class StandardisedRatios(FrozenArrays):
    """Observed over expected events.

    Arrays have shape (n,); ratio and limits are NaN where ``defined`` is false.

    Attributes
    ----------
    observed, expected : ndarray of float64
        Numbers of events.
    ratio, lower, upper : ndarray of float64
        ``observed / expected`` and Byar's interval; 1 is what the standard rates lead one to expect.
    level : float
        Confidence level of the interval.
    defined : ndarray of bool
        False where nothing is expected.
    """

    observed: FloatArray
    expected: FloatArray
    ratio: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float
    defined: BoolArray

    @property
    def n(self) -> int:
        """Number of areas that have a ratio."""
        return int(self.defined.sum())


def standardised_ratios(observed: ArrayLike, expected: ArrayLike, *, level: float = 0.95) -> StandardisedRatios:
    """Ratios of observed to expected events, with intervals.

    Parameters
    ----------
    observed : array_like of float, shape (n,)
        Whole numbers >= 0.
    expected : array_like of float, shape (n,)
        Expected events >= 0, for example from `indirectly_expected`.
    level : float
        Confidence level of Byar's interval, between 0 and 1.

    Returns
    -------
    StandardisedRatios

    Raises
    ------
    ImpossibleCounts
        If observed counts are no whole numbers, or events occurred where none is possible.
    MissingValues, InfiniteValues, NegativeValues, LengthMismatch, OptionOutOfRange
        If counts or the level are unsuitable.

    Notes
    -----
    Indirectly standardised ratios compare each area with the standard, not the areas with each other.

    References
    ----------
    Breslow and Day (1987), Statistical Methods in Cancer Research II, p. 69.

    Examples
    --------
    >>> result = standardised_ratios([10, 0], [5.0, 2.0])
    >>> result.ratio.tolist(), result.lower.round(3).tolist(), result.upper.round(3).tolist()
    ([2.0, 0.0], [0.957, 0.0], [3.678, 1.834])
    """
    counted, base = events_among(observed, expected, _UNEXPECTED)
    whole_numbers(counted, EVENTS)
    low, high = byar_limits(counted, normal_quantile(level))
    return StandardisedRatios(
        observed=counted,
        expected=base,
        ratio=shares(counted, base),
        lower=shares(low, base),
        upper=shares(high, base),
        level=level,
        defined=base > 0,
    )


def indirectly_expected(population: ArrayLike, standard_rates: ArrayLike) -> FloatArray:
    """Events expected if every stratum had the standard's rate: ``Σ_k n_ik r_k``.

    Parameters
    ----------
    population : array_like of float, shape (n, strata)
        Residents by stratum, such as age group, >= 0.
    standard_rates : array_like of float, shape (strata,)
        Events per head in the standard population, >= 0.

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    LengthMismatch
        If the numbers of strata differ.
    MissingValues, InfiniteValues, NegativeValues
        If a number is unsuitable.

    Examples
    --------
    >>> indirectly_expected([[100, 50], [0, 200]], [0.01, 0.1]).tolist()
    [6.0, 20.0]
    """
    residents = np.array(population, dtype=np.float64)
    if residents.ndim != 2:
        raise LengthMismatch(Sentence("Dimensionen der Bevölkerung", "dimensions of the population"), residents.ndim, 2)
    rates = matching(standard_rates, residents.shape[1], Sentence("Vergleichsraten", "standard rates"))
    return np.asarray(non_negative(residents.ravel()).reshape(residents.shape) @ rates)


def standard_rates(events: ArrayLike, population: ArrayLike) -> FloatArray:
    """Rates of the strata of a standard population: events per head.

    Parameters
    ----------
    events, population : array_like of float, shape (strata,)
        Events and residents of each stratum in the standard, >= 0.

    Returns
    -------
    ndarray of float64, shape (strata,)

    Raises
    ------
    EmptyGroup
        If a stratum of the standard has no residents.
    MissingValues, InfiniteValues, NegativeValues, LengthMismatch
        If counts are unsuitable.

    Examples
    --------
    >>> standard_rates([4, 30], [1000, 600]).tolist()
    [0.004, 0.05]
    """
    base = non_negative(population)
    counted = matching(events, len(base), EVENTS)
    if not (base > 0).all():
        place = int(np.flatnonzero(base == 0)[0]) + 1
        raise EmptyGroup(
            Sentence(
                f"in Gruppe {place} des Standards lebt niemand", f"stratum {place} of the standard has no residents"
            )
        )
    return np.asarray(counted / base)


@dataclass(frozen=True, eq=False)
class ProbabilityMap(FrozenArrays):
    """How likely chance alone gives counts as far from their expectation (Choynowski 1959).

    Arrays have shape (n,); ``p`` is NaN where ``defined`` is false.

    Attributes
    ----------
    expected : ndarray of float64
        Events expected at the rate of all areas.
    p : ndarray of float64
        Poisson probability of a count at least as extreme, on the side on which the observed one lies.
    above : ndarray of bool
        Whether at least as many events occurred as expected.
    defined : ndarray of bool
        False for areas without population.
    """

    expected: FloatArray
    p: FloatArray
    above: BoolArray
    defined: BoolArray


def choynowski(events: ArrayLike, population: ArrayLike) -> ProbabilityMap:
    """Poisson probabilities of the counts if all areas had the same rate (Choynowski 1959).

    Parameters
    ----------
    events : array_like of float, shape (n,)
        Whole numbers >= 0.
    population : array_like of float, shape (n,)
        Population at risk, >= 0.

    Returns
    -------
    ProbabilityMap
        One-sided probabilities; double them for a two-sided p and adjust for the number of areas.

    Raises
    ------
    EmptyGroup
        If there is no event or no population.
    ImpossibleCounts, MissingValues, InfiniteValues, NegativeValues, LengthMismatch
        If counts are unsuitable.

    References
    ----------
    Choynowski (1959), Journal of the American Statistical Association 54, 385-388.

    Examples
    --------
    >>> choynowski([9, 1, 0], [500, 500, 0]).p.round(4).tolist()
    [0.0681, 0.0404, nan]
    """
    from scipy.special import pdtr, pdtrc

    counted, base = events_among(events, population)
    whole_numbers(counted, EVENTS)
    expected = overall_rate(counted, base) * base
    above = counted >= expected
    upper = np.where(counted > 0, pdtrc(np.maximum(counted - 1, 0.0), expected), 1.0)
    p = np.where(above, upper, pdtr(counted, expected))
    return ProbabilityMap(expected, np.where(base > 0, p, np.nan), above, base > 0)
