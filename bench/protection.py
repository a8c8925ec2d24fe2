"""How long protection takes for a Land: ``python -m bench.protection [--years N]``.

All municipalities of Hessen by four categories with their totals, districts, regions and the Land, ten years with
preference for last year's pattern, every year audited. The counts are made up (negative binomial), not statistics.
"""

from __future__ import annotations

import argparse
import itertools
import time

import numpy as np

from boundaries import load_bundled
from spatial.indicators.protection import AdditiveSystem, Relation, TableCell, audit, choose

_CATEGORIES = ("c1", "c2", "c3", "c4")
_THRESHOLD = 10
_WEIGHTS = {"gemeinde": 1.0, "kreis": 1000.0, "regierungsbezirk": 1000.0, "land": 1000.0}


def synthetic_year(keys: list[str], rng: np.random.Generator) -> AdditiveSystem:
    """Made-up counts of one year with all totals.

    Parameters
    ----------
    keys : list of str
        Municipal keys; districts, regions and Land are their beginnings.
    rng : numpy.random.Generator
    """
    table = rng.negative_binomial(1.2, 0.03, (len(keys), len(_CATEGORIES))).astype(float)
    sums: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    children: dict[str, set[str]] = {}
    for key, row in zip(keys, table, strict=True):
        chain = [key, key[:5], key[:3], key[:2]]
        for child, parent in itertools.pairwise(chain):
            children.setdefault(parent, set()).add(child)
        for area in chain:
            sums[area] = sums.get(area, np.zeros(len(_CATEGORIES))) + row
    level = {8: "gemeinde", 5: "kreis", 3: "regierungsbezirk", 2: "land"}
    cells, relations = [], []
    for area, counts in sums.items():
        weight = _WEIGHTS[level[len(area)]]
        for category, count in zip(_CATEGORIES, counts, strict=True):
            cells.append(TableCell((area, category), float(count), _THRESHOLD, weight=weight, lower=1))
        cells.append(TableCell((area, "all"), float(counts.sum()), _THRESHOLD, weight=20 * weight, lower=1))
        relations.append(Relation.total((area, "all"), [(area, category) for category in _CATEGORIES]))
    for parent, inner in children.items():
        relations.extend(
            Relation.total((parent, category), [(child, category) for child in inner])
            for category in (*_CATEGORIES, "all")
        )
    return AdditiveSystem(cells, relations)


def main() -> None:
    """Print the time of every year and of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=10)
    years: int = parser.parse_args().years
    keys = [area.key for area in load_bundled().gemeinden.areas if area.populated]
    rng = np.random.default_rng(20221231)
    withheld: frozenset[object] = frozenset()
    begun = time.perf_counter()
    for year in range(years):
        start = time.perf_counter()
        system = synthetic_year(keys, rng)
        pattern = choose(system, preferred=withheld)
        chosen = time.perf_counter()
        findings = audit(system, pattern.withheld)
        done = time.perf_counter()
        withheld = pattern.withheld
        uppers = [cell for cell in withheld if isinstance(cell, tuple) and len(str(cell[0])) < len(keys[0])]
        print(  # noqa: T201
            f"year {year + 1}: {len(system.cells)} cells, {len(pattern.primary)} primary, "
            f"{len(withheld) - len(pattern.primary)} secondary, {len(uppers)} above municipalities, "
            f"{len(findings)} findings; chosen in {chosen - start:.1f} s, audited in {done - chosen:.1f} s"
        )
    print(f"{years} years of {len(keys)} municipalities: {time.perf_counter() - begun:.1f} s")  # noqa: T201


if __name__ == "__main__":
    main()
