"""Catalogue files: indicator definitions in TOML or CSV."""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from boundaries import OFFICIAL_LEVELS
from boundaries.sentences import system_reason
from spatial.indicators.catalogue import Catalogue, check_catalogue
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import CatalogueError, quote
from spatial.indicators.indicator import (
    FIELDS,
    DenominatorAt,
    DisclosureProfile,
    Formula,
    Harmonise,
    Indicator,
    Kind,
    LargerAreas,
    NumeratorAt,
    Parts,
    PeriodType,
    SpanUnit,
    Theme,
    ValidRange,
)
from spatial.indicators.sentences import CHECK_FILE, Sentence

_REQUIRED = ("id", "kind", "unit")
_SECTIONS = ("indicator", "theme", "profile")
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "harmonise": get_args(Harmonise),
    "period_type": get_args(PeriodType),
    "numerator_at": get_args(NumeratorAt),
    "span_unit": get_args(SpanUnit),
    "denominator_at": get_args(DenominatorAt),
    "larger_areas": get_args(LargerAreas),
    "formula": get_args(Formula),
}
_PROFILE_FIELDS = tuple(f.name for f in fields(DisclosureProfile))
_TRUE, _FALSE = ("true", "ja", "yes", "1", "wahr"), ("false", "nein", "no", "0", "falsch")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One definition as the file has it, and where it stands."""

    values: Mapping[str, Any]
    source: str
    number: int
    line: int | None

    @property
    def name(self) -> Sentence:
        """How messages call the entry."""
        identity = str(self.values.get("id") or "").strip()
        if identity:
            return Sentence(f"'{identity}'", f"'{identity}'")
        return Sentence(f"Eintrag {self.number}", f"entry {self.number}")

    def error(self, message: Sentence, *, field: str | None = None, remedy: Sentence | None = None) -> CatalogueError:
        """Error that names this entry, and the field with its value."""
        return CatalogueError(
            message,
            source=self.source,
            entry=self.name,
            line=self.line,
            field=field,
            value=self.values.get(field) if field else None,
            remedy=remedy,
        )

    def unreadable(self, field: str, wanted: Sentence) -> CatalogueError:
        """Error about a value of the wrong type."""
        return self.error(
            Sentence(
                f"{field} muss {wanted.de} sein, nicht {quote(self.values.get(field))}",
                f"{field} must be {wanted.en}, not {quote(self.values.get(field))}",
            ),
            field=field,
        )


def load_catalogue(path: Path, *, base: Catalogue | None = None, levels: Iterable[str] = OFFICIAL_LEVELS) -> Catalogue:
    """Read indicator definitions from a file.

    Parameters
    ----------
    path : Path
        TOML with ``[[indicator]]``, and ``[[theme]]`` and ``[[profile]]`` where needed; or CSV with the same
        names in its header, ``;`` or ``,`` between the columns.
    base : Catalogue, optional
        The catalogue of the workspace: definitions may refer to its indicators, themes and profiles.
    levels : iterable of str
        Levels of the workspace, own ones included; collection ids must stay unambiguous.

    Returns
    -------
    Catalogue
        What the file defines, beside the themes and profiles of ``base``, else those that always exist;
        ``base.merged(...)`` gives the catalogue of the workspace.

    Raises
    ------
    CatalogueError
        The file cannot be read, or an entry is incomplete, contradictory or unknown; one line that names it.
    """
    text = _read_text(path)
    stripped = text.lstrip()
    entries = (
        _toml_entries(path, text)
        if path.suffix.casefold() == ".toml" or stripped.startswith("[[")
        else {"indicator": list(_csv_entries(path, text)), "theme": [], "profile": []}
    )
    themes = [_build_theme(entry) for entry in entries["theme"]]
    profiles = [_build_profile(entry) for entry in entries["profile"]]
    indicators = [_build_indicator(entry) for entry in entries["indicator"]]
    for section in _SECTIONS:
        _check_unique(entries[section])
    if not (indicators or themes or profiles):
        raise CatalogueError(Sentence("definiert keinen Indikator", "defines no indicator"), source=path.name)
    # Themes and profiles of the workspace stay as they are where the file does not define them.
    known = Catalogue({}, base.themes, base.profiles) if base else Catalogue()
    catalogue = known.merged(
        Catalogue({i.id: i for i in indicators}, {t.id: t for t in themes}, {p.id: p for p in profiles})
    )
    try:
        check_catalogue(catalogue, base=base, levels=levels)
    except CatalogueError as error:
        raise _located(error, [e for section in _SECTIONS for e in entries[section]], path) from error
    return catalogue


def _read_text(path: Path) -> str:
    """Text of a definition file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CatalogueError(
            Sentence(
                f"kann nicht gelesen werden: {system_reason(error).de}", f"cannot be read: {system_reason(error).en}"
            ),
            source=path.name,
            remedy=CHECK_FILE,
        ) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _toml_entries(path: Path, text: str) -> dict[str, list[_Entry]]:
    """Entries of a TOML file, by section."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(
            Sentence(f"ist kein gültiges TOML: {error}", f"is not valid TOML: {error}"), source=path.name
        ) from error
    for section in document:
        if section not in _SECTIONS:
            raise CatalogueError(
                Sentence(
                    f"unbekannter Abschnitt '{section}'; es gibt [[indicator]], [[theme]] und [[profile]]",
                    f"unknown section '{section}'; there are [[indicator]], [[theme]] and [[profile]]",
                ),
                source=path.name,
            )
    return {section: list(_tables(path, text, section, document.get(section, []))) for section in _SECTIONS}


def _tables(path: Path, text: str, section: str, tables: object) -> Iterator[_Entry]:
    """Entries of one TOML section, with the lines of their headings."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CatalogueError(
            Sentence(
                f"'{section}' muss als [[{section}]] geschrieben werden", f"'{section}' must be written [[{section}]]"
            ),
            source=path.name,
        )
    heading = re.compile(rf"\s*\[\[\s*{section}\s*\]\]")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if heading.match(line)]
    for number, table in enumerate(tables, 1):
        line = lines[number - 1] if len(lines) == len(tables) else None
        yield _Entry(table, path.name, number, line)


def _csv_entries(path: Path, text: str) -> Iterator[_Entry]:
    """Entries of a CSV file; empty cells are left out."""
    first = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=";" if ";" in first else ",", strict=True)
    header: list[str] = []
    number = 0
    try:
        for row in reader:
            cells = [cell.strip(BLANKS) for cell in row]
            if not any(cells):
                continue
            if not header:
                header = _checked_header(path, cells)
                continue
            number += 1
            if len(cells) > len(header) and any(cells[len(header) :]):
                raise CatalogueError(
                    Sentence(
                        f"{len(cells)} Zellen unter {len(header)} Überschriften",
                        f"{len(cells)} cells under {len(header)} headings",
                    ),
                    source=path.name,
                    line=reader.line_num,
                )
            values = {name: cell for name, cell in zip(header, cells, strict=False) if cell}
            yield _Entry(values, path.name, number, reader.line_num)
    except csv.Error as error:
        raise CatalogueError(
            Sentence(f"ist kein gültiges CSV: {error}", f"is not valid CSV: {error}"),
            source=path.name,
            line=reader.line_num,
        ) from error


def _checked_header(path: Path, names: list[str]) -> list[str]:
    """Header of a CSV file whose names are all known and distinct."""
    for position, name in enumerate(names):
        if name and name not in FIELDS:
            raise CatalogueError(
                Sentence(f"unbekannter Name '{name}' in der Kopfzeile", f"unknown key '{name}' in the header"),
                source=path.name,
            )
        if name and name in names[:position]:
            raise CatalogueError(
                Sentence(f"'{name}' steht zweimal in der Kopfzeile", f"'{name}' stands twice in the header"),
                source=path.name,
            )
    return names


def _build_indicator(entry: _Entry) -> Indicator:
    """Indicator of an entry, each value checked for its type, the defaults of its kind filled in."""
    given = _admitted(entry, FIELDS, _REQUIRED)
    values = {name: _typed(entry, name, value) for name, value in given.items()}
    for name, choices in _CHOICES.items():
        if name in values and values[name] not in choices:
            raise entry.error(
                Sentence(
                    f"{name} ist '{values[name]}', keines von {', '.join(choices)}",
                    f"{name} is '{values[name]}', not one of {', '.join(choices)}",
                ),
                field=name,
            )
    values.setdefault("additive", values["kind"] == "count")
    values.setdefault("harmonise", _default_harmonise(values))
    return Indicator(**values)


def _default_harmonise(values: Mapping[str, Any]) -> str:
    """How areas are combined where the file does not say."""
    if values["kind"] == "count":
        return "sum" if values["additive"] else "none"
    if values.get("numerator") or values.get("formula"):
        return "ratio"
    return "wmean" if values.get("weight") and values["kind"] in ("mean", "rate") else "none"


def _build_theme(entry: _Entry) -> Theme:
    """Theme of an entry."""
    values = _admitted(entry, ("id", "title_de", "title_en"), ("id", "title_de", "title_en"))
    return Theme(**{name: _text(entry, name, value) for name, value in values.items()})


def _build_profile(entry: _Entry) -> DisclosureProfile:
    """Disclosure profile of an entry."""
    given = _admitted(entry, _PROFILE_FIELDS, ("id", "threshold"))
    return DisclosureProfile(**{name: _typed(entry, name, value) for name, value in given.items()})


def _admitted(entry: _Entry, known: tuple[str, ...], required: tuple[str, ...]) -> Mapping[str, Any]:
    """Values of an entry of which only some names are known and some are required."""
    for name in entry.values:
        if name not in known:
            raise entry.error(
                Sentence(f"unbekannter Name '{name}'", f"unknown key '{name}'"), field=name, remedy=_likely(name, known)
            )
    for name in required:
        if not str(entry.values.get(name, "")).strip():
            raise entry.error(
                Sentence(f"'{name}' fehlt", f"'{name}' is missing"),
                field=name,
                remedy=Sentence(f"{name} hinzufügen", f"add {name}"),
            )
    return entry.values


def _likely(name: str, known: tuple[str, ...]) -> Sentence:
    """The key that was meant, where one is near, else all keys."""
    near = get_close_matches(name, known, 1)
    if near:
        return Sentence(f"ist '{near[0]}' gemeint?", f"did you mean '{near[0]}'?")
    return Sentence(f"es gibt {', '.join(known)}", f"there are {', '.join(known)}")


def _typed(entry: _Entry, name: str, value: object) -> Any:
    """Value of a field in its type; a text in place of a number or a switch is read as one."""
    readers: dict[str, Callable[[_Entry, str, object], object]] = {
        "tags": _words,
        "terms": _words,
        "breaks": _words,
        "other_reference_days": _words,
        "parts": _parts,
        "public_levels": _words,
        "span": _whole,
        "threshold": _whole,
        "rounding": _whole,
        "dominance": _switch,
        "controlled": _switch,
        "group_disclosure": _switch,
        "valid_range": _range,
        "source_range": _range,
        "factor": _number,
        "min_denominator": _number,
        "polarity": _whole,
        "decimals": _whole,
        "additive": _switch,
        "synthetic": _switch,
        "retrieved": _date,
    }
    return readers.get(name, _text)(entry, name, value)


def _text(entry: _Entry, name: str, value: object) -> str:
    if not isinstance(value, str):
        raise entry.unreadable(name, Sentence("Text", "text"))
    return value.strip()


def _words(entry: _Entry, name: str, value: object) -> tuple[str, ...]:
    words = re.split(r"[\s,;|]+", value) if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise entry.unreadable(name, Sentence("eine Liste von Wörtern", "a list of words"))
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _parts(entry: _Entry, name: str, value: object) -> Parts:
    """One breakdown, or a list of them; in CSV with a slash between."""
    given = [part for part in value.split("/") if part.strip()] if isinstance(value, str) else value
    if isinstance(given, list) and len(given) > 1 and isinstance(value, str):
        return tuple(_words(entry, name, each) for each in given)
    if isinstance(given, list) and given and all(isinstance(each, list) for each in given):
        return tuple(_words(entry, name, each) for each in given)
    if isinstance(given, list) and any(isinstance(each, list) for each in given):
        raise entry.unreadable(
            name,
            Sentence(
                "eine Liste von Wörtern oder eine Liste solcher Listen", "a list of words, or a list of such lists"
            ),
        )
    return _words(entry, name, value)


def _number(entry: _Entry, name: str, value: object) -> float:
    number = _float(value)
    if number is None:
        raise entry.unreadable(name, Sentence("eine Zahl", "a number"))
    if not math.isfinite(number):
        raise entry.unreadable(name, Sentence("eine endliche Zahl", "a finite number"))
    return number


def _float(value: object) -> float | None:
    """Number that a value is or says; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _whole(entry: _Entry, name: str, value: object) -> int:
    number = _number(entry, name, value)
    if number != int(number):
        raise entry.unreadable(name, Sentence("eine ganze Zahl", "a whole number"))
    return int(number)


def _range(entry: _Entry, name: str, value: object) -> ValidRange:
    bounds = re.split(r"\.\.|\s+", value.strip()) if isinstance(value, str) else value
    numbers = [_float(bound) for bound in bounds] if isinstance(bounds, list) else []
    if len(numbers) != 2 or any(number is None or math.isnan(number) for number in numbers):
        raise entry.unreadable(
            name,
            Sentence(
                'zwei Zahlen, [0, 100] oder [0, inf], in CSV "0..100"',
                'two numbers, [0, 100] or [0, inf], in CSV "0..100"',
            ),
        )
    low, high = (number if number is not None and math.isfinite(number) else None for number in numbers)
    return low, high


def _switch(entry: _Entry, name: str, value: object) -> bool:
    word = str(value).strip().casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise entry.unreadable(name, Sentence("true oder false", "true or false"))


def _date(entry: _Entry, name: str, value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise entry.unreadable(name, Sentence("ein Datum, JJJJ-MM-TT", "a date, YYYY-MM-DD")) from None


def _check_unique(entries: list[_Entry]) -> None:
    """No id is defined twice in one file."""
    seen: dict[str, _Entry] = {}
    for entry in entries:
        identity = str(entry.values["id"]).strip()
        if identity in seen:
            raise entry.error(
                Sentence(
                    f"ist zweimal definiert, zuerst als Eintrag {seen[identity].number}",
                    f"is defined twice, first as entry {seen[identity].number}",
                )
            )
        seen[identity] = entry


def _located(error: CatalogueError, entries: list[_Entry], path: Path) -> CatalogueError:
    """The same error with the file and the line of its entry."""
    for entry in entries:
        if str(entry.values.get("id")).strip() == error.entry:
            return error.located(source=path.name, entry=entry.name, line=entry.line)
    return error.located(source=path.name, entry=error.entry, line=None)
