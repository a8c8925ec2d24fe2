"""Preparing an analysis: from a question to values and weights.

In this order: select the areas, take out unpopulated ones (bridging over them if asked), take out areas without a
value, deal with isolates. Everything that is taken out is listed with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.reader import AreaTable, ReleaseReader
from spatial import statistics
from spatial.statistics import Weights

Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; every field is known to the release."""

    indicator: str
    period: str
    level: str
    within: str | None
    vintage: str
    weights: str
    style: str | None
    isolates: str
    ring: bool
    permutations: int
    seed: int

    @property
    def kind_of_weights(self) -> str:
        """First part of the specification: ``queen``, ``rook``, ``knn``, ``kernel`` or ``distance``."""
        return self.weights.partition(":")[0]

    @property
    def is_contiguity(self) -> bool:
        """Whether neighbours are areas that touch."""
        return self.kind_of_weights in ("queen", "rook")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Values and weights of the areas that are left, and what was done on the way.

    Attributes
    ----------
    rows : ndarray of int, shape (n,)
        Rows of the areas in the release's table.
    values : ndarray of float64, shape (n,)
    weights : Weights
        Binary, over the same areas.
    bridged : tuple of (str, str)
        Pairs that became neighbours over an unpopulated area.
    dropped : tuple of dict
        Key and reason of every area that was taken out.
    ring : frozenset of int
        Rows from outside the selection.
    warnings : tuple of dict
        In German and English.
    """

    rows: NDArray[np.intp]
    values: NDArray[np.float64]
    weights: Weights
    bridged: tuple[tuple[str, str], ...] = ()
    dropped: tuple[dict[str, str], ...] = ()
    ring: frozenset[int] = frozenset()
    warnings: tuple[Text, ...] = field(default=())


def prepare(release: ReleaseReader, question: Question) -> Prepared:
    """Values and weights for a question.

    Raises
    ------
    StatisticsError
        If the weights cannot be built.
    """
    table = release.areas(question.vintage, question.level)
    inside = table.rows_within(question.within)
    ring = _ring(release, question, inside) if question.ring else frozenset[int]()
    rows = np.array(sorted({*inside, *ring}), np.intp)
    populated = np.array([table.areas[row].populated for row in rows], bool)
    dropped = [{"key": table.areas[row].key, "reason": "unpopulated"} for row in rows[~populated].tolist()]
    cube = release.cube(question.indicator, question.vintage, question.level)
    figure = cube["periods"][question.period]
    known = np.array([figure["values"][row] is not None for row in rows], bool)
    dropped += [
        {"key": table.areas[row].key, "reason": cube["statuses"][figure["status"][row]]}
        for row in rows[populated & ~known].tolist()
    ]
    weights, bridged = _weights(release, question, table, rows, populated, known)
    rows = rows[populated & known]
    values = np.array([figure["values"][row] for row in rows], np.float64)
    prepared = Prepared(rows, values, weights, bridged, tuple(dropped), ring)
    return _without_isolates(question, table, prepared)


def _ring(release: ReleaseReader, question: Question, inside: list[int]) -> frozenset[int]:
    """Rows outside the selection that touch it."""
    selected = set(inside)
    touching = {
        outer
        for pair in release.contiguity(question.vintage, question.level)["queen"]
        for inner, outer in (pair, reversed(pair))
        if inner in selected and outer not in selected
    }
    return frozenset(touching)


def _weights(
    release: ReleaseReader,
    question: Question,
    table: AreaTable,
    rows: NDArray[np.intp],
    populated: NDArray[np.bool_],
    known: NDArray[np.bool_],
) -> tuple[Weights, tuple[tuple[str, str], ...]]:
    """Weights among the populated areas with a value, and the pairs that were bridged."""
    if not question.is_contiguity:
        return _weights_by_distance(question, table, rows[populated & known]), ()
    keys = [table.areas[row].key for row in rows]
    key_of = dict(zip(rows.tolist(), keys, strict=True))
    pairs = [
        (key_of[one], key_of[other])
        for one, other in release.contiguity(question.vintage, question.level)[question.kind_of_weights]
        if one in key_of and other in key_of
    ]
    weights = statistics.weights_from_pairs(pairs, keys, spec=question.weights)
    bridged: tuple[tuple[str, str], ...] = ()
    if question.isolates == "bridge":
        weights, bridged = statistics.bridge_unpopulated(weights, populated)
    else:
        weights = weights.subset(populated)
    weights = weights.subset(known[populated])
    order = question.weights.partition(":")[2]
    return (statistics.higher_order(weights, int(order)) if order else weights), bridged


def _weights_by_distance(question: Question, table: AreaTable, rows: NDArray[np.intp]) -> Weights:
    keys = [table.areas[row].key for row in rows]
    points = _points(table, rows)
    kind, _, amount = question.weights.partition(":")
    if kind == "knn":
        return statistics.weights_knn(points, keys, int(amount))
    if kind == "kernel":
        return statistics.weights_kernel(points, keys, int(amount.partition(":")[2]))
    return statistics.weights_distance(points, keys, float(amount))


def _without_isolates(question: Question, table: AreaTable, prepared: Prepared) -> Prepared:
    """Apply the policies ``knn1`` and ``drop``; ``bridge`` leaves other isolates as they are."""
    isolates = prepared.weights.isolates
    if not isolates or question.isolates == "bridge":
        return prepared
    if question.isolates == "knn1":
        weights, _ = statistics.attach_nearest(prepared.weights, _points(table, prepared.rows))
        names = ", ".join(table.areas[table.row_of[key]].name for key in isolates)
        warning = {
            "de": f"Ohne Nachbarn, deshalb mit dem nächsten Gebiet verbunden: {names}.",
            "en": f"Without neighbours, so linked with the nearest area: {names}.",
        }
        return replace(prepared, weights=weights, warnings=(*prepared.warnings, warning))
    stays = ~prepared.weights.isolate_mask
    return replace(
        prepared,
        rows=prepared.rows[stays],
        values=prepared.values[stays],
        weights=prepared.weights.subset(stays),
        dropped=(*prepared.dropped, *({"key": key, "reason": "isolated"} for key in isolates)),
    )


def _points(table: AreaTable, rows: NDArray[np.intp]) -> NDArray[Any]:
    """Centroids in the projected system, shape (n, 2)."""
    return np.array([table.areas[row].centroid for row in rows], np.float64).reshape(-1, 2)
