"""Whether a group lives more unevenly than chance alone would have it, and what is left without chance.

D of 60 refugees in 28 municipalities is large even if nobody chose where to live: with two people to a municipality
some have none and some have five. An index means something only beside its value under chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics import unevenness
from spatial.statistics.admission import DEFAULT_SEED
from spatial.statistics.binomial_draws import BinomialSampler
from spatial.statistics.blocks import in_blocks
from spatial.statistics.counts import group_among
from spatial.statistics.errors import EmptyGroup, LengthMismatch, NoLinks, OptionOutOfRange, TooFewAreas, UnknownOption
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.permutation import TIE_TOLERANCE, generator
from spatial.statistics.placement import mean_gap
from spatial.statistics.segregation import among
from spatial.statistics.sentences import Sentence, number_in
from spatial.statistics.weights import FloatArray, IntArray, Weights

Null = Literal["systematic", "person-permutation", "geographic"]
Alternative = Literal["two-sided", "greater"]
#: What NumPy draws hypergeometric variates of, and 32 bits hold.
_MOST_RESIDENTS = 1_000_000_000
#: Variates held at once (64 MiB of int32).
_CHUNK_CELLS = 16_777_216
#: Cells of a formula's intermediate results (4 MiB of float64 each).
_FORMULA_CELLS = 524_288


@dataclass(frozen=True, eq=False)
class SegregationNull(FrozenArrays):
    """An index beside its distribution under chance.

    Attributes
    ----------
    index : str
        Name of the index.
    null : {"systematic", "person-permutation", "geographic"}
        What was left to chance.
    value : float
        The observed index.
    mean, sd : float
        Mean and standard deviation under chance.
    p : float
        ``(b + 1) / (R + 1)`` for ``greater``, with ``b`` simulations at least as segregated as the observed value: at
        least as large, and for ``interaction``, which falls with segregation, at most as large;
        ``min(1, 2 (b + 1) / (R + 1))`` with ``b`` the smaller tail for ``two-sided``.
    alternative : {"two-sided", "greater"}
        Which of them.
    excess : float
        ``(value - mean) / (1 - mean)``: what is beyond chance, as a share of what is possible beyond it (Carrington
        and Troske 1997); for ``interaction`` ``(mean - value) / mean``, the same as for ``isolation``. Below 0 if more
        even than chance, 0 if chance always gives the utmost. Of meaning for the indices of evenness.
    permutations, seed : int
        Simulations, and the seed that repeats them.
    simulated : ndarray of float64, shape (permutations,)
        The simulated values.
    n : int
        Areas with residents.
    """

    index: str
    null: Null
    value: float
    mean: float
    sd: float
    p: float
    alternative: Alternative
    excess: float
    permutations: int
    seed: int
    simulated: FloatArray
    n: int

    @property
    def is_more_segregated(self) -> bool:
        """Whether the observed value lies on the segregated side of the mean under chance."""
        return unevenness.direction(self.index) * (self.value - self.mean) > 0

    @property
    def smallest_p(self) -> float:
        """The smallest p that this number of simulations can give."""
        return min(1.0, (2.0 if self.alternative == "two-sided" else 1.0) / (self.permutations + 1))


def segregation_null(
    group: ArrayLike,
    total: ArrayLike,
    *,
    index: str = "d",
    null: Null = "systematic",
    neighbours: Weights | None = None,
    alternative: Alternative = "two-sided",
    permutations: int = 999,
    seed: int = DEFAULT_SEED,
) -> SegregationNull:
    """Compare an index of segregation with chance.

    * ``systematic``: every resident belongs to the group with the overall probability ``P``, so each area's group is
      ``Bin(t_i, P)``; residents stay where they are. The size of the group varies.
    * ``person-permutation``: the ``X`` group members are a random choice of all ``T`` residents (multivariate
      hypergeometric); the size of the group is kept.
    * ``geographic``: areas with all their residents change places. Only for ``spatial_d``: the others do not depend on
      where an area lies.

    Parameters
    ----------
    group, total : array_like of float, shape (n,)
        Group members and residents; rounded to whole numbers for the simulation, which matters for harmonised counts.
    index : str
        ``"d"``, ``"gini"``, ``"entropy"``, ``"atkinson"`` (b = 0.5), ``"isolation"``, ``"interaction"``,
        ``"correlation_ratio"`` or ``"spatial_d"``.
    null : str
        What is left to chance.
    neighbours : Weights, optional
        Needed for ``spatial_d``.
    alternative : {"two-sided", "greater"}
        Both tails, doubled, or only more segregation than chance.
    permutations : int
        Simulations, >= 1.
    seed : int
        Seed of the random numbers, >= 0.

    Returns
    -------
    SegregationNull

    Raises
    ------
    TooFewAreas, EmptyGroup, ImpossibleCounts
        As for `segregation_indices`.
    NoLinks
        If ``spatial_d`` comes without neighbours.
    UnknownOption, OptionOutOfRange, LengthMismatch
        If an option is impossible.

    Notes
    -----
    The variates are exact, see ``spatial.statistics.binomial_draws``. Simulated groups that are empty, or hold
    everybody, are left out of mean and deviation and count as more extreme. PySAL calls the systematic null
    "evenness"; what it calls "systematic" lets the number of residents of an area vary as well.

    References
    ----------
    Allen, Burgess, Davidson and Windmeijer (2015), The Econometrics Journal 18, 40-66; Carrington and Troske (1997),
    Journal of Business and Economic Statistics 15, 402-409.

    Examples
    --------
    >>> result = segregation_null([80, 20, 0, 100], [100, 100, 100, 200])
    >>> round(result.value, 3), result.mean < 0.1, result.p
    (0.5, True, 0.002)
    """
    members, residents = group_among(group, total)
    _check_options(index, null, alternative, neighbours, len(residents))
    if residents.sum() >= _MOST_RESIDENTS:
        most = number_in(f"{_MOST_RESIDENTS:,}")
        raise OptionOutOfRange(
            Sentence("Einwohnerzahl aller Gebiete", "residents of all areas"),
            float(residents.sum()),
            Sentence(f"kleiner als {most.de}", f"below {most.en}"),
        )
    rng = generator(seed, permutations)
    inhabited = residents > 0
    if inhabited.sum() < 2:
        raise TooFewAreas(int(inhabited.sum()), 2)
    x, t = members[inhabited], residents[inhabited]
    links = among(neighbours, inhabited)
    value = _value(index, x, t, links)

    def block(rows: int, own_rng: np.random.Generator) -> FloatArray:
        if null == "geographic":
            assert links is not None  # noqa: S101 - checked among the options
            return _exchanged(x, t, links, rows, own_rng)
        return _reassigned(index, null, (x, t), links, rows, own_rng)

    simulated = np.concatenate(in_blocks(block, permutations, rng))
    known = simulated[~np.isnan(simulated)]
    if not len(known):
        raise EmptyGroup(
            Sentence(
                "die Gruppe ist so klein, dass keine Simulation ein Mitglied hat",
                "the group is so small that no simulation has a member",
            )
        )
    mean = float(known.mean())
    return SegregationNull(
        index=index,
        null=null,
        value=value,
        mean=mean,
        sd=float(known.std(ddof=1)) if len(known) > 1 else 0.0,
        p=simulated_p(index, value, simulated, alternative),
        alternative=alternative,
        excess=_excess(index, value, mean),
        permutations=permutations,
        seed=seed,
        simulated=simulated,
        n=len(x),
    )


def _check_options(index: str, null: str, alternative: str, neighbours: Weights | None, n: int) -> None:
    """Refuse options that do not exist or do not go together."""
    names = (*unevenness.FORMULAS, "spatial_d")
    if index not in names:
        raise UnknownOption("index", index, names)
    allowed = get_args(Null) if index == "spatial_d" else ("systematic", "person-permutation")
    if null not in allowed:
        raise UnknownOption(Sentence(f"null von {index}", f"null of {index}"), null, allowed)
    if alternative not in get_args(Alternative):
        raise UnknownOption("alternative", alternative, get_args(Alternative))
    if index == "spatial_d" and neighbours is None:
        raise NoLinks(n)
    if neighbours is not None and neighbours.n != n:
        raise LengthMismatch(Sentence("Gebiete mit Nachbarn", "areas with neighbours"), neighbours.n, n)


def _value(index: str, x: FloatArray, t: FloatArray, links: Weights | None) -> float:
    """Observed index."""
    if index != "spatial_d" or links is None:
        return unevenness.one(index, x, t)
    return unevenness.one("d", x, t) - mean_gap(x / t, links)


def _reassigned(
    index: str,
    null: Null,
    counts: tuple[FloatArray, FloatArray],
    links: Weights | None,
    permutations: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Index of groups that are a random choice of the residents."""
    # In ascending order, so that the order of the areas matters as little as that of equal totals.
    order = np.argsort(counts[1], kind="stable")
    x, t = counts[0][order], np.maximum(np.rint(counts[1][order]), 1.0)
    simulated = np.empty(permutations)
    done = 0
    for drawn in _draws(null, x, t, permutations, rng):
        here = slice(done, done + drawn.shape[1])
        simulated[here] = _evaluated("d" if index == "spatial_d" else index, drawn, t)
        if index == "spatial_d" and links is not None:
            share = np.empty(len(t))
            for column, members in enumerate(drawn.T):
                share[order] = members / t
                simulated[done + column] -= mean_gap(share, links)
        done = here.stop
    return simulated


def _evaluated(index: str, drawn: NDArray[np.integer[Any]], t: FloatArray) -> FloatArray:
    """Index of each simulated population, some at a time so that intermediate results stay small."""
    formula, step = unevenness.FORMULAS[index], max(1, _FORMULA_CELLS // len(t))
    if index == "d":
        return formula(drawn, t[:, None])
    starts = range(0, drawn.shape[1], step)
    return np.concatenate([formula(drawn[:, start : start + step], t[:, None]) for start in starts])


def _draws(
    null: Null, x: FloatArray, t: FloatArray, permutations: int, rng: np.random.Generator
) -> Iterator[NDArray[np.integer[Any]]]:
    """Group members of simulated populations, shape (n, some permutations)."""
    residents: IntArray = t.astype(np.int64)
    sampler = BinomialSampler(residents, float(x.sum() / t.sum()))
    size = min(int(np.rint(x.sum())), int(residents.sum()))
    step = max(1, _CHUNK_CELLS // len(t))
    for start in range(0, permutations, step):
        count = min(step, permutations - start)
        if null == "systematic":
            yield sampler.draw(count, rng)
        else:
            yield rng.multivariate_hypergeometric(residents, size, size=count, method="marginals").T


def _exchanged(x: FloatArray, t: FloatArray, links: Weights, permutations: int, rng: np.random.Generator) -> FloatArray:
    """Spatial D of areas that changed places; draws follow the keys."""
    share, base = (x / t)[links.key_order], unevenness.one("d", x, t)
    simulated = np.empty(permutations)
    placed = np.empty_like(share)
    for i in range(permutations):
        placed[links.key_order] = rng.permutation(share)
        simulated[i] = base - mean_gap(placed, links)
    return simulated


def _excess(index: str, value: float, mean: float) -> float:
    """Segregation beyond chance, as a share of what is possible beyond it."""
    utmost = 0.0 if index in unevenness.FALLING else 1.0
    return (value - mean) / (utmost - mean) if mean != utmost else 0.0


def simulated_p(index: str, value: float, simulated: FloatArray, alternative: Alternative) -> float:
    """Simulated p of an index, or of a difference; simulations without a value count in both tails."""
    slack = TIE_TOLERANCE * max(abs(value), 1e-3)
    undefined = np.isnan(simulated)
    gap = unevenness.direction(index) * (simulated - value)
    greater = int(((gap >= -slack) | undefined).sum())
    if alternative == "greater":
        return (greater + 1) / (len(simulated) + 1)
    less = int(((gap <= slack) | undefined).sum())
    return min(1.0, 2 * (min(greater, less) + 1) / (len(simulated) + 1))


@dataclass(frozen=True, eq=False)
class CorrectedDissimilarity:
    """D without the part that small numbers add.

    Attributes
    ----------
    d : float
        As observed: biased upwards, the more the smaller group and areas are.
    bootstrap : float
        ``2 D`` less the mean D of resampled populations.
    density : float
        D of the most likely differences, area by area.
    replicates, seed : int
        Of the bootstrap.
    """

    d: float
    bootstrap: float
    density: float
    replicates: int
    seed: int


def bias_corrected(
    group: ArrayLike, total: ArrayLike, *, replicates: int = 499, seed: int = DEFAULT_SEED
) -> CorrectedDissimilarity:
    """D corrected for the bias of small units (Allen, Burgess, Davidson and Windmeijer 2015).

    * Bootstrap: group and rest are drawn again from the observed distributions, ``D_bc = 2 D - mean(D*)``.
    * Density: with ``θ̂_i`` the difference ``|x_i / X - y_i / Y|`` in units of its standard error, the ``θ_i`` under
      which the folded normal density of ``θ̂_i`` is largest replaces it: ``θ = θ̂ tanh(θ θ̂)``, 0 if ``θ̂ <= 1``.

    Parameters
    ----------
    group, total : array_like of float, shape (n,)
        Group members and residents; rounded to whole numbers for the bootstrap.
    replicates : int
        Bootstrap samples, >= 1.
    seed : int
        Seed of the random numbers, >= 0.

    Returns
    -------
    CorrectedDissimilarity
        Both lie below D; the bootstrap may fall below 0 if D is what chance alone gives.

    Raises
    ------
    EmptyGroup, ImpossibleCounts, OptionOutOfRange and the errors of counts
        As for `segregation_indices`.

    References
    ----------
    Allen, Burgess, Davidson and Windmeijer (2015), The Econometrics Journal 18, 40-66, sections 3.2 and 3.3.

    Examples
    --------
    >>> result = bias_corrected([3, 0, 1, 2], [1000, 900, 1100, 1000])
    >>> round(result.d, 3), result.bootstrap < result.d, round(result.density, 3)
    (0.334, True, 0.22)
    """
    members, residents = group_among(group, total)
    rng = generator(seed, replicates)
    x, y = members[residents > 0], (residents - members)[residents > 0]
    if min(np.rint(x.sum()), np.rint(y.sum())) < 1:
        raise OptionOutOfRange(
            Sentence("Größe der Gruppe", "group size"),
            float(min(x.sum(), y.sum())),
            Sentence("mindestens 1 in Gruppe und Rest", "at least 1 in group and rest"),
        )
    d = unevenness.one("d", x, x + y)
    total_d = 0.0
    step = max(1, _FORMULA_CELLS // len(x))
    for start in range(0, replicates, step):
        count = min(step, replicates - start)
        drawn = [rng.multinomial(int(np.rint(part.sum())), part / part.sum(), size=count) for part in (x, y)]
        first, second = (part / part.sum(axis=1, keepdims=True) for part in drawn)
        total_d += float(np.abs(first - second).sum() / 2)
    return CorrectedDissimilarity(d, 2 * d - total_d / replicates, _density_corrected(x, y), replicates, seed)


def _density_corrected(x: FloatArray, y: FloatArray) -> float:
    """D from the most likely difference of each area."""
    first, second = x / x.sum(), y / y.sum()
    error = np.sqrt(first * (1 - first) / x.sum() + second * (1 - second) / y.sum())
    some = error > 0
    seen = np.abs(first - second)[some] / error[some]
    likely = seen.copy()
    for _ in range(200):
        likely = seen * np.tanh(likely * seen)
    likely[seen <= 1] = 0.0
    return float((likely * error[some]).sum() / 2)
