"""The command line: ``kreisatlas``.

Results go to stdout, progress to stderr. Exit status: 0 done, 1 failed, 2 a file was refused, 3 a statistic cannot
be computed, 64 wrong usage.
"""

from __future__ import annotations

import sys

import typer
from typer.exceptions import TyperException

from service.commands import analyse, boundaries, catalogue, indicators, operation, releases
from service.commands.help import Command, Group
from service.commands.terminal import FAILED, NOT_COMPUTABLE, REFUSED, USAGE
from service.commands.words import both, chosen, language_of_environment

app = typer.Typer(
    cls=Group,
    help=both("Sozialatlas für Landkreise und Städte.", "Social atlas for German districts."),
    no_args_is_help=True,
    add_completion=False,
)
app.command(cls=Command, help=operation.INIT)(operation.init)
app.add_typer(boundaries.app, name="boundaries")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(indicators.app, name="indicators")
app.command(cls=Command, help=releases.PUBLISH)(releases.publish)
app.command(cls=Command, help=releases.RELEASES)(releases.releases)
app.command(cls=Command, help=releases.ROLLBACK)(releases.rollback)
app.command(cls=Command, help=analyse.ANALYSE)(analyse.analyse)
app.command(cls=Command, help=operation.SERVE)(operation.serve)
app.command(cls=Command, help=operation.DOCTOR)(operation.doctor)


def main() -> None:
    """Run the command line; every failure is one line on stderr and an exit status."""
    try:
        status = app(standalone_mode=False)
    except TyperException as error:
        _refuse_usage(error)
    except KeyboardInterrupt:
        _fail(chosen(both("abgebrochen", "interrupted"), language_of_environment()), FAILED)
    except Exception as error:
        known = _exit_status(error)
        if known is None:
            raise
        _fail(_words(error), known)
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
        (BoundaryError, REFUSED),
        (IndicatorError, REFUSED),
        (StatisticsError, NOT_COMPUTABLE),
        (RequestError, USAGE),
        (ServiceError, FAILED),
        (OSError, FAILED),
    ]
    return next((status for kind, status in statuses if isinstance(error, kind)), None)


def _refuse_usage(error: TyperException) -> None:
    """Say what is wrong with a call; of a group that nothing was asked of, show what may be asked."""
    from service.commands.usage import asks_for_help, usage_sentence

    if asks_for_help(error):
        typer.echo(error.format_message(), err=True)
        sys.exit(USAGE)
    _fail(usage_sentence(error).text(language_of_environment()), USAGE)


def _words(error: Exception) -> str:
    """What an error says in the language of the settings."""
    language = language_of_environment()
    if isinstance(error, OSError):
        from boundaries.sentences import system_reason

        reason = system_reason(error).text(language)
        return reason if error.filename is None else f"{error.filename}: {reason}"
    render = getattr(error, "render", None)
    return str(error) if render is None else str(render(language))


def _fail(text: str, status: int) -> None:
    typer.echo(f"kreisatlas: {text}", err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
