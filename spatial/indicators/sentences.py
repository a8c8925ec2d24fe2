"""Sentences in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["de", "en"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages."""

    de: str
    en: str

    def text(self, language: Language) -> str:
        """The sentence in one language."""
        return self.de if language == "de" else self.en
