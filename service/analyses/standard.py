"""The standard of standardised ratios: how many events the people of an area, or of its groups, have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries import Sentence
from service.analyses.figures import NoFigures
from service.analyses.question import Question
from service.reader import ReleaseReader
from spatial.statistics import EmptyGroup


@dataclass(frozen=True, slots=True)
class Standard:
    """Events and people by group; one group of everybody where the question names none.

    Attributes
    ----------
    events, population : ndarray of float64, shape (groups,)
    area : str or None
        Name of the area they are those of; None for all areas of the analysis together.
    """

    events: NDArray[np.float64]
    population: NDArray[np.float64]
    area: str | None = None


def standard_of(release: ReleaseReader, question: Question) -> Standard:
    """Published events and people of the area of reference.

    Raises
    ------
    NoFigures
        If it has none in the period.
    EmptyGroup
        If one of its figures is not published.
    """
    key = str(question.reference)
    area = release.find_area(key, question.vintage)
    if question.cases:
        cubes = [(each, question.period, "values") for each in question.cases]
        cubes += [(each, question.second_period, "values") for each in question.population]
    else:
        cubes = [(str(question.indicator), question.period, part) for part in ("numerators", "denominators")]
    figures = [_figure(release, question, area.level, each) for each in cubes]
    for (indicator, period, _), figure in zip(cubes, figures, strict=True):
        if figure is None:
            raise EmptyGroup(
                Sentence(
                    f"{indicator} ist für das Vergleichsgebiet {key} in {period} nicht veröffentlicht",
                    f"{indicator} of the area of reference {key} is not published for {period}",
                )
            )
    events, people = figures[: len(figures) // 2], figures[len(figures) // 2 :]
    return Standard(np.array(events, np.float64), np.array(people, np.float64), area.name)


def _figure(release: ReleaseReader, question: Question, level: str, asked: tuple[str, str | None, str]) -> float | None:
    """Published figure of the area of reference: of an indicator, a period, and a part of it."""
    indicator, period, part = asked
    cube: dict[str, Any] = release.cube(indicator, question.vintage, level)
    figure = cube["periods"].get(period)
    if figure is None:
        raise NoFigures(indicator, level, Sentence(f"in {period}", f"in {period}"))
    found: float | None = figure[part][cube["keys"].index(question.reference)]
    return found
