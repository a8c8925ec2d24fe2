"""Writing PMTiles archives (specification version 3) so that equal tiles give equal bytes."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.mvt import encode_tile

_STRONGEST = 9


@dataclass(frozen=True, slots=True)
class TilesetInfo:
    """What a TileJSON document says about an archive.

    Attributes
    ----------
    bounds : tuple of float
        West, south, east, north in degrees.
    center : tuple of (float, float, int)
        Longitude, latitude and a zoom at which the areas fill a usual window.
    min_zoom, max_zoom : int
        Zooms in the archive.
    vector_layers : list of dict
        Entries of TileJSON 3: id, fields, minzoom, maxzoom.
    """

    bounds: tuple[float, float, float, float]
    center: tuple[float, float, int]
    min_zoom: int
    max_zoom: int
    vector_layers: list[dict[str, Any]]


class PackedTiles:
    """Tiles of an archive, packed zoom by zoom: only those of one zoom are ever held as they are."""

    def __init__(self) -> None:
        self._packed: dict[int, bytes] = {}

    def add(self, zoom: int, tiles: Mapping[tuple[int, int], Sequence[bytes]]) -> None:
        """Pack the tiles of a zoom, given as encoded layers by column and row."""
        from pmtiles.tile import zxy_to_tileid

        for (x, y), layers in tiles.items():
            # mtime=0: equal tiles give equal bytes.
            self._packed[zxy_to_tileid(zoom, x, y)] = gzip.compress(encode_tile(layers), _STRONGEST, mtime=0)

    def write(self, path: Path, info: TilesetInfo, attribution: str) -> None:
        """Write the archive beside its place and move it there.

        Raises
        ------
        OSError
            Nothing is left beside the place then, and what was there before stays.
        """
        from pmtiles.tile import Compression, TileType
        from pmtiles.writer import finalize_header

        west, south, east, north = (round(degrees * 1e7) for degrees in info.bounds)
        longitude, latitude, zoom = info.center
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": west,
            "min_lat_e7": south,
            "max_lon_e7": east,
            "max_lat_e7": north,
            "center_zoom": zoom,
            "center_lon_e7": round(longitude * 1e7),
            "center_lat_e7": round(latitude * 1e7),
        }
        metadata = {
            "name": path.stem,
            "format": "pbf",
            "type": "overlay",
            "attribution": attribution,
            "vector_layers": info.vector_layers,
        }
        entries, contents = self._entries()
        length = sum(map(len, contents))
        # Returns header, root directory, metadata and leaf directories as bytes.
        front = finalize_header(header, len(self._packed), entries, len(contents), metadata, True, length)  # type: ignore[no-untyped-call]  # no types
        unfinished = path.with_name(path.name + ".part")
        try:
            with unfinished.open("wb") as file:
                file.writelines(front)
                file.writelines(contents)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    def _entries(self) -> tuple[list[Any], list[bytes]]:
        """Return the directory in the order of the tiles' ids, and the distinct tiles it points to."""
        from pmtiles.tile import Entry

        entries: list[Any] = []
        offsets: dict[bytes, int] = {}
        end = 0
        for tile_id, data in sorted(self._packed.items()):
            offset = offsets.setdefault(data, end)
            end += len(data) if offset == end else 0
            last = entries[-1] if entries else None
            if last and last.offset == offset and last.tile_id + last.run_length == tile_id:
                last.run_length += 1
            else:
                entries.append(Entry(tile_id, offset, len(data), 1))
        return entries, list(offsets)
