"""Forms of answers: what a result of a statistic looks like as JSON. Numbers stay unrounded; none is NaN."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from service.analyses.material import Material
from service.analyses.question import Question
from spatial import statistics
from spatial.statistics import GlobalResult, LocalResult, Part, Reading
from styles import CLUSTER_COLORS, SPOT_COLORS

Form = dict[str, Any]


def global_form(material: Material, question: Question, result: GlobalResult) -> Form:
    """One number for all areas together."""
    del question
    return {
        "value": number(result.value),
        "expectation": number(result.expectation),
        "variance": number(result.variance),
        "variance_assumption": result.variance_assumption,
        "z": number(result.z),
        "p_analytic": number(result.p_analytic),
        "p": number(result.p),
        **tested(result),
        **_companions(result.companions),
        **({"parts": {name: _part(part) for name, part in result.parts.items()}} if result.parts else {}),
        "reading": statistics.read_global(result, ring=material.around).to_dict(),
    }


def _part(part: Part) -> Form:
    return {name: number(getattr(part, name)) for name in ("value", "expectation", "variance", "z", "p_analytic", "p")}


def _companions(companions: Mapping[str, float]) -> Form:
    """Numbers that are read beside the statistic."""
    return {"companions": {name: number(value) for name, value in companions.items()}} if companions else {}


def local_form(material: Material, question: Question, result: LocalResult) -> Form:
    """One number for each area, with p, class and neighbours."""
    del question
    columns: dict[str, list[Any]] = {
        name: list(numbers(getattr(result, name)))
        for name in ("statistic", "expectation", "variance", "z", "p_analytic", "p", "p_fdr", "p_bonferroni")
    }
    columns |= {
        "smallest_p": numbers(result.smallest_p_each),
        "quadrant": list(result.quadrant_names),
        "class": list(result.classes),
        "role": list(result.roles),
        "neighbours": [list(result.weights.neighbour_keys(place)) for place in range(result.n)],
    }
    return {
        "variance_assumption": result.variance_assumption,
        "classes": result.class_counts(),
        "colors": dict(SPOT_COLORS if result.method.startswith("getis-ord") else CLUSTER_COLORS),
        **tested(result),
        **_companions(result.companions),
        "reading": statistics.read_local(result, bridged=material.bridged, ring=material.around).to_dict(),
        "warnings": warned(material, statistics.read_power(result)),
        "areas": area_rows(material, {"value": numbers(material.columns["values"]), **columns}),
    }


def tested(result: GlobalResult | LocalResult) -> Form:
    """How p was found."""
    return {
        "n": result.n,
        "smallest_p": number(result.smallest_p),
        "p_convention": result.p_convention,
        "alternative": result.alternative,
    }


def area_rows(material: Material, columns: Mapping[str, Sequence[Any]]) -> list[Form]:
    """One row for each area of the material, from columns of equal length."""
    names = list(columns)
    return [
        {"key": key, "name": name, **dict(zip(names, row, strict=True)), **_marks(material, key)}
        for key, name, *row in zip(material.keys, material.names, *columns.values(), strict=True)
    ]


def _marks(material: Material, key: str) -> Form:
    """What is special about an area."""
    marks = {"ring": key in material.ring, "estimated": key in material.estimated}
    return {name: True for name, holds in marks.items() if holds}


def warned(material: Material, *more: Reading | None) -> list[dict[str, str]]:
    """The warnings of the material, and more that follow from the result."""
    return [*material.warnings, *(each.to_dict() for each in more if each is not None)]


def read(result: Any) -> Form:
    """The result in plain words."""
    return {"reading": statistics.read_result(result).to_dict()}


def number(value: float | None) -> float | None:
    """A finite number, or None."""
    return float(value) if value is not None and math.isfinite(value) else None


def numbers(values: Any) -> list[float | None]:
    """Finite numbers, None in place of the others."""
    return [number(value) for value in np.asarray(values, np.float64).tolist()]
