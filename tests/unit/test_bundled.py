"""Definitions of the program in stores of an earlier version of it: what nobody changed follows, the rest is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from service import bundled
from service.bundled import holds_bundled, note_origin, renew
from service.catalogues import ORIGIN, catalogue_of, own_catalogue
from service.settings import Settings
from service.store import CatalogueEntry, Store
from service.workspace import Workspace, load_definitions
from spatial.indicators import CatalogueError
from spatial.indicators.demo import CATALOGUE

STRICTER = '[[profile]]\nid = "sgb2"\nthreshold = 20\n'


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Store of a workspace with the definitions of the bundled figures, and one file of these."""
    space = Workspace(Settings(workspace=tmp_path / "atlas"))
    space.create(demo=False, progress=lambda _: None)
    store = space.open()
    load_definitions(store, CATALOGUE)
    with store.transaction() as connection:
        store.save_observations(
            connection, [], file="73111-01-01-5.csv", sha256="0" * 64, report={}
        )  # fmt: skip
    note_origin(store)
    return store


def _change(store: Store, section: str, name: str, said: Mapping[str, Any]) -> None:
    """Change a definition as the program did: with the note, as if an earlier version had written it."""
    entries = {(each.kind, each.id): each for each in store.catalogue()}
    former = CatalogueEntry(section, name, {**entries[section, name].definition, **said})
    note = entries[ORIGIN, "program"]
    noted = {**note.definition, section: {**note.definition[section], name: bundled._digest(former)}}
    with store.transaction() as connection:
        store.save_catalogue(connection, [former, CatalogueEntry(ORIGIN, "program", noted)])


def _forget(store: Store) -> None:
    """A store of a version that noted nothing."""
    with store.transaction() as connection:
        store.save_catalogue(connection, [CatalogueEntry(ORIGIN, "program", {})])


def _load(store: Store, tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    load_definitions(store, path)


def test_a_store_of_this_version_stays_as_it_is(store: Store) -> None:
    before = store.catalogue()
    assert holds_bundled(store)
    assert renew(store) == bundled.Renewal((), ())
    assert store.catalogue() == before
    assert renew(store).sentences() == []


@pytest.mark.parametrize(("section", "name", "said"), [
    ("indicators", "turnout", {"valid_range": None, "note_en": "as before"}),
    ("profiles", "svb", {"min_denominator": None}),
    ("profiles", "sgb2", {"threshold": 3}),
])  # fmt: skip
def test_what_nobody_changed_follows_the_program(
    store: Store, tmp_path: Path, section: str, name: str, said: dict[str, Any]
) -> None:
    now = getattr(own_catalogue(store), section)[name]
    _change(store, section, name, said)
    assert getattr(catalogue_of(store), section)[name] != now
    # Loading a file writes every profile again; that makes none of them somebody's own.
    _load(store, tmp_path, '[[indicator]]\nid = "own"\nkind = "count"\nunit = "Personen"\n')
    renewal = renew(store)
    assert renewal.taken == (name,)
    assert name in renewal.sentences()[0].de
    assert getattr(catalogue_of(store), section)[name] == now
    assert renew(store) == bundled.Renewal((), ())


def test_fields_of_later_versions_change_nothing(store: Store) -> None:
    (entry,) = (each for each in store.catalogue() if (each.kind, each.id) == ("indicators", "turnout"))
    fewer = {name: value for name, value in entry.definition.items() if name not in ("same_as", "parts", "breaks")}
    with store.transaction() as connection:
        store.save_catalogue(connection, [CatalogueEntry("indicators", "turnout", fewer)])
    assert renew(store) == bundled.Renewal((), ())


def test_own_definitions_stay(store: Store, tmp_path: Path) -> None:
    _load(store, tmp_path, STRICTER)
    assert renew(store) == bundled.Renewal((), ())
    assert catalogue_of(store).profiles["sgb2"].threshold == 20
    with pytest.raises(CatalogueError, match="no definition of the program is called so"):
        renew(store, wanted=["sgb3"])
    assert renew(store, wanted=["sgb2"]).taken == ("sgb2",)
    assert catalogue_of(store).profiles["sgb2"].threshold == 10


def test_a_store_without_notes_asks(store: Store, tmp_path: Path) -> None:
    _load(store, tmp_path, STRICTER)
    _change(store, "indicators", "turnout", {"valid_range": None})
    _forget(store)
    for _ in range(2):
        renewal = renew(store)
        assert (renewal.taken, set(renewal.doubtful)) == ((), {"sgb2", "turnout"})
        assert "kreisatlas catalogue renew" in renewal.sentences()[0].en
    assert renew(store, wanted=["turnout"]) == bundled.Renewal(("turnout",), ())
    assert renew(store) == bundled.Renewal((), ())
    assert catalogue_of(store).profiles["sgb2"].threshold == 20


def test_all_that_is_in_doubt_is_taken_over(store: Store) -> None:
    _change(store, "indicators", "turnout", {"valid_range": None})
    _change(store, "profiles", "svb", {"min_denominator": None})
    _forget(store)
    assert set(renew(store, wanted=[]).taken) == {"svb", "turnout"}
    assert renew(store) == bundled.Renewal((), ())


def test_own_indicators_that_would_lose_their_ground_are_not_broken(store: Store, tmp_path: Path) -> None:
    _change(store, "indicators", "taxpayers", {"title_de": "Früher"})
    _load(store, tmp_path, '[[indicator]]\nid = "r"\nkind = "rate"\nunit = "%"\nnumerator = "taxpayers"\n'
          'denominator = "pop_total"\nfactor = 100\n')  # fmt: skip
    assert renew(store).taken == ("taxpayers",)
    assert "r" in catalogue_of(store).indicators


def test_only_stores_with_bundled_figures_follow_their_definitions(tmp_path: Path) -> None:
    space = Workspace(Settings(workspace=tmp_path / "own"))
    space.create(demo=False, progress=lambda _: None)
    store = space.open()
    _load(store, tmp_path, '[[indicator]]\nid = "turnout"\nkind = "rate"\nunit = "%"\n')
    assert not holds_bundled(store)
    assert renew(store) == bundled.Renewal((), ())
    assert renew(store, wanted=[]) == bundled.Renewal((), ())
    assert not own_catalogue(store).indicators["turnout"].title_de
