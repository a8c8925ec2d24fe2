"""Secondary suppression: worked examples, enumeration, and what the audit must notice."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from spatial.indicators import ProtectionImpossible
from spatial.indicators.protection import (
    AdditiveSystem,
    CellId,
    Relation,
    TableCell,
    audit,
    choose,
    intervals,
    round_to_base,
)


def areas_and_total(
    values: dict[str, float], threshold: float = 10, *, fixed: bool = True, lower: float = 0.0
) -> AdditiveSystem:
    """Areas of a district and their total."""
    cells = [TableCell(name, value, threshold, lower=lower) for name, value in values.items()]
    total = TableCell("T", sum(values.values()), threshold, weight=1000, fixed=fixed, lower=lower)
    return AdditiveSystem([*cells, total], [Relation.total("T", values)])


def bounds(system: AdditiveSystem, withheld: frozenset[CellId] | set[str], cell: str) -> tuple[float, float]:
    """Interval of one cell."""
    row = system.row_of[cell]
    wanted = np.zeros(len(system.cells), bool)
    wanted[row] = True
    low, high = intervals(system, withheld, wanted)
    return float(low[row]), float(high[row])


# -- worked examples -----------------------------------------------------------------------------------------


def test_one_small_cell_needs_a_second_one() -> None:
    system = areas_and_total({"A": 3, "B": 25, "C": 40, "D": 60})
    pattern = choose(system)
    assert pattern.withheld == {"A", "B"}
    assert pattern.primary == {"A"}
    assert audit(system, pattern.withheld) == ()
    # The interval of A is cut off above what it needs; B is bounded by the remainder.
    assert bounds(system, pattern.withheld, "A") == (0, 22)
    assert bounds(system, pattern.withheld, "B") == (0, 28)


def test_two_small_cells_do_not_protect_each_other() -> None:
    system = areas_and_total({"A": 3, "B": 4, "C": 40, "D": 60})
    findings = audit(system, {"A", "B"})
    assert [(each.cell, each.low, each.high) for each in findings] == [("A", 0, 7), ("B", 0, 7)]
    pattern = choose(system)
    assert pattern.withheld == {"A", "B", "C"}
    assert audit(system, pattern.withheld) == ()


def test_the_last_category_of_an_area_is_not_alone() -> None:
    areas, categories = ("X", "Y", "Z"), ("a", "b", "c")
    values = {("X", "a"): 4, ("X", "b"): 30, ("X", "c"): 50}
    values |= {(area, category): 60 + 7 * place for place, (area, category) in enumerate(
        itertools.product(("Y", "Z"), categories))}  # fmt: skip
    cells = [TableCell(cell, value, 10, lower=1) for cell, value in values.items()]
    relations = []
    for area in areas:
        parts = [(area, category) for category in categories]
        cells.append(TableCell((area, "all"), sum(values[part] for part in parts), 10, weight=20, lower=1))
        relations.append(Relation.total((area, "all"), parts))
    for category in (*categories, "all"):
        parts = [(area, category) for area in areas]
        known = {cell.id: cell.value for cell in cells}
        total = sum(known[part] or 0 for part in parts)
        cells.append(TableCell(("district", category), total, 10, weight=1000, lower=1))
        relations.append(Relation.total(("district", category), parts))
    system = AdditiveSystem(cells, relations)
    pattern = choose(system)
    of_x = [cell for cell in pattern.withheld if isinstance(cell, tuple) and cell[0] == "X" and cell[1] != "all"]
    assert len(of_x) >= 2
    assert audit(system, pattern.withheld) == ()
    assert all(cell[0] != "district" for cell in pattern.withheld if isinstance(cell, tuple)), "districts stay"
    assert len(pattern.withheld) == 4, "one rectangle is enough"


# -- rules ---------------------------------------------------------------------------------------------------


def test_where_zeros_are_public_a_withheld_cell_is_at_least_one() -> None:
    """1 and 4 below a threshold of 5 leave [1, 4] each: provably below the threshold."""
    values = {"A": 1.0, "B": 4.0, "C": 40.0}
    assert audit(areas_and_total(values, 5), {"A", "B"}) == (), "zero could be meant"
    strict = areas_and_total(values, 5, lower=1)
    assert {each.cell for each in audit(strict, {"A", "B"})} == {"A", "B"}
    assert choose(strict).withheld == {"A", "B", "C"}


def test_zeros_are_public_and_no_protection() -> None:
    system = areas_and_total({"A": 3, "B": 0, "C": 0, "D": 60})
    assert choose(system).withheld == {"A", "D"}
    assert {each.cell for each in audit(system, {"A", "B", "C"})} == {"A"}


def test_a_total_that_may_be_withheld_goes_last() -> None:
    alone = areas_and_total({"A": 3, "B": 0}, fixed=False)
    assert choose(alone).withheld == {"A", "T"}, "the total is as small as its only part"
    assert choose(areas_and_total({"A": 3, "B": 14}, fixed=False)).withheld == {"A", "B"}


def test_publishing_stops_where_nothing_helps() -> None:
    with pytest.raises(ProtectionImpossible) as caught:
        choose(areas_and_total({"A": 3, "B": 0, "C": 0}))
    assert caught.value.cells == ("A",)
    assert "merge categories" in str(caught.value)


def test_a_residual_is_taken_as_known() -> None:
    """The official total is 2 above its parts; withholding A alone still gives it away."""
    cells = [TableCell("A", 3, 10), TableCell("B", 50, 10), TableCell("T", 55, 10, fixed=True)]
    system = AdditiveSystem(cells, [Relation.total("T", ["A", "B"])])
    assert bounds(system, {"A"}, "A") == (3, 3)
    assert choose(system).withheld == {"A", "B"}


def test_what_the_source_kept_secret_is_protected_too() -> None:
    cells = [TableCell("A", None, 10, sensitive=True), TableCell("B", 20, 10), TableCell("C", 30, 10)]
    cells.append(TableCell("T", 54, 10, weight=1000, fixed=True))
    system = AdditiveSystem(cells, [Relation.total("T", ["A", "B", "C"])])
    assert system.values[system.row_of["A"]] == pytest.approx(4)
    assert {each.cell for each in audit(system, set())} == {"A"}
    assert choose(system).withheld == {"A", "B"}


def test_bounds_that_the_source_tells_are_not_narrowed() -> None:
    """Of a starred cell everybody knows 1 to 9; two of them with a remainder of 17 would be 8 or 9 each."""
    stars = [TableCell(name, None, 10, sensitive=True, lower=1, upper=9) for name in "AB"]
    cells = [*stars, TableCell("C", 80, 10), TableCell("T", 97, 10, fixed=True)]
    system = AdditiveSystem(cells, [Relation.total("T", ["A", "B", "C"])])
    assert len(audit(system, {"A", "B"})) == 2
    pattern = choose(system)
    assert pattern.withheld == {"A", "B", "C"}
    assert bounds(system, pattern.withheld, "A") == (1, 9)


def test_a_missing_part_is_unknown_to_readers_too() -> None:
    cells = [TableCell("A", 3, 10), TableCell("B", None), TableCell("T", 300, 10, weight=1000)]
    system = AdditiveSystem(cells, [Relation.total("T", ["A", "B"])])
    assert choose(system).withheld == {"A", "B"}
    close = [TableCell("A", 3, 10), TableCell("B", None), TableCell("T", 12, 10, weight=1000, fixed=True)]
    assert audit(AdditiveSystem(close, [Relation.total("T", ["A", "B"])]), {"A"}) == ()
    closer = [TableCell("A", 3, 10), TableCell("B", None), TableCell("T", 9, 10, weight=1000, fixed=True)]
    findings = audit(AdditiveSystem(closer, [Relation.total("T", ["A", "B"])]), {"A"})
    assert [(each.low, each.high) for each in findings] == [(0, 9)]


def test_a_dominated_cell_is_missed_by_its_margin() -> None:
    cells = [TableCell("A", 500, 5, sensitive=True, margin=0.1), TableCell("B", 20, 5), TableCell("C", 900, 5)]
    cells.append(TableCell("T", 1420, 5, weight=1000))
    system = AdditiveSystem(cells, [Relation.total("T", ["A", "B", "C"])])
    assert {each.cell for each in audit(system, {"A", "B"})} == {"A"}, "B lets it be 480 to 520"
    assert choose(system).withheld == {"A", "C"}


def test_all_members_of_a_group() -> None:
    """20 of 20: the count is protected, though nobody can believe it to be more than 20."""
    cells = [TableCell("A", 20, 5, sensitive=True, upper=20, lower=1), TableCell("B", 30, 5, lower=1)]
    cells.append(TableCell("T", 50, 5, fixed=True))
    system = AdditiveSystem(cells, [Relation.total("T", ["A", "B"])])
    assert {each.cell for each in audit(system, {"A"})} == {"A"}
    pattern = choose(system)
    assert audit(system, pattern.withheld) == ()
    assert bounds(system, pattern.withheld, "A") == (1, 20)


def test_the_pattern_of_last_year_is_preferred() -> None:
    system = areas_and_total({"A": 3, "B": 25, "C": 27, "D": 60})
    assert choose(system).withheld == {"A", "B"}
    assert choose(system, preferred={"C"}).withheld == {"A", "C"}


def test_open_cells_protect_nothing_and_nobody() -> None:
    system = areas_and_total({"A": 3, "B": 25}, threshold=0)
    assert choose(system).withheld == frozenset()
    assert audit(system, {"A"}) == ()


def test_shares_count_as_coefficients() -> None:
    """A published tenth of an area tells of the whole."""
    cells = [TableCell("A", 3, 10), TableCell("B", 90, 10), TableCell("tenth", 9.3, 0)]
    system = AdditiveSystem(cells, [Relation({"tenth": -1, "A": 0.1, "B": 0.1})])
    assert list(bounds(system, {"A"}, "A")) == pytest.approx([3, 3])
    assert choose(system).withheld == {"A", "tenth"}


# -- rounding ------------------------------------------------------------------------------------------------


def test_rounding_is_to_the_nearest_multiple() -> None:
    assert round_to_base(np.array([0.0, 2, 3, 7, 8, 12]), 5).tolist() == [0, 0, 5, 5, 10, 10]
    assert round_to_base(np.array([4.0, 5, 15]), 10).tolist() == [0, 10, 20]


def test_rounded_totals_must_not_narrow_their_parts() -> None:
    """3 + 3 = 6 is shown as 5 + 5 = 5, of which readers would learn that the parts are 3 or 4."""
    cells = [TableCell("A", 3, 5, rounding=5), TableCell("B", 3, 5, rounding=5)]
    total = TableCell("T", 6, 5, weight=1000, rounding=5)
    system = AdditiveSystem([*cells, total], [Relation.total("T", ["A", "B"])])
    assert {each.cell for each in audit(system, set())} == {"A", "B"}
    assert bounds(system, set(), "A") == (3, 4)
    pattern = choose(system)
    assert pattern.withheld
    assert audit(system, pattern.withheld) == ()
    many = [TableCell(name, 3, 5, rounding=5) for name in "ABCDEF"]
    total = TableCell("T", 18, 5, weight=1000, rounding=5)
    assert choose(AdditiveSystem([*many, total], [Relation.total("T", "ABCDEF")])).withheld == frozenset()


# -- the audit -----------------------------------------------------------------------------------------------


def test_a_primary_cell_in_the_open_is_a_finding() -> None:
    system = areas_and_total({"A": 3, "B": 25, "C": 40})
    assert [each.cell for each in audit(system, {"B"})] == ["A"]
    assert [(each.low, each.high) for each in audit(system, set())] == [(3, 3)]


def test_a_cell_that_nothing_bounds_is_safe() -> None:
    system = AdditiveSystem([TableCell("A", 3, 10)], [])
    assert audit(system, {"A"}) == ()


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e6])
def test_the_size_of_numbers_does_not_matter(scale: float) -> None:
    values = {"A": 3 * scale, "B": 4 * scale, "C": 40 * scale, "D": 6_000_000 * scale}
    cells = [TableCell(name, value, 10 * scale) for name, value in values.items()]
    cells.append(TableCell("T", math.fsum(values.values()), 10, fixed=True))
    system = AdditiveSystem(cells, [Relation.total("T", values)])
    assert len(audit(system, {"A", "B"})) == 2
    assert choose(system).withheld == {"A", "B", "C"}


def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match="twice"):
        AdditiveSystem([TableCell("A", 1), TableCell("A", 2)], [])
    with pytest.raises(ValueError, match="'B'"):
        AdditiveSystem([TableCell("A", 1)], [Relation.total("A", ["B"])])
    with pytest.raises(ValueError, match="finite"):
        AdditiveSystem([TableCell("A", math.nan)], [])


def test_balances_may_be_negative() -> None:
    cells = [TableCell(name, value, 10, lower=-math.inf) for name, value in {"A": -3, "B": -40, "C": 60}.items()]
    system = AdditiveSystem([*cells, TableCell("T", 17, 10, fixed=True)], [Relation.total("T", "ABC")])
    assert choose(system).primary == {"A"}
    assert choose(system).withheld == {"A", "B"}


# -- enumeration ---------------------------------------------------------------------------------------------


def _enumerated(table: NDArray[np.int64], withheld: set[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Range of each withheld cell over all tables of whole numbers with the same margins and public cells."""
    cells = sorted(withheld)
    left_rows = [int(sum(table[cell] for cell in cells if cell[0] == row)) for row in range(table.shape[0])]
    left_columns = [int(sum(table[cell] for cell in cells if cell[1] == col)) for col in range(table.shape[1])]
    found: dict[tuple[int, int], tuple[int, int]] = {}

    def fill(place: int, rows: list[int], columns: list[int], chosen: list[int]) -> None:
        if place == len(cells):
            if not any(rows) and not any(columns):
                for cell, number in zip(cells, chosen, strict=True):
                    low, high = found.get(cell, (number, number))
                    found[cell] = min(low, number), max(high, number)
            return
        row, column = cells[place]
        last = place + 1 == len(cells) or cells[place + 1][0] != row
        most = min(rows[row], columns[column])
        for number in range(rows[row] if last else 0, most + 1):
            rows[row] -= number
            columns[column] -= number
            fill(place + 1, rows, columns, [*chosen, number])
            rows[row] += number
            columns[column] += number

    fill(0, left_rows, left_columns, [])
    return found


@pytest.mark.parametrize("seed", range(12))
def test_intervals_equal_those_of_all_possible_tables(seed: int) -> None:
    """On two-way tables linear and whole-number bounds agree, so the audit can be checked by counting."""
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 7, (3, 4))
    threshold = 3
    cells = [TableCell((row, col), float(table[row, col]), threshold) for row in range(3) for col in range(4)]
    relations = []
    for row in range(3):
        cells.append(TableCell(("row", row), float(table[row].sum()), fixed=True))
        relations.append(Relation.total(("row", row), [(row, col) for col in range(4)]))
    for col in range(4):
        cells.append(TableCell(("col", col), float(table[:, col].sum()), fixed=True))
        relations.append(Relation.total(("col", col), [(row, col) for row in range(3)]))
    system = AdditiveSystem(cells, relations)
    withheld = {(int(row), int(col)) for row, col in np.argwhere((table > 0) & (rng.random((3, 4)) < 0.7))}
    low, high = intervals(system, withheld, system.mask(withheld))
    unsafe = set()
    for cell, (least, most) in _enumerated(table, withheld).items():
        at = system.row_of[cell]
        assert (round(low[at], 6), round(high[at], 6)) == (least, min(most, table[cell] + 2 * threshold - 1))
        if table[cell] < threshold and (most < threshold or most - least < threshold - 1):
            unsafe.add(cell)
    primary_in_sight = {cell for cell in np.ndindex(3, 4) if 0 < table[cell] < threshold and cell not in withheld}
    assert {each.cell for each in audit(system, withheld)} == unsafe | primary_in_sight
    positive = {(int(row), int(col)) for row, col in np.argwhere(table > 0)}
    hopeless = {
        str(cell)
        for cell, (least, most) in _enumerated(table, positive).items()
        if table[cell] < threshold and (most < threshold or most - least < threshold - 1)
    }
    if hopeless:
        with pytest.raises(ProtectionImpossible) as caught:
            choose(system)
        assert set(caught.value.cells) == hopeless
        return
    chosen = {cell for cell in choose(system).withheld if isinstance(cell, tuple)}
    for cell, (least, most) in _enumerated(table, chosen).items():
        if table[cell] < threshold:
            assert most >= threshold
            assert most - least >= threshold - 1
