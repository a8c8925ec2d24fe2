"""How exact an estimate may look: what holds estimated shares of divided areas is rounded before it is shown.

Counts are whole numbers already (:func:`spatial.indicators.carrying.carry`). Everything else is rounded to the coarsest
of

- the decimals that the indicator shows, where it says so;
- four significant digits;
- for what is divided by a count, the power of ten below the step that one case more or less makes: ``factor / d``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.columns import APPORTIONED, Column

_SIGNIFICANT = 4


def round_estimates(
    column: Column, *, decimals: int = 0, denominator: Column | None = None, factor: float = 1.0
) -> Column:
    """Round what was estimated; exact figures stay as they are.

    Parameters
    ----------
    column : Column
        Length n, no counts.
    decimals : int
        Decimals that are shown; 0 where nobody said how many.
    denominator : Column, optional
        Length n, what the figures were divided by; counts.
    factor : float
        What quotients were multiplied by.

    Returns
    -------
    Column
        Length n.

    Examples
    --------
    >>> estimate = Column(np.array([100 * 17 / 975]), np.zeros(1, np.uint8), np.array([APPORTIONED], np.uint8))
    >>> people = Column(np.array([975.0]), np.zeros(1, np.uint8), np.zeros(1, np.uint8))
    >>> round_estimates(estimate).values, round_estimates(estimate, denominator=people, factor=100.0).values
    (array([1.744]), array([1.7]))
    """
    rough = column.known & ((column.flags & APPORTIONED) > 0) & (column.values != 0)
    if not rough.any():
        return column
    digits = _SIGNIFICANT - 1 - _magnitude(np.where(rough, column.values, 1.0))
    if decimals:
        digits = np.minimum(digits, decimals)
    if denominator is not None:
        counted = rough & denominator.known & (denominator.values > 0)
        step = -_magnitude(factor / np.where(counted, denominator.values, 1.0))
        digits = np.where(counted, np.minimum(digits, step), digits)
    scale = 10.0 ** np.abs(digits)
    finer = np.round(column.values * scale) / scale
    coarser = np.round(column.values / scale) * scale
    values = np.where(rough, np.where(digits >= 0, finer, coarser), column.values)
    return Column(values, column.status, column.flags)


def _magnitude(values: NDArray[np.float64]) -> NDArray[np.int_]:
    """Power of ten of the first digit."""
    return np.floor(np.log10(np.abs(values))).astype(np.int_)
