"""Segregation of several groups at once, and over widening surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.counts import non_negative, shares
from spatial.statistics.errors import EmptyGroup, LengthMismatch, OptionOutOfRange, TooFewAreas, UnknownOption
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.placement import distance_blocks
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import FloatArray

Kernel = Literal["biweight", "triangular"]
Weighting = Literal["residents", "surroundings"]


@dataclass(frozen=True, eq=False)
class MultigroupSegregation(FrozenArrays):
    """Segregation among several groups.

    Attributes
    ----------
    d, gini, entropy, relative_diversity, exposure : float
        Generalised D, Gini, H, R and normalised exposure P; 0 (the same mix everywhere) to 1 (no mix anywhere).
    shares : ndarray of float64, shape (k,)
        Share of each group among all residents.
    local_entropy : ndarray of float64, shape (n,)
        Diversity of each area, 0 (one group) to 1 (all groups equally large); NaN without residents.
    n, n_unpopulated : int
        Areas with residents, and those left out.
    """

    d: float
    gini: float
    entropy: float
    relative_diversity: float
    exposure: float
    shares: FloatArray
    local_entropy: FloatArray
    n: int
    n_unpopulated: int


def segregation_multigroup(groups: ArrayLike) -> MultigroupSegregation:
    """Segregation among several groups (Reardon and Firebaugh 2002).

    With ``p_ik`` the share of group ``k`` in area ``i``, ``P_k`` overall, ``I = Σ P_k (1 - P_k)`` and
    ``E = -Σ P_k ln P_k``: ``D = Σ_k Σ_i t_i |p_ik - P_k| / (2 T I)``,
    ``G = Σ_k Σ_i Σ_j t_i t_j |p_ik - p_jk| / (2 T² I)``, ``H = Σ_k Σ_i t_i p_ik ln(p_ik / P_k) / (T E)``,
    ``R = Σ_k Σ_i t_i (p_ik - P_k)² / (T I)`` and ``P = Σ_k Σ_i t_i (p_ik - P_k)² / (T (1 - P_k))``.

    Parameters
    ----------
    groups : array_like of float, shape (n, k)
        Members of k groups in n areas, >= 0. Everybody belongs to exactly one group.

    Returns
    -------
    MultigroupSegregation

    Raises
    ------
    LengthMismatch
        If the array does not have two dimensions.
    EmptyGroup
        If fewer than two groups have members.
    TooFewAreas
        If fewer than two areas have residents.
    MissingValues, InfiniteValues, NegativeValues
        If a count is unsuitable.

    References
    ----------
    Reardon and Firebaugh (2002), Sociological Methodology 32, 33-67, table 3.

    Examples
    --------
    >>> result = segregation_multigroup([[80, 20], [20, 80], [0, 100], [100, 100]])
    >>> round(result.d, 3), round(result.entropy, 4)
    (0.5, 0.2906)
    """
    members = _partition(groups)
    inhabited = members.sum(axis=1) > 0
    x = members[inhabited]
    t = x.sum(axis=1, keepdims=True)
    total = t.sum()
    p, overall = x / t, x.sum(axis=0) / total
    mixed = float((overall * (1 - overall)).sum())
    diversity = -float(_plogp(overall).sum())
    squares = (t * (p - overall) ** 2).sum(axis=0)
    present = overall > 0
    local = -_plogp(shares(members, members.sum(axis=1, keepdims=True) * np.ones_like(members), 0.0)).sum(axis=1)
    information = (t * _plogp(p)).sum() - float((t * p * np.log(np.where(present, overall, 1.0))).sum())
    return MultigroupSegregation(
        d=float((t * np.abs(p - overall)).sum() / (2 * total * mixed)),
        gini=sum(_mean_difference(x[:, k], t[:, 0]) for k in range(x.shape[1])) / (2 * mixed),
        entropy=float(information / (total * diversity)),
        relative_diversity=float(squares.sum() / (total * mixed)),
        exposure=float((squares[present] / (1 - overall[present])).sum() / total),
        shares=overall,
        local_entropy=np.where(inhabited, local / np.log(members.shape[1]), np.nan),
        n=len(x),
        n_unpopulated=int((~inhabited).sum()),
    )


def _partition(groups: ArrayLike) -> FloatArray:
    """Members of at least two groups in at least two areas, shape (n, k)."""
    members = np.array(groups, dtype=np.float64)
    if members.ndim != 2:
        raise LengthMismatch(Sentence("Dimensionen der Gruppen", "dimensions of the groups"), members.ndim, 2)
    non_negative(members.ravel())
    inhabited = int((members.sum(axis=1) > 0).sum())
    if inhabited < 2:
        raise TooFewAreas(inhabited, 2)
    if (members.sum(axis=0) > 0).sum() < 2:
        raise EmptyGroup(Sentence("weniger als zwei Gruppen haben Mitglieder", "fewer than two groups have members"))
    return members


def _plogp(share: FloatArray) -> FloatArray:
    """``p ln p``, 0 at 0."""
    return np.asarray(share * np.log(np.where(share > 0, share, 1.0)))


def _mean_difference(x: FloatArray, t: FloatArray) -> float:
    """``Σ_i Σ_j t_i t_j |p_i - p_j| / T²`` from sorted shares."""
    order = np.argsort(x / t, kind="stable")
    members, people = x[order], t[order]
    before, members_before = np.cumsum(people) - people, np.cumsum(members) - members
    return float(2 * (members * before - people * members_before).sum() / people.sum() ** 2)


@dataclass(frozen=True, eq=False)
class SegregationProfile(FrozenArrays):
    """Segregation by the size of the surroundings.

    Attributes
    ----------
    distances_m : ndarray of float64, shape (m,)
        Radii in metres; 0 is the area alone.
    entropy, d : ndarray of float64, shape (m,)
        H and D of the surroundings with these radii. A steep fall means small pockets, a flat line large regions.
    kernel : {"biweight", "triangular"}
        How the influence fades within the radius.
    weighted_by : {"residents", "surroundings"}
        Whether each area counts by its own residents or by all of its surroundings.
    n : int
        Areas with residents.
    """

    distances_m: FloatArray
    entropy: FloatArray
    d: FloatArray
    kernel: Kernel
    weighted_by: Weighting
    n: int


def segregation_profile(
    groups: ArrayLike,
    coordinates_m: ArrayLike,
    distances_m: Sequence[float],
    *,
    kernel: Kernel = "biweight",
    weighted_by: Weighting = "residents",
) -> SegregationProfile:
    """Segregation over widening surroundings (Reardon and others 2008).

    The surroundings of area ``i`` have the mix ``p̃_ik = Σ_j K(d_ij / r) x_jk / Σ_j K(d_ij / r) t_j``, with
    ``K(u) = (1 - u²)²`` (biweight) or ``1 - u`` (triangular) for ``u < 1``. Then ``H̃ = 1 - Σ t_i Ẽ_i / (T E)`` and
    ``D̃ = Σ_k Σ_i t_i |p̃_ik - P_k| / (2 T I)``.

    Parameters
    ----------
    groups : array_like of float, shape (n, k)
        Members of k groups in n areas; for one group: its members and the rest.
    coordinates_m : array_like of float, shape (n, 2)
        Where the residents live, in metres of a projected system.
    distances_m : sequence of float
        Radii in metres, >= 0.
    kernel : {"biweight", "triangular"}
        How the influence fades within the radius.
    weighted_by : {"residents", "surroundings"}
        ``residents`` as defined by Reardon and O'Sullivan (2004); ``surroundings`` treats the weighted sums as if they
        were residents, rounded to whole people, as PySAL does.

    Returns
    -------
    SegregationProfile

    Raises
    ------
    OptionOutOfRange
        If a distance is negative or not finite, or there is none.
    LengthMismatch, EmptyGroup, TooFewAreas, MissingValues, NegativeValues, InfiniteValues, UnknownOption
        If groups, coordinates or options are unsuitable.

    References
    ----------
    Reardon and O'Sullivan (2004), Sociological Methodology 34, 121-162; Reardon and others (2008), Demography 45,
    489-514.

    Examples
    --------
    >>> groups, where = [[80, 20], [20, 80], [0, 100], [100, 100]], [[0, 0], [1000, 0], [2000, 0], [3000, 0]]
    >>> segregation_profile(groups, where, [0, 1500]).entropy.round(4).tolist()
    [0.2906, 0.0819]
    """
    members = _partition(groups)
    where = np.array(coordinates_m, dtype=np.float64)
    if where.shape != (len(members), 2):
        raise LengthMismatch(Sentence("Koordinaten", "coordinates"), where.size, 2 * len(members))
    for option, value, known in (("kernel", kernel, Kernel), ("weighted_by", weighted_by, Weighting)):
        if value not in get_args(known):
            raise UnknownOption(option, value, get_args(known))
    radii = np.array(distances_m, dtype=np.float64)
    if not len(radii) or not (np.isfinite(radii) & (radii >= 0)).all():
        raise OptionOutOfRange(
            "distance",
            float(radii.min(initial=-1)),
            Sentence("mindestens ein Radius von 0 oder mehr Metern", "at least one radius of 0 or more metres"),
        )
    inhabited = members.sum(axis=1) > 0
    x, where = members[inhabited], where[inhabited]
    found = np.array([_of_surroundings(x, _surroundings(x, where, float(r), kernel), weighted_by) for r in radii])
    return SegregationProfile(radii, found[:, 0], found[:, 1], kernel, weighted_by, len(x))


def _surroundings(x: FloatArray, where: FloatArray, radius: float, kernel: Kernel) -> FloatArray:
    """Weighted members within a radius of each area, shape (n, k)."""
    if radius == 0:
        return x
    sums = np.empty_like(x)
    for rows, block in distance_blocks(where):
        nearness = np.clip(1 - (block / radius) ** (2 if kernel == "biweight" else 1), 0.0, None)
        sums[rows] = (nearness**2 if kernel == "biweight" else nearness) @ x
    return sums


def _of_surroundings(x: FloatArray, near: FloatArray, weighted_by: Weighting) -> tuple[float, float]:
    """H and D of areas that see their surroundings."""
    if weighted_by == "surroundings":
        near = np.rint(near)
        x = near = near[near.sum(axis=1) > 0]
    t = x.sum(axis=1, keepdims=True)
    overall = x.sum(axis=0) / t.sum()
    p = near / near.sum(axis=1, keepdims=True)
    diversity, mixed = -_plogp(overall).sum(), (overall * (1 - overall)).sum()
    h = 1 + float((t * _plogp(p)).sum() / (t.sum() * diversity))
    return h, float((t * np.abs(p - overall)).sum() / (2 * t.sum() * mixed))
