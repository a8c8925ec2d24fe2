"""Breakdowns: rows of one table for several characteristics, of which a figure needs exactly one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import AmbiguousRows, quote
from spatial.indicators.grids import AnyBlock, Blocks, combined, texts
from spatial.indicators.layouts import Selection, admitted, is_total
from spatial.indicators.sentences import Sentence

_MOST_CODES = 2000
_LISTED = 40


@dataclass(slots=True)
class Breakdown:
    """A characteristic that rows are broken down by.

    Attributes
    ----------
    name : str
        What a mapping calls it: code of the variable, label or position of the column.
    column : int
        Column of the codes.
    label_column : int or None
        Column of their labels.
    codes : dict of str to str
        Codes that occur, with their labels; the total may have an empty code.
    lines : dict of str to int
        First line of each code.
    """

    name: str
    column: int
    label_column: int | None = None
    codes: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def add(self, block: AnyBlock, rows: NDArray[np.intp]) -> None:
        """Take rows of a block into account."""
        pairs, first = combined([texts(block, self.column), texts(block, self.label_column)])
        used = set(pairs.codes[rows].tolist())
        for number in np.argsort(first).tolist():
            text, label = pairs.distinct[number]
            code = text.strip(BLANKS)
            if number in used and code not in self.codes and len(self.codes) < _MOST_CODES:
                self.codes[code] = label.strip(BLANKS)
                self.lines[code] = block.lines[int(first[number])]

    def selection(self, code: str) -> Selection:
        """Rows of one code, which may be given by its label."""
        if code and code not in self.codes and self.label_column is not None and code in self.codes.values():
            return Selection(self.label_column, code, self.name)
        return Selection(self.column, code, self.name)

    @property
    def second_line(self) -> int | None:
        """First line that has another code than the lines before it."""
        return sorted(self.lines.values())[1] if len(self.lines) > 1 else None

    @property
    def total(self) -> str | None:
        """Code of the total; ``None`` where there is none, or more than one."""
        totals = [code for code in self.codes if is_total(code)]
        return totals[0] if len(totals) == 1 else None


def collect(blocks: Blocks, breakdowns: list[Breakdown], selections: list[Selection]) -> None:
    """Note which codes occur in the rows that are selected."""
    for block in blocks:
        rows = np.flatnonzero(admitted(block, selections))
        for breakdown in breakdowns:
            breakdown.add(block, rows)


def choose_rows(
    path: Path, breakdowns: list[Breakdown], wanted: Mapping[str, str]
) -> tuple[list[Selection], list[Sentence]]:
    """Selections for every breakdown: what is asked for, else the total, which is noted.

    Raises
    ------
    AmbiguousRows
        A breakdown has several codes, none of them a total, and nobody says which is meant.
    """
    _refuse_unknown(path, breakdowns, wanted)
    selections: list[Selection] = []
    notes: list[Sentence] = []
    for breakdown in breakdowns:
        if breakdown.name in wanted:
            selections.append(breakdown.selection(wanted[breakdown.name]))
        elif len(breakdown.codes) > 1:
            if breakdown.total is None:
                raise _ambiguous(path, breakdown)
            selections.append(Selection(breakdown.column, breakdown.total, breakdown.name))
            listed = ", ".join(_named(breakdown))
            notes.append(
                Sentence(
                    f"Von {breakdown.name} wurde nur die Gesamtzahl genommen; mit select wählbar: {listed}.",
                    f"Of {breakdown.name} only the total was taken; select may choose: {listed}.",
                )
            )
    return selections, notes


def _refuse_unknown(path: Path, breakdowns: list[Breakdown], wanted: Mapping[str, str]) -> None:
    """Refuse a code that no row has, rather than select nothing."""
    for breakdown in breakdowns:
        code = wanted.get(breakdown.name)
        known = {*breakdown.codes, *breakdown.codes.values()}
        if code and code not in known and len(breakdown.codes) < _MOST_CODES:
            listed = ", ".join(_named(breakdown))
            raise AmbiguousRows(
                Sentence(
                    f"keine Zeile hat {quote(code)}; es gibt {listed}", f"no row has {quote(code)}; there are {listed}"
                ),
                path=path,
                column=breakdown.name,
                remedy=Sentence("select in der Zuordnung ändern", "change select in the mapping"),
                choices=tuple(breakdown.codes),
            )  # fmt: skip


def _ambiguous(path: Path, breakdown: Breakdown) -> AmbiguousRows:
    listed = ", ".join(_named(breakdown))
    code = next(code for code in breakdown.codes if code or len(breakdown.codes) == 1)
    example = f'select = {{ "{breakdown.name}" = "{code}" }}'
    return AmbiguousRows(
        Sentence(
            f"die Zeilen sind nach {breakdown.name} gegliedert: {listed}",
            f"the rows are broken down by {breakdown.name}: {listed}",
        ),
        path=path,
        line=breakdown.second_line,
        column=breakdown.name,
        remedy=Sentence(
            f"in einer Zuordnung eine Ausprägung wählen, etwa {example}", f"choose one in a mapping, such as {example}"
        ),
        choices=tuple(breakdown.codes),
    )


def _named(breakdown: Breakdown) -> Iterator[str]:
    """Codes with their labels, the first of them."""
    for number, (code, label) in enumerate(breakdown.codes.items()):
        if number == _LISTED:
            yield f"… ({len(breakdown.codes)})"
            return
        yield quote(code) + (f" {' '.join(label.split())[:60]}" if label else "")
