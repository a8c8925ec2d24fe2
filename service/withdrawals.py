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

_CUBES = "cubes/"
_SECRET = STATUSES.index(Status.SECRET)


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
        vintage) a number was shown that is secret now. Empty where nothing was shown before, or it cannot be read.
    """
    served = releases.served_number()
    if served is None:
        return {}
    figures: Counter[str] = Counter()
    try:
        before = releases.manifest(served).files
        for name, file in before.items():
            now = files.get(name)
            if name.startswith(_CUBES) and now is not None and now != file:
                figures[name.split("/")[1]] += _hidden_since(releases, file, now)
    except ServiceError:
        return {}
    return {
        "release": served,
        "files": sorted(before.keys() - files.keys()),
        "figures": {name: count for name, count in sorted(figures.items()) if count},
    }


def described(found: Mapping[str, Any]) -> Iterator[Sentence]:
    """Lines that say what was withdrawn."""
    for name, count in found.get("figures", {}).items():
        yield Sentence(
            f"{name}: {count} Zahlen, die die Veröffentlichung {found['release']} zeigte, sind jetzt geheim; wer sie "
            "kopiert hat, hat sie weiterhin",
            f"{name}: {count} figures that release {found['release']} showed are secret now; "
            "whoever copied them still has them",
        )
    gone = found.get("files", [])
    if gone:
        yield Sentence(
            f"{len(gone)} Dateien der Veröffentlichung {found['release']} sind zurückgezogen, die erste ist {gone[0]}",
            f"{len(gone)} files of release {found['release']} are withdrawn, the first is {gone[0]}",
        )


def _hidden_since(releases: ReleaseFolder, old: StoredFile, new: StoredFile) -> int:
    """Number of places with a number in the old file that are secret in the new one."""
    before, after = (orjson.loads(gzip.decompress(releases.read(file))) for file in (old, new))
    count = 0
    for period, figure in before["periods"].items():
        shown = dict(zip(before["keys"], figure["values"], strict=True))
        if period in after["periods"]:
            now = after["periods"][period]["status"]
            pairs = zip(after["keys"], now, strict=True)
            count += sum(status == _SECRET and shown.get(key) is not None for key, status in pairs)
    return count
