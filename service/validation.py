"""What pydantic says about an impossible value, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boundaries import Sentence

_PREFIX = "Value error, "
_WHOLE = Sentence("muss eine ganze Zahl sein", "must be a whole number")
_NUMBER = Sentence("muss eine Zahl sein", "must be a number")
_BOOLEAN = Sentence("muss true oder false sein", "must be true or false")
_CHOICE = Sentence("muss {expected} sein", "must be {expected}")
_SAID = {
    "missing": Sentence("fehlt", "is missing"),
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": Sentence("ist eine zu große Zahl", "is too large a number"),
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": Sentence("muss eine endliche Zahl sein", "must be a finite number"),
    "bool_parsing": _BOOLEAN,
    "bool_type": _BOOLEAN,
    "string_type": Sentence("muss ein Text sein", "must be a text"),
    "path_type": Sentence("muss ein Pfad sein", "must be a path"),
    "greater_than": Sentence("muss größer als {gt} sein", "must be greater than {gt}"),
    "greater_than_equal": Sentence("muss mindestens {ge} sein", "must be at least {ge}"),
    "less_than": Sentence("muss kleiner als {lt} sein", "must be less than {lt}"),
    "less_than_equal": Sentence("darf höchstens {le} sein", "must be at most {le}"),
    "string_too_short": Sentence(
        "muss mindestens {min_length} Zeichen haben", "must have at least {min_length} characters"
    ),
    "string_too_long": Sentence(
        "darf höchstens {max_length} Zeichen haben", "must have at most {max_length} characters"
    ),
    "string_pattern_mismatch": Sentence(
        "muss dem Muster '{pattern}' entsprechen", "must follow the pattern '{pattern}'"
    ),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
}


def validation_sentence(error: Mapping[str, Any]) -> Sentence:
    """What is wrong with a value, without its name.

    Parameters
    ----------
    error : mapping
        One entry of pydantic's ``errors()``: ``type``, ``msg`` and ``ctx``.

    Returns
    -------
    Sentence
        By the kind of error; as pydantic says it, in English, where that kind is not known here.
    """
    known = _SAID.get(str(error["type"]))
    if known is None:
        said = str(error["msg"]).removeprefix(_PREFIX)
        return Sentence(said, said)
    context = error.get("ctx") or {}
    german = {name: _german(value) for name, value in context.items()}
    return Sentence(known.de.format_map(german), known.en.format_map(context))


def _german(value: object) -> str:
    """A limit with a decimal comma, a list of choices with a German "or"."""
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value).replace(" or ", " oder ")
