"""Running one analysis on several processes: prepare, share the simulation out, put it together."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from threading import Lock
from typing import Any

from boundaries import Sentence
from service.analyses.question import Question, program_digest
from service.analyses.registry import method_of
from service.errors import ClusterUnavailable, ProgramChanged, WorkerLost
from service.jobs import work
from service.jobs.cluster import Cluster
from service.jobs.pool import Pool
from service.settings import Settings
from spatial.statistics import StatisticsError
from spatial.statistics.sentences import Said

_MOST_SHARES = 50
_POLL_SECONDS = 0.2

Report = Callable[[float], None]
"""Receives the share of the work that is done, several times a second; an exception of it ends the work."""


class NotComputable(StatisticsError):
    """A statistic that a worker process could not compute.

    Attributes
    ----------
    reason : str
        That of the error there.
    dropped : tuple of dict, or None
        Key and reason of every area that was left out before, where it came so far.
    """

    def __init__(self, reason: str, message: Said, dropped: tuple[dict[str, str], ...] | None = None) -> None:
        self.reason = reason  # type: ignore[misc]  # each occurrence repeats the reason of another error
        self.dropped = dropped
        super().__init__(message)


class Runner:
    """Processes for analyses: a pool of this machine, and a Dask cluster where the settings name one.

    Both are started by the first analysis. One analysis runs at a time, on all processes.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: Pool | None = None
        self._cluster: Cluster | None = None
        self._one_at_a_time = Lock()

    def run(self, release: int, question: Question, report: Report) -> bytes:
        """Answer a question as JSON.

        Parameters
        ----------
        release : int
            Number of the release.
        question : Question
        report : callable

        Raises
        ------
        StatisticsError
            If the statistic cannot be computed.
        WorkerLost
            If a process ended in the middle; the next analysis gets new ones.
        ClusterUnavailable
            If the Dask cluster cannot be used.
        """
        with self._one_at_a_time:
            try:
                return self._run(release, question, report)
            except BrokenProcessPool as error:
                self._dismiss()
                raise WorkerLost from error
            except StatisticsError:
                raise
            except BaseException:
                # Whatever still runs is of no use to anybody.
                self._dismiss()
                raise

    def close(self) -> None:
        """End all processes."""
        self._dismiss()
        if self._cluster is not None:
            self._cluster.close()
            self._cluster = None

    def _run(self, release: int, question: Question, report: Report) -> bytes:
        shares = shares_of(question)
        material: bytes = self._alone(
            work.prepared, self._settings.releases_path, release, question, report=lambda: report(0.0)
        )
        document: bytes
        if shares == 1:
            (document,) = self._all(work.whole, material, [(question, program_digest())], report)
            return document
        arguments = [(question, part, shares, program_digest()) for part in range(shares)]
        # The last step counts as one more share.
        records = self._all(work.shared, material, arguments, lambda done: report(done / (shares + 1)))
        reached = shares / (shares + 1)
        document = self._alone(work.finished, material, question, records, report=lambda: report(reached))
        return document

    def _alone(self, function: Callable[..., Any], *arguments: Any, report: Callable[[], None]) -> Any:
        future = self._processes().submit(function, *arguments)
        while not wait([future], timeout=_POLL_SECONDS).done:
            report()
        return _accepted(future.result(), self._settings.dask)

    def _all(
        self,
        function: Callable[..., Any],
        material: bytes,
        arguments: Sequence[tuple[Any, ...]],
        report: Callable[[int], None],
    ) -> list[Any]:
        """Do the pieces, on the cluster where there is one."""
        address = self._settings.dask
        if address:
            if self._cluster is None:
                self._cluster = Cluster(address)
            found = self._cluster.each(function, material, list(arguments), report)
        else:
            futures = [self._processes().submit(function, material, *each) for each in arguments]
            found = _gathered(futures, report)
        return [_accepted(each, address) for each in found]

    def _processes(self) -> Pool:
        if self._pool is None:
            self._pool = Pool(processes_for(self._settings))
        return self._pool

    def _dismiss(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.dismiss()


def shares_of(question: Question) -> int:
    """Number of parts that the simulation of a question is cut into; no more than it has blocks."""
    rows = method_of(question.statistic).block_rows(question)
    return min(_MOST_SHARES, max(1, -(-(question.permutations or 1) // rows))) if rows else 1


def processes_for(settings: Settings) -> int:
    """Worker processes of one server process."""
    return settings.job_processes or max(1, (os.cpu_count() or 1) // settings.workers)


def _gathered(futures: Sequence[Future[Any]], report: Callable[[int], None]) -> list[Any]:
    """Results of all futures, as soon as all are there or one has failed."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        report(len(futures) - len(pending))
    return [future.result() for future in futures]


def _accepted(outcome: Any, address: str) -> Any:
    """What a worker gave, unless it is a reason why it gave nothing."""
    if isinstance(outcome, work.Refusal):
        raise NotComputable(outcome.reason, outcome.message, outcome.dropped)
    if isinstance(outcome, work.OtherProgram):
        if not address:
            raise ProgramChanged
        raise ClusterUnavailable(
            address,
            Sentence(
                "seine Rechenprozesse haben eine andere Version von Kreisatlas",
                "its workers run another version of Kreisatlas",
            ),
        )
    return outcome
