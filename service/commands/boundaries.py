"""``kreisatlas boundaries``: areas and their changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.commands.terminal import WorkspaceOption, day, say, workspace_at

app = typer.Typer(help="Boundaries and their changes.", no_args_is_help=True)


@app.command("load")
def load(
    file: Annotated[str, typer.Argument(help="Boundary file")],
    vintage: Annotated[str, typer.Option(help="Day the boundaries are valid on, YYYY-MM-DD")],
    workspace: WorkspaceOption = None,
    level: Annotated[str | None, typer.Option(help="Level of the areas, for example gemeinde")] = None,
    code_field: Annotated[str | None, typer.Option(help="Attribute that holds the key")] = None,
    name_field: Annotated[str | None, typer.Option(help="Attribute that holds the name")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of the file")] = None,
) -> None:
    """Load areas from VG250 or from any file of polygons."""
    from service.workspace import load_boundaries

    valid_on = day(vintage, "--vintage")
    sets = load_boundaries(
        workspace_at(workspace).open(),
        file,
        vintage=valid_on,
        level=level,
        code_field=code_field,
        name_field=name_field,
        layer=layer,
    )
    for areas in sets:
        say(f"{areas.level}: {len(areas)} areas of {areas.vintage} stored")


@app.command("changes")
def changes(
    file: Annotated[Path, typer.Argument(help="Table of change events")], workspace: WorkspaceOption = None
) -> None:
    """Load mergers, incorporations and key changes of municipalities."""
    from service.workspace import load_changes

    events = load_changes(workspace_at(workspace).open(), file)
    say(f"{len(events)} change events stored")
