"""Changes of areas in the store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from boundaries import ChangeEvent, Size
from service import schema

_change = schema.change


def save(connection: Connection, events: Iterable[ChangeEvent]) -> int:
    """Store changes; one already known by day, kind and target is replaced. Returns their number."""
    count = 0
    for event in events:
        remove(connection, (event,))
        connection.execute(insert(_change), _row(event))
        count += 1
    return count


def remove(connection: Connection, events: Iterable[ChangeEvent]) -> None:
    """Take changes out of the store."""
    for event in events:
        same = (_change.c.date == event.date, _change.c.kind == event.kind, _change.c.to_key == event.to_key)
        connection.execute(delete(_change).where(*same))


def read(connection: Connection) -> tuple[ChangeEvent, ...]:
    """Every change, by day, kind and target."""
    rows = connection.execute(select(_change).order_by(_change.c.date, _change.c.kind, _change.c.to_key))
    return tuple(_event(row) for row in rows)


def _row(event: ChangeEvent) -> dict[str, Any]:
    sizes = {
        "moved": [astuple(size) for size in event.moved],
        "kept": None if event.kept is None else astuple(event.kept),
    }
    return {
        "date": event.date,
        "kind": event.kind,
        "from_keys": json.dumps(event.from_keys),
        "to_key": event.to_key,
        "to_name": event.to_name,
        "to_kind": event.to_kind,
        "source": event.source,
        "level": event.level,
        "legal_date": event.legal_date,
        "sizes": json.dumps(sizes),
        "from_names": json.dumps(event.from_names, ensure_ascii=False) if event.from_names else None,
    }


def _event(row: Row[Any]) -> ChangeEvent:
    sizes = json.loads(row.sizes or "{}")
    kept = sizes.get("kept")
    return ChangeEvent(
        row.date,
        row.kind,
        tuple(json.loads(row.from_keys)),
        row.to_key,
        row.to_name,
        row.to_kind,
        row.source,
        tuple(Size(*size) for size in sizes.get("moved", ())),
        None if kept is None else Size(*kept),
        row.legal_date,
        row.level or "gemeinde",
        tuple(json.loads(row.from_names or "[]")),
    )
