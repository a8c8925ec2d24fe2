"""Errors of files: each is refused as a whole, in one line that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from boundaries.errors import BoundaryError, some
from boundaries.sentences import Sentence, german_day

# Layers and columns are lists to choose from.
_CHOICES = 40


class FileProblem(BoundaryError):
    """A boundary file is refused as a whole; ``path`` says which."""

    def __init__(self, path: str, what: Sentence) -> None:
        self.path = path
        super().__init__(what.after(path))


class Unreadable(FileProblem):
    """The file is absent, damaged, or of a format that is not known."""

    def __init__(self, path: str, reason: Sentence) -> None:
        self.reason = reason
        super().__init__(path, reason)


class AmbiguousLayer(FileProblem):
    """Several layers, none chosen."""

    def __init__(self, path: str, layers: Sequence[str]) -> None:
        self.layers = tuple(layers)
        listed = some(self.layers, _CHOICES)
        super().__init__(
            path,
            Sentence(
                f"enthält mehrere Layer; einen mit --layer wählen: {listed.de}",
                f"holds several layers; choose one with --layer: {listed.en}",
            ),
        )


class UnknownLayer(FileProblem):
    """The chosen layer is not in the file."""

    def __init__(self, path: str, layer: str, layers: Sequence[str]) -> None:
        self.layer, self.layers = layer, tuple(layers)
        listed = some(self.layers, _CHOICES)
        super().__init__(
            path,
            Sentence(
                f"hat keinen Layer '{layer[:80]}'; vorhanden sind: {listed.de}",
                f"has no layer '{layer[:80]}'; it has: {listed.en}",
            ),
        )


_NOTHING_THERE = Sentence("der Layer enthält keine Objekte", "the layer holds no features")


class NoFeatures(FileProblem):
    """The layer is empty, or nothing is left of it after the water areas are taken out."""

    def __init__(self, path: str, reason: Sentence = _NOTHING_THERE) -> None:
        self.reason = reason
        super().__init__(
            path,
            Sentence(
                f"{reason.de}; nichts wurde geladen, eine Datei mit Flächen angeben",
                f"{reason.en}; nothing was loaded, give a file with areas",
            ),
        )


class OtherVintage(FileProblem):
    """The file itself tells that it is of another day.

    Attributes
    ----------
    vintage : datetime.date
        Day that was stated for it.
    told : datetime.date
        Day that the file tells.
    reason : Sentence
        Where the file tells it.
    """

    def __init__(self, path: str, vintage: date, told: date, reason: Sentence) -> None:
        self.vintage, self.told, self.reason = vintage, told, reason
        super().__init__(
            path,
            Sentence(
                f"{reason.de}, das sind nicht die Grenzen vom {german_day(vintage)}; mit --vintage den Gebietsstand "
                "der Datei angeben",
                f"{reason.en}, these are not the boundaries of {vintage}; give the day of the file with --vintage",
            ),
        )


class NoKeyField(FileProblem):
    """No column is known to hold the keys."""

    def __init__(self, path: str, fields: Sequence[str]) -> None:
        self.fields = tuple(fields)
        listed = some(self.fields, _CHOICES)
        if not self.fields:
            listed = Sentence(
                "es gibt keine Spalten, fehlt die .dbf-Datei?", "there are no columns, is the .dbf absent?"
            )
        super().__init__(
            path,
            Sentence(
                f"keine Spalte AGS, ARS oder RS; die Schlüsselspalte mit --code-field nennen: {listed.de}",
                f"no column AGS, ARS or RS; name the key column with --code-field: {listed.en}",
            ),
        )


class UnknownField(FileProblem):
    """A named column is not in the file."""

    def __init__(self, path: str, field: str, fields: Sequence[str]) -> None:
        self.field, self.fields = field, tuple(fields)
        listed = some(self.fields, _CHOICES)
        super().__init__(
            path,
            Sentence(
                f"hat keine Spalte '{field[:80]}'; vorhanden sind: {listed.de}",
                f"has no column '{field[:80]}'; it has: {listed.en}",
            ),
        )


class LevelNeeded(FileProblem):
    """The keys do not tell the level."""

    def __init__(self, path: str, reason: Sentence) -> None:
        self.reason = reason
        super().__init__(
            path,
            Sentence(
                f"{reason.de}; die Ebene mit --level angeben",
                f"{reason.en}; say which level with --level",
            ),
        )


class LevelAbsent(FileProblem):
    """The layers of the file are of other levels."""

    def __init__(self, path: str, level: str, levels: Sequence[str]) -> None:
        self.level, self.levels = level, tuple(levels)
        listed = ", ".join(self.levels)
        super().__init__(
            path,
            Sentence(
                f"hat keinen Layer der Ebene {level}; vorhanden sind: {listed}",
                f"has no layer of the level {level}; it has: {listed}",
            ),
        )


class EmptyKeys(FileProblem):
    """Features without a key."""

    def __init__(self, path: str, field: str, features: Sequence[int]) -> None:
        self.field, self.features = field, tuple(features)
        listed = some(self.features)
        super().__init__(
            path,
            Sentence(
                f"die Spalte {field} ist leer in Objekt {listed.de}; jedes Gebiet braucht einen Schlüssel",
                f"column {field} is empty in feature {listed.en}; every area needs a key",
            ),
        )


class BadKeys(FileProblem):
    """Keys of an official level that are no such keys."""

    def __init__(self, path: str, level: str | None, feature: int, field: str, reason: Sentence) -> None:
        self.level, self.feature, self.field, self.reason = level, feature, field, reason
        of_level = Sentence("", "") if level is None else Sentence(f", Ebene {level}", f", level {level}")
        super().__init__(
            path,
            Sentence(
                f"Objekt {feature}, Spalte {field}{of_level.de}: {reason.de}; den Schlüssel berichtigen, oder Spalte "
                "(--code-field) und Ebene (--level) angeben",
                f"feature {feature}, column {field}{of_level.en}: {reason.en}; correct the key, or say which "
                "column (--code-field) and level (--level)",
            ),
        )


class RepeatedKeys(FileProblem):
    """Duplicate keys in a file."""

    def __init__(self, path: str, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        listed = some(self.keys)
        super().__init__(
            path,
            Sentence(
                f"Schlüssel kommen mehrfach vor: {listed.de}; die Teile eines Gebiets zu einem Objekt vereinigen",
                f"keys occur more than once: {listed.en}; merge the parts of an area into one feature",
            ),
        )


class NotPolygons(FileProblem):
    """Features that are no polygons, or have no geometry.

    Attributes
    ----------
    kind : str
        Type of the geometry; empty where there is none.
    keys : tuple of str
        Areas that have it.
    """

    def __init__(self, path: str, kind: str, keys: Sequence[str]) -> None:
        self.kind, self.keys = kind, tuple(keys)
        listed = some(self.keys)
        super().__init__(
            path,
            Sentence(
                f"Gebiete müssen Polygone sein, gefunden wurde {kind or 'keine Geometrie'} ({listed.de}); "
                "noch einmal herunterladen, oder diese Objekte in einem GIS berichtigen oder weglassen",
                f"areas must be polygons, but found {kind or 'no geometry'} ({listed.en}); "
                "download it again, or correct these features in a GIS or leave them out",
            ),
        )


class InvalidGeometries(FileProblem):
    """Polygons that cross themselves or are otherwise invalid."""

    def __init__(self, path: str, keys: Sequence[str], reason: Sentence) -> None:
        self.keys, self.reason = tuple(keys), reason
        listed = some(self.keys)
        super().__init__(
            path,
            Sentence(
                f"ungültige Geometrie von {listed.de} ({reason.de}); in einem GIS reparieren (Geometrien reparieren) "
                "und neu laden",
                f"invalid geometry of {listed.en} ({reason.en}); repair it in a GIS (fix geometries) and load again",
            ),
        )


class BadGroups(FileProblem):
    """A table of groups of areas is not as it should be.

    Attributes
    ----------
    place : Sentence
        Line, entry or option.
    reason : Sentence
        What is wrong there, and what to do about it where that is not plain.
    """

    def __init__(self, path: str, place: Sentence, reason: Sentence) -> None:
        self.place, self.reason = place, reason
        super().__init__(
            path,
            Sentence(
                f"{place.de}: {reason.de}; die Tabelle berichtigen und neu laden",
                f"{place.en}: {reason.en}; correct the table and load again",
            ),
        )


class BadRegister(FileProblem):
    """A Gemeindeverzeichnis is not as it should be."""

    def __init__(self, path: str, line: int, reason: Sentence, column: str | None = None) -> None:
        self.line, self.reason, self.column = line, reason, column
        de, en = f"Zeile {line}", f"line {line}"
        if column is not None:
            de, en = f"{de}, Spalte {column}", f"{en}, column {column}"
        super().__init__(
            path,
            Sentence(
                f"{de}: {reason.de}; das Gemeindeverzeichnis so laden, wie Destatis es anbietet",
                f"{en}: {reason.en}; load the Gemeindeverzeichnis as Destatis offers it",
            ),
        )
