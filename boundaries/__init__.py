"""Areas of Germany and elsewhere: keys, levels, vintages, changes and boundary files.

Every public name is exported here; the modules behind are private.
"""

from __future__ import annotations

from boundaries.areas import Area, AreaSet, UpperName, UpperNames
from boundaries.bundle import Bundled, Manifest, load_bundled
from boundaries.change_files import read_changes
from boundaries.changes import ChangeEvent, ChangeKind, Size
from boundaries.checks import AREA_TOLERANCE_PERCENT
from boundaries.crosswalk import Crosswalk, Link, crosswalk
from boundaries.download import Downloads
from boundaries.errors import (
    AmbiguousLayer,
    AreaProblem,
    BadGroups,
    BadKeys,
    BadRegister,
    BoundaryError,
    BundledDataDamaged,
    ChangeDoesNotFit,
    ChangeProblem,
    ChangesContradict,
    ChangesUnreadable,
    CoordinatesOutOfRange,
    DestroyedKey,
    DuplicateKeys,
    EmptyKeys,
    FileProblem,
    InvalidGeometries,
    KeyProblem,
    LevelNeeded,
    MalformedKey,
    MalformedLevel,
    MissingName,
    NoCrs,
    NoFeatures,
    NoKeyField,
    NotPolygons,
    RepeatedKeys,
    SourceNotAsExpected,
    UncoveredKey,
    UnknownCrs,
    UnknownField,
    UnknownLayer,
    UnknownLevel,
    Unreadable,
    VintageNotDerivable,
)
from boundaries.findings import Finding, FindingKind, GeometryReport, Treatment
from boundaries.geometry import is_coverage, reproject, simplify, union_of_whole_areas
from boundaries.groups import is_group_table, unite_groups
from boundaries.keys import OFFICIAL_LEVELS, ParsedKey, parent_key, parse_key
from boundaries.readers import ExaminedBoundaries, Known, check_groups, check_level, examine_boundaries, read_boundaries
from boundaries.recognition import Fields
from boundaries.reconcile import Reconciled, reconcile
from boundaries.registers import Register, RegisterEntry, is_register, read_register
from boundaries.sources import Origin, checksum
from boundaries.vintages import derive, dissolve, division, keys_before, vintages_of

__all__ = [
    "AREA_TOLERANCE_PERCENT",
    "OFFICIAL_LEVELS",
    "AmbiguousLayer",
    "Area",
    "AreaProblem",
    "AreaSet",
    "BadGroups",
    "BadKeys",
    "BadRegister",
    "BoundaryError",
    "Bundled",
    "BundledDataDamaged",
    "ChangeDoesNotFit",
    "ChangeEvent",
    "ChangeKind",
    "ChangeProblem",
    "ChangesContradict",
    "ChangesUnreadable",
    "CoordinatesOutOfRange",
    "Crosswalk",
    "DestroyedKey",
    "Downloads",
    "DuplicateKeys",
    "EmptyKeys",
    "ExaminedBoundaries",
    "Fields",
    "FileProblem",
    "Finding",
    "FindingKind",
    "GeometryReport",
    "InvalidGeometries",
    "KeyProblem",
    "Known",
    "LevelNeeded",
    "Link",
    "MalformedKey",
    "MalformedLevel",
    "Manifest",
    "MissingName",
    "NoCrs",
    "NoFeatures",
    "NoKeyField",
    "NotPolygons",
    "Origin",
    "ParsedKey",
    "Reconciled",
    "Register",
    "RegisterEntry",
    "RepeatedKeys",
    "Size",
    "SourceNotAsExpected",
    "Treatment",
    "UncoveredKey",
    "UnknownCrs",
    "UnknownField",
    "UnknownLayer",
    "UnknownLevel",
    "Unreadable",
    "UpperName",
    "UpperNames",
    "VintageNotDerivable",
    "check_groups",
    "check_level",
    "checksum",
    "crosswalk",
    "derive",
    "dissolve",
    "division",
    "examine_boundaries",
    "is_coverage",
    "is_group_table",
    "is_register",
    "keys_before",
    "load_bundled",
    "parent_key",
    "parse_key",
    "read_boundaries",
    "read_changes",
    "read_register",
    "reconcile",
    "reproject",
    "simplify",
    "union_of_whole_areas",
    "unite_groups",
    "vintages_of",
]
