"""Protecting, harmonising and aggregating figures, on a toy country of two districts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely

from boundaries import Area, AreaSet, ChangeEvent
from spatial.indicators import (
    Catalogue,
    DisclosureProfile,
    Flag,
    Indicator,
    Observation,
    ProtectionImpossible,
    Status,
)
from spatial.indicators.catalogue import Harmonise
from spatial.indicators.columns import STATUSES, Column, empty_column, flag_names, place
from spatial.indicators.combine import keep_single_parts, mean_parts, ratio, sum_parts
from spatial.indicators.disclosure import protect_counts
from spatial.indicators.figures import Figures
from spatial.indicators.protection import audit
from spatial.indicators.territory import Territory, build_territory
from spatial.indicators.validity import area_index

OLD, NEW = date(2016, 1, 1), date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06634001", "06634002")


def column(*cells: float | Status) -> Column:
    """Column of numbers and statuses."""
    observations = [
        Observation(
            "x", "gemeinde", str(row), "2015",
            None if isinstance(cell, Status) else cell,
            cell if isinstance(cell, Status) else Status.OK,
            OLD,
        )
        for row, cell in enumerate(cells)
    ]  # fmt: skip
    return place(observations, [str(row) for row in range(len(cells))])


def cells(col: Column) -> list[float | str]:
    """Numbers and statuses of a column."""
    return [
        float(value) if known else STATUSES[code].value
        for value, known, code in zip(col.values, col.known, col.status, strict=True)
    ]


# -- arithmetic ----------------------------------------------------------------------------------------------


def test_sum_is_of_whole_parts_only() -> None:
    whole_of = np.array([0, 0, 1, 1, 2, -1])
    parts = column(1, 2, 3, Status.SECRET, Status.PENDING, 7)
    assert cells(sum_parts(parts, whole_of, 4)) == [3.0, "SECRET", "PENDING", "EMPTY"]


def test_a_secret_part_outweighs_a_missing_one() -> None:
    whole = sum_parts(column(Status.EMPTY, Status.SECRET, 4), np.array([0, 0, 0]), 1)
    assert cells(whole) == ["SECRET"]


def test_mean_is_weighted_and_needs_its_weights() -> None:
    parts, whole_of = column(10, 20, 30, 40, 50), np.array([0, 0, 1, 1, 2])
    weights = column(1, 3, 5, Status.EMPTY, Status.EMPTY)
    assert cells(mean_parts(parts, weights, whole_of, 3)) == [17.5, "BREAK", 50.0]


def test_what_cannot_be_combined_breaks() -> None:
    assert cells(keep_single_parts(column(1, 2, 3), np.array([0, 0, 1]), 2)) == ["BREAK", 3.0]


def test_rate_inherits_protection_and_never_divides_by_zero() -> None:
    rate = ratio(
        column(5, Status.SECRET, 5, 5, 0, 5),
        column(100, 100, Status.SECRET, 0, 100, 20),
        factor=100,
        min_denominator=30,
    )
    assert cells(rate) == [5.0, "SECRET", "SECRET", "NOT_APPLICABLE", 0.0, "SMALL_BASE"]


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (5, [0.0, "SECRET", "SECRET", 5.0, "SECRET", "EMPTY"]),
        (1, [0.0, 1.0, 4.0, 5.0, "SECRET_OR_UNKNOWN", "EMPTY"]),
        (0, [0.0, 1.0, 4.0, 5.0, "SECRET_OR_UNKNOWN", "EMPTY"]),
    ],
)
def test_small_counts_are_secret(threshold: int, expected: list[float | str]) -> None:
    counts = column(0, 1, 4, 5, Status.SECRET_OR_UNKNOWN, Status.EMPTY)
    assert cells(protect_counts(counts, threshold)) == expected


def test_empty_column_has_no_value() -> None:
    assert cells(empty_column(2)) == ["EMPTY", "EMPTY"]


# -- the whole way -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def territory() -> Territory:
    """Five squares in two districts; the first two merge in 2020, and one square is uninhabited forest."""
    areas = tuple(
        Area(key, "gemeinde", f"Ort {key[-3:]}", "Gemeinde", key[:5], key != "06633003", 1.0,
             shapely.multipolygons([shapely.box(column, 0, column + 1, 1)]))
        for column, key in enumerate(KEYS)
    )  # fmt: skip
    merger = ChangeEvent(NEW, "merger", KEYS[:2], "06633030", "Neuort", "Gemeinde", "toy")
    return build_territory([AreaSet("gemeinde", OLD, "EPSG:25832", areas)], (merger,), ())


def _figures(
    territory: Territory, observations: list[Observation], threshold: str = "open", harmonise: Harmonise = "sum"
) -> Figures:
    definitions = [
        Indicator("count", "count", "Pers.", harmonise=harmonise, disclosure=threshold),
        Indicator("people", "count", "Pers.", additive=True, harmonise="sum"),
        Indicator("rate", "rate", "%", numerator="count", denominator="people", factor=100, harmonise="ratio"),
        Indicator("age", "mean", "Jahre", weight="people", harmonise="wmean"),
        Indicator("rank", "index", "Punkte"),
    ]
    return Figures(Catalogue({each.id: each for each in definitions}), territory, observations)


def _observe(
    indicator: str, values: Mapping[str, float], level: str = "gemeinde", vintage: date = OLD
) -> list[Observation]:
    return [Observation(indicator, level, key, "2019", value, Status.OK, vintage) for key, value in values.items()]


COUNTS = _observe("count", dict(zip(KEYS, (3, 20, 9, 40, 50), strict=True)))
PEOPLE = _observe("people", dict(zip(KEYS, (100, 300, 0, 500, 500), strict=True)))


def _at(figures: Figures, indicator: str, vintage: date, level: str) -> list[float | str]:
    definition = figures._catalogue.indicators[indicator]
    return cells(figures.figure(definition, vintage, level, "2019").column)


def test_counts_add_over_a_merger_and_rates_are_recomputed(territory: Territory) -> None:
    figures = _figures(territory, [*COUNTS, *PEOPLE])
    assert _at(figures, "count", OLD, "gemeinde") == [3, 20, "NOT_APPLICABLE", 40, 50]
    assert territory.at(NEW, "gemeinde").keys == ("06633003", "06633030", "06634001", "06634002")
    assert _at(figures, "count", NEW, "gemeinde") == ["NOT_APPLICABLE", 23, 40, 50]
    assert _at(figures, "rate", NEW, "gemeinde") == ["NOT_APPLICABLE", 5.75, 8, 10]
    assert _at(figures, "rate", NEW, "kreis") == [5.75, 9]
    assert _at(figures, "count", NEW, "land") == [113]


def test_the_forest_is_drawn_and_never_counted(territory: Territory) -> None:
    figures = _figures(territory, [*COUNTS, *PEOPLE])
    assert _at(figures, "count", OLD, "kreis") == [23, 90], "the 9 of the forest stay out"


def test_means_are_weighted_over_a_merger_and_indices_break(territory: Territory) -> None:
    ages = _observe("age", dict(zip(KEYS, (40, 50, 0, 45, 45), strict=True)))
    ranks = _observe("rank", dict(zip(KEYS, (1, 2, 3, 4, 5), strict=True)))
    figures = _figures(territory, [*PEOPLE, *ages, *ranks])
    assert _at(figures, "age", NEW, "gemeinde") == ["NOT_APPLICABLE", 47.5, 45, 45]
    assert _at(figures, "rank", NEW, "gemeinde") == ["NOT_APPLICABLE", "BREAK", 4, 5]


def test_new_figures_are_split_back_as_an_estimate(territory: Territory) -> None:
    """Both parts are of one size; a person is not divided, so the parts add up to what was divided."""
    merged = _observe("count", {"06633030": 23, "06634001": 40}, vintage=NEW) + _observe(
        "rank", {"06633030": 7, "06634001": 9}, vintage=NEW
    )
    figures = _figures(territory, merged)
    assert _at(figures, "count", OLD, "gemeinde") == [12, 11, "NOT_APPLICABLE", 40, "EMPTY"]
    column = figures.figure(figures._catalogue.indicators["count"], OLD, "gemeinde", "2019").column
    assert [flag_names(int(bits)) for bits in column.flags] == [["ESTIMATED"], ["ESTIMATED"], [], [], []]
    assert _at(figures, "rank", OLD, "gemeinde") == ["BREAK", "BREAK", "NOT_APPLICABLE", 9, "EMPTY"]


def test_a_mean_of_divided_areas_is_exact_where_it_holds_all_of_them(territory: Territory) -> None:
    """Of a Kreis that has both halves, the mean is that of the whole, and no estimate."""
    people = _observe("people", {"06633030": 401, "06634001": 500, "06634002": 500}, vintage=NEW)
    ages = _observe("age", {"06633030": 43.7, "06634001": 45, "06634002": 47}, vintage=NEW)
    figures = _figures(territory, [*people, *ages])
    age = figures._catalogue.indicators["age"]
    halves = figures.figure(age, OLD, "gemeinde", "2019").column
    assert [flag_names(int(bits)) for bits in halves.flags[:2]] == [["ESTIMATED"], ["ESTIMATED"]]
    for level, expected in (("kreis", [43.7, 46.0]), ("land", [pytest.approx((401 * 43.7 + 46_000) / 1401)])):
        for vintage in (OLD, NEW):
            whole = figures.figure(age, vintage, level, "2019").column
            assert whole.values.tolist() == expected
            assert not any(flag_names(int(bits)) for bits in whole.flags)


def _audited(figures: Figures) -> Figures:
    """The figures, after a second look at every system that their protection was decided on."""
    audited = 0
    for _, _, system, withheld in figures.safeguard.systems():
        assert audit(system, withheld) == ()
        audited += 1
    assert audited
    return figures


def test_a_secret_part_is_protected_by_a_second_one_and_totals_stay(territory: Territory) -> None:
    figures = _audited(_figures(territory, [*COUNTS, *PEOPLE], "jugendhilfe"))
    assert _at(figures, "count", OLD, "gemeinde") == ["SECRET", "SECRET", "NOT_APPLICABLE", 40, 50]
    assert _at(figures, "count", NEW, "gemeinde") == ["NOT_APPLICABLE", 23, 40, 50]
    assert _at(figures, "rate", OLD, "gemeinde") == ["SECRET", "SECRET", "NOT_APPLICABLE", 8, 10]
    assert _at(figures, "rate", NEW, "gemeinde") == ["NOT_APPLICABLE", 5.75, 8, 10]
    assert _at(figures, "count", OLD, "kreis") == [23, 90]
    assert _at(figures, "count", OLD, "land") == [113]


@pytest.mark.parametrize("vintage", [OLD, NEW])
def test_official_totals_are_published_and_protect(territory: Territory, vintage: date) -> None:
    official = _observe("count", {"06633": 23, "06634": 90}, "kreis") + _observe("count", {"06": 113}, "land")
    figures = _audited(_figures(territory, [*COUNTS, *official], "jugendhilfe"))
    assert _at(figures, "count", OLD, "gemeinde")[:2] == ["SECRET", "SECRET"]
    assert _at(figures, "count", vintage, "kreis") == [23, 90]
    assert _at(figures, "count", vintage, "land") == [113]


def test_official_totals_of_merged_areas_stay_withheld_on_the_older_vintage(territory: Territory) -> None:
    """The district is the merged area; the other district, or the Land, must go as well."""
    counts = _observe("count", {"06633030": 3, "06634001": 40, "06634002": 50}, vintage=NEW)
    official = _observe("count", {"06633": 3, "06634": 90}, "kreis", NEW)
    figures = _audited(_figures(territory, counts + official, "jugendhilfe"))
    for vintage in (OLD, NEW):
        districts, land = _at(figures, "count", vintage, "kreis"), _at(figures, "count", vintage, "land")
        assert districts[0] == "SECRET"
        assert "SECRET" in (districts[1], land[0])
        assert 40 not in _at(figures, "count", vintage, "gemeinde") or districts[1] == 90


def test_a_merged_area_that_is_secret_hides_the_totals_of_the_time_before(territory: Territory) -> None:
    """Its parts are estimates on the old boundaries; the total less the others would still be it."""
    counts = _observe("count", {"06633030": 3, "06634001": 40, "06634002": 50}, vintage=NEW)
    official = _observe("count", {"06633": 3, "06634": 90}, "kreis") + _observe("count", {"06": 93}, "land")
    figures = _audited(_figures(territory, counts + official, "jugendhilfe"))
    assert _at(figures, "count", OLD, "gemeinde")[:3] == ["SECRET", "SECRET", "NOT_APPLICABLE"]
    for vintage in (OLD, NEW):
        parts, districts = _at(figures, "count", vintage, "gemeinde"), _at(figures, "count", vintage, "kreis")
        assert districts[0] == "SECRET"
        hidden = [districts[1] == "SECRET", _at(figures, "count", vintage, "land") == ["SECRET"]]
        assert any(hidden)
        assert hidden[1] or "SECRET" in parts[-2:], "a sum of public parts is no secret"


def test_small_estimates_are_not_shown(territory: Territory) -> None:
    """Of 7 cases in the merged area, each part would get 4 or 3: public arithmetic, but no count to show."""
    merged = _observe("count", {"06633030": 7, "06634001": 40, "06634002": 50}, vintage=NEW)
    figures = _audited(_figures(territory, merged, "jugendhilfe"))
    assert _at(figures, "count", NEW, "gemeinde") == ["NOT_APPLICABLE", 7, 40, 50]
    assert _at(figures, "count", OLD, "gemeinde") == ["SECRET", "SECRET", "NOT_APPLICABLE", 40, 50]
    assert _at(figures, "count", OLD, "kreis") == [7, 90]


def test_a_merged_figure_from_another_file_is_a_total(territory: Territory) -> None:
    merged = _observe("count", {"06633030": 23}, vintage=NEW)
    figures = _audited(_figures(territory, [*COUNTS, *merged], "jugendhilfe"))
    assert _at(figures, "count", OLD, "gemeinde")[:2] == ["SECRET", "SECRET"]
    assert _at(figures, "count", NEW, "gemeinde") == ["NOT_APPLICABLE", 23, 40, 50]


def test_figures_of_one_area_from_two_files_are_withheld_together(territory: Territory) -> None:
    """Revised from 3 to 6: with the first one secret, the second must not stand beside the total."""
    revised = _observe("count", {"06634001": 3, "06634002": 50}) + _observe("count", {"06634001": 6}, vintage=NEW)
    figures = _audited(_figures(territory, [*COUNTS[:3], *revised], "jugendhilfe"))
    assert _at(figures, "count", OLD, "gemeinde")[3:] == ["SECRET", "SECRET"]
    assert _at(figures, "count", NEW, "gemeinde")[2:] == ["SECRET", "SECRET"]


def test_a_secret_district_hides_another_one_or_the_land(territory: Territory) -> None:
    totals = _observe("count", {"06633": 3, "06634": 90}, "kreis") + _observe("count", {"06": 93}, "land")
    figures = _audited(_figures(territory, totals, "jugendhilfe"))
    assert _at(figures, "count", NEW, "kreis") == ["SECRET", "SECRET"]
    assert _at(figures, "count", NEW, "land") == [93]


def test_what_is_not_added_up_is_linked_all_the_same(territory: Territory) -> None:
    official = _observe("count", {"06633": 23}, "kreis")
    figures = _audited(_figures(territory, [*COUNTS, *official], "jugendhilfe", "none"))
    assert _at(figures, "count", OLD, "gemeinde")[:2] == ["SECRET", "SECRET"]
    assert _at(figures, "count", OLD, "kreis")[0] == 23


@pytest.mark.parametrize("vintage", [OLD, NEW])
def test_own_levels_protect_each_other(territory: Territory, vintage: date) -> None:
    """A municipality of a region of two needs the other one, and a quarter the one beside it."""
    base = territory.at(OLD, "gemeinde")
    region = Area("R1", "raum", "Raum", "", None, True, 2.0, shapely.multipolygons([shapely.box(3, 0, 5, 1)]))
    halves = tuple(
        Area(f"Q{i}", "quartier", f"Q{i}", "", None, True, 0.5, shapely.multipolygons([half]))
        for i, half in enumerate((shapely.box(1, 0, 1.5, 1), shapely.box(1.5, 0, 2, 1)))
    )
    everything = build_territory(
        [base, AreaSet("raum", OLD, "EPSG:25832", (region,)), AreaSet("quartier", OLD, "EPSG:25832", halves)],
        territory.events,
        (),
    )
    counts = _observe("count", {KEYS[1]: 20, KEYS[3]: 2, KEYS[4]: 50})
    observations = counts + _observe("count", {"R1": 52}, "raum") + _observe("count", {"Q0": 4, "Q1": 16}, "quartier")
    figures = _audited(_figures(everything, observations, "jugendhilfe"))
    assert _at(figures, "count", vintage, "raum") == [52]
    assert _at(figures, "count", vintage, "gemeinde")[-2:] == ["SECRET", "SECRET"]
    assert _at(figures, "count", vintage, "quartier") == ["SECRET", "SECRET"]
    assert _at(figures, "count", OLD, "gemeinde")[1] == 20


def test_quarters_stand_in_for_a_municipality_that_was_not_loaded(territory: Territory) -> None:
    """The district less the other municipality and one quarter would be the other quarter."""
    base = territory.at(OLD, "gemeinde")
    halves = tuple(
        Area(f"Q{i}", "quartier", f"Q{i}", "", None, True, 0.5, shapely.multipolygons([half]))
        for i, half in enumerate((shapely.box(3, 0, 3.5, 1), shapely.box(3.5, 0, 4, 1)))
    )
    everything = build_territory([base, AreaSet("quartier", OLD, "EPSG:25832", halves)], territory.events, ())
    observations = [
        *_observe("count", {KEYS[4]: 50}),
        *_observe("count", {"Q0": 4, "Q1": 16}, "quartier"),
        *_observe("count", {"06634": 70}, "kreis"),
    ]
    figures = _audited(_figures(everything, observations, "jugendhilfe"))
    assert _at(figures, "count", OLD, "quartier") == ["SECRET", "SECRET"]
    assert _at(figures, "count", OLD, "kreis")[1] == 70
    assert _at(figures, "count", OLD, "gemeinde")[4] == 50


def _linked(territory: Territory, observations: list[Observation], **profile: Any) -> Figures:
    """Figures of a count that is the sum of two others, and of a rate of one of them."""
    definitions = [
        Indicator("all", "count", "Pers.", harmonise="sum", parts=("young", "old"), disclosure="strict"),
        Indicator("young", "count", "Pers.", harmonise="sum", disclosure="strict"),
        Indicator("old", "count", "Pers.", harmonise="sum", disclosure="strict"),
        Indicator("people", "count", "Pers.", harmonise="sum"),
        Indicator("rate", "rate", "%", numerator="young", denominator="people", factor=100, harmonise="ratio",
                  disclosure="strict"),
    ]  # fmt: skip
    strict = DisclosureProfile("strict", **{"threshold": 5, **profile})
    catalogue = Catalogue({each.id: each for each in definitions}, profiles={**Catalogue().profiles, "strict": strict})
    return Figures(catalogue, territory, observations)


def test_categories_and_their_total_are_protected_together(territory: Territory) -> None:
    young = dict(zip(KEYS, (3, 20, 0, 40, 50), strict=True))
    old = dict(zip(KEYS, (30, 30, 0, 30, 30), strict=True))
    total = {key: young[key] + old[key] for key in KEYS}
    observations = _observe("young", young) + _observe("old", old) + _observe("all", total)
    figures = _audited(_linked(territory, observations))
    assert _at(figures, "young", OLD, "gemeinde")[:2] == ["SECRET", "SECRET"]
    assert _at(figures, "old", OLD, "gemeinde")[:2] == ["SECRET", "SECRET"]
    assert _at(figures, "all", OLD, "gemeinde") == [33, 50, "NOT_APPLICABLE", 70, 80]
    assert _at(figures, "young", OLD, "kreis") == [23, 90]


def test_all_members_of_a_group_are_secret(territory: Territory) -> None:
    """40 of 40 says of each of them that they are among the 40."""
    counts = dict(zip(KEYS, (30, 20, 0, 40, 50), strict=True))
    people = dict(zip(KEYS, (100, 300, 0, 40, 500), strict=True))
    observations = _observe("young", counts) + _observe("people", people)
    assert _at(_linked(territory, observations), "rate", OLD, "gemeinde")[3] == 100
    figures = _audited(_linked(territory, observations, group_disclosure=True))
    assert _at(figures, "rate", OLD, "gemeinde")[3:] == ["SECRET", "SECRET"]
    assert _at(figures, "young", OLD, "kreis") == [50, 90]
    assert _at(figures, "people", OLD, "gemeinde")[3] == 40


def test_dominated_figures_are_secret_and_nobody_reads_that_they_are(territory: Territory) -> None:
    counts = _observe("young", dict(zip(KEYS, (300, 20, 0, 400, 900), strict=True)))
    marked = [replace(each, flags=(Flag.DOMINANT,)) if each.key == KEYS[0] else each for each in counts]
    assert _at(_linked(territory, marked), "young", OLD, "gemeinde")[0] == 300
    figures = _audited(_linked(territory, marked, dominance=True))
    assert _at(figures, "young", OLD, "gemeinde")[0] == "SECRET"
    assert _at(figures, "young", OLD, "kreis")[0] == "SECRET", "20 beside it leave too little doubt"
    column = figures.figure(figures._catalogue.indicators["young"], OLD, "gemeinde", "2019").column
    assert not column.flags.any()


def test_figures_that_are_public_elsewhere_are_neither_secret_nor_any_protection(territory: Territory) -> None:
    official = _observe("young", {"06633": 3, "06634": 90}, "kreis")
    counts = _observe("young", dict(zip(KEYS[3:], (2, 88), strict=True)))
    figures = _audited(_linked(territory, counts + official, public_levels=("kreis", "land")))
    assert _at(figures, "young", OLD, "kreis") == [3, 90]
    assert _at(figures, "young", OLD, "gemeinde")[3:] == ["SECRET", "SECRET"]


def test_publishing_stops_where_what_is_public_elsewhere_gives_a_secret_away(territory: Territory) -> None:
    official = _observe("young", {"06634": 2}, "kreis")
    counts = _observe("young", {KEYS[3]: 2, KEYS[4]: 0})
    with pytest.raises(
        ProtectionImpossible, match=r"all \+ old \+ young, 2019: .*06634001.*merge categories"
    ) as caught:
        _at(_linked(territory, counts + official, public_levels=("kreis",)), "young", OLD, "gemeinde")
    german = caught.value.render("de")
    assert "young in " in german
    assert "('" not in german, "ids of cells are no words"
    assert "Kategorien oder Gebiete zusammenfassen" in german


def test_rounded_counts_are_rounded_before_they_are_added(territory: Territory) -> None:
    counts = _observe("young", dict(zip(KEYS, (3, 22, 0, 41, 52), strict=True)))
    people = _observe("people", dict(zip(KEYS, (100, 300, 0, 500, 500), strict=True)))
    figures = _audited(_linked(territory, counts + people, rounding=5))
    assert _at(figures, "young", OLD, "gemeinde") == [5, 20, "NOT_APPLICABLE", 40, 50]
    assert _at(figures, "young", NEW, "gemeinde") == ["NOT_APPLICABLE", 25, 40, 50]
    assert _at(figures, "young", OLD, "kreis") == [25, 90]
    assert _at(figures, "rate", OLD, "gemeinde")[0] == 5


def test_means_of_few_people_are_secret_and_so_are_the_means_of_larger_areas(territory: Territory) -> None:
    definitions = [
        Indicator("people", "count", "Pers.", harmonise="sum"),
        Indicator("age", "mean", "Jahre", weight="people", harmonise="wmean", disclosure="jugendhilfe"),
    ]
    people = _observe("people", dict(zip(KEYS, (4, 300, 0, 500, 500), strict=True)))
    ages = _observe("age", dict(zip(KEYS, (40, 50, 0, 45, 45), strict=True))) + _observe("age", {"06633": 49}, "kreis")
    figures = Figures(Catalogue({each.id: each for each in definitions}), territory, people + ages)
    assert _at(figures, "age", OLD, "gemeinde") == ["SECRET", 50, "NOT_APPLICABLE", 45, 45]
    assert _at(figures, "age", NEW, "gemeinde")[1] == "SECRET"
    assert _at(figures, "age", OLD, "kreis") == ["SECRET", 45]


def test_the_pattern_of_one_year_is_kept_in_the_next(territory: Territory) -> None:
    first = _observe("count", dict(zip(KEYS[3:], (3, 50), strict=True)))
    quarters = _observe("count", {KEYS[0]: 3, KEYS[1]: 20, "06633002": 20})
    later = [replace(each, period="2020") for each in first + quarters]
    figures = _audited(_figures(territory, [*first, *quarters, *later], "jugendhilfe"))
    definition = figures._catalogue.indicators["count"]
    assert cells(figures.figure(definition, OLD, "gemeinde", "2020").column) == _at(figures, "count", OLD, "gemeinde")


def test_a_rates_profile_covers_a_small_base(territory: Territory) -> None:
    definitions = [
        Indicator("doctors", "count", "Pers.", harmonise="sum"),
        Indicator("people", "count", "Pers.", harmonise="sum"),
        Indicator("each", "rate", "P.", numerator="people", denominator="doctors", factor=1, disclosure="few"),
    ]
    doctors = _observe("doctors", dict(zip(KEYS, (3, 10, 0, 10, 10), strict=True)))
    few = DisclosureProfile("few", 5)
    open_ = DisclosureProfile("open", 0)
    catalogue = Catalogue({each.id: each for each in definitions}, profiles={"few": few, "open": open_})
    figures = Figures(catalogue, territory, [*PEOPLE, *doctors])
    figure = figures.figure(definitions[2], OLD, "gemeinde", "2019")
    assert cells(figure.column) == ["SECRET", 30, "NOT_APPLICABLE", 50, 50]
    assert figure.denominator is not None
    assert cells(figure.denominator)[0] == "SECRET"


def test_figures_collected_for_a_vintage_win_over_carried_ones(territory: Territory) -> None:
    merged = _observe("count", {"06633030": 30, "06634001": 41}, vintage=NEW)
    figures = _figures(territory, [*COUNTS, *merged])
    assert _at(figures, "count", OLD, "gemeinde") == [3, 20, "NOT_APPLICABLE", 40, 50]
    assert _at(figures, "count", NEW, "gemeinde") == ["NOT_APPLICABLE", 30, 41, 50]


def test_official_totals_win_over_sums(territory: Territory) -> None:
    figures = _figures(territory, [*COUNTS, *_observe("count", {"06633": 24}, "kreis")])
    assert _at(figures, "count", OLD, "kreis") == [24, 90]
    figure = figures.figure(figures._catalogue.indicators["count"], OLD, "kreis", "2019")
    assert figure.official.tolist() == [True, False]


def test_rate_of_a_protected_count_is_protected_whatever_profile_the_count_names(territory: Territory) -> None:
    definitions = [
        Indicator("count", "count", "Pers.", harmonise="sum"),
        Indicator("people", "count", "Pers.", harmonise="sum"),
        Indicator("rate", "rate", "%", numerator="count", denominator="people", factor=100, disclosure="jugendhilfe"),
    ]
    figures = Figures(Catalogue({each.id: each for each in definitions}), territory, [*COUNTS, *PEOPLE])
    assert _at(figures, "count", OLD, "gemeinde")[0] == "SECRET"


def test_index_of_areas_knows_days_and_successors(territory: Territory) -> None:
    index = area_index(territory)
    assert index.is_valid("gemeinde", KEYS[0], date(2008, 12, 31))
    assert index.is_retired("gemeinde", KEYS[0])
    assert index.successors("gemeinde", KEYS[0]) == ("06633030",)
    assert not index.is_valid("gemeinde", "06633030", date(2019, 12, 31))
