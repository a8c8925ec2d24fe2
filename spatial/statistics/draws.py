"""Random draws without replacement: the table that the conditional permutation tests share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.weights import IntArray

#: Numbers permuted at once where whole permutations are needed (32 MiB of int64).
_CHUNK_CELLS = 4_194_304
#: Up to so many draws of one permutation, comparing all pairs of them is faster than sorting them.
_PAIRWISE = 80


def draw_table(n: int, size: int, permutations: int, rng: np.random.Generator) -> IntArray:
    """Columns of ``size`` different numbers below ``n``, every ordered selection equally likely.

    Parameters
    ----------
    n, size, permutations : int
        Numbers to draw from, draws of one permutation (<= n), number of permutations.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of int64, shape (size, permutations)
        One permutation in each column, its first draw on top.
    """
    if size * (size - 1) <= 2 * n:
        return _draw_by_rejection(n, size, permutations, rng)
    table = np.empty((size, permutations), dtype=np.int64)
    rows = max(1, _CHUNK_CELLS // n)
    for start in range(0, permutations, rows):
        part = table[:, start : start + rows]
        copies = np.tile(np.arange(n, dtype=np.int64), (part.shape[1], 1))
        part[:] = rng.permuted(copies, axis=1, out=copies)[:, :size].T
    return table


def _draw_by_rejection(n: int, size: int, permutations: int, rng: np.random.Generator) -> IntArray:
    """Draw whole columns again until none holds a number twice."""
    # Small numbers are drawn and compared faster, large ones index faster.
    table = rng.integers(0, n, size=(size, permutations), dtype=np.int32)
    pending = _repeating(table)
    while len(pending):
        fresh = rng.integers(0, n, size=(size, len(pending)), dtype=np.int32)
        table[:, pending] = fresh
        pending = pending[_repeating(fresh)]
    return table.astype(np.int64)


def _repeating(table: NDArray[np.int32]) -> IntArray:
    """Columns that hold a number twice."""
    size = len(table)
    if size > _PAIRWISE:
        ordered = np.sort(table, axis=0)
        return np.flatnonzero((ordered[1:] == ordered[:-1]).any(axis=0))
    repeats = np.zeros((size - 1, table.shape[1]), dtype=np.bool_)
    same = np.empty_like(repeats)
    for apart in range(1, size):
        pairs = size - apart
        np.equal(table[apart:], table[:pairs], out=same[:pairs])
        np.logical_or(repeats[:pairs], same[:pairs], out=repeats[:pairs])
    return np.flatnonzero(repeats.any(axis=0))
