"""What is let go of, so that nobody can later read who asked for which code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from referendum.identity import answering, codes, sessions
from referendum.identity.figures import CodeFigures, code_figures
from referendum.identity.forgetting import forget
from referendum.identity.limits import DEFAULT
from referendum.identity.tables import Challenge, CodeKey, CodeSend, PhoneLock, SessionRow
from referendum.kernel.people import Assurance, Resident
from referendum.kernel.sealing import SealBroken
from referendum.kernel.wire import Through
from tests.entering import comes_in
from tests.identity.neighbourhood import SIGN, Letterbox, Neighbourhood
from tests.patience import until

EVER = datetime(2020, 1, 1, tzinfo=UTC)


def test_ended_challenges_and_sessions_go_and_live_ones_stay(village: Neighbourhood) -> None:
    person = village.lives("홍길동", phone="+821023456789")

    def comes() -> None:
        challenge = village.asks()
        village.post(Letterbox())
        code, token = village.code_of(challenge), sessions.new_token()
        tried = answering.prepare(village.vault, challenge.id, code, aim=SIGN, token=token)
        with village.begin() as uow:
            (outcome,) = answering.answer(Through(uow.session.connection()), [tried], DEFAULT)
        assert answering.signed_in(outcome, token).view.person_id == person

    comes()
    village.wait(timedelta(days=3))
    comes()
    with village.begin() as uow:
        past = uow.session.scalars(select(CodeKey.key_id).order_by(CodeKey.day)).first()
        forget(uow, village.vault)
    assert past is not None
    with village.begin() as uow:
        for table in (Challenge, SessionRow, CodeKey):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 1
        with pytest.raises(SealBroken):
            village.vault.open_key(uow.session, past)
        traces = uow.session.scalars(select(CodeSend).order_by(CodeSend.at)).all()
        assert [each.address_index is None for each in traces] == [True, False]
        assert [each.prefix is None for each in traces] == [True, False]
        assert code_figures(uow.session, EVER) == CodeFigures(2, 2, 0)


def test_of_a_code_and_a_session_minutes_are_kept_and_no_days(village: Neighbourhood) -> None:
    def left() -> tuple[int | None, ...]:
        with village.begin() as uow:
            forget(uow, village.vault)
            return tuple(
                uow.session.scalar(select(func.count()).select_from(table))
                for table in (Challenge, SessionRow)
            )

    resident = Resident(village.lives("홍길동"), village.jurisdiction_id, Assurance.PHONE_ON_FILE)
    village.asks()
    with village.begin() as uow:
        comes_in(uow, village.vault, resident)
    village.wait(timedelta(minutes=14))
    assert left() == (1, 1)
    village.wait(timedelta(minutes=1))
    assert left() == (1, 0), "what became of the code can be read yet"
    village.wait(timedelta(minutes=6))
    assert left() == (0, 0)


def test_that_a_code_was_sent_is_kept_for_its_days_and_as_long_as_it_counts(
    village: Neighbourhood,
) -> None:
    def left(kept: timedelta) -> int | None:
        with village.begin() as uow:
            forget(uow, village.vault, sends_kept=kept)
            return uow.session.scalar(select(func.count()).select_from(CodeSend))

    village.asks()
    village.wait(timedelta(days=5))
    village.asks(phone="010-8765-4321")
    assert left(timedelta(days=6)) == 2
    assert left(timedelta(days=4)) == 1
    assert left(timedelta(0)) == 1, "a limit still counts it"
    village.wait(timedelta(days=3))
    assert left(timedelta(0)) == 0


def test_forgetting_twice_is_forgetting_once(village: Neighbourhood) -> None:
    old = village.asks()
    village.wait(timedelta(days=4))
    for _ in range(2):
        with village.begin() as uow:
            forget(uow, village.vault)
    with village.begin() as uow:
        assert codes.show_code(uow.session, village.vault, old.id, demo=True) is None
    village.asks()


def test_a_number_is_forgotten_a_day_after_its_last_code_whatever_was_typed(
    village: Neighbourhood,
) -> None:
    village.asks()
    village.wait(timedelta(hours=1))
    missed = village.asks(phone="010-8765-4321")
    village.types(missed, village.wrong_code_of(missed))
    village.wait(timedelta(hours=22))
    assert numbers_after(village) == 2
    village.wait(timedelta(hours=1))
    assert numbers_after(village) == 1
    village.wait(timedelta(hours=1))
    assert numbers_after(village) == 0


def test_it_goes_by_the_piece_and_the_keys_go_first(village: Neighbourhood) -> None:
    """A hot day leaves a million rows: no statement and no transaction has them all."""
    for number in range(5):
        village.asks(phone=f"010-8765-{4320 + number}")
    village.wait(timedelta(days=3))
    more, left = True, list[int | None]()
    while more:
        with village.begin() as uow:
            more = forget(uow, village.vault, size=2)
        with village.begin() as uow:
            count = uow.session.scalar(select(func.count()).select_from(Challenge))
            keys = uow.session.scalars(select(CodeKey.key_id)).all()
            assert keys == []
            left.append(count)
    assert left == [3, 1, 0]


def test_what_came_back_to_life_meanwhile_stays(village: Neighbourhood) -> None:
    """Somebody asks again at the moment at which their number is forgotten."""
    village.asks()
    village.wait(timedelta(days=3))
    somebody_waits = text("select exists (select from pg_locks where not granted)")

    def forgets() -> None:
        with village.begin() as uow:
            forget(uow, village.vault)

    with ThreadPoolExecutor(1) as pool:
        with village.begin() as uow:
            again = func.array_append(PhoneLock.sends, func.clock_timestamp())
            uow.session.execute(update(PhoneLock).values(sends=again))
            going = pool.submit(forgets)
            until(lambda: bool(uow.session.scalar(somebody_waits)))
        going.result()
    assert numbers_after(village) == 1


def numbers_after(village: Neighbourhood) -> int:
    """How many numbers are known, when what is past has been forgotten."""
    with village.begin() as uow:
        forget(uow, village.vault)
        return uow.session.scalar(select(func.count()).select_from(PhoneLock)) or 0
