"""Notes on a series: why its figures are not simply the published ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from service.reader import AreaInfo
from spatial.indicators import Status
from spatial.indicators.periods import period_end, period_start

Note = dict[str, str]


def notes_of(
    definition: dict[str, Any],
    area: AreaInfo,
    periods: Sequence[str],
    figures: Sequence[dict[str, Any]],
    row: int,
    *,
    statuses: Sequence[str],
) -> list[Note]:
    """Notes on the series of one area.

    Parameters
    ----------
    definition : dict
        The indicator.
    area : AreaInfo
        With the changes that made it and those after its vintage.
    periods : sequence of str
        In order.
    figures : sequence of dict
        For each period the figures of all areas of the level and vintage.
    row : int
        Position of the area.
    statuses : sequence of str
        What the numbers in ``figures`` stand for.

    Returns
    -------
    list of dict
        ``period`` (the last or first one concerned), ``date`` of the change, and the note in ``de`` and ``en``: on
        changes of boundaries first, then on new bases of the count.
    """
    traits = {period: _traits(figure, row, statuses) for period, figure in zip(periods, figures, strict=True)}
    # Releases made before bases were written down have none.
    across = definition.get("broken_periods", ())
    for period in across:
        traits[period].discard("broken")
    return [
        *(note for event in area.formed for note in _notes_before(definition, event, area.key, traits)),
        *(note for event in area.became for note in _notes_after(event, traits)),
        *_notes_on_bases(definition.get("new_bases", ()), across),
    ]


def _notes_on_bases(bases: Sequence[str], across: Sequence[str]) -> Iterator[Note]:
    """Where the figures stand on a new base, and which cannot be computed because they would compare two."""
    for period in bases:
        day = period_start(period).isoformat()
        yield {
            "period": period, "date": day,
            "de": f"ab {period}: neue Grundlage (etwa ein Zensus), mit den Zahlen davor nicht vergleichbar",
            "en": f"from {period}: on a new base (such as a census), not comparable with the figures before",
        }  # fmt: skip
    if across:
        listed = _listed(across, "und"), _listed(across, "and")
        yield {
            "period": across[-1], "date": period_start(across[-1]).isoformat(),
            "de": f"{listed[0]}: nicht berechenbar, dafür wären Zahlen auf verschiedenen Grundlagen zu vergleichen",
            "en": f"{listed[1]}: cannot be computed, it would compare figures on different bases",
        }  # fmt: skip


def _traits(figure: dict[str, Any], row: int, statuses: Sequence[str]) -> set[str]:
    """What is special about a figure: combined, estimated, or broken."""
    found = set()
    if row in figure["combined"]:
        found.add("combined")
    if "ESTIMATED" in figure["flags"].get(str(row), []):
        found.add("estimated")
    if statuses[figure["status"][row]] == Status.BREAK:
        found.add("broken")
    return found


def _notes_before(
    definition: dict[str, Any], event: dict[str, Any], key: str, traits: dict[str, set[str]]
) -> Iterator[Note]:
    """What the figures of the time before a change are made of."""
    before = {period: found for period, found in traits.items() if period_end(period).isoformat() < event["date"]}
    whole = [period for period, found in before.items() if "combined" in found and not {"estimated", "broken"} & found]
    counted = definition["harmonise"] == "sum"
    if event.get("estimated"):
        yield from _notes_on_shares(event, key, before)
        told = ("Summe der Teile", "sum of") if counted else ("berechnet aus den Teilen", "computed from")
        day = event["date"]
        yield from _until(
            whole,
            event,
            lambda period: f"bis {period}: {told[0]}, die seit dem {_german(day)} das Gebiet bilden",
            lambda period: f"until {period}: {told[1]} the parts that form the area since {day}",
        )
        return
    names = [part["name"] for part in event["parts"]]
    if event.get("of") and not counted:
        return  # what was computed from all parts, or could not be, is said of the last change
    # A part of the area may have been formed itself; releases made before that was followed have none.
    german, english = (f"{event['of']} seinerseits ", f"{event['of']} in turn the ") if event.get("of") else ("", "")
    yield from _until(
        whole,
        event,
        lambda period: f"bis {period}: {german}{'Summe aus' if counted else 'berechnet aus'} {_listed(names, 'und')}",
        lambda period: f"until {period}: {english}{'sum of' if counted else 'computed from'} {_listed(names, 'and')}",
    )
    yield from _until(
        [period for period, found in before.items() if "broken" in found],
        event,
        lambda period: f"bis {period}: nicht berechenbar; entstanden aus {_listed(names, 'und')}",
        lambda period: f"until {period}: cannot be computed; formed from {_listed(names, 'and')}",
    )


def _notes_on_shares(event: dict[str, Any], key: str, before: dict[str, set[str]]) -> Iterator[Note]:
    """Why figures before a change are estimates, or cannot be computed: parts of areas changed hands."""
    day, keys = event["date"], [part["key"] for part in event["parts"]]
    others = [part["name"] for part in event["parts"] if part["key"] != key]
    if event.get("of"):
        de, en = f"am {_german(day)} änderten sich die Grenzen von {event['of']}", f"borders of {event['of']} changed"
    elif key not in keys:
        de = f"am {_german(day)} aus Teilen von {_listed(others, 'und')} entstanden"
        en = f"formed from parts of {_listed(others, 'and')}"
    elif others:
        de = f"am {_german(day)} kamen Teile von {_listed(others, 'und')} hinzu"
        en = f"parts of {_listed(others, 'and')} joined"
    else:
        de, en = f"am {_german(day)} wurde ein Teil des Gebiets abgegeben", "part of the territory was ceded"
    told = [period for period, found in before.items() if "estimated" in found]
    yield from _until(
        told,
        event,
        lambda period: f"bis {period}: geschätzt; {de}",
        lambda period: f"until {period}: estimated; {en} on {day}",
    )
    # Of what cannot be computed the last change tells.
    told = [period for period, found in before.items() if "broken" in found and not event.get("of")]
    yield from _until(
        told,
        event,
        lambda period: f"bis {period}: nicht berechenbar; {de}",
        lambda period: f"until {period}: cannot be computed; {en} on {day}",
    )


def _notes_after(event: dict[str, Any], traits: dict[str, set[str]]) -> Iterator[Note]:
    """What the figures of the time after a change are made of, on the boundaries before it."""
    after = {period: found for period, found in traits.items() if period_end(period).isoformat() >= event["date"]}
    for period in [period for period, found in after.items() if "estimated" in found][:1]:
        yield _note(
            period, event, f"ab {period}: geschätzt als Anteil an {event['name']}",
            f"from {period}: estimated as a share of {event['name']}",
        )  # fmt: skip
    for period in [period for period, found in after.items() if "broken" in found][:1]:
        yield _note(
            period, event, f"ab {period}: nicht berechenbar; gehört zu {event['name']}",
            f"from {period}: cannot be computed; belongs to {event['name']}",
        )  # fmt: skip


def _until(
    periods: Sequence[str], event: dict[str, Any], german: Callable[[str], str], english: Callable[[str], str]
) -> Iterator[Note]:
    if periods:
        yield _note(periods[-1], event, german(periods[-1]), english(periods[-1]))


def _note(period: str, event: dict[str, Any], german: str, english: str) -> Note:
    return {"period": period, "date": event["date"], "de": german, "en": english}


def _listed(names: Sequence[str], conjunction: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {conjunction} {names[-1]}"


def _german(day: str) -> str:
    year, month, number = day.split("-")
    return f"{number}.{month}.{year}"
