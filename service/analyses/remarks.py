"""Warnings that follow from the figures and neighbours that are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Text = dict[str, str]

_MOST_NAMES = 8


def of_bridges(bridged: Sequence[tuple[str, str]], gaps: Sequence[str], *, pairs: int | None, matters: str) -> Text:
    """Warn of pairs that are neighbours only across unpopulated areas.

    Parameters
    ----------
    bridged : sequence of (str, str)
        The pairs among the areas that are used, at least one.
    gaps : sequence of str
        Names of the unpopulated areas.
    pairs : int or None
        Number of all pairs of neighbours; None where they are linked over several steps.
    matters : {"choice", "some", "all"}
        Whether the question could have asked for something else; if not, whether some or all of the answer is about
        neighbours.
    """
    count, shown = len(bridged), _shown(gaps)
    one = count == 1
    if pairs is None:
        de, en = ("1 Nachbarschaft", "1 pair") if one else (f"{count} Nachbarschaften", f"{count} pairs")
    else:
        de, en = f"{count} von {pairs} Nachbarschaften", f"{count} of {pairs} pairs"
    advice = {
        "de": "Das betrifft nur Kennwerte, die Nachbarn einbeziehen.",
        "en": "This matters only for indices that take neighbours into account.",
    }
    if matters == "all":
        advice = {"de": "", "en": ""}
    if matters == "choice":
        advice = {
            "de": "Ob das Ergebnis daran hängt, zeigt dieselbe Frage mit isolates=drop oder isolates=knn1.",
            "en": "Whether the result depends on it, the same question with isolates=drop or isolates=knn1 tells.",
        }
    return {
        "de": f"{de} {'besteht' if one else 'bestehen'} nur über unbewohntes Gebiet hinweg ({shown['de']}). "
        f"{advice['de']}".rstrip(),
        "en": f"{en} {'is' if one else 'are'} neighbours only across unpopulated land ({shown['en']}). "
        f"{advice['en']}".rstrip(),
    }


def of_estimates(estimated: Mapping[str, str], n: int) -> tuple[Text, ...]:
    """Warn of areas whose figures are estimated.

    Parameters
    ----------
    estimated : mapping of str to str
        Names of the areas by key.
    n : int
        Number of areas.
    """
    if not estimated:
        return ()
    count, shown = len(estimated), _shown([f"{name} {key}" for key, name in estimated.items()])
    return (
        {
            "de": f"Bei {count} von {n} Gebieten sind Zahlen geschätzt: {shown['de']}. Gebiete, auf die eine "
            "gemeinsame Zahl verteilt wurde, ähneln sich schon deshalb.",
            "en": f"In {count} of {n} areas figures are estimated: {shown['en']}. Areas among which one number was "
            "shared out are alike for that reason.",
        },
    )


def secret_areas(dropped: Sequence[Mapping[str, str]]) -> int:
    """Count the areas that are left out because a figure is secret, here or at the source."""
    return sum(each["reason"].startswith("SECRET") for each in dropped)


def of_secret(count: int) -> tuple[Text, ...]:
    """Warn that areas are not in the calculation because they are secret, which is not by chance.

    Parameters
    ----------
    count : int
        Number of these areas.
    """
    if not count:
        return ()
    one = count == 1
    areas_de, areas_en = ("1 Gebiet", "1 area") if one else (f"{count} Gebieten", f"{count} areas")
    return (
        {
            "de": f"In {areas_de} sind Zahlen geheim; {'es ist' if one else 'sie sind'} "
            "nicht in der Berechnung. Geheim sind vor allem kleine Zahlen: Gebiete mit kleinen Gruppen fehlen nicht "
            "zufällig, sondern planmäßig, und das Ergebnis kann deshalb zu niedrig oder zu hoch sein.",
            "en": f"In {areas_en} figures are secret; {'it is' if one else 'they are'} not in the calculation. Mostly "
            "small numbers are secret: areas with small groups are left out systematically, not by chance, so the "
            "result may be too low or too high.",
        },
    )


def read_secret(count: int) -> Text:
    """Say of how many areas a result knows nothing, as the end of its reading."""
    one = count == 1
    return {
        "de": f"{count} {'Gebiet mit geheimen Zahlen ist' if one else 'Gebiete mit geheimen Zahlen sind'} darin nicht "
        "enthalten; das Ergebnis kann deshalb zu niedrig oder zu hoch sein.",
        "en": f"{count} {'area with secret figures is' if one else 'areas with secret figures are'} not in it; the "
        "result may be too low or too high for that.",
    }


def of_published_standard(dropped: Sequence[Mapping[str, str]], n: int) -> tuple[Text, ...]:
    """Warn that the areas are measured by a rate from which secret figures are missing.

    Parameters
    ----------
    dropped : sequence of mapping
        Areas that are left out, with the reason of each.
    n : int
        Number of the others, whose rate is the standard.
    """
    secret = secret_areas(dropped)
    if not secret:
        return ()
    return (
        {
            "de": f"Der Standard sind nur die {n} Gebiete mit veröffentlichten Zahlen; bei {secret} sind sie geheim. "
            "Geheim sind vor allem kleine Zahlen, daher liegt der Standard eher zu hoch. Ein Gebiet wie das Land als "
            "Vergleich (reference=) hat das Problem nicht.",
            "en": f"The standard is that of the {n} areas with published figures; in {secret} they are secret. Mostly "
            "small numbers are secret, so the standard tends to be too high. An area such as the Land as reference "
            "(reference=) does not have this problem.",
        },
    )


def of_uncorrected(areas: int) -> tuple[Text, ...]:
    """Tell that series of some areas are too short to be corrected for autocorrelation."""
    if not areas:
        return ()
    those = {"de": f"{areas} Gebieten", "en": f"{areas} areas"} if areas > 1 else {"de": "1 Gebiet", "en": "1 area"}
    return (
        {
            "de": f"Bei {those['de']} mit höchstens zehn bekannten Werten ist nichts korrigiert (hamed-rao).",
            "en": f"In {those['en']} with ten known values or fewer nothing is corrected (hamed-rao).",
        },
    )


def of_ring(around: int) -> tuple[Text, ...]:
    """Tell that areas around the selection take part in the result like all others."""
    if not around:
        return ()
    areas = {"de": f"{around} Gebiete", "en": f"{around} areas"} if around > 1 else {"de": "1 Gebiet", "en": "1 area"}
    return (
        {
            "de": f"Mitgezählt: {areas['de']} rund um die Auswahl (ring=true).",
            "en": f"Counted as well: {areas['en']} around the selection (ring=true).",
        },
    )


def is_estimated(figure: Mapping[str, Any], row: int) -> bool:
    """Whether the figure of a row is an estimate."""
    return "ESTIMATED" in figure["flags"].get(str(row), ())


def _shown(names: Sequence[str]) -> Text:
    """The first names, and how many more there are."""
    first, more = ", ".join(names[:_MOST_NAMES]), len(names) - _MOST_NAMES
    if more <= 0:
        return {"de": first, "en": first}
    return {"de": f"{first} und {more} weitere", "en": f"{first} and {more} more"}
