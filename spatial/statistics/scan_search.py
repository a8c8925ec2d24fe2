"""The strongest circle of many simulated maps, without looking at every circle of every map.

The circles around a centre are cut into runs. No circle of a run holds more events than its last one, or expects fewer
than its first one, which bounds the likelihood ratio of the whole run. Only runs whose bound exceeds what was already
found on a map are looked at circle by circle. So the maxima are exact, and mostly only the counts at the ends of
the runs are needed: sums of the maps over the areas of each run, one sparse matrix product for many centres and maps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.circles import Circles, Growth, Likelihood, ScanFor
from spatial.statistics.weights import BoolArray, FloatArray, IntArray

Events = NDArray[np.floating[Any]]
#: Centres whose circles are all looked at first, so that there is something to beat; with so few areas, that is all.
_FIRST_CENTRES = 64
#: Expected events of a run, in standard deviations of the events inside the circle.
_RUN_DEVIATIONS = 1.0
#: Areas of the circles that are handled at once.
_BATCH_CELLS = 100_000
#: Circles that are looked at one by one at once.
_EXACT_CELLS = 2_000_000
#: Steps of the table of critical counts.
_STEPS = 4096
#: Bounds and ratios that differ by less than this share are tied.
_SLACK = 1e-9
#: Sums below this are exact in single precision.
_SINGLE = 2**24


def strongest(circles: Circles, drawn: NDArray[np.int64], scan_for: ScanFor) -> FloatArray:
    """Strongest ratio of any circle on each map.

    Parameters
    ----------
    circles : Circles
    drawn : ndarray of int64, shape (n, maps)
        Events of each area; the same number on each map.
    scan_for : {"high", "low", "both"}

    Returns
    -------
    ndarray of float64, shape (maps,)
    """
    likelihood = Likelihood.of(int(drawn[:, 0].sum()), scan_for)
    best = np.zeros(drawn.shape[1])
    first = np.unique(np.linspace(0, circles.n - 1, _FIRST_CENTRES).astype(np.int64))
    for centre in first.tolist():
        ratios = circles.around(centre).ratios(drawn, likelihood)
        np.maximum(best, ratios.max(axis=0, initial=0.0), out=best)
    if len(first) == circles.n:
        return best
    maps: Events = drawn.astype(np.float32) if likelihood.total < _SINGLE else drawn.astype(np.float64)
    limits = _Limits.above(0.0, likelihood)
    for runs in _batches(circles, likelihood.total):
        if best.min() > 1.02 * limits.level:
            limits = _Limits.above(float(best.min()), likelihood)
        _improve(best, runs, maps, limits, likelihood)
    return best


@dataclass(frozen=True)
class _Runs:
    """Runs of circles around some centres, laid end to end; each centre has as many, some of them empty.

    ``order``, ``ends`` and ``share`` are those of the centres' growths. A run goes from ``starts`` up to and without
    ``stops``; ``each`` is the number of runs of a centre.
    """

    order: IntArray
    ends: BoolArray
    share: FloatArray
    starts: IntArray
    stops: IntArray
    each: int

    @classmethod
    def of(cls, growths: list[Growth], cuts: list[IntArray]) -> _Runs:
        """Lay the circles of several centres, and where each is cut, end to end."""
        limits = np.cumsum([0, *(len(growth.order) for growth in growths)])
        each = max(len(places) for places in cuts)
        starts = np.repeat(limits[1:, None], each, axis=1)
        for row, places, offset in zip(starts, cuts, limits, strict=False):
            row[: len(places)] = places + offset
        return cls(
            order=np.concatenate([growth.order for growth in growths]),
            ends=np.concatenate([growth.ends for growth in growths]),
            share=np.concatenate([growth.share for growth in growths]),
            starts=starts.ravel(),
            stops=np.append(starts.ravel()[1:], limits[-1]),
            each=each,
        )

    def inside(self, maps: Events) -> Events:
        """Events in the circle at the end of each run, on each map; shape (runs, maps)."""
        from scipy.sparse import csr_matrix

        ones, pointers = np.ones(len(self.order), dtype=maps.dtype), np.append(self.starts, len(self.order))
        areas = csr_matrix((ones, self.order, pointers), shape=(len(self.starts), len(maps)))
        events = areas @ maps
        by_centre = events.reshape(-1, self.each, maps.shape[1])
        for run in range(1, self.each):
            by_centre[:, run] += by_centre[:, run - 1]
        return np.asarray(events)

    def before(self, inside: Events, run: IntArray, column: IntArray) -> Events:
        """Events in the circle before some runs begin, each on one map."""
        return np.asarray(np.where(run % self.each == 0, 0, inside[run - 1, column]))


def _batches(circles: Circles, total: int) -> Iterator[_Runs]:
    """Circles of some centres at a time, cut into runs.

    A run ends where the expected events have grown by a standard deviation, or the number of areas by half.
    """
    doublings = np.floor(2 * np.log2(np.arange(1, circles.n + 1))).astype(np.int64)
    growths: list[Growth] = []
    cuts: list[IntArray] = []
    cells = 0
    for centre in range(circles.n):
        growth = circles.around(centre)
        if not len(growth.order):
            continue
        steps = np.floor(2 * np.sqrt(growth.share * total) / _RUN_DEVIATIONS).astype(np.int64)
        changes = (np.diff(steps) > 0) | (np.diff(doublings[: len(steps)]) > 0)
        growths.append(growth)
        cuts.append(np.append(0, np.flatnonzero(changes) + 1))
        cells += len(growth.order)
        if cells >= _BATCH_CELLS:
            yield _Runs.of(growths, cuts)
            growths, cuts, cells = [], [], 0
    if growths:
        yield _Runs.of(growths, cuts)


@dataclass(frozen=True)
class _Limits:
    """Counts from which on, or up to which, a circle may reach a ratio, by its share of the population.

    Shares are tabled by their square root, rounded to the side on which nothing is missed.
    """

    level: float
    high: FloatArray
    low: FloatArray

    @classmethod
    def above(cls, level: float, likelihood: Likelihood) -> _Limits:
        """Limits of a ratio."""
        shares = np.maximum((np.arange(_STEPS + 1) / _STEPS) ** 2, 1e-12)
        shares[-1] = 1 - 1e-12
        total = likelihood.total
        searched = level * (1 - _SLACK)
        up, down = (replace(likelihood, scan_for=direction) for direction in ("high", "low"))
        least, most = np.floor(shares * total).astype(np.int64), np.ceil(shares * total).astype(np.int64)
        high = _first_reaching(up, shares, searched, least, np.full_like(least, total + 1))
        low = _first_reaching(down, shares, searched, most, np.full_like(most, -1))
        if likelihood.scan_for == "low":
            high = np.full_like(high, total + 1)
        if likelihood.scan_for == "high":
            low = np.full_like(low, -1)
        return cls(level, high.astype(np.float64), low.astype(np.float64))

    def admit(self, runs: _Runs, inside: Events) -> tuple[IntArray, IntArray]:
        """Runs and maps on which a circle may reach the level."""
        filled = runs.stops > runs.starts
        from_share = runs.share[np.where(filled, runs.starts, 0)]
        to_share = runs.share[np.where(filled, runs.stops - 1, 0)]
        lower = np.floor(np.sqrt(from_share) * _STEPS * (1 - _SLACK)).astype(np.int64)
        upper = np.minimum(np.ceil(np.sqrt(to_share) * _STEPS * (1 + _SLACK)), _STEPS).astype(np.int64)
        admitted = inside >= np.where(filled, self.high[lower], np.inf).astype(inside.dtype)[:, None]
        if self.low.max() >= 0:
            low = np.where(filled, self.low[upper], -1.0).astype(inside.dtype)
            admitted[1:] |= inside[:-1] <= low[1:, None]
            admitted[:: runs.each] |= low[:: runs.each, None] >= 0
        run, column = np.nonzero(admitted)
        return run.astype(np.int64), column.astype(np.int64)


def _first_reaching(
    likelihood: Likelihood, shares: FloatArray, level: float, wrong: IntArray, right: IntArray
) -> IntArray:
    """By bisection, the count next to ``wrong`` at which the ratio reaches a level; ``right`` is beyond all counts."""
    for _ in range(likelihood.total.bit_length() + 1):
        middle = (wrong + right) // 2 if right[0] > wrong[0] else -((-wrong - right) // 2)
        inside = np.clip(middle, 0, likelihood.total)
        reached = likelihood.ratio(inside, shares) >= level
        moving = np.abs(right - wrong) > 1
        right = np.where(moving & reached, middle, right)
        wrong = np.where(moving & ~reached, middle, wrong)
    return right


def _improve(best: FloatArray, runs: _Runs, maps: Events, limits: _Limits, likelihood: Likelihood) -> None:
    """Raise the best ratios to those of the runs."""
    inside = runs.inside(maps)
    run, column = limits.admit(runs, inside)
    start = runs.before(inside, run, column)
    bound = _bound(likelihood, runs, run, (start, inside[run, column]))
    promising = np.flatnonzero(bound * (1 + _SLACK) > best[column])
    promising = promising[np.argsort(-bound[promising], kind="stable")]
    run, column, bound, start = run[promising], column[promising], bound[promising], start[promising]
    lengths = runs.stops[run] - runs.starts[run]
    done = 0
    while done < len(run):
        upto = done + max(1, int(np.searchsorted(np.cumsum(lengths[done:]), _EXACT_CELLS)))
        part = np.arange(done, upto)
        part = part[bound[part] * (1 + _SLACK) > best[column[part]]]
        if len(part):
            _look_at(best, runs, (run[part], column[part], start[part]), maps, likelihood)
        done = upto


def _bound(likelihood: Likelihood, runs: _Runs, run: IntArray, inside: tuple[Events, Events]) -> FloatArray:
    """What no circle of a run exceeds on a map."""
    before, up_to = (counts.astype(np.int64) for counts in inside)
    bound = np.zeros(len(run))
    if likelihood.scan_for != "low":
        bound = replace(likelihood, scan_for="high").ratio(up_to, runs.share[runs.starts[run]])
    if likelihood.scan_for != "high":
        low = replace(likelihood, scan_for="low").ratio(before, runs.share[runs.stops[run] - 1])
        bound = np.maximum(bound, low)
    return bound


def _look_at(
    best: FloatArray,
    runs: _Runs,
    wanted: tuple[IntArray, IntArray, Events],
    maps: Events,
    likelihood: Likelihood,
) -> None:
    """Ratios of all circles of some runs, each on one map: run, map, and events inside before the run begins."""
    run, column, start = wanted
    lengths = runs.stops[run] - runs.starts[run]
    begins = np.cumsum(lengths) - lengths
    place = np.arange(int(lengths.sum())) + np.repeat(runs.starts[run] - begins, lengths)
    on = np.repeat(column, lengths)
    events = np.cumsum(maps[runs.order[place], on], dtype=np.float64)
    base = np.append(0.0, events)[begins] - start
    inside = (events - np.repeat(base, lengths)).astype(np.int64)
    ended = runs.ends[place]
    ratios = likelihood.ratio(inside[ended], runs.share[place[ended]])
    np.maximum.at(best, on[ended], ratios)
