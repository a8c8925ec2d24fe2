"""What trends, hot spots over time, scans and classes say in plain words, in German and English."""

from __future__ import annotations

from spatial.statistics.change import LocalChange
from spatial.statistics.classes import ClassBreaks
from spatial.statistics.emerging import EmergingHotSpots
from spatial.statistics.markov import LisaMarkov, SpatialMarkov
from spatial.statistics.numerals import english as _en
from spatial.statistics.numerals import english_p, german_p
from spatial.statistics.numerals import german as _de
from spatial.statistics.reading import Reading
from spatial.statistics.scan import ScanResult
from spatial.statistics.trend import Trends
from spatial.statistics.wording import EXPLORATORY, LEVEL, areas, read_result, some

#: Below this p is no longer written out.
_TINY_P = 1e-4


@read_result.register
def _(result: Trends) -> Reading:
    rising = int(((result.p <= LEVEL) & (result.s > 0)).sum())
    falling = int(((result.p <= LEVEL) & (result.s < 0)).sum())
    longest = int(result.periods.max(initial=0))
    limit = Reading(
        f"Durch Zufall allein erscheint bis zu ein Zwanzigstel der Gebiete; mit {longest} Zeitpunkten kann p "
        f"{_least(result.smallest_p).de} sinken.",
        f"By chance alone up to one area in twenty shows up; with {longest} periods p can fall "
        f"{_least(result.smallest_p).en}.",
    )
    if result.smallest_p > LEVEL:
        limit = Reading(
            f"Mit {longest} Zeitpunkten kann p nicht unter {_de(result.smallest_p, 3)} sinken: Kein Gebiet kann einen "
            "Verlauf zeigen, der vom Zufall zu unterscheiden wäre.",
            f"With {longest} periods p cannot go below {_en(result.smallest_p, 3)}: no area can show a course that "
            "could be told from chance.",
        )
    short = len(result.s) - result.n
    known = Reading("", "")
    if short:
        known = Reading(
            f" Bei {short} weiteren sind weniger als drei Werte bekannt.",
            f" For {short} more, fewer than three values are known.",
        )
    return Reading(
        f"{rising} von {areas(result.n).de} {'zeigt' if rising == 1 else 'zeigen'} einen steigenden, "
        f"{falling} einen fallenden Verlauf (p ≤ 0,05, unkorrigiert).{known.de} {limit.de} {EXPLORATORY.de}",
        f"{rising} of {areas(result.n).en} {'shows' if rising == 1 else 'show'} a rising, {falling} a "
        f"falling course (p ≤ 0.05, uncorrected).{known.en} {limit.en} {EXPLORATORY.en}",
    )


def _least(p: float) -> Reading:
    """The smallest p as a number that is never zero."""
    if p < _TINY_P:
        return Reading("unter 0,0001", "below 0.0001")
    return Reading(f"bis auf {_de(p, 4)}", f"to {_en(p, 4)}")


@read_result.register
def _(result: EmergingHotSpots) -> Reading:
    counts = result.class_counts()
    hot, cold = (sum(c for name, c in counts.items() if name.endswith(end)) for end in ("-hot", "-cold"))
    return Reading(
        f"Über {result.periods} Zeitpunkte {'zeigt' if hot == 1 else 'zeigen'} {hot} von {result.n} Gebieten ein "
        f"Muster hoher, {cold} ein Muster niedriger Werte. {EXPLORATORY.de} Am Rand fehlt, was jenseits der Grenze "
        "liegt.",
        f"Over {result.periods} periods {hot} of {result.n} areas {'shows' if hot == 1 else 'show'} a pattern of high, "
        f"{cold} one of low values. {EXPLORATORY.en} At the edge, what lies beyond the border is missing.",
    )


@read_result.register
def _(result: SpatialMarkov) -> Reading:
    visible = result.p_q <= LEVEL
    matters = Reading(
        "hängen mit der Umgebung zusammen" if visible else "hängen nicht erkennbar mit der Umgebung zusammen",
        "go with the surroundings" if visible else "do not visibly go with the surroundings",
    )
    scarce = Reading("", "")
    if result.scarce_rows:
        one = result.scarce_rows == 1
        scarce = Reading(
            f"{some(result.scarce_rows, 'Zeile', 'Zeilen')} der Tabellen mit weniger als 20 Übergängen "
            f"{'ist' if one else 'sind'} nicht belastbar. ",
            f"{some(result.scarce_rows, 'row', 'rows')} of the tables with fewer than 20 transitions "
            f"{'is' if one else 'are'} not reliable. ",
        )
    return Reading(
        f"Wechsel zwischen den Klassen {matters.de} (Q = {_de(result.q, 1)}, {german_p(result.p_q)}; {result.n} "
        f"Gebiete, {result.periods} Zeitpunkte). {scarce.de}{_EDGE.de} {EXPLORATORY.de}",
        f"Moves between the classes {matters.en} (Q = {_en(result.q, 1)}, {english_p(result.p_q)}; {result.n} areas, "
        f"{result.periods} periods). {scarce.en}{_EDGE.en} {EXPLORATORY.en}",
    )


_EDGE = Reading(
    "Am Rand fehlt zur Umgebung, was jenseits der Grenze liegt.",
    "At the edge, what lies beyond the border is missing from the surroundings.",
)


@read_result.register
def _(result: LisaMarkov) -> Reading:
    together = Reading(
        "nicht unabhängig voneinander" if result.p <= LEVEL else "ohne erkennbaren Zusammenhang",
        "not independently of each other" if result.p <= LEVEL else "without a visible connection",
    )
    return Reading(
        f"Gebiete und ihre Umgebung bewegen sich {together.de} ({german_p(result.p)}; {result.n} Gebiete, "
        f"{result.periods} Zeitpunkte). {_EDGE.de} {EXPLORATORY.de}",
        f"Areas and their surroundings move {together.en} ({english_p(result.p)}; {result.n} areas, {result.periods} "
        f"periods). {_EDGE.en} {EXPLORATORY.en}",
    )


@read_result.register
def _(result: LocalChange) -> Reading:
    counts = result.class_counts()
    risen, fallen = counts.get("risen", 0), counts.get("fallen", 0)
    of = areas(result.n)
    told = Reading(
        f"In {risen} von {of.de} ist der Anteil auffällig gestiegen, in {fallen} gefallen",
        f"In {risen} of {of.en} the share has conspicuously risen, in {fallen} fallen",
    )
    if not risen + fallen:
        told = Reading(
            f"In keinem von {of.de} hat sich der Anteil auffällig verändert",
            f"In none of {of.en} has the share changed conspicuously",
        )
    return Reading(
        f"{told.de} (für alle Tests korrigiert, explorativ). Eine gemeinsame Bewegung aller Gebiete ist keine "
        "örtliche.",
        f"{told.en} (corrected for all tests, exploratory). A movement of all areas together is not a local one.",
    )


@read_result.register
def _(result: ScanResult) -> Reading:
    edge = Reading(
        "Gesucht wird in Kreisen; die wahre Form kann eine andere sein, und was jenseits der Grenze liegt, fehlt.",
        "The search is by circles; the true shape may be another, and what lies beyond the border is missing.",
    )
    called = [cluster for cluster in result.clusters if cluster.p <= LEVEL]
    if not called:
        return Reading(
            f"Unter {result.windows} Kreisen um {result.n} Gebiete fällt keiner auf (explorativ). {edge.de}",
            f"None of {result.windows} circles around {result.n} areas is conspicuous (exploratory). {edge.en}",
        )
    top, others = called[0], len(called) - 1
    more = Reading(
        f"{some(others, 'weiterer Kreis ist', 'weitere Kreise sind')} auffällig"
        if others
        else "kein weiterer fällt auf",
        f"{some(others, 'further circle is', 'further circles are')} conspicuous" if others else "no other stands out",
    )
    return Reading(
        f"Am auffälligsten unter {result.n} Gebieten ist ein Kreis von {some(len(top.members), 'Gebiet', 'Gebieten')}: "
        f"{some(round(top.events), 'Fall', 'Fälle')}, zu erwarten wären {_de(top.expected, 1)} ({german_p(top.p)}); "
        f"{more.de} (explorativ). {edge.de}",
        f"Most conspicuous among {result.n} areas is a circle of {some(len(top.members), 'area', 'areas')}: "
        f"{some(round(top.events), 'event', 'events')} where {_en(top.expected, 1)} would be expected "
        f"({english_p(top.p)}); {more.en} (exploratory). {edge.en}",
    )


@read_result.register
def _(result: ClassBreaks) -> Reading:
    return read_breaks(result)


def read_breaks(result: ClassBreaks, areas: int | None = None) -> Reading:
    """Put class breaks into words.

    Parameters
    ----------
    result : ClassBreaks
    areas : int, optional
        Number of areas that the values belong to, where it is known.

    Returns
    -------
    Reading
    """
    values, of = sum(result.counts), Reading("", "")
    if areas is not None:
        of = Reading(
            f" {'eines Gebiets' if areas == 1 else f'von {areas} Gebieten'}", f" of {some(areas, 'area', 'areas')}"
        )
    return Reading(
        f"{some(result.k, 'Klasse', 'Klassen')} für {some(values, 'Wert', 'Werte')}{of.de}. Andere Grenzen ergeben ein "
        "anderes Kartenbild; Werte nahe einer Grenze unterscheiden sich kaum, auch wenn ihre Farben es tun. Das "
        "Kartenbild ist explorativ.",
        f"{some(result.k, 'class', 'classes')} for {some(values, 'value', 'values')}{of.en}. Other breaks give another "
        "map; values close to a break hardly differ, even if their colours do. The picture is exploratory.",
    )
