"""Names beside keys: other writings pass, names of other areas and of no area are told, and --strict refuses swaps."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from spatial.indicators import (
    AreaIndex,
    AreaRow,
    Catalogue,
    ImportReport,
    Indicator,
    RejectedRows,
    TableMapping,
    import_table,
)
from spatial.indicators.misnomers import agrees

CATALOGUE = Catalogue({"pop": Indicator("pop", "count", "Personen", additive=True, harmonise="sum")})
AREAS = AreaIndex(
    [
        AreaRow("land", "06", "Hessen"),
        AreaRow("kreis", "06633", "Kassel"),
        AreaRow("kreis", "06611", "Kassel"),
        AreaRow("gemeinde", "06611000", "Kassel"),
        AreaRow("gemeinde", "06633001", "Ahnatal"),
        AreaRow("gemeinde", "06633006", "Emstal", valid_to=date(2010, 1, 1)),
        AreaRow("gemeinde", "06633006", "Bad Emstal", valid_from=date(2010, 1, 1)),
        AreaRow("gemeinde", "06633018", "Naumburg"),
        AreaRow("gemeinde", "06633026", "Vellmar"),
        AreaRow("bezirk", "1", "Mitte"),
        AreaRow("bezirk", "2", "Nord"),
    ],
    names=[AreaRow("gemeinde", "06633026", "Obervellmar, Stadt")],
)
HEAD = "AGS;Gemeinde;Jahr;Fälle\n"


def load(folder: Path, text: str, **options: Any) -> ImportReport:
    path = folder / "figures.csv"
    path.write_text(text, encoding="utf-8")
    return import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop", **options).report


def said(report: ImportReport) -> tuple[list[str], list[str]]:
    return [each.de for each in report.warnings], [each.de for each in report.problems]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Naumburg, Stadt", "Naumburg"),
        ("   NAUMBURG (Stadt)¹⁾", "Naumburg"),
        ("Kassel, Landkreis", "Kassel"),
        ("Städteregion Aachen (einschl. Stadt Aachen)", "Städteregion Aachen"),
        ("Saarbrücken, Regionalverband", "Regionalverband Saarbrücken"),
        ("Karlsruhe, Regierungsbzirk", "Karlsruhe"),
        ("Mühldorf a.Inn, Landkreis", "Mühldorf a. Inn"),
        ("Weiden i.d.OPf.", "Weiden i.d. OPf."),
        ("Oldenburg (Oldenburg), Kreisfreie Stadt", "Oldenburg (Oldb)"),
        ("Bayern", "Bayern (Bodensee)"),
        ("Münster b Dieburg", "Münster (Hessen)"),
        ("Hilter am Teutob. Wald", "Hilter am Teutoburger Wald"),
        ("Obernheim-Kirchen.", "Obernheim-Kirchenarnbach"),
        ("Lübbenau/Spreewald / Lubnjow/Błota, Stadt", "Lübbenau/Spreewald"),
        ("Tabarz/Thür. Wald", "Bad Tabarz"),
        ("Sankt Wendel", "St. Wendel"),
        ("Muenster", "Münster"),
    ],
)
def test_other_writings_of_a_name_agree(text: str, name: str) -> None:
    assert agrees(text, name)
    assert agrees(name, text)


@pytest.mark.parametrize("text", ["Vellmar", "X", "Stadt", "a.", "1", "Neustadt", "Naumb"])
def test_other_names_do_not_agree(text: str) -> None:
    assert not agrees(text, "Naumburg")


def test_swapped_names_are_a_problem_and_strict_refuses_them(tmp_path: Path) -> None:
    table = HEAD + "06633018;Vellmar;2022;5\n06633026;Naumburg;2022;7\n06633001;Ahnatal;2022;7\n"
    report = load(tmp_path, table)
    warnings, problems = said(report)
    assert (report.accepted, warnings) == (3, [])
    [problem] = problems
    assert problem == (
        'In 2 Zeilen steht in Spalte "Gemeinde" der Name eines anderen Gebiets: Zeile 2, 06633018: "Vellmar" (so heißt '
        '06633026) statt "Naumburg"; Zeile 3, 06633026: "Naumburg" (so heißt 06633018) statt "Vellmar". Wurde eine '
        "Spalte für sich sortiert?"
    )
    assert report.to_dict()["contradicting_names"][1] == {
        "line": 3, "rows": 1, "key": "06633026", "text": "Naumburg", "names": ["Vellmar", "Obervellmar, Stadt"],
        "others": ["06633018"],
    }  # fmt: skip
    with pytest.raises(RejectedRows) as caught:
        load(tmp_path, table, strict=True)
    assert caught.value.render("de") == (
        'figures.csv, Zeile 2, Spalte "Gemeinde": in 2 Zeilen steht neben dem Schlüssel der Name eines anderen '
        'Gebiets; die erste: Zeile 2, 06633018: "Vellmar" (so heißt 06633026) statt "Naumburg"; '
        "Schlüssel und Namen aus dem Original übernehmen oder ohne --strict laden"
    )
    assert caught.value.report is not None
    assert len(caught.value.report.contradicting_names) == 2


def test_names_of_no_area_are_told_and_do_not_refuse(tmp_path: Path) -> None:
    report = load(tmp_path, HEAD + "06633018;X;2021;5\n06633018;X;2022;7\n06633001;Ahnatal;2022;7\n", strict=True)
    [warning] = said(report)[0]
    assert warning == (
        'In 2 Zeilen passt der Name in Spalte "Gemeinde" nicht zum Schlüssel: Zeile 2, 06633018: "X" statt "Naumburg".'
    )
    assert report.problems == ()
    [found] = report.contradicting_names
    assert (found.line, found.rows, found.others) == (2, 2, ())
    one = load(tmp_path, HEAD + "06633018;X;2021;5\n")
    assert one.warnings[0].en.startswith('In one line the name in column "Gemeinde" does not fit the key: line 2')


@pytest.mark.parametrize(
    "rows",
    {
        "former name": "06633006;Emstal;2022;1\n",
        "name of a register": "06633026;Obervellmar;2022;1\n",
        "slip": "06633001;Ahnathal;2022;1\n",
        "none": "06633001;;2022;1\n06633018; ;2022;2\n",
        "total": "06633;Insgesamt;2022;3\n06633001;Ahnatal;2022;3\n",
        "city that is a Kreis": '06611;"Kassel, documenta-Stadt";2022;1\n06633001;Ahnatal;2022;3\n',
        "area above": "06633001;Kassel;2022;1\n06633018;Hessen;2022;1\n",
        "unknown key": "06633999;Vellmar;2022;1\n06633001;Ahnatal;2022;3\n",
    }.items(),
    ids=lambda each: each[0],
)
def test_what_is_no_contradiction(rows: tuple[str, str], tmp_path: Path) -> None:
    report = load(tmp_path, HEAD + rows[1])
    assert report.accepted > 0
    assert report.contradicting_names == ()
    assert report.warnings == ()


def test_only_selected_rows_and_the_named_column_count(tmp_path: Path) -> None:
    table = "AGS;Ort;Bezirk;Jahr;GES;Wert\n06633018;Naumburg;Vellmar;2022;m;5\n06633001;Vellmar;Ahnatal;2022;w;7\n"
    men = TableMapping(select={"GES": "m"}, value_column="Wert")
    assert load(tmp_path, table, mapping=men).contradicting_names == ()
    women = TableMapping(select={"GES": "w"}, value_column="Wert")
    assert [each.key for each in load(tmp_path, table, mapping=women).contradicting_names] == ["06633001"]
    other = TableMapping(select={"GES": "m"}, value_column="Wert", name_column="Bezirk")
    assert [each.text for each in load(tmp_path, table, mapping=other).contradicting_names] == ["Vellmar"]


def test_own_levels_are_compared_and_parents_pass(tmp_path: Path) -> None:
    head = "key;name;period;value\n"
    swapped = load(tmp_path, head + "1;Nord;2022;5\n2;Mitte;2022;7\n", level="bezirk")
    assert [each.others for each in swapped.contradicting_names] == [("2",), ("1",)]
    parent = load(tmp_path, head + "1;Kassel;2022;5\n2;Kassel;2022;7\n", level="bezirk")
    assert parent.contradicting_names == ()


def test_a_wide_table_counts_its_lines_once(tmp_path: Path) -> None:
    report = load(tmp_path, "AGS;Name;2020;2021\n06633018;X;1;2\n06633001;Ahnatal;3;4\n")
    assert [each.rows for each in report.contradicting_names] == [1]
    assert report.accepted == 4


def test_of_many_swaps_the_first_are_shown(tmp_path: Path) -> None:
    gone = [
        AreaRow("gemeinde", f"066330{n:02}", f"Ort{chr(97 + n)}", None, date(2030, 1, 1), ("06633001",))
        for n in range(20)
    ]
    path = tmp_path / "figures.csv"
    rows = [f"{row.key};{gone[number - 1].name};2022;{number}\n" for number, row in enumerate(gone)]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    areas = AreaIndex([*gone, AreaRow("gemeinde", "06633090", "Neu")])
    report = import_table(path, catalogue=CATALOGUE, areas=areas, indicator="pop").report
    assert len(report.contradicting_names) == 20
    assert report.problems[0].de.count("statt") == 5
    retired = next(each for each in report.warnings if "Nachfolger" in each.de)
    assert retired.de.count("→") == 10
    assert retired.de.endswith(" und 10 weitere.")
    assert report.to_dict()["successors"]["06633019"] == ["06633001"]
    assert len(report.successors) == 20
