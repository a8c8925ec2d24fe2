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

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spatial.indicators.protection.limits import Allowance
from spatial.indicators.protection.neighbourhoods import Neighbourhood, Room, columns_of

_BATCH = 4000  # variables of a linear programme: several independent moves are found by one call
_FOLLOWING = 1e-5  # price of moving a free cell: cells that need not move stay, and fewer proofs hang on each
_STILL = 1e-7
"""Part of a move's largest change below which a change is numerical noise."""


@dataclass(frozen=True)
class Move:
    """Change of some cells of a system; all others stay."""

    rows: NDArray[np.intp]
    changes: NDArray[np.float64]

    @cached_property
    def cells(self) -> frozenset[int]:
        """Rows of the cells that move."""
        return frozenset(self.rows.tolist())

    def change_of(self, row: int) -> float:
        """Change of one cell."""
        place = int(np.searchsorted(self.rows, row))
        return float(self.changes[place]) if place < len(self.rows) and self.rows[place] == row else 0.0

    def scaled(self, factor: float) -> Move:
        """The same direction, another length."""
        return Move(self.rows, self.changes * factor)


@dataclass(frozen=True, slots=True)
class Request:
    """A move that is wanted.

    Attributes
    ----------
    place : Neighbourhood
    room : Room
    row : int
        The cell that is to move.
    change : float
        By how much, up or down.
    whole : bool
        Whether a shorter move is no use. If so, the move that withholds as little as possible is wanted; if not,
        the longest one, whatever it withholds.
    alone : bool
        Whether no further cell may be withheld for it.
    """

    place: Neighbourhood
    room: Room
    row: int
    change: float
    whole: bool = True
    alone: bool = False


_Found = TypeVar("_Found")
Answered = Generator[Request, Move | None, _Found]
"""Work that asks for moves, is given them, and finds something."""
Work = Answered[None]


def side_by_side(works: Iterable[Work], allowance: Allowance) -> None:
    """Do works that ask for moves, each in a neighbourhood of its own, so that many moves are found at once."""
    waiting = [(work, request) for work in works for request in _first(work)]
    while waiting:
        answers = moves_for([request for _, request in waiting], allowance)
        following = []
        for (work, _), answer in zip(waiting, answers, strict=True):
            try:
                following.append((work, work.send(answer)))
            except StopIteration:
                continue
        waiting = following


def _first(work: Work) -> Iterator[Request]:
    try:
        yield next(work)
    except StopIteration:
        return


def moves_for(requests: Sequence[Request], allowance: Allowance) -> list[Move | None]:
    """Find the moves of some requests, which are of different neighbourhoods.

    The cost of a candidate counts in proportion to how much of the change it carries, at most as much as it can.

    Returns
    -------
    list of (Move or None)
        None where no move is long enough, or the cell cannot move at all.
    """
    programs = [(place, _program(request)) for place, request in enumerate(requests)]
    found: list[Move | None] = [None] * len(requests)
    batch: list[tuple[int, _Program]] = []
    size = 0
    for place, program in programs:
        if program is None:
            continue
        if batch and size + len(program.spots) > _BATCH:
            _solve(requests, batch, found, allowance)
            batch, size = [], 0
        batch.append((place, program))
        size += len(program.spots)
    _solve(requests, batch, found, allowance)
    return found


def joint_moves(
    places: Sequence[Neighbourhood],
    room: Room,
    reach: NDArray[np.float64],
    weights: NDArray[np.float64],
    allowance: Allowance,
) -> list[Move]:
    """Move of each neighbourhood that changes many cells at once, as far as each is asked to, and withholds nothing.

    Parameters
    ----------
    places : sequence of Neighbourhood
        Of cells that are free to move.
    room : Room
    reach : ndarray of float64, shape (n,)
        Farthest change of each cell of the system, not negative; infinite for those that only follow.
    weights : ndarray of float64, shape (n,)
        What a unit of change is worth, negative for falls. Unequal weights move some cells all the way, where
        equal ones would move all of them a little.
    allowance : Allowance
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not places:
        return []
    rows = np.concatenate([place.rows for place in places])
    sizes = [len(place.rows) for place in places]
    finite = np.where(np.isfinite(reach), reach, 0.0)
    units = np.repeat([max(float(finite[place.rows].max()), 1.0) for place in places], sizes)
    left = _side_by_side([(place.matrix, np.arange(len(place.rows))) for place in places])
    lowest = np.maximum(room.down[rows], -reach[rows]) / units
    highest = np.minimum(room.up[rows], reach[rows]) / units
    solved = milp(
        -weights[rows],
        constraints=LinearConstraint(left, 0.0, 0.0),
        bounds=Bounds(lowest, highest),
        options=allowance.for_solver(),
    )
    allowance.check(solved.status)
    if solved.status != 0:
        return []
    changes = np.where(np.abs(solved.x) < _STILL, 0.0, solved.x) * units
    found = []
    for part, own in zip(np.split(rows, np.cumsum(sizes)[:-1]), np.split(changes, np.cumsum(sizes)[:-1]), strict=True):
        moved = np.flatnonzero(own)
        if len(moved):
            found.append(Move(part[moved], own[moved]))
    return found


@dataclass(frozen=True, slots=True)
class _Program:
    """Variables of a move: cells they stand for, their bounds and prices, in units of the wanted change.

    The cell that is to move comes first, then rises of the other free cells and of the candidates, then their falls.
    """

    spots: NDArray[np.intp]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    prices: NDArray[np.float64]


def _program(request: Request) -> _Program | None:
    """Programme of a request; None where the cell cannot move, or not far enough."""
    room, rows, wanted = request.room, request.place.rows, abs(request.change)
    target = int(np.searchsorted(rows, request.row))
    is_free = room.free_of(rows)
    if target >= len(rows) or rows[target] != request.row or not is_free[target]:
        return None
    down, up = room.down[rows], room.up[rows]
    lowest, highest = max(down[target], -wanted), min(up[target], wanted)
    if request.whole:
        if (highest if request.change > 0 else -lowest) < wanted * (1 - _STILL):
            return None
        lowest = highest = request.change
    is_free[target] = False
    free = np.flatnonzero(is_free)
    candidates = np.flatnonzero(room.candidates[rows] & (rows != request.row) & (not request.alone))
    of_candidates = rows[candidates]
    fall = np.minimum(room.deep[of_candidates] - room.down[of_candidates], 0)
    rise = np.maximum(room.high[of_candidates] - room.up[of_candidates], 0)
    nothing = np.zeros(len(free) + len(candidates))
    prices = _prices(request, room.costs[of_candidates], rise, fall, len(free))
    return _Program(
        np.concatenate([[target], free, candidates, free, candidates]),
        np.concatenate([[lowest], nothing, np.minimum(down[free], 0), fall]) / wanted,
        np.concatenate([[highest], np.maximum(up[free], 0), rise, nothing]) / wanted,
        prices,
    )


def _prices(
    request: Request, costs: NDArray[np.float64], rise: NDArray[np.float64], fall: NDArray[np.float64], free: int
) -> NDArray[np.float64]:
    """Prices of the variables of a request: of the cell itself, and of rises and falls of free cells and candidates."""
    following = np.full(free, _FOLLOWING)
    if not request.whole:
        beside = np.concatenate([following, np.full(len(costs), _FOLLOWING)])
        return np.concatenate([[-np.sign(request.change)], beside, -beside])
    wanted = abs(request.change)
    with np.errstate(divide="ignore"):
        of_rises = costs / np.clip(rise, _STILL, wanted)
        of_falls = costs / np.clip(-fall, _STILL, wanted)
    return np.concatenate([[0.0], following, of_rises, -following, -of_falls])


def _solve(
    requests: Sequence[Request],
    batch: Sequence[tuple[int, _Program]],
    found: list[Move | None],
    allowance: Allowance,
) -> None:
    """Solve programmes as one, since they share no variable; where one has no solution, each half by itself."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not batch:
        return
    blocks = [(requests[place].place.matrix, program.spots) for place, program in batch]
    programs = [program for _, program in batch]
    # The moves are short: looking for a simpler form of the programme takes longer than solving it.
    options: Any = {"presolve": False, **allowance.for_solver()}
    # Without whole numbers this is a linear programme; the call costs half of what ``linprog`` does.
    solved = milp(
        np.concatenate([program.prices for program in programs]),
        constraints=LinearConstraint(_side_by_side(blocks), 0.0, 0.0),
        bounds=Bounds(
            np.concatenate([program.lowest for program in programs]),
            np.concatenate([program.highest for program in programs]),
        ),
        options=options,
    )
    allowance.check(solved.status)
    if solved.status != 0:
        half = len(batch) // 2
        if half:
            _solve(requests, batch[:half], found, allowance)
            _solve(requests, batch[half:], found, allowance)
        return
    ends = np.cumsum([len(program.spots) for program in programs])
    for (place, program), changes in zip(batch, np.split(solved.x, ends[:-1]), strict=True):
        found[place] = _move_of(requests[place], program, changes)


def _move_of(request: Request, program: _Program, solution: NDArray[np.float64]) -> Move | None:
    rows = request.place.rows
    changes = np.zeros(len(rows))
    np.add.at(changes, program.spots, solution * abs(request.change))
    changes[np.abs(changes) < _STILL * np.abs(changes).max()] = 0.0
    moved = np.flatnonzero(changes)
    return Move(rows[moved], changes[moved]) if len(moved) else None


def _side_by_side(blocks: Sequence[tuple[sparse.csc_array, NDArray[np.intp]]]) -> sparse.csc_array:
    """Some columns of matrices along the diagonal of one."""
    taken = [columns_of(matrix, spots) for matrix, spots in blocks]
    heights = np.cumsum([0, *(matrix.shape[0] for matrix, _ in blocks)])
    entries = np.cumsum([0, *(len(data) for _, _, data in taken)])
    starts = [indptr[:-1] + first for (indptr, _, _), first in zip(taken, entries, strict=False)]
    indices = np.concatenate([indices + top for (_, indices, _), top in zip(taken, heights, strict=False)])
    data = np.concatenate([data for _, _, data in taken])
    shape = int(heights[-1]), sum(len(spots) for _, spots in blocks)
    return sparse.csc_array((data, indices, np.concatenate([*starts, entries[-1:]])), shape=shape)
