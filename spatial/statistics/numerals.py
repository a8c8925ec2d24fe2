"""Numbers in sentences, with a decimal point or a decimal comma."""

from __future__ import annotations

#: Below this p is no longer written out.
_TINY_P = 1e-4
_MINUS = "\u2212"


def english(number: float, decimals: int = 2) -> str:
    """Write a number with a decimal point and a true minus; what rounds to zero has no sign."""
    text = f"{number:.{decimals}f}"
    return text.replace("-", _MINUS if text.strip("-0.") else "")


def german(number: float, decimals: int = 2) -> str:
    """Write a number with a decimal comma; what rounds to zero has no sign."""
    return english(number, decimals).replace(".", ",")


def fitting_decimals(number: float) -> int:
    """Two decimals, three for small numbers, none for whole ones from 1 on."""
    if abs(number) >= 1 and number == round(number):
        return 0
    return 2 if abs(number) >= 0.1 else 3


def english_p(p: float) -> str:
    """``p = 0.014``; four decimals below 0.001, and never zero."""
    if p < _TINY_P:
        return "p < 0.0001"
    return f"p = {english(p, 3 if p >= 0.001 else 4)}"


def german_p(p: float) -> str:
    """As `english_p`, with a decimal comma."""
    return english_p(p).replace(".", ",")
