"""Readers of boundary files: VG250 in any edition, and any other polygons.

A file is opened (`sources`), its columns are recognised, its keys and geometries are checked; the first
thing that is wrong refuses the whole file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.areas import UNPOPULATED_KIND, Area, AreaSet, as_multipolygon, square_kilometres
from boundaries.errors import (
    AmbiguousLayer,
    BadKeys,
    EmptyKeys,
    InvalidGeometries,
    KeyProblem,
    LevelNeeded,
    MalformedLevel,
    NoFeatures,
    NoKeyField,
    NotPolygons,
    RepeatedKeys,
    UnknownField,
    UnknownLayer,
)
from boundaries.geometry import Geometries
from boundaries.keys import OFFICIAL_LEVELS, parent_key, parse_key
from boundaries.projection import to_projected
from boundaries.sources import Layer, layer_names, open_source, read_layer

# Levels are parts of addresses.
_LEVEL = re.compile(r"[a-z0-9_]{1,40}")

_VG_LEVELS = {"gem": "gemeinde", "vwg": "verband", "krs": "kreis", "rbz": "regierungsbezirk", "lan": "land"}
# Verbände are not read unless asked for: most of them repeat a Gemeinde.
_VG_LAYER = re.compile(r"(?:^|[^a-z])vg\d+(?:-ew)?_(gem|vwg|krs|rbz|lan)$", re.IGNORECASE)
_READ_UNASKED = ("gem", "krs", "rbz", "lan")
# Geofaktor of land areas with their inner structure: 4 in VG250, 9 in VG2500 and VG5000.
_LAND_AREAS = frozenset({4, 9})
_KEY_FIELDS = ("ags", "ars", "rs")


@dataclass(frozen=True)
class _Columns:
    """The columns of a layer that are used; None where a layer has no such column."""

    key: str
    name: str | None
    kind: str | None
    parent: str | None
    official: bool


def _vg_layers(layers: Sequence[str]) -> dict[str, str]:
    """Return the layers that bear names of VG250, by the abbreviation of their level."""
    found: dict[str, str] = {}
    for layer in layers:
        match = _VG_LAYER.search(layer)
        if match:
            found[match.group(1).lower()] = layer
    return found


def _choose_layers(path: str, layers: Sequence[str], layer: str | None, level: str | None) -> list[str]:
    """Return the layers to read."""
    if layer is not None:
        chosen = [name for name in layers if name.lower() == layer.lower()]
        if not chosen:
            raise UnknownLayer(path, layer, layers)
        return chosen[:1]
    if len(layers) == 1:
        return list(layers)
    known = _vg_layers(layers)
    wanted = [known[short] for short in known if _VG_LEVELS[short] == level]
    if level is None:
        wanted = [known[short] for short in _READ_UNASKED if short in known]
    if not wanted:
        raise AmbiguousLayer(path, layers)
    return wanted


def _field(layer: Layer, name: str) -> str:
    """Return the spelling of a column in the file; case does not matter."""
    if name in layer.columns:
        return name
    for column in layer.columns:
        if column.lower() == name.lower():
            return column
    raise UnknownField(layer.path, name, tuple(layer.columns))


def _known_field(layer: Layer, *names: str) -> str | None:
    """Return the first of the columns that the layer has."""
    spelling = {column.lower(): column for column in layer.columns}
    return next((spelling[name] for name in names if name in spelling), None)


def _columns(
    layer: Layer, level: str | None, code_field: str | None, name_field: str | None, parent_field: str | None
) -> _Columns:
    """Recognise the columns of a layer."""
    if code_field is not None:
        key = _field(layer, code_field)
    else:
        candidates = ("ars", "rs") if level == "verband" else _KEY_FIELDS
        found = _known_field(layer, *candidates)
        if found is None:
            raise NoKeyField(layer.path, tuple(layer.columns))
        key = found
        if set(_texts(layer.columns[key])) <= {"", "--", "--------"}:
            key = _known_field(layer, "ars", "rs") or key
    name = _field(layer, name_field) if name_field else _known_field(layer, "gen", "name")
    parent = _field(layer, parent_field) if parent_field else None
    kind = _known_field(layer, "bez", "kind")
    return _Columns(key, name, kind, parent, official=key.lower() in _KEY_FIELDS)


def _text(value: object) -> str:
    """Return the text of a cell; missing values are empty, whole numbers have no decimals."""
    # A list names nothing; NaN, the missing number, differs from itself.
    if value is None or isinstance(value, np.ndarray | list | dict) or value != value:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _texts(values: npt.NDArray[np.generic]) -> list[str]:
    return [_text(value) for value in values]


def _land_rows(layer: Layer) -> npt.NDArray[np.intp]:
    """Return the rows that are land; VG250 repeats coastal areas as water with the same key."""
    field = _known_field(layer, "gf")
    rows = np.arange(layer.geometries.size)
    if field is None or _known_field(layer, *_KEY_FIELDS) is None:
        return rows
    factors = _texts(layer.columns[field])
    if not all(factor.isdigit() for factor in factors):
        return rows
    land = rows[[int(factor) in _LAND_AREAS for factor in factors]]
    if land.size == 0:
        raise NoFeatures(layer.path, "no feature is a land area (GF 4)")
    return land


def _level_of(path: str, texts: Mapping[int, str], columns: _Columns) -> str:
    """Tell the level of a layer by the number of digits of its official keys."""
    if not columns.official:
        raise LevelNeeded(path, f"the column {columns.key} does not tell the level")
    levels = set()
    for number, text in texts.items():
        try:
            levels.add(parse_key(text).level)
        except KeyProblem as error:
            raise LevelNeeded(path, f"feature {number}: {error}") from error
    if len(levels) > 1:
        raise LevelNeeded(path, f"keys of several levels ({', '.join(sorted(levels))})")
    return levels.pop()


def _keys(path: str, texts: Mapping[int, str], level: str) -> list[str]:
    """Return canonical keys: parsed for official levels, as they stand for own levels."""
    keys = list(texts.values())
    if level in OFFICIAL_LEVELS:
        keys = [_official_key(path, text, number, level) for number, text in texts.items()]
    repeated = sorted(key for key, count in Counter(keys).items() if count > 1)
    if repeated:
        raise RepeatedKeys(path, repeated)
    return keys


def _official_key(path: str, text: str, number: int, level: str) -> str:
    """Parse one key and check that it is of the level."""
    try:
        parsed = parse_key(text)
    except KeyProblem as error:
        raise BadKeys(path, level, number, str(error)) from error
    if parsed.level != level:
        raise BadKeys(path, level, number, f"{parsed.key} is the key of a {parsed.level}")
    return parsed.key


def _check_geometries(path: str, geometries: Geometries, keys: Sequence[str]) -> None:
    """Refuse everything but valid polygons."""
    absent = [key for key, shape in zip(keys, geometries, strict=True) if shape is None or shape.is_empty]
    if absent:
        raise NotPolygons(path, "no geometry", absent)
    others: dict[str, list[str]] = {}
    for key, shape in zip(keys, geometries, strict=True):
        if shape.geom_type not in ("Polygon", "MultiPolygon"):
            others.setdefault(shape.geom_type, []).append(key)
    for kind, concerned in others.items():
        raise NotPolygons(path, kind, concerned)
    invalid = np.flatnonzero(~shapely.is_valid(geometries))
    if invalid.size:
        reason = str(shapely.is_valid_reason(geometries[invalid[0]]))
        raise InvalidGeometries(path, [keys[row] for row in invalid.tolist()], reason)


def _populated(layer: Layer, row: int, kind: str) -> bool:
    """Tell whether people live in an area: gemeindefreie Gebiete are empty unless the file says otherwise."""
    stated = _known_field(layer, "populated")
    if stated is not None:
        return _text(layer.columns[stated][row]).lower() not in ("false", "0")
    if kind != UNPOPULATED_KIND:
        return True
    inhabitants = _known_field(layer, "ewz")
    if inhabitants is not None:
        return _text(layer.columns[inhabitants][row]) not in ("", "0")
    remark = _known_field(layer, "bem")
    text = "" if remark is None else _text(layer.columns[remark][row]).lower()
    return "bewohnt" in text and "unbewohnt" not in text


def _area(layer: Layer, columns: _Columns, row: int, key: str, level: str, shape: BaseGeometry) -> Area:
    """Describe one feature as an area."""
    name = _text(layer.columns[columns.name][row]) if columns.name else ""
    kind = _text(layer.columns[columns.kind][row]) if columns.kind else ""
    above = parent_key(key, level)
    parent = above[0] if above else None
    if columns.parent:
        parent = _text(layer.columns[columns.parent][row]) or None
    populated = _populated(layer, row, kind)
    geometry = as_multipolygon(shape)
    return Area(key, level, name or key, kind, parent, populated, square_kilometres(geometry), geometry)


def _read_one(layer: Layer, columns: _Columns, level: str | None, vintage: date) -> AreaSet:
    """Turn a layer into a set of areas."""
    rows = _land_rows(layer)
    texts = {row + 1: _text(layer.columns[columns.key][row]) for row in rows.tolist()}
    empty = [number for number, text in texts.items() if not text]
    if empty:
        raise EmptyKeys(layer.path, columns.key, empty)
    level = level or _level_of(layer.path, texts, columns)
    keys = _keys(layer.path, texts, level)
    geometries = layer.geometries[rows]
    _check_geometries(layer.path, geometries, keys)
    projected, crs = to_projected(layer.path, geometries, layer.crs, keys)
    areas = tuple(
        _area(layer, columns, row, key, level, shape)
        for row, key, shape in zip(rows.tolist(), keys, projected, strict=True)
    )
    return AreaSet(level, vintage, crs, areas)


def read_boundaries(
    path_or_url: str,
    *,
    vintage: date,
    level: str | None = None,
    code_field: str | None = None,
    name_field: str | None = None,
    layer: str | None = None,
    parent_field: str | None = None,
) -> list[AreaSet]:
    """Read a boundary file: VG250 in any edition and format, or any other polygons.

    Parameters
    ----------
    path_or_url : str
        GeoJSON, GeoPackage, FlatGeobuf, shapefile or what else GDAL reads; also inside ``.zip`` and ``.gz``,
        and at an http(s) address.
    vintage : datetime.date
        Day on which these boundaries are valid.
    level : str, optional
        Level of the areas. By default the number of digits of the official keys tells it (2, 3, 5, 8, 9).
    code_field, name_field, parent_field : str, optional
        Columns with key, name and key of the area above; case does not matter. By default AGS, ARS or RS;
        GEN or name; and what the digits of the key tell.
    layer : str, optional
        Layer, where the file has several that are not named like those of VG250.

    Returns
    -------
    list of AreaSet
        One for each layer that was read, usually one; in EPSG:25832 or the projected coordinate system in
        metres that the file has. Keys of the official levels are canonical (see `parse_key`), keys of own
        levels are kept as they are. Rows of VG250 that are not land (GF) are left out.

    Raises
    ------
    FileProblem
        The file is refused; the leaf class says why, its text names file, place and remedy. Nothing is
        repaired silently.

    Notes
    -----
    GeoJSON without a ``crs`` member is in longitude and latitude. Geographic coordinates, the web
    projection EPSG:3857 and coordinates in feet are projected: inside the bounds of Germany to EPSG:25832,
    elsewhere to the UTM zone that fits.
    """
    if level is not None and not _LEVEL.fullmatch(level):
        raise MalformedLevel(level)
    with open_source(path_or_url) as source:
        sets = []
        for chosen in _choose_layers(path_or_url, layer_names(source), layer, level):
            content = read_layer(source, chosen)
            columns = _columns(content, level, code_field, name_field, parent_field)
            sets.append(_read_one(content, columns, level, vintage))
        return sets
