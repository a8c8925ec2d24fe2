"""Answering: from a question to the document that HTTP and the command line give.

The way is cut where processes may change: material is prepared where the release lies, the simulation may be shared
out, and the document is written where the material is.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import orjson

from service.analyses.material import Material, prepare
from service.analyses.question import VERSIONED, Question
from service.analyses.registry import METHODS, method_of
from service.reader import ReleaseReader


def answer(release: ReleaseReader, question: Question) -> dict[str, Any]:
    """Compute a statistic from the figures of a release.

    Parameters
    ----------
    release : ReleaseReader
    question : Question
        Checked against the release.

    Returns
    -------
    dict
        The analysis answer; numbers unrounded, None where a number is undefined.

    Raises
    ------
    StatisticsError
        If it cannot be computed from these figures.
    """
    return document_of(material_of(release, question), question)


def material_of(release: ReleaseReader, question: Question) -> Material:
    """Arrays for a question."""
    method = method_of(question.statistic)
    return prepare(release, question, needs=method.needs, style=method.style_for(question))


def result_of(material: Material, question: Question) -> Any:
    """What the statistic gives for the material; needs no release."""
    return METHODS[question.statistic].compute(material, question)


def document_of(material: Material, question: Question) -> dict[str, Any]:
    """The answer for the material; needs no release."""
    result = result_of(material, question)
    own = METHODS[question.statistic].form(material, question, result)
    document = {
        "statistic": question.statistic,
        "n": material.n,
        **question.parameters(),
        "within": question.within,
        **_weights(material, question, result),
        "dropped": list(material.dropped),
        "warnings": list(material.warnings),
        "synthetic": any(definition["synthetic"] for definition in material.definitions.values()),
        "release": material.release,
        "versions": {name: version(name) for name in VERSIONED},
    }
    return document | own


def packed(document: dict[str, Any]) -> bytes:
    """A document as JSON; numbers that JSON cannot hold raise."""
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def _weights(material: Material, question: Question, result: Any) -> dict[str, Any]:
    if material.weights is None:
        return {}
    used = getattr(result, "weights", material.weights)
    return {
        "weights": {
            "spec": question.weights,
            "style": material.style,
            "links": used.links,
            "isolates": list(used.isolates),
            "isolate_policy": question.isolates,
            "bridged": [list(pair) for pair in material.bridged],
        }
    }
