"""The Gemeindeverzeichnis: both forms, real files, and what is refused."""

from __future__ import annotations

import gzip
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from boundaries import BadRegister, RegisterEntry, Unreadable, is_register, read_register

NAUMBURG = RegisterEntry("06633018", "066330018018", "gemeinde", "Naumburg, Stadt", "Stadt", 66.32, 5026)


def line(record_type: str, key: str, association: str, name: str, kind: str, hectares: int = 0, people: int = 0) -> str:
    """A line of GV100AD, built from the description of its fields."""
    numbers = f"{hectares:011d}{people:011d}{people // 2:011d}" if record_type == "60" else " " * 33
    text = f"{record_type}20191231{key:8}{association:4}{name:50}{'':50}{kind:2}    {numbers}"
    return f"{text:220}"


LINES = [
    line("10", "06", "", "Hessen", ""),
    line("20", "066", "", "Reg.-Bez. Kassel", ""),
    line("30", "08111", "", "Region Stuttgart", ""),
    line("40", "06633", "", "Kassel", "44"),
    line("50", "06633", "0018", "Naumburg, Stadt", "50"),
    line("60", "06633018", "0018", "Naumburg, Stadt", "63", 6632, 5026),
    line("60", "06633200", "9200", "Gutsbezirk Reinhardswald, gemfr. Gebiet", "66", 18258, 0),
    line("60", "14625020", "0020", "Bautzen, Stadt, Große Kreisstadt / Wulke město", "67", 6668, 39087),
]


def fixed_width(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_fixed_width(tmp_path: Path, encoding: str) -> None:
    path = fixed_width(tmp_path / "gv.txt", LINES, encoding)
    assert is_register(path)
    register = read_register(path)
    assert (register.day, register.form) == (date(2019, 12, 31), "GV100AD")
    assert {level: len(register.at(level)) for level in register.levels} == {
        "land": 1, "regierungsbezirk": 1, "kreis": 1, "verband": 1, "gemeinde": 3,
    }  # fmt: skip
    assert register.at("gemeinde")["06633018"] == NAUMBURG
    assert register.at("gemeinde")["06633200"].population == 0  # nobody lives there; that is known, not missing
    assert register.at("gemeinde")["14625020"].name.endswith("Wulke město")
    assert register.at("verband")["066330018"].kind == "Verbandsfreie Gemeinde"
    kassel = RegisterEntry("06633", None, "kreis", "Kassel", "Landkreis", 248.9, 5026)  # the sums of its parts
    assert register.at("kreis")["06633"] == kassel
    assert register.at("sozialraum") == {}


def test_older_files_are_latin_1(tmp_path: Path) -> None:
    lines = [line("60", "08111000", "0000", "Schwäbisch Gmünd", "63", 1, 2)]
    register = read_register(fixed_width(tmp_path / "gv.txt", lines, "iso-8859-1"))
    assert register.at("gemeinde")["08111000"].name == "Schwäbisch Gmünd"


def test_a_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    whole = "\r\n".join(LINES)
    (tmp_path / "whole.txt").write_text(whole, encoding="utf-8")  # no line end after the last line
    assert len(read_register(tmp_path / "whole.txt").at("gemeinde")) == 3
    (tmp_path / "cut.txt").write_text(whole[:-40], encoding="utf-8")
    with pytest.raises(BadRegister, match="line 8: the file breaks off in the middle of the line"):
        read_register(tmp_path / "cut.txt")


def test_laender_without_municipalities_are_known(tmp_path: Path) -> None:
    register = read_register(fixed_width(tmp_path / "gv.txt", LINES))
    assert register.missing_laender == tuple(f"{land:02}" for land in range(1, 17) if land not in (6, 14))


def test_packed_files(tmp_path: Path) -> None:
    plain = fixed_width(tmp_path / "gv.txt", LINES)
    packed = tmp_path / "gv.txt.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "gv.zip", "w") as archive:
        archive.write(plain, "GV100AD_311219.txt")
        archive.writestr("Datensatzbeschreibung.pdf", b"%PDF")
    for path in (packed, tmp_path / "gv.zip"):
        assert is_register(path)
        assert read_register(path).at("gemeinde")["06633018"] == NAUMBURG


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([*LINES, "60 no line of the register"], "line 9: '60 no line of the re': does not begin"),
        ([*LINES, LINES[5].replace("20191231", "20201231")], "states 2 days"),
        ([*LINES, LINES[5]], "line 9: the gemeinde 06633018 occurs a second time"),
        ([LINES[5].replace("00000006632", "   66,32   ")], "line 1, column 129-150: area"),
        ([LINES[5][:140]], "line 1, column 129-150: area"),
        ([line("60", "06633", "0018", "Naumburg", "63", 1, 1)], "is no key of a gemeinde"),
        ([line("60", "06633018", "0018", "", "63", 1, 1)], "has no name"),
        ([line("60", "06633018", "0018", "N", "63", 1, 1).replace("20191231", "20193112")], "'20193112' is no day"),
        (LINES[:5], "no line describes a Gemeinde"),
    ],
)
def test_damaged_lines_are_refused_by_number(tmp_path: Path, lines: list[str], says: str) -> None:
    path = fixed_width(tmp_path / "gv.txt", lines)
    with pytest.raises(BadRegister) as caught:
        read_register(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert says in str(caught.value)


def workbook(path: Path, rows: list[list[Any]], *, day: str = "31.12.2019", columns: tuple[str, ...] = ()) -> Path:
    """A workbook with the header rows of Destatis on its second sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Gemeindeverzeichnis"])
    sheet = book.create_sheet("Onlineprodukt_Gemeinden")
    for row in (
        [f"Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl am {day} (Jahr)"],
        [],
        ["Satz-art", "Text-kenn-zeichen", "Amtlicher Regionalschlüssel (ARS)", None, None, None, None,
         "Gemeindename", "Fläche km2 1)", "Bevölkerung2)", None, None, None, "Post-leit-zahl3)"],
        [None, None, *(columns or ("Land", "RB", "Kreis", "VB", "Gem")), None, None, "insgesamt", "männlich"],
        [None, None, f"Gebietsstand am {day} (Jahr)", None, None, None, None, None, f"am {day} (Jahr)"],
        *rows,
        [],
        ["Quelle: Gemeindeverzeichnis-Informationssystem GV-ISys"],
    ):  # fmt: skip
        sheet.append(row)
    book.save(path)
    return path


ROWS: list[list[Any]] = [
    ["10", None, "06", None, None, None, None, "Hessen", None, None],
    ["60", "63", "06", "6", "33", "0018", "018", "Naumburg, Stadt", 66.32, 5026, 2500, 2526, 76, "34311"],
    ["60", "64", "06", "6", "33", "0019", "019", "Nieste", None, None],
]


def test_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "gv.xlsx", ROWS)
    assert is_register(path)
    register = read_register(path)
    assert (register.day, register.form) == (date(2019, 12, 31), "xlsx")
    assert register.at("gemeinde")["06633018"] == NAUMBURG
    assert register.at("gemeinde")["06633019"].area_km2 is None  # missing is not zero
    assert register.at("gemeinde")["06633019"].population is None
    assert register.at("land")["06"].area_km2 is None  # as long as a part is missing


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rows": [[*ROWS[1][:8], "66,3 km", 5026]]}, "line 6, column I: '66,3 km' is no number"),
        ({"rows": [[*ROWS[1][:8], 66.32, 50.5]]}, "no number of inhabitants"),
        ({"rows": [[*ROWS[1][:6], "18", *ROWS[1][7:]]]}, "is no key of a gemeinde"),
        ({"day": "Jahresende"}, "states no day"),
        ({"columns": ("Land", "RB", "Kreis", "VB", "Ort")}, "no sheet has the columns"),
    ],
)
def test_damaged_workbooks_are_refused(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    path = workbook(tmp_path / "gv.xlsx", **{"rows": ROWS, **change})
    with pytest.raises(BadRegister, match=says):
        read_register(path)


def test_other_files_are_none(tmp_path: Path) -> None:
    for name, content in (("a.txt", b"AGS;Name\n"), ("b.zip", b"PK junk"), ("c.gz", b"\x1f\x8bjunk"), ("d.gpkg", b"")):
        (tmp_path / name).write_bytes(content)
        assert not is_register(tmp_path / name)
    assert not is_register(tmp_path / "absent.txt")
    whole = workbook(tmp_path / "whole.xlsx", ROWS)
    (tmp_path / "half.xlsx").write_bytes(whole.read_bytes()[:2000])
    for name in ("half.xlsx", "b.zip", "absent.txt"):
        with pytest.raises(Unreadable):
            read_register(tmp_path / name)


def test_an_archive_is_judged_by_what_it_unpacks_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boundaries.register_forms._LARGEST_BYTES", 1000)
    plain = fixed_width(tmp_path / "gv.txt", LINES)
    packed = tmp_path / "gv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "gv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "gv.txt")
    for path in (plain, packed, tmp_path / "gv.zip"):
        with pytest.raises(Unreadable, match="1 GiB"):
            read_register(path)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "day", "counts", "inhabitants"),
    [
        ("31122019_Auszug_GV.xlsx", date(2019, 12, 31), (16, 29, 401, 4623, 11010), 83_166_711),
        ("31122021_Auszug_GV.xlsx", date(2021, 12, 31), (16, 29, 400, 4606, 10997), 83_237_124),
        ("GV100AD_301123.txt.gz", date(2023, 11, 30), (16, 29, 400, 4597, 10981), 84_358_845),
    ],
)
def test_real_files(shared_data: Path, file: str, day: date, counts: tuple[int, ...], inhabitants: int) -> None:
    """The sums for 2019 and 2021 are the inhabitants of Germany that Destatis published."""
    path = shared_data / "gemeindeverzeichnis" / file
    assert is_register(path)
    register = read_register(path)
    assert register.day == day
    levels = ("land", "regierungsbezirk", "kreis", "verband", "gemeinde")
    assert tuple(len(register.at(level)) for level in levels) == counts
    municipalities = register.at("gemeinde").values()
    assert sum(entry.population or 0 for entry in municipalities) == inhabitants
    assert sum(entry.area_km2 or 0 for entry in municipalities) == pytest.approx(357_588, abs=10)
    assert register.at("gemeinde")["06633018"].area_km2 == 66.32
    assert register.at("kreis")["06633"].area_km2 == pytest.approx(1293.3, abs=0.1)
    assert sum(entry.population or 0 for entry in register.at("land").values()) == inhabitants
    assert ("06633030" in register.at("gemeinde")) == (day.year > 2019)  # Wesertal
    assert all(entry.kind for entry in municipalities)
