"""Editions in the store: the areas of one level on one day, and where they came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely import MultiPolygon
from sqlalchemy import Connection, Row, delete, func, insert, select

from boundaries import Area, AreaSet, Members
from service import geopackage, schema

_edition = schema.edition


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """Where a set of boundaries came from; ``members`` for an own level that was united from other areas."""

    file: str
    sha256: str
    attribution: str
    licence: str
    members: Members | None = None


@dataclass(frozen=True, slots=True)
class StoredEdition:
    """One level of one vintage as it is stored, without its areas.

    Attributes
    ----------
    level : str
    vintage : datetime.date
    areas : int
        How many there are.
    info : EditionInfo
        Where they came from.
    loaded_at : str
        When they were stored, ISO 8601 in UTC.
    """

    level: str
    vintage: date
    areas: int
    info: EditionInfo
    loaded_at: str


def crs_of(connection: Connection) -> str | None:
    """Reference system of the stored geometries; None before the first load."""
    return connection.scalar(select(schema.meta.c.value).where(schema.meta.c.name == "crs"))


def save(connection: Connection, areas: AreaSet, info: EditionInfo, loaded_at: str) -> None:
    """Store one level of one vintage; an earlier load of the same level and vintage is replaced."""
    srs_id = int(areas.crs.removeprefix("EPSG:"))
    if crs_of(connection) is None:
        connection.execute(insert(schema.meta), [{"name": "crs", "value": areas.crs}])
        geopackage.register_features(connection, schema.area.name, "geom", srs_id)
    _delete(connection, areas.level, areas.vintage)
    number = connection.execute(
        insert(_edition).returning(_edition.c.id),
        {
            "level": areas.level,
            "vintage": areas.vintage,
            "file": info.file,
            "sha256": info.sha256,
            "attribution": info.attribution,
            "licence": info.licence,
            "loaded_at": loaded_at,
            "members": None if info.members is None else json.dumps([info.members.level, *info.members.keys]),
        },
    ).scalar_one()
    binaries = geopackage.encode_geometries(areas.geometries, srs_id)
    connection.execute(
        insert(schema.area),
        [
            {**_area_row(area), "edition": number, "geom": geometry}
            for area, geometry in zip(areas.areas, binaries, strict=True)
        ],
    )
    geopackage.renew_extent(connection, schema.area.name, "geom")


def remove(connection: Connection, level: str, vintage: date) -> None:
    """Take one level of one vintage out of the store; after the last one the next load decides the reference system."""
    _delete(connection, level, vintage)
    if connection.scalar(select(func.count()).select_from(_edition)):
        geopackage.renew_extent(connection, schema.area.name, "geom")
        return
    connection.execute(delete(schema.meta).where(schema.meta.c.name == "crs"))
    geopackage.withdraw_features(connection, schema.area.name)


def read(connection: Connection, *, drawn: bool = True) -> list[tuple[AreaSet, EditionInfo]]:
    """Every stored set of areas with its origin, ordered by level and vintage; with empty geometries if not drawn."""
    crs = crs_of(connection)
    if crs is None:
        return []
    rows = connection.execute(select(_edition).order_by(_edition.c.level, _edition.c.vintage)).all()
    return [(AreaSet(row.level, row.vintage, crs, _areas(connection, row.id, drawn=drawn)), _info(row)) for row in rows]


def described(connection: Connection) -> tuple[StoredEdition, ...]:
    """Every edition without its areas, by vintage and level."""
    counted = (
        select(_edition, func.count(schema.area.c.id).label("areas"))
        .outerjoin(schema.area, schema.area.c.edition == _edition.c.id)
        .group_by(_edition.c.id)
        .order_by(_edition.c.vintage, _edition.c.level)
    )
    return tuple(
        StoredEdition(row.level, row.vintage, row.areas, _info(row), row.loaded_at)
        for row in connection.execute(counted)
    )


def _delete(connection: Connection, level: str, vintage: date) -> None:
    connection.execute(delete(_edition).where(_edition.c.level == level, _edition.c.vintage == vintage))


def _info(row: Row[Any]) -> EditionInfo:
    members = None
    if row.members is not None:
        level, *keys = json.loads(row.members)
        members = Members(level, tuple(keys))
    return EditionInfo(row.file, row.sha256, row.attribution, row.licence, members)


def _areas(connection: Connection, edition: int, *, drawn: bool) -> tuple[Area, ...]:
    columns = schema.area.c
    wanted = [column for column in columns if drawn or column is not columns.geom]
    rows = connection.execute(select(*wanted).where(columns.edition == edition).order_by(columns.key)).all()
    geometries = geopackage.decode_geometries([row.geom for row in rows]) if drawn else [MultiPolygon()] * len(rows)
    return tuple(
        Area(
            row.key,
            row.level,
            row.name,
            row.kind,
            row.parent,
            row.populated,
            row.area_km2,
            geometry,
            row.official_km2,
            row.population,
            {} if row.groups is None else json.loads(row.groups),
        )
        for row, geometry in zip(rows, geometries, strict=True)
    )


def _area_row(area: Area) -> dict[str, Any]:
    return {
        "key": area.key,
        "level": area.level,
        "name": area.name,
        "kind": area.kind,
        "parent": area.parent,
        "populated": area.populated,
        "area_km2": area.area_km2,
        "official_km2": area.official_km2,
        "population": area.population,
        "groups": json.dumps(dict(area.groups), ensure_ascii=False) if area.groups else None,
    }
