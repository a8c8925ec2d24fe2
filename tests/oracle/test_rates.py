"""Rates against esda and scipy, and limits worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.stats import binom, binomtest, poisson

from spatial.statistics import (
    Weights,
    choynowski,
    empirical_bayes,
    funnel,
    funnel_curves,
    local_change,
    rate_intervals,
    standardised_ratios,
)

Columns = dict[str, NDArray[np.float64]]


@pytest.fixture(scope="session")
def peer() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((Path(__file__).parent / "peers" / "reference.json").read_text())
    return document["rates"]  # type: ignore[no-any-return]


def test_marshall(sids: Columns, peer: dict[str, Any]) -> None:
    result = empirical_bayes(sids["SID79"], sids["BIR79"])
    # esda's own test.
    assert_allclose(result.smoothed[:5], [0.00162492, 0.00226271, 0.00186202, 0.00202962, 0.00195649], atol=5e-9)
    assert result.prior_mean[0] == pytest.approx(0.00197920415, abs=1e-11)
    assert result.prior_variance[0] == pytest.approx(3.1636550e-07, rel=1e-7)
    assert_allclose(result.smoothed, peer["empirical_bayes"], rtol=1e-9)
    earlier = empirical_bayes(sids["SID74"], sids["BIR74"])
    assert earlier.prior_mean[0] == pytest.approx(0.0020214448936544207, rel=1e-12)
    assert earlier.prior_variance[0] == pytest.approx(7.692930647e-07, rel=1e-9)


def test_marshall_with_neighbours(sids: Columns, sids_weights: Weights, peer: dict[str, Any]) -> None:
    result = empirical_bayes(sids["SID79"], sids["BIR79"], weights=sids_weights)
    theirs = np.array(peer["spatial_empirical_bayes"], dtype=np.float64)
    # Where neither a county nor its neighbours have an event, esda divides 0 by 0.
    eventless = np.isnan(theirs)
    assert eventless.sum() == 1
    assert_allclose(result.smoothed[~eventless], theirs[~eventless], rtol=1e-9)
    assert (result.smoothed[eventless] == 0).all()


@pytest.mark.parametrize("level", [0.9, 0.95, 0.998])
def test_wilson_as_scipy(level: float) -> None:
    counts = [(0, 10), (3, 10), (10, 10), (37, 1000)]
    ours = rate_intervals([e for e, _ in counts], [n for _, n in counts], level=level)
    for i, (events, n) in enumerate(counts):
        theirs = binomtest(events, n).proportion_ci(level, method="wilson")
        assert (ours.lower[i], ours.upper[i]) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize("events", [3, 5, 20, 100])
def test_byar_is_close_to_exact(events: int) -> None:
    from scipy.special import gammaincinv

    ours = standardised_ratios([events], [1.0])
    exact = gammaincinv(events, 0.025), gammaincinv(events + 1, 0.975)
    assert ours.lower[0] == pytest.approx(exact[0], rel=0.06)
    assert ours.upper[0] == pytest.approx(exact[1], rel=0.005)


def test_byar_of_fifteen_events() -> None:
    # Tables of the Poisson distribution: the exact 95 % limits are 8.395 and 24.740.
    ours = standardised_ratios([15], [1.0])
    assert (ours.lower[0], ours.upper[0]) == pytest.approx((8.395, 24.740), abs=0.01)


@pytest.mark.parametrize(
    ("n", "theta"), [(1, 0.5), (2, 0.95), (3, 0.01), (20, 0.1), (1000, 0.03), (28_000, 0.11), (3_000_000, 0.4)]
)
def test_binomial_limits(n: int, theta: float) -> None:
    """Spiegelhalter's interpolation from scipy's quantiles."""
    curves = funnel_curves([n], theta)
    for name, p in (("lower_95", 0.025), ("upper_95", 0.975), ("lower_998", 0.001), ("upper_998", 0.999)):
        k = binom.ppf(p, n, theta)
        a = (binom.cdf(k, n, theta) - p) / binom.pmf(k, n, theta)
        assert curves[name][0] == pytest.approx(max(0.0, (k - a) / n), rel=1e-8, abs=1e-12), name


@pytest.mark.parametrize(("n", "theta"), [(1, 0.01), (1, 2.0), (20, 0.1), (1000, 0.03), (28_000, 2.5)])
def test_poisson_limits(n: int, theta: float) -> None:
    curves = funnel_curves([n], theta, distribution="poisson")
    for name, p in (("lower_95", 0.025), ("upper_998", 0.999)):
        k = poisson.ppf(p, n * theta)
        a = (poisson.cdf(k, n * theta) - p) / poisson.pmf(k, n * theta)
        assert curves[name][0] == pytest.approx(max(0.0, (k - a) / n), rel=1e-8, abs=1e-12), name


def test_limits_hold_what_they_promise() -> None:
    """Five per cent of equal areas lie outside the 95 % limits, 0.2 % outside the others."""
    rng = np.random.default_rng(6)
    n = rng.integers(200, 3000, 40_000)
    result = funnel(rng.binomial(n, 0.12), n, target=0.12)
    counts = result.class_counts()
    outside = 1 - counts["inside"] / len(n)
    far = (counts["above-998"] + counts["below-998"]) / len(n)
    assert outside == pytest.approx(0.05, abs=0.004)
    assert far == pytest.approx(0.002, abs=0.0008)
    assert result.dispersion == pytest.approx(1, abs=0.03)


def test_choynowski_as_scipy(sids: Columns) -> None:
    result = choynowski(sids["SID74"], sids["BIR74"])
    expected = sids["BIR74"] * sids["SID74"].sum() / sids["BIR74"].sum()
    theirs = np.where(
        sids["SID74"] >= expected, poisson.sf(sids["SID74"] - 1, expected), poisson.cdf(sids["SID74"], expected)
    )
    assert_allclose(result.p, theirs, rtol=1e-9)


def test_newcombes_example() -> None:
    # Newcombe (1998), table II, method 10: 56/70 less 48/80 gives 0.0524 to 0.3339.
    result = local_change(([48], [80]), ([56], [70]))
    assert result.difference[0] == pytest.approx(0.2)
    assert (result.lower[0], result.upper[0]) == pytest.approx((0.0524, 0.3339), abs=5e-5)
