"""Saved mappings: the same file is read as before, and the same table of another year for what it is."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bench.imports import CATALOGUE as ANY_FIGURE
from bench.imports import LEVELS
from spatial.indicators import (
    AreaIndex,
    AreaRow,
    ImportResult,
    TableMapping,
    import_table,
    load_mapping,
    render_mapping,
)
from tests.unit.test_indicators_readers import AREAS, CATALOGUE, Figures, figures, write

STEUERN = """GENESIS-Tabelle: 71231-01-02-5;;
Realsteuern (synthetisch);;
Jahr {year};;
;;Grundsteuer A
;;Tsd. EUR
06633018;      Naumburg, Stadt;1,5
__________
"""
STICHTAG = """GENESIS-Tabelle: 12411-01-01-5;;;
Bevölkerung (synthetisch);;;
;;Stichtag;Stichtag
;;31.12.{year};31.12.{year}
;;Insgesamt;männlich
06633018;      Naumburg, Stadt;7;3
__________
"""
STAND = "Stand 31.12.{year}\nAGS;Name;Einwohner\n06633018;Naumburg;1.234\n"
KREISE = "regionalstatistik/regionalstatistik_kreise_export2017.zip"
WIDE = "AGS;Name;{year}\n06633018;Naumburg;1,5\n"


def save(result: ImportResult, folder: Path) -> TableMapping:
    """Mapping of an import, written and read again."""
    return load_mapping(write(folder, render_mapping(result.mapping), "saved.toml"))


def read(path: Path, mapping: TableMapping | None = None, indicator: str = "pop", **given: Any) -> ImportResult:
    return import_table(
        path, catalogue=CATALOGUE, areas=AREAS, mapping=mapping or TableMapping(**given), indicator=indicator
    )


@pytest.mark.parametrize(
    ("text", "indicator", "given", "value"),
    [
        (STEUERN, "money", {}, 1500.0),
        (STICHTAG, "pop", {"value_column": "Insgesamt"}, 7.0),
        (STAND, "pop", {}, 1234.0),
        (WIDE, "pop", {}, 1.5),
    ],
    ids=["year above and unit", "year in a heading", "day above and open decimal sign", "year as heading"],
)
def test_next_years_file_has_its_own_year(
    tmp_path: Path, text: str, indicator: str, given: dict[str, Any], value: float
) -> None:
    first = read(write(tmp_path, text.format(year=2015)), indicator=indicator, **given)
    saved = save(first, tmp_path)
    assert figures(first) == {("06633018", "2015"): (value, "OK")}
    assert (saved.period, saved.multiplier, saved.encoding) == (None, None, None)
    again = read(write(tmp_path, text.format(year=2015)), saved, indicator)
    assert figures(again) == figures(first)
    assert figures(read(write(tmp_path, text.format(year=2016)), saved, indicator)) == {
        ("06633018", "2016"): (value, "OK")
    }


def test_what_was_prescribed_is_saved(tmp_path: Path) -> None:
    path = write(tmp_path, "AGS;Wert\n06633018;5\n")
    saved = save(read(path, period="2014", multiplier=10.0, decimal=","), tmp_path)
    assert (saved.period, saved.multiplier, saved.decimal) == ("2014", 10.0, ",")
    assert figures(read(path, saved)) == {("06633018", "2014"): (50.0, "OK")}


def monthly(folder: Path, month: str, remarks: int) -> Path:
    """Table as the Bundesagentur delivers it, with numbered columns, and more lines above it in some months."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = f"Gemeinden {month[-4:]}"
    above = [["Arbeitslose (synthetisch)"], [f"Berichtsmonat: {month}"], *[["Hinweis"]] * remarks, []]
    header = [["Region", "Arbeitslose", "davon"], [None, "Insgesamt", "Männer"], [None, 1, 2]]
    for row in [*above, *header, ["06633018 Naumburg, Stadt", 88, "*"], ["06633001 Ahnatal", 7, 3]]:
        sheet.append(row)
    path = folder / "monthly.xlsx"
    book.save(path)
    return path


def test_a_monthly_table_with_numbered_columns(tmp_path: Path) -> None:
    def expected(month: str) -> Figures:
        return {("06633018", month): (None, "SECRET"), ("06633001", month): (3.0, "OK")}

    first = read(monthly(tmp_path, "Dezember 2015", 0), value_column="Männer")
    assert figures(first) == expected("2015-12")
    saved = save(first, tmp_path)
    assert saved.sheet is None, "its title names the year"
    assert figures(read(monthly(tmp_path, "März 2016", 2), saved)) == expected("2016-03")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("regionalstatistik/12411-01-01-4_2018_latin1.csv", {"value_column": "Insgesamt"}),
        ("regionalstatistik/23111-01-04-4_2017_latin1.csv", {"value_column": "Krankenhäuser / Anzahl"}),
        (f"{KREISE}/12411-02-03-4_00.csv", {"value_column": "Insgesamt"}),
        (f"{KREISE}/AI-S-01_00.csv", {"multiplier": 1.0}),
        ("indikatoren/localzero_2018.zip/localzero_population_2018.csv", {"period": "2018-12-31"}),
    ],
)
def test_real_tables_are_read_again_as_before(
    shared_data: Path, tmp_path: Path, name: str, given: dict[str, Any]
) -> None:
    areas = districts(shared_data)
    mapping = TableMapping(**given)

    def load(mapping: TableMapping) -> ImportResult:
        return import_table(
            shared_data / name, catalogue=ANY_FIGURE, areas=areas, mapping=mapping, indicator="figure", level="kreis"
        )

    first = load(mapping)
    saved = save(first, tmp_path)
    again = load(saved)
    assert len(first.observations) > 300
    assert list(again.observations) == list(first.observations)
    assert (saved.period, saved.multiplier) == (mapping.period, mapping.multiplier)
    differing = [f.name for f in fields(first.report) if getattr(first.report, f.name) != getattr(again.report, f.name)]
    assert set(differing) <= {"warnings"}


def districts(shared_data: Path) -> AreaIndex:
    """Kreise and Länder of VG5000."""
    from pyogrio.raw import read as read_layer

    rows = []
    for layer in ("VG5000_KRS", "VG5000_LAN"):
        source = f"/vsizip/{shared_data}/geo/bkg_vg5000_2021-01-01_gk3.zip/{layer}.shp"
        _, _, _, (keys, names) = read_layer(source, columns=["AGS", "GEN"], read_geometry=False)
        rows += [AreaRow(LEVELS[layer], key, name) for key, name in dict(zip(keys, names, strict=True)).items()]
    return AreaIndex(rows)
