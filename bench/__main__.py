"""Run the benchmarks: ``make bench``, or ``python -m bench --only NAME`` for single rows.

Writes ``bench/results.json`` and from it ``bench/RESULTS.md``. Every figure is a median of runs taken in turn, ours and
the peer's, in one process. Read the ratios: absolute times depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.growth import measure_growth, write_growth
from bench.measure import measure
from bench.rows import ROWS

FOLDER = Path(__file__).parent
STORED, RESULTS = FOLDER / "results.json", FOLDER / "RESULTS.md"
_GROWTH = "growth"

_NOTES = """
`least` and `aim` are the ratios that the project set itself. Memory is the peak of a whole process that prepares its
data, imports of its own side included, and runs once. Local and global statistics start on both sides from ready queen
weights, the same GAL file, and a list of values; in brackets, the peer where it opens the shapefile and makes the
weights itself, the way its users go who have a map.

- Ours holds, beyond what the peers' times hold: the analytic expectation, variance and z, the adjusted p of every area,
  the smallest attainable p and the names of the classes. The weights are ready on both sides, and standardised once.
  Nothing else is kept from one run to the next.
- esda's p is one-sided and folded; the table of draws is shared between areas by all three.
- Queen weights by shared vertices are pygeoda's, pair for pair (33 522); T-junctions and gaps add 76 pairs, which
  pygeoda does not see. They are found by the compiled code of `spatial/statistics/outlines.c`, in part by two threads.
  In our process geometry is decoded block by block from a table with WKB, as the product stores it; the peer's holds
  the shapefile.
- `queen-vertices` and `queen-opening` count the opening of the shapefile for pygeoda alone; `queen-file` counts it for
  both, ours through pyogrio, whose import takes about 100 MiB where pandas and geopandas are installed too.
"""


def _environment() -> str:
    names = ("numpy", "scipy", "shapely", "esda", "libpysal", "pygeoda", "segregation", "numba")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{datetime.now(UTC).date()}, {platform.machine()}, {os.cpu_count()} processors, load at the start "
        f"{os.getloadavg()[0]:.1f} (other programs; above 1 the figures are worth little), Python "
        f"{platform.python_version()}, {versions}"
    )


def _table(stored: dict[str, Any]) -> list[str]:
    lines = [
        "| row | work | peer | ours, ms | peer, ms | ratio | least | aim | memory ours / peer, MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in ROWS:
        if row.name not in stored:
            continue
        found = stored[row.name]
        ratio = found["theirs_s"] / found["ours_s"]
        shown = f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.1f}x"
        memory = "" if found["ours_mib"] is None else f"{found['ours_mib']:.0f} / {found['theirs_mib']:.0f}"
        if found.get("opening_mib"):
            memory += f" ({found['opening_mib']:.0f})"
        lines.append(
            f"| {row.name} | {row.work} | {row.peer} | {1000 * found['ours_s']:,.1f} | {1000 * found['theirs_s']:,.1f} "
            f"| **{shown}** | {row.least:g}x | {row.aim:g}x | {memory} |"
        )
    return lines


def write_results(stored: dict[str, Any]) -> None:
    """Write ``RESULTS.md`` from what has been measured."""
    growth = write_growth(stored[_GROWTH]) if _GROWTH in stored else []
    lines = ["# Benchmarks", "", f"{stored['environment']}.", "", *_table(stored), _NOTES, *growth]
    RESULTS.write_text("\n".join(lines).rstrip() + "\n")


def main() -> None:
    """Measure the rows asked for and write the tables."""
    names = [*(row.name for row in ROWS), _GROWTH]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=names, help="this row only (may be repeated)")
    parser.add_argument("--no-memory", action="store_true", help="leave out the peak memory")
    parser.add_argument("--list", action="store_true", help="list the rows")
    arguments = parser.parse_args()
    if arguments.list:
        sys.stdout.write("\n".join(names) + "\n")
        return
    stored: dict[str, Any] = json.loads(STORED.read_text()) if arguments.only and STORED.exists() else {}
    stored["environment"] = _environment()
    for row in ROWS:
        if not arguments.only or row.name in arguments.only:
            measured = measure(row, memory=not arguments.no_memory)
            stored[row.name] = asdict(measured)
            sys.stderr.write(f"{row.name}: {measured.ratio:.1f}x\n")
    if not arguments.only or _GROWTH in arguments.only:
        stored[_GROWTH] = measure_growth()
    STORED.write_text(json.dumps(stored, indent=1) + "\n")
    write_results(stored)
    sys.stdout.write(RESULTS.read_text())


if __name__ == "__main__":
    main()
