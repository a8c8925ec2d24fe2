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
_RENEW = both(
    "Mitgelieferte Definitionen so übernehmen, wie diese Version des Programms sie hat.",
    "Take over definitions of the program as this version of it has them.",
)
_IDS = both(
    "Kennungen von Indikatoren, Themen und Profilen, auch von selbst geänderten; ohne sie alle, von denen "
    "nicht bekannt ist, wer sie geändert hat",
    "Ids of indicators, themes and profiles, changed ones too; without any, all of which it is not known who changed "
    "them",
)

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
    from service.catalogues import catalogue_of
    from service.workspace import load_definitions
    from spatial.indicators.exposure import unprotected
    from spatial.indicators.sentences import counted
    from spatial.indicators.unit_list import unlisted

    space = workspace_at(workspace)
    store = space.open()
    loaded = load_definitions(store, file)
    count, language = len(loaded.indicators), space.settings.language
    defined = ("# Indikatoren definiert", "# indicators defined")
    say(counted(count, ("1 Indikator definiert", "1 indicator defined"), defined).text(language))
    whole, names = catalogue_of(store), tuple(loaded.indicators)
    for _, warning in (*unprotected(whole, names), *unlisted(whole, names)):
        progress(f"! {warning.text(language)}")


@app.command("list", cls=Command, help=_LIST)
def list_all(workspace: WorkspaceOption = None) -> None:
    """List the indicators of the store."""
    from service.catalogues import catalogue_of

    space = workspace_at(workspace)
    language = space.settings.language
    for indicator in catalogue_of(space.open()).indicators.values():
        unit = indicator.unit_en if language == "en" and indicator.unit_en else indicator.unit
        say(f"{indicator.id}\t{indicator.title(language)}\t{unit}")


@app.command("renew", cls=Command, help=_RENEW)
def renew_some(
    ids: Annotated[list[str] | None, typer.Argument(metavar=both("[KENNUNG]...", "[ID]..."), help=_IDS)] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Take over definitions of the program as this version of it has them."""
    from boundaries import Sentence
    from service.bundled import renew

    space = workspace_at(workspace)
    renewal = renew(space.open(), wanted=ids or [])
    nothing = Sentence(
        "alle Definitionen sind wie in dieser Version des Programms oder selbst geändert",
        "all definitions are as in this version of the program, or changed by you",
    )
    for sentence in renewal.sentences() or [nothing]:
        say(sentence.text(space.settings.language))
