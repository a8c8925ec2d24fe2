"""The catalogue of a workspace: standard definitions under own ones, and loads that leave it in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.catalogues import catalogue_of, own_catalogue
from service.settings import Settings
from service.store import Store
from service.workspace import Workspace, load_definitions
from spatial.indicators import CatalogueError

RATE = """
[[indicator]]
id = "{id}"
kind = "rate"
unit = "%"
numerator = "{n}"
denominator = "pop_total"
factor = 100
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Store of an empty workspace."""
    space = Workspace(Settings(workspace=tmp_path / "atlas"))
    space.create(demo=False, progress=lambda _: None)
    return space.open()


def load(store: Store, tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    load_definitions(store, path)


def test_an_empty_workspace_knows_the_standard_indicators(store: Store) -> None:
    found = catalogue_of(store)
    assert {"pop_total", "child_pov", "gsia", "msi"} <= set(found.indicators)
    assert own_catalogue(store).indicators == {}


def test_own_indicators_may_be_made_of_standard_counts(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, RATE.format(id="birth_share", n="births"))
    assert catalogue_of(store).leaves("birth_share") == ("births", "pop_total")
    assert list(own_catalogue(store).indicators) == ["birth_share"]


def test_a_rate_that_comes_without_its_counts_takes_the_place_of_the_computed_one(store: Store, tmp_path: Path) -> None:
    assert catalogue_of(store).indicators["child_pov"].is_derived
    load(store, tmp_path, '[[indicator]]\nid = "child_pov"\nkind = "rate"\nunit = "%"\n')
    assert not catalogue_of(store).indicators["child_pov"].is_derived


def test_a_redefinition_that_breaks_own_indicators_is_refused_and_stores_nothing(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, RATE.format(id="birth_share", n="births"))
    with pytest.raises(CatalogueError, match=r"own\.toml: birth_share: numerator 'births' is not a count"):
        load(store, tmp_path, '[[indicator]]\nid = "births"\nkind = "mean"\nunit = "Kinder je Frau"\n')
    assert catalogue_of(store).indicators["births"].kind == "count"


def test_a_redefinition_that_breaks_standard_indicators_leaves_those_out(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, '[[indicator]]\nid = "births"\nkind = "mean"\nunit = "Kinder je Frau"\n')
    found = catalogue_of(store).indicators
    assert found["births"].kind == "mean"
    assert {"births_rate", "natural_balance", "nat_balance"}.isdisjoint(found)
    assert "mig_balance" in found


def test_a_stricter_profile_outlives_later_files(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, '[[profile]]\nid = "sgb2"\nthreshold = 20\n')
    load(store, tmp_path, RATE.format(id="birth_share", n="births"))
    assert catalogue_of(store).threshold("child_pov") == 20
