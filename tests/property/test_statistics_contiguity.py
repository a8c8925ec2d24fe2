"""Neighbours of random maps: compiled code, numpy with GEOS, and the distances of all pairs give the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.statistics import weights_queen
from tests.compiled import choose

_SIDE = 1000.0


def cells(rng: np.random.Generator, count: int) -> list[Any]:
    """A coverage: what is left of a Voronoi diagram after some cells were united, so that there are holes and parts."""
    points = shapely.multipoints(rng.random((count, 2)) * _SIDE)
    parts = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shapely.box(0, 0, _SIDE, _SIDE)))
    parts = shapely.intersection(parts, shapely.box(0, 0, _SIDE, _SIDE))
    owner = np.where(rng.random(len(parts)) < 0.3, rng.integers(0, 3, len(parts)), np.arange(3, len(parts) + 3))
    return [shapely.union_all(parts[owner == one]) for one in np.unique(owner)]


def with_junctions(rng: np.random.Generator, shape: Any) -> Any:
    """The same area with vertices that its neighbours lack."""
    return shapely.segmentize(shape, rng.uniform(20, 200))


def beside(rng: np.random.Generator, shape: Any) -> Any:
    """Moved by less than a tolerance, or by more: gaps and overlaps."""
    return shapely.transform(shape, lambda xy: xy + rng.choice([1e-9, 5e-6, 2e-5, 0.3, 5.0]) * rng.normal(size=2))


def within(rng: np.random.Generator, shape: Any) -> Any:
    """Shrunk: inside what it was, or in one of its own holes."""
    share = rng.uniform(0.2, 0.9)
    return shapely.affinity.scale(shape, share, share, origin=shapely.point_on_surface(shape))


def repeated(rng: np.random.Generator, shape: Any) -> Any:
    """Some vertices twice."""
    polygons = []
    for polygon in shapely.get_parts(shape):
        rings = []
        for ring in (polygon.exterior, *polygon.interiors):
            xy = shapely.get_coordinates(ring)
            rings.append(np.repeat(xy, rng.integers(1, 3, len(xy)), axis=0))
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(polygons)


def random_map(seed: int, *, whole: bool, magnitude: float, turned: bool) -> Any:
    rng = np.random.default_rng(seed)
    shapes = cells(rng, int(rng.integers(4, 14)))
    changes = (with_junctions, beside, within, repeated)
    for i in np.flatnonzero(rng.random(len(shapes)) < 0.5):
        changed = changes[rng.integers(len(changes))](rng, shapes[i])
        if rng.random() < 0.5:
            shapes[i] = changed
        else:
            shapes.append(changed)
    array: Any = np.array(shapes, dtype=object)
    if whole:
        # Many vertices fall together, and many lie on the edges of others.
        array = shapely.transform(array, lambda xy: np.round(xy / 50) * 50)
    # Turned about the corner, zeros become minus zeros.
    array = shapely.transform(array, lambda xy: (-xy if turned else xy) * magnitude)
    array = shapely.make_valid(array, method="structure")
    return array[~shapely.is_empty(array) & (shapely.area(array) > 0)]


def expected(shapes: Any, tolerance: float | None) -> Any:
    if tolerance is None:
        places = [set(map(tuple, (shapely.get_coordinates(shape) + 0.0).tolist())) for shape in shapes]
        near = np.array([[bool(a & b) for b in places] for a in places])
    else:
        west, south, east, north = shapely.total_bounds(shapes)
        near = shapely.distance(shapes[:, None], shapes[None, :]) <= tolerance * max(east - west, north - south)
    np.fill_diagonal(near, False)
    return near


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    tolerance=st.sampled_from([None, 0.0, 1e-8, 1e-3]),
    whole=st.booleans(),
    magnitude=st.sampled_from([1e-7, 1.0, 1e9]),
    turned=st.booleans(),
)
def test_three_ways_to_the_same_neighbours(
    seed: int, tolerance: float | None, whole: bool, magnitude: float, turned: bool
) -> None:
    shapes = random_map(seed, whole=whole, magnitude=magnitude, turned=turned)
    keys = [f"{i:02}" for i in range(len(shapes))]
    truth = expected(shapes, tolerance)
    for way in ("arrays", "compiled"):
        with pytest.MonkeyPatch.context() as patch:
            choose(way, patch)
            found = weights_queen(shapes, keys, tolerance=tolerance)
        assert np.array_equal(found.sparse().toarray() > 0, truth), way
