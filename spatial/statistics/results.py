"""What the statistics of spatial autocorrelation return."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from spatial.statistics.weights import BoolArray, FloatArray, Weights

Assumption = Literal["randomisation", "normality"]

#: Names of the quadrants 1 to 4 of the Moran scatter plot; 0: the area or its surroundings lie on the mean.
QUADRANTS = ("", "high-high", "low-high", "low-low", "high-low")
#: A variance below this share of the squared statistic is rounding: all areas are neighbours of each other.
_NOISE = 1e-12
NOT_SIGNIFICANT, ISOLATED, UNDEFINED = "not-significant", "isolated", "undefined"
#: Classes of areas that are the core of no cluster: not called, or called as outliers.
_NO_CORE = frozenset({NOT_SIGNIFICANT, ISOLATED, UNDEFINED, "high-low", "low-high", "negative"})


@dataclass(frozen=True)
class Part:
    """One number of a statistic that gives several, such as the joins of one kind.

    Attributes
    ----------
    value, expectation, variance, p : float
        As for `GlobalResult`.
    """

    value: float
    expectation: float
    variance: float
    p: float

    @property
    def z(self) -> float:
        """``(value - expectation) / sqrt(variance)``; NaN where every arrangement gives the same value."""
        return standardised_value(self.value, self.expectation, self.variance)

    @property
    def p_analytic(self) -> float:
        """Two-sided p of ``z`` under the normal distribution; NaN where ``z`` is."""
        return normal_p(self.z)


@dataclass(frozen=True, eq=False)
class GlobalResult:
    """A global statistic: one number for all areas together.

    Attributes
    ----------
    method : str
        Name of the statistic, such as ``"moran"``.
    value, expectation, variance : float
        The statistic, and its moments if the values were spread over the areas at random.
    variance_assumption : str
        What ``variance`` assumes: ``"randomisation"``, ``"normality"``, or ``"free sampling"`` of join counts.
    p : float
        Two-sided permutation p, ``min(1, 2 (b + 1) / (R + 1))`` with ``b`` the smaller tail: the one to
        report.
    permutations, seed : int
        How ``p`` was simulated.
    weights : Weights
        The weights as used, standardised.
    parts : mapping of str to Part
        The numbers of a statistic that gives several, by name; the main one is among them. Empty for others.
    companions : mapping of str to float
        Figures to be read beside the statistic, by name, such as Pearson's correlation; NaN where undefined.
    """

    method: str
    value: float
    expectation: float
    variance: float
    variance_assumption: str
    p: float
    permutations: int
    seed: int
    weights: Weights
    parts: Mapping[str, Part] = field(default_factory=dict)
    companions: Mapping[str, float] = field(default_factory=dict)

    p_convention: Literal["doubled"] = "doubled"
    alternative: Literal["two-sided"] = "two-sided"

    @property
    def z(self) -> float:
        """``(value - expectation) / sqrt(variance)``; NaN where every arrangement gives the same value."""
        return standardised_value(self.value, self.expectation, self.variance)

    @property
    def p_analytic(self) -> float:
        """Two-sided p of ``z`` under the normal distribution; rough for few areas and skewed values."""
        return normal_p(self.z)

    @property
    def smallest_p(self) -> float:
        """The smallest p that this number of permutations can give."""
        return min(1.0, 2.0 / (self.permutations + 1))

    @property
    def n(self) -> int:
        """Number of areas, isolates included."""
        return self.weights.n


@dataclass(frozen=True, eq=False)
class LocalResult:
    """A local statistic: one number for each area.

    All arrays have shape (n,), follow ``keys`` and are read-only.

    Attributes
    ----------
    method : str
        Name of the statistic, such as ``"local-moran"`` or ``"getis-ord"`` (Gi*).
    values, statistic, expectation, variance, z : ndarray of float64
        Value, statistic, its analytic moments, and the standardised statistic; NaN where undefined.
    variance_assumption : str
        What the moments assume.
    p_analytic : ndarray of float64
        Two-sided p of ``z`` under the normal distribution, unreliable for few neighbours; NaN where ``z`` is.
    p, p_fdr, p_bonferroni : ndarray of float64
        Two-sided conditional permutation p, and p adjusted for the number of tested areas; NaN where not
        tested.
    quadrant : ndarray of int8
        1 high-high, 2 low-high, 3 low-low, 4 high-low by the signs of the deviation from the mean and of its
        spatial lag; 0 on the mean or without neighbours. Given whatever p is.
    classes : tuple of str
        The class on a map; follows ``p_fdr``.
    tested : ndarray of bool
        False for isolates and where the statistic is undefined.
    smallest_p_each : ndarray of float64
        Bound of the p that each area could reach; NaN where not tested.
    permutations, seed : int
        How p was simulated.
    weights : Weights
        The weights as used, without self weights.
    companions : mapping of str to float
        Figures to be read beside the statistic, by name; NaN where undefined.
    """

    method: str
    values: FloatArray
    statistic: FloatArray
    expectation: FloatArray
    variance: FloatArray
    variance_assumption: str
    z: FloatArray
    p: FloatArray
    p_fdr: FloatArray
    p_bonferroni: FloatArray
    quadrant: NDArray[np.int8]
    classes: tuple[str, ...]
    tested: BoolArray
    smallest_p_each: FloatArray
    permutations: int
    seed: int
    weights: Weights
    companions: Mapping[str, float] = field(default_factory=dict)

    p_convention: Literal["doubled"] = "doubled"
    alternative: Literal["two-sided"] = "two-sided"

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                copy = value.copy()
                copy.setflags(write=False)
                object.__setattr__(self, name, copy)

    @property
    def p_analytic(self) -> FloatArray:
        """Two-sided p of ``z`` under the normal distribution; NaN where ``z`` is."""
        return np.array([normal_p(z) for z in self.z.tolist()])

    @property
    def roles(self) -> tuple[Literal["core", "neighbour"] | None, ...]:
        """Part of each area in the clusters: ``core`` where it is called, ``neighbour`` beside a core; else None.

        An area is called a core together with its neighbours, whose values make it one: a cluster is both. Outliers
        (``high-low``, ``low-high``, ``negative``) are no cores.
        """
        core = np.array([name not in _NO_CORE for name in self.classes], bool)
        beside = np.zeros(self.n, bool)
        beside[self.weights.indices[core[self.weights.focal]]] = True
        return tuple(
            "core" if called else "neighbour" if near else None
            for called, near in zip(core.tolist(), beside.tolist(), strict=True)
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the areas."""
        return self.weights.keys

    @property
    def n(self) -> int:
        """Number of areas, isolates included."""
        return self.weights.n

    @property
    def smallest_p(self) -> float:
        """The smallest p that any area could reach; 1 where none is tested."""
        return float(np.nanmin(self.smallest_p_each)) if self.tested.any() else 1.0

    @property
    def n_tested(self) -> int:
        """Number of tested areas: the number of tests that the adjusted p account for."""
        return int(self.tested.sum())

    @property
    def quadrant_names(self) -> tuple[str | None, ...]:
        """Names of the quadrants; None where the area or its surroundings lie on the mean."""
        return tuple(QUADRANTS[q] or None for q in self.quadrant)

    def class_counts(self) -> dict[str, int]:
        """Count the areas in each class that occurs."""
        return dict(Counter(self.classes))


def normal_p(z: float) -> float:
    """Two-sided p of a standard normal variate."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def standardised_value(value: float, expectation: float, variance: float) -> float:
    """``(value - expectation) / sqrt(variance)``; NaN where the variance vanishes."""
    if variance <= _NOISE * max(value**2, expectation**2):
        return math.nan
    return float((value - expectation) / variance**0.5)


def named(codes: NDArray[np.integer[Any]], names: Sequence[str]) -> tuple[str, ...]:
    """Give the name of each code, shape (n,)."""
    table = np.array(names, dtype=object)
    return tuple(table[codes].tolist())


def standardised(statistic: FloatArray, expectation: FloatArray, variance: FloatArray) -> FloatArray:
    """``(statistic - expectation) / sqrt(variance)``; NaN where the variance vanishes."""
    usable = variance > 0
    root = np.sqrt(np.where(usable, variance, 1.0))
    return np.where(usable, (statistic - expectation) / root, np.nan)
