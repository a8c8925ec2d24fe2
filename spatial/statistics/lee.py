"""Lee's L: whether two indicators form the same spatial pattern."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.admission import DEFAULT_SEED, MINIMUM_GLOBAL, styled
from spatial.statistics.bivariate import admit_pair, correlations
from spatial.statistics.permutation import generator
from spatial.statistics.results import GlobalResult
from spatial.statistics.shuffling import Shuffled, simulate_global, tail_counts
from spatial.statistics.weights import FloatArray, Style, Weights


def lee(
    values: ArrayLike,
    others: ArrayLike,
    weights: Weights,
    *,
    permutations: int = 9999,
    seed: int = DEFAULT_SEED,
    style: Style = "R",
) -> GlobalResult:
    """Lee's L: correlation of two spatially smoothed indicators.

    ``L = n / Σ_i w_i.² · Σ_i (Σ_j w_ij x_j)(Σ_j w_ij y_j) / √(Σ x² Σ y²)`` with ``x`` and ``y`` the deviations from
    the means. It joins Pearson's correlation with the spatial autocorrelation of both. Null hypothesis: the areas'
    pairs of values are spread over the areas at random; the correlation within the areas stays.

    Parameters
    ----------
    values, others : array_like of float, shape (n,)
        The two indicators; exchanging them changes nothing.
    weights, permutations, seed, style
        As for `moran`. Smoothing is over the neighbours; the area itself takes no part in it.

    Returns
    -------
    GlobalResult
        ``method="lee"``; ``companions`` holds ``pearson`` and ``spearman``.

    Raises
    ------
    TooFewAreas, NoVariance, TooFewDistinctValues, MissingValues, InfiniteValues, NoLinks, LengthMismatch
        As for `moran`, for each of the two indicators.
    UnknownOption, OptionOutOfRange
        If an option is impossible.

    Notes
    -----
    Expectation and variance are those of the extended Mantel test under randomisation of the pairs. They differ from
    0 where the indicators are correlated within the areas.

    References
    ----------
    Lee (2001), Journal of Geographical Systems 3, 369-385; Lee (2004), Environment and Planning A 36, 1687-1703.
    """
    x, y = admit_pair(values, others, weights, MINIMUM_GLOBAL)
    rng = generator(seed, permutations)
    used = styled(weights, style)
    matrix = used.sparse()
    factor = used.n / float(used.row_sums @ used.row_sums) / float(np.sqrt((x @ x) * (y @ y)))

    def smoothed(pairs: Shuffled) -> FloatArray:
        lags = matrix @ pairs
        return np.asarray(factor * np.einsum("ij,ij->j", lags.real, lags.imag))

    # As complex numbers, the two values of an area move together.
    pairs = x + 1j * y
    value = float(smoothed(pairs[:, None])[0])
    counts = tail_counts(value, simulate_global(smoothed, pairs, used, permutations, rng), 1.0)
    expectation, variance = _moments(x, y, used)
    return GlobalResult(
        method="lee",
        value=value,
        expectation=factor * expectation,
        variance=factor**2 * variance,
        variance_assumption="randomisation",
        p=float(counts.p),
        permutations=permutations,
        seed=seed,
        weights=used,
        companions=correlations(x, y),
    )


def _moments(x: FloatArray, y: FloatArray, weights: Weights) -> tuple[float, float]:
    """Moments of ``Σ_i Σ_j m_ij x_i y_j`` with ``m = w'w`` if the pairs move at random (extended Mantel test).

    The sum is split in its diagonal ``m_ii`` and the rest; for the rest ``x_i y_j`` may be replaced by its symmetric
    part ``a_ij``. Every moment is a product of a sum over ``m`` and the same sum over ``a``.
    """
    n = len(x)
    on, off_rows, off_squares = _sums_of_weights(weights)
    products = x * y
    total = float(products.sum())
    a_rows = -products
    a_squares = (float((x @ x) * (y @ y)) + total**2) / 2 - float(products @ products)
    off = _off_diagonal(n, (float(off_rows.sum()), float(off_rows @ off_rows), off_squares), (
        -total, float(a_rows @ a_rows), a_squares))  # fmt: skip
    on_mean = float(on.sum()) * total / n
    on_variance = float(((on - on.mean()) ** 2).sum() * ((products - products.mean()) ** 2).sum()) / (n - 1)
    touching = 2 * float(on @ off_rows)
    apart = float(on.sum() * off_rows.sum()) - touching
    a_touching = float(products @ a_rows)
    both = touching * a_touching / (n * (n - 1)) + apart * (total * -total - 2 * a_touching) / (n * (n - 1) * (n - 2))
    return on_mean + off[0], on_variance + off[1] + 2 * (both - on_mean * off[0])


def _sums_of_weights(weights: Weights) -> tuple[FloatArray, FloatArray, float]:
    """Diagonal of ``m = w'w``, its row sums and its sum of squares without the diagonal."""
    matrix = weights.sparse()
    product = (matrix.T @ matrix).tocsr()
    diagonal = np.asarray(product.diagonal(), dtype=np.float64)
    rows = np.asarray(product.sum(axis=1), dtype=np.float64).ravel() - diagonal
    return diagonal, rows, float((product.data**2).sum() - diagonal @ diagonal)


def _off_diagonal(n: int, m: tuple[float, float, float], a: tuple[float, float, float]) -> tuple[float, float]:
    """Mean and variance of ``Σ_{i≠j} m_ij a_ij`` under random relabelling of ``a``; both are symmetric.

    Of each matrix: the sum off the diagonal, the sum of the squared row sums, the sum of squares.
    """

    def by_overlap(sums: tuple[float, float, float]) -> tuple[float, float, float]:
        total, squared_rows, squares = sums
        same, touching = 2 * squares, 4 * (squared_rows - squares)
        return same, touching, total**2 - same - touching

    places = (2.0 * n * (n - 1), 4.0 * n * (n - 1) * (n - 2), 1.0 * n * (n - 1) * (n - 2) * (n - 3))
    square = sum(one * other / count for one, other, count in zip(by_overlap(m), by_overlap(a), places, strict=True))
    mean = m[0] * a[0] / (n * (n - 1))
    return mean, square - mean**2
