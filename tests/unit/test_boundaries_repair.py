"""Check and repair of geometry: what is put right, what is only told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from boundaries import (
    Area,
    AreaSet,
    ExaminedBoundaries,
    Fields,
    Finding,
    FindingKind,
    Known,
    RepeatedKeys,
    Treatment,
    examine_boundaries,
    is_coverage,
)

DAY = date(2022, 12, 31)
WEST, SOUTH = 500_000.0, 5_600_000.0
CORNER = np.array([WEST, SOUTH])


def metres(west: float, south: float, east: float, north: float) -> Polygon:
    """A rectangle in kilometres from a corner, in EPSG:25832."""
    return box(WEST + west * 1000, SOUTH + south * 1000, WEST + east * 1000, SOUTH + north * 1000)


def written(path: Path, features: Sequence[tuple[Any, dict[str, Any]]]) -> str:
    content = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:25832"}},
        "features": [
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
            for shape, properties in features
        ],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def examine(tmp_path: Path, shapes: Sequence[Any], **options: Any) -> ExaminedBoundaries:
    """Examine areas with the keys a, b, c ..."""
    features = [(shape, {"id": chr(ord("a") + place)}) for place, shape in enumerate(shapes)]
    path = written(tmp_path / "a.geojson", features)
    return examine_boundaries(path, vintage=DAY, level="own", fields=Fields(code="id"), **options)


def findings(examined: ExaminedBoundaries) -> tuple[Finding, ...]:
    (report,) = examined.reports
    return report.findings


def test_a_coverage_is_left_alone(tmp_path: Path) -> None:
    examined = examine(tmp_path, [metres(0, 0, 1, 1), metres(1, 0, 2, 1)])
    assert findings(examined) == ()
    assert examined.sets[0].areas[0].geometry.equals_exact(MultiPolygon([metres(0, 0, 1, 1)]))


def test_crossing_rings_are_rebuilt_and_the_change_is_told(tmp_path: Path) -> None:
    # A hole drawn as a spike that crosses the shell: ten metres beyond the eastern border.
    spike = Polygon([(0, 0), (1000, 0), (1000, 400), (1010, 500), (990, 500), (1000, 600), (1000, 1000), (0, 1000)])
    spike = shapely.transform(spike, lambda places: places + CORNER)
    bowtie = shapely.transform(
        Polygon([(3000, 0), (3900, 900), (3900, 0), (3000, 900)]), lambda places: places + CORNER
    )
    examined = examine(tmp_path, [spike, bowtie])
    told = {finding.key: finding for finding in findings(examined)}
    assert {finding.kind for finding in told.values()} == {FindingKind.INVALID_RING}
    assert {finding.treatment for finding in told.values()} == {Treatment.REPAIRED}
    areas = examined.sets[0].by_key
    assert shapely.is_valid(examined.sets[0].geometries).all()
    # The signed area of a symmetric bow tie is zero; both halves are kept, and how much was gained is told.
    assert areas["b"].area_km2 == pytest.approx(0.405)
    assert told["b"].measure == pytest.approx(405_000)


def test_slivers_are_closed(tmp_path: Path) -> None:
    left, overlapping = metres(0, 0, 1, 1), metres(0.9998, 0, 2, 1)  # 20 cm into the left one
    gapped = metres(0, 1.0002, 2, 2)  # 20 cm away from both, open at the ends
    lid = [metres(-1, 0, 0, 2), metres(2, 0, 3, 2)]  # which these close
    examined = examine(tmp_path, [left, overlapping, gapped, *lid])
    kinds = {(each.kind, each.key, each.treatment) for each in findings(examined)}
    assert (FindingKind.OVERLAP, "a", Treatment.REPAIRED) in kinds
    assert (FindingKind.GAP, "a", Treatment.REPAIRED) in kinds
    overlap = next(each for each in findings(examined) if each.kind is FindingKind.OVERLAP)
    assert overlap.measure == pytest.approx(200, abs=0.5)
    assert overlap.others == ("b",)
    assert is_coverage(examined.sets[0].geometries)
    union = shapely.coverage_union_all(examined.sets[0].geometries)
    assert union.equals(metres(-1, 0, 3, 2))
    for area, shape in zip(examined.sets[0].areas, [left, overlapping, gapped, *lid], strict=True):
        assert area.geometry.area == pytest.approx(shape.area, abs=1.0 * shape.length)


def test_wide_overlaps_and_gaps_are_told_and_kept(tmp_path: Path) -> None:
    shapes = [metres(0, 0, 1, 3), metres(0.9, 0, 3, 1), metres(1, 1, 3, 2), metres(2, 2, 3, 3), metres(1, 2.5, 2, 3)]
    examined = examine(tmp_path, shapes)
    told = {(each.kind, each.key, each.others): each for each in findings(examined)}
    assert {each.treatment for each in told.values()} == {Treatment.KEPT}
    assert told[FindingKind.OVERLAP, "a", ("b",)].measure == pytest.approx(100_000)
    assert told[FindingKind.GAP, "a", ("c", "d", "e")].measure == pytest.approx(500_000)
    for area, shape in zip(examined.sets[0].areas, shapes, strict=True):
        assert area.geometry.equals_exact(MultiPolygon([shape]))


def test_an_area_inside_another_is_an_overlap(tmp_path: Path) -> None:
    examined = examine(tmp_path, [metres(0, 0, 3, 3), metres(1, 1, 2, 2)])
    (overlap,) = findings(examined)
    assert (overlap.kind, overlap.key, overlap.others) == (FindingKind.OVERLAP, "a", ("b",))
    assert overlap.measure == pytest.approx(1e6)
    assert overlap.treatment is Treatment.KEPT


def test_a_lake_between_areas_is_a_gap_that_stays(tmp_path: Path) -> None:
    shapes = [metres(0, 0, 3, 1), metres(0, 2, 3, 3), metres(0, 1, 1, 2), metres(2, 1, 3, 2)]
    examined = examine(tmp_path, [shapely.segmentize(shape, 500) for shape in shapes])
    (gap,) = findings(examined)
    assert gap.measure == pytest.approx(1e6)
    assert (gap.kind, gap.unit) == (FindingKind.GAP, "m²")
    assert (gap.key, gap.others) == ("a", ("b", "c", "d"))


def test_borders_with_different_vertices_are_matched(tmp_path: Path) -> None:
    one_side = metres(0, 0, 1, 2)
    examined = examine(tmp_path, [one_side, metres(1, 0, 2, 1), metres(1, 1, 2, 2)])  # the corner meets an edge
    assert {each.kind for each in findings(examined)} == {FindingKind.UNMATCHED_BORDER}
    assert {each.treatment for each in findings(examined)} == {Treatment.REPAIRED}
    areas = examined.sets[0]
    assert is_coverage(areas.geometries)
    assert areas.areas[0].geometry.equals(one_side)
    assert shapely.get_num_coordinates(areas.areas[0].geometry) == 6  # one vertex more


def test_small_areas_are_not_swallowed(tmp_path: Path) -> None:
    """A sliver is measured by the areas: in a plan of rooms half a metre is not nothing."""
    rooms = [box(0, 0, 4, 3), box(4.5, 0, 8, 3), box(0, 3, 8, 6)]
    moved = [shapely.transform(room, lambda places: places + CORNER) for room in rooms]
    examined = examine(tmp_path, moved)
    assert [area.geometry.area for area in examined.sets[0].areas] == pytest.approx([12, 10.5, 24])


def test_one_geometry_under_two_keys_is_told(tmp_path: Path) -> None:
    examined = examine(tmp_path, [metres(0, 0, 1, 1), metres(0, 0, 1, 1), metres(1, 0, 2, 1)])
    kinds = [(each.kind, each.key, each.others) for each in findings(examined)]
    assert (FindingKind.SAME_GEOMETRY, "b", ("a",)) in kinds
    assert len(examined.sets[0]) == 3


def test_repeated_rows_go_and_parts_of_vg250_are_merged(tmp_path: Path) -> None:
    rows = [
        (metres(0, 0, 1, 1), {"AGS": "06633018", "GF": 4}),
        (metres(0, 0, 1, 1), {"AGS": "06633018", "GF": 4}),
        (metres(1, 0, 2, 1), {"AGS": "06633019", "GF": 4}),
        (metres(2, 0, 3, 1), {"AGS": "06633019", "GF": 4}),
        (metres(3, 0, 4, 1), {"AGS": "06633019", "GF": 2}),
    ]
    examined = examine_boundaries(written(tmp_path / "vg250_gem.geojson", rows), vintage=DAY)
    assert {area.key: area.area_km2 for area in examined.sets[0].areas} == {"06633018": 1.0, "06633019": 2.0}
    assert [(each.kind, each.key, each.measure) for each in findings(examined)] == [
        (FindingKind.WATER_PART, "06633019", 1.0),
        (FindingKind.DUPLICATE, "06633018", None),
        (FindingKind.MERGED_PARTS, "06633019", None),
    ]
    assert examined.reports[0].features == 5
    assert "Struktur (GF): 1," in examined.reports[0].render("de"), "GF 3 is no water"
    without_factor = [(shape, {"AGS": row["AGS"]}) for shape, row in rows]
    with pytest.raises(RepeatedKeys, match="06633019"):
        examine_boundaries(written(tmp_path / "other.geojson", without_factor), vintage=DAY)


def upper_set(*areas: tuple[str, Polygon]) -> AreaSet:
    described = (
        Area(key, "kreis", key, "", "06", True, shape.area / 1e6, MultiPolygon([shape])) for key, shape in areas
    )
    return AreaSet("kreis", DAY, "EPSG:25832", tuple(described))


def test_wrong_hierarchy_is_told(tmp_path: Path) -> None:
    rows = [
        (metres(0, 0, 1, 1), {"AGS": "06633001"}),
        (metres(1, 0, 2, 1), {"AGS": "06633002"}),  # half of it beyond the Kreis
        (metres(5, 5, 6, 6), {"AGS": "06634001"}),  # wholly outside
        (metres(8, 8, 9, 9), {"AGS": "06999001"}),
    ]
    above = (upper_set(("06633", metres(0, 0, 1.5, 1)), ("06634", metres(1.5, 0, 2.5, 1))),)
    path = written(tmp_path / "a.geojson", rows)
    examined = examine_boundaries(path, vintage=DAY, known=Known(above=lambda: above))
    told = {(each.kind, each.key): each for each in findings(examined)}
    assert told[FindingKind.MISSING_PARENT, "06999001"].others == ("06999",)
    assert told[FindingKind.OUTSIDE_PARENT, "06633002"].measure == pytest.approx(50)
    assert told[FindingKind.OUTSIDE_PARENT, "06634001"].measure == pytest.approx(100)
    assert told[FindingKind.INCOMPLETE_PARENT, "06633"].measure == pytest.approx(100 / 3)
    assert (FindingKind.OUTSIDE_PARENT, "06633001") not in told
    assert not [each for each in findings(examine_boundaries(path, vintage=DAY)) if "parent" in each.kind.value]


def test_levels_of_one_file_are_compared_with_each_other(tmp_path: Path) -> None:
    import geopandas

    path = tmp_path / "vg250.gpkg"
    lower = geopandas.GeoDataFrame({"AGS": ["06633001"]}, geometry=[metres(0, 0, 1, 1)], crs="EPSG:25832")
    upper = geopandas.GeoDataFrame({"AGS": ["06633"]}, geometry=[metres(0, 0, 2, 1)], crs="EPSG:25832")
    lower.to_file(path, layer="vg250_gem")
    upper.to_file(path, layer="vg250_krs")
    first, second = examine_boundaries(str(path), vintage=DAY).reports
    (finding,) = first.findings
    assert (finding.kind, finding.key) == (FindingKind.INCOMPLETE_PARENT, "06633")
    assert finding.measure == pytest.approx(-50)
    assert second.findings == ()


def test_areas_are_compared_with_the_official_ones(tmp_path: Path) -> None:
    rows: list[tuple[Any, dict[str, Any]]] = [
        (metres(0, 0, 1, 1), {"AGS": "06633001", "KFL": 1.01}),
        (metres(1, 0, 2, 1), {"AGS": "06633002", "KFL": 0.0}),
        (metres(2, 0, 3, 1), {"AGS": "06633003", "KFL": None}),
    ]
    official = {"gemeinde": {"06633001": 5.0, "06633002": 0.8}}
    examined = examine_boundaries(
        written(tmp_path / "a.geojson", rows), vintage=DAY, known=Known(official_km2=official, tolerance_percent=3)
    )
    (report,) = examined.reports
    (finding,) = report.findings
    assert (finding.kind, finding.key) == (FindingKind.AREA_DIFFERS, "06633002")
    assert finding.measure == pytest.approx(25)
    assert report.compared == 2  # the file's own official area comes first; the third area has none
    assert report.median_difference_percent == pytest.approx((25 + 100 / 101) / 2)
    assert report.is_generalised


def test_the_report_speaks_two_languages_and_json(tmp_path: Path) -> None:
    examined = examine(tmp_path, [metres(0, 0, 1, 1), metres(0.5, 0, 2, 1), metres(0.5, 0, 2, 1)])
    (report,) = examined.reports
    assert "Überlappungen: 1, unverändert übernommen: a/b (50 ha)" in report.render("de")
    assert "overlaps: 1, kept: a/b (50 ha)" in report.render("en")
    assert "T-junctions" not in report.render("en")
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain["findings"][0] == {
        "kind": "same-geometry",
        "key": "c",
        "others": ["b"],
        "measure": 1.5,
        "unit": "km²",
        "treatment": "kept",
    }
    assert (plain["level"], plain["vintage"], plain["areas"]) == ("own", "2022-12-31", 3)


@pytest.mark.parametrize("seed", range(4))
def test_shaken_coordinates_become_a_coverage_again(tmp_path: Path, seed: int) -> None:
    """Every area has its own rounding of the shared vertices; nothing gets lost when they are joined."""
    rng = np.random.default_rng(seed)
    grid = [metres(column, row, column + 1, row + 1) for row in range(4) for column in range(4)]
    corners = [shapely.get_coordinates(shape)[:-1] for shape in grid]
    shaken = [Polygon(places + rng.uniform(-0.2, 0.2, places.shape)) for places in corners]
    examined = examine(tmp_path, shaken)
    (areas,) = examined.sets
    assert is_coverage(areas.geometries)
    assert sum(area.area_km2 for area in areas.areas) == pytest.approx(16, abs=16 * 4 * 0.0005)
    for area, shape in zip(areas.areas, shaken, strict=True):
        assert area.geometry.area == pytest.approx(shape.area, abs=shape.length)
