"""Choosing which cells to withhold, so that no primary cell can be estimated too closely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.errors import ProtectionImpossible
from spatial.indicators.protection.limits import Allowance
from spatial.indicators.protection.moves import Answered, Move, Request, Work, joint_moves, side_by_side
from spatial.indicators.protection.neighbourhoods import Loose, Neighbourhood, neighbourhoods, room_of
from spatial.indicators.protection.system import TOLERANCE, AdditiveSystem, CellId
from spatial.indicators.sentences import Sentence

DEAR = 1000.0
"""Weight from which a cell is withheld only where nothing cheaper helps."""
_FAMILIAR = 0.1  # price of a cell that was withheld in the period before, as a part of the usual one
_NEAR = 1000  # cells that a move is looked for among, before all are looked at
_SURVEYS = 12  # rounds of proving many cells at once, as long as each leaves less than a part of them open
_WORTHWHILE = 0.98
_GOLDEN = 0.6180339887498949  # spreads weights evenly, whatever number of cells there is
REMEDY = Sentence(
    "Kategorien oder Gebiete zusammenfassen, mehrere Jahre addieren oder die Schwelle senken",
    "merge categories or areas, add up several years, or lower the threshold",
)


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


def choose(
    system: AdditiveSystem, *, preferred: Collection[CellId] = (), allowance: Allowance | None = None
) -> Pattern:
    """Withhold the primary cells, and as few others as possible such that every primary cell is safe.

    A primary cell is safe if the interval that readers can compute for it reaches the threshold and is at least
    ``threshold - 1`` wide.

    Parameters
    ----------
    system : AdditiveSystem
    preferred : collection of cell ids
        Cells that cost a tenth: those withheld in the period before, so that patterns stay alike over time.
    allowance : Allowance, optional
        How long it may take; without one, as long as it takes.

    Returns
    -------
    Pattern
        The same for the same cells and relations, in whatever order they were given.

    Raises
    ------
    ProtectionImpossible
        No choice protects the named cells.
    ProtectionTooLong
        It takes longer than it may.

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
    chooser = _Chooser(system, preferred, allowance or Allowance())
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
        return any(move is not None and row in move.cells for move in (self.up, self.down))


@dataclass
class _Chooser:
    system: AdditiveSystem
    preferred: Collection[CellId]
    allowance: Allowance
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
        self._survey()
        for dear in (False, True):
            self._cut(dear=dear)
            order = self._secure_all(order)
            if not order:
                return
        raise ProtectionImpossible([str(system.cells[row].id) for row in order], remedy=REMEDY)

    def _secure_all(self, order: list[int]) -> list[int]:
        """Make cells safe, one after the other in each neighbourhood; those for which it was not possible."""
        queues: dict[int, list[int]] = defaultdict(list)
        for row in order:
            queues[id(self._places[row]) if row in self._places else 0].append(row)
        failed: set[int] = set()
        side_by_side((self._secure_some(rows, failed) for rows in queues.values()), self.allowance)
        return [row for row in order if row in failed]

    def _secure_some(self, rows: list[int], failed: set[int]) -> Work:
        for row in rows:
            if not (yield from self._secure(row)):
                failed.add(row)

    def _survey(self) -> None:
        """Prove as many cells as possible to be safe by what is withheld anyhow, all at once."""
        system = self.system
        places = neighbourhoods(system, self._room.free)
        wanted = np.full(len(system.cells), np.inf)
        rows = np.array(sorted(self.proofs), np.intp)
        wanted[rows] = np.maximum(np.maximum(system.need_high - system.values, system.need_width), 0.0)[rows]
        left = self._open(rows)
        for turn in range(_SURVEYS):
            weights = np.zeros(len(system.cells))
            weights[left] = 1 + np.modf((left + 1) * _GOLDEN * (turn + 1))[0]
            for sense in (1.0, -1.0):
                for move in joint_moves(places, self._room, wanted, sense * weights, self.allowance):
                    self._learn(move)
            before, left = len(left), self._open(left)
            if not len(left) or len(left) > before * _WORTHWHILE:
                return

    def _open(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Those of some cells that are not proven to be safe."""
        open_rows = [row for row in rows.tolist() if self._missing_height(row) or self._missing_width(row)]
        return np.array(open_rows, np.intp)

    def _cut(self, *, dear: bool) -> None:
        """Find what can move together, with or without the dear cells."""
        candidates = self._suppressible & (dear | (self.system.weights < DEAR))
        self._room = room_of(self.system, self.withheld, candidates, self._costs)
        self._places = self._place_of(neighbourhoods(self.system, self._room.free | self._room.candidates))
        self._loose: dict[int, Loose] = {}

    @staticmethod
    def _place_of(places: Iterable[Neighbourhood]) -> dict[int, Neighbourhood]:
        return {int(row): place for place in places for row in place.rows}

    def _secure(self, row: int) -> Answered[bool]:
        """Make one cell safe; False where the cells that may be withheld do not suffice."""
        proof = self.proofs[row]
        missing = self._missing_height(row)
        if missing > 0 and not (yield from self._withhold_for(row, missing)):
            return False
        missing = self._missing_width(row)
        if missing <= 0:
            return True
        falling = yield from self._move(row, proof.low - missing)
        rising = yield from self._move(row, proof.high + missing)
        found = [move for move in (falling, rising) if move is not None]
        if not found:
            return (yield from self._stretch(row))
        self._accept(min(found, key=self._price))
        return True

    def _stretch(self, row: int) -> Answered[bool]:
        """Widen an interval to both sides, where neither alone has the room."""
        longest = yield from self._move(row, -float(self.system.need_width[row]), whole=False)
        lowest = 0.0 if longest is None else longest.change_of(row)
        if lowest < self.proofs[row].low:
            yield from self._withhold_for(row, lowest)
        missing = self._missing_width(row)
        return missing <= 0 or (yield from self._withhold_for(row, self.proofs[row].high + missing))

    def _withhold_for(self, row: int, change: float) -> Answered[bool]:
        move = yield from self._move(row, change)
        if move is None:
            return False
        self._accept(move)
        return True

    def _move(self, row: int, change: float, *, whole: bool = True) -> Answered[Move | None]:
        place = self._places.get(row)
        return None if place is None else (yield from self._find(place, row, change, whole=whole))

    def _find(self, place: Neighbourhood, row: int, change: float, *, whole: bool) -> Answered[Move | None]:
        """A move of one cell: of what is withheld anyhow, if that will do, else near by, and if need be anywhere."""
        loose = self._loose_of(place)
        lowest, highest = loose.reach(row)
        group = loose.around(row)
        if group is not None and (highest if change > 0 else -lowest) >= abs(change) * (1 - TOLERANCE):
            move = yield Request(group, self._room, row, change, whole=False, alone=True)
            if _reaches(move, row, change):
                return move
        if len(place.rows) > 2 * _NEAR:
            near = yield Request(place.around(row, _NEAR), self._room, row, change, whole)
            if _reaches(near, row, change):
                return near
        return (yield Request(place, self._room, row, change, whole))

    def _loose_of(self, place: Neighbourhood) -> Loose:
        """What moves in a neighbourhood, looked for again after every change of the room there."""
        if id(place) not in self._loose:
            self._loose[id(place)] = Loose(place, self._room)
        return self._loose[id(place)]

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
            self._room.withhold(fresh)
            self._loose.pop(id(self._places[int(move.rows[0])]), None)
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
        """Publish again what no proof needs, dearest first in each neighbourhood."""
        system = self.system
        self._room = room_of(system, self.withheld, np.zeros(len(system.cells), bool), self._costs)
        places = neighbourhoods(system, self._room.free)
        self._places = self._place_of(places)
        self._loose.clear()
        secondary = self.withheld & ~system.primary & system.known
        for row in np.flatnonzero(secondary).tolist():
            if row not in self._places:
                self.withheld[row] = False
        works = (self._release_in(place, place.rows[secondary[place.rows]]) for place in places)
        side_by_side(works, self.allowance)

    def _release_in(self, place: Neighbourhood, secondary: NDArray[np.intp]) -> Work:
        watched = [row for row in place.rows.tolist() if row in self.proofs]
        low, high = (ends - self.system.values for ends in self.system.published_bounds())
        for row in sorted(secondary.tolist(), key=lambda each: (-self._costs[each], each)):
            dependent = [each for each in watched if self.proofs[each].uses(row)]
            before = self._loose_of(place)
            self._room.down[row], self._room.up[row] = low[row], high[row]
            self._loose.pop(id(place))
            renewed = yield from self._renewed(place, row, dependent)
            if renewed is None:
                self._room.withhold(row)
                self._loose[id(place)] = before
            else:
                self.withheld[row] = False
                self.proofs.update(renewed)

    def _renewed(self, place: Neighbourhood, row: int, dependent: list[int]) -> Answered[dict[int, _Proof] | None]:
        """Proofs that do without a cell, for those that used it; None where one of them cannot."""
        loose = self._loose_of(place)
        parts = {each: part for each in dependent if (part := loose.around(each)) is not None}
        if len(parts) < len(dependent):
            return None
        if not all(self._within_reach(each, *loose.reach(each)) for each in dependent):
            return None
        renewed: dict[int, _Proof] = {}
        for each, part in parts.items():
            proof = yield from self._prove(part, each, self.proofs[each], row)
            if proof is None:
                return None
            renewed[each] = proof
        return renewed

    def _within_reach(self, row: int, lowest: float, highest: float) -> bool:
        """Whether bounds of a cell's change leave it the height and the width that it needs."""
        system, slack = self.system, 2 * self._tolerance(row)
        high_enough = highest >= system.need_high[row] - system.values[row] - slack
        return bool(high_enough and highest - lowest >= system.need_width[row] - slack)

    def _prove(self, loose: Neighbourhood, row: int, old: _Proof, without: int) -> Answered[_Proof | None]:
        """Proof that a cell is safe within the room it has; None where it is not."""
        system, proof = self.system, _Proof()
        tolerance = self._tolerance(row)
        for move in (old.up, old.down):
            if move is not None and without not in move.cells:
                _note(proof, move, row)
        height = float(system.need_high[row] - system.values[row])
        if height > proof.high + tolerance:
            _note(proof, (yield Request(loose, self._room, row, height, whole=False, alone=True)), row)
        if height > proof.high + tolerance:
            return None
        width = float(system.need_width[row])
        for sense in (1.0, -1.0):
            missing = width - (proof.high - proof.low)
            if missing > tolerance:
                change = (proof.high if sense > 0 else proof.low) + sense * missing
                _note(proof, (yield Request(loose, self._room, row, change, whole=False, alone=True)), row)
        return proof if width - (proof.high - proof.low) <= tolerance else None


def _note(proof: _Proof, move: Move | None, row: int) -> None:
    if move is None:
        return
    change = move.change_of(row)
    if change > proof.high:
        proof.up, proof.high = move, change
    elif change < proof.low:
        proof.down, proof.low = move, change


def _reaches(move: Move | None, row: int, change: float) -> bool:
    return move is not None and abs(move.change_of(row)) >= abs(change) * (1 - TOLERANCE)


def _slack(move: Move) -> float:
    return TOLERANCE * max(1.0, float(np.abs(move.changes).max()))
