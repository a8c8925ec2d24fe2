"""`kreisatlas boundaries load`: areas, own levels, registers; what is told, what is stored, what is refused."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pytest
import shapely
from shapely import box

from boundaries import (
    BadGroups,
    ChangeDoesNotFit,
    ChangeEvent,
    Fields,
    FindingKind,
    LevelNeeded,
    MalformedLevel,
    RepeatedKeys,
    load_bundled,
)
from service.boundary_loading import BoundaryLoad, Terms, load_boundaries
from service.cli import main
from service.store import EditionInfo, Store
from tests.loopback import served

DAY = date(2022, 12, 31)


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, as its entry point does."""

    def run_command(*arguments: str | Path) -> Done:
        monkeypatch.setattr("sys.argv", ["kreisatlas", *map(str, arguments), "--workspace", str(workspace)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run_command


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    Store.create(tmp_path / "atlas" / "store.gpkg").close()
    return tmp_path / "atlas"


@pytest.fixture
def store(workspace: Path) -> Store:
    return Store.open(workspace / "store.gpkg")


@pytest.fixture
def hessen(store: Store) -> Store:
    """A store with the bundled municipalities, changes and names."""
    bundled = load_bundled()
    with store.transaction() as connection:
        store.save_areas(connection, bundled.gemeinden, EditionInfo("bundled", "", "© BKG", "dl-de/by-2-0"))
        store.save_changes(connection, bundled.events)
        store.save_upper_names(connection, bundled.names.entries)
    return store


def square(column: int, *, south: float = 5_600_000) -> Any:
    return box(500_000 + column * 1000, south, 501_000 + column * 1000, south + 1000)


def written(path: Path, geometries: list[Any], crs: str = "EPSG:25832", **columns: list[Any]) -> Path:
    frame = geopandas.GeoDataFrame(columns, geometry=geometries, crs="EPSG:25832").to_crs(crs)
    frame.to_file(path)
    return path


def kinds(loaded: BoundaryLoad) -> set[FindingKind]:
    return {finding.kind for report in loaded.reports for finding in report.findings}


def test_a_load_tells_what_it_found_and_writes_a_report(run: Run, workspace: Path, tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.gpkg", [square(0), square(0).buffer(-300).union(square(1))], Nr=["A", "B"], Teil=["x", "y"]
    )
    options = ["--vintage", "2022-12-31", "--level", "bezirk", "--code-field", "nr", "--group-field", "TEIL"]
    report = tmp_path / "report.json"
    tried = run("boundaries", "load", path, *options, "--dry-run", "--report", "-")
    assert tried.returncode == 0, tried.stderr
    assert json.loads(tried.stdout)["stored"] is False
    assert Store.open(workspace / "store.gpkg").editions() == []
    done = run("boundaries", "load", path, *options, "--report", report)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "bezirk: 2 Flächen vom 31.12.2022 gespeichert\n"
    assert "Überlappungen: 1, unverändert übernommen: A/B (16 ha)" in done.stderr
    (level,) = json.loads(report.read_text())["levels"]
    assert [(each["kind"], each["treatment"]) for each in level["findings"]] == [("overlap", "kept")]
    ((areas, info),) = Store.open(workspace / "store.gpkg").editions()
    assert [dict(area.groups) for area in areas.areas] == [{"Teil": "x"}, {"Teil": "y"}]
    assert info.file == "a.gpkg"
    assert len(info.sha256) == 64


def test_a_refused_file_stores_nothing(run: Run, workspace: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", [square(0), square(1)], AGS=["06633018", "06633018"])
    done = run("boundaries", "load", path, "--vintage", "2022-12-31")
    assert done.returncode == 2
    assert done.stderr.startswith(f"kreisatlas: {path}: ")
    assert done.stderr.count("\n") == 1
    assert Store.open(workspace / "store.gpkg").editions() == []
    assert run("boundaries", "load", path, "--vintage", "31.12.2022").returncode == 64


def test_registers_are_recognised_and_give_official_areas(store: Store, tmp_path: Path) -> None:
    register = tmp_path / "gv.txt"
    register.write_text(
        f"{'602022123106633018' + '0018' + 'Naumburg, Stadt':122}63    {110:011d}{5026:011d}{2500:011d}\n"
        f"{'602022123106633019' + '0019' + 'Nieste':122}64    {100:011d}{1900:011d}{900:011d}\n"
    )
    tried = load_boundaries(store, str(register), vintage=DAY, dry_run=True)
    assert (tried.stored, store.registers()) == (False, ())
    loaded = load_boundaries(store, str(register), vintage=DAY)
    assert loaded.to_dict()["register"] == {"day": "2022-12-31", "form": "GV100AD", "entries": {"gemeinde": 2}}
    assert store.populations() == {DAY: {"06633018": 5026, "06633019": 1900}}
    path = written(tmp_path / "a.gpkg", [square(0), square(1)], AGS=["06633018", "06633019"])
    compared = load_boundaries(store, str(path), vintage=date(2023, 1, 1))
    (finding,) = compared.reports[0].findings
    assert (finding.kind, finding.key) == (FindingKind.AREA_DIFFERS, "06633018")
    assert finding.measure == pytest.approx(-100 / 11)
    assert compared.register_day == DAY
    assert load_boundaries(store, str(path), vintage=date(2023, 1, 1), tolerance_percent=10).reports[0].findings == ()
    assert load_boundaries(store, str(path), vintage=date(2010, 1, 1)).register_day is None  # too far away


def test_boundaries_come_into_the_coordinate_system_of_the_store(hessen: Store, tmp_path: Path) -> None:
    for crs in ("EPSG:31467", "EPSG:4326"):
        path = written(tmp_path / f"{crs[5:]}.gpkg", [square(0), square(1)], crs, Nr=["A", "B"])
        load_boundaries(hessen, str(path), vintage=DAY, level="raum", fields=Fields(code="Nr"))
        (areas,) = [areas for areas, _ in hessen.editions() if areas.level == "raum"]
        assert areas.crs == "EPSG:25832"
        assert areas.areas[0].geometry.hausdorff_distance(square(0)) < 3  # the datum shift of GK3 is known to metres


def test_areas_far_from_the_store_are_told_as_distorted(hessen: Store, tmp_path: Path) -> None:
    path = tmp_path / "ohio.geojson"
    geopandas.GeoDataFrame({"nr": ["A"]}, geometry=[box(-83, 40, -82.9, 40.1)], crs="EPSG:4326").to_file(path)
    there = load_boundaries(hessen, str(path), vintage=DAY, level="tract", fields=Fields(code="nr"))
    ((finding,),) = [report.findings for report in there.reports]
    assert (finding.kind, finding.key) == (FindingKind.DISTORTED, "A")
    # 11.1 km by 8.5 km on the ground
    assert finding.measure == pytest.approx(100 * (there.sets[0].areas[0].area_km2 / 94.6 - 1), rel=0.02)
    store = Store.create(tmp_path / "own" / "store.gpkg")
    alone = load_boundaries(store, str(path), vintage=DAY, level="tract", fields=Fields(code="nr"))
    assert kinds(alone) == set()
    assert alone.sets[0].areas[0].area_km2 == pytest.approx(94.6, rel=0.01)


def test_keys_of_parents_are_repaired(hessen: Store, tmp_path: Path) -> None:
    geometry = [area.geometry for area in hessen.editions()[0][0].areas if area.key == "06633018"]
    path = written(tmp_path / "a.gpkg", geometry, nr=["A"], oben=[6633018])
    loaded = load_boundaries(hessen, str(path), vintage=DAY, level="raum", fields=Fields("nr", None, "oben"))
    assert loaded.sets[0].areas[0].parent == "06633018"
    assert kinds(loaded) == set()
    table = tmp_path / "g.csv"
    table.write_text("key;name;member;parent\nN;Nord;A;066330018018\n", encoding="utf-8")
    grouped = load_boundaries(hessen, str(table), vintage=DAY, level="grossraum")
    assert grouped.sets[0].areas[0].parent == "06633018"


def test_boundaries_that_the_changes_do_not_fit_are_refused(store: Store, tmp_path: Path) -> None:
    merger = ChangeEvent(date(2023, 1, 1), "merger", ("06633018", "06633099"), "06633031", "Neu", "", "x")
    with store.transaction() as connection:
        store.save_changes(connection, [merger])
    path = written(tmp_path / "a.gpkg", [square(0), square(1)], AGS=["06633018", "06633019"])
    for dry_run in (True, False):  # a trial promises no load that would be refused
        with pytest.raises(ChangeDoesNotFit, match="06633099: does not exist on the day before; load") as caught:
            load_boundaries(store, str(path), vintage=DAY, dry_run=dry_run)
        assert str(caught.value).startswith(f"{path}: ")
    assert store.editions() == []
    assert load_boundaries(store, str(path), vintage=date(2023, 6, 1)).stored  # after the change it is passed over


def test_products_of_the_bkg_bring_their_terms(store: Store, tmp_path: Path) -> None:
    path = written(
        tmp_path / "vg250_gem.gpkg", [square(0)],
        ADE=[6], GF=[4], BSG=[1], AGS=["06633018"], GEN=["Naumburg"], BEZ=["Stadt"], IBZ=[60],
    )  # fmt: skip
    load_boundaries(store, str(path), vintage=DAY)
    assert store.editions()[0][1].attribution == "© GeoBasis-DE / BKG (2022) dl-de/by-2-0 (Daten verändert)"
    load_boundaries(store, str(path), vintage=DAY, terms=Terms("© Stadt", "CC BY 4.0"))
    assert (store.editions()[0][1].attribution, store.editions()[0][1].licence) == ("© Stadt", "CC BY 4.0")


def test_groups_become_an_own_level(hessen: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "raeume.csv"
    path.write_text("key;name;member\nN;Nord;06633030\nN;Nord;06633013\nS;Süd;06633018\n")
    loaded = load_boundaries(hessen, str(path), vintage=DAY, level="sozialraum")
    (areas, info) = next((areas, info) for areas, info in hessen.editions() if areas.level == "sozialraum")
    assert [(area.key, area.name, area.parent) for area in areas.areas] == [
        ("N", "Nord", "06633"),
        ("S", "Süd", "06633"),
    ]
    wesertal = (
        load_bundled().gemeinden.by_key["06633021"].area_km2 + load_bundled().gemeinden.by_key["06633027"].area_km2
    )
    hofgeismar = load_bundled().gemeinden.by_key["06633013"].area_km2
    assert areas.by_key["N"].area_km2 == pytest.approx(wesertal + hofgeismar)  # Wesertal exists since 2020 only
    assert info.attribution == "© BKG"
    assert kinds(loaded) == {FindingKind.INCOMPLETE_PARENT}
    before = hessen.editions()
    path.write_text("key;name;member\nN;Nord;06633021\n")  # Oberweser is gone
    with pytest.raises(BadGroups, match="line 2: '06633021' is no gemeinde"):
        load_boundaries(hessen, str(path), vintage=DAY, level="sozialraum")
    with pytest.raises(LevelNeeded):
        load_boundaries(hessen, str(path), vintage=DAY)
    with monkeypatch.context() as patched:  # what the table alone shows is told before the areas are put together
        patched.setattr("service.boundary_loading.build_territory", None)
        path.write_text("key;name\nN;Nord\n")
        with pytest.raises(BadGroups, match="no column 'member'"):
            load_boundaries(hessen, str(path), vintage=DAY, level="sozialraum")
    with pytest.raises(MalformedLevel):
        load_boundaries(hessen, str(path), vintage=DAY, level="Sozial Raum")
    assert [areas.keys for areas, _ in hessen.editions()] == [areas.keys for areas, _ in before]


def test_own_areas_are_held_against_their_parents(hessen: Store, tmp_path: Path) -> None:
    naumburg = load_bundled().gemeinden.by_key["06633018"].geometry
    x, y = naumburg.representative_point().coords[0]
    inside, outside = box(x, y, x + 200, y + 200), box(x + 50_000, y, x + 50_200, y + 200)
    path = written(
        tmp_path / "a.gpkg", [inside, outside, box(x, y + 200, x + 200, y + 400)],
        Nr=["1", "2", "3"], Stadt=["06633018", "06633018", "06633021"],
    )  # fmt: skip
    loaded = load_boundaries(hessen, str(path), vintage=DAY, level="bezirk", fields=Fields("Nr", parent="Stadt"))
    told = {(each.kind, each.key) for each in loaded.reports[0].findings}
    assert (FindingKind.OUTSIDE_PARENT, "2") in told
    assert (FindingKind.MISSING_PARENT, "3") in told  # Oberweser, gone since 2020
    assert (FindingKind.OUTSIDE_PARENT, "1") not in told
    (areas,) = [areas for areas, _ in hessen.editions() if areas.level == "bezirk"]
    assert [area.parent for area in areas.areas] == ["06633018", "06633018", "06633021"]


def test_levels_are_told_without_a_look_at_their_geometry(hessen: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(_: object) -> None:
        raise AssertionError("geometries were decoded")

    monkeypatch.setattr("service.geopackage.decode_geometries", decode)
    assert hessen.levels() == ("gemeinde",)


def test_a_second_load_of_a_day_replaces_the_first(run: Run, store: Store, tmp_path: Path) -> None:
    first = written(tmp_path / "a.gpkg", [square(0), square(1)], AGS=["06633018", "06633019"])
    second = written(tmp_path / "b.gpkg", [square(0)], AGS=["06633018"])
    broken = written(tmp_path / "c.gpkg", [square(0), square(1)], AGS=["06633018", "06633018"])
    assert load_boundaries(store, str(first), vintage=DAY).replaced == ()
    told = run("boundaries", "load", second, "--vintage", DAY)
    assert "Gemeinden: ersetzt die Flächen desselben Tages aus a.gpkg\n" in told.stderr
    with pytest.raises(RepeatedKeys):
        load_boundaries(store, str(broken), vintage=DAY)
    ((areas, info),) = store.editions()
    assert (areas.keys, info.file) == (("06633018",), "b.gpkg")


REGISTER = (
    f"{'602022123106633018' + '0018' + 'Naumburg, Stadt':122}63    {110:011d}{5026:011d}{2500:011d}\n"
    f"{'602022123106633019' + '0019' + 'Nieste':122}64    {100:011d}{1900:011d}{900:011d}\n"
)


CHANGE_LIST: list[list[Any]] = [
    ["Kennziffer", "Regionaleinheit", "ARS", "AGS", "Name", "Änderungsart", "Fläche qm", "Einwohner", "ARS", "AGS",
     "Name", "juristisch", "statistisch"],
    ["06/2027/1", "Gemeinde", "066330031031", "06633031", "Neustadt", 4, 0, 0, "066330031031", "06633031",
     "Neustadt (Hessen), Stadt", "01.07.2027", "01.07.2027"],
]  # fmt: skip


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    """A folder of files as an office offers them on the web."""
    folder = tmp_path / "offered"
    folder.mkdir()
    with zipfile.ZipFile(folder / "GV100AD3112.zip", "w") as packed:
        packed.writestr("GV100AD_31122022.txt", REGISTER)
        packed.writestr("Datensatzbeschreibung.pdf", b"%PDF-1.7")
    (folder / "groups").write_text('[[area]]\nkey = "N"\nname = "Nord"\nmembers = ["06633022"]\n', encoding="utf-8")
    (folder / "raeume").write_text("key;name;member\nS;Süd;06633018\n", encoding="utf-8")
    (folder / "raeume-falsch.csv").write_text("key;name;member\nS;Süd;06633021\n", encoding="utf-8")
    (folder / "changes.csv").write_text(CHANGES, encoding="utf-8")
    book = openpyxl.Workbook()
    for row in CHANGE_LIST:
        book.active.append(row)
    book.save(folder / "2027.xlsx")
    (folder / "page.xlsx").write_text("<!doctype html><html>Wartung</html>", encoding="utf-8")
    return folder


def test_registers_groups_and_changes_come_from_addresses(
    run: Run, workspace: Path, store: Store, offered: Path, tmp_path: Path
) -> None:
    """By way of the same downloads as boundaries: told, continued, with a checksum; names in messages are addresses."""
    path = written(tmp_path / "a.gpkg", [square(0), square(1)], AGS=["06633018", "06633022"])
    load_boundaries(store, str(path), vintage=DAY)
    with served(offered, 150) as site:
        register = run(
            "boundaries", "load", f"{site}/GV100AD3112.zip?__blob=publicationFile", "--vintage", "2022-12-31",
            "--report", "-",
        )  # fmt: skip
        assert register.returncode == 0, register.stderr
        assert "Verbindung nach 0,0 MB abgebrochen, wird fortgesetzt\n" in register.stderr
        assert "GV100AD3112.zip: 0,0 MB von 0,0 MB (100 %)\n" in register.stderr
        told = json.loads(register.stdout)
        assert told["file"] == f"{site}/GV100AD3112.zip"
        assert told["sha256"] == hashlib.sha256((offered / "GV100AD3112.zip").read_bytes()).hexdigest()
        assert told["fetched"] is not None
        assert told["register"] == {"day": "2022-12-31", "form": "GV100AD", "entries": {"gemeinde": 2}}
        for name, level in (("groups", "raum"), ("raeume", "sozialraum")):
            done = run("boundaries", "load", f"{site}/{name}", "--vintage", "2022-12-31", "--level", level)
            assert done.returncode == 0, done.stderr
        changes = run("boundaries", "changes", f"{site}/changes.csv")
        assert changes.stdout == "1 Änderung gespeichert, 0 schon bekannt\n", changes.stderr
        listed = run("boundaries", "changes", f"{site}/2027.xlsx?__blob=publicationFile")
        assert listed.stdout == "1 Änderung gespeichert, 0 schon bekannt\n", listed.stderr
        wrong = run(
            "boundaries", "load", f"{site}/raeume-falsch.csv", "--vintage", "2022-12-31", "--level", "sozialraum"
        )
        assert wrong.returncode == 2
        assert f"{site}/raeume-falsch.csv: Zeile 2: '06633021' ist an diesem Tag kein Gebiet" in wrong.stderr
        page = run("boundaries", "load", f"{site}/page.xlsx", "--vintage", "2022-12-31")
        assert "ist eine Webseite und keine Datendatei" in page.stderr
    infos = {areas.level: info for areas, info in store.editions()}
    assert infos["raum"].file == f"{site}/groups"
    assert len(infos["sozialraum"].sha256) == 64
    assert store.populations()[DAY] == {"06633018": 5026, "06633019": 1900}
    assert list((workspace / "downloads").iterdir()) == []
    offline = run("boundaries", "load", f"{site}/GV100AD3112.zip", "--vintage", "2022-12-31")
    assert offline.returncode == 2
    assert "127.0.0.1 ist nicht erreichbar" in offline.stderr


CHANGES = (
    "date,kind,from_key,from_name,to_key,to_name,to_kind,source\n"
    "2027-01-01,merger,06633018,Naumburg,06633031,Neustadt,Stadt,Versehen\n"
    "2027-01-01,merger,06633022,,06633031,Neustadt,Stadt,Versehen\n"
)
LATER = CHANGES.split("\n", 1)[0] + "\n2028-01-01,key-change,06633031,,06633032,Neustadt,Stadt,Folge\n"


def test_changes_are_listed_and_taken_back(
    run: Run, hessen: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hessen.changes()
    first, later = tmp_path / "first.csv", tmp_path / "later.csv"
    first.write_text(CHANGES, encoding="utf-8")
    later.write_text(LATER, encoding="utf-8")
    tried = run("boundaries", "changes", first, "--dry-run")
    assert tried.stdout == "1 Änderung geprüft und neu, nichts gespeichert, 0 schon bekannt\n"
    assert hessen.changes() == before
    for path in (first, later):
        assert run("boundaries", "changes", path).returncode == 0
    listed = run("boundaries", "changes", "--key", "6633031")
    assert listed.stdout.splitlines() == [
        "2027-01-01\tmerger\t06633018, 06633022 -> 06633031 Neustadt\tVersehen",
        "2028-01-01\tkey-change\t06633031 -> 06633032 Neustadt\tFolge",
    ]
    assert listed.stderr == "2 Änderungen\n"
    assert len(run("boundaries", "changes").stdout.splitlines()) == len(before) + 2
    assert run("boundaries", "changes", "--date", "2027-01-01").stdout.count("\n") == 1

    needed = run("boundaries", "changes", "--remove", first)
    assert needed.returncode == 2
    assert needed.stderr == (
        "kreisatlas: nichts wurde zurückgenommen: die Änderung vom 01.01.2028, Gebiet 06633031, baut darauf auf; "
        "zuerst diese zurücknehmen\n"
    )
    assert len(hessen.changes()) == len(before) + 2
    tried = run("boundaries", "changes", "--remove", "--key", "06633032", "--dry-run")
    assert "1 Änderung kann zurückgenommen werden; nichts wurde geändert" in tried.stdout
    assert len(hessen.changes()) == len(before) + 2
    gone = run("boundaries", "changes", "--remove", "--key", "06633032")
    assert gone.stdout.splitlines()[0].endswith("06633031 -> 06633032 Neustadt\tFolge")
    monkeypatch.setenv("KREISATLAS_LANGUAGE", "en")
    gone = run("boundaries", "changes", "--remove", first)
    assert gone.stdout.splitlines()[1] == "1 change taken back; releases stay as they are"
    assert hessen.changes() == before
    again = run("boundaries", "changes", "--remove", first)
    assert (again.returncode, "no such change is stored" in again.stderr) == (2, True)
    for usage in (["--remove"], [str(first), "--key", "06633018"], ["--date", "gestern"]):
        assert run("boundaries", "changes", *usage).returncode == 64


@pytest.mark.shared
@pytest.mark.slow
def test_every_real_boundary_file_loads(store: Store, shared_data: Path) -> None:
    """The report names what is known of these files: invalid polygons, simplified borders, water parts."""
    geo = shared_data / "geo"
    register = shared_data / "gemeindeverzeichnis" / "31122021_Auszug_GV.xlsx"
    load_boundaries(store, str(register), vintage=date(2021, 12, 31))
    expected = {
        "bkg_vg5000_2021-01-01_gk3.zip": (date(2021, 1, 1), {"gemeinde": 10997, "verband": 4605, "kreis": 401,
                                                             "regierungsbezirk": 19, "land": 16}),
        "bkg_vg2500_2022-12-31_utm32s.zip": (DAY, {"kreis": 400, "land": 16}),
        "opendatalab_vg250_landkreise_2018_sim200.geojson.gz": (date(2018, 1, 1), {"kreis": 401}),
        "opendatalab_vg250_gemeinden_sachsen_2016_sim200.geojson.gz": (date(2016, 1, 1), {"gemeinde": 426}),
        "opendatalab_vg250_gemeinden_ni-hh-hb_2018_sim200.geojson.gz": (date(2018, 1, 1), {"gemeinde": 971}),
    }  # fmt: skip
    assert {path.name for path in geo.iterdir()} == set(expected)
    for name, (vintage, counts) in expected.items():
        loaded = load_boundaries(store, str(geo / name), vintage=vintage)
        assert {areas.level: len(areas) for areas in loaded.sets} == counts
        if name.startswith("bkg_vg5000"):
            municipalities = loaded.reports[0]
            assert (municipalities.compared, municipalities.is_generalised) == (10992, True)
            repaired = [each.key for each in municipalities.findings if each.kind is FindingKind.INVALID_RING]
            assert sorted(repaired) == ["09677452", "16071004", "16076039"]
            assert not kinds(loaded) & {FindingKind.MISSING_PARENT, FindingKind.OVERLAP}
            assert all(shapely.is_valid(areas.geometries).all() for areas in loaded.sets)
            (land,) = [report for report in loaded.reports if report.level == "land"]
            assert len([each for each in land.findings if each.kind is FindingKind.WATER_PART]) == 9
        if "sim200" in name:  # simplified without regard to neighbours
            assert FindingKind.OVERLAP in kinds(loaded)
    assert len(store.editions()) == 10
    assert {areas.crs for areas, _ in store.editions()} == {"EPSG:31467"}  # the first load decides
