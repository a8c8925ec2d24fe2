"""Spatial weights: who is whose neighbour, and how much each neighbour counts.

``Weights`` is immutable: every change gives a new object, so a statistic can never alter what its caller
holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spatial.statistics.errors import DuplicateKeys, InvalidWeights, LengthMismatch
from spatial.statistics.sentences import Sentence

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Style = Literal["B", "R", "O"]

#: Derived properties that depend on the links only, not on their weights.
_OF_LINKS = ("focal", "cardinalities", "isolate_mask", "key_order")


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of ``n`` areas as compressed sparse rows.

    Row ``i`` lists the neighbours of area ``i``: ``indices[indptr[i]:indptr[i + 1]]`` with the weights in
    ``data`` at the same places. An area without neighbours is an *isolate*; its row is empty.

    Attributes
    ----------
    keys : tuple of str, length n
        Keys of the areas, unique; values are given in this order.
    indptr : ndarray of int64, shape (n + 1,)
        Where the rows begin; read-only.
    indices : ndarray of int64, shape (links,)
        Neighbours, ascending within a row, never the area itself; read-only.
    data : ndarray of float64, shape (links,)
        Weights, positive and finite; read-only.
    spec : str
        How the weights were made: ``"queen"``, ``"knn:4"``, ``"distance:15000"``, ``"queen:2"`` ...
    style : {"B", "R", "O"}
        Binary, row-standardised, or any other weights.

    Raises
    ------
    DuplicateKeys
        If a key occurs twice.
    LengthMismatch, InvalidWeights
        If the arrays do not form valid rows: negative, zero, infinite, repeated or self links.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> w = weights_from_pairs([("a", "b"), ("b", "c")], ["a", "b", "c", "d"])
    >>> w.links, w.isolates, w.neighbour_keys(1)
    (4, ('d',), ('a', 'c'))
    >>> w.row_standardised().lag([3.0, 5.0, 1.0, 9.0]).tolist()
    [5.0, 2.0, 5.0, 0.0]
    """

    keys: tuple[str, ...]
    indptr: IntArray
    indices: IntArray
    data: FloatArray
    spec: str
    style: Style = "B"

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(self.keys))
        for name, kind in (("indptr", np.int64), ("indices", np.int64), ("data", np.float64)):
            array = np.array(getattr(self, name), dtype=kind)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        self._check_keys()
        self._check_rows()

    def _check_keys(self) -> None:
        if len(set(self.keys)) != len(self.keys):
            seen: set[str] = set()
            raise DuplicateKeys(sorted({key for key in self.keys if key in seen or seen.add(key)}))  # type: ignore[func-returns-value]

    def _check_rows(self) -> None:
        n, links = len(self.keys), len(self.indices)
        if len(self.indptr) != n + 1:
            raise LengthMismatch(Sentence("Zeilenanfänge", "row starts"), len(self.indptr), n + 1)
        if len(self.data) != links:
            raise LengthMismatch(Sentence("Gewichte", "weights"), len(self.data), links)
        if self.indptr[0] != 0 or self.indptr[-1] != links or (np.diff(self.indptr) < 0).any():
            raise InvalidWeights(
                Sentence(
                    "die Zeilenanfänge steigen nicht von 0 bis zur Zahl der Verbindungen",
                    "row starts do not ascend from 0 to the number of links",
                )
            )
        if links and (self.indices.min() < 0 or self.indices.max() >= n):
            raise InvalidWeights(
                Sentence("ein Nachbar gehört nicht zu den Gebieten", "a neighbour is outside the areas")
            )
        if (self.indices == self.focal).any():
            raise InvalidWeights(Sentence("ein Gebiet ist sein eigener Nachbar", "an area is its own neighbour"))
        same_row = self.focal[1:] == self.focal[:-1]
        if (same_row & (self.indices[1:] <= self.indices[:-1])).any():
            raise InvalidWeights(
                Sentence(
                    "die Nachbarn einer Zeile wiederholen sich oder sind nicht aufsteigend geordnet",
                    "the neighbours of a row repeat or do not ascend",
                )
            )
        if not (np.isfinite(self.data).all() and (self.data > 0).all()):
            raise InvalidWeights(
                Sentence("ein Gewicht ist nicht positiv und endlich", "a weight is not positive and finite")
            )

    @property
    def n(self) -> int:
        """Number of areas."""
        return len(self.keys)

    @property
    def links(self) -> int:
        """Number of directed links; a pair of mutual neighbours counts twice."""
        return len(self.indices)

    @cached_property
    def focal(self) -> IntArray:
        """Area to whose row each link belongs, shape (links,)."""
        focal = np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))
        focal.setflags(write=False)
        return focal

    @cached_property
    def cardinalities(self) -> IntArray:
        """Number of neighbours of each area, shape (n,)."""
        cardinalities = np.diff(self.indptr)
        cardinalities.setflags(write=False)
        return cardinalities

    @cached_property
    def isolate_mask(self) -> BoolArray:
        """True for areas without neighbours, shape (n,)."""
        mask = np.asarray(self.cardinalities == 0)
        mask.setflags(write=False)
        return mask

    @property
    def isolates(self) -> tuple[str, ...]:
        """Keys of the areas without neighbours."""
        return tuple(self.keys[i] for i in np.flatnonzero(self.isolate_mask))

    def neighbours(self, i: int) -> IntArray:
        """Positions of the neighbours of area ``i``."""
        return self.indices[self.indptr[i] : self.indptr[i + 1]]

    def neighbour_keys(self, i: int) -> tuple[str, ...]:
        """Keys of the neighbours of area ``i``."""
        return tuple(self.keys[j] for j in self.neighbours(i))

    @cached_property
    def row_sums(self) -> FloatArray:
        """Sum of the weights of each row, shape (n,)."""
        return self._per_row(self.data)

    @cached_property
    def column_sums(self) -> FloatArray:
        """Sum of the weights that point to each area, shape (n,)."""
        return summed(self.indices, self.data, self.n)

    @cached_property
    def squared_row_sums(self) -> FloatArray:
        """Sum of the squared weights of each row, shape (n,)."""
        return self._per_row(self.data**2)

    @cached_property
    def equal_within_rows(self) -> bool:
        """Whether every area gives the same weight to all its neighbours (binary or row-standardised)."""
        starts = self.indptr[:-1][~self.isolate_mask]
        if not len(starts):
            return True
        lowest, highest = np.minimum.reduceat(self.data, starts), np.maximum.reduceat(self.data, starts)
        return bool(((highest - lowest) <= 1e-12 * highest).all())

    @cached_property
    def is_symmetric(self) -> bool:
        """Whether ``w_ij = w_ji`` for all pairs."""
        other = self.transposed()
        return (
            np.array_equal(self.indptr, other.indptr)
            and np.array_equal(self.indices, other.indices)
            and np.allclose(self.data, other.data, rtol=1e-12, atol=0)
        )

    @property
    def s0(self) -> float:
        """Sum of all weights."""
        return float(self.data.sum())

    @cached_property
    def s1(self) -> float:
        """Half the sum of ``(w_ij + w_ji)²`` over all ordered pairs (Cliff and Ord 1981, 1.37)."""
        both = self.sparse() + self.transposed().sparse()
        return float((both.data**2).sum() / 2)

    @property
    def s2(self) -> float:
        """Sum of ``(w_i. + w_.i)²`` over the areas (Cliff and Ord 1981, 1.38)."""
        return float(((self.row_sums + self.column_sums) ** 2).sum())

    @cached_property
    def key_order(self) -> IntArray:
        """Positions that sort the areas by key: random draws follow it, so row order does not matter."""
        order = np.array(sorted(range(self.n), key=self.keys.__getitem__), dtype=np.int64)
        order.setflags(write=False)
        return order

    def lag(self, values: ArrayLike) -> FloatArray:
        """Weighted sum of the neighbours' values: ``Σ_j w_ij x_j``; 0 for isolates.

        Parameters
        ----------
        values : array_like of float, shape (n,)
            Values in the order of ``keys``.

        Returns
        -------
        ndarray of float64, shape (n,)

        Raises
        ------
        LengthMismatch
            If there is not one value for each area.
        """
        array = np.asarray(values, dtype=np.float64)
        if array.shape != (self.n,):
            raise LengthMismatch(Sentence("Werte", "values"), array.size, self.n)
        return self._per_row(self.data * array[self.indices])

    def _per_row(self, amounts: FloatArray) -> FloatArray:
        """Sum the amounts of each row's links."""
        return summed(self.focal, amounts, self.n)

    def row_standardised(self) -> Weights:
        """Weights divided by their row's sum, style ``"R"``; the rows of isolates stay empty."""
        return self if self.style == "R" else self._standardised

    def binary(self) -> Weights:
        """Weight 1 for every neighbour, style ``"B"``."""
        return self if self.style == "B" else self._unweighted

    def styled(self, style: Style) -> Weights:
        """Weights in a style: ``"B"`` binary, ``"R"`` row-standardised, ``"O"`` as they are."""
        if style == "B":
            return self.binary()
        return self.row_standardised() if style == "R" else self

    @cached_property
    def _standardised(self) -> Weights:
        return self._replaced(self.data / self.row_sums[self.focal], "R")

    @cached_property
    def _unweighted(self) -> Weights:
        return self._replaced(np.ones(self.links), "B")

    def _replaced(self, data: FloatArray, style: Style) -> Weights:
        """Other weights for the same links, which need no second check."""
        other = object.__new__(Weights)
        data.setflags(write=False)
        for name, value in (
            *((name, getattr(self, name)) for name in ("keys", "indptr", "indices", "spec")),
            *((name, vars(self)[name]) for name in _OF_LINKS if name in vars(self)),
            ("data", data),
            ("style", style),
        ):
            object.__setattr__(other, name, value)
        return other

    def subset(self, keep: ArrayLike) -> Weights:
        """Weights among some of the areas.

        Links to areas left out disappear and nothing replaces them. Row-standardised weights are standardised
        again.

        Parameters
        ----------
        keep : array_like of bool, shape (n,)
            True for the areas that stay.

        Returns
        -------
        Weights
            Areas in the same order.
        """
        mask = np.asarray(keep, dtype=np.bool_)
        if mask.shape != (self.n,):
            raise LengthMismatch(Sentence("Einträge der Maske", "mask entries"), mask.size, self.n)
        position = np.cumsum(mask) - 1
        inside = mask[self.focal] & mask[self.indices]
        keys = tuple(key for key, stays in zip(self.keys, mask, strict=True) if stays)
        style: Style = "B" if self.style == "B" else "O"
        part = assemble(
            keys,
            position[self.focal[inside]],
            position[self.indices[inside]],
            self.data[inside],
            spec=self.spec,
            style=style,
        )
        return part.row_standardised() if self.style == "R" else part

    def transposed(self) -> Weights:
        """Weights with every link reversed."""
        style: Style = "B" if self.style == "B" else "O"
        return assemble(self.keys, self.indices, self.focal, self.data, spec=self.spec, style=style)

    def symmetrised(self) -> Weights:
        """Binary weights in which both areas of every link are neighbours of each other."""
        rows, columns = np.concatenate([self.focal, self.indices]), np.concatenate([self.indices, self.focal])
        rows, columns = distinct(rows, columns, self.n)
        return assemble(self.keys, rows, columns, np.ones(len(rows)), spec=self.spec, style="B")

    def sparse(self) -> csr_array[Any, Any]:
        """Weights as a new ``scipy.sparse.csr_array`` of shape (n, n)."""
        from scipy.sparse import csr_array

        return csr_array((self.data.copy(), self.indices.copy(), self.indptr.copy()), shape=(self.n, self.n))


def summed(groups: IntArray, amounts: FloatArray, n: int) -> FloatArray:
    """Sum amounts by group; shape (n,)."""
    return np.bincount(groups, weights=amounts, minlength=n).astype(np.float64)


def assemble(
    keys: Sequence[str],
    rows: NDArray[np.integer[Any]],
    columns: NDArray[np.integer[Any]],
    data: FloatArray,
    *,
    spec: str,
    style: Style,
) -> Weights:
    """Weights from links in any order."""
    order = np.lexsort((columns, rows))
    return Weights(tuple(keys), row_starts(rows, len(keys)), columns[order].astype(np.int64), data[order], spec, style)


def row_starts(rows: NDArray[np.integer[Any]], n: int) -> IntArray:
    """Where the links of each area begin, and the last one ends; shape (n + 1,)."""
    starts = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=n), out=starts[1:])
    return starts


def distinct(rows: NDArray[np.integer[Any]], columns: NDArray[np.integer[Any]], n: int) -> tuple[IntArray, IntArray]:
    """Each link once, rows and columns ascending; a sort is quicker than `numpy.unique`."""
    codes = np.sort(rows.astype(np.int64) * max(n, 1) + columns)
    codes = codes[np.diff(codes, prepend=-1) > 0]
    return codes // max(n, 1), codes % max(n, 1)
