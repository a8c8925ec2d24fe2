"""Autocorrelation against published worked examples, esda, and R spdep 1.2-7."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from spatial.statistics import (
    Weights,
    class_breaks,
    fdr,
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
    standardised_rates,
    weights_distance,
)
from spatial.statistics.getis_ord import (
    _starred,
    _unstarred,
    general_g_moments,
    general_g_value,
)
from spatial.statistics.results import normal_p

Columns = dict[str, NDArray[np.float64]]


def test_contiguity_of_columbus(columbus_queen: Weights, columbus_rook: Weights) -> None:
    # spdep, joincount.multi documentation: 236 links, 9.829238 % nonzero, 4.816327 neighbours on average.
    assert columbus_queen.links == 236
    assert 100 * columbus_queen.links / 49**2 == pytest.approx(9.829238, abs=1e-6)
    assert columbus_queen.cardinalities.mean() == pytest.approx(4.816327, abs=1e-6)
    assert columbus_rook.links == 200
    assert columbus_queen.is_symmetric


def test_moran_of_columbus(columbus: Columns, columbus_queen: Weights, columbus_rook: Weights) -> None:
    crime = columbus["CRIME"]
    result = moran(crime, columbus_queen)
    assert result.value == pytest.approx(0.5001885571828611, rel=1e-12)
    assert result.expectation == pytest.approx(-1 / 48, rel=1e-12)
    assert result.variance == pytest.approx(0.008689289201332044, rel=1e-12)
    assert result.z == pytest.approx(5.58938267504451, rel=1e-12)
    assert result.p == result.smallest_p == 0.0002
    normality = moran(crime, columbus_queen, assumption="normality", permutations=9)
    assert normality.variance == pytest.approx(0.00856341311940498, rel=1e-12)
    assert normality.z == pytest.approx(5.630312787738188, rel=1e-12)
    binary = moran(crime, columbus_queen, style="B", permutations=9)
    assert binary.value == pytest.approx(0.515461436886279, rel=1e-12)
    assert binary.z == pytest.approx(6.211512737303755, rel=1e-12)
    rook = moran(crime, columbus_rook, permutations=9)
    assert rook.value == pytest.approx(0.5236702127502532, rel=1e-12)
    assert rook.z == pytest.approx(5.457880045909277, rel=1e-12)


def test_geary_of_columbus(columbus: Columns, columbus_queen: Weights, columbus_rook: Weights) -> None:
    crime = columbus["CRIME"]
    rook = geary(crime, columbus_rook, permutations=9)
    assert rook.value == pytest.approx(0.5154408058652411, rel=1e-12)
    assert rook.variance == pytest.approx(0.010848882767131886, rel=1e-12)
    assert rook.z == pytest.approx(-4.652156651668989, rel=1e-12)
    normality = geary(crime, columbus_rook, permutations=9, assumption="normality")
    assert normality.variance == pytest.approx(0.011403109626468939, rel=1e-12)
    assert normality.z == pytest.approx(-4.5376938201608, rel=1e-12)
    assert normality.p_analytic == pytest.approx(2 * 2.8436375936967054e-06, rel=1e-9)
    queen = geary(crime, columbus_queen)
    assert queen.value == pytest.approx(0.5405282027020684, rel=1e-12)
    assert queen.z == pytest.approx(-4.7430615, abs=1e-7)
    assert queen.p == 0.0002


def test_general_g_of_columbus(columbus: Columns, columbus_queen: Weights) -> None:
    result = getis_ord_general(columbus["CRIME"], columbus_queen)
    assert result.value == pytest.approx(0.12780745738195434, rel=1e-12)
    assert result.expectation == pytest.approx(0.10034013605442177, rel=1e-12)
    assert result.z == pytest.approx(4.638150931985434, rel=1e-10)
    assert result.p == 0.0002


def test_local_moran_of_columbus(columbus: Columns, columbus_queen: Weights) -> None:
    result = moran_local(columbus["CRIME"], columbus_queen)
    # esda multiplies Anselin's (1995) statistic by (n - 1) / n.
    esda = [0.72178138, 0.51798565, 0.09193542, 0.00472258, 0.29741008]
    assert_allclose(result.statistic[:5] * 48 / 49, esda, atol=1e-8)
    assert result.statistic.mean() * 48 / 49 == pytest.approx(0.48998063, abs=1e-8)
    assert result.statistic.mean() == pytest.approx(0.5001885571828611, rel=1e-12)
    # R spdep localmoran (mlvar = TRUE) gives the statistic itself.
    assert result.statistic[0] == pytest.approx(0.73681849, abs=1e-8)
    assert np.bincount(result.quadrant, minlength=5).tolist() == [0, 21, 5, 20, 3]


def test_local_g_of_columbus(columbus: Columns, columbus_queen: Weights) -> None:
    starred = getis_ord_local(columbus["CRIME"], columbus_queen, permutations=99)
    # esda G_Local(transform="B", star=True); R spdep localG gives the same digits.
    assert_allclose(starred.z[:5], [-1.43277965, -1.3400081, -0.77199868, -0.13173336, 1.2853628], atol=1e-8)
    assert_allclose(starred.z, (starred.statistic - starred.expectation) / np.sqrt(starred.variance))
    plain = getis_ord_local(columbus["CRIME"], columbus_queen, star=False, permutations=99)
    assert_allclose(plain.z[:5], [-0.93780765, -0.98565912, -0.71841891, -0.06666232, 1.04713603], atol=1e-8)
    assert_allclose(plain.z, (plain.statistic - plain.expectation) / np.sqrt(plain.variance))


def test_local_geary_of_columbus(columbus: Columns, columbus_queen: Weights) -> None:
    result = geary_local(columbus["CRIME"], columbus_queen, permutations=99)
    assert_allclose(result.statistic[:5], [0.42205065, 0.40580002, 0.70115593, 0.51106078, 0.94069699], atol=1e-8)
    assert result.statistic.mean() == pytest.approx(1.10357841, abs=1e-8)
    assert result.statistic.mean() == pytest.approx(2 * 49 / 48 * 0.5405282027020684, rel=1e-12)


def test_six_points_of_the_esda_suite() -> None:
    points = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
    values = np.array([2, 3, 3.2, 5, 8, 7])
    weights = weights_distance(points, list("abcdef"), 15)
    assert general_g_value(values, weights) == pytest.approx(0.55709779, abs=1e-8)
    expectation, variance = general_g_moments(values, weights)
    # esda reports the one-sided p.
    z = (general_g_value(values, weights) - expectation) / variance**0.5
    assert normal_p(z) / 2 == pytest.approx(0.172936, abs=1e-6)
    assert _unstarred(values, weights).z[0] == pytest.approx(-1.0136729, abs=1e-7)
    assert _starred(values, weights).z[0] == pytest.approx(-1.39727626, abs=1e-7)


def test_row_standardised_g_follows_ord_and_getis() -> None:
    # Ord and Getis' variance n S1 - W² makes z independent of the scale of a row. esda puts W (n - W) in its
    # place, which holds for binary weights only, and so prints -0.62074534 for the first of these six points.
    points = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
    values = np.array([2, 3, 3.2, 5, 8, 7])
    binary = weights_distance(points, list("abcdef"), 15)
    rows = binary.row_standardised()
    assert_allclose(_unstarred(values, rows).z, _unstarred(values, binary).z, rtol=1e-12)
    assert_allclose(_starred(values, rows).z, _starred(values, binary).z, rtol=1e-12)
    others = values[1:]
    lag = rows.lag(values)[0]
    with_esdas_variance = (lag - others.mean()) / np.sqrt(others.var() * (5 - 1) / (5 - 1))
    assert with_esdas_variance == pytest.approx(-0.62074534, abs=1e-8)


def test_moran_of_sudden_infant_deaths(sids: Columns, sids_weights: Weights) -> None:
    assert sids_weights.links == 462
    result = moran(sids["SIDR74"], sids_weights, assumption="normality", permutations=999)
    assert result.value == pytest.approx(0.24772519320480135, rel=1e-9)
    assert result.p_analytic == pytest.approx(0.000115833, abs=1e-9)
    binary = moran(sids["SID74"] / sids["BIR74"], sids_weights, style="B", permutations=9)
    assert binary.value == pytest.approx(0.2336975, abs=1e-7)


def test_empirical_bayes_moran_of_sudden_infant_deaths(sids: Columns, sids_weights: Weights) -> None:
    # esda.Moran_Rate; for 1979 the value of esda's own tests.
    late = moran_eb(sids["SID79"], sids["BIR79"], sids_weights, permutations=999)
    assert late.value == pytest.approx(0.16622343552567395, rel=1e-10)
    early = moran_eb(sids["SID74"], sids["BIR74"], sids_weights)
    assert early.value == pytest.approx(0.2714029669628649, rel=1e-10)
    assert early.p == 0.0002
    binary = moran_eb(sids["SID74"], sids["BIR74"], sids_weights, style="B", permutations=9)
    assert binary.value == pytest.approx(0.273273675089472, rel=1e-10)
    assert early.companions["overall_rate"] == pytest.approx(0.0020214448936544207, rel=1e-12)
    assert early.companions["between_variance"] == pytest.approx(7.692930647e-07, rel=1e-9)
    z = standardised_rates(sids["SID79"], sids["BIR79"])
    assert_allclose(z.z[:4], [-1.48875691, 1.78507268, -0.34422806, 0.26190802], atol=1e-8)
    assert z.overall == pytest.approx(0.00197920415, rel=1e-8)
    assert z.between == pytest.approx(3.1636550e-07, rel=1e-7)
    local = moran_eb_local(sids["SID79"], sids["BIR79"], sids_weights, permutations=99)
    assert local.statistic.mean() == pytest.approx(late.value, rel=1e-10)


def test_join_counts_of_columbus(columbus: Columns, columbus_queen: Weights) -> None:
    # spdep, joincount.multi documentation; esda gives the same counts.
    result = join_counts(columbus["CRIME"], columbus_queen, threshold=35)
    expected = {"bb": (54, 27.694, 6.1630), "ww": (35, 30.102, 1.1164), "bw": (29, 60.204, -6.0468)}
    for kind, (value, expectation, z) in expected.items():
        part = result.parts[kind]
        assert part.value == value
        assert part.expectation == pytest.approx(expectation, abs=5e-4)
        assert part.z == pytest.approx(z, abs=1e-4)
    assert (result.parts["bb"].p, result.parts["bw"].p) == (0.0002, 0.0002)
    local = join_counts_local(columbus["CRIME"], columbus_queen, threshold=35, permutations=99)
    assert local.statistic.sum() == 2 * 54


def test_pairs_of_indicators_of_columbus(columbus: Columns, columbus_queen: Weights) -> None:
    # esda 2.9: Spatial_Pearson with row-standardised weights, Moran_BV.
    income, crime = columbus["INC"], columbus["CRIME"]
    assert lee(income, crime, columbus_queen, permutations=9).value == pytest.approx(-0.47030613, abs=1e-8)
    assert lee(crime, crime, columbus_queen, permutations=9).value == pytest.approx(0.53512008, abs=1e-8)
    bivariate = moran_bivariate(income, crime, columbus_queen)
    assert bivariate.value == pytest.approx(-0.4516226894069901, rel=1e-10)
    assert bivariate.p == 0.0002
    local = moran_bivariate_local(income, crime, columbus_queen, permutations=99)
    assert local.statistic.mean() == pytest.approx(bivariate.value, rel=1e-10)


def test_moran_of_homicides(stl: Columns, stl_weights: Weights) -> None:
    result = moran(stl["HR8893"], stl_weights, assumption="normality", permutations=999)
    assert result.value == pytest.approx(0.24365582621771659, rel=1e-9)
    assert result.p_analytic / 2 == pytest.approx(0.00013573931385468807, rel=1e-6)


def test_fdr_calls_what_esda_calls() -> None:
    # esda.fdr([...], .05) is the threshold 0.01; two p lie at or below it.
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    adjusted = fdr(p)
    assert (adjusted <= 0.05).tolist() == [value <= 0.01 for value in p]
    # Benjamini and Hochberg by hand: 10/1 · 0.001, 10/2 · 0.008, then 10/5 · 0.042 for the third to the fifth.
    assert_allclose(adjusted[:5], [0.01, 0.04, 0.084, 0.084, 0.084], rtol=1e-12)
    assert (fdr([0.5, 0.6]) > 0.05).all()


def test_breaks_of_columbus(columbus: Columns) -> None:
    crime = columbus["CRIME"]
    # mapclassify 2.10 with k = 5; it lists upper bounds only.
    assert_allclose(
        class_breaks(crime, "quantiles", 5).breaks[1:],
        [19.0225762, 29.3259738, 39.025214, 53.1610332, 68.892044],
    )
    assert_allclose(
        class_breaks(crime, "fisher-jenks", 5).breaks[1:],
        [0.223797, 22.541491, 34.000835, 48.585487, 68.892044],
    )
    assert_allclose(
        class_breaks(crime, "head-tail", 5).breaks[1:],
        [35.1288239, 49.36077408, 57.54218775, 63.30427825, 68.892044],
    )
