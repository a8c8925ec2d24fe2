"""What the atlas knows about a statistic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.analyses.budget import Size
from service.analyses.material import Material
from service.analyses.options import Check
from service.analyses.question import Question
from service.errors import UnknownParameter

Text = dict[str, str]

AREAS = ("level", "within", "vintage")
ONE = ("indicator", "period", *AREAS)
SPACE = ("weights", "style", "isolates", "ring")
LINKS = ("weights", "isolates", "ring")
CHANCE = ("permutations", "seed")


def no_blocks(question: Question) -> int:
    """No simulation, or one that is not worth sharing out."""
    del question
    return 0


def always(given: Mapping[str, Any]) -> bool:
    """Whatever the parameters are."""
    del given
    return True


@dataclass(frozen=True, slots=True)
class Method:
    """A statistic.

    Attributes
    ----------
    id : str
    title : dict
        In German and English.
    kind : str
        ``global`` one number for all areas, ``local`` a tested number for each area, ``rates``, ``distribution`` over
        the areas, ``composite``, ``time``, ``scan`` or ``classes``.
    parameters : tuple of str
        Names of those that statistics share.
    compute : callable
        From material and question to a result; pure.
    form : callable
        From material, question and result to the members of the answer that are the statistic's own.
    seconds : callable
        Estimated time for a size, on one processor, without the preparation.
    needs : frozenset of str
        What is prepared for it beside values: names such as ``counts`` of :mod:`service.analyses.figures`.
    options : mapping
        Checks of the parameters that are its own.
    style : str or None
        Style of weights it takes by default; None where that is no choice.
    requires : tuple of str
        Parameters that have no default.
    requires_one : tuple of str
        Parameters of which exactly one is required.
    has_neighbours : callable
        From the parameters as given: whether the statistic looks at neighbours at all.
    permutations : int
        Default number of permutations.
    block_rows : callable
        Permutations of one block of its simulation for a question, see :mod:`spatial.statistics.blocks`; 0 where the
        simulation is not shared out over processes.
    page : str
        Page of the documentation; by default that of its id.
    """

    id: str
    title: Text
    kind: str
    parameters: tuple[str, ...]
    compute: Callable[[Material, Question], Any]
    form: Callable[[Material, Question, Any], dict[str, Any]]
    seconds: Callable[[Size], float]
    needs: frozenset[str] = frozenset()
    options: Mapping[str, Check] = field(default_factory=dict)
    style: str | None = None
    requires: tuple[str, ...] = ("indicator",)
    requires_one: tuple[str, ...] = ()
    has_neighbours: Callable[[Mapping[str, Any]], bool] = always
    permutations: int = 9999
    block_rows: Callable[[Question], int] = no_blocks
    page: str = ""

    @property
    def takes(self) -> tuple[str, ...]:
        """Names of all its parameters."""
        return (*self.parameters, *self.options)

    @property
    def documentation(self) -> str:
        """Page of the documentation, from the root of the sources."""
        return f"docs/statistics/{self.page or self.id}.md"

    def describe(self) -> dict[str, Any]:
        """Entry in the list of statistics."""
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "parameters": list(self.takes),
            "required": list(self.requires),
            "required_one_of": list(self.requires_one),
            "style": self.style,
            "documentation": self.documentation,
        }

    def refuse_others(self, names: Iterable[str]) -> None:
        """Refuse parameters that the statistic does not take.

        Raises
        ------
        UnknownParameter
        """
        for name in names:
            if name not in self.takes:
                raise UnknownParameter(name, sorted(self.takes))

    def style_for(self, question: Question) -> str | None:
        """Style of the weights: as asked, else the statistic's own."""
        if question.style is not None:
            return question.style
        # Making kernel weights binary would throw them away.
        return "O" if question.kind_of_weights == "kernel" and self.style == "B" else self.style
