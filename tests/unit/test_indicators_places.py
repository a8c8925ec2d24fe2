"""Where the wrong cell stands: the same in tables of every form, and true."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from spatial.indicators import (
    AmbiguousUnit,
    Catalogue,
    ImportResult,
    Indicator,
    MixedPeriods,
    NoKnownKey,
    NothingFits,
    TableError,
    TableMapping,
    import_table,
)
from tests.tables import AREAS_OF_KASSEL, book, parquet

CATALOGUE = Catalogue({"pop": Indicator("pop", "count", "Personen", additive=True, harmonise="sum")})

FLAT = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label\n"
)
CLASSIC = "GENESIS-Tabelle: 1\nBevölkerung;;;\n;;;Bevölkerung\n;;;Anzahl\n"
INKAR = "Kuerzel;Raumbezug;Kennziffer;Name;Zeitbezug;Wert\n"
INKAR_WIDE = "Kennziffer;Raumeinheit;Aggregat;Bevölkerung\n;;;2017\n"


def opendocument(*rows: list[str]) -> bytes:
    names = {"office": "office:1.0", "table": "table:1.0", "text": "text:1.0"}
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}"' for name, urn in names.items())
    cells = ["".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in row) for row in rows]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    content = f'<office:body {spaces}><table:table table:name="Daten">{body}</table:table></office:body>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<m/>")
    return stream.getvalue()


def flat(*rows: tuple[str, str]) -> str:
    lines = [f"12411;B;STAG;Stichtag;{day};GEMEIN;Gemeinden;{key};N;5;Anzahl;BEV;Bevölkerung\n" for key, day in rows]
    return FLAT + "".join(lines)


def load(path: Path, content: bytes | str, **mapping: Any) -> ImportResult:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_table(
        path, catalogue=CATALOGUE, areas=AREAS_OF_KASSEL, mapping=TableMapping(**mapping), indicator="pop"
    )


LONG: dict[str, tuple[bytes | str, dict[str, Any], list[tuple[int, str, str | None, str]]]] = {
    "csv": (
        "ags;jahr;wert\n06633018;2017;5\n06633099;2017;5\n06633001;31.02.2017;5\n",
        {},
        [(3, "ags", None, "06633099"), (4, "jahr", None, "31.02.2017")],
    ),
    "csv without headings": (
        "06633018;2017;5\n06633099;2017;5\n06633001;2016;5\n",
        {},
        [(2, "A", None, "06633099")],
    ),
    "xlsx": (
        book([None, "AGS", "Jahr", "Wert"], [None, "06633018", 2017, 5], [None, 6633099, 2017, 5],
             [None, "06633001", "bald", 5]),
        {},
        [(3, "AGS", "B3", "6633099"), (4, "Jahr", "C4", "bald")],
    ),
    "ods": (
        opendocument(["AGS", "Jahr", "Wert"], ["06633018", "2017", "5"], ["X", "2017", "5"],
                     ["06633001", "bald", "5"]),
        {},
        [(3, "AGS", "A3", "X"), (4, "Jahr", "B4", "bald")],
    ),
    "parquet": (
        parquet(ags=["06633018", "06633099", "06633001"], jahr=["2017", "2017", "bald"], wert=[5, 5, 5]),
        {},
        [(3, "ags", None, "06633099"), (4, "jahr", None, "bald")],
    ),
    "ffcsv": (
        flat(("06633018", "2017-12-31"), ("06633099", "2017-12-31"), ("06633001", "2017-02-31")),
        {},
        [(3, "1_variable_attribute_code", None, "06633099"), (4, "time", None, "2017-02-31")],
    ),
    "inkar": (
        INKAR + "b;Gemeinden;06633018;N;2017;5\nb;Gemeinden;06633099;N;2017;5\nb;Gemeinden;06633001;N;bald;5\n",
        {},
        [(3, "Kennziffer", None, "06633099"), (4, "Zeitbezug", None, "bald")],
    ),
    "zensus": (
        book(["Regionaltabelle"], ["_RS", "Name", "Einwohner"], ["066330018018", "Naumburg", 5],
             ["066330099099", "Nix", 5]),
        {"period": "2022-05-15", "value_column": "Einwohner"},
        [(4, "_RS", "A4", "066330099099")],
    ),
    "ba": (
        book(["Berichtsmonat: Dezember 2017"], ["Gemeinde", "Arbeitslose"], ["06633018 Naumburg, Stadt", 5],
             ["06633099 Nix", 6]),
        {"value_column": "Arbeitslose"},
        [(4, "Gemeinde", "A4", "06633099")],
    ),
    "hessen": (
        "Gemeindestatistik;;\nSchlüssel;Gemeinde;Einwohner\n633018;Naumburg;5\n633099;Nix;6\n",
        {"land": "06", "period": "2017"},
        [(4, "Schlüssel", None, "633099")],
    ),
    "classic": (
        CLASSIC + "31.12.2017;06633018;  Naumburg;5\n31.12.2017;06633099;  Nix;5\n31.02.2017;06633001;  Ahnatal;5\n",
        {},
        [(6, "B", None, "06633099"), (7, "A", None, "31.02.2017")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", LONG)
def test_rejected_keys_and_periods_name_their_column_in_long_tables(form: str, tmp_path: Path) -> None:
    content, mapping, expected = LONG[form]
    report = load(tmp_path / "figures.dat", content, **mapping).report
    assert [(each.line, each.column, each.cell, each.value) for each in report.rejected] == expected
    for plain, (line, column, cell, value) in zip(report.to_dict("de")["rejected"], expected, strict=True):
        assert (plain["line"], plain["column"], plain.get("cell"), plain["value"]) == (line, column, cell, value)
        assert plain["remedy"]
    assert f'Spalte "{expected[0][1]}"' in report.render("de")
    assert f'column "{expected[0][1]}"' in report.render("en")


def test_one_wrong_key_of_a_wide_table_is_told_once_to_people(tmp_path: Path) -> None:
    report = load(tmp_path / "a.csv", "ags;2016;2017\n06633018;1;2\n06633099;3;4\n").report
    assert [(each.column, each.figure_column) for each in report.rejected] == [("ags", "2016"), ("ags", "2017")]
    told = [line for line in report.render("de").splitlines() if line.startswith("Zeile 3")]
    assert len(told) == 1
    assert told[0].startswith('Zeile 3, Spalte "ags": Schlüssel "06633099" ist unbekannt; ')
    assert told[0].endswith("[2 Werte]")


def test_contradictions_of_a_wide_table_name_column_and_values(tmp_path: Path) -> None:
    text = "ags;2016;2017\n06633018;1;2,5\n06633018;1;.\n06633001;4;4\n"
    report = load(tmp_path / "a.csv", text).report
    assert [(each.line, each.column, each.value) for each in report.rejected] == [(2, "2017", "2.5"), (3, "2017", ".")]
    assert report.rejected[0].reason.de == (
        '06633018 hat für 2017 widersprüchliche Werte: "2,5" in Zeile 2; "." in Zeile 3'
    )


UNITS: dict[str, tuple[str, dict[str, Any], str]] = {
    "column": ("ags;jahr;wert;einheit\n06633018;2017;1;EUR\n", {}, 'a.csv, line 2, column "einheit": '),
    "several": (
        "ags;jahr;wert;einheit\n06633018;2017;1;Personen\n06633001;2017;1;EUR\n",
        {},
        'a.csv, line 3, column "einheit": the values are in several units: "Personen" (line 2), "EUR" (line 3)',
    ),
    "thousands": ("ags;jahr;wert;einheit\n06633018;2017;1;Tsd. Eier\n", {}, 'a.csv, line 2, column "einheit": '),
    "heading": (
        CLASSIC.replace("Anzahl", "EUR") + "31.12.2017;06633018;  Naumburg;5\n",
        {},
        'a.csv, line 4, column "Bevölkerung / EUR": ',
    ),
    "mapping": ("ags;jahr;wert\n06633018;2017;1\n", {"unit": "EUR"}, "a.csv: unit of the mapping: "),
}


@pytest.mark.parametrize("case", UNITS)
def test_refused_units_name_where_they_stand(case: str, tmp_path: Path) -> None:
    content, mapping, start = UNITS[case]
    with pytest.raises(AmbiguousUnit) as caught:
        load(tmp_path / "a.csv", content, **mapping)
    assert str(caught.value).startswith(start)
    assert "Zuordnung" in caught.value.render("de")


def test_a_dissolved_municipality_by_name_has_its_successor_named(tmp_path: Path) -> None:
    text = "Gemeinde;Jahr;Wert\nNaumburg;2021;1\nOberweser;2021;2\nWesertal;2018;3\nWahlsburg;2021;-\n"
    result = load(tmp_path / "a.csv", text)
    reasons = [(each.line, each.column, each.reason.de) for each in result.report.rejected]
    since = "06633021 Oberweser gab es bis 31.12.2019, seither 06633030 Wesertal"
    before = "06633030 Wesertal gibt es seit 01.01.2020, vorher 06633021 Oberweser, 06633027 Wahlsburg"
    assert reasons == [
        (3, "Gemeinde", f'"Oberweser" war am 31.12.2021 nicht gültig: {since}'),
        (4, "Gemeinde", f'"Wesertal" war am 31.12.2018 nicht gültig: {before}'),
    ]
    assert result.report.not_valid_at_period == ("06633021", "06633030")
    assert str(result.observations[1].status) == "NOT_APPLICABLE", "a dash says that Wahlsburg is gone"
    with pytest.raises(NothingFits, match="existed until 2019-12-31, since then 06633030 Wesertal"):
        load(tmp_path / "b.csv", "ags;jahr;wert\n06633021;2021;2\n")


def test_an_unknown_level_of_inkar_is_the_reason(tmp_path: Path) -> None:
    with pytest.raises(NoKnownKey) as caught:
        load(tmp_path / "a.csv", INKAR_WIDE + "06633;Kassel;krs;7\n")
    english = str(caught.value)
    assert english.startswith('a.csv, line 3, column "Aggregat": no row names a level that the atlas keeps; ')
    assert '"krs"' in english
    assert "Gemeindeverbände" in english
    assert "Deutschland" not in caught.value.render("de")
    with pytest.raises(NoKnownKey, match="all figures are for Germany"):
        load(tmp_path / "b.csv", INKAR_WIDE + "0;Deutschland;Bund;7\n")
    report = load(tmp_path / "c.csv", INKAR_WIDE + "06633;Kassel;Kreise;7\n06633;Kassel;krs;7\n").report
    assert (report.accepted, report.other_levels) == (1, 1)
    assert '"krs" (1)' in report.warnings[0].en


UNCUT = (
    "a.csv, Zeile 1: keine Spalte enthält Schlüssel oder Namen bekannter Gebiete; die Tabelle beginnt mit "
    '"ags:jahr:wert"; das Zeichen zwischen den Spalten in einer Zuordnung mit delimiter nennen; versucht wurde ";"'
)
REFUSED: dict[str, tuple[bytes | str, dict[str, Any], str]] = {
    "sheet": (
        book(["AGS", "Jahr", "Wert"], ["06633018", 2017, "abc"]),
        {},
        'a.csv, Blatt "Daten", Zeile 2, Spalte "Wert" (C2): die einzige Zeile wird abgelehnt: "abc" ist weder ei',
    ),
    "sheet without data": (book(["AGS", "Jahr", "Wert"]), {}, 'a.csv, Blatt "Daten", Zeile 2: unter dem Tabellenkopf'),
    "delimiter": ("ags:jahr:wert\n06633018:2017:1\n", {}, UNCUT),
    "other Land": (
        "ags;jahr;wert\n09162000;2017;1\n",
        {},
        (
            'a.csv, Zeile 2, Spalte "ags": die einzige Zeile hat keinen Schlüssel eines bekannten Gebiets, '
            'sondern "09162000", vom Land 09 ist kein Gebiet geladen; '
        ),
    ),
    "level": ("ags;jahr;wert\n06633018;2017;1\n", {"level": "quartier"}, 'a.csv, Zeile 2, Spalte "ags": die Ebene "q'),
    "null byte": (b"ags;jahr;wert\n06633018;2017;1\0\n", {}, "a.csv, Zeile 2: ist keine Textdatei: sie enthält Null"),
    "quotation mark": (
        'ags;jahr;wert\n06633018;2017;"1\n06633001;2017;2\n',
        {},
        "a.csv, Zeile 2: ist beschädigtes CSV: ein Anführungszeichen öffnet und schließt nicht; ",
    ),
    "surplus": ("ags;jahr;wert\n06633018;2017;1;9\n", {}, 'a.csv, Zeile 2, Spalte "D": hat 4 Werte, der Kopf nur 3'),
    "flat without values": (
        flat(("06633018", "2017")).replace("_label;value;", "_label;wert;"),
        {},
        'a.csv, Zeile 1: der Kopf hat keine Spalte "value"; ',
    ),
    "nothing selected": (
        "ags;jahr;wert;g\n06633018;2017;1;m\n",
        {"select": {"g": "w"}},
        'a.csv, Zeile 2: keine Zeile ist ausgewählt (g = "w"); ',
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_say_where_and_the_true_reason(case: str, tmp_path: Path) -> None:
    content, mapping, start = REFUSED[case]
    with pytest.raises(TableError) as caught:
        load(tmp_path / "a.csv", content, **mapping)
    assert caught.value.render("de").startswith(start)


def test_periods_of_two_kinds_name_the_first_of_the_second_kind(tmp_path: Path) -> None:
    with pytest.raises(MixedPeriods, match='line 3, column "jahr": the periods of pop are of several kinds'):
        load(tmp_path / "a.csv", "ags;jahr;wert\n06633018;2017;1\n06633018;2017-03;1\n")


CELLS: dict[str, tuple[str, str]] = {
    "12.5": ("other decimal sign", '"12.5" has another decimal sign (.) than the rest of the table (,)'),
    "9" * 400: ("too large", f'"{"9" * 79}…" is too large for a number'),
    "ca. 5": ("text", '"ca. 5" is neither a number nor a known symbol'),
}


@pytest.mark.parametrize("cell", CELLS, ids=[name for name, _ in CELLS.values()])
def test_values_say_what_is_wrong_with_them(cell: str, tmp_path: Path) -> None:
    report = load(tmp_path / "a.csv", f"ags;jahr;wert\n06633018;2017;1,25\n06633001;2017;{cell}\n").report
    [rejection] = report.rejected
    assert rejection.reason.en == CELLS[cell][1]
    assert (rejection.line, rejection.column) == (3, "wert")


def test_keys_of_another_level_and_patterns_of_the_mapping(tmp_path: Path) -> None:
    text = INKAR_WIDE + "06633;Kassel;Kreise;7\n06633018;Naumburg;Kreise;7\n"
    [rejection] = load(tmp_path / "a.csv", text).report.rejected
    assert "gemeinde Naumburg" in rejection.reason.de
    text = "ags;monat;wert\n06633018;12-2017;1\n06633001;2017-12;1\n"
    [rejection] = load(tmp_path / "b.csv", text, period_format="%m-%Y").report.rejected
    assert rejection.reason.en == '"2017-12" does not follow the pattern "%m-%Y"'
