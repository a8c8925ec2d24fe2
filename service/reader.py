"""Reading a release: the only source of everything the server answers.

A reader belongs to one release and never changes; :class:`ReleaseSource` hands out the reader of the release that
is current and notices a switch.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from boundaries import OFFICIAL_LEVELS, Sentence
from service.errors import SEE_INDICATORS, Hint, NotFound, ReleaseDamaged, framed
from service.former import FORMER, Former, FormerAreas, origins, whereabouts
from service.releases import FORMAT_VERSION, Manifest, ReleaseFolder

_CACHED_DOCUMENTS = 256

_SEARCH = Hint(
    "mit /api/areas?q= suchen",
    "search with /api/areas?q=",
    Sentence(
        "den Schlüssel mit dem Gemeindeverzeichnis oder der Grenzdatei vergleichen",
        "compare the key with the official list of municipalities or the boundary file",
    ),
)


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """One area as the release describes it; ``bbox`` in degrees, ``centroid`` in the projected system."""

    key: str
    level: str
    name: str
    kind: str
    parent: str | None
    populated: bool
    area_km2: float
    bbox: tuple[float, float, float, float]
    centroid: tuple[float, float]
    ancestors: dict[str, str]
    formed: tuple[dict[str, Any], ...] = ()
    became: tuple[dict[str, Any], ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)

    def properties(self) -> dict[str, Any]:
        """What every answer says about an area."""
        return {
            "key": self.key,
            "name": self.name,
            "level": self.level,
            "parent": self.parent,
            "populated": self.populated,
            "area_km2": self.area_km2,
        }


@dataclass(frozen=True)
class AreaTable:
    """Areas of one level and vintage, sorted by key."""

    level: str
    vintage: str
    crs: str
    areas: tuple[AreaInfo, ...]
    row_of: dict[str, int]

    def rows_within(self, key: str | None) -> list[int]:
        """Rows of the areas that lie in the area ``key`` of any upper level, or are it.

        Where an official area and one of an own level share the key, the official one is meant.
        """
        if key is None:
            return list(range(len(self.areas)))
        held = self._rows_by_level.get(key, {})
        meant = held.keys() & set(OFFICIAL_LEVELS) or held.keys()
        return sorted({row for level in meant for row in held[level]})

    @cached_property
    def _rows_by_level(self) -> dict[str, dict[str, list[int]]]:
        """By key the rows of the areas that lie in it or are it, for each level that has the key."""
        found: dict[str, dict[str, list[int]]] = {}
        for row, area in enumerate(self.areas):
            for level, key in (area.ancestors | {self.level: area.key}).items():
                found.setdefault(key, {}).setdefault(level, []).append(row)
        return found


class ReleaseReader:
    """Documents of one release."""

    def __init__(self, folder: ReleaseFolder, manifest: Manifest) -> None:
        if manifest.about["format"] != FORMAT_VERSION:
            raise ReleaseDamaged(
                f"manifests/{manifest.number:05}.json",
                Sentence(f"hat das Format {manifest.about['format']}", f"has format {manifest.about['format']}"),
            )
        self.folder = folder
        self.manifest = manifest
        self.number = manifest.number
        self.tag = manifest.tag
        self.vintages: list[str] = manifest.about["vintages"]
        self.levels: list[str] = manifest.about["levels"]
        self._documents = _Memory(_CACHED_DOCUMENTS)
        catalogue = self._load("catalogue.json")
        self.indicators: dict[str, dict[str, Any]] = {each["id"]: each for each in catalogue["indicators"]}
        self.themes: list[dict[str, Any]] = catalogue["themes"]

    @property
    def newest_vintage(self) -> str:
        """The youngest set of boundaries."""
        return self.vintages[-1]

    def vintage_at(self, day: date) -> str | None:
        """Vintage in force on a day; None for days before the first one."""
        found = [vintage for vintage in self.vintages if vintage <= day.isoformat()]
        return found[-1] if found else None

    def areas(self, vintage: str, level: str) -> AreaTable:
        """Areas of a level.

        Raises
        ------
        NotFound
            If the vintage has no such level.
        """
        table: AreaTable = self._documents.get(("areas", vintage, level), lambda: self._areas(vintage, level))
        return table

    def levels_of(self, vintage: str) -> list[str]:
        """Levels that a vintage has."""
        return [level for level in self.levels if f"areas/{vintage}/{level}.json" in self.manifest.files]

    def geometry(self, vintage: str, level: str) -> dict[str, bytes]:
        """GeoJSON geometries by key, encoded, in CRS84."""
        name = f"geometry/{vintage}/{level}.json"
        shapes: dict[str, bytes] = self._documents.get(
            ("geometry", vintage, level),
            lambda: {key: orjson.dumps(shape) for key, shape in self._load(name).items()},
        )
        return shapes

    def contiguity(self, vintage: str, level: str) -> dict[str, list[tuple[int, int]]]:
        """Pairs of rows of touching areas, ``queen`` and ``rook``."""
        pairs: dict[str, list[tuple[int, int]]] = self._document(f"contiguity/{vintage}/{level}.json")
        return pairs

    def cube(self, indicator: str, vintage: str, level: str) -> dict[str, Any]:
        """Figures of all periods of an indicator.

        Raises
        ------
        NotFound
            If the indicator has no figures for the level.
        """
        name = f"cubes/{indicator}/{vintage}/{level}.json"
        if name not in self.manifest.files:
            known = self.indicator(indicator)
            raise NotFound(
                Sentence("Werte auf der Ebene", "figures for level"),
                level,
                Sentence(
                    f"{indicator} hat {', '.join(known['levels'])}", f"{indicator} has {', '.join(known['levels'])}"
                ),
            )
        document: dict[str, Any] = self._document(name)
        return document

    def indicator(self, indicator: str) -> dict[str, Any]:
        """Definition of an indicator.

        Raises
        ------
        NotFound
        """
        try:
            return self.indicators[indicator]
        except KeyError as error:
            raise NotFound(
                Sentence("den Indikator", "indicator"),
                indicator,
                SEE_INDICATORS,
            ) from error

    def archive(self, vintage: str) -> tuple[Path, str]:
        """Path and hash of the tile archive of a vintage.

        Raises
        ------
        NotFound
        """
        file = self.manifest.files.get(f"tiles/{vintage}.pmtiles")
        if file is None:
            raise NotFound(
                Sentence("den Kachelsatz", "tileset"),
                vintage,
                Sentence(f"Kachelsätze: {', '.join(self.vintages)}", f"tilesets: {', '.join(self.vintages)}"),
            )
        return self.folder.path_of(file), file.sha256

    def find_area(self, key: str, vintage: str, level: str | None = None) -> AreaInfo:
        """Area of a key, at a level or at the first level that has it.

        Raises
        ------
        NotFound
        """
        for candidate in [level] if level else self.levels_of(vintage):
            table = self.areas(vintage, candidate)
            if key in table.row_of:
                return table.areas[table.row_of[key]]
        said = self.fate_of(key, vintage, level)
        raise NotFound(
            Sentence("das Gebiet", "area"),
            key,
            framed(f"die Grenzen sind vom {vintage}; {{}}", f"the boundaries are of {vintage}; {{}}", said),
        )

    def fate_of(self, key: str, vintage: str, level: str | None = None) -> Sentence:
        """Where the area of a key is that a vintage does not have; how to search where nothing is known."""
        levels = [level] if level else self.levels
        former = self._former().ended(key, vintage, levels)
        if former is None:
            parts = self._former().predecessors(key, vintage, levels)
            return origins(parts) if parts else _SEARCH
        there = former.level in self.levels_of(vintage)
        areas = {area.key: area.name for area in self.areas(vintage, former.level).areas} if there else {}
        keys = self._former().became(former, areas, vintage)
        return whereabouts(former, [(areas[each], each) for each in keys])

    def former_of(self, vintage: str, level: str) -> dict[str, list[Former]]:
        """Areas that are gone and names out of use, by the keys of the areas of a level that they are now."""
        found: dict[str, list[Former]] = self._documents.get(
            ("former", vintage, level),
            lambda: self._former().by_successor(
                level, {area.key: area.name for area in self.areas(vintage, level).areas}, vintage
            ),
        )
        return found

    def _former(self) -> FormerAreas:
        """What ended; nothing in releases of earlier versions."""
        found: FormerAreas = self._documents.get(
            ("former",), lambda: FormerAreas(self._load(FORMER) if FORMER in self.manifest.files else ())
        )
        return found

    def remember(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """Result of ``make``, kept while the release is served; for what is costly to compute again."""
        return self._documents.get(key, make)

    def _areas(self, vintage: str, level: str) -> AreaTable:
        if f"areas/{vintage}/{level}.json" not in self.manifest.files:
            raise NotFound(
                Sentence("die Ebene", "level"),
                level,
                Sentence(
                    f"Ebenen: {', '.join(self.levels_of(vintage))}", f"levels: {', '.join(self.levels_of(vintage))}"
                ),
            )
        document = self._load(f"areas/{vintage}/{level}.json")
        areas = tuple(
            AreaInfo(
                area["key"],
                level,
                area["name"],
                area["kind"],
                area["parent"],
                area["populated"],
                area["area_km2"],
                tuple(area["bbox"]),
                tuple(area["centroid"]),
                area["ancestors"],
                tuple(area.get("formed", ())),
                tuple(area.get("became", ())),
                area.get("groups", {}),
            )
            for area in document["areas"]
        )
        return AreaTable(level, vintage, document["crs"], areas, {area.key: row for row, area in enumerate(areas)})

    def _document(self, name: str) -> Any:
        return self._documents.get(name, lambda: self._load(name))

    def _load(self, name: str) -> Any:
        try:
            file = self.manifest.files[name]
        except KeyError as error:
            raise ReleaseDamaged(
                name,
                Sentence(f"ist kein Teil der Veröffentlichung {self.number}", f"is not part of release {self.number}"),
            ) from error
        return orjson.loads(gzip.decompress(self.folder.read(file)))


class ReleaseSource:
    """The reader of the current release, renewed when the pointer changes."""

    def __init__(self, folder: ReleaseFolder) -> None:
        self.folder = folder
        self._lock = Lock()
        self._reader: ReleaseReader | None = None

    def current(self) -> ReleaseReader:
        """Reader of the release that is current now.

        Raises
        ------
        NothingPublished, ReleaseDamaged
        """
        number = self.folder.current_number()
        reader = self._reader
        if reader is None or reader.number != number:
            with self._lock:
                reader = self._reader
                if reader is None or reader.number != number:
                    reader = ReleaseReader(self.folder, self.folder.manifest(number))
                    self._reader = reader
        return reader


class _Memory:
    """The documents used last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[object, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made
