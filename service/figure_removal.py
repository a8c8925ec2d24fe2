"""Figures are taken out of the store again: those of a wrong indicator, or what should not have been loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boundaries import Sentence, number_of
from service.catalogues import catalogue_of
from service.stocks import Stock
from service.store import Store
from spatial.indicators import Catalogue, FiguresNeeded, MalformedPeriod, NoSuchFigures
from spatial.indicators.periods import parse_period, period_sort_key

_FIGURE = ("Wert", "Werte"), ("figure", "figures")

RELEASES = Sentence(
    "Veröffentlichungen bleiben, wie sie sind, bis `kreisatlas publish` eine ohne diese Werte macht und nennt, was sie "
    "zurückzieht; die früheren behalten die Werte, und `kreisatlas rollback` kann sie wieder zeigen",
    "releases stay as they are until `kreisatlas publish` makes one without these figures and names what it withdraws; "
    "the earlier ones keep the figures, and `kreisatlas rollback` can serve them again",
)
"""What becomes of figures that were published."""


@dataclass(frozen=True)
class Removed:
    """What was taken out, or can be, of one level.

    Attributes
    ----------
    level : str
    figures : int
    periods, files : tuple of str
        Oldest period first; names of the files that the figures came from.
    """

    level: str
    figures: int
    periods: tuple[str, ...]
    files: tuple[str, ...]

    def sentence(self, indicator: str) -> Sentence:
        """Return what it is, in words."""
        count, periods, files = number_of(self.figures, *_FIGURE), ", ".join(self.periods), ", ".join(self.files)
        return Sentence(
            f"{indicator}, {self.level}: {count.de} ({periods}) aus {files}",
            f"{indicator}, {self.level}: {count.en} ({periods}) from {files}",
        )


def remove_figures(
    store: Store, indicator: str, *, level: str | None = None, period: str | None = None, dry_run: bool = False
) -> tuple[Removed, ...]:
    """Take the figures of an indicator out of the store, all or those of a level or period; all of it or nothing.

    Parameters
    ----------
    store : Store
    indicator : str
        Id.
    level, period : str, optional
        Only these figures; a period in any writing.
    dry_run : bool
        Check only.

    Returns
    -------
    tuple of Removed
        By level. Releases are not touched.

    Raises
    ------
    NoSuchFigures
        There are none of that indicator, level or period.
    FiguresNeeded
        Protection needs them for others that are stored: a mean, say, tells of the people whom they count.
    """
    if dry_run:
        return _by_level(_checked(store, indicator, level, period))
    with store.transaction() as connection:
        stocks = _checked(store, indicator, level, period)
        store.remove_figures(connection, stocks)
    return _by_level(stocks)


def _checked(store: Store, indicator: str, level: str | None, period: str | None) -> tuple[Stock, ...]:
    """Return what is to be removed, after a check that it is there and that nothing needs it."""
    stocks, wanted = store.stocks(), None if period is None else _on_the_wire(period)
    own = tuple(each for each in stocks if each.indicator == indicator)
    if not own:
        raise NoSuchFigures(
            indicator, sorted({each.indicator for each in stocks}), computed=_is_computed(store, indicator)
        )
    found = tuple(each for each in own if level in (None, each.level) and wanted in (None, each.period))
    if not found:
        asked = ", ".join(part for part in (indicator, level, period) if part is not None)
        raise NoSuchFigures(asked, _offered(own))
    reasons = list(_needed(catalogue_of(store), found, stocks))
    if reasons:
        raise FiguresNeeded(reasons)
    return found


def _on_the_wire(period: str) -> str:
    """A period as it is stored; what is none is looked for as it stands, and not found."""
    try:
        return parse_period(period)
    except MalformedPeriod:
        return period


def _is_computed(store: Store, indicator: str) -> bool:
    definition = catalogue_of(store).indicators.get(indicator)
    return definition is not None and definition.is_derived


def _offered(stocks: Sequence[Stock]) -> list[str]:
    """Levels with their periods."""
    return [
        f"{level} ({', '.join(_periods(each for each in stocks if each.level == level))})"
        for level in dict.fromkeys(each.level for each in stocks)
    ]


def _periods(stocks: Iterator[Stock]) -> tuple[str, ...]:
    return tuple(sorted({each.period for each in stocks}, key=period_sort_key))


def _by_level(stocks: Sequence[Stock]) -> tuple[Removed, ...]:
    found = []
    for level in dict.fromkeys(each.level for each in stocks):
        own = [each for each in stocks if each.level == level]
        files = tuple(dict.fromkeys(each.file for each in own))
        found.append(Removed(level, sum(each.figures for each in own), _periods(iter(own)), files))
    return tuple(found)


def _needed(catalogue: Catalogue, removed: Sequence[Stock], stocks: Sequence[Stock]) -> Iterator[Sentence]:
    """Means and rates that are protected by the number of people behind them, which these figures give."""
    gone = {(each.indicator, each.level, each.period) for each in removed}
    for each in stocks:
        definition = catalogue.indicators.get(each.indicator)
        if definition is None or definition.weight is None or (each.indicator, each.level, each.period) in gone:
            continue
        leaves = catalogue.leaves(definition.weight)
        is_protected = catalogue.profile(each.indicator).threshold > 1
        if is_protected and any((leaf, each.level, each.period) in gone for leaf in leaves):
            yield Sentence(
                f"die Werte von {each.indicator} ({each.level}, {each.period}) sind geschützt, weil diese sagen, für "
                f"wie viele Menschen sie stehen; zuerst jene entfernen (`kreisatlas indicators remove --indicator "
                f"{each.indicator}`) oder eine berichtigte Datei laden",
                f"the figures of {each.indicator} ({each.level}, {each.period}) are protected because these tell how "
                f"many people they stand for; remove those first (`kreisatlas indicators remove --indicator "
                f"{each.indicator}`), or load a corrected file",
            )
