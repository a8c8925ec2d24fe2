"""Questions for every statistic of the registry: what tests that walk all of them ask."""

from __future__ import annotations

from typing import Any

from service.analyses.registry import METHODS

DISTRICT = {"indicator": "unemp_share", "within": "06633"}
OFFERED = {
    "second": "unemp_youth",
    "indicators": "unemp_share,child_pov",
    "residents": "pop_total",
    "permutations": 199,
    **DISTRICT,
}
#: Where a statistic needs another indicator or period than the others.
OWN: dict[str, dict[str, Any]] = {
    "trend": {"indicator": "hze_rate"},
    "pooled-rates": {"indicator": "hze_rate"},
    "local-change": {"indicator": "hze_rate"},
    "segregation-change": {"indicator": "hze_rate"},
    "emerging": {"indicator": "pop_total", "within": "06", "periods": "2008..2015"},
    "markov": {"indicator": "pop_total", "within": "06"},
    "lisa-markov": {"indicator": "pop_total", "within": "06"},
    "typology": {"indicators": "doctors,pop_density", "base": "2018", "polarities": "1,-1"},
    "segregation-groups": {"indicators": "pop_u18,pop_15_64"},
}


def asked(statistic: str, **parameters: Any) -> dict[str, Any]:
    """Parameters of a question that the demo release can answer, only those that the statistic takes."""
    offered = {**OFFERED, **OWN.get(statistic, {}), **parameters}
    return {name: value for name, value in offered.items() if name in METHODS[statistic].takes}
