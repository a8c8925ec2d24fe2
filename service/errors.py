"""Errors of the service.

``ServiceError``
    ├── ``WorkspaceError``
    │   ├── ``NoWorkspace``            the folder holds no store
    │   ├── ``WorkspaceExists``        ``init`` would overwrite a store
    │   └── ``StoreUnreadable``        the store is damaged or of another version
    ├── ``ReleaseError``
    │   ├── ``NothingPublished``       there is no release yet
    │   ├── ``UnknownRelease``         no release has that number
    │   ├── ``ReleaseDamaged``         a file of the release is missing or altered
    │   └── ``NothingToPublish``       the store has no boundaries or no figures
    ├── ``RequestError``               what a client asked for does not exist or is impossible
    │   ├── ``UnknownParameter``
    │   ├── ``InvalidParameter``
    │   ├── ``NotFound``
    │   └── ``RangeNotSatisfiable``
    ├── ``JobError``                   a long analysis cannot be run
    │   ├── ``TooManyJobs``            as many as the settings allow wait or run already
    │   ├── ``JobsUnavailable``        the folder of jobs cannot be written
    │   ├── ``WorkerLost``             a worker process ended in the middle
    │   ├── ``ProgramChanged``         the program on disk is no longer the one that runs
    │   └── ``ClusterUnavailable``     the Dask cluster does not answer or is not ours
    ├── ``AddressUnusable``            the service cannot listen where it should
    └── ``ViewerNotBuilt``             the viewer's files are not there

``TilingError`` is defined with the tile builder.
"""

from __future__ import annotations


class ServiceError(Exception):
    """Root of the errors of this package."""


class WorkspaceError(ServiceError):
    """The workspace cannot be used."""


class NoWorkspace(WorkspaceError):
    """The folder holds no store."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(f"{folder}: no workspace here; create one with `kreisatlas init --workspace {folder}`")


class WorkspaceExists(WorkspaceError):
    """A store is already there."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(f"{folder}: holds a workspace already; nothing was changed; choose another folder")


class StoreUnreadable(WorkspaceError):
    """The store is damaged or was made by another version."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


class ReleaseError(ServiceError):
    """A release cannot be made, found or read."""


class NothingPublished(ReleaseError):
    """There is no release yet."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(f"{folder}: nothing is published yet; run `kreisatlas publish`")


class UnknownRelease(ReleaseError):
    """No release has this number."""

    def __init__(self, number: int, known: list[int]) -> None:
        self.number, self.known = number, known
        listed = ", ".join(map(str, known)) or "none"
        super().__init__(f"release {number}: does not exist; existing releases: {listed}")


class ReleaseDamaged(ReleaseError):
    """A file of the release is missing or is not what the manifest says."""

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file}: {reason}; publish again or roll back to an intact release")


class NothingToPublish(ReleaseError):
    """The store lacks what a release needs."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"nothing to publish: the store has no {what}; {remedy}")


class RequestError(ServiceError):
    """What a client asked for does not exist or is impossible."""


class UnknownParameter(RequestError):
    """A query parameter that the resource does not have."""

    def __init__(self, parameter: str, known: list[str]) -> None:
        self.parameter, self.known = parameter, known
        listed = ", ".join(known) or "none"
        super().__init__(f"unknown query parameter '{parameter}'; this resource takes: {listed}")


class InvalidParameter(RequestError):
    """A query parameter with an impossible value."""

    def __init__(self, parameter: str, value: str, expected: str) -> None:
        self.parameter, self.value, self.expected = parameter, value, expected
        found = f"has the value '{value[:80]}'" if value else "is missing or empty"
        super().__init__(f"parameter '{parameter}' {found}; expected {expected}")


class NotFound(RequestError):
    """A resource that does not exist."""

    def __init__(self, what: str, name: str, hint: str = "") -> None:
        self.what, self.name, self.hint = what, name, hint
        super().__init__(f"there is no {what} '{name[:80]}'" + (f"; {hint}" if hint else ""))


class RangeNotSatisfiable(RequestError):
    """A range of bytes that lies behind the end of a file."""

    def __init__(self, wanted: str, size: int) -> None:
        self.wanted, self.size = wanted, size
        self.headers = {"Content-Range": f"bytes */{size}"}
        super().__init__(f"the range '{wanted[:80]}' lies behind the end; there are {size} bytes")


class JobError(ServiceError):
    """A long analysis cannot be run."""


class TooManyJobs(JobError):
    """As many jobs as the settings allow wait or run already."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.headers = {"Retry-After": "10"}
        super().__init__(f"{limit} analyses wait or run already; ask again later")


class JobsUnavailable(JobError):
    """The folder of jobs cannot be written."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"long analyses cannot be run: {reason}; make the workspace writable for the service")


class WorkerLost(JobError):
    """A worker process ended in the middle of an analysis."""

    def __init__(self) -> None:
        super().__init__("a worker process ended unexpectedly, perhaps for want of memory; ask again or ask for less")


class ProgramChanged(JobError):
    """The program on disk is no longer the one that runs."""

    def __init__(self) -> None:
        super().__init__("the program was changed while the service runs; restart the service")


class ClusterUnavailable(JobError):
    """The Dask cluster does not answer, has no workers, or runs another version."""

    def __init__(self, address: str, reason: str) -> None:
        self.address, self.reason = address, reason
        super().__init__(f"the Dask cluster at {address} cannot be used: {reason}")


class AddressUnusable(ServiceError):
    """The service cannot listen where it should."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host, self.port, self.reason = host, port, reason
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}; choose another address with --host and --port, with make: PORT="
        )


class ViewerNotBuilt(ServiceError):
    """The viewer's files are missing."""

    def __init__(self) -> None:
        super().__init__("the viewer is not built; run `make install` in a checkout, or install the wheel")
