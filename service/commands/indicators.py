"""``kreisatlas indicators``: statistical figures."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from service.commands.help import Command, Group
from service.commands.terminal import WorkspaceOption, progress, say, workspace_at
from service.commands.words import FILE, both

_REMOVE = both(
    "Geladene Zahlen wieder aus dem Datenbestand nehmen, etwa die eines falschen Indikators.",
    "Take loaded figures out of the store again, those of a wrong indicator for example.",
)
_LOAD = both("Zahlen laden und den Importbericht zeigen.", "Load figures and print the import report.")

app = typer.Typer(cls=Group, help=both("Statistische Zahlen.", "Statistical figures."), no_args_is_help=True)


@app.command("load", cls=Command, help=_LOAD)
def load(
    file: Annotated[
        Path,
        typer.Argument(
            metavar=FILE, help=both("Statistische Datei, oder DATEI.zip/INHALT", "Statistical file, or FILE.zip/MEMBER")
        ),
    ],
    workspace: WorkspaceOption = None,
    indicator: Annotated[
        str | None,
        typer.Option(
            help=both(
                "Kennung des Indikators, wenn die Datei keine enthält", "Id of the indicator, where the file has none"
            )
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help=both("Wie die Datei zu lesen ist, TOML", "How to read the file, TOML"))
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(
            help=both(
                "Ebene der Gebiete; ohne Angabe die der meisten Schlüssel",
                "Level of the areas; default: that of most keys",
            )
        ),
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(
            help=both(
                "Den Bericht als JSON in diese Datei schreiben; - ist die Standardausgabe",
                "Write the report as JSON; - is stdout",
            )
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("Nur berichten, nichts speichern", "Report only, store nothing"))
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help=both("Die Datei ablehnen, wenn eine Zeile abgelehnt wird", "Refuse the file if any row is rejected"),
        ),
    ] = False,
    save_mapping: Annotated[
        Path | None,
        typer.Option(
            "--save-mapping",
            help=both(
                "In diese Datei schreiben, wie gelesen wurde, TOML, für --mapping",
                "Write how the file was read, TOML, for --mapping",
            ),
        ),
    ] = None,
) -> None:
    """Load figures and print the import report."""
    from service.workspace import load_figures
    from spatial.indicators import IndicatorError, load_mapping, refusal_report, render_mapping

    space = workspace_at(workspace)
    for target in (report, save_mapping):
        if target not in (None, "-"):
            # Before anything is stored: a report that cannot be written is a failure.
            _check_writable(Path(str(target)))
    try:
        result = load_figures(
            space.open(),
            file,
            indicator=indicator,
            mapping=load_mapping(mapping) if mapping else None,
            level=level,
            dry_run=dry_run,
            strict=strict,
        )
    except IndicatorError as error:
        _write_report(refusal_report(error), report, space.settings.language)
        raise
    _write_report(result.report, report, space.settings.language)
    if report != "-":
        say(result.report.render(space.settings.language))
    if save_mapping is not None:
        save_mapping.write_text(render_mapping(result.mapping), encoding="utf-8")


@app.command("remove", cls=Command, help=_REMOVE)
def remove(
    indicator: Annotated[str, typer.Option(help=both("Kennung des Indikators", "Id of the indicator"))],
    workspace: WorkspaceOption = None,
    level: Annotated[
        str | None, typer.Option(help=both("Nur diese Ebene; ohne Angabe alle", "Only this level; default: all"))
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help=both(
                "Nur dieser Zeitraum, etwa 2022 oder 2022-03; ohne Angabe alle",
                "Only this period, such as 2022 or 2022-03; default: all",
            )
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("Nur prüfen, nichts entfernen", "Check only, remove nothing"))
    ] = False,
) -> None:
    """Take loaded figures out of the store again, those of a wrong indicator for example."""
    from boundaries import Sentence
    from service.figure_removal import RELEASES, remove_figures

    space = workspace_at(workspace)
    language = space.settings.language
    removed = remove_figures(space.open(), indicator, level=level, period=period, dry_run=dry_run)
    done = Sentence("entfernt", "removed")
    if dry_run:
        done = Sentence("geprüft: Entfernen ist möglich, nichts wurde geändert", "can be removed; nothing was changed")
    for each in removed:
        say(f"{each.sentence(indicator).text(language)}: {done.text(language)}")
    progress(RELEASES.text(language))


def _check_writable(path: Path) -> None:
    """Raise what writing a file would raise, without making it."""
    target = path if path.exists() else path.absolute().parent
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not target.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _write_report(report: Any, target: str | None, language: str) -> None:
    """Report as JSON, where that is asked for."""
    import orjson

    if target is None:
        return
    text = orjson.dumps(report.to_dict(language), option=orjson.OPT_INDENT_2)
    if target == "-":
        say(text.decode())
    else:
        Path(target).write_bytes(text)
