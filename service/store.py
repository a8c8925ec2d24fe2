"""The store: what staff imported, in one GeoPackage file.

Boundary editions, change events, the catalogue and the raw observations, possibly confidential, live here. Only
the command line opens the store; the server never does. Every change is one transaction: all of it or nothing.
The tables are plain SQL through SQLAlchemy, so that the same schema can run on PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError

from boundaries import Area, AreaSet, ChangeEvent, UpperName
from service import geopackage
from service.errors import NoWorkspace, StoreUnreadable, WorkspaceExists
from spatial.indicators import FigureKey, Flag, Observation, Status, Stored

SCHEMA_VERSION = "1"

_metadata = MetaData()

_meta = Table("meta", _metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
_edition = Table(
    "edition",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("level", Text, nullable=False),
    Column("vintage", Date, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("loaded_at", Text, nullable=False),
    Index("edition_once", "level", "vintage", unique=True),
)
_area = Table(
    "area",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("geom", geopackage.MultiPolygonColumn(), nullable=False),
    Column("edition", ForeignKey("edition.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent", Text),
    Column("populated", Boolean, nullable=False),
    Column("area_km2", Double, nullable=False),
    Index("area_once", "edition", "key", unique=True),
)
_change = Table(
    "change_event",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("date", Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_keys", Text, nullable=False),
    Column("to_key", Text, nullable=False),
    Column("to_name", Text, nullable=False),
    Column("to_kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Index("change_once", "date", "to_key", unique=True),
)
_upper_name = Table(
    "upper_name",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("level", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)
_catalogue = Table(
    "catalogue_entry",
    _metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("definition", Text, nullable=False),
)
_batch = Table(
    "import_batch",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("loaded_at", Text, nullable=False),
    Column("report", Text, nullable=False),
)
_observation = Table(
    "observation",
    _metadata,
    Column("indicator", Text, primary_key=True),
    Column("level", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("value", Double),
    Column("status", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("vintage", Date, nullable=False),
    Column("batch", ForeignKey("import_batch.id"), nullable=False),
    Column("line", Integer),
)


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """Where a set of boundaries came from."""

    file: str
    sha256: str
    attribution: str
    licence: str


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One definition of the catalogue: an indicator, a theme or a disclosure profile."""

    kind: str
    id: str
    definition: dict[str, Any]


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
            _metadata.create_all(connection)
            for table in _metadata.sorted_tables:
                if table is not _area:
                    geopackage.register_attributes(connection, table.name)
            connection.execute(insert(_meta), [{"name": "schema", "value": SCHEMA_VERSION}])
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
        """
        if not path.is_file():
            raise NoWorkspace(str(path.parent))
        store = cls(_engine(path), path)
        try:
            with store._engine.connect() as connection:
                version = connection.scalar(select(_meta.c.value).where(_meta.c.name == "schema"))
        except DatabaseError as error:
            raise StoreUnreadable(str(path), "is not a store of Kreisatlas; restore it from a backup") from error
        if version != SCHEMA_VERSION:
            raise StoreUnreadable(str(path), f"has schema {version}, this program needs {SCHEMA_VERSION}")
        return store

    def close(self) -> None:
        """Give the file free."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end, undone at any exception."""
        with self._engine.begin() as connection:
            yield connection

    # -- boundaries ------------------------------------------------------------------------------------------

    def crs(self) -> str | None:
        """Reference system of the stored geometries, ``EPSG:25832`` for example; None before the first load."""
        with self._engine.connect() as connection:
            return connection.scalar(select(_meta.c.value).where(_meta.c.name == "crs"))

    def save_areas(self, connection: Connection, areas: AreaSet, info: EditionInfo) -> None:
        """Store one level of one vintage; an earlier load of the same level and vintage is replaced.

        The geometries have to be in the store's reference system; the first load decides it.
        """
        srs_id = int(areas.crs.removeprefix("EPSG:"))
        if connection.scalar(select(_meta.c.value).where(_meta.c.name == "crs")) is None:
            connection.execute(insert(_meta), [{"name": "crs", "value": areas.crs}])
            geopackage.register_features(connection, _area.name, "geom", srs_id)
        connection.execute(delete(_edition).where(_edition.c.level == areas.level, _edition.c.vintage == areas.vintage))
        edition = connection.execute(
            insert(_edition).returning(_edition.c.id),
            {
                "level": areas.level,
                "vintage": areas.vintage,
                "file": info.file,
                "sha256": info.sha256,
                "attribution": info.attribution,
                "licence": info.licence,
                "loaded_at": _now(),
            },
        ).scalar_one()
        connection.execute(
            insert(_area),
            [
                {
                    "geom": geopackage.encode_geometry(area.geometry, srs_id),
                    "edition": edition,
                    "key": area.key,
                    "level": area.level,
                    "name": area.name,
                    "kind": area.kind,
                    "parent": area.parent,
                    "populated": area.populated,
                    "area_km2": area.area_km2,
                }
                for area in areas.areas
            ],
        )
        geopackage.update_extent(connection, _area.name, _bounds(areas))

    def editions(self) -> list[tuple[AreaSet, EditionInfo]]:
        """Every stored set of areas with its origin, ordered by level and vintage."""
        crs = self.crs()
        if crs is None:
            return []
        with self._engine.connect() as connection:
            rows = connection.execute(select(_edition).order_by(_edition.c.level, _edition.c.vintage)).all()
            return [
                (
                    AreaSet(row.level, row.vintage, crs, self._areas(connection, row.id)),
                    EditionInfo(row.file, row.sha256, row.attribution, row.licence),
                )
                for row in rows
            ]

    def _areas(self, connection: Connection, edition: int) -> tuple[Area, ...]:
        rows = connection.execute(select(_area).where(_area.c.edition == edition).order_by(_area.c.key))
        return tuple(
            Area(
                row.key,
                row.level,
                row.name,
                row.kind,
                row.parent,
                row.populated,
                row.area_km2,
                geopackage.decode_geometry(row.geom),
            )
            for row in rows
        )

    def save_changes(self, connection: Connection, events: Iterable[ChangeEvent]) -> int:
        """Store change events; one already known by date and target is replaced. Returns their number."""
        count = 0
        for change in events:
            connection.execute(delete(_change).where(_change.c.date == change.date, _change.c.to_key == change.to_key))
            connection.execute(
                insert(_change),
                {
                    "date": change.date,
                    "kind": change.kind,
                    "from_keys": json.dumps(change.from_keys),
                    "to_key": change.to_key,
                    "to_name": change.to_name,
                    "to_kind": change.to_kind,
                    "source": change.source,
                },
            )
            count += 1
        return count

    def changes(self) -> tuple[ChangeEvent, ...]:
        """Every change event, by date."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_change).order_by(_change.c.date, _change.c.to_key))
            return tuple(
                ChangeEvent(
                    row.date,
                    row.kind,
                    tuple(json.loads(row.from_keys)),
                    row.to_key,
                    row.to_name,
                    row.to_kind,
                    row.source,
                )
                for row in rows
            )

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
        connection.execute(delete(_upper_name))
        connection.execute(insert(_upper_name), rows)

    def upper_names(self) -> tuple[UpperName, ...]:
        """Names of districts, regions and Laender."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_upper_name).order_by(_upper_name.c.level, _upper_name.c.key))
            return tuple(
                UpperName(row.key, row.level, row.name, row.kind, row.valid_from, row.valid_to) for row in rows
            )

    # -- catalogue and figures -------------------------------------------------------------------------------

    def save_catalogue(self, connection: Connection, entries: Sequence[CatalogueEntry]) -> None:
        """Store definitions; an entry of the same kind and id is replaced and keeps its place."""
        known = {
            (row.kind, row.id): row.position
            for row in connection.execute(select(_catalogue.c.kind, _catalogue.c.id, _catalogue.c.position))
        }
        following = max(known.values(), default=0) + 1
        for offset, entry in enumerate(entries):
            connection.execute(delete(_catalogue).where(_catalogue.c.kind == entry.kind, _catalogue.c.id == entry.id))
            connection.execute(
                insert(_catalogue),
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
            rows = connection.execute(select(_catalogue).order_by(_catalogue.c.position))
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
            insert(_batch).returning(_batch.c.id),
            {
                "file": file,
                "sha256": sha256,
                "loaded_at": _now(),
                "report": json.dumps(report, ensure_ascii=False),
            },
        ).scalar_one()
        for indicator, level, key, period in removed:
            connection.execute(
                delete(_observation).where(
                    _observation.c.indicator == indicator,
                    _observation.c.level == level,
                    _observation.c.key == key,
                    _observation.c.period == period,
                )
            )
        if observations:
            connection.execute(
                insert(_observation).prefix_with("OR REPLACE"),
                [_observation_row(observation, batch) for observation in observations],
            )

    def stored(self, indicators: frozenset[str], file: str) -> Stored:
        """What is stored of some indicators; the figures that came from a file of that name are marked."""
        columns = _observation.c
        query = (
            select(
                columns.indicator,
                columns.level,
                columns.key,
                columns.period,
                columns.value,
                columns.status,
                _batch.c.file,
            )
            .join(_batch, columns.batch == _batch.c.id)
            .where(columns.indicator.in_(sorted(indicators)))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return Stored(
            {(row[0], row[1], row[2], row[3]): (row.value, Status(row.status)) for row in rows},
            frozenset((row[0], row[1], row[2], row[3]) for row in rows if row.file == file),
        )

    def observations(self) -> list[Observation]:
        """Every observation, ordered by indicator, area and period."""
        query = select(_observation).order_by(
            _observation.c.indicator, _observation.c.level, _observation.c.key, _observation.c.period
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
                    tuple(Flag(flag) for flag in row.flags.split()),
                    row.line,
                )
                for row in connection.execute(query)
            ]

    def batches(self) -> list[dict[str, str]]:
        """File and hash of every import, in order."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_batch.c.file, _batch.c.sha256, _batch.c.loaded_at).order_by(_batch.c.id))
            return [{"file": row.file, "sha256": row.sha256, "loaded_at": row.loaded_at} for row in rows]


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

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


def _bounds(areas: AreaSet) -> tuple[float, float, float, float]:
    import shapely

    west, south, east, north = shapely.total_bounds(areas.geometries)
    return float(west), float(south), float(east), float(north)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
