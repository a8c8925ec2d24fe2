"""Vector tiles of boundaries: one PMTiles archive for each vintage.

Every zoom has one coverage of whole coordinates: the areas are simplified together, snapped together to the
grid of the tiles, and only then cut. Neighbours therefore share every vertex of their border in every tile,
and upper levels are unions of the areas below, so their borders lie on each other.
Why an own slicer: see ``docs/decisions/tiles.md``.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from boundaries import AreaSet, Sentence, is_coverage, reproject
from boundaries.sentences import system_reason
from service.coverage import Geometries, contains_levels, dissolve_groups, snap
from service.errors import ServiceError
from service.mvt import (
    EXTENT,
    POINT,
    POLYGON,
    Feature,
    encode_layer,
    encode_point,
    encode_polygons,
    encode_tile,
    encode_value,
)

BUFFER = 64
# Half the width of the world in EPSG:3857, in metres: pi times the radius of the sphere.
_HALF_WORLD = math.pi * 6378137.0
_LATITUDE_LIMIT = 85.051128
_HIGHEST_ZOOM = 16
# A vertex goes where its triangle is smaller than the square of this many units; 8 units are one pixel of a
# tile shown at 512 pixels. The last zoom is also shown enlarged, so it keeps more.
_TOLERANCE = 8.0
_TOLERANCE_LAST = 2.0
_LABEL_TOLERANCE = 0.02


class TilingError(ServiceError):
    """Tiles cannot be built from these areas, or cannot be written."""

    def __init__(self, what: str, reason: Sentence) -> None:
        self.what, self.reason = what, reason
        super().__init__(Sentence(f"Kacheln von {what}: {reason.de}", f"tiles of {what}: {reason.en}"))


@dataclass(frozen=True, slots=True)
class TilesetInfo:
    """What a TileJSON document says about an archive.

    Attributes
    ----------
    bounds : tuple of float
        West, south, east, north in degrees.
    center : tuple of (float, float, int)
        Longitude, latitude and a zoom at which the areas fill a usual window.
    min_zoom, max_zoom : int
        Zooms in the archive.
    vector_layers : list of dict
        Entries of TileJSON 3: id, fields, minzoom, maxzoom.
    """

    bounds: tuple[float, float, float, float]
    center: tuple[float, float, int]
    min_zoom: int
    max_zoom: int
    vector_layers: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Level:
    """A level with what is the same at every zoom; geometries in units of the last zoom."""

    name: str
    areas: AreaSet
    geometries: Geometries
    coverage: bool
    labels: npt.NDArray[np.float64]
    polygon_values: tuple[tuple[tuple[str, bytes], ...], ...]
    label_values: tuple[tuple[tuple[str, bytes], ...], ...]


_Tiles = dict[tuple[int, int, int], list[bytes]]


def build_pmtiles(
    levels: Mapping[str, AreaSet], path: Path, *, min_zoom: int = 0, max_zoom: int = 12, attribution: str
) -> TilesetInfo:
    """Build the archive of one vintage.

    Each level becomes a polygon layer of its name (attributes ``key``, ``name``, ``populated``, ``parent``)
    and a point layer ``{level}_label`` with the pole of inaccessibility of each area (``key``, ``name``,
    ``populated``, ``area_km2``). The feature id is the rank of the key in the sorted set, from 1.

    Parameters
    ----------
    levels : mapping of str to AreaSet
        Areas of one vintage by level. Where the areas of a level are made of those of the finest one, its
        borders are drawn on theirs.
    path : Path
        The archive; it appears when it is complete. Its folder must exist.
    min_zoom, max_zoom : int
        Zooms, 0 to 16.
    attribution : str
        Line that a map must show.

    Returns
    -------
    TilesetInfo
        For TileJSON.

    Raises
    ------
    TilingError
        There is nothing to tile, the zooms are impossible, areas lie outside the web projection, or the
        archive cannot be written.

    Notes
    -----
    Equal input gives equal bytes. Areas smaller than a grid cell of a low zoom have no polygon there, but
    keep their label.
    """
    name = path.stem
    if not levels or not all(len(areas) for areas in levels.values()):
        raise TilingError(
            name,
            Sentence(
                "eine Ebene enthält keine Gebiete; zuerst Grenzen laden",
                "a level holds no areas; load boundaries first",
            ),
        )
    if not 0 <= min_zoom <= max_zoom <= _HIGHEST_ZOOM:
        raise TilingError(
            name,
            Sentence(
                f"die Stufen {min_zoom} bis {max_zoom} sind nicht möglich; möglich sind 0 bis {_HIGHEST_ZOOM}",
                f"zooms {min_zoom} to {max_zoom} are impossible; 0 to {_HIGHEST_ZOOM} are",
            ),
        )
    try:
        bounds = _bounds(name, levels)
        prepared = [_prepare(level, areas, max_zoom) for level, areas in levels.items()]
        tiles: _Tiles = {}
        for zoom, shapes in _zooms(prepared, min_zoom, max_zoom):
            for level in prepared:
                _add_polygons(tiles, zoom, level, shapes[level.name])
                _add_labels(tiles, zoom, level, max_zoom)
        info = TilesetInfo(
            bounds, _center(bounds, min_zoom, max_zoom), min_zoom, max_zoom, _layers(levels, min_zoom, max_zoom)
        )
        _write(path, tiles, info, attribution)
    except (shapely.errors.GEOSException, OSError) as error:
        raise TilingError(name, system_reason(error)) from error
    return info


def _bounds(name: str, levels: Mapping[str, AreaSet]) -> tuple[float, float, float, float]:
    """Return the bounds of all areas in degrees, rounded outward to a ten-millionth."""
    boxes = [shapely.total_bounds(reproject(areas.geometries, areas.crs, "OGC:CRS84")) for areas in levels.values()]
    west, south = np.min(boxes, axis=0)[:2]
    east, north = np.max(boxes, axis=0)[2:]
    if not (-180 <= west <= east <= 180 and -_LATITUDE_LIMIT <= south <= north <= _LATITUDE_LIMIT):
        raise TilingError(
            name,
            Sentence(
                "Gebiete liegen außerhalb der Webkarte (85 Grad Nord bis Süd)",
                "areas lie outside the web map (85 degrees north to south)",
            ),
        )
    low, high = np.floor(np.array([west, south]) * 1e7) / 1e7, np.ceil(np.array([east, north]) * 1e7) / 1e7
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _center(bounds: tuple[float, float, float, float], low: int, high: int) -> tuple[float, float, int]:
    """Return the middle and the zoom at which the wider side takes about two tiles."""
    west, south, east, north = bounds
    span = max(east - west, north - south, 1e-6)
    zoom = min(max(math.floor(math.log2(720 / span)), low), high)
    return round((west + east) / 2, 6), round((south + north) / 2, 6), zoom


def _layers(levels: Mapping[str, AreaSet], low: int, high: int) -> list[dict[str, Any]]:
    """Return the vector_layers of TileJSON."""
    polygon = {"key": "String", "name": "String", "populated": "Boolean", "parent": "String"}
    label = {"key": "String", "name": "String", "populated": "Boolean", "area_km2": "Number"}
    return [
        {"id": name, "fields": fields, "minzoom": low, "maxzoom": high}
        for level in levels
        for name, fields in ((level, polygon), (f"{level}_label", label))
    ]


def _prepare(name: str, areas: AreaSet, max_zoom: int) -> _Level:
    """Bring a level into the units of the last zoom and encode its attributes."""
    scale: float = EXTENT * 2**max_zoom / (2 * _HALF_WORLD)
    mercator = reproject(areas.geometries, areas.crs, "EPSG:3857")

    def to_units(metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        units: npt.NDArray[np.float64] = np.column_stack((metres[:, 0] + _HALF_WORLD, _HALF_WORLD - metres[:, 1]))
        return units * scale

    geometries = np.asarray(shapely.transform(mercator, to_units), dtype=object)
    radii = np.sqrt(shapely.area(geometries))
    coarse = shapely.simplify(geometries, radii * _LABEL_TOLERANCE)
    circles = shapely.maximum_inscribed_circle(coarse, radii * _LABEL_TOLERANCE)
    labels = shapely.get_coordinates(circles)[::2]
    common = [
        (
            ("key", encode_value(area.key)),
            ("name", encode_value(area.name)),
            ("populated", encode_value(area.populated)),
        )
        for area in areas.areas
    ]
    parents = [(("parent", encode_value(area.parent)),) if area.parent is not None else () for area in areas.areas]
    sizes = [(("area_km2", encode_value(round(float(area.area_km2), 4))),) for area in areas.areas]
    return _Level(
        name,
        areas,
        geometries,
        is_coverage(geometries),
        labels,
        tuple((*values, *parent) for values, parent in zip(common, parents, strict=True)),
        tuple((*values, *size) for values, size in zip(common, sizes, strict=True)),
    )


def _zooms(levels: list[_Level], min_zoom: int, max_zoom: int) -> Iterator[tuple[int, dict[str, Geometries]]]:
    """Yield, from the last zoom down, the snapped geometries of every level in units of that zoom."""
    finest = max(levels, key=lambda level: len(level.areas))
    groups = {
        level.name: contains_levels(level.geometries, finest.geometries) if finest.coverage else None
        for level in levels
        if level is not finest
    }
    current = {level.name: level.geometries for level in levels}
    for zoom in range(max_zoom, min_zoom - 1, -1):
        tolerance = _TOLERANCE_LAST if zoom == max_zoom else _TOLERANCE
        snapped: dict[str, Geometries] = {}
        for level in sorted(levels, key=lambda level: level is not finest):
            members = groups.get(level.name)
            if members is not None:
                snapped[level.name] = dissolve_groups(snapped[finest.name], members)
                continue
            simplified = shapely.coverage_simplify(current[level.name], tolerance)
            snapped[level.name] = snap(simplified, level.coverage)
            current[level.name] = np.asarray(shapely.transform(simplified, lambda units: units / 2), dtype=object)
        yield zoom, snapped


def _tile_range(low: float, high: float, count: int) -> range:
    """Return the tiles whose buffered extent an interval touches."""
    first = math.floor((low - BUFFER) / EXTENT)
    last = math.floor((high + BUFFER) / EXTENT)
    return range(max(first, 0), min(last, count - 1) + 1)


def _cut(shapes: Geometries, zoom: int) -> Iterator[tuple[int, int, npt.NDArray[np.intp], Geometries]]:
    """Yield, for each tile, the rows of the areas in it and their parts inside the buffered tile."""
    rows = np.flatnonzero(~shapely.is_empty(shapes))
    if rows.size == 0:
        return
    west, south, east, north = shapely.total_bounds(shapes)
    for x in _tile_range(west, east, 2**zoom):
        left, right = x * EXTENT - BUFFER, (x + 1) * EXTENT + BUFFER
        strip_rows, strip = _clip(rows, shapes[rows], (left, south - 1, right, north + 1))
        if not strip_rows.size:
            continue
        _, low, _, high = shapely.total_bounds(strip)
        for y in _tile_range(low, high, 2**zoom):
            box = (left, y * EXTENT - BUFFER, right, (y + 1) * EXTENT + BUFFER)
            tile_rows, parts = _clip(strip_rows, strip, box)
            if tile_rows.size:
                yield x, y, tile_rows, parts


def _clip(
    rows: npt.NDArray[np.intp], shapes: Geometries, box: tuple[float, float, float, float]
) -> tuple[npt.NDArray[np.intp], Geometries]:
    """Clip the shapes that reach into a box; return the rows that have area there, and their parts."""
    bounds = shapely.bounds(shapes)
    near = np.flatnonzero(
        (bounds[:, 0] < box[2]) & (bounds[:, 2] > box[0]) & (bounds[:, 1] < box[3]) & (bounds[:, 3] > box[1])
    )
    clipped = np.asarray(shapely.clip_by_rect(shapes[near], *box), dtype=object)
    kept = shapely.area(clipped) > 0
    return rows[near][kept], clipped[kept]


def _add_polygons(tiles: _Tiles, zoom: int, level: _Level, shapes: Geometries) -> None:
    """Cut a level into tiles and encode it."""
    places: list[tuple[int, int, int]] = []
    cut: list[Geometries] = []
    for x, y, rows, parts in _cut(shapes, zoom):
        snapped = snap(parts, level.coverage)
        kept = ~shapely.is_empty(snapped)
        cut.append(snapped[kept])
        places.extend((x, y, int(row)) for row in rows[kept])
    if not places:
        return
    origins = np.array(places, dtype=np.int64)[:, :2] * EXTENT
    encoded = encode_polygons(np.concatenate(cut), origins)
    features: dict[tuple[int, int], list[Feature]] = {}
    for (x, y, row), geometry in zip(places, encoded, strict=True):
        feature = Feature(row + 1, POLYGON, geometry, level.polygon_values[row])
        features.setdefault((x, y), []).append(feature)
    for (x, y), members in features.items():
        tiles.setdefault((zoom, x, y), []).append(encode_layer(level.name, members))


def _add_labels(tiles: _Tiles, zoom: int, level: _Level, max_zoom: int) -> None:
    """Put each label into the one tile that holds its point."""
    units = np.floor(level.labels / 2 ** (max_zoom - zoom)).astype(np.int64)
    features: dict[tuple[int, int], list[Feature]] = {}
    for row, (x, y) in enumerate(units.tolist()):
        point = encode_point(x % EXTENT, y % EXTENT)
        feature = Feature(row + 1, POINT, point, level.label_values[row])
        features.setdefault((x // EXTENT, y // EXTENT), []).append(feature)
    for (column, line), members in features.items():
        tiles.setdefault((zoom, column, line), []).append(encode_layer(f"{level.name}_label", members))


def _entries(tiles: _Tiles) -> tuple[list[Any], list[bytes]]:
    """Return the directory in the order of the tiles' ids, and the distinct tiles it points to."""
    from pmtiles.tile import Entry, zxy_to_tileid

    entries: list[Any] = []
    offsets: dict[bytes, int] = {}
    end = 0
    for tile_id, place in sorted((zxy_to_tileid(*place), place) for place in tiles):
        data = gzip.compress(encode_tile(tiles[place]), compresslevel=9, mtime=0)
        offset = offsets.setdefault(data, end)
        end += len(data) if offset == end else 0
        last = entries[-1] if entries else None
        if last and last.offset == offset and last.tile_id + last.run_length == tile_id:
            last.run_length += 1
        else:
            entries.append(Entry(tile_id, offset, len(data), 1))
    return entries, list(offsets)


def _write(path: Path, tiles: _Tiles, info: TilesetInfo, attribution: str) -> None:
    """Write the archive beside its place and move it there."""
    from pmtiles.tile import Compression, TileType
    from pmtiles.writer import finalize_header

    west, south, east, north = (round(degrees * 1e7) for degrees in info.bounds)
    longitude, latitude, zoom = info.center
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": zoom,
        "center_lon_e7": round(longitude * 1e7),
        "center_lat_e7": round(latitude * 1e7),
    }
    metadata = {
        "name": path.stem,
        "format": "pbf",
        "type": "overlay",
        "attribution": attribution,
        "vector_layers": info.vector_layers,
    }
    entries, contents = _entries(tiles)
    length = sum(map(len, contents))
    # Returns header, root directory, metadata and leaf directories as bytes.
    front = finalize_header(header, len(tiles), entries, len(contents), metadata, True, length)  # type: ignore[no-untyped-call]  # no types
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(front)
            file.writelines(contents)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
