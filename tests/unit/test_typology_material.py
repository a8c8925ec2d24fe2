"""Status and dynamics where a component is known in one of the years alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from service.analyses.material import Material
from service.analyses.question import Question
from service.analyses.registry import METHODS

N = 12
RNG = np.random.default_rng(8)
NOW = RNG.normal(50, 10, (N, 2))
BEFORE = NOW + RNG.normal(0, 1, (N, 2))
LACKING = 4
BEFORE[LACKING] = NOW[LACKING]  # nothing has changed there


def _typed(now: Any, before: Any, coverage: float) -> list[dict[str, Any]]:
    ids = ("one", "other")
    columns = {f"of:{id_}": now[:, place] for place, id_ in enumerate(ids)}
    columns |= {f"base:{id_}": before[:, place] for place, id_ in enumerate(ids)}
    material = Material(
        keys=tuple(f"{place:02}" for place in range(N)),
        names=tuple(f"Area {place}" for place in range(N)),
        rows=np.arange(N),
        columns={**columns, "residents": np.full(N, 1000.0)},
        weights=None,
        points=np.zeros((N, 2)),
        areas_km2=np.ones(N),
        release=1,
        definitions={id_: {"polarity": 1} for id_ in ids},
        periods={f"{prefix}:{id_}": year for id_ in ids for prefix, year in (("of", "2022"), ("base", "2018"))},
    )
    question = Question("typology", "gemeinde", "2026-01-01", indicators=ids, options=(("coverage", coverage),))
    method = METHODS["typology"]
    areas: list[dict[str, Any]] = method.form(material, question, method.compute(material, question))["areas"]
    return areas


def _without(table: Any) -> Any:
    found = table.copy()
    found[LACKING, 1] = np.nan
    return found


@pytest.mark.parametrize(("now", "before"), [(_without(NOW), BEFORE), (NOW, _without(BEFORE))])
def test_a_component_known_in_one_year_alone_is_no_change(now: Any, before: Any) -> None:
    area = _typed(now, before, 0.5)[LACKING]
    assert area["change"] == pytest.approx(0, abs=1e-12)
    assert area["incomplete"]
    assert area["coverage_of_change"] == 0.5
    assert area["class"].endswith("±")


def test_too_little_in_common_is_not_classified() -> None:
    area = _typed(NOW, _without(BEFORE), 0.8)[LACKING]
    assert (area["change"], area["class"], area["coverage"]) == (None, "undefined", 1.0)


def test_complete_areas_change_by_the_difference_of_their_indices() -> None:
    areas = _typed(NOW, BEFORE, 0.8)
    assert not any(area["incomplete"] for area in areas)
    for area in areas:
        assert area["change"] == pytest.approx(area["index"] - area["index_before"])
