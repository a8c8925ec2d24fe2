"""``kreisatlas publish``, ``releases`` and ``rollback``: what the service shows."""

from __future__ import annotations

from typing import Annotated

import typer

from service.commands.terminal import WorkspaceOption, progress, say, workspace_at


def publish(
    workspace: WorkspaceOption = None,
    message: Annotated[str, typer.Option(help="What is new; kept with the release")] = "",
) -> None:
    """Make a release of the store and serve it from now on."""
    manifest = workspace_at(workspace).publish(message, progress)
    say(f"release {manifest.number}: {len(manifest.files)} files, {manifest.size / 1e6:.1f} MB")


def releases(workspace: WorkspaceOption = None) -> None:
    """List the releases; the one that is served has a star."""
    space = workspace_at(workspace)
    space.open().close()
    folder = space.releases
    current = folder.served_number()
    for number in folder.numbers():
        manifest = folder.manifest(number)
        mark = "*" if number == current else " "
        say(f"{mark} {number}\t{manifest.created}\t{manifest.size / 1e6:.1f} MB\t{manifest.message}")


def rollback(
    number: Annotated[int, typer.Argument(help="Release to serve")], workspace: WorkspaceOption = None
) -> None:
    """Serve an earlier (or later) release."""
    from service.standing import outdated

    manifest = workspace_at(workspace).releases.switch(number)
    say(f"release {manifest.number} of {manifest.created} is served")
    found = outdated(manifest)
    if found is not None:
        progress(f"warning: {found}")
