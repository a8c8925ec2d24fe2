"""Spans of time that lie in each other: a year, its quarters, months and days, as one additive system.

What adds up over a period is linked with what it adds up to: a year less eleven months is the twelfth. A school year is
linked with the months and days in it; a calendar year is no part of one, and no sum of them either. Counts of a day are
linked where a year's figure is that of the same day. Periods that do not touch stay systems of their own.

The series of one count may stand under several ids, one for each kind of period, where the catalogue says that one is
the ``same_as`` the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.indicator import Indicator
from spatial.indicators.periods import PeriodKind, period_end, period_kind, period_start
from spatial.indicators.protection import AdditiveSystem, CellId, Relation, TableCell
from spatial.indicators.tabulating import Tabulation

_LENGTHS: dict[PeriodKind, int] = {"day": 0, "month": 1, "quarter": 2, "year": 3, "school-year": 3}
_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12, "school-year": 12}


def together(periods: Sequence[str], period: str, group: Sequence[Indicator]) -> tuple[str, ...]:
    """Periods that hang together with one, over any number of others; in their order.

    Parameters
    ----------
    periods : sequence of str
        All periods of the group.
    period : str
        One of them.
    group : sequence of Indicator
        Linked counts, whose definitions say whether they add up over time, or which day a year's figure is of.

    Examples
    --------
    >>> births = Indicator("births", "count", "P", period_type="sum")
    >>> together(["2019", "2019-Q1", "2019-12-31", "2020"], "2019-Q1", [births])
    ('2019', '2019-Q1', '2019-12-31')
    >>> together(["2019-01", "2019-02"], "2019-01", [births])
    ('2019-01',)
    """
    adds_up = any(each.period_type != "instant" for each in group)
    days = {each: {_day_of(each, indicator) for indicator in group} - {None} for each in periods}
    found, agenda = {period}, [period]
    while agenda:
        now = agenda.pop()
        for other in periods:
            touching = adds_up and (_lies_in(now, other) or _lies_in(other, now))
            if other not in found and (touching or days[now] & days[other]):
                found.add(other)
                agenda.append(other)
    return tuple(each for each in periods if each in found)


def join(tabulations: Mapping[str, Tabulation], group: Sequence[Indicator]) -> AdditiveSystem:
    """System of several periods: what holds in each, and that shorter ones add up to longer ones.

    Parameters
    ----------
    tabulations : mapping of str to Tabulation
        By period.
    group : sequence of Indicator
        Those that are tabulated.

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
    for kin in _series(group):
        relations += _equals(tabulations, kin)
        for whole in tabulations:
            for kind in ("quarter", "month", "day"):
                parts = [each for each in tabulations if period_kind(each) == kind and _lies_in(each, whole)]
                if parts and kin[0].period_type != "instant":
                    relations += _sums(tabulations, kin, whole, parts, cells)
    return AdditiveSystem(cells.values(), relations)


def _series(group: Sequence[Indicator]) -> list[list[Indicator]]:
    """Indicators of a group by the count that they are a series of."""
    found: dict[str, list[Indicator]] = {}
    for indicator in group:
        found.setdefault(indicator.same_as or indicator.id, []).append(indicator)
    return list(found.values())


def _equals(tabulations: Mapping[str, Tabulation], kin: Sequence[Indicator]) -> Iterator[Relation]:
    """One count under two ids, of one period or of one day, is one number, area by area."""
    series = [(period, indicator, _day_of(period, indicator)) for period in tabulations for indicator in kin]
    for place, (period, indicator, day) in enumerate(series):
        for other_period, other, other_day in series[:place]:
            if period != other_period and (day is None or day != other_day):
                continue
            for spot, columns in tabulations[period].places.items():
                others = tabulations[other_period].places.get((other.id, *spot[1:]))
                if spot[0] != indicator.id or others is None:
                    continue
                for row in np.flatnonzero(_of_one_cell(columns) & _of_one_cell(others)).tolist():
                    one = period, tabulations[period].system.cells[int(columns[row, 0])].id
                    two = other_period, tabulations[other_period].system.cells[int(others[row, 0])].id
                    yield Relation({one: -1.0, two: 1.0})


def _sums(
    tabulations: Mapping[str, Tabulation],
    kin: Sequence[Indicator],
    whole: str,
    parts: Sequence[str],
    cells: dict[CellId, TableCell],
) -> Iterator[Relation]:
    """A longer period is the sum, or the mean, of the shorter ones, area by area; adds cells for what is missing."""
    count = _number_of(period_kind(parts[0]), whole)
    weight = float(count) if kin[0].period_type == "mean" else 1.0
    ids = [each.id for each in kin]
    for place, totals in tabulations[whole].places.items():
        if place[0] not in ids:
            continue
        columns = [_column(tabulations[part], ids, place) for part in parts]
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


def _column(tabulation: Tabulation, ids: Sequence[str], place: tuple[str, date, str]) -> NDArray[np.intp] | None:
    """Places of a count on some areas, under the first of its ids that has any; they are equal where several do."""
    for name in ids:
        if (name, *place[1:]) in tabulation.places:
            return tabulation.places[(name, *place[1:])]
    return None


def _of_one_cell(places: NDArray[np.intp]) -> NDArray[np.bool_]:
    one: NDArray[np.bool_] = (places >= 0).sum(axis=1) == 1
    return one


def _lies_in(inner: str, outer: str) -> bool:
    """Whether a period is a part of a longer one."""
    shorter = _LENGTHS[period_kind(inner)] < _LENGTHS[period_kind(outer)]
    return shorter and period_start(outer) <= period_start(inner) and period_end(inner) <= period_end(outer)


def _number_of(kind: PeriodKind, whole: str) -> int:
    """How many periods of a kind make up a longer one."""
    if kind == "day":
        return (period_end(whole) - period_start(whole)).days + 1
    return _MONTHS[period_kind(whole)] // _MONTHS[kind]


def _day_of(period: str, indicator: Indicator) -> date | None:
    """The day that a figure is of, where that is certain: a day's own, or the reference day of a year."""
    if indicator.period_type != "instant":
        return None
    if period_kind(period) == "day":
        return date.fromisoformat(period)
    if period_kind(period) != "year" or indicator.reference_day is None:
        return None
    day = indicator.reference_day
    leap = day == "02-29" and period_end(f"{period}-02").day < 29
    return None if leap else date.fromisoformat(f"{period}-{day}")
