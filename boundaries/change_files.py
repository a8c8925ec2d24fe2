"""Files of changes of any form, recognised by their content."""

from __future__ import annotations

from pathlib import Path

from boundaries.changes import ChangeEvent, read_changes_csv
from boundaries.errors import ChangesUnreadable
from boundaries.sentences import Sentence, system_reason

_PEEKED_BYTES, _BLANKS = 256, b"\xef\xbb\xbf \t\r\n"
_ZIP, _PARQUET, _OLD_EXCEL = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"


def read_changes(path: str | Path, *, shown: str | None = None) -> tuple[ChangeEvent, ...]:
    """Read changes of areas from a file; its form is recognised by its content.

    Parameters
    ----------
    path : str or Path
        One of these: a list "Namens-, Grenz- und Schlüsseländerungen" of Destatis (xlsx, any year); an
        Umsteigeschlüssel of the BBSR for Gemeinden or Kreise (xlsx, or Parquet with the columns ``year_xw``,
        ``ags_xw``, ``pop_conv``, ``size_conv``, ``ags20``); a table in the form of this program (CSV).

    shown : str, optional
        How messages name the file; its path by default.

    Returns
    -------
    tuple of ChangeEvent
        Sorted by day, kind and target.

    Raises
    ------
    ChangesUnreadable
        The file cannot be read, is of no known form, holds no change, or a row is wrong (the line is named).
    """
    name, path = shown or str(path), Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(_PEEKED_BYTES).lstrip(_BLANKS)[:4]
    except OSError as error:
        said = system_reason(error)
        why = Sentence(
            f"kann nicht gelesen werden ({said.de}); Namen und Rechte der Datei prüfen",
            f"cannot be read ({said.en}); check name and permissions of the file",
        )
        raise ChangesUnreadable(name, None, why) from error
    if start == _ZIP:
        return _from_workbook(path, name)
    if start == _PARQUET:
        from boundaries.conversion_tables import read_parquet_keys

        return read_parquet_keys(path, name)
    if start == _OLD_EXCEL:
        raise ChangesUnreadable(
            name,
            None,
            Sentence(
                "ist eine xls-Arbeitsmappe alter Art; als xlsx speichern",
                "is an xls workbook of the old kind; save it as xlsx",
            ),
        )
    if start.startswith(b"<"):
        raise ChangesUnreadable(
            name,
            None,
            Sentence(
                "ist eine Webseite; ihre Tabelle (die Liste von 2009 gibt es nur so) in einer Tabellenkalkulation "
                "öffnen und als xlsx speichern",
                "is a web page; open its table (the list of 2009 comes in no other form) in a spreadsheet program and "
                "save it as xlsx",
            ),
        )
    return read_changes_csv(path, name)


def _from_workbook(path: Path, name: str) -> tuple[ChangeEvent, ...]:
    from boundaries.change_lists import is_change_list, read_change_list
    from boundaries.conversion_tables import is_conversion, read_conversion_workbook
    from boundaries.workbooks import sheets_of

    sheets = sheets_of(path, name)
    # The lists of Destatis have a cover, and the data on the last sheet.
    if is_change_list(sheets[-1]):
        return read_change_list(name, sheets[-1])
    if is_conversion(sheets[0]):
        return read_conversion_workbook(name, sheets)
    raise ChangesUnreadable(
        name,
        None,
        Sentence(
            "ist weder eine Änderungsliste von Destatis noch ein Umsteigeschlüssel des BBSR; andere Tabellen als CSV "
            "mit den Spalten aus docs/boundaries.md speichern",
            "is neither a list of changes of Destatis nor an Umsteigeschlüssel of the BBSR; "
            "save other tables as CSV with the columns of docs/boundaries.md",
        ),
    )
