"""Permutation tests of global statistics: all values are shuffled over all areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.blocks import in_blocks
from spatial.statistics.permutation import TIE_TOLERANCE, TailCounts
from spatial.statistics.weights import FloatArray, Weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: Numbers shuffled at once: few enough to stay in a processor's cache (4 MiB of float64).
_CHUNK_CELLS = 524_288

Shuffled = NDArray[Any]


def simulate_global(
    statistic: Callable[[Shuffled], FloatArray],
    values: NDArray[Any],
    weights: Weights,
    permutations: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Compute a global statistic of randomly permuted values.

    Parameters
    ----------
    statistic : callable
        Takes permuted values, shape (n, m) with areas in the weights' order, and returns the statistics of the
        m arrangements, shape (m,) or (m, d).
    values : ndarray of float64 or complex128, shape (n,)
        Observed values. Complex numbers keep two values of an area together.
    weights : Weights
        Give the order of the keys, which the random numbers follow.
    permutations : int
        Number of simulations.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of float64, shape (permutations,) or (permutations, d)
    """
    order = weights.key_order
    canonical = values[order]
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    at_once = max(1, _CHUNK_CELLS // max(1, len(values)))

    def block(rows: int, own_rng: np.random.Generator) -> FloatArray:
        parts = []
        for start in range(0, rows, at_once):
            copies = np.tile(canonical, (min(at_once, rows - start), 1))
            shuffled = own_rng.permuted(copies, axis=1, out=copies)
            parts.append(statistic(shuffled.T[rank]))
        return np.concatenate(parts)

    return np.concatenate(in_blocks(block, permutations, rng))


def cross_products(matrix: csr_array[Any, Any], shuffled: FloatArray) -> FloatArray:
    """Compute ``Σ_i Σ_j w_ij x_i x_j`` of each column of values, shape (n, m); gives shape (m,)."""
    return np.asarray(np.einsum("ij,ij->j", matrix @ shuffled, shuffled))


def tail_counts(observed: float, simulated: FloatArray, scale: float) -> TailCounts:
    """Count the tails of one global statistic; ``scale`` is the size of which a billionth still counts as a tie."""
    slack = TIE_TOLERANCE * max(abs(observed), scale)
    return TailCounts(
        np.array((simulated >= observed - slack).sum(), dtype=np.int64),
        np.array((simulated <= observed + slack).sum(), dtype=np.int64),
        len(simulated),
    )
