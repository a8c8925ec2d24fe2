"""Readers: each form in which offices deliver figures, on real files and on small ones made after them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bench.imports import load as load_choosing
from bench.imports import tables
from spatial.indicators import (
    AmbiguousRows,
    AmbiguousUnit,
    AreaIndex,
    AreaRow,
    Catalogue,
    Flag,
    ImportResult,
    Indicator,
    NoKnownKey,
    SeveralTables,
    Status,
    TableMapping,
    UnknownTableForm,
    UnreadableTable,
    import_table,
    load_mapping,
    register_names,
    render_mapping,
)

AREAS = AreaIndex(
    [
        AreaRow("gemeinde", "06633001", "Ahnatal"),
        AreaRow("gemeinde", "06633006", "Bad Emstal"),
        AreaRow("gemeinde", "06633018", "Naumburg"),
        AreaRow("gemeinde", "06633021", "Oberweser", None, date(2020, 1, 1), ("06633030",)),
        AreaRow("gemeinde", "06633030", "Wesertal", date(2020, 1, 1)),
        AreaRow("gemeinde", "06635001", "Allendorf (Eder)"),
        AreaRow("gemeinde", "06531001", "Allendorf (Lumda)"),
        AreaRow("gemeinde", "06611000", "Kassel"),
        AreaRow("gemeinde", "15084355", "Naumburg (Saale)"),
        AreaRow("gemeinde", "03151002", "Barwedel"),
        AreaRow("gemeinde", "06432018", "Münster (Hessen)"),
        AreaRow("gemeinde", "05515000", "Münster"),
        AreaRow("gemeinde", "08425083", "Münster"),
        AreaRow("verband", "031515401", "Boldecker Land"),
        AreaRow("kreis", "06633", "Kassel"),
        AreaRow("kreis", "06611", "Kassel"),
        AreaRow("kreis", "08222", "Mannheim"),
        AreaRow("regierungsbezirk", "066", "Kassel"),
        AreaRow("land", "06", "Hessen"),
        AreaRow("gitter", "CRS3035RES100mN2691700E4341100"),
        AreaRow("gitter", "CRS3035RES1000mN2684000E4334000"),
    ]
)
CATALOGUE = Catalogue(
    {
        "pop": Indicator("pop", "count", "Personen", additive=True, harmonise="sum", reference_day="12-31"),
        "money": Indicator("money", "count", "EUR", additive=True, harmonise="sum"),
        "share": Indicator("share", "rate", "%", valid_range=(0, 100)),
    }
)
Load = Callable[..., ImportResult]
Figures = dict[tuple[str, str], tuple[float | None, str]]


def load(path: Path, indicator: str = "pop", *, level: str | None = None, **mapping: Any) -> ImportResult:
    """Load a file, hold the counts of its report together, and its saved mapping to the same result."""
    result = import_table(
        path, catalogue=CATALOGUE, areas=AREAS, mapping=TableMapping(**mapping), indicator=indicator, level=level
    )
    report = result.report
    parts = report.accepted, report.rejected_total, report.duplicates, report.other_levels, report.not_selected
    assert report.rows == sum(parts)
    return result


def figures(result: ImportResult) -> Figures:
    return {(o.key, o.period): (o.value, o.status.value) for o in result.observations}


def write(folder: Path, content: str | bytes, name: str = "figures.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- classic tables of GENESIS


@pytest.mark.shared
def test_an_archive_of_several_tables_names_them(shared_data: Path) -> None:
    archive = shared_data / "regionalstatistik" / "regionalstatistik_gemeinden_export2017.zip"
    with pytest.raises(SeveralTables) as caught:
        load(archive)
    assert len(caught.value.choices) == 14
    german = caught.value.render("de")
    assert "enthält 14 Tabellen: 12111-01-01-5_00.csv, " in german
    assert german.endswith(f"eine davon nennen, etwa {archive.name}/12111-01-01-5_00.csv")


@pytest.mark.shared
def test_a_classic_table_of_many_years(shared_data: Path) -> None:
    path = shared_data / "regionalstatistik" / "regionalstatistik_gemeinden_export2017.zip" / "12411-01-01-5_00.csv"
    with pytest.raises(UnknownTableForm, match='several columns may hold the values: "Insgesamt", "männlich", "weib'):
        load(path)
    result = load(path, value_column="Insgesamt")
    found = figures(result)
    assert found["06633018", "2015"] == (5085.0, "OK")
    assert found["06633", "2015"] == (235813.0, "OK")
    assert found["03151002", "2015"][0] == 1000.0, "a member of a Samtgemeinde, written 03151401002"
    assert result.report.format == "classic"
    assert result.report.periods == tuple(str(year) for year in range(2008, 2016))
    assert result.report.provenance[0] == "GENESIS-Tabelle: 12411-01-01-5"
    assert result.report.provenance[-1].startswith("Stand: 10.10.2017")
    assert any(o.level == "verband" and o.key == "031515401" for o in result.observations)


@pytest.mark.shared
def test_header_cells_name_a_column_of_six_header_rows(shared_data: Path) -> None:
    path = shared_data / "regionalstatistik" / "regionalstatistik_gemeinden_export2017.zip" / "12711-01-03-5_00.csv"
    label = ["Fortzüge über die Gemeindegrenzen", "weiblich", "unter 18 Jahre"]
    result = load(path, column_label=tuple(label))
    assert result.report.periods == ("2015",)
    with pytest.raises(UnknownTableForm) as caught:
        load(path, column_label=("Fortzüge über die Gemeindegrenzen", "weiblich"))
    assert len(caught.value.choices) > 5


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "key", "value", "period"),
    [
        ("12411-01-01-4_2018_latin1.csv", "06633", 236633.0, "2018"),
        ("23111-01-04-4_2017_latin1.csv", "06633", 5.0, "2017"),
    ],
)
def test_classic_tables_as_downloaded(shared_data: Path, name: str, key: str, value: float, period: str) -> None:
    column = "Insgesamt" if name.startswith("12411") else "Krankenhäuser"
    result = load(shared_data / "regionalstatistik" / name, value_column=column)
    assert figures(result)[key, period] == (value, "OK")
    assert (result.report.encoding, result.report.delimiter) == ("cp1252", ";")


@pytest.mark.shared
@pytest.mark.slow
def test_tables_of_the_regional_database_load(shared_data: Path) -> None:
    found = list(tables(shared_data, ("regionalstatistik/*",)))
    assert len(found) == 14 + 65 + 2
    # Every fourth one; bench.imports reads all.
    for path in found[::4]:
        row = load_choosing(path, AREAS)
        assert (row.form, row.accepted > 0) == ("classic", True), row


CLASSIC = (
    "GENESIS-Tabelle: 22411-02-01-4\n"
    'Empfänger "von Leistungen;;;;;\n'
    "Pflegestatistik - Stichtag 15.12. -;;;;;\n"
    "15.12.2021;;;;;\n"
    ";;;Pflegebedürftige;;Ausgaben\n"
    ";;;Insgesamt;ambulant;Insgesamt\n"
    ";;;Anzahl;Anzahl;Tsd. EUR\n"
    "06;Hessen;männlich;10;4;7,5\n"
    "06;Hessen;weiblich;12;5;8,5\n"
    "06;Hessen;Insgesamt;22;9;16,0\n"
    "06633;    Kassel, Landkreis;männlich;3;1;.\n"
    "06633;    Kassel, Landkreis;weiblich;4;-;x\n"
    "06633;    Kassel, Landkreis;Insgesamt;7;1;1.234,5\n"
    "__________\n"
    '"zu ""Tabelle""\nKassel; Sonderfall"\n'
    '"© Statistische Ämter, 2022."\n'
    "Stand: 12.03.2022 / 10:15:22\n"
)


def test_a_classic_table_with_a_breakdown(tmp_path: Path) -> None:
    path = write(tmp_path, CLASSIC.encode("cp1252"))
    total = load(path, value_column="Pflegebedürftige / Insgesamt")
    assert figures(total)["06633", "2021-12-15"] == (7.0, "OK")
    assert (total.report.not_selected, total.report.other_levels) == (4, 1)
    note = 'Of 2 only the total was taken; select may choose: "männlich", "weiblich", "Insgesamt".'
    assert note in [sentence.en for sentence in total.report.warnings]
    women = load(path, value_column=4, select={"2": "weiblich"})
    assert figures(women)["06633", "2021-12-15"] == (0.0, "ZERO_EXACT")
    assert total.report.provenance[-2:] == ("© Statistische Ämter, 2022.", "Stand: 12.03.2022 / 10:15:22")
    with pytest.raises(AmbiguousRows, match='column "2": no row has "divers"'):
        load(path, value_column=4, select={"2": "divers"})
    with pytest.raises(UnknownTableForm, match="the mapping's select 'Geschlecht' is no breakdown"):
        load(path, value_column=4, select={"Geschlecht": ""})


def test_a_legend_tells_what_zero_means(tmp_path: Path) -> None:
    legend = "0 = Weniger als die Hälfte von 1 in der letzten besetzten Stelle, jedoch mehr als nichts"
    table = CLASSIC.replace(";4;-;x", ";4;0;x")
    for footer, status in ((legend, "LT_HALF_UNIT"), ("- = nichts vorhanden", "ZERO")):
        path = write(tmp_path, table.replace("Stand:", f"{footer}\nStand:").encode("cp1252"))
        women = load(path, value_column=4, select={"2": "weiblich"})
        assert figures(women)["06633", "2021-12-15"] == (0.0, status)
        assert (legend in women.report.provenance) == (footer == legend)


def test_members_of_groups_of_municipalities(tmp_path: Path) -> None:
    areas = AreaIndex([AreaRow("gemeinde", key, key) for key in ("03151002", "07131001", "07131007")])
    path = write(
        tmp_path,
        "GENESIS-Tabelle: 12411\n31.12.2015;\n;;Anzahl\n03151401;A;7\n03151401002;B;-\n03151402;C;5\n03151402002;B;3\n"
        "0713100007;D;1\n0713101;E;2\n0713101001;F;2\n",
    )
    result = import_table(path, catalogue=CATALOGUE, areas=areas, indicator="pop")
    assert {o.key: o.value for o in result.observations} == {"03151002": 3.0, "07131007": 1.0, "07131001": 2.0}
    report = result.report
    assert (report.duplicates, report.other_levels, report.rejected) == (1, 3, ()), "B left A for C"


def test_units_in_thousands_are_multiplied_or_refused(tmp_path: Path) -> None:
    path = write(tmp_path, CLASSIC.encode("cp1252"))
    money = load(path, "money", value_column="Ausgaben / Insgesamt")
    assert figures(money)["06633", "2021-12-15"] == (1234500.0, "OK")
    assert money.report.units == ("Tsd. EUR",)
    assert [s.en for s in money.report.warnings][-1] == 'The values in "Tsd. EUR" were multiplied by 1000.'
    with pytest.raises(AmbiguousUnit) as caught:
        load(path, "pop", value_column="Ausgaben / Insgesamt")
    assert caught.value.render("de").startswith(
        'figures.csv, Zeile 7, Spalte "Ausgaben / Insgesamt / Tsd. EUR": die Werte sind in "Tsd. EUR"; in einer Zuordn'
    )
    kept = load(path, "pop", value_column="Ausgaben / Insgesamt", multiplier=1.0)
    assert figures(kept)["06633", "2021-12-15"][0] == 1234.5


# --- flat tables

FLAT_HEADER = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;"
    "2_variable_attribute_code;2_variable_attribute_label;value;value_unit;value_variable_code;"
    "value_variable_label;value_q\n"
)


def flat(*rows: tuple[str, ...]) -> bytes:
    """Flat table; a row has time, region, key, name, sex, value, unit, measure and quality."""
    sexes = {"": "Insgesamt", "GESM": "männlich", "GESW": "weiblich"}
    lines = [
        f"12411;Bevölkerung;STAG;Stichtag;{time};{region};Gebiete;{key};{name};GES;Geschlecht;{sex};"
        f"{sexes[sex]};{value};{unit};{measure};Merkmal;{quality}\n"
        for time, region, key, name, sex, value, unit, measure, quality in rows
    ]
    return ("\ufeff" + FLAT_HEADER + "".join(lines)).encode()


UNSORTED = flat(
    ("2024-12-31", "KREISE", "06633", "Kassel", "GESW", "120001", "Anzahl", "BEVSTD", "e"),
    ("2024-12-31", "KREISE", "08222", "Mannheim, Stadtkreis", "GESW", "158789", "Anzahl", "BEVSTD", ""),
    ("2024-12-31", "DINSG", "DG", "Deutschland", "", "83577140", "Anzahl", "BEVSTD", ""),
    ("2023-12-31", "KREISE", "06633", "Kassel", "", "-", "Anzahl", "BEVSTD", ""),
    ("2024-12-31", "KREISE", "06633", "Kassel", "", "240.001", "Anzahl", "BEVSTD", "p"),
    ("2024-12-31", "DLAND", "06", "Hessen", "", "6267546", "Anzahl", "BEVSTD", ""),
    ("2024-12-31", "KREISE", "08222", "Mannheim, Stadtkreis", "", ".", "Anzahl", "BEVSTD", ""),
)


def test_a_flat_table_new(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("12411-0015_1_de_flat.csv", UNSORTED)
    result = load(write(tmp_path, packed.getvalue(), "table.zip"), "pop")
    assert figures(result) == {
        ("06633", "2023"): (0.0, "ZERO_EXACT"),
        ("06633", "2024"): (240001.0, "OK"),
        ("08222", "2024"): (None, "SECRET_OR_UNKNOWN"),
        ("06", "2024"): (6267546.0, "OK"),
    }
    report = result.report
    assert (report.format, report.encoding, report.units) == ("ffcsv", "utf-8-sig", ("Anzahl",))
    assert (report.rows, report.accepted, report.other_levels, report.not_selected) == (7, 3, 2, 2)
    assert dict(report.flags) == {"PROVISIONAL": 1}
    assert any(sentence.de.startswith("Von GES wurde nur die Gesamtzahl genommen") for sentence in report.warnings)


@pytest.mark.parametrize("code", ["GESW", "weiblich"])
def test_a_flat_table_is_selected_by_code_or_label(tmp_path: Path, code: str) -> None:
    result = load(write(tmp_path, UNSORTED), select={"GES": code})
    assert figures(result) == {("06633", "2024"): (120001.0, "OK"), ("08222", "2024"): (158789.0, "OK")}
    assert result.report.not_selected == 5


def test_several_units_are_refused_unless_one_is_named(tmp_path: Path) -> None:
    content = flat(
        ("2024-12-31", "KREISE", "06633", "Kassel", "", "53,9", "%", "GEB001", ""),
        ("2024-12-31", "KREISE", "06633", "Kassel", "", "10755706", "Anzahl", "GEB001", ""),
    )
    path = write(tmp_path, content)
    with pytest.raises(
        AmbiguousUnit, match=r'3, column "value_unit": the values are in several units: "%" \(line 2'
    ) as caught:
        load(path)
    assert caught.value.line == 3
    by_unit, by_select = load(path, unit="%", indicator="share"), load(path, select={"value_unit": "Anzahl"})
    assert figures(by_unit) == {("06633", "2024-12-31"): (53.9, "OK")}
    assert figures(by_select) == {("06633", "2024"): (10755706.0, "OK")}
    assert by_unit.report.not_selected == by_select.report.not_selected == 1


def test_several_measures_and_breakdowns_without_a_total(tmp_path: Path) -> None:
    content = flat(
        ("2024-12-31", "KREISE", "06633", "Kassel", "GESM", "1", "Anzahl", "BEV01", ""),
        ("2024-12-31", "KREISE", "06633", "Kassel", "GESW", "2", "Anzahl", "BEV01", ""),
        ("2024-12-31", "KREISE", "06633", "Kassel", "GESM", "3", "Anzahl", "BEV02", ""),
    )
    path = write(tmp_path, content)
    with pytest.raises(UnknownTableForm, match='the table has several measures: "BEV01" Merkmal, "BEV02" Merkmal'):
        load(path)
    with pytest.raises(AmbiguousRows) as caught:
        load(path, value_column="BEV01")
    assert '"GESM" männlich, "GESW" weiblich' in str(caught.value)
    assert 'select = { "GES" = "GESM" }' in caught.value.render("de")
    assert figures(load(path, value_column="BEV01", select={"GES": "GESW"}))["06633", "2024"] == (2.0, "OK")


def test_keys_of_the_census_are_converted_and_levels_kept_apart(tmp_path: Path) -> None:
    content = flat(
        ("2022-05-15", "GEOGM4", "066330018018", "Naumburg", "", "5012", "Anzahl", "PRS", ""),
        ("2022-05-15", "GEOLK4", "06633", "Kassel", "", "237000", "Anzahl", "PRS", ""),
        ("2022-05-15", "GEOBL1", "06", "Hessen", "", "6207278", "Anzahl", "PRS", ""),
        ("2022-05-15", "GEOGM4", "066330001001", "Ahnatal", "", "/", "Anzahl", "PRS", ""),
        ("2022-05-15", "GEODL1", "DG", "Deutschland", "", "82719540", "Anzahl", "PRS", ""),
    )
    result = load(write(tmp_path, content))
    assert figures(result)["06633018", "2022-05-15"] == (5012.0, "OK")
    assert figures(result)["06633001", "2022-05-15"] == (None, "UNRELIABLE")
    assert (result.report.accepted, result.report.other_levels, result.report.repaired_keys) == (2, 3, ())


OLD_FLAT = (
    "\ufeffStatistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;"
    "1_Auspraegung_Code;1_Auspraegung_Label;BEVSTD__Bevoelkerungsstand__Anzahl;BEVSTD__Bevoelkerungsstand__q;"
    "ANT__Anteil__Prozent;ANT__Anteil__q\n"
    "12411;Bevölkerung;STAG;Stichtag;31.12.2022;KREISE;Kreise;06633;    Kassel, Landkreis;238000;e;12,5;e\n"
    "12411;Bevölkerung;STAG;Stichtag;31.12.2022;KREISE;Kreise;08222;    Mannheim;;.;x;\n"
)


def test_a_flat_table_old(tmp_path: Path) -> None:
    path = write(tmp_path, OLD_FLAT)
    with pytest.raises(UnknownTableForm, match=r'9: "BEVSTD / Bevoelkerungsstand \(Anzahl\)", 11: "ANT / A'):
        load(path)
    result = load(path, value_column="BEVSTD")
    assert figures(result) == {("06633", "2022"): (238000.0, "OK"), ("08222", "2022"): (None, "SECRET_OR_UNKNOWN")}
    assert result.observations[0].flags == (Flag.FINAL,)
    share = load(path, "share", value_column="ANT__Anteil__Prozent")
    assert figures(share)["06633", "2022-12-31"] == (12.5, "OK")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["21611-0002_de_flat.csv", "61111-0001_de_flat.csv", "61111-0003_de_flat.zip"])
def test_national_flat_tables_are_read_and_refused_for_what_they_are(shared_data: Path, name: str) -> None:
    with pytest.raises(NoKnownKey, match="all figures are for Germany as a whole"):
        load(shared_data / "genesis_flat" / name)


# --- INKAR

INKAR = (
    "Bereich;ID;Kuerzel;Indikator;Raumbezug;Kennziffer;Name;Zeitbezug;Wert\n"
    "Arbeit;1;q_alo;Arbeitslosenquote;Kreise;06633000;Kassel;2021;3,9\n"
    "Arbeit;1;q_alo;Arbeitslosenquote;Kreise;06611000;Kassel, Stadt;2021;8,1\n"
    "Arbeit;1;q_alo;Arbeitslosenquote;Gemeinden;06611000;Kassel;2021;8,2\n"
    "Arbeit;1;q_alo;Arbeitslosenquote;Bundesländer;06;Hessen;2021;5,2\n"
    "Arbeit;1;q_alo;Arbeitslosenquote;ROR;0601;Nordhessen;2021;4,4\n"
    "Arbeit;2;q_jung;Jugendarbeitslosigkeit;Kreise;06633000;Kassel;2021;2,0\n"
)


def test_inkar_long(tmp_path: Path) -> None:
    path = write(tmp_path, INKAR)
    with pytest.raises(AmbiguousRows) as caught:
        load(path, "share")
    assert '"q_alo" Arbeitslosenquote, "q_jung" Jugendarbeitslosigkeit; name a short name' in str(caught.value)
    for mapping in ({"value_column": "q_alo"}, {"select": {"Kuerzel": "q_alo"}}):
        result = load(path, "share", level="kreis", **mapping)
        assert {(o.level, o.key, o.value) for o in result.observations} == {
            ("kreis", "06633", 3.9), ("kreis", "06611", 8.1), ("gemeinde", "06611000", 8.2), ("land", "06", 5.2),
        }  # fmt: skip
        assert (result.report.not_selected, result.report.other_levels) == (1, 3)
    assert load(path, "share", value_column="Jugendarbeitslosigkeit").report.accepted == 1


def test_inkar_of_the_web_page(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "\ufeffKennziffer;Raumeinheit;Aggregat;Arbeitslosenquote;Arbeitslosenquote;Miete\n;;;2020;2021;2021\n"
        "06633000;Kassel;Landkreis;4,1;3,9;6,5\n06611000;Kassel;Kreisfreie Stadt;8,3;8,1;8,9\n",
    )
    result = load(path, "share", value_column="Arbeitslosenquote")
    assert figures(result)["06633", "2020"] == (4.1, "OK")
    assert result.report.periods == ("2020", "2021")
    assert figures(load(path, "share", value_column="Miete")) == {
        ("06633", "2021"): (6.5, "OK"),
        ("06611", "2021"): (8.9, "OK"),
    }


@pytest.mark.shared
def test_inkar_parquet(shared_data: Path) -> None:
    path = shared_data / "inkar" / "inkar_sozialleistungen.parquet"
    with pytest.raises(UnknownTableForm, match="several columns may hold the values"):
        load(path, "pop")
    result = load(path, "pop", value_column="q_PBG_bev", level="gemeinde", vintage=date(2021, 1, 1))
    found = {(o.level, o.key): o.value for o in result.observations if o.period == "2022"}
    # As the bundled figures have them.
    assert found["gemeinde", "06633018"] == pytest.approx(54.98)
    assert result.report.format == "inkar"


# --- census


@pytest.mark.shared
def test_the_regional_table_of_the_census(shared_data: Path) -> None:
    path = shared_data / "zensus" / "zensus2022_Regionaltabelle_Bevoelkerung.xlsx"
    result = load(path, sheet="CSV-Einwohnerzahl", value_column="EWZ")
    assert figures(result)["06633018", "2022-05-15"][1] == "OK"
    assert figures(result)["06633", "2022-05-15"][0] == 229_935.0
    assert result.report.other_levels > 400
    layout = load(path, sheet="Bevölkerung", value_column=3)
    # The layout sheet has the same figures below titles, two header rows and footnotes.
    assert {o.key: o.value for o in layout.observations} == {o.key: o.value for o in result.observations}
    assert layout.report.periods == ("2022-05-15",)


def test_census_grids_need_their_own_level(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner;werterlaeuternde_Zeichen\n"
        "CRS3035RES100mN2691700E4341100;4341150;2691750;6,26;KLAMMERN\n"
        "CRS3035RES100mN2691800E4341100;4341150;2691850;–;\n",
    )
    with pytest.raises(UnreadableTable) as caught:
        load(path, period="2022-05-15")
    assert "die Zellen als eigene Ebene laden" in caught.value.render("de")
    result = load(path, level="gitter", period="2022-05-15")
    assert [(o.value, o.status) for o in result.observations] == [(6.26, Status.LOW_RELIABILITY)]
    assert result.report.unknown_keys == ("CRS3035RES100mN2691800E4341100",)


def test_cells_named_by_their_centre(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    for value, expected in ((7, (7.0, "OK")), (-1, (None, "SECRET_OR_NONE")), (-9, (None, "SECRET_OR_NONE"))):
        table = pyarrow.table({"Einwohner": [value, 3], "x": [4334500, 4335500], "y": [2684500, 2684500]})
        pyarrow.parquet.write_table(table, tmp_path / "grid.parquet")
        result = load(tmp_path / "grid.parquet", level="gitter", period="2011-05-09")
        assert figures(result) == {("CRS3035RES1000mN2684000E4334000", "2011-05-09"): expected}
        assert result.report.unknown_keys == ("CRS3035RES1000mN2684000E4335000",)


# --- workbooks of Hessen and of the Bundesagentur, made after their descriptions


def workbook(folder: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "figures.xlsx"
    book.save(path)
    return path


def test_a_workbook_of_statistik_hessen(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        {
            "Impressum": [["Hessisches Statistisches Landesamt"], ["Erschienen im Mai 2023"]],
            "Tabelle 1": [
                ["Bevölkerung in den hessischen Gemeinden am 31. Dezember 2022"],
                ["(synthetisch)"],
                ["Schl.-Nr.", "Gemeinde", "Insgesamt"],
                [633001, "Ahnatal", 8056],
                ["633018", "Naumburg, Stadt¹)", "5 012"],
                ["633006", "Bad Emstal 2)", "—"],
                [633, "Landkreis Kassel", 238000],
                ["_____"],
                ["1) Ergebnis geschätzt."],
            ],
        },
    )
    result = load(path, land="06")
    assert figures(result) == {
        ("06633001", "2022"): (8056.0, "OK"),
        ("06633018", "2022"): (5012.0, "OK"),
        ("06633006", "2022"): (0.0, "ZERO_EXACT"),
        ("06633", "2022"): (238000.0, "OK"),
    }
    assert (result.report.sheet, result.report.other_levels) == ("Tabelle 1", 1)
    assert "The period 2022-12-31 was taken from line 1." in [s.en for s in result.report.warnings]


def test_a_workbook_of_the_bundesagentur(tmp_path: Path) -> None:
    head = [
        ["Arbeitslose nach Gemeinden (synthetisch)"],
        [],
        ["Berichtsmonat: Dezember 2022"],
        ["Erstellungsdatum: 12.01.2023"],
    ]
    table: list[list[Any]] = [
        [], ["Region", "Arbeitslose", "davon", None], [None, "Insgesamt", "Männer", "Frauen"],
        ["06633 Kassel", 4000, 2200, 1800], ["06633018 Naumburg, Stadt", 88, "*", "x"],
        ["06633001 Ahnatal", "-", ".", 5], ["Erstellt von der Statistik"],
    ]  # fmt: skip
    path = workbook(tmp_path, {"Deckblatt": head, "1.1": head + table})
    result = load(path, value_column="Männer")
    assert figures(result) == {
        ("06633018", "2022-12"): (None, "SECRET"),
        ("06633001", "2022-12"): (None, "SECRET_OR_UNKNOWN"),
        ("06633", "2022-12"): (2200.0, "OK"),
    }
    assert figures(load(path, value_column="Arbeitslose / Insgesamt"))["06633001", "2022-12"] == (0.0, "ZERO_EXACT")


def test_formulas_without_a_stored_value_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A": [["AGS", 2015], ["06633018", "=1+1"], ["06633001", 3]]})
    result = load(path)
    assert figures(result) == {("06633001", "2015"): (3.0, "OK")}
    assert [(r.line, r.column) for r in result.report.rejected] == [(2, "2015")]
    assert 'the formula "=1+1" has no stored value' in result.report.rejected[0].reason.en


def test_a_remark_beside_a_sheet_is_no_reason_to_refuse_it(tmp_path: Path) -> None:
    rows = [["AGS", 2015], ["06633018", 4, None, "zurück zum Inhalt"], ["06633001", 3]]
    assert load(workbook(tmp_path, {"A": rows})).report.accepted == 2


ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def ods(folder: Path, xml: str) -> Path:
    path = folder / "figures.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", xml)
    return path


def ods_cell(text: str, kind: str = "string", value: str = "", extra: str = "") -> str:
    stored = f' office:value="{value}"' if value else ""
    return f'<table:table-cell office:value-type="{kind}"{stored}{extra}><text:p>{text}</text:p></table:table-cell>'


def test_opendocument(tmp_path: Path) -> None:
    header = ods_cell("AGS") + ods_cell("2015", "float", "2015") + ods_cell("2016", "float", "2016")
    twice, formula = ' table:number-columns-repeated="2"', '<table:table-cell table:formula="of:=1"/>'
    endless = '<table:table-cell table:number-columns-repeated="999999999"/>'
    rows = (
        f"<table:table-row>{header}</table:table-row>"
        f"<table:table-row>{ods_cell('06633018', 'float', '6633018')}{ods_cell('5.085', 'float', '5085')}"
        f"{ods_cell('-')}{endless}</table:table-row>"
        f"<table:table-row>{ods_cell('06633001')}{ods_cell('7', 'float', '7', twice)}"
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="99"><table:table-cell/></table:table-row>'
        f"<table:table-row>{ods_cell('06633006')}{formula}{ods_cell('3', 'float', '3')}"
        "</table:table-row>"
    )
    cover = (
        f'<table:table table:name="Deckblatt"><table:table-row>{ods_cell("Bericht")}</table:table-row></table:table>'
    )
    path = ods(tmp_path, f'{ODS_HEAD}{cover}<table:table table:name="Werte">{rows}</table:table>{ODS_TAIL}')
    result = load(path)
    assert figures(result) == {
        ("06633018", "2015"): (5085.0, "OK"),
        ("06633018", "2016"): (0.0, "ZERO_EXACT"),
        ("06633001", "2015"): (7.0, "OK"),
        ("06633001", "2016"): (7.0, "OK"),
        ("06633006", "2016"): (3.0, "OK"),
    }
    assert (result.report.format, result.report.sheet, result.report.repaired_keys) == ("ods", "Werte", ())
    assert 'the formula "of:=1" has no stored value' in result.report.rejected[0].reason.en


def test_parquet_and_a_workbook_in_an_archive(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"AGS": ["06633018", "06633001"], "Jahr": [2015, 2015], "Wert": [5.5, None], "x": ["a", "b"]})
    pyarrow.parquet.write_table(table, tmp_path / "figures.parquet")
    result = load(tmp_path / "figures.parquet")
    assert figures(result) == {("06633018", "2015"): (5.5, "OK"), ("06633001", "2015"): (None, "EMPTY")}
    assert result.report.format == "parquet"
    book = workbook(tmp_path, {"A": [["AGS", 2015], ["06633018", 4]]})
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.write(book, "a/figures.xlsx")
        archive.write(tmp_path / "figures.parquet", "figures.parquet")
        archive.writestr("readme.txt.md", "nothing")
    assert figures(load(tmp_path / "both.zip" / "a" / "figures.xlsx")) == {("06633018", "2015"): (4.0, "OK")}
    assert load(tmp_path / "both.zip" / "figures.parquet").report.accepted == 2
    with pytest.raises(
        UnreadableTable, match=r'both\.zip: the archive has no "b\.csv"; it has a/figures\.xlsx, figures'
    ):
        load(tmp_path / "both.zip" / "b.csv")


# --- names instead of keys


def test_names_stand_in_for_keys(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Gemeinde;2015\nNaumburg, Stadt;5\nBad Emstal¹);6\nAhnatal;7\nKassel, documenta-Stadt;9\nLandkreis Kassel;27\n"
        "Allendorf;1\nMünster;2\nNirgendwo;3\nOberweser;4\nWesertal;8\nHessen;99\n",
    )
    result = load(path)
    assert {(o.level, o.key): o.value for o in result.observations} == {
        ("gemeinde", "06633018"): 5.0, ("gemeinde", "06633006"): 6.0, ("gemeinde", "06633001"): 7.0,
        ("gemeinde", "06611000"): 9.0, ("gemeinde", "06633021"): 4.0, ("land", "06"): 99.0, ("kreis", "06633"): 27.0,
    }  # fmt: skip
    assert (2, "Naumburg, Stadt", "06633018") in result.report.matched_names
    reasons = {rejection.line: rejection.reason for rejection in result.report.rejected}
    assert reasons[7].de == (
        'kein Gebiet hieß im Zeitraum "Allendorf"; ähnlich: 06635001 Allendorf (Eder), 06531001 Allendorf (Lumda)'
    )
    assert reasons[8].en.startswith('the name "Münster" is ambiguous: 05515000 Münster, 08425083 Münster')
    assert reasons[9].en == 'no area was called "Nirgendwo" in the period'
    assert reasons[11].de == (
        '"Wesertal" war am 31.12.2015 nicht gültig: 06633030 Wesertal gibt es seit 01.01.2020, '
        "vorher 06633021 Oberweser"
    )
    assert result.report.not_valid_at_period == ("06633030",)


def test_registers_add_the_names_of_their_time(tmp_path: Path) -> None:
    from boundaries import Register, RegisterEntry

    def register(day: date, *names: tuple[str, str]) -> Register:
        entries = (RegisterEntry(key, None, "gemeinde", name, "", None, None) for key, name in names)
        return Register(day, "xlsx", tuple(entries))

    early = AreaRow("gemeinde", "06633021", "", None, date(2020, 1, 1), ("06633030",))
    areas = AreaIndex([early, AreaRow("gemeinde", "06633006", "Bad Emstal"), AreaRow("gemeinde", "06633018", "N")])
    registers = (
        register(date(2015, 12, 31), ("06633021", "Oberweser"), ("06633006", "Emstal"), ("99000001", "Fremd")),
        register(date(2018, 12, 31), ("06633021", "Oberweser"), ("06633006", "Bad Emstal, Kurort")),
    )
    named = replace(areas, names=register_names(areas, registers))
    path = write(tmp_path, "Gemeinde;Jahr;Wert\nOberweser;2014;4\nEmstal;2016;5\nEmstal;2019;6\nOberweser;2021;7\n")
    result = import_table(path, catalogue=CATALOGUE, areas=named, indicator="pop")
    assert figures(result) == {("06633021", "2014"): (4.0, "OK"), ("06633006", "2016"): (5.0, "OK")}
    renamed = "06633006 Emstal gab es bis 30.12.2018, seither 06633006 Bad Emstal"
    assert [(each.line, each.reason.de) for each in result.report.rejected] == [
        (4, f'am 31.12.2019 hieß kein Gebiet "Emstal": {renamed}'),
        (5, '"Oberweser" war am 31.12.2021 nicht gültig: 06633021 gab es bis 31.12.2019, seither 06633030'),
    ]  # fmt: skip
    assert not any(row.key == "99000001" for row in named.names)
    with pytest.raises(NoKnownKey):
        import_table(
            write(tmp_path, "Gemeinde;Jahr;Wert\nOberweser;2014;4\n"), catalogue=CATALOGUE, areas=areas, indicator="pop"
        )


def test_within_narrows_names_and_completes_short_keys(tmp_path: Path) -> None:
    names = write(tmp_path, "Kommune;2015\nMünster;2\n")
    assert figures(load(names, within="05")) == {("05515000", "2015"): (2.0, "OK")}
    keys = write(tmp_path, "Schlüssel;2015\n18;2\n001;3\n")
    result = load(keys, within="06633")
    assert figures(result) == {("06633018", "2015"): (2.0, "OK"), ("06633001", "2015"): (3.0, "OK")}
    assert [repair.before for repair in result.report.repaired_keys] == ["18", "001"]


def test_names_of_kreise_tell_city_and_county_apart(tmp_path: Path) -> None:
    path = write(tmp_path, "Kreis;2015\nKassel, Landkreis;2\nKassel, Kreisfreie Stadt;3\nKassel;4\n")
    result = load(path, level="kreis")
    assert figures(result) == {("06633", "2015"): (2.0, "OK"), ("06611", "2015"): (3.0, "OK")}
    assert "is ambiguous" in result.report.rejected[0].reason.en


# --- what the report says of the content


def test_sums_that_do_not_add_up_are_named(tmp_path: Path) -> None:
    areas = AreaIndex([row for row in AREAS.rows if row.key in ("06633", "06633001", "06633018")])

    def warnings(text: str, mapping: TableMapping | None = None) -> list[str]:
        path = write(tmp_path, text)
        result = import_table(path, catalogue=CATALOGUE, areas=areas, indicator="pop", mapping=mapping)
        return [sentence.en for sentence in result.report.warnings]

    assert warnings("key;2015\n06633;30\n06633001;10\n06633018;20\n") == []
    assert "differs from the Kreis by rounding" in warnings("key;2015\n06633;31\n06633001;10\n06633018;20\n")[0]
    assert warnings("key;2015\n06633;40\n06633001;10\n06633018;20\n") == [
        "In 1 of 1 cases the municipalities do not add up to the Kreis: 06633 2015: 30 ≠ 40."
    ]
    assert warnings("key;2015\n06633;40\n06633001;10\n06633018;.\n") == [], "what is secret may be the difference"
    assert warnings("key;2014;2015\n06633;10;40\n06633001;10;50\n") == [
        "In 1 of 2 cases the municipalities do not add up to the Kreis: 06633 2015: 50 ≠ 40."
    ], "an exact sum is one of the cases, though a municipality is missing"
    assert "50 ≠ 40" in warnings("key;2015\n06633;40\n06633001;50\n06633018;.\n")[0]
    thousands = warnings("key;2015\n06633;31\n06633001;10\n06633018;20\n", TableMapping(multiplier=1000.0))
    assert "differs from the Kreis by rounding" in thousands[0]


def test_values_outside_the_admissible_range_are_rejected(tmp_path: Path) -> None:
    result = load(write(tmp_path, "key;2015\n06633001;101\n06633018;99\n"), "share")
    assert result.report.accepted == 1
    assert result.report.rejected[0].reason.en == "101 is outside the admissible range 0 … 100 of share"


# --- saved mappings


@pytest.mark.parametrize(
    ("name", "content", "mapping"),
    [
        ("a.csv", "AGS;2014;2015\n6633018;1,5;2\n06633001;.;3\n", {}),
        ("a.csv", "x\nAGS,Jahr,Wert,Wert 2\n06633018,2015,1.5,9\n", {"value_column": "Wert"}),
        ("a.csv", "Kommune;Stand;Zahl\nNaumburg;31.12.2015;1\nAhnatal;31.12.2015;2\n", {}),
        ("a.csv", CLASSIC.encode("cp1252"), {"value_column": "Pflegebedürftige / Insgesamt"}),
        ("a.csv", CLASSIC.encode("cp1252"), {"column_label": ("Ausgaben",), "multiplier": 10.0}),
        ("a.csv", UNSORTED, {"select": {"GES": "weiblich"}}),
        ("a.csv", UNSORTED, {}),
        ("a.csv", OLD_FLAT, {"value_column": "BEVSTD"}),
        ("a.csv", INKAR, {"value_column": "q_alo"}),
        ("a.csv", INKAR, {"select": {"Kuerzel": "q_jung"}}),
    ],
    ids=[
        "wide",
        "long",
        "names",
        "classic",
        "classic label",
        "flat",
        "flat total",
        "old flat",
        "inkar",
        "inkar select",
    ],
)
def test_a_saved_mapping_reads_the_same(
    tmp_path: Path, name: str, content: str | bytes, mapping: dict[str, Any]
) -> None:
    path = write(tmp_path, content, name)
    first = load(path, "pop", **mapping)
    saved = write(tmp_path, render_mapping(first.mapping), "mapping.toml")
    again = import_table(path, catalogue=CATALOGUE, areas=AREAS, mapping=load_mapping(saved))
    assert list(again.observations) == list(first.observations)
    plain = {"warnings": ()}
    assert replace(again.report, **plain) == replace(first.report, **plain)  # type: ignore[arg-type]
    assert first.mapping.key_and_name is None, "no cell holds both"
    assert load_mapping(write(tmp_path, render_mapping(again.mapping), "again.toml")) == load_mapping(saved)


def test_saved_mappings_of_workbooks(tmp_path: Path) -> None:
    book = workbook(tmp_path, {"Deckblatt": [["x"]], "1": [["Titel"], ["AGS", "Name", "2015"], ["06633018", "N", 4]]})
    first = load(book)
    saved = write(tmp_path, render_mapping(first.mapping), "mapping.toml")
    assert 'sheet = "1"' in saved.read_text()
    again = import_table(book, catalogue=CATALOGUE, areas=AREAS, mapping=load_mapping(saved))
    assert list(again.observations) == list(first.observations)
