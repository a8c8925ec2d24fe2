"""Inequality between areas: how far their values lie apart, weighted by the people they stand for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.counts import matching, non_negative
from spatial.statistics.errors import EmptyGroup, LengthMismatch, TooFewAreas
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import FloatArray, IntArray, summed

_MINIMUM_AREAS = 2


@dataclass(frozen=True)
class Inequality:
    """Measures of inequality; 0 if all values are equal.

    Attributes
    ----------
    mean : float
        Weighted mean of the values.
    cv : float
        Weighted standard deviation over the mean (Williamson's coefficient).
    gini : float
        Half the weighted mean difference over the mean, 0 to 1.
    theil : float
        Theil's T.
    theil_between, theil_within : float or None
        Its parts between and within groups; None without groups.
    p90, p10 : float
        Weighted percentiles.
    p90_p10 : float or None
        Their ratio; None where the tenth percentile is 0.
    largest_smallest : float or None
        Largest over smallest value, for few areas; None where the smallest is 0.
    quartile_ratio : float or None
        Upper over lower weighted quartile, for few areas; None where the lower one is 0.
    n, n_groups : int
        Areas with weight, and groups among them (0 without groups).
    n_weightless : int
        Areas left out because they have no weight.
    """

    mean: float
    cv: float
    gini: float
    theil: float
    theil_between: float | None
    theil_within: float | None
    p90: float
    p10: float
    p90_p10: float | None
    largest_smallest: float | None
    quartile_ratio: float | None
    n: int
    n_groups: int
    n_weightless: int


def inequality(
    values: ArrayLike, weights: ArrayLike | None = None, *, groups: Sequence[Hashable] | None = None
) -> Inequality:
    """Inequality of values between areas.

    With weights ``n_i`` (residents), population shares ``f_i = n_i / Σ n``, ``μ = Σ f_i x_i`` and shares of the sum
    ``s_i = f_i x_i / μ``:

    * ``CV = √(Σ f_i (x_i - μ)²) / μ``
    * ``Gini = Σ_i Σ_j f_i f_j |x_i - x_j| / (2 μ)``
    * ``T = Σ s_i ln(s_i / f_i)``, with ``0 ln 0 = 0``; between groups ``g``: ``Σ s_g ln(s_g / f_g)``; within: the rest
    * percentiles: the smallest value up to which the share of the weight reaches 10, 25, 75 or 90 per cent

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Values with a natural origin, >= 0, such as rates or incomes. Not for differences or z-scores.
    weights : array_like of float, shape (n,), optional
        Weight of each area >= 0, mostly its residents; without it all areas weigh the same. An area without weight
        is left out.
    groups : sequence of hashable, length n, optional
        Group of each area for the split of Theil's T.

    Returns
    -------
    Inequality

    Raises
    ------
    TooFewAreas
        If fewer than two areas have weight.
    EmptyGroup
        If all values are 0.
    MissingValues, InfiniteValues, NegativeValues, LengthMismatch
        If values or weights are unsuitable.

    References
    ----------
    Williamson (1965), Economic Development and Cultural Change 13, 1-84; Theil (1967), Economics and Information
    Theory; Shorrocks (1980), Econometrica 48, 613-625.

    Examples
    --------
    >>> result = inequality([1.0, 2.0, 3.0], [10, 10, 20], groups=["a", "a", "b"])
    >>> round(result.gini, 4), round(result.theil, 4), round(result.theil_between or 0, 4)
    (0.1944, 0.0755, 0.0566)
    """
    array = non_negative(values)
    heavy = np.ones(len(array)) if weights is None else matching(weights, len(array), Sentence("Gewichte", "weights"))
    if groups is not None and len(groups) != len(array):
        raise LengthMismatch(Sentence("Gruppen", "groups"), len(groups), len(array))
    some = heavy > 0
    if some.sum() < _MINIMUM_AREAS:
        raise TooFewAreas(int(some.sum()), _MINIMUM_AREAS)
    x, f = array[some], heavy[some] / heavy[some].sum()
    mean = float(f @ x)
    if mean <= 0:
        raise EmptyGroup(Sentence("alle Werte sind 0", "all values are 0"))
    labels = _numbered([group for group, stays in zip(groups, some, strict=True) if stays]) if groups else None
    theil = _theil(f * x / mean, f)
    between = None if labels is None else _theil(_grouped(labels, f * x / mean), _grouped(labels, f))
    p10, p25, p75, p90 = (weighted_percentile(x, f, q) for q in (0.1, 0.25, 0.75, 0.9))
    return Inequality(
        mean=mean,
        cv=float(np.sqrt(f @ (x - mean) ** 2) / mean),
        gini=_gini(x, f) / mean,
        theil=theil,
        theil_between=between,
        theil_within=None if between is None else max(0.0, theil - between),
        p90=p90,
        p10=p10,
        p90_p10=p90 / p10 if p10 > 0 else None,
        largest_smallest=float(x.max() / x.min()) if x.min() > 0 else None,
        quartile_ratio=p75 / p25 if p25 > 0 else None,
        n=len(x),
        n_groups=0 if labels is None else int(labels.max()) + 1,
        n_weightless=int((~some).sum()),
    )


def weighted_percentile(values: FloatArray, fractions: FloatArray, q: float) -> float:
    """Smallest value at which the cumulative weight reaches the share ``q``."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(fractions[order]) >= q - 1e-12
    return float(values[order][int(np.argmax(reached))])


def _gini(x: FloatArray, f: FloatArray) -> float:
    """Half the mean difference, from the sorted values."""
    order = np.argsort(x, kind="stable")
    value, weight = x[order], f[order]
    before, sum_before = np.cumsum(weight) - weight, np.cumsum(weight * value) - weight * value
    return float((weight * (value * before - sum_before)).sum())


def _theil(s: FloatArray, f: FloatArray) -> float:
    """``Σ s ln(s / f)``."""
    return float((s * np.log(np.where(s > 0, s / f, 1.0))).sum())


def _grouped(labels: IntArray, amounts: FloatArray) -> FloatArray:
    """Sum amounts by group."""
    return summed(labels, amounts, int(labels.max()) + 1)


def _numbered(groups: Sequence[Hashable]) -> IntArray:
    """Groups as numbers in the order in which they first occur."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)
