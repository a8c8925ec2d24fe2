"""Analytic moments against the complete enumeration of all arrangements of seven areas."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations, product

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from spatial.statistics import Weights, weights_from_pairs
from spatial.statistics.geary import geary_value, geary_variance
from spatial.statistics.getis_ord import general_g_moments, general_g_value
from spatial.statistics.join_counts import _moments as join_moments
from spatial.statistics.lee import _moments as lee_moments
from spatial.statistics.moran import conditional_lag_moments, moran_value, moran_variance

Floats = NDArray[np.float64]
N = 7
ARRANGEMENTS = np.array(list(permutations(range(N))))


def _weights(kind: str) -> Weights:
    """One isolate, areas with one neighbour, unequal and directed links."""
    rng = np.random.default_rng(3)
    keys = list("abcdefg")
    pairs = [(a, b) for a in keys[:-1] for b in keys[:-1] if a != b and rng.random() < 0.45]
    values = rng.uniform(0.5, 2, len(pairs))
    weights = weights_from_pairs(pairs, keys, values=values, symmetric=False)
    assert weights.isolates == ("g",)
    return weights.styled(kind)  # type: ignore[arg-type]


def _values(seed: int) -> Floats:
    return np.random.default_rng(seed).gamma(1.5, 2.0, N)


@pytest.mark.parametrize("style", ["O", "B", "R"])
class TestRandomisation:
    def test_moran_geary_and_g(self, style: str) -> None:
        weights, values = _weights(style), _values(1)
        z = values - values.mean()
        cases: list[tuple[Callable[[Floats, Weights], float], Floats, float, float]] = [
            (moran_value, z, -1 / (N - 1), moran_variance(z, weights, "randomisation")),
            (geary_value, z, 1.0, geary_variance(z, weights, "randomisation")),
            (general_g_value, values, *general_g_moments(values, weights)),
        ]
        for statistic, data, expectation, variance in cases:
            every = np.array([statistic(data[list(order)], weights) for order in ARRANGEMENTS])
            assert every.mean() == pytest.approx(expectation, rel=1e-9)
            assert every.var() == pytest.approx(variance, rel=1e-9)

    def test_lee(self, style: str) -> None:
        weights, x, y = _weights(style), _values(1), _values(2)
        x, y = x - x.mean(), y - y.mean() + (x - x.mean())
        dense = weights.sparse().toarray()
        every = np.array([(dense @ x[order]) @ (dense @ y[order]) for order in ARRANGEMENTS])
        assert_allclose(lee_moments(x, y, weights), (every.mean(), every.var()), rtol=1e-9)

    @pytest.mark.parametrize("black", [1, 2, 4, 6])
    def test_join_counts(self, style: str, black: int) -> None:
        weights, colours = _weights(style), (np.arange(N) < black).astype(np.float64)
        dense = weights.sparse().toarray()
        every = np.array([_joins(dense, colours[order]) for order in ARRANGEMENTS])
        moments = np.array(join_moments(colours, weights, "nonfree"))
        assert_allclose(moments[:, 0], every.mean(axis=0), rtol=1e-9, atol=1e-12)
        assert_allclose(moments[:, 1], every.var(axis=0), rtol=1e-9, atol=1e-12)

    def test_join_counts_with_free_sampling(self, style: str) -> None:
        weights, colours = _weights(style), (np.arange(N) < 3).astype(np.float64)
        dense, share = weights.sparse().toarray(), 3 / 7
        chances, every = [], []
        for drawn in product([0.0, 1.0], repeat=N):
            x = np.array(drawn)
            chances.append(np.prod(np.where(x == 1, share, 1 - share)))
            every.append(_joins(dense, x))
        mean = np.array(chances) @ np.array(every)
        variance = np.array(chances) @ (np.array(every) - mean) ** 2
        moments = np.array(join_moments(colours, weights, "free"))
        assert_allclose(moments, np.column_stack([mean, variance]), rtol=1e-9)

    def test_conditional_lag(self, style: str) -> None:
        weights, values = _weights(style), _values(4)
        z = values - values.mean()
        expectation, variance = conditional_lag_moments(z, weights)
        for i in range(N - 1):
            others = np.delete(z, i)
            amounts = weights.data[weights.indptr[i] : weights.indptr[i + 1]]
            sums = np.array([others[list(order[: len(amounts)])] @ amounts for order in permutations(range(N - 1))])
            assert expectation[i] == pytest.approx(sums.mean(), rel=1e-9, abs=1e-12)
            assert variance[i] == pytest.approx(sums.var(), rel=1e-9, abs=1e-12)


def _joins(dense: Floats, x: Floats) -> list[float]:
    return [x @ dense @ x / 2, (1 - x) @ dense @ (1 - x) / 2, (dense * (x[:, None] - x[None]) ** 2).sum() / 2]
