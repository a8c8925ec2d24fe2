"""Sentences in both languages; arrays are all that this package knows, so it has the pair itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Language = Literal["de", "en"]


class Said(Protocol):
    """A text in both languages, whoever made it."""

    @property
    def de(self) -> str:
        """German."""

    @property
    def en(self) -> str:
        """English."""


@dataclass(frozen=True)
class Sentence:
    """A text in both languages.

    Attributes
    ----------
    de, en : str
        The text in German and in English.
    """

    de: str
    en: str

    def text(self, language: Language) -> str:
        """Return the text in one language."""
        return self.de if language == "de" else self.en


def at_least(number: int, de: str = "", en: str = "") -> Sentence:
    """Name a lower limit, with what is counted where that is not clear."""
    return Sentence(f"mindestens {number} {de}".rstrip(), f"at least {number} {en}".rstrip())


def number_in(text: str) -> Sentence:
    """A written number in both languages: with a decimal comma and with a decimal point."""
    return Sentence(text.replace(",", "\0").replace(".", ",").replace("\0", "."), text)
