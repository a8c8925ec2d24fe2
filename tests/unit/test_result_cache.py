"""Kept results: bounded, shared by processes, never damaged."""

from __future__ import annotations

import errno
import gzip
import os
import threading
import time
from pathlib import Path

import pytest

from service.analyses.cache import ResultCache

BIG = 10_000_000


def key(number: int) -> str:
    return f"{number:032x}"


def cache(folder: Path, disk: int = BIG, memory: int = BIG) -> ResultCache:
    return ResultCache(folder, disk_bytes=disk, memory_bytes=memory)


def test_a_result_survives_a_restart_and_reaches_other_processes(tmp_path: Path) -> None:
    cache(tmp_path).put(key(1), b"document")
    found = cache(tmp_path).get(key(1))
    assert found is not None
    assert gzip.decompress(found) == b"document"
    assert cache(tmp_path).get(key(2)) is None


def test_equal_documents_are_equal_bytes(tmp_path: Path) -> None:
    assert cache(tmp_path / "a").put(key(1), b"x" * 900) == cache(tmp_path / "b").put(key(1), b"x" * 900)


def test_the_folder_is_bounded_and_the_oldest_go_first(tmp_path: Path) -> None:
    kept = cache(tmp_path, disk=3000, memory=1)
    for number in range(8):
        kept.put(key(number), os.urandom(900))
        os.utime(kept.path_of(key(number)), (number, number))
        if number == 6:
            kept.get(key(4))  # reading makes it young
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*.gz")) <= 3000
    assert kept.get(key(0)) is None
    assert kept.get(key(4)) is not None
    assert kept.get(key(7)) is not None


def test_the_memory_is_bounded(tmp_path: Path) -> None:
    kept = cache(tmp_path, memory=2000)
    for number in range(5):
        kept.put(key(number), os.urandom(900))
    for path in tmp_path.glob("*/*.gz"):
        path.unlink()
    assert kept.get(key(0)) is None
    assert kept.get(key(4)) is not None


def test_a_damaged_file_is_no_result(tmp_path: Path) -> None:
    kept = cache(tmp_path)
    kept.put(key(1), b"document")
    path = kept.path_of(key(1))
    for damaged in (b"", b"no gzip", path.read_bytes()[:-6], path.read_bytes()[:12] + b"\0" + path.read_bytes()[13:]):
        path.write_bytes(damaged)
        assert cache(tmp_path).get(key(1)) is None


def test_a_folder_that_cannot_be_made_costs_nothing_else(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    kept = cache(blocked / "results")
    assert gzip.decompress(kept.put(key(1), b"document")) == b"document"
    assert kept.get(key(1)) is not None, "in memory"


def test_equal_questions_at_a_time_are_computed_once(tmp_path: Path) -> None:
    kept, made = cache(tmp_path), []

    def make() -> bytes:
        made.append(1)
        time.sleep(0.05)
        return b"document"

    threads = [threading.Thread(target=kept.get_or_make, args=(key(1), make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_a_folder_that_can_only_be_read_serves_its_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache(tmp_path).put(key(1), b"document")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    found = cache(tmp_path).get(key(1))
    assert found is not None
    assert gzip.decompress(found) == b"document"
    cache(tmp_path).path_of(key(1)).write_bytes(b"damaged")
    assert cache(tmp_path).get(key(1)) is None
