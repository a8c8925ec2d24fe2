"""Areas that share vertices or edges: the quick answer to most questions of contiguity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.weights import FloatArray, IntArray

GeometryArray = NDArray[np.object_]
Unsigned = NDArray[np.uint64]

_MIXERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
#: Areas taken at once: few enough that their vertices stay in a processor's cache.
_AT_ONCE = 128


def shared_vertices(shapes: GeometryArray) -> tuple[IntArray, IntArray]:
    """Pairs of areas with common vertices.

    Vertices are compared by a hash of their coordinates, so that a single sort brings equal ones together. Two equal
    hashes of different vertices are an accident that needs about 2^40 vertices; a pair with one common hash may be
    such an accident, one with two is not.

    Parameters
    ----------
    shapes : ndarray of shapely geometries, shape (n,)
        Areas, none missing or empty.

    Returns
    -------
    pairs : ndarray of int64, shape (pairs,)
        ``i * n + j`` for each pair ``i < j``, ascending.
    common : ndarray of int64, shape (pairs,)
        Number of different vertices that both have, at least 1.
    """
    import shapely

    n = len(shapes)
    owners = _owner_bits(n)
    counts = shapely.get_num_coordinates(shapes)
    marked = np.empty(int(counts.sum()), dtype=np.uint64)
    filled = 0
    for first in range(0, n, _AT_ONCE):
        # Adding zero makes minus zero plus zero.
        coordinates = shapely.get_coordinates(shapes[first : first + _AT_ONCE]) + 0.0
        areas = np.arange(first, min(first + _AT_ONCE, n), dtype=np.uint64)
        entries = marked[filled : filled + len(coordinates)]
        np.bitwise_and(_hashes(coordinates), ~owners, out=entries)
        entries |= np.repeat(areas, counts[first : first + _AT_ONCE])
        filled += len(coordinates)
    return _met(marked, owners, n)


def shared_edges(shapes: GeometryArray, longer_than: float) -> tuple[IntArray, IntArray]:
    """Pairs of areas with common edges, from vertex to vertex in either direction.

    Parameters
    ----------
    shapes : ndarray of shapely geometries, shape (n,)
        Polygons or multipolygons, none missing or empty.
    longer_than : float
        Edges up to this length are left out; in the unit of the coordinates.

    Returns
    -------
    pairs : ndarray of int64, shape (pairs,)
        As for `shared_vertices`.
    common : ndarray of int64, shape (pairs,)
        Number of different edges that both have, at least 1; one may be an accident, two are not.
    """
    import shapely

    n = len(shapes)
    owners = _owner_bits(n)
    marked = []
    for first in range(0, n, _AT_ONCE):
        rings, areas = shapely.get_rings(shapes[first : first + _AT_ONCE], return_index=True)
        counts = shapely.get_num_coordinates(rings)
        coordinates = shapely.get_coordinates(rings) + 0.0
        ends = _hashes(coordinates)
        step = np.diff(coordinates, axis=0)
        counted = np.hypot(step[:, 0], step[:, 1]) > longer_than
        counted[np.cumsum(counts)[:-1] - 1] = False
        # A sum is the same in both directions.
        edges = _mixed(ends[:-1] + ends[1:])[counted]
        marked.append((edges & ~owners) | np.repeat((areas + first).astype(np.uint64), counts)[:-1][counted])
    return _met(np.concatenate(marked) if marked else np.empty(0, dtype=np.uint64), owners, n)


def _owner_bits(n: int) -> np.uint64:
    """Ones where the number of one of ``n`` areas stands; the bits above hold the place."""
    return (np.uint64(1) << np.uint64(max(n - 1, 1).bit_length())) - np.uint64(1)


def _met(marked: Unsigned, owners: np.uint64, n: int) -> tuple[IntArray, IntArray]:
    """Pairs of owners of equal places, and how many places each pair has in common; sorts ``marked``."""
    marked.sort()
    codes = np.sort(_meetings(marked, owners, n))
    starts = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    starts = np.concatenate([np.zeros(min(len(codes), 1), dtype=np.int64), starts])
    return codes[starts], np.diff(starts, append=len(codes))


def _hashes(coordinates: FloatArray) -> Unsigned:
    bits = coordinates.view(np.uint64)
    mixed: Unsigned = bits[:, 0] * _MIXERS[0]
    mixed ^= mixed >> np.uint64(32)
    mixed += bits[:, 1]
    return _mixed(mixed)


def _mixed(mixed: Unsigned) -> Unsigned:
    """Spread what differs in few bits over all of them, in place."""
    for mixer in _MIXERS[1:]:
        mixed *= mixer
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _meetings(marked: Unsigned, owners: np.uint64, n: int) -> IntArray:
    """``i * n + j`` for each two owners, i < j, of one place; ``marked`` ascends and holds places and ``owners``."""
    differs = marked[1:] ^ marked[:-1]
    entry = np.flatnonzero(differs <= owners)
    follows = entry[1:] == entry[:-1] + 1
    several = np.zeros(len(entry), dtype=np.bool_)
    several[1:] |= follows
    several[:-1] |= follows
    alone = entry[~several]
    # A ring ends where it began: the same owner once more at the same place is no meeting.
    alone = alone[differs[alone] > 0]
    found = [_codes(marked[alone], marked[alone + 1], owners, n)]
    crowd = entry[several]
    in_crowd = np.zeros(len(marked), dtype=np.bool_)
    in_crowd[crowd] = in_crowd[crowd + 1] = True
    crowded = marked[in_crowd]
    crowded = crowded[np.append(crowded[1:] != crowded[:-1], True)] if len(crowded) else crowded
    for step in range(1, len(crowded)):
        meet = (crowded[step:] ^ crowded[:-step]) <= owners
        if not meet.any():
            break
        found.append(_codes(crowded[:-step][meet], crowded[step:][meet], owners, n))
    return np.concatenate(found)


def _codes(one: Unsigned, other: Unsigned, owners: np.uint64, n: int) -> IntArray:
    codes: Unsigned = (one & owners) * np.uint64(n) + (other & owners)
    return codes.view(np.int64)
