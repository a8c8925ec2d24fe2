"""Units of tables against those of the catalogue: converted, told or refused, never taken for the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spatial.indicators.catalogue import Indicator
from spatial.indicators.errors import AmbiguousUnit
from spatial.indicators.frames import Frame
from spatial.indicators.grids import Grid, GridRow, in_blocks
from spatial.indicators.layouts import Layout, ValueColumn
from spatial.indicators.mapping import TableMapping
from spatial.indicators.places import Spot
from spatial.indicators.units import UnitCheck, check_units

TABLE = Path("tabelle.csv")


def checked(found: str, wanted: str, mapping: TableMapping | None = None) -> UnitCheck:
    indicator = Indicator("some_count", "count", wanted)
    grid = Grid(TABLE, "csv", lambda: in_blocks([GridRow(1, ["key", "value", "unit"]), GridRow(2, ["06", "1", found])]))
    frame = Frame(grid, TableMapping(), (("key",), ("value",), ("unit",)), 2, 1, 0)
    layout = Layout("long", frame, (ValueColumn(1, "value"),), unit=2)
    return check_units(layout, {found: Spot(2, "unit")}, mapping or TableMapping(), indicator)


@pytest.mark.parametrize(
    ("found", "wanted", "multiplier"),
    [
        ("ha", "km²", 0.01),
        ("qkm", "ha", 100),
        ("1000 qm", "m²", 1000),
        ("EUR", "Tsd. EUR", 0.001),
        ("TEUR", "EUR", 1000),
        ("Mill. EUR", "Tsd. EUR", 1000),
        ("100 EUR", "EUR", 100),
        ("je 10 000 Einwohner", "je 1 000 Einwohner", 0.1),
        ("Promille", "%", 0.1),
        ("1 000 Personen", "Personen", 1000),
        ("Tsd.", "Tsd. EUR", 1000),
    ],
)
def test_what_can_be_converted_is_converted_and_told(found: str, wanted: str, multiplier: float) -> None:
    result = checked(found, wanted)
    assert result.multiplier == multiplier
    assert f"multiplied by {multiplier:g}." in result.notes[0].en
    assert "malgenommen" in result.notes[0].de


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("1000 EUR", "Tsd. EUR"), ("Prozent", "% der Arbeitslosen"), ("2011 = 100", "2011 = 100"), ("Jahr", "Jahre"),
        ("Anzahl", "EUR"), ("Einwohner", "Personen"), ("Hektar", "ha"),
    ],
)  # fmt: skip
def test_the_same_unit_needs_no_word(found: str, wanted: str) -> None:
    assert checked(found, wanted) == UnitCheck((found,), None)


@pytest.mark.parametrize(
    ("found", "wanted"), [("EUR", "Personen"), ("%", "Personen"), ("ha", "EUR"), ("Tsd. EUR", "Personen")]
)
def test_another_quantity_is_refused(found: str, wanted: str) -> None:
    with pytest.raises(AmbiguousUnit) as caught:
        checked(found, wanted)
    assert str(caught.value).startswith('tabelle.csv, line 2, column "unit": ')
    assert found in str(caught.value)
    assert "multiplier" in str(caught.value)
    assert checked(found, wanted, replace(TableMapping(), multiplier=2.0)).multiplier == 2.0


def test_a_word_that_is_no_measure_is_told() -> None:
    result = checked("Personen", "%")
    assert result.multiplier is None
    assert result.notes[0].de == 'Zeile 2, Spalte "unit": Die Einheit der Tabelle ist "Personen", die des Katalogs "%".'
