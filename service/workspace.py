"""A workspace: the store and the releases of one atlas, and what staff do with them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from boundaries import Sentence, load_bundled
from service.errors import NoWorkspace, WorkspaceExists
from service.releases import Manifest, ReleaseFolder
from service.settings import Settings
from spatial.indicators import (
    AreaIndex,
    Catalogue,
    ImportResult,
    TableMapping,
    fingerprint,
    import_table,
    load_catalogue,
    load_mapping,
    register_names,
    source_name,
)
from spatial.indicators.admission import check_indicator
from spatial.indicators.demo import CATALOGUE, figure_files
from spatial.indicators.readers.files import find_source

if TYPE_CHECKING:  # SQLAlchemy and SciPy take a second each; lists of releases need neither
    from service.store import Store

Progress = Callable[[Sentence], None]


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
        from service.bundled import note_origin
        from service.catalogues import entries_of
        from service.store import Store

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
            note_origin(draft)
            draft.close()
            draft.path.rename(target)
        self.releases.create()

    def open(self) -> Store:
        """The store of the workspace."""
        from service.store import Store

        return Store.open(self.settings.store_path)

    def require(self) -> None:
        """Refuse a folder without a store, without reading it.

        Raises
        ------
        NoWorkspace
        """
        if not self.settings.store_path.is_file():
            raise NoWorkspace(str(self.settings.workspace))

    def publish(self, message: str, progress: Progress) -> Manifest:
        """Make a release of the store, with the definitions of this version of the program, and serve it."""
        from service.bundled import renew
        from service.publishing import publish

        seconds, store = self.settings.protection_seconds, self.open()
        for sentence in renew(store).sentences():
            progress(sentence)
        return publish(store, self.releases, message=message, progress=progress, protection_seconds=seconds)


def load_definitions(store: Store, path: Path) -> Catalogue:
    """Read indicator definitions and store them beside those that are there."""
    from service.catalogues import catalogue_of, check_together, entries_of

    known = catalogue_of(store)
    loaded = load_catalogue(path, base=known, levels=store.levels())
    check_together(store, loaded, path.name)
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
    """Read a statistical file and store what it holds; one transaction. The same file again changes nothing.

    Raises
    ------
    IndicatorError
        If the file is refused as a whole; the store is as before.
    """
    from service.catalogues import catalogue_of

    name = source_name(path)
    # Before the areas are read, which takes seconds where they are those of a whole country.
    check_indicator(path, catalogue_of(store), indicator or (mapping.indicator if mapping else None))
    find_source(path)
    while True:
        before = store.last_batch()
        result = import_table(
            path,
            catalogue=catalogue_of(store),
            areas=areas or index_of_areas(store),
            mapping=mapping,
            indicator=indicator,
            level=level,
            stored=lambda indicators: store.stored(indicators, name),
            strict=strict,
        )
        if dry_run or not result.observations:
            return result
        with store.transaction() as connection:
            # What another load stored in the meantime is not in the report: read again.
            if store.last_batch(connection) != before:
                continue
            content = fingerprint(path)
            if not (result.is_repeat and store.holds_file(connection, name, content)):
                store.save_observations(
                    connection,
                    result.observations,
                    file=name,
                    sha256=content,
                    report=result.report.to_dict(),
                    removed=result.removed,
                )
            return result


def index_of_areas(store: Store) -> AreaIndex:
    """Every area that the store knows in any vintage, with its names from registers and changes, for checking keys."""
    from spatial.indicators.territory import build_territory
    from spatial.indicators.validity import area_index, names_before_changes

    editions, changes = [areas for areas, _ in store.editions(drawn=False)], store.changes()
    index = area_index(build_territory(editions, changes, store.upper_names(), store.populations()))
    names = (*register_names(index, store.registers()), *names_before_changes(index, changes))
    return replace(index, names=names)


def _fill_with_demo(store: Store, progress: Progress) -> None:
    """The bundled boundaries and figures of Hessen."""
    from service.store import EditionInfo

    bundled = load_bundled()
    info = EditionInfo(
        bundled.manifest.file,
        bundled.manifest.sha256,
        bundled.manifest.attribution,
        bundled.manifest.licence,
    )
    count = len(bundled.gemeinden)
    progress(Sentence(f"Grenzen: {count} Gebiete", f"boundaries: {count} areas"))
    with store.transaction() as connection:
        store.save_areas(connection, bundled.gemeinden, info)
        store.save_changes(connection, bundled.events)
        store.save_upper_names(connection, bundled.names.entries)
    load_definitions(store, CATALOGUE)
    areas = index_of_areas(store)
    for path, described in figure_files():
        mapping = load_mapping(described) if described else None
        result = load_figures(store, path, indicator=None, mapping=mapping, areas=areas)
        count = len(result.observations)
        progress(Sentence(f"Zahlen: {path.name}, {count} Werte", f"figures: {path.name}, {count} values"))
