"""Changes of areas taken into the store from files, listed, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from boundaries import (
    AreaSet,
    ChangeDoesNotFit,
    ChangeEvent,
    ChangeProblem,
    Downloads,
    NoSuchChange,
    Reconciled,
    StillNeeded,
    check_circles,
    located,
    read_changes,
    reconcile,
)
from service.store import Store
from spatial.indicators.territory import check_changes

_BEGINNING = ("merger", "dissolution", "split", "key-change")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are meant; what is None leaves all of them.

    Attributes
    ----------
    key : str or None
        Canonical key of an area that ends, begins, gives or receives.
    day : datetime.date or None
        First day on which the change holds.
    file : str or None
        File or address of changes: those that it brought into the store. What another source had told before stays.
    """

    key: str | None = None
    day: date | None = None
    file: str | None = None


def load_changes(store: Store, file: str, *, downloads: Downloads | None = None, dry_run: bool = False) -> Reconciled:
    """Read changes of areas and store those that are not known yet, and names that known ones lack.

    Parameters
    ----------
    store : Store
        Where they go.
    file : str
        File or http(s) address.
    downloads : Downloads, optional
        Where downloads go and who is told.
    dry_run : bool
        Check only, store nothing.

    Raises
    ------
    ChangesUnreadable
        One line that says what is wrong with the file; the store is as before.
    ChangesContradict
        The file contradicts changes that are stored; the store is as before.
    ChangeDoesNotFit
        The boundaries that are stored cannot have gone through these changes; the store is as before.
    """
    known, shown, told = store.changes(), *_read(file, downloads)
    try:
        found = reconcile(known, told)
        replaced = {_place(event) for event in found.added}
        kept = (event for event in known if _place(event) not in replaced)
        check_changes([areas for areas, _ in store.editions()], (*kept, *found.added))
    except ChangeProblem as error:
        error.name_file(shown)
        raise
    if not dry_run:
        with store.transaction() as connection:
            store.save_changes(connection, (*found.added, *found.named))
    return found


def find_changes(
    store: Store, wanted: Wanted | None = None, *, downloads: Downloads | None = None
) -> tuple[ChangeEvent, ...]:
    """Return the stored changes that are meant, by day, kind and target.

    Raises
    ------
    ChangesUnreadable
        The file that is to tell them cannot be read.
    """
    wanted = wanted or Wanted()
    found = [
        event
        for event in store.changes()
        if wanted.day in (None, event.date) and (wanted.key is None or wanted.key in (event.to_key, *event.from_keys))
    ]
    if wanted.file is not None:
        sources = {_place(event): event.source for event in _read(wanted.file, downloads)[1]}
        found = [event for event in found if _place(event) in sources and _is_of(event, sources[_place(event)])]
    return tuple(found)


def remove_changes(store: Store, events: Sequence[ChangeEvent], *, dry_run: bool = False) -> None:
    """Take changes out of the store; all of them or none. Releases are not touched.

    Parameters
    ----------
    store : Store
        Where they are.
    events : sequence of ChangeEvent
        Stored changes, each as a whole: one that several sources told together goes as one.
    dry_run : bool
        Check only.

    Raises
    ------
    NoSuchChange
        There are none.
    StillNeeded
        Another change that is stored cannot have happened without these; the store is as before.
    """
    if not events:
        raise NoSuchChange
    gone = {_place(event) for event in events}
    rest = tuple(event for event in store.changes() if _place(event) not in gone)
    editions = [areas for areas, _ in store.editions()]
    _check_needed(events, rest, editions)
    try:
        check_circles(rest)
        check_changes(editions, rest)
    except ChangeDoesNotFit as error:
        raise StillNeeded(error.key, error.day) from error
    if not dry_run:
        with store.transaction() as connection:
            store.remove_changes(connection, events)


def _check_needed(gone: Sequence[ChangeEvent], rest: Sequence[ChangeEvent], editions: Sequence[AreaSet]) -> None:
    """Refuse to leave a change without the area that it starts from."""
    begun = {(event.level, event.to_key): event.date for event in gone if event.kind in _BEGINNING}
    for event in rest:
        for key in event.parts:
            since = begun.get((event.level, key))
            if since is None or event.date < since:
                continue
            told = any(
                other.to_key == key and other.level == event.level and other.date <= event.date
                for other in rest
                if other.kind in _BEGINNING
            )
            drawn = any(
                each.level == event.level and each.vintage < event.date and key in each.by_key for each in editions
            )
            if not told and not drawn:
                raise StillNeeded(key, event.date)


def _read(file: str, downloads: Downloads | None) -> tuple[str, tuple[ChangeEvent, ...]]:
    """How messages name the file, and its changes."""
    with located(file, downloads) as here:
        return here.shown, read_changes(here.path, shown=here.shown)


def _place(event: ChangeEvent) -> tuple[date, str, str]:
    """What tells a change from all others in the store."""
    return event.date, event.kind, event.to_key


def _is_of(event: ChangeEvent, source: str) -> bool:
    """Whether a source told a stored change, alone or together with others."""
    return f"; {source}; " in f"; {event.source}; "
