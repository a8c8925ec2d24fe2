"""The one object from which map, legend and every exported style are made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from spatial.statistics import BreakMethod, class_breaks, class_numbers
from styles.errors import (
    InvalidBreaks,
    NothingToClassify,
    StatusMismatch,
    TooManyClasses,
    UnknownMethod,
    ValueOutsideBreaks,
)
from styles.number_text import distinct_labels, format_number
from styles.palettes import MISSING, MOST_CLASSES, SECRET, Polarity, palette, palette_for

Method = Literal["quantiles", "equal", "fisher-jenks", "head-tail", "manual"]
Values = Sequence[float | None] | NDArray[np.float64]

#: Status of a value that is missing where the caller gives no statuses.
_UNSPECIFIED = "EMPTY"
#: Statuses of confidential figures.
_CONFIDENTIAL = frozenset({"SECRET", "SECRET_OR_UNKNOWN", "SECRET_OR_NONE"})
#: Radius of the symbol of the largest count, in pixels.
_LARGEST_RADIUS = 28.0


@dataclass(frozen=True)
class MapClass:
    """One class: values above ``lower`` up to ``upper`` (the first class includes ``lower``)."""

    lower: float
    upper: float
    color: str
    count: int


@dataclass(frozen=True)
class SymbolScale:
    """Circles whose area is proportional to a count.

    Attributes
    ----------
    max_value : float
        Value of the largest circle: the largest absolute value of all periods.
    max_radius : float
        Its radius in pixels.
    color : str
        Fill of the circles.
    """

    max_value: float
    max_radius: float
    color: str

    def radius(self, value: float) -> float:
        """Radius of a value in pixels; 0 has none."""
        if self.max_value == 0:
            return 0.0
        return self.max_radius * math.sqrt(abs(value) / self.max_value)

    def legend_values(self) -> tuple[float, ...]:
        """Up to three round values for the legend, ascending, none above the largest."""
        if self.max_value == 0:
            return ()
        rounded = {_round_down(self.max_value * share) for share in (1.0, 0.4, 0.1)}
        return tuple(sorted(value for value in rounded if value > 0))


@dataclass(frozen=True)
class Classification:
    """How one indicator is coloured.

    Attributes
    ----------
    method : str
        ``quantiles``, ``equal``, ``fisher-jenks``, ``head-tail``, ``manual``, or ``proportional`` for counts.
    scope : str
        Which values the breaks come from, such as ``"all periods"``.
    classes : tuple of MapClass
        From the lowest to the highest; empty for counts.
    missing_counts : tuple of (str, int)
        Number of areas without a value by status code, sorted by code.
    requested : int
        Number of classes asked for; ties can leave fewer.
    decimals : int
        Decimals of labels; more are used where two breaks would look alike.
    symbol : SymbolScale or None
        For counts, which are never drawn as coloured areas.
    """

    method: str
    scope: str
    classes: tuple[MapClass, ...]
    missing_counts: tuple[tuple[str, int], ...]
    requested: int
    decimals: int
    symbol: SymbolScale | None = None

    @property
    def breaks(self) -> tuple[float, ...]:
        """Breaks ``b0 ... bk``; empty for counts."""
        if not self.classes:
            return ()
        return (self.classes[0].lower, *(one.upper for one in self.classes))

    @property
    def colors(self) -> tuple[str, ...]:
        """Colours of the classes."""
        return tuple(one.color for one in self.classes)

    @property
    def collapsed(self) -> bool:
        """Whether ties left fewer classes than asked for."""
        return bool(self.classes) and len(self.classes) < self.requested

    def class_of(self, value: float) -> int:
        """Class of a value, counted from 0.

        Raises
        ------
        ValueOutsideBreaks
            If the value lies below the first or above the last break.
        """
        return int(_numbers(np.array([value], dtype=np.float64), self.breaks)[0])

    def labels(self, language: Literal["de", "en"]) -> tuple[str, ...]:
        """Texts of the classes for a legend, such as ``"3,4 – 5,1"``.

        Parameters
        ----------
        language : {"de", "en"}
            Decides on the decimal mark and the words.

        Returns
        -------
        tuple of str
            Classes after the first begin with "more than": ``"> 5,1 – 7,0"``.
        """
        edges = distinct_labels(self.breaks, self.decimals, language)
        texts = []
        for number, one in enumerate(self.classes):
            lower, upper = edges[number], edges[number + 1]
            if one.lower == one.upper:
                texts.append(lower)
            else:
                texts.append(f"{lower} – {upper}" if number == 0 else f"> {lower} – {upper}")
        return tuple(texts)

    def to_dict(self) -> dict[str, Any]:
        """JSON form for the viewer: breaks and classes, or the symbol scale, and the areas without a value."""
        labels_de, labels_en = self.labels("de"), self.labels("en")
        return {
            "method": self.method,
            "scope": self.scope,
            "breaks": list(self.breaks),
            "classes": [
                {
                    "from": one.lower,
                    "to": one.upper,
                    "color": one.color,
                    "count": one.count,
                    "label": {"de": labels_de[number], "en": labels_en[number]},
                }
                for number, one in enumerate(self.classes)
            ],
            "collapsed": self.collapsed,
            "missing": {
                "color": MISSING.color,
                "hatch": MISSING.hatch,
                "secret": {"color": SECRET.color, "hatch": SECRET.hatch},
                "counts": dict(self.missing_counts),
            },
            "symbol": None if self.symbol is None else _symbol_dict(self.symbol, self.decimals),
        }

    def fill_of(self, value: float | None, status: str = _UNSPECIFIED) -> tuple[str, str]:
        """Colour and hatch of one area.

        Parameters
        ----------
        value : float or None
            Value; None or NaN where there is none.
        status : str
            Status code of an area without a value.

        Returns
        -------
        color, hatch : str
            An area with a value has the hatch ``"none"``.
        """
        if value is None or math.isnan(value):
            fill = SECRET if status in _CONFIDENTIAL else MISSING
            return fill.color, fill.hatch
        return self.classes[self.class_of(value)].color, "none"


def classify(
    values: Values,
    *,
    breaks_over: Values | None = None,
    statuses: Sequence[str] | None = None,
    method: Method = "quantiles",
    k: int = 5,
    breaks: Sequence[float] | None = None,
    palette_name: str | None = None,
    polarity: Polarity = 0,
    decimals: int = 1,
    scope: str = "all periods",
) -> Classification:
    """Classify the values of a map.

    Breaks come from ``breaks_over`` (all public values of all periods), so that a colour means the same in every
    period; ``count`` tells how many of ``values`` are in each class.

    Parameters
    ----------
    values : sequence of float or None, length n
        Public values of the map; None or NaN where there is none.
    breaks_over : sequence of float or None, optional
        Public values that set the breaks; ``values`` themselves if left out. Gaps are ignored.
    statuses : sequence of str, length n, optional
        Status code of each area, for the counts of areas without a value; otherwise these count as ``EMPTY``.
    method : str
        ``quantiles``, ``equal``, ``fisher-jenks``, ``head-tail``, or ``manual`` with ``breaks``.
    k : int
        Number of classes, 1 to 9.
    breaks : sequence of float, optional
        Ascending breaks for ``manual``.
    palette_name : str, optional
        A palette; otherwise the one for the polarity.
    polarity : {-1, 0, 1}
        Whether much is unfavourable, neutral or favourable.
    decimals : int
        Decimals of labels.
    scope : str
        What ``breaks_over`` holds, in words.

    Returns
    -------
    Classification

    Raises
    ------
    NothingToClassify
        If there is no value to make breaks from.
    ValueOutsideBreaks
        If a value is not covered by the breaks.
    UnknownMethod, TooManyClasses, InvalidBreaks, StatusMismatch, UnknownPalette
        If an option is impossible.

    Examples
    --------
    >>> result = classify([1.0, None, 4.0], breaks_over=[1.0, 2.0, 3.0, 4.0], k=2)
    >>> result.breaks, [one.count for one in result.classes], result.missing_counts
    ((1.0, 2.5, 4.0), [1, 1], (('EMPTY', 1),))
    """
    array = _as_array(values)
    missing = _missing_counts(array, statuses)
    known = array[~np.isnan(array)]
    edges = _edges(known if breaks_over is None else _known(breaks_over), method, k, breaks)
    count = len(edges) - 1
    colors = palette(palette_name or palette_for(polarity), count)
    counts = np.bincount(_numbers(known, edges), minlength=count)
    classes = tuple(MapClass(edges[i], edges[i + 1], colors[i], int(counts[i])) for i in range(count))
    requested = count if method == "manual" else k
    return Classification(method, scope, classes, missing, requested, decimals)


def scale_symbols(
    values: Values,
    *,
    breaks_over: Values | None = None,
    statuses: Sequence[str] | None = None,
    polarity: Polarity = 0,
    decimals: int = 0,
    scope: str = "all periods",
) -> Classification:
    """Scale the symbols of a map of counts.

    Counts grow with the size of an area, so a coloured area would mislead; circles carry them instead.

    Parameters
    ----------
    values, breaks_over, statuses, polarity, decimals, scope
        As for `classify`; ``breaks_over`` sets the largest value.

    Returns
    -------
    Classification
        Without classes, with ``symbol``.

    Raises
    ------
    NothingToClassify, ValueOutsideBreaks, StatusMismatch
        As for `classify`.
    """
    array = _as_array(values)
    missing = _missing_counts(array, statuses)
    known = array[~np.isnan(array)]
    largest = float(np.abs(known if breaks_over is None else _known(breaks_over)).max(initial=-1.0))
    if largest < 0:
        raise NothingToClassify
    above = known[np.abs(known) > largest * (1 + 1e-12)]
    if len(above):
        raise ValueOutsideBreaks(float(above[0]), -largest, largest)
    symbol = SymbolScale(largest, _LARGEST_RADIUS, palette(palette_for(polarity), 5)[3])
    return Classification("proportional", scope, (), missing, 0, decimals, symbol)


def _edges(source: NDArray[np.float64], method: Method, k: int, breaks: Sequence[float] | None) -> tuple[float, ...]:
    """Breaks by method."""
    if method not in get_args(Method):
        raise UnknownMethod(method, get_args(Method))
    if not 1 <= k <= MOST_CLASSES:
        raise TooManyClasses(k, MOST_CLASSES)
    if method == "manual":
        edges = tuple(float(one) for one in breaks or ())
        if len(edges) < 2 or edges[0] > edges[1] or not all(a < b for a, b in pairwise(edges[1:])):
            raise InvalidBreaks(edges)
        if len(edges) > MOST_CLASSES + 1:
            raise TooManyClasses(len(edges) - 1, MOST_CLASSES)
        return edges
    if not len(source):
        raise NothingToClassify
    computed: BreakMethod = method
    return class_breaks(source, computed, k).breaks


def _as_array(values: Values) -> NDArray[np.float64]:
    """Values with NaN where there is none."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _known(values: Values) -> NDArray[np.float64]:
    """Values without the gaps."""
    array = _as_array(values)
    return np.asarray(array[~np.isnan(array)])


def _numbers(values: NDArray[np.float64], breaks: Sequence[float]) -> NDArray[np.int64]:
    """Class of each value; every value must be covered by the breaks."""
    numbers = class_numbers(values, breaks)
    outside = (numbers < 0) | (numbers >= len(breaks) - 1)
    if outside.any():
        raise ValueOutsideBreaks(float(values[outside][0]), breaks[0], breaks[-1])
    return numbers


def _missing_counts(values: NDArray[np.float64], statuses: Sequence[str] | None) -> tuple[tuple[str, int], ...]:
    """Number of areas without a value by status."""
    gaps = np.flatnonzero(np.isnan(values))
    if statuses is None:
        return ((_UNSPECIFIED, len(gaps)),) if len(gaps) else ()
    if len(statuses) != len(values):
        raise StatusMismatch(f"{len(statuses)} statuses for {len(values)} values")
    counts: dict[str, int] = {}
    for i in gaps:
        code = str(statuses[int(i)])
        counts[code] = counts.get(code, 0) + 1
    return tuple(sorted(counts.items()))


def _symbol_dict(symbol: SymbolScale, decimals: int) -> dict[str, Any]:
    """JSON form of a symbol scale."""
    return {
        "max_value": symbol.max_value,
        "max_radius": symbol.max_radius,
        "color": symbol.color,
        "legend": [
            {
                "value": value,
                "radius": symbol.radius(value),
                "label": {
                    "de": format_number(value, decimals, "de"),
                    "en": format_number(value, decimals, "en"),
                },
            }
            for value in symbol.legend_values()
        ],
    }


def _round_down(value: float) -> float:
    """Largest 1, 2 or 5 times a power of ten that does not exceed the value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= value * (1 + 1e-12))
