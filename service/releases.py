"""Releases on disk: immutable files named by their content, manifests, and one pointer.

``files/ab/abcdef….ext``
    every file once, named by its SHA-256;
``manifests/00003.json``
    what release 3 consists of;
``current``
    the number of the release that is served.

A release becomes visible through the rename of ``current`` alone. Whoever kills a publisher at any moment leaves
the previous release served; files that no manifest names are swept by the next publisher.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from boundaries import Sentence
from service.errors import NothingPublished, ReleaseDamaged, UnknownRelease

FORMAT_VERSION = 1
"""Version of the files of a release; a server refuses releases of another one."""

_STALE_AFTER_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a release."""

    sha256: str
    bytes: int
    path: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release consists of.

    Attributes
    ----------
    number : int
        Releases count from 1.
    created : str
        UTC, ISO 8601.
    message : str
        What the publisher said about it.
    about : dict
        Vintages, attribution, disclosure version, hashes of the inputs.
    files : dict of str to StoredFile
        By logical name, for example ``cubes/population/2026-01-01/gemeinde.json``.
    """

    number: int
    created: str
    message: str
    about: dict[str, Any]
    files: dict[str, StoredFile]

    @property
    def tag(self) -> str:
        """Short name of the content: equal content has an equal tag."""
        names = sorted((name, file.sha256) for name, file in self.files.items())
        return hashlib.sha256(orjson.dumps(names)).hexdigest()[:16]

    @property
    def size(self) -> int:
        """Bytes of all files, each counted once."""
        return sum({file.sha256: file.bytes for file in self.files.values()}.values())


class ReleaseFolder:
    """The folder of releases of a workspace."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._manifests = root / "manifests"
        self._pointer = root / "current"

    def create(self) -> None:
        """Make an empty folder."""
        self._manifests.mkdir(parents=True, exist_ok=True)

    # -- reading ---------------------------------------------------------------------------------------------

    def current_number(self) -> int:
        """Number of the release that is served.

        Raises
        ------
        NothingPublished
            If there is none yet.
        """
        try:
            return int(self._pointer.read_text())
        except FileNotFoundError as error:
            raise NothingPublished(str(self.root.parent)) from error
        except ValueError as error:
            raise ReleaseDamaged(
                str(self._pointer),
                Sentence("enthält keine Nummer einer Veröffentlichung", "does not hold a release number"),
            ) from error

    def served_number(self) -> int | None:
        """Number of the release that is served; None before the first."""
        try:
            return self.current_number()
        except NothingPublished:
            return None

    def numbers(self) -> list[int]:
        """Every release, oldest first."""
        return sorted(int(path.stem) for path in self._manifests.glob("[0-9]*.json"))

    def manifest(self, number: int) -> Manifest:
        """Manifest of a release.

        Raises
        ------
        UnknownRelease, ReleaseDamaged
        """
        path = self._manifest_path(number)
        try:
            document = orjson.loads(path.read_bytes())
            files = {name: StoredFile(**file) for name, file in document["files"].items()}
            return Manifest(document["number"], document["created"], document["message"], document["about"], files)
        except FileNotFoundError as error:
            raise UnknownRelease(number, self.numbers()) from error
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise ReleaseDamaged(path.name, Sentence("ist kein Manifest", "is not a manifest")) from error

    def path_of(self, file: StoredFile) -> Path:
        """Where a file of a release lies."""
        return self.root / file.path

    def read(self, file: StoredFile) -> bytes:
        """Content of a file, checked against its name.

        Raises
        ------
        ReleaseDamaged
            If the file is gone or altered.
        """
        try:
            content = self.path_of(file).read_bytes()
        except FileNotFoundError as error:
            raise ReleaseDamaged(file.path, Sentence("fehlt", "is missing")) from error
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise ReleaseDamaged(file.path, Sentence("wurde verändert", "was altered"))
        return content

    def verify(self, manifest: Manifest) -> None:
        """Read every file of a release and compare it with the manifest."""
        for file in manifest.files.values():
            self.read(file)

    # -- writing ---------------------------------------------------------------------------------------------

    def add(self, content: bytes, suffix: str) -> StoredFile:
        """Store content under its hash; what is there already is not written again."""
        digest = hashlib.sha256(content).hexdigest()
        relative = f"files/{digest[:2]}/{digest}{suffix}"
        target = self.root / relative
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_atomically(target, content)
        return StoredFile(digest, len(content), relative)

    def publish(self, message: str, about: dict[str, Any], files: Mapping[str, StoredFile]) -> Manifest:
        """Write the manifest of a new release and switch to it."""
        created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        while True:
            number = max(self.numbers(), default=0) + 1
            manifest = Manifest(number, created, message, about, dict(sorted(files.items())))
            document = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
            try:
                _write_atomically(self._manifest_path(number), document, replace=False)
            except FileExistsError:
                continue  # another publisher took the number in this moment
            self.switch(number)
            return manifest

    def switch(self, number: int) -> Manifest:
        """Serve another release from now on.

        Raises
        ------
        UnknownRelease, ReleaseDamaged
            Nothing is switched then.
        """
        manifest = self.manifest(number)
        for file in manifest.files.values():
            if not self.path_of(file).is_file():
                raise ReleaseDamaged(file.path, Sentence("fehlt", "is missing"))
        _write_atomically(self._pointer, f"{number}\n".encode())
        return manifest

    def sweep(self) -> int:
        """Remove files that no manifest names, left over by a killed publisher. Returns their number.

        Files younger than an hour are spared: another publisher may just be writing them. So are all as long as the
        manifest of a release cannot be read.
        """
        try:
            named = {file.path for number in self.numbers() for file in self.manifest(number).files.values()}
        except ReleaseDamaged:
            return 0  # which files the release with the damaged manifest needs is not known
        horizon = datetime.now(UTC).timestamp() - _STALE_AFTER_SECONDS
        removed = 0
        for path in (self.root / "files").glob("*/*"):
            if path.relative_to(self.root).as_posix() not in named and path.stat().st_mtime < horizon:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _manifest_path(self, number: int) -> Path:
        return self._manifests / f"{number:05}.json"


def _write_atomically(target: Path, content: bytes, *, replace: bool = True) -> None:
    """Write beside the target, flush to the disk, then give it its name at once.

    Raises
    ------
    FileExistsError
        If the target exists and must not be replaced.
    """
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            draft.replace(target)
        else:
            target.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
