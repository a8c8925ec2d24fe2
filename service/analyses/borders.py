"""Common borders and perimeters of the areas of an analysis, from the published geometry in full detail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.geometry import reproject
from service.analyses.question import Question
from service.reader import ReleaseReader
from spatial.statistics import Weights, weights_borders

BORDERS = "borders"
"""What a statistic needs that weighs neighbours by the border they have in common."""

MOST_AREAS = 20_000
"""More areas than this are not measured."""

_TOLERANCE_M = 0.1
"""Published coordinates are rounded to about a centimetre, so both sides of a border may differ by some of them."""


@dataclass(frozen=True, slots=True)
class Borders:
    """Lengths in metres.

    Attributes
    ----------
    common : Weights
        Of the border of each two areas.
    perimeter : ndarray of float64, shape (n,)
    """

    common: Weights
    perimeter: NDArray[np.float64]

    def subset(self, keep: NDArray[np.bool_]) -> Borders:
        """Those of some areas."""
        return Borders(self.common.subset(keep), self.perimeter[keep])


def borders_among(release: ReleaseReader, question: Question, rows: NDArray[np.intp]) -> Borders | None:
    """Borders of the areas of some rows; None for more areas than are measured."""
    import shapely

    if len(rows) > MOST_AREAS:
        return None
    table = release.areas(question.vintage, question.level)
    published = release.geometry(question.vintage, question.level)
    keys = [table.areas[row].key for row in rows.tolist()]
    shapes = shapely.from_geojson([published[key] for key in keys])
    projected = reproject(np.asarray(shapes, dtype=object), "OGC:CRS84", table.crs)
    return Borders(weights_borders(projected, keys, tolerance=_TOLERANCE_M), np.asarray(shapely.length(projected)))
