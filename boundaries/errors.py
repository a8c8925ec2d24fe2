"""Errors of the boundary package; those of files are in `file_errors`.

``BoundaryError``
    ├── ``KeyProblem``
    │   ├── ``MalformedKey``          text that cannot be an official key
    │   ├── ``DestroyedKey``          a spreadsheet rounded the key, digits are lost for good
    │   └── ``UncoveredKey``          the table of changes says nothing about this key's Land
    ├── ``AreaProblem``
    │   ├── ``DuplicateKeys``         two areas of one set share a key
    │   ├── ``MalformedLevel``        a level's name cannot stand in an address
    │   ├── ``UnknownLevel``          the operation does not know this level
    │   ├── ``MissingName``           no name is known for an upper area on that day
    │   ├── ``ImplausibleDay``        boundaries of a day on which there can be none
    │   ├── ``NoSuchEdition``         nothing of that day and level is stored
    │   └── ``EditionNeeded``         boundaries cannot be removed, something that is stored needs them
    ├── ``ChangeProblem``
    │   ├── ``ChangesUnreadable``     the table of changes is damaged
    │   ├── ``ChangesContradict``     a table of changes contradicts what is known already
    │   ├── ``ChangeDoesNotFit``      an event names an area that the set does not hold
    │   ├── ``NoSuchChange``          none of the stored changes is meant
    │   ├── ``StillNeeded``           a change cannot be taken back, another one builds on it
    │   └── ``VintageNotDerivable``   the vintage lies before the base, or before the table begins
    ├── ``FileProblem``               a boundary file is refused as a whole
    │   ├── ``Unreadable``
    │   ├── ``AmbiguousLayer``        several layers, none chosen
    │   ├── ``UnknownLayer``
    │   ├── ``NoFeatures``
    │   ├── ``NoCrs``
    │   ├── ``UnknownCrs``            the file names a coordinate system that does not exist
    │   ├── ``CoordinatesOutOfRange`` the coordinates contradict the coordinate system
    │   ├── ``OutsideGermany``        areas with official keys lie elsewhere
    │   ├── ``OutsideLand``           most areas lie in another Land than their keys tell
    │   ├── ``OutsideParents``        most areas of an own level lie apart from the areas above them
    │   ├── ``OtherVintage``          the file itself tells that it is of another day
    │   ├── ``NoKeyField``
    │   ├── ``UnknownField``
    │   ├── ``LevelNeeded``           the keys do not tell the level
    │   ├── ``LevelAbsent``           the layers of the file are of other levels
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

from boundaries.sentences import Language, Sentence, german_day, one_line

_SHOWN = 5
_LONGEST, _REASON = 200, 1000
"""Characters up to which one item is shown, and a reason that the program words itself."""


def some(items: Sequence[object], shown: int = _SHOWN, separator: str = ", ", *, longest: int = _LONGEST) -> Sentence:
    """Return the first few items, cut where they are too long, and how many there are beyond; for messages."""
    listed = separator.join(str(item)[:longest] for item in items[:shown])
    more = len(items) - shown
    return (
        Sentence(f"{listed} und {more} weitere", f"{listed} and {more} more") if more > 0 else Sentence(listed, listed)
    )


class BoundaryError(Exception):
    """Root of the errors of this package.

    Attributes
    ----------
    message : Sentence
        What is wrong, where, and what to do about it, in one line.
    """

    def __init__(self, message: Sentence) -> None:
        self.message = Sentence(one_line(message.de), one_line(message.en))
        super().__init__(self.message.en)

    def name_file(self, shown: str) -> None:
        """Put the file in which it was found in front of the message."""
        BoundaryError.__init__(self, self.message.after(shown))

    def render(self, language: Language) -> str:
        """Return what is wrong, where, and what to do about it, in one line."""
        return self.message.text(language)


class KeyProblem(BoundaryError):
    """A key cannot be used."""


class MalformedKey(KeyProblem):
    """The text cannot be an official key."""

    def __init__(self, text: str, reason: Sentence) -> None:
        self.text, self.reason = text, reason
        super().__init__(
            Sentence(
                f"'{text[:80]}' ist kein amtlicher Gebietsschlüssel: {reason.de}",
                f"'{text[:80]}' is no official area key: {reason.en}",
            )
        )


class DestroyedKey(KeyProblem):
    """A spreadsheet turned the key into a rounded number; the digits are lost."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            Sentence(
                f"'{text[:80]}': eine Tabellenkalkulation hat diesen Schlüssel gerundet, seine Ziffern sind verloren; "
                "die Quelle neu ausgeben und die Schlüsselspalte dabei als Text formatieren",
                f"'{text[:80]}': a spreadsheet rounded this key and its digits are lost; "
                "export the source again with the key column formatted as text",
            )
        )


class UncoveredKey(KeyProblem):
    """The table of changes says nothing about the Land of this key."""

    def __init__(self, key: str, covered: tuple[str, ...]) -> None:
        self.key, self.covered = key, covered
        listed = some(covered)
        super().__init__(
            Sentence(
                f"{key}: die Tabelle der Änderungen kennt nur {listed.de}; die Änderungen dieses Landes laden "
                "(`kreisatlas boundaries changes FILE`)",
                f"{key}: the table of changes covers {listed.en} only; load the changes of this Land "
                "(`kreisatlas boundaries changes FILE`)",
            )
        )


class AreaProblem(BoundaryError):
    """A set of areas is inconsistent."""


class DuplicateKeys(AreaProblem):
    """Two areas of one set share a key."""

    def __init__(self, level: str, keys: Sequence[str]) -> None:
        self.level, self.keys = level, tuple(keys)
        listed = some(self.keys)
        super().__init__(
            Sentence(
                f"Ebene {level}: Schlüssel kommen mehrfach vor: {listed.de}; jedem Gebiet einen eigenen geben",
                f"level {level}: keys occur more than once: {listed.en}; give every area its own",
            )
        )


class UnknownLevel(AreaProblem):
    """The operation does not know this level."""

    def __init__(self, level: str, known: tuple[str, ...]) -> None:
        self.level, self.known = level, known
        super().__init__(
            Sentence(
                f"die Ebene '{level[:80]}' ist hier nicht möglich; möglich: {', '.join(known)}",
                f"level '{level[:80]}' is not possible here; possible: {', '.join(known)}",
            )
        )


class MalformedLevel(AreaProblem):
    """A level has a name that addresses cannot have."""

    def __init__(self, level: str) -> None:
        self.level = level
        super().__init__(
            Sentence(
                f"die Ebene '{level[:80]}' ist nicht möglich; 1 bis 40 kleine Buchstaben a-z, Ziffern und "
                "Unterstriche verwenden",
                f"level '{level[:80]}' is not possible; use 1 to 40 small letters a-z, digits and underscores",
            )
        )


class MissingName(AreaProblem):
    """No name is known for an upper area on that day."""

    def __init__(self, key: str, level: str, day: date) -> None:
        self.key, self.level, self.day = key, level, day
        super().__init__(
            Sentence(
                f"{level} {key}: für den {german_day(day)} ist kein Name bekannt; die Grenzen dieser Ebene laden",
                f"{level} {key}: no name is known for {day}; load the boundaries of that level",
            )
        )


class ImplausibleDay(AreaProblem):
    """Boundaries of a day on which there can be none."""

    def __init__(self, what: Sentence, day: date, first: date, last: date) -> None:
        self.what, self.day, self.first, self.last = what, day, first, last
        super().__init__(
            Sentence(
                f"{what.de} {german_day(day)}: möglich sind Tage vom {german_day(first)} bis zum {german_day(last)}; "
                "das Datum berichtigen",
                f"{what.en} {day}: days from {first} to {last} are possible; correct the date",
            )
        )


class NoSuchEdition(AreaProblem):
    """Nothing of that day and level is stored.

    Attributes
    ----------
    what : Sentence
        What was looked for.
    stored : tuple of str
        Days and levels that are stored.
    """

    def __init__(self, what: Sentence, stored: Sequence[str]) -> None:
        self.what, self.stored = what, tuple(stored)
        nothing = Sentence("nichts", "nothing")
        listed = some(self.stored, shown=20) if self.stored else nothing
        super().__init__(
            Sentence(
                f"{what.de} nicht gespeichert, nichts wurde entfernt; gespeichert: {listed.de} "
                "(`kreisatlas boundaries list`)",
                f"{what.en} not stored, nothing was removed; stored: {listed.en} (`kreisatlas boundaries list`)",
            )
        )


class EditionNeeded(AreaProblem):
    """Boundaries cannot be removed, because something that is stored needs them.

    Attributes
    ----------
    reasons : tuple of Sentence
        What needs them, and what to do about it.
    """

    def __init__(self, reasons: Sequence[Sentence]) -> None:
        self.reasons = tuple(reasons)
        german = some([each.de for each in self.reasons], separator="; ", longest=_REASON)
        english = some([each.en for each in self.reasons], separator="; ", longest=_REASON)
        super().__init__(Sentence(f"nichts wurde entfernt: {german.de}", f"nothing was removed: {english.en}"))


class ChangeProblem(BoundaryError):
    """Changes of areas cannot be read or applied."""


class ChangesUnreadable(ChangeProblem):
    """A table of changes is damaged, or a row of it is not understood.

    Attributes
    ----------
    path : str
        The file.
    line : int or None
        Line or row of the sheet, counted from 1; None where the whole file is meant.
    reason : Sentence
        What is wrong, and what to do about it.
    column : str or None
        The column that is meant.
    """

    def __init__(self, path: str, line: int | None, reason: Sentence, column: str | None = None) -> None:
        self.path, self.line, self.reason, self.column = path, line, reason, column
        super().__init__(reason.after(_place(path, line, column)))


def _place(path: str, line: int | None, column: str | None) -> Sentence:
    """Name file, line and column."""
    de = en = path
    if line is not None:
        de, en = f"{de}, Zeile {line}", f"{en}, line {line}"
    if column is not None:
        de, en = f"{de}, Spalte {column[:80]}", f"{en}, column {column[:80]}"
    return Sentence(de, en)


class ChangesContradict(ChangeProblem):
    """A table of changes says something else than the changes that are known already."""

    def __init__(self, contradictions: Sequence[Sentence]) -> None:
        self.contradictions = tuple(contradictions)
        german = some([each.de for each in self.contradictions], separator="; ").de
        english = some([each.en for each in self.contradictions], separator="; ").en
        super().__init__(
            Sentence(
                f"widerspricht Änderungen, die schon gespeichert sind: {german}; die Datei berichtigen, diese Zeilen "
                "weglassen, oder die gespeicherten zurücknehmen (`kreisatlas boundaries changes --remove`)",
                f"contradicts changes that are stored already: {english}; correct the file, leave these rows out, or "
                "take back those that are stored (`kreisatlas boundaries changes --remove`)",
            )
        )


class ChangeDoesNotFit(ChangeProblem):
    """An event names an area that the set does not hold, or would overwrite one."""

    def __init__(self, key: str, day: date, reason: Sentence) -> None:
        self.key, self.day, self.reason = key, day, reason
        place = Sentence(f"Änderung vom {german_day(day)}, Gebiet {key}", f"change of {day}, area {key}")
        super().__init__(reason.after(place))


class NoSuchChange(ChangeProblem):
    """None of the stored changes is meant."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "keine solche Änderung ist gespeichert, nichts wurde zurückgenommen; `kreisatlas boundaries changes` "
                "zeigt alle",
                "no such change is stored, nothing was taken back; `kreisatlas boundaries changes` lists all of them",
            )
        )


class StillNeeded(ChangeProblem):
    """A change cannot be taken back, because another one builds on it."""

    def __init__(self, key: str, day: date) -> None:
        self.key, self.day = key, day
        super().__init__(
            Sentence(
                f"nichts wurde zurückgenommen: die Änderung vom {german_day(day)}, Gebiet {key}, baut darauf auf; "
                "zuerst diese zurücknehmen",
                f"nothing was taken back: the change of {day}, area {key}, builds on it; take that one back first",
            )
        )


class VintageNotDerivable(ChangeProblem):
    """The vintage lies where neither boundaries nor changes are known."""

    def __init__(self, vintage: date, first: date) -> None:
        self.vintage, self.first = vintage, first
        super().__init__(
            Sentence(
                f"Gebietsstand {german_day(vintage)}: vor dem {german_day(first)} ist nichts bekannt; "
                "einen späteren Tag wählen",
                f"vintage {vintage}: nothing is known before {first}; choose a later day",
            )
        )


class BundledDataDamaged(BoundaryError):
    """A bundled file is not what its manifest says."""

    def __init__(self, file: str, reason: Sentence) -> None:
        self.file, self.reason = file, reason
        super().__init__(
            Sentence(
                f"mitgelieferte Datei {file}: {reason.de}; kreisatlas neu installieren",
                f"bundled {file}: {reason.en}; install kreisatlas again",
            )
        )


class SourceNotAsExpected(BoundaryError):
    """The source of the bundled boundaries is another than it should be."""

    def __init__(self, what: str, reason: Sentence) -> None:
        self.what, self.reason = what, reason
        super().__init__(
            Sentence(
                f"{what}: {reason.de}; nichts wurde geschrieben",
                f"{what}: {reason.en}; nothing was written",
            )
        )
