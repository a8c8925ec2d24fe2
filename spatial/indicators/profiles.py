"""Whether disclosure profiles are complete by themselves."""

from __future__ import annotations

from spatial.indicators.errors import CatalogueError
from spatial.indicators.indicator import OPEN, DisclosureProfile, ValidRange
from spatial.indicators.sentences import Sentence


def check_profile(profile: DisclosureProfile) -> None:
    """Check a disclosure profile by itself.

    Raises
    ------
    CatalogueError
        Names the profile, the field and the remedy.
    """
    if profile.threshold < 0 or (profile.id == OPEN and profile.threshold):
        raise CatalogueError(
            Sentence(
                "threshold muss bei 'open' 0 sein und darf sonst nicht negativ sein",
                "threshold must be 0 for 'open' and not negative elsewhere",
            ),
            entry=profile.id,
            field="threshold",
            value=profile.threshold,
        )
    if profile.rounding < 0 or profile.rounding == 1:
        raise CatalogueError(
            Sentence(
                f"rounding ist {profile.rounding}, keine Basis von 2 oder mehr",
                f"rounding is {profile.rounding}, not a base of 2 or more",
            ),
            entry=profile.id,
            field="rounding",
            value=profile.rounding,
            remedy=Sentence(
                "5 für Vielfache von fünf schreiben oder weglassen", "write 5 for multiples of five, or leave it out"
            ),
        )
    if profile.controlled and not profile.rounding:
        raise CatalogueError(
            Sentence("kontrolliertes Runden braucht eine Basis", "controlled rounding needs a base"),
            entry=profile.id,
            field="controlled",
            value=profile.controlled,
            remedy=Sentence(
                "auch rounding = 5 schreiben oder weglassen", "write rounding = 5 as well, or leave it out"
            ),
        )
    if profile.source_range is not None and not _is_range_of_counts(profile.source_range):
        raise CatalogueError(
            Sentence("source_range ist kein Bereich von Anzahlen", "source_range is no range of counts"),
            entry=profile.id,
            field="source_range",
            value=profile.source_range,
            remedy=Sentence(
                "die kleinste und die größte Anzahl schreiben, die die Quelle geheim hält, [1, 9]",
                "write the smallest and the largest count that the source hides, [1, 9]",
            ),
        )
    if (profile.min_denominator or 0) < 0:
        raise CatalogueError(
            Sentence("min_denominator ist negativ", "min_denominator is negative"),
            entry=profile.id,
            field="min_denominator",
        )
    if profile.id == OPEN and (profile.protects or profile.min_denominator or profile.public_levels):
        raise CatalogueError(
            Sentence("das Profil 'open' schützt nichts", "the profile 'open' protects nothing"),
            entry=OPEN,
            remedy=Sentence(
                "dem strengeren Profil eine eigene Kennung geben", "give the stricter profile an id of its own"
            ),
        )


def _is_range_of_counts(bounds: ValidRange) -> bool:
    low, high = bounds
    return low is not None and high is not None and 0 <= low < high
