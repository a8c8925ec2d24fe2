"""Sentences in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["de", "en"]


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


def german_day(day: date) -> str:
    """Return a day as German texts write it: 31.12.2022."""
    return f"{day:%d.%m.%Y}"


def one_line(text: str) -> str:
    """Return a text without signs that would break a line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
