"""Areas as the importer needs them: which keys exist, when, and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from boundaries import OFFICIAL_LEVELS


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area over one span of validity. A key may have several spans.

    Attributes
    ----------
    level, key, name : str
    valid_from : datetime.date or None
        First day of validity; ``None`` where it is earlier than anything known.
    valid_to : datetime.date or None
        First day on which the area is no longer valid; ``None`` while it is.
    successors : tuple of str
        Keys, at the same level, that the territory belongs to afterwards.
    """

    level: str
    key: str
    name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the area is valid on a day."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class AreaIndex:
    """All areas of a workspace, by level and key.

    Parameters
    ----------
    rows : iterable of AreaRow
        In any order.
    names : iterable of AreaRow, optional
        Further names of these areas, each with the days on which the area was called so.
    """

    rows: Iterable[AreaRow]
    names: Iterable[AreaRow] = ()
    levels: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Levels that have areas, sorted."""
    _spans: Mapping[tuple[str, str], tuple[AreaRow, ...]] = field(init=False, repr=False, compare=False)
    _laender: frozenset[tuple[str | None, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = tuple(self.rows)
        spans: dict[tuple[str, str], list[AreaRow]] = defaultdict(list)
        for row in rows:
            spans[row.level, row.key].append(row)
        ordered = {
            area: tuple(sorted(found, key=lambda row: row.valid_from or date.min)) for area, found in spans.items()
        }
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "_spans", MappingProxyType(ordered))
        official = {(row.level, row.key[:2]) for row in rows if row.level in OFFICIAL_LEVELS}
        object.__setattr__(self, "_laender", frozenset(official | {(None, land) for _, land in official}))
        object.__setattr__(self, "levels", tuple(sorted({row.level for row in rows})))

    @cached_property
    def _predecessors(self) -> Mapping[tuple[str, str], Mapping[str, AreaRow]]:
        """Rows by the level and the key of what followed them, and by their own key."""
        found: dict[tuple[str, str], dict[str, AreaRow]] = defaultdict(dict)
        for row in self.rows:
            for key in row.successors:
                if key != row.key:
                    found[row.level, key][row.key] = row
        return dict(found)

    def knows(self, level: str, key: str) -> bool:
        """Whether the key exists at the level in any vintage."""
        return (level, key) in self._spans

    def is_valid(self, level: str, key: str, day: date) -> bool:
        """Whether the key is valid at the level on a day."""
        return any(row.covers(day) for row in self._spans.get((level, key), ()))

    def is_retired(self, level: str, key: str) -> bool:
        """Whether the key existed once and is not valid any more."""
        spans = self._spans.get((level, key), ())
        return bool(spans) and all(row.valid_to is not None for row in spans)

    def spans(self, level: str, key: str) -> tuple[AreaRow, ...]:
        """Spans of validity of a key, the oldest first; none where it is not known."""
        return self._spans.get((level, key), ())

    def name(self, level: str, key: str) -> str:
        """Newest name of the area; empty where the key is not known."""
        spans = self._spans.get((level, key), ())
        return spans[-1].name if spans else ""

    def predecessors(self, level: str, key: str) -> tuple[AreaRow, ...]:
        """Areas whose territory an area took over, in whole or in part, sorted by their keys."""
        found = self._predecessors.get((level, key), {})
        return tuple(found[each] for each in sorted(found))

    def has_land(self, land: str, level: str | None = None) -> bool:
        """Whether any area of an official level, or of a certain one, lies in a Land, by its two digits."""
        return (level, land) in self._laender

    def successors(self, level: str, key: str) -> tuple[str, ...]:
        """Keys that the territory of a retired area belongs to."""
        spans = self._spans.get((level, key), ())
        return spans[-1].successors if spans else ()
