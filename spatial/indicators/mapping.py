"""Mapping files: how to read one kind of table, where its content does not say so itself."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

from boundaries.sentences import system_reason
from spatial.indicators.errors import MalformedPeriod, MappingError, quote
from spatial.indicators.periods import parse_period
from spatial.indicators.sentences import CHECK_FILE, Sentence

Column = str | int
"""A column: its label, or its position from 0."""

_FORMATS = ("classic", "ffcsv", "inkar", "long", "wide", "xlsx", "csv", "ods", "parquet")


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What is known of a table beforehand; ``None`` leaves it to the content.

    Attributes
    ----------
    indicator : str or None
        Id of the indicator, where the table does not name it.
    format : {"classic", "ffcsv", "inkar", "long", "wide", "xlsx", "csv", "ods", "parquet"} or None
        Classic and ffcsv: exports of GENESIS. Long: one figure per line. Wide: one column per period or per
        indicator. The others say what kind of file it is, which its content tells anyway.
    sheet : str, int or None
        Name of a sheet, or its position from 0.
    encoding, delimiter, decimal : str or None
        As in the CSV file; ``decimal`` is ``","`` or ``"."``.
    header_rows : int or None
        Number of header lines right above the first data line.
    first_data_line, last_data_line : int or None
        Lines of the file, or rows of the sheet, counted from 1.
    key_column, name_column, value_column, period_column, indicator_column, status_column, flag_column, unit_column,
    level_column
        Labels or positions of columns. A value column of several header rows may be named by some of its header
        cells; a measure of a flat table by its code.
    column_label : tuple of str
        Header cells that the value column must have, where there are several header rows.
    key_and_name : bool or None
        Whether one cell holds both key and name.
    period : str or None
        Period on the wire of the whole table.
    period_format : str or None
        ``strptime`` pattern of the periods; without a day it means months, without a month years.
    level : str or None
        Level that is asked for; rows of other levels keep their own.
    within : str or None
        Key of the Land or Kreis that names and short keys belong to.
    land : str or None
        Two digits to put before keys that lack them.
    unit : str or None
        Rows in other units are left out.
    multiplier : float or None
        What the values are multiplied with, 1000 for figures in thousands.
    select : mapping of str to str
        Columns and the code that a row must have there; an empty code selects the total.
    vintage : datetime.date or None
        Territorial status that the keys refer to; by default the last day of each figure's period.
    """

    indicator: str | None = None
    format: str | None = None
    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[",", "."] | None = None
    header_rows: int | None = None
    first_data_line: int | None = None
    last_data_line: int | None = None
    key_column: Column | None = None
    name_column: Column | None = None
    value_column: Column | None = None
    period_column: Column | None = None
    indicator_column: Column | None = None
    status_column: Column | None = None
    flag_column: Column | None = None
    unit_column: Column | None = None
    level_column: Column | None = None
    column_label: tuple[str, ...] = ()
    key_and_name: bool | None = None
    period: str | None = None
    period_format: str | None = None
    level: str | None = None
    within: str | None = None
    land: str | None = None
    unit: str | None = None
    multiplier: float | None = None
    select: Mapping[str, str] = field(default_factory=dict)
    vintage: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "select", MappingProxyType(dict(self.select)))


_KNOWN = tuple(f.name for f in fields(TableMapping))
_TEXT_KEYS = ("indicator", "encoding", "period_format", "level", "unit")
_COLUMN_KEYS = tuple(name for name in _KNOWN if name.endswith("_column"))
_COUNT_KEYS = ("header_rows", "first_data_line", "last_data_line")


def load_mapping(path: Path) -> TableMapping:
    """Read a mapping file.

    Parameters
    ----------
    path : Path
        TOML; every key is optional.

    Raises
    ------
    MappingError
        The file cannot be read, or a key or value is not understood.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = system_reason(error)
        what = Sentence(
            f"ist nicht lesbar: {reason.de}; {CHECK_FILE.de}", f"cannot be read: {reason.en}; {CHECK_FILE.en}"
        )
        raise MappingError(what, source=path.name) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = Sentence(f"ist kein gültiges TOML: {error}", f"is not valid TOML: {error}")
        raise MappingError(what, source=path.name) from error
    return mapping_from_dict(document, source=path.name)


def mapping_from_dict(document: Mapping[str, Any], *, source: str = "mapping") -> TableMapping:
    """Mapping from its plain form.

    Raises
    ------
    MappingError
        A key is not known, or its value is not understood.
    """
    for key in document:
        if key not in _KNOWN:
            known = ", ".join(_KNOWN)
            what = Sentence(f"ist unbekannt; es gibt {known}", f"is unknown; known are {known}")
            raise MappingError(what, source=source, key=key)
    values = {key: _value(key, value, source) for key, value in document.items()}
    return TableMapping(**values)


def _value(key: str, value: object, source: str) -> Any:
    """Value of a key, checked for its type and range."""
    wrong = _wrong(key, value)
    if wrong:
        raise MappingError(wrong, source=source, key=key)
    if key == "period":
        try:
            return parse_period(str(value))
        except MalformedPeriod as error:
            what = Sentence(f"{quote(error.text)} ist kein Zeitraum", str(error))
            raise MappingError(what, source=source, key=key) from error
    if key == "vintage" and isinstance(value, str):
        return date.fromisoformat(value)
    if key == "multiplier" and isinstance(value, int | float):
        return float(value)
    if key == "column_label":
        return (value,) if isinstance(value, str) else tuple(str(part) for part in cast("list[str]", value))
    return value


def _wrong(key: str, value: object) -> Sentence | None:
    """What is wrong with a value, if anything."""
    if key in _TEXT_KEYS:
        return None if isinstance(value, str) and value else Sentence("muss Text sein", "must be text")
    if key in _COLUMN_KEYS or key == "sheet":
        column = Sentence("muss ein Name oder eine Position ab 0 sein", "must be a name or a position from 0")
        return None if _is_column(value) else column
    if key in _COUNT_KEYS:
        least = 0 if key == "header_rows" else 1
        whole = Sentence(f"muss eine ganze Zahl ab {least} sein", f"must be a whole number from {least}")
        return None if _is_whole(value) and int(str(value)) >= least else whole
    formats = ", ".join(_FORMATS)
    checks: dict[str, tuple[bool, Sentence]] = {
        "format": (value in _FORMATS, Sentence(f"muss eines sein von {formats}", f"must be one of {formats}")),
        "delimiter": (
            isinstance(value, str) and len(value) == 1,
            Sentence("muss ein Zeichen sein", "must be one character"),
        ),
        "decimal": (value in (",", "."), Sentence('muss "," oder "." sein', 'must be "," or "."')),
        "key_and_name": (isinstance(value, bool), Sentence("muss true oder false sein", "must be true or false")),
        "period": (
            isinstance(value, str | int) and not isinstance(value, bool),
            Sentence("muss ein Zeitraum sein", "must be a period"),
        ),
        "multiplier": (_is_positive(value), Sentence("muss eine positive Zahl sein", "must be a positive number")),
        "select": (_is_selection(value), Sentence("muss eine Tabelle von Texten sein", "must be a table of texts")),
        "vintage": (_is_date(value), Sentence("muss ein Tag sein, JJJJ-MM-TT", "must be a date, YYYY-MM-DD")),
        "column_label": (
            _are_labels(value),
            Sentence("muss Text oder eine Liste von Texten sein", "must be text or a list of texts"),
        ),
        "land": (_is_key(value, (2,)), Sentence("muss zwei Ziffern haben", "must have two digits")),
        "within": (
            _is_key(value, (2, 3, 5)),
            Sentence("muss der Schlüssel eines Landes oder Kreises sein", "must be the key of a Land or Kreis"),
        ),
    }
    right, message = checks[key]
    return None if right else message


def _are_labels(value: object) -> bool:
    parts = [value] if isinstance(value, str) else value
    return isinstance(parts, list) and bool(parts) and all(isinstance(part, str) and part for part in parts)


def _is_key(value: object, lengths: tuple[int, ...]) -> bool:
    return isinstance(value, str) and value.isdigit() and len(value) in lengths


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_column(value: object) -> bool:
    return (isinstance(value, str) and bool(value)) or (_is_whole(value) and int(str(value)) >= 0)


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")


def _is_selection(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(code, str) for code in value.values())


def _is_date(value: object) -> bool:
    if isinstance(value, date):
        return not isinstance(value, datetime)
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def render_mapping(mapping: TableMapping) -> str:
    """Mapping as TOML, in the order of its keys; only what is known of the table.

    >>> print(render_mapping(TableMapping(format="long", select={"GES": ""})))
    format = "long"
    <BLANKLINE>
    [select]
    "GES" = ""
    <BLANKLINE>
    """
    lines = []
    for name in _KNOWN:
        value = getattr(mapping, name)
        if value is None or name == "select" or value == ():
            continue
        lines.append(f"{name} = {_toml(value)}")
    if mapping.select:
        lines += ["", "[select]", *(f"{_toml(str(name))} = {_toml(code)}" for name, code in mapping.select.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Value in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        # JSON escapes what TOML escapes; only DEL is left, which TOML forbids.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return repr(value)
