"""Official area keys of Germany: AGS, ARS and what spreadsheets do to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from boundaries.errors import DestroyedKey, MalformedKey
from boundaries.sentences import Sentence

OFFICIAL_LEVELS = ("land", "regierungsbezirk", "kreis", "verband", "gemeinde")

_LEVEL_OF_LENGTH = {2: "land", 3: "regierungsbezirk", 5: "kreis", 8: "gemeinde", 9: "verband", 12: "gemeinde"}
_LAST_LAND = 16
# Laender that have Regierungsbezirke today; elsewhere the third digit recalls former ones or is 0.
_LAENDER_WITH_REGIERUNGSBEZIRK = frozenset({"05", "06", "08", "09"})

# Beside white space: zero width space, word joiner, byte order mark.
_BLANKS = re.compile("[\\s\u200b\u2060\ufeff]+")
_ROUNDED = re.compile(r"^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+$")
_FLOAT_TAIL = re.compile(r"[.,]0{1,2}$")
_FORMULA = re.compile(r'^="?([^"]*)"?$')


@dataclass(frozen=True, slots=True)
class ParsedKey:
    """An official key in canonical form.

    Attributes
    ----------
    key : str
        AGS of the area: 2, 3, 5 or 8 digits; for a Gemeindeverband the 9 digits of its ARS.
    level : str
        Official level that the number of digits stands for.
    ars : str or None
        The Regionalschlüssel of 12 digits where the text was one.
    repaired : bool
        True where the text was damaged (blanks, apostrophe, ``.0``, lost zero). Shortening an ARS to an
        AGS is a conversion and no repair.
    """

    key: str
    level: str
    ars: str | None
    repaired: bool


def _digits(text: str) -> str:
    """Strip what spreadsheets and exports put around the digits of a key."""
    cleaned = _BLANKS.sub("", text)
    if _ROUNDED.match(cleaned):
        raise DestroyedKey(text)
    formula = _FORMULA.match(cleaned)
    if formula:
        cleaned = formula.group(1)
    cleaned = _FLOAT_TAIL.sub("", cleaned.strip("'’`\""))
    if not cleaned:
        raise MalformedKey(text, Sentence("er ist leer", "it is empty"))
    if not (cleaned.isascii() and cleaned.isdigit()):
        raise MalformedKey(text, Sentence("er enthält mehr als Ziffern", "it holds more than digits"))
    return cleaned


def _with_lost_zero(digits: str) -> str:
    """Put back the leading zero of the Laender 01 to 09 where the number of digits shows that it is lost."""
    if digits.startswith("0"):
        return digits  # it is there: other digits are missing
    if len(digits) in (1, 4, 7, 11):
        return "0" + digits
    if len(digits) == 2 and int(digits) > _LAST_LAND:
        return "0" + digits  # no Land 17 to 99 exists, so "64" is the Regierungsbezirk 064
    return digits


def parse_key(text: str) -> ParsedKey:
    """Read an official key, repairing what spreadsheets do to it.

    Blanks of every kind (also inside), apostrophes, ``="..."``, a trailing ``.0`` and lost leading zeros
    (1, 4, 7 and 11 digits; 2 digits above 16) are repaired. An ARS of 12 digits becomes the AGS of 8.

    Parameters
    ----------
    text : str
        The key as it stands in a file.

    Returns
    -------
    ParsedKey
        The key, its level, the ARS where the text was one, and whether something was repaired.

    Raises
    ------
    DestroyedKey
        The text is a rounded number such as ``6,63E+10``; the digits are lost.
    MalformedKey
        The text is empty, holds other characters than digits, has an impossible number of digits, or
        names a Land that does not exist.

    Notes
    -----
    The form alone is checked. Whether an area with this key existed on a day is known to the registry only.

    Examples
    --------
    >>> parse_key("6633018")
    ParsedKey(key='06633018', level='gemeinde', ars=None, repaired=True)
    >>> parse_key("066330018018")
    ParsedKey(key='06633018', level='gemeinde', ars='066330018018', repaired=False)
    """
    digits = _with_lost_zero(_digits(text))
    level = _LEVEL_OF_LENGTH.get(len(digits))
    if level is None:
        raise MalformedKey(
            text,
            Sentence(
                f"{len(digits)} Ziffern; amtliche Schlüssel haben 2, 3, 5, 8, 9 oder 12",
                f"{len(digits)} digits; official keys have 2, 3, 5, 8, 9 or 12",
            ),
        )
    if not 1 <= int(digits[:2]) <= _LAST_LAND:
        raise MalformedKey(text, Sentence(f"es gibt kein Land {digits[:2]}", f"there is no Land {digits[:2]}"))
    repaired = digits != text
    if len(digits) == 12:
        return ParsedKey(digits[:5] + digits[9:], level, digits, repaired)
    return ParsedKey(digits, level, None, repaired)


def parent_key(key: str, level: str) -> tuple[str, str] | None:
    """Return key and level of the area above, as the digits of the key tell it.

    Parameters
    ----------
    key : str
        Canonical key (see `parse_key`).
    level : str
        Level of the key.

    Returns
    -------
    tuple of (str, str) or None
        ``(key, level)`` of the parent: Gemeinde and Verband → Kreis → Regierungsbezirk → Land. A Kreis in a
        Land without Regierungsbezirke (all but 05, 06, 08, 09) belongs to the Land. None for a Land and for
        every level that is not official.

    Examples
    --------
    >>> parent_key("06633018", "gemeinde"), parent_key("06633", "kreis"), parent_key("03158", "kreis")
    (('06633', 'kreis'), ('066', 'regierungsbezirk'), ('03', 'land'))
    """
    if level in ("gemeinde", "verband"):
        return key[:5], "kreis"
    if level == "kreis" and key[:2] in _LAENDER_WITH_REGIERUNGSBEZIRK and key[2:3] != "0":
        return key[:3], "regierungsbezirk"
    if level in ("kreis", "regierungsbezirk"):
        return key[:2], "land"
    return None
