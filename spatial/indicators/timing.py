"""What a definition says about time: the days that its figures hold on, and the periods that it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from spatial.indicators.errors import CatalogueError, MalformedPeriod
from spatial.indicators.faults import wrong
from spatial.indicators.indicator import Indicator
from spatial.indicators.periods import period_kind
from spatial.indicators.sentences import Sentence


def check_timing(indicator: Indicator) -> Iterator[CatalogueError]:
    """What a figure refers to in time."""
    if not _is_month_day(indicator.reference_day):
        yield wrong(
            indicator,
            "reference_day",
            Sentence(f"ist {indicator.reference_day!r}, nicht MM-TT", f"is {indicator.reference_day!r}, not MM-DD"),
            Sentence('"12-31" schreiben', 'write "12-31"'),
        )
    if indicator.reference_day and indicator.period_type != "instant":
        yield wrong(
            indicator,
            "reference_day",
            Sentence("gehört zu period_type 'instant'", "belongs to period_type 'instant'"),
            Sentence(
                f"weglassen, denn period_type ist '{indicator.period_type}'",
                f"leave it out, since period_type is '{indicator.period_type}'",
            ),
        )
    if indicator.other_reference_days and not (
        indicator.reference_day and all(map(_is_month_day, indicator.other_reference_days))
    ):
        yield wrong(
            indicator,
            "other_reference_days",
            Sentence("müssen Tage MM-TT neben einem reference_day sein", "must be days MM-DD beside a reference_day"),
            Sentence(
                'reference_day = "03-01" und other_reference_days = ["03-15"] schreiben',
                'write reference_day = "03-01" and other_reference_days = ["03-15"]',
            ),
        )
    if any(not is_period(each) for each in indicator.breaks):
        yield wrong(
            indicator,
            "breaks",
            Sentence("müssen Zeiträume sein", "must be periods"),
            Sentence(
                'den ersten auf der neuen Grundlage schreiben, breaks = ["2011"]',
                'write the first on the new base, breaks = ["2011"]',
            ),
        )
    if indicator.breaks and indicator.is_derived:
        yield wrong(
            indicator,
            "breaks",
            Sentence("gehört zu Geladenem", "belongs to what is loaded"),
            Sentence("bei den Anzahlen schreiben, die dahinterstehen", "write it to the counts behind it"),
        )


def _is_month_day(text: str | None) -> bool:
    """Whether a reference day exists in a leap year, or there is none."""
    if text is None:
        return True
    try:
        return f"{date.fromisoformat('2024-' + text):%m-%d}" == text
    except ValueError:
        return False


def is_period(text: str) -> bool:
    """Whether a text is a period on the wire."""
    try:
        period_kind(text)
    except MalformedPeriod:
        return False
    return True
