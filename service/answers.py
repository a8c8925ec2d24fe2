"""Forms of the JSON answers, for the API definition and the types of the viewer.

They document and test what the routes send; nothing is built from them when a request is answered.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from spatial.indicators import Status
from spatial.indicators.indicator import DenominatorAt, Formula, Harmonise, Kind, NumeratorAt, PeriodType, SpanUnit

Bbox = tuple[float, float, float, float]
Flag = Literal["PROVISIONAL", "REVISED", "ESTIMATED", "FINAL"]
Origin = Literal["official", "aggregated"]
Polarity = Literal[-1, 0, 1]
Number = float | None


class Answer(BaseModel):
    """Base of all forms: nothing is sent that is not described."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=False)


class Text(Answer):
    """A text in both languages."""

    de: str
    en: str


class Level(Answer):
    """A level of areas."""

    id: str
    title: Text


class Selection(Answer):
    """An area that a map can be limited to; everything, where the release has no such areas."""

    key: str = Field(description="Empty for everything")
    level: str
    name: str
    kind: str | None
    bbox: Bbox = Field(description="West, south, east, north in degrees")
    levels: list[str] = Field(description="Levels that have areas inside it")


class Release(Answer):
    """The release that is served."""

    release: int
    created: str
    tag: str
    disclosure_version: str
    vintages: list[str]
    newest_vintage: str
    levels: list[Level]
    tilesets: dict[str, str] = Field(description="By vintage the address of a TileJSON document")
    attribution: list[str]
    selections: list[Selection]
    home: str | None


class Theme(Answer):
    """A subject area."""

    id: str
    title: Text


class Indicator(Answer):
    """An indicator in the catalogue."""

    id: str
    title: Text
    untranslated: dict[str, Literal["de", "en"]] = Field(
        description="Texts that stand in one language only, which is given in place of the other, and the language"
    )
    theme: str
    tags: list[str]
    kind: Kind
    unit: str
    unit_text: Text
    polarity: Polarity
    decimals: int
    synthetic: bool
    period_type: PeriodType
    reference_day: str | None
    periods: list[str]
    levels: list[str]
    periods_by_level: dict[str, list[str]] = Field(description="By level the periods in which any area has a value")
    levels_from_members: dict[str, str] = Field(
        description="Levels whose figures are put together from the public ones of another level, and which"
    )


class Catalogue(Answer):
    """Indicators by theme."""

    indicators: list[Indicator]
    themes: list[Theme]
    release: int


class IndicatorDetail(Indicator):
    """An indicator in full; texts without words are empty."""

    definition: Text
    note: Text
    territory: Text
    source: str
    table: str
    retrieved: str | None
    licence: str
    attribution: str
    numerator: str | None
    denominator: str | None
    factor: Number
    weight: str | None
    numerator_at: NumeratorAt | None
    denominator_at: DenominatorAt
    same_as: str | None
    breaks: list[str] | None
    harmonise: Harmonise
    disclosure: str
    min_denominator: Number
    formula: Formula | None
    terms: list[str] | None
    of: str | None
    span: int | None
    span_unit: SpanUnit | None
    base: str | None
    valid_range: tuple[Number, Number] | None


class ReferenceValue(Answer):
    """The figure of a larger area, to compare with."""

    name: str
    kind: str | None
    value: Number
    status: Status
    flags: list[Flag]
    origin: Origin
    numerator: Number = None
    denominator: Number = None


class Reference(Answer):
    """Figures of the larger areas, by key."""

    kreis: dict[str, ReferenceValue]
    regierungsbezirk: dict[str, ReferenceValue]
    land: dict[str, ReferenceValue]
    within: dict[str, ReferenceValue]


class ClassRange(Answer):
    """A class of a map."""

    from_: float = Field(alias="from")
    to: float
    color: str
    count: int
    label: Text


class Fill(Answer):
    """How areas without a class are drawn."""

    color: str
    hatch: str


class Missing(Fill):
    """How areas without a value are drawn, and how many there are by status code."""

    secret: Fill
    counts: dict[str, int]


class SymbolStep(Answer):
    """A symbol of the legend."""

    value: float
    radius: float
    label: Text


class SymbolScale(Answer):
    """Sizes of symbols: areas grow with the value."""

    max_value: float
    max_radius: float
    color: str
    legend: list[SymbolStep]


class Classification(Answer):
    """How a map is coloured; counts have symbols and no classes."""

    method: str
    scope: str
    breaks: list[float]
    classes: list[ClassRange]
    collapsed: bool
    missing: Missing
    symbol: SymbolScale | None


class Values(Answer):
    """Figures of one period; the arrays have one length and order."""

    indicator: str
    title: Text
    unit: str
    unit_text: Text
    synthetic: bool
    level: str
    period: str
    within: str | None
    vintage: str
    keys: list[str]
    names: list[str]
    values: list[Number]
    status: list[Status]
    flags: list[list[Flag]]
    numerators: list[Number] = Field(default_factory=list)
    denominators: list[Number] = Field(default_factory=list)
    reference: Reference
    classification: Classification | None
    release: int


class Note(Text):
    """Why a figure is not simply the published one."""

    period: str
    date: str


class SeriesOfArea(Answer):
    """The figures of an area, one for each period."""

    key: str
    name: str
    level: str
    values: list[Number]
    status: list[Status]
    flags: list[list[Flag]]
    origin: list[Origin]
    notes: list[Note]


class Series(Answer):
    """Time series of some areas."""

    indicator: str
    title: Text
    unit: str
    unit_text: Text
    synthetic: bool
    vintage: str
    periods: list[str]
    new_bases: list[str] = Field(
        description="Periods from which on the figures stand on a new base, and are not comparable with those before"
    )
    series: list[SeriesOfArea]
    release: int


class FormerArea(Answer):
    """An area that is part of another one today, or a name that it had."""

    key: str
    name: str
    until: str = Field(description="Last day, YYYY-MM-DD")


class Member(Answer):
    """An area in an area of an own level."""

    key: str
    name: str
    level: str


class Area(Answer):
    """An area."""

    key: str
    name: str
    level: str
    parent: str | None
    populated: bool
    area_km2: float
    kind: str | None
    parent_name: str | None
    bbox: Bbox
    former: list[FormerArea] = Field(description="What its territory, or a part of it, was called before the vintage")
    members: list[Member] = Field(description="Of an own level: the smallest known areas in it in which people live")


class Areas(Answer):
    """Areas that were found."""

    vintage: str
    number_matched: int
    areas: list[Area]


LocalClass = Literal[
    "high-high", "low-low", "high-low", "low-high", "other-positive", "negative",
    "hot-99", "hot-95", "hot-90", "cold-99", "cold-95", "cold-90",
    "not-significant", "isolated", "undefined",
]  # fmt: skip
Quadrant = Literal["high-high", "low-low", "high-low", "low-high"]


class UsedWeights(Answer):
    """Who is whose neighbour."""

    spec: str
    style: str
    links: int
    isolates: list[str]
    isolate_policy: str
    bridged: list[tuple[str, str]] = Field(description="Neighbours across an area without residents")


class Dropped(Answer):
    """An area that an analysis leaves out."""

    key: str
    reason: str = Field(description="A status code, or a fact such as unpopulated or isolated")
    indicator: str = Field("", description="Whose figure is the reason, where there are several")
    period: str = Field("", description="That of the figure")


class Analysis(Answer):
    """What every analysis tells; beside it stand the parameters it was asked with, and what is its own."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=False)

    statistic: str
    n: int
    level: str
    vintage: str
    within: str | None
    dropped: list[Dropped]
    warnings: list[Text]
    synthetic: bool
    release: int
    versions: dict[str, str]


class Tested(Analysis):
    """An analysis that compares with chance."""

    indicator: str
    period: str
    weights: UsedWeights
    permutations: int
    seed: int
    smallest_p: Number
    p_convention: Literal["doubled"]
    alternative: Literal["two-sided"]
    companions: dict[str, Number] = Field(default_factory=dict)
    reading: Text


class Moments(Answer):
    """A statistic beside what chance would give."""

    value: Number
    expectation: Number
    variance: Number
    z: Number
    p_analytic: Number
    p: Number


class GlobalAnalysis(Tested):
    """One tested number for all areas together."""

    value: Number
    expectation: Number
    variance: Number
    variance_assumption: Literal["randomisation", "normality"]
    z: Number
    p_analytic: Number
    p: Number
    parts: dict[str, Moments] = Field(default_factory=dict)


class AnalysedArea(Answer):
    """A tested number for an area; without one where it is isolated or undefined."""

    key: str
    name: str
    value: Number
    statistic: Number
    expectation: Number
    variance: Number
    z: Number
    p_analytic: Number
    p: Number
    p_fdr: Number
    p_bonferroni: Number
    smallest_p: Number
    quadrant: Quadrant | None
    class_: LocalClass = Field(alias="class", description="Follows p_fdr")
    role: Literal["core", "neighbour"] | None = Field(description="Part in a cluster: called, or beside one called")
    neighbours: list[str]
    ring: bool = Field(False, description="Outside the selection")
    estimated: bool = Field(False, description="A figure that was used is an estimate")


class LocalAnalysis(Tested):
    """A tested number for each area."""

    variance_assumption: str
    classes: dict[LocalClass, int]
    colors: dict[LocalClass, str]
    areas: list[AnalysedArea]


def ok(form: Any) -> dict[int | str, dict[str, Any]]:
    """Description of an answer, as routes take it."""
    return {200: {"model": form}}
