"""Answering: from a question to the document that HTTP and the command line give.

The way is cut where processes may change: material is prepared where the release lies, the simulation may be shared
out, and the document is written where the material is.
"""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from typing import Any

import orjson

from service.analyses import remarks
from service.analyses.bases import left_out
from service.analyses.material import Material, prepare
from service.analyses.question import VERSIONED, Question
from service.analyses.registry import METHODS, method_of
from service.reader import ReleaseReader
from service.values import periods_by_level
from spatial.statistics import StatisticsError, TooFewPeriods
from spatial.statistics.errors import at_position, shown
from spatial.statistics.sentences import Sentence


class NotComputed(StatisticsError):
    """A statistic that cannot be computed from its material: the reason, and what was left out before.

    Attributes
    ----------
    reason : str
        That of the error behind it.
    dropped : tuple of dict
        Key and reason of every area that was left out.
    """

    def __init__(self, error: StatisticsError, material: Material, question: Question) -> None:
        self.reason = error.reason  # type: ignore[misc]  # each occurrence repeats the reason of another error
        self.dropped = material.dropped
        counts = Counter(each["reason"] for each in material.dropped)
        left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
        said = _explained(_located(error, material, question), error, material, question)
        if counts:
            said = Sentence(f"{said.de}; vorher weggelassen: {left_out}", f"{said.en}; left out before: {left_out}")
        super().__init__(said)


def _located(error: StatisticsError, material: Material, question: Question) -> Sentence:
    """Text of an error, with keys of areas where its positions are those of the material."""
    positions: tuple[int, ...] = getattr(error, "positions", ())
    split = question.periods or question.second_within is not None
    if not positions or split or max(positions) >= material.n:
        return error.message
    place, areas = at_position(positions), shown([material.keys[each] for each in positions])
    return Sentence(
        error.message.de.replace(place.de, f"in {areas}"), error.message.en.replace(place.en, f"in {areas}")
    )


def _explained(said: Sentence, error: StatisticsError, material: Material, question: Question) -> Sentence:
    """Text of an error; where periods are too few because a new base cuts the series, with that reason."""
    definition = material.definitions.get(str(question.indicator))
    if not isinstance(error, TooFewPeriods) or not question.periods or definition is None:
        return said
    offered = periods_by_level(definition)[question.level] or definition["periods"]
    why = left_out(definition, offered, question.periods)
    return said if why is None else Sentence(f"{said.de}. {why['de']}", f"{said.en}. {why['en']}")


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
    """What the statistic gives for the material; needs no release.

    Raises
    ------
    NotComputed
    """
    try:
        return METHODS[question.statistic].compute(material, question)
    except StatisticsError as error:
        raise NotComputed(error, material, question) from error


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
        "warnings": [*material.warnings, *_told(material, question)],
        "synthetic": any(definition["synthetic"] for definition in material.definitions.values()),
        "release": material.release,
        "versions": {**{name: version(name) for name in VERSIONED}, "disclosure": material.disclosure_version},
    }
    return _read_with_gaps(document | own)


def _read_with_gaps(document: dict[str, Any]) -> dict[str, Any]:
    """The document; where areas are left out because they are secret, its reading says so."""
    count = remarks.secret_areas(document["dropped"])
    if not count or "reading" not in document:
        return document
    gaps = remarks.read_secret(count)
    return document | {
        "reading": {language: f"{text} {gaps[language]}" for language, text in document["reading"].items()}
    }


def _told(material: Material, question: Question) -> tuple[dict[str, str], ...]:
    """That areas around the selection take part, where the statistic's own words do not say so."""
    spoken = METHODS[question.statistic].kind in ("global", "local")
    return () if spoken else remarks.of_ring(len(material.around))


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
