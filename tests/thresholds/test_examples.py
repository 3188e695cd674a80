"""The examples in the docstrings of the rules run, and say what they say."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import thresholds

FOLDER = Path(thresholds.__file__).parent
MODULES = sorted(found.name for found in pkgutil.iter_modules([str(FOLDER)]))
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
WITH_EXAMPLES = ("", "requirement", "share", "verdict", "windows")


@pytest.mark.parametrize("name", ["", *MODULES])
def test_every_example_runs(name: str) -> None:
    module = importlib.import_module(f"thresholds.{name}" if name else "thresholds")
    run = doctest.testmod(module, optionflags=FLAGS)
    assert run.failed == 0
    assert bool(run.attempted) == (name in WITH_EXAMPLES)


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_says_what_its_signature_cannot(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))
    assert list(_silent(tree)) == []


def _silent(node: ast.Module | ast.ClassDef, inside: str = "") -> list[str]:
    """Public classes and functions without a docstring, by their qualified names."""
    found = []
    for child in node.body:
        if not isinstance(child, ast.ClassDef | ast.FunctionDef) or child.name.startswith("_"):
            continue
        name = f"{inside}{child.name}"
        found += [] if ast.get_docstring(child) else [name]
        if isinstance(child, ast.ClassDef):
            found += _silent(child, f"{name}.")
    return found
