"""Areas lie where their keys say; a coordinate system that is declared wrongly is found and named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
from shapely import box

from boundaries import (
    BoundaryError,
    Fields,
    Finding,
    FindingKind,
    Known,
    OutsideGermany,
    OutsideLand,
    OutsideParents,
    examine_boundaries,
    load_bundled,
)
from boundaries.laender import EXTENTS
from boundaries.location import check_location
from tests.unit.test_boundaries_vg250 import DAY

# Middles of Kreise in every Land, in degrees: Stralsund lies at the eastern end, Borken at the western one.
PLACES = {
    "01062": (10.3, 53.8),
    "02000": (10.0, 53.55),
    "03456": (7.0, 52.45),
    "04011": (8.8, 53.1),
    "05554": (6.9, 52.0),
    "06632": (9.7, 50.85),
    "06633": (9.3, 51.35),
    "07131": (7.1, 50.45),
    "08315": (7.8, 47.95),
    "09275": (13.4, 48.6),
    "10041": (7.0, 49.25),
    "11000": (13.4, 52.5),
    "12060": (13.8, 52.8),
    "13073": (13.1, 54.2),
    "14626": (14.9, 51.1),
    "15083": (11.3, 52.3),
    "16061": (10.3, 51.4),
}


def squares(keys: list[str], crs: str) -> geopandas.GeoDataFrame:
    """Small squares at the places of Kreise."""
    shapes = [box(x - 0.01, y - 0.01, x + 0.01, y + 0.01) for x, y in map(PLACES.__getitem__, keys)]
    return geopandas.GeoDataFrame({"AGS": keys}, geometry=shapes, crs="EPSG:4326").to_crs(crs)


def found(keys: list[str], crs: str, declared: str) -> list[Finding]:
    """Check squares in one coordinate system that is called by the name of another one."""
    shapes = squares(keys, crs).geometry.to_numpy()
    return check_location("a.gpkg", (shapes, declared), (shapes, declared), keys)


def refused(kind: type[BoundaryError], path: Path, **options: object) -> BoundaryError:
    with pytest.raises(kind) as caught:
        examine_boundaries(str(path), vintage=DAY, **options)  # type: ignore[arg-type]
    return caught.value


def test_every_land_has_an_extent_that_a_zone_leaves() -> None:
    """With the margin of 0.3 degrees on both sides no Land is as wide as a zone of UTM, so no shift stays inside."""
    assert set(EXTENTS) == {f"{land:02d}" for land in range(1, 17)} == {key[:2] for key in PLACES}
    assert max(east - west for west, _, east, _ in EXTENTS.values()) + 0.6 < 6


@pytest.mark.parametrize(("crs", "wrong"), [("EPSG:25832", "EPSG:25833"), ("EPSG:25833", "EPSG:25832")])
def test_a_wrong_zone_is_refused_in_every_land(crs: str, wrong: str) -> None:
    """Some of them stay inside Germany; in the right zone all of them are taken."""
    inside = 0
    for key in PLACES:
        with pytest.raises((OutsideLand, OutsideGermany)) as caught:
            found([key], crs, wrong)
        error = caught.value
        assert isinstance(error, OutsideLand | OutsideGermany)
        assert error.likely == crs
        assert f"in {crs} passen sie" in error.render("de")
        inside += isinstance(error, OutsideLand)
    assert inside >= 5
    assert found(list(PLACES), crs, crs) == []


@pytest.mark.parametrize(
    ("crs", "wrong"),
    [("EPSG:31467", "EPSG:31468"), ("EPSG:31468", "EPSG:31467"), ("EPSG:4647", "EPSG:25832"),
     ("EPSG:25832", "EPSG:31467"), ("EPSG:3035", "EPSG:25832")],
)  # fmt: skip
def test_other_systems_are_named(crs: str, wrong: str) -> None:
    with pytest.raises((OutsideLand, OutsideGermany)) as caught:
        found(["06633", "05554", "07131"], crs, wrong)
    error = caught.value
    assert isinstance(error, OutsideLand | OutsideGermany)
    assert error.likely == crs
    assert "inf" not in error.render("en"), "coordinates of the wrong system may be on no place of the earth"


def test_a_file_in_a_wrong_zone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    squares(["06633", "06632"], "EPSG:25832").set_crs("EPSG:25833", allow_override=True).to_file(path)
    assert str(refused(OutsideLand, path)) == (
        f"{path}: in EPSG:25833 2 of 2 areas do not lie in the Land that their key names (06633, 06632); in EPSG:25832 "
        "they fit: assign that coordinate system to the file"
    )


def test_a_few_areas_in_another_land_are_told(tmp_path: Path) -> None:
    shapes = [box(9.3 + 0.02 * step, 51.3, 9.32 + 0.02 * step, 51.32) for step in range(4)]
    keys = ["06633018", "06633019", "06633022", "09275116"]
    geopandas.GeoDataFrame({"AGS": keys}, geometry=shapes, crs="EPSG:4326").to_file(tmp_path / "a.gpkg")
    (report,) = examine_boundaries(str(tmp_path / "a.gpkg"), vintage=DAY).reports
    assert [each.key for each in report.findings if each.kind is FindingKind.OUTSIDE_LAND] == ["09275116"]
    assert "außerhalb des Landes, das der Schlüssel nennt: 1, unverändert übernommen: 09275116" in report.render("de")


def test_half_of_the_areas_is_not_most_of_them(tmp_path: Path) -> None:
    shapes = [box(9.3, 51.3, 9.32, 51.32), box(9.32, 51.3, 9.34, 51.32)]
    for keys, kind in ((["06633018", "09275116"], None), (["09275117", "09275116"], OutsideLand)):
        path = tmp_path / f"{keys[0]}.gpkg"
        geopandas.GeoDataFrame({"AGS": keys}, geometry=shapes, crs="EPSG:4326").to_file(path)
        if kind is None:
            assert len(examine_boundaries(str(path), vintage=DAY).sets[0]) == 2
        else:
            error = refused(kind, path)
            assert "09275116, 09275117" in str(error) or "09275117, 09275116" in str(error)
            assert "correct the coordinate system" in str(error)  # no other system makes them fit


def test_own_areas_are_held_against_their_parents(tmp_path: Path) -> None:
    """Without official keys the areas above tell where areas belong."""
    above = load_bundled().gemeinden
    parents = ["06633018", "06633022", "06633013"]
    spots = [above.by_key[key].geometry.representative_point().buffer(50) for key in parents]
    frame = geopandas.GeoDataFrame({"nr": ["a", "b", "c"], "oben": parents}, geometry=spots, crs="EPSG:25832")
    known = Known("EPSG:25832", above=lambda: (above,))
    fields = Fields("nr", None, "oben")
    right, wrong = tmp_path / "right.gpkg", tmp_path / "wrong.gpkg"
    frame.to_file(right)
    frame.set_crs("EPSG:25833", allow_override=True).to_file(wrong)
    examined = examine_boundaries(str(right), vintage=DAY, level="raum", fields=fields, known=known)
    assert [area.parent for area in examined.sets[0].areas] == parents
    error = refused(OutsideParents, wrong, level="raum", fields=fields, known=known)
    assert isinstance(error, OutsideParents)
    assert (error.keys, error.placed, error.likely) == (("a", "b", "c"), 3, "EPSG:25832")
    # Without known parents there is nothing to compare with.
    alone = replace(known, above=tuple)
    assert len(examine_boundaries(str(wrong), vintage=DAY, level="raum", fields=fields, known=alone).sets[0]) == 3
