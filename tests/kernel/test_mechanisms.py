"""The clock, the outbox, keys and sealing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import sessionmaker

from referendum.kernel import clock, keys, outbox
from referendum.kernel.clock import ClockIsShifted, ClockRunsOneWay
from referendum.kernel.db import connect
from referendum.kernel.keys import KeysExist, KeysExposed, KeysMissing
from referendum.kernel.outbox import OutboxMessage, Waiting
from referendum.kernel.people import Authority, Calendar
from referendum.kernel.record import RecordEntry
from referendum.kernel.sealing import DataKey, Mac, SealBroken, SealedDataKey, Vault
from referendum.kernel.uow import Begin, beginner, looker


def test_ops_07_the_clock_is_read_at_the_call_and_not_when_the_transaction_began(
    begin: Begin,
) -> None:
    """OPS-07: after a lock has been waited for, the time is the time after the wait."""
    with begin() as uow:
        before = uow.now()
        uow.session.execute(text("select pg_sleep(0.05)"))
        assert uow.now() - before >= timedelta(milliseconds=50)
        assert before.tzinfo is not None


def test_ops_07_an_offset_moves_every_process_and_a_city_refuses_it(begin: Begin) -> None:
    """OPS-07: one row, and `insist_on_real_time` finds it."""
    with begin() as uow:
        clock.insist_on_real_time(uow.session)
        clock.advance(uow.session, timedelta(days=90))
    with begin() as uow:
        real = uow.session.scalar(select(func.clock_timestamp()))
        assert real is not None
        assert timedelta(days=89) < uow.now() - real < timedelta(days=91)
        with pytest.raises(ClockIsShifted):
            clock.insist_on_real_time(uow.session)
        with pytest.raises(ClockRunsOneWay):
            clock.advance(uow.session, timedelta(seconds=-1))


def test_only_a_deployment_without_history_may_start_in_the_past(begin: Begin) -> None:
    past = datetime(2011, 8, 24, tzinfo=UTC)
    with begin() as uow:
        clock.start_at(uow.session, past)
    with begin() as uow:
        assert uow.now().date() == past.date()
        uow.record("test.happened", by=Calendar())
        with pytest.raises(ClockRunsOneWay):
            clock.start_at(uow.session, past)


def test_a_look_sees_one_state_and_can_write_nothing(begin: Begin, database_url: str) -> None:
    """However long a page takes, and whoever acts meanwhile, it never mixes two states."""
    engine = connect(database_url, pool=2)
    look = looker(engine)
    entries = select(func.count()).select_from(RecordEntry)
    with look() as uow:
        before = uow.session.scalar(entries)
        with begin() as other:
            other.record("test.happened", by=Calendar())
        assert uow.session.scalar(entries) == before
    with pytest.raises(InternalError, match="read-only transaction"):
        writes(look)
    with look() as uow:
        assert uow.session.scalar(entries) == 1
    writes(beginner(sessionmaker(engine)))
    engine.dispose()


def writes(begin: Begin) -> None:
    with begin() as uow:
        uow.record("test.happened", by=Calendar())


def waiting(begin: Begin) -> list[OutboxMessage]:
    with begin() as uow:
        return list(
            uow.session.scalars(select(OutboxMessage).where(OutboxMessage.done_at.is_(None)))
        )


def test_a_message_is_published_again_until_its_task_has_committed(begin: Begin) -> None:
    def given_out() -> list[Waiting]:
        with begin() as uow:
            return list(outbox.give_out(uow.session))

    with begin() as uow:
        uow.later("test.task", a="b")
    [message] = given_out()
    assert (message.task, message.arguments) == ("test.task", {"a": "b"})
    assert given_out() == [], "just published, its worker may be at it"
    with begin() as uow:
        past = func.clock_timestamp() - timedelta(hours=1)
        uow.session.execute(update(OutboxMessage).values(published_at=past))
    assert given_out() == [message]
    for _ in range(2):
        with begin() as uow:
            if outbox.take(uow.session, message.id):
                outbox.done(uow.session, message.id)
    assert waiting(begin) == []
    with begin() as uow:
        assert not outbox.take(uow.session, message.id)
        assert outbox.oldest_waiting(uow.session) is None


def test_what_was_done_long_ago_goes_by_the_piece_and_what_waits_stays(begin: Begin) -> None:
    with begin() as uow:
        for _ in range(8):
            uow.later("test.task")
        uow.session.flush()
        ids = uow.session.scalars(select(OutboxMessage.id)).all()
    done, waits = ids[:6], ids[6:]
    long_ago = func.clock_timestamp() - timedelta(days=31)
    with begin() as uow:
        outbox.end(uow.session, done)
        uow.session.execute(update(OutboxMessage).values(created_at=long_ago))
        old = update(OutboxMessage).where(OutboxMessage.id.in_(done[:5]))
        uow.session.execute(old.values(done_at=long_ago))
    gone: list[int] = []
    while not gone or gone[-1] == 2:
        with begin() as uow:
            gone.append(outbox.forget(uow.session, older_than=timedelta(days=30), size=2))
    assert gone == [2, 2, 1]
    with begin() as uow:
        assert set(uow.session.scalars(select(OutboxMessage.id))) == {done[5], *waits}
        # What a broker brings once more after that was done: nothing is done again.
        assert not outbox.take(uow.session, done[0])
        assert outbox.take(uow.session, waits[0])


def test_a_sweep_reads_what_it_deletes_and_no_other_message(begin: Begin) -> None:
    reads = text(
        "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)"
        " from pg_stat_xact_user_tables where relname = 'outbox_message'"
    )
    with begin() as uow:
        for _ in range(60):
            uow.later("test.task")
        uow.session.flush()
        uow.session.execute(update(OutboxMessage).values(done_at=func.clock_timestamp()))
        some = uow.session.scalars(select(OutboxMessage.id).limit(3)).all()
        long_ago = func.clock_timestamp() - timedelta(days=31)
        old = update(OutboxMessage).where(OutboxMessage.id.in_(some))
        uow.session.execute(old.values(done_at=long_ago))
    with begin() as uow:
        # Of a table of a few pages the planner rather reads all.
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            uow.session.execute(text(f"set local enable_{way} = off"))
        before = uow.session.scalar(reads) or 0
        assert outbox.forget(uow.session, older_than=timedelta(days=30)) == 3
        # Each is found, and looked at again as it goes.
        assert (uow.session.scalar(reads) or 0) - before <= 2 * 3


def test_a_message_of_a_transaction_that_failed_was_never_there(begin: Begin) -> None:
    def fails() -> None:
        with begin() as uow:
            uow.later("test.task")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert waiting(begin) == []


def test_keys_are_made_once_read_back_and_refused_when_exposed(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with pytest.raises(KeysMissing):
        keys.load(folder)
    keys.create(folder)
    ring = keys.load(folder)
    assert len({ring.master, ring.pepper, ring.codes, ring.log, *ring.authorities.values()}) == 7
    assert ring.master.hex() not in repr(ring)
    with pytest.raises(KeysExist):
        keys.create(folder)
    (folder / "master.key").chmod(0o644)
    with pytest.raises(KeysExposed):
        keys.load(folder)
    (folder / "master.key").chmod(0o600)
    (folder / "pepper.key").write_text("not a key")
    with pytest.raises(KeysMissing):
        keys.load(folder)


def test_sealed_data_opens_only_in_its_place_and_never_after_its_key_is_gone(
    begin: Begin, vault: Vault
) -> None:
    with begin() as uow:
        key = vault.new_key(uow.session, purpose="measure", owner=Authority.MAYOR)
        sealed = key.seal_fields({"name": "가상인"}, place="line:1")
    with begin() as uow:
        opened = vault.open_key(uow.session, key.id)
        assert opened.unseal_fields(sealed, place="line:1") == {"name": "가상인"}
        with pytest.raises(SealBroken):
            opened.unseal(sealed, place="line:2")
        vault.destroy_key(uow.session, key.id)
    with begin() as uow:
        with pytest.raises(SealBroken):
            vault.open_key(uow.session, key.id)
        assert uow.session.get_one(SealedDataKey, key.id).wrapped is None


def test_a_measures_key_is_wrapped_to_its_authority_alone(begin: Begin, vault: Vault) -> None:
    """With the mayor's and the master key one cannot open a recall's data."""
    with begin() as uow:
        key = vault.new_key(uow.session, purpose="measure", owner=Authority.ELECTION_COMMISSION)
        row = uow.session.get_one(SealedDataKey, key.id)
        assert row.wrapped is not None
        ring = vault.keyring
        for other in (ring.master, ring.authorities[Authority.MAYOR]):
            with pytest.raises(SealBroken):
                DataKey(key.id, other).unseal(
                    row.wrapped, place=f"sealed_data_key.measure:{key.id}"
                )


@given(st.binary(min_size=1, max_size=90), st.text(max_size=40))
def test_the_pads_let_sql_compute_the_same_keyed_hash(key: bytes, message: str) -> None:
    mac = Mac(key)
    inner, outer = mac.pads
    by_hand = hashlib.sha256(outer + hashlib.sha256(inner + message.encode()).digest()).digest()
    assert by_hand == mac.of(message)


def test_sql_computes_the_same_keyed_hash(begin: Begin, vault: Vault) -> None:
    mac, message = vault.mac("person:1"), str(uuid4())
    inner, outer = mac.pads
    with begin() as uow:
        asked = select(func.hmac_padded(inner, outer, message))
        assert bytes(uow.session.scalar(asked) or b"") == mac.of(message)
    assert vault.mac("person:2").of(message) != mac.of(message)
