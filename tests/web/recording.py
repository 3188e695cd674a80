"""Which acts the code can write into the record: read from the source, not from a list of ours."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.sources import nodes_of

HERE = Path(__file__).parents[2]
ROOMS = ("referendum", "signatures", "ballots")
NAME = re.compile(r"[a-z_]+\.[a-z_]+")


@dataclass(frozen=True)
class Writer:
    """A function that puts the act it is given on record, and what it puts before it."""

    position: int
    prefix: str = ""


Writers = dict[str, list[Writer]]
"""By the function's name; a private one is its module's alone, and is kept with its path."""


@cache
def acts_in_the_source() -> frozenset[str]:
    """Every `noun.past` that reaches `uow.record`, also through functions that pass it on."""
    functions = [
        (path, node)
        for room in ROOMS
        for path in sorted((HERE / room).rglob("*.py"))
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef)
    ]
    # `entry` and `Entry` are what `record.append` is given by statements and by changes of lines.
    writers: Writers = {name: [Writer(0)] for name in ("record", "entry", "Entry")}
    writers["append"] = [Writer(1)]
    found: set[str] = set()
    while True:
        before = sum(map(len, writers.values()))
        for path, function in functions:
            found |= set(_written(path, function, writers))
        if sum(map(len, writers.values())) == before:
            return frozenset(name for name in found if NAME.fullmatch(name))


def _written(path: Path, function: ast.FunctionDef, writers: Writers) -> Iterator[str]:
    """The names that this function writes; where it passes its own argument on, it joins in."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        for writer in list(writers.get(_known_as(path, _called(call)), ())):
            given = _argument(call, writer.position)
            if given is None:
                continue
            for prefix, value in _values(function, given):
                if isinstance(value, str):
                    yield writer.prefix + prefix + value
                else:
                    joins = Writer(value, writer.prefix + prefix)
                    known = writers.setdefault(_known_as(path, function.name), [])
                    if joins not in known:
                        known.append(joins)


def _known_as(path: Path, name: str) -> str:
    return f"{path}:{name}" if name.startswith("_") else name


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=room), attr="append") if room != "record":
            return ""
        case ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _argument(call: ast.Call, position: int) -> ast.expr | None:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if position < len(call.args):
        return call.args[position]
    return named.get("act")


def _values(function: ast.FunctionDef, given: ast.expr) -> Iterator[tuple[str, str | int]]:
    """What an expression may be: a text, or the place of the parameter that it comes from."""
    match given:
        case ast.Constant(value=str(text)):
            yield "", text
        case ast.IfExp(body=one, orelse=other):
            yield from _values(function, one)
            yield from _values(function, other)
        case ast.JoinedStr(
            values=[ast.Constant(value=str(prefix)), ast.FormattedValue(value=rest)]
        ):
            yield from ((prefix + more, value) for more, value in _values(function, rest))
        case ast.Name(id=name):
            parameters = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
            if name in parameters:
                yield "", parameters.index(name) - (parameters[0] == "self")
            for node in ast.walk(function):
                match node:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                        yield from _values(function, value)
        case _:
            pass
