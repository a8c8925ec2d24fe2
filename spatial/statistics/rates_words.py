"""What rates of small areas say in plain words, in German and English."""

from __future__ import annotations

from spatial.statistics.funnel import Funnel
from spatial.statistics.numerals import english as _en
from spatial.statistics.numerals import german as _de
from spatial.statistics.rates import PooledRates, RateIntervals, SmoothedRates
from spatial.statistics.reading import Reading
from spatial.statistics.standardised import ProbabilityMap, StandardisedRatios
from spatial.statistics.wording import EXPLORATORY, LEVEL, read_result


@read_result.register
def _(result: SmoothedRates) -> Reading:
    around, edge = Reading("die gemeinsame Rate", "the common rate"), Reading("", "")
    if result.method == "spatial-empirical-bayes":
        around = Reading("die Rate der Umgebung", "the rate of its surroundings")
        edge = Reading(
            " Am Rand fehlt zur Umgebung, was jenseits der Grenze liegt.",
            " At the edge, what lies beyond the border is missing from the surroundings.",
        )
    return Reading(
        f"Geglättete Raten von {result.n} Gebieten: Je weniger Menschen in einem Gebiet leben, desto stärker ist seine "
        f"Rate an {around.de} herangerückt. Das dämpft Zufallsausschläge; es sind Schätzungen, keine gezählten Werte, "
        f"und die beobachtete Rate gehört daneben.{edge.de} {EXPLORATORY.de}",
        f"Smoothed rates of {result.n} areas: the fewer people live in an area, the closer its rate has been moved to "
        f"{around.en}. This dampens chance; the values are estimates, not counts, and belong beside the observed rate."
        f"{edge.en} {EXPLORATORY.en}",
    )


@read_result.register
def _(result: RateIntervals) -> Reading:
    percent = 100 * result.level
    decimals = 0 if percent == round(percent) else 2
    return Reading(
        f"Raten von {len(result.rate)} Gebieten mit {_de(percent, decimals)}-%-Vertrauensbereich. Je kleiner ein "
        "Gebiet, desto breiter der Bereich; Gebiete, deren Bereiche sich überschneiden, unterscheiden sich nicht "
        f"sicher. {EXPLORATORY.de}",
        f"Rates of {len(result.rate)} areas with {_en(percent, decimals)} % confidence intervals. The smaller an area, "
        "the wider its interval; areas whose intervals overlap do not differ for certain. "
        f"{EXPLORATORY.en}",
    )


@read_result.register
def _(result: PooledRates) -> Reading:
    known = int(result.defined.sum())
    return Reading(
        f"Raten aus {result.periods} Zeiträumen zusammen für {known} von {len(result.rate)} Gebieten. Wo ein Zeitraum "
        f"fehlt oder geheim ist, gibt es keine gemeinsame Rate. {EXPLORATORY.de}",
        f"Rates of {result.periods} periods together for {known} of {len(result.rate)} areas. Where a period is "
        f"missing or secret there is no common rate. {EXPLORATORY.en}",
    )


@read_result.register
def _(result: ProbabilityMap) -> Reading:
    rare = int((result.p[result.defined] <= LEVEL).sum())
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
        f"{far} von {result.n} Gebieten {'liegt' if far == 1 else 'liegen'} außerhalb der 99,8-%-Grenzen um die "
        f"Vergleichsrate, {near} weitere außerhalb der 95-%-Grenzen. Durch reinen Zufall läge etwa eines von zwanzig "
        f"Gebieten außerhalb der 95-%-Grenzen (unter {result.n} Gebieten {_de(result.n / 20, 1)})."
    )
    en = (
        f"{far} of {result.n} areas {'lies' if far == 1 else 'lie'} outside the 99.8 % limits around the "
        f"comparison rate, {near} more outside the 95 % limits. By chance alone about one area in twenty would lie "
        f"outside the 95 % limits (among {result.n} areas {_en(result.n / 20, 1)})."
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
    found = _far_from_one(
        result, Reading("der Zusammensetzung der Bevölkerung", "the make-up of the population would lead one to expect")
    )
    return Reading(
        f"{found.de} Jedes Gebiet wird mit dem Standard verglichen, nicht mit den anderen Gebieten. {EXPLORATORY.de}",
        f"{found.en} Each area is compared with the standard, not with the others. {EXPLORATORY.en}",
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
    of = Reading("der Rate aller Gebiete", "the rate of all areas would lead one to expect")
    if standard is not None:
        of = Reading(f"der Rate des Gebiets {standard}", f"the rate of the area {standard} would lead one to expect")
    found = _far_from_one(result, of)
    return Reading(
        f"{found.de} Alter und Zusammensetzung der Bevölkerung sind nicht berücksichtigt. {EXPLORATORY.de}",
        f"{found.en} Age and make-up of the population are not accounted for. {EXPLORATORY.en}",
    )


def _far_from_one(result: StandardisedRatios, standard: Reading) -> Reading:
    """How many areas differ from what is expected by more than their own interval."""
    known, percent = result.defined, 100 * result.level
    above, below = int((result.lower[known] > 1).sum()), int((result.upper[known] < 1).sum())
    decimals = 0 if percent == round(percent) else 2
    return Reading(
        f"In {above} von {result.n} Gebieten gab es deutlich mehr, in {below} deutlich weniger Fälle, als nach "
        f"{standard.de} zu erwarten wären: Ihr {_de(percent, decimals)}-%-Vertrauensbereich liegt ganz über oder ganz "
        f"unter 1. Das gilt für jedes Gebiet allein und ist nicht für {result.n} Vergleiche korrigiert.",
        f"In {above} of {result.n} areas there were clearly more, in {below} clearly fewer events than {standard.en}: "
        f"their {_en(percent, decimals)} % confidence interval lies entirely above or below 1. That holds for each "
        f"area alone and is not corrected for {result.n} comparisons.",
    )
