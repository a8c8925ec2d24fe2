"""What areas were and became, over new keys, chains of mergers, divided areas and districts; the notes that tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely

from boundaries import Area, AreaSet, ChangeEvent
from boundaries.changes import Size
from service.histories import Histories, histories
from service.notes import notes_of
from service.reader import AreaInfo
from spatial.indicators.territory import Territory, build_territory

BASE = date(2015, 1, 1)
NAMES = {"03152001": "Adorf", "03152002": "Behausen", "03152003": "Celle", "03156001": "Dorn", "03156002": "Eck"}


def _change(day: str, kind: Any, keys: tuple[str, ...], key: str, name: str) -> ChangeEvent:
    return ChangeEvent(date.fromisoformat(day), kind, keys, key, name, "Gemeinde", "list")


EVENTS = (
    *(
        _change("2016-11-01", "key-change", (key,), f"03159{number:03d}", name)
        for number, (key, name) in enumerate(NAMES.items(), 1)
    ),
    _change("2018-01-01", "merger", ("03159001", "03159002"), "03159050", "Abend"),
    _change("2020-01-01", "merger", ("03159050", "03159003"), "03159060", "Abc"),
    _change("2022-01-01", "key-change", ("03159005",), "03403000", "Eck"),
)


@pytest.fixture(scope="module")
def territory() -> Territory:
    areas = tuple(
        Area(
            key, "gemeinde", name, "Gemeinde", key[:5], True, 1.0,
            shapely.MultiPolygon([shapely.box(number, 0, number + 1, 1)]),
        )
        for number, (key, name) in enumerate(NAMES.items())
    )  # fmt: skip
    return build_territory([AreaSet("gemeinde", BASE, "EPSG:25832", areas)], EVENTS, [])


def _of(territory: Territory, vintage: str, level: str = "gemeinde") -> Histories:
    return histories(territory, territory.at(date.fromisoformat(vintage), level))


def _told(found: Histories, key: str) -> list[tuple[str, list[str], str | None]]:
    formed = found.get(key, {}).get("formed", [])
    return [(each["date"], [part["name"] for part in each["parts"]], each.get("of")) for each in formed]


def test_a_merger_of_merged_areas_tells_both_mergers(territory: Territory) -> None:
    assert _told(_of(territory, "2022-01-01"), "03159060") == [
        ("2018-01-01", ["Adorf", "Behausen"], "Abend"),
        ("2020-01-01", ["Abend", "Celle"], None),
    ]
    assert _told(_of(territory, "2018-01-01"), "03159050") == [("2018-01-01", ["Adorf", "Behausen"], None)]


def test_a_new_key_is_no_change_and_hides_none(territory: Territory) -> None:
    became = _of(territory, "2015-01-01")["03152001"]["became"]
    assert [(each["date"], each["name"]) for each in became] == [("2018-01-01", "Abend"), ("2020-01-01", "Abc")]
    assert "03152003" in _of(territory, "2015-01-01")
    assert "03156001" not in _of(territory, "2015-01-01")
    assert "03403000" not in _of(territory, "2022-01-01")


def test_districts_tell_their_mergers_and_what_they_ceded(territory: Territory) -> None:
    assert _told(_of(territory, "2016-11-01", "kreis"), "03159") == [("2016-11-01", ["03152", "03156"], None)]
    now = _of(territory, "2022-01-01", "kreis")
    assert _told(now, "03159") == [("2016-11-01", ["03152", "03156"], "03159"), ("2022-01-01", ["03159"], None)]
    assert [each["estimated"] for each in now["03159"]["formed"]] == [False, True]
    assert _told(now, "03403") == [("2016-11-01", ["03152", "03156"], "03159"), ("2022-01-01", ["03159"], None)]
    assert [each["key"] for each in _of(territory, "2015-01-01", "kreis")["03152"]["became"]] == ["03159", "03403"]
    assert _of(territory, "2022-01-01", "land") == {}


def test_parts_that_change_hands_are_told_to_who_gains_and_who_cedes() -> None:
    areas = tuple(
        Area(
            f"0315200{number}", "gemeinde", name, "", "03152", True, 1.0,
            shapely.MultiPolygon([shapely.box(number, 0, number + 1, 1)]),
        )
        for number, name in ((1, "Adorf"), (2, "Behausen"))
    )  # fmt: skip
    later = AreaSet("gemeinde", date(2019, 1, 1), "EPSG:25832", areas)
    event = _change("2019-01-01", "transfer", ("03152001",), "03152002", "Behausen")
    territory = build_territory([AreaSet("gemeinde", BASE, "EPSG:25832", areas), later], (event,), [])
    found = _of(territory, "2019-01-01")
    assert _told(found, "03152001") == [("2019-01-01", ["Adorf"], None)]
    assert _told(found, "03152002") == [("2019-01-01", ["Behausen", "Adorf"], None)]
    assert all(each["formed"][0]["estimated"] for each in found.values())


def test_a_transfer_between_drawn_boundaries_is_dated_by_its_change() -> None:
    """The day of 2018 cannot be drawn; the next boundaries are two years younger."""

    def drawn(day: date, border: float, third: str) -> AreaSet:
        bounds = {"03152001": (0.0, border), "03156001": (border, 2.0), third: (2.0, 3.0)}
        areas = tuple(
            Area(
                key, "gemeinde", key, "", key[:5], True, 1.0,
                shapely.MultiPolygon([shapely.box(left, 0, right, 1)]),
            )
            for key, (left, right) in bounds.items()
        )  # fmt: skip
        return AreaSet("gemeinde", day, "EPSG:25832", areas)

    events = (
        replace(_change("2018-07-01", "transfer", ("03156001",), "03152001", "Adorf"), moved=(Size(None, 0.2),)),
        _change("2019-01-01", "rename", ("03159001",), "03159001", "Neu"),
        _change("2020-01-01", "key-change", ("03159001",), "03403000", "Stadt"),
    )
    territory = build_territory([drawn(BASE, 1.0, "03159001"), drawn(date(2020, 1, 1), 1.2, "03403000")], events, [])
    found = _of(territory, "2020-01-01", "kreis")
    assert _told(found, "03152") == [("2018-07-01", ["03152", "03156"], None)]
    assert _told(found, "03156") == [("2018-07-01", ["03156"], None)]
    assert "formed" not in found.get("03403", {})
    assert [each["date"] for each in _of(territory, "2015-01-01", "kreis")["03156"]["became"]] == ["2018-07-01"]
    notes = _notes(territory, "03156001", ["b", "b", "", ""], harmonise="none", vintage="2020-01-01")
    assert notes == ["bis 2017: nicht berechenbar; am 01.07.2018 wurde ein Teil des Gebiets abgegeben"]


# -- notes ---------------------------------------------------------------------------------------------------

STATUSES = ["OK", "BREAK"]
PERIODS = ["2014", "2017", "2019", "2022"]


def _notes(
    territory: Territory, key: str, traits: list[str], *, harmonise: str = "sum", level: str = "gemeinde",
    vintage: str = "2022-01-01",
) -> list[str]:  # fmt: skip
    """German notes on an area whose figures are combined (c), estimated (e), broken (b) or as published."""
    history = _of(territory, vintage, level).get(key, {})
    area = AreaInfo(
        key, level, "Abc", "", None, True, 1.0, (0.0, 0.0, 1.0, 1.0), (0.0, 0.0), {},
        tuple(history.get("formed", ())), tuple(history.get("became", ())),
    )  # fmt: skip
    figures = [
        {
            "combined": [0] if "c" in trait else [],
            "flags": {"0": ["ESTIMATED"]} if "e" in trait else {},
            "status": [int("b" in trait)],
        }
        for trait in traits
    ]
    found = notes_of({"harmonise": harmonise}, area, PERIODS, figures, 0, statuses=STATUSES)
    return [note["de"] for note in found]


def test_notes_follow_a_chain_of_mergers(territory: Territory) -> None:
    assert _notes(territory, "03159060", ["c", "c", "c", ""]) == [
        "bis 2017: Abend seinerseits Summe aus Adorf und Behausen",
        "bis 2019: Summe aus Abend und Celle",
    ]
    assert _notes(territory, "03159060", ["c", "c", "c", ""], harmonise="ratio") == [
        "bis 2019: berechnet aus Abend und Celle"
    ]
    assert _notes(territory, "03159060", ["b", "b", "b", ""], harmonise="none") == [
        "bis 2019: nicht berechenbar; entstanden aus Abend und Celle"
    ]


def test_notes_on_old_boundaries_follow_new_keys(territory: Territory) -> None:
    assert _notes(territory, "03152001", ["", "", "e", "e"], vintage="2015-01-01") == [
        "ab 2019: geschätzt als Anteil an Abend",
        "ab 2022: geschätzt als Anteil an Abc",
    ]


def test_notes_on_districts_say_whose_part_or_sum_they_are(territory: Territory) -> None:
    assert _notes(territory, "03403", ["e", "e", "e", ""], level="kreis")[-1] == (
        "bis 2019: geschätzt; am 01.01.2022 aus Teilen von 03159 entstanden"
    )
    assert _notes(territory, "03159", ["e", "e", "e", ""], level="kreis")[-1] == (
        "bis 2019: geschätzt; am 01.01.2022 wurde ein Teil des Gebiets abgegeben"
    )
    assert _notes(territory, "03159", ["c", "c", "c", ""], level="kreis") == [
        "bis 2014: 03159 seinerseits Summe aus 03152 und 03156",
        "bis 2019: Summe der Teile, die seit dem 01.01.2022 das Gebiet bilden",
    ]
    assert _notes(territory, "03159", ["c", "c", "c", ""], harmonise="ratio", level="kreis") == [
        "bis 2019: berechnet aus den Teilen, die seit dem 01.01.2022 das Gebiet bilden"
    ]
