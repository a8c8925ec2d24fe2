"""Catalogue files: complete definitions are read, everything else is refused in one line that names the entry."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from pathlib import Path

import pytest

from spatial.indicators import Catalogue, CatalogueError, Indicator, check_collection_ids, load_catalogue
from spatial.indicators.consistency import FORMULA_FIELDS
from spatial.indicators.indicator import BASE_PROFILES, FIELDS
from spatial.indicators.unit_list import COUNTED, MEASURED, PER, unlisted

COUNTS = """
[[indicator]]
id = "pop"
kind = "count"
unit = "Personen"
title_de = "Bevölkerung"
theme = "bevoelkerung"
period_type = "instant"
reference_day = "12-31"
retrieved = 2017-10-10

[[indicator]]
id = "cases"
kind = "count"
unit = "Fälle"
disclosure = "jugendhilfe"
"""
RATE = """
[[indicator]]
id = "rate"
kind = "rate"
unit = "je 1 000"
numerator = "cases"
denominator = "pop"
factor = 1000
tags = ["armut", "kinderarmut"]
denominator_at = "start"
"""


def written(tmp_path: Path, text: str, name: str = "catalogue.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_definitions_and_the_defaults_of_their_kind(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, COUNTS + RATE))
    pop, cases, rate = catalogue.indicators.values()
    assert (pop.additive, pop.harmonise, pop.polarity, pop.disclosure) == (True, "sum", 0, "open")
    assert (rate.additive, rate.harmonise, rate.factor) == (False, "ratio", 1000.0)
    assert rate.is_derived
    assert not pop.is_derived
    assert rate.references == ("cases", "pop")
    assert rate.tags == ("armut", "kinderarmut")
    assert (catalogue.threshold("pop"), catalogue.threshold("cases")) == (0, 5)
    assert (pop.title("en"), cases.title("de")) == ("Bevölkerung", "cases")
    assert len(catalogue.themes) == 10
    thresholds = {p.id: p.threshold for p in catalogue.profiles.values()}
    assert thresholds.items() >= {"open": 0, "jugendhilfe": 5, "sgb2": 10, "svb": 3}.items()
    assert [p.id for p in catalogue.profiles.values() if not p.protects] == ["open", "zensus"]


def test_the_plain_form_is_json_and_gives_the_same_catalogue_back(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, COUNTS + RATE))
    plain = json.loads(json.dumps(catalogue.to_dict()))
    assert Catalogue.from_dict(plain) == catalogue
    assert plain["indicators"][0]["retrieved"] == "2017-10-10"


def test_a_stored_catalogue_is_checked_again(tmp_path: Path) -> None:
    plain = load_catalogue(written(tmp_path, COUNTS + RATE)).to_dict()
    del plain["indicators"][0]
    with pytest.raises(CatalogueError, match="denominator 'pop' does not exist"):
        Catalogue.from_dict(plain)


def test_csv_says_the_same_as_toml(tmp_path: Path) -> None:
    csv = (
        "id;kind;unit;numerator;denominator;factor;tags;additive;polarity\n"
        "pop;count;Personen;;;;;ja;\n"
        "cases;count;Fälle;;;;basis;;\n\n"
        "rate;rate;%;cases;pop;0,5;armut kinderarmut;;-1\n"
    )
    catalogue = load_catalogue(written(tmp_path, csv, "catalogue.csv"))
    rate = catalogue.indicators["rate"]
    assert (rate.factor, rate.tags, rate.polarity) == (0.5, ("armut", "kinderarmut"), -1)
    commas = csv.replace("0,5", "0.5").replace(";", ",")
    assert load_catalogue(written(tmp_path, commas, "commas.csv")) == catalogue


def test_references_may_lie_in_the_base_catalogue(tmp_path: Path) -> None:
    base = load_catalogue(written(tmp_path, COUNTS, "base.toml"))
    own = load_catalogue(written(tmp_path, RATE), base=base)
    assert list(own.indicators) == ["rate"]
    assert list(base.merged(own).indicators) == ["pop", "cases", "rate"]
    with pytest.raises(CatalogueError, match="numerator 'cases' does not exist"):
        load_catalogue(written(tmp_path, RATE))


def test_own_themes_and_profiles(tmp_path: Path) -> None:
    text = (
        '[[theme]]\nid = "sport"\ntitle_de = "Sport"\ntitle_en = "Sports"\n'
        '[[profile]]\nid = "streng"\nthreshold = 20\n'
        '[[indicator]]\nid = "clubs"\nkind = "count"\nunit = "Vereine"\ntheme = "sport"\ndisclosure = "streng"\n'
    )
    catalogue = load_catalogue(written(tmp_path, text))
    assert catalogue.threshold("clubs") == 20
    assert catalogue.themes["sport"].title_en == "Sports"


def one(**changes: str) -> str:
    values = {"id": '"a"', "kind": '"count"', "unit": '"Personen"', **changes}
    return "[[indicator]]\n" + "".join(f"{key} = {value}\n" for key, value in values.items() if value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (one(id=""), "line 1: entry 1: 'id' is missing"),
        (one(unit=""), "'a': 'unit' is missing"),
        (one(unit='" "'), "'unit' is missing"),
        (one(kind=""), "'kind' is missing"),
        (one(kind='"share"'), "kind is 'share', not one of count, rate, mean, index, median"),
        (one(id='"Ä-1"'), "small letters a-z, digits and underscores"),
        (one(colour='"red"'), "unknown key 'colour'"),
        (one(polarity="2"), "polarity is 2, not -1, 0 or 1"),
        (one(polarity="0.5"), "polarity must be a whole number"),
        (one(factor='"many"'), "factor must be a number"),
        (one(factor="true"), "factor must be a number"),
        (one(factor="nan"), "factor must be a finite number"),
        (one(kind='"rate"', factor="0"), "missing: numerator, denominator"),
        (one(kind='"rate"', numerator='"a"'), "missing: denominator, factor"),
        (one(numerator='"a"', denominator='"a"', factor="1"), "belong to rates"),
        (one(theme='"sport"'), "theme 'sport' does not exist"),
        (one(disclosure='"none"'), "disclosure 'none' is no profile"),
        (one(weight='"b"'), "weight 'b' does not exist"),
        (one(harmonise='"ratio"'), "harmonise 'ratio' needs numerator and denominator"),
        (one(kind='"mean"', harmonise='"sum"'), "harmonise 'sum' belongs to counts"),
        (one(kind='"mean"', harmonise='"wmean"'), "harmonise 'wmean' needs a weight"),
        (one(kind='"mean"', additive="true"), "only counts are additive"),
        (one(harmonise='"average"'), "harmonise is 'average'"),
        (one(additive='"perhaps"'), "additive must be true or false"),
        (one(reference_day='"31.12."'), "reference_day is '31.12.', not MM-DD"),
        (one(reference_day='"12-31"', period_type='"sum"'), "reference_day belongs to period_type 'instant'"),
        (one(retrieved='"gestern"'), "retrieved must be a date"),
        (one(decimals="12"), "decimals is 12"),
        (one(min_denominator="-1"), "min_denominator is negative"),
        (one(tags="3"), "tags must be a list of words"),
        (one(valid_range="[5]"), "valid_range must be two numbers"),
        (one(valid_range='"from 0 on"'), "valid_range must be two numbers"),
        (one(valid_range="[100, 0]"), "valid_range from 100 to 0 is empty"),
        (one(valid_range="[nan, 1]"), "valid_range must be two numbers"),
        (one(denominator_at='"start"'), "denominator_at is 'start', but there is no denominator"),
        (one(denominator_at='"end"'), "denominator_at is 'end', not one of same, start, mean, latest"),
        (one(formula='"growth"'), "formula is 'growth', not one of sum, moving_sum"),
        (one(formula='"sum"'), "formula 'sum' needs terms; missing: terms"),
        (one(formula='"sum"', terms='["b"]'), "terms must be two or more different ids"),
        (one(formula='"sum"', terms='["b", "-b"]'), "terms must be two or more different ids"),
        (one(formula='"sum"', terms='["b", "c + d"]'), "terms must be two or more different ids"),
        (one(formula='"sum"', terms='["b", "-c"]'), "terms 'b' does not exist; define it in this file"),
        (one(formula='"sum"', terms='["b", "-c"]', span="2"), "span does not belong to formula 'sum'"),
        (one(terms='["b", "-c"]'), "terms needs a formula"),
        (one(formula='"moving_sum"', of='"b"', span="1"), "span is 1, not 2 to 100 years"),
        (one(kind='"rate"', formula='"change_relative"', of='"b"'), "needs of and span; missing: span"),
        (
            one(formula='"change_relative"', of='"b"', span="5"),
            "kind is 'count', but formula 'change_relative' gives a",
        ),
        (one(kind='"index"', formula='"index"', of='"b"', base='"neulich"'), 'base is "neulich", which is no period'),
        (one(formula='"moving_sum"', of='"b"', span="1201", span_unit='"month"'), "span is 1201, not 2 to 1200 months"),
        (one(formula='"moving_sum"', of='"b"', span="2", span_unit='"day"'), "span_unit is 'day', not one of year, "),
        (one(span_unit='"month"'), "span_unit is 'month', but only formula 'moving_sum' counts anything but years"),
        (
            one(formula='"moving_sum"', of='"b"', span="12", span_unit='"month"') + one(id='"b"'),
            "span_unit is 'month', but 'b' does not add up over time",
        ),
        (one(formula='"moving_sum"', of='"a"', span="3"), "is computed from itself: a ← a"),
        (one(kind='"rate"', formula='"change_points"', of='"b"', span="1", unit='"%"'), "percentage points"),
        (one(parts='["b"]') + one(id='"b"'), "parts must be two or more different counts"),
        (one(other_reference_days='["03-15"]'), "other_reference_days must be days MM-DD beside a reference_day"),
        (one(reference_day='"03-01"', other_reference_days='["15.3."]'), "other_reference_days must be days MM-DD"),
        (one(breaks='["Zensus"]'), "breaks must be periods"),
        (one(breaks='["2011"]', formula='"moving_sum"', of='"b"', span="3"), "breaks belongs to what is loaded"),
        (one(numerator_at='"latest"'), "numerator_at is 'latest', but there is no numerator"),
        (one(numerator_at='"mean"'), "numerator_at is 'mean', not one of same, latest"),
        (one(kind='"mean"', larger_areas='"sum"'), "larger_areas is 'sum', but only loaded counts are summed"),
        (one(larger_areas='"sum"', disclosure='"sgb2"'), "larger_areas is 'sum', but readers know the figures"),
        (
            one(kind='"index"', formula='"index"', of='"b"', base='"2018-12-31"')
            + one(id='"b"', reference_day='"12-31"'),
            "base '2018-12-31' is no year, but 'b' is yearly",
        ),
        (one(same_as='"b"'), "same_as 'b' does not exist"),
        (one(same_as='"a"'), "is computed from itself"),
        (one(same_as='"b"') + one(id='"b"', unit='"Fälle"'), "same_as 'b' has unit 'Fälle', not 'Personen'"),
        (
            one(same_as='"b"') + one(id='"b"', same_as='"c"') + one(id='"c"'),
            "same_as 'b' is itself the same as 'c'; write c",
        ),
        (
            one(same_as='"b"') + one(id='"b"', formula='"moving_sum"', of='"c"', span="2") + one(id='"c"'),
            "same_as links two counts that are loaded",
        ),
        (one(parts='["b", "c"]') + one(id='"b"'), "parts 'c' does not exist"),
        (
            one(parts='["b", "c"]') + one(id='"b"', unit='"Fälle"') + one(id='"c"'),
            "'b' has unit 'Fälle', not 'Personen'",
        ),
        ('[[profile]]\nid = "p"\nthreshold = 5\nrounding = 1\n', "rounding is 1, not a base of 2 or more; write 5"),
        ('[[profile]]\nid = "p"\nthreshold = 5\ndominance = "?"\n', "dominance must be true or false"),
        (
            '[[profile]]\nid = "p"\nthreshold = 5\nsource_range = [9, 1]\n',
            "source_range is no range of counts; write the smallest and the largest count",
        ),
        ('[[profile]]\nid = "open"\nthreshold = 0\nrounding = 5\n', "the profile 'open' protects nothing"),
        (one(polarty="1"), "unknown key 'polarty'; did you mean 'polarity'"),
        (one(title_de="3"), "title_de must be text"),
        (one() + one(), "line 5: 'a': is defined twice, first as entry 1"),
        (one(id='"gemeinde"'), "the id is that of the level 'gemeinde'"),
        ('[[profile]]\nid = "open"\nthreshold = 3\n', "threshold must be 0 for 'open'"),
        ('[[profile]]\nid = "p"\n', "'threshold' is missing"),
        ('[[theme]]\nid = "t"\n', "'title_de' is missing"),
        ("[indicator]\nid = 'a'\n", "must be written \\[\\[indicator\\]\\]"),
        ("[[indikator]]\nid = 'a'\n", "unknown section 'indikator'"),
        ("[[indicator]\n", "is not valid TOML"),
        ("", "defines no indicator"),
    ],
)
def test_refusals_name_file_entry_and_fault(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message) as caught:
        load_catalogue(written(tmp_path, text))
    assert str(caught.value).startswith("catalogue.toml")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id;kind;unit;colour\na;count;P;\n", "unknown key 'colour' in the header"),
        ("id;kind;unit;id\na;count;P;b\n", "'id' stands twice"),
        ("id;kind;unit\na;count;P\nb;count\n", "line 3: 'b': 'unit' is missing"),
        ("id;kind;unit\na;count;P;more\n", "line 2: 4 cells under 3 headings"),
        ('id;kind;unit\na;count;"P\n', "is not valid CSV"),
    ],
)
def test_refusals_in_csv(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(written(tmp_path, text, "catalogue.csv"))


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.toml: cannot be read"):
        load_catalogue(tmp_path / "none.toml")


def test_collection_ids_cannot_be_mistaken() -> None:
    indicators = {name: Indicator(name, "count", "P") for name in ("pop", "pop_inner")}
    catalogue = Catalogue(indicators)
    check_collection_ids(catalogue, ["gemeinde", "quarter"])
    with pytest.raises(CatalogueError, match="the collection 'pop_inner_city' would also be"):
        check_collection_ids(catalogue, ["city", "inner_city"])
    with pytest.raises(CatalogueError, match="the collection 'pop_kreis' would also be the level 'pop_kreis'"):
        check_collection_ids(catalogue, ["pop_kreis"])


def test_a_catalogue_cannot_be_changed() -> None:
    catalogue = Catalogue({})
    with pytest.raises(TypeError):
        catalogue.indicators["a"] = Indicator("a", "count", "P")  # type: ignore[index]  # what is tested


PARTS = """
[[indicator]]
id = "n"
kind = "count"
unit = "Personen"
parts = ["n_u15", "n_15plus"]
[[indicator]]
id = "n_u15"
kind = "count"
unit = "Personen"
disclosure = "jugendhilfe"
[[indicator]]
id = "n_15plus"
kind = "count"
unit = "Personen"
"""
DERIVED = """
[[indicator]]
id = "balance"
kind = "count"
unit = "Personen"
formula = "sum"
terms = ["pop", "-cases"]
[[indicator]]
id = "three_years"
kind = "count"
unit = "Personen"
formula = "moving_sum"
of = "cases"
span = 3
[[indicator]]
id = "growth"
kind = "rate"
unit = "%"
formula = "change_relative"
of = "balance"
span = 5
disclosure = "sgb2"
[[indicator]]
id = "points"
kind = "rate"
unit = "Prozentpunkte"
formula = "change_points"
of = "growth"
span = 1
[[indicator]]
id = "level"
kind = "index"
unit = "2018 = 100"
formula = "index"
of = "pop"
base = "2018"
"""


def test_formulas_build_on_each_other(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, COUNTS + DERIVED))
    growth = catalogue.indicators["growth"]
    assert (growth.is_derived, growth.harmonise, growth.inputs) == (True, "ratio", ("balance",))
    assert catalogue.leaves("points") == ("pop", "cases")
    assert catalogue.leaves("pop") == ("pop",)
    assert catalogue.indicators["balance"].signed_terms == (("pop", 1), ("cases", -1))
    assert Catalogue.from_dict(json.loads(json.dumps(catalogue.to_dict()))) == catalogue


def test_formulas_can_stand_in_csv(tmp_path: Path) -> None:
    csv = (
        "id;kind;unit;formula;terms;of;span;base;valid_range\n"
        "a;count;P;;;;;;0..inf\nb;count;P;;;;;;-5 5\nc;count;P;sum;a -b;;;;\nd;rate;%;change_relative;;c;5;;\n"
    )
    catalogue = load_catalogue(written(tmp_path, csv, "catalogue.csv"))
    assert catalogue.indicators["c"].terms == ("a", "-b")
    assert catalogue.indicators["d"].span == 5
    assert [each.valid_range for each in catalogue.indicators.values()] == [(0.0, None), (-5.0, 5.0), None, None]


def test_a_circle_is_named_with_its_way(tmp_path: Path) -> None:
    text = (
        one(id='"a"', formula='"sum"', terms='["b", "c"]')
        + one(id='"b"', formula='"moving_sum"', of='"a"', span="2")
        + one(id='"c"')
    )
    with pytest.raises(CatalogueError, match="'a': is computed from itself: a ← b ← a; break the circle"):
        load_catalogue(written(tmp_path, text))


def test_parts_are_relations_of_loaded_counts(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, PARTS))
    assert catalogue.relations() == (("n", ("n_u15", "n_15plus")),)
    assert catalogue.indicators["n"].references == ("n_u15", "n_15plus")
    assert not catalogue.indicators["n"].is_derived
    assert Catalogue.from_dict(json.loads(json.dumps(catalogue.to_dict()))) == catalogue
    derived = PARTS.replace('id = "n_u15"', 'id = "n_u15"\nformula = "moving_sum"\nof = "n_15plus"\nspan = 2')
    with pytest.raises(CatalogueError, match="'n': parts 'n_u15' is computed; name what it is computed from"):
        load_catalogue(written(tmp_path, derived))


SEXES = """
[[indicator]]
id = "n_women"
kind = "count"
unit = "Personen"
[[indicator]]
id = "n_men"
kind = "count"
unit = "Personen"
"""
BY_AGE = '["n_u15", "n_15plus"]'


def test_a_count_is_broken_down_in_several_ways(tmp_path: Path) -> None:
    both = PARTS.replace(BY_AGE, f'[{BY_AGE}, ["n_women", "n_men"]]') + SEXES
    catalogue = load_catalogue(written(tmp_path, both))
    assert catalogue.relations() == (("n", ("n_u15", "n_15plus")), ("n", ("n_women", "n_men")))
    assert catalogue.indicators["n"].references == ("n_u15", "n_15plus", "n_women", "n_men")
    assert Catalogue.from_dict(json.loads(json.dumps(catalogue.to_dict()))) == catalogue
    rows = [f"{name};count;Personen;" for name in ("n_u15", "n_15plus", "n_women", "n_men")]
    csv = "\n".join(["id;kind;unit;parts", "n;count;Personen;n_u15 n_15plus / n_women n_men", *rows])
    in_csv = load_catalogue(written(tmp_path, csv, "catalogue.csv"))
    assert in_csv.indicators["n"] == dataclasses.replace(catalogue.indicators["n"])


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (f'[{BY_AGE}, ["n_women"]]', "must be two or more different counts, of a count, in every breakdown"),
        (f'[{BY_AGE}, ["n_15plus", "n_u15"]]', "parts names one breakdown twice; write each set of counts once"),
        (f'[{BY_AGE}, "n_women"]', "parts must be a list of words, or a list of such lists"),
        (f'[{BY_AGE}, ["n_women", "n_others"]]', "parts 'n_others' does not exist"),
        (f"[{BY_AGE}, []]", "must be two or more different counts"),
    ],
)
def test_a_breakdown_that_is_none_is_refused(tmp_path: Path, parts: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(message)):
        load_catalogue(written(tmp_path, PARTS.replace(BY_AGE, parts) + SEXES))


@pytest.mark.parametrize(
    ("of", "formula", "unit", "message"),
    [
        ("share", "change_absolute", "x", "of 'share' is a rate in %; use change_points"),
        ("pop", "change_points", "x", "of 'pop' is not a rate in %; use change_absolute"),
        ("age", "change_absolute", "x", "kind is 'rate', but 'age' is a mean"),
    ],
)
def test_changes_say_what_they_are_changes_of(tmp_path: Path, of: str, formula: str, unit: str, message: str) -> None:
    text = COUNTS + one(id='"share"', kind='"rate"', unit='"%"') + one(id='"age"', kind='"mean"', unit='"Jahre"')
    text += one(id='"change"', kind='"rate"', unit=f'"{unit}"', formula=f'"{formula}"', of=f'"{of}"', span="1")
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(written(tmp_path, text))


def test_an_error_names_its_parts(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(written(tmp_path, COUNTS + one(theme='"sport"')))
    error = caught.value
    assert (error.source, error.entry, error.field, error.value) == ("catalogue.toml", "'a'", "theme", '"sport"')
    assert error.line == 17
    assert error.remedy is not None
    assert error.remedy.en.startswith("there are bevoelkerung")
    assert str(error).endswith(error.remedy.en)
    assert error.render("de").startswith("catalogue.toml, Zeile 17: 'a': theme 'sport' gibt es nicht; es gibt bevoelk")


def test_a_file_leaves_the_profiles_of_the_workspace_alone(tmp_path: Path) -> None:
    strict = load_catalogue(written(tmp_path, '[[profile]]\nid = "jugendhilfe"\nthreshold = 10\n', "own.toml"))
    later = load_catalogue(written(tmp_path, COUNTS), base=strict)
    assert strict.merged(later).threshold("cases") == 10
    assert later.profiles["jugendhilfe"].threshold == 10


def test_profiles_have_all_rules(tmp_path: Path) -> None:
    text = (
        '[[profile]]\nid = "p"\nthreshold = 5\ndominance = true\nrounding = 5\nmin_denominator = 30\n'
        'group_disclosure = true\ntitle_de = "Streng"\npublic_levels = ["kreis", "land"]\n'
    )
    (profile,) = (p for p in load_catalogue(written(tmp_path, text)).profiles.values() if p.id == "p")
    assert (profile.threshold, profile.dominance, profile.rounding, profile.min_denominator) == (5, True, 5, 30.0)
    assert profile.group_disclosure
    assert profile.protects
    assert profile.public_levels == ("kreis", "land")
    plain = json.loads(json.dumps(Catalogue({}, {}, {"open": BASE_PROFILES[0], "p": profile}).to_dict()))
    assert Catalogue.from_dict(plain).profiles["p"] == profile


def test_the_documentation_names_every_field_formula_and_profile() -> None:
    text = (Path(__file__).parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    names = [*FIELDS, *FORMULA_FIELDS, *(each.id for each in BASE_PROFILES)]
    names += [field.name for field in dataclasses.fields(BASE_PROFILES[0]) if not field.name.startswith("title")]
    assert [name for name in names if f"`{name}`" not in text and f"\n{name} = " not in text] == []
    for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        assert tomllib.loads(block)


def test_the_fields_of_time_are_read_and_kept(tmp_path: Path) -> None:
    text = one(
        reference_day='"03-01"', other_reference_days='["03-15"]', breaks='["2011", "2023"]', larger_areas='"sum"'
    )
    text += one(id='"r"', kind='"rate"', numerator='"a"', denominator='"a"', factor="1", numerator_at='"latest"',
                denominator_at='"latest"')  # fmt: skip
    path = tmp_path / "time.toml"
    path.write_text(text, encoding="utf-8")
    catalogue = load_catalogue(path)
    found = catalogue.indicators["a"]
    assert (found.reference_days, found.breaks, found.larger_areas) == (("03-01", "03-15"), ("2011", "2023"), "sum")
    assert Catalogue.from_dict(json.loads(json.dumps(catalogue.to_dict()))).indicators == catalogue.indicators
    path = tmp_path / "time.csv"
    path.write_text("id;kind;unit;breaks;other_reference_days;reference_day\na;count;Kinder;2011 2023;03-15;03-01\n")
    found = load_catalogue(path).indicators["a"]
    assert (found.reference_days, found.breaks) == (("03-01", "03-15"), ("2011", "2023"))


@pytest.mark.parametrize(
    ("unit", "meant"),
    [
        ("Prozent", "%"), ("je 1.000 Einwohner", "je 1 000 Einwohner"), ("je 10000", "je 10 000"),
        ("Persone", "Personen"), ("qkm", "km²"), ("Schlitten", ""),
    ],
)  # fmt: skip
def test_units_outside_the_list_are_said(unit: str, meant: str) -> None:
    catalogue = Catalogue({"a": Indicator("a", "count", unit), "b": Indicator("b", "rate", "je 1 000 Kinder")})
    ((name, sentence),) = unlisted(catalogue, ("a", "b"))
    assert name == "a"
    assert f"'{unit}'" in sentence.en
    assert (f"'{meant}'" in sentence.de) if meant else ("gemeint" not in sentence.de)


def test_the_documentation_has_the_list_of_units() -> None:
    text = (Path(__file__).parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert [unit for unit in (*COUNTED, *MEASURED, *PER) if f"`{unit}`" not in text] == []
