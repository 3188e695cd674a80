"""The source as trees: read once a process, whoever keeps a promise over all of it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All of a module's nodes, as `ast.walk` gives them."""
    return tuple(ast.walk(tree_of(path)))
