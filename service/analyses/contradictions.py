"""Options that contradict each other or would have no effect: refused, so that nobody believes in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from service.analyses.question import Question
from service.errors import InvalidParameter

Given = Mapping[str, Any]
Definition = Mapping[str, Any] | None


def refuse_contradictions(question: Question, given: Given, definition: Definition) -> None:
    """Refuse options that do not go together.

    Parameters
    ----------
    question : Question
        Every option of it possible by itself.
    given : mapping
        Parameters as they were given, by name.
    definition : mapping or None
        Of the indicator, where there is one.

    Raises
    ------
    InvalidParameter
    """
    for check in _CHECKS.get(question.statistic, ()):
        check(question, given, definition)


def _refuse(given: Given, name: str, expected: str) -> None:
    if name in given:
        raise InvalidParameter(name, str(given[name]), expected)


def _classes(question: Question, given: Given, definition: Definition) -> None:
    """Breaks make manual classes, a centre or a width diverging ones; another method does not take them."""
    del definition
    method, breaks = question.option("method"), question.option("breaks")
    if method == "manual" and breaks is None:
        raise InvalidParameter("breaks", "", "inner breaks, ascending: method=manual requires them")
    if method not in (None, "manual"):
        _refuse(given, "breaks", f"none with method={method}: only manual classes have breaks of their own")
    if breaks is not None:
        _ascending(given, "breaks", breaks)
        _refuse(given, "k", "none with breaks, which tell the number of classes")
    if breaks is not None or method not in (None, "diverging"):
        for name in ("centre", "width"):
            _refuse(given, name, "none: only diverging classes lie about a centre")


def _ascending(given: Given, name: str, numbers: tuple[float, ...]) -> None:
    if any(one >= other for one, other in pairwise(numbers)):
        raise InvalidParameter(name, str(given[name]), "ascending numbers")


def _importance(question: Question, given: Given, definition: Definition) -> None:
    """One weight for each indicator; none where the method finds its own."""
    del definition
    importance, number = question.option("importance"), len(question.indicators)
    if question.option("method") == "pca":
        _refuse(given, "importance", "none with method=pca, which finds its own weights")
    if importance is not None and len(importance) != number:
        raise InvalidParameter("importance", str(given["importance"]), f"{number} numbers, one for each indicator")


def _cuts(question: Question, given: Given, definition: Definition) -> None:
    """Cut points descend."""
    del definition
    for name in ("status_cuts", "dynamics_cuts"):
        cuts = question.option(name, ())
        if any(one <= other for one, other in pairwise(cuts)):
            raise InvalidParameter(name, str(given[name]), "descending numbers")


def _target(question: Question, given: Given, definition: Definition) -> None:
    """The target of shares lies below a share of 1."""
    target, factor = question.option("target"), float((definition or {}).get("factor") or 1)
    if target is not None and question.option("distribution", "binomial") == "binomial" and target >= factor:
        expected = f"a rate below {factor:g}, which is everybody; distribution=poisson admits more"
        raise InvalidParameter("target", f"{float(given['target']):g}", expected)


def _null(question: Question, given: Given, definition: Definition) -> None:
    """Exchanging whole areas changes an index only if it looks at neighbours."""
    del definition
    if question.option("null") == "geographic" and question.option("index", "d") != "spatial_d":
        raise InvalidParameter("null", str(given["null"]), "systematic or person-permutation, or index=spatial_d")


def _neighbours(question: Question, given: Given, definition: Definition) -> None:
    """A profile of concentration knows no neighbours."""
    del definition
    if question.option("profile", "concentration") == "concentration":
        _refuse(given, "weights", "none with profile=concentration, which has no neighbours")


_CHECKS: dict[str, tuple[Callable[[Question, Given, Definition], None], ...]] = {
    "classes": (_classes,),
    "composite": (_importance,),
    "typology": (_importance, _cuts),
    "funnel": (_target,),
    "segregation": (_null,),
    "segregation-thresholds": (_neighbours,),
}
