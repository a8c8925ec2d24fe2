"""Checking questions against the release; shared by HTTP and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from boundaries import Sentence
from service.analyses.bases import ONE_BASE, earliest_comparable, on_one_base
from service.analyses.contradictions import refuse_contradictions
from service.analyses.figures import COUNTS
from service.analyses.method import Method
from service.analyses.neighbours import DESCRIPTION, specification_of
from service.analyses.parameters import DEFAULT_SEED
from service.analyses.partition import PARTITION, common_period, require_groups
from service.analyses.population import definition_of, groups_of_population, require_reference
from service.analyses.question import Question
from service.analyses.registry import method_of
from service.analyses.spacing import EQUAL_STEPS, longest_run, require_equal_steps
from service.errors import InvalidParameter
from service.parameters import choice, vintage_on
from service.periods import period_of
from service.reader import ReleaseReader
from service.selection import known_area, level_of
from service.settings import Settings
from service.values import periods_by_level
from spatial.indicators.periods import period_end
from spatial.statistics import StatisticsError, TooFewPeriods

LARGEST_SEED = 2**53 - 1  # what JSON clients can hold exactly
_FEWEST_PERMUTATIONS = 99
_FEWEST_INDICATORS, _MOST_INDICATORS = 2, 30
_ISOLATE_POLICIES = ["bridge", "knn1", "drop"]
_STYLES = ["R", "B"]


class NoCounts(StatisticsError):
    """The statistic needs a rate with its parts."""

    reason = "no counts"

    def __init__(self, indicator: str) -> None:
        self.indicator = indicator
        super().__init__(
            Sentence(
                f"keine Anzahlen: {indicator} ist nicht mit Zähler und Nenner veröffentlicht",
                f"no counts: {indicator} is not published with numerator and denominator",
            )
        )


def checked_question(release: ReleaseReader, settings: Settings, statistic: str, given: Mapping[str, Any]) -> Question:
    """Complete a question with defaults and refuse what the statistic or the release does not have.

    Parameters
    ----------
    release : ReleaseReader
    settings : Settings
    statistic : str
    given : mapping
        Parameters by name; None where not given.

    Raises
    ------
    NotFound
        If there is no such statistic or indicator.
    UnknownParameter
        If the statistic does not take a parameter that is given.
    InvalidParameter
        If a value is impossible; it is named.
    """
    method = method_of(statistic)
    wanted = {name: value for name, value in given.items() if value is not None}
    method.refuse_others(list(wanted))
    _require(method, wanted)
    vintage = vintage_on(release, wanted.get("vintage"))
    if wanted.get("within") is not None:
        known_area(release, "within", wanted["within"], vintage)
    fields: dict[str, Any] = {"statistic": statistic, "vintage": vintage, "within": wanted.get("within")}
    fields |= _figures(release, method, wanted, vintage)
    if "second_within" in wanted:
        fields["second_within"] = _second_within(release, wanted, fields)
    for name, check in _CHECKS.items():
        if name in method.takes and (name != "weights" or name in wanted or method.has_neighbours(wanted)):
            fields[name] = check(wanted.get(name), settings)
    kind, _, column = str(fields.get("weights")).partition(":")
    if kind == "block":
        fields["weights"] = f"block:{_groups(release, 'weights', column, fields['level'], vintage)}"
    if "permutations" in method.takes and "permutations" not in wanted:
        fields["permutations"] = min(method.permutations, settings.max_permutations)
    options = tuple((name, check(name, wanted[name])) for name, check in method.options.items() if name in wanted)
    question = Question(**fields, options=tuple(sorted(options)))
    indicator = question.indicator
    refuse_contradictions(question, wanted, None if indicator is None else release.indicator(indicator))
    if COUNTS in method.needs:
        _require_counts(release, question)
    return question


def _require(method: Method, wanted: Mapping[str, Any]) -> None:
    """Refuse a question without what the statistic cannot do without."""
    for name in method.requires:
        if name not in wanted:
            raise InvalidParameter(
                name, "", Sentence(f"ein Wert: {method.id} braucht ihn", f"a value: {method.id} requires it")
            )
    if method.requires_one and sum(name in wanted for name in method.requires_one) != 1:
        raise InvalidParameter(
            method.requires_one[0],
            "",
            Sentence(
                f"genau eines von {', '.join(method.requires_one)}", f"exactly one of {', '.join(method.requires_one)}"
            ),
        )


def _figures(release: ReleaseReader, method: Method, wanted: Mapping[str, Any], vintage: str) -> dict[str, Any]:
    """Indicators, level and periods of a question."""
    if "indicators" in method.takes:
        return _table(release, method, wanted, vintage)
    if "cases" in wanted:
        return groups_of_population(release, wanted, vintage)
    definition = definition_of(release, "indicator", wanted["indicator"])
    fields = {"indicator": wanted["indicator"], "level": level_of(release, definition, wanted.get("level"), vintage)}
    # Without a wish, only periods that have figures on the level.
    filled = periods_by_level(definition)[fields["level"]] or definition["periods"]
    if "periods" in method.takes:
        fields["periods"] = _series(method, wanted.get("periods"), filled, definition)
        return fields
    fields["period"] = period_of("period", wanted.get("period", filled[-1]), definition["periods"])
    if "base" in method.takes and ("base" in wanted or not method.requires_one):
        offered = filled if wanted.get("base") is None else definition["periods"]
        fields["base"] = _base(wanted.get("base"), fields["period"], offered, definition)
    if "second" in wanted:
        fields |= _second(release, wanted, fields)
    if wanted.get("reference") is not None:
        require_reference(release, wanted["reference"], definition, vintage)
        fields["reference"] = wanted["reference"]
    if wanted.get("groups") is not None:
        fields["groups"] = _groups(release, "groups", wanted["groups"], fields["level"], vintage)
    if wanted.get("centre_area") is not None:
        fields["centre_area"] = known_area(release, "centre_area", wanted["centre_area"], vintage).key
    return fields


def _table(release: ReleaseReader, method: Method, wanted: Mapping[str, Any], vintage: str) -> dict[str, Any]:
    """Several indicators, each at its newest period until a given one."""
    ids = tuple(each.strip() for each in str(wanted["indicators"]).split(","))
    if not _FEWEST_INDICATORS <= len(set(ids)) <= _MOST_INDICATORS or len(set(ids)) != len(ids):
        expected = Sentence(
            f"{_FEWEST_INDICATORS} bis {_MOST_INDICATORS} verschiedene Kennungen, durch Kommas getrennt",
            f"{_FEWEST_INDICATORS} to {_MOST_INDICATORS} different ids, separated by commas",
        )
        raise InvalidParameter("indicators", str(wanted["indicators"]), expected)
    definitions = [definition_of(release, "indicators", id_) for id_ in ids]
    levels = [level for level in definitions[0]["levels"] if all(level in each["levels"] for each in definitions)]
    if not levels:
        raise InvalidParameter(
            "indicators",
            ",".join(ids),
            Sentence("Indikatoren mit Werten auf einer gemeinsamen Ebene", "indicators with figures of a common level"),
        )
    fields: dict[str, Any] = {"indicators": ids}
    fields["level"] = level_of(release, definitions[0] | {"levels": levels}, wanted.get("level"), vintage)
    if PARTITION in method.needs:
        require_groups(release.indicators, ids)
    offered = sorted({period for each in definitions for period in each["periods"]}, key=period_end)
    if "period" in wanted:
        fields["period"] = period_of("period", wanted["period"], offered)
    if PARTITION in method.needs:
        fields["period"] = common_period(definitions, fields["level"], fields.get("period"))
    if "base" in wanted:
        fields["base"] = _base(wanted["base"], fields.get("period", offered[-1]), offered, {})
    if "residents" in wanted:
        levels = definition_of(release, "residents", wanted["residents"])["levels"]
        if fields["level"] not in levels:
            raise InvalidParameter(
                "residents",
                wanted["residents"],
                Sentence(f"ein Indikator der Ebene {fields['level']}", f"an indicator of the level {fields['level']}"),
            )
        fields["residents"] = wanted["residents"]
    if "polarities" in method.options:
        _require_polarities(wanted, definitions)
    return fields


def _series(method: Method, asked: str | None, filled: list[str], definition: dict[str, Any]) -> tuple[str, ...]:
    """Periods of a series; by default those on one base, and the longest range of equal steps, where that matters."""
    if asked is None:
        if ONE_BASE in method.needs:
            filled = on_one_base(definition, filled)
        return longest_run(filled) if EQUAL_STEPS in method.needs else tuple(filled)
    found = periods_between(asked, definition["periods"])
    if EQUAL_STEPS in method.needs:
        require_equal_steps(asked, found)
    return found


def _require_polarities(wanted: Mapping[str, Any], definitions: list[dict[str, Any]]) -> None:
    """Every component needs to be told whether high is good."""
    given = wanted.get("polarities")
    if given is None:
        neutral = [each["id"] for each in definitions if each["polarity"] == 0]
        if neutral:
            raise InvalidParameter(
                "polarities",
                "",
                Sentence(
                    f"1 oder -1 für jeden Indikator; für {neutral[0]} ist nichts bekannt",
                    f"1 or -1 for each indicator; none is known for {neutral[0]}",
                ),
            )
        return
    parts = str(given).split(",")
    if len(parts) != len(definitions) or not set(parts) <= {"1", "-1"}:
        raise InvalidParameter(
            "polarities",
            str(given),
            Sentence("1 (hoch ist gut) oder -1 für jeden Indikator", "1 (high is good) or -1 for each indicator"),
        )


def periods_between(wanted: str | None, periods: list[str]) -> tuple[str, ...]:
    """Periods of a range ``first..last``; either end may be left open; all for None.

    Raises
    ------
    InvalidParameter
    """
    if wanted is None:
        return tuple(periods)
    first, dots, last = wanted.partition("..")
    if not dots:
        last = first
    for end in (first, last):
        if end and end not in periods:
            raise InvalidParameter(
                "periods",
                wanted,
                Sentence(
                    f"erster..letzter, jeder eines von {', '.join(periods)}",
                    f"first..last, each one of {', '.join(periods)}",
                ),
            )
    start = periods.index(first) if first else 0
    stop = periods.index(last) + 1 if last else len(periods)
    if start >= stop:
        raise InvalidParameter(
            "periods",
            wanted,
            Sentence("ein Bereich, der nicht vor seinem Anfang endet", "a range that does not end before it starts"),
        )
    return tuple(periods[start:stop])


def _base(wanted: str | None, period: str, periods: list[str], definition: dict[str, Any]) -> str:
    """The earlier period that is compared with; by default the oldest one on the same base."""
    earlier = [each for each in periods if period_end(each) < period_end(period)]
    if wanted is None:
        if not earlier:
            raise TooFewPeriods(1, 2)
        return earliest_comparable(definition, period, earlier)
    if wanted not in earlier:
        offered = ", ".join(earlier)
        expected = Sentence(
            f"ein Zeitraum vor {period}: {offered or 'es gibt keinen'}",
            f"a period before {period}: {offered or 'there is none'}",
        )
        raise InvalidParameter("base", wanted, expected)
    return wanted


def _groups(release: ReleaseReader, parameter: str, groups: str, level: str, vintage: str) -> str:
    """An upper level, or a column of the boundary file."""
    areas = release.areas(vintage, level).areas
    levels = {upper for area in areas for upper in area.ancestors}
    columns = {name.lower() for area in areas for name in area.groups}
    if groups in levels:
        return groups
    if groups.lower() in columns:
        return groups.lower()
    listed = ", ".join(sorted(levels | columns))
    offered = Sentence(
        listed or "nichts: kein Gebiet dieser Ebene hat ein übergeordnetes oder eine Gruppe",
        listed or "nothing: no area of this level has an upper one or a group",
    )
    raise InvalidParameter(
        parameter,
        f"block:{groups}" if parameter == "weights" else groups,
        Sentence(f"eines von {offered.de}", f"one of {offered.en}"),
    )


def _second(release: ReleaseReader, wanted: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, str]:
    """The second indicator and its period; the same period, if no other is asked for."""
    indicator, level, period = wanted["second"], fields["level"], wanted.get("second_period", fields["period"])
    definition = definition_of(release, "second", indicator)
    if level not in definition["levels"]:
        raise InvalidParameter(
            "second",
            indicator,
            Sentence(
                f"ein Indikator mit Werten auf der Ebene {level}", f"an indicator with figures of the level {level}"
            ),
        )
    return {"second": indicator, "second_period": period_of("second_period", period, definition["periods"])}


def _second_within(release: ReleaseReader, wanted: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    """Key of the area that the one of ``within`` is compared with; the two have no area in common."""
    second, level, vintage = wanted["second_within"], fields["level"], vintage_on(release, wanted.get("vintage"))
    known_area(release, "second_within", second, vintage)
    table = release.areas(vintage, level)
    first = wanted.get("within")
    if first is None or set(table.rows_within(first)) & set(table.rows_within(second)):
        raise InvalidParameter(
            "second_within",
            second,
            Sentence(
                "der Schlüssel eines Gebiets, das mit dem von within nichts gemeinsam hat; auch within ist nötig",
                "the key of an area apart from that of within, which is needed",
            ),
        )
    return str(second)


def _require_counts(release: ReleaseReader, question: Question) -> None:
    asked_for = [(question.indicator, period) for period in (question.period, question.base, *question.periods)]
    for indicator, period in [*asked_for, (question.second, question.second_period)]:
        if indicator is None or period is None:
            continue
        figures = release.cube(indicator, question.vintage, question.level)["periods"]
        if "numerators" not in figures[period]:
            raise NoCounts(indicator)


def _weights(spec: str | None, settings: Settings) -> str:
    """Specification of weights, if it is one."""
    del settings
    if spec is None:
        return "queen"
    if specification_of(spec) is None:
        raise InvalidParameter("weights", spec, Sentence(f"eines von {DESCRIPTION.de}", f"one of {DESCRIPTION.en}"))
    return spec


def _style(style: str | None, settings: Settings) -> str | None:
    del settings
    return None if style is None else choice("style", style, _STYLES)


def _isolates(policy: str | None, settings: Settings) -> str:
    del settings
    return "bridge" if policy is None else choice("isolates", policy, _ISOLATE_POLICIES)


def _ring(ring: bool | None, settings: Settings) -> bool:
    del settings
    return bool(ring)


def _permutations(permutations: int | None, settings: Settings) -> int:
    number = settings.max_permutations if permutations is None else permutations
    if not _FEWEST_PERMUTATIONS <= number <= settings.max_permutations:
        expected = Sentence(
            f"{_FEWEST_PERMUTATIONS} bis {settings.max_permutations}",
            f"{_FEWEST_PERMUTATIONS} to {settings.max_permutations}",
        )
        raise InvalidParameter("permutations", str(number), expected)
    return number


def _seed(seed: int | None, settings: Settings) -> int:
    del settings
    number = DEFAULT_SEED if seed is None else seed
    if not 0 <= number <= LARGEST_SEED:
        raise InvalidParameter("seed", str(number), Sentence(f"0 bis {LARGEST_SEED}", f"0 to {LARGEST_SEED}"))
    return number


_CHECKS: dict[str, Callable[[Any, Settings], Any]] = {
    "weights": _weights,
    "style": _style,
    "isolates": _isolates,
    "ring": _ring,
    "permutations": _permutations,
    "seed": _seed,
}
