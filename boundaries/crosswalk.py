"""Crosswalks: which areas of one vintage are which of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from boundaries.bundle import bundled_events, changes_cover, load_bundled
from boundaries.changes import ChangeEvent, Size
from boundaries.errors import UncoveredKey, UnknownLevel, VintageNotDerivable
from boundaries.moves import Basis, History, Part, Passage, divide, history

_KEY_LENGTH = {"gemeinde": 8, "kreis": 5, "regierungsbezirk": 3, "land": 2}


@dataclass(frozen=True, slots=True)
class Link:
    """A pair of areas, one of each vintage, that share territory.

    Attributes
    ----------
    from_key, to_key : str
        Keys in the two vintages.
    weight : float or None
        Part (0-1) of the area ``from_key`` that belongs to ``to_key``: 1.0 where it is all of it, None where it
        is a part whose size is not known. The weights of one ``from_key`` add up to 1.
    exact : bool
        True where the weight is known without an estimate, which is so for whole areas only.
    whole : bool
        True where ``to_key`` receives all of ``from_key``.
    basis : {"whole", "population", "area"} or None
        What the weight was measured by; the roughest measure where several changes follow each other.
    """

    from_key: str
    to_key: str
    weight: float | None
    exact: bool
    whole: bool
    basis: Basis | None = None


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
        return () if key in self._sources else (_identity(key),)

    def parts(self, to_key: str) -> tuple[Link, ...]:
        """Return the links to an area of the second vintage.

        Parameters
        ----------
        to_key : str
            Key in the second vintage.

        Returns
        -------
        tuple of Link
            An area that no change concerns is linked to itself. Empty where the changes say that no area has
            this key in the second vintage.

        Raises
        ------
        UncoveredKey
            The table of changes does not speak about the Land of this key.
        """
        self._check_covered(to_key)
        if to_key in self._sources:
            return self._sources[to_key]
        return () if to_key in self._targets else (_identity(to_key),)

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
        links = self.parts(to_key)
        return tuple(link.from_key for link in links) if all(link.whole for link in links) else None


def _identity(key: str) -> Link:
    return Link(key, key, 1.0, exact=True, whole=True, basis="whole")


_Flows = dict[str, dict[str, Size | None]]


def _flows(past: History) -> _Flows:
    """How many inhabitants and km² of every municipality of the older day are in which one now."""
    return {
        old: {new: _scaled(past.size(old), part) for new, part in parts.items()} for old, parts in past.passage.items()
    }


def _scaled(size: Size, part: Part) -> Size | None:
    """Size of a part of an area."""
    if part.weight is None:
        return None
    return Size(
        None if size.population is None else size.population * part.weight,
        None if size.area_km2 is None else size.area_km2 * part.weight,
    )


def _lifted(past: History, length: int) -> _Flows:
    """How much of every upper area of the older day is in which one now; only of those that changed."""
    flows: _Flows = {}
    for old, parts in _flows(past).items():
        for new, size in parts.items():
            _add(flows.setdefault(old[:length], {}), new[:length], size)
    concerned = {above for old, parts in flows.items() for new in parts if old != new for above in (old, new)}
    for above in sorted(concerned):
        staying = [key for key in past.known or () if key[:length] == above and key not in past.passage]
        for key in staying:
            _add(flows.setdefault(above, {}), above, past.size(key))
        if past.known is None and _has_others(above, length, past.passage):
            flows.setdefault(above, {})[above] = None
    return {above: parts for above, parts in flows.items() if above in concerned}


def _has_others(above: str, length: int, passage: Passage) -> bool:
    """Whether an upper area has municipalities that no change concerns, as far as its keys tell."""
    before = {old for old in passage if old[:length] == above}
    after = {new for parts in passage.values() for new in parts if new[:length] == above}
    # A kreisfreie Stadt (…000) is the only municipality of its Kreis; every other Kreis has more.
    return length != 5 or not any(key.endswith("000") for key in (before | after))


def _add(flows: dict[str, Size | None], key: str, size: Size | None) -> None:
    """Add a size to one flow; what is not known makes the sum unknown."""
    first = flows.get(key, Size(0.0, 0.0))
    if first is None or size is None:
        flows[key] = None
        return
    flows[key] = Size(
        None if first.population is None or size.population is None else first.population + size.population,
        None if first.area_km2 is None or size.area_km2 is None else first.area_km2 + size.area_km2,
    )


def _transposed(flows: _Flows) -> _Flows:
    turned: _Flows = {}
    for old, parts in flows.items():
        for new, size in parts.items():
            turned.setdefault(new, {})[old] = size
    return turned


def _divided(flows: _Flows) -> Passage:
    return {key: divide(parts) for key, parts in flows.items()}


def _links(passage: Passage) -> tuple[Link, ...]:
    """Links of every area; one with a single target is passed on whole."""
    return tuple(
        Link(old, new, part.weight, exact=len(parts) == 1, whole=len(parts) == 1, basis=part.basis)
        for old, parts in sorted(passage.items())
        for new, part in sorted(parts.items())
    )


def crosswalk(
    from_vintage: date,
    to_vintage: date,
    *,
    level: str = "gemeinde",
    events: Iterable[ChangeEvent] | None = None,
    keys: Iterable[str] | None = None,
    sizes: Mapping[str, Size] | None = None,
) -> Crosswalk:
    """Link the areas of one vintage with those of another.

    Whole areas are passed on with weight 1, exactly: forward over a merger, backward over a split, and over any
    change of key. Where an area is divided, its parts are weighed by inhabitants, else by area, and marked as
    estimated; so backward over a merger, and forward over a split or a transfer of territory.

    Parameters
    ----------
    from_vintage, to_vintage : datetime.date
        The two days, in either order.
    level : {"gemeinde", "kreis", "regierungsbezirk", "land"}
        Level of the keys. Upper levels follow from municipalities that move between them, and Kreise from changes
        of Kreise where such are given.
    events : iterable of ChangeEvent, optional
        Changes; by default the bundled table, which covers Hessen from 1990 on.
    keys : iterable of str, optional
        Keys in ``from_vintage`` to list; by default only the areas that changed.
    sizes : mapping of str to Size, optional
        Inhabitants and area of every municipality of the older day. They weigh what the changes say nothing
        about, and tell whether the target of a dissolution existed before. By default, with the bundled table, levels
        above the municipalities are weighed by the areas of the bundled boundaries.

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
    ChangeDoesNotFit
        The changes of one day go in a circle.
    BundledDataDamaged
        With the bundled table: a bundled file is absent or is not what the manifest says.

    Examples
    --------
    >>> from datetime import date
    >>> merged = crosswalk(date(2019, 1, 1), date(2020, 1, 1))
    >>> merged.sources("06633030")
    ('06633021', '06633027')
    >>> back = crosswalk(date(2020, 1, 1), date(2019, 1, 1))
    >>> back.sources("06633021") is None
    True
    >>> [(link.to_key, round(link.weight, 2), link.basis, link.exact) for link in back.targets("06633030")]
    [('06633021', 0.61, 'population', False), ('06633027', 0.39, 'population', False)]
    """
    if level not in _KEY_LENGTH:
        raise UnknownLevel(level, tuple(_KEY_LENGTH))
    covers: tuple[str, ...] | None = None
    if events is None:
        events = bundled_events()
        covers, first = changes_cover()
        if min(from_vintage, to_vintage) < first:
            raise VintageNotDerivable(min(from_vintage, to_vintage), first)
        if sizes is None and level != "gemeinde":
            sizes = _bundled_sizes(min(from_vintage, to_vintage))
    older, newer = sorted((from_vintage, to_vintage))
    passage = _passage(tuple(events), older, newer, level, sizes, backward=from_vintage > to_vintage)
    changed = _links(passage)
    mapped = Crosswalk(from_vintage, to_vintage, level, changed, changed, covers)
    if keys is None:
        return mapped
    return replace(mapped, links=tuple(link for key in sorted(set(keys)) for link in mapped.targets(key)))


def _bundled_sizes(day: date) -> Mapping[str, Size] | None:
    """Areas of the bundled municipalities on a day; None where the bundled boundaries do not tell them."""
    bundled = load_bundled()
    base = bundled.gemeinden.vintage
    if any(day < event.date <= base for event in bundled.events):
        return None
    areas = {area.key: Size(None, area.area_km2) for area in bundled.gemeinden.areas}
    flows = _flows(history(bundled.events, base, max(base, day), sizes=areas, known=frozenset(areas)))
    carried: dict[str, Size | None] = {key: size for key, size in areas.items() if key not in flows}
    for parts in flows.values():
        for new, size in parts.items():
            _add(carried, new, size)
    return {key: size for key, size in carried.items() if size is not None}


def _passage(
    events: tuple[ChangeEvent, ...],
    older: date,
    newer: date,
    level: str,
    sizes: Mapping[str, Size] | None,
    *,
    backward: bool,
) -> Passage:
    """What became of the areas of a level, or where they came from."""
    known = None if sizes is None else frozenset(sizes)
    municipal = [event for event in events if event.level == "gemeinde"]
    past = history(municipal, older, newer, sizes=sizes, known=known)
    if level == "gemeinde":
        return _divided(_transposed(_flows(past))) if backward else past.passage
    lifted = _lifted(past, _KEY_LENGTH[level])
    own = history([event for event in events if event.level == level], older, newer)
    if backward:
        lifted = {old: parts for old, parts in lifted.items() if old not in own.passage}
        return _divided(_transposed(lifted | _flows(own)))
    return _divided(lifted) | own.passage
