"""``kreisatlas analyse``: statistics in the terminal."""

from __future__ import annotations

from enum import StrEnum
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import typer

from service.analyses.parameters import PARAMETERS
from service.commands.terminal import WorkspaceOption, progress, workspace_at
from service.commands.words import both

ANALYSE = both(
    "Eine Statistik der gezeigten Veröffentlichung berechnen; die Zahlen sind die des Dienstes.",
    "Compute a statistic of the served release; the numbers are those of the service.",
)
"""What the command does."""


class Format(StrEnum):
    """How a result is printed."""

    table = "table"
    json = "json"
    csv = "csv"


_OWN = {
    "workspace": (WorkspaceOption, None),
    "format": (Annotated[Format, typer.Option(help=both("table, json oder csv", "table, json or csv"))], Format.table),
    "export_weights": (
        Annotated[
            Path | None,
            typer.Option(
                help=both(
                    "Die verwendeten Gewichte in diese Datei schreiben, als .gal, .gwt oder .csv",
                    "Write the weights that are used, as .gal, .gwt or .csv",
                )
            ),
        ],
        None,
    ),
}


def analyse(statistic: str, **given: Any) -> None:
    """Compute a statistic of the served release; the numbers are those of the service."""
    import gzip

    import orjson

    from service.analyses.checking import checked_question
    from service.jobs.desk import Desk
    from service.printing import print_analysis
    from service.reader import ReleaseSource

    own = {name: given.pop(name) for name in _OWN}
    space = workspace_at(own["workspace"])
    release = ReleaseSource(space.releases).current()
    question = checked_question(release, space.settings, statistic, given)
    if own["export_weights"] is not None:
        from service.analyses.weights_files import write_weights

        write_weights(own["export_weights"], release, question)
    desk = Desk(space.settings)
    try:
        packed = desk.answer_now(release, question, _Percent())
    finally:
        desk.close()
    print_analysis(orjson.loads(gzip.decompress(packed)), own["format"].value, space.settings.language)


def _option(name: str) -> Parameter:
    parameter = PARAMETERS[name]
    spelled = f"--{name.replace('_', '-')}"
    kind: Any = parameter.kind
    option = typer.Option(spelled, help=both(parameter.german, parameter.description))
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option])


# Typer reads the options of a command from its signature.
analyse.__signature__ = Signature(  # type: ignore[attr-defined]
    [
        Parameter(
            "statistic",
            Parameter.POSITIONAL_OR_KEYWORD,
            annotation=Annotated[
                str,
                typer.Argument(
                    metavar=both("STATISTIK", "STATISTIC"),
                    help=both(
                        "Zum Beispiel local-moran; ein unbekannter Name nennt alle",
                        "For example local-moran; an unknown name lists all",
                    ),
                ),
            ],
        ),
        *map(_option, PARAMETERS),
        *(
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in _OWN.items()
        ),
    ]
)


class _Percent:
    """Progress of a long analysis, a line for every tenth."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, share: float) -> None:
        if share >= self._next:
            progress(f"{share:.0%}")
            self._next = share + 0.1
