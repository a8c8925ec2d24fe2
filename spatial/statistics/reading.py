"""What a result says in plain words, in German and English.

The wording is exploratory on purpose: a local p of a few dozen areas points to where a closer look is
worthwhile, it proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from spatial.statistics.numerals import english, english_p, fitting_decimals, german, german_p
from spatial.statistics.results import GlobalResult
from spatial.statistics.sentences import Sentence

_LEVEL = 0.05
_FEW_AREAS = 50


@dataclass(frozen=True)
class Reading(Sentence):
    """What a result says, in both languages.

    Attributes
    ----------
    de, en : str
        Sentences in German and English.
    """

    def to_dict(self) -> dict[str, str]:
        """``{"de": ..., "en": ...}``."""
        return {"de": self.de, "en": self.en}


NOTHING = Reading("", "")
BORDER = Reading(
    "Am Rand fehlt, was jenseits der Grenze liegt.", "At the edge, what lies beyond the border is missing."
)
_FARTHER = Reading(
    "Am Rand treten weiter entfernte Gebiete an die Stelle derer jenseits der Grenze.",
    "At the edge, areas farther away stand in for those beyond the border.",
)


def read_global(result: GlobalResult, *, ring: Collection[str] = ()) -> Reading:
    """Put a global statistic into words.

    Parameters
    ----------
    result : GlobalResult
        Any global result.
    ring : collection of str
        Keys of the areas around the selection that were taken in.

    Returns
    -------
    Reading
        What the value says, how well chance explains it, and what few areas, the edge or isolates limit.
    """
    name = _GLOBAL_NAMES[result.method]
    above = result.value > result.expectation
    finding = _FINDINGS[result.method][above] if result.p <= _LEVEL else _NO_FINDING
    value, areas = _number(result.value), _areas(result.n, ring)
    parts = (
        Reading(
            f"{name.de} = {value.de} bei {areas.de} ({german_p(result.p)}, explorativ): {finding.de}",
            f"{name.en} = {value.en} over {areas.en} ({english_p(result.p)}, exploratory): {finding.en}",
        ),
        _beside(result),
        few_areas(result.n),
        missing_beyond(result.weights.spec),
        isolates(len(result.weights.isolates)),
    )
    return Reading(joined(*(part.de for part in parts)), joined(*(part.en for part in parts)))


def missing_beyond(spec: str) -> Reading:
    """What neighbours of this kind lack at the edge of the map; blocks lack nothing."""
    if spec.startswith("block"):
        return NOTHING
    nearest = spec.startswith("knn") or (spec.startswith("kernel") and not spec.endswith("m"))
    return _FARTHER if nearest else BORDER


def _areas(n: int, ring: Collection[str]) -> Reading:
    """How many areas, and how many of them lie around the selection."""
    if not ring:
        return Reading(f"{n} Gebieten", f"{n} areas")
    return Reading(
        f"{n} Gebieten, davon {len(ring)} rund um die Auswahl", f"{n} areas, {len(ring)} of them around the selection"
    )


_GLOBAL_NAMES = {
    "moran": Reading("Morans I", "Moran's I"),
    "geary": Reading("Gearys C", "Geary's C"),
    "getis-ord-g": Reading("Getis-Ord G", "Getis-Ord G"),
    "join-counts": Reading(
        "Zahl der Grenzen zwischen zwei Gebieten über der Schwelle",
        "Number of borders between two areas above the threshold",
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


def _beside(result: GlobalResult) -> Reading:
    """What must be read beside the statistic, or nothing."""
    if "pearson" in result.companions:
        r = _number(result.companions["pearson"])
        return Reading(
            f"Innerhalb der Gebiete hängen beide Indikatoren mit r = {r.de} zusammen; eine Ursache belegt das nicht.",
            f"Within the areas, the correlation of both indicators is r = {r.en}; this shows no cause.",
        )
    if result.method == "join-counts":
        expected, limit = _number(result.expectation), _number(result.companions["threshold"])
        return Reading(
            f"Bei Zufall wären es {expected.de}; die Schwelle ist {limit.de}.",
            f"By chance it would be {expected.en}; the threshold is {limit.en}.",
        )
    return NOTHING


def few_areas(n: int) -> Reading:
    """Warn about low power, or nothing."""
    if n >= _FEW_AREAS:
        return NOTHING
    return Reading(
        f"Mit nur {n} Gebieten werden nur starke Muster erkannt.",
        f"With only {n} areas, only strong patterns can be detected.",
    )


def isolates(count: int) -> Reading:
    """How many areas have no neighbour, or nothing."""
    if not count:
        return NOTHING
    if count == 1:
        return Reading("1 Gebiet hat keine Nachbarn.", "1 area has no neighbours.")
    return Reading(f"{count} Gebiete haben keine Nachbarn.", f"{count} areas have no neighbours.")


def joined(*sentences: str) -> str:
    """Sentences that are not empty."""
    return " ".join(sentence for sentence in sentences if sentence)


def _number(value: float) -> Reading:
    """Two decimals, three for small numbers, none for counts."""
    decimals = fitting_decimals(value)
    return Reading(german(value, decimals), english(value, decimals))
