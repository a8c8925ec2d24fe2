"""``kreisatlas catalogue``: definitions of indicators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.commands.terminal import WorkspaceOption, say, workspace_at

app = typer.Typer(help="Definitions of indicators.", no_args_is_help=True)


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="Definitions, TOML or CSV")], workspace: WorkspaceOption = None
) -> None:
    """Load definitions of indicators, themes and disclosure profiles."""
    from service.workspace import load_definitions

    loaded = load_definitions(workspace_at(workspace).open(), file)
    say(f"{len(loaded.indicators)} indicators defined")


@app.command("list")
def list_all(workspace: WorkspaceOption = None) -> None:
    """List the indicators of the store."""
    from service.catalogues import catalogue_of

    for indicator in catalogue_of(workspace_at(workspace).open()).indicators.values():
        say(f"{indicator.id}\t{indicator.title('de')}\t{indicator.unit}")
