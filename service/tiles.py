"""Vector tiles of boundaries: one PMTiles archive for each vintage.

Every zoom has one coverage of whole coordinates: the areas are simplified together, snapped together to the
grid of the tiles, and only then cut. Neighbours therefore share every vertex of their border in every tile,
and upper levels are unions of the areas below, so their borders lie on each other.
Why an own slicer: see ``docs/decisions/tiles.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from boundaries import AreaSet, Sentence, is_coverage, reproject
from boundaries.sentences import system_reason
from service.coverage import Geometries, contains_levels, snap
from service.errors import ServiceError
from service.mvt import EXTENT, POINT, POLYGON, Feature, encode_layer, encode_name, encode_point, encode_value
from service.pmtiles_writer import PackedTiles, TilesetInfo
from service.slicing import BUFFER, Slicer

__all__ = ["BUFFER", "TilesetInfo", "TilingError", "build_archives", "build_pmtiles"]

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


_KEY, _NAME, _POPULATED, _PARENT, _AREA_KM2 = map(encode_name, ("key", "name", "populated", "parent", "area_km2"))
_Values = tuple[tuple[bytes, bytes], ...]
_Tiles = dict[tuple[int, int], list[bytes]]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A geometry, kept so that no other takes its identity; the same in units of the last zoom; and its label."""

    source: shapely.Geometry
    shape: shapely.Geometry
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Level:
    """A level with what is the same at every zoom; geometries in units of the last zoom."""

    name: str
    areas: AreaSet
    geometries: Geometries
    coverage: bool
    labels: npt.NDArray[np.float64]
    polygon_values: tuple[_Values, ...]
    label_values: tuple[_Values, ...]


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
    (info,) = build_archives([(levels, path)], min_zoom=min_zoom, max_zoom=max_zoom, attribution=attribution)
    return info


def build_archives(
    vintages: Sequence[tuple[Mapping[str, AreaSet], Path]], *, min_zoom: int = 0, max_zoom: int = 12, attribution: str
) -> list[TilesetInfo]:
    """Build the archives of several vintages, one after the other.

    Parameters
    ----------
    vintages : sequence of (mapping of str to AreaSet, Path)
        For each archive what :func:`build_pmtiles` takes. Areas that two neighbouring vintages share as the same
        objects are prepared once; what has the same form at a zoom is cut once.
    min_zoom, max_zoom : int
        Zooms, 0 to 16.
    attribution : str
        Line that a map must show.

    Returns
    -------
    list of TilesetInfo
        In the order of the vintages. The bytes are those that each archive has when it is built alone.

    Raises
    ------
    TilingError
        As :func:`build_pmtiles`; the archives before it are complete.
    """
    slicer, drawing = Slicer(), _Drawing(max_zoom)
    infos: list[TilesetInfo] = []
    for levels, path in vintages:
        _check(path.stem, levels, min_zoom, max_zoom)
        try:
            bounds = _bounds(path.stem, levels)
            prepared = [drawing.prepare(level, areas) for level, areas in levels.items()]
            packed = PackedTiles()
            for zoom, shapes in _zooms(prepared, slicer, min_zoom, max_zoom):
                tiles: _Tiles = {}
                for level in prepared:
                    _add_polygons(tiles, zoom, level, shapes[level.name], slicer)
                    _add_labels(tiles, zoom, level, max_zoom)
                packed.add(zoom, tiles)
            info = TilesetInfo(
                bounds, _center(bounds, min_zoom, max_zoom), min_zoom, max_zoom, _layers(levels, min_zoom, max_zoom)
            )
            packed.write(path, info, attribution)
        except (shapely.errors.GEOSException, OSError) as error:
            raise TilingError(path.stem, system_reason(error)) from error
        infos.append(info)
        slicer.next_vintage()
        drawing.next_vintage()
    return infos


def _check(name: str, levels: Mapping[str, AreaSet], min_zoom: int, max_zoom: int) -> None:
    """Refuse what cannot be tiled."""
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


class _Drawing:
    """Brings areas into the units of the last zoom and places their labels, once for each geometry.

    Vintages share the geometries of areas that did not change as the same objects.
    """

    def __init__(self, max_zoom: int) -> None:
        self._scale: float = EXTENT * 2**max_zoom / (2 * _HALF_WORLD)
        self._known: dict[tuple[int, str], _Drawn] = {}
        self._used: dict[tuple[int, str], _Drawn] = {}

    def next_vintage(self) -> None:
        """Forget what the vintage before the last one had."""
        self._known, self._used = self._used, {}

    def prepare(self, name: str, areas: AreaSet) -> _Level:
        """A level with what is the same at every zoom."""
        drawn = self._drawn(areas)
        geometries = np.empty(len(drawn), dtype=object)
        geometries[:] = [each.shape for each in drawn]
        common = [
            (
                (_KEY, encode_value(area.key)),
                (_NAME, encode_value(area.name)),
                (_POPULATED, encode_value(area.populated)),
            )
            for area in areas.areas
        ]
        parents = [((_PARENT, encode_value(area.parent)),) if area.parent is not None else () for area in areas.areas]
        sizes = [((_AREA_KM2, encode_value(round(float(area.area_km2), 4))),) for area in areas.areas]
        return _Level(
            name,
            areas,
            geometries,
            is_coverage(geometries),
            np.array([each.label for each in drawn], dtype=np.float64),
            tuple((*values, *parent) for values, parent in zip(common, parents, strict=True)),
            tuple((*values, *size) for values, size in zip(common, sizes, strict=True)),
        )

    def _drawn(self, areas: AreaSet) -> list[_Drawn]:
        keys = [(id(area.geometry), areas.crs) for area in areas.areas]
        new = [row for row, key in enumerate(keys) if key not in self._known and key not in self._used]
        if new:
            sources = areas.geometries[new]
            shapes = self._in_units(sources, areas.crs)
            for row, source, shape, label in zip(new, sources, shapes, _labels(shapes).tolist(), strict=True):
                self._used[keys[row]] = _Drawn(source, shape, (label[0], label[1]))
        for key in keys:
            if key in self._known:
                self._used[key] = self._known[key]
        return [self._used[key] for key in keys]

    def _in_units(self, sources: Geometries, crs: str) -> Geometries:
        def to_units(metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            units: npt.NDArray[np.float64] = np.column_stack((metres[:, 0] + _HALF_WORLD, _HALF_WORLD - metres[:, 1]))
            return units * self._scale

        return np.asarray(shapely.transform(reproject(sources, crs, "EPSG:3857"), to_units), dtype=object)


def _labels(shapes: Geometries) -> npt.NDArray[np.float64]:
    """Poles of inaccessibility: shape (n, 2)."""
    radii = np.sqrt(shapely.area(shapes))
    coarse = shapely.simplify(shapes, radii * _LABEL_TOLERANCE)
    circles = shapely.maximum_inscribed_circle(coarse, radii * _LABEL_TOLERANCE)
    points: npt.NDArray[np.float64] = shapely.get_coordinates(circles)[::2]
    return points


def _zooms(
    levels: list[_Level], slicer: Slicer, min_zoom: int, max_zoom: int
) -> Iterator[tuple[int, dict[str, Geometries]]]:
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
                snapped[level.name] = slicer.dissolve(snapped[finest.name], members)
                continue
            simplified = shapely.coverage_simplify(current[level.name], tolerance)
            snapped[level.name] = snap(simplified, level.coverage)
            current[level.name] = np.asarray(shapely.transform(simplified, lambda units: units / 2), dtype=object)
        yield zoom, snapped


def _add_polygons(tiles: _Tiles, zoom: int, level: _Level, shapes: Geometries, slicer: Slicer) -> None:
    """Cut a level into tiles and encode it."""
    for piece in slicer.cut(shapes, zoom, coverage=level.coverage):
        members = [Feature(row + 1, POLYGON, geometry, level.polygon_values[row]) for row, geometry in piece.parts]
        tiles.setdefault((piece.x, piece.y), []).append(encode_layer(level.name, members))


def _add_labels(tiles: _Tiles, zoom: int, level: _Level, max_zoom: int) -> None:
    """Put each label into the one tile that holds its point."""
    units = np.floor(level.labels / 2 ** (max_zoom - zoom)).astype(np.int64)
    features: dict[tuple[int, int], list[Feature]] = {}
    for row, (x, y) in enumerate(units.tolist()):
        point = encode_point(x % EXTENT, y % EXTENT)
        feature = Feature(row + 1, POINT, point, level.label_values[row])
        features.setdefault((x // EXTENT, y // EXTENT), []).append(feature)
    for (column, line), members in features.items():
        tiles.setdefault((column, line), []).append(encode_layer(f"{level.name}_label", members))
