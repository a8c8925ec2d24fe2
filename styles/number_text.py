"""Numbers as people read them, in German and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Language = Literal["de", "en"]

#: More decimals than this are noise on a legend.
_MOST_DECIMALS = 8


def format_number(value: float, decimals: int, language: Language) -> str:
    """Write a number with grouped thousands.

    Parameters
    ----------
    value : float
        A finite number.
    decimals : int
        Decimals, 0 or more.
    language : {"de", "en"}
        ``1.234,5`` or ``1,234.5``; the minus sign is typographic in both.

    Returns
    -------
    str

    Examples
    --------
    >>> format_number(1234.56, 1, "de"), format_number(-0.04, 1, "en")
    ('1.234,6', '0.0')
    """
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return text.replace("-", "−")


def distinct_labels(numbers: Sequence[float], decimals: int, language: Language) -> tuple[str, ...]:
    """Write numbers with as many decimals as it takes to tell different ones apart.

    Parameters
    ----------
    numbers : sequence of float
        Finite numbers.
    decimals : int
        Fewest decimals.
    language : {"de", "en"}
        As for `format_number`.

    Returns
    -------
    tuple of str
        One text for each number.

    Examples
    --------
    >>> distinct_labels([3.41, 3.44, 7.0], 1, "de")
    ('3,41', '3,44', '7,00')
    """
    wanted = len(set(numbers))
    texts: tuple[str, ...] = ()
    for places in range(decimals, max(decimals, _MOST_DECIMALS) + 1):
        texts = tuple(format_number(number, places, language) for number in numbers)
        if len(set(texts)) >= wanted:
            break
    return texts
