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


#: What the page of a statistic tells.
PARTS = ("Question", "Formula", "How to read it", "What can go wrong", "In the atlas", "Sources")


def _parts(page: str) -> dict[str, str]:
    """Texts of a page by the bold words or headings that begin them."""
    found = re.split(r"^(?:\*\*(.+?)\*\*|## (.+)$)", page, flags=re.MULTILINE)
    names = [(bold or heading).rstrip(".") for bold, heading in zip(found[1::3], found[2::3], strict=True)]
    return dict(zip(names, found[3::3], strict=True))


@pytest.mark.parametrize("statistic", METHODS)
def test_every_statistic_has_a_page(statistic: str) -> None:
    page = (ROOT / METHODS[statistic].documentation).read_text()
    parts = _parts(page)
    assert [name for name in PARTS if not any(part.startswith(name) for part in parts)] == []
    assert [part for part, text in parts.items() if len(text.strip()) < 20] == []
    reading = " ".join(part + text for part, text in parts.items() if part.startswith(("How to read", "With 28")))
    assert re.search(r"\b28\b", reading), "how to read it with 28 areas"
    assert f"`{statistic}`" in ANALYSIS
    assert re.search(rf"[`/]{statistic}`", page), "where it is in the atlas"


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
