"""Tabulation: the additive system of linked counts in one period, and where its cells are published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.protection import AdditiveSystem

Place = tuple[str, date, str]
"""Indicator, vintage and level."""


@dataclass(frozen=True)
class Tabulation:
    """Additive system of a group of counts in one period, and where its cells are published.

    Attributes
    ----------
    system : AdditiveSystem
    places : mapping of (indicator, vintage, level) to ndarray of int, shape (n, k)
        Rows of the system that each area's figure depends on; -1 fills up. A figure is withheld if one of them is.
    shares : mapping of (indicator, vintage, level) to ndarray of int, shape (m, 2)
        Pairs of an area and the row of a count of which its figure has an estimated part. Counts are whole numbers: who
        sees 0.37 of one and 0.21 of another added up can tell both, so such a figure is withheld with either.
    """

    system: AdditiveSystem
    places: Mapping[Place, NDArray[np.intp]]
    shares: Mapping[Place, NDArray[np.intp]] = field(default_factory=dict)

    def withheld_at(self, place: Place, withheld: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
        """Mask of the areas of an indicator, vintage and level whose figure is withheld if some cells are.

        There are ``size`` areas. A figure that no cell stands for is withheld as well: nothing is known of what it
        would reveal.
        """
        rows = self.places.get(place)
        if rows is None:
            return np.ones(size, bool)
        mask = np.asarray((withheld[rows] & (rows >= 0)).any(axis=1) | (rows < 0).all(axis=1))
        for area, cell in self.shares.get(place, ()):
            mask[area] |= withheld[cell]
        return mask


def of_one_cell(places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Mask of the areas whose figure is that of one cell.

    Parameters
    ----------
    places : ndarray of int, shape (n, k)
        Rows of the system that each area's figure depends on; -1 fills up.
    """
    one: NDArray[np.bool_] = (places >= 0).sum(axis=1) == 1
    return one
