"""Precedents: the releases that a workspace still has, as far as protection reckons with readers who kept them."""

from __future__ import annotations

import gzip
import math
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from boundaries import Sentence, number_of
from service.errors import ServiceError
from service.releases import Manifest, ReleaseFolder, StoredFile
from spatial.indicators.columns import STATUSES
from spatial.indicators.observations import Status
from spatial.indicators.precedents import PlaceShown

_CUBES, _CATALOGUE = "cubes/", "catalogue.json"
_SECRET = STATUSES.index(Status.SECRET)
_KEPT = 256  # files of figures that are held in memory, of all releases together


@dataclass(frozen=True, slots=True)
class _Cube:
    """Figures of one indicator, vintage and level.

    Attributes
    ----------
    keys : tuple of str
    numbers : mapping of str to ndarray of float64, shape (n,)
        By period; NaN where nothing is shown.
    secret : mapping of str to ndarray of bool, shape (n,)
    """

    keys: tuple[str, ...] = ()
    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    secret: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)


class ReadBefore:
    """Files of releases; those with figures are read once, in whatever releases they are.

    Parameters
    ----------
    releases : ReleaseFolder

    Attributes
    ----------
    lost : set of StoredFile
        Those that were asked for and are gone or altered.
    """

    def __init__(self, releases: ReleaseFolder) -> None:
        self._releases = releases
        self.lost: set[StoredFile] = set()
        self.cube = lru_cache(_KEPT)(self._cube)

    def document(self, file: StoredFile | None) -> dict[str, Any]:
        """Content of a file; nothing where that is gone or altered."""
        if file is None:
            return {}
        try:
            found: dict[str, Any] = orjson.loads(gzip.decompress(self._releases.read(file)))
        except ServiceError:
            self.lost.add(file)
            return {}
        return found

    def _cube(self, file: StoredFile) -> _Cube:
        document = self.document(file)
        periods: dict[str, Any] = document.get("periods", {})
        return _Cube(
            tuple(document.get("keys", ())),
            {period: np.array(each["values"], float) for period, each in periods.items()},
            {period: np.array(each["status"], np.uint8) == _SECRET for period, each in periods.items()},
        )


class KeptRelease:
    """One earlier release, read when it is asked for.

    Parameters
    ----------
    manifest : Manifest
    read : ReadBefore
    """

    def __init__(self, manifest: Manifest, read: ReadBefore) -> None:
        self.number = manifest.number
        self._read = read
        self._files = {name: file for name, file in manifest.files.items() if name.startswith(_CUBES)}
        self._names: dict[str, list[str]] = {}
        for name in self._files:
            self._names.setdefault(name.split("/")[1], []).append(name)
        self._catalogue = manifest.files.get(_CATALOGUE)

    def lost(self) -> int:
        """How many of the files that were asked for are gone or altered."""
        return len(self._read.lost.intersection((*self._files.values(), *filter(None, [self._catalogue]))))

    def edition(self, indicators: Collection[str]) -> Hashable:
        """Names and hashes of the files with figures of some indicators."""
        wanted = set(indicators)
        return frozenset((name, file.sha256) for name, file in self._files.items() if name.split("/")[1] in wanted)

    def places(self, indicator: str) -> Iterator[PlaceShown]:
        """Where it has figures of an indicator that were loaded or summed up, not put together from members."""
        described = self._described.get(indicator, {})
        for name in self._names.get(indicator, ()):
            day, level = name.removesuffix(".json").split("/")[2:]
            if level not in described.get("levels_from_members", {}):
                periods = described.get("periods_by_level", {}).get(level) or described.get("periods", ())
                yield from ((indicator, date.fromisoformat(day), level, period) for period in periods)

    def shown(self, indicator: str, vintage: date, level: str, period: str) -> Mapping[str, float | None]:
        """Numbers by key of the area, None where one is secret; nothing of areas without a figure.

        Nothing either where the file is gone or altered: what it showed cannot be reckoned with.
        """
        file = self._files.get(f"{_CUBES}{indicator}/{vintage.isoformat()}/{level}.json")
        cube = _Cube() if file is None else self._read.cube(file)
        if period not in cube.numbers:
            return {}
        cells = zip(cube.keys, cube.numbers[period].tolist(), cube.secret[period].tolist(), strict=True)
        return {key: None if secret else number for key, number, secret in cells if secret or not math.isnan(number)}

    @cached_property
    def _described(self) -> dict[str, dict[str, Any]]:
        """What the release says of its indicators, by id; nothing where that is gone."""
        return {each["id"]: each for each in self._read.document(self._catalogue).get("indicators", [])}


def kept_releases(releases: ReleaseFolder) -> Iterator[KeptRelease]:
    """Every release of a folder whose manifest can be read, oldest first."""
    read = ReadBefore(releases)
    for number in releases.numbers():
        try:
            yield KeptRelease(releases.manifest(number), read)
        except ServiceError:
            continue


def forgotten(kept: Iterable[KeptRelease]) -> Iterator[Sentence]:
    """What could not be reckoned with, a sentence for each release; to be asked for when all figures are protected."""
    for release in kept:
        lost = release.lost()
        if lost:
            files = number_of(
                lost,
                ("Datei fehlt oder wurde verändert", "Dateien fehlen oder wurden verändert"),
                ("file is gone or altered", "files are gone or altered"),
            )
            yield Sentence(
                f"Veröffentlichung {release.number}: {files.de}; was dort stand, wurde nicht mitgeschützt",
                f"release {release.number}: {files.en}; what was shown there was not reckoned with",
            )
