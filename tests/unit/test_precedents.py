"""What a system looks like to readers who kept earlier releases."""

from __future__ import annotations

import pytest

from spatial.indicators.precedents import Memory, remembering
from spatial.indicators.protection import AdditiveSystem, Relation, TableCell, audit, choose

CELLS = ("a", "b", "c", "total")


def _system(**given: float) -> AdditiveSystem:
    cells = [TableCell(name, given[name], 5, lower=1, weight=1000 if name == "total" else 1) for name in CELLS]
    return AdditiveSystem(cells, [Relation.total("total", CELLS[:3])])


def _memory(**numbers: float | None) -> Memory:
    return Memory({name: number for name, number in numbers.items()}, frozenset())  # noqa: C416 - a wider key type


@pytest.mark.parametrize(("shown", "fixed"), [(13.0, True), (12.0, False), (12.7, False)])
def test_an_estimate_is_the_same_if_the_number_that_is_shown_is(shown: float, fixed: bool) -> None:
    """A share of 12.7 people is shown as 13, and whoever saw that cannot be told otherwise."""
    system = AdditiveSystem([TableCell("share", 12.7, 5, published=13.0)], ())
    assert remembering(system, [_memory(share=shown)]).fixed.tolist() == [fixed]


def test_a_figure_that_is_missing_now_protects_nothing_if_it_was_shown() -> None:
    cells = [TableCell(name, value, 5, lower=1) for name, value in (("a", 3), ("c", 40), ("total", 68))]
    system = AdditiveSystem([*cells, TableCell("b", None)], [Relation.total("total", CELLS[:3])])
    assert choose(system).withheld == {"a", "b"}
    known = remembering(system, [_memory(a=30, b=25, c=40, total=95)])
    assert choose(known).withheld == {"a", "total"}, "what was shown and is the same is no use either"
    assert audit(known, choose(known).withheld) == ()


def test_the_same_memory_twice_adds_nothing() -> None:
    system = _system(a=3, b=25, c=10, total=38)
    memory = _memory(a=None, b=None, c=40, total=68)
    once, often = remembering(system, [memory]), remembering(system, [memory] * 50)
    assert once.matrix.shape == often.matrix.shape == (2, 4)


def test_what_is_given_up_is_withheld_all_the_same() -> None:
    """Everything but the small figure was shown: nothing keeps it from a reader of that, but others are not told."""
    system = _system(a=3, b=25, c=40, total=68)
    known = remembering(system, [_memory(a=None, b=25, c=40, total=68)]).giving_up({"a"})
    withheld = choose(known).withheld
    assert withheld == {"a"}
    assert audit(known, withheld) == ()
    assert audit(system, withheld) != ()
