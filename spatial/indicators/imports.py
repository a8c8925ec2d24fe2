"""Imports: a statistical file turned into observations, with a report of what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spatial.indicators.additivity import on_sums
from spatial.indicators.admission import check_content, check_indicator, check_names, check_period_kinds
from spatial.indicators.areas import AreaIndex
from spatial.indicators.catalogue import Catalogue
from spatial.indicators.cells import tells_small_zeros
from spatial.indicators.comparison import FigureKey, Lookup, Stored, changes, is_repeat, overruled, withdrawn
from spatial.indicators.errors import TableError
from spatial.indicators.exposure import unprotected
from spatial.indicators.indicator import Indicator
from spatial.indicators.intake import Intake
from spatial.indicators.mapping import TableMapping
from spatial.indicators.misnomers import on_misnomers
from spatial.indicators.observations import Observation
from spatial.indicators.outcomes import BatchReader
from spatial.indicators.plausibility import check_oddities, counts_whole_things, oddities, on_oddities
from spatial.indicators.readings import FigureReader
from spatial.indicators.remarks import (
    on_content,
    on_day_numbers,
    on_lands,
    on_levels,
    on_overruled,
    on_reading,
)
from spatial.indicators.report import ImportReport
from spatial.indicators.survey import survey
from spatial.indicators.tables import Table, read_table, recognised_mapping
from spatial.indicators.units import UnitCheck, check_units


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Observations of a file, and the report.

    Attributes
    ----------
    observations : sequence of Observation
        At most one for each indicator, level, key and period; made when they are asked for.
    removed : tuple of (indicator, level, key, period)
        Stored figures that an earlier version of the same file gave and that it no longer has.
    report : ImportReport
    mapping : TableMapping
        With it, the file is read in the same way again, and so is the same table of another year.
    is_repeat : bool
        Whether all of it is stored as it is, from a file of the same name.
    """

    observations: Sequence[Observation]
    removed: tuple[FigureKey, ...]
    report: ImportReport
    mapping: TableMapping
    is_repeat: bool = False


def import_table(
    path: Path,
    *,
    catalogue: Catalogue,
    areas: AreaIndex,
    mapping: TableMapping | None = None,
    indicator: str | None = None,
    level: str | None = None,
    stored: Lookup | None = None,
    strict: bool = False,
) -> ImportResult:
    """Read a statistical file; nothing is stored.

    Parameters
    ----------
    path : Path
        A table in a form of ``readers``, or a zip archive with one; ``FILE.zip/member.csv`` is one of several.
    catalogue : Catalogue
        Figures of indicators that are not in it, or that are computed from others, are rejected.
    areas : AreaIndex
        All areas of the workspace with their validity.
    mapping : TableMapping, optional
        What the content does not say.
    indicator : str, optional
        Indicator of the figures. Where the table names indicators itself, only this one is taken.
    level : str, optional
        Level that is asked for; without it the one that most keys have. Rows of other levels keep their own.
        Keys of levels that are not official are used as they stand.
    stored : callable, optional
        Gives what is stored already of the indicators that the file has, to tell the changes.
    strict : bool, default False
        Refuse the file where a single row is rejected, or has the name of another area beside its key.

    Returns
    -------
    ImportResult

    Raises
    ------
    TableError
        The file is refused as a whole; the leaf says why.

    Notes
    -----
    The file is read twice, row by row, and only its observations are kept. A figure refers to the areas that were
    valid on the last day of its period, unless the mapping names another day (``vintage``). A number for an area
    that was not valid then is rejected; a dash is ``NOT_APPLICABLE``.
    """
    call = _Call(catalogue, areas, mapping or TableMapping(), indicator, stored or (lambda _: Stored()), strict)
    check_indicator(path, catalogue, call.named)
    table = read_table(path, call.mapping, areas=areas, indicators=tuple(catalogue.indicators), level=level)
    try:
        return _imported(table, call)
    except TableError as error:
        error.sheet = error.sheet or table.grid.sheet
        raise


@dataclass(frozen=True, slots=True)
class _Call:
    """What an import is called with beside the file."""

    catalogue: Catalogue
    areas: AreaIndex
    mapping: TableMapping
    indicator: str | None
    stored: Lookup
    strict: bool

    @property
    def named(self) -> str | None:
        """Id of the indicator that the call or the mapping names."""
        return self.indicator or self.mapping.indicator


def _imported(table: Table, call: _Call) -> ImportResult:
    """Figures of a table that was recognised."""
    catalogue, areas, mapping = call.catalogue, call.areas, call.mapping
    seen, finder = survey(table, mapping)
    check_content(table, seen, call.named, mapping)
    units = check_units(table.layout, seen.units, mapping, catalogue.indicators.get(call.named or ""))
    scaled = replace(mapping, multiplier=units.multiplier)
    is_whole = _is_whole(catalogue.indicators.get(call.named or ""), units)
    decimal, is_ambiguous = seen.decimal.sign(table.grid.delimiter, mapping.decimal, is_whole=is_whole)
    small_zeros = any(map(tells_small_zeros, table.remarks()))
    reader = FigureReader(catalogue, areas, scaled, decimal or ".", call.indicator, small_zeros)
    asked = table.keys.level or finder.level or seen.level or ""
    intake = Intake(table, areas, asked)
    present, columns = frozenset(seen.present.get(asked, ())), len(table.layout.values)
    intake.run(BatchReader(reader, finder, asked, present, columns, intake.register, seen.other_lands))
    report = intake.report(seen, decimal, units, catalogue)
    odd = oddities(intake.accepted + intake.set_aside, catalogue, is_scaled=units.multiplier is not None)
    report = replace(report, problems=(*report.problems, *on_oddities(odd, table)))
    try:
        observations = intake.observations(strict=call.strict)
        if call.strict:
            check_names(table, seen.names)
            check_oddities(odd, table)
        before = call.stored(frozenset(each.indicator for each in observations.headings))
        check_period_kinds(table, observations, before)
    except TableError as error:
        error.report = report
        raise
    removed, replaced = tuple(withdrawn(observations, before)), overruled(observations, before)
    warnings = (
        *on_reading(table, decimal if is_ambiguous else None),
        *on_day_numbers("" if mapping.period_format else seen.day_number),
        *on_levels(seen.other_levels),
        *on_lands(report.other_lands),
        *on_misnomers(seen.names),
        *units.notes,
        *on_overruled(replaced),
        *on_content(intake.successors(), intake.empty(), len(removed)),
        *on_sums(intake.accepted, intake.set_aside, catalogue, areas, unit=units.multiplier or 1.0),
        *(said for _, said in unprotected(catalogue, sorted({each.indicator for each in observations.headings}))),
    )
    report = replace(report, changes=changes(observations, removed, before), warnings=warnings, overruled=replaced)
    repeats = is_repeat(report.changes, observations, before)
    open_sign = decimal if is_ambiguous else None
    described = recognised_mapping(table, decimal=open_sign, indicator=call.named, level=intake.level)
    return ImportResult(observations, removed, report, described, repeats)


def _is_whole(indicator: Indicator | None, units: UnitCheck) -> bool:
    """Whether the values of a table are whole numbers: the indicator counts, and nothing is multiplied."""
    return indicator is not None and counts_whole_things(indicator) and units.multiplier is None
