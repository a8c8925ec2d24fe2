"""How the areas of one vintage make up those of another, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from boundaries import Link

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Entries = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """How the n areas of one vintage make up the m areas of another.

    Attributes
    ----------
    whole_of : ndarray of int, shape (n,)
        Position of the target area that each source area belongs to wholly; -1 for none.
    broken : ndarray of bool, shape (m,)
        Target areas that cannot be made up: a part of them is not known, or how large it is.
    estimated : ndarray of bool, shape (m,)
        Target areas that are made up with a part of a divided area, whose share is an estimate.
    target, source : ndarray of int, shape (k,)
        Pairs of a target and a source area that share inhabitants, in order of the target.
    share : ndarray of float64, shape (k,)
        Part (0-1, above 0) of the source area that belongs to the target area; 1 for whole areas.
    """

    whole_of: NDArray[np.intp]
    broken: NDArray[np.bool_]
    estimated: NDArray[np.bool_]
    target: NDArray[np.intp]
    source: NDArray[np.intp]
    share: NDArray[np.float64]

    def entries(self) -> Entries:
        """Target, source and share of every pair."""
        return self.target, self.source, self.share

    @property
    def shares(self) -> csr_array:
        """Sparse matrix of shape (m, n): figures on the target areas are this matrix times those on the source areas.

        The rows of broken areas are empty. Counts of divided areas are rounded after the product.
        """
        from scipy.sparse import csr_array

        shape = (len(self.broken), len(self.whole_of))
        return csr_array((self.share, (self.target, self.source)), shape=shape)


def correspond(
    sources: Sequence[str],
    targets: Sequence[str],
    parts: Callable[[str], tuple[Link, ...]],
    *,
    complete: bool,
) -> Correspondence:
    """Arrange the links between two vintages.

    Parameters
    ----------
    sources, targets : sequence of str
        Keys of the two vintages, n and m of them.
    parts : callable
        The links to a key of the second vintage.
    complete : bool
        Whether an area is broken if the first vintage lacks one of its parts; else that part is left out.

    Returns
    -------
    Correspondence
    """
    row_of = {key: row for row, key in enumerate(sources)}
    whole_of = np.full(len(sources), -1, np.intp)
    broken, estimated = np.zeros(len(targets), bool), np.zeros(len(targets), bool)
    pairs: list[tuple[int, int, float]] = []
    for row, key in enumerate(targets):
        links = parts(key)
        if any(link.weight is None or (complete and link.from_key not in row_of) for link in links):
            broken[row] = True
            continue
        estimated[row] = not all(link.exact for link in links)
        for link in links:
            source = row_of.get(link.from_key)
            if source is None:
                continue
            if link.whole:
                whole_of[source] = row
            if link.weight:
                pairs.append((row, source, link.weight))
    columns = np.array(pairs, float).reshape(-1, 3)
    return Correspondence(
        whole_of,
        broken,
        estimated,
        columns[:, 0].astype(np.intp),
        columns[:, 1].astype(np.intp),
        np.ascontiguousarray(columns[:, 2]),
    )
