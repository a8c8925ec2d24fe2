"""What exists is documented: commands, settings, addresses, statistics; and docs name no private place."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import typer.main
from fastapi.routing import APIRoute

from service.analyses.parameters import PARAMETERS
from service.analyses.registry import METHODS
from service.cli import app as command_line
from service.routes import analysis, areas, features, indicators, jobs, operations, pages, tiles
from service.settings import Settings

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "docs" / "commands.md").read_text()
ANALYSIS = (ROOT / "docs" / "analysis.md").read_text()


def _commands() -> list[str]:
    names = [
        command.name or command.callback.__name__ for command in command_line.registered_commands if command.callback
    ]
    for group in command_line.registered_groups:
        inner = group.typer_instance
        assert inner is not None
        names += [f"{group.name} {command.name}" for command in inner.registered_commands]
    return names


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_documented(command: str) -> None:
    assert typer.main.get_command(command_line) is not None
    assert f"kreisatlas {command}" in COMMANDS or f"`{command}`" in COMMANDS


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`KREISATLAS_{setting.upper()}`" in COMMANDS


def _paths() -> list[str]:
    routers = (features, indicators, analysis, jobs, areas, tiles, operations, pages)
    return sorted({route.path for module in routers for route in module.router.routes if isinstance(route, APIRoute)})


@pytest.mark.parametrize("path", [path for path in _paths() if path != "/assets/{name}"])
def test_every_address_is_documented(path: str) -> None:
    assert f"`{path.replace(':path', '')}`" in COMMANDS


@pytest.mark.parametrize("statistic", METHODS)
def test_every_statistic_has_a_page(statistic: str) -> None:
    page = (ROOT / METHODS[statistic].documentation).read_text()
    assert len(page) > 1000
    assert f"`{statistic}`" in ANALYSIS


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_every_parameter_of_an_analysis_is_documented(parameter: str) -> None:
    assert f"`{parameter}`" in COMMANDS


def test_links_in_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), (document.name, target)


def test_no_tracked_file_names_a_path_of_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    pattern = re.compile(r"(?<![\w./])/(?:home|root|Users|work)/\w")
    for name in listed.splitlines():
        path = ROOT / name
        if path.suffix in (".py", ".ts", ".md", ".toml", ".json", ".sh", ".css", ".html", "") and path.is_file():
            assert not pattern.search(path.read_text(errors="replace")), name
