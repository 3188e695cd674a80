"""A database put back as it was, row for row: what a test wrote in a copy is undone.

A fresh copy of a small database is seven hundred files, and whoever connects to it first reads
all its catalogues; the few rows that one test writes are found and undone in a fraction of that.
Rows tell by themselves who wrote them (`xmin`), and the tables are small: each is looked at.
Whatever else was changed (a table, a right, a trigger, a function) is not undone but noticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

CATALOGUES: Final = (
    "pg_attrdef",
    "pg_class",
    "pg_constraint",
    "pg_db_role_setting",
    "pg_default_acl",
    "pg_event_trigger",
    "pg_extension",
    "pg_index",
    "pg_inherits",
    "pg_largeobject_metadata",
    "pg_policy",
    "pg_proc",
    "pg_publication",
    "pg_rewrite",
    "pg_statistic",
    "pg_statistic_ext",
    "pg_trigger",
    "pg_type",
)
"""Where it stands what a database is, but for its rows."""

TABLES: Final = """
SELECT format('%I.%I', n.nspname, c.relname),
       (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
 ORDER BY 1
"""
SEQUENCES: Final = """
SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences ORDER BY 1
"""
ROWS: Final = """
SELECT '{0}', count(*), count(*) FILTER (WHERE age(xmin) <= age(%(mark)s::xid)) FROM {0} {1}
"""
LOOKED_AT: Final = """
SELECT 'looked at', sum(relpages)::bigint, sum(reltuples)::bigint FROM pg_catalog.pg_class
"""
"""What the planner was told of the tables' size when they were last looked through."""
IN_PART: Final = {
    # FirstNormalObjectId: PostgreSQL's own have lower ones.
    "pg_attribute": "WHERE attrelid >= 16384",
    # The place of temporary tables is made once and stays when they go.
    "pg_namespace": "WHERE nspname !~ '^pg_(toast_)?temp_'",
}

MOST: Final = 4_000
"""Rows. More than these are not undone: it would take longer than a copy, and leave large files."""

Counted = tuple[str, int, int]
"""A table, its rows, and those of them that were written since."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a template's copies hold, and how it is asked what they hold by now."""

    columns: Mapping[str, str]
    rows: Mapping[str, tuple[int, bytes]]
    """How many, and their copy as PostgreSQL writes it."""
    structure: Sequence[Counted]
    sequences: Sequence[tuple[str, int | None]]
    looks: str

    @classmethod
    def read(cls, connection: psycopg.Connection[Any]) -> Origin:
        """Of a fresh copy."""
        columns = dict(connection.execute(TABLES).fetchall())
        rows = {table: _copied(connection, table, columns[table]) for table in columns}
        looks = " UNION ALL ".join(ROWS.format(table, "") for table in columns)
        sequences = connection.execute(SEQUENCES).fetchall()
        return cls(columns, rows, _structure(connection, mark=_next(connection)), sequences, looks)


class Undoing:
    """One copy, and the connection over which it is looked at and put back."""

    def __init__(self, address: str, origin: Origin | None) -> None:
        self._connection = psycopg.connect(address, autocommit=True, prepare_threshold=0)
        self._connection.execute("SET plan_cache_mode = force_generic_plan")
        self._connection.execute("SET session_replication_role = replica")
        self.origin = origin or Origin.read(self._connection)
        self._mark = _next(self._connection)

    def undoes(self) -> bool:
        """Whether it is again what the template is. Nobody else may be connected."""
        if _structure(self._connection, mark=self._mark) != self.origin.structure:
            return False
        looks = self._connection.execute(self.origin.looks, self._given)
        found = looks.fetchall()
        if sum(written for _, _, written in found) > MOST:
            return False
        with self._connection.transaction():
            for table, rows, written in found:
                if written or rows != self.origin.rows[table][0]:
                    self._restores(table, rows, written)
        now = self._connection.execute(SEQUENCES).fetchall()
        for (name, value), (_, stands) in zip(self.origin.sequences, now, strict=True):
            if value != stands:
                begun = (name, 1 if value is None else value, value is not None)
                self._connection.execute("SELECT setval(%s, %s, %s)", begun)
        self._mark = _next(self._connection)
        return True

    @property
    def pid(self) -> int:
        return self._connection.info.backend_pid

    def ends(self) -> None:
        self._connection.close()

    @property
    def _given(self) -> dict[str, str]:
        return {"mark": self._mark}

    def _restores(self, table: str, found: int, written: int) -> None:
        were, copy = self.origin.rows[table]
        name = sql.SQL(table)
        if found - written == were:
            since = "DELETE FROM {} WHERE age(xmin) <= age(%(mark)s::xid)"
            self._connection.execute(sql.SQL(since).format(name), self._given)
            return
        self._connection.execute(sql.SQL("DELETE FROM {}").format(name))
        columns = sql.SQL(self.origin.columns[table])
        back = sql.SQL("COPY {} ({}) FROM STDIN").format(name, columns)
        with self._connection.cursor() as cursor, cursor.copy(back) as rows:
            rows.write(copy)


def _copied(connection: psycopg.Connection[Any], table: str, columns: str) -> tuple[int, bytes]:
    out = sql.SQL(f"COPY {table} ({columns}) TO STDOUT")
    with connection.cursor() as cursor:
        with cursor.copy(out) as rows:
            copy = b"".join(map(bytes, rows))
        return cursor.rowcount, copy


def _structure(connection: psycopg.Connection[Any], *, mark: str) -> list[Counted]:
    parts = {**dict.fromkeys(CATALOGUES, ""), **IN_PART}
    looks = [ROWS.format(f"pg_catalog.{name}", part) for name, part in parts.items()]
    looks.append(LOOKED_AT)
    whole = " UNION ALL ".join(looks)
    return connection.execute(whole, {"mark": mark}).fetchall()


def _next(connection: psycopg.Connection[Any]) -> str:
    """The number of the next transaction that writes."""
    found = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::xid::text")
    row = found.fetchone()
    assert row is not None
    return str(row[0])
