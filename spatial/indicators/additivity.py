"""Additivity: whether the municipalities of a table add up to the Kreise that it has as well."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from spatial.indicators.areas import AreaIndex
from spatial.indicators.catalogue import Catalogue
from spatial.indicators.observations import Observation
from spatial.indicators.sentences import Sentence
from spatial.indicators.territory import DISSOLVED_LEVELS

_HALF_UNIT = 0.5
_EXACT = 1e-6
_SHOWN = 5


@dataclass(slots=True)
class _Sum:
    """Sum of the municipalities of one Kreis."""

    total: float = 0.0
    keys: int = 0
    has_negative: bool = False


def on_sums(
    parts: Sequence[Observation],
    wholes: Sequence[Observation],
    catalogue: Catalogue,
    areas: AreaIndex,
    *,
    unit: float = 1.0,
) -> Iterator[Sentence]:
    """Sentences on Kreise whose municipalities do not add up to the figure of the Kreis.

    Only additive indicators are checked. Where municipalities of a Kreis have no number, only a sum that is the
    whole or larger counts. Half a unit of what the table prints passes for rounding, for each municipality.

    Parameters
    ----------
    parts, wholes : sequence of Observation
        Rows of the level that was asked for, and of the others.
    catalogue : Catalogue
    areas : AreaIndex
    unit : float
        One unit of the table in units of the catalogue: what its values were multiplied with.
    """
    yield from _on_what_is_summed(wholes, catalogue)
    half = _HALF_UNIT * abs(unit)
    counties = [each for each in wholes if each.level == "kreis" and each.value is not None]
    sums = _sums(parts, catalogue) if counties else {}
    members: dict[date, Counter[str]] = {}
    checked, rounded, wrong = 0, 0, []
    for observation in counties:
        key, period = observation.key, observation.period
        found = sums.get((observation.indicator, key, period))
        if found is None or observation.value is None:
            continue
        day = observation.vintage
        if day not in members:
            members[day] = _members(areas, day)
        difference = _difference(found, observation.value, members[day][key], half)
        if difference is None:
            continue
        checked += 1
        if abs(difference) > half * found.keys + _EXACT * abs(observation.value):
            wrong.append(f"{key} {period}: {found.total:.12g} ≠ {observation.value:.12g}")
        elif abs(difference) > _EXACT * max(1.0, abs(observation.value)):
            rounded += 1
    if wrong:
        listed = "; ".join(wrong[:_SHOWN]) + ("; …" if len(wrong) > _SHOWN else "")
        yield Sentence(
            f"In {len(wrong)} von {checked} Fällen ergeben die Gemeinden nicht den Kreis: {listed.replace('.', ',')}.",
            f"In {len(wrong)} of {checked} cases the municipalities do not add up to the Kreis: {listed}.",
        )
    if rounded:
        yield Sentence(
            f"In {rounded} von {checked} Fällen weicht die Summe der Gemeinden um Rundungen vom Kreis ab.",
            f"In {rounded} of {checked} cases the sum of the municipalities differs from the Kreis by rounding.",
        )


def _on_what_is_summed(wholes: Sequence[Observation], catalogue: Catalogue) -> Iterator[Sentence]:
    """Sentence on figures of larger areas that the atlas does not show, for it sums those of the municipalities."""
    names = {each.indicator for each in wholes if each.level in DISSOLVED_LEVELS}
    for name in sorted(name for name in names if catalogue.indicators[name].larger_areas == "sum"):
        yield Sentence(
            f"{name}: Kreis, Bezirk und Land zeigen stets die Summe der Gemeinden, nicht den Wert der Tabelle.",
            f"{name}: districts, regions and Länder show the sum of the municipalities, not the table's figure.",
        )


def _difference(found: _Sum, whole: float, members: int, half: float) -> float | None:
    """Sum of the municipalities less the Kreis; None where what is missing may be the difference."""
    difference = found.total - whole
    if abs(difference) <= _EXACT * max(1.0, abs(whole)):
        return difference
    is_open = found.keys < members and (difference <= half * found.keys or found.has_negative)
    return None if is_open else difference


def _sums(parts: Sequence[Observation], catalogue: Catalogue) -> dict[tuple[str, str, str], _Sum]:
    """Sums of the municipalities by indicator, Kreis and period."""
    sums: dict[tuple[str, str, str], _Sum] = defaultdict(_Sum)
    for observation in parts:
        definition = catalogue.indicators[observation.indicator]
        adds_up = definition.additive and definition.larger_areas == "official"
        if observation.level == "gemeinde" and adds_up and observation.value is not None:
            found = sums[observation.indicator, observation.key[:5], observation.period]
            found.keys += 1
            found.total += observation.value
            found.has_negative = found.has_negative or observation.value < 0
    return sums


def _members(areas: AreaIndex, day: date) -> Counter[str]:
    """Number of municipalities of each Kreis on a day."""
    return Counter(row.key[:5] for row in areas.rows if row.level == "gemeinde" and row.covers(day))
