"""A workspace: the store and the releases of one atlas, and what staff do with them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import spatial.indicators
from boundaries import AreaSet, ChangeEvent, load_bundled, read_boundaries, read_changes, reproject
from service.catalogues import catalogue_of, entries_of
from service.errors import WorkspaceExists
from service.publishing import publish
from service.releases import Manifest, ReleaseFolder
from service.settings import Settings
from service.store import EditionInfo, Store
from spatial.indicators import (
    AreaIndex,
    Catalogue,
    ImportResult,
    TableMapping,
    import_table,
    load_catalogue,
    load_mapping,
)
from spatial.indicators.territory import area_index, build_territory

Progress = Callable[[str], None]

_DEMO = Path(spatial.indicators.__file__).parent / "demo"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders of one atlas."""

    settings: Settings

    @property
    def releases(self) -> ReleaseFolder:
        """The folder of releases."""
        return ReleaseFolder(self.settings.releases_path)

    def create(self, *, demo: bool, progress: Progress) -> None:
        """Make the workspace; with ``demo`` it holds the bundled boundaries and figures of Hessen.

        The store appears under its name when it is complete, so that an interrupted call leaves none.

        Raises
        ------
        WorkspaceExists
            If there is a store already.
        """
        target = self.settings.store_path
        if target.exists():
            raise WorkspaceExists(str(self.settings.workspace))
        self.settings.workspace.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.settings.workspace, prefix=".init-") as folder:
            draft = Store.create(Path(folder) / target.name)
            with draft.transaction() as connection:
                draft.save_catalogue(connection, entries_of(Catalogue()))
            if demo:
                _fill_with_demo(draft, progress)
            draft.close()
            draft.path.rename(target)
        self.releases.create()

    def open(self) -> Store:
        """The store of the workspace."""
        return Store.open(self.settings.store_path)

    def publish(self, message: str, progress: Progress) -> Manifest:
        """Make a release of the store and serve it."""
        return publish(self.open(), self.releases, message=message, progress=progress)


def load_boundaries(
    store: Store,
    source: str,
    *,
    vintage: date,
    level: str | None,
    code_field: str | None,
    name_field: str | None,
    layer: str | None,
) -> list[AreaSet]:
    """Read a boundary file and store it; all of it or nothing.

    Raises
    ------
    BoundaryError
        One line that says what is wrong with the file; the store is as before.
    """
    read = read_boundaries(
        source, vintage=vintage, level=level, code_field=code_field, name_field=name_field, layer=layer
    )
    path = Path(source)
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    sets = [_in_crs(areas, store.crs()) for areas in read]
    with store.transaction() as connection:
        for areas in sets:
            store.save_areas(connection, areas, EditionInfo(path.name, digest, "", ""))
    return sets


def load_changes(store: Store, path: Path) -> tuple[ChangeEvent, ...]:
    """Read a table of change events and store it."""
    events = read_changes(path)
    with store.transaction() as connection:
        store.save_changes(connection, events)
    return events


def load_definitions(store: Store, path: Path) -> Catalogue:
    """Read indicator definitions and store them beside those that are there."""
    known = catalogue_of(store)
    loaded = load_catalogue(path, base=known, levels=_levels(store))
    with store.transaction() as connection:
        store.save_catalogue(connection, entries_of(loaded))
    return loaded


def load_figures(
    store: Store,
    path: Path,
    *,
    indicator: str | None,
    mapping: TableMapping | None,
    level: str | None = None,
    dry_run: bool = False,
    strict: bool = False,
    areas: AreaIndex | None = None,
) -> ImportResult:
    """Read a statistical file and store what it holds; one transaction.

    Raises
    ------
    IndicatorError
        If the file is refused as a whole; the store is as before.
    """
    catalogue = catalogue_of(store)
    result = import_table(
        path,
        catalogue=catalogue,
        areas=areas or index_of_areas(store),
        mapping=mapping,
        indicator=indicator,
        level=level,
        stored=lambda indicators: store.stored(indicators, path.name),
        strict=strict,
    )
    if not dry_run and result.observations:
        with store.transaction() as connection:
            store.save_observations(
                connection,
                result.observations,
                file=path.name,
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                report=result.report.to_dict(),
                removed=result.removed,
            )
    return result


def index_of_areas(store: Store) -> AreaIndex:
    """Every area that the store knows in any vintage, for checking keys."""
    territory = build_territory([areas for areas, _ in store.editions()], store.changes(), store.upper_names())
    return area_index(territory)


def _levels(store: Store) -> list[str]:
    return [areas.level for areas, _ in store.editions()]


def _in_crs(areas: AreaSet, crs: str | None) -> AreaSet:
    """Areas in the reference system of the store; the first edition decides it."""
    if crs is None or areas.crs == crs:
        return areas
    moved = reproject(areas.geometries, areas.crs, crs)
    return replace(
        areas,
        crs=crs,
        areas=tuple(
            replace(area, geometry=geometry, area_km2=float(geometry.area) / 1e6)
            for area, geometry in zip(areas.areas, moved, strict=True)
        ),
    )


def _fill_with_demo(store: Store, progress: Progress) -> None:
    """The bundled boundaries and figures of Hessen."""
    bundled = load_bundled()
    info = EditionInfo(
        bundled.manifest.file,
        bundled.manifest.sha256,
        bundled.manifest.attribution,
        bundled.manifest.licence,
    )
    progress(f"boundaries: {len(bundled.gemeinden)} areas")
    with store.transaction() as connection:
        store.save_areas(connection, bundled.gemeinden, info)
        store.save_changes(connection, bundled.events)
        store.save_upper_names(connection, bundled.names.entries)
    load_definitions(store, _DEMO / "catalogue.toml")
    areas = index_of_areas(store)
    for path in sorted((_DEMO / "figures").glob("*.csv")):
        described = path.with_suffix(".toml")
        mapping = load_mapping(described) if described.exists() else None
        result = load_figures(store, path, indicator=None, mapping=mapping, areas=areas)
        progress(f"figures: {path.name}, {len(result.observations)} values")
