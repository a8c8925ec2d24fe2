"""The catalogue of a workspace: what the store holds, as definitions."""

from __future__ import annotations

from typing import Any

from service.store import CatalogueEntry, Store
from spatial.indicators import Catalogue

_SECTIONS = ("themes", "profiles", "indicators")


def catalogue_of(store: Store) -> Catalogue:
    """Catalogue that the store holds, with the themes and profiles that always exist."""
    plain: dict[str, list[dict[str, Any]]] = {section: [] for section in _SECTIONS}
    for entry in store.catalogue():
        plain[entry.kind].append(entry.definition)
    return Catalogue().merged(Catalogue.from_dict(plain))


def entries_of(catalogue: Catalogue) -> list[CatalogueEntry]:
    """Definitions of a catalogue, as the store keeps them."""
    plain = catalogue.to_dict()
    return [
        CatalogueEntry(section, definition["id"], definition) for section in _SECTIONS for definition in plain[section]
    ]
