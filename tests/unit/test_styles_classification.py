from __future__ import annotations

import json
from inspect import isclass, ismodule

import numpy as np
import pytest

import styles
from styles import (
    Classification,
    InvalidBreaks,
    NothingToClassify,
    StatusMismatch,
    TooManyClasses,
    UnknownMethod,
    UnknownPalette,
    ValueOutsideBreaks,
    classify,
    distinct_labels,
    format_number,
    maplibre_style,
    scale_symbols,
)
from styles.palettes import MISSING, SECRET


@pytest.fixture
def poverty() -> Classification:
    values = [1.0, 2.0, None, 4.0, 8.0, 16.0, None, 5.0]
    statuses = ["OK", "OK", "SECRET", "OK", "OK", "OK", "EMPTY", "ZERO"]
    return classify(values, statuses=statuses, method="equal", k=3, polarity=-1)


def test_json_form(poverty: Classification) -> None:
    answer = json.loads(json.dumps(poverty.to_dict(), allow_nan=False))
    assert answer["method"] == "equal"
    assert answer["scope"] == "all periods"
    assert answer["breaks"] == [1, 6, 11, 16]
    assert [one["count"] for one in answer["classes"]] == [4, 1, 1]
    assert [(one["from"], one["to"]) for one in answer["classes"]] == [(1, 6), (6, 11), (11, 16)]
    assert len({one["color"] for one in answer["classes"]}) == 3
    assert answer["missing"]["counts"] == {"SECRET": 1, "EMPTY": 1}
    assert answer["symbol"] is None
    assert answer["classes"][1]["label"] == {"de": "> 6,0 – 11,0", "en": "> 6.0 – 11.0"}


def test_missing_areas_never_take_a_colour_of_a_class(poverty: Classification) -> None:
    for status, fill in (("SECRET", SECRET), ("SECRET_OR_NONE", SECRET), ("EMPTY", MISSING), ("UNRELIABLE", MISSING)):
        color, hatch = poverty.fill_of(None, status)
        assert color not in poverty.colors
        assert (color, hatch) == (fill.color, fill.hatch)
        assert hatch != "none"
    assert poverty.fill_of(float("nan"), "SECRET") == poverty.fill_of(None, "SECRET")
    assert poverty.fill_of(1.0) == (poverty.colors[0], "none")


def test_intervals_are_closed_on_the_right(poverty: Classification) -> None:
    assert [poverty.class_of(value) for value in (1.0, 6.0, 6.000001, 11.0, 16.0)] == [0, 0, 1, 1, 2]
    for value in (0.99, 16.01):
        with pytest.raises(ValueOutsideBreaks) as caught:
            poverty.class_of(value)
        assert caught.value.value == value


def test_breaks_of_all_periods_and_counts_of_one() -> None:
    every = np.arange(1.0, 101.0)
    result = classify([3.0, 99.0, None], breaks_over=every, k=4)
    assert result.breaks == (1.0, 25.75, 50.5, 75.25, 100.0)
    assert [one.count for one in result.classes] == [1, 0, 0, 1]
    assert result.missing_counts == (("EMPTY", 1),)
    with pytest.raises(ValueOutsideBreaks):
        classify([101.0], breaks_over=every)


def test_a_map_without_values_still_has_classes() -> None:
    result = classify([None, None], breaks_over=[1.0, 2.0, 3.0], k=2, statuses=["SECRET", "SECRET"])
    assert [one.count for one in result.classes] == [0, 0]
    assert result.missing_counts == (("SECRET", 2),)


def test_nothing_to_classify() -> None:
    with pytest.raises(NothingToClassify):
        classify([None, float("nan")])
    with pytest.raises(NothingToClassify):
        scale_symbols([None])


def test_constant_values_have_one_class_with_one_label() -> None:
    result = classify([2.5, 2.5, 2.5])
    assert result.breaks == (2.5, 2.5)
    assert result.labels("de") == ("2,5",)
    assert result.collapsed
    assert result.class_of(2.5) == 0


def test_zeros_of_a_rare_event_are_a_class_of_their_own() -> None:
    result = classify([0.0] * 30 + [1.0, 2.0, 3.0])
    assert result.breaks == (0.0, 0.0, 3.0)
    assert [one.count for one in result.classes] == [30, 3]
    assert result.labels("en") == ("0.0", "> 0.0 – 3.0")
    assert result.class_of(0.0) == 0
    assert result.class_of(0.01) == 1


def test_manual_breaks() -> None:
    result = classify([1.0, 12.0], method="manual", breaks=[0, 5, 10, 20])
    assert [one.count for one in result.classes] == [1, 0, 1]
    assert not result.collapsed
    for breaks in ([], [1.0], [5.0, 1.0], [0.0, 5.0, 5.0]):
        with pytest.raises(InvalidBreaks):
            classify([1.0], method="manual", breaks=breaks)
    with pytest.raises(TooManyClasses):
        classify([1.0], method="manual", breaks=list(range(11)))


def test_impossible_options() -> None:
    with pytest.raises(UnknownMethod):
        classify([1.0, 2.0], method="rainbow")  # type: ignore[arg-type]
    with pytest.raises(UnknownPalette):
        classify([1.0, 2.0], palette_name="rainbow")
    for k in (0, 10):
        with pytest.raises(TooManyClasses):
            classify([1.0, 2.0], k=k)
    with pytest.raises(StatusMismatch):
        classify([1.0, None], statuses=["OK"])


def test_labels_get_decimals_until_they_differ() -> None:
    assert distinct_labels([0.12, 0.13, 5.0], 1, "de") == ("0,12", "0,13", "5,00")
    result = classify([0.101, 0.102, 0.103, 0.104], k=2, decimals=1)
    assert len(set(result.labels("de"))) == 2


@pytest.mark.parametrize(
    ("value", "decimals", "de", "en"),
    [
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-3.25, 1, "−3,2", "−3.2"),
        (-0.001, 1, "0,0", "0.0"),
        (0.0, 0, "0", "0"),
        (999.95, 1, "1.000,0", "1,000.0"),
    ],
)
def test_numbers_in_both_languages(value: float, decimals: int, de: str, en: str) -> None:
    assert format_number(value, decimals, "de") == de
    assert format_number(value, decimals, "en") == en


class TestSymbols:
    def test_area_of_the_circle_is_proportional(self) -> None:
        result = scale_symbols([10.0, 40.0, None], breaks_over=[10.0, 40.0, 160.0], statuses=["OK", "OK", "SECRET"])
        scale = result.symbol
        assert scale is not None
        assert scale.radius(160.0) == scale.max_radius
        assert scale.radius(40.0) == pytest.approx(scale.max_radius / 2)
        assert scale.radius(0.0) == 0
        answer = json.loads(json.dumps(result.to_dict()))
        assert answer["symbol"]["max_value"] == 160
        assert [entry["value"] for entry in answer["symbol"]["legend"]] == [10, 50, 100]
        assert (answer["breaks"], answer["classes"]) == ([], [])
        assert answer["missing"]["counts"] == {"SECRET": 1}

    def test_only_zeros(self) -> None:
        scale = scale_symbols([0.0, 0.0]).symbol
        assert scale is not None
        assert scale.radius(0.0) == 0
        assert scale.legend_values() == ()

    def test_largest_value_must_cover_all(self) -> None:
        with pytest.raises(ValueOutsideBreaks):
            scale_symbols([10.0], breaks_over=[5.0])


class TestMapLibre:
    def test_one_fill_layer_per_class_without_data_expressions(self, poverty: Classification) -> None:
        style = maplibre_style(
            poverty, name="Armut", source_url="https://example.org/tiles.json", source_layer="gemeinde"
        )
        text = json.dumps(style)
        for unreadable in ('"step"', '"case"', '"interpolate"', '"match"', '"coalesce"'):
            assert unreadable not in text
        fills = [layer for layer in style["layers"] if layer["id"].startswith("class-")]
        assert [layer["paint"]["fill-color"] for layer in fills] == list(poverty.colors)
        assert fills[0]["filter"] == [
            "all",
            ["has", "value"],
            [">=", ["get", "value"], 1.0],
            ["<=", ["get", "value"], 6.0],
        ]
        assert fills[1]["filter"][2][0] == ">"
        assert all(isinstance(layer.get("paint", {}).get("fill-color", ""), str) for layer in style["layers"])

    def test_areas_without_a_value_lie_below_everything(self, poverty: Classification) -> None:
        style = maplibre_style(
            poverty, name="x", source_url="u", source_layer="gemeinde", property_name="v2015", attribution="© BKG"
        )
        ids = [layer["id"] for layer in style["layers"]]
        assert ids == ["background", "missing", "unpopulated", "class-1", "class-2", "class-3", "borders"]
        assert style["layers"][1]["paint"]["fill-color"] == MISSING.color
        assert style["sources"]["areas"]["attribution"] == "© BKG"
        assert '"v2015"' in json.dumps(style)


def test_public_names_are_exactly_those_listed() -> None:
    offered = {name for name, thing in vars(styles).items() if not name.startswith("_") and not ismodule(thing)}
    assert offered == set(styles.__all__)


def test_errors_share_one_root() -> None:
    errors = [thing for thing in vars(styles).values() if isclass(thing) and issubclass(thing, Exception)]
    assert len(errors) == 8
    assert all(issubclass(error, styles.StyleError) for error in errors)
