"""Rules that the whole source keeps, read from the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from referendum.bootstrap import all_tables
from tests.sources import nodes_of

ROOT = Path(__file__).parents[2]
ROOMS = ("referendum", "signatures", "ballots", "thresholds")


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            for node in nodes_of(path):
                yield f"{where}:{getattr(node, 'lineno', 0)}", node


def called(node: ast.AST) -> str | None:
    """The name by which something is called, without what it is a part of."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name
    return None


def test_a_fault_of_the_database_is_told_by_the_name_of_the_constraint() -> None:
    """Another constraint than the one expected is a defect, and never "was there before"."""
    handlers = [
        (where, node)
        for where, node in nodes()
        if isinstance(node, ast.ExceptHandler)
        and node.type is not None
        and any(
            isinstance(named, ast.Name | ast.Attribute)
            and (getattr(named, "id", None) or getattr(named, "attr", None)) == "IntegrityError"
            for named in ast.walk(node.type)
        )
    ]
    assert len(handlers) > 10
    for where, handler in handlers:
        inside = [one for statement in handler.body for one in ast.walk(statement)]
        assert any(called(one) == "violates" for one in inside), where
        again = [one for one in inside if isinstance(one, ast.Raise) and one.exc is None]
        assert again, f"{where}: what is not expected is raised again"


def test_every_constraint_that_is_named_is_one_of_the_schema() -> None:
    named = {
        (where, one.value)
        for where, node in nodes()
        if isinstance(node, ast.Call) and called(node) == "violates"
        for one in node.args
        if isinstance(one, ast.Constant)
    }
    assert len(named) > 10
    schema = {
        str(getattr(one, "name", None))
        for table in all_tables().tables.values()
        for one in (*table.constraints, *table.indexes)
    }
    assert {(where, name) for where, name in named if name not in schema} == set()


def test_a_day_is_always_taken_in_somebodys_zone() -> None:
    """Moments are kept in UTC, whose day is yesterday's in Korea until nine in the morning."""
    taken = [
        (where, node.func.value)
        for where, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and not node.args
        and isinstance(node.func.value, ast.expr)
        and called(node.func.value) != "func"
    ]
    assert len(taken) > 5
    assert [where for where, moment in taken if called(moment) != "astimezone"] == []
    assert [
        where
        for where, node in nodes()
        if isinstance(node, ast.Call) and called(node) == "astimezone" and not node.args
    ] == []


def test_links_that_leave_are_made_in_the_address_book_alone() -> None:
    """Whoever reads the public address besides it asks for its scheme or its origin."""
    asked = {
        where.partition(":")[0]
        for where, node in nodes()
        if isinstance(node, ast.Attribute) and node.attr == "public_url"
    }
    assert asked == {
        "referendum/bootstrap.py",
        "referendum/doors/cookies.py",
        "referendum/doors/csrf.py",
        "referendum/kernel/addresses.py",
    }
