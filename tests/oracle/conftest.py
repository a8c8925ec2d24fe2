"""Published data sets, read from the files that libpysal carries, without importing libpysal."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from numpy.typing import NDArray

from spatial.statistics import Weights, weights_from_pairs, weights_queen, weights_rook

Columns = dict[str, NDArray[np.float64]]


def _examples() -> Path:
    spec = find_spec("libpysal")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "examples"


def _read(path: Path) -> tuple[NDArray[np.object_], Columns]:
    """Geometries and numeric columns of a shapefile."""
    meta, _, geometry, columns = pyogrio.raw.read(path)
    numeric = {
        name: np.asarray(column, dtype=np.float64)
        for name, column in zip(meta["fields"], columns, strict=True)
        if np.asarray(column).dtype.kind in "if"
    }
    return np.asarray(shapely.from_wkb(geometry)), numeric


def _read_gal(path: Path) -> list[tuple[str, list[str]]]:
    """Rows of a GAL file: an area and its neighbours."""
    lines = path.read_text().split("\n")
    header, rest = lines[0].split(), lines[1:]
    count = int(header[0] if len(header) == 1 else header[1])
    return [(rest[2 * i].split()[0], rest[2 * i + 1].split()) for i in range(count)]


def _gal_weights(path: Path) -> Weights:
    rows = _read_gal(path)
    keys = [key for key, _ in rows]
    pairs = [(key, neighbour) for key, neighbours in rows for neighbour in neighbours]
    return weights_from_pairs(pairs, keys, symmetric=False, spec="gal")


@pytest.fixture(scope="session")
def columbus() -> Columns:
    """Columbus, Ohio: 49 neighbourhoods (Anselin 1988)."""
    return _read(_examples() / "columbus" / "columbus.shp")[1]


@pytest.fixture(scope="session")
def columbus_shapes() -> NDArray[np.object_]:
    return _read(_examples() / "columbus" / "columbus.shp")[0]


@pytest.fixture(scope="session")
def columbus_queen(columbus: Columns, columbus_shapes: NDArray[np.object_]) -> Weights:
    return weights_queen(columbus_shapes, [f"{int(key):02}" for key in columbus["POLYID"]])


@pytest.fixture(scope="session")
def columbus_rook(columbus: Columns, columbus_shapes: NDArray[np.object_]) -> Weights:
    return weights_rook(columbus_shapes, [f"{int(key):02}" for key in columbus["POLYID"]])


@pytest.fixture(scope="session")
def sids() -> Columns:
    """North Carolina: 100 counties with sudden infant deaths (Cressie 1993)."""
    return _read(_examples() / "sids2" / "sids2.shp")[1]


@pytest.fixture(scope="session")
def sids_weights() -> Weights:
    return _gal_weights(_examples() / "sids2" / "sids2.gal")


@pytest.fixture(scope="session")
def stl() -> Columns:
    """St. Louis region: 78 counties with homicide rates."""
    return _read(_examples() / "stl" / "stl_hom.shp")[1]


@pytest.fixture(scope="session")
def stl_weights() -> Weights:
    return _gal_weights(_examples() / "stl" / "stl.gal")
