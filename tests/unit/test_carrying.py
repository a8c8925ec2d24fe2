"""Carrying figures over changes of boundaries: whole areas, divided ones, and vintages that nobody can draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import Area, AreaSet, ChangeEvent, Size
from spatial.indicators import Catalogue, Indicator, Observation, Status
from spatial.indicators.carrying import carry
from spatial.indicators.catalogue import Harmonise
from spatial.indicators.columns import APPORTIONED, COMBINED, STATUSES, Column, flag_names, place
from spatial.indicators.figures import Figures
from spatial.indicators.inhabitants import inhabitants_by_day
from spatial.indicators.territory import Territory, build_territory
from spatial.indicators.validity import area_index, unplaced

OLD, NEW = date(2016, 1, 1), date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06633004")


def column(*given: float | Status) -> Column:
    observations = [
        Observation(
            "x", "gemeinde", str(row), "2015",
            None if isinstance(cell, Status) else cell,
            cell if isinstance(cell, Status) else Status.OK,
            OLD,
        )
        for row, cell in enumerate(given)
    ]  # fmt: skip
    return place(observations, [str(row) for row in range(len(given))])


def cells(col: Column) -> list[float | str]:
    return [
        float(value) if known else STATUSES[code].value
        for value, known, code in zip(col.values, col.known, col.status, strict=True)
    ]


def squares(keys: tuple[str, ...], vintage: date) -> AreaSet:
    areas = (
        Area(key, "gemeinde", f"Ort {key[-3:]}", "Gemeinde", key[:5], True, 1.0,
             shapely.multipolygons([shapely.box(place, 0, place + 1, 1)]))
        for place, key in enumerate(keys)
    )  # fmt: skip
    return AreaSet("gemeinde", vintage, "EPSG:25832", tuple(areas))


@pytest.fixture(scope="module")
def divided() -> Territory:
    """In 2020 the first area is divided among the second and a new one; the third cedes a field to the fourth."""
    after = ("06633002", "06633003", "06633004", "06633009")
    events = (
        ChangeEvent(NEW, "incorporation", (KEYS[0],), KEYS[1], "", "", "toy", (Size(700, 1.0),), Size(1000, 1.0)),
        ChangeEvent(NEW, "split", (KEYS[0],), "06633009", "Neuort", "", "toy", (Size(300, 1.0),)),
        ChangeEvent(NEW, "transfer", (KEYS[2],), KEYS[3], "", "", "toy", (Size(0, 0.1),), Size(500, 1.0)),
        ChangeEvent(NEW, "transfer", (), KEYS[2], "", "", "toy", (), Size(800, 0.9)),
    )
    return build_territory([squares(KEYS, OLD), squares(after, NEW)], events, ())


def test_counts_are_divided_into_whole_numbers_that_add_up(divided: Territory) -> None:
    walk = divided.correspondence(OLD, NEW, "gemeinde")
    carried = carry(column(11, 20, 30, 40), walk, "sum")
    assert cells(carried) == [28, 30, 40, 3]
    assert [flag_names(int(bits)) for bits in carried.flags] == [["ESTIMATED"]] * 4
    assert walk.shares.toarray().tolist() == [[0.7, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [pytest.approx(0.3), 0, 0, 0]]
    assert walk.whole_of.tolist() == [-1, 0, -1, 2]


def test_a_secret_or_missing_part_makes_the_sum_so(divided: Territory) -> None:
    walk = divided.correspondence(OLD, NEW, "gemeinde")
    carried = carry(column(Status.SECRET, 20, Status.EMPTY, 40), walk, "sum")
    assert cells(carried) == ["SECRET", "EMPTY", 40, "SECRET"]
    assert not (carried.flags[[0, 1, 3]] & APPORTIONED).any()


def test_means_are_weighted_and_medians_break(divided: Territory) -> None:
    walk = divided.correspondence(OLD, NEW, "gemeinde")
    means = carry(column(40, 50, 60, 70), walk, "wmean", column(100, 30, 500, 500))
    assert cells(means) == [pytest.approx((40 * 70 + 50 * 30) / 100), 60, 70, 40]
    assert cells(carry(column(40, 50, 60, 70), walk, "wmean", column(Status.EMPTY, 30, 500, 500)))[0] == "BREAK"
    # Nobody lives on the field that was ceded: what is a single area keeps its median.
    assert cells(carry(column(40, 50, 60, 70), walk, "none")) == ["BREAK", 60, 70, "BREAK"]
    assert cells(carry(column(40, 50, 60, 70), walk, "wmean")) == ["BREAK", 60, 70, "BREAK"]


def test_backward_what_was_divided_is_exact(divided: Territory) -> None:
    walk = divided.correspondence(NEW, OLD, "gemeinde")
    # 700 of the 1 700 inhabitants of the second area came from the first, as did all of the new one.
    carried = carry(column(170, 30, 40, 3), walk, "sum")
    assert cells(carried) == [73, 100, 30, 40]
    assert carried.values.sum() == 243


def test_quantities_that_are_not_whole_are_not_rounded(divided: Territory) -> None:
    walk = divided.correspondence(OLD, NEW, "gemeinde")
    assert cells(carry(column(10.5, 20, 30, 40), walk, "sum"))[0] == pytest.approx(27.35)


def test_shares_of_unknown_size_break() -> None:
    events = (
        ChangeEvent(NEW, "split", KEYS[:1], "06633008", "", "", ""),
        ChangeEvent(NEW, "split", KEYS[:1], "06633009", "", "", ""),
    )
    after = (*KEYS[1:], "06633008", "06633009")
    territory = build_territory([squares(KEYS, OLD), squares(after, NEW)], events, ())
    walk = territory.correspondence(OLD, NEW, "gemeinde")
    assert walk.broken.tolist() == [False, False, False, True, True]
    assert cells(carry(column(1, 2, 3, 4), walk, "sum")) == [2, 3, 4, "BREAK", "BREAK"]


def test_nobody_draws_what_a_division_leaves_open() -> None:
    """Without boundaries of the time after there is no vintage after it, and the reason is kept."""
    events = (
        ChangeEvent(date(2018, 1, 1), "merger", KEYS[2:], "06633007", "Neu", "", ""),
        ChangeEvent(NEW, "split", KEYS[:1], "06633008", "", "", ""),
        ChangeEvent(NEW, "split", KEYS[:1], "06633009", "", "", ""),
        ChangeEvent(date(2022, 1, 1), "key-change", KEYS[1:2], "06634002", "", "", ""),
    )
    territory = build_territory([squares(KEYS, OLD)], events, ())
    assert territory.vintages == (OLD, date(2018, 1, 1))
    (why,) = territory.undrawn
    assert why.en == "06633001 is divided among 06633008, 06633009 on 2020-01-01: load boundaries of that day or later"
    assert why.de == (
        "06633001 wird am 01.01.2020 auf 06633008, 06633009 aufgeteilt: Grenzen von diesem Tag oder später laden"
    )
    later = squares(("06633007", "06633008", "06633009", "06634002"), date(2022, 6, 1))
    complete = build_territory([squares(KEYS, OLD), later], events, ())
    assert complete.vintages == (OLD, date(2018, 1, 1), date(2022, 6, 1))
    assert complete.undrawn == territory.undrawn


def test_inhabitants_weigh_more_than_areas() -> None:
    merger = (ChangeEvent(NEW, "merger", KEYS[:2], "06633009", "Neu", "", ""),)
    base = squares(KEYS, OLD)
    by_area = build_territory([base], merger, ()).correspondence(NEW, OLD, "gemeinde")
    assert by_area.share[:2].tolist() == [0.5, 0.5]
    counted = {date(2019, 12, 31): {KEYS[0]: 900, KEYS[1]: 100}, date(2021, 1, 1): {"06633009": 1100}}
    by_people = build_territory([base], merger, (), counted).correspondence(NEW, OLD, "gemeinde")
    assert by_people.share[:2].tolist() == [0.9, 0.1]


def test_inhabitants_of_the_time_before_weigh_where_no_count_is_newer() -> None:
    """Nobody has counted since the merger of 2020, and in 2026 a town leaves its Kreis."""
    merged, town = "06633009", "06415000"
    events = (
        ChangeEvent(NEW, "merger", KEYS[:2], merged, "Neu", "", ""),
        ChangeEvent(date(2026, 1, 1), "key-change", KEYS[2:3], town, "Stadt", "", ""),
    )
    figures = [
        Observation("pop_total", "gemeinde", key, "2018", count, Status.OK, OLD)
        for key, count in zip(KEYS, (100.0, 200.0, 600.0, 300.0), strict=True)
    ]
    later = replace(figures[0], key=merged, value=5.0, vintage=NEW)
    known = inhabitants_by_day([*figures, later], "gemeinde", {date(2018, 12, 31): {KEYS[3]: 100}})
    assert known == {date(2018, 12, 31): dict(zip(KEYS, (100, 200, 600, 100), strict=True))}
    base = squares(KEYS, OLD)
    for source in (OLD, NEW):
        divided = build_territory([base], events, (), known).correspondence(source, date(2026, 1, 1), "kreis")
        assert divided.share.tolist() == [0.6, 0.4]
    unknown = inhabitants_by_day(figures[1:], "gemeinde", {})
    by_area = build_territory([base], events, (), unknown).correspondence(OLD, date(2026, 1, 1), "kreis")
    assert by_area.share.tolist() == [0.25, 0.75]


def test_changes_elsewhere_make_no_vintage() -> None:
    elsewhere = ChangeEvent(date(2018, 3, 1), "merger", ("14523001", "14523002"), "14523009", "Neu", "", "")
    here = ChangeEvent(NEW, "merger", KEYS[:2], "06633009", "Neu", "", "")
    assert build_territory([squares(KEYS, OLD)], (elsewhere, here), ()).vintages == (OLD, NEW)


def test_one_key_in_two_levels_above() -> None:
    """Keys are unique within a level only: where the area lies decides which of them is meant."""

    def row(level: str, keys: str, parent: str | None = None) -> AreaSet:
        areas = (
            Area(key, level, key, "", parent, True, 1.0, shapely.multipolygons([shapely.box(at, 0, at + 1, 1)]))
            for at, key in enumerate(keys)
        )
        return AreaSet(level, OLD, "EPSG:25832", tuple(areas))

    territory = build_territory([row("quartier", "a", "1"), row("bezirk", "21"), row("wahlkreis", "12")], (), ())
    assert territory.ancestor(OLD, "quartier", "a", "wahlkreis") == "1"
    assert territory.ancestor(OLD, "quartier", "a", "bezirk") is None
    assert territory.parents(OLD, "quartier", "wahlkreis").tolist() == [0]


def test_names_change_without_a_vintage_of_their_own() -> None:
    events = (ChangeEvent(date(2018, 7, 1), "rename", KEYS[:1], KEYS[0], "Bad Ort", "Stadt", ""),)
    territory = build_territory([squares(KEYS, OLD)], events, ())
    assert territory.vintages == (OLD,)
    assert (territory.at(OLD, "gemeinde").areas[0].name, territory.at(OLD, "gemeinde").areas[0].kind) == (
        "Bad Ort", "Stadt"
    )  # fmt: skip


def test_the_shares_of_one_area_are_the_same_in_every_vintage() -> None:
    """The newest count before a merger weighs its parts, whatever else changed elsewhere in between."""
    events = (
        ChangeEvent(date(2020, 1, 1), "merger", (KEYS[2], KEYS[3]), "06633030", "", "", ""),
        ChangeEvent(date(2023, 1, 1), "incorporation", (KEYS[1],), KEYS[0], "", "", ""),
    )
    people = {
        date(2015, 12, 31): dict.fromkeys(KEYS, 100),
        date(2021, 12, 31): {KEYS[0]: 300, KEYS[1]: 100, "06633030": 70},
        date(2023, 12, 31): {KEYS[0]: 500, "06633030": 70},
    }
    territory = build_territory([squares(KEYS, OLD)], events, (), people)
    shares = [
        territory.correspondence(vintage, territory.vintages[-1], "gemeinde").shares.toarray()
        for vintage in territory.vintages
    ]
    assert [vintage.year for vintage in territory.vintages] == [OLD.year, 2020, 2023]
    back = [territory.correspondence(territory.vintages[-1], vintage, "gemeinde") for vintage in territory.vintages]
    first = [dict(zip(territory.keys(vintage, "gemeinde"), walk.shares.toarray()[:, 0], strict=True))
             for vintage, walk in zip(territory.vintages, back, strict=True)]  # fmt: skip
    assert first[0][KEYS[0]] == first[1][KEYS[0]] == 0.75
    assert all(np.array_equal(np.unique(each), [0, 1]) for each in shares)
    half = back[0].shares.toarray()[:, 1]
    assert sorted(half) == [0, 0, 0.5, 0.5], "the parts of the other merger have only the count before it"


def test_counts_that_cannot_be_carried_are_not_known() -> None:
    """Where every area was divided in unknown parts, the counts before tell nothing of those after."""
    last = date(2021, 1, 1)
    events = tuple(
        ChangeEvent(day, "transfer", (giver,), taker, "", "", "")
        for day, giver, taker in ((NEW, KEYS[0], KEYS[1]), (last, KEYS[1], KEYS[0]))
    )
    editions = [squares(KEYS[:2], day) for day in (OLD, NEW, last)]
    territory = build_territory(editions, events, (), {date(2015, 12, 31): dict.fromkeys(KEYS[:2], 9)})
    assert territory.vintages == (OLD, NEW, last)
    assert territory.correspondence(OLD, NEW, "gemeinde").broken.all()
    assert territory.correspondence(NEW, last, "gemeinde").broken.all()


# -- before the oldest boundaries ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def early() -> Territory:
    """Boundaries of 2016; in 2010 two areas merged into the first, in 2013 one got the key of the second."""
    events = (
        ChangeEvent(date(2010, 1, 1), "merger", ("06633081", "06633082"), KEYS[0], "", "", ""),
        ChangeEvent(date(2013, 1, 1), "key-change", ("06633091",), KEYS[1], "", "", ""),
    )
    return build_territory([squares(KEYS, OLD)], events, ())


def test_keys_before_the_oldest_boundaries_are_known(early: Territory) -> None:
    assert early.vintages == (OLD,)
    assert early.early_vintages == (date.min, date(2010, 1, 1), date(2013, 1, 1), OLD)
    first = early.source_vintage(date(2008, 12, 31), "gemeinde")
    assert early.keys(first, "gemeinde") == (KEYS[2], KEYS[3], "06633081", "06633082", "06633091")
    assert early.source_vintage(date(2008, 12, 31), "kreis") == OLD
    assert early.snap(date(2008, 12, 31)) == OLD
    index = area_index(early)
    assert index.is_valid("gemeinde", "06633081", date(2009, 12, 31))
    assert not index.is_valid("gemeinde", "06633081", date(2010, 12, 31))
    assert index.successors("gemeinde", "06633081") == (KEYS[0],)
    assert not index.is_valid("gemeinde", KEYS[0], date(2009, 12, 31))
    assert index.is_valid("gemeinde", KEYS[0], date(2012, 12, 31))
    assert index.is_retired("gemeinde", "06633091")
    assert index.is_valid("gemeinde", KEYS[2], date(1995, 12, 31))


def test_figures_of_retired_keys_are_carried_forward(early: Territory) -> None:
    first = early.source_vintage(date(2008, 12, 31), "gemeinde")
    walk = early.correspondence(first, OLD, "gemeinde")
    carried = carry(column(3, 4, 10, 20, 5), walk, "sum")
    assert cells(carried) == [30, 5, 3, 4]
    assert (carried.flags & COMBINED).astype(bool).tolist() == [True, False, False, False]
    assert not walk.estimated.any()
    assert early.holders(first, "gemeinde", OLD, "kreis").tolist() == [0] * 5
    assert early.holders(first, "gemeinde", OLD, "gemeinde").tolist() == [-1, -1, 0, 0, -1]


def test_no_figure_is_dropped_silently(early: Territory) -> None:
    """What was loaded for 2008 is on the map of 2016 to the last person."""
    keys = (KEYS[2], KEYS[3], "06633081", "06633082", "06633091")
    observations = [
        Observation("people", "gemeinde", key, "2008", value, Status.OK, date(2008, 12, 31))
        for key, value in zip(keys, (3.0, 4.0, 10.0, 20.0, 5.0), strict=True)
    ]
    people = Indicator("people", "count", "Pers.", harmonise="sum")
    figures = Figures(Catalogue({"people": people}), early, observations)
    assert cells(figures.figure(people, OLD, "gemeinde", "2008").column) == [30, 5, 3, 4]
    assert cells(figures.figure(people, OLD, "kreis", "2008").column) == [42]
    assert unplaced(early, observations) == {}
    lost = [replace(observations[0], key="06633099"), replace(observations[0], level="quartier")]
    assert unplaced(early, [*observations, *lost]) == {("people", "gemeinde"): 1, ("people", "quartier"): 1}


# -- laws ------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 99), st.sampled_from(["merger", "split", "transfer", "key-change"]),
              st.floats(0.01, 0.99)),
    min_size=1, max_size=6,
)  # fmt: skip


def histories(draws: list[tuple[int, int, str, float]]) -> tuple[tuple[ChangeEvent, ...], list[tuple[str, ...]]]:
    """Random changes, one each year, and the keys after each."""
    alive = list(KEYS)
    events: list[ChangeEvent] = []
    keys = [tuple(alive)]
    for year, (first, second, kind, share) in enumerate(draws, start=1):
        day = date(2016 + year, 1, 1)
        one, other = alive[first % len(alive)], alive[second % len(alive)]
        new, newer = f"06633{100 + 2 * year}", f"06633{101 + 2 * year}"
        part, rest = Size(share, share, relative=True), Size(1 - share, 1 - share, relative=True)
        if kind == "split":
            events += [
                ChangeEvent(day, "split", (one,), new, "", "", "", (part,)),
                ChangeEvent(day, "split", (one,), newer, "", "", "", (rest,)),
            ]
            alive = [key for key in alive if key != one] + [new, newer]
        elif kind == "key-change":
            events.append(ChangeEvent(day, "key-change", (one,), new, "", "", ""))
            alive = [key for key in alive if key != one] + [new]
        elif one != other and kind == "merger":
            events.append(ChangeEvent(day, "merger", (one, other), new, "", "", ""))
            alive = [key for key in alive if key not in (one, other)] + [new]
        elif one != other:
            events += [
                ChangeEvent(day, "transfer", (one,), other, "", "", "", (part,)),
                ChangeEvent(day, "transfer", (), one, "", "", "", (), rest),
            ]
        keys.append(tuple(alive))
    return tuple(events), keys


def _territory(events: tuple[ChangeEvent, ...], keys: list[tuple[str, ...]]) -> Territory:
    editions = [squares(tuple(sorted(each)), date(2016 + year, 1, 1)) for year, each in enumerate(keys)]
    return build_territory(editions, events, ())


@settings(max_examples=40, deadline=None)
@given(STEPS, st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_totals_are_conserved_over_any_history(draws: list[tuple[int, int, str, float]], counts: list[int]) -> None:
    events, keys = histories(draws)
    territory = _territory(events, keys)
    end = date(2016 + len(draws), 1, 1)
    carried = carry(column(*counts), territory.correspondence(OLD, end, "gemeinde"), "sum")
    assert carried.known.all()
    assert carried.values.sum() == sum(counts)
    assert (carried.values == np.floor(carried.values)).all()
    assert (carried.values >= 0).all()
    back = carry(carried, territory.correspondence(end, OLD, "gemeinde"), "sum")
    assert back.known.all()
    assert back.values.sum() == sum(counts)


@settings(max_examples=40, deadline=None)
@given(STEPS, st.integers(0, 6))
def test_step_by_step_is_the_same_as_at_once(draws: list[tuple[int, int, str, float]], middle: int) -> None:
    events, keys = histories(draws)
    territory = _territory(events, keys)
    end = date(2016 + len(draws), 1, 1)
    stop = date(2016 + min(middle, len(draws)), 1, 1)
    direct = territory.correspondence(OLD, end, "gemeinde").shares
    stepwise = (
        territory.correspondence(stop, end, "gemeinde").shares @ territory.correspondence(OLD, stop, "gemeinde").shares
    )
    assert np.allclose(direct.toarray(), stepwise.toarray())
    assert np.allclose(direct.sum(axis=0), 1), "every area is passed on to the last inhabitant"
    reordered = _territory(events[::-1], keys).correspondence(OLD, end, "gemeinde").shares
    assert np.array_equal(direct.toarray(), reordered.toarray())


@settings(max_examples=40, deadline=None)
@given(
    STEPS,
    st.lists(st.one_of(st.integers(0, 50), st.sampled_from([Status.SECRET, Status.EMPTY])), min_size=4, max_size=4),
    st.sampled_from(["sum", "wmean", "none"]),
)
def test_secrets_stay_secret_and_values_finite(
    draws: list[tuple[int, int, str, float]], given_cells: list[float | Status], rule: Harmonise
) -> None:
    events, keys = histories(draws)
    walk = _territory(events, keys).correspondence(OLD, date(2016 + len(draws), 1, 1), "gemeinde")
    parts = column(*given_cells)
    carried = carry(parts, walk, rule, column(10, 20, 30, 40) if rule == "wmean" else None)
    assert (np.isfinite(carried.values) == carried.known).all()
    concealed = ~parts.known
    touched = walk.shares.toarray()[:, concealed].any(axis=1)
    assert not carried.known[touched].any()
