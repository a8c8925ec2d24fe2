"""``kreisatlas publish``, ``releases`` and ``rollback``: what the service shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.terminal import WorkspaceOption, progress, say, telling, warned, workspace_at
from service.commands.words import both

if TYPE_CHECKING:
    from boundaries import Sentence

PUBLISH = both(
    "Aus dem Datenbestand eine Veröffentlichung machen und sie von nun an zeigen.",
    "Make a release of the store and serve it from now on.",
)
RELEASES = both(
    "Die Veröffentlichungen auflisten; die gezeigte hat einen Stern.",
    "List the releases; the one that is served has a star.",
)
ROLLBACK = both("Eine frühere (oder spätere) Veröffentlichung zeigen.", "Serve an earlier (or later) release.")
"""What the commands do."""


def publish(
    workspace: WorkspaceOption = None,
    message: Annotated[
        str,
        typer.Option(help=both("Was neu ist; steht bei der Veröffentlichung", "What is new; kept with the release")),
    ] = "",
) -> None:
    """Make a release of the store and serve it from now on."""
    from boundaries import Sentence

    space = workspace_at(workspace)
    language = space.settings.language
    manifest = space.publish(message, telling(language))
    size, files = _megabytes(manifest.size), len(manifest.files)
    done = Sentence(
        f"Veröffentlichung {manifest.number}: {files} Dateien, {size.de}",
        f"release {manifest.number}: {files} files, {size.en}",
    )
    say(done.text(language))


def releases(workspace: WorkspaceOption = None) -> None:
    """List the releases; the one that is served has a star."""
    space = workspace_at(workspace)
    space.require()
    folder = space.releases
    current = folder.served_number()
    for number in folder.numbers():
        manifest = folder.manifest(number)
        mark = "*" if number == current else " "
        size = _megabytes(manifest.size).text(space.settings.language)
        say(f"{mark} {number}\t{manifest.created}\t{size}\t{manifest.message}")


def rollback(
    number: Annotated[
        int,
        typer.Argument(
            metavar=both("NUMMER", "NUMBER"),
            help=both("Nummer der Veröffentlichung, die gezeigt werden soll", "Release to serve"),
        ),
    ],
    workspace: WorkspaceOption = None,
) -> None:
    """Serve an earlier (or later) release."""
    from boundaries import Sentence
    from service.standing import outdated

    space = workspace_at(workspace)
    language = space.settings.language
    manifest = space.releases.switch(number)
    done = Sentence(
        f"die Veröffentlichung {manifest.number} vom {manifest.created} wird gezeigt",
        f"release {manifest.number} of {manifest.created} is served",
    )
    say(done.text(language))
    found = outdated(manifest)
    if found is not None:
        progress(warned(found, language))


def _megabytes(size: int) -> Sentence:
    """A number of bytes in megabytes."""
    from boundaries import Sentence

    text = f"{size / 1e6:.1f} MB"
    return Sentence(text.replace(".", ","), text)
