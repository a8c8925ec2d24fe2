"""What rates, segregation, inequality, trends and scans say in plain words, in German and English.

Each text says what the numbers show, and what they do not.
"""

from __future__ import annotations

from functools import singledispatch

from spatial.statistics.change import LocalChange
from spatial.statistics.classes import ClassBreaks
from spatial.statistics.composite import CompositeIndex
from spatial.statistics.emerging import EmergingHotSpots
from spatial.statistics.funnel import Funnel
from spatial.statistics.inequality import Inequality
from spatial.statistics.markov import LisaMarkov, SpatialMarkov
from spatial.statistics.rates import PooledRates, RateIntervals, SmoothedRates
from spatial.statistics.reading import Reading
from spatial.statistics.scan import ScanResult
from spatial.statistics.segregation import SegregationIndices
from spatial.statistics.segregation_change import SegregationChange
from spatial.statistics.segregation_curves import ThresholdProfile
from spatial.statistics.segregation_groups import MultigroupSegregation, SegregationProfile
from spatial.statistics.segregation_inference import SegregationNull
from spatial.statistics.standardised import ProbabilityMap, StandardisedRatios
from spatial.statistics.trend import Trends
from spatial.statistics.typology import Typology

_LEVEL = 0.05
_EXPLORATORY = Reading("Das Ergebnis ist explorativ.", "The result is exploratory.")


@singledispatch
def read_result(result: object) -> Reading:
    """Put a result into words.

    Parameters
    ----------
    result : one of the results of this package
        Of rates, segregation, inequality, composite indices, trends, scans or class breaks. `read_global` and
        `read_local` do the same for spatial autocorrelation.

    Returns
    -------
    Reading
        Sentences in German and English.

    Raises
    ------
    TypeError
        If there are no words for the result.

    Examples
    --------
    >>> from spatial.statistics import inequality
    >>> read_result(inequality([1.0, 2.0, 3.0])).en.split(".")[0]
    'Between 3 areas the Gini coefficient is 0'
    """
    raise TypeError(f"there are no words for a {type(result).__name__}")


@read_result.register
def _(result: SmoothedRates) -> Reading:
    around = (
        Reading("die Rate der Umgebung", "the rate of its surroundings")
        if result.method == "spatial-empirical-bayes"
        else Reading("die gemeinsame Rate", "the common rate")
    )
    return Reading(
        f"Geglättete Raten von {result.n} Gebieten: Je weniger Menschen in einem Gebiet leben, desto stärker ist seine "
        f"Rate an {around.de} herangerückt. Das dämpft Zufallsausschläge; es sind Schätzungen, keine gezählten Werte, "
        "und die beobachtete Rate gehört daneben.",
        f"Smoothed rates of {result.n} areas: the fewer people live in an area, the closer its rate has been moved to "
        f"{around.en}. This dampens chance; the values are estimates, not counts, and belong beside the observed rate.",
    )


@read_result.register
def _(result: RateIntervals) -> Reading:
    percent = 100 * result.level
    decimals = 0 if percent == round(percent) else 2
    return Reading(
        f"Raten von {len(result.rate)} Gebieten mit {_de(percent, decimals)}-%-Vertrauensbereich. Je kleiner ein "
        "Gebiet, desto breiter der Bereich; Gebiete, deren Bereiche sich überschneiden, unterscheiden sich nicht "
        "sicher.",
        f"Rates of {len(result.rate)} areas with {_en(percent, decimals)} % confidence intervals. The smaller an area, "
        "the wider its interval; areas whose intervals overlap do not differ for certain.",
    )


@read_result.register
def _(result: PooledRates) -> Reading:
    known = int(result.defined.sum())
    return Reading(
        f"Raten aus {result.periods} Zeiträumen zusammen für {known} von {len(result.rate)} Gebieten. Wo ein Zeitraum "
        "fehlt oder geheim ist, gibt es keine gemeinsame Rate.",
        f"Rates of {result.periods} periods together for {known} of {len(result.rate)} areas. Where a period is "
        "missing or secret there is no common rate.",
    )


@read_result.register
def _(result: ProbabilityMap) -> Reading:
    rare = int((result.p[result.defined] <= _LEVEL).sum())
    return Reading(
        f"In {rare} von {len(result.p)} Gebieten wäre eine so hohe oder so niedrige Zahl von Fällen bei der "
        "gemeinsamen Rate seltener als in einem von zwanzig Fällen zu erwarten (explorativ); p ist einseitig und "
        "nicht für die Zahl der Gebiete korrigiert.",
        f"In {rare} of {len(result.p)} areas so high or so low a number of events would be expected less than once in "
        "twenty times at the common rate (exploratory); p is one-sided and not corrected for the number of areas.",
    )


@read_result.register
def _(result: Funnel) -> Reading:
    counts = result.class_counts()
    far = counts.get("above-998", 0) + counts.get("below-998", 0)
    near = counts.get("above-95", 0) + counts.get("below-95", 0)
    de = (
        f"{far} von {result.n} Gebieten liegen außerhalb der 99,8-%-Grenzen um die gemeinsame Rate, {near} weitere "
        "außerhalb der 95-%-Grenzen; von diesen ist etwa jedes zwanzigste Gebiet auch durch Zufall zu erwarten."
    )
    en = (
        f"{far} of {result.n} areas lie outside the 99.8 % limits around the common rate, {near} more outside the 95 % "
        "limits; about one area in twenty is to be expected there by chance alone."
    )
    if result.dispersion > 2:
        de += (
            " Die Raten streuen insgesamt weit stärker als durch Zufall: Die Gebiete unterscheiden sich grundsätzlich."
        )
        en += " Overall the rates scatter far more than by chance: the areas differ for reasons of their own."
    return Reading(
        f"{de} Ein Gebiet außerhalb der Grenzen ist auffällig (explorativ), nicht gut oder schlecht.",
        f"{en} An area outside the limits is conspicuous (exploratory), not good or bad.",
    )


@read_result.register
def _(result: StandardisedRatios) -> Reading:
    known = result.defined
    above, below = int((result.lower[known] > 1).sum()), int((result.upper[known] < 1).sum())
    return Reading(
        f"In {above} von {result.n} Gebieten gab es mehr, in {below} weniger Fälle, als nach der Zusammensetzung der "
        "Bevölkerung zu erwarten wären. Jedes Gebiet wird mit dem Standard verglichen, nicht mit den anderen Gebieten. "
        f"{_EXPLORATORY.de}",
        f"In {above} of {result.n} areas there were more, in {below} fewer events than the make-up of the population "
        f"would lead one to expect. Each area is compared with the standard, not with the others. {_EXPLORATORY.en}",
    )


def read_crude_ratios(result: StandardisedRatios, standard: str | None = None) -> Reading:
    """Put ratios into words whose expected numbers come from one rate for everybody, not from a standard by age.

    Parameters
    ----------
    result : StandardisedRatios
    standard : str, optional
        Name or key of the area whose rate is the standard; None for the rate of all areas together.

    Returns
    -------
    Reading
    """
    known = result.defined
    above, below = int((result.lower[known] > 1).sum()), int((result.upper[known] < 1).sum())
    of = Reading("aller Gebiete", "of all areas")
    if standard is not None:
        of = Reading(f"des Gebiets {standard}", f"of the area {standard}")
    return Reading(
        f"In {above} von {result.n} Gebieten gab es mehr, in {below} weniger Fälle, als nach der Rate {of.de} zu "
        "erwarten wären (explorativ). Alter und Zusammensetzung der Bevölkerung sind nicht berücksichtigt.",
        f"In {above} of {result.n} areas there were more, in {below} fewer events than the rate {of.en} would lead one "
        "to expect (exploratory). Age and make-up of the population are not accounted for.",
    )


@read_result.register
def _(result: SegregationIndices) -> Reading:
    moved = 100 * result.d
    edge = Reading(
        "Der Wert beschreibt nur Unterschiede zwischen den Gebieten, nicht innerhalb; bei anderen "
        "Gebietsgrenzen wäre er "
        "ein anderer. Kleine Gruppen haben schon durch Zufall hohe Werte: Er gehört neben den Wert bei Zufall.",
        "The value is about differences between the areas, not within them; with other boundaries it would be another. "
        "Small groups have high values by chance alone: it belongs beside its value under chance.",
    )
    return Reading(
        f"D = {_de(result.d)} bei {result.n} Gebieten: {_de(moved, 0)} % der Gruppe müssten umziehen, damit ihr Anteil "
        f"überall gleich wäre. Wer zur Gruppe gehört (Anteil {_de(100 * result.share, 1)} %), trifft im eigenen Gebiet "
        f"mit {_de(100 * result.isolation, 1)} % Wahrscheinlichkeit auf Mitglieder der Gruppe. {edge.de}",
        f"D = {_en(result.d)} over {result.n} areas: {_en(moved, 0)} % of the group would have to move for its "
        "share to "
        f"be the same everywhere. A member of the group (share {_en(100 * result.share, 1)} %) meets another "
        "one in the "
        f"same area with a probability of {_en(100 * result.isolation, 1)} %. {edge.en}",
    )


@read_result.register
def _(result: SegregationNull) -> Reading:
    if result.p > _LEVEL:
        finding = Reading("Das ist vom Zufall nicht zu unterscheiden.", "That cannot be told from chance.")
    elif result.value > result.mean:
        finding = Reading(
            "Die Gruppe wohnt ungleicher verteilt, als es der Zufall ergäbe.",
            "The group lives more unevenly than chance would have it.",
        )
    else:
        finding = Reading(
            "Die Gruppe wohnt gleichmäßiger verteilt, als es der Zufall ergäbe.",
            "The group lives more evenly than chance would have it.",
        )
    return Reading(
        f"Beobachtet {_de(result.value, 3)}; bei Zufall wären über {result.n} Gebiete {_de(result.mean, 3)} zu "
        "erwarten "
        f"(p = {_de(result.p, 4)}). {finding.de} Über Ursachen sagt das nichts.",
        f"Observed {_en(result.value, 3)}; chance alone would give {_en(result.mean, 3)} over {result.n} areas "
        f"(p = {_en(result.p, 4)}). {finding.en} It says nothing about causes.",
    )


@read_result.register
def _(result: MultigroupSegregation) -> Reading:
    return Reading(
        f"H = {_de(result.entropy)} bei {len(result.shares)} Gruppen und {result.n} Gebieten: 0 hieße überall dieselbe "
        "Mischung, 1 keine Mischung. Der Wert beschreibt Unterschiede zwischen den Gebieten, nicht innerhalb.",
        f"H = {_en(result.entropy)} for {len(result.shares)} groups in {result.n} areas: 0 would be the same mix "
        "everywhere, 1 no mix at all. The value is about differences between the areas, not within them.",
    )


@read_result.register
def _(result: SegregationProfile) -> Reading:
    first, last, km = float(result.entropy[0]), float(result.entropy[-1]), float(result.distances_m[-1]) / 1000
    return Reading(
        f"H sinkt von {_de(first)} auf {_de(last)}, wenn die Umgebung auf {_de(km, 1)} km wächst ({result.n} Gebiete). "
        "Ein steiler Fall zeigt kleinräumige, eine flache Linie großräumige Trennung. Am Rand fehlt, was "
        "jenseits liegt.",
        f"H goes from {_en(first)} to {_en(last)} as the surroundings grow to {_en(km, 1)} km ({result.n} "
        "areas). A steep "
        "fall shows separation on a small scale, a flat line on a large one. At the edge, what lies beyond is missing.",
    )


@read_result.register
def _(result: ThresholdProfile) -> Reading:
    return Reading(
        f"Kennwert {_de(result.value)} bei {result.n} Gebieten. Die Kurve zeigt, was oberhalb jeder Schwelle des "
        "Anteils liegt. Sie beschreibt Unterschiede zwischen den Gebieten, nicht innerhalb.",
        f"Summary {_en(result.value)} over {result.n} areas. The curve shows what lies above each threshold of the "
        "share. It is about differences between the areas, not within them.",
    )


@read_result.register
def _(result: SegregationChange) -> Reading:
    return Reading(
        f"Der Index ändert sich um {_de(result.change, 4)}: {_de(result.structure, 4)} davon, weil sich "
        "verschoben hat, wo "
        f"und in wie großen Gebieten Menschen leben, {_de(result.attributes, 4)}, weil sich die Anteile der Gruppe "
        "verändert haben. Die Zerlegung rechnet, sie erklärt nicht.",
        f"The index changes by {_en(result.change, 4)}: {_en(result.structure, 4)} of it because where people "
        "live, and "
        f"in how large areas, has shifted, {_en(result.attributes, 4)} because the group's shares have changed. The "
        "split is arithmetic, not an explanation.",
    )


@read_result.register
def _(result: Inequality) -> Reading:
    de = f"Zwischen {result.n} Gebieten beträgt der Gini-Koeffizient {_de(result.gini, 3)} (0: alle gleich)."
    en = f"Between {result.n} areas the Gini coefficient is {_en(result.gini, 3)} (0: all alike)."
    if result.theil_between is not None and result.theil > 0:
        part = 100 * result.theil_between / result.theil
        de += f" {_de(part, 0)} % der Ungleichheit (Theil) liegen zwischen den {result.n_groups} Gruppen von Gebieten."
        en += f" {_en(part, 0)} % of the inequality (Theil) lies between the {result.n_groups} groups of areas."
    return Reading(
        f"{de} Gemeint sind Unterschiede zwischen Gebieten; über die zwischen Menschen sagt das nichts.",
        f"{en} This is about differences between areas; it says nothing about those between people.",
    )


@read_result.register
def _(result: CompositeIndex) -> Reading:
    width = (result.highest_rank - result.lowest_rank)[result.defined]
    wide = int((width > max(2, result.n // 10)).sum())
    return Reading(
        f"Index aus {len(result.weights)} Indikatoren für {result.n} Gebiete, {int(result.incomplete.sum())} davon mit "
        f"fehlendem Indikator. Bei {wide} Gebieten hängt der Rang stark von der Rezeptur ab. Ränge nebeneinander "
        "liegender Gebiete sind nicht zu deuten.",
        f"Index of {len(result.weights)} indicators for {result.n} areas, {int(result.incomplete.sum())} of "
        "them with an "
        f"indicator missing. For {wide} areas the rank depends strongly on the recipe. Neighbouring ranks mean "
        "nothing.",
    )


@read_result.register
def _(result: Typology) -> Reading:
    low = int((result.status == 4).sum())
    worse = int(((result.status == 4) & (result.dynamics == -1)).sum())
    n = int((result.status > 0).sum())
    return Reading(
        f"{low} von {n} eingestuften Gebieten haben einen sehr niedrigen Status, {worse} davon mit negativer "
        "Dynamik. Die "
        "Klassen vergleichen die Gebiete miteinander; ob es allen besser oder schlechter geht, zeigen sie nicht.",
        f"{low} of {n} classified areas have a very low status, {worse} of them with negative dynamics. The classes "
        "compare the areas with each other; whether all of them fare better or worse, they do not show.",
    )


@read_result.register
def _(result: Trends) -> Reading:
    rising = int(((result.p <= _LEVEL) & (result.s > 0)).sum())
    falling = int(((result.p <= _LEVEL) & (result.s < 0)).sum())
    longest = int(result.periods.max(initial=0))
    de = (
        f"{rising} von {result.n} Gebieten zeigen einen steigenden, {falling} einen fallenden Verlauf (p ≤ "
        f"0,05, unkorrigiert)."
    )
    en = f"{rising} of {result.n} areas show a rising, {falling} a falling course (p ≤ 0.05, uncorrected)."
    return Reading(
        f"{de} Bei {longest} Zeitpunkten ist p mindestens {_de(result.smallest_p, 4)}; etwa eines von zwanzig Gebieten "
        f"erscheint auch durch Zufall. {_EXPLORATORY.de}",
        f"{en} With {longest} periods p is at least {_en(result.smallest_p, 4)}; about one area in twenty shows up by "
        f"chance. {_EXPLORATORY.en}",
    )


@read_result.register
def _(result: EmergingHotSpots) -> Reading:
    counts = result.class_counts()
    hot, cold = (sum(c for name, c in counts.items() if name.endswith(end)) for end in ("-hot", "-cold"))
    return Reading(
        f"Über {result.periods} Zeitpunkte zeigen {hot} von {result.n} Gebieten ein Muster hoher, {cold} ein Muster "
        f"niedriger Werte. {_EXPLORATORY.de} Am Rand fehlt, was jenseits der Grenze liegt.",
        f"Over {result.periods} periods {hot} of {result.n} areas show a pattern of high, {cold} one of low values. "
        f"{_EXPLORATORY.en} At the edge, what lies beyond the border is missing.",
    )


@read_result.register
def _(result: SpatialMarkov) -> Reading:
    matters = Reading(
        "hängen mit der Umgebung zusammen"
        if result.p_q <= _LEVEL
        else "hängen nicht erkennbar mit der Umgebung zusammen",
        "go with the surroundings" if result.p_q <= _LEVEL else "do not visibly go with the surroundings",
    )
    return Reading(
        f"Wechsel zwischen den Klassen {matters.de} (Q = {_de(result.q, 1)}, p = {_de(result.p_q, 4)}; "
        f"{result.n} Gebiete, "
        f"{result.periods} Zeitpunkte). {result.scarce_rows} Zeilen der Tabellen beruhen auf weniger als 20 "
        "Übergängen. "
        f"{_EXPLORATORY.de}",
        f"Moves between the classes {matters.en} (Q = {_en(result.q, 1)}, p = {_en(result.p_q, 4)}; {result.n} areas, "
        f"{result.periods} periods). {result.scarce_rows} rows of the tables rest on fewer than 20 transitions. "
        f"{_EXPLORATORY.en}",
    )


@read_result.register
def _(result: LisaMarkov) -> Reading:
    together = Reading(
        "nicht unabhängig voneinander" if result.p <= _LEVEL else "ohne erkennbaren Zusammenhang",
        "not independently of each other" if result.p <= _LEVEL else "without a visible connection",
    )
    return Reading(
        f"Gebiete und ihre Umgebung bewegen sich {together.de} (p = {_de(result.p, 4)}; {result.n} Gebiete, "
        f"{result.periods} Zeitpunkte). {_EXPLORATORY.de}",
        f"Areas and their surroundings move {together.en} (p = {_en(result.p, 4)}; {result.n} areas, {result.periods} "
        f"periods). {_EXPLORATORY.en}",
    )


@read_result.register
def _(result: LocalChange) -> Reading:
    counts = result.class_counts()
    return Reading(
        f"In {counts.get('risen', 0)} von {result.n} Gebieten ist der Anteil auffällig gestiegen, in "
        f"{counts.get('fallen', 0)} gefallen (für alle Tests korrigiert, explorativ). Eine gemeinsame Bewegung aller "
        "Gebiete ist keine örtliche.",
        f"In {counts.get('risen', 0)} of {result.n} areas the share has conspicuously risen, in "
        f"{counts.get('fallen', 0)} fallen (corrected for all tests, exploratory). A movement of all areas together is "
        "not a local one.",
    )


@read_result.register
def _(result: ScanResult) -> Reading:
    edge = Reading(
        "Gesucht wird in Kreisen; die wahre Form kann eine andere sein, und was jenseits der Grenze liegt, fehlt.",
        "The search is by circles; the true shape may be another, and what lies beyond the border is missing.",
    )
    called = [cluster for cluster in result.clusters if cluster.p <= _LEVEL]
    if not called:
        return Reading(
            f"Unter {result.windows} Kreisen um {result.n} Gebiete fällt keiner auf. {edge.de}",
            f"None of {result.windows} circles around {result.n} areas is conspicuous. {edge.en}",
        )
    top, many = called[0], len(called)
    return Reading(
        f"Am auffälligsten ist ein Kreis von {len(top.members)} Gebieten mit {_de(top.events, 0)} statt erwarteter "
        f"{_de(top.expected, 1)} Fälle (p = {_de(top.p, 4)}); insgesamt {many} auffällige Kreise (explorativ). "
        f"{edge.de}",
        f"Most conspicuous is a circle of {len(top.members)} areas with {_en(top.events, 0)} instead of "
        f"{_en(top.expected, 1)} expected events (p = {_en(top.p, 4)}); {many} conspicuous circles in all "
        "(exploratory). "
        f"{edge.en}",
    )


@read_result.register
def _(result: ClassBreaks) -> Reading:
    return Reading(
        f"{result.k} Klassen für {sum(result.counts)} Werte. Andere Grenzen ergeben ein anderes Kartenbild; Werte nahe "
        "einer Grenze unterscheiden sich kaum, auch wenn ihre Farben es tun.",
        f"{result.k} classes for {sum(result.counts)} values. Other breaks give another map; values close to a break "
        "hardly differ, even if their colours do.",
    )


def _en(number: float, decimals: int = 2) -> str:
    """Format a number with a decimal point."""
    return f"{number:.{decimals}f}"


def _de(number: float, decimals: int = 2) -> str:
    """Format a number with a decimal comma."""
    return _en(number, decimals).replace(".", ",")
