"""Questions for an analysis, checked against the release; shared by HTTP and the command line."""

from __future__ import annotations

import re

from service.errors import InvalidParameter
from service.parameters import choice, vintage_on
from service.periods import period_of
from service.preparation import Question
from service.reader import ReleaseReader
from service.selection import known_area, level_of
from service.settings import Settings

DEFAULT_SEED = 12345
DEFAULT_PERMUTATIONS = 9999
LARGEST_SEED = 2**53 - 1  # what JSON clients can hold exactly
_FEWEST_PERMUTATIONS = 99
_ISOLATE_POLICIES = ["bridge", "knn1", "drop"]
_STYLES = ["R", "B"]
_WEIGHTS = (
    "queen, rook, queen:2 (order), rook:2, knn:4 (nearest), kernel:gaussian:8 (nearest) or distance:15000 (metres)"
)
# What a specification looks like, and the largest number it may have.
_FORMS = (
    (re.compile(r"(?:queen|rook)(?::([0-9]{1,2}))?"), 10.0),
    (re.compile(r"(?:knn|kernel:gaussian):([0-9]{1,3})"), 100.0),
    (re.compile(r"distance:([0-9]{1,9}(?:\.[0-9]{1,9})?)"), 1e8),
)


def checked_question(
    release: ReleaseReader,
    settings: Settings,
    *,
    indicator: str,
    period: str | None = None,
    level: str | None = None,
    within: str | None = None,
    vintage: str | None = None,
    weights: str = "queen",
    style: str | None = None,
    isolates: str = "bridge",
    ring: bool = False,
    permutations: int = DEFAULT_PERMUTATIONS,
    seed: int = DEFAULT_SEED,
) -> Question:
    """Complete a question with defaults and refuse what the release does not have.

    Raises
    ------
    NotFound
        If there is no such indicator.
    InvalidParameter
        If a value is impossible; it is named.
    """
    definition = release.indicator(indicator)
    if not _FEWEST_PERMUTATIONS <= permutations <= settings.max_permutations:
        expected = f"{_FEWEST_PERMUTATIONS} to {settings.max_permutations}"
        raise InvalidParameter("permutations", str(permutations), expected)
    on = vintage_on(release, vintage)
    if not 0 <= seed <= LARGEST_SEED:
        raise InvalidParameter("seed", str(seed), f"0 to {LARGEST_SEED}")
    if within is not None:
        known_area(release, "within", within, on)
    return Question(
        indicator=indicator,
        period=period_of("period", period, definition["periods"]),
        level=level_of(release, definition, level, on),
        within=within,
        vintage=on,
        weights=_checked_weights(weights),
        style=None if style is None else choice("style", style, _STYLES),
        isolates=choice("isolates", isolates, _ISOLATE_POLICIES),
        ring=ring,
        permutations=permutations,
        seed=seed,
    )


def _checked_weights(spec: str) -> str:
    """Specification of weights, if it is one."""
    for form, largest in _FORMS:
        match = form.fullmatch(spec)
        if match and 0 < float(match[1] or 1) <= largest:
            return spec
    raise InvalidParameter("weights", spec, f"one of {_WEIGHTS}")
