"""Withdrawals: what the release before showed and the new one does not show any more.

A figure that was public once may have been copied. Whoever decides on the rules has to know which those are.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from boundaries import Sentence
from service.errors import ServiceError
from service.releases import ReleaseFolder, StoredFile
from spatial.indicators.columns import STATUSES
from spatial.indicators.observations import Status
from spatial.indicators.sentences import counted

_CUBES = "cubes/"
_SECRET, _EMPTY = STATUSES.index(Status.SECRET), STATUSES.index(Status.EMPTY)


def withdrawals(releases: ReleaseFolder, files: Mapping[str, StoredFile]) -> dict[str, Any]:
    """Compare the files of a new release with those of the one that is served.

    Parameters
    ----------
    releases : ReleaseFolder
    files : mapping of str to StoredFile
        Of the new release, by logical name.

    Returns
    -------
    dict
        ``files``: logical names that are gone. ``figures``: by indicator, on how many places (area, period and
        vintage) a number was shown that is secret now. ``gone``: the same for numbers of which nothing is left, since
        they were taken out. Empty where nothing was shown before, or it cannot be read.
    """
    served = releases.served_number()
    if served is None:
        return {}
    figures: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    try:
        before = releases.manifest(served).files
        for name, file in before.items():
            now = files.get(name)
            if name.startswith(_CUBES) and now != file:
                hidden, lost = _lost_since(releases, file, now)
                figures[name.split("/")[1]] += hidden
                gone[name.split("/")[1]] += lost
    except ServiceError:
        return {}
    return {
        "release": served,
        "files": sorted(before.keys() - files.keys()),
        "figures": _counted(figures),
        "gone": _counted(gone),
    }


def described(found: Mapping[str, Any]) -> Iterator[Sentence]:
    """Lines that say what was withdrawn."""
    for name, count in found.get("figures", {}).items():
        said = counted(
            count,
            (f"1 Zahl, die die Veröffentlichung {found['release']} zeigte, ist jetzt geheim",
             f"1 figure that release {found['release']} showed is secret now"),
            (f"# Zahlen, die die Veröffentlichung {found['release']} zeigte, sind jetzt geheim",
             f"# figures that release {found['release']} showed are secret now"),
        )  # fmt: skip
        yield Sentence(
            f"{name}: {said.de}; wer sie kopiert hat, hat sie weiterhin",
            f"{name}: {said.en}; whoever made copies still has {'it' if count == 1 else 'them'}",
        )
    for name, count in found.get("gone", {}).items():
        said = counted(
            count,
            (f"1 Zahl, die die Veröffentlichung {found['release']} zeigte, ist nicht mehr dabei",
             f"1 figure that release {found['release']} showed is no longer there"),
            (f"# Zahlen, die die Veröffentlichung {found['release']} zeigte, sind nicht mehr dabei",
             f"# figures that release {found['release']} showed are no longer there"),
        )  # fmt: skip
        yield Sentence(
            f"{name}: {said.de}; frühere Veröffentlichungen und wer sie kopiert hat haben sie weiterhin",
            f"{name}: {said.en}; earlier releases, and whoever made copies, still have "
            f"{'it' if count == 1 else 'them'}",
        )
    gone = found.get("files", [])
    if gone:
        release = found["release"]
        yield counted(
            len(gone),
            (f"1 Datei der Veröffentlichung {release} ist zurückgezogen: {gone[0]}",
             f"1 file of release {release} is withdrawn: {gone[0]}"),
            (f"# Dateien der Veröffentlichung {release} sind zurückgezogen, die erste ist {gone[0]}",
             f"# files of release {release} are withdrawn, the first is {gone[0]}"),
        )  # fmt: skip


def _counted(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}


def _lost_since(releases: ReleaseFolder, old: StoredFile, new: StoredFile | None) -> tuple[int, int]:
    """Number of places with a number in the old file that are secret in the new one, and of those without any status.

    Where there is no new file, or not the period, all are gone.
    """
    before, after = _content(releases, old), {} if new is None else _content(releases, new)
    hidden = gone = 0
    for period, figure in before["periods"].items():
        shown = {key for key, value in zip(before["keys"], figure["values"], strict=True) if value is not None}
        now = after.get("periods", {}).get(period)
        status = {} if now is None else dict(zip(after["keys"], now["status"], strict=True))
        hidden += sum(status.get(key) == _SECRET for key in shown)
        gone += sum(status.get(key, _EMPTY) == _EMPTY for key in shown)
    return hidden, gone


def _content(releases: ReleaseFolder, file: StoredFile) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(gzip.decompress(releases.read(file)))
    return found
