"""Bundled boundaries and the vintages derived from them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import shapely
from shapely import MultiPolygon, box

from boundaries import (
    Area,
    AreaSet,
    BundledDataDamaged,
    ChangeDoesNotFit,
    ChangeEvent,
    MissingName,
    UnknownLevel,
    UpperName,
    UpperNames,
    VintageNotDerivable,
    bundle,
    derive,
    dissolve,
    division,
    is_coverage,
    load_bundled,
    simplify,
    union_of_whole_areas,
    vintages_of,
)

VINTAGES = (date(2016, 1, 1), date(2018, 1, 1), date(2020, 1, 1), date(2023, 1, 1), date(2026, 1, 1))
GEMEINDEFREI = {"06431200", "06435200", "06633200", "06636200"}


def test_bundled_base_is_hessen_2016_at_full_detail() -> None:
    bundled = load_bundled()
    gemeinden = bundled.gemeinden
    assert (gemeinden.level, gemeinden.vintage, gemeinden.crs, len(gemeinden)) == (
        "gemeinde",
        VINTAGES[0],
        "EPSG:25832",
        430,
    )
    assert {area.key for area in gemeinden.areas if not area.populated} == GEMEINDEFREI
    assert all(area.key.startswith("06") and area.level == "gemeinde" for area in gemeinden.areas)
    assert shapely.is_valid(gemeinden.geometries).all()
    assert is_coverage(gemeinden.geometries)
    assert shapely.get_num_coordinates(gemeinden.geometries).sum() > 80_000
    naumburg = gemeinden.by_key["06633018"]
    assert (naumburg.name, naumburg.kind, naumburg.parent) == ("Naumburg", "Stadt", "06633")
    assert naumburg.area_km2 == pytest.approx(66.32, rel=0.005)  # official: Gemeindeverzeichnis 31.12.2019


def test_manifest_states_origin_and_terms() -> None:
    manifest = load_bundled().manifest
    assert manifest.attribution == "© GeoBasis-DE / BKG (2016) dl-de/by-2-0 (Daten verändert)"
    assert manifest.licence_url == "https://www.govdata.de/dl-de/by-2-0"
    digest = hashlib.sha256((bundle.FOLDER / manifest.file).read_bytes()).hexdigest()
    assert digest == manifest.sha256


@pytest.mark.parametrize(
    ("vintage", "populated", "kassel", "kreise"),
    [
        (date(2016, 1, 1), 426, 30, 26),
        (date(2017, 12, 31), 426, 30, 26),
        (date(2018, 1, 1), 423, 30, 26),
        (date(2020, 1, 1), 422, 29, 26),
        (date(2022, 12, 31), 422, 29, 26),
        (date(2023, 1, 1), 421, 29, 26),
        (date(2026, 1, 1), 421, 29, 27),
        (date(2031, 1, 1), 421, 29, 27),
    ],
)
def test_vintages_have_the_official_counts(vintage: date, populated: int, kassel: int, kreise: int) -> None:
    bundled = load_bundled()
    gemeinden = derive(bundled.gemeinden, bundled.events, vintage)
    upper = dissolve(gemeinden, bundled.names)
    assert gemeinden.vintage == vintage
    assert sum(area.populated for area in gemeinden.areas) == populated
    assert {area.key for area in gemeinden.areas if not area.populated} == GEMEINDEFREI
    assert sum(area.parent == "06633" for area in gemeinden.areas) == kassel
    assert {level: len(areas) for level, areas in upper.items()} == {"kreis": kreise, "regierungsbezirk": 3, "land": 1}
    assert is_coverage(gemeinden.geometries)
    for areas in (gemeinden, *upper.values()):
        assert shapely.is_valid(areas.geometries).all()
        assert sum(area.area_km2 for area in areas.areas) == pytest.approx(21098.92, abs=0.01)


def test_merged_areas_are_exactly_the_union_of_their_parts() -> None:
    bundled = load_bundled()
    old = bundled.gemeinden.by_key
    new = derive(bundled.gemeinden, bundled.events, VINTAGES[-1]).by_key
    wesertal = new["06633030"]
    assert (wesertal.name, wesertal.kind, wesertal.parent, wesertal.populated) == (
        "Wesertal",
        "Gemeinde",
        "06633",
        True,
    )
    assert wesertal.geometry.equals(shapely.union(old["06633021"].geometry, old["06633027"].geometry))
    assert wesertal.area_km2 == pytest.approx(52.27, abs=0.01)
    assert not {"06633021", "06633027"} & set(new)
    # An incorporation keeps the key and enlarges the territory.
    allendorf = new["06635001"]
    assert allendorf.area_km2 == pytest.approx(old["06635001"].area_km2 + old["06635005"].area_km2)
    # A change of key keeps the territory.
    assert new["06415000"].geometry is old["06435014"].geometry
    assert (new["06415000"].name, new["06415000"].parent) == ("Hanau", "06415")


def test_upper_areas_are_named_by_the_day() -> None:
    bundled = load_bundled()
    before = dissolve(derive(bundled.gemeinden, bundled.events, date(2025, 12, 31)), bundled.names)
    after = dissolve(derive(bundled.gemeinden, bundled.events, date(2026, 1, 1)), bundled.names)
    assert "06415" not in before["kreis"].by_key
    hanau = after["kreis"].by_key["06415"]
    assert (hanau.name, hanau.kind, hanau.parent, hanau.populated) == ("Hanau", "Kreisfreie Stadt", "064", True)
    lost = before["kreis"].by_key["06435"].area_km2 - after["kreis"].by_key["06435"].area_km2
    assert lost == pytest.approx(hanau.area_km2)
    kassel = after["kreis"].by_key["06633"]
    assert (kassel.name, kassel.kind, kassel.parent) == ("Kassel", "Landkreis", "066")
    # The Stadt Kassel is no hole in the Landkreis: both touch Niedersachsen.
    assert sum(len(part.interiors) for part in kassel.geometry.geoms) == 0
    assert after["land"].areas[0].name == "Hessen"
    assert after["land"].areas[0].parent is None


def test_vintages_are_base_dates_and_later_changes() -> None:
    events = load_bundled().events
    assert vintages_of([VINTAGES[0]], events) == VINTAGES
    assert vintages_of([date(2019, 5, 1)], events) == (date(2019, 5, 1), *VINTAGES[2:])
    assert vintages_of([date(2022, 1, 1), date(2016, 1, 1)], ()) == (date(2016, 1, 1), date(2022, 1, 1))
    assert vintages_of([], events) == ()


def _square(key: str, column: int, *, populated: bool = True, level: str = "gemeinde") -> Area:
    geometry = MultiPolygon([box(column * 1000, 0, column * 1000 + 1000, 1000)])
    return Area(key, level, f"Ort {key}", "Gemeinde", key[:5], populated, 1.0, geometry)


def _set(*areas: Area, level: str = "gemeinde") -> AreaSet:
    return AreaSet(level, date(2000, 1, 1), "EPSG:25832", areas)


def _merger(day: date, *from_keys: str, to_key: str) -> ChangeEvent:
    return ChangeEvent(day, "merger", from_keys, to_key, "Neu", "Gemeinde", "test")


def test_chained_mergers_and_unpopulated_parts() -> None:
    base = _set(_square("06001001", 0), _square("06001002", 1), _square("06001003", 2, populated=False))
    events = [
        _merger(date(2003, 1, 1), "06001009", "06001003", to_key="06001010"),
        _merger(date(2001, 1, 1), "06001001", "06001002", to_key="06001009"),
    ]
    assert derive(base, events, date(2002, 1, 1)).keys == ("06001003", "06001009")
    (united,) = derive(base, events, date(2003, 1, 1)).areas
    assert united.populated
    assert united.geometry.equals(box(0, 0, 3000, 1000))
    assert derive(base, events, date(2000, 12, 31)).areas == base.areas


def test_merging_unpopulated_areas_gives_an_unpopulated_area() -> None:
    base = _set(_square("06001001", 0, populated=False), _square("06001002", 1, populated=False))
    (united,) = derive(base, [_merger(date(2001, 1, 1), *base.keys, to_key="06001009")], date(2001, 1, 1)).areas
    assert not united.populated


def test_events_elsewhere_are_passed_over() -> None:
    base = _set(_square("06001001", 0))
    foreign = [
        _merger(date(2001, 1, 1), "09001001", to_key="09001002"),
        _merger(date(2001, 1, 1), "06002001", "06002002", to_key="06002003"),
    ]
    assert derive(base, foreign, date(2002, 1, 1)).areas == base.areas


def test_events_that_do_not_fit_are_refused() -> None:
    base = _set(_square("06001001", 0), _square("06001002", 1))
    with pytest.raises(ChangeDoesNotFit, match="does not exist") as caught:
        derive(base, [_merger(date(2001, 1, 1), "06001001", "06001077", to_key="06001009")], date(2002, 1, 1))
    assert (caught.value.key, caught.value.day) == ("06001077", date(2001, 1, 1))
    with pytest.raises(ChangeDoesNotFit, match="exists already"):
        derive(base, [_merger(date(2001, 1, 1), "06001001", to_key="06001002")], date(2002, 1, 1))


def test_impossible_requests_are_refused() -> None:
    base = _set(_square("06001001", 0))
    with pytest.raises(VintageNotDerivable):
        derive(base, [], date(1999, 12, 31))
    squares = _set(_square("a", 0, level="sozialraum"), level="sozialraum")
    with pytest.raises(UnknownLevel):
        derive(squares, [], date(2001, 1, 1))
    with pytest.raises(UnknownLevel):
        dissolve(squares, UpperNames(()))
    with pytest.raises(MissingName, match="kreis 06001"):
        dissolve(base, UpperNames(()))


def test_names_of_loaded_upper_areas_hold_until_the_next_vintage() -> None:
    square = MultiPolygon([box(0, 0, 1, 1)])
    old = AreaSet(
        "kreis", date(2010, 1, 1), "EPSG:25832", (Area("06001", "kreis", "Alt", "Landkreis", None, True, 1.0, square),)
    )
    new = AreaSet(
        "kreis", date(2020, 1, 1), "EPSG:25832", (Area("06001", "kreis", "Neu", "Landkreis", None, True, 1.0, square),)
    )
    names = UpperNames.from_sets([new, old])
    assert names.on("06001", "kreis", date(2000, 1, 1)) == ("Alt", "Landkreis")
    assert names.on("06001", "kreis", date(2019, 12, 31)) == ("Alt", "Landkreis")
    assert names.on("06001", "kreis", date(2020, 1, 1)) == ("Neu", "Landkreis")
    closed = UpperNames((UpperName("06002", "kreis", "Weg", "Landkreis", None, date(2011, 1, 1)),))
    with pytest.raises(MissingName):
        closed.on("06002", "kreis", date(2011, 1, 1))


def test_areas_with_gaps_are_united_by_overlay() -> None:
    overlapping = [box(0, 0, 2, 1), box(1, 0, 3, 1)]
    assert union_of_whole_areas(overlapping).equals(box(0, 0, 3, 1))


def test_simplified_neighbours_still_share_their_border() -> None:
    geometries = load_bundled().gemeinden.geometries
    simplified = simplify(geometries, 200.0)
    assert shapely.get_num_coordinates(simplified).sum() < shapely.get_num_coordinates(geometries).sum() / 2
    assert is_coverage(simplified)
    with pytest.raises(ValueError, match="at least 0"):
        simplify(geometries, -1.0)


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled folder that a test may damage."""
    for file in bundle.FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(bundle, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("hessen_vg250_2016-01-01.fgb", b"fgb"),
        ("manifest.toml", b"[boundaries]\n"),
        ("manifest.toml", b"no toml"),
        ("names.csv", b"key,level\n06,land\n"),
        ("names.csv", b"\xff\xfe"),
    ],
)
def test_damaged_bundled_files_are_named(damaged: Path, file: str, content: bytes) -> None:
    (damaged / file).write_bytes(content)
    with pytest.raises(BundledDataDamaged) as caught:
        _load_afresh()
    assert caught.value.file == file


def test_absent_bundled_boundaries_are_named(damaged: Path) -> None:
    (damaged / "hessen_vg250_2016-01-01.fgb").unlink()
    with pytest.raises(BundledDataDamaged, match="cannot be read"):
        _load_afresh()


def test_what_the_parts_share_or_add_up_to_is_kept() -> None:
    told = [
        replace(_square(f"0600100{n}", n), official_km2=1.25, population=10 * n, groups={"raum": "A", "typ": kind})
        for n, kind in ((1, "x"), (2, "y"), (3, "y"))
    ]
    events = [_merger(date(2001, 1, 1), "06001001", "06001002", to_key="06001009")]
    events.append(ChangeEvent(date(2001, 1, 1), "key-change", ("06001003",), "06001008", "Neu", "", "test"))
    areas = derive(_set(*told), events, date(2001, 1, 1)).by_key
    merged, renumbered = areas["06001009"], areas["06001008"]
    assert (merged.official_km2, merged.population, merged.groups) == (2.5, 30, {"raum": "A"})
    assert (renumbered.official_km2, renumbered.population, renumbered.groups) == (1.25, 30, told[2].groups)
    unknown = _set(replace(told[0], population=None, official_km2=None), told[1], told[2])
    partly = derive(unknown, events, date(2001, 1, 1)).by_key["06001009"]
    assert (partly.official_km2, partly.population) == (None, None)


def _load_afresh() -> None:
    """Read the bundled files past the caches, which stay as they are."""
    manifest = bundle.read_manifest.__wrapped__()
    bundle.bundled_names.__wrapped__()
    bundle._load_gemeinden(manifest)


def test_events_of_one_day_start_from_the_day_before() -> None:
    base = _set(_square("06001001", 0), _square("06001002", 1), _square("06001003", 2))
    day = date(2001, 1, 1)
    joined = [
        ChangeEvent(day, "incorporation", ("06001001",), "06001002", "B", "", ""),
        ChangeEvent(day, "incorporation", ("06001002",), "06001003", "C", "", ""),
    ]
    (whole,) = derive(base, joined, day).areas
    assert whole.key == "06001003"
    assert whole.geometry.area == pytest.approx(3e6)
    swapped = [
        ChangeEvent(day, "key-change", ("06001001",), "06001002", "A", "", ""),
        ChangeEvent(day, "key-change", ("06001002",), "06001001", "B", "", ""),
    ]
    after = derive(base, swapped, day).by_key
    assert after["06001002"].geometry is base.by_key["06001001"].geometry
    assert after["06001001"].geometry is base.by_key["06001002"].geometry
    circle = [
        ChangeEvent(day, "incorporation", ("06001001",), "06001002", "B", "", ""),
        ChangeEvent(day, "incorporation", ("06001002",), "06001001", "A", "", ""),
    ]
    with pytest.raises(ChangeDoesNotFit, match="part of itself"):
        derive(base, circle, day)


def test_a_dissolution_joins_what_is_there_and_makes_what_is_not() -> None:
    base = _set(_square("06001001", 0), _square("06001002", 1), _square("06001003", 2))
    day = date(2001, 1, 1)
    for target, keys, size in (("06001003", ("06001003",), 3), ("06001009", ("06001003", "06001009"), 2)):
        change = ChangeEvent(day, "dissolution", ("06001001", "06001002"), target, "Neu", "", "")
        derived = derive(base, [change], day)
        assert derived.keys == keys
        assert derived.by_key[target].area_km2 == pytest.approx(size)


def test_divided_areas_need_new_boundaries_and_ceded_fields_keep_the_old() -> None:
    base = _set(_square("06001001", 0), _square("06001002", 1))
    day = date(2001, 1, 1)
    ceded = ChangeEvent(day, "transfer", ("06001001",), "06001002", "B", "", "")
    assert derive(base, [ceded], day).areas == base.areas
    parts = [ChangeEvent(day, "split", ("06001001",), f"0600100{n}", "N", "", "") for n in (8, 9)]
    with pytest.raises(ChangeDoesNotFit, match="divided among 06001008, 06001009; load boundaries"):
        derive(base, parts, day)
    assert division(base, parts, day) is not None
    assert division(base, [ceded], day) is None


def test_changes_that_the_boundaries_show_already_are_passed_over() -> None:
    """Boundaries of mid-2001 may show what statistics take over on 31 December only."""
    base = _set(_square("06001002", 0))
    change = ChangeEvent(date(2001, 12, 31), "incorporation", ("06001001",), "06001002", "B", "", "")
    assert derive(base, [change], date(2002, 1, 1)).areas == base.areas


def test_new_names_are_taken_over() -> None:
    base = _set(_square("06001001", 0), _square("06001002", 1))
    renamed = [ChangeEvent(date(2001, 1, 1), "rename", ("06001001",), "06001001", "Bad Ort", "", "")]
    area = derive(base, renamed, date(2001, 1, 1)).by_key["06001001"]
    assert (area.name, area.kind, area.geometry is base.areas[0].geometry) == ("Bad Ort", "Gemeinde", True)
    assert vintages_of([base.vintage], renamed) == (base.vintage,)


def test_areas_of_changes_without_names_have_names() -> None:
    base = _set(*(_square(f"0600100{number}", number) for number in range(1, 7)))
    day = date(2001, 1, 1)
    events = [
        ChangeEvent(day, "incorporation", ("06001002",), "06001001", "", "", ""),
        ChangeEvent(day, "key-change", ("06001003",), "06002003", "", "", ""),
        ChangeEvent(day, "merger", ("06001004", "06001005"), "06001009", "", "", ""),
    ]
    named = {area.key: area.name for area in derive(base, events, day).areas}
    assert named == {
        "06001001": "Ort 06001001",
        "06001006": "Ort 06001006",
        "06001009": "06001009",
        "06002003": "Ort 06001003",
    }
