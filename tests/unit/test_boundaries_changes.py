"""The table of changes and the crosswalks that follow from it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from boundaries import (
    ChangeEvent,
    ChangesUnreadable,
    Link,
    Size,
    UncoveredKey,
    UnknownLevel,
    VintageNotDerivable,
    crosswalk,
    load_bundled,
    read_changes,
)

SHARED = Path(__file__).parents[3] / "shared" / "data"
HEADER = "date,kind,from_key,from_name,to_key,to_name,to_kind,source\n"
ROW = "2020-01-01,merger,06633021,Oberweser,06633030,Wesertal,Gemeinde,test\n"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the sibling folder shared is absent")


def test_bundled_changes_are_the_four_events_of_hessen() -> None:
    events = load_bundled().events
    assert [(event.date.isoformat(), event.kind, event.from_keys, event.to_key) for event in events] == [
        ("2018-01-01", "merger", ("06437002", "06437008", "06437014", "06437015"), "06437016"),
        ("2020-01-01", "merger", ("06633021", "06633027"), "06633030"),
        ("2023-01-01", "incorporation", ("06635005",), "06635001"),
        ("2026-01-01", "key-change", ("06435014",), "06415000"),
    ]
    assert all(event.source for event in events)


@pytest.mark.shared
@needs_shared
def test_bundled_mergers_agree_with_the_official_crosswalk() -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(SHARED / "crosswalk" / "bbsr_umsteigeschluessel_gemeinden_1990-2020_auf_2020.parquet")
    table = table.filter(pc.and_(pc.starts_with(table["ags_xw"], "06"), pc.not_equal(table["ags_xw"], table["ags20"])))
    official: dict[int, set[tuple[str, str]]] = {year: set() for year in range(1990, 2021)}
    for row in table.to_pylist():
        official[int(row["year_xw"])].add((row["ags_xw"], row["ags20"]))
    for year, pairs in official.items():
        own = crosswalk(date(year, 12, 31), date(2020, 12, 31))
        assert {(link.from_key, link.to_key) for link in own.links} == pairs


@pytest.mark.shared
@needs_shared
def test_keys_after_the_changes_agree_with_the_official_directory() -> None:
    import gzip

    from boundaries import derive

    with gzip.open(SHARED / "gemeindeverzeichnis" / "GV100AD_301123.txt.gz", "rt", encoding="utf-8") as file:
        official = {line[10:18] for line in file if line.startswith("60") and line[10:12] == "06"}
    bundled = load_bundled()
    assert set(derive(bundled.gemeinden, bundled.events, date(2023, 11, 30)).keys) == official


@pytest.mark.shared
@needs_shared
def test_the_incorporation_of_2023_is_in_the_official_list() -> None:
    import openpyxl

    book = openpyxl.load_workbook(SHARED / "crosswalk" / "destatis_gebietsaenderungen_2023.xlsx", read_only=True)
    rows = book[book.sheetnames[-1]].iter_rows(values_only=True)
    listed = [row[:13] for row in rows if row[1] == "Gemeinde" and str(row[3]).startswith("06")]
    book.close()
    assert [(row[3], row[9], row[12]) for row in listed] == [("06635005", "06635001", "01.01.2023")]


def _write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "changes.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_of_one_target_are_one_event_and_keys_are_repaired(tmp_path: Path) -> None:
    text = HEADER + ROW.replace("06633021", "6633021") + ROW.replace("06633021", "066330027027")
    (event,) = read_changes(_write(tmp_path, text, "utf-8-sig"))
    assert event == ChangeEvent(
        date(2020, 1, 1), "merger", ("06633021", "06633027"), "06633030", "Wesertal", "Gemeinde", "test",
        from_names=("Oberweser", "Oberweser"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "lacks the columns"),
        ("date,kind\n", 1, "from_key"),
        (HEADER, None, "holds no change"),
        (HEADER + ROW.replace("2020-01-01", "1.1.2020"), 2, "no date"),
        (HEADER + ROW.replace("merger", "fusion"), 2, "unknown kind"),
        (HEADER + ROW.replace("06633021", "06633"), 2, "key of a kreis"),
        (HEADER + ROW.replace("06633021", "6,6E+06").replace("6,6E+06", '"6,6E+06"'), 2, "rounded"),
        (HEADER + ROW + ROW, 3, "more than once"),
        (HEADER + ROW.replace("merger", "key-change").replace("06633021", "06633030"), 2, "into itself"),
        (HEADER + (ROW + ROW.replace("06633021", "06633027")).replace("merger", "key-change"), 3, "two areas"),
        (HEADER + ROW + "2020-01-01,merger\n", 3, "number of cells"),
        (HEADER + ROW.replace("\n", ",more\n"), 2, "number of cells"),
        (HEADER + '2020-01-01,"merger', 2, "cannot be read"),
    ],
)
def test_damaged_tables_are_refused_with_their_line(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(ChangesUnreadable, match=message) as caught:
        read_changes(path)
    assert (caught.value.path, caught.value.line) == (str(path), line)
    assert "\n" not in str(caught.value)


def test_unreadable_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ChangesUnreadable, match="cannot be read"):
        read_changes(tmp_path / "absent.csv")
    (tmp_path / "binary.csv").write_bytes(HEADER.encode() + b"\x81\x8d")
    with pytest.raises(ChangesUnreadable, match="save it anew in UTF-8"):
        read_changes(tmp_path / "binary.csv")


def test_tables_come_as_spreadsheets_save_them(tmp_path: Path) -> None:
    """With semicolons, in Windows-1252 and with decimal commas, as well as with commas in UTF-8."""
    row = (
        ROW.replace("Oberweser", "Würgassen").replace("\n", ";3119;41,17\n").replace(",", ";").replace("41;17", "41,17")
    )
    header = HEADER.replace("\n", ",population,area_km2\n").replace(",", ";")
    for encoding in ("cp1252", "utf-8-sig"):
        (event,) = read_changes(_write(tmp_path, header + row, encoding))
        assert (event.from_names, event.moved) == (("Würgassen",), (Size(3119.0, 41.17),))


@pytest.mark.parametrize("text", ["3.119", "3,119"])
def test_inhabitants_with_a_separator_are_not_taken_for_a_few(text: str, tmp_path: Path) -> None:
    header, row = (line.replace(",", ";") for line in (HEADER.replace("\n", ",population\n"), ROW.replace("\n", "")))
    with pytest.raises(ChangesUnreadable, match="is no whole number of inhabitants") as caught:
        read_changes(_write(tmp_path, f"{header}{row};{text}\n"))
    assert (caught.value.line, caught.value.column) == (2, "population")


def test_forward_mergers_are_exact() -> None:
    forward = crosswalk(date(2016, 1, 1), date(2026, 1, 1))
    assert forward.targets("06633021") == (Link("06633021", "06633030", 1.0, exact=True, whole=True, basis="whole"),)
    assert forward.targets("06633018") == (Link("06633018", "06633018", 1.0, exact=True, whole=True, basis="whole"),)
    assert forward.targets("06633030") == ()  # did not exist in 2016
    assert forward.sources("06633030") == ("06633021", "06633027")
    assert forward.sources("06635001") == ("06635001", "06635005")
    assert forward.sources("06415000") == ("06435014",)
    assert forward.sources("06633018") == ("06633018",)
    assert forward.sources("06633021") == ()  # does not exist in 2026


def test_backward_mergers_are_estimated_by_inhabitants() -> None:
    backward = crosswalk(date(2026, 1, 1), date(2016, 1, 1))
    oberweser, wahlsburg = backward.targets("06633030")
    assert (oberweser.to_key, wahlsburg.to_key) == ("06633021", "06633027")
    assert oberweser.weight == pytest.approx(3119 / 5144)  # inhabitants on 31.12.2019
    assert wahlsburg.weight == pytest.approx(2025 / 5144)
    assert {(link.exact, link.whole, link.basis) for link in (oberweser, wahlsburg)} == {(False, False, "population")}
    assert backward.sources("06633021") is None
    assert backward.sources("06635001") is None
    assert [round(link.weight or 0, 3) for link in backward.targets("06635001")] == [0.745, 0.255]
    assert backward.sources("06435014") == ("06415000",)  # a change of key loses nothing
    assert backward.sources("06633018") == ("06633018",)


def test_parts_of_unknown_size_have_no_weight() -> None:
    events = (ChangeEvent(date(2001, 1, 1), "merger", ("09001001", "09001002"), "09001009", "B", "", ""),)
    backward = crosswalk(date(2002, 1, 1), date(2000, 1, 1), events=events)
    assert backward.targets("09001009") == (
        Link("09001009", "09001001", None, exact=False, whole=False),
        Link("09001009", "09001002", None, exact=False, whole=False),
    )
    sizes = {"09001001": Size(area_km2=3.0), "09001002": Size(1000, 1.0)}
    by_area = crosswalk(date(2002, 1, 1), date(2000, 1, 1), events=events, sizes=sizes)
    assert [(link.weight, link.basis, link.exact) for link in by_area.targets("09001009")] == [
        (0.75, "area", False),
        (0.25, "area", False),
    ]


def test_days_between_changes_need_no_crosswalk() -> None:
    assert crosswalk(date(2020, 1, 1), date(2022, 12, 31)).links == ()
    assert crosswalk(date(2020, 1, 1), date(2020, 1, 1)).links == ()
    assert crosswalk(date(2019, 12, 31), date(2020, 1, 1)).links != ()


def test_given_keys_are_listed_and_lookups_stay_complete() -> None:
    listed = crosswalk(date(2019, 1, 1), date(2020, 1, 1), keys=["06633018", "06633021"])
    assert [(link.from_key, link.to_key) for link in listed.links] == [
        ("06633018", "06633018"),
        ("06633021", "06633030"),
    ]
    assert listed.sources("06633030") == ("06633021", "06633027")


def test_chains_are_resolved() -> None:
    events = (
        ChangeEvent(date(2001, 1, 1), "merger", ("09001001", "09001002"), "09001009", "B", "", ""),
        ChangeEvent(date(2002, 1, 1), "incorporation", ("09001009",), "09001005", "C", "", ""),
        ChangeEvent(date(2003, 1, 1), "key-change", ("09001005",), "09002005", "C", "", ""),
    )
    forward = crosswalk(date(2000, 1, 1), date(2004, 1, 1), events=events)
    assert forward.sources("09002005") == ("09001001", "09001002", "09001005")
    assert forward.targets("09001009") == (Link("09001009", "09001009", 1.0, exact=True, whole=True, basis="whole"),)
    later = crosswalk(date(2001, 6, 1), date(2004, 1, 1), events=events)
    assert later.sources("09002005") == ("09001005", "09001009")


def test_hanau_splits_its_kreis() -> None:
    forward = crosswalk(date(2025, 12, 31), date(2026, 1, 1), level="kreis")
    assert forward.sources("06435") is None
    assert forward.sources("06415") is None
    assert forward.sources("06633") == ("06633",)
    # No inhabitants are told, so the areas weigh: Hanau has 76 of the 1397 km² of its Kreis.
    (town,) = (link for link in forward.links if link.to_key == "06415")
    assert town.weight == pytest.approx(0.0552, abs=1e-4)
    assert (town.basis, town.exact) == ("area", False)
    assert sum(link.weight or 0.0 for link in forward.links) == pytest.approx(1)
    backward = crosswalk(date(2026, 1, 1), date(2025, 12, 31), level="kreis")
    assert backward.sources("06435") == ("06415", "06435")
    for level in ("regierungsbezirk", "land"):
        assert crosswalk(date(2025, 12, 31), date(2026, 1, 1), level=level).links == ()


def test_a_municipality_that_moves_changes_both_kreise() -> None:
    moved = (ChangeEvent(date(2001, 1, 1), "key-change", ("09001003",), "09002003", "M", "", ""),)
    forward = crosswalk(date(2000, 1, 1), date(2002, 1, 1), level="kreis", events=moved)
    assert forward.sources("09001") is None
    assert forward.sources("09002") is None
    # A kreisfreie Stadt that joins a Kreis takes all of its own Kreis along (Eisenach 2021).
    joined = (ChangeEvent(date(2021, 7, 1), "key-change", ("16056000",), "16063105", "Eisenach", "", ""),)
    forward = crosswalk(date(2021, 1, 1), date(2022, 1, 1), level="kreis", events=joined)
    assert forward.sources("16063") == ("16056", "16063")
    assert forward.sources("16056") == ()


def test_the_bundled_table_does_not_speak_about_other_laender() -> None:
    bundled = crosswalk(date(2019, 1, 1), date(2026, 1, 1))
    for lookup in (bundled.targets, bundled.sources):
        with pytest.raises(UncoveredKey, match="09162000"):
            lookup("09162000")
    with pytest.raises(UncoveredKey):
        crosswalk(date(2019, 1, 1), date(2026, 1, 1), keys=["09162000"])
    with pytest.raises(VintageNotDerivable, match="1990-01-01"):
        crosswalk(date(1975, 1, 1), date(2026, 1, 1))
    with pytest.raises(UnknownLevel, match="sozialraum"):
        crosswalk(date(2019, 1, 1), date(2026, 1, 1), level="sozialraum")
