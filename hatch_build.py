"""Build hook: compile ``outlines.c`` with the C compiler of the machine.

Without a compiler, or if compiling fails, the distribution is pure Python: slower, with the same results.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("spatial/statistics/outlines.c")
LIBRARY = SOURCE.with_name("outlines.library")
_FLAGS = ("-std=c99", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-ffp-contract=off", "-Wall", "-Wextra")


class CompileOutlines(BuildHookInterface[Any]):
    """Adds the compiled library to a wheel, or lays it beside its source for an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; what is built does not depend on what an earlier build left in the tree."""
        self._folder = tempfile.TemporaryDirectory(prefix="outlines-")
        built, beside = Path(self._folder.name) / LIBRARY.name, Path(self.root) / LIBRARY
        failure = _compile(Path(self.root), built)
        if failure:
            self.app.display_warning(f"{SOURCE} is not compiled, spatial weights take longer: {failure}")
            if version == "editable":
                beside.unlink(missing_ok=True)
            return
        if version == "editable":
            # A process that runs keeps the file it has loaded.
            draft = beside.with_suffix(".draft")
            draft.write_bytes(built.read_bytes())
            draft.replace(beside)
            return
        build_data["force_include"][str(built)] = str(LIBRARY)
        build_data["pure_python"] = False
        # Bound to the machine, but to no version of Python: nothing of Python's own is linked.
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's
        """Remove what was compiled."""
        self._folder.cleanup()


def _compile(root: Path, target: Path) -> str:
    """Compile the library; returns why not, or nothing."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    command = [*compiler, *_FLAGS, "-o", str(target), str(SOURCE), "-lm"]
    try:
        answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        return str(error)
    if answer.returncode or not target.is_file():
        said = (answer.stderr or answer.stdout).strip().splitlines()
        return f"{compiler[0]} ended with {answer.returncode}{': ' + said[0] if said else ''}"
    return ""
