"""Features of a layer turned into areas: keys, names, parents, inhabitants, and geometries that are checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely

from boundaries.areas import UNPOPULATED_KIND, Area, AreaSet, as_multipolygon, key_among
from boundaries.checks import check_distortion
from boundaries.errors import KeyProblem
from boundaries.file_errors import BadKeys, EmptyKeys, LevelNeeded, NotPolygons, RepeatedKeys
from boundaries.findings import Finding, FindingKind, Treatment
from boundaries.geometry import Geometries
from boundaries.keys import OFFICIAL_LEVELS, parent_key, parse_key
from boundaries.location import check_among_parents, check_location
from boundaries.projection import to_projected
from boundaries.recognition import Columns, Fields, is_bkg_product, is_land, recognise_columns, text, texts
from boundaries.repair import join_borders, repair_rings
from boundaries.sentences import Sentence
from boundaries.sources import Layer


@dataclass(frozen=True)
class ReadLayer:
    """A layer after reading: its areas, and what was found on the way."""

    areas: AreaSet
    features: int
    findings: tuple[Finding, ...]
    from_bkg: bool


def _level_of(path: str, rows: Sequence[int], keys: Sequence[str], columns: Columns) -> str:
    """Tell the level of a layer by the number of digits of its official keys."""
    if not columns.official:
        raise LevelNeeded(
            path,
            Sentence(
                f"die Spalte {columns.key} sagt nicht, welche Ebene es ist",
                f"the column {columns.key} does not tell the level",
            ),
        )
    levels = set()
    for row, key in zip(rows, keys, strict=True):
        try:
            levels.add(parse_key(key).level)
        except KeyProblem as error:
            raise BadKeys(path, None, row + 1, columns.key, error.message) from error
    if len(levels) > 1:
        listed = ", ".join(sorted(levels))
        raise LevelNeeded(
            path,
            Sentence(f"Schlüssel mehrerer Ebenen ({listed})", f"keys of several levels ({listed})"),
        )
    return levels.pop()


def _official_key(path: str, field: str, given: str, number: int, level: str) -> str:
    """Parse one key and check that it is of the level."""
    try:
        parsed = parse_key(given)
    except KeyProblem as error:
        raise BadKeys(path, level, number, field, error.message) from error
    if parsed.level != level:
        wrong = Sentence(
            f"{parsed.key} ist ein Schlüssel der Ebene {parsed.level}", f"{parsed.key} is the key of a {parsed.level}"
        )
        raise BadKeys(path, level, number, field, wrong)
    return parsed.key


def _check_polygons(path: str, geometries: Geometries, keys: Sequence[str]) -> None:
    """Refuse everything but polygons."""
    absent = np.flatnonzero(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    if absent.size:
        raise NotPolygons(path, "", [keys[row] for row in absent.tolist()])
    others = np.flatnonzero(~np.isin(shapely.get_type_id(geometries), (3, 6))).tolist()
    if others:
        kind = geometries[others[0]].geom_type
        raise NotPolygons(path, kind, [keys[row] for row in others if geometries[row].geom_type == kind])


def _one_row_each(
    layer: Layer, columns: Columns, rows: npt.NDArray[np.intp], keys: Sequence[str]
) -> tuple[npt.NDArray[np.intp], Geometries, list[Finding]]:
    """Leave one row for each key: repeated rows go, parts of an area in VG250 are merged, all else is refused."""
    found: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    geometries = layer.geometries[rows].copy()
    findings: list[Finding] = []
    contradicting = []
    for key, places in found.items():
        if len(places) == 1:
            continue
        shapes = geometries[places]
        if shapely.equals_exact(shapely.normalize(shapes[1:]), shapely.normalize(shapes[0])).all():
            findings.append(Finding(FindingKind.DUPLICATE, key, Treatment.LEFT_OUT))
        elif columns.land is not None and columns.official:
            geometries[places[0]] = shapely.union_all(shapely.make_valid(shapes))
            findings.append(Finding(FindingKind.MERGED_PARTS, key, Treatment.MERGED))
        else:
            contradicting.append(key)
    if contradicting:
        raise RepeatedKeys(layer.path, sorted(contradicting))
    kept = np.array([places[0] for places in found.values()], np.intp)
    return rows[kept], geometries[kept], findings


def _number(layer: Layer, column: str | None, row: int) -> float | None:
    """Return the number in a cell; None where it is missing, no number or negative."""
    if column is None:
        return None
    try:
        number = float(text(layer.columns[column][row]).replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _populated(layer: Layer, columns: Columns, row: int, kind: str) -> bool:
    """Tell whether people live in an area: gemeindefreie Gebiete are empty unless the file says otherwise."""
    if columns.populated is not None:
        return text(layer.columns[columns.populated][row]).lower() not in ("false", "0")
    if kind.lower() != UNPOPULATED_KIND.lower():
        return True
    if columns.inhabitants is not None:
        return bool(_number(layer, columns.inhabitants, row))
    remark = "" if columns.remark is None else text(layer.columns[columns.remark][row]).lower()
    return "bewohnt" in remark and "unbewohnt" not in remark


def _cell(layer: Layer, column: str | None, row: int) -> str:
    return "" if column is None else text(layer.columns[column][row])


def _parents(
    layer: Layer,
    columns: Columns,
    rows: npt.NDArray[np.intp],
    keyed: Sequence[tuple[str, str]],
    above: Sequence[AreaSet],
) -> list[str | None]:
    """Return the keys of the areas above: as the file states them, else as the digits of the keys tell them."""
    if columns.parent is not None:
        return [key_among(_cell(layer, columns.parent, row), above) for row in rows.tolist()]
    tellers = [parent_key(key, level) for key, level in keyed]
    return [None if teller is None else teller[0] for teller in tellers]


def _areas(
    layer: Layer,
    columns: Columns,
    rows: npt.NDArray[np.intp],
    keyed: Sequence[tuple[str, str]],
    parents: Sequence[str | None],
    shapes: Geometries,
) -> tuple[Area, ...]:
    """Describe features as areas; ``keyed`` holds key and level of each."""
    sizes = shapely.area(shapes) / 1e6
    areas = []
    for row, (key, level), parent, shape, size in zip(
        rows.tolist(), keyed, parents, shapes, sizes.tolist(), strict=True
    ):
        kind = _cell(layer, columns.kind, row)
        inhabitants = _number(layer, columns.inhabitants, row)
        groups = {group: _cell(layer, group, row) for group in columns.groups}
        areas.append(
            Area(
                key,
                level,
                _cell(layer, columns.name, row) or key,
                kind,
                parent,
                _populated(layer, columns, row, kind),
                size,
                as_multipolygon(shape),
                _number(layer, columns.official_km2, row) or None,
                None if inhabitants is None else round(inhabitants),
                {group: name for group, name in groups.items() if name},
            )
        )
    return tuple(areas)


def _canonical(key: str, columns: Columns) -> str:
    """Return the key as areas have it, for messages; the text itself where it is no official key."""
    try:
        return parse_key(key).key if columns.official else key
    except KeyProblem:
        return key


def _water(layer: Layer, columns: Columns, land: npt.NDArray[np.bool_], crs: str) -> list[Finding]:
    """Tell the water parts that are left out, with their size in the coordinate system of the areas."""
    rows = np.flatnonzero(~land)
    keys = [_canonical(_cell(layer, columns.key, row), columns) for row in rows.tolist()]
    shapes = layer.geometries[rows]
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    sizes = np.full(rows.size, np.nan)
    if present.any():
        projected, _ = to_projected(layer.path, shapes[present], layer.crs, keys, target=crs)
        sizes[present] = shapely.area(projected) / 1e6
    return [
        Finding(FindingKind.WATER_PART, key, Treatment.LEFT_OUT, None if np.isnan(size) else float(size))
        for key, size in zip(keys, sizes, strict=True)
    ]


def read_areas(
    layer: Layer,
    level: str | None,
    *,
    vintage: date,
    fields: Fields,
    above: Sequence[AreaSet] = (),
    crs: str | None = None,
) -> ReadLayer:
    """Turn a layer into a set of areas.

    Parameters
    ----------
    layer : Layer
        As it stands in the file.
    level : str or None
        Level of the areas; None lets the keys tell it.
    vintage : datetime.date
        Day of the areas.
    fields : Fields
        Columns that are not to be recognised.
    above : sequence of AreaSet
        Sets in which parents are looked for.
    crs : str, optional
        Projected coordinate system that is wanted.

    Raises
    ------
    FileProblem
        The layer is refused; the leaf class says why.
    """
    columns = recognise_columns(layer, level, fields)
    land = is_land(layer, columns)
    rows = np.flatnonzero(land)
    given = texts(layer.columns[columns.key][rows])
    empty = [row + 1 for row, key in zip(rows.tolist(), given, strict=True) if not key]
    if empty:
        raise EmptyKeys(layer.path, columns.key, empty)
    level = level or _level_of(layer.path, rows.tolist(), given, columns)
    keys = given
    if level in OFFICIAL_LEVELS:
        keys = [
            _official_key(layer.path, columns.key, key, row + 1, level)
            for row, key in zip(rows.tolist(), given, strict=True)
        ]
    _check_polygons(layer.path, layer.geometries[rows], keys)
    key_of = dict(zip(rows.tolist(), keys, strict=True))
    rows, geometries, repeated = _one_row_each(layer, columns, rows, keys)
    keys = [key_of[row] for row in rows.tolist()]
    projected, crs = to_projected(layer.path, geometries, layer.crs, keys, target=crs)
    astray = []
    if level in OFFICIAL_LEVELS:
        astray = check_location(layer.path, (geometries, layer.crs or crs), (projected, crs), keys)
    valid, rings = repair_rings(layer.path, projected, keys)
    joined, borders = join_borders(valid, keys)
    keyed = [(key, level) for key in keys]
    areas = _areas(layer, columns, rows, keyed, _parents(layer, columns, rows, keyed, above), joined)
    made = AreaSet(level, vintage, crs, areas)
    if level not in OFFICIAL_LEVELS and above:
        check_among_parents(layer.path, _in_order(made, keys, geometries), made, above)
    distorted = check_distortion(projected, crs, keys)
    findings = (*_water(layer, columns, land, crs), *repeated, *astray, *distorted, *rings, *borders)
    return ReadLayer(made, layer.geometries.size, findings, is_bkg_product(layer))


def _in_order(areas: AreaSet, keys: Sequence[str], geometries: Geometries) -> Geometries:
    """Return geometries in the order of the areas of a set."""
    row_of = {key: row for row, key in enumerate(keys)}
    return geometries[[row_of[key] for key in areas.keys]]
