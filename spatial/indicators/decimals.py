"""Decimal signs: which of comma and point a table uses, told by its values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from spatial.indicators.cells import Decimal

_EVIDENCE = (
    r"[^0-9]*(?:0{d}[0-9]"  # no group of thousands starts with a zero
    r"|[0-9]+{d}(?:[0-9]{{1,2}}|[0-9]{{4,}})(?![0-9.,])"  # fewer or more than three digits behind the sign
    r"|[0-9]{{4,}}{d}[0-9]"  # more than three digits before it
    r"|[1-9][0-9]{{0,2}}(?:{g}[0-9]{{3}})+{d}[0-9]"  # groups by the other sign before it
    r"|[1-9][0-9]{{0,2}}(?:{g}[0-9]{{3}}){{2,}}(?![0-9]))"  # several groups by the other sign
)
_COMMA = re.compile(_EVIDENCE.format(d=",", g=r"\."))
_POINT = re.compile(_EVIDENCE.format(d=r"\.", g=","))
_EITHER = re.compile(r"[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}(?![0-9.,])")


@dataclass(slots=True)
class DecimalEvidence:
    """What the values of a table say about their decimal sign.

    Attributes
    ----------
    commas, points : int
        Values that can only have the one or the other.
    has_text : bool
        Whether any value is a text at all.
    either : set of str
        Signs of values such as ``1.234``, which leave it open.
    """

    commas: int = 0
    points: int = 0
    has_text: bool = False
    either: set[Decimal] = field(default_factory=set)

    def add(self, text: str, times: int = 1) -> None:
        """Take a value into account that occurs once or more often."""
        self.has_text = True
        if "," not in text and "." not in text:
            return
        self.commas += times * bool(_COMMA.match(text))
        self.points += times * bool(_POINT.match(text))
        if _EITHER.match(text):
            self.either.add("," if "," in text else ".")

    def sign(
        self, delimiter: str | None, prescribed: Decimal | None = None, *, is_whole: bool = False
    ) -> tuple[Decimal | None, bool]:
        """Decimal sign, ``None`` where all values are numbers already, and whether the values leave it open.

        Where they do, and are numbers of people (``is_whole``), ``1.234`` is no fraction: the point groups thousands.
        """
        if prescribed is not None:
            return prescribed, False
        if self.commas != self.points:
            return ("," if self.commas > self.points else "."), False
        if not self.has_text:
            return None, False
        if is_whole and len(self.either) == 1:
            return ("." if "," in self.either else ","), True
        return ("," if delimiter != "," else "."), bool(self.either)
