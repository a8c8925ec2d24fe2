"""Analyses: a question about public figures, and the answer that HTTP and the command line share."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

from service.errors import NotFound
from service.preparation import Prepared, Question, prepare
from service.reader import ReleaseReader
from spatial import statistics
from spatial.statistics import GlobalResult, LocalResult
from styles import CLUSTER_COLORS, SPOT_COLORS

_BINARY, _ROW_STANDARDISED = "B", "R"


@dataclass(frozen=True, slots=True)
class Method:
    """A statistic and the style of weights it takes by default."""

    compute: Callable[..., GlobalResult | LocalResult]
    style: str


METHODS: dict[str, Method] = {
    "moran": Method(statistics.moran, _ROW_STANDARDISED),
    "geary": Method(statistics.geary, _ROW_STANDARDISED),
    "getis-ord-g": Method(statistics.getis_ord_general, _BINARY),
    "local-moran": Method(statistics.moran_local, _ROW_STANDARDISED),
    "local-geary": Method(statistics.geary_local, _ROW_STANDARDISED),
    "getis-ord": Method(partial(statistics.getis_ord_local, star=True), _BINARY),
    "getis-ord-gi": Method(partial(statistics.getis_ord_local, star=False), _BINARY),
}


def method_of(statistic: str) -> Method:
    """Statistic of a name.

    Raises
    ------
    NotFound
    """
    if statistic not in METHODS:
        raise NotFound("statistic", statistic, f"statistics: {', '.join(METHODS)}")
    return METHODS[statistic]


def answer(release: ReleaseReader, statistic: str, question: Question) -> dict[str, Any]:
    """Compute a statistic, or recall it.

    Parameters
    ----------
    release : ReleaseReader
    statistic : str
        One of ``METHODS``.
    question : Question

    Returns
    -------
    dict
        The analysis answer; numbers unrounded, None where a number is undefined.

    Raises
    ------
    NotFound
        If there is no such statistic.
    StatisticsError
        If it cannot be computed from these figures.
    """
    method = method_of(statistic)
    document: dict[str, Any] = release.remember(
        ("analysis", statistic, question), lambda: _compute(release, statistic, method, question)
    )
    return document


def _compute(release: ReleaseReader, statistic: str, method: Method, question: Question) -> dict[str, Any]:
    prepared = prepare(release, question)
    # Making kernel weights binary would throw them away.
    style = question.style or ("O" if question.kind_of_weights == "kernel" and method.style == "B" else method.style)
    result = method.compute(
        prepared.values,
        prepared.weights,
        permutations=question.permutations,
        seed=question.seed,
        style=style,
    )
    if isinstance(result, GlobalResult):
        own, reading = _global_part(result), statistics.read_global(result)
    else:
        own, reading = _local_part(release, question, prepared, result), statistics.read_local(result)
    return {
        "statistic": statistic,
        **own,
        **asdict(question),
        "n": result.n,
        "smallest_p": result.smallest_p,
        "p_convention": result.p_convention,
        "alternative": result.alternative,
        "weights": {
            "spec": question.weights,
            "style": style,
            "links": result.weights.links,
            "isolates": list(result.weights.isolates),
            "isolate_policy": question.isolates,
            "bridged": [list(pair) for pair in prepared.bridged],
        },
        "dropped": list(prepared.dropped),
        "warnings": list(prepared.warnings),
        "reading": reading.to_dict(),
        "synthetic": release.indicator(question.indicator)["synthetic"],
        "release": release.number,
        "versions": {name: version(name) for name in ("kreisatlas", "numpy", "scipy")},
    }


def _global_part(result: GlobalResult) -> dict[str, Any]:
    return {
        "value": result.value,
        "expectation": result.expectation,
        "variance": result.variance,
        "variance_assumption": result.variance_assumption,
        "z": _number(result.z),
        "p_analytic": _number(result.p_analytic),
        "p": result.p,
    }


def _local_part(release: ReleaseReader, question: Question, prepared: Prepared, result: LocalResult) -> dict[str, Any]:
    table = release.areas(question.vintage, question.level)
    areas = [
        {
            "key": key,
            "name": table.areas[row].name,
            "value": float(result.values[place]),
            "statistic": _number(result.statistic[place]),
            "expectation": _number(result.expectation[place]),
            "variance": _number(result.variance[place]),
            "z": _number(result.z[place]),
            "p": _number(result.p[place]),
            "p_fdr": _number(result.p_fdr[place]),
            "p_bonferroni": _number(result.p_bonferroni[place]),
            "smallest_p": _number(result.smallest_p_each[place]),
            "quadrant": result.quadrant_names[place],
            "class": result.classes[place],
            "neighbours": list(result.weights.neighbour_keys(place)),
            **({"ring": True} if row in prepared.ring else {}),
        }
        for place, (key, row) in enumerate(zip(result.keys, prepared.rows.tolist(), strict=True))
    ]
    return {
        "variance_assumption": result.variance_assumption,
        "classes": result.class_counts(),
        "colors": dict(SPOT_COLORS if result.method.startswith("getis-ord") else CLUSTER_COLORS),
        "areas": areas,
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
