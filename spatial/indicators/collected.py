"""What an import has set apart so far, in bounded memory: rejections, repairs, matched names."""

from __future__ import annotations

from dataclasses import dataclass, field

from spatial.indicators.area_keys import FoundKey
from spatial.indicators.batches import RawFigure
from spatial.indicators.cells import symbol_of
from spatial.indicators.errors import quote, shortened
from spatial.indicators.layouts import Layout
from spatial.indicators.ledger import Contradiction, Sighting
from spatial.indicators.places import Spot
from spatial.indicators.rejections import CHOOSE_ROW, RowRejected
from spatial.indicators.report import Rejection, Repair
from spatial.indicators.sentences import Sentence

MOST_LISTED = 50_000
"""Rejected rows, repairs, matched names and unknown keys that a report lists; more are counted."""


class BoundedSet(set[str]):
    """Set of keys that takes no more than a report lists."""

    def add(self, key: str) -> None:
        """Take a key, if there is room."""
        if len(self) < MOST_LISTED:
            super().add(key)


@dataclass(slots=True)
class Collected:
    """What became of the rows that are not simply stored.

    Attributes
    ----------
    rejected : list of Rejection
        The first ones.
    rejected_total : int
    repaired : dict of int to Repair
    names : dict of int to (int, str, str)
        Line, text and key where a name stood in for a key.
    invalid_at_period, unknown : set of str
    """

    rejected: list[Rejection] = field(default_factory=list)
    rejected_total: int = 0
    repaired: dict[int, Repair] = field(default_factory=dict)
    names: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    invalid_at_period: set[str] = field(default_factory=BoundedSet)
    unknown: set[str] = field(default_factory=BoundedSet)

    @property
    def room(self) -> int:
        """Number of rejections that can still be listed."""
        return MOST_LISTED - len(self.rejected)

    def reject(self, figure: RawFigure, why: RowRejected, layout: Layout) -> None:
        """Note a row that is not stored."""
        self.rejected_total += 1
        if self.room > 0:
            place = layout.place(Spot(figure.line, why.role, figure.number))
            figure_column = layout.place(Spot(figure.line, "value", figure.number)).column
            self.rejected.append(
                Rejection(
                    figure.line,
                    why.reason,
                    column=place.column,
                    cell=place.cell,
                    value=shortened(why.value),
                    remedy=why.remedy,
                    figure_column=figure_column if figure_column != place.column and len(layout.values) > 1 else None,
                )
            )

    def reject_contradiction(self, found: Contradiction, layout: Layout, multiplier: float | None) -> None:
        """Note all rows of a figure that they disagree about; their values were multiplied with ``multiplier``."""
        values = [_as_written(sighting, multiplier) for sighting in found.sightings]
        lines = [sighting.line for sighting in found.sightings]
        told = list(zip(values, lines, strict=True))
        more = "; …" if found.count > len(lines) else ""
        listed_de = "; ".join(f"{_german(value)} in Zeile {line}" for value, line in told)
        listed_en = "; ".join(f"{quote(value)} in line {line}" for value, line in told)
        reason = Sentence(
            f"{found.key} hat für {found.period} widersprüchliche Werte: {listed_de}{more}",
            f"{found.key} has contradicting values for {found.period}: {listed_en}{more}",
        )
        for sighting, value in zip(found.sightings, values, strict=True):
            self.rejected_total += 1
            if self.room > 0:
                place = layout.place(Spot(sighting.line, "value", sighting.number))
                self.rejected.append(
                    Rejection(sighting.line, reason, place.column, place.cell, value=value, remedy=CHOOSE_ROW)
                )
        self.rejected_total += found.count - len(found.sightings)

    def sorted_rejections(self) -> list[Rejection]:
        """Rejected rows in the order of their lines."""
        return sorted(self.rejected, key=lambda rejection: rejection.line)

    def note_repair(self, line: int, key: FoundKey) -> None:
        """Note a key that was put right."""
        if key.repaired_from is not None and len(self.repaired) < MOST_LISTED:
            self.repaired.setdefault(line, Repair(line, key.repaired_from, key.key))

    def note_name(self, figure: RawFigure, key: str) -> None:
        """Note a name that stood in for a key."""
        if len(self.names) < MOST_LISTED:
            self.names.setdefault(figure.line, (figure.line, (figure.stand_in or figure.key).strip(), key))


def _german(value: str) -> str:
    """Value in quotation marks, a number with a comma."""
    return quote(value if len(value) == 1 else value.replace(".", ","))


def _as_written(sighting: Sighting, multiplier: float | None) -> str:
    """Value as the table has it: a symbol, nothing, or a number."""
    symbol = symbol_of(sighting.status)
    if symbol is not None or sighting.value != sighting.value:
        return symbol or ""
    return f"{sighting.value / (multiplier or 1.0):.12g}"
