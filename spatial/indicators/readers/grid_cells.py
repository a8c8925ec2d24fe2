"""Census grids: values of grid cells, which are areas of a level of their own.

The cells of the INSPIRE grid are keyed by the lower left corner: ``CRS3035RES1000mN2691000E4341000``. They can be
loaded where polygons with these keys are, and are never added up to municipalities: the census perturbs each cell.
"""

from __future__ import annotations

import re
from dataclasses import replace

from boundaries import OFFICIAL_LEVELS
from spatial.indicators.area_keys import KeyReader
from spatial.indicators.errors import UnreadableTable
from spatial.indicators.frames import Frame
from spatial.indicators.grids import Blocks, CodedBlock, Grid, Raw, combined, texts
from spatial.indicators.layouts import Layout, ValueColumn, choose_values
from spatial.indicators.mapping import TableMapping
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import normal_label

_KEY = re.compile(r"gitter_id_\w+")
_CENTRE = re.compile(r"[xy](_mp\w*)?")
_REMARKS = "werterlaeuternde_zeichen"
_CELL_M = 1000


def is_grid(grid: Grid) -> bool:
    """Whether a table holds values of grid cells."""
    names = [normal_label(cell) for cell in grid.head[0].cells]
    return any(_KEY.fullmatch(name) for name in names) or _is_centred(names)


def _is_centred(names: list[str]) -> bool:
    """Whether cells are named by their centre alone: the columns x, y and one value."""
    return len(names) == 3 and {"x", "y"} < set(names)


def recognise_grid(grid: Grid, mapping: TableMapping, *, keys: KeyReader) -> Layout:
    """Tell the roles of the columns of a census grid.

    Raises
    ------
    UnreadableTable
        No level is asked for whose areas are grid cells.
    """
    if keys.level is None or keys.level in OFFICIAL_LEVELS:
        raise UnreadableTable(
            Sentence(
                "enthält Werte von Gitterzellen, keine von Gemeinden oder Kreisen",
                "holds values of grid cells, none of municipalities or districts",
            ),
            path=grid.path,
            remedy=Sentence(
                "die Zellen als eigene Ebene laden (boundaries load ZELLEN --level gitter --code-field id) und die "
                "Ebene mit --level nennen; Summen von Zellen sind keine Gemeindewerte",
                "load the cells as a level of their own (boundaries load CELLS --level gitter --code-field id) and "
                "name it with --level; sums of cells are no figures of municipalities",
            ),
        )
    names = [normal_label(cell) for cell in grid.head[0].cells]
    if _is_centred(names):
        grid = _keyed(grid, names.index("x"), names.index("y"))
        names = ["gitter_id_1km", *names]
    labels: tuple[tuple[str, ...], ...] = tuple((str(cell),) for cell in grid.head[0].cells)
    # The key of a cell is made of two columns.
    labels = (("x", "y"), *labels[1:]) if grid.inserted else labels
    key = next(position for position, name in enumerate(names) if _KEY.fullmatch(name))
    first_line = grid.head[1].line if len(grid.head) > 1 else grid.head[0].line + 1
    frame = Frame(grid, mapping, labels, first_line, 1, key)
    taken = {c for c, name in enumerate(names) if _KEY.fullmatch(name) or _CENTRE.fullmatch(name) or name == _REMARKS}
    values = [ValueColumn(c, labels[c][0]) for c in range(len(labels)) if c not in taken]
    return Layout(
        form="grid",
        frame=frame,
        values=choose_values(frame, values, mapping),
        key_and_name=False,
        status=names.index(_REMARKS) if _REMARKS in names else None,
    )


def _keyed(grid: Grid, x: int, y: int) -> Grid:
    """Table of cells of 1 km named by their centres, with the key of the cell before its columns."""

    def blocks() -> Blocks:
        for block in grid.reread():
            centres, _ = combined([texts(block, x), texts(block, y)])
            cells = [block.coded(column).mapped(_spelled) for column in range(block.widths[1])]
            yield CodedBlock(block.lines, [centres.mapped(_corner), *cells])

    return replace(grid, reread=blocks, narrow=None, inserted=1)


def _corner(centre: tuple[str, ...]) -> str:
    """Key of the cell of 1 km with a centre; the name of the column in the header."""
    east, north = centre
    if not east.isdigit() or not north.isdigit():
        return "GITTER_ID_1km"
    return f"CRS3035RES{_CELL_M}mN{int(north) - _CELL_M // 2}E{int(east) - _CELL_M // 2}"


def _spelled(raw: Raw) -> Raw:
    """Cell of the census of 2011, in which -1 and -9 stand for nobody or secret."""
    return "–" if raw in (-1, -9, "-1", "-9") else raw
