"""D less the differences between neighbours, alone: where no other index of segregation is asked for."""

from __future__ import annotations

from numpy.typing import ArrayLike

from spatial.statistics import placement, unevenness
from spatial.statistics.counts import group_among
from spatial.statistics.errors import LengthMismatch, TooFewAreas
from spatial.statistics.segregation import among
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import Weights

_MINIMUM_AREAS = 2


def spatial_dissimilarity(group: ArrayLike, total: ArrayLike, neighbours: Weights) -> float:
    """Morrill's spatial D: ``D - Σ_i Σ_j c_ij |p_i - p_j| / Σ_i Σ_j c_ij``.

    The ``spatial_d`` of `segregation_indices`, without the other indices.

    Parameters
    ----------
    group, total : array_like of float, shape (n,)
        Group members and all residents, >= 0, group <= total.
    neighbours : Weights
        ``c_ij`` of the n areas; as they are.

    Returns
    -------
    float
        At most D; D itself without links between inhabited areas.

    Raises
    ------
    TooFewAreas
        If fewer than two areas have residents.
    EmptyGroup
        If nobody or everybody belongs to the group.
    ImpossibleCounts, MissingValues, InfiniteValues, NegativeValues, LengthMismatch
        If counts or neighbours are unsuitable.

    Notes
    -----
    Areas without residents are left out, and links to them are dropped.

    References
    ----------
    Morrill (1991), Geography Research Forum 11, 25-36.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> row = weights_from_pairs([("a", "b"), ("b", "c"), ("c", "d")], "abcd")
    >>> round(spatial_dissimilarity([80, 20, 0, 100], [100, 100, 100, 200], row), 4)
    0.0667
    """
    members, residents = group_among(group, total)
    if neighbours.n != len(residents):
        raise LengthMismatch(Sentence("Gebiete mit Nachbarn", "areas with neighbours"), neighbours.n, len(residents))
    inhabited = residents > 0
    if inhabited.sum() < _MINIMUM_AREAS:
        raise TooFewAreas(int(inhabited.sum()), _MINIMUM_AREAS)
    links = among(neighbours, inhabited)
    x, t = members[inhabited], residents[inhabited]
    gap = 0.0 if links is None else placement.mean_gap(x / t, links)
    return unevenness.one("d", x, t) - gap
