"""The public face of the package: names, errors and the cost of importing it."""

from __future__ import annotations

import subprocess
import sys

import spatial.indicators
from spatial.indicators import IndicatorError, errors


def test_all_names_exist_and_are_sorted() -> None:
    names = spatial.indicators.__all__
    assert len(names) == len(set(names))
    assert all(hasattr(spatial.indicators, name) for name in names)


def test_every_error_is_public() -> None:
    leaves = {
        name for name, found in vars(errors).items() if isinstance(found, type) and issubclass(found, IndicatorError)
    }
    assert leaves <= set(spatial.indicators.__all__)


def test_importing_is_cheap() -> None:
    code = (
        "import sys, spatial.indicators; "
        "print([m for m in ('pandas', 'pyarrow', 'openpyxl', 'geopandas', 'libpysal') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
