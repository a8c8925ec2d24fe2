"""Weights as files that GeoDa and R read, so that others can repeat an analysis with the very same neighbours.

GAL lists the neighbours of each area; GWT and CSV list every link with its weight. Areas are named by their keys; the
variable that holds them is called ``key``, as in our GeoJSON.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from service.analyses.answering import material_of
from service.analyses.budget import size_of
from service.analyses.question import Question
from service.errors import InvalidParameter
from service.reader import ReleaseReader
from spatial.statistics import Weights
from spatial.statistics.weights import Style

FORMATS = {"gal": "text/plain; charset=utf-8", "gwt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"}
"""Media types by the ending of the file."""

_VARIABLE = "key"


def weights_file(release: ReleaseReader, question: Question, form: str) -> str:
    """The weights that an analysis uses, after everything that preparing it takes out.

    Parameters
    ----------
    release : ReleaseReader
    question : Question
        Of a statistic that takes weights.
    form : str
        ``gal``, ``gwt`` or ``csv``.

    Raises
    ------
    InvalidParameter
        If the statistic takes no weights, or the form is unknown.
    StatisticsError
        If the weights cannot be built.
    """
    if form not in FORMATS:
        raise InvalidParameter("f", form, "one of " + ", ".join(FORMATS))
    if question.weights is None:
        raise InvalidParameter("statistic", question.statistic, "a statistic that takes weights")
    size_of(release, question)  # refuses what memory does not hold
    material = material_of(release, question)
    style: Style = "R" if material.style == "R" else "B" if material.style == "B" else "O"
    weights = material.linked.styled(style)
    source = f"kreisatlas_{question.level}_{question.vintage}"
    if form == "gal":
        return _gal(weights, source)
    return _gwt(weights, source) if form == "gwt" else _csv(weights)


def write_weights(path: Path, release: ReleaseReader, question: Question) -> None:
    """Write the weights that an analysis uses; the ending of the name decides the form.

    Raises
    ------
    InvalidParameter, StatisticsError, OSError
    """
    path.write_text(weights_file(release, question, path.suffix.removeprefix(".").lower()), encoding="utf-8")


def _gal(weights: Weights, source: str) -> str:
    lines = [f"0 {weights.n} {source} {_VARIABLE}"]
    for place, key in enumerate(weights.keys):
        neighbours = weights.neighbour_keys(place)
        lines += [f"{_word(key)} {len(neighbours)}", " ".join(map(_word, neighbours))]
    return "\n".join(lines) + "\n"


def _gwt(weights: Weights, source: str) -> str:
    lines = [f"0 {weights.n} {source} {_VARIABLE}"]
    lines += [f"{_word(one)} {_word(other)} {weight!r}" for one, other, weight in _links(weights)]
    return "\n".join(lines) + "\n"


def _csv(weights: Weights) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["focal", "neighbour", "weight"])
    writer.writerows(_links(weights))
    # An area without neighbours is in the file all the same.
    writer.writerows([key, "", ""] for key in weights.isolates)
    return stream.getvalue()


def _links(weights: Weights) -> list[tuple[str, str, float]]:
    return [
        (weights.keys[one], weights.keys[other], weight)
        for one, other, weight in zip(
            weights.focal.tolist(), weights.indices.tolist(), weights.data.tolist(), strict=True
        )
    ]


def _word(key: str) -> str:
    """A key without blanks, which separate the words of GAL and GWT."""
    return key.replace(" ", "_")
