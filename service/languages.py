"""Which language a client reads, as its header ``Accept-Language`` tells (RFC 9110, 12.5.4)."""

from __future__ import annotations

from starlette.requests import Request

from boundaries import Language

_KNOWN: tuple[Language, ...] = ("en", "de")
"""The first one wins where a client names neither; where it wishes for both alike, the one that it names first."""
_UNNAMED = 0.0001
"""Weight of a language that is not named: less than any that is wished for, more than one that is refused."""


def language_of(request: Request) -> Language:
    """The language that a client prefers among those that refusals are written in; English for all others.

    Parameters
    ----------
    request : Request

    Returns
    -------
    str
        ``de`` or ``en``.
    """
    wishes: dict[str, float] = {}
    for offer in ",".join(request.headers.getlist("accept-language")).split(","):
        tag, _, parameters = offer.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        wishes[primary] = max(wishes.get(primary, 0.0), _quality(parameters))
    # What "*" says holds for the languages that are not named (RFC 4647, 2.2); one that is refused comes last.
    unnamed = wishes.get("*", _UNNAMED)
    wanted = [name for name, weight in wishes.items() if weight]
    in_order = sorted(_KNOWN, key=[*wanted, *_KNOWN].index)
    return max(in_order, key=lambda each: wishes.get(each, unnamed))


def _quality(parameters: str) -> float:
    """Weight of a wish: 1 where none is given, 0 where it is no number."""
    name, _, value = parameters.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
