"""New bases of the figures, such as a census: what is compared over time should stand on one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from boundaries import Sentence
from service.errors import InvalidParameter
from spatial.indicators.periods import period_end

Text = dict[str, str]
Definition = Mapping[str, Any]

ONE_BASE = "one base"
"""What a statistic needs that reads a development from the figures of several periods."""

_FEWEST = 3
"""Periods that tell a development at least."""


def new_bases(definition: Definition) -> list[str]:
    """Periods from which on the figures stand on a new base; releases made before they were written down have none."""
    return list(definition.get("new_bases", ()))


def crossed(definition: Definition, first: str, last: str) -> list[str]:
    """New bases after a period, up to another one."""
    return [each for each in new_bases(definition) if period_end(first) < period_end(each) <= period_end(last)]


def on_one_base(definition: Definition, periods: Sequence[str]) -> list[str]:
    """The newest periods that stand on one base and are three at least; the newest of all where no base has so many.

    >>> on_one_base({"new_bases": ["2011", "2022"]}, ["2009", "2010", "2011", "2012", "2013", "2022"])
    ['2011', '2012', '2013']
    """
    starts = [0, *(place for place, each in enumerate(periods) if place and _is_new(definition, periods, place)), None]
    stretches = [list(periods[start:stop]) for start, stop in pairwise(starts)]
    long = [each for each in stretches if len(each) >= _FEWEST]
    return (long or stretches)[-1]


def _is_new(definition: Definition, periods: Sequence[str], place: int) -> bool:
    return bool(crossed(definition, periods[place - 1], periods[place]))


def earliest_comparable(definition: Definition, period: str, earlier: Sequence[str]) -> str:
    """The first of some earlier periods whose figures stand on the same base.

    Raises
    ------
    InvalidParameter
        If none of them does.
    """
    found = [each for each in earlier if not crossed(definition, each, period)]
    if not found:
        base = crossed(definition, earlier[-1], period)[0]
        offered = ", ".join(earlier)
        expected = Sentence(
            f"eines von {offered}: einen Vorgabewert gibt es nicht, denn ab {base} stehen die Zahlen auf einer neuen "
            "Grundlage (etwa einem Zensus) und unterscheiden sich schon deshalb",
            f"one of {offered}: there is no default, as the figures stand on a new base (such as a census) from {base} "
            "on and differ for that reason alone",
        )
        raise InvalidParameter("base", "", expected)
    return found[0]


def of_series(definition: Definition, offered: Sequence[str], periods: Sequence[str]) -> Iterable[Text]:
    """Warn of a series that goes over a new base; or tell what is left out because it stands on another one.

    Parameters
    ----------
    definition : mapping
    offered : sequence of str
        All periods with figures, in order.
    periods : sequence of str
        Those of the series.
    """
    bases = crossed(definition, periods[0], periods[-1])
    told = over(bases) if bases else left_out(definition, offered, periods)
    if told is not None:
        yield told


def left_out(definition: Definition, offered: Sequence[str], periods: Sequence[str]) -> Text | None:
    """Tell which periods are not in a series because they stand on another base; None if there are none."""
    others = [each for each in offered if others_of(definition, each, periods)]
    before = [each for each in others if period_end(each) < period_end(periods[0])]
    spans = [span for span in (before, others[len(before) :]) if span]
    return _without(spans) if spans else None


def others_of(definition: Definition, period: str, periods: Sequence[str]) -> bool:
    """Whether a period stands on another base than all of a series."""
    return bool(crossed(definition, period, periods[0]) or crossed(definition, periods[-1], period))


def over(bases: Sequence[str]) -> Text:
    """Warn of a series that goes over some new bases."""
    de, en = " und ".join(bases), " and ".join(bases)
    return {
        "de": f"Ab {de} stehen die Zahlen auf einer neuen Grundlage (etwa einem Zensus). Der Sprung an dieser Stelle "
        "ist keine Entwicklung, geht aber in das Ergebnis ein.",
        "en": f"From {en} on the figures stand on a new base (such as a census). The jump there is no development, "
        "but it enters the result.",
    }


def _without(spans: Sequence[Sequence[str]]) -> Text:
    de, en = (
        f" {word} ".join(span[0] if len(span) == 1 else f"{span[0]} {to} {span[-1]}" for span in spans)
        for word, to in (("und", "bis"), ("and", "to"))
    )
    return {
        "de": f"Ohne {de}: Diese Zahlen stehen auf einer anderen Grundlage (etwa einem Zensus), und der Sprung "
        "dazwischen sähe wie eine Entwicklung aus. Wer sie einbeziehen will, nennt den Zeitraum (periods=).",
        "en": f"Without {en}: these figures stand on another base (such as a census), and the jump in between would "
        "look like a development. To include them, name the range (periods=).",
    }


def of_pairs(definitions: Mapping[str, Definition], pairs: Iterable[tuple[str, str, str]]) -> Iterable[Text]:
    """Warn of indicators whose figures of two periods stand on different bases.

    Parameters
    ----------
    definitions : mapping
        By id.
    pairs : iterable of (str, str, str)
        Indicator, earlier and later period.
    """
    found = [
        f"{indicator} ({', '.join(bases)})"
        for indicator, first, last in pairs
        if (bases := crossed(definitions[indicator], first, last))
    ]
    if found:
        listed = ", ".join(found)
        yield {
            "de": f"Zwischen den beiden Zeitpunkten liegt eine neue Grundlage der Zahlen, etwa ein Zensus: {listed}. "
            "Ein Teil des Unterschieds kommt daher.",
            "en": "Between the two periods the figures come to stand on a new base, such as a census: "
            f"{listed}. Part of the difference comes from that.",
        }
