"""Groups that are compared with each other: counts of one time that have nobody in common.

That groups do not overlap is known only where they are parts of one sum in the catalogue. Where the catalogue shows
that they do overlap they are refused; in all other cases the answer warns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

from boundaries import Sentence
from service.errors import InvalidParameter
from service.values import periods_by_level
from spatial.indicators.periods import period_end

PARTITION = "partition"
"""What a statistic needs whose indicators are the groups of one population."""

Definitions = Mapping[str, Mapping[str, Any]]


def require_groups(catalogue: Definitions, ids: Sequence[str], parameter: str = "indicators") -> None:
    """Refuse what are no groups: anything but counts, and groups that contain each other.

    Parameters
    ----------
    catalogue : mapping
        All definitions by id.
    ids : sequence of str
        The groups.
    parameter : str
        Name under which they were given.

    Raises
    ------
    InvalidParameter
    """
    for id_ in ids:
        if catalogue[id_]["kind"] != "count" or not catalogue[id_]["additive"]:
            raise InvalidParameter(
                parameter,
                id_,
                Sentence(
                    "Anzahlen, die sich über Gebiete addieren: die Mitglieder jeder Gruppe",
                    "counts that add up over areas: the members of each group",
                ),
            )
    for inner, outer in permutations(ids, 2):
        why = _why_nested(catalogue, inner, outer)
        if why is not None:
            raise InvalidParameter(
                parameter,
                ",".join(ids),
                Sentence(
                    f"Gruppen ohne gemeinsame Mitglieder, aber {why.de}", f"groups without common members, but {why.en}"
                ),
            )


def _why_nested(catalogue: Definitions, inner: str, outer: str) -> Sentence | None:
    """Why one group is known to be in another one."""
    if inner in _made_of(catalogue, outer):
        return Sentence(f"{inner} ist ein Teil von {outer}", f"{inner} is a part of {outer}")
    for each in catalogue.values():
        if (each["numerator"], each["denominator"]) == (inner, outer) and str(each["unit"]).startswith("%"):
            return Sentence(
                f"{inner} ist ein Teil von {outer}, siehe {each['id']}",
                f"{inner} is a part of {outer}, see {each['id']}",
            )
    return None


def _made_of(catalogue: Definitions, id_: str) -> set[str]:
    """Everything that a figure is made of, however many steps down."""
    found: set[str] = set()
    waiting = [id_]
    while waiting:
        definition = catalogue.get(waiting.pop())
        if definition is None:
            continue
        terms = [str(term) for term in definition.get("terms") or ()]
        added = () if any(term.startswith("-") for term in terms) else terms
        parts = (part for breakdown in breakdowns_of(definition) for part in breakdown)
        sources = {*parts, *(term.lstrip("+ ") for term in added)}
        waiting += sources - found
        found |= sources
    return found


def breakdowns_of(definition: Mapping[str, Any]) -> list[set[str]]:
    """Every set of counts that add up to one, as its definition in a release tells: one breakdown, or several.

    >>> [sorted(each) for each in breakdowns_of({"parts": [["u65", "65plus"], ["women", "men"]]})]
    [['65plus', 'u65'], ['men', 'women']]
    """
    parts: Sequence[Any] = definition.get("parts") or ()
    single = {each for each in parts if isinstance(each, str)}
    return [each for each in (single, *(set(each) for each in parts if not isinstance(each, str))) if each]


def known_apart(catalogue: Definitions, ids: Iterable[str]) -> bool:
    """Whether the catalogue says that groups have nobody in common: they are parts of one sum."""
    groups = set(ids)
    return any(groups <= breakdown for each in catalogue.values() for breakdown in breakdowns_of(each))


def common_period(
    definitions: Sequence[dict[str, Any]],
    level: str,
    until: str | None,
    *,
    parameter: str = "indicators",
    moment: str = "period",
) -> str:
    """The newest period in which all groups have figures on a level, not after another one.

    Raises
    ------
    InvalidParameter
        If there is none.
    """
    offered = [periods_by_level(each)[level] or each["periods"] for each in definitions]
    common = [period for period in offered[0] if all(period in each for each in offered[1:])]
    if not common:
        spans = ", ".join(f"{each['id']} {own[0]}..{own[-1]}" for each, own in zip(definitions, offered, strict=True))
        ids = ",".join(each["id"] for each in definitions)
        raise InvalidParameter(
            parameter,
            ids,
            Sentence(
                f"Gruppen mit Werten aus einem gemeinsamen Zeitraum; vorhanden sind {spans}",
                f"groups with figures of one common period; there are {spans}",
            ),
        )
    found = [period for period in common if until is None or period_end(period) <= period_end(until)]
    if not found:
        raise InvalidParameter(
            moment,
            str(until),
            Sentence(
                f"ein Zeitraum, der nicht vor dem ersten gemeinsamen liegt: {', '.join(common)}",
                f"a period not before the first common one: {', '.join(common)}",
            ),
        )
    return found[-1]
