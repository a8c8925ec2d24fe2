"""Series and maps over a merger, from the raw file of the Regionaldatenbank: Landkreis Kassel, 2008 to 2021."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from boundaries import load_bundled
from service.app import create_app
from service.settings import Settings
from service.store import EditionInfo
from service.workspace import Workspace, load_definitions, load_figures

pytestmark = pytest.mark.shared

TABLE = "12411-01-01-5"
YEARS = [str(year) for year in range(2015, 2007, -1)]
CATALOGUE = """
[[indicator]]
id = "people"
kind = "count"
unit = "Personen"
reference_day = "12-31"
[[indicator]]
id = "men"
kind = "count"
unit = "Personen"
reference_day = "12-31"
[[indicator]]
id = "men_share"
kind = "rate"
unit = "%"
numerator = "men"
denominator = "people"
factor = 100
[[indicator]]
id = "mean"
kind = "mean"
unit = "Punkte"
weight = "people"
harmonise = "wmean"
[[indicator]]
id = "median"
kind = "median"
unit = "Punkte"
"""


def _counts(archive: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """People and men by key and year, as the office printed them."""
    with zipfile.ZipFile(archive) as file:
        (name,) = [name for name in file.namelist() if TABLE in name]
        lines = file.read(name).decode().splitlines()
    found = {}
    for line in lines:
        key, *cells = line.split(";")
        if key.startswith("06633") and len(key) == 8:
            for year, people, men in zip(YEARS, cells[1::3], cells[2::3], strict=True):
                if people.isdigit():
                    found[key, year] = int(people), int(men)
    return found


@pytest.fixture(scope="module")
def counts(shared_data: Path) -> dict[tuple[str, str], tuple[int, int]]:
    return _counts(shared_data / "regionalstatistik" / "regionalstatistik_gemeinden_export2017.zip")


@pytest.fixture(scope="module")
def kassel(
    counts: dict[tuple[str, str], tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A workspace of one district with its figures, published."""
    folder = tmp_path_factory.mktemp("kassel")
    settings = Settings(workspace=folder / "atlas")
    space = Workspace(settings)
    space.create(demo=False, progress=lambda _: None)
    bundled = load_bundled()
    district = tuple(area for area in bundled.gemeinden.areas if area.parent == "06633")
    store = space.open()
    with store.transaction() as connection:
        store.save_areas(connection, replace(bundled.gemeinden, areas=district), EditionInfo("", "", "", ""))
        store.save_changes(connection, bundled.events)
        store.save_upper_names(connection, bundled.names.entries)
    (folder / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")
    load_definitions(store, folder / "catalogue.toml")
    rows = [f"people,{key},{year},{people}\nmen,{key},{year},{men}" for (key, year), (people, men) in counts.items()]
    rows += [f"{each},{key},2015,{key[-2:]}" for each in ("mean", "median") for key in ("06633021", "06633027")]
    # Inhabitants on 31.12.2021 after the Gemeindeverzeichnis of Destatis.
    rows += ["people,06633030,2021,5137", "men,06633030,2021,2550", "median,06633030,2021,44"]
    (folder / "figures.csv").write_text("indicator,key,period,value\n" + "\n".join(rows), encoding="utf-8")
    result = load_figures(store, folder / "figures.csv", indicator=None, mapping=None)
    assert len(result.observations) == 2 * len(counts) + 7
    space.publish("", lambda _: None)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


def get(client: TestClient, path: str, **query: str) -> Any:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _series(client: TestClient, indicator: str, key: str, vintage: str | None = None) -> Any:
    query = {"area": key} | ({"vintage": vintage} if vintage else {})
    document = get(client, f"/api/indicators/{indicator}/series", **query)
    (series,) = document["series"]
    return dict(zip(document["periods"], series["values"], strict=True)), series


def test_wesertal_is_continuous_from_2008_on(
    kassel: TestClient, counts: dict[tuple[str, str], tuple[int, int]]
) -> None:
    values, series = _series(kassel, "people", "06633030")
    assert list(values) == [*(str(year) for year in range(2008, 2016)), "2021"]
    for year in YEARS:
        assert values[year] == counts["06633021", year][0] + counts["06633027", year][0]
    assert values["2021"] == 5137
    assert series["notes"] == [
        {
            "period": "2015",
            "date": "2020-01-01",
            "de": "bis 2015: Summe aus Oberweser und Wahlsburg",
            "en": "until 2015: sum of Oberweser and Wahlsburg",
        }
    ]
    assert not any(series["flags"])


def test_rates_are_recomputed_means_weighted_and_medians_break(
    kassel: TestClient, counts: dict[tuple[str, str], tuple[int, int]]
) -> None:
    people, men = (
        [counts[key, "2015"][place] for key in ("06633021", "06633027")] for place in (0, 1)
    )  # fmt: skip
    values, series = _series(kassel, "men_share", "06633030")
    assert values["2015"] == pytest.approx(100 * sum(men) / sum(people))
    assert series["notes"][0]["de"] == "bis 2015: berechnet aus Oberweser und Wahlsburg"
    values, _ = _series(kassel, "mean", "06633030")
    assert values["2015"] == pytest.approx((21 * people[0] + 27 * people[1]) / sum(people))
    values, series = _series(kassel, "median", "06633030")
    assert values == {"2015": None, "2021": 44}
    assert series["status"] == ["BREAK", "OK"]
    assert series["notes"][0]["de"] == "bis 2015: nicht berechenbar; entstanden aus Oberweser und Wahlsburg"


def test_on_the_boundaries_before_the_new_figures_are_estimates(kassel: TestClient) -> None:
    parts = [_series(kassel, "people", key, "2019-12-31") for key in ("06633021", "06633027")]
    assert [values["2021"] for values, _ in parts] == [3115, 2022]  # 5137 * 3119 / 5144, rounded to add up
    for values, series in parts:
        assert series["flags"][-1] == ["ESTIMATED"]
        assert not any(series["flags"][:-1])
        assert series["notes"] == [
            {
                "period": "2021",
                "date": "2020-01-01",
                "de": "ab 2021: geschätzt als Anteil an Wesertal",
                "en": "from 2021: estimated as a share of Wesertal",
            }
        ]
        assert float(values["2021"]).is_integer()
    share, _ = _series(kassel, "men_share", "06633021", "2019-12-31")
    assert share["2021"] == pytest.approx(100 * 2550 / 5137, abs=0.02)
    median, series = _series(kassel, "median", "06633021", "2019-12-31")
    assert (median["2021"], series["status"][-1]) == (None, "BREAK")
    assert series["notes"][0]["de"] == "ab 2021: nicht berechenbar; gehört zu Wesertal"


@pytest.mark.parametrize(("vintage", "present", "absent"), [
    ("2019-12-31", {"06633021", "06633027"}, {"06633030"}),
    ("2026-01-01", {"06633030"}, {"06633021", "06633027"}),
])  # fmt: skip
def test_every_endpoint_is_on_the_wanted_boundaries(
    kassel: TestClient, vintage: str, present: set[str], absent: set[str]
) -> None:
    values = get(kassel, "/api/indicators/people/values", level="gemeinde", period="2015", vintage=vintage)
    found = dict(zip(values["keys"], values["values"], strict=True))
    assert present <= set(found)
    assert absent.isdisjoint(found)
    items = get(kassel, "/api/collections/gemeinde/items", vintage=vintage, limit="100")
    assert present <= {feature["properties"]["key"] for feature in items["features"]}
    assert absent.isdisjoint(feature["properties"]["key"] for feature in items["features"])
    items = get(kassel, "/api/collections/people_gemeinde/items", datetime="2015", vintage=vintage, limit="100")
    assert {feature["properties"]["key"]: feature["properties"]["value"] for feature in items["features"]} == found
    items = get(kassel, "/api/collections/people_gemeinde/items", datetime="2021", vintage=vintage, limit="100")
    estimated = {feature["properties"]["key"] for feature in items["features"] if feature["properties"]["estimated"]}
    assert estimated == (present if vintage == "2019-12-31" else set())
    analysis = get(
        kassel, "/api/analysis/local-moran", indicator="people", period="2015", vintage=vintage, permutations="99"
    )
    tested = {area["key"]: area["value"] for area in analysis["areas"]}
    assert present <= set(tested)
    assert all(found[key] == value for key, value in tested.items())
    assert absent.isdisjoint(tested)
    kreis = get(kassel, "/api/indicators/people/values", level="kreis", period="2015", vintage=vintage)
    assert kreis["values"] == [sum(value for value in found.values() if value is not None)]


def test_an_area_tells_what_it_was_and_what_becomes_of_it(kassel: TestClient) -> None:
    wesertal = get(kassel, "/api/areas/06633030")
    assert [part["name"] for part in wesertal["formed"][0]["parts"]] == ["Oberweser", "Wahlsburg"]
    assert wesertal["became"] == []
    oberweser = get(kassel, "/api/areas/06633021", vintage="2019-12-31")
    assert [(each["date"], each["name"]) for each in oberweser["became"]] == [("2020-01-01", "Wesertal")]
