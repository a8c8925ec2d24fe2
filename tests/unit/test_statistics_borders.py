"""Lengths of common borders, where both sides agree and where they do not quite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from spatial.statistics import DuplicateKeys, LengthMismatch, OptionOutOfRange, UnusableGeometry, weights_borders


def lengths(shapes: Sequence[Any], **options: float) -> Any:
    """Metres of border of each two areas, as nested lists."""
    return weights_borders(shapes, [f"{i:02}" for i in range(len(shapes))], **options).sparse().toarray().tolist()


def test_a_junction_without_a_vertex_on_the_other_side() -> None:
    west, south, north = shapely.box(0, 0, 10, 20), shapely.box(10, 0, 20, 5), shapely.box(10, 5, 20, 20)
    assert lengths([west, south, north]) == [[0, 5, 15], [5, 0, 10], [15, 10, 0]]


def test_several_junctions_on_one_side_in_any_order() -> None:
    tops = [shapely.box(x, 10, x + 10, 20) for x in (20, 0, 10)]
    below = shapely.Polygon([(30, 10), (30, 0), (0, 0), (0, 10), (15, 10)])
    assert [row[3] for row in lengths([*tops, below])] == [10, 10, 10, 0]


def test_a_corner_is_no_border() -> None:
    assert lengths([shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)]) == [[0, 0], [0, 0]]


@pytest.mark.parametrize("gap", [0.0, 0.004, -0.004])
def test_sides_that_differ_by_less_than_the_tolerance(gap: float) -> None:
    west = shapely.box(0, 0, 10, 10)
    east = shapely.Polygon([(10 + gap, 0), (20, 0), (20, 10), (10 + gap, 10), (10 - gap, 7), (10 + gap, 3)])
    assert_allclose(lengths([west, east], tolerance=0.01), [[0, 10], [10, 0]], atol=1e-3)
    assert lengths([west, shapely.box(10.5, 0, 20, 10)], tolerance=0.01) == [[0, 0], [0, 0]]


def test_holes_and_parts_count() -> None:
    inner = shapely.box(2, 2, 4, 4)
    outer = shapely.box(0, 0, 10, 10).difference(inner)
    island = shapely.MultiPolygon([shapely.box(10, 0, 12, 3), shapely.box(10, 7, 12, 10)])
    assert lengths([outer, inner, island]) == [[0, 8, 6], [8, 0, 0], [6, 0, 0]]


@pytest.mark.parametrize("seed", range(3))
def test_lengths_are_those_of_the_overlay(seed: int) -> None:
    """Cells of a Voronoi diagram, some merged, so that junctions lie inside longer borders."""
    points = shapely.multipoints(np.random.default_rng(seed).random((40, 2)) * 1000)
    cells = list(shapely.get_parts(shapely.voronoi_polygons(points, ordered=True)))
    shapes = [shapely.union_all([cells[i], cells[i + 1]]) if i % 5 == 0 else cells[i + 1] for i in range(0, 38, 2)]
    found: Any = np.array(lengths(shapes))
    for i, one in enumerate(shapes):
        for j, other in enumerate(shapes):
            if i != j:
                common = shapely.intersection(one, other, grid_size=1e-6)
                assert shapely.area(common) == 0
                assert found[i, j] == pytest.approx(shapely.length(common), abs=0.2)
    assert_allclose(found, found.T)


def test_the_order_of_areas_does_not_matter() -> None:
    shapes = [shapely.box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10)]
    order = [3, 1, 5, 0, 4, 2]
    assert_allclose(lengths([shapes[i] for i in order]), np.array(lengths(shapes))[np.ix_(order, order)])


def test_what_cannot_be_measured_is_refused() -> None:
    box = shapely.box(0, 0, 1, 1)
    with pytest.raises(UnusableGeometry, match="b"):
        weights_borders([box, shapely.Polygon()], "ab")
    with pytest.raises(LengthMismatch):
        weights_borders([box], "ab")
    with pytest.raises(DuplicateKeys):
        weights_borders([box, shapely.box(1, 0, 2, 1)], "aa")
    with pytest.raises(OptionOutOfRange):
        weights_borders([box], "a", tolerance=-1)
    assert weights_borders([], []).n == 0
