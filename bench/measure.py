"""Measuring one row: seconds of both sides taken in turn, and the peak memory of each in a process of its own."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

from bench import rows
from bench.rows import Call, Row

_PROCESS_ROWS = ("first",)


@dataclass(frozen=True)
class Measurement:
    """Medians of one row; memory is the peak of a whole process in MiB, data and imports included.

    ``opening_mib`` is the peer's where it starts from the file with the geometry, if the row has both.
    """

    name: str
    ours_s: float
    theirs_s: float
    ours_mib: float | None
    theirs_mib: float | None
    opening_mib: float | None

    @property
    def ratio(self) -> float:
        """How many times as long the peer takes."""
        return self.theirs_s / self.ours_s


def measure(row: Row, *, memory: bool = True) -> Measurement:
    """Time both sides alternately after one warm-up each, then their memory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = row.ours(), row.theirs()
        times: tuple[list[float], list[float]] = ([], [])
        # A peer that takes long is not run a second time to warm up.
        ours()
        if row.runs > 1:
            theirs()
        for _ in range(row.runs):
            times[0].append(_seconds(ours))
            times[1].append(_seconds(theirs))
    peaks = [
        _peak_mib(row, side) if memory and row.name not in _PROCESS_ROWS and getattr(row, side) else None
        for side in ("ours", "theirs", "opening")
    ]
    return Measurement(row.name, statistics.median(times[0]), statistics.median(times[1]), *peaks)


def _seconds(call: Call) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _peak_mib(row: Row, side: str) -> float:
    """Peak memory of a process that prepares one side and runs it once."""
    command = [sys.executable, "-m", "bench.measure", row.name, side]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(answer.stdout.split()[-1])


def _run_side(name: str, side: str) -> float:
    row = next(row for row in rows.ROWS if row.name == name)
    rows.runs_ahead = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        getattr(row, side)()()
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found.group(1)) / 1024 if found else float("nan")


if __name__ == "__main__":
    sys.stdout.write(f"\n{_run_side(sys.argv[1], sys.argv[2]):.1f}\n")
