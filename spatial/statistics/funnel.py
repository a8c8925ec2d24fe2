"""Funnel plots: which rates lie outside what chance alone would give an area of that size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.counts import EVENTS, events_among, shares, whole_numbers
from spatial.statistics.errors import ImpossibleCounts, OptionOutOfRange, UnknownOption
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.rates import overall_rate
from spatial.statistics.sentences import Sentence, at_least
from spatial.statistics.weights import BoolArray, FloatArray

FunnelDistribution = Literal["binomial", "poisson"]
#: Confidence of the two pairs of limits: "about two" and "about three standard deviations".
WARNING_LEVEL, ALARM_LEVEL = 0.95, 0.998
_MOST_STEPS = 100  # far more than needed; with enormous populations rounding could keep two counts apart for ever


@dataclass(frozen=True, eq=False)
class Funnel(FrozenArrays):
    """Rates with the limits that chance alone would seldom pass.

    Arrays have shape (n,) and are NaN where ``defined`` is false.

    Attributes
    ----------
    distribution : {"binomial", "poisson"}
        What the events are assumed to follow around the target.
    target : float
        Rate around which the limits lie, in events per head.
    rate, population : ndarray of float64
        Observed rates and their populations.
    lower_95, upper_95, lower_998, upper_998 : ndarray of float64
        Limits at each area's population.
    classes : tuple of str
        ``"above-998"``, ``"above-95"``, ``"inside"``, ``"below-95"``, ``"below-998"`` or ``"undefined"``.
    defined : ndarray of bool
        False for areas without population.
    dispersion : float
        Mean squared standardised deviation from the target; about 1 if chance alone is at work, NaN for fewer than
        two areas. Well above 1 the areas differ for reasons of their own, and more of them lie outside.
    """

    distribution: FunnelDistribution
    target: float
    rate: FloatArray
    population: FloatArray
    lower_95: FloatArray
    upper_95: FloatArray
    lower_998: FloatArray
    upper_998: FloatArray
    classes: tuple[str, ...]
    defined: BoolArray
    dispersion: float

    @property
    def n(self) -> int:
        """Number of areas that have a rate."""
        return int(self.defined.sum())

    def class_counts(self) -> dict[str, int]:
        """Count the areas in each class that occurs."""
        return {name: self.classes.count(name) for name in dict.fromkeys(self.classes)}


def funnel(
    events: ArrayLike,
    population: ArrayLike,
    *,
    distribution: FunnelDistribution = "binomial",
    target: float | None = None,
) -> Funnel:
    """Funnel limits of rates, exact and interpolated (Spiegelhalter 2005).

    For a population ``n`` and a limit at probability ``p``: let ``k`` be the smallest count with
    ``P(X <= k) >= p`` under the target rate, and ``a = (P(X <= k) - p) / P(X = k)``. The limit is ``(k - a) / n``:
    exact, and without the steps of a discrete distribution.

    Parameters
    ----------
    events : array_like of float, shape (n,)
        Whole numbers >= 0.
    population : array_like of float, shape (n,)
        Population at risk, >= 0; whole numbers for ``binomial``.
    distribution : {"binomial", "poisson"}
        ``binomial`` for shares, where each of the population counts at most once; ``poisson`` for events that can
        repeat.
    target : float, optional
        Rate in events per head; without it the rate of all areas together.

    Returns
    -------
    Funnel

    Raises
    ------
    ImpossibleCounts
        If counts are no whole numbers, there are events without a population, or a share exceeds 1.
    EmptyGroup
        If no target is given and there is no event or no population.
    MissingValues, InfiniteValues, NegativeValues, LengthMismatch, UnknownOption, OptionOutOfRange
        If counts or options are unsuitable.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, appendix A.1.

    Examples
    --------
    >>> result = funnel([30, 12, 2, 0], [1000, 100, 100, 0], target=0.03)
    >>> result.classes
    ('inside', 'above-998', 'inside', 'undefined')
    >>> round(float(result.upper_95[0]), 5), round(float(result.lower_95[0]), 5)
    (0.04053, 0.01936)
    """
    counted, base = events_among(events, population)
    whole_numbers(counted, EVENTS)
    if distribution == "binomial":
        if (counted > base).any():
            raise ImpossibleCounts(
                Sentence("mehr Ereignisse als Einwohner", "more events than population"),
                np.flatnonzero(counted > base).tolist(),
            )
        whole_numbers(base, Sentence("Einwohnerzahlen", "populations"))
    theta = _target(counted, base, target, distribution)
    defined = base > 0
    limits = np.full((4, len(base)), np.nan)
    for row, level in enumerate((WARNING_LEVEL, ALARM_LEVEL)):
        for column, p in enumerate(((1 - level) / 2, (1 + level) / 2)):
            limits[2 * row + column, defined] = _interpolated(p, base[defined], theta, distribution)
    rate = shares(counted, base)
    return Funnel(
        distribution=distribution,
        target=theta,
        rate=rate,
        population=base,
        lower_95=limits[0],
        upper_95=limits[1],
        lower_998=limits[2],
        upper_998=limits[3],
        classes=tuple(_class(*row) for row in zip(rate.tolist(), *limits.tolist(), strict=True)),
        defined=defined,
        dispersion=_dispersion(rate[defined], base[defined], theta, distribution),
    )


def funnel_curves(
    population: ArrayLike, target: float, *, distribution: FunnelDistribution = "binomial"
) -> dict[str, FloatArray]:
    """Limits at any populations, to draw the funnel.

    Parameters
    ----------
    population : array_like of float, shape (m,)
        Populations >= 1; rounded down for ``binomial``.
    target : float
        Rate in events per head.
    distribution : {"binomial", "poisson"}
        As for `funnel`.

    Returns
    -------
    dict of str to ndarray of float64, shape (m,)
        ``lower_95``, ``upper_95``, ``lower_998``, ``upper_998``.

    Raises
    ------
    OptionOutOfRange
        If a population is below 1 or the target impossible.

    Examples
    --------
    >>> funnel_curves([1000], 0.03)["upper_95"].round(5).tolist()
    [0.04053]
    """
    base = np.floor(np.asarray(population, dtype=np.float64))
    if not (base >= 1).all():
        raise OptionOutOfRange(Sentence("Bevölkerung", "population"), float(np.min(base)), at_least(1))
    theta = _target(base, base, target, distribution)
    return {
        f"{side}_{name}": _interpolated((1 + sign * level) / 2, base, theta, distribution)
        for name, level in (("95", WARNING_LEVEL), ("998", ALARM_LEVEL))
        for side, sign in (("lower", -1), ("upper", 1))
    }


def _target(events: FloatArray, base: FloatArray, target: float | None, distribution: str) -> float:
    """Check distribution and target; the overall rate where none is given."""
    if distribution not in get_args(FunnelDistribution):
        raise UnknownOption("distribution", distribution, get_args(FunnelDistribution))
    theta = overall_rate(events, base) if target is None else target
    if not 0 < theta < (1 if distribution == "binomial" else np.inf):
        raise OptionOutOfRange(
            "target", theta, Sentence("größer als 0 und bei Anteilen kleiner als 1", "above 0, and below 1 for shares")
        )
    return theta


def _interpolated(p: float, base: FloatArray, theta: float, distribution: FunnelDistribution) -> FloatArray:
    """Interpolated quantile of the count at probability p, divided by the population; at least 0."""
    from scipy.special import betaincc, ndtri, pdtr

    cumulative: Callable[[FloatArray], FloatArray]
    mean, variance, largest = theta * base, theta * base, np.full(len(base), np.inf)
    if distribution == "binomial":
        variance, largest = mean * (1 - theta), base
        # The binomial distribution function of SciPy counts trials in 32 bits; the beta function does not.
        rest = np.maximum(base, 1.0)
        cumulative = partial(
            _from_zero, lambda k: np.where(k >= base, 1.0, betaincc(k + 1, np.maximum(rest - k, 1.0), theta))
        )
    else:
        cumulative = partial(_from_zero, lambda k: np.asarray(pdtr(k, mean), dtype=np.float64))
    z = float(ndtri(p))
    # Cornish and Fisher's first terms miss by a few counts at most; the steps make it exact.
    k = np.clip(np.rint(mean + z * np.sqrt(variance) + (z * z - 1) / 6), 0.0, largest)
    for _ in range(_MOST_STEPS):
        late = (k > 0) & (cumulative(k - 1) >= p)
        early = (k < largest) & (cumulative(k) < p)
        if not (late | early).any():
            break
        k = k - late + early
    upper, lower = cumulative(k), cumulative(k - 1)
    return np.maximum(k - (upper - p) / (upper - lower), 0.0) / base


def _from_zero(cumulative: Callable[[FloatArray], FloatArray], k: FloatArray) -> FloatArray:
    """Cumulative probability that is 0 for negative counts."""
    return np.where(k < 0, 0.0, cumulative(np.maximum(k, 0.0)))


def _class(rate: float, lower: float, upper: float, lowest: float, highest: float) -> str:
    """Where a rate lies among its limits."""
    if np.isnan(rate):
        return "undefined"
    if rate > upper:
        return "above-998" if rate > highest else "above-95"
    if rate < lower:
        return "below-998" if rate < lowest else "below-95"
    return "inside"


def _dispersion(rate: FloatArray, base: FloatArray, theta: float, distribution: FunnelDistribution) -> float:
    """Mean squared deviation from the target in units of chance (Spiegelhalter 2005, A.2)."""
    if len(rate) < 2:
        return float("nan")
    spread = theta * (1 - theta) if distribution == "binomial" else theta
    return float((base * (rate - theta) ** 2 / spread).mean())
