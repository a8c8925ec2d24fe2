"""Sentences in both languages; those of the boundaries are the same kind."""

from __future__ import annotations

from boundaries import Language, Sentence

__all__ = ["CHECK_FILE", "Language", "Sentence", "counted"]

CHECK_FILE = Sentence(
    "Namen, Ordner und Leserechte der Datei prüfen", "check the name, folder and permissions of the file"
)
"""What to do about a file that cannot be read."""


def counted(count: int, one: tuple[str, str], many: tuple[str, str]) -> Sentence:
    """Return what is said of a number of things: German and English, ``#`` being the number.

    >>> said = ("# Zeile fehlt", "# row is missing"), ("# Zeilen fehlen", "# rows are missing")
    >>> [counted(count, *said).de for count in (0, 1, 2)]
    ['0 Zeilen fehlen', '1 Zeile fehlt', '2 Zeilen fehlen']
    """
    german, english = one if count == 1 else many
    return Sentence(german.replace("#", str(count)), english.replace("#", str(count)))
