"""GeoParquet: areas in Parquet files, which the bundled GDAL cannot open.

OGC GeoParquet 1.1.0 (23-058r2): the file metadata ``geo`` names the geometry column, its encoding and its coordinate
system (PROJJSON; longitude and latitude where it is absent).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from boundaries.file_errors import Unreadable
from boundaries.geometry import Geometries
from boundaries.sentences import Sentence

_LARGEST_BYTES = 4 * 2**30
_LONGITUDE_LATITUDE = "OGC:CRS84"


def is_parquet(path: str) -> bool:
    """Tell by its name whether a file is Parquet."""
    return path.lower().endswith((".parquet", ".geoparquet"))


def read(shown: str, path: Path) -> tuple[str | None, dict[str, npt.NDArray[Any]], Geometries]:
    """Return coordinate system, columns and two-dimensional geometries of a GeoParquet file.

    Raises
    ------
    Unreadable
        The file is damaged, no GeoParquet, too large, or of an encoding other than WKB.
    """
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            column, crs = _geometry_column(shown, file.schema_arrow.metadata or {})
            groups = range(file.metadata.num_row_groups)
            if sum(file.metadata.row_group(group).total_byte_size for group in groups) > _LARGEST_BYTES:
                raise Unreadable(
                    shown,
                    Sentence("ist entpackt größer als 4 GiB; aufteilen", "unpacks to more than 4 GiB; split it"),
                )
            table = file.read()
        binary = np.array(table.column(column).to_pylist(), dtype=object)
        with np.errstate(invalid="ignore"):
            geometries = np.asarray(shapely.force_2d(shapely.from_wkb(binary)), dtype=object)
    except (ArrowException, OSError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0][:200]
        why = Sentence(
            f"kann nicht als GeoParquet gelesen werden ({said}); neu speichern",
            f"cannot be read as GeoParquet ({said}); save it anew",
        )
        raise Unreadable(shown, why) from error
    others = [name for name in table.column_names if name != column]
    return crs, {name: _objects(table.column(name).to_pylist()) for name in others}, geometries


def _objects(values: list[Any]) -> npt.NDArray[np.object_]:
    """Return values as an array of one dimension, lists in cells included."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _geometry_column(shown: str, metadata: dict[bytes, bytes]) -> tuple[str, str | None]:
    """Return the name of the geometry column and its coordinate system."""
    if b"geo" not in metadata:
        raise Unreadable(
            shown,
            Sentence(
                "ist Parquet ohne Geometrie; Grenzen brauchen GeoParquet",
                "is Parquet without geometry; boundaries need GeoParquet",
            ),
        )
    try:
        geo = json.loads(metadata[b"geo"])
        name = geo["primary_column"]
        column = geo["columns"][name]
        encoding = column["encoding"]
    except (ValueError, KeyError, TypeError) as error:
        why = Sentence(
            "die Metadaten des GeoParquet sind beschädigt; neu speichern",
            "its GeoParquet metadata are damaged; save it anew",
        )
        raise Unreadable(shown, why) from error
    if encoding != "WKB":
        raise Unreadable(
            shown,
            Sentence(
                f"die Geometrie ist als '{str(encoding)[:40]}' kodiert; mit der Kodierung WKB speichern",
                f"its geometry is encoded as '{str(encoding)[:40]}'; save it with the encoding WKB",
            ),
        )
    if "crs" not in column:
        return name, _LONGITUDE_LATITUDE
    return name, None if column["crs"] is None else json.dumps(column["crs"])
