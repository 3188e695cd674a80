"""What the tables, the record and the public figures do not tell."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from itertools import chain
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from referendum.kernel import log
from referendum.kernel.log import LogKey
from referendum.kernel.sealing import SealBroken
from referendum.verifying.receipts import verify_receipt
from referendum.verifying.records import verify_export
from signatures import collecting, petitions, settling
from signatures.lines import Origin, Receipt, Status
from signatures.tallying import Part, Tally, public_districts
from tests.signatures.city import City, Inhabitant, paper


def stored(city: City) -> str:
    """Everything in the rooms of a petition, as a dump would show it."""
    tables = ["petition", "line", "line_decision", "standing_signature", "withdrawal"]
    tables += ["line_state", "waiting_line", "petition_tally_delta"]
    tables += ["paper_batch", "petition_tally", "record_entry", "outbox_message"]
    return "\n".join(
        json.dumps([str(cell.hex() if isinstance(cell, bytes) else cell) for cell in row])
        for table in tables
        for row in city.rows(f"select * from {table}")
    )


def test_person_keys_cannot_be_found_by_hashing_what_is_known_sig_02(city: City) -> None:
    petition = city.opens()
    for who in city.inhabitants:
        city.signed(petition, who)
    keys = {bytes(row.person_key) for row in city.rows("select person_key from standing_signature")}
    measure = city.petition(petition).measure_id
    salts = ["", str(measure), str(petition), f"person:{measure}", "person", "name"]
    known = [
        word
        for who in city.inhabitants
        for word in (
            who.number,
            who.name,
            f"{who.name}\n{who.born}",
            str(city.ids[who.number]),
            city.ids[who.number].hex,
        )
    ]
    rainbow = {
        digest
        for word, salt in itertools.product(known, salts)
        for digest in (
            hashlib.sha256((salt + word).encode()).digest(),
            hashlib.sha256((word + salt).encode()).digest(),
            hmac.digest(salt.encode() or b"\0", word.encode(), "sha256"),
        )
    }
    # Even the pepper alone, without the petition's own key, finds nobody.
    peppered = city.vault.mac(f"person:{measure}")
    rainbow |= {peppered.of(word) for word in known}
    assert len(keys) == len(city.inhabitants)
    assert keys & rainbow == set()


def test_no_hash_of_a_person_is_the_same_on_two_petitions_sig_02(city: City) -> None:
    who, today = city.inhabitants[0], city.today()
    for petition in (city.opens(), city.opens()):
        city.signed(petition, who)
        city.brings(petition, [paper(who, 1, on=today)])
        city.examines(petition)
    rows = city.rows(
        "select petition_id, person_key, name_index from line union all"
        " select petition_id, person_key, null from line_decision"
    )
    seen: dict[bytes, set[UUID]] = {}
    for row in rows:
        for value in (row.person_key, row.name_index):
            if value is not None:
                seen.setdefault(bytes(value), set()).add(row.petition_id)
    assert len(seen) == 4
    assert all(len(where) == 1 for where in seen.values())
    register = {bytes(row.name_index) for row in city.rows("select name_index from residence")}
    assert register & set(seen) == set()


def test_an_online_signing_leaves_a_day_and_no_moment(city: City) -> None:
    petition = city.opens()
    city.signed(petition, city.inhabitants[0])
    (decided,) = city.rows("select decided_at at time zone 'Asia/Seoul' as at from line_decision")
    assert (decided.at.hour, decided.at.minute, decided.at.second) == (0, 0, 0)
    (leaf,) = map(json.loads, city.leaves("signature.recorded"))
    assert set(leaf["facts"]) == {"commitment", "petition"}
    assert len(leaf["at"]) == 10


def test_nothing_personal_is_in_the_record_log_05(city: City) -> None:
    petition, today = city.opens(), city.today()
    anna, bora, chul = city.inhabitants[:3]
    city.signed(petition, anna)
    city.withdraws(petition, anna)
    city.brings(
        petition, [paper(bora, 1, on=today), paper(Inhabitant("?", "모르는이"), 2, on=today)]
    )
    city.examines(petition)
    last = city.rows("select id from line where petition_id = :id order by arrival", id=petition)[
        -1
    ]
    with city.begin() as uow:
        settling.decide(
            uow,
            city.vault,
            petition,
            last.id,
            status=Status.VALID,
            person_id=city.ids[chul.number],
            by=city.clerk,
        )
    record = b"\n".join(city.leaves())
    personal = [
        word
        for who in (anna, bora, chul)
        for word in (who.name, who.born.isoformat(), str(city.ids[who.number]), who.number)
    ]
    personal += [row.id.hex for row in city.rows("select id from line")]
    keys = city.rows("select person_key from line_decision where person_key is not null")
    personal += [bytes(row.person_key).hex() for row in keys]
    assert [word for word in personal if word.encode() in record] == []


def test_after_erasure_proofs_hold_and_nothing_can_be_read_log_05(
    city: City, log_key: LogKey
) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    signed = city.signed(petition, who)
    city.brings(petition, [paper(city.inhabitants[1], 1, on=city.today())])
    city.examines(petition)
    with city.begin() as uow:
        log.seal(uow.session, log_key)
        old_key = petitions.PetitionKeys.open(
            uow.session, city.vault, petitions.get(uow.session, petition)
        )

    before = list(log.export(city.begin, log_key))
    with city.begin() as uow:
        city.vault.destroy_key(uow.session, petitions.get(uow.session, petition).key_id)

    assert list(log.export(city.begin, log_key)) == before
    with city.begin() as uow:
        assert signed.receipt is not None
        entry = collecting.entry_of_receipt(uow.session, signed.receipt)
        proof = log.receipt(uow.session, entry)
        assert collecting.mine(uow.session, city.vault, city.resident(who)) == []
    commitment = Receipt.parse(signed.receipt).commitment
    included = verify_receipt(json.dumps(proof), vkey=log_key.vkey)
    assert commitment.hex() in json.dumps(included.entry)
    verify_export(before, vkey=log_key.vkey)
    with pytest.raises(SealBroken), city.begin() as uow:
        settling.open_lines(uow.session, city.vault, petition, by=city.clerk)
    with pytest.raises(SealBroken):
        city.signs(petition, who)
    dump = stored(city)
    for one in city.inhabitants[:2]:
        assert one.name not in dump
        assert one.born.isoformat() not in dump
    # The keyed hashes that remain need the destroyed key: what is left derives others.
    remaining = city.vault.mac(f"person:{city.petition(petition).measure_id}")
    assert remaining.of(str(city.ids[who.number])).hex() not in dump
    assert old_key.person_key(city.ids[who.number]).hex() in dump


def test_lines_and_decisions_cannot_be_changed_by_the_application(city: City) -> None:
    city.signed(city.opens(), city.inhabitants[0])
    for table in ("line", "line_decision", "withdrawal", "paper_batch"):
        for act in (f"update {table} set petition_id = petition_id", f"delete from {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"), city.begin() as uow:
                uow.session.execute(text(act))


def counted(counts: dict[UUID, int]) -> Tally:
    parts: dict[UUID | None, Part] = {
        district: Part(count, count, 0, 0, 0) for district, count in counts.items()
    }
    whole = Part(sum(counts.values()), sum(counts.values()), 0, 0, 0)
    return Tally(whole.submitted, whole.standing, {}, {}, parts, {Origin.ONLINE: whole})


def shown(counts: dict[UUID, int]) -> dict[UUID, int | None]:
    return public_districts(counted(counts), counts)


def test_small_cells_and_what_would_reveal_them_are_hidden_sig_08() -> None:
    a, b, c = (UUID(int=at) for at in (1, 2, 3))
    assert shown({a: 20, b: 30, c: 40}) == {a: 20, b: 30, c: 40}
    assert shown({a: 20, b: 4, c: 40}) == {a: None, b: None, c: 40}
    assert shown({a: 20, b: 4, c: 5}) == {a: None, b: None, c: 5}
    assert shown({a: 0, b: 4, c: 40}) == {a: None, b: None, c: None}
    assert shown({a: 4, b: 4, c: 40})[c] is None
    assert public_districts(counted({a: 20}), [a, b]) == {a: None, b: None}


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=3, max_size=6))
@example([4, 4, 4, 4, 4])
def test_no_small_count_follows_from_what_is_shown_sig_08(numbers: list[int]) -> None:
    """For each hidden small cell another count of it would have looked just the same."""
    counts = {UUID(int=at + 1): number for at, number in enumerate(numbers)}
    public = shown(counts)
    hidden = [district for district, count in public.items() if count is None]
    assert all(public[district] is None for district, count in counts.items() if count < 5)
    if sum(counts[one] for one in hidden) < 9:
        return  # The total itself is small, and it is public.
    for small in (one for one in hidden if counts[one] < 5):
        others = [one for one in hidden if one != small]
        moved = (
            {**counts, small: counts[small] + by, other: counts[other] - by}
            for other in others
            for by in range(-counts[small], counts[other] + 1)
            if by != 0
        )
        together = sum(counts[one] for one in hidden)
        gathered = (
            {**counts, **dict.fromkeys(hidden, 0), other: together}
            for other in others
            if counts[small] != 0
        )
        worlds = chain(moved, gathered)
        assert any(shown(world) == public for world in worlds)
