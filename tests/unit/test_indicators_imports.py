"""Imports: every row is accounted for, every symbol keeps its meaning, and what does not fit is refused clearly."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from spatial.indicators import (
    AmbiguousUnit,
    AreaIndex,
    AreaRow,
    Catalogue,
    DestroyedKeys,
    EmptyTable,
    Flag,
    ImportResult,
    Indicator,
    MixedPeriods,
    NoKnownKey,
    NothingFits,
    OversizedTable,
    RejectedRows,
    Status,
    Stored,
    StoredFigure,
    TableError,
    TableMapping,
    UnknownIndicator,
    UnknownTableForm,
    UnreadableTable,
    import_table,
)
from spatial.indicators.readers import files
from tests.tables import AREAS_OF_KASSEL as AREAS

OWN_AREAS = AreaIndex([AreaRow("sozialraum", "1", "Nord"), AreaRow("sozialraum", "06633", "Süd")])
CATALOGUE = Catalogue(
    {
        "pop": Indicator("pop", "count", "Personen", additive=True, harmonise="sum", reference_day="12-31"),
        "cases": Indicator("cases", "count", "Fälle", additive=True, harmonise="sum"),
        "share": Indicator("share", "rate", "%"),
        "rate": Indicator("rate", "rate", "%", numerator="cases", denominator="pop", factor=100, harmonise="ratio"),
    }
)
Load = Callable[..., ImportResult]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def loader(content: str | bytes, *, indicator: str | None = "pop", **options: Any) -> ImportResult:
        path = tmp_path / "figures.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        options.setdefault("areas", AREAS)
        mapping = options.pop("mapping", None)
        if mapping:
            options["mapping"] = TableMapping(**mapping)
        result = import_table(path, catalogue=options.pop("catalogue", CATALOGUE), indicator=indicator, **options)
        report = result.report
        parts = report.accepted, len(report.rejected), report.duplicates, report.other_levels, report.not_selected
        assert report.rows == sum(parts)
        return result

    return loader


def figures(result: ImportResult) -> dict[tuple[str, str], tuple[float | None, str]]:
    return {(o.key, o.period): (o.value, o.status.value) for o in result.observations}


# --- values and statuses


def test_symbols_and_a_decimal_comma(load: Load) -> None:
    result = load(
        "key;period;value\n06633001;2015;1.234,5\n06633018;2015;-\n06633021;2015;.\n06633027;2015;...\n"
        "06611000;2015;/\n06633001;2016;x\n06633018;2016;0\n06633021;2016;\n06633027;2016;(3)\n"
    )
    assert figures(result) == {
        ("06633001", "2015"): (1234.5, "OK"),
        ("06633018", "2015"): (0.0, "ZERO_EXACT"),
        ("06633021", "2015"): (None, "SECRET_OR_UNKNOWN"),
        ("06633027", "2015"): (None, "PENDING"),
        ("06611000", "2015"): (None, "UNRELIABLE"),
        ("06633001", "2016"): (None, "NOT_MEANINGFUL"),
        ("06633018", "2016"): (0.0, "ZERO"),
        ("06633021", "2016"): (None, "EMPTY"),
        ("06633027", "2016"): (3.0, "LOW_RELIABILITY"),
    }
    report = result.report.to_dict()
    assert (report["decimal"], report["delimiter"], report["accepted"]) == (",", ";", 9)
    assert report["status"]["OK"] == 1
    retired = "Keys no longer valid and their successors: 06633021 → 06633030, 06633027 → 06633030."
    assert report["warnings"] == [retired, "1 cell is empty."]


def test_keys_of_no_land_are_unknown_keys(load: Load) -> None:
    report = load("key;2015\n06633001;1\n99999999;2\n06999001;3\nText;4\n").report.to_dict()
    assert report["unknown_keys"] == ["06999001", "99999999"]
    assert [entry["line"] for entry in report["rejected"]] == [3, 4, 5]
    assert report["rejected"][2]["reason"] == '"Text" is no area key: it holds more than digits'
    assert {entry["column"] for entry in report["rejected"]} == {"key"}


def test_the_tidy_form_with_its_status_column(load: Load) -> None:
    result = load(
        "indicator,key,period,value,status\ncases,06633001,2015,,SECRET\ncases,06633018,2015,4,\n"
        "cases,06633021,2015,3,SECRET\ncases,06633027,2015,,OK\ncases,06611000,2015,5,ZERO_EXACT\n"
        "cases,06611000,2016,0,OK\ncases,06611000,2017,7,HIDDEN\nrate,06611000,2015,7,\nnone,06611000,2015,7,\n",
        indicator=None,
    )
    assert figures(result) == {
        ("06633001", "2015"): (None, "SECRET"),
        ("06633018", "2015"): (4.0, "OK"),
        ("06611000", "2016"): (0.0, "ZERO"),
    }
    reasons = {rejection.line: rejection.reason.en for rejection in result.report.rejected}
    assert reasons == {
        4: 'status SECRET and value "3" contradict each other',
        5: 'status OK does not fit the value ""',
        6: 'status ZERO_EXACT does not fit the value "5"',
        8: '"HIDDEN" is no status',
        9: "rate is computed from cases, pop and never loaded",
        10: 'indicator "none" is not in the catalogue',
    }


def test_a_dash_is_no_zero_where_the_area_did_not_exist(load: Load) -> None:
    result = load("key;2019;2021\n06633021;5;-\n06633030;-;7\n")
    assert figures(result) == {
        ("06633021", "2019"): (5.0, "OK"),
        ("06633021", "2021"): (None, "NOT_APPLICABLE"),
        ("06633030", "2019"): (None, "NOT_APPLICABLE"),
        ("06633030", "2021"): (7.0, "OK"),
    }


def test_a_number_for_an_area_that_did_not_exist_is_rejected(load: Load) -> None:
    result = load("key;period;value\n06633030;2019;8\n06633001;2019;3\n")
    assert result.report.not_valid_at_period == ("06633030",)
    assert result.report.rejected[0].reason.en == (
        "06633030 was not valid on 2019-12-31: 06633030 Wesertal exists since 2020-01-01, "
        "before that 06633021 Oberweser, 06633027 Wahlsburg"
    )
    on_newer = load("key;period;value\n06633030;2019;8\n", mapping={"vintage": date(2022, 12, 31)})
    assert on_newer.observations[0].vintage == date(2022, 12, 31)
    assert load("key;period;value\n06633001;2019;8\n").observations[0].vintage == date(2019, 12, 31)


def test_percent_fits_percent_only(load: Load) -> None:
    assert load("key;period;value\n06633001;2015;12,5 %\n", indicator="share").observations[0].value == 12.5
    with pytest.raises(NothingFits, match="is in percent, the indicator in Personen"):
        load("key;period;value\n06633001;2015;12,5 %\n")


def test_quality_letters_and_multipliers(load: Load) -> None:
    result = load("key;period;value;flag\n06633001;2015;12,3p;s\n", mapping={"multiplier": 1000.0})
    observation = result.observations[0]
    assert (observation.value, observation.flags) == (12300.0, (Flag.PROVISIONAL, Flag.ESTIMATED))
    assert result.report.to_dict()["flags"] == {"PROVISIONAL": 1, "ESTIMATED": 1}


@pytest.mark.parametrize(
    ("values", "delimiter", "decimal", "first"),
    [
        (("1,5", "2"), ";", ",", 1.5),
        (("1.5", "2"), ";", ".", 1.5),
        (("0.123", "1.234"), ";", ".", 0.123),
        (("1.234.567", "2"), ";", ",", 1234567.0),
        (("1.234", "2.345"), ";", ",", 1234.0),
        (("1.234", "2.345"), ",", ",", 1234.0),
        (("1.234", "2,345"), ";", ",", 1234.0),
        (("1234.567", "1"), ";", ".", 1234.567),
        (("1.234,5", "2.345"), "\t", ",", 1234.5),
    ],
)
def test_the_decimal_sign_is_told_by_the_values(
    load: Load, values: tuple[str, str], delimiter: str, decimal: str, first: float
) -> None:
    d = delimiter
    text = f"key{d}period{d}value\n06633001{d}2015{d}{values[0]}\n06633018{d}2015{d}{values[1]}\n"
    result = load(text)
    assert (result.report.decimal, result.report.delimiter) == (decimal, delimiter)
    assert result.observations[0].value == first
    ambiguous = any("1.234" in sentence.en for sentence in result.report.warnings)
    assert ambiguous == (values[1] in ("2.345", "2,345") and values[0] == "1.234")


def test_three_digits_behind_a_sign_are_thousands_of_people_and_a_fraction_of_a_rate(load: Load) -> None:
    text = "key,period,value\n06633001,2015,1.234\n"
    assert [load(text, indicator=name).observations[0].value for name in ("pop", "share")] == [1234.0, 1.234]
    english = "key;period;value\n06633001;2015;1,234\n"
    assert [load(english, indicator=name).observations[0].value for name in ("pop", "share")] == [1234.0, 1.234]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("-3", '1 Anzahl ist negativ: -3 (Zeile 3, Spalte "value"); den Wert berichtigen, oder bei einem Saldo'),
        ("0,4", '1 Anzahl ist nicht ganz: 0,4 (Zeile 3, Spalte "value"); den Wert berichtigen, bei einem Anteil'),
    ],
)
def test_people_are_neither_negative_nor_parts(load: Load, value: str, said: str) -> None:
    text = f"key;period;value\n06633001;2015;5\n06633018;2015;{value}\n"
    [problem] = load(text).report.problems
    assert problem.de.startswith(said)
    with pytest.raises(RejectedRows, match="or load without --strict"):
        load(text, strict=True)


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (Indicator("saldo", "count", "Personen", valid_range=(None, None)), "-3"),
        (Indicator("stellen", "count", "volle Stellen", decimals=1), "0,4"),
        (Indicator("mittel", "count", "Personen", period_type="mean"), "12,5"),
        (Indicator("anteil", "rate", "%"), "-0,4"),
        (Indicator("flaeche", "count", "km²"), "12,5"),
    ],
)
def test_what_may_be_negative_or_a_part_is_no_problem(load: Load, definition: Indicator, value: str) -> None:
    text = f"key;period;value\n06633001;2015;5\n06633018;2015;{value}\n"
    catalogue = Catalogue({definition.id: definition})
    result = load(text, indicator=definition.id, catalogue=catalogue, strict=True)
    assert (result.report.accepted, result.report.problems) == (2, ())


def test_figures_in_thousands_may_be_parts(load: Load) -> None:
    result = load("key;period;value\n06633001;2015;12,3456\n", mapping={"multiplier": 1000.0})
    assert result.report.problems == ()


def test_a_column_is_chosen_by_the_position_that_the_refusal_prints(load: Load) -> None:
    text = "key;period;;m\n06633018;2022;1;2\n06633001;2022;3;4\n"
    with pytest.raises(UnknownTableForm, match="no value column is called '9'; there are: 2, 3: \"m\""):
        load(text, mapping={"value_column": "9"})
    for position in (2, "2"):
        assert [each.value for each in load(text, mapping={"value_column": position}).observations] == [1.0, 3.0]
    by_year = "key;2021;2\n06633018;1;2\n06633001;3;4\n"
    assert [each.value for each in load(by_year, mapping={"value_column": "2", "period": "2022"}).observations] == [
        2,
        4,
    ]


# --- the report for people


def test_every_kind_of_fault_is_shown_however_often_the_first_one_occurs(load: Load) -> None:
    rows = [f"066339{number:02d};2022;1" for number in range(20)]
    rows += ["06633001;2022;viele", "06633018;Mai;3", "06633030;2022;4", "06633099;2022;5"]
    text = load("key;period;value\n" + "\n".join(rows) + "\n").report.render("de")
    lines = [line for line in text.splitlines() if line.startswith("Zeile ")]
    assert [line.partition(",")[0] for line in lines] == ["Zeile 2", "Zeile 22", "Zeile 23"]
    assert lines[0].endswith("[ebenso 20: Zeile 3-21, 25]")
    assert "weitere abgelehnte" not in text


# --- keys of three digits


def test_three_digits_that_are_no_region_are_rejected(load: Load) -> None:
    """Among full keys they may be what is left of one; a Regierungsbezirk is of another level."""
    report = load("key;period;value\n06633001;2022;1\n018;2022;2\n069;2022;3\n066;2022;4\n06633018;2022;5\n").report
    assert (report.accepted, report.other_levels) == (2, 1)
    assert [(each.line, each.value) for each in report.rejected] == [(3, "018"), (4, "069")]
    assert report.unknown_keys == ("018", "069")
    remedy = report.rejected[0].remedy
    assert remedy is not None
    assert 'within = "06633"' in remedy.en


def test_regions_of_a_land_without_loaded_ones_are_of_another_level(load: Load) -> None:
    areas = AreaIndex([AreaRow("gemeinde", "06633001", "Ahnatal"), AreaRow("gemeinde", "06633018", "Naumburg")])
    report = load("key;period;value\n06633001;2022;1\n066;2022;4\n06633018;2022;5\n", areas=areas).report
    assert (report.accepted, report.other_levels, report.rejected) == (2, 1, ())


# --- what stands where a number should


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        ("k.A.", "enter a symbol of official statistics that says why"),
        ("n. v.", "enter a symbol of official statistics that says why"),
        ("17 *", "remove the sign behind the number"),
        ("1.234¹", "remove the sign behind the number"),
        ("viele", "correct the value; numbers and the symbols"),
    ],
)
def test_the_remedy_fits_what_stands_there(load: Load, cell: str, remedy: str) -> None:
    [rejection] = load(f"key;period;value\n06633001;2022;{cell}\n06633018;2022;5\n").report.rejected
    assert rejection.remedy is not None
    assert rejection.remedy.en.startswith(remedy)


# --- tables of all Länder


def test_other_laender_do_not_drown_what_is_wrong_with_the_own_one(load: Load) -> None:
    others = "".join(f"{land}{number:06d};2022;1\n" for land in ("01", "03") for number in range(51001, 51021))
    text = f"key;period;value\n{others}06633001;2022;5\n06633018;2022;viele\n06633999;2022;5\n"
    report = load(text).report
    assert (report.accepted, report.not_selected, report.other_lands) == (1, 40, {"01": 20, "03": 20})
    assert [each.line for each in report.rejected] == [43, 44]
    assert report.unknown_keys == ("06633999",)
    assert "40 rows of Länder of which no area is loaded are left out: 01 (20), 03 (20)." in [
        each.en for each in report.warnings
    ]
    clean = load(f"key;period;value\n{others}06633001;2022;5\n", strict=True)
    assert clean.report.to_dict()["other_lands"] == {"01": 20, "03": 20}


def test_a_few_keys_of_another_land_are_slips_of_the_pen(load: Load) -> None:
    report = load("key;period;value\n05633018;2022;5\n06633001;2022;5\n").report
    assert (report.not_selected, report.unknown_keys) == (0, ("05633018",))
    [rejection] = report.rejected
    assert "no area of Land 05 is loaded" in rejection.reason.en


# --- rows without a key


def test_a_name_stands_in_for_a_missing_key(load: Load) -> None:
    """Only a name that one area of all levels has; a subtotal and a city of one name are not told apart."""
    text = (
        "Schlüssel;Gemeinde;Jahr;Fälle\n06633018;Naumburg;2022;5\n;Ahnatal;2022;7\n;Kassel;2022;8\n"
        ";Nirgends;2022;9\n;Kassel, Landkreis;2022;10\n;Deutschland;2022;11\n;;2022;12\n06633030;Wesertal;2022;1\n"
    )
    report = load(text).report
    assert (report.accepted, report.other_levels) == (3, 2)
    assert report.matched_names == ((3, "Ahnatal", "06633001"),)
    assert [(each.line, each.column) for each in report.rejected] == [
        (4, "Gemeinde"), (5, "Gemeinde"), (8, "Schlüssel"),
    ]  # fmt: skip
    assert "ambiguous" in report.rejected[0].reason.en


def test_a_name_of_another_time_does_not_stand_in(load: Load) -> None:
    head = "Schlüssel;Gemeinde;Jahr;Fälle\n06633018;Naumburg;2022;5\n"
    found = load(f"{head};Oberweser;2019;7\n;Oberweser;2022;7\n06633001;Ahnatal;2022;1\n")
    assert figures(found)["06633021", "2019"] == (7.0, "OK")
    assert [each.line for each in found.report.rejected] == [4]


def test_names_are_read_where_no_key_is_given_at_all(load: Load) -> None:
    result = load("Schlüssel;Gemeinde;Jahr;Fälle\n;Naumburg;2022;5\n;Ahnatal;2022;7\n")
    assert figures(result) == {("06633018", "2022"): (5.0, "OK"), ("06633001", "2022"): (7.0, "OK")}
    assert len(result.report.matched_names) == 2


# --- keys


def test_repaired_keys_are_listed(load: Load) -> None:
    result = load("AGS;2015\n6633018;1\n'06633001;2\n06633021.0;3\n066330027027;4\n")
    assert [(r.line, r.before, r.after) for r in result.report.repaired_keys] == [
        (2, "6633018", "06633018"),
        (3, "'06633001", "06633001"),
        (4, "06633021.0", "06633021"),
    ]
    assert [o.key for o in result.observations] == ["06633018", "06633001", "06633021", "06633027"]


def test_keys_without_their_land(load: Load) -> None:
    result = load("AGS;2015\n633018;1\n633001;2\n", mapping={"land": "06"})
    assert [o.key for o in result.observations] == ["06633018", "06633001"]
    assert [r.before for r in result.report.repaired_keys] == ["633018", "633001"]


@pytest.mark.parametrize("header", ["key;period;value", "a;b;c"])
def test_destroyed_keys_refuse_the_file(load: Load, header: str) -> None:
    with pytest.raises(DestroyedKeys, match=r'figures\.csv, line 3, column "(key|a)": the area key "6,63E\+10" was r'):
        load(f"{header}\n06633018;2015;1\n6,63E+10;2015;1\n" if "key" in header else f"{header}\n\n6,63E+10;2015;1\n")


def test_levels_are_kept_apart(load: Load) -> None:
    result = load(
        "key;name;2015\nDG;Deutschland;99\n06;Hessen;50\n064;Darmstadt;7\n066;  Kassel;20\n06611;    Kassel;4\n"
        "06633;    Kassel;9\n06633001;      Ahnatal;3\n06633018;      Naumburg;6\n01001;Flensburg;1\n"
    )
    assert {(o.level, o.key) for o in result.observations} == {
        ("gemeinde", "06633001"), ("gemeinde", "06633018"), ("gemeinde", "06611000"),
        ("kreis", "06633"), ("regierungsbezirk", "066"), ("land", "06"),
    }  # fmt: skip
    report = result.report
    assert (report.rows, report.accepted, report.other_levels, len(report.rejected)) == (9, 3, 6, 0)
    assert report.repaired_keys == ()


def test_a_city_with_a_row_of_its_own_is_not_taken_twice(load: Load) -> None:
    result = load("key;2015\n06611;4\n06611000;4\n06633001;1\n")
    assert [(o.level, o.key) for o in result.observations] == [
        ("gemeinde", "06611000"), ("gemeinde", "06633001"), ("kreis", "06611"),
    ]  # fmt: skip


def test_keys_filled_up_with_zeros_are_those_of_the_kreis(load: Load) -> None:
    result = load("key;2015\n06633000;4\n06000000;9\n06611000;1\n06633001;1\n")
    assert {(o.level, o.key) for o in result.observations} >= {("kreis", "06633"), ("land", "06")}


def test_unknown_and_malformed_keys_are_rejected_one_by_one(load: Load) -> None:
    result = load("key;2015\n06633999;4\nNaumburg;4\n06633001;1\n")
    assert result.report.unknown_keys == ("06633999",)
    assert [rejection.line for rejection in result.report.rejected] == [2, 3]


def test_small_numbers_beside_names_are_no_keys_of_a_land(load: Load) -> None:
    result = load(
        "Name;Jahr;Plätze;Wert\nNaumburg;2015;6;11\nAhnatal;2015;7;12\n",
        level="gemeinde",
        mapping={"value_column": "Wert"},
    )
    assert figures(result) == {("06633018", "2015"): (11, "OK"), ("06633001", "2015"): (12, "OK")}
    assert result.report.other_levels == 0


def test_own_levels_have_opaque_keys(load: Load) -> None:
    result = load("Bezirk;2015\n1;4\n06633;5\n6633;6\n", areas=OWN_AREAS, level="sozialraum")
    assert [(o.level, o.key) for o in result.observations] == [("sozialraum", "1"), ("sozialraum", "06633")]
    assert result.report.unknown_keys == ("6633",)
    assert result.report.repaired_keys == ()


def test_a_workspace_of_one_own_level_needs_no_level(load: Load) -> None:
    result = load("key;2015\n1;4\n06633;5\n", areas=OWN_AREAS)
    assert [o.level for o in result.observations] == ["sozialraum", "sozialraum"]


def test_key_and_name_in_one_cell(load: Load) -> None:
    result = load("Gemeinde;2015\n06633018 Naumburg, Stadt;4\n06633001\u00a0Ahnatal;5\n")
    assert [o.key for o in result.observations] == ["06633018", "06633001"]
    assert result.report.repaired_keys == ()


# --- rows


def test_repeats_are_kept_once_and_contradictions_are_rejected(load: Load) -> None:
    result = load(
        "key;period;value\n06633018;2015;4\n06633018;2015;4\n06633001;2015;5\n06633001;2015;6\n06633001;2016;5\n"
    )
    assert figures(result) == {("06633018", "2015"): (4.0, "OK"), ("06633001", "2016"): (5.0, "OK")}
    assert result.report.duplicates == 1
    assert [rejection.line for rejection in result.report.rejected] == [4, 5]


def test_selection_of_rows(load: Load) -> None:
    text = "key;Geschlecht;2015\n06633018;m;1\n06633018;w;2\n06633018;Insgesamt;3\n06633001;;4\n"
    total = load(text, mapping={"select": {"Geschlecht": ""}})
    assert figures(total) == {("06633018", "2015"): (3.0, "OK"), ("06633001", "2015"): (4.0, "OK")}
    assert total.report.not_selected == 2
    women = load(text, mapping={"select": {"Geschlecht": "w"}})
    assert figures(women) == {("06633018", "2015"): (2.0, "OK")}


def test_one_indicator_of_several(load: Load) -> None:
    text = "indicator,key,period,value\npop,06633018,2015,1\ncases,06633018,2015,2\n"
    assert figures(load(text, indicator="cases")) == {("06633018", "2015"): (2.0, "OK")}
    assert len(load(text, indicator=None).observations) == 2


def test_one_column_per_indicator(load: Load) -> None:
    result = load("key;Jahr;pop;cases\n06633018;2015;10;1\n", indicator=None)
    assert [(o.indicator, o.value) for o in result.observations] == [("pop", 10.0), ("cases", 1.0)]


def test_title_lines_blank_lines_and_footers_are_no_rows(load: Load) -> None:
    result = load(
        "Bevölkerung;\n;\nAGS;31.12.2015\n06633018;1\n\n06633001;2\n__________\n© Amt 2017;\nStand: 10.10.2017;\n"
    )
    assert result.report.rows == 2
    result = load("AGS;2015\n06633018;1\nQuelle: eigene Erhebung;\n")
    assert result.report.rows == 1


def test_the_reference_day_stands_for_its_year(load: Load) -> None:
    assert load("AGS;31.12.2015\n06633018;1\n").report.periods == ("2015",)
    assert load("AGS;30.06.2015\n06633018;1\n").report.periods == ("2015-06-30",)
    assert load("AGS;31.12.2015\n06633018;1\n", indicator="cases").report.periods == ("2015-12-31",)


def test_a_count_can_have_had_another_day_in_earlier_years(tmp_path: Path) -> None:
    """Children in day care: 15 March until 2008, 1 March after."""
    path = tmp_path / "kita.csv"
    path.write_text("Stichtag;AGS;Wert\n15.03.2008;06633018;7\n01.03.2009;06633018;8\n", encoding="utf-8")
    days = {"reference_day": "03-01", "other_reference_days": ("03-15",)}
    catalogue = Catalogue({"children": Indicator("children", "count", "Kinder", **days)})  # type: ignore[arg-type]
    report = import_table(path, catalogue=catalogue, indicator="children", areas=AREAS).report
    assert report.periods == ("2008", "2009")
    catalogue = Catalogue({"children": Indicator("children", "count", "Kinder", reference_day="03-01")})
    with pytest.raises(MixedPeriods, match="2008-03-15"):
        import_table(path, catalogue=catalogue, indicator="children", areas=AREAS)


def test_a_district_with_a_forest_does_not_contradict_its_municipalities(tmp_path: Path) -> None:
    """Where the sum is shown anyway, the difference is said to be no mistake."""
    path = tmp_path / "land.csv"
    path.write_text("AGS;2015\n06633;1293\n06633018;66\n06633001;18\n", encoding="utf-8")
    for larger, expected in (("official", "ergeben die Gemeinden nicht"), ("sum", "stets die Summe der Gemeinden")):
        area = Indicator("area", "count", "km²", additive=True, harmonise="sum", larger_areas=larger)  # type: ignore[arg-type]
        two = ("06633001", "06633018")
        areas = AreaIndex([row for row in AREAS.rows if row.level != "gemeinde" or row.key in two])
        report = import_table(
            path, catalogue=Catalogue({"area": area}), indicator="area", areas=areas, level="gemeinde"
        ).report
        said = " ".join(sentence.de for sentence in report.warnings)
        assert expected in said
        assert ("nicht den Kreis" in said) == (larger == "official")


def test_a_mapping_for_a_table_that_explains_nothing(load: Load) -> None:
    text = "Bericht\nx;06633018;7;99\ny;06633001;8;98\nSumme;;15;197\n"
    mapping = {
        "first_data_line": 2, "last_data_line": 3, "header_rows": 0, "key_column": 1, "value_column": 2,
        "period": "2015",
    }  # fmt: skip
    assert [o.value for o in load(text, mapping=mapping).observations] == [7.0, 8.0]


def test_header_of_two_rows(load: Load) -> None:
    text = "AGS;Männer;;Frauen;\n;2014;2015;2014;2015\n06633018;1;2;3;4\n"
    result = load(text, mapping={"header_rows": 2, "value_column": "Frauen / 2015", "period": "2015"})
    assert result.observations[0].value == 4.0


def test_changes_against_what_is_stored(load: Load) -> None:
    stored = {
        ("pop", "gemeinde", "06633018", "2015"): StoredFigure(4.0, Status.OK, date(2015, 12, 31)),
        ("pop", "gemeinde", "06633001", "2015"): StoredFigure(5.0, Status.OK, date(2015, 12, 31)),
        ("pop", "gemeinde", "06633021", "2015"): StoredFigure(6.0, Status.OK, date(2015, 12, 31)),
        ("pop", "gemeinde", "06611000", "2015"): StoredFigure(7.0, Status.OK, date(2015, 12, 31)),
        ("pop", "gemeinde", "06633021", "2014"): StoredFigure(6.0, Status.OK, date(2014, 12, 31)),
        ("cases", "gemeinde", "06633021", "2015"): StoredFigure(1.0, Status.OK, date(2015, 12, 31)),
    }
    from_this_file = frozenset(
        key for key in stored if key != ("pop", "gemeinde", "06611000", "2015") and key[0] == "pop"
    )
    asked: list[frozenset[str]] = []

    def lookup(indicators: frozenset[str]) -> Stored:
        asked.append(indicators)
        return Stored(stored, from_this_file)

    result = load("key;2015\n06633018;4\n06633001;.\n06633027;3\n", stored=lookup)
    assert asked == [frozenset({"pop"})]
    assert result.report.to_dict()["changes"] == {"added": 1, "changed": 1, "removed": 1}
    assert result.removed == (("pop", "gemeinde", "06633021", "2015"),), (
        "what other files gave stays, and so does another year from a file of the same name"
    )
    same = {("pop", "gemeinde", "06633018", "2015"): StoredFigure(4.0, Status.OK, date(2015, 12, 31))}
    again = load("key;2015\n06633018;4\n", stored=lambda _: Stored(same, frozenset(same)))
    assert again.report.to_dict()["changes"] == {"added": 0, "changed": 0, "removed": 0}
    assert again.is_repeat
    assert not load("key;2015\n06633018;4\n", stored=lambda _: Stored(same)).is_repeat, "another file gave it"
    assert not result.is_repeat
    provisional = load("key;2015\n06633018;4p\n", stored=lambda _: Stored(same, frozenset(same)))
    assert provisional.report.to_dict()["changes"] == {"added": 0, "changed": 1, "removed": 0}, "a flag is a change"
    of_2016 = load("key;2015\n06633018;4\n", stored=lambda _: Stored(same), mapping={"vintage": date(2016, 1, 1)})
    assert of_2016.report.changes.changed == 1, "and so is the day that the key refers to"


# --- files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_told_by_the_content(load: Load, encoding: str) -> None:
    text = "Schlüssel;2015\n06633018;1\n06633001;–\n"
    result = load(text.encode(encoding))
    assert result.report.encoding == encoding
    assert figures(result)["06633001", "2015"] == (None, "SECRET_OR_NONE")
    assert result.report.warnings == ()


def test_doubtful_encodings_are_named(load: Load) -> None:
    result = load("AGS;Name;2015\n06633028;H\u0081tte;1\n06633018;x;2\n".encode("latin-1"))
    assert any("cp1252 is doubtful" in sentence.en for sentence in result.report.warnings)


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[dict[str, list[list[Any]]]], Path]:
    def make(sheets: dict[str, list[list[Any]]]) -> Path:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "figures.xlsx"
        book.save(path)
        return path

    return make


def test_a_workbook(workbook: Callable[[dict[str, list[list[Any]]]], Path]) -> None:
    path = workbook(
        {
            "Deckblatt": [["Bericht"]],
            "Werte": [
                [None, None],
                ["AGS", "Name", date(2015, 12, 31), 2014],
                [6633018, "Naumburg", 5085, "-"],
                ["06633001", "Ahnatal", "1.234,5", None],
                [True, "?", 1, 2],
            ],
        }
    )
    result = import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop")
    assert figures(result) == {
        ("06633018", "2015"): (5085.0, "OK"),
        ("06633018", "2014"): (0.0, "ZERO_EXACT"),
        ("06633001", "2015"): (1234.5, "OK"),
        ("06633001", "2014"): (None, "EMPTY"),
    }
    report = result.report
    assert (report.format, report.sheet, report.encoding, report.delimiter) == ("xlsx", "Werte", None, None)
    assert [(each.line, each.column, each.cell, each.figure_column) for each in report.rejected] == [
        (5, "AGS", "A5", "2015-12-31"), (5, "AGS", "A5", "2014"),
    ]  # fmt: skip
    assert [repair.line for repair in report.repaired_keys] == [3]


def test_cells_are_read_as_they_are_shown(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["AGS", 2015])
    sheet.append([6633018, 0.125])
    sheet["A2"].number_format = "00000000"
    sheet["B2"].number_format = "0.0%"
    path = tmp_path / "shown.xlsx"
    book.save(path)
    result = import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="share")
    assert result.observations[0].value == 12.5
    assert result.report.repaired_keys == ()


def test_several_sheets_with_keys(workbook: Callable[[dict[str, list[list[Any]]]], Path]) -> None:
    path = workbook({"2014": [["AGS", 2014], ["06633018", 1]], "2015": [["AGS", 2015], ["06633018", 2]]})
    first = import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop")
    assert first.report.sheet == "2014"
    assert first.report.warnings[-1].en == 'Only sheet 2014 was read; these hold keys as well: "2015".'
    for wanted in ("2015", 1):
        chosen = import_table(
            path, catalogue=CATALOGUE, areas=AREAS, indicator="pop", mapping=TableMapping(sheet=wanted)
        )
        assert chosen.observations[0].value == 2.0
    with pytest.raises(UnreadableTable, match="has no sheet '2016'; there are 2014, 2015"):
        import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop", mapping=TableMapping(sheet="2016"))


# --- refusals


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("", EmptyTable, "the file is empty"),
        (" \n\n", EmptyTable, "the file is empty"),
        ("\ufeff", EmptyTable, "the file is empty"),
        ("key;period;value\n", EmptyTable, "there is a header, but no data below it"),
        (
            "key;period;value\n99999999;2015;1\n",
            NoKnownKey,
            'the only row has no key of a known area, but "99999999"; check',
        ),
        ("a;b\nc;d\n", NoKnownKey, "no column holds keys of known areas"),
        ("key;value\n06633018;1\n", UnknownTableForm, "nothing says which period"),
        ("key;m;w\n06633018;1;2\n", UnknownTableForm, 'several columns may hold the values: 1: "m", 2: "w"'),
        ("key;name\n06633018;Naumburg\n", UnknownTableForm, "no column holds values"),
        ("key;2015\n06633018;abc\n06633018;abc\n", NothingFits, "all 2 rows are rejected; the first: "),
        (
            "key;2019\n06633030;5\n",
            NothingFits,
            "was not valid on 2019-12-31: 06633030 Wesertal exists since 2020-01-01",
        ),
        ("key;period;value\n06633018;2015;1\n06633018;2015-03;1\n", MixedPeriods, "several kinds: 2015, 2015-03"),
        ("key;2015;Einheit\n06633018;1;Tsd. EUR\n", AmbiguousUnit, 'the values are in "Tsd. EUR"'),
        ("key;2015;Einheit\n06633018;1;%\n06633001;1;Anzahl\n", AmbiguousUnit, "in several units"),
        ('key;2015\n06633018;"1\n06633001;2\n', UnreadableTable, "line 2: is damaged CSV"),
        ('key;name;2015\n06633018;"A;1\n06633001;B";2\n', UnreadableTable, "opens here and closes in line 3"),
        ("GENESIS-Tabelle: 12411-01-01-5\nx;y\n", UnknownTableForm, "no row has an area key and a name"),
        ("statistics_code;time\n12411;2015\n", NoKnownKey, "no variable of the table is one of areas"),
        ("<!DOCTYPE html><table>", UnreadableTable, "an HTML or XML page"),
        ('{"a": 1}', UnreadableTable, "JSON"),
        (b"%PDF-1.7", UnreadableTable, "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", UnreadableTable, "an old Excel file"),
        (b"\x1f\x8b\x08", UnreadableTable, "a packed archive"),
        (b"PK\x03\x04 truncated", UnreadableTable, "truncated or damaged archive"),
        (b"key;2015\n\x00\x00\x01;1\n", UnreadableTable, "is not a text file"),
    ],
)
def test_refusals_are_one_line_with_file_and_remedy(
    load: Load, content: str | bytes, error: type[TableError], message: str
) -> None:
    with pytest.raises(error) as caught:
        load(content)
    assert message in str(caught.value)
    assert str(caught.value).startswith("figures.csv")
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="cannot be read: No such file"):
        import_table(tmp_path / "none.csv", catalogue=CATALOGUE, areas=AREAS, indicator="pop")


@pytest.mark.parametrize(
    ("indicator", "message"),
    [
        ("none", 'indicator "none" is not in the catalogue'),
        ("rate", 'indicator "rate" is computed from cases and pop; load cases and pop instead'),
        (None, "nothing says which indicator this is"),
    ],
)
def test_indicators_that_cannot_be_loaded(load: Load, indicator: str | None, message: str) -> None:
    with pytest.raises(UnknownIndicator) as caught:
        load("key;2015\n06633018;1\n", indicator=indicator)
    assert message in str(caught.value)


def test_unknown_keys_of_other_levels_are_listed_where_their_level_is_known(load: Load) -> None:
    report = load("key;2015\n06633018;1\n06999;2\n09162;3\n064;4\n", level="gemeinde").report
    assert (report.accepted, report.other_levels, report.rejected_total) == (1, 3, 0)
    assert report.unknown_keys == ("064", "06999"), "of Land 09 the atlas has nothing at all"
    assert report.problems[0].en == "2 keys are not known: 064, 06999."


def test_one_and_several_are_told_apart(load: Load) -> None:
    one = load("key;2015\n06633018;\n06633999;1\n06633030;2\n").report.render("de")
    two = load("key;2015\n06633018;\n06633001;\n06633999;1\n06633998;2\n").report.render("en")
    for said in (
        "1 Zelle ist leer.",
        "1 Schlüssel ist unbekannt: 06633999.",
        "1 Schlüssel war im Zeitraum nicht gültig",
    ):
        assert said in one
    for said in ("2 cells are empty.", "2 rows were rejected.", "2 keys are not known: 06633998, 06633999."):
        assert said in two
    assert "1 Zeile, 1 übernommen" in load("key;2015\n06633018;1\n").report.render("de")
    with pytest.raises(NothingFits, match='all 2 rows are rejected; the first: "abc" is'):
        load("key;2015\n06633018;abc\n06633001;x1\n")
    with pytest.raises(NothingFits, match='all 3 rows are rejected; 2 of them like this: "abc" is'):
        load("key;2015\n06633018;abc\n06633001;x1\n06633030;5\n")
    with pytest.raises(
        NoKnownKey, match='none of the 2 rows has the key of a known area; the first is "018"; if the keys'
    ):
        load("key;2015\n018;1\n019;2\n")


def test_what_is_computed_is_loaded_by_what_has_to_be_loaded(load: Load) -> None:
    twice = Indicator("twice", "rate", "%", numerator="rate", denominator="pop", factor=100, harmonise="ratio")
    catalogue = Catalogue({**CATALOGUE.indicators, "twice": twice})
    with pytest.raises(UnknownIndicator, match="is computed from rate and pop; load cases and pop instead"):
        load("key;2015\n06633018;1\n", indicator="twice", catalogue=catalogue)


def test_strict_refuses_a_single_rejected_row(load: Load) -> None:
    text = "key;2015\n06633018;1\n06633999;2\n"
    assert load(text).report.accepted == 1
    with pytest.raises(RejectedRows, match='line 3, column "key": 1 row is rejected: key "06633999"'):
        load(text, strict=True)


def test_a_series_keeps_its_kind_of_period(load: Load) -> None:
    stored = {("pop", "gemeinde", "06633018", "2014"): StoredFigure(4.0, Status.OK, date(2014, 12, 31))}
    with pytest.raises(MixedPeriods, match="2014, 2015-03"):
        load("key;2015-03\n06633018;1\n", stored=lambda _: Stored(stored))


def test_oversized_files_and_archives(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 2_000_000)
    monkeypatch.setattr(files, "LARGEST_BOOK", 1_000_000)
    with pytest.raises(OversizedTable, match="unpacks to 2 MB"):
        import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop")
    monkeypatch.setattr(files, "LARGEST_TEXT", 10)
    with pytest.raises(OversizedTable, match="at most"):
        load("key;2015\n06633018;1\n")


def test_an_archive_without_a_table(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.md", "nothing")
    with pytest.raises(UnreadableTable, match="is an archive without a table"):
        import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop")


# --- the report


def test_the_report_has_the_keys_of_the_contract(load: Load) -> None:
    report = load("key;2015\n06633018;1\n").report
    assert set(report.to_dict()) == {
        "format", "encoding", "delimiter", "decimal", "sheet", "rows", "accepted", "rejected", "other_levels",
        "not_selected", "duplicates", "repaired_keys", "retired_keys", "not_valid_at_period", "unknown_keys",
        "matched_names", "status", "flags", "periods", "units", "changes", "warnings", "problems", "provenance",
        "rejected_total",
        "refusal", "file", "contradicting_names", "successors", "other_lands", "overruled",
    }  # fmt: skip
    assert report.to_dict()["units"] == ["Personen"]


def test_the_report_for_people_in_both_languages(load: Load) -> None:
    rows = "".join(f"0663399{n};1\n" for n in range(10)) + "0663388;1\n06633881;1\n"
    report = load(f"key;2015\n6633018;1,5\n06633021;2\n{rows}").report
    german, english = report.render("de"), report.render("en")
    assert "Erkannt: csv, utf-8, Trennzeichen ;, Dezimalzeichen ," in german
    assert "14 Zeilen, 2 übernommen, 12 abgelehnt" in german
    assert "Reparierte Schlüssel (1): 6633018 → 06633018" in german
    assert german.startswith("Datei: figures.csv\n")
    assert 'Zeile 4, Spalte "key": Schlüssel "06633990" ist unbekannt; den Schlüssel' in german
    assert "[ebenso 10: Zeile 5-13, 15]" in german
    many = load("key;2015;" + ";".join(map(str, range(1990, 2001))) + "\n06633018;1" + ";?" * 11 + "\n").report
    assert "… and 1 more rejected row" in many.render("en")
    assert "14 rows, 2 accepted, 12 rejected" in english
    assert "Key no longer valid and its successor: 06633021 → 06633030." in english


def test_contents_are_quoted_at_most_80_characters(load: Load) -> None:
    result = load(f"key;2015\n06633018;1\n06633001;{'y' * 500}\n")
    assert len(result.report.rejected[0].reason.en) < 140
