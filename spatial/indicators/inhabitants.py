"""Inhabitants of municipalities, taken from loaded figures: they weigh the parts of divided areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from spatial.indicators.observations import Observation
from spatial.indicators.periods import period_end

#: Id of the bundled indicator that counts the inhabitants.
INHABITANTS = "pop_total"


def inhabitants_by_day(
    observations: Iterable[Observation], level: str, known: Mapping[date, Mapping[str, int]]
) -> dict[date, dict[str, int]]:
    """Inhabitants by day and key: those known, and figures of ``pop_total`` where nothing else is known of an area.

    Parameters
    ----------
    observations : iterable of Observation
        Of any indicators, levels and periods.
    level : str
        Level of the areas.
    known : mapping of date to mapping of str to int
        From registers and boundaries; they hold where both have an area on a day.

    Returns
    -------
    dict of date to dict of str to int
        A figure counts for the last day of its period. Figures on boundaries that came later have other keys, or the
        same keys for other areas, and are left out.
    """
    found: dict[date, dict[str, int]] = {}
    for observation in observations:
        if observation.indicator != INHABITANTS or observation.level != level or observation.value is None:
            continue
        day = period_end(observation.period)
        if observation.vintage <= day:
            found.setdefault(day, {})[observation.key] = round(observation.value)
    for day, counts in known.items():
        found[day] = {**found.get(day, {}), **counts}
    return dict(sorted(found.items()))
