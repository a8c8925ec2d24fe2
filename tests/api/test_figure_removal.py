"""`kreisatlas indicators remove`: figures leave the store, and what the next release makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from service import publishing
from service.catalogues import entries_of
from service.figure_removal import remove_figures
from service.precedents import kept_releases
from service.releases import ReleaseFolder
from service.settings import Settings
from service.store import EditionInfo, Store
from service.workspace import Workspace
from spatial.indicators import (
    Catalogue,
    DisclosureProfile,
    FiguresNeeded,
    Indicator,
    NoSuchFigures,
    Observation,
    Status,
)
from tests.api.terminal import Done, ended

DAY = date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06633003")
COMPUTED = "the indicator is computed; remove the figures it is computed from"
NOTE = "Veröffentlichungen bleiben, wie sie sind, bis `kreisatlas publish` eine ohne diese Werte macht"
COUNT: dict[str, Any] = {"kind": "count", "unit": "P", "additive": True, "harmonise": "sum", "disclosure": "strict"}
SEXES = {"all": (23, 50, 80), "men": (3, 20, 30), "women": (20, 30, 50)}


def _figures(indicator: str, numbers: tuple[float, ...], period: str = "2020") -> list[Observation]:
    pairs = zip(KEYS, numbers, strict=True)
    return [Observation(indicator, "gemeinde", key, period, n, Status.OK, DAY, line=n_th) for n_th, (key, n) in
            enumerate(pairs, 2)]  # fmt: skip


def _save(store: Store, observations: list[Observation], file: str) -> None:
    with store.transaction() as connection:
        store.save_observations(connection, observations, file=file, sha256=file, report={"warnings": [f"in {file}"]})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Three municipalities; people by sex, and two years of a mean that is weighted with them."""
    settings = Settings(workspace=tmp_path / "atlas")
    Workspace(settings).create(demo=False, progress=lambda _: None)
    areas = tuple(
        Area(key, "gemeinde", key, "", key[:5], True, 1.0, as_multipolygon(
            shapely.box(500_000 + 1000 * place, 5_650_000, 501_000 + 1000 * place, 5_651_000)))
        for place, key in enumerate(KEYS)
    )  # fmt: skip
    definitions = (
        Indicator("all", parts=("men", "women"), **COUNT),
        Indicator("men", **COUNT),
        Indicator("women", **COUNT),
        Indicator("age", "mean", "Jahre", weight="women", harmonise="wmean", disclosure="strict"),
        Indicator("share", "rate", "%", numerator="men", denominator="all", factor=100, harmonise="ratio"),
    )
    strict = DisclosureProfile("strict", 5)
    catalogue = Catalogue({each.id: each for each in definitions}, profiles={**Catalogue().profiles, "strict": strict})
    store = Workspace(settings).open()
    with store.transaction() as connection:
        store.save_areas(connection, AreaSet("gemeinde", DAY, "EPSG:25832", areas), EditionInfo("toy", "", "", ""))
        store.save_catalogue(connection, entries_of(catalogue))
    for name, numbers in SEXES.items():
        _save(store, _figures(name, numbers), f"{name}.csv")
    store.close()
    return settings


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = Workspace(settings).open()
    yield store
    store.close()


def test_it_says_what_goes_and_leaves_the_rest(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _save(store, _figures("all", (24, 51, 81), "2021"), "all_2021.csv")
    before = store.observations()

    def run(*arguments: str) -> Done:
        return ended(monkeypatch, capsys, "indicators", "remove", *arguments, "--workspace", settings.workspace)

    tried = run("--indicator", "all", "--dry-run")
    assert tried.returncode == 0
    assert tried.stdout == (
        "all, gemeinde: 6 Werte (2020, 2021) aus all.csv, all_2021.csv: geprüft: Entfernen ist möglich, nichts wurde "
        "geändert\n"
    )
    assert store.observations() == before
    done = run("--indicator", "all", "--level", "gemeinde", "--period", "31.12.2021")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "kreisatlas: von all, gemeinde, 31.12.2021 sind keine Werte gespeichert; nichts wurde entfernt; gespeichert: "
        "gemeinde (2020, 2021)\n"
    )
    done = run("--indicator", "all", "--period", "2021")
    assert (done.returncode, done.stdout) == (0, "all, gemeinde: 3 Werte (2021) aus all_2021.csv: entfernt\n")
    assert done.stderr.startswith(NOTE)
    assert store.observations() == [each for each in before if each.period != "2021"]
    monkeypatch.setenv("KREISATLAS_LANGUAGE", "en")
    done = run("--indicator", "all")
    assert done.stdout == "all, gemeinde: 3 figures (2020) from all.csv: removed\n"
    assert "and names what it withdraws" in done.stderr
    assert {each.indicator for each in store.observations()} == {"men", "women"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"indicator": "pop_total"}, "of pop_total no figures are stored; {}; stored: all, men, women"),
        ({"indicator": "nobody"}, "of nobody no figures are stored; {}; stored: all, men, women"),
        ({"indicator": "all", "level": "kreis"}, "of all, kreis no figures are stored; {}; stored: gemeinde (2020)"),
        ({"indicator": "all", "period": "no"}, "of all, no no figures are stored; {}; stored: gemeinde (2020)"),
        (
            {"indicator": "share"},
            f"of share no figures are stored, for {COMPUTED}; {{}}; stored: all, men, women",
        ),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(store: Store, asked: dict[str, Any], said: str) -> None:
    before = store.observations()
    with pytest.raises(NoSuchFigures) as refused:
        remove_figures(store, **asked)
    assert str(refused.value) == said.format("nothing was removed")
    assert store.observations() == before


def test_what_protects_means_goes_after_them(store: Store) -> None:
    """Without the number of women their mean age would be shown where it is that of two."""
    _save(store, _figures("age", (41.0, 42.0, 43.0)), "age.csv")
    with pytest.raises(FiguresNeeded, match=r"age .gemeinde, 2020. are protected .* remove --indicator age"):
        remove_figures(store, "women")
    remove_figures(store, "men")
    remove_figures(store, "age")
    remove_figures(store, "women")
    assert {each.indicator for each in store.observations()} == {"all"}


def test_nothing_of_it_is_left_in_the_file(settings: Settings, store: Store) -> None:
    _save(store, [Observation("all", "gemeinde", "06633777", "2021", 7.0, Status.OK, DAY)], "wrong.csv")
    assert b"06633777" in settings.store_path.read_bytes()
    assert b"in wrong.csv" in settings.store_path.read_bytes()
    remove_figures(store, "all", period="2021")
    content = settings.store_path.read_bytes()
    assert b"06633777" not in content
    assert b"in wrong.csv" not in content, "reports of imports quote cells"
    assert [each["file"] for each in store.batches()] == ["all.csv", "men.csv", "women.csv"]


def test_a_load_that_was_read_before_is_read_again(store: Store) -> None:
    before = store.last_batch()
    remove_figures(store, "women")
    assert store.last_batch() != before


def test_boundaries_go_after_their_figures(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("boundaries", "remove", "--vintage", "2020-01-01", "--workspace", settings.workspace)
    refused = ended(monkeypatch, capsys, *arguments)
    assert refused.returncode == 2
    commands = [part.split() for part in refused.stderr.split("`")[1::2]]
    assert len(commands) == 3
    for command in commands:
        assert ended(monkeypatch, capsys, *command[1:], "--workspace", settings.workspace).returncode == 0
    assert ended(monkeypatch, capsys, *arguments).returncode == 0


def test_the_next_release_says_what_is_gone_and_gives_nothing_away(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_tilesets", lambda *_: ({}, {}))
    space, releases = Workspace(settings), ReleaseFolder(settings.releases_path)
    lines: list[str] = []
    space.publish("", lambda said: lines.append(said.en))
    first = next(kept_releases(releases))
    newest = date.fromisoformat(releases.manifest(1).about["vintages"][-1])
    assert first.shown("women", newest, "gemeinde", "2020")[KEYS[0]] is None
    assert first.shown("all", newest, "gemeinde", "2020")[KEYS[0]] == 23
    remove_figures(store, "all")
    assert len(list(releases.numbers())) == 1, "releases are not touched"
    space.publish("", lambda said: lines.append(said.en))
    second = list(kept_releases(releases))[1]
    assert second.shown("all", newest, "gemeinde", "2020") == {}
    assert second.shown("women", newest, "gemeinde", "2020") == first.shown("women", newest, "gemeinde", "2020")
    gone = releases.manifest(2).about["withdrawn"]["gone"]
    assert gone["all"] > 0
    assert "women" not in gone
    assert f"all: {gone['all']} figures that release 1 showed are no longer there; earlier releases, and whoever " in (
        " ".join(lines)
    )
    assert "all.csv" not in str(releases.manifest(2).about["inputs"])
