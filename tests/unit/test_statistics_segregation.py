"""Segregation and inequality: awkward counts, places and options."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from spatial.statistics import (
    EmptyGroup,
    ImpossibleCounts,
    InfiniteValues,
    LengthMismatch,
    MissingValues,
    NegativeValues,
    NoLinks,
    OptionOutOfRange,
    Places,
    TooFewAreas,
    UnknownOption,
    bias_corrected,
    concentration_profile,
    inequality,
    proximity_profile,
    read_result,
    segregation_change,
    segregation_difference,
    segregation_indices,
    segregation_multigroup,
    segregation_null,
    segregation_profile,
    spatial_dissimilarity,
    weights_from_pairs,
)
from spatial.statistics.segregation_inference import Null
from spatial.statistics.unevenness import FORMULAS

Floats = NDArray[np.float64]
NAN = float("nan")
Statistic = Callable[[Any, Any], object]
OF_COUNTS: list[Statistic] = [
    segregation_indices,
    segregation_null,
    bias_corrected,
    lambda group, total: segregation_change((group, total), ([1, 2], [10, 10])),
    lambda group, total: segregation_difference((group, total), ([1, 2], [10, 10])),
]


@pytest.mark.parametrize("statistic", OF_COUNTS)
class TestRefusals:
    def test_missing_counts(self, statistic: Statistic) -> None:
        with pytest.raises(MissingValues) as caught:
            statistic([1, NAN, 3], [10, 10, 10])
        assert caught.value.positions == (1,)

    def test_nobody_and_everybody(self, statistic: Statistic) -> None:
        with pytest.raises(EmptyGroup):
            statistic([0, 0, 0], [10, 10, 10])
        with pytest.raises(EmptyGroup):
            statistic([10, 10, 10], [10, 10, 10])

    def test_more_members_than_residents(self, statistic: Statistic) -> None:
        with pytest.raises(ImpossibleCounts) as caught:
            statistic([1, 11, 3], [10, 10, 10])
        assert caught.value.positions == (1,)

    def test_negative_counts_and_lengths(self, statistic: Statistic) -> None:
        with pytest.raises(NegativeValues):
            statistic([1, -1, 3], [10, 10, 10])
        with pytest.raises(LengthMismatch):
            statistic([1, 3], [10, 10, 10])


@pytest.mark.parametrize("statistic", [segregation_indices, segregation_null])
def test_one_inhabited_area_is_too_few(statistic: Statistic) -> None:
    with pytest.raises(TooFewAreas):
        statistic([1, 0], [10, 0])


def chain(n: int) -> Any:
    keys = [f"{i:02}" for i in range(n)]
    return weights_from_pairs(pairwise(keys), keys)


def row_of_squares(n: int) -> Places:
    where = np.column_stack([np.arange(n) * 1000.0, np.zeros(n)])
    return Places(
        area_m2=np.linspace(1e6, 2e6, n),
        perimeter_m=np.full(n, 4000.0),
        coordinates_m=where,
        centre_m=(0.0, 0.0),
        neighbours=chain(n),
        borders_m=chain(n),
    )


def test_unpopulated_areas_change_nothing() -> None:
    group, total = np.array([8.0, 2, 5, 1]), np.array([10.0, 20, 30, 40])
    places = row_of_squares(4)
    without = segregation_indices(group, total, places=places)
    assert places.area_m2 is not None
    assert places.coordinates_m is not None
    wider = Places(
        area_m2=np.append(places.area_m2, 9e7),
        perimeter_m=np.full(5, 4000.0),
        coordinates_m=np.vstack([places.coordinates_m, [[9e4, 9e4]]]),
        centre_m=(0.0, 0.0),
        neighbours=chain(5),
        borders_m=chain(5),
    )
    with_forest = segregation_indices(np.append(group, 0), np.append(total, 0), places=wider)
    assert with_forest.indices == pytest.approx(without.indices)
    assert len(without.indices) == 21
    assert with_forest.n_unpopulated == 1
    assert math.isnan(with_forest.location_quotient[4])
    assert with_forest.contributions[4] == 0
    same = segregation_null(np.append(group, 0), np.append(total, 0), permutations=99)
    assert same.simulated.tolist() == segregation_null(group, total, permutations=99).simulated.tolist()


def test_the_order_of_areas_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    total = rng.integers(5, 500, 30).astype(float)
    group = np.floor(total * rng.random(30) / 3)
    shuffled = rng.permutation(30)
    first, second = segregation_null(group, total), segregation_null(group[shuffled], total[shuffled])
    assert (first.mean, first.sd, first.p) == pytest.approx((second.mean, second.sd, second.p))


def test_seeds() -> None:
    group, total = [8, 2, 5, 1], [10, 20, 30, 40]
    first = segregation_null(group, total, seed=1)
    assert first.simulated.tobytes() == segregation_null(group, total, seed=1).simulated.tobytes()
    other = segregation_null(group, total, seed=2)
    assert first.value == other.value
    assert first.mean != other.mean


def test_without_places_there_are_no_spatial_indices() -> None:
    result = segregation_indices([8, 2], [10, 20])
    assert set(result.indices) == {*FORMULAS, "minmax"}
    only_land = segregation_indices([8, 2], [10, 20], places=Places(area_m2=np.array([1.0, 2.0])))
    assert only_land.delta is not None
    assert only_land.absolute_clustering is None
    assert only_land.absolute_centralisation is None


def test_centralisation() -> None:
    places = row_of_squares(4)
    inner = segregation_indices([9, 5, 1, 0], [10, 10, 10, 10], places=places)
    outer = segregation_indices([0, 1, 5, 9], [10, 10, 10, 10], places=places)
    assert inner.relative_centralisation is not None
    assert outer.relative_centralisation is not None
    assert inner.relative_centralisation > 0.3
    assert outer.relative_centralisation < -0.3


def test_a_lonely_area_has_no_differences_to_neighbours() -> None:
    places = Places(neighbours=weights_from_pairs([("a", "b")], ["a", "b", "c"]))
    result = segregation_indices([5, 5, 0], [10, 10, 10], places=places)
    assert result.spatial_d == pytest.approx(result.d)
    nobody_near = Places(neighbours=weights_from_pairs([], ["a", "b", "c"]))
    assert segregation_indices([5, 5, 0], [10, 10, 10], places=nobody_near).spatial_d == pytest.approx(result.d)


@pytest.mark.parametrize(
    "places",
    [
        Places(area_m2=np.array([1.0])),
        Places(perimeter_m=np.array([1.0])),
        Places(coordinates_m=np.array([[0.0, 0.0]])),
        Places(coordinates_m=np.array([0.0, 1.0])),
        Places(neighbours=chain(3)),
        Places(borders_m=chain(3)),
    ],
)
def test_places_of_other_areas(places: Places) -> None:
    with pytest.raises(LengthMismatch):
        segregation_indices([5, 1], [10, 10], places=places)


@pytest.mark.parametrize(
    "places",
    [
        Places(area_m2=np.array([1.0, 0.0])),
        Places(area_m2=np.array([1.0, NAN])),
        Places(coordinates_m=np.array([[0.0, 0.0], [NAN, 1.0]])),
    ],
)
def test_impossible_places(places: Places) -> None:
    with pytest.raises(ImpossibleCounts) as caught:
        segregation_indices([5, 1], [10, 10], places=places)
    assert caught.value.positions == (1,)


def test_options() -> None:
    for b in (0.0, 1.0):
        with pytest.raises(OptionOutOfRange):
            segregation_indices([5, 1], [10, 10], atkinson_b=b)
    with pytest.raises(OptionOutOfRange):
        segregation_indices([5, 1], [10, 10], decay_m=0)
    with pytest.raises(UnknownOption):
        segregation_indices([5, 1, 2, 2], [10] * 4, places=row_of_squares(4), proximity="near")  # type: ignore[arg-type]


class TestNull:
    def test_a_tiny_group_is_not_called_segregated(self) -> None:
        # Two members in 28 areas: D is 0.93 whatever happens.
        group, total = np.zeros(28), np.full(28, 1000.0)
        group[[3, 17]] = 1
        result = segregation_null(group, total, alternative="greater")
        assert result.value > 0.9
        assert result.mean > 0.85
        assert result.p > 0.1
        assert abs(result.excess) < 0.75
        assert bias_corrected(group, total).bootstrap < result.value

    def test_an_even_group_is_at_the_other_end(self) -> None:
        group, total = np.full(28, 100.0), np.full(28, 1000.0)
        assert segregation_null(group, total).p == 0.002
        assert segregation_null(group, total, alternative="greater").p == 1
        assert segregation_null(group, total).excess < 0

    @pytest.mark.parametrize("index", list(FORMULAS))
    def test_every_index(self, index: str) -> None:
        rng = np.random.default_rng(3)
        total = rng.integers(50, 900, 40)
        group = rng.binomial(total, 0.2)
        result = segregation_null(group, total, index=index, permutations=199)
        assert result.value == pytest.approx(segregation_indices(group, total).indices[index])
        assert abs(result.value - result.mean) < 5 * result.sd
        assert 0.01 <= result.p <= 1

    def test_spatial_d(self) -> None:
        total = np.full(20, 500.0)
        group = np.where(np.arange(20) < 10, 150.0, 10.0)
        nulls: tuple[Null, ...] = ("systematic", "person-permutation", "geographic")
        for null in nulls:
            result = segregation_null(
                group,
                total,
                index="spatial_d",
                null=null,
                neighbours=chain(20),
                permutations=199,
            )
            assert result.p == result.smallest_p == 0.01
        with pytest.raises(NoLinks):
            segregation_null(group, total, index="spatial_d")
        with pytest.raises(LengthMismatch):
            segregation_null(group, total, index="spatial_d", neighbours=chain(3))

    def test_impossible_options(self) -> None:
        for options in ({"index": "delta"}, {"null": "geographic"}, {"alternative": "less"}):
            with pytest.raises(UnknownOption):
                segregation_null([5, 1], [10, 10], **options)  # type: ignore[arg-type]
        with pytest.raises(OptionOutOfRange):
            segregation_null([5, 1], [10, 10], permutations=0)

    def test_harmonised_counts_are_rounded_for_the_simulation(self) -> None:
        result = segregation_null([5.4, 1.2, 3.3], [10.6, 10.2, 0.2 + 4], permutations=99)
        assert result.n == 3
        assert 0 < result.mean < 1

    def test_a_group_below_one_person(self) -> None:
        with pytest.raises(OptionOutOfRange):
            bias_corrected([0.1, 0.2], [10, 10])
        with pytest.raises(EmptyGroup):
            segregation_null([1e-9, 0], [10, 10], permutations=9)


class TestDifference:
    def test_equal_maps_do_not_differ(self) -> None:
        counts = ([10, 20, 30, 5], [100, 90, 80, 70])
        for labelling in ("areas", "pairs"):
            result = segregation_difference(counts, counts, labelling=labelling, permutations=99)
            assert result.difference == 0
            assert result.p == 1 or labelling == "areas"
            assert result.smallest_p == 0.02
        assert result.n_first == result.n_second == 4

    def test_an_area_may_be_inhabited_on_one_map_only(self) -> None:
        first, second = ([10, 0, 30, 5], [100, 0, 80, 70]), ([10, 20, 0, 5], [100, 90, 0, 70])
        for index in FORMULAS:
            result = segregation_difference(first, second, index=index, labelling="pairs", permutations=99)
            assert np.isfinite(result.simulated).all(), index
            assert (result.n_first, result.n_second) == (3, 3)

    def test_exchanges_that_empty_a_group_count_as_extreme(self) -> None:
        result = segregation_difference(
            ([3, 0, 0], [10, 10, 10]), ([0, 0, 4], [10, 10, 10]), labelling="pairs", permutations=199
        )
        assert np.isnan(result.simulated).any()
        assert result.p == 1
        assert np.isfinite([result.mean, result.sd]).all()

    def test_alternatives(self) -> None:
        even, uneven = ([10, 10, 10, 10, 10, 10], [100] * 6), ([30, 0, 0, 30, 0, 0], [100] * 6)
        both = segregation_difference(even, uneven, labelling="pairs")
        greater = segregation_difference(even, uneven, labelling="pairs", alternative="greater")
        assert both.p == pytest.approx(2 * greater.p)
        assert segregation_difference(uneven, even, labelling="pairs", alternative="greater").p > 0.9
        assert segregation_difference(even, uneven, seed=1).p != segregation_difference(even, uneven, seed=2).p

    def test_refusals(self) -> None:
        one, other = ([1, 2, 3], [9, 9, 9]), ([1, 2], [9, 9])
        with pytest.raises(LengthMismatch):
            segregation_difference(one, other, labelling="pairs")
        assert segregation_difference(one, other, permutations=19).n_second == 2
        for option in ({"index": "delta"}, {"labelling": "people"}, {"alternative": "less"}):
            with pytest.raises(UnknownOption):
                segregation_difference(one, other, **option)  # type: ignore[arg-type]  # what is tested
        with pytest.raises(TooFewAreas):
            segregation_difference(one, ([1, 0], [9, 0]))

    def test_words(self) -> None:
        even, uneven = ([10] * 6, [100] * 6), ([30, 0, 0, 30, 0, 0], [100] * 6)
        words = read_result(segregation_difference(even, even, labelling="pairs"))
        assert "Das kann auch ein zufälliger Tausch der Gebiete ergeben." in words.de
        words = read_result(segregation_difference(even, uneven, labelling="pairs", alternative="greater"))
        assert "more segregation than the first; a random exchange of the areas would rarely give that" in words.en


class TestSeveralGroups:
    def test_refusals(self) -> None:
        with pytest.raises(LengthMismatch):
            segregation_multigroup([1, 2])
        with pytest.raises(EmptyGroup):
            segregation_multigroup([[1, 0], [2, 0]])
        with pytest.raises(TooFewAreas):
            segregation_multigroup([[1, 2], [0, 0]])
        with pytest.raises(MissingValues):
            segregation_multigroup(np.array([[1, 2], [NAN, 0]]))
        with pytest.raises(InfiniteValues):
            segregation_multigroup(np.array([[1, 2], [np.inf, 0]]))

    def test_a_group_without_members_changes_nothing(self) -> None:
        members = np.array([[5.0, 1, 4], [2, 8, 3], [0, 0, 0], [1, 1, 9]])
        with_nobody = segregation_multigroup(np.column_stack([members, np.zeros(4)]))
        result = segregation_multigroup(members)
        for name in ("d", "gini", "entropy", "relative_diversity", "exposure"):
            assert getattr(with_nobody, name) == pytest.approx(getattr(result, name))
        assert result.n_unpopulated == 1
        assert math.isnan(result.local_entropy[2])

    def test_profile_refusals(self) -> None:
        groups, where = [[5, 1], [2, 8]], [[0, 0], [1000, 0]]
        with pytest.raises(LengthMismatch):
            segregation_profile(groups, [[0, 0]], [0])
        for distances in ([], [-1.0], [NAN]):
            with pytest.raises(OptionOutOfRange):
                segregation_profile(groups, where, distances)
        for options in ({"kernel": "gaussian"}, {"weighted_by": "area"}):
            with pytest.raises(UnknownOption):
                segregation_profile(groups, where, [0], **options)  # type: ignore[arg-type]


class TestCurves:
    def test_without_segregation_the_curve_falls_at_the_overall_share(self) -> None:
        even = concentration_profile([20, 40, 10], [100, 200, 50], thresholds=100_001)
        assert even.value == pytest.approx(0, abs=1e-4)
        complete = concentration_profile([100, 0], [100, 100], thresholds=100_001)
        assert complete.value == pytest.approx(1, abs=1e-4)

    def test_unpopulated_areas_change_nothing(self) -> None:
        group, total = [8.0, 2, 5, 1], [10.0, 20, 30, 40]
        first = proximity_profile(group, total, chain(4))
        more = proximity_profile([*group, 0], [*total, 0], chain(5))
        assert more.curve.tolist() == first.curve.tolist()
        assert concentration_profile([*group, 0], [*total, 0]).value == concentration_profile(group, total).value

    def test_areas_that_cannot_be_reached_have_no_nearness(self) -> None:
        apart = weights_from_pairs([("a", "b"), ("c", "d")], "abcd")
        result = proximity_profile([9, 8, 2, 1], [10, 10, 10, 10], apart, thresholds=11)
        assert result.curve[0] == 0
        assert result.curve[8] == 1
        assert not np.isnan(result.curve).any()

    def test_refusals(self) -> None:
        with pytest.raises(OptionOutOfRange):
            concentration_profile([1, 5], [10, 10], thresholds=1)
        with pytest.raises(TooFewAreas):
            concentration_profile([1, 0], [10, 0])
        with pytest.raises(LengthMismatch):
            proximity_profile([1, 5], [10, 10], chain(3))
        with pytest.raises(NoLinks):
            proximity_profile([1, 5], [10, 10], weights_from_pairs([], "ab"))

    def test_words(self) -> None:
        assert "3 Gebieten" in read_result(concentration_profile([1, 5, 2], [10, 10, 10])).de


def test_no_change_is_split_into_nothing() -> None:
    counts = ([5, 1, 2], [10, 10, 10])
    change = segregation_change(counts, counts)
    assert (change.change, change.structure, change.attributes) == pytest.approx((0, 0, 0), abs=1e-12)
    for options in ({"index": "delta"}, {"counterfactual": "both"}):
        with pytest.raises(UnknownOption):
            segregation_change(counts, counts, **options)  # type: ignore[arg-type]
    with pytest.raises(TooFewAreas):
        segregation_change(([1, 0], [2, 0]), counts)


class TestInequality:
    def test_equal_values(self) -> None:
        result = inequality([3.0, 3.0, 3.0], [1, 2, 3], groups=["a", "b", "b"])
        assert_allclose([result.cv, result.gini, result.theil, result.theil_between or 0], 0, atol=1e-15)
        assert result.p90_p10 == 1

    def test_zeros_are_values(self) -> None:
        result = inequality([0.0, 0.0, 4.0])
        assert result.theil == pytest.approx(math.log(3))
        assert result.gini == pytest.approx(2 / 3)
        assert result.p90_p10 is None
        assert result.largest_smallest is None
        assert result.quartile_ratio is None
        assert inequality([1.0, 2, 3, 4, 5, 6, 7, 8]).quartile_ratio == 3
        assert inequality([1.0, 5, 9], [1, 2, 1]).quartile_ratio == 5, "a quarter of the weight is reached at 1"

    def test_areas_without_weight_are_left_out(self) -> None:
        result = inequality([1.0, 2.0, 900.0], [5, 5, 0], groups=["a", "b", "c"])
        assert result.gini == pytest.approx(inequality([1.0, 2.0]).gini)
        assert (result.n, result.n_weightless, result.n_groups) == (2, 1, 2)

    def test_one_group_holds_everything_within(self) -> None:
        result = inequality([1.0, 2.0, 4.0], groups=["a"] * 3)
        assert result.theil_between == pytest.approx(0, abs=1e-15)
        assert result.theil_within == pytest.approx(result.theil)

    def test_refusals(self) -> None:
        with pytest.raises(NegativeValues):
            inequality([1.0, -1.0])
        with pytest.raises(EmptyGroup):
            inequality([0.0, 0.0])
        with pytest.raises(TooFewAreas):
            inequality([1.0, 2.0], [1, 0])
        with pytest.raises(MissingValues):
            inequality([1.0, NAN])
        with pytest.raises(LengthMismatch):
            inequality([1.0, 2.0], [1])
        with pytest.raises(LengthMismatch):
            inequality([1.0, 2.0], groups=["a"])


def test_words() -> None:
    group, total = [80, 20, 0, 100], [100, 100, 100, 200]
    indices = read_result(segregation_indices(group, total))
    assert "D = 0,50 bei 4 Gebieten" in indices.de
    assert "between the areas, not within" in indices.en
    assert "unevenly" in read_result(segregation_null(group, total)).en
    assert "vom Zufall nicht zu unterscheiden" in read_result(segregation_null([1, 2, 1], [90, 99, 95])).de
    assert "evenly" in read_result(segregation_null([100] * 28, [1000] * 28)).en
    groups = [[80, 20], [20, 80], [0, 100]]
    assert "2 groups" in read_result(segregation_multigroup(groups)).en
    where = [[0, 0], [1000, 0], [2000, 0]]
    assert "1,5 km" in read_result(segregation_profile(groups, where, [0, 1500])).de
    assert "not an explanation" in read_result(segregation_change((group, total), ([70, 30, 0, 90], total))).en
    unequal = read_result(inequality([1.0, 2.0, 5.0], groups=["a", "a", "b"]))
    assert "Theil" in unequal.de
    assert "between people" in unequal.en
    with pytest.raises(TypeError):
        read_result(3)


@pytest.mark.parametrize("empty", [False, True])
def test_the_spatial_d_alone_is_that_among_all_indices(empty: bool) -> None:
    rng = np.random.default_rng(5)
    total = rng.integers(50, 900, 40).astype(float)
    if empty:
        total[[3, 17]] = 0
    group = np.floor(total * rng.random(40) / 3)
    keys = [f"{place:02}" for place in range(40)]
    links = weights_from_pairs(zip(keys, keys[1:] + keys[:1], strict=True), keys)
    together = segregation_indices(group, total, places=Places(neighbours=links))
    assert spatial_dissimilarity(group, total, links) == together.spatial_d
    with pytest.raises(LengthMismatch):
        spatial_dissimilarity(group[:-1], total[:-1], links)
    with pytest.raises(TooFewAreas):
        spatial_dissimilarity([1, 0], [2, 0], weights_from_pairs([("a", "b")], "ab"))
