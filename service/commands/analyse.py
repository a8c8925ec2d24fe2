"""``kreisatlas analyse``: statistics in the terminal."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from service.commands.terminal import WorkspaceOption, workspace_at


class Format(StrEnum):
    """How a result is printed."""

    table = "table"
    json = "json"
    csv = "csv"


def analyse(
    statistic: Annotated[str, typer.Argument(help="For example local-moran")],
    indicator: Annotated[str, typer.Option(help="Id of the indicator")],
    workspace: WorkspaceOption = None,
    period: Annotated[str | None, typer.Option(help="Default: the newest")] = None,
    level: Annotated[str | None, typer.Option(help="Default: the smallest")] = None,
    within: Annotated[str | None, typer.Option(help="Only areas in the area of this key")] = None,
    vintage: Annotated[str | None, typer.Option(help="Boundaries of this day")] = None,
    weights: Annotated[
        str, typer.Option(help="queen, rook, queen:2, knn:4, kernel:gaussian:8, distance:15000")
    ] = "queen",
    style: Annotated[str | None, typer.Option(help="R row-standardised or B binary")] = None,
    isolates: Annotated[str, typer.Option(help="bridge, knn1 or drop")] = "bridge",
    ring: Annotated[bool, typer.Option("--ring", help="Add the areas that touch the selection")] = False,
    permutations: Annotated[int, typer.Option(help="Random permutations")] = 9999,
    seed: Annotated[int, typer.Option(help="Seed of the permutations")] = 12345,
    format: Annotated[Format, typer.Option(help="table, json or csv")] = Format.table,  # noqa: A002
) -> None:
    """Compute a statistic of the served release; the numbers are those of the service."""
    from service import analysis
    from service.printing import print_analysis
    from service.questions import checked_question
    from service.reader import ReleaseSource

    space = workspace_at(workspace)
    release = ReleaseSource(space.releases).current()
    answer = analysis.answer(
        release,
        statistic,
        checked_question(
            release,
            space.settings,
            indicator=indicator,
            period=period,
            level=level,
            within=within,
            vintage=vintage,
            weights=weights,
            style=style,
            isolates=isolates,
            ring=ring,
            permutations=permutations,
            seed=seed,
        ),
    )
    print_analysis(answer, format.value, space.settings.language)
