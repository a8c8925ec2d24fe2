"""The middle of diverging classes: the rate of the whole, not the mean of its areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from service.analyses.question import Question
from service.reader import ReleaseReader

MIDDLE = "middle"
"""What a statistic needs that compares the areas with the whole they make up."""


@dataclass(frozen=True, slots=True)
class Middle:
    """Value of the whole.

    Attributes
    ----------
    value : float
        Mean over the periods in which it is known, in the unit of the indicator.
    source : {"area", "weighted-mean"}
        The published figure of the area that the selection lies in, or the rate of all areas of the selection whose
        numerator and denominator are published.
    area : str or None
        Key of that area.
    """

    value: float
    source: Literal["area", "weighted-mean"]
    area: str | None = None


def middle_of(release: ReleaseReader, question: Question, rows: NDArray[np.intp]) -> Middle | None:
    """Value of the whole that some areas make up; None of a count, and where nothing tells it.

    Parameters
    ----------
    release : ReleaseReader
    question : Question
        With one indicator and periods.
    rows : ndarray of int
        The areas, as rows of the release's table.
    """
    definition = release.indicator(str(question.indicator))
    if definition["kind"] == "count":
        return None
    if question.within is not None:
        upper = release.find_area(question.within, question.vintage)
        if upper.level in definition["levels"]:
            published = _mean(_published(release, question, upper.level, question.within))
            if published is not None:
                return Middle(published, "area", question.within)
    pooled = _mean([_pooled(release, question, period, rows) for period in question.periods])
    return None if pooled is None else Middle(pooled, "weighted-mean")


def _published(release: ReleaseReader, question: Question, level: str, key: str) -> list[float | None]:
    """Figures of one area in the periods."""
    cube = release.cube(str(question.indicator), question.vintage, level)
    row = cube["keys"].index(key)
    return [cube["periods"][period]["values"][row] for period in question.periods]


def _pooled(release: ReleaseReader, question: Question, period: str, rows: NDArray[np.intp]) -> float | None:
    """Rate of all areas together: sum of the numerators over sum of the denominators, where both are known."""
    figure = release.cube(str(question.indicator), question.vintage, question.level)["periods"][period]
    if "numerators" not in figure:
        return None
    pairs = [(figure["numerators"][row], figure["denominators"][row]) for row in rows.tolist()]
    known = [(above, below) for above, below in pairs if above is not None and below]
    if not known:
        return None
    factor = release.indicator(str(question.indicator))["factor"] or 1
    return float(factor * sum(above for above, _ in known) / sum(below for _, below in known))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
