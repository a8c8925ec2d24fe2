"""Whether two maps differ in segregation by more than a random exchange of their areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics import unevenness
from spatial.statistics.admission import DEFAULT_SEED
from spatial.statistics.blocks import in_blocks
from spatial.statistics.counts import group_among
from spatial.statistics.errors import EmptyGroup, LengthMismatch, TooFewAreas, UnknownOption
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.permutation import generator
from spatial.statistics.segregation_inference import Alternative, simulated_p
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import FloatArray, IntArray

Labelling = Literal["areas", "pairs"]
#: Cells of simulated maps held at once (4 MiB of float64 each).
_CELLS = 524_288


@dataclass(frozen=True, eq=False)
class SegregationDifference(FrozenArrays):
    """Difference of an index between two maps, beside its distribution if areas are exchanged at random.

    Attributes
    ----------
    index : str
        Name of the index.
    labelling : {"areas", "pairs"}
        What was exchanged.
    first, second : float
        The index of each map.
    difference : float
        ``second - first``.
    mean, sd : float
        Mean and standard deviation of the difference under exchange.
    p : float
        ``min(1, 2 (b + 1) / (R + 1))`` with ``b`` the smaller tail for ``two-sided``; ``(b + 1) / (R + 1)`` with ``b``
        differences at least as large for ``greater``, or at most as large for ``interaction``, which falls with
        segregation.
    alternative : {"two-sided", "greater"}
        Which of them; ``greater``: the second map is more segregated.
    permutations, seed : int
        Simulations, and the seed that repeats them.
    simulated : ndarray of float64, shape (permutations,)
        The simulated differences.
    n_first, n_second : int
        Areas with residents on each map.
    """

    index: str
    labelling: Labelling
    first: float
    second: float
    difference: float
    mean: float
    sd: float
    p: float
    alternative: Alternative
    permutations: int
    seed: int
    simulated: FloatArray
    n_first: int
    n_second: int

    @property
    def is_more_segregated(self) -> bool:
        """Whether the second map is more segregated than the first."""
        return unevenness.direction(self.index) * self.difference > 0

    @property
    def smallest_p(self) -> float:
        """The smallest p that this number of simulations can give."""
        return min(1.0, (2.0 if self.alternative == "two-sided" else 1.0) / (self.permutations + 1))


def segregation_difference(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    *,
    index: str = "d",
    labelling: Labelling = "areas",
    alternative: Alternative = "two-sided",
    permutations: int = 999,
    seed: int = DEFAULT_SEED,
) -> SegregationDifference:
    """Compare two maps, two dates or two groups by random labelling.

    Null hypothesis: it does not matter to which of the two maps an area's counts belong.

    * ``areas``: the areas of both maps are put together and dealt out again, as many to each map as it had. For two
      regions.
    * ``pairs``: both maps have the same areas in the same order, and the two counts of each area change places with
      probability 1/2. For two dates or two groups: the differences between the areas stay out of the comparison.

    Parameters
    ----------
    first, second : tuple of two array_like of float
        Group members and residents of each map.
    index : str
        ``"d"``, ``"gini"``, ``"entropy"``, ``"atkinson"`` (b = 0.5), ``"isolation"``, ``"interaction"`` or
        ``"correlation_ratio"``.
    labelling : {"areas", "pairs"}
        What is exchanged.
    alternative : {"two-sided", "greater"}
        Both tails, doubled, or only that the second map is more segregated.
    permutations : int
        Simulations, >= 1.
    seed : int
        Seed of the random numbers, >= 0.

    Returns
    -------
    SegregationDifference

    Raises
    ------
    UnknownOption, OptionOutOfRange
        If an option is impossible.
    LengthMismatch
        If ``pairs`` come with different numbers of areas, or counts do.
    TooFewAreas, EmptyGroup, ImpossibleCounts, MissingValues, InfiniteValues, NegativeValues
        If counts are unsuitable, or no simulation has members and others on both maps.

    Notes
    -----
    Exchanged areas keep their residents. A simulation that leaves a map without members, or without others, has no
    index; it is left out of mean and deviation and counts as more extreme. Two small groups differ by chance alone in
    how segregated they look: compare each with chance first (`segregation_null`).

    References
    ----------
    Rey, Cortes and Knaap (2021), Spatial Demography 9, 31-56; Cortes and others (2020), Journal of Computational Social
    Science 3, 129-166 (``areas`` is their random labelling).

    Examples
    --------
    >>> even, uneven = ([10] * 8, [99] * 8), ([40, 2] * 4, [99] * 8)
    >>> result = segregation_difference(even, uneven, labelling="pairs")
    >>> round(result.difference, 3), result.p
    (0.574, 0.004)
    """
    _check_options(index, labelling, alternative)
    maps = [_Map.of(*each) for each in (first, second)]
    if labelling == "pairs" and maps[0].n != maps[1].n:
        raise LengthMismatch(Sentence("Gebiete der zweiten Karte", "areas of the second map"), maps[1].n, maps[0].n)
    rng = generator(seed, permutations)
    values = [unevenness.one(index, *each.inhabited()) for each in maps]
    observed = values[1] - values[0]
    exchange = _Pairs.of(*maps) if labelling == "pairs" else _Pool.of(*maps)

    def block(rows: int, own_rng: np.random.Generator) -> FloatArray:
        step = max(1, _CELLS // exchange.cells)
        parts = [exchange.differences(index, min(step, rows - start), own_rng) for start in range(0, rows, step)]
        return np.concatenate(parts)

    simulated = np.concatenate(in_blocks(block, permutations, rng))
    known = simulated[~np.isnan(simulated)]
    if not len(known):
        raise EmptyGroup(
            Sentence(
                "bei keinem Tausch der Gebiete bleiben auf beiden Karten Mitglieder und andere",
                "no exchange of areas leaves members and others on both maps",
            )
        )
    return SegregationDifference(
        index=index,
        labelling=labelling,
        first=values[0],
        second=values[1],
        difference=observed,
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if len(known) > 1 else 0.0,
        p=simulated_p(index, observed, simulated, alternative),
        alternative=alternative,
        permutations=permutations,
        seed=seed,
        simulated=simulated,
        n_first=maps[0].n_inhabited,
        n_second=maps[1].n_inhabited,
    )


def _check_options(index: str, labelling: str, alternative: str) -> None:
    if index not in unevenness.FORMULAS:
        raise UnknownOption("index", index, tuple(unevenness.FORMULAS))
    if labelling not in get_args(Labelling):
        raise UnknownOption("labelling", labelling, get_args(Labelling))
    if alternative not in get_args(Alternative):
        raise UnknownOption("alternative", alternative, get_args(Alternative))


@dataclass(frozen=True)
class _Map:
    """Group members and residents of the areas of one map."""

    members: FloatArray
    residents: FloatArray

    @classmethod
    def of(cls, group: ArrayLike, total: ArrayLike) -> _Map:
        """Check the counts of a map."""
        found = cls(*group_among(group, total))
        if found.n_inhabited < 2:
            raise TooFewAreas(found.n_inhabited, 2)
        return found

    @property
    def n(self) -> int:
        """Number of areas."""
        return len(self.residents)

    @property
    def n_inhabited(self) -> int:
        """Number of areas with residents."""
        return int((self.residents > 0).sum())

    def inhabited(self) -> tuple[FloatArray, FloatArray]:
        """Counts of the areas with residents."""
        some = self.residents > 0
        return self.members[some], self.residents[some]


@dataclass(frozen=True)
class _Pairs:
    """The two counts of each area, shape (2, n) each."""

    members: FloatArray
    residents: FloatArray

    @classmethod
    def of(cls, first: _Map, second: _Map) -> _Pairs:
        """Pair two maps; in an order of their own, so that the order of the areas does not matter."""
        order = np.lexsort((second.members, second.residents, first.members, first.residents))
        residents = np.stack([first.residents, second.residents])[:, order]
        # An area that is inhabited on one map only must not divide 0 by 0 on the other; it weighs nothing there.
        residents = np.maximum(residents, np.finfo(np.float64).tiny)
        return cls(np.stack([first.members, second.members])[:, order], residents)

    @property
    def cells(self) -> int:
        """Cells of one simulation."""
        return self.members.size

    def differences(self, index: str, count: int, rng: np.random.Generator) -> FloatArray:
        """Difference of the index on maps whose counts changed places."""
        stays: IntArray = (rng.random((count, self.members.shape[1])) < 0.5).T.astype(np.int64)
        areas = np.arange(self.members.shape[1])[:, None]
        formula = unevenness.FORMULAS[index]
        one, other = (formula(self.members[side, areas], self.residents[side, areas]) for side in (1 - stays, stays))
        return other - one


@dataclass(frozen=True)
class _Pool:
    """Counts of the inhabited areas of both maps together, and how many of them belong to the first."""

    members: FloatArray
    residents: FloatArray
    size: int

    @classmethod
    def of(cls, first: _Map, second: _Map) -> _Pool:
        """Put two maps together, in an order of the pool's own."""
        members, residents = (np.concatenate(each) for each in zip(first.inhabited(), second.inhabited(), strict=True))
        order = np.lexsort((members, residents))
        return cls(members[order], residents[order], first.n_inhabited)

    @property
    def cells(self) -> int:
        """Cells of one simulation."""
        return len(self.members)

    def differences(self, index: str, count: int, rng: np.random.Generator) -> FloatArray:
        """Difference of the index on maps that were dealt out again."""
        dealt = np.argpartition(rng.random((count, self.cells)), self.size - 1, axis=1).T
        formula = unevenness.FORMULAS[index]
        one, other = (
            formula(self.members[areas], self.residents[areas]) for areas in (dealt[: self.size], dealt[self.size :])
        )
        return other - one
