"""Errors of the boundary package.

``BoundaryError``
    ├── ``KeyProblem``
    │   ├── ``MalformedKey``          text that cannot be an official key
    │   ├── ``DestroyedKey``          a spreadsheet rounded the key, digits are lost for good
    │   └── ``UncoveredKey``          the table of changes says nothing about this key's Land
    ├── ``AreaProblem``
    │   ├── ``DuplicateKeys``         two areas of one set share a key
    │   ├── ``MalformedLevel``        a level's name cannot stand in an address
    │   ├── ``UnknownLevel``          the operation does not know this level
    │   └── ``MissingName``           no name is known for an upper area on that day
    ├── ``ChangeProblem``
    │   ├── ``ChangesUnreadable``     the table of changes is damaged
    │   ├── ``ChangesContradict``     a table of changes contradicts what is known already
    │   ├── ``ChangeDoesNotFit``      an event names an area that the set does not hold
    │   └── ``VintageNotDerivable``   the vintage lies before the base, or before the table begins
    ├── ``FileProblem``               a boundary file is refused as a whole
    │   ├── ``Unreadable``
    │   ├── ``AmbiguousLayer``        several layers, none chosen
    │   ├── ``UnknownLayer``
    │   ├── ``NoFeatures``
    │   ├── ``NoCrs``
    │   ├── ``UnknownCrs``            the file names a coordinate system that does not exist
    │   ├── ``CoordinatesOutOfRange`` the coordinates contradict the coordinate system
    │   ├── ``NoKeyField``
    │   ├── ``UnknownField``
    │   ├── ``LevelNeeded``           the keys do not tell the level
    │   ├── ``EmptyKeys``
    │   ├── ``BadKeys``               keys of an official level that are none
    │   ├── ``RepeatedKeys``          duplicate keys in a file
    │   ├── ``NotPolygons``
    │   ├── ``InvalidGeometries``
    │   ├── ``BadGroups``             a table of groups with a row that is not as it should be
    │   └── ``BadRegister``           a Gemeindeverzeichnis with a line that is not as it should be
    ├── ``BundledDataDamaged``        a bundled file is not what its manifest says
    └── ``SourceNotAsExpected``       the source of the bundled boundaries is another than it should be
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_SHOWN = 5


def _some(items: Sequence[object]) -> str:
    """Return the first few items and how many there are beyond them."""
    shown = ", ".join(str(item)[:80] for item in items[:_SHOWN])
    return shown if len(items) <= _SHOWN else f"{shown} and {len(items) - _SHOWN} more"


class BoundaryError(Exception):
    """Root of the errors of this package; the message is always one line."""

    def __init__(self, message: str) -> None:
        super().__init__("".join(sign if sign.isprintable() else " " for sign in message))


class KeyProblem(BoundaryError):
    """A key cannot be used."""


class MalformedKey(KeyProblem):
    """The text cannot be an official key."""

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason
        super().__init__(f"'{text[:80]}' is no official area key: {reason}")


class DestroyedKey(KeyProblem):
    """A spreadsheet turned the key into a rounded number; the digits are lost."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"'{text[:80]}': a spreadsheet rounded this key and its digits are lost; "
            "export the source again with the key column formatted as text"
        )


class UncoveredKey(KeyProblem):
    """The table of changes says nothing about the Land of this key."""

    def __init__(self, key: str, covered: tuple[str, ...]) -> None:
        self.key, self.covered = key, covered
        super().__init__(
            f"{key}: the table of changes covers {_some(covered)} only; load the changes of this Land "
            "(`kreisatlas boundaries changes FILE`)"
        )


class AreaProblem(BoundaryError):
    """A set of areas is inconsistent."""


class DuplicateKeys(AreaProblem):
    """Two areas of one set share a key."""

    def __init__(self, level: str, keys: Sequence[str]) -> None:
        self.level, self.keys = level, tuple(keys)
        super().__init__(f"level {level}: keys occur more than once: {_some(self.keys)}")


class UnknownLevel(AreaProblem):
    """The operation does not know this level."""

    def __init__(self, level: str, known: tuple[str, ...]) -> None:
        self.level, self.known = level, known
        super().__init__(f"level '{level[:80]}' is not possible here; possible: {', '.join(known)}")


class MalformedLevel(AreaProblem):
    """A level has a name that addresses cannot have."""

    def __init__(self, level: str) -> None:
        self.level = level
        super().__init__(f"level '{level[:80]}' is not possible; use 1 to 40 small letters a-z, digits and underscores")


class MissingName(AreaProblem):
    """No name is known for an upper area on that day."""

    def __init__(self, key: str, level: str, day: date) -> None:
        self.key, self.level, self.day = key, level, day
        super().__init__(f"{level} {key}: no name is known for {day}; load the boundaries of that level")


class ChangeProblem(BoundaryError):
    """Changes of areas cannot be read or applied."""


class ChangesUnreadable(ChangeProblem):
    """The table of changes is damaged."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        super().__init__(f"{path}, line {line}: {reason}")


class ChangesContradict(ChangeProblem):
    """A table of changes says something else than the changes that are known already."""

    def __init__(self, contradictions: Sequence[str]) -> None:
        self.contradictions = tuple(contradictions)
        super().__init__(
            f"contradicts changes that are stored already: {'; '.join(self.contradictions[:_SHOWN])}"
            + (f" and {len(self.contradictions) - _SHOWN} more" if len(self.contradictions) > _SHOWN else "")
            + "; correct the file, or leave these rows out"
        )


class ChangeDoesNotFit(ChangeProblem):
    """An event names an area that the set does not hold, or would overwrite one."""

    def __init__(self, key: str, day: date, reason: str) -> None:
        self.key, self.day, self.reason = key, day, reason
        super().__init__(f"change of {day}, area {key}: {reason}")


class VintageNotDerivable(ChangeProblem):
    """The vintage lies where neither boundaries nor changes are known."""

    def __init__(self, vintage: date, first: date) -> None:
        self.vintage, self.first = vintage, first
        super().__init__(f"vintage {vintage}: nothing is known before {first}; choose a later day")


class FileProblem(BoundaryError):
    """A boundary file is refused as a whole; ``path`` says which."""

    def __init__(self, path: str, what: str) -> None:
        self.path = path
        super().__init__(f"{path}: {what}")


class Unreadable(FileProblem):
    """The file is absent, damaged, or of a format that is not known."""

    def __init__(self, path: str, reason: str) -> None:
        self.reason = reason
        super().__init__(path, reason)


class AmbiguousLayer(FileProblem):
    """Several layers, none chosen."""

    def __init__(self, path: str, layers: Sequence[str]) -> None:
        self.layers = tuple(layers)
        super().__init__(path, f"holds several layers; choose one with --layer: {_some(self.layers)}")


class UnknownLayer(FileProblem):
    """The chosen layer is not in the file."""

    def __init__(self, path: str, layer: str, layers: Sequence[str]) -> None:
        self.layer, self.layers = layer, tuple(layers)
        super().__init__(path, f"has no layer '{layer[:80]}'; it has: {_some(self.layers)}")


class NoFeatures(FileProblem):
    """The layer is empty, or nothing is left of it after the water areas are taken out."""

    def __init__(self, path: str, reason: str = "the layer holds no features") -> None:
        self.reason = reason
        super().__init__(path, f"{reason}; nothing was loaded")


class NoCrs(FileProblem):
    """The file does not say in which coordinate system it is."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "has no coordinate system; add the .prj file or set one in a GIS and save again")


class UnknownCrs(FileProblem):
    """The file names a coordinate system that does not exist."""

    def __init__(self, path: str, name: str) -> None:
        self.name = name
        super().__init__(path, f"names the unknown coordinate system '{name[:80]}'; correct it, or save in EPSG:25832")


class CoordinatesOutOfRange(FileProblem):
    """The coordinates contradict the coordinate system."""

    def __init__(self, path: str, crs: str, keys: Sequence[str]) -> None:
        self.crs, self.keys = crs, tuple(keys)
        super().__init__(
            path, f"coordinates do not fit {crs} (area {_some(self.keys)}); state the right coordinate system"
        )


class NoKeyField(FileProblem):
    """No column is known to hold the keys."""

    def __init__(self, path: str, fields: Sequence[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(path, f"no column AGS, ARS or RS; name the key column with --code-field: {_some(self.fields)}")


class UnknownField(FileProblem):
    """A named column is not in the file."""

    def __init__(self, path: str, field: str, fields: Sequence[str]) -> None:
        self.field, self.fields = field, tuple(fields)
        super().__init__(path, f"has no column '{field[:80]}'; it has: {_some(self.fields)}")


class LevelNeeded(FileProblem):
    """The keys do not tell the level."""

    def __init__(self, path: str, reason: str) -> None:
        self.reason = reason
        super().__init__(path, f"{reason}; say which level with --level")


class EmptyKeys(FileProblem):
    """Features without a key."""

    def __init__(self, path: str, field: str, features: Sequence[int]) -> None:
        self.field, self.features = field, tuple(features)
        super().__init__(path, f"column {field} is empty in feature {_some(self.features)}; every area needs a key")


class BadKeys(FileProblem):
    """Keys of an official level that are no such keys."""

    def __init__(self, path: str, level: str, feature: int, reason: str) -> None:
        self.level, self.feature, self.reason = level, feature, reason
        super().__init__(path, f"feature {feature}, level {level}: {reason}")


class RepeatedKeys(FileProblem):
    """Duplicate keys in a file."""

    def __init__(self, path: str, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(
            path, f"keys occur more than once: {_some(self.keys)}; merge the parts of an area into one feature"
        )


class NotPolygons(FileProblem):
    """Features that are no polygons, or have no geometry."""

    def __init__(self, path: str, kind: str, keys: Sequence[str]) -> None:
        self.kind, self.keys = kind, tuple(keys)
        super().__init__(path, f"areas must be polygons, but found {kind} ({_some(self.keys)})")


class InvalidGeometries(FileProblem):
    """Polygons that cross themselves or are otherwise invalid."""

    def __init__(self, path: str, keys: Sequence[str], reason: str) -> None:
        self.keys, self.reason = tuple(keys), reason
        super().__init__(
            path,
            f"invalid geometry of {_some(self.keys)} ({reason}); repair it in a GIS (fix geometries) and load again",
        )


class BadGroups(FileProblem):
    """A table of groups of areas is not as it should be."""

    def __init__(self, path: str, place: str, reason: str) -> None:
        self.place, self.reason = place, reason
        super().__init__(path, f"{place}: {reason}; correct the table and load again")


class BadRegister(FileProblem):
    """A Gemeindeverzeichnis is not as it should be."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(path, f"line {line}: {reason}; load the Gemeindeverzeichnis as Destatis offers it")


class BundledDataDamaged(BoundaryError):
    """A bundled file is not what its manifest says."""

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"bundled {file}: {reason}; install kreisatlas again")


class SourceNotAsExpected(BoundaryError):
    """The source of the bundled boundaries is another than it should be."""

    def __init__(self, what: str, reason: str) -> None:
        self.what, self.reason = what, reason
        super().__init__(f"{what}: {reason}; nothing was written")
