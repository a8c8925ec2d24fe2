"""Contiguity where no valid coverage may be assumed: all pairs are measured, and the answer must be the same.

Everything is asked twice: of compiled code, and of numpy and GEOS alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from spatial.statistics import weights_queen
from spatial.statistics.meeting_boxes import boxes_meeting
from tests.compiled import WAYS, choose

Shapes = list[shapely.Geometry]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    choose(request.param, monkeypatch)
    return str(request.param)


def cells(x: float, y: float, columns: int = 4) -> Shapes:
    return [shapely.box(x + i, y + j, x + i + 1, y + j + 1) for i in range(columns) for j in range(columns)]


def overlapping_grids() -> Shapes:
    """Every inner cell shares each of its edges with one other cell, and yet overlaps cells of the other grid."""
    return [*cells(0, 0), *cells(0.3, 0.3)]


def identical_areas() -> Shapes:
    return [shapely.box(0, 0, 9, 9), shapely.box(0, 0, 9, 9), shapely.box(3, 3, 4, 4), shapely.box(3, 3, 4, 4)]


def junctions_and_gaps() -> Shapes:
    low, high = shapely.box(0, 0, 10, 5), shapely.Polygon([(0, 5 + 1e-9), (7, 5), (10, 5), (10, 9), (0, 9)])
    return [low, high, shapely.box(10 + 5e-8, 2, 20, 7), shapely.box(10.001, 7.1, 12, 9), shapely.box(0, 9, 3, 12)]


def holes_and_exclaves() -> Shapes:
    ring = shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 5, 5) - shapely.box(7, 7, 8, 8)
    scattered = shapely.MultiPolygon([shapely.box(30, 0, 31, 1), shapely.box(8.5, 1, 9, 2), shapely.box(3, 3, 4, 4)])
    return [ring, shapely.box(2, 2, 5, 5), scattered, shapely.box(7.2, 7.2, 7.8, 7.8), shapely.box(20, 20, 21, 21)]


def meeting_in_a_point() -> Shapes:
    wedges = [shapely.Polygon([(0, 0), (4, a), (4, a + 0.5)]) for a in (-3, -1, 1, 3)]
    bow = shapely.Polygon([(0, 0), (-4, 2), (-4, 1)]).union(shapely.Polygon([(-8, 1), (-4, 1), (-8, 2)]))
    return [*wedges, bow, shapely.Polygon([(-8, 1), (-9, 0), (-8, 0)]), shapely.Polygon([(4, -2.5), (5, -2), (5, -3)])]


def ring_touching_itself() -> Shapes:
    shape = shapely.Polygon([(0, 0), (6, 0), (6, 6), (0, 6)], [[(0, 0), (2, 1), (1, 2)], [(4, 4), (5, 4), (5, 5)]])
    return [shape, shapely.Polygon([(0, 0), (2, 1), (1, 2)]), shapely.Polygon([(4.5, 4.1), (4.9, 4.1), (4.9, 4.4)])]


def far_parts_between_others() -> Shapes:
    """What lies between two parts of an area is not part of it, however near to the way from one to the other."""
    scattered = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(20, 0, 21, 1), shapely.box(20, 20, 21, 21)])
    inside = shapely.MultiPolygon([shapely.box(0.2, 0.2, 0.4, 0.4), shapely.box(10, -5, 11, -4)])
    return [scattered, *(shapely.box(x, y, x + 2, y + 2) for x in (3, 8, 19) for y in (-1, 8, 21)), inside]


def rings_with_repeated_vertices() -> Shapes:
    repeated = shapely.Polygon([(0, 0)] * 4 + [(4, 0), (4, 0), (4, 4), (0, 4), (0, 0)])
    holed = shapely.Polygon(
        [(4, 0), (9, 0), (9, 9), (4, 9), (4, 0), (4, 0)], [[(6, 2), (8, 2), (8, 2), (8, 4), (6, 2)]]
    )
    return [repeated, holed, shapely.box(1, 1, 2, 2), shapely.box(7, 2.2, 7.5, 2.4), shapely.box(6.1, 5, 7, 6)]


@pytest.mark.parametrize("tolerance", [0.0, 1e-8])
@pytest.mark.parametrize(
    "zoo",
    [
        overlapping_grids,
        identical_areas,
        junctions_and_gaps,
        holes_and_exclaves,
        meeting_in_a_point,
        ring_touching_itself,
        far_parts_between_others,
        rings_with_repeated_vertices,
    ],
)
def test_queen_is_the_distance_of_all_pairs(zoo: Callable[[], Shapes], tolerance: float, way: str) -> None:
    shapes = zoo()
    west, south, east, north = shapely.total_bounds(shapes)
    limit = tolerance * max(east - west, north - south)
    expected = shapely.distance(np.array(shapes)[:, None], np.array(shapes)[None, :]) <= limit
    np.fill_diagonal(expected, False)
    weights = weights_queen(shapes, [f"{i:02}" for i in range(len(shapes))], tolerance=tolerance)
    assert np.array_equal(weights.sparse().toarray() > 0, expected)
    assert expected.any()


@pytest.mark.parametrize("margin", [0.0, 0.5])
@pytest.mark.parametrize("height", [0.0, 1e-12, 1.0, 40.0])
@pytest.mark.parametrize("count", [0, 1, 2, 150])
def test_boxes_that_meet(count: int, height: float, margin: float) -> None:
    # Whole numbers: many boxes meet in an edge or a corner exactly. One is as high as the map.
    rng = np.random.default_rng(count)
    low = rng.integers(0, 60, (count, 2)).astype(np.float64)
    bounds = np.column_stack([low, low + rng.integers(0, 4, (count, 2)) * [1.0, height]])
    bounds[:1, 3] = bounds[:1, 1] + 60
    a, b = bounds[:, None], bounds[None, :]
    meet = (a[..., :2] <= b[..., 2:] + margin).all(axis=2) & (b[..., :2] <= a[..., 2:] + margin).all(axis=2)
    first, second = boxes_meeting(bounds, margin)
    expected = [(int(i), int(j)) for i, j in np.argwhere(np.triu(meet, 1))]
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == expected


def test_only_vertices_count_where_nothing_is_measured(way: str) -> None:
    """As in GeoDa: a corner in common makes neighbours, a border without common vertices does not."""
    low, left, right = shapely.box(0, 0, 10, 5), shapely.box(0, 5, 5, 9), shapely.box(5, 5, 10, 9)
    corner, over = shapely.box(10, 9, 12, 11), shapely.box(4, 3, 9, 4)
    shapes, keys = [low, left, right, corner, over], list("abcde")
    weights = weights_queen(shapes, keys, tolerance=None)
    assert {key: weights.neighbour_keys(i) for i, key in enumerate(keys)} == {
        "a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b", "d"), "d": ("c",), "e": (),
    }  # fmt: skip
    junction = shapely.box(3, 9, 7, 12)
    measured = weights_queen([left, junction], ["l", "j"])
    assert measured.links == 2
    assert weights_queen([left, junction], ["l", "j"], tolerance=None).isolates == ("l", "j")
    cut = [shapely.Polygon([(0, 0), (1, 0), (1, 1)]), shapely.Polygon([(2, 2), (1, 1), (2, 1)])]
    assert weights_queen(cut, ["s", "t"], tolerance=None).links == 2
