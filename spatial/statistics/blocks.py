"""Permutations in blocks, so that a long simulation can be watched, shared out and put together again.

A simulation is cut into blocks of a fixed number of permutations. Every block has a random generator of its own,
derived from the seed and the block's number, so its result does not depend on where or when it is computed. By
default the blocks run one after another. Within :func:`watched`, :func:`share` or :func:`assembled` they are
reported, computed in part, or taken as given; the statistic that simulates does not notice.

To spread one statistic over ``m`` processes, each computes the whole statistic within ``share(i, m)``: the cheap
parts everywhere, the simulation in part. What the shares recorded is merged, and the statistic is computed once
more within ``assembled``, which costs the cheap parts only. The result is that of one process, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import numpy as np

from spatial.statistics.errors import LengthMismatch, OptionOutOfRange
from spatial.statistics.sentences import Sentence, at_least
from spatial.statistics.weights import FloatArray

#: Permutations of one block, where the caller names no other number.
BLOCK_ROWS = 1000

Record = list[dict[int, FloatArray]]
"""Results of blocks by their number: one dict for each simulation of a statistic, in their order."""

_Block = Callable[[int], FloatArray]


class _Director(Protocol):
    """Decides which blocks run; gives one result for each block."""

    def conduct(self, count: int, block: _Block) -> list[FloatArray]: ...


_director: ContextVar[_Director | None] = ContextVar("director", default=None)


def in_blocks(
    run: Callable[[int, np.random.Generator], FloatArray],
    permutations: int,
    rng: np.random.Generator,
    *,
    size: int = BLOCK_ROWS,
) -> list[FloatArray]:
    """Run a simulation block by block.

    Parameters
    ----------
    run : callable
        Takes a number of permutations and a generator, returns an array. It must depend on nothing else that
        differs between two computations of the same statistic.
    permutations : int
        Number of permutations in total, >= 1.
    rng : numpy.random.Generator
        Parent of the blocks' generators. A second call with it gives other blocks.
    size : int
        Permutations of one block, >= 1; part of what the result depends on.

    Returns
    -------
    list of ndarray of float64
        One array for each block, in order.

    Raises
    ------
    OptionOutOfRange
        If ``permutations`` or ``size`` is not positive.
    """
    if permutations < 1:
        raise OptionOutOfRange("permutations", permutations, at_least(1))
    if size < 1:
        raise OptionOutOfRange("size", size, at_least(1))
    count = -(-permutations // size)
    generators = rng.spawn(count)

    def block(number: int) -> FloatArray:
        rows = min(size, permutations - number * size)
        return np.asarray(run(rows, generators[number]), dtype=np.float64)

    director = _director.get() or _InOrder()
    return director.conduct(count, block)


@contextmanager
def watched(report: Callable[[int, int], None]) -> Iterator[None]:
    """Report every finished block of the current simulation as ``report(finished, total)``.

    An exception of ``report`` ends the simulation.
    """
    with _directed_by(_InOrder(report)):
        yield


@contextmanager
def share(number: int, of: int) -> Iterator[Record]:
    """Compute only the blocks ``number``, ``number + of``, ``number + 2 of`` ... of each simulation.

    What a statistic returns within this context is meaningless; the record that is yielded counts.

    Parameters
    ----------
    number, of : int
        Which share of how many, ``0 <= number < of``.
    """
    if not 0 <= number < of:
        raise OptionOutOfRange("share", number, Sentence(f"0 bis {of - 1}", f"0 to {of - 1}"))
    director = _Share(number, of)
    with _directed_by(director):
        yield director.record


@contextmanager
def assembled(record: Record) -> Iterator[None]:
    """Take the results of all blocks from a merged record instead of computing them."""
    with _directed_by(_Assembled(record)):
        yield


def merged(records: Sequence[Record]) -> Record:
    """Put the records of all shares together.

    Raises
    ------
    LengthMismatch
        If the shares saw different numbers of simulations.
    """
    simulations = len(records[0]) if records else 0
    for record in records:
        if len(record) != simulations:
            raise LengthMismatch(
                Sentence("Simulationen eines Anteils", "simulations of a share"), len(record), simulations
            )
    return [{key: part for record in records for key, part in record[i].items()} for i in range(simulations)]


@contextmanager
def _directed_by(director: _Director) -> Iterator[None]:
    token = _director.set(director)
    try:
        yield
    finally:
        _director.reset(token)


class _InOrder:
    """All blocks, one after another."""

    def __init__(self, report: Callable[[int, int], None] | None = None) -> None:
        self._report = report

    def conduct(self, count: int, block: _Block) -> list[FloatArray]:
        parts = []
        for number in range(count):
            parts.append(block(number))
            if self._report is not None:
                self._report(number + 1, count)
        return parts


class _Share:
    """Every ``of``-th block; the others are stood in for by one that was computed."""

    def __init__(self, number: int, of: int) -> None:
        self._number, self._of = number, of
        self.record: Record = []

    def conduct(self, count: int, block: _Block) -> list[FloatArray]:
        chosen = {number: block(number) for number in range(self._number, count, self._of)}
        self.record.append(chosen)
        # The statistic goes on with something of the right form; its result is thrown away.
        stand_in = next(iter(chosen.values())) if chosen else block(count - 1)
        return [chosen.get(number, stand_in) for number in range(count)]


class _Assembled:
    """No block at all: the results are there already."""

    def __init__(self, record: Record) -> None:
        self._left = list(record)

    def conduct(self, count: int, block: _Block) -> list[FloatArray]:
        del block
        given = self._left.pop(0) if self._left else {}
        if sorted(given) != list(range(count)):
            raise LengthMismatch(Sentence("Blöcke von Permutationen", "blocks of permutations"), len(given), count)
        return [given[number] for number in range(count)]
