"""Lists of GeoJSON features: a form that some npm packages have, and that GDAL does not read.

The items are features, or collections that hold the parts of one area.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from boundaries.file_errors import Unreadable
from boundaries.sentences import Sentence

_LARGEST_BYTES = 500_000_000
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def is_feature_list(path: Path) -> bool:
    """Tell by its first sign whether a JSON file is a list."""
    if path.suffix.lower() not in (".json", ".geojson") or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(64).lstrip(_BLANKS).startswith(b"[")


def as_collection(path: Path, target: Path, shown: str) -> None:
    """Write the features of a list as one GeoJSON collection.

    Raises
    ------
    Unreadable
        The file is larger than 500 MB, no JSON, or its items are no features.
    """
    if path.stat().st_size > _LARGEST_BYTES:
        raise Unreadable(
            shown,
            Sentence(
                "ist eine Liste von Objekten von mehr als 500 MB; als GeoPackage speichern",
                "is a list of features of more than 500 MB; save it as a GeoPackage",
            ),
        )
    try:
        items = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        why = Sentence(
            f"ist kein JSON ({error}); noch einmal herunterladen oder neu speichern",
            f"is no JSON ({error}); download it again or save it anew",
        )
        raise Unreadable(shown, why) from error
    features: list[Any] = []
    for number, item in enumerate(items, start=1):
        parts = item.get("features") if isinstance(item, dict) and "features" in item else [item]
        if not isinstance(parts, list) or not all(_is_feature(part) for part in parts):
            raise Unreadable(
                shown,
                Sentence(
                    f"Element {number} ist kein GeoJSON-Objekt (Feature); es berichtigen oder weglassen",
                    f"item {number} is no GeoJSON feature; correct it or leave it out",
                ),
            )
        features.extend(parts)
    target.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}))


def _is_feature(item: object) -> bool:
    return isinstance(item, dict) and item.get("type") == "Feature"
