"""Run the benchmarks and write ``bench/RESULTS.md``: ``make bench``.

Every figure is a median of runs taken in turn, ours and the peer's, in one process; first statistics after process
start are whole processes. Read the ratios: absolute times depend on the machine and on what else it does.
"""

from __future__ import annotations

import os
import platform
import statistics as median_of
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from spatial.statistics import moran_local, weights_knn

RESULTS = Path(__file__).with_name("RESULTS.md")
_SIZES = ((28, 9_999), (422, 9_999), (11_000, 999))
_RUNS = 5
_SEED = 12345

_FIRST_OURS = """
import numpy as np
from spatial.statistics import moran_local, weights_knn
rng = np.random.default_rng(1)
points = rng.random((422, 2)) * 1e5
moran_local(rng.gamma(2.0, size=422), weights_knn(points, [str(i) for i in range(422)], 6), permutations=999)
"""
_FIRST_ESDA = """
import warnings
warnings.simplefilter("ignore")
import numpy as np
from esda import Moran_Local
from libpysal.weights import KNN
rng = np.random.default_rng(1)
points = rng.random((422, 2)) * 1e5
Moran_Local(rng.gamma(2.0, size=422), KNN.from_array(points, 6), permutations=999, seed=1)
"""


def _in_turn(ours: Callable[[], Any], peer: Callable[[], Any], runs: int) -> tuple[float, float]:
    """Median seconds of both, run alternately after one warm-up each."""
    ours()
    peer()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for which, call in enumerate((ours, peer)):
            started = time.perf_counter()
            call()
            times[which].append(time.perf_counter() - started)
    return median_of.median(times[0]), median_of.median(times[1])


def local_moran(n: int, permutations: int) -> tuple[float, float]:
    """Seconds of a complete local Moran, ours and esda's, over six nearest neighbours of random points."""
    from esda import Moran_Local
    from libpysal.weights import KNN

    rng = np.random.default_rng(_SEED)
    points, values = rng.random((n, 2)) * 1e5, rng.gamma(2.0, size=n)
    weights = weights_knn(points, [f"{i:06}" for i in range(n)], 6)
    peers = KNN.from_array(points, 6)
    return _in_turn(
        lambda: moran_local(values, weights, permutations=permutations, seed=_SEED),
        lambda: Moran_Local(values, peers, permutations=permutations, seed=_SEED, n_jobs=-1),
        _RUNS,
    )


def first_statistic() -> tuple[float, float]:
    """Seconds of a whole process that imports and computes one local Moran of 422 areas."""

    def run(program: str) -> Callable[[], Any]:
        return lambda: subprocess.run([sys.executable, "-c", program], check=True)

    return _in_turn(run(_FIRST_OURS), run(_FIRST_ESDA), 3)


def main() -> None:
    """Run everything and write the table."""
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for n, permutations in _SIZES:
            rows.append((f"local Moran, {n:,} areas, {permutations:,} permutations", *local_moran(n, permutations)))
            sys.stderr.write(f"{rows[-1]}\n")
    rows.append(("first local Moran after process start, 422 areas, import included", *first_statistic()))
    lines = [
        "# Benchmarks",
        "",
        (
            f"{datetime.now(UTC).date()}, {platform.machine()}, {os.cpu_count()} processors, Python "
            f"{platform.python_version()}, numpy {version('numpy')}, esda {version('esda')} (all processors, warm). "
            "Medians of runs taken in turn; `make bench` repeats them."
        ),
        "",
        "| work | ours, s | esda, s | ratio |",
        "|---|---|---|---|",
        *(f"| {work} | {ours:.4f} | {peer:.4f} | {peer / ours:.0f}x |" for work, ours, peer in rows),
        "",
        "The peer's time does not hold the adjusted p, classes and analytic moments that ours does.",
    ]
    RESULTS.write_text("\n".join(lines) + "\n")
    sys.stdout.write(RESULTS.read_text())


if __name__ == "__main__":
    main()
