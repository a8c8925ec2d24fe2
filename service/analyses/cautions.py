"""Warnings that follow from what is asked, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from service.analyses.bases import ONE_BASE, crossed, of_pairs, of_series, others_of, over
from service.analyses.figures import COUNTS
from service.analyses.partition import PARTITION, breakdowns_of, known_apart
from service.analyses.question import Question
from service.analyses.spacing import EQUAL_STEPS, is_yearly
from service.reader import ReleaseReader
from service.values import periods_by_level
from spatial.indicators.periods import period_end

Text = dict[str, str]


def cautions(
    release: ReleaseReader, question: Question, needs: frozenset[str], periods: Mapping[str, str]
) -> tuple[Text, ...]:
    """Warnings in German and English.

    Parameters
    ----------
    release : ReleaseReader
    question : Question
    needs : frozenset of str
        What the statistic needs.
    periods : mapping of str to str
        Period of each column of a table, ``of:INDICATOR`` and ``base:INDICATOR``.
    """
    found = [*_of_tables(question, periods), *_of_population(question)]
    for groups in (question.indicators if PARTITION in needs else (), question.cases, question.population):
        found += [each for each in _of_groups(release, groups) if each not in found]
    if question.observed is not None and not _made_of_cases(release, question):
        found.append(_of_total(question))
    if EQUAL_STEPS in needs:
        found += _of_series(release, question)
    if ONE_BASE in needs:
        found += _of_bases(release, question)
    elif COUNTS in needs and question.periods:
        bases = crossed(release.indicator(str(question.indicator)), question.periods[0], question.periods[-1])
        found += [over(bases)] if bases else []
    found += of_pairs(release.indicators, _compared(question, periods))
    return tuple(found)


def _of_bases(release: ReleaseReader, question: Question) -> Iterable[Text]:
    definition = release.indicator(str(question.indicator))
    return of_series(definition, _offered(definition, question), question.periods)


def _compared(question: Question, periods: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Indicators of which two periods are compared: id, earlier and later period."""
    for each in question.indicators:
        if f"base:{each}" in periods:
            yield each, periods[f"base:{each}"], periods[f"of:{each}"]
    if question.indicator is not None and question.period is not None:
        others = [question.base, question.second_period if question.second == question.indicator else None]
        for other in others:
            if other is not None:
                first, last = sorted((other, question.period), key=period_end)
                yield question.indicator, first, last


def _of_population(question: Question) -> Iterable[Text]:
    """People of another time than the events among them."""
    if question.population and question.period != question.second_period:
        yield {
            "de": f"Die Fälle sind aus {question.period}, die Bevölkerung ist von {question.second_period}.",
            "en": f"The events are of {question.period}, the population is of {question.second_period}.",
        }


def _made_of_cases(release: ReleaseReader, question: Question) -> bool:
    """Whether the catalogue says that all cases are the sum of those of the groups."""
    return set(question.cases) in breakdowns_of(release.indicator(str(question.observed)))


def _of_total(question: Question) -> Text:
    cases = ", ".join(question.cases)
    return {
        "de": f"Ob {question.observed} genau die Fälle von {cases} umfasst, sagt der Katalog nicht; sonst passen "
        "beobachtete und erwartete Fälle nicht zueinander.",
        "en": f"The catalogue does not say whether {question.observed} counts just the cases of {cases}; if not, "
        "observed and expected cases do not belong together.",
    }


def _of_groups(release: ReleaseReader, groups: tuple[str, ...]) -> Iterable[Text]:
    if len(groups) > 1 and not known_apart(release.indicators, groups):
        yield {
            "de": "Ob sich die Gruppen überschneiden, sagt der Katalog nicht; wer zu zwei Gruppen gehört, wird doppelt "
            "gezählt.",
            "en": "The catalogue does not say whether the groups overlap; who belongs to two of them is counted twice.",
        }
    units = sorted({str(release.indicator(each)["unit"]) for each in groups})
    if len(units) > 1:
        yield {
            "de": f"Die Gruppen sind in verschiedenen Einheiten gezählt: {', '.join(units)}.",
            "en": f"The groups are counted in different units: {', '.join(units)}.",
        }


def _of_tables(question: Question, periods: Mapping[str, str]) -> Iterable[Text]:
    """Indicators of different times in one index."""
    used = {each: periods[f"of:{each}"] for each in question.indicators}
    if len(set(used.values())) > 1:
        shown = ", ".join(f"{indicator} {period}" for indicator, period in used.items())
        yield {
            "de": f"Die Indikatoren sind aus verschiedenen Zeiten: {shown}.",
            "en": f"The indicators are of different times: {shown}.",
        }
    still = [each for each, period in used.items() if periods.get(f"base:{each}") == period]
    if still:
        yield {
            "de": f"Ohne Zahlen aus zwei Zeiten, deshalb ohne Veränderung: {', '.join(still)}.",
            "en": f"Without figures of two times, so without change: {', '.join(still)}.",
        }


def _offered(definition: Mapping[str, Any], question: Question) -> list[str]:
    """Periods with figures on the level."""
    return list(periods_by_level(dict(definition))[question.level] or definition["periods"])


def _of_series(release: ReleaseReader, question: Question) -> Iterable[Text]:
    """Periods that are left out because of gaps; years where months are meant."""
    definition = release.indicator(str(question.indicator))
    offered = _offered(definition, question)
    others = [
        period
        for period in offered
        if period not in question.periods and not others_of(definition, period, question.periods)
    ]
    if others:
        first, last, left_out = question.periods[0], question.periods[-1], ", ".join(others)
        yield {
            "de": f"Nur die Zeitpunkte {first} bis {last}, zwischen denen gleich viel Zeit liegt; nicht darin: "
            f"{left_out}.",
            "en": f"Only the periods {first} to {last}, which are equally far apart; left out: {left_out}.",
        }
    if question.statistic == "emerging" and is_yearly(question.periods):
        yield {
            "de": "Entstehende Hotspots sind für Monatswerte gedacht. Bei so wenigen Jahreswerten entscheiden einzelne "
            "Jahre über die Klasse; für sie sagt der Trend (Theil-Sen) mehr.",
            "en": "Emerging hot spots are meant for monthly figures. With so few years, single years decide the class; "
            "for them the trend (Theil-Sen) tells more.",
        }
