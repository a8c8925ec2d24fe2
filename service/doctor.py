"""Doctor: what is installed, reachable and consistent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boundaries import Sentence
from service.errors import ServiceError, ViewerNotBuilt
from service.releases import ReleaseFolder
from service.settings import Settings
from service.standing import outdated

_BUNDLED = Sentence("mitgelieferte Grenzen", "bundled boundaries")
_STORE = Sentence("Datenbestand", "store")
_RELEASE = Sentence("Veröffentlichung", "release")
_CONTIGUITY = Sentence("Nachbarschaften", "contiguity")
_COMPILED = Sentence("mit übersetztem Code", "with compiled code")
_NOT_COMPILED = Sentence(
    "ohne übersetzten Code, mit gleichem Ergebnis: bei der Installation fehlte ein C-Compiler",
    "without compiled code, with the same result: there was no C compiler at the installation",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: Sentence
    good: bool
    text: Sentence


def examine(settings: Settings) -> list[Finding]:
    """Look at programs, store, releases and viewer."""
    return [*_programs(), *_bundled(), *_store(settings), *_releases(settings), *_viewer()]


def _programs() -> Iterator[Finding]:
    import sqlite3

    import pyogrio
    import pyproj
    import shapely

    from spatial.statistics.outlines import compiled

    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    versions = (
        f"GDAL {gdal}, GEOS {shapely.geos_version_string}, PROJ {pyproj.proj_version_str}, "
        f"SQLite {sqlite3.sqlite_version}"
    )
    yield Finding(Sentence("Bibliotheken", "libraries"), True, Sentence(versions, versions))
    yield Finding(_CONTIGUITY, True, _COMPILED if compiled() else _NOT_COMPILED)


def _bundled() -> Iterator[Finding]:
    from boundaries import BoundaryError, german_day, load_bundled

    try:
        bundled = load_bundled()
    except BoundaryError as error:
        yield Finding(_BUNDLED, False, error.message)
    else:
        count, day = len(bundled.gemeinden), bundled.manifest.vintage
        yield Finding(_BUNDLED, True, Sentence(f"{count} Gebiete vom {german_day(day)}", f"{count} areas of {day}"))


def _store(settings: Settings) -> Iterator[Finding]:
    from boundaries import german_day
    from service.store import Store

    try:
        store = Store.open(settings.store_path)
    except ServiceError as error:
        yield Finding(_STORE, False, error.message)
        return
    editions, figures = store.editions(), store.observations()
    held = Sentence(
        f"{len(editions)} Sätze von Grenzen, {len(figures)} Zahlen",
        f"{len(editions)} boundary editions, {len(figures)} figures",
    )
    yield Finding(_STORE, True, held)
    for areas, _ in editions:
        if areas.level == "gemeinde" and not any(area.populated for area in areas.areas):
            empty = Sentence(
                f"kein Gebiet vom {german_day(areas.vintage)} ist bewohnt; die Grenzen noch einmal laden",
                f"no area of {areas.vintage} is populated; load the boundaries again",
            )
            yield Finding(_STORE, False, empty)


def _releases(settings: Settings) -> Iterator[Finding]:
    folder = ReleaseFolder(settings.releases_path)
    try:
        number = folder.current_number()
        manifest = folder.manifest(number)
        folder.verify(manifest)
    except ServiceError as error:
        yield Finding(_RELEASE, False, error.message)
        return
    found = outdated(manifest)
    intact = Sentence(
        f"Veröffentlichung {number} vom {manifest.created}, alle Dateien unversehrt",
        f"release {number} of {manifest.created}, all files intact",
    )
    yield Finding(_RELEASE, found is None, found or intact)


def _viewer() -> Iterator[Finding]:
    from service.routes.pages import VIEWER

    built = (VIEWER / "index.html").is_file()
    found = Sentence("gebaut", "built") if built else ViewerNotBuilt().message
    yield Finding(Sentence("Kartenansicht", "viewer"), built, found)
