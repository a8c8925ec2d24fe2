"""Imports: a statistical file turned into observations, with a report of what became of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from boundaries import DestroyedKey, MalformedKey
from spatial.indicators.area_keys import COUNTRY, FoundKey, KeyReader, as_city, asked_level
from spatial.indicators.areas import AreaIndex
from spatial.indicators.catalogue import Catalogue
from spatial.indicators.cells import BLANKS
from spatial.indicators.comparison import FigureKey, Lookup, Stored, changes, figure_key, withdrawn
from spatial.indicators.errors import (
    AmbiguousUnit,
    MixedPeriods,
    NoKnownKey,
    NothingFits,
    RejectedRows,
    UnknownIndicator,
    UnknownTableForm,
    quote,
)
from spatial.indicators.frames import destroyed_keys
from spatial.indicators.mapping import TableMapping
from spatial.indicators.observations import Observation, Status
from spatial.indicators.periods import period_kind, period_sort_key
from spatial.indicators.readings import FigureReader, RowRejected
from spatial.indicators.remarks import on_content, on_problems, on_reading
from spatial.indicators.report import ImportReport, Rejection, Repair, Sentence
from spatial.indicators.tables import RawFigure, Table, read_table

_THOUSANDS = ("tsd", "1000", "1 000", "1.000", "mill", "mio", "mrd")


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
    """

    observations: tuple[Observation, ...]
    removed: tuple[FigureKey, ...]
    report: ImportReport


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
        CSV or ``.xlsx``, long or wide.
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
    A figure refers to the areas that were valid on the last day of its period, unless the mapping names another
    day (``vintage``). A number for an area that was not valid then is rejected; a dash is ``NOT_APPLICABLE``.
    """
    mapping = mapping or TableMapping()
    named = indicator or mapping.indicator
    _check_indicator(path, catalogue, named)
    table = read_table(path, mapping, areas=areas, indicators=tuple(catalogue.indicators), level=level)
    keys = KeyReader(areas, level or mapping.level, mapping.land)
    import_ = _Import(path, table, catalogue, areas, mapping, indicator)
    import_.run(keys)
    return import_.result(stored or (lambda _: Stored()), strict=strict)


def _check_indicator(path: Path, catalogue: Catalogue, name: str | None) -> None:
    """Refuse an indicator that cannot be loaded before the file is read."""
    if name is None:
        return
    found = catalogue.indicators.get(name)
    if found is None:
        raise UnknownIndicator(
            f"indicator {quote(name)} is not in the catalogue", path=path, remedy="load its definition first"
        )
    if found.is_derived:
        raise UnknownIndicator(
            f"indicator {quote(name)} is computed from {found.numerator} and {found.denominator}",
            path=path,
            remedy="load these two instead",
        )


@dataclass(slots=True)
class _Import:
    """State of one import while its rows are read."""

    path: Path
    table: Table
    catalogue: Catalogue
    areas: AreaIndex
    mapping: TableMapping
    indicator: str | None
    level: str = ""
    accepted: list[Observation] = field(default_factory=list)
    aside: list[Observation] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    repaired: dict[int, Repair] = field(default_factory=dict)
    other_levels: int = 0
    not_selected: int = 0
    duplicates: int = 0
    invalid_at_period: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def run(self, keys: KeyReader) -> None:
        """Read all rows."""
        self._check_units()
        figures = self.table.figures
        found = [self._find_key(figure, keys) for figure in figures]
        known = [key for key in found if isinstance(key, FoundKey)]
        self.level = keys.level or asked_level(known) or ""
        if not any(key.known for key in known):
            raise self._no_known_key()
        present = frozenset(key.key for key in known if key.level == self.level)
        reader = FigureReader(self.catalogue, self.areas, self.mapping, self.table.decimal or ".", self.indicator)
        self._check_indicators_named(reader)
        for figure, key in zip(figures, found, strict=True):
            self._read(figure, key, reader, present)
        self.accepted = self._without_repeats(self.accepted)

    def _read(
        self, figure: RawFigure, key: FoundKey | MalformedKey, reader: FigureReader, present: frozenset[str]
    ) -> None:
        """Read one row into the list where it belongs."""
        if self._is_left_out(figure):
            self.not_selected += 1
            return
        if isinstance(key, MalformedKey):
            text = quote(figure.key)
            self._reject(figure, Sentence(f"{text} ist kein Gebietsschlüssel", f"{text} is no area key"))
            return
        if key.level != self.level:
            key = as_city(key, self.level, self.areas, present)
        if key.level != self.level:
            self._set_aside(figure, key, reader)
            return
        if not key.known:
            self.unknown.add(key.key)
            sentence = Sentence(f"Schlüssel {quote(key.key)} ist unbekannt", f"key {quote(key.key)} is not known")
            self._reject(figure, sentence)
            return
        self._note_repair(figure, key)
        try:
            self.accepted.append(reader.observe(figure, key))
        except RowRejected as refusal:
            if refusal.is_invalid_at_period:
                self.invalid_at_period.add(key.key)
            self._reject(figure, refusal.reason, refusal.column)

    def _is_left_out(self, figure: RawFigure) -> bool:
        """Whether a row is of another attribute, unit or indicator than what is asked for."""
        unit = figure.unit.strip(BLANKS)
        named = figure.indicator.strip(BLANKS)
        wanted_unit = self.mapping.unit
        wanted = self.indicator or self.mapping.indicator
        return (
            not figure.is_selected
            or bool(wanted_unit and unit and unit != wanted_unit)
            or bool(wanted and named and named != wanted)
        )

    def _set_aside(self, figure: RawFigure, key: FoundKey, reader: FigureReader) -> None:
        """Keep a row of another level at its own, if its area is known and the row can be read."""
        self.other_levels += 1
        if key.level == COUNTRY or not key.known:
            return
        try:
            self.aside.append(reader.observe(figure, key))
        except RowRejected:
            return
        self._note_repair(figure, key)

    def _find_key(self, figure: RawFigure, keys: KeyReader) -> FoundKey | MalformedKey:
        """Key of a row, or why it is none; a rounded one refuses the whole file."""
        try:
            return keys.read(figure.key)
        except DestroyedKey as error:
            raise destroyed_keys(self.path, figure.line, figure.key) from error
        except MalformedKey as error:
            return error

    def _note_repair(self, figure: RawFigure, key: FoundKey) -> None:
        if key.repaired_from is not None:
            self.repaired.setdefault(figure.line, Repair(figure.line, key.repaired_from, key.key))

    def _reject(self, figure: RawFigure, reason: Sentence, column: str | None = None) -> None:
        if column is None and self.table.form == "wide":
            column = figure.column
        self.rejected.append(Rejection(figure.line, reason, column))

    def _without_repeats(self, observations: list[Observation]) -> list[Observation]:
        """Observations of which repeats are kept once and contradictions are all rejected."""
        groups: dict[FigureKey, list[Observation]] = {}
        for observation in observations:
            groups.setdefault(figure_key(observation), []).append(observation)
        kept = []
        for group in groups.values():
            if len({(o.value, o.status) for o in group}) == 1:
                kept.append(group[0])
                self.duplicates += len(group) - 1
                continue
            lines = ", ".join(str(o.line) for o in group)
            for o in group:
                reason = Sentence(
                    f"{o.key} hat für {o.period} widersprüchliche Werte (Zeilen {lines})",
                    f"{o.key} has contradicting values for {o.period} (lines {lines})",
                )
                self.rejected.append(Rejection(o.line or 0, reason))
        return kept

    # --- refusals of the whole file

    def _no_known_key(self) -> NoKnownKey:
        first = self.table.figures[0]
        return NoKnownKey(
            f"none of the {len(self.table.figures)} rows has the key of a known area; the first is {quote(first.key)}",
            path=self.path,
            line=first.line,
            remedy="check the key column and the level, or load the boundaries first",
        )

    def _check_units(self) -> None:
        """Refuse values in several units, and thousands without a multiplier."""
        units = sorted({figure.unit.strip(BLANKS) for figure in self.table.figures} - {""})
        if self.mapping.unit is None and len(units) > 1:
            raise AmbiguousUnit(
                f"the values are in several units: {', '.join(map(quote, units[:10]))}",
                path=self.path,
                remedy="name one with unit in a mapping",
            )
        unit = self.mapping.unit or (units[0] if units else "")
        if self.mapping.multiplier is None and unit.casefold().startswith(_THOUSANDS):
            raise AmbiguousUnit(
                f"the values are in {quote(unit)}",
                path=self.path,
                remedy="give the multiplier in a mapping, 1 if the catalogue's unit is the same",
            )

    def _check_indicators_named(self, reader: FigureReader) -> None:
        """Refuse a table of which nobody says what it is about."""
        if not any(reader.indicator_id(figure) for figure in self.table.figures):
            raise UnknownIndicator(
                "nothing says which indicator this is",
                path=self.path,
                remedy="name it with --indicator, in a mapping, or in a column 'indicator'",
            )
        has_period = self.mapping.period or any(figure.period.strip(BLANKS) for figure in self.table.figures)
        if not has_period:
            raise UnknownTableForm(
                "nothing says which period the figures are for",
                path=self.path,
                remedy="name a column with period_column or a period with period in a mapping",
            )

    def _check_period_kinds(self, stored: Stored) -> None:
        """Refuse a series that would hold years and months at once."""
        kinds: dict[str, dict[str, str]] = {}
        for observation in (*self.accepted, *self.aside):
            kinds.setdefault(observation.indicator, {})[period_kind(observation.period)] = observation.period
        for name, _, _, period in stored.figures:
            if name in kinds:
                kinds[name][period_kind(period)] = period
        for name, found in kinds.items():
            if len(found) > 1:
                raise MixedPeriods(
                    f"the periods of {name} are of several kinds: {', '.join(sorted(found.values()))}",
                    path=self.path,
                    remedy="load them as separate indicators",
                )

    # --- result

    def result(self, lookup: Lookup, *, strict: bool) -> ImportResult:
        """Observations and report; refuses where nothing fits."""
        observations = (*self.accepted, *self._without_contradictions(self.aside))
        self.rejected.sort(key=lambda rejection: rejection.line)
        if not observations:
            raise self._nothing_fits()
        stored = lookup(frozenset(observation.indicator for observation in observations))
        self._check_period_kinds(stored)
        if strict and self.rejected:
            first = self.rejected[0]
            raise RejectedRows(
                f"{len(self.rejected)} rows are rejected; the first: {first.reason.en}",
                path=self.path,
                line=first.line,
            )
        removed = tuple(withdrawn(observations, stored))
        return ImportResult(observations, removed, self._report(observations, removed, stored))

    @staticmethod
    def _without_contradictions(observations: list[Observation]) -> Iterator[Observation]:
        """Observations of other levels, each once; contradicting ones are left out."""
        groups: dict[FigureKey, list[Observation]] = {}
        for observation in observations:
            groups.setdefault(figure_key(observation), []).append(observation)
        for group in groups.values():
            if len({(o.value, o.status) for o in group}) == 1:
                yield group[0]

    def _nothing_fits(self) -> NothingFits:
        if not self.rejected:
            return NothingFits("no row is selected", path=self.path, remedy="check select and unit in the mapping")
        reasons = Counter(rejection.reason.en for rejection in self.rejected)
        reason, often = reasons.most_common(1)[0]
        remedy = "give the day that the keys refer to as vintage in a mapping" if self.invalid_at_period else ""
        return NothingFits(
            f"all {len(self.rejected)} rows are rejected; {often} of them: {reason}",
            path=self.path,
            line=self.rejected[0].line,
            remedy=remedy,
        )

    def _report(
        self, observations: tuple[Observation, ...], removed: tuple[FigureKey, ...], stored: Stored
    ) -> ImportReport:
        table = self.table
        unit_column = {figure.unit.strip(BLANKS) for figure in table.figures} - {""}
        used = dict.fromkeys(observation.indicator for observation in self.accepted)
        retired = self._retired()
        successors = {key: self.areas.successors(self.level, key) for key in retired}
        empty = sum(observation.status is Status.EMPTY for observation in self.accepted)
        units = [self.mapping.unit] if self.mapping.unit else sorted(unit_column)
        return ImportReport(
            format=table.format,
            encoding=table.encoding,
            delimiter=table.delimiter,
            decimal=table.decimal,
            sheet=table.sheet,
            rows=len(table.figures),
            accepted=len(self.accepted),
            rejected=tuple(self.rejected),
            other_levels=self.other_levels,
            not_selected=self.not_selected,
            duplicates=self.duplicates,
            repaired_keys=tuple(self.repaired.values()),
            retired_keys=retired,
            not_valid_at_period=tuple(sorted(self.invalid_at_period)),
            unknown_keys=tuple(sorted(self.unknown)),
            status=_counted(observation.status for observation in self.accepted),
            flags=_counted(flag for observation in self.accepted for flag in observation.flags),
            periods=tuple(sorted({o.period for o in self.accepted}, key=period_sort_key)),
            units=tuple(units or dict.fromkeys(self.catalogue.indicators[name].unit for name in used)),
            changes=changes(observations, removed, stored),
            warnings=(*on_reading(table), *on_content(successors, empty, len(removed))),
            problems=tuple(on_problems(len(self.rejected), self.unknown, self.invalid_at_period)),
        )

    def _retired(self) -> tuple[str, ...]:
        """Keys of accepted rows that are no longer valid."""
        keys = {observation.key for observation in self.accepted}
        return tuple(sorted(key for key in keys if self.areas.is_retired(self.level, key)))


def _counted(codes: Iterator[Status] | Iterator[object]) -> dict[str, int]:
    """Counts of codes, the most frequent first."""
    return {str(code): count for code, count in Counter(codes).most_common()}
