"""Doctor: what is installed, reachable and consistent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.errors import ServiceError
from service.releases import ReleaseFolder
from service.settings import Settings
from service.standing import outdated


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    good: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Look at programs, store, releases and viewer."""
    return [*_programs(), *_bundled(), *_store(settings), *_releases(settings), *_viewer()]


def _programs() -> Iterator[Finding]:
    import sqlite3

    import pyogrio
    import pyproj
    import shapely

    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    yield Finding(
        "libraries",
        True,
        f"GDAL {gdal}, GEOS {shapely.geos_version_string}, PROJ {pyproj.proj_version_str}, "
        f"SQLite {sqlite3.sqlite_version}",
    )


def _bundled() -> Iterator[Finding]:
    from boundaries import BoundaryError, load_bundled

    try:
        bundled = load_bundled()
    except BoundaryError as error:
        yield Finding("bundled boundaries", False, f"{error}; install the package again")
    else:
        yield Finding("bundled boundaries", True, f"{len(bundled.gemeinden)} areas of {bundled.manifest.vintage}")


def _store(settings: Settings) -> Iterator[Finding]:
    from service.store import Store

    try:
        store = Store.open(settings.store_path)
    except ServiceError as error:
        yield Finding("store", False, str(error))
        return
    editions, figures = store.editions(), store.observations()
    yield Finding("store", True, f"{len(editions)} boundary editions, {len(figures)} figures")
    for areas, _ in editions:
        if areas.level == "gemeinde" and not any(area.populated for area in areas.areas):
            yield Finding("store", False, f"no area of {areas.vintage} is populated; load the boundaries again")


def _releases(settings: Settings) -> Iterator[Finding]:
    folder = ReleaseFolder(settings.releases_path)
    try:
        number = folder.current_number()
        manifest = folder.manifest(number)
        folder.verify(manifest)
    except ServiceError as error:
        yield Finding("release", False, str(error))
        return
    found = outdated(manifest)
    yield Finding("release", found is None, found or f"release {number} of {manifest.created}, all files intact")


def _viewer() -> Iterator[Finding]:
    from service.routes.pages import VIEWER

    built = (VIEWER / "index.html").is_file()
    yield Finding("viewer", built, "built" if built else "not built; run `make install` in a checkout")
