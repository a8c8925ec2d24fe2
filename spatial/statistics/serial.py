"""Serial correlation: what periods that resemble the periods before take from a trend test."""

from __future__ import annotations

import numpy as np

from spatial.statistics.rates import normal_quantile
from spatial.statistics.weights import FloatArray, IntArray

#: Confidence level beyond which a rank autocorrelation counts.
_LEVEL = 0.95


def variance_factor(x: FloatArray, slopes: FloatArray, times: FloatArray, places: IntArray) -> FloatArray:
    """By what the variance of Kendall's S grows if successive periods are alike (Hamed and Rao 1998, eq. 7).

    ``1 + 2 / (T (T-1) (T-2)) Σ_i (T-i) (T-i-1) (T-i-2) ρ(i)`` with ``ρ(i)`` the autocorrelation at lag ``i`` of the
    ranks of the series without its trend; only those beyond ``±1.96 / √T`` count. A factor below 1, of a series that
    swings to and fro, is taken as 1, so that the correction never makes a trend more certain.

    Parameters
    ----------
    x : ndarray of float64, shape (T, m)
        Series of known values, T >= 3.
    slopes : ndarray of float64, shape (m,)
        Theil-Sen slopes, per unit of ``times``.
    times : ndarray of float64, shape (T,)
    places : ndarray of int64, shape (T,)
        Numbers of the periods: a gap makes a lag longer.

    Returns
    -------
    ndarray of float64, shape (m,)
        At least 1.
    """
    length = len(x)
    centred = _ranks(x - slopes * (times - times[0])[:, None]) - (length + 1) / 2
    squares = (centred**2).sum(axis=0)
    first, second = np.triu_indices(length, 1)
    lags = places[second] - places[first]
    excess = np.zeros(x.shape[1])
    for lag in range(1, length - 2):
        pairs = np.flatnonzero(lags == lag)
        products = (centred[first[pairs]] * centred[second[pairs]]).sum(axis=0)
        correlation = np.where(squares > 0, products / np.where(squares > 0, squares, 1.0), 0.0)
        counted = np.abs(correlation) > normal_quantile(_LEVEL) / np.sqrt(length)
        excess += (length - lag) * (length - lag - 1) * (length - lag - 2) * np.where(counted, correlation, 0.0)
    return np.maximum(1.0, 1 + 2 / (length * (length - 1) * (length - 2)) * excess)


def _ranks(x: FloatArray) -> FloatArray:
    """Rank of each value in its series, from 1; equal values share the mean of their ranks."""
    order = np.argsort(x, axis=0, kind="stable")
    ascending = np.take_along_axis(x, order, axis=0)
    places = np.arange(1.0, len(x) + 1)[:, None]
    starts = np.vstack([np.ones((1, x.shape[1]), dtype=np.bool_), ascending[1:] != ascending[:-1]])
    first = np.maximum.accumulate(np.where(starts, places, 0.0), axis=0)
    ends = np.vstack([starts[1:], np.ones((1, x.shape[1]), dtype=np.bool_)])
    last = np.minimum.accumulate(np.where(ends, places, np.inf)[::-1], axis=0)[::-1]
    ranks = np.empty_like(x)
    np.put_along_axis(ranks, order, (first + last) / 2, axis=0)
    return ranks
