"""Derived indicators: what is computed from the public figures of other indicators, never loaded and never stored.

With *x(t)* the figure of an area in period *t* on the asked boundaries, *s* the span in years (of moving sums also in
quarters or months, as ``span_unit`` says) and *b* the base:

================== ===================================== =====================================================
formula            fields                                definition
================== ===================================== =====================================================
none: a fraction   ``numerator, denominator, factor``    ``factor · n(t) / d(t)``; with ``denominator_at``
                                                         ``start``: ``d(t - 1)``, ``mean``:
                                                         ``(d(t - 1) + d(t)) / 2``, ``latest``: ``d(t)``, or
                                                         that of the year that ended last
``sum``            ``terms``                             ``± x₁(t) ± x₂(t) ± …``
``moving_sum``     ``of, span``                          ``x(t) + x(t - 1) + … + x(t - s + 1)``
``change_absolute`` ``of, span``                         ``x(t) - x(t - s)``, in the unit of *x*
``change_points``  ``of, span``                          ``x(t) - x(t - s)`` of a rate in %, in percentage points
``change_relative`` ``of, span``                         ``100 · (x(t) - x(t - s)) / x(t - s)``
``index``          ``of, base``                          ``100 · x(t) / x(b)``
================== ===================================== =====================================================

Formulas may build on each other: premature mortality over three years is a fraction whose numerator and denominator
are moving sums, so that it is the sum of the deaths over the sum of the years lived, not a mean of three rates.

Numerators by month, quarter or day have yearly denominators, cases of December the inhabitants of 31 December. With
``latest`` they are divided by the figure of the year that had ended when the period ended: those of December 2015 by
that of 2015, those of March 2016 by that of 2015 as well; with ``start`` by that of the year before the one they lie
in. This holds where the denominator has no figures for periods of their kind. ``numerator_at`` says the same of
numerators: inhabitants of the year per physician of the quarter.

Where a count has ``breaks``, what is made of figures of both sides is a ``BREAK``: changes, indices and moving sums.
The mean of a denominator is not: it is a size, no comparison.

A cell is known where all its inputs are. Otherwise it has the status that weighs most among them: a break outweighs a
secret, a secret outweighs a gap. So nothing is derived from a protected figure. Flags are joined: what is made of
an estimated figure is estimated. A denominator of zero is not applicable, a negative base of a relative change
or an index not meaningful.

Since every input is taken on the asked boundaries, a change over a merger compares the same territory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spatial.indicators.columns import CODE, Column
from spatial.indicators.combine import ratio, strictest_status
from spatial.indicators.indicator import Indicator
from spatial.indicators.observations import Status
from spatial.indicators.periods import period_end, period_kind, period_start, year_before

Available = Callable[[str], Collection[str]]
"""Periods of the indicator of an id."""

_PERCENT = 100.0
_YEARLY = ("year", "school-year")


@dataclass(frozen=True, slots=True)
class Input:
    """A figure that a derived figure is computed from."""

    indicator: str
    period: str


@dataclass(frozen=True, slots=True)
class Derived:
    """Figures of a derived indicator.

    Attributes
    ----------
    column : Column
        Length n.
    numerator, denominator : Column or None
        Length n, of fractions and relative changes: ``column = factor * numerator / denominator``.
    """

    column: Column
    numerator: Column | None = None
    denominator: Column | None = None


def inputs_at(indicator: Indicator, period: str, available: Available) -> tuple[Input, ...]:
    """Inputs of a derived indicator in one period, in the order that :func:`derive` takes them.

    Parameters
    ----------
    indicator : Indicator
        A derived one.
    period : str
        On the wire.
    available : callable
        Periods of the indicator of an id.

    Examples
    --------
    >>> periods = {"pop": ("2014", "2019"), "cases": ("2019-11", "2019-12")}
    >>> growth = Indicator("growth", "rate", "%", formula="change_relative", of="pop", span=5)
    >>> [each.period for each in inputs_at(growth, "2019", periods.__getitem__)]
    ['2019', '2014']
    >>> share = Indicator("r", "rate", "%", numerator="cases", denominator="pop", factor=100.0, denominator_at="latest")
    >>> [each.period for each in inputs_at(share, "2019-12", periods.__getitem__)]
    ['2019-12', '2019']
    """
    if indicator.formula is None:
        above, below = indicator.numerator or "", indicator.denominator or ""
        return (
            Input(above, _numerator_period(indicator, period, available)),
            *(Input(below, each) for each in _denominator_periods(indicator, period, available)),
        )
    if indicator.formula == "sum":
        return tuple(Input(name, period) for name, _ in indicator.signed_terms)
    source, span = indicator.of or "", indicator.span or 0
    if indicator.formula == "index":
        return Input(source, period), Input(source, indicator.base or "")
    if indicator.formula == "moving_sum":
        before = years_before if indicator.span_unit == "year" else periods_before
        return tuple(Input(source, before(period, count)) for count in range(span))
    return Input(source, period), Input(source, years_before(period, span))


def loaded_inputs(
    indicator: Indicator, period: str, definitions: Mapping[str, Indicator], available: Available
) -> set[Input]:
    """Loaded figures that a figure is made of, over any number of steps; a loaded one is made of itself.

    Parameters
    ----------
    indicator : Indicator
    period : str
        On the wire.
    definitions : mapping of str to Indicator
        By id.
    available : callable
        Periods of the indicator of an id.
    """
    if not indicator.is_derived:
        return {Input(indicator.id, period)}
    needed = inputs_at(indicator, period, available)
    return set().union(*(loaded_inputs(definitions[e.indicator], e.period, definitions, available) for e in needed))


def derived_periods(indicator: Indicator, available: Available) -> set[str]:
    """Periods in which all inputs of a derived indicator have figures.

    Parameters
    ----------
    indicator : Indicator
        A derived one.
    available : callable
        Periods of the indicator of an id.

    Returns
    -------
    set of str
        A moving sum has periods of its ``span_unit`` only, school years being years; an index only periods of the
        kind of its base. With ``numerator_at`` ``latest`` a fraction has the periods of its denominator as well.
    """
    periods = {name: set(available(name)) for name in indicator.inputs}
    asked = periods[indicator.inputs[0]]
    if indicator.numerator_at == "latest":
        asked = asked | periods[indicator.denominator or ""]
    return {
        period
        for period in asked
        if _is_fitting(indicator, period)
        and all(each.period in periods[each.indicator] for each in inputs_at(indicator, period, periods.__getitem__))
    }


def crosses_break(periods: Collection[str], breaks: Collection[str]) -> bool:
    """Whether periods lie on both sides of the beginning of a new base.

    Parameters
    ----------
    periods : collection of str
        Of figures that are compared or added up.
    breaks : collection of str
        First periods on a new base.

    Examples
    --------
    >>> crosses_break(["2013", "2008"], ["2011"]), crosses_break(["2016", "2011"], ["2011"])
    (True, False)
    """
    return any(len({period_end(each) < period_start(first) for each in periods}) > 1 for first in breaks)


def derive(indicator: Indicator, columns: Sequence[Column], *, min_denominator: float | None = None) -> Derived:
    """Figures of a derived indicator from those of its inputs.

    Parameters
    ----------
    indicator : Indicator
        A derived one; the module describes the formulas.
    columns : sequence of Column
        Public figures of the inputs, in the order of :func:`inputs_at`; of one length and order of areas.
    min_denominator : float, optional
        Smaller denominators of fractions and relative changes make the figure ``SMALL_BASE``.

    Returns
    -------
    Derived
    """
    first, *rest = columns
    if indicator.formula is None:
        base = rest[0] if len(rest) == 1 else weighted_sum(rest, [1 / len(rest)] * len(rest))
        return _fraction(first, base, indicator.factor or 1.0, min_denominator)
    if indicator.formula == "sum":
        return Derived(weighted_sum(columns, [sign for _, sign in indicator.signed_terms]))
    if indicator.formula == "moving_sum":
        return Derived(weighted_sum(columns, [1.0] * len(columns)))
    if indicator.formula in ("change_absolute", "change_points"):
        return Derived(weighted_sum(columns, [1.0, -1.0]))
    base = rest[0].with_status(rest[0].known & (rest[0].values < 0), Status.NOT_MEANINGFUL)
    if indicator.formula == "index":
        return Derived(_fraction(first, base, _PERCENT, min_denominator).column)
    return _fraction(weighted_sum([first, base], [1.0, -1.0]), base, _PERCENT, min_denominator)


def weighted_sum(columns: Sequence[Column], weights: Sequence[float]) -> Column:
    """Sum of columns, each times a number: ``y[i] = Σ w[k] · x[k][i]``.

    Parameters
    ----------
    columns : sequence of Column
        One or more, of one length and order of areas.
    weights : sequence of float
        One for each column.

    Returns
    -------
    Column
        A cell whose inputs are not all known has the status that weighs most among them. A sum of zero is
        ``ZERO``, and ``ZERO_EXACT`` where every input is. Flags are joined.
    """
    status = strictest_status(columns)
    known = np.logical_and.reduce([column.known for column in columns])
    values = np.sum([weight * column.values for column, weight in zip(columns, weights, strict=True)], axis=0)
    inexact = known & (values == 0) & (status != CODE[Status.ZERO_EXACT])
    flags = np.bitwise_or.reduce([column.flags for column in columns]).astype(np.uint8)
    return Column(np.where(known, values, np.nan), np.where(inexact, CODE[Status.ZERO], status).astype(np.uint8), flags)


def years_before(period: str, years: int) -> str:
    """The same period some years earlier.

    Raises
    ------
    MalformedPeriod
        The text is not a period on the wire.

    >>> years_before("2019", 5), years_before("2020-2021", 1), years_before("2020-02-29", 4)
    ('2014', '2019-2020', '2016-02-28')
    """
    for _ in range(years):
        period = year_before(period)
    return period


def periods_before(period: str, count: int) -> str:
    """The month or quarter some months or quarters earlier.

    Raises
    ------
    MalformedPeriod
        The text is not a period on the wire.

    >>> periods_before("2019-02", 3), periods_before("2019-Q2", 6), periods_before("2019-12", 0)
    ('2018-11', '2017-Q4', '2019-12')
    """
    mark, in_a_year = ("Q", 4) if period_kind(period) == "quarter" else ("", 12)
    year, place = divmod(int(period[:4]) * in_a_year + int(period[5:].removeprefix("Q")) - 1 - count, in_a_year)
    return f"{year}-{mark}{place + 1}" if mark else f"{year}-{place + 1:02}"


def _fraction(above: Column, below: Column, factor: float, min_denominator: float | None) -> Derived:
    return Derived(ratio(above, below, factor=factor, min_denominator=min_denominator), above, below)


def _numerator_period(indicator: Indicator, period: str, available: Available) -> str:
    """Period that the numerator of a fraction is taken at."""
    is_yearly = indicator.numerator_at == "latest" and _is_only_yearly(indicator.numerator or "", period, available)
    return _year_that_ended(period) if is_yearly else period


def _denominator_periods(indicator: Indicator, period: str, available: Available) -> tuple[str, ...]:
    """Periods that the denominator of a fraction is taken at."""
    before, now = year_before(period), period
    if indicator.denominator_at in ("start", "latest") and _is_only_yearly(
        indicator.denominator or "", period, available
    ):
        before, now = str(int(period[:4]) - 1), _year_that_ended(period)
    taken = {"same": (now,), "start": (before,), "mean": (before, now), "latest": (now,)}
    return taken[indicator.denominator_at]


def _is_only_yearly(name: str, period: str, available: Available) -> bool:
    """Whether an indicator has figures for years, and none for periods of the kind of this one."""
    kinds = {period_kind(each) for each in available(name)}
    return "year" in kinds and period_kind(period) not in kinds


def _year_that_ended(period: str) -> str:
    """Year whose last day is the last 31 December at or before the end of a period.

    >>> [_year_that_ended(period) for period in ("2015-12", "2016-03", "2016-Q4", "2016-12-31", "2020-2021")]
    ['2015', '2015', '2016', '2016', '2020']
    """
    end = period_end(period)
    return str(end.year if (end.month, end.day) == (12, 31) else end.year - 1)


def _is_fitting(indicator: Indicator, period: str) -> bool:
    """Whether a formula makes sense for periods of this kind."""
    if indicator.formula == "moving_sum":
        return period_kind(period) in (_YEARLY if indicator.span_unit == "year" else (indicator.span_unit,))
    return indicator.base is None or period_kind(period) == period_kind(indicator.base)
