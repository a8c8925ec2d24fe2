"""What the database says when the store cannot be read or written at the moment, as a refusal that helps."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from boundaries import Sentence
from service.errors import StoreUnusable

_AGAIN = Sentence("dann noch einmal versuchen", "then try again")
_REASONS = {
    sqlite3.SQLITE_FULL: Sentence(
        f"auf dem Datenträger ist kein Platz mehr; Platz schaffen, {_AGAIN.de}",
        f"there is no space left on the disk; make room, {_AGAIN.en}",
    ),
    sqlite3.SQLITE_BUSY: Sentence(
        f"ein anderer Vorgang schreibt gerade; warten, bis er fertig ist, {_AGAIN.de}",
        f"another process is writing; wait until it is done, {_AGAIN.en}",
    ),
    sqlite3.SQLITE_READONLY: Sentence(
        f"darf nicht geändert werden; Schreibrechte für Datei und Ordner geben, {_AGAIN.de}",
        f"must not be changed; give the rights to write to the file and the folder, {_AGAIN.en}",
    ),
    sqlite3.SQLITE_CANTOPEN: Sentence(
        f"kann nicht geöffnet werden; Rechte an Datei und Ordner prüfen, {_AGAIN.de}",
        f"cannot be opened; check the rights to the file and the folder, {_AGAIN.en}",
    ),
    sqlite3.SQLITE_IOERR: Sentence(
        f"der Datenträger lässt sich nicht lesen oder beschreiben; Platz und Verbindung prüfen, {_AGAIN.de}",
        f"the disk cannot be read or written; check space and connection, {_AGAIN.en}",
    ),
}
"""By primary result codes of SQLite (https://www.sqlite.org/rescode.html)."""
_PRIMARY = 0xFF


def store_failure(error: DBAPIError, path: Path) -> StoreUnusable | None:
    """Return the refusal for an error of the database; None for one that is a defect of this program.

    Parameters
    ----------
    error : DBAPIError
        As SQLAlchemy raises it; its text holds all that was to be written, which is of no use to anybody.
    path : Path
        The store.
    """
    code = getattr(error.orig, "sqlite_errorcode", None)
    reason = None if code is None else _REASONS.get(code & _PRIMARY)
    return None if reason is None else StoreUnusable(str(path), reason)
