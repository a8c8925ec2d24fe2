"""Secondary suppression on random tables: safe, reproducible, and no cell more than the audit asks for by accident."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from spatial.indicators import ProtectionImpossible
from spatial.indicators.protection import AdditiveSystem, CellId, Pattern, Relation, TableCell, audit, choose, intervals

QUIET = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def district(seed: int, areas: int, categories: int, threshold: float) -> tuple[list[TableCell], list[Relation]]:
    """Areas by categories with margins; negative binomial counts, as counts of cases are spread over areas."""
    rng = np.random.default_rng(seed)
    table = rng.negative_binomial(1.2, 0.03, (areas, categories)).astype(float)
    cells, relations = [], []
    for (area, category), value in np.ndenumerate(table):
        cells.append(TableCell((f"a{area:02}", f"c{category}"), float(value), threshold, lower=1))
    for area in range(areas):
        cells.append(TableCell((f"a{area:02}", "all"), float(table[area].sum()), threshold, weight=20, lower=1))
        relations.append(Relation.total((f"a{area:02}", "all"), [(f"a{area:02}", f"c{c}") for c in range(categories)]))
    for category in [*(f"c{c}" for c in range(categories)), "all"]:
        value = float(table.sum() if category == "all" else table[:, int(category[1:])].sum())
        cells.append(TableCell(("district", category), value, threshold, weight=1000, lower=1))
        relations.append(Relation.total(("district", category), [(f"a{area:02}", category) for area in range(areas)]))
    relations.append(Relation.total(("district", "all"), [("district", f"c{c}") for c in range(categories)]))
    return cells, relations


tables = st.tuples(st.integers(0, 10_000), st.integers(2, 14), st.integers(1, 4), st.sampled_from([3.0, 5.0, 10.0]))


def chosen(cells: list[TableCell], relations: list[Relation]) -> tuple[AdditiveSystem, Pattern]:
    system = AdditiveSystem(cells, relations)
    try:
        return system, choose(system)
    except ProtectionImpossible:
        assume(False)
        raise


@given(tables)
@QUIET
def test_the_audit_finds_nothing(shape: tuple[int, int, int, float]) -> None:
    system, pattern = chosen(*district(*shape))
    assert audit(system, pattern.withheld) == ()
    zeros = system.ids(system.values == 0)
    assert not zeros & pattern.withheld


@given(tables, st.integers(0, 1000))
@QUIET
def test_order_does_not_matter(shape: tuple[int, int, int, float], seed: int) -> None:
    cells, relations = district(*shape)
    _, pattern = chosen(cells, relations)
    shuffled, others = cells.copy(), [Relation(dict(reversed(list(each.coefficients.items())))) for each in relations]
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - not for secrets
    random.Random(seed).shuffle(others)  # noqa: S311
    assert chosen(shuffled, others)[1] == pattern


@given(tables)
@QUIET
def test_a_pattern_for_a_higher_threshold_is_safe_for_a_lower_one(shape: tuple[int, int, int, float]) -> None:
    """The primary part grows with the threshold; the secondary part need not, but the protection does."""
    seed, areas, categories, threshold = shape
    low = AdditiveSystem(*district(seed, areas, categories, threshold))
    high, pattern = chosen(*district(seed, areas, categories, threshold + 4))
    assert low.ids(low.primary) <= high.ids(high.primary)
    assert audit(low, pattern.withheld) == ()


@given(tables)
@QUIET
def test_no_secondary_cell_can_be_published_unnoticed(shape: tuple[int, int, int, float]) -> None:
    """Taking one cell out of a pattern either leaves a safe one, or the audit says whom it exposes."""
    system, pattern = chosen(*district(*shape))
    for cell in sorted(pattern.withheld, key=str)[:8]:
        rest = pattern.withheld - {cell}
        findings = {each.cell for each in audit(system, rest)}
        assert (cell in findings) == (cell in pattern.primary)
        if not findings:
            continue
        low, high = intervals(system, rest, system.mask(pattern.primary))
        for found in findings:
            row = system.row_of[found]
            assert high[row] < system.need_high[row] or high[row] - low[row] < system.need_width[row]


@given(tables)
@QUIET
def test_the_true_table_is_never_excluded(shape: tuple[int, int, int, float]) -> None:
    system, pattern = chosen(*district(*shape))
    low, high = intervals(system, pattern.withheld, system.mask(pattern.withheld))
    assert (low <= system.values + 1e-6).all()
    assert (high >= system.values - 1e-6).all()


@given(tables)
@QUIET
def test_last_years_pattern_is_kept_where_the_figures_are_the_same(shape: tuple[int, int, int, float]) -> None:
    cells, relations = district(*shape)
    system, pattern = chosen(cells, relations)
    again = choose(system, preferred=pattern.withheld)
    assert audit(system, again.withheld) == ()
    assert again.withheld <= pattern.withheld


def _random_system(seed: int) -> tuple[list[TableCell], list[Relation]]:
    """Relations of any form: unions that overlap, shares, unknown and fixed cells."""
    rng = np.random.default_rng(seed)
    base = rng.negative_binomial(1.0, 0.05, 12).astype(float)
    cells = [TableCell(("base", f"{i:02}"), float(v), 5, lower=1, sensitive=bool(rng.random() < 0.1))
             for i, v in enumerate(base)]  # fmt: skip
    relations = []
    for union in range(6):
        factors = rng.choice([0.0, 1.0, 1.0, 0.25], 12)
        value = float(factors @ base)
        cell: CellId = ("union", f"{union}")
        fixed = bool(rng.random() < 0.2)
        given_value = None if rng.random() < 0.1 else value + float(rng.integers(0, 2))
        cells.append(TableCell(cell, given_value, 5, weight=20, fixed=fixed and given_value is not None))
        parts: dict[CellId, float] = {("base", f"{i:02}"): float(f) for i, f in enumerate(factors) if f}
        relations.append(Relation({cell: -1.0, **parts}))
    return cells, relations


@pytest.mark.parametrize("seed", range(40))
def test_any_linear_system_is_safe_or_refused(seed: int) -> None:
    cells, relations = _random_system(seed)
    system = AdditiveSystem(cells, relations)
    try:
        pattern = choose(system)
    except ProtectionImpossible:
        everything = system.ids(~system.fixed & (system.values > 0) | ~system.known)
        assert audit(system, everything), "refused, though withholding everything would do"
        return
    assert audit(system, pattern.withheld) == ()
