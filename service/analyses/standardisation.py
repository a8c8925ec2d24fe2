"""Standardised ratios: events against those that the rates of a standard lead one to expect.

The rates are those of everybody, or of groups of the population such as age groups: then the make-up of the population
is accounted for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service.analyses import budget, remarks
from service.analyses.figures import CASES, COUNTS, OBSERVED, POPULATION
from service.analyses.forms import Form, area_rows, numbers
from service.analyses.material import FloatArray, Material, require_several
from service.analyses.method import ONE, Method
from service.analyses.options import CONFIDENCE
from service.analyses.question import Question
from service.analyses.standard import Standard
from spatial import statistics


@dataclass(frozen=True)
class _Ratios:
    """Ratios, and what they are ratios to.

    Attributes
    ----------
    ratios : StandardisedRatios
    crude : ndarray of float64, shape (n,)
        Ratio of the area's rate to that of the standard, whatever the groups.
    population : ndarray of float64, shape (n, groups)
    standard : Standard
    """

    ratios: statistics.StandardisedRatios
    crude: FloatArray
    population: FloatArray
    standard: Standard


def _ratios(material: Material, question: Question) -> _Ratios:
    if material.standard is None:
        require_several(material)
    cases, population = _by_group(material, question)
    observed = cases.sum(axis=1)
    standard = material.standard or Standard(cases.sum(axis=0), population.sum(axis=0))
    expected = statistics.indirectly_expected(
        population, statistics.standard_rates(standard.events, standard.population)
    )
    common = float(standard.events.sum() / standard.population.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        crude = observed / (population.sum(axis=1) * common)
    return _Ratios(
        statistics.standardised_ratios(observed, expected, level=question.option("confidence", 0.95)),
        crude,
        population,
        standard,
    )


def _by_group(material: Material, question: Question) -> tuple[FloatArray, FloatArray]:
    """Events and people of each area and group; one group of everybody where the question names none.

    Where all events are counted elsewhere, they are one column: those of the groups are not known.
    """
    if not question.cases:
        return material.columns["numerators"][:, None], material.columns["denominators"][:, None]
    population = material.beside(POPULATION, question.population)
    if question.observed is not None:
        return material.columns[OBSERVED][:, None], population
    return material.beside(CASES, question.cases), population


def _form(material: Material, question: Question, result: _Ratios) -> Form:
    ratios, standard = result.ratios, result.standard
    told = remarks.of_ring(len(material.around))
    told += remarks.of_published_standard(material.dropped, material.n) if standard.area is None else ()
    columns = {name: numbers(getattr(ratios, name)) for name in ("observed", "expected", "ratio", "lower", "upper")}
    if not question.cases:
        given = {
            "value": numbers(material.columns["values"]),
            "numerator": numbers(ratios.observed),
            "denominator": numbers(result.population[:, 0]),
        }
        reading = statistics.read_crude_ratios(ratios, standard.area)
        groups = {}
    else:
        given = {"denominator": numbers(result.population.sum(axis=1)), "crude_ratio": numbers(result.crude)}
        reading = statistics.read_stratified_ratios(ratios, len(question.cases), standard.area)
        groups = {"groups_of_population": _groups(question, standard)}
    return {
        "reference": question.reference,
        "reference_name": standard.area,
        "confidence": ratios.level,
        **groups,
        "reading": reading.to_dict(),
        "warnings": [*material.warnings, *told],
        "areas": area_rows(material, given | columns),
    }


def _groups(question: Question, standard: Standard) -> list[Form]:
    """Events and people of each group in the standard."""
    rows = zip(question.cases, question.population, standard.events, standard.population, strict=True)
    return [
        {"cases": cases, "population": people, "events": float(events), "members": float(members)}
        for cases, people, events, members in rows
    ]


STANDARDISED_RATIOS = Method(
    id="standardised-ratios",
    title={"de": "Standardisierte Verhältnisse", "en": "Standardised ratios"},
    kind="rates",
    parameters=(*ONE, "reference", "cases", "population", "second_period", "observed"),
    requires=(),
    requires_one=("indicator", "cases"),
    needs=frozenset({COUNTS}),
    options={"confidence": CONFIDENCE},
    compute=_ratios,
    form=_form,
    seconds=budget.plain,
)
