"""The catalogue of a workspace: what the store holds, as definitions, over those of the standard catalogue."""

from __future__ import annotations

from typing import Any

from service.store import CatalogueEntry, Store
from spatial.indicators import Catalogue, CatalogueError
from spatial.indicators.standard import standard_catalogue, with_standard

_SECTIONS = ("themes", "profiles", "indicators")

ORIGIN = "origin"
"""Kind of the entry that notes which definitions the program wrote; it defines nothing itself."""


def catalogue_of(store: Store) -> Catalogue:
    """Catalogue of a workspace: own definitions, and the standard ones that they leave in place."""
    return with_standard(own_catalogue(store))


def own_catalogue(store: Store) -> Catalogue:
    """What the store holds itself, with the themes and profiles that always exist."""
    plain: dict[str, list[dict[str, Any]]] = {section: [] for section in _SECTIONS}
    for entry in (each for each in store.catalogue() if each.kind != ORIGIN):
        plain[entry.kind].append(entry.definition)
    return Catalogue().merged(Catalogue.from_dict(plain, base=standard_catalogue()))


def check_together(store: Store, loaded: Catalogue, file: str) -> None:
    """Check that new definitions leave those of the store in order.

    Raises
    ------
    CatalogueError
        An own indicator is computed from one that would now mean something else; names it, and the file.
    """
    try:
        with_standard(own_catalogue(store).merged(loaded))
    except CatalogueError as error:
        raise error.located(source=file, entry=error.entry, line=None) from error


def entries_of(catalogue: Catalogue) -> list[CatalogueEntry]:
    """Definitions of a catalogue, as the store keeps them."""
    plain = catalogue.to_dict()
    return [
        CatalogueEntry(section, definition["id"], definition) for section in _SECTIONS for definition in plain[section]
    ]
