"""Results that were computed before: a bounded memory, and a bounded folder that survives restarts.

Every result is a file of its own, named by its key, which is a digest of all that the result depends on. Files are
written beside their name and renamed, so that any number of server processes may share the folder: whoever comes
second replaces the file by an equal one. Reading a file makes it young; the oldest are removed when the folder
outgrows its bound.
"""

from __future__ import annotations

import gzip
import logging
import os
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock

_log = logging.getLogger(__name__)

_LEVEL = 5
_SUFFIX = ".json.gz"
_SWEPT_TO = 0.9
_SWEPT_EVERY = 0.02  # of the bound, so that not every result counts all files


class ResultCache:
    """Documents by key; memory first, then the folder.

    Parameters
    ----------
    folder : Path
        Made when the first result is kept. A folder that cannot be written costs repeated work, nothing else.
    disk_bytes, memory_bytes : int
        Bounds of what is kept.
    """

    def __init__(self, folder: Path, *, disk_bytes: int, memory_bytes: int) -> None:
        self.folder = folder
        self._disk_bytes = disk_bytes
        self._memory = _Memory(memory_bytes)
        self._making: dict[str, Lock] = {}
        self._guard = Lock()
        self._complained = False
        self._unswept = disk_bytes  # a process sweeps with its first result

    def get(self, key: str) -> bytes | None:
        """Document of a key, compressed with gzip; None where it is not known."""
        packed = self._memory.get(key)
        if packed is None:
            packed = self._read(key)
            if packed is not None:
                self._memory.put(key, packed)
        return packed

    def put(self, key: str, document: bytes) -> bytes:
        """Keep a document. Returns it compressed; equal documents give equal bytes."""
        packed = gzip.compress(document, _LEVEL, mtime=0)
        self.put_packed(key, packed)
        return packed

    def put_packed(self, key: str, packed: bytes) -> None:
        """Keep a document that is compressed already."""
        self._memory.put(key, packed)
        try:
            self._write(key, packed)
        except OSError as error:
            if not self._complained:
                self._complained = True
                _log.warning("results are not kept on disk: %s", error)

    def get_or_make(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Document of a key, compressed; made if it is not known, by one thread while the others wait."""
        found = self.get(key)
        if found is not None:
            return found
        with self._guard:
            lock = self._making.setdefault(key, Lock())
        with lock:
            try:
                return self.get(key) or self.put(key, make())
            finally:
                with self._guard:
                    self._making.pop(key, None)

    def path_of(self, key: str) -> Path:
        """Where the document of a key lies."""
        return self.folder / key[:2] / f"{key}{_SUFFIX}"

    def _read(self, key: str) -> bytes | None:
        path = self.path_of(key)
        try:
            packed = path.read_bytes()
        except OSError:
            return None
        intact = _is_intact(packed)
        with suppress(OSError):  # a folder that can only be read serves all the same
            if intact:
                path.touch()
            else:
                _log.warning("%s is damaged and removed", path)
                path.unlink(missing_ok=True)
        return packed if intact else None

    def _write(self, key: str, packed: bytes) -> None:
        path = self.path_of(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, packed)
        self._unswept += len(packed)
        if self._unswept >= self._disk_bytes * _SWEPT_EVERY:
            self._unswept = 0
            self._sweep()

    def _sweep(self) -> None:
        """Remove the oldest files while the folder is too large."""
        found = []
        for path in self.folder.glob(f"[0-9a-f][0-9a-f]/*{_SUFFIX}"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # another process swept it
            found.append((status.st_mtime_ns, status.st_size, path))
        total = sum(size for _, size, _ in found)
        if total <= self._disk_bytes:
            return
        for _, size, path in sorted(found):
            if total <= self._disk_bytes * _SWEPT_TO:
                break
            path.unlink(missing_ok=True)
            total -= size


def _is_intact(packed: bytes) -> bool:
    """Whether a compressed document agrees with its checksum; an empty file has none."""
    try:
        return bool(gzip.decompress(packed))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False


class _Memory:
    """The documents used last, up to a number of bytes."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: str, packed: bytes) -> None:
        with self._lock:
            if key in self._kept:
                self._free += len(self._kept.pop(key))
            self._kept[key] = packed
            self._free -= len(packed)
            while self._free < 0:
                _, oldest = self._kept.popitem(last=False)
                self._free += len(oldest)


def write_atomically(target: Path, content: bytes) -> None:
    """Write beside the target and rename: readers see the old content or the new, never a part."""
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
