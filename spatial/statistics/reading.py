"""What a result says in plain words, in German and English.

The wording is exploratory on purpose: a local p of a few dozen areas points to where a closer look is
worthwhile, it proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from spatial.statistics.results import GlobalResult, LocalResult

_LEVEL = 0.05
_FEW_AREAS = 50


@dataclass(frozen=True)
class Reading:
    """A short text in both languages.

    Attributes
    ----------
    de, en : str
        Sentences in German and English.
    """

    de: str
    en: str

    def to_dict(self) -> dict[str, str]:
        """``{"de": ..., "en": ...}``."""
        return {"de": self.de, "en": self.en}


def read_global(result: GlobalResult) -> Reading:
    """Put a global statistic into words.

    Parameters
    ----------
    result : GlobalResult
        Any global result.

    Returns
    -------
    Reading
        What the value says, how well chance explains it, and what few areas or isolates limit.
    """
    name = _GLOBAL_NAMES[result.method]
    above = result.value > result.expectation
    finding = _FINDINGS[result.method][above] if result.p <= _LEVEL else _NO_FINDING
    value, p = _number(result.value), _p(result.p)
    de = f"{name.de} = {_german(value)} bei {result.n} Gebieten (p = {_german(p)}): {finding.de}"
    en = f"{name.en} = {value} over {result.n} areas (p = {p}): {finding.en}"
    beside = _beside(result)
    few = _few_areas(result.n)
    lonely = _isolates(len(result.weights.isolates))
    return Reading(_joined(de, beside.de, few.de, lonely.de), _joined(en, beside.en, few.en, lonely.en))


def read_local(result: LocalResult) -> Reading:
    """Put a local statistic into words.

    Parameters
    ----------
    result : LocalResult
        Any local result.

    Returns
    -------
    Reading
        How many areas are conspicuous and in which way, and what few areas, the edge and isolates limit.
    """
    counts = result.class_counts()
    named = [(name, counts[name]) for name in _CLASS_NAMES if counts.get(name)]
    called = sum(count for _, count in named)
    tests = result.n_tested
    if called:
        de_list = ", ".join(f"{count} {_CLASS_NAMES[name].de}" for name, count in named)
        en_list = ", ".join(f"{count} {_CLASS_NAMES[name].en}" for name, count in named)
        verb = Reading("ist", "is") if called == 1 else Reading("sind", "are")
        de = f"{called} von {tests} geprüften Gebieten {verb.de} auffällig (explorativ): {de_list}."
        en = f"{called} of {tests} tested areas {verb.en} conspicuous (exploratory): {en_list}."
    else:
        de = (
            f"Keines der {tests} geprüften Gebiete ist nach der Korrektur für {tests} Tests auffällig (explorativ); "
            "das beweist nicht, dass es keine Häufungen gibt."
        )
        en = (
            f"None of the {tests} tested areas is conspicuous after correction for {tests} tests (exploratory); "
            "that does not prove that there are no clusters."
        )
    edge = Reading(
        "Gebiete am Rand haben weniger Nachbarn und sind kaum prüfbar; was jenseits der Grenze liegt, fehlt.",
        "Areas at the edge have fewer neighbours and can hardly be tested; what lies beyond the border is missing.",
    )
    scope = _LOCAL_SCOPES.get(result.method, Reading("", ""))
    few, lonely = _few_areas(result.n), _isolates(len(result.weights.isolates))
    return Reading(_joined(de, scope.de, few.de, edge.de, lonely.de), _joined(en, scope.en, few.en, edge.en, lonely.en))


_GLOBAL_NAMES = {
    "moran": Reading("Morans I", "Moran's I"),
    "geary": Reading("Gearys C", "Geary's C"),
    "getis-ord-g": Reading("Getis-Ord G", "Getis-Ord G"),
    "join-counts": Reading(
        "Zahl der Grenzen zwischen zwei Gebieten über der Schwelle", "borders between two areas above the threshold"
    ),
    "bivariate-moran": Reading("Bivariates Morans I", "Bivariate Moran's I"),
    "lee": Reading("Lees L", "Lee's L"),
    "eb-moran": Reading("Morans I der Empirical-Bayes-Raten", "Moran's I of empirical Bayes rates"),
}
_ALIKE = Reading(
    "Benachbarte Gebiete ähneln sich stärker, als es bei zufälliger Verteilung zu erwarten wäre.",
    "neighbouring areas are more alike than a random distribution would lead one to expect.",
)
_UNLIKE = Reading(
    "Benachbarte Gebiete unterscheiden sich stärker, als es bei zufälliger Verteilung zu erwarten wäre.",
    "neighbouring areas differ more than a random distribution would lead one to expect.",
)
_NO_FINDING = Reading(
    "Das Muster ist von einer zufälligen Verteilung nicht zu unterscheiden.",
    "the pattern cannot be told from a random distribution.",
)
#: What a conspicuous value says, by whether it lies above its expectation.
_FINDINGS = {
    "moran": {True: _ALIKE, False: _UNLIKE},
    "eb-moran": {True: _ALIKE, False: _UNLIKE},
    "join-counts": {
        True: Reading(
            "Gebiete über der Schwelle grenzen öfter aneinander, als es bei zufälliger Verteilung zu erwarten wäre.",
            "areas above the threshold touch each other more often than random places would lead one to expect.",
        ),
        False: Reading(
            "Gebiete über der Schwelle grenzen seltener aneinander, als es bei zufälliger Verteilung zu erwarten wäre.",
            "areas above the threshold touch each other less often than random places would lead one to expect.",
        ),
    },
    "bivariate-moran": {
        True: Reading(
            "Wo der erste Indikator hoch ist, ist der zweite in den Nachbargebieten eher hoch.",
            "where the first indicator is high, the second one tends to be high in the neighbouring areas.",
        ),
        False: Reading(
            "Wo der erste Indikator hoch ist, ist der zweite in den Nachbargebieten eher niedrig.",
            "where the first indicator is high, the second one tends to be low in the neighbouring areas.",
        ),
    },
    "lee": {
        True: Reading(
            "Die räumlichen Muster beider Indikatoren gleichen sich stärker, als es ihr Zusammenhang innerhalb der "
            "Gebiete erwarten ließe.",
            "the spatial patterns of both indicators are more alike than their correlation within the areas would "
            "lead one to expect.",
        ),
        False: Reading(
            "Die räumlichen Muster beider Indikatoren verlaufen stärker gegenläufig, als es ihr Zusammenhang innerhalb "
            "der Gebiete erwarten ließe.",
            "the spatial patterns of both indicators are more opposed than their correlation within the areas would "
            "lead one to expect.",
        ),
    },
    "geary": {True: _UNLIKE, False: _ALIKE},
    "getis-ord-g": {
        True: Reading(
            "Hohe Werte liegen stärker beieinander, als es bei zufälliger Verteilung zu erwarten wäre.",
            "high values lie closer together than a random distribution would lead one to expect.",
        ),
        False: Reading(
            "Niedrige Werte liegen stärker beieinander, als es bei zufälliger Verteilung zu erwarten wäre.",
            "low values lie closer together than a random distribution would lead one to expect.",
        ),
    },
}
_CLASS_NAMES = {
    "high-high": Reading("hoch unter Hohen", "high among high"),
    "low-low": Reading("niedrig unter Niedrigen", "low among low"),
    "high-low": Reading("hoch unter Niedrigen", "high among low"),
    "low-high": Reading("niedrig unter Hohen", "low among high"),
    "other-positive": Reading("den Nachbarn ähnlich", "similar to their neighbours"),
    "negative": Reading("von den Nachbarn verschieden", "different from their neighbours"),
    "hot-99": Reading("Hotspot (99 %)", "hot spot (99 %)"),
    "hot-95": Reading("Hotspot (95 %)", "hot spot (95 %)"),
    "hot-90": Reading("Hotspot (90 %)", "hot spot (90 %)"),
    "cold-99": Reading("Coldspot (99 %)", "cold spot (99 %)"),
    "cold-95": Reading("Coldspot (95 %)", "cold spot (95 %)"),
    "cold-90": Reading("Coldspot (90 %)", "cold spot (90 %)"),
}


#: What the areas of a local statistic were compared by, where it is not simply their value.
_LOCAL_SCOPES = {
    "local-join-counts": Reading(
        "Geprüft werden nur die Gebiete über der Schwelle.", "Only areas above the threshold are tested."
    ),
    "local-bivariate-moran": Reading(
        "Das erste Wort gilt dem eigenen Indikator, das zweite dem anderen Indikator der Nachbarn; ein Einfluss ist "
        "damit nicht belegt.",
        "The first word is about the area's own indicator, the second about the neighbours' other indicator; this does "
        "not show that one influences the other.",
    ),
    "local-eb-moran": Reading(
        "Verglichen werden Raten, die nach der Größe der Gebiete standardisiert sind.",
        "What is compared are rates standardised by the size of the areas.",
    ),
}


def _beside(result: GlobalResult) -> Reading:
    """What must be read beside the statistic, or nothing."""
    if "pearson" in result.companions:
        r = _number(result.companions["pearson"])
        return Reading(
            f"Innerhalb der Gebiete hängen beide Indikatoren mit r = {_german(r)} zusammen; eine Ursache belegt das "
            "nicht.",
            f"Within the areas, the correlation of both indicators is r = {r}; this shows no cause.",
        )
    if result.method == "join-counts":
        expected, limit = _number(result.expectation), _number(result.companions["threshold"])
        return Reading(
            f"Bei Zufall wären es {_german(expected)}; die Schwelle ist {_german(limit)}.",
            f"By chance it would be {expected}; the threshold is {limit}.",
        )
    return Reading("", "")


def _few_areas(n: int) -> Reading:
    """Warn about low power, or nothing."""
    if n >= _FEW_AREAS:
        return Reading("", "")
    return Reading(
        f"Mit nur {n} Gebieten werden nur starke Muster erkannt.",
        f"With only {n} areas, only strong patterns can be detected.",
    )


def _isolates(count: int) -> Reading:
    """How many areas have no neighbour, or nothing."""
    if not count:
        return Reading("", "")
    if count == 1:
        return Reading("1 Gebiet hat keine Nachbarn.", "1 area has no neighbours.")
    return Reading(f"{count} Gebiete haben keine Nachbarn.", f"{count} areas have no neighbours.")


def _joined(*sentences: str) -> str:
    """Sentences that are not empty."""
    return " ".join(sentence for sentence in sentences if sentence)


def _number(value: float) -> str:
    """Two decimals, three for small numbers."""
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def _p(p: float) -> str:
    """Format p with three decimals, four below 0.001."""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.4f}"


def _german(number: str) -> str:
    """Write a number with a decimal comma."""
    return number.replace(".", ",")
