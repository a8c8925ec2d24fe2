"""Comparison of an import with what is stored already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from spatial.indicators.observations import Flag, Observation, Status
from spatial.indicators.report import Changes

FigureKey = tuple[str, str, str, str]
"""Indicator, level, key and period of a figure."""


class StoredFigure(NamedTuple):
    """What a store holds of one figure; the fields are those of :class:`Observation`, and the file that gave it."""

    value: float | None
    status: Status
    vintage: date
    flags: tuple[Flag, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store holds of some indicators.

    Attributes
    ----------
    figures : mapping of (indicator, level, key, period) to StoredFigure
    same_file : frozenset of (indicator, level, key, period)
        Those that an earlier version of the same file gave.
    """

    figures: Mapping[FigureKey, StoredFigure] = field(default_factory=dict)
    same_file: frozenset[FigureKey] = frozenset()


Lookup = Callable[[frozenset[str]], Stored]
"""Gives what is stored of some indicators, by their ids."""


def figure_key(observation: Observation) -> FigureKey:
    """What identifies a figure."""
    return observation.indicator, observation.level, observation.key, observation.period


def withdrawn(observations: Sequence[Observation], stored: Stored) -> Iterator[FigureKey]:
    """Stored figures that came from an earlier version of the file and are no longer in it.

    Figures from other files stay: a file that corrects one municipality withdraws nothing of the others. So do those of
    levels and periods that are not in the file at all: offices give the files of every year and level one name.
    """
    if not stored.same_file:
        return iter(())
    here = {figure_key(observation) for observation in observations}
    covered = {(indicator, level, period) for indicator, level, _, period in here}
    return (
        figure
        for figure in sorted(stored.same_file)
        if figure not in here and (figure[0], figure[1], figure[3]) in covered
    )


def changes(observations: Sequence[Observation], removed: Sequence[FigureKey], stored: Stored) -> Changes:
    """Count the figures that are new, differ from the stored ones, and are withdrawn.

    They differ where the number, its status, its flags or the day that its key refers to is another one.
    """
    if not stored.figures:
        return Changes(added=len(observations))
    added = changed = 0
    for observation in observations:
        before = stored.figures.get(figure_key(observation))
        if before is None:
            added += 1
        elif _differs(observation, before):
            changed += 1
    return Changes(added, changed, len(removed))


def is_repeat(found: Changes, observations: Sequence[Observation], stored: Stored) -> bool:
    """Whether a file of the same name gave all of the figures already, each as it is."""
    if found != Changes():
        return False
    return all(figure_key(observation) in stored.same_file for observation in observations)


def overruled(observations: Sequence[Observation], stored: Stored) -> Counter[str]:
    """Other files whose figures the file replaces by different ones, with the number of these, the most first."""
    files: Counter[str] = Counter()
    for observation in observations if stored.figures else ():
        figure = figure_key(observation)
        before = stored.figures.get(figure)
        if before is not None and before.file and figure not in stored.same_file and _differs(observation, before):
            files[before.file] += 1
    return Counter(dict(files.most_common()))


def _differs(observation: Observation, before: StoredFigure) -> bool:
    """Whether a figure is not the one that is stored, whatever file gave that."""
    now = StoredFigure(observation.value, observation.status, observation.vintage, observation.flags, before.file)
    return now != before
