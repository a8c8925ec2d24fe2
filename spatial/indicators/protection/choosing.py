"""Choosing which cells to withhold, so that no primary cell can be estimated too closely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.errors import ProtectionImpossible
from spatial.indicators.protection.moves import (
    Move,
    Neighbourhood,
    Room,
    cheapest_move,
    farthest_change,
    neighbourhoods,
    room_of,
    stuck,
)
from spatial.indicators.protection.system import TOLERANCE, AdditiveSystem, CellId

DEAR = 1000.0
"""Weight from which a cell is withheld only where nothing cheaper helps."""
_FAMILIAR = 0.1  # price of a cell that was withheld in the period before, as a part of the usual one
REMEDY = "merge categories or areas, add up several years, or lower the threshold"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which cells of a system are withheld.

    Attributes
    ----------
    withheld : frozenset of cell ids
        Primary and secondary ones, and those that have no value.
    primary : frozenset of cell ids
        Those withheld for their own sake.
    """

    withheld: frozenset[CellId]
    primary: frozenset[CellId]


def choose(system: AdditiveSystem, *, preferred: Collection[CellId] = ()) -> Pattern:
    """Withhold the primary cells, and as few others as possible such that every primary cell is safe.

    A primary cell is safe if the interval that readers can compute for it reaches the threshold and is at least
    ``threshold - 1`` wide.

    Parameters
    ----------
    system : AdditiveSystem
    preferred : collection of cell ids
        Cells that cost a tenth: those withheld in the period before, so that patterns stay alike over time.

    Returns
    -------
    Pattern
        The same for the same cells and relations, in whatever order they were given.

    Raises
    ------
    ProtectionImpossible
        No choice protects the named cells.

    Notes
    -----
    Each primary cell that is not safe yet gets the move of least cost, a linear programme with the costs
    ``weight * (value + 1)`` (Kelly, Golden and Assad 1992); every move also serves as proof for all others. In the
    end, cells that turned out not to be needed are published again, dearest first. The result is safe, and locally
    minimal where the moves allow; finding the least number of cells is NP-hard. Zeros are never withheld to
    protect others. Withholding grows with the threshold in its primary part alone: the secondary part may
    change altogether.
    """
    if not system.watched.any():
        return Pattern(system.ids(~system.known), frozenset())
    chooser = _Chooser(system, preferred)
    chooser.protect()
    chooser.release()
    return Pattern(system.ids(chooser.withheld), system.ids(system.primary))


@dataclass
class _Proof:
    """Moves that show how far a watched cell may be from its value, up and down."""

    up: Move | None = None
    down: Move | None = None
    high: float = 0.0
    low: float = 0.0

    def uses(self, row: int) -> bool:
        """Whether the proof needs a cell to be withheld."""
        return any(move is not None and move.change_of(row) != 0 for move in (self.up, self.down))


@dataclass
class _Chooser:
    system: AdditiveSystem
    preferred: Collection[CellId]
    withheld: NDArray[np.bool_] = field(init=False)
    proofs: dict[int, _Proof] = field(init=False)

    def __post_init__(self) -> None:
        system = self.system
        self.withheld = system.primary | ~system.known
        self.proofs = {int(row): _Proof() for row in np.flatnonzero(system.watched)}
        self._costs = system.weights * (np.abs(system.values) + 1)
        self._costs[system.mask(self.preferred)] *= _FAMILIAR
        self._suppressible = (system.values != 0) & ~system.fixed & system.known
        self._cut(dear=False)

    # -- protecting ----------------------------------------------------------------------------------------

    def protect(self) -> None:
        """Withhold cells until every watched one is safe."""
        system = self.system
        order = sorted(self.proofs, key=lambda row: (-system.values[row], row))
        for dear in (False, True):
            self._cut(dear=dear)
            order = [row for row in order if not self._secure(row)]
            if not order:
                return
        raise ProtectionImpossible([str(system.cells[row].id) for row in order], remedy=REMEDY)

    def _cut(self, *, dear: bool) -> None:
        """Find what can move together, with or without the dear cells."""
        candidates = self._suppressible & (dear | (self.system.weights < DEAR))
        self._candidates = candidates
        self._room = room_of(self.system, self.withheld, candidates, self._costs)
        self._places = self._place_of(neighbourhoods(self.system, self._room.free | self._room.candidates))

    @staticmethod
    def _place_of(places: Iterable[Neighbourhood]) -> dict[int, Neighbourhood]:
        return {int(row): place for place in places for row in place.rows}

    def _secure(self, row: int) -> bool:
        """Make one cell safe; False where the cells that may be withheld do not suffice."""
        proof = self.proofs[row]
        missing = self._missing_height(row)
        if missing > 0 and not self._withhold_for(row, missing):
            return False
        missing = self._missing_width(row)
        if missing <= 0:
            return True
        moves = [self._move(row, proof.low - missing), self._move(row, proof.high + missing)]
        found = [move for move in moves if move is not None]
        if not found:
            return self._stretch(row)
        self._accept(min(found, key=self._price))
        return True

    def _stretch(self, row: int) -> bool:
        """Widen an interval to both sides, where neither alone has the room."""
        place = self._places.get(row)
        lowest = None if place is None else farthest_change(place, self._room, row, -self.system.need_width[row])
        if lowest is not None and lowest < self.proofs[row].low:
            self._withhold_for(row, lowest)
        missing = self._missing_width(row)
        return missing <= 0 or self._withhold_for(row, self.proofs[row].high + missing)

    def _withhold_for(self, row: int, change: float) -> bool:
        move = self._move(row, change)
        if move is None:
            return False
        self._accept(move)
        return True

    def _move(self, row: int, change: float) -> Move | None:
        place = self._places.get(row)
        return None if place is None else cheapest_move(place, self._room, row, change)

    def _price(self, move: Move) -> float:
        fresh = move.rows[self._fresh(move)]
        return float(self._costs[fresh].sum())

    def _fresh(self, move: Move) -> NDArray[np.bool_]:
        """Which cells of a move are not free to make it yet."""
        slack = _slack(move)
        room = self._room
        return (move.changes < room.down[move.rows] - slack) | (move.changes > room.up[move.rows] + slack)

    def _accept(self, move: Move) -> None:
        """Withhold what a move changes and remember what it proves, in its direction and in the other."""
        fresh = move.rows[self._fresh(move)]
        if len(fresh):
            self.withheld[fresh] = True
            self._room = room_of(self.system, self.withheld, self._candidates, self._costs)
        self._learn(move)
        back = self._backwards(move)
        if back is not None:
            self._learn(back)

    def _backwards(self, move: Move) -> Move | None:
        """The longest move in the opposite direction."""
        room = np.where(move.changes > 0, -self._room.down[move.rows], self._room.up[move.rows])
        length = float(np.min(room / np.abs(move.changes)))
        return move.scaled(-length) if length > TOLERANCE else None

    def _learn(self, move: Move) -> None:
        for row, change in zip(move.rows.tolist(), move.changes.tolist(), strict=True):
            proof = self.proofs.get(row)
            if proof is None:
                continue
            if change > proof.high:
                proof.up, proof.high = move, change
            elif change < proof.low:
                proof.down, proof.low = move, change

    def _tolerance(self, row: int) -> float:
        return TOLERANCE * max(1.0, float(self.system.need_high[row]))

    def _missing_height(self, row: int) -> float:
        """Change that the cell must be able to make upwards; 0 where that is proven."""
        system = self.system
        missing = float(system.need_high[row] - system.values[row])
        return missing if missing > self.proofs[row].high + self._tolerance(row) else 0.0

    def _missing_width(self, row: int) -> float:
        proof = self.proofs[row]
        missing = float(self.system.need_width[row]) - (proof.high - proof.low)
        return missing if missing > self._tolerance(row) else 0.0

    # -- publishing again ----------------------------------------------------------------------------------

    def release(self) -> None:
        """Publish again what no proof needs, dearest first."""
        system = self.system
        secondary = np.flatnonzero(self.withheld & ~system.primary & system.known)
        self._candidates = np.zeros(len(system.cells), bool)
        self._room = room_of(system, self.withheld, self._candidates, self._costs)
        self._places = self._place_of(neighbourhoods(system, self._room.free))
        watched: dict[int, list[int]] = defaultdict(list)
        for each in self.proofs:
            if each in self._places:
                watched[id(self._places[each])].append(each)
        for row in sorted(secondary.tolist(), key=lambda each: (-self._costs[each], each)):
            beside = watched[id(self._places[row])] if row in self._places else []
            dependent = [each for each in beside if self.proofs[each].uses(row)]
            trial = self.withheld.copy()
            trial[row] = False
            room = room_of(system, trial, self._candidates, self._costs)
            if dependent and stuck(self._places[row], room)[np.searchsorted(self._places[row].rows, dependent)].any():
                continue
            renewed = self._renewed(row, dependent, room)
            if renewed is not None:
                self.withheld, self._room = trial, room
                self.proofs.update(renewed)

    def _renewed(self, row: int, dependent: list[int], room: Room) -> dict[int, _Proof] | None:
        """Proofs that do without a cell, for those that used it; None where one of them cannot."""
        renewed: dict[int, _Proof] = {}
        for each in dependent:
            place = self._places[each]
            proof = _prove(self.system, place, room, each, self.proofs[each], row)
            if proof is None:
                return None
            renewed[each] = proof
        return renewed


def _prove(
    system: AdditiveSystem, place: Neighbourhood, room: Room, row: int, old: _Proof, without: int
) -> _Proof | None:
    """Proof that a cell is safe within the room it has; None where it is not, or nothing simple shows it."""
    proof = _Proof()
    tolerance = TOLERANCE * max(1.0, float(system.need_high[row]))
    for move in (old.up, old.down):
        if move is not None and not move.change_of(without):
            _note(proof, move, row)
    height = float(system.need_high[row] - system.values[row])
    if height > proof.high + tolerance:
        _note(proof, cheapest_move(place, room, row, height), row)
    if height > proof.high + tolerance:
        return None
    missing = float(system.need_width[row]) - (proof.high - proof.low)
    if missing > tolerance:
        _note(proof, cheapest_move(place, room, row, proof.high + missing), row)
        missing = float(system.need_width[row]) - (proof.high - proof.low)
    if missing > tolerance:
        _note(proof, cheapest_move(place, room, row, proof.low - missing), row)
        missing = float(system.need_width[row]) - (proof.high - proof.low)
    return proof if missing <= tolerance else None


def _note(proof: _Proof, move: Move | None, row: int) -> None:
    if move is None:
        return
    change = move.change_of(row)
    if change > proof.high:
        proof.up, proof.high = move, change
    elif change < proof.low:
        proof.down, proof.low = move, change


def _slack(move: Move) -> float:
    return TOLERANCE * max(1.0, float(np.abs(move.changes).max()))
