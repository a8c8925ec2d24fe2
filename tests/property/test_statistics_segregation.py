"""Laws of segregation, inequality, rates and class breaks, and the exactness of the simulated variates."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.stats import binom, chisquare, kstest

from spatial.statistics import (
    class_breaks_around,
    class_breaks_given,
    class_numbers,
    empirical_bayes,
    funnel,
    inequality,
    segregation_difference,
    segregation_indices,
    segregation_multigroup,
    segregation_null,
    trends,
    weights_knn,
)
from spatial.statistics.binomial_draws import BinomialSampler
from spatial.statistics.segregation_difference import Labelling
from spatial.statistics.unevenness import one

Floats = NDArray[np.float64]
N = 12
relaxed = settings(deadline=None, max_examples=40, derandomize=True)
people = arrays(np.float64, (2, N), elements=st.integers(0, 500).map(float))


def counts(drawn: Floats) -> tuple[Floats, Floats]:
    """Group and total with members on both sides and at least two inhabited areas."""
    group, rest = drawn
    assume(group.sum() > 0 and rest.sum() > 0 and ((group + rest) > 0).sum() > 1)
    return group, group + rest


@given(people)
@relaxed
def test_bounds_of_segregation(drawn: Floats) -> None:
    group, total = counts(drawn)
    result = segregation_indices(group, total)
    for name in ("d", "gini", "entropy", "isolation", "interaction", "correlation_ratio", "minmax"):
        assert -1e-9 <= getattr(result, name) <= 1 + 1e-9, name
    assert result.gini >= result.d - 1e-9
    assert result.isolation + result.interaction == pytest.approx(1)
    assert result.isolation >= result.share - 1e-9
    assert result.contributions.sum() == pytest.approx(result.d, abs=1e-12)
    known = total > 0
    assert (result.location_quotient[known] * total[known]).sum() == pytest.approx(total.sum())


@given(people, st.integers(0, 2**16), st.integers(2, 9))
@relaxed
def test_invariances_of_segregation(drawn: Floats, seed: int, factor: int) -> None:
    group, total = counts(drawn)
    order = np.random.default_rng(seed).permutation(N)
    first = segregation_indices(group, total).indices
    assert segregation_indices(group[order], total[order]).indices == pytest.approx(first, abs=1e-9)
    assert segregation_indices(group * factor, total * factor).indices == pytest.approx(first, abs=1e-9)
    # Splitting an area into parts of the same mix changes nothing; the other side has the same evenness.
    halves = segregation_indices(np.append(group, group[0]) / 2, np.append(total, total[0]) / 2)
    whole = segregation_indices(np.append(group[1:] / 2, group[0]), np.append(total[1:] / 2, total[0]))
    assert halves.indices == pytest.approx(whole.indices, abs=1e-9)
    rest = segregation_indices(total - group, total)
    for name in ("d", "gini", "entropy", "correlation_ratio"):
        assert getattr(rest, name) == pytest.approx(first[name], abs=1e-9)


@given(arrays(np.float64, (N, 3), elements=st.integers(0, 90).map(float)))
@relaxed
def test_bounds_of_several_groups(members: Floats) -> None:
    assume((members.sum(axis=0) > 0).sum() > 1 and (members.sum(axis=1) > 0).sum() > 1)
    result = segregation_multigroup(members)
    for name in ("d", "gini", "entropy", "relative_diversity", "exposure"):
        assert -1e-9 <= getattr(result, name) <= 1 + 1e-9, name
    turned = segregation_multigroup(members[::-1, ::-1])
    assert turned.entropy == pytest.approx(result.entropy, abs=1e-9)


@given(
    arrays(np.float64, N, elements=st.integers(0, 1000).map(float)),
    arrays(np.float64, N, elements=st.integers(1, 50).map(float)),
    st.integers(2, 99),
)
@relaxed
def test_laws_of_inequality(values: Floats, weights: Floats, factor: int) -> None:
    assume(values.sum() > 0)
    groups = [i % 3 for i in range(N)]
    first = inequality(values, weights, groups=groups)
    scaled = inequality(values * factor, weights * 2, groups=groups)
    for name in ("cv", "gini", "theil", "theil_between", "theil_within"):
        assert getattr(scaled, name) == pytest.approx(getattr(first, name), abs=1e-9), name
    assert 0 <= first.gini <= 1
    assert first.theil >= -1e-12
    assert first.theil_between is not None
    assert first.theil_within is not None
    assert first.theil == pytest.approx(first.theil_between + first.theil_within, abs=1e-12)
    assert -1e-12 <= first.theil_between <= first.theil + 1e-12


@given(arrays(np.float64, (2, N), elements=st.integers(0, 300).map(float)))
@relaxed
def test_smoothing_moves_towards_the_mean(drawn: Floats) -> None:
    events, more = drawn
    population = events + more
    assume((population > 0).sum() > 1)
    result = empirical_bayes(events, population)
    known = population > 0
    assert np.isfinite(result.smoothed[known]).all()
    assert np.isnan(result.smoothed[~known]).all()
    nearer = np.abs(result.smoothed - result.prior_mean) <= np.abs(result.raw - result.prior_mean) + 1e-12
    assert nearer[known].all()
    assert ((result.shrinkage[known] >= 0) & (result.shrinkage[known] <= 1)).all()


@given(arrays(np.float64, (2, N), elements=st.integers(0, 300).map(float)))
@relaxed
def test_every_area_has_a_place_in_the_funnel(drawn: Floats) -> None:
    events, more = drawn
    assume(events.sum() > 0 and more.sum() > 0)
    result = funnel(events, events + more)
    assert sum(result.class_counts().values()) == N
    assert result.class_counts().get("undefined", 0) == int((events + more == 0).sum())
    known = result.defined
    assert (result.lower_998 <= result.upper_998)[known].all()


@given(
    arrays(np.float64, 30, elements=st.integers(-50, 50).map(float)),
    st.integers(-60, 60),
    st.integers(2, 9),
)
@relaxed
def test_symmetric_breaks_hold_all_values(values: Floats, centre: int, k: int) -> None:
    result = class_breaks_around(values, centre, k, width=7.0)
    assert result.k == k
    assert sum(result.counts) == len(values)
    numbers = class_numbers(values, result.breaks)
    assert ((numbers >= 0) & (numbers < k)).all()
    inner = np.array(result.breaks[1:-1])
    assert_allclose(inner + inner[::-1], 2 * centre, atol=1e-9)
    given_ones = class_breaks_given(values, inner)
    assert given_ones.counts == result.counts
    assert given_ones.breaks == result.breaks


@given(arrays(np.float64, (7, 4), elements=st.integers(0, 5).map(float)))
@relaxed
def test_trends_turned_around(values: Floats) -> None:
    first, back = trends(values), trends(values[::-1])
    assert back.s.tolist() == (-first.s).tolist()
    assert_allclose(back.slope, -first.slope, atol=1e-12)
    assert_allclose(back.p, first.p)
    assert ((first.p > 0) & (first.p <= 1)).all()
    assert (first.lower <= first.slope).all()
    assert (first.slope <= first.upper).all()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("trials", "probability"),
    [(1, 0.3), (7, 0.5), (60, 0.004), (511, 0.1), (512, 0.1), (513, 0.1), (5_000, 0.93), (3_600_000, 0.11)],
)
def test_variates_are_binomial(trials: int, probability: float, seed: int) -> None:
    size = 40_000
    sampler = BinomialSampler(np.full(2, trials, dtype=np.int64), probability)
    drawn = sampler.draw(size // 2, np.random.default_rng(seed)).ravel()
    sd = np.sqrt(trials * probability * (1 - probability))
    assert drawn.mean() == pytest.approx(trials * probability, abs=4.5 * sd / np.sqrt(size))
    assert drawn.var() == pytest.approx(sd**2, rel=0.05)
    # Twenty classes that are about equally likely.
    cuts = np.unique(binom.ppf(np.linspace(0.05, 0.95, 19), trials, probability))
    expected = np.diff(np.concatenate([[0.0], binom.cdf(cuts, trials, probability), [1.0]])) * size
    observed = np.bincount(np.searchsorted(cuts, drawn, side="left"), minlength=len(cuts) + 1)
    enough = expected > 5
    assert observed[~enough].sum() <= 20
    if enough.sum() > 1:
        scaled = expected[enough] * observed[enough].sum() / expected[enough].sum()
        assert chisquare(observed[enough], scaled).pvalue > 1e-4


def test_variates_of_different_areas_and_draws_are_independent() -> None:
    trials = np.array([100, 100, 612, 700, 5000], dtype=np.int64)
    drawn = BinomialSampler(trials, 0.2).draw(50_000, np.random.default_rng(4))
    correlation = np.corrcoef(drawn)
    assert np.abs(correlation - np.eye(5)).max() < 0.02
    for row in drawn:
        assert abs(np.corrcoef(row[:-1], row[1:])[0, 1]) < 0.02


def test_exchanged_pairs_are_all_that_can_be() -> None:
    """With six areas, the 64 ways of exchanging them are known: p tends to the share of those as extreme."""
    rng, sides = np.random.default_rng(2), 6
    totals = rng.integers(100, 900, (2, sides)).astype(float)
    members = np.rint(totals * rng.uniform(0.05, 0.4, (2, sides)))
    every = []
    for choice in itertools.product((0, 1), repeat=sides):
        side = np.array(choice)
        maps = [(members[s, np.arange(sides)], totals[s, np.arange(sides)]) for s in (side, 1 - side)]
        every.append(one("entropy", *maps[1]) - one("entropy", *maps[0]))
    observed = every[0]
    result = segregation_difference(
        (members[0], totals[0]), (members[1], totals[1]), index="entropy", labelling="pairs", permutations=20_000
    )
    assert result.difference == pytest.approx(observed)
    assert set(np.round(result.simulated, 12)) == set(np.round(every, 12))
    tails = np.mean(np.array(every) >= observed - 1e-12), np.mean(np.array(every) <= observed + 1e-12)
    assert result.p == pytest.approx(min(1.0, 2 * min(tails)), abs=0.02)
    assert result.sd == pytest.approx(np.std(every), rel=0.02)


@pytest.mark.parametrize("labelling", ["areas", "pairs"])
def test_difference_has_a_uniform_p_if_the_maps_differ_by_chance(labelling: Labelling) -> None:
    rng = np.random.default_rng(6)
    p = []
    for seed in range(150):
        totals = rng.integers(100, 900, (2, 20))
        members = rng.binomial(totals, rng.uniform(0.05, 0.3, (2, 20)))
        maps = [(members[side], totals[side]) for side in (0, 1)]
        result = segregation_difference(*maps, labelling=labelling, permutations=99, seed=seed, alternative="greater")
        p.append(result.p)
    assert kstest(p, "uniform").pvalue > 0.01


@pytest.mark.parametrize("labelling", ["areas", "pairs"])
def test_difference_does_not_depend_on_the_order_of_the_areas(labelling: Labelling) -> None:
    rng = np.random.default_rng(9)
    totals = rng.integers(100, 900, (2, 15)).astype(float)
    members = np.rint(totals * rng.uniform(0.05, 0.3, (2, 15)))
    order = rng.permutation(15)
    maps = [(members[side], totals[side]) for side in (0, 1)]
    turned = [(members[side][order], totals[side][order]) for side in (0, 1)]
    one_way, other_way = (
        segregation_difference(*each, labelling=labelling, permutations=199) for each in (maps, turned)
    )
    assert one_way.p == other_way.p
    assert one_way.difference == pytest.approx(other_way.difference)
    back = segregation_difference(maps[1], maps[0], labelling=labelling, permutations=199)
    assert back.difference == pytest.approx(-one_way.difference)


def test_p_is_uniform_if_areas_lie_where_they_do_by_chance() -> None:
    rng = np.random.default_rng(15)
    keys = [f"{i:02}" for i in range(30)]
    weights = weights_knn(rng.random((30, 2)), keys, 4)
    p = []
    for seed in range(150):
        total = rng.integers(100, 900, 30)
        group = rng.binomial(total, rng.uniform(0.05, 0.4, 30))
        result = segregation_null(
            group, total, index="spatial_d", null="geographic", neighbours=weights, permutations=99, seed=seed,
            alternative="greater",
        )  # fmt: skip
        p.append(result.p)
    assert kstest(p, "uniform").pvalue > 0.01


@pytest.mark.parametrize("null", ["systematic", "person-permutation"])
def test_p_is_uniform_if_chance_alone_is_at_work(null: str) -> None:
    rng = np.random.default_rng(5)
    total = rng.integers(100, 900, 30)
    p = []
    for seed in range(150):
        group = rng.binomial(total, 0.15)
        result = segregation_null(group, total, null=null, permutations=99, seed=seed, alternative="greater")  # type: ignore[arg-type]
        p.append(result.p)
    assert kstest(p, "uniform").pvalue > 0.01
