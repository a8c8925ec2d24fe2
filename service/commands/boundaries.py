"""``kreisatlas boundaries``: areas and their changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands import boundary_stock
from service.commands.help import Command, Group
from service.commands.terminal import WorkspaceOption, day, progress, say, telling, warned, workspace_at
from service.commands.words import FILE, both

if TYPE_CHECKING:
    from boundaries import Downloads, Language, Sentence
    from service.boundary_loading import BoundaryLoad
    from service.change_loading import Wanted
    from service.store import Store

_LOAD = both(
    "Gebiete aus VG250 oder einer anderen Datei mit Flächen laden, eigene Ebenen aus Gruppen, oder ein "
    "Gemeindeverzeichnis.",
    "Load areas from VG250 or any file of polygons, own levels from groups, or a Gemeindeverzeichnis.",
)
_CHANGES = both(
    "Aus DATEI laden, was aus Gebieten geworden ist; ohne DATEI zeigen, was gespeichert ist; mit --remove es "
    "zurücknehmen.",
    "Load what became of areas from FILE; without FILE list what is stored; with --remove take it back.",
)

app = typer.Typer(
    cls=Group, help=both("Grenzen und ihre Änderungen.", "Boundaries and their changes."), no_args_is_help=True
)
app.command("list", cls=Command, help=boundary_stock.LIST)(boundary_stock.list_stored)
app.command("remove", cls=Command, help=boundary_stock.REMOVE)(boundary_stock.remove)


@app.command("load", cls=Command, help=_LOAD)
def load(
    file: Annotated[
        str,
        typer.Argument(
            metavar=FILE,
            help=both(
                "Grenzen (Datei oder Adresse), Tabelle von Gruppen oder Gemeindeverzeichnis",
                "Boundaries (file or address), table of groups, or Gemeindeverzeichnis",
            ),
        ),
    ],
    vintage: Annotated[
        str,
        typer.Option(
            help=both(
                "Tag, an dem die Grenzen gelten (Gebietsstand), JJJJ-MM-TT",
                "Day the boundaries are valid on, YYYY-MM-DD",
            )
        ),
    ],
    workspace: WorkspaceOption = None,
    level: Annotated[
        str | None,
        typer.Option(help=both("Ebene der Gebiete, zum Beispiel gemeinde", "Level of the areas, for example gemeinde")),
    ] = None,
    code_field: Annotated[
        str | None, typer.Option(help=both("Feld mit dem Schlüssel", "Attribute that holds the key"))
    ] = None,
    name_field: Annotated[
        str | None, typer.Option(help=both("Feld mit dem Namen", "Attribute that holds the name"))
    ] = None,
    parent_field: Annotated[
        str | None,
        typer.Option(
            help=both(
                "Feld mit dem Schlüssel des übergeordneten Gebiets", "Attribute that holds the key of the area above"
            )
        ),
    ] = None,
    group_field: Annotated[
        list[str] | None,
        typer.Option(
            help=both(
                "Feld, das eine Gruppe des Gebiets nennt; mehrfach möglich",
                "Attribute that tells a group of the area; may be repeated",
            )
        ),
    ] = None,
    layer: Annotated[str | None, typer.Option(help=both("Layer der Datei", "Layer of the file"))] = None,
    area_tolerance: Annotated[
        float,
        typer.Option(
            min=0.0,
            help=both(
                "Abweichung von der amtlichen Fläche in Prozent, die nicht gemeldet wird",
                "Difference from the official area, in per cent, that is not told",
            ),
        ),
    ] = 3.0,
    attribution: Annotated[
        str,
        typer.Option(
            help=both(
                "Quellenvermerk, der überall stehen muss, wo die Gebiete gezeigt werden",
                "Line that has to be visible wherever the areas are",
            )
        ),
    ] = "",
    licence: Annotated[str, typer.Option(help=both("Lizenz der Grenzen", "Licence of the boundaries"))] = "",
    report: Annotated[
        str | None,
        typer.Option(
            help=both(
                "Die Befunde als JSON in diese Datei schreiben; - ist die Standardausgabe",
                "Write what was found as JSON; - is stdout",
            )
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("Nur prüfen, nichts speichern", "Check only, store nothing"))
    ] = False,
) -> None:
    """Load areas from VG250 or any file of polygons, own levels from groups, or a Gemeindeverzeichnis."""
    from boundaries import Downloads, Fields
    from service.boundary_loading import Terms, load_boundaries

    valid_on = day(vintage, "--vintage")
    space = workspace_at(workspace)
    if report not in (None, "-"):
        # Before anything is stored: a report that cannot be written is a failure.
        Path(str(report)).touch()
    language = space.settings.language
    downloads = Downloads(space.settings.workspace / "downloads", telling(language))
    loaded = load_boundaries(
        space.open(),
        file,
        vintage=valid_on,
        level=level,
        fields=Fields(code_field, name_field, parent_field, tuple(group_field or ())),
        layer=layer,
        tolerance_percent=area_tolerance,
        terms=Terms(attribution, licence),
        downloads=downloads,
        dry_run=dry_run,
    )
    for found in loaded.reports:
        progress(found.render(language))
    for doubt in loaded.doubts:
        progress(warned(doubt, language))
    _write(loaded, report, language)
    if report != "-":
        _tell(loaded, language)


def _write(loaded: BoundaryLoad, target: str | None, language: Language) -> None:
    import orjson

    content = orjson.dumps(loaded.to_dict(language), option=orjson.OPT_INDENT_2)
    if target == "-":
        say(content.decode())
    elif target is not None:
        Path(target).write_bytes(content)


def _tell(loaded: BoundaryLoad, language: Language) -> None:
    from boundaries import Sentence, german_day, level_name

    done = Sentence("gespeichert", "stored")
    if not loaded.stored:
        done = Sentence("geprüft, nichts gespeichert", "checked, nothing stored")
    for level, file in loaded.replaced:
        name = level_name(level)
        line = Sentence(
            f"{name.de}: ersetzt die Flächen desselben Tages aus {file}",
            f"{name.en}: replaces the areas of that day from {file}",
        )
        progress(line.text(language))
    for areas in loaded.sets:
        name, count = level_name(areas.level), len(areas)
        line = Sentence(
            f"{name.de}: {count} {'Fläche' if count == 1 else 'Flächen'} vom {german_day(areas.vintage)} {done.de}",
            f"{name.en}: {count} {'area' if count == 1 else 'areas'} of {areas.vintage} {done.en}",
        )
        say(line.text(language))
    if loaded.register is not None:
        counts = [(len(loaded.register.at(level)), level) for level in loaded.register.levels]
        entries_de = ", ".join(f"{count} {level_name(level, count).de}" for count, level in counts)
        entries_en = ", ".join(f"{count} {level_name(level, count).en}" for count, level in counts)
        line = Sentence(
            f"Gemeindeverzeichnis vom {german_day(loaded.register.day)}: {entries_de} {done.de}",
            f"Gemeindeverzeichnis of {loaded.register.day}: {entries_en} {done.en}",
        )
        say(line.text(language))


@app.command("changes", cls=Command, help=_CHANGES)
def changes(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar=FILE,
            help=both(
                "Liste von Destatis, Umsteigeschlüssel des BBSR oder CSV; Datei oder Adresse",
                "List of Destatis, Umsteigeschlüssel of the BBSR, or CSV; file or address",
            ),
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    key: Annotated[
        str | None,
        typer.Option(
            help=both("Nur Änderungen des Gebiets mit diesem Schlüssel", "Only changes of the area with this key")
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--date", help=both("Nur Änderungen dieses Tages, JJJJ-MM-TT", "Only changes of this day, YYYY-MM-DD")
        ),
    ] = None,
    remove: Annotated[
        bool,
        typer.Option(
            "--remove",
            help=both(
                "Zurücknehmen, was DATEI gebracht hat oder --key und --date nennen",
                "Take back what FILE brought, or --key and --date name",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("Nur prüfen, nichts ändern", "Check only, change nothing"))
    ] = False,
) -> None:
    """Load what became of areas from FILE; without FILE list what is stored; with --remove take it back."""
    from boundaries import Downloads, Sentence, parse_key
    from service.change_loading import Wanted
    from service.commands.usage import WrongUsage

    if file is not None and not remove and (key or on):
        raise WrongUsage(
            Sentence(
                "--key und --date wählen unter gespeicherten Änderungen; DATEI weglassen oder --remove hinzufügen",
                "--key and --date choose among stored changes; leave out FILE, or add --remove",
            )
        )
    if remove and not (file or key or on):
        raise WrongUsage(
            Sentence(
                "--remove muss wissen, was: DATEI, --key oder --date",
                "--remove needs to know what: FILE, --key or --date",
            )
        )
    space = workspace_at(workspace)
    language = space.settings.language
    downloads = Downloads(space.settings.workspace / "downloads", telling(language))
    if file is not None and not remove:
        _load_changes(space.open(), file, downloads, language, dry_run=dry_run)
        return
    wanted = Wanted(parse_key(key).key if key else None, day(on, "--date") if on else None, file)
    _list_changes(space.open(), wanted, downloads, language, remove=remove, dry_run=dry_run)


def _load_changes(store: Store, file: str, downloads: Downloads, language: Language, *, dry_run: bool) -> None:
    from boundaries import Sentence
    from service.change_loading import load_changes
    from spatial.indicators.sentences import counted

    found = load_changes(store, file, downloads=downloads, dry_run=dry_run)
    done = Sentence("gespeichert", "stored")
    if dry_run:
        done = Sentence("geprüft und neu, nichts gespeichert", "checked and new, nothing stored")
    line = Sentence(
        f"{_changes(len(found.added)).de} {done.de}, {len(found.repeated)} schon bekannt",
        f"{_changes(len(found.added)).en} {done.en}, {len(found.repeated)} known already",
    )
    say(line.text(language))
    unclear = [event for event in found.added if event.kind == "dissolution"]
    if unclear:
        keys = list(dict.fromkeys(event.to_key for event in unclear))
        shown = ", ".join(keys[:5])
        more = Sentence(" u. a.", " and others") if len(keys) > 5 else Sentence("", "")
        said = counted(
            len(unclear),
            (
                "1 davon sagt nicht, ob ihr Gebiet davor bestand",
                "1 of them does not tell whether its area existed before",
            ),
            (
                "# davon sagen nicht, ob ihr Gebiet davor bestand",
                "# of them do not tell whether their area existed before",
            ),
        )
        line = Sentence(
            f"{said.de}; die Grenzen entscheiden: {shown}{more.de}",
            f"{said.en}; the boundaries decide: {shown}{more.en}",
        )
        say(line.text(language))


def _changes(count: int) -> Sentence:
    """Number of changes, with the word for one or several."""
    from boundaries import Sentence

    return Sentence("1 Änderung", "1 change") if count == 1 else Sentence(f"{count} Änderungen", f"{count} changes")


def _list_changes(
    store: Store, wanted: Wanted, downloads: Downloads, language: Language, *, remove: bool, dry_run: bool
) -> None:
    from boundaries import Sentence
    from service.change_loading import find_changes, remove_changes

    found = find_changes(store, wanted, downloads=downloads)
    if remove:
        remove_changes(store, found, dry_run=dry_run)
    for event in found:
        name = f" {event.to_name}" if event.to_name else ""
        say(f"{event.date}\t{event.kind}\t{', '.join(event.from_keys)} -> {event.to_key}{name}\t{event.source}")
    if not remove:
        progress(_changes(len(found)).text(language))
        return
    count = _changes(len(found))
    done = Sentence(
        f"{count.de} zurückgenommen; Veröffentlichungen bleiben, wie sie sind",
        f"{count.en} taken back; releases stay as they are",
    )
    if dry_run:
        done = Sentence(
            f"{count.de} {'kann' if len(found) == 1 else 'können'} zurückgenommen werden; nichts wurde geändert",
            f"{count.en} can be taken back; nothing was changed",
        )
    say(done.text(language))
