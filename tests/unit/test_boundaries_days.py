"""Days of boundaries and of changes are possible ones, and files that tell their own day are listened to."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas
import pytest
from shapely import box

from boundaries import (
    ChangesUnreadable,
    Fields,
    ImplausibleDay,
    Located,
    Origin,
    OtherVintage,
    check_vintage,
    examine_boundaries,
    former_names,
    latest_change,
    read_changes,
)

TODAY = date(2026, 11, 22)
HEADER = "date,kind,from_key,from_name,to_key,to_name,to_kind,source\n"


@pytest.mark.parametrize(
    "day", [date(1949, 5, 23), date(1990, 10, 3), date(2022, 12, 31), TODAY, date(2027, 1, 1), date(2027, 11, 23)]
)
def test_possible_days(day: date) -> None:
    check_vintage(day, today=TODAY)


@pytest.mark.parametrize("day", [date(22, 12, 31), date(1949, 5, 22), date(2027, 11, 24), date(3018, 1, 1)])
def test_impossible_days_are_refused_with_those_that_are_possible(day: date) -> None:
    with pytest.raises(ImplausibleDay) as caught:
        check_vintage(day, today=TODAY)
    assert "möglich sind Tage vom 23.05.1949 bis zum 23.11.2027; das Datum berichtigen" in caught.value.render("de")


def vg250(
    path: Path, legal: tuple[str, ...] = ("2009/01/01", "2020-01-01"), case: Callable[[str], str] = str.upper
) -> Path:
    """Two Gemeinden with the columns of a product of the BKG."""
    columns = {
        "ADE": [6, 6], "GF": [4, 4], "BSG": [1, 1], "AGS": ["06633018", "06633030"], "GEN": ["Naumburg", "Wesertal"],
        "BEZ": ["Stadt", "Gemeinde"], "IBZ": [60, 64], "WSK": list(legal),
    }  # fmt: skip
    frame = geopandas.GeoDataFrame(
        {case(name): values for name, values in columns.items()},
        geometry=[box(9.1, 51.2, 9.2, 51.3), box(9.5, 51.6, 9.6, 51.7)],
        crs="EPSG:4326",
    )
    frame.to_file(path, layer="vg250_gem")
    return path


def packed(path: Path, statement: str | None, inner: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, f"vg250_01-01/{inner.name}")
        if statement is not None:
            archive.writestr("vg250_01-01/aktualitaet.txt", statement)
    return path


def doubts(path: Path, day: date, address: str | None = None) -> list[str]:
    file = Located(path, str(path), Origin(address or path.name, ""))
    return [doubt.de for doubt in examine_boundaries(file, vintage=day).doubts]


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_an_area_that_came_later_refuses_the_day(tmp_path: Path, case: Callable[[str], str]) -> None:
    path = vg250(tmp_path / "a.gpkg", case=case)
    assert doubts(path, date(2020, 1, 1)) == []
    with pytest.raises(OtherVintage) as caught:
        examine_boundaries(str(path), vintage=date(2019, 12, 31))
    assert caught.value.told == date(2020, 1, 1)
    told = caught.value.render("de")
    assert told.startswith(f"{path}: Wesertal (Objekt 2) gibt es nach der Spalte {case('WSK')} so erst seit dem 01.01.")
    assert told.endswith("mit --vintage den Gebietsstand der Datei angeben")


def test_days_that_are_dates_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame = geopandas.read_file(vg250(tmp_path / "text.gpkg"))
    frame["WSK"] = [None, "2020-01-01"]
    frame["WSK"] = frame["WSK"].astype("datetime64[ms]")
    frame.to_file(path, layer="vg250_gem")
    assert doubts(path, date(2020, 1, 1)) == []
    with pytest.raises(OtherVintage):
        examine_boundaries(str(path), vintage=date(2018, 1, 1))


def test_the_statement_in_an_archive_decides(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", "01.01.2023\n", vg250(tmp_path / "a.gpkg"))
    assert doubts(path, date(2023, 1, 1)) == []
    # The edition of 1 January may stand for the day before; whether it does, the file cannot tell.
    (doubt,) = doubts(path, date(2022, 12, 31))
    assert doubt.startswith("aktualitaet.txt nennt den 01.01.2023, --vintage ist der 31.12.2022; das ist richtig, wenn")
    for day in (date(2022, 1, 1), date(2024, 1, 1)):
        with pytest.raises(OtherVintage, match=r"aktualitaet\.txt tells 2023-01-01, these are not the boundaries of"):
            examine_boundaries(str(path), vintage=day)
    silent = packed(tmp_path / "b.zip", "ohne Datum", vg250(tmp_path / "b.gpkg"))
    assert doubts(silent, date(2024, 1, 1)) == []


def test_a_statement_beside_a_file_may_belong_to_another(tmp_path: Path) -> None:
    (tmp_path / "aktualitaet.txt").write_text("31.12.2022", encoding="utf-8")
    (doubt,) = doubts(vg250(tmp_path / "a.gpkg"), date(2024, 1, 1))
    assert doubt == "aktualitaet.txt nennt den 31.12.2022, --vintage ist der 01.01.2024"


@pytest.mark.parametrize(
    ("name", "day", "told"),
    [
        ("vg250_2022-12-31.gpkg", date(2022, 12, 31), None),
        ("vg250_20221231.gpkg", date(2023, 12, 31), "31.12.2022"),
        ("vg250_12-31.utm32s.gpkg", date(2022, 12, 31), None),
        ("vg250_12-31.utm32s.gpkg", date(2023, 1, 1), "31.12."),
        ("https://x/produkte/vg/vg250_ebenen_1231/2022/vg250_12-31.utm32s.gpkg.ebenen.zip", date(2022, 12, 31), None),
        ("https://x/produkte/vg/vg250_ebenen_1231/2022/vg250_12-31.utm32s.gpkg.ebenen.zip", date(2023, 12, 31),
         "31.12.2022"),
        ("https://x/produkte/vg/vg250_ebenen_0101/aktuell/vg250_01-01.utm32s.gpkg.ebenen.zip", date(2023, 12, 31),
         "01.01."),
        ("grenzen.gpkg", date(2023, 12, 31), None),
    ],
)  # fmt: skip
def test_names_and_addresses_of_the_bkg(tmp_path: Path, name: str, day: date, told: str | None) -> None:
    found = doubts(vg250(tmp_path / "a.gpkg"), day, name)
    assert [doubt.split(" nennt den ")[1].split(",")[0] for doubt in found] == ([] if told is None else [told])


def test_the_bkg_has_two_editions_a_year(tmp_path: Path) -> None:
    (doubt,) = doubts(vg250(tmp_path / "a.gpkg"), date(2022, 6, 30))
    assert "vom 1. Januar und vom 31. Dezember" in doubt


def test_other_files_are_not_asked(tmp_path: Path) -> None:
    """A name with the day of an export, or a column WSK of another meaning, tells nothing."""
    frame = geopandas.GeoDataFrame(
        {"nr": ["a"], "WSK": ["2025-01-01"]}, geometry=[box(9.1, 51.2, 9.2, 51.3)], crs="EPSG:4326"
    )
    frame.to_file(tmp_path / "export_2026-11-22.gpkg")
    (tmp_path / "aktualitaet.txt").write_text("31.12.2022", encoding="utf-8")
    file = Located(tmp_path / "export_2026-11-22.gpkg", "export", Origin("export_2026-11-22.gpkg", ""))
    examined = examine_boundaries(file, vintage=date(2020, 5, 5), level="raum", fields=Fields("nr"))
    assert examined.doubts == ()


def changes(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("day", ["3018-01-01", "1918-01-01", "0202-01-01"])
def test_changes_on_impossible_days_are_refused_with_their_line(tmp_path: Path, day: str) -> None:
    path = changes(
        tmp_path / "a.csv",
        "2020-01-01,merger,06633021,Oberweser,06633030,Wesertal,Gemeinde,x",
        f"{day},key-change,06633030,Wesertal,06633031,Wesertal,Gemeinde,x",
    )
    with pytest.raises(ChangesUnreadable) as caught:
        read_changes(path)
    assert caught.value.line == 3
    assert "06633030 -> 06633031" in caught.value.render("de")
    assert "möglich sind Tage vom 23.05.1949" in caught.value.render("de")


def test_changes_are_decided_some_years_ahead() -> None:
    assert latest_change(TODAY) == date(2031, 12, 31)


def test_changes_tell_former_names(tmp_path: Path) -> None:
    path = changes(
        tmp_path / "a.csv",
        "2018-01-01,rename,06633021,Weser,06633021,Oberweser,Gemeinde,x",
        "2020-01-01,merger,06633021,Oberweser,06633030,Wesertal,Gemeinde,x",
        "2020-01-01,merger,06633027,,06633030,Wesertal,Gemeinde,x",
    )
    events = read_changes(path)
    assert [event.from_names for event in events] == [("Weser",), ("Oberweser", "")]
    assert former_names(events) == {
        ("gemeinde", "06633021"): ((date(2018, 1, 1), "Weser"), (date(2020, 1, 1), "Oberweser"))
    }
