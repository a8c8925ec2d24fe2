"""Comparing like with like: ratios that account for groups of the population, and developments on one base.

All figures are synthetic.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from boundaries import AreaSet, load_bundled
from service import cli
from service.analyses import budget
from service.analyses.borders import MOST_AREAS, borders_among
from service.analyses.question import Question
from service.app import create_app
from service.catalogues import entries_of
from service.parameters import vintage_on
from service.reader import ReleaseReader
from service.settings import Settings
from service.store import EditionInfo
from service.workspace import Workspace
from spatial.indicators import Catalogue, Indicator, Observation, Status
from spatial.statistics.rates import byar_limits, normal_quantile

DAY, DISTRICT, YEAR = date(2016, 1, 1), "06633", "2016"
SECRET_IN = ("06633004", "06633005")
YEARS = tuple(map(str, range(2004, 2020)))
NEW_BASE = "2016"
JUMP = 5000.0
WITHOUT = "Ohne 2004 bis 2015: Diese Zahlen stehen auf einer anderen Grundlage"
PARTS: dict[str, dict[str, Any]] = {
    "sick": {"parts": ("sick_young", "sick_old")},
    "people": {"parts": (("women", "men"), ("young", "old"))},
    "counted": {"breaks": (NEW_BASE,)},
    "recent": {"breaks": ("2018",)},
}
COUNTS = ("sick_young", "sick_old", "sick", "young", "old", "early", "people", "women", "men", "counted", "recent")
OPEN: dict[str, Any] = {"disclosure": "open", "synthetic": True}
INDICATORS = [
    Indicator(id_, "count", "Personen", additive=True, harmonise="sum", **OPEN, **PARTS.get(id_, {})) for id_ in COUNTS
]
RATE = Indicator("rate", "rate", "%", numerator="sick", denominator="people", factor=100, harmonise="ratio", **OPEN)
GROUPS = {"cases": "sick_young,sick_old", "population": "young,old", "within": DISTRICT}


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A published workspace of one district."""
    settings = Settings(workspace=tmp_path_factory.mktemp("comparable") / "atlas")
    space = Workspace(settings)
    space.create(demo=False, progress=lambda _: None)
    bundled = load_bundled().gemeinden
    areas = AreaSet("gemeinde", DAY, bundled.crs, tuple(each for each in bundled.areas if each.key[:5] == DISTRICT))
    store = space.open()
    with store.transaction() as connection:
        store.save_areas(connection, areas, EditionInfo("bundled", "", "© BKG", ""))
        store.save_catalogue(connection, entries_of(Catalogue({each.id: each for each in [*INDICATORS, RATE]})))
        store.save_observations(connection, tuple(_observations(areas)), file="synthetic.csv", sha256="", report={})
    store.close()
    space.publish("synthetic", lambda _: None)
    return settings


def _observations(areas: AreaSet) -> Iterator[Observation]:
    """Old areas with the same risks as young ones: more cases for the age of their people alone."""
    rng = np.random.default_rng(11)
    for place, key in enumerate(area.key for area in areas.areas if area.populated):
        share_old = 0.1 + 0.6 * (place / 28)
        young, old = round(4000 * (1 - share_old)), round(4000 * share_old)
        sick = {"sick_young": rng.binomial(young, 0.01), "sick_old": rng.binomial(old, 0.15)}
        counts = {"young": young, "old": old, "people": young + old, **sick, "sick": sum(sick.values())}
        for name, count in counts.items():
            hidden = name == "sick_young" and key in SECRET_IN
            value, status = (None, Status.SECRET) if hidden else (float(count), Status.OK)
            yield Observation(name, "gemeinde", key, YEAR, value, status, DAY)
        yield Observation("early", "gemeinde", key, "2014", float(young), Status.OK, DAY)
        for year in YEARS:
            # Falls on either base; the new one is so much higher that the whole series seems to rise.
            jump = JUMP + 10 * place if year >= NEW_BASE else 0
            number = 50_000 - 10 * place - 100 * (int(year) - 2004) + jump + rng.integers(0, 50)
            yield Observation("counted", "gemeinde", key, year, float(number), Status.OK, DAY)
            yield Observation("recent", "gemeinde", key, year, float(number), Status.OK, DAY)
    for name, total in (("sick_young", 3000.0), ("sick_old", 8000.0), ("young", 300_000.0), ("old", 55_000.0)):
        yield Observation(name, "kreis", DISTRICT, YEAR, total, Status.OK, DAY)


@pytest.fixture(scope="module")
def own(atlas: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(atlas), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def get(client: TestClient, statistic: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/analysis/{statistic}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(client: TestClient, statistic: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/analysis/{statistic}", params=parameters)
    assert answer.status_code in (400, 422), answer.text
    return answer.json()


def said(answer: Any, language: str = "de") -> str:
    return " ".join(warning[language] for warning in answer["warnings"])


def _by_hand(areas: AreaSet, standard: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Observed and expected events from the synthetic figures."""
    figures = {(each.indicator, each.key): each.value for each in _observations(areas) if each.period == YEAR}
    return {
        area.key: (
            float(figures["sick", area.key] or 0),
            sum(standard[group] * float(figures[group, area.key] or 0) for group in ("young", "old")),
        )
        for area in areas.areas
        if area.populated
    }


@pytest.fixture(scope="module")
def areas() -> AreaSet:
    bundled = load_bundled().gemeinden
    return AreaSet("gemeinde", DAY, bundled.crs, tuple(each for each in bundled.areas if each.key[:5] == DISTRICT))


# -- groups of the population ----------------------------------------------------------------------------------


def test_what_age_alone_explains_is_no_excess(own: TestClient) -> None:
    # The risk in each group is the same everywhere: crude ratios differ widely, standardised ones by chance alone.
    rows = get(own, "standardised-ratios", **GROUPS)["areas"]
    crude, ratio = ([row[name] for row in rows] for name in ("crude_ratio", "ratio"))
    assert max(crude) / min(crude) > 3
    assert max(ratio) / min(ratio) < 1.6
    beside = sum(not row["lower"] <= 1 <= row["upper"] for row in rows)
    assert beside <= 4


def test_expected_events_are_those_of_the_rates_of_the_reference(own: TestClient, areas: AreaSet) -> None:
    answer = get(own, "standardised-ratios", **GROUPS, reference=DISTRICT, observed="sick")
    by_hand = _by_hand(areas, {"young": 3000 / 300_000, "old": 8000 / 55_000})
    assert {row["key"] for row in answer["areas"]} == set(by_hand), "secret cases by group are not needed"
    for row in answer["areas"]:
        observed, expected = by_hand[row["key"]]
        low, high = (float(limit[0]) for limit in byar_limits(np.array([observed]), normal_quantile(0.95)))
        assert row["observed"] == observed
        assert [row[name] for name in ("expected", "ratio", "lower", "upper")] == pytest.approx(
            [expected, observed / expected, low / expected, high / expected], rel=1e-12
        )
        assert row["crude_ratio"] == pytest.approx(observed / (row["denominator"] * 11_000 / 355_000))
    assert answer["groups_of_population"] == [
        {"cases": "sick_young", "population": "young", "events": 3000, "members": 300_000},
        {"cases": "sick_old", "population": "old", "events": 8000, "members": 55_000},
    ]
    # The workspace knows no names of districts.
    assert f"nach den Raten von {DISTRICT} in 2 Bevölkerungsgruppen" in answer["reading"]["de"]
    assert f"the rates of {DISTRICT} in 2 groups of the population" in answer["reading"]["en"]
    assert not answer["warnings"], "the catalogue says that the groups are parts of both sums"


def test_all_areas_together_have_the_events_that_they_lead_to_expect(own: TestClient) -> None:
    answer = get(own, "standardised-ratios", **GROUPS)
    assert sum(row["expected"] for row in answer["areas"]) == pytest.approx(
        sum(row["observed"] for row in answer["areas"])
    )
    assert [(each["key"], each["reason"], each["indicator"]) for each in answer["dropped"] if "indicator" in each] == [
        (key, "SECRET", "sick_young") for key in SECRET_IN
    ]
    assert "bei 2 sind sie geheim" in said(answer)
    assert "in 2 they are secret" in said(answer, "en")
    assert "nach den Raten aller Gebiete in 2 Bevölkerungsgruppen" in answer["reading"]["de"]


def test_one_group_of_everybody_is_the_crude_ratio(own: TestClient) -> None:
    answers = [
        get(own, "standardised-ratios", within=DISTRICT, **asked)
        for asked in ({"cases": "sick", "population": "people"}, {"indicator": "rate"})
    ]
    assert [answer["warnings"] for answer in answers] == [[], []], "one group overlaps with no other"
    whole, crude = (answer["areas"] for answer in answers)
    for one, other in zip(whole, crude, strict=True):
        assert [one[name] for name in ("expected", "ratio", "lower", "upper")] == pytest.approx(
            [other[name] for name in ("expected", "ratio", "lower", "upper")]
        )
        assert one["crude_ratio"] == pytest.approx(other["ratio"])


def test_the_terminal_gives_the_same_ratios(
    own: TestClient, atlas: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "releases").symlink_to(atlas.releases_path)
    question = {**GROUPS, "reference": DISTRICT, "observed": "sick"}
    options = [f"--{name}={value}" for name, value in question.items()]
    capsys.readouterr()
    cli.app(
        ["analyse", "standardised-ratios", "--workspace", str(tmp_path), "--format", "json", *options],
        standalone_mode=False,
    )
    served = get(own, "standardised-ratios", **question)
    assert json.loads(capsys.readouterr().out) == served
    again = {name: served[name] for name in (*question, "level", "period", "second_period", "vintage")}
    assert get(own, "standardised-ratios", **again) == served, "asking with the parameters of the answer is the same"


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({}, "indicator"),
        ({"indicator": "rate", **GROUPS}, "indicator"),
        ({"indicator": "rate", "population": "young"}, "population"),
        ({"indicator": "rate", "observed": "sick"}, "observed"),
        ({"cases": "sick_young"}, "population"),
        ({"cases": "sick_young,sick_old", "population": "young"}, "population"),
        ({"cases": "sick_young,sick_young", "population": "young,old"}, "cases"),
        ({"cases": "sick_young,sick", "population": "young,old"}, "cases"),
        ({"cases": "sick_young,sick_old", "population": "young,people"}, "population"),
        ({"cases": "rate", "population": "people"}, "cases"),
        ({"cases": "sick_young,nobody", "population": "young,old"}, "cases"),
        ({**GROUPS, "observed": "sick"}, "reference"),
        ({**GROUPS, "observed": "sick,sick_old", "reference": DISTRICT}, "observed"),
        ({"cases": "sick", "population": "people", "reference": "09"}, "reference"),
        ({"cases": "sick", "population": "people", "second_period": "2015"}, "second_period"),
        ({"cases": "early", "population": "people"}, "second_period"),
    ],
)
def test_groups_that_do_not_belong_together_are_refused(own: TestClient, given: dict[str, str], parameter: str) -> None:
    problem = refusal(own, "standardised-ratios", **given)
    assert problem.get("parameter") == parameter, problem


def test_a_reference_without_a_published_figure_is_refused_and_the_figure_named(own: TestClient) -> None:
    problem = refusal(own, "standardised-ratios", **GROUPS, reference=SECRET_IN[0], observed="sick")
    assert problem["reason"] == "empty group"
    assert f"sick_young of the area of reference {SECRET_IN[0]} is not published for {YEAR}" in problem["detail"]


def test_people_of_an_earlier_time_are_used_and_told(own: TestClient) -> None:
    answer = get(own, "standardised-ratios", cases="sick_old", population="early", within=DISTRICT)
    assert (answer["period"], answer["second_period"]) == ("2016", "2014")
    assert "Die Fälle sind aus 2016, die Bevölkerung ist von 2014." in said(answer)
    assert "The events are of 2016, the population is of 2014." in said(answer, "en")


def test_a_reference_is_called_by_its_name(client: TestClient) -> None:
    reading = get(client, "standardised-ratios", indicator="unemp_share", within=DISTRICT, reference="06")["reading"]
    assert "nach der Rate von Hessen zu erwarten" in reading["de"]
    assert "the rate of Hessen would" in reading["en"]


@pytest.mark.parametrize("statistic", ["standardised-ratios", "funnel", "probability-map"])
def test_an_area_is_not_compared_with_itself(client: TestClient, statistic: str) -> None:
    alone = {"indicator": "unemp_share", "within": "06633018"}
    assert refusal(client, statistic, **alone)["reason"] == "too few areas"
    if statistic != "probability-map":
        other = {"reference": "06633"} if statistic == "standardised-ratios" else {"target": 4}
        words = get(client, statistic, **alone, **other)["reading"]
        assert "von 1 Gebiet " in words["de"]
        assert "of 1 area " in words["en"]


def test_a_course_tells_how_many_series_are_too_short(client: TestClient) -> None:
    answer = get(client, "trend", indicator="hze_rate", within=DISTRICT)
    short = sum(area["n_periods"] < 3 for area in answer["areas"])
    assert short
    assert f"Bei {short} weiteren sind weniger als drei Werte bekannt." in answer["reading"]["de"]
    assert f"For {short} more, fewer than three values are known." in answer["reading"]["en"]


# -- new bases -------------------------------------------------------------------------------------------------


def test_a_trend_does_not_go_over_a_new_base(own: TestClient) -> None:
    answer = get(own, "trend", indicator="counted")
    assert answer["series_periods"] == ["2016", "2017", "2018", "2019"]
    assert all(row["slope"] < 0 for row in answer["areas"])
    assert WITHOUT in said(answer)
    assert "Without 2004 to 2015: these figures stand on another base" in said(answer, "en")


def test_who_names_the_periods_is_warned_of_the_jump(own: TestClient) -> None:
    answer = get(own, "trend", indicator="counted", periods="2013..2018")
    assert all(row["s"] > 0 for row in answer["areas"]), "the jump is what the series shows"
    assert "Ab 2016 stehen die Zahlen auf einer neuen Grundlage" in said(answer)
    assert "From 2016 on the figures stand on a new base" in said(answer, "en")
    before = get(own, "trend", indicator="counted", periods="2004..2015")
    assert "Ohne 2016 bis 2019" in said(before)
    assert all(row["s"] < 0 for row in before["areas"])


def test_a_base_of_two_years_is_no_series(own: TestClient) -> None:
    answer = get(own, "trend", indicator="recent")
    assert answer["series_periods"][-1] == "2017"
    assert "Ohne 2018 bis 2019" in said(answer)


def test_too_few_periods_on_one_base_are_explained(own: TestClient) -> None:
    problem = refusal(own, "emerging", indicator="counted")
    assert problem["reason"] == "too few periods"
    assert "Without 2004 to 2015" in problem["detail"]
    answer = get(own, "emerging", indicator="counted", periods="2004..2019")
    assert "Ab 2016" in said(answer)


def test_moves_between_classes_stay_on_one_base(own: TestClient) -> None:
    answer = get(own, "lisa-markov", indicator="counted")
    assert answer["series_periods"] == ["2016", "2017", "2018", "2019"]
    assert WITHOUT in said(answer)
    assert "gleich viel Zeit" not in said(answer), "no period is left out for its distance"


def test_a_change_is_by_default_one_on_the_same_base(client: TestClient) -> None:
    answer = get(client, "local-change", indicator="ref_asyl")
    assert answer["base"] == "2011"
    assert "neue Grundlage" not in said(answer)
    for statistic in ("local-change", "segregation-change", "segregation-difference"):
        across = get(client, statistic, indicator="ref_asyl", base="2010")
        assert "Zwischen den beiden Zeitpunkten liegt eine neue Grundlage" in said(across), statistic
        assert "ref_asyl (2011)" in said(across, "en"), statistic
    problem = refusal(client, "local-change", indicator="ref_asyl", period="2011")
    assert problem["parameter"] == "base"
    assert "2010" in problem["detail"]


def test_an_index_over_two_times_tells_of_a_new_base(own: TestClient) -> None:
    parameters = {"indicators": "counted,recent", "polarities": "1,1", "residents": "people"}
    answer = get(own, "typology", **parameters, period="2017", base="2013")
    assert "counted (2016)" in said(answer)
    assert "recent" not in said(answer)
    assert "neue Grundlage" not in said(get(own, "typology", **parameters, period="2017", base="2016"))
    assert "counted (2016)" in said(get(own, "composite", indicators="counted,recent", polarities="1,1", base="2013"))


def test_pooled_years_over_a_new_base_are_told(client: TestClient) -> None:
    answer = get(client, "pooled-rates", indicator="ref_asyl")
    assert answer["pooled"][0] == "2010"
    assert "Ab 2011 stehen die Zahlen auf einer neuen Grundlage" in said(answer)


# -- short series ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statistic", ["trend", "emerging"])
def test_a_correction_without_effect_is_refused(own: TestClient, statistic: str) -> None:
    problem = refusal(own, statistic, indicator="counted", periods="2004..2013", correction="hamed-rao")
    assert problem["parameter"] == "correction"
    assert "10 periods" in problem["detail"]
    answer = get(own, statistic, indicator="counted", periods="2004..2014", correction="hamed-rao")
    assert answer["correction"] == "hamed-rao"


def test_the_time_for_common_borders_is_expected(release: ReleaseReader) -> None:
    vintage = vintage_on(release, None)
    rows = np.array(sorted(release.areas(vintage, "gemeinde").rows_within("06")))
    question = Question("segregation", "gemeinde", vintage)
    spent = []
    for _ in range(3):
        start = time.process_time()
        borders_among(release, question, rows)
        spent.append(time.process_time() - start)
    size = budget.Size(len(rows), 0.0, 999)
    assert min(spent) / 4 < budget.bordered(size) < 20 * min(spent)
    many, without = (budget.segregated(replace(size, n=n)) for n in (MOST_AREAS, MOST_AREAS + 1))
    assert many - without == pytest.approx(budget.bordered(replace(size, n=MOST_AREAS)), rel=0.05)


def test_a_profile_of_concentration_speaks_of_no_neighbours(client: TestClient) -> None:
    question = {"indicator": "foreign_share_census", "within": DISTRICT}
    alone = get(client, "segregation-thresholds", **question)
    assert "weights" not in alone
    assert "Nachbar" not in said(alone)
    assert "Gutsbezirk" in said(get(client, "segregation-thresholds", **question, profile="proximity"))
