"""Decimal signs: which of comma and point a table uses, told by its values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spatial.indicators.cells import Decimal
from spatial.indicators.frames import Frame

_EVIDENCE = (
    r"[^0-9]*(?:0{d}[0-9]"  # no group of thousands starts with a zero
    r"|[0-9]+{d}(?:[0-9]{{1,2}}|[0-9]{{4,}})(?![0-9.,])"  # fewer or more than three digits behind the sign
    r"|[0-9]{{4,}}{d}[0-9]"  # more than three digits before it
    r"|[1-9][0-9]{{0,2}}(?:{g}[0-9]{{3}})+{d}[0-9]"  # groups by the other sign before it
    r"|[1-9][0-9]{{0,2}}(?:{g}[0-9]{{3}}){{2,}}(?![0-9]))"  # several groups by the other sign
)
_COMMA = re.compile(_EVIDENCE.format(d=",", g=r"\."))
_POINT = re.compile(_EVIDENCE.format(d=r"\.", g=","))
_EITHER = re.compile(r"[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}(?![0-9.,])")


def decimal_sign(frame: Frame, columns: Sequence[int]) -> tuple[Decimal | None, bool]:
    """Decimal sign of the values, and whether they leave it open."""
    texts = [
        cell
        for row in frame.rows
        for column in columns
        if isinstance(cell := row.cell(column), str) and any(sign in cell for sign in ",.")
    ]
    if frame.mapping.decimal is not None:
        return frame.mapping.decimal, False
    commas = sum(bool(_COMMA.match(text)) for text in texts)
    points = sum(bool(_POINT.match(text)) for text in texts)
    if commas != points:
        return ("," if commas > points else "."), False
    has_text = any(isinstance(row.cell(column), str) for row in frame.rows for column in columns)
    if not has_text:
        return None, False
    german = frame.grid.delimiter != ","
    return ("," if german else "."), any(_EITHER.match(text) for text in texts)
