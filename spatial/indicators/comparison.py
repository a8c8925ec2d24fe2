"""Comparison of an import with what is stored already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from boundaries import OFFICIAL_LEVELS
from spatial.indicators.observations import Observation, Status
from spatial.indicators.report import Changes

FigureKey = tuple[str, str, str, str]
"""Indicator, level, key and period of a figure."""
Previous = Mapping[FigureKey, tuple[float | None, Status]]
"""Value and status of the figures that are stored already."""

_COVERED_DIGITS = {"regierungsbezirk": 2, "kreis": 2, "verband": 5, "gemeinde": 5}


def figure_key(observation: Observation) -> FigureKey:
    """What identifies a figure."""
    return observation.indicator, observation.level, observation.key, observation.period


def withdrawn(observations: Sequence[Observation], previous: Previous) -> Iterator[FigureKey]:
    """Stored figures that a file replaces by nothing.

    A file is taken to be complete for each indicator, level, period and territory that it has figures of; the
    territory is the Kreis of a Gemeinde, the Land of a Kreis, and all areas of a level that is not official.
    """
    here = {figure_key(observation) for observation in observations}
    covered = {(o.indicator, o.level, _territory(o.level, o.key), o.period) for o in observations}
    for figure in sorted(previous):
        indicator, level, key, period = figure
        if figure not in here and (indicator, level, _territory(level, key), period) in covered:
            yield figure


def changes(observations: Sequence[Observation], removed: Sequence[FigureKey], previous: Previous) -> Changes:
    """Count the figures that are new, differ from the stored ones, and are withdrawn."""
    added = changed = 0
    for observation in observations:
        before = previous.get(figure_key(observation))
        if before is None:
            added += 1
        elif before != (observation.value, observation.status):
            changed += 1
    return Changes(added, changed, len(removed))


def _territory(level: str, key: str) -> str:
    """What a file with this key covers."""
    return key[: _COVERED_DIGITS.get(level, len(key))] if level in OFFICIAL_LEVELS else ""
