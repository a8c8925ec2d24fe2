"""What a profile cannot protect is said when its definition is loaded, in the language of the workspace."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.commands.catalogue import app
from service.settings import Settings
from service.workspace import Workspace

DEFINITIONS = """
[[indicator]]
id = "mean_age"
kind = "mean"
unit = "Jahre"
disclosure = "jugendhilfe"

[[indicator]]
id = "noise"
kind = "mean"
unit = "dB"
"""


@pytest.mark.parametrize(
    ("language", "defined", "said"),
    [
        ("de", "2 Indikatoren definiert", "schützt diese Werte nicht"),
        ("en", "2 indicators defined", "nothing protects these figures"),
    ],
)
def test_loading_says_what_is_not_protected(
    language: str, defined: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KREISATLAS_LANGUAGE", language)
    atlas, file = tmp_path / "atlas", tmp_path / "own.toml"
    Workspace(Settings(workspace=atlas)).create(demo=False, progress=lambda _: None)
    file.write_text(DEFINITIONS)
    done = CliRunner().invoke(app, ["load", str(file), "--workspace", str(atlas)])
    assert done.exit_code == 0
    assert done.stdout == f"{defined}\n"
    assert done.stderr.startswith("! mean_age: ")
    assert said in done.stderr
    assert done.stderr.count(said) == 1, "what is open needs no protection"
