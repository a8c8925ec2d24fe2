"""Remarks: what an import report says in sentences, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from spatial.indicators.area_keys import LEVEL_NAMES
from spatial.indicators.errors import quote
from spatial.indicators.periods import parse_period_cell
from spatial.indicators.sentences import Sentence, counted
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


def on_day_numbers(text: str) -> Iterator[Sentence]:
    """How a period that is the number of a day was read; none where the text is empty."""
    if text:
        day = parse_period_cell(text)
        yield Sentence(
            f"Zeiträume wie {quote(text)} sind Tagesnummern einer Tabellenkalkulation; gelesen als {day}.",
            f"Periods such as {quote(text)} are day numbers of a spreadsheet; read as {day}.",
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


def on_lands(others: Mapping[str, int]) -> Iterator[Sentence]:
    """How many rows are of Länder of which no area is loaded; ``others`` are their keys with the number of rows."""
    if others:
        listed = ", ".join(f"{land} ({count})" for land, count in others.items())
        said = counted(
            sum(others.values()),
            ("1 Zeile eines Landes, von dem kein Gebiet geladen ist, bleibt außer Betracht",
             "1 row of a Land of which no area is loaded is left out"),
            ("# Zeilen von Ländern, von denen kein Gebiet geladen ist, bleiben außer Betracht",
             "# rows of Länder of which no area is loaded are left out"),
        )  # fmt: skip
        yield Sentence(f"{said.de}: {listed}.", f"{said.en}: {listed}.")


def on_content(successors: Mapping[str, Sequence[str]], empty: int, withdrawn: int) -> Iterator[Sentence]:
    """What the accepted rows show: retired keys, empty cells, stored figures that the file no longer has."""
    if successors:
        pairs = [f"{key} → {' + '.join(after) or '?'}" for key, after in list(successors.items())[:_SHOWN]]
        listed, left = ", ".join(pairs), len(successors) - len(pairs)
        what = counted(
            len(successors),
            ("Nicht mehr gültiger Schlüssel und sein Nachfolger", "Key no longer valid and its successor"),
            ("Nicht mehr gültige Schlüssel und ihre Nachfolger", "Keys no longer valid and their successors"),
        )
        yield Sentence(
            f"{what.de}: {listed}{f' und {left} weitere' if left > 1 else ' und 1 weiterer' if left else ''}.",
            f"{what.en}: {listed}{f' and {left} more' if left else ''}.",
        )
    if empty:
        yield counted(empty, ("1 Zelle ist leer.", "1 cell is empty."), ("# Zellen sind leer.", "# cells are empty."))
    if withdrawn:
        yield counted(
            withdrawn,
            (
                "1 gespeicherter Wert fehlt in der Datei und entfällt.",
                "1 stored figure is missing from the file and is withdrawn.",
            ),
            (
                "# gespeicherte Werte fehlen in der Datei und entfallen.",
                "# stored figures are missing from the file and are withdrawn.",
            ),
        )


def on_overruled(files: Mapping[str, int]) -> Iterator[Sentence]:
    """Which other files' figures are replaced by different ones; ``files`` are their names with the number of these."""
    if files:
        listed = ", ".join(f"{quote(name)} ({count})" for name, count in list(files.items())[:_SHOWN])
        more = ", …" if len(files) > _SHOWN else ""
        said = counted(
            sum(files.values()),
            ("1 Wert aus einer anderen Datei wird durch einen abweichenden ersetzt",
             "1 figure of another file is replaced by a different one"),
            ("# Werte aus anderen Dateien werden durch abweichende ersetzt",
             "# figures of other files are replaced by different ones"),
        )  # fmt: skip
        yield Sentence(f"{said.de}: {listed}{more}.", f"{said.en}: {listed}{more}.")


def on_problems(
    rejected: int, listed_rows: int, unknown: Collection[str], invalid: Collection[str]
) -> Iterator[Sentence]:
    """What the sender of the file should look at."""
    if rejected:
        yield counted(
            rejected,
            ("1 Zeile wurde abgelehnt.", "1 row was rejected."),
            ("# Zeilen wurden abgelehnt.", "# rows were rejected."),
        )
    if rejected > listed_rows:
        yield Sentence(
            f"Davon sind nur die ersten {listed_rows} aufgeführt.", f"Only the first {listed_rows} of them are listed."
        )
    if unknown:
        listed = _first(unknown)
        said = counted(
            len(unknown),
            ("1 Schlüssel ist unbekannt", "1 key is not known"),
            ("# Schlüssel sind unbekannt", "# keys are not known"),
        )
        yield Sentence(f"{said.de}: {listed}.", f"{said.en}: {listed}.")
    if invalid:
        listed = _first(invalid)
        said = counted(
            len(invalid),
            ("1 Schlüssel war im Zeitraum nicht gültig", "1 key was not valid in the period"),
            ("# Schlüssel waren im Zeitraum nicht gültig", "# keys were not valid in the period"),
        )
        yield Sentence(f"{said.de}: {listed}.", f"{said.en}: {listed}.")


def _first(keys: Collection[str]) -> str:
    """First keys in order, and whether there are more."""
    shown = ", ".join(sorted(keys)[:_SHOWN])
    return shown if len(keys) <= _SHOWN else f"{shown}, …"


def _quoted(labels: Sequence[str]) -> str:
    return ", ".join(map(quote, labels[: 2 * _SHOWN]))
