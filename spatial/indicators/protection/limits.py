"""Limits: how long deciding what to withhold may take, so that it ends on the largest systems too.

A limit never changes what is withheld: where it is reached, nothing is published.
"""

from __future__ import annotations

import math
import time
from typing import Any

from spatial.indicators.errors import ProtectionTooLong

_STOPPED = 1  # status of a programme that the solver did not finish


class Allowance:
    """Processor time that one decision may take, from now on.

    Parameters
    ----------
    seconds : float
        Infinite for no limit.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self._seconds = seconds
        self._start = time.process_time()

    def for_solver(self) -> Any:
        """Options of one programme of the solver, a dict.

        The solver goes by the clock, so that on a busy machine a single long programme may end it a little early.

        Raises
        ------
        ProtectionTooLong
            Nothing is left.
        """
        if math.isinf(self._seconds):
            return {}
        left = self._seconds - (time.process_time() - self._start)
        if left <= 0:
            raise ProtectionTooLong(self._seconds)
        return {"time_limit": left}

    def check(self, status: int) -> None:
        """Take note of how a programme ended.

        Raises
        ------
        ProtectionTooLong
            The solver stopped because nothing was left.
        """
        if status == _STOPPED and not math.isinf(self._seconds):
            raise ProtectionTooLong(self._seconds)
