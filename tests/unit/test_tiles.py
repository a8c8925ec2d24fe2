"""Vector tiles, decoded with an independent reader."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from pmtiles.reader import MemorySource, Reader, all_tiles
from shapely import MultiPolygon, Polygon, affinity, box
from shapely.affinity import translate
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from boundaries import Area, AreaSet, derive, dissolve, load_bundled, reproject
from service.coverage import contains_levels, snap, snap_each
from service.errors import ServiceError
from service.mvt import EXTENT, encode_polygons, varint
from service.tiles import BUFFER, TilesetInfo, TilingError, build_archives, build_pmtiles

pytestmark = pytest.mark.slow  # together: every tile of Hessen is made and decoded

ATTRIBUTION = "© GeoBasis-DE / BKG (2016) dl-de/by-2-0 (Daten verändert)"
LEVELS = ("gemeinde", "kreis", "regierungsbezirk", "land")
Tiles = dict[tuple[int, int, int], dict[str, Any]]


def hessen(vintage: date) -> dict[str, AreaSet]:
    bundled = load_bundled()
    gemeinden = derive(bundled.gemeinden, bundled.events, vintage)
    return {"gemeinde": gemeinden, **dissolve(gemeinden, bundled.names)}


def decode(archive: bytes) -> Tiles:
    return {
        place: mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})
        for place, data in all_tiles(MemorySource(archive))  # type: ignore[no-untyped-call]  # pmtiles has no types
    }


class Built:
    """An archive of Hessen with what went in."""

    def __init__(self, folder: Path) -> None:
        self.levels = hessen(date(2020, 1, 1))
        self.path = folder / "tiles.pmtiles"
        self.info: TilesetInfo = build_pmtiles(self.levels, self.path, attribution=ATTRIBUTION)
        self.bytes = self.path.read_bytes()
        self.tiles = decode(self.bytes)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built(tmp_path_factory.mktemp("tiles"))


def polygons(tile: Mapping[str, Any], layer: str) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Geometries of a layer, one for each feature, in units of the tile."""
    found = [shape(feature["geometry"]) for feature in tile.get(layer, {"features": []})["features"]]
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array


def land_at(built: Built, zoom: int) -> MultiPolygon:
    """The Land at full detail in units of a zoom."""
    land = built.levels["land"]
    (geometry,) = reproject(land.geometries, land.crs, "EPSG:3857")
    half = math.pi * 6378137.0
    scale: float = EXTENT * 2**zoom / (2 * half)
    found = scale_about_origin(translate(scale_about_origin(geometry, 1, -1), half, half), scale, scale)
    assert isinstance(found, MultiPolygon)
    return found


def scale_about_origin(geometry: BaseGeometry, x: float, y: float) -> BaseGeometry:
    return affinity.scale(geometry, x, y, origin=(0.0, 0.0))


def test_header_metadata_and_tilejson(built: Built) -> None:
    reader: Any = Reader(MemorySource(built.bytes))  # type: ignore[no-untyped-call]  # pmtiles has no types
    header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (0, 12) == (built.info.min_zoom, built.info.max_zoom)
    assert (header["tile_type"].name, header["tile_compression"].name) == ("MVT", "GZIP")
    assert header["clustered"]
    west, south, east, north = built.info.bounds
    assert (header["min_lon_e7"], header["max_lat_e7"]) == (round(west * 1e7), round(north * 1e7))
    assert (west, south, east, north) == pytest.approx((7.7726, 49.3948, 10.2360, 51.6575), abs=1e-3)
    longitude, latitude, zoom = built.info.center
    assert west < longitude < east
    assert south < latitude < north
    assert 0 <= zoom <= 12
    assert metadata["attribution"] == ATTRIBUTION
    assert metadata["vector_layers"] == built.info.vector_layers
    assert [layer["id"] for layer in built.info.vector_layers] == [
        name for level in LEVELS for name in (level, f"{level}_label")
    ]
    text = json.dumps(metadata)
    assert str(built.path) not in text
    assert str(built.path.parent) not in text


def test_bytes_depend_on_the_areas_alone(built: Built, tmp_path: Path) -> None:
    again = tmp_path / "tiles.pmtiles"
    build_pmtiles(hessen(date(2020, 1, 1)), again, attribution=ATTRIBUTION)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(built.bytes).digest()
    assert [file.name for file in tmp_path.iterdir()] == ["tiles.pmtiles"]
    assert len(built.bytes) < 2_500_000


def test_neighbours_leave_no_gap_and_do_not_overlap(built: Built) -> None:
    for (zoom, x, y), tile in built.tiles.items():
        for level in LEVELS:
            found = polygons(tile, level)
            if not found.size:
                continue
            assert shapely.is_valid(found).all(), (zoom, x, y, level)
            united = shapely.union_all(found)
            assert shapely.area(found).sum() == united.area, (zoom, x, y, level)  # whole coordinates: exact
            # The four levels have one outline: what is a hole is a hole of the Land.
            assert united.equals(shapely.union_all(polygons(tile, "land"))), (zoom, x, y, level)


@pytest.mark.parametrize("zoom", range(5, 13))
def test_tiles_show_the_land_and_its_one_real_hole(built: Built, zoom: int) -> None:
    land = land_at(built, zoom)
    pieces = []
    for (z, x, y), tile in built.tiles.items():
        if z == zoom:
            visible = shapely.intersection(shapely.union_all(polygons(tile, "gemeinde")), box(0, 0, EXTENT, EXTENT))
            pieces.append(translate(visible, x * EXTENT, y * EXTENT))
    shown = shapely.union_all(pieces, grid_size=1.0)
    # On average a border lies less than two units (a quarter of a pixel) off, and nowhere more than three pixels.
    assert shapely.area(shapely.symmetric_difference(shown, land)) < 2 * shapely.length(shown)
    assert shapely.hausdorff_distance(shapely.boundary(shown), shapely.boundary(land)) < 24
    assert [len(part.interiors) for part in land.geoms] in ([0, 1], [1, 0])
    # Where tiles meet, rounding may leave less than two square units.
    holes = [ring for part in shapely.get_parts(shown) for ring in part.interiors if Polygon(ring).area >= 2]
    assert len(holes) == (1 if zoom >= 6 else 0)


@pytest.mark.parametrize("zoom", range(6, 13))
def test_no_area_is_dropped(built: Built, zoom: int) -> None:
    for level in LEVELS:
        ids = {
            feature["id"]
            for place, tile in built.tiles.items()
            if place[0] == zoom
            for feature in tile.get(level, {"features": []})["features"]
        }
        assert ids == set(range(1, len(built.levels[level]) + 1))


def test_ids_are_ranks_and_attributes_are_those_of_the_areas(built: Built) -> None:
    for tile in built.tiles.values():
        for level in LEVELS:
            for feature in tile.get(level, {"features": []})["features"]:
                area = built.levels[level].areas[feature["id"] - 1]
                expected = {"key": area.key, "name": area.name, "populated": area.populated, "parent": area.parent}
                assert feature["properties"] == {name: value for name, value in expected.items() if value is not None}


def test_every_label_lies_once_inside_its_area_at_every_zoom(built: Built) -> None:
    for level in LEVELS:
        areas = built.levels[level].areas
        for zoom in range(13):
            labels = [
                (x, y, feature)
                for (z, x, y), tile in built.tiles.items()
                if z == zoom
                for feature in tile.get(f"{level}_label", {"features": []})["features"]
            ]
            assert sorted(feature["id"] for _, _, feature in labels) == list(range(1, len(areas) + 1))
            for x, y, feature in labels:
                area = areas[feature["id"] - 1]
                assert feature["geometry"]["type"] == "Point"
                assert feature["properties"] == {
                    "key": area.key,
                    "name": area.name,
                    "populated": area.populated,
                    "area_km2": pytest.approx(area.area_km2, abs=1e-4),
                }
                across, down = feature["geometry"]["coordinates"]
                assert 0 <= across < EXTENT
                assert 0 <= down < EXTENT
                if zoom == 12:
                    assert labels_lie_inside(built, level, feature["id"], x * EXTENT + across, y * EXTENT + down)


def labels_lie_inside(built: Built, level: str, rank: int, x: float, y: float) -> bool:
    half = math.pi * 6378137.0
    scale = EXTENT * 2**12 / (2 * half)
    point = np.array([shapely.Point((x + 0.5) / scale - half, half - (y + 0.5) / scale)], dtype=object)
    areas = built.levels[level]
    return bool(areas.areas[rank - 1].geometry.contains(reproject(point, "EPSG:3857", areas.crs)[0]))


def test_geometry_reaches_beyond_the_tile_and_not_further(built: Built) -> None:
    bounds = np.array(
        [
            shapely.total_bounds(polygons(tile, "gemeinde"))
            for place, tile in built.tiles.items()
            if place[0] >= 9
            if polygons(tile, "gemeinde").size
        ]
    )
    assert bounds.min() == -BUFFER
    assert bounds.max() == EXTENT + BUFFER


def test_rings_wind_as_the_specification_says(built: Built) -> None:
    # The decoder tells outer rings from holes by their winding: Gutsbezirk Reinhardswald has exclaves inside.
    key = "06633200"
    found = [
        shape(feature["geometry"])
        for place, tile in built.tiles.items()
        if place[0] == 8
        for feature in tile["gemeinde"]["features"]
        if feature["properties"]["key"] == key
    ]
    assert max(len(part.interiors) for geometry in found for part in shapely.get_parts(geometry)) == 1


def _area(key: str, geometry: Polygon, level: str = "sozialraum", parent: str | None = None) -> Area:
    return Area(key, level, f"Raum {key}", "", parent, True, geometry.area / 1e6, MultiPolygon([geometry]))


def _set(*areas: Area, level: str = "sozialraum", crs: str = "EPSG:25832") -> AreaSet:
    return AreaSet(level, date(2020, 1, 1), crs, areas)


def test_overlapping_areas_of_an_own_level_are_kept_as_they_are(tmp_path: Path) -> None:
    areas = _set(
        _area("a", box(500_000, 5_680_000, 510_000, 5_690_000)), _area("b", box(505_000, 5_680_000, 515_000, 5_690_000))
    )
    path = tmp_path / "own.pmtiles"
    info = build_pmtiles({"sozialraum": areas}, path, min_zoom=3, max_zoom=9, attribution="")
    tiles = decode(path.read_bytes())
    assert {place[0] for place in tiles} == set(range(3, 10)) == set(range(info.min_zoom, info.max_zoom + 1))
    for tile in tiles.values():
        for feature in tile.get("sozialraum", {"features": []})["features"]:
            assert "parent" not in feature["properties"]
            assert shape(feature["geometry"]).is_valid


def test_areas_across_zooms_without_nesting_are_tiled_on_their_own(tmp_path: Path) -> None:
    fine = _set(*(_area(f"{n}", box(500_000 + n * 3000, 5_680_000, 503_000 + n * 3000, 5_690_000)) for n in range(3)))
    coarse = _set(_area("x", box(500_000, 5_680_000, 504_000, 5_690_000), "raum"), level="raum")
    path = tmp_path / "own.pmtiles"
    build_pmtiles({"sozialraum": fine, "raum": coarse}, path, max_zoom=10, attribution="")
    at_ten = [tile for place, tile in decode(path.read_bytes()).items() if place[0] == 10]
    assert sum(len(tile.get("raum", {"features": []})["features"]) for tile in at_ten) > 0


def test_impossible_requests_are_refused(tmp_path: Path) -> None:
    square = _set(_area("a", box(500_000, 5_680_000, 510_000, 5_690_000)))
    target = tmp_path / "x.pmtiles"
    pole = _set(_area("p", box(-1000, -1000, 1000, 1000)), crs="EPSG:3995")
    for levels, options in (
        ({}, {}),
        ({"sozialraum": _set()}, {}),
        ({"sozialraum": square}, {"min_zoom": 5, "max_zoom": 4}),
        ({"sozialraum": square}, {"max_zoom": 17}),
        ({"sozialraum": square}, {"min_zoom": -1}),
        ({"sozialraum": pole}, {}),
    ):
        with pytest.raises(TilingError) as caught:
            build_pmtiles(levels, target, attribution="", **options)
        assert isinstance(caught.value, ServiceError)
        assert caught.value.what == "x"
        assert "\n" not in str(caught.value)
    with pytest.raises(TilingError):
        build_pmtiles({"sozialraum": square}, tmp_path / "absent" / "x.pmtiles", max_zoom=2, attribution="")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_build_leaves_the_old_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    square = _set(_area("a", box(500_000, 5_680_000, 510_000, 5_690_000)))
    target = tmp_path / "x.pmtiles"
    build_pmtiles({"sozialraum": square}, target, max_zoom=2, attribution="")
    before = target.read_bytes()

    def full_disk(*_: object, **__: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(TilingError, match="No space left"):
        build_pmtiles({"sozialraum": square}, target, max_zoom=3, attribution="")
    assert target.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x.pmtiles"]


def test_input_is_not_changed(tmp_path: Path) -> None:
    areas = _set(_area("a", box(500_000, 5_680_000, 510_000, 5_690_000)))
    kept = replace(areas, areas=areas.areas)
    build_pmtiles({"sozialraum": areas}, tmp_path / "x.pmtiles", max_zoom=3, attribution="")
    assert areas == kept
    assert areas.areas[0].geometry.equals(box(500_000, 5_680_000, 510_000, 5_690_000))


# -- several vintages ----------------------------------------------------------------------------------------


def _hexagons(columns: int, lines: int, width_m: float) -> list[Area]:
    """A synthetic country: areas with six corners that share their borders exactly."""
    step = round(width_m / 4) * 2
    areas = []
    for line in range(lines):
        for column in range(columns):
            x, y = 300_000 + (2 * column + line % 2) * step, 5_300_000 + 3 * line * step // 2
            ring = [
                (0, -step),
                (step, -step // 2),
                (step, step // 2),
                (0, step),
                (-step, step // 2),
                (-step, -step // 2),
            ]
            number = f"{line * columns + column + 1:05}"
            shape_ = Polygon([(x + right, y + up) for right, up in ring])
            areas.append(_area(f"s{number}", shape_, parent=f"p{line // 10:02}"))
    return areas


def _united(areas: list[Area]) -> Polygon:
    """The outline of areas that lie side by side."""
    outline = shapely.normalize(shapely.coverage_union_all([area.geometry for area in areas]))
    assert isinstance(outline, Polygon)
    return outline


def _merged(areas: list[Area], first: int, second: int) -> list[Area]:
    """The areas with one swallowed by another."""
    united = replace(areas[first], geometry=MultiPolygon([_united([areas[first], areas[second]])]))
    return [united if row == first else area for row, area in enumerate(areas) if row != second]


def test_vintages_built_together_have_the_bytes_that_each_has_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    areas = _hexagons(14, 14, 6000)
    vintages = [areas, _merged(areas, 40, 41), _hexagons(6, 6, 7000), _merged(_merged(areas, 40, 41), 100, 101)]
    levels = [
        {
            "sozialraum": _set(*each),
            "raum": _set(_area("all", _united(each), "raum"), level="raum"),
        }
        for each in vintages
    ]
    cut: list[int] = []

    def counting(geometries: Any, *arguments: Any) -> Any:
        cut[-1] += len(geometries)
        return snap_each(geometries, *arguments)

    monkeypatch.setattr("service.slicing.snap_each", counting)
    alone = []
    for number, each in enumerate(levels):
        cut.append(0)
        build_pmtiles(each, tmp_path / f"{number}.pmtiles", min_zoom=8, max_zoom=10, attribution="")
        alone.append((tmp_path / f"{number}.pmtiles").read_bytes())
    together = [(each, tmp_path / f"{number}.pmtiles") for number, each in enumerate(levels)]
    cut.append(0)
    build_archives(together[:2], min_zoom=8, max_zoom=10, attribution="")
    assert [path.read_bytes() for _, path in together] == alone
    assert cut[-1] - cut[0] < cut[1] / 2  # the second vintage needs only the tiles around the merger
    build_archives(together, min_zoom=8, max_zoom=10, attribution="")
    assert [path.read_bytes() for _, path in together] == alone


# -- parts ---------------------------------------------------------------------------------------------------


def _array(*shapes: shapely.Geometry) -> np.ndarray[Any, np.dtype[np.object_]]:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def test_snapping_keeps_neighbours_together_where_rounding_folds() -> None:
    # The tip of the spike rounds onto the far side of the neighbour's border.
    left = Polygon([(0, 0), (10, 0), (10, 4.4), (10.4, 4.6), (10, 4.8), (10, 10), (0, 10)])
    right = shapely.difference(box(0, 0, 20, 10), left)
    sliver = box(20, 0, 20.3, 10)
    snapped = snap(_array(left, right, sliver), coverage=True)
    assert shapely.is_valid(snapped).all()
    assert snapped[2].is_empty
    united = shapely.union_all(snapped)
    assert shapely.area(snapped).sum() == united.area == 200
    assert (shapely.get_coordinates(snapped) % 1 == 0).all()


def test_parts_of_several_tiles_are_snapped_as_those_of_each_alone() -> None:
    left = Polygon([(0, 0), (10, 0), (10, 4.4), (10.4, 4.6), (10, 4.8), (10, 10), (0, 10)])
    folding = _array(left, shapely.difference(box(0, 0, 20, 10), left), box(20, 0, 20.3, 10))
    plain = _array(box(0, 8, 9.7, 20), box(9.7, 8, 20, 20))
    needle = _array(Polygon([(0, 19), (20, 19.2), (20, 19.3)]))
    places = np.array([0, 0, 0, 1, 1, 2], dtype=np.intp)
    for coverage in (True, False):
        snapped = snap_each(np.concatenate([folding, plain, needle]), places, 100.0, coverage)
        alone = np.concatenate([snap(each, coverage) for each in (folding, plain, needle)])
        assert shapely.equals_exact(snapped, alone, 0.0).all()
        assert shapely.is_empty(snapped).tolist() == [False, False, True, False, False, True]


def test_snapping_keeps_real_holes() -> None:
    ring = shapely.difference(box(0, 0, 30, 30), box(10.2, 10.2, 20.4, 20.4))
    left, right = shapely.intersection(ring, box(0, 0, 15, 30)), shapely.intersection(ring, box(15, 0, 30, 30))
    spike = Polygon([(30, 0), (40, 0), (40, 30), (30, 30), (30, 15.2), (35, 15.1), (30, 15)])
    right = shapely.union(right, Polygon([(30, 15), (35, 15.1), (30, 15.2)]))
    snapped = snap(_array(left, right, spike), coverage=True)
    united = shapely.union_all(snapped)
    assert isinstance(united, Polygon)
    assert [Polygon(hole).area for hole in united.interiors] == [100]
    assert shapely.area(snapped).sum() == united.area


def test_levels_are_recognised_as_nested_or_not() -> None:
    lower = _array(box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1))
    members = contains_levels(_array(box(0, 0, 2, 1), box(2, 0, 3, 1)), lower)
    assert members is not None
    assert members.tolist() == [0, 0, 1]
    assert contains_levels(_array(box(0, 0, 2, 1)), lower) is None
    assert contains_levels(_array(box(0, 0, 1.5, 1), box(1.5, 0, 3, 1)), lower) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, b"\x00"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02"), (1 << 20, b"\x80\x80\x40")],
)
def test_varints_are_those_of_protocol_buffers(value: int, expected: bytes) -> None:
    assert varint(value) == expected


def test_polygon_commands_are_those_of_the_specification() -> None:
    # Vector Tile Specification 2.1, section 4.3.5.6: a polygon with a hole beside another polygon.
    first = box(0, 0, 10, 10)
    second = Polygon(box(11, 11, 20, 20).exterior, [Polygon([(13, 13), (13, 17), (17, 17), (17, 13)]).exterior])
    (encoded,) = encode_polygons(_array(MultiPolygon([first, second])), np.zeros((1, 2), dtype=np.int64))
    tile = mapbox_vector_tile.decode(_tile(encoded), default_options={"y_coord_down": True})
    assert shape(tile["t"]["features"][0]["geometry"]).equals(MultiPolygon([first, second]))
    # MoveTo(1), LineTo(3), ClosePath for each of three rings of four corners.
    assert [encoded.count(bytes([9])), encoded.count(bytes([26])), encoded.count(bytes([15]))] == [3, 3, 3]
    assert encode_polygons(_array(), np.zeros((0, 2), dtype=np.int64)) == []


def _tile(geometry: bytes) -> bytes:
    from service.mvt import POLYGON, Feature, encode_layer, encode_tile

    return encode_tile([encode_layer("t", [Feature(1, POLYGON, geometry, ())])])
