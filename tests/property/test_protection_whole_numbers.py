"""Readers who know that counts are whole numbers: what the audit passed by linear bounds must be safe from them too.

For areas by one set of categories linear bounds are whole anyway. Linked three ways (areas, categories and months) they
need not be, so whole-number programmes look for what the audit does not.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from spatial.indicators.protection import AdditiveSystem, Relation, TableCell, audit, choose, intervals
from spatial.indicators.tabulation import Tabulation

_FAR = 500.0  # above every threshold here


def three_way(seed: int) -> AdditiveSystem:
    """Areas by categories by months, with every total."""
    rng = np.random.default_rng(seed)
    shape = tuple(int(size) for size in rng.integers(2, 4, 3))
    full = rng.negative_binomial(1.2, 0.08, shape)
    for axis in range(3):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    threshold = float(rng.choice([3, 5]))
    cells, relations = [], []
    for spot, value in np.ndenumerate(full):
        whole = [axis for axis in range(3) if spot[axis] == shape[axis]]
        cells.append(TableCell(spot, float(value), threshold, weight=20.0 ** len(whole), lower=1))
        for axis in whole:
            parts = [(*spot[:axis], place, *spot[axis + 1 :]) for place in range(shape[axis])]
            relations.append(Relation.total(spot, parts))
    return AdditiveSystem(cells, relations)


def whole_interval(system: AdditiveSystem, withheld: frozenset[object] | set[str], row: int) -> tuple[float, float]:
    """Smallest and largest value of a cell over all tables of whole numbers with the same public cells."""
    hidden = np.flatnonzero(system.mask(withheld))
    lowest, highest = system.withheld_bounds()
    left = system.matrix[:, hidden]
    right = left @ system.values[hidden]
    ends = []
    for sense in (1.0, -1.0):
        solved = milp(
            sense * (hidden == row),
            constraints=LinearConstraint(left, right, right),
            bounds=Bounds(np.ceil(lowest[hidden]), np.minimum(highest[hidden], system.values[hidden] + _FAR)),
            integrality=np.ones(len(hidden), np.int64),
        )
        assert solved.x is not None, solved.message
        ends.append(sense * float(solved.fun))
    return ends[0], ends[1]


@pytest.mark.parametrize("seed", range(25))
def test_whole_numbers_tell_no_more_of_three_way_tables(seed: int) -> None:
    system = three_way(seed)
    pattern = choose(system)
    assert audit(system, pattern.withheld) == ()
    for row in np.flatnonzero(system.primary).tolist():
        low, high = whole_interval(system, pattern.withheld, row)
        assert high >= system.need_high[row], (system.cells[row].id, low, high)
        assert high - low >= system.need_width[row], (system.cells[row].id, low, high)


def test_two_shares_added_up_tell_both_counts_so_the_sum_is_withheld_with_either() -> None:
    """0.37 A + 0.21 B = 6.57 has one solution in small whole numbers, though A and B are far from fixed by it."""
    cells = [TableCell("A", 12, 5, lower=1), TableCell("B", 8, 5, lower=1), TableCell("E", 0.37 * 12 + 0.21 * 8)]
    system = AdditiveSystem(cells, [Relation({"E": -100, "A": 37, "B": 21})])
    rows = {cell.id: row for row, cell in enumerate(system.cells)}
    low, high = intervals(system, {"A", "B"}, system.mask(["A"]))
    assert high[rows["A"]] - low[rows["A"]] > 10, "linear bounds alone see no danger"
    assert whole_interval(system, {"A", "B"}, rows["A"]) == (12, 12)
    place = ("count", date(2020, 1, 1), "gemeinde")
    places = {place: np.array([[rows["E"]], [rows["A"]]])}
    shares = {place: np.array([[0, rows["A"]], [0, rows["B"]]])}
    with_shares, without = Tabulation(system, places, shares), Tabulation(system, places)
    hidden = system.mask({"B"})
    assert with_shares.withheld_at(place, hidden, 2).tolist() == [True, False]
    assert without.withheld_at(place, hidden, 2).tolist() == [False, False]
