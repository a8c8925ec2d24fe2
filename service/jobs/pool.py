"""Worker processes of this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any


class Pool:
    """Processes that can be dismissed at once.

    All hold the reading end of a pipe, the lifeline. When its other end is closed, by :meth:`dismiss` or by the end
    of this process, they end, whatever they are doing.

    Parameters
    ----------
    processes : int
        Most processes; they are started as they are needed.
    """

    def __init__(self, processes: int) -> None:
        # Started afresh, not forked: the server holds threads.
        context = get_context("spawn")
        self._held, self._lifeline = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(processes, context, initializer=_enlist, initargs=(self._held,))

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have work done by one of the processes."""
        return self._executor.submit(work, *arguments)

    def dismiss(self) -> None:
        """End the processes."""
        self._lifeline.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._held.close()


def _enlist(lifeline: Connection) -> None:
    """Make this process end with its lifeline, and leave the keyboard to the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    try:
        lifeline.recv()
    except (EOFError, OSError):
        os._exit(1)
