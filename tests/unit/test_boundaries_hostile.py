"""Boundary files that are not what they say: wrong systems, swapped axes, wrong columns, packed by mistake."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import geopandas
import pytest
import shapely
from shapely import box

from boundaries import (
    BoundaryError,
    CoordinatesOutOfRange,
    LevelAbsent,
    NoKeyField,
    OutsideGermany,
    RepeatedKeys,
    Unreadable,
    read_boundaries,
)

DAY = date(2022, 12, 31)


def frame(**columns: list[object]) -> geopandas.GeoDataFrame:
    given = columns or {"AGS": ["06633018", "06633019"]}
    return geopandas.GeoDataFrame(
        given, geometry=[box(9.0, 51.0, 9.1, 51.1), box(9.1, 51.0, 9.2, 51.1)], crs="EPSG:4326"
    )


def refusal(kind: type[BoundaryError], path: Path, **options: str) -> str:
    with pytest.raises(kind) as caught:
        read_boundaries(str(path), vintage=DAY, **options)
    return caught.value.render("de")


@pytest.mark.parametrize(("is_in", "says"), [("EPSG:31467", "EPSG:25832"), ("EPSG:25832", "EPSG:31467")])
def test_another_zone_than_the_file_says_is_noticed(tmp_path: Path, is_in: str, says: str) -> None:
    frame().to_crs(is_in).set_crs(says, allow_override=True).to_file(tmp_path / "a.gpkg")
    assert "liegen außerhalb Deutschlands (06633018, 06633019; das erste bei" in refusal(
        OutsideGermany, tmp_path / "a.gpkg"
    )


def test_degrees_that_are_declared_as_metres_are_refused(tmp_path: Path) -> None:
    frame().set_crs("EPSG:25832", allow_override=True).to_file(tmp_path / "a.gpkg")
    assert "passen nicht zu EPSG:25832" in refusal(CoordinatesOutOfRange, tmp_path / "a.gpkg")


def test_swapped_axes_are_refused_for_official_keys_alone(tmp_path: Path) -> None:
    swapped = frame()
    swapped.geometry = shapely.transform(swapped.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    path = tmp_path / "a.geojson"
    swapped.to_file(path)
    assert "das erste bei 51," in refusal(OutsideGermany, path)
    (elsewhere,) = read_boundaries(str(path), vintage=DAY, level="district", code_field="AGS")
    assert elsewhere.crs == "EPSG:32639"


def test_areas_of_one_name_are_not_parts_of_one_area(tmp_path: Path) -> None:
    """Only official keys say that two land rows of VG250 are parts of one area: Stadt and Landkreis Kassel are not."""
    path = tmp_path / "vg2500_krs.gpkg"
    frame(GF=[9, 9], AGS=["06611", "06633"], GEN=["Kassel", "Kassel"]).to_file(path)
    assert "Kassel" in refusal(RepeatedKeys, path, level="bezirk", code_field="GEN")


def test_a_level_that_the_file_does_not_have_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vg.gpkg"
    frame(AGS=["06611", "06633"]).to_file(path, layer="vg2500_krs")
    frame(AGS=["06", "07"]).to_file(path, layer="vg2500_lan")
    assert refusal(LevelAbsent, path, level="gemeinde").endswith(
        "hat keinen Layer der Ebene gemeinde; vorhanden sind: kreis, land"
    )


def test_two_editions_in_one_archive_can_be_told_apart(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "VG250_GEM.shp")
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for year in ("2016", "2020"):
            for part in tmp_path.glob("VG250_GEM.*"):
                archive.write(part, f"{year}/{part.name}")
    assert "2016/VG250_GEM.shp:VG250_GEM, 2020/VG250_GEM.shp:VG250_GEM" in refusal(BoundaryError, path)
    (areas,) = read_boundaries(str(path), vintage=DAY, layer="2020/VG250_GEM.shp:VG250_GEM")
    assert areas.keys == ("06633018", "06633019")


def test_a_shapefile_without_its_table_has_no_columns(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.shp")
    (tmp_path / "a.dbf").unlink()
    assert "fehlt die .dbf-Datei?" in refusal(NoKeyField, tmp_path / "a.shp")


def test_half_a_file_is_to_be_downloaded_again(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_file(path)
    path.write_bytes(path.read_bytes()[:20_000])
    assert "noch einmal herunterladen" in refusal(Unreadable, path)
    with pytest.raises(Unreadable, match="does not exist"):
        read_boundaries("", vintage=DAY)
