"""What the check of boundaries found, what was repaired, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from boundaries.sentences import Language, Sentence, level_name, number_of

_SHOWN = 5
# VG250 differs by 0.4 to 0.5 % in the median, VG5000 by 2.1 %.
_GENERALISED_PERCENT = 1.0


class FindingKind(StrEnum):
    """What is remarkable about an area or its geometry."""

    WATER_PART = "water-part"
    DUPLICATE = "duplicate"
    MERGED_PARTS = "merged-parts"
    INVALID_RING = "invalid-ring"
    SAME_GEOMETRY = "same-geometry"
    OVERLAP = "overlap"
    GAP = "gap"
    UNMATCHED_BORDER = "unmatched-border"
    OUTSIDE_LAND = "outside-land"
    MISSING_PARENT = "missing-parent"
    OUTSIDE_PARENT = "outside-parent"
    INCOMPLETE_PARENT = "incomplete-parent"
    AREA_DIFFERS = "area-differs"
    DISTORTED = "distorted"


class Treatment(StrEnum):
    """What was done about a finding."""

    LEFT_OUT = "left-out"
    MERGED = "merged"
    REPAIRED = "repaired"
    KEPT = "kept"


# For each kind: what it is called, and the unit of its measure.
_WORDS: dict[FindingKind, tuple[Sentence, str]] = {
    FindingKind.WATER_PART: (
        Sentence("keine Landflächen mit Struktur (GF)", "no land areas with structure (GF)"),
        "km²",
    ),
    FindingKind.DUPLICATE: (Sentence("doppelte Zeilen", "repeated rows"), ""),
    FindingKind.MERGED_PARTS: (Sentence("Flächen in mehreren Zeilen", "areas in several rows"), ""),
    FindingKind.INVALID_RING: (Sentence("ungültige Ringe", "invalid rings"), "m²"),
    FindingKind.SAME_GEOMETRY: (
        Sentence("gleiche Geometrie unter zwei Schlüsseln", "one geometry under two keys"),
        "km²",
    ),
    FindingKind.OVERLAP: (Sentence("Überlappungen", "overlaps"), "m²"),
    FindingKind.GAP: (Sentence("Lücken", "gaps"), "m²"),
    FindingKind.UNMATCHED_BORDER: (
        Sentence("Grenzen mit verschiedenen Stützpunkten (T-Stöße)", "borders whose vertices differ (T-junctions)"),
        "m",
    ),
    FindingKind.OUTSIDE_LAND: (
        Sentence("außerhalb des Landes, das der Schlüssel nennt", "outside the Land that the key names"),
        "",
    ),
    FindingKind.MISSING_PARENT: (Sentence("übergeordnete Fläche fehlt", "area above is missing"), ""),
    FindingKind.OUTSIDE_PARENT: (Sentence("außerhalb der übergeordneten Fläche", "outside the area above"), "%"),
    FindingKind.INCOMPLETE_PARENT: (
        Sentence("Teile füllen die übergeordnete Fläche nicht", "parts do not fill the area above"),
        "%",
    ),
    FindingKind.AREA_DIFFERS: (
        Sentence("Fläche weicht von der amtlichen ab", "area differs from the official one"),
        "%",
    ),
    FindingKind.DISTORTED: (
        Sentence(
            "Flächen vom Koordinatensystem verzerrt, das für eine andere Gegend gemacht ist",
            "areas distorted by the coordinate system, which is made for another region",
        ),
        "%",
    ),
}
_TREATMENTS: dict[Treatment, Sentence] = {
    Treatment.LEFT_OUT: Sentence("weggelassen", "left out"),
    Treatment.MERGED: Sentence("vereinigt", "merged"),
    Treatment.REPAIRED: Sentence("repariert", "repaired"),
    Treatment.KEPT: Sentence("unverändert übernommen", "kept"),
}
_OTHERS = Sentence(" u. a.", " and others")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes
    ----------
    kind : FindingKind
        What was found.
    key : str
        Key of the area.
    others : tuple of str
        Keys of the other areas concerned: the overlapping neighbour, the areas around a gap, the area above.
    measure : float or None
        How large it is, in `unit`: the area of water parts (km²), of overlaps and gaps (m²); by how much a repaired
        polygon changed (m²); length of borders that do not match (m); per cent of the area, signed where it is a
        difference.
    treatment : Treatment
        What was done.
    """

    kind: FindingKind
    key: str
    treatment: Treatment
    measure: float | None = None
    others: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of the measure; empty where there is none."""
        return _WORDS[self.kind][1]

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return {
            "kind": self.kind.value,
            "key": self.key,
            "others": list(self.others),
            "measure": self.measure,
            "unit": self.unit,
            "treatment": self.treatment.value,
        }


@dataclass(frozen=True)
class GeometryReport:
    """Result of the check of one level of a boundary file.

    Attributes
    ----------
    level : str
    vintage : datetime.date
    features : int
        Features in the layer.
    areas : int
        Areas that were made of them.
    compared : int
        Areas whose official area is known.
    median_difference_percent : float or None
        Median of the absolute differences from the official areas; large for generalised boundaries.
    findings : tuple of Finding
        In the order of the checks.
    """

    level: str
    vintage: date
    features: int
    areas: int
    compared: int
    median_difference_percent: float | None
    findings: tuple[Finding, ...]

    @property
    def is_generalised(self) -> bool:
        """Whether the boundaries are so simplified that half of the areas differ by more than one per cent."""
        return (self.median_difference_percent or 0.0) > _GENERALISED_PERCENT

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, for JSON."""
        return {
            "level": self.level,
            "vintage": self.vintage.isoformat(),
            "features": self.features,
            "areas": self.areas,
            "compared_with_official_area": self.compared,
            "median_difference_percent": self.median_difference_percent,
            "generalised": self.is_generalised,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def render(self, language: Language) -> str:
        """Return the report as lines for people.

        Parameters
        ----------
        language : {"de", "en"}
            Of the words and the decimal mark.

        Returns
        -------
        str
            One line for the level and one for each kind of finding and treatment, with the gravest examples.
        """
        head = "; ".join(sentence.text(language) for sentence in self._head())
        groups: dict[tuple[FindingKind, Treatment], list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault((finding.kind, finding.treatment), []).append(finding)
        lines = (_line(kind, treatment, found, language) for (kind, treatment), found in groups.items())
        return "\n".join([f"{level_name(self.level).text(language)}: {head}", *lines])

    def _head(self) -> Iterator[Sentence]:
        """How much there is, and how well it fits the official areas."""
        features = number_of(self.features, ("Objekt", "Objekte"), ("feature", "features"))
        areas = number_of(self.areas, ("Fläche", "Flächen"), ("area", "areas"))
        yield Sentence(f"{features.de}, {areas.de}", f"{features.en}, {areas.en}")
        if self.median_difference_percent is not None:
            median = _number(self.median_difference_percent)
            yield Sentence(
                f"{self.compared} mit amtlicher Fläche verglichen, Abweichung im Median {median.de} %",
                f"{self.compared} compared with the official area, median difference {median.en} %",
            )
        if self.is_generalised:
            yield Sentence(
                "vereinfachte Grenzen, Flächen besser aus dem Gemeindeverzeichnis",
                "simplified boundaries, better take areas from the Gemeindeverzeichnis",
            )


def _line(kind: FindingKind, treatment: Treatment, found: Sequence[Finding], language: Language) -> str:
    gravest = sorted(found, key=lambda finding: -abs(finding.measure or 0.0))[:_SHOWN]
    examples = ", ".join(_example(finding, language) for finding in gravest)
    more = "" if len(found) <= _SHOWN else _OTHERS.text(language)
    words, done = _WORDS[kind][0].text(language), _TREATMENTS[treatment].text(language)
    return f"  {words}: {len(found)}, {done}: {examples}{more}"


def _example(finding: Finding, language: Language) -> str:
    keys = "/".join((finding.key, *finding.others[:2]))
    if finding.measure is None:
        return keys
    value, unit = _measured(finding.measure, finding.unit)
    return f"{keys} ({_number(value).text(language)} {unit})"


def _measured(value: float, unit: str) -> tuple[float, str]:
    """Measure and unit; large areas in units that a reader can picture."""
    for square_metres, larger in ((1_000_000, "km²"), (10_000, "ha")):
        if unit == "m²" and abs(value) >= square_metres:
            return value / square_metres, larger
    return value, unit


def _number(value: float) -> Sentence:
    text = f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    if "e" in text:
        text = "0"
    return Sentence(text.replace(".", ","), text)
