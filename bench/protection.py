"""How long protection takes: ``python -m bench.protection [--country] [--years N] [--categories N] [--months]``.

All municipalities of Hessen, or as many as Germany has, by categories with all totals, year after year with preference
for last year's pattern, every year audited. ``--months`` takes one year of Hessen apart into quarters and months, by
the same code that publishing uses. The counts are made up (synthetic), not statistics.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries import load_bundled
from spatial.indicators import Catalogue, Indicator, Observation, Status
from spatial.indicators.figures import Figures
from spatial.indicators.protection import AdditiveSystem, Relation, TableCell, audit, choose
from spatial.indicators.territory import build_territory

_THRESHOLD = 10
_LEVEL = {8: "gemeinde", 5: "kreis", 3: "regierungsbezirk", 2: "land", 0: "bund"}
_DEAR = 1000.0
_CASES_PER_PERSON = 0.004
# Districts and municipalities of each Land, about as many as there are.
_LAENDER = {
    "01": (15, 1106), "02": (1, 1), "03": (45, 942), "04": (2, 2), "05": (53, 396), "06": (26, 421),
    "07": (36, 2301), "08": (44, 1101), "09": (96, 2056), "10": (6, 52), "11": (1, 1), "12": (18, 413),
    "13": (8, 724), "14": (13, 418), "15": (14, 218), "16": (22, 605),
}  # fmt: skip
_CITIES = 0.27  # part of the districts that are one city


def keys_of_germany() -> Iterator[str]:
    """Made-up keys: as many municipalities and districts as each Land has, cities that are districts first."""
    for land, (districts, municipalities) in _LAENDER.items():
        cities = districts if districts == municipalities else round(districts * _CITIES)
        ends = np.linspace(0, municipalities - cities, districts - cities + 1).round().astype(int)
        sizes = [1] * cities + np.diff(ends).tolist() if districts > cities else [1] * cities
        for district, size in enumerate(sizes):
            yield from (f"{land}0{district:02}{number:03}" for number in range(size))


def counts_of_germany(keys: Sequence[str], categories: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Made-up counts: few cases among many, in municipalities as small as most are."""
    alone = np.unique([key[:5] for key in keys], return_counts=True)
    single = dict(zip(alone[0].tolist(), (alone[1] == 1).tolist(), strict=True))
    cities = np.array([single[key[:5]] for key in keys])
    people = np.where(cities, rng.lognormal(11.7, 0.6, len(keys)), rng.lognormal(7.6, 1.3, len(keys)))
    share = rng.dirichlet([3] * categories, len(keys))
    usual = people * _CASES_PER_PERSON * rng.lognormal(0, 0.3, len(keys))
    return rng.poisson(usual[:, None] * share).astype(float)


def counts_of_hessen(keys: Sequence[str], categories: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Made-up counts of like size everywhere, an eighth of them below the threshold."""
    return rng.negative_binomial(1.2, 0.03, (len(keys), categories)).astype(float)


def system_of(keys: Sequence[str], table: NDArray[np.float64], lengths: Sequence[int]) -> AdditiveSystem:
    """Counts of one year with all totals.

    Parameters
    ----------
    keys : sequence of str
        Municipal keys; those of larger areas are their beginnings.
    table : ndarray of float64, shape (n, k)
        Counts by municipality and category.
    lengths : sequence of int
        Digits of the keys of each level, from municipalities up.
    """
    names = [f"c{place}" for place in range(table.shape[1])]
    sums: dict[str, NDArray[np.float64]] = {}
    children: dict[str, dict[str, None]] = {}
    for key, row in zip(keys, table, strict=True):
        chain = [key[:length] for length in lengths]
        for child, parent in itertools.pairwise(chain):
            children.setdefault(parent, {})[child] = None
        for area in chain:
            sums[area] = sums[area] + row if area in sums else row
    whole = ["all"] if len(names) > 1 else []
    cells, relations = [], []
    for area, counts in sums.items():
        weight = 1.0 if _LEVEL[len(area)] == "gemeinde" else _DEAR
        for name, count in zip(names, counts.tolist(), strict=True):
            cells.append(TableCell((area, name), count, _THRESHOLD, weight=weight, lower=1))
        if whole:
            cells.append(TableCell((area, "all"), float(counts.sum()), _THRESHOLD, weight=20 * weight, lower=1))
            relations.append(Relation.total((area, "all"), [(area, name) for name in names]))
    for parent, inner in children.items():
        relations += [Relation.total((parent, name), [(child, name) for child in inner]) for name in (*names, *whole)]
    return AdditiveSystem(cells, relations)


def run_years(country: str, years: int, categories: int) -> None:
    """Choose and audit year after year."""
    if country == "germany":
        keys, lengths, counts = list(keys_of_germany()), (8, 5, 2, 0), counts_of_germany
    else:
        keys = [area.key for area in load_bundled().gemeinden.areas if area.populated]
        lengths, counts = (8, 5, 3, 2), counts_of_hessen
    rng = np.random.default_rng(20221231)
    withheld: frozenset[object] = frozenset()
    for year in range(years):
        system = system_of(keys, counts(keys, categories, rng), lengths)
        start = time.perf_counter(), time.process_time()
        pattern = choose(system, preferred=withheld)
        chosen = time.perf_counter(), time.process_time()
        findings = audit(system, pattern.withheld)
        done = time.perf_counter(), time.process_time()
        withheld = pattern.withheld
        uppers = [cell for cell in withheld if isinstance(cell, tuple) and len(str(cell[0])) < len(keys[0])]
        _say(
            f"year {year + 1}: {len(keys)} municipalities, {len(system.cells)} cells, {len(pattern.primary)} primary, "
            f"{len(withheld) - len(pattern.primary)} secondary, {len(uppers)} above municipalities, "
            f"{len(findings)} findings; chosen in {chosen[0] - start[0]:.1f} s ({chosen[1] - start[1]:.1f} s of "
            f"processor), audited in {done[0] - chosen[0]:.1f} s ({done[1] - chosen[1]:.1f} s)"
        )


def run_months(categories: int) -> None:
    """A year, its quarters and its months in one system, with districts and the Land, as publishing does it."""
    bundled = load_bundled()
    territory = build_territory([bundled.gemeinden], (), ())
    vintage: date = territory.vintages[0]
    names = [f"c{place}" for place in range(categories)]
    parts = tuple(names) if categories > 1 else ()
    kind: dict[str, Any] = {
        "kind": "count",
        "unit": "Fälle",
        "additive": True,
        "harmonise": "sum",
        "period_type": "sum",
    }
    counted = [Indicator(name, disclosure="sgb2", synthetic=True, **kind) for name in names]
    if parts:
        counted.append(Indicator("all", disclosure="sgb2", synthetic=True, parts=parts, **kind))
    rng = np.random.default_rng(20221231)
    keys = [area.key for area in bundled.gemeinden.areas if area.populated]
    monthly = rng.negative_binomial(1.2, 0.03, (12, len(keys), categories)).astype(float)
    tables = {f"2022-{month + 1:02}": monthly[month] for month in range(12)}
    tables |= {f"2022-Q{quarter + 1}": monthly[3 * quarter : 3 * quarter + 3].sum(axis=0) for quarter in range(4)}
    tables["2022"] = monthly.sum(axis=0)
    observations = [
        Observation(name, "gemeinde", key, period, float(value), Status.OK, vintage)
        for period, table in tables.items()
        for name, column in zip((*names, "all"), (*table.T, table.sum(axis=1)), strict=True)
        if name in names or parts
        for key, value in zip(keys, column, strict=True)
    ]
    start = time.perf_counter(), time.process_time()
    figures = Figures(Catalogue({each.id: each for each in counted}), territory, observations)
    figures.figure(counted[0], vintage, "gemeinde", "2022")
    cells = sum(len(system.cells) for _, _, system, _ in figures.safeguard.systems())
    hidden = sum(len(withheld) for _, _, _, withheld in figures.safeguard.systems())
    _say(
        f"12 months, 4 quarters and the year of {len(keys)} municipalities, {categories} categories: {cells} cells, "
        f"{hidden} withheld; chosen and audited in {time.perf_counter() - start[0]:.1f} s "
        f"({time.process_time() - start[1]:.1f} s of processor)"
    )


def main() -> None:
    """Print the time of every year, and the memory that it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--country", choices=("hessen", "germany"), default="hessen")
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--categories", type=int, default=4)
    parser.add_argument("--months", action="store_true")
    given = parser.parse_args()
    begun = time.perf_counter(), time.process_time()
    if given.months:
        run_months(given.categories)
    else:
        run_years(given.country, given.years, given.categories)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(
        f"all: {time.perf_counter() - begun[0]:.1f} s, {time.process_time() - begun[1]:.1f} s of processor, "
        f"{peak:.0f} MB at most"
    )


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
