"""Attacks on small numbers: what a reader could compute from everything that is published together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely
from scipy.optimize import linprog

from boundaries import Area, AreaSet, ChangeEvent, load_bundled
from boundaries.areas import as_multipolygon
from spatial.indicators import Catalogue, DisclosureProfile, Flag, Indicator, Observation, Status
from spatial.indicators.columns import STATUSES
from spatial.indicators.exposure import unprotected
from spatial.indicators.figures import Figures
from spatial.indicators.territory import Territory, build_territory

OLD, NEW = date(2016, 1, 1), date(2020, 1, 1)
KEYS = ("06633001", "06633002", "06633003", "06634001", "06634002")
MERGED = "06633030"
THRESHOLD = 5


def _area(key: str, level: str, boxes: Sequence[tuple[float, float]], parent: str | None = None) -> Area:
    """Area made of stripes of a band one unit high."""
    shape = shapely.union_all([shapely.box(west, 0, east, 1) for west, east in boxes])
    return Area(key, level, key, "Gemeinde", parent, True, shape.area, as_multipolygon(shape))


def _merger() -> ChangeEvent:
    return ChangeEvent(NEW, "merger", KEYS[:2], MERGED, "Neuort", "Gemeinde", "toy")


def _country(*levels: AreaSet) -> Territory:
    """Five stripes in two districts, the first two of which merge in 2020."""
    base = tuple(_area(key, "gemeinde", [(place, place + 1)], key[:5]) for place, key in enumerate(KEYS))
    return build_territory([AreaSet("gemeinde", OLD, "EPSG:25832", base), *levels], (_merger(),), ())


def _later_country() -> Territory:
    """The same, drawn after the merger only."""
    base = tuple(
        _area(key, "gemeinde", [ends], key[:5])
        for key, ends in zip((MERGED, *KEYS[2:]), ((0, 2), (2, 3), (3, 4), (4, 5)), strict=True)
    )
    return build_territory([AreaSet("gemeinde", NEW, "EPSG:25832", base)], (_merger(),), ())


def _count(name: str, disclosure: str = "strict", **more: Any) -> Indicator:
    return Indicator(name, "count", "Pers.", additive=True, harmonise="sum", disclosure=disclosure, **more)


def _catalogue(*definitions: Indicator, **rules: Any) -> Catalogue:
    strict = DisclosureProfile("strict", **{"threshold": THRESHOLD, **rules})
    return Catalogue({each.id: each for each in definitions}, profiles={**Catalogue().profiles, "strict": strict})


def _observe(
    indicator: str, values: Mapping[str, float], level: str = "gemeinde", vintage: date = OLD, period: str = "2019"
) -> list[Observation]:
    return [Observation(indicator, level, key, period, value, Status.OK, vintage) for key, value in values.items()]


def _row(values: Sequence[float]) -> dict[str, float]:
    return dict(zip(KEYS, values, strict=True))


def _at(
    figures: Figures, catalogue: Catalogue, name: str, place: tuple[date, str] = (OLD, "gemeinde"), period: str = "2019"
) -> list[float | str]:
    column = figures.figure(catalogue.indicators[name], *place, period).column
    return [
        float(value) if known else STATUSES[code].value
        for value, known, code in zip(column.values, column.known, column.status, strict=True)
    ]


# -- areas that cannot be drawn ------------------------------------------------------------------------------


def test_categories_of_a_time_that_is_not_drawn_are_linked() -> None:
    """Loaded for boundaries before the first drawn ones: total less old is young all the same."""
    catalogue = _catalogue(_count("all", parts=("young", "old")), _count("young"), _count("old"))
    young, old = _row((8, 20, 30, 3, 50)), _row((30, 30, 30, 30, 30))
    total = {key: young[key] + old[key] for key in KEYS}
    observations = _observe("young", young) + _observe("old", old) + _observe("all", total)
    figures = Figures(catalogue, _later_country(), observations)
    place = (NEW, "gemeinde")
    keys = _later_country().at(NEW, "gemeinde").keys
    shown = {name: dict(zip(keys, _at(figures, catalogue, name, place), strict=True)) for name in catalogue.indicators}
    assert shown["young"][KEYS[3]] == "SECRET"
    assert "SECRET" in (shown["old"][KEYS[3]], shown["all"][KEYS[3]])
    assert shown["all"][MERGED] == 88


def test_a_share_of_everybody_is_seen_where_nothing_is_drawn() -> None:
    rate = Indicator("rate", "rate", "%", numerator="young", denominator="people", factor=100, harmonise="ratio",
                     disclosure="strict")  # fmt: skip
    catalogue = _catalogue(_count("young"), _count("people", "open"), rate, group_disclosure=True)
    observations = _observe("young", _row((30, 20, 30, 40, 50))) + _observe("people", _row((90, 90, 90, 40, 90)))
    territory = _later_country()
    figures = Figures(catalogue, territory, observations)
    row = territory.at(NEW, "gemeinde").keys.index(KEYS[3])
    assert _at(figures, catalogue, "rate", (NEW, "gemeinde"))[row] == "SECRET"
    assert _at(figures, catalogue, "young", (NEW, "kreis")) == [80, 90]


# -- what the source hides -----------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [None, (1, 9)])
def test_two_stars_of_which_everybody_knows_the_range(known: tuple[float, float] | None) -> None:
    """Two stars and a rest of 17 are 8 and 9 if each is 1 to 9; a third figure must go, or the district."""
    catalogue = _catalogue(_count("cases"), source_range=known, threshold=10)
    counts = _observe("cases", _row((0, 0, 40, 50, 60)))[2:]
    stars = [Observation("cases", "gemeinde", key, "2019", None, Status.SECRET, OLD) for key in KEYS[:2]]
    official = _observe("cases", {"06633": 57}, "kreis")
    figures = Figures(catalogue, _country(), [*counts, *stars, *official])
    third, district = _at(figures, catalogue, "cases")[2], _at(figures, catalogue, "cases", (OLD, "kreis"))[0]
    assert ("SECRET" in (third, district)) == (known is not None)


# -- several breakdowns --------------------------------------------------------------------------------------

BY_AGE, BY_SEX = ("young", "old"), ("women", "men")


def _by_age_and_sex(*breakdowns: tuple[str, ...]) -> Catalogue:
    return _catalogue(_count("all", parts=breakdowns), *map(_count, (*BY_AGE, *BY_SEX)))


def _twice_told() -> list[Observation]:
    """One old person and one woman live in the first area; everywhere else there are many of all."""
    young, old = _row((20, 30, 30, 30, 30)), _row((1, 40, 40, 40, 40))
    men, women = _row((19, 33, 33, 33, 33)), _row((2, 37, 37, 37, 37))
    total = {key: young[key] + old[key] for key in KEYS}
    tables = {"young": young, "old": old, "men": men, "women": women, "all": total}
    return [each for name, values in tables.items() for each in _observe(name, values)]


def _solved(shown: Mapping[tuple[str, int], float | str], wanted: tuple[str, int]) -> tuple[float, float]:
    """Interval of a cell that follows from the shown ones, both breakdowns, and the sums of the districts."""
    hidden = sorted(cell for cell, value in shown.items() if not isinstance(value, float))
    if wanted not in hidden:
        return float(shown[wanted]), float(shown[wanted])
    rows, right = [], []

    def tie(total: tuple[str, int], parts: Sequence[tuple[str, int]]) -> None:
        factors = {total: -1.0, **dict.fromkeys(parts, 1.0)}
        rows.append([factors.get(cell, 0.0) for cell in hidden])
        right.append(-sum(factor * float(shown[cell]) for cell, factor in factors.items() if cell not in hidden))

    for place in {place for _, place in shown}:
        for breakdown in (BY_AGE, BY_SEX):
            tie(("all", place), [(name, place) for name in breakdown])
    for name in ("all", *BY_AGE, *BY_SEX):
        tie((name, -1), [(name, 0), (name, 1), (name, 2)])
        tie((name, -2), [(name, 3), (name, 4)])
    ends = []
    for sense in (1.0, -1.0):
        cost = [sense * (cell == wanted) for cell in hidden]
        solved = linprog(cost, A_eq=rows, b_eq=right, bounds=[(1, None)] * len(hidden), method="highs")
        assert solved.status in (0, 3)
        ends.append(sense * float(solved.fun or 0.0) if solved.status == 0 else math.inf)
    return ends[0], ends[1]


def _everything(figures: Figures, catalogue: Catalogue) -> dict[tuple[str, int], float | str]:
    shown: dict[tuple[str, int], float | str] = {}
    for name in catalogue.indicators:
        shown |= {(name, row): value for row, value in enumerate(_at(figures, catalogue, name))}
        districts = _at(figures, catalogue, name, (OLD, "kreis"))
        shown |= {(name, -1 - row): value for row, value in enumerate(districts)}
    return shown


@pytest.mark.parametrize("breakdowns", [(BY_AGE,), (BY_SEX,), (BY_AGE, BY_SEX)], ids=["age", "sex", "both"])
def test_a_total_that_is_broken_down_twice(breakdowns: tuple[tuple[str, ...], ...]) -> None:
    """With one breakdown unsaid, its small count is the total less the rest; with both said, none is."""
    catalogue = _by_age_and_sex(*breakdowns)
    shown = _everything(Figures(catalogue, _country(), _twice_told()), catalogue)
    leaks = [
        cell
        for cell in (("old", 0), ("women", 0))
        for low, high in [_solved(shown, cell)]
        if high < THRESHOLD or high - low < THRESHOLD - 1
    ]
    unsaid = {"old": BY_AGE, "women": BY_SEX}
    assert leaks == [cell for cell in (("old", 0), ("women", 0)) if unsaid[cell[0]] not in breakdowns]
    assert shown["all", -2] == 140


def test_a_part_of_two_breakdowns_that_was_not_loaded_is_one_unknown() -> None:
    """All less the young is the old, and is the women and men among them: so these add up to the old."""
    catalogue = _catalogue(
        _count("all", parts=(("young", "old"), ("young", "women", "men"))),
        *map(_count, ("young", "old", "women", "men")),
    )
    women, men = _row((2, 30, 30, 30, 30)), _row((20, 30, 30, 30, 30))
    old = {key: women[key] + men[key] for key in KEYS}
    total = {key: old[key] + 50 for key in KEYS}
    tables = {"old": old, "men": men, "women": women, "all": total}
    observations = [each for name, values in tables.items() for each in _observe(name, values)]
    figures = Figures(catalogue, _country(), observations)
    assert _at(figures, catalogue, "women")[0] == "SECRET"
    assert "SECRET" in (_at(figures, catalogue, "old")[0], _at(figures, catalogue, "men")[0])


# -- means and rates -----------------------------------------------------------------------------------------


def test_means_do_not_give_their_weights_away() -> None:
    """3 and 20 add up to a public 23, and their means to a public mean: two equations for two unknown counts."""
    age = Indicator("age", "mean", "Jahre", weight="cases", harmonise="wmean")
    catalogue = _catalogue(_count("cases"), age)
    cases, ages = _row((3, 20, 30, 40, 50)), _row((10, 40, 30, 30, 30))
    official = sum(cases[key] * ages[key] for key in KEYS[:3]) / 53
    observations = [
        *_observe("cases", cases), *_observe("age", ages), *_observe("age", {"06633": official}, "kreis"),
    ]  # fmt: skip
    figures = Figures(catalogue, _country(), observations)
    shown = _at(figures, catalogue, "cases")
    means = _at(figures, catalogue, "age")
    assert shown[0] == "SECRET"
    assert _at(figures, catalogue, "cases", (OLD, "kreis")) == [53, 90]
    for count, mean in zip(shown, means, strict=True):
        assert (count == "SECRET") == (mean == "SECRET")


def test_a_weight_that_is_computed_hides_the_mean_of_few_people() -> None:
    age = Indicator("age", "mean", "Jahre", weight="all", harmonise="wmean", disclosure="strict")
    parts = (_count("women", "open"), _count("men", "open"))
    catalogue = _catalogue(*parts, _count("all", "open", formula="sum", terms=("women", "men")), age)
    women, men = _row((1, 20, 30, 40, 50)), _row((2, 20, 30, 40, 50))
    observations = _observe("women", women) + _observe("men", men) + _observe("age", _row((10, 40, 30, 30, 30)))
    assert _at(Figures(catalogue, _country(), observations), catalogue, "age")[0] == "SECRET"


@pytest.mark.parametrize("drawn", [True, False])
def test_the_mean_of_few_people_is_hidden_whenever_it_was_collected(drawn: bool) -> None:
    age = Indicator("age", "mean", "Jahre", weight="people", harmonise="wmean", disclosure="strict")
    catalogue = _catalogue(_count("people", "open"), age)
    observations = _observe("people", _row((90, 20, 30, 3, 50))) + _observe("age", _row((10, 40, 30, 31, 30)))
    territory = _country() if drawn else _later_country()
    row = territory.at(NEW, "gemeinde").keys.index(KEYS[3])
    assert _at(Figures(catalogue, territory, observations), catalogue, "age", (NEW, "gemeinde"))[row] == "SECRET"


def test_a_loaded_rate_of_few_cases_is_secret() -> None:
    """3 % of 100 people are 3 people."""
    rate = Indicator("quota", "rate", "%", weight="people", harmonise="wmean", disclosure="strict")
    catalogue = _catalogue(_count("people", "open"), rate)
    observations = _observe("people", _row((100, 1000, 1000, 1000, 1000))) + _observe("quota", _row((3, 3, 0, 3, 3)))
    figures = Figures(catalogue, _country(), observations)
    assert _at(figures, catalogue, "quota") == ["SECRET", 3, 0, 3, 3]


@pytest.mark.parametrize(
    ("unit", "base"),
    [("%", 100), ("‰", 1000), ("je 1 000 Einwohner", 1000), ("Fälle je 10.000 EW", 10_000), ("per 100,000", 100_000)],
)
def test_a_loaded_rate_of_few_cases_is_secret_whatever_it_is_stated_per(unit: str, base: float) -> None:
    rate = Indicator("quota", "rate", unit, weight="people", harmonise="wmean", disclosure="strict")
    catalogue = _catalogue(_count("people", "open"), rate)
    people = _observe("people", _row((100_000, 100_000, 1000, 100_000, 100_000)))
    few, many = base * 4 / 100_000, base * 5 / 100_000
    observations = people + _observe("quota", _row((few, many, many, 0, many)))
    assert _at(Figures(catalogue, _country(), observations), catalogue, "quota") == [
        "SECRET", many, "SECRET", 0, many,
    ]  # fmt: skip


def test_a_mean_that_one_contributor_dominates_is_secret_and_hides_the_district() -> None:
    costs = Indicator("costs", "mean", "EUR", weight="places", harmonise="wmean", disclosure="strict")
    catalogue = _catalogue(_count("places", "open"), costs, dominance=True)
    marked = replace(_observe("costs", {KEYS[0]: 700.0})[0], flags=(Flag.DOMINANT,))
    observations = [
        *_observe("places", _row((90, 90, 90, 90, 90))), marked, *_observe("costs", _row((0, 40, 30, 30, 30)))[1:],
    ]  # fmt: skip
    figures = Figures(catalogue, _country(), observations)
    assert _at(figures, catalogue, "costs") == ["SECRET", 40, 30, 30, 30]
    assert _at(figures, catalogue, "costs", (OLD, "kreis")) == ["SECRET", 30]
    relaxed = _catalogue(_count("places", "open"), costs)
    assert _at(Figures(relaxed, _country(), observations), relaxed, "costs")[0] == 700


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "mean", "unit": "Jahre"}, "for nothing says how many people"),
        ({"kind": "index", "unit": "z-Wert"}, "for nothing says how many people"),
        ({"kind": "rate", "unit": "%"}, "for nothing says how many people"),
        ({"kind": "rate", "unit": "Punkte", "weight": "people"}, "the unit 'Punkte' does not say per how many"),
        ({"kind": "rate", "unit": "je 1 000", "weight": "people"}, None),
        ({"kind": "mean", "unit": "Jahre", "weight": "people"}, None),
        ({"kind": "mean", "unit": "Jahre", "disclosure": "open"}, None),
        ({"kind": "rate", "unit": "%", "numerator": "few", "denominator": "people", "factor": 100}, None),
        ({"kind": "count", "unit": "Pers."}, None),
    ],
)
def test_figures_that_no_profile_can_protect_are_named(fields: dict[str, Any], said: str | None) -> None:
    looked_at = Indicator("looked_at", **{"disclosure": "strict", **fields})
    catalogue = _catalogue(_count("people", "open"), _count("few"), looked_at)
    found = list(unprotected(catalogue, catalogue.indicators))
    assert [name for name, _ in found] == (["looked_at"] if said else [])
    assert all(said in sentence.en and sentence.de.startswith("looked_at: ") for _, sentence in found if said)


# -- everybody -----------------------------------------------------------------------------------------------


def test_a_sum_that_is_everybody_is_secret() -> None:
    """20 young and 20 old of 40 people: nobody is left."""
    rate = Indicator("rate", "rate", "%", numerator="both", denominator="people", factor=100, harmonise="ratio",
                     disclosure="strict")  # fmt: skip
    both = _count("both", formula="sum", terms=("young", "old"))
    catalogue = _catalogue(_count("young"), _count("old"), both, _count("people", "open"), rate, group_disclosure=True)
    young, old = _row((30, 20, 30, 20, 50)), _row((30, 20, 30, 20, 50))
    people = _row((90, 90, 90, 40, 900))
    observations = _observe("young", young) + _observe("old", old) + _observe("people", people)
    figures = Figures(catalogue, _country(), observations)
    assert _at(figures, catalogue, "rate")[3] == "SECRET"
    assert "SECRET" in (_at(figures, catalogue, "young")[3], _at(figures, catalogue, "old")[3])


# -- time ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts", [("2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4"), tuple(f"2019-{month:02}" for month in range(1, 13))]
)
def test_a_year_less_its_other_parts_is_no_secret_part(parts: tuple[str, ...]) -> None:
    catalogue = _catalogue(_count("births", period_type="sum"))
    usual = _row((20, 30, 40, 50, 60))
    observations = [
        each
        for place, part in enumerate(parts)
        for each in _observe("births", {**usual, KEYS[0]: 3.0} if place == 0 else usual, period=part)
    ]
    years = {key: usual[key] * len(parts) - (17 if key == KEYS[0] else 0) for key in KEYS}
    figures = Figures(catalogue, _country(), observations + _observe("births", years))
    year = _at(figures, catalogue, "births")[0]
    hidden = [part for part in parts if _at(figures, catalogue, "births", period=part)[0] == "SECRET"]
    assert parts[0] in hidden
    assert year == "SECRET" or len(hidden) > 1


def _months(first: int = 1, year: int = 2019) -> tuple[str, ...]:
    return tuple(f"{year + (month > 12)}-{(month - 1) % 12 + 1:02}" for month in range(first, first + 12))


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("2019", _months()),
        ("2019-2020", _months(first=8)),
        ("2019-02", tuple(f"2019-02-{day:02}" for day in range(1, 29))),
    ],
    ids=["year", "school year", "month"],
)
@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("name", ["a_by_part", "z_by_part"])
def test_one_count_under_two_ids_is_one_count(name: str, linked: bool, whole: str, parts: tuple[str, ...]) -> None:
    """What is loaded by year and by month must be two indicators; said to be the same, they protect each other."""
    by_part = _count(name, period_type="sum", same_as="by_whole" if linked else None)
    catalogue = _catalogue(_count("by_whole", period_type="sum"), by_part)
    usual = _row((20, 30, 40, 50, 60))
    observations = [
        each
        for place, part in enumerate(parts)
        for each in _observe(name, {**usual, KEYS[0]: 3.0} if place == 0 else usual, period=part)
    ]
    total = {key: usual[key] * len(parts) - (17 if key == KEYS[0] else 0) for key in KEYS}
    figures = Figures(catalogue, _country(), observations + _observe("by_whole", total, period=whole))
    shown = _at(figures, catalogue, "by_whole", period=whole)[0]
    hidden = [part for part in parts if _at(figures, catalogue, name, period=part)[0] == "SECRET"]
    assert parts[0] in hidden
    assert (shown == "SECRET" or len(hidden) > 1) == linked


@pytest.mark.parametrize("linked", [True, False])
def test_a_year_that_is_a_day_is_linked_with_that_day(linked: bool) -> None:
    of_year = _count("of_year", reference_day="12-31")
    of_day = _count("of_day", "open", same_as="of_year" if linked else None)
    catalogue = _catalogue(of_year, of_day)
    counts = _row((3, 30, 40, 50, 60))
    observations = _observe("of_year", counts) + _observe("of_day", counts, period="2019-12-31")
    observations += _observe("of_day", _row((8, 30, 40, 50, 60)), period="2019-06-30")
    figures = Figures(catalogue, _country(), observations)
    assert _at(figures, catalogue, "of_year")[0] == "SECRET"
    assert _at(figures, catalogue, "of_day", period="2019-12-31")[0] == ("SECRET" if linked else 3)
    assert _at(figures, catalogue, "of_day", period="2019-06-30")[0] == 8


# -- a town that leaves its district -------------------------------------------------------------------------


@pytest.mark.parametrize("official", [False, True])
def test_hanau_is_not_the_difference_of_its_district_before_and_after(official: bool) -> None:
    """Since 2026 the town is a district of its own; the old district with it less the one without it is the town."""
    bundled = load_bundled()
    main_kinzig = tuple(area for area in bundled.gemeinden.areas if area.key[:5] in ("06435", "06411"))
    leaves = [event for event in bundled.events if event.to_key == "06415000"]
    territory = build_territory([AreaSet("gemeinde", OLD, bundled.gemeinden.crs, main_kinzig)], tuple(leaves), ())
    after = territory.vintages[-1]
    assert after == date(2026, 1, 1)
    catalogue = _catalogue(_count("cases"))
    counts = {area.key: 3.0 if area.key == "06435014" else 40.0 for area in main_kinzig if area.populated}
    observations = _observe("cases", counts)
    if official:
        total = sum(value for key, value in counts.items() if key.startswith("06435"))
        observations += _observe("cases", {"06435": total}, "kreis")
    figures = Figures(catalogue, territory, observations)
    shown: dict[tuple[date, str], float | str] = {}
    for vintage in (OLD, after):
        for level in ("gemeinde", "kreis", "land"):
            keys = territory.at(vintage, level).keys
            values = _at(figures, catalogue, "cases", (vintage, level))
            shown |= {(vintage, key): value for key, value in zip(keys, values, strict=True)}
    assert [shown[OLD, "06435014"], shown[after, "06415000"], shown[after, "06415"]] == ["SECRET"] * 3
    assert "SECRET" in (shown[OLD, "06435"], shown[after, "06435"])
    left = [shown[after, key] for key in territory.at(after, "gemeinde").keys if key.startswith("06435")]
    assert "SECRET" in (shown[OLD, "06435"], *left), "the district less all others would be the town"


# -- levels that fill each other's gaps ----------------------------------------------------------------------


def test_levels_that_complete_each_other_are_linked() -> None:
    """The district less the region of one level is the quarter of another."""
    region = AreaSet("raum", OLD, "EPSG:25832", (_area("R1", "raum", [(0, 2)]),))
    rest = AreaSet("ort", OLD, "EPSG:25832", (_area("Q1", "ort", [(2, 3)]),))
    catalogue = _catalogue(_count("cases"))
    observations = [
        *_observe("cases", {"R1": 90}, "raum"),
        *_observe("cases", {"Q1": 3}, "ort"),
        *_observe("cases", {"06633": 93, "06634": 200}, "kreis"),
    ]
    figures = Figures(catalogue, _country(region, rest), observations)
    assert _at(figures, catalogue, "cases", (OLD, "ort")) == ["SECRET"]
    shown = _at(figures, catalogue, "cases", (OLD, "raum")) + _at(figures, catalogue, "cases", (OLD, "kreis"))[:1]
    assert "SECRET" in shown
