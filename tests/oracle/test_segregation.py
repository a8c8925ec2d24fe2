"""Segregation against PySAL's numbers (tests/oracle/peers), hand-checked cases, and formulas written out."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import ks_2samp

from spatial.statistics import (
    Places,
    SegregationIndices,
    Weights,
    bias_corrected,
    concentration_profile,
    proximity_profile,
    segregation_change,
    segregation_difference,
    segregation_indices,
    segregation_multigroup,
    segregation_null,
    segregation_profile,
    weights_borders,
    weights_queen,
    weights_rook,
)
from spatial.statistics.weights import assemble

Floats = NDArray[np.float64]
Columns = dict[str, Floats]
#: Indices that PySAL 2.5.4 computes by another formula than the literature's; see the tests at the end.
MISTAKEN = {"relative_clustering", "decay_isolation", "decay_interaction"}


@pytest.fixture(scope="session")
def peer() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((Path(__file__).parent / "peers" / "reference.json").read_text())
    return document["segregation"]  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def counties() -> NDArray[np.object_]:
    """North Carolina in the metres of EPSG:32119."""
    spec = find_spec("libpysal")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "examples" / "sids2" / "sids2.shp"
    shapes = shapely.from_wkb(pyogrio.raw.read(path)[2])
    forward = pyproj.Transformer.from_crs(4267, 32119, always_xy=True)
    moved = shapely.transform(shapes, lambda c: np.column_stack(forward.transform(c[:, 0], c[:, 1])))
    return np.asarray(moved)


@pytest.fixture(scope="session")
def places(counties: NDArray[np.object_]) -> Places:
    return places_of(counties)


def places_of(shapes: NDArray[np.object_]) -> Places:
    keys = [f"{i:03}" for i in range(len(shapes))]
    rook = weights_rook(shapes, keys)
    common = shapely.length(shapely.intersection(shapes[rook.focal], shapes[rook.indices]))
    where = shapely.get_coordinates(shapely.centroid(shapes))
    return Places(
        area_m2=shapely.area(shapes),
        perimeter_m=shapely.length(shapes),
        coordinates_m=where,
        centre_m=(float(where[:, 0].mean()), float(where[:, 1].mean())),
        neighbours=weights_queen(shapes, keys),
        borders_m=assemble(keys, rook.focal, rook.indices, common, spec="border", style="O"),
    )


@pytest.fixture(scope="session")
def indices(sids: Columns, places: Places) -> SegregationIndices:
    return segregation_indices(sids["NWBIR74"], sids["BIR74"], places=places, proximity="pysal")


def test_indices_of_north_carolina(indices: SegregationIndices, peer: dict[str, Any]) -> None:
    ours = indices.indices
    assert set(ours) == set(peer["indices"])
    for name, value in peer["indices"].items():
        if name not in MISTAKEN:
            assert ours[name] == pytest.approx(value, rel=1e-9), name


@pytest.mark.parametrize("maps", ["dates", "regions"])
def test_difference_of_two_maps_as_pysal(
    sids: Columns, counties: NDArray[np.object_], peer: dict[str, Any], maps: str
) -> None:
    first, second = (sids["NWBIR74"], sids["BIR74"]), (sids["NWBIR79"], sids["BIR79"])
    if maps == "regions":
        west = shapely.get_x(shapely.centroid(counties)) < 500_000
        members, residents = first
        first, second = (members[west], residents[west]), (members[~west], residents[~west])
    difference, mean, sd, p = peer["difference"][maps]
    result = segregation_difference(first, second, permutations=9999)
    assert result.difference == pytest.approx(difference, rel=1e-9)
    # Both are simulated, PySAL with 999 exchanges.
    assert result.mean == pytest.approx(mean, abs=4 * sd / np.sqrt(999))
    assert result.sd == pytest.approx(sd, rel=0.1)
    assert result.p == pytest.approx(p, abs=0.08)


def test_published_digits(indices: SegregationIndices) -> None:
    # Computed by an independent implementation of the formulas.
    assert indices.d == pytest.approx(0.29440984243044843, rel=1e-12)
    assert indices.gini == pytest.approx(0.42920313486248696, rel=1e-12)
    assert indices.entropy == pytest.approx(0.11122438902482146, rel=1e-12)
    assert indices.isolation == pytest.approx(0.40636907190392707, rel=1e-12)
    assert indices.correlation_ratio == pytest.approx(0.12898089079808245, rel=1e-12)
    assert indices.atkinson == pytest.approx(0.16506930832869193, rel=1e-12)
    assert indices.spatial_d == pytest.approx(0.17681081, abs=1e-8)
    assert indices.boundary_d == pytest.approx(0.17947955, abs=1e-8)
    assert indices.perimeter_d == pytest.approx(0.25977501, abs=1e-8)


def test_four_squares() -> None:
    squares = np.array([shapely.box(west, 0, west + 1000, 1000) for west in (0, 1000, 2000, 3000)])
    result = segregation_indices([80, 20, 0, 100], [100, 100, 100, 200], places=places_of(squares), proximity="pysal")
    assert result.d == pytest.approx(0.5)  # by hand
    assert result.gini == pytest.approx(0.6333333333)
    assert result.entropy == pytest.approx(0.2906217454)
    assert result.isolation == pytest.approx(0.59)  # by hand
    assert result.interaction == pytest.approx(0.41)
    assert result.correlation_ratio == pytest.approx(0.3166666667)  # by hand
    assert result.atkinson == pytest.approx(0.46)
    assert result.delta == pytest.approx(0.4)  # by hand
    assert result.absolute_clustering == pytest.approx(0.1927718337)
    assert result.spatial_proximity == pytest.approx(1.1037296754)
    assert result.spatial_d == pytest.approx(0.0666666667)
    # All areas are equally large: there is no smallest and no largest part of the land. PySAL answers NaN.
    assert result.absolute_concentration is None
    assert "absolute_concentration" not in result.indices


def test_even_and_complete_separation() -> None:
    even = segregation_indices([40, 80, 20], [100, 200, 50])
    assert_allclose([even.d, even.gini, even.entropy, even.correlation_ratio, even.atkinson], 0, atol=1e-12)
    complete = segregation_indices([100, 100, 0, 0], [100, 100, 100, 100])
    for value in (complete.d, complete.gini, complete.entropy, complete.isolation, complete.correlation_ratio):
        assert value == pytest.approx(1)


def test_double_sums_written_out(sids: Columns, places: Places) -> None:
    x, t = sids["NWBIR74"], sids["BIR74"]
    p, share, total = x / t, x.sum() / t.sum(), t.sum()
    gaps = np.abs(p[:, None] - p)
    result = segregation_indices(x, t, places=places, decay_m=50_000)
    assert result.gini == pytest.approx((t[:, None] * t * gaps).sum() / (2 * total**2 * share * (1 - share)))
    assert places.coordinates_m is not None
    assert places.area_m2 is not None
    near = cdist(places.coordinates_m, places.coordinates_m)
    np.fill_diagonal(near, np.sqrt(0.6 * places.area_m2))
    near = np.exp(-near / 50_000)
    y = t - x
    xx, yy, tt = ((v @ near @ v) / v.sum() ** 2 for v in (x, y, t))
    assert result.relative_clustering == pytest.approx(xx / yy - 1)
    assert result.spatial_proximity == pytest.approx((x.sum() * xx + y.sum() * yy) / (total * tt))
    met = near * t / (near * t).sum(axis=1, keepdims=True)
    assert result.decay_isolation == pytest.approx((x / x.sum() * (met @ p)).sum())
    evenly = x.sum() / len(x) ** 2 * near.sum()
    own, all_of = (x / x.sum() * (near @ x)).sum(), (x / x.sum() * (near @ t)).sum()
    assert result.absolute_clustering == pytest.approx((own - evenly) / (all_of - evenly))
    assert result.contributions.sum() == pytest.approx(result.d)
    assert_allclose(result.location_quotient, p / share)


def test_where_pysal_departs_from_the_formulas(sids: Columns, places: Places, peer: dict[str, Any]) -> None:
    """Its numbers come out of its proximities with one slip each, so that the difference is explained."""
    assert places.coordinates_m is not None
    assert places.area_m2 is not None
    x, t = sids["NWBIR74"], sids["BIR74"]
    y, theirs = t - x, peer["indices"]
    distance = cdist(places.coordinates_m, places.coordinates_m)
    near = np.exp(-distance / distance.sum(axis=1))
    np.fill_diagonal(near, np.exp(-np.sqrt(0.6 * places.area_m2)))
    near = 1 - near
    # Squares of the other area's members instead of products of both.
    squares = [(v * v * near).sum() / v.sum() ** 2 for v in (x, y)]
    assert theirs["relative_clustering"] == pytest.approx(squares[0] / squares[1] - 1)
    # Row totals that divide columns: the probabilities of meeting do not add up to 1.
    met = near * t / (near * t).sum(axis=1)
    assert theirs["decay_isolation"] == pytest.approx((x / x.sum() * (met @ (x / t))).sum())
    assert theirs["decay_interaction"] == pytest.approx((x / x.sum() * (met @ (y / t))).sum())
    assert theirs["decay_isolation"] + theirs["decay_interaction"] != pytest.approx(1, abs=1e-3)


def test_several_groups(sids: Columns, peer: dict[str, Any]) -> None:
    black, dead = sids["NWBIR74"], sids["SID74"]
    result = segregation_multigroup(np.column_stack([black, dead, sids["BIR74"] - black - dead]))
    for name, value in peer["several"].items():
        assert getattr(result, name) == pytest.approx(value, rel=1e-9), name


def test_two_groups_are_one_group_and_the_rest(sids: Columns, indices: SegregationIndices) -> None:
    result = segregation_multigroup(np.column_stack([sids["NWBIR74"], sids["BIR74"] - sids["NWBIR74"]]))
    assert result.d == pytest.approx(indices.d)
    assert result.gini == pytest.approx(indices.gini)
    assert result.entropy == pytest.approx(indices.entropy)
    assert result.relative_diversity == pytest.approx(indices.correlation_ratio)
    assert result.exposure == pytest.approx(indices.correlation_ratio)


def test_profile(sids: Columns, places: Places, peer: dict[str, Any]) -> None:
    groups = np.column_stack([sids["NWBIR74"], sids["BIR74"] - sids["NWBIR74"]])
    assert places.coordinates_m is not None
    radii = [0, 30_000, 60_000, 100_000]
    as_pysal = segregation_profile(groups, places.coordinates_m, radii, kernel="triangular", weighted_by="surroundings")
    assert_allclose(as_pysal.entropy, peer["profile"], rtol=1e-9)
    assert_allclose(as_pysal.entropy, [0.111224, 0.110743, 0.075674, 0.056525], atol=1e-6)
    # As defined, every county counts by its own residents.
    ours = segregation_profile(groups, places.coordinates_m, radii)
    assert ours.entropy[0] == pytest.approx(0.111224389, abs=1e-9)
    assert (np.diff(ours.entropy) < 0).all()
    wide = segregation_profile(groups, places.coordinates_m, [1e9])
    assert wide.entropy[0] == pytest.approx(0, abs=1e-6)


def test_curves_over_thresholds(sids: Columns, places: Places, peer: dict[str, Any]) -> None:
    assert places.neighbours is not None
    x, t = sids["NWBIR74"], sids["BIR74"]
    concentration = concentration_profile(x, t)
    assert concentration.value == pytest.approx(peer["concentration_profile"], rel=1e-9)
    assert concentration.value == pytest.approx(0.19952442, abs=5e-9)
    assert concentration.curve[0] == 1
    assert (np.diff(concentration.curve) <= 0).all()
    assert proximity_profile(x, t, places.neighbours).value == pytest.approx(peer["proximity_profile"], rel=1e-9)


@pytest.mark.parametrize("kind", ["composition", "share"])
def test_change_between_1974_and_1979(sids: Columns, peer: dict[str, Any], kind: Any) -> None:
    first, second = (sids["NWBIR74"], sids["BIR74"]), (sids["NWBIR79"], sids["BIR79"])
    change = segregation_change(first, second, counterfactual=kind)
    assert_allclose([change.structure, change.attributes], peer["change"][kind], rtol=1e-9)
    assert change.structure + change.attributes == pytest.approx(change.change)
    assert change.second == pytest.approx(0.29115458, abs=1e-8)
    back = segregation_change(second, first, counterfactual=kind)
    assert back.structure == pytest.approx(-change.structure)


def test_bias_correction(sids: Columns, peer: dict[str, Any]) -> None:
    x, t = np.round(sids["NWBIR74"] / 100), np.round(sids["BIR74"] / 20)
    result = bias_corrected(x, t, replicates=4000)
    assert result.density == pytest.approx(peer["density_corrected_small"], abs=2e-6)  # theirs stops early
    assert result.bootstrap == pytest.approx(peer["bootstrap_small"], abs=1e-3)  # both simulated
    assert result.density < result.bootstrap < result.d
    # With 100 000 births there is hardly any bias.
    whole = bias_corrected(sids["NWBIR74"], sids["BIR74"], replicates=200)
    assert whole.density == pytest.approx(whole.d, abs=3e-4)
    assert whole.bootstrap == pytest.approx(whole.d, abs=3e-4)


def test_systematic_null_is_that_of_numpys_binomial(sids: Columns) -> None:
    x, t = sids["NWBIR74"], sids["BIR74"]
    ours = segregation_null(x, t, permutations=4000, seed=3)
    rng = np.random.default_rng(4)
    drawn = rng.binomial(t.astype(int), x.sum() / t.sum(), size=(4000, len(t)))
    group = drawn.sum(axis=1, keepdims=True)
    theirs = np.abs(drawn / group - (t - drawn) / (t.sum() - group)).sum(axis=1) / 2
    assert ours.mean == pytest.approx(theirs.mean(), rel=0.01)
    assert ours.sd == pytest.approx(theirs.std(), rel=0.06)
    assert ks_2samp(ours.simulated, theirs).pvalue > 0.01
    assert ours.p == ours.smallest_p == 2 / 4001


def test_person_permutation_keeps_the_group(sids: Columns) -> None:
    x, t = np.round(sids["NWBIR74"] / 100), np.round(sids["BIR74"] / 20)
    ours = segregation_null(x, t, null="person-permutation", permutations=2000, seed=3)
    people = np.repeat(np.arange(len(t)), t.astype(int))
    rng = np.random.default_rng(5)
    size = int(x.sum())
    theirs = np.empty(300)
    for i in range(300):
        drawn = np.bincount(rng.permutation(people)[:size], minlength=len(t))
        theirs[i] = np.abs(drawn / size - (t - drawn) / (t.sum() - size)).sum() / 2
    assert ours.mean == pytest.approx(theirs.mean(), rel=0.01)
    assert ks_2samp(ours.simulated, theirs).pvalue > 0.01


def test_geographic_null_of_spatial_d(sids: Columns, places: Places) -> None:
    assert isinstance(places.neighbours, Weights)
    result = segregation_null(
        sids["NWBIR74"], sids["BIR74"], index="spatial_d", null="geographic", neighbours=places.neighbours
    )
    # Neighbouring counties resemble each other, so less is taken off D than if they were shuffled.
    assert result.value == pytest.approx(0.17681081, abs=1e-8)
    assert result.value > result.mean
    assert result.p == result.smallest_p


def test_common_borders_are_those_of_the_overlay(counties: NDArray[np.object_], places: Places) -> None:
    """The lengths behind Wong's D(w) and D(s), found without intersecting any geometry."""
    found = weights_borders(counties, [f"{i:03}" for i in range(len(counties))])
    assert places.borders_m is not None
    assert (found.indptr == places.borders_m.indptr).all()
    assert (found.indices == places.borders_m.indices).all()
    np.testing.assert_allclose(found.data, places.borders_m.data, rtol=1e-9)
