"""Compiled code and its stand-in: tests of contiguity run with both."""

from __future__ import annotations

import os
import shlex
import shutil
import sysconfig

import pytest

from spatial.statistics import outlines

#: Whether this machine can compile; then the compiled code must be there, and no test of it is left out.
HAS_COMPILER = shutil.which(shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]) is not None

WAYS = ("compiled", "arrays")


def choose(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let contiguity be found by compiled code, or as on a machine without a compiler."""
    if way == "arrays":
        monkeypatch.setattr(outlines, "compiled", lambda: None)
    elif not HAS_COMPILER:
        pytest.skip("no C compiler on this machine, so nothing was compiled; the way without it is tested")
    else:
        assert outlines.compiled() is not None, "outlines.c was not compiled: run `make install`"
