"""The fast way through a table against the careful one: row by row, each figure read on its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries import MalformedKey
from spatial.indicators import (
    AreaIndex,
    AreaRow,
    Catalogue,
    ImportResult,
    Indicator,
    Observation,
    TableError,
    TableMapping,
    import_table,
    read_table,
)
from spatial.indicators.area_keys import FoundKey, as_city
from spatial.indicators.batches import RawFigure
from spatial.indicators.cells import symbol_of
from spatial.indicators.readers import plain_text, text
from spatial.indicators.readings import FigureReader
from spatial.indicators.rejections import RowRejected
from spatial.indicators.survey import survey

AREAS = AreaIndex(
    [
        AreaRow("gemeinde", "06633001", "Ahnatal"),
        AreaRow("gemeinde", "06633018", "Naumburg"),
        AreaRow("gemeinde", "06633021", "Oberweser", None, date(2020, 1, 1), ("06633030",)),
        AreaRow("gemeinde", "06633030", "Wesertal", date(2020, 1, 1)),
        AreaRow("gemeinde", "06611000", "Kassel"),
        AreaRow("kreis", "06611", "Kassel"),
        AreaRow("kreis", "06633", "Kassel"),
    ]
)
CATALOGUE = Catalogue(
    {
        "pop": Indicator(
            "pop", "count", "Personen", additive=True, harmonise="sum", valid_range=(0, 5000), reference_day="12-31"
        ),
        "share": Indicator("share", "rate", "%", reference_day="12-31"),
    }
)
HEAD = "key;period;indicator;value;status;flag;group\n"
ROWS = st.lists(
    st.tuples(
        st.sampled_from(
            ("06633001", "06633018", "6633018", "06633021", "06633030", "06611", "06633", "06633999", "DG", "Ort", "")
        ),
        st.sampled_from(("2015", "2021", "31.12.2015", "?", "")),
        st.sampled_from(("pop", "pop", "share", "none", "")),
        st.sampled_from(("1", "2,5", "-", ".", "x", "(3)", "", "abc", "4p", "12 %", "9999", "-7")),
        st.sampled_from(("", "", "", "OK", "SECRET", "HIDDEN")),
        st.sampled_from(("", "", "p", "e", "?")),
        st.sampled_from(("all", "all", "some")),
    ),
    min_size=1,
    max_size=40,
)
MAPPING = TableMapping(select={"group": "all"}, decimal=",")


@dataclass
class Careful:
    """What becomes of the rows, told one by one."""

    accepted: dict[tuple[str, ...], Observation] = field(default_factory=dict)
    aside: dict[tuple[str, ...], Observation] = field(default_factory=dict)
    again: dict[tuple[str, ...], list[Observation]] = field(default_factory=dict)
    aside_again: dict[tuple[str, ...], list[Observation]] = field(default_factory=dict)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    other_levels: int = 0
    not_selected: int = 0
    duplicates: int = 0

    def read(self, path: Path) -> None:
        table = read_table(path, MAPPING, areas=AREAS, indicators=tuple(CATALOGUE.indicators), level="gemeinde")
        seen, finder = survey(table, MAPPING)
        reader = FigureReader(CATALOGUE, AREAS, MAPPING, ",", None)
        present = frozenset(seen.present.get("gemeinde", ()))
        for figure in table.figures():
            if not figure.is_selected:
                self.not_selected += 1
                continue
            key = finder.find(figure)
            if isinstance(key, FoundKey):
                self._take(figure, key, reader, present)
            else:
                digits = figure.key.strip()
                if isinstance(key, MalformedKey) and digits.isdigit():
                    self.unknown.add(digits)
                self.rejected.append((figure.line, "key"))
        self._settle()

    def _take(self, figure: RawFigure, key: FoundKey, reader: FigureReader, present: frozenset[str]) -> None:
        key = as_city(key, "gemeinde", AREAS, present) if key.level != "gemeinde" else key
        is_wanted = key.level == "gemeinde"
        self.other_levels += not is_wanted
        if not key.known:
            if is_wanted:
                self.unknown.add(key.key)
                self.rejected.append((figure.line, f'key "{key.key}" is not known'))
            return
        try:
            observation = reader.observe(figure, key)
        except RowRejected as refusal:
            if is_wanted:
                self.rejected.append((figure.line, refusal.reason.en))
            return
        taken, again = (self.accepted, self.again) if is_wanted else (self.aside, self.aside_again)
        identity = (observation.indicator, observation.level, observation.key, observation.period)
        if identity in taken:
            again.setdefault(identity, []).append(observation)
        else:
            taken[identity] = observation

    def _settle(self) -> None:
        for identity, repeats in self.again.items():
            said = {(each.value, each.status) for each in (self.accepted[identity], *repeats)}
            if len(said) == 1:
                self.duplicates += len(repeats)
                continue
            sightings = (self.accepted.pop(identity), *repeats)
            lines = [int(each.line or 0) for each in sightings]
            listed = "; ".join(f'"{_spoken(each)}" in line {each.line}' for each in sightings)
            said_of = f"{identity[2]} has contradicting values for {identity[3]}: {listed}"
            self.rejected += [(line, said_of) for line in lines]
        for identity, repeats in self.aside_again.items():
            if len({(each.value, each.status) for each in (self.aside[identity], *repeats)}) > 1:
                del self.aside[identity]


def _spoken(observation: Observation) -> str:
    symbol = symbol_of(observation.status)
    return symbol if symbol is not None else "" if observation.value is None else f"{observation.value:.12g}"


def fast(path: Path) -> ImportResult | None:
    try:
        return import_table(path, catalogue=CATALOGUE, areas=AREAS, mapping=MAPPING, level="gemeinde")
    except TableError as error:
        assert error.report is None or error.report.accepted == 0  # noqa: PT017 - a refusal is one of the outcomes
        return None


@pytest.mark.parametrize("way", ["columns", "rows"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(rows=ROWS)
def test_both_ways_lead_to_the_same(
    way: str, rows: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_text, "_LEAST", 0 if way == "columns" else 10**9)
    monkeypatch.setattr(text, "ROWS_AT_ONCE", 7)
    path = tmp_path / "figures.csv"
    # The last row keeps the others from being closing remarks.
    lines = [*rows, ("06633018", "2016", "pop", "1", "", "", "all")]
    path.write_text(HEAD + "".join(";".join(row) + "\n" for row in lines))
    expected = Careful()
    expected.read(path)
    result = fast(path)
    assert result is not None
    assert list(result.observations) == [*expected.accepted.values(), *expected.aside.values()]
    report = result.report
    assert (report.rows, report.accepted) == (len(lines), len(expected.accepted))
    assert (report.duplicates, report.other_levels) == (expected.duplicates, expected.other_levels)
    assert report.not_selected == expected.not_selected
    assert set(report.unknown_keys) == expected.unknown
    found = [(each.line, "key" if _is_of_key(each.reason.en) else each.reason.en) for each in report.rejected]
    wanted = [(line, "key" if _is_digits(reason) else reason) for line, reason in expected.rejected]
    assert sorted(found) == sorted(wanted)
    statuses = [str(each.status) for each in expected.accepted.values()]
    assert report.status == {status: statuses.count(status) for status in statuses}


def _is_of_key(reason: str) -> bool:
    return "is no area key" in reason or "area key is missing" in reason or _is_digits(reason)


def _is_digits(reason: str) -> bool:
    return reason.startswith('key "') and "is not known" in reason


def test_pieces_of_both_kinds_keep_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain pieces, quoted ones, blank lines, and a quoted cell over the end of a piece."""
    monkeypatch.setattr(plain_text, "_LEAST", 0)
    monkeypatch.setattr(text, "_CHUNK", 64)
    path = tmp_path / "figures.csv"
    content = "key;period;value;note\r\n" + "".join(
        f"06633001;{1900 + n};{n};plain\r\n" + ("\r\n" if n % 7 == 0 else "") for n in range(60)
    )
    content += '06633018;2015;1;"in\r\ntwo lines"\r\n' + "06633018;2016;?;bad\r\n"
    path.write_bytes(content.encode())
    result = import_table(path, catalogue=CATALOGUE, areas=AREAS, indicator="pop")
    assert result.report.accepted == 61
    for observation in result.observations:
        n = int(observation.period) - 1900
        assert observation.line == (2 + n + (n + 6) // 7 if n < 60 else 2 + 60 + 9)
    [rejection] = result.report.rejected
    assert (rejection.line, rejection.column) == (73, "value")
