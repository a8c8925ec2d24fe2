"""Disclosure control: small counts stay protected.

This is primary suppression. Counts from one up to, not including, the threshold of the disclosure profile become
``SECRET`` before anything is computed from them, so sums, rates, class breaks and statistics can only be made of
public figures: a whole with a secret part, and a rate with a secret numerator or denominator, is secret itself.
A figure for a district or Land that came from outside is withheld too as soon as one of its municipalities is
secret, since subtraction would reveal that one.

Source of the rules: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.columns import Column
from spatial.indicators.observations import Status

DISCLOSURE_VERSION = "1"
"""Version of the rules; part of every release and of every entity tag."""

_CONFIDENTIAL = [status for status in Status if status.is_confidential]


def protect_counts(counts: Column, threshold: int) -> Column:
    """Primary suppression: counts ``0 < v < threshold`` become ``SECRET``.

    Parameters
    ----------
    counts : Column
        Counts of persons or cases, length n.
    threshold : int
        Smallest count that may be published; 0 and 1 protect nothing.

    Returns
    -------
    Column
        Zeros stay: that nobody is counted in a populated area is not protected by this rule. With a threshold,
        figures that the source kept secret become ``SECRET`` as well, without a difference.
    """
    if threshold <= 1:
        return counts
    small = counts.known & (counts.values > 0) & (counts.values < threshold)
    return counts.with_status(small | counts.has_status(_CONFIDENTIAL), Status.SECRET)


def withhold_totals(totals: Column, parts: Column, whole_of: NDArray[np.intp], threshold: int) -> Column:
    """Withhold figures of wholes that, less their public parts, would reveal a secret part.

    Parameters
    ----------
    totals : Column
        Figures of the wholes, length m.
    parts : Column
        Protected counts of their parts, length n.
    whole_of : ndarray of int, shape (n,)
        Position of the whole of each part; -1 for none.
    threshold : int
        Of the profile; without protection (0 or 1) the totals are public.
    """
    if threshold <= 1:
        return totals
    secret = parts.has_status(_CONFIDENTIAL) & (whole_of >= 0)
    exposed = np.zeros(len(totals), bool)
    exposed[whole_of[secret]] = True
    return totals.with_status(exposed, Status.SECRET)
