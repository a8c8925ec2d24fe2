"""Synthetic cases of youth welfare: made up, to show how small numbers are protected.

No figure here describes a real municipality. The rates follow real figures on basic income support, so that the
map has a pattern, and vary more than chance alone would let them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.stats import nbinom

SEED = 20_220_633
CASES_PER_THOUSAND = 7.0
"""Mean rate per 1 000 inhabitants below 20."""
DISPERSION = 6.0
"""Size parameter of the negative binomial for a tiny municipality: smaller means more variation."""
STEADINESS = 0.25
"""What each expected case adds to the size parameter: rates of large cities vary less."""
UNDER_21 = 21 / 20
"""Inhabitants below 21 for each one below 20: the age groups of the sources do not part at 21."""
CONSPICUOUS = {"06633018": 2.2, "06633002": 1.8}
"""Municipalities whose rate is raised, so that there is something to find."""


def cases(young: Mapping[str, float], need: Mapping[str, float], year: str) -> dict[str, int]:
    """Draw the cases of one year.

    Parameters
    ----------
    young : mapping of str to float
        Inhabitants below 20, by key of the municipality.
    need : mapping of str to float
        Persons in households on basic income support per 1 000 inhabitants.
    year : str

    Returns
    -------
    dict of str to int
        Negative binomial with mean ``7/1000 * young * (need / mean need) ** 0.8``. Every municipality and year
        has random numbers of its own, so that one more area does not change the others; half of each comes
        from the municipality alone, so that years resemble each other.
    """
    typical = float(np.mean(list(need.values())))
    drawn = {}
    for key, inhabitants in sorted(young.items()):
        mean = CASES_PER_THOUSAND / 1000 * inhabitants * (need[key] / typical) ** 0.8 * CONSPICUOUS.get(key, 1.0)
        lasting = np.random.default_rng([SEED, int(key)]).random()
        of_year = np.random.default_rng([SEED, int(key), int(year)]).random()
        chance = _mixed(lasting, of_year)
        size = DISPERSION + STEADINESS * mean
        drawn[key] = int(nbinom.ppf(chance, size, size / (size + mean)))
    return drawn


def _mixed(lasting: float, of_year: float) -> float:
    """Uniform number from two uniform ones: the distribution function of their mean."""
    half = (lasting + of_year) / 2
    return 2 * half**2 if half < 0.5 else 1 - 2 * (1 - half) ** 2
