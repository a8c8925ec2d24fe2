"""Weights from pairs of neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.errors import LengthMismatch, UnknownWeightsKey
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import Weights, assemble, distinct, row_starts


def from_undirected(keys: Sequence[str], pairs: NDArray[np.integer[Any]], spec: str) -> Weights:
    """Binary symmetric weights from an array of position pairs, shape (m, 2)."""
    rows = np.concatenate([pairs[:, 0], pairs[:, 1]])
    columns = np.concatenate([pairs[:, 1], pairs[:, 0]])
    rows, columns = distinct(rows, columns, len(keys))
    return Weights(tuple(keys), row_starts(rows, len(keys)), columns, np.ones(len(rows)), spec, "B")


def weights_from_pairs(
    pairs: Iterable[tuple[str, str]],
    keys: Sequence[str],
    *,
    values: ArrayLike | None = None,
    symmetric: bool = True,
    spec: str = "pairs",
) -> Weights:
    """Weights from pairs of keys.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Neighbours. Repeats count once where no values are given.
    keys : sequence of str, length n
        Keys of all areas, unique; areas in no pair become isolates.
    values : array_like of float, shape (number of pairs,), optional
        A weight > 0 for each pair; then a pair must not repeat. Without values every weight is 1.
    symmetric : bool
        Whether a pair links both ways (default) or only from the first to the second.
    spec : str
        Text kept as ``Weights.spec``.

    Returns
    -------
    Weights
        Style ``"B"`` without values, else ``"O"``.

    Raises
    ------
    UnknownWeightsKey
        If a pair names a key that is not among ``keys``.
    InvalidWeights
        If a pair links an area with itself, repeats with values, or a value is not positive.
    """
    position = {key: i for i, key in enumerate(keys)}
    listed = list(pairs)
    for pair in listed:
        for key in pair:
            if key not in position:
                raise UnknownWeightsKey(key)
    ends = np.array([(position[a], position[b]) for a, b in listed], dtype=np.int64).reshape(-1, 2)
    rows, columns = ends[:, 0], ends[:, 1]
    if symmetric:
        rows, columns = np.concatenate([rows, columns]), np.concatenate([columns, rows])
    if values is None:
        rows, columns = distinct(rows, columns, len(keys))
        return assemble(keys, rows, columns, np.ones(len(rows)), spec=spec, style="B")
    data = np.asarray(values, dtype=np.float64)
    if len(data) != len(listed):
        raise LengthMismatch(Sentence("Werte von Paaren", "values of pairs"), len(data), len(listed))
    return assemble(keys, rows, columns, np.concatenate([data, data]) if symmetric else data, spec=spec, style="O")
