"""Questions: what is asked of a release, complete and comparable."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

VERSIONED = ("kreisatlas", "numpy", "scipy")
"""Packages whose versions an answer names, and depends on."""
# What may change a number, a word or a colour of an answer.
_DECIDING = (
    *("boundaries/geometry.py", "service/analyses", "service/reader.py", "service/values.py"),
    *("spatial/indicators/periods.py", "spatial/statistics", "styles"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; every field is known to the release, None where the statistic does not take it.

    Attributes
    ----------
    statistic : str
        Id of the statistic.
    level, vintage : str
        Areas that are analysed.
    within : str or None
        Key of the area they lie in.
    second_within : str
        Key of another area, whose areas they are compared with.
    indicator, second, indicators : str, str, tuple of str
        What is analysed: one, two, or several indicators.
    period, second_period, periods : str, str, tuple of str
        When: one period, that of the second indicator or of the population, or all periods of a range.
    base : str
        An earlier period that is compared with.
    residents : str
        Indicator that counts the residents.
    reference : str
        Key of the area whose rate is the standard.
    cases, population : tuple of str
        Indicators that count the cases, and the members, of groups of the population, in the same order.
    observed : str
        Indicator that counts all cases.
    centre_area : str
        Key of the area whose centroid is the centre.
    groups : str
        Upper level, or column of the boundary file, that groups the areas.
    weights, style, isolates, ring
        Who is whose neighbour.
    permutations, seed : int
        How chance is simulated.
    options : tuple of (str, str, int or float)
        What else the statistic takes, by name.
    """

    statistic: str
    level: str
    vintage: str
    within: str | None = None
    second_within: str | None = None
    indicator: str | None = None
    second: str | None = None
    second_period: str | None = None
    indicators: tuple[str, ...] = ()
    period: str | None = None
    periods: tuple[str, ...] = ()
    base: str | None = None
    residents: str | None = None
    reference: str | None = None
    cases: tuple[str, ...] = ()
    population: tuple[str, ...] = ()
    observed: str | None = None
    centre_area: str | None = None
    groups: str | None = None
    weights: str | None = None
    style: str | None = None
    isolates: str | None = None
    ring: bool | None = None
    permutations: int | None = None
    seed: int | None = None
    options: tuple[tuple[str, Any], ...] = ()

    def parameters(self) -> dict[str, Any]:
        """Parameters by name as a query may give them: asking with these is asking the same."""
        found = {name: value for name, value in asdict(self).items() if value not in (None, (), {})}
        for name in ("statistic", "options"):
            found.pop(name, None)
        for name in ("indicators", "cases", "population"):
            if name in found:
                found[name] = ",".join(found[name])
        if self.periods:
            found["periods"] = f"{self.periods[0]}..{self.periods[-1]}"
        for name, value in self.options:
            found[name] = ",".join(map(str, value)) if isinstance(value, tuple) else value
        return found

    @property
    def chance(self) -> tuple[int, int]:
        """Permutations and seed, of a statistic that simulates."""
        return self.permutations or 0, self.seed or 0

    @property
    def kind_of_weights(self) -> str:
        """First part of the specification: ``queen``, ``knn``, ``kernel``, ``distance`` ..."""
        return (self.weights or "").partition(":")[0]

    @property
    def is_contiguity(self) -> bool:
        """Whether neighbours are areas that touch."""
        return self.kind_of_weights in ("queen", "rook")

    def option(self, name: str, default: Any = None) -> Any:
        """Value of an option of the statistic."""
        return dict(self.options).get(name, default)


def key_of(question: Question, *, tag: str, release: int) -> str:
    """Digest of everything that an answer depends on: question, release, program.

    Parameters
    ----------
    question : Question
    tag, release : str, int
        Content tag and number of the release; the answer names the number.
    """
    parts = [program_digest(), tag, release, question.statistic, sorted(question.parameters().items())]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:32]


@cache
def program_digest() -> str:
    """Digest of the program that computes: its source, and the libraries whose numbers it repeats."""
    digest = hashlib.sha256()
    for name in VERSIONED:
        digest.update(f"{name} {version(name)}\n".encode())
    root = Path(__file__).parents[2]
    for name in _DECIDING:
        place = root / name
        for path in sorted(place.glob("**/*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
