"""``kreisatlas indicators``: statistical figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from service.commands.terminal import WorkspaceOption, say, workspace_at

app = typer.Typer(help="Statistical figures.", no_args_is_help=True)


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="Statistical file, or FILE.zip/MEMBER")],
    workspace: WorkspaceOption = None,
    indicator: Annotated[str | None, typer.Option(help="Id of the indicator, where the file has none")] = None,
    mapping: Annotated[Path | None, typer.Option(help="How to read the file, TOML")] = None,
    level: Annotated[str | None, typer.Option(help="Level of the areas; default: that of most keys")] = None,
    report: Annotated[str | None, typer.Option(help="Write the report as JSON; - is stdout")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only, store nothing")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the file if any row is rejected")] = False,
    save_mapping: Annotated[
        Path | None, typer.Option("--save-mapping", help="Write how the file was read, TOML, for --mapping")
    ] = None,
) -> None:
    """Load figures and print the import report."""
    from service.workspace import load_figures
    from spatial.indicators import load_mapping, render_mapping

    space = workspace_at(workspace)
    for target in (report, save_mapping):
        if target not in (None, "-"):
            # Before anything is stored: a report that cannot be written is a failure.
            Path(str(target)).touch()
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
    if save_mapping is not None:
        save_mapping.write_text(render_mapping(result.mapping), encoding="utf-8")


def _write_report(report: Any, target: str | None, language: str) -> None:
    """Report as JSON where that is asked for, else for people."""
    import orjson

    if target == "-":
        say(orjson.dumps(report.to_dict(language), option=orjson.OPT_INDENT_2).decode())
        return
    if target is not None:
        Path(target).write_bytes(orjson.dumps(report.to_dict(language), option=orjson.OPT_INDENT_2))
    say(report.render(language))
