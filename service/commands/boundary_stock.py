"""``kreisatlas boundaries list`` and ``boundaries remove``: what is stored, and taking it out again."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.terminal import WorkspaceOption, day, progress, say, warned, workspace_at
from service.commands.words import both

if TYPE_CHECKING:
    from boundaries import Language
    from service.store import Store

_CHECKSUM_SHOWN = 12
_AREA_DE, _AREA_EN = ("Fläche", "Flächen"), ("area", "areas")
_ENTRY_DE, _ENTRY_EN = ("Eintrag", "Einträge"), ("entry", "entries")

LIST = both(
    "Die gespeicherten Grenzen und Gemeindeverzeichnisse zeigen, woher sie stammen und was sie braucht.",
    "List the boundaries and Gemeindeverzeichnisse of the store, where they came from, and what uses them.",
)
REMOVE = both(
    "Grenzen oder ein Gemeindeverzeichnis aus dem Datenbestand nehmen, wenn nichts Gespeichertes sie braucht.",
    "Take boundaries or a Gemeindeverzeichnis out of the store, unless something that is stored needs them.",
)
"""What the two commands do."""


class Form(StrEnum):
    """How the list is printed."""

    table = "table"
    json = "json"


def list_stored(
    workspace: WorkspaceOption = None,
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            help=both(
                "table: eine Zeile je Ebene und Tag, mit Tabulatoren; json: alles",
                "table: a line for each level of each day, with tabs; json: everything",
            ),
        ),
    ] = Form.table,
) -> None:
    """List the boundaries and Gemeindeverzeichnisse of the store, where they came from, and what uses them."""
    import orjson

    from service.boundary_removal import listed

    space = workspace_at(workspace)
    store, language = space.open(), space.settings.language
    if form is Form.json:
        say(orjson.dumps(listed(store, language), option=orjson.OPT_INDENT_2).decode())
        return
    _print(store, language)


def _print(store: Store, language: Language) -> None:
    from boundaries import Sentence, number_of
    from service.boundary_removal import list_editions

    editions, registers = list_editions(store), store.stored_registers()
    for each in editions:
        edition, info = each.edition, each.edition.info
        count = number_of(edition.areas, _AREA_DE, _AREA_EN).text(language)
        cells = (count, info.file, edition.loaded_at, info.sha256[:_CHECKSUM_SHOWN] or "-", each.uses().text(language))
        say("\t".join((f"{edition.vintage}", edition.level, *cells)))
    for register in registers:
        count = number_of(register.entries, _ENTRY_DE, _ENTRY_EN).text(language)
        cells = (count, register.file, register.loaded_at, register.sha256[:_CHECKSUM_SHOWN] or "-", "-")
        say("\t".join((f"{register.day}", "Gemeindeverzeichnis", *cells)))
    levels = number_of(len(editions), ("Ebene", "Ebenen"), ("level", "levels"))
    lists = number_of(
        len(registers),
        ("Gemeindeverzeichnis", "Gemeindeverzeichnisse"),
        ("Gemeindeverzeichnis", "Gemeindeverzeichnisse"),
    )
    total = Sentence(f"{levels.de} von Grenzen, {lists.de}", f"{levels.en} of boundaries, {lists.en}")
    progress(total.text(language))


def remove(
    vintage: Annotated[
        str,
        typer.Option(
            help=both(
                "Tag, mit dem die Grenzen geladen wurden, JJJJ-MM-TT",
                "Day of the boundaries as they were loaded, YYYY-MM-DD",
            )
        ),
    ],
    workspace: WorkspaceOption = None,
    level: Annotated[
        str | None,
        typer.Option(
            help=both("Nur diese Ebene; ohne Angabe alle dieses Tages", "Only this level; default: all of that day")
        ),
    ] = None,
    register: Annotated[
        bool,
        typer.Option(
            "--register",
            help=both(
                "Das Gemeindeverzeichnis dieses Tages, keine Grenzen",
                "The Gemeindeverzeichnis of that day, and no boundaries",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("Nur prüfen, nichts entfernen", "Check only, remove nothing"))
    ] = False,
) -> None:
    """Take boundaries or a Gemeindeverzeichnis out of the store, unless something that is stored needs them."""
    from boundaries import Sentence, german_day, number_of
    from service.boundary_removal import remove_editions, remove_register
    from service.commands.usage import WrongUsage

    if register and level is not None:
        raise WrongUsage(
            Sentence(
                "--register meint das ganze Gemeindeverzeichnis; --level weglassen",
                "--register takes the whole Gemeindeverzeichnis; leave out --level",
            )
        )
    space, valid_on = workspace_at(workspace), day(vintage, "--vintage")
    store, language = space.open(), space.settings.language
    done = Sentence("entfernt; Veröffentlichungen bleiben, wie sie sind", "removed; releases stay as they are")
    if dry_run:
        done = Sentence("geprüft: Entfernen ist möglich, nichts wurde geändert", "can be removed; nothing was changed")
    if register:
        removed_register, loss = remove_register(store, valid_on, dry_run=dry_run)
        if loss is not None:
            progress(warned(loss, language))
        entries = number_of(removed_register.entries, _ENTRY_DE, _ENTRY_EN)
        gone = [
            Sentence(
                f"Gemeindeverzeichnis: {entries.de} vom {german_day(valid_on)}",
                f"Gemeindeverzeichnis: {entries.en} of {valid_on}",
            )
        ]
    else:
        removed = remove_editions(store, vintage=valid_on, level=level, dry_run=dry_run)
        gone = [
            Sentence(
                f"{each.level}: {areas.de} vom {german_day(valid_on)}",
                f"{each.level}: {areas.en} of {valid_on}",
            )
            for each in removed
            for areas in (number_of(each.areas, _AREA_DE, _AREA_EN),)
        ]
    for line in gone:
        say(f"{line.text(language)} {done.text(language)}")
