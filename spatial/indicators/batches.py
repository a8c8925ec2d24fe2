"""Batches: the figures of one value column in a block of rows, text by text, nothing of it read yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.area_keys import split_key_and_name
from spatial.indicators.cells import BLANKS
from spatial.indicators.grids import AnyBlock, Coded, Raw, combined, constant, texts
from spatial.indicators.layouts import Layout, admitted


class RawFigure(NamedTuple):
    """One figure as it stands in a table, nothing of it read yet.

    Attributes
    ----------
    line : int
        Line of the file or row of the sheet, counted from 1.
    number : int
        Position of the value column among those of the table.
    key, level, period, indicator, status, flags, unit : str
        Texts of the row or the column heading; empty where there are none.
    value : str, float, int, datetime.date or None
    is_selected : bool
        Whether the row is one of those that the mapping selects.
    stand_in : str
        Name of the area, where the cell of its key is empty.
    """

    line: int
    number: int
    key: str
    level: str
    period: str
    indicator: str
    value: Raw
    status: str
    flags: str
    unit: str
    is_selected: bool
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Figures of one value column in consecutive rows.

    Attributes
    ----------
    number : int
        Position of the value column among those of the table.
    lines : sequence of int
    keys, levels, periods, indicators, values, statuses, flags, units : Coded
        As in :class:`RawFigure`, one for each line.
    names, stand_ins : Coded
        What stands in the column of names; of rows whose key is empty alone.
    selected : ndarray of bool
    """

    number: int
    lines: Sequence[int]
    keys: Coded[str]
    levels: Coded[str]
    periods: Coded[str]
    indicators: Coded[str]
    values: Coded[Raw]
    statuses: Coded[str]
    flags: Coded[str]
    units: Coded[str]
    names: Coded[str]
    stand_ins: Coded[str]
    selected: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.lines)

    def taken(self, rows: NDArray[np.intp]) -> Batch:
        """Figures of some rows alone."""
        columns = {name: getattr(self, name).taken(rows) for name in _COLUMNS}
        return replace(self, lines=np.asarray(self.lines)[rows].tolist(), selected=self.selected[rows], **columns)

    def figure(self, row: int) -> RawFigure:
        """One of the figures."""
        return RawFigure(
            line=self.lines[row],
            number=self.number,
            key=self.keys.at(row),
            level=self.levels.at(row),
            period=self.periods.at(row),
            indicator=self.indicators.at(row),
            value=self.values.at(row),
            status=self.statuses.at(row),
            flags=self.flags.at(row),
            unit=self.units.at(row),
            is_selected=bool(self.selected[row]),
            stand_in=self.stand_ins.at(row),
        )


_COLUMNS = ("keys", "levels", "periods", "indicators", "values", "statuses", "flags", "units", "names", "stand_ins")


def batches_of(layout: Layout, block: AnyBlock) -> tuple[Batch, ...]:
    """Figures of a block of rows: one batch for each value column."""
    rows = len(block)
    keys = texts(block, layout.frame.key)
    if layout.key_and_name:
        keys = keys.mapped(lambda text: (split_key_and_name(text) or (text,))[0])
    if layout.key_of is not None:
        keys = keys.mapped(layout.key_of)
    periods = texts(block, layout.period).mapped(lambda text: text or layout.table_period)
    indicators, units = texts(block, layout.indicator), texts(block, layout.unit)
    levels, statuses = texts(block, layout.level), texts(block, layout.status)
    flags, selected = texts(block, layout.flags), admitted(block, layout.select)
    names = texts(block, layout.name)
    stand_ins = _stand_ins(keys, names)
    return tuple(
        Batch(
            number=number,
            lines=block.lines,
            keys=keys,
            levels=levels,
            periods=constant(value.period, rows) if value.period else periods,
            indicators=constant(value.indicator, rows) if value.indicator else indicators,
            values=block.coded(value.column),
            statuses=statuses,
            flags=flags if value.flags is None else texts(block, value.flags),
            units=constant(value.unit, rows) if value.unit else units,
            names=names,
            stand_ins=stand_ins,
            selected=selected,
        )
        for number, value in enumerate(layout.values)
    )


def _stand_ins(keys: Coded[str], names: Coded[str]) -> Coded[str]:
    """Names of the rows whose key is empty; empty texts in the others."""
    is_blank = keys.marked(lambda text: not text.strip(BLANKS))
    if not is_blank.any():
        return constant("", len(keys))
    pairs, _ = combined([keys, names])
    return pairs.mapped(lambda texts: "" if texts[0].strip(BLANKS) else texts[1].strip(BLANKS))
