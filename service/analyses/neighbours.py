"""Neighbours: what a specification of weights means, and the weights it gives among some areas of a release."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries import Sentence
from service.analyses.question import Question
from service.reader import AreaTable, ReleaseReader
from spatial import statistics
from spatial.statistics import Weights
from spatial.statistics.proximity import KernelFunction

DESCRIPTION = Sentence(
    "queen (Vorgabe), rook, queen:2 (Ordnung), rook:2, knn:4 (nächste), kernel:gaussian:8 (nächste; auch triangular, "
    "epanechnikov, quartic, uniform), kernel:gaussian:15000m (feste Bandbreite), distance:15000 (Meter) oder "
    "block:kreis (eine obere Ebene oder eine Spalte der Grenzdatei)",
    "queen (default), rook, queen:2 (order), rook:2, knn:4 (nearest), kernel:gaussian:8 (nearest; also triangular, "
    "epanechnikov, quartic, uniform), kernel:gaussian:15000m (fixed bandwidth), distance:15000 (metres) or block:kreis "
    "(an upper level or a column of the boundary file)",
)

_METRES = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_SHAPES = "gaussian|triangular|epanechnikov|quartic|uniform"
# What a specification looks like, and the largest number it may have.
_FORMS = (
    (re.compile(r"(?P<kind>queen|rook)(?::(?P<amount>[0-9]{1,2}))?"), 10.0),
    (re.compile(r"(?P<kind>knn):(?P<amount>[0-9]{1,3})"), 100.0),
    (re.compile(rf"(?P<kind>kernel):(?P<shape>{_SHAPES}):(?P<amount>[0-9]{{1,3}})"), 100.0),
    (re.compile(rf"(?P<kind>kernel):(?P<shape>{_SHAPES}):(?P<metres>{_METRES})m"), 1e8),
    (re.compile(rf"(?P<kind>distance):(?P<metres>{_METRES})"), 1e8),
    (re.compile(r"(?P<kind>block):(?P<column>[^\x00-\x1f]{1,100})"), 1.0),
)


@dataclass(frozen=True, slots=True)
class Specification:
    """A specification of weights, taken apart.

    Attributes
    ----------
    kind : str
        ``queen``, ``rook``, ``knn``, ``kernel``, ``distance`` or ``block``.
    amount : int or None
        Order of contiguity, or number of nearest areas.
    metres : float or None
        Width of a distance band, or fixed bandwidth.
    shape : str or None
        Of a kernel.
    column : str or None
        Upper level, or column of the boundary file, whose areas are a block.
    """

    kind: str
    amount: int | None = None
    metres: float | None = None
    shape: KernelFunction | None = None
    column: str | None = None


def specification_of(spec: str) -> Specification | None:
    """Take a specification apart; None if it is none."""
    for form, largest in _FORMS:
        match = form.fullmatch(spec)
        if match is None:
            continue
        parts = match.groupdict()
        amount = int(parts["amount"]) if parts.get("amount") else None
        metres = float(parts["metres"]) if parts.get("metres") else None
        number = next((float(each) for each in (amount, metres) if each is not None), 1.0)
        if 0 < number <= largest:
            return Specification(parts["kind"], amount, metres, parts.get("shape"), parts.get("column"))  # type: ignore[arg-type]  # the form admits only shapes
    return None


def weights_among(
    release: ReleaseReader,
    question: Question,
    rows: NDArray[np.intp],
    populated: NDArray[np.bool_],
    known: NDArray[np.bool_],
) -> tuple[Weights, tuple[tuple[str, str], ...]]:
    """Weights among the populated areas with a value, and the pairs that were bridged.

    Raises
    ------
    StatisticsError
        If they cannot be built.
    """
    table = release.areas(question.vintage, question.level)
    specification = specification_of(str(question.weights))
    assert specification is not None  # noqa: S101 - questions are checked
    if not question.is_contiguity:
        return _other_weights(specification, table, rows[populated & known]), ()
    keys = [table.areas[row].key for row in rows]
    key_of = dict(zip(rows.tolist(), keys, strict=True))
    pairs = [
        (key_of[one], key_of[other])
        for one, other in release.contiguity(question.vintage, question.level)[question.kind_of_weights]
        if one in key_of and other in key_of
    ]
    weights = statistics.weights_from_pairs(pairs, keys, spec=str(question.weights))
    bridged: tuple[tuple[str, str], ...] = ()
    if question.isolates in (None, "bridge"):
        weights, bridged = statistics.bridge_unpopulated(weights, populated)
    else:
        weights = weights.subset(populated)
    weights = weights.subset(known[populated])
    order = specification.amount
    return (weights if order is None else statistics.higher_order(weights, order)), bridged


def _other_weights(specification: Specification, table: AreaTable, rows: NDArray[np.intp]) -> Weights:
    keys = [table.areas[row].key for row in rows]
    if specification.column is not None:
        return statistics.weights_block(groups_of(table, specification.column, rows), keys)
    points, amount, metres = centroids(table, rows), specification.amount, specification.metres
    if specification.shape is not None:
        return statistics.weights_kernel(points, keys, amount, function=specification.shape, bandwidth_m=metres)
    if amount is not None:
        return statistics.weights_knn(points, keys, amount)
    return statistics.weights_distance(points, keys, float(metres or 0))


def touching(release: ReleaseReader, question: Question, inside: Sequence[int]) -> frozenset[int]:
    """Rows outside a selection that touch it."""
    selected = set(inside)
    found = {
        outer
        for pair in release.contiguity(question.vintage, question.level)["queen"]
        for inner, outer in (pair, reversed(pair))
        if inner in selected and outer not in selected
    }
    return frozenset(found)


def groups_of(table: AreaTable, groups: str, rows: NDArray[np.intp]) -> list[str | None]:
    """Group of each row: the upper area of a level, or the entry of a column; None where there is none."""
    areas = [table.areas[row] for row in rows.tolist()]
    if any(groups in area.ancestors for area in areas):
        return [area.ancestors.get(groups) for area in areas]
    return [next((group for name, group in area.groups.items() if name.lower() == groups), None) for area in areas]


def centroids(table: AreaTable, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Centroids in the projected system, shape (n, 2)."""
    return np.array([table.areas[row].centroid for row in rows], np.float64).reshape(-1, 2)
