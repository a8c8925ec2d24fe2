"""Fixtures that several kinds of tests share."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck
from hypothesis import settings as examples
from starlette.testclient import TestClient

from service.app import create_app
from service.reader import ReleaseReader, ReleaseSource
from service.settings import Settings
from service.workspace import Workspace

SHARED = Path(__file__).parents[2] / "shared" / "data"
_PATIENCE_SECONDS = 240
_POLL_SECONDS = 0.05

# The same examples in every run, however slow the machine is and whatever an earlier run has found.
# Others can be tried with `pytest --hypothesis-profile=default`.
examples.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests go first, lest one of them is left for a single process in the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared/data, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a workspace with the bundled data, published once for all test processes."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    settings = Settings(workspace=root / "demo")
    with FileLock(root / "demo.lock"):
        if not (settings.releases_path / "current").exists():
            space = Workspace(settings)
            space.create(demo=True, progress=lambda _: None)
            space.publish("bundled data", lambda _: None)
    return settings


@pytest.fixture(scope="session")
def release(demo: Settings) -> ReleaseReader:
    """Reader of the demo release."""
    return ReleaseSource(Workspace(demo).releases).current()


@pytest.fixture(scope="session")
def client(demo: Settings) -> Iterator[TestClient]:
    """The service on the demo release, in process; unexpected errors are answers, as in production."""
    with TestClient(create_app(demo), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def server(demo: Settings) -> Iterator[str]:
    """Address of a real server process on the demo release."""
    with serving(demo.workspace) as address:
        yield address


class serving:  # noqa: N801 - used as a context manager
    """A real server process on loopback, ended by its own id."""

    def __init__(self, workspace: Path, python: str = sys.executable, cwd: Path | None = None) -> None:
        self._workspace, self._python, self._cwd = workspace, python, cwd

    def __enter__(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._process = subprocess.Popen(
            [self._python, "-m", "service.cli", "serve", "--port", str(port)],
            env={**os.environ, "KREISATLAS_WORKSPACE": str(self._workspace)},
            cwd=self._cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(address):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                _, errors = self._process.communicate()
                pytest.fail(f"the server did not start: {errors.decode()[-2000:]}")
            time.sleep(_POLL_SECONDS)  # the server needs the processor more than who waits for it
        return address

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=_PATIENCE_SECONDS)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/live", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
