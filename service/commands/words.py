"""Words of the command line in both languages.

Typer keeps a help text as one `str`, so both languages travel in one until :mod:`service.commands.help` shows one of
them. Nothing is imported here that ``--help`` would have to wait for.
"""

from __future__ import annotations

import os
from typing import Literal

Language = Literal["de", "en"]

_BETWEEN = "\x1f"
"""Separates German from English; no text holds it."""


def both(de: str, en: str) -> str:
    """One text that holds another in German and in English."""
    return f"{de}{_BETWEEN}{en}"


def chosen(text: str, language: Language) -> str:
    """The part of a text in one language; all of a text that was not made by :func:`both`."""
    german, _, english = text.partition(_BETWEEN)
    return german if language == "de" or not english else english


def language_of_environment() -> Language:
    """What ``KREISATLAS_LANGUAGE`` says, in whatever case it is written; German where it says nothing known.

    For what has to be said before the settings can be read: help, and that a setting is impossible.
    """
    for name, value in os.environ.items():
        if name.upper() == "KREISATLAS_LANGUAGE":
            return "en" if value == "en" else "de"
    return "de"


FILE = both("DATEI", "FILE")
"""Stands for the file that a command takes."""
