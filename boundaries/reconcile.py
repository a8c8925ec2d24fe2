"""Comparing changes from a new source with those that are known already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from boundaries.changes import ChangeEvent
from boundaries.errors import ChangesContradict

_ENDING = ("merger", "incorporation", "dissolution", "key-change")
_BEGINNING = ("merger", "split", "key-change")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a new source adds to the changes that are known already.

    Attributes
    ----------
    added : tuple of ChangeEvent
        Changes that are not known yet.
    repeated : tuple of ChangeEvent
        Changes that are known already, from this source or another one.
    """

    added: tuple[ChangeEvent, ...]
    repeated: tuple[ChangeEvent, ...]


def reconcile(known: Iterable[ChangeEvent], new: Iterable[ChangeEvent]) -> Reconciled:
    """Sort the changes of a new source into new ones and repeated ones.

    Parameters
    ----------
    known, new : iterable of ChangeEvent
        What is stored, and what was read.

    Returns
    -------
    Reconciled
        A change is repeated if the same areas are known to have become part of the same area on that day. A source
        that gives years only dates its changes 31 December; such a change is repeated if the same is known of any
        day of that year.

    Raises
    ------
    ChangesContradict
        An area would end twice, on different days or in different areas.
    """
    known, new = tuple(known), tuple(new)
    moves = {(event.level, key, event.to_key): event for event in known for key in event.parts}
    ends = _ends(known)
    begins = {(event.level, event.to_key, event.date) for event in known + new if event.kind in _BEGINNING}
    added: list[ChangeEvent] = []
    repeated: list[ChangeEvent] = []
    contradictions: list[str] = []
    for event in new:
        if _is_known(event, known, moves):
            repeated.append(event)
            continue
        found = [
            _contradiction(event, key, other)
            for key in event.from_keys
            for other in ends[event.level, key]
            if event.kind in _ENDING and not _begins_between(begins, event, key, other)
        ]
        contradictions.extend(found)
        added.append(event)
    if contradictions:
        raise ChangesContradict(contradictions)
    return Reconciled(tuple(added), tuple(repeated))


def _ends(events: Iterable[ChangeEvent]) -> defaultdict[tuple[str, str], list[ChangeEvent]]:
    """Events in which an area ends as a whole, by its level and key."""
    ends: defaultdict[tuple[str, str], list[ChangeEvent]] = defaultdict(list)
    for event in events:
        if event.kind in _ENDING:
            for key in event.from_keys:
                ends[event.level, key].append(event)
    return ends


def _is_known(event: ChangeEvent, known: Iterable[ChangeEvent], moves: dict[tuple[str, str, str], ChangeEvent]) -> bool:
    """Whether all that an event says is known already."""
    if event.kind == "rename" or not event.from_keys:
        return any((other.date, other.kind, other.to_key) == (event.date, event.kind, event.to_key) for other in known)
    same = [moves.get((event.level, key, event.to_key)) for key in event.from_keys]
    return all(other is not None and _same_day(other.date, event.date) for other in same)


def _same_day(first: date, second: date) -> bool:
    """Whether two days are one, where 31 December stands for its year."""
    if first == second:
        return True
    return first.year == second.year and (12, 31) in ((first.month, first.day), (second.month, second.day))


def _begins_between(begins: set[tuple[str, str, date]], event: ChangeEvent, key: str, other: ChangeEvent) -> bool:
    """Whether the key was given again between two ends."""
    first, last = sorted((event.date, other.date))
    return any(level == event.level and begun == key and first <= day <= last for level, begun, day in begins)


def _contradiction(event: ChangeEvent, key: str, other: ChangeEvent) -> str:
    return (
        f"{key} ends on {event.date} in {event.to_key} ({event.source}), "
        f"but on {other.date} in {other.to_key} ({other.source})"
    )
