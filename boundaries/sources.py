"""Opening boundary files: plain, zipped, gzipped or at an address, one layer at a time."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from boundaries.errors import AmbiguousLayer, NoFeatures, UnknownCrs, Unreadable
from boundaries.geometry import Geometries

# The member of old GeoJSON that names a coordinate system; it stands before the features.
_CRS_MEMBER = re.compile(rb'"crs"\s*:\s*\{[^{}]*\{?[^{}]*"name"\s*:\s*"((?!name")[^"]+)"')
_CRS_SEARCHED_BYTES = 65536
_MEMBER_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".gml", ".kml")
_PACKED = (".zip", ".gz")
_LARGEST_BYTES = 8 * 2**30
_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """A file that GDAL can open: the name the user gave, and what GDAL opens for each layer."""

    path: str
    datasets: tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """One layer as it stands in the file."""

    path: str
    crs: str | None
    columns: Mapping[str, npt.NDArray[Any]]
    geometries: Geometries


def _zip_members(path: Path, shown: str) -> tuple[str, ...]:
    """Return what GDAL opens for the boundary files in an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise Unreadable(shown, f"is no readable zip archive ({error})") from error
    if sum(member.file_size for member in members) > _LARGEST_BYTES:
        raise Unreadable(shown, "unpacks to more than 8 GiB; unpack it yourself and load the file")
    files = [
        member.filename
        for member in members
        if not member.is_dir()
        and PurePosixPath(member.filename).suffix.lower() in _MEMBER_SUFFIXES
        and not PurePosixPath(member.filename).name.startswith(".")
        and not member.filename.startswith("__MACOSX/")
    ]
    if not files:
        raise Unreadable(shown, f"holds no boundary file ({', '.join(_MEMBER_SUFFIXES)})")
    suffixes = {PurePosixPath(name).suffix.lower() for name in files}
    if len(files) > 1 and suffixes != {".shp"}:
        raise AmbiguousLayer(shown, files)
    return tuple(f"/vsizip/{{{path.resolve().as_posix()}}}/{name}" for name in sorted(files))


def _suffix(path_or_url: str) -> str:
    return PurePosixPath(path_or_url.split("?", maxsplit=1)[0]).suffix.lower()


def _download(url: str, target: Path) -> None:
    """Fetch a packed file; GDAL itself needs servers that send parts of files to look into an archive."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=_TIMEOUT_S) as answer, target.open("wb") as file:  # noqa: S310  (http or https)
            while block := answer.read(1 << 20):
                if file.tell() > _LARGEST_BYTES:
                    raise Unreadable(url, "is larger than 8 GiB; download it yourself and load the file")
                file.write(block)
    except (HTTPException, OSError) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise Unreadable(url, f"cannot be fetched ({error})") from error


@contextmanager
def open_source(path_or_url: str) -> Iterator[Source]:
    """Find out what GDAL has to open.

    Parameters
    ----------
    path_or_url : str
        A file, an http(s) address, or a ``.zip`` or ``.gz`` of a file.

    Yields
    ------
    Source
        The datasets; several only for an archive of several shapefiles, one layer each. Packed files at an
        address are fetched and kept until the context ends.

    Raises
    ------
    Unreadable
        The file does not exist, cannot be fetched, or is no archive of boundary files.
    AmbiguousLayer
        An archive holds several files of different kinds.
    """
    if not path_or_url.startswith(("http://", "https://")):
        yield Source(path_or_url, _datasets(Path(path_or_url), path_or_url))
        return
    suffix = _suffix(path_or_url)
    if suffix not in _PACKED:
        yield Source(path_or_url, (path_or_url,))
        return
    with tempfile.TemporaryDirectory(prefix="kreisatlas-") as folder:
        fetched = Path(folder) / f"boundaries{suffix}"
        _download(path_or_url, fetched)
        yield Source(path_or_url, _datasets(fetched, path_or_url))


def _datasets(path: Path, shown: str) -> tuple[str, ...]:
    """Return what GDAL opens for a local file."""
    if not path.exists():
        raise Unreadable(shown, "does not exist")
    if path.is_file() and path.stat().st_size == 0:
        raise Unreadable(shown, "is empty (0 bytes)")
    suffix = _suffix(path.name)
    if suffix == ".zip":
        return _zip_members(path, shown)
    if suffix == ".gz":
        return (f"/vsigzip/{path.resolve().as_posix()}",)
    return (str(path),)


def _reason(error: Exception) -> str:
    """Return the first line of a message of GDAL, without the internal path."""
    text = str(error).strip().splitlines()
    return text[0][:200] if text else type(error).__name__


def layer_names(source: Source) -> list[str]:
    """Return the names of the layers of a source.

    Raises
    ------
    Unreadable
        GDAL cannot open it.
    NoFeatures
        It has no layer with geometry.
    """
    import pyogrio
    from pyogrio.errors import DataSourceError

    names: list[str] = []
    for dataset in source.datasets:
        try:
            layers = pyogrio.list_layers(dataset)
        except DataSourceError as error:
            raise Unreadable(source.path, f"cannot be read as a boundary file ({_reason(error)})") from error
        names.extend(str(name) for name, geometry_type in layers if geometry_type is not None)
    if not names:
        raise NoFeatures(source.path, "no layer has geometry")
    return names


def _check_crs_member(path: str, dataset: str) -> None:
    """Refuse GeoJSON that names a coordinate system nobody knows; GDAL would take it for degrees."""
    if not dataset.lower().endswith((".geojson", ".json")) or not Path(dataset).is_file():
        return
    with Path(dataset).open("rb") as file:
        member = _CRS_MEMBER.search(file.read(_CRS_SEARCHED_BYTES))
    if member is None:
        return
    import pyproj

    name = member[1].decode(errors="replace")
    try:
        pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as error:
        raise UnknownCrs(path, name) from error


def read_layer(source: Source, name: str) -> Layer:
    """Read one layer.

    Raises
    ------
    Unreadable
        GDAL cannot read it.
    NoFeatures
        It is empty.
    """
    from pyogrio import list_layers, raw
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    try:
        dataset = next(item for item in source.datasets if name in list_layers(item)[:, 0])
        meta, _, geometries, columns = raw.read(dataset, layer=name, force_2d=True)
        shapes = np.asarray(shapely.from_wkb(geometries), dtype=object)
    except (DataSourceError, DataLayerError, FeatureError, shapely.errors.GEOSException, ValueError) as error:
        raise Unreadable(source.path, f"layer {name} cannot be read ({_reason(error)})") from error
    if shapes.size == 0:
        raise NoFeatures(source.path)
    _check_crs_member(source.path, dataset)
    named = {str(field): column for field, column in zip(meta["fields"], columns, strict=True)}
    return Layer(source.path, meta["crs"], named, shapes)
