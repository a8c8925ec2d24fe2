"""Composites: cells that are sums of others, and the shortest way to say so.

A Land is the sum of its municipalities, and of its districts. Saying it by districts keeps the equations short, and
what happens in one district apart from what happens in another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spatial.indicators.protection import CellId, Relation


@dataclass(frozen=True, slots=True)
class Composite:
    """A cell that is a combination of others.

    Attributes
    ----------
    id : cell id
    parts : mapping of cell id to float
        ``cell = sum of factor * part``, up to a residual that everybody knows.
    """

    id: CellId
    parts: Mapping[CellId, float]


def relations_of(composites: Sequence[Composite], cells: Sequence[CellId]) -> list[Relation]:
    """Relations that say the same as all composites together.

    Parameters
    ----------
    composites : sequence of Composite
        Several may be of one cell.
    cells : sequence of cell id
        All cells; what ties are broken by is their order.

    Returns
    -------
    list of Relation
        One for each composite, in terms of the largest smaller ones that fit into it without overlap. A chain of
        them ends at the parts, so nothing that the composites say is lost, and nothing is added.
    """
    place = {cell: number for number, cell in enumerate(cells)}
    ordered = sorted(composites, key=lambda each: (len(each.parts), str(each.id)))
    holding: dict[CellId, list[int]] = defaultdict(list)
    relations = []
    for number, composite in enumerate(ordered):
        open_parts = dict(composite.parts)
        terms: dict[CellId, float] = {}
        candidates = {each for part in composite.parts for each in holding[part]}
        for each in sorted(candidates, reverse=True):
            smaller = ordered[each]
            factor = _factor(smaller, open_parts)
            if smaller.id != composite.id and smaller.id not in terms and factor is not None:
                terms[smaller.id] = factor
                for part in smaller.parts:
                    del open_parts[part]
        for part in sorted(open_parts, key=place.__getitem__):
            terms[part] = terms.get(part, 0.0) + open_parts[part]
        terms[composite.id] = terms.get(composite.id, 0.0) - 1.0
        relations.append(Relation(terms))
        for part in composite.parts:
            holding[part].append(number)
    return relations


def _factor(smaller: Composite, open_parts: Mapping[CellId, float]) -> float | None:
    """How often a smaller composite fits into the parts that are left; None where it does not."""
    found: float | None = None
    for part, share in smaller.parts.items():
        wanted = open_parts.get(part)
        if wanted is None or (found is not None and wanted != found * share):
            return None
        found = wanted / share
    # A multiple of a share would be right too, but nobody would say a district like that.
    return found if found is not None and found <= 1 else None
