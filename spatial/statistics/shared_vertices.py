"""Areas that share vertices: the quick answer to most questions of contiguity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.weights import FloatArray, IntArray

Unsigned = NDArray[np.uint64]

_MIXERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
#: A pair needs so many common hashes: one may be an accident (which needs about 2^40 vertices), two are not.
_ENOUGH = 2
#: Vertices hashed at once: few enough to stay in a processor's cache.
_AT_ONCE = 16_384


def pairs_sharing_vertices(coordinates: FloatArray, owners: IntArray, n: int) -> IntArray:
    """Pairs of areas with at least two common vertices.

    Vertices are compared by a hash of their coordinates, so that a single sort brings equal ones together. Areas that
    have only one vertex in common are left out, because a single equal hash might be an accident.

    Parameters
    ----------
    coordinates : ndarray of float64, shape (vertices, 2)
        Coordinates of all vertices; equal means equal in every bit.
    owners : ndarray of int64, shape (vertices,)
        Area of each vertex, 0 to n - 1.
    n : int
        Number of areas.

    Returns
    -------
    ndarray of int64, shape (pairs,)
        ``i * n + j`` for each pair ``i < j``, ascending.
    """
    bits = np.uint64(max(n - 1, 1).bit_length())
    marked = (_hashes(coordinates) >> bits << bits) | owners.astype(np.uint64)
    marked.sort()
    marked = marked[np.append(True, marked[1:] != marked[:-1])] if len(marked) else marked
    place, owner = marked >> bits, (marked & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    found = []
    # Several areas may meet in a vertex: compare each entry with the next one, the next but one, ...
    for step in range(1, len(place)):
        same = np.flatnonzero(place[step:] == place[:-step])
        if not len(same):
            break
        # Within a place the owners ascend.
        found.append(owner[same] * n + owner[same + step])
    codes = np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
    enough = codes[_ENOUGH - 1 :] == codes[: len(codes) - _ENOUGH + 1]
    return np.asarray(_ascending_distinct(codes[_ENOUGH - 1 :][enough]))


def _hashes(coordinates: FloatArray) -> Unsigned:
    """Hash of each point; adding zero makes minus zero plus zero."""
    hashes = np.empty(len(coordinates), dtype=np.uint64)
    for start in range(0, len(coordinates), _AT_ONCE):
        bits = (np.ascontiguousarray(coordinates[start : start + _AT_ONCE]) + 0.0).view(np.uint64)
        mixed = hashes[start : start + _AT_ONCE]
        np.multiply(bits[:, 0], _MIXERS[0], out=mixed)
        mixed ^= mixed >> np.uint64(32)
        mixed += bits[:, 1]
        for mixer in _MIXERS[1:]:
            mixed *= mixer
            mixed ^= mixed >> np.uint64(29)
    return hashes


def _ascending_distinct(codes: IntArray) -> IntArray:
    return codes[np.append(True, codes[1:] != codes[:-1])] if len(codes) else codes
