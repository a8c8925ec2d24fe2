"""What the cells of a protected table are called where people read of them: a count, an area and a period."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from spatial.indicators.catalogue import Catalogue
from spatial.indicators.protection import CellId
from spatial.indicators.sentences import Sentence
from spatial.indicators.territory import Territory


class CellNames:
    """Names of cells, by the title of their count and the name of their area.

    Parameters
    ----------
    catalogue : Catalogue
    territory : Territory
    """

    def __init__(self, catalogue: Catalogue, territory: Territory) -> None:
        self._catalogue = catalogue
        self._territory = territory

    def of(self, cells: Iterable[CellId], texts: Iterable[str]) -> tuple[Sentence, ...]:
        """Names of those cells whose ids have the given ``str`` forms, each once.

        A figure that was loaded and one that is summed up may be of the same count and area.
        """
        by_text = {str(each): each for each in cells}
        return tuple(dict.fromkeys(self.name(by_text[text]) for text in texts))

    def name(self, cell: CellId) -> Sentence:
        """Name of one cell; of what no area has, its id as it is."""
        match cell:
            case (str(period), (_, _, _, _, *_) as inner):
                name = self.name(inner)
                return Sentence(f"{name.de}, {period}", f"{name.en}, {period}")
            case (str(count), str(level), str(key), str(vintage), *_) if count in self._catalogue.indicators:
                indicator, area = self._catalogue.indicators[count], self._area(level, key, date.fromisoformat(vintage))
                return Sentence(f"{indicator.title('de')} in {area}", f"{indicator.title('en')} in {area}")
        return Sentence(str(cell), str(cell))

    def _area(self, level: str, key: str, vintage: date) -> str:
        """Name of an area with its key; the key alone where it has no other name."""
        if self._territory.has(vintage, level):
            for area in self._territory.at(vintage, level).areas:
                if area.key == key and area.name not in ("", key):
                    return f"{area.name} ({key})"
        return key
