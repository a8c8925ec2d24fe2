"""The search that skips most circles finds the same maxima as looking at every circle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from spatial.statistics import scan_search
from spatial.statistics.circles import Circles, Likelihood, ScanFor
from spatial.statistics.scan_search import strongest

Floats = NDArray[np.float64]


def _every_circle(circles: Circles, drawn: NDArray[np.int64], scan_for: ScanFor) -> Floats:
    likelihood = Likelihood.of(int(drawn[:, 0].sum()), scan_for)
    found = [circles.around(centre).ratios(drawn, likelihood).max(axis=0, initial=0.0) for centre in range(circles.n)]
    return np.asarray(np.max(found, axis=0))


def _maps(n: int, events: int, maps: int, *, even: bool = False) -> tuple[Floats, Floats, NDArray[np.int64]]:
    rng = np.random.default_rng(n + events)
    where: Floats = rng.uniform(0, 9e4, (n, 2))
    population: Floats = np.asarray(np.round(np.exp(rng.normal(6, 1.2, n))) + 1, dtype=np.float64)
    if even:
        where = np.asarray(np.column_stack([np.arange(n) % 17, np.arange(n) // 17]) * 1000, dtype=np.float64)
        population = np.full(n, 100.0)
    drawn = rng.multinomial(events, population / population.sum(), size=maps)
    return where, population, np.ascontiguousarray(drawn.T)


@pytest.mark.parametrize("scan_for", ["high", "low", "both"])
@pytest.mark.parametrize("events", [1, 3, 40, 900, 60_000])
@pytest.mark.parametrize("even", [False, True])
def test_maxima_are_those_of_every_circle(events: int, scan_for: ScanFor, even: bool) -> None:
    where, population, drawn = _maps(150, events, 60, even=even)
    circles = Circles(where, population, 0.5)
    assert strongest(circles, drawn, scan_for).tolist() == _every_circle(circles, drawn, scan_for).tolist()


@pytest.mark.parametrize("maximum_share", [0.02, 0.2])
def test_smaller_circles(maximum_share: float) -> None:
    where, population, drawn = _maps(120, 500, 40)
    circles = Circles(where, population, maximum_share)
    assert strongest(circles, drawn, "high").tolist() == _every_circle(circles, drawn, "high").tolist()


def test_batches_and_what_is_kept_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    where, population, drawn = _maps(90, 700, 10)
    at_once = strongest(Circles(where, population, 0.5), drawn, "both")
    monkeypatch.setattr(scan_search, "_BATCH_CELLS", 50)
    monkeypatch.setattr(scan_search, "_EXACT_CELLS", 7)
    monkeypatch.setattr(scan_search, "_FIRST_CENTRES", 1)
    forgetful = Circles(where, population, 0.5)
    forgetful._left = 0
    assert strongest(forgetful, drawn, "both").tolist() == at_once.tolist()
    assert not forgetful._kept


def test_more_events_than_single_precision_counts() -> None:
    where, population, drawn = _maps(60, 40_000_000, 12)
    circles = Circles(where, population, 0.5)
    assert strongest(circles, drawn, "both").tolist() == _every_circle(circles, drawn, "both").tolist()


def test_most_circles_are_never_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    where, population, drawn = _maps(400, 4000, 50)
    looked: list[int] = []
    original = scan_search._look_at

    def counted(best: Floats, runs: Any, wanted: Any, *others: Any) -> None:
        looked.append(int((runs.stops[wanted[0]] - runs.starts[wanted[0]]).sum()))
        original(best, runs, wanted, *others)

    monkeypatch.setattr(scan_search, "_look_at", counted)
    circles = Circles(where, population, 0.5)
    strongest(circles, drawn, "high")
    every = sum(int(circles.around(centre).ends.sum()) for centre in range(circles.n)) * drawn.shape[1]
    assert 0 < sum(looked) < every / 10
