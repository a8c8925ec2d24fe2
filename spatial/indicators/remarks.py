"""Remarks: what an import report says in sentences, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from spatial.indicators.area_keys import LEVEL_NAMES
from spatial.indicators.errors import quote
from spatial.indicators.sentences import Sentence
from spatial.indicators.tables import Table

_SHOWN = 10


def on_reading(table: Table, ambiguous: str | None) -> Iterator[Sentence]:
    """How the file was read, where that was not certain; ``ambiguous`` is a decimal sign that the values leave open."""
    yield from table.layout.notes
    if table.grid.doubtful_encoding:
        yield Sentence(
            f"Die Kodierung {table.grid.encoding} ist zweifelhaft; bitte Umlaute prüfen.",
            f"The encoding {table.grid.encoding} is doubtful; please check the umlauts.",
        )
    if ambiguous is not None:
        yield Sentence(
            f"Werte wie 1.234 sind mehrdeutig; gelesen mit Dezimalzeichen {ambiguous!r}.",
            f"Values such as 1.234 are ambiguous; read with decimal sign {ambiguous!r}.",
        )
    if table.layout.unread_columns:
        listed = _quoted(table.layout.unread_columns)
        yield Sentence(f"Nicht gelesene Spalten: {listed}.", f"Columns not read: {listed}.")
    if table.other_sheets:
        listed = _quoted(table.other_sheets)
        yield Sentence(
            f"Nur Blatt {table.grid.sheet} wurde gelesen; auch Schlüssel haben: {listed}.",
            f"Only sheet {table.grid.sheet} was read; these hold keys as well: {listed}.",
        )


def on_levels(others: Mapping[str, int]) -> Iterator[Sentence]:
    """Which levels of the table are not kept; ``others`` are their names with the number of their figures."""
    if others:
        listed = ", ".join(f"{quote(name)} ({count})" for name, count in list(others.items())[: 2 * _SHOWN])
        yield Sentence(
            f"Zeilen von Ebenen, die der Atlas nicht führt, bleiben außer Betracht: {listed}; gelesen werden "
            f"{LEVEL_NAMES}.",
            f"Rows of levels that the atlas does not keep are left out: {listed}; known are {LEVEL_NAMES}.",
        )


def on_content(successors: Mapping[str, Sequence[str]], empty: int, withdrawn: int) -> Iterator[Sentence]:
    """What the accepted rows show: retired keys, empty cells, stored figures that the file no longer has."""
    if successors:
        pairs = [f"{key} → {' + '.join(after) or '?'}" for key, after in list(successors.items())[:_SHOWN]]
        listed, left = ", ".join(pairs), len(successors) - len(pairs)
        yield Sentence(
            f"Nicht mehr gültige Schlüssel und ihre Nachfolger: {listed}{f' und {left} weitere' if left else ''}.",
            f"Keys no longer valid and their successors: {listed}{f' and {left} more' if left else ''}.",
        )
    if empty:
        yield Sentence(f"{empty} Zellen sind leer.", f"{empty} cells are empty.")
    if withdrawn:
        yield Sentence(
            f"{withdrawn} gespeicherte Werte fehlen in der Datei und entfallen.",
            f"{withdrawn} stored figures are missing from the file and are withdrawn.",
        )


def on_problems(
    rejected: int, listed_rows: int, unknown: Collection[str], invalid: Collection[str]
) -> Iterator[Sentence]:
    """What the sender of the file should look at."""
    if rejected:
        yield Sentence(f"{rejected} Zeilen wurden abgelehnt.", f"{rejected} rows were rejected.")
    if rejected > listed_rows:
        yield Sentence(
            f"Davon sind nur die ersten {listed_rows} aufgeführt.", f"Only the first {listed_rows} of them are listed."
        )
    if unknown:
        listed = _first(unknown)
        yield Sentence(
            f"{len(unknown)} Schlüssel sind unbekannt: {listed}.", f"{len(unknown)} keys are not known: {listed}."
        )
    if invalid:
        listed = _first(invalid)
        yield Sentence(
            f"{len(invalid)} Schlüssel waren im Zeitraum nicht gültig: {listed}.",
            f"{len(invalid)} keys were not valid in the period: {listed}.",
        )


def _first(keys: Collection[str]) -> str:
    """First keys in order, and whether there are more."""
    shown = ", ".join(sorted(keys)[:_SHOWN])
    return shown if len(keys) <= _SHOWN else f"{shown}, …"


def _quoted(labels: Sequence[str]) -> str:
    return ", ".join(map(quote, labels[: 2 * _SHOWN]))
