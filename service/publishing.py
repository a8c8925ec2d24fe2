"""Publishing: from the store to a release, in one direction.

Derive the territory, protect and harmonise the figures, compute contiguity from full detail, cut the tiles, write
everything under content names, and switch. Nothing is visible before the switch.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from boundaries import Area, AreaSet, Sentence, german_day, reproject
from service.catalogues import catalogue_of
from service.errors import NothingToPublish
from service.former import FORMER, former_document
from service.histories import histories
from service.releases import FORMAT_VERSION, Manifest, ReleaseFolder, StoredFile
from service.store import Store
from service.tiles import build_pmtiles
from service.withdrawals import described, withdrawals
from spatial.indicators.catalogue import Indicator
from spatial.indicators.columns import COMBINED, PUBLISHED_FLAGS, STATUSES, flag_names
from spatial.indicators.disclosure import DISCLOSURE_VERSION
from spatial.indicators.figures import Figure, Figures
from spatial.indicators.inhabitants import inhabitants_by_day
from spatial.indicators.memberships import Grouping
from spatial.indicators.safeguard import Patience
from spatial.indicators.territory import MUNICIPAL, Territory, build_territory
from spatial.indicators.validity import unplaced

_DECIMALS_OF_DEGREE = 7  # 1 cm: full detail of the 1:250 000 boundaries
Progress = Callable[[Sentence], None]


def publish(
    store: Store,
    releases: ReleaseFolder,
    *,
    message: str = "",
    progress: Progress,
    protection_seconds: float = math.inf,
) -> Manifest:
    """Make a release of what the store holds and serve it from now on.

    Parameters
    ----------
    store : Store
    releases : ReleaseFolder
    message : str
        Kept in the manifest.
    progress : callable
        Receives one sentence for each step.
    protection_seconds : float
        Processor time in which counts that hang together must be protected.

    Raises
    ------
    NothingToPublish
        If the store has no boundaries; nothing is written then.
    ProtectionError
        Counts cannot be protected, or not in time; the release before stays.
    """
    editions = store.editions()
    if not editions:
        raise NothingToPublish(
            Sentence("Grenzen", "boundaries"),
            Sentence(
                "mit `kreisatlas boundaries load DATEI --vintage TAG` welche laden",
                "load some with `kreisatlas boundaries load FILE --vintage DATE`",
            ),
        )
    releases.create()
    releases.sweep()
    catalogue = catalogue_of(store)
    events = store.changes()
    progress(Sentence("Gebietsstände werden abgeleitet", "deriving vintages"))
    observations = store.observations()
    populations = inhabitants_by_day(observations, MUNICIPAL, store.populations())
    territory = build_territory([areas for areas, _ in editions], events, store.upper_names(), populations)
    for reason in territory.undrawn:
        progress(reason)
    files: dict[str, StoredFile] = {}
    for name, document in _area_documents(territory, progress):
        files[name] = releases.add(_packed(document), ".json.gz")
    files[FORMER] = releases.add(_packed(former_document(territory)), ".json.gz")
    attribution = list(dict.fromkeys(info.attribution for _, info in editions if info.attribution))
    archives, tile_digests = _tilesets(territory, releases, " · ".join(attribution), progress)
    files |= archives
    for (indicator_id, level), count in unplaced(territory, observations).items():
        left_out = Sentence(
            f"{indicator_id}: {count} Zahlen der Ebene {level} bleiben weg, keine Grenzen haben ihre Schlüssel",
            f"{indicator_id}: {count} figures of level {level} left out, no boundaries have their keys",
        )
        progress(left_out)
    groupings = [Grouping(areas.level, areas.vintage, info.members) for areas, info in editions]
    figures = Figures(catalogue, territory, observations, Patience(protection_seconds, progress), groupings)
    for line in _broken_groups(figures, territory):
        progress(line)
    progress(Sentence("Zahlen werden geschützt und umgerechnet", "protecting and harmonising figures"))
    published: list[dict[str, Any]] = []
    definitions = catalogue.to_dict()
    for indicator, definition in zip(catalogue.indicators.values(), definitions["indicators"], strict=True):
        cubes = dict(_cubes(figures, indicator, territory))
        if not cubes:
            continue
        for name, document in cubes.items():
            files[name] = releases.add(_packed(document), ".json.gz")
        published.append(definition | _coverage(figures, indicator, cubes.values(), territory.vintages[-1]))
    files["catalogue.json"] = releases.add(
        _packed({"indicators": published, "themes": definitions["themes"]}), ".json.gz"
    )
    withdrawn = withdrawals(releases, files)
    for line in described(withdrawn):
        progress(line)
    about = {
        "format": FORMAT_VERSION,
        "vintages": [vintage.isoformat() for vintage in territory.vintages],
        "levels": list(territory.levels()),
        "disclosure_version": DISCLOSURE_VERSION,
        "withdrawn": withdrawn,
        "attribution": attribution,
        "tiles": tile_digests,
        "inputs": [
            *({"file": info.file, "sha256": info.sha256} for _, info in editions),
            *({"file": batch["file"], "sha256": batch["sha256"]} for batch in store.batches()),
        ],
    }
    progress(Sentence("Umschalten", "switching"))
    return releases.publish(message, about, files)


def _packed(document: Any) -> bytes:
    # mtime=0: equal documents give equal bytes, and so equal names.
    return gzip.compress(orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY), 6, mtime=0)


# -- areas ---------------------------------------------------------------------------------------------------


def _area_documents(territory: Territory, progress: Progress) -> Iterable[tuple[str, Any]]:
    """Attributes, geometry and contiguity of every level of every vintage."""
    previous: dict[str, tuple[str, tuple[Any, Any, Any]]] = {}
    for vintage in territory.vintages:
        progress(Sentence(f"Gebiete vom {german_day(vintage)}", f"areas of {vintage}"))
        for level in territory.levels():
            if not territory.has(vintage, level):
                continue
            areas = territory.at(vintage, level)
            digest = _digest(areas)
            known = previous.get(level)
            geometry, contiguity, outlines = (
                known[1]
                if known is not None and known[0] == digest
                else (*_geometry_documents(areas), _outlines(areas))
            )
            previous[level] = (digest, (geometry, contiguity, outlines))
            stem = f"{vintage.isoformat()}/{level}.json"
            yield f"areas/{stem}", _attributes(territory, areas, outlines)
            yield f"geometry/{stem}", geometry
            yield f"contiguity/{stem}", contiguity


def _digest(areas: AreaSet) -> str:
    digest = hashlib.sha256(orjson.dumps(areas.keys))
    for blob in shapely.to_wkb(areas.geometries):
        digest.update(blob)
    return digest.hexdigest()


def _geometry_documents(areas: AreaSet) -> tuple[Any, Any]:
    """GeoJSON geometries in CRS84, and the pairs of areas that touch."""
    rounded = shapely.transform(_in_degrees(areas), lambda xy: np.round(xy, _DECIMALS_OF_DEGREE))
    geometry = {key: orjson.loads(text) for key, text in zip(areas.keys, shapely.to_geojson(rounded), strict=True)}
    return geometry, dict(_contiguity(areas))


def _contiguity(areas: AreaSet) -> Iterable[tuple[str, list[tuple[int, int]]]]:
    from spatial.statistics import weights_queen, weights_rook

    for name, construct in (("queen", weights_queen), ("rook", weights_rook)):
        weights = construct(areas.geometries, areas.keys)
        rows = np.repeat(np.arange(len(areas.keys)), np.diff(weights.indptr))
        upper = rows < weights.indices
        yield name, list(zip(rows[upper].tolist(), weights.indices[upper].tolist(), strict=True))


def _outlines(areas: AreaSet) -> dict[str, Any]:
    bounds = shapely.bounds(_in_degrees(areas))
    centroids = shapely.get_coordinates(shapely.centroid(areas.geometries))
    return {"bbox": np.round(bounds, 6).tolist(), "centroid": np.round(centroids, 2).tolist()}


def _attributes(territory: Territory, areas: AreaSet, outlines: dict[str, Any]) -> dict[str, Any]:
    past_and_future = histories(territory, areas)
    return {
        "level": areas.level,
        "vintage": areas.vintage.isoformat(),
        "crs": areas.crs,
        "areas": [
            {
                "key": area.key,
                "name": area.name,
                "kind": area.kind,
                "parent": area.parent,
                "populated": area.populated,
                "area_km2": round(area.area_km2, 3),
                "bbox": box,
                "centroid": centroid,
                "ancestors": _ancestors(territory, areas, area),
                **past_and_future.get(area.key, {}),
                **({"groups": dict(area.groups)} if area.groups else {}),
            }
            for area, box, centroid in zip(areas.areas, outlines["bbox"], outlines["centroid"], strict=True)
        ],
    }


def _ancestors(territory: Territory, areas: AreaSet, area: Area) -> dict[str, str]:
    uppers = {
        upper: territory.ancestor(areas.vintage, areas.level, area.key, upper)
        for upper in territory.levels()
        if upper != areas.level and territory.has(areas.vintage, upper)
    }
    return {upper: key for upper, key in uppers.items() if key is not None}


def _in_degrees(areas: AreaSet) -> Any:
    return reproject(areas.geometries, areas.crs, "OGC:CRS84")


# -- tiles ---------------------------------------------------------------------------------------------------


def _tilesets(
    territory: Territory, releases: ReleaseFolder, attribution: str, progress: Progress
) -> tuple[dict[str, StoredFile], dict[str, str]]:
    """Archives by logical name, and by vintage the digest of what each was made of.

    An archive that the newest release holds for the same areas is taken over. The others are built side by side,
    one process for each processor.
    """
    digests = {vintage: _digest_of_tiles(territory, vintage, attribution) for vintage in territory.vintages}
    known = _known_archives(releases)
    files = {vintage: known[digest] for vintage, digest in digests.items() if digest in known}
    wanted = [vintage for vintage in territory.vintages if vintage not in files]
    if wanted:
        with tempfile.TemporaryDirectory() as folder:
            paths = {vintage: Path(folder) / f"{vintage}.pmtiles" for vintage in wanted}
            # Started afresh, not forked: the parent may hold threads of GEOS and of SQLAlchemy.
            with ProcessPoolExecutor(min(os.cpu_count() or 1, len(wanted)), get_context("spawn")) as pool:
                jobs = {
                    vintage: pool.submit(build_pmtiles, territory.areas[vintage], path, attribution=attribution)
                    for vintage, path in paths.items()
                }
                for vintage, job in jobs.items():
                    job.result()
                    progress(Sentence(f"Kacheln vom {german_day(vintage)}", f"tiles of {vintage}"))
                    files[vintage] = releases.add(paths[vintage].read_bytes(), ".pmtiles")
    archives = {f"tiles/{vintage.isoformat()}.pmtiles": files[vintage] for vintage in territory.vintages}
    return archives, {vintage.isoformat(): digest for vintage, digest in digests.items()}


def _digest_of_tiles(territory: Territory, vintage: date, attribution: str) -> str:
    """Digest of everything that a tile archive depends on."""
    digest = hashlib.sha256(f"{FORMAT_VERSION} {attribution}".encode())
    for level, areas in territory.areas[vintage].items():
        names = [(area.key, area.name, area.populated, area.parent) for area in areas.areas]
        digest.update(orjson.dumps([level, _digest(areas), names]))
    return digest.hexdigest()


def _known_archives(releases: ReleaseFolder) -> dict[str, StoredFile]:
    """Archives of the newest release by the digest of their areas; none if there is no intact one."""
    numbers = releases.numbers()
    if not numbers:
        return {}
    manifest = releases.manifest(numbers[-1])
    found = {
        digest: manifest.files[f"tiles/{vintage}.pmtiles"]
        for vintage, digest in manifest.about.get("tiles", {}).items()
    }
    return {digest: file for digest, file in found.items() if releases.path_of(file).is_file()}


# -- figures -------------------------------------------------------------------------------------------------


def _broken_groups(figures: Figures, territory: Territory) -> Iterable[Sentence]:
    """Groups that later changes of boundaries cut through."""
    for level in figures.memberships.levels:
        base = figures.memberships.base(level)
        for vintage in (each for each in territory.vintages if territory.has(each, level)):
            keys = figures.memberships.broken(vintage, level)
            if keys:
                listed = ", ".join(keys)
                yield Sentence(
                    f"{level}: am {german_day(vintage)} nicht aus ganzen Gebieten der Ebene {base} und deshalb ohne "
                    f"zusammengefasste Zahlen: {listed}",
                    f"{level}: on {vintage} not made of whole areas of the level {base}, so without figures put "
                    f"together: {listed}",
                )


def _cubes(figures: Figures, indicator: Indicator, territory: Territory) -> Iterable[tuple[str, Any]]:
    """One document for each vintage and level: the figures of all periods."""
    periods, levels = figures.periods(indicator), figures.levels(indicator)
    if not periods:
        return
    for vintage in territory.vintages:
        for level in levels:
            if territory.has(vintage, level):
                yield (
                    f"cubes/{indicator.id}/{vintage.isoformat()}/{level}.json",
                    _cube(figures, indicator, vintage, level, territory.at(vintage, level).keys, periods),
                )


def _coverage(figures: Figures, indicator: Indicator, cubes: Iterable[dict[str, Any]], newest: date) -> dict[str, Any]:
    """Levels and periods with figures, for each level those in which any area has a value, and where bases change."""
    with_values = {
        cube["level"]: [
            period for period, figure in cube["periods"].items() if any(value is not None for value in figure["values"])
        ]
        for cube in cubes
        if cube["vintage"] == newest.isoformat()
    }
    return {
        "periods": figures.periods(indicator),
        "levels": figures.levels(indicator),
        "levels_from_members": figures.levels_from_members(indicator),
        "periods_by_level": with_values,
        "new_bases": figures.new_bases(indicator),
        "broken_periods": figures.broken_periods(indicator),
    }


def _cube(
    figures: Figures, indicator: Indicator, vintage: date, level: str, keys: Iterable[str], periods: list[str]
) -> dict[str, Any]:
    return {
        "indicator": indicator.id,
        "level": level,
        "vintage": vintage.isoformat(),
        "statuses": [status.value for status in STATUSES],
        "keys": list(keys),
        "periods": {period: _figure_document(figures.figure(indicator, vintage, level, period)) for period in periods},
    }


def _figure_document(figure: Figure) -> dict[str, Any]:
    column = figure.column
    document: dict[str, Any] = {
        "values": _numbers(column.values),
        "status": column.status.tolist(),
        "official": np.flatnonzero(figure.official).tolist(),
        "combined": np.flatnonzero(column.flags & COMBINED).tolist(),
        "flags": {
            str(row): flag_names(int(column.flags[row]))
            for row in np.flatnonzero(column.flags & PUBLISHED_FLAGS).tolist()
        },
    }
    if figure.numerator is not None and figure.denominator is not None:
        document["numerators"] = _numbers(figure.numerator.values)
        document["denominators"] = _numbers(figure.denominator.values)
    return document


def _numbers(values: Any) -> list[float | None]:
    return [None if number != number else number for number in values.tolist()]
