"""Whether what definitions name exists, is of the right kind, and leads to no circle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from spatial.indicators.consistency import PERCENT
from spatial.indicators.errors import CatalogueError
from spatial.indicators.exposure import base_of
from spatial.indicators.faults import wrong
from spatial.indicators.indicator import Indicator
from spatial.indicators.periods import period_kind
from spatial.indicators.sentences import Sentence


def check_references(
    indicator: Indicator,
    *,
    indicators: Mapping[str, Indicator],
    themes: Collection[str],
    profiles: Collection[str],
) -> None:
    """Check that everything a definition names exists, is of the right kind, and leads to no circle.

    Raises
    ------
    CatalogueError
        Names the entry, the field, its value, and what there is.
    """
    if indicator.theme and indicator.theme not in themes:
        raise wrong(
            indicator,
            "theme",
            Sentence(f"'{indicator.theme}' gibt es nicht", f"'{indicator.theme}' does not exist"),
            Sentence(
                f"es gibt {', '.join(themes)}, oder es hier definieren", f"there are {', '.join(themes)}, or define it"
            ),
        )
    if indicator.disclosure not in profiles:
        raise wrong(
            indicator,
            "disclosure",
            Sentence(
                f"'{indicator.disclosure}' ist kein Geheimhaltungsprofil", f"'{indicator.disclosure}' is no profile"
            ),
            Sentence(
                f"es gibt {', '.join(profiles)}, oder es hier definieren",
                f"there are {', '.join(profiles)}, or define it",
            ),
        )
    for role, name in _named(indicator):
        found = indicators.get(name)
        if found is None:
            raise wrong(
                indicator,
                role,
                Sentence(f"'{name}' gibt es nicht", f"'{name}' does not exist"),
                Sentence("in dieser Datei definieren oder vorher laden", "define it in this file or load it before"),
            )
        if role != "of" and found.kind != "count" and (role, found.kind) != ("parts", "rate"):
            raise wrong(
                indicator,
                role,
                Sentence(f"'{name}' ist keine Anzahl", f"'{name}' is not a count"),
                Sentence("die Anzahl nennen, die dahintersteht", "name the count behind it"),
            )
    _check_circle(indicator, indicators)
    _check_of(indicator, indicators)
    _check_parts(indicator, indicators)
    _check_series(indicator, indicators)


def _named(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Field and id of everything that a definition names."""
    for role in ("numerator", "denominator", "weight", "of", "same_as"):
        name = getattr(indicator, role)
        if name is not None:
            yield role, name
    yield from (("terms", name) for name, _ in indicator.signed_terms)
    yield from (("parts", name) for breakdown in indicator.breakdowns for name in breakdown)


def _check_circle(indicator: Indicator, indicators: Mapping[str, Indicator]) -> None:
    """No indicator is computed from itself, directly or by others."""
    paths: list[tuple[str, ...]] = [(indicator.id, name) for name in _sources(indicator)]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        if path[-1] == indicator.id:
            raise CatalogueError(
                Sentence(
                    f"wird aus sich selbst berechnet: {' ← '.join(path)}",
                    f"is computed from itself: {' ← '.join(path)}",
                ),
                entry=indicator.id,
                remedy=Sentence("den Kreis auflösen", "break the circle"),
            )
        if path[-1] not in seen and path[-1] in indicators:
            seen.add(path[-1])
            paths += [(*path, name) for name in _sources(indicators[path[-1]])]


def _sources(indicator: Indicator) -> tuple[str, ...]:
    """What an indicator refers to; a loaded rate may be a part of the count that it is weighted by."""
    is_share = indicator.kind == "rate" and not indicator.is_derived
    return () if is_share else indicator.references


def _check_of(indicator: Indicator, indicators: Mapping[str, Indicator]) -> None:
    """A change, index or moving sum fits what it is formed of."""
    if indicator.of is None:
        return
    found, formula = indicators[indicator.of], indicator.formula
    percentages = found.unit.strip() == PERCENT and found.kind == "rate"
    if formula == "moving_sum" and (found.kind != "count" or found.period_type == "mean"):
        raise wrong(
            indicator,
            "of",
            Sentence(
                f"'{found.id}' ist keine Anzahl, die sich über Jahre summieren lässt",
                f"'{found.id}' is not a count that can be summed over years",
            ),
        )
    if indicator.span_unit != "year" and found.period_type != "sum":
        raise wrong(
            indicator,
            "span_unit",
            Sentence(
                f"ist '{indicator.span_unit}', aber '{found.id}' fällt nicht im Lauf der Zeit an (period_type = "
                f"'{found.period_type}'): wer in zwei Monaten gezählt ist, wäre es in der Summe doppelt",
                f"is '{indicator.span_unit}', but '{found.id}' does not add up over time (period_type = "
                f"'{found.period_type}'): who is counted in two months would be in the sum twice",
            ),
            Sentence(
                'für Ereignisse wie Geburten dort period_type = "sum" schreiben',
                'write period_type = "sum" there if it counts events, such as births',
            ),
        )
    if formula == "change_points" and not percentages:
        raise wrong(
            indicator,
            "of",
            Sentence(f"'{found.id}' ist keine Quote in %", f"'{found.id}' is not a rate in %"),
            Sentence("change_absolute verwenden", "use change_absolute"),
        )
    if formula == "change_absolute" and percentages:
        raise wrong(
            indicator,
            "of",
            Sentence(f"'{found.id}' ist eine Quote in %", f"'{found.id}' is a rate in %"),
            Sentence("change_points verwenden, Prozentpunkte", "use change_points, percentage points"),
        )
    if formula == "change_absolute" and indicator.kind != found.kind:
        raise wrong(
            indicator,
            "kind",
            Sentence(
                f"ist '{indicator.kind}', aber '{found.id}' ist {found.kind}",
                f"is '{indicator.kind}', but '{found.id}' is a {found.kind}",
            ),
            Sentence(f'kind = "{found.kind}" schreiben', f'write kind = "{found.kind}"'),
        )
    if formula == "index" and indicator.base and _kinds_differ(indicator, found):
        raise wrong(
            indicator,
            "base",
            Sentence(
                f"'{indicator.base}' ist kein Jahr, aber '{found.id}' ist jährlich",
                f"'{indicator.base}' is no year, but '{found.id}' is yearly",
            ),
        )


def _kinds_differ(indicator: Indicator, found: Indicator) -> bool:
    """Whether a yearly figure is given the day that it holds on, which stands for its year."""
    base = indicator.base or ""
    return period_kind(base) == "day" and base[5:] in found.reference_days


def _check_parts(indicator: Indicator, indicators: Mapping[str, Indicator]) -> None:
    """The parts of a count are loaded counts of the same unit and time, or loaded shares of it."""
    breakdowns = indicator.breakdowns
    if breakdowns and indicator.kind != "count":
        raise wrong(
            indicator,
            "parts",
            Sentence(
                f"gehört zu Anzahlen, nicht zu kind '{indicator.kind}'",
                f"belongs to counts, not to kind '{indicator.kind}'",
            ),
            Sentence("weglassen", "leave it out"),
        )
    if any(len(set(breakdown)) < max(2, len(breakdown)) for breakdown in breakdowns):
        raise wrong(
            indicator,
            "parts",
            Sentence(
                "muss in jeder Aufgliederung zwei oder mehr verschiedene Anzahlen einer Anzahl nennen",
                "must be two or more different counts, of a count, in every breakdown",
            ),
        )
    if len(set(map(frozenset, breakdowns))) < len(breakdowns):
        raise wrong(
            indicator,
            "parts",
            Sentence("nennt eine Aufgliederung zweimal", "names one breakdown twice"),
            Sentence("jede Menge von Anzahlen einmal schreiben", "write each set of counts once"),
        )
    if any(len({indicators[name].kind == "rate" for name in breakdown}) > 1 for breakdown in breakdowns):
        raise wrong(
            indicator,
            "parts",
            Sentence("mischt Anzahlen und Anteile", "mixes counts and shares"),
            Sentence("je Aufgliederung nur eines von beiden nennen", "name one or the other in a breakdown"),
        )
    for name in dict.fromkeys(name for breakdown in breakdowns for name in breakdown):
        part = indicators[name]
        if part.is_derived:
            raise wrong(
                indicator,
                "parts",
                Sentence(f"'{name}' wird berechnet", f"'{name}' is computed"),
                Sentence("nennen, woraus es berechnet wird", "name what it is computed from"),
            )
        if part.kind == "rate":
            _check_share(indicator, part)
            continue
        for field in ("unit", "period_type", "reference_days"):
            if getattr(part, field) != getattr(indicator, field):
                raise wrong(
                    indicator,
                    "parts",
                    Sentence(
                        f"'{name}' hat {field} {getattr(part, field)!r}, nicht {getattr(indicator, field)!r}",
                        f"'{name}' has {field} {getattr(part, field)!r}, not {getattr(indicator, field)!r}",
                    ),
                )


def _check_share(indicator: Indicator, part: Indicator) -> None:
    """A loaded rate that is a part is a share of the whole: weighted by it, in a unit that says per how many."""
    if part.weight != indicator.id or base_of(part) is None:
        raise wrong(
            indicator,
            "parts",
            Sentence(
                f"'{part.id}' ist eine Quote, aber kein Anteil an '{indicator.id}'",
                f"'{part.id}' is a rate, but no share of '{indicator.id}'",
            ),
            Sentence(
                f"dort weight = \"{indicator.id}\" und eine Einheit wie '%' schreiben",
                f"write weight = \"{indicator.id}\" and a unit such as '%' there",
            ),
        )


def _check_series(indicator: Indicator, indicators: Mapping[str, Indicator]) -> None:
    """A count that is the same as another one is loaded as well, of the same unit and time."""
    if indicator.same_as is None:
        return
    other = indicators[indicator.same_as]
    if indicator.kind != "count" or indicator.is_derived or other.is_derived:
        raise wrong(
            indicator,
            "same_as",
            Sentence("verbindet zwei Anzahlen, die geladen werden", "links two counts that are loaded"),
            Sentence("bei Berechnetem weglassen", "leave it out of what is computed"),
        )
    if other.same_as is not None:
        raise wrong(
            indicator,
            "same_as",
            Sentence(
                f"'{other.id}' ist selbst dasselbe wie '{other.same_as}'",
                f"'{other.id}' is itself the same as '{other.same_as}'",
            ),
            Sentence(f"{other.same_as} schreiben", f"write {other.same_as}"),
        )
    for field in ("unit", "period_type"):
        if getattr(other, field) != getattr(indicator, field):
            raise wrong(
                indicator,
                "same_as",
                Sentence(
                    f"'{other.id}' hat {field} {getattr(other, field)!r}, nicht {getattr(indicator, field)!r}",
                    f"'{other.id}' has {field} {getattr(other, field)!r}, not {getattr(indicator, field)!r}",
                ),
            )
