"""Features: areas with geometry and figures, as GeoJSON in CRS84."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from boundaries import Sentence
from service.errors import NotFound
from service.parameters import Bbox
from service.periods import covered
from service.reader import AreaInfo, ReleaseReader

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
"""Temporal reference system of extents."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A level of areas, or an indicator on a level."""

    id: str
    level: str
    indicator: dict[str, Any] | None

    @property
    def title(self) -> str:
        """German title."""
        if self.indicator is None:
            return self.level
        return f"{self.indicator['title_de'] or self.indicator['id']} ({self.level})"


def collections(release: ReleaseReader) -> list[Collection]:
    """Every collection: the levels, then each indicator on each of its levels."""
    levels = release.levels_of(release.newest_vintage)
    plain = [Collection(level, level, None) for level in levels]
    return plain + [
        Collection(f"{indicator['id']}_{level}", level, indicator)
        for indicator in release.indicators.values()
        for level in indicator["levels"]
        if level in levels
    ]


def find_collection(release: ReleaseReader, collection_id: str) -> Collection:
    """Collection of an id.

    Raises
    ------
    NotFound
    """
    for collection in collections(release):
        if collection.id == collection_id:
            return collection
    raise NotFound(Sentence("die Sammlung", "collection"), collection_id, _near(release, collection_id))


def _near(release: ReleaseReader, collection_id: str) -> Sentence:
    """Levels of the indicator where a collection is asked for on another one; else where collections are listed."""
    for indicator in release.indicators.values():
        for level in release.levels:
            if collection_id == f"{indicator['id']}_{level}":
                levels = ", ".join(indicator["levels"])
                return Sentence(
                    f"{indicator['id']} hat auf der Ebene {level} keine Zahlen, sondern auf: {levels}",
                    f"{indicator['id']} has no figures on the level {level}, but on: {levels}",
                )
    return Sentence("siehe /api/collections", "see /api/collections")


def extent(release: ReleaseReader, level: str) -> list[float]:
    """West, south, east, north of all areas of a level, in degrees."""
    boxes = [area.bbox for area in release.areas(release.newest_vintage, level).areas]
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return [min(wests), min(souths), max(easts), max(norths)]


def temporal_extent(release: ReleaseReader, collection: Collection) -> list[str | None]:
    """First and last instant of a collection, RFC 3339; None where it has no end.

    Figures cover their periods. Areas are there from the first vintage of their level on.
    """
    if collection.indicator is None:
        first = next(each for each in release.vintages if collection.level in release.levels_of(each))
        return [f"{first}T00:00:00Z", None]
    start, end = covered(collection.indicator["periods"])
    return [f"{start}T00:00:00Z", f"{end}T23:59:59Z"]


def select_rows(release: ReleaseReader, vintage: str, level: str, bbox: Bbox | None) -> list[int]:
    """Rows of the areas whose geometry intersects a box, in the order of their keys.

    A box whose west lies east of its east crosses the antimeridian, as RFC 7946 has it.
    """
    table = release.areas(vintage, level)
    if bbox is None:
        return list(range(len(table.areas)))
    west, south, east, north = bbox
    boxes = [bbox] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]
    near = [row for row, area in enumerate(table.areas) if any(_boxes_meet(area.bbox, box) for box in boxes)]
    return [row for row in near if _intersects(release, vintage, level, table.areas[row], boxes)]


def encode_features(
    release: ReleaseReader,
    collection: Collection,
    vintage: str,
    period: str | None,
    rows: Sequence[int],
) -> list[dict[str, Any]]:
    """GeoJSON features of some rows; geometries are passed on as they were encoded at publishing."""
    table = release.areas(vintage, collection.level)
    geometry = release.geometry(vintage, collection.level)
    return [
        {
            "type": "Feature",
            "id": table.areas[row].key,
            "geometry": orjson.Fragment(geometry[table.areas[row].key]),
            "properties": table.areas[row].properties() | _figure_properties(release, collection, vintage, period, row),
        }
        for row in rows
    ]


def property_schema(collection: Collection) -> dict[str, dict[str, Any]]:
    """JSON Schema of the properties of a collection."""
    schema: dict[str, dict[str, Any]] = {
        "key": {"type": "string", "title": "Schlüssel (AGS)"},
        "name": {"type": "string", "title": "Name"},
        "level": {"type": "string", "title": "Ebene"},
        "parent": {"type": "string", "title": "Schlüssel der übergeordneten Einheit"},
        "populated": {"type": "boolean", "title": "Bewohnt"},
        "area_km2": {"type": "number", "title": "Fläche in km²"},
    }
    if collection.indicator is not None:
        unit = collection.indicator["unit"]
        schema |= {
            "indicator": {"type": "string", "title": "Indikator"},
            "period": {"type": "string", "title": "Zeitraum"},
            "value": {"type": "number", "title": f"{collection.indicator['title_de']} [{unit}]"},
            "status": {"type": "string", "title": "Status des Werts"},
            "estimated": {"type": "boolean", "title": "Geschätzt"},
            "unit": {"type": "string", "title": "Einheit"},
            "numerator": {"type": "number", "title": "Zähler"},
            "denominator": {"type": "number", "title": "Nenner"},
            "synthetic": {"type": "boolean", "title": "Synthetisch (erfundene Werte)"},
            "source": {"type": "string", "title": "Quelle"},
        }
    return schema


def _figure_properties(
    release: ReleaseReader, collection: Collection, vintage: str, period: str | None, row: int
) -> dict[str, Any]:
    indicator = collection.indicator
    if indicator is None or period is None:
        return {}
    cube = release.cube(indicator["id"], vintage, collection.level)
    figure = cube["periods"][period]
    parts = {name: figure[f"{name}s"][row] if f"{name}s" in figure else None for name in ("numerator", "denominator")}
    return {
        "indicator": indicator["id"],
        "period": period,
        "value": figure["values"][row],
        "status": cube["statuses"][figure["status"][row]],
        "estimated": "ESTIMATED" in figure["flags"].get(str(row), []),
        "unit": indicator["unit"],
        **parts,
        "synthetic": indicator["synthetic"],
        "source": indicator["attribution"] or indicator["source"],
    }


def _boxes_meet(one: Bbox, other: Bbox) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _intersects(release: ReleaseReader, vintage: str, level: str, area: AreaInfo, boxes: Sequence[Bbox]) -> bool:
    if any(_holds(box, area.bbox) for box in boxes):
        return True
    import shapely

    shape = shapely.from_geojson(release.geometry(vintage, level)[area.key].decode())
    return any(shapely.intersects(shape, shapely.box(*box)) for box in boxes)


def _holds(outer: Bbox, inner: Bbox) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
