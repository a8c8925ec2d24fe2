"""Readers of boundary files: VG250 in any edition, and any other polygons.

A file is opened (`sources`), its layers and columns are recognised (`recognition`), its features become areas
(`features`), whose geometries are projected, checked and repaired (`repair`, `checks`). What cannot be used refuses
the whole file; everything else is told in a report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from boundaries.areas import AreaSet
from boundaries.checks import AREA_TOLERANCE_PERCENT, check_hierarchy, check_official_areas
from boundaries.download import Downloads
from boundaries.errors import MalformedLevel
from boundaries.features import ReadLayer, read_areas
from boundaries.findings import GeometryReport, Treatment
from boundaries.recognition import Fields, choose_layers, recognise_columns
from boundaries.repair import join_borders
from boundaries.sentences import Sentence
from boundaries.sources import Layer, Located, Origin, layer_names, located, open_source, read_layer
from boundaries.told_days import check_told_days

# Levels are parts of addresses.
_LEVEL = re.compile(r"[a-z0-9_]{1,40}")
_PROCESSORS = 2


@dataclass(frozen=True)
class Known:
    """What is known of the areas of a file from elsewhere.

    Attributes
    ----------
    crs : str or None
        Coordinate system that the areas are wanted in; None keeps that of the file where it is suitable.
    official_km2 : mapping of str to mapping of str to float
        Official areas in km² by level and key.
    above : callable
        Returns the sets of the same day in which parents are looked for, in the wanted coordinate system. It is asked
        when the file turned out to be readable. The key of a parent that has lost a zero, or is an ARS, becomes the one
        that they have.
    tolerance_percent : float
        Difference from the official area that is not told.
    """

    crs: str | None = None
    official_km2: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    above: Callable[[], Sequence[AreaSet]] = tuple
    tolerance_percent: float = AREA_TOLERANCE_PERCENT


@dataclass(frozen=True)
class ExaminedBoundaries:
    """A boundary file after it was read, checked and repaired.

    Attributes
    ----------
    sets : tuple of AreaSet
        One for each level.
    reports : tuple of GeometryReport
        What was found and done, in the order of the sets.
    origin : Origin
        Where the file came from.
    from_bkg : bool
        Whether it is a VG product of the Bundesamt für Kartographie und Geodäsie.
    doubts : tuple of Sentence
        What the file tells about its day, where that is not the one that was stated.
    """

    sets: tuple[AreaSet, ...]
    reports: tuple[GeometryReport, ...]
    origin: Origin
    from_bkg: bool
    doubts: tuple[Sentence, ...] = ()


def check_level(level: str | None) -> None:
    """Refuse the name of a level that cannot stand in an address.

    Raises
    ------
    MalformedLevel
        It is not 1 to 40 small letters, digits and underscores.
    """
    if level is not None and not _LEVEL.fullmatch(level):
        raise MalformedLevel(level)


def _report(read: ReadLayer, all_sets: Sequence[AreaSet], above: Sequence[AreaSet], known: Known) -> GeometryReport:
    """Compare areas with what is known from elsewhere and from the other levels of the file."""
    areas = read.areas
    others = [each for each in all_sets if each.level != areas.level]
    others += [each for each in above if each.level not in {other.level for other in others}]
    different, compared, median = check_official_areas(
        areas, known.official_km2.get(areas.level, {}), known.tolerance_percent
    )
    findings = (*read.findings, *check_hierarchy(areas, others), *different)
    return GeometryReport(areas.level, areas.vintage, read.features, len(areas), compared, median, findings)


def _read_all(
    layers: Sequence[tuple[Layer, str | None]],
    crs: str | None,
    vintage: date,
    fields: Fields,
    above: Sequence[AreaSet],
) -> list[ReadLayer]:
    """Turn layers into sets of areas of one coordinate system: the one that is wanted, else that of the first layer."""
    read_one = partial(read_areas, vintage=vintage, fields=fields, above=above)
    # GEOS lets other threads run while it checks borders.
    with ThreadPoolExecutor(_PROCESSORS) as pool:
        reads = list(pool.map(partial(read_one, crs=crs), *zip(*layers, strict=True)))
        first = reads[0].areas.crs
        return [
            read if read.areas.crs == first else read_one(*layer, crs=first)
            for read, layer in zip(reads, layers, strict=True)
        ]


def examine_boundaries(
    file: Located | str,
    *,
    vintage: date,
    level: str | None = None,
    fields: Fields | None = None,
    layer: str | None = None,
    known: Known | None = None,
    downloads: Downloads | None = None,
) -> ExaminedBoundaries:
    """Read a boundary file, check and repair it, and tell what was found.

    Parameters
    ----------
    file : Located or str
        The file, or its name or http(s) address.
    vintage, level, layer
        As in `read_boundaries`.
    fields : Fields, optional
        Columns that are not to be recognised.
    known : Known, optional
        What the areas are compared with.
    downloads : Downloads, optional
        Where files from an address are kept until they are complete, and who is told about progress.

    Returns
    -------
    ExaminedBoundaries
        Sets and reports.

    Raises
    ------
    FileProblem
        The file is refused; the leaf class says why, its text names file, place and remedy.
    MalformedLevel
        The level cannot stand in an address.

    Notes
    -----
    Only what cannot change the meaning of an area is repaired: invalid rings, borders that miss each other by less
    than a thousandth of the side of a middle-sized area (at most one metre), repeated rows, water parts. Wider
    overlaps and gaps, wrong parents and differing sizes are told and kept.
    """
    check_level(level)
    fields, known = fields or Fields(), known or Known()
    with ExitStack() as stack:
        here = stack.enter_context(located(file, downloads)) if isinstance(file, str) else file
        source = stack.enter_context(open_source(here))
        chosen = choose_layers(source.path, layer_names(source), layer, level)
        layers = [(read_layer(source, name), each_level) for name, each_level in chosen]
        origin = source.origin
        doubts = check_told_days(here, [each for each, _ in layers], vintage)
    for each, each_level in layers:
        recognise_columns(each, each_level, fields)
    above = known.above()
    reads = _read_all(layers, known.crs, vintage, fields, above)
    sets = tuple(read.areas for read in reads)
    reports = tuple(_report(read, sets, above, known) for read in reads)
    return ExaminedBoundaries(sets, reports, origin, all(read.from_bkg for read in reads), doubts)


def check_groups(areas: AreaSet, others: Sequence[AreaSet]) -> GeometryReport:
    """Check areas that were united from others: overlaps, gaps and the areas above.

    Parameters
    ----------
    areas : AreaSet
        The united areas.
    others : sequence of AreaSet
        Sets of the same day in which parents are looked for.

    Returns
    -------
    GeometryReport
        What was found; everything is kept, because the borders are those of the members.
    """
    _, borders = join_borders(areas.geometries, areas.keys)
    findings = (*(replace(finding, treatment=Treatment.KEPT) for finding in borders), *check_hierarchy(areas, others))
    return GeometryReport(areas.level, areas.vintage, len(areas), len(areas), 0, None, findings)


def read_boundaries(
    path_or_url: str,
    *,
    vintage: date,
    level: str | None = None,
    code_field: str | None = None,
    name_field: str | None = None,
    layer: str | None = None,
    parent_field: str | None = None,
    group_fields: Sequence[str] = (),
) -> list[AreaSet]:
    """Read a boundary file: VG250 in any edition and format, or any other polygons.

    Parameters
    ----------
    path_or_url : str
        GeoJSON, GeoPackage, FlatGeobuf, GeoParquet, shapefile or what else GDAL reads; also inside ``.zip`` and
        ``.gz``, and at an http(s) address.
    vintage : datetime.date
        Day on which these boundaries are valid.
    level : str, optional
        Level of the areas. By default the name of the layer (VG250_KRS) or the number of digits of the official keys
        tells it (2, 3, 5, 8, 9, 12). Without it every official level of the file is read.
    code_field, name_field, parent_field : str, optional
        Columns with key, name and key of the area above; case does not matter. By default AGS, ARS or RS;
        GEN or name; and what the digits of the key tell.
    layer : str, optional
        Layer, where the file has several that are not named like those of VG250.
    group_fields : sequence of str, optional
        Columns that tell a group of each area (``Area.groups``).

    Returns
    -------
    list of AreaSet
        One for each layer that was read, usually one; in EPSG:25832 or the projected coordinate system in
        metres that the file has. Keys of the official levels are canonical (see `parse_key`), keys of own
        levels are kept as they are. Rows of VG250 that are not land (GF) are left out. Inhabitants (EWZ) and official
        areas (KFL) are taken over.

    Raises
    ------
    FileProblem
        The file is refused; the leaf class says why, its text names file, place and remedy.

    Notes
    -----
    Geometry is checked and repaired as `examine_boundaries` says, which also returns the report. GeoJSON without a
    ``crs`` member is in longitude and latitude. Geographic coordinates, the web projection EPSG:3857 and coordinates in
    feet are projected: inside the bounds of Germany to EPSG:25832, elsewhere to the UTM zone that fits.
    """
    fields = Fields(code_field, name_field, parent_field, tuple(group_fields))
    return list(examine_boundaries(path_or_url, vintage=vintage, level=level, fields=fields, layer=layer).sets)
