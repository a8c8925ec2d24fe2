"""Long analyses: jobs that are watched, shared, cancelled, that fail visibly, and change no number."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from service.analyses.cache import write_atomically
from service.app import create_app
from service.errors import JobsUnavailable
from service.jobs import board
from service.jobs.board import JobBoard
from service.settings import Settings

QUESTION = "/api/analysis/moran?indicator=unemp_share&within=06&permutations=9999"
LONG = "/api/analysis/moran?indicator=unemp_share&within=06&permutations=99999&weights=queen:9"
_PATIENCE_SECONDS = 240
_POLL_SECONDS = 0.02


@contextmanager
def serving(workspace: Path, demo: Settings, **given: Any) -> Iterator[TestClient]:
    """A service in process with results and jobs of its own, on the release of the demo."""
    workspace.mkdir(exist_ok=True)
    if not (workspace / "releases").exists():
        (workspace / "releases").symlink_to(demo.releases_path)
    settings = Settings(workspace=workspace, **{"job_processes": 1, **given})
    with TestClient(create_app(settings), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def finished(client: TestClient, location: str) -> dict[str, Any]:
    """State of a job when it is over; progress never goes back on the way."""
    deadline, progress = time.monotonic() + _PATIENCE_SECONDS, 0.0
    while time.monotonic() < deadline:
        state: dict[str, Any] = client.get(location).json()
        assert progress <= state["progress"] <= 1
        progress = state["progress"]
        if state["state"] not in ("queued", "running"):
            return state
        time.sleep(_POLL_SECONDS)
    pytest.fail("the job did not end")


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(_POLL_SECONDS)


def test_a_job_gives_the_bytes_of_the_direct_answer(tmp_path: Path, demo: Settings) -> None:
    with serving(tmp_path / "direct", demo) as client:
        direct = client.get(QUESTION)
        assert direct.status_code == 200
    with serving(tmp_path / "jobs", demo, analysis_seconds=0) as client:
        accepted = client.get(QUESTION)
        assert accepted.status_code == 202
        assert accepted.headers["retry-after"]
        assert accepted.headers["cache-control"] == "no-store"
        job = accepted.json()
        assert job["state"] in ("queued", "running")
        assert accepted.headers["location"] == f"http://127.0.0.1/api/jobs/{job['id']}"
        assert job["parameters"]["permutations"] == 9999
        state = finished(client, accepted.headers["location"])
        assert (state["state"], state["progress"]) == ("done", 1.0)
        original, linked = client.get(QUESTION), client.get(state["result"])
        assert original.status_code == linked.status_code == 200
        assert original.content == linked.content == direct.content
        assert original.headers["etag"] == direct.headers["etag"]


def test_identical_questions_share_one_job(tmp_path: Path, demo: Settings) -> None:
    with serving(tmp_path, demo, analysis_seconds=0) as client:
        one, same = client.get(LONG), client.get(LONG + "&seed=12345")
        other = client.get(LONG + "&seed=2")
        assert one.json()["id"] == same.json()["id"] != other.json()["id"]


def test_a_long_analysis_is_a_job_under_the_default_budget_and_can_be_cancelled(tmp_path: Path, demo: Settings) -> None:
    with serving(tmp_path, demo) as client:
        accepted = client.get(LONG)
        assert accepted.status_code == 202
        location = accepted.headers["location"]
        until(lambda: client.get(location).json()["state"] == "running")
        cancelled = client.delete(location)
        assert cancelled.status_code == 200
        assert cancelled.json()["state"] == "cancelled"
        assert client.get(location).json()["state"] == "cancelled"
        assert client.get(QUESTION).status_code == 200, "the service goes on"


def test_a_client_may_ask_for_a_job(tmp_path: Path, demo: Settings) -> None:
    with serving(tmp_path, demo) as client:
        accepted = client.get(QUESTION, headers={"Prefer": "respond-async"})
        assert accepted.status_code == 202
        assert finished(client, accepted.headers["location"])["state"] == "done"
        assert client.get(QUESTION, headers={"Prefer": "respond-async"}).status_code == 200, "it is known now"


def test_jobs_are_bounded(tmp_path: Path, demo: Settings) -> None:
    with serving(tmp_path, demo, max_jobs=2) as client:
        locations = [client.get(f"{LONG}&seed={seed}").headers["location"] for seed in (1, 2)]
        refused = client.get(f"{LONG}&seed=3")
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) > 0
        for location in locations:
            client.delete(location)
        assert client.get(f"{LONG}&seed=3").status_code == 202


def test_what_cannot_be_computed_fails_the_job_and_then_the_question(tmp_path: Path, demo: Settings) -> None:
    question = "/api/analysis/moran?indicator=pop_total&within=06633018"
    with serving(tmp_path, demo, analysis_seconds=0) as client:
        state = finished(client, client.get(question).headers["location"])
        assert (state["state"], state["reason"]) == ("failed", "too few areas")
        answer = client.get(question)
        assert answer.status_code == 422
        assert answer.json()["reason"] == "too few areas"


def test_the_refusal_of_a_job_is_that_of_a_direct_answer(tmp_path: Path, demo: Settings) -> None:
    question = "/api/analysis/moran?indicator=unemp_share&within=06633&isolates=drop&weights=distance:10"
    with serving(tmp_path / "direct", demo) as client:
        direct = client.get(question)
    with serving(tmp_path / "job", demo, analysis_seconds=0) as client:
        finished(client, client.get(question).headers["location"])
        later = client.get(question)
    assert direct.status_code == later.status_code == 422
    assert len(direct.json()["dropped"]) > 1
    assert later.json() == direct.json()


def test_a_lost_worker_fails_its_job_and_is_replaced(tmp_path: Path, demo: Settings) -> None:
    of_others = _children()
    with serving(tmp_path, demo) as client:
        location = client.get(LONG).headers["location"]
        until(lambda: client.get(location).json()["progress"] > 0)
        for process in _children() - of_others:
            os.kill(process, signal.SIGKILL)
        state = finished(client, location)
        assert state["state"] == "failed"
        assert "worker process ended" in state["detail"]
        again = client.get(QUESTION, headers={"Prefer": "respond-async"})
        assert finished(client, again.headers["location"])["state"] == "done"


def _children() -> set[int]:
    """Worker processes of this process, those of every service in it."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = next(line for line in status.read_text().splitlines() if line.startswith("PPid:"))
            command = (status.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent.split()[1]) == os.getpid() and b"spawn_main" in command:
            found.add(int(status.parent.name))
    return found


def test_closing_the_service_ends_its_jobs_and_processes(tmp_path: Path, demo: Settings) -> None:
    of_others = _children()
    with serving(tmp_path, demo) as client:
        location = client.get(LONG).headers["location"]
        until(lambda: client.get(location).json()["progress"] > 0)
        processes = _children() - of_others
        assert processes
    until(lambda: not any(Path(f"/proc/{process}").exists() for process in processes))
    with serving(tmp_path, demo) as client:
        state = client.get(location).json()
        assert state["state"] in ("failed", "cancelled")


def test_unknown_and_impossible_jobs(client: TestClient) -> None:
    assert client.get(f"/api/jobs/{'0' * 32}").status_code == 404
    assert client.delete(f"/api/jobs/{'0' * 32}").status_code == 404
    assert client.get("/api/jobs/..%2Fcurrent").status_code in (400, 404)
    assert client.get(f"/api/jobs/{'0' * 32}?wait=1").status_code == 400


def test_every_server_process_answers_for_every_job(tmp_path: Path, demo: Settings) -> None:
    with (
        serving(tmp_path, demo, analysis_seconds=0) as owner,
        serving(tmp_path, demo, analysis_seconds=0) as other,
    ):
        accepted = owner.get(QUESTION)
        same = other.get(QUESTION)
        assert same.status_code == 200 or same.json()["id"] == accepted.json()["id"], "it is over, or it is the same"
        assert finished(other, accepted.headers["location"])["state"] == "done"
        assert other.get(QUESTION).status_code == 200


def test_a_job_without_its_owner_has_failed_and_can_be_asked_again(tmp_path: Path) -> None:
    first, second = JobBoard(tmp_path, 2), JobBoard(tmp_path, 2)
    job, mine = first.claim("a" * 32, statistic="moran", parameters={}, release=1)
    assert (mine, job.state) == (True, "queued")
    assert second.claim("a" * 32, statistic="moran", parameters={}, release=1)[1] is False
    os.close(first._owned.pop("a" * 32))  # what the system does when a process ends
    lost = second.read("a" * 32)
    assert lost is not None
    assert lost.state == "failed"
    assert "ask again" in str(lost.detail)
    assert second.claim("a" * 32, statistic="moran", parameters={}, release=1)[1] is True


class FullDisk:
    """Stands in for the writing of states: refuses what it is told to, as a full disk would."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.refuses: Callable[[bytes], bool] = self.nothing
        self._write = write_atomically
        patch.setattr(board, "write_atomically", self)

    @staticmethod
    def nothing(_: bytes) -> bool:
        return False

    @staticmethod
    def everything(_: bytes) -> bool:
        return True

    def __call__(self, target: Path, content: bytes) -> None:
        if self.refuses(content):
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        self._write(target, content)


def test_a_disk_that_fills_up_costs_the_state_but_neither_the_result_nor_the_next_job(
    tmp_path: Path, demo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch)
    with serving(tmp_path, demo, analysis_seconds=0) as client:
        disk.refuses = lambda content: b'"state":"queued"' not in content
        location = client.get(QUESTION).headers["location"]
        until(lambda: client.get(location).json()["state"] == "failed")
        assert client.get(QUESTION).status_code == 200, "the result is there all the same"
        disk.refuses = disk.nothing
        after = client.get(QUESTION + "&seed=3")
        assert finished(client, after.headers["location"])["state"] == "done"


def test_a_full_disk_refuses_jobs_answers_short_questions_and_tells_no_path(
    tmp_path: Path, demo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch)
    disk.refuses = disk.everything
    with serving(tmp_path, demo) as client:
        refused = client.get(QUESTION, headers={"Prefer": "respond-async"})
        assert refused.status_code == 503
        assert str(tmp_path) not in refused.text
        assert client.get(QUESTION).status_code == 200


def test_a_claim_that_could_not_be_written_holds_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, jobs = FullDisk(monkeypatch), JobBoard(tmp_path, 2)
    disk.refuses = disk.everything
    with pytest.raises(JobsUnavailable, match="No space left"):
        jobs.claim("a" * 32, statistic="moran", parameters={}, release=1)
    disk.refuses = disk.nothing
    assert jobs.claim("a" * 32, statistic="moran", parameters={}, release=1)[1] is True
    disk.refuses = disk.everything
    with pytest.raises(JobsUnavailable):
        jobs.cancel("a" * 32)


def test_two_server_processes(tmp_path: Path, demo: Settings) -> None:
    """Real processes: whichever of the two is asked, there is one job and one result."""
    from tests.conftest import serving as real_server

    (tmp_path / "releases").symlink_to(demo.releases_path)
    settings = {"KREISATLAS_WORKERS": "2", "KREISATLAS_ANALYSIS_SECONDS": "0", "KREISATLAS_JOB_PROCESSES": "1"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        with real_server(tmp_path) as address:
            ids, deadline = set(), time.monotonic() + _PATIENCE_SECONDS
            answer = httpx.get(address + QUESTION)
            while answer.status_code == 202 and time.monotonic() < deadline:
                ids.add(answer.json()["id"])
                state = httpx.get(f"{address}/api/jobs/{answer.json()['id']}").json()
                assert state["state"] in ("queued", "running", "done")
                answer = httpx.get(address + QUESTION)
            assert answer.status_code == 200
            assert len(ids) == 1
