"""Moves: differences between the true table and another one that readers could not tell from it.

A move ``d`` changes some cells so that every relation still holds (``A d = 0``) and every cell stays within what is
publicly known. For a reader the true value of a withheld cell ``c`` is anywhere in ``x_c + d_c`` over all moves that
change withheld cells only. Protecting a cell means withholding others until there is a move that is large enough.

References
----------
Kelly, Golden and Assad (1992), Cell suppression: disclosure protection for sensitive tabular data, Networks 22.
Fischetti and Salazar (2000), Models and algorithms for optimizing cell suppression, Mathematical Programming 84.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spatial.indicators.protection.system import AdditiveSystem

_STILL = 1e-7
"""Part of a move's largest change below which a change is numerical noise."""


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


@dataclass(frozen=True, slots=True)
class Move:
    """Change of some cells of a system; all others stay."""

    rows: NDArray[np.intp]
    changes: NDArray[np.float64]

    def change_of(self, row: int) -> float:
        """Change of one cell."""
        place = int(np.searchsorted(self.rows, row))
        return float(self.changes[place]) if place < len(self.rows) and self.rows[place] == row else 0.0

    def scaled(self, factor: float) -> Move:
        """The same direction, another length."""
        return Move(self.rows, self.changes * factor)


def neighbourhoods(system: AdditiveSystem, movable: NDArray[np.bool_]) -> list[Neighbourhood]:
    """Cut the movable cells into the smallest groups that no relation connects."""
    columns = np.flatnonzero(movable)
    if not len(columns):
        return []
    part = system.matrix[:, columns].tocsc()
    relations = part.shape[0]
    graph: Any = sparse.block_array([[None, part], [part.T, None]], format="csr")
    _, labels = sparse.csgraph.connected_components(graph, directed=False)
    of_relation, of_cell = labels[:relations], labels[relations:]
    order = np.argsort(of_cell, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(of_cell[order])) + 1)
    relation_order = np.argsort(of_relation, kind="stable")
    sorted_labels = of_relation[relation_order]
    found = []
    for group in groups:
        start, stop = np.searchsorted(sorted_labels, [of_cell[group[0]], of_cell[group[0]] + 1])
        rows = np.sort(relation_order[start:stop])
        found.append(Neighbourhood(columns[group], part[:, group].tocsr()[rows].tocsc()))
    return found


@dataclass(frozen=True)
class Room:
    """How far each cell of a system may move.

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


def cheapest_move(place: Neighbourhood, room: Room, row: int, change: float) -> Move | None:
    """Move that changes one cell by ``change``, up or down, and withholds as little as possible.

    The cost of a candidate counts in proportion to how much of the change it carries, at most as much as it can.

    Returns
    -------
    Move or None
        None where no move is large enough.
    """
    wanted = abs(change)
    program = _program(place, room, row)
    if program is None:
        return None
    spots, lowest, highest, candidates = program
    reach = highest[0] if change > 0 else -lowest[0]
    if reach < wanted * (1 - _STILL):
        return None
    lowest[0] = highest[0] = change
    costs = np.tile(room.costs[place.rows[candidates]], 2)
    capacity = np.where(highest > 0, highest, -lowest)[len(spots) - len(costs) :]
    with np.errstate(divide="ignore"):
        prices = costs / np.clip(capacity, _STILL, wanted)
    prices[len(candidates) :] *= -1
    prices = np.concatenate([np.zeros(len(spots) - len(costs)), prices])
    solution = _solve(place, spots, prices, lowest / wanted, highest / wanted)
    if solution is None:
        return None
    changes = np.zeros(len(place.rows))
    np.add.at(changes, spots, solution * wanted)
    changes[np.abs(changes) < _STILL * np.abs(changes).max()] = 0.0
    moved = np.flatnonzero(changes)
    return Move(place.rows[moved], changes[moved])


def farthest_change(place: Neighbourhood, room: Room, row: int, limit: float) -> float | None:
    """Largest possible change of one cell in the direction of ``limit`` and not beyond it, whatever it costs."""
    program = _program(place, room, row)
    if program is None:
        return None
    spots, lowest, highest, _ = program
    wanted = abs(limit)
    lowest[0], highest[0] = max(lowest[0], -wanted), min(highest[0], wanted)
    prices = np.zeros(len(spots))
    prices[0] = -np.sign(limit)
    solution = _solve(place, spots, prices, lowest / wanted, highest / wanted)
    return None if solution is None else float(solution[0] * wanted)


def stuck(place: Neighbourhood, room: Room) -> NDArray[np.bool_]:
    """Cells of a neighbourhood that cannot move, because a relation leaves them alone; a quick look, not all of them.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    pattern = place.matrix.copy()
    pattern.data = np.ones_like(pattern.data)
    free = room.free[place.rows]
    while True:
        alone = (pattern @ free) == 1
        lonely = free & ((pattern.T @ alone) > 0)
        if not lonely.any():
            return ~free
        free = free & ~lonely


def _program(
    place: Neighbourhood, room: Room, row: int
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]] | None:
    """Variables of a move: cells they stand for, their bounds, and which cells are candidates.

    The cell ``row`` comes first, then the other free cells, then every candidate twice: its rise and its fall.
    None where the cell cannot move at all.
    """
    rows = place.rows
    target = np.searchsorted(rows, row)
    free = np.flatnonzero(room.free[rows])
    if target not in free:
        return None
    free = np.concatenate([[target], free[free != target]])
    candidates = np.flatnonzero(room.candidates[rows] & (rows != row))
    of_candidates = rows[candidates]
    nothing = np.zeros(len(candidates))
    fall = np.minimum(room.deep[of_candidates] - room.down[of_candidates], 0)
    rise = np.maximum(room.high[of_candidates] - room.up[of_candidates], 0)
    lowest = np.concatenate([room.down[rows[free]], nothing, fall])
    highest = np.concatenate([room.up[rows[free]], rise, nothing])
    return np.concatenate([free, candidates, candidates]), lowest, highest, candidates


def _solve(
    place: Neighbourhood,
    spots: NDArray[np.intp],
    prices: NDArray[np.float64],
    lowest: NDArray[np.float64],
    highest: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Cheapest change of the variables that keeps every relation; None where there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    # Without whole numbers this is a linear programme; the call costs half of what ``linprog`` does.
    solved = milp(
        prices, constraints=LinearConstraint(place.matrix[:, spots], 0.0, 0.0), bounds=Bounds(lowest, highest)
    )
    return None if solved.status != 0 else np.asarray(solved.x, np.float64)
