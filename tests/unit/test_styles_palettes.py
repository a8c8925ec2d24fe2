"""Classes must stay apart for colour-blind readers, and areas without a number must not look like a class."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from styles import (
    CLUSTER_COLORS,
    DIVERGING,
    MISSING,
    MOST_CLASSES,
    SECRET,
    SEQUENTIAL,
    SPOT_COLORS,
    UNPOPULATED,
    TooManyClasses,
    UnknownPalette,
    palette,
    palette_for,
)
from styles.palettes import _to_oklab, lightness

# Machado, Oliveira and Fernandes (2009), severity 1.0, applied to linear RGB.
DEFICIENCIES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def seen(color: str, deficiency: str | None) -> NDArray[np.float64]:
    """OKLab coordinates of a colour as a reader sees it."""
    if deficiency is None:
        return _to_oklab(color)
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    back = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return _to_oklab("#" + "".join(f"{round(float(channel) * 255):02x}" for channel in back))


def distance(one: str, other: str, deficiency: str | None) -> float:
    return float(np.linalg.norm(seen(one, deficiency) - seen(other, deficiency)))


@pytest.mark.parametrize("name", SEQUENTIAL)
@pytest.mark.parametrize("k", range(2, MOST_CLASSES + 1))
def test_sequential_palettes_darken_evenly(name: str, k: int) -> None:
    steps = [lightness(a) - lightness(b) for a, b in pairwise(palette(name, k))]
    assert min(steps) > 0.06
    assert max(steps) - min(steps) < 0.012


@pytest.mark.parametrize("name", [*SEQUENTIAL, *DIVERGING])
@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
@pytest.mark.parametrize("k", [3, 5, 7])
def test_classes_stay_apart_for_every_reader(name: str, deficiency: str | None, k: int) -> None:
    assert min(distance(a, b, deficiency) for a, b in combinations(palette(name, k), 2)) > 0.07


def test_diverging_palette_is_neutral_in_the_middle() -> None:
    colors = palette("balance", 7)
    assert max(colors, key=lightness) == colors[3]
    chroma = np.linalg.norm(_to_oklab(colors[3])[1:])
    assert chroma < 0.02
    assert abs(lightness(colors[0]) - lightness(colors[6])) < 0.1


def test_the_number_of_colours_is_the_number_of_classes() -> None:
    for name in (*SEQUENTIAL, *DIVERGING):
        for k in range(1, MOST_CLASSES + 1):
            assert len(set(palette(name, k))) == k
        for k in (0, MOST_CLASSES + 1):
            with pytest.raises(TooManyClasses):
                palette(name, k)
    with pytest.raises(UnknownPalette):
        palette("rainbow", 5)


def test_polarity_chooses_the_palette() -> None:
    assert {palette_for(polarity) for polarity in (-1, 0, 1)} == set(SEQUENTIAL)


def test_areas_without_a_number_are_hatched_and_told_apart() -> None:
    fills = (MISSING, SECRET, UNPOPULATED)
    assert len({fill.hatch for fill in fills}) == 3
    assert all(fill.hatch != "none" for fill in fills)
    for name in (*SEQUENTIAL, *DIVERGING):
        for k in range(1, MOST_CLASSES + 1):
            assert not {fill.color for fill in fills} & set(palette(name, k))


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
def test_cluster_classes_stay_apart(deficiency: str | None) -> None:
    names = ["high-high", "low-low", "high-low", "low-high", "not-significant"]
    assert min(distance(CLUSTER_COLORS[a], CLUSTER_COLORS[b], deficiency) for a, b in combinations(names, 2)) > 0.06


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
def test_hot_and_cold_steps_stay_apart(deficiency: str | None) -> None:
    names = [name for name in SPOT_COLORS if name not in {"isolated", "undefined"}]
    assert min(distance(SPOT_COLORS[a], SPOT_COLORS[b], deficiency) for a, b in combinations(names, 2)) > 0.06


def test_every_class_of_the_statistics_has_a_colour() -> None:
    special = {"not-significant", "isolated", "undefined"}
    assert {"high-high", "low-low", "high-low", "low-high", "other-positive", "negative"} | special == set(
        CLUSTER_COLORS
    )
    assert {f"{kind}-{step}" for kind in ("hot", "cold") for step in (90, 95, 99)} | special == set(SPOT_COLORS)
