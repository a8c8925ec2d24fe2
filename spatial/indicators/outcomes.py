"""Outcomes: what becomes of each figure of a batch, told for all of them at once.

What a cell means is read once for each text and remembered; what follows for a row is then a matter of arrays. Rows
that are rejected are only marked: why is told by reading them one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries import OFFICIAL_LEVELS
from spatial.indicators.area_keys import COUNTRY, OTHER, REGIONS, FoundKey, as_city
from spatial.indicators.batches import Batch, RawFigure
from spatial.indicators.cells import BLANKS
from spatial.indicators.collected import BoundedSet
from spatial.indicators.columns import CARRIES_VALUE, CODE
from spatial.indicators.finders import AreaFinder, Found, absent_land
from spatial.indicators.grids import Coded, Raw, combined
from spatial.indicators.ledger import ROW, Register, Rows, figure_codes
from spatial.indicators.observations import Status
from spatial.indicators.readings import FigureReader, is_percent
from spatial.indicators.rejections import RowRejected

_REMEMBERED = 65_536
_AREA = np.dtype(
    [
        ("kind", np.uint8),
        ("number", np.int64),
        ("is_repaired", np.bool_),
        ("is_name", np.bool_),
        ("land", np.uint8),
    ]
)
_HEADING = np.dtype(
    [("number", np.int64), ("day", np.int64), ("low", np.float64), ("high", np.float64), ("is_percent", np.bool_)]
)
_CELL = np.dtype(
    [
        ("is_read", np.bool_),
        ("is_percent", np.bool_),
        ("value", np.float64),
        ("status", np.uint8),
        ("flags", np.uint16),
    ]
)
_DAY_BITS = 24
_ZERO_EXACT, _NOT_APPLICABLE = CODE[Status.ZERO_EXACT], CODE[Status.NOT_APPLICABLE]


class AreaKind(IntEnum):
    """What a row's area is to an import: of the level asked for, of another one, of none that is kept, or no area.

    Elsewhere is what lies in a Land of which no area is loaded, in a table of several Länder.
    """

    WANTED = 0
    ASIDE = 1
    PASSED = 2
    REJECTED = 3
    ELSEWHERE = 4


class Readings:
    """Readings of cells, each made once, and forgotten when there are too many.

    Parameters
    ----------
    dtype : numpy.dtype
    read : callable
        Gives the fields of a reading of one cell of each column.
    """

    def __init__(self, dtype: np.dtype[Any], read: Callable[..., tuple[Any, ...]]) -> None:
        self._read, self._dtype = read, dtype
        self._rows = np.empty(0, dtype)
        self._known: dict[tuple[Any, ...], int] = {}

    def of(self, *columns: Coded[Any]) -> Any:
        """Array of the readings of the rows of some columns."""
        if len(self._rows) > _REMEMBERED:
            self._known.clear()
            self._rows = self._rows[:0]
        different, _ = combined(columns)
        # Numbers of different types may be equal, and a formula equals its text.
        asked = [(*cells, *map(type, cells)) for cells in different.distinct]
        fresh = [number for number, cells in enumerate(asked) if cells not in self._known]
        if fresh:
            # Two columns of different cells may have equal texts.
            self._known.update((asked[number], len(self._rows) + n) for n, number in enumerate(fresh))
            readings = [self._read(*different.distinct[number]) for number in fresh]
            self._rows = np.concatenate([self._rows, np.array(readings, self._dtype)])
        numbers = np.fromiter(map(self._known.__getitem__, asked), np.intp, len(asked))
        return self._rows[numbers[different.codes]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the figures of a batch.

    Attributes
    ----------
    batch : Batch
        Those that are asked for.
    left_out : int
        Number of the others.
    kind : ndarray of AreaKind, shape (n,)
    is_read, is_invalid, is_repaired, is_name : ndarray of bool, shape (n,)
        Can be stored; of an area that was not valid; with a repaired key; with a name for a key.
    land : ndarray of int, shape (n,)
        Number of the Land of the rows that are elsewhere, 0 for the others.
    rows : ndarray of ``ROW``, shape (n,)
        What is stored of those that can be.
    """

    batch: Batch
    left_out: int
    kind: NDArray[np.uint8]
    is_read: NDArray[np.bool_]
    is_invalid: NDArray[np.bool_]
    is_repaired: NDArray[np.bool_]
    is_name: NDArray[np.bool_]
    land: NDArray[np.uint8]
    rows: Rows

    @property
    def is_rejected(self) -> NDArray[np.bool_]:
        """Mask of the rows that are rejected."""
        mask: NDArray[np.bool_] = (self.kind == AreaKind.REJECTED) | ((self.kind == AreaKind.WANTED) & ~self.is_read)
        return mask

    def taken(self, kind: AreaKind) -> NDArray[np.bool_]:
        """Mask of the rows that are stored."""
        mask: NDArray[np.bool_] = (self.kind == kind) & self.is_read
        return mask


@dataclass(slots=True)
class BatchReader:
    """Reads the figures of batches.

    Attributes
    ----------
    reader : FigureReader
    finder : AreaFinder
    level : str
        Level that is asked for.
    present : frozenset of str
        Keys of that level that the table has in rows of their own.
    columns : int
        Number of value columns.
    register : Register
    other_lands : frozenset of str
        Länder of the table of which no area is loaded.
    strangers : set of str
        Keys of other levels that no vintage has, although it has others of their level in their Land.
    """

    reader: FigureReader
    finder: AreaFinder
    level: str
    present: frozenset[str]
    columns: int
    register: Register
    other_lands: frozenset[str] = frozenset()
    strangers: set[str] = field(default_factory=BoundedSet)
    _areas: Readings = field(init=False)
    _headings: Readings = field(init=False)
    _cells: Readings = field(init=False)
    _valid: dict[int, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._areas = Readings(_AREA, self._read_area)
        self._headings = Readings(_HEADING, self._read_heading)
        self._cells = Readings(_CELL, self._read_cell)

    def read(self, batch: Batch) -> Outcome:
        """Read the figures of a batch that are asked for."""
        kept = np.flatnonzero(self._is_asked_for(batch))
        left_out = len(batch) - len(kept)
        batch = batch.taken(kept) if left_out else batch
        areas = self._areas.of(*self.finder.cells(batch))
        headings = self._headings.of(batch.indicators, batch.periods)
        cells = self._cells.of(batch.values, batch.statuses, batch.flags)
        has_heading = headings["number"] >= 0
        is_read = has_heading & cells["is_read"] & (headings["is_percent"] | ~cells["is_percent"])
        is_valid = self._are_valid(areas["number"], headings["day"], is_read & (areas["kind"] <= AreaKind.ASIDE))
        rows = np.zeros(len(batch), ROW)
        rows["figure"] = figure_codes(headings["number"], areas["number"])
        rows["place"] = np.asarray(batch.lines, np.int64) * self.columns + batch.number
        rows["value"] = np.where(is_valid, cells["value"], np.nan)
        is_nothing = (cells["status"] == _ZERO_EXACT) | ~CARRIES_VALUE[cells["status"]]
        rows["status"] = np.where(is_valid, cells["status"], _NOT_APPLICABLE)
        rows["flags"] = cells["flags"]
        is_invalid = is_read & ~is_valid & ~is_nothing
        beyond = (rows["value"] < headings["low"]) | (rows["value"] > headings["high"])
        return Outcome(
            batch,
            left_out,
            kind=areas["kind"],
            is_read=is_read & ~is_invalid & ~beyond,
            is_invalid=is_invalid,
            is_repaired=areas["is_repaired"],
            is_name=areas["is_name"],
            land=areas["land"],
            rows=rows,
        )

    def area(self, figure: RawFigure) -> tuple[Found, AreaKind]:
        """Area of a figure, or why it is none; a city may stand for the municipality that it is."""
        found = self.finder.find(figure)
        if not isinstance(found, FoundKey):
            return found, AreaKind.REJECTED
        if found.level != self.level:
            found = as_city(found, self.level, self.reader.areas, self.present)
        if found.level == self.level:
            return found, AreaKind.WANTED if found.known else self._kind_of_unknown(found)
        if not figure.level and self._may_be_cut(found):
            return found, AreaKind.REJECTED
        return found, AreaKind.ASIDE if found.known and found.level not in (COUNTRY, OTHER) else AreaKind.PASSED

    def _may_be_cut(self, found: FoundKey) -> bool:
        """Whether three digits are no Regierungsbezirk, so that they may be the end of another key."""
        return found.level == "regierungsbezirk" and not found.known and found.key not in REGIONS

    def _kind_of_unknown(self, found: FoundKey) -> AreaKind:
        is_elsewhere = bool(self.other_lands) and absent_land(found, self.reader.areas) in self.other_lands
        return AreaKind.ELSEWHERE if is_elsewhere else AreaKind.REJECTED

    def refusal(self, figure: RawFigure, found: FoundKey) -> RowRejected:
        """Why a figure of a known area is not stored.

        Raises
        ------
        AssertionError
            It could be stored, read on its own: a defect of this module.
        """
        try:
            self.reader.observe(figure, found)
        except RowRejected as refusal:
            return refusal
        raise AssertionError(f"line {figure.line} was rejected and can be read")

    def _is_asked_for(self, batch: Batch) -> NDArray[np.bool_]:
        """Mask of the rows of the attribute, unit and indicator that are asked for."""
        mapping = self.reader.mapping
        mask = batch.selected
        for column, wanted in (
            (batch.units, mapping.unit),
            (batch.indicators, self.reader.indicator or mapping.indicator),
        ):
            if wanted:
                mask = mask & column.mapped(_stripped).marked({"", wanted}.__contains__)
        return mask

    def _are_valid(
        self, areas: NDArray[np.int64], days: NDArray[np.int64], asked: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Whether areas existed on the days; true where it is not asked."""
        pairs, rows = np.unique((areas[asked] << _DAY_BITS) | days[asked], return_inverse=True)
        valid = np.ones(len(areas), bool)
        valid[asked] = np.array([self._was_valid(pair) for pair in pairs.tolist()], bool)[rows]
        return valid

    def _read_area(self, key: str, level: str, period: str, stand_in: str) -> tuple[int, int, bool, bool, int]:
        figure = _BLANK._replace(key=key, level=level, period=period, stand_in=stand_in)
        found, kind = self.area(figure)
        if kind == AreaKind.PASSED and isinstance(found, FoundKey) and self._is_stranger(found):
            self.strangers.add(found.key)
        if kind > AreaKind.ASIDE or not isinstance(found, FoundKey):
            land = int(found.key[:2]) if kind == AreaKind.ELSEWHERE and isinstance(found, FoundKey) else 0
            return kind, 0, False, False, land
        number = self.register.area(found.level, found.key)
        return kind, number, found.repaired_from is not None, self._is_name_of_level(figure), 0

    def _is_stranger(self, found: FoundKey) -> bool:
        """Whether a key of another level is unknown where others of its level are known."""
        return found.level in OFFICIAL_LEVELS and self.reader.areas.has_land(found.key[:2], found.level)

    def _is_name_of_level(self, figure: RawFigure) -> bool:
        """Whether a name that stands for a key is that of an area of the level that is asked for."""
        if figure.stand_in:
            return self.area(figure)[1] == AreaKind.WANTED
        if not self.finder.uses_names:
            return False
        found = self.finder.find(figure)
        return isinstance(found, FoundKey) and found.known and found.level == self.level

    def _read_heading(self, name: str, period: str) -> tuple[int, int, float, float, bool]:
        try:
            indicator, heading = self.reader.heading(_BLANK._replace(indicator=name, period=period))
        except RowRejected:
            return -1, 0, 0.0, 0.0, False
        low, high = indicator.valid_range or (None, None)
        return (
            self.register.heading(heading),
            heading.vintage.toordinal(),
            -np.inf if low is None else low,
            np.inf if high is None else high,
            is_percent(indicator.unit),
        )

    def _read_cell(self, value: Raw, status: str, flags: str) -> tuple[bool, bool, float, int, int]:
        try:
            cell = self.reader.cell(_BLANK._replace(value=value, status=status, flags=flags))
        except RowRejected:
            return False, False, np.nan, 0, 0
        scaled = self.reader.scaled(cell.value)
        number = np.nan if scaled is None else scaled
        return True, cell.unit == "%", number, CODE[cell.status], self.register.flag_set(cell.flags)

    def _was_valid(self, pair: int) -> bool:
        """Whether the area of a number existed on a day, by the number of both."""
        known = self._valid.get(pair)
        if known is None:
            level, key = self.register.area_at(pair >> _DAY_BITS)
            day = date.fromordinal(pair & ((1 << _DAY_BITS) - 1))
            known = self._valid[pair] = self.reader.areas.is_valid(level, key, day)
        return known


_BLANK = RawFigure(0, 0, "", "", "", "", "", "", "", "", True)


def _stripped(text: str) -> str:
    return text.strip(BLANKS)
