"""What the application's role may do: everything that its tables say, and nothing more."""

from __future__ import annotations

from typing import Final

from psycopg import sql
from sqlalchemy import Connection, MetaData, Table, text

ADD: Final = "select, insert"
READ: Final = "select"
ALL: Final = "select, insert, update, delete"

QUEUES_OF_OTHERS: Final = """
select relname from pg_class
 where relnamespace = 'pgmq'::regnamespace and relkind = 'r' and relname ~ '^[qa]_'
   and pg_get_userbyid(relowner) <> :role"""


def grant(
    connection: Connection,
    tables: MetaData,
    *,
    role: str,
    password: str | None,
    may_shift_clock: bool,
) -> None:
    """Make the role where it is missing and give it exactly its rights, whatever it had before."""
    _make(connection, role, password)
    name = sql.Identifier(role)
    _run(connection, "revoke all on all tables in schema public from {}", name)
    _run(connection, "grant usage on schema public to {}", name)
    _run(connection, "grant usage on all sequences in schema public to {}", name)
    _run(connection, "grant select on alembic_version to {}", name)
    for table in tables.sorted_tables:
        given = _rights(table)
        if table.name == "clock_offset" and not may_shift_clock:
            given = READ
        _run(connection, f"grant {given} on {{}} to {{}}", sql.Identifier(table.name), name)
    _grant_queues(connection, role)


def _rights(table: Table) -> str:
    if table.info.get("append_only"):
        return ADD
    if table.info.get("kept"):
        return _all_but_its_key(table)
    return ALL


def _all_but_its_key(table: Table) -> str:
    """What is named without a constraint neither goes nor is called otherwise."""
    columns = ", ".join(f'"{one.name}"' for one in table.columns if not one.primary_key)
    return f"{ADD}, update ({columns})"


def _grant_queues(connection: Connection, role: str) -> None:
    """Kombu makes its queues itself; they belong to the application, also where a dump that was
    restored without owners gave them to ours.
    """
    name = _id(role)
    _run(connection, "grant usage, create on schema pgmq to {}", name)
    for table in ("meta", "topic_bindings", "notify_insert_throttle"):
        _run(connection, f"grant {ALL} on pgmq.{table} to {{}}", name)
    _join(connection, role)
    strayed = text(QUEUES_OF_OTHERS)
    for queue in connection.scalars(strayed, {"role": role}).all():
        _run(connection, "alter table pgmq.{} owner to {}", sql.Identifier(queue), name)


def _join(connection: Connection, role: str) -> None:
    """The owner has whatever the application has: else it could not read a queue to dump it."""
    inherits = text("select pg_has_role(current_user, :role, 'usage')")
    if not connection.scalar(inherits, {"role": role}):
        _run(connection, "grant {} to current_user", _id(role))


def _make(connection: Connection, role: str, password: str | None) -> None:
    asked = connection.exec_driver_sql("select 1 from pg_roles where rolname = %s", (role,))
    if asked.first() is None:
        _run(connection, "create role {} login nosuperuser nocreatedb nocreaterole", _id(role))
    if password is not None:
        _run(connection, "alter role {} password {}", _id(role), sql.Literal(password))


def _id(role: str) -> sql.Identifier:
    return sql.Identifier(role)


def _run(connection: Connection, statement: str, *parts: sql.Composable) -> None:
    """Names and passwords of roles cannot be bound; the driver quotes them."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(sql.SQL(statement).format(*parts))
