"""How a group, or a value, is distributed over the areas: segregation and inequality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.analyses import budget
from service.analyses.borders import BORDERS
from service.analyses.figures import COUNTS
from service.analyses.forms import Form, area_rows, number, numbers, read, warned
from service.analyses.material import FloatArray, Material
from service.analyses.method import AREAS, CHANCE, ONE, Method
from service.analyses.options import one_of, several, within
from service.analyses.partition import PARTITION
from service.analyses.question import Question
from spatial import statistics
from spatial.statistics.blocks import BLOCK_ROWS

_PAIRWISE_LIMIT = 20_000
"""Most areas for the indices that compare each area with each other one."""
_UNEVENNESS = ("d", "gini", "entropy", "atkinson", "isolation", "interaction", "correlation_ratio")
_DISTANCES_M = (0.0, 2500.0, 5000.0, 10_000.0, 20_000.0, 40_000.0)
_SQUARE_METRES = 1e6


@dataclass(frozen=True)
class _Segregation:
    """Everything that one question about segregation gives."""

    indices: statistics.SegregationIndices
    null: statistics.SegregationNull
    corrected: statistics.CorrectedDissimilarity


def _group(material: Material, prefix: str = "") -> tuple[FloatArray, FloatArray]:
    return material.columns[f"{prefix}numerators"], material.columns[f"{prefix}denominators"]


def _segregation(material: Material, question: Question) -> _Segregation:
    group = _group(material)
    borders = material.borders
    places = statistics.Places(
        area_m2=material.areas_km2 * _SQUARE_METRES,
        perimeter_m=None if borders is None else borders.perimeter,
        borders_m=None if borders is None or not borders.common.links else borders.common,
        coordinates_m=material.points if material.n <= _PAIRWISE_LIMIT else None,
        centre_m=material.centre,
        neighbours=material.linked,
    )
    permutations, seed = question.chance
    return _Segregation(
        statistics.segregation_indices(
            *group,
            places=places,
            atkinson_b=question.option("atkinson", 0.5),
            decay_m=question.option("decay"),
        ),
        statistics.segregation_null(
            *group,
            index=question.option("index", "d"),
            null=question.option("null", "systematic"),
            alternative=question.option("alternative", "two-sided"),
            neighbours=material.linked if material.linked.links else None,
            permutations=permutations,
            seed=seed,
        ),
        statistics.bias_corrected(*group, seed=seed),
    )


def _segregation_form(material: Material, question: Question, result: _Segregation) -> Form:
    del question
    indices, null = result.indices, result.null
    words = [statistics.read_result(indices).to_dict(), statistics.read_result(null).to_dict()]
    return {
        "n": indices.n,
        "indices": {name: number(value) for name, value in indices.indices.items()},
        "null": {
            "index": null.index,
            "null": null.null,
            "value": number(null.value),
            "mean": number(null.mean),
            "sd": number(null.sd),
            "p": number(null.p),
            "excess": number(null.excess),
            "alternative": null.alternative,
            "p_convention": "doubled" if null.alternative == "two-sided" else "one-sided",
            "smallest_p": number(null.smallest_p),
        },
        "bias_corrected": {
            "d": number(result.corrected.bootstrap),
            "density": number(result.corrected.density),
            "excess": number(null.excess) if null.index == "d" else None,
            "replicates": result.corrected.replicates,
        },
        "share": number(indices.share),
        "group_size": number(indices.group_size),
        "total_size": number(indices.total_size),
        "decay_m": number(indices.decay_m),
        "reading": {language: " ".join(each[language] for each in words) for language in ("de", "en")},
        "warnings": warned(material, statistics.read_correction(indices)),
        "areas": area_rows(
            material,
            {
                "value": numbers(material.columns["values"]),
                "numerator": numbers(material.columns["numerators"]),
                "denominator": numbers(material.columns["denominators"]),
                "location_quotient": numbers(indices.location_quotient),
                "contribution": numbers(indices.contributions),
            },
        ),
    }


def _change(material: Material, question: Question) -> Any:
    return statistics.segregation_change(
        _group(material, "base_"),
        _group(material),
        index=question.option("index", "d"),
        counterfactual=question.option("counterfactual", "composition"),
    )


def _change_form(material: Material, question: Question, result: statistics.SegregationChange) -> Form:
    del material, question
    names = ("first", "second", "change", "structure", "attributes")
    return {
        "index": result.index,
        "counterfactual": result.counterfactual,
        **{name: number(getattr(result, name)) for name in names},
        **read(result),
    }


def _difference(material: Material, question: Question) -> Any:
    first, second = _group(material), _group(material)
    if question.base is not None:
        first = _group(material, "base_")
    elif question.second is not None:
        second = _group(material, "second_")
    else:
        others = np.asarray(material.others)
        first, second = tuple(each[~others] for each in first), tuple(each[others] for each in second)
    permutations, seed = question.chance
    return statistics.segregation_difference(
        first,
        second,
        index=question.option("index", "d"),
        labelling="areas" if question.second_within is not None else "pairs",
        alternative=question.option("alternative", "two-sided"),
        permutations=permutations,
        seed=seed,
    )


def _difference_form(material: Material, question: Question, result: statistics.SegregationDifference) -> Form:
    del material, question
    return {
        "index": result.index,
        "labelling": result.labelling,
        **{name: number(getattr(result, name)) for name in ("first", "second", "difference", "mean", "sd", "p")},
        "alternative": result.alternative,
        "p_convention": "doubled" if result.alternative == "two-sided" else "one-sided",
        "smallest_p": number(result.smallest_p),
        "n_first": result.n_first,
        "n_second": result.n_second,
        **read(result),
    }


def _profile(material: Material, question: Question) -> Any:
    members, residents = _group(material)
    distances = question.option("distances", _DISTANCES_M)
    return statistics.segregation_profile(np.column_stack([members, residents - members]), material.points, distances)


def _profile_form(material: Material, question: Question, result: statistics.SegregationProfile) -> Form:
    del material, question
    rows = zip(result.distances_m.tolist(), numbers(result.d), numbers(result.entropy), strict=True)
    return {
        "n": result.n,
        "kernel": result.kernel,
        "profile": [{"distance_m": distance, "d": d, "entropy": entropy} for distance, d, entropy in rows],
        **read(result),
    }


def _thresholds(material: Material, question: Question) -> Any:
    count = question.option("thresholds", 1000)
    if question.option("profile", "concentration") == "proximity":
        return statistics.proximity_profile(*_group(material), material.linked, thresholds=count)
    return statistics.concentration_profile(*_group(material), thresholds=count)


def _is_about_proximity(given: Mapping[str, Any]) -> bool:
    """A profile of concentration knows no neighbours."""
    return given.get("profile") == "proximity"


def _thresholds_form(material: Material, question: Question, result: statistics.ThresholdProfile) -> Form:
    del material
    return {
        "n": result.n,
        "profile": question.option("profile", "concentration"),
        "value": number(result.value),
        "thresholds": numbers(result.thresholds),
        "curve": numbers(result.curve),
        **read(result),
    }


def _groups(material: Material, question: Question) -> Any:
    return statistics.segregation_multigroup(material.table(question))


def _groups_form(material: Material, question: Question, result: statistics.MultigroupSegregation) -> Form:
    names = ("d", "gini", "entropy", "relative_diversity", "exposure")
    return {
        "n": result.n,
        "indices": {name: number(getattr(result, name)) for name in names},
        "shares": dict(zip(question.indicators, numbers(result.shares), strict=True)),
        "components": [
            {"indicator": each, "period": material.periods[f"of:{each}"], "share": share}
            for each, share in zip(question.indicators, numbers(result.shares), strict=True)
        ],
        **read(result),
        "areas": area_rows(material, {"diversity": numbers(result.local_entropy)}),
    }


def _inequality(material: Material, question: Question) -> Any:
    del question
    return statistics.inequality(material.columns["values"], material.columns["denominators"], groups=material.groups)


def _inequality_form(material: Material, question: Question, result: statistics.Inequality) -> Form:
    del material
    names = (
        "gini",
        "theil",
        "theil_between",
        "theil_within",
        "cv",
        "p90_p10",
        "p90",
        "p10",
        "mean",
        "largest_smallest",
        "quartile_ratio",
    )
    return {
        "n": result.n,
        **{name: number(getattr(result, name)) for name in names},
        "groups": question.groups,
        "n_groups": result.n_groups,
        **read(result),
    }


def _whole_blocks(question: Question) -> int:
    del question
    return BLOCK_ROWS


_COUNTED = frozenset({COUNTS})

DISTRIBUTION = (
    Method(
        id="segregation",
        title={"de": "Segregation", "en": "Segregation"},
        kind="distribution",
        parameters=(*ONE, "weights", "centre_area", *CHANCE),
        needs=_COUNTED | {BORDERS},
        options={
            "index": one_of(*_UNEVENNESS, "spatial_d"),
            "null": one_of("systematic", "person-permutation", "geographic"),
            "alternative": one_of("two-sided", "greater"),
            "atkinson": within(0.01, 0.99),
            "decay": within(1, 1e6),
        },
        compute=_segregation,
        form=_segregation_form,
        seconds=budget.segregated,
        permutations=999,
        block_rows=_whole_blocks,
    ),
    Method(
        id="segregation-change",
        title={"de": "Veränderung der Segregation", "en": "Change of segregation"},
        kind="distribution",
        parameters=(*ONE, "base"),
        needs=_COUNTED,
        options={"index": one_of(*_UNEVENNESS), "counterfactual": one_of("composition", "share")},
        compute=_change,
        form=_change_form,
        seconds=budget.plain,
        page="segregation",
    ),
    Method(
        id="segregation-difference",
        title={"de": "Unterschied der Segregation zweier Karten", "en": "Difference in segregation between two maps"},
        kind="distribution",
        parameters=(*ONE, "second", "second_period", "base", "second_within", *CHANCE),
        requires_one=("base", "second", "second_within"),
        needs=_COUNTED,
        options={"index": one_of(*_UNEVENNESS), "alternative": one_of("two-sided", "greater")},
        compute=_difference,
        form=_difference_form,
        seconds=budget.dealt,
        permutations=999,
        block_rows=_whole_blocks,
        page="segregation",
    ),
    Method(
        id="segregation-profile",
        title={"de": "Segregation nach der Weite der Umgebung", "en": "Segregation by the width of the surroundings"},
        kind="distribution",
        parameters=ONE,
        needs=_COUNTED,
        options={"distances": several(within(0, 1e6), most=20)},
        compute=_profile,
        form=_profile_form,
        seconds=budget.pairwise,
        page="segregation",
    ),
    Method(
        id="segregation-thresholds",
        title={"de": "Konzentration und Nähe nach Schwellen", "en": "Concentration and proximity by thresholds"},
        kind="distribution",
        parameters=(*ONE, "weights"),
        needs=_COUNTED,
        options={"profile": one_of("concentration", "proximity"), "thresholds": within(2, 1000, whole=True)},
        has_neighbours=_is_about_proximity,
        compute=_thresholds,
        form=_thresholds_form,
        seconds=budget.pairwise,
        page="segregation",
    ),
    Method(
        id="segregation-groups",
        title={"de": "Segregation mehrerer Gruppen", "en": "Segregation among several groups"},
        kind="distribution",
        parameters=("indicators", "period", *AREAS),
        requires=("indicators",),
        needs=frozenset({PARTITION}),
        compute=_groups,
        form=_groups_form,
        seconds=budget.plain,
        page="segregation",
    ),
    Method(
        id="inequality",
        title={"de": "Ungleichheit zwischen den Gebieten", "en": "Inequality between the areas"},
        kind="distribution",
        parameters=(*ONE, "groups"),
        needs=_COUNTED,
        compute=_inequality,
        form=_inequality_form,
        seconds=budget.plain,
    ),
)
