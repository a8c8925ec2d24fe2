"""What a stranger can compute from the answers of the service and from nothing else.

Shares no code with the protection: it asks over HTTP, knows how keys, levels and formulas hang together, and solves
for what is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from starlette.testclient import TestClient

from tests.api.planted import MERGED, PARTS, PERIODS, RESIDUAL, THRESHOLD, Place

VINTAGES = ("2016-01-01", "2020-01-01")
LEVELS = ("gemeinde", "kreis", "regierungsbezirk", "land", "raum", "gruppe")
COUNTS = ("young", "old", "cases")
_LADDER = (("gemeinde", "kreis", 5), ("kreis", "regierungsbezirk", 3), ("regierungsbezirk", "land", 2))
Equation = tuple[dict[Place, float], float]  # sum of factor * figure = right side


@dataclass
class Attacker:
    """Published figures, and what follows from them.

    Attributes
    ----------
    known : dict of (indicator, key, period) to float
        Every published number, whatever boundaries it was asked on.
    asked : set of (indicator, key, period)
        Every cell that some answer has, published or not.
    contradictions : list
        Cells that two answers give differently.
    estimated : set of (indicator, key, period)
        Cells that some answer marks as estimates.
    rough : set of (indicator, key, period)
        Those of which no answer has the exact figure: rounded, so that no equation holds for them.
    """

    regions: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    known: dict[Place, float] = field(default_factory=dict)
    asked: set[Place] = field(default_factory=set)
    keys: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    contradictions: list[tuple[Place, float, float]] = field(default_factory=list)
    estimated: set[Place] = field(default_factory=set)
    rough: set[Place] = field(default_factory=set)

    def ask(self, client: TestClient) -> None:
        """Ask for every figure on every vintage and level."""
        for indicator in client.get("/api/indicators").json()["indicators"]:
            for vintage in VINTAGES:
                for level in indicator["levels"]:
                    for period in indicator["periods"]:
                        query = {"level": level, "period": period, "vintage": vintage}
                        answer = client.get(f"/api/indicators/{indicator['id']}/values", params=query)
                        if answer.status_code == 200:
                            self._note(indicator["id"], vintage, level, period, answer.json())

    def _note(self, indicator: str, vintage: str, level: str, period: str, answer: dict[str, Any]) -> None:
        self.keys[vintage, level] |= set(answer["keys"])
        for key, value, flags in zip(answer["keys"], answer["values"], answer["flags"], strict=True):
            place = (indicator, key, period)
            if "ESTIMATED" in flags:
                self.estimated.add(place)
            self.asked.add(place)
            if value is None:
                continue
            if place in self.known:
                # An estimate is rounded to four digits; the exact figure of other boundaries tells more.
                tolerance = 1e-3 * abs(value) if place in self.estimated else 0.0
                if abs(self.known[place] - value) > tolerance:
                    self.contradictions.append((place, self.known[place], value))
                if "ESTIMATED" in flags:
                    continue
            (self.rough.add if "ESTIMATED" in flags else self.rough.discard)(place)
            self.known[place] = value
        for name in ("numerators", "denominators"):
            source = {"rate": ("young", "people"), "burden": ("people", "young")}.get(indicator)
            if source is not None and name in answer:
                counted = source[0] if name == "numerators" else source[1]
                self.known |= {
                    (counted, key, period): value
                    for key, value in zip(answer["keys"], answer[name], strict=True)
                    if value is not None
                }

    # -- equations -----------------------------------------------------------------------------------------

    def equations(self) -> list[Equation]:
        """Everything that ties withheld counts to published numbers."""
        found: list[Equation] = []
        for period in PERIODS:
            for indicator in COUNTS:
                found += self._sums(indicator, period)
            keys = {key for indicator, key, each in self.asked if indicator in COUNTS and each == period}
            for key in keys - set(self.regions):
                terms = {("cases", key, period): -1.0, ("young", key, period): 1.0, ("old", key, period): 1.0}
                found.append((terms, -RESIDUAL if (key, period) in OFFICIAL else 0.0))
        return found + self._of_rates() + self._over_time()

    def _sums(self, indicator: str, period: str) -> list[Equation]:
        def tie(whole: str, parts: set[str]) -> Equation:
            residual = 0.0
            if indicator == "cases" and period == "2015":
                # The stranger is told by how much the official totals are off.
                official = {key for key, _ in OFFICIAL}
                residual = -RESIDUAL * ((whole in official) - len(parts & official))
            terms = {(indicator, part, period): 1.0 for part in parts}
            return {(indicator, whole, period): -1.0, **terms}, residual

        found = [tie(MERGED, set(PARTS))] if period != "2021" else []
        for vintage in VINTAGES:
            if vintage == VINTAGES[0] and period == "2021":
                continue  # the parts of the merged municipality are estimates then
            for lower, upper, digits in _LADDER:
                for whole in self.keys[vintage, upper]:
                    parts = {key for key in self.keys[vintage, lower] if key[:digits] == whole and key != "06633200"}
                    found.append(tie(whole, parts))
        if period != "2021":
            both = self.regions | self.groups
            found += [tie(key, set(members)) for key, members in both.items()]
        return found

    def _exact(self) -> Iterator[tuple[Place, float]]:
        return ((place, value) for place, value in self.known.items() if place not in self.rough)

    def _of_rates(self) -> list[Equation]:
        """A published rate ties its numerator to its denominator."""
        found = []
        for (indicator, key, period), value in self._exact():
            people = self.known.get(("people", key, period))
            if indicator == "rate" and people is not None:
                found.append(({("young", key, period): 1.0}, value * people / 100))
            if indicator == "burden" and people is not None and value:
                found.append(({("young", key, period): 1.0}, people / value))
        return found

    def _over_time(self) -> list[Equation]:
        """Published changes, moving sums and indices tie two years together."""
        found: list[Equation] = []
        for (indicator, key, period), value in self._exact():
            before = str(int(period) - 1)
            now, then = ("young", key, period), ("young", key, before)
            if indicator == "change":
                found.append(({now: 1.0, then: -1.0}, value))
            elif indicator == "growth":
                found.append(({now: 1.0, then: -1.0 - value / 100}, 0.0))
            elif indicator == "trend" and period != "2015":
                found.append(({now: 1.0, ("young", key, "2015"): -value / 100}, 0.0))
            elif indicator == "both_years":
                found.append(({("cases", key, period): 1.0, ("cases", key, before): 1.0}, value))
        return found

    # -- solving -------------------------------------------------------------------------------------------

    def narrow(self, secrets: dict[Place, float]) -> dict[Place, tuple[float, float]]:
        """Secrets that can be estimated too closely, with the interval.

        Parameters
        ----------
        secrets : dict of (indicator, key, period) to float
            True values; those that are published are found as they are.
        """
        program = _Program(self.equations(), self.known)
        found = {}
        for place in secrets:
            low, high = program.interval(place)
            if high < THRESHOLD * (1 - 1e-9) or high - low < THRESHOLD - 2:
                found[place] = (low, high)
        return found


OFFICIAL = {("06633", "2015"), ("06432", "2015")}


class _Program:
    """The linear programme of everything that is not published; counts are at least one, for zeros are."""

    def __init__(self, equations: list[Equation], known: dict[Place, float]) -> None:
        self._known = known
        places = sorted({place for terms, _ in equations for place in terms if place not in known})
        self._row_of = {place: row for row, place in enumerate(places)}
        rows: list[int] = []
        columns: list[int] = []
        factors: list[float] = []
        right: list[float] = []
        for terms, value in equations:
            open_terms = {place: factor for place, factor in terms.items() if place not in known}
            if not open_terms:
                continue
            for place, factor in open_terms.items():
                rows.append(len(right))
                columns.append(self._row_of[place])
                factors.append(factor)
            right.append(value - sum(factor * known[place] for place, factor in terms.items() if place in known))
        self._left: Any = sparse.csr_array((factors, (rows, columns)), shape=(len(right), len(places)))
        self._right = np.array(right) / THRESHOLD

    def interval(self, place: Place) -> tuple[float, float]:
        """Smallest and largest value of a cell."""
        if place in self._known:
            return self._known[place], self._known[place]
        if place not in self._row_of:
            return 0.0, np.inf
        ends = []
        for sense in (1.0, -1.0):
            cost = np.zeros(len(self._row_of))
            cost[self._row_of[place]] = sense
            bounds = [(1 / THRESHOLD, None)] * len(cost)
            solved = linprog(cost, A_eq=self._left, b_eq=self._right, bounds=bounds, method="highs")
            if solved.status == 3:
                ends.append(np.inf)
                continue
            assert solved.status == 0 and solved.x is not None, (place, solved.message)  # noqa: PT018
            ends.append(float(solved.x[self._row_of[place]]) * THRESHOLD)
        return ends[0], ends[1]
