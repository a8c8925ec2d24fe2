"""Crosswalks: which areas of one vintage are which of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from boundaries.bundle import bundled_events, changes_cover
from boundaries.changes import ChangeEvent
from boundaries.errors import UncoveredKey, UnknownLevel, VintageNotDerivable

_KEY_LENGTH = {"gemeinde": 8, "kreis": 5, "regierungsbezirk": 3, "land": 2}


@dataclass(frozen=True, slots=True)
class Link:
    """A pair of areas, one of each vintage, that share territory.

    Attributes
    ----------
    from_key, to_key : str
        Keys in the two vintages.
    weight : float or None
        Part of the area ``from_key`` that belongs to ``to_key``: 1.0 where it is all of it, None where it
        is a part whose size the changes do not tell.
    exact : bool
        True where the weight is known without an estimate.
    whole : bool
        True where ``to_key`` receives all of ``from_key``.
    """

    from_key: str
    to_key: str
    weight: float | None
    exact: bool
    whole: bool


@dataclass(frozen=True)
class Crosswalk:
    """Links between the areas of two vintages of one level.

    Attributes
    ----------
    from_vintage, to_vintage : datetime.date
        The two days.
    level : str
        ``gemeinde``, ``kreis``, ``regierungsbezirk`` or ``land``.
    links : tuple of Link
        Links of the areas that changed; of all areas where keys were given. Sorted by both keys.
    changed : tuple of Link
        Links of the areas that changed; `targets` and `sources` look here.
    covers : tuple of str or None
        Laender that the table of changes speaks about; None for all.
    """

    from_vintage: date
    to_vintage: date
    level: str
    links: tuple[Link, ...]
    changed: tuple[Link, ...]
    covers: tuple[str, ...] | None = None
    _targets: Mapping[str, tuple[Link, ...]] = field(init=False, repr=False, compare=False)
    _sources: Mapping[str, tuple[Link, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the links by either key."""
        targets: dict[str, tuple[Link, ...]] = {}
        sources: dict[str, tuple[Link, ...]] = {}
        for link in self.changed:
            targets[link.from_key] = (*targets.get(link.from_key, ()), link)
            sources[link.to_key] = (*sources.get(link.to_key, ()), link)
        object.__setattr__(self, "_targets", targets)
        object.__setattr__(self, "_sources", sources)

    def _check_covered(self, key: str) -> None:
        if self.covers is not None and not key.startswith(self.covers):
            raise UncoveredKey(key, self.covers)

    def targets(self, key: str) -> tuple[Link, ...]:
        """Return the links from an area of the first vintage.

        Parameters
        ----------
        key : str
            Key in the first vintage.

        Returns
        -------
        tuple of Link
            An area that no change concerns is linked to itself. Empty where the changes say that no area
            had this key in the first vintage.

        Raises
        ------
        UncoveredKey
            The table of changes does not speak about the Land of this key.
        """
        self._check_covered(key)
        if key in self._targets:
            return self._targets[key]
        return () if key in self._sources else (Link(key, key, 1.0, exact=True, whole=True),)

    def sources(self, to_key: str) -> tuple[str, ...] | None:
        """Return the areas of the first vintage that make up an area of the second exactly.

        Parameters
        ----------
        to_key : str
            Key in the second vintage.

        Returns
        -------
        tuple of str or None
            Keys whose counts add up to the area's; ``(to_key,)`` for an area that no change concerns; empty
            where the changes say that no area has this key in the second vintage; None where the area is
            made of parts and cannot be derived exactly.

        Raises
        ------
        UncoveredKey
            The table of changes does not speak about the Land of this key.
        """
        self._check_covered(to_key)
        links = self._sources.get(to_key)
        if links is None:
            return () if to_key in self._targets else (to_key,)
        if not all(link.whole for link in links):
            return None
        return tuple(link.from_key for link in links)


def _successors(events: Iterable[ChangeEvent], older: date, newer: date) -> dict[str, str]:
    """Return, for every municipality of the older day that a change concerns, its key on the newer day."""
    current: dict[str, str] = {}
    created: set[str] = set()
    for event in sorted(events, key=lambda event: event.date):
        if not older < event.date <= newer:
            continue
        for part in event.parts:
            if part not in created:
                current.setdefault(part, part)
        for start, now in current.items():
            if now in event.parts:
                current[start] = event.to_key
        created.add(event.to_key)
    return current


def _lift(successors: dict[str, str], length: int) -> set[tuple[str, str]]:
    """Turn changes of municipalities into pairs of upper areas that share territory."""
    pairs: set[tuple[str, str]] = set()
    for old, new in successors.items():
        above_old, above_new = old[:length], new[:length]
        if above_old == above_new:
            continue
        pairs.add((above_old, above_new))
        # A kreisfreie Stadt (…000) is the only municipality of its Kreis; every other Kreis has more, and
        # these stay where they are.
        if length != 5 or not old.endswith("000"):
            pairs.add((above_old, above_old))
        if length != 5 or not new.endswith("000"):
            pairs.add((above_new, above_new))
    return pairs


def _links(pairs: set[tuple[str, str]]) -> tuple[Link, ...]:
    """Weigh the pairs: an area with one target is passed on whole."""
    fan_out: dict[str, int] = {}
    for from_key, _ in pairs:
        fan_out[from_key] = fan_out.get(from_key, 0) + 1
    return tuple(
        Link(from_key, to_key, 1.0 if whole else None, exact=whole, whole=whole)
        for from_key, to_key in sorted(pairs)
        for whole in (fan_out[from_key] == 1,)
    )


def crosswalk(
    from_vintage: date,
    to_vintage: date,
    *,
    level: str = "gemeinde",
    events: Iterable[ChangeEvent] | None = None,
    keys: Iterable[str] | None = None,
) -> Crosswalk:
    """Link the areas of one vintage with those of another.

    Forward over a merger every part goes whole into the new area (weight 1, exact). Backward a merged area
    falls into parts whose sizes the changes do not tell (weight None, not exact).

    Parameters
    ----------
    from_vintage, to_vintage : datetime.date
        The two days, in either order.
    level : {"gemeinde", "kreis", "regierungsbezirk", "land"}
        Level of the keys. Upper levels follow from municipalities that move between them.
    events : iterable of ChangeEvent, optional
        Changes; by default the bundled table, which covers Hessen from 1990 on.
    keys : iterable of str, optional
        Keys in ``from_vintage`` to list; by default only the areas that changed.

    Returns
    -------
    Crosswalk
        The links.

    Raises
    ------
    UnknownLevel
        Areas of this level have no changes on record.
    VintageNotDerivable
        With the bundled table: one of the days lies before it begins.
    UncoveredKey
        With the bundled table: one of ``keys`` lies outside Hessen.

    Examples
    --------
    >>> from datetime import date
    >>> merged = crosswalk(date(2019, 1, 1), date(2020, 1, 1))
    >>> merged.sources("06633030")
    ('06633021', '06633027')
    >>> crosswalk(date(2020, 1, 1), date(2019, 1, 1)).sources("06633021") is None
    True
    """
    if level not in _KEY_LENGTH:
        raise UnknownLevel(level, tuple(_KEY_LENGTH))
    covers: tuple[str, ...] | None = None
    if events is None:
        events = bundled_events()
        covers, first = changes_cover()
        if min(from_vintage, to_vintage) < first:
            raise VintageNotDerivable(min(from_vintage, to_vintage), first)
    older, newer = sorted((from_vintage, to_vintage))
    successors = _successors(events, older, newer)
    pairs = set(successors.items()) if level == "gemeinde" else _lift(successors, _KEY_LENGTH[level])
    if from_vintage > to_vintage:
        pairs = {(new, old) for old, new in pairs}
    changed = _links(pairs)
    mapped = Crosswalk(from_vintage, to_vintage, level, changed, changed, covers)
    if keys is None:
        return mapped
    return replace(mapped, links=tuple(link for key in sorted(set(keys)) for link in mapped.targets(key)))
