"""Kulldorff's spatial scan: the circle in which events are most out of proportion to the population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.admission import DEFAULT_SEED
from spatial.statistics.blocks import in_blocks
from spatial.statistics.counts import events_among, whole_numbers
from spatial.statistics.errors import (
    EmptyGroup,
    LengthMismatch,
    MissingValues,
    OptionOutOfRange,
    TooFewAreas,
    UnknownOption,
)
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.permutation import TIE_TOLERANCE, generator
from spatial.statistics.weights import FloatArray, IntArray

ScanFor = Literal["high", "low", "both"]
MINIMUM_AREAS = 10
#: Further clusters are named up to p = 0.05.
_CALLED = 0.95
#: Events up to which logarithms are looked up (32 MiB).
_LARGEST_TABLE = 4_194_304
#: Cells handled at once, so that they stay in the processor's cache.
_CHUNK_CELLS = 32_768
#: Simulated maps of one block, see ``spatial.statistics.blocks``.
BLOCK_MAPS = 100


@dataclass(frozen=True, eq=False)
class ScanCluster(FrozenArrays):
    """A circle of areas with more, or fewer, events than expected.

    Attributes
    ----------
    members : ndarray of int64
        Positions of the areas; the first one is the centre, the others follow by distance.
    radius_m : float
        Distance from the centre to the farthest member.
    events, expected : float
        Observed events, and those expected from the population under equal risk.
    relative_risk : float or None
        Risk inside over risk outside; None if there is no event outside.
    log_likelihood_ratio : float
        Strength of the evidence.
    p : float
        ``(b + 1) / (R + 1)`` with ``b`` simulations whose strongest circle is at least as strong.
    """

    members: IntArray
    radius_m: float
    events: float
    expected: float
    relative_risk: float | None
    log_likelihood_ratio: float
    p: float


@dataclass(frozen=True, eq=False)
class ScanResult(FrozenArrays):
    """Most likely cluster, and further ones that do not overlap.

    Attributes
    ----------
    clusters : tuple of ScanCluster
        Strongest first. Further ones are those with ``p <= 0.05``, and none shares an area with a stronger one. Empty
        only if no circle deviates in the direction asked for.
    scan_for : {"high", "low", "both"}
        Direction of the deviation.
    maximum_share : float
        Largest admitted share of the population in a circle.
    windows : int
        Number of different circles.
    permutations, seed : int
        Simulations, and the seed that repeats them.
    n : int
        Areas with population.
    """

    clusters: tuple[ScanCluster, ...]
    scan_for: ScanFor
    maximum_share: float
    windows: int
    permutations: int
    seed: int
    n: int

    @property
    def smallest_p(self) -> float:
        """The smallest p that this number of simulations can give."""
        return 1.0 / (self.permutations + 1)


def spatial_scan(
    events: ArrayLike,
    population: ArrayLike,
    coordinates_m: ArrayLike,
    *,
    scan_for: ScanFor = "high",
    maximum_share: float = 0.5,
    permutations: int = 999,
    seed: int = DEFAULT_SEED,
) -> ScanResult:
    """Scan for clusters of events with circular windows (Kulldorff 1997, Poisson model).

    Around each area, circles grow from neighbour to neighbour up to half of the population. With ``c`` events inside,
    ``C`` in all, and ``μ = C n_in / n_all`` expected under equal risk:
    ``LLR = c ln(c / μ) + (C - c) ln((C - c) / (C - μ))`` where ``c > μ`` (``high``), ``c < μ`` (``low``) or always
    (``both``). The strongest circle is compared with the strongest of each simulated map, on which the ``C`` events
    fall on the areas in proportion to their population (multinomial). So one p covers all circles.

    Parameters
    ----------
    events, population : array_like of float, shape (n,)
        Whole numbers of events, and population at risk, >= 0. Areas without population are left out.
    coordinates_m : array_like of float, shape (n, 2)
        Centres in metres of a projected system, preferably of population.
    scan_for : {"high", "low", "both"}
        More events than expected, fewer, or either.
    maximum_share : float
        Largest share of the population in a circle, above 0 to 0.5.
    permutations : int
        Simulated maps, >= 1.
    seed : int
        Seed of the random numbers, >= 0.

    Returns
    -------
    ScanResult

    Raises
    ------
    TooFewAreas
        If fewer than 10 areas have a population.
    EmptyGroup
        If there is no event.
    ImpossibleCounts, MissingValues, InfiniteValues, NegativeValues, LengthMismatch, UnknownOption, OptionOutOfRange
        If counts, coordinates or options are unsuitable.

    Notes
    -----
    Areas at the same distance from a centre enter together. The circles are those of the coordinates: a long valley
    with a raised risk appears as a circle around its middle. Secondary clusters are compared with the strongest circle
    of each simulated map, which makes their p conservative.

    References
    ----------
    Kulldorff (1997), Communications in Statistics: Theory and Methods 26, 1481-1496; Kulldorff and Nagarwalla (1995),
    Statistics in Medicine 14, 799-810.

    Examples
    --------
    >>> where = [[1000 * (i % 5), 1000 * (i // 5)] for i in range(25)]
    >>> events = [9 if i in (0, 1, 5) else 2 for i in range(25)]
    >>> cluster = spatial_scan(events, [1000] * 25, where).clusters[0]
    >>> sorted(cluster.members.tolist()), cluster.p
    ([0, 1, 5], 0.001)
    """
    counted, base = events_among(events, population)
    where = np.array(coordinates_m, dtype=np.float64)
    if where.shape != (len(base), 2):
        raise LengthMismatch("coordinates", where.size, 2 * len(base))
    if not np.isfinite(where).all():
        raise MissingValues(np.flatnonzero(~np.isfinite(where).all(axis=1)).tolist())
    if scan_for not in get_args(ScanFor):
        raise UnknownOption("scan_for", scan_for, get_args(ScanFor))
    if not 0 < maximum_share <= 0.5:
        raise OptionOutOfRange("maximum_share", maximum_share, "above 0, at most 0.5")
    rng = generator(seed, permutations)
    inhabited = np.flatnonzero(base > 0)
    if len(inhabited) < MINIMUM_AREAS:
        raise TooFewAreas(len(inhabited), MINIMUM_AREAS)
    cases = whole_numbers(counted, "event counts")[inhabited]
    if not cases.sum():
        raise EmptyGroup("there is no event")
    circles = _Circles(where[inhabited], base[inhabited], maximum_share)
    shares = base[inhabited] / base[inhabited].sum()

    def block(maps: int, own_rng: np.random.Generator) -> FloatArray:
        drawn = own_rng.multinomial(int(cases.sum()), shares, size=maps)
        return _strongest(circles, np.ascontiguousarray(drawn.T, dtype=np.int64), scan_for)

    strongest = np.concatenate(in_blocks(block, permutations, rng, size=BLOCK_MAPS))
    observed, windows = _observed(circles, cases, scan_for, float(np.quantile(strongest, _CALLED)))
    return ScanResult(
        clusters=tuple(_clusters(circles, observed, cases, strongest, inhabited)),
        scan_for=scan_for,
        maximum_share=maximum_share,
        windows=windows,
        permutations=permutations,
        seed=seed,
        n=len(inhabited),
    )


@dataclass(frozen=True)
class _Circles:
    """Circles around each area that hold at most a share of the population."""

    where: FloatArray
    population: FloatArray
    maximum_share: float

    @property
    def n(self) -> int:
        """Number of centres."""
        return len(self.population)

    def around(self, centre: int) -> _Growth:
        """Circles around one centre."""
        distance = np.hypot(*(self.where - self.where[centre]).T)
        order = np.lexsort((np.arange(self.n) != centre, distance))
        ordered = distance[order]
        share = np.cumsum(self.population[order]) / self.population.sum()
        # A circle is complete where the next area is farther away.
        complete = np.append(ordered[1:] > ordered[:-1] * (1 + 1e-12), True)
        ends = np.flatnonzero(complete & (share <= self.maximum_share + 1e-12))
        width = int(ends.max(initial=-1)) + 1
        return _Growth(order[:width], ordered[:width], ends, share[ends])


class _Growth(NamedTuple):
    """Areas by distance from a centre, and the places at which a circle ends."""

    order: IntArray
    distance: FloatArray
    ends: IntArray
    share: FloatArray

    def ratios(self, cases: NDArray[np.integer[Any]], likelihood: _Likelihood) -> FloatArray:
        """Log-likelihood ratio of each circle (row) on each map (column) with cases of shape (n, m)."""
        inside = cases[self.order]
        np.cumsum(inside, axis=0, out=inside)
        if len(self.ends) < len(self.order):
            inside = inside[self.ends]
        return likelihood.ratio(inside, self.share[:, None])


@dataclass(frozen=True)
class _Likelihood:
    """Log-likelihood ratio by the number of events inside and the share of the population.

    ``c ln(c / μ) + (C - c) ln((C - c) / (C - μ))`` is ``g(c) - c ln μ - (C - c) ln(C - μ)`` with
    ``g(c) = c ln c + (C - c) ln(C - c)``, which is looked up in a table unless there are very many events.
    """

    total: int
    scan_for: ScanFor
    table: FloatArray | None

    @classmethod
    def of(cls, total: int, scan_for: ScanFor) -> _Likelihood:
        """Likelihood for a number of events."""
        table = _entropy(np.arange(total + 1), total) if total <= _LARGEST_TABLE else None
        return cls(total, scan_for, table)

    def ratio(self, inside: NDArray[np.integer[Any]], share: FloatArray) -> FloatArray:
        """Ratio, 0 where the deviation has the wrong direction."""
        expected = share * self.total
        outer = np.log(self.total - expected)
        ratio = _entropy(inside, self.total) if self.table is None else self.table[inside]
        ratio -= inside * (np.log(expected) - outer)
        ratio -= self.total * outer
        if self.scan_for != "both":
            ratio *= (inside > expected) if self.scan_for == "high" else (inside < expected)
        return np.asarray(np.maximum(ratio, 0.0, out=ratio))


def _entropy(inside: NDArray[np.integer[Any]], total: int) -> FloatArray:
    """``c ln c + (C - c) ln(C - c)`` of counts; 0 ln 0 is 0."""
    counts = inside.astype(np.float64)
    others = total - counts
    return np.asarray(counts * np.log(np.maximum(counts, 1.0)) + others * np.log(np.maximum(others, 1.0)))


def _strongest(circles: _Circles, drawn: NDArray[np.int64], scan_for: ScanFor) -> FloatArray:
    """Strongest ratio of each simulated map, cases of shape (n, permutations)."""
    likelihood = _Likelihood.of(int(drawn[:, 0].sum()), scan_for)
    strongest = np.zeros(drawn.shape[1])
    for centre in range(circles.n):
        growth = circles.around(centre)
        step = max(1, _CHUNK_CELLS // max(1, len(growth.order)))
        for start in range(0, drawn.shape[1] if len(growth.ends) else 0, step):
            part = slice(start, start + step)
            here = growth.ratios(drawn[:, part], likelihood).max(axis=0)
            np.maximum(strongest[part], here, out=strongest[part])
    return strongest


class _Circle(NamedTuple):
    """One circle and its ratio."""

    ratio: float
    centre: int
    end: int


def _observed(circles: _Circles, cases: IntArray, scan_for: ScanFor, critical: float) -> tuple[list[_Circle], int]:
    """Circles that may be called, strongest first and at least one; and the number of all circles."""
    likelihood = _Likelihood.of(int(cases.sum()), scan_for)
    called: list[_Circle] = []
    best, windows = _Circle(0.0, 0, 0), 0
    for centre in range(circles.n):
        growth = circles.around(centre)
        windows += len(growth.ends)
        if not len(growth.ends):
            continue
        ratios = growth.ratios(cases[:, None], likelihood)[:, 0]
        top = int(np.argmax(ratios))
        best = max(best, _Circle(float(ratios[top]), centre, int(growth.ends[top])), key=lambda circle: circle.ratio)
        strong = np.flatnonzero((ratios >= critical * (1 - TIE_TOLERANCE)) & (ratios > 0))
        called += [_Circle(float(ratios[i]), centre, int(growth.ends[i])) for i in strong]
    called.sort(key=lambda circle: -circle.ratio)
    return called or [best], windows


def _clusters(
    circles: _Circles, observed: list[_Circle], cases: IntArray, strongest: FloatArray, inhabited: IntArray
) -> list[ScanCluster]:
    """Strongest circles without a common area: the first whatever its p, the others up to 0.05."""
    clusters: list[ScanCluster] = []
    taken = np.zeros(len(cases), dtype=np.bool_)
    total, population = float(cases.sum()), circles.population
    for ratio, centre, end in observed:
        slack = TIE_TOLERANCE * max(ratio, 1.0)
        p = (int((strongest >= ratio - slack).sum()) + 1) / (len(strongest) + 1)
        if ratio <= 0 or (clusters and p > 1 - _CALLED):
            break
        growth = circles.around(centre)
        members = growth.order[: end + 1]
        if taken[members].any():
            continue
        taken[members] = True
        events, expected = float(cases[members].sum()), total * float(population[members].sum() / population.sum())
        outside = total - events
        clusters.append(
            ScanCluster(
                members=inhabited[members],
                radius_m=float(growth.distance[end]),
                events=events,
                expected=expected,
                relative_risk=(events / expected) / (outside / (total - expected)) if outside > 0 else None,
                log_likelihood_ratio=ratio,
                p=p,
            )
        )
    return clusters
