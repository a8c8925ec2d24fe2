"""Proximity: neighbours are areas whose points are near."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.errors import LengthMismatch, OptionOutOfRange, UnknownOption, UnusableGeometry
from spatial.statistics.pairs import from_undirected
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import FloatArray, IntArray, Weights, assemble

KernelFunction = Literal["gaussian", "triangular", "epanechnikov", "quartic", "uniform"]

#: Weight by distance as a share of the bandwidth.
_KERNELS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "gaussian": lambda u: np.exp(-0.5 * u**2),
    "triangular": lambda u: 1 - u,
    "epanechnikov": lambda u: 1 - u**2,
    "quartic": lambda u: (1 - u**2) ** 2,
    "uniform": np.ones_like,
}
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
        raise OptionOutOfRange(
            "k", k, Sentence(f"1 <= k < {n}, die Zahl der Gebiete", f"1 <= k < {n}, the number of areas")
        )
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
        raise OptionOutOfRange(
            "distance_m", distance_m, Sentence("eine positive Zahl von Metern", "a positive number of metres")
        )
    coordinates = as_coordinates(points, keys)
    spec = f"distance:{distance_m:.15g}"
    if len(keys) == 0:
        return from_undirected(keys, np.empty((0, 2), dtype=np.int64), spec)
    pairs = cKDTree(coordinates).query_pairs(distance_m * (1 + 1e-12), output_type="ndarray")
    return from_undirected(keys, pairs.reshape(-1, 2), spec)


def weights_kernel(
    points: ArrayLike,
    keys: Sequence[str],
    k: int | None = None,
    *,
    function: KernelFunction = "gaussian",
    bandwidth_m: float | None = None,
) -> Weights:
    """Kernel weights: nearer neighbours count more.

    ``w_ij = K(d_ij / h_i)``. Adaptive: the ``k`` points nearest to ``i`` with ``h_i`` the distance to the last of them.
    Fixed: all points up to ``h = bandwidth_m``. ``K(u)`` is ``exp(-u² / 2)`` (``gaussian``), ``1 - u``
    (``triangular``), ``1 - u²`` (``epanechnikov``), ``(1 - u²)²`` (``quartic``) or 1 (``uniform``).

    Parameters
    ----------
    points, keys
        As for `weights_knn`.
    k : int, optional
        Number of nearest points of the adaptive kernel, 1 <= k < n; ties as for `weights_knn`.
    function : {"gaussian", "triangular", "epanechnikov", "quartic", "uniform"}
        Shape of the kernel.
    bandwidth_m : float, optional
        Bandwidth of the fixed kernel in the unit of the coordinates (metres), > 0. Either this or ``k`` is given.

    Returns
    -------
    Weights
        Style ``"O"``, ``spec="kernel:gaussian:8"`` or ``"kernel:gaussian:15000m"``; adaptive ones are in general not
        symmetric. A point at the edge of a kernel that falls to 0 there is no neighbour. Where all ``k`` points are
        equally far, as on a grid, or coincide with ``i``, their weights are 1.

    Raises
    ------
    OptionOutOfRange, UnknownOption
        If an option is impossible, or not exactly one of ``k`` and ``bandwidth_m`` is given.
    UnusableGeometry, LengthMismatch
        As for `weights_knn`.
    """
    if function not in _KERNELS:
        raise UnknownOption("kernel", function, tuple(_KERNELS))
    if (k is None) == (bandwidth_m is None):
        raise UnknownOption(
            Sentence("die Bandbreite des Kerns", "kernel bandwidth"),
            "both" if k is not None else "neither",
            ("k", "bandwidth_m"),
        )
    coordinates = as_coordinates(points, keys)
    if k is not None:
        nearest = weights_knn(points, keys, k)
        gaps = _gaps(coordinates, nearest).reshape(-1, k)
        bandwidth = gaps.max(axis=1, keepdims=True)
        shares = gaps / np.where(bandwidth > 0, bandwidth, 1.0)
        shares[(gaps >= bandwidth * (1 - _TIE)).all(axis=1)] = 0.0
        return _with_kernel(nearest, shares.ravel(), function, f"kernel:{function}:{k}")
    assert bandwidth_m is not None  # noqa: S101 - one of the two is given
    within = weights_distance(points, keys, bandwidth_m)
    shares = np.minimum(_gaps(coordinates, within) / bandwidth_m, 1.0)
    return _with_kernel(within, shares, function, f"kernel:{function}:{bandwidth_m:.15g}m")


def _gaps(coordinates: FloatArray, weights: Weights) -> FloatArray:
    """Distance of each link."""
    return np.asarray(np.hypot(*(coordinates[weights.indices] - coordinates[weights.focal]).T))


def _with_kernel(weights: Weights, shares: FloatArray, function: KernelFunction, spec: str) -> Weights:
    """Weights by distances as shares of the bandwidth; links without weight are left out."""
    data = _KERNELS[function](shares)
    kept = data > _TIE
    return assemble(weights.keys, weights.focal[kept], weights.indices[kept], data[kept], spec=spec, style="O")


def weights_block(blocks: Sequence[str | None], keys: Sequence[str]) -> Weights:
    """Block weights: all areas of the same block are neighbours, such as the municipalities of a Mittelbereich.

    Parameters
    ----------
    blocks : sequence of str or None, length n
        Block of each area; areas without a block (None or an empty text) are isolates.
    keys : sequence of str, length n
        Unique keys in the same order.

    Returns
    -------
    Weights
        Binary, symmetric, ``spec="block"``. An area alone in its block is an isolate.

    Raises
    ------
    LengthMismatch, DuplicateKeys
        If the lengths differ or a key occurs twice.

    Examples
    --------
    >>> w = weights_block(["north", "south", "north", None], ["a", "b", "c", "d"])
    >>> w.neighbour_keys(0), w.isolates
    (('c',), ('b', 'd'))
    """
    if len(blocks) != len(keys):
        raise LengthMismatch(Sentence("Blöcke", "blocks"), len(blocks), len(keys))
    members: dict[str, list[int]] = {}
    for position, block in enumerate(blocks):
        if block:
            members.setdefault(block, []).append(position)
    pairs = [np.column_stack(np.triu_indices(len(inside), 1)) for inside in members.values()]
    ends = [np.asarray(inside)[pair] for inside, pair in zip(members.values(), pairs, strict=True) if len(inside) > 1]
    return from_undirected(keys, np.concatenate([np.empty((0, 2), dtype=np.int64), *ends]), "block")


def as_coordinates(points: ArrayLike, keys: Sequence[str]) -> FloatArray:
    """Coordinates of points, or of the centroids of geometries, checked; shape (n, 2)."""
    array: NDArray[Any] = np.asarray(points)
    if array.dtype == object and array.ndim == 1:
        import shapely

        lacking = np.flatnonzero(shapely.is_missing(array) | shapely.is_empty(array))
        if len(lacking):
            raise UnusableGeometry([keys[int(i)] for i in lacking])
        array = shapely.get_coordinates(shapely.centroid(array))
    coordinates = np.asarray(array, dtype=np.float64).reshape(-1, 2)
    if len(coordinates) != len(keys):
        raise LengthMismatch(Sentence("Punkte", "points"), len(coordinates), len(keys))
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
