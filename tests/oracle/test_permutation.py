"""The shared permutation table against the exact conditional permutation distribution.

For few neighbours every possible draw can be listed; the share of draws in each tail is then known exactly, and a
simulated count of R draws must lie around R times that share like a binomial variate.
"""

from __future__ import annotations

from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from spatial.statistics import Weights, moran_local, weights_from_pairs, weights_knn
from spatial.statistics.attainable import smallest_attainable_p
from spatial.statistics.draws import draw_table
from spatial.statistics.permutation import (
    TailCounts,
    tail_counts_of_squared_gaps,
    tail_counts_of_sums,
)

Floats = NDArray[np.float64]
SIMULATIONS = 20_000


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _values(kind: str, n: int) -> Floats:
    rng = _generator(n)
    if kind == "skewed":
        return rng.gamma(1.5, 2.0, n)
    if kind == "tied":
        return rng.integers(0, 4, n).astype(np.float64)
    return np.round(rng.normal(10, 3, n), 1)


def _irregular(n: int, most: int, seed: int) -> Weights:
    """Directed neighbours with 1 to ``most`` for each area, and one isolate."""
    rng = _generator(seed)
    keys = [f"{i:02}" for i in range(n)]
    pairs = [
        (keys[i], keys[j])
        for i in range(1, n)
        for j in rng.choice([x for x in range(n) if x != i], size=1 + i % most, replace=False)
    ]
    return weights_from_pairs(pairs, keys, symmetric=False)


def _assert_binomial(counts: TailCounts, exact_ge: Floats, exact_le: Floats, tested: NDArray[np.bool_]) -> None:
    """Counts agree with exact tail shares within Monte Carlo noise, without bias over the areas."""
    for count, share in ((counts.greater_equal, exact_ge), (counts.less_equal, exact_le)):
        certain = tested & ((share == 0) | (share == 1))
        assert (count[certain] == share[certain] * counts.permutations).all()
        open_ = tested & (share > 0) & (share < 1)
        expected, sd = counts.permutations * share, np.sqrt(counts.permutations * share * (1 - share))
        z = (count[open_] - expected[open_]) / sd[open_]
        assert np.abs(z).max() < 4.5
        assert np.sqrt((z**2).mean()) < 2.0


def _exact_sums(values: Floats, weights: Weights) -> tuple[Floats, Floats]:
    ge, le = np.full(weights.n, np.nan), np.full(weights.n, np.nan)
    for i in range(weights.n):
        k = int(weights.cardinalities[i])
        if k == 0:
            continue
        others = np.delete(values, i)
        sums = np.array([others[list(chosen)].sum() for chosen in combinations(range(len(others)), k)])
        observed = values[weights.neighbours(i)].sum()
        ge[i], le[i] = (sums >= observed - 1e-9).mean(), (sums <= observed + 1e-9).mean()
    return ge, le


@pytest.mark.parametrize("kind", ["skewed", "tied", "rounded"])
@pytest.mark.parametrize(("n", "most"), [(9, 4), (9, 8), (28, 3), (49, 2)])
def test_shared_table_has_the_exact_conditional_distribution(kind: str, n: int, most: int) -> None:
    values, weights = _values(kind, n), _irregular(n, most, seed=n)
    counts = tail_counts_of_sums(values, weights, SIMULATIONS, _generator(1))
    _assert_binomial(counts, *_exact_sums(values, weights), ~weights.isolate_mask)


def test_shared_table_is_unbiased_over_many_seeds() -> None:
    # With 9 areas and 4 neighbours nearly every second row holds the area itself: the correction carries the result.
    values, weights = _values("skewed", 9), weights_knn(_generator(3).random((9, 2)), list("abcdefghi"), 4)
    exact_ge, exact_le = _exact_sums(values, weights)
    draws = 2_000
    total_ge, total_le = np.zeros(9, dtype=np.int64), np.zeros(9, dtype=np.int64)
    for seed in range(200):
        counts = tail_counts_of_sums(values, weights, draws, _generator(seed))
        total_ge += counts.greater_equal
        total_le += counts.less_equal
    counts = TailCounts(total_ge, total_le, 200 * draws)
    _assert_binomial(counts, exact_ge, exact_le, np.ones(9, dtype=np.bool_))


def test_columbus_agrees_with_brute_force(columbus: dict[str, Floats], columbus_queen: Weights) -> None:
    crime = columbus["CRIME"]
    counts = tail_counts_of_sums(crime, columbus_queen, SIMULATIONS, _generator(5))
    rng = _generator(6)
    z = []
    for i in range(49):
        k = int(columbus_queen.cardinalities[i])
        others = np.delete(crime, i)
        shuffled = rng.permuted(np.tile(others, (SIMULATIONS, 1)), axis=1)
        share = (shuffled[:, :k].sum(axis=1) >= crime[columbus_queen.neighbours(i)].sum() - 1e-9).mean()
        difference = counts.greater_equal[i] / SIMULATIONS - share
        z.append(difference / np.sqrt(2 * max(share * (1 - share), 1e-4) / SIMULATIONS))
    assert np.abs(z).max() < 4.5
    assert 0.4 < np.sqrt(np.mean(np.square(z))) < 1.8


def _unequal(n: int, k: int) -> Weights:
    rng = _generator(n + k)
    keys = [f"{i:02}" for i in range(n)]
    pairs = [(keys[i], keys[j]) for i in range(n) for j in rng.choice([x for x in range(n) if x != i], k, False)]
    return weights_from_pairs(pairs, keys, values=rng.uniform(0.2, 3.0, len(pairs)), symmetric=False)


def _exact_ordered(values: Floats, weights: Weights, *, squared_gaps: bool) -> tuple[Floats, Floats]:
    ge, le = np.empty(weights.n), np.empty(weights.n)
    for i in range(weights.n):
        amounts = weights.data[weights.indptr[i] : weights.indptr[i + 1]]
        scored = (values[i] - values) ** 2 if squared_gaps else values
        others = np.delete(scored, i)
        draws = np.array([others[list(chosen)] for chosen in permutations(range(len(others)), len(amounts))])
        sums, observed = draws @ amounts, float(amounts @ scored[weights.neighbours(i)])
        ge[i], le[i] = (sums >= observed - 1e-9).mean(), (sums <= observed + 1e-9).mean()
    return ge, le


@pytest.mark.parametrize("kind", ["skewed", "tied"])
@pytest.mark.parametrize(("n", "k"), [(9, 3), (9, 1), (28, 2)])
def test_unequal_weights_have_the_exact_conditional_distribution(kind: str, n: int, k: int) -> None:
    values, weights = _values(kind, n), _unequal(n, k)
    counts = tail_counts_of_sums(values, weights, SIMULATIONS, _generator(2))
    _assert_binomial(counts, *_exact_ordered(values, weights, squared_gaps=False), np.ones(n, dtype=np.bool_))


@pytest.mark.parametrize("equal", [True, False])
@pytest.mark.parametrize(("n", "k"), [(9, 3), (28, 2)])
def test_local_geary_has_the_exact_conditional_distribution(equal: bool, n: int, k: int) -> None:
    values = _values("skewed", n)
    weights = _unequal(n, k).binary() if equal else _unequal(n, k)
    counts = tail_counts_of_squared_gaps(values, weights, SIMULATIONS, _generator(4))
    _assert_binomial(counts, *_exact_ordered(values, weights, squared_gaps=True), np.ones(n, dtype=np.bool_))


@pytest.mark.parametrize(("n", "size"), [(6, 6), (9, 4), (40, 2), (500, 3), (900, 42)])
def test_draws_are_distinct_and_even(n: int, size: int) -> None:
    table = draw_table(n, size, 30_000, _generator(7))
    ordered = np.sort(table, axis=0)
    assert (ordered[1:] > ordered[:-1]).all()
    for place in range(size):
        counts = np.bincount(table[place], minlength=n)
        chi_square = ((counts - 30_000 / n) ** 2 / (30_000 / n)).sum()
        assert chi_square < n - 1 + 5 * np.sqrt(2 * (n - 1))


@pytest.mark.parametrize("kind", ["skewed", "tied"])
def test_smallest_attainable_p_is_the_smallest_exact_p(kind: str) -> None:
    values, weights = _values(kind, 9), _irregular(9, 4, seed=9)
    bounds = smallest_attainable_p(values, weights, 10**9)
    for i in range(1, 9):
        others, k = np.delete(values, i), int(weights.cardinalities[i])
        sums = np.array([others[list(chosen)].sum() for chosen in combinations(range(8), k)])
        rarest = min((sums >= sums.max() - 1e-9).mean(), (sums <= sums.min() + 1e-9).mean())
        assert bounds[i] == pytest.approx(min(1.0, 2 * rarest), rel=1e-9)
    assert np.isnan(bounds[0])


def test_one_neighbour_among_28_areas_cannot_fall_below_two_in_27() -> None:
    keys = [f"{i:02}" for i in range(28)]
    path = weights_from_pairs(pairwise(keys), keys)
    values = np.arange(28.0)
    result = moran_local(values, path)
    assert result.smallest_p_each[0] == pytest.approx(2 / 27)
    assert result.smallest_p_each[1] == pytest.approx(2 / (27 * 26 / 2))
    assert result.p[0] > 0.06
