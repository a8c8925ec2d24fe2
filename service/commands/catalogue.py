"""``kreisatlas catalogue``: definitions of indicators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.commands.terminal import WorkspaceOption, progress, say, workspace_at

app = typer.Typer(help="Definitions of indicators.", no_args_is_help=True)


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="Definitions, TOML or CSV")], workspace: WorkspaceOption = None
) -> None:
    """Load definitions of indicators, themes and disclosure profiles."""
    from service.catalogues import catalogue_of
    from service.workspace import load_definitions
    from spatial.indicators.exposure import unprotected
    from spatial.indicators.unit_list import unlisted

    space = workspace_at(workspace)
    store = space.open()
    loaded = load_definitions(store, file)
    say(f"{len(loaded.indicators)} indicators defined")
    whole, names = catalogue_of(store), tuple(loaded.indicators)
    for _, warning in (*unprotected(whole, names), *unlisted(whole, names)):
        progress(f"! {warning.text(space.settings.language)}")


@app.command("list")
def list_all(workspace: WorkspaceOption = None) -> None:
    """List the indicators of the store."""
    from service.catalogues import catalogue_of

    for indicator in catalogue_of(workspace_at(workspace).open()).indicators.values():
        say(f"{indicator.id}\t{indicator.title('de')}\t{indicator.unit}")
