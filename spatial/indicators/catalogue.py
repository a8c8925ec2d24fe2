"""The catalogue: what each indicator means, how it is computed, protected and carried over boundary changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from boundaries import OFFICIAL_LEVELS
from spatial.indicators.errors import CatalogueError

Kind = Literal["count", "rate", "mean", "index", "median"]
Harmonise = Literal["sum", "ratio", "wmean", "none"]
PeriodType = Literal["instant", "sum", "mean"]
Language = Literal["de", "en"]

OPEN = "open"
"""Id of the profile that protects nothing; it always exists."""

_ID = re.compile(r"[a-z0-9_]+\Z")


@dataclass(frozen=True, slots=True)
class Theme:
    """One of the subject areas that indicators are grouped by."""

    id: str
    title_de: str
    title_en: str


@dataclass(frozen=True, slots=True)
class DisclosureProfile:
    """Rule by which small counts are protected.

    Attributes
    ----------
    threshold : int
        Smallest count above zero that may be published, in persons or cases; 0 protects nothing.
    """

    id: str
    threshold: int
    title_de: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """Definition of one indicator.

    Attributes
    ----------
    id : str
        ``[a-z0-9_]+``; first part of the collection ids ``{id}_{level}``.
    kind : {"count", "rate", "mean", "index", "median"}
    unit : str
        Unit of the values in German, never empty; percent runs from 0 to 100.
    unit_en : str
        The unit in English, where it differs.
    numerator, denominator : str or None
        Ids of the counts that a rate is computed from: ``factor * numerator / denominator``. A rate without
        them is loaded as it is.
    factor : float or None
        For example 100 for percent, 1000 for a rate per 1 000.
    weight : str or None
        Id of the count that means and loaded rates are weighted by when areas are combined.
    polarity : {-1, 0, 1}
        -1 where a high value is unfavourable, 1 where it is favourable, 0 where it is neither.
    additive : bool
        Whether the figures of areas add up to the figure of the whole.
    harmonise : {"sum", "ratio", "wmean", "none"}
        How the figure of a merged area follows from those of its parts.
    disclosure : str
        Id of the disclosure profile.
    min_denominator : float or None
        Below it a rate has too small a base to be shown.
    period_type : {"instant", "sum", "mean"}
        Whether a figure holds on a day, adds up over the period, or is its average.
    reference_day : str or None
        ``MM-DD`` of a yearly figure that holds on a day.
    denominator_at : {"same", "start"}
        The instant that a year's numerator is divided by: that of the same year, or that of the year before.
    source, table, licence, attribution, retrieved
        Where the figures come from, and the line to print with them.
    synthetic : bool
        Whether the figures are made up.
    definition_de, definition_en, note_de, note_en : str
        What it is, and what to mind when reading it.
    territory_de, territory_en : str
        The boundaries that the figures were published on.
    decimals : int
        Decimals to show.
    """

    id: str
    kind: Kind
    unit: str
    unit_en: str = ""
    title_de: str = ""
    title_en: str = ""
    theme: str = ""
    tags: tuple[str, ...] = ()
    numerator: str | None = None
    denominator: str | None = None
    factor: float | None = None
    weight: str | None = None
    polarity: int = 0
    additive: bool = False
    harmonise: Harmonise = "none"
    disclosure: str = OPEN
    min_denominator: float | None = None
    period_type: PeriodType = "instant"
    reference_day: str | None = None
    denominator_at: Literal["same", "start"] = "same"
    source: str = ""
    table: str = ""
    licence: str = ""
    attribution: str = ""
    retrieved: date | None = None
    synthetic: bool = False
    definition_de: str = ""
    definition_en: str = ""
    note_de: str = ""
    note_en: str = ""
    territory_de: str = ""
    territory_en: str = ""
    decimals: int = 0

    @property
    def is_derived(self) -> bool:
        """Whether the values are computed from two counts, and therefore never loaded."""
        return self.numerator is not None

    @property
    def references(self) -> tuple[str, ...]:
        """Ids of the indicators that this one is computed or weighted with."""
        return tuple(name for name in (self.numerator, self.denominator, self.weight) if name)

    def title(self, language: Language) -> str:
        """Title in a language, else in the other one, else the id."""
        titles = (self.title_de, self.title_en) if language == "de" else (self.title_en, self.title_de)
        return titles[0] or titles[1] or self.id


FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Indicator))
"""Names of all fields of an indicator, as in catalogue files."""

BASE_THEMES: tuple[Theme, ...] = (
    Theme("bevoelkerung", "Bevölkerungsentwicklung", "Population development"),
    Theme("familie", "Junge Menschen und ihre Familien", "Young people and their families"),
    Theme("aeltere", "Ältere Menschen", "Older people"),
    Theme("behinderung", "Menschen mit Behinderungen", "People with disabilities"),
    Theme("gefluechtete", "Geflüchtete Menschen", "Refugees"),
    Theme("ehrenamt", "Menschen im Ehrenamt", "Volunteers and civic life"),
    Theme("gesundheit", "Menschen in der gesundheitlichen Versorgung", "Health care"),
    Theme("beschaeftigung", "Menschen und Beschäftigung", "People and employment"),
    Theme("hilfebedarf", "Menschen mit existentiellem Hilfebedarf", "People in existential need"),
    Theme("wohnen", "Menschen und Wohnen", "People and housing"),
)
BASE_PROFILES: tuple[DisclosureProfile, ...] = (
    DisclosureProfile(OPEN, 0, "Ohne Schutz", "No protection"),
    DisclosureProfile("jugendhilfe", 5, "Jugendhilfe: unter 5 geheim", "Youth welfare: below 5 is secret"),
    DisclosureProfile("sgb2", 10, "SGB II: unter 10 geheim", "Basic income support: below 10 is secret"),
)


@dataclass(frozen=True)
class Catalogue:
    """Indicators, themes and disclosure profiles that fit together.

    Attributes
    ----------
    indicators, themes, profiles : mapping of str to Indicator, Theme, DisclosureProfile
        By id, in the order of definition; read-only.
    """

    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    themes: Mapping[str, Theme] = field(default_factory=lambda: {t.id: t for t in BASE_THEMES})
    profiles: Mapping[str, DisclosureProfile] = field(default_factory=lambda: {p.id: p for p in BASE_PROFILES})

    def __post_init__(self) -> None:
        for name in ("indicators", "themes", "profiles"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def merged(self, other: Catalogue) -> Catalogue:
        """Union of two catalogues; where both define an id, the other one holds."""
        return Catalogue(
            {**self.indicators, **other.indicators},
            {**self.themes, **other.themes},
            {**self.profiles, **other.profiles},
        )

    def threshold(self, indicator: str) -> int:
        """Disclosure threshold of an indicator."""
        return self.profiles[self.indicators[indicator].disclosure].threshold

    def to_dict(self) -> dict[str, Any]:
        """Plain form for JSON; :meth:`from_dict` gives the same catalogue back."""
        return {
            "indicators": [_plain(i) for i in self.indicators.values()],
            "themes": [_plain(t) for t in self.themes.values()],
            "profiles": [_plain(p) for p in self.profiles.values()],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Catalogue:
        """Catalogue from its plain form.

        Raises
        ------
        CatalogueError
            The entries do not fit together.
        """
        indicators = [_indicator(entry) for entry in plain["indicators"]]
        catalogue = cls(
            {i.id: i for i in indicators},
            {t["id"]: Theme(**t) for t in plain["themes"]},
            {p["id"]: DisclosureProfile(**p) for p in plain["profiles"]},
        )
        check_catalogue(catalogue)
        return catalogue


def check_catalogue(
    catalogue: Catalogue, *, base: Catalogue | None = None, levels: Iterable[str] = OFFICIAL_LEVELS
) -> None:
    """Check that definitions are complete, fit together and give collection ids that cannot be mistaken.

    Parameters
    ----------
    catalogue : Catalogue
        The definitions to check.
    base : Catalogue, optional
        What they may refer to beside themselves.
    levels : iterable of str
        All levels of the workspace, own ones included.

    Raises
    ------
    CatalogueError
        Names the entry and what is wrong with it.
    """
    whole = base.merged(catalogue) if base else catalogue
    for indicator in catalogue.indicators.values():
        for check in (_check_fields, _check_parts, _check_harmonise):
            check(indicator)
        _check_references(indicator, whole)
    for profile in catalogue.profiles.values():
        if profile.threshold < 0 or (profile.id == OPEN and profile.threshold):
            raise CatalogueError("threshold must be 0 for 'open' and not negative elsewhere", entry=profile.id)
    check_collection_ids(whole, levels)


def check_collection_ids(catalogue: Catalogue, levels: Iterable[str]) -> None:
    """Check that no two collections would have one id.

    Raises
    ------
    CatalogueError
        An indicator is called like a level, or ``{id}_{level}`` is taken.
    """
    every_level = tuple(dict.fromkeys((*OFFICIAL_LEVELS, *levels)))
    taken = {level: f"the level '{level}'" for level in every_level}
    for name in catalogue.indicators:
        if name in taken:
            raise CatalogueError(f"the id is that of {taken[name]}; choose another one", entry=name)
    for name in catalogue.indicators:
        for level in every_level:
            collection = f"{name}_{level}"
            if collection in taken:
                raise CatalogueError(
                    f"the collection '{collection}' would also be {taken[collection]}; choose another id",
                    entry=name,
                )
            taken[collection] = f"indicator '{name}' at level '{level}'"


def _check_fields(indicator: Indicator) -> None:
    """Each field by itself."""
    problems = (
        (not _ID.match(indicator.id), "the id may have small letters a-z, digits and underscores only"),
        (not indicator.unit.strip(), "unit is empty"),
        (indicator.polarity not in (-1, 0, 1), f"polarity is {indicator.polarity}, not -1, 0 or 1"),
        (indicator.decimals not in range(9), f"decimals is {indicator.decimals}, not 0 to 8"),
        ((indicator.min_denominator or 0) < 0, "min_denominator is negative"),
        (not _is_month_day(indicator.reference_day), f"reference_day is {indicator.reference_day!r}, not MM-DD"),
        (
            bool(indicator.reference_day) and indicator.period_type != "instant",
            "reference_day belongs to period_type 'instant'",
        ),
    )
    for wrong, message in problems:
        if wrong:
            raise CatalogueError(message, entry=indicator.id)


def _check_parts(indicator: Indicator) -> None:
    """A rate has numerator, denominator and factor or none of them; others have none."""
    parts = (indicator.numerator, indicator.denominator, indicator.factor)
    given = [part is not None for part in parts]
    if any(given) and indicator.kind != "rate":
        raise CatalogueError(
            f"numerator, denominator and factor belong to rates, not to kind '{indicator.kind}'", entry=indicator.id
        )
    if any(given) and not all(given):
        missing = [n for n, g in zip(("numerator", "denominator", "factor"), given, strict=True) if not g]
        raise CatalogueError(
            f"a rate needs numerator, denominator and factor, or none of them; missing: {', '.join(missing)}",
            entry=indicator.id,
        )
    if indicator.factor is not None and not 0 < indicator.factor < float("inf"):
        raise CatalogueError(f"factor is {indicator.factor}, not a positive number", entry=indicator.id)


def _check_harmonise(indicator: Indicator) -> None:
    """How areas are combined must fit the kind."""
    problems = (
        (
            indicator.harmonise == "sum" and indicator.kind != "count",
            f"harmonise 'sum' belongs to counts, not to kind '{indicator.kind}'",
        ),
        (
            indicator.harmonise == "ratio" and not indicator.is_derived,
            "harmonise 'ratio' needs numerator and denominator",
        ),
        (indicator.harmonise == "wmean" and not indicator.weight, "harmonise 'wmean' needs a weight"),
        (
            indicator.harmonise == "wmean" and indicator.kind not in ("mean", "rate"),
            f"harmonise 'wmean' belongs to means and rates, not to kind '{indicator.kind}'",
        ),
        (
            indicator.is_derived and indicator.harmonise in ("wmean", "sum"),
            "a rate with numerator and denominator is harmonised by 'ratio' or 'none'",
        ),
        (indicator.additive and indicator.kind != "count", "only counts are additive"),
    )
    for wrong, message in problems:
        if wrong:
            raise CatalogueError(message, entry=indicator.id)


def _check_references(indicator: Indicator, whole: Catalogue) -> None:
    """Everything that an indicator names exists and is of the right kind."""
    if indicator.theme and indicator.theme not in whole.themes:
        raise CatalogueError(
            f"theme '{indicator.theme}' does not exist; there are {', '.join(whole.themes)}", entry=indicator.id
        )
    if indicator.disclosure not in whole.profiles:
        raise CatalogueError(
            f"disclosure '{indicator.disclosure}' is no profile; there are {', '.join(whole.profiles)}",
            entry=indicator.id,
        )
    for role in ("numerator", "denominator", "weight"):
        name = getattr(indicator, role)
        if name is None:
            continue
        if name not in whole.indicators:
            raise CatalogueError(f"{role} '{name}' does not exist", entry=indicator.id)
        if whole.indicators[name].kind != "count":
            raise CatalogueError(f"{role} '{name}' is not a count", entry=indicator.id)


def _is_month_day(text: str | None) -> bool:
    """Whether a reference day exists in a leap year, or there is none."""
    if text is None:
        return True
    try:
        return f"{date.fromisoformat('2024-' + text):%m-%d}" == text
    except ValueError:
        return False


def _plain(entry: Indicator | Theme | DisclosureProfile) -> dict[str, Any]:
    """Fields of an entry as JSON has them."""
    plain = {f.name: getattr(entry, f.name) for f in fields(entry)}
    return {
        name: list(value) if isinstance(value, tuple) else value.isoformat() if isinstance(value, date) else value
        for name, value in plain.items()
    }


def _indicator(plain: Mapping[str, Any]) -> Indicator:
    """Indicator from its plain form."""
    values = dict(plain)
    values["tags"] = tuple(values.get("tags", ()))
    if values.get("retrieved"):
        values["retrieved"] = date.fromisoformat(values["retrieved"])
    return Indicator(**values)
