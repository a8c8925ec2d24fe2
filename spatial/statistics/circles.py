"""Circles of areas, and how unlikely the events inside are: the windows of the spatial scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.weights import BoolArray, FloatArray, IntArray

ScanFor = Literal["high", "low", "both"]
Counts = NDArray[np.integer[Any]]
#: Events up to which logarithms are looked up (32 MiB).
_LARGEST_TABLE = 4_194_304
#: Bytes of sorted neighbours that are kept between simulations; others are sorted anew each time.
_KEPT_BYTES = 268_435_456


class Growth(NamedTuple):
    """Areas by distance from a centre, as many as fit into the largest circle.

    ``ends`` tells after which of them a circle is complete, ``share`` the share of the population up to each.
    """

    order: IntArray
    ends: BoolArray
    share: FloatArray

    def ratios(self, cases: Counts, likelihood: Likelihood) -> FloatArray:
        """Log-likelihood ratio of each circle (row) on each map (column) with cases of shape (n, m)."""
        inside = cases[self.order]
        np.cumsum(inside, axis=0, out=inside)
        return likelihood.ratio(inside[self.ends], self.share[self.ends][:, None])


class Circles:
    """Circles around each area that hold at most a share of the population.

    Parameters
    ----------
    where : ndarray of float64, shape (n, 2)
        Centres.
    population : ndarray of float64, shape (n,)
        Above 0.
    maximum_share : float
        Largest share of the population in a circle.
    """

    def __init__(self, where: FloatArray, population: FloatArray, maximum_share: float) -> None:
        self.where, self.population, self.maximum_share = where, population, maximum_share
        self._kept: dict[int, tuple[NDArray[np.integer[Any]], BoolArray]] = {}
        self._left = _KEPT_BYTES

    @property
    def n(self) -> int:
        """Number of centres."""
        return len(self.population)

    def distances(self, centre: int) -> FloatArray:
        """Distance of each area from a centre."""
        return np.asarray(np.hypot(*(self.where - self.where[centre]).T))

    def around(self, centre: int) -> Growth:
        """Circles around one centre; areas at the same distance enter together."""
        order, ends = self._kept.get(centre) or self._sorted(centre)
        share = np.cumsum(self.population[order]) / self.population.sum()
        return Growth(order.astype(np.int64), ends, share)

    def _sorted(self, centre: int) -> tuple[NDArray[np.integer[Any]], BoolArray]:
        """Areas in the largest circle by distance, the centre first, and whether a circle ends there."""
        distance = self.distances(centre)
        distance[centre] = -1.0
        order = np.argsort(distance, kind="stable")
        distance[centre] = 0.0
        ordered = distance[order]
        share = np.cumsum(self.population[order]) / self.population.sum()
        # A circle is complete where the next area is farther away.
        ends = np.append(ordered[1:] > ordered[:-1] * (1 + 1e-12), True) & (share <= self.maximum_share + 1e-12)
        width = int(np.flatnonzero(ends).max(initial=-1)) + 1
        short: NDArray[np.integer[Any]] = (
            order[:width].astype(np.uint16) if self.n <= 65_536 else order[:width].astype(np.int32)
        )
        found = short, ends[:width].copy()
        if self._left >= found[0].nbytes + found[1].nbytes:
            self._kept[centre] = found
            self._left -= found[0].nbytes + found[1].nbytes
        return found


@dataclass(frozen=True)
class Likelihood:
    """Log-likelihood ratio by the number of events inside and the share of the population.

    ``c ln(c / μ) + (C - c) ln((C - c) / (C - μ))`` is ``g(c) - c ln μ - (C - c) ln(C - μ)`` with
    ``g(c) = c ln c + (C - c) ln(C - c)``, which is looked up in a table unless there are very many events.
    """

    total: int
    scan_for: ScanFor
    table: FloatArray | None

    @classmethod
    def of(cls, total: int, scan_for: ScanFor) -> Likelihood:
        """Likelihood for a number of events."""
        table = _entropy(np.arange(total + 1), total) if total <= _LARGEST_TABLE else None
        return cls(total, scan_for, table)

    def ratio(self, inside: Counts, share: FloatArray) -> FloatArray:
        """Ratio, 0 where the deviation has the wrong direction."""
        expected = share * self.total
        outer = np.log(self.total - expected)
        ratio = _entropy(inside, self.total) if self.table is None else self.table[inside]
        ratio -= inside * (np.log(expected) - outer)
        ratio -= self.total * outer
        if self.scan_for != "both":
            ratio *= (inside > expected) if self.scan_for == "high" else (inside < expected)
        return np.asarray(np.maximum(ratio, 0.0, out=ratio))


def _entropy(inside: Counts, total: int) -> FloatArray:
    """``c ln c + (C - c) ln(C - c)`` of counts; 0 ln 0 is 0."""
    counts = inside.astype(np.float64)
    others = total - counts
    return np.asarray(counts * np.log(np.maximum(counts, 1.0)) + others * np.log(np.maximum(others, 1.0)))
