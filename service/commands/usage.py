"""Wrong usage in both languages: what typer finds, without the English words that it finds for it.

Typer's errors have no public classes but one; they are told apart by what they carry, and where that says nothing, by
their English text. What is not known here keeps that text.
"""

from __future__ import annotations

import re
from typing import Any

import typer

from boundaries import Sentence
from service.commands.help import name_of
from service.validation import validation_sentence

_TEXTS = (
    (r"No such command '(?P<name>.*?)'\.?( Did you mean (?P<near>.*)\?)?", "no_command"),
    (r"Missing command\.", "no_name"),
    (r"Got unexpected extra argument\(s\) \((?P<name>.*)\)", "extra"),
    (r"Option '(?P<name>.*)' requires an argument\.", "no_value"),
    (r"Option '(?P<name>.*)' does not take a value\.", "no_flag"),
)


class WrongUsage(typer.BadParameter):
    """Options that are impossible together, or a value that is.

    Attributes
    ----------
    said : Sentence
        What is wrong, and what to write instead.
    """

    def __init__(self, said: Sentence) -> None:
        self.said = said
        super().__init__(said.en)


def usage_sentence(error: typer.TyperException) -> Sentence:
    """What is wrong with a call, and where its help is.

    Parameters
    ----------
    error : TyperException
        As typer raises it for a call that it does not understand.
    """
    said = _fact(error)
    command = _command(getattr(error, "ctx", None))
    return Sentence(f"{said.de}; siehe `{command} --help`", f"{said.en}; see `{command} --help`")


def asks_for_help(error: typer.TyperException) -> bool:
    """Whether a group was called without a word more: typer then says all of its help."""
    context = getattr(error, "ctx", None)
    return context is not None and error.format_message() == context.get_help()


def _fact(error: Any) -> Sentence:
    if isinstance(error, WrongUsage):
        return error.said
    if hasattr(error, "possibilities"):
        return _no_option(error.option_name, error.possibilities)
    if hasattr(error, "param_type"):
        return _missing(error.param)
    if isinstance(error, typer.BadParameter) and error.param is not None:
        return _bad_value(error)
    return _by_text(error.format_message())


def _command(context: Any) -> str:
    """Words that call the command which was meant, by the name of the program that everybody has."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name)
        context = context.parent
    return " ".join(["kreisatlas", *names])


def _no_option(name: str, near: list[str] | None) -> Sentence:
    said = Sentence(f"die Option '{name}' gibt es nicht", f"there is no option '{name}'")
    return _meant(said, ", ".join(sorted(near or [])))


def _meant(said: Sentence, near: str) -> Sentence:
    if not near:
        return said
    return Sentence(f"{said.de}; gemeint ist vielleicht {near}", f"{said.en}; perhaps {near} is meant")


def _missing(param: Any) -> Sentence:
    if param.param_type_name == "argument":
        return Sentence(f"das Argument {name_of(param, 'de')} fehlt", f"argument {name_of(param, 'en')} is missing")
    return Sentence(f"die Option {param.opts[0]} fehlt", f"option {param.opts[0]} is missing")


def _bad_value(error: Any) -> Sentence:
    """An impossible value: by its choices, else as pydantic tells it."""
    cause, kind = error.__cause__, error.param.type_descriptor
    found = cause.errors()[0] if cause is not None and hasattr(cause, "errors") else None
    if found is None:
        said = Sentence(error.message, error.message)
    elif kind.is_choice:
        offered = ", ".join(str(getattr(each, "value", each)) for each in kind.choices)
        said = Sentence(f"erwartet wird eines von {offered}", f"expected one of {offered}")
    else:
        said = validation_sentence(found)
    value = "" if found is None else f" '{str(found['input'])[:80]}'"
    names = {language: name_of(error.param, language) for language in ("de", "en")}
    return Sentence(f"{names['de']}{value}: {said.de}", f"{names['en']}{value}: {said.en}")


def _by_text(text: str) -> Sentence:
    for pattern, kind in _TEXTS:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found is not None:
            return _of_text(kind, found.groupdict())
    return Sentence(text.rstrip("."), text.rstrip("."))


def _of_text(kind: str, parts: dict[str, str | None]) -> Sentence:
    name = parts.get("name") or ""
    sentences = {
        "no_command": Sentence(f"den Befehl '{name}' gibt es nicht", f"there is no command '{name}'"),
        "no_name": Sentence("es fehlt, welcher Befehl gemeint ist", "it is not said which command is meant"),
        "extra": Sentence(f"überzählig: {name}", f"not expected: {name}"),
        "no_value": Sentence(f"die Option {name} braucht einen Wert", f"option {name} needs a value"),
        "no_flag": Sentence(f"die Option {name} nimmt keinen Wert", f"option {name} takes no value"),
    }
    return _meant(sentences[kind], parts.get("near") or "")
