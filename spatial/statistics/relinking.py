"""Changing who is linked: higher orders, unpopulated areas, isolates.

Every function returns new weights and names what it did, so that an answer can tell it.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from spatial.statistics.errors import InvalidWeights, LengthMismatch, OptionOutOfRange
from spatial.statistics.proximity import as_coordinates, nearest_positions
from spatial.statistics.sentences import Sentence, at_least
from spatial.statistics.weights import IntArray, Weights, assemble

KeyPair = tuple[str, str]


def higher_order(weights: Weights, order: int) -> Weights:
    """Neighbours that can be reached in at most ``order`` steps.

    Lower orders are included: order 2 holds the neighbours and the neighbours' neighbours. An area is never
    its own neighbour.

    Parameters
    ----------
    weights : Weights
        First-order neighbours; their weights do not matter.
    order : int
        Number of steps, >= 1.

    Returns
    -------
    Weights
        Binary; ``spec`` gains the order, as in ``"queen:2"``. Order 1 gives the binary weights themselves.

    Raises
    ------
    OptionOutOfRange
        If ``order`` < 1.
    """
    if order < 1:
        raise OptionOutOfRange("order", order, at_least(1))
    if order == 1:
        return weights.binary()
    step = weights.binary().sparse()
    reached = step
    for _ in range(order - 1):
        reached = reached + reached @ step
        reached.data[:] = 1.0
    rows, columns = reached.nonzero()
    other = rows != columns
    rows, columns = rows[other], columns[other]
    return assemble(weights.keys, rows, columns, np.ones(len(rows)), spec=f"{weights.spec}:{order}", style="B")


def bridge_unpopulated(weights: Weights, populated: ArrayLike) -> tuple[Weights, tuple[KeyPair, ...]]:
    """Leave out unpopulated areas and link the areas around each of them.

    The neighbours of ONE unpopulated area become neighbours of each other; nothing else changes. Two
    unpopulated areas side by side are not joined into one, and an area that borders nothing but other gaps
    stays an isolate.

    Parameters
    ----------
    weights : Weights
        Binary weights over all areas, the unpopulated ones included.
    populated : array_like of bool, shape (n,)
        True for areas with residents.

    Returns
    -------
    weights : Weights
        Binary weights over the populated areas, in the same order; a bridge links both ways.
    bridged : tuple of (str, str)
        Pairs that are neighbours only through a bridge, each once and sorted.

    Raises
    ------
    InvalidWeights
        If the weights are not binary: a bridge has no other weight than 1.
    LengthMismatch
        If ``populated`` has not one entry for each area.
    """
    mask = np.asarray(populated, dtype=np.bool_)
    if mask.shape != (weights.n,):
        raise LengthMismatch(Sentence("Angaben, was bewohnt ist", "populated flags"), mask.size, weights.n)
    if weights.style != "B":
        raise InvalidWeights(Sentence("das Überbrücken braucht binäre Gewichte", "bridging needs binary weights"))
    new = {pair for gap in np.flatnonzero(~mask) for pair in _pairs_around(weights, mask, int(gap))}
    bridged = tuple(sorted(new))
    return _with_pairs(weights.subset(mask), bridged), bridged


def _pairs_around(weights: Weights, populated: np.ndarray[tuple[int], np.dtype[np.bool_]], gap: int) -> list[KeyPair]:
    """Pairs of populated areas that both touch the area ``gap`` and are not linked yet."""
    touching = np.union1d(weights.neighbours(gap), weights.focal[weights.indices == gap])
    around = [int(i) for i in touching if populated[i]]
    return [
        tuple(sorted((weights.keys[a], weights.keys[b])))  # type: ignore[misc]
        for a, b in combinations(around, 2)
        if b not in weights.neighbours(a) and a not in weights.neighbours(b)
    ]


def _with_pairs(weights: Weights, pairs: tuple[KeyPair, ...]) -> Weights:
    """Binary weights with further pairs linked both ways."""
    position = {key: i for i, key in enumerate(weights.keys)}
    ends: IntArray = np.array([(position[a], position[b]) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
    rows = np.concatenate([weights.focal, ends[:, 0], ends[:, 1]])
    columns = np.concatenate([weights.indices, ends[:, 1], ends[:, 0]])
    links = np.unique(np.column_stack([rows, columns]), axis=0)
    return assemble(weights.keys, links[:, 0], links[:, 1], np.ones(len(links)), spec=weights.spec, style="B")


def attach_nearest(weights: Weights, points: ArrayLike) -> tuple[Weights, tuple[KeyPair, ...]]:
    """Give every isolate its nearest area as a neighbour.

    Only isolates are touched; the link goes both ways. Equally near areas: the smaller key.

    Parameters
    ----------
    weights : Weights
        Binary weights.
    points : array_like of float, shape (n, 2), or sequence of shapely geometries
        As for `weights_knn`.

    Returns
    -------
    weights : Weights
        Binary weights without isolates (a single area stays one).
    attached : tuple of (str, str)
        Pairs that were linked, each once and sorted.

    Raises
    ------
    InvalidWeights
        If the weights are not binary.
    """
    if weights.style != "B":
        raise InvalidWeights(
            Sentence(
                "das Anschließen von Gebieten ohne Nachbarn braucht binäre Gewichte",
                "attaching isolates needs binary weights",
            )
        )
    coordinates = as_coordinates(points, weights.keys)
    isolated = np.flatnonzero(weights.isolate_mask)
    if not len(isolated) or weights.n < 2:
        return weights, ()
    nearest = nearest_positions(coordinates, weights.keys, 1)[:, 0]
    pairs = {(weights.keys[i], weights.keys[nearest[i]]) for i in isolated}
    attached = tuple(sorted({(min(pair), max(pair)) for pair in pairs}))
    return _with_pairs(weights, attached), attached


def drop_isolates(weights: Weights) -> tuple[Weights, tuple[str, ...]]:
    """Leave out the areas without neighbours.

    Returns
    -------
    weights : Weights
        Weights over the areas that have neighbours, in the same order.
    dropped : tuple of str
        Keys of the areas left out.
    """
    return weights.subset(~weights.isolate_mask), weights.isolates
