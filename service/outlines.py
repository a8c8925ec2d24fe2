"""Outlines of areas as a release keeps them, each worked out once for all vintages that share it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from boundaries import AreaSet, reproject

_DECIMALS_OF_DEGREE = 7  # 1 cm: full detail of the 1:250 000 boundaries
_AREAS_AT_ONCE = 500  # numbers of GeoJSON are large objects: never those of a whole country


@dataclass(frozen=True, slots=True)
class Outline:
    """One geometry.

    Attributes
    ----------
    source : shapely.Geometry
        As the territory has it; held, so that no other takes its identity.
    geojson : bytes
        GeoJSON geometry in CRS84.
    bbox : tuple of float
        West, south, east, north in degrees.
    centroid : tuple of float
        In the coordinate system of the area.
    """

    source: shapely.Geometry
    geojson: bytes
    bbox: tuple[float, ...]
    centroid: tuple[float, ...]


class Outlines:
    """Outlines of the areas of one vintage after the other."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], Outline] = {}
        self._used: dict[tuple[int, str], Outline] = {}

    def next_vintage(self) -> None:
        """Forget what the vintage before the last one had."""
        self._known, self._used = self._used, {}

    def of(self, areas: AreaSet) -> list[Outline]:
        """Outlines in the order of the areas."""
        keys = [(id(area.geometry), areas.crs) for area in areas.areas]
        new = np.array([row for row, key in enumerate(keys) if key not in self._known], dtype=np.intp)
        for rows in np.split(new, range(_AREAS_AT_ONCE, new.size, _AREAS_AT_ONCE)):
            for row, outline in zip(rows.tolist(), _outlines(areas.geometries[rows], areas.crs), strict=True):
                self._used[keys[row]] = outline
        for key in keys:
            if key in self._known:
                self._used[key] = self._known[key]
        return [self._used[key] for key in keys]


def _outlines(geometries: npt.NDArray[np.object_], crs: str) -> list[Outline]:
    degrees = reproject(geometries, crs, "OGC:CRS84")
    rounded = shapely.transform(degrees, lambda xy: np.round(xy, _DECIMALS_OF_DEGREE))
    texts = [orjson.dumps(orjson.loads(text)) for text in shapely.to_geojson(rounded)]
    boxes = np.round(shapely.bounds(degrees), 6).tolist()
    centroids = np.round(shapely.get_coordinates(shapely.centroid(geometries)), 2).tolist()
    return [
        Outline(source, text, tuple(box), tuple(centroid))
        for source, text, box, centroid in zip(geometries, texts, boxes, centroids, strict=True)
    ]
