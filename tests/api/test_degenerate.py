"""The degenerate zoo over HTTP: every statistic answers every hard case with numbers or with a reason."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from starlette.testclient import TestClient

from boundaries import Area, AreaSet
from service import publishing
from service.analyses.registry import METHODS
from service.app import create_app
from service.catalogues import entries_of
from service.settings import Settings
from service.store import EditionInfo
from service.workspace import Workspace
from spatial.indicators import Catalogue, Indicator, Observation, Status

DAY = date(2024, 1, 1)
PERIODS = tuple(str(year) for year in range(2013, 2024))
SIDE, ISLAND, FOREST, SECRET, MISSING, EMPTY = 6, "F99", "F00", "F07", "F14", "F21"
_CELL_M = 1000.0

CASES = ("ordinary", "secret", "missing", "mostly-missing", "none", "everybody", "constant", "ties", "single")


def _people(place: int, key: str) -> float:
    return 0.0 if key == EMPTY else float(400 + 37 * (place % 11))


def _events(case: str, place: int, key: str, year: int) -> tuple[float | None, Status]:
    """Number of events of an area and year in each case."""
    people = _people(place, key)
    gap = {"missing": key == MISSING or place % 4 == 1, "mostly-missing": place % 9 != 2}
    if case == "secret" and key == SECRET:
        return None, Status.SECRET_OR_UNKNOWN
    if gap.get(case):
        return None, Status.PENDING
    ordinary = float(20 + (place * 7) % 13 + place // SIDE * 4 + (place * year) % 5)
    special = {
        "none": 0.0,
        "everybody": people,
        "constant": people / 10,
        "ties": people / (10 if place % 2 else 20),
        "single": float(place == 3),
    }
    return special.get(case, ordinary if people else 0.0), Status.OK


def _square(column: int, row: int) -> shapely.MultiPolygon:
    west, south = 500_000 + column * _CELL_M, 5_600_000 + row * _CELL_M
    return shapely.multipolygons([shapely.box(west, south, west + _CELL_M, south + _CELL_M)])


def _field(level: str, side: int) -> AreaSet:
    """A square of cells, one of them without people, and an island far off."""
    cells = [(f"{level[0].upper()}{place:02}", _square(place % side, place // side)) for place in range(side * side)]
    cells.append((f"{level[0].upper()}99", _square(40, 40)))
    areas = tuple(
        Area(
            key, level, f"Feld {key}", "", None, key != FOREST, 1.0, shape, groups={"Lage": "Nord" if i % 2 else "Süd"}
        )
        for i, (key, shape) in enumerate(cells)
    )
    return AreaSet(level, DAY, "EPSG:25832", areas)


def _indicators() -> Iterator[Indicator]:
    yield Indicator("people", "count", "Personen", additive=True, harmonise="sum")
    for case in CASES:
        id_ = case.replace("-", "_")
        yield Indicator(f"n_{id_}", "count", "Fälle", additive=True, harmonise="sum")
        yield Indicator(id_, "rate", "%", numerator=f"n_{id_}", denominator="people", factor=100, harmonise="ratio",
                        polarity=-1)  # fmt: skip


def _observations(areas: AreaSet) -> Iterator[Observation]:
    for place, area in enumerate(areas.areas):
        if not area.populated:
            continue
        for period in PERIODS:
            yield Observation("people", areas.level, area.key, period, _people(place, area.key), Status.OK, DAY)
            for case in CASES:
                value, status = _events(case, place, area.key, int(period))
                id_ = f"n_{case.replace('-', '_')}"
                yield Observation(id_, areas.level, area.key, period, value, status, DAY)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(workspace=tmp_path_factory.mktemp("zoo") / "atlas", analysis_seconds=1e9)
    space = Workspace(settings)
    space.create(demo=False, progress=lambda _: None)
    store = space.open()
    catalogue = Catalogue({each.id: each for each in _indicators()})
    with store.transaction() as connection:
        for areas in (_field("feld", SIDE), _field("garten", 2)):
            store.save_areas(connection, areas, EditionInfo(areas.level, "", "", ""))
        store.save_catalogue(connection, entries_of(catalogue))
        for areas in (_field("feld", SIDE), _field("garten", 2)):
            store.save_observations(connection, list(_observations(areas)), file=areas.level, sha256="", report={})
    store.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "_tilesets", lambda *_: ({}, {}))
        space.publish("", lambda _: None)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def _asked(statistic: str, case: str, **more: Any) -> dict[str, Any]:
    offered = {
        "indicator": case.replace("-", "_"),
        "second": "ordinary",
        "indicators": f"{case.replace('-', '_')},{'secret' if case == 'ordinary' else 'ordinary'}",
        "residents": "people",
        "base": "2015",
        "level": "feld",
        "permutations": 99,
        **more,
    }
    if statistic == "segregation-groups":
        offered["indicators"] = ",".join(f"n_{each}" for each in offered["indicators"].split(","))
    if "weights" in more:
        offered["profile"] = "proximity"
    # Of parameters that exclude each other, the last one that is asked for, else the first one.
    choices = METHODS[statistic].requires_one
    chosen = [name for name in choices if name in more][-1:] or list(choices[:1])
    takes = set(METHODS[statistic].takes) - (set(choices) - set(chosen))
    return {name: value for name, value in offered.items() if name in takes}


def _numbers(node: Any) -> Iterator[float]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _numbers(child)
    elif isinstance(node, float):
        yield node


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("statistic", METHODS)
def test_numbers_or_a_reason(zoo: TestClient, statistic: str, case: str) -> None:
    answer = zoo.get(f"/api/analysis/{statistic}", params=_asked(statistic, case))
    assert answer.status_code in (200, 422), answer.text
    assert not any(word in answer.text for word in ("NaN", "Infinity"))
    document = answer.json()
    if answer.status_code == 422:
        assert document["reason"] not in ("", "not computable")
        assert document["detail"]
        return
    assert all(math.isfinite(number) for number in _numbers(document))
    assert {"key": FOREST, "reason": "unpopulated"} in document["dropped"]
    keys = {area["key"] for area in document.get("areas", ())}
    assert not keys & {dropped["key"] for dropped in document["dropped"]}
    for area in document.get("areas", ()):
        if area["key"] == ISLAND and METHODS[statistic].kind == "local":
            assert area["class"] in ("isolated", "undefined")
            assert area["p"] is None


def _significant(node: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Every p of at most 0.05 in an answer, with its name."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _significant(child, key)
    elif isinstance(node, list):
        for child in node:
            yield from _significant(child, name)
    elif isinstance(node, float) and (name == "p" or name.startswith("p_")) and node <= 0.05:
        yield name, node


#: Evenness is what they find where all rates are alike.
_OF_EVENNESS = {"segregation"}


@pytest.mark.parametrize("case", ["constant", "none", "everybody"])
@pytest.mark.parametrize("statistic", sorted(set(METHODS) - _OF_EVENNESS))
def test_nothing_is_called_significant_where_all_areas_are_alike(zoo: TestClient, statistic: str, case: str) -> None:
    answer = zoo.get(f"/api/analysis/{statistic}", params=_asked(statistic, case, second=case, periods="2013..2023"))
    document = answer.json()
    if answer.status_code == 422:
        assert document["reason"]
        return
    assert list(_significant(document)) == []
    called = {area["class"] for area in document.get("areas", ()) if isinstance(area.get("class"), str)}
    assert not called & {"high-high", "low-low", "high-low", "low-high", "hot-99", "hot-95", "hot-90", "cold-99"}
    assert not any(name.endswith(("-hot", "-cold")) for name in called)
    assert document.get("clusters", []) == []


@pytest.mark.parametrize("statistic", [id_ for id_, method in METHODS.items() if method.kind == "local"])
def test_with_one_neighbour_no_area_can_be_conspicuous(zoo: TestClient, statistic: str) -> None:
    """One neighbour out of 34 other areas: the doubled p is 2 / 34 at best, and the correction starts there."""
    asked = _asked(statistic, "ordinary", weights="knn:1", permutations=1999)
    answer = zoo.get(f"/api/analysis/{statistic}", params=asked)
    assert answer.status_code == 200, answer.text
    for area in answer.json()["areas"]:
        assert len(area["neighbours"]) == 1
        assert area["class"] in ("not-significant", "undefined")
        if area["p"] is not None:
            assert area["smallest_p"] >= 2 / 34 - 1e-9
            assert area["p_fdr"] >= area["p"] >= 0.03, "simulated, so close to the smallest one or above"


@pytest.mark.parametrize("statistic", [id_ for id_, method in METHODS.items() if "weights" in method.takes])
@pytest.mark.parametrize("weights", ["knn:1", "queen:2", "distance:1", "kernel:gaussian:3", "block:lage"])
def test_every_kind_of_weights(zoo: TestClient, statistic: str, weights: str) -> None:
    answer = zoo.get(f"/api/analysis/{statistic}", params=_asked(statistic, "ordinary", weights=weights))
    assert answer.status_code in (200, 422), answer.text
    assert not any(word in answer.text for word in ("NaN", "Infinity"))
    if answer.status_code == 422:
        assert (weights, answer.json()["reason"]) == ("distance:1", "no neighbours"), "nobody lies within a metre"


@pytest.mark.parametrize("statistic", [id_ for id_, method in METHODS.items() if "isolates" in method.takes])
@pytest.mark.parametrize("isolates", ["bridge", "knn1", "drop"])
def test_isolates_do_as_declared(zoo: TestClient, statistic: str, isolates: str) -> None:
    answer = zoo.get(f"/api/analysis/{statistic}", params=_asked(statistic, "ordinary", isolates=isolates))
    document = answer.json()
    assert answer.status_code == 200, answer.text
    dropped = {each["key"]: each["reason"] for each in document["dropped"]}
    assert dropped.get(ISLAND) == ("isolated" if isolates == "drop" else None)
    assert document["weights"]["isolates"] == ([ISLAND] if isolates == "bridge" else [])
    island = [area for area in document.get("areas", ()) if area["key"] == ISLAND]
    if island and "class" in island[0] and isolates == "bridge":
        assert island[0]["class"] in ("isolated", "undefined")
        assert island[0].get("p") is None


@pytest.mark.parametrize("statistic", [id_ for id_, method in METHODS.items() if method.kind in ("global", "local")])
@pytest.mark.parametrize(
    ("case", "level", "reason"),
    [("constant", "feld", "no variance"), ("none", "feld", ""), ("ordinary", "garten", "too few areas"),
     ("mostly-missing", "feld", "too few areas")],
)  # fmt: skip
def test_autocorrelation_names_what_is_wrong(
    zoo: TestClient, statistic: str, case: str, level: str, reason: str
) -> None:
    answer = zoo.get(f"/api/analysis/{statistic}", params=_asked(statistic, case, level=level))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["reason"] == reason or not reason


@pytest.mark.parametrize("statistic", METHODS)
def test_what_is_secret_or_refers_to_nobody_is_dropped_with_its_reason(zoo: TestClient, statistic: str) -> None:
    answer = zoo.get(f"/api/analysis/{statistic}", params=_asked(statistic, "secret"))
    if answer.status_code == 422 or "indicators" in METHODS[statistic].takes:
        return  # refused as a whole, or a single gap is filled by the other components
    reasons = {each["key"]: each["reason"] for each in answer.json()["dropped"]}
    assert "SECRET" in reasons[SECRET]
    assert reasons[EMPTY] in ("NO_DENOMINATOR", "NOT_APPLICABLE"), "a rate of nobody is no rate, and never 0"


@pytest.mark.parametrize("statistic", METHODS)
def test_areas_that_are_secret_are_warned_of_and_read_with(zoo: TestClient, statistic: str) -> None:
    answer = zoo.get(f"/api/analysis/{statistic}", params=_asked(statistic, "secret"))
    if answer.status_code == 422:
        return  # refused as a whole: the refusal lists what was left out
    document = answer.json()
    count = sum("SECRET" in each["reason"] for each in document["dropped"])
    told = [each for each in document["warnings"] if "not by chance" in each["en"]]
    assert len(told) == (1 if count else 0)
    assert all("geheim" in each["de"] and "nicht in der Berechnung" in each["de"] for each in told)
    if count and "reading" in document:
        assert document["reading"]["de"].endswith("kann deshalb zu niedrig oder zu hoch sein.")
        assert document["reading"]["en"].endswith("may be too low or too high for that.")


def test_areas_that_are_not_secret_are_not_said_to_be(zoo: TestClient) -> None:
    document = zoo.get("/api/analysis/segregation", params=_asked("segregation", "ordinary")).json()
    assert "secret" not in str((document["warnings"], document["reading"]))
    without = zoo.get("/api/analysis/segregation", params=_asked("segregation", "secret")).json()
    told = [each for each in without["warnings"] if "not by chance" in each["en"]]
    assert len(told) == 1
    assert told[0]["en"].startswith("In 1 area figures are secret; it is not")
    assert told[0]["de"].startswith("In 1 Gebiet sind Zahlen geheim; es ist nicht")


@pytest.mark.parametrize("statistic", METHODS)
def test_few_areas(zoo: TestClient, statistic: str) -> None:
    answer = zoo.get(f"/api/analysis/{statistic}", params=_asked(statistic, "ordinary", level="garten"))
    assert answer.status_code in (200, 422), answer.text
    assert all(math.isfinite(number) for number in _numbers(answer.json()))


def test_groups_come_from_a_column_of_the_boundaries(zoo: TestClient) -> None:
    answer = zoo.get("/api/analysis/inequality", params={"indicator": "ordinary", "level": "feld", "groups": "lage"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["n_groups"] == 2
    assert answer.json()["theil_between"] is not None


def test_an_analysis_that_would_take_hours_is_refused(zoo: TestClient) -> None:
    settings: Settings = zoo.app.state.settings  # type: ignore[attr-defined]  # the application under the client
    tight = Settings(workspace=settings.workspace, analysis_limit_seconds=0.001)
    with TestClient(create_app(tight)) as client:
        answer = client.get("/api/analysis/moran", params={"indicator": "ordinary", "level": "feld"})
    assert answer.status_code == 422
    assert answer.json()["reason"] == "too large"


def test_the_zoo_stands(zoo: TestClient, tmp_path: Path) -> None:
    answer = zoo.get("/api/analysis/local-moran", params=_asked("local-moran", "ordinary")).json()
    assert answer["n"] == SIDE * SIDE - 2 + 1, "without the forest and the empty cell, with the island"
    assert answer["weights"]["isolates"] == [ISLAND]
