"""Plain words for results: who puts which result into words, and what all of them share."""

from __future__ import annotations

from functools import singledispatch

from spatial.statistics.reading import Reading

LEVEL = 0.05
EXPLORATORY = Reading("Das Ergebnis ist explorativ.", "The result is exploratory.")


@singledispatch
def read_result(result: object) -> Reading:
    """Put a result into words.

    Parameters
    ----------
    result : one of the results of this package
        Of rates, segregation, inequality, composite indices, trends, scans or class breaks. `read_global` and
        `read_local` do the same for spatial autocorrelation.

    Returns
    -------
    Reading
        Sentences in German and English.

    Raises
    ------
    TypeError
        If there are no words for the result.

    Examples
    --------
    >>> from spatial.statistics import inequality
    >>> read_result(inequality([1.0, 2.0, 3.0])).en.split(".")[0]
    'Between 3 areas the Gini coefficient is 0'
    """
    raise TypeError(f"there are no words for a {type(result).__name__}")


def some(count: int, one: str, more: str) -> str:
    """Name a number of things: ``1 circle``, ``2 circles``."""
    return f"{count} {one if count == 1 else more}"


def areas(count: int) -> Reading:
    """Name a number of areas, in the dative in German: ``von 1 Gebiet``, ``von 2 Gebieten``."""
    return Reading(some(count, "Gebiet", "Gebieten"), some(count, "area", "areas"))
