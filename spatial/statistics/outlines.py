"""Outlines of areas as plain arrays, read by compiled code where there is any.

``outlines.c`` beside this module is compiled when the package is built or installed for development
(``hatch_build.py``). Where that was not possible `compiled` is None, and contiguity is found with numpy and GEOS
alone: the same neighbours, in more time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.weights import FloatArray, IntArray

if TYPE_CHECKING:
    from ctypes import CDLL

GeometryArray = NDArray[np.object_]
PairArray = NDArray[np.int64]

_LIBRARY = Path(__file__).with_name("outlines.library")
#: Of the functions and constants of ``outlines.c``.
_VERSION = 1
_STRETCH = 16
_UNKNOWN, _TOUCHING = 1, 2
#: Pairs for which a second thread is not worth its start.
_FOR_ONE_THREAD = 20_000
#: Share of the largest coordinate by which a length may be wrong: some thousand times the rounding of one number.
_DOUBT = 1e-12


@cache
def compiled() -> CDLL | None:
    """Return the compiled code; None if it was not built, or is of another version."""
    try:
        from ctypes import CDLL, c_double, c_int64

        library = CDLL(str(_LIBRARY))
        library.outlines_version.restype = c_int64
        if library.outlines_version() != _VERSION:
            return None
        floats, whole, positions = (_array(kind) for kind in (np.float64, np.int64, np.uint32))
        library.outlines_boxes.argtypes = [floats, whole, c_int64, floats, floats]
        library.outlines_touching.argtypes = [
            *(floats, whole, floats, floats, whole, c_int64, c_double, c_double),
            *(positions, whole, whole, _array(np.uint8)),
        ]
    except (ImportError, OSError, AttributeError):
        return None
    library.outlines_boxes.restype = library.outlines_touching.restype = None
    return library


def _array(kind: type[np.generic]) -> Any:
    from numpy.ctypeslib import ndpointer

    return ndpointer(dtype=kind, flags="C_CONTIGUOUS")


@dataclass(frozen=True, eq=False)
class Outlines:
    """Vertices of ``n`` areas, one area after the other.

    Attributes
    ----------
    library : ctypes.CDLL
        The compiled code.
    vertices : ndarray of float64, shape (vertices, 2)
    starts : ndarray of int64, shape (n + 1,)
        Where each area begins.
    boxes : ndarray of float64, shape (n, 4)
        West, south, east and north of each area; not finite for an area without vertices.
    stretches : ndarray of float64, shape (vertices // 16 + 1, 4)
        The same for each 16 vertices and the one that follows.
    """

    library: CDLL
    vertices: FloatArray
    starts: IntArray
    boxes: FloatArray
    stretches: FloatArray

    @classmethod
    def of(cls, shapes: GeometryArray, library: CDLL) -> Outlines:
        """Take the outlines of geometries; a missing one has no vertices."""
        import shapely

        starts = np.zeros(len(shapes) + 1, dtype=np.int64)
        np.cumsum(shapely.get_num_coordinates(shapes), out=starts[1:])
        vertices = np.ascontiguousarray(shapely.get_coordinates(shapes), dtype=np.float64)
        boxes, stretches = np.empty((len(shapes), 4)), np.empty((len(vertices) // _STRETCH + 1, 4))
        library.outlines_boxes(vertices, starts, len(shapes), boxes, stretches)
        return cls(library, vertices, starts, boxes, stretches)

    def touching(self, first: IntArray, second: IntArray, distance: float | None) -> tuple[PairArray, PairArray]:
        """Sort pairs out by what vertices and segments tell.

        Parameters
        ----------
        first, second : ndarray of int64, shape (pairs,)
            Positions of the two areas of each pair, every area with finite bounds.
        distance : float or None
            Areas at most so far apart touch, in the unit of the coordinates; None: only those with a common vertex.

        Returns
        -------
        touching, open : ndarray of int64, shape (m, 2)
            Pairs that surely touch, and those that must be measured; the other ones surely do not touch.
        """
        n, sizes = len(self.boxes), np.diff(self.starts)
        if len(first) and (min(first.min(), second.min()) < 0 or max(first.max(), second.max()) >= n):
            raise IndexError("a pair names an area that is not there")
        # The table of the larger area is made once for all its neighbours.
        larger = sizes[first] >= sizes[second]
        codes = np.sort(np.where(larger, first * n + second, second * n + first))
        pairs = np.column_stack(np.divmod(codes, max(n, 1)))
        parts = np.array_split(pairs, min(os.cpu_count() or 1, 1 + len(pairs) // _FOR_ONE_THREAD))
        if len(parts) == 1:
            known = self._known(pairs, distance)
        else:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(len(parts)) as pool:
                known = np.concatenate(list(pool.map(self._known, parts, repeat(distance))))
        return pairs[known == _TOUCHING], pairs[known == _UNKNOWN]

    def _known(self, pairs: PairArray, distance: float | None) -> NDArray[np.uint8]:
        """What is known of each pair; several threads may ask at the same time."""
        longest = int(np.diff(self.starts).max(initial=1))
        segments = np.empty((2, longest), dtype=np.int64)
        known = np.empty(len(pairs), dtype=np.uint8)
        self.library.outlines_touching(
            *(self.vertices, self.starts, self.boxes, self.stretches, pairs, len(pairs)),
            -1.0 if distance is None else distance,
            _DOUBT * float(np.abs(self.boxes).max(initial=0.0)),
            *(np.empty(4 * longest, dtype=np.uint32), *segments, known),
        )
        return known
