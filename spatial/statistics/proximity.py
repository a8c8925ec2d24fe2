"""Proximity: neighbours are areas whose points are near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.errors import LengthMismatch, OptionOutOfRange, UnusableGeometry
from spatial.statistics.weights import FloatArray, IntArray, Weights, assemble, from_undirected

#: Distances that differ by less than this share are equal.
_TIE = 1e-9


def weights_knn(points: ArrayLike, keys: Sequence[str], k: int) -> Weights:
    """K nearest neighbours; not made symmetric.

    ``w_ij = 1`` if ``j`` is among the ``k`` points nearest to ``i``. Where several points are equally far (to
    a billionth) and not all of them fit, those with the smaller keys are taken.

    Parameters
    ----------
    points : array_like of float, shape (n, 2), or sequence of shapely geometries
        Coordinates in a projected CRS, in metres; of geometries the centroids are used.
    keys : sequence of str, length n
        Unique keys in the same order.
    k : int
        Number of neighbours, 1 <= k < n.

    Returns
    -------
    Weights
        Binary, exactly ``k`` links in each row, ``spec="knn:k"``; in general not symmetric.

    Raises
    ------
    OptionOutOfRange
        If ``k`` is not between 1 and n - 1.
    UnusableGeometry
        If a coordinate is not finite or a geometry is empty.

    Examples
    --------
    >>> w = weights_knn([(0, 0), (1, 0), (3, 0)], ["a", "b", "c"], 1)
    >>> [w.neighbour_keys(i) for i in range(3)]
    [('b',), ('a',), ('b',)]
    """
    coordinates = as_coordinates(points, keys)
    n = len(keys)
    if not 1 <= k < n:
        raise OptionOutOfRange("k", k, f"1 <= k < {n}, the number of areas")
    nearest = nearest_positions(coordinates, keys, k)
    rows = np.repeat(np.arange(n), k)
    return assemble(keys, rows, nearest.ravel(), np.ones(n * k), spec=f"knn:{k}", style="B")


def weights_distance(points: ArrayLike, keys: Sequence[str], distance_m: float) -> Weights:
    """Distance band: areas whose points are at most ``distance_m`` apart are neighbours.

    Parameters
    ----------
    points, keys
        As for `weights_knn`.
    distance_m : float
        Greatest distance in the unit of the coordinates (metres), > 0; the limit itself belongs to the band.

    Returns
    -------
    Weights
        Binary, symmetric, ``spec="distance:..."``. Areas with nobody within the distance are isolates.

    Raises
    ------
    OptionOutOfRange
        If the distance is not positive and finite.
    UnusableGeometry
        If a coordinate is not finite or a geometry is empty.
    """
    from scipy.spatial import cKDTree

    if not (np.isfinite(distance_m) and distance_m > 0):
        raise OptionOutOfRange("distance_m", distance_m, "a positive number of metres")
    coordinates = as_coordinates(points, keys)
    spec = f"distance:{distance_m:.15g}"
    if len(keys) == 0:
        return from_undirected(keys, np.empty((0, 2), dtype=np.int64), spec)
    pairs = cKDTree(coordinates).query_pairs(distance_m * (1 + 1e-12), output_type="ndarray")
    return from_undirected(keys, pairs.reshape(-1, 2), spec)


def weights_kernel(points: ArrayLike, keys: Sequence[str], k: int) -> Weights:
    """Gaussian kernel weights with adaptive bandwidth: nearer neighbours count more.

    ``w_ij = exp(-d_ij² / (2 h_i²))`` for the ``k`` points nearest to ``i``, with ``h_i`` the distance to the last of
    them, so weights fall from near 1 to 0.61. Ties as for `weights_knn`.

    Parameters
    ----------
    points, keys, k
        As for `weights_knn`.

    Returns
    -------
    Weights
        Style ``"O"``, exactly ``k`` links in each row, ``spec="kernel:gaussian:k"``; in general not symmetric. Where
        ``k`` points coincide with ``i``, their weights are 1.

    Raises
    ------
    OptionOutOfRange, UnusableGeometry, LengthMismatch
        As for `weights_knn`.
    """
    nearest = weights_knn(points, keys, k)
    coordinates = as_coordinates(points, keys)
    gaps = np.hypot(*(coordinates[nearest.indices] - coordinates[nearest.focal]).T).reshape(-1, k)
    bandwidth = gaps.max(axis=1, keepdims=True)
    data = np.exp(-0.5 * (gaps / np.where(bandwidth > 0, bandwidth, 1.0)) ** 2)
    return Weights(nearest.keys, nearest.indptr, nearest.indices, data.ravel(), f"kernel:gaussian:{k}", "O")


def as_coordinates(points: ArrayLike, keys: Sequence[str]) -> FloatArray:
    """Coordinates of points, or of the centroids of geometries, checked; shape (n, 2)."""
    array: NDArray[Any] = np.asarray(points)
    if array.dtype == object and array.ndim == 1:
        lacking = np.flatnonzero(shapely.is_missing(array) | shapely.is_empty(array))
        if len(lacking):
            raise UnusableGeometry([keys[int(i)] for i in lacking])
        array = shapely.get_coordinates(shapely.centroid(array))
    coordinates = np.asarray(array, dtype=np.float64).reshape(-1, 2)
    if len(coordinates) != len(keys):
        raise LengthMismatch("points", len(coordinates), len(keys))
    unusable = ~np.isfinite(coordinates).all(axis=1)
    if unusable.any():
        raise UnusableGeometry([keys[int(i)] for i in np.flatnonzero(unusable)])
    return coordinates


def nearest_positions(coordinates: FloatArray, keys: Sequence[str], k: int) -> IntArray:
    """Find the ``k`` nearest other points of each point, ties by key; shape (n, k)."""
    from scipy.spatial import cKDTree

    n = len(coordinates)
    tree = cKDTree(coordinates)
    asked = min(n, k + 2)
    answer = tree.query(coordinates, k=asked)
    distances, found = np.asarray(answer[0]), np.asarray(answer[1])
    is_self = found == np.arange(n)[:, None]
    # Among coincident points the point itself may be missing from its own answer; that row is settled
    # one by one.
    lacks_self = ~is_self.any(axis=1)
    is_self[lacks_self, -1] = True
    others, gaps = found[~is_self].reshape(n, -1), distances[~is_self].reshape(n, -1)
    nearest: IntArray = others[:, :k].astype(np.int64)
    doubtful = lacks_self.copy()
    if others.shape[1] > k:
        doubtful |= gaps[:, k] <= gaps[:, k - 1] * (1 + _TIE)
    if doubtful.any():
        rank = np.empty(n, dtype=np.int64)
        rank[sorted(range(n), key=keys.__getitem__)] = np.arange(n)
        for i in np.flatnonzero(doubtful):
            nearest[i] = _settle(tree, coordinates, rank, int(i), k, float(gaps[i, k - 1]))
    return nearest


def _settle(tree: Any, coordinates: FloatArray, rank: IntArray, i: int, k: int, limit: float) -> IntArray:
    """Nearest ``k`` of point ``i`` where some points at distance ``limit`` do not fit: smaller keys first."""
    found: IntArray = np.array(tree.query_ball_point(coordinates[i], limit * (1 + 2 * _TIE)), dtype=np.int64)
    near = found[found != i]
    gaps = np.hypot(*(coordinates[near] - coordinates[i]).T)
    inside = near[gaps < limit * (1 - _TIE)]
    tied = near[gaps >= limit * (1 - _TIE)]
    chosen: IntArray = np.concatenate([inside, tied[np.argsort(rank[tied])]])[:k]
    return chosen
