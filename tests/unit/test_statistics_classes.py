from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from spatial.statistics import (
    BreakMethod,
    InfiniteValues,
    MissingValues,
    OptionOutOfRange,
    TooFewAreas,
    UnknownOption,
    class_breaks,
    class_breaks_around,
    class_breaks_given,
    class_numbers,
    read_result,
)

METHODS: list[BreakMethod] = ["quantiles", "equal", "fisher-jenks", "head-tail"]


@pytest.mark.parametrize("method", METHODS)
class TestEveryMethod:
    def test_constant_values_have_one_class(self, method: BreakMethod) -> None:
        result = class_breaks([4.2] * 7, method, 5)
        assert result.breaks == (4.2, 4.2)
        assert result.counts == (7,)
        assert result.k == 1

    def test_one_value(self, method: BreakMethod) -> None:
        assert class_breaks([3.0], method, 4).counts == (1,)

    def test_breaks_cover_the_values_and_ascend(self, method: BreakMethod) -> None:
        values = np.random.default_rng(1).gamma(1.2, 9.0, 421)
        result = class_breaks(values, method, 5)
        assert result.breaks[0] == values.min()
        assert result.breaks[-1] == values.max()
        assert (np.diff(result.breaks) > 0).all()
        assert sum(result.counts) == 421
        assert result.k == 5

    def test_fewer_distinct_values_than_classes(self, method: BreakMethod) -> None:
        result = class_breaks([1.0, 1, 1, 2, 2, 9], method, 5)
        assert (np.diff(result.breaks[1:]) > 0).all()
        assert sum(result.counts) == 6

    def test_missing_and_infinite_values_are_refused(self, method: BreakMethod) -> None:
        with pytest.raises(MissingValues):
            class_breaks([1.0, np.nan], method)
        with pytest.raises(InfiniteValues):
            class_breaks([1.0, np.inf], method)
        with pytest.raises(TooFewAreas):
            class_breaks([], method)

    @pytest.mark.parametrize("k", [0, 21])
    def test_impossible_k(self, method: BreakMethod, k: int) -> None:
        with pytest.raises(OptionOutOfRange):
            class_breaks([1.0, 2.0], method, k)


def test_unknown_method() -> None:
    with pytest.raises(UnknownOption) as caught:
        class_breaks([1.0, 2.0], "jenks")  # type: ignore[arg-type]
    assert "fisher-jenks" in caught.value.known


def test_tied_quantiles_collapse_and_say_so() -> None:
    result = class_breaks([0.0] * 30 + [1.0, 2.0, 3.0], "quantiles", 5)
    assert result.collapsed
    assert result.breaks == (0.0, 0.0, 3.0)
    assert result.counts == (30, 3)
    assert not class_breaks(np.arange(20.0), "quantiles", 5).collapsed


def test_intervals_are_closed_on_the_right() -> None:
    numbers = class_numbers(np.array([0.0, 0.5, 1.0, 1.0001, 2.0, 2.5, -0.1]), [0.0, 1.0, 2.0])
    assert numbers.tolist() == [0, 0, 0, 1, 1, 2, -1]


def test_equal_intervals() -> None:
    assert class_breaks([0.0, 3.0, 10.0], "equal", 4).breaks == (0.0, 2.5, 5.0, 7.5, 10.0)


def _deviance(values: NDArray[np.float64], breaks: tuple[float, ...]) -> float:
    numbers = class_numbers(values, breaks)
    return sum(float(((values[numbers == c] - values[numbers == c].mean()) ** 2).sum()) for c in set(numbers))


def _least_deviance(values: NDArray[np.float64], k: int) -> float:
    ascending = np.sort(values)
    best = np.inf
    for cuts in combinations(range(1, len(ascending)), k - 1):
        parts = np.split(ascending, cuts)
        best = min(best, sum(float(((part - part.mean()) ** 2).sum()) for part in parts))
    return best


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_fisher_jenks_is_optimal(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.gamma(1.0, 10.0, 14) if seed % 2 else rng.integers(0, 9, 14).astype(np.float64)
    result = class_breaks(values, "fisher-jenks", k)
    assert_allclose(_deviance(values, result.breaks), _least_deviance(values, k), rtol=1e-9, atol=1e-9)


def test_fisher_jenks_of_far_away_values_keeps_its_precision() -> None:
    values = np.array([1.0, 2, 3, 11, 12, 13, 21, 22, 23])
    near = class_breaks(values, "fisher-jenks", 3).breaks
    far = class_breaks(values + 1e8, "fisher-jenks", 3).breaks
    assert_allclose(np.array(far) - 1e8, near)
    assert near == (1.0, 3.0, 13.0, 23.0)


class TestSymmetricBreaks:
    def test_standard_deviations(self) -> None:
        values = [1.0, 2, 3, 4, 5, 6, 7, 8, 29]
        mean, deviation = np.mean(values), np.std(values)
        odd = class_breaks(values, "standard-deviation", 5)
        assert_allclose(odd.breaks[1:-1], mean + deviation * np.array([-1.5, -0.5, 0.5, 1.5]))
        assert odd.counts == (0, 3, 5, 0, 1)
        assert odd.empty == 2
        # No break lies beyond the values unless its class is empty, and every value has a class.
        assert odd.breaks[0] == odd.breaks[1] == pytest.approx(mean - 1.5 * deviation)
        assert odd.breaks[-1] == 29
        even = class_breaks(values, "standard-deviation", 4)
        assert_allclose(even.breaks[1:-1], mean + deviation * np.array([-1, 0, 1]))
        assert class_breaks(values, "standard-deviation", 1).breaks == (1.0, 29.0)
        assert class_breaks([3.0, 3.0], "standard-deviation", 5).counts == (2,)

    def test_about_the_rate_of_the_whole(self) -> None:
        result = class_breaks_around([8.0, 9, 10, 11, 20], 10.0, 5, width=1.0)
        assert result.breaks == (8.0, 8.5, 9.5, 10.5, 11.5, 20.0)
        assert result.counts == (1, 1, 1, 1, 1)
        assert class_breaks_around([5.0, 5.0], 5.0).counts == (2,)
        assert class_breaks_around([5.0, 5.0], 4.0, 3).k == 3

    def test_given_breaks(self) -> None:
        result = class_breaks_given([5.0, 15, 15.1, 30], [15, 25])
        assert result.counts == (2, 1, 1)
        assert result.method == "manual"
        assert class_breaks_given([5.0, 7], []).counts == (2,)
        low = class_breaks_given([5.0, 7], [1, 2])
        assert low.counts == (0, 0, 2)
        assert class_numbers(np.array([5.0, 7]), low.breaks).tolist() == [2, 2]

    def test_refusals(self) -> None:
        for options in ({"k": 1}, {"k": 21}, {"width": 0.0}, {"width": -1.0}, {"width": np.inf}):
            with pytest.raises(OptionOutOfRange):
                class_breaks_around([1.0, 2], 1.5, **options)
        with pytest.raises(OptionOutOfRange):
            class_breaks_around([1.0, 2], np.nan)
        with pytest.raises(OptionOutOfRange):
            class_breaks_given([1.0, 2], [3, 3])
        with pytest.raises(OptionOutOfRange):
            class_breaks_given([1.0, 2], list(range(20)))
        for values, error in (([], TooFewAreas), ([np.nan], MissingValues), ([np.inf], InfiniteValues)):
            with pytest.raises(error):
                class_breaks_around(values, 1.0)
            with pytest.raises(error):
                class_breaks_given(values, [1.0])

    def test_words(self) -> None:
        assert "2 classes for 3 values" in read_result(class_breaks_given([1.0, 2, 3], [2])).en


def test_fisher_jenks_of_all_municipalities_and_years() -> None:
    values = np.random.default_rng(3).gamma(2.0, 3.0, 110_000)
    result = class_breaks(values, "fisher-jenks", 5)
    # Far better than quantiles, and no single cut can be moved to improve it.
    base = _deviance(values, result.breaks)
    assert base < 0.9 * _deviance(values, class_breaks(values, "quantiles", 5).breaks)
    for i in range(1, 5):
        for shift in (-0.05, 0.05):
            moved = list(result.breaks)
            moved[i] += shift
            assert _deviance(values, tuple(moved)) >= base
