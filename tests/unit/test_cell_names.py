"""Cells of protected tables are called by what they count, where and when."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from spatial.indicators import Catalogue, Indicator
from spatial.indicators.cell_names import CellNames
from spatial.indicators.protection import CellId
from spatial.indicators.sentences import Sentence
from spatial.indicators.territory import build_territory

DAY = date(2020, 1, 1)
NAUMBURG = ("aid", "gemeinde", "06633018", "2020-01-01")


@pytest.fixture(scope="module")
def names() -> CellNames:
    areas = tuple(
        Area(key, "gemeinde", name, "Stadt", key[:5], True, 1.0, as_multipolygon(shapely.box(n, 0, n + 1, 1)))
        for n, (key, name) in enumerate({"06633018": "Naumburg", "06633019": "06633019"}.items())
    )
    aid = Indicator("aid", "count", "Fälle", title_de="Hilfen", title_en="Aid", additive=True, harmonise="sum")
    territory = build_territory([AreaSet("gemeinde", DAY, "EPSG:25832", areas)], (), ())
    return CellNames(Catalogue({"aid": aid, "bare": Indicator("bare", "count", "Fälle")}), territory)


@pytest.mark.parametrize(
    ("cell", "german", "english"),
    [
        (NAUMBURG, "Hilfen in Naumburg (06633018)", "Aid in Naumburg (06633018)"),
        ((*NAUMBURG, "sum"), "Hilfen in Naumburg (06633018)", "Aid in Naumburg (06633018)"),
        (("2019-Q1", NAUMBURG), "Hilfen in Naumburg (06633018), 2019-Q1", "Aid in Naumburg (06633018), 2019-Q1"),
        (("bare", "gemeinde", "06633019", "2020-01-01"), "bare in 06633019", "bare in 06633019"),
        (("aid", "gemeinde", "06633018", "1990-01-01"), "Hilfen in 06633018", "Aid in 06633018"),
        (("aid", "raum", "R 1", "2020-01-01"), "Hilfen in R 1", "Aid in R 1"),
        (("rest", "('2019', 1)", "month"), "('rest', \"('2019', 1)\", 'month')", "('rest', \"('2019', 1)\", 'month')"),
        ("A", "A", "A"),
    ],
)
def test_a_cell_is_called_by_its_count_area_and_period(
    names: CellNames, cell: CellId, german: str, english: str
) -> None:
    assert names.name(cell) == Sentence(german, english)


def test_a_figure_and_the_sum_of_the_same_area_are_named_once(names: CellNames) -> None:
    cells: list[CellId] = [NAUMBURG, (*NAUMBURG, "sum"), "A"]
    assert names.of(cells, [str(cells[1]), str(cells[0])]) == (names.name(NAUMBURG),)
