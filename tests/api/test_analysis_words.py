"""What analyses say and warn of, over HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.analyses.registry import METHODS
from tests.api.asking import DISTRICT, asked

#: Statistics whose answer depends on what lies beyond the border.
EDGED = {id_ for id_, method in METHODS.items() if "weights" in method.takes} | {"scan", "segregation-profile"}


def get(client: TestClient, statistic: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/analysis/{statistic}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def warned(answer: Any, words: str, language: str = "de") -> list[str]:
    """Warnings that hold some words."""
    return [warning[language] for warning in answer["warnings"] if words in warning[language]]


@pytest.mark.parametrize("statistic", METHODS)
def test_every_statistic_says_that_it_is_exploratory_and_over_how_many_areas(
    client: TestClient, statistic: str
) -> None:
    answer = get(client, statistic, **asked(statistic))
    de, en = answer["reading"]["de"], answer["reading"]["en"]
    assert "explorativ" in de
    assert "exploratory" in en
    numbers = {int(number) for number in re.findall(r"(?<![\d.,])\d+(?![.,]?\d)", en)}
    with_trend = sum(area.get("s") is not None for area in answer.get("areas", []))
    assert numbers & {answer["n"], with_trend}
    assert not re.search(r"-0[.,]0+(?!\d)|p = 0[.,]0+(?!\d)", de + en)
    assert not de[0].islower()
    assert not en[0].islower()
    assert not re.search(r"(?<!\d)1 (Gebiete|Kreise|weitere|areas|circles|sind|are)\b", de + en)


@pytest.mark.parametrize("statistic", sorted(EDGED))
def test_what_looks_across_borders_says_what_the_edge_lacks(client: TestClient, statistic: str) -> None:
    parameters = asked(statistic)
    if statistic == "segregation-thresholds":
        parameters["profile"] = "proximity"
    reading = get(client, statistic, **parameters)["reading"]
    assert "jenseits der Grenze" in reading["de"]
    assert "beyond the border" in reading["en"]


def test_what_looks_at_single_areas_does_not_speak_of_borders(client: TestClient) -> None:
    for statistic in ("funnel", "rate-intervals", "inequality", "composite", "empirical-bayes"):
        assert "Grenze " not in get(client, statistic, **asked(statistic))["reading"]["de"]


def test_links_across_the_forest_are_told(client: TestClient) -> None:
    answer = get(client, "local-moran", **DISTRICT)
    pairs, links = len(answer["weights"]["bridged"]), answer["weights"]["links"]
    (warning,) = warned(answer, "unbewohntes Gebiet")
    assert warning.startswith(f"{pairs} von {links // 2} Nachbarschaften bestehen nur über unbewohntes Gebiet hinweg")
    assert "Gutsbezirk Reinhardswald" in warning
    assert "isolates=drop" in warning
    assert warned(answer, f"{pairs} of {links // 2} pairs are neighbours only across unpopulated land", "en")
    called = {area["key"] for area in answer["areas"] if area["class"] not in ("not-significant", "isolated")}
    hanging = called & {key for pair in answer["weights"]["bridged"] for key in pair}
    assert hanging
    assert f"{len(hanging)} davon zählen auch Gebiete als Nachbarn, die nur über" in answer["reading"]["de"]


def test_who_does_not_bridge_is_not_warned(client: TestClient) -> None:
    for choice in ({"isolates": "drop"}, {"isolates": "knn1"}, {"weights": "knn:4"}):
        answer = get(client, "local-moran", **DISTRICT, **choice)
        assert not warned(answer, "unbewohntes Gebiet")
        assert "unbewohntes" not in answer["reading"]["de"]


def test_links_over_several_steps_are_counted_without_a_whole(client: TestClient) -> None:
    (warning,) = warned(get(client, "moran", **DISTRICT, weights="queen:2"), "unbewohntes Gebiet")
    assert re.match(r"\d+ Nachbarschaften bestehen", warning)


def test_advice_that_a_statistic_cannot_follow_is_not_given(client: TestClient) -> None:
    (warning,) = warned(get(client, "segregation", **DISTRICT), "unbewohntes Gebiet")
    assert "isolates" not in warning
    assert "nur Kennwerte, die Nachbarn einbeziehen" in warning


def test_bridges_of_areas_that_are_left_out_are_not_listed(client: TestClient) -> None:
    answer = get(client, "moran", indicator="hze_rate", within="06633")
    used = {area["key"] for area in get(client, "local-moran", indicator="hze_rate", within="06633")["areas"]}
    assert answer["n"] < 28, "some figures are secret"
    assert {key for pair in answer["weights"]["bridged"] for key in pair} <= used


def test_areas_around_are_context(client: TestClient) -> None:
    plain, ringed = get(client, "local-moran", **DISTRICT), get(client, "local-moran", **DISTRICT, ring=True)
    around = [area for area in ringed["areas"] if area.get("ring")]
    assert len(around) == ringed["n"] - plain["n"] > 10
    for area in around:
        assert area["class"] == "undefined"
        assert area["p"] is area["p_fdr"] is area["p_bonferroni"] is area["smallest_p"] is None
        assert area["value"] is not None
    tested = [area for area in ringed["areas"] if area["p"] is not None]
    assert len(tested) == plain["n"]
    worst = max(area["p_bonferroni"] / area["p"] for area in tested if area["p_bonferroni"] < 1)
    assert worst == pytest.approx(plain["n"]), "as many tests as areas in the selection"
    assert f"der {plain['n']} geprüften Gebiete" in ringed["reading"]["de"] or (
        f"von {plain['n']} geprüften Gebieten" in ringed["reading"]["de"]
    )
    assert f"{len(around)} Gebiete rund um die Auswahl zählen als Nachbarn" in ringed["reading"]["de"]
    assert "was jenseits der Grenze liegt, fehlt" not in ringed["reading"]["de"]
    whole = get(client, "moran", **DISTRICT, ring=True)
    assert f"{whole['n']} areas, {len(around)} of them around the selection" in whole["reading"]["en"]
    rates = get(client, "spatial-empirical-bayes", **DISTRICT, ring=True)
    assert warned(rates, f"{len(around)} Gebiete rund um die Auswahl")


def test_estimated_figures_are_told(client: TestClient) -> None:
    question = {"indicator": "doctors", "period": "2022", "within": "06633", "vintage": "2019-12-31"}
    answer = get(client, "local-moran", **question)
    assert {area["key"] for area in answer["areas"] if area.get("estimated")} == {"06633021", "06633027"}
    (warning,) = warned(answer, "geschätzt")
    assert warning.startswith(f"Bei 2 von {answer['n']} Gebieten sind Zahlen geschätzt: ")
    assert "Oberweser 06633021" in warning
    assert "Wahlsburg 06633027" in warning
    assert not warned(get(client, "local-moran", indicator="doctors", period="2022", within="06633"), "geschätzt")


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"weights": "knn:1"}, "Kein Gebiet kann hier auffällig werden"),
        ({"permutations": 99}, "Ein einzelnes Gebiet kann hier nicht auffällig werden, nur mindestens 12 zugleich"),
    ],
)
def test_tests_without_power_are_told(client: TestClient, parameters: dict[str, Any], told: str) -> None:
    assert warned(get(client, "local-moran", **DISTRICT, **parameters), told)
    assert not warned(get(client, "local-moran", **DISTRICT), "auffällig werden")


def test_segregation_reads_the_same_by_every_index(client: TestClient) -> None:
    for index in ("d", "isolation", "interaction", "correlation_ratio"):
        answer = get(
            client, "segregation", indicator="foreign_share_census", within="06633", index=index, permutations=99
        )
        assert "ungleicher verteilt, als es der Zufall ergäbe" in answer["reading"]["de"]
        assert answer["null"]["excess"] > 0
        greater = get(
            client,
            "segregation",
            indicator="foreign_share_census",
            within="06633",
            index=index,
            alternative="greater",
            permutations=99,
        )
        assert greater["null"]["p"] == 0.01
