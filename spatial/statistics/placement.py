"""Formulas of segregation that need the map: concentration, centralisation, clustering, and spatial D."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.errors import UnknownOption
from spatial.statistics.weights import FloatArray, Weights

Proximity = Literal["exponential", "pysal"]
#: White (1983): mean distance between two people in an area of size a is about sqrt(0.6 a).
WITHIN = 0.6
#: Cells of a distance matrix held at once (16 MiB of float64).
_CHUNK_CELLS = 2_097_152


def mean_gap(share: FloatArray, weights: Weights, factor: FloatArray | None = None) -> float:
    """Weighted mean of ``|p_i - p_j|`` over all links; 0 without links.

    ``factor`` scales each link's difference.
    """
    if not weights.links:
        return 0.0
    gaps = np.abs(share[weights.focal] - share[weights.indices])
    if factor is not None:
        gaps = gaps * factor
    return float((weights.data * gaps).sum() / weights.s0)


def compactness_factor(weights: Weights, perimeter: FloatArray, area: FloatArray) -> FloatArray:
    """Mean perimeter-area ratio of both ends of each link, over the largest one (Wong 1993)."""
    ratio = perimeter / area
    return np.asarray((ratio[weights.focal] + ratio[weights.indices]) / (2 * ratio.max()))


def delta(members: FloatArray, area: FloatArray) -> float:
    """Share of the group that would have to move for a uniform density: ``½ Σ |x_i / X - a_i / A|``."""
    return float(np.abs(members / members.sum() - area / area.sum()).sum() / 2)


@dataclass(frozen=True)
class Concentration:
    """Absolute and relative concentration; NaN where all areas are equally large."""

    absolute: float
    relative: float

    @classmethod
    def of(cls, members: FloatArray, residents: FloatArray, area: FloatArray) -> Concentration:
        """Compare the area the group lives in with the smallest and largest areas that could hold it."""
        order = np.argsort(area, kind="stable")
        x, t, a = members[order], residents[order], area[order]
        y = t - x
        filled = np.cumsum(t) / t.sum() >= x.sum() / t.sum()
        emptied = np.cumsum(t[::-1]) / t.sum() >= x.sum() / t.sum()
        small, large = slice(0, int(np.argmax(filled)) + 1), slice(len(t) - int(np.argmax(emptied)) - 1, len(t))
        least = float((t * a)[small].sum() / t[small].sum())
        most = float((t * a)[large].sum() / t[large].sum())
        group, rest = float((x * a).sum() / x.sum()), float((y * a).sum() / y.sum())
        if np.isclose(least, most, rtol=1e-12):
            return cls(np.nan, np.nan)
        return cls(1 - (group - least) / (most - least), (group / rest - 1) / (least / most - 1))


def centralisation(
    members: FloatArray, compared: FloatArray, coordinates: FloatArray, centre: tuple[float, float]
) -> float:
    """``Σ X_(i-1) C_i - Σ X_i C_(i-1)`` over cumulative shares in order of the distance from the centre.

    Areas at the same distance enter together, so that the order of the input does not matter.
    """
    distance = np.hypot(coordinates[:, 0] - centre[0], coordinates[:, 1] - centre[1])
    _, ring = np.unique(distance, return_inverse=True)
    first = np.cumsum(np.bincount(ring, weights=members)) / members.sum()
    second = np.cumsum(np.bincount(ring, weights=compared)) / compared.sum()
    return float((first[:-1] * second[1:]).sum() - (first[1:] * second[:-1]).sum())


@dataclass(frozen=True)
class Clustering:
    """Indices of clustering and of distance-decaying exposure."""

    absolute: float
    relative: float
    spatial_proximity: float
    decay_isolation: float
    decay_interaction: float

    @classmethod
    def of(
        cls,
        members: FloatArray,
        residents: FloatArray,
        nearness: tuple[FloatArray, FloatArray],
        decay_m: float,
        proximity: Proximity,
    ) -> Clustering:
        """Clustering of a group, from coordinates and areas in ``nearness``."""
        x, t = members, residents
        y = t - x
        n, group, rest, total = len(x), x.sum(), y.sum(), t.sum()
        near = _proximity_sums(np.column_stack([x, t, np.ones(n)]), *nearness, decay_m, proximity)
        near_x, near_t, near_one = near.T
        evenly = group / n**2 * near_one.sum()
        own = float((x / group * near_x).sum())
        absolute = (own - evenly) / ((x / group * near_t).sum() - evenly)
        xx, yy, tt = x @ near_x / group**2, y @ (near_t - near_x) / rest**2, t @ near_t / total**2
        exposed = near_x / near_t
        return cls(
            absolute=float(absolute),
            relative=float(xx / yy - 1),
            spatial_proximity=float((group * xx + rest * yy) / (total * tt)),
            decay_isolation=float((x / group * exposed).sum()),
            decay_interaction=float((x / group * (1 - exposed)).sum()),
        )


def _proximity_sums(
    amounts: FloatArray, coordinates: FloatArray, area: FloatArray, decay_m: float, proximity: Proximity
) -> FloatArray:
    """Sum of amounts, shape (n, k), over all areas, weighted by proximity to each area."""
    if proximity not in get_args(Proximity):
        raise UnknownOption("proximity", proximity, get_args(Proximity))
    sums = np.empty_like(amounts)
    within = np.sqrt(WITHIN * area)
    totals = None
    if proximity == "pysal":
        totals = np.concatenate([block.sum(axis=1) for _, block in distance_blocks(coordinates)])
    for rows, block in distance_blocks(coordinates):
        here = np.arange(rows.start, rows.stop)
        if totals is None:
            block[here - rows.start, here] = within[rows]
            near = np.exp(-block / decay_m)
        else:
            # PySAL 2.5: a proximity that grows with the distance, which is divided by the other area's total.
            near = 1 - np.exp(-block / totals)
            near[here - rows.start, here] = 1 - np.exp(-within[rows])
        sums[rows] = near @ amounts
    return sums


def distance_blocks(coordinates: FloatArray) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Rows of the matrix of distances, a few at a time."""
    from scipy.spatial.distance import cdist

    n = len(coordinates)
    step = max(1, _CHUNK_CELLS // n)
    for start in range(0, n, step):
        rows = slice(start, min(start + step, n))
        yield rows, cdist(coordinates[rows], coordinates)
