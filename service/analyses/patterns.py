"""Clusters found by scanning, and classes for maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.analyses import budget
from service.analyses.figures import COUNTS, GAPS
from service.analyses.forms import Form, area_rows, number, numbers, read
from service.analyses.material import FloatArray, Material
from service.analyses.method import AREAS, CHANCE, ONE, Method
from service.analyses.middle import MIDDLE
from service.analyses.options import number as any_number
from service.analyses.options import one_of, several, within
from service.analyses.question import Question
from spatial import statistics
from spatial.statistics.scan import BLOCK_MAPS

_BREAKS = ("quantiles", "equal", "fisher-jenks", "head-tail", "standard-deviation", "diverging", "manual")


def _scan(material: Material, question: Question) -> Any:
    permutations, seed = question.chance
    return statistics.spatial_scan(
        material.columns["numerators"],
        material.columns["denominators"],
        material.points,
        scan_for=question.option("scan_for", "high"),
        maximum_share=question.option("maximum_share", 0.5),
        permutations=permutations,
        seed=seed,
    )


def _scan_form(material: Material, question: Question, result: statistics.ScanResult) -> Form:
    del question
    number_of = {
        int(place): order for order, cluster in enumerate(result.clusters, 1) for place in cluster.members.tolist()
    }
    return {
        "n": result.n,
        "scan_for": result.scan_for,
        "maximum_share": number(result.maximum_share),
        "windows": result.windows,
        "smallest_p": number(result.smallest_p),
        "p_convention": "one-sided",
        "clusters": [_cluster(material, cluster) for cluster in result.clusters],
        **read(result),
        "areas": area_rows(
            material,
            {
                "value": numbers(material.columns["values"]),
                "numerator": numbers(material.columns["numerators"]),
                "denominator": numbers(material.columns["denominators"]),
                "cluster": [number_of.get(place) for place in range(material.n)],
            },
        ),
    }


def _cluster(material: Material, cluster: statistics.ScanCluster) -> Form:
    names = ("radius_m", "events", "expected", "relative_risk", "log_likelihood_ratio", "p")
    return {
        "members": [material.keys[place] for place in cluster.members.tolist()],
        **{name: number(getattr(cluster, name)) for name in names},
    }


@dataclass(frozen=True)
class _Classes:
    """Breaks, and the value they lie about."""

    breaks: statistics.ClassBreaks
    centre: dict[str, Any] | None = None


def _classes(material: Material, question: Question) -> _Classes:
    values = material.series(question)
    known = values[np.isfinite(values)]
    method, k = question.option("method", "quantiles"), question.option("k", 5)
    if method == "manual" or question.option("breaks") is not None:
        return _Classes(statistics.class_breaks_given(known, question.option("breaks", ())))
    if method == "diverging" or {"centre", "width"} & dict(question.options).keys():
        centre = _centre(material, question, known)
        breaks = statistics.class_breaks_around(known, centre["value"], k, width=question.option("width"))
        return _Classes(breaks, centre)
    return _Classes(statistics.class_breaks(known, method, k))


def _centre(material: Material, question: Question, known: FloatArray) -> dict[str, Any]:
    """Value about which classes diverge, and where it comes from."""
    given, middle = question.option("centre"), material.middle
    if given is not None:
        return {"value": given, "source": "given", "area": None}
    if middle is not None:
        return {"value": middle.value, "source": middle.source, "area": middle.area}
    return {"value": float(known.mean()) if len(known) else 0.0, "source": "mean", "area": None}


def _classes_form(material: Material, question: Question, classes: _Classes) -> Form:
    result = classes.breaks
    return {
        "diverges_from": classes.centre,
        "series_periods": list(question.periods),
        "method": result.method,
        "breaks": numbers(result.breaks),
        "counts": list(result.counts),
        "k": result.k,
        "requested": result.requested,
        "collapsed": result.collapsed,
        "reading": statistics.read_breaks(result, material.n).to_dict(),
    }


def _maps(question: Question) -> int:
    del question
    return BLOCK_MAPS


PATTERNS = (
    Method(
        id="scan",
        title={"de": "Räumliche Suche nach Häufungen (Kulldorff)", "en": "Spatial scan for clusters (Kulldorff)"},
        kind="scan",
        parameters=(*ONE, *CHANCE),
        needs=frozenset({COUNTS}),
        options={"scan_for": one_of("high", "low", "both"), "maximum_share": within(0.01, 0.5)},
        compute=_scan,
        form=_scan_form,
        seconds=budget.scanned,
        permutations=999,
        block_rows=_maps,
    ),
    Method(
        id="classes",
        title={"de": "Klassen für Karten", "en": "Classes for maps"},
        kind="classes",
        parameters=("indicator", "periods", *AREAS),
        needs=frozenset({GAPS, MIDDLE}),
        options={
            "method": one_of(*_BREAKS),
            "k": within(2, 20, whole=True),
            "breaks": several(any_number, most=19),
            "centre": any_number,
            "width": within(1e-12, 1e12),
        },
        compute=_classes,
        form=_classes_form,
        seconds=budget.periodic,
    ),
)
