"""The same analyses on a Dask cluster: same bytes, also when a worker is killed in the middle."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.api.test_jobs import finished, serving, until

QUESTION = "/api/analysis/moran?indicator=unemp_share&within=06&permutations=49999&weights=queen:4"
_PATIENCE_SECONDS = 240


def _program(stack: ExitStack, *arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-m", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of a scheduler, and two worker processes without nannies: who is killed stays dead."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        _program(stack, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        workers = [
            _program(
                stack,
                "distributed.cli.dask_worker",
                address,
                *("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"),
                *("--local-directory", str(tmp_path / f"worker{number}")),
            )
            for number in range(2)
        ]
        _wait_for_workers(address, len(workers))
        yield address, workers


def _wait_for_workers(address: str, number: int) -> None:
    import distributed

    connect: Any = distributed.Client
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with connect(address, timeout=2, set_as_default=False) as client:
                client.wait_for_workers(number, timeout=_PATIENCE_SECONDS)
                return
        except OSError:
            assert time.monotonic() < deadline, "the scheduler did not start"


def test_a_worker_killed_in_the_middle_changes_nothing(
    tmp_path: Path, demo: Settings, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    with serving(tmp_path / "alone", demo, analysis_seconds=1e9) as client:
        direct = client.get(QUESTION)
        assert direct.status_code == 200
    with serving(tmp_path / "cluster", demo, analysis_seconds=0, dask=address) as client:
        location = client.get(QUESTION).headers["location"]
        until(lambda: client.get(location).json()["progress"] > 0.1)
        workers[0].kill()
        workers[0].wait()
        assert client.get(location).json()["progress"] < 1, "killed in the middle"
        assert finished(client, location)["state"] == "done"
        assert client.get(QUESTION).content == direct.content


def test_a_cluster_that_does_not_answer_fails_the_job(tmp_path: Path, demo: Settings) -> None:
    with serving(tmp_path, demo, analysis_seconds=0, dask="tcp://127.0.0.1:1") as client:
        state = finished(client, client.get(QUESTION).headers["location"])
        assert state["state"] == "failed"
        assert "Dask cluster at tcp://127.0.0.1:1" in state["detail"]
