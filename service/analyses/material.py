"""Preparing an analysis: from a question to arrays.

In this order, for every statistic: select the areas, take out unpopulated ones (bridging over them if asked), take
out areas for which a figure that the statistic needs is missing or protected, rebuild the weights, deal with
isolates. Everything that is taken out is listed with its reason. All figures are those of the release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.analyses import remarks
from service.analyses.borders import BORDERS, Borders, borders_among
from service.analyses.cautions import cautions
from service.analyses.figures import Wanted, figures_of, indicators_of, wanted_of
from service.analyses.middle import MIDDLE, Middle, middle_of
from service.analyses.neighbours import centroids, groups_of, touching, weights_among
from service.analyses.question import Question
from service.analyses.standard import Standard, standard_of
from service.reader import ReleaseReader
from spatial import statistics
from spatial.statistics import TooFewAreas, Weights

Text = dict[str, str]
FloatArray = NDArray[np.float64]

_SEVERAL = 2

NO_GROUP = "NO_GROUP"
"""Reason: an area that belongs to none of the groups."""


@dataclass(frozen=True, slots=True)
class Material:
    """Arrays of the areas that are left, and what was done on the way.

    Attributes
    ----------
    keys, names : tuple of str, length n
    rows : ndarray of int, shape (n,)
        Rows of the areas in the release's table.
    columns : dict of str to ndarray of float64, shape (n,)
        By name: ``values``, ``numerators``, ``denominators``, each with the prefix ``second_`` for the second
        indicator or ``base_`` for the earlier period; ``at:PERIOD:values`` of a series; ``of:INDICATOR`` and
        ``base:INDICATOR`` of a table; ``cases:INDICATOR``, ``population:INDICATOR`` and ``observed`` of groups of the
        population; ``residents``.
    weights : Weights or None
        Binary or kernel weights over the same areas; None where the statistic takes none.
    style : str or None
        Style in which the statistic uses them.
    points : ndarray of float64, shape (n, 2)
        Centroids in the projected system, metres.
    areas_km2 : ndarray of float64, shape (n,)
    groups : tuple of str or None
        Group of each area.
    standard : Standard or None
        Events and people of the area of reference.
    centre : tuple of two floats or None
        Centroid of the area that is the centre.
    middle : Middle or None
        Value of the whole that the areas make up.
    periods : dict of str to str
        Period of each column of a table.
    definitions : dict of str to dict
        Definitions of the indicators by id.
    bridged : tuple of (str, str)
        Pairs that became neighbours over an unpopulated area.
    dropped : tuple of dict
        Key and reason of every area that was taken out.
    others : ndarray of bool, shape (n,), or None
        Areas of the second selection, where there are two.
    ring : frozenset of str
        Keys from outside the selection.
    estimated : frozenset of str
        Keys of areas with an estimated figure.
    warnings : tuple of dict
        In German and English.
    disclosure_version : str
        Version of the rules by which the figures were protected.
    borders : Borders or None
        Common borders and perimeters.
    release : int
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    rows: NDArray[np.intp]
    columns: dict[str, FloatArray]
    weights: Weights | None
    points: FloatArray
    areas_km2: FloatArray
    release: int
    definitions: Mapping[str, dict[str, Any]]
    periods: Mapping[str, str] = field(default_factory=dict)
    style: str | None = None
    groups: tuple[str, ...] | None = None
    standard: Standard | None = None
    centre: tuple[float, float] | None = None
    middle: Middle | None = None
    bridged: tuple[tuple[str, str], ...] = ()
    dropped: tuple[dict[str, str], ...] = ()
    others: NDArray[np.bool_] | None = None
    ring: frozenset[str] = frozenset()
    estimated: frozenset[str] = frozenset()
    warnings: tuple[Text, ...] = field(default=())
    disclosure_version: str = ""
    borders: Borders | None = None

    @property
    def n(self) -> int:
        """Number of areas."""
        return len(self.keys)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which areas lie in the selection, not around it, shape (n,)."""
        return np.array([key not in self.ring for key in self.keys], np.bool_)

    @property
    def around(self) -> tuple[str, ...]:
        """Keys of the areas around the selection."""
        return tuple(key for key in self.keys if key in self.ring)

    @property
    def linked(self) -> Weights:
        """The weights, where the statistic takes some."""
        assert self.weights is not None  # noqa: S101 - the registry gives weights to every statistic that asks
        return self.weights

    def series(self, question: Question, part: str = "values") -> FloatArray:
        """Values, numerators or denominators of the periods, shape (periods, n)."""
        return np.array([self.columns[f"at:{period}:{part}"] for period in question.periods])

    def table(self, question: Question, prefix: str = "of") -> FloatArray:
        """Values of the indicators, shape (n, indicators)."""
        return self.beside(prefix, question.indicators)

    def beside(self, prefix: str, indicators: Iterable[str]) -> FloatArray:
        """Columns of some indicators side by side, shape (n, indicators)."""
        return np.column_stack([self.columns[f"{prefix}:{indicator}"] for indicator in indicators])


def require_several(material: Material) -> None:
    """Refuse to compare a single area with all areas together, which is itself.

    Raises
    ------
    TooFewAreas
    """
    if material.n < _SEVERAL:
        raise TooFewAreas(material.n, _SEVERAL)


def prepare(
    release: ReleaseReader, question: Question, *, needs: frozenset[str] = frozenset(), style: str | None = None
) -> Material:
    """Arrays for a question.

    Parameters
    ----------
    release : ReleaseReader
    question : Question
    needs : frozenset of str
        What is needed beside values: ``counts``, ``gaps``, ``middle``, ``borders``.
    style : str, optional
        Style in which the statistic uses the weights.

    Raises
    ------
    StatisticsError
        If the weights cannot be built.
    """
    table = release.areas(question.vintage, question.level)
    inside = table.rows_within(question.within)
    others = set() if question.second_within is None else set(table.rows_within(question.second_within))
    ring = touching(release, question, inside) if question.ring else frozenset[int]()
    rows = np.array(sorted({*inside, *ring, *others}), np.intp)
    populated = np.array([table.areas[row].populated for row in rows], bool)
    dropped = [{"key": table.areas[row].key, "reason": "unpopulated"} for row in rows[~populated].tolist()]
    wanted = list(wanted_of(release, question, needs))
    periods = {name: each.period for each in wanted for name in each.parts}
    columns, reasons = figures_of(release, question, wanted, rows)
    groups = None if question.groups is None else groups_of(table, question.groups, rows)
    for row, group in zip(rows.tolist(), groups or (), strict=bool(groups)):
        if group is None:
            reasons.setdefault(row, {"reason": NO_GROUP})
    known = np.array([row not in reasons for row in rows.tolist()], bool)
    dropped += [{"key": table.areas[row].key, **reasons[row]} for row in rows[populated & ~known].tolist()]
    weights: Weights | None = None
    bridged: tuple[tuple[str, str], ...] = ()
    if question.weights is not None:
        weights, bridged = weights_among(release, question, rows, populated, known)
    used = populated & known
    chosen = [table.areas[row] for row in rows[used].tolist()]
    material = Material(
        keys=tuple(area.key for area in chosen),
        names=tuple(area.name for area in chosen),
        rows=rows[used],
        columns={name: column[used] for name, column in columns.items()},
        weights=weights,
        points=centroids(table, rows[used]),
        areas_km2=np.array([area.area_km2 for area in chosen], np.float64),
        release=release.number,
        definitions={id_: release.indicator(id_) for id_ in indicators_of(question)},
        periods=periods,
        standard=None if question.reference is None else standard_of(release, question),
        centre=None if question.centre_area is None else _centre(release, question),
        middle=middle_of(release, question, rows[used]) if MIDDLE in needs else None,
        style=style,
        groups=None if groups is None else tuple(str(groups[place]) for place in np.flatnonzero(used).tolist()),
        bridged=_among(bridged, {area.key for area in chosen}),
        dropped=tuple(dropped),
        others=np.array([row in others for row in rows[used].tolist()], np.bool_),
        ring=frozenset(table.areas[row].key for row in ring),
        estimated=_estimated(release, question, wanted, chosen_rows=rows[used]),
        warnings=cautions(release, question, needs, periods),
        disclosure_version=str(release.manifest.about.get("disclosure_version", "")),
        borders=borders_among(release, question, rows[used]) if BORDERS in needs else None,
    )
    gaps = [table.areas[row].name for row in rows[~populated].tolist()]
    return _remarked(question, _without_isolates(question, material), gaps)


def _centre(release: ReleaseReader, question: Question) -> tuple[float, float]:
    """Centroid of the area that is the centre."""
    x, y = release.find_area(str(question.centre_area), question.vintage).centroid
    return float(x), float(y)


def _estimated(
    release: ReleaseReader, question: Question, all_wanted: Iterable[Wanted], *, chosen_rows: NDArray[np.intp]
) -> frozenset[str]:
    """Keys of the areas with an estimated figure."""
    found: set[str] = set()
    for wanted in all_wanted:
        cube = release.cube(wanted.indicator, question.vintage, question.level)
        figure = cube["periods"][wanted.period]
        found |= {str(cube["keys"][row]) for row in chosen_rows.tolist() if remarks.is_estimated(figure, row)}
    return frozenset(found)


def _among(pairs: Iterable[tuple[str, str]], keys: set[str]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in pairs if keys.issuperset(pair))


def _remarked(question: Question, material: Material, gaps: list[str]) -> Material:
    """Add what the figures and neighbours that are used warn of."""
    name_of = dict(zip(material.keys, material.names, strict=True))
    said = remarks.of_secret(remarks.secret_areas(material.dropped))
    said += remarks.of_estimates({key: name_of[key] for key in material.keys if key in material.estimated}, material.n)
    if material.weights is not None and material.bridged:
        pairs = None if ":" in str(question.weights) else material.weights.links // 2
        matters = "choice" if question.isolates is not None else "all" if material.borders is None else "some"
        said += (remarks.of_bridges(material.bridged, gaps, pairs=pairs, matters=matters),)
    return replace(material, warnings=(*material.warnings, *said))


def _without_isolates(question: Question, material: Material) -> Material:
    """Apply the policies ``knn1`` and ``drop``; ``bridge`` leaves other isolates as they are."""
    if material.weights is None or not material.weights.isolates or question.isolates in (None, "bridge"):
        return material
    isolates = material.weights.isolates
    if question.isolates == "knn1":
        weights, _ = statistics.attach_nearest(material.weights, material.points)
        name_of = dict(zip(material.keys, material.names, strict=True))
        names = ", ".join(name_of[key] for key in isolates)
        warning = {
            "de": f"Ohne Nachbarn, deshalb mit dem nächsten Gebiet verbunden: {names}.",
            "en": f"Without neighbours, so linked with the nearest area: {names}.",
        }
        return replace(material, weights=weights, warnings=(*material.warnings, warning))
    reasons = tuple({"key": key, "reason": "isolated"} for key in isolates)
    kept = _subset(material, ~material.weights.isolate_mask)
    return replace(kept, dropped=(*material.dropped, *reasons))


def _subset(material: Material, keep: NDArray[np.bool_]) -> Material:
    places = np.flatnonzero(keep).tolist()
    groups = material.groups
    return replace(
        material,
        keys=tuple(material.keys[place] for place in places),
        names=tuple(material.names[place] for place in places),
        rows=material.rows[keep],
        columns={name: column[keep] for name, column in material.columns.items()},
        weights=None if material.weights is None else material.weights.subset(keep),
        points=material.points[keep],
        areas_km2=material.areas_km2[keep],
        groups=None if groups is None else tuple(groups[place] for place in places),
        others=None if material.others is None else material.others[keep],
        borders=None if material.borders is None else material.borders.subset(keep),
    )
