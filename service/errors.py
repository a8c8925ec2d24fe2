"""Errors of the service.

``ServiceError``
    ├── ``WorkspaceError``
    │   ├── ``NoWorkspace``            the folder holds no store
    │   ├── ``WorkspaceExists``        ``init`` would overwrite a store
    │   ├── ``StoreUnreadable``        the store is damaged or of another version
    │   └── ``StoreUnusable``          the store cannot be read or written now; it is as before
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

from collections.abc import Sequence
from dataclasses import dataclass

from boundaries import Language, Sentence
from boundaries.sentences import one_line


@dataclass(frozen=True, slots=True)
class Hint(Sentence):
    """What clients are told; who sits at a terminal, where there are no addresses, is told something else.

    Attributes
    ----------
    terminal : Sentence
        For the command line.
    """

    terminal: Sentence


SEE_INDICATORS = Hint(
    "siehe /api/indicators",
    "see /api/indicators",
    Sentence("`kreisatlas catalogue list` zeigt alle", "`kreisatlas catalogue list` shows all"),
)
"""Where the indicators are listed."""


def at_terminal(said: Sentence) -> Sentence:
    """What the command line says instead of a sentence for clients."""
    return said.terminal if isinstance(said, Hint) else said


def framed(german: str, english: str, said: Sentence) -> Sentence:
    """Return a longer sentence with another one in place of the last ``{}``, for clients and for the terminal."""
    (de, de_end), (en, en_end) = german.rsplit("{}", 1), english.rsplit("{}", 1)
    whole = Sentence(f"{de}{said.de}{de_end}", f"{en}{said.en}{en_end}")
    if not isinstance(said, Hint):
        return whole
    terminal = Sentence(f"{de}{said.terminal.de}{de_end}", f"{en}{said.terminal.en}{en_end}")
    return Hint(whole.de, whole.en, terminal)


def among(offered: Sequence[str]) -> Sentence:
    """What is expected where a value has to be one of several."""
    listed = ", ".join(offered)
    return Sentence(listed, listed) if len(offered) == 1 else Sentence(f"eines von {listed}", f"one of {listed}")


class ServiceError(Exception):
    """Root of the errors of this package.

    Attributes
    ----------
    message : Sentence
        What is wrong, where, and what to do about it, in one line; English as ``str``.
    """

    def __init__(self, message: Sentence) -> None:
        self.message = Sentence(one_line(message.de), one_line(message.en))
        super().__init__(self.message.en)

    def render(self, language: Language) -> str:
        """Return what is wrong, where, and what to do about it, in one line."""
        return self.message.text(language)


class WorkspaceError(ServiceError):
    """The workspace cannot be used."""


class NoWorkspace(WorkspaceError):
    """The folder holds no store."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            Sentence(
                f"{folder}: hier ist kein Arbeitsbereich; mit `kreisatlas init --workspace {folder}` einen anlegen",
                f"{folder}: no workspace here; create one with `kreisatlas init --workspace {folder}`",
            )
        )


class WorkspaceExists(WorkspaceError):
    """A store is already there."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            Sentence(
                f"{folder}: enthält schon einen Arbeitsbereich; nichts wurde geändert; einen anderen Ordner wählen",
                f"{folder}: holds a workspace already; nothing was changed; choose another folder",
            )
        )


class StoreUnreadable(WorkspaceError):
    """The store is damaged or was made by another version."""

    def __init__(self, path: str, reason: Sentence) -> None:
        self.path, self.reason = path, reason
        super().__init__(reason.after(path))


class StoreUnusable(WorkspaceError):
    """The store cannot be read or written now: no space, no rights, or somebody else writes. It is as before."""

    def __init__(self, path: str, reason: Sentence) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            Sentence(f"{path}: nichts wurde geändert: {reason.de}", f"{path}: nothing was changed: {reason.en}")
        )


class ReleaseError(ServiceError):
    """A release cannot be made, found or read."""


class NothingPublished(ReleaseError):
    """There is no release yet."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            Sentence(
                f"{folder}: noch ist nichts veröffentlicht; `kreisatlas publish` ausführen",
                f"{folder}: nothing is published yet; run `kreisatlas publish`",
            )
        )


class UnknownRelease(ReleaseError):
    """No release has this number."""

    def __init__(self, number: int, known: list[int]) -> None:
        self.number, self.known = number, known
        listed = ", ".join(map(str, known))
        super().__init__(
            Sentence(
                f"die Veröffentlichung {number} gibt es nicht; vorhandene Veröffentlichungen: {listed or 'keine'}",
                f"there is no release {number}; existing releases: {listed or 'none'}",
            )
        )


class ReleaseDamaged(ReleaseError):
    """A file of the release is missing or is not what the manifest says."""

    def __init__(self, file: str, reason: Sentence) -> None:
        self.file, self.reason = file, reason
        super().__init__(
            Sentence(
                f"{file}: {reason.de}; neu veröffentlichen oder zu einer unbeschädigten Veröffentlichung zurückkehren",
                f"{file}: {reason.en}; publish again or roll back to an intact release",
            )
        )


class NothingToPublish(ReleaseError):
    """The store lacks what a release needs."""

    def __init__(self, what: Sentence, remedy: Sentence) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(
            Sentence(
                f"nichts zu veröffentlichen: der Datenbestand enthält keine {what.de}; {remedy.de}",
                f"nothing to publish: the store has no {what.en}; {remedy.en}",
            )
        )


class RequestError(ServiceError):
    """What a client asked for does not exist or is impossible."""

    def __init__(self, message: Sentence) -> None:
        self._terminal = at_terminal(message)
        super().__init__(message)

    def render(self, language: Language) -> str:
        """Return what is wrong, as the command line says it: with options and commands instead of addresses."""
        return one_line(self._terminal.text(language))


def _option(parameter: str) -> str:
    """Option of the command line that gives a parameter."""
    return f"--{parameter.replace('_', '-')}"


class UnknownParameter(RequestError):
    """A query parameter that the resource does not have."""

    def __init__(self, parameter: str, known: list[str]) -> None:
        self.parameter, self.known = parameter, known
        listed, options = ", ".join(known), ", ".join(map(_option, known))
        super().__init__(
            Hint(
                f"unbekannter Parameter '{parameter}'; möglich sind hier: {listed or 'keine'}",
                f"unknown query parameter '{parameter}'; this resource takes: {listed or 'none'}",
                Sentence(
                    f"{_option(parameter)} passt hier nicht; möglich sind hier: {options or 'keine'}",
                    f"{_option(parameter)} does not apply here; possible are: {options or 'none'}",
                ),
            )
        )


class InvalidParameter(RequestError):
    """A query parameter with an impossible value.

    Attributes
    ----------
    parameter, value : str
        Name and value as given; an empty value is a missing one.
    expected : Sentence
        What is possible, as a noun.
    """

    def __init__(self, parameter: str, value: str, expected: Sentence) -> None:
        self.parameter, self.value, self.expected = parameter, value, expected
        found = Sentence("fehlt oder ist leer", "is missing or empty")
        if value:
            found = Sentence(f"hat den Wert '{value[:80]}'", f"has the value '{value[:80]}'")
        wish = at_terminal(expected)
        super().__init__(
            Hint(
                f"der Parameter '{parameter}' {found.de}; erwartet: {expected.de}",
                f"parameter '{parameter}' {found.en}; expected {expected.en}",
                Sentence(
                    f"{_option(parameter)} {found.de}; erwartet: {wish.de}",
                    f"{_option(parameter)} {found.en}; expected {wish.en}",
                ),
            )
        )


class NotFound(RequestError):
    """A resource that does not exist.

    Attributes
    ----------
    what : Sentence
        The kind of resource; German with its article.
    name : str
    hint : Sentence or None
        Where to look, or what there is instead.
    """

    def __init__(self, what: Sentence, name: str, hint: Sentence | None = None) -> None:
        self.what, self.name, self.hint = what, name, hint
        said = Sentence(f"{what.de} '{name[:80]}' gibt es nicht", f"there is no {what.en} '{name[:80]}'")
        super().__init__(said if hint is None else framed(f"{said.de}; {{}}", f"{said.en}; {{}}", hint))


class RangeNotSatisfiable(RequestError):
    """A range of bytes that lies behind the end of a file."""

    def __init__(self, wanted: str, size: int) -> None:
        self.wanted, self.size = wanted, size
        self.headers = {"Content-Range": f"bytes */{size}"}
        super().__init__(
            Sentence(
                f"der Bereich '{wanted[:80]}' liegt hinter dem Ende; die Datei hat {size} Byte",
                f"the range '{wanted[:80]}' lies behind the end; there are {size} bytes",
            )
        )


class JobError(ServiceError):
    """A long analysis cannot be run."""


class TooManyJobs(JobError):
    """As many jobs as the settings allow wait or run already."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.headers = {"Retry-After": "10"}
        super().__init__(
            Sentence(
                f"{limit} Auswertungen warten oder laufen schon; später noch einmal anfragen",
                f"{limit} analyses wait or run already; ask again later",
            )
        )


class JobsUnavailable(JobError):
    """The folder of jobs cannot be written."""

    def __init__(self, reason: Sentence) -> None:
        self.reason = reason
        super().__init__(
            Sentence(
                f"lange Auswertungen sind nicht möglich: {reason.de}; dem Dienst das Schreiben im "
                "Arbeitsbereich erlauben",
                f"long analyses cannot be run: {reason.en}; make the workspace writable for the service",
            )
        )


class WorkerLost(JobError):
    """A worker process ended in the middle of an analysis."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "ein Rechenprozess ist unerwartet zu Ende gegangen, vielleicht aus Mangel an Arbeitsspeicher; noch "
                "einmal oder nach weniger fragen",
                "a worker process ended unexpectedly, perhaps for want of memory; ask again or ask for less",
            )
        )


class ProgramChanged(JobError):
    """The program on disk is no longer the one that runs."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "das Programm wurde geändert, während der Dienst läuft; den Dienst neu starten",
                "the program was changed while the service runs; restart the service",
            )
        )


class ClusterUnavailable(JobError):
    """The Dask cluster does not answer, has no workers, or runs another version."""

    def __init__(self, address: str, reason: Sentence) -> None:
        self.address, self.reason = address, reason
        super().__init__(
            Sentence(
                f"der Dask-Cluster unter {address} kann nicht genutzt werden: {reason.de}",
                f"the Dask cluster at {address} cannot be used: {reason.en}",
            )
        )


class AddressUnusable(ServiceError):
    """The service cannot listen where it should."""

    def __init__(self, host: str, port: int, reason: Sentence) -> None:
        self.host, self.port, self.reason = host, port, reason
        super().__init__(
            Sentence(
                f"die Adresse {host}:{port} kann nicht genutzt werden: {reason.de}; mit --host und --port eine andere "
                "wählen, bei make mit PORT=",
                f"cannot listen on {host}:{port}: {reason.en}; choose another address with --host and --port, with "
                "make: PORT=",
            )
        )


class ViewerNotBuilt(ServiceError):
    """The viewer's files are missing."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "die Kartenansicht ist nicht gebaut; im Ordner des Quelltexts `make install` ausführen oder das "
                "fertige Paket installieren",
                "the viewer is not built; run `make install` in a checkout, or install the wheel",
            )
        )
