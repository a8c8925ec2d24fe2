"""What every command shares: the workspace option, output, and the reading of settings and days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.words import both

if TYPE_CHECKING:
    from boundaries import Language, Sentence
    from service.settings import Settings
    from service.workspace import Workspace

FAILED, REFUSED, NOT_COMPUTABLE, USAGE = 1, 2, 3, 64
"""Exit statuses: the work failed, a file was refused, a statistic cannot be computed, wrong usage."""

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        envvar="KREISATLAS_WORKSPACE",
        help=both("Ordner des Atlas; ohne Angabe: workspace", "Folder of the atlas; default: workspace"),
    ),
]


def settings_for(workspace: Path | None, **given: Any) -> Settings:
    """Settings for a workspace; an impossible one is wrong usage and named."""
    from pydantic import ValidationError

    from boundaries import Sentence
    from service.commands.usage import WrongUsage
    from service.settings import Settings
    from service.validation import validation_sentence

    try:
        return Settings(**given) if workspace is None else Settings(workspace=workspace, **given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        said, setting = validation_sentence(first), f"{name} (KREISATLAS_{name.upper()}) {first['input']!r}"
        raise WrongUsage(Sentence(f"{setting}: {said.de}", f"{setting}: {said.en}")) from error


def workspace_at(workspace: Path | None) -> Workspace:
    """The workspace that a command works on."""
    from service.workspace import Workspace

    return Workspace(settings_for(workspace))


def day(text: str, option: str) -> date:
    """Day of an option."""
    from boundaries import Sentence
    from service.commands.usage import WrongUsage

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        said = Sentence(
            f"{option} '{text}' ist kein Tag; ihn als JJJJ-MM-TT schreiben",
            f"{option} '{text}' is no day; write it as YYYY-MM-DD",
        )
        raise WrongUsage(said) from error


def say(text: str) -> None:
    """Write a line of the result to stdout."""
    typer.echo(text)


def progress(text: str) -> None:
    """Write a line of progress to stderr."""
    typer.echo(text, err=True)


def warned(what: Sentence, language: Language) -> str:
    """A warning as a line."""
    return f"{'Warnung' if language == 'de' else 'warning'}: {what.text(language)}"


def telling(language: Language) -> Callable[[Sentence], None]:
    """What writes sentences of progress to stderr in one language."""
    return lambda told: progress(told.text(language))
