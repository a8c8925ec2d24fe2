"""Bundled figures: complete, consistent with the official totals, on the right keys, and reproducible."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from boundaries import load_bundled, parent_key
from spatial.indicators import (
    AreaIndex,
    AreaRow,
    Catalogue,
    Observation,
    Status,
    TableMapping,
    import_table,
    load_catalogue,
    load_mapping,
)
from spatial.indicators.demo import CATALOGUE, FIGURES, figure_files
from spatial.indicators.demo.compile import TABLES, render
from spatial.indicators.derivation import derived_periods

Series = dict[str, tuple[float | None, str]]

UNINHABITED = ("06431200", "06435200", "06633200", "06636200")
WESERTAL_PARTS = ("06633021", "06633027")
KREIS_KASSEL = {
    "2008": 239236, "2015": 235813, "2018": 236633, "2019": 236764, "2021": 237268, "2022": 240718,
}  # fmt: skip
HESSEN = {
    "2008": 6064953, "2011": 5993771, "2015": 6176172, "2018": 6265809, "2019": 6288080, "2021": 6295017,
    "2022": 6391360,
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CATALOGUE)


@pytest.fixture(scope="module")
def areas() -> AreaIndex:
    """All areas of Hessen with their validity, from the bundled boundaries and changes."""
    bundled = load_bundled()
    ends: dict[str, tuple[date, tuple[str, ...]]] = {}
    starts: dict[str, date] = {}
    for event in bundled.events:
        for key in event.from_keys:
            if key != event.to_key:
                ends[key] = (event.date, (event.to_key,))
        starts[event.to_key] = event.date
    base = {area.key for area in bundled.gemeinden.areas}
    rows = []
    for key in sorted(base | set(starts)):
        end, successors = ends.get(key, (None, ()))
        rows.append(AreaRow("gemeinde", key, "", None if key in base else starts[key], end, successors))
    upper = {parent_key(row.key, "gemeinde") for row in rows}
    while upper:
        rows += [AreaRow(level, key) for key, level in sorted(filter(None, upper))]
        upper = {parent_key(*area) for area in upper if area} - {None}
    return AreaIndex(rows)


@pytest.fixture(scope="module")
def figures() -> dict[tuple[str, str], Series]:
    """Indicator and period to key to value and status, as they stand in the files."""
    found: dict[tuple[str, str], Series] = defaultdict(dict)
    for path, _ in figure_files():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                series = found[row["indicator"], row["period"]]
                assert row["key"] not in series, f"{path.name}: {row} comes twice"
                series[row["key"]] = (float(row["value"]) if row["value"] else None, row["status"])
    return dict(found)


@pytest.fixture(scope="module")
def observations(catalogue: Catalogue, areas: AreaIndex) -> list[Observation]:
    """All files, loaded as the command line loads them."""

    def load() -> Iterator[Observation]:
        for path, mapping in figure_files():
            found = load_mapping(mapping) if mapping else TableMapping()
            result = import_table(path, catalogue=catalogue, areas=areas, mapping=found, strict=True)
            report = result.report
            assert report.rows == report.accepted + report.other_levels, path.name
            assert len(result.observations) == report.rows, path.name
            assert (report.repaired_keys, report.problems) == ((), ()), path.name
            yield from result.observations

    return list(load())


def by_kreis(series: Series) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for key, (value, _) in series.items():
        if len(key) == 8:
            sums[key[:5]] += value or 0
    return sums


def test_every_file_loads_without_a_rejected_row(observations: list[Observation]) -> None:
    assert len({(o.indicator, o.level, o.key, o.period) for o in observations}) == len(observations)
    assert len(observations) > 30_000


def test_the_breadth_of_the_catalogue(catalogue: Catalogue, observations: list[Observation]) -> None:
    main = [i for i in catalogue.indicators.values() if "basis" not in i.tags]
    loaded = {o.indicator for o in observations if o.level == "gemeinde"}
    municipal = [i for i in main if set(catalogue.leaves(i.id)) <= loaded]
    assert len(main) >= 24
    assert len(municipal) >= 18
    assert {i.theme for i in main} == set(catalogue.themes)
    assert len({i.theme for i in municipal}) >= 9


def test_every_loaded_indicator_is_defined_and_every_definition_has_figures(
    catalogue: Catalogue, observations: list[Observation]
) -> None:
    loaded = {o.indicator for o in observations}
    assert loaded == {i.id for i in catalogue.indicators.values() if not i.is_derived}


def test_every_derived_indicator_has_a_period_with_all_its_inputs(
    catalogue: Catalogue, figures: dict[tuple[str, str], Series]
) -> None:
    def periods(name: str) -> set[str]:
        indicator = catalogue.indicators[name]
        if indicator.is_derived:
            return derived_periods(indicator, periods)
        return {period for loaded, period in figures if loaded == name}

    assert [name for name in catalogue.indicators if not periods(name)] == []


def test_the_catalogue_tells_people_what_they_look_at(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        for name in ("title_de", "title_en", "definition_de", "definition_en", "source", "licence", "attribution"):
            assert getattr(indicator, name), f"{indicator.id} has no {name}"
        assert bool(indicator.note_de) == bool(indicator.note_en), indicator.id
        assert bool(indicator.retrieved) != indicator.synthetic, indicator.id


def test_the_synthetic_indicator_says_so_everywhere(catalogue: Catalogue) -> None:
    synthetic = [i for i in catalogue.indicators.values() if i.synthetic]
    assert {i.id for i in synthetic} == {"hze_base", "hze_cases", "hze_rate"}
    for indicator in synthetic:
        assert "(synthetisch)" in indicator.title_de
        assert "(synthetic)" in indicator.title_en
        assert indicator.source.startswith("Synthetisch")
        assert "Erfundene Zahlen" in indicator.note_de
        assert catalogue.threshold(indicator.id) == 5


def test_population_of_landkreis_kassel_and_hessen(figures: dict[tuple[str, str], Series]) -> None:
    for year, people in KREIS_KASSEL.items():
        assert by_kreis(figures["pop_total", year])["06633"] == people, year
    for year, people in HESSEN.items():
        assert sum(by_kreis(figures["pop_total", year]).values()) == people, year
    for year in ("2008", "2015", "2018"):
        assert figures["pop_total", year]["06633"][0] == KREIS_KASSEL[year]
        assert figures["pop_total", year]["06"][0] == HESSEN[year]


def test_municipalities_add_up_to_districts_and_land(
    catalogue: Catalogue, figures: dict[tuple[str, str], Series]
) -> None:
    """Exactly for counts of people; for averages and rounded quantities within half a unit per municipality."""
    rounded = {"unemployed", "income_total", "living_space", "area_total", "area_settlement"}
    half_unit = {"living_space": 50.0, "area_total": 0.005, "area_settlement": 0.005}
    checked = set()
    for (name, period), series in figures.items():
        districts = {key: value for key, (value, _) in series.items() if len(key) == 5}
        municipal = Counter(key[:5] for key in series if len(key) == 8)
        if not catalogue.indicators[name].additive or name == "area_inhabited" or not districts or not municipal:
            continue
        is_rounded = name in rounded or name.startswith("unemployed")
        sums = by_kreis(series)
        for key, value in districts.items():
            assert value is not None
            slack = half_unit.get(name, 0.5) * (municipal[key] + 1) if is_rounded else 0
            assert abs(sums[key] - value) <= slack + 1e-6, (name, period, key, sums[key], value)
        land = series["06"][0]
        assert land is not None
        assert abs(sum(sums.values()) - land) <= (half_unit.get(name, 0.5) * 431 if is_rounded else 0) + 1e-6
        checked.add(name)
    assert len(checked) >= 24


def test_each_period_has_the_areas_of_its_day(figures: dict[tuple[str, str], Series]) -> None:
    base = {area.key for area in load_bundled().gemeinden.areas}
    assert len(base) == 430
    for (name, period), series in figures.items():
        levels = Counter(len(key) for key in series)
        if levels[5]:
            assert (levels[2], levels[3], levels[5]) == (1, 3, 26), (name, period)
    for period in ("2008", "2015"):
        assert {key for key in figures["pop_total", period] if len(key) == 8} == base
    municipal = {p: {k for k in figures["pop_total", p] if len(k) == 8} for p in ("2018", "2019", "2021", "2022")}
    assert {p: len(keys) for p, keys in municipal.items()} == {"2018": 423, "2019": 427, "2021": 426, "2022": 425}
    assert set(WESERTAL_PARTS) <= municipal["2019"]
    assert "06633030" in municipal["2021"] - municipal["2019"]
    assert "06635005" in municipal["2021"] - municipal["2022"]
    assert len({k for k in figures["doctors", "2015"] if len(k) == 8}) == 422


def test_keys_refer_to_the_boundaries_they_were_published_on(observations: list[Observation]) -> None:
    vintages = defaultdict(set)
    for o in observations:
        vintages[o.indicator, o.period].add(o.vintage)
    assert vintages["doctors", "2015"] == {date(2022, 12, 31)}
    assert vintages["pop_total", "2022"] == {date(2023, 11, 30)}
    assert vintages["pop_total", "2019"] == {date(2019, 12, 31)}


def test_uninhabited_areas_have_no_invented_figures(figures: dict[tuple[str, str], Series]) -> None:
    for key in UNINHABITED:
        assert figures["pop_total", "2015"][key] == (0.0, "ZERO_EXACT")
        assert figures["age_mean", "2015"][key] == (None, "NOT_APPLICABLE")
        assert figures["turnout", "2009"][key] == (None, "NOT_APPLICABLE")
        assert figures["unemployed", "2016"][key] == (None, "NOT_MEANINGFUL")
        assert key not in figures["pop_total", "2018"]
        assert key not in figures["doctors", "2022"]
        assert not any(key in figures[name, "2015"] for name in ("hze_cases", "area_inhabited"))
    assert figures["area_settlement", "2015"]["06633200"] == (1.28, "")
    assert figures["commuters_out", "2015"]["06633"] == (None, "NOT_MEANINGFUL")


def test_single_figures_against_the_source(figures: dict[tuple[str, str], Series]) -> None:
    """Naumburg as printed in the tables."""
    expected = {
        ("pop_total", "2015"): 5085, ("pop_total", "2010"): 5265, ("age_mean", "2015"): 45.7,
        ("pop_u20", "2015"): 123 + 115 + 165 + 236 + 145 + 106, ("pop_65plus", "2015"): 539 + 587,
        ("pop_15_64", "2015"): 145 + 106 + 275 + 276 + 244 + 279 + 318 + 417 + 472 + 431 + 357,
        ("net_migration", "2015"): 246 - 267, ("net_migration_family", "2015"): 47 + 74 - 39 - 73,
        ("unemployed", "2016"): 123, ("unemployed_disabled", "2016"): 8, ("unemployed_15_24", "2016"): 11,
        ("unemployed_55_64", "2016"): 36, ("unemployed_longterm", "2016"): 48, ("turnout", "2013"): 74.8,
        ("eligible_voters", "2009"): 4352, ("employed_residence", "2015"): 2020, ("commuters_out", "2015"): 1674,
        ("employed_workplace", "2015"): 809,
        ("dwellings", "2010"): 2261, ("living_space", "2010"): 240000, ("area_total", "2015"): 66.29,
        ("area_settlement", "2015"): 5.46, ("taxpayers", "2010"): 2565, ("income_total", "2007"): 69676,
        ("census_foreign", "2011"): 97, ("general_practitioners", "2018"): 5.97, ("area_inhabited", "2022"): 66.32,
    }  # fmt: skip
    found = {name: figures[name]["06633018"][0] for name in expected}
    assert found == pytest.approx(expected)


def test_the_synthetic_cases_have_small_numbers_to_protect(figures: dict[tuple[str, str], Series]) -> None:
    for year in ("2015", "2018", "2019", "2021", "2022"):
        counts = [value for value, _ in figures["hze_cases", year].values()]
        assert all(value is not None and value >= 0 and value == int(value) for value in counts)
        assert sum(1 <= (value or 0) < 5 for value in counts) >= 60
        assert counts.count(0) >= 5
        kreis = [value for key, (value, _) in figures["hze_cases", year].items() if key.startswith("06633")]
        assert sum(1 <= (value or 0) < 5 for value in kreis) >= 4


def test_statuses_are_codes_and_agree_with_values(figures: dict[tuple[str, str], Series]) -> None:
    for name, series in figures.items():
        for key, (value, code) in series.items():
            status = Status(code) if code else Status.OK
            assert (value is not None) == status.carries_value, (name, key)


@pytest.mark.shared
@pytest.mark.slow
def test_the_source_files_give_the_same_bytes(shared_data: Path) -> None:
    compiled = {f"{stem}.csv": render(read(shared_data)) for stem, read in TABLES.items()}
    committed = {path.name: path.read_bytes().decode("utf-8") for path in FIGURES.glob("*.csv")}
    assert compiled.keys() == committed.keys()
    for name, text in compiled.items():
        assert text == committed[name], f"{name} differs; run python -m spatial.indicators.demo.compile"


def test_the_documentation_names_every_indicator_and_file(catalogue: Catalogue) -> None:
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    assert [name for name in catalogue.indicators if f"| `{name}` |" not in text] == []
    assert [stem for stem in TABLES if f"| `{stem}` |" not in text] == []
