"""What is refused says where, what and what to do: over all readers, in both languages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from boundaries import Language
from spatial.indicators import (
    AreaIndex,
    AreaRow,
    Catalogue,
    ImportReport,
    Indicator,
    IndicatorError,
    MappingError,
    Sentence,
    TableError,
    TableMapping,
    import_table,
    mapping_from_dict,
    refusal_report,
)
from tests.tables import book, parquet

AREAS = AreaIndex(
    [
        AreaRow("gemeinde", "06633001", "Ahnatal"),
        AreaRow("gemeinde", "06633018", "Naumburg"),
        AreaRow("gemeinde", "05515000", "Münster"),
        AreaRow("gemeinde", "08425083", "Münster"),
        AreaRow("kreis", "06633", "Kassel"),
    ]
)
CATALOGUE = Catalogue(
    {
        "pop": Indicator("pop", "count", "Personen", additive=True, harmonise="sum", valid_range=(0, 1000)),
        "money": Indicator("money", "count", "EUR", additive=True, harmonise="sum"),
        "rate": Indicator("rate", "rate", "%", numerator="pop", denominator="money", factor=100, harmonise="ratio"),
    }
)


def packed(members: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


FLAT = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;"
    "2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label\n"
)


def flat(code: str = "06633018", sex: str = "GESM", unit: str = "Anzahl", measure: str = "BEV") -> str:
    region = "GEMEIN;Gemeinden" if code else "DINSG;Deutschland"
    return f"12411;B;JAHR;Jahr;2017;{region};{code or 'DG'};N;GES;Geschlecht;{sex};x;5;{unit};{measure};Bevölkerung\n"


CLASSIC = "GENESIS-Tabelle: 1\nJahr: 2017;;;\n;;A;B\n;;Anzahl;Anzahl\n06633018;  Naumburg;4;5\n"
INKAR = "Kuerzel;Raumbezug;Kennziffer;Name;Zeitbezug;Wert\n"
ONE = "06633018;1\n"

FILES: dict[str, tuple[bytes | str, dict[str, Any]]] = {
    "empty": ("", {}),
    "blank": (" \n\n;;\n", {}),
    "header alone": ("key;2017\n", {}),
    "not text": (b"key\0;2017\n", {}),
    "pdf": (b"%PDF-1.7", {}),
    "html": ("<html></html>", {}),
    "json": ("[1]", {}),
    "gzip": (b"\x1f\x8b\x08\x00", {}),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1", {}),
    "database": (b"SQLite format 3\x00", {}),
    "undecodable": ("key;2017\n06633018;1\nä".encode("cp1252"), {"encoding": "utf-8"}),
    "no such encoding": ("key;2017\n" + ONE, {"encoding": "klingon"}),
    "open quotation mark": ('key;2017\n06633018;"1\n06633001;2\n', {}),
    "over several cells": ('key;name;2017\n06633018;"Naum;1\n06633001;"Ahn;2\n', {}),
    "surplus cells": ("key,2017,name\n06633018,1,5,Naumburg\n06633001,1,5,Ahnatal\n", {"delimiter": ","}),
    "several tables": (packed({"a.csv": "key;2017\n", "b.csv": "key;2017\n"}), {}),
    "no table": (packed({"a.pdf": "x"}), {}),
    "archive in archive": (packed({"a.csv": packed({"b.csv": "x"})}), {}),
    "truncated archive": (packed({"a.csv": "key;2017\n" + ONE})[:60], {}),
    "truncated book": (book(["key", "2017"], ["06633018", 1])[:2000], {}),
    "truncated parquet": (parquet(key=["06633018"], value=[1])[:50], {}),
    "empty parquet": (parquet(key=[], value=[]), {}),
    "no such sheet": (book(["key", "2017"], ["06633018", 1], title="Sheet"), {"sheet": "Daten"}),
    "empty book": (book(), {}),
    "damaged ods": (packed({"content.xml": "<a>", "META-INF/manifest.xml": "<m/>"}), {}),
    "ods without cells": (packed({"content.xml": "<a/>", "META-INF/manifest.xml": "<m/>"}), {}),
    "destroyed keys": ("key;2017\n6,63E+07;1\n6,63E+07;2\n", {}),
    "unknown keys": ("key;2017\n06999001;1\n", {}),
    "no keys": ("a;b\nx;1\n", {}),
    "no period": ("key;value\n06633018;1\n", {}),
    "several value columns": ("key;a;b\n06633018;1;2\n", {"period": "2017"}),
    "no such column": ("key;2017\n" + ONE, {"value_column": "Wert"}),
    "no such first line": ("key;2017\n" + ONE, {"first_data_line": 900}),
    "mixed periods": ("key;period;value\n06633018;2017;1\n06633018;2017-03;1\n", {}),
    "all rejected": ("key;period;value\n06633018;2017;abc\n", {}),
    "nothing selected": ("key;period;value;sex\n06633018;2017;1;m\n", {"select": {"sex": "w"}}),
    "units": ("key;period;value;unit\n06633018;2017;1;Personen\n06633001;2017;1;EUR\n", {}),
    "thousands": ("key;period;value;unit\n06633018;2017;1;Tsd. EUR\n", {}),
    "ffcsv for Germany": (FLAT + flat(""), {}),
    "ffcsv broken down": (FLAT + flat(sex="GESM") + flat(sex="GESW"), {}),
    "ffcsv several measures": (FLAT + flat(sex="") + flat(sex="", measure="ANT"), {}),
    "ffcsv unknown code": (FLAT + flat(), {"select": {"GES": "X"}}),
    "ffcsv header alone": (FLAT, {}),
    "classic several columns": (CLASSIC, {}),
    "classic without rows": ("GENESIS-Tabelle: 1\nJahr: 2017;;\n;;A\n", {}),
    "classic unknown breakdown": (CLASSIC, {"value_column": "A", "select": {"Alter": "1"}}),
    "inkar several indicators": (INKAR + "a;Gemeinden;06633018;N;2017;1\nb;Gemeinden;06633018;N;2017;1\n", {}),
    "inkar header alone": (INKAR, {}),
    "grid without level": ("GITTER_ID_1km;Einwohner\nCRS3035RES1000mN1E1;5\n", {}),
}
# Of these one line, or one column, is to blame.
AT_LINE = {
    "undecodable": 3, "open quotation mark": 2, "over several cells": 2, "surplus cells": 2, "destroyed keys": 2,
    "unknown keys": 2, "all rejected": 2, "ffcsv for Germany": 2,
}  # fmt: skip
AT_COLUMN = {"all rejected": "value", "ffcsv broken down": "GES", "ffcsv unknown code": "GES"}
QUOTING = {
    "surplus cells": '"Naumburg"', "destroyed keys": '"6,63E+07"', "unknown keys": '"06999001"',
    "all rejected": '"abc"',
    "no such column": "Wert", "no such sheet": "Daten", "ffcsv unknown code": '"X"', "units": '"EUR"',
    "thousands": '"Tsd. EUR"', "no such encoding": "klingon",
}  # fmt: skip
WORDS = {"de": ("Zeile", "Spalte"), "en": ("line", "column")}


@pytest.mark.parametrize("case", FILES)
def test_a_refused_file_says_where_what_and_what_to_do(case: str, tmp_path: Path) -> None:
    content, mapping = FILES[case]
    path = tmp_path / "figures.dat"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(TableError) as caught:
        import_table(path, catalogue=CATALOGUE, areas=AREAS, mapping=TableMapping(**mapping), indicator="pop")
    error = caught.value
    assert (error.line, error.column) == (AT_LINE.get(case, error.line), AT_COLUMN.get(case, error.column))
    assert error.remedy is not None
    languages: tuple[Language, ...] = ("de", "en")
    said = {language: error.render(language) for language in languages}
    assert said["de"] != said["en"]
    for language, line in said.items():
        assert line.startswith("figures.dat")
        assert "\n" not in line
        assert line.endswith(f"; {error.remedy.text(language)}")
        assert QUOTING.get(case, "") in line
        for number, word in zip((error.line, error.column), WORDS[language], strict=True):
            assert number is None or f"{word} " in line
    report = refusal_report(error)
    assert isinstance(report, ImportReport)
    assert report.to_dict("de")["refusal"] == said["de"]


ROWS: dict[str, tuple[str, str, str]] = {
    "text": ("06633018;2017;abc;;", "value", '"abc"'),
    "too large": ("06633018;2017;" + "9" * 400 + ";;", "value", '"999'),
    "beyond the range": ("06633018;2017;5000;;", "value", "5000"),
    "percent": ("06633018;2017;12 %;;", "value", '"12 %"'),
    "status": ("06633018;2017;1;HIDDEN;", "status", '"HIDDEN"'),
    "contradicting status": ("06633018;2017;1;SECRET;", "value", '"1"'),
    "mark": ("06633018;2017;1;;zz", "flag", '"zz"'),
    "period": ("06633018;soon;1;;", "period", '"soon"'),
    "no such day": ("06633018;31.02.2017;1;;", "period", '"31.02.2017"'),
    "no period": ("06633018;;1;;", "period", ""),
    "key": ("Ort;2017;1;;", "key", '"Ort"'),
    "no key": (";2017;1;;", "key", ""),
    "unknown key": ("06999001;2017;1;;", "key", '"06999001"'),
    "key of another Land": ("09162000;2017;1;;", "key", '"09162000"'),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_rejected_row_says_where_and_what(case: str, tmp_path: Path) -> None:
    row, column, value = ROWS[case]
    path = tmp_path / "figures.csv"
    path.write_text(f"key;period;value;status;flag\n06633001;2017;1;;\n{row}\n06633001;2018;1;;\n")
    report = import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop").report
    [rejection] = report.rejected
    assert rejection.line == 3
    assert rejection.column == column
    assert rejection.remedy is not None
    assert rejection.remedy.de != rejection.remedy.en
    assert set(rejection.to_dict("de")) >= {"line", "column", "value", "reason", "remedy"}
    assert rejection.reason.de != rejection.reason.en
    assert value in rejection.reason.de
    assert value in rejection.reason.en
    assert "\n" not in rejection.reason.de + rejection.reason.en


MAPPINGS: dict[str, Any] = {
    "period": "bald", "level_column": -1, "sheet": -1, "header_rows": 1.5, "decimal": ";", "format": "pdf",
    "delimiter": "", "multiplier": -1, "select": {"a": 1}, "vintage": "gestern", "land": "6", "within": "0663301",
    "column_label": [], "key_and_name": "ja", "encoding": 5, "unknown": 1,
}  # fmt: skip


@pytest.mark.parametrize("key", MAPPINGS)
def test_a_refused_mapping_names_its_key(key: str) -> None:
    with pytest.raises(MappingError) as caught:
        mapping_from_dict({key: MAPPINGS[key]}, source="mapping.toml")
    for language in ("de", "en"):
        assert caught.value.render(language).startswith(f"mapping.toml: {key}: ")
    assert caught.value.render("de") != caught.value.render("en")


def test_indicators_that_cannot_be_loaded_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("key;2017\n06633018;1\n")
    for indicator in ("rate", "none", None):
        with pytest.raises(IndicatorError) as caught:
            import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator=indicator)
        error = caught.value
        assert isinstance(error, TableError)
        assert isinstance(error.remedy, Sentence)
        assert error.render("de").startswith(("figures.csv: ", "figures.csv, Zeile 1: "))
