"""Areas, sets of areas, and the names of upper areas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries.errors import DuplicateKeys, KeyProblem, MissingName
from boundaries.keys import parse_key

UNPOPULATED_KIND = "Gemeindefreies Gebiet"

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class Area:
    """One area on one day.

    Attributes
    ----------
    key : str
        Canonical key, unique within its level.
    level : str
        Official level or the name of an own one.
    name : str
        Official short name without its kind ("Naumburg").
    kind : str
        What the area is officially ("Stadt", "Landkreis"); empty where unknown.
    parent : str or None
        Key of the area above.
    populated : bool
        False for uninhabited gemeindefreie Gebiete: drawn, never counted.
    area_km2 : float
        Area of the geometry in its projected coordinate system, in km².
    geometry : shapely.MultiPolygon
        Valid geometry in the coordinate system of the set.
    official_km2 : float or None
        Official area (Katasterfläche, KFL) in km² where the boundary file has it.
    population : int or None
        Inhabitants (EWZ) where the boundary file has them.
    groups : mapping of str to str
        Groups that the area belongs to, by the name of the column that tells them; areas without a group are absent.
    """

    key: str
    level: str
    name: str
    kind: str
    parent: str | None
    populated: bool
    area_km2: float
    geometry: MultiPolygon
    official_km2: float | None = None
    population: int | None = None
    groups: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class AreaSet:
    """The areas of one level on one day, sorted by key.

    Attributes
    ----------
    level : str
        Level of all areas.
    vintage : datetime.date
        Day (Gebietsstand) on which these areas are valid.
    crs : str
        Projected coordinate system in metres, such as ``EPSG:25832``.
    areas : tuple of Area
        Sorted by key, keys unique.

    Raises
    ------
    DuplicateKeys
        Two areas share a key.
    """

    level: str
    vintage: date
    crs: str
    areas: tuple[Area, ...]

    def __post_init__(self) -> None:
        """Sort the areas and refuse repeated keys."""
        ordered = tuple(sorted(self.areas, key=lambda area: area.key))
        repeated = [key for key, count in Counter(area.key for area in ordered).items() if count > 1]
        if repeated:
            raise DuplicateKeys(self.level, repeated)
        object.__setattr__(self, "areas", ordered)

    def __len__(self) -> int:
        return len(self.areas)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Keys of the areas in ascending order."""
        return tuple(area.key for area in self.areas)

    @cached_property
    def by_key(self) -> Mapping[str, Area]:
        """Areas by key."""
        return {area.key: area for area in self.areas}

    @cached_property
    def geometries(self) -> npt.NDArray[np.object_]:
        """Geometries in the order of `keys`; shape (n,), dtype object."""
        geometries = np.empty(len(self.areas), dtype=object)
        geometries[:] = [area.geometry for area in self.areas]
        return geometries


def key_among(text: str, sets: Sequence[AreaSet]) -> str | None:
    """Return the key of an area as one of some sets has it: official keys may have lost a zero, or be an ARS.

    Parameters
    ----------
    text : str
        A key from a file.
    sets : sequence of AreaSet
        Where the area is looked for.

    Returns
    -------
    str or None
        The key; the text itself where no set has the area, None where the text is empty.
    """
    if not text or any(text in each.by_key for each in sets):
        return text or None
    try:
        parsed = parse_key(text)
    except KeyProblem:
        return text
    known = any(each.level == parsed.level and parsed.key in each.by_key for each in sets)
    return parsed.key if known else text


def areas_above(area: Area, sets: Iterable[AreaSet]) -> list[Area]:
    """Return the areas that the key of the area above can mean.

    Parameters
    ----------
    area : Area
        With or without a parent.
    sets : iterable of AreaSet
        Sets of the same day, in the same coordinate system; that of the area's own level is passed over.

    Returns
    -------
    list of Area
        Usually one. Keys are unique within a level only: of several with that key, those that the area lies in, if
        there are such.
    """
    key = area.parent
    found = [each.by_key[key] for each in sets if each.level != area.level and key is not None and key in each.by_key]
    if len(found) < 2:
        return found
    point = shapely.point_on_surface(area.geometry)
    return [above for above in found if shapely.contains(above.geometry, point)] or found


def as_multipolygon(geometry: BaseGeometry) -> MultiPolygon:
    """Return the polygons of a geometry as a two-dimensional MultiPolygon."""
    flat = shapely.force_2d(geometry)
    if isinstance(flat, MultiPolygon):
        return flat
    parts = [part for part in shapely.get_parts(flat) if part.geom_type == "Polygon"]
    return MultiPolygon(parts)


def square_kilometres(geometry: BaseGeometry) -> float:
    """Return the area of a geometry in a coordinate system in metres, in km²."""
    return float(shapely.area(geometry)) / 1e6


def sum_of_all(values: Sequence[_Number | None]) -> _Number | None:
    """Return the sum; None where there is no value, or one is missing."""
    present = [value for value in values if value is not None]
    return sum(present[1:], start=present[0]) if present and len(present) == len(values) else None


@dataclass(frozen=True, slots=True)
class UpperName:
    """Name of an area above the Gemeinden, with the days on which it holds (end excluded; None = open)."""

    key: str
    level: str
    name: str
    kind: str
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether the area exists under this name on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class UpperNames:
    """Names and kinds of Kreise, Regierungsbezirke and Laender."""

    entries: tuple[UpperName, ...]
    _by_key: dict[tuple[str, str], list[UpperName]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the entries by level and key."""
        index: dict[tuple[str, str], list[UpperName]] = {}
        for entry in self.entries:
            index.setdefault((entry.level, entry.key), []).append(entry)
        object.__setattr__(self, "_by_key", index)

    @classmethod
    def from_sets(cls, sets: Iterable[AreaSet]) -> UpperNames:
        """Take the names of areas that were loaded with their own boundaries.

        Parameters
        ----------
        sets : iterable of AreaSet
            Sets of upper levels; each name holds from the vintage of its set to the next one.

        Returns
        -------
        UpperNames
            One entry for each area and vintage; the first vintage of a key also names it before.
        """
        loaded = sorted(sets, key=lambda area_set: area_set.vintage)
        entries: dict[tuple[str, str], list[UpperName]] = {}
        for area_set in loaded:
            for area in area_set.areas:
                known = entries.setdefault((area.level, area.key), [])
                if known:
                    known[-1] = replace(known[-1], valid_to=area_set.vintage)
                start = area_set.vintage if known else None
                known.append(UpperName(area.key, area.level, area.name, area.kind, start, None))
        return cls(tuple(entry for known in entries.values() for entry in known))

    def on(self, key: str, level: str, day: date) -> tuple[str, str]:
        """Return name and kind of an area on a day.

        Raises
        ------
        MissingName
            No entry holds on that day.
        """
        for entry in self._by_key.get((level, key), []):
            if entry.holds_on(day):
                return entry.name, entry.kind
        raise MissingName(key, level, day)
