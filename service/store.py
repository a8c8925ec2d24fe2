"""The store: what staff imported, in one GeoPackage file.

Boundary editions, change events, the catalogue and the raw observations, possibly confidential, live here. Only
the command line opens the store; the server never does. Every change is one transaction: all of it or nothing.
The tables are plain SQL through SQLAlchemy, so that the same schema can run on PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, select
from sqlalchemy.exc import DatabaseError, DBAPIError

from boundaries import AreaSet, ChangeEvent, Register, Sentence, UpperName
from service import changes, editions, geopackage, registers, schema, stocks
from service.editions import EditionInfo, StoredEdition
from service.errors import NoWorkspace, StoreUnreadable, WorkspaceExists
from service.registers import StoredRegister
from service.stocks import Stock
from service.store_failures import store_failure
from spatial.indicators import FigureKey, Flag, Observation, Status, Stored, StoredFigure

__all__ = ["CatalogueEntry", "EditionInfo", "Place", "Store"]

#: How long a load waits for another one that is being stored.
_PATIENCE_S = 600
_ROWS_AT_ONCE = 50_000
"""Observations that are handed to the database in one go; a national file has millions."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One definition of the catalogue: an indicator, a theme or a disclosure profile."""

    kind: str
    id: str
    definition: dict[str, Any]


class Place(NamedTuple):
    """An area of a day that figures of one indicator are stored for, and their number."""

    indicator: str
    level: str
    key: str
    vintage: date
    figures: int


class Store:
    """Handle on an existing store; use :meth:`create` or :meth:`open`."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self.path = path

    @classmethod
    def create(cls, path: Path) -> Store:
        """Make an empty store.

        Raises
        ------
        WorkspaceExists
            If the file is there already.
        """
        if path.exists():
            raise WorkspaceExists(str(path.parent))
        path.parent.mkdir(parents=True, exist_ok=True)
        store = cls(_engine(path), path)
        with store.transaction() as connection:
            geopackage.prepare(connection)
            schema.create(connection)
            connection.execute(insert(schema.meta), [{"name": "schema", "value": schema.VERSION}])
        return store

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the store of a workspace.

        Raises
        ------
        NoWorkspace
            If there is no store.
        StoreUnreadable
            If the file is no store, or one of another version.
        StoreUnusable
            If it cannot be opened now.
        """
        if not path.is_file():
            raise NoWorkspace(str(path.parent))
        store = cls(_engine(path), path)
        try:
            with store._engine.connect() as connection:
                version = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.name == "schema"))
        except DatabaseError as error:
            failure = store_failure(error, path)
            if failure is not None:
                raise failure from error
            raise StoreUnreadable(
                str(path),
                Sentence(
                    "ist kein Datenbestand von Kreisatlas; aus einer Sicherung wiederherstellen",
                    "is not a store of Kreisatlas; restore it from a backup",
                ),
            ) from error
        if version in schema.UPGRADABLE:
            with store.transaction() as connection:
                schema.upgrade(connection)
        elif version != schema.VERSION:
            raise StoreUnreadable(
                str(path),
                Sentence(
                    f"hat das Schema {version}, dieses Programm braucht {schema.VERSION}; die "
                    "Version von Kreisatlas verwenden, die dazu passt",
                    f"has schema {version}, this program needs {schema.VERSION}; use the version of "
                    "Kreisatlas that fits",
                ),
            )
        return store

    def close(self) -> None:
        """Give the file free."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end, undone at any exception; others that write wait from its beginning.

        Raises
        ------
        StoreUnusable
            There is no space or no right to write, or another process writes for too long.
        """
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        except DBAPIError as error:
            failure = store_failure(error, self.path)
            if failure is None:
                raise
            raise failure from error

    # -- boundaries ------------------------------------------------------------------------------------------

    def crs(self) -> str | None:
        """Reference system of the stored geometries, ``EPSG:25832`` for example; None before the first load."""
        with self._engine.connect() as connection:
            return editions.crs_of(connection)

    def save_areas(self, connection: Connection, areas: AreaSet, info: EditionInfo) -> None:
        """Store one level of one vintage; an earlier load of the same level and vintage is replaced.

        The geometries have to be in the store's reference system; the first load decides it.
        """
        editions.save(connection, areas, info, _now())

    def remove_areas(self, connection: Connection, level: str, vintage: date) -> None:
        """Take one level of one vintage out of the store."""
        editions.remove(connection, level, vintage)

    def editions(self, *, drawn: bool = True) -> list[tuple[AreaSet, EditionInfo]]:
        """Every stored set of areas with its origin, ordered by level and vintage.

        Those that are not ``drawn`` have empty geometries, which cost nothing to read and to unite: keys and names do
        not depend on where areas lie.
        """
        with self._engine.connect() as connection:
            return editions.read(connection, drawn=drawn)

    def stored_editions(self) -> tuple[StoredEdition, ...]:
        """Every stored set of areas without the areas, by vintage and level."""
        with self._engine.connect() as connection:
            return editions.described(connection)

    def levels(self) -> tuple[str, ...]:
        """Levels of the stored areas, in alphabetical order."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.edition.c.level).distinct().order_by(schema.edition.c.level))
            return tuple(row.level for row in rows)

    def files(self, vintage: date) -> dict[str, str]:
        """Names of the files that the stored areas of a day came from, by level."""
        columns = schema.edition.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(columns.level, columns.file).where(columns.vintage == vintage))
            return {row.level: row.file for row in rows}

    def save_register(self, connection: Connection, register: Register, info: EditionInfo) -> None:
        """Store names, official areas and inhabitants of a day; an earlier load of the same day is replaced."""
        registers.save(connection, register, file=info.file, sha256=info.sha256, loaded_at=_now())

    def registers(self) -> tuple[Register, ...]:
        """Every stored Gemeindeverzeichnis, oldest first."""
        with self._engine.connect() as connection:
            return registers.read(connection)

    def stored_registers(self) -> tuple[StoredRegister, ...]:
        """Every stored Gemeindeverzeichnis without its entries, oldest first."""
        with self._engine.connect() as connection:
            return registers.described(connection)

    def remove_register(self, connection: Connection, day: date) -> None:
        """Take the Gemeindeverzeichnis of a day out of the store."""
        registers.remove(connection, day)

    def register_on(self, day: date) -> Register | None:
        """The Gemeindeverzeichnis in force on a day: the newest that is not younger, else the oldest."""
        with self._engine.connect() as connection:
            return registers.in_force(connection, day)

    def populations(self, level: str = "gemeinde") -> dict[date, dict[str, int]]:
        """Inhabitants by day and key: of every Gemeindeverzeichnis, and of every edition that brings them (EWZ).

        Where both have the same day the Gemeindeverzeichnis holds.
        """
        with self._engine.connect() as connection:
            return registers.populations(connection, level)

    def save_changes(self, connection: Connection, events: Iterable[ChangeEvent]) -> int:
        """Store changes; one already known by day, kind and target is replaced. Returns their number."""
        return changes.save(connection, events)

    def remove_changes(self, connection: Connection, events: Iterable[ChangeEvent]) -> None:
        """Take changes out of the store."""
        changes.remove(connection, events)

    def changes(self) -> tuple[ChangeEvent, ...]:
        """Every change, by day, kind and target."""
        with self._engine.connect() as connection:
            return changes.read(connection)

    def save_upper_names(self, connection: Connection, names: Iterable[UpperName]) -> None:
        """Store names of districts, regions and Laender, for areas that are dissolved from municipalities."""
        rows = [
            {
                "level": name.level,
                "key": name.key,
                "name": name.name,
                "kind": name.kind,
                "valid_from": name.valid_from,
                "valid_to": name.valid_to,
            }
            for name in names
        ]
        connection.execute(delete(schema.upper_name))
        connection.execute(insert(schema.upper_name), rows)

    def upper_names(self) -> tuple[UpperName, ...]:
        """Names of districts, regions and Laender."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(schema.upper_name).order_by(schema.upper_name.c.level, schema.upper_name.c.key)
            )
            return tuple(
                UpperName(row.key, row.level, row.name, row.kind, row.valid_from, row.valid_to) for row in rows
            )

    # -- catalogue and figures -------------------------------------------------------------------------------

    def save_catalogue(self, connection: Connection, entries: Sequence[CatalogueEntry]) -> None:
        """Store definitions; an entry of the same kind and id is replaced and keeps its place."""
        known = {
            (row.kind, row.id): row.position
            for row in connection.execute(
                select(schema.catalogue.c.kind, schema.catalogue.c.id, schema.catalogue.c.position)
            )
        }
        following = max(known.values(), default=0) + 1
        for offset, entry in enumerate(entries):
            connection.execute(
                delete(schema.catalogue).where(schema.catalogue.c.kind == entry.kind, schema.catalogue.c.id == entry.id)
            )
            connection.execute(
                insert(schema.catalogue),
                {
                    "kind": entry.kind,
                    "id": entry.id,
                    "position": known.get((entry.kind, entry.id), following + offset),
                    "definition": json.dumps(entry.definition, ensure_ascii=False),
                },
            )

    def catalogue(self) -> list[CatalogueEntry]:
        """Every definition, in the order of loading."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.catalogue).order_by(schema.catalogue.c.position))
            return [CatalogueEntry(row.kind, row.id, json.loads(row.definition)) for row in rows]

    def save_observations(
        self,
        connection: Connection,
        observations: Sequence[Observation],
        *,
        file: str,
        sha256: str,
        report: dict[str, Any],
        removed: Iterable[FigureKey] = (),
    ) -> None:
        """Store an import; figures of the same indicator, area and period are replaced, ``removed`` ones go."""
        batch = connection.execute(
            insert(schema.batch).returning(schema.batch.c.id),
            {
                "file": file,
                "sha256": sha256,
                "loaded_at": _now(),
                "report": json.dumps(report, ensure_ascii=False),
            },
        ).scalar_one()
        for indicator, level, key, period in removed:
            connection.execute(
                delete(schema.observation).where(
                    schema.observation.c.indicator == indicator,
                    schema.observation.c.level == level,
                    schema.observation.c.key == key,
                    schema.observation.c.period == period,
                )
            )
        for start in range(0, len(observations), _ROWS_AT_ONCE):
            rows = [_observation_row(observation, batch) for observation in observations[start : start + _ROWS_AT_ONCE]]
            connection.execute(insert(schema.observation).prefix_with("OR REPLACE"), rows)

    def stored(self, indicators: frozenset[str], file: str) -> Stored:
        """What is stored of some indicators; the figures that came from a file of that name are marked."""
        columns = schema.observation.c
        query = (
            select(
                columns.indicator,
                columns.level,
                columns.key,
                columns.period,
                columns.value,
                columns.status,
                columns.vintage,
                columns.flags,
                schema.batch.c.file,
            )
            .join(schema.batch, columns.batch == schema.batch.c.id)
            .where(columns.indicator.in_(sorted(indicators)))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return Stored(
            {
                (row[0], row[1], row[2], row[3]): StoredFigure(
                    row.value, Status(row.status), row.vintage, _flags(row.flags), row.file
                )
                for row in rows
            },
            frozenset((row[0], row[1], row[2], row[3]) for row in rows if row.file == file),
        )

    def observations(self) -> list[Observation]:
        """Every observation, ordered by indicator, area and period."""
        query = select(schema.observation).order_by(
            schema.observation.c.indicator,
            schema.observation.c.level,
            schema.observation.c.key,
            schema.observation.c.period,
        )
        with self._engine.connect() as connection:
            return [
                Observation(
                    row.indicator,
                    row.level,
                    row.key,
                    row.period,
                    row.value,
                    Status(row.status),
                    row.vintage,
                    _flags(row.flags),
                    row.line,
                )
                for row in connection.execute(query)
            ]

    def places(self) -> list[Place]:
        """Where there are figures, and how many: one entry for each indicator, level, key and day of boundaries."""
        columns = schema.observation.c
        place = (columns.indicator, columns.level, columns.key, columns.vintage)
        with self._engine.connect() as connection:
            return [Place(*row) for row in connection.execute(select(*place, func.count()).group_by(*place))]

    def stocks(self) -> tuple[Stock, ...]:
        """Stored figures as whole series, with the files they came from."""
        with self._engine.connect() as connection:
            return stocks.read(connection)

    def remove_figures(self, connection: Connection, removed: Collection[Stock]) -> None:
        """Take whole series out of the store, whatever files they came from."""
        stocks.remove(connection, removed, _now())

    def last_batch(self, connection: Connection | None = None) -> int:
        """Number of the newest import, 0 before the first; it tells whether another load came in between."""
        query = select(func.max(schema.batch.c.id))
        if connection is not None:
            return connection.scalar(query) or 0
        with self._engine.connect() as reading:
            return reading.scalar(query) or 0

    def holds_file(self, connection: Connection, file: str, sha256: str) -> bool:
        """Whether the newest import of a file of that name had the same content."""
        columns = schema.batch.c
        newest = select(columns.sha256).where(columns.file == file).order_by(columns.id.desc()).limit(1)
        return connection.scalar(newest) == sha256

    def batches(self) -> list[dict[str, str]]:
        """File and hash of every import, in order; those of which everything was removed since are left out."""
        columns = schema.batch.c
        query = select(columns.file, columns.sha256, columns.loaded_at).where(columns.report != stocks.NOTHING_LEFT)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(columns.file != "").order_by(columns.id))
            return [{"file": row.file, "sha256": row.sha256, "loaded_at": row.loaded_at} for row in rows]


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE_S})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def _observation_row(observation: Observation, batch: int) -> dict[str, Any]:
    return {
        "indicator": observation.indicator,
        "level": observation.level,
        "key": observation.key,
        "period": observation.period,
        "value": observation.value,
        "status": observation.status.value,
        "flags": " ".join(flag.value for flag in observation.flags),
        "vintage": observation.vintage,
        "batch": batch,
        "line": observation.line,
    }


def _flags(text: str) -> tuple[Flag, ...]:
    return tuple(map(Flag, text.split()))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
