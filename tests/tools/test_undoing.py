"""What a test wrote in its database is undone to the row, or the database is not lent again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from referendum.cli.postgres import Server
from tests.databases import Databases
from tests.stages import Standing
from tests.undoing import SEQUENCES, TABLES

STAGE = "referendum_sufficient"
WRITING = (
    "UPDATE district SET name_en = 'x'",
    "UPDATE person SET register_no = register_no || 'x' WHERE register_no LIKE '%1'",
    "UPDATE residence SET sealed = NULL",
    "INSERT INTO outbox_message (id, task, arguments) VALUES (gen_random_uuid(), 'x', '{}')",
    "DELETE FROM line_decision",
    "DELETE FROM residence",
    "DELETE FROM standing_signature",
    "INSERT INTO record_entry (id, act, leaf) VALUES (gen_random_uuid(), 'x', '\\x00')",
    "UPDATE clock_offset SET ahead = ahead + interval '1 day'",
)
MORE_THAN_IS_WORTH_IT = (
    "INSERT INTO outbox_message (id, task, arguments)"
    " SELECT gen_random_uuid(), 'x', '{}' FROM generate_series(1, 5000)"
)
OTHERWISE = (
    "ALTER TABLE staff ADD COLUMN shoe_size integer",
    "ALTER TABLE person DISABLE TRIGGER ALL",
    "ALTER TABLE person ALTER COLUMN register_no SET STATISTICS 7",
    "CREATE INDEX ix_other ON staff (username)",
    "CREATE TABLE other (id integer)",
    "CREATE FUNCTION other() RETURNS integer LANGUAGE sql RETURN 1",
    "CREATE OR REPLACE FUNCTION referendum_now() RETURNS timestamptz LANGUAGE sql RETURN now()",
    "GRANT DELETE ON record_entry TO referendum_app",
    "REVOKE SELECT ON staff FROM referendum_app",
    "ANALYZE district",
    "TRUNCATE standing_signature",
    "CREATE SCHEMA other",
    MORE_THAN_IS_WORTH_IT,
)


@pytest.fixture
def lending(server: Server) -> Iterator[Databases]:
    own = Databases(server)
    yield own
    own.ends()


def runs(server: Server, database: str, statement: str) -> None:
    with psycopg.connect(server.conninfo_of(database), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement.encode())


def held(server: Server, database: str) -> dict[str, Any]:
    """Every row of every table, and where every sequence stands."""
    with psycopg.connect(server.conninfo_of(database)) as connection:
        found: dict[str, Any] = {"sequences": connection.execute(SEQUENCES).fetchall()}
        for table, _ in connection.execute(TABLES).fetchall():
            rows = connection.execute(f"SELECT one::text FROM {table} one".encode())
            found[table] = sorted(row for (row,) in rows)
        return found


def test_a_copy_is_lent_again_and_holds_what_its_template_holds(
    server: Server, lending: Databases, standing: Standing
) -> None:
    template = standing(STAGE).database
    before = held(server, template)
    with lending.lent(template) as first:
        assert held(server, first) == before
        for statement in WRITING:
            runs(server, first, statement)
        written = held(server, first)
        assert {table for table in before if written[table] != before[table]} >= {
            "sequences",
            "public.person",
            "public.residence",
            "public.standing_signature",
        }
    for statement in WRITING:
        with lending.lent(template) as again:
            assert again == first
            assert held(server, again) == before
            runs(server, again, statement)
    with lending.lent(template, untouched=True) as other:
        assert other != first


@pytest.mark.parametrize("change", OTHERWISE)
def test_what_is_not_undone_is_noticed(
    server: Server, lending: Databases, standing: Standing, change: str
) -> None:
    template = standing(STAGE).database
    with lending.lent(template) as first:
        runs(server, first, change)
    with lending.lent(template) as second:
        assert second != first


def test_whoever_is_still_there_goes_and_what_they_had_begun_is_not_kept(
    server: Server, lending: Databases, standing: Standing
) -> None:
    template = standing(STAGE).database
    before = held(server, template)
    with lending.lent(template) as first:
        left = psycopg.connect(server.conninfo_of(first))
        left.execute("UPDATE district SET name_en = %s", [str(uuid4())])
    with lending.lent(template) as again:
        assert held(server, again) == before
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT")
    left.close()
