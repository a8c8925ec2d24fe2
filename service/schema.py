"""The tables of the store.

Every table that has rows of its own is announced as a GeoPackage table when the store is made. A store of an earlier
version gets the tables and the columns it lacks when it is opened; new columns of old tables have to allow NULL.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
    text,
    update,
)

from service import geopackage

VERSION = "3"
UPGRADABLE = frozenset({"1", "2"})

metadata = MetaData()

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
edition = Table(
    "edition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("level", Text, nullable=False),
    Column("vintage", Date, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("loaded_at", Text, nullable=False),
    Column("members", Text),
    Index("edition_once", "level", "vintage", unique=True),
)
area = Table(
    "area",
    metadata,
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
    Column("official_km2", Double),
    Column("population", Integer),
    Column("groups", Text),
    Index("area_once", "edition", "key", unique=True),
)
register = Table(
    "register",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False, unique=True),
    Column("form", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("loaded_at", Text, nullable=False),
)
register_entry = Table(
    "register_entry",
    metadata,
    Column("register", ForeignKey("register.id", ondelete="CASCADE"), primary_key=True),
    Column("level", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("ars", Text),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("area_km2", Double),
    Column("population", Integer),
)
change = Table(
    "change_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("date", Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_keys", Text, nullable=False),
    Column("to_key", Text, nullable=False),
    Column("to_name", Text, nullable=False),
    Column("to_kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("level", Text),
    Column("legal_date", Date),
    Column("sizes", Text),
    Column("from_names", Text),
    Index("change_of_day", "date", "kind", "to_key", unique=True),
)
upper_name = Table(
    "upper_name",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("level", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)
catalogue = Table(
    "catalogue_entry",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("definition", Text, nullable=False),
)
batch = Table(
    "import_batch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("loaded_at", Text, nullable=False),
    Column("report", Text, nullable=False),
)
observation = Table(
    "observation",
    metadata,
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


def create(connection: Connection) -> None:
    """Make every table in an empty GeoPackage."""
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        if table is not area:
            geopackage.register_attributes(connection, table.name)


def upgrade(connection: Connection) -> None:
    """Add the tables and columns that a store of an earlier version lacks; nothing that is there changes."""
    present = inspect(connection)
    for table in metadata.sorted_tables:
        if not present.has_table(table.name):
            table.create(connection)
            geopackage.register_attributes(connection, table.name)
            continue
        known = {column["name"] for column in present.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                kind = column.type.compile(connection.dialect)
                connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}'))
        _renew_indexes(connection, table, {str(index["name"]) for index in present.get_indexes(table.name)})
    connection.execute(update(meta).where(meta.c.name == "schema").values(value=VERSION))


def _renew_indexes(connection: Connection, table: Table, present: set[str]) -> None:
    """Replace indexes of an earlier version by those of this one."""
    wanted = {str(index.name): index for index in table.indexes}
    for name in sorted(present - set(wanted)):
        connection.execute(text(f'DROP INDEX "{name}"'))
    for name in sorted(set(wanted) - present):
        wanted[name].create(connection)
