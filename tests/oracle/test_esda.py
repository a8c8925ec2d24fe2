"""Agreement with esda where no published value exists: weights that are not symmetric, other values."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from spatial.statistics import (
    Weights,
    geary,
    getis_ord_general,
    getis_ord_local,
    higher_order,
    moran,
    moran_local,
    weights_kernel,
    weights_knn,
)

Floats = NDArray[np.float64]


@pytest.fixture(scope="session")
def esda() -> ModuleType:
    # Its dependencies warn at import, which is not ours to mend.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import esda

    return esda  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def points() -> Floats:
    return np.random.default_rng(11).random((60, 2)) * 1e4


@pytest.fixture(scope="session")
def values() -> Floats:
    return np.random.default_rng(12).gamma(2.0, 3.0, 60)


@pytest.fixture(scope="session")
def ours(points: Floats) -> Weights:
    return weights_knn(points, [f"{i:02}" for i in range(60)], 5)


@pytest.fixture(scope="session")
def theirs(esda: ModuleType, points: Floats) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import libpysal

        return libpysal.weights.KNN.from_array(points, k=5)


def test_k_nearest_neighbours(ours: Weights, theirs: Any) -> None:
    for i in range(60):
        assert sorted(theirs.neighbors[i]) == ours.neighbours(i).tolist()


def test_gaussian_kernel(esda: ModuleType, points: Floats, ours: Weights) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import libpysal

        kernel = libpysal.weights.Kernel(points, fixed=False, k=8, function="gaussian")
    weights = weights_kernel(points, ours.keys, 8)
    for i in range(60):
        expected = {j: w for j, w in zip(kernel.neighbors[i], kernel.weights[i], strict=True) if j != i}
        assert sorted(expected) == weights.neighbours(i).tolist()
        found = weights.data[weights.indptr[i] : weights.indptr[i + 1]] / np.sqrt(2 * np.pi)
        assert_allclose(found, [expected[j] for j in sorted(expected)], rtol=1e-6)


def test_second_order_includes_the_first(ours: Weights, theirs: Any) -> None:
    second = higher_order(ours, 2)
    for i in range(60):
        first = set(theirs.neighbors[i])
        reached = first.union(*(theirs.neighbors[j] for j in first)) - {i}
        assert set(second.neighbours(i).tolist()) == reached


def test_global_statistics(esda: ModuleType, values: Floats, ours: Weights, theirs: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = esda.Moran(values, theirs, permutations=0)
        reference_c = esda.Geary(values, theirs, permutations=0)
        reference_g = esda.G(values, theirs, permutations=0)
    result = moran(values, ours, permutations=9)
    assert_allclose([result.value, result.variance, result.z], [reference.I, reference.VI_rand, reference.z_rand])
    normality = moran(values, ours, permutations=9, assumption="normality")
    assert_allclose([normality.variance, normality.p_analytic], [reference.VI_norm, reference.p_norm])
    c = geary(values, ours, permutations=9)
    assert_allclose([c.value, c.variance, c.z], [reference_c.C, reference_c.VC_rand, reference_c.z_rand])
    g = getis_ord_general(values, ours, permutations=9)
    assert_allclose([g.value, g.expectation, g.z], [reference_g.G, reference_g.EG, reference_g.z_norm])


def test_local_statistics(esda: ModuleType, values: Floats, ours: Weights, theirs: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = esda.Moran_Local(values, theirs, permutations=0)
        starred = esda.G_Local(values, theirs, transform="B", star=True, permutations=0)
        plain = esda.G_Local(values, theirs, transform="B", star=False, permutations=0)
    result = moran_local(values, ours, permutations=9)
    assert_allclose(result.statistic * 59 / 60, reference.Is)
    # esda's conditional moments (Sokal et al. 1998) are already those of the unscaled statistic.
    assert_allclose(result.expectation, reference.EIc)
    assert result.quadrant.tolist() == reference.q.tolist()
    assert_allclose(getis_ord_local(values, ours, permutations=9).z, starred.Zs)
    assert_allclose(getis_ord_local(values, ours, star=False, permutations=9).z, plain.Zs)
    assert_allclose(getis_ord_local(values, ours, permutations=9).statistic, starred.Gs)


def test_conditional_moments_match_simulation(values: Floats, ours: Weights) -> None:
    result = moran_local(values, ours, permutations=9)
    z = values - values.mean()
    rng = np.random.default_rng(13)
    for i in (0, 17, int(np.argmax(values))):
        shuffled = rng.permuted(np.tile(np.delete(z, i), (40_000, 1)), axis=1)[:, :5]
        simulated = z[i] / (z**2).mean() * shuffled.mean(axis=1)
        assert result.expectation[i] == pytest.approx(simulated.mean(), abs=4 * simulated.std() / 200)
        assert result.variance[i] == pytest.approx(simulated.var(), rel=0.05)
