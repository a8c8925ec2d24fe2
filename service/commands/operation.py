"""``kreisatlas init``, ``serve`` and ``doctor``: running an atlas."""

from __future__ import annotations

from typing import Annotated

import typer

from service.commands.terminal import (
    FAILED,
    WorkspaceOption,
    progress,
    say,
    settings_for,
    telling,
    warned,
    workspace_at,
)
from service.commands.words import both

INIT = both(
    "Einen Arbeitsbereich anlegen: einen leeren Datenbestand und einen leeren Ordner für Veröffentlichungen.",
    "Make a workspace: an empty store and an empty folder of releases.",
)
SERVE = both("Die aktuelle Veröffentlichung als Dienst bereitstellen.", "Serve the current release.")
DOCTOR = both(
    "Prüfen, was installiert, erreichbar und in Ordnung ist, und sagen, was sonst zu tun ist.",
    "Check what is installed, reachable and consistent, and say what to do about what is not.",
)
"""What the commands do."""


def init(
    workspace: WorkspaceOption = None,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help=both("Die mitgelieferten Daten von Hessen einfüllen", "Fill in the bundled data of Hessen")
        ),
    ] = False,
) -> None:
    """Make a workspace: an empty store and an empty folder of releases."""
    from boundaries import Sentence

    space = workspace_at(workspace)
    language, folder = space.settings.language, space.settings.workspace
    space.create(demo=demo, progress=telling(language))
    say(Sentence(f"Arbeitsbereich angelegt: {folder}", f"workspace ready: {folder}").text(language))


def serve(
    workspace: WorkspaceOption = None,
    host: Annotated[
        str | None, typer.Option(help=both("Adresse, unter der der Dienst zu erreichen ist", "Address to listen on"))
    ] = None,
    port: Annotated[
        int | None, typer.Option(help=both("Port, unter dem der Dienst zu erreichen ist", "Port to listen on"))
    ] = None,
    workers: Annotated[int | None, typer.Option(help=both("Serverprozesse", "Server processes"))] = None,
) -> None:
    """Serve the current release."""
    from service.releases import ReleaseFolder
    from service.server import run
    from service.standing import caveat

    given = {"host": host, "port": port, "workers": workers}
    settings = settings_for(workspace, **{name: value for name, value in given.items() if value is not None})
    found = caveat(ReleaseFolder(settings.releases_path))
    if found is not None:
        progress(warned(found, settings.language))
    run(settings)


def doctor(workspace: WorkspaceOption = None) -> None:
    """Check what is installed, reachable and consistent, and say what to do about what is not."""
    from boundaries import Sentence
    from service.doctor import examine

    settings = settings_for(workspace)
    findings, language = examine(settings), settings.language
    for finding in findings:
        mark = Sentence("gut    ", "ok  ") if finding.good else Sentence("FEHLER ", "BAD ")
        say(f"{mark.text(language)} {finding.subject.text(language)}: {finding.text.text(language)}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(FAILED)
