"""What tables say of themselves: quality signs, legends, lost Land, day numbers, lines that are no rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from spatial.indicators import NoKnownKey, NothingFits, OversizedTable, TableError, UnreadableTable
from tests.unit.test_indicators_hostile import rewritten
from tests.unit.test_indicators_readers import figures, flat, load, write

QUALITY = [
    ("-", "-", (0.0, "ZERO_EXACT")),
    ("0", "-", (0.0, "ZERO_EXACT")),
    ("0,0", "0", (0.0, "LT_HALF_UNIT")),
    ("", "0", (0.0, "LT_HALF_UNIT")),
    ("7,5", "()", (7.5, "LOW_RELIABILITY")),
    ("", "()", (None, "UNRELIABLE")),
    ("/", "/", (None, "UNRELIABLE")),
    ("", ".", (None, "SECRET_OR_UNKNOWN")),
]


@pytest.mark.parametrize(("value", "sign", "expected"), QUALITY)
def test_signs_in_the_column_of_quality(
    tmp_path: Path, value: str, sign: str, expected: tuple[float | None, str]
) -> None:
    content = flat(("2022", "KREISE", "06633", "Kassel", "", value, "Anzahl", "BEVSTD", sign))
    assert figures(load(write(tmp_path, content))) == {("06633", "2022"): expected}


@pytest.mark.parametrize(("value", "sign"), [("7", "0"), ("7", "-"), ("7", "."), ("", "5"), ("5", "5")])
def test_signs_that_deny_the_value(tmp_path: Path, value: str, sign: str) -> None:
    content = flat(("2022", "KREISE", "06633", "Kassel", "", value, "Anzahl", "BEVSTD", sign))
    with pytest.raises(NothingFits, match="is no known mark"):
        load(write(tmp_path, content))


def test_lines_of_a_flat_table_that_are_no_rows(tmp_path: Path) -> None:
    first = flat(("2022", "KREISE", "06633", "Kassel", "GESW", "5", "Anzahl", "BEVSTD", ""))
    second = flat(("2022", "KREISE", "08222", "Mannheim", "GESW", "6", "Anzahl", "BEVSTD", ""))
    content = first + "Hinweis: die Datei ist vorläufig\n".encode() + second.splitlines(keepends=True)[1]
    result = load(write(tmp_path, content))
    assert figures(result) == {("06633", "2022"): (5.0, "OK"), ("08222", "2022"): (6.0, "OK")}
    assert [rejection.line for rejection in result.report.rejected] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "0 = Weniger als die Hälfte von 1, jedoch mehr als nichts\nAGS;2022\n06633018;0\n",
        "AGS;2022\n06633018;0\n0 = Zahlenwert ungleich Null, Betrag jedoch kleiner als die Hälfte von 1\n",
        "AGS;2022\n06633018;0\n__________\n- = nichts vorhanden\n0 = mehr als nichts\n",
    ],
    ids=["above", "below", "behind a rule"],
)
def test_the_legend_of_a_plain_table(tmp_path: Path, text: str) -> None:
    assert figures(load(write(tmp_path, text))) == {("06633018", "2022"): (0.0, "LT_HALF_UNIT")}


def hessian(folder: Path, title: str) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in [[title], ["Schl.-Nr.", "Gemeinde", "2022"], [633001, "Ahnatal", 5], ["633018", "Naumburg¹)", "—"]]:
        sheet.append(row)
    sheet.append([633, "Landkreis Kassel", 9])
    path = folder / "hessen.xlsx"
    book.save(path)
    return path


def test_a_table_of_hessen_needs_no_mapping(tmp_path: Path) -> None:
    result = load(hessian(tmp_path, "Hessische Gemeindestatistik (synthetisch)"))
    assert figures(result) == {
        ("06633001", "2022"): (5.0, "OK"),
        ("06633018", "2022"): (0.0, "ZERO_EXACT"),
        ("06633", "2022"): (9.0, "OK"),
    }
    assert [(repair.before, repair.after) for repair in result.report.repaired_keys][:1] == [("633001", "06633001")]
    assert any("06 was put before" in said.en for said in result.report.warnings)


def test_six_digits_in_a_table_that_names_no_land(tmp_path: Path) -> None:
    path = hessian(tmp_path, "Gemeindestatistik (synthetisch)")
    with pytest.raises(TableError):
        load(path, value_column="2022", first_data_line=3, key_column=0, last_data_line=4)


def test_days_as_numbers(tmp_path: Path) -> None:
    result = load(write(tmp_path, "AGS;Stichtag;Wert\n06633018;44925;5\n06633001;44925;6\n"))
    assert figures(result) == {("06633018", "2022-12-30"): (5.0, "OK"), ("06633001", "2022-12-30"): (6.0, "OK")}
    assert any("day numbers of a spreadsheet; read as 2022-12-30" in said.en for said in result.report.warnings)


def test_single_precision_is_what_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "figures.parquet"
    values = pyarrow.array([0.1, None], pyarrow.float32())
    pyarrow.parquet.write_table(pyarrow.table({"ags": ["06633018", "06633001"], "2022": values}), path)
    assert figures(load(path)) == {("06633018", "2022"): (0.1, "OK"), ("06633001", "2022"): (None, "EMPTY")}


def test_rows_beyond_the_end_of_a_sheet_are_not_counted_to(tmp_path: Path) -> None:
    far = '<row r="9999999999"><c r="A9999999999"><v>1</v></c></row></sheetData>'
    path = rewritten(tmp_path / "figures.xlsx", "xl/worksheets/sheet1.xml", "</sheetData>", far)
    with pytest.raises(OversizedTable, match="names rows beyond the last one"):
        load(path)


def test_an_encrypted_member_is_named_so(tmp_path: Path) -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "AGS;2022\n06633018;5\n")
    content = bytearray(packed.getvalue())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableTable, match="is encrypted with a password"):
        load(write(tmp_path, bytes(content), "figures.zip"))


def test_a_key_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises((TableError, NoKnownKey), match="'Kennung' is no column"):
        load(write(tmp_path, "AGS;2022\n06633018;5\n"), key_column="Kennung")
