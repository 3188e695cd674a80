"""The record: one entry an act, sealed into a signed tree, provable and checkable."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, text
from sqlalchemy.exc import ProgrammingError

from referendum.kernel import log, record
from referendum.kernel.canonical import canonical
from referendum.kernel.log import EntryNotFound, EntryNotSealed, LogKey
from referendum.kernel.people import Calendar
from referendum.kernel.record import RecordCheckpoint, RecordEntry, RecordPlace, RecordWaiting
from referendum.kernel.tree import Prover, grow, root_of
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.verifying import merkle
from referendum.verifying.receipts import verify_receipt
from referendum.verifying.records import verify_export

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_our_canonical_json_is_what_another_library_makes(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # its own JSON type


@pytest.mark.parametrize("bad", [1.0, 2**53, {1: "a"}, object(), b"x"])
def test_what_has_no_canonical_form_is_refused(bad: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical(bad)


@given(st.lists(st.binary(max_size=8), max_size=70), st.integers(0, 70))
def test_log_02_kept_subtrees_give_the_verifiers_root_and_proofs(
    leaves: list[bytes], cut: int
) -> None:
    """LOG-02: the tree is grown in two parts, and an independent verifier agrees on every proof."""
    cut = min(cut, len(leaves))
    kept = grow(0, leaves[:cut], {})
    kept |= grow(cut, leaves[cut:], kept)

    class Kept:
        def fetch(self, places: object) -> dict[tuple[int, int], bytes]:
            del places
            return kept

    prover, size = Prover(Kept()), len(leaves)
    root = root_of(0, size, kept)
    assert root == merkle.root_of(leaves)
    for index, leaf in enumerate(leaves):
        assert merkle.includes(
            index=index,
            size=size,
            hashed_leaf=merkle.leaf_hash(leaf),
            proof=prover.inclusion(index, size),
            root=root,
        )
    if 0 < cut <= size:
        assert merkle.consistent(
            first=cut,
            first_root=root_of(0, cut, kept),
            second=size,
            second_root=root,
            proof=prover.consistency(cut, size),
        )


def write(begin: Begin, act: str = "test.happened", **facts: object) -> UUID:
    with begin() as uow:
        return uow.record(act, by=Calendar(), facts=facts)


def test_log_01_an_act_that_fails_leaves_no_entry(begin: Begin) -> None:
    """LOG-01: the entry lives and dies with the transaction of its act."""

    def fails() -> None:
        with begin() as uow:
            uow.record("test.happened", by=Calendar())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with begin() as uow:
        assert uow.session.scalars(select(RecordEntry)).all() == []
        assert uow.session.scalars(select(RecordWaiting)).all() == []


def test_entries_are_sealed_in_the_order_of_writing_and_once(begin: Begin, log_key: LogKey) -> None:
    ids = [write(begin, number=number) for number in range(7)]
    with begin() as uow:
        assert log.seal(uow.session, log_key) == len(ids)
    with begin() as uow:
        assert log.seal(uow.session, log_key) == 0
        assert log.size_of(uow.session) == len(ids)
    receipts = []
    for entry in ids:
        with begin() as uow:
            receipts.append(log.receipt(uow.session, entry))
    for number, receipt in enumerate(receipts):
        included = verify_receipt(json.dumps(receipt), vkey=log_key.vkey)
        assert included.index == number


def test_two_sealers_at_once_make_one_tree(begin: Begin, log_key: LogKey) -> None:
    for number in range(30):
        write(begin, number=number)

    def seal() -> None:
        with begin() as uow:
            log.seal(uow.session, log_key)

    threads = [Thread(target=seal) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify_export(log.export(begin, log_key), vkey=log_key.vkey)
    assert report.ok, report.problems
    assert report.entries == 30


def test_an_export_holds_no_transaction_and_has_a_piece_in_memory(
    begin: Begin, log_key: LogKey
) -> None:
    """What is sealed meanwhile is not in it: it is the record of the moment it was asked for."""
    rows: list[int] = []
    open_now: set[object] = set()

    @contextmanager
    def watched() -> Iterator[UnitOfWork]:
        with begin() as uow:
            open_now.add(uow)
            yield uow
            open_now.discard(uow)

    def grows(to: int) -> None:
        for number in range(to):
            write(begin, number=number)
            with begin() as uow:
                log.seal(uow.session, log_key)

    def count(_connection: object, cursor: Any, *_told: object) -> None:
        rows.append(cursor.rowcount)

    grows(7)
    lines: list[str] = []
    with begin() as uow:
        engine = uow.session.get_bind().engine
    for line in log.export(watched, log_key, piece=3):
        assert not open_now
        if not lines:
            grows(2)
            event.listen(engine, "after_cursor_execute", count)
        lines.append(line)
    assert max(rows) == 3
    report = verify_export(lines, vkey=log_key.vkey)
    assert (report.problems, report.entries, report.checkpoints) == ((), 7, 7)


READ = text("""
select coalesce(sum(seq_tup_read + idx_tup_fetch), 0) from pg_stat_xact_user_tables
 where relname in ('record_entry', 'record_waiting', 'record_place')
""")


@pytest.mark.untouched
@pytest.mark.parametrize(("sealed", "waiting"), [(60, 4), (0, 60)])
def test_a_batch_reads_itself_and_neither_the_record_nor_the_queue(
    begin: Begin, log_key: LogKey, sealed: int, waiting: int
) -> None:
    for number in range(sealed):
        write(begin, number=number)
    with begin() as uow:
        log.seal_all(uow.session, log_key)
    for number in range(waiting):
        write(begin, number=number)
    with begin() as uow:
        uow.session.execute(text("set local enable_seqscan = off"))
        before = uow.session.scalar(READ)
        assert log.seal(uow.session, log_key, most=4) == 4
        # Each is found in the queue, taken from it, read, and referred to; and the end of the tree.
        assert uow.session.scalar(READ) - before <= 4 * 4 + 1


def test_the_entries_of_one_measure_are_found_without_those_of_others(
    begin: Begin, log_key: LogKey
) -> None:
    """In the order of the tree, from any place on."""
    own = uuid4()
    with begin() as uow:
        for number in range(40):
            measure = own if number % 10 == 7 else uuid4() if number % 2 else None
            uow.record("test.done", by=Calendar(), measure=measure, facts={"n": number})
    with begin() as uow:
        log.seal_all(uow.session, log_key)
    with begin() as uow:
        # Of a table of a few pages the planner rather reads all.
        for way in ("seqscan", "bitmapscan", "sort"):
            uow.session.execute(text(f"set local enable_{way} = off"))
        before = uow.session.scalar(READ)
        page = log.sealed(own).where(RecordPlace.index > 7).limit(2)
        rows = uow.session.execute(page).all()
        # Each is a place and its entry.
        assert uow.session.scalar(READ) - before <= 2 * 2
    assert [row[0] for row in rows] == [17, 27]
    assert [json.loads(row[1].leaf)["facts"]["n"] for row in rows] == [17, 27]


def test_log_03_an_edit_a_deletion_or_a_swap_in_an_export_is_found(
    begin: Begin, log_key: LogKey
) -> None:
    """LOG-03, on a real export; the verifier's own tests mutate a thousand rows."""
    for number in range(12):
        write(begin, number=number)
        with begin() as uow:
            log.seal(uow.session, log_key)
    lines = list(log.export(begin, log_key))
    assert verify_export(lines, vkey=log_key.vkey).ok
    for at in range(1, 13):
        edited = json.loads(lines[at])
        edited["leaf"] = json.loads(lines[at % 12 + 1])["leaf"]
        swapped = [*lines]
        swapped[at], swapped[at % 12 + 1] = swapped[at % 12 + 1], swapped[at]
        for forged in (
            [*lines[:at], json.dumps(edited), *lines[at + 1 :]],
            [*lines[:at], *lines[at + 1 :]],
            swapped,
        ):
            assert not verify_export(forged, vkey=log_key.vkey).ok


def test_an_export_signed_with_another_key_is_not_trusted(begin: Begin, log_key: LogKey) -> None:
    write(begin)
    other = LogKey(log_key.origin, secrets.token_bytes(32))
    with begin() as uow:
        log.seal(uow.session, other)
    lines = list(log.export(begin, other))
    assert not verify_export(lines, vkey=log_key.vkey).ok


def test_the_application_cannot_change_what_was_recorded(begin: Begin, log_key: LogKey) -> None:
    """No update, delete or truncate of leaves, places, nodes and checkpoints."""
    write(begin)
    with begin() as uow:
        log.seal(uow.session, log_key)
    for table in ("record_entry", "record_place", "record_node", "record_checkpoint"):
        for statement in (
            f"delete from {table}",
            f"truncate {table} cascade",
            f"update {table} set {'leaf' if table == 'record_entry' else 'index'} = null"
            if table != "record_checkpoint"
            else "update record_checkpoint set note = ''",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), begin() as uow:
                uow.session.execute(text(statement))


def test_a_receipt_waits_for_the_sealer(begin: Begin) -> None:
    entry = write(begin)
    with begin() as uow, pytest.raises(EntryNotSealed):
        log.receipt(uow.session, entry)
    with begin() as uow, pytest.raises(EntryNotFound):
        log.receipt(uow.session, uuid4())


def test_the_act_of_one_signer_bears_a_day_and_no_time(begin: Begin) -> None:
    with begin() as uow:
        record.append(uow.session, "signature.recorded", by="resident", at=date(2027, 2, 1))
    with begin() as uow:
        leaf = json.loads(uow.session.scalars(select(RecordEntry.leaf)).one())
    assert leaf["at"] == "2027-02-01"


def test_each_sealing_signs_a_checkpoint(begin: Begin, log_key: LogKey) -> None:
    for _ in range(3):
        write(begin)
        with begin() as uow:
            log.seal(uow.session, log_key)
    with begin() as uow:
        sizes = list(uow.session.scalars(select(RecordCheckpoint.size)))
    assert sorted(sizes) == [1, 2, 3]
