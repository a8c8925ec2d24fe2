"""A saved mapping loads the same figures, for every form; a refused load leaves nothing but its report."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from service.cli import app
from service.settings import Settings

Figures = list[tuple[Any, ...]]
Form = Callable[[Path], Path]
NAMES = {"06633018": "Naumburg, Stadt", "06633001": "Ahnatal"}


@pytest.fixture(scope="module")
def atlas(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store without figures, with two grid cells."""
    folder = tmp_path_factory.mktemp("atlas")
    shutil.copy(demo.store_path, folder / demo.store_path.name)
    cell = {"type": "Polygon", "coordinates": [[[9.3, 51.2], [9.31, 51.2], [9.31, 51.21], [9.3, 51.21], [9.3, 51.2]]]}
    feature = {"type": "Feature", "properties": {"id": CELL}, "geometry": cell}
    (folder / "cells.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    run("boundaries", "load", folder / "cells.geojson", "--level", "gitter", "--code-field", "id", "--name-field", "id",
        "--vintage", "2016-01-01", "--workspace", folder)  # fmt: skip
    with sqlite3.connect(folder / "store.gpkg") as connection:
        connection.execute("DELETE FROM observation")
    return folder


CELL = "CRS3035RES1000mN3120000E4270000"


def run(*arguments: str | Path) -> int:
    """Exit status of a command that is not refused."""
    return int(app(list(map(str, arguments)), standalone_mode=False) or 0)


def copy(atlas: Path, folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(atlas / "store.gpkg", folder / "store.gpkg")
    return folder


def stored(atlas: Path) -> Figures:
    with sqlite3.connect(atlas / "store.gpkg") as connection:
        return connection.execute(
            "SELECT indicator, level, key, period, value, status, flags, vintage, line FROM observation "
            "ORDER BY indicator, level, key, period"
        ).fetchall()


# --- forms


def text(content: str, encoding: str = "utf-8") -> Form:
    def write(folder: Path) -> Path:
        path = folder / "figures.csv"
        path.write_bytes(content.encode(encoding))
        return path

    return write


def book(rows: Sequence[Sequence[Any]], cover: Sequence[str] = ()) -> Form:
    def write(folder: Path) -> Path:
        from openpyxl import Workbook

        made = Workbook()
        first = made.active
        assert first is not None
        if cover:
            for line in cover:
                first.append([line])
            first = made.create_sheet("2.1")
        for row in rows:
            first.append(list(row))
        made.save(folder / "figures.xlsx")
        return folder / "figures.xlsx"

    return write


def sheet(rows: Sequence[Sequence[str]]) -> Form:
    """An OpenDocument spreadsheet."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    cells = "".join(
        "<t:table-row>" + "".join(f"<t:table-cell o:value-type='string'><x:p>{c}</x:p></t:table-cell>" for c in row)
        + "</t:table-row>"
        for row in rows
    )  # fmt: skip
    head = f"<o:d xmlns:o='{urn}:office:1.0' xmlns:t='{urn}:table:1.0' xmlns:x='{urn}:text:1.0'>"

    def write(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "figures.ods", "w") as archive:
            archive.writestr("content.xml", f"{head}<t:table t:name='A'>{cells}</t:table></o:d>")
            archive.writestr("META-INF/manifest.xml", "<m/>")
        return folder / "figures.ods"

    return write


def parquet(**columns: list[Any]) -> Form:
    def write(folder: Path) -> Path:
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.table(columns), folder / "figures.parquet")
        return folder / "figures.parquet"

    return write


CLASSIC = (
    "GENESIS-Tabelle: 13211-01-03-5\nArbeitslose;;;\nJahr: 2017;;;\n;;Arbeitslose;Arbeitslose\n"
    ";;Insgesamt;Ausländer\n;;Anzahl;Anzahl\n06633;    Kassel, Landkreis;9;2\n06633018;      Naumburg, Stadt;4;.\n"
    "06633001;      Ahnatal;5;-\n__________\nStand: 10.10.2018 / 12:00:00\n"
)
FFCSV_NEW = (
    "\ufeffstatistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;"
    "2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label;value_q\n"
) + "".join(
    f"13211;Arbeitsmarkt;JAHR;Jahr;2017;GEMEIN;Gemeinden;{key};{name};GES;Geschlecht;{sex};x;{value};Anzahl;ERW;Arbeitslose;"
    f"{mark}\n"
    for key, name, sex, value, mark in (
        ("06633018", "Naumburg", "", "1.234", ""), ("06633018", "Naumburg", "GESW", "600", ""),
        ("06633001", "Ahnatal", "", "-", ""), ("06633001", "Ahnatal", "GESW", "12,5", "p"),
    )
)  # fmt: skip
FFCSV_OLD = (
    "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;"
    "1_Auspraegung_Label;ERW__Arbeitslose__Anzahl;ERW__Arbeitslose__q;QUO__Quote__Anzahl;QUO__Quote__q\n"
    "13211;A;JAHR;Jahr;2017;GEMEIN;Gemeinden;06633018;Naumburg;4;e;12,5;e\n"
    "13211;A;JAHR;Jahr;2017;GEMEIN;Gemeinden;06633001;Ahnatal;.;e;3,5;e\n"
)
INKAR = (
    "Bereich;ID;Kuerzel;Indikator;Raumbezug;Kennziffer;Name;Zeitbezug;Wert\n"
    "A;1;q_alo;Quote;Gemeinden;06633018;Naumburg;2017;3,9\nA;1;q_alo;Quote;Kreise;06633000;Kassel;2017;4,9\n"
    "A;2;q_jung;Jugend;Gemeinden;06633018;Naumburg;2017;2,0\n"
)
LONG = "key;period;value;flag\n06633018;2017;1.234,5;p\n6633001;2017;.;\n06633;2017;9;\n"
WIDE = "AGS;Name;2016;2017\n06633018;Naumburg;3;4\n06633001;Ahnatal;-;5\n"
HESSEN: list[list[Any]] = [
    ["Die hessischen Gemeinden"], ["Stand: 31.12.2017"], ["Schlüssel", "Gemeinde", "Arbeitslose"],
    ["633", "Landkreis Kassel", 9], ["633018", "Naumburg, Stadt 1)", 4], ["633001", "Ahnatal", "—"],
    ["1) Fußnote"],
]  # fmt: skip
BA: list[list[Any]] = [
    ["Arbeitslose"], ["Berichtsmonat: Dezember 2017"], [], ["Gemeinde", "Insgesamt", "Ausländer"],
    ["06633018 Naumburg, Stadt", 4, "*"], ["06633001 Ahnatal", 5, 2],
]  # fmt: skip
CENSUS: list[list[Any]] = [
    ["_RS", "Name", "EWZ", "Differenz"], ["066330018018", "Naumburg, Stadt", 5, 1],
    ["066330001001", "Ahnatal", 7, "–"], ["06633", "Kassel", 12, 1],
]  # fmt: skip
GRID = f"GITTER_ID_1km;x_mp_1km;y_mp_1km;Einwohner;werterlaeuternde_Zeichen\n{CELL};4270500;3120500;6,26;KLAMMERN\n"
YEARS: dict[str, list[Any]] = {"AGS": list(NAMES), "2016": [3, 4], "2017": [5, None]}
FORMS: dict[str, tuple[Form, str]] = {
    "GENESIS": (text(CLASSIC, "cp1252"), 'value_column = "Arbeitslose / Insgesamt"'),
    "ffcsv new": (text(FFCSV_NEW), 'select = { GES = "GESW" }'),
    "ffcsv old": (text(FFCSV_OLD), 'value_column = "QUO__Quote__Anzahl"'),
    "INKAR": (text(INKAR), 'value_column = "q_alo"'),
    "INKAR parquet": (
        parquet(raumbezug=["Gemeinden"] * 2, kennziffer=list(NAMES), name=list(NAMES.values()), zeitbezug=["2017"] * 2,
                q_alo=[1.5, None], q_jung=[2.5, 3.5]),
        'value_column = "q_alo"',
    ),
    "census table": (book(CENSUS), 'value_column = "EWZ"\nperiod = "2022-05-15"'),
    "grid": (text(GRID), 'level = "gitter"\nperiod = "2022-05-15"'),
    "Hessen": (book(HESSEN), 'land = "06"'),
    "BA": (book(BA, ("Impressum", "Statistik der Bundesagentur")), 'value_column = "Ausländer"'),
    "long csv": (text(LONG), ""),
    "wide csv": (text(WIDE), ""),
    "long xlsx": (book([["key", "period", "value"], ["06633018", 2017, 4.5], ["06633001", 2017, "x"]]), ""),
    "wide xlsx": (book([["AGS", "2016", "2017"], [6633018, 3, 4], [6633001, 2, None]]), ""),
    "long ods": (sheet([["key", "period", "value"], ["06633018", "2017", "4,5"], ["06633001", "2017", "."]]), ""),
    "wide ods": (sheet([["AGS", "2016", "2017"], ["06633018", "3", "4"], ["06633001", "2", "5"]]), ""),
    "long parquet": (parquet(key=list(NAMES), period=["2017"] * 2, value=[4.5, 0.0]), ""),
    "wide parquet": (parquet(**YEARS), ""),
    "names": (text("Gemeinde;Jahr;Wert\nNaumburg;2017;4\nAhnatal;2017;5\n"), ""),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_saved_mapping_loads_the_same_figures(
    form: str, atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write, mapping = FORMS[form]
    path, given, saved = write(tmp_path), tmp_path / "given.toml", tmp_path / "saved.toml"
    given.write_text(mapping + "\n", encoding="utf-8")
    command: list[str | Path] = ["indicators", "load", path, "--indicator", "unemployed", "--report", "-"]
    first, second = copy(atlas, tmp_path / "first"), copy(atlas, tmp_path / "second")
    run(*command, "--mapping", given, "--dry-run", "--save-mapping", saved, "--workspace", first)
    assert stored(first) == []
    tried = json.loads(capsys.readouterr().out)
    run(*command, "--mapping", given, "--workspace", first)
    run(*command, "--mapping", saved, "--workspace", second)
    figures = stored(first)
    assert len(figures) >= tried["accepted"] > 0
    assert figures == stored(second)
    assert tried["refusal"] is None
    capsys.readouterr()
    run(*command, "--mapping", saved, "--workspace", second)
    assert json.loads(capsys.readouterr().out)["changes"] == {"added": 0, "changed": 0, "removed": 0}


# --- refusals


REFUSED = {
    "empty": ("", [], "the file is empty"),
    "unknown keys": ("key;2017\n99999999;1\n", [], "key of a known area|holds keys"),
    "strict": ("key;2017\n06633018;1\n06633001;abc\n", ["--strict"], "1 row is rejected"),
    "nothing fits": ("key;2017\n06633018;abc\n", [], "the only row is rejected"),
    "mapping": ("key;2017\n06633018;1\n", ["--mapping", "missing.toml"], "cannot be read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_load_reports_and_leaves_the_mapping_alone(
    case: str, atlas: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from spatial.indicators import IndicatorError

    content, options, says = REFUSED[case]
    monkeypatch.chdir(tmp_path)
    Path("figures.csv").write_text(content)
    Path("kept.toml").write_text('period = "2017"\n')
    space = copy(atlas, tmp_path / "space")
    command: list[str | Path] = [
        "indicators",
        "load",
        "figures.csv",
        "--indicator",
        "unemployed",
        "--workspace",
        space,
        *options,
    ]
    for mapping in ("kept.toml", "new.toml"):
        with pytest.raises(IndicatorError, match=says) as caught:
            run(*command, "--report", "report.json", "--save-mapping", mapping)
    assert Path("kept.toml").read_text() == 'period = "2017"\n'
    assert not Path("new.toml").exists()
    assert stored(space) == []
    report = json.loads(Path("report.json").read_text())
    assert report["refusal"] == caught.value.render("de")
    assert report["problems"][0] == report["refusal"]
    assert report["rows"] == report["accepted"] + report["rejected_total"]
    if case in ("strict", "nothing fits"):
        [rejected] = report["rejected"]
        assert (rejected["line"], rejected["column"]) == (3 if case == "strict" else 2, "2017")
    capsys.readouterr()
    with pytest.raises(IndicatorError):
        run(*command, "--report", "-")
    assert json.loads(capsys.readouterr().out) == report


@pytest.mark.parametrize("option", ["--report", "--save-mapping"])
def test_what_cannot_be_written_fails_before_anything_is_stored(option: str, atlas: Path, tmp_path: Path) -> None:
    path = text(LONG)(tmp_path)
    space = copy(atlas, tmp_path / "space")
    for target in (tmp_path / "missing" / "file", tmp_path):
        with pytest.raises(OSError, match=r"No such file|Is a directory"):
            run("indicators", "load", path, "--indicator", "unemployed", "--workspace", space, option, target)
    assert stored(space) == []
