"""The standard catalogue: 66 indicators of a German social atlas, and the counts that they are computed from.

Every workspace knows these definitions, without figures. What a workspace defines itself holds before them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.definitions import load_catalogue
from spatial.indicators.errors import CatalogueError
from spatial.indicators.references import check_references

CATALOGUE = Path(__file__).parent / "catalogue.toml"

BASIS = "basis"
"""Tag of counts that are there to compute others from, and are no subject of their own."""


@lru_cache(maxsize=1)
def standard_catalogue() -> Catalogue:
    """Definitions of the standard catalogue."""
    return load_catalogue(CATALOGUE)


def with_standard(own: Catalogue) -> Catalogue:
    """Own definitions, and those of the standard catalogue that fit with them.

    Parameters
    ----------
    own : Catalogue
        What a workspace defines itself.

    Returns
    -------
    Catalogue
        An own definition takes the place of the standard one of its id. A standard indicator that was computed
        from one that now means something else, for example a rate instead of a count, is left out.

    Raises
    ------
    CatalogueError
        An own definition does not fit with the others.
    """
    whole = standard_catalogue().merged(own)
    while misfits := _misfits(whole, own):
        whole = Catalogue(
            {name: each for name, each in whole.indicators.items() if name not in misfits},
            whole.themes,
            whole.profiles,
        )
    for name in own.indicators:
        _check(whole, name)
    return whole


def _misfits(whole: Catalogue, own: Catalogue) -> set[str]:
    """Standard indicators whose references do not hold any more."""
    return {name for name in whole.indicators if name not in own.indicators and not _fits(whole, name)}


def _fits(whole: Catalogue, name: str) -> bool:
    try:
        _check(whole, name)
    except CatalogueError:
        return False
    return True


def _check(whole: Catalogue, name: str) -> None:
    check_references(whole.indicators[name], indicators=whole.indicators, themes=whole.themes, profiles=whole.profiles)
