"""``kreisatlas catalogue``: definitions of indicators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.commands.help import Command, Group
from service.commands.terminal import WorkspaceOption, progress, say, workspace_at
from service.commands.words import FILE, both

_LOAD = both(
    "Definitionen von Indikatoren, Themen und Geheimhaltungsprofilen laden.",
    "Load definitions of indicators, themes and disclosure profiles.",
)
_LIST = both("Die Indikatoren des Datenbestands zeigen.", "List the indicators of the store.")

app = typer.Typer(
    cls=Group, help=both("Definitionen von Indikatoren.", "Definitions of indicators."), no_args_is_help=True
)


@app.command("load", cls=Command, help=_LOAD)
def load(
    file: Annotated[
        Path, typer.Argument(metavar=FILE, help=both("Definitionen, TOML oder CSV", "Definitions, TOML or CSV"))
    ],
    workspace: WorkspaceOption = None,
) -> None:
    """Load definitions of indicators, themes and disclosure profiles."""
    from boundaries import Sentence
    from service.catalogues import catalogue_of
    from service.workspace import load_definitions
    from spatial.indicators.exposure import unprotected
    from spatial.indicators.unit_list import unlisted

    space = workspace_at(workspace)
    store = space.open()
    loaded = load_definitions(store, file)
    count, language = len(loaded.indicators), space.settings.language
    say(Sentence(f"{count} Indikatoren definiert", f"{count} indicators defined").text(language))
    whole, names = catalogue_of(store), tuple(loaded.indicators)
    for _, warning in (*unprotected(whole, names), *unlisted(whole, names)):
        progress(f"! {warning.text(language)}")


@app.command("list", cls=Command, help=_LIST)
def list_all(workspace: WorkspaceOption = None) -> None:
    """List the indicators of the store."""
    from service.catalogues import catalogue_of

    space = workspace_at(workspace)
    for indicator in catalogue_of(space.open()).indicators.values():
        say(f"{indicator.id}\t{indicator.title(space.settings.language)}\t{indicator.unit}")
