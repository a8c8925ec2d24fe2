"""Catalogue, values and series over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

CARRY_VALUE = {"OK", "ZERO", "ZERO_EXACT", "LT_HALF_UNIT", "LOW_RELIABILITY"}


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_catalogue_has_enough_and_says_what_is_synthetic(client: TestClient) -> None:
    catalogue = get(client, "/api/indicators")
    indicators = catalogue["indicators"]
    real = [each for each in indicators if not each["synthetic"]]
    assert len(real) >= 10
    assert len({each["theme"] for each in real}) >= 5
    assert sum(len(each["periods"]) > 1 for each in real) >= 3
    for each in indicators:
        if each["synthetic"]:
            assert "synthetisch" in each["title"]["de"].lower()
            assert "synthetic" in each["title"]["en"].lower()
            assert "synthet" in get(client, f"/api/indicators/{each['id']}")["source"].lower()


def test_every_indicator_answers_with_consistent_arrays(client: TestClient) -> None:
    for indicator in get(client, "/api/indicators")["indicators"]:
        for level in indicator["levels"]:
            answer = get(client, f"/api/indicators/{indicator['id']}/values", level=level)
            n = len(answer["keys"])
            assert n == len(set(answer["keys"])) > 0
            for name in ("values", "status", "flags", "names"):
                assert len(answer[name]) == n
            for value, status in zip(answer["values"], answer["status"], strict=True):
                assert (value is not None) == (status in CARRY_VALUE), (indicator["id"], status)
        smallest = get(client, f"/api/indicators/{indicator['id']}/values")
        assert any(value is not None for value in smallest["values"]), indicator["id"]


def test_naumburg_beside_the_kreis_and_the_land(client: TestClient) -> None:
    answer = get(client, "/api/indicators/pop_total/values", within="06633", period="2015")
    assert len(answer["keys"]) == 29
    assert answer["status"][answer["keys"].index("06633200")] == "NOT_APPLICABLE"
    assert set(answer["reference"]["kreis"]) == {"06633"}
    kreis, land = answer["reference"]["kreis"]["06633"], answer["reference"]["land"]["06"]
    assert kreis["value"] == sum(value for value in answer["values"] if value is not None)
    assert land["value"] == 6_176_172  # Regionaldatenbank, 12411-01-01-5, 31.12.2015
    assert kreis["origin"] == "official"


def test_wesertal_is_one_continuous_series_with_a_note(client: TestClient) -> None:
    (wesertal,) = get(client, "/api/indicators/pop_total/series", area="06633030")["series"]
    assert all(value is not None for value in wesertal["values"])
    periods = get(client, "/api/indicators/pop_total")["periods"]
    parts = get(client, "/api/indicators/pop_total/series", area="06633021,06633027", vintage="2019-12-31")
    for position, period in enumerate(periods):
        if period <= "2019":
            together = sum(series["values"][position] for series in parts["series"])
            assert wesertal["values"][position] == together
        else:
            assert {series["status"][position] for series in parts["series"]} == {"BREAK"}
    assert wesertal["notes"][0]["de"] == "bis 2019: Summe aus Oberweser und Wahlsburg"


def test_hanau_leaves_the_main_kinzig_kreis(client: TestClient) -> None:
    before = get(client, "/api/indicators/pop_total/values", level="kreis", period="2015", vintage="2025-12-31")
    after = get(client, "/api/indicators/pop_total/values", level="kreis", period="2015")
    assert len(after["keys"]) == len(before["keys"]) + 1
    whole = before["values"][before["keys"].index("06435")]
    rest, hanau = (after["values"][after["keys"].index(key)] for key in ("06435", "06415"))
    assert rest + hanau == whole


def test_totals_are_the_same_on_every_vintage(client: TestClient) -> None:
    vintages = get(client, "/api/release")["vintages"]
    totals = {
        day: sum(
            value
            for value in get(client, "/api/indicators/pop_total/values", period="2015", vintage=day)["values"]
            if value is not None
        )
        for day in vintages
    }
    assert set(totals.values()) == {6_176_172}


def test_secret_counts_protect_their_rates_and_totals(client: TestClient) -> None:
    counts = get(client, "/api/indicators/hze_cases/values", period="2015")
    rates = get(client, "/api/indicators/hze_rate/values", period="2015")
    assert "SECRET" in counts["status"]
    for key, status in zip(counts["keys"], counts["status"], strict=True):
        row = rates["keys"].index(key)
        if status == "SECRET":
            assert rates["status"][row] == "SECRET"
            assert rates["values"][row] is None
            assert rates["numerators"][row] is None
    assert all(value == 0 or value >= 5 for value in counts["values"] if value is not None)
    secret_in = {key[:5] for key, status in zip(counts["keys"], counts["status"], strict=True) if status == "SECRET"}
    for kreis in secret_in:
        assert counts["reference"]["kreis"][kreis]["value"] is None


def test_classes_cover_the_values_and_count_what_is_missing(client: TestClient) -> None:
    for indicator in get(client, "/api/indicators")["indicators"]:
        answer = get(client, f"/api/indicators/{indicator['id']}/values", level=indicator["levels"][0])
        classification = answer["classification"]
        known = sum(value is not None for value in answer["values"])
        missing = sum(classification["missing"]["counts"].values())
        assert known + missing == len(answer["keys"])
        if indicator["kind"] == "count":
            assert classification["classes"] == []
            assert classification["symbol"]["max_value"] >= max(v for v in answer["values"] if v is not None)
        else:
            assert sum(each["count"] for each in classification["classes"]) == known


def test_breaks_are_the_same_in_every_period(client: TestClient) -> None:
    indicator = next(
        each
        for each in get(client, "/api/indicators")["indicators"]
        if each["kind"] != "count" and len(each["periods"]) > 1
    )
    breaks = {
        tuple(
            get(client, f"/api/indicators/{indicator['id']}/values", period=period, within="06633")["classification"][
                "breaks"
            ]
        )
        for period in indicator["periods"]
    }
    assert len(breaks) == 1


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/indicators/pop_total/values?period=1066", "period"),
        ("/api/indicators/pop_total/values?level=planet", "level"),
        ("/api/indicators/pop_total/values?within=nowhere", "within"),
        ("/api/indicators/pop_total/values?vintage=1871-01-18", "vintage"),
        ("/api/indicators/pop_total/series?area=", "area"),
        ("/api/indicators/pop_total/series?area=06633018,nowhere", "area"),
        ("/api/indicators/pop_total/series", "area"),
        ("/api/areas?level=planet", "level"),
        ("/api/areas?limit=-3", "limit"),
    ],
)
def test_impossible_parameters_are_named(client: TestClient, path: str, parameter: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_unknown_indicator(client: TestClient) -> None:
    for path in ("/api/indicators/happiness", "/api/indicators/happiness/values"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "happiness" in answer.json()["detail"]


def test_areas_are_found_by_name_and_key(client: TestClient) -> None:
    first = get(client, "/api/areas", q="naumb")["areas"][0]
    assert (first["key"], first["parent_name"]) == ("06633018", "Kassel")
    assert get(client, "/api/areas", q="06633018")["areas"][0]["name"] == "Naumburg"
    assert get(client, "/api/areas", q="kassel")["areas"][0]["name"] == "Kassel"
    assert len(get(client, "/api/areas", level="gemeinde", within="06633")["areas"]) == 29
    assert get(client, "/api/areas", q="xyzzy")["areas"] == []


def test_area_profile(client: TestClient) -> None:
    wesertal = get(client, "/api/areas/06633030")
    assert wesertal["vintages"][0] == "2020-01-01"
    assert [part["name"] for part in wesertal["formed"][0]["parts"]] == ["Oberweser", "Wahlsburg"]
    assert any(figure["indicator"] == "pop_total" for figure in wesertal["figures"])
    assert client.get("/api/areas/00000000").status_code == 404
