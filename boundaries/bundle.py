"""The boundaries, changes and names that come with the package: Hessen."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import shapely

from boundaries.areas import Area, AreaSet, UpperName, UpperNames, as_multipolygon, square_kilometres
from boundaries.changes import ChangeEvent, read_changes_csv
from boundaries.errors import BundledDataDamaged
from boundaries.keys import parent_key
from boundaries.sentences import Sentence

FOLDER = Path(__file__).with_name("bundled")
MANIFEST = "manifest.toml"
NAMES_COLUMNS = ("key", "level", "name", "kind", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where the bundled boundaries come from and under which terms.

    Attributes
    ----------
    file, sha256 : str
        The boundary file in the package and its SHA-256.
    publisher, product, scale : str
        Publisher, product and scale of the original.
    vintage : datetime.date
        Stand of the original.
    crs : str
        Coordinate system of the file.
    areas, unpopulated : int
        Number of areas, and of the gemeindefreie Gebiete among them.
    licence, licence_url, attribution : str
        Terms; the attribution line must be visible wherever the boundaries are.
    source, source_integrity : str
        Where the copy came from, and the checksum (Subresource Integrity) that its publisher gives.
    changes_cover : tuple of str
        Laender that the bundled table of changes speaks about.
    changes_from : datetime.date
        First day from which the table of changes is complete.
    """

    file: str
    sha256: str
    publisher: str
    product: str
    scale: str
    vintage: date
    crs: str
    areas: int
    unpopulated: int
    licence: str
    licence_url: str
    attribution: str
    source: str
    source_integrity: str
    changes_cover: tuple[str, ...]
    changes_from: date


@dataclass(frozen=True)
class Bundled:
    """What the package brings along.

    Attributes
    ----------
    gemeinden : AreaSet
        Municipalities of Hessen, the base from which later vintages are derived.
    events : tuple of ChangeEvent
        Changes since.
    names : UpperNames
        Names of Kreise, Regierungsbezirke and the Land.
    manifest : Manifest
        Origin and terms.
    """

    gemeinden: AreaSet
    events: tuple[ChangeEvent, ...]
    names: UpperNames
    manifest: Manifest


@cache
def read_manifest() -> Manifest:
    """Return origin and terms of the bundled boundaries.

    Raises
    ------
    BundledDataDamaged
        The manifest is absent or lacks an entry.
    """
    try:
        with (FOLDER / MANIFEST).open("rb") as file:
            table: dict[str, Any] = tomllib.load(file)
        entries = dict(table["boundaries"])
        changes = table["changes"]
        return Manifest(**entries, changes_cover=tuple(changes["covers"]), changes_from=changes["complete_from"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BundledDataDamaged(MANIFEST, _unreadable(error)) from error


@cache
def bundled_events() -> tuple[ChangeEvent, ...]:
    """Return the bundled changes of municipalities."""
    return read_changes_csv(FOLDER / "changes.csv")


def changes_cover() -> tuple[tuple[str, ...], date]:
    """Return the Laender that the bundled changes cover, and the first day from which they are complete."""
    manifest = read_manifest()
    return manifest.changes_cover, manifest.changes_from


def _unreadable(error: Exception) -> Sentence:
    return Sentence(f"kann nicht gelesen werden ({error})", f"cannot be read ({error})")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def bundled_names() -> UpperNames:
    """Return names and kinds of the upper areas of Hessen.

    Raises
    ------
    BundledDataDamaged
        The table cannot be read.
    """
    try:
        with (FOLDER / "names.csv").open(encoding="utf-8", newline="") as file:
            return UpperNames(
                tuple(
                    UpperName(
                        row["key"],
                        row["level"],
                        row["name"],
                        row["kind"],
                        _day(row["valid_from"]),
                        _day(row["valid_to"]),
                    )
                    for row in csv.DictReader(file, strict=True)
                )
            )
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise BundledDataDamaged("names.csv", _unreadable(error)) from error


def _read_areas(path: Path) -> Iterator[Area]:
    """Read the bundled FlatGeobuf; its features stand in the order of the spatial index."""
    from pyogrio import raw

    meta, _, geometries, columns = raw.read(path)
    values = dict(zip(meta["fields"], columns, strict=True))
    shapes = shapely.from_wkb(geometries)
    for row, shape in enumerate(shapes):
        key = str(values["key"][row])
        parent = parent_key(key, "gemeinde")
        geometry = as_multipolygon(shape)
        yield Area(
            key,
            "gemeinde",
            str(values["name"][row]),
            str(values["kind"][row]),
            parent[0] if parent else None,
            bool(values["populated"][row]),
            square_kilometres(geometry),
            geometry,
        )


def _load_gemeinden(manifest: Manifest) -> AreaSet:
    """Read the bundled boundaries and hold them against the manifest."""
    path = FOLDER / manifest.file
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BundledDataDamaged(manifest.file, _unreadable(error)) from error
    if digest != manifest.sha256:
        raise BundledDataDamaged(
            manifest.file,
            Sentence("ihr SHA-256 ist nicht der im Manifest", "its SHA-256 is not the one in the manifest"),
        )
    gemeinden = AreaSet("gemeinde", manifest.vintage, manifest.crs, tuple(_read_areas(path)))
    if len(gemeinden) != manifest.areas:
        raise BundledDataDamaged(
            manifest.file,
            Sentence(
                f"enthält {len(gemeinden)} Gebiete statt {manifest.areas}",
                f"holds {len(gemeinden)} areas instead of {manifest.areas}",
            ),
        )
    return gemeinden


@cache
def load_bundled() -> Bundled:
    """Load the bundled boundaries of Hessen.

    Returns
    -------
    Bundled
        Municipalities of the base vintage, the changes since, names of the upper areas, origin and terms.
        The result is kept; it is immutable.

    Raises
    ------
    BundledDataDamaged
        A file is absent or is not what the manifest says.
    """
    manifest = read_manifest()
    return Bundled(_load_gemeinden(manifest), bundled_events(), bundled_names(), manifest)
