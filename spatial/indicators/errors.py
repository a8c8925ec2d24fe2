"""Errors of the indicator room.

IndicatorError
├── MalformedCell        a cell is neither a number nor a known symbol
├── MalformedPeriod      a text names no day, month, quarter, year or school year
├── CatalogueError       a definition contradicts itself, the catalogue or the levels
├── MappingError         a mapping file says something that is not understood
└── TableError           a statistical file is refused as a whole; nothing of it is stored
    ├── EmptyTable           no data lines
    ├── UnreadableTable      not a table, damaged, or in a format that is not read
    ├── OversizedTable       larger than the reader admits, packed or unpacked
    ├── UnknownTableForm     a table whose columns cannot be told apart
    ├── DestroyedKeys        the area keys were lost to scientific notation
    ├── NoKnownKey           no line names a known area
    ├── AmbiguousUnit        values in several units, or in thousands
    ├── UnknownIndicator     the file or the call names an indicator that cannot be loaded
    ├── MixedPeriods         one series would hold years and months
    ├── RejectedRows         rows were rejected, and none may be
    └── NothingFits          every line was rejected
"""

from __future__ import annotations

from pathlib import Path

QUOTED_CHARACTERS = 80
"""Contents of a cell are quoted up to this length."""


def quote(text: object) -> str:
    """Contents of a cell for a message: on one line, at most 80 characters, in quotation marks."""
    line = " ".join(str(text).split())
    if len(line) > QUOTED_CHARACTERS:
        line = line[: QUOTED_CHARACTERS - 1] + "…"
    return f'"{line}"'


class IndicatorError(Exception):
    """Root of everything this package refuses."""


class MalformedCell(IndicatorError):
    """A cell is neither a number nor a known symbol.

    Attributes
    ----------
    text : str
        The cell as it stood.
    """

    def __init__(self, text: str, reason: str = "is neither a number nor a known symbol") -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"{quote(text)} {reason}")


class MalformedPeriod(IndicatorError):
    """A text names no period.

    Attributes
    ----------
    text : str
        The text as it stood.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{quote(text)} is no day, month, quarter, year or school year")


class CatalogueError(IndicatorError):
    """A definition contradicts itself, the catalogue or the levels.

    Attributes
    ----------
    message : str
        What is wrong, without the place.
    source : str
        The file, or what else the definition came from.
    entry : str or None
        Id of the entry, or its number where it has none.
    line : int or None
        Line of the entry, counted from 1.
    """

    def __init__(
        self, message: str, *, source: str = "catalogue", entry: str | None = None, line: int | None = None
    ) -> None:
        self.message, self.source, self.entry, self.line = message, source, entry, line
        place = source + (f", line {line}" if line else "")
        super().__init__(f"{place}: " + (f"{entry}: " if entry else "") + message)


class MappingError(IndicatorError):
    """A mapping file says something that is not understood.

    Attributes
    ----------
    source : str
        The mapping file.
    key : str or None
        The key of the mapping that is meant.
    """

    def __init__(self, message: str, *, source: str, key: str | None = None) -> None:
        self.source, self.key = source, key
        super().__init__(f"{source}: " + (f"{key}: " if key else "") + message)


class TableError(IndicatorError):
    """A statistical file is refused as a whole; nothing of it is stored.

    Attributes
    ----------
    path : Path
        The file.
    line : int or None
        Line of the file or row of the sheet, counted from 1.
    column : str or None
        Label of the column.
    remedy : str
        What to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path,
        line: int | None = None,
        column: str | None = None,
        remedy: str = "",
    ) -> None:
        self.path, self.line, self.column, self.remedy = path, line, column, remedy
        place = path.name
        if line is not None:
            place += f", line {line}"
        if column is not None:
            place += f", column {quote(column)}"
        super().__init__(f"{place}: {message}" + (f"; {remedy}" if remedy else ""))


class EmptyTable(TableError):
    """The file has no data lines."""


class UnreadableTable(TableError):
    """The file is not a table, is damaged, or is in a format that is not read."""


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


class UnknownIndicator(TableError):
    """The file, the mapping or the call names an indicator that cannot be loaded, or none at all."""


class MixedPeriods(TableError):
    """One series would hold periods of several kinds."""


class RejectedRows(TableError):
    """Rows were rejected, and the call admits none."""


class NothingFits(TableError):
    """Every line of the file was rejected."""
