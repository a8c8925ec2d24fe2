"""Cutting areas into the tiles of a zoom; what several vintages have in common is cut once.

What a tile holds of a level depends on the areas that reach into it alone. It is remembered under their content: the
next vintage only needs the tiles where an area became another one, and its bytes are those it would have anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby

import numpy as np
import numpy.typing as npt
import shapely

from service.coverage import Geometries, dissolve_groups, snap_each
from service.mvt import EXTENT, encode_polygons

BUFFER = 64

_Rows = npt.NDArray[np.intp]
_Parts = tuple[tuple[int, bytes], ...]
_Key = tuple[int, int, int, bool, bytes]


@dataclass(frozen=True, slots=True)
class Slice:
    """What one tile holds of a level.

    Attributes
    ----------
    x, y : int
        Place of the tile.
    parts : list of (int, bytes)
        Row of the area and its encoded geometry, in the order of the rows.
    """

    x: int
    y: int
    parts: list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class _Place:
    """A tile, the rows of the areas whose bounds reach into it, and the content that these have."""

    key: _Key
    rows: _Rows

    @property
    def x(self) -> int:
        return self.key[1]

    @property
    def y(self) -> int:
        return self.key[2]


class Slicer:
    """Cuts the levels of one vintage after the other, and remembers what it cut for the vintage before."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._known: dict[_Key, _Parts] = {}
        self._used: dict[_Key, _Parts] = {}
        self._known_unions: dict[bytes, shapely.Geometry] = {}
        self._used_unions: dict[bytes, shapely.Geometry] = {}

    def next_vintage(self) -> None:
        """Forget what the vintage before the last one had."""
        self._known, self._used = self._used, {}
        self._known_unions, self._used_unions = self._used_unions, {}

    def _content(self, shapes: Geometries) -> npt.NDArray[np.int64]:
        """Numbers of geometries: equal ones, and only they, have the same."""
        digests = (blake2b(blob, digest_size=16).digest() for blob in shapely.to_wkb(shapes))
        numbers = [self._numbers.setdefault(digest, len(self._numbers)) for digest in digests]
        return np.array(numbers, dtype=np.int64)

    def dissolve(self, lower: Geometries, members: _Rows) -> Geometries:
        """Unite lower areas into upper ones, as :func:`service.coverage.dissolve_groups`, each distinct one once."""
        numbers = self._content(lower)
        keys = [numbers[members == row].tobytes() for row in range(int(members.max()) + 1)]
        new = [row for row, key in enumerate(keys) if key not in self._known_unions]
        if new:
            rank = np.full(len(keys), -1, dtype=np.intp)
            rank[new] = np.arange(len(new))
            needed = rank[members] >= 0
            for row, shape in zip(new, dissolve_groups(lower[needed], rank[members[needed]]), strict=True):
                self._used_unions[keys[row]] = shape
        united = np.empty(len(keys), dtype=object)
        for row, key in enumerate(keys):
            if key not in self._used_unions:
                self._used_unions[key] = self._known_unions[key]
            united[row] = self._used_unions[key]
        return united

    def cut(self, shapes: Geometries, zoom: int, *, coverage: bool) -> Iterator[Slice]:
        """Cut areas into the tiles of a zoom, with a margin of `BUFFER` units.

        Parameters
        ----------
        shapes : ndarray of shape (n,), dtype object
            Valid areas with whole coordinates in units of the zoom; empty ones are passed over.
        zoom : int
        coverage : bool
            Whether they are a coverage; its parts in a tile are one then too.

        Yields
        ------
        Slice
            For each tile that holds any area, in no certain order.
        """
        missing: list[_Place] = []
        for place in self._places(shapes, zoom, coverage):
            parts = self._known.get(place.key)
            if parts is None:
                missing.append(place)
            else:
                self._used[place.key] = parts
                yield from _slice(place, parts)
        for _, column in groupby(missing, key=lambda place: place.x):
            places = list(column)
            for place, parts in zip(places, _cut_column(shapes, places, coverage), strict=True):
                self._used[place.key] = parts
                yield from _slice(place, parts)

    def _places(self, shapes: Geometries, zoom: int, coverage: bool) -> Iterator[_Place]:
        """Tiles that the bounds of any shape reach into, by column and row."""
        rows, x, y = _reached(shapes, 2**zoom)
        if not rows.size:
            return
        numbers = self._content(shapes)
        begins = np.flatnonzero(np.append(True, (np.diff(x) != 0) | (np.diff(y) != 0)))
        for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), rows.size], strict=True):
            own = rows[begin:end]
            yield _Place((zoom, int(x[begin]), int(y[begin]), coverage, numbers[own].tobytes()), own)


def _slice(place: _Place, parts: _Parts) -> Iterator[Slice]:
    if parts:
        yield Slice(place.x, place.y, [(int(place.rows[position]), geometry) for position, geometry in parts])


def _reached(shapes: Geometries, count: int) -> tuple[_Rows, _Rows, _Rows]:
    """Rows of shapes with the columns and rows of the tiles into which their bounds reach, by tile and then by row."""
    filled = np.flatnonzero(~shapely.is_empty(shapes))
    bounds = shapely.bounds(shapes[filled])
    low = np.maximum(np.floor((bounds[:, :2] - BUFFER) / EXTENT), 0).astype(np.intp)
    high = np.minimum(np.floor((bounds[:, 2:] + BUFFER) / EXTENT), count - 1).astype(np.intp)
    spans = high - low + 1
    sizes = spans.prod(axis=1)
    rank = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    heights = np.repeat(spans[:, 1], sizes)
    rows = np.repeat(filled, sizes)
    x = np.repeat(low[:, 0], sizes) + rank // heights
    y = np.repeat(low[:, 1], sizes) + rank % heights
    order = np.lexsort((rows, y, x))
    return rows[order], x[order], y[order]


def _cut_column(shapes: Geometries, places: Sequence[_Place], coverage: bool) -> list[_Parts]:
    """Cut the tiles of one column: the column first, so that no large area is gone through for each tile."""
    left, right = places[0].x * EXTENT - BUFFER, (places[0].x + 1) * EXTENT + BUFFER
    rows = np.unique(np.concatenate([place.rows for place in places]))
    _, south, _, north = shapely.total_bounds(shapes[rows])
    strip_rows, strip = _clip(rows, shapes[rows], (left, south - 1, right, north + 1))
    owners: list[_Rows] = []
    pieces: list[Geometries] = []
    for place in places:
        box = (left, place.y * EXTENT - BUFFER, right, (place.y + 1) * EXTENT + BUFFER)
        own_rows, own = _clip(strip_rows, strip, box)
        owners.append(own_rows)
        pieces.append(own)
    tile = np.repeat(np.arange(len(places)), [own.size for own in owners])
    snapped = snap_each(np.concatenate(pieces), tile, EXTENT, coverage)
    kept = ~shapely.is_empty(snapped)
    tile, row = tile[kept], np.concatenate(owners)[kept]
    corners = np.array([(place.x * EXTENT, place.y * EXTENT) for place in places], dtype=np.int64)
    encoded = encode_polygons(snapped[kept], corners[tile])
    ends = np.searchsorted(tile, np.arange(len(places) + 1))
    return [
        tuple(
            zip(
                np.searchsorted(place.rows, row[begin:end]).tolist(),
                encoded[begin:end],
                strict=True,
            )
        )
        for place, begin, end in zip(places, ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


def _clip(rows: _Rows, shapes: Geometries, box: tuple[float, float, float, float]) -> tuple[_Rows, Geometries]:
    """Clip the shapes that reach into a box; return the rows that have area there, and their parts."""
    bounds = shapely.bounds(shapes)
    near = np.flatnonzero(
        (bounds[:, 0] < box[2]) & (bounds[:, 2] > box[0]) & (bounds[:, 1] < box[3]) & (bounds[:, 3] > box[1])
    )
    clipped = np.asarray(shapely.clip_by_rect(shapes[near], *box), dtype=object)
    kept = shapely.area(clipped) > 0
    return rows[near][kept], clipped[kept]
