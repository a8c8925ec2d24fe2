"""What worker processes do; everything that goes in and comes out can be pickled and is small.

A statistic that cannot be computed comes back as a :class:`Refusal`: errors with fields of their own do not survive
the way between processes.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.analyses.answering import document_of, material_of, packed, result_of
from service.analyses.question import Question, program_digest
from service.reader import ReleaseReader
from service.releases import ReleaseFolder
from spatial.statistics import StatisticsError
from spatial.statistics.blocks import Record, assembled, merged, share
from spatial.statistics.sentences import Said

_known: dict[tuple[Path, int], ReleaseReader] = {}  # the release read last by this process


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statistic that cannot be computed: the short reason, the sentence, and the areas left out before it was tried.

    ``dropped`` is None where it failed before that was known.
    """

    reason: str
    message: Said
    dropped: tuple[dict[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class OtherProgram:
    """A worker of another version: its numbers may differ."""

    digest: str


def prepared(releases: Path, number: int, question: Question) -> bytes | Refusal:
    """Material for a question, pickled."""
    try:
        return pickle.dumps(material_of(_reader(releases, number), question))
    except StatisticsError as error:
        return _refusal(error)


def shared(material: bytes, question: Question, part: int, of: int, program: str) -> Record | Refusal | OtherProgram:
    """One share of the simulation."""
    if program_digest() != program:
        return OtherProgram(program_digest())
    try:
        with share(part, of) as record:
            result_of(pickle.loads(material), question)  # noqa: S301 - made by `prepared` of the same server
    except StatisticsError as error:
        return _refusal(error)
    return record


def whole(material: bytes, question: Question, program: str) -> bytes | Refusal | OtherProgram:
    """The answer as JSON, of an analysis that is not shared out."""
    if program_digest() != program:
        return OtherProgram(program_digest())
    try:
        return packed(document_of(pickle.loads(material), question))  # noqa: S301 - as above
    except StatisticsError as error:
        return _refusal(error)


def finished(material: bytes, question: Question, records: Sequence[Record]) -> bytes | Refusal:
    """The answer as JSON, with the simulation put together from all shares."""
    try:
        with assembled(merged(records)):
            return packed(document_of(pickle.loads(material), question))  # noqa: S301 - as above
    except StatisticsError as error:
        return _refusal(error)


def _refusal(error: StatisticsError) -> Refusal:
    return Refusal(error.reason, error.message, getattr(error, "dropped", None))


def _reader(releases: Path, number: int) -> ReleaseReader:
    key = (releases, number)
    if key not in _known:
        _known.clear()
        folder = ReleaseFolder(releases)
        _known[key] = ReleaseReader(folder, folder.manifest(number))
    return _known[key]
