"""Imports: a statistical file turned into observations, with a report of what became of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from boundaries import MalformedKey
from spatial.indicators.additivity import on_sums
from spatial.indicators.area_keys import COUNTRY, FoundKey, as_city
from spatial.indicators.areas import AreaIndex
from spatial.indicators.catalogue import Catalogue
from spatial.indicators.cells import BLANKS
from spatial.indicators.collected import Collected
from spatial.indicators.comparison import FigureKey, Lookup, Stored, changes, withdrawn
from spatial.indicators.errors import (
    MixedPeriods,
    NothingFits,
    RejectedRows,
    UnknownIndicator,
    UnknownTableForm,
    quote,
)
from spatial.indicators.mapping import TableMapping
from spatial.indicators.observations import Observation, Status
from spatial.indicators.periods import period_kind, period_sort_key
from spatial.indicators.readings import FigureReader, RowRejected
from spatial.indicators.remarks import on_content, on_problems, on_reading
from spatial.indicators.report import ImportReport
from spatial.indicators.sentences import Sentence
from spatial.indicators.survey import AreaFinder, Survey, survey, why_unmatched
from spatial.indicators.tables import RawFigure, Table, read_table, recognised_mapping
from spatial.indicators.units import UnitCheck, check_units


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Observations of a file, and the report.

    Attributes
    ----------
    observations : tuple of Observation
        At most one for each indicator, level, key and period.
    removed : tuple of (indicator, level, key, period)
        Stored figures that an earlier version of the same file gave and that it no longer has.
    report : ImportReport
    mapping : TableMapping
        How the file was read: with it, it is read in the same way again.
    """

    observations: tuple[Observation, ...]
    removed: tuple[FigureKey, ...]
    report: ImportReport
    mapping: TableMapping


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
        Refuse the file where a single row is rejected.

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
    mapping = mapping or TableMapping()
    named = indicator or mapping.indicator
    _check_indicator(path, catalogue, named)
    table = read_table(path, mapping, areas=areas, indicators=tuple(catalogue.indicators), level=level)
    seen, finder = survey(table, mapping)
    _check_content(table, seen, named, mapping)
    units = check_units(table, tuple(seen.units), mapping, catalogue.indicators.get(named or ""))
    scaled = replace(mapping, multiplier=units.multiplier)
    decimal, is_ambiguous = seen.decimal.sign(table.grid.delimiter, mapping.decimal)
    reader = FigureReader(catalogue, areas, scaled, decimal or ".", indicator)
    import_ = _Import(table, areas, scaled, indicator, table.keys.level or finder.level or seen.level or "")
    import_.run(finder, reader, frozenset(seen.present.get(import_.level, ())))
    observations = import_.observations(strict=strict)
    before = (stored or (lambda _: Stored()))(frozenset(observation.indicator for observation in observations))
    _check_period_kinds(path, observations, before)
    removed = tuple(withdrawn(observations, before))
    warnings = (
        *on_reading(table, decimal if is_ambiguous else None),
        *units.notes,
        *on_content(import_.successors(), import_.empty(), len(removed)),
        *on_sums(import_.collected.accepted, import_.aside.accepted, catalogue, areas),
    )
    report = import_.report(seen, decimal, units, catalogue)
    report = replace(report, changes=changes(observations, removed, before), warnings=warnings)
    described = recognised_mapping(table, decimal=decimal, indicator=named, level=import_.level)
    return ImportResult(observations, removed, report, replace(described, multiplier=units.multiplier))


def _check_indicator(path: Path, catalogue: Catalogue, name: str | None) -> None:
    """Refuse an indicator that cannot be loaded before the file is read."""
    if name is None:
        return
    found = catalogue.indicators.get(name)
    if found is None:
        raise UnknownIndicator(
            Sentence(
                f"der Indikator {quote(name)} steht nicht im Katalog",
                f"indicator {quote(name)} is not in the catalogue",
            ),
            path=path,
            remedy=Sentence("zuerst seine Definition laden", "load its definition first"),
        )
    if found.is_derived:
        parts = [part for part in (found.numerator, found.denominator) if part]
        de, en = " und ".join(parts) or "anderen", " and ".join(parts) or "others"
        raise UnknownIndicator(
            Sentence(
                f"der Indikator {quote(name)} wird aus {de} berechnet", f"indicator {quote(name)} is computed from {en}"
            ),
            path=path,
            remedy=Sentence("stattdessen diese laden", "load these two instead"),
        )


def _check_content(table: Table, seen: Survey, named: str | None, mapping: TableMapping) -> None:
    """Refuse a table of which nobody says what it is about, or when."""
    if not named and not seen.names_indicator:
        raise UnknownIndicator(
            Sentence("nichts sagt, welcher Indikator das ist", "nothing says which indicator this is"),
            path=table.path,
            remedy=Sentence(
                "ihn mit --indicator, in einer Zuordnung oder in einer Spalte 'indicator' nennen",
                "name it with --indicator, in a mapping, or in a column 'indicator'",
            ),
        )
    if not mapping.period and not seen.names_period:
        raise UnknownTableForm(
            Sentence(
                "nichts sagt, für welchen Zeitraum die Werte gelten", "nothing says which period the figures are for"
            ),
            path=table.path,
            remedy=Sentence(
                "in einer Zuordnung eine Spalte mit period_column oder den Zeitraum mit period nennen",
                "name a column with period_column or a period with period in a mapping",
            ),
        )  # fmt: skip


def _check_period_kinds(path: Path, observations: tuple[Observation, ...], stored: Stored) -> None:
    """Refuse a series that would hold years and months at once."""
    kinds: dict[str, dict[str, str]] = {}
    for observation in observations:
        kinds.setdefault(observation.indicator, {})[period_kind(observation.period)] = observation.period
    for name, _, _, period in stored.figures:
        if name in kinds:
            kinds[name][period_kind(period)] = period
    for name, found in kinds.items():
        if len(found) > 1:
            listed = ", ".join(sorted(found.values()))
            raise MixedPeriods(
                Sentence(
                    f"die Zeiträume von {name} sind von mehreren Arten: {listed}",
                    f"the periods of {name} are of several kinds: {listed}",
                ),
                path=path,
                remedy=Sentence(
                    "als getrennte Indikatoren laden oder den Zeitraum in einer Zuordnung mit period nennen",
                    "load them as separate indicators, or name the period with period in a mapping",
                ),
            )


@dataclass(slots=True)
class _Import:
    """State of one import while its rows are read."""

    table: Table
    areas: AreaIndex
    mapping: TableMapping
    indicator: str | None
    level: str
    collected: Collected = field(init=False)
    aside: Collected = field(init=False)
    other_levels: int = 0
    not_selected: int = 0

    def __post_init__(self) -> None:
        has_memberships = self.table.layout.key_of is not None
        self.collected = Collected(self.table.path, has_memberships)
        self.aside = Collected(self.table.path, has_memberships)

    def run(self, finder: AreaFinder, reader: FigureReader, present: frozenset[str]) -> None:
        """Read all rows."""
        for figure in self.table.figures():
            if self._is_left_out(figure):
                self.not_selected += 1
                continue
            key = finder.find(figure)
            if isinstance(key, FoundKey):
                self._read(figure, key, reader, present)
                if finder.uses_names and key.known and key.level == self.level:
                    self.collected.note_name(figure, key.key)
            else:
                digits = figure.key.strip(BLANKS)
                if isinstance(key, MalformedKey) and digits.isdigit():
                    self._reject_unknown(figure, digits)
                else:
                    self._reject(figure, why_unmatched(figure, key))
        self.collected.settle()
        self.aside.settle()

    def _read(self, figure: RawFigure, key: FoundKey, reader: FigureReader, present: frozenset[str]) -> None:
        """Read one row into the list where it belongs."""
        if key.level != self.level:
            key = as_city(key, self.level, self.areas, present)
        if key.level != self.level:
            self._set_aside(figure, key, reader)
            return
        if not key.known:
            self._reject_unknown(figure, key.key)
            return
        self.collected.note_repair(figure.line, key)
        try:
            self.collected.add(reader.observe(figure, key))
        except RowRejected as refusal:
            if refusal.is_invalid_at_period:
                self.collected.invalid_at_period.add(key.key)
            self._reject(figure, refusal.reason, refusal.column)

    def _is_left_out(self, figure: RawFigure) -> bool:
        """Whether a row is of another attribute, unit or indicator than what is asked for."""
        if not figure.is_selected:
            return True
        unit, named = figure.unit.strip(BLANKS), figure.indicator.strip(BLANKS)
        wanted_unit, wanted = self.mapping.unit, self.indicator or self.mapping.indicator
        return bool(wanted_unit and unit and unit != wanted_unit) or bool(wanted and named and named != wanted)

    def _set_aside(self, figure: RawFigure, key: FoundKey, reader: FigureReader) -> None:
        """Keep a row of another level at its own, if its area is known and the row can be read."""
        self.other_levels += 1
        if key.level == COUNTRY or not key.known:
            return
        try:
            self.aside.add(reader.observe(figure, key))
        except RowRejected:
            return
        self.collected.note_repair(figure.line, key)

    def _reject_unknown(self, figure: RawFigure, key: str) -> None:
        self.collected.unknown.add(key)
        self._reject(figure, Sentence(f"Schlüssel {quote(key)} ist unbekannt", f"key {quote(key)} is not known"))

    def _reject(self, figure: RawFigure, reason: Sentence, column: str | None = None) -> None:
        if column is None and self.table.layout.form == "wide":
            column = figure.column
        self.collected.reject(figure.line, reason, column)

    # --- result

    def observations(self, *, strict: bool) -> tuple[Observation, ...]:
        """What is stored; refuses where nothing fits."""
        found = (*self.collected.accepted.values(), *self.aside.accepted.values())
        if not found:
            raise self._nothing_fits()
        if strict and self.collected.rejected_total:
            first = self.collected.sorted_rejections()[0]
            count = self.collected.rejected_total
            raise RejectedRows(
                Sentence(
                    f"{count} Zeilen werden abgelehnt; die erste: {first.reason.de}",
                    f"{count} rows are rejected; the first: {first.reason.en}",
                ),
                path=self.table.path,
                line=first.line,
            )
        return found

    def _nothing_fits(self) -> NothingFits:
        if not self.collected.rejected_total:
            return NothingFits(
                Sentence("keine Zeile ist ausgewählt", "no row is selected"),
                path=self.table.path,
                remedy=Sentence(
                    "select, unit und value_column der Zuordnung prüfen",
                    "check select, unit and value_column in the mapping",
                ),
            )
        rejections = self.collected.sorted_rejections()
        reason, often = Counter(rejection.reason for rejection in rejections).most_common(1)[0]
        count = self.collected.rejected_total
        remedy = Sentence(
            "den Tag, auf den sich die Schlüssel beziehen, in einer Zuordnung mit vintage nennen",
            "give the day that the keys refer to as vintage in a mapping",
        )
        return NothingFits(
            Sentence(
                f"alle {count} Zeilen werden abgelehnt; {often} davon: {reason.de}",
                f"all {count} rows are rejected; {often} of them: {reason.en}",
            ),
            path=self.table.path,
            line=rejections[0].line,
            remedy=remedy if self.collected.invalid_at_period else None,
        )

    def successors(self) -> dict[str, tuple[str, ...]]:
        """Keys of accepted rows that are no longer valid, with what follows them."""
        keys = {observation.key for observation in self.collected.accepted.values()}
        retired = sorted(key for key in keys if self.areas.is_retired(self.level, key))
        return {key: self.areas.successors(self.level, key) for key in retired}

    def empty(self) -> int:
        """Number of accepted rows without any content."""
        return sum(observation.status is Status.EMPTY for observation in self.collected.accepted.values())

    def report(self, seen: Survey, decimal: str | None, units: UnitCheck, catalogue: Catalogue) -> ImportReport:
        """Report without what the stored figures and the warnings add."""
        table, collected = self.table, self.collected
        accepted = collected.accepted.values()
        used = dict.fromkeys(observation.indicator for observation in accepted)
        return ImportReport(
            format=table.format,
            encoding=table.grid.encoding,
            delimiter=table.grid.delimiter,
            decimal=decimal,
            sheet=table.grid.sheet,
            rows=seen.rows,
            accepted=len(accepted),
            rejected=tuple(collected.sorted_rejections()),
            rejected_total=collected.rejected_total,
            other_levels=self.other_levels,
            not_selected=self.not_selected,
            duplicates=collected.duplicates,
            repaired_keys=tuple(collected.repaired.values()),
            retired_keys=tuple(self.successors()),
            not_valid_at_period=tuple(sorted(collected.invalid_at_period)),
            unknown_keys=tuple(sorted(collected.unknown)),
            matched_names=tuple(collected.names.values()),
            status=_counted(observation.status for observation in accepted),
            flags=_counted(flag for observation in accepted for flag in observation.flags),
            periods=tuple(sorted({o.period for o in accepted}, key=period_sort_key)),
            units=units.units or tuple(dict.fromkeys(catalogue.indicators[name].unit for name in used)),
            provenance=table.layout.provenance,
            problems=tuple(
                on_problems(
                    collected.rejected_total, len(collected.rejected), collected.unknown, collected.invalid_at_period
                )
            ),
        )


def _counted(codes: Iterator[Status] | Iterator[object]) -> dict[str, int]:
    """Counts of codes, the most frequent first."""
    return {str(code): count for code, count in Counter(codes).most_common()}
