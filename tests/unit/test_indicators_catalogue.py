"""Catalogue files: complete definitions are read, everything else is refused in one line that names the entry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spatial.indicators import Catalogue, CatalogueError, Indicator, check_collection_ids, load_catalogue

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
    assert {p.id: p.threshold for p in catalogue.profiles.values()} == {"open": 0, "jugendhilfe": 5, "sgb2": 10}


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
