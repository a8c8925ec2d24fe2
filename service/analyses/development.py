"""Development over the periods: trends, changes, hot spots that come and go, and movements between classes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from service.analyses import budget, remarks
from service.analyses.bases import ONE_BASE
from service.analyses.figures import COUNTS, GAPS
from service.analyses.forms import Form, area_rows, number, numbers, read
from service.analyses.material import FloatArray, Material
from service.analyses.method import AREAS, LINKS, ONE, Method
from service.analyses.options import CONFIDENCE, one_of, within
from service.analyses.question import Question
from service.analyses.rates import factor_of
from service.analyses.spacing import EQUAL_STEPS
from spatial import statistics
from spatial.indicators.periods import period_start

_CORRECTION = one_of("none", "hamed-rao")
_QUADRANTS = ("high-high", "low-high", "low-low", "high-low")


def _years(question: Question) -> FloatArray:
    """Starts of the periods, in years."""
    starts = [period_start(period) for period in question.periods]
    return np.array([day.year + (day.month - 1) / 12 + (day.day - 1) / 365.25 for day in starts])


def _trend(material: Material, question: Question) -> Any:
    return statistics.trends(
        material.series(question),
        _years(question),
        level=question.option("confidence", 0.95),
        correction=question.option("correction", "none"),
    )


def _trend_form(material: Material, question: Question, result: statistics.Trends) -> Form:
    columns: dict[str, Any] = {
        name: numbers(getattr(result, name)) for name in ("tau", "z", "p", "slope", "lower", "upper", "variance_factor")
    }
    columns |= {
        "s": [int(s) if known else None for s, known in zip(result.s, result.defined, strict=True)],
        "p_method": list(result.p_method),
        "n_periods": result.periods.tolist(),
    }
    corrected = question.option("correction", "none") != "none"
    uncorrected = result.p_method.count("exact") if corrected else 0
    return {
        "series_periods": list(question.periods),
        "slope_unit": "per year",
        "confidence": result.level,
        "smallest_p": number(result.smallest_p),
        "p_convention": "two-sided",
        **read(result),
        "warnings": [*material.warnings, *remarks.of_uncorrected(uncorrected)],
        "areas": area_rows(material, columns),
    }


def _emerging(material: Material, question: Question) -> Any:
    return statistics.emerging_hot_spots(
        material.series(question),
        material.linked,
        level=question.option("alpha", 0.05),
        correction=question.option("correction", "none"),
    )


def _emerging_form(material: Material, question: Question, result: statistics.EmergingHotSpots) -> Form:
    columns = {
        "class": list(result.classes),
        "trend_s": result.trend_s.tolist(),
        "trend_p": numbers(result.trend_p),
        "z": [numbers(series) for series in result.z.T],
        "spots": result.spots.T.tolist(),
    }
    return {
        "series_periods": list(question.periods),
        "alpha": result.level,
        "correction": result.correction,
        "classes": dict(Counter(result.classes)),
        **read(result),
        "areas": area_rows(material, columns),
    }


def _local_change(material: Material, question: Question) -> Any:
    columns = material.columns
    return statistics.local_change(
        (columns["base_numerators"], columns["base_denominators"]),
        (columns["numerators"], columns["denominators"]),
        level=question.option("confidence", 0.95),
    )


def _local_change_form(material: Material, question: Question, result: statistics.LocalChange) -> Form:
    factor = factor_of(material, question)
    columns: dict[str, Any] = {
        name: numbers(getattr(result, name) * factor) for name in ("first", "second", "difference", "lower", "upper")
    }
    columns |= {name: numbers(getattr(result, name)) for name in ("relative", "z", "p", "p_fdr")}
    overall = result.overall_difference
    return {
        "confidence": result.level,
        "factor": factor,
        "overall_difference": number(None if overall is None else overall * factor),
        "classes": dict(Counter(result.classes)),
        **read(result),
        "areas": area_rows(material, columns | {"class": list(result.classes)}),
    }


def _markov(material: Material, question: Question) -> Any:
    return statistics.spatial_markov(material.series(question), material.linked, k=question.option("k", 5))


def _markov_form(material: Material, question: Question, result: statistics.SpatialMarkov) -> Form:
    del material
    return {
        "n": result.n,
        "series_periods": list(question.periods),
        "cuts": numbers(result.cuts),
        "lag_cuts": numbers(result.lag_cuts),
        "overall": _transitions(result.overall),
        "by_surroundings": [_transitions(each) for each in result.by_surroundings],
        "q": number(result.q),
        "likelihood_ratio": number(result.likelihood_ratio),
        "degrees_of_freedom": result.degrees_of_freedom,
        "p_q": number(result.p_q),
        "p_likelihood_ratio": number(result.p_likelihood_ratio),
        "scarce_rows": result.scarce_rows,
        **read(result),
    }


def _lisa_markov(material: Material, question: Question) -> Any:
    return statistics.lisa_markov(material.series(question), material.linked)


def _lisa_markov_form(material: Material, question: Question, result: statistics.LisaMarkov) -> Form:
    del material
    return {
        "n": result.n,
        "series_periods": list(question.periods),
        "quadrants": list(_QUADRANTS),
        "transitions": _transitions(result.transitions),
        "chi_square": number(result.chi_square),
        "degrees_of_freedom": result.degrees_of_freedom,
        "p": number(result.p),
        **read(result),
    }


def _transitions(found: statistics.Transitions) -> Form:
    return {
        "counts": found.counts.tolist(),
        "probabilities": [numbers(row) for row in found.probabilities],
        "steady_state": None if found.steady_state is None else numbers(found.steady_state),
    }


_SERIES = ("indicator", "periods", *AREAS)

DEVELOPMENT = (
    Method(
        id="trend",
        title={"de": "Trend (Mann-Kendall, Theil-Sen)", "en": "Trend (Mann-Kendall, Theil-Sen)"},
        kind="time",
        parameters=_SERIES,
        needs=frozenset({GAPS, ONE_BASE}),
        options={"confidence": CONFIDENCE, "correction": _CORRECTION},
        compute=_trend,
        form=_trend_form,
        seconds=budget.periodic,
    ),
    Method(
        id="local-change",
        title={"de": "Veränderung der Anteile", "en": "Change of shares"},
        kind="time",
        parameters=(*ONE, "base"),
        needs=frozenset({COUNTS}),
        options={"confidence": CONFIDENCE},
        compute=_local_change,
        form=_local_change_form,
        seconds=budget.plain,
    ),
    Method(
        id="emerging",
        title={"de": "Entstehende Hotspots", "en": "Emerging hot spots"},
        kind="time",
        parameters=(*_SERIES, *LINKS),
        needs=frozenset({GAPS, EQUAL_STEPS, ONE_BASE}),
        options={"alpha": within(0.001, 0.2), "correction": _CORRECTION},
        compute=_emerging,
        form=_emerging_form,
        seconds=budget.periodic,
    ),
    Method(
        id="markov",
        title={"de": "Räumliche Markow-Kette", "en": "Spatial Markov chain"},
        kind="time",
        parameters=(*_SERIES, *LINKS),
        needs=frozenset({EQUAL_STEPS, ONE_BASE}),
        options={"k": within(2, 10, whole=True)},
        compute=_markov,
        form=_markov_form,
        seconds=budget.periodic,
    ),
    Method(
        id="lisa-markov",
        title={"de": "Markow-Kette der LISA-Quadranten", "en": "Markov chain of LISA quadrants"},
        kind="time",
        parameters=(*_SERIES, *LINKS),
        needs=frozenset({EQUAL_STEPS, ONE_BASE}),
        compute=_lisa_markov,
        form=_lisa_markov_form,
        seconds=budget.periodic,
        page="markov",
    ),
)
