"""Weights as files that GeoDa, R and PySAL read, so that others can repeat an analysis with the very same neighbours.

Areas are named by their keys; the variable that holds them is called ``key``, as in our GeoJSON.
"""

from __future__ import annotations

from pathlib import Path

from boundaries import Sentence
from service.analyses.answering import material_of
from service.analyses.budget import size_of
from service.analyses.question import Question
from service.errors import InvalidParameter, among
from service.reader import ReleaseReader
from spatial.statistics import UnsuitableFormat, to_csv, to_gal, to_gwt
from spatial.statistics.weights import Style

FORMATS = {"gal": "text/plain; charset=utf-8", "gwt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"}
"""Media types by the ending of the file."""


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
        If the statistic takes no weights, or the form is unknown or cannot hold these.
    StatisticsError
        If the weights cannot be built.
    """
    if form not in FORMATS:
        raise InvalidParameter("f", form, among(list(FORMATS)))
    if question.weights is None:
        raise InvalidParameter(
            "statistic", question.statistic, Sentence("eine Statistik mit Gewichten", "a statistic that takes weights")
        )
    size_of(release, question)  # refuses what memory does not hold
    material = material_of(release, question)
    style: Style = "R" if material.style == "R" else "B" if material.style == "B" else "O"
    weights = material.linked.styled(style)
    name = "_".join(f"kreisatlas_{question.level}_{question.vintage}".split())
    try:
        if form == "csv":
            return to_csv(weights)
        return to_gal(weights, name=name) if form == "gal" else to_gwt(weights, name=name)
    except UnsuitableFormat as error:
        raise InvalidParameter(
            "f",
            form,
            Sentence(
                f"ein Format, das diese Gewichte fasst: {error.render('de')}",
                f"a format that holds these weights: {error}",
            ),
        ) from error


def write_weights(path: Path, release: ReleaseReader, question: Question) -> None:
    """Write the weights that an analysis uses; the ending of the name decides the form.

    Raises
    ------
    InvalidParameter, StatisticsError, OSError
    """
    path.write_text(weights_file(release, question, path.suffix.removeprefix(".").lower()), encoding="utf-8")
