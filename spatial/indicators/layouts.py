"""Layouts: the roles that the columns of a raw table play."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import MalformedPeriod, UnknownTableForm, quote
from spatial.indicators.frames import Frame
from spatial.indicators.grids import AnyBlock, texts
from spatial.indicators.mapping import Column, TableMapping
from spatial.indicators.periods import parse_period
from spatial.indicators.places import Place, Role, Spot
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import normal_label

_TOTALS = ("insgesamt", "total", "gesamt", "zusammen")
_LISTED = 60


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values, and what its heading says about them.

    Attributes
    ----------
    column : int
    label : str
        Heading without period and unit.
    period, indicator, unit : str
        Empty where the heading does not say them.
    flags : int or None
        Position of the column of its quality marks, where it has one of its own.
    """

    column: int
    label: str
    period: str = ""
    indicator: str = ""
    unit: str = ""
    flags: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows that have a code in a column; an empty code means the total.

    Attributes
    ----------
    column : int
    code : str
    name : str
        What a mapping calls the column.
    """

    column: int
    code: str
    name: str

    def admits(self, text: str) -> bool:
        """Whether a cell has the code."""
        bare = " ".join(text.strip(BLANKS).split())
        return bare == self.code if self.code else is_total(bare)


def admitted(block: AnyBlock, selections: Iterable[Selection]) -> NDArray[np.bool_]:
    """Mask of the rows of a block that have the codes of all selections."""
    mask = np.ones(len(block), bool)
    for selection in selections:
        mask &= texts(block, selection.column).marked(selection.admits)
    return mask


@dataclass(frozen=True)
class Layout:
    """Roles of the columns of a table, by position from 0.

    Attributes
    ----------
    form : {"long", "wide", "classic", "ffcsv", "inkar", "grid"}
    frame : Frame
        Header, key column and data rows.
    values : tuple of ValueColumn
    key_and_name : bool
        Whether key cells may hold a name as well.
    name, period, indicator, status, flags, unit, level : int or None
        Positions of further columns.
    select : tuple of Selection
    unread_columns : tuple of str
    table_period : str
        Period that the lines above the header name for the whole table.
    notes : tuple of Sentence
        What was taken for granted.
    provenance : tuple of str
        What the file says of its origin.
    """

    form: str
    frame: Frame
    values: tuple[ValueColumn, ...]
    key_and_name: bool = True
    name: int | None = None
    period: int | None = None
    indicator: int | None = None
    status: int | None = None
    flags: int | None = None
    unit: int | None = None
    level: int | None = None
    select: tuple[Selection, ...] = ()
    unread_columns: tuple[str, ...] = ()
    table_period: str = ""
    notes: tuple[Sentence, ...] = ()
    provenance: tuple[str, ...] = ()

    key_of: Callable[[str], str] | None = None
    """Turns key cells of a form of their own into official keys."""

    def place(self, spot: Spot) -> Place:
        """Where a cell of a row of figures stands; the line alone for what no cell of the row says."""
        column = self._column_of(spot.role, self.values[spot.number])
        if column is None:
            return Place(spot.line)
        return self.frame.place(spot.line, column)

    def _column_of(self, role: Role, value: ValueColumn) -> int | None:
        """Column of a role; the value column where its heading says it."""
        headings: dict[Role, str] = {"period": value.period, "indicator": value.indicator, "unit": value.unit}
        if role == "value" or headings.get(role):
            return value.column
        if role == "flags" and value.flags is not None:
            return value.flags
        columns: dict[Role, int | None] = {
            "key": self.frame.key, "name": self.name, "level": self.level, "period": self.period,
            "indicator": self.indicator, "status": self.status, "flags": self.flags, "unit": self.unit,
        }  # fmt: skip
        return columns[role]

    def unit_place(self, spot: Spot) -> Place:
        """Where the unit of a figure stands: in its row, or in the heading of its column."""
        value = self.values[spot.number]
        return self.frame.heading_place(value.column, value.unit) if value.unit else self.place(spot)

    def narrowed(self) -> Layout:
        """The same layout on a table of which only the columns in use are read."""
        roles = (self.name, self.period, self.indicator, self.status, self.flags, self.unit, self.level)
        used = {self.frame.key, *(role for role in roles if role is not None)}
        used |= {value.column for value in self.values} | {selection.column for selection in self.select}
        used |= {value.flags for value in self.values if value.flags is not None}
        return replace(self, frame=replace(self.frame, grid=self.frame.grid.only(frozenset(used))))


def is_total(text: str) -> bool:
    """Whether a text, or no text, means the total of a breakdown.

    >>> is_total(""), is_total("Insgesamt (ohne Doppelzählungen)"), is_total("männlich")
    (True, True, False)
    """
    bare = text.strip(BLANKS).casefold()
    return not bare or bare.startswith(_TOTALS)


def period_of(parts: tuple[str, ...]) -> tuple[str, str]:
    """Period on the wire that one of the header cells names, and the cell; both empty where none does."""
    for part in parts:
        try:
            return parse_period(part), part
        except MalformedPeriod:
            continue
    return "", ""


def choose_values(frame: Frame, candidates: list[ValueColumn], mapping: TableMapping) -> tuple[ValueColumn, ...]:
    """Value columns that are meant: one measure, in one column or in one column per period.

    Parameters
    ----------
    frame : Frame
    candidates : list of ValueColumn
    mapping : TableMapping
        ``value_column`` and ``column_label`` choose.

    Raises
    ------
    UnknownTableForm
        There is no such column, or there are several and nobody says which; the message lists them.
    """
    chosen = candidates
    for wanted in (*([] if mapping.value_column is None else [mapping.value_column]), *mapping.column_label):
        chosen = _matching(frame, chosen, wanted)
        if not chosen:
            text = Sentence(
                f"keine Wertspalte heißt {wanted!r}; es gibt", f"no value column is called {wanted!r}; there are"
            )
            raise _not_chosen(frame, candidates, text)
    labels = {(value.label, value.unit) for value in chosen}
    periods = [value.period for value in chosen]
    if len(labels) > 1 or (len(chosen) > 1 and len(set(periods)) < len(periods)):
        text = Sentence("mehrere Spalten können die Werte enthalten", "several columns may hold the values")
        raise _not_chosen(frame, chosen, text)
    if not chosen:
        raise _not_chosen(frame, [], Sentence("keine Spalte enthält Werte", "no column holds values"))
    return tuple(chosen)


def _matching(frame: Frame, candidates: list[ValueColumn], wanted: Column) -> list[ValueColumn]:
    """Candidates that a position or a text means: the whole label, else some of its header cells."""
    if isinstance(wanted, int):
        return [value for value in candidates if value.column == wanted]
    whole = normal_label(wanted)
    exact = [
        value
        for value in candidates
        if whole in (normal_label(value.label), normal_label(frame.label(value.column)), normal_label(_full(value)))
    ]
    if exact:
        return exact
    asked = {normal_label(part) for part in wanted.replace("|", "/").split("/")}
    partly = [value for value in candidates if asked <= _parts(frame, value)]
    if not partly and wanted.isdigit():
        # A position that was copied in quotation marks.
        return [value for value in candidates if value.column == int(wanted)]
    least = min((len(_parts(frame, value, bare=True) - asked) for value in partly), default=0)
    nearest = [value for value in partly if len(_parts(frame, value, bare=True) - asked) == least]
    # A heading that has nothing beside what was asked for is meant, not the finer ones below it.
    return nearest if least == 0 else partly


def _parts(frame: Frame, value: ValueColumn, *, bare: bool = False) -> set[str]:
    """Header cells of a value column; ``bare`` without period and unit."""
    if bare:
        return {normal_label(part) for part in value.label.split(" / ")}
    header = frame.labels[value.column] if value.column < len(frame.labels) else ()
    split = [piece for part in header for piece in (part, *part.split("__"))]
    return {normal_label(part) for part in (*split, *value.label.split(" / "), value.unit)}


def _full(value: ValueColumn) -> str:
    return f"{value.label} / {value.unit}"


def listed_columns(named: Sequence[tuple[int, str]]) -> str:
    """Columns to choose from: position and heading, so that one of them can be copied.

    >>> listed_columns([(4, "weiblich"), (5, "männlich")])
    '4: "weiblich", 5: "männlich"'
    """
    told = [
        str(column) if label in ("", str(column)) else f"{column}: {quote(label)}" for column, label in named[:_LISTED]
    ]
    return ", ".join(told) + (", …" if len(named) > _LISTED else "")


def _not_chosen(frame: Frame, candidates: list[ValueColumn], text: Sentence) -> UnknownTableForm:
    """Error for a table whose value column is not clear."""
    called = [(f"{value.label} ({value.unit})" if value.unit else value.label, value.column) for value in candidates]
    if len({label for label, _ in called}) > 1 and len({value.period for value in candidates}) > 1:
        # A heading over a column per period is chosen by what it says, and told once.
        listed = ", ".join(map(quote, dict.fromkeys(label for label, _ in called)))
    else:
        listed = listed_columns([(column, label) for label, column in called])
    colon = ": " if listed else ""
    return UnknownTableForm(
        Sentence(text.de + colon + listed, text.en + colon + listed),
        path=frame.grid.path,
        line=frame.header_line,
        remedy=Sentence(
            "die Spalte in einer Zuordnung mit value_column nennen (Überschrift oder Position ab 0)",
            "name the column with value_column in a mapping (heading or position from 0)",
        ),
        choices=tuple(frame.name_of(value.column) for value in candidates),
    )
