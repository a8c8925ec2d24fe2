"""Definitions that come with the program, in stores that an earlier version of it has filled.

A store keeps copies of the profiles and themes that always exist, and of the indicators of the bundled figures, so that
whoever changes one has a definition of their own. So that an update of the program reaches those that nobody changed,
the store notes what each was like when the program wrote it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from typing import Any

from boundaries import Sentence
from service.catalogues import ORIGIN, check_together, entries_of, own_catalogue
from service.store import CatalogueEntry, Store
from spatial.indicators import Catalogue, CatalogueError, DisclosureProfile, Indicator, load_catalogue
from spatial.indicators.catalogue import Theme
from spatial.indicators.demo import CATALOGUE, figure_files
from spatial.indicators.standard import standard_catalogue

_NOTE = "program"
_CHANGED = ""  # noted of definitions that are somebody's own
_FIELDS = {"themes": fields(Theme), "profiles": fields(DisclosureProfile), "indicators": fields(Indicator)}


@dataclass(frozen=True, slots=True)
class Renewal:
    """What became of the definitions of the program in a store.

    Attributes
    ----------
    taken : tuple of str
        Ids of those that are now as in this version of the program.
    doubtful : tuple of str
        Ids of those that differ from it, where the store does not tell who changed them.
    """

    taken: tuple[str, ...]
    doubtful: tuple[str, ...]

    def sentences(self) -> list[Sentence]:
        """What to tell the people who publish."""
        found = []
        if self.taken:
            listed = ", ".join(self.taken)
            found.append(
                Sentence(
                    f"Definitionen wie in dieser Version des Programms: {listed}",
                    f"definitions as in this version of the program: {listed}",
                )
            )
        if self.doubtful:
            listed = ", ".join(self.doubtful)
            found.append(
                Sentence(
                    f"! Definitionen anders als in dieser Version des Programms: {listed}; "
                    "`kreisatlas catalogue renew` übernimmt alle, mit Kennungen dahinter nur diese",
                    f"! definitions that differ from this version of the program: {listed}; "
                    "`kreisatlas catalogue renew` takes all of them over, followed by ids only these",
                )
            )
        return found


def holds_bundled(store: Store) -> bool:
    """Whether the bundled figures were loaded into a store."""
    files = {path.name for path, _ in figure_files()}
    return any(batch["file"] in files for batch in store.batches())


def own_indicators(store: Store) -> tuple[str, ...]:
    """Ids of the indicators that somebody defined, in a store, and that the program did not write there as they are."""
    shipped, own = _shipped(holds_bundled(store)), own_catalogue(store)
    written = {key for key, entry in shipped.items() if _is_same(own, key, entry)}
    return tuple(
        each.id for each in store.catalogue() if each.kind == "indicators" and (each.kind, each.id) not in written
    )


def note_origin(store: Store) -> None:
    """Note which definitions of a store are as the program wrote them; for stores that it has just filled."""
    shipped = _shipped(holds_bundled(store))
    _write(store, [], {key: digest for key, digest in _digests(store.catalogue()).items() if key in shipped})


def renew(store: Store, *, wanted: Collection[str] | None = None) -> Renewal:
    """Bring the definitions of the program in a store to those of this version.

    Parameters
    ----------
    store : Store
    wanted : collection of str, optional
        Ids to take over whoever changed them; empty for all that are doubtful. What is doubtful and not named is taken
        for somebody's own from then on. Without it, only what nobody changed is taken over.

    Returns
    -------
    Renewal

    Raises
    ------
    CatalogueError
        No definition of the program has an id that is named, or own definitions do not fit with what is taken over.
    """
    shipped = _shipped(holds_bundled(store))
    unknown = sorted(set(wanted or ()) - {name for _, name in shipped})
    if unknown:
        raise CatalogueError(
            Sentence("keine Definition des Programms heißt so", "no definition of the program is called so"),
            entry=unknown[0],
        )
    present, noted, own = _digests(store.catalogue()), _noted(store), own_catalogue(store)
    differing = [key for key, entry in shipped.items() if key not in present or not _is_same(own, key, entry)]
    untouched = {key for key in differing if key not in present or noted.get(key) == present[key]}
    doubtful = {key for key in differing if key not in noted} - untouched
    named = doubtful if wanted is not None and not wanted else {key for key in differing if key[1] in (wanted or ())}
    taken = [key for key in differing if key in untouched | named]
    try:
        if taken:
            check_together(store, _catalogue_of(own, [shipped[key] for key in taken]), CATALOGUE.name)
    except CatalogueError:
        if named:
            raise
        taken, doubtful = [], doubtful | untouched
    left = [] if wanted is not None else [key for key in differing if key in doubtful]
    fresh = _digests(shipped[key] for key in taken)
    same = {key: present[key] for key in shipped if key in present and key not in differing}
    changed = dict.fromkeys(set(differing) - set(taken) - set(left), _CHANGED)
    notes = noted | same | changed | fresh
    if taken or notes != noted:
        _write(store, [shipped[key] for key in taken], notes)
    return Renewal(tuple(name for _, name in taken), tuple(name for _, name in left))


@lru_cache(maxsize=2)
def _shipped(bundled: bool) -> Mapping[tuple[str, str], CatalogueEntry]:
    """Definitions that the program writes into stores, by section and id."""
    catalogue = Catalogue()
    if bundled:
        catalogue = catalogue.merged(load_catalogue(CATALOGUE, base=standard_catalogue()))
    return {(entry.kind, entry.id): entry for entry in entries_of(catalogue)}


def _is_same(own: Catalogue, key: tuple[str, str], entry: CatalogueEntry) -> bool:
    """Whether a store defines something as the program does; fields that it does not know yet have their defaults."""
    section, name = key
    return bool(_part(own, section, name).to_dict()[section] == [entry.definition])


def _part(own: Catalogue, section: str, name: str) -> Catalogue:
    """A catalogue of one definition."""
    parts: dict[str, dict[str, Any]] = {"indicators": {}, "themes": {}, "profiles": {}}
    parts[section] = {name: getattr(own, section)[name]}
    return Catalogue(**parts)


def _catalogue_of(own: Catalogue, entries: Collection[CatalogueEntry]) -> Catalogue:
    """Definitions as a catalogue; they may refer to those of the store and to each other."""
    plain: dict[str, list[dict[str, Any]]] = {"indicators": [], "themes": [], "profiles": []}
    for entry in entries:
        plain[entry.kind].append(entry.definition)
    return Catalogue.from_dict(plain, base=standard_catalogue().merged(own))


def _digests(entries: Iterable[CatalogueEntry]) -> dict[tuple[str, str], str]:
    """What is defined, by section and id."""
    return {(each.kind, each.id): _digest(each) for each in entries if each.kind != ORIGIN}


def _digest(entry: CatalogueEntry) -> str:
    """Digest of what a definition says; a field that says nothing may be missing."""
    usual = {field.name: field.default for field in _FIELDS[entry.kind] if field.default is not MISSING}
    said = {
        name: value
        for name, value in entry.definition.items()
        if name not in usual or (tuple(value) if isinstance(value, list) else value) != usual[name]
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _noted(store: Store) -> dict[tuple[str, str], str]:
    """What the program has written, by section and id."""
    notes = next((each.definition for each in store.catalogue() if each.kind == ORIGIN), {})
    return {(section, name): digest for section, named in notes.items() for name, digest in named.items()}


def _write(store: Store, entries: list[CatalogueEntry], notes: Mapping[tuple[str, str], str]) -> None:
    """Store definitions, and what is noted of those of the program."""
    document: dict[str, dict[str, str]] = {}
    for (section, name), digest in sorted(notes.items()):
        document.setdefault(section, {})[name] = digest
    with store.transaction() as connection:
        store.save_catalogue(connection, [*entries, CatalogueEntry(ORIGIN, _NOTE, document)])
