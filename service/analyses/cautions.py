"""Warnings that follow from what is asked, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.analyses.partition import PARTITION, known_apart
from service.analyses.question import Question
from service.analyses.spacing import EQUAL_STEPS, is_yearly
from service.reader import ReleaseReader
from service.values import periods_by_level

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
    found = list(_of_tables(question, periods))
    if PARTITION in needs:
        found += _of_groups(release, question)
    if EQUAL_STEPS in needs:
        found += _of_series(release, question)
    return tuple(found)


def _of_groups(release: ReleaseReader, question: Question) -> Iterable[Text]:
    if not known_apart(release.indicators, question.indicators):
        yield {
            "de": "Ob sich die Gruppen überschneiden, sagt der Katalog nicht; wer zu zwei Gruppen gehört, wird doppelt "
            "gezählt.",
            "en": "The catalogue does not say whether the groups overlap; who belongs to two of them is counted twice.",
        }
    units = sorted({str(release.indicator(each)["unit"]) for each in question.indicators})
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


def _of_series(release: ReleaseReader, question: Question) -> Iterable[Text]:
    """Periods that are left out because of gaps; years where months are meant."""
    definition = release.indicator(str(question.indicator))
    offered = periods_by_level(definition)[question.level] or definition["periods"]
    others = [period for period in offered if period not in question.periods]
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
