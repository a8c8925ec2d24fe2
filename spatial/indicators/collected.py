"""What an import has set apart so far, in bounded memory: rejections, repairs, matched names."""

from __future__ import annotations

from dataclasses import dataclass, field

from spatial.indicators.area_keys import FoundKey
from spatial.indicators.batches import RawFigure
from spatial.indicators.ledger import Contradiction
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

    def reject(self, line: int, reason: Sentence, column: str | None = None) -> None:
        """Note a row that is not stored."""
        self.rejected_total += 1
        if self.room > 0:
            self.rejected.append(Rejection(line, reason, column))

    def reject_contradiction(self, found: Contradiction) -> None:
        """Note all rows of a figure that they disagree about."""
        listed = ", ".join(map(str, found.lines)) + (", …" if found.count > len(found.lines) else "")
        reason = Sentence(
            f"{found.key} hat für {found.period} widersprüchliche Werte (Zeilen {listed})",
            f"{found.key} has contradicting values for {found.period} (lines {listed})",
        )
        for line in found.lines:
            self.reject(line, reason)
        self.rejected_total += found.count - len(found.lines)

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
            self.names.setdefault(figure.line, (figure.line, figure.key.strip(), key))
