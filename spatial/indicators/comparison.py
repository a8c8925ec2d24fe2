"""Comparison of an import with what is stored already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from spatial.indicators.observations import Observation, Status
from spatial.indicators.report import Changes

FigureKey = tuple[str, str, str, str]
"""Indicator, level, key and period of a figure."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store holds of some indicators.

    Attributes
    ----------
    figures : mapping of (indicator, level, key, period) to (value, Status)
    same_file : frozenset of (indicator, level, key, period)
        Those that an earlier version of the same file gave.
    """

    figures: Mapping[FigureKey, tuple[float | None, Status]] = field(default_factory=dict)
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
    """Count the figures that are new, differ from the stored ones, and are withdrawn."""
    if not stored.figures:
        return Changes(added=len(observations))
    added = changed = 0
    for observation in observations:
        before = stored.figures.get(figure_key(observation))
        if before is None:
            added += 1
        elif before != (observation.value, observation.status):
            changed += 1
    return Changes(added, changed, len(removed))
