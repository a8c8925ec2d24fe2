"""The statistics that can be asked for: what each takes, needs, computes, and what it is called."""

from __future__ import annotations

from boundaries import Sentence
from service.analyses.autocorrelation import AUTOCORRELATION
from service.analyses.composites import COMPOSITES
from service.analyses.development import DEVELOPMENT
from service.analyses.distribution import DISTRIBUTION
from service.analyses.method import Method
from service.analyses.patterns import PATTERNS
from service.analyses.rates import RATES
from service.errors import NotFound

METHODS: dict[str, Method] = {
    method.id: method
    for family in (AUTOCORRELATION, RATES, DISTRIBUTION, COMPOSITES, DEVELOPMENT, PATTERNS)
    for method in family
}


def method_of(statistic: str) -> Method:
    """Statistic of an id.

    Raises
    ------
    NotFound
    """
    if statistic not in METHODS:
        raise NotFound(
            Sentence("die Statistik", "statistic"),
            statistic,
            Sentence(f"Statistiken: {', '.join(METHODS)}", f"statistics: {', '.join(METHODS)}"),
        )
    return METHODS[statistic]
