"""The compiled reader of outlines: there where it can be, left out where it cannot, and never believed blindly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from boundaries import load_bundled
from spatial.statistics import Weights, outlines, weights_queen
from spatial.statistics.outlines import Outlines
from spatial.statistics.touching import Areas
from tests.compiled import HAS_COMPILER, WAYS, choose

needs_compiler = pytest.mark.skipif(not HAS_COMPILER, reason="no C compiler on this machine, so nothing was compiled")


@pytest.fixture
def asked_again() -> Iterator[None]:
    """Let the library be looked for in the test, and again after it."""
    outlines.compiled.cache_clear()
    yield
    outlines.compiled.cache_clear()


@needs_compiler
def test_where_there_is_a_compiler_the_code_is_compiled() -> None:
    assert outlines.compiled() is not None


@pytest.mark.usefixtures("asked_again")
@pytest.mark.parametrize("left", ["nothing", "no library", "another version", "another library"])
def test_without_the_library_neighbours_are_the_same(
    left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = [shapely.box(0, 0, 10, 5), shapely.box(2, 5, 8, 9), shapely.box(10, 5, 12, 9), shapely.box(20, 0, 21, 1)]
    before = weights_queen(shapes, "abcd")
    outlines.compiled.cache_clear()
    library = tmp_path / "outlines.library"
    if left == "no library":
        library.write_text("not a library")
    if left == "another version":
        monkeypatch.setattr(outlines, "_VERSION", -1)
    elif left == "another library":
        from ctypes.util import find_library

        monkeypatch.setattr(outlines, "_LIBRARY", find_library("m") or library)
    else:
        monkeypatch.setattr(outlines, "_LIBRARY", library)
    assert outlines.compiled() is None
    assert Areas.of(np.array(shapes)).outlines is None
    after = weights_queen(shapes, "abcd")
    assert [after.neighbour_keys(i) for i in range(4)] == [("b", "c"), ("a",), ("a",), ()]
    assert np.array_equal(before.indices, after.indices)
    assert weights_queen(shapes, "abcd", tolerance=None).links == 2


@pytest.mark.parametrize("tolerance", [None, 0.0, 1e-8, 1e-3])
@pytest.mark.parametrize("turned", [0.0, 1e-9, 0.01])
def test_long_outlines_that_run_side_by_side(
    turned: float, tolerance: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More pairs of segments than the compiled code looks at: it leaves them to GEOS."""
    disc = shapely.Point(0, 0).buffer(1000, quad_segs=600)
    around = shapely.box(-2000, -2000, 2000, 2000) - shapely.affinity.rotate(disc, turned)
    answers: list[Weights] = []
    for way in ("arrays", "compiled"):
        with monkeypatch.context() as patch:
            choose(way, patch)
            answers.append(weights_queen([disc, around], "ab", tolerance=tolerance))
    assert answers[0].links == answers[1].links == (0 if turned and tolerance is None else 2)


@pytest.mark.parametrize("way", WAYS)
def test_a_junction_on_any_segment_of_a_long_ring(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the ring begins, so that the segment lies within one stretch of vertices or from one to the next."""
    choose(way, monkeypatch)
    east = [(9.0, 10.0 - i / 4) for i in range(1, 40)]
    ring = [(0.0, 0.0), (0.0, 10.0), *east]
    for begin in range(len(ring)):
        turned = shapely.Polygon([*ring[begin:], *ring[:begin]])
        found = weights_queen([turned, shapely.box(-1, 4, 0, 5), shapely.box(-3, 4, -1e-3, 5)], "abc")
        assert [found.neighbour_keys(i) for i in range(3)] == [("b",), ("a", "c"), ("b",)], begin
        assert weights_queen([turned, shapely.box(-1, 4, -1e-9, 5)], "ab").links == 2, begin


@needs_compiler
@pytest.mark.parametrize("tolerance", [None, 1e-8])
def test_threads_do_not_change_the_answer(tolerance: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [shapely.box(x, y, x + 1, y + 1) for x in range(12) for y in range(12)]
    shapes += [shapely.box(x, 12, x + 3.5, 14) for x in (0, 3.5, 7)]
    keys = [f"{i:03}" for i in range(len(shapes))]
    one = weights_queen(shapes, keys, tolerance=tolerance)
    monkeypatch.setattr(outlines, "_FOR_ONE_THREAD", 7)
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    several = weights_queen(shapes, keys, tolerance=tolerance)
    assert np.array_equal(one.indptr, several.indptr)
    assert np.array_equal(one.indices, several.indices)
    assert one.links > 4 * 12 * 12


@pytest.mark.parametrize("tolerance", [None, 1e-8])
def test_real_municipalities(tolerance: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    areas = load_bundled().gemeinden
    answers = []
    for way in WAYS:
        with monkeypatch.context() as patch:
            choose(way, patch)
            answers.append(weights_queen(areas.geometries, areas.keys, tolerance=tolerance))
    assert np.array_equal(answers[0].indptr, answers[1].indptr)
    assert np.array_equal(answers[0].indices, answers[1].indices)
    assert 5 < answers[0].links / len(areas.keys) < 6


@needs_compiler
def test_what_is_not_there_is_not_read() -> None:
    library = outlines.compiled()
    assert library is not None
    read = Outlines.of(np.array([shapely.box(0, 0, 1, 1), None, shapely.Polygon(), shapely.Point(3, 4)]), library)
    assert read.starts.tolist() == [0, 5, 5, 5, 6]
    assert np.isfinite(read.boxes).all(axis=1).tolist() == [True, False, False, True]
    assert read.boxes[3].tolist() == [3, 4, 3, 4]
    none = np.empty(0, dtype=np.int64)
    assert [part.shape for part in read.touching(none, none, 1.0)] == [(0, 2), (0, 2)]
    for first, second in ((0, 4), (-1, 0)):
        with pytest.raises(IndexError, match="not there"):
            read.touching(np.array([first]), np.array([second]), None)
    assert Outlines.of(np.empty(0, dtype=object), library).boxes.shape == (0, 4)
