"""What Umsteigeschlüssel of the BBSR tell of the changes between the years of their tables.

Tables from one year to the next are changes as they stand. Tables from many years to one last year say where an area
is in the end; the changes in between follow as far as the tables tell them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from boundaries.changes import ChangeKind, ChangeRow, Size

_DRIFT = 0.005  # shares of one and the same division differ that much from year to year
Shares = dict[str, Size]


@dataclass(frozen=True)
class Conversion:
    """Shares of the areas of one year that belong to those of another.

    Attributes
    ----------
    from_year, to_year : int
        The tables hold for 31 December.
    level : {"gemeinde", "kreis"}
        Level of the keys.
    shares : mapping of str to mapping of str to Size
        For every area of the first year, the areas of the second and the share that goes there.
    """

    from_year: int
    to_year: int
    level: str
    shares: Mapping[str, Shares]


def changes_between(tables: Sequence[Conversion]) -> Iterator[ChangeRow]:
    """Changes from one year to the next, from tables of one level.

    Parameters
    ----------
    tables : sequence of Conversion
        Either each to the following year, or all to the same last year.

    Yields
    ------
    ChangeRow
        Dated 31 December, for the tables do not say when in a year an area changed. Tables to a last year may
        leave open which of several areas, that later became one, took over another area: then each of them received
        a part of unknown size, and figures of that time can be carried to the last year, but not to those between.
    """
    ordered = sorted(tables, key=lambda table: table.from_year)
    if all(table.to_year == table.from_year + 1 for table in ordered):
        for table in ordered:
            yield from _rows(table.level, table.to_year, set(table.shares), _moved(table.shares))
        return
    yield from _Chain(ordered).rows()


def _moved(shares: Mapping[str, Shares]) -> dict[str, Shares]:
    """Areas that do not simply stay."""
    return {old: targets for old, targets in shares.items() if set(targets) != {old}}


def _rows(level: str, year: int, before: set[str], moved: Mapping[str, Shares]) -> Iterable[ChangeRow]:
    """Rows of the changes of one year."""
    incoming: dict[str, set[str]] = defaultdict(set)
    for old, targets in moved.items():
        for new in targets:
            incoming[new].add(old)
    for old, targets in sorted(moved.items()):
        for new, size in sorted(targets.items()):
            kind = _kind(old, new, targets, before=before, moved=moved, single=len(incoming[new]) == 1)
            source = f"BBSR, Umsteigeschlüssel auf den 31.12.{year}"
            yield ChangeRow(
                0, date(year, 12, 31), kind, level, old, new, "", "", source, size if len(targets) > 1 else Size()
            )


def _kind(
    old: str, new: str, targets: Shares, *, before: set[str], moved: Mapping[str, Shares], single: bool
) -> ChangeKind:
    """Kind of a change by whether the area that gives goes on and the one that receives existed."""
    existed = new in before and (new not in moved or new in moved[new])
    if old in targets:
        return "transfer" if existed else "split"
    if existed:
        return "incorporation"
    if len(targets) > 1:
        return "split"
    return "key-change" if single else "merger"


def _plus(first: float | None, second: float | None, sharers: int) -> float | None:
    return None if first is None or second is None else first + second / sharers


class _Chain:
    """Tables of many years to one last year, and what they prove of the years between."""

    def __init__(self, tables: Sequence[Conversion]) -> None:
        # One edition heads the sheets of 2007 to 2010 with another last year than the rest, above the same areas.
        self.level, self.last = tables[0].level, max(table.to_year for table in tables)
        self.shares: dict[int, Mapping[str, Shares]] = {table.from_year: table.shares for table in tables}
        finals = {new for table in tables for targets in table.shares.values() for new in targets}
        whole = Size(1.0, 1.0, relative=True)
        self.shares.setdefault(self.last, {key: {key: whole} for key in finals})
        self.years = sorted(self.shares)
        # For every year and last area, the areas that have a part of it, and those that are nothing else.
        self.holders: dict[int, dict[str, list[str]]] = {}
        for year, shares in self.shares.items():
            holders: dict[str, list[str]] = defaultdict(list)
            for key, targets in shares.items():
                for last in targets:
                    holders[last].append(key)
            self.holders[year] = holders

    def rows(self) -> Iterator[ChangeRow]:
        """Changes of every year."""
        for year, following in zip(self.years, self.years[1:], strict=False):
            moved = {
                key: self._step(key, targets, following)
                for key, targets in self.shares[year].items()
                if not self._same(targets, self.shares[following].get(key))
            }
            changes = {key: parts for key, parts in moved.items() if set(parts) != {key}}
            yield from _rows(self.level, following, set(self.shares[year]), changes)

    @staticmethod
    def _same(first: Shares, second: Shares | None) -> bool:
        """Whether two areas end up in the same way."""
        if second is None or first.keys() != second.keys():
            return False
        return all(abs((first[key].area_km2 or 0.0) - (second[key].area_km2 or 0.0)) <= _DRIFT for key in first)

    def _step(self, key: str, targets: Shares, following: int) -> Shares:
        """What an area became from one year to the next; several areas without sizes where only they are known."""
        alike = [
            other
            for other in self.holders[following][next(iter(targets))]
            if len(targets) > 1 and self._same(targets, self.shares[following][other])
        ]
        if len(alike) == 1:
            return {alike[0]: Size()}
        if len(targets) == 1:
            return dict.fromkeys(self._takers(next(iter(targets)), following, key), Size())
        found: Shares = {}
        for last, size in targets.items():
            takers = self._takers(last, following, key)
            for taker in takers:
                before = found.get(taker, Size(0.0, 0.0, relative=True))
                found[taker] = Size(
                    _plus(before.population, size.population, len(takers)),
                    _plus(before.area_km2, size.area_km2, len(takers)),
                    relative=True,
                )
        return found

    def _takers(self, last: str, year: int, key: str) -> list[str]:
        """The areas of a year one of which must have taken over what ends up in a last area."""
        holders = self.holders[year][last]
        whole = [holder for holder in holders if len(self.shares[year][holder]) == 1]
        if key in whole:
            return [key]  # what an area goes on with is its own
        return whole or holders or [last]
