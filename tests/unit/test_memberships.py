"""Own levels of groups: what is put together from the public figures of their members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from boundaries import Area, AreaSet, ChangeEvent, Members
from spatial.indicators import Catalogue, DisclosureProfile, Indicator, Observation, Status
from spatial.indicators.columns import COMBINED, STATUSES, flag_names
from spatial.indicators.figures import Figure, Figures
from spatial.indicators.memberships import Grouping, Memberships
from spatial.indicators.territory import Territory, build_territory

OLD, MID, NEW = date(2016, 1, 1), date(2018, 1, 1), date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06633004", "06633005", "06633006")
FOREST = "06633006"
GROUPS = {"A": KEYS[:2], "B": (KEYS[2], KEYS[5]), "C": KEYS[3:5], "F": (FOREST,)}
HALVES = {"W": ("A", "B"), "E": ("C",)}
DEFINITIONS = (
    Indicator("people", "count", "P", additive=True, harmonise="sum"),
    Indicator("cases", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict"),
    Indicator("share", "rate", "%", numerator="cases", denominator="people", factor=100, harmonise="ratio",
              min_denominator=700),
    Indicator("growth", "rate", "%", formula="change_relative", of="people", span=1, harmonise="ratio"),
    Indicator("age", "mean", "Jahre", weight="people", harmonise="wmean"),
    Indicator("rent", "median", "€"),
    Indicator("own", "count", "Fälle", additive=True, harmonise="sum", disclosure="strict"),
    Indicator("own_share", "rate", "%", numerator="own", denominator="people", factor=100, harmonise="ratio"),
)  # fmt: skip
TABLE = {
    ("people", "2017"): (100, 300, 500, 700, 900, 5),
    ("people", "2018"): (200, 300, 600, 700, 900, 5),
    ("cases", "2018"): (20, 30, 40, 3, 50, 1),
    ("age", "2018"): (40, 50, 45, 30, 60, 99),
    ("rent", "2018"): (6, 7, 8, 9, 10, 11),
}


def _squares() -> dict[str, Polygon]:
    return {key: shapely.box(column, 0, column + 1, 1) for column, key in enumerate(KEYS)}


def _united(level: str, groups: dict[str, tuple[str, ...]], shapes: Mapping[str, shapely.Geometry]) -> AreaSet:
    areas = []
    for key, members in groups.items():
        shape = shapely.unary_union([shapes[member] for member in members])
        shape = shapely.multipolygons(list(shapely.get_parts(shape)))
        areas.append(Area(key, level, f"Raum {key}", "", "06633", members != (FOREST,), 1.0, shape))
    return AreaSet(level, OLD, "EPSG:25832", tuple(areas))


def _territory(*events: ChangeEvent, rooms: AreaSet | None = None) -> Territory:
    shapes = _squares()
    towns = tuple(
        Area(key, "gemeinde", f"Ort {key[-1]}", "Gemeinde", "06633", key != FOREST, 1.0, MultiPolygon([shape]))
        for key, shape in shapes.items()
    )
    united = [rooms] if rooms is not None else [_united("raum", GROUPS, shapes)]
    if rooms is None:
        united.append(_united("haelfte", HALVES, {area.key: area.geometry for area in united[0].areas}))
    return build_territory([AreaSet("gemeinde", OLD, "EPSG:25832", towns), *united], events, ())


WITHIN = ChangeEvent(MID, "merger", KEYS[:2], "06633030", "Neuort", "Gemeinde", "toy")
ACROSS = ChangeEvent(NEW, "merger", KEYS[2:4], "06633031", "Grenzort", "Gemeinde", "toy")
GROUPINGS = (
    Grouping("gemeinde", OLD, None),
    Grouping("raum", OLD, Members("gemeinde", KEYS)),
    Grouping("haelfte", OLD, Members("raum", ("A", "B", "C"))),
)


@pytest.fixture(scope="module")
def territory() -> Territory:
    """Six squares; the first two merge within a group, two others merge across one."""
    return _territory(WITHIN, ACROSS)


@pytest.fixture(scope="module")
def figures(territory: Territory) -> Figures:
    return _figures(territory)


_PROFILES = {**Catalogue().profiles, "strict": DisclosureProfile("strict", 5)}


def _figures(territory: Territory, *more: Observation) -> Figures:
    catalogue = Catalogue({each.id: each for each in DEFINITIONS}, profiles=_PROFILES)
    observations = [
        Observation(name, "gemeinde", key, period, float(value), Status.OK, OLD)
        for (name, period), row in TABLE.items()
        for key, value in zip(KEYS, row, strict=True)
    ]
    return Figures(catalogue, territory, [*observations, *more], groupings=GROUPINGS)


def _own(level: str, values: dict[str, float]) -> list[Observation]:
    return [Observation("own", level, key, "2018", value, Status.OK, OLD) for key, value in values.items()]


def _figure(
    figures: Figures, name: str, vintage: date = OLD, level: str = "raum", period: str = "2018"
) -> tuple[Figure, dict[str, float | str]]:
    figure = figures.figure(figures._catalogue.indicators[name], vintage, level, period)
    cells = {
        key: float(value) if known else STATUSES[code].value
        for key, value, known, code in zip(
            figures._territory.keys(vintage, level), figure.column.values, figure.column.known, figure.column.status,
            strict=True,
        )
    }  # fmt: skip
    return figure, cells


def test_counts_are_summed_where_every_member_is_public(figures: Figures) -> None:
    towns = _figure(figures, "cases", level="gemeinde")[1]
    assert [towns[key] for key in KEYS] == [20, 30, "SECRET", "SECRET", 50, "NOT_APPLICABLE"]
    assert _figure(figures, "people")[1] == {"A": 500, "B": 600, "C": 1600, "F": "NOT_APPLICABLE"}
    assert _figure(figures, "cases")[1] == {"A": 50, "B": "SECRET", "C": "SECRET", "F": "NOT_APPLICABLE"}


def test_a_missing_member_makes_a_group_missing(territory: Territory) -> None:
    missing = Observation("cases", "gemeinde", KEYS[4], "2018", None, Status.PENDING, OLD)
    catalogue = Catalogue({each.id: each for each in DEFINITIONS[:2]}, profiles=_PROFILES)
    shown = [Observation("cases", "gemeinde", key, "2018", 50.0, Status.OK, OLD) for key in KEYS[:4]]
    found = Figures(catalogue, territory, [*shown, missing], groupings=GROUPINGS)
    assert _figure(found, "cases")[1] == {"A": 100, "B": 50, "C": "PENDING", "F": "NOT_APPLICABLE"}


def test_rates_and_changes_are_computed_from_the_sums_and_means_are_weighted(figures: Figures) -> None:
    assert _figure(figures, "share")[1] == {"A": "SMALL_BASE", "B": "SECRET", "C": "SECRET", "F": "NOT_APPLICABLE"}
    assert _figure(figures, "growth")[1] == {"A": 25, "B": 20, "C": 0, "F": "NOT_APPLICABLE"}
    assert _figure(figures, "age")[1] == {"A": 46, "B": 45, "C": 46.875, "F": "NOT_APPLICABLE"}
    assert _figure(figures, "share", level="kreis")[1] == {"06633": pytest.approx(100 * 143 / 2700)}


@pytest.mark.parametrize(("status", "expected"), [(None, "EMPTY"), (Status.SECRET, "SECRET")])
def test_a_mean_without_its_weights_is_as_missing_as_they_are(
    territory: Territory, status: Status | None, expected: str
) -> None:
    catalogue = Catalogue({each.id: each for each in DEFINITIONS}, profiles=_PROFILES)
    ages = [Observation("age", "gemeinde", key, "2018", 40.0, Status.OK, OLD) for key in KEYS[:5]]
    people = [Observation("people", "gemeinde", key, "2018", 100.0, Status.OK, OLD) for key in KEYS[1:5]]
    if status is not None:
        people.append(Observation("people", "gemeinde", KEYS[0], "2018", None, status, OLD))
    found = Figures(catalogue, territory, [*ages, *people], groupings=GROUPINGS)
    assert _figure(found, "age")[1] == {"A": expected, "B": 40, "C": 40, "F": "NOT_APPLICABLE"}


def test_what_cannot_be_put_together_has_no_figures(figures: Figures) -> None:
    rent = figures._catalogue.indicators["rent"]
    assert figures.levels(rent) == ["gemeinde"]
    assert figures.levels_from_members(rent) == {}


def test_no_figure_of_a_group_is_official(figures: Figures) -> None:
    figure, _ = _figure(figures, "people")
    assert not figure.official.any()
    assert figure.column.flags[0] & COMBINED
    assert figures.levels(figures._catalogue.indicators["people"])[-2:] == ["haelfte", "raum"]


def test_estimates_stay_estimates() -> None:
    """A figure of the merged town is divided between the old ones; a group of one of them has an estimate."""
    alone = _united("raum", {"X": KEYS[:1]}, _squares())
    territory = _territory(WITHIN, rooms=alone)
    merged = Observation("people", "gemeinde", "06633030", "2018", 1000.0, Status.OK, MID)
    groupings = [Grouping("raum", OLD, Members("gemeinde", KEYS[:1]))]
    found = Figures(Catalogue({"people": DEFINITIONS[0]}), territory, [merged], groupings=groupings)
    figure, cells = _figure(found, "people")
    assert cells == {"X": 500}
    assert flag_names(int(figure.column.flags[0])) == ["ESTIMATED"]
    assert _figure(found, "people", MID)[1] == {"X": "BREAK"}, "half of a town is no whole area"


def test_groups_survive_mergers_within_and_break_at_mergers_across(figures: Figures) -> None:
    assert _figure(figures, "people", MID)[1] == {"A": 500, "B": 600, "C": 1600, "F": "NOT_APPLICABLE"}
    assert _figure(figures, "people", NEW)[1] == {"A": 500, "B": "BREAK", "C": "BREAK", "F": "NOT_APPLICABLE"}
    assert figures.memberships.broken(NEW, "raum") == ("B", "C")
    assert figures.memberships.broken(MID, "raum") == ()


def test_a_period_without_figures_does_not_break(figures: Figures) -> None:
    assert _figure(figures, "cases", NEW, period="2017")[1]["B"] == "EMPTY"


def test_groups_of_groups(figures: Figures) -> None:
    """The groups overlap: F is the forest in B, and no member of a half."""
    assert _figure(figures, "people", level="haelfte")[1] == {"W": 1100, "E": 1600}
    assert _figure(figures, "cases", level="haelfte")[1] == {"W": "SECRET", "E": "SECRET"}
    assert _figure(figures, "people", NEW, level="haelfte")[1] == {"W": "BREAK", "E": "BREAK"}


def test_loaded_figures_take_precedence_and_are_not_mixed_with_sums(territory: Territory) -> None:
    figures = _figures(territory, *_own("raum", {"A": 30.0, "B": 40.0, "C": 3.0}))
    own, share = (figures._catalogue.indicators[name] for name in ("own", "own_share"))
    assert figures.levels_from_members(own) == {"haelfte": "raum"}
    figure, cells = _figure(figures, "own")
    assert figure.official.tolist() == [True, True, True, False]
    assert cells["C"] == "SECRET"
    assert figures.levels(share) == ["haelfte"], "cases that were loaded, over inhabitants that were summed up"
    assert _figure(figures, "own", level="haelfte")[1]["E"] == "SECRET"


def test_sums_of_a_weight_count_against_the_threshold_of_a_loaded_mean(territory: Territory) -> None:
    """Three groups of 4 to 60 people: a mean that few stand behind is secret, however it came."""
    costs = Indicator("costs", "mean", "€", weight="people", harmonise="wmean", disclosure="strict")
    catalogue = Catalogue({"people": DEFINITIONS[0], "costs": costs}, profiles=_PROFILES)
    people = [
        Observation("people", "gemeinde", key, "2018", value, Status.OK, OLD)
        for key, value in zip(KEYS, (2.0, 2.0, 9.0, 30.0, 30.0, 0.0), strict=True)
    ]
    means = [Observation("costs", "raum", key, "2018", 7.5, Status.OK, OLD) for key in "ABC"]
    figures = Figures(catalogue, territory, [*people, *means], groupings=GROUPINGS)
    assert _figure(figures, "people")[1] == {"A": 4, "B": 9, "C": 60, "F": "NOT_APPLICABLE"}
    assert _figure(figures, "costs")[1] == {"A": "SECRET", "B": 7.5, "C": 7.5, "F": "NOT_APPLICABLE"}


def test_nothing_but_public_figures_enters(territory: Territory) -> None:
    """Whatever a group shows is the sum of what its members show."""
    rng = np.random.default_rng(7)
    for _ in range(20):
        row = rng.integers(0, 30, len(KEYS)).tolist()
        loaded = [
            Observation("cases", "gemeinde", key, "2018", float(value), Status.OK, OLD)
            for key, value in zip(KEYS, row, strict=True)
        ]
        catalogue = Catalogue({"cases": DEFINITIONS[1]}, profiles=_PROFILES)
        figures = Figures(catalogue, territory, loaded, groupings=GROUPINGS)
        towns = _figure(figures, "cases", level="gemeinde")[1]
        for group, value in _figure(figures, "cases")[1].items():
            shown = [towns[key] for key in GROUPS[group] if key != FOREST]
            public = [each for each in shown if isinstance(each, float)]
            expected = sum(public) if len(public) == len(shown) else "SECRET"
            assert value == (expected if shown else "NOT_APPLICABLE")


def test_a_level_is_one_of_groups_if_all_its_sets_are(territory: Territory) -> None:
    drawn = Grouping("raum", NEW, None)
    assert Memberships(territory, [*GROUPINGS, drawn]).levels == ("haelfte",)
    around = [Grouping("a", OLD, Members("b", ())), Grouping("b", OLD, Members("a", ()))]
    assert Memberships(territory, around).levels == ()


def test_members_know_their_groups_also_by_way_of_other_groups(figures: Figures) -> None:
    groups = figures.memberships.groups_of(OLD, "gemeinde")
    assert {key: found["raum"] for key, found in groups.items()} == {
        member: key for key, members in GROUPS.items() if key != "F" for member in members
    } | {FOREST: groups[FOREST]["raum"]}
    assert {key: found["haelfte"] for key, found in groups.items() if "haelfte" in found} == {
        member: half for half, rooms in HALVES.items() for room in rooms for member in GROUPS[room]
    }
    assert figures.memberships.groups_of(OLD, "raum") == {
        room: {"haelfte": half} for half, rooms in HALVES.items() for room in rooms
    }
    assert figures.memberships.groups_of(OLD, "kreis") == {}


def test_broken_groups_have_no_members(figures: Figures) -> None:
    assert {found["raum"] for found in figures.memberships.groups_of(NEW, "gemeinde").values()} <= {"A", "F"}
