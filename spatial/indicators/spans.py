"""Spans of time that lie in each other: a year, its quarters, months and days, as one additive system.

What adds up over a period is linked with what it adds up to: a year less eleven months is the twelfth. A school year is
linked with the months and days in it; a calendar year is no part of one, and no sum of them either. Counts of a day are
linked where a year's figure is that of the same day, and counts of the month of that day are taken for those of the
day: recipients of December and recipients of the year are one count. Periods that do not touch stay systems of their
own.

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
from spatial.indicators.tabulation import Place, Tabulation, of_one_cell

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
    relations += _breakdowns(tabulations, group)
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
                for row in np.flatnonzero(of_one_cell(columns) & of_one_cell(others)).tolist():
                    one = period, tabulations[period].system.cells[int(columns[row, 0])].id
                    two = other_period, tabulations[other_period].system.cells[int(others[row, 0])].id
                    yield Relation({one: -1.0, two: 1.0})


def _breakdowns(tabulations: Mapping[str, Tabulation], group: Sequence[Indicator]) -> Iterator[Relation]:
    """A total of a day is the sum of its parts, also where some of them came under a period of another kind."""
    named = {each.id: each for each in group}
    for whole in group:
        for breakdown in whole.breakdowns:
            parts = [named[name] for name in breakdown if name in named]
            for period in tabulations if len(parts) == len(breakdown) else ():
                found = [_period_of_day(tabulations, each, _day_of(period, whole), period) for each in parts]
                told = [each for each in found if each is not None]
                if len(told) == len(parts) and set(told) != {period}:
                    yield from _totals(tabulations, (period, whole.id), list(zip(told, breakdown, strict=True)))


def _period_of_day(
    tabulations: Mapping[str, Tabulation], indicator: Indicator, day: date | None, preferred: str
) -> str | None:
    """Period of the figures of an indicator that are of a day; None where there are none."""
    for period in (preferred, *tabulations):
        if day is None or _day_of(period, indicator) != day:
            continue
        places = tabulations[period].places.items()
        if any(of_one_cell(rows).any() for (name, _, _), rows in places if name == indicator.id):
            return period
    return None


def _totals(
    tabulations: Mapping[str, Tabulation], whole: tuple[str, str], parts: Sequence[tuple[str, str]]
) -> Iterator[Relation]:
    """Relations between a total and its parts, each given by period and id, area by area."""
    for place, totals in tabulations[whole[0]].places.items():
        columns = [tabulations[period].places.get((name, *place[1:])) for period, name in parts]
        known = [column for column in columns if column is not None]
        if place[0] != whole[1] or len(known) < len(columns):
            continue
        single = np.logical_and.reduce([of_one_cell(each) for each in (totals, *known)])
        for row in np.flatnonzero(single).tolist():
            members = [
                (period, tabulations[period].system.cells[int(column[row, 0])].id)
                for (period, _), column in zip(parts, known, strict=True)
            ]
            total = (whole[0], tabulations[whole[0]].system.cells[int(totals[row, 0])].id)
            yield Relation({total: -1.0, **dict.fromkeys(members, 1.0)})


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
        for row in np.flatnonzero(of_one_cell(totals)).tolist():
            members: list[CellId] = [
                (part, tabulations[part].system.cells[int(column[row])].id)
                for part, column in zip(parts, columns, strict=True)
                if column is not None and column[row] >= 0
            ]
            if not members:
                continue
            total = (whole, tabulations[whole].system.cells[int(totals[row, 0])].id)
            if len(members) < count:
                rest = TableCell(("rest", str(total), period_kind(parts[0])), None)
                cells[rest.id] = rest
                members.append(rest.id)
            yield Relation({total: -weight, **dict.fromkeys(members, 1.0)})


def _column(tabulation: Tabulation, ids: Sequence[str], place: Place) -> NDArray[np.intp] | None:
    """Rows of the cells of a count on some areas, each under the first of its ids that has one there; else -1."""
    columns = [tabulation.places[name, *place[1:]] for name in ids if (name, *place[1:]) in tabulation.places]
    if not columns:
        return None
    found = np.full(len(columns[0]), -1, np.intp)
    for column in columns:
        found = np.where((found < 0) & of_one_cell(column), column.max(axis=1), found)
    return found


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
    """The day that a figure is of, where that is certain: a day's own, or the reference day of a year or its month."""
    if indicator.period_type != "instant":
        return None
    if period_kind(period) == "day":
        return date.fromisoformat(period)
    day = indicator.reference_day
    if period_kind(period) not in ("year", "month") or day is None or period[5:] not in ("", day[:2]):
        return None
    leap = day == "02-29" and period_end(f"{period[:4]}-02").day < 29
    return None if leap else date.fromisoformat(f"{period[:4]}-{day}")
