"""Safeguard: which counts of which areas are withheld, decided once for every group of linked counts and period."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.cell_names import CellNames
from spatial.indicators.columns import Column
from spatial.indicators.controlled import ControlledRounding
from spatial.indicators.disclosure import CountRule
from spatial.indicators.errors import ProtectionImpossible, ProtectionLeak, ProtectionTooLong
from spatial.indicators.everybody import Everybody
from spatial.indicators.indicator import DisclosureProfile, Indicator
from spatial.indicators.lapses import Lapses, hidden_before, withheld_before
from spatial.indicators.nesting import Nesting, nest_levels
from spatial.indicators.periods import period_sort_key
from spatial.indicators.precedents import Memory, Precedent, joined, memory_of, remembering
from spatial.indicators.protection import AdditiveSystem, Allowance, CellId, audit, choose, round_to_base
from spatial.indicators.raw import Collection, RawFigures
from spatial.indicators.remainders import remainders_of
from spatial.indicators.sentences import Sentence
from spatial.indicators.spans import join, together
from spatial.indicators.tabulating import Tabulator
from spatial.indicators.tabulation import Tabulation
from spatial.indicators.territory import Territory

_LARGE = 10_000
"""Number of cells from which on it is told that they are decided on, since that takes a while."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long deciding what to withhold may take, and who is told of it.

    Attributes
    ----------
    seconds : float
        Processor time for counts that hang together; infinite for no limit.
    progress : callable
        Receives a sentence for each large system.
    """

    seconds: float = math.inf
    progress: Callable[[Sentence], None] = lambda _: None


class Safeguard:
    """Decides what is withheld.

    Parameters
    ----------
    catalogue : Catalogue
    territory : Territory
    raw : RawFigures
    patience : Patience, optional
    precedents : sequence of Precedent, optional
        Earlier releases, that readers may have kept.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        territory: Territory,
        raw: RawFigures,
        patience: Patience | None = None,
        precedents: Sequence[Precedent] = (),
    ) -> None:
        self._patience = patience or Patience()
        self._precedents = tuple(precedents)
        self._lapses = Lapses(catalogue, territory, raw)
        self._catalogue = catalogue
        self._territory = territory
        self._names = CellNames(catalogue, territory)
        self._raw = raw
        self._concerned = _profiles_of_counts(catalogue)
        self._rules = {each: self._rule(each) for each in self._concerned}
        self._relations = [
            (whole, parts) for whole, parts in catalogue.relations() if {whole, *parts} <= self._concerned.keys()
        ]
        self._remainders = [
            each for each in remainders_of(catalogue, raw) if each.terms.keys() <= self._concerned.keys()
        ]
        self._group_of = dict(self._groups())
        self._decided: dict[tuple[tuple[str, ...], str], tuple[Tabulation, NDArray[np.bool_]]] = {}
        self._everybody = Everybody(catalogue, territory, raw)
        self._controlled = ControlledRounding(catalogue, territory, raw)
        self._nestings: dict[tuple[date, str, date, str], Nesting] = {}

    def protects(self, indicator: Indicator) -> bool:
        """Whether figures of a count, or of counts that are linked with it, are protected."""
        group = self._group_of.get(indicator.id, ())
        is_remainder = any(each.terms.keys() <= set(group) for each in self._remainders)
        return is_remainder or any(self._rules[each].protects or self._everybody.concerns(each) for each in group)

    def rounded(self, indicator: Indicator, column: Column, place: tuple[date, str], period: str) -> Column:
        """Loaded figures of a count, rounded where its profile says so; ``place`` is their vintage and level."""
        rule = self._rules.get(indicator.id)
        if rule is None or rule.rounding <= 1:
            return column
        if rule.controlled:
            return Column(self._controlled.column(indicator.id, *place, period), column.status, column.flags)
        return Column(round_to_base(column.values, rule.rounding), column.status, column.flags)

    def threshold(self, indicator: Indicator) -> int:
        """Smallest count above zero that may be published."""
        return self._rules[indicator.id].threshold if indicator.id in self._rules else 0

    def withheld(self, indicator: Indicator, vintage: date, level: str, period: str) -> NDArray[np.bool_]:
        """Mask of the areas whose count is withheld.

        Raises
        ------
        ProtectionImpossible, ProtectionLeak, ProtectionTooLong
            The counts of the period cannot be published safely, or deciding that took too long.
        """
        if not self.protects(indicator):
            return np.zeros(len(self._territory.at(vintage, level).keys), bool)
        group = self._group_of[indicator.id]
        size = len(self._territory.keys(vintage, level))
        if period not in self._periods(group):
            return np.ones(size, bool)
        tabulation, withheld = self._decision(group, period)
        return tabulation.withheld_at((indicator.id, vintage, level), withheld, size)

    def systems(self) -> Iterator[tuple[tuple[str, ...], str, AdditiveSystem, frozenset[CellId]]]:
        """Every group, period, system and ids of withheld cells; for whoever wants to audit them again."""
        for group in sorted(set(self._group_of.values())):
            for period in self._periods(group):
                if self.protects(self._catalogue.indicators[group[0]]):
                    tabulation, withheld = self._decision(group, period)
                    yield group, period, tabulation.system, tabulation.system.ids(withheld)

    def nesting(self, inner: Collection, outer: Collection) -> Nesting:
        """Nesting of the areas of one collection in those of another."""
        key = (inner.vintage, inner.level, outer.vintage, outer.level)
        if key not in self._nestings:
            places = (inner.vintage, inner.level), (outer.vintage, outer.level)
            self._nestings[key] = nest_levels(self._territory, *places)
        return self._nestings[key]

    def withheld_before(self, indicator: Indicator, level: str, period: str) -> frozenset[str]:
        """Keys of the areas whose loaded mean or rate stays withheld because larger or smaller areas are gone."""
        group, periods = (indicator.id,), (period,)
        concerned = [each[0] for each in self._editions(group) if self._is_lapsed(each, group, periods)]
        return frozenset().union(*(hidden_before(each, indicator.id, level, period) for each in concerned))

    # -- rules ---------------------------------------------------------------------------------------------

    def _rule(self, indicator: str) -> CountRule:
        profiles = self._concerned[indicator]
        own = self._catalogue.profile(indicator)
        return CountRule(
            threshold=max(profile.threshold for profile in profiles),
            dominance=any(profile.dominance for profile in profiles),
            rounding=own.rounding,
            controlled=own.controlled,
            source_range=own.source_range,
            public_levels=own.public_levels,
        )

    def _groups(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Ids of all counts, each with those that relations link it to."""
        members = {each: {each} for each in self._concerned}
        same = [(each.id, (each.same_as,)) for each in self._catalogue.indicators.values() if each.same_as]
        left = [(next(iter(each.terms)), tuple(each.terms)) for each in self._remainders]
        for whole, parts in (*self._relations, *same, *left):
            linked = set().union(*(members[each] for each in (whole, *parts)))
            for each in linked:
                members[each] = linked
        for each, group in members.items():
            yield each, tuple(sorted(group))

    # -- decisions -----------------------------------------------------------------------------------------

    def _periods(self, group: Sequence[str]) -> list[str]:
        return sorted({period for each in group for period in self._raw.periods(each)}, key=period_sort_key)

    def _decision(self, group: tuple[str, ...], period: str) -> tuple[Tabulation, NDArray[np.bool_]]:
        """System of a period and what is withheld of it; periods are decided in order, each after the one before."""
        preferred: frozenset[CellId] = frozenset()
        for periods in self._spans(group):
            if (group, periods[0]) not in self._decided:
                self._decide(group, periods, preferred)
            if period in periods:
                return self._decided[group, period]
            tabulation, withheld = self._decided[group, periods[0]]
            preferred = tabulation.system.ids(withheld)
        raise KeyError(period)

    def _spans(self, group: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Periods in order, those that are decided together as one."""
        periods = self._periods(group)
        linked = [self._catalogue.indicators[each] for each in group]
        done: set[str] = set()
        for period in periods:
            if period not in done:
                span = together(periods, period, linked)
                done.update(span)
                yield span

    def _decide(self, group: tuple[str, ...], periods: tuple[str, ...], preferred: frozenset[CellId]) -> None:
        """Decide on one period, or on several that hang together."""
        tabulations = {period: self._tabulate(group, period) for period in periods}
        editions = self._editions(group)
        memories = [
            {period: memory_of(each[0], tabulations[period], self._territory, period) for period in periods}
            for each in editions
        ]
        lapsed = [self._is_lapsed(each, group, periods) for each in editions]
        if len(periods) == 1:
            tabulation = tabulations[periods[0]]
            alone = [each[periods[0]] for each in memories]
            pattern = self._pattern(tabulation.system, alone, preferred, group, periods)
            pattern |= withheld_before(tabulation.system, compress(alone, lapsed))
            self._decided[group, periods[0]] = tabulation, tabulation.system.mask(pattern)
            return
        system = join(tabulations, [self._catalogue.indicators[each] for each in group])
        familiar = frozenset((period, each) for period in periods for each in preferred)
        whole = [joined(each) for each in memories]
        pattern = self._pattern(system, whole, familiar, group, periods)
        pattern |= withheld_before(system, compress(whole, lapsed))
        for period, tabulation in tabulations.items():
            own = [cell.id for cell in tabulation.system.cells if (period, cell.id) in pattern]
            self._decided[group, period] = tabulation, tabulation.system.mask(own)

    def _editions(self, group: Sequence[str]) -> list[list[Precedent]]:
        """Earlier releases, those together that show the same of a group."""
        found: dict[Hashable, list[Precedent]] = {}
        for each in self._precedents:
            found.setdefault(each.edition(group), []).append(each)
        return list(found.values())

    def _is_lapsed(self, alike: Sequence[Precedent], group: Sequence[str], periods: Sequence[str]) -> bool:
        """Whether one of some releases shows figures that are gone; what they show beside the group may differ."""
        return any(self._lapses.concern(each, group, periods) for each in alike)

    def _pattern(
        self,
        system: AdditiveSystem,
        memories: Sequence[Memory],
        preferred: frozenset[CellId],
        group: Sequence[str],
        periods: Sequence[str],
    ) -> frozenset[CellId]:
        """What is withheld from readers who kept earlier releases; of those whom nothing can be kept from, from others.

        What protects a figure from them, and what protects one that they know too well from all others, is chosen one
        after the other: the more is withheld, the less can be computed.
        """
        if not memories:
            return self._safe_pattern(system, preferred, group, periods)
        remembered, lost = remembering(system, memories), set[str]()
        while True:
            try:
                kept = self._audited_pattern(remembered.giving_up(lost), preferred, group, periods)
                break
            except ProtectionImpossible as error:
                fresh = set(map(str, error.cells)) - lost
                if not fresh:
                    kept = frozenset()
                    break
                lost |= fresh
        kept |= system.ids(~system.known)
        if not lost:
            return kept
        self._patience.progress(_given_away(_place(group, periods), len(lost)))
        return kept | self._safe_pattern(system, preferred | kept, group, periods)

    def _safe_pattern(
        self, system: AdditiveSystem, preferred: frozenset[CellId], group: Sequence[str], periods: Sequence[str]
    ) -> frozenset[CellId]:
        """What is withheld of a system; where nothing helps, the cells are named as people read them."""
        try:
            return self._audited_pattern(system, preferred, group, periods)
        except ProtectionImpossible as error:
            cells = self._names.of(system.row_of, map(str, error.cells))
            raise ProtectionImpossible(cells, place=_place(group, periods), remedy=error.remedy) from error

    def _audited_pattern(
        self, system: AdditiveSystem, preferred: frozenset[CellId], group: Sequence[str], periods: Sequence[str]
    ) -> frozenset[CellId]:
        """What is withheld of a system, chosen and audited; where nothing helps, cells are told by their ids."""
        place = _place(group, periods)
        allowance = Allowance(self._patience.seconds)
        if len(system.cells) >= _LARGE:
            self._patience.progress(_told(system, place))
        try:
            pattern = choose(system, preferred=preferred, allowance=allowance)
            findings = audit(system, pattern.withheld, allowance=allowance)
        except ProtectionTooLong as error:
            size, remedy = len(system.cells), _coarser(group, periods)
            raise ProtectionTooLong(error.seconds, size=size, place=place, remedy=remedy) from error
        if findings:
            fault = Sentence(
                "das ist ein Fehler des Programms; bitte melden", "this is a fault of the program; please report it"
            )
            cells = self._names.of(system.row_of, (str(each.cell) for each in findings))
            raise ProtectionLeak(cells, place=place, remedy=fault)
        return pattern.withheld

    def _tabulate(self, group: tuple[str, ...], period: str) -> Tabulation:
        tabulator = Tabulator(
            self._territory,
            self._raw,
            period,
            self._rules,
            [(whole, parts) for whole, parts in self._relations if whole in group],
            self.nesting,
            lambda indicator, vintage, level: self._everybody.mask(indicator, vintage, level, period),
            lambda indicator, vintage, level: self._everybody.bases(indicator, vintage, level, period),
            [each for each in self._remainders if each.terms.keys() <= set(group)],
        )
        return tabulator.tabulate([self._catalogue.indicators[each] for each in group])


def _place(group: Sequence[str], periods: Sequence[str]) -> str:
    return f"{' + '.join(group)}, {', '.join(periods)}"


def _given_away(place: str, count: int) -> Sentence:
    return Sentence(
        f"{place}: was frühere Veröffentlichungen zeigten, lässt sich nicht mehr schützen; wer sie behalten hat, kann "
        f"mit der neuen zusammen geheime Zahlen errechnen oder kennt sie schon ({count})",
        f"{place}: what earlier releases showed cannot be protected any more; whoever kept them can compute secret "
        f"figures from them and the new one together, or knows them already ({count})",
    )


def _told(system: AdditiveSystem, place: str) -> Sentence:
    size = len(system.cells)
    return Sentence(
        f"{place}: {size} Zellen hängen zusammen und werden gemeinsam geschützt",
        f"{place}: {size} cells hang together and are protected as one",
    )


def _coarser(group: Sequence[str], periods: Sequence[str]) -> Sentence:
    """What makes a system smaller, of what it is made of."""
    german, english = [], []
    if len(periods) > 1:
        german.append(f"nicht Jahre, Quartale und Monate zugleich laden (hier {len(periods)} Zeiträume)")
        english.append(f"do not load years, quarters and months at once ({len(periods)} periods here)")
    if len(group) > 1:
        german.append(f"Kategorien zusammenfassen (hier {', '.join(group)})")
        english.append(f"merge categories ({', '.join(group)} here)")
    german.append("KREISATLAS_PROTECTION_SECONDS erhöhen")
    english.append("raise KREISATLAS_PROTECTION_SECONDS")
    return Sentence(" oder ".join(german), " or ".join(english))


def _profiles_of_counts(catalogue: Catalogue) -> dict[str, list[DisclosureProfile]]:
    """Profiles that concern each loaded count: its own, and those of what is made of it.

    The profile of a fraction protects the cases in its numerator; its denominator keeps its own profile.
    """
    found: dict[str, list[DisclosureProfile]] = defaultdict(list)
    for indicator in catalogue.indicators.values():
        protected = [name for name in indicator.inputs if name != indicator.denominator] or [indicator.id]
        for leaf in (leaf for name in protected for leaf in catalogue.leaves(name)):
            if catalogue.indicators[leaf].kind == "count":
                found[leaf].append(catalogue.profile(indicator.id))
    return dict(found)
