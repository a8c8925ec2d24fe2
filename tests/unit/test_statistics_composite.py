"""Composite indices and the typology of status and dynamics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from spatial.statistics import (
    InfiniteValues,
    LengthMismatch,
    NegativeValues,
    NoVariance,
    OptionOutOfRange,
    TooFewAreas,
    UnknownOption,
    composite_index,
    read_result,
    typology,
)
from spatial.statistics.composite import CompositeMethod

NAN = float("nan")
METHODS: list[CompositeMethod] = ["z-score", "min-max", "rank", "geometric"]
CORRELATED = np.column_stack([[1.0, 2, 3, 4, 5, 6], [2.0, 1, 4, 3, 6, 5], [6.0, 4, 5, 2, 3, 1]])
COMPONENTS = np.array([[10.0, 5, 1], [20, 4, 8], [30, 3, 2], [40, 1, 5], [50, 2, 9], [60, 0, 4]])


@pytest.mark.parametrize("method", METHODS)
class TestEveryMethod:
    def test_units_do_not_matter(self, method: CompositeMethod) -> None:
        first = composite_index(COMPONENTS, [1, -1, 1], method=method)
        second = composite_index(COMPONENTS * [1000, 0.1, 3] + [5, 7, 0], [1, -1, 1], method=method)
        assert_allclose(first.values, second.values, rtol=1e-9, atol=1e-9)

    def test_polarity_turns_the_order(self, method: CompositeMethod) -> None:
        up = composite_index(COMPONENTS[:, :1], [1], method=method)
        down = composite_index(COMPONENTS[:, :1], [-1], method=method)
        assert up.ranks.tolist() == [6, 5, 4, 3, 2, 1]
        assert down.ranks.tolist() == [1, 2, 3, 4, 5, 6]

    def test_a_fixed_reference_shows_the_common_trend(self, method: CompositeMethod) -> None:
        later = COMPONENTS * [1.2, 0.8, 1.1]
        alone = composite_index(later, [1, -1, 1], method=method)
        against = composite_index(later, [1, -1, 1], method=method, reference=COMPONENTS)
        base = composite_index(COMPONENTS, [1, -1, 1], method=method)
        assert against.values.mean() > base.values.mean() + 0.01
        assert alone.values.mean() == pytest.approx(base.values.mean(), abs=0.05)

    def test_missing_components(self, method: CompositeMethod) -> None:
        components = COMPONENTS.copy()
        components[0, 0] = NAN
        components[1, :] = NAN
        strict = composite_index(components, [1, -1, 1], method=method)
        assert strict.defined.tolist() == [False, False, True, True, True, True]
        assert np.isnan(strict.values[:2]).all()
        assert strict.ranks[:2].tolist() == [0, 0]
        lenient = composite_index(components, [1, -1, 1], method=method, coverage=0.6)
        assert lenient.defined.tolist() == [True, False, True, True, True, True]
        assert lenient.incomplete.tolist() == [True, False, False, False, False, False]
        assert lenient.coverage[0] == pytest.approx(2 / 3)
        weighted = composite_index(components, [1, -1, 1], method=method, weights=[1, 2, 2])
        assert weighted.defined[0]

    def test_the_band_holds_the_rank(self, method: CompositeMethod) -> None:
        result = composite_index(COMPONENTS, [1, -1, 1], method=method)
        assert (result.lowest_rank <= result.ranks).all()
        assert (result.ranks <= result.highest_rank).all()
        assert (result.lowest_rank < result.highest_rank).any()
        alone = composite_index(COMPONENTS[:, :1], [1], method=method)
        assert alone.lowest_rank.tolist() == alone.highest_rank.tolist()

    def test_refusals(self, method: CompositeMethod) -> None:
        flat = COMPONENTS.copy()
        flat[:, 1] = 7
        with pytest.raises(NoVariance):
            composite_index(flat, [1, 1, 1], method=method)
        with pytest.raises(TooFewAreas):
            composite_index(COMPONENTS[:2], [1, 1, 1], method=method)
        empty = COMPONENTS.copy()
        empty[:, 1] = NAN
        with pytest.raises(TooFewAreas):
            composite_index(empty, [1, 1, 1], method=method)
        with pytest.raises(InfiniteValues):
            composite_index(np.where(COMPONENTS == 10, np.inf, COMPONENTS), [1, 1, 1], method=method)


def test_by_hand() -> None:
    components = [[0, 10], [5, 20], [10, 30]]
    assert composite_index(components, [1, -1], method="min-max").values.tolist() == [0.5, 0.5, 0.5]
    ranks = composite_index(components, [1, 1], method="rank").values
    assert_allclose(ranks, [1 / 6, 0.5, 5 / 6])
    geometric = composite_index(components, [1, 1], method="geometric").values
    assert_allclose(geometric, [0.01, 0.5, 1.0])


def test_two_areas_are_no_comparison_even_with_a_reference() -> None:
    with pytest.raises(TooFewAreas) as caught:
        composite_index(COMPONENTS[:2], [1, 1, 1], reference=COMPONENTS)
    assert (caught.value.n, caught.value.minimum) == (2, 3)


def test_ties_share_the_better_rank() -> None:
    assert composite_index(np.array([[1.0], [2], [2], [3]]), [1]).ranks.tolist() == [4, 2, 2, 1]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"polarities": [1, 1]}, LengthMismatch),
        ({"polarities": [1, 0, 1]}, OptionOutOfRange),
        ({"weights": [1, 1]}, LengthMismatch),
        ({"weights": [1, 0, 1]}, NegativeValues),
        ({"coverage": 0.0}, OptionOutOfRange),
        ({"coverage": 1.1}, OptionOutOfRange),
        ({"method": "factor"}, UnknownOption),
        ({"reference": [[1, 2]]}, LengthMismatch),
        ({"components": [1, 2, 3]}, LengthMismatch),
    ],
)
def test_impossible_options(options: dict[str, Any], error: type[Exception]) -> None:
    arguments = {"components": COMPONENTS, "polarities": [1, 1, 1], **options}
    with pytest.raises(error):
        composite_index(arguments.pop("components"), arguments.pop("polarities"), **arguments)


class TestPrincipalComponent:
    def test_weights_are_those_of_the_singular_vectors(self) -> None:
        result = composite_index(CORRELATED, [1, 1, -1], method="pca")
        z = (CORRELATED - CORRELATED.mean(axis=0)) / CORRELATED.std(axis=0) * [1, 1, -1]
        _, singular, vectors = np.linalg.svd(z, full_matrices=False)
        first = vectors[0] * np.sign(vectors[0].sum())
        assert_allclose(result.weights, first / np.abs(first).sum())
        assert result.explained == pytest.approx(singular[0] ** 2 / (singular**2).sum())
        assert_allclose(result.values, z @ result.weights)
        assert composite_index(CORRELATED, [1, 1, -1]).explained is None

    def test_two_components_weigh_alike(self) -> None:
        result = composite_index(CORRELATED[:, :2], [1, 1], method="pca")
        assert_allclose(result.weights, [0.5, 0.5])
        assert_allclose(result.values, composite_index(CORRELATED[:, :2], [1, 1]).values, atol=1e-12)

    def test_an_indicator_against_the_others_has_a_negative_weight(self) -> None:
        result = composite_index(CORRELATED, [1, 1, 1], method="pca")
        assert result.weights[2] < 0 < result.weights[0]
        assert np.abs(result.weights).sum() == pytest.approx(1)
        assert np.isfinite(result.values).all()

    def test_missing_components_leave_the_weights_to_the_complete_areas(self) -> None:
        gappy = np.vstack([CORRELATED, [7.0, NAN, 1.0]])
        result = composite_index(gappy, [1, 1, -1], method="pca", coverage=0.5)
        assert_allclose(result.weights, composite_index(CORRELATED, [1, 1, -1], method="pca").weights)
        assert result.incomplete.tolist() == [False] * 6 + [True]
        assert result.coverage[-1] == pytest.approx(1 - result.weights[1])

    def test_refusals(self) -> None:
        with pytest.raises(OptionOutOfRange):
            composite_index(CORRELATED, [1, 1, -1], method="pca", weights=[1, 1, 2])
        gappy = CORRELATED.copy()
        gappy[:3, 1] = NAN
        with pytest.raises(TooFewAreas) as caught:
            composite_index(gappy, [1, 1, -1], method="pca", coverage=0.5)
        assert caught.value.minimum == 4

    def test_words_warn(self) -> None:
        words = read_result(composite_index(CORRELATED, [1, 1, -1], method="pca"))
        assert "der Index dient der Prüfung" in words.de
        assert "for diagnosis" in words.en


class TestTypology:
    def test_twelve_classes_exist(self) -> None:
        level = np.repeat([2.0, 0, -1.2, -2], 3)
        shift = np.tile([2.0, 0, -2], 4)
        # Cut points in deviations of these very values.
        cuts = tuple(float((cut - level.mean()) / level.std()) for cut in (1.0, -1.0, -1.5))
        result = typology(level, shift, np.full(12, 1000), status_cuts=cuts)  # type: ignore[arg-type]
        assert result.classes == tuple(f"{status}{sign}" for status in "1234" for sign in "+±-")
        assert sum(result.class_counts().values()) == 12

    def test_small_and_missing_areas_change_no_other(self) -> None:
        level, shift, people = [2.0, 0, -2, 0, 1], [0.0, 1, -1, 0.5, 0], [900] * 5
        plain = typology(level, shift, people)
        more = typology([*level, 99, NAN, 3], [*shift, 99, 1, NAN], [*people, 299, 900, 900])
        assert more.classes[:5] == plain.classes
        assert more.classes[5:] == ("not-classified", "undefined", "undefined")
        assert more.status[5:].tolist() == [0, 0, 0]
        assert np.isnan(more.status_score[5:]).all()
        assert typology([*level, 99], [*shift, 99], [*people, NAN]).classes[5] == "not-classified"

    def test_cuts_belong_to_the_class_towards_the_middle(self) -> None:
        values = np.array([-1.0, 1.0, -1.0, 1.0])
        result = typology(values, values, [500] * 4)
        assert result.classes == ("2±",) * 4

    def test_refusals(self) -> None:
        with pytest.raises(TooFewAreas):
            typology([1.0, 2, 3], [1.0, 2, 3], [900, 900, 20])
        with pytest.raises(NoVariance):
            typology([1.0, 1, 1], [1.0, 2, 3], [900] * 3)
        with pytest.raises(LengthMismatch):
            typology([1.0, 2, 3], [1.0, 2], [900] * 3)
        with pytest.raises(LengthMismatch):
            typology([1.0, 2, 3], [1.0, 2, 4], [900] * 2)
        with pytest.raises(InfiniteValues):
            typology([1.0, 2, np.inf], [1.0, 2, 4], [900] * 3)
        with pytest.raises(OptionOutOfRange):
            typology([1.0, 2, 3], [1.0, 2, 4], [900] * 3, dynamics_cuts=(-1, 1))


def test_words() -> None:
    index = read_result(composite_index(COMPONENTS, [1, -1, 1]))
    assert "3 Indikatoren für 6 Gebiete" in index.de
    assert "how the indicators are weighted" in index.en
    types = read_result(typology([2, 1, 0, 0, -3], [0, 0, 1, 1, -2], [900] * 5))
    assert "1 von 5" in types.de
    assert "compare the areas with each other" in types.en
