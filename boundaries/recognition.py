"""Recognition of boundary files: which layers hold which level, which columns hold what, which rows are land."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from boundaries.file_errors import AmbiguousLayer, LevelAbsent, NoFeatures, NoKeyField, UnknownField, UnknownLayer
from boundaries.keys import OFFICIAL_LEVELS
from boundaries.sentences import Sentence
from boundaries.sources import Layer, LayerName

# Names of layers: VG250_GEM, vg250-ew_krs, VG5000_LAN, and plain gemeinden, kreise ...
_ABBREVIATIONS = {"gem": "gemeinde", "vwg": "verband", "krs": "kreis", "rbz": "regierungsbezirk", "lan": "land"}
_VG_LAYER = re.compile(r"(?:^|[^a-z])(vg\d+)(?:[-_]ew)?_(gem|vwg|krs|rbz|lan)$", re.IGNORECASE)
_PLAIN_LAYERS = {
    "gemeinden": "gemeinde",
    "gemeinde": "gemeinde",
    "verwaltungsgemeinschaften": "verband",
    "gemeindeverbaende": "verband",
    "kreise": "kreis",
    "landkreise": "kreis",
    "kreis": "kreis",
    "regierungsbezirke": "regierungsbezirk",
    "regierungsbezirk": "regierungsbezirk",
    "laender": "land",
    "bundeslaender": "land",
    "land": "land",
}
_KEY_FIELDS = ("ags", "ars", "rs")
_NO_KEY = re.compile(r"-*")
# Geofaktor of land areas with their inner structure: 4 in VG250, 9 in VG2500 and VG5000.
_LAND_AREAS = frozenset({4, 9})
_GEOFACTORS = frozenset({"1", "2", "3", "4", "9"})
# GeoPackages of the BKG repeat each layer as a view, v_vg250_gem, whose columns have long names. A Geofaktor in words
# (Geofaktor_GF) stands beside the number, which keeps its short name.
_VIEW = "v_"
_LONG_NAMES = {
    "ars": "regionalschlüssel_ars",
    "ags": "gemeindeschlüssel_ags",
    "gen": "geografischername_gen",
    "bez": "bezeichnung",
    "ibz": "identifikator_ibz",
    "bem": "bemerkung",
    "ewz": "einwohnerzahl_ewz",
    "kfl": "katasterfläche_kfl",
}
_KEY_COLUMNS = frozenset((*_KEY_FIELDS, *(_LONG_NAMES[name] for name in ("ags", "ars"))))
# Columns that only the VG products of the BKG have together.
_VG_COLUMNS = frozenset({"ade", "gf", "bsg", "gen", "bez", "ibz"})


@dataclass(frozen=True)
class Fields:
    """Columns that the user names; None where they are to be recognised.

    Attributes
    ----------
    code, name, parent : str or None
        Columns with the key, the name and the key of the area above.
    groups : tuple of str
        Columns that tell a group of each area.
    """

    code: str | None = None
    name: str | None = None
    parent: str | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
    """The columns of a layer that are used, spelled as in the file; None where it has no such column."""

    key: str
    name: str | None
    kind: str | None
    parent: str | None
    land: str | None
    remark: str | None
    populated: str | None
    inhabitants: str | None
    official_km2: str | None
    groups: tuple[str, ...]
    official: bool


def choose_layers(
    path: str, layers: Sequence[LayerName], layer: str | None, level: str | None
) -> list[tuple[LayerName, str | None]]:
    """Return the layers to read, each with the level that its name tells.

    Raises
    ------
    UnknownLayer
        The chosen layer is not there.
    LevelAbsent
        There are several, of other official levels.
    AmbiguousLayer
        There are several, and neither their names nor the options tell which.
    """
    shown = [each.shown for each in layers]
    if layer is not None:
        chosen = [each for each in layers if layer.lower() in (each.name.lower(), each.shown.lower())]
        if not chosen:
            raise UnknownLayer(path, layer, shown)
        if len(chosen) > 1:
            raise AmbiguousLayer(path, [each.shown for each in chosen])
        return [(chosen[0], level or _level_of_name(chosen[0].name))]
    layers = _without_views(layers)
    if len(layers) == 1:
        return [(layers[0], level or _level_of_name(layers[0].name))]
    known = _named_levels(layers)
    if level is not None and level in known:
        return [(known[level], level)]
    if level in OFFICIAL_LEVELS and known:
        raise LevelAbsent(path, level, tuple(known))
    if level is not None or not known:
        raise AmbiguousLayer(path, shown)
    return [(each, each_level) for each_level, each in known.items()]


def _without_views(layers: Sequence[LayerName]) -> list[LayerName]:
    """Leave out the views that show other layers of the file with long names of columns."""
    names = {(each.dataset, each.name.lower()) for each in layers}
    shown = {(dataset, _VIEW + name) for dataset, name in names}
    return [each for each in layers if (each.dataset, each.name.lower()) not in shown]


def _level_of_name(name: str) -> str | None:
    match = _VG_LAYER.search(name)
    return _ABBREVIATIONS[match[2].lower()] if match else None


def _named_levels(layers: Sequence[LayerName]) -> dict[str, LayerName]:
    """Return the layers by level; nothing where two have one level, or plain names tell less than all levels."""
    official = [(level, each) for each in layers if (level := _level_of_name(each.name))]
    plain = [(level, each) for each in layers if (level := _PLAIN_LAYERS.get(each.name.lower()))]
    found = official or (plain if len(plain) == len(layers) else [])
    known = dict(found)
    return known if len(known) == len(found) else {}


def recognise_columns(layer: Layer, level: str | None, fields: Fields) -> Columns:
    """Recognise the columns of a layer; case does not matter.

    Raises
    ------
    UnknownField
        A column that the user names is not there.
    NoKeyField
        No column is known to hold keys.
    """
    key = _named(layer, fields.code) if fields.code else _key_column(layer, level)
    return Columns(
        key,
        _named(layer, fields.name) if fields.name else known_field(layer, "gen", "name"),
        known_field(layer, "bez", "kind"),
        _named(layer, fields.parent) if fields.parent else None,
        known_field(layer, "gf") if known_field(layer, *_KEY_FIELDS) else None,
        known_field(layer, "bem"),
        known_field(layer, "populated"),
        known_field(layer, "ewz"),
        known_field(layer, "kfl"),
        tuple(_named(layer, group) for group in fields.groups),
        official=key.lower() in _KEY_COLUMNS,
    )


def _key_column(layer: Layer, level: str | None) -> str:
    candidates = ("ars", "rs") if level == "verband" else _KEY_FIELDS
    found = [column for name in candidates if (column := known_field(layer, name))]
    if not found:
        raise NoKeyField(layer.path, tuple(layer.columns))
    filled = (column for column in found if not all(_NO_KEY.fullmatch(text) for text in texts(layer.columns[column])))
    return next(filled, found[0])


def _named(layer: Layer, name: str) -> str:
    """Return the spelling of a column in the file."""
    if name in layer.columns:
        return name
    spelled = known_field(layer, name.lower())
    if spelled is None:
        raise UnknownField(layer.path, name, tuple(layer.columns))
    return spelled


def known_field(layer: Layer, *names: str) -> str | None:
    """Return the first of the columns that the layer has, as the file spells it, in short or by its long name."""
    spelling = {column.lower(): column for column in layer.columns}
    spellings = (spelled for name in names for spelled in (name, _LONG_NAMES.get(name)))
    return next((spelling[spelled] for spelled in spellings if spelled in spelling), None)


def is_bkg_product(layer: Layer) -> bool:
    """Tell by its columns whether a layer comes from a VG product of the BKG."""
    return all(known_field(layer, name) for name in _VG_COLUMNS)


def is_land(layer: Layer, columns: Columns) -> npt.NDArray[np.bool_]:
    """Mask of the rows that are land; VG250 repeats coastal areas as water with the same key.

    Raises
    ------
    NoFeatures
        No row is land.
    """
    everything = np.ones(layer.geometries.size, bool)
    if columns.land is None:
        return everything
    factors = texts(layer.columns[columns.land])
    known = all(factor in _GEOFACTORS for factor in factors) or is_bkg_product(layer)
    if not known or not all(factor.isdecimal() for factor in factors):
        return everything  # a column of another meaning, a Grundfläche for example
    land = np.array([int(factor) in _LAND_AREAS for factor in factors], bool)
    if not land.any():
        raise NoFeatures(
            layer.path,
            Sentence("kein Objekt ist eine Landfläche (GF 4)", "no feature is a land area (GF 4)"),
        )
    return land


def text(value: object) -> str:
    """Return the text of a cell; missing values are empty, whole numbers have no decimals."""
    # A list names nothing; NaN, the missing number, differs from itself.
    if value is None or isinstance(value, np.ndarray | list | dict) or value != value:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def texts(values: npt.NDArray[np.generic]) -> list[str]:
    """Return the texts of the cells of a column."""
    return [text(value) for value in values.tolist()]
