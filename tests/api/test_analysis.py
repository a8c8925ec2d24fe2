"""Analyses over HTTP and on the command line."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.analysis import METHODS
from service.settings import Settings

DISTRICT = {"indicator": "unemployed_share", "within": "06633"}
GLOBAL = {"moran", "geary", "getis-ord-g"}


def get(client: TestClient, statistic: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/analysis/{statistic}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _numbers(node: Any) -> list[float]:
    if isinstance(node, dict):
        return [number for child in node.values() for number in _numbers(child)]
    if isinstance(node, list):
        return [number for child in node for number in _numbers(child)]
    return [node] if isinstance(node, float) else []


@pytest.mark.parametrize("statistic", METHODS)
def test_every_statistic_answers_in_the_agreed_form(client: TestClient, statistic: str) -> None:
    answer = get(client, statistic, **DISTRICT, permutations=999)
    frame = {"statistic", "n", "p_convention", "alternative", "permutations", "seed", "smallest_p", "indicator"}
    frame |= {"period", "level", "within", "vintage", "weights", "dropped", "warnings", "reading", "versions"}
    assert frame <= set(answer)
    assert {"spec", "style", "links", "isolates", "bridged"} <= set(answer["weights"])
    assert set(answer["reading"]) == {"de", "en"}
    assert all(math.isfinite(number) for number in _numbers(answer))
    if statistic in GLOBAL:
        assert {"value", "expectation", "variance", "variance_assumption", "z", "p_analytic", "p"} <= set(answer)
    else:
        names = {"key", "value", "statistic", "expectation", "variance", "z", "p", "p_fdr", "p_bonferroni"}
        assert all(names | {"quadrant", "class", "neighbours"} <= set(area) for area in answer["areas"])
        assert len(answer["areas"]) == answer["n"]


def test_the_uninhabited_forest_is_bridged_and_never_counted(client: TestClient) -> None:
    answer = get(client, "local-moran", **DISTRICT)
    areas = {area["key"]: area for area in answer["areas"]}
    assert "06633200" not in areas
    assert {"key": "06633200", "reason": "unpopulated"} in answer["dropped"]
    assert areas["06633030"]["neighbours"], "Wesertal has its neighbours across the forest"
    assert any("06633030" in pair for pair in answer["weights"]["bridged"])


def test_without_a_bridge_wesertal_is_an_isolate_and_never_significant(client: TestClient) -> None:
    answer = get(client, "local-moran", **DISTRICT, isolates="drop")
    assert {"key": "06633030", "reason": "isolated"} in answer["dropped"]
    nearest = get(client, "local-moran", **DISTRICT, isolates="knn1")
    wesertal = next(area for area in nearest["areas"] if area["key"] == "06633030")
    assert len(wesertal["neighbours"]) == 1
    assert "Wesertal" in nearest["warnings"][0]["de"]


def test_ring_adds_the_areas_around(client: TestClient) -> None:
    plain, ringed = get(client, "local-moran", **DISTRICT), get(client, "local-moran", **DISTRICT, ring=True)
    outside = {area["key"] for area in ringed["areas"] if area.get("ring")}
    assert "06611000" in outside, "the city of Kassel touches the district"
    assert {area["key"] for area in ringed["areas"]} == outside | {area["key"] for area in plain["areas"]}


@pytest.mark.parametrize("weights", ["queen", "rook", "queen:2", "knn:4", "kernel:gaussian:8", "distance:15000"])
def test_weights_are_a_choice(client: TestClient, weights: str) -> None:
    answer = get(client, "moran", **DISTRICT, weights=weights, permutations=99)
    assert answer["weights"]["spec"] == weights
    if weights == "knn:4":
        assert answer["weights"]["links"] == 4 * answer["n"]


@pytest.mark.parametrize("statistic", ["moran", "geary", "getis-ord-g"])
def test_where_all_are_neighbours_there_is_nothing_to_test(client: TestClient, statistic: str) -> None:
    answer = get(client, statistic, **DISTRICT, weights="distance:99999999", permutations=99)
    assert (answer["z"], answer["p_analytic"], answer["p"]) == (None, None, 1.0)


def test_same_seed_same_bytes_other_seed_same_statistic(client: TestClient) -> None:
    path = "/api/analysis/local-moran?indicator=unemployed_share&within=06633&permutations=999&seed="
    one, again, other = (client.get(path + seed) for seed in ("7", "7", "8"))
    assert one.content == again.content
    assert one.headers["etag"] != other.headers["etag"]
    assert [a["statistic"] for a in one.json()["areas"]] == [a["statistic"] for a in other.json()["areas"]]


def test_what_cannot_be_computed_says_why(client: TestClient) -> None:
    answer = client.get("/api/analysis/moran", params={"indicator": "pop_total", "within": "06633018"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["reason"] == "too few areas"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "indicator"),
        ("indicator=pop_total&weights=triangle", "weights"),
        ("indicator=pop_total&weights=knn:0", "weights"),
        ("indicator=pop_total&weights=kernel:8", "weights"),
        ("indicator=pop_total&weights=kernel:triangular:8", "weights"),
        ("indicator=pop_total&weights=distance:-5", "weights"),
        ("indicator=pop_total&weights=distance:nan", "weights"),
        ("indicator=pop_total&permutations=1", "permutations"),
        ("indicator=pop_total&permutations=1000000000", "permutations"),
        ("indicator=pop_total&isolates=ignore", "isolates"),
        ("indicator=pop_total&style=X", "style"),
        ("indicator=pop_total&seed=-1", "seed"),
        ("indicator=pop_total&ring=perhaps", "ring"),
        ("indicator=pop_total&alpha=0.1", "alpha"),
        ("indicator=pop_total&vintage=2015-01-01", "vintage"),
        ("indicator=pop_total&vintage=20200101", "vintage"),
    ],
)
def test_impossible_parameters_are_named(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"/api/analysis/moran?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_unknown_statistic(client: TestClient) -> None:
    assert client.get("/api/analysis/astrology?indicator=pop_total").status_code == 404


def _analyse(demo: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "analyse", *arguments, "--workspace", str(demo.workspace)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_line_gives_the_numbers_of_the_service(client: TestClient, demo: Settings) -> None:
    arguments = ["local-moran", "--indicator", "unemployed_share", "--within", "06633", "--permutations", "999"]
    served = get(client, "local-moran", **DISTRICT, permutations=999)
    assert json.loads(_analyse(demo, *arguments, "--format", "json").stdout) == served
    rows = list(csv.DictReader(io.StringIO(_analyse(demo, *arguments, "--format", "csv").stdout)))
    assert [float(row["statistic"]) for row in rows] == [area["statistic"] for area in served["areas"]]
    table = _analyse(demo, *arguments).stdout
    assert "Naumburg" in table
    assert served["reading"]["de"] in table


def test_command_line_fails_with_one_line_and_status_3(demo: Settings) -> None:
    failed = _analyse(demo, "moran", "--indicator", "pop_total", "--within", "06633018")
    assert failed.returncode == 3
    assert failed.stderr.count("\n") == 1
    assert "too few areas" in failed.stderr
