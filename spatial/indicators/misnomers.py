"""Misnomers: names beside the keys of a table that the areas of these keys never had."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

import numpy as np

from boundaries import OFFICIAL_LEVELS
from spatial.indicators.area_keys import FoundKey, is_country
from spatial.indicators.area_names import normal_name
from spatial.indicators.areas import AreaIndex
from spatial.indicators.batches import Batch
from spatial.indicators.cells import BLANKS
from spatial.indicators.errors import quote, shortened
from spatial.indicators.grids import combined
from spatial.indicators.layouts import is_total
from spatial.indicators.sentences import Sentence

MOST_NOTED = 10_000
"""Misnomers that are listed; more are counted."""
_REMEMBERED = 50_000
_SHOWN = 5
_ABOVE = {"kreis": 5, "regierungsbezirk": 3, "land": 2}
_WORD = re.compile(r"[^\W_]+\.?")
_ADDITION = re.compile(r"[,(/]|\s(?:b\.?|bei)\s")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# "Soltendiek" is a slip for "Soltendieck"; names of two places are mostly less alike.
_SLIP = 0.85


@dataclass(frozen=True, slots=True)
class Misnomer:
    """A name beside a key whose area was never called so.

    Attributes
    ----------
    line : int
        The first line that has both.
    rows : int
        Number of lines that have both.
    key, text : str
        The key in canonical form, and what stands beside it.
    names : tuple of str
        What the area is and was called, the newest name first.
    others : tuple of str
        Keys of the areas of the same level that are or were called so.
    """

    line: int
    rows: int
    key: str
    text: str
    names: tuple[str, ...]
    others: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain form for JSON."""
        plain = {"line": self.line, "rows": self.rows, "key": self.key, "text": self.text}
        return plain | {"names": list(self.names), "others": list(self.others)}


@dataclass(frozen=True)
class AreaNames:
    """Names that areas have and had.

    Parameters
    ----------
    areas : AreaIndex
    """

    areas: AreaIndex

    @cached_property
    def _further(self) -> dict[tuple[str, str], list[str]]:
        """Further names of areas by level and key."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self.areas.names:
            found[row.level, row.key].append(row.name)
        return found

    @cached_property
    def _called(self) -> dict[tuple[str, str], set[str]]:
        """Keys of the areas of a level by their normal names; built where a name is not that of its area."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in (*self.areas.rows, *self.areas.names):
            if row.name:
                found[row.level, normal_name(row.name)].add(row.key)
        return found

    def of(self, level: str, key: str) -> tuple[str, ...]:
        """Names of an area, the newest first; none where it is not known."""
        spans = [span.name for span in reversed(self.areas.spans(level, key))]
        return tuple(dict.fromkeys(filter(None, (*spans, *self._further.get((level, key), ())))))

    def called(self, level: str, text: str) -> tuple[str, ...]:
        """Keys of the areas of a level that have or had a name."""
        return tuple(sorted(self._called.get((level, normal_name(text)), ())))

    def above(self, level: str, key: str, text: str) -> bool:
        """Whether a text names an area that an area lies in; of an own level any area of an official one."""
        if level not in OFFICIAL_LEVELS:
            return any(self.called(official, text) for official in OFFICIAL_LEVELS)
        return any(
            agrees(text, name)
            for upper, length in _ABOVE.items()
            if length < len(key)
            for name in self.of(upper, key[:length])
        )


def agrees(text: str, name: str) -> bool:
    """Whether a text is a name in another writing: abbreviated, with an addition or without it.

    >>> [agrees(text, "Neustadt a.d. Waldnaab") for text in ("Neustadt a.d.Waldnaab, GKSt", "Neustadt", "Weiden")]
    [True, True, False]
    >>> agrees("Münster b Dieburg", "Münster (Hessen)"), agrees("Vellmar", "Naumburg"), agrees("X", "Naumburg")
    (True, False, False)
    """
    here, there = normal_name(text), normal_name(name)
    if here == there:
        return True
    all_here, all_there = _words(here), _words(there)
    stems = _words(_ADDITION.split(here)[0]), _words(_ADDITION.split(there)[0])
    return _within(stems[0], all_there) or _within(stems[1], all_here)


def _words(name: str) -> tuple[str, ...]:
    """Words of a normal name without accents; abbreviations keep their point."""
    bare = unicodedata.normalize("NFKD", name.translate(_SPELT_OUT))
    plain = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return tuple("st." if word == "sankt" else word for word in _WORD.findall(plain))


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether all words of one name are in another one, of which there must be some."""
    return bool(part) and all(any(_alike(word, other) for other in whole) for word in part)


def _alike(word: str, other: str) -> bool:
    """Whether two words are the same, or one abbreviates the other."""
    short, long = sorted((word, other), key=lambda each: (len(each), each.endswith(".")))
    if short.endswith("."):
        return long.startswith(short[:-1])
    return long.rstrip(".") == short or (long.endswith(".") and short.startswith(long[:-1]))


def _is_slip(text: str, name: str) -> bool:
    """Whether a text is a name with a slip of the pen."""
    here, there = ("".join(_words(normal_name(each))) for each in (text, name))
    return SequenceMatcher(None, here, there, autojunk=False).ratio() >= _SLIP


@dataclass(slots=True)
class NameCheck:
    """Compares the names of a table with those of the areas of its keys, each pair once.

    Attributes
    ----------
    names : AreaNames
    column : str
        Heading of the names.
    found : dict of (level, key, text) to Misnomer
        The first ones, in the order of the file.
    rows, swapped_rows : int
        Number of lines with a name that no area of the level has, and with one that another area has.
    """

    names: AreaNames
    column: str
    found: dict[tuple[str, str, str], Misnomer] = field(default_factory=dict)
    rows: int = 0
    swapped_rows: int = 0
    _judged: dict[tuple[str, str, str], Misnomer | None] = field(default_factory=dict)

    @property
    def misnomers(self) -> tuple[Misnomer, ...]:
        """What was found, in the order of the lines."""
        return tuple(sorted(self.found.values(), key=lambda each: each.line))

    def note(self, batch: Batch, areas: Mapping[tuple[str, ...], object]) -> None:
        """Compare the names of the rows of a batch that are selected.

        Parameters
        ----------
        batch : Batch
        areas : mapping of (str, str, str, str) to FoundKey or anything else
            What the cells of key and level of its rows mean, the other texts being empty.
        """
        rows = np.flatnonzero(batch.selected)
        cells, first = combined([column.taken(rows) for column in (batch.keys, batch.levels, batch.names)])
        wrong: list[tuple[int, FoundKey, Misnomer]] = []
        for number, (key, level, text) in enumerate(cells.distinct):
            area = areas.get((key, level, "", ""))
            misnomer = self._judge(area, text) if isinstance(area, FoundKey) and area.known else None
            if isinstance(area, FoundKey) and misnomer is not None:
                wrong.append((number, area, misnomer))
        if not wrong:
            return
        counts = np.bincount(cells.codes, minlength=len(cells.distinct)).tolist()
        for number, area, misnomer in wrong:
            self._count(area.level, replace(misnomer, line=batch.lines[rows[first[number]]], rows=counts[number]))

    def _judge(self, area: FoundKey, text: str) -> Misnomer | None:
        """A misnomer without its lines; nothing where the name is one of the area's."""
        pair = area.level, area.key, text
        if pair not in self._judged:
            if len(self._judged) > _REMEMBERED:
                self._judged.clear()
            self._judged[pair] = self._misnomer(area, text)
        return self._judged[pair]

    def _misnomer(self, area: FoundKey, text: str) -> Misnomer | None:
        bare, own = text.strip(BLANKS), self.names.of(area.level, area.key)
        if not own or is_total(bare) or is_country(bare) or any(agrees(bare, name) for name in own):
            return None
        if self.names.above(area.level, area.key, bare):
            return None
        others = self.names.called(area.level, bare)
        if not others and any(_is_slip(bare, name) for name in own):
            return None
        return Misnomer(0, 0, area.key, shortened(bare), own, others)

    def _count(self, level: str, misnomer: Misnomer) -> None:
        """Take lines with a misnomer into account."""
        if misnomer.others:
            self.swapped_rows += misnomer.rows
        else:
            self.rows += misnomer.rows
        pair = level, misnomer.key, misnomer.text
        before = self.found.get(pair)
        if before is not None:
            self.found[pair] = replace(before, rows=before.rows + misnomer.rows)
        elif len(self.found) < MOST_NOTED:
            self.found[pair] = misnomer


def on_misnomers(check: NameCheck | None) -> Iterator[Sentence]:
    """Sentence on names that no area of the level has."""
    if check is not None and check.rows:
        told = [
            Sentence(
                f"Zeile {each.line}, {each.key}: {quote(each.text)} statt {quote(each.names[0])}",
                f"line {each.line}, {each.key}: {quote(each.text)} instead of {quote(each.names[0])}",
            )
            for each in check.misnomers
            if not each.others
        ]
        listed = _first(told)
        lines = _lines(check.rows)
        yield Sentence(
            f"In {lines.de} passt der Name in Spalte {quote(check.column)} nicht zum Schlüssel: {listed.de}.",
            f"In {lines.en} the name in column {quote(check.column)} does not fit the key: {listed.en}.",
        )


def on_swapped(check: NameCheck | None) -> Iterator[Sentence]:
    """Sentence on names of other areas: keys or names were moved against each other."""
    if check is not None and check.swapped_rows:
        told = [of_another(each) for each in check.misnomers if each.others]
        listed = _first(told)
        lines = _lines(check.swapped_rows)
        yield Sentence(
            f"In {lines.de} steht in Spalte {quote(check.column)} der Name eines anderen Gebiets: "
            f"{listed.de}. Wurde eine Spalte für sich sortiert?",
            f"In {lines.en} the name in column {quote(check.column)} is that of another area: "
            f"{listed.en}. Was one column sorted by itself?",
        )


def _lines(count: int) -> Sentence:
    return Sentence("einer Zeile", "one line") if count == 1 else Sentence(f"{count} Zeilen", f"{count} lines")


def of_another(misnomer: Misnomer) -> Sentence:
    """Where the name of another area stands, which one's it is, and which is expected."""
    others = ", ".join(misnomer.others[:2]) + (", …" if len(misnomer.others) > 2 else "")
    text, own = quote(misnomer.text), quote(misnomer.names[0])
    return Sentence(
        f"Zeile {misnomer.line}, {misnomer.key}: {text} (so heißt {others}) statt {own}",
        f"line {misnomer.line}, {misnomer.key}: {text} (the name of {others}) instead of {own}",
    )


def _first(told: Sequence[Sentence]) -> Sentence:
    """First entries, and whether there are more."""
    more = "; …" if len(told) > _SHOWN else ""
    return Sentence(
        "; ".join(each.de for each in told[:_SHOWN]) + more, "; ".join(each.en for each in told[:_SHOWN]) + more
    )
