"""Emerging hot spots: where hot and cold spots appear, last, fade and return over many periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.adjust import fdr
from spatial.statistics.admission import MINIMUM_LOCAL
from spatial.statistics.errors import (
    InfiniteValues,
    LengthMismatch,
    NoLinks,
    NoVariance,
    OptionOutOfRange,
    TooFewAreas,
    TooFewPeriods,
)
from spatial.statistics.frozen import FrozenArrays
from spatial.statistics.results import ISOLATED, UNDEFINED
from spatial.statistics.sentences import Sentence
from spatial.statistics.trend import TrendCorrection, trends
from spatial.statistics.weights import BoolArray, FloatArray, IntArray, Weights, summed

#: Fewer periods tell nothing of appearing and fading.
MINIMUM_PERIODS = 8
NO_PATTERN = "no-pattern"
#: Share of the periods in which a lasting spot is hot (or cold).
_LASTING = 0.9
_FLAT = 1e-12


@dataclass(frozen=True, eq=False)
class EmergingHotSpots(FrozenArrays):
    """Hot and cold spots of n areas over T periods, and their history.

    Attributes
    ----------
    classes : tuple of str, length n
        ``new``, ``consecutive``, ``intensifying``, ``persistent``, ``diminishing``, ``sporadic``, ``oscillating`` or
        ``historical``, each with ``-hot`` or ``-cold``; else ``no-pattern``, ``isolated`` or ``undefined``.
    z : ndarray of float64, shape (T, n)
        Gi* over space and time; NaN where a value is missing.
    p_fdr : ndarray of float64, shape (T, n)
        Two-sided normal p of z, adjusted for all tested area-periods.
    spots : ndarray of int8, shape (T, n)
        1 hot, -1 cold, 0 neither, by ``p_fdr <= level``.
    trend_s : ndarray of int64, shape (n,)
        Kendall's S of the area's z; 0 where not defined.
    trend_p : ndarray of float64, shape (n,)
        Two-sided Mann-Kendall p of the area's z; NaN where not defined.
    level : float
        Level of both tests.
    correction : {"none", "hamed-rao"}
        What was done about the autocorrelation of z in the test for a trend.
    weights : Weights
        Neighbours in space.
    """

    classes: tuple[str, ...]
    z: FloatArray
    p_fdr: FloatArray
    spots: NDArray[np.int8]
    trend_s: IntArray
    trend_p: FloatArray
    level: float
    correction: TrendCorrection
    weights: Weights

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.z)

    @property
    def n(self) -> int:
        """Number of areas."""
        return len(self.classes)

    def class_counts(self) -> dict[str, int]:
        """Count the areas in each class that occurs."""
        return {name: self.classes.count(name) for name in sorted(set(self.classes))}


def emerging_hot_spots(
    values: ArrayLike, weights: Weights, *, level: float = 0.05, correction: TrendCorrection = "none"
) -> EmergingHotSpots:
    """Classify the history of hot and cold spots.

    Each area-period is compared with all area-periods by Gi* (Ord and Getis 1995) over its surroundings: the area and
    its neighbours, in the same period and the one before. The sequence of spots and the Mann-Kendall trend of the
    z give the class, for hot and, mirrored, for cold spots:

    * ``new``: hot in the last period for the first time.
    * ``consecutive``: one unbroken run of at least two hot periods up to the last, never hot before, hot in less than
      90 per cent of the periods.
    * ``intensifying``, ``persistent``, ``diminishing``: hot in at least 90 per cent of the periods and in the last one,
      with rising, no, or falling trend of z.
    * ``sporadic``: hot in the last period, with interruptions, never cold, less than 90 per cent.
    * ``oscillating``: hot in the last period, cold in an earlier one, less than 90 per cent.
    * ``historical``: not hot in the last period, but in at least 90 per cent of the periods.

    Parameters
    ----------
    values : array_like of float, shape (T, n)
        One row for each period, in order; T >= 8. NaN where missing.
    weights : Weights
        Neighbours in space; only who is a neighbour counts.
    level : float
        Level of the adjusted p and of the trend, between 0 and 1.
    correction : {"none", "hamed-rao"}
        Whether the trend of more than ten periods is corrected for autocorrelation, see `trends`.

    Returns
    -------
    EmergingHotSpots
        Areas with a missing value are ``undefined``, areas without neighbours ``isolated``.

    Raises
    ------
    TooFewPeriods
        If T < 8.
    TooFewAreas
        If n < 15.
    NoVariance, NoLinks, InfiniteValues, LengthMismatch, OptionOutOfRange, UnknownOption
        If values, weights or options are unsuitable.

    Notes
    -----
    Surroundings of successive periods overlap, so successive z are alike and the trend's p is too small without
    ``correction="hamed-rao"``.

    References
    ----------
    Ord and Getis (1995), Geographical Analysis 27, 286-306; the classes are those of Esri's "Emerging Hot Spot
    Analysis".

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> keys = [f"{i:02}" for i in range(30)]
    >>> chain = weights_from_pairs(zip(keys, keys[1:]), keys)
    >>> values = [[1.0 + i % 3 + (60 if t == 9 and i < 3 else 0) for i in range(30)] for t in range(10)]
    >>> emerging_hot_spots(values, chain).classes[:5]
    ('new-hot', 'new-hot', 'new-hot', 'new-hot', 'no-pattern')
    """
    x = _cube(values, weights)
    if not 0 < level < 1:
        raise OptionOutOfRange("level", level, Sentence("zwischen 0 und 1", "between 0 and 1"))
    z = space_time_z(x, weights)
    tested = ~np.isnan(z) & ~weights.isolate_mask
    p = np.where(tested, _normal_p(z), np.nan)
    p_fdr = fdr(p.ravel()).reshape(p.shape)
    called = np.nan_to_num(p_fdr, nan=1.0) <= level
    spots = np.where(called, np.sign(np.nan_to_num(z)), 0).astype(np.int8)
    complete = np.asarray(~np.isnan(z).any(axis=0))
    trend_s, trend_p = np.zeros(weights.n, dtype=np.int64), np.full(weights.n, np.nan)
    tested_series = trends(z[:, complete], correction=correction)
    trend_s[complete], trend_p[complete] = tested_series.s, tested_series.p
    trend = np.where(np.nan_to_num(trend_p, nan=1.0) <= level, np.sign(trend_s), 0)
    return EmergingHotSpots(
        classes=tuple(_classes(spots, trend, complete, weights.isolate_mask)),
        z=z,
        p_fdr=p_fdr,
        spots=spots,
        trend_s=trend_s,
        trend_p=trend_p,
        level=level,
        correction=correction,
        weights=weights,
    )


def _cube(values: ArrayLike, weights: Weights) -> FloatArray:
    """Values of shape (T, n), after checking that they can be classified."""
    x = np.array(values, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] != weights.n:
        raise LengthMismatch(
            Sentence("Spalten der Werte", "columns of the values"), x.shape[-1] if x.ndim == 2 else 0, weights.n
        )
    if len(x) < MINIMUM_PERIODS:
        raise TooFewPeriods(len(x), MINIMUM_PERIODS)
    if np.isinf(x).any():
        raise InfiniteValues(np.flatnonzero(np.isinf(x).any(axis=0)).tolist())
    complete = int((~np.isnan(x).any(axis=0)).sum())
    if complete < MINIMUM_LOCAL:
        raise TooFewAreas(complete, MINIMUM_LOCAL)
    if not weights.links:
        raise NoLinks(weights.n)
    if np.nanmax(x) - np.nanmin(x) <= _FLAT * np.nanmax(np.abs(x)):
        raise NoVariance(float(np.nanmax(x)))
    return x


def space_time_z(x: FloatArray, weights: Weights) -> FloatArray:
    """Gi* of area-periods over the area, its neighbours and the period before (Ord and Getis 1995, eq. 7).

    Missing values are in no sum; their own z is NaN.
    """
    known = ~np.isnan(x)
    filled = np.where(known, x, 0.0)
    total, number = _around(filled, weights), _around(known.astype(np.float64), weights)
    n, mean = known.sum(), filled.sum() / known.sum()
    spread = np.sqrt(((filled - mean * known) ** 2).sum() / n)
    scale = spread * np.sqrt(np.maximum(n * number - number**2, 0.0) / (n - 1))
    return np.where(known & (scale > 0), (total - number * mean) / np.where(scale > 0, scale, 1.0), np.nan)


def _around(amounts: FloatArray, weights: Weights) -> FloatArray:
    """Sum over each area and its neighbours in a period and the one before."""
    here = np.array([row + summed(weights.focal, row[weights.indices], weights.n) for row in amounts])
    here[1:] += here[:-1].copy()
    return here


def _normal_p(z: FloatArray) -> FloatArray:
    """Two-sided p of standard normal variates; NaN stays."""
    from scipy.special import erfc

    return np.asarray(erfc(np.abs(z) / np.sqrt(2.0)))


def _classes(spots: NDArray[np.int8], trend: NDArray[np.int64], complete: BoolArray, lonely: BoolArray) -> list[str]:
    """Class of each area."""
    names = []
    for history, direction, known, alone in zip(
        spots.T, trend.tolist(), complete.tolist(), lonely.tolist(), strict=True
    ):
        if alone or not known:
            names.append(ISOLATED if alone else UNDEFINED)
            continue
        hot = _history(history == 1, history == -1, direction)
        cold = _history(history == -1, history == 1, -direction)
        names.append(f"{hot}-hot" if hot else f"{cold}-cold" if cold else NO_PATTERN)
    return names


def _history(hot: BoolArray, cold: BoolArray, trend: int) -> str | None:
    """Name of a history of hot periods; None if it is none of them."""
    lasting = hot.mean() >= _LASTING
    if not hot[-1]:
        return "historical" if lasting else None
    if lasting:
        return {1: "intensifying", 0: "persistent", -1: "diminishing"}[trend]
    run = len(hot) if hot.all() else int(np.argmin(hot[::-1]))
    if hot.sum() == run:
        return "new" if run == 1 else "consecutive"
    return "oscillating" if cold[:-1].any() else "sporadic"
