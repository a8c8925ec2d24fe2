"""Help in both languages: typer has its own words in English alone, so these commands write their help themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from service.commands.words import Language, both, chosen, language_of_environment

_USAGE = both("Aufruf: ", "Usage: ")
_OPTIONS = both("[OPTIONEN]", "[OPTIONS]")
_COMMAND = both("BEFEHL ...", "COMMAND ...")
_HEADING_ARGUMENTS = both("Argumente", "Arguments")
_HEADING_OPTIONS = both("Optionen", "Options")
_HEADING_COMMANDS = both("Befehle", "Commands")
_HELP = both("Diese Hilfe zeigen", "Show this help")
_REQUIRED = both("nötig", "required")
_DEFAULT = both("Vorgabe", "default")
_VARIABLE = both("Umgebungsvariable", "environment variable")
_PLACEHOLDERS = {str: "TEXT", int: both("ZAHL", "NUMBER"), float: both("ZAHL", "NUMBER"), Path: both("PFAD", "PATH")}


class Command(TyperCommand):
    """A command with help in the language of the settings."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what the command is called with; errors know which command it was."""
        with _within(ctx):
            return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write what the command does, and what it takes."""
        _write(self, ctx, formatter)


class Group(TyperGroup):
    """Commands with a first word in common, with help in the language of the settings."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write what the commands are about, and which there are."""
        _write(self, ctx, formatter)


@contextmanager
def _within(ctx: Any) -> Iterator[None]:
    """Tell errors of a call which command was called, where typer does not."""
    try:
        yield
    except TyperException as error:
        if getattr(error, "ctx", ctx) is None:
            error.ctx = ctx  # type: ignore[attr-defined]  # the classes that have it are private
        raise


def name_of(param: Any, language: Language) -> str:
    """What an argument or an option is called where a person has to give it."""
    if param.param_type_name == "argument":
        return chosen(param.metavar or param.name, language)
    return str(param.opts[0])


def _write(command: Command | Group, ctx: Any, formatter: Any) -> None:
    language = language_of_environment()
    params = command.get_params(ctx)
    arguments = [param for param in params if param.param_type_name == "argument"]
    options = [param for param in params if param.param_type_name == "option"]
    pieces = [chosen(_OPTIONS, language), *(_in_usage(param, language) for param in arguments)]
    if isinstance(command, Group):
        pieces.append(chosen(_COMMAND, language))
    formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=chosen(_USAGE, language))
    formatter.write_paragraph()
    formatter.write_text(chosen(command.help or "", language))
    for heading, rows in (
        (_HEADING_ARGUMENTS, [(name_of(param, language), _said(param, language)) for param in arguments]),
        (_HEADING_OPTIONS, [(_option(param, language), _said(param, language)) for param in options]),
        (_HEADING_COMMANDS, list(_commands(command, language))),
    ):
        if rows:
            with formatter.section(chosen(heading, language)):
                formatter.write_dl(rows)


def _in_usage(param: Any, language: Language) -> str:
    """An argument as the line of usage shows it."""
    name = name_of(param, language)
    return name if param.required else f"[{name}]"


def _option(param: Any, language: Language) -> str:
    """An option with what it takes."""
    names = ", ".join(param.opts)
    if param.is_flag:
        return names
    kind = param.type_descriptor
    if kind.is_choice:
        return f"{names} {'|'.join(str(each.value) for each in kind.choices)}"
    return f"{names} {chosen(_placeholder(kind.annotation), language)}"


def _placeholder(annotation: Any) -> str:
    """Stands for a value of a type; a list of values is given one by one."""
    return _PLACEHOLDERS.get(annotation, _PLACEHOLDERS[str])


def _said(param: Any, language: Language) -> str:
    """What an argument or an option is for, whether it is needed, and where else it comes from."""
    if param.name == "help":
        return chosen(_HELP, language)
    facts = []
    if param.envvar:
        facts.append(f"{chosen(_VARIABLE, language)}: {param.envvar}")
    if param.default not in (None, "", False, [], ()) and not param.required:
        facts.append(f"{chosen(_DEFAULT, language)}: {_value(param.default)}")
    if param.required:
        facts.append(chosen(_REQUIRED, language))
    text = chosen(param.help or "", language)
    return f"{text} [{'; '.join(facts)}]" if facts else text


def _value(value: Any) -> str:
    """A default as it is written on the command line, numbers as they are read there."""
    return str(getattr(value, "value", value))


def _commands(command: Command | Group, language: Language) -> Iterator[tuple[str, str]]:
    """Commands of a group, and what they do."""
    if isinstance(command, Group):
        for name, each in command.commands.items():
            yield name, chosen(each.help or "", language)
