"""Ledgers: the figures of an import, column by column, each once however often a file repeats it.

A figure is told by its indicator and period (its heading) and by its area; both are numbered, so that millions of
figures take some 30 bytes each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.columns import CODE, STATUSES
from spatial.indicators.comparison import FigureKey
from spatial.indicators.errors import OversizedTable
from spatial.indicators.observations import Flag, Observation, Status
from spatial.indicators.places import Spot
from spatial.indicators.sentences import Sentence

MOST_FIGURES = 3_000_000
"""Figures that one import may hold."""
_AREA_BITS = 32
_PENDING = 250_000
"""Rows that are sorted in at a time."""
_LINES_NAMED = 20
_MOST_LOGGED = 500_000
"""Lines of repeats that are remembered, lest they contradict."""
_DASHES = np.array([CODE[Status.ZERO_EXACT], CODE[Status.NOT_APPLICABLE]], np.uint8)

Rows = NDArray[np.void]
"""Rows of ``ROW``."""
ROW = np.dtype(
    [
        ("figure", np.int64),
        ("place", np.int64),
        ("value", np.float64),
        ("repeats", np.int32),
        ("status", np.uint8),
        ("flags", np.uint16),
        ("contradicts", np.bool_),
    ]
)
"""A figure: heading and area, place in the file, NaN for no value, further rows of the same figure."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a figure is about and when, and the day that its key refers to."""

    indicator: str
    period: str
    vintage: date


@dataclass(slots=True)
class Register:
    """Numbers of the headings, areas and sets of flags that figures have."""

    headings: dict[Heading, int] = field(default_factory=dict)
    areas: dict[tuple[str, str], int] = field(default_factory=dict)
    _areas: list[tuple[str, str]] = field(default_factory=list)
    flags: dict[tuple[Flag, ...], int] = field(default_factory=lambda: {(): 0})

    def heading(self, heading: Heading) -> int:
        """Number of a heading."""
        return self.headings.setdefault(heading, len(self.headings))

    def area(self, level: str, key: str) -> int:
        """Number of an area."""
        number = self.areas.setdefault((level, key), len(self.areas))
        if number == len(self._areas):
            self._areas.append((level, key))
        return number

    def area_at(self, number: int) -> tuple[str, str]:
        """Level and key of an area."""
        return self._areas[number]

    def flag_set(self, flags: tuple[Flag, ...]) -> int:
        """Number of a set of flags in their order."""
        return self.flags.setdefault(flags, len(self.flags))


def figure_codes(headings: NDArray[np.int64], areas: NDArray[np.int64]) -> NDArray[np.int64]:
    """Codes of figures by the numbers of their headings and areas."""
    return (headings << _AREA_BITS) | areas


class Sighting(NamedTuple):
    """One of several values of a figure: its line, the position of its value column, number and status."""

    line: int
    number: int
    value: float
    status: Status


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A figure with different values in several rows.

    Attributes
    ----------
    key, period : str
    sightings : tuple of Sighting
        The first ones.
    count : int
        Number of all its rows.
    """

    key: str
    period: str
    sightings: tuple[Sighting, ...]
    count: int


@dataclass(slots=True)
class Ledger:
    """Figures of one file, at most one of each.

    Attributes
    ----------
    path : Path
    register : Register
    columns : int
        Number of value columns: figures of one line are that many at most.
    has_memberships : bool
        Whether an area may have a row for every group that it ever belonged to, with a dash in the others.
    duplicates : int
    """

    path: Path
    register: Register
    columns: int = 1
    has_memberships: bool = False
    duplicates: int = 0
    _rows: Rows = field(default_factory=lambda: np.empty(0, ROW))
    _pending: list[Rows] = field(default_factory=list)
    _waiting: int = 0
    _log: list[Rows] = field(default_factory=list)
    _logged: int = 0

    def add(self, rows: Rows) -> None:
        """Take rows in the order of the file.

        Raises
        ------
        OversizedTable
            There are more figures than are read at once.
        """
        self._pending.append(rows)
        self._waiting += len(rows)
        if self._waiting > _PENDING:
            self._sort_in()

    def settle(self) -> Iterator[Contradiction]:
        """Keep repeats once and strike contradictions out, all of their rows; no row may be added afterwards."""
        self._sort_in()
        struck = self._rows["contradicts"]
        self.duplicates += int(self._rows["repeats"][~struck].sum())
        contradicting, self._rows = self._rows[struck], self._rows[~struck]
        self._rows = self._rows[np.argsort(self._rows["place"])]
        log = np.concatenate(self._log) if self._log else np.empty(0, ROW)
        self._log.clear()
        yield from self._contradictions(contradicting, log)

    def figures(self) -> Figures:
        """What is left after settling."""
        return Figures(self._rows, self.register, self.columns)

    def _sort_in(self) -> None:
        """Join the rows that wait with those that are there, one row for each figure."""
        rows = np.concatenate([self._rows, *self._pending])
        self._pending.clear()
        self._waiting = 0
        rows = rows[self._order(rows)]
        is_first = np.ones(len(rows), bool)
        is_first[1:] = rows["figure"][1:] != rows["figure"][:-1]
        firsts = rows[is_first]
        if len(firsts) < len(rows):
            self._count_repeats(firsts, rows[~is_first], (np.cumsum(is_first) - 1)[~is_first])
        self._rows = firsts
        if len(firsts) > MOST_FIGURES:
            raise OversizedTable(
                Sentence(
                    f"hat mehr als {MOST_FIGURES} einzelne Werte", f"has more than {MOST_FIGURES} different figures"
                ),
                path=self.path,
                remedy=Sentence(
                    "mit select eingrenzen oder in mehrere Dateien teilen",
                    "narrow it with select or cut it into several files",
                ),
            )

    def _order(self, rows: Rows) -> NDArray[np.intp]:
        """Order by figure, then as in the file; where a dash means no member, figures before dashes."""
        if self.has_memberships:
            return np.lexsort((rows["place"], np.isin(rows["status"], _DASHES), rows["figure"]))
        return np.argsort(rows["figure"], kind="stable")

    def _count_repeats(self, firsts: Rows, repeats: Rows, of: NDArray[np.intp]) -> None:
        """Note which figures have further rows, and whether those say the same."""
        if self.has_memberships:
            passed = np.isin(repeats["status"], _DASHES) & ~np.isin(firsts["status"][of], _DASHES)
            self.duplicates += int(passed.sum() + repeats["repeats"][passed].sum())
            repeats, of = repeats[~passed], of[~passed]
        said, says = firsts[of], repeats
        same = (said["value"] == says["value"]) | (np.isnan(said["value"]) & np.isnan(says["value"]))
        firsts["contradicts"][of[~same | (said["status"] != says["status"])]] = True
        rank = np.arange(len(of)) - np.searchsorted(of, of) + said["repeats"]
        room = max(0, _MOST_LOGGED - self._logged)
        named = np.flatnonzero(rank < _LINES_NAMED)[:room]
        self._log.append(repeats[named])
        self._logged += len(named)
        firsts["repeats"] += np.bincount(of, minlength=len(firsts)).astype(np.int32)

    def _contradictions(self, contradicting: Rows, log: Rows) -> Iterator[Contradiction]:
        """Contradictions in the order in which they come to light."""
        log = log[np.isin(log["figure"], contradicting["figure"])]
        log = log[np.argsort(log["place"])]
        again: dict[int, list[Sighting]] = {int(figure): [] for figure in dict.fromkeys(log["figure"].tolist())}
        for figure, sighting in zip(log["figure"].tolist(), self._sightings(log), strict=True):
            again[figure].append(sighting)
        row_of = {figure: row for row, figure in enumerate(contradicting["figure"].tolist())}
        headings, areas = list(self.register.headings), list(self.register.areas)
        for figure in dict.fromkeys([*again, *row_of]):
            row = contradicting[[row_of[figure]]]
            yield Contradiction(
                areas[figure & (1 << _AREA_BITS) - 1][1],
                headings[figure >> _AREA_BITS].period,
                (*self._sightings(row), *again.get(figure, ())),
                int(row["repeats"][0]) + 1,
            )

    def _sightings(self, rows: Rows) -> Iterator[Sighting]:
        """Rows as they are told."""
        for place, value, status in zip(
            rows["place"].tolist(), rows["value"].tolist(), rows["status"].tolist(), strict=True
        ):
            line, number = divmod(place, self.columns)
            yield Sighting(line, number, value, STATUSES[status])


class Figures(Sequence[Observation]):
    """Figures of an import as observations, which are made when they are asked for.

    Parameters
    ----------
    rows : ndarray of ``ROW``, shape (n,)
    register : Register
    columns : int
        Number of value columns of the table.
    """

    def __init__(self, rows: Rows, register: Register, columns: int = 1) -> None:
        self._rows, self._columns = rows, columns
        self._register = register
        self._headings, self._areas = list(register.headings), list(register.areas)
        self._flags = list(register.flags)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Observation: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Observation, ...]: ...
    def __getitem__(self, index: int | slice) -> Observation | tuple[Observation, ...]:
        if isinstance(index, slice):
            return tuple(self._made(self._rows[index]))
        return next(self._made(self._rows[[index]]))

    def __iter__(self) -> Iterator[Observation]:
        for start in range(0, len(self._rows), _PENDING):
            yield from self._made(self._rows[start : start + _PENDING])

    def __add__(self, other: Figures) -> Figures:
        """Figures of two ledgers with the same register."""
        return Figures(np.concatenate([self._rows, other._rows]), self._register, self._columns)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Headings in the order of their first figures."""
        return tuple(self._headings[number] for number in _distinct(self._rows["figure"] >> _AREA_BITS))

    def first_place(self, heading: Heading) -> tuple[int, int]:
        """Line and position of the value column of the first figure of a heading."""
        number = self._headings.index(heading)
        places = self._rows["place"][self._rows["figure"] >> _AREA_BITS == number]
        return divmod(int(places.min()), self._columns)

    def written(self, indicators: Collection[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Places and values of the figures of some indicators that have a number; :meth:`spot` tells a place."""
        numbers = [number for number, each in enumerate(self._headings) if each.indicator in indicators]
        mask = np.isin(self._rows["figure"] >> _AREA_BITS, numbers) & ~np.isnan(self._rows["value"])
        return self._rows["place"][mask], self._rows["value"][mask]

    def spot(self, place: int) -> Spot:
        """Line and value column of a place."""
        line, number = divmod(place, self._columns)
        return Spot(line, "value", number)

    @property
    def keys(self) -> frozenset[str]:
        """Keys of the areas."""
        numbers = np.unique(self._rows["figure"] & ((1 << _AREA_BITS) - 1))
        return frozenset(self._areas[number][1] for number in numbers.tolist())

    @property
    def spots(self) -> frozenset[FigureKey]:
        """What identifies the figures: indicator, level, key and period."""
        return frozenset((each.indicator, each.level, each.key, each.period) for each in self)

    def statuses(self) -> dict[str, int]:
        """Number of figures of each status, the most frequent first."""
        return {str(STATUSES[code]): count for code, count in _counted(self._rows["status"])}

    def flags(self) -> dict[str, int]:
        """Number of figures with each flag, the most frequent first."""
        counts: dict[str, int] = {}
        for number, count in _counted(self._rows["flags"]):
            for flag in self._flags[number]:
                counts[str(flag)] = counts.get(str(flag), 0) + count
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def _made(self, rows: Rows) -> Iterator[Observation]:
        figures = rows["figure"]
        headings = (figures >> _AREA_BITS).tolist()
        areas = (figures & ((1 << _AREA_BITS) - 1)).tolist()
        lines = (rows["place"] // self._columns).tolist()
        cells = zip(rows["value"].tolist(), rows["status"].tolist(), rows["flags"].tolist(), strict=True)
        for number, area, line, (value, status, flags) in zip(headings, areas, lines, cells, strict=True):
            heading, (level, key) = self._headings[number], self._areas[area]
            yield Observation(
                indicator=heading.indicator,
                level=level,
                key=key,
                period=heading.period,
                value=None if value != value else value,
                status=STATUSES[status],
                vintage=heading.vintage,
                flags=self._flags[flags],
                line=line,
            )


def _distinct(numbers: NDArray[np.int64]) -> list[int]:
    """Distinct numbers in the order of their appearance."""
    found, first = np.unique(numbers, return_index=True)
    return [int(number) for number in found[np.argsort(first)]]


def _counted(numbers: NDArray[np.uint8] | NDArray[np.uint16]) -> list[tuple[int, int]]:
    """Distinct numbers and their counts, the most frequent first, then in the order of their appearance."""
    found, first, counts = np.unique(numbers, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    return [(int(found[each]), int(counts[each])) for each in order]
