"""Series and maps over a merger, from the raw file of the Regionaldatenbank: Landkreis Kassel, 2008 to 2021."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import spatial.indicators
from boundaries import load_bundled, read_register
from service.app import create_app
from service.cli import main
from service.settings import Settings
from service.store import EditionInfo, Store
from service.workspace import Workspace, load_definitions, load_figures

pytestmark = pytest.mark.shared

FIGURES = Path(spatial.indicators.__file__).parent / "demo" / "figures"
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


def _workspace(folder: Path, kreis: str) -> tuple[Settings, Store]:
    """A workspace with the bundled areas of one district, all bundled changes, and a catalogue."""
    settings = Settings(workspace=folder / "atlas")
    space = Workspace(settings)
    space.create(demo=False, progress=lambda _: None)
    bundled = load_bundled()
    district = tuple(area for area in bundled.gemeinden.areas if area.parent == kreis)
    store = space.open()
    with store.transaction() as connection:
        store.save_areas(connection, replace(bundled.gemeinden, areas=district), EditionInfo("", "", "", ""))
        store.save_changes(connection, bundled.events)
        store.save_upper_names(connection, bundled.names.entries)
    (folder / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")
    load_definitions(store, folder / "catalogue.toml")
    return settings, store


@pytest.fixture(scope="module")
def kassel(
    counts: dict[tuple[str, str], tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A workspace of one district with its figures, published."""
    folder = tmp_path_factory.mktemp("kassel")
    settings, store = _workspace(folder, "06633")
    rows = [f"people,{key},{year},{people}\nmen,{key},{year},{men}" for (key, year), (people, men) in counts.items()]
    rows += [f"{each},{key},2015,{key[-2:]}" for each in ("mean", "median") for key in ("06633021", "06633027")]
    # Inhabitants on 31.12.2021 after the Gemeindeverzeichnis of Destatis.
    rows += ["people,06633030,2021,5137", "men,06633030,2021,2550", "median,06633030,2021,44"]
    (folder / "figures.csv").write_text("indicator,key,period,value\n" + "\n".join(rows), encoding="utf-8")
    result = load_figures(store, folder / "figures.csv", indicator=None, mapping=None)
    assert len(result.observations) == 2 * len(counts) + 7
    Workspace(settings).publish("", lambda _: None)
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


# -- the trap of Allendorf: the same key, another territory --------------------------------------------------------

ALLENDORF, BROMSKIRCHEN = "06635001", "06635005"
BEFORE, AFTER = "2022-12-31", "2023-01-01"


@pytest.fixture(scope="module")
def inhabitants(shared_data: Path) -> dict[tuple[str, str], int]:
    """Inhabitants of the district of Waldeck-Frankenberg: the register of 2021, and that of November 2023."""
    with (FIGURES / "gemeindeverzeichnis-2021.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == "pop_total"]
    found = {(row["key"], "2021"): int(row["value"]) for row in rows if row["key"].startswith("06635")}
    register = read_register(shared_data / "gemeindeverzeichnis" / "GV100AD_301123.txt.gz").at("gemeinde")
    for key, entry in register.items():
        if key.startswith("06635") and entry.population is not None:
            found[key, "2023"] = entry.population
    return found


@pytest.fixture(scope="module")
def waldeck(inhabitants: dict[tuple[str, str], int], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A release with figures from before and after the incorporation of Bromskirchen into Allendorf (Eder)."""
    folder = tmp_path_factory.mktemp("waldeck")
    settings, store = _workspace(folder, "06635")
    rows = "\n".join(f"people,{key},{year},{people}" for (key, year), people in inhabitants.items())
    (folder / "figures.csv").write_text(f"indicator,key,period,value\n{rows}", encoding="utf-8")
    result = load_figures(store, folder / "figures.csv", indicator=None, mapping=None)
    assert len(result.observations) == len(inhabitants) == 22 + 21
    Workspace(settings).publish("", lambda _: None)
    return settings


@pytest.fixture(scope="module")
def frankenberg(waldeck: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(waldeck), base_url="http://127.0.0.1") as client:
        yield client


def test_allendorf_has_one_key_and_two_territories(
    frankenberg: TestClient, inhabitants: dict[tuple[str, str], int]
) -> None:
    parts = [inhabitants[key, "2021"] for key in (ALLENDORF, BROMSKIRCHEN)]
    for vintage in (None, AFTER):
        values, series = _series(frankenberg, "people", ALLENDORF, vintage)
        assert values == {"2021": sum(parts), "2023": inhabitants[ALLENDORF, "2023"]}
        assert not any(series["flags"])
        assert [note["de"] for note in series["notes"]] == ["bis 2021: Summe aus Allendorf (Eder) und Bromskirchen"]
    drawn = {}
    for vintage, key in ((BEFORE, ALLENDORF), (BEFORE, BROMSKIRCHEN), (AFTER, ALLENDORF)):
        drawn[vintage, key] = get(frankenberg, f"/api/areas/{key}", vintage=vintage)["area_km2"]
    assert drawn[AFTER, ALLENDORF] == pytest.approx(drawn[BEFORE, ALLENDORF] + drawn[BEFORE, BROMSKIRCHEN])
    assert drawn[AFTER, ALLENDORF] > 1.5 * drawn[BEFORE, ALLENDORF]
    assert frankenberg.get(f"/api/areas/{BROMSKIRCHEN}", params={"vintage": AFTER}).status_code == 404


def test_on_its_former_territory_allendorf_keeps_its_own_figures(
    frankenberg: TestClient, inhabitants: dict[tuple[str, str], int]
) -> None:
    total = inhabitants[ALLENDORF, "2023"]
    estimates = []
    for key in (ALLENDORF, BROMSKIRCHEN):
        values, series = _series(frankenberg, "people", key, BEFORE)
        assert values["2021"] == inhabitants[key, "2021"]
        assert series["flags"] == [[], ["ESTIMATED"]]
        assert [note["de"] for note in series["notes"]] == ["ab 2023: geschätzt als Anteil an Allendorf (Eder)"]
        estimates.append(values["2023"])
    assert sum(estimates) == total
    assert estimates[0] != total


@pytest.mark.parametrize(("vintage", "keys"), [(BEFORE, {ALLENDORF, BROMSKIRCHEN}), (AFTER, {ALLENDORF})])
def test_the_command_line_tells_the_territories_apart(
    waldeck: Settings,
    inhabitants: dict[tuple[str, str], int],
    vintage: str,
    keys: set[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`analyse` on either day, and the change itself in `boundaries changes`."""
    command = ["analyse", "local-moran", "--indicator", "people", "--period", "2021", "--vintage", vintage]
    options = ["--permutations", "99", "--format", "csv", "--workspace", str(waldeck.workspace)]
    monkeypatch.setattr("sys.argv", ["kreisatlas", *command, *options])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert not ended.value.code, said.err
    rows = {row["key"]: float(row["value"]) for row in csv.DictReader(said.out.splitlines())}
    assert {ALLENDORF, BROMSKIRCHEN} & set(rows) == keys
    expected = sum(inhabitants[key, "2021"] for key in ({ALLENDORF, BROMSKIRCHEN} if vintage == AFTER else {ALLENDORF}))
    assert rows[ALLENDORF] == expected
    monkeypatch.setattr(
        "sys.argv",
        ["kreisatlas", "boundaries", "changes", "--key", BROMSKIRCHEN, "--workspace", str(waldeck.workspace)],
    )
    with pytest.raises(SystemExit):
        main()
    assert f"2023-01-01\tincorporation\t{BROMSKIRCHEN} -> {ALLENDORF} Allendorf (Eder)" in capsys.readouterr().out
