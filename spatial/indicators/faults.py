"""Faults of definitions, said of one field."""

from __future__ import annotations

from spatial.indicators.errors import CatalogueError
from spatial.indicators.indicator import Indicator
from spatial.indicators.sentences import Sentence


def wrong(indicator: Indicator, field: str, fault: Sentence, remedy: Sentence | None = None) -> CatalogueError:
    """Error about a field of a definition; the fault follows the name of the field."""
    return CatalogueError(
        Sentence(f"{field} {fault.de}", f"{field} {fault.en}"),
        entry=indicator.id,
        field=field,
        value=getattr(indicator, field),
        remedy=remedy,
    )
