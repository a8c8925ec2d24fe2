"""Residential segregation of a group: how unevenly, how isolated, how concentrated, how clustered it lives."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics import placement, unevenness
from spatial.statistics.counts import group_among, shares
from spatial.statistics.errors import ImpossibleCounts, LengthMismatch, OptionOutOfRange, TooFewAreas
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.placement import Clustering, Concentration, Proximity
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import BoolArray, FloatArray, Weights

_MINIMUM_AREAS = 2


@dataclass(frozen=True, eq=False)
class Places(FrozenArrays):
    """What the spatial indices need to know of the areas; all of it optional.

    Attributes
    ----------
    area_m2, perimeter_m : ndarray of float64, shape (n,)
        Size and length of the border of each area.
    coordinates_m : ndarray of float64, shape (n, 2)
        Where the people of each area live, in a projected system.
    centre_m : tuple of two floats
        The centre for centralisation; without it centralisation is left out, because the middle of a district that
        surrounds a city means nothing.
    neighbours : Weights
        For Morrill's spatial D.
    borders_m : Weights
        Length of the common border as weight, for Wong's spatial D.
    """

    area_m2: FloatArray | None = None
    perimeter_m: FloatArray | None = None
    coordinates_m: FloatArray | None = None
    centre_m: tuple[float, float] | None = None
    neighbours: Weights | None = None
    borders_m: Weights | None = None

    def of_inhabited(self, n: int, inhabited: BoolArray) -> Places:
        """Places of the inhabited areas, after checking that there is one entry for each of n areas."""
        for name, length in (
            (Sentence("Flächen", "areas"), None if self.area_m2 is None else len(self.area_m2)),
            (Sentence("Umfänge", "perimeters"), None if self.perimeter_m is None else len(self.perimeter_m)),
            (Sentence("Koordinaten", "coordinates"), None if self.coordinates_m is None else len(self.coordinates_m)),
            (
                Sentence("Gebiete mit Nachbarn", "areas with neighbours"),
                None if self.neighbours is None else self.neighbours.n,
            ),
            (
                Sentence("Gebiete mit Grenzen", "areas with borders"),
                None if self.borders_m is None else self.borders_m.n,
            ),
        ):
            if length is not None and length != n:
                raise LengthMismatch(name, length, n)
        return Places(
            area_m2=None if self.area_m2 is None else _positive(self.area_m2, Sentence("Flächen", "areas"))[inhabited],
            perimeter_m=None
            if self.perimeter_m is None
            else _positive(self.perimeter_m, Sentence("Umfänge", "perimeters"))[inhabited],
            coordinates_m=None if self.coordinates_m is None else _plane(self.coordinates_m)[inhabited],
            centre_m=self.centre_m,
            neighbours=among(self.neighbours, inhabited),
            borders_m=among(self.borders_m, inhabited),
        )


@dataclass(frozen=True, eq=False)
class SegregationIndices(FrozenArrays):
    """Indices of segregation of one group against the rest.

    Indices that need more than counts are None where that was not given, and where they are undefined.

    Attributes
    ----------
    d, gini, entropy, atkinson : float
        Evenness, 0 (the same share everywhere) to 1 (no area has both).
    isolation, interaction, correlation_ratio : float
        Exposure: probability that someone met by a group member in the same area belongs to the group, or to the
        rest; and isolation without the part that the group's size alone explains.
    minmax : float
        ``2 D / (1 + D)``.
    delta, absolute_concentration, relative_concentration : float or None
        Concentration on little land.
    absolute_centralisation, relative_centralisation : float or None
        -1 (far from the given centre) to 1 (at the centre).
    absolute_clustering, relative_clustering, spatial_proximity : float or None
        Whether the areas in which the group lives lie together.
    decay_isolation, decay_interaction : float or None
        Exposure that reaches across borders and fades with the distance.
    spatial_d, boundary_d, perimeter_d : float or None
        D, less the differences between neighbours: Morrill's, Wong's by length of border, Wong's by shape.
    decay_m : float or None
        Distance over which proximity fell to 37 per cent in the indices of clustering and decaying exposure.
    share : float
        Share of the group among all residents.
    group_size, total_size : float
        Number of group members and of residents.
    location_quotient, contributions : ndarray of float64, shape (n,)
        Local share over overall share, NaN without residents; and each area's part of D, which adds up to D.
    n, n_unpopulated : int
        Areas with residents, which all indices are about; and those left out.
    """

    d: float
    gini: float
    entropy: float
    atkinson: float
    isolation: float
    interaction: float
    correlation_ratio: float
    minmax: float
    delta: float | None
    absolute_concentration: float | None
    relative_concentration: float | None
    absolute_centralisation: float | None
    relative_centralisation: float | None
    absolute_clustering: float | None
    relative_clustering: float | None
    spatial_proximity: float | None
    decay_isolation: float | None
    decay_interaction: float | None
    spatial_d: float | None
    boundary_d: float | None
    perimeter_d: float | None
    decay_m: float | None
    share: float
    group_size: float
    total_size: float
    location_quotient: FloatArray
    contributions: FloatArray
    n: int
    n_unpopulated: int

    @property
    def indices(self) -> dict[str, float]:
        """All indices that could be computed, by name."""
        names = [field.name for field in fields(self)]
        chosen = names[: names.index("decay_m")]
        return {name: getattr(self, name) for name in chosen if getattr(self, name) is not None}


def segregation_indices(
    group: ArrayLike,
    total: ArrayLike,
    *,
    places: Places | None = None,
    atkinson_b: float = 0.5,
    decay_m: float | None = None,
    proximity: Proximity = "exponential",
) -> SegregationIndices:
    """Indices of segregation of a group against the rest.

    With ``x_i`` group members, ``t_i`` residents, ``y_i = t_i - x_i``, sums ``X, T, Y``, ``p_i = x_i / t_i`` and
    ``P = X / T``: ``D = ½ Σ |x_i / X - y_i / Y|``; ``Gini = Σ Σ t_i t_j |p_i - p_j| / (2 T² P (1 - P))``;
    ``H = Σ t_i (E - E_i) / (E T)`` with the entropies ``E``; ``xPx = Σ (x_i / X) p_i``; ``V = (xPx - P) / (1 - P)``.
    The others are written out in ``docs/statistics/segregation.md``.

    Parameters
    ----------
    group, total : array_like of float, shape (n,)
        Group members and all residents, >= 0, group <= total.
    places : Places, optional
        Sizes, coordinates and neighbours for the spatial indices.
    atkinson_b : float
        Between 0 and 1: below 0.5 areas with few group members weigh more, above it areas with many.
    decay_m : float, optional
        Distance in metres over which proximity falls to 37 per cent; > 0. Without it the mean of the distances
        ``sqrt(0.6 a_i)`` between two people of the same area.
    proximity : {"exponential", "pysal"}
        ``exp(-d_ij / decay_m)`` with ``d_ii = sqrt(0.6 a_i)`` (White 1983); or what PySAL's ``segregation`` 2.5 uses,
        only to repeat its numbers: that measure grows with the distance.

    Returns
    -------
    SegregationIndices

    Raises
    ------
    TooFewAreas
        If fewer than two areas have residents.
    EmptyGroup
        If nobody or everybody belongs to the group.
    ImpossibleCounts
        If a group is larger than the residents, or a size or perimeter is 0.
    MissingValues, InfiniteValues, NegativeValues, LengthMismatch, UnknownOption, OptionOutOfRange
        If counts, places or options are unsuitable.

    Notes
    -----
    Areas without residents change no index: they are left out, and links to them are dropped. D of a small group is
    above 0 by chance alone; see `segregation_null` and `bias_corrected`.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20, 210-217; Massey and Denton (1988), Social Forces 67,
    281-315; Morrill (1991), Geography Research Forum 11, 25-36; Wong (1993), Urban Studies 30, 559-572.

    Examples
    --------
    >>> result = segregation_indices([80, 20, 0, 100], [100, 100, 100, 200])
    >>> round(result.d, 3), round(result.isolation, 3), round(result.correlation_ratio, 3), result.spatial_d
    (0.5, 0.59, 0.317, None)
    """
    members, residents = group_among(group, total)
    if not 0 < atkinson_b < 1:
        raise OptionOutOfRange("atkinson_b", atkinson_b, Sentence("zwischen 0 und 1", "between 0 and 1"))
    if decay_m is not None and not decay_m > 0:
        raise OptionOutOfRange("decay_m", decay_m, Sentence("größer als 0 Meter", "above 0 metres"))
    inhabited = residents > 0
    if inhabited.sum() < _MINIMUM_AREAS:
        raise TooFewAreas(int(inhabited.sum()), _MINIMUM_AREAS)
    x, t = members[inhabited], residents[inhabited]
    values = {name: unevenness.one(name, x, t) for name in unevenness.FORMULAS}
    values["atkinson"] = float(unevenness.atkinson(x[:, None], t[:, None], atkinson_b)[0])
    known = (places or Places()).of_inhabited(len(residents), inhabited)
    overall = float(x.sum() / t.sum())
    gaps = np.abs(members / x.sum() - (residents - members) / (t - x).sum()) / 2
    return SegregationIndices(
        **values,
        minmax=2 * values["d"] / (1 + values["d"]),
        **_of_land(x, t, known),
        **_of_clusters(x, t, known, decay_m, proximity),
        **_of_neighbours(values["d"], x / t, known),
        share=overall,
        group_size=float(x.sum()),
        total_size=float(t.sum()),
        location_quotient=shares(members, residents) / overall,
        contributions=gaps,
        n=len(x),
        n_unpopulated=int((~inhabited).sum()),
    )


class _OfLand(TypedDict):
    """Indices of concentration and centralisation."""

    delta: float | None
    absolute_concentration: float | None
    relative_concentration: float | None
    absolute_centralisation: float | None
    relative_centralisation: float | None


def _of_land(x: FloatArray, t: FloatArray, places: Places) -> _OfLand:
    """Concentration and centralisation."""
    area, where, centre = places.area_m2, places.coordinates_m, places.centre_m
    found = _OfLand(
        delta=None,
        absolute_concentration=None,
        relative_concentration=None,
        absolute_centralisation=None,
        relative_centralisation=None,
    )
    if area is not None:
        dense = Concentration.of(x, t, area)
        found["delta"] = placement.delta(x, area)
        found["absolute_concentration"] = _defined(dense.absolute)
        found["relative_concentration"] = _defined(dense.relative)
    if where is not None and centre is not None:
        found["relative_centralisation"] = placement.centralisation(x, t - x, where, centre)
        if area is not None:
            found["absolute_centralisation"] = placement.centralisation(x, area, where, centre)
    return found


class _OfClusters(TypedDict):
    """Indices of clustering and of exposure that fades with the distance."""

    absolute_clustering: float | None
    relative_clustering: float | None
    spatial_proximity: float | None
    decay_isolation: float | None
    decay_interaction: float | None
    decay_m: float | None


def _of_clusters(
    x: FloatArray, t: FloatArray, places: Places, decay_m: float | None, proximity: Proximity
) -> _OfClusters:
    """Clustering and exposure that fades with the distance."""
    where, area = places.coordinates_m, places.area_m2
    if where is None or area is None:
        return {
            "absolute_clustering": None,
            "relative_clustering": None,
            "spatial_proximity": None,
            "decay_isolation": None,
            "decay_interaction": None,
            "decay_m": None,
        }
    decay = float(np.sqrt(placement.WITHIN * area).mean()) if decay_m is None else decay_m
    found = Clustering.of(x, t, (where, area), decay, proximity)
    return {
        "absolute_clustering": _defined(found.absolute),
        "relative_clustering": _defined(found.relative),
        "spatial_proximity": _defined(found.spatial_proximity),
        "decay_isolation": _defined(found.decay_isolation),
        "decay_interaction": _defined(found.decay_interaction),
        "decay_m": decay,
    }


class _OfNeighbours(TypedDict):
    """D less the differences between neighbours."""

    spatial_d: float | None
    boundary_d: float | None
    perimeter_d: float | None


def _of_neighbours(d: float, share: FloatArray, places: Places) -> _OfNeighbours:
    """D less the differences between neighbours."""
    links, borders, perimeter, area = places.neighbours, places.borders_m, places.perimeter_m, places.area_m2
    shaped = None
    if borders is not None and perimeter is not None and area is not None:
        factor = placement.compactness_factor(borders, perimeter, area)
        shaped = d - placement.mean_gap(share, borders, factor)
    return {
        "spatial_d": d - placement.mean_gap(share, links) if links is not None else None,
        "boundary_d": d - placement.mean_gap(share, borders.row_standardised()) if borders is not None else None,
        "perimeter_d": shaped,
    }


def among(weights: Weights | None, inhabited: BoolArray) -> Weights | None:
    """Weights among the inhabited areas, if there are any weights."""
    return weights if weights is None or inhabited.all() else weights.subset(inhabited)


def _defined(value: float) -> float | None:
    """Value, or None where a quotient has no meaning."""
    return value if math.isfinite(value) else None


def _positive(values: FloatArray, what: Sentence) -> FloatArray:
    """Finite values above 0."""
    array = np.asarray(values, dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(array) & (array > 0)))
    if len(wrong):
        raise ImpossibleCounts(
            Sentence(f"{what.de}, die nicht größer als 0 sind,", f"{what.en} that are not above 0"), wrong.tolist()
        )
    return array


def _plane(coordinates: FloatArray) -> FloatArray:
    """Finite coordinates of shape (n, 2)."""
    array = np.asarray(coordinates, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise LengthMismatch(
            Sentence("Spalten der Koordinaten", "columns of the coordinates"), array.shape[-1] if array.ndim else 0, 2
        )
    wrong = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if len(wrong):
        raise ImpossibleCounts(
            Sentence("Koordinaten, die nicht endlich sind,", "coordinates that are not finite"), wrong.tolist()
        )
    return array
