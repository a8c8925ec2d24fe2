"""The rows of one import, taken in or rejected, and what is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from boundaries import MalformedKey
from spatial.indicators.area_keys import FoundKey
from spatial.indicators.areas import AreaIndex
from spatial.indicators.batches import RawFigure
from spatial.indicators.catalogue import Catalogue
from spatial.indicators.cells import BLANKS
from spatial.indicators.collected import MOST_LISTED, Collected
from spatial.indicators.errors import NothingFits, RejectedRows, quote, shown
from spatial.indicators.finders import Found, why_unmatched
from spatial.indicators.ledger import Figures, Ledger, Register, Rows
from spatial.indicators.misnomers import on_swapped
from spatial.indicators.observations import Status
from spatial.indicators.outcomes import AreaKind, BatchReader, Outcome
from spatial.indicators.periods import period_sort_key
from spatial.indicators.remarks import on_problems
from spatial.indicators.report import ImportReport
from spatial.indicators.sentences import Sentence, counted
from spatial.indicators.survey import Survey
from spatial.indicators.tables import Table
from spatial.indicators.units import UnitCheck


@dataclass(slots=True)
class Intake:
    """State of one import while its rows are read.

    Attributes
    ----------
    table : Table
    areas : AreaIndex
    level : str
        The level asked for, or that of most keys.
    accepted, set_aside : Figures
        Once the rows were read: figures of that level, and of others.
    """

    table: Table
    areas: AreaIndex
    level: str
    collected: Collected = field(default_factory=Collected)
    register: Register = field(default_factory=Register)
    wanted: Ledger = field(init=False)
    aside: Ledger = field(init=False)
    accepted: Figures = field(init=False)
    set_aside: Figures = field(init=False)
    other_levels: int = 0
    not_selected: int = 0
    other_lands: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        layout = self.table.layout
        for name in ("wanted", "aside"):
            ledger = Ledger(self.table.path, self.register, len(layout.values), layout.key_of is not None)
            setattr(self, name, ledger)

    def run(self, reader: BatchReader) -> None:
        """Read all rows."""
        for batches in self.table.batches():
            outcomes = [reader.read(batch) for batch in batches]
            self._count(outcomes)
            self._note(outcomes, reader)
            self.wanted.add(_in_order(outcomes, AreaKind.WANTED))
            self.aside.add(_in_order(outcomes, AreaKind.ASIDE))
            self._reject_all(outcomes, reader)
        for key in reader.strangers:
            self.collected.unknown.add(key)
        for contradiction in self.wanted.settle():
            self.collected.reject_contradiction(contradiction, self.table.layout, reader.reader.mapping.multiplier)
        # Rows of other levels are never rejected: where they contradict each other, none of them is kept.
        for _ in self.aside.settle():
            continue
        self.accepted, self.set_aside = self.wanted.figures(), self.aside.figures()

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        """Count the rows that are left out, and those of other levels and other Länder."""
        for outcome in outcomes:
            others = (outcome.kind == AreaKind.ASIDE) | (outcome.kind == AreaKind.PASSED)
            lands = np.bincount(outcome.land)
            self.other_lands.update({f"{land:02d}": int(lands[land]) for land in np.flatnonzero(lands[1:]) + 1})
            self.not_selected += outcome.left_out + int(lands[1:].sum())
            self.other_levels += int(others.sum())

    def _note(self, outcomes: Sequence[Outcome], reader: BatchReader) -> None:
        """Note repaired keys, and names that stood in for keys, as long as there is room."""
        collected = self.collected
        for outcome in outcomes:
            noted = outcome.is_repaired & (len(collected.repaired) < MOST_LISTED)
            noted |= outcome.is_name & (len(collected.names) < MOST_LISTED)
            noted &= (outcome.kind == AreaKind.WANTED) | outcome.taken(AreaKind.ASIDE)
            for row in np.flatnonzero(noted).tolist():
                figure = outcome.batch.figure(row)
                found, _ = reader.area(figure)
                if isinstance(found, FoundKey):
                    collected.note_repair(figure.line, found)
                    if outcome.is_name[row]:
                        collected.note_name(figure, found.key)

    def _reject_all(self, outcomes: Sequence[Outcome], reader: BatchReader) -> None:
        """Reject what cannot be stored: the first rows with their reasons, the others by number."""
        spots = sorted(
            (int(outcome.rows["place"][row]), number, row)
            for number, outcome in enumerate(outcomes)
            for row in np.flatnonzero(outcome.is_rejected).tolist()
        )
        room = self.collected.room
        for place, (_, number, row) in enumerate(spots):
            if place < room:
                self._reject_one(outcomes[number].batch.figure(row), reader)
        self._reject_unlisted(outcomes, spots[room:], reader)

    def _reject_one(self, figure: RawFigure, reader: BatchReader) -> None:
        """Reject a row, with the reason."""
        found, kind = reader.area(figure)
        unknown = _unknown_key(figure, found) if kind == AreaKind.REJECTED else None
        if unknown is not None:
            self.collected.unknown.add(unknown)
        if isinstance(found, FoundKey) and kind != AreaKind.REJECTED:
            why = reader.refusal(figure, found)
            if why.is_invalid_at_period:
                self.collected.invalid_at_period.add(found.key)
        else:
            why = why_unmatched(figure, found, self.areas)
        self.collected.reject(figure, why, self.table.layout)

    def _reject_unlisted(
        self, outcomes: Sequence[Outcome], spots: Sequence[tuple[int, int, int]], reader: BatchReader
    ) -> None:
        """Count rows that are not listed any more, and note the keys that are."""
        self.collected.rejected_total += len(spots)
        looked_at: set[tuple[str, str, str, str]] = set()
        for _, number, row in spots:
            batch = outcomes[number].batch
            cells = batch.keys.at(row), batch.levels.at(row), batch.periods.at(row), batch.stand_ins.at(row)
            if cells in looked_at:
                continue
            looked_at.add(cells)
            figure = batch.figure(row)
            found, kind = reader.area(figure)
            unknown = _unknown_key(figure, found) if kind == AreaKind.REJECTED else None
            if unknown is not None:
                self.collected.unknown.add(unknown)
            elif outcomes[number].is_invalid[row] and isinstance(found, FoundKey):
                self.collected.invalid_at_period.add(found.key)

    # --- result

    def observations(self, *, strict: bool) -> Figures:
        """What is stored; refuses where nothing fits."""
        found = self.accepted + self.set_aside
        if not found:
            raise self._nothing_fits()
        if strict and self.collected.rejected_total:
            first = self.collected.sorted_rejections()[0]
            count = self.collected.rejected_total
            said = counted(
                count,
                ("1 Zeile wird abgelehnt", "1 row is rejected"),
                ("# Zeilen werden abgelehnt; die erste", "# rows are rejected; the first"),
            )
            raise RejectedRows(
                Sentence(f"{said.de}: {first.reason.de}", f"{said.en}: {first.reason.en}"),
                path=self.table.path,
                remedy=_or_not_strict(first.remedy),
            ).at(first.place)
        return found

    def _nothing_fits(self) -> NothingFits:
        if not self.collected.rejected_total:
            layout = self.table.layout
            chosen = ", ".join(f"{selection.name} = {quote(selection.code)}" for selection in layout.select)
            asked = f" ({chosen})" if chosen else ""
            return NothingFits(
                Sentence(f"keine Zeile ist ausgewählt{asked}", f"no row is selected{asked}"),
                path=self.table.path,
                line=layout.frame.first_line,
                remedy=Sentence(
                    "select, unit und value_column der Zuordnung prüfen",
                    "check select, unit and value_column in the mapping",
                ),
            )
        rejections = self.collected.sorted_rejections()
        # What asks for the same remedy is of one kind, though each reason quotes another cell.
        remedy, often = Counter(rejection.remedy for rejection in rejections).most_common(1)[0]
        count = self.collected.rejected_total
        first = next(rejection for rejection in rejections if rejection.remedy == remedy)
        said = _all_rejected(count, often)
        return NothingFits(
            Sentence(f"{said.de}: {first.reason.de}", f"{said.en}: {first.reason.en}"),
            path=self.table.path,
            remedy=remedy,
        ).at(first.place)

    def successors(self) -> dict[str, tuple[str, ...]]:
        """Keys of accepted rows that are no longer valid, with what follows them."""
        retired = sorted(key for key in self.accepted.keys if self.areas.is_retired(self.level, key))
        return {key: self.areas.successors(self.level, key) for key in retired}

    def empty(self) -> int:
        """Number of accepted rows without any content."""
        return self.accepted.statuses().get(Status.EMPTY.value, 0)

    def report(self, seen: Survey, decimal: str | None, units: UnitCheck, catalogue: Catalogue) -> ImportReport:
        """Report without what the stored figures and the warnings add."""
        table, collected, accepted = self.table, self.collected, self.accepted
        used = dict.fromkeys(heading.indicator for heading in accepted.headings)
        return ImportReport(
            file=shown(table.path),
            format=table.format,
            encoding=table.grid.encoding,
            delimiter=table.grid.delimiter,
            decimal=decimal,
            sheet=table.grid.sheet,
            rows=seen.rows,
            accepted=len(accepted),
            rejected=tuple(collected.sorted_rejections()),
            rejected_total=collected.rejected_total,
            other_levels=self.other_levels,
            not_selected=self.not_selected,
            other_lands=dict(sorted(self.other_lands.items())),
            duplicates=self.wanted.duplicates,
            repaired_keys=tuple(collected.repaired.values()),
            retired_keys=tuple(successors := self.successors()),
            successors=successors,
            not_valid_at_period=tuple(sorted(collected.invalid_at_period)),
            unknown_keys=tuple(sorted(collected.unknown)),
            matched_names=tuple(collected.names.values()),
            status=accepted.statuses(),
            flags=accepted.flags(),
            periods=tuple(sorted({heading.period for heading in accepted.headings}, key=period_sort_key)),
            units=units.units or tuple(dict.fromkeys(catalogue.indicators[name].unit for name in used)),
            provenance=table.layout.provenance,
            contradicting_names=seen.names.misnomers if seen.names else (),
            problems=(
                *on_problems(
                    collected.rejected_total, len(collected.rejected), collected.unknown, collected.invalid_at_period
                ),
                *on_swapped(seen.names),
            ),
        )


def _all_rejected(count: int, often: int) -> Sentence:
    """That no row is left, and how many are rejected for the reason that follows."""
    said = counted(
        count,
        ("die einzige Zeile wird abgelehnt", "the only row is rejected"),
        ("alle # Zeilen werden abgelehnt", "all # rows are rejected"),
    )
    if count == 1:
        return said
    like = Sentence("; die erste", "; the first")
    if often < count:
        like = Sentence(f"; {often} davon so", f"; {often} of them like this")
    return Sentence(f"{said.de}{like.de}", f"{said.en}{like.en}")


def _or_not_strict(remedy: Sentence | None) -> Sentence:
    """What to do about a rejected row, where none may be."""
    others = Sentence("ohne --strict laden", "load without --strict")
    return others if remedy is None else Sentence(f"{remedy.de}; oder {others.de}", f"{remedy.en}; or {others.en}")


def _unknown_key(figure: RawFigure, found: Found) -> str | None:
    """Key that no vintage has; ``None`` for a cell that is no key at all."""
    if isinstance(found, FoundKey):
        return None if found.known else found.key
    digits = figure.key.strip(BLANKS)
    return digits if isinstance(found, MalformedKey) and digits.isdigit() else None


def _in_order(outcomes: Sequence[Outcome], kind: AreaKind) -> Rows:
    """Rows of all value columns that are stored, in the order of the file."""
    rows = np.concatenate([outcome.rows[outcome.taken(kind)] for outcome in outcomes])
    return rows if len(outcomes) == 1 else rows[np.argsort(rows["place"])]
