"""What pydantic says about an impossible value, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boundaries import Sentence

_PREFIX = "Value error, "
_GERMAN = {
    "missing": "fehlt",
    "int_parsing": "muss eine ganze Zahl sein",
    "int_type": "muss eine ganze Zahl sein",
    "int_from_float": "muss eine ganze Zahl sein",
    "int_parsing_size": "ist eine zu große Zahl",
    "float_parsing": "muss eine Zahl sein",
    "float_type": "muss eine Zahl sein",
    "finite_number": "muss eine endliche Zahl sein",
    "bool_parsing": "muss true oder false sein",
    "bool_type": "muss true oder false sein",
    "string_type": "muss ein Text sein",
    "path_type": "muss ein Pfad sein",
    "greater_than": "muss größer als {gt} sein",
    "greater_than_equal": "muss mindestens {ge} sein",
    "less_than": "muss kleiner als {lt} sein",
    "less_than_equal": "darf höchstens {le} sein",
    "string_too_short": "muss mindestens {min_length} Zeichen haben",
    "string_too_long": "darf höchstens {max_length} Zeichen haben",
    "string_pattern_mismatch": "muss dem Muster '{pattern}' entsprechen",
    "literal_error": "muss {expected} sein",
    "enum": "muss {expected} sein",
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
        English as pydantic says it; German by the kind of error, English where that kind is not known here.
    """
    said = str(error["msg"]).removeprefix(_PREFIX)
    german = _GERMAN.get(str(error["type"]))
    if german is None:
        return Sentence(said, said)
    context = {name: _german(value) for name, value in (error.get("ctx") or {}).items()}
    return Sentence(german.format_map(context), said)


def _german(value: object) -> str:
    """A limit with a decimal comma, a list of choices with a German "or"."""
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value).replace(" or ", " oder ")
