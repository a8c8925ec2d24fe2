"""Lands: the two digits that keys lack in the tables of a Land, where the table says which Land that is.

Statistik Hessen writes ``633018`` for ``06633018``. Six digits may as well be anything else, so that the Land is put
before them only in a file that names it, and only where that makes known keys of nearly all of them.
"""

from __future__ import annotations

import re
from collections import Counter

from spatial.indicators.areas import AreaIndex
from spatial.indicators.cells import BLANKS
from spatial.indicators.grids import Grid, GridRow
from spatial.indicators.starts import SAMPLE_ROWS, SEARCHED_COLUMNS

_NAMED: dict[str, re.Pattern[str]] = {"06": re.compile(r"\bhess(?:en|isch)", re.IGNORECASE)}
_SHORT = re.compile(r"[1-9]\d{5}\Z")
_MOST = 0.9


def named_lands(rows: tuple[GridRow, ...]) -> frozenset[str]:
    """Lands that rows of text name, such as a cover sheet or the lines above a table."""
    text = "\n".join(cell for row in rows for cell in row.cells if isinstance(cell, str))
    return frozenset(land for land, pattern in _NAMED.items() if pattern.search(text))


def lacking_land(grid: Grid, areas: AreaIndex, before: frozenset[str]) -> str | None:
    """Land that the keys of a table lack; ``None`` where they lack none.

    Parameters
    ----------
    grid : Grid
    areas : AreaIndex
    before : frozenset of str
        Lands that earlier sheets of the workbook name.
    """
    rows = grid.head[:SAMPLE_ROWS]
    short: Counter[int] = Counter()
    found: dict[str, Counter[int]] = {land: Counter() for land in _NAMED}
    first = len(rows)
    for position, row in enumerate(rows):
        for column in range(min(len(row.cells), SEARCHED_COLUMNS)):
            text = row.text(column).strip(BLANKS)
            if not _SHORT.match(text):
                continue
            short[column] += 1
            for land, hits in found.items():
                if areas.knows("gemeinde", land + text):
                    hits[column] += 1
                    first = min(first, position)
    for land in sorted(before | named_lands(rows[:first])):
        hits = found[land]
        if any(number >= _MOST * short[column] for column, number in hits.items()):
            return land
    return None
