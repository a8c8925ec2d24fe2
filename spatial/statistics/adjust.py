"""Adjusting p for the number of tests.

A map of 28 areas holds 28 tests; one or two of them fall below 0.05 by chance alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.errors import LengthMismatch, OptionOutOfRange
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import BoolArray, FloatArray


def fdr(p: ArrayLike, *, tested: ArrayLike | None = None) -> FloatArray:
    """Adjust p for the false discovery rate.

    ``p_adj(i) = min over j >= i of (m / j) p(j)``, at most 1, for p in ascending order. Calling all areas
    with ``p_adj <= a`` conspicuous keeps the expected share of false calls among all calls at or below ``a``
    when the tests are independent or positively dependent.

    Parameters
    ----------
    p : array_like of float, shape (n,)
        Two-sided p, 0 < p <= 1. NaN marks an area that was not tested.
    tested : array_like of bool, shape (n,), optional
        False for further areas to leave out.

    Returns
    -------
    ndarray of float64, shape (n,)
        Adjusted p; NaN where not tested. ``m`` counts the tested areas only.

    Raises
    ------
    OptionOutOfRange
        If a p lies outside 0 to 1.
    LengthMismatch
        If ``tested`` has another length.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300; Caldas
    de Castro and Singer (2006), Geographical Analysis 38, 180-208.

    Examples
    --------
    >>> fdr([0.01, 0.04, 0.03, float("nan")]).round(6).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    array, mask = _tested(p, tested)
    adjusted = np.full(array.shape, np.nan)
    known = array[mask]
    m = len(known)
    order = np.argsort(known)
    stepped = known[order] * (m / np.arange(1, m + 1))
    lowered = np.minimum.accumulate(stepped[::-1])[::-1]
    result = np.empty(m)
    result[order] = np.minimum(lowered, 1.0)
    adjusted[mask] = result
    return adjusted


def bonferroni(p: ArrayLike, *, tested: ArrayLike | None = None) -> FloatArray:
    """Adjust p for the chance of even one false call: ``min(1, m p)``.

    Parameters, result and errors as for `fdr`. Stricter: it bounds the probability that any area at all is
    called wrongly, whatever the dependence between the tests.

    Examples
    --------
    >>> bonferroni([0.01, 0.5, float("nan")]).tolist()
    [0.02, 1.0, nan]
    """
    array, mask = _tested(p, tested)
    return np.where(mask, np.minimum(array * int(mask.sum()), 1.0), np.nan)


def _tested(p: ArrayLike, tested: ArrayLike | None) -> tuple[FloatArray, BoolArray]:
    """Give p as an array, and which of them count as tests."""
    array = np.array(p, dtype=np.float64)
    mask = ~np.isnan(array)
    if tested is not None:
        chosen = np.asarray(tested, dtype=np.bool_)
        if chosen.shape != array.shape:
            raise LengthMismatch(Sentence("Angaben, was geprüft wird", "tested flags"), chosen.size, array.size)
        mask = mask & chosen
    outside = mask & ((array < 0) | (array > 1))
    if outside.any():
        raise OptionOutOfRange("p", float(array[outside][0]), Sentence("0 bis 1", "0 to 1"))
    return array, mask
