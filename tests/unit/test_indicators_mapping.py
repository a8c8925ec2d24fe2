"""Mapping files: known keys with sensible values, nothing else."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.indicators import MappingError, TableMapping, load_mapping, mapping_from_dict, render_mapping


def test_all_keys(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(
        'indicator = "pop"\nformat = "long"\nsheet = 1\nencoding = "cp1252"\ndelimiter = ";"\ndecimal = ","\n'
        "header_rows = 2\nfirst_data_line = 5\nlast_data_line = 9\nkey_column = 0\nname_column = 'Name'\n"
        "value_column = 3\nperiod_column = 'Jahr'\nperiod = '31.12.2022'\nlevel = 'gemeinde'\nland = '06'\n"
        "unit = 'Anzahl'\nmultiplier = 1000\nkey_and_name = true\nvintage = 2022-12-31\nwithin = '06633'\n"
        "column_label = ['Arbeitslose', 'Insgesamt']\nlevel_column = 'Raumbezug'\n"
        "[select]\nGeschlecht = ''\n",
        encoding="utf-8",
    )
    mapping = load_mapping(path)
    assert (mapping.period, mapping.vintage, mapping.multiplier) == ("2022-12-31", date(2022, 12, 31), 1000.0)
    assert dict(mapping.select) == {"Geschlecht": ""}
    assert mapping_from_dict({"vintage": "2022-12-31"}).vintage == date(2022, 12, 31)
    assert (mapping.within, mapping.column_label) == ("06633", ("Arbeitslose", "Insgesamt"))
    written = tmp_path / "again.toml"
    written.write_text(render_mapping(mapping), encoding="utf-8")
    assert load_mapping(written) == mapping


@given(label=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20))
def test_any_label_survives_writing(label: str) -> None:
    mapping = TableMapping(value_column=label, select={label: label})
    assert mapping_from_dict(tomllib.loads(render_mapping(mapping))) == mapping


def test_refusals_in_german() -> None:
    with pytest.raises(MappingError) as caught:
        mapping_from_dict({"within": "x"})
    assert caught.value.render("de") == "mapping: within: muss der Schlüssel eines Landes oder Kreises sein"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"colour": "red"}, "colour: is unknown"),
        ({"within": "6633"}, "within: must be the key of a Land or Kreis"),
        ({"land": "6"}, "land: must have two digits"),
        ({"column_label": [1]}, "column_label: must be text or a list of texts"),
        ({"column_label": []}, "column_label: must be text or a list of texts"),
        ({"format": "sdmx"}, "format: must be one of classic, ffcsv, inkar, long, wide"),
        ({"decimal": ";"}, "decimal: must be"),
        ({"delimiter": ";;"}, "delimiter: must be one character"),
        ({"header_rows": -1}, "header_rows: must be a whole number from 0"),
        ({"first_data_line": 0}, "first_data_line: must be a whole number from 1"),
        ({"first_data_line": True}, "first_data_line: must be a whole number from 1"),
        ({"key_column": -1}, "key_column: must be a name or a position from 0"),
        ({"multiplier": 0}, "multiplier: must be a positive number"),
        ({"period": "immer"}, "period: .*is no day"),
        ({"vintage": "gestern"}, "vintage: must be a date"),
        ({"select": {"a": 1}}, "select: must be a table of texts"),
        ({"key_and_name": "ja"}, "key_and_name: must be true or false"),
        ({"level": ""}, "level: must be text"),
    ],
)
def test_refusals_name_the_key(document: dict[str, object], message: str) -> None:
    with pytest.raises(MappingError, match=f"^mapping: {message}"):
        mapping_from_dict(document)


def test_files_that_are_no_mapping(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    with pytest.raises(MappingError, match=r"mapping\.toml: cannot be read"):
        load_mapping(path)
    path.write_text("a = ", encoding="utf-8")
    with pytest.raises(MappingError, match=r"mapping\.toml: is not valid TOML"):
        load_mapping(path)


@pytest.mark.parametrize("key", [field.name for field in fields(TableMapping)])
def test_every_key_is_documented(key: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")
    assert f"`{key}`" in page
