"""Releases: content-addressed, switched at once, untouched by a killed publisher."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import NothingPublished, ReleaseDamaged, UnknownRelease
from service.releases import ReleaseFolder


@pytest.fixture
def folder(tmp_path: Path) -> ReleaseFolder:
    folder = ReleaseFolder(tmp_path / "releases")
    folder.create()
    return folder


def _publish(folder: ReleaseFolder, **contents: str) -> int:
    files = {name: folder.add(content.encode(), ".txt") for name, content in contents.items()}
    return folder.publish("test", {}, files).number


def test_nothing_is_served_before_the_first_release(folder: ReleaseFolder) -> None:
    with pytest.raises(NothingPublished):
        folder.current_number()
    assert folder.numbers() == []


def test_equal_content_is_stored_once_and_has_an_equal_tag(folder: ReleaseFolder) -> None:
    one, two, three = _publish(folder, a="x"), _publish(folder, a="x"), _publish(folder, a="y")
    assert (one, two, three) == (1, 2, 3)
    assert folder.manifest(1).tag == folder.manifest(2).tag != folder.manifest(3).tag
    assert len(list(folder.root.glob("files/*/*"))) == 2
    assert folder.current_number() == 3


def test_rollback_serves_an_older_release(folder: ReleaseFolder) -> None:
    _publish(folder, a="x")
    _publish(folder, a="y")
    folder.switch(1)
    assert folder.current_number() == 1
    assert _publish(folder, a="z") == 3, "numbers are never used again"
    with pytest.raises(UnknownRelease, match="1, 2, 3"):
        folder.switch(9)


def test_damage_is_noticed_and_not_served(folder: ReleaseFolder) -> None:
    _publish(folder, a="x")
    _publish(folder, a="y")
    file = folder.manifest(1).files["a"]
    folder.path_of(file).write_text("altered")
    with pytest.raises(ReleaseDamaged, match="altered"):
        folder.read(file)
    folder.path_of(file).unlink()
    with pytest.raises(ReleaseDamaged, match="missing"):
        folder.switch(1)
    assert folder.current_number() == 2


def test_sweep_removes_only_old_files_of_no_release(folder: ReleaseFolder) -> None:
    _publish(folder, a="x")
    orphan, fresh = folder.add(b"orphan", ".txt"), folder.add(b"fresh", ".txt")
    old = time.time() - 7200
    for path in folder.root.glob("files/*/*"):
        os.utime(path, (old, old))
    os.utime(folder.path_of(fresh))
    assert folder.sweep() == 1
    assert not folder.path_of(orphan).exists()
    folder.verify(folder.manifest(1))


def test_sweep_spares_everything_beside_a_damaged_manifest(folder: ReleaseFolder) -> None:
    _publish(folder, a="x")
    _publish(folder, a="y")
    first = folder.manifest(1)
    next(folder.root.rglob("*1.json")).write_text("{")
    old = time.time() - 7200
    for path in folder.root.glob("files/*/*"):
        os.utime(path, (old, old))
    assert folder.sweep() == 0
    folder.verify(first)


def test_two_publishers_at_once_get_two_numbers(folder: ReleaseFolder) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda i: _publish(folder, a=str(i)), range(24)))
    assert sorted(numbers) == list(range(1, 25))
    for number in numbers:
        folder.verify(folder.manifest(number))


_PUBLISHER = """
import sys
from pathlib import Path
from service.releases import ReleaseFolder

folder = ReleaseFolder(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(100_000):
    files = {str(i): folder.add(f"{number} {i}".encode(), ".txt") for i in range(5)}
    folder.publish("again", {}, files)
"""


@pytest.mark.parametrize("delay_ms", [0, 3, 11, 29, 47, 83])
def test_a_killed_publisher_leaves_an_intact_release(folder: ReleaseFolder, delay_ms: int) -> None:
    _publish(folder, a="x")
    publisher = subprocess.Popen(
        [sys.executable, "-c", _PUBLISHER, str(folder.root)], stdout=subprocess.PIPE, text=True
    )
    assert publisher.stdout is not None
    assert publisher.stdout.readline() == "ready\n"
    deadline = time.monotonic() + delay_ms / 1000
    while time.monotonic() < deadline:
        folder.current_number()
    publisher.send_signal(signal.SIGKILL)
    publisher.communicate()
    served = folder.manifest(folder.current_number())
    folder.verify(served)
    assert json.loads((folder.root / "manifests" / f"{served.number:05}.json").read_text())["number"] == served.number
    assert _publish(folder, a="y") > served.number
