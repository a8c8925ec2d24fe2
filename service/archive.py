"""Reading tiles out of a PMTiles archive (specification version 3), mapped into memory.

The directories are read once for each archive; a tile is then a search and a slice.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from pmtiles.tile import Compression, TileType, deserialize_directory, deserialize_header, find_tile, zxy_to_tileid

from boundaries import Sentence
from service.errors import ReleaseDamaged

_HEADER_BYTES = 127
_DEPTH = 3  # the specification allows a root and two levels of leaves
_OPEN_ARCHIVES = 64


class TileArchive:
    """One archive of gzipped vector tiles; use :func:`open_archive`."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as stream:
                self._bytes = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            self.header = deserialize_header(self._bytes[:_HEADER_BYTES])
        except (OSError, ValueError, KeyError) as error:
            raise ReleaseDamaged(path.name, Sentence("ist kein Kachelarchiv", "is not a tile archive")) from error
        if self.header["tile_type"] != TileType.MVT or self.header["tile_compression"] != Compression.GZIP:
            raise ReleaseDamaged(
                path.name,
                Sentence("enthält keine mit gzip gepackten Vektorkacheln", "does not hold gzipped vector tiles"),
            )
        self._directory: Callable[[int, int], list[Any]] = lru_cache(maxsize=512)(self._read_directory)

    @property
    def metadata(self) -> dict[str, Any]:
        """Metadata of the archive, ``vector_layers`` among them."""
        import gzip

        raw = self._slice(self.header["metadata_offset"], self.header["metadata_length"])
        if self.header["internal_compression"] == Compression.GZIP:
            raw = gzip.decompress(raw)
        document: dict[str, Any] = orjson.loads(raw)
        return document

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """Gzipped tile; None where the archive has none.

        Parameters
        ----------
        zoom, column, row : int
            In the XYZ scheme; each within ``0 <= column, row < 2**zoom``.
        """
        wanted = zxy_to_tileid(zoom, column, row)
        offset, length = self.header["root_offset"], self.header["root_length"]
        for _ in range(_DEPTH + 1):
            entry = find_tile(self._directory(offset, length), wanted)
            if entry is None:
                return None
            if entry.run_length > 0:
                return self._slice(self.header["tile_data_offset"] + entry.offset, entry.length)
            offset, length = self.header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _read_directory(self, offset: int, length: int) -> list[Any]:
        directory: list[Any] = deserialize_directory(self._slice(offset, length))
        return directory

    def _slice(self, offset: int, length: int) -> bytes:
        return self._bytes[offset : offset + length]


@lru_cache(maxsize=_OPEN_ARCHIVES)
def open_archive(path: Path) -> TileArchive:
    """Archive at a path; opened once, since files of a release never change."""
    return TileArchive(path)
