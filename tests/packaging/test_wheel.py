"""The wheel: built here, installed elsewhere, serving the viewer and a tile from its own files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from service.settings import Settings
from tests.conftest import serving

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_viewer_and_data_and_no_more(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "service/viewer/index.html" in names
    assert any(name.startswith("service/viewer/assets/") and name.endswith(".js") for name in names)
    assert any(name.startswith("boundaries/bundled/") and name.endswith(".fgb") for name in names)
    assert any(name.startswith("spatial/indicators/demo/figures/") for name in names)
    assert {name.split("/")[0] for name in names} == {
        "service", "spatial", "boundaries", "styles", "kreisatlas-0.1.0.dist-info",
    }  # fmt: skip
    assert any(name.endswith("licenses/NOTICE") for name in names)


def test_installed_elsewhere_it_serves_the_viewer_and_a_tile(wheel: Path, demo: Settings, tmp_path: Path) -> None:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    environment = tmp_path / "elsewhere"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = str(environment / "bin" / "python")
    install = [uv, "pip", "install", "--quiet", "--python", python]
    subprocess.run([*install, "--require-hashes", "-r", str(ROOT / "requirements.lock")], check=True)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)
    where = subprocess.run(
        [python, "-c", "import service; print(service.__file__)"],
        cwd=tmp_path, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""},
    ).stdout  # fmt: skip
    assert str(environment) in where
    with serving(demo.workspace, python, tmp_path) as address:
        page = urllib.request.urlopen(f"{address}/").read().decode()
        assert "<title>Kreisatlas" in page
        with urllib.request.urlopen(f"{address}/tiles/2026-01-01/9/269/170.mvt") as tile:
            assert (tile.status, len(tile.read()) > 1000) == (200, True)
