"""Opening boundary files: plain, packed or at an address, one layer at a time."""

from __future__ import annotations

import gzip
import hashlib
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from boundaries import geoparquet
from boundaries.damages import ARCHIVE_DAMAGES
from boundaries.download import EMPTY_FILE, Downloads, fetched, is_address, shown_address
from boundaries.feature_lists import as_collection, is_feature_list
from boundaries.file_errors import NoFeatures, Unreadable
from boundaries.geometry import Geometries
from boundaries.position_errors import UnknownCrs
from boundaries.sentences import Sentence

# The member of old GeoJSON that names a coordinate system; it stands before the features.
_CRS_MEMBER = re.compile(rb'"crs"\s*:\s*\{[^{}]*\{?[^{}]*"name"\s*:\s*"((?!name")[^"]+)"')
_CRS_SEARCHED_BYTES = 65536
_MEMBER_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".gml", ".kml")
_POLYGONAL = re.compile("Polygon|Surface|Unknown|Geometry")
_LARGEST_BYTES = 4 * 2**30
_BLOCK = 1 << 20
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_OTHER_ADDRESS = Sentence(
    "ist keine http(s)-Adresse; die Datei selbst herunterladen und laden",
    "is no http(s) address; download the file yourself and load it",
)
_NOT_THERE = Sentence("gibt es nicht; den Namen der Datei prüfen", "does not exist; check the name of the file")
_TOO_LARGE = Sentence(
    "ist entpackt größer als 4 GiB; selbst entpacken und die Datei laden",
    "unpacks to more than 4 GiB; unpack it yourself and load the file",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file came from.

    Attributes
    ----------
    file : str
        Name of the file, or its address without user and query.
    sha256 : str
        Checksum of the file as it came, packed where it is packed; empty for folders.
    fetched : datetime.date or None
        Day of the download; None for files that were there.
    """

    file: str
    sha256: str
    fetched: date | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """A file that is here, fetched where that was necessary.

    Attributes
    ----------
    path : pathlib.Path
        Where it is; the suffix fits its content.
    shown : str
        How messages name it: as the user gave it, an address without user, password and query.
    origin : Origin
        Where it came from.
    """

    path: Path
    shown: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be opened: the name the user gave, and what is opened for its layers."""

    path: str
    datasets: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class LayerName:
    """A layer of a source; ``shown`` is its name, with the file in front where several files have such a layer."""

    dataset: str
    name: str
    shown: str


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
    except (OSError, *ARCHIVE_DAMAGES) as error:
        why = Sentence(
            f"ist kein lesbares zip-Archiv ({error}); noch einmal herunterladen",
            f"is no readable zip archive ({error}); download it again",
        )
        raise Unreadable(shown, why) from error
    if sum(member.file_size for member in members) > _LARGEST_BYTES:
        raise Unreadable(shown, _TOO_LARGE)
    files = [
        member.filename
        for member in members
        if not member.is_dir()
        and PurePosixPath(member.filename).suffix.lower() in _MEMBER_SUFFIXES
        and not PurePosixPath(member.filename).name.startswith(".")
        and not member.filename.startswith("__MACOSX/")
    ]
    if not files:
        listed = ", ".join(_MEMBER_SUFFIXES)
        raise Unreadable(
            shown,
            Sentence(
                f"enthält keine Datei mit Grenzen ({listed}); die richtige Datei angeben",
                f"holds no boundary file ({listed}); give the right file",
            ),
        )
    return tuple(f"/vsizip/{{{path.resolve().as_posix()}}}/{name}" for name in sorted(files))


@contextmanager
def located(path_or_url: str, downloads: Downloads | None = None) -> Iterator[Located]:
    """Find a file, or fetch it.

    Parameters
    ----------
    path_or_url : str
        A file or an http(s) address.
    downloads : Downloads, optional
        Where files from an address are kept until they are complete, and who is told about progress.

    Yields
    ------
    Located
        The file; what was fetched is kept until the context ends.

    Raises
    ------
    Unreadable
        The file cannot be fetched, or nothing is named.
    """
    if is_address(path_or_url):
        with fetched(path_or_url, downloads) as file:
            shown = shown_address(path_or_url)
            yield Located(file.path, shown, Origin(shown, checksum(file.path), file.day))
        return
    if not path_or_url.strip():
        raise Unreadable("''", _NOT_THERE)
    path = Path(path_or_url)
    if _SCHEME.match(path_or_url) and not path.exists():
        raise Unreadable(shown_address(path_or_url), _OTHER_ADDRESS)
    yield Located(path, path_or_url, Origin(path.name, checksum(path)))


@contextmanager
def open_source(file: Located) -> Iterator[Source]:
    """Find out what has to be opened for a file, or for a ``.zip`` or ``.gz`` of one.

    Parameters
    ----------
    file : Located
        The file.

    Yields
    ------
    Source
        The datasets; several only for an archive of several files.

    Raises
    ------
    Unreadable
        The file does not exist, or is no archive of boundary files.
    """
    with ExitStack() as stack:
        path = file.path
        if is_feature_list(path):
            collection = Path(stack.enter_context(TemporaryDirectory(prefix="kreisatlas-"))) / "features.geojson"
            as_collection(path, collection, file.shown)
            path = collection
        yield Source(file.shown, _datasets(path, file.shown), file.origin)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file; empty for a folder."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _datasets(path: Path, shown: str) -> tuple[str, ...]:
    """Return what is opened for a local file."""
    if not path.exists():
        raise Unreadable(shown, _NOT_THERE)
    if path.is_file() and path.stat().st_size == 0:
        raise Unreadable(shown, EMPTY_FILE)
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return _zip_members(path, shown)
    if suffix == ".gz":
        _check_unpacked_size(path, shown)
        return (f"/vsigzip/{path.resolve().as_posix()}",)
    return (str(path),)


def _check_unpacked_size(path: Path, shown: str) -> None:
    """Refuse a gzip file that is damaged or unpacks to more than a boundary file can have."""
    size = 0
    try:
        with gzip.open(path) as packed:
            while block := packed.read(_BLOCK):
                size += len(block)
                if size > _LARGEST_BYTES:
                    raise Unreadable(shown, _TOO_LARGE)
    except (OSError, *ARCHIVE_DAMAGES) as error:
        why = Sentence(
            f"ist keine lesbare gzip-Datei ({error}); noch einmal herunterladen",
            f"is no readable gzip file ({error}); download it again",
        )
        raise Unreadable(shown, why) from error


def _reason(error: Exception) -> str:
    """Return what GDAL says is wrong, without its hint on drivers and the path, which the message has already."""
    text = str(error).strip().partition(";")[0].splitlines()
    said = re.sub(r"'[^']*[/\\\\][^']*' ", "", text[0]) if text else ""
    return said[:200].rstrip(".") or type(error).__name__


def layer_names(source: Source) -> list[LayerName]:
    """Return the layers of a source that may hold areas: polygons where it has any.

    Raises
    ------
    Unreadable
        No file of it can be opened.
    NoFeatures
        It has no layer with geometry.
    """
    import pyogrio
    from pyogrio.errors import DataSourceError

    found: list[tuple[str, str, str]] = []
    problem: DataSourceError | None = None
    for dataset in source.datasets:
        if geoparquet.is_parquet(dataset):
            found.append((dataset, Path(dataset).stem, "Polygon"))
            continue
        try:
            layers = pyogrio.list_layers(dataset)
        except DataSourceError as error:
            problem = error
            continue
        found.extend((dataset, str(name), str(kind)) for name, kind in layers if kind is not None)
    if problem is not None and not found:
        said = _reason(problem)
        why = Sentence(
            f"ist keine lesbare Datei mit Grenzen ({said}); noch einmal herunterladen oder als GeoPackage speichern",
            f"is no readable boundary file ({said}); download it again or save it as GeoPackage",
        )
        raise Unreadable(source.path, why) from problem
    if not found:
        raise NoFeatures(source.path, Sentence("kein Layer hat Geometrie", "no layer has geometry"))
    polygons = [each for each in found if _POLYGONAL.search(each[2])] or found
    repeated = Counter(name for _, name, _ in polygons)
    return [
        LayerName(dataset, name, name if repeated[name] == 1 else f"{_inside(dataset)}:{name}")
        for dataset, name, _ in polygons
    ]


def _inside(dataset: str) -> str:
    """Return the path of a file in its archive; its name where it is not in one."""
    archive, _, member = dataset.rpartition("}/")
    return member if archive else PurePosixPath(dataset).name


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


def read_layer(source: Source, name: LayerName) -> Layer:
    """Read one layer.

    Raises
    ------
    Unreadable
        It cannot be read.
    NoFeatures
        It is empty.
    """
    if geoparquet.is_parquet(name.dataset):
        crs, columns, shapes = geoparquet.read(source.path, Path(name.dataset))
    else:
        crs, columns, shapes = _read_with_gdal(source, name)
    if shapes.size == 0:
        raise NoFeatures(source.path)
    _check_crs_member(source.path, name.dataset)
    return Layer(source.path, crs, columns, shapes)


def _read_with_gdal(source: Source, name: LayerName) -> tuple[str | None, dict[str, npt.NDArray[Any]], Geometries]:
    from pyogrio import raw
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    try:
        with warnings.catch_warnings(), np.errstate(invalid="ignore"):
            # What GDAL and GEOS only warn of is checked afterwards: open rings, coordinates that are no numbers.
            warnings.simplefilter("ignore", RuntimeWarning)
            meta, _, geometries, columns = raw.read(name.dataset, layer=name.name, force_2d=True)
            shapes = np.asarray(shapely.from_wkb(geometries), dtype=object)
    except (DataSourceError, DataLayerError, FeatureError, shapely.errors.GEOSException, ValueError) as error:
        said = _reason(error)
        why = Sentence(
            f"Layer {name.shown} kann nicht gelesen werden ({said}); noch einmal herunterladen oder neu speichern",
            f"layer {name.shown} cannot be read ({said}); download it again or save it anew",
        )
        raise Unreadable(source.path, why) from error
    return meta["crs"], {str(field): column for field, column in zip(meta["fields"], columns, strict=True)}, shapes
