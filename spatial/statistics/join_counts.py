"""Join counts: whether areas above a threshold lie next to each other, over the map and for each area."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.adjust import bonferroni, fdr
from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, MINIMUM_LOCAL, admit, inside_among, styled
from spatial.statistics.attainable import smallest_attainable_p
from spatial.statistics.errors import OptionOutOfRange, TooFewDistinctValues, UnknownOption
from spatial.statistics.moran import CLUSTER_LEVEL, conditional_lag_moments, quadrants
from spatial.statistics.permutation import TailCounts, generator, tail_counts_of_sums
from spatial.statistics.results import (
    ISOLATED,
    NOT_SIGNIFICANT,
    UNDEFINED,
    GlobalResult,
    LocalResult,
    Part,
    named,
    standardised,
)
from spatial.statistics.sentences import Sentence
from spatial.statistics.shuffling import cross_products, simulate_global, tail_counts
from spatial.statistics.weights import BoolArray, FloatArray, Style, Weights

Sampling = Literal["nonfree", "free"]
Moments = tuple[float, float]

_KINDS = ("bb", "ww", "bw")
_CLASSES = (NOT_SIGNIFICANT, "high-high", "high-low", UNDEFINED, ISOLATED)
_HIGH_HIGH, _HIGH_LOW, _UNDEFINED, _ISOLATED = 1, 2, 3, 4


def join_counts(
    values: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "B",
    threshold: float | None = None,
    sampling: Sampling = "nonfree",
) -> GlobalResult:
    """Join counts: how many neighbours are both black, both white, or of different colours.

    An area is black (``x = 1``) if its value exceeds the threshold, else white (``x = 0``). ``BB = ½ Σ_i Σ_j w_ij
    x_i x_j``, ``WW = ½ Σ_i Σ_j w_ij (1 - x_i)(1 - x_j)``, ``BW = ½ Σ_i Σ_j w_ij (x_i - x_j)²``; with binary weights
    these are numbers of borders, and their sum is the number of all borders. Null hypothesis: the colours are spread
    over the areas at random.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Values of any unit, or colours given as 0 and 1.
    weights, permutations, seed
        As for `moran`.
    style : {"B", "R", "O"}
        Make the weights binary (default), row-standardise them, or take them as they are.
    threshold : float, optional
        An area is black if its value is larger. Default: the mean of the values.
    sampling : {"nonfree", "free"}
        What the analytic moments assume: the observed number of black areas at random places, or each area black
        with the observed share as its probability, independently. The permutation p is that of ``"nonfree"``.

    Returns
    -------
    GlobalResult
        ``method="join-counts"``; value, moments and p are those of BB; ``parts`` holds ``bb``, ``ww`` and ``bw``,
        ``companions`` the ``threshold`` and the numbers of ``black`` and ``white`` areas.

    Raises
    ------
    TooFewAreas, NoVariance, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran`; two different values suffice.
    TooFewDistinctValues
        If the threshold leaves all areas in one colour.
    UnknownOption, OptionOutOfRange
        If an option is impossible.

    Notes
    -----
    With one black area BB is 0 wherever it lies: its variance is 0, its z NaN and its p 1. Isolates count as black
    or white and have no joins.

    References
    ----------
    Cliff and Ord (1981), Spatial Processes, 1.29-1.36; Moran (1948), Journal of the Royal Statistical Society B 10,
    243-251.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> keys = [f"{i:02}" for i in range(12)]
    >>> ring = weights_from_pairs(zip(keys, keys[1:] + keys[:1]), keys)
    >>> result = join_counts([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], ring, permutations=999)
    >>> [result.parts[kind].value for kind in ("bb", "ww", "bw")]
    [5.0, 5.0, 2.0]
    """
    array = admit(values, weights, MINIMUM_GLOBAL, distinct=2)
    rng = generator(seed, permutations)
    limit, black = _coloured(array, threshold)
    colours = black.astype(np.float64)
    used = styled(weights, style)
    moments = _moments(colours, used, sampling)
    matrix, total, ends = used.sparse(), used.s0 / 2, (used.row_sums + used.column_sums) / 2

    def joins(shuffled: FloatArray) -> FloatArray:
        both_black = cross_products(matrix, shuffled) / 2
        both_white = total - ends @ shuffled + both_black
        return np.column_stack([both_black, both_white, total - both_black - both_white])

    observed = joins(colours[:, None])[0]
    simulated = simulate_global(joins, colours, used, permutations, rng)
    p = [float(tail_counts(float(value), column, total).p) for value, column in zip(observed, simulated.T, strict=True)]
    parts = {
        kind: Part(float(observed[place]), *moments[place], p[place])  # the moments are expectation and variance
        for place, kind in enumerate(_KINDS)
    }
    main = parts["bb"]
    return GlobalResult(
        method="join-counts",
        value=main.value,
        expectation=main.expectation,
        variance=main.variance,
        variance_assumption="randomisation" if sampling == "nonfree" else "free sampling",
        p=main.p,
        permutations=permutations,
        seed=seed,
        weights=used,
        parts=parts,
        companions={"threshold": limit, "black": float(black.sum()), "white": float((~black).sum())},
    )


def _coloured(values: FloatArray, threshold: float | None) -> tuple[float, BoolArray]:
    """The threshold, and which areas exceed it."""
    limit = float(values.mean()) if threshold is None else float(threshold)
    if not np.isfinite(limit):
        raise OptionOutOfRange("threshold", limit, Sentence("eine endliche Zahl", "a finite number"))
    black = values > limit
    if black.all() or not black.any():
        raise TooFewDistinctValues(1, 2)
    return limit, black


def _moments(colours: FloatArray, weights: Weights, sampling: Sampling) -> tuple[Moments, Moments, Moments]:
    """Expectation and variance of BB, WW and BW."""
    n, n_black = len(colours), float(colours.sum())
    n_white = n - n_black
    if sampling == "nonfree":
        same = [_same_colour(weights, [_falling(count, m) / _falling(n, m) for m in (2, 3, 4)]) for count in
                (n_black, n_white)]  # fmt: skip
        pairs = n_black * n_white
        one = 2 * pairs / _falling(n, 2)
        both = 4 * _falling(n_black, 2) * _falling(n_white, 2) / _falling(n, 4)
        return same[0], same[1], _from_products(weights, one, one, pairs / _falling(n, 2), both)
    if sampling != "free":
        raise UnknownOption("sampling", sampling, ("nonfree", "free"))
    share = n_black / n
    same = [_same_colour(weights, [p**m for m in (2, 3, 4)]) for p in (share, 1 - share)]
    mixed = share * (1 - share)
    return same[0], same[1], _from_products(weights, 2 * mixed, 2 * mixed, mixed, 4 * mixed**2)


def _same_colour(weights: Weights, chances: list[float]) -> Moments:
    """Moments of the joins of one colour from the chances that two, three, four areas have it."""
    two, three, four = chances
    return _from_products(weights, two, two, three, four)


def _from_products(weights: Weights, single: float, same: float, touching: float, apart: float) -> Moments:
    """Moments of ``½ Σ_i Σ_j w_ij d_ij`` for exchangeable ``d_ij = d_ji``.

    ``single`` is the mean of a ``d_ij``; the others are the means of products of two of them that belong to the same
    pair of areas, to pairs with one area in common, and to pairs with none (Cliff and Ord 1981, 1.39).
    """
    s0, s1, s2 = weights.s0, weights.s1, weights.s2
    expectation = s0 * single / 2
    square = (s1 * same + (s2 - 2 * s1) * touching + (s0 * s0 + s1 - s2) * apart) / 4
    variance = square - expectation**2
    return expectation, variance if variance > 1e-12 * square else 0.0


def _falling(number: float, terms: int) -> float:
    """``number (number - 1) ...`` with so many terms."""
    return float(np.prod([number - term for term in range(terms)]))


def join_counts_local(
    values: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "B",
    threshold: float | None = None,
    inside: ArrayLike | None = None,
) -> LocalResult:
    """Local join counts: black areas with conspicuously many, or few, black neighbours.

    ``BB_i = x_i Σ_j w_ij x_j`` with ``x_i = 1`` for areas above the threshold (black), else 0. Null hypothesis of each
    black area: the other black areas are spread over the other areas at random.

    Parameters
    ----------
    values, threshold
        As for `join_counts`.
    weights, permutations, seed, inside
        As for `moran_local`.
    style : {"B", "R", "O"}
        Make the weights binary (default), row-standardise them, or take them as they are.

    Returns
    -------
    LocalResult
        ``method="local-join-counts"``; where ``p_fdr <= 0.05`` the class is ``high-high`` for many and ``high-low``
        for few black neighbours. White areas have the statistic 0 whatever lies around them: they are not tested
        and their class is ``undefined``; isolates are ``isolated``.

    Raises
    ------
    TooFewAreas, NoVariance, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran_local`; two different values suffice.
    TooFewDistinctValues
        If the threshold leaves all areas in one colour.
    UnknownOption, OptionOutOfRange
        If an option is impossible.

    Notes
    -----
    With equal weights the number of black neighbours follows the hypergeometric distribution, from which expectation
    and variance are taken and which the permutations reproduce. p is two-sided, unlike in the source.

    References
    ----------
    Anselin and Li (2019), Journal of Geographical Systems 21, 189-210.
    """
    array = admit(values, weights, MINIMUM_LOCAL, distinct=2)
    rng = generator(seed, permutations)
    limit, black = _coloured(array, threshold)
    colours = black.astype(np.float64)
    used = styled(weights, style)
    z = colours - colours.mean()
    lag = used.lag(colours)
    lag_expectation, lag_variance = conditional_lag_moments(z, used)
    expectation = colours * (lag_expectation + used.row_sums * colours.mean())
    variance = colours * lag_variance
    chosen = inside_among(inside, used.n)
    tested = chosen & black & ~used.isolate_mask
    counts = tail_counts_of_sums(colours, used, permutations, rng)
    p = np.where(tested, counts.p, np.nan)
    p_fdr = fdr(p)
    statistic = colours * lag
    return LocalResult(
        method="local-join-counts",
        values=array,
        statistic=statistic,
        expectation=expectation,
        variance=variance,
        variance_assumption="conditional randomisation",
        z=np.where(tested, standardised(statistic, expectation, variance), np.nan),
        p=p,
        p_fdr=p_fdr,
        p_bonferroni=bonferroni(p),
        quadrant=quadrants(z, used.lag(z), used.row_sums, z),
        classes=named(_class_codes(p_fdr, counts, chosen & black, used), _CLASSES),
        tested=tested,
        smallest_p_each=np.where(tested, smallest_attainable_p(colours, used, permutations), np.nan),
        permutations=permutations,
        seed=seed,
        weights=used,
        companions={"threshold": limit, "black": float(black.sum()), "white": float((~black).sum())},
    )


def _class_codes(
    p_fdr: FloatArray, counts: TailCounts, black: BoolArray, weights: Weights
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Map classes by adjusted p and tail."""
    many = counts.greater_equal < counts.less_equal
    codes = np.where(p_fdr <= CLUSTER_LEVEL, np.where(many, _HIGH_HIGH, _HIGH_LOW), 0)
    return np.where(weights.isolate_mask, _ISOLATED, np.where(black, codes, _UNDEFINED)).astype(np.int64)
