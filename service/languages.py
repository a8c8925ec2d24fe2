"""Which language a client reads, as its header ``Accept-Language`` tells (RFC 9110, 12.5.4)."""

from __future__ import annotations

from starlette.requests import Request

from boundaries import Language

_DEFAULT: Language = "en"
_KNOWN: tuple[Language, ...] = ("de", "en")


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
    wishes: dict[Language, float] = {}
    for offer in ",".join(request.headers.getlist("accept-language")).split(","):
        tag, _, parameters = offer.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        for known in _KNOWN:
            if primary == known:
                wishes[known] = max(wishes.get(known, 0.0), _quality(parameters))
    best = max(wishes, key=lambda each: wishes[each], default=_DEFAULT)
    return best if wishes.get(best, 0.0) > 0 else _DEFAULT


def _quality(parameters: str) -> float:
    """Weight of a wish: 1 where none is given, 0 where it is no number."""
    name, _, value = parameters.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
