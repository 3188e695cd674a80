"""Writes docs/data-model.md from the tables: run it after changing one."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Column, Table  # noqa: E402  # the checkout comes first on the path
from sqlalchemy.dialects import postgresql  # noqa: E402

import ballots  # noqa: E402
import referendum  # noqa: E402
import signatures  # noqa: E402
from referendum.kernel.db import Base  # noqa: E402

INTRODUCTION = """\
# The data model

Drawn from the tables in the code by `python tools/draw_tables.py`; a test compares. Tables stand
by the module that declares them. **Append only**: the application's role may select and insert,
and nothing else. **Never deleted**: it may also change what is said of a row, but not its key. An
arrow names the table that a column points to.

Amounts of people and papers are whole numbers, moments are `timestamptz` in UTC, days are dates in
the zone of their place. `bytea` holds hashes, sealed texts and keys wrapped by a key outside.
"""
DIALECT = postgresql.dialect()
ASIDE = ("referendum.migrations", "referendum.__main__")


def page() -> str:
    """One section per room, one table of columns per table."""
    for package in (referendum, signatures, ballots):
        _import_all(package)
    rooms: dict[str, list[type[Base]]] = defaultdict(list)
    for mapper in Base.registry.mappers:
        if not mapper.class_.__module__.startswith("tests"):
            rooms[mapper.class_.__module__].append(mapper.class_)
    sections = [_room(name, rooms[name]) for name in sorted(rooms)]
    return "\n".join([INTRODUCTION, *sections])


def _import_all(package: ModuleType) -> None:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.startswith(ASIDE):
            importlib.import_module(found.name)


def _room(module: str, classes: Iterable[type[Base]]) -> str:
    tables = sorted(classes, key=lambda one: one.__tablename__)
    return "\n".join([f"## {module}\n", *map(_table, tables)])


def _table(of: type[Base]) -> str:
    table = of.__table__
    assert isinstance(table, Table)
    said = " ".join((of.__doc__ or "").split())
    rights = {
        "append_only": " **Append only.**",
        "kept": " **Never deleted.**",
    }
    marks = "".join(words for key, words in rights.items() if table.info.get(key))
    rows = "\n".join(map(_column, table.columns))
    return f"### {table.name}\n\n{said}{marks}\n\n| column | type | |\n|---|---|---|\n{rows}\n"


def _column(column: Column[object]) -> str:
    notes = ["key"] if column.primary_key else []
    notes += [f"→ {key.target_fullname.partition('.')[0]}" for key in column.foreign_keys]
    notes += ["may be empty"] if column.nullable else []
    kind = column.type.compile(dialect=DIALECT).lower()
    kind = kind.replace("timestamp with time zone", "timestamptz")
    return f"| {column.name} | {kind} | {', '.join(sorted(notes))} |"


if __name__ == "__main__":
    (ROOT / "docs" / "data-model.md").write_text(page(), "utf-8")
