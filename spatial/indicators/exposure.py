"""Exposure: loaded means, rates and indices that tell of people of whom nobody knows how many they are.

A count protects itself: it is small or it is not. A mean or a rate that is loaded as it is can be protected only as far
as the definition says whom it tells of: by ``weight``, and for a rate by a unit that says per how many.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from spatial.indicators.indicator import Indicator
from spatial.indicators.sentences import Sentence

if TYPE_CHECKING:  # the catalogue checks its references by what a unit says
    from spatial.indicators.catalogue import Catalogue

_GROUPED = re.compile(r"(?<=\d)[\s.,'\u00a0\u202f\u2009](?=\d{3}(?!\d))")
_PER = re.compile(r"(?:^|\s)(?:je|pro|per|auf)\s+(?:(?P<number>\d+)\b)?", re.IGNORECASE)
_SIGNS = {"%": 100.0, "‰": 1000.0}


def cases_per(unit: str) -> float | None:
    """Number of people that a rate is stated per; None where the unit does not say.

    Parameters
    ----------
    unit : str
        Unit of a rate, in German or English.

    Returns
    -------
    float or None
        With a rate *r* of *n* people there are *r · n / base* cases.

    Examples
    --------
    >>> [cases_per(unit) for unit in ("%", "‰", "je 1 000 Einwohner", "per 10,000", "je Einwohner", "Punkte")]
    [100.0, 1000.0, 1000.0, 10000.0, 1.0, None]
    """
    sign = unit.strip().split(" ")[0]
    if sign in _SIGNS:
        return _SIGNS[sign]
    found = _PER.search(_GROUPED.sub("", unit))
    if found is None:
        return None
    base = float(found["number"] or 1)
    return base or None


def base_of(indicator: Indicator) -> float | None:
    """Number of people that a loaded rate is stated per, by its unit in either language; None for other kinds."""
    if indicator.kind != "rate":
        return None
    return cases_per(indicator.unit) or cases_per(indicator.unit_en)


def unprotected(catalogue: Catalogue, indicators: Collection[str]) -> Iterator[tuple[str, Sentence]]:
    """Find loaded figures that a protecting profile cannot protect, because nothing is known of whom they tell.

    Parameters
    ----------
    catalogue : Catalogue
    indicators : collection of str
        Ids of those to look at.

    Yields
    ------
    tuple of str and Sentence
        Id, what is not protected, and what to write.
    """
    for name in indicators:
        indicator = catalogue.indicators[name]
        profile = catalogue.profile(name)
        if indicator.is_derived or indicator.kind == "count" or profile.threshold <= 1:
            continue
        if indicator.weight is None:
            yield name, _without_weight(name, profile.id)
        elif indicator.kind == "rate" and base_of(indicator) is None:
            yield name, _without_base(name, indicator.unit)


def _without_weight(name: str, profile: str) -> Sentence:
    return Sentence(
        f"{name}: Das Profil '{profile}' schützt diese Werte nicht, denn nichts sagt, für wie viele Menschen jeder "
        'steht; weight = "Anzahl" angeben, oder die Zähler selbst laden',
        f"{name}: nothing protects these figures, although the profile is '{profile}', for nothing says how many "
        'people each one stands for; add weight = "count", or load the counts themselves',
    )


def _without_base(name: str, unit: str) -> Sentence:
    return Sentence(
        f"{name}: Aus dieser Quote lassen sich keine Fälle errechnen, denn die Einheit '{unit}' sagt nicht, je wie "
        "viele; nur die Zahl der Menschen wird geprüft; etwa 'je 1 000 Einwohner' schreiben",
        f"{name}: no cases can be told from this rate, for the unit '{unit}' does not say per how many; only the "
        "number of people is checked; write for example 'je 1 000 Einwohner'",
    )
