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
from service.analyses.middle import MIDDLE, Middle, middle_of
from service.analyses.neighbours import centroids, groups_of, touching, weights_among
from service.analyses.question import Question
from service.reader import ReleaseReader
from service.values import periods_by_level
from spatial import statistics
from spatial.indicators.periods import period_end
from spatial.statistics import EmptyGroup, StatisticsError, Weights

Text = dict[str, str]
FloatArray = NDArray[np.float64]

COUNTS, GAPS = "counts", "gaps"
"""What a statistic may need beside values: numerators and denominators; and whether it copes with gaps in series and
tables itself."""

RESIDENTS = "residents"
"""Column of the residents; areas without the number stay."""

NO_DENOMINATOR, NO_GROUP = "NO_DENOMINATOR", "NO_GROUP"
"""Reasons: a figure that refers to nobody; an area that belongs to none of the groups."""


class NoFigures(StatisticsError):
    """An indicator has no figures where or when they are needed."""

    reason = "no figures"

    def __init__(self, indicator: str, level: str, when: str) -> None:
        self.indicator, self.level, self.when = indicator, level, when
        super().__init__(f"no figures: {indicator} has none of the level {level} {when}")


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
        ``base:INDICATOR`` of a table; ``residents``.
    weights : Weights or None
        Binary or kernel weights over the same areas; None where the statistic takes none.
    style : str or None
        Style in which the statistic uses them.
    points : ndarray of float64, shape (n, 2)
        Centroids in the projected system, metres.
    areas_km2 : ndarray of float64, shape (n,)
    groups : tuple of str or None
        Group of each area.
    standard : float or None
        Events per head in the area of reference.
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
    standard: float | None = None
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
        return np.column_stack([self.columns[f"{prefix}:{indicator}"] for indicator in question.indicators])


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
    wanted = list(_wanted(release, question, needs))
    periods = {name: each.period for each in wanted for name in each.parts}
    columns, reasons = _figures(release, question, wanted, rows)
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
        definitions={id_: release.indicator(id_) for id_ in _indicators(question)},
        periods=periods,
        standard=None if question.reference is None else _standard(release, question),
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


def _estimated(
    release: ReleaseReader, question: Question, all_wanted: Iterable[_Wanted], *, chosen_rows: NDArray[np.intp]
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
    said = remarks.of_estimates({key: name_of[key] for key in material.keys if key in material.estimated}, material.n)
    if material.weights is not None and material.bridged:
        pairs = None if ":" in str(question.weights) else material.weights.links // 2
        choice = question.isolates is not None
        said += (remarks.of_bridges(material.bridged, gaps, pairs=pairs, choice=choice),)
    return replace(material, warnings=(*material.warnings, *said))


# -- figures ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Columns of one indicator and period: name of each, and the part of the figures it holds.

    ``missing`` tells what becomes of areas without the figure: they are ``dropped``; or dropped where all such
    columns ``lack`` it; or they ``stay``.
    """

    indicator: str
    period: str
    parts: Mapping[str, str]
    missing: str = "dropped"


_VALUES = ("values",)
_ALL_PARTS = ("values", "numerators", "denominators")


def _wanted(release: ReleaseReader, question: Question, needs: frozenset[str]) -> Iterable[_Wanted]:
    parts = _ALL_PARTS if COUNTS in needs else _VALUES
    gaps = "lack" if GAPS in needs else "dropped"
    single = (("", question.indicator, question.period), ("base_", question.indicator, question.base),
              ("second_", question.second, question.second_period))  # fmt: skip
    for prefix, indicator, period in single:
        if indicator is not None and period is not None:
            yield _Wanted(indicator, period, {f"{prefix}{part}": part for part in parts})
    for period in question.periods:
        yield _Wanted(str(question.indicator), period, {f"at:{period}:{part}": part for part in parts}, gaps)
    for prefix, until in (("of", question.period), ("base", question.base)):
        for indicator in question.indicators if prefix == "of" or until else ():
            period = newest_until(release, indicator, question.level, until)
            yield _Wanted(indicator, period, {f"{prefix}:{indicator}": "values"}, gaps)
    if question.residents is not None:
        period = newest_until(release, question.residents, question.level, question.period)
        yield _Wanted(question.residents, period, {RESIDENTS: "values"}, "stay")


def newest_until(release: ReleaseReader, indicator: str, level: str, period: str | None) -> str:
    """The newest period with figures on a level that does not end after another one; the newest of all for None.

    Raises
    ------
    NoFigures
        If all are later.
    """
    definition = release.indicator(indicator)
    periods = periods_by_level(definition)[level] or definition["periods"]
    found = [each for each in periods if period is None or period_end(each) <= period_end(period)]
    if not found:
        raise NoFigures(indicator, level, f"until {period}, the first are of {periods[0]}")
    return found[-1]


def _indicators(question: Question) -> list[str]:
    found = [question.indicator, question.second, *question.indicators, question.residents]
    return list(dict.fromkeys(each for each in found if each is not None))


def _figures(
    release: ReleaseReader, question: Question, all_wanted: Iterable[_Wanted], rows: NDArray[np.intp]
) -> tuple[dict[str, FloatArray], dict[int, dict[str, str]]]:
    """Columns of figures of some rows; and why rows are left out, the first reason of each."""
    columns: dict[str, FloatArray] = {}
    reasons: dict[int, dict[str, str]] = {}
    lacking: dict[int, dict[str, str]] = {}
    complete = np.zeros(len(rows), bool)
    for wanted in all_wanted:
        cube = release.cube(wanted.indicator, question.vintage, question.level)
        figure = cube["periods"][wanted.period]
        found = {name: _column(figure[part], rows) for name, part in wanted.parts.items()}
        columns |= found
        why = _why_missing(cube, figure, wanted, rows, found)
        if len(_indicators(question)) > 1 or question.periods or question.base:
            why = {row: each | {"indicator": wanted.indicator, "period": wanted.period} for row, each in why.items()}
        if wanted.missing == "dropped":
            reasons = why | reasons
        elif wanted.missing == "lack":
            lacking = why | lacking
            complete |= np.array([row not in why for row in rows.tolist()], bool)
    never = {row for row, once in zip(rows.tolist(), complete, strict=True) if not once}
    return columns, reasons | {row: why for row, why in lacking.items() if row in never and row not in reasons}


def _standard(release: ReleaseReader, question: Question) -> float:
    """Events per head in the area of reference."""
    key, indicator = str(question.reference), str(question.indicator)
    area = release.find_area(key, question.vintage)
    cube = release.cube(indicator, question.vintage, area.level)
    figure, row = cube["periods"][question.period], cube["keys"].index(key)
    events, population = figure["numerators"][row], figure["denominators"][row]
    if events is None or not population:
        raise EmptyGroup(f"the area of reference {key} has no published rate")
    return float(events / population)


def _centre(release: ReleaseReader, question: Question) -> tuple[float, float]:
    """Centroid of the area that is the centre."""
    x, y = release.find_area(str(question.centre_area), question.vintage).centroid
    return float(x), float(y)


def _why_missing(
    cube: Mapping[str, Any],
    figure: Mapping[str, Any],
    wanted: _Wanted,
    rows: NDArray[np.intp],
    found: Mapping[str, FloatArray],
) -> dict[int, dict[str, str]]:
    """Reason of every row in which a column has no number, or a denominator is zero."""
    missing = np.isnan(np.array(list(found.values()))).any(axis=0)
    why = {
        int(rows[place]): {"reason": str(cube["statuses"][figure["status"][rows[place]]])}
        for place in np.flatnonzero(missing).tolist()
    }
    for name, part in wanted.parts.items():
        if part == "denominators":
            empty = np.flatnonzero(~missing & ~(found[name] > 0))
            why |= {int(rows[place]): {"reason": NO_DENOMINATOR} for place in empty.tolist()}
    return why


def _column(stored: list[float | None], rows: NDArray[np.intp]) -> FloatArray:
    """Numbers of some rows; NaN where there is none."""
    return np.array([np.nan if stored[row] is None else stored[row] for row in rows.tolist()], np.float64)


# -- isolates --------------------------------------------------------------------------------------------------


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
