"""Hostile and broken files: refused in one line or read, with bounded memory, and never a crash."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from spatial.indicators import (
    AreaIndex,
    AreaRow,
    Catalogue,
    ImportResult,
    Indicator,
    NoKnownKey,
    OversizedTable,
    SeveralTables,
    TableError,
    TableMapping,
    UnreadableTable,
    import_table,
)
from spatial.indicators.readers import files, text, workbook

AREAS = AreaIndex([AreaRow("gemeinde", "06633001", "Ahnatal"), AreaRow("gemeinde", "06633018", "Naumburg")])
CATALOGUE = Catalogue({"pop": Indicator("pop", "count", "Personen", additive=True, harmonise="sum")})
TABLE = "key;2015\n06633018;1\n"


def load(path: Path, **mapping: str) -> ImportResult:
    return import_table(path, catalogue=CATALOGUE, areas=AREAS, mapping=TableMapping(**mapping), indicator="pop")  # type: ignore[arg-type]


def packed(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def book_bytes() -> bytes:
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["key", "2015"])
    sheet.append(["06633018", 5])
    book.save(stream)
    return stream.getvalue()


def rewritten(path: Path, member: str, before: str, after: str) -> Path:
    """A workbook with one part changed."""
    with zipfile.ZipFile(io.BytesIO(book_bytes())) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            assert name != member or before in content
            target.writestr(name, content.replace(before, after) if name == member else content)
    return path


def test_an_archive_that_bursts_is_judged_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "bomb.zip", {"a.csv": b"0" * 60_000_000})
    with pytest.raises(OversizedTable) as caught:
        load(bomb)
    assert "Fache seiner Größe, 60 MB" in caught.value.render("de")
    assert bomb.stat().st_size < 100_000
    book = packed(tmp_path / "bomb.xlsx", {"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": b" " * 60_000_000})
    with pytest.raises(OversizedTable, match=r"unpacks to [0-9]+ times its size"):
        load(book)


def test_archives_within_archives_are_not_opened(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"a.csv": TABLE}).read_bytes()
    with pytest.raises(UnreadableTable, match="is an archive within an archive; unpack it first"):
        load(packed(tmp_path / "outer.zip", {"a.csv": inner}))
    with pytest.raises(UnreadableTable, match="is an archive without a table"):
        load(packed(tmp_path / "outer.zip", {"inner.zip": inner}))


def test_the_only_table_of_an_archive_is_read_and_one_of_two_is_named(tmp_path: Path) -> None:
    one = packed(tmp_path / "one.zip", {"a.csv": TABLE, "liesmich.pdf": b"%PDF", "__MACOSX/a.csv": "x"})
    assert load(one).report.accepted == 1
    two = packed(tmp_path / "two.zip", {"a.csv": TABLE, "b/c.csv": TABLE})
    with pytest.raises(SeveralTables, match=r"two\.zip: holds 2 tables: a\.csv, b/c\.csv; name one .* two\.zip/a\.csv"):
        load(two)
    assert load(two / "b" / "c.csv").report.accepted == 1


@pytest.mark.parametrize("kind", ["zip", "xlsx", "parquet", "ods"])
def test_truncated_files_are_refused(tmp_path: Path, kind: str) -> None:
    import pyarrow
    import pyarrow.parquet

    whole = tmp_path / f"figures.{kind}"
    if kind == "parquet":
        pyarrow.parquet.write_table(pyarrow.table({"key": ["06633018"] * 500, "2015": list(range(500))}), whole)
    elif kind == "xlsx":
        whole.write_bytes(book_bytes())
    else:
        parts: dict[str, bytes | str] = {"a.csv": TABLE}
        if kind == "ods":
            parts = {"content.xml": "<a/>", "META-INF/manifest.xml": "<m/>"}
        packed(whole, parts)
    content = whole.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        whole.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(TableError) as caught:
            load(whole)
        assert "\n" not in str(caught.value)


def test_a_flat_table_without_the_column_of_its_keys_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "flat.csv"
    path.write_text(
        "statistics_code;time;1_variable_code;1_variable_attribute_label;value\n12411;2015;GEMEIN;Naumburg;5\n"
    )
    with pytest.raises(NoKnownKey, match="no variable of the table is one of areas"):
        load(path)


def test_a_sheet_whose_bytes_were_changed_is_refused(tmp_path: Path) -> None:
    whole, path = io.BytesIO(), tmp_path / "figures.xlsx"
    book = Workbook()
    for row in (["key", "2015"], *([f"066330{number:02}", 1] for number in range(99))):
        book.active.append(row)
    book.save(whole)
    with zipfile.ZipFile(whole) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as plain:
        for name in packed.namelist():
            plain.writestr(name, packed.read(name))
    content = path.read_bytes()
    assert content.count(b"</sheetData>") == 1
    path.write_bytes(content.replace(b"</sheetData>", b"<!sheetData>"))
    with pytest.raises(UnreadableTable, match="is a damaged workbook"):
        load(path)


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.csv": "key;2015\n" + "".join(f"0663301{n % 10};{n}\n" for n in range(5000))})
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(UnreadableTable, match="truncated or damaged archive"):
        load(path)


@pytest.mark.parametrize(
    ("member", "before", "after"),
    [
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet",
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet',
        ),
        ("xl/workbook.xml", "<workbook", '<!DOCTYPE x [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><workbook'),
    ],
    ids=["external entity", "entities in entities"],
)
def test_entities_in_workbooks_are_refused(tmp_path: Path, member: str, before: str, after: str) -> None:
    path = rewritten(tmp_path / "figures.xlsx", member, before, after)
    with pytest.raises(UnreadableTable, match=r"is a damaged workbook|is damaged"):
        load(path)


def test_a_sheet_of_far_columns_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One cell in the last column of each row makes 16 384 of it; their number is bounded as in OpenDocument."""
    monkeypatch.setattr(workbook, "MOST_CELLS", 100_000)
    path = tmp_path / "wide.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["key", "2015"])
    for row in range(2, 10):
        sheet.cell(row, 1, "06633018")
        sheet.cell(row, 16_384, 1)
    book.save(path)
    with pytest.raises(OversizedTable, match=r"line 8: has more than 100000 cells; save the table as CSV"):
        load(path)


def ods(path: Path, content: str) -> Path:
    return packed(path, {"content.xml": content, "META-INF/manifest.xml": "<m/>"})


def test_opendocument_bombs(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="is a damaged workbook"):
        load(ods(tmp_path / "a.ods", '<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'))
    table, office = (
        "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    )
    cell = '<t:table-cell o:value-type="float" o:value="2015" t:number-columns-repeated="999999999"/>'
    row = f'<t:table-row t:number-rows-repeated="1048576">{cell}</t:table-row>'
    with pytest.raises(OversizedTable, match="has more than 20000000 cells"):
        load(
            ods(tmp_path / "b.ods", f'<x xmlns:t="{table}" xmlns:o="{office}"><t:table t:name="a">{row}</t:table></x>')
        )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"key;2015\n06633018;1\n" + b"\x00" * 10, "is not a text file"),
        (b"key;2015\n06633018;" + b"9" * 400_000 + b"\n", "is neither a number|too large|damaged CSV"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 40, "is not a text file"),
        (b"key;2015\n06633018;=cmd|' /C calc'!A0\n", "rejected"),
        (b"key;2015\n06633018;1e999\n", "rejected"),
        (b"\xff\xfekey", "cannot be read as utf-16|no column"),
    ],
    ids=["NUL bytes at the end", "huge cell", "binary", "formula", "not finite", "half a character"],
)
def test_broken_texts_are_refused_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=message) as caught:
        load(path)
    for line in (str(caught.value), caught.value.render("de")):
        assert line.startswith("figures.csv")
        assert len(line) < 600
        assert "\n" not in line


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST_LINE", 10_000)
    path = tmp_path / "figures.csv"
    path.write_text("key;2015\n06633018;1\n" + "x" * 50_000)
    with pytest.raises(UnreadableTable, match="line 3: has a line of more than 10000 characters"):
        load(path)


def test_oversized_texts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_TEXT", 10)
    path = tmp_path / "figures.csv"
    path.write_text(TABLE)
    with pytest.raises(OversizedTable, match="at most 0 MB are read; cut it into several files"):
        load(path)


MEASURED = """
import sys
from pathlib import Path
from tests.unit.test_indicators_hostile import load

def peak_kb():
    # Not ru_maxrss: that begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])

for path in sys.argv[1:]:
    before = peak_kb()
    report = load(Path(path)).report
    print(peak_kb() - before, report.rows, report.accepted, report.rejected_total,
          report.duplicates, len(report.rejected), len(report.unknown_keys))
"""


def test_a_long_file_is_streamed(tmp_path: Path) -> None:
    """What is listed of many unknown keys has an end, and a hundred thousand rows more take no memory of their own."""
    many, long = tmp_path / "many.csv", tmp_path / "long.csv"
    rows, repeats = 51_000, 100_000
    with many.open("w") as file:
        file.write("key;period;value;note\n06633001;2015;1;a note of some length\n06633001;2015;2;\n06633018;2015;1;\n")
        file.writelines(f"06{640_000 + number:06d};2015;{number};no\n" for number in range(rows))
    with long.open("w") as file:
        file.write("key;period;value;note\n")
        file.writelines(f"06633018;2015;1;row {number} says nothing\n" for number in range(repeats))
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(many), str(long)], capture_output=True, text=True, check=True, cwd=root
    )
    first, second = ([int(number) for number in line.split()] for line in done.stdout.splitlines())
    assert first[1:] == [rows + 3, 1, rows + 2, 0, 50_000, 50_000]
    assert second[1:] == [repeats, 1, 0, repeats - 1, 0, 0]
    assert second[0] < 25_000, "held in memory they would be more than 30 MB"
