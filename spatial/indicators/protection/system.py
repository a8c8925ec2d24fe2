"""Additive systems: the cells that would be published, and the equations between them that everybody knows.

A table of counts with totals is a system of linear equations. Whoever reads the published cells can solve it for
the withheld ones, or bound them; protection is a statement about those bounds.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

CellId = Hashable

TOLERANCE = 1e-6
"""Distance, relative to the size of a threshold or value, below which two bounds are the same."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell that would be published.

    Attributes
    ----------
    id : hashable
        Unequal ids must have unequal ``str`` forms: ties are broken by them.
    value : float or None
        ``None`` where nobody here knows it (kept secret by the source, or missing): it is never
        published and protects others only as far as it is unknown to readers too.
    threshold : float
        Smallest count above zero that may be published; up to 1 protects nothing.
    sensitive : bool
        Whether the cell is protected whatever its value is: kept secret by the source, dominated by one
        contributor, or all members of a group.
    margin : float
        Share of the value by which an estimate of it must be able to miss it on either side; for cells that
        one contributor dominates.
    weight : float
        How dear the cell is to readers, beside its size: 1 for a small area, 20 for the total of its
        categories, 1000 for a district.
    lower, upper : float
        What is publicly known of the cell even if it is withheld: where zeros are public, ``lower`` is 1; for
        balances that may be negative, minus infinity.
    fixed : bool
        Whether the cell is public elsewhere, so that withholding it is no use.
    rounding : int
        Base that the published value is rounded to; 0 for exact values.
    published : float or None
        What is published where it need not be the value or the nearest multiple: either multiple beside the value, or
        the whole number that an estimate is shown as.
    """

    id: CellId
    value: float | None
    threshold: float = 0.0
    sensitive: bool = False
    margin: float = 0.0
    weight: float = 1.0
    lower: float = 0.0
    upper: float = math.inf
    fixed: bool = False
    rounding: int = 0
    published: float | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """Linear equation ``sum of coefficient * value = residual`` between cells.

    Attributes
    ----------
    coefficients : mapping of cell id to float
        For a total and its parts: -1 for the total, 1 for each part. The residual is what the true values
        leave (official totals do not always agree with their parts); readers are assumed to know it exactly.
    """

    coefficients: Mapping[CellId, float]

    @classmethod
    def total(cls, total: CellId, parts: Iterable[CellId]) -> Relation:
        """The total is the sum of its parts."""
        return cls({total: -1.0, **dict.fromkeys(parts, 1.0)})


class AdditiveSystem:
    """Cells and equations as arrays, in an order that does not depend on how they were given.

    Parameters
    ----------
    cells : iterable of TableCell
    relations : iterable of Relation
        Over ids of the cells.

    Raises
    ------
    ValueError
        A cell stands twice, a relation names a cell that is not there, or a value is not finite.

    Notes
    -----
    A cell without a value gets a stand-in within its bounds, such that the relations fail by as little as
    possible. Stand-ins are one table that readers cannot exclude; nothing else is made of them.
    """

    def __init__(self, cells: Iterable[TableCell], relations: Iterable[Relation]) -> None:
        self.cells: tuple[TableCell, ...] = tuple(sorted(cells, key=lambda cell: str(cell.id)))
        self.row_of: dict[CellId, int] = {cell.id: row for row, cell in enumerate(self.cells)}
        if len(self.row_of) < len(self.cells):
            raise ValueError("a cell stands twice in the system")
        self.known = self._mask(cell.value is not None for cell in self.cells)
        self.lower = self._numbers(cell.lower for cell in self.cells)
        self.upper = self._numbers(cell.upper for cell in self.cells)
        self.weights = self._numbers(cell.weight for cell in self.cells)
        self.thresholds = self._numbers(cell.threshold for cell in self.cells)
        self.rounding = np.array([cell.rounding for cell in self.cells], np.int64)
        self._published = self._numbers(
            np.nan if cell.published is None or cell.rounding <= 1 else cell.published for cell in self.cells
        )
        self.fixed = self._mask(cell.fixed for cell in self.cells)
        self.matrix = self._matrix(relations)
        self.values = self._completed()
        self.primary = self._primary()
        self.need_high, self.need_width = self._needs()

    def ids(self, mask: NDArray[np.bool_]) -> frozenset[CellId]:
        """Ids of the masked cells."""
        return frozenset(self.cells[row].id for row in np.flatnonzero(mask))

    def mask(self, ids: Iterable[CellId]) -> NDArray[np.bool_]:
        """Mask of some cells; ids that the system does not have are left out."""
        mask = np.zeros(len(self.cells), bool)
        mask[[self.row_of[each] for each in ids if each in self.row_of]] = True
        return mask

    @property
    def watched(self) -> NDArray[np.bool_]:
        """Cells of which readers must not learn too much: the primary ones, and small ones that are rounded."""
        return self.primary | self._rounded_small()

    def knowing(self, fixed: NDArray[np.bool_], relations: Iterable[Relation]) -> AdditiveSystem:
        """The same system for readers who know more: some cells that are not primary, and further relations.

        Among those may be cells whose value is not known here. Their stand-ins stay what they are, which makes no
        difference: how far others can be from their values does not depend on the value of what readers know.
        """
        more = copy(self)
        more.fixed = self.fixed | (fixed & ~self.primary)
        more.known = self.known | (fixed & ~self.primary)
        more.matrix = sparse.vstack([self.matrix, self._matrix(relations)], format="csr")
        return more

    def giving_up(self, names: Collection[str]) -> AdditiveSystem:
        """The same system, which no longer cares what is learnt of the cells whose ids read like some names."""
        rows = np.array([row for row, cell in enumerate(self.cells) if str(cell.id) in names], np.intp)
        less = copy(self)
        less.need_high, less.need_width = self.need_high.copy(), self.need_width.copy()
        less.need_high[rows] = np.minimum(self.need_high, self.values)[rows]
        less.need_width[rows] = 0.0
        return less

    def published_bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What readers learn from each cell if it is published: its value, or what rounds to it."""
        low, high = self.values.copy(), self.values.copy()
        rounded = self.rounding > 1
        low[rounded], high[rounded] = rounding_interval(self.values[rounded], self.rounding[rounded])
        either = np.isfinite(self._published)
        reach = self.rounding[either] - 1
        low[either] = np.minimum(np.maximum(self._published[either] - reach, 0), self.values[either])
        high[either] = np.maximum(self._published[either] + reach, self.values[either])
        return low, high

    def withheld_bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What readers know of each cell if it is withheld; the true value always lies within."""
        return np.minimum(self.lower, self.values), np.maximum(self.upper, self.values)

    # -- building ------------------------------------------------------------------------------------------

    def _mask(self, flags: Iterable[bool]) -> NDArray[np.bool_]:
        return np.fromiter(flags, bool, len(self.cells))

    def _numbers(self, numbers: Iterable[float]) -> NDArray[np.float64]:
        return np.fromiter(numbers, np.float64, len(self.cells))

    def _matrix(self, relations: Iterable[Relation]) -> sparse.csr_array:
        """One row for each different relation, in an order of its own."""
        rows: set[tuple[tuple[int, float], ...]] = set()
        for relation in relations:
            unknown = [each for each in relation.coefficients if each not in self.row_of]
            if unknown:
                raise ValueError(f"a relation names {unknown[0]!r}, which is no cell of the system")
            entries = sorted((self.row_of[each], factor) for each, factor in relation.coefficients.items() if factor)
            if entries:
                # Scaled by the first coefficient, equal relations look equal.
                rows.add(tuple((row, factor / entries[0][1]) for row, factor in entries))
        ordered: Sequence[tuple[tuple[int, float], ...]] = sorted(rows)
        indices = [row for entries in ordered for row, _ in entries]
        factors = [factor for entries in ordered for _, factor in entries]
        starts = np.concatenate([[0], np.cumsum([len(entries) for entries in ordered])]).astype(np.int64)
        shape = (len(ordered), len(self.cells))
        return sparse.csr_array((np.array(factors, float), np.array(indices, np.int64), starts), shape=shape)

    def _completed(self) -> NDArray[np.float64]:
        """Values, with stand-ins for those that are not known."""
        values = self._numbers(np.nan if cell.value is None else cell.value for cell in self.cells)
        given = values[self.known]
        if not np.isfinite(given).all():
            raise ValueError("values of cells are finite")
        if not self.known.all():
            values[~self.known] = _stand_ins(self.matrix, values, self.known, self.lower, self.upper)
        return values

    def _small(self) -> NDArray[np.bool_]:
        small = (self.values != 0) & (np.abs(self.values) < self.thresholds) & (self.thresholds > 1)
        return np.asarray(self.known & small)

    def _rounded_small(self) -> NDArray[np.bool_]:
        rounded = (self.rounding > 1) & self.known & ~self.fixed
        return rounded & (self.values > 0) & (self.values < np.maximum(self.thresholds, self.rounding))

    def _primary(self) -> NDArray[np.bool_]:
        """Cells that are withheld for their own sake."""
        sensitive = self._mask(cell.sensitive for cell in self.cells) & (self.thresholds > 1)
        small = self._small() & (self.rounding <= 1)
        return (sensitive | small) & ~self.fixed

    def _needs(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Bound that readers' intervals of watched cells must reach, and how wide they must be."""
        margins = self._numbers(cell.margin for cell in self.cells) * np.abs(self.values)
        low, high = self.withheld_bounds()
        need_high = np.minimum(np.maximum(self.thresholds, self.values + margins), high)
        need_high[margins == 0] = np.minimum(self.thresholds, high)[margins == 0]
        need_width = np.minimum(np.maximum(self.thresholds - 1, 2 * margins), high - low)
        rounded = self._rounded_small() & ~self.primary
        low, high = self.published_bounds()
        need_high[rounded], need_width[rounded] = high[rounded], (high - low)[rounded]
        return need_high, need_width


def rounding_interval(
    values: NDArray[np.float64], bases: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Whole numbers that round to the same multiple of a base as some values do: smallest and largest.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Not negative.
    bases : ndarray of int, shape (n,)
        At least 2.
    """
    rounded = round_to_base(values, bases)
    low = np.minimum(np.maximum(rounded - bases // 2, 0), values)
    return low, np.maximum(rounded + (bases - 1) // 2, values)


def round_to_base(values: NDArray[np.float64], base: int | NDArray[np.int64]) -> NDArray[np.float64]:
    """Round to the nearest multiple of a base; halves go up. Of whole numbers, 5 leaves at most 2 of error."""
    return np.asarray(np.floor((values + np.asarray(base) // 2) / base) * base)


def _stand_ins(
    matrix: sparse.csr_array,
    values: NDArray[np.float64],
    known: NDArray[np.bool_],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Values within bounds for the unknown cells that violate the relations least, by absolute size."""
    from scipy.optimize import linprog

    part = matrix[:, np.flatnonzero(~known)].tocsr()
    rows = np.flatnonzero(np.diff(part.indptr) > 0)
    count = int((~known).sum())
    floor = lower[~known]
    if not len(rows):
        return floor
    right = -(matrix[rows] @ np.where(known, values, 0.0)) - part[rows] @ floor
    scale = max(1.0, float(np.abs(right).max()))
    slack = sparse.identity(len(rows), format="csr")
    left = sparse.hstack([part[rows], slack, -slack], format="csr")
    cost = np.concatenate([np.full(count, 1e-6), np.ones(2 * len(rows))])
    ceiling = np.concatenate([(upper[~known] - floor) / scale, np.full(2 * len(rows), np.inf)])
    bounds = [(0.0, high) for high in ceiling.tolist()]
    solved = linprog(cost, A_eq=left, b_eq=right / scale, bounds=bounds, method="highs")
    if solved.status != 0 or solved.x is None:
        raise ValueError(f"the unknown cells have impossible bounds: {solved.message}")
    found: NDArray[np.float64] = np.clip(floor + solved.x[:count] * scale, floor, upper[~known])
    return found
