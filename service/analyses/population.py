"""Groups of the population, such as age groups: which counts of cases and of members belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from boundaries import Sentence
from service.analyses.partition import common_period, require_groups
from service.errors import SEE_INDICATORS, InvalidParameter, framed
from service.periods import period_of
from service.reader import ReleaseReader
from service.selection import known_area, level_of
from spatial.indicators.periods import period_end

_MOST_GROUPS = 50


def groups_of_population(release: ReleaseReader, wanted: Mapping[str, Any], vintage: str) -> dict[str, Any]:
    """Fields of a question about cases and members of groups.

    Cases are those of the newest period that all of them have, members those of their newest one not after it.

    Where all cases are counted by an indicator of their own, those of the groups are needed in the area of reference
    alone.

    Raises
    ------
    InvalidParameter
    """
    cases, population = (_ids(release, name, str(wanted.get(name, ""))) for name in ("cases", "population"))
    if len(cases) != len(population):
        expected = Sentence(
            f"{len(cases)} Kennungen: die Bevölkerung jeder Gruppe von cases, in derselben Reihenfolge",
            f"{len(cases)} ids: the members of each group of cases, in the same order",
        )
        raise InvalidParameter("population", ",".join(population), expected)
    fields: dict[str, Any] = {"cases": cases, "population": population}
    counted = {"cases": cases, "population": population}
    if "observed" in wanted:
        _require_known_standard(wanted)
        (fields["observed"],) = observed = _ids(release, "observed", wanted["observed"], most=1)
        counted = {"observed": observed, "population": population}
    fields |= _level_and_period(release, counted, wanted, vintage)
    if "reference" in wanted:
        for each in (*cases, *population):
            require_reference(release, wanted["reference"], release.indicator(each), vintage)
        fields["reference"] = wanted["reference"]
    return fields


def _level_and_period(
    release: ReleaseReader, counted: Mapping[str, tuple[str, ...]], wanted: Mapping[str, Any], vintage: str
) -> dict[str, str]:
    """Level that counts have in common, and the periods of events and of members."""
    (events, members), names = [[release.indicator(id_) for id_ in ids] for ids in counted.values()], list(counted)
    levels = [level for level in members[0]["levels"] if all(level in each["levels"] for each in [*events, *members])]
    if not levels:
        expected = Sentence(
            "Anzahlen auf einer Ebene, auf der es auch die übrigen gibt", "counts of a level on which all others exist"
        )
        raise InvalidParameter("population", ",".join(counted["population"]), expected)
    level = level_of(release, members[0] | {"levels": levels}, wanted.get("level"), vintage)
    period = common_period(events, level, _asked(wanted, "period", events), parameter=names[0])
    until = _asked(wanted, "second_period", members) or period
    people = common_period(members, level, until, parameter=names[1], moment="second_period")
    return {"level": level, "period": period, "second_period": people}


def _asked(wanted: Mapping[str, Any], name: str, definitions: Sequence[dict[str, Any]]) -> str | None:
    """A period of some counts, as asked for."""
    offered = sorted({period for each in definitions for period in each["periods"]}, key=period_end)
    return None if name not in wanted else period_of(name, wanted[name], offered)


def _require_known_standard(wanted: Mapping[str, Any]) -> None:
    if "reference" not in wanted:
        expected = Sentence(
            "der Schlüssel eines Gebiets, dessen Fälle nach Gruppen bekannt sind: mit observed ist er nötig",
            "the key of an area whose cases by group are known: observed requires it",
        )
        raise InvalidParameter("reference", "", expected)


def _ids(release: ReleaseReader, parameter: str, given: str, *, most: int = _MOST_GROUPS) -> tuple[str, ...]:
    """Ids of counts that are not known to have members in common."""
    ids = tuple(each.strip() for each in given.split(","))
    if len(set(ids)) != len(ids) or len(ids) > most or not given:
        expected = Sentence("die Kennung eines Indikators", "the id of an indicator")
        if most > 1:
            expected = Sentence(
                f"bis zu {most} verschiedene Kennungen, durch Kommas getrennt",
                f"up to {most} different ids, separated by commas",
            )
        raise InvalidParameter(parameter, given, expected)
    for id_ in ids:
        definition_of(release, parameter, id_)
    require_groups(release.indicators, ids, parameter)
    return ids


def definition_of(release: ReleaseReader, parameter: str, indicator: str) -> dict[str, Any]:
    """Definition of an indicator; refuses an id that is none."""
    if indicator not in release.indicators:
        raise InvalidParameter(
            parameter, indicator, framed("ein Indikator, {}", "an indicator, {}", _listed(release, indicator))
        )
    return release.indicator(indicator)


def _listed(release: ReleaseReader, indicator: str) -> Sentence:
    """Where the indicators are listed, and which of them have ids like the one that is none."""
    near = ", ".join(get_close_matches(indicator, list(release.indicators), n=3))
    if not near:
        return SEE_INDICATORS
    return framed(f"etwa {near}; {{}}", f"such as {near}; {{}}", SEE_INDICATORS)


def require_reference(release: ReleaseReader, key: str, definition: dict[str, Any], vintage: str) -> None:
    """Refuse an area of reference of a level on which an indicator has no figures."""
    area = known_area(release, "reference", key, vintage)
    if release.find_area(key, vintage).level not in definition["levels"]:
        levels = ", ".join(definition["levels"])
        expected = Sentence(
            f"der Schlüssel eines Gebiets einer dieser Ebenen: {levels}", f"the key of an area of the levels {levels}"
        )
        raise InvalidParameter("reference", area.key, expected)
