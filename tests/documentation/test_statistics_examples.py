"""The examples in the docstrings of the statistics are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import spatial.statistics


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(spatial.statistics.__path__)])
def test_examples(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"spatial.statistics.{name}"))
    assert outcome.failed == 0
