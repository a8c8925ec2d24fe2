"""Weights as text that GeoDa, R and PySAL read, so that others can repeat a run."""

from __future__ import annotations

import csv
import io

from spatial.statistics.errors import UnsuitableFormat
from spatial.statistics.sentences import Sentence
from spatial.statistics.weights import Weights

_FIELD = "key"


def to_gal(weights: Weights, *, name: str = "areas") -> str:
    """Neighbours in GeoDa's GAL format.

    Two lines for each area: its key and the number of its neighbours, then their keys. GAL holds no weights: who reads
    it gets binary weights and may row-standardise them.

    Parameters
    ----------
    weights : Weights
        Weights that are equal within each row (contiguity, nearest neighbours, bands, blocks).
    name : str
        Name of the layer for the header, without blanks.

    Returns
    -------
    str
        Text with a line feed at the end of each line.

    Raises
    ------
    UnsuitableFormat
        If an area gives its neighbours different weights, or a key holds blanks.

    Notes
    -----
    R reads it with ``spdep::read.gal(file, override.id = TRUE)``, PySAL with ``libpysal.io.open(file).read()``.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> print(to_gal(weights_from_pairs([("a", "b")], ["a", "b", "c"])), end="")
    0 3 areas key
    a 1
    b
    b 1
    a
    c 0
    <BLANKLINE>
    """
    if not weights.equal_within_rows:
        raise UnsuitableFormat(
            "GAL",
            Sentence(
                "fasst Nachbarn ohne Gewichte, hier aber wiegen sie verschieden",
                "holds neighbours without weights, but here they weigh differently",
            ),
        )
    _refuse_blanks(weights, name, "GAL")
    lines = [f"0 {weights.n} {name} {_FIELD}"]
    for i, key in enumerate(weights.keys):
        neighbours = weights.neighbour_keys(i)
        lines += [f"{key} {len(neighbours)}", " ".join(neighbours)]
    return "\n".join(lines) + "\n"


def to_gwt(weights: Weights, *, name: str = "areas") -> str:
    """Links with their weights in GeoDa's GWT format.

    One line for each link: area, neighbour, weight. An area without neighbours would have no line, and most readers
    would lose it, so weights with isolates are refused.

    Parameters
    ----------
    weights : Weights
        Any weights without isolates.
    name : str
        As for `to_gal`.

    Returns
    -------
    str
        Weights with as many digits as make them exact.

    Raises
    ------
    UnsuitableFormat
        If an area has no neighbour, or a key holds blanks.

    Notes
    -----
    R reads it with ``spdep::read.gwt2nb(file, region.id = as.numeric(keys))``: it takes official keys for numbers
    without their leading zero, and keeps the weights as ``GeoDa$dist``.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> print(to_gwt(weights_from_pairs([("a", "b")], ["a", "b"], values=[0.5])), end="")
    0 2 areas key
    a b 0.5
    b a 0.5
    """
    _refuse_blanks(weights, name, "GWT")
    if weights.isolates:
        shown = ", ".join(weights.isolates[:5])
        raise UnsuitableFormat(
            "GWT",
            Sentence(
                f"hat keinen Platz für Gebiete ohne Nachbarn wie {shown}",
                f"has no place for areas without neighbours, such as {shown}",
            ),
        )
    return "\n".join([f"0 {weights.n} {name} {_FIELD}", *(" ".join(map(str, link)) for link in _links(weights))]) + "\n"


def to_csv(weights: Weights) -> str:
    """Links as CSV with the columns ``focal``, ``neighbor`` and ``weight``.

    An isolate has one line, with itself as neighbour and the weight 0, so that no area is lost; no other line has
    that weight.

    Parameters
    ----------
    weights : Weights
        Any weights; any keys.

    Returns
    -------
    str
        CSV with commas and a line feed at the end of each line, quoted where necessary, in the order of the areas.

    Notes
    -----
    PySAL reads it with ``libpysal.graph.Graph.from_adjacency(pandas.read_csv(file, dtype={"focal": str,
    "neighbor": str}))``; without ``dtype``, official keys become numbers.

    Examples
    --------
    >>> from spatial.statistics import weights_from_pairs
    >>> print(to_csv(weights_from_pairs([("a", "b")], ["a", "b", "c"])), end="")
    focal,neighbor,weight
    a,b,1.0
    b,a,1.0
    c,c,0
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("focal", "neighbor", "weight"))
    bounds = weights.indptr.tolist()
    links = _links(weights)
    for i, key in enumerate(weights.keys):
        writer.writerows(links[bounds[i] : bounds[i + 1]] or [(key, key, 0)])
    return text.getvalue()


def _links(weights: Weights) -> list[tuple[str, str, float]]:
    """All links by key, in the order of the rows."""
    return [
        (weights.keys[i], weights.keys[j], amount)
        for i, j, amount in zip(weights.focal.tolist(), weights.indices.tolist(), weights.data.tolist(), strict=True)
    ]


def _refuse_blanks(weights: Weights, name: str, form: str) -> None:
    """Refuse names that would fall apart: GAL and GWT separate their fields by blanks."""
    for text in (name, *weights.keys):
        if not text or text.split() != [text]:
            raise UnsuitableFormat(
                form,
                Sentence(
                    f"trennt Namen durch Leerzeichen, aber '{text[:80]}' ist leer oder enthält eines",
                    f"separates names by blanks, but '{text[:80]}' is empty or holds one",
                ),
            )
