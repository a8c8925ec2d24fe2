"""Errors of the styles.

``StyleError``
    ├── ``UnknownPalette``         no palette has this name
    ├── ``TooManyClasses``         more classes than a palette can keep apart
    ├── ``UnknownMethod``          no classification has this name
    ├── ``NothingToClassify``      there is no public value to make breaks from
    ├── ``ValueOutsideBreaks``     a value lies below the first or above the last break
    ├── ``InvalidBreaks``          breaks that do not ascend
    └── ``StatusMismatch``         not one status for each value, or a status that contradicts its value
"""

from __future__ import annotations

from collections.abc import Sequence


class StyleError(Exception):
    """Root of the errors of this package."""


class UnknownPalette(StyleError):
    """No palette has this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"there is no palette '{name[:80]}'; known: {', '.join(known)}")


class TooManyClasses(StyleError):
    """More classes than a palette can keep apart."""

    def __init__(self, k: int, most: int) -> None:
        self.k, self.most = k, most
        super().__init__(f"{k} classes cannot be told apart by colour; at least 1 and at most {most} are possible")


class UnknownMethod(StyleError):
    """No classification has this name."""

    def __init__(self, method: str, known: Sequence[str]) -> None:
        self.method, self.known = method, tuple(known)
        super().__init__(f"there is no classification '{method[:80]}'; known: {', '.join(known)}")


class NothingToClassify(StyleError):
    """There is no public value to make breaks from."""

    def __init__(self) -> None:
        super().__init__("there is no public value, so there are no classes")


class ValueOutsideBreaks(StyleError):
    """A value lies below the first or above the last break and would get no colour."""

    def __init__(self, value: float, lowest: float, highest: float) -> None:
        self.value, self.lowest, self.highest = value, lowest, highest
        super().__init__(f"the value {value:.6g} lies outside the breaks {lowest:.6g} to {highest:.6g}")


class InvalidBreaks(StyleError):
    """Breaks that do not ascend."""

    def __init__(self, breaks: Sequence[float]) -> None:
        self.breaks = tuple(breaks)
        super().__init__(f"breaks must ascend and be at least two: {', '.join(f'{b:g}' for b in breaks)}")


class StatusMismatch(StyleError):
    """Not one status for each value, or a status that contradicts its value."""

    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(fact)
