"""How long an analysis will take, estimated from its size before anything is computed.

The factors were measured for 28 to 11 000 areas on one processor; they are right within a factor of about two, which
is enough to tell what is answered at once from what becomes a job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boundaries import Sentence
from service.analyses.borders import MOST_AREAS
from service.analyses.neighbours import groups_of, specification_of
from service.analyses.question import Question
from service.reader import AreaTable, ReleaseReader
from spatial.statistics import StatisticsError

_SECONDS = Sentence("Sekunden", "seconds")


class TooLarge(StatisticsError):
    """The analysis would take longer than the service allows."""

    reason = "too large"

    def __init__(self, needed: float, limit: float, unit: Sentence = _SECONDS) -> None:
        self.needed, self.limit, self.unit = needed, limit, unit
        super().__init__(
            Sentence(
                f"zu groß: nötig wären etwa {needed:.0f} {unit.de}, erlaubt sind höchstens {limit:.0f}; nach weniger "
                "Gebieten, Nachbarn oder Permutationen fragen",
                f"too large: it would take about {needed:.0f} {unit.en}, at most {limit:.0f} are allowed; "
                "ask for fewer areas, neighbours or permutations",
            )
        )


MOST_LINKS = 3_000_000
"""Pairs of neighbours, counted both ways, that are held in memory at most: 270 neighbours each of 11 000 areas."""


_TOUCHING = 6.0
"""Mean number of areas that touch an area of a plane."""
_PREPARING_SECONDS = 2e-5


@dataclass(frozen=True, slots=True)
class Size:
    """How large an analysis is.

    Attributes
    ----------
    n : int
        Areas.
    links : float
        Pairs of neighbours, counted both ways; estimated.
    permutations : int
    periods : int
        Periods, or indicators, that are read.
    plain : bool
        Whether an area's neighbours all weigh the same.
    """

    n: int
    links: float
    permutations: int
    periods: int = 1
    plain: bool = True


def size_of(release: ReleaseReader, question: Question) -> Size:
    """Size of an analysis.

    Raises
    ------
    TooLarge
        If its areas have more neighbours together than are held in memory.
    """
    table = release.areas(question.vintage, question.level)
    rows = [*table.rows_within(question.within)]
    if question.second_within is not None:
        rows += table.rows_within(question.second_within)
    n = len(rows)
    extent = sum(table.areas[row].area_km2 for row in rows)
    links = n * min(float(n), _neighbours(question, table, rows, extent))
    if links > MOST_LINKS:
        raise TooLarge(links, MOST_LINKS, Sentence("Verbindungen zwischen Gebieten", "links between areas"))
    return Size(
        n,
        links,
        question.permutations or 0,
        max(1, len(question.periods), len(question.indicators)),
        question.kind_of_weights != "kernel",
    )


def _neighbours(question: Question, table: AreaTable, rows: Sequence[int], extent_km2: float) -> float:
    """Mean number of neighbours."""
    specification = specification_of(question.weights or "")
    n = len(rows)
    if specification is None or not n:
        return 0.0
    if specification.column is not None:
        sizes = Counter(groups_of(table, specification.column, np.array(rows, np.intp)))
        return sum(size**2 for group, size in sizes.items() if group) / n
    if specification.metres is not None:
        circle_km2 = 3.14 * (specification.metres / 1000) ** 2
        return n * circle_km2 / extent_km2 if extent_km2 else float(n)
    amount = specification.amount or 1
    return _TOUCHING * amount * (amount + 1) / 2 if question.is_contiguity else float(amount)


def preparing(size: Size) -> float:
    """Seconds until the figures and weights of an analysis are there."""
    return _PREPARING_SECONDS * size.n * size.periods


def shuffled(size: Size) -> float:
    """Seconds of a global statistic: every permutation shuffles all values and visits all links."""
    return size.permutations * (5e-8 * size.n + 7e-10 * size.links)


def shuffled_twice(size: Size) -> float:
    """Seconds of a global statistic that smooths both indicators: Lee's L."""
    return size.permutations * (8e-8 * size.n + 3e-9 * size.links)


def drawn(size: Size) -> float:
    """Seconds of a local statistic: one table of draws serves all areas, if an area's neighbours weigh the same."""
    if not size.plain:
        return each(size)
    return size.permutations * (1e-6 + 2e-8 * size.links / max(1, size.n)) + 5e-6 * size.n


def each(size: Size) -> float:
    """Seconds of a local statistic whose null distribution differs from area to area."""
    return size.permutations * (3e-8 * size.n + 8e-10 * size.links) + 5e-6 * size.n


def plain(size: Size) -> float:
    """Seconds of what looks at each area once."""
    return 1e-5 * size.n * size.periods


def funnelled(size: Size) -> float:
    """Seconds of funnel limits: the exact quantiles of each area."""
    return 0.05 + 2e-4 * size.n


def periodic(size: Size) -> float:
    """Seconds of what compares the periods of each area."""
    return float(1e-5 * size.n * size.periods**1.5)


def pairwise(size: Size) -> float:
    """Seconds of what compares each area with each other one, at several distances."""
    return 3e-7 * size.n**2


def segregated(size: Size) -> float:
    """Seconds of the indices of segregation with their distribution under chance and the bootstrap."""
    return bordered(size) + 1e-7 * size.n**2 + (size.permutations + 500) * (4e-4 + 2e-7 * size.n)


def bordered(size: Size) -> float:
    """Seconds until common borders are measured on outlines of 100 to 200 vertices; of too many areas they are not."""
    return 7e-4 * size.n if size.n <= MOST_AREAS else 0.0


def dealt(size: Size) -> float:
    """Seconds of a comparison of two maps: every simulation exchanges all areas."""
    return size.permutations * 2e-7 * size.n


def scanned(size: Size) -> float:
    """Seconds of a scan: the neighbours of all areas are sorted once, then every map is searched."""
    return 1.6e-7 * size.n**2 + size.permutations * (4.5e-6 * size.n + 3.5e-10 * size.n**2)
