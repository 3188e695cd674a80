"""Idempotency-Key: what is sent twice is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from referendum.doors import repeats
from referendum.doors.repeats import BRIEF, LIFE, IdempotencyDay, IdempotencyKey
from referendum.identity.timing import machine_now
from referendum.kernel.people import Authority, Role
from referendum.kernel.sealing import SealedDataKey
from referendum.lifecycle.tables import Measure
from signatures.lines import Origin
from signatures.tables import StandingSignature
from tests.api.callers import EVERY_ROLE, Switchboard, code_of
from tests.api.test_signing import CONSENTS, PHONE, code_for, lines_of
from tests.town import Town

DRAFT = {"instrument": "initiative", "text": {"title_ko": "야간 도서관"}}
REPLAYED = "idempotency-replayed"


def drafts_of(town: Town) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count(Measure.id))) or 0


def test_the_same_request_is_answered_alike_and_done_once(line: Switchboard, town: Town) -> None:
    caller = line.resident(1)
    first = caller.post("/measures", DRAFT, key="a-key")
    again = caller.post("/measures", DRAFT, key="a-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (REPLAYED in first.headers, again.headers[REPLAYED]) == (False, "true")
    assert drafts_of(town) == 1
    assert caller.post("/measures", DRAFT, key="b-key").json() != first.json()
    assert drafts_of(town) == 2


def test_another_request_under_the_same_key_is_refused(line: Switchboard, town: Town) -> None:
    caller = line.resident(1)
    caller.post("/measures", DRAFT, key="a-key")
    for path, body in (
        ("/measures", {"instrument": "advisory", "text": {}}),
        ("/measures?x=1", DRAFT),
    ):
        refused = caller.post(path, body, key="a-key")
        assert (refused.status_code, code_of(refused)) == (422, "idempotency-key-reused")
    assert drafts_of(town) == 1


def test_a_key_is_its_callers_own(line: Switchboard, town: Town) -> None:
    made = {line.resident(n).post("/measures", DRAFT, key="a-key").json()["id"] for n in (1, 2)}
    assert len(made) == 2
    assert drafts_of(town) == 2


def test_at_the_same_moment_it_is_done_once(line: Switchboard, town: Town) -> None:
    caller = line.resident(1)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: caller.post("/measures", DRAFT, key="a-key"), range(8)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["id"] for one in answers}) == 1
    assert sum(REPLAYED in one.headers for one in answers) == 7
    assert drafts_of(town) == 1


def test_a_receipt_lost_on_the_way_is_given_again(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    petition = town.petition(initiative_open)
    caller, path = line.resident(7), f"/petitions/{petition}/signatures"
    first = caller.post(path, CONSENTS, key="sign")
    assert caller.post(path, CONSENTS, key="sign").json() == first.json()
    assert lines_of(town) == 1
    with town.begin() as uow:
        order = select(IdempotencyKey).order_by(IdempotencyKey.expires_at)
        brief, whole = uow.session.scalars(order).all()
        kept = b"".join((row.key_hash + row.request_hash + row.answer) for row in (brief, whole))
    assert first.json()["receipt"].encode() not in kept
    assert (whole.expires_at.minute, whole.expires_at.second) == (0, 0)
    assert (brief.expires_at.minute % 5, brief.expires_at.second) == (0, 0)


def test_a_receipt_is_kept_for_its_minutes_only_and_then_gone_from_the_database(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    petition = town.petition(initiative_open)
    caller, path = line.resident(7), f"/petitions/{petition}/signatures"
    first = caller.post(path, CONSENTS, key="sign").json()
    with town.begin() as uow:
        now = machine_now(uow.session)
        ends = uow.session.scalars(select(func.min(IdempotencyKey.expires_at))).one()
        assert ends - now <= 2 * BRIEF
        assert repeats.forget(uow.session, ends - timedelta(seconds=1)) == 0
        assert repeats.forget(uow.session, ends) == 1
        assert uow.session.scalar(select(func.count(IdempotencyKey.key_hash))) == 1
    later = caller.post(path, CONSENTS, key="sign")
    assert later.headers[REPLAYED] == "true"
    assert later.json() == first | {"receipt": None}
    assert lines_of(town) == 1


def test_a_receipt_whose_minutes_are_over_is_not_given_even_before_it_is_swept(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    petition = town.petition(initiative_open)
    caller, path = line.resident(7), f"/petitions/{petition}/signatures"
    caller.post(path, CONSENTS, key="sign")
    with town.begin() as uow:
        past = IdempotencyKey.expires_at - 2 * BRIEF
        uow.session.execute(update(IdempotencyKey).values(expires_at=past))
    assert caller.post(path, CONSENTS, key="sign").json()["receipt"] is None


@pytest.mark.parametrize(
    ("life", "ends"),
    [
        (BRIEF, datetime(2027, 2, 1, 9, 10, tzinfo=UTC)),
        (LIFE, datetime(2027, 2, 2, 10, tzinfo=UTC)),
    ],
)
def test_when_an_answer_ends_does_not_tell_when_it_was_given(
    life: timedelta, ends: datetime
) -> None:
    for minute, second in ((0, 1), (3, 0), (4, 59), (5, 0)):
        given = datetime(2027, 2, 1, 9, minute, second, tzinfo=UTC)
        assert repeats.last_moment(given, life) == ends


def test_a_refusal_that_was_committed_is_repeated_and_not_done_again(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    """Online beside a line from elsewhere that stands: kept as evidence, refused, and so again."""
    petition = town.petition(initiative_open)
    caller, path = line.resident(7), f"/petitions/{petition}/signatures"
    caller.post(path, CONSENTS)
    with town.begin() as uow:
        uow.session.execute(update(StandingSignature).values(origin=Origin.PAPER.value))
    refused = [caller.post(path, CONSENTS, key="again") for _ in range(2)]
    assert [code_of(one) for one in refused] == ["already-signed"] * 2
    assert refused[0].json() == refused[1].json()
    assert lines_of(town) == 2


def test_a_refusal_that_left_nothing_behind_can_be_mended_under_the_same_key(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    chair = line.officer(Authority.COUNCIL_CHAIR, *EVERY_ROLE)
    path = f"/measures/{measure}/acts"
    body = {"act": "open_inspection"}
    assert code_of(chair.post(path, body, key="open")) == "act-not-allowed"
    town.collects(measure, town.some(3))
    assert chair.post(path, body, key="open").status_code == 201
    assert chair.post(path, body, key="open").headers[REPLAYED] == "true"
    assert town.steps(measure).count("open_inspection") == 1


def test_a_browser_without_a_cookie_can_still_answer_its_code(
    line: Switchboard, town: Town
) -> None:
    who = line.puts_phone_on_file(7, PHONE)
    lost = line.visitor().post("/challenges", who, key="ask")
    caller = line.visitor()
    again = caller.post("/challenges", who, key="ask")
    assert again.json() == lost.json()
    challenge = again.json()["id"]
    body = {"challenge": challenge, "code": code_for(town, challenge)}
    assert caller.post("/sessions", body).status_code == 201


def test_a_file_sent_twice_under_one_key_is_imported_once(line: Switchboard, town: Town) -> None:
    registrar = line.officer(Authority.MAYOR, Role.REGISTRAR)
    file = REGISTER.format(district=town.districts[0].name_ko).encode()
    terms = "as_of=2027-01-25&mode=changes"
    path = f"/register/import?{terms}"
    preview = registrar.post(f"/register/preview/import?{terms}", file).json()
    assert (preview["version"], preview["added"]) == (2, 1)
    assert preview["refused"][0]["line"] == 3
    read = f"{path}&preview={preview['preview']}"
    first = registrar.post(read, file, key="import")
    assert first.json() == preview
    assert registrar.post(read, file, key="import").json() == preview
    assert code_of(registrar.post(read, file)) == "register-preview-not-read"
    versions = registrar.get("/register/versions?limit=1").json()
    assert versions["items"][0]["number"] == 2
    assert registrar.client.get(versions["next"]).json()["items"][0]["number"] == 1
    assert code_of(registrar.post(path, b"")) == "register-empty"
    assert code_of(registrar.post(path, file.splitlines()[0])) == "register-empty"
    assert code_of(registrar.post(path, b"a,b\n1,2\n")) == "register-columns-wrong"


def test_after_a_day_a_key_is_free_again_and_later_its_answers_are_destroyed(
    line: Switchboard, town: Town
) -> None:
    caller = line.resident(1)
    first = caller.post("/measures", DRAFT, key="a-key")
    with town.begin() as uow:
        past = IdempotencyKey.expires_at - timedelta(hours=26)
        uow.session.execute(update(IdempotencyKey).values(expires_at=past))
    second = caller.post("/measures", DRAFT, key="a-key")
    assert (second.status_code, second.json() != first.json()) == (201, True)
    with town.begin() as uow:
        day = uow.session.scalars(select(IdempotencyDay)).one()
        key_id = day.key_id
        old = IdempotencyDay(day=day.day - timedelta(days=5), key_id=key_id)
        uow.session.add(old)
        uow.session.flush()
        uow.session.execute(update(IdempotencyKey).values(day=old.day, expires_at=past))
        uow.session.delete(day)
    caller.post("/measures", DRAFT, key="c-key")
    with town.begin() as uow:
        assert uow.session.get_one(SealedDataKey, key_id).wrapped is None
        destroyed_at = uow.session.get_one(SealedDataKey, key_id).destroyed_at
        assert repeats.forget(uow.session, machine_now(uow.session)) == 1
        assert uow.session.scalar(select(func.count(IdempotencyKey.key_hash))) == 1
    with town.begin() as uow:
        repeats.forget_days(uow.session, town.vault, before=old.day + timedelta(days=1))
        today = uow.session.scalars(select(IdempotencyDay)).one()
        assert today.day == day.day
        assert uow.session.get_one(SealedDataKey, key_id).destroyed_at == destroyed_at


def test_answers_go_by_the_piece_and_a_day_is_kept_until_its_last(
    line: Switchboard, town: Town
) -> None:
    caller = line.resident(1)
    for number in range(5):
        caller.post("/measures", DRAFT, key=f"key-{number}")
    with town.begin() as uow:
        tomorrow = machine_now(uow.session) + timedelta(days=2)
        day = uow.session.scalars(select(IdempotencyDay)).one().day
    with town.begin() as uow:
        repeats.forget_days(uow.session, town.vault, before=day + timedelta(days=1))
    gone: list[int] = []
    while not gone or gone[-1] == 2:
        with town.begin() as uow:
            assert uow.session.scalars(select(IdempotencyDay.day)).one() == day
            gone.append(repeats.forget(uow.session, tomorrow, size=2))
    assert gone == [2, 2, 1]
    with town.begin() as uow:
        repeats.forget_days(uow.session, town.vault, before=day + timedelta(days=1))
        assert uow.session.scalars(select(IdempotencyDay)).all() == []


def test_a_sweep_reads_what_it_deletes_and_no_other_answer(line: Switchboard, town: Town) -> None:
    caller = line.resident(1)
    for number in range(3):
        caller.post("/measures", DRAFT, key=f"key-{number}")
    reads = text(
        "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)"
        " from pg_stat_xact_user_tables where relname = 'idempotency_key'"
    )
    others = text(
        "insert into idempotency_key (key_hash, request_hash, day, expires_at, answer)"
        " select sha256(n::text::bytea), request_hash, day, expires_at + interval '1 day', answer"
        " from (select * from idempotency_key limit 1) as one, generate_series(1, 60) as n"
    )
    with town.begin() as uow:
        uow.session.execute(others)
        over = uow.session.scalars(select(func.min(IdempotencyKey.expires_at))).one()
    with town.begin() as uow:
        uow.session.execute(text("set local enable_seqscan = off"))
        before = uow.session.scalar(reads) or 0
        assert repeats.forget(uow.session, over + timedelta(hours=2)) == 3
        # Each is found, and looked at again as it goes.
        assert (uow.session.scalar(reads) or 0) - before <= 2 * 3


REGISTER = """\
register_no,name,former_names,birth_date,address,district,nationality,status,status_since,\
registered_from,registered_to,voting_right_lost_from,voting_right_lost_to,phone
N1,새사람,,1990-01-01,견본로 1,{district},KR,,,2020-01-01,,,,
N2,헌사람,,1990-13-01,견본로 2,{district},KR,,,2020-01-01,,,,
"""
