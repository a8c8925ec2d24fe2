"""Bundled figures of Hessen: official statistics of several years, and one synthetic indicator that says so.

``catalogue.toml`` defines the indicators; ``figures/*.csv`` holds the figures in the project's own tidy form, one
file per source table, with a mapping of the same stem where the keys refer to a certain territorial status.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
CATALOGUE = FOLDER / "catalogue.toml"
FIGURES = FOLDER / "figures"


def figure_files() -> Iterator[tuple[Path, Path | None]]:
    """Figure files in the order of their names, each with its mapping if it has one."""
    for path in sorted(FIGURES.glob("*.csv")):
        mapping = path.with_suffix(".toml")
        yield path, mapping if mapping.exists() else None
