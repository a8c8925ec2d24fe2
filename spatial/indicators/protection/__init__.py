"""Secondary suppression: which further cells to withhold so that no secret one can be computed, and the proof.

Pure functions over cells and equations; areas, indicators and files are unknown here.
"""

from __future__ import annotations

from spatial.indicators.protection.auditing import Finding, audit, intervals
from spatial.indicators.protection.choosing import Pattern, choose
from spatial.indicators.protection.limits import Allowance
from spatial.indicators.protection.system import (
    AdditiveSystem,
    CellId,
    Relation,
    TableCell,
    round_to_base,
    rounding_interval,
)

__all__ = [
    "AdditiveSystem",
    "Allowance",
    "CellId",
    "Finding",
    "Pattern",
    "Relation",
    "TableCell",
    "audit",
    "choose",
    "intervals",
    "round_to_base",
    "rounding_interval",
]
