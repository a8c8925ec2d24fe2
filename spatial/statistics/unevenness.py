"""Formulas of segregation that need no map: evenness, exposure and information.

Each takes group members of shape (n, m), one column for each of m distributions of the group, and residents of shape
(n, 1) or (n, m), all above 0, and gives m values. A column whose group or rest is empty gives NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.weights import FloatArray

Members = NDArray[np.floating[Any]] | NDArray[np.integer[Any]]
#: Cells handled at once, so that they stay in the processor's cache.
_CACHED_CELLS = 65_536


def dissimilarity(members: Members, residents: FloatArray) -> FloatArray:
    """D: ``½ Σ |x_i / X - y_i / Y|``, as ``½ Σ |x_i (1 / X + 1 / Y) - t_i / Y|``."""
    group, rest = _sums(members, residents)
    slope, offset = 1 / group + 1 / rest, 1 / rest
    total = np.zeros(members.shape[1])
    step = max(1, _CACHED_CELLS // members.shape[1])
    for start in range(0, len(members), step):
        gap = members[start : start + step] * slope
        gap -= residents[start : start + step] * offset
        np.abs(gap, out=gap)
        total += gap.sum(axis=0)
    return total / 2


def gini(members: Members, residents: FloatArray) -> FloatArray:
    """Gini: ``Σ_i Σ_j t_i t_j |p_i - p_j| / (2 T² P (1 - P))``, in ``O(n log n)`` over the sorted shares."""
    group, rest = _sums(members, residents)
    order = np.argsort(members / residents, axis=0, kind="stable")
    x = np.take_along_axis(members.astype(np.float64), order, axis=0)
    t = np.take_along_axis(np.broadcast_to(residents, members.shape), order, axis=0)
    people_before = np.cumsum(t, axis=0) - t
    members_before = np.cumsum(x, axis=0) - x
    return np.asarray((x * people_before - t * members_before).sum(axis=0) / (group * rest))


def entropy(members: Members, residents: FloatArray) -> FloatArray:
    """H: ``Σ t_i (E - E_i) / (E T)`` with the entropies of the shares (Theil)."""
    group, rest = _sums(members, residents)
    total = group + rest
    overall = -(_plogp(group / total) + _plogp(rest / total))
    share = members / residents
    local = -(_plogp(share) + _plogp(1 - share))
    return np.asarray(1 - (residents * local).sum(axis=0) / (overall * total))


def isolation(members: Members, residents: FloatArray) -> FloatArray:
    """xPx: ``Σ (x_i / X) (x_i / t_i)``."""
    group, _ = _sums(members, residents)
    return np.asarray((members * (members / residents)).sum(axis=0) / group)


def interaction(members: Members, residents: FloatArray) -> FloatArray:
    """xPy: ``Σ (x_i / X) (y_i / t_i) = 1 - xPx``."""
    return 1 - isolation(members, residents)


def correlation_ratio(members: Members, residents: FloatArray) -> FloatArray:
    """V, also eta²: ``(xPx - P) / (1 - P)``."""
    group, rest = _sums(members, residents)
    share = group / (group + rest)
    return (isolation(members, residents) - share) / (1 - share)


def atkinson(members: Members, residents: FloatArray, b: float = 0.5) -> FloatArray:
    """Atkinson: ``1 - P / (1 - P) · |Σ (1 - p_i)^(1 - b) p_i^b t_i / (P T)|^(1 / (1 - b))``."""
    group, rest = _sums(members, residents)
    share = members / residents
    mean = ((1 - share) ** (1 - b) * share**b * residents).sum(axis=0) / group
    return np.asarray(1 - group / rest * mean ** (1 / (1 - b)))


#: Indices that can be simulated, by their names in results.
FORMULAS: dict[str, Callable[[Members, FloatArray], FloatArray]] = {
    "d": dissimilarity,
    "gini": gini,
    "entropy": entropy,
    "atkinson": atkinson,
    "isolation": isolation,
    "interaction": interaction,
    "correlation_ratio": correlation_ratio,
}
#: Indices that fall as segregation grows; all others rise.
FALLING = frozenset({"interaction"})


def direction(name: str) -> int:
    """1 if a larger value of the index means more segregation, -1 if less."""
    return -1 if name in FALLING else 1


def one(name: str, members: FloatArray, residents: FloatArray) -> float:
    """Value of an index for one distribution, shape (n,)."""
    return float(FORMULAS[name](members[:, None], residents[:, None])[0])


def _sums(members: Members, residents: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sizes of the group and of the rest in each column; NaN where one of them is empty."""
    group = members.sum(axis=0).astype(np.float64)
    rest = residents.sum(axis=0) - group
    usable = (group > 0) & (rest > 0)
    return np.where(usable, group, np.nan), np.where(usable, rest, np.nan)


def _plogp(share: FloatArray) -> FloatArray:
    """``p ln p``, 0 at 0."""
    return np.asarray(share * np.log(np.where(share > 0, share, 1.0)))
