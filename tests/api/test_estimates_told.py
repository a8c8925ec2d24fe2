"""Estimates on the bundled figures are marked wherever they are given, rounded and explained: Hanau left its Kreis."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

DISTRICT, TOWN = "06435", "06415"


def _get(client: TestClient, path: str, **query: str) -> Any:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_figures_of_an_area_are_marked_as_estimates(client: TestClient) -> None:
    figures = {each["indicator"]: each for each in _get(client, f"/api/areas/{TOWN}")["figures"]}
    estimated, exact = figures["ref_asyl"], figures["pop_total"]
    assert (estimated["flags"], exact["flags"]) == (["ESTIMATED"], [])
    assert estimated["value"] == round(estimated["value"], 1)
    assert exact["value"] > 90_000


@pytest.mark.parametrize(("key", "told"), [
    (DISTRICT, "wurde ein Teil des Gebiets abgegeben"), (TOWN, "aus Teilen von Main-Kinzig-Kreis entstanden"),
])  # fmt: skip
def test_the_series_of_a_divided_district_says_why_it_is_estimated(client: TestClient, key: str, told: str) -> None:
    (series,) = _get(client, "/api/indicators/asylum_recipients/series", area=key)["series"]
    assert series["flags"] == [["ESTIMATED"]] * len(series["values"])
    (note,) = series["notes"]
    assert note["de"] == f"bis 2015: geschätzt; am 01.01.2026 {told}"
    assert note["en"].startswith("until 2015: estimated; ")
    assert note["date"] == "2026-01-01"


def test_shares_of_a_divided_district_add_up_to_what_was_published(client: TestClient) -> None:
    document = _get(client, "/api/indicators/asylum_recipients/series", area=f"{DISTRICT},{TOWN}")
    before = _get(client, "/api/indicators/asylum_recipients/series", area=DISTRICT, vintage="2025-12-31")
    whole = before["series"][0]
    sums = [sum(parts) for parts in zip(*(each["values"] for each in document["series"]), strict=True)]
    assert sums == whole["values"]
    assert not any(whole["flags"])


def test_figures_summed_from_municipalities_are_told_on_the_smaller_district(client: TestClient) -> None:
    (series,) = _get(client, "/api/indicators/pop_total/series", area=DISTRICT)["series"]
    assert not any(series["flags"])
    assert series["notes"][0]["de"].endswith("Summe der Teile, die seit dem 01.01.2026 das Gebiet bilden")


def test_a_definition_tells_all_that_its_figures_follow_from(client: TestClient) -> None:
    population = _get(client, "/api/indicators/pop_total")
    assert population["breaks"] == ["2011", "2023"]
    assert (population["same_as"], population["numerator_at"]) == (None, "same")
    assert _get(client, "/api/indicators/turnout")["valid_range"] == [0, 100]
