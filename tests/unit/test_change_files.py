"""Files of changes as the offices deliver them, and what is refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from boundaries import (
    ChangesContradict,
    ChangesUnreadable,
    Size,
    crosswalk,
    load_bundled,
    read_changes,
    reconcile,
    workbooks,
)
from boundaries.changes import events_of
from boundaries.conversions import Conversion, changes_between
from boundaries.moves import WHOLE, history

HEAD: list[list[Any]] = [
    ["Gebietsänderungen vom 01.01. - 31.12.2023"],
    ["Kennziffer", "Regionaleinheit", "Abgebende Gemeinde", None, None, None, None, None, "Aufnehmende Gemeinde"],
    [None, None, "ARS", "AGS", "Name", "Änderungs-art 1)", "Fläche qm", "Einwohner", "ARS", "AGS", "Name",
     "juristisch", "statistisch"],
    [],
]  # fmt: skip


def _row(number: str, old: str, new: str, kind: Any, **cells: Any) -> list[Any]:
    """One row of a list of changes."""
    return [
        number, cells.get("unit", "Gemeinde"), f"{old[:5]}0{old[5:]}{old[5:]}"[:12], old, "Alt", kind,
        cells.get("area", 1_000_000), cells.get("people", 100), "", new, cells.get("name", "Neu, Stadt"),
        cells.get("legal", "01.01.2023"), cells.get("day", "01.01.2023"),
    ]  # fmt: skip


def _list(folder: Path, *rows: list[Any], head: list[list[Any]] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Deckblatt"
    sheet = book.create_sheet("Gebietsaenderungen")
    for row in [*(HEAD if head is None else head), *rows, ["1) Änderungsart:"], ["    1 = Auflösung"]]:
        sheet.append(row)
    path = folder / "2023.xlsx"
    book.save(path)
    return path


def test_kinds_follow_from_the_rows_of_a_list(tmp_path: Path) -> None:
    path = _list(
        tmp_path,
        _row("1", "09001001", "09001009", 1, people=300),
        _row("1", "09001002", "09001009", 1, people="1.700", area="2.500.000"),
        _row("2", "09001003", "09001004", "1"),
        _row("3", "09001005", "09001006", 1, people=30),
        _row("3", "09001005", "09001007", 1, people=70),
        _row("4", "09001010", "09001011", 2, people=0, area=8048),
        _row("4", "09001010", "09001010", 2, people=500, area=75_000_000),
        _row("5", "09001012", "09001013", 3),
        _row("6", "09001014", "09001014", 4, name="Neuer Name, Seebad", day=date(2023, 7, 1)),
        _row("7", "09001015", "09001015", 3),
        _row("8", "090010001", "090010002", 1, unit="Gemeindeverband"),
    )
    events = {(event.kind, event.to_key): event for event in read_changes(path)}
    assert set(events) == {
        ("dissolution", "09001009"),
        ("incorporation", "09001004"),
        ("dissolution", "09001006"),
        ("dissolution", "09001007"),
        ("transfer", "09001011"),
        ("transfer", "09001010"),
        ("key-change", "09001013"),
        ("rename", "09001014"),
    }
    united = events["dissolution", "09001009"]
    assert united.moved == (Size(300, 1.0), Size(1700, 2.5))
    assert (united.to_name, united.to_kind, united.source) == (
        "Neu", "Stadt", "Destatis, Gebietsänderungen, Kennziffer 1"
    )  # fmt: skip
    assert events["transfer", "09001010"].kept == Size(500, 75.0)
    renamed = events["rename", "09001014"]
    assert (renamed.date, renamed.legal_date) == (date(2023, 7, 1), date(2023, 1, 1))
    assert (renamed.to_name, renamed.to_kind) == ("Neuer Name", "")


def test_the_day_of_statistics_counts_and_the_legal_one_stands_in(tmp_path: Path) -> None:
    path = _list(
        tmp_path,
        _row("1", "09001001", "09001002", 1, legal="14.09.2023", day="01.11.2023"),
        _row("2", "09001003", "09001004", 1, legal="14.09.2023", day=None),
    )
    assert [event.date for event in read_changes(path)] == [date(2023, 9, 14), date(2023, 11, 1)]


@pytest.mark.parametrize(
    ("unit", "km2"), [("Fläche qm", 1.0), ("Fläche in m²", 1.0), ("Fläche\nha", 1.0), ("Fläche in km²", 1.0)]
)
def test_the_unit_of_the_areas_is_read_from_the_header(tmp_path: Path, unit: str, km2: float) -> None:
    head: list[list[Any]] = [list(row) for row in HEAD]
    head[2][6] = unit
    area = {"Fläche qm": 1_000_000, "Fläche in m²": 1_000_000, "Fläche\nha": 100, "Fläche in km²": 1}[unit]
    (event,) = read_changes(_list(tmp_path, _row("1", "09001001", "09001002", 1, area=area), head=head))
    assert event.moved[0].area_km2 == pytest.approx(km2)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (_row("1", "09001001", "09001002", 7), "unknown kind of change '7'"),
        (_row("1", "09001001", "0900", 1), "line 5, column J: '0900' is no official"),
        (_row("1", "09001001", "09001002", 1, day="bald"), "'bald' is no date"),
        (_row("1", "09001001", "09001002", 1, day=None, legal=None), "states no day"),
        (_row("1", "09001001", "09001002", 1, people="viele"), "'viele' is no number"),
        (_row("1", "09001001", "09001002", 1, people=-3), "less than nothing"),
        (_row("1", "09001001", "09001002", 1, area=9_000_000_000), "check the unit"),
    ],
)
def test_rows_that_are_not_understood_are_refused_with_their_line(tmp_path: Path, row: list[Any], message: str) -> None:
    with pytest.raises(ChangesUnreadable, match=message) as caught:
        read_changes(_list(tmp_path, row))
    assert caught.value.line == 5


def test_a_list_without_a_change_is_a_new_layout(tmp_path: Path) -> None:
    """An empty result is never a quiet year."""
    with pytest.raises(ChangesUnreadable, match="layout may be a new one"):
        read_changes(_list(tmp_path))
    with pytest.raises(ChangesUnreadable, match="layout may be a new one"):
        read_changes(_list(tmp_path, _row("1", "090010001", "090010002", 1, unit="Gemeindeverband")))
    head: list[list[Any]] = [list(row) for row in HEAD]
    head[2][6] = "Fläche in Morgen"
    with pytest.raises(ChangesUnreadable, match="unit of the areas"):
        read_changes(_list(tmp_path, _row("1", "09001001", "09001002", 1), head=head))


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["something", "else"])
    book.save(path)
    with pytest.raises(ChangesUnreadable, match="neither a list of changes"):
        read_changes(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(ChangesUnreadable, match="no readable xlsx"):
        read_changes(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(ChangesUnreadable, match="save it as xlsx"):
        read_changes(path)
    path.write_bytes(b"\r\n<!DOCTYPE html><html><table><tr><td>Kennziffer</td></tr></table></html>")
    with pytest.raises(ChangesUnreadable, match="is a web page; open its table"):
        read_changes(path)
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(ChangesUnreadable, match="no readable Parquet"):
        read_changes(path)
    pq.write_table(pa.table({"year_xw": [1990], "ags_xw": ["09001001"]}), path)
    with pytest.raises(ChangesUnreadable, match="lacks the columns pop_conv"):
        read_changes(path)


def _parquet(path: Path, **columns: list[Any]) -> Path:
    table = {"year_xw": [2019], "ags_xw": ["06633021"], "pop_conv": [1.0], "size_conv": [1.0], "ags20": ["06633030"]}
    pq.write_table(pa.table(table | columns), path)
    return path


def test_a_table_of_one_year_leads_to_2020(tmp_path: Path) -> None:
    (event,) = read_changes(_parquet(tmp_path / "a.parquet"))
    assert (event.date, event.from_keys, event.to_key) == (date(2020, 12, 31), ("06633021",), "06633030")


@pytest.mark.parametrize(
    "columns",
    [
        {"year_xw": [None]},
        {"year_xw": ["2019"]},
        {"ags_xw": [6633021], "ags20": [6633030]},
        {"ags_xw": ["0663302x"]},
        {"ags_xw": ["06633"]},
        {"pop_conv": [float("nan")]},
        {"pop_conv": [1.5]},
        {"pop_conv": [None], "size_conv": [None]},
    ],
)
def test_rows_of_parquet_are_checked(tmp_path: Path, columns: dict[str, list[Any]]) -> None:
    with pytest.raises(ChangesUnreadable, match="line 1: is no year and pair of keys"):
        read_changes(_parquet(tmp_path / "a.parquet", **columns))


def test_levels_are_not_mixed(tmp_path: Path) -> None:
    pair: dict[str, list[Any]] = {"ags_xw": ["06633021", "06633"], "ags20": ["06633030", "06634"]}
    path = _parquet(tmp_path / "a.parquet", **pair, year_xw=[2019] * 2, pop_conv=[1.0] * 2, size_conv=[1.0] * 2)
    with pytest.raises(ChangesUnreadable, match="line 2: holds keys of Gemeinden and of Kreise"):
        read_changes(path)


def test_long_sheets_are_refused_and_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_MOST_ROWS", 4)
    with pytest.raises(ChangesUnreadable, match=r"line 5: sheet '.*' has more rows"):
        read_changes(_list(tmp_path, *(_row(str(n), f"0900100{n}", "09001009", 1) for n in range(1, 6))))


# -- Umsteigeschlüssel ----------------------------------------------------------------------------------------


def _share(people: float) -> Size:
    return Size(people, people, relative=True)


def _table(year: int, last: int, **shares: dict[str, float]) -> Conversion:
    keys = {old: {new: _share(part) for new, part in targets.items()} for old, targets in shares.items()}
    return Conversion(year, last, "gemeinde", keys)


def test_yearly_tables_are_changes_as_they_stand() -> None:
    table = _table(
        2020, 2021, a={"a": 1}, b={"a": 1}, c={"d": 1}, e={"f": 1}, g={"f": 1}, h={"h": 0.75, "i": 0.25}, i={"i": 1}
    )
    events = {(event.kind, event.to_key): event for event in events_of("x", changes_between([table]))}
    assert set(events) == {
        ("incorporation", "a"), ("key-change", "d"), ("merger", "f"), ("transfer", "h"), ("transfer", "i")
    }  # fmt: skip
    assert {event.date for event in events.values()} == {date(2021, 12, 31)}
    assert events["transfer", "h"].kept == _share(0.75)
    assert events["transfer", "i"].moved == (_share(0.25),)


def test_what_happened_between_is_never_guessed() -> None:
    """In 1991 a joined b or c, which merge in 1993: nobody knows the part of each, but x has all of a."""
    tables = [
        _table(1990, 1993, a={"x": 1}, b={"x": 1}, c={"x": 1}, d={"y": 1}),
        _table(1991, 1993, b={"x": 1}, c={"x": 1}, e={"y": 1}),
        _table(1992, 1993, b={"x": 1}, c={"x": 1}, e={"y": 1}),
    ]
    events = events_of("x", changes_between(tables))
    assert [(event.date.year, event.kind, event.from_keys, event.to_key) for event in events] == [
        (1991, "incorporation", ("a",), "b"),
        (1991, "incorporation", ("a",), "c"),
        (1991, "key-change", ("d",), "e"),
        (1993, "key-change", ("e",), "y"),
        (1993, "merger", ("b", "c"), "x"),
    ]
    between = history(events, date(1990, 12, 31), date(1992, 12, 31)).passage["a"]
    assert {key: part.weight for key, part in between.items()} == {"b": None, "c": None}
    assert history(events, date(1990, 12, 31), date(1993, 12, 31)).passage["a"] == {"x": WHOLE}


# -- the real files -------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_lists_of_destatis_are_read(shared_data: Path) -> None:
    kinds = {}
    for year in ("2023", "2024", "2025-02"):
        events = read_changes(shared_data / "crosswalk" / f"destatis_gebietsaenderungen_{year}.xlsx")
        kinds[year] = Counter(event.kind for event in events)
        assert {event.date.year for event in events} == {int(year[:4])}
    assert kinds == {
        "2023": {"dissolution": 8, "incorporation": 6, "transfer": 6, "rename": 5},
        "2024": {"transfer": 16, "rename": 10, "incorporation": 8, "dissolution": 6},
        "2025-02": {"transfer": 8, "dissolution": 3, "incorporation": 2, "merger": 1},
    }


@pytest.mark.shared
def test_a_division_is_weighed_by_inhabitants_and_a_forest_by_area(shared_data: Path) -> None:
    events = read_changes(shared_data / "crosswalk" / "destatis_gebietsaenderungen_2023.xlsx")
    walk = crosswalk(date(2022, 12, 31), date(2023, 12, 31), events=events)
    anrode = walk.targets("16064073")
    assert [(link.to_key, link.basis, link.exact) for link in anrode] == [
        ("16061118", "population", False),
        ("16064046", "population", False),
        ("16064071", "population", False),
    ]
    assert [link.weight for link in anrode] == pytest.approx([1699 / 3138, 313 / 3138, 1126 / 3138])
    forest = walk.targets("09374451")
    assert {link.basis for link in forest} == {"area"}
    assert sum(link.weight or 0 for link in forest) == pytest.approx(1)
    # 0.8 hectares without inhabitants went from Schelklingen to Blaubeuren, 3.2 the other way.
    assert [(link.to_key, link.weight, link.exact) for link in walk.targets("08425108")] == [
        ("08425020", 0.0, False),
        ("08425108", 1.0, False),
    ]


@pytest.mark.shared
def test_repeats_are_recognised_and_contradictions_named(shared_data: Path) -> None:
    known = load_bundled().events
    listed = read_changes(shared_data / "crosswalk" / "destatis_gebietsaenderungen_2023.xlsx")
    found = reconcile(known, listed)
    assert [event.to_key for event in found.repeated] == ["06635001"]
    assert reconcile(found.added + known, listed).added == ()
    long_run = shared_data / "crosswalk" / "bbsr_umsteigeschluessel_gemeinden_1990-2020_auf_2020.parquet"
    years = reconcile(known, [event for event in read_changes(long_run) if event.to_key.startswith("06")])
    assert years.added == ()
    assert {event.to_key for event in years.repeated} == {"06437016", "06633030"}
    (bromskirchen,) = found.repeated
    for wrong in (replace(bromskirchen, to_key="06635002"), replace(bromskirchen, date=date(2024, 1, 1))):
        with pytest.raises(ChangesContradict, match="06635005 ends on"):
            reconcile(known, [wrong])


def test_a_known_change_takes_the_names_of_a_repetition() -> None:
    (wesertal,) = (event for event in load_bundled().events if event.to_key == "06633030")
    nameless = replace(wesertal, from_names=(), source="BBSR", date=date(2020, 12, 31))
    found = reconcile([nameless], [wesertal])
    assert (found.added, found.repeated) == ((), (wesertal,))
    assert found.named == (replace(nameless, from_names=wesertal.from_names),)
    assert wesertal.from_names == ("Oberweser", "Wahlsburg")
    assert reconcile(found.named, [wesertal]).named == ()
    other = replace(wesertal, from_names=("Anders", "Andersdorf"))
    assert reconcile([wesertal], [other]).named == ()
