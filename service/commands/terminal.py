"""What every command shares: the workspace option, output, and the reading of settings and days."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from service.settings import Settings
    from service.workspace import Workspace

FAILED, REFUSED, NOT_COMPUTABLE, USAGE = 1, 2, 3, 64
"""Exit statuses: the work failed, a file was refused, a statistic cannot be computed, wrong usage."""

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", envvar="KREISATLAS_WORKSPACE", help="Folder of the atlas; default: workspace"),
]


def settings_for(workspace: Path | None, **given: Any) -> Settings:
    """Settings for a workspace; an impossible one is wrong usage and named."""
    from pydantic import ValidationError

    from service.settings import Settings

    try:
        return Settings(**given) if workspace is None else Settings(workspace=workspace, **given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise typer.BadParameter(f"{name} (KREISATLAS_{name.upper()}) is {first['input']!r}: {first['msg']}") from error


def workspace_at(workspace: Path | None) -> Workspace:
    """The workspace that a command works on."""
    from service.workspace import Workspace

    return Workspace(settings_for(workspace))


def day(text: str, option: str) -> date:
    """Day of an option."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option} '{text}' is no day; write it as YYYY-MM-DD") from error


def say(text: str) -> None:
    """Write a line of the result to stdout."""
    typer.echo(text)


def progress(text: str) -> None:
    """Write a line of progress to stderr."""
    typer.echo(text, err=True)
