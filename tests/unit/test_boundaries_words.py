"""Everything that the boundaries say to people is there in German and in English."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import boundaries
import service
from boundaries import BoundaryError, Finding, FindingKind, GeometryReport, Sentence, Treatment
from boundaries.errors import some
from boundaries.sentences import german_day

DAY = date(2020, 1, 1)
WHY = Sentence("weil es so ist", "because it is so")
# Arguments for one error of every kind.
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "MalformedKey": ("x", WHY),
    "DestroyedKey": ("6,6E+06",),
    "UncoveredKey": ("01001000", ("06",)),
    "DuplicateKeys": ("kreis", ["06633"]),
    "UnknownLevel": ("haus", ("kreis", "gemeinde")),
    "MalformedLevel": ("Ein Haus",),
    "MissingName": ("06633", "kreis", DAY),
    "ImplausibleDay": (Sentence("Gebietsstand", "vintage"), DAY, DAY, DAY),
    "NoSuchEdition": (Sentence("Grenzen sind", "boundaries are"), ["2020-01-01 kreis"]),
    "EditionNeeded": ([WHY] * 7,),
    "ChangesUnreadable": ("a.csv", 3, WHY, "to_key"),
    "ChangesContradict": ([WHY] * 7,),
    "ChangeDoesNotFit": ("06633021", DAY, WHY),
    "NoSuchChange": (),
    "StillNeeded": ("06633030", DAY),
    "VintageNotDerivable": (DAY, DAY),
    "Unreadable": ("a.zip", WHY),
    "AmbiguousLayer": ("a.gpkg", list("abcdefg") * 8),
    "UnknownLayer": ("a.gpkg", "b", ["a"]),
    "NoFeatures": ("a.gpkg",),
    "NoCrs": ("a.shp",),
    "UnknownCrs": ("a.json", "EPSG:0"),
    "CoordinatesOutOfRange": ("a.json", "EPSG:4326", ["06633018"]),
    "OutsideGermany": ("a.json", ["06633018"], 51.2, 9.3),
    "OutsideLand": ("a.json", "EPSG:25833", ["06633018"], 1, "EPSG:25832"),
    "OutsideParents": ("a.json", ["7"], 1, None),
    "OtherVintage": ("a.json", DAY, DAY, WHY),
    "NoKeyField": ("a.json", ["Nr"]),
    "UnknownField": ("a.json", "nr", ["Nr"]),
    "LevelNeeded": ("a.json", WHY),
    "LevelAbsent": ("a.gpkg", "gemeinde", ["kreis"]),
    "EmptyKeys": ("a.json", "AGS", [1]),
    "BadKeys": ("a.json", "gemeinde", 2, "AGS", WHY),
    "RepeatedKeys": ("a.json", ["06633018"]),
    "NotPolygons": ("a.json", "", ["06633018"]),
    "InvalidGeometries": ("a.json", ["06633018"], WHY),
    "BadGroups": ("a.csv", Sentence("Zeile 2", "line 2"), WHY),
    "BadRegister": ("a.txt", 4, WHY, "I"),
    "BundledDataDamaged": ("a.csv", WHY),
    "SourceNotAsExpected": ("a.tgz", WHY),
}
SPEAKING = [
    *Path(inspect.getfile(boundaries)).parent.glob("*.py"),
    *(
        Path(inspect.getfile(service)).parent / name
        for name in (
            "boundary_loading.py",
            "boundary_removal.py",
            "change_loading.py",
            "commands/boundaries.py",
            "commands/boundary_stock.py",
        )
    ),
]


def leaves(kind: type[BoundaryError]) -> Iterator[type[BoundaryError]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from leaves(each)


def test_every_leaf_has_an_example() -> None:
    assert {leaf.__name__ for leaf in leaves(BoundaryError)} == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_every_error_speaks_both_languages_in_one_line(name: str) -> None:
    error = getattr(boundaries, name)(*ARGUMENTS[name])
    german, english = error.render("de"), error.render("en")
    assert english == str(error)
    assert german != english
    assert "because" not in german
    assert "weil" not in english
    for text in (german, english):
        assert text == text.strip()
        assert "\n" not in text
        assert "Sentence(" not in text
        assert "None" not in text


def test_places_are_named_in_both_languages() -> None:
    error = boundaries.ChangesUnreadable("a.csv", 3, WHY, "to_key")
    assert error.render("de") == "a.csv, Zeile 3, Spalte to_key: weil es so ist"
    assert error.render("en") == "a.csv, line 3, column to_key: because it is so"
    assert boundaries.ChangesUnreadable("a.csv", None, WHY).render("de") == "a.csv: weil es so ist"
    assert (
        boundaries.BadRegister("a.txt", 4, WHY, "I")
        .render("de")
        .startswith("a.txt: Zeile 4, Spalte I: weil es so ist;")
    )
    assert boundaries.MissingName("06633", "kreis", DAY).render("de").startswith("kreis 06633: für den 01.01.2020 ist")
    assert german_day(date(2022, 12, 31)) == "31.12.2022"


def test_long_lists_are_cut_and_say_so() -> None:
    assert some([1, 2]) == Sentence("1, 2", "1, 2")
    assert some(range(7)) == Sentence("0, 1, 2, 3, 4 und 2 weitere", "0, 1, 2, 3, 4 and 2 more")


def words(node: ast.expr) -> str:
    """Return the literal words of an expression."""
    return " ".join(
        each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.name)
def test_no_sentence_is_the_same_in_both_languages(path: Path) -> None:
    """The literal words of both halves differ wherever there are any."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Sentence":
            german, english = map(words, node.args)
            spoken = any(sign.isalpha() for sign in german + english)
            assert not spoken or german != english, f"{path.name}:{node.lineno}: {english}"


def test_errors_are_never_raised_with_plain_text() -> None:
    """A text in one language cannot get into an error: it has no second one."""
    with pytest.raises(AttributeError):
        BoundaryError("only English")  # type: ignore[arg-type]


def test_every_line_of_the_report_is_in_both_languages() -> None:
    findings = [
        Finding(kind, "06633018", treatment, 1.25, ("06633019",)) for kind in FindingKind for treatment in Treatment
    ]
    report = GeometryReport("gemeinde", DAY, 2345, 2000, 17, 2.5, (*findings, *findings[:1] * 6))
    german, english = (report.render(language).splitlines() for language in ("de", "en"))
    assert len(german) == len(english) == 1 + len(findings)
    assert all(first != second for first, second in zip(german, english, strict=True))
    assert german[0] == (
        "Gemeinden: 2345 Objekte, 2000 Flächen; 17 mit amtlicher Fläche verglichen, Abweichung im Median 2,5 %; "
        "vereinfachte Grenzen, Flächen besser aus dem Gemeindeverzeichnis"
    )
    assert "(1,25 km²)" in german[1]
    assert german[1].endswith(" u. a.")
    assert "(1.25 km²)" in english[1]
    assert english[1].endswith(" and others")
    sizes = {7_166_500: "7,17 km²", 25_000: "2,5 ha", 9_000: "9000 m²"}
    for size, text in sizes.items():
        gap = Finding(FindingKind.GAP, "06633018", Treatment.KEPT, size, ())
        assert f"({text})" in GeometryReport("gemeinde", DAY, 1, 1, 0, None, (gap,)).render("de")
    single = GeometryReport("raum", DAY, 1, 1, 0, None, ())
    assert (single.render("de"), single.render("en")) == ("raum: 1 Objekt, 1 Fläche", "raum: 1 feature, 1 area")
