"""The import report: what became of every line of a file, for people and for programs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from spatial.indicators.errors import IndicatorError, TableError, quote, shown
from spatial.indicators.misnomers import Misnomer
from spatial.indicators.places import Place
from spatial.indicators.sentences import Language, Sentence, counted

_SHOWN = 10
"""Entries of a list that the text for people shows."""
_SPANS = 6
"""Stretches of lines that are named of one kind of rejection."""
_QUOTED = re.compile(r'"[^"]*"|[\d.,]+')


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not stored, and why.

    Attributes
    ----------
    line : int
        Line of the file or row of the sheet, counted from 1.
    reason : Sentence
    column : str or None
        Heading of the column where the wrong value stands; its letter where it has none.
    cell : str or None
        Cell of a sheet, such as ``C12``.
    value : str
        What stands there, at most 80 characters.
    remedy : Sentence or None
        What to do about it.
    figure_column : str or None
        Heading of the column of the figure, where the wrong value stands in another one and the table has several.
    """

    line: int
    reason: Sentence
    column: str | None = None
    cell: str | None = None
    value: str = ""
    remedy: Sentence | None = None
    figure_column: str | None = None

    @property
    def place(self) -> Place:
        """Where the wrong value stands."""
        return Place(self.line, self.column, self.cell)

    def to_dict(self, language: Language) -> dict[str, Any]:
        """Plain form for JSON; places only where there are any."""
        plain: dict[str, Any] = {"line": self.line, "reason": self.reason.text(language), "value": self.value}
        if self.remedy is not None:
            plain["remedy"] = self.remedy.text(language)
        places = {"column": self.column, "cell": self.cell, "figure_column": self.figure_column}
        return plain | {name: place for name, place in places.items() if place is not None}


@dataclass(frozen=True, slots=True)
class Repair:
    """A key that was put right."""

    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Figures against those that were stored before."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found, in the terms of the contract.

    ``rows = accepted + rejected_total + duplicates + other_levels + not_selected``; a row is one figure: a data line of
    a long table, one cell of a data line of a wide one.

    Attributes
    ----------
    format, encoding, delimiter, decimal, sheet : str or None
        What was recognised.
    file : str or None
        The file that was read, behind its archive where it is in one.
    rows, accepted, other_levels, not_selected, duplicates : int
    rejected : tuple of Rejection
        The first 50 000.
    rejected_total : int
        Number of all rejected rows; that of the list where nothing else is given.
    other_lands : mapping of str to int
        Of ``not_selected``: rows of each Land of which no area is loaded, in a table of several Länder.
    repaired_keys : tuple of Repair
    retired_keys, not_valid_at_period, unknown_keys : tuple of str
        Sorted, each once.
    successors : mapping of str to tuple of str
        Of each retired key the keys that its territory belongs to now.
    matched_names : tuple of (int, str, str)
        Line, text and key where a name stood in for a key.
    contradicting_names : tuple of Misnomer
        Names beside keys whose areas were never called so; the first 10 000.
    status, flags : mapping of str to int
        Counts over the accepted rows.
    periods, units : tuple of str
    provenance : tuple of str
        What the file says of its origin: title, rights, date.
    changes : Changes
    overruled : mapping of str to int
        Other files whose figures this one replaces by different ones, with the number of these.
    warnings, problems : tuple of Sentence
    refusal : Sentence or None
        Why the file was refused as a whole, so that nothing of it is stored; the counts are those of its rows as far
        as they were read.
    """

    format: str | None
    encoding: str | None
    delimiter: str | None
    decimal: str | None
    sheet: str | None
    rows: int
    accepted: int
    rejected: tuple[Rejection, ...] = ()
    other_levels: int = 0
    not_selected: int = 0
    duplicates: int = 0
    repaired_keys: tuple[Repair, ...] = ()
    retired_keys: tuple[str, ...] = ()
    not_valid_at_period: tuple[str, ...] = ()
    unknown_keys: tuple[str, ...] = ()
    matched_names: tuple[tuple[int, str, str], ...] = ()
    status: Mapping[str, int] = field(default_factory=dict)
    flags: Mapping[str, int] = field(default_factory=dict)
    periods: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    changes: Changes = Changes()
    warnings: tuple[Sentence, ...] = ()
    problems: tuple[Sentence, ...] = ()
    provenance: tuple[str, ...] = ()
    rejected_total: int = -1
    refusal: Sentence | None = None
    file: str | None = None
    contradicting_names: tuple[Misnomer, ...] = ()
    successors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    other_lands: Mapping[str, int] = field(default_factory=dict)
    overruled: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rejected_total < 0:
            object.__setattr__(self, "rejected_total", len(self.rejected))

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Plain form for JSON, with the keys of the contract."""
        return {
            "file": self.file,
            "format": self.format,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "decimal": self.decimal,
            "sheet": self.sheet,
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": [entry.to_dict(language) for entry in self.rejected],
            "rejected_total": self.rejected_total,
            "other_levels": self.other_levels,
            "not_selected": self.not_selected,
            "other_lands": dict(self.other_lands),
            "duplicates": self.duplicates,
            "repaired_keys": [
                {"line": entry.line, "from": entry.before, "to": entry.after} for entry in self.repaired_keys
            ],
            "retired_keys": list(self.retired_keys),
            "successors": {key: list(after) for key, after in self.successors.items()},
            "not_valid_at_period": list(self.not_valid_at_period),
            "unknown_keys": list(self.unknown_keys),
            "matched_names": [{"line": line, "text": text, "key": key} for line, text, key in self.matched_names],
            "contradicting_names": [entry.to_dict() for entry in self.contradicting_names],
            "status": dict(self.status),
            "flags": dict(self.flags),
            "periods": list(self.periods),
            "units": list(self.units),
            "changes": {
                "added": self.changes.added,
                "changed": self.changes.changed,
                "removed": self.changes.removed,
            },
            "overruled": dict(self.overruled),
            "warnings": [sentence.text(language) for sentence in self.warnings],
            "problems": [sentence.text(language) for sentence in self.problems],
            "provenance": list(self.provenance),
            "refusal": None if self.refusal is None else self.refusal.text(language),
        }

    def render(self, language: Language = "en") -> str:
        """Text for people, in German or English."""
        words = _WORDS[language]
        recognised = [self.format, self.encoding, self.sheet and f"{words['sheet']} {self.sheet}"]
        recognised += [self.delimiter and f"{words['delimiter']} {_visible(self.delimiter)}"]
        recognised += [self.decimal and f"{words['decimal']} {self.decimal}"]
        lines = [f"{words['file']}: {self.file}"] if self.file else []
        lines.append(f"{words['recognised']}: " + ", ".join(part for part in recognised if part))
        lines.append(self._counts(words))
        lines.append(f"{words['periods']}: {_listed(self.periods, words)}")
        lines.append(f"{words['status']}: " + ", ".join(f"{code} {n}" for code, n in self.status.items()))
        lines.append(f"{words['changes']}: +{self.changes.added} ~{self.changes.changed} -{self.changes.removed}")
        repaired = [f"{entry.before.strip()} → {entry.after}" for entry in self.repaired_keys]
        matched = [f"{text} → {key}" for text, key in dict.fromkeys((text, key) for _, text, key in self.matched_names)]
        for name, entries in (
            ("repaired_keys", repaired),
            ("matched_names", matched),
            ("retired_keys", self.retired_keys),
            ("not_valid_at_period", self.not_valid_at_period),
            ("unknown_keys", self.unknown_keys),
        ):
            if entries:
                lines.append(f"{words[name]} ({len(entries)}): {_listed(entries, words)}")
        lines += [f"{words['warning']}: {sentence.text(language)}" for sentence in self.warnings]
        lines += [f"{words['problem']}: {sentence.text(language)}" for sentence in self.problems]
        return "\n".join((*lines, *self._rejections(language)))

    def _rejections(self, language: Language) -> Iterator[str]:
        """Lines of the first rejections; what one wrong cell does to several figures of its row is told once.

        Where there are more, those that differ in what they quote alone are told by the first of them.
        """
        alike = Counter((entry.place, entry.reason) for entry in self.rejected)
        told = {(entry.place, entry.reason): entry for entry in reversed(self.rejected)}
        spots = sorted(told, key=lambda spot: spot[0].line or 0)
        groups: dict[tuple[str | None, ...], list[tuple[Place, Sentence]]] = {}
        for number, spot in enumerate(spots):
            kind = _kind(told[spot]) if len(spots) > _SHOWN else (str(number),)
            groups.setdefault(kind, []).append(spot)
        shown_first = list(groups.values())[:_SHOWN]
        for group in shown_first:
            yield _told(told[group[0]], alike[group[0]], [spot[0].line or 0 for spot in group[1:]], language)
        left = self.rejected_total - sum(alike[spot] for group in shown_first for spot in group)
        if left:
            said = counted(
                left,
                ("… und 1 weitere abgelehnte Zeile", "… and 1 more rejected row"),
                ("… und # weitere abgelehnte Zeilen", "… and # more rejected rows"),
            )
            yield said.text(language)

    def _counts(self, words: Mapping[str, str]) -> str:
        """Line with the counts of rows; those that are zero are left out, save the first two."""
        counts = (
            ("rows", self.rows),
            ("accepted", self.accepted),
            ("rejected", self.rejected_total),
            ("duplicates", self.duplicates),
            ("other_levels", self.other_levels),
            ("not_selected", self.not_selected),
        )
        kept = ((name, number) for name, number in counts if number or name in ("rows", "accepted"))
        return ", ".join(
            f"{number} {words['row' if name == 'rows' and number == 1 else name]}" for name, number in kept
        )


def refusal_report(error: IndicatorError) -> ImportReport:
    """Report on a file that was refused as a whole.

    Parameters
    ----------
    error : IndicatorError
        Why; a :class:`TableError` may know what was read until then.
    """
    said = Sentence(error.render("de"), error.render("en"))
    found = error.report if isinstance(error, TableError) else None
    if isinstance(error, TableError) and found is None:
        found = ImportReport(None, None, None, None, error.sheet, rows=0, accepted=0, file=shown(error.path))
    found = found or ImportReport(None, None, None, None, None, rows=0, accepted=0)
    return replace(found, refusal=said, problems=(said, *found.problems))


_WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "file": "Datei",
        "recognised": "Erkannt",
        "sheet": "Blatt",
        "delimiter": "Trennzeichen",
        "decimal": "Dezimalzeichen",
        "rows": "Zeilen",
        "row": "Zeile",
        "accepted": "übernommen",
        "rejected": "abgelehnt",
        "duplicates": "doppelt",
        "other_levels": "anderer Ebenen",
        "not_selected": "nicht ausgewählt",
        "periods": "Zeiträume",
        "status": "Status",
        "changes": "Änderungen (neu, geändert, entfallen)",
        "repaired_keys": "Reparierte Schlüssel",
        "matched_names": "Namen statt Schlüsseln",
        "retired_keys": "Nicht mehr gültige Schlüssel",
        "not_valid_at_period": "Im Zeitraum nicht gültige Schlüssel",
        "unknown_keys": "Unbekannte Schlüssel",
        "warning": "Hinweis",
        "problem": "Problem",
        "line": "Zeile",
        "likewise": "ebenso",
        "column": "Spalte",
        "figures": "Werte",
        "and": "und {} weitere",
    },
    "en": {
        "file": "File",
        "recognised": "Recognised",
        "sheet": "sheet",
        "delimiter": "delimiter",
        "decimal": "decimal sign",
        "rows": "rows",
        "row": "row",
        "accepted": "accepted",
        "rejected": "rejected",
        "duplicates": "repeated",
        "other_levels": "of other levels",
        "not_selected": "not selected",
        "periods": "Periods",
        "status": "Status",
        "changes": "Changes (added, changed, removed)",
        "repaired_keys": "Repaired keys",
        "matched_names": "Names instead of keys",
        "retired_keys": "Keys no longer valid",
        "not_valid_at_period": "Keys not valid in the period",
        "unknown_keys": "Unknown keys",
        "warning": "Note",
        "problem": "Problem",
        "line": "line",
        "likewise": "likewise",
        "column": "column",
        "figures": "figures",
        "and": "and {} more",
    },
}


def _told(entry: Rejection, times: int, more: list[int], language: Language) -> str:
    """Line of a rejection: where, why, what to do, and the lines that are rejected for the same."""
    words = _WORDS[language]
    column = f", {words['column']} {quote(entry.column)}" if entry.column else ""
    cell = f" ({entry.cell})" if entry.cell else ""
    often = f" [{times} {words['figures']}]" if times > 1 else ""
    remedy = f"; {entry.remedy.text(language)}" if entry.remedy else ""
    same = f" [{words['likewise']} {len(more)}: {words['line']} {_ranges(more)}]" if more else ""
    return f"{words['line']} {entry.line}{column}{cell}: {entry.reason.text(language)}{remedy}{often}{same}"


def _kind(entry: Rejection) -> tuple[str | None, ...]:
    """What rejections have in common that differ in what they quote, and in names and numbers, alone."""
    remedy = entry.remedy.en if entry.remedy else None
    return entry.column, remedy, _QUOTED.sub("", entry.reason.en).partition(": ")[0]


def _ranges(lines: list[int]) -> str:
    """Lines in ascending order, those that follow on each other as one.

    >>> _ranges([3, 4, 4, 5, 9])
    '3-5, 9'
    """
    spans: list[list[int]] = []
    for line in lines:
        if spans and line <= spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    shown = ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in spans[:_SPANS])
    return shown if len(spans) <= _SPANS else f"{shown}, …"


def _visible(delimiter: str) -> str:
    """Delimiter as it can be printed."""
    return "Tab" if delimiter == "\t" else delimiter


def _listed(entries: tuple[str, ...] | list[str], words: Mapping[str, str]) -> str:
    """First entries of a list, and how many more there are."""
    shown = ", ".join(entries[:_SHOWN])
    return shown if len(entries) <= _SHOWN else f"{shown} {words['and'].format(len(entries) - _SHOWN)}"
