"""Kulldorff's spatial scan: the circle in which events are most out of proportion to the population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.admission import DEFAULT_SEED
from spatial.statistics.blocks import in_blocks
from spatial.statistics.circles import Circles, Likelihood, ScanFor
from spatial.statistics.counts import EVENTS, events_among, whole_numbers
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
from spatial.statistics.scan_search import strongest
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import FloatArray, IntArray

MINIMUM_AREAS = 10
#: Further clusters are named up to p = 0.05.
_CALLED = 0.95
#: A ratio up to this is rounding: one event more than expected gives more, unless there are a thousand million.
_ROUNDING = 1e-9
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
        raise LengthMismatch(Sentence("Koordinaten", "coordinates"), where.size, 2 * len(base))
    if not np.isfinite(where).all():
        raise MissingValues(np.flatnonzero(~np.isfinite(where).all(axis=1)).tolist())
    if scan_for not in get_args(ScanFor):
        raise UnknownOption("scan_for", scan_for, get_args(ScanFor))
    if not 0 < maximum_share <= 0.5:
        raise OptionOutOfRange(
            "maximum_share", maximum_share, Sentence("größer als 0, höchstens 0,5", "above 0, at most 0.5")
        )
    rng = generator(seed, permutations)
    inhabited = np.flatnonzero(base > 0)
    if len(inhabited) < MINIMUM_AREAS:
        raise TooFewAreas(len(inhabited), MINIMUM_AREAS)
    cases = whole_numbers(counted, EVENTS)[inhabited]
    if not cases.sum():
        raise EmptyGroup(Sentence("es gibt kein Ereignis", "there is no event"))
    circles = Circles(where[inhabited], base[inhabited], maximum_share)
    shares = base[inhabited] / base[inhabited].sum()

    def block(maps: int, own_rng: np.random.Generator) -> FloatArray:
        drawn = own_rng.multinomial(int(cases.sum()), shares, size=maps)
        return strongest(circles, np.ascontiguousarray(drawn.T, dtype=np.int64), scan_for)

    simulated = np.concatenate(in_blocks(block, permutations, rng, size=BLOCK_MAPS))
    observed, windows = _observed(circles, cases, scan_for, float(np.quantile(simulated, _CALLED)))
    return ScanResult(
        clusters=tuple(_clusters(circles, observed, cases, simulated, inhabited)),
        scan_for=scan_for,
        maximum_share=maximum_share,
        windows=windows,
        permutations=permutations,
        seed=seed,
        n=len(inhabited),
    )


class _Circle(NamedTuple):
    """One circle and its ratio."""

    ratio: float
    centre: int
    end: int


def _observed(circles: Circles, cases: IntArray, scan_for: ScanFor, critical: float) -> tuple[list[_Circle], int]:
    """Circles that may be called, strongest first and at least one; and the number of all circles."""
    likelihood = Likelihood.of(int(cases.sum()), scan_for)
    called: list[_Circle] = []
    best, windows = _Circle(0.0, 0, 0), 0
    for centre in range(circles.n):
        growth = circles.around(centre)
        ends = np.flatnonzero(growth.ends)
        windows += len(ends)
        if not len(ends):
            continue
        ratios = growth.ratios(cases[:, None], likelihood)[:, 0]
        top = int(np.argmax(ratios))
        best = max(best, _Circle(float(ratios[top]), centre, int(ends[top])), key=lambda circle: circle.ratio)
        strong = np.flatnonzero((ratios >= critical * (1 - TIE_TOLERANCE)) & (ratios > 0))
        called += [_Circle(float(ratios[i]), centre, int(ends[i])) for i in strong]
    called.sort(key=lambda circle: -circle.ratio)
    return called or [best], windows


def _clusters(
    circles: Circles, observed: list[_Circle], cases: IntArray, simulated: FloatArray, inhabited: IntArray
) -> list[ScanCluster]:
    """Strongest circles without a common area: the first whatever its p, the others up to 0.05."""
    clusters: list[ScanCluster] = []
    taken = np.zeros(len(cases), dtype=np.bool_)
    total, population = float(cases.sum()), circles.population
    for ratio, centre, end in observed:
        slack = TIE_TOLERANCE * max(ratio, 1.0)
        p = (int((simulated >= ratio - slack).sum()) + 1) / (len(simulated) + 1)
        if ratio <= _ROUNDING or (clusters and p > 1 - _CALLED):
            break
        members = circles.around(centre).order[: end + 1]
        if taken[members].any():
            continue
        taken[members] = True
        events, expected = float(cases[members].sum()), total * float(population[members].sum() / population.sum())
        outside = total - events
        clusters.append(
            ScanCluster(
                members=inhabited[members],
                radius_m=float(circles.distances(centre)[members[-1]]),
                events=events,
                expected=expected,
                relative_risk=(events / expected) / (outside / (total - expected)) if outside > 0 else None,
                log_likelihood_ratio=ratio,
                p=p,
            )
        )
    return clusters
