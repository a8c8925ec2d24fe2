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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from boundaries import AreaSet, Sentence, german_day
from service.ancestors import ancestors
from service.bundled import holds_bundled, own_indicators
from service.catalogues import catalogue_of
from service.errors import NothingToPublish
from service.former import FORMER, former_document
from service.gaps import gaps
from service.histories import histories
from service.outlines import Outline, Outlines
from service.precedents import forgotten, kept_releases
from service.releases import FORMAT_VERSION, Manifest, ReleaseFolder, StoredFile
from service.standing import definitions_version
from service.store import Store
from service.tiles import build_archives
from service.withdrawals import described, withdrawals
from spatial.indicators.catalogue import Indicator
from spatial.indicators.columns import COMBINED, PUBLISHED_FLAGS, STATUSES, flag_names
from spatial.indicators.disclosure import DISCLOSURE_VERSION
from spatial.indicators.figures import Figure, Figures
from spatial.indicators.inhabitants import inhabitants_by_day
from spatial.indicators.memberships import Grouping, Memberships
from spatial.indicators.safeguard import Patience
from spatial.indicators.sentences import counted
from spatial.indicators.territory import MUNICIPAL, Territory, build_territory
from spatial.indicators.validity import unplaced

_SECONDS_BETWEEN_LOOKS = 0.5
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
    groupings = [Grouping(areas.level, areas.vintage, info.members) for areas, info in editions]
    files: dict[str, StoredFile] = {}
    for name, document in _area_documents(territory, Memberships(territory, groupings), progress):
        files[name] = releases.add(document, ".json.gz")
    files[FORMER] = releases.add(_packed(former_document(territory)), ".json.gz")
    attribution = list(dict.fromkeys(info.attribution for _, info in editions if info.attribution))
    archives, tile_digests = _tilesets(territory, releases, " · ".join(attribution), progress)
    files |= archives
    for (indicator_id, level), count in unplaced(territory, observations).items():
        left_out = counted(
            count,
            (f"1 Zahl der Ebene {level} bleibt weg, keine Grenzen haben ihren Schlüssel",
             f"1 figure of level {level} is left out, no boundaries have its key"),
            (f"# Zahlen der Ebene {level} bleiben weg, keine Grenzen haben ihre Schlüssel",
             f"# figures of level {level} left out, no boundaries have their keys"),
        )  # fmt: skip
        progress(Sentence(f"{indicator_id}: {left_out.de}", f"{indicator_id}: {left_out.en}"))
    patience = Patience(protection_seconds, progress)
    precedents = list(kept_releases(releases))
    figures = Figures(catalogue, territory, observations, patience, groupings, precedents=precedents)
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
    said = (*gaps(figures, catalogue, own_indicators(store)), *forgotten(precedents), *described(withdrawn))
    for line in said:
        progress(line)
    about = {
        "format": FORMAT_VERSION,
        "vintages": [vintage.isoformat() for vintage in territory.vintages],
        "levels": list(territory.levels()),
        "disclosure_version": DISCLOSURE_VERSION,
        "bundled": holds_bundled(store),
        "definitions": definitions_version(bundled=holds_bundled(store)),
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


def _area_documents(territory: Territory, memberships: Memberships, progress: Progress) -> Iterable[tuple[str, bytes]]:
    """Attributes, geometry and contiguity of every level of every vintage, packed."""
    previous: dict[str, tuple[str, tuple[bytes, bytes]]] = {}
    drawn = Outlines()
    for vintage in territory.vintages:
        progress(Sentence(f"Gebiete vom {german_day(vintage)}", f"areas of {vintage}"))
        for level in territory.levels():
            if not territory.has(vintage, level):
                continue
            areas = territory.at(vintage, level)
            outlines = drawn.of(areas)
            digest = _digest(areas)
            known = previous.get(level)
            geometry, contiguity = (
                known[1]
                if known is not None and known[0] == digest
                else (_packed(_geometry_document(areas, outlines)), _packed(dict(_contiguity(areas))))
            )
            previous[level] = (digest, (geometry, contiguity))
            stem = f"{vintage.isoformat()}/{level}.json"
            attributes = _attributes(territory, areas, outlines, ancestors(territory, memberships, areas))
            yield f"areas/{stem}", _packed(attributes)
            yield f"geometry/{stem}", geometry
            yield f"contiguity/{stem}", contiguity
        drawn.next_vintage()


def _digest(areas: AreaSet) -> str:
    digest = hashlib.sha256(orjson.dumps(areas.keys))
    for blob in shapely.to_wkb(areas.geometries):
        digest.update(blob)
    return digest.hexdigest()


def _geometry_document(areas: AreaSet, outlines: Sequence[Outline]) -> Any:
    """GeoJSON geometries in CRS84, by key."""
    return {key: orjson.Fragment(outline.geojson) for key, outline in zip(areas.keys, outlines, strict=True)}


def _contiguity(areas: AreaSet) -> Iterable[tuple[str, list[tuple[int, int]]]]:
    from spatial.statistics import weights_queen, weights_rook

    for name, construct in (("queen", weights_queen), ("rook", weights_rook)):
        weights = construct(areas.geometries, areas.keys)
        rows = np.repeat(np.arange(len(areas.keys)), np.diff(weights.indptr))
        upper = rows < weights.indices
        yield name, list(zip(rows[upper].tolist(), weights.indices[upper].tolist(), strict=True))


def _attributes(
    territory: Territory, areas: AreaSet, outlines: Sequence[Outline], above: Mapping[str, dict[str, str]]
) -> dict[str, Any]:
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
                "bbox": outline.bbox,
                "centroid": outline.centroid,
                "ancestors": above[area.key],
                **past_and_future.get(area.key, {}),
                **({"groups": dict(area.groups)} if area.groups else {}),
            }
            for area, outline in zip(areas.areas, outlines, strict=True)
        ],
    }


# -- tiles ---------------------------------------------------------------------------------------------------


def _tilesets(
    territory: Territory, releases: ReleaseFolder, attribution: str, progress: Progress
) -> tuple[dict[str, StoredFile], dict[str, str]]:
    """Archives by logical name, and by vintage the digest of what each was made of.

    An archive that the newest release holds for the same areas is taken over. The others are built side by side.
    """
    digests = {vintage: _digest_of_tiles(territory, vintage, attribution) for vintage in territory.vintages}
    known = _known_archives(releases)
    files = {vintage: known[digest] for vintage, digest in digests.items() if digest in known}
    wanted = [vintage for vintage in territory.vintages if vintage not in files]
    if wanted:
        with tempfile.TemporaryDirectory() as folder:
            for vintage, path in _built(territory, wanted, Path(folder), attribution):
                progress(Sentence(f"Kacheln vom {german_day(vintage)}", f"tiles of {vintage}"))
                files[vintage] = releases.add(path.read_bytes(), ".pmtiles")
    archives = {f"tiles/{vintage.isoformat()}.pmtiles": files[vintage] for vintage in territory.vintages}
    return archives, {vintage.isoformat(): digest for vintage, digest in digests.items()}


def _built(territory: Territory, wanted: Sequence[date], folder: Path, attribution: str) -> Iterator[tuple[date, Path]]:
    """Archives as they become complete. Vintages that share geometries are built by the same process."""
    paths = {vintage: folder / f"{vintage}.pmtiles" for vintage in wanted}
    chains = _sharing(territory, wanted)
    # Started afresh, not forked: the parent may hold threads of GEOS and of SQLAlchemy.
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(chains)), get_context("spawn")) as pool:
        jobs: set[Future[Any]] = set()
        for chain in chains:
            work = [(territory.areas[vintage], paths[vintage]) for vintage in chain]
            jobs.add(pool.submit(build_archives, work, attribution=attribution))
        while paths:
            done, jobs = wait(jobs, _SECONDS_BETWEEN_LOOKS)
            for job in done:
                job.result()
            for vintage in [vintage for vintage, path in paths.items() if path.exists()]:
                yield vintage, paths.pop(vintage)


def _sharing(territory: Territory, wanted: Sequence[date]) -> list[list[date]]:
    """Vintages one after the other, apart where no geometry goes on from one to the next."""
    chains: list[list[date]] = []
    before: set[int] = set()
    for vintage in wanted:
        present = {id(area.geometry) for areas in territory.areas[vintage].values() for area in areas.areas}
        if before.isdisjoint(present):
            chains.append([])
        chains[-1].append(vintage)
        before = present
    return chains


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
