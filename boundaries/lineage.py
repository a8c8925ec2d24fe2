"""What changes tell about areas before them: their names, and how long they stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from boundaries.changes import ChangeEvent


def former_names(events: Iterable[ChangeEvent]) -> dict[tuple[str, str], tuple[tuple[date, str], ...]]:
    """Return the names that areas had before they ended, gave up a part or were renamed, as changes tell them.

    Parameters
    ----------
    events : iterable of ChangeEvent
        In any order.

    Returns
    -------
    dict of (str, str) to tuple of (datetime.date, str)
        By level and key the name, and the first day on which it need not hold any more; oldest first. Areas that no
        change names are absent.
    """
    found: dict[tuple[str, str], dict[date, str]] = {}
    for event in events:
        for key, name in zip(event.from_keys, event.from_names, strict=False):
            if name:
                found.setdefault((event.level, key), {})[event.date] = name
    return {place: tuple(sorted(names.items())) for place, names in found.items()}


def first_changes(events: Iterable[ChangeEvent], vintage: date) -> dict[str, date]:
    """Return when the municipalities that changes link first change after a vintage.

    Two municipalities are linked if a later change names both, or if both are linked with a third.

    Parameters
    ----------
    events : iterable of ChangeEvent
        In any order.
    vintage : datetime.date
        Only changes after this day count.

    Returns
    -------
    dict of str to datetime.date
        By key; municipalities that do not change are absent.
    """
    later = [event for event in events if event.date > vintage and event.level == "gemeinde" and event.kind != "rename"]
    linked: dict[str, set[str]] = {}
    for event in later:
        groups = [linked.setdefault(key, {key}) for key in (event.to_key, *event.parts)]
        # The smaller ones join the largest, so that a key changes its group a few times at most.
        largest = max(groups, key=len)
        for group in groups:
            if group is not largest:
                largest |= group
                linked |= dict.fromkeys(group, largest)
    first: dict[int, date] = {}
    for event in sorted(later, key=lambda event: event.date):
        first.setdefault(id(linked[event.to_key]), event.date)
    return {key: first[id(group)] for key, group in linked.items()}
