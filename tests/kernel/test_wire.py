"""A statement on a wire of one's own says and does what it does through the toolkit."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, OperationalError

from referendum.kernel.db import beside, connect
from referendum.kernel.wire import PLANNED_ANEW, Own, Through, sent

TYPED: dict[str, st.SearchStrategy[Any]] = {
    "uuid": st.uuids(),
    "bytea": st.binary(max_size=40),
    "text": st.text(
        st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20
    ),
    "boolean": st.booleans(),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "timestamptz": st.integers(-(10**15), 10**15).map(
        lambda at: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    ),
    "date": st.dates(date(1, 1, 1)),
    "interval": st.timedeltas(timedelta(days=-9_000), timedelta(days=9_000)),
}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = connect(database_url, pool=2)
    yield made
    made.dispose()


@pytest.fixture
def own(engine: Engine) -> Iterator[Own]:
    made = Own(engine)
    yield made
    made.close()


@pytest.mark.parametrize("kind", TYPED)
def test_a_list_arrives_as_it_was_sent(own: Own, kind: str) -> None:
    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.none() | TYPED[kind], max_size=4))
    def arrives(values: list[Any]) -> None:
        [row] = own.ask(f"select %(values)s::{kind}[] as came", {"values": values})
        assert row.came == values

    arrives()


def test_a_list_of_what_nobody_writes_is_refused(own: Own) -> None:
    with pytest.raises(KeyError):
        own.ask("select %(values)s::text[] as came", {"values": [object()]})


def test_a_value_named_twice_and_a_bare_percent_sign_are_what_they_are_elsewhere(
    own: Own, engine: Engine
) -> None:
    statement = sent("select :one as a, :one || :two as b, '%' as c where 'ab' like 'a%'")
    asked = {"one": "x", "two": "y"}
    with engine.connect() as connection:
        assert list(own.ask(statement, asked)) == list(Through(connection).ask(statement, asked))


def test_what_is_told_of_an_error_holds_none_of_the_values(own: Own) -> None:
    with pytest.raises(DataError) as told:
        own.ask("select cast(%(what)s as text)::uuid as x", {"what": "010-1234-5678"})
    assert "[parameters" not in str(told.value)
    [row] = own.ask("select 1 as good", {})
    assert row.good == 1


def test_a_value_of_another_size_and_none_at_all_are_told_apart(own: Own) -> None:
    asked = "select %(one)s::bigint as came"
    values = [1, 2**40, None, 2]
    assert [own.ask(asked, {"one": one})[0].came for one in values] == values


def test_what_only_writes_gives_no_rows(own: Own) -> None:
    assert list(own.ask("update clock_offset set ahead = ahead where false", {})) == []


def test_what_is_being_asked_is_answered_before_its_connection_ends(
    own: Own, engine: Engine, owner_url: str
) -> None:
    beside = connect(owner_url, pool=1)
    with ThreadPoolExecutor(1) as aside, beside.begin() as held:
        held.execute(text("select pg_advisory_xact_lock(7)"))
        asked = aside.submit(own.ask, "select pg_advisory_lock(7)::text as held", {})
        waits = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
        while not held.scalar(waits):
            pass
        ending = Thread(target=engine.dispose)
        ending.start()
        held.commit()
        assert len(asked.result()) == 1
        ending.join()
    beside.dispose()


def test_each_statement_is_a_transaction_of_its_own(own: Own) -> None:
    asked = "select txid_current() as turn"
    assert own.ask(asked, {})[0].turn != own.ask(asked, {})[0].turn


def test_whom_the_server_has_left_asks_on_another_connection(own: Own, owner_url: str) -> None:
    asked = "select pg_backend_pid() as backend"
    before = own.ask(asked, {})[0].backend
    beside = connect(owner_url, pool=1)
    with beside.begin() as connection:
        connection.execute(text("select pg_terminate_backend(:backend)"), {"backend": before})
        gone = text("select count(*) from pg_stat_activity where pid = :backend")
        while connection.scalar(gone, {"backend": before}):
            # Who is there is read once a transaction, unless it is forgotten.
            connection.execute(text("select pg_stat_clear_snapshot()"))
    beside.dispose()
    assert own.ask(asked, {})[0].backend != before


def test_it_ends_with_the_engine_and_an_outage_is_the_toolkit_s(
    own: Own, engine: Engine, owner_url: str
) -> None:
    asked = "select pg_backend_pid() as backend"
    backend = own.ask(asked, {})[0].backend
    engine.dispose()
    beside = connect(owner_url, pool=1)
    with beside.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        gone = text("select count(*) from pg_stat_activity where pid = :backend")
        while connection.scalar(gone, {"backend": backend}):
            pass
    beside.dispose()
    nowhere = Own(connect("postgresql+psycopg://nobody@127.0.0.1:1/none", pool=1))
    with pytest.raises(OperationalError):
        nowhere.ask("select 1", {})


READ = text("""
select coalesce(seq_tup_read, 0) + (select sum(idx_tup_read) from pg_stat_user_indexes i
                                     where i.relid = t.relid)
  from pg_stat_user_tables t where relname = 'come'
""")


@pytest.mark.untouched
def test_what_was_planned_when_nobody_had_come_is_planned_anew_when_many_have(
    engine: Engine, owner_url: str
) -> None:
    owner, own = connect(owner_url, pool=1), Own(beside(engine, pool=1))
    asked = "select c.id from unnest(%(ids)s::int[]) as g(id) join come c on c.id = g.id"

    def read() -> int:
        """Rows and entries of the table's indexes that anybody has read so far."""
        own.ask("select pg_stat_force_next_flush()::text as told", {})
        with owner.begin() as connection:
            return int(connection.scalar(READ) or 0)

    with owner.begin() as connection:
        connection.execute(text("create table come (id integer primary key)"))
        connection.execute(text("grant select on come to public"))
        connection.execute(text("analyze come"))
    own.ask(asked, {"ids": [1]})
    with owner.begin() as connection:
        connection.execute(text("insert into come select generate_series(1, 20000)"))
    for _ in range(PLANNED_ANEW):
        own.ask(asked, {"ids": [1]})
    before = read()
    assert [row.id for row in own.ask(asked, {"ids": [7, 9]})] == [7, 9]
    assert read() - before <= 4
    own.close()
    owner.dispose()


def test_no_statement_is_compiled(own: Own, engine: Engine) -> None:
    assert own.ask("select current_setting('jit') as jit", {})[0].jit == "off"
    with engine.connect() as connection:
        assert connection.scalar(text("show jit")) == "off"


def test_a_name_is_known_as_the_server_knows_it(own: Own) -> None:
    one = UUID(int=7)
    [row] = own.ask("select %(one)s::uuid as id, now() as at", {"one": one})
    assert (row.id, row.at.tzinfo is not None) == (one, True)
