"""What questions may ask: groups without common members, and series with equal steps."""

from __future__ import annotations

from typing import Any

import pytest

from service.analyses.partition import common_period, known_apart, require_groups
from service.analyses.spacing import is_yearly, longest_run, require_equal_steps, steps_of
from service.errors import InvalidParameter


def _count(id_: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "kind": "count",
        "unit": "Personen",
        "additive": True,
        "parts": [],
        "terms": [],
        "numerator": None,
        "denominator": None,
        "levels": ["gemeinde"],
        **more,
    }


def _catalogue(*definitions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in definitions}


CATALOGUE = _catalogue(
    _count("all", parts=["young", "old"]),
    _count("young", parts=["u6", "u18"]),
    *map(_count, ("old", "u6", "u18", "foreign")),
    _count("sum", terms=["u6", "old"]),
    _count("rest", terms=["all", "-u6"]),
    _count("share", kind="rate", unit="% der Personen", numerator="foreign", denominator="all"),
    _count("ratio", kind="rate", unit="je 100", numerator="young", denominator="old"),
    _count("commuters", additive=False),
)


@pytest.mark.parametrize("ids", [("young", "old"), ("u6", "old"), ("foreign", "young"), ("rest", "u6")])
def test_groups_that_may_be_apart_are_admitted(ids: tuple[str, ...]) -> None:
    require_groups(CATALOGUE, ids)


@pytest.mark.parametrize(
    "ids", [("young", "all"), ("all", "u6"), ("u6", "young", "old"), ("sum", "u6"), ("foreign", "all")]
)
def test_groups_that_contain_each_other_are_refused(ids: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParameter, match="is a part of"):
        require_groups(CATALOGUE, ids)


@pytest.mark.parametrize("id_", ["share", "commuters"])
def test_what_counts_nobody_is_no_group(id_: str) -> None:
    with pytest.raises(InvalidParameter, match=id_):
        require_groups(CATALOGUE, ("young", id_))


def test_parts_of_one_sum_are_known_to_be_apart() -> None:
    assert known_apart(CATALOGUE, ("young", "old"))
    assert not known_apart(CATALOGUE, ("young", "foreign"))


def test_a_sum_with_several_breakdowns_tells_of_each_of_them() -> None:
    catalogue = _catalogue(
        _count("all", parts=[["young", "old"], ["women", "men"]]), *map(_count, ("young", "old", "women", "men"))
    )
    assert known_apart(catalogue, ("young", "old"))
    assert known_apart(catalogue, ("men", "women"))
    assert not known_apart(catalogue, ("young", "women")), "there are young women"
    require_groups(catalogue, ("young", "women"))
    with pytest.raises(InvalidParameter, match="women is a part of all"):
        require_groups(catalogue, ("women", "all"))


def test_the_common_period_is_the_newest_one_with_figures_of_all_groups() -> None:
    one = _count("one", periods=["2018", "2019", "2020"], periods_by_level={"gemeinde": ["2018", "2019"]})
    other = _count("other", periods=["2017", "2018", "2019", "2020"], periods_by_level=None)
    assert common_period([one, other], "gemeinde", None) == "2019"
    assert common_period([one, other], "gemeinde", "2018") == "2018"
    with pytest.raises(InvalidParameter) as early:
        common_period([one, other], "gemeinde", "2017")
    assert early.value.parameter == "period"
    with pytest.raises(InvalidParameter, match="one common period"):
        common_period([one, _count("late", periods=["2020"])], "gemeinde", None)


@pytest.mark.parametrize(
    ("periods", "steps", "run"),
    [
        (["2008", "2009", "2010", "2013"], [12, 12, 36], ("2008", "2009", "2010")),
        (["2008", "2010", "2011", "2012", "2015", "2016"], [24, 12, 12, 36, 12], ("2010", "2011", "2012")),
        (["2010", "2011", "2013", "2014"], [12, 24, 12], ("2013", "2014")),
        (["2010", "2012", "2014"], [24, 24], ("2010", "2012", "2014")),
        (["2021-11", "2021-12", "2022-01", "2022-03"], [1, 1, 2], ("2021-11", "2021-12", "2022-01")),
        (["2020-Q4", "2021-Q1", "2021-Q2"], [3, 3], ("2020-Q4", "2021-Q1", "2021-Q2")),
        (["2021-12-31", "2022-12-31"], [12], ("2021-12-31", "2022-12-31")),
        (["2022"], [], ("2022",)),
    ],
)
def test_the_longest_run_of_equal_steps(periods: list[str], steps: list[int], run: tuple[str, ...]) -> None:
    assert steps_of(periods) == steps
    assert longest_run(periods) == run
    require_equal_steps("", run)
    if len(set(steps)) > 1:
        with pytest.raises(InvalidParameter, match=rf"{run[0]}\.\.{run[-1]}"):
            require_equal_steps("", periods)


def test_a_year_is_no_month() -> None:
    assert is_yearly(["2010", "2011"])
    assert not is_yearly(["2010-01", "2010-02", "2012-01"])
    assert not is_yearly(["2010"])
