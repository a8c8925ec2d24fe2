"""The board of jobs: their states as files, so that every server process can answer for every job.

A job is owned by the server process that accepted it. The owner holds a lock on a file of the job for as long as it
lives; the operating system releases it when the process ends, however it ends. A job that is queued or running and
whose lock is free has lost its owner.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import orjson

from boundaries import Sentence
from boundaries.sentences import system_reason
from service.analyses.cache import write_atomically
from service.errors import JobsUnavailable, TooManyJobs
from spatial.statistics.sentences import Said

State = Literal["queued", "running", "done", "failed", "cancelled"]

_ACTIVE = ("queued", "running")
_KEPT_FINISHED = 200
_OWNER_GONE = Sentence(
    "der Serverprozess, der es berechnet hat, ist beendet; noch einmal fragen",
    "the server process that computed it has ended; ask again",
)


@dataclass(frozen=True, slots=True)
class Job:
    """One job as its file tells it.

    Attributes
    ----------
    id : str
        The key of the result: equal questions are one job.
    state : str
        ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
    progress : float
        Share of the work that is done, 0 to 1.
    created, updated : str
        UTC, ISO 8601.
    statistic : str
    parameters : dict
        The question, complete.
    release : int
        Release whose figures are analysed.
    detail, detail_de : str or None
        Why it failed, in English and in German.
    reason : str or None
        Short reason where the statistic cannot be computed; such a failure is final.
    dropped : list of dict, or None
        Areas that were left out before that was found, with the reason of each.
    """

    id: str
    state: State
    progress: float
    created: str
    updated: str
    statistic: str
    parameters: dict[str, Any]
    release: int
    detail: str | None = None
    detail_de: str | None = None
    reason: str | None = None
    dropped: list[dict[str, str]] | None = None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in _ACTIVE


class JobGone(Exception):
    """The job is no longer wanted; a signal to its owner, never shown."""


class JobBoard:
    """States of the jobs of a workspace.

    Parameters
    ----------
    folder : Path
    limit : int
        Most jobs that wait or run at a time, over all server processes.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._owned: dict[str, int] = {}  # open lock files by job
        self._threads = Lock()

    def read(self, job_id: str) -> Job | None:
        """State of a job; None if there is none of that id."""
        if not self._folder.is_dir():
            return None
        try:
            with self._guard():
                return self._read(job_id)
        except OSError:
            # No space, or no right to write: the state can still be told, whether its owner lives or not.
            return self._stored(job_id)

    def claim(self, job_id: str, *, statistic: str, parameters: dict[str, Any], release: int) -> tuple[Job, bool]:
        """Queue a job, unless it is queued or running already.

        Returns
        -------
        job : Job
        mine : bool
            Whether the caller has to run it.

        Raises
        ------
        TooManyJobs
        JobsUnavailable
            If the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._guard():
                known = self._read(job_id)
                if known is not None and known.active:
                    return known, False
                if known is not None and self._has_owner(job_id):
                    # Cancelled, and its owner has not noticed yet: it is wanted again.
                    revived = replace(known, state="running", updated=_now())
                    self._write(revived)
                    return revived, False
                self._admit()
                self._own(job_id)
                now = _now()
                job = Job(job_id, "queued", 0.0, now, now, statistic, parameters, release)
                try:
                    self._write(job)
                except OSError:
                    self._disown(job_id)
                    raise
                return job, True
        except OSError as error:
            raise _unavailable(error) from error

    def advance(self, job_id: str, *, progress: float) -> None:
        """Say that a job runs, and how far it is.

        Raises
        ------
        JobGone
            If it was cancelled.
        """
        with self._guard():
            job = self._wanted(job_id)
            with suppress(OSError):  # a full disk costs the progress, not the job
                self._write(replace(job, state="running", progress=round(progress, 4), updated=_now()))

    def finish(
        self,
        job_id: str,
        state: State,
        *,
        why: Said | None = None,
        reason: str | None = None,
        dropped: Sequence[dict[str, str]] | None = None,
    ) -> None:
        """Write the last state of an owned job and let go of it; a cancelled job stays cancelled.

        Where the state cannot be written, the job has lost its owner, and is reported as failed.

        Raises
        ------
        JobsUnavailable
        """
        try:
            with self._guard(), suppress(JobGone):
                job = self._wanted(job_id)
                progress = 1.0 if state == "done" else job.progress
                ended = replace(job, state=state, progress=progress, updated=_now(), reason=reason)
                if dropped is not None:
                    ended = replace(ended, dropped=list(dropped))
                self._write(ended if why is None else replace(ended, detail=why.en, detail_de=why.de))
        except OSError as error:
            raise _unavailable(error) from error
        finally:
            self._disown(job_id)

    def cancel(self, job_id: str) -> Job | None:
        """Cancel a job that waits or runs; others stay as they are.

        Raises
        ------
        JobsUnavailable
            If the folder cannot be written.
        """
        if not self._folder.is_dir():
            return None
        try:
            with self._guard():
                job = self._read(job_id)
                if job is None or not job.active:
                    return job
                cancelled = replace(job, state="cancelled", updated=_now())
                self._write(cancelled)
                return cancelled
        except OSError as error:
            raise _unavailable(error) from error

    # -- files; all under the guard ----------------------------------------------------------------------------

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """One thread of one process at a time."""
        with self._threads:
            descriptor = os.open(self._folder / ".guard", os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

    def _read(self, job_id: str) -> Job | None:
        job = self._stored(job_id)
        if job is not None and job.active and not self._has_owner(job_id):
            job = replace(job, state="failed", updated=_now(), detail=_OWNER_GONE.en, detail_de=_OWNER_GONE.de)
            with suppress(OSError):  # where it cannot be written, every look says so anew
                self._write(job)
        return job

    def _stored(self, job_id: str) -> Job | None:
        """State as its file tells it."""
        try:
            return Job(**orjson.loads(self._path(job_id).read_bytes()))
        except (OSError, orjson.JSONDecodeError, TypeError):
            return None

    def _write(self, job: Job) -> None:
        write_atomically(self._path(job.id), orjson.dumps(asdict(job)))

    def _wanted(self, job_id: str) -> Job:
        job = self._read(job_id)
        if job is None or not job.active:
            raise JobGone
        return job

    def _admit(self) -> None:
        """Make room for one more job, or refuse it."""
        finished = []
        active = 0
        for path in self._folder.glob("*.json"):
            job = self._read(path.stem)
            if job is not None and job.active:
                active += 1
            elif not self._has_owner(path.stem):  # a cancelled one whose owner has not noticed yet keeps its lock
                finished.append((path.stat().st_mtime_ns, path))
        for _, path in sorted(finished)[: max(0, len(finished) - _KEPT_FINISHED)]:
            path.unlink(missing_ok=True)
            self._lock_path(path.stem).unlink(missing_ok=True)
        if active >= self._limit:
            raise TooManyJobs(self._limit)

    def _own(self, job_id: str) -> None:
        descriptor = os.open(self._lock_path(job_id), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        self._owned[job_id] = descriptor

    def _disown(self, job_id: str) -> None:
        descriptor = self._owned.pop(job_id, None)
        if descriptor is not None:
            with suppress(OSError):
                self._lock_path(job_id).unlink(missing_ok=True)
            os.close(descriptor)

    def _has_owner(self, job_id: str) -> bool:
        if job_id in self._owned:
            return True
        try:
            descriptor = os.open(self._lock_path(job_id), os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)

    def _path(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.json"

    def _lock_path(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.lock"


def _unavailable(error: OSError) -> JobsUnavailable:
    """The reason without the path, which is nobody's business."""
    return JobsUnavailable(system_reason(error))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
