"""Permutations in blocks: shared out and put together, the result is that of one process."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from spatial.statistics import (
    LengthMismatch,
    OptionOutOfRange,
    geary_local,
    moran,
    segregation_null,
    spatial_scan,
    weights_kernel,
    weights_knn,
)
from spatial.statistics.blocks import assembled, in_blocks, merged, share, watched

RNG = np.random.default_rng(5)
POINTS = RNG.random((40, 2)) * 1e4
VALUES = RNG.gamma(2.0, size=40)
POPULATION = RNG.integers(200, 900, 40).astype(float)
EVENTS = RNG.binomial(POPULATION.astype(int), 0.1).astype(float)
KEYS = [f"{i:02}" for i in range(40)]


def draws(rows: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.random(rows)


def test_every_permutation_runs_once_in_blocks_of_the_size() -> None:
    parts = in_blocks(draws, 2500, np.random.default_rng(1), size=1000)
    assert [len(part) for part in parts] == [1000, 1000, 500]
    assert len(np.unique(np.concatenate(parts))) == 2500


def test_a_second_simulation_has_other_blocks() -> None:
    rng = np.random.default_rng(1)
    assert not np.array_equal(in_blocks(draws, 10, rng)[0], in_blocks(draws, 10, rng)[0])


def moran_p() -> object:
    return moran(VALUES, weights_knn(POINTS, KEYS, 4), permutations=4321, seed=3).p


def geary_p() -> object:
    return geary_local(VALUES, weights_kernel(POINTS, KEYS, 6), permutations=12_345, seed=3).p.tolist()


def segregation() -> object:
    return segregation_null(EVENTS, POPULATION, permutations=2345, seed=3).simulated.tolist()


def scan_p() -> object:
    found = spatial_scan(EVENTS, POPULATION, POINTS, permutations=345, seed=3)
    return [cluster.p for cluster in found.clusters]


@pytest.mark.parametrize("statistic", [moran_p, geary_p, segregation, scan_p])
@pytest.mark.parametrize("shares", [1, 3, 8])
def test_shares_put_together_give_the_same_result(statistic: Callable[[], object], shares: int) -> None:
    alone = statistic()
    records = []
    for number in reversed(range(shares)):
        with share(number, shares) as record:
            statistic()
        records.append(record)
    with assembled(merged(records)):
        assert statistic() == alone


def test_a_missing_share_is_noticed() -> None:
    with share(0, 2) as record:
        in_blocks(draws, 4000, np.random.default_rng(1))
    with assembled(merged([record])), pytest.raises(LengthMismatch):
        in_blocks(draws, 4000, np.random.default_rng(1))


def test_shares_of_different_statistics_do_not_merge() -> None:
    with share(0, 2) as one:
        in_blocks(draws, 10, np.random.default_rng(1))
    with pytest.raises(LengthMismatch):
        merged([one, []])


def test_blocks_are_reported_and_a_report_can_stop_them() -> None:
    seen: list[tuple[int, int]] = []

    def report(finished: int, total: int) -> None:
        seen.append((finished, total))
        if finished == 2:
            raise InterruptedError

    with watched(report), pytest.raises(InterruptedError):
        in_blocks(draws, 4000, np.random.default_rng(1))
    assert seen == [(1, 4), (2, 4)]


@pytest.mark.parametrize(("permutations", "size"), [(0, 10), (10, 0)])
def test_impossible_numbers_are_refused(permutations: int, size: int) -> None:
    with pytest.raises(OptionOutOfRange):
        in_blocks(draws, permutations, np.random.default_rng(1), size=size)


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(OptionOutOfRange), share(3, 3):
        pass
