"""Simulated p of every statistic against a permutation test written out with dense matrices and its own dice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from spatial.statistics import (
    GlobalResult,
    LocalResult,
    Weights,
    geary,
    geary_local,
    getis_ord_general,
    getis_ord_local,
    join_counts,
    join_counts_local,
    lee,
    moran,
    moran_bivariate,
    moran_bivariate_local,
    moran_eb,
    moran_eb_local,
    moran_local,
    weights_kernel,
    weights_knn,
)

Floats = NDArray[np.float64]
N, RUNS = 18, 1999
RNG = np.random.default_rng(31)
WHERE = RNG.random((N, 2)) * 1000
KEYS = [f"{i:02}" for i in range(N)]
NEAREST, KERNEL = weights_knn(WHERE, KEYS, 3), weights_kernel(WHERE, KEYS, k=4)
X = RNG.gamma(2.0, 1.0, N) + WHERE[:, 0] / 400
Y = RNG.gamma(2.0, 1.0, N) + WHERE[:, 0] / 600
PEOPLE = RNG.integers(200, 2000, N).astype(float)
EVENTS = RNG.binomial(PEOPLE.astype(int), 0.02 + WHERE[:, 0] / 40_000).astype(float)


def _dense(weights: Weights, style: str) -> Floats:
    return np.asarray(weights.styled(style).sparse().todense(), dtype=np.float64)  # type: ignore[arg-type]


def _p(observed: Floats, simulated: Floats) -> Floats:
    """Two-sided p of simulations of shape (runs, ...)."""
    slack = 1e-9 * (1 + np.abs(observed))
    greater, less = (simulated >= observed - slack).sum(axis=0), (simulated <= observed + slack).sum(axis=0)
    return np.asarray(np.minimum(1.0, 2 * (np.minimum(greater, less) + 1) / (len(simulated) + 1)))


def _assert_alike(ours: Floats, brute: Floats) -> None:
    half = np.clip((ours + brute) / 4, 1 / RUNS, 1)
    assert (np.abs(ours - brute) <= 4 * 2 * np.sqrt(2 * half * (1 - half) / RUNS) + 2 / RUNS).all(), (ours, brute)


def _rates_standardised() -> Floats:
    """Assunção and Reis (1999): rates less the overall rate, over their standard error."""
    rate, overall = EVENTS / PEOPLE, EVENTS.sum() / PEOPLE.sum()
    spread = (PEOPLE * (rate - overall) ** 2).sum() / PEOPLE.sum()
    variance = spread - overall / PEOPLE.mean() + overall / PEOPLE
    return np.asarray((rate - overall) / np.sqrt(np.where(variance > 0, variance, overall / PEOPLE)))


def _moran(w: Floats, x: Floats, y: Floats) -> float:
    return float((x - x.mean()) @ w @ (y - y.mean()))


def _lee(w: Floats, x: Floats, y: Floats) -> float:
    return float((w @ (x - x.mean())) @ (w @ (y - y.mean())))


def _geary(w: Floats, x: Floats, y: Floats) -> float:
    del y
    return float((w * (x[:, None] - x) ** 2).sum())


def _product(w: Floats, x: Floats, y: Floats) -> float:
    del y
    return float(x @ w @ x)


ABOVE = np.greater(X, X.mean()).astype(float)
#: Our statistic, its style, the formula written out, and what is shuffled: own values, the other ones, or both alike.
GLOBAL: dict[str, tuple[Callable[..., GlobalResult], str, Callable[..., float], Floats, Floats, str]] = {
    "moran": (partial(moran, X), "R", _moran, X, X, "both"),
    "geary": (partial(geary, X), "R", _geary, X, X, "both"),
    "getis-ord-g": (partial(getis_ord_general, X), "B", _product, X, X, "both"),
    "join-counts": (partial(join_counts, X), "B", _product, ABOVE, ABOVE, "both"),
    "bivariate-moran": (partial(moran_bivariate, X, Y), "R", _moran, X, Y, "second"),
    "lee": (partial(lee, X, Y), "R", _lee, X, Y, "both"),
    "eb-moran": (partial(moran_eb, EVENTS, PEOPLE), "R", _moran, _rates_standardised(), _rates_standardised(), "both"),
}


@pytest.mark.parametrize("weights", [NEAREST, KERNEL], ids=["nearest", "kernel"])
@pytest.mark.parametrize("name", GLOBAL)
def test_global(name: str, weights: Weights) -> None:
    ours, style, formula, first, second, shuffled = GLOBAL[name]
    if weights is KERNEL and style == "B":
        style = "O"
    w, rng = _dense(weights, style), np.random.default_rng(1)
    simulated = []
    for _ in range(RUNS):
        order = rng.permutation(N)
        simulated.append(formula(w, first[order] if shuffled == "both" else first, second[order]))
    observed = np.array(formula(w, first, second))
    brute = _p(observed, np.array(simulated))
    _assert_alike(np.array(ours(weights, permutations=RUNS, style=style).p), brute)


#: Our statistic, its style, the area's own value, and what is shuffled around it.
LOCAL: dict[str, tuple[Callable[..., LocalResult], str, Floats, Floats]] = {
    "local-moran": (partial(moran_local, X), "R", X, X),
    "getis-ord": (partial(getis_ord_local, X, star=True), "B", np.ones(N), X),
    "getis-ord-gi": (partial(getis_ord_local, X, star=False), "B", np.ones(N), X),
    "local-bivariate-moran": (partial(moran_bivariate_local, X, Y), "R", X, Y),
    "local-eb-moran": (
        partial(moran_eb_local, EVENTS, PEOPLE),
        "R",
        _rates_standardised(),
        _rates_standardised() - _rates_standardised().mean(),
    ),
    "local-join-counts": (partial(join_counts_local, X), "B", np.ones(N), ABOVE),
    "local-geary": (partial(geary_local, X), "R", X, X),
}


@pytest.mark.parametrize("weights", [NEAREST, KERNEL], ids=["nearest", "kernel"])
@pytest.mark.parametrize("name", LOCAL)
def test_local(name: str, weights: Weights) -> None:
    ours, style, own, shuffled = LOCAL[name]
    if weights is KERNEL and style == "B":
        style = "O"
    w, rng = _dense(weights, style), np.random.default_rng(2)
    brute = np.empty(N)
    for i in range(N):
        rest = np.delete(np.arange(N), i)
        drawn = rng.permuted(np.tile(shuffled[rest], (RUNS, 1)), axis=1)
        if name == "local-geary":
            observed, simulated = (((values - own[i]) ** 2) @ w[i, rest] for values in (shuffled[rest], drawn))
        else:
            sign = 1.0 if name.startswith(("getis", "local-join")) else own[i] - own.mean()
            centre = shuffled.mean()
            observed, simulated = (sign * ((values - centre) @ w[i, rest]) for values in (shuffled[rest], drawn))
        brute[i] = _p(observed, simulated)
    result = ours(weights, permutations=RUNS, style=style).p
    tested = np.isfinite(result)
    assert tested.sum() >= (ABOVE.sum() if name == "local-join-counts" else N)
    _assert_alike(result[tested], brute[tested])
