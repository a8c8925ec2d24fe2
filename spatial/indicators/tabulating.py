"""Tabulating: every count that would be published of linked indicators in one period, as one additive system.

The cells are the loaded figures, on the areas they were collected for, and the sums that are published beside them:
merged areas on other vintages, districts, regions and Laender. Cells of different files, levels and vintages are
linked where areas lie in each other, and cells of different indicators where the catalogue says that one is the sum
of others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.columns import Column
from spatial.indicators.composites import Composite, relations_of
from spatial.indicators.disclosure import CountRule
from spatial.indicators.indicator import Indicator
from spatial.indicators.interlocking import Interlocking, Nest
from spatial.indicators.observations import Status
from spatial.indicators.protection import AdditiveSystem, CellId, Relation, TableCell
from spatial.indicators.raw import Collection, RawFigures
from spatial.indicators.remainders import Remainder
from spatial.indicators.tabulation import Place, Tabulation, of_one_cell
from spatial.indicators.territory import DISSOLVED_LEVELS, MUNICIPAL, Territory

_DEAR = 1000.0  # a district, region or Land
_OF_TOTALS = 20.0  # the total of several categories
_WHOLE = 1e-9  # parts this near to all or nothing are no estimates
_DOMINANCE_MARGIN = 0.1  # p of the p-% rule: an estimate misses a dominated figure by at least that part

AllMembers = Callable[[Indicator, date, str], NDArray[np.bool_]]
Bases = Callable[[Indicator, date, str], NDArray[np.float64]]


@dataclass
class Tabulator:
    """Builds the system of one group and period.

    Parameters
    ----------
    territory : Territory
    raw : RawFigures
    period : str
    rules : mapping of str to CountRule
        By indicator id.
    relations : sequence of (str, tuple of str)
        Ids of a whole and of its parts; a whole stands once for each way in which it is broken down.
    nest : callable
        Nesting of the areas of one collection in those of another.
    all_members : callable
        Mask of the areas whose count is all of its base.
    bases : callable, optional
        What everybody knows a count not to exceed, area by area.
    remainders : sequence of Remainder
        Computed counts that may not be small.
    """

    territory: Territory
    raw: RawFigures
    period: str
    rules: Mapping[str, CountRule]
    relations: Sequence[tuple[str, tuple[str, ...]]]
    nest: Nest
    all_members: AllMembers
    bases: Bases | None = None
    remainders: Sequence[Remainder] = ()
    _cells: list[TableCell] = field(default_factory=list)
    _composites: list[Composite] = field(default_factory=list)
    _links: list[Relation] = field(default_factory=list)
    _places: dict[Place, NDArray[np.intp]] = field(default_factory=dict)
    _shares: dict[Place, NDArray[np.intp]] = field(default_factory=dict)
    _rests: set[CellId] = field(default_factory=set)

    def tabulate(self, group: Sequence[Indicator]) -> Tabulation:
        """The system of a group of linked counts."""
        for indicator in group:
            loaded = self._loaded(indicator)
            self._link_collections(indicator)
            self._publish(indicator, loaded)
        spots = self._spots(group) if self.relations else []
        for whole, parts in self.relations:
            self._link_categories(whole, parts, spots)
        for remainder in self.remainders:
            self._link_remainder(remainder)
        relations = relations_of(self._composites, [cell.id for cell in self._cells])
        system = AdditiveSystem(self._cells, [*relations, *self._links])
        order = np.array([*(system.row_of[cell.id] for cell in self._cells), -1], np.intp)
        shares = {
            place: np.column_stack([pairs[:, 0], order[pairs[:, 1]]]).astype(np.intp)
            for place, pairs in self._shares.items()
        }
        return Tabulation(system, {place: order[numbers] for place, numbers in self._places.items()}, shares)

    # -- cells ---------------------------------------------------------------------------------------------

    def _loaded(self, indicator: Indicator) -> NDArray[np.intp]:
        """Cells of the loaded figures; the number of each."""
        numbers: list[NDArray[np.intp]] = [np.zeros(0, np.intp)]
        signed = self._is_signed(indicator)
        controlled = self.rules[indicator.id].controlled
        for collection in self.raw.collections(indicator.id, self.period):
            rounded = self.raw.collected(indicator, collection.vintage, collection.level, self.period).values
            keys, inhabited = self._areas(collection)
            column = self.raw.as_loaded(indicator.id, collection.vintage, collection.level, self.period)
            marked = self.raw.dominated(indicator.id, collection.vintage, collection.level, self.period)
            groups = self.all_members(indicator, collection.vintage, collection.level)
            bases = None if self.bases is None else self.bases(indicator, collection.vintage, collection.level)
            numbers.append(np.arange(len(self._cells), len(self._cells) + len(keys)))
            if not self.territory.has(collection.vintage, collection.level):
                # Published on no map, but what is published is made of it.
                self._places[indicator.id, collection.vintage, collection.level] = numbers[-1].reshape(-1, 1)
            for row, key in enumerate(keys):
                cell = self._loaded_cell(indicator, collection, key, column, row)
                if bases is not None and np.isfinite(bases[row]):
                    cell = replace(cell, upper=max(min(cell.upper, float(bases[row])), cell.lower))
                dominated = key in marked and self.rules[indicator.id].dominance
                cell = _singled_out(cell, dominated=dominated, everybody=bool(groups[row]))
                cell = replace(cell, published=float(rounded[row])) if controlled and column.known[row] else cell
                # Nobody lives there, so everybody knows the figure, and it protects no other.
                cell = cell if inhabited[row] else replace(cell, fixed=True, sensitive=False)
                self._cells.append(_unbounded(cell) if signed else cell)
        return np.concatenate(numbers)

    def _areas(self, collection: Collection) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
        """Keys of a collection, and where people may live; of areas that cannot be drawn nobody knows better."""
        keys = self.territory.keys(collection.vintage, collection.level)
        if not self.territory.has(collection.vintage, collection.level):
            return keys, np.ones(len(keys), bool)
        return keys, self.territory.populated(collection.vintage, collection.level)

    def _is_signed(self, indicator: Indicator) -> bool:
        """Whether figures of an indicator may be negative: balances, of which nothing public bounds any."""
        columns = [
            self.raw.as_loaded(indicator.id, each.vintage, each.level, self.period)
            for each in self.raw.collections(indicator.id, self.period)
        ]
        return any(bool((column.values[column.known] < 0).any()) for column in columns)

    def _loaded_cell(
        self, indicator: Indicator, collection: Collection, key: str, column: Column, row: int
    ) -> TableCell:
        rule = self.rules[indicator.id]
        identity = (indicator.id, collection.level, key, collection.vintage.isoformat())
        weight = self._weight(indicator, collection.level)
        if column.known[row]:
            return TableCell(
                identity,
                float(column.values[row]),
                rule.threshold,
                weight=weight,
                lower=1.0 if rule.rounding <= 1 else 0.0,
                fixed=collection.level in rule.public_levels,
                rounding=rule.rounding,
            )
        if column.has_status(_CONFIDENTIAL)[row]:
            low, high = rule.source_range or (0.0, math.inf)
            return TableCell(
                identity, None, rule.threshold, sensitive=True, weight=weight, lower=low or 0.0, upper=high or math.inf
            )
        absent = None if not column.has_status([Status.NOT_APPLICABLE])[row] else 0.0
        return TableCell(identity, absent, weight=weight)

    def _weight(self, indicator: Indicator, level: str) -> float:
        of_level = _DEAR if level in DISSOLVED_LEVELS else 1.0
        return of_level * (_OF_TOTALS if any(whole == indicator.id for whole, _ in self.relations) else 1.0)

    def _publish(self, indicator: Indicator, loaded: NDArray[np.intp]) -> None:
        """Note which cells every published figure depends on, and add cells for sums."""
        known: dict[tuple[tuple[int, float], ...], int] = {}
        for vintage in self.territory.vintages:
            for level in sorted(self.raw.levels(indicator)):
                if self.territory.has(vintage, level):
                    self._publish_level(indicator, vintage, level, loaded, known)

    def _publish_level(
        self,
        indicator: Indicator,
        vintage: date,
        level: str,
        loaded: NDArray[np.intp],
        known: dict[tuple[tuple[int, float], ...], int],
    ) -> None:
        column = self.raw.figure(indicator, vintage, level, self.period).column
        origin = self.raw.origin(indicator, vintage, level, self.period)
        counts = np.diff(origin.indptr)
        rounded = self.rules[indicator.id].rounding > 1
        width = int(counts.max(initial=1)) if rounded else 1
        places = np.full((len(column), width), -1, np.intp)
        single = np.flatnonzero(counts == 1)
        entries = origin.indptr[single]
        sources = loaded[origin.indices[entries]]
        whole = (origin.data[entries] == 1) & np.array([self._is_own(number) for number in sources.tolist()], bool)
        places[single[whole], 0] = sources[whole]
        groups = self.all_members(indicator, vintage, level)
        for row in np.flatnonzero((counts > 0) & column.known & (places[:, 0] < 0)).tolist():
            entry = slice(origin.indptr[row], origin.indptr[row + 1])
            parts = loaded[origin.indices[entry]]
            if rounded:
                places[row, : len(parts)] = parts
                continue
            combination = tuple(sorted(zip(parts.tolist(), origin.data[entry].tolist(), strict=True)))
            if combination not in known:
                key = self.territory.at(vintage, level).keys[row]
                known[combination] = self._add_sum(
                    indicator,
                    (vintage, level, key),
                    combination,
                    everybody=bool(groups[row]),
                    shown=float(column.values[row]),
                )
            places[row, 0] = known[combination]
        self._places[indicator.id, vintage, level] = places
        is_share = (np.abs(origin.data - np.round(origin.data)) > _WHOLE) & (loaded[origin.indices] >= 0)
        areas = np.repeat(np.arange(len(counts)), counts)[is_share]
        if not rounded and len(areas):
            self._shares[indicator.id, vintage, level] = np.column_stack([areas, loaded[origin.indices[is_share]]])

    def _is_own(self, number: int) -> bool:
        """Whether a loaded figure is published as it is: not that of an area where nobody lived."""
        cell = self._cells[number]
        return not cell.fixed or (isinstance(cell.id, tuple) and cell.id[1] in self.rules[cell.id[0]].public_levels)

    def _add_sum(
        self,
        indicator: Indicator,
        place: tuple[date, str, str],
        combination: tuple[tuple[int, float], ...],
        *,
        everybody: bool,
        shown: float,
    ) -> int:
        """Cell of a sum of loaded figures, which is shown as a whole number even where it is an estimate."""
        vintage, level, key = place
        parts = [(self._cells[number], factor) for number, factor in combination]
        value = math.fsum((part.value or 0.0) * factor for part, factor in parts)
        identity = (indicator.id, level, key, vintage.isoformat(), "sum")
        exact = all(factor == 1 for _, factor in parts)
        lower = 1.0 if exact else 0.0
        if any(part.lower < 0 for part, _ in parts):
            lower = -math.inf  # balances
        # A share of a public figure is no count of anybody; it is not shown where it is small, but needs no protection.
        threshold = self.rules[indicator.id].threshold if exact else 0
        weight = self._weight(indicator, level)
        cell = TableCell(identity, value, threshold, weight=weight, lower=lower, published=shown)
        self._cells.append(_singled_out(cell, dominated=False, everybody=everybody))
        self._composites.append(Composite(identity, {part.id: factor for part, factor in parts}))
        return len(self._cells) - 1

    # -- links ---------------------------------------------------------------------------------------------

    def _link_collections(self, indicator: Indicator) -> None:
        """Link loaded figures of different levels, vintages and files where areas lie in each other."""
        collections = self.raw.collections(indicator.id, self.period)
        found = Interlocking(self.territory, indicator.id, self.nest, {cell.id: cell for cell in self._cells})
        found.link(collections)
        self._cells += found.rests
        self._composites += found.composites
        self._links += found.relations

    def _spots(self, group: Sequence[Indicator]) -> list[tuple[date, str]]:
        """Vintages and levels on which totals and categories meet."""
        linked = {each for whole, parts in self.relations for each in (whole, *parts)}
        spots = {
            (each.vintage, each.level)
            for indicator in group
            if indicator.id in linked
            for each in self.raw.collections(indicator.id, self.period)
        }
        if any(not self.territory.has(*spot) for spot in spots):
            drawn = [(vintage, MUNICIPAL) for vintage in self.territory.vintages]
            spots |= {spot for spot in drawn if self.territory.has(*spot)}
        return sorted(spots)

    def _link_categories(self, whole: str, parts: Sequence[str], spots: Sequence[tuple[date, str]]) -> None:
        """Link the figures of a total with those of its categories, area by area."""
        for vintage, level in spots:
            totals = self._places.get((whole, vintage, level))
            if totals is None:
                continue
            columns = [self._places.get((part, vintage, level)) for part in parts]
            keys = self.territory.keys(vintage, level)
            for row in np.flatnonzero(of_one_cell(totals)).tolist():
                numbers = [
                    int(column[row, 0]) if column is not None and of_one_cell(column)[row] else -1 for column in columns
                ]
                if max(numbers) >= 0:
                    members = [
                        self._cells[number].id if number >= 0 else self._missing((part, vintage, level, keys[row]))
                        for part, number in zip(parts, numbers, strict=True)
                    ]
                    self._links.append(Relation.total(self._cells[int(totals[row, 0])].id, members))

    def _link_remainder(self, remainder: Remainder) -> None:
        """Add what is left of a total where it is small: to be withheld, and with it something that it is made of."""
        for vintage, level in [place[1:] for place in self._places if place[0] == next(iter(remainder.terms))]:
            columns = [self._places.get((term, vintage, level)) for term in remainder.terms]
            places = [column for column in columns if column is not None]
            if len(places) < len(columns):
                continue
            keys = self.territory.keys(vintage, level)
            for row in np.flatnonzero(np.logical_and.reduce([of_one_cell(each) for each in places])).tolist():
                parts = [self._cells[int(each[row].max())] for each in places]
                known = [part.value for part in parts if part.value is not None]
                value = math.fsum(factor * each for factor, each in zip(remainder.terms.values(), known, strict=False))
                if len(known) == len(parts) and 0 < value < remainder.threshold:
                    identity = (remainder.id, level, keys[row], vintage.isoformat(), "remainder")
                    self._cells.append(TableCell(identity, value, remainder.threshold, lower=1.0))
                    factors = zip(parts, remainder.terms.values(), strict=True)
                    self._links.append(Relation({identity: -1.0, **{part.id: factor for part, factor in factors}}))

    def _missing(self, place: tuple[str, date, str, str]) -> CellId:
        """Cell of a count that is not there for an area: the same one for every total that it is a part of."""
        part, vintage, level, key = place
        rest = TableCell(("rest", part, level, key, vintage.isoformat()), None)
        if rest.id not in self._rests:
            self._rests.add(rest.id)
            self._cells.append(rest)
        return rest.id


_CONFIDENTIAL = [status for status in Status if status.is_confidential]


def _singled_out(cell: TableCell, *, dominated: bool, everybody: bool) -> TableCell:
    """The cell, sensitive if one contributor dominates it or if it counts everybody."""
    if cell.value is None or not (dominated or everybody):
        return cell
    return replace(
        cell,
        sensitive=True,
        threshold=max(cell.threshold, 2),
        margin=_DOMINANCE_MARGIN if dominated else 0.0,
        upper=cell.value if everybody else math.inf,
    )


def _unbounded(cell: TableCell) -> TableCell:
    """The cell of a balance: whatever is withheld of it may be negative."""
    return replace(cell, lower=-math.inf)
