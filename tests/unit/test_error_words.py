"""Every refusal of the service, the indicators and the statistics is there in German and in English."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from boundaries import Sentence
from boundaries.sentences import system_reason
from service.errors import RequestError, ServiceError
from spatial.indicators import IndicatorError
from spatial.statistics import StatisticsError
from spatial.statistics.sentences import number_in

ROOTS = (ServiceError, IndicatorError, StatisticsError)
HOMES = ("service.tiles", "service.app", "spatial.indicators")
"""Modules that bring in every class of errors."""
WHY = Sentence("weil es 7 'so' ist", "because it is 7 'so'")
TABLE = {"path": Path("a.csv"), "line": 3, "column": "Wert", "remedy": WHY}
# Arguments for one error of every kind; a pair has arguments by name as well.
EXAMPLES: dict[str, tuple[Any, ...]] = {
    "NoWorkspace": ("atlas",),
    "WorkspaceExists": ("atlas",),
    "StoreUnreadable": ("atlas/store.gpkg", WHY),
    "StoreUnusable": ("atlas/store.gpkg", WHY),
    "NothingPublished": ("atlas",),
    "UnknownRelease": (9, [1, 2]),
    "ReleaseDamaged": ("files/ab/abc.json.gz", WHY),
    "NothingToPublish": (Sentence("Grenzen", "boundaries"), WHY),
    "UnknownParameter": ("lang", ["level", "period"]),
    "InvalidParameter": ("level", "haus", WHY),
    "NotFound": (Sentence("das Gebiet", "area"), "06633999", WHY),
    "RangeNotSatisfiable": ("bytes=9-", 5),
    "TooManyJobs": (16,),
    "JobsUnavailable": (WHY,),
    "WorkerLost": (),
    "ProgramChanged": (),
    "ClusterUnavailable": ("tcp://10.0.0.1:8786", WHY),
    "AddressUnusable": ("127.0.0.1", 8080, WHY),
    "ViewerNotBuilt": (),
    "TilingError": ("2020-01-01", WHY),
    "NoCounts": ("child_pov",),
    "NoFigures": ("child_pov", "kreis", WHY),
    "TooLarge": (7200.0, 3600.0),
    "NotComputable": ("no variance", WHY),
    "TooFewAreas": (2, 3),
    "NoVariance": (1.25,),
    "TooFewDistinctValues": (1, 2),
    "MissingValues": ([1, 5],),
    "InfiniteValues": ([1],),
    "UnusableScale": (1e-200, 1.5, 1e100),
    "NegativeValues": (-0.5,),
    "ZeroDenominator": ([2],),
    "ImpossibleCounts": (WHY, [4]),
    "EmptyGroup": (WHY,),
    "TooFewPeriods": (1, 2),
    "NoLinks": (28,),
    "DuplicateKeys": (["06633018"],),
    "UnknownWeightsKey": ("06633018",),
    "InvalidWeights": (WHY,),
    "UnsuitableFormat": ("GAL", WHY),
    "UnusableGeometry": (["06633018"],),
    "LengthMismatch": (WHY, 3, 4),
    "UnknownOption": (WHY, "x", ("a", "b")),
    "OptionOutOfRange": (WHY, 0.25, WHY),
    "MalformedCell": ("3..5",),
    "MalformedPeriod": ("morgen",),
    "CatalogueError": ((WHY,), {"source": "a.toml", "entry": WHY, "line": 4, "field": "unit", "remedy": WHY}),
    "MappingError": ((WHY,), {"source": "a.toml", "key": "unit"}),
    "NoSuchFigures": ("pop_total, 2015", ["gemeinde (2014)"]),
    "FiguresNeeded": ([WHY, WHY],),
    "ProtectionImpossible": ((["06633018"],), {"place": "pop, 2020", "remedy": WHY}),
    "ProtectionTooLong": ((60.0,), {"size": 9000, "place": "pop, 2020", "remedy": WHY}),
    "ProtectionLeak": ((["06633018"] * 7,), {"remedy": WHY}),
    "EmptyTable": ((WHY,), {"path": Path("a.csv"), "line": 3}),
    **dict.fromkeys(
        (
            *("UnreadableTable", "SeveralTables", "OversizedTable", "UnknownTableForm", "DestroyedKeys", "NoKnownKey"),
            *("AmbiguousUnit", "AmbiguousRows", "UnknownIndicator", "MixedPeriods", "RejectedRows", "NothingFits"),
        ),
        ((WHY,), TABLE),
    ),
}
MADE_OF_ANOTHER = {"NotComputed"}
"""Repeats another error with the areas of its material; `tests/api` has it in both languages."""


def leaves(kind: type[Exception]) -> Iterator[type[Exception]]:
    below = [each for each in kind.__subclasses__() if not each.__module__.startswith("tests")]
    if not below:
        yield kind
    for each in below:
        yield from leaves(each)


def classes() -> dict[str, type[Exception]]:
    for home in HOMES:
        importlib.import_module(home)
    return {leaf.__name__: leaf for root in ROOTS for leaf in leaves(root)}


def example(name: str) -> Any:
    given = EXAMPLES[name]
    if given and isinstance(given[-1], dict):
        return classes()[name](*given[0], **given[-1])
    return classes()[name](*given)


def facts(text: str) -> tuple[list[str], list[str]]:
    """Numbers with a point, and what stands in quotation marks."""
    numbers = [each.replace(",", ".") for each in re.findall(r"\d+(?:[.,]\d+)?", text)]
    return sorted(numbers), sorted(re.findall(r"'[^']*'|\"[^\"]*\"", text))


def test_every_leaf_has_an_example() -> None:
    assert set(classes()) - MADE_OF_ANOTHER == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_error_holds_the_same_facts_in_both_languages(name: str) -> None:
    error = example(name)
    told = [(error.render("de"), error.render("en"))]
    if isinstance(error, RequestError):  # clients are told of parameters, the command line of options
        told.append((error.message.de, error.message.en))
    assert told[-1][1] == str(error)
    for german, english in told:
        assert german != english
        assert facts(german) == facts(english)
        for text, other in ((german, "because"), (english, "weil")):
            assert other not in text
            assert text == text.strip()
            assert "\n" not in text
            assert "Sentence(" not in text
            assert "None" not in text


def test_the_command_line_tells_of_options_and_commands() -> None:
    from service.errors import SEE_INDICATORS, InvalidParameter, NotFound, UnknownParameter, among, framed

    wrong = InvalidParameter("export_weights", "x", framed("ein Indikator, {}", "an indicator, {}", SEE_INDICATORS))
    unknown, lost = UnknownParameter("alpha", ["within"]), NotFound(WHY, "nix", SEE_INDICATORS)
    assert (
        wrong.message.en == "parameter 'export_weights' has the value 'x'; expected an indicator, see /api/indicators"
    )
    assert wrong.render("en") == (
        "--export-weights has the value 'x'; expected an indicator, `kreisatlas catalogue list` shows all"
    )
    assert unknown.render("de") == "--alpha passt hier nicht; möglich sind hier: --within"
    assert lost.message.de.endswith("'nix' gibt es nicht; siehe /api/indicators")
    for error in (wrong, unknown, lost):
        for language in ("de", "en"):
            assert "/api/" not in error.render(language)
            assert "arameter" not in error.render(language)
    assert (among(["2016"]).de, among(["2016", "2017"]).en) == ("2016", "one of 2016, 2017")


def speaking() -> list[Path]:
    root = Path(__file__).parents[2]
    return sorted(path for package in ("service", "spatial") for path in (root / package).rglob("*.py"))


def literal_words(node: ast.expr) -> str:
    return " ".join(
        each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


@cache
def pairs(path: Path) -> tuple[tuple[int, str, str], ...]:
    """Line and literal words of every pair of texts of a module; texts without a word belong to both languages."""
    return tuple(_pairs(path))


def _pairs(path: Path) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("Sentence", "both")
            and len(node.args) == 2
        ):
            german, english = map(literal_words, node.args)
            if re.search(r"[a-zäöüß]{4}", f"{german} {english}"):
                yield node.lineno, german, english


ALIKE = {"in", " MB"}
"""Words that are the same in both languages."""


def test_no_pair_of_texts_is_the_same_in_both_languages() -> None:
    found = [(path, *pair) for path in speaking() for pair in pairs(path)]
    assert len(found) > 400
    same = [
        f"{path.name}:{line}: {english}"
        for path, line, german, english in found
        if german == english and english.strip() not in ALIKE
    ]
    assert not same


def test_german_texts_hold_no_english_words() -> None:
    """Half a translation shows by its small words."""
    small = re.compile(r"\b(the|and|with|of|is|are|not|only|must|there|which|this|cannot)\b")
    for path in speaking():
        for line, german, _ in pairs(path):
            spoken = re.sub(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\[[^\]]*\]", "", german)
            assert not small.search(spoken), f"{path.name}:{line}: {german}"


def test_the_operating_system_speaks_german_too(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as caught:
        (tmp_path / "none").read_bytes()
    assert system_reason(caught.value) == Sentence("Datei oder Ordner gibt es nicht", "No such file or directory")
    assert system_reason(OSError("odd")) == Sentence("odd", "odd")


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert (number_in("0.5").de, number_in("0.5").en) == ("0,5", "0.5")
    assert (number_in("2,000,000").de, number_in("2,000,000").en) == ("2.000.000", "2,000,000")
