"""Worker processes of a Dask cluster, where a setting names its scheduler.

Dask gives the tasks of a worker that is lost to another one. Since every share is the same wherever it is computed,
nothing else is needed.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from boundaries import Sentence
from service.errors import ClusterUnavailable

_CONNECT_SECONDS = 5
_PATIENCE_SECONDS = 60.0  # without any worker
_POLL_SECONDS = 0.2
_FETCH_SECONDS = 2.0


class Cluster:
    """Client of a Dask scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, for example ``tcp://10.0.0.5:8786``.

    Raises
    ------
    ClusterUnavailable
        If Dask is not installed, or the scheduler does not answer.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        try:
            import distributed
        except ImportError as error:
            raise ClusterUnavailable(
                address,
                Sentence(
                    "Dask ist nicht installiert; kreisatlas[dask] installieren",
                    "Dask is not installed; install kreisatlas[dask]",
                ),
            ) from error
        try:
            connect: Any = distributed.Client  # Dask has no annotations here
            self._client: Any = connect(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterUnavailable(
                address,
                Sentence(
                    f"kein Scheduler antwortet ({type(error).__name__})",
                    f"no scheduler answers ({type(error).__name__})",
                ),
            ) from error

    def each(
        self,
        work: Callable[..., Any],
        material: bytes,
        arguments: list[tuple[Any, ...]],
        report: Callable[[int], None],
    ) -> list[Any]:
        """Do work for every list of arguments; results in their order.

        Parameters
        ----------
        work : callable
            Takes the material and the arguments.
        material : bytes
            Sent to the cluster once.
        arguments : list of tuple
        report : callable
            Receives the number of finished pieces, several times a second; an exception of it ends the work.

        Raises
        ------
        ClusterUnavailable
            If there are no workers, or a piece fails on all that try it.
        """
        with warnings.catch_warnings():
            # Dask would rather have large data scattered, but scattered data is lost with its worker.
            warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
            held = self._client.submit(_held, material, pure=False)
            futures = [self._client.submit(work, held, *each, pure=False) for each in arguments]
        try:
            return self._collected(futures, report)
        except (OSError, TimeoutError) as error:
            raise ClusterUnavailable(self.address, Sentence(str(error), str(error))) from error
        finally:
            self._client.cancel([*futures, held])

    def close(self) -> None:
        """Leave the cluster."""
        self._client.close()

    def _collected(self, futures: list[Any], report: Callable[[int], None]) -> list[Any]:
        """Results of all futures, each fetched when it is there, so that it cannot be lost with its worker."""
        results: dict[int, Any] = {}
        last_seen = time.monotonic()
        while len(results) < len(futures):
            for number, future in enumerate(futures):
                if number not in results:
                    self._collect(number, future, results)
            report(len(results))
            now = time.monotonic()
            if self._has_workers():
                last_seen = now
            elif now - last_seen > _PATIENCE_SECONDS:
                raise ClusterUnavailable(
                    self.address,
                    Sentence(
                        f"seit {_PATIENCE_SECONDS:.0f} Sekunden kein Rechenprozess",
                        f"no worker for {_PATIENCE_SECONDS:.0f} seconds",
                    ),
                )
            time.sleep(_POLL_SECONDS)
        return [results[number] for number in range(len(futures))]

    def _collect(self, number: int, future: Any, results: dict[int, Any]) -> None:
        """Fetch a result if it is there; one that is lost meanwhile is computed again by Dask."""
        state = future.status
        if state == "finished":
            with suppress(TimeoutError):
                results[number] = future.result(timeout=_FETCH_SECONDS)
                future.release()
        elif state in ("error", "cancelled"):
            cause = future.exception() if state == "error" else state
            raise ClusterUnavailable(
                self.address,
                Sentence(
                    f"dort ist ein Teil der Arbeit gescheitert: {cause}", f"a piece of work failed there: {cause}"
                ),
            )

    def _has_workers(self) -> bool:
        return self._client.status == "running" and bool(self._client.nthreads())


def _held(material: bytes) -> bytes:
    return material
