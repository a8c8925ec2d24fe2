"""What every area of a release lies in: the areas above it, and the groups that it is part of."""

from __future__ import annotations

from boundaries import Area, AreaSet
from spatial.indicators.memberships import Memberships
from spatial.indicators.territory import Territory


def ancestors(territory: Territory, memberships: Memberships, areas: AreaSet) -> dict[str, dict[str, str]]:
    """Areas that the areas of one level and vintage lie in.

    Parameters
    ----------
    territory : Territory
    memberships : Memberships
        Levels of groups, whose members lie in them.
    areas : AreaSet
        A level of a vintage of the territory.

    Returns
    -------
    dict
        For the key of every area, by level the key of the area that it lies in: what its parents say, the groups
        that it is part of, and for a group what all of its members lie in, although no parent of it is known.
    """
    groups = memberships.groups_of(areas.vintage, areas.level)
    shared = _shared(territory, memberships, areas)
    return {
        area.key: shared.get(area.key, {}) | _above(territory, areas, area) | groups.get(area.key, {})
        for area in areas.areas
    }


def _above(territory: Territory, areas: AreaSet, area: Area) -> dict[str, str]:
    uppers = {
        upper: territory.ancestor(areas.vintage, areas.level, area.key, upper)
        for upper in territory.levels()
        if upper != areas.level and territory.has(areas.vintage, upper)
    }
    return {upper: key for upper, key in uppers.items() if key is not None}


def _shared(territory: Territory, memberships: Memberships, areas: AreaSet) -> dict[str, dict[str, str]]:
    """By key of a group what all of its members lie in; nothing for levels that are not made of groups."""
    if areas.level not in memberships.levels:
        return {}
    base = territory.at(areas.vintage, memberships.base(areas.level))
    known = _shared(territory, memberships, base)
    found = {}
    for group, members in memberships.members(areas.vintage, areas.level).items():
        above = [known.get(key, {}) | _above(territory, base, base.by_key[key]) for key in members]
        found[group] = dict(set.intersection(*(set(each.items()) for each in above)))
    return found
