"""The standard catalogue: the 66 indicators of the subject table with their facts, and what fits together."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import pytest

from spatial.indicators import AreaIndex, AreaRow, Catalogue, CatalogueError, Indicator, TableMapping, import_table
from spatial.indicators.catalogue import check_catalogue
from spatial.indicators.definitions import load_catalogue
from spatial.indicators.demo import CATALOGUE as DEMO
from spatial.indicators.derivation import derived_periods, inputs_at
from spatial.indicators.standard import BASIS, standard_catalogue, with_standard
from spatial.indicators.unit_list import unlisted

# id, factor, polarity, kind, theme, day or type of period, codes of the source tables
TABLE = """
pop_total - 0 count bevoelkerung 12-31 12411-01-01-5
pop_change5 - 0 rate bevoelkerung 12-31 12411-01-01-5
pop_density 1 0 rate bevoelkerung 12-31 33111-01-02-5
age_mean - 0 mean bevoelkerung 12-31 12411-07-01-5
youth_ratio 100 0 rate bevoelkerung 12-31 12411-02-03-5 12411-08-01-4
old_ratio 100 0 rate bevoelkerung 12-31 12411-02-03-5
births_rate 1000 0 rate bevoelkerung sum 12612-91-01-5
nat_balance 1000 0 rate bevoelkerung sum 12613-91-01-5
mig_balance 1000 0 rate bevoelkerung sum 12711-91-01-5
mig_fam 1000 1 rate bevoelkerung sum 12711-01-03-5
foreign_share 100 0 rate bevoelkerung 12-31 12411-03-03-4
u3_pop - 0 count familie 12-31 12411-02-03-5
kita_u3 100 1 rate familie 03-01 22543-03-01-4
kita_3_6 100 1 rate familie 03-01 22543-04-01-4
hze_rate 1000 -1 rate familie sum 22517 22518
hze_stat 1000 -1 rate familie sum
hze_amb 1000 0 rate familie sum
par8a 1000 -1 rate familie sum 22518
inobhut 1000 -1 rate familie sum 22523
singlepar_sgb2 100 -1 rate familie -
child_pov 100 -1 rate familie - 22811-02-02-4
child_pov_u3 100 -1 rate familie -
school_nodeg 100 -1 rate familie sum 21111-02-06-4
school_entry 100 -1 rate familie sum
pop65 100 0 rate aeltere 12-31 12411-02-03-5
pop80 100 0 rate aeltere 12-31
old_single 100 -1 rate aeltere 05-15
gsia 100 -1 rate aeltere 12-31 22151-01-02-4
care_need 1000 -1 rate aeltere 12-31 22411-02-05-4
care_places 100 1 rate aeltere 12-31 22411
care_home_share 100 0 rate aeltere 12-31 22411-02-05-4
disab_sev 1000 0 rate behinderung 12-31 22711
disab_u18 1000 0 rate behinderung 12-31
egh 1000 0 rate behinderung 12-31 22161-01-01-4
disab_unempl 100 -1 rate behinderung mean 13211-01-03-5
ref_asyl 1000 0 rate gefluechtete 12-31 22221-01-01-4
ref_prot 1000 0 rate gefluechtete 12-31 12531-0043
ref_gu 100 0 rate gefluechtete -
ref_ukr - 0 count gefluechtete -
natural 100 1 rate gefluechtete sum 12511-04-01-4
vol_clubs 1000 1 rate ehrenamt instant
vol_card 1000 1 rate ehrenamt instant
vol_fire 1000 1 rate ehrenamt 12-31
turnout 100 1 rate ehrenamt - 14111-01-03-5
gp_density 1 -1 rate gesundheit -
pharm_dens 10000 1 rate gesundheit 12-31
pharm_dist - -1 mean gesundheit -
pharm_15 100 1 rate gesundheit -
hosp_beds 1000 1 rate gesundheit 12-31 23111-01-05-4
mort_prev 100000 -1 rate gesundheit sum 12613-93-01-4
emp_rate 100 1 rate beschaeftigung 06-30 13111-02-02-5
unemp_share 100 -1 rate beschaeftigung mean 13211-01-03-5
unemp_lt 100 -1 rate beschaeftigung mean 13211-01-03-5
unemp_youth 100 -1 rate beschaeftigung mean 13211
commute_bal 1000 0 rate beschaeftigung 06-30 13111 19321
income_tax - 1 mean beschaeftigung sum 73111-01-01-5
sgb2_quote 100 -1 rate hilfebedarf - 22811-02-02-4
minsich 100 -1 rate hilfebedarf 12-31 22811-01-01-4
hlu 1000 -1 rate hilfebedarf 12-31 22121-01-04-4
debt_adv 10000 -1 rate hilfebedarf sum 52411-02-01-4
wohngeld 1000 -1 rate hilfebedarf 12-31 22311-01-02-4
flats 1000 1 rate wohnen 12-31 31231-02-01-5
vacancy 100 0 rate wohnen 05-15 4000W
rent_m2 - 0 mean wohnen 05-15
bus_access 100 1 rate wohnen -
msi - -1 index hilfebedarf sum
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]

# What a rate is made of, where the table says it.
FRACTIONS = {
    "youth_ratio": ("pop_u20", "pop_20_64"), "old_ratio": ("pop_65plus", "pop_20_64"),
    "births_rate": ("births", "pop_total"), "pop_density": ("pop_total", "area_inhabited"),
    "kita_u3": ("childcare_u3", "u3_pop"), "kita_3_6": ("childcare_3_5", "pop_3_5"),
    "hze_rate": ("hze_cases", "pop_u21"), "hze_stat": ("hze_stat_cases", "pop_u21"),
    "hze_amb": ("hze_amb_cases", "pop_u21"), "par8a": ("par8a_cases", "pop_u18"),
    "singlepar_sgb2": ("bg_single_parent", "bg_total"), "child_pov": ("sgb2_u15", "pop_u15"),
    "child_pov_u3": ("sgb2_u3", "u3_pop"), "gsia": ("gsia_recipients", "pop_65plus"),
    "care_places": ("care_home_places", "pop_75plus"), "disab_unempl": ("unemployed_disabled", "unemployed"),
    "natural": ("naturalisations", "foreigners"), "turnout": ("voters", "eligible_voters"),
    "gp_density": ("pop_total", "gp_fte"), "vol_fire": ("firefighters", "pop_17_64"),
    "unemp_share": ("unemployed", "pop_15_64"), "unemp_lt": ("unemployed_longterm", "unemployed"),
    "unemp_youth": ("unemployed_15_24", "pop_15_24"), "sgb2_quote": ("sgb2_recipients", "pop_below_age_limit"),
    "debt_adv": ("insolvencies", "pop_18plus"), "wohngeld": ("wohngeld_households", "households"),
    "commute_bal": ("commuter_balance", "employed_residence"), "income_tax": ("income_total", "taxpayers"),
}  # fmt: skip
POVERTY = {
    "armut": {"singlepar_sgb2", "child_pov", "child_pov_u3", "gsia", "unemp_share", "unemp_lt", "unemp_youth",
              "sgb2_quote", "minsich", "hlu", "debt_adv", "wohngeld", "msi"},
    "kinderarmut": {"singlepar_sgb2", "child_pov", "child_pov_u3"},
    "altersarmut": {"gsia"},
}  # fmt: skip
PROFILES = {
    "jugendhilfe": {"hze_rate", "hze_stat", "hze_amb", "par8a", "inobhut", "school_nodeg"},
    "sgb2": {"singlepar_sgb2", "child_pov", "child_pov_u3", "sgb2_quote", "msi", "minsich", "unemp_share", "unemp_lt",
             "unemp_youth", "disab_unempl"},
    "svb": {"emp_rate", "commute_bal", "income_tax"},
    "zensus": {"old_single", "vacancy", "rent_m2"},
    "runden5": {"ref_prot"},
    "sozialamt": {"gsia", "egh", "debt_adv", "wohngeld", "hlu", "ref_asyl", "ref_ukr", "natural"},
    "gesundheit": {"school_entry", "care_need", "care_home_share", "disab_sev", "disab_u18", "mort_prev"},
}  # fmt: skip

# Who is counted, by the rule that holds for the source: each loaded count of the catalogue stands here once.
COUNTS = {
    # Agency of employment, SGB II and III: below 10 is secret, and so are sums with other benefits.
    "sgb2": """bg_total bg_single_parent sgb2_recipients sgb2_u15 sgb2_15plus sgb2_u3 unemployed unemployed_disabled
        unemployed_longterm unemployed_15_24 minsich_recipients""",
    # Employees and taxpayers: below 3, and where one contributor dominates.
    "svb": "employed_residence employed_residence_15_64 employed_workplace taxpayers income_total",
    # Youth welfare: microdata of an office.
    "jugendhilfe": "hze_cases hze_stat_cases hze_amb_cases par8a_cases inobhut_cases leavers_without_certificate",
    # Benefits of offices under SGB IX, XII and AsylbLG, insolvencies, and files on foreign nationals.
    "sozialamt": """gsia_recipients gsem_recipients hlu_recipients egh_recipients wohngeld_households insolvencies
        asylum_recipients shelter_occupied ref_ukr naturalisations""",
    # Health, care and disability.
    "gesundheit": """care_recipients care_at_home disabled_severe disabled_severe_u18 entry_language_need deaths_u65""",
    # Central register of foreign nationals: comes in multiples of 5.
    "runden5": "protection_seekers",
    # Published in full by the offices, facilities, and bases of rates.
    "open": """pop_total u3_pop area_inhabited pop_u15 pop_u18 pop_u20 pop_u21 pop_3_5 pop_family pop_15_24 pop_15_64
        pop_17_64 pop_18plus pop_20_64 pop_u65 pop_below_age_limit pop_65plus pop_75plus pop_80plus foreigners births
        deaths moves_in moves_out moves_in_family moves_out_family childcare_u3 childcare_3_5 leavers entry_examined
        households_65plus households_65plus_single care_home_places shelter_places clubs volunteer_cards firefighters
        voters eligible_voters gp_fte pharmacies pop_pharmacy_15 hospital_beds households dwellings dwellings_census
        dwellings_vacant dwellings_rented pop_bus_500""",
}


@pytest.fixture(scope="module")
def standard() -> Catalogue:
    return standard_catalogue()


def test_the_table_is_complete_and_in_its_order(standard: Catalogue) -> None:
    main = [each.id for each in standard.indicators.values() if BASIS not in each.tags]
    assert len(main) == 66
    assert main == [row[0] for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_facts_of_the_table(standard: Catalogue, row: list[str]) -> None:
    name, factor, polarity, kind, theme, time, *codes = row
    found = standard.indicators[name]
    assert (found.polarity, found.kind, found.theme) == (int(polarity), kind, theme)
    if factor != "-":
        assert found.factor == float(factor)
    if time != "-":
        assert time in (found.reference_day, found.period_type)
    assert all(code in found.table for code in codes), found.table


def test_fractions_are_made_of_the_counts_of_the_table(standard: Catalogue) -> None:
    for name, (numerator, denominator) in FRACTIONS.items():
        found = standard.indicators[name]
        assert (found.numerator, found.denominator, found.harmonise) == (numerator, denominator, "ratio"), name


def test_every_rate_is_recomputed_from_counts(standard: Catalogue) -> None:
    """None is loaded as it is; none falls below its base unnoticed; shares stay between 0 and 100."""
    for found in standard.indicators.values():
        if found.kind != "rate":
            continue
        assert found.is_derived, found.id
        assert all(standard.indicators[leaf].kind == "count" for leaf in standard.leaves(found.id))
        small = {"pop_density", "gp_density", "ref_gu"}
        assert (found.min_denominator == 30) == (found.id not in small), found.id
        if found.unit.startswith("%") and found.id not in {"pop_change5", "kita_u3", "kita_3_6", "ref_gu"}:
            assert found.valid_range == (0.0, 100.0), found.id


def test_mean_populations_and_moving_sums(standard: Catalogue) -> None:
    indicators = standard.indicators
    for name in ("births_rate", "nat_balance", "mig_balance", "mort_prev"):
        assert indicators[name].denominator_at == "mean"
    assert indicators["natural_balance"].terms == ("births", "-deaths")
    assert standard.leaves("mort_prev") == ("deaths_u65", "pop_u65")
    assert (indicators["deaths_u65_3y"].formula, indicators["deaths_u65_3y"].span) == ("moving_sum", 3)
    growth = indicators["pop_change5"]
    assert (growth.formula, growth.of, growth.span) == ("change_relative", "pop_total", 5)


def test_tags_name_poverty_across_the_themes(standard: Catalogue) -> None:
    for tag, expected in POVERTY.items():
        assert {each.id for each in standard.indicators.values() if tag in each.tags} == expected


def test_confidential_sources_have_their_profiles(standard: Catalogue) -> None:
    for profile, expected in PROFILES.items():
        main = {each.id for each in standard.indicators.values() if BASIS not in each.tags}
        assert {name for name in main if standard.indicators[name].disclosure == profile} == expected
    counts = ("hze_cases", "sgb2_u15", "deaths_u65", "employed_workplace", "pop_u15")
    assert [standard.threshold(name) for name in counts] == [5, 10, 5, 3, 0]


def test_every_count_has_the_profile_of_its_source(standard: Catalogue) -> None:
    loaded = {each.id: each.disclosure for each in standard.indicators.values()
              if each.kind == "count" and not each.is_derived}  # fmt: skip
    assert loaded == {name: profile for profile, names in COUNTS.items() for name in names.split()}


def test_the_bundled_figures_are_protected_like_the_standard_ones(standard: Catalogue) -> None:
    """But for employees and incomes, which the source has protected itself and published for every municipality."""
    demo = load_catalogue(DEMO, base=standard)
    differing = {
        name
        for name, each in demo.indicators.items()
        if name in standard.indicators and each.disclosure != standard.indicators[name].disclosure
    }
    published = {"employed_residence", "employed_workplace", "commuter_balance", "commute_bal", "emp_rate"}
    assert differing == {*published, "taxpayers", "income_total", "income_tax", "child_pov"}
    assert demo.indicators["unemployed_55_64"].disclosure == "sgb2"


def test_recipients_of_all_benefits_are_linked_with_those_of_each(standard: Catalogue) -> None:
    (parts,) = standard.indicators["minsich_recipients"].breakdowns
    assert parts == ("sgb2_recipients", "gsia_recipients", "gsem_recipients", "hlu_recipients", "asylum_recipients")
    assert ("minsich_recipients", parts) in standard.relations()


def test_counts_are_not_negative_and_balances_may_be(standard: Catalogue) -> None:
    for catalogue in (standard, load_catalogue(DEMO, base=standard)):
        for each in catalogue.indicators.values():
            if each.kind == "count" and not each.is_derived:
                expected = (None, None) if each.id.startswith("net_migration") else (0.0, None)
                assert each.valid_range == expected, each.id


def test_populations_break_where_a_census_gives_them_a_new_base(standard: Catalogue) -> None:
    counted = {each.id for each in standard.indicators.values() if each.breaks}
    assert {each.breaks for each in standard.indicators.values()} == {(), ("2011", "2023")}
    populations = {name for name in COUNTS["open"].split() if name.startswith("pop_")}
    assert counted == {*populations, "u3_pop", "foreigners", "age_mean"} - {"pop_pharmacy_15", "pop_bus_500"}
    assert load_catalogue(DEMO, base=standard).indicators["pop_total"].breaks == ("2011", "2023")


MONTHS = ["2015-12", "2016-03", "2016-12"]


@pytest.mark.parametrize(
    ("name", "kind", "years"),
    [
        ("child_pov", MONTHS, ["2015", "2015", "2016"]),
        ("child_pov_u3", MONTHS, ["2015", "2015", "2016"]),
        ("sgb2_quote", MONTHS, ["2015", "2015", "2016"]),
        ("gsia", MONTHS, ["2015", "2015", "2016"]),
        ("unemp_share", MONTHS, ["2014", "2015", "2015"]),
        ("gp_density", ["2015-Q4", "2016-Q1"], ["2015", "2015"]),
        ("pharm_15", ["2016-06-30", "2016-12-31"], ["2015", "2016"]),
        ("bus_access", ["2016-12-11"], ["2015"]),
        ("child_pov", ["2015", "2016"], ["2015", "2016"]),
        ("sgb2_quote", ["2016-12-31"], ["2016"]),
    ],
)
def test_rates_appear_for_periods_as_their_sources_have_them(
    standard: Catalogue, name: str, kind: list[str], years: list[str]
) -> None:
    """Figures by month, quarter or day beside the yearly inhabitants."""
    rate = standard.indicators[name]
    yearly = next(each for each in rate.inputs if standard.indicators[each].breaks)
    known = {each: (["2014", "2015", "2016"] if each == yearly else kind) for each in rate.inputs}
    assert derived_periods(rate, known.__getitem__) == set(kind)
    taken = [
        next(each.period for each in inputs_at(rate, period, known.__getitem__) if each.indicator == yearly)
        for period in kind
    ]
    assert taken == years


@pytest.mark.parametrize(
    ("table", "name", "column", "hessen", "periods"),
    [
        ("22543-01-01-4", "childcare_u3", 5, ("2008", 22448), ("2007", "2008", "2009", "2010")),
        ("22811-02-02-4", "sgb2_u15", 15, ("2016", 119991), ("2010", "2011", "2012", "2013", "2014", "2015", "2016")),
    ],
)
def test_yearly_tables_of_the_districts_load_as_years(
    standard: Catalogue, shared_data: Path, tmp_path: Path, table: str, name: str, column: int,
    hessen: tuple[str, float], periods: tuple[str, ...],
) -> None:  # fmt: skip
    """15 March and 1 March, and 31 December, stand for their year, so that rates of the year find them."""
    with zipfile.ZipFile(shared_data / "regionalstatistik/regionalstatistik_kreise_export2017.zip") as archive:
        archive.extract(f"{table}_00.csv", tmp_path)
    result = import_table(
        tmp_path / f"{table}_00.csv", catalogue=standard, indicator=name, mapping=TableMapping(value_column=column),
        areas=AreaIndex([AreaRow("land", "06", "Hessen")]),
    )  # fmt: skip
    assert result.report.periods == periods
    assert {each.period: each.value for each in result.observations}[hessen[0]] == hessen[1]


def test_a_rate_and_its_numerator_are_protected_alike(standard: Catalogue) -> None:
    for found in standard.indicators.values():
        if found.numerator:
            expected = standard.threshold(found.id)
            for leaf in standard.leaves(found.numerator):
                assert standard.threshold(leaf) >= expected, found.id
                assert standard.profile(leaf).rounding == standard.profile(found.id).rounding, found.id


def test_every_definition_speaks_german_and_english(standard: Catalogue) -> None:
    titles = set()
    for found in standard.indicators.values():
        assert found.title_de
        assert found.title_en
        assert found.definition_de.endswith(".")
        assert found.definition_en.endswith(".")
        assert found.definition_de != found.definition_en
        assert bool(found.note_de) == bool(found.note_en), found.id
        assert found.note_de.endswith(".") or BASIS in found.tags, found.id
        assert found.note_de != found.note_en or BASIS in found.tags, found.id
        assert found.source
        assert (found.title_de, found.title_en) not in titles
        titles.add((found.title_de, found.title_en))


def test_units_come_from_a_closed_list(standard: Catalogue) -> None:
    for catalogue in (standard, load_catalogue(DEMO, base=standard)):
        assert [name for name, _ in unlisted(catalogue, catalogue.indicators)] == []


def test_units_agree_with_factors(standard: Catalogue) -> None:
    starts = {"%": 100, "je 100 000": 100_000, "je 10 000": 10_000, "je 1 000": 1000, "je 100": 100, "Einwohner je": 1}
    for found in standard.indicators.values():
        if found.factor is not None and found.unit != "EUR":
            start = next(start for start in starts if found.unit.startswith(start))
            assert math.isclose(found.factor, starts[start]), found.id


def test_every_count_serves_an_indicator(standard: Catalogue) -> None:
    used = {name for each in standard.indicators.values() for name in each.references}
    counts = {each.id for each in standard.indicators.values() if BASIS in each.tags}
    assert counts - used == set()


def test_the_bundled_figures_keep_the_facts_of_the_table(standard: Catalogue) -> None:
    """Their definitions take the place of the standard ones, so they must mean the same."""
    demo = load_catalogue(DEMO, base=standard)
    both = [name for name in demo.indicators if name in standard.indicators and BASIS not in demo.indicators[name].tags]
    assert len(both) >= 20
    for name in both:
        here, there = demo.indicators[name], standard.indicators[name]
        for field in ("theme", "polarity", "kind", "reference_day", "period_type"):
            assert getattr(here, field) == getattr(there, field), (name, field)
        assert set(here.tags) >= set(there.tags) - {BASIS}, name
        if here.numerator is not None and name not in {"emp_rate", "hze_rate"}:
            fields = ("numerator", "denominator", "factor", "denominator_at", "min_denominator")
            assert [getattr(here, f) for f in fields] == [getattr(there, f) for f in fields], name


def test_own_definitions_hold_and_standard_ones_give_way() -> None:
    rate = Indicator("unemployed", "rate", "%")
    whole = with_standard(Catalogue({"unemployed": rate}))
    assert whole.indicators["unemployed"] is rate
    assert {"unemp_share", "unemp_lt", "disab_unempl"}.isdisjoint(whole.indicators)
    assert {"pop_total", "child_pov"} <= set(whole.indicators)
    check_catalogue(whole)


def test_an_own_definition_that_loses_its_ground_is_refused() -> None:
    own = {
        "own": Indicator("own", "rate", "%", numerator="births", denominator="pop_total", factor=100.0),
        "births": Indicator("births", "mean", "Kinder je Frau"),
    }
    with pytest.raises(CatalogueError, match="own: numerator 'births' is not a count"):
        with_standard(Catalogue(own))
