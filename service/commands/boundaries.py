"""``kreisatlas boundaries``: areas and their changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.terminal import WorkspaceOption, day, progress, say, workspace_at

if TYPE_CHECKING:
    from service.boundary_loading import BoundaryLoad

app = typer.Typer(help="Boundaries and their changes.", no_args_is_help=True)


@app.command("load")
def load(
    file: Annotated[str, typer.Argument(help="Boundaries (file or address), table of groups, or Gemeindeverzeichnis")],
    vintage: Annotated[str, typer.Option(help="Day the boundaries are valid on, YYYY-MM-DD")],
    workspace: WorkspaceOption = None,
    level: Annotated[str | None, typer.Option(help="Level of the areas, for example gemeinde")] = None,
    code_field: Annotated[str | None, typer.Option(help="Attribute that holds the key")] = None,
    name_field: Annotated[str | None, typer.Option(help="Attribute that holds the name")] = None,
    parent_field: Annotated[str | None, typer.Option(help="Attribute that holds the key of the area above")] = None,
    group_field: Annotated[
        list[str] | None, typer.Option(help="Attribute that tells a group of the area; may be repeated")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of the file")] = None,
    area_tolerance: Annotated[
        float, typer.Option(min=0.0, help="Difference from the official area, in per cent, that is not told")
    ] = 3.0,
    attribution: Annotated[str, typer.Option(help="Line that has to be visible wherever the areas are")] = "",
    licence: Annotated[str, typer.Option(help="Licence of the boundaries")] = "",
    report: Annotated[str | None, typer.Option(help="Write what was found as JSON; - is stdout")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only, store nothing")] = False,
) -> None:
    """Load areas from VG250 or any file of polygons, own levels from groups, or a Gemeindeverzeichnis."""
    from boundaries import Downloads, Fields
    from service.boundary_loading import Terms, load_boundaries

    valid_on = day(vintage, "--vintage")
    space = workspace_at(workspace)
    if report not in (None, "-"):
        # Before anything is stored: a report that cannot be written is a failure.
        Path(str(report)).touch()
    loaded = load_boundaries(
        space.open(),
        file,
        vintage=valid_on,
        level=level,
        fields=Fields(code_field, name_field, parent_field, tuple(group_field or ())),
        layer=layer,
        tolerance_percent=area_tolerance,
        terms=Terms(attribution, licence),
        downloads=Downloads(space.settings.workspace / "downloads", progress),
        dry_run=dry_run,
    )
    for found in loaded.reports:
        progress(found.render(space.settings.language))
    _write(loaded, report)
    if report != "-":
        _tell(loaded)


def _write(loaded: BoundaryLoad, target: str | None) -> None:
    import orjson

    content = orjson.dumps(loaded.to_dict(), option=orjson.OPT_INDENT_2)
    if target == "-":
        say(content.decode())
    elif target is not None:
        Path(target).write_bytes(content)


def _tell(loaded: BoundaryLoad) -> None:
    done = "stored" if loaded.stored else "checked, nothing stored"
    for areas in loaded.sets:
        say(f"{areas.level}: {len(areas)} areas of {areas.vintage} {done}")
    if loaded.register is not None:
        entries = ", ".join(f"{len(loaded.register.at(level))} {level}" for level in loaded.register.levels)
        say(f"Gemeindeverzeichnis of {loaded.register.day}: {entries} {done}")


@app.command("changes")
def changes(
    file: Annotated[Path, typer.Argument(help="List of Destatis, Umsteigeschlüssel of the BBSR, or CSV")],
    workspace: WorkspaceOption = None,
) -> None:
    """Load what became of areas: mergers, splits, transfers, changes of keys and names."""
    from service.workspace import load_changes

    found = load_changes(workspace_at(workspace).open(), file)
    say(f"{len(found.added)} changes stored, {len(found.repeated)} known already")
    unclear = [event for event in found.added if event.kind == "dissolution"]
    if unclear:
        shown = ", ".join(dict.fromkeys(event.to_key for event in unclear[:5]))
        say(f"{len(unclear)} of them do not tell whether their area existed before; the boundaries decide: {shown}")
