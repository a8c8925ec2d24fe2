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
        If one of its figures is not published, or refers to nobody.
    """
    key = str(question.reference)
    area = release.find_area(key, question.vintage)
    if question.cases:
        cubes = [(each, question.period, "values") for each in question.cases]
        cubes += [(each, question.second_period, "values") for each in question.population]
    else:
        cubes = [(str(question.indicator), question.period, part) for part in ("numerators", "denominators")]
    figures = [_figure(release, question, area.level, each) for each in cubes]
    events, people = figures[: len(figures) // 2], figures[len(figures) // 2 :]
    if None in events or None in people or 0 in people:
        raise EmptyGroup(
            Sentence(
                f"das Vergleichsgebiet {key} hat keine veröffentlichte Quote",
                f"the area of reference {key} has no published rate",
            )
        )
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
