"""Mapbox Vector Tiles 2.1: integer geometries and attributes into bytes.

Geometries are encoded for many features at once with numpy; the layers around them are assembled by hand.
The bytes depend on the input alone.

References
----------
Mapbox Vector Tile Specification 2.1, sections 4.1 (layers), 4.3 (geometry encoding), 4.4 (attributes).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

EXTENT = 4096
POINT, POLYGON = 1, 3

_MOVE_TO_ONE = 1 << 3 | 1
_LINE_TO = 2
_CLOSE_PATH = 1 << 3 | 7
_VERSION = 2
# Fields of a feature, and the feature as a field of its layer.
_FEATURE_ID, _TAGS, _FEATURE_TYPE, _GEOMETRY = (
    bytes([1 << 3]),
    bytes([2 << 3 | 2]),
    bytes([3 << 3]),
    bytes([4 << 3 | 2]),
)
_FEATURE = bytes([2 << 3 | 2])

Value = str | bool | float


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a layer: id, geometry type, encoded geometry, and pairs of encoded names and values."""

    id: int
    kind: int
    geometry: bytes
    values: tuple[tuple[bytes, bytes], ...]


def _varint(value: int) -> bytes:
    """Encode one unsigned integer in base 128, lowest digits first."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


# Nearly all lengths, tags and ids are small; looking them up makes tiles of a whole country twice as fast.
_SMALL_LIMIT = 1 << 15
_SMALL = tuple(_varint(value) for value in range(_SMALL_LIMIT))


def varint(value: int) -> bytes:
    """Return an unsigned integer in the base 128 encoding of protocol buffers."""
    return _SMALL[value] if value < _SMALL_LIMIT else _varint(value)


# Extent and version, the last fields of every layer.
_LAYER_END = varint(5 << 3) + varint(EXTENT) + varint(15 << 3) + varint(_VERSION)


def _varints(values: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.intp]]:
    """Encode many integers; return the bytes and the offset behind each integer (leading 0)."""
    lengths = np.ones(values.size, dtype=np.intp)
    for bits in (7, 14, 21, 28):
        lengths += values >= np.uint64(1 << bits)
    ends = np.concatenate(([0], np.cumsum(lengths)))
    encoded = np.zeros(ends[-1], dtype=np.uint8)
    for byte in range(int(lengths.max(initial=1))):
        has = lengths > byte
        chunk = values[has] >> np.uint64(7 * byte) & np.uint64(0x7F)
        more = (lengths[has] > byte + 1).astype(np.uint64) << np.uint64(7)
        encoded[ends[:-1][has] + byte] = (chunk | more).astype(np.uint8)
    return encoded, ends


def _zigzag(deltas: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Fold signed integers into unsigned ones with small absolute values first."""
    return (deltas << 1 ^ deltas >> 63).astype(np.uint64)


def encode_polygons(geometries: npt.NDArray[np.object_], origins: npt.NDArray[np.int64]) -> list[bytes]:
    """Encode the geometry of many polygon features.

    Parameters
    ----------
    geometries : ndarray of shape (n,), dtype object
        Valid, non-empty Polygons and MultiPolygons with whole coordinates, y downward.
    origins : ndarray of shape (n, 2), dtype int64
        The upper left corner of each feature's tile in the same coordinates.

    Returns
    -------
    list of bytes
        Packed commands of each feature.
    """
    if geometries.size == 0:
        return []
    oriented = shapely.orient_polygons(geometries, exterior_cw=False)
    parts, part_feature = shapely.get_parts(oriented, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    ring_feature = part_feature[ring_part]
    closed, point_ring = shapely.get_coordinates(rings, return_index=True)
    opening = np.append(point_ring[1:] == point_ring[:-1], False)  # all but the closing vertex of each ring
    point_ring = point_ring[opening]
    points = closed[opening].astype(np.int64) - origins[ring_feature[point_ring]]

    deltas = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    point_feature = ring_feature[point_ring]
    starts_feature = np.append(True, point_feature[1:] != point_feature[:-1])
    deltas[starts_feature] = points[starts_feature]

    sizes = np.bincount(point_ring, minlength=rings.size)
    first_point = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    ring_start = np.concatenate(([0], np.cumsum(2 * sizes + 3)))
    commands = np.empty(ring_start[-1], dtype=np.uint64)
    commands[ring_start[:-1]] = _MOVE_TO_ONE
    commands[ring_start[:-1] + 3] = (sizes - 1) << 3 | _LINE_TO
    commands[ring_start[1:] - 1] = _CLOSE_PATH
    rank = np.arange(points.shape[0]) - first_point[point_ring]
    slot = ring_start[point_ring] + np.where(rank == 0, 1, 2 * rank + 2)
    folded = _zigzag(deltas)
    commands[slot], commands[slot + 1] = folded[:, 0], folded[:, 1]

    encoded, ends = _varints(commands)
    first_ring = np.searchsorted(ring_feature, np.arange(geometries.size + 1))
    cuts = ends[ring_start[first_ring]]
    return [encoded[cuts[i] : cuts[i + 1]].tobytes() for i in range(geometries.size)]


def encode_point(x: int, y: int) -> bytes:
    """Encode the geometry of a point feature, relative to the upper left corner of its tile."""
    folded = _zigzag(np.array([x, y], dtype=np.int64))
    return varint(_MOVE_TO_ONE) + varint(int(folded[0])) + varint(int(folded[1]))


def _field(number: int, payload: bytes) -> bytes:
    """Return a length-delimited field."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def encode_name(name: str) -> bytes:
    """Encode the name of an attribute as a layer holds it."""
    return _field(3, name.encode())


def encode_value(value: Value) -> bytes:
    """Encode an attribute value as a layer holds it: text, truth value or double."""
    if isinstance(value, bool):
        return _field(4, varint(7 << 3) + varint(value))
    if isinstance(value, float):
        return _field(4, varint(3 << 3 | 1) + struct.pack("<d", value))
    return _field(4, _field(1, value.encode()))


def encode_layer(name: str, features: Sequence[Feature]) -> bytes:
    """Encode a layer, ready to be joined with others into a tile.

    Parameters
    ----------
    name : str
        Name of the layer.
    features : sequence of Feature
        Its features in order.

    Returns
    -------
    bytes
        The layer as a field of a tile.
    """
    names: dict[bytes, int] = {}
    values: dict[bytes, int] = {}
    body = [_field(1, name.encode())]
    for feature in features:
        tags = b""
        for key, value in feature.values:
            tags += varint(names.setdefault(key, len(names))) + varint(values.setdefault(value, len(values)))
        head = (
            _FEATURE_ID + varint(feature.id) + _TAGS + varint(len(tags)) + tags + _FEATURE_TYPE + varint(feature.kind)
        )
        length = varint(len(feature.geometry))
        size = len(head) + len(_GEOMETRY) + len(length) + len(feature.geometry)
        body += (_FEATURE, varint(size), head, _GEOMETRY, length, feature.geometry)
    body.extend(names)
    body.extend(values)
    body.append(_LAYER_END)
    return _field(3, b"".join(body))


def encode_tile(layers: Iterable[bytes]) -> bytes:
    """Join encoded layers into a tile."""
    return b"".join(layers)
