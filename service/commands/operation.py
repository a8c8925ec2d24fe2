"""``kreisatlas init``, ``serve`` and ``doctor``: running an atlas."""

from __future__ import annotations

from typing import Annotated

import typer

from service.commands.terminal import FAILED, WorkspaceOption, progress, say, settings_for, workspace_at


def init(
    workspace: WorkspaceOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill in the bundled data of Hessen")] = False,
) -> None:
    """Make a workspace: an empty store and an empty folder of releases."""
    space = workspace_at(workspace)
    space.create(demo=demo, progress=progress)
    say(f"workspace ready: {space.settings.workspace}")


def serve(
    workspace: WorkspaceOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes")] = None,
) -> None:
    """Serve the current release."""
    from service.releases import ReleaseFolder
    from service.server import run
    from service.standing import caveat

    given = {"host": host, "port": port, "workers": workers}
    settings = settings_for(workspace, **{name: value for name, value in given.items() if value is not None})
    found = caveat(ReleaseFolder(settings.releases_path))
    if found is not None:
        progress(f"warning: {found}")
    run(settings)


def doctor(workspace: WorkspaceOption = None) -> None:
    """Check what is installed, reachable and consistent, and say what to do about what is not."""
    from service.doctor import examine

    findings = examine(settings_for(workspace))
    for finding in findings:
        say(f"{'ok  ' if finding.good else 'BAD '} {finding.subject}: {finding.text}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(FAILED)
