"""What links the cells of a system: areas that lie in each other, and sums that are made of sums."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely

from boundaries import Area, AreaSet, reproject
from spatial.indicators.composites import Composite, relations_of
from spatial.indicators.nesting import nest
from spatial.indicators.protection import AdditiveSystem, TableCell

DAY = date(2020, 1, 1)


def squares(level: str, *boxes: tuple[float, float, float, float]) -> AreaSet:
    """Areas of a level, in metres somewhere in Hessen."""
    shapes = [
        shapely.multipolygons([shapely.box(x0 + 5e5, y0 + 57e5, x1 + 5e5, y1 + 57e5)]) for x0, y0, x1, y1 in boxes
    ]
    areas = tuple(
        Area(f"{level}{number}", level, f"{number}", "", None, True, shape.area / 1e6, shape)
        for number, shape in enumerate(shapes)
    )
    return AreaSet(level, DAY, "EPSG:25832", areas)


def test_areas_lie_in_larger_and_in_equal_ones() -> None:
    inner = squares("a", (0, 0, 1000, 1000), (1000, 0, 2000, 1000), (5000, 0, 6000, 1000))
    outer = squares("b", (0, 0, 2000, 1000), (5000, 0, 6000, 1000), (9000, 0, 9500, 1000))
    nesting = nest(inner, outer)
    assert [nesting.inside(row).tolist() for row in range(3)] == [[0, 1], [2], []]
    assert nesting.coverage.round(6).tolist() == [1, 1, 0]
    assert nest(outer, inner).inside(0).tolist() == [], "a larger area does not lie in a smaller one"


def test_areas_of_another_projection_are_found() -> None:
    inner = squares("a", (0, 0, 1000, 1000), (1000, 0, 2000, 1000))
    degrees = AreaSet(
        "a",
        DAY,
        "EPSG:4326",
        tuple(
            Area(area.key, "a", area.name, "", None, True, 1.0, shape)
            for area, shape in zip(
                inner.areas, reproject(inner.geometries, "EPSG:25832", "EPSG:4326").tolist(), strict=True
            )
        ),
    )
    assert nest(degrees, squares("b", (0, 0, 2000, 1000))).inside(0).tolist() == [0, 1]


def test_a_land_is_the_sum_of_its_districts() -> None:
    """Short equations say the same as long ones."""
    districts = {"K1": ("a", "b"), "K2": ("c", "d", "e")}
    composites = [Composite(key, dict.fromkeys(parts, 1.0)) for key, parts in districts.items()]
    composites.append(Composite("L", dict.fromkeys("abcde", 1.0)))
    composites.append(Composite("half", {"a": 0.5, "b": 0.5}))
    cells = [*"abcde", "K1", "K2", "L", "half"]
    relations = [dict(each.coefficients) for each in relations_of(composites, cells)]
    assert {"K1": 1.0, "K2": 1.0, "L": -1.0} in relations
    assert len(relations) == len(composites)
    table = [TableCell(cell, float(number)) for number, cell in enumerate(cells)]
    short = AdditiveSystem(table, relations_of(composites, cells)).matrix.toarray()
    long = np.array([[-1.0 if cell == each.id else each.parts.get(cell, 0.0) for cell in sorted(cells)]
                     for each in composites])  # fmt: skip
    assert np.linalg.matrix_rank(np.vstack([short, long])) == np.linalg.matrix_rank(short) == len(composites)
