"""Moran's I of rates with unequal denominators: chance is told from risk before neighbours are compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL, admit, styled
from spatial.statistics.counts import events_among
from spatial.statistics.errors import NoVariance, ZeroDenominator
from spatial.statistics.moran import deviations, local_products, moran_of
from spatial.statistics.permutation import generator
from spatial.statistics.results import Assumption, GlobalResult, LocalResult
from spatial.statistics.weights import FloatArray, Style, Weights

#: A rate that differs from the overall rate by less than this share of it equals it.
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class StandardisedRates:
    """Rates that are standardised by what chance alone would make of the overall rate.

    Attributes
    ----------
    z : ndarray of float64, shape (n,)
        ``(e_i / n_i - b) / √v_i``.
    raw : ndarray of float64, shape (n,)
        ``e_i / n_i``.
    overall : float
        ``b = Σ e / Σ n``.
    between : float
        ``a``, the variance between the areas' risks; negative where chance alone explains more than is there.
    """

    z: FloatArray
    raw: FloatArray
    overall: float
    between: float


def standardised_rates(events: ArrayLike, population: ArrayLike) -> StandardisedRates:
    """Standardise rates by their expected chance variation.

    ``z_i = (e_i / n_i - b) / √v_i`` with ``b = Σ e / Σ n``, ``v_i = a + b / n_i``, ``a = s² - b / (Σ n / m)`` for
    ``m`` areas and ``s² = Σ n_i (e_i / n_i - b)² / Σ n``. Where ``v_i`` would not be positive, ``v_i = b / n_i``.

    Parameters
    ----------
    events : array_like of float, shape (m,)
        Events of each area, >= 0.
    population : array_like of float, shape (m,)
        People, or other units, among whom they occurred, > 0.

    Returns
    -------
    StandardisedRates

    Raises
    ------
    ZeroDenominator
        If a population is 0.
    ImpossibleCounts
        If there are events without a population.
    NoVariance
        If there is no event at all.
    MissingValues, InfiniteValues, NegativeValues, LengthMismatch
        If the counts are no counts.

    References
    ----------
    Assunção and Reis (1999), Statistics in Medicine 18, 2147-2162.
    """
    counted, base = events_among(events, population)
    if (base == 0).any():
        raise ZeroDenominator([int(i) for i in np.flatnonzero(base == 0)])
    raw = counted / base
    total = float(base.sum())
    overall = float(counted.sum()) / total
    if overall <= 0:
        raise NoVariance(0.0)
    between = float((base * (raw - overall) ** 2).sum()) / total - overall / (total / len(base))
    chance = overall / base
    variance = np.where(between + chance > 0, between + chance, chance)
    gaps = raw - overall
    gaps[np.abs(gaps) <= _ROUNDING * overall] = 0.0
    return StandardisedRates(gaps / np.sqrt(variance), raw, overall, between)


def moran_eb(
    events: ArrayLike,
    population: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
    assumption: Assumption = "randomisation",
) -> GlobalResult:
    """Moran's I of empirical Bayes rates: similarity of neighbours' rates whatever their denominators.

    Moran's I of the rates standardised as in `standardised_rates`, so that a small area's noisy rate weighs no more
    than a large area's. Null hypothesis: the standardised rates are spread over the areas at random.

    Parameters
    ----------
    events, population
        As for `standardised_rates`.
    weights, permutations, seed, style, assumption
        As for `moran`.

    Returns
    -------
    GlobalResult
        ``method="eb-moran"``; ``companions`` holds the ``overall_rate`` ``b`` and the ``between_variance`` ``a``.

    Raises
    ------
    ZeroDenominator, ImpossibleCounts, NegativeValues
        As for `standardised_rates`.
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran`.
    UnknownOption, OptionOutOfRange
        If an option is impossible.

    References
    ----------
    Assunção and Reis (1999), Statistics in Medicine 18, 2147-2162.
    """
    rates = standardised_rates(events, population)
    z = deviations(admit(rates.z, weights, MINIMUM_GLOBAL))
    return moran_of(
        "eb-moran",
        z,
        styled(weights, style),
        permutations=permutations,
        seed=seed,
        assumption=assumption,
        companions=_companions(rates),
    )


def moran_eb_local(
    events: ArrayLike,
    population: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
    inside: ArrayLike | None = None,
) -> LocalResult:
    """Local Moran of empirical Bayes rates: clusters of rates whatever their denominators.

    Parameters
    ----------
    events, population
        As for `standardised_rates`.
    weights, permutations, seed, style, inside
        As for `moran_local`.

    Returns
    -------
    LocalResult
        ``method="local-eb-moran"``; as for `moran_local`, computed from the standardised rates. ``values`` are the
        raw rates ``e_i / n_i``; ``companions`` as for `moran_eb`.

    Raises
    ------
    ZeroDenominator, ImpossibleCounts, NegativeValues
        As for `standardised_rates`.
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran_local`.
    UnknownOption, OptionOutOfRange
        If an option is impossible.

    References
    ----------
    Assunção and Reis (1999), Statistics in Medicine 18, 2147-2162; Anselin (1995), Geographical Analysis 27, 93-115.
    """
    rates = standardised_rates(events, population)
    z = deviations(admit(rates.z, weights, MINIMUM_LOCAL))
    return local_products(
        "local-eb-moran",
        rates.raw,
        (z, z),
        styled(weights, style),
        permutations=permutations,
        seed=seed,
        rng=generator(seed, permutations),
        inside=inside,
        companions=_companions(rates),
    )


def _companions(rates: StandardisedRates) -> dict[str, float]:
    return {"overall_rate": rates.overall, "between_variance": rates.between}
