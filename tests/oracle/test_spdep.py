"""Statistics against R's spdep: numbers stored by ``spdep/make_reference.R``, software in ``spdep/versions.csv``.

Four data sets that libpysal carries: Columbus and Georgia (queen, made by R from the polygons), sudden infant deaths in
North Carolina (published neighbours), Baltimore house sales (four nearest neighbours, not symmetric).
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from spatial.statistics import (
    GlobalResult,
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
    moran_local,
    weights_from_pairs,
    weights_knn,
    weights_queen,
)

FOLDER = Path(__file__).parent / "spdep"
DATA = ("columbus", "sids", "georgia", "baltimore")
WITH_RATES = ("sids", "georgia")
STYLES = {"W": "R", "B": "B"}
THRESHOLD = {"columbus": 35.0, "sids": 2.0, "georgia": 10.0, "baltimore": 40.0}
#: Both sides compute in double precision; sums of some hundred terms agree to this.
EXACT = 1e-9

Columns = dict[str, NDArray[np.float64]]


@cache
def _local(data: str) -> Columns:
    with (FOLDER / f"local_{data}.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


@cache
def _global(data: str) -> dict[tuple[str, str], float]:
    with (FOLDER / "global.csv").open() as file:
        return {
            (row["statistic"], row["quantity"]): float(row["value"])
            for row in csv.DictReader(file)
            if row["data"] == data
        }


def _keys(data: str) -> list[str]:
    return [f"{place:03}" for place in range(len(_local(data)["x"]))]


@cache
def _weights(data: str) -> Weights:
    keys = _keys(data)
    with (FOLDER / f"neighbours_{data}.csv").open() as file:
        pairs = [
            (keys[int(row["area"]) - 1], keys[int(neighbour) - 1])
            for row in csv.DictReader(file)
            for neighbour in row["neighbours"].split()
        ]
    return weights_from_pairs(pairs, keys, symmetric=False)


def _assert_moments(result: GlobalResult, data: str, statistic: str) -> None:
    reference = _global(data)
    for quantity in ("value", "expectation", "variance"):
        expected = reference[statistic, quantity]
        assert getattr(result, quantity) == pytest.approx(expected, rel=EXACT, abs=1e-15), (statistic, quantity)


def _geometries(path: str) -> NDArray[np.object_]:
    spec = find_spec("libpysal")
    assert spec is not None
    assert spec.origin is not None
    _, _, geometry, _ = pyogrio.raw.read(Path(spec.origin).parent / "examples" / path)
    return np.asarray(shapely.from_wkb(geometry))


def test_the_source_is_named() -> None:
    with (FOLDER / "versions.csv").open() as file:
        assert {row["software"]: row["version"] for row in csv.DictReader(file)}["spdep"] == "1.2.7"


@pytest.mark.parametrize(("data", "path"), [("columbus", "columbus/columbus.shp"), ("georgia", "georgia/G_utm.shp")])
def test_queen_neighbours(data: str, path: str) -> None:
    ours, theirs = weights_queen(_geometries(path), _keys(data)), _weights(data)
    assert ours.indptr.tolist() == theirs.indptr.tolist()
    assert ours.indices.tolist() == theirs.indices.tolist()


def test_nearest_neighbours() -> None:
    points = shapely.get_coordinates(_geometries("baltim/baltim.shp"))
    ours, theirs = weights_knn(points, _keys("baltimore"), 4), _weights("baltimore")
    # Some houses are equally far from several others; R and Kreisatlas settle such ties differently.
    distances = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    for i in range(theirs.n):
        far = distances[i, theirs.neighbours(i)].max()
        assert_allclose(distances[i, ours.neighbours(i)].max(), far, rtol=1e-12)
        if np.isclose(distances[i], far, rtol=1e-12).sum() == 1:
            assert ours.neighbours(i).tolist() == theirs.neighbours(i).tolist()


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("style", STYLES)
class TestGlobal:
    def test_sums_of_weights(self, data: str, style: str) -> None:
        weights, reference = _weights(data).styled(STYLES[style]), _global(data)  # type: ignore[arg-type]
        for quantity in ("S0", "S1", "S2"):
            assert getattr(weights, quantity.lower()) == pytest.approx(
                reference[f"weights-{style}", quantity], rel=EXACT
            )

    @pytest.mark.parametrize("assumption", ["randomisation", "normality"])
    def test_moran_and_geary(self, data: str, style: str, assumption: str) -> None:
        x = _local(data)["x"]
        for name, statistic in (("moran", moran), ("geary", geary)):
            result = statistic(
                x,
                _weights(data),
                style=STYLES[style],  # type: ignore[arg-type]
                assumption=assumption,  # type: ignore[arg-type]
                permutations=9,
            )
            _assert_moments(result, data, f"{name}-{style}-{assumption}")
            expected = _global(data)[f"{name}-{style}-{assumption}", "p"]
            assert result.p_analytic == pytest.approx(expected, rel=1e-6, abs=1e-15)

    @pytest.mark.parametrize("sampling", ["nonfree", "free"])
    def test_join_counts(self, data: str, style: str, sampling: str) -> None:
        result = join_counts(
            _local(data)["x"],
            _weights(data),
            style=STYLES[style],  # type: ignore[arg-type]
            threshold=THRESHOLD[data],
            sampling=sampling,  # type: ignore[arg-type]
            permutations=9,
        )
        for kind, part in result.parts.items():
            if (f"join-counts-{style}-{sampling}-{kind}", "value") not in _global(data):
                assert (sampling, kind) == ("free", "bw")  # spdep has no such test
                continue
            for quantity in ("value", "expectation", "variance"):
                expected = _global(data)[f"join-counts-{style}-{sampling}-{kind}", quantity]
                assert getattr(part, quantity) == pytest.approx(expected, rel=EXACT), (kind, quantity)


@pytest.mark.parametrize("data", DATA)
class TestPairs:
    def test_general_g(self, data: str) -> None:
        result = getis_ord_general(_local(data)["x"], _weights(data), permutations=9)
        _assert_moments(result, data, "getis-ord-g")

    def test_lee(self, data: str) -> None:
        columns, reference = _local(data), _global(data)
        result = lee(columns["x"], columns["y"], _weights(data), permutations=9)
        assert result.value == pytest.approx(reference["lee", "value"], rel=EXACT)
        assert result.expectation == pytest.approx(reference["lee", "expectation"], rel=EXACT)
        # The variance of spdep's lee.test contradicts spdep's own permutations (lee.mc); these agree with ours, and
        # ours with the complete enumeration of all arrangements (test_moments).
        assert result.variance == pytest.approx(reference["lee-permutations", "variance"], rel=0.06)
        for name in ("pearson", "spearman"):
            assert result.companions[name] == pytest.approx(reference["lee", name], rel=EXACT)

    def test_bivariate_moran(self, data: str) -> None:
        columns = _local(data)
        result = moran_bivariate(columns["x"], columns["y"], _weights(data), permutations=9)
        assert result.value == pytest.approx(_global(data)["bivariate-moran", "value"], rel=EXACT)

    def test_permutation_p_of_moran(self, data: str) -> None:
        result = moran(_local(data)["x"], _weights(data))
        # Both p are doubled shares of 9 999 random arrangements.
        share = max(result.p, 0.0002) / 2
        noise = 2 * np.sqrt(2 * share / 9999)
        assert result.p == pytest.approx(_global(data)["moran-permutations", "p"], abs=4 * noise)


@pytest.mark.parametrize("data", WITH_RATES)
def test_empirical_bayes_moran(data: str) -> None:
    columns, reference = _local(data), _global(data)
    result = moran_eb(columns["events"], columns["population"], _weights(data))
    assert result.value == pytest.approx(reference["eb-moran", "value"], rel=EXACT)
    assert result.companions["overall_rate"] == pytest.approx(reference["empirical-bayes", "b"], rel=EXACT)
    assert result.companions["between_variance"] == pytest.approx(reference["empirical-bayes", "a"], rel=EXACT)
    assert result.p == pytest.approx(reference["eb-moran", "p"], abs=0.001)
    binary = moran_eb(columns["events"], columns["population"], _weights(data), style="B", permutations=9)
    assert binary.value == pytest.approx(reference["eb-moran-B", "value"], rel=EXACT)


@pytest.mark.parametrize("data", DATA)
class TestLocal:
    def test_moran(self, data: str) -> None:
        columns = _local(data)
        result = moran_local(columns["x"], _weights(data))
        assert_allclose(result.statistic, columns["moran"], rtol=EXACT, atol=1e-12)
        assert_allclose(result.expectation, columns["moran_expectation"], rtol=EXACT, atol=1e-12)
        assert_allclose(result.variance, columns["moran_variance"], rtol=EXACT, atol=1e-12)

    def test_permutation_p_of_moran(self, data: str) -> None:
        columns = _local(data)
        ours, theirs = moran_local(columns["x"], _weights(data)).p, columns["moran_p"]
        # spdep 1.2-7 draws the neighbours with replacement, which spreads the sums of many neighbours a little wider.
        assert np.abs(ours - theirs).max() < 0.06
        assert np.corrcoef(ours, theirs)[0, 1] > 0.995

    @pytest.mark.parametrize("star", [True, False])
    def test_spots(self, data: str, star: bool) -> None:
        columns = _local(data)
        result = getis_ord_local(columns["x"], _weights(data), star=star, permutations=9)
        prefix = "gistar" if star else "gi"
        assert_allclose(result.statistic, columns[prefix], rtol=EXACT, atol=1e-12)
        assert_allclose(result.expectation, columns[f"{prefix}_expectation"], rtol=EXACT)
        assert_allclose(result.variance, columns[f"{prefix}_variance"], rtol=EXACT)
        assert_allclose(result.z, columns[f"{prefix}_z"], rtol=EXACT, atol=1e-9)

    def test_geary(self, data: str) -> None:
        columns = _local(data)
        result = geary_local(columns["x"], _weights(data), permutations=9)
        # spdep standardises by the sample standard deviation, the contract by that of the population.
        n = len(columns["x"])
        assert_allclose(result.statistic * (n - 1) / n, columns["geary"], rtol=EXACT, atol=1e-12)

    def test_join_counts(self, data: str) -> None:
        columns = _local(data)
        result = join_counts_local(columns["x"], _weights(data), threshold=THRESHOLD[data], permutations=9)
        assert_allclose(result.statistic, columns["join_counts"], rtol=EXACT)

    def test_bivariate_moran(self, data: str) -> None:
        columns = _local(data)
        result = moran_bivariate_local(columns["x"], columns["y"], _weights(data), permutations=9)
        # spdep standardises both indicators by the sample standard deviation.
        n = len(columns["x"])
        assert_allclose(result.statistic * (n - 1) / n, columns["bivariate_moran"], rtol=EXACT, atol=1e-12)
