from __future__ import annotations

import csv
import io
import warnings
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from spatial.statistics import (
    DuplicateKeys,
    InvalidWeights,
    LengthMismatch,
    OptionOutOfRange,
    UnknownOption,
    UnknownWeightsKey,
    UnsuitableFormat,
    UnusableGeometry,
    Weights,
    attach_nearest,
    bridge_unpopulated,
    drop_isolates,
    higher_order,
    to_csv,
    to_gal,
    to_gwt,
    weights_block,
    weights_distance,
    weights_from_pairs,
    weights_kernel,
    weights_knn,
    weights_queen,
    weights_rook,
)


def pairs_of(weights: Weights) -> set[tuple[str, str]]:
    return {
        (weights.keys[int(i)], weights.keys[int(j)])
        for i, j in zip(weights.focal, weights.indices, strict=True)
        if weights.keys[int(i)] < weights.keys[int(j)]
    }


def grid(columns: int, rows: int, size: float = 1.0) -> tuple[list[shapely.Polygon], list[str]]:
    cells = [(x, y) for y in range(rows) for x in range(columns)]
    boxes = [shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size) for x, y in cells]
    return boxes, [f"{x}{y}" for x, y in cells]


def test_queen_and_rook_on_a_grid() -> None:
    boxes, keys = grid(3, 3)
    queen, rook = weights_queen(boxes, keys), weights_rook(boxes, keys)
    assert queen.links == 40
    assert rook.links == 24
    assert queen.neighbour_keys(keys.index("11")) == ("00", "10", "20", "01", "21", "02", "12", "22")
    assert rook.neighbour_keys(keys.index("11")) == ("10", "01", "21", "12")
    assert (queen.spec, rook.spec, queen.style) == ("queen", "rook", "B")


def test_contiguity_sees_borders_without_common_vertices() -> None:
    # One tall box beside two low ones: their common corner is no vertex of the tall one.
    shapes = [shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 1), shapely.box(1, 1, 2, 2)]
    assert pairs_of(weights_queen(shapes, "abc")) == {("a", "b"), ("a", "c"), ("b", "c")}
    assert pairs_of(weights_rook(shapes, "abc")) == {("a", "b"), ("a", "c"), ("b", "c")}


def test_rook_sees_slanted_borders_without_common_vertices() -> None:
    # The junction on the slanted border is rounded, so the two outlines do not coincide exactly.
    left = shapely.Polygon([(0, 0), (100_000, 0), (170_000, 130_000), (0, 130_000)])
    x, y = 100_000 + 70_000 / 3, 130_000 / 3
    low = shapely.Polygon([(100_000, 0), (200_000, 0), (200_000, y), (x, y)])
    high = shapely.Polygon([(x, y), (200_000, y), (200_000, 130_000), (170_000, 130_000)])
    for build in (weights_queen, weights_rook):
        assert pairs_of(build([left, low, high], "abc")) == {("a", "b"), ("a", "c"), ("b", "c")}


@pytest.mark.parametrize("gap", [1e-4, -1e-4])
def test_contiguity_tolerates_tiny_gaps_and_overlaps(gap: float) -> None:
    # Extent 20 km: the tolerance is 0.2 mm.
    shapes = [shapely.box(0, 0, 10_000, 10_000), shapely.box(10_000 + gap, 0, 20_000, 10_000)]
    assert weights_queen(shapes, "ab").links == 2
    assert weights_rook(shapes, "ab").links == 2


def test_contiguity_tolerates_a_gap_of_a_thousandth_of_a_millimetre() -> None:
    # libpysal's Queen makes isolates of areas with such a gap.
    shapes = [shapely.box(0, 0, 1000, 1000), shapely.box(1000 + 1e-6, 0, 2000, 1000)]
    assert weights_queen(shapes, "ab").links == 2
    assert weights_rook(shapes, "ab").links == 2


def test_a_junction_and_a_gap_together() -> None:
    # The border of the tall box has no vertex at the junction, and lies 1e-6 m off.
    tall = shapely.box(0, 0, 1000 - 1e-6, 2000)
    low, high = shapely.box(1000, 0, 2000, 900), shapely.box(1000, 900, 2000, 2000)
    for build in (weights_queen, weights_rook):
        assert pairs_of(build([tall, low, high], "abc")) == {("a", "b"), ("a", "c"), ("b", "c")}


@pytest.mark.parametrize("share", [0.9e-8, -0.9e-8])
def test_borders_that_agree_to_a_hundred_millionth_of_the_extent(share: float) -> None:
    extent = 640_000.0
    shapes = [shapely.box(0, 0, 300_000, 400_000), shapely.box(300_000 + share * extent, 0, extent, 400_000)]
    assert weights_queen(shapes, "ab").links == 2
    assert weights_rook(shapes, "ab").links == 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", [0.0, 1e-7])
def test_queen_equals_the_distances_of_all_pairs(seed: int, noise: float) -> None:
    # A Voronoi coverage, with vertices that are shared exactly or differ in the last digits, and moved copies of some.
    rng = np.random.default_rng(seed)
    points = shapely.multipoints(rng.random((120, 2)) * 1000)
    cells = list(shapely.get_parts(shapely.voronoi_polygons(points)))
    cells = [shapely.affinity.translate(cell, *rng.normal(0, noise, 2)) for cell in cells]
    cells += [shapely.affinity.translate(cell, 0, 1e5) for cell in cells[:5]]
    keys = [f"{i:03}" for i in range(len(cells))]
    weights = weights_queen(cells, keys)
    extent = shapely.bounds(shapely.GeometryCollection(cells))
    limit = 1e-8 * max(extent[2] - extent[0], extent[3] - extent[1])
    expected = {
        (a, b)
        for i, a in enumerate(keys)
        for b, distance in zip(keys, shapely.distance(cells[i], cells), strict=True)
        if a < b and distance <= limit
    }
    assert pairs_of(weights) == expected


def test_an_area_inside_another_without_common_vertices_is_a_neighbour() -> None:
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(4, 4, 5, 5), shapely.box(20, 20, 30, 30)]
    assert pairs_of(weights_queen(shapes, "abc")) == {("a", "b")}


def test_minus_zero_is_zero() -> None:
    shapes = [shapely.Polygon([(-1, 0), (0, 0), (0, 1)]), shapely.Polygon([(-0.0, -0.0), (1, -0.0), (-0.0, 1)])]
    assert weights_queen(shapes, "ab", tolerance=0).links == 2


def test_contiguity_does_not_bridge_real_gaps() -> None:
    shapes = [shapely.box(0, 0, 10_000, 10_000), shapely.box(10_000.001, 0, 20_000, 10_000)]
    assert weights_queen(shapes, "ab").isolates == ("a", "b")
    assert weights_rook(shapes, "ab").isolates == ("a", "b")
    assert weights_queen(shapes, "ab", tolerance=1e-6).links == 2
    assert weights_queen(shapes, "ab", tolerance=0).links == 0


def test_a_corner_within_the_tolerance_is_no_border() -> None:
    shapes = [shapely.box(0, 0, 10_000, 10_000), shapely.box(10_000.0001, 10_000.0001, 20_000, 20_000)]
    assert weights_queen(shapes, "ab").links == 2
    assert weights_rook(shapes, "ab").links == 0


def test_hole_enclave_and_multipart_areas() -> None:
    outer = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    enclave = shapely.box(4, 4, 6, 6)
    exclave = shapely.MultiPolygon([shapely.box(20, 0, 21, 1), shapely.box(10, 5, 11, 6)])
    weights = weights_rook([outer, enclave, exclave], "abc")
    assert pairs_of(weights) == {("a", "b"), ("a", "c")}


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.box(0, 0, 1, float("nan"))])
def test_unusable_geometries_are_named(shape: object) -> None:
    with pytest.raises(UnusableGeometry) as caught:
        weights_queen([shapely.box(0, 0, 1, 1), shape], ["a", "b"])
    assert caught.value.keys == ("b",)


def test_contiguity_refuses_what_does_not_fit() -> None:
    boxes, keys = grid(2, 1)
    with pytest.raises(LengthMismatch):
        weights_queen(boxes, keys[:1])
    with pytest.raises(DuplicateKeys) as caught:
        weights_rook(boxes, ["a", "a"])
    assert caught.value.keys == ("a",)
    with pytest.raises(OptionOutOfRange):
        weights_queen(boxes, keys, tolerance=-1e-9)


def test_no_areas_and_one_area() -> None:
    assert weights_queen([], []).n == 0
    assert weights_rook([shapely.box(0, 0, 1, 1)], ["a"]).isolates == ("a",)
    assert weights_distance([], [], 5.0).links == 0


def test_knn_ties_go_to_the_smaller_keys_whatever_the_order() -> None:
    points = {"m": (0, 0), "d": (1, 0), "b": (0, 1), "c": (-1, 0), "a": (0, -1), "z": (9, 9)}
    for keys in (list(points), sorted(points), sorted(points, reverse=True)):
        weights = weights_knn([points[key] for key in keys], keys, 2)
        assert sorted(weights.neighbour_keys(keys.index("m"))) == ["a", "b"]
        assert (weights.cardinalities == 2).all()


def test_knn_of_coincident_points() -> None:
    keys = [f"{i:02}" for i in range(12)]
    points = [(5.0, 5.0)] * 10 + [(6.0, 5.0), (7.0, 5.0)]
    weights = weights_knn(points, keys, 3)
    assert weights.neighbour_keys(0) == ("01", "02", "03")
    assert weights.neighbour_keys(9) == ("00", "01", "02")
    assert weights.neighbour_keys(11) == ("00", "01", "10")


def test_knn_of_geometries_uses_centroids() -> None:
    boxes, keys = grid(4, 1)
    assert weights_knn(boxes, keys, 1).neighbour_keys(3) == ("20",)  # type: ignore[arg-type]


@pytest.mark.parametrize("k", [0, 3, 4])
def test_knn_refuses_impossible_k(k: int) -> None:
    with pytest.raises(OptionOutOfRange):
        weights_knn([(0, 0), (1, 0), (2, 0)], "abc", k)


def test_points_must_be_finite_and_complete() -> None:
    with pytest.raises(UnusableGeometry):
        weights_knn([(0, 0), (1, np.nan), (2, 0)], "abc", 1)
    with pytest.raises(LengthMismatch):
        weights_distance([(0, 0)], "ab", 1.0)
    for distance in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(OptionOutOfRange):
            weights_distance([(0, 0), (1, 1)], "ab", distance)


def test_kernel_weights_fall_with_distance() -> None:
    weights = weights_kernel([(0, 0), (1, 0), (3, 0), (3.5, 0)], "abcd", 2)
    assert weights.spec == "kernel:gaussian:2"
    assert weights.style == "O"
    assert weights.neighbour_keys(0) == ("b", "c")
    assert weights.data[:2] == pytest.approx(np.exp([-1 / 18, -0.5]))
    assert (weights.cardinalities == 2).all()
    coincident = weights_kernel([(0, 0), (0, 0), (0, 0), (5, 5)], "abcd", 2)
    assert coincident.data[:2].tolist() == [1, 1]


def test_shapes_of_kernels() -> None:
    points = [(0, 0), (1, 0), (2, 0), (4, 0)]
    for function, expected in (
        ("gaussian", [np.exp(-1 / 32), np.exp(-1 / 8), np.exp(-0.5)]),
        ("triangular", [0.75, 0.5]),
        ("epanechnikov", [15 / 16, 0.75]),
        ("quartic", [(15 / 16) ** 2, 0.75**2]),
        ("uniform", [1, 1, 1]),
    ):
        adaptive = weights_kernel(points, "abcd", 3, function=function)  # type: ignore[arg-type]
        fixed = weights_kernel(points, "abcd", function=function, bandwidth_m=4)  # type: ignore[arg-type]
        for weights in (adaptive, fixed):
            # The point at the edge is no neighbour where the kernel falls to 0.
            assert weights.data[: len(expected)] == pytest.approx(expected)
            assert weights.cardinalities[0] == len(expected)
        assert (adaptive.spec, fixed.spec) == (f"kernel:{function}:3", f"kernel:{function}:4m")
        assert fixed.is_symmetric


def test_equally_far_points_have_equal_kernel_weights() -> None:
    points = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    weights = weights_kernel(points, "abcde", 4, function="triangular")
    assert weights.data[:4].tolist() == [1, 1, 1, 1]


def test_kernels_refuse_what_is_impossible() -> None:
    points = [(0, 0), (1, 0), (2, 0)]
    with pytest.raises(UnknownOption):
        weights_kernel(points, "abc", 1, function="cosine")  # type: ignore[arg-type]
    both_or_none: list[dict[str, float]] = [{}, {"k": 1, "bandwidth_m": 5.0}]
    for options in both_or_none:
        with pytest.raises(UnknownOption):
            weights_kernel(points, "abc", **options)  # type: ignore[arg-type]
    too_large_or_small: list[dict[str, float]] = [{"k": 3}, {"bandwidth_m": 0.0}]
    for options in too_large_or_small:
        with pytest.raises(OptionOutOfRange):
            weights_kernel(points, "abc", **options)  # type: ignore[arg-type]


def test_blocks() -> None:
    weights = weights_block(["x", "y", "x", "", None, "x", "z", "y"], "abcdefgh")
    assert pairs_of(weights) == {("a", "c"), ("a", "f"), ("c", "f"), ("b", "h")}
    assert weights.isolates == ("d", "e", "g")
    assert (weights.spec, weights.style) == ("block", "B")
    assert weights_block([], []).n == 0
    with pytest.raises(LengthMismatch):
        weights_block(["x"], "ab")
    with pytest.raises(DuplicateKeys):
        weights_block(["x", "x"], "aa")


class TestExchange:
    """What others read is what was written."""

    unequal = weights_from_pairs([("06633001", "06633002"), ("06633002", "06633003")], ["06633001", "06633002",
        "06633003", "06633030"], values=[0.1, 1 / 3])  # fmt: skip

    def read(self, path: Path, text: str) -> dict[str, dict[str, float]]:
        path.write_text(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import libpysal

            weights = libpysal.io.open(str(path), "r").read()
        return {str(key): {str(j): w for j, w in weights[key].items()} for key in weights.neighbors}

    def test_gal_is_read_by_libpysal(self, tmp_path: Path) -> None:
        boxes, keys = grid(4, 3)
        weights = weights_queen([*boxes, shapely.box(90, 90, 91, 91)], [*keys, "zz"])
        found = self.read(tmp_path / "a.gal", to_gal(weights))
        assert {key: set(links) for key, links in found.items()} == {
            key: set(weights.neighbour_keys(i)) for i, key in enumerate(weights.keys)
        }
        assert to_gal(weights).splitlines()[-2:] == ["zz 0", ""]
        assert to_gal(weights.row_standardised()) == to_gal(weights)

    def test_gwt_is_read_by_libpysal_with_exact_weights(self, tmp_path: Path) -> None:
        weights = drop_isolates(self.unequal)[0]
        assert self.read(tmp_path / "a.gwt", to_gwt(weights)) == links_of(weights)

    def test_csv_is_read_by_libpysal_with_exact_weights_and_isolates(self) -> None:
        points = np.random.default_rng(4).random((20, 2)) * 10_000
        keys = [f"{place:05}" for place in range(20)]
        kernel = weights_kernel([*points, (90_000, 0)], [*keys, "0, a"], function="triangular", bandwidth_m=4000)
        for weights in (self.unequal, kernel, kernel.row_standardised()):
            assert weights.isolates
            text = to_csv(weights)
            assert graph_of(text) == links_of(weights)
            assert list(dict.fromkeys(row["focal"] for row in csv.DictReader(text.splitlines()))) == [*weights.keys]

    def test_what_a_format_cannot_hold_is_refused(self) -> None:
        with pytest.raises(UnsuitableFormat, match="GAL holds neighbours without weights"):
            to_gal(self.unequal)
        with pytest.raises(UnsuitableFormat, match="06633030"):
            to_gwt(self.unequal)
        blank = weights_from_pairs([("a b", "c")], ["a b", "c"])
        for write in (to_gal, to_gwt):
            with pytest.raises(UnsuitableFormat):
                write(blank)
            with pytest.raises(UnsuitableFormat):
                write(weights_from_pairs([("a", "c")], ["a", "c"]), name="two words")


def links_of(weights: Weights) -> dict[str, dict[str, float]]:
    """Weights of the neighbours of each area, by key."""
    bounds = weights.indptr.tolist()
    return {
        key: dict(zip(weights.neighbour_keys(i), weights.data[bounds[i] : bounds[i + 1]].tolist(), strict=True))
        for i, key in enumerate(weights.keys)
    }


def graph_of(text: str) -> dict[str, dict[str, float]]:
    """The same, as libpysal's Graph reads it from CSV."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
        from libpysal.graph import Graph

        graph = Graph.from_adjacency(pd.read_csv(io.StringIO(text), dtype={"focal": str, "neighbor": str}))
    isolates = set(graph.isolates)
    return {
        key: {} if key in isolates else {str(each): float(weight) for each, weight in graph[key].items()}
        for key in map(str, graph.unique_ids)
    }


def test_distance_band_includes_its_limit() -> None:
    weights = weights_distance([(0, 0), (3, 4), (10, 0)], "abc", 5)
    assert pairs_of(weights) == {("a", "b")}
    assert weights.isolates == ("c",)
    assert weights.spec == "distance:5"


def test_pairs() -> None:
    weights = weights_from_pairs([("a", "b"), ("b", "a"), ("b", "c")], "abcd")
    assert weights.links == 4
    assert weights.isolates == ("d",)
    one_way = weights_from_pairs([("a", "b")], "ab", values=[2.5], symmetric=False)
    assert (one_way.style, one_way.data.tolist(), one_way.is_symmetric) == ("O", [2.5], False)
    with pytest.raises(UnknownWeightsKey) as caught:
        weights_from_pairs([("a", "x")], "ab")
    assert caught.value.key == "x"
    with pytest.raises(InvalidWeights):
        weights_from_pairs([("a", "a")], "ab")
    with pytest.raises(InvalidWeights):
        weights_from_pairs([("a", "b"), ("a", "b")], "ab", values=[1, 2], symmetric=False)
    with pytest.raises(InvalidWeights):
        weights_from_pairs([("a", "b")], "ab", values=[-1.0])
    with pytest.raises(LengthMismatch):
        weights_from_pairs([("a", "b")], "ab", values=[1.0, 2.0])


@pytest.mark.parametrize(
    ("indptr", "indices", "data"),
    [
        ([0, 1, 3], [1, 0], [1, 1]),
        ([0, 2, 1], [1, 0], [1, 1]),
        ([0, 1, 2], [1, 2], [1, 1]),
        ([0, 1, 2], [1, 0], [1, 0]),
        ([0, 1, 2], [1, 0], [1, np.inf]),
        ([0, 1, 2], [1, 0], [1, np.nan]),
        ([0, 2, 2], [1, 1], [1, 1]),
    ],
)
def test_malformed_rows_are_refused(indptr: list[int], indices: list[int], data: list[float]) -> None:
    with pytest.raises(InvalidWeights):
        Weights(("a", "b"), np.array(indptr), np.array(indices), np.array(data), "test")


def test_arrays_of_wrong_length_are_refused() -> None:
    with pytest.raises(LengthMismatch):
        Weights(("a", "b"), np.array([0, 1]), np.array([1]), np.array([1.0]), "test")
    with pytest.raises(LengthMismatch):
        Weights(("a", "b"), np.array([0, 1, 2]), np.array([1, 0]), np.array([1.0]), "test")


def test_weights_are_immutable_and_styles_are_new_objects() -> None:
    weights = weights_from_pairs([("a", "b"), ("b", "c")], "abc")
    rows = weights.row_standardised()
    assert weights.data.tolist() == [1, 1, 1, 1]
    assert rows.data.tolist() == [1, 0.5, 0.5, 1]
    assert (rows.style, rows.binary().data.tolist()) == ("R", [1, 1, 1, 1])
    with pytest.raises(ValueError, match="read-only"):
        weights.data[0] = 5
    with pytest.raises(AttributeError):
        weights.spec = "other"  # type: ignore[misc]


def test_given_arrays_are_copied() -> None:
    data = np.ones(2)
    weights = Weights(("a", "b"), np.array([0, 1, 2]), np.array([1, 0]), data, "test")
    data[0] = 7
    assert weights.data.tolist() == [1, 1]


def test_sums_of_weights() -> None:
    weights = weights_from_pairs([("a", "b"), ("b", "c"), ("c", "a")], "abcd", symmetric=False)
    dense = weights.sparse().toarray()
    assert weights.s0 == 3
    assert weights.s1 == pytest.approx(((dense + dense.T) ** 2).sum() / 2)
    assert weights.s2 == pytest.approx(((dense.sum(axis=1) + dense.sum(axis=0)) ** 2).sum())
    assert not weights.is_symmetric
    assert weights.symmetrised().is_symmetric
    assert (weights.transposed().sparse().toarray() == dense.T).all()


def test_lag_of_isolates_is_zero_and_lengths_must_match() -> None:
    weights = weights_from_pairs([("a", "b")], "abc")
    assert weights.lag([1.0, 2.0, 4.0]).tolist() == [2, 1, 0]
    with pytest.raises(LengthMismatch):
        weights.lag([1.0, 2.0])


def test_subset_standardises_again() -> None:
    weights = weights_from_pairs([("a", "b"), ("b", "c"), ("c", "d")], "abcd").row_standardised()
    part = weights.subset([True, True, False, True])
    assert part.keys == ("a", "b", "d")
    assert part.isolates == ("d",)
    assert (part.style, part.data.tolist()) == ("R", [1, 1])
    with pytest.raises(LengthMismatch):
        weights.subset([True])


def test_higher_order_includes_lower_orders() -> None:
    path = weights_from_pairs([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")], "abcdef")
    second = higher_order(path, 2)
    assert pairs_of(second) == pairs_of(path) | {("a", "c"), ("b", "d"), ("c", "e")}
    assert second.spec == "pairs:2"
    assert second.isolates == ("f",)
    assert pairs_of(higher_order(path, 4)) == {(a, b) for a in "abcde" for b in "abcde" if a < b}
    assert higher_order(path, 1).links == path.links
    with pytest.raises(OptionOutOfRange):
        higher_order(path, 0)


def test_bridge_links_the_neighbours_of_one_unpopulated_area_and_nothing_else() -> None:
    # a, b, c lie around the forest x; y is a second forest beside x and d.
    weights = weights_from_pairs(
        [("a", "x"), ("b", "x"), ("c", "x"), ("a", "b"), ("x", "y"), ("d", "y"), ("e", "d")], "abcdexy"
    )
    bridged, pairs = bridge_unpopulated(weights, [True] * 5 + [False] * 2)
    assert bridged.keys == ("a", "b", "c", "d", "e")
    assert pairs == (("a", "c"), ("b", "c"))
    assert pairs_of(bridged) == {("a", "b"), ("a", "c"), ("b", "c"), ("d", "e")}
    assert bridged.is_symmetric


def test_an_area_inside_an_unpopulated_one_is_no_isolate_after_bridging() -> None:
    weights = weights_from_pairs([("a", "b"), ("w", "x"), ("b", "x")], "abwx")
    assert weights.subset([True, True, True, False]).isolates == ("w",)
    bridged, pairs = bridge_unpopulated(weights, [True, True, True, False])
    assert pairs == (("b", "w"),)
    assert bridged.isolates == ()


def test_bridging_without_unpopulated_areas_changes_nothing() -> None:
    weights = weights_from_pairs([("a", "b")], "abc")
    bridged, pairs = bridge_unpopulated(weights, [True] * 3)
    assert pairs == ()
    assert pairs_of(bridged) == pairs_of(weights)
    with pytest.raises(InvalidWeights):
        bridge_unpopulated(weights.row_standardised(), [True] * 3)
    with pytest.raises(LengthMismatch):
        bridge_unpopulated(weights, [True])


def test_only_isolates_get_their_nearest_area() -> None:
    weights = weights_from_pairs([("a", "b")], "abcd")
    points: NDArray[np.float64] = np.array([(0, 0), (1, 0), (3, 0), (3.5, 0)])
    attached, pairs = attach_nearest(weights, points)
    assert pairs == (("c", "d"),)
    assert pairs_of(attached) == {("a", "b"), ("c", "d")}
    assert attached.is_symmetric
    again, none = attach_nearest(attached, points)
    assert none == ()
    assert again is attached
    with pytest.raises(InvalidWeights):
        attach_nearest(weights.row_standardised(), points)


def test_isolates_can_be_dropped() -> None:
    dropped, keys = drop_isolates(weights_from_pairs([("a", "c")], "abcd"))
    assert keys == ("b", "d")
    assert dropped.keys == ("a", "c")
    assert dropped.isolates == ()
