"""The figures of an analysis: which columns a question wants, and why an area has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries import Sentence
from service.analyses.question import Question
from service.reader import ReleaseReader
from service.values import periods_by_level
from spatial.indicators.periods import period_end
from spatial.statistics import StatisticsError

FloatArray = NDArray[np.float64]

COUNTS, GAPS = "counts", "gaps"
"""What a statistic may need beside values: numerators and denominators; and whether it copes with gaps in series and
tables itself."""

RESIDENTS = "residents"
"""Column of the residents; areas without the number stay."""

OBSERVED, CASES, POPULATION = "observed", "cases", "population"
"""Columns of standardised ratios: all cases of an area; those of a group, and its members."""

NO_DENOMINATOR = "NO_DENOMINATOR"
"""Reason: a figure that refers to nobody."""


class NoFigures(StatisticsError):
    """An indicator has no figures where or when they are needed."""

    reason = "no figures"

    def __init__(self, indicator: str, level: str, when: Sentence) -> None:
        self.indicator, self.level, self.when = indicator, level, when
        super().__init__(
            Sentence(
                f"keine Werte: {indicator} hat keine auf der Ebene {level} {when.de}",
                f"no figures: {indicator} has none of the level {level} {when.en}",
            )
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Columns of one indicator and period: name of each, and the part of the figures it holds.

    ``missing`` tells what becomes of areas without the figure: they are ``dropped``; or dropped where all such
    columns ``lack`` it; or they ``stay``.
    """

    indicator: str
    period: str
    parts: Mapping[str, str]
    missing: str = "dropped"


_VALUES = ("values",)
_ALL_PARTS = ("values", "numerators", "denominators")


def wanted_of(release: ReleaseReader, question: Question, needs: frozenset[str]) -> Iterable[Wanted]:
    """Columns that a question wants."""
    parts = _ALL_PARTS if COUNTS in needs else _VALUES
    gaps = "lack" if GAPS in needs else "dropped"
    single = (("", question.indicator, question.period), ("base_", question.indicator, question.base),
              ("second_", question.second, question.second_period))  # fmt: skip
    for prefix, indicator, period in single:
        if indicator is not None and period is not None:
            yield Wanted(indicator, period, {f"{prefix}{part}": part for part in parts})
    for period in question.periods:
        yield Wanted(str(question.indicator), period, {f"at:{period}:{part}": part for part in parts}, gaps)
    for prefix, until in (("of", question.period), ("base", question.base)):
        for indicator in question.indicators if prefix == "of" or until else ():
            period = newest_until(release, indicator, question.level, until)
            yield Wanted(indicator, period, {f"{prefix}:{indicator}": "values"}, gaps)
    yield from _wanted_of_groups(question)
    if question.residents is not None:
        period = newest_until(release, question.residents, question.level, question.period)
        yield Wanted(question.residents, period, {RESIDENTS: "values"}, "stay")


def _wanted_of_groups(question: Question) -> Iterable[Wanted]:
    """Cases and members of groups of the population; where all cases are counted elsewhere, the members alone."""
    period = str(question.period)
    if question.observed is not None:
        yield Wanted(question.observed, period, {OBSERVED: "values"})
    for indicator in question.cases if question.observed is None else ():
        yield Wanted(indicator, period, {f"{CASES}:{indicator}": "values"})
    for indicator in question.population:
        yield Wanted(indicator, str(question.second_period), {f"{POPULATION}:{indicator}": "values"})


def newest_until(release: ReleaseReader, indicator: str, level: str, period: str | None) -> str:
    """The newest period with figures on a level that does not end after another one; the newest of all for None.

    Raises
    ------
    NoFigures
        If all are later.
    """
    definition = release.indicator(indicator)
    periods = periods_by_level(definition)[level] or definition["periods"]
    found = [each for each in periods if period is None or period_end(each) <= period_end(period)]
    if not found:
        raise NoFigures(
            indicator,
            level,
            Sentence(
                f"bis {period}, die ersten sind von {periods[0]}", f"until {period}, the first are of {periods[0]}"
            ),
        )
    return found[-1]


def indicators_of(question: Question) -> list[str]:
    """Everything whose figures a question asks for, once each."""
    found = [question.indicator, question.second, *question.indicators, question.observed, *question.cases,
             *question.population, question.residents]  # fmt: skip
    return list(dict.fromkeys(each for each in found if each is not None))


def figures_of(
    release: ReleaseReader, question: Question, all_wanted: Iterable[Wanted], rows: NDArray[np.intp]
) -> tuple[dict[str, FloatArray], dict[int, dict[str, str]]]:
    """Columns of figures of some rows; and why rows are left out, the first reason of each."""
    columns: dict[str, FloatArray] = {}
    reasons: dict[int, dict[str, str]] = {}
    lacking: dict[int, dict[str, str]] = {}
    complete = np.zeros(len(rows), bool)
    for wanted in all_wanted:
        cube = release.cube(wanted.indicator, question.vintage, question.level)
        figure = cube["periods"][wanted.period]
        found = {name: _column(figure[part], rows) for name, part in wanted.parts.items()}
        columns |= found
        why = _why_missing(cube, figure, wanted, rows, found)
        if len(indicators_of(question)) > 1 or question.periods or question.base:
            why = {row: each | {"indicator": wanted.indicator, "period": wanted.period} for row, each in why.items()}
        if wanted.missing == "dropped":
            reasons = why | reasons
        elif wanted.missing == "lack":
            lacking = why | lacking
            complete |= np.array([row not in why for row in rows.tolist()], bool)
    never = {row for row, once in zip(rows.tolist(), complete, strict=True) if not once}
    return columns, reasons | {row: why for row, why in lacking.items() if row in never and row not in reasons}


def _why_missing(
    cube: Mapping[str, Any],
    figure: Mapping[str, Any],
    wanted: Wanted,
    rows: NDArray[np.intp],
    found: Mapping[str, FloatArray],
) -> dict[int, dict[str, str]]:
    """Reason of every row in which a column has no number, or a denominator is zero."""
    missing = np.isnan(np.array(list(found.values()))).any(axis=0)
    why = {
        int(rows[place]): {"reason": str(cube["statuses"][figure["status"][rows[place]]])}
        for place in np.flatnonzero(missing).tolist()
    }
    for name, part in wanted.parts.items():
        if part == "denominators":
            empty = np.flatnonzero(~missing & ~(found[name] > 0))
            why |= {int(rows[place]): {"reason": NO_DENOMINATOR} for place in empty.tolist()}
    return why


def _column(stored: list[float | None], rows: NDArray[np.intp]) -> FloatArray:
    """Numbers of some rows; NaN where there is none."""
    return np.array([np.nan if stored[row] is None else stored[row] for row in rows.tolist()], np.float64)
