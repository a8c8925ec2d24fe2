"""Loading of boundaries, tables of groups and Gemeindeverzeichnisse into the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from boundaries import (
    AREA_TOLERANCE_PERCENT,
    AreaSet,
    ChangeProblem,
    Downloads,
    ExaminedBoundaries,
    Fields,
    GeometryReport,
    Known,
    Language,
    LevelNeeded,
    Located,
    Members,
    Origin,
    Register,
    Sentence,
    check_groups,
    check_level,
    check_vintage,
    examine_boundaries,
    german_day,
    is_group_table,
    is_register,
    located,
    read_groups,
    read_register,
    unite_groups,
)
from service.store import EditionInfo, Store
from spatial.indicators.territory import build_territory, check_changes

_BKG_LICENCE = "Datenlizenz Deutschland - Namensnennung - Version 2.0 (dl-de/by-2-0)"
# A Gemeindeverzeichnis of another year would tell changes of territory as mistakes of geometry.
_LONGEST_DISTANCE_DAYS = 366


@dataclass(frozen=True, slots=True)
class Terms:
    """What has to be said about boundaries wherever they are shown; empty where it is not known."""

    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True)
class BoundaryLoad:
    """What a call of `load_boundaries` read, found and stored.

    Attributes
    ----------
    origin : Origin
        The file.
    sets : tuple of AreaSet
        Areas by level; none for a Gemeindeverzeichnis.
    reports : tuple of GeometryReport
        Result of the checks, in the order of the sets.
    register : Register or None
        The Gemeindeverzeichnis.
    register_day : datetime.date or None
        Day of the Gemeindeverzeichnis that official areas were taken from.
    stored : bool
        False for a trial.
    replaced : tuple of (str, str)
        Levels whose areas of the same day were stored before, and the files that they came from.
    doubts : tuple of Sentence
        What the file tells about its day, where that is not the one that was stated.
    """

    origin: Origin
    sets: tuple[AreaSet, ...]
    reports: tuple[GeometryReport, ...]
    register: Register | None
    register_day: date | None
    stored: bool
    replaced: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Sentence, ...] = ()

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return everything but the areas as plain values, for JSON; ``language`` is that of the warnings."""
        return {
            "file": self.origin.file,
            "sha256": self.origin.sha256,
            "fetched": None if self.origin.fetched is None else self.origin.fetched.isoformat(),
            "stored": self.stored,
            "replaced": [{"level": level, "file": file} for level, file in self.replaced],
            "warnings": [doubt.text(language) for doubt in self.doubts],
            "official_areas_of": None if self.register_day is None else self.register_day.isoformat(),
            "levels": [report.to_dict() for report in self.reports],
            "register": None
            if self.register is None
            else {
                "day": self.register.day.isoformat(),
                "form": self.register.form,
                "entries": {level: len(self.register.at(level)) for level in self.register.levels},
            },
        }


def load_boundaries(
    store: Store,
    source: str,
    *,
    vintage: date,
    level: str | None = None,
    fields: Fields | None = None,
    layer: str | None = None,
    tolerance_percent: float = AREA_TOLERANCE_PERCENT,
    terms: Terms | None = None,
    downloads: Downloads | None = None,
    dry_run: bool = False,
) -> BoundaryLoad:
    """Read boundaries, a table of groups or a Gemeindeverzeichnis and store it; all of it or nothing.

    Parameters
    ----------
    store : Store
        Where it goes.
    source : str
        File or address.
    vintage : datetime.date
        Day of the boundaries; a Gemeindeverzeichnis states its own.
    level, fields, layer
        As in `boundaries.examine_boundaries`.
    tolerance_percent : float
        Difference from the official area that is not told.
    terms : Terms, optional
        Attribution and licence; those of the BKG where its products are recognised.
    downloads : Downloads, optional
        Where downloads go and who is told.
    dry_run : bool
        Check only, store nothing.

    Raises
    ------
    BoundaryError
        One line that says what is wrong with the file or the day; the store is as before.
    """
    check_vintage(vintage)
    with located(source, downloads) as file:
        if is_register(file.path):
            return _load_register(store, file, vintage, dry_run=dry_run)
        if is_group_table(file.path):
            return _load_groups(store, file, vintage, level, terms or Terms(), dry_run=dry_run)
        examined, register_day = _examine(
            store, file, vintage, level=level, fields=fields, layer=layer, tolerance_percent=tolerance_percent
        )
    replaced = _before(store, examined.sets)
    _check_changes(store, file.shown, examined.sets)
    if not dry_run:
        _save(store, examined.sets, examined.origin, _terms(examined, vintage, terms or Terms()))
    return BoundaryLoad(
        examined.origin,
        examined.sets,
        examined.reports,
        None,
        register_day,
        stored=not dry_run,
        replaced=replaced,
        doubts=examined.doubts,
    )


def _examine(
    store: Store,
    file: Located,
    vintage: date,
    *,
    level: str | None,
    fields: Fields | None,
    layer: str | None,
    tolerance_percent: float,
) -> tuple[ExaminedBoundaries, date | None]:
    """Read boundaries and compare them with what the store knows; also the day of the official areas."""
    register = _register_near(store, vintage)
    known = Known(
        store.crs(),
        {} if register is None else _official_areas(register),
        partial(_areas_on, store, vintage) if fields is not None and fields.parent else tuple,
        tolerance_percent,
    )
    examined = examine_boundaries(file, vintage=vintage, level=level, fields=fields, layer=layer, known=known)
    return examined, None if register is None else register.day


def _load_register(store: Store, file: Located, vintage: date, *, dry_run: bool) -> BoundaryLoad:
    register, origin = read_register(file.path, shown=file.shown), file.origin
    check_vintage(register.day)
    other_day = Sentence(
        f"das Gemeindeverzeichnis ist vom {german_day(register.day)}; --vintage {german_day(vintage)} ändert das nicht",
        f"the Gemeindeverzeichnis is of {register.day}; --vintage {vintage} does not change that",
    )
    doubts = () if register.day == vintage else (other_day,)
    if register.missing_laender:
        listed = ", ".join(register.missing_laender)
        partial_de = f"das Gemeindeverzeichnis nennt keine Gemeinden der Länder {listed}; prüfen, ob es vollständig ist"
        partial_en = f"the Gemeindeverzeichnis has no municipalities of the Laender {listed}; check that it is complete"
        doubts = (*doubts, Sentence(partial_de, partial_en))
    if not dry_run:
        with store.transaction() as connection:
            store.save_register(connection, register, EditionInfo(origin.file, origin.sha256, "", ""))
    return BoundaryLoad(origin, (), (), register, None, stored=not dry_run, doubts=doubts)


def _load_groups(
    store: Store, file: Located, vintage: date, level: str | None, terms: Terms, *, dry_run: bool
) -> BoundaryLoad:
    if level is None:
        raise LevelNeeded(
            file.shown,
            Sentence("eine Tabelle von Gruppen sagt nicht ihre Ebene", "a table of groups does not tell its level"),
        )
    check_level(level)
    table = read_groups(file.path, level=level, shown=file.shown)
    known = {areas.level: areas for areas in _areas_on(store, vintage) if areas.level != level}
    united = unite_groups(table, vintage=vintage, sets=known)
    report = check_groups(united, tuple(known.values()))
    origin, replaced = file.origin, _before(store, (united,))
    _check_changes(store, file.shown, (united,))
    if not dry_run:
        inherited = next((info for areas, info in reversed(store.editions()) if info.attribution), None)
        if inherited is not None and not terms.attribution:
            terms = Terms(inherited.attribution, terms.licence or inherited.licence)
        _save(store, (united,), origin, terms, united.members)
    return BoundaryLoad(origin, (united,), (report,), None, None, stored=not dry_run, replaced=replaced)


def _before(store: Store, sets: tuple[AreaSet, ...]) -> tuple[tuple[str, str], ...]:
    """Return which of the levels have areas of the same day already, and from which file."""
    files = {areas.vintage: store.files(areas.vintage) for areas in sets}
    return tuple(
        (areas.level, files[areas.vintage][areas.level]) for areas in sets if areas.level in files[areas.vintage]
    )


def _check_changes(store: Store, shown: str, sets: tuple[AreaSet, ...]) -> None:
    """Refuse areas that the stored changes do not fit."""
    replaced = {(areas.level, areas.vintage) for areas in sets}
    others = [areas for areas, _ in store.editions() if (areas.level, areas.vintage) not in replaced]
    try:
        check_changes((*others, *sets), store.changes())
    except ChangeProblem as error:
        error.name_file(shown)
        raise


def _save(
    store: Store, sets: tuple[AreaSet, ...], origin: Origin, terms: Terms, members: Members | None = None
) -> None:
    with store.transaction() as connection:
        for areas in sets:
            store.save_areas(
                connection, areas, EditionInfo(origin.file, origin.sha256, terms.attribution, terms.licence, members)
            )


def _terms(examined: ExaminedBoundaries, vintage: date, given: Terms) -> Terms:
    """Terms of the BKG where its products are recognised; the year is that of the download, else of the vintage."""
    if not examined.from_bkg:
        return given
    year = (examined.origin.fetched or vintage).year
    attribution = f"© GeoBasis-DE / BKG ({year}) dl-de/by-2-0 (Daten verändert)"
    return Terms(given.attribution or attribution, given.licence or _BKG_LICENCE)


def _register_near(store: Store, vintage: date) -> Register | None:
    """Return the Gemeindeverzeichnis nearest to a day, the earlier one of two; None where all are of another year."""
    nearest = min((each.day for each in store.stored_registers()), key=lambda day: abs(day - vintage), default=None)
    if nearest is None or abs(nearest - vintage).days > _LONGEST_DISTANCE_DAYS:
        return None
    return store.register_on(nearest)


def _official_areas(register: Register) -> dict[str, dict[str, float]]:
    return {
        level: {entry.key: entry.area_km2 for entry in register.at(level).values() if entry.area_km2 is not None}
        for level in register.levels
    }


def _areas_on(store: Store, vintage: date) -> tuple[AreaSet, ...]:
    """Return every level of the areas that are in force on a day."""
    editions = {areas.level: areas for areas, _ in store.editions() if areas.vintage <= vintage}
    if not editions:
        return ()
    events = tuple(event for event in store.changes() if event.date <= vintage)
    territory = build_territory(tuple(editions.values()), events, store.upper_names())
    return tuple(territory.areas[territory.snap(vintage)].values())
