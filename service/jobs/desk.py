"""The desk: where questions arrive. Known answers are given, short ones computed, long ones become jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Lock, Thread

from boundaries import Sentence
from service.analyses.answering import answer, packed
from service.analyses.budget import TooLarge, preparing, size_of
from service.analyses.cache import ResultCache
from service.analyses.question import Question, key_of
from service.analyses.registry import method_of
from service.errors import JobError, NotFound
from service.jobs.board import Job, JobBoard, JobGone
from service.jobs.runner import NotComputable, Runner
from service.reader import ReleaseReader
from service.settings import Settings
from spatial.statistics import StatisticsError

_log = logging.getLogger(__name__)

_MEMORY_SHARE = 0.25
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Order:
    key: str
    release: int
    question: Question


class Desk:
    """Answers to questions, of one server process.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        size = settings.cache_mb * _MEGABYTE
        self.cache = ResultCache(
            settings.analyses_path / "results", disk_bytes=size, memory_bytes=int(size * _MEMORY_SHARE)
        )
        self._board = JobBoard(settings.analyses_path / "jobs", settings.max_jobs)
        self._runner = Runner(settings)
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._closing = Event()
        self._clerk: Thread | None = None
        self._guard = Lock()

    def ask(self, release: ReleaseReader, question: Question, *, later: bool = False) -> bytes | Job:
        """The answer, as JSON compressed with gzip; or the job that computes it.

        Parameters
        ----------
        release : ReleaseReader
        question : Question
            Checked against the release.
        later : bool
            Make a job of it even if it is short.

        Raises
        ------
        StatisticsError
            If the statistic cannot be computed.
        TooManyJobs, JobsUnavailable
            If it would be a job and none can be taken.
        """
        key = key_of(question, tag=release.tag, release=release.number)
        known = self.cache.get(key)
        if known is not None:
            return known
        seconds = self.seconds(release, question)
        if seconds > self._settings.analysis_limit_seconds:
            raise TooLarge(seconds, self._settings.analysis_limit_seconds)
        if not later and seconds <= self._settings.analysis_seconds:
            return self.cache.get_or_make(key, lambda: packed(answer(release, question)))
        return self._job(key, release, question)

    def answer_now(self, release: ReleaseReader, question: Question, report: Callable[[float], None]) -> bytes:
        """The answer, however long it takes; a long one is computed as a job would be.

        Raises
        ------
        StatisticsError, WorkerLost, ClusterUnavailable
        """
        key = key_of(question, tag=release.tag, release=release.number)
        if self.seconds(release, question) <= self._settings.analysis_seconds:
            return self.cache.get_or_make(key, lambda: packed(answer(release, question)))
        return self.cache.get_or_make(key, lambda: self._runner.run(release.number, question, report))

    def seconds(self, release: ReleaseReader, question: Question) -> float:
        """Estimated time of an analysis on one processor."""
        size = size_of(release, question)
        return preparing(size) + method_of(question.statistic).seconds(size)

    def job(self, job_id: str) -> Job:
        """State of a job.

        Raises
        ------
        NotFound
        """
        found = self._board.read(job_id)
        if found is None:
            raise NotFound(
                Sentence("den Auftrag", "job"),
                job_id,
                Sentence(
                    "beendete werden nach einiger Zeit vergessen; die Frage noch einmal stellen",
                    "finished ones are forgotten after a while; ask the question again",
                ),
            )
        return found

    def cancel(self, job_id: str) -> Job:
        """Cancel a job that waits or runs.

        Raises
        ------
        NotFound
        """
        found = self._board.cancel(job_id)
        if found is None:
            raise NotFound(Sentence("den Auftrag", "job"), job_id)
        return found

    def close(self) -> None:
        """Stop what runs and end all processes; what waits is not run."""
        self._closing.set()
        self._orders.put(None)
        if self._clerk is not None:
            self._clerk.join()
        self._runner.close()

    # -- jobs --------------------------------------------------------------------------------------------------

    def _job(self, key: str, release: ReleaseReader, question: Question) -> Job:
        before = self._board.read(key)
        if before is not None and before.reason is not None:
            # The same question to the same figures: it cannot be computed now either.
            said = str(before.detail)
            dropped = None if before.dropped is None else tuple(before.dropped)
            raise NotComputable(before.reason, Sentence(before.detail_de or said, said), dropped)
        job, mine = self._board.claim(
            key, statistic=question.statistic, parameters=question.parameters(), release=release.number
        )
        if mine:
            self._orders.put(_Order(key, release.number, question))
            self._start()
        return job

    def _start(self) -> None:
        with self._guard:
            if self._clerk is None:
                self._clerk = Thread(target=self._work, name="analyses", daemon=True)
                self._clerk.start()

    def _work(self) -> None:
        while True:
            order = self._orders.get()
            if order is None or self._closing.is_set():
                return
            self._do(order)

    def _do(self, order: _Order) -> None:
        """Run one job; whatever happens, its state tells it, and the next one runs."""
        try:
            self._run(order)
        except JobError as error:
            _log.error("the state of job %s cannot be written: %s", order.key, error)

    def _run(self, order: _Order) -> None:

        def report(progress: float) -> None:
            if self._closing.is_set():
                raise JobGone
            self._board.advance(order.key, progress=progress)

        try:
            report(0.0)
            if self.cache.get(order.key) is None:
                self.cache.put(order.key, self._runner.run(order.release, order.question, report))
            self._board.finish(order.key, "done")
        except JobGone:
            self._board.finish(order.key, "cancelled")
        except StatisticsError as error:
            dropped = getattr(error, "dropped", None)
            self._board.finish(order.key, "failed", why=error.message, reason=error.reason, dropped=dropped)
        except JobError as error:
            _log.error("job %s: %s", order.key, error)
            self._board.finish(order.key, "failed", why=error.message)
        except Exception:  # noqa: BLE001 - the thread goes on, and the client is told
            _log.exception("job %s failed", order.key)
            why = Sentence(
                f"ein unerwarteter Fehler wurde für den Auftrag {order.key} protokolliert",
                f"an unexpected error was logged for job {order.key}",
            )
            self._board.finish(order.key, "failed", why=why)
