"""Rates of small areas: smoothed, with intervals, compared with a target or a standard, pooled over years.

All take numerator and denominator of a published rate; results are in the unit of the indicator.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from service.analyses import budget
from service.analyses.figures import COUNTS, GAPS
from service.analyses.forms import Form, area_rows, number, numbers, read
from service.analyses.material import FloatArray, Material, require_several
from service.analyses.method import AREAS, LINKS, ONE, Method
from service.analyses.options import CONFIDENCE, one_of, within
from service.analyses.question import Question
from service.analyses.standardisation import STANDARDISED_RATIOS
from spatial import statistics

_DISTRIBUTION = one_of("binomial", "poisson")
_CURVE_POINTS = 60


def factor_of(material: Material, question: Question) -> float:
    """By what events per head are multiplied to give the unit of the indicator."""
    return float(material.definitions[str(question.indicator)]["factor"] or 1)


def _counts(material: Material) -> tuple[FloatArray, FloatArray]:
    return material.columns["numerators"], material.columns["denominators"]


def _areas(material: Material, columns: dict[str, Any]) -> list[Form]:
    """Rows with the published rate and its parts, and what was computed."""
    events, population = _counts(material)
    given = {
        "value": numbers(material.columns["values"]),
        "numerator": numbers(events),
        "denominator": numbers(population),
    }
    return area_rows(material, given | columns)


def _smooth(material: Material, question: Question) -> Any:
    weights = material.weights if question.weights is not None else None
    return statistics.empirical_bayes(*_counts(material), weights=weights)


def _smoothed_form(material: Material, question: Question, result: statistics.SmoothedRates) -> Form:
    factor = factor_of(material, question)
    columns = {
        "raw": numbers(result.raw * factor),
        "smoothed": numbers(result.smoothed * factor),
        "shrinkage": numbers(result.shrinkage),
        "prior_mean": numbers(result.prior_mean * factor),
        "prior_variance": numbers(result.prior_variance * factor**2),
    }
    return {"factor": factor, **read(result), "areas": _areas(material, columns)}


def _intervals(material: Material, question: Question) -> Any:
    return statistics.rate_intervals(
        *_counts(material), method=question.option("interval", "wilson"), level=question.option("confidence", 0.95)
    )


def _intervals_form(material: Material, question: Question, result: statistics.RateIntervals) -> Form:
    factor = factor_of(material, question)
    columns = {name: numbers(getattr(result, name) * factor) for name in ("rate", "lower", "upper")}
    return {
        "interval": result.method,
        "confidence": result.level,
        "factor": factor,
        **read(result),
        "areas": _areas(material, columns),
    }


def _funnel(material: Material, question: Question) -> Any:
    target = question.option("target")
    if target is None:
        require_several(material)
    return statistics.funnel(
        *_counts(material),
        distribution=question.option("distribution", "binomial"),
        target=None if target is None else target / factor_of(material, question),
    )


def _funnel_form(material: Material, question: Question, result: statistics.Funnel) -> Form:
    factor = factor_of(material, question)
    limits = ("lower_95", "upper_95", "lower_998", "upper_998")
    columns = {name: numbers(getattr(result, name) * factor) for name in ("rate", *limits)}
    population = result.population[result.defined]
    grid = np.unique(np.rint(np.geomspace(max(1.0, population.min()), population.max(), _CURVE_POINTS)))
    curves = statistics.funnel_curves(grid, result.target, distribution=result.distribution)
    return {
        "target": number(result.target * factor),
        "distribution": result.distribution,
        "dispersion": number(result.dispersion),
        "factor": factor,
        "curves": {"denominator": numbers(grid), **{name: numbers(curves[name] * factor) for name in limits}},
        **read(result),
        "areas": _areas(material, columns | {"class": list(result.classes)}),
    }


def _probabilities(material: Material, question: Question) -> Any:
    del question
    require_several(material)
    return statistics.choynowski(*_counts(material))


def _probabilities_form(material: Material, question: Question, result: statistics.ProbabilityMap) -> Form:
    del question
    columns = {"expected": numbers(result.expected), "p": numbers(result.p), "above": result.above.tolist()}
    return {
        "p_convention": "one-sided",
        **read(result),
        "areas": _areas(material, columns),
    }


def _pooled(material: Material, question: Question) -> Any:
    return statistics.pooled_rates(material.series(question, "numerators"), material.series(question, "denominators"))


def _pooled_form(material: Material, question: Question, result: statistics.PooledRates) -> Form:
    factor = factor_of(material, question)
    columns = {
        "rate": numbers(result.rate * factor),
        "numerator": numbers(result.events),
        "denominator": numbers(result.population),
        "defined": result.defined.tolist(),
    }
    return {
        "pooled": list(question.periods),
        "factor": factor,
        **read(result),
        "areas": area_rows(material, columns),
    }


_COUNTED = frozenset({COUNTS})

RATES = (
    Method(
        id="empirical-bayes",
        title={"de": "Geglättete Raten (Empirical Bayes)", "en": "Smoothed rates (empirical Bayes)"},
        kind="rates",
        parameters=ONE,
        needs=_COUNTED,
        compute=_smooth,
        form=_smoothed_form,
        seconds=budget.plain,
    ),
    Method(
        id="spatial-empirical-bayes",
        title={"de": "Räumlich geglättete Raten", "en": "Spatially smoothed rates"},
        kind="rates",
        parameters=(*ONE, *LINKS),
        needs=_COUNTED,
        compute=_smooth,
        form=_smoothed_form,
        seconds=budget.plain,
        page="empirical-bayes",
    ),
    Method(
        id="rate-intervals",
        title={"de": "Raten mit Vertrauensbereich", "en": "Rates with confidence intervals"},
        kind="rates",
        parameters=ONE,
        needs=_COUNTED,
        options={"interval": one_of("wilson", "byar"), "confidence": CONFIDENCE},
        compute=_intervals,
        form=_intervals_form,
        seconds=budget.plain,
    ),
    Method(
        id="funnel",
        title={"de": "Trichterdiagramm", "en": "Funnel plot"},
        kind="rates",
        parameters=ONE,
        needs=_COUNTED,
        options={"distribution": _DISTRIBUTION, "target": within(1e-12, 1e12)},
        compute=_funnel,
        form=_funnel_form,
        seconds=budget.funnelled,
    ),
    STANDARDISED_RATIOS,
    Method(
        id="probability-map",
        title={"de": "Wahrscheinlichkeitskarte (Choynowski)", "en": "Probability map (Choynowski)"},
        kind="rates",
        parameters=ONE,
        needs=_COUNTED,
        compute=_probabilities,
        form=_probabilities_form,
        seconds=budget.plain,
        page="funnel",
    ),
    Method(
        id="pooled-rates",
        title={"de": "Raten mehrerer Jahre zusammen", "en": "Rates of several years together"},
        kind="rates",
        parameters=("indicator", "periods", *AREAS),
        needs=frozenset({COUNTS, GAPS}),
        compute=_pooled,
        form=_pooled_form,
        seconds=budget.plain,
        page="rate-intervals",
    ),
)
