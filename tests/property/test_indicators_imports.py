"""Properties of imports: every row is accounted for, order does not matter, and no bytes break the reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatial.indicators import AreaIndex, AreaRow, Catalogue, ImportResult, Indicator, TableError, import_table

KEYS = ("06633001", "06633018", "06633020")
AREAS = AreaIndex([*(AreaRow("gemeinde", key) for key in KEYS), AreaRow("kreis", "06633")])
CATALOGUE = Catalogue({"pop": Indicator("pop", "count", "Personen", additive=True, harmonise="sum")})
WRITTEN_KEYS = (*KEYS, "6633001", "06633020.0", "06633", "DG", "06633999", "Ahnatal", "", "01001")
VALUES = ("1", "2,5", "1.234", "-", ".", "...", "x", "/", "(3)", "", "abc", "–", "4p", "1.23", "6,6E+5")
ROWS = st.lists(
    st.tuples(st.sampled_from(WRITTEN_KEYS), st.sampled_from(("2015", "2016", "?")), st.sampled_from(VALUES)),
    min_size=1,
    max_size=15,
)
# One folder serves all examples of a test: each writes the file anew.
SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def load(folder: Path, content: bytes) -> ImportResult:
    path = folder / "figures.csv"
    path.write_bytes(content)
    return import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop", level="gemeinde")


def outcome(folder: Path, content: bytes) -> ImportResult | str:
    """The result, or the line by which the file is refused."""
    try:
        return load(folder, content)
    except TableError as error:
        return str(error)


def table(rows: list[tuple[str, str, str]]) -> bytes:
    return ("key;period;value\n" + "".join(";".join(row) + "\n" for row in rows)).encode()


def stored(result: ImportResult) -> set[tuple[str, str, str, float | None, str]]:
    return {(o.level, o.key, o.period, o.value, o.status.value) for o in result.observations}


@SHARED_FOLDER
@given(rows=ROWS)
def test_every_row_is_accounted_for(rows: list[tuple[str, str, str]], tmp_path: Path) -> None:
    result = outcome(tmp_path, table(rows))
    if isinstance(result, str):
        assert "\n" not in result
        return
    report = result.report
    parts = report.accepted, len(report.rejected), report.duplicates, report.other_levels, report.not_selected
    assert report.rows == sum(parts)
    assert sum(report.status.values()) == report.accepted
    assert sum(o.level == "gemeinde" for o in result.observations) == report.accepted
    for observation in result.observations:
        assert (observation.value is not None) == observation.status.carries_value
    identities = [(o.level, o.key, o.period) for o in result.observations]
    assert len(identities) == len(set(identities))


@SHARED_FOLDER
@given(data=st.data())
def test_the_order_of_rows_does_not_matter(data: st.DataObject, tmp_path: Path) -> None:
    rows = data.draw(ROWS)
    shuffled = data.draw(st.permutations(rows))
    # A last row of one text alone would be a closing remark.
    last = [("06633018", "2017", "1")]
    assert stored(load(tmp_path, table(rows + last))) == stored(load(tmp_path, table(shuffled + last)))


@SHARED_FOLDER
@given(content=st.one_of(st.binary(max_size=300), st.binary(max_size=100).map(lambda tail: table([]) + tail)))
def test_no_bytes_break_the_reader(content: bytes, tmp_path: Path) -> None:
    result = outcome(tmp_path, content)
    assert not isinstance(result, str) or result.startswith("figures.csv")


@SHARED_FOLDER
@given(cut=st.integers(0, 4000))
def test_no_truncation_of_a_workbook_breaks_the_reader(cut: int, workbook: bytes, tmp_path: Path) -> None:
    if cut >= len(workbook):
        return
    with pytest.raises(TableError):
        load(tmp_path, workbook[:cut])


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["key", 2015])
    sheet.append(["06633018", 5])
    path = tmp_path_factory.mktemp("workbook") / "small.xlsx"
    book.save(path)
    return path.read_bytes()
