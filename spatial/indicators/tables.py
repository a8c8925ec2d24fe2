"""Tables: which column of a raw table is the key, the period, the value.

A table is recognised by its content, with a mapping where that does not suffice. Each form is one module of
``readers`` that tells the roles of the columns; the figures are then taken out in one way for all of them, row by
row, so that a table never needs to be held in memory.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from spatial.indicators.area_keys import KeyReader, split_key_and_name
from spatial.indicators.areas import AreaIndex
from spatial.indicators.batches import Batch, RawFigure, batches_of
from spatial.indicators.cells import Decimal
from spatial.indicators.errors import AmbiguousRows, NoKnownKey, TableError, UnknownTableForm
from spatial.indicators.grids import Grid
from spatial.indicators.lands import lacking_land, named_lands
from spatial.indicators.layouts import Layout
from spatial.indicators.mapping import TableMapping
from spatial.indicators.places import Place
from spatial.indicators.readers.classic import is_classic, recognise_classic
from spatial.indicators.readers.files import find_source
from spatial.indicators.readers.flat import is_flat, recognise_flat
from spatial.indicators.readers.grid_cells import is_grid, recognise_grid
from spatial.indicators.readers.inkar import is_inkar, recognise_inkar
from spatial.indicators.readers.opendocument import read_opendocument
from spatial.indicators.readers.parquet import read_parquet
from spatial.indicators.readers.plain import recognise_plain
from spatial.indicators.readers.text import read_text
from spatial.indicators.readers.workbook import read_workbook
from spatial.indicators.sentences import Sentence
from spatial.indicators.starts import SEARCHED_COLUMNS, SEARCHED_ROWS, country_alone, is_of_country, key_text

_FORMS = ("classic", "ffcsv", "inkar")
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True)
class Table:
    """A table that was recognised.

    Attributes
    ----------
    layout : Layout
        Roles of the columns.
    keys : KeyReader
        Reader of the key cells.
    other_sheets : tuple of str
        Further sheets that hold area keys.
    """

    layout: Layout
    keys: KeyReader
    other_sheets: tuple[str, ...] = ()

    @property
    def grid(self) -> Grid:
        """The raw table."""
        return self.layout.frame.grid

    @property
    def path(self) -> Path:
        """The file."""
        return self.grid.path

    @property
    def format(self) -> str:
        """``classic``, ``ffcsv`` or ``inkar``, else the kind of file: ``csv``, ``xlsx``, ``ods``, ``parquet``."""
        return self.layout.form if self.layout.form in _FORMS else self.grid.format

    def remarks(self) -> Iterator[str]:
        """Lines above the table and below its data; the latter once all rows were read."""
        frame = self.layout.frame
        yield from self.layout.provenance
        for row in frame.preamble():
            yield " ".join(row.text(column) for column in range(min(len(row.cells), SEARCHED_COLUMNS)))
        yield from frame.below

    def figures(self) -> Iterator[RawFigure]:
        """Figures of all data rows, one per value column; may be asked for again and again.

        Yields
        ------
        RawFigure
        """
        for batches in self.batches():
            for row in range(len(batches[0])):
                for batch in batches:
                    yield batch.figure(row)

    def batches(self) -> Iterator[tuple[Batch, ...]]:
        """Figures of all data rows, block by block; in each, one batch per value column."""
        for block in self.layout.frame.blocks(self.keys):
            yield batches_of(self.layout, block)


def read_table(
    path: Path,
    mapping: TableMapping,
    *,
    areas: AreaIndex,
    indicators: Collection[str] = (),
    level: str | None = None,
) -> Table:
    """Recognise the table of a file.

    Parameters
    ----------
    path : Path
        CSV, ``.xlsx``, ``.ods`` or Parquet; or a zip archive with one of them, or a member behind its name.
    mapping : TableMapping
        What is known beforehand.
    areas : AreaIndex
        Tells the column of the keys.
    indicators : collection of str
        Ids that columns may be headed with.
    level : str, optional
        Level that is asked for.

    Returns
    -------
    Table
        Of a workbook the first sheet whose keys are known.

    Raises
    ------
    TableError
        The file is refused; the leaf says why.
    """
    plain = KeyReader(areas, level or mapping.level, mapping.land, mapping.within)
    best: tuple[Layout, KeyReader] | None = None
    lands: frozenset[str] = frozenset()
    refused: TableError | None = None
    others: list[str] = []
    for grid in _read_grids(path, mapping):
        keys = _keys_of(grid, plain, lands)
        lands |= named_lands(grid.head[:SEARCHED_ROWS])
        try:
            layout = _recognise(grid, mapping, keys, frozenset(indicators))
        except TableError as error:
            error.sheet = grid.sheet
            if not isinstance(error, UnknownTableForm | NoKnownKey | AmbiguousRows):
                raise
            if is_of_country(grid, keys, mapping):
                # Which column is meant does not matter then.
                error = country_alone(grid).at(Place(error.line), grid.sheet)
            # A table whose columns are unclear says more than a cover sheet without any keys.
            refused = error if refused is None or isinstance(refused, NoKnownKey) else refused
            continue
        if best is None:
            best = layout, keys
            found = _knows_a_key(layout, keys)
        elif not found and _knows_a_key(layout, keys):
            best, found = (layout, keys), True
        elif _knows_a_key(layout, keys):
            others.append(str(grid.sheet))
    if best is None:
        raise refused or NoKnownKey(
            Sentence("enthält keine Tabelle mit Gebietsschlüsseln", "has no table with area keys"), path=path
        )
    layout, keys = best
    return Table(_with_note(layout, plain, keys).narrowed(), keys, tuple(others))


def _keys_of(grid: Grid, plain: KeyReader, lands: frozenset[str]) -> KeyReader:
    """Reader of the keys of a table, which puts the Land before them where they lack it."""
    if not plain.is_official or plain.land is not None or plain.within is not None:
        return plain
    land = lacking_land(grid, plain.areas, lands)
    return plain if land is None else KeyReader(plain.areas, plain.level, land)


def _with_note(layout: Layout, plain: KeyReader, keys: KeyReader) -> Layout:
    """Layout that says which Land was put before the keys, where nobody had named it."""
    if keys is plain:
        return layout
    note = Sentence(
        f"Die Schlüssel haben sechs Ziffern; weil die Datei das Land nennt, wurde {keys.land} davorgesetzt.",
        f"The keys have six digits; as the file names the Land, {keys.land} was put before them.",
    )
    return replace(layout, notes=(*layout.notes, note))


def recognised_mapping(table: Table, *, decimal: Decimal | None, indicator: str | None, level: str) -> TableMapping:
    """Mapping that reads the same table in the same way, and that of another year as well.

    It holds what was prescribed, and the columns that were chosen. What each file tells for itself, such as its
    period, its encoding or the line in which its data begin, is left to the next one.

    Parameters
    ----------
    table : Table
    decimal : {",", "."} or None
        Decimal sign, where the values do not show it.
    indicator : str or None
        Id that the call named.
    level : str
        Level that was asked for or found.
    """
    layout, frame = table.layout, table.layout.frame
    own = frame.mapping
    is_plain = layout.form in ("long", "wide")
    columns: dict[str, int | None] = {
        "name_column": layout.name, "period_column": layout.period, "indicator_column": layout.indicator,
        "status_column": layout.status, "flag_column": layout.flags, "unit_column": layout.unit,
        "level_column": layout.level,
    }  # fmt: skip
    roles = {name: frame.name_of(column) for name, column in columns.items() if column is not None and is_plain}
    if layout.form == "classic" and layout.period is not None:
        roles["period_column"] = layout.period
    if is_plain:
        roles["key_column"] = frame.name_of(frame.key)
    return replace(
        own,
        indicator=indicator or own.indicator,
        format=None if layout.form == "grid" else layout.form,
        sheet=table.grid.sheet if own.sheet is None and not _YEAR.search(table.grid.sheet or "") else own.sheet,
        delimiter=table.grid.delimiter,
        decimal=own.decimal or decimal,
        key_and_name=(_joins_names(table) or own.key_and_name) if is_plain else own.key_and_name,
        level=level,
        select={selection.name: selection.code for selection in layout.select if selection.name in _named(layout)},
        **{**_chosen_values(layout), **roles},  # type: ignore[arg-type]
    )


def _joins_names(table: Table) -> bool | None:
    """True where a key cell holds the name as well; None where none of the first ones does."""
    frame = table.layout.frame
    if not table.layout.key_and_name:
        return None
    return any(split_key_and_name(row.text(frame.key)) for row in frame.sample(table.keys)) or None


def _named(layout: Layout) -> set[str]:
    """Names of selections that a mapping may hold as they are; measures are named by their value column."""
    measure = layout.form in ("ffcsv", "inkar") and layout.frame.mapping.value_column is not None
    names = {selection.name for selection in layout.select}
    return names - ({"value_variable_code", "Kuerzel", "Kürzel"} if measure else set())


def _chosen_values(layout: Layout) -> dict[str, str | int | tuple[str, ...] | None]:
    """What a mapping says to name the value columns of a layout."""
    own, values = layout.frame.mapping, layout.values
    if own.value_column is not None or own.column_label or any(value.indicator for value in values):
        return {}
    if layout.form == "ffcsv" and layout.frame.label(values[0].column) == "value":
        return {}
    if layout.form == "inkar" and values[0].label == "Wert":
        return {}
    if layout.form == "wide":
        return {}
    if len(values) == 1 and not values[0].period:
        return {"value_column": layout.frame.name_of(values[0].column)}
    return {"column_label": (values[0].label,)} if values[0].label else {}


def _read_grids(path: Path, mapping: TableMapping) -> Iterator[Grid]:
    """Raw tables of a file: one of a text, one per sheet of a workbook."""
    source = find_source(path)
    if source.kind == "xlsx":
        yield from read_workbook(source, mapping)
    elif source.kind == "ods":
        yield from read_opendocument(source, mapping)
    elif source.kind == "parquet":
        yield read_parquet(source)
    else:
        yield read_text(source, mapping)


def _recognise(grid: Grid, mapping: TableMapping, keys: KeyReader, indicators: Collection[str]) -> Layout:
    """Layout by the form that the mapping names, else by the one that the first row shows."""
    by_content = mapping.first_data_line is None and mapping.format not in ("long", "wide")
    wanted = mapping.format if mapping.format in _FORMS else None
    if wanted == "classic" or (by_content and wanted is None and is_classic(grid)):
        return recognise_classic(grid, mapping, keys=keys)
    if wanted == "ffcsv" or (by_content and wanted is None and is_flat(grid)):
        return recognise_flat(grid, mapping, keys=keys)
    if wanted == "inkar" or (by_content and wanted is None and is_inkar(grid)):
        return recognise_inkar(grid, mapping, keys=keys, indicators=indicators)
    if by_content and is_grid(grid):
        return recognise_grid(grid, mapping, keys=keys)
    return recognise_plain(grid, mapping, keys=keys, indicators=indicators)


def _knows_a_key(layout: Layout, keys: KeyReader) -> bool:
    """Whether one of the first data rows has the key or the name of a known area."""
    for row in layout.frame.sample(keys):
        text = row.text(layout.frame.key)
        if keys.is_known(key_text(text, layout.key_and_name)) or keys.is_name(text):
            return True
    return False
