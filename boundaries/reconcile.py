"""Comparing changes from a new source with those that are known already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from boundaries.changes import ChangeEvent, Size
from boundaries.errors import ChangesContradict
from boundaries.moves import history
from boundaries.sentences import Sentence, german_day

_ENDING = ("merger", "incorporation", "dissolution", "key-change")
_BEGINNING = ("merger", "split", "key-change")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a new source adds to the changes that are known already.

    Attributes
    ----------
    added : tuple of ChangeEvent
        Changes that are not known yet. Where a part of one is known, the whole of it, to replace that part.
    repeated : tuple of ChangeEvent
        Changes that are known already, from this source or another one.
    named : tuple of ChangeEvent
        Known changes that lacked names of areas before them, with those of the new source, to replace them.
    """

    added: tuple[ChangeEvent, ...]
    repeated: tuple[ChangeEvent, ...]
    named: tuple[ChangeEvent, ...] = ()


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
    ChangeDoesNotFit
        The changes of one day go in a circle.
    """
    known, new = tuple(known), tuple(new)
    days = _days(known)
    ends = _ends(known)
    begins = {(event.level, event.to_key, event.date) for event in known + new if event.kind in _BEGINNING}
    stored = {(event.date, event.kind, event.to_key): event for event in known}
    added: list[ChangeEvent] = []
    repeated: list[ChangeEvent] = []
    contradictions: list[Sentence] = []
    for event in new:
        other = stored.get((event.date, event.kind, event.to_key))
        rest = _unknown(event, other, days)
        if rest is None:
            repeated.append(event)
            continue
        if other is not None and event.kind == "key-change":
            contradictions.append(
                Sentence(
                    f"{event.to_key} ist der neue Schlüssel von {rest.from_keys[0]} ({rest.source}), aber am "
                    f"{german_day(event.date)} der von {other.from_keys[0]} ({other.source})",
                    f"{event.to_key} is the new key of {rest.from_keys[0]} ({rest.source}), "
                    f"but of {other.from_keys[0]} ({other.source}) on {event.date}",
                )
            )
        contradictions.extend(
            _contradiction(rest, key, end)
            for key in rest.from_keys
            for end in ends[rest.level, key]
            if rest.kind in _ENDING and not _begins_between(begins, rest, key, end)
        )
        added.append(rest if other is None else _joined(other, rest))
    if contradictions:
        raise ChangesContradict(contradictions)
    replaced = {(event.date, event.kind, event.to_key) for event in added}
    events = [event for place, event in stored.items() if place not in replaced] + added
    check_circles([event for event in events if event.level in {each.level for each in added}])
    kept = [event for place, event in stored.items() if place not in replaced]
    return Reconciled(tuple(added), tuple(repeated), tuple(_named(kept, repeated)))


def check_circles(events: Iterable[ChangeEvent]) -> None:
    """Follow every area through all changes, which shows whether those of a day go in a circle.

    Parameters
    ----------
    events : iterable of ChangeEvent
        Of any levels.

    Raises
    ------
    ChangeDoesNotFit
        An area would become part of itself.
    """
    events = tuple(events)
    for level in {event.level for event in events}:
        history([event for event in events if event.level == level], date.min, date.max)


def _days(events: Iterable[ChangeEvent]) -> defaultdict[tuple[str, str, str], list[date]]:
    """Days on which something went from one area to another, by level and both keys."""
    days: defaultdict[tuple[str, str, str], list[date]] = defaultdict(list)
    for event in events:
        for key in event.parts:
            days[event.level, key, event.to_key].append(event.date)
    return days


def _unknown(
    event: ChangeEvent, stored: ChangeEvent | None, days: defaultdict[tuple[str, str, str], list[date]]
) -> ChangeEvent | None:
    """What of an event is not known yet; None where all of it is."""
    if event.kind == "rename" or not event.from_keys:
        return event if stored is None else None
    places = [
        place
        for place, key in enumerate(event.from_keys)
        if not any(_same_day(day, event.date) for day in days[event.level, key, event.to_key])
    ]
    if len(places) == len(event.from_keys):
        return event
    return _only(event, places) if places else None


def _only(event: ChangeEvent, places: Sequence[int]) -> ChangeEvent:
    """An event with some of the areas that it takes from."""
    return replace(
        event,
        from_keys=tuple(event.from_keys[place] for place in places),
        moved=tuple(event.moved[place] for place in places) if event.moved else (),
        from_names=tuple(event.from_names[place] for place in places) if event.from_names else (),
    )


def _joined(first: ChangeEvent, second: ChangeEvent) -> ChangeEvent:
    """Two halves of one event, from two sources: its areas are those of both."""
    halves = [half.moved or (Size(),) * len(half.from_keys) for half in (first, second)]
    names = [half.from_names or ("",) * len(half.from_keys) for half in (first, second)]
    return replace(
        first,
        from_keys=(*first.from_keys, *second.from_keys),
        moved=(*halves[0], *halves[1]) if first.moved or second.moved else (),
        from_names=(*names[0], *names[1]) if first.from_names or second.from_names else (),
        kept=first.kept or second.kept,
        source=first.source if first.source == second.source else f"{first.source}; {second.source}",
    )


def _named(known: Iterable[ChangeEvent], repeated: Iterable[ChangeEvent]) -> Iterator[ChangeEvent]:
    """Known changes of which a repetition tells names that they lack."""
    told: defaultdict[tuple[str, str, str], list[tuple[date, str]]] = defaultdict(list)
    for event in repeated:
        for key, name in zip(event.from_keys, event.from_names, strict=False):
            told[event.level, key, event.to_key].append((event.date, name))
    for event in known:
        names = event.from_names or ("",) * len(event.from_keys)
        filled = tuple(
            name or next((text for day, text in told[event.level, key, event.to_key] if _same_day(day, event.date)), "")
            for key, name in zip(event.from_keys, names, strict=True)
        )
        if filled != names:
            yield replace(event, from_names=filled)


def _ends(events: Iterable[ChangeEvent]) -> defaultdict[tuple[str, str], list[ChangeEvent]]:
    """Events in which an area ends as a whole, by its level and key."""
    ends: defaultdict[tuple[str, str], list[ChangeEvent]] = defaultdict(list)
    for event in events:
        if event.kind in _ENDING:
            for key in event.from_keys:
                ends[event.level, key].append(event)
    return ends


def _same_day(first: date, second: date) -> bool:
    """Whether two days are one, where 31 December stands for its year."""
    if first == second:
        return True
    return first.year == second.year and (12, 31) in ((first.month, first.day), (second.month, second.day))


def _begins_between(begins: set[tuple[str, str, date]], event: ChangeEvent, key: str, other: ChangeEvent) -> bool:
    """Whether the key was given again between two ends."""
    first, last = sorted((event.date, other.date))
    return any(level == event.level and begun == key and first <= day <= last for level, begun, day in begins)


def _contradiction(event: ChangeEvent, key: str, other: ChangeEvent) -> Sentence:
    return Sentence(
        f"{key} endet am {german_day(event.date)} in {event.to_key} ({event.source}), "
        f"aber am {german_day(other.date)} in {other.to_key} ({other.source})",
        f"{key} ends on {event.date} in {event.to_key} ({event.source}), "
        f"but on {other.date} in {other.to_key} ({other.source})",
    )
