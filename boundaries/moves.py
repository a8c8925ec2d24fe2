"""What became of every area between two days: changes, one day after the other, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Literal

from boundaries.changes import ChangeEvent, Size
from boundaries.errors import ChangeDoesNotFit
from boundaries.sentences import Sentence

Basis = Literal["whole", "population", "area"]
_ROUGHNESS: dict[Basis | None, int] = {"whole": 0, "population": 1, "area": 2, None: 3}


@dataclass(frozen=True, slots=True)
class Part:
    """How much of an area goes somewhere: a share (0-1), and what it was measured by."""

    weight: float | None
    basis: Basis | None

    def then(self, after: Part) -> Part:
        """The part of a part."""
        basis = max(self.basis, after.basis, key=_ROUGHNESS.__getitem__)
        if self.weight is None or after.weight is None:
            return Part(None, None)
        return Part(self.weight * after.weight, basis)

    def joined(self, other: Part) -> Part:
        """Two parts of one area that come together again."""
        basis = max(self.basis, other.basis, key=_ROUGHNESS.__getitem__)
        if self.weight is None or other.weight is None:
            return Part(None, None)
        return Part(self.weight + other.weight, basis)


WHOLE = Part(1.0, "whole")
Passage = dict[str, dict[str, Part]]
"""From the key of each area to the keys that its territory has afterwards."""

_Moves = dict[str, dict[str, Size | None]]


def divide(targets: Mapping[str, Size | None], total: Size | None = None) -> dict[str, Part]:
    """Shares of the parts of one area, by inhabitants, else by area.

    Parameters
    ----------
    targets : mapping of str to Size or None
        Where the parts go and how large they are.
    total : Size, optional
        The area as a whole; it fills in the size of one part that is not known.

    Returns
    -------
    dict of str to Part
        Shares that add up to 1; without weight where neither inhabitants nor areas are known. The parts of an
        area without inhabitants are weighed by area.
    """
    if len(targets) == 1:
        return dict.fromkeys(targets, WHOLE)
    for basis, measure in (("population", _population), ("area", _area)):
        sizes = _completed([measure(size) for size in targets.values()], measure(total))
        if sizes is not None and sum(sizes) > 0:
            whole = sum(sizes)
            return {
                key: Part(size / whole, "population" if basis == "population" else "area")
                for key, size in zip(targets, sizes, strict=True)
            }
    return dict.fromkeys(targets, Part(None, None))


def _population(size: Size | None) -> float | None:
    return None if size is None else size.population


def _area(size: Size | None) -> float | None:
    return None if size is None else size.area_km2


def _completed(sizes: list[float | None], total: float | None) -> list[float] | None:
    """Fill in one unknown size from the total; None where more are unknown."""
    known = [size for size in sizes if size is not None]
    if len(known) == len(sizes):
        return known
    if len(known) < len(sizes) - 1 or total is None or total < sum(known):
        return None
    return [total - sum(known) if size is None else size for size in sizes]


@dataclass
class History:
    """What became of the areas since an older day.

    Attributes
    ----------
    sizes : mapping of str to Size
        Inhabitants and areas on the older day, as far as known.
    known : frozenset of str or None
        All keys of the older day, if the caller knows them.
    passage : dict
        For every area of the older day that a change concerns, where its territory is now.
    """

    sizes: Mapping[str, Size] = field(default_factory=dict)
    known: frozenset[str] | None = None
    passage: Passage = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _ended: set[str] = field(default_factory=set)
    _listed: dict[str, Size] = field(default_factory=dict)

    def exists(self, key: str) -> bool:
        """Whether an area has this key after the changes so far; True where nothing is known of it."""
        if key in self._begun:
            return True
        return key not in self._ended and (self.known is None or key in self.known)

    def size(self, key: str) -> Size:
        """Size of an area on the older day: as given, else as the changes state it."""
        given, listed = self.sizes.get(key, Size()), self._listed.get(key, Size())
        return Size(
            listed.population if given.population is None else given.population,
            listed.area_km2 if given.area_km2 is None else given.area_km2,
        )

    def apply(self, day: date, events: Iterable[ChangeEvent]) -> None:
        """Apply the changes of one day; all of them start from the day before.

        Raises
        ------
        ChangeDoesNotFit
            Areas are incorporated into each other in a circle.
        """
        events = tuple(events)
        moves = _moves(events, self.exists)
        joining = {event.to_key for event in events if event.kind in ("incorporation", "transfer", "dissolution")}
        fresh = {key for key in _created(events) if key not in self._begun and not self._is_older(key)}
        shares: Passage = {}
        for key, targets in moves.items():
            original = self._starts(key) and key not in fresh
            if original:
                self._listed.setdefault(key, _sum(targets.values()))
                self.passage[key] = {key: WHOLE}
            shares[key] = divide(targets, self.size(key) if original else None)
        after = {key: _followed(key, shares, joining | fresh, day, ()) for key in shares}
        for key, parts in self.passage.items():
            if not after.keys().isdisjoint(parts):
                self.passage[key] = _advance(parts, after)
        gone = {key for key, targets in moves.items() if key not in targets}
        arrived = {target for targets in moves.values() for target in targets}
        for key in arrived - set(moves):
            if self._is_older(key) and key not in self.passage and key not in self._ended:
                self.passage[key] = {key: WHOLE}  # it is there all along, whatever the change calls itself
        self._ended = (self._ended | gone) - arrived
        self._begun = (self._begun - gone) | {key for key in arrived if key not in self.passage}

    def _starts(self, key: str) -> bool:
        """Whether an area that changes for the first time is one of the older day."""
        return key not in self.passage and key not in self._begun and (self.known is None or key in self.known)

    def _is_older(self, key: str) -> bool:
        """Whether the caller says that an area of the older day has this key."""
        return self.known is not None and key in self.known


def _created(events: Iterable[ChangeEvent]) -> set[str]:
    """Keys that begin with a merger or a split."""
    return {event.to_key for event in events if event.kind in ("merger", "split") and event.to_key not in event.parts}


def _followed(key: str, shares: Passage, passing: set[str], day: date, seen: tuple[str, ...]) -> dict[str, Part]:
    """Shares of an area; what joins an area that ends on the same day goes where that goes."""
    if key in seen:
        raise ChangeDoesNotFit(
            key,
            day,
            Sentence(
                "wird auf dem Weg über andere Gebiete ein Teil von sich selbst; diese Änderungen berichtigen",
                "becomes part of itself by way of other areas; correct these changes",
            ),
        )
    found: dict[str, Part] = {}
    for target, part in shares[key].items():
        ends = target != key and target in shares and target not in shares[target]
        passes = ends and target in passing
        onward = _followed(target, shares, passing, day, (*seen, key)) if passes else {target: WHOLE}
        for last, share in onward.items():
            whole = part.then(share)
            found[last] = found[last].joined(whole) if last in found else whole
    return found


def _advance(parts: dict[str, Part], after: Passage) -> dict[str, Part]:
    """Where the parts of an area are after one more day."""
    found: dict[str, Part] = {}
    for key, part in parts.items():
        for target, share in after.get(key, {key: WHOLE}).items():
            whole = part.then(share)
            found[target] = found[target].joined(whole) if target in found else whole
    return dict.fromkeys(found, WHOLE) if len(found) == 1 else found


def _moves(events: Iterable[ChangeEvent], exists: Callable[[str], bool]) -> _Moves:
    """What every area gives to whom on one day."""
    moves: _Moves = {}
    for event in events:
        sizes: tuple[Size | None, ...] = event.moved or (None,) * len(event.from_keys)
        for key, size in zip(event.from_keys, sizes, strict=True):
            moves.setdefault(key, {})[event.to_key] = size
        keeps = event.kind in ("incorporation", "transfer") or (event.kind == "dissolution" and exists(event.to_key))
        if keeps:
            own = moves.setdefault(event.to_key, {})
            own[event.to_key] = event.kept or own.get(event.to_key)
        if event.kind == "transfer":
            for key in event.from_keys:
                moves[key].setdefault(key, None)
    # An area that ends keeps nothing, whatever it received on its last day.
    stays = {event.to_key for event in events if event.kind == "transfer" and event.kept is not None}
    for event in events:
        if event.kind not in ("transfer", "rename"):
            for key in event.from_keys:
                if event.to_key != key and not (event.kind == "split" and key in stays):
                    moves[key].pop(key, None)
    return moves


def _sum(sizes: Iterable[Size | None]) -> Size:
    """Size of an area from the sizes of all of its parts; nothing where one is not known or only relative."""
    listed = list(sizes)
    if any(size is None or size.relative for size in listed):
        return Size()
    population = [size.population for size in listed if size is not None]
    areas = [size.area_km2 for size in listed if size is not None]
    return Size(
        None if None in population else sum(each for each in population if each is not None),
        None if None in areas else sum(each for each in areas if each is not None),
    )


def history(
    events: Iterable[ChangeEvent],
    older: date,
    newer: date,
    *,
    sizes: Mapping[str, Size] | None = None,
    known: frozenset[str] | None = None,
) -> History:
    """Apply all changes after an older and up to a newer day.

    Parameters
    ----------
    events : iterable of ChangeEvent
        Of one level, in any order.
    older, newer : datetime.date
        ``older < date <= newer``.
    sizes, known
        As in :class:`History`.

    Returns
    -------
    History
    """
    found = History(sizes or {}, known)
    wanted = sorted(
        (event for event in events if older < event.date <= newer and event.kind != "rename"),
        key=lambda event: (event.date, event.kind, event.to_key),
    )
    for day, group in groupby(wanted, key=lambda event: event.date):
        found.apply(day, group)
    return found
