"""Errors of the indicator room.

IndicatorError
├── MalformedCell        a cell is neither a number nor a known symbol
├── MalformedPeriod      a text names no day, month, quarter, year or school year
├── CatalogueError       a definition contradicts itself, the catalogue or the levels
├── MappingError         a mapping file says something that is not understood
├── NoSuchFigures        figures that are to be removed are not stored
├── FiguresNeeded        figures cannot be removed, because others are protected by them
├── ProtectionError      figures cannot be published safely; nothing is published
│   ├── ProtectionImpossible  no choice of withheld cells protects the secret ones
│   ├── ProtectionLeak        the audit found a secret cell that can be estimated too closely
│   └── ProtectionTooLong     deciding what to withhold took longer than it may
└── TableError           a statistical file is refused as a whole; nothing of it is stored
    ├── EmptyTable           no data lines
    ├── UnreadableTable      not a table, damaged, or in a format that is not read
    ├── SeveralTables        an archive with more than one table, and nobody says which
    ├── OversizedTable       larger than the reader admits, packed or unpacked
    ├── UnknownTableForm     a table whose columns cannot be told apart
    ├── DestroyedKeys        the area keys were lost to scientific notation
    ├── NoKnownKey           no line names a known area
    ├── AmbiguousUnit        values in several units, or in thousands
    ├── AmbiguousRows        several figures for one area and period, and nobody says which
    ├── UnknownIndicator     the file or the call names an indicator that cannot be loaded
    ├── MixedPeriods         one series would hold years and months
    ├── RejectedRows         rows were rejected or contradict themselves, and none may
    └── NothingFits          every line was rejected
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from spatial.indicators.places import Place
from spatial.indicators.sentences import Language, Sentence

if TYPE_CHECKING:
    from spatial.indicators.report import ImportReport

QUOTED_CHARACTERS = 80
"""Contents of a cell are quoted up to this length."""
_NAMED_CELLS = 5
_NAMED_STOCKS = 20


def shortened(text: object) -> str:
    """Contents of a cell for a report: on one line, at most 80 characters."""
    line = " ".join(str(text).split())
    return line if len(line) <= QUOTED_CHARACTERS else line[: QUOTED_CHARACTERS - 1] + "…"


def quote(text: object) -> str:
    """Contents of a cell for a message: on one line, at most 80 characters, in quotation marks."""
    return f'"{shortened(text)}"'


def shown(path: Path) -> str:
    """File as messages name it: its name, and that of the archive where it is a member of one."""
    archive = next((parent for parent in path.parents if parent.is_file()), None)
    return path.relative_to(archive.parent).as_posix() if archive else path.name


class IndicatorError(Exception):
    """Root of everything this package refuses."""

    def render(self, language: Language) -> str:
        """What is wrong, in one line; every leaf says it in both languages."""
        raise NotImplementedError


_NO_NUMBER = Sentence("ist weder eine Zahl noch ein bekanntes Zeichen", "is neither a number nor a known symbol")


class MalformedCell(IndicatorError):
    """A cell is neither a number nor a known symbol.

    Attributes
    ----------
    text : str
        The cell as it stood.
    is_too_large : bool
        Whether it is a number beyond those that can be held.
    """

    def __init__(self, text: str, reason: Sentence = _NO_NUMBER, *, is_too_large: bool = False) -> None:
        self.text = text
        self.reason = reason
        self.is_too_large = is_too_large
        super().__init__(self.render("en"))

    def render(self, language: Language) -> str:
        """What is wrong with the cell."""
        return f"{quote(self.text)} {self.reason.text(language)}"


class MalformedPeriod(IndicatorError):
    """A text names no period.

    Attributes
    ----------
    text : str
        The text as it stood.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(self.render("en"))

    def render(self, language: Language) -> str:
        """What the text is not."""
        kinds = Sentence(
            "ist kein Tag, Monat, Quartal, Jahr oder Schuljahr", "is no day, month, quarter, year or school year"
        )
        return f"{quote(self.text)} {kinds.text(language)}"


_CATALOGUE = Sentence("Katalog", "catalogue")
_LINE = Sentence("Zeile", "line")


class CatalogueError(IndicatorError):
    """A definition contradicts itself, the catalogue or the levels.

    Attributes
    ----------
    message : Sentence
        What is wrong, without the place and the remedy.
    source : str or None
        The file that the definition came from.
    entry : str or None
        Id of the entry, or its number where it has none.
    line : int or None
        Line of the entry, counted from 1.
    field : str or None
        Name of the field that is meant.
    value : str or None
        What stands in it, at most 80 characters.
    remedy : Sentence or None
        What to write instead.
    """

    def __init__(
        self,
        message: Sentence,
        *,
        source: str | None = None,
        entry: str | Sentence | None = None,
        line: int | None = None,
        field: str | None = None,
        value: object = None,
        remedy: Sentence | None = None,
    ) -> None:
        self.message, self.source, self.line = message, source, line
        self._entry = Sentence(entry, entry) if isinstance(entry, str) else entry
        self.entry = self._entry and self._entry.en
        self.field, self.remedy = field, remedy
        self.value = None if value is None else quote(value)
        super().__init__(self.render("en"))

    def render(self, language: Language) -> str:
        """What is wrong, with file, line, entry and remedy, in one line."""
        place = self.source or _CATALOGUE.text(language)
        if self.line:
            place += f", {_LINE.text(language)} {self.line}"
        parts = [place, *([self._entry.text(language)] if self._entry else []), self.message.text(language)]
        return ": ".join(parts) + (f"; {self.remedy.text(language)}" if self.remedy else "")

    def located(self, *, source: str, entry: str | Sentence | None, line: int | None) -> CatalogueError:
        """The same error, of an entry of a file."""
        moved = CatalogueError(
            self.message, source=source, entry=entry, line=line, field=self.field, remedy=self.remedy
        )
        moved.value = self.value
        return moved


class MappingError(IndicatorError):
    """A mapping file says something that is not understood.

    Attributes
    ----------
    message : Sentence
        What is wrong, without the place.
    source : str
        The mapping file.
    key : str or None
        The key of the mapping that is meant.
    """

    def __init__(self, message: Sentence, *, source: str, key: str | None = None) -> None:
        self.message, self.source, self.key = message, source, key
        super().__init__(self.render("en"))

    def render(self, language: Language) -> str:
        """What is wrong, with file and key, in one line."""
        return f"{self.source}: " + (f"{self.key}: " if self.key else "") + self.message.text(language)


class ProtectionError(IndicatorError):
    """Figures cannot be published safely; nothing is published.

    Attributes
    ----------
    cells : tuple of str or Sentence
        The cells concerned: what they are called, or their ids.
    place : str or None
        Indicators and period of the table.
    remedy : Sentence or None
        What to coarsen.
    """

    verdict: ClassVar[Sentence] = Sentence("lassen sich nicht schützen", "cannot be protected")

    def __init__(
        self, cells: Sequence[str | Sentence], *, place: str | None = None, remedy: Sentence | None = None
    ) -> None:
        self.cells, self.place, self.remedy = tuple(cells), place, remedy
        super().__init__(self.render("en"))

    def render(self, language: Language) -> str:
        """Which cells of which table cannot be published safely, and what to coarsen."""
        place = self.place or Sentence("Tabelle", "table").text(language)
        shown = [each if isinstance(each, str) else each.text(language) for each in self.cells[:_NAMED_CELLS]]
        named = "; ".join(shown) + (" ..." if len(self.cells) > _NAMED_CELLS else "")
        line = f"{place}: {named}: {self.verdict.text(language)}"
        return line + (f"; {self.remedy.text(language)}" if self.remedy else "")


class ProtectionImpossible(ProtectionError):
    """Too much is public already: no choice of withheld cells protects the secret ones."""


class ProtectionLeak(ProtectionError):
    """The audit found secret cells that what would be published determines too closely."""

    verdict = Sentence(
        "ließen sich aus dem, was veröffentlicht würde, zu genau schätzen",
        "could be estimated too closely from what would be published",
    )


class ProtectionTooLong(ProtectionError):
    """Deciding what to withhold took longer than it may; nothing is published.

    Attributes
    ----------
    seconds : float
        Processor time that was allowed.
    size : int
        Number of cells that hang together.
    """

    def __init__(
        self, seconds: float, *, size: int = 0, place: str | None = None, remedy: Sentence | None = None
    ) -> None:
        self.seconds, self.size = seconds, size
        super().__init__((), place=place, remedy=remedy)

    def render(self, language: Language) -> str:
        """How large the table is, how long was allowed, and what to coarsen."""
        what = Sentence(
            f"{self.place or 'Tabelle'}: {self.size} Zellen hängen zusammen, und was davon zu schützen ist, war in "
            f"{self.seconds:g} Sekunden Rechenzeit nicht zu entscheiden",
            f"{self.place or 'table'}: {self.size} cells hang together, and what to withhold of them could not be "
            f"decided in {self.seconds:g} seconds of processor time",
        )
        return what.text(language) + (f"; {self.remedy.text(language)}" if self.remedy else "")


_COLUMN = Sentence("Spalte", "column")
_SHEET = Sentence("Blatt", "sheet")


class NoSuchFigures(IndicatorError):
    """Figures that are to be removed are not stored; nothing was removed.

    Attributes
    ----------
    asked : str
        What was looked for: indicator, level, period.
    stored : tuple of str
        What there is instead.
    """

    def __init__(self, asked: str, stored: Sequence[str], *, computed: bool = False) -> None:
        self.asked, self.stored = asked, tuple(stored)
        named = shortened(asked)
        shown = ", ".join(self.stored[:_NAMED_STOCKS])
        more = len(self.stored) - _NAMED_STOCKS
        listed = Sentence(
            f"{shown or 'nichts'}{f' und {more} weitere' if more > 0 else ''}",
            f"{shown or 'nothing'}{f' and {more} more' if more > 0 else ''}",
        )
        why = Sentence("sind keine Werte gespeichert", "no figures are stored")
        if computed:
            why = Sentence(
                "sind keine Werte gespeichert, denn der Indikator wird berechnet; die Werte entfernen, aus denen er "
                "berechnet wird",
                "no figures are stored, for the indicator is computed; remove the figures it is computed from",
            )
        self.message = Sentence(
            f"von {named} {why.de}; nichts wurde entfernt; gespeichert: {listed.de}",
            f"of {named} {why.en}; nothing was removed; stored: {listed.en}",
        )
        super().__init__(self.message.en)

    def render(self, language: Language) -> str:
        """What is wrong, in one line."""
        return self.message.text(language)


class FiguresNeeded(IndicatorError):
    """Figures cannot be removed, because others that are stored are protected by them.

    Attributes
    ----------
    reasons : tuple of Sentence
        Which, and what to do about it.
    """

    def __init__(self, reasons: Sequence[Sentence]) -> None:
        self.reasons = tuple(reasons)
        first, more = self.reasons[0], len(self.reasons) - 1
        self.message = Sentence(
            f"nichts wurde entfernt: {first.de}{f' (und {more} weitere)' if more else ''}",
            f"nothing was removed: {first.en}{f' (and {more} more)' if more else ''}",
        )
        super().__init__(self.message.en)

    def render(self, language: Language) -> str:
        """What is wrong, in one line."""
        return self.message.text(language)


class TableError(IndicatorError):
    """A statistical file is refused as a whole; nothing of it is stored.

    Attributes
    ----------
    message : Sentence
        What is wrong, without the place and the remedy.
    path : Path
        The file.
    line : int or None
        Line of the file or row of the sheet, counted from 1.
    column : str or None
        Heading of the column, or what a mapping calls it.
    cell : str or None
        Cell of a sheet, such as ``C12``.
    sheet : str or None
        Sheet of a workbook.
    remedy : Sentence or None
        What to do about it.
    choices : tuple of str or int
        What may be chosen, where a choice is the remedy: members, columns or codes.
    report : ImportReport or None
        What became of the rows, where all of them had been read.
    """

    def __init__(
        self,
        message: Sentence,
        *,
        path: Path,
        line: int | None = None,
        column: str | None = None,
        remedy: Sentence | None = None,
        choices: tuple[str | int, ...] = (),
    ) -> None:
        self.message, self.path, self.line, self.column, self.remedy = message, path, line, column, remedy
        self.choices = choices
        self.cell: str | None = None
        self.sheet: str | None = None
        self.report: ImportReport | None = None
        super().__init__(self.render("en"))

    def __str__(self) -> str:
        return self.render("en")

    def at(self, place: Place, sheet: str | None = None) -> Self:
        """The same error, with its place in the file."""
        self.line, self.column, self.cell, self.sheet = place.line, place.column, place.cell, sheet
        self.args = (self.render("en"),)
        return self

    def render(self, language: Language) -> str:
        """What is wrong, with file, sheet, line, column and remedy, in one line."""
        place = shown(self.path)
        if self.sheet is not None:
            place += f", {_SHEET.text(language)} {quote(self.sheet)}"
        if self.line is not None:
            place += f", {_LINE.text(language)} {self.line}"
        if self.column is not None:
            place += f", {_COLUMN.text(language)} {quote(self.column)}"
        if self.cell is not None:
            place += f" ({self.cell})"
        line = f"{place}: {self.message.text(language)}" + (f"; {self.remedy.text(language)}" if self.remedy else "")
        return " ".join(line.split())


class EmptyTable(TableError):
    """The file has no data lines."""

    def __init__(self, message: Sentence, *, path: Path, line: int | None = None) -> None:
        remedy = Sentence("die Tabelle im Original prüfen und neu exportieren", "check the table and export it again")
        super().__init__(message, path=path, line=line, remedy=remedy)


class UnreadableTable(TableError):
    """The file is not a table, is damaged, or is in a format that is not read."""


class SeveralTables(TableError):
    """The archive holds more than one table, and nobody says which is meant."""


class OversizedTable(TableError):
    """The file is larger than the reader admits, packed or unpacked."""


class UnknownTableForm(TableError):
    """The columns of the table cannot be told apart."""


class DestroyedKeys(TableError):
    """The area keys were lost to scientific notation."""


class NoKnownKey(TableError):
    """No line of the file names a known area."""


class AmbiguousUnit(TableError):
    """The values are in several units, or in thousands that nobody announced."""


class AmbiguousRows(TableError):
    """The table has several figures for one area and period, and nobody says which is meant."""


class UnknownIndicator(TableError):
    """The file, the mapping or the call names an indicator that cannot be loaded, or none at all."""


class MixedPeriods(TableError):
    """One series would hold periods of several kinds."""


class RejectedRows(TableError):
    """Rows were rejected, or have the name of another area beside their key, and the call admits none."""


class NothingFits(TableError):
    """Every line of the file was rejected."""
