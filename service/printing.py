"""Analyses on the terminal: a table for people, CSV and JSON for programs."""

from __future__ import annotations

import csv
import sys
from typing import Any

import orjson

_COLUMNS = ("key", "name", "value", "statistic", "z", "p", "p_fdr", "quadrant", "class")


def print_analysis(answer: dict[str, Any], form: str, language: str) -> None:
    """Write an analysis answer to stdout.

    Parameters
    ----------
    answer : dict
        As HTTP gives it.
    form : str
        ``table``, ``json`` or ``csv``.
    language : str
        ``de`` or ``en``, for the reading.
    """
    if form == "json":
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
    elif form == "csv":
        _print_csv(answer)
    else:
        _print_table(answer, language)


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each area; a single one for a global statistic."""
    rows: list[dict[str, Any]] = answer.get("areas") or [
        {name: answer[name] for name in ("statistic", "value", "expectation", "variance", "z", "p", "n")}
    ]
    return rows


def _print_csv(answer: dict[str, Any]) -> None:
    rows = _rows(answer)
    columns = [name for name in _COLUMNS if name in rows[0]] if "areas" in answer else list(rows[0])
    writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _print_table(answer: dict[str, Any], language: str) -> None:
    rows = _rows(answer)
    columns = [name for name in _COLUMNS if name in rows[0]] if "areas" in answer else list(rows[0])
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(columns, *cells, strict=True)]
    for line in [columns, *cells]:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")
    sys.stdout.write("\n" + answer["reading"][language] + "\n")
    for dropped in answer["dropped"]:
        sys.stdout.write(f"- {dropped['key']}: {dropped['reason']}\n")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
