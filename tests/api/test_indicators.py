"""Catalogue, values and series over HTTP."""

from __future__ import annotations

from collections import Counter
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
            assert all(series["flags"][position] == [] for series in parts["series"])
        else:
            assert {tuple(series["flags"][position]) for series in parts["series"]} == {("ESTIMATED",)}
        together = sum(series["values"][position] for series in parts["series"])
        assert wesertal["values"][position] == together, "what is divided adds up again"
    assert [(note["de"], note["en"]) for note in wesertal["notes"]] == [
        ("bis 2019: Summe aus Oberweser und Wahlsburg", "until 2019: sum of Oberweser and Wahlsburg"),
        (
            "ab 2011: neue Grundlage (etwa ein Zensus), mit den Zahlen davor nicht vergleichbar",
            "from 2011: on a new base (such as a census), not comparable with the figures before",
        ),
    ]
    for series in parts["series"]:
        note, base = series["notes"]
        assert base["period"] == "2011"
        assert note["de"].startswith("ab 20")
        assert note["de"].endswith(": geschätzt als Anteil an Wesertal")


def test_the_same_key_with_another_territory_has_a_note(client: TestClient) -> None:
    """Allendorf (Eder) took in Bromskirchen on 1 January 2023 and kept its key."""
    (allendorf,) = get(client, "/api/indicators/pop_total/series", area="06635001")["series"]
    assert allendorf["notes"][0]["date"] == "2023-01-01"
    assert allendorf["notes"][0]["de"].endswith(": Summe aus Allendorf (Eder) und Bromskirchen")
    (before,) = get(client, "/api/indicators/pop_total/series", area="06635001", vintage="2022-12-31")["series"]
    assert before["values"][0] < allendorf["values"][0]


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
    secret = Counter(
        key[:5] for key, status in zip(counts["keys"], counts["status"], strict=True) if status == "SECRET"
    )
    for kreis, number in secret.items():
        # A total that is shown has at least two secret parts, or subtraction would give the one away.
        assert number >= 2 or counts["reference"]["kreis"][kreis]["value"] is None


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


def test_references_are_the_published_figures_where_there_are_some(client: TestClient) -> None:
    """Regionaldatenbank 13211-01-03-5 and 12411-07-01-5, INKAR: Landkreis Kassel, its region, and Hessen."""
    published = {
        ("unemployed", "2016"): (5456, 32770, 172826),
        ("age_mean", "2015"): (46.3, 45.0, 43.7),
        ("child_pov", "2022"): (9.15, 11.66, 12.65),
        ("pop_total", "2018"): (236633, 1219823, 6265809),
    }
    for (indicator, period), (kreis, region, land) in published.items():
        reference = get(client, f"/api/indicators/{indicator}/values", within="06633", period=period)["reference"]
        found = [reference["kreis"]["06633"], reference["regierungsbezirk"]["066"], reference["land"]["06"]]
        assert [each["value"] for each in found] == [kreis, region, land], indicator
        assert {each["origin"] for each in found} == {"official"}
        assert reference["within"] == {"06633": reference["kreis"]["06633"]}


def test_references_without_a_published_figure_are_made_of_counts_and_say_so(client: TestClient) -> None:
    """A rate of a district is the sum of the cases over the sum of the people, not a mean of rates."""
    answer = get(client, "/api/indicators/pop_density/values", within="06633", period="2022")
    kreis = answer["reference"]["kreis"]["06633"]
    known = [row for row, value in enumerate(answer["values"]) if value is not None]
    people = sum(answer["numerators"][row] for row in known)
    square_km = sum(answer["denominators"][row] for row in known)
    assert (kreis["numerator"], kreis["origin"]) == (people, "aggregated")
    assert kreis["value"] == pytest.approx(people / square_km, rel=1e-12)
    assert kreis["value"] != pytest.approx(sum(answer["values"][row] for row in known) / len(known), rel=0.01)


def test_changes_are_recomputed_on_every_vintage_and_level(client: TestClient) -> None:
    vintages = get(client, "/api/release")["vintages"]
    checked = 0
    for vintage in (vintages[0], "2019-12-31", vintages[-1]):
        for level in ("gemeinde", "kreis", "land"):
            now, before, change, index = (
                get(client, f"/api/indicators/{name}/values", level=level, period=period, vintage=vintage)
                for name, period in (
                    ("pop_total", "2018"), ("pop_total", "2013"), ("pop_change5", "2018"), ("pop_index", "2018"),
                )
            )  # fmt: skip
            base = get(client, "/api/indicators/pop_total/values", level=level, period="2011", vintage=vintage)
            for row, key in enumerate(change["keys"]):
                new, old = now["values"][row], before["values"][row]
                if new is None or old is None:
                    assert change["values"][row] is None, key
                    continue
                assert change["values"][row] == _as_exact(100 * (new - old) / old, change["flags"][row]), key
                assert (change["numerators"][row], change["denominators"][row]) == (new - old, old)
                assert index["values"][row] == _as_exact(100 * new / base["values"][row], index["flags"][row]), key
                checked += 1
    assert checked > 1200


def _as_exact(value: float, flags: list[str]) -> Any:
    """A figure as it is shown: with one decimal where it holds estimated parts of divided areas."""
    return pytest.approx(value, abs=0.0501) if "ESTIMATED" in flags else pytest.approx(value, rel=1e-12)


def test_wesertal_grows_on_one_territory(client: TestClient) -> None:
    (change,) = get(client, "/api/indicators/pop_change5/series", area="06633030")["series"]
    assert change["status"] == ["BREAK"] * 3 + ["OK"] * 2
    assert [note["de"] for note in change["notes"]] == [
        "bis 2019: berechnet aus Oberweser und Wahlsburg",
        "2013, 2014 und 2015: nicht berechenbar, dafür wären Zahlen auf verschiedenen Grundlagen zu vergleichen",
    ]
    (people,) = get(client, "/api/indicators/pop_total/series", area="06633018")["series"]
    assert None not in people["values"]
    assert [(note["period"], note["en"]) for note in people["notes"]] == [
        ("2011", "from 2011: on a new base (such as a census), not comparable with the figures before")
    ]
    assert get(client, "/api/indicators/pop_total/series", area="06633018")["new_bases"] == ["2011"]
    assert get(client, "/api/indicators/pop_change5/series", area="06633030")["new_bases"] == []
    definition = get(client, "/api/indicators/pop_change5")
    assert (definition["formula"], definition["of"], definition["span"]) == ("change_relative", "pop_total", 5)
    assert definition["periods"] == ["2013", "2014", "2015", "2018", "2019"]


def test_balances_stay_right_where_flows_break(client: TestClient) -> None:
    def of(indicator: str) -> Any:
        answer = get(client, f"/api/indicators/{indicator}/values", period="2015")
        row = answer["keys"].index("06633030")
        return answer["values"][row], answer["status"][row]

    naumburg = get(client, "/api/indicators/commuter_balance/series", area="06633018")["series"][0]
    assert naumburg["values"] == [-1211]  # 13111-08-02-5 as published: 463 in, 1 674 out
    balance, _ = of("commuter_balance")
    assert balance == of("employed_workplace")[0] - of("employed_residence")[0]
    assert of("commuters_out") == (None, "BREAK")
    assert of("commute_bal")[0] == pytest.approx(1000 * balance / of("employed_residence")[0])
    counts = get(client, "/api/indicators/commuter_balance/values", within="06633", period="2015")
    assert counts["reference"]["kreis"]["06633"]["value"] == sum(v for v in counts["values"] if v is not None)


def test_a_rate_on_the_mean_population(client: TestClient) -> None:
    rate = get(client, "/api/indicators/mig_balance/values", period="2015")
    people = {year: get(client, "/api/indicators/pop_total/values", period=year)["values"] for year in ("2014", "2015")}
    for row, base in enumerate(rate["denominators"]):
        if base is not None:
            assert base == (people["2014"][row] + people["2015"][row]) / 2


def test_the_catalogue_says_where_there_are_values(client: TestClient) -> None:
    partly = 0
    for indicator in get(client, "/api/indicators")["indicators"]:
        found = indicator["periods_by_level"]
        assert list(found) == indicator["levels"]
        for level, periods in found.items():
            assert set(periods) <= set(indicator["periods"])
            for period in indicator["periods"] if len(indicator["periods"]) < 4 or len(periods) < 4 else ():
                values = get(client, f"/api/indicators/{indicator['id']}/values", level=level, period=period)["values"]
                assert any(value is not None for value in values) == (period in periods), (indicator["id"], level)
            partly += set(periods) != set(indicator["periods"])
    assert partly >= 2
    benefits = get(client, "/api/indicators/sgb2_persons")["periods_by_level"]
    assert benefits["gemeinde"] == ["2021", "2022"]
    assert benefits["kreis"][0] == "2007"


def test_classes_of_one_period_spread_its_areas(client: TestClient) -> None:
    """Over all years a strong trend puts most areas of one year into few classes."""
    path = "/api/indicators/pop_index/values"
    every, one = (get(client, path, period="2011", classes=scope)["classification"] for scope in ("all", "period"))
    assert one["classes"] != every["classes"]
    grown = [get(client, path, period="2022", classes=scope)["classification"] for scope in ("all", "period")]
    largest = [max(each["count"] for each in found["classes"]) for found in grown]
    assert largest[1] < largest[0]
    assert [each["scope"] for each in grown] == ["all periods", "this period"]
    assert get(client, path, period="2022")["classification"] == grown[0]


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
        ("/api/indicators/pop_total/values?classes=some", "classes"),
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
