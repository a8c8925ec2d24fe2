"""What a catalogue is made of: indicators, themes and disclosure profiles."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

Kind = Literal["count", "rate", "mean", "index", "median"]
Harmonise = Literal["sum", "ratio", "wmean", "none"]
PeriodType = Literal["instant", "sum", "mean"]
NumeratorAt = Literal["same", "latest"]
SpanUnit = Literal["year", "quarter", "month"]
DenominatorAt = Literal["same", "start", "mean", "latest"]
LargerAreas = Literal["official", "sum"]
Formula = Literal["sum", "moving_sum", "change_absolute", "change_relative", "change_points", "index"]
Language = Literal["de", "en"]
ValidRange = tuple[float | None, float | None]
Parts = tuple[str, ...] | tuple[tuple[str, ...], ...]

OPEN = "open"
"""Id of the profile that protects nothing; it always exists."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One of the subject areas that indicators are grouped by."""

    id: str
    title_de: str
    title_en: str


@dataclass(frozen=True, slots=True)
class DisclosureProfile:
    """Rules by which small counts are protected.

    Attributes
    ----------
    threshold : int
        Smallest count above zero that may be published, in persons or cases; 0 protects nothing.
    dominance : bool
        Whether figures that the import marks as dominated by one contributor are protected.
    rounding : int
        Published counts are multiples of this; 0 leaves them as they are.
    controlled : bool
        Whether counts are rounded up or down such that they still add up, not each to the nearest multiple.
    min_denominator : float or None
        Rates with a smaller denominator have too small a base to be shown.
    group_disclosure : bool
        Whether a share of everybody, numerator equal to denominator, is protected: it says of each member of
        the group what is said of the group.
    source_range : tuple of (float, float) or None
        Smallest and largest value of a figure that the source kept secret, where everybody knows its rule.
    public_levels : tuple of str
        Levels whose figures their source has published already, for example ``("kreis", "land")``: those loaded
        for them are never withheld, and protection reckons with everybody knowing them.
    """

    id: str
    threshold: int
    title_de: str = ""
    title_en: str = ""
    dominance: bool = False
    rounding: int = 0
    min_denominator: float | None = None
    group_disclosure: bool = False
    public_levels: tuple[str, ...] = ()
    controlled: bool = False
    source_range: ValidRange | None = None

    @property
    def protects(self) -> bool:
        """Whether the profile withholds or changes any figure."""
        return self.threshold > 1 or self.dominance or self.rounding > 1 or self.group_disclosure


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
        Ids of the counts that a rate or a mean is computed from: ``factor * numerator / denominator``. A rate
        or mean without them is loaded as it is.
    factor : float or None
        For example 100 for percent, 1000 for a rate per 1 000.
    formula : {"sum", "moving_sum", "change_absolute", "change_relative", "change_points", "index"} or None
        How the figures follow from those of other indicators; :mod:`spatial.indicators.derivation` defines it.
    terms : tuple of str
        Ids of the counts that ``sum`` adds; those with a minus before them are subtracted.
    of : str or None
        Id of the indicator whose change, index or moving sum it is.
    span : int or None
        Years that a change looks back, or that a moving sum covers.
    span_unit : {"year", "quarter", "month"}
        What ``span`` counts; moving sums alone may count quarters or months.
    base : str or None
        Period that an index is 100 in.
    parts : tuple of str, or tuple of tuple of str
        Ids of counts that always add up to this one, as published: an equation that protection reckons with. A
        count that is broken down in several ways, by age and by sex, has one tuple for each of them.
    same_as : str or None
        Id of the count that this one is for periods of another kind: of births by month, that of births by year.
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
    valid_range : tuple of (float or None, float or None) or None
        Smallest and largest value that is no mistake; ``None`` where there is no bound.
    period_type : {"instant", "sum", "mean"}
        Whether a figure holds on a day, adds up over the period, or is its average.
    reference_day : str or None
        ``MM-DD`` of a yearly figure that holds on a day.
    other_reference_days : tuple of str
        Further days that yearly figures hold on: those of earlier years, or of a part of the survey.
    breaks : tuple of str
        Years, quarters, months or days from which on a count stands on a new base, such as a census. What
        compares or adds up figures of both sides has status ``BREAK``.
    numerator_at : {"same", "latest"}
        Where the denominator is not yearly and the numerator is, ``latest`` takes that of the year that ended last.
    denominator_at : {"same", "start", "mean", "latest"}
        What a numerator is divided by: the figure of the same period, of the year before, the mean of the two, or
        the latest one, where the numerator is not yearly that of the year that ended last.
    larger_areas : {"official", "sum"}
        Whether figures of districts, regions and Laender are taken from tables that have them, or always summed.
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
    formula: Formula | None = None
    terms: tuple[str, ...] = ()
    of: str | None = None
    span: int | None = None
    span_unit: SpanUnit = "year"
    base: str | None = None
    parts: Parts = ()
    same_as: str | None = None
    weight: str | None = None
    polarity: int = 0
    additive: bool = False
    harmonise: Harmonise = "none"
    disclosure: str = OPEN
    min_denominator: float | None = None
    valid_range: ValidRange | None = None
    period_type: PeriodType = "instant"
    reference_day: str | None = None
    other_reference_days: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    numerator_at: NumeratorAt = "same"
    denominator_at: DenominatorAt = "same"
    larger_areas: LargerAreas = "official"
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
        """Whether the values are computed from other indicators, and therefore never loaded."""
        return self.numerator is not None or self.formula is not None

    @property
    def breakdowns(self) -> tuple[tuple[str, ...], ...]:
        """Every set of counts that add up to this one."""
        single = tuple(each for each in self.parts if isinstance(each, str))
        several = tuple(each for each in self.parts if not isinstance(each, str))
        return (single, *several) if single else several

    @property
    def reference_days(self) -> tuple[str, ...]:
        """All days that yearly figures hold on, as ``MM-DD``."""
        return (*((self.reference_day,) if self.reference_day else ()), *self.other_reference_days)

    @property
    def signed_terms(self) -> tuple[tuple[str, int], ...]:
        """Id and sign of every term of a sum."""
        return tuple((term.removeprefix("-").strip(), -1 if term.startswith("-") else 1) for term in self.terms)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Ids of the indicators that the values are computed from; empty where they are loaded."""
        named = (self.numerator, self.denominator, self.of, *(name for name, _ in self.signed_terms))
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def references(self) -> tuple[str, ...]:
        """Ids of all indicators that this one names: inputs, weight, parts, and what it is the same as."""
        named = [name for breakdown in self.breakdowns for name in breakdown]
        named += [self.same_as] if self.same_as else []
        return tuple(dict.fromkeys((*self.inputs, *((self.weight,) if self.weight else ()), *named)))

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
_SMALLEST_BASE = 30.0  # below it a rate says more of chance than of a place

BASE_PROFILES: tuple[DisclosureProfile, ...] = (
    DisclosureProfile(OPEN, 0, "Ohne Schutz", "No protection"),
    DisclosureProfile(
        "jugendhilfe",
        5,
        "Jugendhilfe: unter 5 geheim",
        "Youth welfare: below 5 is secret",
        group_disclosure=True,
        min_denominator=_SMALLEST_BASE,
    ),
    DisclosureProfile(
        "sgb2",
        10,
        "SGB II und III: unter 10 geheim",
        "Basic income support and unemployment: below 10 is secret",
        dominance=True,
        group_disclosure=True,
        min_denominator=_SMALLEST_BASE,
    ),
    DisclosureProfile(
        "svb",
        3,
        "Beschäftigte: unter 3 und Dominanzfälle geheim",
        "Employees: below 3 and dominated figures are secret",
        dominance=True,
        min_denominator=_SMALLEST_BASE,
    ),
    DisclosureProfile(
        "sozialamt",
        5,
        "Eigene Zahlen des Sozialamts: unter 5 geheim",
        "Own figures of the social welfare office: below 5 is secret",
        dominance=True,
        group_disclosure=True,
        min_denominator=_SMALLEST_BASE,
    ),
    DisclosureProfile(
        "gesundheit",
        5,
        "Gesundheit und Pflege: unter 5 und Dominanzfälle geheim",
        "Health and care: below 5 and dominated figures are secret",
        dominance=True,
        group_disclosure=True,
        min_denominator=_SMALLEST_BASE,
    ),
    DisclosureProfile(
        "runden5",
        0,
        "Auf Vielfache von 5 gerundet",
        "Rounded to multiples of 5",
        rounding=5,
    ),
    DisclosureProfile(
        "zensus",
        0,
        "Zensus: Quoten erst ab 30 in der Grundgesamtheit",
        "Census: rates only from a base of 30 on",
        min_denominator=_SMALLEST_BASE,
    ),
)
