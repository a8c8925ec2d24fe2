"""Tables and areas that tests of imports share."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from openpyxl import Workbook

from spatial.indicators import AreaIndex, AreaRow

AREAS_OF_KASSEL = AreaIndex(
    [
        AreaRow("gemeinde", "06633001", "Ahnatal"),
        AreaRow("gemeinde", "06633018", "Naumburg"),
        AreaRow("gemeinde", "06633021", "Oberweser", None, date(2020, 1, 1), ("06633030",)),
        AreaRow("gemeinde", "06633027", "Wahlsburg", None, date(2020, 1, 1), ("06633030",)),
        AreaRow("gemeinde", "06633030", "Wesertal", date(2020, 1, 1)),
        AreaRow("gemeinde", "06611000", "Kassel"),
        AreaRow("kreis", "06633", "Kassel"),
        AreaRow("kreis", "06611", "Kassel"),
        AreaRow("regierungsbezirk", "066", "Kassel"),
        AreaRow("land", "06", "Hessen"),
    ]
)
"""Some areas of Nordhessen: a city that is a Kreis, and a merger."""


def book(*rows: list[Any], title: str = "Daten") -> bytes:
    """Workbook with one sheet."""
    made, stream = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    made.save(stream)
    return stream.getvalue()


def parquet(**columns: list[Any]) -> bytes:
    """Parquet file."""
    import pyarrow
    import pyarrow.parquet

    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), stream)
    return stream.getvalue()
