"""Local change: which areas' rates moved between two periods by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.adjust import fdr
from spatial.statistics.counts import events_among, shares
from spatial.statistics.errors import ImpossibleCounts, LengthMismatch, OptionOutOfRange
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.rates import rate_intervals
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import BoolArray, FloatArray

ChangeClass = Literal["risen", "fallen", "not-significant", "undefined"]


@dataclass(frozen=True, eq=False)
class LocalChange(FrozenArrays):
    """Change of each area's share between two periods.

    Arrays have shape (n,) and are NaN where ``defined`` is false.

    Attributes
    ----------
    first, second : ndarray of float64
        Shares in both periods.
    difference, lower, upper : ndarray of float64
        ``second - first`` and its interval.
    relative : ndarray of float64
        ``second / first - 1``; NaN also where the first share is 0.
    z, p, p_fdr : ndarray of float64
        Standardised difference, two-sided normal p, and p adjusted for the number of areas. ``p = 1`` where neither
        period has an event, or each has only events.
    classes : tuple of str
        ``"risen"``, ``"fallen"``, ``"not-significant"`` or ``"undefined"``; follows ``p_fdr <= 1 - level``.
    defined : ndarray of bool
        Whether the area has a population in both periods.
    overall_difference : float or None
        Change of all defined areas together; None without any.
    level : float
        Confidence level of intervals and classes.
    """

    first: FloatArray
    second: FloatArray
    difference: FloatArray
    lower: FloatArray
    upper: FloatArray
    relative: FloatArray
    z: FloatArray
    p: FloatArray
    p_fdr: FloatArray
    classes: tuple[ChangeClass, ...]
    defined: BoolArray
    overall_difference: float | None
    level: float

    @property
    def n(self) -> int:
        """Number of areas with a share in both periods."""
        return int(self.defined.sum())

    def class_counts(self) -> dict[str, int]:
        """Count the areas in each class that occurs."""
        return {name: self.classes.count(name) for name in dict.fromkeys(self.classes)}


def local_change(
    first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike], *, level: float = 0.95
) -> LocalChange:
    """Test the change of each area's share between two periods.

    ``z = (p2 - p1) / √(p (1 - p) (1/n1 + 1/n2))`` with the pooled share ``p``; the interval of the difference is
    Newcombe's, from the Wilson intervals of both shares.

    Parameters
    ----------
    first, second : tuple of two array_like of float, shape (n,)
        Events and population of each period, on the same areas; each event is one of the population.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    LocalChange

    Raises
    ------
    ImpossibleCounts
        If there are more events than population.
    LengthMismatch
        If the periods have different numbers of areas.
    MissingValues, InfiniteValues, NegativeValues, OptionOutOfRange
        If counts or the level are unsuitable.

    Notes
    -----
    The people of two years are mostly the same, which the test does not know: it is on the safe side. A rise in most
    areas may be nothing local; compare with ``overall_difference``.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> result = local_change(([50, 10, 0], [1000, 1000, 0]), ([90, 12, 0], [1000, 1000, 0]))
    >>> result.difference.round(3).tolist(), result.classes
    ([0.04, 0.002, nan], ('risen', 'not-significant', 'undefined'))
    """
    (e1, n1), (e2, n2) = events_among(*first), events_among(*second)
    if len(n1) != len(n2):
        raise LengthMismatch(Sentence("Gebiete des zweiten Zeitraums", "areas of the second period"), len(n2), len(n1))
    if not 0 < level < 1:
        raise OptionOutOfRange("level", level, Sentence("zwischen 0 und 1", "between 0 and 1"))
    for events, base in ((e1, n1), (e2, n2)):
        if (events > base).any():
            raise ImpossibleCounts(
                Sentence("mehr Ereignisse als Einwohner", "more events than population"),
                np.flatnonzero(events > base).tolist(),
            )
    before, after = (rate_intervals(events, base, level=level) for events, base in ((e1, n1), (e2, n2)))
    defined = (n1 > 0) & (n2 > 0)
    difference = np.where(defined, after.rate - before.rate, np.nan)
    z, p = _test(difference, shares(e1 + e2, n1 + n2), n1, n2)
    p_fdr = fdr(p)
    classes = tuple(
        _class(change, adjusted, 1 - level)
        for change, adjusted in zip(difference.tolist(), p_fdr.tolist(), strict=True)
    )
    return LocalChange(
        first=np.where(defined, before.rate, np.nan),
        second=np.where(defined, after.rate, np.nan),
        difference=difference,
        lower=difference - np.hypot(after.rate - after.lower, before.upper - before.rate),
        upper=difference + np.hypot(after.upper - after.rate, before.rate - before.lower),
        relative=np.where(defined, shares(after.rate, before.rate) - 1, np.nan),
        z=z,
        p=p,
        p_fdr=p_fdr,
        classes=classes,
        defined=defined,
        overall_difference=_overall(e1, n1, e2, n2, defined),
        level=level,
    )


def _test(difference: FloatArray, pooled: FloatArray, n1: FloatArray, n2: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Compute z and two-sided p; z = 0 and p = 1 without any variance, NaN where the difference is."""
    from scipy.special import erfc

    inverse = shares(np.ones_like(n1), n1, 0.0) + shares(np.ones_like(n2), n2, 0.0)
    variance = np.nan_to_num(pooled * (1 - pooled)) * inverse
    z = difference / np.sqrt(np.where(variance > 0, variance, 1.0))
    return z, np.asarray(erfc(np.abs(z) / np.sqrt(2.0)))


def _class(difference: float, p: float, alpha: float) -> ChangeClass:
    """Class of one area."""
    if np.isnan(difference):
        return "undefined"
    if p > alpha:
        return "not-significant"
    return "risen" if difference > 0 else "fallen"


def _overall(e1: FloatArray, n1: FloatArray, e2: FloatArray, n2: FloatArray, defined: BoolArray) -> float | None:
    """Change of the share of all defined areas together."""
    if not defined.any():
        return None
    return float(e2[defined].sum() / n2[defined].sum() - e1[defined].sum() / n1[defined].sum())
