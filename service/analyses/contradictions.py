"""Options that contradict each other or would have no effect: refused, so that nobody believes in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from boundaries import Sentence
from service.analyses.question import Question
from service.errors import InvalidParameter
from spatial.statistics.trend import EXACT_PERIODS

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


def _refuse(given: Given, name: str, expected: Sentence) -> None:
    if name in given:
        raise InvalidParameter(name, str(given[name]), expected)


def _classes(question: Question, given: Given, definition: Definition) -> None:
    """Breaks make manual classes, a centre or a width diverging ones; another method does not take them."""
    del definition
    method, breaks = question.option("method"), question.option("breaks")
    if method == "manual" and breaks is None:
        raise InvalidParameter(
            "breaks",
            "",
            Sentence(
                "innere Klassengrenzen, aufsteigend: method=manual braucht sie",
                "inner breaks, ascending: method=manual requires them",
            ),
        )
    if method not in (None, "manual"):
        _refuse(
            given,
            "breaks",
            Sentence(
                f"keine mit method={method}: nur manuelle Klassen haben eigene Grenzen",
                f"none with method={method}: only manual classes have breaks of their own",
            ),
        )
    if breaks is not None:
        _ascending(given, "breaks", breaks)
        _refuse(
            given,
            "k",
            Sentence(
                "keine mit breaks: die Grenzen sagen, wie viele Klassen es sind",
                "none with breaks, which tell the number of classes",
            ),
        )
    if breaks is not None or method not in (None, "diverging"):
        for name in ("centre", "width"):
            _refuse(
                given,
                name,
                Sentence(
                    "keine Angabe: nur divergierende Klassen liegen um eine Mitte",
                    "none: only diverging classes lie about a centre",
                ),
            )


def _ascending(given: Given, name: str, numbers: tuple[float, ...]) -> None:
    if any(one >= other for one, other in pairwise(numbers)):
        raise InvalidParameter(name, str(given[name]), Sentence("aufsteigende Zahlen", "ascending numbers"))


def _importance(question: Question, given: Given, definition: Definition) -> None:
    """One weight for each indicator; none where the method finds its own."""
    del definition
    importance, number = question.option("importance"), len(question.indicators)
    if question.option("method") == "pca":
        _refuse(
            given,
            "importance",
            Sentence(
                "keine mit method=pca, das eigene Gewichte findet", "none with method=pca, which finds its own weights"
            ),
        )
    if importance is not None and len(importance) != number:
        raise InvalidParameter(
            "importance",
            str(given["importance"]),
            Sentence(f"{number} Zahlen, eine für jeden Indikator", f"{number} numbers, one for each indicator"),
        )


def _cuts(question: Question, given: Given, definition: Definition) -> None:
    """Cut points descend."""
    del definition
    for name in ("status_cuts", "dynamics_cuts"):
        cuts = question.option(name, ())
        if any(one <= other for one, other in pairwise(cuts)):
            raise InvalidParameter(name, str(given[name]), Sentence("absteigende Zahlen", "descending numbers"))


def _target(question: Question, given: Given, definition: Definition) -> None:
    """The target of shares lies below a share of 1."""
    target, factor = question.option("target"), float((definition or {}).get("factor") or 1)
    if target is not None and question.option("distribution", "binomial") == "binomial" and target >= factor:
        expected = Sentence(
            f"eine Quote unter {factor:g}, denn das sind alle; distribution=poisson lässt mehr zu",
            f"a rate below {factor:g}, which is everybody; distribution=poisson admits more",
        )
        raise InvalidParameter("target", f"{float(given['target']):g}", expected)


def _null(question: Question, given: Given, definition: Definition) -> None:
    """Exchanging whole areas changes an index only if it looks at neighbours."""
    del definition
    if question.option("null") == "geographic" and question.option("index", "d") != "spatial_d":
        raise InvalidParameter(
            "null",
            str(given["null"]),
            Sentence(
                "systematic oder person-permutation, oder index=spatial_d",
                "systematic or person-permutation, or index=spatial_d",
            ),
        )


def _neighbours(question: Question, given: Given, definition: Definition) -> None:
    """A profile of concentration knows no neighbours."""
    del definition
    if question.option("profile", "concentration") == "concentration":
        _refuse(
            given,
            "weights",
            Sentence(
                "keine mit profile=concentration, das keine Nachbarn kennt",
                "none with profile=concentration, which has no neighbours",
            ),
        )


def _correction(question: Question, given: Given, definition: Definition) -> None:
    """Short series are not corrected: what few periods show of how alike successive ones are is chance."""
    del definition
    count = len(question.periods)
    if question.option("correction") == "hamed-rao" and count <= EXACT_PERIODS:
        expected = Sentence(
            f"none bei {count} Zeitpunkten: hamed-rao korrigiert nur Reihen von mehr als {EXACT_PERIODS}",
            f"none with {count} periods: hamed-rao corrects series of more than {EXACT_PERIODS} only",
        )
        raise InvalidParameter("correction", str(given["correction"]), expected)


def _groups(question: Question, given: Given, definition: Definition) -> None:
    """Groups come with both their cases and their members; without them there is nothing to count otherwise."""
    del definition
    if not question.cases:
        for name in ("population", "second_period", "observed"):
            _refuse(
                given,
                name,
                Sentence(
                    "keine Angabe ohne cases, zu dessen Gruppen sie gehört",
                    "none without cases, whose groups it belongs to",
                ),
            )


_CHECKS: dict[str, tuple[Callable[[Question, Given, Definition], None], ...]] = {
    "classes": (_classes,),
    "composite": (_importance,),
    "typology": (_importance, _cuts),
    "funnel": (_target,),
    "segregation": (_null,),
    "segregation-thresholds": (_neighbours,),
    "standardised-ratios": (_groups,),
    "trend": (_correction,),
    "emerging": (_correction,),
}
