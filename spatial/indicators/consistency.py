"""Whether definitions are complete, and fit together: each check names the entry, the field and the remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from spatial.indicators.errors import CatalogueError, MalformedPeriod, quote
from spatial.indicators.indicator import OPEN, DisclosureProfile, Formula, Indicator, ValidRange
from spatial.indicators.periods import period_kind

_ID = re.compile(r"[a-z0-9_]+\Z")
_MOST_YEARS = 100
_FRACTION = ("numerator", "denominator", "factor")
_PERCENT = "%"

FORMULA_FIELDS: Mapping[Formula, tuple[str, ...]] = {
    "sum": ("terms",),
    "moving_sum": ("of", "span"),
    "change_absolute": ("of", "span"),
    "change_relative": ("of", "span"),
    "change_points": ("of", "span"),
    "index": ("of", "base"),
}
"""What each formula needs; the other fields of formulas must be empty."""

_FORMULA_KIND: Mapping[Formula, str] = {
    "sum": "count",
    "moving_sum": "count",
    "change_relative": "rate",
    "change_points": "rate",
    "index": "index",
}


def check_indicator(indicator: Indicator) -> None:
    """Check what can be said of a definition by itself.

    Raises
    ------
    CatalogueError
        Names the entry, the field, its value, and what to write instead.
    """
    for check in (_fields, _range, _period_fields, _fraction, _formula, _combination):
        for error in check(indicator):
            raise error


def check_profile(profile: DisclosureProfile) -> None:
    """Check a disclosure profile by itself.

    Raises
    ------
    CatalogueError
        Names the profile, the field and the remedy.
    """
    if profile.threshold < 0 or (profile.id == OPEN and profile.threshold):
        raise CatalogueError(
            "threshold must be 0 for 'open' and not negative elsewhere",
            entry=profile.id,
            field="threshold",
            value=profile.threshold,
        )
    if profile.rounding < 0 or profile.rounding == 1:
        raise CatalogueError(
            f"rounding is {profile.rounding}, not a base of 2 or more",
            entry=profile.id,
            field="rounding",
            value=profile.rounding,
            remedy="write 5 for multiples of five, or leave it out",
        )
    if profile.controlled and not profile.rounding:
        raise CatalogueError(
            "controlled rounding needs a base",
            entry=profile.id,
            field="controlled",
            value=profile.controlled,
            remedy="write rounding = 5 as well, or leave it out",
        )
    if profile.source_range is not None and not _is_range_of_counts(profile.source_range):
        raise CatalogueError(
            "source_range is no range of counts",
            entry=profile.id,
            field="source_range",
            value=profile.source_range,
            remedy="write the smallest and the largest count that the source hides, [1, 9]",
        )
    if (profile.min_denominator or 0) < 0:
        raise CatalogueError("min_denominator is negative", entry=profile.id, field="min_denominator")
    if profile.id == OPEN and (profile.protects or profile.min_denominator or profile.public_levels):
        raise CatalogueError(
            "the profile 'open' protects nothing", entry=OPEN, remedy="give the stricter profile an id of its own"
        )


def _is_range_of_counts(bounds: ValidRange) -> bool:
    low, high = bounds
    return low is not None and high is not None and 0 <= low < high


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
        raise _wrong(
            indicator, "theme", f"'{indicator.theme}' does not exist", f"there are {', '.join(themes)}, or define it"
        )
    if indicator.disclosure not in profiles:
        raise _wrong(
            indicator,
            "disclosure",
            f"'{indicator.disclosure}' is no profile",
            f"there are {', '.join(profiles)}, or define it",
        )
    for role, name in _named(indicator):
        found = indicators.get(name)
        if found is None:
            raise _wrong(indicator, role, f"'{name}' does not exist", "define it in this file or load it before")
        if role != "of" and found.kind != "count":
            raise _wrong(indicator, role, f"'{name}' is not a count", "name the count behind it")
    _check_circle(indicator, indicators)
    _check_of(indicator, indicators)
    _check_parts(indicator, indicators)
    _check_series(indicator, indicators)


def _wrong(indicator: Indicator, field: str, fault: str, remedy: str = "") -> CatalogueError:
    """Error about a field; the fault follows the name of the field."""
    return CatalogueError(
        f"{field} {fault}", entry=indicator.id, field=field, value=getattr(indicator, field), remedy=remedy
    )


def _fields(indicator: Indicator) -> Iterator[CatalogueError]:
    """Each plain field."""
    if not _ID.match(indicator.id):
        yield CatalogueError(
            "the id may have small letters a-z, digits and underscores only",
            entry=indicator.id,
            field="id",
            value=indicator.id,
        )
    if not indicator.unit.strip():
        yield _wrong(indicator, "unit", "is empty", 'write what is counted or measured, for example "Personen"')
    if indicator.polarity not in (-1, 0, 1):
        yield _wrong(
            indicator,
            "polarity",
            f"is {indicator.polarity}, not -1, 0 or 1",
            "-1 where a high value is unfavourable, 1 where it is favourable, else 0",
        )
    if indicator.decimals not in range(9):
        yield _wrong(indicator, "decimals", f"is {indicator.decimals}, not 0 to 8")
    if (indicator.min_denominator or 0) < 0:
        yield _wrong(indicator, "min_denominator", "is negative", "write 0 or leave it out")


def _range(indicator: Indicator) -> Iterator[CatalogueError]:
    """The range of valid values is not empty."""
    if indicator.valid_range is None:
        return
    low, high = indicator.valid_range
    if low is not None and high is not None and low >= high:
        yield _wrong(
            indicator, "valid_range", f"from {low:g} to {high:g} is empty", "write the smaller bound first, [0, 100]"
        )


def _period_fields(indicator: Indicator) -> Iterator[CatalogueError]:
    """What a figure refers to in time."""
    if not _is_month_day(indicator.reference_day):
        yield _wrong(indicator, "reference_day", f"is {indicator.reference_day!r}, not MM-DD", 'write "12-31"')
    if indicator.reference_day and indicator.period_type != "instant":
        yield _wrong(
            indicator,
            "reference_day",
            "belongs to period_type 'instant'",
            f"leave it out, since period_type is '{indicator.period_type}'",
        )
    if indicator.other_reference_days and not (
        indicator.reference_day and all(map(_is_month_day, indicator.other_reference_days))
    ):
        yield _wrong(
            indicator,
            "other_reference_days",
            "must be days MM-DD beside a reference_day",
            'write reference_day = "03-01" and other_reference_days = ["03-15"]',
        )
    if any(not _is_period(each) for each in indicator.breaks):
        yield _wrong(indicator, "breaks", "must be periods", 'write the first on the new base, breaks = ["2011"]')
    if indicator.breaks and indicator.is_derived:
        yield _wrong(indicator, "breaks", "belongs to what is loaded", "write it to the counts behind it")


def _fraction(indicator: Indicator) -> Iterator[CatalogueError]:
    """A rate or mean has numerator, denominator and factor or none of them; others have none."""
    missing = [name for name in _FRACTION if getattr(indicator, name) is None]
    if len(missing) < len(_FRACTION) and indicator.kind not in ("rate", "mean"):
        given = next(name for name in _FRACTION if name not in missing)
        yield _wrong(
            indicator,
            given,
            f"is given, but numerator, denominator and factor belong to rates and means, not to '{indicator.kind}'",
            'write kind = "rate" or leave them out',
        )
    if 0 < len(missing) < len(_FRACTION):
        yield CatalogueError(
            f"a rate needs numerator, denominator and factor, or none of them; missing: {', '.join(missing)}",
            entry=indicator.id,
            field=missing[0],
            remedy=f"add {' and '.join(missing)}",
        )
    if indicator.factor is not None and not 0 < indicator.factor < float("inf"):
        yield _wrong(
            indicator, "factor", f"is {indicator.factor:g}, not a positive number", "100 gives percent, 1000 per 1 000"
        )
    if indicator.denominator_at != "same" and not indicator.denominator:
        yield _wrong(indicator, "denominator_at", f"is '{indicator.denominator_at}', but there is no denominator")
    if indicator.numerator_at != "same" and not indicator.numerator:
        yield _wrong(indicator, "numerator_at", f"is '{indicator.numerator_at}', but there is no numerator")


def _formula(indicator: Indicator) -> Iterator[CatalogueError]:
    """A formula has all that it needs and nothing else."""
    formula = indicator.formula
    needed = FORMULA_FIELDS[formula] if formula else ()
    given = [name for name in ("terms", "of", "span", "base") if getattr(indicator, name)]
    for name in needed:
        if name not in given:
            yield CatalogueError(
                f"formula '{formula}' needs {' and '.join(needed)}; missing: {name}",
                entry=indicator.id,
                field=name,
                remedy=f"add {name}",
            )
    for name in given:
        if name not in needed:
            yield _wrong(indicator, name, f"does not belong to formula '{formula}'" if formula else "needs a formula")
    if formula is None:
        return
    yield from _formula_values(indicator)
    if indicator.numerator or indicator.parts:
        other = "numerator" if indicator.numerator else "parts"
        yield _wrong(indicator, other, f"and formula '{formula}' exclude each other", "leave one of them out")
    kind = _FORMULA_KIND.get(formula, indicator.kind)
    if indicator.kind != kind:
        yield _wrong(indicator, "kind", f"is '{indicator.kind}', but formula '{formula}' gives a {kind}")
    if formula == "change_points" and indicator.unit.strip() == _PERCENT:
        yield _wrong(indicator, "unit", "is '%', but percentages differ by percentage points", "write Prozentpunkte")


def _formula_values(indicator: Indicator) -> Iterator[CatalogueError]:
    """Years, base period and terms of a formula."""
    least = 2 if indicator.formula == "moving_sum" else 1
    if indicator.span is not None and not least <= indicator.span <= _MOST_YEARS:
        yield _wrong(indicator, "span", f"is {indicator.span}, not {least} to {_MOST_YEARS} years")
    if indicator.base is not None and not _is_period(indicator.base):
        yield _wrong(
            indicator, "base", f"is {quote(indicator.base)}, which is no period", 'write "2018" or "2018-12-31"'
        )
    names = [name for name, _ in indicator.signed_terms]
    if indicator.terms and (len(names) < 2 or len(set(names)) < len(names) or not all(map(_ID.match, names))):
        yield _wrong(
            indicator, "terms", "must be two or more different ids, with a minus before what is subtracted",
            'write terms = ["births", "-deaths"]',
        )  # fmt: skip


def _combination(indicator: Indicator) -> Iterator[CatalogueError]:
    """How areas are combined must fit the kind."""
    kind, harmonise = indicator.kind, indicator.harmonise
    if harmonise == "sum" and kind != "count":
        yield _wrong(indicator, "harmonise", f"'sum' belongs to counts, not to kind '{kind}'")
    if harmonise == "ratio" and not indicator.is_derived:
        yield _wrong(indicator, "harmonise", "'ratio' needs numerator and denominator, or a formula")
    if harmonise == "wmean" and not indicator.weight:
        yield _wrong(indicator, "harmonise", "'wmean' needs a weight", "name the count to weight by, often pop_total")
    if harmonise == "wmean" and kind not in ("mean", "rate"):
        yield _wrong(indicator, "harmonise", f"'wmean' belongs to means and rates, not to kind '{kind}'")
    if indicator.is_derived and kind != "count" and harmonise in ("wmean", "sum"):
        yield _wrong(indicator, "harmonise", "of what is computed is 'ratio' or 'none'", "leave it out")
    if indicator.larger_areas == "sum" and (harmonise != "sum" or indicator.is_derived):
        yield _wrong(indicator, "larger_areas", "is 'sum', but only loaded counts are summed", "leave it out")
    if indicator.larger_areas == "sum" and indicator.disclosure != OPEN:
        yield _wrong(
            indicator, "larger_areas", "is 'sum', but readers know the figures that are passed over",
            "leave it out, or give the count the profile 'open'",
        )  # fmt: skip
    if indicator.additive and kind != "count":
        yield _wrong(indicator, "additive", "is true, but only counts are additive", "leave it out")


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
    paths: list[tuple[str, ...]] = [(indicator.id, name) for name in indicator.references]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        if path[-1] == indicator.id:
            raise CatalogueError(
                f"is computed from itself: {' ← '.join(path)}", entry=indicator.id, remedy="break the circle"
            )
        if path[-1] not in seen and path[-1] in indicators:
            seen.add(path[-1])
            paths += [(*path, name) for name in indicators[path[-1]].references]


def _check_of(indicator: Indicator, indicators: Mapping[str, Indicator]) -> None:
    """A change, index or moving sum fits what it is formed of."""
    if indicator.of is None:
        return
    found, formula = indicators[indicator.of], indicator.formula
    percentages = found.unit.strip() == _PERCENT and found.kind == "rate"
    if formula == "moving_sum" and (found.kind != "count" or found.period_type == "mean"):
        raise _wrong(indicator, "of", f"'{found.id}' is not a count that can be summed over years")
    if formula == "change_points" and not percentages:
        raise _wrong(indicator, "of", f"'{found.id}' is not a rate in %", "use change_absolute")
    if formula == "change_absolute" and percentages:
        raise _wrong(indicator, "of", f"'{found.id}' is a rate in %", "use change_points, percentage points")
    if formula == "change_absolute" and indicator.kind != found.kind:
        raise _wrong(indicator, "kind", f"is '{indicator.kind}', but '{found.id}' is a {found.kind}", f"{found.kind}")
    if formula == "index" and indicator.base and _kinds_differ(indicator, found):
        raise _wrong(indicator, "base", f"'{indicator.base}' is no year, but '{found.id}' is yearly")


def _kinds_differ(indicator: Indicator, found: Indicator) -> bool:
    """Whether a yearly figure is given the day that it holds on, which stands for its year."""
    base = indicator.base or ""
    return period_kind(base) == "day" and base[5:] in found.reference_days


def _check_parts(indicator: Indicator, indicators: Mapping[str, Indicator]) -> None:
    """The parts of a count are loaded counts of the same unit and time."""
    breakdowns = indicator.breakdowns
    if breakdowns and indicator.kind != "count":
        raise _wrong(indicator, "parts", f"belongs to counts, not to kind '{indicator.kind}'", "leave it out")
    if any(len(set(breakdown)) < max(2, len(breakdown)) for breakdown in breakdowns):
        raise _wrong(indicator, "parts", "must be two or more different counts, of a count, in every breakdown")
    if len(set(map(frozenset, breakdowns))) < len(breakdowns):
        raise _wrong(indicator, "parts", "names one breakdown twice", "write each set of counts once")
    for name in dict.fromkeys(name for breakdown in breakdowns for name in breakdown):
        part = indicators[name]
        if part.is_derived:
            raise _wrong(indicator, "parts", f"'{name}' is computed", "name what it is computed from")
        for field in ("unit", "period_type", "reference_days"):
            if getattr(part, field) != getattr(indicator, field):
                raise _wrong(
                    indicator,
                    "parts",
                    f"'{name}' has {field} {getattr(part, field)!r}, not {getattr(indicator, field)!r}",
                )


def _check_series(indicator: Indicator, indicators: Mapping[str, Indicator]) -> None:
    """A count that is the same as another one is loaded as well, of the same unit and time."""
    if indicator.same_as is None:
        return
    other = indicators[indicator.same_as]
    if indicator.kind != "count" or indicator.is_derived or other.is_derived:
        raise _wrong(indicator, "same_as", "links two counts that are loaded", "leave it out of what is computed")
    if other.same_as is not None:
        raise _wrong(indicator, "same_as", f"'{other.id}' is itself the same as '{other.same_as}'", f"{other.same_as}")
    for field in ("unit", "period_type"):
        if getattr(other, field) != getattr(indicator, field):
            raise _wrong(
                indicator,
                "same_as",
                f"'{other.id}' has {field} {getattr(other, field)!r}, not {getattr(indicator, field)!r}",
            )


def _is_month_day(text: str | None) -> bool:
    """Whether a reference day exists in a leap year, or there is none."""
    if text is None:
        return True
    try:
        return f"{date.fromisoformat('2024-' + text):%m-%d}" == text
    except ValueError:
        return False


def _is_period(text: str) -> bool:
    """Whether a text is a period on the wire."""
    try:
        period_kind(text)
    except MalformedPeriod:
        return False
    return True
