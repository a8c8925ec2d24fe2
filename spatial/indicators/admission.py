"""Admission: what a table must say before its figures can be stored: which indicator, when, and periods of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.comparison import Stored
from spatial.indicators.errors import MixedPeriods, RejectedRows, UnknownIndicator, UnknownTableForm, quote
from spatial.indicators.indicator import Indicator
from spatial.indicators.ledger import Figures
from spatial.indicators.mapping import TableMapping
from spatial.indicators.misnomers import NameCheck, of_another
from spatial.indicators.periods import period_kind
from spatial.indicators.places import Place, Spot
from spatial.indicators.sentences import Sentence, counted
from spatial.indicators.survey import Survey
from spatial.indicators.tables import Table


def check_indicator(path: Path, catalogue: Catalogue, name: str | None) -> None:
    """Refuse an indicator that cannot be loaded before the file is read."""
    if name is None:
        return
    found = catalogue.indicators.get(name)
    if found is None:
        raise UnknownIndicator(
            Sentence(
                f"der Indikator {quote(name)} steht nicht im Katalog",
                f"indicator {quote(name)} is not in the catalogue",
            ),
            path=path,
            remedy=_other_ids(catalogue, name),
        )
    if found.is_derived:
        inputs, loadable = _enumerated(found.inputs), _enumerated(tuple(dict.fromkeys(_loadable(catalogue, found))))
        raise UnknownIndicator(
            Sentence(
                f"der Indikator {quote(name)} wird aus {inputs.de} berechnet",
                f"indicator {quote(name)} is computed from {inputs.en}",
            ),
            path=path,
            remedy=Sentence(f"stattdessen {loadable.de} laden", f"load {loadable.en} instead"),
        )


def _loadable(catalogue: Catalogue, derived: Indicator) -> Iterator[str]:
    """Ids of the indicators that a derived one needs and that are not computed themselves."""
    for name in derived.inputs:
        found = catalogue.indicators.get(name)
        if found is not None and found.is_derived:
            yield from _loadable(catalogue, found)
        else:
            yield name


def _enumerated(names: Sequence[str]) -> Sentence:
    """Names with an "and" before the last one."""
    first, last = ", ".join(names[:-1]), names[-1]
    return Sentence(f"{first} und {last}", f"{first} and {last}") if first else Sentence(last, last)


def check_content(table: Table, seen: Survey, named: str | None, mapping: TableMapping) -> None:
    """Refuse a table of which nobody says what it is about, or when."""
    if not named and not seen.names_indicator:
        raise UnknownIndicator(
            Sentence("nichts sagt, welcher Indikator das ist", "nothing says which indicator this is"),
            path=table.path,
            line=table.layout.frame.header_line,
            remedy=Sentence(
                "ihn mit --indicator, in einer Zuordnung oder in einer Spalte 'indicator' nennen",
                "name it with --indicator, in a mapping, or in a column 'indicator'",
            ),
        )
    if not mapping.period and not seen.names_period:
        raise UnknownTableForm(
            Sentence(
                "nichts sagt, für welchen Zeitraum die Werte gelten", "nothing says which period the figures are for"
            ),
            path=table.path,
            line=table.layout.frame.header_line,
            remedy=Sentence(
                "in einer Zuordnung eine Spalte mit period_column oder den Zeitraum mit period nennen",
                "name a column with period_column or a period with period in a mapping",
            ),
        )  # fmt: skip


def check_names(table: Table, names: NameCheck | None) -> None:
    """Refuse a table with names of other areas beside its keys."""
    first = next((each for each in names.misnomers if each.others), None) if names else None
    if first is None or names is None:
        return
    said = of_another(first)
    often = counted(
        names.swapped_rows,
        ("neben dem Schlüssel steht der Name eines anderen Gebiets", "the name beside the key is that of another area"),
        (
            "in # Zeilen steht neben dem Schlüssel der Name eines anderen Gebiets; die erste",
            "in # lines the name beside the key is that of another area; the first",
        ),
    )
    raise RejectedRows(
        Sentence(f"{often.de}: {said.de}", f"{often.en}: {said.en}"),
        path=table.path,
        remedy=Sentence(
            "Schlüssel und Namen aus dem Original übernehmen oder ohne --strict laden",
            "take keys and names from the original, or load without --strict",
        ),
    ).at(table.layout.frame.place(first.line, table.layout.name or 0))


def check_period_kinds(table: Table, figures: Figures, stored: Stored) -> None:
    """Refuse a series that would hold years and months at once."""
    kinds: dict[str, dict[str, str]] = {}
    for heading in figures.headings:
        kinds.setdefault(heading.indicator, {})[period_kind(heading.period)] = heading.period
    for name, _, _, period in stored.figures:
        if name in kinds:
            kinds[name][period_kind(period)] = period
    for name, found in kinds.items():
        if len(found) > 1:
            listed = ", ".join(sorted(found.values()))
            raise MixedPeriods(
                Sentence(
                    f"die Zeiträume von {name} sind von mehreren Arten: {listed}",
                    f"the periods of {name} are of several kinds: {listed}",
                ),
                path=table.path,
                remedy=Sentence(
                    "als getrennte Indikatoren laden (same_as verbindet sie) oder den Zeitraum in einer Zuordnung mit "
                    "period nennen",
                    "load them as separate indicators (same_as links them), or name the period with period in a "
                    "mapping",
                ),
            ).at(_place_of(table, figures, name))


def _place_of(table: Table, figures: Figures, name: str) -> Place:
    """Place of the first figure of an indicator whose period is of another kind than the first one's."""
    own = [heading for heading in figures.headings if heading.indicator == name]
    other = next((heading for heading in own if period_kind(heading.period) != period_kind(own[0].period)), own[0])
    line, number = figures.first_place(other)
    return table.layout.place(Spot(line, "period", number))


def _other_ids(catalogue: Catalogue, name: str) -> Sentence:
    """What to do about an id that the catalogue lacks; ids that look like it are named."""
    near = get_close_matches(name, list(catalogue.indicators), n=3)
    listed = ", ".join(near)
    one_of = Sentence("eines von ", "one of ") if len(near) > 1 else Sentence("", "")
    return Sentence(
        (f"gemeint ist vielleicht {one_of.de}{listed}; sonst " if near else "")
        + "zuerst seine Definition laden (`kreisatlas catalogue load`)",
        (f"perhaps {one_of.en}{listed} is meant; else " if near else "")
        + "load its definition first (`kreisatlas catalogue load`)",
    )
