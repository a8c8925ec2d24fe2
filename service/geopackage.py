"""GeoPackage as a container: its bookkeeping tables and the form of its geometries.

OGC GeoPackage Encoding Standard 1.3 (12-128r18), clauses 1.1 (container) and 2.1 (features). GDAL and QGIS open
the store as it is.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from sqlalchemy import Connection, text
from sqlalchemy.types import UserDefinedType

_APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSION = 10300
_HEADER = struct.Struct("<2sBBi4d")
_ENVELOPE_XY = 0b0000_0011  # little endian, envelope of minx maxx miny maxy

_BOOKKEEPING = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    "INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', NULL)",
    "INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL)",
)


class MultiPolygonColumn(UserDefinedType[bytes]):
    """Column of multipolygons in GeoPackage binary (clause 2.1.3)."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Name of the type in the table definition."""
        return "MULTIPOLYGON"


def encode_geometries(geometries: NDArray[np.object_], srs_id: int) -> list[bytes]:
    """GeoPackage binaries of geometries: header with envelope, then little-endian WKB."""
    return [
        _HEADER.pack(b"GP", 0, _ENVELOPE_XY, srs_id, west, east, south, north) + wkb
        for (west, south, east, north), wkb in zip(
            shapely.bounds(geometries).tolist(), shapely.to_wkb(geometries, byte_order=1), strict=True
        )
    ]


def decode_geometries(blobs: Sequence[bytes]) -> list[MultiPolygon]:
    """Geometries of blobs that :func:`encode_geometries` wrote."""
    return cast("list[MultiPolygon]", list(shapely.from_wkb([blob[_HEADER.size :] for blob in blobs])))


def prepare(connection: Connection) -> None:
    """Make an empty SQLite database a GeoPackage."""
    connection.execute(text(f"PRAGMA application_id = {_APPLICATION_ID}"))
    connection.execute(text(f"PRAGMA user_version = {_VERSION}"))
    for statement in _BOOKKEEPING:
        connection.execute(text(statement))
    _add_reference_system(connection, 4326)


def _add_reference_system(connection: Connection, code: int) -> None:
    import pyproj

    crs = pyproj.CRS.from_epsg(code)
    connection.execute(
        text("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (:name, :code, 'EPSG', :code, :wkt, NULL)"),
        {"name": crs.name, "code": code, "wkt": crs.to_wkt("WKT1_GDAL")},
    )


def register_features(connection: Connection, table: str, column: str, srs_id: int) -> None:
    """Announce a table of multipolygons in the reference system EPSG:``srs_id``."""
    _add_reference_system(connection, srs_id)
    _register(connection, table, "features", srs_id)
    connection.execute(
        text("INSERT INTO gpkg_geometry_columns VALUES (:table, :column, 'MULTIPOLYGON', :srs, 0, 0)"),
        {"table": table, "column": column, "srs": srs_id},
    )


def register_attributes(connection: Connection, table: str) -> None:
    """Announce a table without geometry."""
    _register(connection, table, "attributes", None)


def renew_extent(connection: Connection, table: str, column: str) -> None:
    """Write the extent of all geometries of a feature table, as their headers tell it, and the time of this change."""
    start = _HEADER.size
    rows = connection.execute(text(f'SELECT substr("{column}", 1, {start}) FROM "{table}"'))  # noqa: S608 - our names
    envelopes = np.array([_HEADER.unpack(header)[4:] for (header,) in rows])
    west, south = envelopes[:, 0].min(), envelopes[:, 2].min()
    east, north = envelopes[:, 1].max(), envelopes[:, 3].max()
    connection.execute(
        text(
            "UPDATE gpkg_contents SET min_x=:w, min_y=:s, max_x=:e, max_y=:n, "
            "last_change=strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name=:table"
        ),
        {"w": float(west), "s": float(south), "e": float(east), "n": float(north), "table": table},
    )


def withdraw_features(connection: Connection, table: str) -> None:
    """Take back what :func:`register_features` announced; the table has to be empty."""
    for registry in ("gpkg_geometry_columns", "gpkg_contents"):
        statement = f"DELETE FROM {registry} WHERE table_name = :table"  # noqa: S608 - our names
        connection.execute(text(statement), {"table": table})


def _register(connection: Connection, table: str, data_type: str, srs_id: int | None) -> None:
    connection.execute(
        text(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (:table, :type, :table, :srs)"
        ),
        {"table": table, "type": data_type, "srs": srs_id},
    )
