"""The public face of the package: names, error family, cost of importing."""

from __future__ import annotations

import inspect
import subprocess
import sys
from datetime import date

import pytest

import boundaries
from boundaries import errors, file_errors


def defined() -> list[type]:
    """Return the classes of both modules of errors."""
    return [
        value
        for module in (errors, file_errors)
        for value in vars(module).values()
        if inspect.isclass(value) and value.__module__ == module.__name__
    ]


def test_all_names_exist_once_and_sorted_errors_are_public() -> None:
    assert len(set(boundaries.__all__)) == len(boundaries.__all__)
    assert all(hasattr(boundaries, name) for name in boundaries.__all__)
    assert {each.__name__ for each in defined()} <= set(boundaries.__all__)


def test_every_error_is_a_boundary_error_and_stands_in_the_tree() -> None:
    tree = errors.__doc__ or ""
    for error in defined():
        assert issubclass(error, boundaries.BoundaryError)
        assert f"``{error.__name__}``" in tree


def test_importing_pulls_in_no_heavy_library() -> None:
    code = (
        "import sys, boundaries; print([m for m in ('pyogrio', 'geopandas', 'pandas', 'pyproj') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_area_sets_are_sorted_and_refuse_repeated_keys() -> None:
    gemeinden = boundaries.load_bundled().gemeinden
    first, second = gemeinden.areas[:2]
    swapped = boundaries.AreaSet("gemeinde", date(2016, 1, 1), gemeinden.crs, (second, first))
    assert swapped.keys == (first.key, second.key)
    assert swapped.by_key[second.key] is second
    assert list(swapped.geometries) == [first.geometry, second.geometry]
    with pytest.raises(boundaries.DuplicateKeys) as caught:
        boundaries.AreaSet("gemeinde", date(2016, 1, 1), gemeinden.crs, (first, first))
    assert caught.value.keys == (first.key,)
