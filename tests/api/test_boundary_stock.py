"""`kreisatlas boundaries list` and `boundaries remove`: what is stored, what needs it, and taking it out again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from shapely import MultiPolygon, affinity, box

from boundaries import Area, AreaSet, ChangeEvent, EditionNeeded, NoSuchEdition, Register, RegisterEntry, Sentence
from service.boundary_loading import load_boundaries
from service.boundary_removal import list_editions, remove_editions, remove_register
from service.store import EditionInfo, Store
from spatial.indicators import Observation, Status
from tests.api.test_boundary_commands import Run, run, workspace  # noqa: F401 - fixtures

FIRST, SECOND = date(2016, 1, 1), date(2022, 12, 31)
KREIS = "06633"


def area(key: str, column: int, level: str = "gemeinde", *, width: int = 1, parent: str | None = KREIS) -> Area:
    """A strip of some kilometres, 4 km high."""
    shape = MultiPolygon([box(500_000 + 1000 * column, 5_680_000, 500_000 + 1000 * (column + width), 5_684_000)])
    return Area(key, level, f"Ort {key}", "", parent, True, shape.area / 1e6, shape)


def edition(vintage: date, *areas: Area) -> AreaSet:
    return AreaSet(areas[0].level, vintage, "EPSG:25832", areas)


def figure(key: str, day: date, level: str = "gemeinde", indicator: str = "pop_total") -> Observation:
    return Observation(indicator, level, key, f"{day:%Y}", 7.0, Status.OK, day)


WHOLE = (area("06633018", 0), area("06633022", 1), area("06633023", 2))


@pytest.fixture
def store(workspace: Path) -> Store:  # noqa: F811
    return Store.open(workspace / "store.gpkg")


def fill(
    store: Store, *sets: AreaSet, changes: Sequence[ChangeEvent] = (), figures: Sequence[Observation] = ()
) -> None:
    with store.transaction() as connection:
        for each in sets:
            info = EditionInfo(f"{each.level}_{each.vintage}.gpkg", "ab" * 32, "© Amt", "frei")
            store.save_areas(connection, each, info)
        store.save_changes(connection, changes)
        store.save_observations(connection, figures, file="f.csv", sha256="0", report={})


def stored(store: Store) -> list[tuple[str, date]]:
    return [(each.level, each.vintage) for each in store.stored_editions()]


def refusal(store: Store, vintage: date, level: str | None = None) -> str:
    """Expect a refusal that leaves the store as it was."""
    before = stored(store), store.places(), store.changes()
    with pytest.raises(EditionNeeded) as caught:
        remove_editions(store, vintage=vintage, level=level)
    assert (stored(store), store.places(), store.changes()) == before
    assert caught.value.render("de").startswith("nichts wurde entfernt: ")
    return caught.value.render("en").removeprefix("nothing was removed: ")


def test_the_list_tells_origin_and_uses(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    merger = ChangeEvent(date(2020, 1, 1), "merger", ("06633018", "06633022"), "06633031", "Neu", "Stadt", "x")
    later = (area("06633031", 0, width=2), area("06633023", 2))
    figures = [figure("06633018", FIRST), figure("06633031", date(2021, 1, 1)), figure("06633031", SECOND),
               figure(KREIS, SECOND, "kreis", "age_mean"), figure("06633099", SECOND)]  # fmt: skip
    fill(store, edition(FIRST, *WHOLE), edition(SECOND, *later), changes=[merger], figures=figures)
    entry = RegisterEntry("06633023", "066330023023", "gemeinde", "Ort", "", 4.0, 100)
    with store.transaction() as connection:
        store.save_register(connection, Register(SECOND, "xlsx", (entry,)), EditionInfo("gv.xlsx", "c" * 64, "", ""))
    first, second = list_editions(store)
    # Areas of 2021 are those of the first edition, carried over the merger; the key 06633099 is nowhere.
    assert (dict(first.figures), first.changes) == ({"pop_total": 2}, 1)
    assert (dict(second.figures), second.changes) == ({"pop_total": 1, "age_mean": 1}, 0)
    done = run("boundaries", "list")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[:4] for line in lines] == [
        ["2016-01-01", "gemeinde", "3 Flächen", "gemeinde_2016-01-01.gpkg"],
        ["2022-12-31", "gemeinde", "2 Flächen", "gemeinde_2022-12-31.gpkg"],
        ["2022-12-31", "Gemeindeverzeichnis", "1 Eintrag", "gv.xlsx"],
    ]
    assert [line[5:] for line in lines] == [
        ["abababababab", "2 Werte (1 Indikator), 1 Änderung"],
        ["abababababab", "2 Werte (2 Indikatoren)"],
        ["cccccccccccc", "-"],
    ]
    assert all(line[4].endswith("+00:00") for line in lines)
    assert done.stderr == "2 Ebenen von Grenzen, 1 Gemeindeverzeichnis\n"
    monkeypatch.setenv("KREISATLAS_LANGUAGE", "en")
    told = json.loads(run("boundaries", "list", "--format", "json").stdout)
    assert told["editions"][0]["used_by"] == "2 figures (1 indicator), 1 change"
    assert told["editions"][0]["sha256"] == "ab" * 32
    assert told["editions"][0]["attribution"] == "© Amt"
    assert (told["registers"][0]["day"], told["registers"][0]["entries"]) == ("2022-12-31", 1)


def test_an_empty_store_lists_nothing(run: Run) -> None:  # noqa: F811
    done = run("boundaries", "list")
    assert (done.returncode, done.stdout) == (0, "")
    gone = run("boundaries", "remove", "--vintage", "2016-01-01")
    assert (gone.returncode, "gespeichert: nichts" in gone.stderr) == (2, True)


def test_what_nothing_needs_is_removed(run: Run, store: Store) -> None:  # noqa: F811
    fill(store, edition(FIRST, *WHOLE), edition(FIRST, area(KREIS, 0, "kreis", width=3, parent=None)))
    tried = run("boundaries", "remove", "--vintage", "2016-01-01", "--dry-run")
    assert tried.stdout.splitlines() == [
        "gemeinde: 3 Flächen vom 01.01.2016 geprüft: Entfernen ist möglich, nichts wurde geändert",
        "kreis: 1 Fläche vom 01.01.2016 geprüft: Entfernen ist möglich, nichts wurde geändert",
    ]
    assert len(stored(store)) == 2
    one = run("boundaries", "remove", "--vintage", "2016-01-01", "--level", "kreis")
    assert one.stdout == "kreis: 1 Fläche vom 01.01.2016 entfernt; Veröffentlichungen bleiben, wie sie sind\n"
    assert stored(store) == [("gemeinde", FIRST)]
    absent = run("boundaries", "remove", "--vintage", "2016-01-01", "--level", "kreis")
    assert absent.returncode == 2
    assert "Grenzen vom 01.01.2016 (kreis) sind nicht gespeichert, nichts wurde entfernt" in absent.stderr
    assert "gespeichert: 2016-01-01 gemeinde" in absent.stderr
    assert run("boundaries", "remove", "--vintage", "gestern").returncode == 64
    assert run("boundaries", "remove", "--vintage", "2016-01-01", "--register", "--level", "x").returncode == 64


def test_no_areas_are_left_behind_and_the_file_stays_a_geopackage(store: Store) -> None:
    moved = [replace(each, geometry=affinity.translate(each.geometry, 50_000)) for each in WHOLE]
    fill(store, edition(FIRST, *WHOLE), edition(SECOND, *moved))

    def known() -> tuple[object, ...]:
        with sqlite3.connect(store.path) as connection:
            extents = connection.execute("SELECT min_x, max_x FROM gpkg_contents WHERE table_name='area'").fetchall()
            count = connection.execute("SELECT count(*) FROM area").fetchone()[0]
            announced = connection.execute("SELECT count(*) FROM gpkg_geometry_columns").fetchone()[0]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return count, announced, extents

    assert known() == (6, 1, [(500_000.0, 553_000.0)])
    remove_editions(store, vintage=SECOND)
    assert known() == (3, 1, [(500_000.0, 503_000.0)])
    remove_editions(store, vintage=FIRST)
    assert known() == (0, 0, [])
    assert store.crs() is None
    # The next load decides the coordinate system, as the first one does.
    other = edition(FIRST, *WHOLE)
    fill(store, AreaSet(other.level, other.vintage, "EPSG:31467", other.areas))
    assert store.crs() == "EPSG:31467"
    assert known()[:2] == (3, 1)


def test_figures_hold_their_areas(store: Store) -> None:
    fill(store, edition(FIRST, *WHOLE), figures=[figure("06633018", SECOND), figure(KREIS, SECOND, "kreis")])
    assert refusal(store, FIRST) == (
        "figures of 1 indicator belong to these areas (1 gemeinde, 1 kreis); first load other boundaries with these "
        "areas, or remove these figures: `kreisatlas indicators remove --indicator pop_total --level gemeinde`, "
        "`kreisatlas indicators remove --indicator pop_total --level kreis`"
    )
    fill(store, edition(date(2015, 1, 1), *WHOLE))
    remove_editions(store, vintage=FIRST)  # the others have the same areas
    assert stored(store) == [("gemeinde", date(2015, 1, 1))]


def test_figures_of_other_keys_need_nothing(store: Store) -> None:
    """A figure whose area these boundaries do not have was not shown on them."""
    fill(store, edition(FIRST, *WHOLE), figures=[figure("06633099", SECOND)])
    remove_editions(store, vintage=FIRST)
    assert (stored(store), len(store.observations())) == ([], 1)


@pytest.mark.parametrize(
    "other",
    [
        (area("06633018", 0), area("06633022", 1)),  # one area less
        (area("06633018", 0, width=2), area("06633022", 2), area("06633023", 3)),  # the same keys, other areas
    ],
)
def test_boundaries_with_other_areas_are_no_substitute(store: Store, other: tuple[Area, ...]) -> None:
    fill(store, edition(FIRST, *other), edition(SECOND, *WHOLE), figures=[figure("06633018", SECOND)])
    assert "figures of 1 indicator" in refusal(store, SECOND)


def test_derived_boundaries_are_a_substitute(store: Store) -> None:
    """The edition before, carried over the stored change, has the same areas; without the change it has not."""
    merger = ChangeEvent(date(2020, 1, 1), "merger", ("06633018", "06633022"), "06633031", "Neu", "Stadt", "x")
    later = (area("06633031", 0, width=2), area("06633023", 2))
    fill(store, edition(FIRST, *WHOLE), edition(SECOND, *later), figures=[figure("06633031", SECOND)])
    assert "figures" in refusal(store, SECOND)
    fill(store, changes=[merger])
    remove_editions(store, vintage=SECOND)
    assert stored(store) == [("gemeinde", FIRST)]


def test_a_level_that_is_dissolved_from_others_can_go(store: Store) -> None:
    fill(
        store, edition(FIRST, *WHOLE), edition(FIRST, area(KREIS, 0, "kreis", width=3, parent=None)),
        figures=[figure(KREIS, FIRST, "kreis")],
    )  # fmt: skip
    remove_editions(store, vintage=FIRST, level="kreis")
    assert stored(store) == [("gemeinde", FIRST)]
    assert "(1 kreis)" in refusal(store, FIRST)


def test_own_levels_hold_their_members(store: Store, tmp_path: Path) -> None:
    fill(store, edition(FIRST, *WHOLE), edition(date(2015, 1, 1), *WHOLE[:2]))
    table = tmp_path / "raeume.csv"
    table.write_text("key;name;member\nN;Nord;06633018\nN;Nord;06633023\n", encoding="utf-8")
    load_boundaries(store, str(table), vintage=SECOND, level="raum")
    (holding,) = [each for each in list_editions(store) if each.edition.vintage == FIRST]
    assert holding.own_levels == (("raum", SECOND),)
    assert holding.uses() == Sentence("raum vom 31.12.2022", "raum of 2022-12-31")
    told = refusal(store, FIRST)
    assert told == (
        "the areas of the level raum of 2022-12-31 are united from them (gemeinde); remove these first "
        "(`kreisatlas boundaries remove --vintage 2022-12-31 --level raum`)"
    )
    remove_editions(store, vintage=date(2015, 1, 1))  # not in force on that day
    remove_editions(store, vintage=SECOND, level="raum")
    remove_editions(store, vintage=FIRST)
    assert stored(store) == []


def test_own_levels_hold_their_parents(store: Store) -> None:
    own = [area("A", 0, "bezirk", parent="06633018"), area("B", 9, "bezirk", parent=None)]
    fill(store, edition(FIRST, *WHOLE), edition(FIRST, *own))
    assert "the areas of the level bezirk of 2016-01-01 are subordinate to them" in refusal(store, FIRST, "gemeinde")
    remove_editions(store, vintage=FIRST)  # together they can go


def test_changes_hold_boundaries_that_the_others_do_not_lead_to(store: Store) -> None:
    """Without the second edition the key 06633031 would have come from nowhere."""
    later = (area("06633031", 0, width=2), area("06633023", 2))
    merger = ChangeEvent(date(2024, 1, 1), "merger", ("06633031", "06633023"), "06633032", "Neu", "Stadt", "x")
    fill(store, edition(FIRST, *WHOLE), edition(SECOND, *later), changes=[merger])
    assert "the change of 2024-01-01, area 06633031, does not fit the other boundaries" in refusal(store, SECOND)
    remove_editions(store, vintage=FIRST)
    assert stored(store) == [("gemeinde", SECOND)]


def test_nothing_goes_by_half(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, edition(FIRST, *WHOLE), edition(FIRST, area(KREIS, 0, "kreis", width=3, parent=None)))
    removing = Store.remove_areas

    def failing(self: Store, connection: object, level: str, vintage: date) -> None:
        if level == "kreis":
            raise RuntimeError
        removing(self, connection, level, vintage)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "remove_areas", failing)
    with pytest.raises(RuntimeError):
        remove_editions(store, vintage=FIRST)
    assert len(stored(store)) == 2


def test_a_gemeindeverzeichnis_is_removed_by_its_day(run: Run, store: Store) -> None:  # noqa: F811
    entry = RegisterEntry("06633023", "066330023023", "gemeinde", "Ort", "", 4.0, 100)
    with store.transaction() as connection:
        store.save_register(connection, Register(FIRST, "xlsx", (entry,)), EditionInfo("gv.xlsx", "0", "", ""))
    with pytest.raises(NoSuchEdition, match="stored: 2016-01-01"):
        remove_register(store, SECOND)
    found, loss = remove_register(store, FIRST, dry_run=True)
    assert (found.entries, loss) == (1, None)  # without changes there is nothing that it weighs
    assert len(store.registers()) == 1
    merger = ChangeEvent(SECOND, "merger", ("06633023", "06633024"), "06633031", "Neu", "", "x")
    with store.transaction() as connection:
        store.save_changes(connection, [merger])
    done = run("boundaries", "remove", "--vintage", "2016-01-01", "--register")
    assert "Einwohnerzahlen dieses Gemeindeverzeichnisses gewichten beim nächsten `publish` keine Teile" in done.stderr
    assert done.stdout.startswith("Gemeindeverzeichnis: 1 Eintrag vom 01.01.2016 entfernt;")
    assert store.registers() == ()
    assert store.populations() == {}
