"""Neighbourhoods: cells that relations connect, how far each may move, and which of them cannot move at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spatial.indicators.protection.system import AdditiveSystem

_FAR = 1e7  # stands for a change without a bound
_PASSES = 4  # of narrowing bounds, relation by relation


@dataclass(frozen=True)
class Neighbourhood:
    """Cells that can move together, cut out of a system.

    Attributes
    ----------
    rows : ndarray of int, shape (n,)
        Rows of the cells in the system, ascending.
    matrix : csc array, shape (m, n)
        The relations between them.
    """

    rows: NDArray[np.intp]
    matrix: sparse.csc_array

    @cached_property
    def cell_of_entry(self) -> NDArray[np.intp]:
        """Cell that each entry of the matrix is of."""
        return np.repeat(np.arange(len(self.rows)), np.diff(self.matrix.indptr))

    def around(self, row: int, size: int) -> Neighbourhood:
        """Cells next to one, by relations and their relations, until there are at least ``size``; all others stay."""
        reached = self.rows == row
        relations = self.matrix.indices
        count = 0
        while count < int(reached.sum()) < size:
            count = int(reached.sum())
            touched = np.zeros(self.matrix.shape[0], bool)
            touched[relations[reached[self.cell_of_entry]]] = True
            reached[self.cell_of_entry[touched[relations]]] = True
        return self.part(np.flatnonzero(reached))

    def part(self, cells: NDArray[np.intp]) -> Neighbourhood:
        """Some of the cells, and the relations that they stand in; all others stay."""
        indptr, indices, data = columns_of(self.matrix, cells)
        relations, numbered = np.unique(indices, return_inverse=True)
        matrix = sparse.csc_array((data, numbered, indptr), shape=(len(relations), len(cells)))
        return Neighbourhood(self.rows[cells], matrix)


def neighbourhoods(system: AdditiveSystem, movable: NDArray[np.bool_]) -> list[Neighbourhood]:
    """Cut the movable cells into the smallest groups that no relation connects."""
    columns = np.flatnonzero(movable)
    if not len(columns):
        return []
    part = system.matrix[:, columns].tocsc()
    whole = Neighbourhood(columns, part)
    of_cell = _labels(whole)
    order = np.argsort(of_cell, kind="stable")
    return [whole.part(group) for group in np.split(order, np.flatnonzero(np.diff(of_cell[order])) + 1)]


def _labels(place: Neighbourhood) -> NDArray[np.intp]:
    """Numbers of the groups of cells that relations connect."""
    matrix = place.matrix
    cells, nodes = len(place.rows), len(place.rows) + matrix.shape[0]
    indptr = np.concatenate([matrix.indptr, np.full(matrix.shape[0], matrix.nnz)])
    graph = sparse.csr_array((np.ones(matrix.nnz), matrix.indices + cells, indptr), shape=(nodes, nodes))
    _, labels = sparse.csgraph.connected_components(graph, directed=False)
    return np.asarray(labels[:cells], np.intp)


@dataclass(frozen=True)
class Room:
    """How far each cell of a system may move; changes while cells are withheld.

    Attributes
    ----------
    down, up : ndarray of float64
        Free changes: those of withheld cells, and of rounded ones as far as their rounding hides them.
    candidates : ndarray of bool
        Cells that could be withheld as well.
    deep, high : ndarray of float64
        Changes of the candidates if they were withheld.
    costs : ndarray of float64
        Of withholding a candidate.
    """

    down: NDArray[np.float64]
    up: NDArray[np.float64]
    candidates: NDArray[np.bool_]
    deep: NDArray[np.float64]
    high: NDArray[np.float64]
    costs: NDArray[np.float64]

    @property
    def free(self) -> NDArray[np.bool_]:
        """Cells that move without any other being withheld."""
        return (self.down < 0) | (self.up > 0)

    def free_of(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of some cells move without any other being withheld."""
        return np.asarray((self.down[rows] < 0) | (self.up[rows] > 0))

    def withhold(self, rows: NDArray[np.intp] | int) -> None:
        """Let some cells move as far as withheld ones may."""
        self.down[rows], self.up[rows] = self.deep[rows], self.high[rows]
        self.candidates[rows] = False


def room_of(
    system: AdditiveSystem,
    withheld: NDArray[np.bool_],
    candidates: NDArray[np.bool_],
    costs: NDArray[np.float64],
) -> Room:
    """Room of a system in which some cells are withheld."""
    shown_low, shown_high = system.published_bounds()
    low, high = system.withheld_bounds()
    down = np.where(withheld, low, shown_low) - system.values
    up = np.where(withheld, high, shown_high) - system.values
    return Room(down, up, candidates & ~withheld, low - system.values, high - system.values, costs)


def stuck(place: Neighbourhood, room: Room) -> NDArray[np.bool_]:
    """Cells of a neighbourhood that cannot move, because a relation leaves them alone; a quick look, not all of them.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    free = room.free_of(place.rows)
    cells, relations = place.cell_of_entry, place.matrix.indices
    while True:
        inside = free[cells]
        cells, relations = cells[inside], relations[inside]
        lonely = cells[(np.bincount(relations, minlength=place.matrix.shape[0]) == 1)[relations]]
        if not len(lonely):
            return ~free
        free[lonely] = False


class Loose:
    """Cells of a neighbourhood that move without any other being withheld, in the groups that relations connect.

    Parameters
    ----------
    place : Neighbourhood
    room : Room
        As it is now; later changes are not seen.
    """

    def __init__(self, place: Neighbourhood, room: Room) -> None:
        self._moving = place.part(np.flatnonzero(~stuck(place, room)))
        self._labels = _labels(self._moving)
        self._groups: dict[int, Neighbourhood] = {}
        self._low, self._high = _reach(self._moving, room)

    def around(self, row: int) -> Neighbourhood | None:
        """The cells that one can move with; None where it is stuck."""
        spot = self._spot(row)
        if spot is None:
            return None
        label = int(self._labels[spot])
        if label not in self._groups:
            self._groups[label] = self._moving.part(np.flatnonzero(self._labels == label))
        return self._groups[label]

    def reach(self, row: int) -> tuple[float, float]:
        """Bounds of the change that one can make, down and up; the change itself may be shorter."""
        spot = self._spot(row)
        return (0.0, 0.0) if spot is None else (float(self._low[spot]), float(self._high[spot]))

    def _spot(self, row: int) -> int | None:
        spot = int(np.searchsorted(self._moving.rows, row))
        return spot if spot < len(self._moving.rows) and self._moving.rows[spot] == row else None


def _reach(place: Neighbourhood, room: Room) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds of the changes of free cells: none moves farther than the others of each of its relations make up for."""
    low, high = np.maximum(room.down[place.rows], -_FAR), np.minimum(room.up[place.rows], _FAR)
    cells, relations, factors = place.cell_of_entry, place.matrix.indices, place.matrix.data
    count = place.matrix.shape[0]
    for _ in range(_PASSES):
        ends = factors * low[cells], factors * high[cells]
        least, most = np.minimum(*ends), np.maximum(*ends)
        highest = (least - np.bincount(relations, least, count)[relations]) / factors
        lowest = (most - np.bincount(relations, most, count)[relations]) / factors
        np.maximum.at(low, cells, np.minimum(lowest, highest))
        np.minimum.at(high, cells, np.maximum(lowest, highest))
    return low, high


def columns_of(
    matrix: sparse.csc_array, columns: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Starts, rows and data of some columns; what indexing does, without its checks, which take most of the time."""
    starts = matrix.indptr[columns].astype(np.intp)
    counts = matrix.indptr[columns + 1] - starts
    ends = np.concatenate([[0], np.cumsum(counts)])
    spots = np.repeat(starts - ends[:-1], counts) + np.arange(ends[-1])
    return ends, matrix.indices[spots].astype(np.intp), matrix.data[spots]
