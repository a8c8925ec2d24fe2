"""Sentences in both languages."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["de", "en"]

_GERMAN_REASONS = {
    errno.ENOENT: "Datei oder Ordner gibt es nicht",
    errno.EACCES: "keine Berechtigung",
    errno.EPERM: "nicht erlaubt",
    errno.EEXIST: "gibt es schon",
    errno.EISDIR: "ist ein Ordner",
    errno.ENOTDIR: "ist kein Ordner",
    errno.ENAMETOOLONG: "der Name ist zu lang",
    errno.ENOSPC: "auf dem Datenträger ist kein Platz mehr",
    errno.EDQUOT: "das Speicherkontingent ist erschöpft",
    errno.EROFS: "der Datenträger ist schreibgeschützt",
    errno.EIO: "Lese- oder Schreibfehler des Datenträgers",
    errno.EMFILE: "zu viele offene Dateien",
    errno.ENOMEM: "zu wenig Arbeitsspeicher",
    errno.EADDRINUSE: "die Adresse wird schon benutzt",
    errno.EADDRNOTAVAIL: "diese Adresse hat der Rechner nicht",
    errno.ECONNREFUSED: "die Verbindung wurde abgelehnt",
    errno.EPIPE: "der Empfänger der Ausgabe ist beendet",
    socket.EAI_NONAME: "diesen Rechnernamen gibt es nicht",
}
"""What the operating system says in English, in German."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages.

    Attributes
    ----------
    de, en : str
        The sentence in German and in English.
    """

    de: str
    en: str

    def text(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.de if language == "de" else self.en

    def after(self, place: str | Sentence) -> Sentence:
        """Return the sentence with a place and a colon in front."""
        if isinstance(place, str):
            place = Sentence(place, place)
        return Sentence(f"{place.de}: {self.de}", f"{place.en}: {self.en}")


_LEVEL_NAMES = {
    "land": (Sentence("Land", "federal state"), Sentence("Länder", "federal states")),
    "regierungsbezirk": (
        Sentence("Regierungsbezirk", "administrative region"),
        Sentence("Regierungsbezirke", "administrative regions"),
    ),
    "kreis": (Sentence("Kreis", "district"), Sentence("Kreise", "districts")),
    "verband": (
        Sentence("Gemeindeverband", "municipal association"),
        Sentence("Gemeindeverbände", "municipal associations"),
    ),
    "gemeinde": (Sentence("Gemeinde", "municipality"), Sentence("Gemeinden", "municipalities")),
}


def level_name(level: str, count: int = 0) -> Sentence:
    """Return what areas of a level are called: one of them where the count is 1; an own level keeps its id.

    >>> level_name("land").de, level_name("land", 1).de, level_name("gemeinde").en, level_name("bezirk").de
    ('Länder', 'Land', 'municipalities', 'bezirk')
    """
    one, many = _LEVEL_NAMES.get(level, (Sentence(level, level),) * 2)
    return one if count == 1 else many


def number_of(count: int, german: tuple[str, str], english: tuple[str, str]) -> Sentence:
    """Say a number of things; the words for them are those for one and for several.

    >>> [number_of(count, ("Fläche", "Flächen"), ("area", "areas")).de for count in (0, 1, 2)]
    ['0 Flächen', '1 Fläche', '2 Flächen']
    """
    several = count != 1
    return Sentence(f"{count} {german[several]}", f"{count} {english[several]}")


def german_day(day: date) -> str:
    """Return a day as German texts write it: 31.12.2022."""
    return f"{day:%d.%m.%Y}"


def one_line(text: str) -> str:
    """Return a text without signs that would break a line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def system_reason(error: Exception) -> Sentence:
    """Say why the operating system refused something; what it says itself where that has no German here."""
    said = (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip()
    german = _GERMAN_REASONS.get(getattr(error, "errno", None) or 0)
    return Sentence(german or said, said)
