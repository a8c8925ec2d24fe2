"""Sentences in both languages; those of the boundaries are the same kind."""

from __future__ import annotations

from boundaries import Language, Sentence

__all__ = ["Language", "Sentence"]
