"""Disclosure control: what is done to single figures.

Which counts are withheld is decided for all of them together (:mod:`spatial.indicators.safeguard`); this module holds
what concerns one figure at a time: hiding it, hiding what stands on too small a base, and what is exposed by a
smaller area inside.

Source of the rules: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.columns import Column
from spatial.indicators.indicator import ValidRange
from spatial.indicators.observations import Status

DISCLOSURE_VERSION = "7"
"""Version of the rules; part of every release and of every entity tag."""

_CONFIDENTIAL = [status for status in Status if status.is_confidential]


@dataclass(frozen=True, slots=True)
class CountRule:
    """How the cells of one count are protected.

    Attributes
    ----------
    threshold : int
        Smallest count above zero that may be published.
    dominance : bool
        Whether figures that one contributor dominates are protected.
    rounding : int
        Base that loaded figures are rounded to; 0 for none.
    controlled : bool
        Whether they are rounded such that they still add up, to either multiple beside them.
    source_range : tuple of (float, float) or None
        What everybody knows of figures that the source kept secret.
    public_levels : tuple of str
        Levels whose loaded figures are public elsewhere.
    """

    threshold: int
    dominance: bool = False
    rounding: int = 0
    controlled: bool = False
    source_range: ValidRange | None = None
    public_levels: tuple[str, ...] = ()

    @property
    def protects(self) -> bool:
        """Whether the rule withholds or bounds anything."""
        return self.threshold > 1 or self.dominance or self.rounding > 1


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


def withhold(figures: Column, exposed: NDArray[np.bool_]) -> Column:
    """Make figures ``SECRET`` that would give a secret figure away.

    Parameters
    ----------
    figures : Column
        Length n.
    exposed : ndarray of bool, shape (n,)
        Areas that hold a smaller area whose figure is secret: less the public ones beside it, the figure of the
        whole would reveal it.
    """
    return figures.with_status(figures.known & exposed, Status.SECRET)


def is_confidential(figures: Column) -> NDArray[np.bool_]:
    """Mask of the cells that are secret, or may be."""
    return figures.has_status(_CONFIDENTIAL)
