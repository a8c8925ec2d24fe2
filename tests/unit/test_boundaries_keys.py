"""Official keys: forms, repairs, refusals, parents."""

from __future__ import annotations

import pytest

from boundaries import DestroyedKey, MalformedKey, ParsedKey, parent_key, parse_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06633018", ParsedKey("06633018", "gemeinde", None, repaired=False)),
        ("6633018", ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ("06633018 ", ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ("6633018.0", ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ("6633018,0", ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ("06 6 33 018", ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ("\u00a006633018\u202f", ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ("\ufeff06633018", ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ("'06633018", ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ('="06633018"', ParsedKey("06633018", "gemeinde", None, repaired=True)),
        ("066330018018", ParsedKey("06633018", "gemeinde", "066330018018", repaired=False)),
        ("66330018018", ParsedKey("06633018", "gemeinde", "066330018018", repaired=True)),
        ("066339200200", ParsedKey("06633200", "gemeinde", "066339200200", repaired=False)),
        ("06633", ParsedKey("06633", "kreis", None, repaired=False)),
        ("6633", ParsedKey("06633", "kreis", None, repaired=True)),
        ("066", ParsedKey("066", "regierungsbezirk", None, repaired=False)),
        # There is no Land 66, so the zero of a Regierungsbezirk was lost.
        ("66", ParsedKey("066", "regierungsbezirk", None, repaired=True)),
        ("06", ParsedKey("06", "land", None, repaired=False)),
        ("6", ParsedKey("06", "land", None, repaired=True)),
        ("16", ParsedKey("16", "land", None, repaired=False)),
        ("066330018", ParsedKey("066330018", "verband", None, repaired=False)),
        ("11000000", ParsedKey("11000000", "gemeinde", None, repaired=False)),
    ],
)
def test_parse_key(text: str, expected: ParsedKey) -> None:
    assert parse_key(text) == expected


@pytest.mark.parametrize("text", ["6,63392E+10", "6.63392E+10", "6E+10", " 6,63e+10 ", "6,63E10"])
def test_rounded_keys_are_told_apart(text: str) -> None:
    with pytest.raises(DestroyedKey, match="formatted as text"):
        parse_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "DE734",
        "DG000000",
        "00633018",
        "17633018",
        "123456",
        "0663301801",
        "06633-018",
        "06633018.5",
        "٠٦٦٣٣٠١٨",
        "-6633018",
    ],
)
def test_what_is_no_key_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(MalformedKey) as caught:
        parse_key(text)
    assert caught.value.text == text
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "level", "expected"),
    [
        ("06633018", "gemeinde", ("06633", "kreis")),
        ("066330018", "verband", ("06633", "kreis")),
        ("06633", "kreis", ("066", "regierungsbezirk")),
        ("03158", "kreis", ("03", "land")),  # Niedersachsen has had no Regierungsbezirke since 2005
        ("11000", "kreis", ("11", "land")),
        ("066", "regierungsbezirk", ("06", "land")),
        ("06", "land", None),
        ("0601", "sozialraum", None),
    ],
)
def test_parent_key(key: str, level: str, expected: tuple[str, str] | None) -> None:
    assert parent_key(key, level) == expected
