"""Several indicators in one: composite indices, and the typology of status and dynamics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.analyses import budget
from service.analyses.figures import GAPS, RESIDENTS
from service.analyses.forms import Form, area_rows, number, numbers, read
from service.analyses.material import FloatArray, Material
from service.analyses.method import AREAS, Method
from service.analyses.options import one_of, several, within
from service.analyses.question import Question
from spatial import statistics

_METHODS = ("z-score", "min-max", "rank", "geometric")
_POLARITIES = several(within(-1, 1, whole=True))
_IMPORTANCE = several(within(1e-6, 1e6))


@dataclass(frozen=True)
class _Typed:
    """Indices of both periods, their change on the components known in both, and the classes made of them."""

    status: statistics.CompositeIndex
    before: statistics.CompositeIndex
    now_comparable: statistics.CompositeIndex
    change: FloatArray
    typology: statistics.Typology


def _polarities(material: Material, question: Question) -> list[int]:
    catalogued = [int(material.definitions[indicator]["polarity"]) for indicator in question.indicators]
    return list(question.option("polarities", catalogued))


def _index(material: Material, question: Question, values: FloatArray, reference: FloatArray | None) -> Any:
    return statistics.composite_index(
        values,
        _polarities(material, question),
        method=question.option("method", "z-score"),
        weights=question.option("importance"),
        reference=reference,
        coverage=question.option("coverage", 0.8),
    )


def _composite(material: Material, question: Question) -> Any:
    reference = None if question.base is None else material.table(question, "base")
    return _index(material, question, material.table(question), reference)


def _composite_form(material: Material, question: Question, result: statistics.CompositeIndex) -> Form:
    return {
        "method": result.method,
        "explained": number(result.explained),
        "components": _components(material, question, result),
        **read(result),
        "areas": area_rows(material, _index_columns(result)),
    }


def _index_columns(result: statistics.CompositeIndex) -> dict[str, Any]:
    def ranks(of: Any) -> list[int | None]:
        return [int(rank) if known else None for rank, known in zip(of, result.defined, strict=True)]

    return {
        "value": numbers(result.values),
        "rank": ranks(result.ranks),
        "rank_best": ranks(result.lowest_rank),
        "rank_worst": ranks(result.highest_rank),
        "coverage": numbers(result.coverage),
        "incomplete": result.incomplete.tolist(),
        "scaled": [numbers(row) for row in result.scaled],
    }


def _components(material: Material, question: Question, result: statistics.CompositeIndex) -> list[Form]:
    parts = zip(question.indicators, _polarities(material, question), numbers(result.weights), strict=True)
    return [
        {
            "indicator": indicator,
            "period": material.periods[f"of:{indicator}"],
            "base_period": material.periods.get(f"base:{indicator}"),
            "polarity": polarity,
            "weight": weight,
        }
        for indicator, polarity, weight in parts
    ]


def _typology(material: Material, question: Question) -> _Typed:
    now, before = material.table(question), material.table(question, "base")
    status = _index(material, question, now, before)
    # A component that is known in one of the years alone would look like a change.
    both = ~np.isnan(now) & ~np.isnan(before)
    later, earlier = (_index(material, question, np.where(both, table, np.nan), before) for table in (now, before))
    change = later.values - earlier.values
    return _Typed(
        status,
        _index(material, question, before, before),
        later,
        change,
        statistics.typology(
            status.values,
            change,
            material.columns[RESIDENTS],
            status_cuts=question.option("status_cuts", (1.0, -1.0, -1.5)),
            dynamics_cuts=question.option("dynamics_cuts", (1.0, -1.0)),
            minimum_residents=question.option("minimum_residents", 300.0),
        ),
    )


def _typology_form(material: Material, question: Question, result: _Typed) -> Form:
    sorted_into = result.typology
    names, counts = np.unique(np.array(sorted_into.classes), return_counts=True)
    return {
        "method": result.status.method,
        "components": _components(material, question, result.status),
        "status_cuts": [number(cut) for cut in sorted_into.status_cuts],
        "dynamics_cuts": [number(cut) for cut in sorted_into.dynamics_cuts],
        "classes": dict(zip(names.tolist(), counts.tolist(), strict=True)),
        **read(sorted_into),
        "areas": area_rows(
            material,
            {
                "index": numbers(result.status.values),
                "index_before": numbers(result.before.values),
                "change": numbers(result.change),
                "coverage": numbers(result.status.coverage),
                "coverage_of_change": numbers(result.now_comparable.coverage),
                "incomplete": (result.status.incomplete | result.now_comparable.incomplete).tolist(),
                "status_score": numbers(sorted_into.status_score),
                "dynamics_score": numbers(sorted_into.dynamics_score),
                "status": sorted_into.status.tolist(),
                "dynamics": sorted_into.dynamics.tolist(),
                "class": list(sorted_into.classes),
            },
        ),
    }


_SEVERAL = ("indicators", "period", "base", *AREAS)

COMPOSITES = (
    Method(
        id="composite",
        title={"de": "Sozialindex", "en": "Composite index"},
        kind="composite",
        parameters=_SEVERAL,
        requires=("indicators",),
        needs=frozenset({GAPS}),
        options={
            "method": one_of(*_METHODS, "pca"),
            "polarities": _POLARITIES,
            "importance": _IMPORTANCE,
            "coverage": within(0.01, 1),
        },
        compute=_composite,
        form=_composite_form,
        seconds=budget.plain,
    ),
    Method(
        id="typology",
        title={"de": "Status und Dynamik", "en": "Status and dynamics"},
        kind="composite",
        parameters=(*_SEVERAL, RESIDENTS),
        requires=("indicators", "base", RESIDENTS),
        needs=frozenset({GAPS}),
        options={
            "method": one_of(*_METHODS),
            "polarities": _POLARITIES,
            "importance": _IMPORTANCE,
            "coverage": within(0.01, 1),
            "status_cuts": several(within(-10, 10), fewest=3, most=3),
            "dynamics_cuts": several(within(-10, 10), fewest=2, most=2),
            "minimum_residents": within(0, 1e9),
        },
        compute=_typology,
        form=_typology_form,
        seconds=budget.plain,
    ),
)
