"""Analyses on the terminal: tables for people, CSV and JSON for programs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from service.analyses.parameters import PARAMETERS

Row = dict[str, Any]

_FRAME = frozenset(
    {"statistic", "weights", "dropped", "warnings", "reading", "versions", "colors", "release", "synthetic", "areas"}
)
"""Members of an answer that are no numbers of the statistic."""
_CAPTION = ("indicator", "second", "indicators", "period", "periods", "base", "level", "within", "groups", "vintage")
_GLOBAL = ("statistic", "value", "expectation", "variance", "z", "p_analytic", "p", "n")
_KEYS = frozenset({"neighbours", "members"})
"""Columns that hold lists of keys; CSV has them in one cell, separated by blanks."""
_WIDE = frozenset({"z_series", "spots", "scaled"})
"""Columns that hold lists of numbers; CSV leaves them out, JSON has them."""


def print_analysis(answer: dict[str, Any], form: str, language: str) -> None:
    """Write an analysis answer to stdout.

    Parameters
    ----------
    answer : dict
        As HTTP gives it.
    form : str
        ``table``, ``json`` or ``csv``. CSV has one row for each area, or for each part of a statistic that is not
        about single areas.
    language : str
        ``de`` or ``en``, for the reading.
    """
    if form == "json":
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
    elif form == "csv":
        _print_csv(answer)
    else:
        _print_tables(answer, language)


def _print_csv(answer: dict[str, Any]) -> None:
    rows = answer.get("areas") or _one_number(answer) or _parts(answer)
    columns = _columns(rows, _KEYS)
    writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, **{name: " ".join(row[name]) for name in _KEYS & row.keys()}} for row in rows)


def _print_tables(answer: dict[str, Any], language: str) -> None:
    """The numbers of all areas together, then those of the areas, then words."""
    asked = [str(answer[name]) for name in _CAPTION if answer.get(name) is not None]
    sys.stdout.write(f"{answer['statistic']}: {', '.join(asked)}\n")
    for rows in (answer.get("areas"), _parts(answer)):
        if rows:
            sys.stdout.write("\n")
            _table(rows)
    sys.stdout.write("\n" + answer["reading"][language] + "\n")
    for warning in answer["warnings"]:
        sys.stdout.write(f"! {warning[language]}\n")
    for dropped in answer["dropped"]:
        sys.stdout.write(f"- {dropped['key']}: {dropped['reason']}\n")


def _one_number(answer: dict[str, Any]) -> list[Row]:
    """The row of a global statistic; nothing for others."""
    return [{name: answer[name] for name in _GLOBAL}] if set(_GLOBAL) <= answer.keys() else []


def _parts(answer: Mapping[str, Any]) -> list[Row]:
    """Numbers that belong to no single area, one row for each, named by their place in the answer."""
    rows: list[Row] = []
    for name, value in answer.items():
        if name not in _FRAME and name not in PARAMETERS:
            _collect(name, value, rows)
    return rows


def _collect(name: str, value: Any, rows: list[Row]) -> None:
    if isinstance(value, dict):
        for inner, part in value.items():
            _collect(f"{name}.{inner}", part, rows)
    elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for place, part in enumerate(value, 1):
            _collect(f"{name}.{place}", part, rows)
    elif isinstance(value, list):
        rows.append({"part": name, "value": " ".join(_plain(each) for each in value)})
    elif value is not None:
        rows.append({"part": name, "value": value})


def _columns(rows: Sequence[Row], lists: frozenset[str] = frozenset()) -> list[str]:
    """Columns of a table: those that no row fills with a list, and some that are lists."""
    if not rows:
        return ["part", "value"]
    wide = {name for name in rows[0] if any(isinstance(row[name], list) for row in rows)} | _WIDE
    return [name for name in rows[0] if name in lists or name not in wide | _KEYS]


def _table(rows: Sequence[Row]) -> None:
    columns = _columns(rows)
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(columns, *cells, strict=True)]
    for line in [columns, *cells]:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _plain(value: object) -> str:
    return "-" if value is None else str(value)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 1e6 and (abs(value) >= 1e-3 or value == 0) else f"{value:.4g}"
    return _plain(value)
