"""Loaded shares of one whole: a share that is withheld must not be 100 % less the others.

Shares that are computed from counts need nothing of the kind: their counts are protected. Shares that come without
their counts are known to add up where the catalogue lists them as the ``parts`` of what they are shares of.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def with_partners(cases: NDArray[np.float64], hidden: NDArray[np.bool_], threshold: int) -> NDArray[np.bool_]:
    """Withhold further shares until nobody can tell how few people a withheld one stands for.

    In an area, *k* withheld shares that stand for *s* people together leave each of them between 1 and *s - k + 1*.
    That has to reach the threshold, so that the smallest public shares above zero are withheld as well, one by one.

    Parameters
    ----------
    cases : ndarray of float64, shape (k, n)
        People that each share stands for, by share and area; NaN where nobody here knows.
    hidden : ndarray of bool, shape (k, n)
        Shares that are withheld for their own sake.
    threshold : int
        Smallest number above zero that may be published.

    Returns
    -------
    ndarray of bool, shape (k, n)
        Where everything is withheld and it still does not suffice, everything: then nothing is left to compute from.

    Examples
    --------
    >>> with_partners(np.array([[3.0], [40.0], [57.0], [0.0]]), np.array([[True], [False], [False], [False]]), 5).T
    array([[ True,  True, False, False]])
    >>> with_partners(np.array([[2.0], [1.0], [97.0]]), np.array([[True], [True], [False]]), 5).T
    array([[ True,  True,  True]])
    """
    found = hidden.copy()
    for area in np.flatnonzero(hidden.any(axis=0)).tolist():
        people = np.nan_to_num(cases[:, area])
        open_shares = np.flatnonzero(~found[:, area] & (people > 0))
        for share in open_shares[np.argsort(people[open_shares], kind="stable")].tolist():
            count = int(found[:, area].sum())
            if count > 1 and people[found[:, area]].sum() - (count - 1) >= threshold:
                break
            found[share, area] = True
    return found
