"""Status and dynamics: where an area stands, and where it is going, as in Berlin's social monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.errors import InfiniteValues, LengthMismatch, NoVariance, OptionOutOfRange, TooFewAreas
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import FloatArray, IntArray

#: Status from 1 to 4, and dynamics.
STATUS_NAMES = ("high", "middle", "low", "very-low")
DYNAMICS_SIGNS = ("+", "±", "-")
DEFAULT_STATUS_CUTS = (1.0, -1.0, -1.5)
DEFAULT_DYNAMICS_CUTS = (1.0, -1.0)
#: Areas with fewer residents are not classified.
MINIMUM_RESIDENTS = 300
_MINIMUM_AREAS = 3


@dataclass(frozen=True, eq=False)
class Typology(FrozenArrays):
    """Twelve classes of status and dynamics.

    Attributes
    ----------
    classes : tuple of str, length n
        ``"1+"``, ``"1±"``, ``"1-"``, ... ``"4-"``; ``"not-classified"`` for areas with too few residents;
        ``"undefined"`` where status or dynamics is missing.
    status : ndarray of int64, shape (n,)
        1 high, 2 middle, 3 low, 4 very low; 0 without a class.
    dynamics : ndarray of int64, shape (n,)
        1 positive, 0 stable, -1 negative; 0 also without a class.
    status_score, dynamics_score : ndarray of float64, shape (n,)
        Standard deviations from the mean of the classified areas; NaN without a class.
    status_cuts, dynamics_cuts : tuple of float
        Cut points, in standard deviations.
    """

    classes: tuple[str, ...]
    status: IntArray
    dynamics: IntArray
    status_score: FloatArray
    dynamics_score: FloatArray
    status_cuts: tuple[float, float, float]
    dynamics_cuts: tuple[float, float]

    def class_counts(self) -> dict[str, int]:
        """Count the areas in each class that occurs."""
        return {name: self.classes.count(name) for name in sorted(set(self.classes))}


def typology(
    status: ArrayLike,
    change: ArrayLike,
    residents: ArrayLike,
    *,
    status_cuts: tuple[float, float, float] = DEFAULT_STATUS_CUTS,
    dynamics_cuts: tuple[float, float] = DEFAULT_DYNAMICS_CUTS,
    minimum_residents: float = MINIMUM_RESIDENTS,
) -> Typology:
    """Sort areas by status and dynamics into 4 x 3 classes.

    Both indices are standardised over the classified areas. Status is high above the first cut, middle between the
    first and the second (both included), low down to the third, very low below. Dynamics is positive above its first
    cut and negative below its second.

    Parameters
    ----------
    status : array_like of float, shape (n,)
        Index in which high is good, such as `composite_index`; NaN where missing.
    change : array_like of float, shape (n,)
        Change of that index over the chosen span, high is better; NaN where missing.
    residents : array_like of float, shape (n,)
        Residents of each area; NaN counts as too few.
    status_cuts : tuple of three floats
        Descending cut points, in standard deviations.
    dynamics_cuts : tuple of two floats
        Descending cut points, in standard deviations.
    minimum_residents : float
        Areas with fewer are not classified and do not enter mean and deviation.

    Returns
    -------
    Typology

    Raises
    ------
    TooFewAreas
        If fewer than three areas can be classified.
    NoVariance
        If status or change is the same everywhere.
    LengthMismatch, InfiniteValues, OptionOutOfRange
        If lengths, values or cut points are unsuitable.

    Notes
    -----
    Classes are relative: in every year about as many areas are "very low", however all of them fare.

    References
    ----------
    Senatsverwaltung für Stadtentwicklung Berlin, Monitoring Soziale Stadtentwicklung.

    Examples
    --------
    >>> result = typology([2, 0, 0, -2, 9], [0, 0, 1, -1, 5], [900, 900, 900, 900, 20])
    >>> result.classes
    ('1±', '2±', '2+', '3-', 'not-classified')
    """
    level = _column(status, None)
    shift, people = _column(change, len(level)), np.asarray(residents, dtype=np.float64)
    if people.shape != level.shape:
        raise LengthMismatch(Sentence("Einwohnerzahlen", "residents"), people.size, len(level))
    for name, cuts in (("status_cuts", status_cuts), ("dynamics_cuts", dynamics_cuts)):
        if any(a <= b for a, b in pairwise(cuts)):
            raise OptionOutOfRange(name, cuts[0], Sentence("absteigende Schwellen", "descending cut points"))
    peopled = np.nan_to_num(people) >= minimum_residents
    classified = peopled & ~np.isnan(level) & ~np.isnan(shift)
    if classified.sum() < _MINIMUM_AREAS:
        raise TooFewAreas(int(classified.sum()), _MINIMUM_AREAS)
    first, second = (_standardised(values, classified) for values in (level, shift))
    # A cut belongs to the class towards the middle: 1.0 is "middle", -1.0 too, -1.5 is "low".
    places = 1 + (first <= status_cuts[0]) + (first < status_cuts[1]) + (first < status_cuts[2])
    status_class = np.where(classified, places, 0)
    direction = np.where(classified, (second > dynamics_cuts[0]) * 1 - (second < dynamics_cuts[1]) * 1, 0)
    names = [
        f"{place}{DYNAMICS_SIGNS[1 - way]}" if sure else ("undefined" if enough else "not-classified")
        for place, way, sure, enough in zip(
            status_class.tolist(), direction.tolist(), classified.tolist(), peopled.tolist(), strict=True
        )
    ]
    return Typology(
        classes=tuple(names),
        status=status_class.astype(np.int64),
        dynamics=direction.astype(np.int64),
        status_score=first,
        dynamics_score=second,
        status_cuts=status_cuts,
        dynamics_cuts=dynamics_cuts,
    )


def _column(values: ArrayLike, n: int | None) -> FloatArray:
    """Values of shape (n,) without infinity."""
    array = np.array(values, dtype=np.float64)
    if array.ndim != 1 or (n is not None and len(array) != n):
        raise LengthMismatch(Sentence("Werte", "values"), array.size, array.size if n is None else n)
    if np.isinf(array).any():
        raise InfiniteValues(np.flatnonzero(np.isinf(array)).tolist())
    return array


def _standardised(values: FloatArray, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> FloatArray:
    """Standard deviations from the mean of the chosen areas; NaN for the others."""
    known = values[chosen]
    spread = known.std()
    if spread <= 1e-12 * np.abs(known).max():
        raise NoVariance(float(known[0]))
    return np.where(chosen, (values - known.mean()) / spread, np.nan)
