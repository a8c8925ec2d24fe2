"""Laws of keys, derived vintages and crosswalks."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon

from boundaries import (
    Area,
    AreaSet,
    ChangeEvent,
    KeyProblem,
    crosswalk,
    derive,
    dissolve,
    is_coverage,
    parent_key,
    parse_key,
    simplify,
)
from boundaries.areas import UpperName, UpperNames, square_kilometres

START = date(2000, 1, 1)


def coverage(columns: int, rows: int, seed: int, kreise: int) -> AreaSet:
    """A grid of areas whose inner corners are moved at random; some of them unpopulated."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(columns + 1) * 1000.0, np.arange(rows + 1) * 1000.0)
    x[1:-1, 1:-1] += rng.uniform(-400, 400, (rows - 1, columns - 1))
    y[1:-1, 1:-1] += rng.uniform(-400, 400, (rows - 1, columns - 1))
    areas = []
    for row in range(rows):
        for column in range(columns):
            corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
            geometry = MultiPolygon([Polygon([(x[corner], y[corner]) for corner in corners])])
            number = row * columns + column
            kreis = f"0650{number % kreise + 1}"
            key = f"{kreis}{number + 1:03d}"
            populated = bool(rng.random() > 0.2)
            areas.append(
                Area(key, "gemeinde", key, "Gemeinde", kreis, populated, square_kilometres(geometry), geometry)
            )
    return AreaSet("gemeinde", START, "EPSG:25832", tuple(areas))


def history(base: AreaSet, draws: list[tuple[int, int, str]]) -> tuple[ChangeEvent, ...]:
    """Turn random numbers into changes that fit, one each year."""
    alive = list(base.keys)
    events = []
    for year, (first, second, kind) in enumerate(draws, start=1):
        one, other = alive[first % len(alive)], alive[second % len(alive)]
        if one == other and kind != "key-change":
            continue
        new = f"{other[:5]}{900 + year}"
        if kind == "merger":
            event = ChangeEvent(START + timedelta(365 * year), "merger", (one, other), new, new, "", "")
            gone = {one, other}
        elif kind == "incorporation":
            event = ChangeEvent(START + timedelta(365 * year), "incorporation", (one,), other, other, "", "")
            gone = {one}
        else:
            event = ChangeEvent(START + timedelta(365 * year), "key-change", (one,), new, new, "", "")
            gone = {one}
        events.append(event)
        alive = sorted({key for key in alive if key not in gone} | {event.to_key})
    return tuple(events)


CASES = st.tuples(
    st.integers(2, 5),
    st.integers(2, 5),
    st.integers(0, 2**32 - 1),
    st.integers(1, 3),
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 99), st.sampled_from(["merger", "incorporation", "key-change"])),
        max_size=8,
    ),
)


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_histories_conserve_area_and_stay_coverages(
    case: tuple[int, int, int, int, list[tuple[int, int, str]]],
) -> None:
    columns, rows, seed, kreise, draws = case
    base = coverage(columns, rows, seed, kreise)
    events = history(base, draws)
    end = START + timedelta(365 * 20)
    derived = derive(base, events, end)
    assert sum(area.area_km2 for area in derived.areas) == pytest.approx(columns * rows)
    assert shapely.is_valid(derived.geometries).all()
    assert is_coverage(derived.geometries)
    assert shapely.area(shapely.union_all(derived.geometries)) == pytest.approx(columns * rows * 1e6)
    # One step at a time gives the same areas.
    stepwise = base
    for event in events:
        stepwise = derive(stepwise, events, event.date)
    assert stepwise.keys == derived.keys
    assert all(a.geometry.equals(b.geometry) for a, b in zip(stepwise.areas, derived.areas, strict=True))


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_crosswalks_carry_every_count_and_every_square_metre(
    case: tuple[int, int, int, int, list[tuple[int, int, str]]],
) -> None:
    columns, rows, seed, kreise, draws = case
    base = coverage(columns, rows, seed, kreise)
    events = history(base, draws)
    end = START + timedelta(365 * 20)
    derived = derive(base, events, end)
    forward = crosswalk(START, end, events=events)
    listed: list[str] = []
    for area in derived.areas:
        sources = forward.sources(area.key)
        assert sources
        listed.extend(sources)
        assert sum(base.by_key[key].area_km2 for key in sources) == pytest.approx(area.area_km2)
    assert sorted(listed) == list(base.keys)
    backward = crosswalk(end, START, events=events)
    for key in base.keys:
        (link,) = forward.targets(key)
        assert (link.weight, link.exact, link.whole) == (1.0, True, True)
        alone = forward.sources(link.to_key) == (key,)
        assert backward.sources(key) == ((link.to_key,) if alone else None)


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_upper_crosswalks_agree_with_the_territory(
    case: tuple[int, int, int, int, list[tuple[int, int, str]]],
) -> None:
    columns, rows, seed, kreise, draws = case
    base = coverage(columns, rows, seed, kreise)
    events = history(base, draws)
    end = START + timedelta(365 * 20)
    names = UpperNames(
        (
            *(UpperName(f"0650{n}", "kreis", "K", "Landkreis", None, None) for n in range(1, 4)),
            UpperName("065", "regierungsbezirk", "R", "", None, None),
            UpperName("06", "land", "H", "Land", None, None),
        )
    )
    before = dissolve(base, names)
    after = dissolve(derive(base, events, end), names)
    assert after["land"].areas[0].area_km2 == pytest.approx(columns * rows)
    walk = crosswalk(START, end, level="kreis", events=events)
    for area in after["kreis"].areas:
        sources = walk.sources(area.key)
        if sources is not None:
            assert sum(before["kreis"].by_key[key].area_km2 for key in sources) == pytest.approx(area.area_km2)


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 6), st.integers(0, 2**32 - 1), st.floats(0, 2000))
def test_simplifying_keeps_a_coverage(size: int, seed: int, tolerance: float) -> None:
    geometries = coverage(size, size, seed, 1).geometries
    simplified = simplify(geometries, tolerance)
    assert simplified.shape == geometries.shape
    assert is_coverage(simplified)
    assert shapely.is_valid(simplified).all()


KEYS = st.builds(
    lambda land, rest: f"{land:02d}{rest}",
    st.integers(1, 16),
    st.one_of(*(st.from_regex(rf"[0-9]{{{n}}}", fullmatch=True) for n in (3, 6, 7))),
)


@given(KEYS)
def test_canonical_keys_stay_and_have_parents_up_to_the_land(key: str) -> None:
    parsed = parse_key(key)
    assert (parsed.key, parsed.repaired) == (key, False)
    above = parent_key(parsed.key, parsed.level)
    while above is not None:
        last, level = above
        assert key.startswith(last)
        assert parse_key(last).level == level
        above = parent_key(last, level)
    assert last == key[:2]


@given(KEYS, st.sampled_from(["{}.0", "{} ", "'{}", "\u00a0{}", '="{}"']))
def test_damage_is_repaired(key: str, damage: str) -> None:
    text = damage.format(key.lstrip("0") if key.startswith("0") and len(key) in (5, 8) else key)
    parsed = parse_key(text)
    assert parsed.key == key
    assert parsed.repaired


@given(st.text(max_size=20))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    try:
        parsed = parse_key(text)
    except KeyProblem as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert parse_key(parsed.key).key == parsed.key
