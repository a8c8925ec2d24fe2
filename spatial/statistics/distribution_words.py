"""What segregation, inequality and composite indices say in plain words, in German and English."""

from __future__ import annotations

from spatial.statistics.composite import CompositeIndex
from spatial.statistics.inequality import Inequality
from spatial.statistics.numerals import english as _en
from spatial.statistics.numerals import english_p, german_p
from spatial.statistics.numerals import german as _de
from spatial.statistics.reading import Reading
from spatial.statistics.segregation import SegregationIndices
from spatial.statistics.segregation_change import SegregationChange
from spatial.statistics.segregation_curves import ThresholdProfile
from spatial.statistics.segregation_difference import SegregationDifference
from spatial.statistics.segregation_groups import MultigroupSegregation, SegregationProfile
from spatial.statistics.segregation_inference import SegregationNull
from spatial.statistics.typology import Typology
from spatial.statistics.unevenness import direction
from spatial.statistics.wording import EXPLORATORY, LEVEL, read_result, some

#: Members to an area from which the corrections of D remove about half of what chance adds, and leave less than 0.1.
_ENOUGH_TO_CORRECT = 4


@read_result.register
def _(result: SegregationIndices) -> Reading:
    moved = 100 * result.d
    scope = Reading(
        "Der Wert beschreibt nur Unterschiede zwischen den Gebieten, nicht innerhalb; bei anderen Gebietsgrenzen wäre "
        "er ein anderer. Kleine Gruppen haben schon durch Zufall hohe Werte: Er gehört neben den Wert bei Zufall. "
        f"{EXPLORATORY.de}",
        "The value is about differences between the areas, not within them; with other boundaries it would be another. "
        "Small groups have high values by chance alone: it belongs beside its value under chance. "
        f"{EXPLORATORY.en}",
    )
    edge = _spatial_edge(result)
    return Reading(
        f"D = {_de(result.d)} bei {result.n} Gebieten: {_de(moved, 0)} % der Gruppe müssten umziehen, damit ihr Anteil "
        f"überall gleich wäre. Wer zur Gruppe gehört (Anteil {_de(100 * result.share, 1)} %), trifft im eigenen Gebiet "
        f"mit {_de(100 * result.isolation, 1)} % Wahrscheinlichkeit auf Mitglieder der Gruppe. {scope.de}{edge.de}",
        f"D = {_en(result.d)} over {result.n} areas: {_en(moved, 0)} % of the group would have to move for its "
        f"share to be the same everywhere. A member of the group (share {_en(100 * result.share, 1)} %) meets another "
        f"one in the same area with a probability of {_en(100 * result.isolation, 1)} %. {scope.en}{edge.en}",
    )


def read_correction(result: SegregationIndices) -> Reading | None:
    """Warn that a group is too small for the corrections of D to remove what chance adds.

    With four members to an area they still leave about 0.1 of a D that is chance alone, with one about 0.2, and with a
    single member everything.

    Parameters
    ----------
    result : SegregationIndices

    Returns
    -------
    Reading or None
        None where the smaller of group and rest has four members to an area, or more.
    """
    smaller = min(result.group_size, result.total_size - result.group_size)
    if smaller >= _ENOUGH_TO_CORRECT * result.n:
        return None
    return Reading(
        f"Die kleinere der beiden Gruppen zählt {_de(smaller, 0)} in {result.n} Gebieten: zu wenige, um D vom Zufall "
        "zu bereinigen. Auch das bereinigte D (bias_corrected) ist zu hoch; maßgeblich ist der Vergleich mit dem Wert "
        "bei Zufall.",
        f"The smaller of the two groups counts {_en(smaller, 0)} in {result.n} areas: too few to remove chance from D. "
        "The corrected D (bias_corrected) is too high as well; what counts is the comparison with the value under "
        "chance.",
    )


def _spatial_edge(result: SegregationIndices) -> Reading:
    """What the indices that look beyond the single area lack at the edge, or nothing."""
    if result.spatial_d is None and result.absolute_clustering is None and result.decay_isolation is None:
        return Reading("", "")
    return Reading(
        " Kennwerten, die Nachbarn oder Entfernungen einbeziehen, fehlt am Rand, was jenseits der Grenze liegt.",
        " Indices that take neighbours or distances into account lack what lies beyond the border.",
    )


@read_result.register
def _(result: SegregationNull) -> Reading:
    name, finding = _INDEX_NAMES[result.index], _against_chance(result)
    falls = _falls(result.index)
    return Reading(
        f"{name.de} = {_de(result.value, 3)}; bei Zufall wären über {result.n} Gebiete {_de(result.mean, 3)} zu "
        f"erwarten ({german_p(result.p)}, explorativ). {falls.de}{finding.de} Über Ursachen sagt das nichts.",
        f"{name.en} = {_en(result.value, 3)}; chance alone would give {_en(result.mean, 3)} over {result.n} areas "
        f"({english_p(result.p)}, exploratory). {falls.en}{finding.en} It says nothing about causes.",
    )


_INDEX_NAMES = {
    "d": Reading("D", "D"),
    "gini": Reading("Gini-Index", "Gini index"),
    "entropy": Reading("H", "H"),
    "atkinson": Reading("Atkinson-Index", "Atkinson index"),
    "isolation": Reading("Isolation", "Isolation"),
    "interaction": Reading("Interaktion", "Interaction"),
    "correlation_ratio": Reading("V", "V"),
    "spatial_d": Reading("Räumliches D", "Spatial D"),
}


def _falls(index: str) -> Reading:
    """That a small value means much segregation, where it does."""
    if direction(index) > 0:
        return Reading("", "")
    return Reading("Je kleiner dieser Wert, desto stärker die Trennung. ", "The smaller it is, the more segregation. ")


def _against_chance(result: SegregationNull) -> Reading:
    """Whether, and in which direction, an index differs from chance."""
    if result.p > LEVEL and result.alternative == "greater":
        return Reading(
            "Mehr Trennung, als der Zufall ergäbe, ist nicht zu erkennen.",
            "More segregation than chance would give cannot be made out.",
        )
    if result.p > LEVEL:
        return Reading("Das ist vom Zufall nicht zu unterscheiden.", "That cannot be told from chance.")
    if result.null == "geographic":
        return Reading(
            f"Gebiete mit ähnlichem Anteil der Gruppe liegen {'näher' if result.is_more_segregated else 'weniger nah'} "
            "beieinander, als es der Zufall ergäbe.",
            f"Areas with similar shares of the group lie {'closer' if result.is_more_segregated else 'less close'} "
            "together than chance would have it.",
        )
    if result.is_more_segregated:
        return Reading(
            "Die Gruppe wohnt ungleicher verteilt, als es der Zufall ergäbe.",
            "The group lives more unevenly than chance would have it.",
        )
    return Reading(
        "Die Gruppe wohnt gleichmäßiger verteilt, als es der Zufall ergäbe.",
        "The group lives more evenly than chance would have it.",
    )


@read_result.register
def _(result: MultigroupSegregation) -> Reading:
    decimals = 3 if result.entropy >= 0.01 else 5
    de, en = _de(result.entropy, decimals), _en(result.entropy, decimals)
    return Reading(
        f"H = {de} bei {len(result.shares)} Gruppen und {result.n} Gebieten: 0 hieße überall "
        "dieselbe Mischung, 1 keine Mischung. Der Wert beschreibt Unterschiede zwischen den Gebieten, nicht innerhalb; "
        f"kleine Gruppen ergeben schon durch Zufall einen Wert über 0. {EXPLORATORY.de}",
        f"H = {en} for {len(result.shares)} groups in {result.n} areas: 0 would be the same mix "
        "everywhere, 1 no mix at all. The value is about differences between the areas, not within them; small groups "
        f"give a value above 0 by chance alone. {EXPLORATORY.en}",
    )


@read_result.register
def _(result: SegregationProfile) -> Reading:
    first, last, km = float(result.entropy[0]), float(result.entropy[-1]), float(result.distances_m[-1]) / 1000
    if _en(first, 3) == _en(last, 3):
        moves = Reading(f"H bleibt bei {_de(first, 3)}", f"H stays at {_en(first, 3)}")
    else:
        moves = Reading(
            f"H {'sinkt' if last < first else 'steigt'} von {_de(first, 3)} auf {_de(last, 3)}",
            f"H {'falls' if last < first else 'rises'} from {_en(first, 3)} to {_en(last, 3)}",
        )
    odd = Reading("", "")
    if round(float(result.entropy.min()), 3) < 0 or last > first:
        odd = Reading(
            " Dass H mit der Weite steigt oder unter 0 fällt, liegt daran, dass weite Umgebungen die Mitte öfter "
            "zählen als den Rand; Trennung ist das nicht.",
            " That H rises with the width, or falls below 0, is because wide surroundings count the middle more "
            "often than the edge; that is not segregation.",
        )
    return Reading(
        f"{moves.de}, wenn die Umgebung auf {_de(km, 1)} km wächst ({result.n} Gebiete). Ein steiler Fall zeigt "
        f"kleinräumige, eine flache Linie großräumige Trennung.{odd.de} Am Rand fehlt, was jenseits der Grenze "
        f"liegt. {EXPLORATORY.de}",
        f"{moves.en} as the surroundings grow to {_en(km, 1)} km ({result.n} areas). A steep fall shows separation on "
        f"a small scale, a flat line on a large one.{odd.en} At the edge, what lies beyond the border is missing. "
        f"{EXPLORATORY.en}",
    )


@read_result.register
def _(result: ThresholdProfile) -> Reading:
    what = _proximity(result) if result.kind == "proximity" else _concentration(result)
    return Reading(
        f"{what.de} Das beschreibt Unterschiede zwischen den {result.n} Gebieten, nicht innerhalb. {EXPLORATORY.de}",
        f"{what.en} This is about differences between the {result.n} areas, not within them. {EXPLORATORY.en}",
    )


def _concentration(result: ThresholdProfile) -> Reading:
    """Where half of the group lives."""
    half = 100 * float(result.thresholds[result.curve >= 0.5].max())
    share = 100 * result.share
    return Reading(
        f"Die Hälfte der Gruppe lebt in Gebieten, in denen ihr Anteil mindestens {_de(half, 1)} % beträgt; insgesamt "
        f"sind es {_de(share, 1)} %. Je weiter beides auseinanderliegt, desto stärker ist die Gruppe konzentriert "
        f"(Kennwert {_de(result.value, 3)}; 0: überall derselbe Anteil). Kleine Gruppen wirken schon durch Zufall "
        "konzentriert.",
        f"Half of the group lives in areas where its share is at least {_en(half, 1)} %; overall it is "
        f"{_en(share, 1)} %. The further the two lie apart, the more concentrated is the group (summary "
        f"{_en(result.value, 3)}; 0: the same share everywhere). Small groups look concentrated by chance alone.",
    )


def _proximity(result: ThresholdProfile) -> Reading:
    """How close the areas with a high share lie."""
    near, share = float(result.curve[result.thresholds >= result.share][0]), 100 * result.share
    every = float(result.curve[0])
    edge = Reading("Wege jenseits der Grenze zählen nicht.", "Paths beyond the border do not count.")
    if not near or not every:
        return Reading(
            f"Wie nah die Gebiete beieinanderliegen, in denen der Anteil der Gruppe mindestens {_de(share, 1)} % "
            f"beträgt, ist nicht zu bestimmen: Sie sind nicht alle über Nachbarn verbunden. {edge.de}",
            f"How close the areas lie in which the share of the group is at least {_en(share, 1)} % cannot be told: "
            f"not all of them are connected by neighbours. {edge.en}",
        )
    return Reading(
        f"Gebiete, in denen der Anteil der Gruppe mindestens {_de(share, 1)} % beträgt (der Gesamtanteil), liegen im "
        f"Mittel {_de(1 / near, 1)} Schritte von Nachbar zu Nachbar auseinander; bei allen Gebieten sind es "
        f"{_de(1 / every, 1)}. {edge.de}",
        f"Areas in which the share of the group is at least {_en(share, 1)} % (its share overall) lie "
        f"{_en(1 / near, 1)} steps from neighbour to neighbour apart on average; among all areas it is "
        f"{_en(1 / every, 1)}. {edge.en}",
    )


@read_result.register
def _(result: SegregationChange) -> Reading:
    name, parts = _INDEX_NAMES[result.index], _PARTS_OF_CHANGE[result.counterfactual]
    rest = Reading("", "") if not result.change else _more_or_less(direction(result.index) * result.change > 0)
    return Reading(
        f"{name.de} ändert sich von {_de(result.first, 4)} auf {_de(result.second, 4)} ({result.n} Gebiete), also um "
        f"{_de(result.change, 4)}{rest.de}. Davon kommen {_de(result.structure, 4)} daher, {parts[0].de}, und "
        f"{_de(result.attributes, 4)} daher, {parts[1].de}. Die Zerlegung rechnet, sie erklärt nicht; auch der Zufall "
        f"in kleinen Gruppen verändert den Wert. {EXPLORATORY.de}",
        f"{name.en} changes from {_en(result.first, 4)} to {_en(result.second, 4)} ({result.n} areas), by "
        f"{_en(result.change, 4)}{rest.en}. Of this, {_en(result.structure, 4)} comes about {parts[0].en}, and "
        f"{_en(result.attributes, 4)} {parts[1].en}. The split is arithmetic, not an explanation; chance in small "
        f"groups changes the value as well. {EXPLORATORY.en}",
    )


def _more_or_less(more: bool) -> Reading:
    """What a change of an index means."""
    if more:
        return Reading(", das heißt mehr Segregation", ", which means more segregation")
    return Reading(", das heißt weniger Segregation", ", which means less segregation")


#: What the two parts of a change are due to, by what was exchanged.
_PARTS_OF_CHANGE = {
    "composition": (
        Reading(
            "dass sich verschoben hat, wo und in wie großen Gebieten Menschen leben",
            "because where people live, and in how large areas, has shifted",
        ),
        Reading(
            "dass sich die Anteile der Gruppe in den Gebieten verändert haben",
            "because the group's shares in the areas have changed",
        ),
    ),
    "share": (
        Reading(
            "dass sich die Größe der Gruppe und der übrigen Bevölkerung und die Rangfolge der Gebiete verändert haben",
            "because the sizes of the group and of the rest, and the order of the areas, have changed",
        ),
        Reading(
            "dass andere Teile der Gruppe und der übrigen Bevölkerung in den einzelnen Gebieten leben",
            "because other parts of the group and of the rest live in the single areas",
        ),
    ),
}


@read_result.register
def _(result: SegregationDifference) -> Reading:
    name, falls = _INDEX_NAMES[result.index], _falls(result.index)
    finding = _against_exchange(result)
    areas = (
        Reading(f"{result.n_first} Gebiete", f"{result.n_first} areas")
        if result.n_first == result.n_second
        else Reading(f"{result.n_first} und {result.n_second} Gebiete", f"{result.n_first} and {result.n_second} areas")
    )
    return Reading(
        f"{name.de} ist {_de(result.first, 3)} auf der ersten und {_de(result.second, 3)} auf der zweiten Karte "
        f"({areas.de}), ein Unterschied von {_de(result.difference, 3)} ({german_p(result.p)}, explorativ). "
        f"{falls.de}{finding.de} Kleine Gruppen wirken schon durch Zufall getrennt; jede Karte gehört zuerst neben "
        "ihren eigenen Wert bei Zufall.",
        f"{name.en} is {_en(result.first, 3)} on the first and {_en(result.second, 3)} on the second map ({areas.en}), "
        f"a difference of {_en(result.difference, 3)} ({english_p(result.p)}, exploratory). "
        f"{falls.en}{finding.en} Small groups look segregated by chance alone; each map first belongs beside its own "
        "value under chance.",
    )


def _against_exchange(result: SegregationDifference) -> Reading:
    """Whether, and in which direction, two maps differ by more than an exchange of areas would give."""
    if result.p > LEVEL and result.alternative == "greater":
        return Reading(
            "Dass die zweite Karte mehr Trennung zeigt als die erste, ist nicht zu erkennen.",
            "That the second map shows more segregation than the first cannot be made out.",
        )
    if result.p > LEVEL:
        return Reading(
            "Das kann auch ein zufälliger Tausch der Gebiete ergeben.",
            "A random exchange of the areas may give that too.",
        )
    more = Reading("mehr", "more") if result.is_more_segregated else Reading("weniger", "less")
    return Reading(
        f"Die zweite Karte zeigt {more.de} Trennung als die erste; ein zufälliger Tausch der Gebiete ergäbe das "
        "selten.",
        f"The second map shows {more.en} segregation than the first; a random exchange of the areas would rarely give "
        "that.",
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
        f"{de} Gemeint sind Unterschiede zwischen Gebieten, zu denen auch der Zufall in kleinen Gebieten beiträgt; "
        f"über die zwischen Menschen sagt das nichts. {EXPLORATORY.de}",
        f"{en} This is about differences between areas, to which chance in small areas adds; it says nothing about "
        f"those between people. {EXPLORATORY.en}",
    )


@read_result.register
def _(result: CompositeIndex) -> Reading:
    width = (result.highest_rank - result.lowest_rank)[result.defined]
    wide, lacking = int((width > max(2, result.n // 10)).sum()), int(result.incomplete.sum())
    found = _estimated_weights(result)
    gaps = Reading(
        f", {some(lacking, 'Gebiet', 'Gebiete')} davon mit fehlendem Indikator" if lacking else "",
        f", {some(lacking, 'area', 'areas')} of them with an indicator missing" if lacking else "",
    )
    return Reading(
        f"Index aus {len(result.weights)} Indikatoren für {result.n} Gebiete{gaps.de}. Bei "
        f"{some(wide, 'Gebiet', 'Gebieten')} hängt der Rang stark davon ab, wie die Indikatoren gewichtet werden. "
        "Gebiete, deren Ränge dicht beieinanderliegen, unterscheiden sich nicht verlässlich."
        f"{found.de} {EXPLORATORY.de}",
        f"Index of {len(result.weights)} indicators for {result.n} areas{gaps.en}. For {some(wide, 'area', 'areas')} "
        "the rank depends strongly on how the indicators are weighted. Areas whose ranks are close do not differ "
        f"reliably.{found.en} {EXPLORATORY.en}",
    )


def _estimated_weights(result: CompositeIndex) -> Reading:
    """What weights estimated from the data are worth, or nothing."""
    if result.explained is None:
        return Reading("", "")
    return Reading(
        " Die Gewichte sind aus den Daten geschätzt: Die erste Hauptkomponente erklärt "
        f"{_de(100 * result.explained, 0)} % der Streuung. Bei wenigen Gebieten sind sie unsicher; der Index dient "
        "der Prüfung, nicht der Veröffentlichung.",
        " The weights are estimated from the data: the first principal component explains "
        f"{_en(100 * result.explained, 0)} % of the variance. With few areas they are uncertain; the index is for "
        "diagnosis, not for publication.",
    )


@read_result.register
def _(result: Typology) -> Reading:
    low = int((result.status == 4).sum())
    worse = int(((result.status == 4) & (result.dynamics == -1)).sum())
    n = int((result.status > 0).sum())
    left_out = len(result.status) - n
    others = Reading(
        f" {some(left_out, 'Gebiet ist', 'Gebiete sind')} nicht eingestuft." if left_out else "",
        f" {some(left_out, 'area is', 'areas are')} not classified." if left_out else "",
    )
    return Reading(
        f"{low} von {n} eingestuften Gebieten {'hat' if low == 1 else 'haben'} einen sehr niedrigen Status, {worse} "
        f"davon mit negativer Dynamik.{others.de} Die Klassen vergleichen die Gebiete miteinander; ob es allen besser "
        f"oder schlechter geht, zeigen sie nicht. {EXPLORATORY.de}",
        f"{low} of {n} classified areas {'has' if low == 1 else 'have'} a very low status, {worse} of them with "
        f"negative dynamics.{others.en} The classes compare the areas with each other; whether all of them fare better "
        f"or worse, they do not show. {EXPLORATORY.en}",
    )
