"""The wheel: built here, installed elsewhere, serving the viewer and a tile from its own files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

import pytest

from service.settings import Settings
from tests.compiled import HAS_COMPILER
from tests.conftest import serving

ROOT = Path(__file__).parents[2]
LIBRARY, SOURCE = "spatial/statistics/outlines.library", "spatial/statistics/outlines.c"

pytestmark = [pytest.mark.slow]


def build(target: str, folder: Path, root: Path = ROOT, **environment: str) -> tuple[Path, str]:
    """A distribution of the tree at ``root``, and what was said while it was built."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
        cwd=root, check=True, capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    (built,) = folder.iterdir()
    return built, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))[0]


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
    # Compiled code fits one kind of machine and any version of Python.
    assert (LIBRARY in names, wheel.name.endswith("-py3-none-any.whl")) == (HAS_COMPILER, not HAS_COMPILER)
    assert wheel.name.startswith("kreisatlas-0.1.0-py3-none-")


def test_the_same_tree_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert build("wheel", tmp_path)[0].read_bytes() == wheel.read_bytes()


def test_without_a_compiler_the_wheel_is_pure(tmp_path: Path) -> None:
    beside = ROOT / LIBRARY
    before = beside.stat() if beside.exists() else None
    for number, compiler in enumerate(("false", str(tmp_path / "no-compiler"))):
        built, said = build("wheel", tmp_path / str(number), CC=compiler)
        assert built.name == "kreisatlas-0.1.0-py3-none-any.whl"
        names = zipfile.ZipFile(built).namelist()
        assert SOURCE in names
        assert LIBRARY not in names
        assert said.count("is not compiled") == 1
        assert compiler in said
    assert (beside.stat() if beside.exists() else None) == before


def test_the_source_distribution_can_be_compiled(wheel: Path, tmp_path: Path) -> None:
    sources, _ = build("sdist", tmp_path / "sdist")
    with tarfile.open(sources) as archive:
        archive.extractall(tmp_path, filter="data")
    root = tmp_path / "kreisatlas-0.1.0"
    assert (root / SOURCE).is_file()
    assert not (root / LIBRARY).exists()
    built, _ = build("wheel", tmp_path / "wheel", root)
    assert built.name == wheel.name
    assert sorted(zipfile.ZipFile(built).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_installed_elsewhere_it_serves_the_viewer_and_a_tile(wheel: Path, demo: Settings, tmp_path: Path) -> None:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    environment = tmp_path / "elsewhere"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = str(environment / "bin" / "python")
    install = [uv, "pip", "install", "--quiet", "--python", python]
    subprocess.run([*install, "--require-hashes", "-r", str(ROOT / "requirements.lock")], check=True)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)
    program = "import service, spatial.statistics.outlines as o; print(service.__file__, o.compiled() is not None)"
    said = subprocess.run(
        [python, "-c", program],
        cwd=tmp_path, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""},
    ).stdout  # fmt: skip
    assert str(environment) in said
    assert said.split()[-1] == str(HAS_COMPILER)
    with serving(demo.workspace, python, tmp_path) as address:
        page = urllib.request.urlopen(f"{address}/").read().decode()
        assert "<title>Kreisatlas" in page
        with urllib.request.urlopen(f"{address}/tiles/2026-01-01/9/269/170.mvt") as tile:
            assert (tile.status, len(tile.read()) > 1000) == (200, True)
