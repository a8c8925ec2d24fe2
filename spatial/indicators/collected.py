"""What an import has collected so far, in bounded memory: observations, repeats, rejections, repairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from spatial.indicators.area_keys import FoundKey
from spatial.indicators.comparison import FigureKey, figure_key
from spatial.indicators.errors import OversizedTable
from spatial.indicators.observations import Observation, Status
from spatial.indicators.report import Rejection, Repair
from spatial.indicators.sentences import Sentence
from spatial.indicators.tables import RawFigure

MOST_FIGURES = 3_000_000
"""Observations that one import may hold, about 1 GB."""
MOST_LISTED = 10_000
"""Rejected rows, repairs, matched names and unknown keys that a report lists; more are counted."""
_LINES_NAMED = 20


@dataclass(slots=True)
class _Repeats:
    """Further rows of one figure."""

    count: int = 0
    lines: list[int] = field(default_factory=list)
    contradict: bool = False


class BoundedSet(set[str]):
    """Set of keys that takes no more than a report lists."""

    def add(self, key: str) -> None:
        """Take a key, if there is room."""
        if len(self) < MOST_LISTED:
            super().add(key)


@dataclass(slots=True)
class Collected:
    """What became of the rows of one level.

    Attributes
    ----------
    path : Path
    has_memberships : bool
        Whether an area may have a row for every group that it ever belonged to, with a dash in the others.
    accepted : dict of (indicator, level, key, period) to Observation
    rejected : list of Rejection
        The first ones.
    rejected_total, duplicates : int
    repaired : dict of int to Repair
    names : dict of int to (int, str, str)
        Line, text and key where a name stood in for a key.
    invalid_at_period, unknown : set of str
    """

    path: Path
    has_memberships: bool = False
    accepted: dict[FigureKey, Observation] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    rejected_total: int = 0
    duplicates: int = 0
    repaired: dict[int, Repair] = field(default_factory=dict)
    names: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    invalid_at_period: set[str] = field(default_factory=BoundedSet)
    unknown: set[str] = field(default_factory=BoundedSet)
    _repeats: dict[FigureKey, _Repeats] = field(default_factory=dict)

    def add(self, observation: Observation) -> None:
        """Take an observation; repeats and contradictions are settled at the end.

        Raises
        ------
        OversizedTable
            There are more figures than are read at once.
        """
        key = figure_key(observation)
        first = self.accepted.setdefault(key, observation)
        if first is not observation and self.has_memberships and _is_dash(first) != _is_dash(observation):
            self.duplicates += 1
            if _is_dash(first):
                self.accepted[key] = observation
        elif first is not observation:
            repeats = self._repeats.setdefault(key, _Repeats())
            repeats.count += 1
            repeats.contradict |= (first.value, first.status) != (observation.value, observation.status)
            if len(repeats.lines) < _LINES_NAMED:
                repeats.lines.append(observation.line or 0)
        elif len(self.accepted) > MOST_FIGURES:
            raise OversizedTable(
                Sentence(
                    f"hat mehr als {MOST_FIGURES} einzelne Werte", f"has more than {MOST_FIGURES} different figures"
                ),
                path=self.path,
                remedy=Sentence(
                    "mit select eingrenzen oder in mehrere Dateien teilen",
                    "narrow it with select or cut it into several files",
                ),
            )

    def settle(self) -> None:
        """Keep repeats once and reject contradictions, all of their rows."""
        for key, repeats in self._repeats.items():
            if not repeats.contradict:
                self.duplicates += repeats.count
                continue
            first = self.accepted.pop(key)
            lines = [first.line or 0, *repeats.lines]
            listed = ", ".join(map(str, lines)) + (", …" if repeats.count > len(repeats.lines) else "")
            reason = Sentence(
                f"{first.key} hat für {first.period} widersprüchliche Werte (Zeilen {listed})",
                f"{first.key} has contradicting values for {first.period} (lines {listed})",
            )
            for line in lines:
                self.reject(line, reason)
            self.rejected_total += repeats.count - len(repeats.lines)
        self._repeats.clear()

    def reject(self, line: int, reason: Sentence, column: str | None = None) -> None:
        """Note a row that is not stored."""
        self.rejected_total += 1
        if len(self.rejected) < MOST_LISTED:
            self.rejected.append(Rejection(line, reason, column))

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

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.accepted.values())


def _is_dash(observation: Observation) -> bool:
    """Whether a row says that there is nothing."""
    return observation.status in (Status.ZERO_EXACT, Status.NOT_APPLICABLE)
