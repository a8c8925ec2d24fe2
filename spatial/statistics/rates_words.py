"""What rates of small areas say in plain words, in German and English."""

from __future__ import annotations

from spatial.statistics.funnel import Funnel
from spatial.statistics.numerals import english as _en
from spatial.statistics.numerals import german as _de
from spatial.statistics.rates import PooledRates, RateIntervals, SmoothedRates
from spatial.statistics.reading import Reading
from spatial.statistics.standardised import ProbabilityMap, StandardisedRatios
from spatial.statistics.wording import EXPLORATORY, LEVEL, areas, read_result, some


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
        f"Geglättete Raten von {areas(result.n).de}: Je weniger Menschen in einem Gebiet leben, desto stärker ist "
        f"seine Rate an {around.de} herangerückt. Das dämpft Zufallsausschläge; es sind Schätzungen, keine gezählten "
        f"Werte, und die beobachtete Rate gehört daneben.{edge.de} {EXPLORATORY.de}",
        f"Smoothed rates of {areas(result.n).en}: the fewer people live in an area, the closer its rate has been moved "
        f"to {around.en}. This dampens chance; the values are estimates, not counts, and belong beside the observed "
        f"rate.{edge.en} {EXPLORATORY.en}",
    )


@read_result.register
def _(result: RateIntervals) -> Reading:
    percent = 100 * result.level
    decimals = 0 if percent == round(percent) else 2
    return Reading(
        f"Raten von {areas(len(result.rate)).de} mit {_de(percent, decimals)}-%-Vertrauensbereich. Je kleiner ein "
        "Gebiet, desto breiter der Bereich; Gebiete, deren Bereiche sich überschneiden, unterscheiden sich nicht "
        f"sicher. {EXPLORATORY.de}",
        f"Rates of {areas(len(result.rate)).en} with {_en(percent, decimals)} % confidence intervals. The smaller an "
        "area, the wider its interval; areas whose intervals overlap do not differ for certain. "
        f"{EXPLORATORY.en}",
    )


@read_result.register
def _(result: PooledRates) -> Reading:
    known = int(result.defined.sum())
    return Reading(
        f"Raten aus {result.periods} Zeiträumen zusammen für {known} von {areas(len(result.rate)).de}. Wo ein Zeitraum "
        f"fehlt oder geheim ist, gibt es keine gemeinsame Rate. {EXPLORATORY.de}",
        f"Rates of {result.periods} periods together for {known} of {areas(len(result.rate)).en}. Where a period is "
        f"missing or secret there is no common rate. {EXPLORATORY.en}",
    )


@read_result.register
def _(result: ProbabilityMap) -> Reading:
    rare = int((result.p[result.defined] <= LEVEL).sum())
    return Reading(
        f"In {rare} von {areas(len(result.p)).de} wäre eine so hohe oder so niedrige Zahl von Fällen bei der "
        "gemeinsamen Rate seltener als in einem von zwanzig Fällen zu erwarten (explorativ); durch Zufall "
        "allein träfe das auf bis zu ein Zehntel der Gebiete zu, denn p ist einseitig und nicht für ihre Zahl "
        "korrigiert.",
        f"In {rare} of {areas(len(result.p)).en} so high or so low a number of events would be expected less than once "
        "in twenty times at the common rate (exploratory); by chance alone that holds for up to one in ten, as p is "
        "one-sided and not corrected for the number of areas.",
    )


@read_result.register
def _(result: Funnel) -> Reading:
    counts = result.class_counts()
    far = counts.get("above-998", 0) + counts.get("below-998", 0)
    near = counts.get("above-95", 0) + counts.get("below-95", 0)
    de = (
        f"{far} von {areas(result.n).de} {'liegt' if far == 1 else 'liegen'} außerhalb der 99,8-%-Grenzen um die "
        f"Vergleichsrate, {near} weitere außerhalb der 95-%-Grenzen. Durch reinen Zufall läge etwa eines von zwanzig "
        f"Gebieten außerhalb der 95-%-Grenzen (unter {areas(result.n).de} {_de(result.n / 20, 1)})."
    )
    en = (
        f"{far} of {areas(result.n).en} {'lies' if far == 1 else 'lie'} outside the 99.8 % limits around the "
        f"comparison rate, {near} more outside the 95 % limits. By chance alone about one area in twenty would lie "
        f"outside the 95 % limits (among {areas(result.n).en} {_en(result.n / 20, 1)})."
    )
    if result.dispersion > 2:
        de += (
            " Die Raten streuen insgesamt weit stärker als durch Zufall: Die Gebiete unterscheiden sich aus anderen "
            "Gründen, und gemessen daran sind die Grenzen eng."
        )
        en += (
            " Overall the rates scatter far more than by chance: the areas differ for reasons of their own, and "
            "measured by that the limits are narrow."
        )
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
        Name of the area whose rate is the standard; None for the rate of all areas together.

    Returns
    -------
    Reading
    """
    of = Reading("der Rate aller Gebiete", "the rate of all areas would lead one to expect")
    if standard is not None:
        of = Reading(f"der Rate von {standard}", f"the rate of {standard} would lead one to expect")
    found = _far_from_one(result, of)
    return Reading(
        f"{found.de} Alter und Zusammensetzung der Bevölkerung sind nicht berücksichtigt. {EXPLORATORY.de}",
        f"{found.en} Age and make-up of the population are not accounted for. {EXPLORATORY.en}",
    )


def read_stratified_ratios(result: StandardisedRatios, strata: int, standard: str | None = None) -> Reading:
    """Put ratios into words whose expected numbers come from the rates of groups of the population.

    Parameters
    ----------
    result : StandardisedRatios
    strata : int
        Number of groups.
    standard : str, optional
        Name of the area whose rates are the standard; None for the rates of all areas together.

    Returns
    -------
    Reading
    """
    of = Reading("aller Gebiete", "all areas") if standard is None else Reading(f"von {standard}", standard)
    groups = Reading(
        f"den Raten {of.de} in {strata} Bevölkerungsgruppen",
        f"the rates of {of.en} in {strata} groups of the population would lead one to expect",
    )
    if strata == 1:
        groups = Reading(
            f"der Rate {of.de} in einer Bevölkerungsgruppe",
            f"the rate of {of.en} in one group of the population would lead one to expect",
        )
    found = _far_from_one(result, groups)
    return Reading(
        f"{found.de} Wie sich die Bevölkerung auf diese Gruppen verteilt, ist berücksichtigt, anderes nicht. Jedes "
        f"Gebiet wird mit dem Standard verglichen, nicht mit den anderen Gebieten. {EXPLORATORY.de}",
        f"{found.en} How the population is made up of these groups is accounted for, nothing else is. Each area is "
        f"compared with the standard, not with the others. {EXPLORATORY.en}",
    )


def _far_from_one(result: StandardisedRatios, standard: Reading) -> Reading:
    """How many areas differ from what is expected by more than their own interval."""
    known, percent = result.defined, 100 * result.level
    above, below = int((result.lower[known] > 1).sum()), int((result.upper[known] < 1).sum())
    decimals = 0 if percent == round(percent) else 2
    return Reading(
        f"In {above} von {areas(result.n).de} gab es deutlich mehr, in {below} deutlich weniger Fälle, als nach "
        f"{standard.de} zu erwarten wären: Ihr {_de(percent, decimals)}-%-Vertrauensbereich liegt ganz über oder ganz "
        f"unter 1. Das gilt für jedes Gebiet allein und ist nicht für {some(result.n, 'Vergleich', 'Vergleiche')} "
        "korrigiert.",
        f"In {above} of {areas(result.n).en} there were clearly more, in {below} clearly fewer events than "
        f"{standard.en}: their {_en(percent, decimals)} % confidence interval lies entirely above or below 1. That "
        f"holds for each area alone and is not corrected for {some(result.n, 'comparison', 'comparisons')}.",
    )
