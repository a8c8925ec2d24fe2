"""Memberships: own levels whose areas are groups of whole areas of another level, and what is put together for them.

A Sozialraum that was defined as three municipalities has the sums of what is published of the three. Nothing enters
that is not public already, so that everybody could add the figures up and nothing new has to be protected: a group
with a secret member is secret, one with a missing member is missing.

Groups stay what they are when their members merge. Where one merges with an area outside of its group, the group is
no union of whole areas any more, and what would be put together for it is a ``BREAK``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

from boundaries import Members
from spatial.indicators.carrying import combine
from spatial.indicators.columns import Column
from spatial.indicators.combine import sum_parts
from spatial.indicators.indicator import Harmonise
from spatial.indicators.nesting import nest
from spatial.indicators.observations import Status
from spatial.indicators.territory import Territory

_SAME = 1e-3  # a union covers its members but for rounding


@dataclass(frozen=True, slots=True)
class Grouping:
    """Areas of an own level that were united from others.

    Attributes
    ----------
    level : str
    vintage : datetime.date
        Day for which they were.
    members : Members or None
        The areas that they were united from; None for areas that were drawn, not united.
    """

    level: str
    vintage: date
    members: Members | None


@dataclass(frozen=True, slots=True)
class _Membership:
    """Rows of members and of the groups that they belong to, and the groups that are not made of whole areas."""

    member: NDArray[np.intp]
    group: NDArray[np.intp]
    broken: NDArray[np.bool_]


class Memberships:
    """Which areas make up which groups, on every vintage.

    Parameters
    ----------
    territory : Territory
    groupings : iterable of Grouping
        Every stored set of areas. A level is one of groups where all of its sets were united from one level.
    """

    def __init__(self, territory: Territory, groupings: Iterable[Grouping] = ()) -> None:
        self._territory = territory
        self._united: dict[str, dict[date, frozenset[str]]] = {}
        bases: dict[str, set[str | None]] = {}
        for each in groupings:
            self._united.setdefault(each.level, {})[each.vintage] = frozenset(each.members.keys if each.members else ())
            bases.setdefault(each.level, set()).add(each.members.level if each.members else None)
        base_of = {level: base for level, (base, *others) in bases.items() if base is not None and not others}
        self._base = {level: base for level, base in base_of.items() if not _is_circular(level, base_of)}
        self._known: dict[tuple[date, str], _Membership] = {}

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels of groups, sorted."""
        return tuple(sorted(self._base))

    def base(self, level: str) -> str:
        """Level of the members of a level of groups."""
        return self._base[level]

    def broken(self, vintage: date, level: str) -> tuple[str, ...]:
        """Keys of the groups that are not made of whole areas on a vintage."""
        keys = self._territory.keys(vintage, level)
        return tuple(keys[row] for row in np.flatnonzero(self._at(vintage, level).broken).tolist())

    def members(self, vintage: date, level: str) -> dict[str, list[str]]:
        """Keys of the members of each group on a vintage; groups that are not made of whole areas have none."""
        membership, groups = self._at(vintage, level), self._territory.keys(vintage, level)
        keys = self._territory.keys(vintage, self._base[level])
        found: dict[str, list[str]] = {}
        for member, group in zip(membership.member.tolist(), membership.group.tolist(), strict=True):
            if not membership.broken[group]:
                found.setdefault(groups[group], []).append(keys[member])
        return found

    def groups_of(self, vintage: date, level: str) -> dict[str, dict[str, str]]:
        """Groups that the areas of a level are part of on a vintage, also by way of other groups.

        Returns
        -------
        dict
            By key of the area, the key of its group by level. Areas of no group are left out, and so are groups that
            are not made of whole areas on the vintage.
        """
        found: dict[str, dict[str, str]] = {}
        for upper in (each for each, base in self._base.items() if base == level):
            if not self._territory.has(vintage, upper):
                continue
            above = self.groups_of(vintage, upper)
            for group, members in self.members(vintage, upper).items():
                for member in members:
                    found.setdefault(member, {}).update(above.get(group, {}) | {upper: group})
        return found

    def put_together(
        self, parts: Column, vintage: date, level: str, harmonise: Harmonise, weights: Column | None = None
    ) -> Column:
        """Figures of groups from the public figures of their members.

        Parameters
        ----------
        parts : Column
            Length n, of the areas of the level of the members on the vintage.
        vintage, level
            The groups, m of them.
        harmonise : {"sum", "ratio", "wmean", "none"}
            As in :func:`spatial.indicators.carrying.combine`.
        weights : Column, optional
            Length n, the weights of means.

        Returns
        -------
        Column
            Length m. The rule is that of merged areas: one member without a value, and the group has none. A mean of
            several members whose weights are not all known is as secret or missing as these. Members in which nobody
            may live are left out.
        """
        membership = self._at(vintage, level)
        lived_in = self._territory.populated(vintage, self._base[level])[membership.member]
        rows, wholes = membership.member[lived_in], membership.group[lived_in]
        inside, weights = parts.take(rows), None if weights is None else weights.take(rows)
        whole = combine(inside, wholes, len(membership.broken), harmonise, weights)
        if weights is not None:
            whole = _as_known_as(whole, inside, weights, wholes)
        whole = whole.with_status(membership.broken & bool(parts.known.any()), Status.BREAK)
        return whole.with_status(~self._territory.populated(vintage, level), Status.NOT_APPLICABLE)

    def _at(self, vintage: date, level: str) -> _Membership:
        known = self._known.get((vintage, level))
        if known is None:
            known = self._known[vintage, level] = self._find(vintage, level)
        return known

    def _find(self, vintage: date, level: str) -> _Membership:
        """Members of the day of the groups, carried on to the vintage."""
        day = max(each for each in self._united[level] if each <= vintage)
        base, size = self._base[level], len(self._territory.keys(vintage, level))
        parts, wholes = self._territory.at(day, base), self._territory.at(day, level)
        nesting = nest(parts, wholes)
        named = np.array([key in self._united[level][day] for key in parts.keys], bool)[nesting.inner]
        inner, outer = nesting.inner[named], nesting.outer[named]
        covered = np.bincount(outer, shapely.area(parts.geometries)[inner], minlength=size)
        broken = np.abs(covered / shapely.area(wholes.geometries) - 1) > _SAME
        walk = self._territory.correspondence(day, vintage, base)
        shape = (len(walk.broken), len(walk.whole_of))
        links = sparse.csr_array((np.ones(len(walk.target)), (walk.target, walk.source)), shape=shape)
        belongs = sparse.csr_array((np.ones(len(inner)), (inner, outer)), shape=(shape[1], size))
        inside = sparse.coo_array(links @ belongs)
        member, group = (axis.astype(np.intp) for axis in inside.coords)
        # All that an area was made of belongs to the group, and every member went somewhere.
        whole = (inside.data == links.sum(axis=1)[member]) & ~walk.broken[member]
        broken[group[~whole]] = True
        lost = np.asarray(links.sum(axis=0) == 0)
        broken[outer[lost[inner]]] = True
        return _Membership(member[whole], group[whole], broken)


def _as_known_as(means: Column, parts: Column, weights: Column, whole_of: NDArray[np.intp]) -> Column:
    """Means, where only the weights of their parts are lacking with the status of these."""
    needed = sum_parts(weights, whole_of, len(means))
    unweighted = sum_parts(parts, whole_of, len(means)).known & ~means.known & ~needed.known
    return Column(means.values, np.where(unweighted, needed.status, means.status).astype(np.uint8), means.flags)


def _is_circular(level: str, base_of: Mapping[str, str]) -> bool:
    """Whether a level is united, over any number of steps, from itself: its members were replaced since."""
    seen = set()
    while level in base_of and level not in seen:
        seen.add(level)
        level = base_of[level]
    return level in seen
