"""Gemeindeverzeichnisse in the store: names, official areas and inhabitants of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from boundaries import Register, RegisterEntry
from service import schema


@dataclass(frozen=True, slots=True)
class StoredRegister:
    """A Gemeindeverzeichnis as it is stored, without its entries.

    Attributes
    ----------
    day : datetime.date
    form : str
        ``xlsx`` or ``GV100AD``.
    entries : int
        How many there are.
    file, sha256 : str
        Where they came from.
    loaded_at : str
        When they were stored, ISO 8601 in UTC.
    """

    day: date
    form: str
    entries: int
    file: str
    sha256: str
    loaded_at: str


def save(connection: Connection, register: Register, *, file: str, sha256: str, loaded_at: str) -> None:
    """Store a register; an earlier one of the same day is replaced."""
    remove(connection, register.day)
    number = connection.execute(
        insert(schema.register).returning(schema.register.c.id),
        {"day": register.day, "form": register.form, "file": file, "sha256": sha256, "loaded_at": loaded_at},
    ).scalar_one()
    connection.execute(
        insert(schema.register_entry),
        [
            {
                "register": number,
                "level": entry.level,
                "key": entry.key,
                "ars": entry.ars,
                "name": entry.name,
                "kind": entry.kind,
                "area_km2": entry.area_km2,
                "population": entry.population,
            }
            for entry in register.entries
        ],
    )


def remove(connection: Connection, day: date) -> None:
    """Take the register of a day out of the store."""
    connection.execute(delete(schema.register).where(schema.register.c.day == day))


def described(connection: Connection) -> tuple[StoredRegister, ...]:
    """Every register without its entries, oldest first."""
    columns, entry = schema.register.c, schema.register_entry.c
    counted = (
        select(columns.day, columns.form, func.count(entry.key), columns.file, columns.sha256, columns.loaded_at)
        .outerjoin(schema.register_entry, entry.register == columns.id)
        .group_by(columns.id)
        .order_by(columns.day)
    )
    return tuple(StoredRegister(*row) for row in connection.execute(counted))


def read(connection: Connection) -> tuple[Register, ...]:
    """Every register, oldest first."""
    rows = connection.execute(select(schema.register).order_by(schema.register.c.day)).all()
    return tuple(_register(connection, row) for row in rows)


def in_force(connection: Connection, day: date) -> Register | None:
    """The newest register that is not younger than the day, else the oldest one."""
    days = schema.register.c.day
    row = connection.execute(select(schema.register).where(days <= day).order_by(days.desc()).limit(1)).first()
    row = row or connection.execute(select(schema.register).order_by(days).limit(1)).first()
    return None if row is None else _register(connection, row)


def populations(connection: Connection, level: str) -> dict[date, dict[str, int]]:
    """Inhabitants by day and key, of editions and registers; registers hold where both have a day."""
    entry, area = schema.register_entry.c, schema.area.c
    found: dict[date, dict[str, int]] = {}
    of_editions = (
        select(schema.edition.c.vintage, area.key, area.population)
        .join(schema.area, area.edition == schema.edition.c.id)
        .where(area.level == level, area.population.is_not(None))
    )
    of_registers = (
        select(schema.register.c.day, entry.key, entry.population)
        .join(schema.register_entry, entry.register == schema.register.c.id)
        .where(entry.level == level, entry.population.is_not(None))
    )
    for query in (of_editions, of_registers):
        for day, key, inhabitants in connection.execute(query):
            found.setdefault(day, {})[key] = inhabitants
    return dict(sorted(found.items()))


def _register(connection: Connection, row: Row[Any]) -> Register:
    columns = schema.register_entry.c
    entries: Sequence[Row[Any]] = connection.execute(
        select(schema.register_entry).where(columns.register == row.id).order_by(columns.level, columns.key)
    ).all()
    return Register(
        row.day,
        row.form,
        tuple(
            RegisterEntry(each.key, each.ars, each.level, each.name, each.kind, each.area_km2, each.population)
            for each in entries
        ),
    )
