"""How time and memory grow with the number of areas: local Moran with 9 999 permutations and queen-like neighbours.

Each size runs in a process of its own, so that its peak memory is its own. The largest map are the real census cells;
the others are random points with their six nearest neighbours.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np

from bench import data
from spatial.statistics import moran_local, weights_distance, weights_knn

SIZES = (28, 421, 11_000, 100_000, 214_633)
PLOT = Path(__file__).with_name("growth.svg")
_CENSUS = 214_633
_RUNS = 5
#: Below this size fixed costs decide, and an exponent would say nothing.
_FITTED_FROM = 11_000


def measure_growth() -> list[dict[str, float]]:
    """Median seconds and peak memory at each size."""
    points = []
    for n in SIZES:
        command = [sys.executable, "-m", "bench.growth", str(n)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        points.append(json.loads(answer.stdout))
        sys.stderr.write(f"growth {n}: {points[-1]}\n")
    return points


def _peak_mib() -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found.group(1)) / 1024 if found else float("nan")


def _measure_size(n: int) -> dict[str, float]:
    # What has to be imported for weights is imported here.
    weights_knn(np.eye(3, 2), ["a", "b", "c"], 1)
    if n == _CENSUS:
        places, keys, values = data.census_cells()
        started = time.perf_counter()
        weights = weights_distance(places, keys, 1500.0)
    else:
        places, keys, values = data.random_map(n)
        started = time.perf_counter()
        weights = weights_knn(places, keys, 6)
    weights_s = time.perf_counter() - started
    times = []
    for seed in range(_RUNS + 1):
        started = time.perf_counter()
        moran_local(values, weights, permutations=9999, seed=seed)
        times.append(time.perf_counter() - started)
    peak_mib = _peak_mib()
    tracemalloc.start()
    moran_local(values, weights, permutations=9999)
    added_mib = tracemalloc.get_traced_memory()[1] / 2**20
    return {
        "n": n,
        "weights_s": weights_s,
        "local_moran_s": statistics.median(times[1:]),
        "memory_mib": peak_mib,
        "added_mib": added_mib,
    }


def _exponent(points: list[dict[str, float]], what: str) -> float:
    """Slope of the logarithms over the larger sizes."""
    large = [point for point in points if point["n"] >= _FITTED_FROM]
    slope = np.polyfit(np.log([p["n"] for p in large]), np.log([max(p[what], 1e-9) for p in large]), 1)[0]
    return float(slope)


def write_growth(points: list[dict[str, float]]) -> list[str]:
    """Draw the plot and give the table as lines of Markdown."""
    _draw(points)
    time_exponent, memory_exponent = _exponent(points, "local_moran_s"), _exponent(points, "added_mib")
    return [
        "## Growth",
        "",
        "Local Moran with 9 999 permutations, complete result; six nearest neighbours of random points, for 214 633",
        "the census cells with all cells that touch. `python -m bench --only growth` repeats it.",
        "",
        "| areas | weights, ms | local Moran, ms | peak of the process, MiB | of it by local Moran, MiB |",
        "|---|---|---|---|---|",
        *(
            f"| {int(p['n']):,} | {1000 * p['weights_s']:,.1f} | {1000 * p['local_moran_s']:,.1f} "
            f"| {p['memory_mib']:,.0f} | {p['added_mib']:,.0f} |"
            for p in points
        ),
        "",
        f"From {_FITTED_FROM:,} areas on, time grows as n^{time_exponent:.2f} and memory as n^{memory_exponent:.2f}.",
        "Below, the draws (the same for any n) and fixed costs decide.",
        "",
        "![Time and memory over the number of areas](growth.svg)",
    ]


def _draw(points: list[dict[str, float]]) -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "kreisatlas"
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    n = [point["n"] for point in points]
    panels: tuple[tuple[str, str, float, str], ...] = (
        ("local_moran_s", "local Moran, ms", 1000.0, "time"),
        ("added_mib", "memory added, MiB", 1.0, "memory"),
    )
    for axis, (what, label, factor, title) in zip(axes, panels, strict=True):
        y = [max(factor * point[what], 1e-3) for point in points]
        axis.loglog(n, y, "o-", color="#1f5f8b")
        axis.set(xlabel="areas", ylabel=label, title=f"{title}: n^{_exponent(points, what):.2f} from 11 000 areas on")
        axis.grid(visible=True, which="major", alpha=0.3)
    figure.savefig(PLOT, metadata={"Date": None})
    plt.close(figure)


def _main(arguments: list[str]) -> dict[str, Any]:
    return _measure_size(int(arguments[0]))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_main(sys.argv[1:])))
