"""Protection that would take too long ends with a refusal that says what to coarsen; nothing is decided then."""

from __future__ import annotations

import itertools
import time
from datetime import date
from typing import Any

import pytest
import shapely

from boundaries import Area, AreaSet
from boundaries.areas import as_multipolygon
from spatial.indicators import (
    Catalogue,
    DisclosureProfile,
    Indicator,
    Observation,
    ProtectionTooLong,
    Status,
    safeguard,
)
from spatial.indicators.figures import Figures
from spatial.indicators.protection import AdditiveSystem, Allowance, Relation, TableCell, audit, choose
from spatial.indicators.safeguard import Patience
from spatial.indicators.sentences import Sentence
from spatial.indicators.territory import build_territory

DAY = date(2020, 1, 1)
PARTS = ("young", "old")
NOTHING = 1e-9


def _system() -> AdditiveSystem:
    values = {"A": 3.0, "B": 4.0, "C": 40.0, "D": 60.0}
    cells = [TableCell(name, value, 10) for name, value in values.items()]
    return AdditiveSystem([*cells, TableCell("T", 107, 10, fixed=True)], [Relation.total("T", values)])


def _figures(patience: Patience) -> tuple[Figures, Catalogue]:
    """Four municipalities by two categories, in two months and their quarter."""
    keys = [f"06633{number:03}" for number in range(4)]
    areas = tuple(
        Area(key, "gemeinde", key, "Gemeinde", key[:5], True, 1.0, as_multipolygon(shapely.box(n, 0, n + 1, 1)))
        for n, key in enumerate(keys)
    )
    kind: dict[str, Any] = {"kind": "count", "unit": "P", "additive": True, "harmonise": "sum",
                            "disclosure": "strict", "period_type": "sum"}  # fmt: skip
    counts = [Indicator("all", parts=PARTS, **kind), *(Indicator(name, **kind) for name in PARTS)]
    strict = DisclosureProfile("strict", 5)
    catalogue = Catalogue({each.id: each for each in counts}, profiles={**Catalogue().profiles, "strict": strict})
    table = {"young": [3, 20, 30, 40], "old": [50, 60, 70, 80], "all": [53, 80, 100, 120]}
    periods = {"2019-01": 1, "2019-02": 1, "2019-03": 1, "2019-Q1": 3}
    observations = [
        Observation(name, "gemeinde", key, period, float(times * value), Status.OK, DAY)
        for period, times in periods.items()
        for name, values in table.items()
        for key, value in zip(keys, values, strict=True)
    ]
    territory = build_territory([AreaSet("gemeinde", DAY, "EPSG:25832", areas)], (), ())
    return Figures(catalogue, territory, observations, patience), catalogue


def test_choosing_and_auditing_end_when_nothing_is_left() -> None:
    with pytest.raises(ProtectionTooLong) as caught:
        choose(_system(), allowance=Allowance(NOTHING))
    assert caught.value.seconds == NOTHING
    with pytest.raises(ProtectionTooLong):
        audit(_system(), {"A", "B", "C"}, allowance=Allowance(NOTHING))


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    pattern = choose(_system(), allowance=Allowance(1e6))
    assert pattern == choose(_system())
    assert audit(_system(), pattern.withheld, allowance=Allowance(1e6)) == ()


def test_wherever_it_ends_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(time, "process_time", lambda: float(next(ticks)))
    whole = choose(_system())
    ended = 0
    for seconds in itertools.count(1):
        try:
            pattern = choose(_system(), allowance=Allowance(seconds))
        except ProtectionTooLong:
            ended += 1
            continue
        assert pattern == whole
        break
    assert ended >= 3, "several programmes, and a refusal before each"


def test_what_could_not_be_decided_is_not_decided_when_asked_again() -> None:
    figures, catalogue = _figures(Patience(NOTHING))
    for name in ("young", "young", "old"):
        with pytest.raises(ProtectionTooLong):
            figures.figure(catalogue.indicators[name], DAY, "gemeinde", "2019-01")


def test_a_solver_that_stopped_is_no_verdict() -> None:
    with pytest.raises(ProtectionTooLong):
        Allowance(1e6).check(1)
    Allowance(1e6).check(2)
    Allowance().check(1)


def test_the_refusal_names_the_counts_and_what_to_coarsen() -> None:
    figures, catalogue = _figures(Patience(NOTHING))
    with pytest.raises(ProtectionTooLong) as caught:
        figures.figure(catalogue.indicators["all"], DAY, "gemeinde", "2019-01")
    german, english = caught.value.render("de"), caught.value.render("en")
    assert caught.value.size > 40
    assert caught.value.place is not None
    assert "all + old + young" in caught.value.place
    assert "2019-Q1" in caught.value.place
    assert "do not load years, quarters and months at once (4 periods here) or merge categories" in english
    assert "nicht Jahre, Quartale und Monate zugleich laden" in german
    assert "Kategorien zusammenfassen" in german
    assert "KREISATLAS_PROTECTION_SECONDS" in german
    assert "KREISATLAS_PROTECTION_SECONDS" in english


def test_large_systems_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safeguard, "_LARGE", 10)
    told: list[Sentence] = []
    figures, catalogue = _figures(Patience(progress=told.append))
    shown = figures.figure(catalogue.indicators["young"], DAY, "gemeinde", "2019-01").column
    assert not shown.known[0]
    assert len(told) == 1
    assert "hängen zusammen und werden gemeinsam geschützt" in told[0].de
    assert "are protected as one" in told[0].en
