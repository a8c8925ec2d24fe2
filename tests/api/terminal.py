"""The command line run in this process, as its entry point does: a program start for every command takes minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


def ended(patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Done:
    """Run one command to its end."""
    capsys.readouterr()
    patch.setattr("sys.argv", ["kreisatlas", *map(str, arguments)])
    with pytest.raises(SystemExit) as status:
        main()
    return Done(int(status.value.code or 0), *capsys.readouterr())
