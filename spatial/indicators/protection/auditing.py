"""Audit: what readers can compute of the secret cells from everything that would be published.

Independent of how the cells were chosen: it sees a system and the ids of the withheld cells. A cell is safe if there
are tables that readers cannot exclude in which it is far enough from what it is; a few programmes over all cells find
such tables for most. Every cell that none was found for is bounded by two linear programmes of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spatial.indicators.protection.limits import Allowance
from spatial.indicators.protection.system import TOLERANCE, AdditiveSystem, CellId

_ROUNDS = 12  # of looking for tables that show many cells to be safe at once
_GOLDEN = 0.6180339887498949
_BATCH = 2000
"""Unknowns in one linear programme: several independent ones are solved as one, which saves most of the calls."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret cell of which readers can learn too much.

    Attributes
    ----------
    cell : cell id
    low, high : float
        The interval that readers can compute.
    need_high, need_width : float
        What the interval should reach, and how wide it should be.
    """

    cell: CellId
    low: float
    high: float
    need_high: float
    need_width: float


def audit(
    system: AdditiveSystem, withheld: Collection[CellId], *, allowance: Allowance | None = None
) -> tuple[Finding, ...]:
    """Find the secret cells that are not safe.

    Parameters
    ----------
    system : AdditiveSystem
        With the true values.
    withheld : collection of cell ids
        Everything else counts as public. Cells without a value cannot be public and always count as withheld.
    allowance : Allowance, optional
        How long it may take; without one, as long as it takes.

    Returns
    -------
    tuple of Finding
        In the order of the system; empty if every secret cell is safe. A primary cell that is not withheld is
        a finding with an interval of its value alone. ``high`` is infinite where nothing bounds the cell, and
        is cut off far above the need otherwise; a withheld secondary cell is no finding however well it is
        known, since what it tells of a primary cell is in the interval of that one.

    Raises
    ------
    ProtectionTooLong
        It takes longer than it may.
    """
    allowance = allowance or Allowance()
    hidden = system.mask(withheld) | ~system.known
    open_cells = system.watched & ~_shown_safe(system, hidden, allowance)
    low, high = intervals(system, withheld, open_cells, allowance=allowance)
    slack = TOLERANCE * np.maximum(1.0, system.need_high)
    narrow = (high < system.need_high - slack) | (high - low < system.need_width - slack)
    unsafe = (open_cells & narrow) | (system.primary & ~hidden)
    return tuple(
        Finding(
            system.cells[row].id,
            float(low[row]),
            float(high[row]),
            float(system.need_high[row]),
            float(system.need_width[row]),
        )
        for row in np.flatnonzero(unsafe)
    )


def intervals(
    system: AdditiveSystem,
    withheld: Collection[CellId],
    wanted: NDArray[np.bool_],
    *,
    allowance: Allowance | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval of each wanted cell that follows from the public ones.

    Parameters
    ----------
    system, withheld, allowance
        As in :func:`audit`.
    wanted : ndarray of bool, shape (n,)
        Cells to bound.

    Returns
    -------
    low, high : ndarray of float64, shape (n,)
        The true value for cells that are not wanted. ``high`` stops at value + need_high + need_width.
    """
    down, up = _distances(system, system.mask(withheld) | ~system.known)
    low, high = system.values.copy(), system.values.copy()
    loose = (down < 0) | (up > 0)
    limit = system.need_high + system.need_width
    programs = [
        _Program(cells, relations, int(row), sense)
        for cells, relations in _connected(system.matrix, loose)
        for row in cells[wanted[cells]]
        for sense in (-1.0, 1.0)
    ]
    spans = _Spans(system.matrix, down, up, limit, allowance or Allowance())
    for batch in _batches(programs):
        for program, distance in zip(batch, _solve(spans, batch), strict=True):
            if program.sense < 0:
                low[program.row] += distance
            else:
                high[program.row] += distance
    return low, high


def _distances(system: AdditiveSystem, hidden: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far from its true value each cell may be for all that is known of it alone, down and up.

    Those of public exact cells are zero, and in every relation the distances sum to zero.
    """
    shown_low, shown_high = system.published_bounds()
    known_low, known_high = system.withheld_bounds()
    down = np.where(hidden, known_low, shown_low) - system.values
    return down, np.where(hidden, known_high, shown_high) - system.values


def _shown_safe(system: AdditiveSystem, hidden: NDArray[np.bool_], allowance: Allowance) -> NDArray[np.bool_]:
    """Watched cells of which some tables that readers cannot exclude show that they are safe.

    Each programme moves all cells that are still open at once, as far as they need to be moved, and gives them
    different weights: so it moves some of them all the way, and not all of them a little.
    """
    down, up = _distances(system, hidden)
    loose = (down < 0) | (up > 0)
    height = system.need_high - system.values
    slack = TOLERANCE * np.maximum(1.0, system.need_high)
    highest, lowest = np.zeros(len(loose)), np.zeros(len(loose))
    watched = system.watched
    wanted = np.where(watched, np.maximum(np.maximum(height, system.need_width), 0.0), np.inf)
    joint = _Joint(system, loose, np.maximum(down, -wanted), np.minimum(up, wanted))

    def safe() -> NDArray[np.bool_]:
        return (highest >= height - slack) & (highest - lowest >= system.need_width - slack)

    for turn in range(_ROUNDS):
        left = watched & loose & ~safe()
        weights = np.where(left, 1 + np.modf(np.arange(1, len(left) + 1) * _GOLDEN * (turn + 1))[0], 0.0)
        for sense in (1.0, -1.0):
            changes = joint.farthest(sense * weights, allowance) if left.any() else None
            if changes is not None:
                highest, lowest = np.maximum(highest, changes), np.minimum(lowest, changes)
        if int((watched & loose & ~safe()).sum()) in (0, int(left.sum())):
            break
    return np.asarray(watched & safe())


class _Joint:
    """Linear programme over all loose cells of a system, each connected part in a unit of its own."""

    def __init__(
        self,
        system: AdditiveSystem,
        loose: NDArray[np.bool_],
        down: NDArray[np.float64],
        up: NDArray[np.float64],
    ) -> None:
        self._cells = np.flatnonzero(loose)
        self._units = np.ones(len(loose))
        for cells, _ in _connected(system.matrix, loose):
            self._units[cells] = max(float(system.need_high[cells].max()), float(system.need_width[cells].max()), 1e-9)
        part = system.matrix[:, self._cells]
        self._left: Any = part[np.flatnonzero(np.diff(part.indptr))]
        units = self._units[self._cells]
        low, high = down[self._cells] / units, up[self._cells] / units
        self._bounds: list[tuple[float, float]] = list(zip(low.tolist(), high.tolist(), strict=True))

    def farthest(self, weights: NDArray[np.float64], allowance: Allowance) -> NDArray[np.float64] | None:
        """Distances of all cells whose weighted sum is largest; None where the solver found none to be sure of."""
        from scipy.optimize import linprog

        rows = self._left.shape[0]
        solved = linprog(
            -weights[self._cells],
            A_eq=self._left if rows else None,
            b_eq=np.zeros(rows) if rows else None,
            bounds=self._bounds,
            method="highs",
            options=allowance.for_solver(),
        )
        allowance.check(solved.status)
        if solved.status != 0 or solved.x is None or (rows and np.abs(self._left @ solved.x).max() > TOLERANCE):
            return None
        changes = np.zeros(len(weights))
        changes[self._cells] = solved.x * self._units[self._cells]
        return changes


@dataclass(frozen=True, slots=True)
class _Program:
    """The largest distance of one cell in one direction (-1 or 1), over some cells and relations."""

    cells: NDArray[np.intp]
    relations: NDArray[np.intp]
    row: int
    sense: float


def _connected(
    matrix: sparse.csr_array, loose: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Loose cells and relations that hang together, by walking from cell to relation to cell."""
    by_cell = matrix.tocsc()
    seen = ~loose
    for first in np.flatnonzero(loose):
        if seen[first]:
            continue
        cells, relations, agenda = {int(first)}, set[int](), [int(first)]
        seen[first] = True
        while agenda:
            cell = agenda.pop()
            for relation in by_cell.indices[by_cell.indptr[cell] : by_cell.indptr[cell + 1]].tolist():
                if relation in relations:
                    continue
                relations.add(relation)
                around = matrix.indices[matrix.indptr[relation] : matrix.indptr[relation + 1]]
                fresh = around[~seen[around]]
                seen[fresh] = True
                cells.update(fresh.tolist())
                agenda.extend(fresh.tolist())
        yield np.array(sorted(cells), np.intp), np.array(sorted(relations), np.intp)


def _batches(programs: list[_Program]) -> Iterator[list[_Program]]:
    batch: list[_Program] = []
    size = 0
    for program in programs:
        if batch and size + len(program.cells) > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(program)
        size += len(program.cells)
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Spans:
    """How far each cell of a system may be by itself, down and up, how far it is looked for, and for how long."""

    matrix: sparse.csr_array
    down: NDArray[np.float64]
    up: NDArray[np.float64]
    limit: NDArray[np.float64]
    allowance: Allowance


def _solve(spans: _Spans, batch: list[_Program]) -> list[float]:
    """Distances of the programmes of a batch, all solved as one: they share no variable."""
    from scipy.optimize import linprog

    blocks, costs, lows, highs, targets = [], [], [], [], []
    start = 0
    for program in batch:
        blocks.append(spans.matrix[program.relations][:, program.cells])
        place = int(np.searchsorted(program.cells, program.row))
        reach = spans.limit[program.row]
        # In units of the limit: numbers of like size are what the solver is exact with.
        low, high = spans.down[program.cells] / reach, spans.up[program.cells] / reach
        high[place] = min(high[place], 1.0)
        cost = np.zeros(len(program.cells))
        cost[place] = -program.sense
        lows.append(low)
        highs.append(high)
        costs.append(cost)
        targets.append(start + place)
        start += len(program.cells)
    left = sparse.block_diag(blocks, format="csr")
    solved = linprog(
        np.concatenate(costs),
        A_eq=left if left.shape[0] else None,
        b_eq=np.zeros(left.shape[0]) if left.shape[0] else None,
        bounds=list(zip(np.concatenate(lows).tolist(), np.concatenate(highs).tolist(), strict=True)),
        method="highs",
        options=spans.allowance.for_solver(),
    )
    spans.allowance.check(solved.status)
    if solved.status != 0 or solved.x is None:
        # The true values are a solution, so this is the solver's trouble: whatever it is, nothing is proven safe.
        return [0.0] * len(batch)
    distances = [solved.x[target] * spans.limit[program.row] for target, program in zip(targets, batch, strict=True)]
    return [float(each) for each in distances]
