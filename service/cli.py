"""The command line: ``kreisatlas``.

Results go to stdout, progress to stderr. Exit status: 0 done, 1 failed, 2 a file was refused, 3 a statistic cannot
be computed, 64 wrong usage.
"""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

if TYPE_CHECKING:
    from service.settings import Settings

_FAILED, _REFUSED, _NOT_COMPUTABLE, _USAGE = 1, 2, 3, 64

app = typer.Typer(help="Social atlas for German districts.", no_args_is_help=True, add_completion=False)
boundaries_app = typer.Typer(help="Boundaries and their changes.", no_args_is_help=True)
indicators_app = typer.Typer(help="Statistical figures.", no_args_is_help=True)
catalogue_app = typer.Typer(help="Definitions of indicators.", no_args_is_help=True)
app.add_typer(boundaries_app, name="boundaries")
app.add_typer(indicators_app, name="indicators")
app.add_typer(catalogue_app, name="catalogue")

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", envvar="KREISATLAS_WORKSPACE", help="Folder of the atlas; default: workspace"),
]


class Format(StrEnum):
    """How a result is printed."""

    table = "table"
    json = "json"
    csv = "csv"


def main() -> None:
    """Run the command line; every failure is one line on stderr and an exit status."""
    try:
        status = app(standalone_mode=False)
    except TyperException as error:
        _fail(f"{error.format_message()} See `kreisatlas --help`.".lstrip(), _USAGE)
    except KeyboardInterrupt:
        _fail("interrupted", _FAILED)
    except Exception as error:
        known = _exit_status(error)
        if known is None:
            raise
        _fail(str(error), known)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _exit_status(error: Exception) -> int | None:
    """Exit status of a foreseen failure; None for a defect of the program.

    The packages are imported here and not above, so that `--help` need not wait for them.
    """
    from boundaries import BoundaryError
    from service.errors import RequestError, ServiceError
    from spatial.indicators import IndicatorError
    from spatial.statistics import StatisticsError

    statuses: list[tuple[type[Exception], int]] = [
        (BoundaryError, _REFUSED),
        (IndicatorError, _REFUSED),
        (StatisticsError, _NOT_COMPUTABLE),
        (RequestError, _USAGE),
        (ServiceError, _FAILED),
        (OSError, _FAILED),
    ]
    return next((status for kind, status in statuses if isinstance(error, kind)), None)


@app.command()
def init(
    workspace: WorkspaceOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill in the bundled data of Hessen")] = False,
) -> None:
    """Make a workspace: an empty store and an empty folder of releases."""
    space = _workspace(workspace)
    space.create(demo=demo, progress=_progress)
    _say(f"workspace ready: {space.settings.workspace}")


@boundaries_app.command("load")
def boundaries_load(
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

    valid_on = _day(vintage, "--vintage")
    sets = load_boundaries(
        _workspace(workspace).open(),
        file,
        vintage=valid_on,
        level=level,
        code_field=code_field,
        name_field=name_field,
        layer=layer,
    )
    for areas in sets:
        _say(f"{areas.level}: {len(areas)} areas of {areas.vintage} stored")


@boundaries_app.command("changes")
def boundaries_changes(
    file: Annotated[Path, typer.Argument(help="Table of change events")], workspace: WorkspaceOption = None
) -> None:
    """Load mergers, incorporations and key changes of municipalities."""
    from service.workspace import load_changes

    events = load_changes(_workspace(workspace).open(), file)
    _say(f"{len(events)} change events stored")


@catalogue_app.command("load")
def catalogue_load(
    file: Annotated[Path, typer.Argument(help="Definitions, TOML or CSV")], workspace: WorkspaceOption = None
) -> None:
    """Load definitions of indicators, themes and disclosure profiles."""
    from service.workspace import load_definitions

    loaded = load_definitions(_workspace(workspace).open(), file)
    _say(f"{len(loaded.indicators)} indicators defined")


@catalogue_app.command("list")
def catalogue_list(workspace: WorkspaceOption = None) -> None:
    """List the indicators of the store."""
    from service.catalogues import catalogue_of

    for indicator in catalogue_of(_workspace(workspace).open()).indicators.values():
        _say(f"{indicator.id}\t{indicator.title('de')}\t{indicator.unit}")


@indicators_app.command("load")
def indicators_load(
    file: Annotated[Path, typer.Argument(help="Statistical file")],
    workspace: WorkspaceOption = None,
    indicator: Annotated[str | None, typer.Option(help="Id of the indicator, where the file has none")] = None,
    mapping: Annotated[Path | None, typer.Option(help="How to read the file, TOML")] = None,
    level: Annotated[str | None, typer.Option(help="Level of the areas; default: that of most keys")] = None,
    report: Annotated[str | None, typer.Option(help="Write the report as JSON; - is stdout")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only, store nothing")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the file if any row is rejected")] = False,
) -> None:
    """Load figures and print the import report."""
    from service.workspace import load_figures
    from spatial.indicators import load_mapping

    space = _workspace(workspace)
    if report not in (None, "-"):
        # Before anything is stored: a report that cannot be written is a failure.
        Path(str(report)).touch()
    result = load_figures(
        space.open(),
        file,
        indicator=indicator,
        mapping=load_mapping(mapping) if mapping else None,
        level=level,
        dry_run=dry_run,
        strict=strict,
    )
    _write_report(result.report, report, space.settings.language)


@app.command()
def publish(
    workspace: WorkspaceOption = None,
    message: Annotated[str, typer.Option(help="What is new; kept with the release")] = "",
) -> None:
    """Make a release of the store and serve it from now on."""
    manifest = _workspace(workspace).publish(message, _progress)
    _say(f"release {manifest.number}: {len(manifest.files)} files, {manifest.size / 1e6:.1f} MB")


@app.command()
def releases(workspace: WorkspaceOption = None) -> None:
    """List the releases; the one that is served has a star."""
    space = _workspace(workspace)
    space.open().close()
    folder = space.releases
    current = folder.served_number()
    for number in folder.numbers():
        manifest = folder.manifest(number)
        mark = "*" if number == current else " "
        _say(f"{mark} {number}\t{manifest.created}\t{manifest.size / 1e6:.1f} MB\t{manifest.message}")


@app.command()
def rollback(
    number: Annotated[int, typer.Argument(help="Release to serve")], workspace: WorkspaceOption = None
) -> None:
    """Serve an earlier (or later) release."""
    manifest = _workspace(workspace).releases.switch(number)
    _say(f"release {manifest.number} of {manifest.created} is served")


@app.command()
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

    space = _workspace(workspace)
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


@app.command()
def serve(
    workspace: WorkspaceOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes")] = None,
) -> None:
    """Serve the current release."""
    from service.server import run

    given = {"host": host, "port": port, "workers": workers}
    settings = _settings(workspace, **{name: value for name, value in given.items() if value is not None})
    run(settings)


@app.command()
def doctor(workspace: WorkspaceOption = None) -> None:
    """Check what is installed, reachable and consistent, and say what to do about what is not."""
    from service.doctor import examine

    findings = examine(_settings(workspace))
    for finding in findings:
        _say(f"{'ok  ' if finding.good else 'BAD '} {finding.subject}: {finding.text}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(_FAILED)


def _settings(workspace: Path | None, **given: Any) -> Settings:
    from pydantic import ValidationError

    from service.settings import Settings

    try:
        return Settings(**given) if workspace is None else Settings(workspace=workspace, **given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise typer.BadParameter(f"{name} (KREISATLAS_{name.upper()}) is {first['input']!r}: {first['msg']}") from error


def _workspace(workspace: Path | None) -> Any:
    from service.workspace import Workspace

    return Workspace(_settings(workspace))


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option} '{text}' is no day; write it as YYYY-MM-DD") from error


def _write_report(report: Any, target: str | None, language: str) -> None:
    import orjson

    if target == "-":
        _say(orjson.dumps(report.to_dict(), option=orjson.OPT_INDENT_2).decode())
        return
    if target is not None:
        Path(target).write_bytes(orjson.dumps(report.to_dict(), option=orjson.OPT_INDENT_2))
    _say(report.render(language))


def _say(text: str) -> None:
    typer.echo(text)


def _progress(text: str) -> None:
    typer.echo(text, err=True)


def _fail(text: str, status: int) -> None:
    typer.echo(f"kreisatlas: {text}", err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
