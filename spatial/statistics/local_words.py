"""What a local statistic says in plain words, and how far its tests reach at all, in German and English."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from spatial.statistics.attainable import areas_needed
from spatial.statistics.getis_ord import SPOT_LEVELS
from spatial.statistics.moran import CLUSTER_LEVEL
from spatial.statistics.reading import BORDER, NOTHING, Reading, few_areas, isolates, joined, missing_beyond
from spatial.statistics.relinking import KeyPair
from spatial.statistics.results import LocalResult


def read_local(result: LocalResult, *, bridged: Iterable[KeyPair] = (), ring: Collection[str] = ()) -> Reading:
    """Put a local statistic into words.

    Parameters
    ----------
    result : LocalResult
        Any local result.
    bridged : iterable of (str, str)
        Keys of the pairs that are neighbours only across an unpopulated area.
    ring : collection of str
        Keys of the areas around the selection, which were not tested.

    Returns
    -------
    Reading
        How many areas are conspicuous and in which way, and what few areas, bridges, the edge and isolates limit.
    """
    counts = result.class_counts()
    named = [(name, counts[name]) for name in _CLASS_NAMES if counts.get(name)]
    called = _called(result, named) if named else _none_called(result)
    parts = (
        called,
        _across(result, bridged),
        _LOCAL_SCOPES.get(result.method, NOTHING),
        few_areas(result.n),
        _edge(result, ring),
        isolates(len(result.weights.isolates)),
    )
    return Reading(joined(*(part.de for part in parts)), joined(*(part.en for part in parts)))


def read_power(result: LocalResult) -> Reading | None:
    """Warn that no area, or no area on its own, can become conspicuous, and say what helps.

    Parameters
    ----------
    result : LocalResult
        Any local result.

    Returns
    -------
    Reading or None
        None where a single area can become conspicuous.
    """
    tests, needed = result.n_tested, _needed(result)
    if not tests or needed == 1:
        return None
    floor, more = 2.0 / (result.permutations + 1), max(9_999, 10 * (result.permutations + 1) - 1)
    if result.smallest_p > floor * (1 + 1e-9):
        cause = Reading(
            "für jedes Gebiet sind zu wenige verschiedene Nachbarschaften möglich. Andere Nachbarn (weights=knn:4 oder "
            "queen:2) oder mehr Gebiete (within, ring=true) helfen.",
            "too few different sets of neighbours are possible for each area. Other neighbours (weights=knn:4 or "
            "queen:2) or more areas (within, ring=true) help.",
        )
    else:
        cause = Reading(
            f"{result.permutations} Permutationen sind für {tests} Tests zu wenige. Mehr davon helfen (zum Beispiel "
            f"permutations={more}).",
            f"{result.permutations} permutations are too few for {tests} tests. More of them help (for example "
            f"permutations={more}).",
        )
    if needed is None:
        return Reading(
            f"Kein Gebiet kann hier auffällig werden, wie groß die Unterschiede auch sind: {cause.de}",
            f"No area can become conspicuous here, however large the differences are: {cause.en}",
        )
    return Reading(
        f"Ein einzelnes Gebiet kann hier nicht auffällig werden, nur mindestens {needed} zugleich: {cause.de}",
        f"A single area cannot become conspicuous here, only {needed} or more at a time: {cause.en}",
    )


def _needed(result: LocalResult) -> int | None:
    """How many areas must reach their smallest p for any to be called; None if even all of them would not do."""
    level = SPOT_LEVELS[-1][0] if result.method.startswith("getis-ord") else CLUSTER_LEVEL
    return areas_needed(result.smallest_p_each[result.tested], level)


def _called(result: LocalResult, named: list[tuple[str, int]]) -> Reading:
    """How many areas of which classes are conspicuous."""
    called, tests = sum(count for _, count in named), result.n_tested
    verb = Reading("ist", "is") if called == 1 else Reading("sind", "are")
    words = [_class_words(name, count) for name, count in named]
    return Reading(
        f"{called} von {tests} geprüften Gebieten {verb.de} auffällig (explorativ): "
        f"{', '.join(each.de for each in words)}.",
        f"{called} of {tests} tested areas {verb.en} conspicuous (exploratory): "
        f"{', '.join(each.en for each in words)}.",
    )


def _class_words(name: str, count: int) -> Reading:
    """A number of areas of one class."""
    words = _CLASS_NAMES[name]
    if count > 1 and name.startswith(("hot-", "cold-")):
        words = Reading(words.de.replace("spot ", "spots "), words.en.replace("spot ", "spots "))
    return Reading(f"{count} {words.de}", f"{count} {words.en}")


def _none_called(result: LocalResult) -> Reading:
    """That no area is conspicuous, and what that is worth."""
    tests = result.n_tested
    if not tests:
        return Reading("Kein Gebiet konnte geprüft werden (explorativ).", "No area could be tested (exploratory).")
    if _needed(result) is None:
        return Reading(
            f"Keines der {tests} geprüften Gebiete ist auffällig (explorativ), und keines hätte es werden können: Das "
            "Ergebnis sagt nichts darüber, ob es Häufungen gibt.",
            f"None of the {tests} tested areas is conspicuous (exploratory), and none could have become so: the result "
            "does not say whether there are clusters.",
        )
    return Reading(
        f"Keines der {tests} geprüften Gebiete ist nach der Korrektur für {tests} Tests auffällig (explorativ); das "
        "beweist nicht, dass es keine Häufungen gibt.",
        f"None of the {tests} tested areas is conspicuous after correction for {tests} tests (exploratory); that does "
        "not prove that there are no clusters.",
    )


def _across(result: LocalResult, bridged: Iterable[KeyPair]) -> Reading:
    """How many conspicuous areas have neighbours only across an unpopulated area, or nothing."""
    called = {key for key, name in zip(result.keys, result.classes, strict=True) if name in _CLASS_NAMES}
    reaching = called & {key for pair in bridged for key in pair}
    if not reaching:
        return NOTHING
    part = Reading(f"{len(reaching)} davon zählen", f"{len(reaching)} of them count")
    if len(reaching) == 1:
        part = Reading("Eines davon zählt", "One of them counts")
    return Reading(
        f"{part.de} auch Gebiete als Nachbarn, die nur über ein unbewohntes Gebiet hinweg erreichbar sind; ohne diese "
        "Verbindungen kann das Ergebnis ein anderes sein.",
        f"{part.en} areas as neighbours that are reached only across an unpopulated area; without these links "
        "the result may be another.",
    )


def _edge(result: LocalResult, ring: Collection[str]) -> Reading:
    """What the edge of the map limits, or nothing."""
    if len(ring) == 1:
        return Reading(
            "1 Gebiet neben der Auswahl zählt als Nachbar und im Mittelwert mit, ist aber selbst nicht geprüft; was "
            "dahinter liegt, fehlt.",
            "1 area beside the selection counts as a neighbour and in the mean, but is not tested itself; what lies "
            "behind it is missing.",
        )
    if ring:
        around = len(ring)
        return Reading(
            f"{around} Gebiete rund um die Auswahl zählen als Nachbarn und im Mittelwert mit, sind aber selbst nicht "
            "geprüft; was dahinter liegt, fehlt.",
            f"{around} areas around the selection count as neighbours and in the mean, but are not tested themselves; "
            "what lies behind them is missing.",
        )
    general = missing_beyond(result.weights.spec)
    if general is not BORDER:
        return general
    return Reading(
        "Gebiete am Rand haben weniger Nachbarn und sind schwerer zu prüfen; was jenseits der Grenze liegt, fehlt.",
        "Areas at the edge have fewer neighbours and are harder to test; what lies beyond the border is missing.",
    )


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
