"""Selecting areas and levels that a query names."""

from __future__ import annotations

from typing import Any

from boundaries import OFFICIAL_LEVELS, Sentence
from service.errors import InvalidParameter, framed
from service.parameters import choice
from service.reader import AreaInfo, ReleaseReader


def known_area(release: ReleaseReader, parameter: str, key: str, vintage: str, level: str | None = None) -> AreaInfo:
    """Area that a query parameter names; the largest one where levels share the key, official ones first.

    Raises
    ------
    InvalidParameter
    """
    for candidate in [level] if level else _largest_first(release.levels_of(vintage)):
        table = release.areas(vintage, candidate)
        if key in table.row_of:
            return table.areas[table.row_of[key]]
    said = release.fate_of(key, vintage, level)
    raise InvalidParameter(
        parameter,
        key,
        framed(f"der Schlüssel eines Gebiets vom {vintage}; {{}}", f"the key of an area of {vintage}; {{}}", said),
    )


def _largest_first(levels: list[str]) -> list[str]:
    official = [level for level in reversed(levels) if level in OFFICIAL_LEVELS]
    return [*official, *(level for level in reversed(levels) if level not in OFFICIAL_LEVELS)]


def level_of(release: ReleaseReader, definition: dict[str, Any], level: str | None, vintage: str) -> str:
    """Level asked for; by default the smallest one of the indicator.

    Raises
    ------
    InvalidParameter
    """
    offered = [each for each in definition["levels"] if each in release.levels_of(vintage)]
    if not offered:
        levels = ", ".join(definition["levels"])
        expected = Sentence(f"ein Tag, dessen Grenzen {levels} enthalten", f"a day whose boundaries have {levels}")
        raise InvalidParameter("vintage", vintage, expected)
    if level is not None and level not in offered and level in release.levels:
        raise InvalidParameter("level", level, _other_level(release, level, offered, vintage))
    return offered[0] if level is None else choice("level", level, offered)


def _other_level(release: ReleaseReader, level: str, offered: list[str], vintage: str) -> Sentence:
    """What to ask for instead of a level that exists, but not on these boundaries or not with these figures."""
    levels = ", ".join(offered)
    if level in release.levels_of(vintage):
        return Sentence(
            f"eine Ebene mit diesen Zahlen; auf der Ebene {level} gibt es sie nicht, sondern auf: {levels}",
            f"a level that has these figures; there are none on the level {level}, but on: {levels}",
        )
    days = ", ".join(each for each in release.vintages if level in release.levels_of(each))
    return Sentence(
        f"eine Ebene der Grenzen vom {vintage}; {level} gibt es am {days}, hier gibt es: {levels}",
        f"a level of the boundaries of {vintage}; {level} exists on {days}, here there are: {levels}",
    )
