"""Spans of time that lie in each other: a year, its quarters and its months, as one additive system.

What adds up over a period is linked with what it adds up to: a year less eleven months is the twelfth. Periods that
do not touch stay systems of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.indicator import Indicator
from spatial.indicators.periods import period_kind
from spatial.indicators.protection import AdditiveSystem, CellId, Relation, TableCell
from spatial.indicators.tabulating import Tabulation

_PARTS = {("year", "quarter"): 4, ("year", "month"): 12, ("quarter", "month"): 3}


def together(periods: Sequence[str], period: str) -> tuple[str, ...]:
    """Periods that hang together with one: those of its year, if one of them lies in another; else itself.

    Examples
    --------
    >>> together(["2019", "2019-Q1", "2019-12-31", "2020"], "2019-Q1")
    ('2019', '2019-Q1')
    >>> together(["2019-01", "2019-02"], "2019-01")
    ('2019-01',)
    """
    same = [each for each in periods if each[:4] == period[:4] and period_kind(each) in ("year", "quarter", "month")]
    touching = {each for each in same for other in same if _lies_in(each, other) or _lies_in(other, each)}
    return tuple(each for each in periods if each in touching) if period in touching else (period,)


def join(tabulations: Mapping[str, Tabulation], group: Sequence[Indicator]) -> AdditiveSystem:
    """System of several periods: what holds in each, and that shorter ones add up to longer ones.

    Parameters
    ----------
    tabulations : mapping of str to Tabulation
        By period.
    group : sequence of Indicator
        Those that are tabulated; only what is summed or averaged over time is linked.

    Returns
    -------
    AdditiveSystem
        Its ids are pairs of a period and the id in the system of the period.
    """
    cells: dict[CellId, TableCell] = {}
    relations: list[Relation] = []
    for period, tabulation in tabulations.items():
        system = tabulation.system
        cells |= {(period, cell.id): replace(cell, id=(period, cell.id)) for cell in system.cells}
        for start, stop in zip(system.matrix.indptr[:-1], system.matrix.indptr[1:], strict=True):
            terms = zip(system.matrix.indices[start:stop], system.matrix.data[start:stop], strict=True)
            relations.append(Relation({(period, system.cells[row].id): float(factor) for row, factor in terms}))
    for whole in tabulations:
        for kind in ("quarter", "month"):
            parts = [each for each in tabulations if period_kind(each) == kind and _lies_in(each, whole)]
            for indicator in group:
                if parts and indicator.period_type != "instant":
                    relations += _sums(tabulations, indicator, whole, parts, cells)
    return AdditiveSystem(cells.values(), relations)


def _sums(
    tabulations: Mapping[str, Tabulation],
    indicator: Indicator,
    whole: str,
    parts: Sequence[str],
    cells: dict[CellId, TableCell],
) -> Iterator[Relation]:
    """A longer period is the sum, or the mean, of the shorter ones, area by area; adds cells for what is missing."""
    count = _PARTS[period_kind(whole), period_kind(parts[0])]
    weight = float(count) if indicator.period_type == "mean" else 1.0
    for place, totals in tabulations[whole].places.items():
        if place[0] != indicator.id:
            continue
        columns = [tabulations[part].places.get(place) for part in parts]
        for row in np.flatnonzero(_of_one_cell(totals)).tolist():
            members: list[CellId] = [
                (part, tabulations[part].system.cells[int(column[row, 0])].id)
                for part, column in zip(parts, columns, strict=True)
                if column is not None and _of_one_cell(column)[row]
            ]
            if not members:
                continue
            total = (whole, tabulations[whole].system.cells[int(totals[row, 0])].id)
            if len(members) < count:
                rest = TableCell(("rest", str(total), period_kind(parts[0])), None)
                cells[rest.id] = rest
                members.append(rest.id)
            yield Relation({total: -weight, **dict.fromkeys(members, 1.0)})


def _of_one_cell(places: NDArray[np.intp]) -> NDArray[np.bool_]:
    one: NDArray[np.bool_] = (places >= 0).sum(axis=1) == 1
    return one


def _lies_in(inner: str, outer: str) -> bool:
    """Whether a period is a part of a longer one, of the kinds that add up."""
    kinds = period_kind(outer), period_kind(inner)
    if kinds not in _PARTS or inner[:4] != outer[:4]:
        return False
    return kinds[0] == "year" or (int(inner[5:]) - 1) // 3 + 1 == int(outer[-1])
