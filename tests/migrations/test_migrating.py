"""One line of migrations that makes, from nothing, exactly what the models say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from referendum.cli.postgres import Server
from referendum.migrations import migrating
from referendum.migrations.migrating import FOLDER, Role, RolesNotSeparate, migrate, models, within

APP = Role("referendum_app")
DENIED = "permission denied"

CONSTRAINTS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
   and conrelid::regclass::text <> 'alembic_version'
 order by 1, 2
"""
INDEXES = """
select tablename, indexname, indexdef from pg_indexes
 where schemaname = 'public' and tablename <> 'alembic_version' order by 1, 2
"""
COLUMNS = """
select table_name, column_name, data_type, is_nullable, column_default, is_identity,
       identity_generation, character_maximum_length
  from information_schema.columns
 where table_schema = 'public' and table_name <> 'alembic_version' order by 1, 2
"""


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """The address of a database that nobody has touched."""
    name = f"empty_{uuid4().hex[:12]}"
    yield server.create_database(name)
    server.drop_database(name)


def engine_of(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def seen(connection: Connection) -> dict[str, list[Any]]:
    return {
        query: [tuple(row) for row in connection.execute(text(query))]
        for query in (CONSTRAINTS, INDEXES, COLUMNS)
    }


def test_from_empty_the_migrations_make_what_the_models_say(empty: str) -> None:
    migrate(empty, APP, may_shift_clock=True)
    with engine_of(empty).connect() as connection:
        assert migrating.at_head(connection)
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": within,
                "compare_server_default": True,
                "compare_type": True,
            },
        )
        assert compare_metadata(context, models()) == []


def test_constraints_too_are_those_of_the_models(empty: str, server: Server) -> None:
    """Alembic compares no checks and no definitions of indexes; PostgreSQL's catalogue does."""
    migrate(empty, APP, may_shift_clock=True)
    other = f"models_{uuid4().hex[:12]}"
    url = server.create_database(other)
    try:
        with engine_of(url).begin() as connection:
            functions = (FOLDER / "sql" / "functions.sql").read_text("utf-8")
            connection.exec_driver_sql(functions)
            models().create_all(connection)
            expected = seen(connection)
        with engine_of(empty).connect() as connection:
            found = seen(connection)
    finally:
        server.drop_database(other)
    for query, rows in expected.items():
        assert found[query] == rows
    assert len(expected[CONSTRAINTS]) > 100


def test_no_constraint_has_the_name_that_postgresql_would_give(owner_url: str) -> None:
    with engine_of(owner_url).connect() as connection:
        named = [row[:2] for row in seen(connection)[CONSTRAINTS]]
    theirs = ("_pkey", "_key", "_fkey", "_check", "_excl")
    given = [name for table, name in named if name.startswith(table) and name.endswith(theirs)]
    assert given == []


def test_there_is_one_line_and_one_head() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_every_migration_can_be_taken_back(empty: str) -> None:
    revisions = list(ScriptDirectory(str(FOLDER)).walk_revisions())
    migrate(empty, APP, may_shift_clock=True)
    engine = engine_of(empty)
    for revision in revisions:
        with engine.begin() as connection:
            migrating.downgrade(connection, str(revision.down_revision or "base"))
    with engine.connect() as connection:
        left = connection.execute(
            text(
                "select relname from pg_class where relkind = 'r'"
                " and relnamespace = 'public'::regnamespace"
            )
        )
        assert left.scalars().all() == ["alembic_version"]
        assert not migrating.at_head(connection)
    migrate(empty, APP, may_shift_clock=True)
    with engine.connect() as connection:
        assert migrating.at_head(connection)


def test_migrating_again_changes_nothing(owner_url: str) -> None:
    with engine_of(owner_url).connect() as connection:
        before = seen(connection)
    migrate(owner_url, APP, may_shift_clock=True)
    with engine_of(owner_url).connect() as connection:
        assert seen(connection) == before


@pytest.mark.parametrize("statement", ["update {} set {} = {}", "delete from {}", "truncate {}"])
def test_the_application_can_only_add_to_append_only_tables(
    database_url: str, statement: str
) -> None:
    engine = engine_of(database_url)
    tables = [table for table in models().sorted_tables if table.info.get("append_only")]
    assert {"record_entry", "line", "turnout_return", "count_return"} <= {
        table.name for table in tables
    }
    for table in tables:
        column = next(iter(table.columns)).name
        tried = statement.format(f'"{table.name}"', f'"{column}"', f'"{column}"')
        with engine.connect() as connection, pytest.raises(ProgrammingError, match=DENIED):
            connection.execute(text(tried))


@pytest.mark.parametrize("statement", ["delete from {}", "truncate {}"])
def test_the_application_deletes_nothing_that_a_million_rows_name(
    database_url: str, statement: str
) -> None:
    """They refer to it without a constraint that would look at each."""
    engine = engine_of(database_url)
    tables = [table.name for table in models().sorted_tables if table.info.get("kept")]
    named_a_million_times = {"jurisdiction", "district", "person", "sealed_data_key"}
    assert set(tables) == named_a_million_times | {
        "absence",
        "deputising",
        "invitation",
        "joint_act",
        "phone_change",
        "proposal",
    }
    for table in tables:
        with engine.connect() as connection, pytest.raises(ProgrammingError, match=DENIED):
            connection.execute(text(statement.format(table)))


def test_the_application_gives_no_other_key_to_what_a_million_rows_name(database_url: str) -> None:
    """Else they would name nothing. What else is said of it can be changed, and it can be held."""
    engine = engine_of(database_url)
    for table in models().sorted_tables:
        if not table.info.get("kept"):
            continue
        for column in table.columns:
            changes = text(f'update "{table.name}" set "{column.name}" = "{column.name}"')
            with engine.connect() as connection:
                if column.primary_key:
                    with pytest.raises(ProgrammingError, match=DENIED):
                        connection.execute(changes)
                else:
                    connection.execute(changes)
        with engine.connect() as connection:
            connection.execute(text(f'select from "{table.name}" for update'))


def test_the_application_owns_nothing_and_makes_no_tables(database_url: str) -> None:
    engine = engine_of(database_url)
    for tried in (
        "create table public.mine (id int)",
        "drop table record_entry",
        "alter table record_entry disable trigger all",
        "create role another",
        "update alembic_version set version_num = '0'",
    ):
        with engine.connect() as connection, pytest.raises(ProgrammingError):
            connection.execute(text(tried))


def test_in_a_city_the_application_cannot_shift_the_clock(empty: str, server: Server) -> None:
    migrate(empty, APP, may_shift_clock=False)
    name = empty.rpartition("/")[2].partition("?")[0]
    engine = engine_of(server.url_of(name, user=APP.name))
    with engine.connect() as connection:
        assert connection.scalar(text("select ahead from clock_offset")) is not None
        with pytest.raises(ProgrammingError, match=DENIED):
            connection.execute(text("update clock_offset set ahead = '1 day'"))
    # A demo's database that becomes a city's loses the right again.
    migrate(empty, APP, may_shift_clock=True)
    with engine.begin() as connection:
        connection.execute(text("update clock_offset set ahead = '0'"))
    migrate(empty, APP, may_shift_clock=False)
    with engine.connect() as connection, pytest.raises(ProgrammingError, match=DENIED):
        connection.execute(text("update clock_offset set ahead = '1 day'"))


def test_the_application_makes_its_own_queues(database_url: str) -> None:
    with engine_of(database_url).begin() as connection:
        connection.execute(text("select pgmq.create('some_queue')"))
        connection.execute(text("""select pgmq.send('some_queue', '{"a": 1}')"""))
        read = connection.execute(text("select msg_id from pgmq.read('some_queue', 30, 1)"))
        assert len(read.all()) == 1


def test_the_owner_cannot_be_the_application(empty: str) -> None:
    with pytest.raises(RolesNotSeparate):
        migrate(empty, Role.of(empty), may_shift_clock=False)


def test_a_missing_role_is_made_with_its_password(empty: str) -> None:
    name = f"app_{uuid4().hex[:8]}"
    migrate(empty, Role(name, "it's a “secret”"), may_shift_clock=False)
    with engine_of(empty).begin() as connection:
        kept = connection.execute(
            text("select rolpassword, rolcanlogin, rolsuper from pg_authid where rolname = :name"),
            {"name": name},
        ).one()
        assert kept.rolpassword.startswith("SCRAM-SHA-256$")
        assert (kept.rolcanlogin, kept.rolsuper) == (True, False)
        connection.execute(text(f"drop owned by {name}"))
        connection.execute(text(f"drop role {name}"))


def test_the_application_can_read_and_add_to_every_table(owner_url: str) -> None:
    with engine_of(owner_url).connect() as connection:
        for table in models().sorted_tables:
            wanted = ["select", "insert"]
            if not table.info:
                wanted += ["update", "delete"]
            for right in wanted:
                asked = text("select has_table_privilege(:role, :table, :right)")
                given = {"role": APP.name, "table": table.name, "right": right}
                assert connection.scalar(asked, given), given
