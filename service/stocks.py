"""Figures in the store as whole series: how many there are of an indicator, level and period, from which file."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from service import schema

NOTHING_LEFT = '{"nothing_left": true}'
"""Report of an import of which everything was removed."""


class Stock(NamedTuple):
    """Figures of one indicator, level and period that came from one file, and their number."""

    indicator: str
    level: str
    period: str
    file: str
    figures: int


def read(connection: Connection, indicators: Collection[str] | None = None) -> tuple[Stock, ...]:
    """What is stored, of some indicators or of all; by indicator, level, period and file."""
    columns, batch = schema.observation.c, schema.batch.c
    kinds = (columns.indicator, columns.level, columns.period, batch.file)
    query = select(*kinds, func.count()).join(schema.batch, columns.batch == batch.id).group_by(*kinds).order_by(*kinds)
    if indicators is not None:
        query = query.where(columns.indicator.in_(sorted(indicators)))
    return tuple(Stock(*row) for row in connection.execute(query))


def remove(connection: Connection, stocks: Collection[Stock], loaded_at: str) -> None:
    """Take whole series out of the store, and note in the journal of imports that they went.

    Freed pages are overwritten. Imports of which nothing is left lose their report, which may quote cells.
    """
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    observation = schema.observation
    touched: set[int] = set()
    for each in sorted({(stock.indicator, stock.level, stock.period) for stock in stocks}):
        touched.update(connection.scalars(select(observation.c.batch).where(_is_of(*each)).distinct()))
        connection.execute(delete(observation).where(_is_of(*each)))
    emptied = touched - set(connection.scalars(select(observation.c.batch).distinct()))
    for number in emptied:
        connection.execute(update(schema.batch).where(schema.batch.c.id == number).values(report=NOTHING_LEFT))
    # A load that runs meanwhile knows by the new entry that what it has read is no longer what is stored.
    removed = [stock._asdict() for stock in stocks]
    entry = {"file": "", "sha256": "", "loaded_at": loaded_at, "report": json.dumps({"removed": removed})}
    connection.execute(insert(schema.batch), entry)


def _is_of(indicator: str, level: str, period: str) -> ColumnElement[bool]:
    columns = schema.observation.c
    return (columns.indicator == indicator) & (columns.level == level) & (columns.period == period)
